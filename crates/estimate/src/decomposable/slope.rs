//! How does the sum over all graphs change with the term of each set, and so how likely is each edge?
//!
//! The derivative of the logarithm of the sum by the logarithm of a set's term is the probability that the set is a clique,
//! less how often it separates on average: a graph's weight holds the term to that power. The cliques that contain two
//! joined lists are one more than the separators that do, so these derivatives, added over the sets that contain two
//! lists, are the probability that the lists are joined. All derivatives are found together by going through the sum
//! backwards (reverse accumulation; Linnainmaa 1970), at the price of a few sums.

use super::sum::{Plan, Tables, subsets, with_first};
use super::wide::Wide;

/// Derivatives of the logarithm of the sum by the entries of the tables of the same names.
pub(crate) struct Slopes {
    term: Vec<Wide>,
    connected: Vec<Wide>,
    full: Vec<Wide>,
    separating: Vec<Wide>,
    partial: Vec<Wide>,
    parted: Vec<Wide>,
    net: Vec<Wide>,
    ways: Vec<Wide>,
    within: Vec<Wide>,
    proper: Vec<Wide>,
}

/// Adds to an entry.
#[inline(always)]
fn add(to: &mut Wide, what: Wide) {
    *to = to.plus(what);
}

impl Slopes {
    /// To be used again and again with tables of this plan.
    pub(crate) fn new(tables: &Tables) -> Self {
        let zeros = |like: &Vec<Wide>| vec![Wide::ZERO; like.len()];
        Self {
            term: zeros(&tables.term),
            connected: zeros(&tables.connected),
            full: zeros(&tables.full),
            separating: zeros(&tables.separating),
            partial: zeros(&tables.partial),
            parted: zeros(&tables.parted),
            net: zeros(&tables.net),
            ways: zeros(&tables.ways),
            within: zeros(&tables.term),
            proper: zeros(&tables.term),
        }
    }

    fn clear(&mut self) {
        let Self { term, connected, full, separating, partial, parted, net, ways, .. } = self;
        for table in [term, connected, full, separating, partial, parted, net, ways] {
            table.fill(Wide::ZERO);
        }
    }

    /// The probability that each pair of lists is joined, `(0, 1), (0, 2), (1, 2), (0, 3)` and so on, once
    /// [`Plan::sum`] has filled the tables.
    pub(crate) fn edges(&mut self, plan: &Plan, tables: &Tables) -> Vec<f64> {
        self.clear();
        let everything = plan.sets() - 1;
        self.ways[everything] = tables.ways[everything].inverse();
        for x in (1..=everything).rev() {
            let slope = self.ways[x].settled();
            for k in with_first(x) {
                add(&mut self.connected[k], slope.times(tables.ways[x & !k]));
                add(&mut self.ways[x & !k], slope.times(tables.connected[k]));
            }
        }
        for x in (1..=everything).rev() {
            if x != everything {
                self.part(x, plan, tables);
                self.touch(x, plan);
            }
            self.connect(x, plan, tables);
        }
        let powers: Vec<f64> =
            self.term.iter().zip(&tables.term).map(|(slope, term)| slope.settled().times(*term).value()).collect();
        let pairs = (0..plan.lists).flat_map(|i| (0..i).map(move |j| 1 << i | 1 << j));
        let joined = |pair: usize| (0..=everything).filter(|set| set & pair == pair).map(|set| powers[set]).sum();
        pairs.map(joined).collect()
    }

    /// Backwards through the filling of `connected`.
    fn connect(&mut self, x: usize, plan: &Plan, tables: &Tables) {
        for s in subsets((plan.sets() - 1) & !x) {
            let at = plan.at(s, x);
            let slope = self.connected[at].settled().times(tables.term[s].inverse()).settled();
            add(&mut self.term[s], slope.times(tables.connected[at]).negative());
            add(&mut self.term[s | x], slope);
            for b in subsets(x).skip(1).filter(|&b| b != x) {
                let a = s | b;
                let net = plan.at(a, s | x & !b);
                add(&mut self.term[a], slope.times(tables.net[net]));
                add(&mut self.net[net], slope.times(tables.term[a]));
            }
        }
    }

    /// Backwards through the filling of `partial`.
    fn touch(&mut self, x: usize, plan: &Plan) {
        let outside = (plan.sets() - 1) & !x;
        for a in (0..plan.lists).filter(|a| outside >> a & 1 == 1) {
            let others = outside & !(1 << a);
            let below = (1 << a) - 1;
            for t in subsets(others) {
                let free = t & !below;
                let (mut with, mut without) = (Wide::ZERO, Wide::ZERO);
                for s_above in subsets(free) {
                    let s = t & below | s_above;
                    let slope = self.partial[plan.at(t | 1 << a, s | x)].settled();
                    add(&mut with, slope);
                    if s_above != free {
                        add(&mut self.partial[plan.at(t, s | x)], slope);
                        add(&mut without, slope);
                    }
                }
                self.proper[t] = with.settled();
                self.within[t] = Wide::ZERO;
                add(&mut self.connected[plan.at(t, x)], without.settled());
            }
            for e in (0..plan.lists).filter(|e| others >> e & 1 == 1) {
                for t in subsets(others & !(1 << e)) {
                    let with = t | 1 << e;
                    let slope = self.within[with].plus(self.proper[with]).settled();
                    add(&mut self.within[t], slope);
                }
            }
            for t in subsets(others) {
                add(&mut self.connected[plan.at(t | 1 << a, x)], self.within[t].settled());
            }
        }
    }

    /// Backwards through the filling of `full`, `separating`, `parted` and `net`.
    fn part(&mut self, x: usize, plan: &Plan, tables: &Tables) {
        for a in subsets((plan.sets() - 1) & !x).skip(1) {
            let (row, x) = (a << plan.lists, plan.place(a, x));
            for s in subsets(a).filter(|&s| s != a) {
                self.part_beyond(x, row, row + plan.place(a, s), tables);
            }
            let (full, separating) = (self.full[row + x].settled(), self.separating[row + x].settled());
            add(&mut self.connected[row + x], full);
            let both = full.plus(separating).settled();
            for k in with_first(x).filter(|&k| k != x) {
                let (first, rest) = (row + k, row + (x ^ k));
                let slope = both.times(tables.full[rest]).plus(separating.times(tables.separating[rest]));
                add(&mut self.connected[first], slope);
                add(&mut self.full[rest], both.times(tables.connected[first]));
                add(&mut self.separating[rest], separating.times(tables.connected[first]));
            }
        }
    }

    /// The part that concerns one `S`: `x` as the row of `A` has it, where the row begins, and where that of `S` does.
    fn part_beyond(&mut self, x: usize, row: usize, own: usize, tables: &Tables) {
        let net = self.net[own + x].settled();
        let less = net.negative();
        add(&mut self.separating[row + x], less);
        for k in subsets(x).filter(|k| k.count_ones() >= 2 && *k != x) {
            let rest = own + (x ^ k);
            add(&mut self.separating[row + k], less.times(tables.parted[rest]));
            add(&mut self.parted[rest], less.times(tables.separating[row + k]));
        }
        let parted = self.parted[own + x].plus(net).settled();
        add(&mut self.partial[own + x], parted);
        for k in with_first(x).filter(|&k| k != x) {
            let rest = own + (x ^ k);
            add(&mut self.partial[own + k], parted.times(tables.parted[rest]));
            add(&mut self.parted[rest], parted.times(tables.partial[own + k]));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decomposable::graphs::all_decomposable;
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    /// Terms whose logarithms differ by up to `spread`.
    fn random_terms(lists: usize, spread: f64, random: &mut ChaCha8Rng) -> Vec<f64> {
        let mut terms: Vec<f64> = (0..1usize << lists).map(|_| spread * (random.random::<f64>() - 0.5)).collect();
        terms[0] = 0.0;
        terms
    }

    #[test]
    fn sums_and_edges_are_those_of_all_graphs_one_by_one() {
        let mut random = ChaCha8Rng::seed_from_u64(1);
        for (lists, spread) in [(3, 4.0), (4, 1.0), (4, 3000.0), (5, 2.0), (5, 40.0), (5, 50_000.0), (6, 3.0)] {
            let terms = random_terms(lists, spread, &mut random);
            let graphs = all_decomposable(lists);
            let weight = |g: &crate::decomposable::graphs::Graph| {
                g.factors().unwrap().iter().map(|(over, under)| terms[over] - terms[under]).sum::<f64>()
            };
            let logs: Vec<f64> = graphs.iter().map(weight).collect();
            let top = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let sum: f64 = logs.iter().map(|l| (l - top).exp()).sum();
            let plan = Plan::new(lists);
            let mut tables = plan.tables();
            let ours = plan.sum(&terms, &mut tables);
            assert!((ours - top - sum.ln()).abs() < 1e-12 * top.abs().max(1.0), "{lists} {spread}: {ours}");
            let edges = Slopes::new(&tables).edges(&plan, &tables);
            let pairs = (0..lists).flat_map(|i| (0..i).map(move |j| (j, i)));
            for ((i, j), ours) in pairs.zip(edges) {
                let with = graphs.iter().zip(&logs).filter(|(g, _)| g.has_edge(i, j));
                let expected = with.map(|(_, l)| (l - top).exp()).sum::<f64>() / sum;
                assert!((ours - expected).abs() < 1e-10, "{lists} {spread} {i} {j}: {ours} against {expected}");
            }
        }
    }
}
