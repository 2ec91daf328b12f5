//! What is estimated, and printed, of several tables: one a stratum?

use super::super::{grouped, identification};
use super::inputs::{self, Counts};
use super::{Arguments, Output, lines, print};
use crate::failure::Failure;
use crate::progress::Stages;
use crate::say;
use clap::Args;
use factum_case::answers;
use factum_case::estimate::Model;
use factum_case::estimate::combine::Combined;
use factum_case::estimate::strata::{GroupEstimate, INDEPENDENT, Merge, Merging, StrataFault, Stratum, Why};
use factum_case::estimating::{self, EstimatedImputed, EstimatedStrata};
use factum_case::link::Progress;
use factum_case::model::{CaptureTable, Input, ListId, RunId};
use factum_case::persons;
use std::path::PathBuf;

/// What is particular to strata.
#[derive(Args)]
pub struct Wishes {
    /// Merge a stratum that too few people on two or more lists make thin, or that the model refuses, with its nearest
    /// neighbour: files of the same folder first, then in the order given.
    #[arg(long)]
    merge_thin: bool,
    /// Fewer people on two or more lists than this make a stratum thin, for --merge-thin.
    #[arg(long, value_name = "N", requires = "merge_thin", default_value_t = Merging::default().least_overlaps)]
    least_overlaps: u64,
    /// Never merge strata whose files lie in different folders, for --merge-thin.
    #[arg(long, requires = "merge_thin")]
    folders_apart: bool,
    /// Lists that could not see a stratum, such as south.csv=press,clinics: they do not cover the region, or had ended before
    /// the year. Their silence there is no evidence. May be given several times.
    #[arg(long, value_name = "STRATUM=LIST,…")]
    blind: Vec<String>,
    /// Counts of persons whose stratum is unknown: carried through all strata by multiple imputation, not dropped.
    #[arg(long, value_name = "FILE")]
    pub unplaced: Option<PathBuf>,
    /// Replicates in which each of these persons is put into a stratum, for --unplaced.
    #[arg(long, value_name = "N", requires = "unplaced", default_value_t = 20)]
    replicates: u32,
}

impl Wishes {
    /// An option given that needs strata.
    pub fn given(&self) -> Option<&'static str> {
        let all = [
            ("--merge-thin", self.merge_thin),
            ("--blind", !self.blind.is_empty()),
            ("--unplaced", self.unplaced.is_some()),
        ];
        all.into_iter().find(|(_, given)| *given).map(|(option, _)| option)
    }

    fn merging(&self) -> Option<Merging> {
        let least_shared = usize::from(self.folders_apart);
        self.merge_thin.then_some(Merging { least_overlaps: self.least_overlaps, least_shared })
    }

    /// Notes at each stratum which lists could not see it. What names no stratum is told with the names there are.
    fn note_blind(&self, strata: &mut [Stratum]) -> Result<(), Failure> {
        for wish in &self.blind {
            let unread = || Failure::new(format!("--blind {wish} does not read as STRATUM=LIST,…"));
            let (name, lists) = wish.rsplit_once('=').ok_or_else(unread)?;
            let lists: Vec<ListId> = lists.split(',').map(|l| ListId::new(l.trim())).collect();
            let names: Vec<String> = strata.iter().map(|s| s.name.clone()).collect();
            let Some(stratum) = strata.iter_mut().find(|s| s.name == name) else {
                let failure = Failure::new(format!("--blind {wish}: no stratum is called {name}"));
                return Err(failure.hint(format!("the strata are {}", names.join(", "))));
            };
            stratum.blind.extend(lists);
        }
        Ok(())
    }

    /// The persons of unknown stratum, over the lists of the strata.
    fn read_unplaced(&self, strata: &[Stratum]) -> Result<Option<(CaptureTable, Input)>, Failure> {
        let Some(path) = &self.unplaced else { return Ok(None) };
        let read = inputs::read(std::slice::from_ref(path))?;
        let lists = strata.first().map_or(&[][..], |s| s.table.lists());
        let Some(Counts { table, input, .. }) = read.into_iter().next() else { return Ok(None) };
        let reordered = persons::reordered(&table, lists).ok_or_else(|| {
            let failure = Failure::new(format!("{} is over other lists than the strata", path.display()));
            failure.hint("give it a column for each list, of zeros where a list recorded nobody")
        })?;
        Ok(Some((reordered, input)))
    }
}

/// Estimates every table apart and adds them up.
pub fn run(arguments: &Arguments, counts: &[Counts]) -> Result<(), Failure> {
    let wishes = &arguments.strata;
    let mut strata = inputs::strata(counts, &arguments.counts);
    wishes.note_blind(&mut strata)?;
    let unplaced = wishes.read_unplaced(&strata)?;
    let mut files: Vec<Input> = counts.iter().map(|c| c.input.clone()).collect();
    let stages = Stages::new();
    stages.begin("estimating strata", strata.len() as u64);
    let advance = |_| stages.advance(1);
    let (options, id) = (arguments.options(), RunId::new("R-1"));
    if let Some((table, input)) = unplaced {
        files.push(input);
        let (replicates, merging) = (wishes.replicates, wishes.merging());
        let estimated =
            estimating::estimate_imputed(&strata, &table, replicates, merging, &options, id, files, &advance);
        stages.finish();
        return imputed(arguments, &estimated.map_err(|faults| refused(&faults))?);
    }
    let estimated = estimating::estimate_strata(&strata, wishes.merging(), &options, id, files, &advance);
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

/// Prints what replicates say, in which persons of unknown stratum are put into one.
fn imputed(arguments: &Arguments, estimated: &EstimatedImputed) -> Result<(), Failure> {
    match arguments.format {
        Output::Json => say!("{}", serde_json::to_string_pretty(estimated)?),
        Output::Csv => lines(&answers::imputed_csv(estimated)),
        Output::Text => imputed_text(estimated),
    }
    if estimated.imputed.groups.iter().all(|group| group.combined.is_none()) {
        return Err(Failure::new("no stratum has an estimate"));
    }
    Ok(())
}

fn imputed_text(estimated: &EstimatedImputed) {
    let imputed = &estimated.imputed;
    if imputed.contradicted > 0 {
        say!(
            "warning: {} of unknown stratum were recorded by a list that could see none: spread by the sizes of the strata.",
            people(imputed.contradicted)
        );
    }
    imputed.merges.iter().for_each(merged);
    let bound = if estimated.model == Model::Chao { "at least " } else { "" };
    let shown = |combined: &Combined| {
        let number = |n: Option<f64>| n.map_or("none".into(), grouped);
        let (lower, upper) = (number(combined.lower), number(combined.upper));
        format!("{bound}{} in all ({lower} to {upper})", grouped(combined.estimate))
    };
    let placed: u64 = imputed.groups.iter().map(|g| g.placed).sum();
    say!("model        {}", estimated.model);
    say!("recorded     {}", print::documented(placed + imputed.carried));
    say!("             {} of these of unknown stratum, carried through all", people(imputed.carried));
    for group in &imputed.groups {
        say!("stratum      {}", group.strata.join(" + "));
        let lacking = group.without_answer;
        match &group.combined {
            Some(combined) if lacking == 0 => say!("             {}", shown(combined)),
            _ => {
                let why = group.refusal.as_deref().unwrap_or("nobody was recorded");
                say!("             no estimate in {lacking} replicates: {why}");
            }
        }
    }
    let whole = imputed.groups.iter().all(|g| g.without_answer == 0);
    match imputed.total.as_ref().filter(|_| whole) {
        Some(total) => {
            say!("estimate     {}", shown(total));
            if let Some(share) = total.share_between() {
                say!("unplaced     {:.0} % of the variance comes from not knowing the strata", share * 100.0);
            }
        }
        None => say!("estimate     none for the whole: a stratum has no answer in some replicate"),
    }
    say!("assumption   {}", estimated.model.assumption());
    say!("             {INDEPENDENT}");
    say!("             Among people of one history, whether the stratum is known does not depend on the stratum.");
    print::run(estimated.seed, &estimated.version);
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
