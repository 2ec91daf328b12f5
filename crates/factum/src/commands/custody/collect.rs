//! `factum collect`: files become evidence.

use super::actor::Actor;
use crate::commands::extract_child;
use crate::commands::{Format, counted, grouped};
use crate::failure::Failure;
use crate::progress::Stages;
use crate::say;
use clap::Args;
use factum_case::custody::collect::{Collected, Collecting, Progress, collect};
use factum_case::custody::evidence::Detail;
use factum_case::custody::founding::WORKING;
use factum_case::extract::Examiner;
use factum_case::link::Progress as _;
use std::io::IsTerminal;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// How often a line is written where there is no terminal.
const EVERY: Duration = Duration::from_secs(10);

/// So many files that were not collected are listed; with `--format json` all are.
const LISTED: usize = 20;

#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    actor: Actor,
    /// Files, and folders with all that is in them.
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Into which compartment.
    #[arg(long, value_name = "COMPARTMENT", default_value = WORKING)]
    into: String,
    /// Where they were: an address on the web, a place, a person's code.
    #[arg(long)]
    address: Option<String>,
    /// When they were captured there, if earlier than today (EDTF, or RFC 3339).
    #[arg(long, value_name = "TIME")]
    captured: Option<String>,
    /// What else should be known of their origin. Can be given again.
    #[arg(long = "note", value_name = "NAME=VALUE", value_parser = detail)]
    notes: Vec<Detail>,
    /// What identifies staff, such as virtual-identity or clock: kept in the compartment `staff`. Can be given again.
    #[arg(long = "staff", value_name = "NAME=VALUE", value_parser = detail)]
    staff: Vec<Detail>,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// A named value, as typed.
fn detail(text: &str) -> Result<Detail, String> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => Ok(Detail::new(name.trim(), value.trim())),
        _ => Err("expected NAME=VALUE".into()),
    }
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let mut case = arguments.actor.open()?;
    let how = Collecting {
        address: arguments.address.clone(),
        captured: arguments.captured.clone(),
        notes: arguments.notes.clone(),
        staff: arguments.staff.clone(),
        examiner: Some(Examiner::this_program(extract_child::NAME)?),
        ..Collecting::new(&arguments.into)
    };
    let stages = Stages::new();
    let mut shown = Shown::new(&stages);
    let done = collect(&mut case, &arguments.paths, &how, &mut |progress| {
        shown.show(progress);
        ControlFlow::Continue(())
    });
    stages.finish();
    let done = done.map_err(|e| {
        Failure::new(e)
            .hint("what was acknowledged before this is in the case; the same command takes up where it stopped")
    })?;
    match arguments.format {
        Format::Text => print(&done, &arguments.into),
        Format::Json => say!("{}", serde_json::to_string_pretty(&summary(&done))?),
    }
    match done.missed.len() {
        0 => Ok(()),
        n => {
            Err(Failure::new(format!("{} could not be collected; the rest is in the case", counted(n as u64, "path")))
                .hint("mend what is listed and run the same command again: what is in the case is not taken twice"))
        }
    }
}

/// Progress, as a bar on a terminal and as a line now and then elsewhere.
struct Shown<'a> {
    stages: &'a Stages,
    begun: bool,
    kilobytes: u64,
    last: Instant,
}

impl<'a> Shown<'a> {
    fn new(stages: &'a Stages) -> Self {
        Self { stages, begun: false, kilobytes: 0, last: Instant::now() }
    }

    fn show(&mut self, progress: &Progress) {
        if !std::mem::replace(&mut self.begun, true) {
            self.stages.begin("collecting, in kB", progress.of_bytes / 1000);
        }
        let kilobytes = progress.bytes / 1000;
        self.stages.advance(kilobytes.saturating_sub(self.kilobytes));
        self.kilobytes = kilobytes.max(self.kilobytes);
        if !std::io::stderr().is_terminal() && self.last.elapsed() >= EVERY {
            self.last = Instant::now();
            let megabytes = |bytes: f64| grouped((bytes / 1e6).round());
            let left =
                progress.left().map_or_else(String::new, |l| format!(", {} s left", grouped(l.as_secs() as f64)));
            eprintln!(
                "{} of {} files, {} of {} MB, {} MB a second{left}",
                grouped(progress.files as f64),
                grouped(progress.of_files as f64),
                megabytes(progress.bytes as f64),
                megabytes(progress.of_bytes as f64),
                megabytes(progress.rate())
            );
        }
    }
}

fn print(done: &Collected, compartment: &str) {
    for missed in done.missed.iter().take(LISTED) {
        eprintln!("not collected: {}: {}", missed.path.display(), missed.why);
    }
    if done.missed.len() > LISTED {
        eprintln!("not collected: {} more", grouped((done.missed.len() - LISTED) as f64));
    }
    say!(
        "{} collected into {compartment} ({} bytes), acknowledged in {}",
        counted(done.items.len() as u64, "file"),
        grouped(done.bytes as f64),
        counted(done.transactions, "transaction")
    );
    if !done.again.is_empty() {
        say!(
            "{} held bytes that are in the case under another name; that they were met again is noted",
            counted(done.again.len() as u64, "file")
        );
    }
    if done.already > 0 {
        say!("{} had been collected before", counted(done.already, "file"));
    }
    if done.not_examined > 0 {
        say!(
            "{} could not be looked into; the bytes are in the case, `factum items ITEM` says why",
            counted(done.not_examined, "file")
        );
    }
    if !done.names_collector {
        say!("who collected is not noted: the compartment staff is not open to you. The log knows you by your number");
    }
}

fn summary(done: &Collected) -> serde_json::Value {
    let named = |list: &[(_, String)]| -> Vec<serde_json::Value> {
        list.iter().map(|(item, name): &(factum_case::custody::ids::RecordId, String)| serde_json::json!({"item": item.to_string(), "name": name})).collect()
    };
    let missed: Vec<_> =
        done.missed.iter().map(|m| serde_json::json!({"path": m.path.to_string_lossy(), "why": m.why})).collect();
    serde_json::json!({
        "items": named(&done.items),
        "again": named(&done.again),
        "already": done.already,
        "not-examined": done.not_examined,
        "bytes": done.bytes,
        "transactions": done.transactions,
        "names-collector": done.names_collector,
        "missed": missed,
    })
}
