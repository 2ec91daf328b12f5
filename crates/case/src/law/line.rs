//! What of a framework is compared with the official text?

use crate::digest;
use factum_weigh::law::{Framework, line_key};

/// A line that is compared with the official text: an element, or a part of what is shared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line<'f> {
    /// `article/number`, or `shared key/number`.
    pub key: String,
    /// The article that says it.
    pub article: &'f str,
    /// Our own short label.
    pub label: &'f str,
    /// SHA-256 of everything the file says of the line, in hexadecimal. It changes with the label, so that what was checked
    /// under one label does not count under another.
    pub digest: String,
}

/// All that is to be compared with the official text: the parts of what is shared, then the elements.
pub fn lines(framework: &Framework) -> Vec<Line<'_>> {
    let parts = framework.shared.iter().flat_map(|shared| {
        let part = |p| line(framework, &shared.key, p);
        shared.parts.iter().map(move |p| part((p.number, p.article.as_str(), p.label.as_str(), "part", "")))
    });
    let elements = framework.elements().map(|e| {
        let kind = if e.contextual { "contextual" } else { "specific" };
        let shared = e.shared.as_deref().unwrap_or_default();
        line(framework, &e.article, (e.number, &e.article, &e.label, kind, shared))
    });
    parts.chain(elements).collect()
}

type Said<'f> = (u32, &'f str, &'f str, &'f str, &'f str);

fn line<'f>(framework: &Framework, of: &str, (number, article, label, kind, shared): Said<'f>) -> Line<'f> {
    let key = line_key(of, number);
    // The reader lets no line break into a field, so that no two lines are joined into one text.
    let words = ["factum law line 1", &framework.head.id, &key, article, label, kind, shared].join("\n");
    Line { article, label, digest: digest::sha256(words.as_bytes()), key }
}

/// Is there a line of this key?
pub(super) fn is_key(framework: &Framework, key: &str) -> bool {
    lines(framework).iter().any(|line| line.key == key)
}
