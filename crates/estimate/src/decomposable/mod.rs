//! How many, averaged over all ways the lists may depend on one another pairwise?
//!
//! D. Madigan & J. C. York, "Bayesian methods for estimation of the size of a closed population", Biometrika 84 (1997).
//! For every decomposable graph and every population size N the marginal likelihood has a closed form under a
//! hyper-Dirichlet prior; the posterior of N is the sum over graphs. Conventions are those of the R package `dga`:
//! prior proportional to 1/N, all graphs equally likely, `delta` in every cell of the full table, 1 to
//! `max(20 n, 20000)` people missing.
//!
//! The sum over graphs is exact for each N at which it is taken ([`sum`]), and it is taken at a few hundred values of N
//! ([`curve`]).

mod curve;
mod graphs;
mod marginal;
mod mass;
mod prior;
mod rising;
mod search;
mod slope;
mod sum;
mod wide;

pub use prior::{NoSuchPrior, Prior};

use crate::{Detail, Estimate, Model, Options, Refusal, Warning};
use curve::{Outline, Panel};
use factum_model::{CaptureTable, ListId};
use marginal::Marginal;
use mass::{Mass, Stretch};
use rayon::prelude::*;
use search::Point;
use serde::Serialize;
use slope::Slopes;
use sum::Plan;

/// Share of the posterior in the last tenth of the support above which the support, not the data, governs.
const TOLERATED_AT_END: f64 = 0.01;

/// A median this close to the observed count, relative to it, is announced. On tables far from complete this model has
/// been seen there: Kosovo 1999 at delta 1 gives 4,617 for 4,400 observed and some 10,000 dead.
const COLLAPSED: f64 = 0.05;

/// The most missing people that are considered. No event in reach of lists has missed more.
const MOST_MISSING: u64 = 1_000_000_000;

/// The most numbers whose probabilities are returned one by one: 400 MB of them.
const MOST_LISTED: u64 = 50_000_000;

/// Prior weights of a cell that are taken: beyond, it is not the lists that speak.
const DELTAS: std::ops::RangeInclusive<f64> = 1e-9..=1e6;

/// How many graphs the answer shows.
const SHOWN: usize = 10;

/// Population sizes at which the answer gives prior and posterior, for a plot.
const PLOTTED: u64 = 200;

/// What a plot leaves out at either end.
const NOT_PLOTTED: f64 = 0.0005;

/// Sums that one thread takes in a row at least, so that tables are not made for each.
const PIECE: usize = 8;

/// Points of a sum over the posterior that count for less than this are left out.
const NO_WEIGHT: f64 = 1e-11;

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

/// How likely one population size is before and after the lists are looked at.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct SizeProbability {
    /// The population size.
    pub n: u64,
    /// Its prior probability.
    pub prior: f64,
    /// Its posterior probability.
    pub posterior: f64,
}

/// What the prior alone says of the population size.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct PriorSummary {
    /// Median.
    pub estimate: f64,
    /// Lower limit, for the probability of the answer's interval.
    pub lower: f64,
    /// Upper limit.
    pub upper: f64,
}

/// What is particular to decomposable graphs.
#[derive(Clone, Debug, Serialize)]
pub struct DecomposableDetail {
    /// Prior weight of each cell.
    pub delta: f64,
    /// Prior of the population size.
    pub prior: Prior,
    /// Largest number of missing people considered.
    pub max_missing: u64,
    /// Posterior mean.
    pub mean: f64,
    /// How many graphs were averaged: every decomposable graph over the lists.
    pub graphs_averaged: usize,
    /// At how many population sizes the graphs were summed.
    pub sizes_summed: usize,
    /// The likeliest graphs.
    pub graphs: Vec<GraphWeight>,
    /// Whether it is proven that no likelier graph than those shown exists. The estimate does not depend on it.
    pub graphs_proven: bool,
    /// Edge by edge.
    pub edges: Vec<EdgeInclusion>,
    /// What the prior says without the lists.
    pub prior_alone: PriorSummary,
    /// Prior against posterior, at population sizes equally far apart over all but a thousandth of the posterior.
    pub sizes: Vec<SizeProbability>,
}

/// The prior settings of the model.
#[derive(Clone, Copy, Debug)]
pub struct Support {
    /// Prior weight of each cell of the full table.
    pub delta: f64,
    /// Missing people considered: 1 to this.
    pub max_missing: u64,
    /// Prior of the population size.
    pub prior: Prior,
}

impl Support {
    /// What `dga` takes by default: `2^-lists`, `max(20 n, 20000)` and 1/N.
    pub fn default_for(table: &CaptureTable) -> Self {
        let delta = 0.5f64.powi(table.lists().len() as i32);
        let max_missing = table.observed().saturating_mul(20).clamp(20_000, MOST_MISSING);
        Self { delta, max_missing, prior: Prior::Jeffreys }
    }

    fn of(table: &CaptureTable, options: &Options) -> Result<Self, Refusal> {
        let default = Self::default_for(table);
        let within = options.max_n.map(|n| n.saturating_sub(table.observed()));
        let asked = [options.max_missing, within].into_iter().flatten().min();
        let support = Self {
            delta: options.delta.unwrap_or(default.delta),
            max_missing: asked.unwrap_or(default.max_missing),
            prior: options.prior,
        };
        support.check(table, MOST_MISSING)?;
        Ok(support)
    }

    fn check(&self, table: &CaptureTable, most: u64) -> Result<(), Refusal> {
        let (least, most_lists) = Model::Decomposable.lists();
        let lists = table.lists().len();
        if lists < least {
            return Err(Refusal::TooFewLists { model: Model::Decomposable, least, lists });
        }
        if lists > most_lists {
            return Err(Refusal::TooManyLists { model: Model::Decomposable, most: most_lists, lists });
        }
        if table.observed() == 0 {
            return Err(Refusal::Empty);
        }
        if !DELTAS.contains(&self.delta) {
            return Err(Refusal::Option("delta must lie between 0.000000001 and 1000000, such as 0.5"));
        }
        if !self.prior.is_proper() {
            return Err(Refusal::Option("shape and scale of the prior must lie between 0.000000001 and 1000000000"));
        }
        if self.max_missing == 0 {
            return Err(Refusal::Option(
                "the largest population considered must exceed the number of people recorded by at least 1",
            ));
        }
        if self.max_missing > most {
            return Err(Refusal::SupportTooLarge { asked: self.max_missing, most });
        }
        Ok(())
    }
}

/// The posterior probability of each number of missing people, from 1 to `support.max_missing`; entry 0 stands for 1.
///
/// # Errors
/// A [`Refusal`] when the table has too few or too many lists or nobody on them, when the support is not positive, or when it
/// holds more than 50 million numbers.
pub fn posterior(table: &CaptureTable, support: Support) -> Result<Vec<f64>, Refusal> {
    support.check(table, MOST_LISTED)?;
    let average = Average::new(table, support);
    let mass = average.posterior();
    let of_panel = |(i, panel): (usize, &Panel)| {
        let probability = |m: u64| (average.ln_posterior(i, m as f64) - mass.ln_total).exp();
        (panel.low..=panel.high).map(probability).collect::<Vec<f64>>()
    };
    let pieces: Vec<Vec<f64>> = average.panels.par_iter().enumerate().map(of_panel).collect();
    Ok(pieces.concat())
}

/// The average over all graphs, as a function of the number missing.
struct Average {
    lists: usize,
    observed: f64,
    prior: Prior,
    marginal: Marginal,
    plan: Plan,
    panels: Vec<Panel>,
}

impl Average {
    fn new(table: &CaptureTable, support: Support) -> Self {
        let lists = table.lists().len();
        let observed = table.observed();
        let (marginal, plan) = (Marginal::new(table, support.delta), Plan::new(lists));
        let prior = support.prior;
        let outline = Outline {
            most: support.max_missing,
            observed: observed as f64,
            prior_bend: prior.bend(),
            ends: prior.bends().iter().filter_map(|n| n.checked_sub(observed)).collect(),
        };
        let likelihood = |points: &[f64]| {
            let each = points
                .par_iter()
                .with_min_len(PIECE)
                .map_init(|| plan.tables(), |tables, &m| marginal.ways(m) + plan.sum(&marginal.at(m), tables));
            each.collect()
        };
        let panels = curve::fit(&outline, likelihood, |m| prior.ln_at(observed as f64 + m));
        Self { lists, observed: observed as f64, prior, marginal, plan, panels }
    }

    fn ln_prior(&self, missing: f64) -> f64 {
        self.prior.ln_at(self.observed + missing)
    }

    fn ln_posterior(&self, panel: usize, missing: f64) -> f64 {
        self.panels[panel].at(missing) + self.ln_prior(missing)
    }

    /// The distribution with this logarithm, up to a constant.
    fn mass<F: Fn(usize, f64) -> f64>(&self, ln_weight: F) -> Mass<F> {
        let stretch = |p: &Panel| Stretch { low: p.low, high: p.high, listed: p.is_listed() };
        let stretches: Vec<Stretch> = self.panels.iter().map(stretch).collect();
        let heights = self.panels.iter().enumerate().flat_map(|(i, p)| p.points.iter().map(move |&m| (i, m)));
        let top = heights.map(|(i, m)| ln_weight(i, m)).fold(f64::NEG_INFINITY, f64::max);
        Mass::new(&stretches, top, ln_weight)
    }

    fn posterior(&self) -> Mass<impl Fn(usize, f64) -> f64 + '_> {
        self.mass(|panel, m| self.ln_posterior(panel, m))
    }

    /// Points and weights by which functions of the number missing are averaged over the posterior.
    fn points(&self, posterior: &Mass<impl Fn(usize, f64) -> f64>) -> Vec<Point> {
        let mut weights: Vec<Vec<f64>> = self.panels.iter().map(|p| vec![0.0; p.points.len()]).collect();
        posterior.visit(|panel, m, weight| self.panels[panel].spread(m, weight, &mut weights[panel]));
        let all =
            self.panels.iter().zip(weights).flat_map(|(panel, weights)| {
                panel.points.iter().copied().zip(panel.values.iter().copied()).zip(weights)
            });
        let point = |((m, value), weight): ((f64, f64), f64)| {
            (weight.abs() > NO_WEIGHT).then(|| Point {
                weight,
                terms: self.marginal.at(m),
                ln_sum: value - self.marginal.ways(m),
            })
        };
        all.filter_map(point).collect()
    }

    /// The posterior probability of each edge.
    fn edges(&self, names: &[ListId], points: &[Point]) -> Vec<EdgeInclusion> {
        let start = || {
            let tables = self.plan.tables();
            let slopes = Slopes::new(&tables);
            (tables, slopes)
        };
        let at_point = |(tables, slopes): &mut (sum::Tables, Slopes), point: &Point| {
            self.plan.sum(&point.terms, tables);
            slopes.edges(&self.plan, tables)
        };
        let each: Vec<Vec<f64>> = points.par_iter().with_min_len(PIECE).map_init(start, at_point).collect();
        let all: f64 = points.iter().map(|p| p.weight).sum();
        let pairs = (0..self.lists).flat_map(|i| (0..i).map(move |j| (j, i)));
        let inclusion = |(pair, (i, j)): (usize, (usize, usize))| {
            let sum: f64 = points.iter().zip(&each).map(|(point, edges)| point.weight * edges[pair]).sum();
            EdgeInclusion { lists: (names[i].clone(), names[j].clone()), probability: (sum / all).clamp(0.0, 1.0) }
        };
        pairs.enumerate().map(inclusion).collect()
    }
}

/// The posterior median with equal-tailed limits.
pub(crate) fn estimate(table: &CaptureTable, options: &Options) -> Result<Estimate, Refusal> {
    let support = Support::of(table, options)?;
    let average = Average::new(table, support);
    let posterior = average.posterior();
    let prior = average.mass(|_, m| average.ln_prior(m));
    let points = average.points(&posterior);
    let found = search::likeliest(average.lists, &points, SHOWN);
    let observed = table.observed();
    let tail = (1.0 - options.level) / 2.0;
    let [lower, median, upper] = [tail, 0.5, 1.0 - tail].map(|p| (observed + posterior.quantile(p)) as f64);
    let [prior_lower, prior_median, prior_upper] =
        [tail, 0.5, 1.0 - tail].map(|p| (observed + prior.quantile(p)) as f64);
    let share = posterior.from(support.max_missing - support.max_missing.div_ceil(10) + 1);
    Ok(Estimate {
        model: Model::Decomposable,
        lists: table.lists().to_vec(),
        observed,
        estimate: Some(median),
        lower: Some(lower),
        upper: Some(upper),
        level: options.level,
        converged: true,
        assumption: Model::Decomposable.assumption(),
        warnings: warnings(share, median - observed as f64, observed, support.max_missing),
        identification: None,
        detail: Detail::Decomposable(DecomposableDetail {
            delta: support.delta,
            prior: support.prior,
            max_missing: support.max_missing,
            mean: observed as f64 + posterior.mean,
            graphs_averaged: average.plan.graphs(),
            sizes_summed: average.panels.iter().map(|p| p.points.len()).sum(),
            graphs: found
                .graphs
                .iter()
                .map(|(g, weight)| GraphWeight { graph: g.to_string(), weight: *weight })
                .collect(),
            graphs_proven: found.proven,
            edges: average.edges(table.lists(), &points),
            prior_alone: PriorSummary { estimate: prior_median, lower: prior_lower, upper: prior_upper },
            sizes: plotted(observed, &prior, &posterior),
        }),
    })
}

fn warnings(at_end: f64, missing: f64, observed: u64, max_missing: u64) -> Vec<Warning> {
    let mut warnings = Vec::new();
    if at_end > TOLERATED_AT_END {
        warnings.push(Warning::MassAtSupportEnd { share: at_end, max_missing });
    }
    if missing <= observed as f64 * COLLAPSED {
        warnings.push(Warning::CollapsedOntoObserved);
    }
    warnings
}

fn plotted(
    observed: u64,
    prior: &Mass<impl Fn(usize, f64) -> f64>,
    posterior: &Mass<impl Fn(usize, f64) -> f64>,
) -> Vec<SizeProbability> {
    let (first, last) = (posterior.quantile(NOT_PLOTTED), posterior.quantile(1.0 - NOT_PLOTTED));
    let step = (last - first).div_ceil(PLOTTED).max(1);
    let size = |m: u64| SizeProbability { n: observed + m, prior: prior.at(m), posterior: posterior.at(m) };
    (first..=last).step_by(step as usize).map(size).collect()
}
