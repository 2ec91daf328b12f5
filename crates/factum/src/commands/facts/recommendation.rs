//! `factum recommendation`: what somebody is asked to do, and what became of it.

use super::shown;
use crate::commands::custody::actor::Actor;
use crate::commands::{Format, counted, one_of};
use crate::failure::Failure;
use crate::say;
use clap::{Args, Subcommand};
use factum_case::custody::founding::WORKING;
use factum_case::facts::words::Recommendation;
use factum_case::facts::{Fact, Sort};
use factum_case::state::{self, Progress};
use factum_case::tongue::Tongue;

#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    actor: Actor,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Write down what somebody is asked to do.
    New(New),
    /// Write down what became of it by a time.
    Follow(Follow),
    /// List recommendations with the last that was learned of each.
    List {
        /// In which language to print: en, ar, es, fr, ru or zh.
        #[arg(long, default_value = "en", value_parser = super::tongue)]
        language: Tongue,
        /// How to print.
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
}

#[derive(Args)]
struct New {
    /// Its code; the next free one if absent.
    code: Option<String>,
    /// To whom.
    #[arg(long)]
    addressee: String,
    /// When it is made: a day.
    #[arg(long, value_name = "DAY")]
    date: String,
    /// What.
    #[arg(long)]
    text: String,
}

#[derive(Args)]
struct Follow {
    /// The recommendation.
    code: String,
    /// When it was looked at (EDTF).
    #[arg(long)]
    date: String,
    /// How far it was carried out: done, partly, under-way, not-done, refused or unknown.
    #[arg(long, value_parser = one_of(&Progress::ALL.map(|progress| (progress.code(), progress))))]
    progress: Progress,
    /// In words, with where that is known from.
    #[arg(long)]
    text: String,
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let mut case = arguments.actor.open()?;
    let book = super::book(&case)?;
    let (summary, fact) = match &arguments.command {
        Command::List { language, format } => {
            let all = super::register(&case, &book)?.recommendations;
            let table = state::recommendations_table(&all, factum_case::this_day(), *language);
            shown::tables(&[table], *format)?;
            if *format == Format::Text {
                say!("{}", counted(all.len() as u64, "recommendation"));
            }
            return Ok(());
        }
        Command::New(new) => {
            let code = new.code.clone().unwrap_or_else(|| book.next_code(Sort::Recommendation));
            let said = Recommendation {
                recommendation: case.new_thing(WORKING)?,
                code: code.clone(),
                addressee: new.addressee.clone(),
                date: new.date.clone(),
                text: new.text.clone(),
            };
            (format!("The recommendation {code} is written down"), Fact::Recommendation(said))
        }
        Command::Follow(follow) => {
            let recommendation = book.find(&follow.code, Sort::Recommendation)?;
            let (date, text, progress) = (follow.date.clone(), follow.text.clone(), Some(follow.progress));
            let fact = Fact::FollowUp { recommendation, date, text, progress };
            (format!("What became of {} is written down", follow.code), fact)
        }
    };
    let receipt = case.say_facts("recommendation", &summary, &[fact])?;
    say!("{summary} (transaction {})", receipt.transaction);
    Ok(())
}
