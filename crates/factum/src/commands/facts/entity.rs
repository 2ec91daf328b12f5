//! `factum entity`: what statements are about, and what comes from and goes to files.

use crate::commands::custody::actor::Actor;
use crate::commands::{Format, counted, one_of, print_faults, stop_on_errors};
use crate::failure::Failure;
use crate::say;
use clap::{Args, Subcommand};
use factum_case::custody::folder::Case;
use factum_case::custody::founding::WORKING;
use factum_case::facts::entities::{Files, Format as FileFormat};
use factum_case::facts::leaving::{self, Form};
use factum_case::facts::words::{Entity, Purpose};
use factum_case::facts::{Book, Fact, Sort};
use factum_case::schema::import::Imported;
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
    /// Take in an entity under a code.
    New(New),
    /// List entities.
    List(List),
    /// Take in what the files of a source say: tables, FollowTheMoney, Events Standard Formats, forms.
    Import(Import),
    /// Write what is known into a folder; the log knows it first.
    Export(Export),
}

#[derive(Args)]
struct New {
    /// Its code; the next free one if absent.
    code: Option<String>,
    /// A kind of the schema: person, group, organization, place, event, act, detention.
    #[arg(long)]
    kind: String,
    /// What it is called in the inquiry.
    #[arg(long)]
    label: String,
    /// In which compartment it is to live.
    #[arg(long = "into", value_name = "COMPARTMENT", default_value = WORKING)]
    compartment: String,
}

#[derive(Args)]
struct List {
    /// Only those of this kind.
    #[arg(long)]
    kind: Option<String>,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Args)]
struct Import {
    /// The files.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// The source whose files they are.
    #[arg(long)]
    source: String,
    /// What the columns mean (TOML); docs/schema.md says how it is written.
    #[arg(long, value_name = "FILE")]
    mapping: Option<PathBuf>,
    /// How they are written: table, ftm, esf, odk or json.
    #[arg(long = "as", value_name = "FORM", default_value = "table", value_parser = one_of(&FileFormat::ALL))]
    form: FileFormat,
    /// Only look what they say, and write nothing.
    #[arg(long)]
    check: bool,
    /// Show values at fault and terms that no vocabulary has. They may tell of people: do not pass the output on.
    #[arg(long)]
    show_values: bool,
    /// Into which compartment.
    #[arg(long = "into", value_name = "COMPARTMENT", default_value = WORKING)]
    compartment: String,
}

#[derive(Args)]
struct Export {
    /// The folder to write into; it must not be in a case. Nothing is overwritten.
    folder: PathBuf,
    /// The form: csv, json, ftm or xlsform.
    #[arg(long = "format", value_name = "FORM", value_parser = one_of(&Form::ALL))]
    form: Form,
    /// Only these kinds.
    #[arg(long = "kind", value_name = "KIND", value_delimiter = ',')]
    kinds: Vec<String>,
    /// For whom: internal, report-anonymised, report-named, courts, partners, media, state-concerned or un-bodies. What a source
    /// does not allow stays.
    #[arg(long = "for", value_name = "PURPOSE", value_parser = one_of(&Purpose::ALL))]
    of: Purpose,
    /// To whom they go [default for internal: you].
    #[arg(long, value_name = "RECIPIENT")]
    to: Option<String>,
    /// What for, in words.
    #[arg(long)]
    purpose: String,
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let mut case = arguments.actor.open()?;
    let book = super::book(&case)?;
    match &arguments.command {
        Command::New(new) => create(&mut case, &book, new),
        Command::List(list) => print(&book, list),
        Command::Import(asked) => import(&mut case, &book, asked),
        Command::Export(asked) => export(&mut case, &book, asked),
    }
}

fn create(case: &mut Case, book: &Book, new: &New) -> Result<(), Failure> {
    let schema = super::schema::of(book);
    if schema.kind(&new.kind).is_none() {
        let known: Vec<&str> = schema.kinds().iter().map(|kind| &*kind.name).collect();
        return Err(
            Failure::new(format!("there is no kind `{}`", new.kind)).hint(format!("one of {}", known.join(", ")))
        );
    }
    let code = new.code.clone().unwrap_or_else(|| book.next_code(Sort::Entity));
    let entity = Entity {
        entity: case.new_thing(&new.compartment)?,
        code: code.clone(),
        sort: new.kind.clone(),
        label: new.label.clone(),
    };
    let summary = format!("The entity {code} is taken in");
    let receipt = case.say_facts("entity", &summary, &[Fact::Entity(entity)])?;
    say!("{summary} (transaction {})", receipt.transaction);
    Ok(())
}

fn print(book: &Book, list: &List) -> Result<(), Failure> {
    let wanted = |entity: &&Entity| list.kind.as_ref().is_none_or(|kind| *kind == entity.sort);
    let mut all: Vec<&Entity> = book.entities.values().map(|said| &said.what).filter(wanted).collect();
    all.sort_by(|a, b| a.code.cmp(&b.code));
    if list.format == Format::Json {
        say!("{}", serde_json::to_string_pretty(&all)?);
        return Ok(());
    }
    all.iter().for_each(|entity| say!("{} {} ({})", entity.code, entity.label, entity.sort));
    say!("{}", of_entities(all.len()));
    Ok(())
}

fn of_entities(count: usize) -> String {
    counted(count as u64, "entity").replace("entitys", "entities")
}

fn import(case: &mut Case, book: &Book, asked: &Import) -> Result<(), Failure> {
    let source = book.find(&asked.source, Sort::Source)?;
    let schema = super::schema::of(book);
    let mut files = Files { files: Vec::new(), mapping: None, format: asked.form };
    for path in &asked.files {
        let bytes = std::fs::read(path).map_err(|e| Failure::new(format!("{} cannot be read: {e}", path.display())))?;
        files.files.push((path.file_name().unwrap_or_default().to_string_lossy().into_owned(), bytes));
    }
    files.mapping = asked.mapping.as_deref().map(super::schema::read).transpose()?;
    let read = files.read(&schema);
    stop_on_errors(&read.faults, "the files cannot be taken in", asked.show_values)?;
    print_faults(&read.faults, asked.show_values);
    unknown_terms(&read, asked.show_values);
    if asked.check {
        say!(
            "{} and {} were read; nothing was written",
            of_entities(read.entities.len()),
            counted(read.links.len() as u64, "link")
        );
        return Ok(());
    }
    let taken = case.take_entities(&files, &read, &schema, source, &asked.compartment)?;
    print_faults(&taken.faults, asked.show_values);
    match taken.receipt {
        Some(receipt) => say!(
            "{} are new, {} say something else than before, {} say the same (transaction {})",
            of_entities(taken.new),
            taken.changed,
            taken.same,
            receipt.transaction
        ),
        None => say!("everything was there already; nothing was written"),
    }
    Ok(())
}

/// Texts that stand where a term belongs and are none: whoever maps them must see them, and nobody else.
fn unknown_terms(read: &Imported, show_values: bool) {
    for term in &read.unknown_terms {
        let text = if show_values { format!(" {:?}", term.text) } else { String::new() };
        let at = term.places.first().map(|at| format!(", first in {} row {}", at.file, at.row)).unwrap_or_default();
        eprintln!("no term of `{}`:{text} {} times{at}", term.vocabulary, term.count);
    }
    if !read.unknown_terms.is_empty() && !show_values {
        eprintln!("  try: --show-values shows them; map them in the mapping's [terms], or add them to the vocabulary");
    }
}

fn export(case: &mut Case, book: &Book, asked: &Export) -> Result<(), Failure> {
    let schema = super::schema::of(book);
    if let Some(kind) = asked.kinds.iter().find(|kind| schema.kind(kind).is_none()) {
        return Err(Failure::new(format!("there is no kind `{kind}`")).hint("`factum schema list` names them"));
    }
    let recipient = match (&asked.to, asked.of) {
        (Some(recipient), _) => recipient.clone(),
        (None, Purpose::Internal) => case.register().name_of(case.actor()),
        (None, _) => return Err(Failure::new("to whom do they go?").hint("give --to RECIPIENT")),
    };
    let ready = leaving::ready(case, book, &schema, (asked.form, &asked.kinds), asked.of, factum_case::this_day())?;
    print_faults(&ready.faults, false);
    for (source, reasons) in &ready.refused {
        eprintln!("left out: what {source} gave: {}", reasons.join("; "));
    }
    if ready.stays > 0 {
        eprintln!("left out: {} that are known from those sources alone", of_entities(ready.stays));
    }
    if ready.entities.is_empty() && asked.form != Form::Xlsform {
        return Err(Failure::new("nothing may leave for this purpose; nothing was written")
            .hint("`factum source consent` and `conditions` say what sources allow"));
    }
    let to = (recipient.as_str(), asked.purpose.as_str());
    let (receipt, paths) = case.let_out(&ready, asked.form, to, &asked.folder)?;
    paths.iter().for_each(|path| say!("{}", path.display()));
    let count: u64 = ready.entities.values().sum();
    say!(
        "{} left the case (transaction {})",
        of_entities(usize::try_from(count).unwrap_or(usize::MAX)),
        receipt.transaction
    );
    eprintln!("these files are not protected any more: delete them when they have served their purpose");
    Ok(())
}
