//! `factum estimate`: how many people did no list record?

mod all;
mod inputs;
mod print;
mod strata;

use super::{identification, sensitivity, stop_on_errors};
use crate::failure::Failure;
use crate::progress::Stages;
use crate::say;
use clap::{Args, ValueEnum};
use factum_case::estimate::linkage::LinkageUncertainty;
use factum_case::estimate::{Criterion, Estimate, LatentClassOptions, Options, Prior, Selection, Sensitivity};
use factum_case::estimating::{self, Estimated};
use factum_case::link::Progress;
use factum_case::model::{CaptureTable, Input, RunId};
use factum_case::{answers, digest, drawn, lists, output, plots, posterior};
use inputs::{Counts, Destination, read};
use serde::Serialize;
use std::path::{Path, PathBuf};

#[derive(Args)]
pub struct Arguments {
    /// A table of capture histories (a 0/1 or true/false column for each list, and `count`) or of persons (persons.csv):
    /// CSV or Parquet, told by what it holds. Several are strata, each named by its file: estimated apart and added up.
    #[arg(required = true)]
    counts: Vec<PathBuf>,
    /// The model; `all` asks every model that takes as many lists, side by side.
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
    /// Classes at which latent-class cuts off its mixture.
    #[arg(long, value_name = "K", default_value_t = LatentClassOptions::default().classes)]
    classes: usize,
    #[command(flatten)]
    strata: strata::Wishes,
    /// Also write the posterior of the population size (Parquet): draws of `n` for latent-class, every `n` with its
    /// `probability` for decomposable.
    #[arg(long, value_name = "FILE")]
    draws_out: Option<PathBuf>,
    /// Also draw the table and the answer into this folder (SVG): overlaps, odds ratios, posterior, edges, traces and ranks,
    /// modes, and the number against what no data can say.
    #[arg(long, value_name = "DIR")]
    plots: Option<PathBuf>,
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
    #[arg(long, value_enum, default_value_t = Output::Text)]
    format: Output,
}

/// How an answer is printed.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Output {
    /// For people.
    Text,
    /// For programs: everything.
    Json,
    /// For spreadsheets: one row an answer or stratum, and the total of strata; what is undefined is empty.
    Csv,
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
    /// Every one of them that takes as many lists as the table has.
    All,
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
    let destination = arguments.destination()?;
    let counts = read(&arguments.counts)?;
    match &counts[..] {
        [counts] if arguments.model.alone().is_none() => all::run(arguments, counts),
        [counts] => one(arguments, counts, destination),
        counts => strata::run(arguments, counts),
    }
}

/// The answer to one table, and what was asked beside it.
fn one(arguments: &Arguments, counts: &Counts, destination: Option<Destination>) -> Result<(), Failure> {
    let (table, options) = (&counts.table, arguments.options());
    let mut inputs = vec![counts.input.clone()];
    let doubt = match &arguments.draws {
        Some(path) => {
            let (doubt, input) = over_draws(path, table, &options)?;
            inputs.push(input);
            Some(doubt)
        }
        None => None,
    };
    let estimated = match estimating::estimate(table, &options, arguments.seed, RunId::new("R-1"), inputs) {
        Ok(estimated) => estimated,
        Err(refusal) => {
            // What is documented is told whether or not anything can be estimated.
            if arguments.format == Output::Text {
                say!("recorded     {}", print::documented(table.observed()));
            }
            return Err(Failure::new(refusal));
        }
    };
    let ask = || sensitivity::compare(table, &options, arguments);
    let compared = arguments.sensitivity.then(ask).transpose()?;
    match arguments.format {
        Output::Json => {
            let answer = Answer { estimated: &estimated, over_draws: doubt.as_ref(), sensitivity: compared.as_ref() };
            say!("{}", serde_json::to_string_pretty(&answer)?);
        }
        Output::Csv => lines(&answers::csv(&counts.name, &estimated)),
        Output::Text => {
            print::answer(&estimated.estimate);
            print::run(estimated.seed, &estimated.version);
            identification::print(&estimated.estimate);
            doubt.iter().for_each(print::doubt);
            compared.iter().for_each(sensitivity::print);
        }
    }
    draw(arguments, table, &[&estimated.estimate])?;
    destination.map_or(Ok(()), |file| file.write(posterior::parquet(table, &estimated)?))
}

/// Draws the table and the answers into the folder asked for.
fn draw(arguments: &Arguments, table: &CaptureTable, answers: &[&Estimate]) -> Result<(), Failure> {
    let Some(folder) = &arguments.plots else { return Ok(()) };
    let plots = plots::of_estimates(table, answers);
    let files: Vec<(String, Vec<u8>)> = plots.into_iter().map(|p| (p.file, p.svg.into_bytes())).collect();
    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    output::prepare(folder, &names, &arguments.files())?;
    Ok(output::write_all(folder, &files)?)
}

/// Prints a table that is text.
fn lines(csv: &[u8]) {
    say!("{}", String::from_utf8_lossy(csv).trim_end());
}

impl Arguments {
    fn options(&self) -> Options {
        let latent_class = LatentClassOptions { classes: self.classes, ..LatentClassOptions::default() };
        Options {
            level: self.level,
            criterion: match self.criterion {
                By::Bic => Criterion::Bic,
                By::Aic => Criterion::Aic,
            },
            selection: match self.selection {
                Among::All => Selection::All,
                Among::Stepwise => Selection::Stepwise,
            },
            fixed_model: self.fixed_model.clone(),
            bootstrap: self.bootstrap,
            dependence: self.dependence,
            seed: self.seed,
            delta: self.delta,
            max_missing: self.max_missing,
            max_n: self.max_n,
            prior: self.prior,
            latent_class,
            // Where all are asked, each is set in its turn.
            ..Options::new(self.model.alone().unwrap_or(factum_case::estimate::Model::LogLinear))
        }
    }

    /// Every file that is read.
    fn files(&self) -> Vec<PathBuf> {
        let mut files = self.counts.clone();
        files.extend(self.draws.clone());
        files.extend(self.strata.unplaced.clone());
        files.extend(self.beside.clone());
        files
    }

    /// Where the posterior goes. What cannot be had is told before anything is computed.
    fn destination(&self) -> Result<Option<Destination>, Failure> {
        if self.counts.len() > 1 {
            let alone = [
                ("--draws", self.draws.is_some()),
                ("--sensitivity", self.sensitivity),
                ("--draws-out", self.draws_out.is_some()),
                ("--plots", self.plots.is_some()),
            ];
            if let Some((option, _)) = alone.iter().find(|(_, given)| *given) {
                let failure = Failure::new(format!("{option} takes one table of counts, not strata"));
                return Err(failure.hint("ask it of each table by itself"));
            }
            if self.model.alone().is_none() {
                let failure = Failure::new("--model all takes one table of counts, not strata");
                return Err(failure.hint("ask strata of one model after the other"));
            }
        } else if let Some(option) = self.strata.given() {
            return Err(Failure::new(format!("{option} takes several tables of counts, one a stratum")));
        }
        if self.model.alone().is_none() {
            let alone = [
                ("--draws", self.draws.is_some()),
                ("--sensitivity", self.sensitivity),
                ("--draws-out", self.draws_out.is_some()),
            ];
            if let Some((option, _)) = alone.iter().find(|(_, given)| *given) {
                return Err(Failure::new(format!("{option} takes one model, not all of them")));
            }
        }
        if let Some(folder) = &self.plots {
            output::prepare(folder, &[], &[])?;
        }
        let Some(path) = &self.draws_out else { return Ok(None) };
        if let Some(model) = self.model.alone() {
            posterior::offered(model)?;
        }
        if path.extension().is_none_or(|e| !e.eq_ignore_ascii_case("parquet")) {
            let failure = Failure::new(format!("{} does not end in .parquet", path.display()));
            return Err(failure.hint("--draws-out writes Parquet and nothing else"));
        }
        Destination::new(path, "--draws-out", &self.files()).map(Some)
    }

    /// The tables to be shown beside this one, by name.
    pub fn beside(&self) -> Result<Vec<(String, CaptureTable)>, Failure> {
        Ok(read(&self.beside)?.into_iter().map(|c| (c.name, c.table)).collect())
    }

    /// Where the plot of the alternatives goes.
    pub fn plot(&self) -> Result<Option<Destination>, Failure> {
        self.plot.as_ref().map(|path| Destination::new(path, "--plot", &self.files())).transpose()
    }
}

impl Model {
    /// The model, unless all are asked.
    fn alone(self) -> Option<factum_case::estimate::Model> {
        use factum_case::estimate::Model as Of;
        match self {
            Model::LogLinear => Some(Of::LogLinear),
            Model::Decomposable => Some(Of::Decomposable),
            Model::LatentClass => Some(Of::LatentClass),
            Model::Chapman => Some(Of::Chapman),
            Model::Chao => Some(Of::Chao),
            Model::All => None,
        }
    }
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
