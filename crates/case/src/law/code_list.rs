//! Which codes are there for a judgement, and how do we call them?

use super::read::{HEAD_KEYS, LONGEST_LABEL, head};
use crate::fault::Faults;
use crate::sections::{File, Section};
use factum_weigh::law::Head;

/// A list of codes after an instrument, with labels of our own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeList {
    /// What the file says of itself.
    pub head: Head,
    /// The codes, in the order of the instrument.
    pub codes: Vec<Code>,
}

/// One code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    /// As it is written in data.
    pub code: String,
    /// The wider code it belongs to.
    pub under: Option<String>,
    /// Our own label in English.
    pub en: String,
    /// Our own label in French.
    pub fr: Option<String>,
}

/// What a State or another body does with an allegation: the 14 codes of the HURIDOCS list of attribution.
pub fn attribution() -> CodeList {
    shipped(include_str!("frameworks/attribution.toml"), "attribution.toml")
}

/// The five degrees of consistency of the Istanbul Protocol, from the least to the most.
pub fn degrees() -> CodeList {
    shipped(include_str!("frameworks/istanbul-degrees.toml"), "istanbul-degrees.toml")
}

fn shipped(text: &str, file: &str) -> CodeList {
    CodeList::parse(text, file).0.expect("a file that comes along is read by a test")
}

impl CodeList {
    /// Reads a list of codes; all faults at once. None if there is any.
    pub fn parse(text: &str, file: &str) -> (Option<CodeList>, Faults) {
        let (mut file, root) = File::open(text, file);
        let list = root.and_then(|root| list(&mut file, root));
        (list.filter(|_| file.faults.is_empty()), file.faults)
    }

    /// The code as it stands in the list. The zeros with which codes of the Events Standard Formats end may be left out, two by two.
    pub fn get(&self, code: &str) -> Option<&Code> {
        let is_short = |known: &str| {
            let rest = known.strip_prefix(code).filter(|_| !code.is_empty());
            rest.is_some_and(|rest| rest.len().is_multiple_of(2) && rest.bytes().all(|b| b == b'0'))
        };
        self.codes.iter().find(|c| c.code == code || is_short(&c.code))
    }
}

fn list(file: &mut File<'_>, mut root: Section<'_>) -> Option<CodeList> {
    let head = head(file, &mut root);
    let mut codes: Vec<Code> = Vec::new();
    for mut section in file.sections(&mut root, "codes", "code") {
        let code = file.one_line(&mut section, "code");
        let under_at = section.place("under");
        let under = file.optional_text(&mut section, "under");
        let en = file.one_line(&mut section, "en");
        let fr_at = section.place("fr");
        let fr = file.optional_text(&mut section, "fr");
        for (at, label) in [(section.place("en"), &en), (fr_at, &fr)] {
            if label.as_ref().is_some_and(|l| l.chars().count() > LONGEST_LABEL || l.chars().any(char::is_control)) {
                let hint = format!("a label is one line of {LONGEST_LABEL} characters at most, in your own words");
                file.fault(at, format!("a label of {} is too long or has line breaks", section.name), hint);
            }
        }
        if under.as_ref().is_some_and(|wider| !codes.iter().any(|c| c.code == *wider)) {
            file.fault(
                under_at,
                format!("{} stands under a code that is not above it", section.name),
                "put the wider code first",
            );
        }
        if code.as_ref().is_some_and(|code| codes.iter().any(|c| c.code == *code)) {
            file.fault(section.at, format!("{} stands twice in the file", section.name), "give each its own code");
        }
        file.done(section, "code, under, en, fr");
        if let (Some(code), Some(en)) = (code, en) {
            codes.push(Code { code, under, en, fr });
        }
    }
    if codes.is_empty() {
        file.fault(root.place("codes"), "the list has no code that can be read", "add [[codes]] with code and en");
    }
    if head.as_ref().is_some_and(|head| !head.verified.is_empty()) {
        let hint = "a list of codes quotes no law; remove the entries";
        file.fault(root.place("verified"), "a list of codes is not verified line by line", hint);
    }
    file.done(root, &format!("{HEAD_KEYS}, codes"));
    Some(CodeList { head: head?, codes })
}
