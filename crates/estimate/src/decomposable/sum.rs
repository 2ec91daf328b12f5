//! What is the sum over all decomposable graphs of the products of their terms, without listing them?
//!
//! The weight of a graph is the product of its cliques' terms over the product of its separators' terms. A decomposable
//! graph falls apart at any clique `A`: what is left are connected components, each tied to the part of `A` that it
//! touches, and their weights multiply. So for every set `S` and every disjoint set `X` the dynamic programme sums the
//! graphs on `S` and `X` in which `S` is complete, `X` connected and every member of `S` touches `X`; larger ones are
//! made of smaller ones. (On averaging by dynamic programming over junction trees: K. Kangas, T. Niinimäki and
//! M. Koivisto, UAI 2015. Their sum counts a graph once for each rooted junction tree and is corrected by sampling.)
//!
//! Here every graph counts once. A junction tree has one node more than edges, so among the cliques of a graph that
//! contain `S` properly there is one more than there are separators that do, each as often as it separates. The sum over
//! pairs of a graph and such a clique, less that over pairs of a graph and such a separator, is the sum over graphs. A
//! complete set `A` at which `m` components hang by all of `A` is a clique if `m` is zero and separates `m - 1` times if
//! not. No graph has more cliques than lists, so the difference costs at most a decimal place or two.
//!
//! Every list is in `S`, in `A` beyond `S`, in a component, in the rest or in none of them: the work grows as 5^lists,
//! where the number of graphs grows beyond any power.

use super::wide::Wide;

/// Where things are in the tables of the dynamic programme; the same for all weights over as many lists.
///
/// A table has a row for each `A`. In it the lists outside `A` come first and those of `A` after them, so that all that
/// concerns one `A` and one `S` within it lies together, in the order of the sets outside `A`.
pub(crate) struct Plan {
    pub(super) lists: usize,
    /// By `A` and any set: the set with its members renumbered as the row of `A` has them.
    place: Vec<u32>,
}

/// The tables of one run, kept to be used again.
pub(crate) struct Tables {
    /// The term of each set.
    pub(super) term: Vec<Wide>,
    /// `[S][X]`: graphs on both in which `S` is complete, `X` connected, and all of `S` touches `X`; over the term of `S`.
    pub(super) connected: Vec<Wide>,
    /// `[A][X]`: ways to part `X` into components that all touch all of `A`.
    pub(super) full: Vec<Wide>,
    /// The same, each as often as `A` then separates.
    pub(super) separating: Vec<Wide>,
    /// `[A][S and X]`: connected graphs on `X` that touch `A` beyond `S`, but not all of `A`.
    pub(super) partial: Vec<Wide>,
    /// The same: ways to part `X` into such components.
    pub(super) parted: Vec<Wide>,
    /// The same: ways in which `A` is a clique, less ways in which it separates.
    pub(super) net: Vec<Wide>,
    /// `X`: all graphs on `X`, over its lists' own terms.
    pub(super) ways: Vec<Wide>,
    /// Work space by set.
    within: Vec<Wide>,
    proper: Vec<Wide>,
}

impl Plan {
    /// For this many lists.
    pub(crate) fn new(lists: usize) -> Self {
        let sets = 1usize << lists;
        let mut place = vec![0u32; sets * sets];
        for a in 0..sets {
            let outside = (0..lists).filter(|list| a >> list & 1 == 0);
            for (to, from) in outside.chain((0..lists).filter(|list| a >> list & 1 == 1)).enumerate() {
                for set in (0..sets).filter(|set| set >> from & 1 == 1) {
                    place[a * sets + set] |= 1 << to;
                }
            }
        }
        Self { lists, place }
    }

    pub(super) fn sets(&self) -> usize {
        1 << self.lists
    }

    /// How many decomposable graphs there are: their sum when every term is one.
    pub(crate) fn graphs(&self) -> usize {
        self.sum(&vec![0.0; self.sets()], &mut self.tables()).exp().round() as usize
    }

    /// A set as the row of `a` has it. Sets outside `a` have their members in order, from the first bit on.
    #[inline(always)]
    pub(super) fn place(&self, a: usize, set: usize) -> usize {
        self.place[(a << self.lists) + set] as usize
    }

    /// Where a table holds what concerns `a` and another set: `S` in `A` and `X` outside it, or `X` alone.
    #[inline(always)]
    pub(super) fn at(&self, a: usize, set: usize) -> usize {
        (a << self.lists) + self.place(a, set)
    }

    /// Tables for [`Plan::sum`].
    pub(crate) fn tables(&self) -> Tables {
        let sets = self.sets();
        let zeros = vec![Wide::ZERO; sets * sets];
        Tables {
            term: vec![Wide::ONE; sets],
            connected: zeros.clone(),
            full: zeros.clone(),
            separating: zeros.clone(),
            partial: zeros.clone(),
            parted: zeros.clone(),
            net: zeros,
            ways: vec![Wide::ONE; sets],
            within: vec![Wide::ZERO; sets],
            proper: vec![Wide::ZERO; sets],
        }
    }

    /// The logarithm of the sum over all decomposable graphs, given the logarithm of the term of each set; that of the
    /// empty set is zero.
    pub(crate) fn sum(&self, ln_terms: &[f64], tables: &mut Tables) -> f64 {
        let everything = self.sets() - 1;
        // A list is in one clique more than separators: its own term can be taken out of all sets it is in.
        let mut alone = vec![0.0; self.sets()];
        for set in 1..=everything {
            let first = set & set.wrapping_neg();
            alone[set] = alone[set & !first] + ln_terms[first];
            tables.term[set] = Wide::from_ln(ln_terms[set] - alone[set]);
        }
        for x in 1..=everything {
            self.connect(x, tables);
            if x != everything {
                self.touch(x, tables);
                self.part(x, tables);
            }
        }
        // The whole is parted into components that touch nothing.
        for x in 1..=everything {
            let mut sum = Wide::ZERO;
            for k in with_first(x) {
                sum = sum.plus(tables.connected[k].times(tables.ways[x & !k]));
            }
            tables.ways[x] = sum.settled();
        }
        tables.ways[everything].ln() + alone[everything]
    }

    /// Fills in `connected` for the component `x`.
    fn connect(&self, x: usize, tables: &mut Tables) {
        for s in subsets((self.sets() - 1) & !x) {
            let mut sum = tables.term[s | x];
            for b in subsets(x).skip(1).filter(|&b| b != x) {
                let a = s | b;
                sum = sum.plus(tables.term[a].times(tables.net[self.at(a, s | x & !b)]));
            }
            tables.connected[self.at(s, x)] = sum.settled().times(tables.term[s].inverse()).settled();
        }
    }

    /// Fills in `partial` for the component `x`: sums of `connected` over what of `A` it touches.
    fn touch(&self, x: usize, tables: &mut Tables) {
        let outside = (self.sets() - 1) & !x;
        // With `a` as the first list of `A` beyond `S`, a component touches `a`, or it touches `A` without `a` beyond `S`.
        for a in (0..self.lists).rev().filter(|a| outside >> a & 1 == 1) {
            let others = outside & !(1 << a);
            for t in subsets(others) {
                tables.within[t] = tables.connected[self.at(t | 1 << a, x)];
                tables.proper[t] = Wide::ZERO;
            }
            for e in (0..self.lists).rev().filter(|e| others >> e & 1 == 1) {
                for t in subsets(others & !(1 << e)) {
                    let (without, with) = (tables.within[t], t | 1 << e);
                    tables.proper[with] = tables.proper[with].plus(without).settled();
                    tables.within[with] = tables.within[with].plus(without).settled();
                }
            }
            let below = (1 << a) - 1;
            for t in subsets(others) {
                let (with, without) = (tables.proper[t], tables.connected[self.at(t, x)]);
                // The lists of `A` before `a` all belong to `S`; if all of `t` does, nothing is left to touch without `a`.
                let free = t & !below;
                for s_above in subsets(free) {
                    let s = t & below | s_above;
                    let mut sum = with;
                    if s_above != free {
                        sum = sum.plus(tables.partial[self.at(t, s | x)]).plus(without);
                    }
                    tables.partial[self.at(t | 1 << a, s | x)] = sum.settled();
                }
            }
        }
    }

    /// Fills in `full`, `separating`, `parted` and `net` for `x`.
    fn part(&self, x: usize, tables: &mut Tables) {
        for a in subsets((self.sets() - 1) & !x).skip(1) {
            let (row, x) = (a << self.lists, self.place(a, x));
            let (mut full, mut separating) = (tables.connected[row + x], Wide::ZERO);
            for k in with_first(x).filter(|&k| k != x) {
                let (first, rest) = (tables.connected[row + k], row + (x ^ k));
                let hanging = tables.full[rest].plus(tables.separating[rest]);
                full = full.plus(first.times(tables.full[rest]));
                separating = separating.plus(first.times(hanging));
            }
            tables.full[row + x] = full.settled();
            tables.separating[row + x] = separating.settled();
            for s in subsets(a).filter(|&s| s != a) {
                let own = row + self.place(a, s);
                let mut parted = tables.partial[own + x];
                for k in with_first(x).filter(|&k| k != x) {
                    parted = parted.plus(tables.partial[own + k].times(tables.parted[own + (x ^ k)]));
                }
                let parted = parted.settled();
                let mut separated = tables.separating[row + x];
                for k in subsets(x).filter(|k| k.count_ones() >= 2 && *k != x) {
                    separated = separated.plus(tables.separating[row + k].times(tables.parted[own + (x ^ k)]));
                }
                tables.parted[own + x] = parted;
                tables.net[own + x] = parted.plus(separated.negative()).settled();
            }
        }
    }
}

/// All subsets of a set, the empty one first, in ascending order.
pub(super) fn subsets(set: usize) -> impl Iterator<Item = usize> {
    let mut next = Some(0usize);
    std::iter::from_fn(move || {
        let now = next?;
        next = (now != set).then(|| now.wrapping_sub(set) & set);
        Some(now)
    })
}

/// The subsets of a set that hold its first member.
pub(super) fn with_first(set: usize) -> impl Iterator<Item = usize> {
    let first = set & set.wrapping_neg();
    subsets(set & !first).map(move |k| k | first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn with_every_term_one_the_sum_counts_graphs() {
        let known = [8.0, 61.0, 822.0, 18_154.0, 617_675.0, 30_888_596.0];
        for (lists, known) in (3..).zip(known) {
            let plan = Plan::new(lists);
            let count = plan.sum(&vec![0.0; 1 << lists], &mut plan.tables()).exp();
            assert!((count / known - 1.0).abs() < 1e-12, "{lists} lists: {count}");
        }
    }
}
