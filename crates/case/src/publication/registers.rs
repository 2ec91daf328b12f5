//! What do the tables of a publication say: requests and answers, positions, recommendations, runs, findings, sources?

use super::counted::{Axis, Cell as Counts, Counted, Sheet, Told, Unit};
use super::figures::{under, withheld};
use super::gate::{Cited, Grounds, Rests};
use super::material::Material;
use crate::facts::judge::{self, Standing};
use crate::facts::words::Sort as SourceSort;
use crate::facts::{Book, Sort};
use crate::law::attribution;
use crate::state::{on_finding, positions_table, recommendations_table, requests_table};
use crate::tongue::Tongue;
use factum_model::edtf::Day;
use factum_report::{Block, Cell, Table};
use std::collections::BTreeMap;

/// Under which place the counts of sources are cleared.
const SOURCES: &str = "table:sources";

/// A table.
pub(super) fn table(caption: &str, head: &[&str], rows: Vec<Vec<Cell>>) -> Block {
    Block::Table(Table { caption: caption.into(), head: head.iter().map(|h| h.to_string()).collect(), rows })
}

/// A table under the author's caption, or under its own where the author gave none.
fn captioned(table: Table, caption: &str) -> Block {
    let caption = if caption.trim().is_empty() { table.caption } else { caption.into() };
    Block::Table(Table { caption, ..table })
}

/// What was asked, and what came.
pub(super) fn requests(material: &Material, today: Day, tongue: Tongue, caption: &str) -> Vec<Block> {
    vec![captioned(requests_table(&material.register.requests, today, tongue), caption)]
}

/// What States and bodies hold; of one finding, or all.
pub(super) fn positions(material: &Material, finding: Option<&str>, tongue: Tongue, caption: &str) -> Vec<Block> {
    let all = &material.register.positions;
    let meant = match finding {
        Some(code) => on_finding(all, code),
        None => all.iter().collect(),
    };
    vec![captioned(positions_table(meant, &attribution(), tongue), caption)]
}

/// What States and bodies are asked to do, and what became of it.
pub(super) fn recommendations(material: &Material, today: Day, tongue: Tongue, caption: &str) -> Vec<Block> {
    vec![captioned(recommendations_table(&material.register.recommendations, today, tongue), caption)]
}

/// The runs that the publication cites, with how each stands.
pub(super) fn runs(book: &Book, rests: &Rests, caption: &str) -> Vec<Block> {
    let codes = rests.cited.iter().filter_map(|cited| match cited {
        Cited::Run(code) => Some(code),
        _ => None,
    });
    let rows = codes.filter_map(|code| {
        let run = &book.runs.get(code)?.what;
        let state = match &run.outcome {
            Some(outcome) if !outcome.converged => "did not converge",
            _ if run.inputs.iter().any(|input| !book.items.contains_key(input)) => "inputs are gone",
            _ if run.inputs.iter().any(|input| book.is_superseded(input)) => "inputs changed",
            Some(_) => "converged, inputs unchanged",
            None => "inputs unchanged",
        };
        let parameters: Vec<String> = run.parameters.iter().map(|p| format!("{} {}", p.name, p.value)).collect();
        Some(vec![
            Cell::words(code),
            Cell::words(&run.what),
            Cell::words(&run.program),
            Cell::words(run.seed.clone().unwrap_or_else(|| "none".into())),
            Cell::words(parameters.join(", ")),
            Cell::words(state),
        ])
    });
    vec![table(caption, &["run", "what was computed", "program", "seed", "parameters", "state"], rows.collect())]
}

/// The findings that the publication cites, each with its standard of proof and how it stands.
pub(super) fn findings(grounds: &Grounds<'_>, rests: &Rests, caption: &str) -> Vec<Block> {
    let book = grounds.book;
    let cited = rests.cited.iter().filter_map(|cited| match cited {
        Cited::Thing(Sort::Finding, id) => Some((id, book.findings.get(id)?)),
        _ => None,
    });
    let mut rows: BTreeMap<String, Vec<Cell>> = BTreeMap::new();
    for (id, file) in cited {
        let said = &file.finding.what;
        let standard = judge::standard(book, &said.standard).map_or_else(|_| said.standard.clone(), |s| s.name);
        let standing = match grounds.judged.get(id).map(|judged| &judged.standing) {
            Some(Standing::Adopted) => "adopted",
            Some(Standing::FellBack(_)) => "fell back",
            Some(Standing::NotAdopted) | None => "not adopted",
        };
        let row = vec![Cell::words(&said.code), Cell::words(standard), Cell::words(standing)];
        rows.insert(said.code.clone(), row);
    }
    vec![table(caption, &["finding", "standard of proof", "state"], rows.into_values().collect())]
}

/// How many sources of each sort the inquiry works with, and how many persons were interviewed.
pub(super) fn sources_counted(book: &Book, today: Day, line: Option<u32>) -> Counted {
    let usable = || book.sources.values().filter(|file| file.is_usable(today));
    let count = |sort: SourceSort| usable().filter(|file| file.source.what.sort == sort).count() as u64;
    let cell = |of, count| Counts { of: vec![of], count, sources: Some(count), impossible: false };
    let each = SourceSort::ALL.iter().enumerate().map(|(at, (_, sort))| cell(Some(at), count(*sort)));
    let cells = each.chain([cell(None, usable().count() as u64)]).collect();
    let axes =
        vec![Axis { name: "sort of source".into(), categories: SourceSort::ALL.map(|(name, _)| name.into()).to_vec() }];
    Counted { place: SOURCES.into(), line, unit: Unit::Sources, axes, cells, adds_up: true }
}

/// Sources by what they are.
pub(super) fn sources(sheet: &Sheet, caption: &str) -> Vec<Block> {
    let told = |of: Option<usize>| sheet.get(SOURCES).and_then(|shown| shown.get(&[of])).unwrap_or(Told::Withheld);
    let names = SourceSort::ALL.iter().enumerate().map(|(at, (name, _))| (name.replace('-', " "), told(Some(at))));
    let all: Vec<(String, Told)> = names.chain([("all".to_string(), told(None))]).collect();
    let held = all.iter().filter(|(_, told)| told.number().is_none()).count();
    let rows = all.iter().filter(|(_, told)| *told != Told::Exactly(0));
    let rows = rows.map(|(name, told)| vec![Cell::words(name), Cell::number(told.words())]).collect();
    let note = under("Sources that withdrew are not counted.");
    [table(caption, &["source", "number"], rows), note].into_iter().chain(withheld(held, Unit::Sources)).collect()
}
