//! What kind of file is this, what does it say of itself, and what text is in it?
//!
//! The files come from anybody and may be made to harm who opens them. So they are only ever looked into by a child process
//! that has first taken its own rights away: [`parent`] starts it and bounds it from outside, [`forks`] lets it begin fast, [`child`] is
//! its whole work, [`fence`] takes the rights away. Whatever becomes of the child, collecting goes on: the answer is then
//! [`Outcome::Unknown`] and the evidence is sealed all the same.
//!
//! The same child takes apart what is to leave ([`Task::Words`], see [`read`]) and unpacks pictures ([`Task::Pixels`], see [`pixels`]).
//!
//! Inside the child [`look`] asks [`sniff`] (what kind?), [`metadata`] (what does it say of itself?) and [`text`] (what does
//! it say?). Their results are evidence: they belong into sealed records and nowhere else. Notes and reasons of failure are
//! fixed sentences of Factum, with numbers at most.

pub mod child;
pub mod fence;
pub mod forks;
pub mod markup;
pub mod metadata;
pub mod packed;
pub mod parent;
pub mod pixels;
pub mod portable;
mod process;
pub mod read;
mod sheets;
pub mod sniff;
pub mod text;

pub use child::Task;
pub use fence::Fences;
pub use parent::{Examination, Examiner, Limits};

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// What was found out about a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Extracted {
    /// The media type that the bytes show (IANA names; `application/octet-stream` when they show none).
    pub media_type: String,
    /// For text: how its letters are encoded, as the WHATWG Encoding Standard names it.
    pub encoding: Option<String>,
    /// What the file's name promises and the bytes do not keep.
    pub disagreement: Option<String>,
    /// What the file says of itself. Keys are dotted, lower-case paths (`exif.date-time-original`, `pdf.pages`); bounds in
    /// [`metadata`].
    pub metadata: BTreeMap<String, String>,
    /// The text, where the kind of file has text that can be taken out.
    pub text: Option<Text>,
    /// What was left out or could not be read: sentences without a value of the file.
    pub notes: Vec<String>,
    /// What the child could not have done while it looked.
    pub fences: Fences,
    /// The program and version that looked.
    pub version: String,
}

/// The text of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// In the order of the file.
    pub parts: Vec<Part>,
    /// Whether this is all of it; otherwise it was cut at [`text::MOST`] or a part could not be read.
    pub complete: bool,
}

/// A stretch of text that can be cited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// The page, slide or sheet, counted from 1, where the kind of file has them.
    pub page: Option<u32>,
    /// The text: lines end in `\n`, no other control characters but tabs.
    pub text: String,
}

/// What came of an examination.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The child answered.
    Known(Box<Extracted>),
    /// It did not, and nothing is known but that.
    Unknown {
        /// What became of the child, without a value of the file.
        why: String,
    },
}

/// Looks into the bytes of a file. This is done without any protection: outside of tests only [`child::serve`] calls it.
///
/// `name` is the file's name or its end; only what follows its last dot is used. `whole` says that `bytes` are the whole
/// file and not its beginning. A part of the work that panics is left out with a note.
pub fn look(bytes: &[u8], name: &str, whole: bool) -> Extracted {
    let mut notes = Vec::new();
    if !whole {
        notes.push(format!("only the first {} bytes were looked at", bytes.len()));
    }
    let kind = guarded("the media type", &mut notes, |_| sniff::sniff(bytes, name)).unwrap_or_default();
    let disagreement = sniff::disagreement(&kind.media_type, name);
    let record = guarded("the metadata", &mut notes, |notes| metadata::metadata(bytes, &kind, notes));
    let text = guarded("the text", &mut notes, |notes| text::text(bytes, &kind, notes)).flatten();
    Extracted {
        media_type: kind.media_type.clone(),
        encoding: kind.encoding.map(|e| e.name().to_string()),
        disagreement,
        metadata: record.unwrap_or_default(),
        text,
        notes,
        fences: Fences::default(),
        version: crate::version(),
    }
}

/// Does a part of the work, so that its panic costs nothing but that part.
pub(crate) fn guarded<T>(what: &str, notes: &mut Vec<String>, work: impl FnOnce(&mut Vec<String>) -> T) -> Option<T> {
    let mut heard = Vec::new();
    let done = catch_unwind(AssertUnwindSafe(|| work(&mut heard))).ok();
    notes.append(&mut heard);
    if done.is_none() {
        notes.push(format!("{what} could not be read: the reader for this kind of file broke off"));
    }
    done
}

/// The program and version that look.
pub fn version() -> String {
    format!("factum {}", env!("CARGO_PKG_VERSION"))
}

#[cfg(test)]
mod tests;
