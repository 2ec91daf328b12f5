//! How many were never recorded?
//!
//! Multiple systems estimation: from the counts of people by capture history ([`factum_model::CaptureTable`]) to an
//! estimate of how many no list recorded, under a stated assumption, with an interval, or to a refusal that says why.
//!
//! Everything is a pure function of the table and the options. What is undefined is absent, never zero.
//!
//! ```
//! use factum_estimate::{Model, Options, estimate};
//! use factum_model::{CaptureTable, ListId};
//!
//! let lists = ["registry", "ngo"].map(ListId::new).to_vec();
//! let table = CaptureTable::from_counts(lists, &[(0b01, 120), (0b10, 80), (0b11, 40)])?;
//! let answer = estimate(&table, &Options::new(Model::Chapman)).unwrap();
//! assert_eq!(answer.observed, 240);
//! assert!(answer.estimate.unwrap() > 240.0);
//! # Ok::<(), factum_model::capture::CaptureError>(())
//! ```

mod answer;
mod chao;
mod chapman;
pub mod combine;
mod decomposable;
pub mod diagnostics;
pub mod dr;
mod identification;
mod interval;
mod latent_class;
pub mod linkage;
mod log_linear;
mod poisson;
mod sensitivity;
pub mod strata;
mod table;

pub use answer::{Detail, Estimate, Model, Options, Refusal, Warning};
pub use chao::ChaoDetail;
pub use decomposable::{
    DecomposableDetail, EdgeInclusion, GraphWeight, NoSuchPrior, Prior, PriorSummary, SizeProbability, Support,
    posterior,
};
pub use identification::{AtOddsRatio, HiddenClass, Identification, OtherPrior, Parameters};
pub use latent_class::{
    AtTwiceTheCap, Calibration, Convergence, Ensemble, LatentClassDetail, LatentClassOptions, Mixing, Mode, Sampler,
    latent_class_calibration,
};
pub use log_linear::{
    Average, BootstrapDetail, Criterion, FittedModel, LogLinearDetail, ProfileInterval, RefusedModel, Search,
    Selection, all_fits,
};
pub use sensitivity::{Alternative, Change, Changed, Sensitivity, sensitivity};

use factum_model::CaptureTable;

/// Estimates the size of the population by one model, and says beside the number what no data can say of it.
///
/// # Errors
/// A [`Refusal`] when the table does not carry the model: too few or too many lists, no overlap, an empty list.
pub fn estimate(table: &CaptureTable, options: &Options) -> Result<Estimate, Refusal> {
    let mut answer = estimate_only(table, options)?;
    answer.identification = Some(identification::identify(table, options, &answer));
    Ok(answer)
}

/// The estimate without its [`Identification`], which takes several further fits: for simulations, resampling and
/// comparisons, where thousands of tables are estimated and nobody reads a single answer.
///
/// # Errors
/// As [`estimate`].
pub fn estimate_only(table: &CaptureTable, options: &Options) -> Result<Estimate, Refusal> {
    table::check(table, options)?;
    let mut answer = match options.model {
        Model::LogLinear => log_linear::estimate(table, options)?,
        Model::Decomposable => decomposable::estimate(table, options)?,
        Model::LatentClass => latent_class::estimate(table, options)?,
        Model::Chapman => chapman::estimate(table, options),
        Model::Chao => chao::estimate(table, options)?,
    };
    answer.warnings.splice(0..0, table::warnings(table));
    answer.warnings.extend(table::at_boundary(&answer));
    Ok(answer)
}
