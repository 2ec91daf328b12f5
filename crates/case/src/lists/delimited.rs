//! How is text parted into rows and columns?
//!
//! CSV and TSV in any common encoding. A byte-order mark decides; then valid UTF-8; then the shape of UTF-16; then the guess
//! of `chardetng`, which is announced. Quoted fields may hold separators and line breaks.

use super::table::{Cell, Sink};
use crate::fault::{Fault, Faults, Severity};
use crate::settings::ListSettings;
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use std::borrow::Cow;

/// Separators tried when the settings name none, likeliest first.
const SEPARATORS: [u8; 4] = *b",;\t|";

pub(crate) fn read(
    bytes: &[u8],
    file: &str,
    settings: &ListSettings,
    sink: &mut dyn Sink,
    faults: &mut Faults,
) -> Option<String> {
    let encoding = encoding_of(bytes, file, settings, faults)?;
    let (text, encoding, _) = encoding.decode(bytes);
    rows(&text, file, settings, sink, faults);
    Some(encoding.name().to_string())
}

fn encoding_of(bytes: &[u8], file: &str, settings: &ListSettings, faults: &mut Faults) -> Option<&'static Encoding> {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return Some(encoding);
    }
    if let Some(label) = &settings.encoding {
        let found = Encoding::for_label(label.as_bytes());
        if found.is_none() {
            let hint = "use a name such as utf-8, windows-1251, windows-1256, iso-8859-1, gb18030, utf-16le";
            faults.push(Fault::new(Severity::Error, file, format!("there is no encoding `{label}`")).hint(hint));
        }
        return found;
    }
    if std::str::from_utf8(bytes).is_ok() && !bytes.contains(&0) {
        return Some(UTF_8);
    }
    if let Some(utf16) = utf16_without_mark(bytes) {
        return Some(utf16);
    }
    if bytes.contains(&0) {
        let hint = "it may be a database or a picture; export the list as CSV or XLSX";
        faults.push(Fault::new(Severity::Error, file, "this is not text: it holds zero bytes").hint(hint));
        return None;
    }
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let guess = detector.guess(None, chardetng::Utf8Detection::Deny);
    let what = format!("the file does not say how its letters are encoded; it was read as {}", guess.name());
    let hint =
        format!("if names look wrong set encoding = \"…\" for this list; if they are right set \"{}\"", guess.name());
    faults.push(Fault::new(Severity::Note, file, what).hint(hint));
    Some(guess)
}

/// UTF-16 of Latin text has a zero in every second byte.
fn utf16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(2000)];
    let zeros = |parity: usize| head.iter().skip(parity).step_by(2).filter(|b| **b == 0).count();
    let half = head.len() / 2;
    match (zeros(0), zeros(1)) {
        (even, odd) if even * 10 < odd && odd * 3 > half => Some(UTF_16LE),
        (even, odd) if odd * 10 < even && even * 3 > half => Some(UTF_16BE),
        _ => None,
    }
}

/// The separator that cuts the first lines into the most columns, evenly.
fn separator(text: &str) -> u8 {
    let head: String = text.lines().take(20).flat_map(|l| [l, "\n"]).collect();
    let columns = |separator: u8| {
        let mut reader = csv::ReaderBuilder::new().delimiter(separator).flexible(true).from_reader(head.as_bytes());
        let width = reader.headers().map_or(0, csv::StringRecord::len);
        let even = reader.records().flatten().filter(|r| r.len() == width).count();
        if width > 1 { (even, width) } else { (0, 0) }
    };
    // `max_by_key` takes the last of equals; reversed, the likeliest wins.
    SEPARATORS.into_iter().rev().max_by_key(|&s| columns(s)).unwrap_or(b',')
}

fn rows(text: &str, file: &str, settings: &ListSettings, sink: &mut dyn Sink, faults: &mut Faults) {
    let delimiter = settings.delimiter.unwrap_or_else(|| separator(text));
    let mut reader =
        csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).has_headers(false).from_reader(text.as_bytes());
    let mut record = csv::StringRecord::new();
    // The line a row begins on, and the number of columns; 0 until the header has been read.
    let mut number = 0u32;
    let mut width = 0;
    let mut any = false;
    loop {
        match reader.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => {
                let fault =
                    Fault::new(Severity::RowLeftOut, file, format!("cannot be read as a row: {}", kind(&error)));
                faults.push(fault.at_row(number + 1));
                continue;
            }
        }
        number = record.position().map_or(number + 1, |p| p.line() as u32);
        if let Some(lines) = record.iter().map(|value| swallowed(value, delimiter, width)).max().filter(|n| *n > 0) {
            let what = format!("a quotation mark opened here was not closed: {lines} lines were read as one value");
            faults.push(
                Fault::new(Severity::Error, file, what).at_row(number).hint("close or remove the quotation mark"),
            );
        }
        if width == 0 {
            let names: Vec<String> = record.iter().map(|n| n.trim().to_string()).collect();
            width = names.len().max(1);
            if !sink.header(&names, faults) {
                return;
            }
            continue;
        }
        if record.iter().all(|c| c.trim().is_empty()) {
            continue;
        }
        any = true;
        if record.len() != width {
            let what = format!("has {} columns, the header has {width}", record.len());
            let hint = "a separator or quotation mark inside a value must stand in quotation marks";
            faults.push(Fault::new(Severity::RowLeftOut, file, what).at_row(number).hint(hint));
            continue;
        }
        let cells: Vec<Cell<'_>> = record.iter().map(cell).collect();
        sink.row(number, &cells, faults);
    }
    if !any {
        let fault = Fault::new(Severity::Error, file, "the file has no row below its header");
        faults.push(fault.hint("check that it was saved or copied whole"));
    }
}

fn cell(text: &str) -> Cell<'_> {
    if text.is_empty() { Cell::Empty } else { Cell::Text(Cow::Borrowed(text)) }
}

/// How many lines of the file a value has swallowed: those in it that have as many separators as a row.
fn swallowed(value: &str, delimiter: u8, width: usize) -> usize {
    if width < 2 || !value.contains('\n') {
        return 0;
    }
    let separators = |line: &str| line.bytes().filter(|b| *b == delimiter).count();
    let rows = value.lines().filter(|line| separators(line) + 1 >= width).count();
    // One line that looks like a row may be an address or a sum; three are rows.
    if rows >= 3 { rows } else { 0 }
}

/// What the CSV reader says, without repeating the row.
fn kind(error: &csv::Error) -> &'static str {
    match error.kind() {
        csv::ErrorKind::Io(_) => "reading failed",
        csv::ErrorKind::Utf8 { .. } => "its bytes are no text",
        _ => "it is malformed",
    }
}
