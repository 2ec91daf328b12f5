//! What does the official text say of each line, by the office's own copy?
//!
//! The texts are the office's: they are read, digested and shown beside our labels, and never shipped.

use super::line::{is_key, lines};
use crate::digest;
use crate::fault::Faults;
use crate::sections::File;
use factum_weigh::law::Framework;
use std::collections::BTreeMap;
use unicode_normalization::UnicodeNormalization;

/// The official texts of a framework, line by line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Official {
    /// The framework's short name.
    pub framework: String,
    /// The language of the texts.
    pub language: String,
    /// Where the office has them from.
    pub source: String,
    /// The text of each line, by its key.
    pub texts: BTreeMap<String, String>,
}

/// SHA-256 of an official text, in hexadecimal. Composition (NFC) and white space do not count: a text wrapped otherwise is
/// the same text.
pub fn text_digest(text: &str) -> String {
    digest::sha256(plain(text).as_bytes())
}

fn plain(text: &str) -> String {
    let composed: String = text.nfc().collect();
    composed.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl Official {
    /// Reads the office's file of official texts; all faults at once. A text at fault is left out, the others are read.
    pub fn parse(text: &str, file: &str, framework: &Framework) -> (Option<Official>, Faults) {
        let (mut file, root) = File::open(text, file);
        let Some(mut root) = root else { return (None, file.faults) };
        let at = root.place("framework");
        let name = file.text(&mut root, "framework");
        if name.as_ref().is_some_and(|name| *name != framework.head.id) {
            let hint = format!("this framework is `{}`", framework.head.id);
            file.fault(at, "the texts are those of another framework", hint);
        }
        let language = file.one_line(&mut root, "language");
        let source = file.one_line(&mut root, "source");
        let mut texts = BTreeMap::new();
        match file.section(&mut root, "texts", "the texts") {
            None => file.fault(root.at, "there are no texts", "add [texts] with \"article/number\" = \"the text\""),
            Some(section) => {
                let labels: BTreeMap<String, String> =
                    lines(framework).into_iter().map(|line| (line.key, plain(line.label))).collect();
                for (key, at, text) in file.all_texts(section) {
                    if !is_key(framework, &key) {
                        file.fault(
                            at,
                            format!("the framework has no line `{key}`"),
                            "lines are named `article/number`",
                        );
                    } else if labels.get(&key) == Some(&plain(&text)) {
                        file.fault(
                            at,
                            format!("the text of `{key}` is our label"),
                            "copy the text from the official document",
                        );
                    } else {
                        texts.insert(key, text);
                    }
                }
            }
        }
        file.done(root, "framework, language, source, texts");
        let official = match (name.filter(|name| *name == framework.head.id), language, source) {
            (Some(framework), Some(language), Some(source)) => Some(Official { framework, language, source, texts }),
            _ => None,
        };
        (official, file.faults)
    }

    /// The digest of each text, by line.
    pub fn digests(&self) -> BTreeMap<String, String> {
        self.texts.iter().map(|(key, text)| (key.clone(), text_digest(text))).collect()
    }

    /// The lines of the framework that have no text here, in its order.
    pub fn missing(&self, framework: &Framework) -> Vec<String> {
        lines(framework).into_iter().map(|line| line.key).filter(|key| !self.texts.contains_key(key)).collect()
    }
}
