//! How many people did no list record, and by which computation?

use crate::version;
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

fn parameters(options: &Options, estimate: &Estimate) -> BTreeMap<String, String> {
    let mut parameters = vec![("model", options.model.to_string()), ("level", options.level.to_string())];
    match &estimate.detail {
        factum_estimate::Detail::LogLinear(detail) => {
            let criterion = match options.criterion {
                Criterion::Bic => "BIC",
                Criterion::Aic => "AIC",
            };
            parameters.push(("criterion", criterion.into()));
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
    let (mut estimates, mut refused) = (Vec::new(), Vec::new());
    let takes = |model: &Model| {
        let (least, most) = model.lists();
        (least..=most).contains(&table.lists().len())
    };
    let mut models: Vec<Model> = Model::ALL.into_iter().filter(|m| *m != Model::LatentClass).filter(takes).collect();
    if models.is_empty() {
        // Asked all the same, so that it says why it cannot answer.
        models.push(Model::LogLinear);
    }
    for model in models {
        let id = RunId::new(format!("R-{}", first_run + estimates.len() as u32));
        match estimate(table, &Options::new(model), seed, id, inputs.to_vec()) {
            Ok(estimated) => estimates.push(estimated),
            Err(refusal) => refused.push(Refused { model, reason: refusal.to_string() }),
        }
    }
    (estimates, refused)
}
