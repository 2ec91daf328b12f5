//! `factum comment`: a draft goes to the State concerned, its corrections are logged and decided, its reply is annexed.

use super::finding::judged;
use super::request::today;
use super::{report, shown};
use crate::commands::custody::actor::Actor;
use crate::commands::{Format, counted};
use crate::failure::Failure;
use crate::say;
use clap::{Args, Subcommand};
use factum_case::clearance::Clearance;
use factum_case::custody::folder::Case;
use factum_case::custody::founding::WORKING;
use factum_case::custody::items;
use factum_case::facts::book::DraftFile;
use factum_case::facts::words::{CommentDraft, CommentReply, Correction};
use factum_case::facts::{Book, Fact, Sort};
use factum_case::publication::gate::Grounds;
use factum_case::publication::{comment, draft};
use factum_case::state::{self, Draft};
use factum_case::tongue::Tongue;
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
    /// Hold a draft against the gate with a State as its reader, log it, and write the numbered copy.
    Prepare(Prepare),
    /// Write down a correction that was asked for.
    Correct(Correct),
    /// Accept a correction, or refuse it with a reason.
    Answer(Answer),
    /// Annex the reply, whole.
    Annex(Annex),
    /// List what was sent for comment, what came, and what became of it.
    List(List),
}

#[derive(Args)]
struct Prepare {
    /// The draft, in Markdown; docs/report.md says how it is written.
    draft: PathBuf,
    /// Its code; the next free one if absent.
    #[arg(long)]
    code: Option<String>,
    /// Who gets it.
    #[arg(long)]
    to: String,
    /// When it is sent: a day; today if absent.
    #[arg(long, value_name = "DAY")]
    sent: Option<String>,
    /// The last day on which a comment is in time.
    #[arg(long, value_name = "DAY")]
    deadline: String,
    /// The file to write the numbered copy into.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

#[derive(Args)]
struct Correct {
    /// The draft that was sent.
    draft: String,
    /// The paragraph, by its number.
    #[arg(long, value_name = "N")]
    paragraph: u32,
    /// What is asked for.
    #[arg(long)]
    asked: String,
    /// When it came: a day; today if absent.
    #[arg(long, value_name = "DAY")]
    received: Option<String>,
    /// Its code; the next free one if absent.
    #[arg(long)]
    code: Option<String>,
}

#[derive(Args)]
struct Answer {
    /// The correction.
    correction: String,
    /// The draft is corrected.
    #[arg(long, conflicts_with = "refuse", required_unless_present = "refuse")]
    accept: bool,
    /// It is not: why.
    #[arg(long, value_name = "REASON")]
    refuse: Option<String>,
    /// Why it is accepted.
    #[arg(long, conflicts_with = "refuse")]
    reason: Option<String>,
    /// When that was decided: a day; today if absent.
    #[arg(long, value_name = "DAY")]
    on: Option<String>,
}

#[derive(Args)]
struct Annex {
    /// The draft that was sent.
    draft: String,
    /// The item that the reply is: the beginning of its number, or its name. Take it in first: factum collect.
    #[arg(long)]
    item: String,
    /// When it came: a day; today if absent.
    #[arg(long, value_name = "DAY")]
    received: Option<String>,
}

#[derive(Args)]
struct List {
    /// Only this draft, with its corrections and the reply.
    draft: Option<String>,
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
    let (summary, fact) = match &arguments.command {
        Command::Prepare(given) => return prepare(&mut case, &book, given),
        Command::List(list) => return print(&case, &book, list),
        Command::Correct(said) => correct(&case, &book, said)?,
        Command::Answer(said) => answer(&book, said)?,
        Command::Annex(said) => annex(&case, &book, said)?,
    };
    let receipt = case.say_facts("comment", &summary, &[fact])?;
    say!("{summary} (transaction {})", receipt.transaction);
    Ok(())
}

fn prepare(case: &mut Case, book: &Book, given: &Prepare) -> Result<(), Failure> {
    let text = super::report::text_of(&given.draft)?;
    let (read, problems) = draft::read(&text);
    let findings = judged(case, book);
    let code = given.code.clone().unwrap_or_else(|| book.next_code(Sort::Draft));
    // What a State is told counts as told: the copy is cleared with every release before it.
    let clearance = Clearance::of(case, book, Some(&code))?;
    let copy = match read {
        Some(read) if problems.is_empty() => {
            let grounds = Grounds::of(case, book, &findings, factum_case::this_day());
            comment::prepare(&read, &grounds, &clearance)
        }
        _ => Err(problems),
    };
    let copy = copy.map_err(|problems| {
        report::tell(&given.draft, &problems);
        Failure::new(format!("{} in the draft for {}", counted(problems.len() as u64, "problem"), given.to))
            .hint("nothing was written, and nothing left")
    })?;
    if given.out.exists() {
        return Err(Failure::new(format!("{} is there already", given.out.display())).hint("give another file"));
    }
    let said = CommentDraft {
        draft: case.new_thing(WORKING)?,
        code: code.clone(),
        recipient: given.to.clone(),
        sent: given.sent.clone().unwrap_or_else(today),
        deadline: given.deadline.clone(),
        paragraphs: copy.paragraphs,
        rests: copy.rests,
        runs: copy.runs,
    };
    let numbered = numbered(&said)?;
    stop(&numbered)?;
    let summary = format!("The draft {code} is prepared for comment by {}", given.to);
    // The log knows it before it leaves.
    let mut facts = clearance.decide(&copy.counted).facts(&code);
    facts.push(Fact::CommentDraft(Box::new(said)));
    let receipt = case.say_facts("comment", &summary, &facts)?;
    std::fs::write(&given.out, numbered.copy())
        .map_err(|e| Failure::new(format!("{} cannot be written: {e}", given.out.display())))?;
    say!("{summary} (transaction {})", receipt.transaction);
    say!(
        "{} has {}, in the clear; {} marked as narrative, {} vouched for by name",
        given.out.display(),
        counted(numbered.paragraphs.len() as u64, "numbered paragraph"),
        copy.gate.narrative.len(),
        copy.gate.reviewed.len()
    );
    Ok(())
}

fn numbered(said: &CommentDraft) -> Result<Draft, Failure> {
    let day = |text: &str| {
        factum_case::day(text).ok_or_else(|| Failure::new(format!("`{text}` is no day: write it as 2026-05-12")))
    };
    Ok(Draft::numbered(&said.code, &said.recipient, day(&said.sent)?, day(&said.deadline)?, &said.paragraphs))
}

/// Everything that does not fit in a draft, if anything does not.
fn stop(draft: &Draft) -> Result<(), Failure> {
    let errors: Vec<String> = draft.check().iter().map(ToString::to_string).collect();
    if errors.is_empty() { Ok(()) } else { Err(Failure::new(errors.join("\n  ")).hint("nothing was written")) }
}

fn known<'b>(book: &'b Book, code: &str) -> Result<&'b DraftFile, Failure> {
    let number = book.find(code, Sort::Draft)?;
    book.drafts.get(&number).ok_or_else(|| Failure::new("the draft is gone"))
}

fn correct(case: &Case, book: &Book, given: &Correct) -> Result<(String, Fact), Failure> {
    let sent = &known(book, &given.draft)?.draft.what;
    let code = given.code.clone().unwrap_or_else(|| book.next_code(Sort::Correction));
    let received = given.received.clone().unwrap_or_else(today);
    let mut draft = numbered(sent)?;
    draft.corrections.push(state::Correction {
        code: code.clone(),
        paragraph: given.paragraph,
        received: factum_case::day(&received).ok_or_else(|| Failure::new("the day is none: write it as 2026-05-12"))?,
        asked: given.asked.clone(),
        decision: None,
    });
    stop(&draft)?;
    let correction = Correction {
        correction: case.new_thing(WORKING)?,
        code: Some(code.clone()),
        draft: Some(sent.draft),
        holder: sent.recipient.clone(),
        received: Some(received),
        paragraph: given.paragraph,
        asked: given.asked.clone(),
        accepted: None,
        reason: None,
        decided: None,
    };
    Ok((format!("The correction {code} of {} is logged", given.draft), Fact::Correction(Box::new(correction))))
}

fn answer(book: &Book, given: &Answer) -> Result<(String, Fact), Failure> {
    let number = book.find(&given.correction, Sort::Correction)?;
    let known = book.corrections.get(&number).ok_or_else(|| Failure::new("the correction is gone"))?;
    let mut correction = known.what.clone();
    correction.accepted = Some(given.accept);
    correction.reason = given.refuse.clone().or_else(|| given.reason.clone());
    if !given.accept && correction.reason.as_ref().is_none_or(|reason| reason.trim().is_empty()) {
        return Err(Failure::new("a correction is not refused without a reason"));
    }
    let on = given.on.clone().unwrap_or_else(today);
    let early = correction.received.as_deref().and_then(factum_case::day).zip(factum_case::day(&on));
    if early.is_some_and(|(received, on)| on < received) {
        return Err(Failure::new("the decision is dated before the correction came"));
    }
    correction.decided = Some(on);
    let done = if given.accept { "accepted" } else { "refused" };
    Ok((format!("The correction {} is {done}", given.correction), Fact::Correction(Box::new(correction))))
}

fn annex(case: &Case, book: &Book, given: &Annex) -> Result<(String, Fact), Failure> {
    let draft = known(book, &given.draft)?.draft.what.draft;
    let item = items::find(case, &given.item)?.item;
    let text = items::text(case, &item.item)?.ok_or_else(|| {
        Failure::new(format!("nothing could be read out of {}: an annex is printed whole", item.name))
            .hint("take in a transcript of it (factum derive), and annex that")
    })?;
    let received = given.received.clone().unwrap_or_else(today);
    let sha256 = factum_case::digest::sha256(text.as_bytes()).parse()?;
    let reply = CommentReply { draft, received, item: item.item, sha256 };
    Ok((format!("The reply to {} is annexed", given.draft), Fact::CommentReply(reply)))
}

fn print(case: &Case, book: &Book, list: &List) -> Result<(), Failure> {
    if let Some(code) = &list.draft {
        book.find(code, Sort::Draft)?;
    }
    let register = super::register(case, book)?;
    let today = factum_case::this_day();
    let mut drafts: Vec<Draft> = register.drafts;
    drafts.retain(|draft| list.draft.as_ref().is_none_or(|code| *code == draft.code));
    if list.format == Format::Json {
        say!("{}", serde_json::to_string_pretty(&drafts)?);
        return Ok(());
    }
    for draft in &drafts {
        say!("{} {}", draft.code, draft.sentence(today, list.language));
        if list.draft.is_some() {
            say!("");
            shown::tables(&[state::corrections_table(draft, today, list.language)], list.format)?;
            if let Some(reply) = &draft.reply {
                say!("\n{}", reply.text.trim_end());
            }
        }
    }
    say!("{}", counted(drafts.len() as u64, "draft"));
    Ok(())
}
