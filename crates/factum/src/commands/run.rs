//! `factum run`: lists in, a report with a number in it out.

use super::custody::{acknowledged, actor::Actor};
use super::{Work, grouped};
use crate::failure::Failure;
use crate::progress::Stages;
use crate::say;
use clap::Args;
use factum_case::custody::folder::Case;
use factum_case::facts::Book;
use factum_case::inquiry::{self, Finished, Inquiry};
use factum_case::linking;
use factum_case::model::Edtf;

#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    work: Work,
    #[command(flatten)]
    date: ReportDate,
    /// Keep the lists, the settings and all that comes of them in the case, so that a publication can cite the runs.
    #[arg(long)]
    keep: bool,
    #[command(flatten)]
    actor: Actor,
}

/// The date on the report.
#[derive(Args)]
pub struct ReportDate {
    /// Date on the report, YYYY-MM-DD [default: today].
    #[arg(long, value_name = "DATE")]
    report_date: Option<String>,
}

impl ReportDate {
    pub fn get(&self) -> Result<Edtf, Failure> {
        let Some(text) = &self.report_date else { return Ok(factum_case::today()) };
        let is_day = |date: &Edtf| date.earliest() == date.latest() && !date.is_qualified();
        let date = text.parse().ok().filter(is_day);
        date.ok_or_else(|| Failure::new("the date of the report is no day").hint("write it as 2026-11-24"))
    }
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let report_date = arguments.date.get()?;
    let names = [&linking::FILES[..], &inquiry::FILES[..]].concat();
    let (out, stages) = (&arguments.work.out, Stages::new());
    let (settings, reading, options) = arguments.work.begin(&names, &[], &stages)?;
    // A case that cannot be opened is told of before the work.
    let mut case = arguments.keep.then(|| arguments.actor.open()).transpose()?;
    let first_run = case.as_ref().map_or(Ok(1), next_run)?;
    let inquiry = Inquiry { settings: &settings, reading: &reading, options, report_date, truth: None, first_run };
    let finished = inquiry.run(&stages)?;
    stages.finish();
    finished.write(out)?;
    print(&finished);
    if let Some(case) = &mut case {
        let kept = case.keep_run(&arguments.work.read_again(&settings)?, &finished)?;
        kept.receipts.iter().for_each(acknowledged);
        let runs: Vec<String> = finished.runs().map(|run| run.id.to_string()).collect();
        say!(
            "The case keeps the runs {}; a draft takes from them as {{{{{}.estimate}}}}.",
            runs.join(", "),
            runs.last().map_or("R-1", String::as_str)
        );
    }
    say!("\nThe report is {}", out.join("report.pdf").display());
    Ok(())
}

/// The number of the next run of a case.
fn next_run(case: &Case) -> Result<u32, Failure> {
    let book = Book::read(case)?;
    let number = |code: &String| code.strip_prefix("R-")?.parse::<u32>().ok();
    Ok(book.runs.keys().filter_map(number).max().unwrap_or(0).saturating_add(1))
}

/// The summary a person reads first.
pub fn print(finished: &Finished) {
    let results = &finished.results;
    say!("{}\n", results.title);
    super::link::print(&results.linkage);
    say!("");
    for estimated in &results.estimates {
        let estimate = &estimated.estimate;
        let number = |n: Option<f64>| n.map_or("none".into(), grouped);
        if estimate.converged {
            let bound = if estimate.is_lower_bound() { "at least " } else { "" };
            let interval = match estimate.lower {
                Some(lower) => {
                    format!("{} % interval {} to {}", estimate.level * 100.0, grouped(lower), number(estimate.upper))
                }
                None => "no interval".to_string(),
            };
            let people = format!("{bound}{}", number(estimate.estimate));
            say!("{:13} {people:>18} people in all, {interval} [{}]", estimate.model.name(), estimated.run.id);
        } else {
            say!("{:13} did not converge: no estimate [{}]", estimate.model.name(), estimated.run.id);
        }
        estimate.warnings.iter().for_each(|w| say!("  warning: {w}"));
    }
    results.refused.iter().for_each(|r| say!("{:13} no estimate: {}", r.model.name(), r.reason));
    if let Some(main) = results.main_estimate() {
        say!(
            "\nThe main model, fixed beforehand, is {}. It assumes: {}",
            main.estimate.model,
            main.estimate.assumption
        );
    }
    if let Some(truth) = &results.truth {
        say!(
            "\nThe truth behind this example: {} people on the lists, {} in all. Linkage: precision {:.3}, recall {:.3}, F1 {:.3}.",
            grouped(truth.persons as f64),
            grouped(truth.population as f64),
            truth.precision,
            truth.recall,
            truth.f1
        );
    }
    if !finished.pdf_shortfall.is_empty() {
        say!("\nnote: the PDF is not accessible (PDF/UA) as it is: {}", finished.pdf_shortfall.join("; "));
    }
}
