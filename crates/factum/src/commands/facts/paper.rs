//! What interviews and documents have in common: files come in, papers are listed, and a passage is shown with its words.

use crate::commands::{Format, counted, extract_child};
use crate::failure::Failure;
use crate::say;
use factum_case::custody::evidence::Detail;
use factum_case::custody::folder::Case;
use factum_case::custody::items;
use factum_case::extract::{Examiner, Outcome};
use factum_case::facts::papers::incoming::{self, Options, Original};
use factum_case::facts::papers::{Paper, Papers, Place};
use factum_case::facts::taken_in::TakenIn;
use factum_case::facts::{Book, Sort};
use factum_case::fault::Severity;
use factum_case::testimony::folder::Inquiry;
use factum_case::testimony::folder::authored::Page;
use factum_case::testimony::folder::record::{Code, Record};
use factum_case::testimony::front::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A file of testimony is no larger: hundreds of hours of talk, or a scanned book.
const LARGEST: u64 = 256 << 20;

/// Files that became papers, and how many could not.
pub struct Read<T> {
    /// The papers.
    pub pages: Vec<Page<T>>,
    /// The files, by the codes of the papers.
    pub originals: BTreeMap<String, Original>,
    /// Files with something wrong.
    pub wrong: usize,
}

/// Reads files as papers. Everything that is wrong is told; whatever is right goes on.
pub fn read<T: Record>(
    files: &[PathBuf],
    options: &Options,
    code: impl Fn(&T) -> &Code,
    sort: Sort,
    book: &Book,
    replace: bool,
) -> Result<Read<T>, Failure> {
    let examiner = Examiner::this_program(extract_child::NAME)?;
    let mut read = Read { pages: Vec::new(), originals: BTreeMap::new(), wrong: 0 };
    let mut next = book.next_code(sort);
    for path in files {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let tell = |what: &dyn std::fmt::Display| eprintln!("{}: {what}", path.display());
        let (bytes, found) = match looked_into(path, &name, &examiner) {
            Ok(both) => both,
            Err(why) => {
                tell(&why);
                read.wrong += 1;
                continue;
            }
        };
        let (parted, faults) = incoming::part(&name, &bytes, &found);
        faults.iter().for_each(|fault| eprintln!("{fault}"));
        let broken = faults.iter().any(|fault| fault.severity == Severity::Error);
        let Some(parted) = parted.filter(|_| !broken) else {
            read.wrong += 1;
            continue;
        };
        let mut options = options.clone();
        let given = incoming::code_of(&parted.front).is_some() || options.iter().any(|(key, _)| *key == "code");
        if !given {
            options.push(("code", Value::Text(next.clone())));
        }
        let (page, faults) = incoming::page::<T>(&name, parted, &options, book);
        faults.iter().for_each(|fault| eprintln!("{fault}"));
        let Some(page) = page else {
            read.wrong += 1;
            continue;
        };
        let own = code(&page.about).0.clone();
        let taken = book.codes().contains_key(own.as_str()) && !replace;
        if taken || read.originals.contains_key(&own) {
            tell(&format!("the code {own} is taken: give another, or --replace if this is its next version"));
            read.wrong += 1;
            continue;
        }
        if own == next {
            next = after(&next);
        }
        let embedded = found.metadata.iter().map(|(name, value)| Detail::new(name.clone(), value.clone())).collect();
        read.originals.insert(own, Original { name, bytes, media_type: found.media_type.clone(), embedded });
        read.pages.push(page);
    }
    Ok(read)
}

/// The code after one that ends in a number.
fn after(code: &str) -> String {
    let (letter, number) = code.split_once('-').unwrap_or((code, "0"));
    let next = number.parse::<u32>().unwrap_or(0).saturating_add(1);
    format!("{letter}-{next:03}")
}

/// The bytes of a file, and what a child process without rights found in them.
fn looked_into(
    path: &Path,
    name: &str,
    examiner: &Examiner,
) -> Result<(Vec<u8>, Box<factum_case::extract::Extracted>), String> {
    let about = std::fs::metadata(path).map_err(|why| why.to_string())?;
    if about.len() > LARGEST {
        return Err("the file is larger than 256 MiB; collect it, and import its text".into());
    }
    let bytes = std::fs::read(path).map_err(|why| why.to_string())?;
    match examiner.examine(bytes.as_slice(), name) {
        Outcome::Known(found) => Ok((bytes, found)),
        Outcome::Unknown { why } => Err(why),
    }
}

/// Takes papers in, in one transaction, and says what came of it.
pub fn take_in(
    case: &mut Case,
    inquiry: &Inquiry,
    originals: &BTreeMap<String, Original>,
    compartment: &str,
    wrong: usize,
) -> Result<(), Failure> {
    if !originals.is_empty() || !inquiry.interviews.is_empty() || !inquiry.documents.is_empty() {
        let TakenIn { receipt, .. } = case.take_in_with(inquiry, &[], compartment, originals)?;
        let interviews = inquiry.interviews.iter().map(|page| (&page.about.code, page.text.len()));
        let documents = inquiry.documents.iter().map(|page| (&page.about.code, page.text.len()));
        for (code, paragraphs) in interviews.chain(documents) {
            say!("{code}: {}", counted(u64::from(paragraphs), "paragraph"));
        }
        match receipt {
            Some(receipt) => say!("taken in (transaction {})", receipt.transaction),
            None => say!("everything was there already; nothing was written"),
        }
    }
    if wrong > 0 {
        return Err(Failure::new(format!("{} could not be taken in", counted(wrong as u64, "file")))
            .hint("mend what is told above and give these files again"));
    }
    Ok(())
}

/// Lists papers of one sort.
pub fn list(case: &Case, book: &Book, sort: Sort, format: Format) -> Result<(), Failure> {
    let papers = Papers::read(case, book)?;
    let all: Vec<&Paper> = papers.each().filter(|paper| paper.sort == sort).collect();
    let source = |paper: &Paper| {
        book.sources.get(&paper.source).map_or("a closed source", |file| file.source.what.code.as_str()).to_string()
    };
    let statements = |paper: &Paper| {
        let of = |said: &factum_case::facts::words::Statement| {
            said.interview == Some(paper.paper) || said.document == Some(paper.paper)
        };
        book.statements.values().filter(|file| of(&file.statement.what)).count()
    };
    if format == Format::Json {
        let rows: Vec<_> = all
            .iter()
            .map(|paper| {
                serde_json::json!({
                    "code": paper.code, "source": source(paper), "paragraphs": paper.text.len(),
                    "statements": statements(paper),
                })
            })
            .collect();
        say!("{}", serde_json::to_string_pretty(&rows)?);
        return Ok(());
    }
    for paper in &all {
        let title = book.documents.get(&paper.paper).and_then(|said| said.what.title.clone());
        let date = match book.interviews.get(&paper.paper) {
            Some(said) => Some(said.what.date.clone()),
            None => book.documents.get(&paper.paper).and_then(|said| said.what.date.clone()),
        };
        say!(
            "{} {}{}{}: {}, {}",
            paper.code,
            source(paper),
            date.map(|date| format!(", {date}")).unwrap_or_default(),
            title.map(|title| format!(", {title}")).unwrap_or_default(),
            counted(u64::from(paper.text.len()), "paragraph"),
            counted(statements(paper) as u64, "statement"),
        );
    }
    say!("{}", counted(all.len() as u64, if sort == Sort::Interview { "interview" } else { "document" }));
    Ok(())
}

/// Shows a paper with numbered paragraphs, or a passage with its words and where it stands in other languages. The reader's journal
/// says so first.
pub fn show(case: &Case, book: &Book, place: &Place) -> Result<(), Failure> {
    let papers = Papers::read(case, book)?;
    let paper = papers.find(book, &place.code)?;
    let held: Vec<_> = items::list(case)?.into_iter().filter(|held| Some(held.item.item) == paper.item).collect();
    case.about_to_show(&held.iter().collect::<Vec<_>>())?;
    let Some(at) = &place.at else {
        head(book, paper);
        for (number, paragraph) in (1_u32..).zip(&paper.text.paragraphs) {
            let begins = paragraph.begins.map(|moment| format!("[{moment}] ")).unwrap_or_default();
            let speaker = paragraph.speaker.as_ref().map(|who| format!("{who}: ")).unwrap_or_default();
            say!("{number:>4}  {begins}{speaker}{}", paragraph.words);
        }
        return Ok(());
    };
    match paper.words(at)? {
        Some(words) => say!("{}#{at}: {words}", paper.code),
        None => say!("{}#{at}: no words", paper.code),
    }
    for other in papers.counterparts(paper, at) {
        let what = if other.is_original { "the original" } else { "a translation" };
        match other.there {
            Ok((mapped, words)) => {
                let places: Vec<String> = mapped.places.iter().map(ToString::to_string).collect();
                let wider = if mapped.wider { ", with more around it" } else { "" };
                let partly = if mapped.partly_unknown { "; a part of it has no counterpart" } else { "" };
                say!("{}#{} ({what}{wider}{partly}): {words}", other.code, places.join(" and "));
            }
            Err(why) => say!("{} ({what}): {why}", other.code),
        }
    }
    Ok(())
}

fn head(book: &Book, paper: &Paper) {
    let source = book.sources.get(&paper.source).map_or("a closed source", |file| file.source.what.code.as_str());
    say!("{} ({source})", paper.code);
    let mut lines: Vec<(&str, String)> = Vec::new();
    if let Some(said) = book.interviews.get(&paper.paper).map(|said| &said.what) {
        lines.push(("date", said.date.clone()));
        let place = said.place.clone().map(|place| match &said.place_precision {
            Some(precision) => format!("{place} (told as {precision})"),
            None => place,
        });
        lines.extend(place.map(|place| ("place", place)));
        lines.extend(said.interviewer.clone().map(|who| ("asked by", who)));
        lines.push(("language", said.language.clone()));
        lines.extend(said.interpreter.clone().map(|who| ("interpreter", who)));
        if !said.present.is_empty() {
            lines.push(("present", said.present.join(", ")));
        }
        lines.extend(said.duration.clone().map(|long| ("length", long)));
    }
    if let Some(said) = book.documents.get(&paper.paper).map(|said| &said.what) {
        lines.extend(said.title.clone().map(|title| ("title", title)));
        lines.extend(said.date.clone().map(|date| ("date", date)));
        lines.extend(said.language.clone().map(|language| ("language", language)));
        lines.extend(said.translator.clone().map(|who| ("translated by", who)));
        lines.extend(said.pages.map(|pages| ("pages", pages.to_string())));
        lines.extend(said.sheets.iter().map(|sheet| ("sheet", sheet.name.clone())));
    }
    lines.iter().for_each(|(name, value)| say!("{name}: {value}"));
    say!("");
}

/// An option of text.
pub fn text(key: &'static str, value: &Option<String>) -> Option<(&'static str, Value)> {
    value.clone().map(|value| (key, Value::Text(value)))
}

/// An option that is a list of texts.
pub fn texts(key: &'static str, values: &[String]) -> Option<(&'static str, Value)> {
    let items = values.iter().map(|value| (0, Value::Text(value.clone())));
    (!values.is_empty()).then(|| (key, Value::List(items.collect())))
}
