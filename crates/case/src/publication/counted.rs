//! Which counts of people leave with a publication, wherever they stand, and what is told of each?
//!
//! A bar, a cell of a table, a number in a sentence and a word of an alt text are the same to a hostile reader: equations over unknown
//! counts. The build therefore first writes down every count that it means to print, asks once what of all of them may be told, and
//! draws from the answer alone.

use super::spoken::{Words, fill};
use serde::Serialize;
use std::collections::BTreeMap;

/// Who or what is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// Sources of the inquiry, persons among them.
    Sources,
    /// Sources that are no persons: documents, pages, lists, organizations, media, States.
    Things,
    /// Interviews.
    Interviews,
    /// Persons on lists.
    Persons,
    /// Whom acts happened to.
    Victims,
    /// Acts that were told of.
    Acts,
}

impl Unit {
    /// What it is called, in the plural.
    pub fn name(self) -> &'static str {
        match self {
            Unit::Sources => "sources",
            Unit::Things => "sources that are no persons",
            Unit::Interviews => "interviews",
            Unit::Persons => "persons",
            Unit::Victims => "victims",
            Unit::Acts => "acts",
        }
    }

    /// Whether a small number of them can single out a person, so that it has to be cleared.
    pub fn singles_out(self) -> bool {
        match self {
            // One of two sources, of two who spoke, of two on a list, of two whom something happened to is somebody, and the other knows.
            Unit::Sources | Unit::Interviews | Unit::Persons | Unit::Victims => true,
            // So is whom one of two acts happened to.
            Unit::Acts => true,
            // Two decrees, two broadcasters, two States are nobody; what they say of people is counted by the people.
            Unit::Things => false,
        }
    }

    /// The same in the language of a report.
    pub(super) fn said(self, words: &Words) -> &'static str {
        let [sources, interviews, persons, victims, acts] = words.units;
        match self {
            Unit::Sources | Unit::Things => sources,
            Unit::Interviews => interviews,
            Unit::Persons => persons,
            Unit::Victims => victims,
            Unit::Acts => acts,
        }
    }
}

/// A respect in which those counted are told apart: `place`, `year`, `list registry`. The same name in two tables means the same respect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Axis {
    /// Its name.
    pub name: String,
    /// Its categories, in the order in which they are shown.
    pub categories: Vec<String>,
}

/// One count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Cell {
    /// For each axis the category, by its place; absent where the count is over all of them: a margin.
    pub of: Vec<Option<usize>>,
    /// How many.
    pub count: u64,
    /// On how many different sources the count rests, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sources: Option<u64>,
    /// Everybody knows that nobody can be here.
    pub impossible: bool,
}

/// Counts that stand together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Counted {
    /// Where they stand: `figure:coverage`, `{{R-2.observed}}`.
    pub place: String,
    /// The line of the draft; absent for what the build adds by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// Who is counted.
    pub unit: Unit,
    /// In which respects. None for a single number.
    pub axes: Vec<Axis>,
    /// The counts, with every margin that is shown.
    pub cells: Vec<Cell>,
    /// Whether nobody is in two categories of one axis, so that counts add up to their margins. A witness who was in a place for two years
    /// is counted in both.
    pub adds_up: bool,
}

impl Counted {
    /// A single number.
    pub fn single(place: impl Into<String>, line: Option<u32>, unit: Unit, count: u64) -> Self {
        let cell = Cell { of: Vec::new(), count, sources: None, impossible: false };
        Self { place: place.into(), line, unit, axes: Vec::new(), cells: vec![cell], adds_up: true }
    }

    /// The place of a count among the cells.
    pub fn find(&self, of: &[Option<usize>]) -> Option<usize> {
        self.cells.iter().position(|cell| cell.of == of)
    }
}

/// What is told of one count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Told {
    /// The number.
    Exactly(u64),
    /// At least the first and at most the second.
    Between(u64, u64),
    /// Nothing but that there is a count.
    Withheld,
}

/// Columns of counts that leave room for a word in each cell: with more, words of two columns run into each other in print.
const ROOMY: usize = 4;

/// What stands for a count that is withheld where there is no room for a word.
const STAR: &str = "*";

impl Told {
    /// The number, if it is told.
    pub fn number(self) -> Option<u64> {
        match self {
            Told::Exactly(number) => Some(number),
            Told::Between(..) | Told::Withheld => None,
        }
    }

    /// As a reader sees it.
    pub fn words(self) -> String {
        match self {
            Told::Exactly(number) => factum_report::grouped(number as f64),
            Told::Between(least, most) => {
                format!("{}\u{2013}{}", factum_report::grouped(least as f64), factum_report::grouped(most as f64))
            }
            Told::Withheld => "withheld".into(),
        }
    }

    /// The same in the language of a report.
    pub(super) fn said(self, words: &Words) -> String {
        match self {
            Told::Withheld => words.withheld.into(),
            told => told.words(),
        }
    }

    /// The same in a table of so many columns of counts. Where there is no room for the word that something is withheld, a star stands for it.
    pub(super) fn in_cell(self, words: &Words, columns: usize) -> String {
        if self == Told::Withheld && columns > ROOMY { STAR.into() } else { self.said(words) }
    }

    /// What is to be said under such a table.
    pub(super) fn star(words: &Words, columns: usize) -> String {
        if columns > ROOMY { format!(" {STAR}: {}.", words.withheld) } else { String::new() }
    }
}

/// Who decides what of all counts of a publication is told. Each answer has one entry a cell, in the order of the cells.
pub trait Clearing {
    /// What is told of each count.
    ///
    /// # Errors
    /// What cannot be decided, a sentence each.
    fn clear(&self, counted: &[Counted]) -> Result<Vec<Vec<Told>>, Vec<String>>;

    /// What a reader of the publication must know of how it was cleared, if anything.
    fn notice(&self) -> Option<Notice> {
        None
    }
}

/// What a reader must know of how the counts of a publication were cleared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// Counts below this are withheld, and those from which one could be worked out.
    Few(u64),
    /// Nothing was cleared: it is for the inquiry itself.
    Working,
}

impl Notice {
    /// The same in the language of a report.
    pub(super) fn said(self, words: &Words) -> String {
        match self {
            Notice::Few(threshold) => fill(words.few_withheld, &[("n", &threshold.to_string())]),
            Notice::Working => words.working_version.into(),
        }
    }
}

/// Tells everything: for a version that the inquiry itself reads and that never leaves. It says so on its first page.
pub struct ForTheInquiryItself;

impl Clearing for ForTheInquiryItself {
    fn clear(&self, counted: &[Counted]) -> Result<Vec<Vec<Told>>, Vec<String>> {
        Ok(counted.iter().map(|one| one.cells.iter().map(|cell| Told::Exactly(cell.count)).collect()).collect())
    }

    fn notice(&self) -> Option<Notice> {
        Some(Notice::Working)
    }
}

/// Counts with what is told of them: what pictures, tables and sentences are made from. There is none but from a clearing of all counts
/// of a publication: [`Sheet::cleared`].
#[derive(Clone, Debug)]
pub struct Shown {
    cells: Vec<(Vec<Option<usize>>, Told)>,
}

impl Shown {
    /// Joins counts with what is told of them. A count about which nothing was decided is withheld.
    fn of(counted: &Counted, told: &[Told]) -> Self {
        let told = told.iter().copied().chain(std::iter::repeat(Told::Withheld));
        let cells = counted.cells.iter().zip(told).map(|(cell, told)| (cell.of.clone(), told)).collect();
        Self { cells }
    }

    /// What is told of one count; absent if it was not made.
    pub fn get(&self, of: &[Option<usize>]) -> Option<Told> {
        self.cells.iter().find(|(at, _)| at == of).map(|(_, told)| *told)
    }

    /// Every count.
    pub fn cells(&self) -> impl Iterator<Item = (&[Option<usize>], Told)> {
        self.cells.iter().map(|(of, told)| (of.as_slice(), *told))
    }

    /// Is every count told as a number?
    pub fn is_whole(&self) -> bool {
        self.cells.iter().all(|(_, told)| told.number().is_some())
    }
}

/// Every count of a publication with what is told of it, by the place where it stands.
#[derive(Clone, Debug, Default)]
pub struct Sheet(BTreeMap<String, Shown>);

impl Sheet {
    /// Asks once about all counts.
    ///
    /// # Errors
    /// What cannot be decided, a sentence each.
    pub fn cleared(counted: &[Counted], clearing: &dyn Clearing) -> Result<Self, Vec<String>> {
        let told = clearing.clear(counted)?;
        let told = told.into_iter().chain(std::iter::repeat_with(Vec::new));
        Ok(Self(counted.iter().zip(told).map(|(one, told)| (one.place.clone(), Shown::of(one, &told))).collect()))
    }

    /// The counts that stand in a place.
    pub fn get(&self, place: &str) -> Option<&Shown> {
        self.0.get(place)
    }

    /// The single number that stands in a place. One that nobody counted is withheld.
    pub fn single(&self, place: &str) -> Told {
        self.get(place).and_then(|shown| shown.get(&[])).unwrap_or(Told::Withheld)
    }
}

#[cfg(test)]
mod tests {
    use super::super::spoken;
    use super::*;

    fn table() -> Counted {
        let axis = |name: &str, categories: &[&str]| Axis {
            name: name.into(),
            categories: categories.iter().map(|c| c.to_string()).collect(),
        };
        let cell = |of: &[Option<usize>], count| Cell { of: of.to_vec(), count, sources: None, impossible: false };
        Counted {
            place: "table:sources".into(),
            line: Some(3),
            unit: Unit::Sources,
            axes: vec![axis("sort", &["person", "document"])],
            cells: vec![cell(&[Some(0)], 12), cell(&[Some(1)], 2), cell(&[None], 14)],
            adds_up: true,
        }
    }

    #[test]
    fn what_nobody_decided_is_withheld() {
        let counted = table();
        let shown = Shown::of(&counted, &[Told::Exactly(12)]);
        let check = |of: &[Option<usize>], expected: Option<&str>| {
            assert_eq!(shown.get(of).map(Told::words).as_deref(), expected, "{of:?}");
        };
        check(&[Some(0)], Some("12"));
        check(&[Some(1)], Some("withheld"));
        check(&[None], Some("withheld"));
        check(&[Some(2)], None);
        assert!(!shown.is_whole());
        assert_eq!(Told::Between(10, 1500).words(), "10\u{2013}1,500");
    }

    #[test]
    fn the_inquiry_itself_sees_everything_and_is_told_that_it_does() {
        let counted = [table(), Counted::single("{{R-2.observed}}", None, Unit::Persons, 40)];
        let told = ForTheInquiryItself.clear(&counted).unwrap();
        assert!(counted.iter().zip(&told).all(|(one, told)| Shown::of(one, told).is_whole()));
        let sheet = Sheet::cleared(&counted, &ForTheInquiryItself).unwrap();
        assert_eq!(sheet.single("{{R-2.observed}}"), Told::Exactly(40));
        assert_eq!(sheet.single("{{R-3.observed}}"), Told::Withheld);
        assert_eq!(counted[0].find(&[None]), Some(2));
        let said = |language: &str| ForTheInquiryItself.notice().map(|notice| notice.said(spoken::words(language)));
        assert!(said("en").is_some_and(|said| said.contains("Not to be passed on")));
        assert!(said("fr").is_some_and(|said| said.contains("Ne pas diffuser")));
        let french = spoken::words("fr");
        assert_eq!(Told::Withheld.in_cell(french, 4), "non communiqué");
        assert_eq!(Told::Withheld.in_cell(french, 5), "*");
        assert!(Told::star(french, 5).contains("*: non communiqué"));
        assert!(Told::star(french, 4).is_empty());
        assert!(Notice::Few(5).said(spoken::words("ru")).contains("менее 5"));
    }
}
