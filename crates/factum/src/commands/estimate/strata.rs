//! What is estimated, and printed, of several tables: one a stratum?

use super::super::{grouped, identification};
use super::inputs::{self, Counts};
use super::{Arguments, Output, lines, print};
use crate::failure::Failure;
use crate::progress::Stages;
use crate::say;
use factum_case::answers;
use factum_case::estimate::Model;
use factum_case::estimate::strata::{GroupEstimate, Merge, Merging, StrataFault, Why};
use factum_case::estimating::{self, EstimatedStrata};
use factum_case::link::Progress;
use factum_case::model::RunId;

/// Estimates every table apart and adds them up.
pub fn run(arguments: &Arguments, counts: &[Counts]) -> Result<(), Failure> {
    let strata = inputs::strata(counts, &arguments.counts);
    let files = counts.iter().map(|c| c.input.clone()).collect();
    let merging = arguments.merge_thin.then(Merging::default);
    let stages = Stages::new();
    stages.begin("estimating strata", strata.len() as u64);
    let advance = |_| stages.advance(1);
    let estimated =
        estimating::estimate_strata(&strata, merging, &arguments.options(), RunId::new("R-1"), files, &advance);
    stages.finish();
    let estimated = estimated.map_err(|faults| refused(&faults))?;
    match arguments.format {
        Output::Json => say!("{}", serde_json::to_string_pretty(&estimated)?),
        Output::Csv => lines(&answers::strata_csv(&estimated)),
        Output::Text => text(&estimated),
    }
    if estimated.strata.groups.iter().all(|group| group.estimate.is_none()) {
        return Err(Failure::new("no stratum has an estimate"));
    }
    Ok(())
}

/// Tells every fault, and what to try.
fn refused(faults: &[StrataFault]) -> Failure {
    faults.iter().for_each(|fault| eprintln!("error: {fault}"));
    let failure = Failure::new("the tables are no strata of one population");
    if faults.iter().any(|fault| matches!(fault, StrataFault::OtherLists(_))) {
        return failure.hint("give every table a column for each list, of zeros where a list recorded nobody");
    }
    failure
}

fn text(estimated: &EstimatedStrata) {
    let strata = &estimated.strata;
    for group in &strata.groups {
        stratum(group);
        say!("");
    }
    strata.merges.iter().for_each(merged);
    say!("all strata");
    let named = |group: &GroupEstimate| group.strata.join(" + ");
    let widest = strata.groups.iter().map(|g| named(g).chars().count()).max().unwrap_or(0);
    for group in &strata.groups {
        say!("  {:widest$}  {}", named(group), in_short(group));
    }
    total(estimated);
    print::run(estimated.seed, &estimated.version);
}

/// One stratum in full: its answer, and what no data can say of it.
fn stratum(group: &GroupEstimate) {
    say!("stratum      {}", group.strata.join(" + "));
    for warning in &group.warnings {
        say!("warning: {warning}");
    }
    match &group.estimate {
        Some(estimate) => {
            print::answer(estimate);
            identification::print(estimate);
        }
        None => {
            say!("recorded     {}", print::documented(group.observed));
            say!("estimate     none: {}", group.refusal.as_deref().unwrap_or("nobody was recorded"));
        }
    }
}

fn merged(merge: &Merge) {
    let why = match &merge.why {
        Why::FewOverlaps(overlaps) => format!("{} on two or more lists", people(*overlaps)),
        Why::Refused(reason) => format!("by itself refused: {reason}"),
    };
    say!("merged       {} into {} ({why})", merge.thin.join(" + "), merge.into.join(" + "));
}

fn people(count: u64) -> String {
    if count == 1 { "1 person".into() } else { format!("{} people", grouped(count as f64)) }
}

fn in_short(group: &GroupEstimate) -> String {
    let recorded = format!("{} recorded", grouped(group.observed as f64));
    let Some(estimate) = group.estimate.as_ref().filter(|e| e.converged) else {
        return format!("{recorded}, no estimate");
    };
    let number = |n: Option<f64>| n.map_or("none".into(), grouped);
    let bound = if estimate.is_lower_bound() { "at least " } else { "" };
    let (lower, upper) = (number(estimate.lower), number(estimate.upper));
    format!("{recorded}, {bound}{} in all ({lower} to {upper})", number(estimate.estimate))
}

fn total(estimated: &EstimatedStrata) {
    let total = &estimated.strata.total;
    let (sum, level) = (&total.sum, estimated.level);
    let bound = if estimated.model == Model::Chao { "at least " } else { "" };
    say!("recorded     {}", print::documented(sum.observed as u64));
    if total.without_answer.is_empty() {
        say!("estimate     {bound}{} in all", grouped(sum.estimate));
        let upper = sum.upper.map_or("none".into(), grouped);
        say!("interval     {} to {upper} ({} %)", grouped(sum.lower), level * 100.0);
    } else {
        let lacking = match total.without_answer.len() {
            1 => "1 stratum has no answer".into(),
            n => format!("{} strata have no answer", grouped(n as f64)),
        };
        say!("estimate     none for the whole: {lacking}");
        say!(
            "             {bound}{} with the people of these counted as recorded, none missing",
            grouped(sum.estimate)
        );
    }
    for names in &total.without_limit {
        say!("warning: {} has no upper limit, so the total has none.", names.join(" + "));
    }
    say!("assumption   {}", total.assumption);
}
