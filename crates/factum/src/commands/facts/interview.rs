//! `factum interview`: what was said in a conversation comes in, and its passages are shown.

use super::paper::{self, text, texts};
use crate::commands::Format;
use crate::commands::custody::actor::Actor;
use crate::failure::Failure;
use clap::{Args, Subcommand};
use factum_case::custody::founding::WORKING;
use factum_case::facts::Sort;
use factum_case::facts::papers::Place;
use factum_case::facts::papers::incoming::{self, Options, Parted};
use factum_case::testimony::folder::{Inquiry, authored};
use factum_case::testimony::front::Table;
use factum_case::testimony::text::Text;
use std::collections::BTreeMap;
use std::path::PathBuf;

#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    actor: Actor,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Write down that a conversation took place, before there is a text of it; `import --replace` brings the text later.
    New(Box<New>),
    /// Take in texts of conversations: Markdown with or without front matter, plain text, DOCX, or a PDF that has text.
    Import(Box<Import>),
    /// List interviews.
    List {
        /// How to print.
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
    /// Show an interview with its paragraphs numbered, or a passage of it and where that stands in a translation.
    Show {
        /// The interview, or a passage of it: I-007, I-007#p12, `I-007#¶12:40-88`.
        place: Place,
    },
}

/// What is known of a conversation.
#[derive(Args)]
struct About {
    /// Its code; the next free one if absent.
    #[arg(long)]
    code: Option<String>,
    /// Who was interviewed.
    #[arg(long)]
    source: Option<String>,
    /// When (EDTF).
    #[arg(long)]
    date: Option<String>,
    /// In which language.
    #[arg(long)]
    language: Option<String>,
    /// Where, no finer than is safe.
    #[arg(long)]
    place: Option<String>,
    /// How finely the place is told: country, region, town.
    #[arg(long)]
    place_precision: Option<String>,
    /// Who asked, by function or code.
    #[arg(long)]
    interviewer: Option<String>,
    /// Through an interpreter, by code.
    #[arg(long)]
    interpreter: Option<String>,
    /// Who else was present, by function; again for others.
    #[arg(long, value_name = "WHO")]
    present: Vec<String>,
    /// How long its recording is: 00:47:10.
    #[arg(long)]
    duration: Option<String>,
}

#[derive(Args)]
struct New {
    #[command(flatten)]
    about: About,
    /// In which compartment it is to live.
    #[arg(long = "into", value_name = "COMPARTMENT", default_value = WORKING)]
    compartment: String,
}

#[derive(Args)]
struct Import {
    /// The files, one for each interview.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    about: About,
    /// They are next versions of the interviews that have these codes.
    #[arg(long)]
    replace: bool,
    /// In which compartment they are to live.
    #[arg(long = "into", value_name = "COMPARTMENT", default_value = WORKING)]
    compartment: String,
}

impl About {
    fn options(&self) -> Options {
        let texts = [texts("present", &self.present)];
        let all = [
            text("code", &self.code),
            text("source", &self.source),
            text("date", &self.date),
            text("language", &self.language),
            text("place", &self.place),
            text("place-precision", &self.place_precision),
            text("interviewer", &self.interviewer),
            text("interpreter", &self.interpreter),
            text("duration", &self.duration),
        ];
        all.into_iter().chain(texts).flatten().collect()
    }
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let mut case = arguments.actor.open()?;
    let book = super::book(&case)?;
    match &arguments.command {
        Command::List { format } => paper::list(&case, &book, Sort::Interview, *format),
        Command::Show { place } => paper::show(&case, &book, place),
        Command::New(new) => {
            let mut options = new.about.options();
            if new.about.code.is_none() {
                options.extend(text("code", &Some(book.next_code(Sort::Interview))));
            }
            let parted = Parted { front: Table::default(), text: Text::default() };
            let (page, faults) = incoming::page::<authored::Interview>("interview", parted, &options, &book);
            faults.iter().for_each(|fault| eprintln!("{fault}"));
            let page = page.ok_or_else(|| Failure::new("nothing was written").hint("mend what is told above"))?;
            if book.codes().contains_key(page.about.code.0.as_str()) {
                return Err(Failure::new(format!("the code {} is taken: give another", page.about.code)));
            }
            let inquiry = Inquiry { interviews: vec![page], ..Inquiry::default() };
            paper::take_in(&mut case, &inquiry, &BTreeMap::new(), &new.compartment, 0)
        }
        Command::Import(import) => {
            fn code(about: &authored::Interview) -> &factum_case::testimony::folder::record::Code {
                &about.code
            }
            let options = import.about.options();
            let read = paper::read(&import.files, &options, code, Sort::Interview, &book, import.replace)?;
            let inquiry = Inquiry { interviews: read.pages, ..Inquiry::default() };
            paper::take_in(&mut case, &inquiry, &read.originals, &import.compartment, read.wrong)
        }
    }
}
