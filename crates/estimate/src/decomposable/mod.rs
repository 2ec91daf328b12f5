//! How many, averaged over all ways the lists may depend on one another pairwise?
//!
//! D. Madigan & J. C. York, "Bayesian methods for estimation of the size of a closed population", Biometrika 84 (1997).
//! For every decomposable graph and every population size N the marginal likelihood has a closed form under a
//! hyper-Dirichlet prior; the posterior of N is the sum over graphs. Conventions are those of the R package `dga`:
//! prior proportional to 1/N, all graphs equally likely, `delta` in every cell of the full table, 1 to
//! `max(20 n, 20000)` people missing.

mod graphs;

use crate::{Detail, Estimate, Model, Options, Refusal, Warning};
use factum_model::{CaptureTable, ListId};
use graphs::Graph;
use rayon::prelude::*;
use serde::Serialize;
use statrs::function::gamma::ln_gamma;

/// Share of the posterior in the last tenth of the support above which the support, not the data, governs.
const TOLERATED_AT_END: f64 = 0.01;

/// A median this close to the observed count, relative to it, is announced. On tables far from complete this model has
/// been seen there: Kosovo 1999 at delta 1 gives 4,617 for 4,400 observed and some 10,000 dead.
const COLLAPSED: f64 = 0.05;

/// Every number missing is considered one by one: over five lists two million take 17 seconds on two cores, and the time grows
/// in proportion.
const MOST_MISSING: u64 = 20_000_000;

/// How many graphs the answer shows.
const SHOWN: usize = 10;

/// Support is worked off in pieces of this many values, so that the tables of one piece stay in the cache.
const PIECE: usize = 256;

/// The posterior weight of one graph.
#[derive(Clone, Debug, Serialize)]
pub struct GraphWeight {
    /// Its cliques, lists counted from 1.
    pub graph: String,
    /// Posterior probability.
    pub weight: f64,
}

/// The posterior probability that two lists depend on each other directly.
#[derive(Clone, Debug, Serialize)]
pub struct EdgeInclusion {
    /// The two lists.
    pub lists: (ListId, ListId),
    /// Posterior probability of the edge.
    pub probability: f64,
}

/// What is particular to decomposable graphs.
#[derive(Clone, Debug, Serialize)]
pub struct DecomposableDetail {
    /// Prior weight of each cell.
    pub delta: f64,
    /// Largest number of missing people considered.
    pub max_missing: u64,
    /// Posterior mean.
    pub mean: f64,
    /// How many graphs were averaged.
    pub graphs_averaged: usize,
    /// The likeliest graphs.
    pub graphs: Vec<GraphWeight>,
    /// Edge by edge.
    pub edges: Vec<EdgeInclusion>,
}

/// The prior settings of the model.
#[derive(Clone, Copy, Debug)]
pub struct Support {
    /// Prior weight of each cell of the full table.
    pub delta: f64,
    /// Missing people considered: 1 to this.
    pub max_missing: u64,
}

impl Support {
    /// What `dga` takes by default: `2^-lists` and `max(20 n, 20000)`.
    pub fn default_for(table: &CaptureTable) -> Self {
        Self { delta: 0.5f64.powi(table.lists().len() as i32), max_missing: (20 * table.observed()).max(20_000) }
    }
}

/// The posterior probability of each number of missing people, from 1 to `support.max_missing`; entry 0 stands for 1.
pub fn posterior(table: &CaptureTable, support: Support) -> Vec<f64> {
    Posterior::new(table, support).of_missing
}

struct Posterior {
    graphs: Vec<Graph>,
    of_missing: Vec<f64>,
    of_graph: Vec<f64>,
}

/// The log terms of every set of lists, for one number of missing people.
struct Terms {
    lists: usize,
    observed: f64,
    delta: f64,
    /// By set: what does not change with the number missing.
    constant: Vec<f64>,
    /// By set: prior weight and count of its all-absent cell.
    absent: Vec<f64>,
}

impl Terms {
    fn new(table: &CaptureTable, delta: f64) -> Self {
        let lists = table.lists().len();
        let sets = 1u32 << lists;
        let total = delta * f64::from(sets);
        let (mut constant, mut absent) = (vec![0.0; sets as usize], vec![0.0; sets as usize]);
        for set in 1..sets {
            let alpha = delta * f64::from(sets >> set.count_ones());
            let mut cells = std::collections::BTreeMap::new();
            for (history, count) in table.iter() {
                *cells.entry(history.0 & set).or_insert(0.0) += count as f64;
            }
            let occupied = cells.iter().filter(|(cell, _)| **cell != 0);
            constant[set as usize] = ln_gamma(total) - ln_gamma(alpha)
                + occupied.map(|(_, n)| ln_gamma(alpha + n) - ln_gamma(alpha)).sum::<f64>();
            absent[set as usize] = alpha + cells.get(&0).copied().unwrap_or(0.0);
        }
        Self { lists, observed: table.observed() as f64, delta, constant, absent }
    }

    /// Fills in the term of each set: the log marginal likelihood of the table collapsed onto it.
    fn at(&self, missing: f64, terms: &mut [f64]) {
        let total = self.delta * f64::from(1u32 << self.lists);
        let everyone = ln_gamma(total + self.observed + missing);
        let sets = self.constant.iter().zip(&self.absent);
        for (term, (constant, absent)) in terms.iter_mut().zip(sets).skip(1) {
            *term = constant + ln_gamma(absent + missing) - everyone;
        }
    }

    /// What every graph shares: the number of ways to choose who is missing, and the prior 1/N.
    fn shared(&self, missing: f64) -> f64 {
        let n = self.observed + missing;
        ln_gamma(n + 1.0) - ln_gamma(missing + 1.0) - n.ln()
    }
}

impl Posterior {
    fn new(table: &CaptureTable, support: Support) -> Self {
        let graphs = graphs::all_decomposable(table.lists().len());
        let terms = Terms::new(table, support.delta);
        let starts: Vec<u64> = (1..=support.max_missing).step_by(PIECE).collect();
        let pieces: Vec<Piece> = starts
            .into_par_iter()
            .map(|start| Piece::new(&terms, &graphs, start..(start + PIECE as u64).min(support.max_missing + 1)))
            .collect();
        // Pieces are brought to one scale and summed in their order, whatever thread made them.
        let top = pieces.iter().map(|p| p.scale).fold(f64::NEG_INFINITY, f64::max);
        let mut of_missing = Vec::with_capacity(support.max_missing as usize);
        let mut of_graph = vec![0.0; graphs.len()];
        for piece in &pieces {
            let factor = (piece.scale - top).exp();
            of_missing.extend(piece.of_missing.iter().map(|w| w * factor));
            of_graph.iter_mut().zip(&piece.of_graph).for_each(|(sum, w)| *sum += w * factor);
        }
        normalise(&mut of_missing);
        normalise(&mut of_graph);
        Self { graphs, of_missing, of_graph }
    }

    /// The smallest number missing whose cumulative probability reaches `p`.
    fn quantile(&self, p: f64) -> u64 {
        let mut sum = 0.0;
        let reached = self.of_missing.iter().position(|w| {
            sum += w;
            sum >= p
        });
        reached.unwrap_or(self.of_missing.len() - 1) as u64 + 1
    }

    fn mean(&self) -> f64 {
        self.of_missing.iter().enumerate().map(|(i, w)| (i + 1) as f64 * w).sum()
    }
}

/// Weights over a stretch of the support, relative to `exp(scale)`.
struct Piece {
    scale: f64,
    of_missing: Vec<f64>,
    of_graph: Vec<f64>,
}

impl Piece {
    fn new(terms: &Terms, graphs: &[Graph], missing: std::ops::Range<u64>) -> Self {
        let mut by_set = vec![0.0; 1 << terms.lists];
        let mut logs = Vec::with_capacity(graphs.len() * PIECE);
        for m in missing.clone() {
            terms.at(m as f64, &mut by_set);
            let shared = terms.shared(m as f64);
            logs.extend(graphs.iter().map(|g| {
                shared + g.factors.iter().map(|&(set, power)| f64::from(power) * by_set[set as usize]).sum::<f64>()
            }));
        }
        let scale = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let mut of_graph = vec![0.0; graphs.len()];
        let of_missing = logs
            .chunks_exact(graphs.len())
            .map(|row| {
                let weights = row.iter().map(|l| (l - scale).exp());
                of_graph
                    .iter_mut()
                    .zip(weights)
                    .map(|(sum, w)| {
                        *sum += w;
                        w
                    })
                    .sum()
            })
            .collect();
        Self { scale, of_missing, of_graph }
    }
}

fn normalise(weights: &mut [f64]) {
    let total: f64 = weights.iter().sum();
    weights.iter_mut().for_each(|w| *w /= total);
}

/// The posterior median with equal-tailed limits.
pub(crate) fn estimate(table: &CaptureTable, options: &Options) -> Result<Estimate, Refusal> {
    let default = Support::default_for(table);
    let support = Support {
        delta: options.delta.unwrap_or(default.delta),
        max_missing: options.max_missing.unwrap_or(default.max_missing),
    };
    if support.max_missing > MOST_MISSING {
        return Err(Refusal::SupportTooLarge { asked: support.max_missing, most: MOST_MISSING });
    }
    let posterior = Posterior::new(table, support);
    let observed = table.observed();
    let size = |p: f64| Some((observed + posterior.quantile(p)) as f64);
    let tail = (1.0 - options.level) / 2.0;
    Ok(Estimate {
        model: Model::Decomposable,
        lists: table.lists().to_vec(),
        observed,
        estimate: size(0.5),
        lower: size(tail),
        upper: size(1.0 - tail),
        level: options.level,
        converged: true,
        assumption: Model::Decomposable.assumption(),
        warnings: warnings(&posterior, observed, support.max_missing),
        identification: None,
        detail: Detail::Decomposable(DecomposableDetail {
            delta: support.delta,
            max_missing: support.max_missing,
            mean: observed as f64 + posterior.mean(),
            graphs_averaged: posterior.graphs.len(),
            graphs: likeliest(&posterior),
            edges: edges(table.lists(), &posterior),
        }),
    })
}

fn warnings(posterior: &Posterior, observed: u64, max_missing: u64) -> Vec<Warning> {
    let mut warnings = Vec::new();
    let last_tenth = posterior.of_missing.len() - posterior.of_missing.len().div_ceil(10);
    let share: f64 = posterior.of_missing[last_tenth..].iter().sum();
    if share > TOLERATED_AT_END {
        warnings.push(Warning::MassAtSupportEnd { share, max_missing });
    }
    if posterior.quantile(0.5) as f64 <= observed as f64 * COLLAPSED {
        warnings.push(Warning::CollapsedOntoObserved);
    }
    warnings
}

fn likeliest(posterior: &Posterior) -> Vec<GraphWeight> {
    let mut order: Vec<usize> = (0..posterior.graphs.len()).collect();
    order.sort_by(|&a, &b| posterior.of_graph[b].total_cmp(&posterior.of_graph[a]));
    let show = |i: usize| GraphWeight { graph: posterior.graphs[i].to_string(), weight: posterior.of_graph[i] };
    order.into_iter().take(SHOWN).map(show).collect()
}

fn edges(lists: &[ListId], posterior: &Posterior) -> Vec<EdgeInclusion> {
    let pairs = (0..lists.len()).flat_map(|i| (0..i).map(move |j| (j, i)));
    pairs
        .map(|(i, j)| {
            let with_edge = posterior.graphs.iter().zip(&posterior.of_graph).filter(|(g, _)| g.has_edge(i, j));
            EdgeInclusion { lists: (lists[i].clone(), lists[j].clone()), probability: with_edge.map(|(_, w)| w).sum() }
        })
        .collect()
}
