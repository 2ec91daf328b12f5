//! How many people did no list record, and by which computation?

use crate::version;
use factum_estimate::strata::{
    self, Imputation, ImputedEstimate, Listener, Merging, StrataEstimate, StrataFault, StrataOptions, Stratum, Unplaced,
};
use factum_estimate::{Criterion, Estimate, Model, Options, Refusal};
use factum_model::{CaptureTable, Input, Run, RunId};
use serde::Serialize;
use std::collections::BTreeMap;

/// An estimate with the run that made it: the form of `factum estimate --format json` and of `results.json`.
#[derive(Clone, Debug, Serialize)]
pub struct Estimated {
    /// The answer.
    #[serde(flatten)]
    pub estimate: Estimate,
    /// The seed of models that simulate, recorded with all so that a run can be repeated as it was called.
    pub seed: u64,
    /// The program and version.
    pub version: String,
    /// The computation.
    pub run: Run,
}

/// Estimates by stratum and their total, with the run that made them: the form of `factum estimate --format json` for several
/// tables.
#[derive(Clone, Debug, Serialize)]
pub struct EstimatedStrata {
    /// The model asked of every stratum.
    pub model: Model,
    /// Probability of the intervals.
    pub level: f64,
    /// Strata, merges and total.
    #[serde(flatten)]
    pub strata: StrataEstimate,
    /// The seed of models that simulate, and of the draws behind the interval of the total.
    pub seed: u64,
    /// The program and version.
    pub version: String,
    /// The computation.
    pub run: Run,
}

/// Estimates by stratum with persons of unknown stratum carried through all of them, and the run that made them: the form of
/// `factum estimate --unplaced … --format json`.
#[derive(Clone, Debug, Serialize)]
pub struct EstimatedImputed {
    /// The model asked of every stratum.
    pub model: Model,
    /// Probability of the intervals.
    pub level: f64,
    /// Strata, merges and total over the replicates.
    #[serde(flatten)]
    pub imputed: ImputedEstimate,
    /// The seed of models that simulate, of the draws of strata, and of the draws behind the interval of the total.
    pub seed: u64,
    /// The program and version.
    pub version: String,
    /// The computation.
    pub run: Run,
}

/// A model that refused a table.
#[derive(Clone, Debug, Serialize)]
pub struct Refused {
    /// The model.
    pub model: Model,
    /// Why.
    pub reason: String,
}

/// Estimates by one model.
pub fn estimate(
    table: &CaptureTable,
    options: &Options,
    seed: u64,
    id: RunId,
    inputs: Vec<Input>,
) -> Result<Estimated, Refusal> {
    let options = &Options { seed, ..options.clone() };
    let estimate = factum_estimate::estimate(table, options)?;
    let run = Run {
        id,
        what: format!("multiple systems estimation, {}", options.model),
        inputs,
        parameters: parameters(options, &estimate),
        seed: Some(seed),
        version: version(),
    };
    Ok(Estimated { estimate, seed, version: version(), run })
}

/// Estimates every stratum by one model, and adds them up; thin strata are merged as `merging` says, or left as they are.
///
/// # Errors
/// All faults of the strata and options at once. A stratum that the model refuses is no error but has no answer.
pub fn estimate_strata(
    strata: &[Stratum],
    merging: Option<Merging>,
    options: &Options,
    id: RunId,
    inputs: Vec<Input>,
    listener: Listener,
) -> Result<EstimatedStrata, Vec<StrataFault>> {
    let parameters = asked_of_strata(strata, merging.as_ref(), options);
    let how = StrataOptions { merging, level: options.level, seed: options.seed };
    let answer = |table: &CaptureTable| factum_estimate::estimate(table, options);
    let strata = strata::estimate_strata(strata, &how, &answer, listener)?;
    let what = format!("multiple systems estimation by stratum, {}", options.model);
    let run = Run { id, what, inputs, parameters, seed: Some(options.seed), version: version() };
    let (model, level, seed) = (options.model, options.level, options.seed);
    Ok(EstimatedStrata { model, level, strata, seed, version: version(), run })
}

/// The same with persons of unknown stratum: in every replicate each is put into a stratum drawn from what the persons of known
/// stratum say of that capture history, and the replicates are combined.
///
/// # Errors
/// All faults of the strata, the persons and the options at once.
#[expect(clippy::too_many_arguments, reason = "those of the strata, and two for the persons of none")]
pub fn estimate_imputed(
    strata: &[Stratum],
    unplaced: &CaptureTable,
    replicates: u32,
    merging: Option<Merging>,
    options: &Options,
    id: RunId,
    inputs: Vec<Input>,
    listener: Listener,
) -> Result<EstimatedImputed, Vec<StrataFault>> {
    let mut parameters = asked_of_strata(strata, merging.as_ref(), options);
    parameters.insert("replicates of persons of unknown stratum".into(), replicates.to_string());
    let how = StrataOptions { merging, level: options.level, seed: options.seed };
    let imputation = Imputation { replicates, seed: options.seed };
    let answer = |table: &CaptureTable| factum_estimate::estimate_only(table, options);
    let alike: Vec<Unplaced> =
        unplaced.iter().map(|(history, count)| Unplaced { history, likelihood: None, count }).collect();
    let imputed = strata::estimate_imputed(strata, &alike, &imputation, &how, &answer, listener)?;
    let what = format!("multiple systems estimation by stratum with persons of unknown stratum, {}", options.model);
    let run = Run { id, what, inputs, parameters, seed: Some(options.seed), version: version() };
    let (model, level, seed) = (options.model, options.level, options.seed);
    Ok(EstimatedImputed { model, level, imputed, seed, version: version(), run })
}

/// What was asked of every stratum, and of the strata.
fn asked_of_strata(strata: &[Stratum], merging: Option<&Merging>, options: &Options) -> BTreeMap<String, String> {
    let mut parameters = asked(options);
    if let Some(merging) = merging {
        parameters.insert("least overlaps of a stratum".into(), merging.least_overlaps.to_string());
        if merging.least_shared > 0 {
            parameters.insert("strata of different folders".into(), "never merged".into());
        }
    }
    for stratum in strata.iter().filter(|s| !s.blind.is_empty()) {
        let lists: Vec<String> = stratum.blind.iter().map(ToString::to_string).collect();
        parameters.insert(format!("lists that could not see {}", stratum.name), lists.join(", "));
    }
    parameters
}

/// What was asked of every stratum; what a model made of it stands with its answer.
fn asked(options: &Options) -> BTreeMap<String, String> {
    let stated = [
        ("model", Some(options.model.to_string())),
        ("level", Some(options.level.to_string())),
        ("fixed model", options.fixed_model.clone()),
        ("bootstrap replicates", options.bootstrap.map(|n| n.to_string())),
        ("stated log odds ratio", options.dependence.map(|n| n.to_string())),
        ("delta", options.delta.map(|n| n.to_string())),
        ("most missing", options.max_missing.map(|n| n.to_string())),
        ("largest population", options.max_n.map(|n| n.to_string())),
        ("prior", (options.model == Model::Decomposable).then(|| options.prior.to_string())),
        ("classes", (options.model == Model::LatentClass).then(|| options.latent_class.classes.to_string())),
        ("criterion", (options.model == Model::LogLinear).then(|| named(options.criterion).to_string())),
    ];
    stated.into_iter().filter_map(|(key, value)| Some((key.to_string(), value?))).collect()
}

fn named(criterion: Criterion) -> &'static str {
    match criterion {
        Criterion::Bic => "BIC",
        Criterion::Aic => "AIC",
    }
}

fn parameters(options: &Options, estimate: &Estimate) -> BTreeMap<String, String> {
    let mut parameters = vec![("model", options.model.to_string()), ("level", options.level.to_string())];
    match &estimate.detail {
        factum_estimate::Detail::LogLinear(detail) => {
            parameters.push(("criterion", named(options.criterion).into()));
            parameters.push(("chosen model", detail.best.name.clone()));
            parameters.push(("selection", detail.search.name().into()));
            parameters.extend(options.bootstrap.map(|replicates| ("bootstrap replicates", replicates.to_string())));
        }
        factum_estimate::Detail::Decomposable(detail) => {
            parameters.push(("delta", detail.delta.to_string()));
            parameters.push(("most missing", detail.max_missing.to_string()));
            parameters.push(("prior", detail.prior.to_string()));
        }
        factum_estimate::Detail::Chapman { log_odds_ratio, .. } => {
            parameters.extend(log_odds_ratio.map(|ratio| ("stated log odds ratio", ratio.to_string())));
        }
        factum_estimate::Detail::LatentClass(detail) => {
            parameters.push(("classes", detail.classes.to_string()));
            parameters.push(("alpha", format!("gamma, shape {}, rate {}", detail.alpha.0, detail.alpha.1)));
            parameters.push(("most missing", detail.max_missing.to_string()));
            parameters.push(("prior", "1/N".into()));
        }
        factum_estimate::Detail::Chao(_) => {}
    }
    parameters.into_iter().map(|(k, v)| (k.to_string(), v)).collect()
}

/// Every model that takes this many lists; those that refuse say why. Latent classes, which simulate for seconds to minutes, are
/// asked for by name.
pub fn estimate_all(
    table: &CaptureTable,
    seed: u64,
    first_run: u32,
    inputs: &[Input],
) -> (Vec<Estimated>, Vec<Refused>) {
    let mut models = models_for(table);
    models.retain(|model| *model != Model::LatentClass);
    let options = Options { seed, ..Options::new(Model::LogLinear) };
    estimate_each(table, &models, &options, first_run, inputs, &|_| {})
}

/// The models that take as many lists as the table has; log-linear ones, which say why they cannot answer, where none does.
pub fn models_for(table: &CaptureTable) -> Vec<Model> {
    let takes = |model: &Model| {
        let (least, most) = model.lists();
        (least..=most).contains(&table.lists().len())
    };
    let models: Vec<Model> = Model::ALL.into_iter().filter(takes).collect();
    if models.is_empty() { vec![Model::LogLinear] } else { models }
}

/// Each of these models under the same options, of which a model heeds those that are its own; those that refuse say why.
/// `before` hears of each model before it begins.
pub fn estimate_each(
    table: &CaptureTable,
    models: &[Model],
    options: &Options,
    first_run: u32,
    inputs: &[Input],
    before: &dyn Fn(Model),
) -> (Vec<Estimated>, Vec<Refused>) {
    let (mut estimates, mut refused) = (Vec::new(), Vec::new());
    for &model in models {
        before(model);
        let id = RunId::new(format!("R-{}", first_run + estimates.len() as u32));
        match estimate(table, &Options { model, ..options.clone() }, options.seed, id, inputs.to_vec()) {
            Ok(estimated) => estimates.push(estimated),
            Err(refusal) => refused.push(Refused { model, reason: refusal.to_string() }),
        }
    }
    (estimates, refused)
}
