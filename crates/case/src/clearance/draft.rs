//! Which counts of people does a draft show?
//!
//! Those of its tables and pictures, and those its sentences take from runs. An estimate is none: it is of people whom nobody recorded.

use super::tables;
use crate::custody::folder::Case;
use crate::custody::items;
use crate::facts::Book;
use crate::persons;
use crate::publication::counted::{Counted, Unit};
use crate::publication::draft::{Content, Draft};
use crate::publication::sentence::Sentence;
use factum_model::CaptureTable;

/// Values of a run that count people.
const COUNTS: [&str; 2] = ["persons", "observed"];

/// The file of a linkage in which people are counted by the lists they are on.
const CAPTURED: &str = "counts.csv";

/// Every count that a draft shows, and what of it could not be counted.
pub fn counted(case: &Case, book: &Book, draft: &Draft) -> (Vec<Counted>, Vec<String>) {
    let mut all: Vec<Counted> = Vec::new();
    let mut faults = Vec::new();
    for block in &draft.blocks {
        let line = Some(block.line);
        match &block.content {
            Content::Figure { name, .. } | Content::Table { name, .. } if name == "coverage" => {
                all.extend(tables::coverage(&format!("figure:{name}"), line, book));
            }
            Content::Figure { name, .. } | Content::Table { name, .. } => {
                let Some(rest) = name.strip_prefix("overlap") else { continue };
                match captured(case, book, rest.trim_start_matches('-')) {
                    Ok(table) => all.push(tables::overlaps(&format!("figure:{name}"), line, &table)),
                    Err(why) => faults.push(format!("line {}: {why}", block.line)),
                }
            }
            Content::Paragraph { sentences, .. } | Content::Quote(sentences) => {
                sentences.iter().for_each(|sentence| taken(sentence, line, book, &mut all));
            }
            Content::Points(points) => {
                points.iter().flatten().for_each(|sentence| taken(sentence, line, book, &mut all));
            }
            Content::Heading(..) => {}
        }
    }
    (all, faults)
}

/// The counts that a sentence takes from runs. A share has the people observed for its denominator.
fn taken(sentence: &Sentence, line: Option<u32>, book: &Book, all: &mut Vec<Counted>) {
    for (run, part) in sentence.takes() {
        let part = if part == Some("share") { "observed" } else { part.unwrap_or_default() };
        let outcome = book.runs.get(run).and_then(|said| said.what.outcome.as_ref());
        let value = outcome.and_then(|outcome| outcome.values.iter().find(|value| value.name == part));
        let number = value.filter(|_| COUNTS.contains(&part)).and_then(|value| value.value.parse().ok());
        if let Some(number) = number {
            all.push(Counted::single(format!("{{{{{run}.{part}}}}}"), line, Unit::Persons, number));
        }
    }
}

/// The people of a run by the lists they are on; of the only linkage there is, if no run is named.
fn captured(case: &Case, book: &Book, run: &str) -> Result<CaptureTable, String> {
    let items = items::list(case).map_err(|error| error.to_string())?;
    let of_run = |code: &String| run.is_empty() || code == run;
    let outputs = book.runs.iter().filter(|(code, _)| of_run(code)).flat_map(|(_, said)| &said.what.outputs);
    let tables: Vec<_> = outputs
        .filter_map(|output| items.iter().find(|held| held.item.item == *output && held.item.name == CAPTURED))
        .collect();
    let held = match tables[..] {
        [one] => one,
        [] => return Err("no such linkage is in the case, or its counts are closed to you".into()),
        _ => return Err("several linkages are in the case: name one, as in overlap-R-1".into()),
    };
    let mut bytes = Vec::new();
    items::read(case, &held.item, &mut bytes).map_err(|error| error.to_string())?;
    let (table, faults) = persons::read_counts(&bytes, CAPTURED);
    table.ok_or_else(|| faults.lines(1, false).join("; "))
}
