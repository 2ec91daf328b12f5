//! How many, if the lists depend on one another only through a few interactions?
//!
//! Hierarchical log-linear models (Fienberg 1972; Bishop, Fienberg & Holland 1975; Cormack 1989): all of them for up to
//! five lists, all with interactions of two lists for six, a search by single terms beyond. The model with the lowest BIC or
//! AIC answers; all that were fitted are averaged beside it (Buckland, Burnham & Augustin 1997), because the choice itself
//! is uncertain. On request the choice is stepwise by p-values (Chan, Silverman & Vincent 2021) or one model is given, and
//! the interval comes from a bootstrap that chooses anew in every replicate.

mod bootstrap;
mod cells;
mod existence;
mod fit;
mod models;
mod newton;
mod profile;
mod refit;
mod search;
mod stepwise;

use crate::interval;
use crate::{Detail, Estimate, Model, Options, Refusal, Warning};
use bootstrap::Choice;
use cells::Cells;
use factum_model::CaptureTable;
use models::{Catalogue, NameFault, Terms};
use search::Found;
use serde::Serialize;

pub use bootstrap::BootstrapDetail;
pub use profile::ProfileInterval;
pub(crate) use refit::Refit;

/// Up to this many lists every hierarchical model is fitted (6,893 for five). A search by single terms of sparse five-list
/// tables ends in local optima: on `uk5` at 12,262 where the best two-way model gives 22,991.
const EXHAUSTIVE: usize = 5;

/// Up to this many lists every model without terms of three lists is fitted: 32,768 for six, two million for seven.
const TWO_WAY: usize = 6;

/// A model this close to the best by its criterion is about as good; Kass & Raftery (1995) call a difference under 2
/// "not worth more than a bare mention".
const CLOSE: f64 = 2.0;

/// How many models the answer shows.
const SHOWN: usize = 10;

/// An information criterion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Criterion {
    /// Schwarz 1978, with the number of observed persons as sample size.
    Bic,
    /// Akaike 1974.
    Aic,
}

/// How the model is to be chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Selection {
    /// By the criterion, among all models that can be fitted for so many lists.
    #[default]
    All,
    /// Pair by pair of lists, by p-values under a threshold of 0.02 (Chan, Silverman & Vincent 2021; SparseMSE).
    Stepwise,
}

/// How models were looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Search {
    /// Every hierarchical model was fitted.
    Exhaustive,
    /// Every model without interactions of three lists or more was fitted.
    TwoWay,
    /// From independence, one term at a time, forward and back, while the criterion falls.
    Climbing,
    /// From independence, one pair of lists at a time, by p-values.
    PValues,
    /// The one model asked for was fitted.
    Fixed,
}

impl Search {
    /// The name used in results.
    pub fn name(self) -> &'static str {
        match self {
            Search::Exhaustive => "exhaustive",
            Search::TwoWay => "two-way",
            Search::Climbing => "climbing",
            Search::PValues => "p-values",
            Search::Fixed => "fixed",
        }
    }
}

/// One model that has an estimate.
#[derive(Clone, Debug, Serialize)]
pub struct FittedModel {
    /// Its generating terms, lists counted from 1, as Rcapture writes them.
    pub name: String,
    /// Estimated population.
    pub estimate: f64,
    /// Standard error of the estimate.
    pub standard_error: f64,
    /// Deviance against the saturated model.
    pub deviance: f64,
    /// Cells less parameters.
    pub degrees_of_freedom: usize,
    /// Akaike's criterion.
    pub aic: f64,
    /// Schwarz's criterion.
    pub bic: f64,
    /// Share by the criterion among the fitted models: the weight in their average.
    pub weight: f64,
}

/// The average over the fitted models.
#[derive(Clone, Debug, Serialize)]
pub struct Average {
    /// Weighted mean of the estimates.
    pub estimate: f64,
    /// Lower limit, log-normal on the unconditional variance.
    pub lower: Option<f64>,
    /// Upper limit.
    pub upper: Option<f64>,
}

/// A model that was considered and has no estimate on this table.
#[derive(Clone, Debug, Serialize)]
#[serde(transparent)]
pub struct RefusedModel(pub String);

/// What is particular to log-linear models.
#[derive(Clone, Debug, Serialize)]
pub struct LogLinearDetail {
    /// The criterion used.
    pub criterion: Criterion,
    /// How models were looked for.
    pub search: Search,
    /// The chosen model.
    pub best: FittedModel,
    /// The profile likelihood of the chosen model; absent when a fit on the way failed.
    pub profile: Option<ProfileInterval>,
    /// The interval that takes in the choice of the model, where it was asked for.
    pub bootstrap: Option<BootstrapDetail>,
    /// The average over all fitted models, weighted by the criterion; absent when models were not chosen by it.
    pub average: Option<Average>,
    /// The best models, best first; of a choice by p-values the models gone through, the last first.
    pub models: Vec<FittedModel>,
    /// How many models have an estimate.
    pub fitted: usize,
    /// The models without one, by name.
    pub refused: Vec<RefusedModel>,
}

/// Every hierarchical model of a table of up to five lists (every one without interactions of three lists where there are
/// more, up to six) that has an estimate, in the order of `criterion`, and the names of those that have none. This is
/// Rcapture's `closedpMS.t`. Empty for more lists.
pub fn all_fits(table: &CaptureTable, criterion: Criterion) -> (Vec<FittedModel>, Vec<RefusedModel>) {
    let cells = Cells::new(table);
    let Some(catalogue) = catalogue(cells.lists) else { return (Vec::new(), Vec::new()) };
    let found = search::all(&cells, &catalogue, criterion);
    (described(&found, &cells, criterion), names(&found.refused))
}

/// All the models that are fitted for so many lists, where all can be.
fn catalogue(lists: usize) -> Option<Catalogue> {
    match lists {
        0..2 => None,
        2..=EXHAUSTIVE => Some(Catalogue::hierarchical(lists)),
        _ => (lists <= TWO_WAY).then(|| Catalogue::two_way(lists)),
    }
}

fn names(models: &[Terms]) -> Vec<RefusedModel> {
    models.iter().map(|m| RefusedModel(m.to_string())).collect()
}

fn described(found: &Found, cells: &Cells, criterion: Criterion) -> Vec<FittedModel> {
    let values: Vec<f64> = found.fits.iter().map(|f| f.value(cells, criterion)).collect();
    let best = values.iter().copied().fold(f64::INFINITY, f64::min);
    let weights: Vec<f64> = values.iter().map(|v| (-(v - best) / 2.0).exp()).collect();
    let total: f64 = weights.iter().sum();
    let describe = |(fit, weight): (&fit::ModelFit, f64)| FittedModel {
        name: fit.terms.to_string(),
        estimate: cells.observed + fit.missing(),
        standard_error: fit.standard_error(),
        deviance: fit.deviance(cells),
        degrees_of_freedom: fit.degrees_of_freedom(cells),
        aic: fit.aic(cells),
        bic: fit.bic(cells),
        weight: weight / total,
    };
    found.fits.iter().zip(weights).map(describe).collect()
}

/// Looks for the model as the options ask.
fn search(cells: &Cells, options: &Options) -> Result<(Search, Found), Refusal> {
    let criterion = options.criterion;
    if let Some(name) = &options.fixed_model {
        let fault = |fault| match fault {
            NameFault::Unreadable => "it is not of the form [12+13]",
            NameFault::List => "it names a list that is not in the table, or one twice",
            NameFault::HighestOrder => "its term of all lists cannot be told from the number of the unrecorded",
        };
        let terms =
            Terms::parse(name, cells.lists).map_err(|f| Refusal::ModelName { name: name.clone(), reason: fault(f) })?;
        let found = search::fixed(cells, terms.clone());
        return match found.fits.is_empty() {
            true => Err(Refusal::ModelWithoutEstimate(terms.to_string())),
            false => Ok((Search::Fixed, found)),
        };
    }
    Ok(match (options.selection, catalogue(cells.lists)) {
        (Selection::Stepwise, _) => (Search::PValues, search::by_p_values(cells)),
        (Selection::All, Some(all)) => {
            let search = if cells.lists <= EXHAUSTIVE { Search::Exhaustive } else { Search::TwoWay };
            (search, search::all(cells, &all, criterion))
        }
        (Selection::All, None) => (Search::Climbing, search::climb(cells, criterion)),
    })
}

/// The estimate of the best model, with its profile-likelihood interval, or that of the bootstrap where it is asked for.
pub(crate) fn estimate(table: &CaptureTable, options: &Options) -> Result<Estimate, Refusal> {
    let cells = Cells::new(table);
    let criterion = options.criterion;
    let (search, found) = search(&cells, options)?;
    let considered = found.fits.len() + found.refused.len();
    let described = described(&found, &cells, criterion);
    let (Some(best), Some(chosen)) = (described.first(), found.fits.first()) else {
        return Err(Refusal::NoModelFits(considered));
    };
    let profile = profile::profile(&cells, chosen, options.level);
    let bootstrap = options.bootstrap.map(|replicates| {
        let choice = match search {
            Search::PValues => Choice::Stepwise,
            _ => Choice::Among(&found.fits, criterion),
        };
        bootstrap::bootstrap(&cells, best.estimate, &choice, replicates, options.seed, options.level)
    });

    let mut warnings = Vec::new();
    let vanished = cells.len() - chosen.face.histories.len();
    if vanished > 0 {
        warnings.push(Warning::BoundaryFit(vanished));
    }
    if !found.refused.is_empty() {
        warnings.push(Warning::ModelsWithoutEstimate(found.refused.len(), considered));
    }
    if let Some(profile) = &profile {
        if profile.upper.is_none() {
            warnings.push(Warning::NoUpperLimit);
        }
        warnings.extend(rival(&described, profile, criterion).filter(|_| search != Search::PValues));
    }
    if let Some(detail) = &bootstrap {
        if detail.infinite > 0 {
            warnings.push(Warning::InfiniteReplicates { infinite: detail.infinite, replicates: detail.replicates });
        }
        if detail.acceleration.is_none() || detail.bias_correction.is_none() {
            warnings.push(Warning::NoBootstrapInterval);
        } else if detail.lower.is_none() || detail.upper.is_none() {
            warnings.push(Warning::BootstrapLimitOutOfReach);
        }
    }
    let (lower, upper) = match &bootstrap {
        Some(detail) => (detail.lower, detail.upper),
        None => (profile.map(|p| p.lower), profile.and_then(|p| p.upper)),
    };
    Ok(Estimate {
        model: Model::LogLinear,
        lists: table.lists().to_vec(),
        observed: table.observed(),
        estimate: Some(best.estimate),
        lower,
        upper,
        level: options.level,
        converged: profile.is_some(),
        assumption: Model::LogLinear.assumption(),
        warnings,
        identification: None,
        detail: Detail::LogLinear(Box::new(LogLinearDetail {
            criterion,
            search,
            best: best.clone(),
            profile,
            bootstrap,
            average: (!matches!(search, Search::PValues | Search::Fixed))
                .then(|| average(&described, cells.observed, options.level)),
            fitted: described.len(),
            models: described.into_iter().take(SHOWN).collect(),
            refused: names(&found.refused),
        })),
    })
}

/// A model about as good as the best whose estimate lies outside the best one's interval.
fn rival(described: &[FittedModel], profile: &ProfileInterval, criterion: Criterion) -> Option<Warning> {
    let outside =
        |m: &&FittedModel| m.estimate < profile.lower || profile.upper.is_some_and(|upper| m.estimate > upper);
    let (best, others) = described.split_first()?;
    let behind = |m: &FittedModel| match criterion {
        Criterion::Bic => m.bic - best.bic,
        Criterion::Aic => m.aic - best.aic,
    };
    let rival = others.iter().take_while(|m| behind(m) < CLOSE).find(outside)?;
    Some(Warning::CloseModelDisagrees { model: rival.name.clone(), estimate: rival.estimate, delta: behind(rival) })
}

/// The criterion-weighted mean, with the unconditional standard error of Buckland, Burnham & Augustin (1997), equation 9.
fn average(models: &[FittedModel], observed: f64, level: f64) -> Average {
    let mean: f64 = models.iter().map(|m| m.weight * m.estimate).sum();
    let spread = |m: &FittedModel| m.weight * (m.standard_error.powi(2) + (m.estimate - mean).powi(2)).sqrt();
    let limits = interval::log_normal(observed, mean, models.iter().map(spread).sum(), level);
    Average { estimate: mean, lower: limits.map(|l| l.0), upper: limits.map(|l| l.1) }
}
