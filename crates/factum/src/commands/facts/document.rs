//! `factum document`: documents, tables, recordings and translations come in, and their passages are shown.

use super::paper::{self, text};
use crate::commands::Format;
use crate::commands::custody::actor::Actor;
use crate::failure::Failure;
use clap::{Args, Subcommand};
use factum_case::custody::founding::WORKING;
use factum_case::facts::Sort;
use factum_case::facts::papers::Place;
use factum_case::facts::papers::incoming::Options;
use factum_case::testimony::folder::record::Code;
use factum_case::testimony::folder::{Inquiry, authored};
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
    /// Take in texts of documents or translations: Markdown with or without front matter, plain text, DOCX, or a PDF that has text.
    Import(Box<Import>),
    /// List documents.
    List {
        /// How to print.
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
    /// Show a document with its paragraphs numbered, or a passage of it and where that stands in its original.
    Show {
        /// The document, or a passage of it: D-003, D-003#p2, `D-003#p.1 ¶2`.
        place: Place,
    },
}

#[derive(Args)]
struct Import {
    /// The files, one for each document.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Its code; the next free one if absent.
    #[arg(long)]
    code: Option<String>,
    /// Where it comes from.
    #[arg(long)]
    source: Option<String>,
    /// What it is called in the inquiry.
    #[arg(long)]
    title: Option<String>,
    /// Its date (EDTF).
    #[arg(long)]
    date: Option<String>,
    /// Its language.
    #[arg(long)]
    language: Option<String>,
    /// The interview or document that it translates.
    #[arg(long, value_name = "CODE")]
    translation_of: Option<String>,
    /// Who translated it, by code.
    #[arg(long)]
    translator: Option<String>,
    /// They are next versions of the documents that have these codes.
    #[arg(long)]
    replace: bool,
    /// In which compartment they are to live.
    #[arg(long = "into", value_name = "COMPARTMENT", default_value = WORKING)]
    compartment: String,
}

fn code(about: &authored::Document) -> &Code {
    &about.code
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let mut case = arguments.actor.open()?;
    let book = super::book(&case)?;
    match &arguments.command {
        Command::List { format } => paper::list(&case, &book, Sort::Document, *format),
        Command::Show { place } => paper::show(&case, &book, place),
        Command::Import(import) => {
            let all = [
                text("code", &import.code),
                text("source", &import.source),
                text("title", &import.title),
                text("date", &import.date),
                text("language", &import.language),
                text("translation-of", &import.translation_of),
                text("translator", &import.translator),
            ];
            let options: Options = all.into_iter().flatten().collect();
            let read = paper::read(&import.files, &options, code, Sort::Document, &book, import.replace)?;
            let inquiry = Inquiry { documents: read.pages, ..Inquiry::default() };
            paper::take_in(&mut case, &inquiry, &read.originals, &import.compartment, read.wrong)
        }
    }
}
