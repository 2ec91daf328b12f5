//! `factum claim`: what sources say of each property, side by side, and what a person accepts.

use crate::commands::custody::actor::Actor;
use crate::commands::{Format, counted};
use crate::failure::Failure;
use crate::say;
use clap::{Args, Subcommand};
use factum_case::custody::folder::Case;
use factum_case::facts::accounts::Accounts;
use factum_case::facts::claims::{self, Row};
use factum_case::facts::words::ClaimStatus;
use factum_case::facts::{Book, Fact, Sort};

#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    actor: Actor,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Show values side by side, each with its sources: where they contradict each other, or all.
    List(List),
    /// Take one value to be right.
    Accept(Accept),
    /// Say that sources differ and nobody can tell who is right.
    Contest(Ruled),
    /// Say that somebody still has to look.
    Open(Ruled),
}

#[derive(Args)]
struct List {
    /// Only what is said of this entity.
    entity: Option<String>,
    /// Also where nothing contradicts and nobody has decided.
    #[arg(long)]
    all: bool,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Args)]
struct Accept {
    #[command(flatten)]
    ruled: Ruled,
    /// The value, as `claim list` shows it.
    #[arg(long, required_unless_present = "statement")]
    value: Option<String>,
    /// The statement that gives it.
    #[arg(long)]
    statement: Option<String>,
}

#[derive(Args)]
struct Ruled {
    /// The entity.
    entity: String,
    /// The property.
    property: String,
    /// Why.
    #[arg(long)]
    reason: String,
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let mut case = arguments.actor.open()?;
    let book = super::book(&case)?;
    let schema = super::schema::of(&book);
    let accounts = Accounts::read(&case, &book, &schema)?;
    let rule = |case: &mut Case, ruled: &Ruled, status, value: Option<&str>, statement: Option<&String>| {
        let entity = book.find(&ruled.entity, Sort::Entity)?;
        let statement = statement.map(|code| book.find(code, Sort::Statement)).transpose()?;
        let claim = claims::ruled(&accounts, (entity, &ruled.property), (status, value), statement, &ruled.reason)?;
        let word = match status {
            ClaimStatus::Accepted => "a value is accepted",
            ClaimStatus::Contested => "it is contested",
            ClaimStatus::Open => "somebody still has to look",
        };
        let summary = format!("Of `{}` of {}, {word}", ruled.property, ruled.entity);
        let receipt = case.say_facts("claim", &summary, &[Fact::Claim(claim)])?;
        say!("{summary} (transaction {})", receipt.transaction);
        Ok::<(), Failure>(())
    };
    match &arguments.command {
        Command::List(list) => {
            let wanted = list.entity.as_deref().map(|code| book.find(code, Sort::Entity)).transpose()?;
            let code = wanted.and_then(|id| book.entities.get(&id)).map(|said| said.what.code.clone());
            let names = |member| case.register().name_of(member);
            let mut rows = claims::side_by_side(&book, &accounts, &schema, &names);
            rows.retain(|row| code.as_ref().is_none_or(|code| row.entity == *code));
            rows.retain(|row| {
                list.all || code.is_some() || row.contradicts() || row.by.is_some() || row.fault.is_some()
            });
            print(&book, &rows, list.format, accounts.left_out)
        }
        Command::Accept(said) => {
            rule(&mut case, &said.ruled, ClaimStatus::Accepted, said.value.as_deref(), said.statement.as_ref())
        }
        Command::Contest(ruled) => rule(&mut case, ruled, ClaimStatus::Contested, None, None),
        Command::Open(ruled) => rule(&mut case, ruled, ClaimStatus::Open, None, None),
    }
}

fn print(book: &Book, rows: &[Row], format: Format, left_out: usize) -> Result<(), Failure> {
    if format == Format::Json {
        say!("{}", serde_json::to_string_pretty(rows)?);
        return Ok(());
    }
    for row in rows {
        let by = row.by.as_ref().map(|by| format!(" by {by}")).unwrap_or_default();
        let reason = row.reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
        say!("{} {}, {}: {}{by}{reason}", row.entity, row.label, row.property, row.status);
        for given in &row.values {
            let mark = if given.accepted { " (accepted)" } else { "" };
            say!("  {}{mark}: {}", given.value, given.by.join(", "));
        }
        if row.contradicts() {
            let group = |group: &Vec<usize>| {
                let values = group.iter().filter_map(|at| row.values.get(at.checked_sub(1)?));
                values.map(|given| given.value.as_str()).collect::<Vec<_>>().join(" and ")
            };
            let groups: Vec<String> = row.groups.iter().map(group).collect();
            say!("  these cannot all be right: {}", groups.join("; or "));
        }
        if let Some(fault) = &row.fault {
            say!("  note: {fault}");
        }
    }
    let waiting = rows.iter().filter(|row| row.waits()).count();
    say!(
        "{} of {}; {waiting} wait for somebody to look",
        counted(rows.len() as u64, "claim"),
        counted(book.entities.len() as u64, "entity").replace("entitys", "entities")
    );
    if left_out > 0 {
        eprintln!("{left_out} accounts do not count: they were retracted, or their sources took consent back");
    }
    Ok(())
}
