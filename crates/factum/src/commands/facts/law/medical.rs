//! `factum law clinician` and `factum law medical`: who may enter a degree of consistency, and what was entered.

use super::super::shown;
use crate::commands::Format;
use crate::failure::Failure;
use crate::say;
use clap::{Args, Subcommand};
use factum_case::custody::folder::Case;
use factum_case::custody::founding::WORKING;
use factum_case::facts::words::{self, Lesion};
use factum_case::facts::{Book, Fact, Sort};
use factum_case::law::{Assessment, Degree};
use factum_case::tongue::Tongue;
use std::collections::BTreeSet;

#[derive(Args)]
pub struct Clinician {
    /// The member: the name, or the beginning of the number.
    member: String,
    /// The member is one no more.
    #[arg(long)]
    no_more: bool,
    /// How this is known: a licence, an office.
    #[arg(long)]
    reason: String,
}

#[derive(Args)]
pub struct Medical {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Enter what you found on a person.
    New(Box<New>),
    /// List what was entered, and what it does not say.
    List {
        /// How to print.
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
}

#[derive(Args)]
struct New {
    /// Its code; the next free one if absent.
    code: Option<String>,
    /// Who was examined: a source.
    #[arg(long)]
    source: String,
    /// When: a day.
    #[arg(long, value_name = "DAY")]
    examined: String,
    /// A lesion, as DEGREE|WHERE AND WHAT|WHAT IS ALLEGED TO HAVE LEFT IT; again for others, none if no mark was found.
    #[arg(long = "lesion", value_name = "LESION", value_parser = lesion)]
    lesions: Vec<Lesion>,
    /// All findings taken together: not-consistent, consistent, highly-consistent, typical or diagnostic.
    #[arg(long, value_name = "DEGREE", value_parser = degree)]
    overall: Option<Degree>,
    /// Why, in your words.
    #[arg(long)]
    reason: String,
    /// In which compartment it is to live.
    #[arg(long = "into", value_name = "COMPARTMENT", default_value = WORKING)]
    compartment: String,
}

fn degree(code: &str) -> Result<Degree, String> {
    Degree::of(code.trim()).ok_or_else(|| format!("one of {}", Degree::ALL.map(Degree::code).join(", ")))
}

fn lesion(text: &str) -> Result<Lesion, String> {
    let parts: Vec<&str> = text.splitn(3, '|').map(str::trim).collect();
    let [code, description, alleged] = parts[..] else {
        return Err("write it as DEGREE|WHERE AND WHAT|WHAT IS ALLEGED".into());
    };
    Ok(Lesion { degree: degree(code)?, description: description.into(), alleged: alleged.into() })
}

pub fn clinician(case: &mut Case, said: &Clinician) -> Result<(), Failure> {
    let member = case.which(&said.member)?;
    let fact = words::Clinician { member, practises: !said.no_more, reason: said.reason.clone() };
    let name = case.register().name_of(member);
    let summary = format!("{name} is {} clinician", if said.no_more { "no longer a" } else { "a" });
    let receipt = case.say_facts("clinician", &summary, &[Fact::Clinician(fact)])?;
    say!("{summary} (transaction {})", receipt.transaction);
    Ok(())
}

pub fn run(case: &mut Case, book: &Book, medical: &Medical) -> Result<(), Failure> {
    let new = match &medical.command {
        Command::List { format } => return list(case, book, *format),
        Command::New(new) => new,
    };
    let code = new.code.clone().unwrap_or_else(|| book.next_code(Sort::Medical));
    let said = words::Medical {
        medical: case.new_thing(&new.compartment)?,
        code: code.clone(),
        source: book.find(&new.source, Sort::Source)?,
        examined: new.examined.clone(),
        lesions: new.lesions.clone(),
        overall: new.overall,
        reason: new.reason.clone(),
    };
    let by = case.actor().to_string();
    let assessment = Assessment::of(&said, &by)
        .ok_or_else(|| Failure::new("the day of the examination is no day of the calendar"))?;
    let clinicians: BTreeSet<String> =
        book.clinicians.keys().filter(|m| book.was_clinician(**m, u64::MAX)).map(ToString::to_string).collect();
    let errors = assessment.check(&clinicians, factum_case::this_day());
    if !errors.is_empty() {
        let all: Vec<String> = errors.iter().map(ToString::to_string).collect();
        return Err(Failure::new(all.join("\n  ")).hint("nothing was written"));
    }
    let summary = format!("The medical assessment {code} is entered");
    let receipt = case.say_facts("medical", &summary, &[Fact::Medical(Box::new(said))])?;
    say!("{summary} (transaction {})", receipt.transaction);
    Ok(())
}

fn list(case: &Case, book: &Book, format: Format) -> Result<(), Failure> {
    let mut all: Vec<Assessment> = book
        .medical
        .values()
        .filter_map(|said| Assessment::of(&said.what, &case.register().name_of(said.author)))
        .collect();
    all.sort_by(|a, b| a.code.cmp(&b.code));
    let tables: Vec<_> = all.iter().map(|assessment| assessment.table(Tongue::En)).collect();
    shown::tables(&tables, format)?;
    if format == Format::Text {
        all.iter().for_each(|assessment| say!("{} {}", assessment.code, assessment.sentence(Tongue::En)));
    }
    Ok(())
}
