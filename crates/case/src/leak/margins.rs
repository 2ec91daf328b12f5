//! Can a count that a table withholds be worked out from its margins, from another table, or from an earlier release?
//!
//! The build withholds what its own tables must not tell. What somebody typed, or another program made, it has not seen: so the tables of
//! the final files are read as a hostile reader has them, put together with one another and with what left before, and solved
//! ([`crate::clearance::worked_out`]). Only tables with rows, columns, totals and a word for what is withheld are understood; maps, plots and
//! sentences are not.

use super::read::grid::Grid;
use crate::clearance::worked_out::{Unsolved, worked_out};
use crate::custody::evidence::Detail;
use crate::facts::words::{CountedBy, CountsPublished, PublishedCount, ToldOf};
use factum_guard::rules::Rules;
use std::collections::BTreeSet;

/// What left before, and from what number on a count may leave.
#[derive(Clone, Debug, Default)]
pub struct Published {
    /// Counts that left, each with the number of its release.
    pub counts: Vec<(u32, CountsPublished)>,
    /// The rules of the inquiry.
    pub rules: Rules,
}

/// A count of a table that can be worked out.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Exposed {
    /// Which of the tables that were given, from 0.
    pub table: usize,
    /// The row, from 1, its head counted.
    pub row: usize,
    /// The column, from 1.
    pub column: usize,
    /// Whether it tells of few people.
    pub few: bool,
    /// Whether it is told by the difference to an earlier release.
    pub added: bool,
}

impl Exposed {
    /// As what it was found, for whoever edits the publication.
    pub(super) fn words(&self) -> &'static str {
        match (self.few, self.added) {
            (true, false) => "a withheld count of few people that can be worked out",
            (true, true) => "few people more or less than an earlier release told, who can be worked out",
            (false, _) => "a withheld count that can be worked out, though not of few people",
        }
    }
}

/// Counts of a table, and where each stands in it.
struct Read {
    table: usize,
    /// The rows' categories, and the columns' where there are several columns of counts.
    axes: Vec<Vec<String>>,
    counts: Vec<Count>,
}

/// A count of a table: its row and column there, the category of each axis (absent: all), what is told of it.
type Count = ((usize, usize), Vec<Option<usize>>, ToldOf);

/// Words for everybody, in the languages in which reports are written.
const ALL: &[&str] = &[
    "all",
    "total",
    "totals",
    "in all",
    "sum",
    "everybody",
    "overall",
    "tous",
    "toutes",
    "ensemble",
    "au total",
    "total general",
    "todos",
    "todas",
    "en total",
    "gesamt",
    "insgesamt",
    "summe",
    "всего",
    "итого",
    "все",
    "المجموع",
    "الإجمالي",
    "الكل",
    "总计",
    "合计",
    "共计",
    "全部",
];

/// Words and signs for a count that is withheld, as statistical offices and this program write them.
const WITHHELD: &[&str] = &[
    "withheld",
    "suppressed",
    "not told",
    "*",
    "**",
    "***",
    "x",
    "(x)",
    "[x]",
    "c",
    "[c]",
    "(c)",
    "s",
    "(s)",
    "[…]",
    "█",
    "non communiqué",
    "non divulgué",
    "retenu",
    "no se publica",
    "reservado",
    "omitido",
    "не раскрывается",
    "скрыто",
    "محجوب",
    "غير منشور",
    "不公布",
    "保密",
];

/// Tables with more counts are not solved: nobody types them, and those that the build makes are cleared when they are made.
const MOST_COUNTS: usize = 4_000;

/// What can be worked out from these tables.
pub(super) fn exposed(tables: &[&Grid], published: &Published) -> Vec<Exposed> {
    let read: Vec<Read> = tables.iter().enumerate().filter_map(|(at, grid)| understood(at, grid)).collect();
    let mut groups: Vec<Group<'_>> = Vec::new();
    for table in &read {
        let joined = groups.iter_mut().any(|group| group.join(table, published));
        if !joined {
            groups.extend(Group::of(table, published));
        }
    }
    let places = |group: &Group<'_>| -> Vec<Exposed> {
        let found = group.solved(published).unwrap_or_default();
        let place = |out: crate::clearance::worked_out::WorkedOut| {
            let table = group.tables.get(out.table)?;
            let ((row, column), ..) = *table.counts.get(out.count)?;
            let (row, column) = (row.saturating_add(1), column.saturating_add(1));
            Some(Exposed { table: table.table, row, column, few: out.few, added: out.added })
        };
        found.into_iter().filter_map(place).collect()
    };
    let mut all: Vec<Exposed> = groups.iter().flat_map(places).collect();
    all.sort();
    all
}

/// Tables of the same people, and what left before of them.
struct Group<'a> {
    tables: Vec<&'a Read>,
    counts: Vec<CountsPublished>,
    population: Option<String>,
}

impl<'a> Group<'a> {
    /// One table by itself, with the earlier releases of the people it seems to be of. None if its categories are no categories.
    fn of(table: &'a Read, published: &Published) -> Option<Self> {
        let names: Vec<String> =
            (0..table.axes.len()).map(|axis| format!("{} of table {}", axis + 1, table.table + 1)).collect();
        let alone = Self { tables: vec![table], counts: vec![table.counts(&names)], population: None };
        let populations: BTreeSet<&str> =
            published.counts.iter().map(|(_, counts)| counts.population.as_str()).collect();
        let with = |population: &str| {
            let newest =
                published.counts.iter().rev().map(|(_, counts)| counts).find(|c| c.population == population)?;
            let names = table.named_as(&newest.dimensions, &names)?;
            let counts = table.counts(&names);
            let group = Self { tables: vec![table], counts: vec![counts], population: Some(population.into()) };
            let fits = same_people(newest, group.counts.first()?);
            (fits && group.solved(published) != Err(Unsolved::Contradiction)).then_some(group)
        };
        let found = populations.into_iter().find_map(with);
        if found.is_some() {
            return found;
        }
        alone.solved(published).is_ok().then_some(alone)
    }

    /// Takes a table in, if it shares a respect with those here and all of them can be true together.
    fn join(&mut self, table: &'a Read, published: &Published) -> bool {
        let dimensions: Vec<CountedBy> = self.counts.iter().flat_map(|counts| counts.dimensions.clone()).collect();
        let own: Vec<String> =
            (0..table.axes.len()).map(|axis| format!("{} of table {}", axis + 1, table.table + 1)).collect();
        let Some(names) = table.named_as(&dimensions, &own) else { return false };
        let counts = table.counts(&names);
        let equal =
            |mine: &CountedBy| dimensions.iter().any(|d| d.name == mine.name && set(&d.finest) == set(&mine.finest));
        let agrees = self.counts.iter().all(|other| agree(other, &counts));
        if !counts.dimensions.iter().any(equal) || !agrees {
            return false;
        }
        self.tables.push(table);
        self.counts.push(counts);
        if self.solved(published).is_ok() {
            return true;
        }
        self.tables.pop();
        self.counts.pop();
        false
    }

    fn solved(&self, published: &Published) -> Result<Vec<crate::clearance::worked_out::WorkedOut>, Unsolved> {
        let ours = |counts: &CountsPublished| self.population.as_deref() == Some(counts.population.as_str());
        let earlier: Vec<(u32, &CountsPublished)> = published
            .counts
            .iter()
            .filter(|(_, counts)| ours(counts))
            .map(|(number, counts)| (*number, counts))
            .collect();
        worked_out(&earlier, &self.counts, &published.rules)
    }
}

fn set(all: &[String]) -> BTreeSet<&str> {
    all.iter().map(String::as_str).collect()
}

impl Read {
    /// Names for the axes after those of dimensions that have their categories; at least one must. Two categories in common and half of
    /// them are asked for, because one word (`other`) stands in many tables.
    fn named_as(&self, dimensions: &[CountedBy], own: &[String]) -> Option<Vec<String>> {
        let mut taken = BTreeSet::new();
        let mut known = false;
        let names = self.axes.iter().zip(own).map(|(axis, own)| {
            let labels = set(axis);
            let fits = |dimension: &&CountedBy| {
                let common = set(&dimension.finest).intersection(&labels).count();
                common >= 2 && common * 2 >= labels.len() && !taken.contains(&dimension.name)
            };
            match dimensions.iter().find(fits) {
                Some(dimension) => {
                    known = true;
                    taken.insert(dimension.name.clone());
                    dimension.name.clone()
                }
                None => own.clone(),
            }
        });
        let names: Vec<String> = names.collect();
        known.then_some(names)
    }

    /// As something that leaves.
    fn counts(&self, names: &[String]) -> CountsPublished {
        let dimensions = self.axes.iter().zip(names).map(|(axis, name)| CountedBy {
            name: name.clone(),
            finest: axis.clone(),
            groups: Default::default(),
        });
        let category =
            |((axis, name), at): ((&Vec<String>, &String), &Option<usize>)| Some(Detail::new(name, axis.get((*at)?)?));
        let count = |(_, of, told): &((usize, usize), Vec<Option<usize>>, ToldOf)| PublishedCount {
            of: self.axes.iter().zip(names).zip(of).filter_map(category).collect(),
            told: *told,
        };
        CountsPublished {
            release: String::new(),
            population: String::new(),
            places: Vec::new(),
            dimensions: dimensions.collect(),
            counts: self.counts.iter().map(count).collect(),
        }
    }
}

/// Counts that two tables both tell as numbers.
fn common(one: &CountsPublished, other: &CountsPublished) -> Vec<(u64, u64)> {
    let key = |count: &PublishedCount| {
        let mut of: Vec<(String, String)> = count.of.iter().map(|c| (c.name.clone(), c.value.clone())).collect();
        of.sort();
        of
    };
    let number = |count: &PublishedCount| match count.told {
        ToldOf::Exactly(number) => Some((key(count), number)),
        ToldOf::Between(..) | ToldOf::Withheld => None,
    };
    let known: std::collections::BTreeMap<_, u64> = one.counts.iter().filter_map(number).collect();
    other.counts.iter().filter_map(number).filter_map(|(of, n)| Some((*known.get(&of)?, n))).collect()
}

/// Whether two tables of one release tell the same where both tell a number.
fn agree(one: &CountsPublished, other: &CountsPublished) -> bool {
    common(one, other).iter().all(|(one, other)| one == other)
}

/// Whether a table seems to be of the people whom an earlier release counted: nobody is gone, or most counts are what they were. Other people
/// in the same places make differences that tell of nobody.
fn same_people(earlier: &CountsPublished, now: &CountsPublished) -> bool {
    let both = common(earlier, now);
    let equal = both.iter().filter(|(before, after)| before == after).count();
    both.len() >= 2 && (equal * 2 >= both.len() || both.iter().all(|(before, after)| after >= before))
}

/// A table of counts, if that is what it is.
fn understood(at: usize, grid: &Grid) -> Option<Read> {
    let width = grid.rows.iter().skip(1).map(Vec::len).max()?;
    let mut head = grid.rows.first()?.clone();
    if head.len() + 1 == width {
        head.insert(0, String::new());
    }
    let body: Vec<(usize, &Vec<String>)> =
        grid.rows.iter().enumerate().skip(1).filter(|(_, row)| row.len() == width).collect();
    if body.len() < 2 || head.len() != width || body.len().saturating_mul(width) > MOST_COUNTS {
        return None;
    }
    let cell = |row: &Vec<String>, column: usize| row.get(column).map(|text| told(text)).unwrap_or(Cell::Words);
    let is_counted = |column: &usize| {
        let cells: Vec<Cell> = body.iter().map(|(_, row)| cell(row, *column)).collect();
        cells.iter().all(|cell| *cell != Cell::Words) && cells.iter().any(|cell| matches!(cell, Cell::Told(_)))
    };
    // Years and other numbers that name a row stand before its counts: the first column is never one of counts.
    let counted: Vec<usize> = (1..width).filter(is_counted).collect();
    let named: Vec<usize> = (0..width).filter(|column| !counted.contains(column)).collect();
    let label = |row: &Vec<String>| {
        named
            .iter()
            .filter_map(|column| row.get(*column))
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join(" / ")
            .trim()
            .to_string()
    };
    let (rows, of_row) = categories(&body.iter().map(|(_, row)| label(row)).collect::<Vec<_>>())?;
    let heads: Vec<String> = counted.iter().filter_map(|column| head.get(*column).cloned()).collect();
    let (columns, of_column) =
        if counted.len() > 1 { categories(&heads)? } else { (Vec::new(), vec![None; counted.len()]) };
    let mut counts = Vec::new();
    for ((number, row), of_row) in body.iter().zip(&of_row) {
        for (column, of_column) in counted.iter().zip(&of_column) {
            let Cell::Told(told) = cell(row, *column) else { continue };
            let of = if columns.is_empty() { vec![*of_row] } else { vec![*of_row, *of_column] };
            counts.push(((*number, *column), of, told));
        }
    }
    let axes = if columns.is_empty() { vec![rows] } else { vec![rows, columns] };
    (!counts.is_empty()).then_some(Read { table: at, axes, counts })
}

/// The categories that labels name, and which each is: none for everybody. Labels that repeat name nothing that could be counted.
fn categories(labels: &[String]) -> Option<(Vec<String>, Vec<Option<usize>>)> {
    let mut all: Vec<String> = Vec::new();
    let mut of = Vec::new();
    for label in labels {
        let plain = label.trim_matches([' ', '/', ':', '.']).to_lowercase();
        if ALL.contains(&plain.as_str()) {
            of.push(None);
            continue;
        }
        if plain.is_empty() || all.contains(label) {
            return None;
        }
        of.push(Some(all.len()));
        all.push(label.clone());
    }
    let everybody = of.iter().filter(|category| category.is_none()).count();
    (all.len() >= 2 && everybody <= 1).then_some((all, of))
}

/// What a cell says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cell {
    /// Nothing.
    Empty,
    /// Something about a count.
    Told(ToldOf),
    /// Something else.
    Words,
}

/// A cell read as a count: a number with or without groups of thousands, a range, a dash for nobody, a word for what is withheld.
fn told(text: &str) -> Cell {
    let text = text.trim();
    if text.is_empty() {
        return Cell::Empty;
    }
    if WITHHELD.contains(&text.to_lowercase().as_str()) {
        return Cell::Told(ToldOf::Withheld);
    }
    if matches!(text, "-" | "\u{2013}" | "\u{2014}" | "\u{2212}") {
        return Cell::Told(ToldOf::Exactly(0));
    }
    if let Some(limit) = text.strip_prefix('<').and_then(number).and_then(|limit| limit.checked_sub(1)) {
        return Cell::Told(ToldOf::Between(0, limit));
    }
    if let Some(number) = number(text) {
        return Cell::Told(ToldOf::Exactly(number));
    }
    let ends = text.split_once(['\u{2013}', '-']);
    let range = ends.and_then(|(least, most)| Some((number(least)?, number(most)?)));
    match range.filter(|(least, most)| least < most) {
        Some((least, most)) => Cell::Told(ToldOf::Between(least, most)),
        None => Cell::Words,
    }
}

/// A whole number: digits of any of the scripts of the official languages, in groups or not.
fn number(text: &str) -> Option<u64> {
    let digit = |c: char| match c {
        '\u{660}'..='\u{669}' => Some(c as u32 - 0x660),
        '\u{6f0}'..='\u{6f9}' => Some(c as u32 - 0x6f0),
        '\u{ff10}'..='\u{ff19}' => Some(c as u32 - 0xff10),
        _ => c.to_digit(10),
    };
    let groups: Vec<&str> =
        text.trim().split([',', ' ', '\u{a0}', '\u{202f}', '\u{2009}', '\u{2019}', '\u{66c}']).collect();
    let well_grouped = groups.iter().skip(1).all(|group| group.chars().count() == 3);
    let digits: String = groups.concat();
    if !well_grouped || digits.is_empty() || digits.chars().count() > 12 {
        return None;
    }
    digits.chars().try_fold(0_u64, |sum, c| Some(sum * 10 + u64::from(digit(c)?)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn grid(table: &str) -> Grid {
        let rows = table.lines().map(|row| row.split('|').map(|cell| cell.trim().to_string()).collect());
        Grid { part: "table 1".into(), rows: rows.collect() }
    }

    fn places(tables: &[&str], published: &Published) -> Vec<(usize, usize, usize, bool)> {
        let grids: Vec<Grid> = tables.iter().map(|table| grid(table)).collect();
        let found = exposed(&grids.iter().collect::<Vec<_>>(), published);
        found.into_iter().map(|one| (one.table, one.row, one.column, one.few)).collect()
    }

    #[test]
    fn a_withheld_count_that_sums_give_away_is_found_where_it_stands() {
        let check = |tables: &[&str], expected: &[(usize, usize, usize, bool)]| {
            assert_eq!(places(tables, &Published::default()), expected, "{tables:?}");
        };
        check(&["place|persons\nTarvel|1,020\nMirov|withheld\nall|1,023"], &[(0, 3, 2, true)]);
        check(&["place|persons\nTarvel|١٢\nMirov|محجوب\nالمجموع|١٥"], &[(0, 3, 2, true)]);
        check(&["place|persons\nTarvel|20\nMirov|withheld\nKarvi|withheld\nall|40"], &[]);
        let other = "place|women|men|all\nTarvel|9|11|20\nMirov|*|*|*\nKarvi|*|*|16\nall|*|*|40";
        check(
            &["place|persons\nTarvel|20\nMirov|withheld\nKarvi|withheld\nall|40", other],
            &[(0, 3, 2, true), (0, 4, 2, false), (1, 3, 2, true), (1, 3, 3, true), (1, 3, 4, true)],
        );
        // Words, shares and repeated names are no counts.
        check(&["place|persons\nTarvel|20 %\nMirov|withheld\nall|40"], &[]);
        check(&["place|persons\nTarvel|20\nTarvel|withheld\nall|40"], &[]);
        check(&["place|persons\nTarvel|30\nMirov|20\nKarvi|withheld\nall|40"], &[]);
    }

    #[test]
    fn cells_are_read_as_they_are_written() {
        let check = |text: &str, expected: Cell| assert_eq!(told(text), expected, "{text}");
        check("1,234", Cell::Told(ToldOf::Exactly(1234)));
        check("1\u{202f}234", Cell::Told(ToldOf::Exactly(1234)));
        check("12,5", Cell::Words);
        check("\u{2013}", Cell::Told(ToldOf::Exactly(0)));
        check("10\u{2013}15", Cell::Told(ToldOf::Between(10, 15)));
        check("<5", Cell::Told(ToldOf::Between(0, 4)));
        check("Withheld", Cell::Told(ToldOf::Withheld));
        check("12 (5)", Cell::Words);
        check("", Cell::Empty);
    }

    proptest! {
        #[test]
        fn any_table_is_searched(rows in proptest::collection::vec(proptest::collection::vec("(all|\\*|[0-9]{1,2}|[a-c])", 0..5), 0..6)) {
            let grid = Grid { part: "table 1".into(), rows };
            for found in exposed(&[&grid, &grid], &Published::default()) {
                prop_assert!(grid.rows.get(found.row - 1).is_some_and(|row| found.column <= row.len()));
            }
        }
    }
}
