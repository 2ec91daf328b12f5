//! `factum law`: frameworks of law, who compared them with the official text, and which findings bear on which element.
//!
//! Persons assess and conclude. No command computes whether an element is met or which crime was committed.

mod medical;

use super::finding::judged;
use super::shown;
use crate::commands::custody::actor::Actor;
use crate::commands::{Format, counted, one_of};
use crate::failure::Failure;
use crate::say;
use clap::{Args, Subcommand};
use factum_case::custody::folder::Case;
use factum_case::custody::founding::WORKING;
use factum_case::custody::ids::Digest;
use factum_case::facts::words::{ElementAssessed, ElementVerified, LegalConclusion};
use factum_case::facts::{Book, Fact, Sort, judge};
use factum_case::law::held::{self, Held};
use factum_case::law::{self, Official};
use factum_case::tongue::Tongue;
use factum_case::weigh::law::worded;
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
    /// List the frameworks of the case and those that come along, and how much of each was compared with the official text.
    List {
        /// How to print.
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
    /// Take a framework into the case: one that comes along, by its name, or a file of the inquiry's own.
    Load {
        /// Its name (rome-statute-7, cat-1, iccpr-9), or a file (TOML); docs/method/law.md says how it is written.
        framework: String,
    },
    /// Load the office's copy of the official text, or write the empty file for it.
    Official(OfficialText),
    /// Show lines beside the official text; with --agree, record that you compared them.
    Verify(Verify),
    /// Say what a finding means for an element, or what is missing for it.
    Assess(Assess),
    /// Show elements against findings.
    Matrix(Matrix),
    /// Write down your conclusion on a provision, in the words of a standard of proof.
    Conclude(Conclude),
    /// List the conclusions, each with what stands against citing it.
    Conclusions {
        /// How to print.
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
    /// Record that a member is a clinician, or is one no more.
    Clinician(medical::Clinician),
    /// Enter, as a clinician, how well marks agree with what is alleged, in the degrees of the Istanbul Protocol; or list that.
    Medical(medical::Medical),
}

#[derive(Args)]
struct OfficialText {
    /// The framework.
    framework: String,
    /// The file with the official text of each line (TOML); --template prints it with the texts left empty.
    #[arg(required_unless_present = "template")]
    file: Option<PathBuf>,
    /// Print the file as it must look, with every text left to be filled in.
    #[arg(long, conflicts_with = "file")]
    template: bool,
}

#[derive(Args)]
struct Verify {
    /// The framework.
    framework: String,
    /// The lines, as article/number; all that are open if none is named.
    #[arg(required_if_eq("agree", "true"))]
    lines: Vec<String>,
    /// You compared number, label and place of these lines with the official text, and they agree.
    #[arg(long)]
    agree: bool,
}

/// What a finding can do to an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Does {
    Supports,
    Contrary,
}

#[derive(Args)]
struct Assess {
    /// The framework.
    framework: String,
    /// The element, as article/number.
    element: String,
    /// The finding; without one, --missing says what is not there.
    #[arg(long)]
    finding: Option<String>,
    /// What the finding does: supports or contrary.
    #[arg(long = "as", value_name = "BEARING", requires = "finding",
          value_parser = one_of(&[("supports", Does::Supports), ("contrary", Does::Contrary)]))]
    does: Option<Does>,
    /// What is still missing.
    #[arg(long, required_unless_present_any = ["does", "none"])]
    missing: Option<String>,
    /// Take back what you said of it.
    #[arg(long, conflicts_with_all = ["does", "missing"])]
    none: bool,
    /// Why.
    #[arg(long)]
    reason: String,
}

#[derive(Args)]
struct Matrix {
    /// The framework.
    framework: String,
    /// Only these articles; those on which somebody said something if none is named.
    #[arg(long = "article", value_name = "ARTICLE")]
    articles: Vec<String>,
    /// Also draw it into a file (SVG).
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// In which language to print: en, ar, es, fr, ru or zh. What the framework says stays as it is.
    #[arg(long, default_value = "en", value_parser = super::tongue)]
    language: Tongue,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Args)]
struct Conclude {
    /// The framework.
    framework: String,
    /// The article of the provision.
    article: String,
    /// The code of the conclusion; the next free one if absent.
    #[arg(long)]
    code: Option<String>,
    /// The standard of proof, as in reasonable-grounds; one that comes along or that the inquiry wrote.
    #[arg(long)]
    standard: String,
    /// The conclusion, worded as the standard has it: "… may constitute …".
    #[arg(long)]
    wording: String,
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let mut case = arguments.actor.open()?;
    let book = super::book(&case)?;
    let (summary, facts) = match &arguments.command {
        Command::List { format } => return list(&case, &book, *format),
        Command::Official(official) if official.template => return template(&case, &book, &official.framework),
        Command::Verify(verify) if !verify.agree => return beside(&case, &book, verify),
        Command::Matrix(matrix) => return print_matrix(&case, &book, matrix),
        Command::Conclusions { format } => return conclusions(&case, &book, *format),
        Command::Clinician(clinician) => return medical::clinician(&mut case, clinician),
        Command::Medical(said) => return medical::run(&mut case, &book, said),
        Command::Load { framework } => load(framework)?,
        Command::Official(official) => load_official(&case, &book, official)?,
        Command::Verify(verify) => agreed(&case, &book, verify)?,
        Command::Assess(assess) => assessed(&case, &book, assess)?,
        Command::Conclude(conclude) => concluded(&case, &book, conclude)?,
    };
    let receipt = case.say_facts("law", &summary, &facts)?;
    say!("{summary} (transaction {})", receipt.transaction);
    if let Command::Conclude(conclude) = &arguments.command {
        against(&case, conclude)?;
    }
    Ok(())
}

fn held(case: &Case, book: &Book, id: &str) -> Result<Held, Failure> {
    Ok(held::held(book, id, &|member| case.register().name_of(member))?)
}

fn list(case: &Case, book: &Book, format: Format) -> Result<(), Failure> {
    let all = held::all_held(book, &|member| case.register().name_of(member));
    let of = |held: &Held| {
        let head = &held.framework.head;
        serde_json::json!({
            "framework": head.id, "version": head.version, "instrument": head.instrument, "authority": head.authority,
            "date": head.date.to_string(), "provisions": held.framework.provisions.len(),
            "elements": held.framework.elements().count(), "taken-in-by": held.loaded_by, "mark": held.mark.to_string(),
        })
    };
    if format == Format::Json {
        let known: Vec<_> = all.iter().filter_map(|held| held.as_ref().ok()).map(of).collect();
        say!("{}", serde_json::to_string_pretty(&known)?);
    }
    for held in all {
        match held {
            Err(error) => eprintln!("warning: {error}"),
            Ok(held) if format == Format::Text => {
                let head = &held.framework.head;
                let from = held.loaded_by.map_or("not taken into the case".into(), |by| format!("taken in by {by}"));
                say!("{} version {} ({from}): {}", head.id, head.version, head.instrument);
                let provisions = counted(held.framework.provisions.len() as u64, "provision");
                let elements = counted(held.framework.elements().count() as u64, "element");
                say!("  {}, {}; {provisions}, {elements}", head.authority, head.date);
                say!("  {}", held.mark);
            }
            Ok(_) => {}
        }
    }
    Ok(())
}

fn load(named: &str) -> Result<(String, Vec<Fact>), Failure> {
    let text = match law::builtin_file(named) {
        Some(text) => text.to_string(),
        None => std::fs::read_to_string(named).map_err(|e| {
            Failure::new(format!("{named} is no framework that comes along, and no file that can be read: {e}"))
                .hint("factum law list shows what comes along")
        })?,
    };
    let (framework, faults) = law::parse(&text, named);
    let Some(framework) = framework else {
        crate::commands::stop_on_errors(&faults, "the framework cannot be used", false)?;
        return Err(Failure::new("the framework cannot be used"));
    };
    let id = framework.head.id;
    Ok((format!("The framework {id} is taken in"), vec![Fact::Framework { framework: id, text }]))
}

fn template(case: &Case, book: &Book, id: &str) -> Result<(), Failure> {
    let held = held(case, book, id)?;
    let head = &held.framework.head;
    say!("# The official text of each line, copied from: {}", head.source);
    say!("framework = \"{}\"\nlanguage = \"{}\"\nsource = \"\"\n\n[texts]", head.id, held.framework.language);
    for line in law::lines(&held.framework) {
        say!("# {}\n\"{}\" = \"\"", line.label, line.key);
    }
    Ok(())
}

fn load_official(case: &Case, book: &Book, given: &OfficialText) -> Result<(String, Vec<Fact>), Failure> {
    let held = held(case, book, &given.framework)?;
    let path = given.file.clone().unwrap_or_default();
    let text =
        std::fs::read_to_string(&path).map_err(|e| Failure::new(format!("{} cannot be read: {e}", path.display())))?;
    let (official, faults) = Official::parse(&text, &path.display().to_string(), &held.framework);
    crate::commands::stop_on_errors(&faults, "the official texts cannot be used", false)?;
    let official = official.ok_or_else(|| Failure::new("the official texts cannot be used"))?;
    let missing = official.missing(&held.framework);
    if !missing.is_empty() {
        eprintln!("warning: {} without official text: {}", counted(missing.len() as u64, "line"), missing.join(", "));
    }
    let loaded = counted(official.texts.len() as u64, "line");
    let summary = format!("The official text of {loaded} of {} is loaded", given.framework);
    Ok((summary, vec![Fact::OfficialText { framework: given.framework.clone(), text }]))
}

/// Lines beside their official text, for whoever compares them.
fn beside(case: &Case, book: &Book, verify: &Verify) -> Result<(), Failure> {
    let held = held(case, book, &verify.framework)?;
    let known = known_lines(&held, &verify.lines)?;
    let texts = held.official.as_ref().map(|official| &official.texts);
    let open: Vec<&str> = held.open_lines().map(|line| line.line.as_str()).collect();
    for line in law::lines(&held.framework) {
        let wanted = if known.is_empty() { open.contains(&line.key.as_str()) } else { known.contains(&line.key) };
        if !wanted {
            continue;
        }
        let stands = held.lines.iter().find(|stood| stood.line == line.key);
        let stands = stands.map_or_else(String::new, |stood| stood.standing.words());
        say!("{} [{stands}]\n  our label: {}", line.key, line.label);
        match texts.and_then(|texts| texts.get(&line.key)) {
            Some(text) => say!("  the text:  {}", text.split_whitespace().collect::<Vec<_>>().join(" ")),
            None => say!("  the text:  not loaded"),
        }
    }
    say!("{}", held.mark);
    Ok(())
}

/// The lines that are named, if the framework has them all.
fn known_lines(held: &Held, named: &[String]) -> Result<Vec<String>, Failure> {
    let unknown: Vec<&str> = named.iter().filter(|key| !held.has(key)).map(String::as_str).collect();
    if unknown.is_empty() {
        return Ok(named.to_vec());
    }
    let id = &held.framework.head.id;
    Err(Failure::new(format!("{id} has no line {}", unknown.join(", ")))
        .hint(format!("factum law verify {id} shows its lines, named as article/number")))
}

fn agreed(case: &Case, book: &Book, verify: &Verify) -> Result<(String, Vec<Fact>), Failure> {
    let held = held(case, book, &verify.framework)?;
    let known = known_lines(&held, &verify.lines)?;
    let digests = held.official.as_ref().map(Official::digests).unwrap_or_default();
    let without: Vec<&str> = known.iter().filter(|key| !digests.contains_key(*key)).map(String::as_str).collect();
    if !without.is_empty() {
        return Err(Failure::new(format!("the official text of {} is not loaded", without.join(", ")))
            .hint(format!("factum law official {} FILE", verify.framework)));
    }
    let mut facts = Vec::new();
    for line in law::lines(&held.framework).into_iter().filter(|line| known.contains(&line.key)) {
        let official: Option<Digest> = digests.get(&line.key).and_then(|digest| digest.parse().ok());
        let Some(official) = official else { continue };
        let wording = line.digest.parse().ok();
        let framework = verify.framework.clone();
        facts.push(Fact::ElementVerified(ElementVerified { framework, element: line.key, official, wording }));
    }
    let compared = counted(facts.len() as u64, "line");
    Ok((format!("{compared} of {} compared with the official text", verify.framework), facts))
}

fn assessed(case: &Case, book: &Book, said: &Assess) -> Result<(String, Vec<Fact>), Failure> {
    let held = held(case, book, &said.framework)?;
    known_lines(&held, std::slice::from_ref(&said.element))?;
    let finding = said.finding.as_deref().map(|code| book.find(code, Sort::Finding)).transpose()?;
    let fact = ElementAssessed {
        framework: said.framework.clone(),
        element: said.element.clone(),
        finding,
        supports: said.does.map(|does| does == Does::Supports),
        missing: said.missing.clone(),
        reason: said.reason.clone(),
    };
    Ok((format!("The element {} of {} is assessed", said.element, said.framework), vec![Fact::ElementAssessed(fact)]))
}

/// A framework lacks a provision; the hint names those that it has.
fn no_provision(held: &Held, article: &str) -> Failure {
    let known: Vec<&str> = held.framework.provisions.iter().map(|provision| provision.article.as_str()).collect();
    Failure::new(format!("{} has no provision {article}", held.framework.head.id))
        .hint(format!("its provisions are {}", known.join(", ")))
}

fn print_matrix(case: &Case, book: &Book, wanted: &Matrix) -> Result<(), Failure> {
    let held = held(case, book, &wanted.framework)?;
    if let Some(unknown) = wanted.articles.iter().find(|article| held.framework.provision(article).is_none()) {
        return Err(no_provision(&held, unknown));
    }
    let matrix = matrix(case, book, &held);
    let tables = law::shown::matrix_tables(&held, &matrix, &wanted.articles, wanted.language);
    shown::tables(&tables, wanted.format)?;
    if let Some(path) = &wanted.out {
        let figure = law::shown::matrix_figure(&held, &matrix, &wanted.articles, wanted.language);
        std::fs::write(path, figure.svg)
            .map_err(|e| Failure::new(format!("{} cannot be written: {e}", path.display())))?;
        eprintln!("{} is written in the clear: it shows codes and words of the inquiry", path.display());
    }
    Ok(())
}

fn matrix(case: &Case, book: &Book, held: &Held) -> factum_case::weigh::law::Matrix<String> {
    let names = |member| case.register().name_of(member);
    let (matrix, faults) = held::matrix(book, &judged(case, book), held, held::unseen(case), &names);
    faults.iter().for_each(|fault| eprintln!("warning: {fault}"));
    matrix
}

fn concluded(case: &Case, book: &Book, said: &Conclude) -> Result<(String, Vec<Fact>), Failure> {
    let held = held(case, book, &said.framework)?;
    if held.framework.provision(&said.article).is_none() {
        return Err(no_provision(&held, &said.article));
    }
    let standard = judge::standard(book, &said.standard).map_err(Failure::new)?;
    if !worded(&said.wording, &standard.legal) {
        let known: Vec<String> = standard.legal.iter().map(|words| format!("\"{words}\"")).collect();
        return Err(Failure::new(format!("a conclusion by the standard {} is not worded like this", said.standard))
            .hint(format!("use one of {}", known.join(", "))));
    }
    // Each person has one conclusion on a provision: another one takes its place, under its code.
    let all = book.conclusions.get(&(said.framework.clone(), said.article.clone()));
    let own = all.into_iter().flatten().find(|c| c.author == case.actor()).map(|c| &c.what);
    let code = said.code.clone().or_else(|| own?.code.clone()).unwrap_or_else(|| book.next_code(Sort::Conclusion));
    let number = match own.and_then(|own| own.conclusion) {
        Some(number) => number,
        None => case.new_thing(WORKING)?,
    };
    let fact = LegalConclusion {
        framework: said.framework.clone(),
        article: said.article.clone(),
        wording: said.wording.clone(),
        conclusion: Some(number),
        code: Some(code.clone()),
        standard: Some(said.standard.clone()),
    };
    let summary = format!("The conclusion {code} on {} {} is written down", said.framework, said.article);
    Ok((summary, vec![Fact::LegalConclusion(fact)]))
}

/// What stands against citing the conclusions on a provision, told once one is written down.
fn against(case: &Case, said: &Conclude) -> Result<(), Failure> {
    let book = super::book(case)?;
    let held = held(case, &book, &said.framework)?;
    let matrix = matrix(case, &book, &held);
    let panel = matrix.provisions.iter().find(|panel| panel.article == said.article);
    for obstacle in panel.into_iter().flat_map(|panel| &panel.obstacles) {
        say!("  against citing it in a release: {}", held::obstacle_words(obstacle, matrix.mark));
    }
    Ok(())
}

fn conclusions(case: &Case, book: &Book, format: Format) -> Result<(), Failure> {
    let mut tables = Vec::new();
    for id in book.frameworks.keys() {
        let held = held(case, book, id)?;
        let table = law::shown::conclusions_table(book, &held, &matrix(case, book, &held), Tongue::En);
        tables.extend((!table.rows.is_empty()).then_some(table));
    }
    if tables.is_empty() && format == Format::Text {
        say!("no conclusion is written down; factum law conclude writes one");
        return Ok(());
    }
    shown::tables(&tables, format)
}
