//! `factum check` and `factum view rebuild`: is everything here, and what the log says?

use super::actor::{Actor, seen_beside};
use crate::commands::{Format, counted};
use crate::failure::Failure;
use crate::say;
use clap::{Args, Subcommand};
use factum_case::custody::check::{self, Finding, Report};
use factum_case::custody::folder::{Opening, VIEW};
use factum_case::vault::store::{DiskStore, Store};
use std::sync::Arc;

#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    actor: Actor,
    /// How the findings are printed.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Looks at every file of a case. Findings go to standard output; a case with faults is a failure.
pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let actor = &arguments.actor;
    let (identity, path) = actor.identity()?;
    let store: Arc<dyn Store> = Arc::new(DiskStore::new(&actor.case));
    let opening = Opening { seen: Some(seen_beside(&path)), at: None };
    let report = check::run(&store, &actor.case.join(VIEW), &identity, opening);
    match arguments.format {
        Format::Json => say!("{}", serde_json::to_string_pretty(&report)?),
        Format::Text => print(&report),
    }
    if report.is_clean() {
        return Ok(());
    }
    Err(Failure::new(format!("the case has {}", counted(report.faults.len() as u64, "fault")))
        .hint("restore what is missing or altered from a copy, then check again; keep the case as it is until then"))
}

fn print(report: &Report) {
    let each = |title: &str, findings: &[Finding]| {
        if !findings.is_empty() {
            say!("{title}:");
            findings.iter().for_each(|f| say!("  {}: {}", f.place, f.what));
        }
    };
    each("wrong", &report.faults);
    each("void entries, which count for nothing", &report.voids);
    each("notes", &report.notes);
    say!(
        "objects: {} present ({} opened and their commitments computed again), {} resealed, {} shredded",
        report.present,
        report.opened,
        report.resealed,
        report.shredded
    );
    report.checked.iter().for_each(|what| say!("checked: {what}"));
    report.unchecked.iter().for_each(|what| say!("not checked: {what}"));
    if report.is_clean() {
        say!("Nothing is wrong.");
    }
}

#[derive(Args)]
pub struct ViewArguments {
    #[command(flatten)]
    actor: Actor,
    #[command(subcommand)]
    what: ViewWhat,
}

#[derive(Subcommand)]
enum ViewWhat {
    /// Make the index anew from the log, and with it factum.toml and the copies of keys.
    Rebuild,
}

pub fn view(arguments: &ViewArguments) -> Result<(), Failure> {
    let ViewWhat::Rebuild = arguments.what;
    let mut case = arguments.actor.open()?;
    let copies = case.rebuild_caches()?;
    say!("The view was made anew from {}.", counted(case.ledger().size(), "log record"));
    say!("Copies of keys written: {copies}.");
    Ok(())
}
