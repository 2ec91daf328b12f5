//! Which codes do the columns of names give each row?

use super::columns::Column;
use super::enter::{Batch, Memo};
use super::values;
use crate::RecordSet;
use crate::names::{self, Parts};
use crate::records::{self, NameCodes, PartCodes, Wanted};
use factum_model::{Feature, Name};
use rayon::prelude::*;
use rustc_hash::FxHashMap;

/// The columns of names with every distinct value read.
pub(super) struct Names<'b> {
    full: &'b Column,
    parts: [PartColumn<'b>; 3],
    others: Vec<(&'b Column, Vec<Vec<Parts>>)>,
    /// By row of the batch, the name that has to be read as a whole, counted from 1; empty where none has to.
    whole: Vec<u32>,
    wholes: Vec<Vec<Parts>>,
}

/// A column of given, middle or family names.
struct PartColumn<'b> {
    column: &'b Column,
    /// By value: its words as read, until it is entered; nothing where it is known or holds further names.
    read: Vec<Option<String>>,
    /// By value: its codes where they are known; `None` in place of codes where it holds further names, so that the name has
    /// to be read as a whole.
    known: Vec<Option<Option<PartCodes>>>,
}

impl<'b> PartColumn<'b> {
    fn new(set: &RecordSet, column: &'b Column) -> Self {
        let read = |text: &str| match set.parts.get(text) {
            Some(known) => (None, Some(known)),
            None => (names::plain_part(text), None),
        };
        let (read, known) = column.each(read).unzip();
        Self { column, read, known }
    }

    fn holds_more(&self, row: u32) -> bool {
        let at = self.column.at(row);
        at > 0 && matches!((&self.known[at - 1], &self.read[at - 1]), (Some(None), _) | (None, None))
    }
}

impl<'b> Names<'b> {
    /// Reads every distinct value, in parallel.
    pub(super) fn read(set: &RecordSet, batch: &'b Batch<'_>) -> Self {
        let column = |feature| batch.column_or_nothing(feature);
        let parts = [Feature::GivenName, Feature::MiddleName, Feature::FamilyName]
            .map(|feature| PartColumn::new(set, column(feature)));
        let all = |text: &str| Parts::all(&Name { full: Some(text.into()), ..Name::default() });
        let others = batch.columns(Feature::OtherName).map(|column| {
            let read = column.each(|text| values::others(text).flat_map(all).collect());
            (column, read.collect())
        });
        let mut names = Self {
            full: column(Feature::FullName),
            parts,
            others: others.collect(),
            whole: Vec::new(),
            wholes: Vec::new(),
        };
        names.read_wholes(&batch.rows);
        names
    }

    fn read_wholes(&mut self, rows: &[u32]) {
        let has_to = |row: u32| self.full.at(row) > 0 || self.parts.iter().any(|part| part.holds_more(row));
        if !rows.iter().any(|&row| has_to(row)) {
            return;
        }
        let mut known: FxHashMap<[u32; 4], u32> = FxHashMap::default();
        let mut distinct: Vec<u32> = Vec::new();
        let mut whole = vec![0; rows.last().map_or(0, |last| *last as usize + 1)];
        for &row in rows.iter().filter(|row| has_to(**row)) {
            let [given, middle, family] = [0, 1, 2].map(|at: usize| self.parts[at].column.at(row) as u32);
            let at = known.entry([self.full.at(row) as u32, given, middle, family]).or_insert_with(|| {
                distinct.push(row);
                distinct.len() as u32
            });
            whole[row as usize] = *at;
        }
        self.wholes = distinct.par_iter().with_min_len(64).map(|&row| Parts::all(&self.name(row))).collect();
        self.whole = whole;
    }

    fn name(&self, row: u32) -> Name {
        let said = |column: &Column| match column.at(row) {
            0 => None,
            at => Some(column.text(at).to_string()),
        };
        let [given, middle, family] = &self.parts;
        Name {
            full: said(self.full),
            given: said(given.column),
            middle: said(middle.column),
            family: said(family.column),
        }
    }

    /// Gives each row its codes, in the order of the rows.
    pub(super) fn enter(mut self, set: &mut RecordSet, batch: &Batch<'_>) {
        let mut wholes: Vec<Option<Vec<NameCodes>>> = vec![None; self.wholes.len()];
        let mut others: Vec<Vec<Option<Vec<NameCodes>>>> =
            self.others.iter().map(|(column, _)| vec![None; column.values()]).collect();
        let base = set.name.len();
        let mut codes: Vec<NameCodes> = Vec::new();
        for (k, &row) in batch.rows.iter().enumerate() {
            codes.clear();
            let at: [usize; 3] = [0, 1, 2].map(|part: usize| self.parts[part].column.at(row));
            let full = self.full.at(row) > 0;
            let mut says_name = full || at != [0; 3];
            if says_name {
                match if full { None } else { in_columns(set, &mut self.parts, at) } {
                    Some(code) => codes.push(code),
                    None => {
                        let whole = self.whole[row as usize] as usize - 1;
                        codes.extend(coded(set, &self.wholes[whole], &mut wholes[whole]));
                    }
                }
            }
            for ((column, read), memo) in self.others.iter().zip(&mut others) {
                let at = column.at(row);
                if at > 0 {
                    says_name |= values::others(column.text(at)).next().is_some();
                    codes.extend(coded(set, &read[at - 1], &mut memo[at - 1]));
                }
            }
            set.enter_names((base + k) as u32, &codes, says_name);
        }
    }
}

impl RecordSet {
    /// The main name as written: given and family name, or the first and last word of the whole; where there is no main name,
    /// those of the first other.
    pub(super) fn enter_written(&mut self, batch: &Batch<'_>) {
        let [full, given, middle, family] =
            [Feature::FullName, Feature::GivenName, Feature::MiddleName, Feature::FamilyName]
                .map(|feature| batch.column_or_nothing(feature));
        let memo = |column: &Column| Memo::new(column.values() + 1);
        let (mut by_given, mut by_family) = (memo(given), memo(family));
        let (mut by_first, mut by_last) = (memo(full), memo(full));
        let left_out = batch.left_out_in(Feature::FamilyName);
        let written = &mut self.written;
        for &row in &batch.rows {
            let (given_at, family_at) = (given.at(row), family.at(row));
            let at = full.at(row);
            let (first, last) = if given_at != 0 || family_at != 0 {
                let first = by_given.get(given_at, || Some(written.code(given.text(given_at))));
                match records::written_family(family.text(family_at), given_at != 0 && !left_out(row)) {
                    text if family_at == 0 => (first, written.code(text)),
                    text => (first, by_family.get(family_at, || Some(written.code(text)))),
                }
            } else if at != 0 || middle.at(row) != 0 {
                let (first, last) = ends(full.text(at));
                (by_first.get(at, || Some(written.code(first))), by_last.get(at, || Some(written.code(last))))
            } else {
                let mut others =
                    batch.columns(Feature::OtherName).flat_map(|column| values::others(column.text(column.at(row))));
                let (first, last) = ends(others.next().unwrap_or_default());
                (written.code(first), written.code(last))
            };
            self.written_given.push(first);
            self.written_family.push(last);
        }
    }
}

/// The first and the last of several words.
fn ends(text: &str) -> (&str, &str) {
    let mut words = text.split_whitespace();
    (words.next().unwrap_or_default(), words.next_back().unwrap_or_default())
}

/// A name in columns of its parts; `None` where one of them holds further names.
fn in_columns(set: &mut RecordSet, parts: &mut [PartColumn<'_>; 3], at: [usize; 3]) -> Option<NameCodes> {
    let mut codes = [PartCodes::default(); 3];
    for k in (0..3).filter(|&k| at[k] > 0) {
        let (value, PartColumn { column, read, known }) = (at[k] - 1, &mut parts[k]);
        let wanted = if k == 0 { Wanted::Words } else { Wanted::Whole };
        codes[k] = (*known[value].get_or_insert_with(|| set.part(column.text(at[k]), wanted, || read[value].take())))?;
    }
    let name = set.of_parts(&mut codes);
    (0..3).filter(|&k| at[k] > 0).for_each(|k| parts[k].known[at[k] - 1] = Some(Some(codes[k])));
    Some(name)
}

fn coded<'m>(set: &mut RecordSet, read: &[Parts], memo: &'m mut Option<Vec<NameCodes>>) -> &'m [NameCodes] {
    memo.get_or_insert_with(|| read.iter().map(|parts| set.codes_of(parts)).collect())
}
