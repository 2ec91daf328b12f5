//! `factum statement`: what sources say, where it stands, and whether it still stands.

use crate::commands::custody::actor::Actor;
use crate::commands::{Format, counted, one_of};
use crate::failure::Failure;
use crate::say;
use clap::{Args, Subcommand};
use factum_case::custody::founding::WORKING;
use factum_case::custody::items;
use factum_case::facts::papers::{Papers, Place};
use factum_case::facts::words::{Basis, Credibility, Passage, Statement};
use factum_case::facts::{Book, Fact, Sort, StatementFile};

#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    actor: Actor,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Write down what a source says.
    New(Box<New>),
    /// List statements.
    List(List),
    /// Judge how credible a statement is.
    Grade(Grade),
    /// Take down that a statement no longer stands.
    Retract(Retract),
}

#[derive(Args)]
struct New {
    /// Its code; the next free one if absent.
    code: Option<String>,
    /// Who says it; whoever was interviewed if the statement is made from an interview.
    #[arg(long, required_unless_present = "from")]
    source: Option<String>,
    /// The interview or document, with or without a passage, from which it is made: I-007#p12, D-003#p.2, `I-007#¶12:40-88`. A short
    /// passage is quoted whole; of a longer one give the words with --quote.
    #[arg(long, value_name = "PLACE", conflicts_with_all = ["interview", "item", "at"])]
    from: Option<Place>,
    /// In which interview.
    #[arg(long)]
    interview: Option<String>,
    /// In which item it stands: the beginning of its number, or its name.
    #[arg(long, requires = "at")]
    item: Option<String>,
    /// Where in the item: `p.3 ¶12:40-88`, `t=00:12:03-00:12:40`, `Sheet1!B4`.
    #[arg(long, requires = "item", value_name = "PASSAGE")]
    at: Option<String>,
    /// The words there.
    #[arg(long)]
    quote: Option<String>,
    /// How the source knows: first-hand, relayed, documentary or inferred.
    #[arg(long, value_parser = one_of(&Basis::ALL))]
    basis: Basis,
    /// Whose words it passes on.
    #[arg(long, value_delimiter = ',', value_name = "SOURCE")]
    relays: Vec<String>,
    /// What is said, in the inquiry's words.
    #[arg(long)]
    text: String,
    /// Of which entity.
    #[arg(long)]
    entity: Option<String>,
    /// Which property of it.
    #[arg(long, requires = "entity")]
    property: Option<String>,
    /// The value of the property.
    #[arg(long, requires = "property")]
    value: Option<String>,
    /// When what is said happened (EDTF).
    #[arg(long)]
    date: Option<String>,
    /// Where it happened, an entity.
    #[arg(long)]
    place: Option<String>,
    /// Who must not see it.
    #[arg(long)]
    sensitivity: Option<String>,
    /// In which compartment it is to live.
    #[arg(long = "into", value_name = "COMPARTMENT", default_value = WORKING)]
    compartment: String,
}

#[derive(Args)]
struct List {
    /// Only those of this source.
    #[arg(long)]
    source: Option<String>,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Args)]
struct Grade {
    /// The statement.
    code: String,
    /// The grade: 1 (confirmed) to 5 (improbable), 6 if that cannot be judged.
    #[arg(long, value_parser = ["1", "2", "3", "4", "5", "6"])]
    grade: String,
    /// Why.
    #[arg(long)]
    reason: String,
}

#[derive(Args)]
struct Retract {
    /// The statement.
    code: String,
    /// Why.
    #[arg(long)]
    reason: String,
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let mut case = arguments.actor.open()?;
    let book = super::book(&case)?;
    let (summary, fact) = match &arguments.command {
        Command::List(list) => return print(&book, list),
        Command::New(new) => {
            let code = new.code.clone().unwrap_or_else(|| book.next_code(Sort::Statement));
            let find = |code: &Option<String>, sort| code.as_deref().map(|code| book.find(code, sort)).transpose();
            let papers = Papers::read(&case, &book)?;
            let paper = new.from.as_ref().map(|place| papers.find(&book, &place.code)).transpose()?;
            let passage = match (&new.item, &new.at) {
                (Some(item), Some(at)) => {
                    let item = items::find(&case, item)?.item.item;
                    Some(Passage { item, at: at.clone(), quote: new.quote.clone(), made_in: None })
                }
                _ => match (paper, &new.from) {
                    (Some(paper), Some(place)) => paper.cite(place.at.as_ref(), new.quote.as_deref())?,
                    _ => None,
                },
            };
            let source = match (&new.source, paper) {
                (Some(source), _) => book.find(source, Sort::Source)?,
                (None, Some(paper)) => paper.source,
                (None, None) => return Err(Failure::new("who says it?").hint("give --source, or --from an interview")),
            };
            let of = |sort| paper.filter(|paper| paper.sort == sort).map(|paper| paper.paper);
            let relays = new.relays.iter().map(|code| book.find(code, Sort::Source)).collect::<Result<_, _>>()?;
            let statement = Statement {
                statement: case.new_thing(&new.compartment)?,
                code: code.clone(),
                source,
                interview: find(&new.interview, Sort::Interview)?.or_else(|| of(Sort::Interview)),
                document: of(Sort::Document),
                passage,
                basis: new.basis,
                relays,
                text: new.text.clone(),
                entity: find(&new.entity, Sort::Entity)?,
                property: new.property.clone(),
                value: new.value.clone(),
                date: new.date.clone(),
                place: find(&new.place, Sort::Entity)?,
                sensitivity: new.sensitivity.clone(),
            };
            (format!("The statement {code} is written down"), Fact::Statement(Box::new(statement)))
        }
        Command::Grade(said) => {
            let statement = book.find(&said.code, Sort::Statement)?;
            let grade = Credibility { statement, grade: said.grade.clone(), reason: said.reason.clone() };
            (format!("The statement {} is graded", said.code), Fact::Credibility(grade))
        }
        Command::Retract(said) => {
            let statement = book.find(&said.code, Sort::Statement)?;
            let fact = Fact::Retracted { statement, reason: said.reason.clone() };
            (format!("The statement {} no longer stands", said.code), fact)
        }
    };
    let receipt = case.say_facts("statement", &summary, &[fact])?;
    say!("{summary} (transaction {})", receipt.transaction);
    Ok(())
}

fn print(book: &Book, list: &List) -> Result<(), Failure> {
    let source = list.source.as_deref().map(|code| book.find(code, Sort::Source)).transpose()?;
    let wanted = |file: &&StatementFile| source.is_none_or(|source| file.statement.what.source == source);
    let mut files: Vec<&StatementFile> = book.statements.values().filter(wanted).collect();
    files.sort_by(|a, b| a.statement.what.code.cmp(&b.statement.what.code));
    if list.format == Format::Json {
        let all: Vec<_> = files.iter().map(|file| &file.statement.what).collect();
        say!("{}", serde_json::to_string_pretty(&all)?);
        return Ok(());
    }
    for file in &files {
        let said = &file.statement.what;
        let source = book.sources.get(&said.source);
        let source = source.map_or("a closed source", |f| f.source.what.code.as_str());
        let basis = Basis::ALL.iter().find(|(_, b)| *b == said.basis).map_or("", |(name, _)| name);
        let gone = if file.retracted.is_some() { " (no longer stands)" } else { "" };
        say!("{} {source}, {basis}: {}{gone}", said.code, said.text);
    }
    say!("{}", counted(files.len() as u64, "statement"));
    Ok(())
}
