//! `factum estimate`: how many people did no list record?

use super::{Format, grouped, stop_on_errors};
use crate::failure::Failure;
use crate::say;
use clap::{Args, ValueEnum};
use factum_case::estimate::{Criterion, Detail, Options};
use factum_case::estimating::{self, Estimated};
use factum_case::model::RunId;
use factum_case::{digest, lists, persons};
use std::path::PathBuf;

#[derive(Args)]
pub struct Arguments {
    /// A table of capture histories (a 0/1 column for each list, and `count`), or persons.csv.
    counts: PathBuf,
    /// The model.
    #[arg(long, value_enum)]
    model: Model,
    /// Seed of the random stream.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Probability of the interval.
    #[arg(long, value_name = "P", default_value_t = 0.95)]
    level: f64,
    /// How log-linear models are chosen.
    #[arg(long, value_enum, default_value_t = By::Bic)]
    criterion: By,
    /// Prior weight of each cell of a decomposable model [default: 2^-lists].
    #[arg(long, value_name = "D")]
    delta: Option<f64>,
    /// Most unrecorded people a decomposable model [default: max(20 n, 20000)] or latent classes [default: 20 n] consider.
    #[arg(long, value_name = "N")]
    max_missing: Option<u64>,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, ValueEnum)]
enum Model {
    /// Hierarchical log-linear models.
    LogLinear,
    /// Bayesian averaging over decomposable graphs, 3 to 5 lists.
    Decomposable,
    /// Latent classes, by simulation; an answer only if independent runs agree.
    LatentClass,
    /// Two lists.
    Chapman,
    /// Lower bound.
    Chao,
}

#[derive(Clone, Copy, ValueEnum)]
enum By {
    Bic,
    Aic,
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let name = lists::file_name(&arguments.counts);
    let bytes = std::fs::read(&arguments.counts)
        .map_err(|e| Failure::new(format!("{} cannot be read: {e}", arguments.counts.display())))?;
    let (table, faults) = persons::read_counts(&bytes, &name);
    stop_on_errors(&faults, "the counts cannot be used", false)?;
    let table = table.ok_or_else(|| Failure::new("the counts cannot be used"))?;
    let options = Options {
        level: arguments.level,
        criterion: match arguments.criterion {
            By::Bic => Criterion::Bic,
            By::Aic => Criterion::Aic,
        },
        delta: arguments.delta,
        max_missing: arguments.max_missing,
        ..Options::new(match arguments.model {
            Model::LogLinear => factum_case::estimate::Model::LogLinear,
            Model::Decomposable => factum_case::estimate::Model::Decomposable,
            Model::LatentClass => factum_case::estimate::Model::LatentClass,
            Model::Chapman => factum_case::estimate::Model::Chapman,
            Model::Chao => factum_case::estimate::Model::Chao,
        })
    };
    let inputs = vec![digest::input(&name, &bytes)];
    let estimated = estimating::estimate(&table, &options, arguments.seed, RunId::new("R-1"), inputs)?;
    match arguments.format {
        Format::Json => say!("{}", serde_json::to_string_pretty(&estimated)?),
        Format::Text => print(&estimated),
    }
    Ok(())
}

fn print(estimated: &Estimated) {
    let estimate = &estimated.estimate;
    for warning in &estimate.warnings {
        say!("warning: {warning}");
    }
    let number = |n: Option<f64>| n.map_or("none".into(), grouped);
    say!("model        {}", estimate.model);
    say!("lists        {}", estimate.lists.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "));
    say!("recorded     {} distinct people (documented, not the number of victims)", grouped(estimate.observed as f64));
    if estimate.converged {
        let bound = if estimate.is_lower_bound() { "at least " } else { "" };
        say!("estimate     {bound}{} in all", number(estimate.estimate));
        say!("interval     {} to {} ({} %)", number(estimate.lower), number(estimate.upper), estimate.level * 100.0);
    } else {
        say!("estimate     none: the computation did not converge");
    }
    match &estimate.detail {
        Detail::LogLinear(detail) => {
            say!("model chosen {} of {} with an estimate", detail.best.name, detail.fitted);
            let average = &detail.average;
            say!(
                "average      {} ({} to {}) over all, weighted by the criterion",
                grouped(average.estimate),
                number(average.lower),
                number(average.upper)
            );
        }
        Detail::Decomposable(detail) => {
            say!("mean         {} over {} graphs", grouped(detail.mean), detail.graphs_averaged)
        }
        Detail::LatentClass(detail) => {
            if let Some(mean) = detail.mean {
                say!("mean         {}", grouped(mean));
            }
            for mode in &detail.modes {
                say!("mode         near {}, weight {:.2}", grouped(mode.location), mode.weight);
            }
            say!("log evidence {:.2}, over {} ensembles", detail.log_evidence, detail.ensembles.len());
        }
        Detail::Chao(_) => {}
        Detail::Chapman { standard_error } => say!("std. error   {standard_error:.1}"),
    }
    say!("assumption   {}", estimate.assumption);
    say!("run          seed {}, {}", estimated.seed, estimated.version);
}
