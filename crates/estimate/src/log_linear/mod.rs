//! How many, if the lists depend on one another only through a few interactions?
//!
//! Hierarchical log-linear models (Fienberg 1972; Bishop, Fienberg & Holland 1975; Cormack 1989): all of them for up to
//! five lists, a stepwise search beyond. The model with the lowest BIC or AIC answers; all that were fitted are averaged
//! beside it (Buckland, Burnham & Augustin 1997), because the choice itself is uncertain.

mod fit;
mod fixed;
mod models;
mod profile;

use crate::interval;
use crate::{Detail, Estimate, Model, Options, Refusal, Warning};
use factum_model::CaptureTable;

pub(crate) use fit::model_matrix;
use fit::{Cells, ModelFit};
pub(crate) use fixed::Refit;
pub use fixed::{Fixed, fixed_model};
use models::Terms;
use rayon::prelude::*;
use serde::Serialize;
use std::collections::BTreeMap;

/// Up to this many lists every hierarchical model is fitted (6,893 for five). A stepwise search of sparse five-list tables
/// ends in local optima: on `uk5` at 12,262 where the best two-way model gives 22,991.
const EXHAUSTIVE: usize = 5;

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

/// How models were looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Selection {
    /// Every hierarchical model was fitted.
    Exhaustive,
    /// From independence, one term at a time, forward and back, while the criterion falls.
    Stepwise,
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
    /// Share of the average over all fitted models.
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
    pub selection: Selection,
    /// The chosen model.
    pub best: FittedModel,
    /// Where the profile likelihood of the chosen model is highest.
    pub profile_maximum: Option<f64>,
    /// The average over all fitted models, weighted by the criterion.
    pub average: Average,
    /// The best models, best first.
    pub models: Vec<FittedModel>,
    /// How many models have an estimate.
    pub fitted: usize,
    /// The models without one, by name.
    pub refused: Vec<RefusedModel>,
}

/// Every hierarchical model of a table of up to five lists that has an estimate, in the order of `criterion`, and the
/// names of those that have none. This is Rcapture's `closedpMS.t`.
pub fn all_fits(table: &CaptureTable, criterion: Criterion) -> (Vec<FittedModel>, Vec<RefusedModel>) {
    let found = exhaustive(&Cells::new(table), criterion);
    (found.described(criterion), found.refused)
}

struct Found {
    /// Best first.
    fits: Vec<ModelFit>,
    refused: Vec<RefusedModel>,
}

impl Found {
    fn new(results: impl IntoIterator<Item = (Terms, Option<ModelFit>)>, criterion: Criterion) -> Self {
        let mut found = Found { fits: Vec::new(), refused: Vec::new() };
        for (terms, fit) in results {
            match fit {
                Some(fit) => found.fits.push(fit),
                None => found.refused.push(RefusedModel(terms.to_string())),
            }
        }
        found.fits.sort_by(|a, b| value(a, criterion).total_cmp(&value(b, criterion)));
        found
    }

    fn described(&self, criterion: Criterion) -> Vec<FittedModel> {
        let best = self.fits.first().map_or(0.0, |f| value(f, criterion));
        let weights: Vec<f64> = self.fits.iter().map(|f| (-(value(f, criterion) - best) / 2.0).exp()).collect();
        let total: f64 = weights.iter().sum();
        let describe = |(fit, weight): (&ModelFit, f64)| FittedModel {
            name: fit.terms.to_string(),
            estimate: fit.abundance(),
            standard_error: fit.standard_error(),
            deviance: fit.fit.deviance,
            degrees_of_freedom: fit.degrees_of_freedom(),
            aic: fit.aic(),
            bic: fit.bic(),
            weight: weight / total,
        };
        self.fits.iter().zip(weights).map(describe).collect()
    }
}

fn value(fit: &ModelFit, criterion: Criterion) -> f64 {
    match criterion {
        Criterion::Bic => fit.bic(),
        Criterion::Aic => fit.aic(),
    }
}

fn exhaustive(cells: &Cells, criterion: Criterion) -> Found {
    let models = models::all_hierarchical(cells.lists);
    let results: Vec<_> = models
        .into_par_iter()
        .map(|terms| {
            let fit = fit::fit(cells, &terms);
            (terms, fit)
        })
        .collect();
    Found::new(results, criterion)
}

fn stepwise(cells: &Cells, criterion: Criterion) -> Found {
    let mut tried: BTreeMap<Terms, Option<ModelFit>> = BTreeMap::new();
    let mut at = Terms::independence(cells.lists);
    tried.insert(at.clone(), fit::fit(cells, &at));
    loop {
        let new: Vec<Terms> = at.larger().into_iter().chain(at.smaller()).filter(|m| !tried.contains_key(m)).collect();
        let fits: Vec<_> = new
            .into_par_iter()
            .map(|terms| {
                let fit = fit::fit(cells, &terms);
                (terms, fit)
            })
            .collect();
        tried.extend(fits);
        let score =
            |terms: &Terms| tried.get(terms).and_then(Option::as_ref).map_or(f64::INFINITY, |f| value(f, criterion));
        let best = at.larger().into_iter().chain(at.smaller()).min_by(|a, b| score(a).total_cmp(&score(b)));
        match best {
            Some(next) if score(&next) < score(&at) => at = next,
            _ => break,
        }
    }
    Found::new(tried, criterion)
}

/// The estimate of the best model, with its profile-likelihood interval.
pub(crate) fn estimate(table: &CaptureTable, options: &Options) -> Result<Estimate, Refusal> {
    let cells = Cells::new(table);
    let criterion = options.criterion;
    let selection = if cells.lists <= EXHAUSTIVE { Selection::Exhaustive } else { Selection::Stepwise };
    let found = match selection {
        Selection::Exhaustive => exhaustive(&cells, criterion),
        Selection::Stepwise => stepwise(&cells, criterion),
    };
    let considered = found.fits.len() + found.refused.len();
    let described = found.described(criterion);
    let (Some(best), Some(chosen)) = (described.first(), found.fits.first()) else {
        return Err(Refusal::NoModelFits(considered));
    };
    let profile = profile::profile(&cells, chosen, options.level);

    let mut warnings = Vec::new();
    let vanished = cells.counts.len() - chosen.face.histories.len();
    if vanished > 0 {
        warnings.push(Warning::BoundaryFit(vanished));
    }
    if !found.refused.is_empty() {
        warnings.push(Warning::ModelsWithoutEstimate(found.refused.len(), considered));
    }
    if let Some(profile) = profile {
        if profile.upper.is_none() {
            warnings.push(Warning::NoUpperLimit);
        }
        let outside =
            |m: &&FittedModel| m.estimate < profile.lower || profile.upper.is_some_and(|upper| m.estimate > upper);
        let behind = |m: &FittedModel| match criterion {
            Criterion::Bic => m.bic - best.bic,
            Criterion::Aic => m.aic - best.aic,
        };
        if let Some(rival) = described[1..].iter().take_while(|m| behind(m) < CLOSE).find(outside) {
            warnings.push(Warning::CloseModelDisagrees {
                model: rival.name.clone(),
                estimate: rival.estimate,
                delta: behind(rival),
            });
        }
    }
    Ok(Estimate {
        model: Model::LogLinear,
        lists: table.lists().to_vec(),
        observed: table.observed(),
        estimate: Some(best.estimate),
        lower: profile.map(|p| p.lower),
        upper: profile.and_then(|p| p.upper),
        level: options.level,
        converged: profile.is_some(),
        assumption: Model::LogLinear.assumption(),
        warnings,
        identification: None,
        detail: Detail::LogLinear(LogLinearDetail {
            criterion,
            selection,
            best: best.clone(),
            profile_maximum: profile.map(|p| p.maximum),
            average: average(&described, cells.observed, options.level),
            fitted: described.len(),
            models: described.into_iter().take(SHOWN).collect(),
            refused: found.refused,
        }),
    })
}

/// The criterion-weighted mean, with the unconditional standard error of Buckland, Burnham & Augustin (1997), equation 9.
fn average(models: &[FittedModel], observed: f64, level: f64) -> Average {
    let mean: f64 = models.iter().map(|m| m.weight * m.estimate).sum();
    let spread = |m: &FittedModel| m.weight * (m.standard_error.powi(2) + (m.estimate - mean).powi(2)).sqrt();
    let limits = interval::log_normal(observed, mean, models.iter().map(spread).sum(), level);
    Average { estimate: mean, lower: limits.map(|l| l.0), upper: limits.map(|l| l.1) }
}
