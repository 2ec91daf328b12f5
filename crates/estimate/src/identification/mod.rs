//! What can no data say of an estimate?
//!
//! The counts say everything about people on at least one list and nothing about people whom no list could reach: models
//! that describe the recorded equally well can give any number of unrecorded (Link 2003; Aleshin-Guendel, Sadinle &
//! Wakefield 2024, "The central role of the identifying assumption in population size estimation", Biometrics 80). So
//! beside every estimate stand, whatever the table: how the number moves when the interaction that no data identify is not
//! what the model makes it (`interaction`), what it would be if some people were hardly reached (`hidden`), whether the
//! model has more parameters than the table has cells, with the answer under other priors (`parameters`), and under which
//! condition a bound is one.

mod hidden;
mod interaction;
mod parameters;

pub use hidden::HiddenClass;
pub use interaction::AtOddsRatio;
pub use parameters::{OtherPrior, Parameters};

use crate::{Estimate, Model, Options};
use factum_model::CaptureTable;
use serde::Serialize;

/// What the data leave open, of one estimate.
#[derive(Clone, Debug, Serialize)]
pub struct Identification {
    /// The number against the odds ratio of the highest order, ascending from 1/4 to 4; empty where there is no estimate.
    pub curve: Vec<AtOddsRatio>,
    /// The number if some people were hardly reached, by share and then by reach; empty where there is no estimate.
    pub hidden: Vec<HiddenClass>,
    /// Parameters against free cells.
    pub parameters: Parameters,
    /// Where the answer is a lower bound: the condition without which it is none.
    pub bound_only_if: Option<&'static str>,
}

impl Identification {
    /// What the curve says, in words.
    pub const CURVE: &'static str = "The model sets the interaction among all lists together; the counts cannot. If its \
        odds ratio were not what the model makes it but so many times as much, the population would be:";

    /// What the table of hidden classes says, in words.
    pub const HIDDEN: &'static str = "If a share of the people were reached by each list with this probability only, \
        independently, and the rest as the model has it, the population would be:";
}

/// The part of [`Identification`] that belongs to this answer.
pub(crate) fn identify(table: &CaptureTable, options: &Options, answer: &Estimate) -> Identification {
    // A computation that did not converge has no number to be moved.
    let estimate = answer.estimate.filter(|_| answer.converged);
    Identification {
        curve: estimate.map_or(Vec::new(), |n| interaction::curve(answer, n)),
        hidden: estimate.map_or(Vec::new(), |n| hidden::table(table, answer, n)),
        parameters: parameters::count(table, options, answer),
        bound_only_if: answer.is_lower_bound().then_some(condition(answer.model)).flatten(),
    }
}

/// When the answer of a model does not exceed the truth.
fn condition(model: Model) -> Option<&'static str> {
    match model {
        Model::Chao => Some(
            "Only if, for each person, the lists record independently of one another; and the sample may still put it above \
             the truth: what the data hold to be exceeded is the lower limit.",
        ),
        Model::LogLinear | Model::Decomposable | Model::LatentClass | Model::Chapman => None,
    }
}
