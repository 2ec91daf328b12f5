//! Which counts do the tables and pictures of an inquiry show?
//!
//! Each becomes a table that can be cleared: what is drawn from it afterwards is drawn from what may be told.

use crate::facts::Book;
use crate::facts::words::Sort;
use crate::publication::counted::{Axis, Cell, Counted, Unit};
use factum_model::{CaptureTable, Edtf, History};
use factum_weigh::pattern::Flow;
use std::collections::{BTreeMap, BTreeSet};

/// Years of one presence that are counted: a longer one is a mistake in a date.
const YEARS: i32 = 200;

/// With more lists than this only lists and pairs of lists are counted: their combinations are more than can be protected.
const LISTS_WITH_COMBINATIONS: usize = 8;

/// Of each place and year, the sources that were in a position to know and how many of them are persons who were interviewed. A source that
/// was there for two years is counted in both, so that nothing adds up.
pub fn coverage(place: &str, line: Option<u32>, book: &Book) -> Vec<Counted> {
    let interviewed: BTreeSet<_> = book.interviews.values().map(|said| said.what.source).collect();
    let mut there: BTreeMap<(&str, i32), [BTreeSet<_>; 2]> = BTreeMap::new();
    for file in book.sources.values() {
        let source = &file.source.what;
        let is_interviewed = source.sort == Sort::Person && interviewed.contains(&source.source);
        for presence in &file.presences {
            let Some(site) = book.entities.get(&presence.what.place) else { continue };
            let Ok(period) = presence.what.period.parse::<Edtf>() else { continue };
            let (Some(from), Some(to)) = (period.earliest(), period.latest()) else { continue };
            for year in (from.ymd().0..=to.ymd().0).take(YEARS.unsigned_abs() as usize) {
                let [sources, persons] = there.entry((site.what.label.as_str(), year)).or_default();
                sources.insert(source.source);
                if is_interviewed {
                    persons.insert(source.source);
                }
            }
        }
    }
    let sites: Vec<&str> = there.keys().map(|(site, _)| *site).collect::<BTreeSet<_>>().into_iter().collect();
    let years: Vec<i32> = there.keys().map(|(_, year)| *year).collect::<BTreeSet<_>>().into_iter().collect();
    let table = |unit, which: usize| Counted {
        place: place.into(),
        line,
        unit,
        axes: vec![axis("place", &sites), axis("year", &years)],
        cells: there
            .iter()
            .map(|((site, year), found)| Cell {
                of: vec![sites.binary_search(site).ok(), years.binary_search(year).ok()],
                count: found.get(which).map_or(0, |who| who.len() as u64),
                sources: None,
                impossible: false,
            })
            .collect(),
        adds_up: false,
    };
    vec![table(Unit::Sources, 0), table(Unit::Interviews, 1)]
}

/// Persons on lists, by every combination of lists, with the people on each list and on each two. Nobody is on none: whoever is, is not counted.
pub fn overlaps(place: &str, line: Option<u32>, table: &CaptureTable) -> Counted {
    let lists = table.lists().len();
    let axes = table.lists().iter().map(|list| axis(&format!("list {list}"), &["on it", "not on it"]));
    let cell = |of, count, impossible| Cell { of, count, sources: None, impossible };
    let mut cells = vec![cell(vec![None; lists], table.observed(), false)];
    for one in 0..lists {
        for other in one..lists {
            let of = (0..lists).map(|list| (list == one || list == other).then_some(0)).collect();
            cells.push(cell(of, table.on_both(one, other), false));
        }
    }
    if lists <= LISTS_WITH_COMBINATIONS {
        for history in (0..1u32 << lists).map(History) {
            let of = (0..lists).map(|list| Some(usize::from(!history.contains(list)))).collect();
            cells.push(cell(of, table.count(history), history == History(0)));
        }
    }
    // With one list a combination is the list.
    let mut known = BTreeSet::new();
    cells.retain(|cell| known.insert(cell.of.clone()));
    Counted { place: place.into(), line, unit: Unit::Persons, axes: axes.collect(), cells, adds_up: true }
}

/// Persons who were moved, by whence, whither and when. Who was moved twice is counted in both.
pub fn flows<I: Ord>(place: &str, line: Option<u32>, flows: &[Flow<I>], label: &dyn Fn(&I) -> String) -> Counted {
    let named = |of: &Option<I>| of.as_ref().map_or_else(|| "not told".to_string(), label);
    let keys: Vec<[String; 3]> =
        flows.iter().map(|flow| [named(&flow.from), named(&flow.to), flow.when.to_string()]).collect();
    let all = |which: usize| keys.iter().filter_map(|key| key.get(which)).collect::<BTreeSet<_>>();
    let categories: Vec<Vec<&String>> = (0..3).map(|which| all(which).into_iter().collect()).collect();
    let axes = ["from", "to", "when"].iter().zip(&categories).map(|(name, categories)| axis(name, categories));
    let mut cells: BTreeMap<Vec<Option<usize>>, Cell> = BTreeMap::new();
    for (flow, key) in flows.iter().zip(&keys) {
        let of: Vec<Option<usize>> =
            key.iter().zip(&categories).map(|(value, categories)| categories.binary_search(&value).ok()).collect();
        let sources = Some(flow.counts.sources as u64);
        let cell = cells.entry(of.clone()).or_insert(Cell { of, count: 0, sources, impossible: false });
        cell.count += flow.persons as u64;
        cell.sources = cell.sources.min(sources);
    }
    Counted {
        place: place.into(),
        line,
        unit: Unit::Victims,
        axes: axes.collect(),
        cells: cells.into_values().collect(),
        adds_up: false,
    }
}

fn axis<T: ToString>(name: &str, categories: &[T]) -> Axis {
    Axis { name: name.into(), categories: categories.iter().map(ToString::to_string).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use factum_model::ListId;
    use factum_weigh::pattern::{Counts, When};

    #[test]
    fn overlaps_hold_every_combination_and_every_margin() {
        let lists = ["a", "b"].map(ListId::new).to_vec();
        let table = CaptureTable::from_counts(lists, &[(1, 7), (2, 5), (3, 2)]).unwrap();
        let counted = overlaps("figure:overlap", None, &table);
        let said: Vec<_> = counted.cells.iter().map(|c| (c.of.as_slice(), c.count, c.impossible)).collect();
        let (on, off) = (Some(0), Some(1));
        let expected: [(&[Option<usize>], u64, bool); 7] = [
            (&[None, None], 14, false),
            (&[on, None], 9, false),
            (&[on, on], 2, false),
            (&[None, on], 7, false),
            (&[off, off], 0, true),
            (&[on, off], 7, false),
            (&[off, on], 5, false),
        ];
        assert_eq!(said, expected);
    }

    #[test]
    fn who_was_moved_is_counted_where_it_went() {
        let flow = |from, when, persons, sources| Flow {
            from,
            to: Some("fort"),
            when,
            persons,
            counts: Counts { acts: 1, sources, statements: 1, origins: 1, unexamined: 0, deny: 0 },
        };
        let all = [flow(Some("mill"), When::Within(None, None), 6, 4), flow(None, When::Within(None, None), 2, 1)];
        let counted = flows("figure:flows", Some(3), &all, &|name| name.to_string());
        let axes: Vec<_> = counted.axes.iter().map(|axis| axis.categories.join(", ")).collect();
        assert_eq!(axes, ["mill, not told", "fort", "undated"]);
        let said: Vec<_> = counted.cells.iter().map(|cell| (cell.count, cell.sources)).collect();
        assert_eq!(said, [(6, Some(4)), (2, Some(1))]);
    }
}
