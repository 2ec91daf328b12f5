//! `factum estimate`: how many people did no list record?

use super::{Format, grouped, identification, sensitivity, stop_on_errors};
use crate::failure::Failure;
use crate::progress::Stages;
use crate::say;
use clap::{Args, ValueEnum};
use factum_case::estimate::linkage::LinkageUncertainty;
use factum_case::estimate::{Criterion, Detail, Options, Prior, Selection, Sensitivity};
use factum_case::estimating::{self, Estimated};
use factum_case::link::Progress;
use factum_case::model::{CaptureTable, Input, RunId};
use factum_case::{digest, drawn, lists, persons};
use serde::Serialize;
use std::path::{Path, PathBuf};

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
    /// Which log-linear models compete.
    #[arg(long, value_enum, default_value_t = Among::All)]
    selection: Among,
    /// Fit this log-linear model alone, such as "[12+13]", lists counted from 1.
    #[arg(long, value_name = "TERMS", conflicts_with = "selection")]
    fixed_model: Option<String>,
    /// Take the interval of a log-linear model from this many bootstrap replicates, each with its own choice of model.
    #[arg(long, value_name = "N")]
    bootstrap: Option<u32>,
    /// Log odds ratio between two lists, for chapman: what you know of their dependence, 0 for none.
    #[arg(long, value_name = "LOG", allow_negative_numbers = true)]
    dependence: Option<f64>,
    /// Prior weight of each cell of a decomposable model [default: 2^-lists].
    #[arg(long, value_name = "D")]
    delta: Option<f64>,
    /// Most unrecorded people a decomposable model [default: max(20 n, 20000)] or latent classes [default: 20 n] consider.
    #[arg(long, value_name = "N")]
    max_missing: Option<u64>,
    /// Largest population a decomposable model considers, recorded or not; another way to set --max-missing.
    #[arg(long, value_name = "N", conflicts_with = "max_missing")]
    max_n: Option<u64>,
    /// Prior of the population size N in a decomposable model: jeffreys (1/N), uniform, rissanen, or
    /// gamma-poisson:SHAPE,SCALE (mean SHAPE times SCALE).
    #[arg(long, value_name = "PRIOR", default_value_t = Prior::Jeffreys)]
    prior: Prior,
    /// Draws of the linkage (draws.csv of `factum link`): how much of the doubt comes from who is one person with whom.
    #[arg(long, value_name = "FILE")]
    draws: Option<PathBuf>,
    /// Also without each list, by pairs, with lists merged, under other priors and by other models.
    #[arg(long)]
    sensitivity: bool,
    /// Counts of the same inquiry at another threshold or from another draw of the linkage, for --sensitivity; may be given
    /// several times.
    #[arg(long, value_name = "FILE", requires = "sensitivity")]
    beside: Vec<PathBuf>,
    /// Draw the estimate among its alternatives, for --sensitivity (SVG).
    #[arg(long, value_name = "FILE", requires = "sensitivity")]
    plot: Option<PathBuf>,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, ValueEnum)]
enum Model {
    /// Hierarchical log-linear models.
    LogLinear,
    /// Bayesian averaging over decomposable graphs, 3 to 8 lists.
    Decomposable,
    /// Latent classes, by simulation; an answer only if independent runs agree.
    LatentClass,
    /// Two lists.
    Chapman,
    /// Lower bound.
    Chao,
}

#[derive(Clone, Copy, ValueEnum)]
enum Among {
    /// All there are, by the criterion.
    All,
    /// Pair by pair of lists, by p-values.
    Stepwise,
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
        selection: match arguments.selection {
            Among::All => Selection::All,
            Among::Stepwise => Selection::Stepwise,
        },
        fixed_model: arguments.fixed_model.clone(),
        bootstrap: arguments.bootstrap,
        dependence: arguments.dependence,
        delta: arguments.delta,
        max_missing: arguments.max_missing,
        max_n: arguments.max_n,
        prior: arguments.prior,
        ..Options::new(match arguments.model {
            Model::LogLinear => factum_case::estimate::Model::LogLinear,
            Model::Decomposable => factum_case::estimate::Model::Decomposable,
            Model::LatentClass => factum_case::estimate::Model::LatentClass,
            Model::Chapman => factum_case::estimate::Model::Chapman,
            Model::Chao => factum_case::estimate::Model::Chao,
        })
    };
    let mut inputs = vec![digest::input(&name, &bytes)];
    let doubt = match &arguments.draws {
        Some(path) => {
            let (doubt, input) = over_draws(path, &table, &options)?;
            inputs.push(input);
            Some(doubt)
        }
        None => None,
    };
    let estimated = match estimating::estimate(&table, &options, arguments.seed, RunId::new("R-1"), inputs) {
        Ok(estimated) => estimated,
        Err(refusal) => {
            // What is documented is told whether or not anything can be estimated.
            if arguments.format == Format::Text {
                say!("recorded     {}", documented(table.observed()));
            }
            return Err(Failure::new(refusal));
        }
    };
    let ask = || sensitivity::compare(&table, &options, &arguments.beside, arguments.plot.as_deref());
    let compared = arguments.sensitivity.then(ask).transpose()?;
    match arguments.format {
        Format::Json => {
            let answer = Answer { estimated: &estimated, over_draws: doubt.as_ref(), sensitivity: compared.as_ref() };
            say!("{}", serde_json::to_string_pretty(&answer)?);
        }
        Format::Text => {
            print(&estimated);
            identification::print(&estimated.estimate);
            doubt.iter().for_each(print_doubt);
            compared.iter().for_each(sensitivity::print);
        }
    }
    Ok(())
}

/// What is printed as JSON.
#[derive(Serialize)]
struct Answer<'a> {
    #[serde(flatten)]
    estimated: &'a Estimated,
    #[serde(skip_serializing_if = "Option::is_none")]
    over_draws: Option<&'a LinkageUncertainty>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sensitivity: Option<&'a Sensitivity>,
}

/// The same model over draws of the linkage, with the progress shown.
fn over_draws(path: &Path, table: &CaptureTable, options: &Options) -> Result<(LinkageUncertainty, Input), Failure> {
    let name = lists::file_name(path);
    let bytes = std::fs::read(path).map_err(|e| Failure::new(format!("{} cannot be read: {e}", path.display())))?;
    let (draws, faults) = drawn::read_draws(&bytes, &name);
    stop_on_errors(&faults, "the draws cannot be used", false)?;
    let draws = draws.ok_or_else(|| Failure::new("the draws cannot be used"))?;
    let stages = Stages::new();
    stages.begin("estimating over draws", draws.len() as u64 + 1);
    let doubt = drawn::estimate(table, &draws, options, &|_| stages.advance(1));
    stages.finish();
    Ok((doubt?, digest::input(&name, &bytes)))
}

fn print_doubt(doubt: &LinkageUncertainty) {
    for warning in &doubt.warnings {
        say!("warning: {warning}");
    }
    let Some(over) = doubt.best() else {
        return;
    };
    let draws = over.estimates.len() - over.without_answer;
    match &over.answer {
        Some(answer) => say!(
            "over draws   {} ({} to {}), {draws} draws of the linkage, matches never compared restored",
            grouped(answer.estimate),
            grouped(answer.lower),
            answer.upper.map_or("none".into(), grouped)
        ),
        None => say!("over draws   none: {}", over.refusal.as_deref().unwrap_or("no draw has an answer")),
    }
    if let Some(share) = over.share_of_linkage {
        say!("linkage      {:.0} % of the variance of the logarithm of N comes from the linkage", share * 100.0);
    }
}

fn print(estimated: &Estimated) {
    let estimate = &estimated.estimate;
    for warning in &estimate.warnings {
        say!("warning: {warning}");
    }
    let number = |n: Option<f64>| n.map_or("none".into(), grouped);
    say!("model        {}", estimate.model);
    say!("lists        {}", estimate.lists.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "));
    say!("recorded     {}", documented(estimate.observed));
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
            if let Some(average) = &detail.average {
                say!(
                    "average      {} ({} to {}) over all, weighted by the criterion",
                    grouped(average.estimate),
                    number(average.lower),
                    number(average.upper)
                );
            }
            if let Some(bootstrap) = &detail.bootstrap {
                say!(
                    "bootstrap    {} replicates, {} without a finite estimate",
                    bootstrap.replicates,
                    bootstrap.infinite
                );
            }
        }
        Detail::Decomposable(detail) => {
            say!("mean         {} over {} graphs", grouped(detail.mean), detail.graphs_averaged);
            let prior = &detail.prior_alone;
            say!(
                "prior alone  {} ({} to {}), {}",
                grouped(prior.estimate),
                grouped(prior.lower),
                grouped(prior.upper),
                detail.prior
            );
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
        Detail::Chao(detail) => say!("condition    {}", detail.m_th.condition),
        Detail::Chapman { standard_error, .. } => say!("std. error   {standard_error:.1}"),
    }
    say!("assumption   {}", estimate.assumption);
    say!("run          seed {}, {}", estimated.seed, estimated.version);
}

fn documented(recorded: u64) -> String {
    format!("{} distinct people (documented, not the number of victims)", grouped(recorded as f64))
}
