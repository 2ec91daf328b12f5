//! What do all models say of one table, side by side?

use super::super::{grouped, identification};
use super::inputs::Counts;
use super::{Arguments, Output, draw, lines, print};
use crate::failure::Failure;
use crate::progress::Stages;
use crate::say;
use factum_case::answers;
use factum_case::estimate::Estimate;
use factum_case::estimating::{self, Estimated, Refused};
use serde::Serialize;

/// What is printed as JSON.
#[derive(Serialize)]
struct Answers<'a> {
    /// By model; each is what `--format json` prints for it alone.
    estimates: &'a [Estimated],
    /// Models that refused the table, and why.
    refused: &'a [Refused],
}

/// Asks every model that takes as many lists as the table has.
pub fn run(arguments: &Arguments, counts: &Counts) -> Result<(), Failure> {
    let table = &counts.table;
    let models = estimating::models_for(table);
    let stages = Stages::new();
    let before = |model: factum_case::estimate::Model| stages.say(&format!("estimating: {model}"));
    let inputs = [counts.input.clone()];
    let (estimates, refused) = estimating::estimate_each(table, &models, &arguments.options(), 1, &inputs, &before);
    stages.finish();
    match arguments.format {
        Output::Json => {
            say!("{}", serde_json::to_string_pretty(&Answers { estimates: &estimates, refused: &refused })?);
        }
        Output::Csv => lines(&answers::models_csv(&counts.name, table.observed(), &estimates, &refused)),
        Output::Text => text(table.observed(), &estimates, &refused),
    }
    let answers: Vec<&Estimate> = estimates.iter().map(|estimated| &estimated.estimate).collect();
    draw(arguments, table, &answers)?;
    if estimates.is_empty() { Err(Failure::new("no model has an estimate")) } else { Ok(()) }
}

fn text(observed: u64, estimates: &[Estimated], refused: &[Refused]) {
    for estimated in estimates {
        print::answer(&estimated.estimate);
        identification::print(&estimated.estimate);
        say!("");
    }
    say!("all models of {}", print::documented(observed));
    let names = || estimates.iter().map(|e| e.estimate.model.name()).chain(refused.iter().map(|r| r.model.name()));
    let widest = names().map(str::len).max().unwrap_or(0);
    for estimated in estimates {
        say!("  {:widest$}  {}", estimated.estimate.model.name(), in_short(&estimated.estimate));
    }
    for refused in refused {
        say!("  {:widest$}  no estimate: {}", refused.model.name(), refused.reason);
    }
    say!(
        "             Each rests on an assumption of its own, which no data confirm: that several agree confirms none."
    );
    if let Some(estimated) = estimates.first() {
        print::run(estimated.seed, &estimated.version);
    }
}

fn in_short(estimate: &Estimate) -> String {
    if !estimate.converged {
        return "no estimate: the computation did not converge".into();
    }
    let number = |n: Option<f64>| n.map_or("none".into(), grouped);
    let bound = if estimate.is_lower_bound() { "at least " } else { "" };
    let (lower, upper) = (number(estimate.lower), number(estimate.upper));
    format!("{bound}{} in all ({lower} to {upper})", number(estimate.estimate))
}
