//! Which files hold this inquiry, in their one spelling?
//!
//! Paths with `/`, in order. Statements stand in one file for each interview or document, entities in one for each kind.
//! What there is none of has no file. [`identities`] is apart: who is behind a code is written only when asked.

use super::authored::{Identity, Inquiry, Page};
use super::record::{Code, Record};
use super::spell::{print, print_each};
use crate::testimony::text::Text;
use std::collections::BTreeMap;

/// Files by their paths.
pub type Files = BTreeMap<String, Vec<u8>>;

/// The name of a file for what belongs to nothing that could name it.
const REST: &str = "other";

/// The files of an inquiry, without identities.
pub fn files(inquiry: &Inquiry) -> Files {
    let mut inquiry = inquiry.clone();
    inquiry.order();
    let mut files = Files::new();
    inquiry.sources.iter().for_each(|p| page("sources", &p.about.code, p, &mut files));
    inquiry.interviews.iter().for_each(|p| page("interviews", &p.about.code, p, &mut files));
    inquiry.documents.iter().for_each(|p| page("documents", &p.about.code, p, &mut files));
    inquiry.findings.iter().for_each(|p| page("findings", &p.about.code, p, &mut files));
    let by_item = inquiry.statements.iter().map(|s| (s.item.as_ref().map_or(REST, |code| code.0.as_str()), s));
    grouped("statements", "statement", by_item, &mut files);
    let by_sort = inquiry.entities.iter().map(|e| (if is_plain(&e.sort) { e.sort.as_str() } else { REST }, e));
    grouped("entities", "entity", by_sort, &mut files);
    let kept = [
        ("standards", &inquiry.standards),
        ("schema", &inquiry.schemas),
        ("frameworks", &inquiry.frameworks),
        ("official", &inquiry.officials),
    ];
    for (folder, kept) in kept {
        let named = kept.iter().map(|file| (format!("{folder}/{}.toml", file.name), file.text.clone().into_bytes()));
        files.extend(named);
    }
    for request in &inquiry.requests {
        files.insert(format!("requests/{}.toml", request.code), print(&request.table()).into_bytes());
    }
    together("positions.toml", &[list("position", &inquiry.positions)], &mut files);
    together("recommendations.toml", &[list("recommendation", &inquiry.recommendations)], &mut files);
    together("corrections.toml", &[list("correction", &inquiry.corrections)], &mut files);
    together("ties.toml", &[list("tie", &inquiry.ties), list("examined", &inquiry.examined)], &mut files);
    let consents = [list("consent", &inquiry.consents), list("withdrawal", &inquiry.withdrawals)];
    together("consents.toml", &consents, &mut files);
    let law = [list("assessment", &inquiry.assessments), list("conclusion", &inquiry.conclusions)];
    together("law.toml", &law, &mut files);
    together("medical.toml", &[list("medical", &inquiry.medical)], &mut files);
    let acts = inquiry.acts.iter().map(|file| (format!("acts/{}.toml", file.name), file.text.clone().into_bytes()));
    files.extend(acts);
    together("judgements.toml", &[list("claim", &inquiry.claims)], &mut files);
    files
}

/// The file of identities.
pub fn identities(identities: &[Identity]) -> Vec<u8> {
    list("identity", identities).into_bytes()
}

/// A table in its one spelling.
pub(crate) fn printed(table: &crate::testimony::front::Table) -> String {
    print(table)
}

/// A name that is the same file on every system.
pub(crate) fn is_plain(name: &str) -> bool {
    (1..=40).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

fn list<T: Record>(name: &str, records: &[T]) -> String {
    print_each(name, records.iter().map(Record::table))
}

fn together(path: &str, parts: &[String], files: &mut Files) {
    let parts: Vec<&str> = parts.iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
    if !parts.is_empty() {
        files.insert(path.into(), parts.join("\n").into_bytes());
    }
}

fn grouped<'a, T: Record + 'a>(
    folder: &str,
    name: &str,
    records: impl Iterator<Item = (&'a str, &'a T)>,
    files: &mut Files,
) {
    let mut groups: BTreeMap<&str, Vec<&T>> = BTreeMap::new();
    records.for_each(|(group, record)| groups.entry(group).or_default().push(record));
    for (group, records) in groups {
        let text = print_each(name, records.into_iter().map(Record::table));
        files.insert(format!("{folder}/{group}.toml"), text.into_bytes());
    }
}

fn page<T: Record>(folder: &str, code: &Code, page: &Page<T>, files: &mut Files) {
    files.insert(format!("{folder}/{code}.md"), written(&page.about.table(), &page.text).into_bytes());
}

/// Front matter and the text below it.
fn written(table: &crate::testimony::front::Table, text: &Text) -> String {
    let words = text.print();
    let gap = if words.is_empty() { "" } else { "\n" };
    format!("+++\n{}+++\n{gap}{words}", print(table))
}
