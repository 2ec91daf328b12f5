//! `factum finding`: propositions, what bears on them, and whether they may be adopted.

use super::source::detail;
use crate::commands::custody::actor::Actor;
use crate::commands::{Format, one_of};
use crate::failure::Failure;
use crate::say;
use clap::{Args, Subcommand};
use factum_case::custody::evidence::Detail;
use factum_case::custody::folder::Case;
use factum_case::custody::founding::WORKING;
use factum_case::facts::judge::{self, Judged, Standing};
use factum_case::facts::words::{Adopted, Bears, Conclusion, ContraryAnswered, Finding, Reviewed, Stance};
use factum_case::facts::{Book, Fact, Sort};
use factum_case::weigh::finding::Verdict;
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
    /// Write down a proposition and the standard of proof that it is held to; with the code of one there is, its next version.
    New(Box<New>),
    /// Say what a statement does to a finding.
    Link(Link),
    /// Answer contrary evidence, or say where it was looked for.
    Answer(Answer),
    /// Say, as somebody who did not write it, that you read a finding with all that carries it.
    Review(Review),
    /// Say whether a finding may be adopted, with every reason and what is missing.
    Check(Check),
    /// Adopt a finding in the words in which the report will print it.
    Adopt(Adopt),
    /// List the findings and where each stands.
    List(List),
    /// Write down a standard of proof in the inquiry's own words.
    Standard(Standard),
}

#[derive(Args)]
struct New {
    /// Its code; the next free one if absent.
    code: Option<String>,
    /// What is to be shown.
    #[arg(long)]
    proposition: String,
    /// The standard of proof: reasonable-suspicion, reasonable-grounds, balance-of-probabilities, clear-and-convincing,
    /// beyond-reasonable-doubt, or one of the inquiry's own.
    #[arg(long)]
    standard: String,
    /// It concludes that something could not be confirmed: what was asked and tried.
    #[arg(long = "could-not-confirm", value_name = "WHAT WAS TRIED")]
    sought: Vec<String>,
    /// What others say about what could not be confirmed, as WHO=WHAT.
    #[arg(long = "others", value_name = "WHO=WHAT", value_parser = detail, requires = "sought")]
    others: Vec<Detail>,
    /// It concludes how widespread something was: the words for it.
    #[arg(long, conflicts_with = "sought", requires_all = ["population", "denominator"])]
    extent: Option<String>,
    /// Of which population.
    #[arg(long)]
    population: Option<String>,
    /// How large that population is, and who says so.
    #[arg(long)]
    denominator: Option<String>,
    /// The source of the denominator.
    #[arg(long, value_name = "SOURCE")]
    denominator_source: Option<String>,
    /// Runs that it cites.
    #[arg(long = "run", value_name = "RUN")]
    runs: Vec<String>,
    /// What is still missing.
    #[arg(long)]
    missing: Vec<String>,
    /// Why it may stand on fewer independent origins than its standard asks for, where the standard lets a reason stand in.
    #[arg(long, value_name = "WORDS")]
    reason_for_origins: Option<String>,
    /// In which compartment it is to live.
    #[arg(long = "into", value_name = "COMPARTMENT", default_value = WORKING)]
    compartment: String,
}

#[derive(Args)]
struct Link {
    /// The finding.
    finding: String,
    /// The statement.
    statement: String,
    /// What the statement does to it: supports, contradicts or fits.
    #[arg(long = "as", value_name = "STANCE", value_parser = one_of(&Stance::ALL), required_unless_present = "none")]
    stance: Option<Stance>,
    /// Take back what was said of it.
    #[arg(long, conflicts_with = "stance")]
    none: bool,
    /// Why.
    #[arg(long)]
    reason: Option<String>,
}

#[derive(Args)]
struct Answer {
    /// The finding.
    finding: String,
    /// The contrary statement; without one, the answer is where contrary evidence was looked for.
    statement: Option<String>,
    /// The answer.
    #[arg(long)]
    answer: String,
}

#[derive(Args)]
struct Review {
    /// The finding.
    finding: String,
    /// You do not agree.
    #[arg(long)]
    disagree: bool,
    /// In words.
    #[arg(long)]
    words: String,
}

#[derive(Args)]
struct Check {
    /// The finding; all of them if absent.
    finding: Option<String>,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Args)]
struct Adopt {
    /// The finding.
    finding: String,
    /// The wording in a language, as LANGUAGE=WORDS; again for others.
    #[arg(long = "wording", value_name = "LANGUAGE=WORDS", value_parser = detail, required = true)]
    wording: Vec<Detail>,
}

#[derive(Args)]
struct List {
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Args)]
struct Standard {
    /// Its name.
    name: String,
    /// The file that says what it asks for (TOML); see docs/method/findings.md.
    file: PathBuf,
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let mut case = arguments.actor.open()?;
    let book = super::book(&case)?;
    let finding = |code: &str| book.find(code, Sort::Finding);
    let (summary, fact) = match &arguments.command {
        Command::Check(check) => return print_check(&case, &book, check),
        Command::List(list) => return print_list(&case, &book, list),
        Command::New(new) => {
            let fact = propose(&case, &book, new)?;
            (format!("The finding {} is written down", fact.code), Fact::Finding(Box::new(fact)))
        }
        Command::Link(link) => {
            let bears = Bears {
                finding: finding(&link.finding)?,
                statement: book.find(&link.statement, Sort::Statement)?,
                stance: link.stance,
                reason: link.reason.clone(),
            };
            (format!("What {} does to {} is judged", link.statement, link.finding), Fact::Bears(bears))
        }
        Command::Answer(said) => {
            let statement = said.statement.as_deref().map(|code| book.find(code, Sort::Statement)).transpose()?;
            let fact = ContraryAnswered { finding: finding(&said.finding)?, statement, answer: said.answer.clone() };
            (format!("Contrary evidence to {} is answered", said.finding), Fact::ContraryAnswered(fact))
        }
        Command::Review(said) => {
            let number = finding(&said.finding)?;
            let file = book.findings.get(&number).ok_or_else(|| Failure::new("the finding is gone"))?;
            if file.authors.contains(&case.actor()) {
                return Err(Failure::new("you wrote this finding, and nobody reviews their own")
                    .hint("ask a member who did not write it"));
            }
            let state = judge::state(file);
            let fact = Reviewed { finding: number, state, agrees: !said.disagree, words: said.words.clone() };
            (format!("The finding {} is reviewed", said.finding), Fact::Reviewed(fact))
        }
        Command::Adopt(adopt) => {
            let number = finding(&adopt.finding)?;
            let all = judged(&case, &book);
            let found = all.get(&number).ok_or_else(|| Failure::new("the finding is gone"))?;
            if found.verdict != Verdict::MayBeAdopted {
                return Err(Failure::new(found.lines.join("\n  ")).hint("add what is missing, then check again"));
            }
            let fact = Adopted { finding: number, state: found.state, wording: adopt.wording.clone() };
            (format!("The finding {} is adopted", adopt.finding), Fact::Adopted(fact))
        }
        Command::Standard(standard) => {
            let text = std::fs::read_to_string(&standard.file)
                .map_err(|e| Failure::new(format!("{} cannot be read: {e}", standard.file.display())))?;
            judge::parse_standard(&text).map_err(Failure::new)?;
            let summary = format!("The standard of proof {} is written down", standard.name);
            (summary, Fact::Standard { standard: standard.name.clone(), text })
        }
    };
    let receipt = case.say_facts("finding", &summary, &[fact])?;
    say!("{summary} (transaction {})", receipt.transaction);
    Ok(())
}

fn propose(case: &Case, book: &Book, new: &New) -> Result<Finding, Failure> {
    judge::standard(book, &new.standard).map_err(Failure::new)?;
    if let Some(run) = new.runs.iter().find(|run| !book.runs.contains_key(*run)) {
        let known: Vec<&str> = book.runs.keys().map(String::as_str).collect();
        return Err(Failure::new(format!("nothing that you can open is the run {run}"))
            .hint(format!("runs of this case: {}", if known.is_empty() { "none".into() } else { known.join(", ") })));
    }
    let code = new.code.clone().unwrap_or_else(|| book.next_code(Sort::Finding));
    // The code of a finding that there is means its next version.
    let known = book.codes().contains_key(code.as_str()).then(|| book.find(&code, Sort::Finding)).transpose()?;
    let number = match known {
        Some(number) => number,
        None => case.new_thing(&new.compartment)?,
    };
    let conclusion = match (&new.extent, new.sought.is_empty()) {
        (Some(words), _) => Conclusion::Qualitative {
            words: words.clone(),
            population: new.population.clone().unwrap_or_default(),
            denominator: new.denominator.clone().unwrap_or_default(),
            source: new.denominator_source.as_deref().map(|code| book.find(code, Sort::Source)).transpose()?,
        },
        (None, false) => Conclusion::NotConfirmed { sought: new.sought.clone(), others: new.others.clone() },
        (None, true) => Conclusion::Established,
    };
    Ok(Finding {
        finding: number,
        code,
        proposition: new.proposition.clone(),
        standard: new.standard.clone(),
        drawn_up_by: None,
        conclusion,
        runs: new.runs.clone(),
        missing: new.missing.clone(),
        reason_for_origins: new.reason_for_origins.clone(),
    })
}

/// The findings, judged today.
pub fn judged(case: &Case, book: &Book) -> std::collections::BTreeMap<factum_case::custody::ids::RecordId, Judged> {
    judge::all(book, factum_case::this_day(), &|member| case.register().name_of(member))
}

fn print_check(case: &Case, book: &Book, check: &Check) -> Result<(), Failure> {
    let wanted = check.finding.as_deref().map(|code| book.find(code, Sort::Finding)).transpose()?;
    let all = judged(case, book);
    let chosen = all.iter().filter(|(id, _)| wanted.is_none_or(|w| w == **id));
    if check.format == Format::Json {
        let all: Vec<_> = chosen
            .filter_map(|(id, judged)| {
                let code = &book.findings.get(id)?.finding.what.code;
                let verdict = judged.verdict.to_string();
                Some(serde_json::json!({"finding": code, "verdict": verdict, "state": judged.state, "lines": judged.lines}))
            })
            .collect();
        say!("{}", serde_json::to_string_pretty(&all)?);
        return Ok(());
    }
    for (id, judged) in chosen {
        let mut lines = judged.lines.iter();
        if let Some(first) = lines.next() {
            say!("{first}");
        }
        if let Some(file) = book.findings.get(id) {
            concluded(book, &file.finding.what).iter().for_each(|line| say!("  {line}"));
        }
        lines.for_each(|line| say!("  {line}"));
    }
    Ok(())
}

/// What a finding concludes, if not plainly that something happened, and the runs it cites.
fn concluded(book: &Book, finding: &Finding) -> Vec<String> {
    let mut lines = Vec::new();
    match &finding.conclusion {
        Conclusion::Established => {}
        Conclusion::NotConfirmed { sought, others } => {
            lines.push(format!("concludes that it could not be confirmed; tried: {}", sought.join("; ")));
            lines.extend(others.iter().map(|other| format!("others say: {}: {}", other.name, other.value)));
        }
        Conclusion::Qualitative { words, population, denominator, source } => {
            let who = source.map(|source| match book.sources.get(&source) {
                Some(file) => file.source.what.code.clone(),
                None => "a closed source".into(),
            });
            let who = who.unwrap_or_else(|| "no source is named".into());
            lines.push(format!("concludes: {words}, of {population}; how many these are: {denominator} ({who})"));
        }
    }
    if !finding.runs.is_empty() {
        lines.push(format!("cites the runs {}", finding.runs.join(", ")));
    }
    lines
}

fn print_list(case: &Case, book: &Book, list: &List) -> Result<(), Failure> {
    let all = judged(case, book);
    let mut rows: Vec<(&Finding, &Judged)> =
        book.findings.iter().filter_map(|(id, file)| Some((&file.finding.what, all.get(id)?))).collect();
    rows.sort_by(|a, b| a.0.code.cmp(&b.0.code));
    if list.format == Format::Json {
        let all: Vec<_> = rows.iter().map(|(finding, _)| finding).collect();
        say!("{}", serde_json::to_string_pretty(&all)?);
        return Ok(());
    }
    for (finding, judged) in rows {
        let standing = match &judged.standing {
            Standing::Adopted => "adopted".to_string(),
            Standing::FellBack(_) => format!("was adopted and fell back; {}", judged.verdict),
            Standing::NotAdopted => judged.verdict.to_string(),
        };
        say!("{} {} [{standing}]", finding.code, finding.proposition);
    }
    Ok(())
}
