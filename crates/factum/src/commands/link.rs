//! `factum link`: which records speak of one person?

use super::{Format, Work, counted, grouped, stop_on_errors};
use crate::failure::Failure;
use crate::progress::Stages;
use crate::say;
use clap::Args;
use factum_case::identity::Previous;
use factum_case::judgement::Book;
use factum_case::link::{Blocking, Options};
use factum_case::linking::{self, LinkageSummary};
use factum_case::lists::{self, Reading};
use factum_case::model::RunId;
use factum_case::output;
use factum_case::settings::Settings;
use std::path::{Path, PathBuf};

#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    work: Work,
    /// Carry over the names of persons from the persons.csv of an earlier linkage, and write what changed since to
    /// changes.csv.
    #[arg(long, value_name = "FILE")]
    previous: Option<PathBuf>,
    /// How to print the summary.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// How to link.
#[derive(Args, Clone)]
pub struct Choices {
    /// Link pairs from this probability on, instead of where the expected F1 is largest.
    #[arg(long, value_name = "P")]
    threshold: Option<f64>,
    /// Refuse to compare more pairs than this.
    #[arg(long, value_name = "N", default_value_t = Options::default().max_pairs)]
    max_pairs: u64,
    /// Seed of the random stream; it matters where rules choose the pairs.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// Judgements of pairs, as `factum review` leaves them: they bind the persons and teach the model.
    #[arg(long, value_name = "FILE")]
    pub judgements: Option<PathBuf>,
}

impl Choices {
    /// The options with the judgements that the user gives; the file becomes an input of the linkage.
    pub fn judged(&self, settings: &Settings, reading: &mut Reading, show_values: bool) -> Result<Options, Failure> {
        let mut options = self.options(settings);
        if let Some(path) = &self.judgements {
            let book = Book::read(path)?;
            options.judgements = super::holding(&book, reading, show_values);
            reading.judgements = book.input;
        }
        Ok(options)
    }

    pub fn options(&self, settings: &Settings) -> Options {
        let blocking = if settings.rules.is_empty() { Blocking::Auto } else { Blocking::Rules(settings.rules.clone()) };
        Options {
            blocking,
            threshold: self.threshold,
            keep_above: Options::KEEP,
            max_pairs: self.max_pairs,
            seed: self.seed,
            judgements: Vec::new(),
        }
    }
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let (out, stages) = (&arguments.work.out, Stages::new());
    let previous = arguments.previous.as_deref().map(previous).transpose()?;
    let results = [&linking::FILES[..], &[linking::CHANGES]].concat();
    let (_, reading, options) = arguments.work.begin(&results, arguments.previous.as_slice(), &stages)?;
    let mut linked = linking::link(&reading, &options, RunId::new("R-1"), &stages)?;
    if let Some(previous) = &previous {
        linked.carry_over(&reading, previous);
    }
    stages.say("writing results");
    output::write_all(out, &linking::files(&linked, &reading)?)?;
    stages.finish();
    match arguments.format {
        Format::Json => say!("{}", serde_json::to_string_pretty(&linked.summary)?),
        Format::Text => {
            print(&linked.summary);
            say!("results are in {}", out.display());
        }
    }
    Ok(())
}

fn previous(path: &Path) -> Result<Previous, Failure> {
    let bytes = std::fs::read(path).map_err(|e| Failure::new(format!("{} cannot be read: {e}", path.display())))?;
    let (previous, faults) = Previous::read(&bytes, &lists::file_name(path));
    stop_on_errors(&faults, "the earlier persons cannot be used", false)?;
    previous.ok_or_else(|| Failure::new("the earlier persons cannot be used"))
}

pub fn print(summary: &LinkageSummary) {
    for alert in &summary.alerts {
        say!("ALERT: {}\n  what to do: {}\n", alert.what, alert.remedy);
    }
    for warning in &summary.warnings {
        say!("warning: {warning}");
    }
    say!(
        "{} records on {} are {} distinct persons",
        grouped(summary.records as f64),
        counted(summary.lists.len(), "list"),
        grouped(summary.persons as f64)
    );
    if let Some(drawn) = &summary.persons_drawn {
        say!(
            "how sure: {} to {} distinct persons with a probability of 95 %, as {} draws have it",
            grouped(drawn.lower),
            grouped(drawn.upper),
            drawn.counts.len()
        );
    }
    let threshold = &summary.threshold;
    let percent = |share: Option<f64>| share.map_or("unknown".into(), |s| format!("{:.1} %", s * 100.0));
    say!(
        "{} pairs compared, {} linked from probability {:.3} on; expected precision {}, recall {}",
        grouped(summary.pairs_compared as f64),
        grouped(threshold.links as f64),
        threshold.probability,
        percent(threshold.expected_precision),
        percent(threshold.expected_recall)
    );
    for rule in summary.rules.iter().filter(|_| summary.rules.len() > 1) {
        say!("  {:60} {:>14} pairs, {:>14} new", rule.rule, grouped(rule.pairs as f64), grouped(rule.new as f64));
    }
    if let Some(recall) = &summary.recall {
        say!(
            "the rules let an estimated {} of the matches meet, and miss about {} of them",
            percent(Some(recall.share)),
            grouped(recall.missed.round())
        );
    }
    let sizes = summary.person_sizes.iter().map(|(size, n)| format!("{n} with {size}"));
    say!("persons by number of records: {}", sizes.collect::<Vec<_>>().join(", "));
    let at = summary.persons_at.iter().map(|p| format!("{} at {}", grouped(p.persons as f64), p.threshold));
    say!("persons at other thresholds: {}", at.collect::<Vec<_>>().join(", "));
    if let Some(scope) = &summary.scope {
        say!("population: {}", scope.in_words());
    }
    summary.lists.iter().for_each(super::list::print_standing);
    for words in [summary.minimum.in_words(), summary.units.in_words()].into_iter().flatten() {
        say!("{words}");
    }
    if let Some(changes) = &summary.changes {
        let counts: Vec<String> = changes.iter().map(|(change, n)| format!("{n} {}", change.word())).collect();
        say!("persons since the earlier linkage: {}", counts.join(", "));
    }
}
