//! `factum request`: what was asked of States and bodies, and what came back.

use super::shown;
use crate::commands::custody::actor::Actor;
use crate::commands::{Format, counted};
use crate::failure::Failure;
use crate::say;
use clap::{Args, Subcommand};
use factum_case::custody::folder::Case;
use factum_case::custody::founding::WORKING;
use factum_case::custody::items;
use factum_case::facts::book::RequestFile;
use factum_case::facts::words::{Extension, Request, Response};
use factum_case::facts::{Book, Fact, Sort};
use factum_case::state::{self, Register};
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
    /// Write down something that was asked.
    New(New),
    /// Write down what came back.
    Response(Answered),
    /// Write down that a reminder was sent.
    Remind {
        /// The request.
        code: String,
        /// When: a day; today if absent.
        #[arg(long, value_name = "DAY")]
        on: Option<String>,
    },
    /// Write down that more time was given.
    Extend(Extend),
    /// List what was asked, what came back and what is late.
    List(List),
    /// List what is overdue, the longest first.
    Overdue {
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
    /// Of whom.
    #[arg(long)]
    addressee: String,
    /// When it was sent: a day.
    #[arg(long, value_name = "DAY")]
    sent: String,
    /// Until when an answer was asked for: a day.
    #[arg(long, value_name = "DAY")]
    deadline: String,
    /// How it was sent.
    #[arg(long)]
    channel: String,
    /// A question; again for others.
    #[arg(long = "question", value_name = "WORDS", required = true)]
    questions: Vec<String>,
}

#[derive(Args)]
struct Answered {
    /// The request.
    code: String,
    /// When it came: a day.
    #[arg(long, value_name = "DAY")]
    date: String,
    /// Which questions it answers in full, from 1; none if it only acknowledges.
    #[arg(long, value_delimiter = ',', value_name = "N")]
    answers: Vec<u32>,
    /// Which it answers in part.
    #[arg(long, value_delimiter = ',', value_name = "N")]
    partly: Vec<u32>,
    /// Which it declines to answer.
    #[arg(long, value_delimiter = ',', value_name = "N")]
    declined: Vec<u32>,
    /// What it says, in the inquiry's words.
    #[arg(long)]
    text: String,
    /// The item that it is: the beginning of its number, or its name.
    #[arg(long)]
    item: Option<String>,
}

#[derive(Args)]
struct Extend {
    /// The request.
    code: String,
    /// The last day on which an answer is then in time.
    #[arg(long, value_name = "DAY")]
    until: String,
    /// When it was given: a day; today if absent.
    #[arg(long, value_name = "DAY")]
    granted: Option<String>,
    /// Why.
    #[arg(long)]
    reason: String,
}

#[derive(Args)]
struct List {
    /// Only this request, with each of its questions.
    code: Option<String>,
    /// As it stood on this day; today if absent.
    #[arg(long, value_name = "DAY")]
    on: Option<String>,
    /// In which language to print: en, ar, es, fr, ru or zh.
    #[arg(long, default_value = "en", value_parser = super::tongue)]
    language: Tongue,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let mut case = arguments.actor.open()?;
    let book = super::book(&case)?;
    let register = super::register(&case, &book)?;
    let (summary, fact) = match &arguments.command {
        Command::List(list) => return print(&book, &register, list),
        Command::Overdue { language, format } => {
            let table = state::overdue_table(&register.requests, factum_case::this_day(), *language);
            return shown::tables(&[table], *format);
        }
        Command::New(new) => {
            let code = new.code.clone().unwrap_or_else(|| book.next_code(Sort::Request));
            let request = Request {
                request: case.new_thing(WORKING)?,
                code: code.clone(),
                addressee: new.addressee.clone(),
                sent: new.sent.clone(),
                deadline: new.deadline.clone(),
                channel: new.channel.clone(),
                questions: new.questions.clone(),
                reminders: Vec::new(),
                extensions: Vec::new(),
            };
            (format!("The request {code} is written down"), Fact::Request(Box::new(request)))
        }
        Command::Response(said) => {
            let response = answered(&case, known(&book, &said.code)?, said)?;
            (format!("What came back to {} is written down", said.code), Fact::Response(response))
        }
        Command::Remind { code, on } => {
            let mut request = known(&book, code)?.request.what.clone();
            request.reminders.push(on.clone().unwrap_or_else(today));
            (format!("A reminder of {code} is written down"), Fact::Request(Box::new(request)))
        }
        Command::Extend(given) => {
            let mut request = known(&book, &given.code)?.request.what.clone();
            request.extensions.push(Extension {
                granted: given.granted.clone().unwrap_or_else(today),
                until: given.until.clone(),
                reason: given.reason.clone(),
            });
            (format!("More time for {} is written down", given.code), Fact::Request(Box::new(request)))
        }
    };
    fits(&book, &fact)?;
    let receipt = case.say_facts("request", &summary, &[fact])?;
    say!("{summary} (transaction {})", receipt.transaction);
    Ok(())
}

fn known<'b>(book: &'b Book, code: &str) -> Result<&'b RequestFile, Failure> {
    let number = book.find(code, Sort::Request)?;
    book.requests.get(&number).ok_or_else(|| Failure::new("the request is gone"))
}

pub fn today() -> String {
    factum_case::today().to_string()
}

fn answered(case: &Case, file: &RequestFile, said: &Answered) -> Result<Response, Failure> {
    let item = said.item.as_deref().map(|item| items::find(case, item)).transpose()?;
    Ok(Response {
        request: file.request.what.request,
        date: said.date.clone(),
        answers: said.answers.clone(),
        partly: said.partly.clone(),
        declined: said.declined.clone(),
        text: said.text.clone(),
        item: item.map(|held| held.item.item),
    })
}

/// Would the register hold it without a fault? Everything that does not fit is told, and nothing is written.
fn fits(book: &Book, fact: &Fact) -> Result<(), Failure> {
    let misfits = match fact {
        Fact::Request(request) => state::misfits(book, request, None),
        Fact::Response(response) => {
            let file = book.requests.get(&response.request);
            file.map_or_else(Vec::new, |file| state::misfits(book, &file.request.what, Some(response)))
        }
        _ => Vec::new(),
    };
    if misfits.is_empty() { Ok(()) } else { Err(Failure::new(misfits.join("\n  ")).hint("nothing was written")) }
}

fn print(book: &Book, register: &Register, list: &List) -> Result<(), Failure> {
    if let Some(code) = &list.code {
        book.find(code, Sort::Request)?;
    }
    let wanted = |code: &str| list.code.as_deref().is_none_or(|only| only == code);
    if list.format == Format::Json {
        let mut files: Vec<_> = book.requests.values().filter(|file| wanted(&file.request.what.code)).collect();
        files.sort_by(|a, b| a.request.what.code.cmp(&b.request.what.code));
        let all: Vec<_> = files
            .iter()
            .map(|file| {
                let responses: Vec<_> = file.responses.iter().map(|said| &said.what).collect();
                serde_json::json!({"request": file.request.what, "responses": responses})
            })
            .collect();
        say!("{}", serde_json::to_string_pretty(&all)?);
        return Ok(());
    }
    let day = match &list.on {
        None => factum_case::this_day(),
        Some(text) => factum_case::day(text).ok_or_else(|| Failure::new("the day is none: write it as 2026-05-12"))?,
    };
    let requests: Vec<_> = register.requests.iter().filter(|request| wanted(&request.code)).cloned().collect();
    shown::tables(&[state::requests_table(&requests, day, list.language)], list.format)?;
    for request in &requests {
        say!("\n{} {}", request.code, request.sentence(day, list.language));
        if list.code.is_some() {
            shown::tables(&[state::questions_table(request, day, list.language)], list.format)?;
        }
    }
    say!("{}", counted(requests.len() as u64, "request"));
    Ok(())
}
