//! What words stand in the parts of a document of an office program?
//!
//! Office Open XML (ECMA-376) and OpenDocument keep text in runs within paragraphs, and more in attributes: authors of changes,
//! descriptions of pictures, names of bookmarks and styles. Words that change tracking struck are still in the file.

use super::grid::{self, Laying};
use super::{Reading, Unit, Words};
use crate::markup::{Piece, xml};
use crate::text::text;
use crate::{sniff, sniff::Kind};

/// Whether the format itself gives a part this name.
pub(super) fn is_prescribed(name: &str) -> bool {
    const FOLDERS: [&str; 7] = ["word/", "docProps/", "_rels/", "customXml/", "xl/", "ppt/", "META-INF/"];
    const FILES: [&str; 6] =
        ["[Content_Types].xml", "content.xml", "styles.xml", "meta.xml", "settings.xml", "mimetype"];
    let plain = |part: &str| {
        let stem = part.trim_end_matches(".xml").trim_end_matches(".rels").trim_end_matches(".xml");
        const KNOWN: [&str; 24] = [
            "document",
            "footnotes",
            "endnotes",
            "comments",
            "header",
            "footer",
            "styles",
            "settings",
            "numbering",
            "fontTable",
            "webSettings",
            "theme",
            "core",
            "app",
            "custom",
            "sharedStrings",
            "workbook",
            "sheet",
            "slide",
            "notesSlide",
            "item",
            "itemProps",
            "people",
            "image",
        ];
        let stem = stem.rsplit('/').next().unwrap_or(stem);
        let stem = stem.split('.').next().unwrap_or(stem).trim_end_matches(|c: char| c.is_ascii_digit());
        KNOWN.contains(&stem)
    };
    FILES.contains(&name) || (FOLDERS.iter().any(|folder| name.starts_with(folder)) && plain(name))
}

/// Elements that part no words: runs of text and what stands around them.
const WITHIN: &[&str] =
    &["t", "r", "span", "delText", "instrText", "a", "hyperlink", "ins", "del", "smartTag", "sdtContent"];
/// Elements that end a paragraph.
const ENDS: &[&str] = &["p", "h", "si", "is", "row", "tr", "table-row"];
/// Elements that end a cell, of which a row may hold the words of one name.
const CELLS: &[&str] = &["tc", "table-cell"];

/// The words of a part.
pub(super) fn part(reading: &mut Reading, source: &str) {
    let mut text = String::new();
    let mut rows = String::new();
    let mut attributes: Vec<String> = Vec::new();
    let mut leaf = false;
    let mut tables = Laying::default();
    let mut within = Reading::default();
    let complete = xml(source, |piece| match piece {
        Piece::Close("tbl" | "table") => tables.end(&mut within),
        Piece::Words(words) => {
            text.push_str(words);
            rows.push_str(words);
            tables.words(words);
            leaf |= !words.trim().is_empty();
        }
        Piece::Open(name, found) => {
            match name {
                "tbl" | "table" => tables.table(),
                "tr" | "table-row" => tables.row(),
                "tc" | "table-cell" => tables.cell(),
                "tab" => text.push('\t'),
                "br" | "cr" | "line-break" => text.push('\n'),
                "s" => text.push(' '),
                _ => {}
            }
            leaf &= WITHIN.contains(&name);
            attributes.extend(found.into_iter().filter(|(name, _)| name != "xmlns").map(|(_, value)| value));
        }
        Piece::Close(name) if ENDS.contains(&name) => {
            text.push('\n');
            rows.push(if matches!(name, "p" | "h") { ' ' } else { '\n' });
            leaf = false;
        }
        Piece::Close(name) if CELLS.contains(&name) => {
            rows.push('\t');
            tables.leave();
        }
        Piece::Close(name) if WITHIN.contains(&name) => {}
        // An element of its own with words in it, as properties are.
        Piece::Close(_) if leaf => {
            text.push('\n');
            rows.push('\n');
            leaf = false;
        }
        Piece::Close(_) => {}
    });
    if !complete {
        reading.unread.push("it is damaged; what comes after the damage was read as plain words only".into());
        reading.say(Words::label("damaged part", source));
    }
    reading.tables.append(&mut within.tables);
    reading.say(Words::sentences("text", Unit::Paragraph, text));
    for (number, row) in (1_u32..).zip(rows.lines().filter(|line| line.contains('\t'))) {
        reading.say(Words::label(format!("row {number} of its tables"), row));
    }
    attributes.sort();
    attributes.dedup();
    for value in attributes {
        reading.say(Words { prose: value.contains(' '), ..Words::label("an attribute", value) });
    }
}

/// The cells of a workbook, row by row: two words of a name may stand side by side.
pub(super) fn cells(reading: &mut Reading, bytes: &[u8], names: &[String]) {
    if !names.iter().any(|name| name == "xl/workbook.xml") {
        return;
    }
    let kind = Kind { media_type: sniff::XLSX.into(), encoding: None };
    let mut notes = Vec::new();
    let Some(found) = text(bytes, &kind, &mut notes) else { return };
    for sheet in found.parts {
        let part = sheet.page.map_or("a sheet".into(), |page| format!("sheet {page}"));
        super::rows(reading, &part, &sheet.text);
        // The first line is the sheet's name.
        let cells = sheet.text.split_once('\n').map_or("", |(_, cells)| cells);
        grid::lines(reading, &part, cells, b'\t');
    }
}
