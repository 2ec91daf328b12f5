//! Does an interval hold the truth as often as it says?
//!
//! Populations of known size are recorded over and over, and every estimator answers for each table. The table of results
//! is printed as Markdown with what made it, also where an estimator fails.

mod cell;
mod covariates;
mod population;
mod ranks;

use cell::{Cell, Plan};
use factum_estimate::{Calibration, Sampler, latent_class_calibration};
use population::{Estimator, Population};
use std::error::Error;
use std::fmt::Write;
use std::path::PathBuf;
use std::process::Command;

const USAGE: &str = "usage: cargo xtask calibrate [OPTIONS]
  --replicates N      tables a cell (400)
  --slow-replicates N tables a cell for estimators that take long: latent-class, and five lists under log-linear or
                      decomposable (100); 0 leaves those out
  --models A,B        correct, log-linear, decomposable, latent-class, chapman, chao (all); none leaves all out
  --lists 3,4,5       numbers of lists (3,4,5)
  --covariates N      populations with covariates for dr (200); 0 leaves them out
  --classes N         populations of simulation-based calibration of latent-class (500); 0 leaves it out
  --draws N           draws of simulation-based calibration of the posterior over graphs; 0 leaves it out (1000)
  --seed N            (1)
  --out FILE          where to write; without it, to the terminal";

/// What is asked of the fixed correct models, and of how many recorded people on.
const REQUIRED: (f64, f64) = (0.90, 0.98);

/// People recorded, about.
const RECORDED: [f64; 2] = [500.0, 2000.0];

struct Request {
    plan: Plan,
    models: Option<Vec<String>>,
    lists: Vec<usize>,
    draws: usize,
    covariates: usize,
    classes: usize,
    out: Option<PathBuf>,
    command: String,
    /// That of the sources when the measurement began.
    commit: String,
}

pub fn run(arguments: &[String]) -> Result<(), Box<dyn Error>> {
    let request = Request::read(arguments)?;
    let mut cells = Vec::new();
    for &lists in &request.lists {
        for population in Population::all(lists) {
            for recorded in RECORDED {
                let asked = |e: &Estimator| request.models.as_ref().is_none_or(|m| m.iter().any(|m| m == e.word()));
                let estimators: Vec<Estimator> = Estimator::all(&population).into_iter().filter(asked).collect();
                let done = cell::measure(&population, recorded, &estimators, &request.plan);
                for cell in &done {
                    eprintln!("{}", cell.row());
                }
                cells.extend(done);
            }
        }
    }
    let ranks: Vec<ranks::Ranks> = if request.draws == 0 {
        Vec::new()
    } else {
        [3, 4].into_iter().map(|lists| ranks::decomposable(lists, request.draws, request.plan.seed)).collect()
    };
    let with_covariates = covariates::rows(request.covariates, request.plan.seed);
    let of_classes = latent_class_calibration(Sampler::Descents, request.classes, request.plan.seed);
    let page = page(&request, &cells, &ranks, &with_covariates, &of_classes);
    match &request.out {
        Some(path) => std::fs::write(path, page)?,
        None => print!("{page}"),
    }
    let failed: Vec<String> = cells.iter().filter(|c| c.fails(REQUIRED)).map(Cell::row).collect();
    if failed.is_empty() { Ok(()) } else { Err(format!("these must cover and do not:\n{}", failed.join("\n")).into()) }
}

impl Request {
    fn read(arguments: &[String]) -> Result<Request, Box<dyn Error>> {
        let mut request = Request {
            plan: Plan { replicates: 400, slow: 100, seed: 1 },
            models: None,
            lists: vec![3, 4, 5],
            draws: 1000,
            covariates: 200,
            classes: 500,
            out: None,
            command: format!("cargo xtask calibrate {}", arguments.join(" ")),
            commit: commit(),
        };
        let mut rest = arguments.iter();
        while let Some(option) = rest.next() {
            let value = rest.next().ok_or(USAGE)?;
            match option.as_str() {
                "--replicates" => request.plan.replicates = value.parse()?,
                "--slow-replicates" => request.plan.slow = value.parse()?,
                "--models" => request.models = Some(value.split(',').map(str::to_string).collect()),
                "--lists" => request.lists = value.split(',').map(str::parse).collect::<Result<_, _>>()?,
                "--draws" => request.draws = value.parse()?,
                "--covariates" => request.covariates = value.parse()?,
                "--classes" => request.classes = value.parse()?,
                "--seed" => request.plan.seed = value.parse()?,
                "--out" => request.out = Some(value.into()),
                _ => return Err(USAGE.into()),
            }
        }
        if request.lists.iter().any(|l| !(3..=5).contains(l)) || request.plan.replicates == 0 {
            return Err(USAGE.into());
        }
        Ok(request)
    }
}

/// The commit of the sources, marked where they differ from it.
fn commit() -> String {
    let git = |arguments: &[&str]| {
        let output = Command::new("git").current_dir(crate::root()).args(arguments).output().ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_string())
    };
    match (git(&["rev-parse", "--short", "HEAD"]), git(&["status", "--porcelain", "--untracked-files=no"])) {
        (Some(commit), Some(changes)) if changes.is_empty() => commit,
        (Some(commit), _) => format!("{commit} with changes"),
        _ => "unknown".into(),
    }
}

fn page(
    request: &Request,
    cells: &[Cell],
    ranks: &[ranks::Ranks],
    with_covariates: &[String],
    of_classes: &[Calibration],
) -> String {
    let mut page = String::from(INTRODUCTION);
    let _ = writeln!(page, "\n`{}` at commit {}.", request.command.trim_end(), request.commit);
    for lists in request.lists.iter().filter(|lists| cells.iter().any(|c| c.lists == **lists)) {
        let _ = writeln!(page, "\n### {lists} lists\n\n{}", cell::HEAD);
        for cell in cells.iter().filter(|c| c.lists == *lists) {
            let _ = writeln!(page, "{}", cell.row());
        }
    }
    if !ranks.is_empty() {
        page.push_str(RANKS);
        ranks.iter().for_each(|r| {
            let _ = writeln!(page, "{}", r.row());
        });
    }
    if request.covariates > 0 {
        page.push_str(COVARIATES);
        with_covariates.iter().for_each(|row| {
            let _ = writeln!(page, "{row}");
        });
    }
    if request.classes > 0 {
        page.push_str(CLASSES);
        for of in of_classes {
            let Some((statistic, p)) = of.chi_squared() else { continue };
            let _ = writeln!(page, "| {} | {} | {statistic:.1} | {p:.3} |", of.quantity, of.ranks.len());
        }
    }
    page
}

const COVARIATES: &str = "
## With covariates

Two lists record people independently given three numbers and a region: *straight*, as a logistic regression can learn;
*crooked*, with a bend and an interaction that it cannot; *even*, the same for all. `dr` learns from the covariates with one split
into folds; without them it is the estimator of Lincoln and Petersen.

| population | people | estimator | tables | answered | coverage | limits | bias | width |
|---|---|---|---|---|---|---|---|---|
";

const CLASSES: &str = "
## Simulation-based calibration of latent classes

Three lists and 80 people recorded, parameters from the prior; ranks of true values among 99 posterior draws of the sampler's descent
and its moves, in twenty bins.

| ranked | populations | chi-squared on 19 | p |
|---|---|---|---|
";

const INTRODUCTION: &str = "\
# Calibration: how often do the intervals hold the truth?

Populations of known size are recorded by lists as said below; each table goes to every estimator, which answers with a 95 %
interval. Everything is drawn anew for each replicate, from a stream of random numbers of its own; estimators of one line of
replicates see the same tables.

- *independent*: lists reach 35, 25, 30, 20 and 15 % of the people (the first three, four or five of these).
- *dependent pairs*: the same, with an odds ratio of 3 between lists 1 and 2, and from four lists on between 3 and 4.
- *two classes*: 60 % of the people are reached half as well again, 40 % with three tenths of the chance.
- *three classes*: 40, 35 and 25 %, the last known to lists 2 and 4 and hardly to the others.
- *list nearly inside*: 95 % of the people on list 2 are on list 1; the others are independent.

*log-linear, correct* is the model that generated the table, fixed beforehand, with its profile interval; where classes of
people differ there is none. It is the only estimator of which coverage is required (90 to 98 %): every other one chooses its
model from the data or assumes what is not so, and the table says what that costs. *chao* is a lower bound: covered means that
the truth is not under its lower limit.

*Answered*: the share of tables with an estimate and an interval. *Coverage*: among those, with its binomial 95 % limits
(Clopper & Pearson 1934). *Bias*: median of estimate over truth, less one. *Width*: median width of the interval over the
truth, of intervals with both ends.
";

const RANKS: &str = "
## Simulation-based calibration

Given the number recorded, parameters are drawn from the prior of the model and counts from them; the posterior that the
program computes then must put the true number at a rank that is uniform (Talts and others 2018). For `decomposable`: a graph,
cell probabilities from its hyper-Dirichlet law, and the number missing given them under the prior 1/N on the support. The rank
is the posterior probability of fewer missing plus a random share of that of exactly as many. *Distance* is that of Kolmogorov
and Smirnov, *p* its probability of being as large by chance; *bins* is chi-squared over twenty equal bins.

| lists | recorded | delta | missing up to | draws | mean rank | distance | p | bins | p |
|---|---|---|---|---|---|---|---|---|---|
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_is_read() {
        let words = ["--replicates", "10", "--models", "correct,chao", "--lists", "3", "--draws", "0"];
        let request = Request::read(&words.map(String::from)).unwrap();
        assert_eq!((request.plan.replicates, request.lists.as_slice(), request.draws), (10, &[3][..], 0));
        assert_eq!(request.models.unwrap(), ["correct", "chao"]);
        for wrong in [&["--lists", "2"][..], &["--replicates"], &["--what", "3"], &["--replicates", "0"]] {
            assert!(Request::read(&wrong.iter().map(ToString::to_string).collect::<Vec<_>>()).is_err(), "{wrong:?}");
        }
    }
}
