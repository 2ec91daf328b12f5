//! How do lists of people overlap, and what of that may be told?

use super::counted::{Axis, Cell, Counted, Shown, Told, Unit};
use super::figures::{figure, withheld_in};
use super::registers::table as table_of;
use super::spoken::{Words, fill};
use factum_model::{CaptureTable, History};
use factum_report::plot::{self, Intersection, Upset};
use factum_report::{Block, apart, grouped};

/// Lists whose empty combinations are told as well: with more there are more than a reader can read.
const LISTS: usize = 6;

/// Under which place the counts are cleared.
pub(super) fn place(run: &str) -> String {
    format!("overlap-{run}")
}

/// Which combinations of lists are counted: those with people, and with few lists every one, since a reader sees which are empty.
fn histories(of: &CaptureTable) -> Vec<(Vec<bool>, u64)> {
    let lists = of.lists().len();
    let on = |history: History| (0..lists).map(|list| history.contains(list)).collect::<Vec<bool>>();
    let mut all: Vec<(Vec<bool>, u64)> = of.iter().map(|(history, count)| (on(history), count)).collect();
    if lists <= LISTS {
        for bits in 1..1u32 << lists {
            let history: Vec<bool> = (0..lists).map(|list| bits >> list & 1 == 1).collect();
            if !all.iter().any(|(known, _)| *known == history) {
                all.push((history, 0));
            }
        }
    }
    all.sort();
    all
}

fn key(history: &[bool]) -> Vec<Option<usize>> {
    history.iter().map(|on| Some(usize::from(!on))).collect()
}

/// The margin of one list: everybody on it, whatever else they are on.
fn margin(lists: usize, list: usize) -> Vec<Option<usize>> {
    (0..lists).map(|l| (l == list).then_some(0)).collect()
}

/// The counts of the combinations, of each list, and of everybody.
pub(super) fn counted(run: &str, of: &CaptureTable, line: Option<u32>) -> Counted {
    let lists = of.lists().len();
    let categories = || vec!["on it".to_string(), "not on it".to_string()];
    let axis = |list: &factum_model::ListId| Axis { name: format!("list {list}"), categories: categories() };
    let cell = |of: Vec<Option<usize>>, count| Cell { of, count, sources: None, impossible: false };
    let inner = histories(of).into_iter().map(|(history, count)| cell(key(&history), count));
    let margins = (0..lists).map(|list| cell(margin(lists, list), of.on_list(list)));
    let all = cell(vec![None; lists], of.observed());
    let cells = inner.chain(margins).chain([all]).collect();
    let axes = of.lists().iter().map(axis).collect();
    Counted { place: place(run), line, unit: Unit::Persons, axes, cells, adds_up: true }
}

/// The picture, or the table where one is asked for or where the picture could not be drawn.
pub(super) fn blocks(of: &CaptureTable, shown: &Shown, table: bool, caption: &str, words: &Words) -> Vec<Block> {
    let lists = of.lists().len();
    let names: Vec<String> = of.lists().iter().map(ToString::to_string).collect();
    let told = |at: &[Option<usize>]| shown.get(at).unwrap_or(Told::Withheld);
    let combinations: Vec<(Vec<bool>, Told)> =
        histories(of).into_iter().map(|(history, _)| (history.clone(), told(&key(&history)))).collect();
    let totals: Vec<Told> = (0..lists).map(|list| told(&margin(lists, list))).collect();
    let held = combinations.iter().map(|(_, told)| told).chain(&totals).filter(|told| told.number().is_none()).count();
    let whole: Option<Vec<(String, u64)>> =
        names.iter().zip(&totals).map(|(name, told)| Some((name.clone(), told.number()?))).collect();
    let picture = whole.filter(|_| !table).map(|lists| {
        let shown = combinations.iter().filter_map(|(history, told)| Some((history, told.number()?)));
        let intersections: Vec<Intersection> = shown
            .filter(|(_, people)| *people > 0)
            .map(|(history, people)| Intersection {
                lists: history.iter().enumerate().filter(|(_, on)| **on).map(|(list, _)| list).collect(),
                people: Some(people),
            })
            .collect();
        let totals: Vec<String> = lists.iter().map(|(name, n)| format!("{name} {}", grouped(*n as f64))).collect();
        let (totals, shown) = (totals.join("; "), intersections.len().to_string());
        let alt = fill(words.pictures.overlaps, &[("totals", &totals), ("n", &shown)]);
        let of = Upset { title: words.pictures.overlap.into(), lists, intersections, words: alt.clone() };
        figure(plot::upset(&of, words.drawn()), alt, caption)
    });
    let shown = picture.unwrap_or_else(|| {
        let label = |history: &[bool]| {
            let on = history.iter().zip(&names).filter(|(on, _)| **on).map(|(_, name)| name.as_str());
            apart(on.collect::<Vec<_>>().join(" + "))
        };
        let row = |label: String, told: &Told| {
            vec![factum_report::Cell::words(label), factum_report::Cell::number(told.said(words))]
        };
        let all = told(&vec![None; lists]);
        let rows = combinations
            .iter()
            .filter(|(_, told)| *told != Told::Exactly(0))
            .map(|(history, told)| row(fill(words.only_on, &[("lists", &label(history))]), told))
            .chain(
                names.iter().zip(&totals).map(|(name, told)| row(fill(words.all_on, &[("list", &apart(name))]), told)),
            )
            .chain([row(words.all.into(), &all)]);
        table_of(caption, &words.lists_and_people, rows.collect())
    });
    std::iter::once(shown).chain(withheld_in(words, held, Unit::Persons)).collect()
}

#[cfg(test)]
mod tests {
    use super::super::counted::{Clearing, Sheet};
    use super::super::spoken;
    use super::*;
    use factum_model::ListId;

    fn table() -> CaptureTable {
        CaptureTable::from_counts(vec![ListId::new("a"), ListId::new("b")], &[(1, 30), (2, 4), (3, 12)]).unwrap()
    }

    fn words(blocks: &[Block]) -> String {
        format!("{blocks:?}")
    }

    #[test]
    fn counts_come_with_their_margins() {
        let counted = counted("R-1", &table(), Some(3));
        let check = |of: &[Option<usize>], expected: u64| {
            let at = counted.find(of).unwrap();
            assert_eq!(counted.cells[at].count, expected, "{of:?}");
        };
        check(&[Some(0), Some(1)], 30);
        check(&[Some(1), Some(0)], 4);
        check(&[Some(0), Some(0)], 12);
        check(&[Some(0), None], 42);
        check(&[None, Some(0)], 16);
        check(&[None, None], 46);
        assert_eq!(counted.cells.len(), 6);
    }

    #[test]
    fn what_is_withheld_stands_nowhere_in_the_picture() {
        let counted = counted("R-1", &table(), None);
        let four = counted.find(&[Some(1), Some(0)]).unwrap();
        let margin = counted.find(&[None, Some(0)]).unwrap();
        /// Withholds these counts.
        struct Hides<'a>(&'a [usize]);
        impl Clearing for Hides<'_> {
            fn clear(&self, counted: &[Counted]) -> Result<Vec<Vec<Told>>, Vec<String>> {
                let cell = |(at, cell): (usize, &Cell)| match self.0.contains(&at) {
                    true => Told::Withheld,
                    false => Told::Exactly(cell.count),
                };
                Ok(counted.iter().map(|one| one.cells.iter().enumerate().map(cell).collect()).collect())
            }
        }
        let told = |hidden: &[usize]| {
            let sheet = Sheet::cleared(std::slice::from_ref(&counted), &Hides(hidden)).unwrap();
            sheet.get(&place("R-1")).unwrap().clone()
        };
        let all = blocks(&table(), &told(&[]), false, "Overlap", spoken::words("en"));
        assert!(matches!(all.as_slice(), [Block::Figure(_)]), "{all:?}");
        let one = blocks(&table(), &told(&[four]), false, "Overlap", spoken::words("en"));
        assert!(matches!(one.as_slice(), [Block::Figure(_), Block::Under { .. }]), "{one:?}");
        let both = blocks(&table(), &told(&[four, margin]), false, "Overlap", spoken::words("en"));
        assert!(matches!(both.as_slice(), [Block::Table(_), Block::Under { .. }]), "{both:?}");
        assert!(
            words(&both).contains("withheld") && !words(&both).contains("\"4\"") && !words(&both).contains("\"16\"")
        );
    }
}
