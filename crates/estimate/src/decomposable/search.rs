//! Which graphs are the likeliest, when there are too many to look at?
//!
//! Any decomposable graph can be reached from any other through decomposable graphs, one edge at a time. The search
//! always goes on from the likeliest graph whose neighbours it has not seen. The probability of each graph it meets is
//! exact, and all sum to one: once what is left is less than the least of those to be shown, no likelier one was missed.

use super::graphs::Graph;
use std::cmp::Ordering;
use std::collections::{BinaryHeap, HashSet};

/// Graphs looked at before the search gives up on proving that it missed none: all of six lists (18,154), and a few
/// hundredths of a second.
const MOST_SEEN: usize = 20_000;

/// Nothing left out can matter once the rest is less than this.
const NOTHING: f64 = 1e-7;

/// A number missing at which everything is known: one point of a weighted sum over the posterior.
pub(crate) struct Point {
    /// What it counts for in the sum.
    pub(crate) weight: f64,
    /// The logarithm of the term of each set of lists.
    pub(crate) terms: Vec<f64>,
    /// The logarithm of the sum over all graphs.
    pub(crate) ln_sum: f64,
}

/// What a search brought.
pub(crate) struct Found {
    /// The likeliest graphs with their posterior probabilities, in descending order.
    pub(crate) graphs: Vec<(Graph, f64)>,
    /// Probability of all graphs that were looked at.
    pub(crate) share: f64,
    /// Whether no likelier graph can have been missed.
    pub(crate) proven: bool,
}

struct Candidate {
    ln_probability: f64,
    graph: Graph,
}

impl Ord for Candidate {
    fn cmp(&self, other: &Self) -> Ordering {
        self.ln_probability.total_cmp(&other.ln_probability).then(self.graph.cmp(&other.graph))
    }
}

impl PartialOrd for Candidate {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Candidate {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Candidate {}

/// The `shown` likeliest graphs over this many lists.
pub(crate) fn likeliest(lists: usize, points: &[Point], shown: usize) -> Found {
    let mut found = Found { graphs: Vec::new(), share: 0.0, proven: false };
    let mut seen = HashSet::new();
    let mut waiting = BinaryHeap::new();
    let mut work = vec![0.0; points.len()];
    let mut meet = |graph: Graph, found: &mut Found, waiting: &mut BinaryHeap<Candidate>| {
        if seen.len() < MOST_SEEN
            && !seen.contains(&graph)
            && let Some(ln_probability) = ln_probability(&graph, points, &mut work)
        {
            seen.insert(graph);
            let probability = ln_probability.exp();
            found.share += probability;
            let rank = found.graphs.partition_point(|(_, p)| *p >= probability);
            if rank < shown {
                found.graphs.insert(rank, (graph, probability));
                found.graphs.truncate(shown);
            }
            waiting.push(Candidate { ln_probability, graph });
        }
        seen.len()
    };
    for graph in [Graph::empty(lists), Graph::complete(lists)] {
        meet(graph, &mut found, &mut waiting);
    }
    while let Some(candidate) = waiting.pop() {
        for i in 0..lists {
            for j in 0..i {
                if meet(candidate.graph.flipped(i, j), &mut found, &mut waiting) >= MOST_SEEN {
                    return found;
                }
            }
        }
        let rest = 1.0 - found.share;
        let least = found.graphs.get(shown - 1).map_or(0.0, |(_, p)| *p);
        if rest < NOTHING.max(least) {
            found.proven = true;
            return found;
        }
    }
    // Every graph was looked at.
    found.proven = true;
    found
}

/// The logarithm of a graph's posterior probability; none if it is not decomposable.
fn ln_probability(graph: &Graph, points: &[Point], work: &mut [f64]) -> Option<f64> {
    let factors = graph.factors()?;
    for (ln, point) in work.iter_mut().zip(points) {
        let likelihood: f64 = factors.iter().map(|(over, under)| point.terms[over] - point.terms[under]).sum();
        *ln = likelihood - point.ln_sum;
    }
    let top = work.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let sum: f64 = work.iter().zip(points).map(|(ln, point)| point.weight * (ln - top).exp()).sum();
    // Weights of both signs can cancel for a graph that has no weight worth mention.
    Some(if sum > 0.0 { top + sum.ln() } else { f64::MIN })
}
