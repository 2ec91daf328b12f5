//! How are counts rounded so that the margins still add up?
//!
//! For tables too large to withhold cells in. Every count becomes one of the two multiples of a base that enclose it, a multiple
//! stays as it is, and every sum holds: zero-restricted controlled rounding (L. H. Cox & L. R. Ernst, "Controlled rounding", INFOR 20
//! (1982), 423-432). For tables whose equations are a network there always is one (one-way and two-way tables, groups that nest in
//! one dimension included); it is found by sending rests around cycles until none is left, in whole numbers throughout. With
//! three ways there may be none, and such tables are refused.

use crate::bounds::network::arcs;
use crate::bounds::system::INFINITE;
use crate::bounds::{Audit, AuditError, Model, check};
use crate::rules::Rules;
use crate::space::Space;
use crate::table::{Publication, Table, Value};

/// A table that leaves rounded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rounded {
    /// The rounded counts, in the order of the table's entries.
    pub counts: Vec<u64>,
    /// What they tell a reader: of every count a range.
    pub publication: Publication,
    /// The sum of all distances between counts and what is told.
    pub moved: u64,
    /// What a reader can work out of this and the earlier publications; limits as far as they were needed.
    pub audit: Audit,
}

/// Why a table cannot be rounded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RoundingError {
    /// It cannot be audited.
    #[error(transparent)]
    Audit(#[from] AuditError),
    /// A base that leaves ranges narrower than the threshold.
    #[error(
        "a base of {base} tells counts more exactly than the threshold of {threshold} allows; use at least the threshold"
    )]
    Base {
        /// The base.
        base: u64,
        /// The threshold.
        threshold: u64,
    },
    /// Sums that no method keeps.
    #[error(
        "the sums of {what} are not those of a one-way or two-way table, so that rounded counts may not add up; round two-way tables of it, \
         or withhold counts"
    )]
    NoNetwork {
        /// The table.
        what: String,
    },
    /// Counts are missing from which others are made.
    #[error("{what} lacks counts of finest categories that its margins are made of; add them")]
    Incomplete {
        /// The table.
        what: String,
    },
    /// Earlier publications tell too much of the rounded counts.
    #[error(
        "{what}, rounded, lets {numbers} numbers of few people be worked out together with what was published before; \
         use a larger base or coarser categories"
    )]
    Exposed {
        /// The table.
        what: String,
        /// How many.
        numbers: usize,
    },
}

/// Rounds a table to multiples of a base, keeping its sums, and audits it together with all earlier publications.
///
/// # Errors
/// If the base is too small, the table is none that can be rounded, or the outcome does not pass the audit.
pub fn round(
    space: &Space,
    table: &Table,
    base: u64,
    earlier: &[Publication],
    rules: &Rules,
) -> Result<Rounded, RoundingError> {
    if base < rules.threshold {
        return Err(RoundingError::Base { base, threshold: rules.threshold });
    }
    let what = || table.what.clone();
    // The sums alone: no differences are asked for.
    let sums = Rules { threshold: 0, ..rules.clone() };
    let model = Model::of(space, &[table.publication(|_| false)], &sums).map_err(AuditError)?;
    let mut known = model.with(&model.values).map_err(|_| RoundingError::Incomplete { what: what() })?;
    known.propagate().map_err(|_| RoundingError::Incomplete { what: what() })?;
    if (0..known.lower.len() as u32).any(|v| !known.fixed(v)) {
        return Err(RoundingError::Incomplete { what: what() });
    }
    let nodes = model.system.equations.len();
    let arcs = arcs(&model.system.whole()).ok_or_else(|| RoundingError::NoNetwork { what: what() })?;
    let base_of = i64::try_from(base).unwrap_or(INFINITE / 4);
    let mut cycles = Cycles::new(&arcs, nodes, &known.lower, base_of);
    cycles.finish();
    let counts: Vec<u64> =
        model.variables.iter().map(|v| u64::try_from(cycles.now[*v as usize]).unwrap_or(0)).collect();
    let moved = table.entries.iter().zip(&counts).fold(0u64, |sum, (e, c)| sum.saturating_add(e.count.abs_diff(*c)));
    let mut publication = table.publication(|_| false);
    for (told, count) in publication.counts.iter_mut().zip(&counts) {
        told.value = Value::Between(count.saturating_sub(base - 1), count.saturating_add(base - 1));
    }
    let before = check(space, earlier, rules)?;
    let mut all = earlier.to_vec();
    all.push(publication.clone());
    let audit = check(space, &all, rules)?;
    // What could be worked out before is no fault of this table.
    let known = |place| before.unprotected(rules).iter().any(|b| b.place == place);
    let worked_out = audit.unprotected(rules).iter().filter(|b| !known(b.place)).count();
    let derived = audit.derived.iter().filter(|d| !before.derived.iter().any(|b| b.from == d.from)).count();
    if worked_out + derived > 0 {
        return Err(RoundingError::Exposed { what: what(), numbers: worked_out + derived });
    }
    Ok(Rounded { counts, publication, moved, audit })
}

/// Flows on a network on their way to multiples of the base.
struct Cycles<'a> {
    arcs: &'a [(u32, u32)],
    touching: Vec<Vec<u32>>,
    start: &'a [i64],
    now: Vec<i64>,
    base: i64,
}

impl<'a> Cycles<'a> {
    fn new(arcs: &'a [(u32, u32)], nodes: usize, start: &'a [i64], base: i64) -> Self {
        let mut touching = vec![Vec::new(); nodes + 1];
        for (arc, (tail, head)) in (0u32..).zip(arcs) {
            touching[*tail as usize].push(arc);
            if tail != head {
                touching[*head as usize].push(arc);
            }
        }
        Cycles { arcs, touching, start, now: start.to_vec(), base }
    }

    /// The multiples that enclose the value an arc had at first.
    fn enclosing(&self, arc: usize) -> (i64, i64) {
        let below = self.start[arc] - self.start[arc] % self.base;
        (below, if below == self.start[arc] { below } else { below + self.base })
    }

    fn between(&self, arc: usize) -> bool {
        let (below, above) = self.enclosing(arc);
        below < self.now[arc] && self.now[arc] < above
    }

    /// Walks along arcs that are between multiples until a node comes again, and sends flow around that cycle. What enters a node
    /// is what leaves it, so that no node, the outside included, has a single such arc.
    fn finish(&mut self) {
        let mut met: Vec<Option<usize>> = vec![None; self.touching.len()];
        for first in 0..self.arcs.len() {
            while self.between(first) {
                let mut walk: Vec<(usize, i64)> = Vec::new();
                let start = self.arcs[first].0 as usize;
                let mut nodes = vec![start];
                met[start] = Some(0);
                let mut next = Some(first);
                while let Some(arc) = next {
                    let (tail, head) = self.arcs[arc];
                    let here = nodes.last().copied().unwrap_or(start);
                    let (sign, there) = if tail as usize == here { (1, head as usize) } else { (-1, tail as usize) };
                    walk.push((arc, sign));
                    if let Some(since) = met[there] {
                        self.send(&walk[since..]);
                        break;
                    }
                    met[there] = Some(walk.len());
                    nodes.push(there);
                    next = self.onward(there, arc);
                }
                nodes.into_iter().for_each(|node| met[node] = None);
                if next.is_none() {
                    // Cannot be while sums hold; the audit refuses what is not rounded.
                    break;
                }
            }
        }
    }

    /// Another arc of this node that is between multiples. Arcs that are done are forgotten.
    fn onward(&mut self, node: usize, but: usize) -> Option<usize> {
        while let Some(arc) = self.touching[node].last().copied() {
            if self.between(arc as usize) {
                break;
            }
            self.touching[node].pop();
        }
        let arcs = self.touching[node].iter().rev().map(|a| *a as usize);
        arcs.into_iter().find(|arc| *arc != but && self.between(*arc))
    }

    /// Sends as much around a cycle as makes one arc a multiple, in the direction that moves counts less.
    fn send(&mut self, cycle: &[(usize, i64)]) {
        let room = |turn: i64| {
            let of = |(arc, sign): &(usize, i64)| {
                let (below, above) = self.enclosing(*arc);
                if sign * turn > 0 { above - self.now[*arc] } else { self.now[*arc] - below }
            };
            cycle.iter().map(of).min().unwrap_or(0) * turn
        };
        let moved = |by: i64| -> i64 {
            cycle.iter().map(|(arc, sign)| (self.now[*arc] + sign * by - self.start[*arc]).abs()).sum()
        };
        let (forth, back) = (room(1), room(-1));
        let by = if moved(back) < moved(forth) { back } else { forth };
        cycle.iter().for_each(|(arc, sign)| self.now[*arc] += sign * by);
    }
}
