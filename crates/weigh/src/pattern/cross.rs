//! How many acts of this sort against that, and how many could have known?

use super::{Act, Axis, Counts, PatternError, Presence, Slot, Voices, When, fits, is_told, once};
use factum_model::Holds;
use std::collections::{BTreeMap, BTreeSet};

/// A row or a column of a table.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key<I> {
    /// A type, place, unit or group.
    Named(I),
    /// A period. Periods come in order, those that are no more than bounds after all others.
    When(When),
    /// It is not told.
    NotTold,
}

/// Who could have known of what a cell holds: sources that were at its place in its period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Knowers {
    /// Sources that were there in every reading of the dates of their presence.
    pub certain: usize,
    /// Sources that were there in some reading; the certain ones are among them.
    pub possible: usize,
    /// Of the certain ones, those that spoke of an act of this cell.
    pub certain_spoke: usize,
    /// Of the possible ones, those that did.
    pub possible_spoke: usize,
    /// Of the possible ones, those that say of an act of this cell that it did not happen.
    pub possible_deny: usize,
    /// Sources that spoke of an act of this cell without having been there as far as is recorded.
    pub others_spoke: usize,
}

/// One cell, or a total.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cell {
    /// What is certainly of this cell.
    pub counts: Counts,
    /// Acts that may be of this cell besides, as their dates allow the period without fixing it.
    pub may_be: usize,
    /// Acts among those counted whose date its source qualifies (`~`, `?`). They stand in the period that the source gives.
    pub qualified: usize,
    /// Who could have known; absent if the table has neither places nor periods here, so that nobody can say.
    pub knowers: Option<Knowers>,
}

/// How a cell is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reading {
    /// Acts are told.
    Told,
    /// Sources were there, and none told of such an act.
    NotTold,
    /// No source was there: nothing can be said about acts.
    NotCovered,
    /// Nothing is told, and nobody can say who could have known.
    NoDenominator,
}

/// Acts by two axes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table<I> {
    /// Rows, in order.
    pub rows: Vec<Key<I>>,
    /// Columns, in order.
    pub columns: Vec<Key<I>>,
    /// Cells, row after row.
    pub cells: Vec<Cell>,
    /// A total for each row, counted anew: an act of two columns counts once.
    pub row_totals: Vec<Cell>,
    /// A total for each column.
    pub column_totals: Vec<Cell>,
    /// All acts of the table.
    pub total: Cell,
    /// Acts that are not in the table, since no statement that is open here says that they happened.
    pub left_out: Vec<I>,
}

impl Cell {
    /// How the cell is to be read.
    pub fn reading(&self) -> Reading {
        match self.knowers {
            _ if self.counts.acts > 0 => Reading::Told,
            None => Reading::NoDenominator,
            Some(knowers) if knowers.possible == 0 => Reading::NotCovered,
            Some(_) => Reading::NotTold,
        }
    }
}

impl<I> Table<I> {
    /// The cell in a row and a column, counted from 0.
    pub fn cell(&self, row: usize, column: usize) -> Option<&Cell> {
        (column < self.columns.len()).then(|| self.cells.get(row * self.columns.len() + column)).flatten()
    }
}

/// Counts acts by two axes. Rows and columns of places take in every place where a source was, and those of periods every year or
/// month between the first and the last that an act fixes, so that what is not covered is seen.
pub fn cross<I: Ord + Clone>(
    acts: &[Act<I>],
    presences: &[Presence<I>],
    rows: Axis,
    columns: Axis,
) -> Result<Table<I>, PatternError> {
    if std::mem::discriminant(&rows) == std::mem::discriminant(&columns) {
        return Err(PatternError::SameAxis);
    }
    once(acts.iter().map(|a| &a.act))?;
    let told: Vec<&Act<I>> = acts.iter().filter(|a| is_told(&a.told)).collect();
    let row_keys = keys(&told, presences, rows)?;
    let column_keys = keys(&told, presences, columns)?;
    fits(row_keys.len(), column_keys.len())?;

    let row_of: BTreeMap<&Key<I>, usize> = row_keys.iter().enumerate().map(|(at, key)| (key, at)).collect();
    let column_of: BTreeMap<&Key<I>, usize> = column_keys.iter().enumerate().map(|(at, key)| (key, at)).collect();
    let mut members: BTreeMap<(usize, usize), Vec<usize>> = BTreeMap::new();
    for (act, a) in told.iter().enumerate() {
        for row in keys_of(a, rows).iter().filter_map(|key| row_of.get(key)) {
            for column in keys_of(a, columns).iter().filter_map(|key| column_of.get(key)) {
                members.entry((*row, *column)).or_default().push(act);
            }
        }
    }
    let may = MayBe::new(&told, rows, columns, &row_keys, &column_keys);
    let mut count = Counter { acts: &told, there: There::new(presences), sets: BTreeMap::new() };
    let mut table = Table {
        cells: Vec::with_capacity(row_keys.len() * column_keys.len()),
        row_totals: Vec::with_capacity(row_keys.len()),
        column_totals: Vec::with_capacity(column_keys.len()),
        total: Cell::default(),
        left_out: acts.iter().filter(|a| !is_told(&a.told)).map(|a| a.act.clone()).collect(),
        rows: Vec::new(),
        columns: Vec::new(),
    };
    table.left_out.sort();
    let mut of_row: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); row_keys.len()];
    let mut of_column: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); column_keys.len()];
    for (row, (row_key, of_row)) in row_keys.iter().zip(&mut of_row).enumerate() {
        for (column, (column_key, of_column)) in column_keys.iter().zip(&mut of_column).enumerate() {
            let here = members.remove(&(row, column)).unwrap_or_default();
            of_row.extend(&here);
            of_column.extend(&here);
            table.cells.push(count.cell(&[(rows, row_key), (columns, column_key)], here, may.of_cell(row, column)));
        }
    }
    for (row, (key, acts)) in row_keys.iter().zip(of_row).enumerate() {
        table.row_totals.push(count.cell(&[(rows, key)], acts, may.of_row(row)));
    }
    for (column, (key, acts)) in column_keys.iter().zip(of_column).enumerate() {
        table.column_totals.push(count.cell(&[(columns, key)], acts, may.of_column(column)));
    }
    table.total = count.cell(&[], 0..told.len(), 0);
    (table.rows, table.columns) = (row_keys, column_keys);
    Ok(table)
}

/// The keys of one act on one axis: one, or several units or groups.
fn keys_of<I: Ord + Clone>(act: &Act<I>, axis: Axis) -> BTreeSet<Key<I>> {
    let named = |name: Option<&I>| name.cloned().map_or(Key::NotTold, Key::Named);
    let several = |names: &[I]| -> BTreeSet<Key<I>> {
        if names.is_empty() { BTreeSet::from([Key::NotTold]) } else { names.iter().cloned().map(Key::Named).collect() }
    };
    match axis {
        Axis::Kind => BTreeSet::from([named(act.kind.as_ref())]),
        Axis::Place => BTreeSet::from([named(act.place.as_ref())]),
        Axis::When(grain) => BTreeSet::from([Key::When(When::of(act.date.as_ref(), grain))]),
        Axis::Unit => several(&act.units),
        Axis::Group => several(&act.groups),
    }
}

/// All keys of an axis, in order.
fn keys<I: Ord + Clone>(acts: &[&Act<I>], presences: &[Presence<I>], axis: Axis) -> Result<Vec<Key<I>>, PatternError> {
    let mut keys: BTreeSet<Key<I>> = acts.iter().flat_map(|a| keys_of(a, axis)).collect();
    match axis {
        Axis::Place => keys.extend(presences.iter().map(|p| Key::Named(p.place.clone()))),
        Axis::When(_) => {
            let slot = |key: &Key<I>| if let Key::When(When::In(slot)) = key { Some(*slot) } else { None };
            let fixed: BTreeSet<Slot> = keys.iter().filter_map(slot).collect();
            if let (Some(first), Some(last)) = (fixed.first(), fixed.last()) {
                fits(first.count_to(*last), 1)?;
                keys.extend(first.up_to(*last).map(|slot| Key::When(When::In(slot))));
            }
        }
        Axis::Kind | Axis::Unit | Axis::Group => {}
    }
    Ok(keys.into_iter().collect())
}

/// How many acts may be of a period that their dates do not fix, by the other axis.
struct MayBe {
    /// Whether periods are rows or columns, if there are any.
    rows: bool,
    /// By period and by the other axis.
    cells: BTreeMap<(usize, usize), usize>,
    /// By period.
    periods: BTreeMap<usize, usize>,
}

impl MayBe {
    fn new<I: Ord + Clone>(
        acts: &[&Act<I>],
        rows: Axis,
        columns: Axis,
        row_keys: &[Key<I>],
        column_keys: &[Key<I>],
    ) -> MayBe {
        let mut may = MayBe { rows: matches!(rows, Axis::When(_)), cells: BTreeMap::new(), periods: BTreeMap::new() };
        let (grain, other, periods, others) = match (rows, columns) {
            (Axis::When(grain), other) => (grain, other, row_keys, column_keys),
            (other, Axis::When(grain)) => (grain, other, column_keys, row_keys),
            _ => return may,
        };
        // Acts are gathered by their bounds and other keys first: thousands of acts have few different ones.
        let mut alike: BTreeMap<(Option<Slot>, Option<Slot>), Alike<I>> = BTreeMap::new();
        for act in acts {
            if let When::Within(first, last) = When::of(act.date.as_ref(), grain) {
                let alike = alike.entry((first, last)).or_default();
                alike.acts += 1;
                for key in keys_of(act, other) {
                    *alike.by_other.entry(key).or_default() += 1;
                }
            }
        }
        for (period, key) in periods.iter().enumerate() {
            let Key::When(When::In(slot)) = key else { continue };
            for ((first, last), alike) in &alike {
                if first.is_some_and(|f| *slot < f) || last.is_some_and(|l| l < *slot) {
                    continue;
                }
                *may.periods.entry(period).or_default() += alike.acts;
                for (key, count) in &alike.by_other {
                    if let Ok(at) = others.binary_search(key) {
                        *may.cells.entry((period, at)).or_default() += count;
                    }
                }
            }
        }
        may
    }

    fn of_cell(&self, row: usize, column: usize) -> usize {
        let at = if self.rows { (row, column) } else { (column, row) };
        self.cells.get(&at).copied().unwrap_or(0)
    }

    fn of_row(&self, row: usize) -> usize {
        if self.rows { self.periods.get(&row).copied().unwrap_or(0) } else { 0 }
    }

    fn of_column(&self, column: usize) -> usize {
        if self.rows { 0 } else { self.periods.get(&column).copied().unwrap_or(0) }
    }
}

/// Acts that share the bounds of their dates.
struct Alike<I> {
    acts: usize,
    by_other: BTreeMap<Key<I>, usize>,
}

impl<I> Default for Alike<I> {
    fn default() -> Self {
        Self { acts: 0, by_other: BTreeMap::new() }
    }
}

/// Who was where, by place.
struct There<'a, I> {
    all: &'a [Presence<I>],
    by_place: BTreeMap<&'a I, Vec<&'a Presence<I>>>,
}

impl<'a, I: Ord> There<'a, I> {
    fn new(presences: &'a [Presence<I>]) -> Self {
        let mut by_place: BTreeMap<&I, Vec<&Presence<I>>> = BTreeMap::new();
        for presence in presences {
            by_place.entry(&presence.place).or_default().push(presence);
        }
        Self { all: presences, by_place }
    }

    /// The sources that were at a place, or anywhere, in a period, or ever; and whether that is certain.
    fn sources(&self, place: Option<&I>, slot: Option<Slot>) -> BTreeMap<&'a I, Holds> {
        let mut sources = BTreeMap::new();
        let mut add = |presence: &'a Presence<I>| {
            let holds = match slot.map(Slot::days) {
                None => Holds::Always,
                Some((first, last)) => presence.period.period().touches(first, last),
            };
            // A source that qualifies its own date is not certain of it.
            let holds =
                if slot.is_some() && presence.period.is_qualified() { holds.min(Holds::Sometimes) } else { holds };
            if holds > Holds::Never {
                let known = sources.entry(&presence.source).or_insert(holds);
                *known = (*known).max(holds);
            }
        };
        match place {
            None => self.all.iter().for_each(&mut add),
            Some(place) => self.by_place.get(place).into_iter().flatten().for_each(|p| add(p)),
        }
        sources
    }
}

/// A place and a period, either of them absent if it does not matter.
type Condition<'a, I> = (Option<&'a I>, Option<Slot>);

/// Counts cells, and remembers who was where in which period.
struct Counter<'a, I> {
    acts: &'a [&'a Act<I>],
    there: There<'a, I>,
    sets: BTreeMap<Condition<'a, I>, BTreeMap<&'a I, Holds>>,
}

impl<'a, I: Ord + Clone> Counter<'a, I> {
    fn cell(&mut self, keys: &[(Axis, &'a Key<I>)], acts: impl IntoIterator<Item = usize>, may_be: usize) -> Cell {
        let acts: Vec<&'a Act<I>> = acts.into_iter().filter_map(|at| self.acts.get(at).copied()).collect();
        let voices = Voices::of(acts.iter().flat_map(|a| &a.told));
        let knowers = condition(keys).map(|condition| {
            let there = &self.there;
            let sources = self.sets.entry(condition).or_insert_with(|| there.sources(condition.0, condition.1));
            let was = |source: &I, holds: Holds| sources.get(source).is_some_and(|h| *h >= holds);
            let of = |set: &BTreeSet<&I>, holds| set.iter().filter(|s| was(s, holds)).count();
            let possible_spoke = of(&voices.sources, Holds::Sometimes);
            Knowers {
                certain: sources.values().filter(|h| **h == Holds::Always).count(),
                possible: sources.len(),
                certain_spoke: of(&voices.sources, Holds::Always),
                possible_spoke,
                possible_deny: of(&voices.deny, Holds::Sometimes),
                others_spoke: voices.sources.len() - possible_spoke,
            }
        });
        let qualified = acts.iter().filter(|a| a.date.is_some_and(|d| d.is_qualified())).count();
        Cell { counts: voices.counts(acts.len()), may_be, qualified, knowers }
    }
}

/// Where and when somebody must have been to know of a cell; nothing if the cell does not say either, or says that it is unknown.
fn condition<'a, I>(keys: &[(Axis, &'a Key<I>)]) -> Option<Condition<'a, I>> {
    let mut condition: Condition<'a, I> = (None, None);
    for (axis, key) in keys {
        match (axis, key) {
            (Axis::Place, Key::Named(place)) => condition.0 = Some(place),
            (Axis::When(_), Key::When(When::In(slot))) => condition.1 = Some(*slot),
            (Axis::Place | Axis::When(_), _) => return None,
            _ => {}
        }
    }
    (condition.0.is_some() || condition.1.is_some()).then_some(condition)
}
