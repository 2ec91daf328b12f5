//! `factum request`: what was asked of States and bodies, and what came back.

use crate::commands::custody::actor::Actor;
use crate::commands::{Format, counted};
use crate::failure::Failure;
use crate::say;
use clap::{Args, Subcommand};
use factum_case::custody::founding::WORKING;
use factum_case::facts::words::{Request, Response};
use factum_case::facts::{Book, Fact, Sort};
use factum_case::model::Edtf;

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
    /// List what was asked, what came back and what is late.
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
    /// Which questions it answers, from 1; none if it only acknowledges.
    #[arg(long, value_delimiter = ',', value_name = "N")]
    answers: Vec<u32>,
    /// What it says, in the inquiry's words.
    #[arg(long)]
    text: String,
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let mut case = arguments.actor.open()?;
    let book = super::book(&case)?;
    let (summary, fact) = match &arguments.command {
        Command::List { format } => return print(&book, *format),
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
            };
            (format!("The request {code} is written down"), Fact::Request(Box::new(request)))
        }
        Command::Response(said) => {
            let request = book.find(&said.code, Sort::Request)?;
            let asked = book.requests.get(&request).map_or(0, |file| file.request.what.questions.len());
            if let Some(beyond) = said.answers.iter().find(|n| **n == 0 || **n as usize > asked) {
                return Err(Failure::new(format!(
                    "{} has {}, and no question {beyond}",
                    said.code,
                    counted(asked as u64, "question")
                )));
            }
            let (date, answers, text) = (said.date.clone(), said.answers.clone(), said.text.clone());
            let response = Response { request, date, answers, text, item: None };
            (format!("What came back to {} is written down", said.code), Fact::Response(response))
        }
    };
    let receipt = case.say_facts("request", &summary, &[fact])?;
    say!("{summary} (transaction {})", receipt.transaction);
    Ok(())
}

fn print(book: &Book, format: Format) -> Result<(), Failure> {
    let mut files: Vec<_> = book.requests.values().collect();
    files.sort_by(|a, b| a.request.what.code.cmp(&b.request.what.code));
    if format == Format::Json {
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
    let today = factum_case::this_day();
    for file in &files {
        let request = &file.request.what;
        let open: Vec<String> = (1..=request.questions.len() as u32)
            .filter(|n| !file.responses.iter().any(|said| said.what.answers.contains(n)))
            .map(|n| n.to_string())
            .collect();
        let late = request.deadline.parse::<Edtf>().ok().and_then(|day| day.latest()).is_some_and(|day| day < today);
        let state = match (open.is_empty(), late) {
            (true, _) => "answered".to_string(),
            (false, true) => format!("late since {}: no answer to {}", request.deadline, open.join(", ")),
            (false, false) => format!("open until {}: {}", request.deadline, open.join(", ")),
        };
        say!("{} to {}, sent {} [{state}]", request.code, request.addressee, request.sent);
    }
    say!("{}", counted(files.len() as u64, "request"));
    Ok(())
}
