//! `factum report build`: a draft becomes a PDF, a page and a document, or a list of all that stands in the way.

use super::finding::judged;
use crate::commands::counted;
use crate::commands::custody::actor::Actor;
use crate::failure::Failure;
use crate::say;
use clap::{Args, ValueEnum};
use factum_case::clearance::Clearance;
use factum_case::custody::folder::Case;
use factum_case::custody::{export, work};
use factum_case::facts::Book;
use factum_case::output;
use factum_case::publication::build::{self, Built};
use factum_case::publication::counted::ForTheInquiryItself;
use factum_case::publication::draft::{self, Problem};
use factum_case::publication::gate::Grounds;
use factum_case::publication::material::Memory;
use factum_case::publication::{Form, rendered};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

/// How often a watched draft is looked at: soon enough for whoever saves it to see the outcome as theirs.
const LOOK: Duration = Duration::from_millis(200);

#[derive(Args)]
pub struct Build {
    /// The draft, in Markdown; docs/report.md says how it is written.
    draft: PathBuf,
    /// The folder to write into; it must not be in a case.
    #[arg(long, short, value_name = "DIR")]
    out: PathBuf,
    /// Which forms to write.
    #[arg(long = "as", value_enum, value_delimiter = ',', value_name = "FORM", default_values_t = [As::Pdf, As::Html, As::Docx])]
    forms: Vec<As>,
    /// Tell every count, also those that cannot leave: a version for the inquiry itself, which says so on its first page.
    #[arg(long)]
    internal: bool,
    /// Build again whenever the draft is saved, until you stop it.
    #[arg(long)]
    watch: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum As {
    /// Tagged PDF.
    Pdf,
    /// One self-contained page.
    Html,
    /// A document for Word and LibreOffice.
    Docx,
}

impl From<As> for Form {
    fn from(form: As) -> Self {
        match form {
            As::Pdf => Form::Pdf,
            As::Html => Form::Html,
            As::Docx => Form::Docx,
        }
    }
}

pub fn run(actor: &Actor, arguments: &Build) -> Result<(), Failure> {
    export::outside(&arguments.out)?;
    let mut case = actor.open()?;
    if !work::covers(&case, &arguments.out)? {
        eprintln!(
            "warning: {} is in no work folder that the log knows: what is written there stays there (see factum work)",
            arguments.out.display()
        );
    }
    let mut memory = Memory::default();
    if !arguments.watch {
        return once(&case, arguments, &mut memory);
    }
    let mut seen = None;
    loop {
        let saved = saved(&arguments.draft);
        if saved.is_some() && saved != seen {
            seen = saved;
            case.read_on()?;
            if let Err(failure) = once(&case, arguments, &mut memory) {
                eprintln!("{failure}");
            }
        }
        std::thread::sleep(LOOK);
    }
}

fn saved(draft: &Path) -> Option<SystemTime> {
    std::fs::metadata(draft).and_then(|about| about.modified()).ok()
}

fn once(case: &Case, arguments: &Build, memory: &mut Memory) -> Result<(), Failure> {
    let path = &arguments.draft;
    let text = super::report::text_of(path)?;
    let begun = Instant::now();
    let built = built(case, &text, arguments.internal, memory).map_err(|problems| {
        super::report::tell(path, &problems);
        Failure::new(format!("{} in the draft; nothing was written", counted(problems.len() as u64, "problem")))
    })?;
    let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let mut files = Vec::new();
    for form in &arguments.forms {
        let form = Form::from(*form);
        let made = rendered(&built.dossier, form)?;
        made.shortfall.iter().for_each(|why| eprintln!("warning: {}: {why}", form.ending()));
        let pages = made.pages.map(|pages| format!(" ({})", counted(pages as u64, "page"))).unwrap_or_default();
        files.push((format!("{name}.{}", form.ending()), made.bytes, pages));
    }
    let written: Vec<(String, Vec<u8>)> = files.iter().map(|(name, bytes, _)| (name.clone(), bytes.clone())).collect();
    output::write_all(&arguments.out, &written)?;
    for (name, _, pages) in &files {
        say!("{}{pages}", arguments.out.join(name).display());
    }
    let rests = &built.rests;
    say!(
        "{}; {} marked as narrative; {} vouched for by name; {} things cited; built in {:.2} s",
        counted(rests.sentences as u64, "sentence"),
        rests.narrative.len(),
        rests.reviewed.len(),
        rests.cited.len(),
        begun.elapsed().as_secs_f64()
    );
    built.left_out.iter().for_each(|why| eprintln!("warning: {why}"));
    built.dossier.alerts.iter().for_each(|alert| eprintln!("warning: {alert}"));
    Ok(())
}

/// The dossier of a draft, its counts cleared unless it is for the inquiry itself; or every problem in its way.
pub fn built(case: &Case, text: &str, internal: bool, memory: &mut Memory) -> Result<Built, Vec<Problem>> {
    let unreadable = |why: String| vec![Problem::new(1, why, "factum view rebuild")];
    let book = Book::read(case).map_err(|error| unreadable(error.to_string()))?;
    let findings = judged(case, &book);
    let (draft, mut problems) = draft::read(text);
    let Some(draft) = draft else { return Err(problems) };
    let grounds = Grounds::of(case, &book, &findings, factum_case::this_day());
    let cleared = if internal {
        build::build(case, &draft, &grounds, &ForTheInquiryItself, memory)
    } else {
        let clearance = Clearance::of(case, &book, None).map_err(|error| unreadable(error.to_string()))?;
        let built = build::build(case, &draft, &grounds, &clearance, memory);
        if let Ok(built) = &built {
            super::guard::warn(case, &book, &draft.head.purpose, &built.rests, &clearance);
        }
        built
    };
    match cleared {
        Ok(built) if problems.is_empty() => Ok(built),
        made => {
            problems.extend(made.err().unwrap_or_default());
            Err(draft::in_order(problems))
        }
    }
}
