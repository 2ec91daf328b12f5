//! `factum position`: what States and bodies hold, beside the findings they answer.

use super::shown;
use crate::commands::custody::actor::Actor;
use crate::commands::{Format, counted};
use crate::failure::Failure;
use crate::say;
use clap::{Args, Subcommand};
use factum_case::custody::folder::Case;
use factum_case::custody::founding::WORKING;
use factum_case::facts::words::Position;
use factum_case::facts::{Book, Fact, Sort};
use factum_case::law::attribution;
use factum_case::state;
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
    /// Write down a position that was taken.
    New(Box<New>),
    /// List positions beside the findings they answer.
    List(List),
    /// List the codes of what somebody does with an allegation.
    Codes,
}

#[derive(Args)]
struct New {
    /// Its code; the next free one if absent.
    code: Option<String>,
    /// Whose it is.
    #[arg(long)]
    holder: String,
    /// When it was taken (EDTF).
    #[arg(long)]
    date: String,
    /// What it does with the allegation, by the code of the HURIDOCS list of attribution: factum position codes lists them.
    #[arg(long)]
    attribution: String,
    /// What it says, in its own words.
    #[arg(long)]
    words: String,
    /// Where it stands.
    #[arg(long = "where", value_name = "WORDS")]
    place: String,
    /// A finding that it answers; again for others.
    #[arg(long = "finding", value_name = "FINDING")]
    findings: Vec<String>,
}

#[derive(Args)]
struct List {
    /// Only beside this finding.
    #[arg(long)]
    finding: Option<String>,
    /// In which language to print: en, ar, es, fr, ru or zh.
    #[arg(long, default_value = "en", value_parser = super::tongue)]
    language: Tongue,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    if let Command::Codes = &arguments.command {
        attribution().codes.iter().for_each(|code| say!("{} {}", code.code, code.en));
        return Ok(());
    }
    let mut case = arguments.actor.open()?;
    let book = super::book(&case)?;
    let new = match &arguments.command {
        Command::List(list) => return print(&case, &book, list),
        Command::New(new) => new,
        Command::Codes => return Ok(()),
    };
    let codes = attribution();
    let known = codes.get(&new.attribution).ok_or_else(|| {
        Failure::new(format!("{} is no code of the list of attribution", new.attribution))
            .hint("factum position codes lists them")
    })?;
    let code = new.code.clone().unwrap_or_else(|| book.next_code(Sort::Position));
    let findings = new.findings.iter().map(|code| book.find(code, Sort::Finding)).collect::<Result<_, _>>()?;
    let position = Position {
        position: case.new_thing(WORKING)?,
        code: code.clone(),
        holder: new.holder.clone(),
        date: new.date.clone(),
        attribution: known.code.clone(),
        words: new.words.clone(),
        where_said: Some(new.place.clone()),
        findings,
    };
    let summary = format!("The position {code} is written down");
    let receipt = case.say_facts("position", &summary, &[Fact::Position(Box::new(position))])?;
    say!("{summary} (transaction {})", receipt.transaction);
    Ok(())
}

fn print(case: &Case, book: &Book, list: &List) -> Result<(), Failure> {
    let wanted = list.finding.as_deref().map(|code| book.find(code, Sort::Finding)).transpose()?;
    let positions = super::register(case, book)?.positions;
    let shown_here = book.findings.iter().filter(|(id, _)| wanted.is_none_or(|w| w == **id));
    let mut findings: Vec<(String, String)> =
        shown_here.map(|(_, file)| (file.finding.what.code.clone(), file.finding.what.proposition.clone())).collect();
    findings.sort();
    let codes = attribution();
    let mut tables = state::positions_beside(&positions, &findings, &codes, list.language);
    if wanted.is_none() {
        tables.extend(state::positions_elsewhere(&positions, &findings, &codes, list.language));
    }
    shown::tables(&tables, list.format)?;
    if list.format == Format::Text {
        say!("{}", counted(positions.len() as u64, "position"));
    }
    Ok(())
}
