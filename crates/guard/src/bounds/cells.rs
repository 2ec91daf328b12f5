//! Of which unknown numbers are the counts made?
//!
//! The unknowns are the numbers of people in every combination of finest categories, and of releases in which they are counted.
//! Combinations that lie in the same counts are one unknown, an *atom*: nothing published tells them apart. Every count is
//! then a set of atoms.

use super::AuditFault;
use crate::space::Space;
use crate::table::{LARGEST, Movement, Publication, Value};
use std::collections::{BTreeMap, BTreeSet};

/// The most combinations of categories that are told apart. Each costs some hundred bytes on the way.
const MOST_CELLS: usize = 1 << 20;

/// The most memberships of combinations in counts.
const MOST_MEMBERSHIPS: usize = 1 << 24;

/// The counts of all publications, one after the other, as sets of atoms.
#[derive(Debug)]
pub(crate) struct Cells {
    /// How many atoms there are.
    pub atoms: usize,
    /// For each count its atoms, ascending and distinct.
    pub sets: Vec<Vec<u32>>,
}

/// Which members of each axis a count takes; an axis it does not name it takes whole.
type Choice = BTreeMap<usize, BTreeSet<u32>>;

impl Cells {
    /// The atoms of these publications; all faults at once.
    pub(crate) fn of(
        space: &Space,
        publications: &[Publication],
        movement: &Movement,
    ) -> Result<Cells, Vec<AuditFault>> {
        let mut faults = Vec::new();
        let mut choices = Vec::new();
        let spans = Spans::of(publications, movement);
        for publication in publications {
            for (place, count) in publication.counts.iter().enumerate() {
                let fault = |make: fn(String, usize) -> AuditFault| make(publication.what.clone(), place + 1);
                let mut choice = Choice::new();
                for category in &count.of {
                    let axis = space.place(&category.dimension);
                    let members = axis.and_then(|a| Some((a, space.members(a, &category.value)?)));
                    match members {
                        Some((axis, members)) => choice.entry(axis).or_default().extend(members),
                        None => faults.push(fault(|what, count| AuditFault::Category { what, count })),
                    }
                }
                if !sensible(count.value) {
                    faults.push(fault(|what, count| AuditFault::Value { what, count }));
                }
                if spans.several() {
                    choice.insert(space.dimensions().len(), spans.holding(publication.release));
                }
                choices.push(choice);
            }
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let mut sizes: Vec<usize> = space.dimensions().iter().map(|d| d.finest.len()).collect();
        sizes.push(spans.0.len());
        let axes: Vec<Axis> =
            (0..sizes.len()).map(|a| Axis::of(a, sizes.get(a).copied().unwrap_or(1), &choices)).collect();
        let cells = axes.iter().fold(1usize, |n, a| n.saturating_mul(a.classes));
        let members: Vec<Vec<Vec<u32>>> = choices.iter().map(|c| axes.iter().map(|a| a.chosen(c)).collect()).collect();
        let size = |m: &Vec<Vec<u32>>| m.iter().fold(1usize, |n, axis| n.saturating_mul(axis.len()));
        let memberships = members.iter().fold(0usize, |n, m| n.saturating_add(size(m)));
        if cells > MOST_CELLS || memberships > MOST_MEMBERSHIPS {
            return Err(vec![AuditFault::TooLarge { cells, memberships }]);
        }
        Ok(merged(cells, &axes, &members))
    }
}

fn sensible(value: Value) -> bool {
    match value {
        Value::Published(n) => n <= LARGEST,
        Value::Between(from, to) => from <= to && to <= LARGEST,
        Value::Withheld => true,
    }
}

/// From which release to which people are counted: positions among the releases, first and last.
struct Spans(Vec<(usize, usize)>, Vec<u32>);

impl Spans {
    fn of(publications: &[Publication], movement: &Movement) -> Spans {
        let releases: BTreeSet<u32> = publications.iter().map(|p| p.release).collect();
        let last = releases.len().saturating_sub(1);
        let from = (0..=last).filter(|from| movement.adds(*from));
        let until = |from| (from..=last).filter(|to| *to == last || movement.removes(*to)).map(move |to| (from, to));
        let spans = from.flat_map(until).collect();
        Spans(spans, releases.into_iter().collect())
    }

    fn several(&self) -> bool {
        self.1.len() > 1
    }

    /// The spans that take in this release.
    fn holding(&self, release: u32) -> BTreeSet<u32> {
        let at = self.1.partition_point(|r| *r < release);
        let holds = |(_, (from, to)): &(u32, &(usize, usize))| (*from..=*to).contains(&at);
        (0u32..).zip(&self.0).filter(holds).map(|(place, _)| place).collect()
    }
}

/// A dimension whose members are merged where no count tells them apart.
struct Axis {
    axis: usize,
    /// The class of each member.
    class: Vec<u32>,
    classes: usize,
}

impl Axis {
    fn of(axis: usize, size: usize, choices: &[Choice]) -> Axis {
        let used: BTreeSet<&BTreeSet<u32>> = choices.iter().filter_map(|c| c.get(&axis)).collect();
        let mut signatures: BTreeMap<Vec<bool>, u32> = BTreeMap::new();
        let mut class = Vec::with_capacity(size);
        for member in 0..size as u32 {
            let next = signatures.len() as u32;
            class.push(*signatures.entry(used.iter().map(|set| set.contains(&member)).collect()).or_insert(next));
        }
        Axis { axis, class, classes: signatures.len() }
    }

    /// The classes a count takes.
    fn chosen(&self, choice: &Choice) -> Vec<u32> {
        let Some(members) = choice.get(&self.axis) else { return (0..self.classes as u32).collect() };
        let classes: BTreeSet<u32> = members.iter().filter_map(|m| self.class.get(*m as usize).copied()).collect();
        classes.into_iter().collect()
    }
}

/// Cells that lie in the same counts are merged by splitting: each count in turn parts every group of cells that it cuts.
fn merged(cells: usize, axes: &[Axis], members: &[Vec<Vec<u32>>]) -> Cells {
    let mut group = vec![0u32; cells];
    let mut groups = 1u32;
    for choice in members {
        let mut moved: BTreeMap<u32, u32> = BTreeMap::new();
        visit(axes, choice, 0, &mut |cell| {
            if let Some(group) = group.get_mut(cell) {
                *group = *moved.entry(*group).or_insert_with(|| {
                    groups += 1;
                    groups - 1
                });
            }
        });
    }
    // Groups are numbered anew in the order in which counts meet them; the group of cells in no count has no number.
    let mut atoms: BTreeMap<u32, u32> = BTreeMap::new();
    let mut sets = Vec::with_capacity(members.len());
    for choice in members {
        let mut set = Vec::new();
        visit(axes, choice, 0, &mut |cell| {
            let next = atoms.len() as u32;
            set.extend(group.get(cell).map(|g| *atoms.entry(*g).or_insert(next)));
        });
        set.sort_unstable();
        set.dedup();
        sets.push(set);
    }
    Cells { atoms: atoms.len(), sets }
}

/// Calls `act` with every cell of a product of classes.
fn visit(axes: &[Axis], choice: &[Vec<u32>], before: usize, act: &mut impl FnMut(usize)) {
    let (Some((axis, axes)), Some((classes, choice))) = (axes.split_first(), choice.split_first()) else {
        return act(before);
    };
    for class in classes {
        visit(axes, choice, before * axis.classes + *class as usize, act);
    }
}
