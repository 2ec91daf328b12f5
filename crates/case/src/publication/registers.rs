//! What do the tables of a publication say: requests and answers, positions, recommendations, runs, findings, sources?

use super::counted::{Axis, Cell as Counts, Counted, Sheet, Told, Unit};
use super::figures::{under, withheld_in};
use super::gate::{Cited, Grounds, Rests};
use super::material::Material;
use super::spoken::{ENGLISH, Words};
use crate::facts::judge::{self, Standing};
use crate::facts::lineage::Became;
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

/// Under which place those that are nobody are.
const THINGS: &str = "table:sources, no persons";

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
pub(super) fn runs(grounds: &Grounds<'_>, rests: &Rests, caption: &str, words: &Words) -> Vec<Block> {
    let codes = rests.cited.iter().filter_map(|cited| match cited {
        Cited::Run(code) => Some(code),
        _ => None,
    });
    let rows = codes.filter_map(|code| {
        let run = &grounds.book.runs.get(code)?.what;
        let lost = grounds.lineage.lost(code);
        let state = match &run.outcome {
            Some(outcome) if !outcome.converged => words.not_converged,
            _ if lost.iter().any(|lost| lost.became != Became::Another) => words.inputs_gone,
            _ if !lost.is_empty() => words.inputs_changed,
            Some(_) => words.converged,
            None => words.unchanged,
        };
        let parameters: Vec<String> = run.parameters.iter().map(|p| format!("{} {}", p.name, p.value)).collect();
        Some(vec![
            Cell::words(code),
            Cell::words(&run.what),
            Cell::words(&run.program),
            Cell::words(run.seed.clone().unwrap_or_else(|| words.none.into())),
            Cell::words(parameters.join(", ")),
            Cell::words(state),
        ])
    });
    let head = [words.run, words.computed, words.program, words.seed, words.parameters, words.state];
    vec![table(caption, &head, rows.collect())]
}

/// What a standard of proof is called: one that is built in in the language of the report, the inquiry's own as it calls it.
pub(super) fn standard_name(book: &Book, name: &str, words: &Words) -> String {
    let built_in = judge::BUILT_IN.iter().zip(words.standards_named).find(|((known, _), _)| *known == name);
    match built_in.filter(|_| !book.standards.contains_key(name)) {
        Some((_, said)) if words.lang != ENGLISH => said.into(),
        _ => judge::standard(book, name).map_or_else(|_| name.to_string(), |standard| standard.name),
    }
}

/// The findings that the publication cites, each with its standard of proof and how it stands.
pub(super) fn findings(grounds: &Grounds<'_>, rests: &Rests, caption: &str, words: &Words) -> Vec<Block> {
    let book = grounds.book;
    let cited = rests.cited.iter().filter_map(|cited| match cited {
        Cited::Thing(Sort::Finding, id) => Some((id, book.findings.get(id)?)),
        _ => None,
    });
    let mut rows: BTreeMap<String, Vec<Cell>> = BTreeMap::new();
    for (id, file) in cited {
        let said = &file.finding.what;
        let standard = standard_name(book, &said.standard, words);
        let standing = match grounds.judged.get(id).map(|judged| &judged.standing) {
            Some(Standing::Adopted) => words.adopted,
            Some(Standing::FellBack(_)) => words.fell_back,
            Some(Standing::NotAdopted) | None => words.not_adopted,
        };
        let row = vec![Cell::words(&said.code), Cell::words(standard), Cell::words(standing)];
        rows.insert(said.code.clone(), row);
    }
    vec![table(caption, &[words.finding, words.standards, words.state], rows.into_values().collect())]
}

/// Sorts of sources, those that are persons or those that are not, each with its place among all.
fn sorts(persons: bool) -> impl Iterator<Item = (usize, &'static str, SourceSort)> {
    let all = SourceSort::ALL.into_iter().enumerate().map(|(at, (name, sort))| (at, name, sort));
    all.filter(move |(.., sort)| sort.is_person() == persons)
}

/// How many sources of each sort the inquiry works with: persons, of whom few must not be told, and what is nobody.
pub(super) fn sources_counted(book: &Book, today: Day, line: Option<u32>) -> Vec<Counted> {
    let usable = || book.sources.values().filter(|file| file.is_usable(today));
    let table = |place: &str, unit, persons: bool| {
        let count = |sort: SourceSort| usable().filter(|file| file.source.what.sort == sort).count() as u64;
        let cell = |of, count| Counts { of: vec![of], count, sources: Some(count), impossible: false };
        let each: Vec<u64> = sorts(persons).map(|(.., sort)| count(sort)).collect();
        let all = each.iter().sum();
        let cells = each.iter().enumerate().map(|(at, n)| cell(Some(at), *n)).chain([cell(None, all)]).collect();
        let categories = sorts(persons).map(|(_, name, _)| name.to_string()).collect();
        let axes = vec![Axis { name: "sort of source".into(), categories }];
        Counted { place: place.into(), line, unit, axes, cells, adds_up: true }
    };
    vec![table(SOURCES, Unit::Sources, true), table(THINGS, Unit::Things, false)]
}

/// Sources by what they are.
pub(super) fn sources(sheet: &Sheet, caption: &str, words: &Words) -> Vec<Block> {
    let told =
        |place: &str, of: Option<usize>| sheet.get(place).and_then(|shown| shown.get(&[of])).unwrap_or(Told::Withheld);
    let rows = [(SOURCES, true), (THINGS, false)].into_iter().flat_map(|(place, persons)| {
        sorts(persons).enumerate().map(move |(at, (number, ..))| (number, told(place, Some(at))))
    });
    let mut rows: Vec<(usize, Told)> = rows.collect();
    rows.sort_by_key(|(number, _)| *number);
    // How many there are in all tells how many persons there are, since the others are told.
    let in_all = match (told(SOURCES, None), told(THINGS, None)) {
        (Told::Exactly(persons), Told::Exactly(others)) => Told::Exactly(persons.saturating_add(others)),
        (Told::Between(least, most), Told::Exactly(others)) => {
            Told::Between(least.saturating_add(others), most.saturating_add(others))
        }
        _ => Told::Withheld,
    };
    let named = rows.into_iter().filter_map(|(number, told)| Some((*words.sorts.get(number)?, told)));
    let all: Vec<(&str, Told)> = named.chain([(words.all, in_all)]).collect();
    let held = all.iter().filter(|(_, told)| told.number().is_none()).count();
    let rows = all.iter().filter(|(_, told)| *told != Told::Exactly(0));
    let rows = rows.map(|(name, told)| vec![Cell::words(*name), Cell::number(told.said(words))]).collect();
    let note = under(words.withdrawn);
    let table = table(caption, &[words.source, words.number], rows);
    [table, note].into_iter().chain(withheld_in(words, held, Unit::Sources)).collect()
}
