//! How does a file become an interview or a document, with everything that is wrong with it told at once?
//!
//! A Markdown file brings its front matter; what that does not say, and everything about other files, comes as options. The text is what a
//! reader of the file's kind took out of it; the file itself becomes an item beside its text, so that both can be shown later.

use crate::custody::evidence::Detail;
use crate::extract::Extracted;
use crate::facts::book::Book;
use crate::facts::desk::Sort;
use crate::fault::{Fault, Faults, Severity};
use crate::testimony::folder::authored::Page;
use crate::testimony::folder::record::{Context, Record};
use crate::testimony::front::{self, Entry, Table, Value};
use crate::testimony::text::Text;

/// A file as it came.
#[derive(Clone, Debug)]
pub struct Original {
    /// How it is called.
    pub name: String,
    /// What is in it.
    pub bytes: Vec<u8>,
    /// Its media type.
    pub media_type: String,
    /// What it says of itself.
    pub embedded: Vec<Detail>,
}

/// What came in, key by key as front matter has them; a key that the front matter has as well is passed over.
pub type Options = Vec<(&'static str, Value)>;

/// A file's front matter, if it has any, and its text.
pub struct Parted {
    /// The front matter; an empty table without.
    pub front: Table,
    /// The text.
    pub text: Text,
}

/// Parts a file into front matter and text, telling all that is wrong with it.
///
/// # Errors
/// The faults; notes among them do not keep it from being read.
pub fn part(name: &str, bytes: &[u8], found: &Extracted) -> (Option<Parted>, Faults) {
    let mut context = Context { file: name.into(), ..Context::default() };
    let parted = match found.media_type.as_str() {
        "text/markdown" => markdown(bytes, &mut context),
        other => match &found.text {
            Some(text) => Some(Parted { front: Table::default(), text: Text::extracted(text, other) }),
            None => {
                let hint = "save it as Markdown, plain text, DOCX, or a PDF with text in it";
                context.fault(0, None, "no text can be taken out of the file", hint);
                None
            }
        },
    };
    if parted.as_ref().is_some_and(|parted| parted.text.is_empty()) {
        context.fault(0, None, "there are no words in the file", "a scanned page has to be recognised first");
    }
    if parted.as_ref().is_some_and(|parted| parted.text.cut) {
        let fault = Fault::new(Severity::Note, name, "not all of its text could be read");
        context.faults.push(fault.hint("read it against the file, and divide it if it is very long"));
    }
    (parted, context.faults)
}

fn markdown(bytes: &[u8], context: &mut Context) -> Option<Parted> {
    let Ok(source) = std::str::from_utf8(bytes) else {
        context.fault(0, None, "the file is not text in UTF-8", "save it as UTF-8");
        return None;
    };
    let parts = match front::split(source) {
        Ok(parts) => parts,
        Err(wrong) => {
            context.fault(wrong.line, None, wrong.what, wrong.hint);
            return None;
        }
    };
    let (text, misread) = Text::markdown(parts.body, parts.line);
    for misread in misread {
        context.fault(misread.line, None, misread.what, misread.hint);
    }
    let (front, wrongs) = match parts.front {
        Some((spelling, source)) => front::read(spelling, source, 2),
        None => (Table::default(), Vec::new()),
    };
    for wrong in wrongs {
        context.fault(wrong.line, None, wrong.what, wrong.hint);
    }
    Some(Parted { front, text })
}

/// The code that a file's front matter gives it.
pub fn code_of(front: &Table) -> Option<&str> {
    let entry = front.entries.iter().find(|entry| entry.key == "code")?;
    if let Value::Text(code) = &entry.value { Some(code) } else { None }
}

/// An interview or document of a parted file and of options, with every fault: keys that are missing or misspelt, and codes that
/// nothing in the book has.
pub fn page<T: Record>(name: &str, parted: Parted, options: &Options, book: &Book) -> (Option<Page<T>>, Faults) {
    let Parted { mut front, text } = parted;
    for (key, value) in options {
        if front.entries.iter().all(|entry| entry.key != *key) {
            front.entries.push(Entry { key: (*key).into(), line: 0, value: value.clone() });
        }
    }
    let mut context = Context { file: name.into(), ..Context::default() };
    let about = T::read(&front, &mut context);
    for reference in std::mem::take(&mut context.references) {
        let wanted: &[Sort] = match reference.key.as_str() {
            "source" => &[Sort::Source],
            "translation-of" => &[Sort::Interview, Sort::Document],
            _ => continue,
        };
        let things = book.codes().remove(reference.code.0.as_str()).unwrap_or_default();
        if !things.iter().any(|(sort, _)| wanted.contains(sort)) {
            let names: Vec<&str> = wanted.iter().map(|sort| sort.name()).collect();
            let what = format!("{} is not {} that you can open", reference.code, names.join(" or "));
            let hint = "factum source list, interview list and document list tell the codes";
            context.fault(reference.line, Some(&reference.key), what, hint);
        }
    }
    let whole = context.faults.iter().all(|fault| fault.severity != Severity::Error);
    (about.filter(|_| whole).map(|about| Page { about, text }), context.faults)
}
