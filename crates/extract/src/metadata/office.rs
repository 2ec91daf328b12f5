//! Who wrote this document, with what, and when was it last changed, by its own word?
//!
//! Office Open XML (ECMA-376 part 2 §11: `docProps/core.xml`, and `app.xml`, `custom.xml`) and OpenDocument (OASIS
//! OpenDocument 1.3 part 2: `meta.xml`).

use super::{Record, hyphened};
use crate::markup::{Piece, leaves, xml};
use crate::packed::Archive;

pub(super) fn open_xml(bytes: &[u8], record: &mut Record, notes: &mut Vec<String>) {
    let Some(mut archive) = Archive::open(bytes) else { return };
    for part in ["docProps/core.xml", "docProps/app.xml"] {
        let Some(source) = archive.text(part) else { continue };
        let (entries, complete) = leaves(&source);
        // Among the properties of the program are lists of headings and fonts, whose items are called `lpstr`.
        let named = entries.iter().filter(|(name, _)| !matches!(name.as_str(), "lpstr" | "i4"));
        named.for_each(|(name, value)| record.put(&format!("office.{}", hyphened(name)), value));
        incomplete(complete, notes);
    }
    short(&archive, notes);
}

pub(super) fn open_document(bytes: &[u8], record: &mut Record, notes: &mut Vec<String>) {
    let Some(mut archive) = Archive::open(bytes) else { return };
    let Some(source) = archive.text("meta.xml") else { return };
    let (entries, complete) = leaves(&source);
    for (name, value) in entries.iter().filter(|(name, _)| name != "user-defined") {
        record.put(&format!("office.{}", hyphened(name)), value);
    }
    // Counts of pages and words stand in attributes.
    xml(&source, |piece| {
        if let Piece::Open("document-statistic", counts) = piece {
            counts.iter().for_each(|(name, count)| record.put(&format!("office.{}", hyphened(name)), count));
        }
    });
    incomplete(complete, notes);
    short(&archive, notes);
}

/// An archive of anything: nothing in it is opened.
pub(super) fn archive(bytes: &[u8], record: &mut Record) {
    if let Some(archive) = Archive::open(bytes) {
        record.put("archive.entries", &archive.len().to_string());
    }
}

fn incomplete(complete: bool, notes: &mut Vec<String>) {
    if !complete {
        notes.push("the document's properties are damaged; what comes after the damage was left out".into());
    }
}

pub(super) fn short(archive: &Archive<'_>, notes: &mut Vec<String>) {
    if archive.short() {
        notes.push("a part of the archive is damaged or larger than Factum unpacks; it was read up to there".into());
    }
}
