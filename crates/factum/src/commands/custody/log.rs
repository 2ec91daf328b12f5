//! `factum log` and `factum undo`: what was done, by whom, and how is it taken back?

use super::acknowledged;
use super::actor::Actor;
use crate::commands::Format;
use crate::failure::Failure;
use crate::say;
use clap::Args;
use factum_case::custody::folder::Case;
use factum_case::custody::history::{Deed, History};
use factum_case::custody::ids::{RecordId, TransactionId};
use std::collections::VecDeque;

/// As of when to look at a case.
#[derive(Args, Clone)]
pub struct At {
    /// Look at an earlier state, for reading only: a size of the log, or the file of a checkpoint. Membership is today's.
    #[arg(long, value_name = "SIZE|CHECKPOINT")]
    at: Option<String>,
}

impl At {
    /// Looks at an opened case as asked.
    pub fn look(&self, case: &mut Case) -> Result<(), Failure> {
        let Some(at) = &self.at else { return Ok(()) };
        let size = match at.parse() {
            Ok(size) => {
                case.look_at_size(size)?;
                size
            }
            Err(_) => {
                let note = std::fs::read(at).map_err(|e| {
                    Failure::new(format!("{at} is no size of the log, and cannot be read as a file: {e}"))
                        .hint("give a number of entries, or a copy of log/checkpoint made then")
                })?;
                case.look_at_checkpoint(&note)?
            }
        };
        eprintln!("note: this is the case as its log had {size} entries; for reading only");
        Ok(())
    }
}

#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    actor: Actor,
    #[command(flatten)]
    at: At,
    /// Only what concerns one item.
    #[arg(long, value_name = "ITEM")]
    item: Option<RecordId>,
    /// How it is printed.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let mut case = arguments.actor.open()?;
    arguments.at.look(&mut case)?;
    let history = case.history(arguments.item)?;
    match arguments.format {
        Format::Json => say!("{}", serde_json::to_string_pretty(&history)?),
        Format::Text => print(&history),
    }
    Ok(())
}

/// In the order of the log, newest first; void entries stand where they are.
fn print(history: &History) {
    let mut voids: VecDeque<_> = history.voids.iter().collect();
    let mut tell_down_to = |entry: u64| {
        while let Some(void) = voids.front().filter(|void| void.entry >= entry) {
            say!("VOID entry {}: {}\n", void.entry, void.reason);
            voids.pop_front();
        }
    };
    for deed in &history.deeds {
        tell_down_to(deed.entry);
        tell(deed);
    }
    tell_down_to(0);
}

fn tell(deed: &Deed) {
    say!("transaction {} (entry {})", deed.transaction, deed.entry);
    say!("    {}  {}  {}  [{}]", deed.time, deed.name, deed.act, deed.compartments.join(", "));
    if !deed.summary.is_empty() {
        say!("    {}", deed.summary);
    }
    if let Some(by) = deed.undone_by {
        say!("    UNDONE by {by}");
    }
    if deed.shredded {
        say!("    SHREDDED: what it said was destroyed by plan");
    }
    if let Some(seconds) = deed.clock_behind {
        say!("    CLOCK {seconds} s behind what the case had already seen; the order here is the log's");
    }
    say!("");
}

/// `factum undo`: takes back what a transaction said.
#[derive(Args)]
pub struct UndoArguments {
    #[command(flatten)]
    actor: Actor,
    /// The transaction.
    transaction: TransactionId,
    /// Why.
    #[arg(long)]
    reason: String,
}

pub fn undo(arguments: &UndoArguments) -> Result<(), Failure> {
    acknowledged(&arguments.actor.open()?.undo(arguments.transaction, &arguments.reason)?);
    Ok(())
}
