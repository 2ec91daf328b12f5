//! Are the files of a release those that its draft builds, and what may be said of the counts of people in each?
//!
//! What is cleared is the draft. A file has been cleared if it is, byte for byte, what the draft builds with its counts cleared; of every
//! other file the manifest says that its counts are not.

use crate::commands::counted;
use crate::failure::Failure;
use factum_case::clearance::leaving::{CONTROL, control};
use factum_case::custody::evidence::Detail;
use factum_case::facts::words::Fact;
use factum_case::publication::build::Built;
use factum_case::publication::{Form, rendered};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::Path;

/// A file: its name and its bytes.
pub type File = (String, Vec<u8>);

/// Refuses files that the draft does not build with its counts cleared: each is named.
pub fn drawn(built: &Built, draft: &Path, outputs: &[File]) -> Result<(), Failure> {
    let mut made: BTreeMap<Form, Vec<u8>> = BTreeMap::new();
    let mut others: u64 = 0;
    for (name, bytes) in outputs {
        let why = match form(name) {
            Some(form) => {
                let drawn = match made.entry(form) {
                    Entry::Occupied(known) => known.into_mut(),
                    Entry::Vacant(place) => place.insert(rendered(&built.dossier, form)?.bytes),
                };
                if drawn == bytes {
                    continue;
                }
                "it is not what the draft builds today with its counts cleared"
            }
            None => "a draft builds no such file; what stands beside the report is given with --annex",
        };
        eprintln!("{name}: {why}");
        others += 1;
    }
    if others == 0 {
        return Ok(());
    }
    let hint =
        format!("factum report build {} --out DIR, without --internal, and give what it writes", draft.display());
    Err(Failure::new(format!("{} not built from the draft; nothing is prepared", are(others))).hint(hint))
}

/// What the manifest says of files that a draft built and that were compared with it.
pub fn cleared(names: &[&str], leaves: &[Fact]) -> (String, Detail) {
    (format!("{CONTROL}: counts cleared, and profiles shared or decided, in {}", names.join(", ")), control(leaves))
}

/// What the manifest says of files of which no draft tells what they count, one line a file. Where people can be counted in them, somebody
/// must have given a reason; of texts and pictures it is said to whoever prepares.
pub fn uncleared(files: &[File], beside_draft: bool, reason: Option<&str>) -> Result<Vec<(String, Detail)>, Failure> {
    if reason.is_some_and(|reason| reason.trim().is_empty()) {
        return Err(
            Failure::new("counts leave uncleared without a reason").hint("--uncleared \"why nobody is exposed\"")
        );
    }
    if let (Some(_), true) = (reason, files.is_empty()) {
        return Err(Failure::new("every file is built from the draft and cleared").hint("leave --uncleared out"));
    }
    let mut refused: u64 = 0;
    for (name, bytes) in files {
        let why = match (is_plain(name, bytes), beside_draft, reason) {
            (false, true, _) if is_report(name, bytes) => {
                "a report in a form that drafts build is no annex: cite it as an item, or give it in the report's place"
            }
            (false, _, None) => "people may be counted in it, and nothing clears them",
            _ => continue,
        };
        eprintln!("{name}: {why}");
        refused += 1;
    }
    if refused > 0 {
        let hint = "give the draft that it is built from with --draft, or say with --uncleared why its counts may leave as they are";
        return Err(Failure::new(format!("{} not cleared; nothing is prepared", are(refused))).hint(hint));
    }
    let usual = if beside_draft { "an annex that no draft builds" } else { "no draft was given" };
    let reason = reason.unwrap_or(usual).trim();
    let line = |(name, _): &File| {
        eprintln!("warning: counts of people in {name} are not cleared, and the manifest says so");
        let words = format!("counts not cleared: {reason} ({name})");
        (words.clone(), Detail::new(CONTROL, words))
    };
    Ok(files.iter().map(line).collect())
}

fn are(files: u64) -> String {
    format!("{} {}", counted(files, "file"), if files == 1 { "is" } else { "are" })
}

fn ending(name: &str) -> String {
    Path::new(name).extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase()
}

/// The form of a report that a file has by its name.
fn form(name: &str) -> Option<Form> {
    let ending = ending(name);
    Form::ALL.into_iter().find(|form| form.ending() == ending)
}

/// Is it a report in a form that drafts build, whatever it is called?
fn is_report(name: &str, bytes: &[u8]) -> bool {
    form(name).is_some() || ending(name) == "htm" || is_page(bytes) || bytes.starts_with(b"%PDF-")
}

fn is_page(bytes: &[u8]) -> bool {
    let start = bytes.get(..512).unwrap_or(bytes);
    let start = String::from_utf8_lossy(start).trim_start_matches('\u{feff}').trim_start().to_ascii_lowercase();
    start.starts_with("<!doctype")
        || start.starts_with("<html")
        || start.starts_with("<?xml")
        || start.starts_with("<svg")
}

/// Does a text set numbers against each other in columns?
fn has_table(text: &str) -> bool {
    let in_columns = |line: &&str| {
        let cells = line.trim().trim_matches('|').split(['|', '\t', ';']).count();
        cells > 1 && line.chars().any(char::is_numeric)
    };
    text.lines().filter(in_columns).count() > 1
}

/// Is it a picture or running text, by its name and its bytes? All else can hold tables.
fn is_plain(name: &str, bytes: &[u8]) -> bool {
    match ending(name).as_str() {
        "png" => bytes.starts_with(b"\x89PNG\r\n\x1a\n"),
        "jpg" | "jpeg" => bytes.starts_with(b"\xff\xd8\xff"),
        "txt" | "md" => {
            let is_data =
                serde_json::from_slice::<serde_json::Value>(bytes).is_ok_and(|v| v.is_object() || v.is_array());
            let text = std::str::from_utf8(bytes);
            text.is_ok_and(|text| !has_table(text)) && !is_page(bytes) && !bytes.starts_with(b"%PDF-") && !is_data
        }
        _ => false,
    }
}
