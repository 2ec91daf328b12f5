//! `factum schema`: what can be said of persons, places, acts and events, and what this inquiry adds to it.

use crate::commands::custody::actor::Actor;
use crate::commands::{Format, counted, stop_on_errors};
use crate::failure::Failure;
use crate::say;
use clap::{Args, Subcommand};
use factum_case::facts::{Book, Fact};
use factum_case::schema::{Kind, Schema, SchemaFile, Type, Vocabulary};
use std::path::{Path, PathBuf};

#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    actor: Actor,
    /// A file that adds to the schema, to try it out; again for others.
    #[arg(long = "with", global = true, value_name = "FILE")]
    with: Vec<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// List kinds and vocabularies. With an identity, those that the case adds are among them.
    List {
        /// How to print.
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
    /// Tell what can be said of a kind, or which terms a vocabulary has.
    Show {
        /// A kind or a vocabulary.
        name: String,
        /// How to print.
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
    /// Look whether files that add to the schema can be used. All faults at once.
    Check {
        /// The files; docs/schema.md says how they are written.
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// Add files to the schema of the case. A lead's word.
    Add {
        /// The files.
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    match &arguments.command {
        Command::List { format } => list(&schema(arguments)?, *format),
        Command::Show { name, format } => show(&schema(arguments)?, name, *format),
        Command::Check { files } => {
            let schema = schema_with(arguments, files)?;
            say!("nothing is wrong: the schema is {}", schema.digest());
            Ok(())
        }
        Command::Add { files } => add(arguments, files),
    }
}

/// The schema of the case, if somebody opens one, with the files to be tried out.
fn schema(arguments: &Arguments) -> Result<Schema, Failure> {
    schema_with(arguments, &[])
}

fn schema_with(arguments: &Arguments, further: &[PathBuf]) -> Result<Schema, Failure> {
    let mut texts = Vec::new();
    if arguments.actor.identity.is_some() {
        let case = arguments.actor.open()?;
        texts.extend(super::book(&case)?.schemas.into_iter().map(|(name, said)| (name, said.what)));
    }
    for path in arguments.with.iter().chain(further) {
        let (name, text) = read(path)?;
        texts.retain(|(known, _)| *known != name);
        texts.push((name, text));
    }
    made(&texts)
}

/// The schema with these files, or all that is wrong in them.
fn made(texts: &[(String, String)]) -> Result<Schema, Failure> {
    let files: Vec<SchemaFile<'_>> = texts.iter().map(|(name, text)| SchemaFile { name, text }).collect();
    let (schema, faults) = Schema::with(&files);
    stop_on_errors(&faults, "the schema cannot be used", false)?;
    Ok(schema)
}

/// A file's name and text.
pub fn read(path: &Path) -> Result<(String, String), Failure> {
    let text = std::fs::read_to_string(path)
        .map_err(|e| Failure::new(format!("{} cannot be read as text: {e}", path.display())))?;
    Ok((path.file_name().unwrap_or_default().to_string_lossy().into_owned(), text))
}

fn add(arguments: &Arguments, files: &[PathBuf]) -> Result<(), Failure> {
    let mut case = arguments.actor.open()?;
    let book = super::book(&case)?;
    let before = book.schema().0;
    let mut texts: Vec<(String, String)> =
        book.schemas.iter().map(|(name, said)| (name.clone(), said.what.clone())).collect();
    let mut facts = Vec::new();
    for path in files {
        let (name, text) = read(path)?;
        if texts.contains(&(name.clone(), text.clone())) {
            continue;
        }
        texts.retain(|(known, _)| *known != name);
        texts.push((name.clone(), text.clone()));
        facts.push(Fact::Schema { schema: name, text });
    }
    if facts.is_empty() {
        say!("the case says all of this already, so nothing is written; the schema is {}", before.digest());
        return Ok(());
    }
    let after = made(&texts)?;
    let lost = lost(&before, &after);
    if !lost.is_empty() {
        lost.iter().for_each(|what| eprintln!("error: {what}"));
        return Err(Failure::new("what can be said already would not be sayable any more")
            .hint("keep it in the file, and give what is new a name of its own"));
    }
    let summary = format!("The schema is added to: {}", counted(facts.len() as u64, "file"));
    let receipt = case.say_facts("schema", &summary, &facts)?;
    say!("{summary} (transaction {}); the schema is {}", receipt.transaction, after.digest());
    Ok(())
}

/// What one schema can say and the other cannot.
fn lost(before: &Schema, after: &Schema) -> Vec<String> {
    let mut lost = Vec::new();
    for kind in before.kinds() {
        for property in kind.properties() {
            let kept =
                after.kind(&kind.name).and_then(|k| k.property(&property.name)).is_some_and(|p| p.of == property.of);
            if !kept {
                lost.push(format!("`{}` of a `{}` is gone or of another type", property.name, kind.name));
            }
        }
    }
    for vocabulary in before.vocabularies() {
        for term in vocabulary.terms() {
            let kept = after.vocabulary(&vocabulary.name).is_some_and(|v| v.term(&term.code).is_some());
            if !kept {
                lost.push(format!("the term `{}` of `{}` is gone", term.code, vocabulary.name));
            }
        }
    }
    lost
}

fn list(schema: &Schema, format: Format) -> Result<(), Failure> {
    if format == Format::Json {
        let kinds: Vec<_> = schema.kinds().iter().map(|k| head(&k.name, &k.label, &k.version, &k.digest())).collect();
        let vocabularies: Vec<_> =
            schema.vocabularies().iter().map(|v| head(&v.name, &v.label, &v.version, &v.digest())).collect();
        let all = serde_json::json!({"kinds": kinds, "vocabularies": vocabularies, "digest": schema.digest()});
        say!("{}", serde_json::to_string_pretty(&all)?);
        return Ok(());
    }
    say!("kinds:");
    for kind in schema.kinds() {
        let properties = counted(kind.properties().len() as u64, "property").replace("propertys", "properties");
        say!("  {:<14} {} ({properties}, version {})", kind.name, kind.label, kind.version);
    }
    say!("vocabularies:");
    for vocabulary in schema.vocabularies() {
        let terms = counted(vocabulary.terms().len() as u64, "term");
        say!("  {:<20} {} ({terms}, version {})", vocabulary.name, vocabulary.label, vocabulary.version);
    }
    say!("the schema is {}", schema.digest());
    Ok(())
}

fn head(name: &str, label: &str, version: &str, digest: &str) -> serde_json::Value {
    serde_json::json!({"name": name, "label": label, "version": version, "digest": digest})
}

fn show(schema: &Schema, name: &str, format: Format) -> Result<(), Failure> {
    match (schema.kind(name), schema.vocabulary(name)) {
        (None, None) => {
            let hint = "`factum schema list` names them";
            Err(Failure::new(format!("there is no kind and no vocabulary `{name}`")).hint(hint))
        }
        (kind, vocabulary) if format == Format::Json => {
            let all = serde_json::json!({
                "kind": kind.map(kind_as_json),
                "vocabulary": vocabulary.map(vocabulary_as_json),
            });
            say!("{}", serde_json::to_string_pretty(&all)?);
            Ok(())
        }
        (kind, vocabulary) => {
            kind.into_iter().for_each(print_kind);
            vocabulary.into_iter().for_each(print_vocabulary);
            Ok(())
        }
    }
}

fn type_of(of: &Type) -> String {
    match of {
        Type::Term(vocabulary) => format!("term of {vocabulary}"),
        Type::Link { to, role } => {
            let kinds: Vec<&str> = to.iter().map(|kind| &**kind).collect();
            format!("link to {}, which is its {role}", kinds.join(" or "))
        }
        other => other.word().to_string(),
    }
}

fn print_kind(kind: &Kind) {
    say!("{}: {} (version {}, {})", kind.name, kind.label, kind.version, kind.digest());
    for property in kind.properties() {
        let several = if property.repeatable { ", several" } else { "" };
        say!("  {:<22} {}: {}{several}", property.name, property.label, type_of(&property.of));
    }
}

fn print_vocabulary(vocabulary: &Vocabulary) {
    say!("{}: {} (version {}, {})", vocabulary.name, vocabulary.label, vocabulary.version, vocabulary.digest());
    for term in vocabulary.terms() {
        let wider = term.parent.as_ref().map(|parent| format!(" (of {parent})")).unwrap_or_default();
        say!("  {:<14} {}{wider}", term.code, term.label);
    }
}

fn kind_as_json(kind: &Kind) -> serde_json::Value {
    let property = |p: &factum_case::schema::Property| {
        serde_json::json!({
            "name": &*p.name, "label": p.label, "type": type_of(&p.of), "repeatable": p.repeatable,
            "esf": p.esf, "ftm": p.ftm,
        })
    };
    serde_json::json!({
        "name": &*kind.name, "label": kind.label, "version": kind.version, "digest": kind.digest(),
        "properties": kind.properties().iter().map(property).collect::<Vec<_>>(),
    })
}

fn vocabulary_as_json(vocabulary: &Vocabulary) -> serde_json::Value {
    let term = |t: &factum_case::schema::Term| serde_json::json!({"code": &*t.code, "label": t.label, "parent": t.parent.as_deref()});
    serde_json::json!({
        "name": &*vocabulary.name, "label": vocabulary.label, "version": vocabulary.version,
        "digest": vocabulary.digest(), "terms": vocabulary.terms().iter().map(term).collect::<Vec<_>>(),
    })
}

/// The schema of a case; what is wrong in the files that its leads added is told, and the rest goes on.
pub fn of(book: &Book) -> Schema {
    let (schema, faults) = book.schema();
    faults.iter().for_each(|fault| eprintln!("warning: in the schema of this case: {fault}"));
    schema
}
