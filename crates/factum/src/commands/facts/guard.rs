//! `factum guard`: what a draft tells of people in small numbers and of single sources, and what has left already.

use super::report::text_of;
use crate::commands::custody::actor::Actor;
use crate::commands::{Format, counted};
use crate::failure::Failure;
use crate::say;
use clap::{ArgGroup, Args, Subcommand};
use factum_case::clearance::leaving::{self, PREPARED, Tells};
use factum_case::clearance::profile::{self, Profile};
use factum_case::clearance::{Clearance, Decided};
use factum_case::custody::folder::Case;
use factum_case::facts::words::{Fact, SourceTold};
use factum_case::facts::{Book, Sort};
use factum_case::publication::counted::{Counted, Told};
use factum_case::publication::gate::Rests;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    actor: Actor,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Tell what of a draft's counts must be withheld and why, and which sources all that is told of them fits too well.
    Check {
        /// The draft, in Markdown.
        draft: PathBuf,
        /// How to print.
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
    /// Write down that a draft's counts, as cleared, and what it tells of sources leave with a release. Nothing takes that back.
    Record {
        /// The draft, in Markdown.
        draft: PathBuf,
        /// The name under which the release is known.
        #[arg(long)]
        release: String,
    },
    /// List what has left.
    List,
    /// Tell all that releases, and a draft, tell of one source, and how many sources it fits.
    Profile {
        /// The source.
        code: String,
        /// A draft whose telling is added.
        #[arg(long, value_name = "FILE")]
        draft: Option<PathBuf>,
    },
    /// Decide, in writing, whether all that is told of a source may leave.
    Decide(Decide),
}

#[derive(Args)]
#[command(group = ArgGroup::new("answer").required(true))]
struct Decide {
    /// The source.
    code: String,
    /// A draft whose telling is decided about as well.
    #[arg(long, value_name = "FILE")]
    draft: Option<PathBuf>,
    /// It may leave.
    #[arg(long, group = "answer")]
    may_leave: bool,
    /// It must not leave.
    #[arg(long, group = "answer")]
    must_not_leave: bool,
    /// What was weighed, and what the source said to it.
    #[arg(long)]
    reason: String,
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let mut case = arguments.actor.open()?;
    let book = super::book(&case)?;
    match &arguments.command {
        Command::Check { draft, format } => check(&case, &book, draft, *format),
        Command::Record { draft, release } => record(&mut case, &book, draft, release),
        Command::List => list(&book),
        Command::Profile { code, draft } => {
            let (profile, clearance) = profile_of(&case, &book, code, draft.as_deref())?;
            print_profile(&profile, clearance.shares());
            Ok(())
        }
        Command::Decide(decide) => decided(&mut case, &book, decide),
    }
}

fn prepared(case: &Case, book: &Book, path: &Path, release: &str) -> Result<Tells, Failure> {
    Ok(leaving::tells(case, book, &text_of(path)?, release))
}

/// Says aloud, where a report is built, of how many sources all that is told fits few, so that a person must decide before it leaves.
pub fn warn(case: &Case, book: &Book, made_for: &str, rests: &Rests, clearance: &Clearance) {
    let purpose = leaving::made_for(made_for);
    let told = profile::told_by(book, rests, purpose, PREPARED, factum_case::this_day());
    let waiting = leaving::waiting(case, book, &told, clearance).len();
    if waiting > 0 {
        let sources = counted(waiting as u64, "source");
        eprintln!(
            "warning: of {sources}, all that is told under the code fits few, and somebody must decide before this leaves (factum guard check)"
        );
    }
}

fn profiles(case: &Case, book: &Book, told: &[SourceTold], shares: usize) -> Vec<Profile> {
    profile::all(book, told, shares, &|member| case.register().name_of(member))
}

fn check(case: &Case, book: &Book, path: &Path, format: Format) -> Result<(), Failure> {
    let prepared = prepared(case, book, path, PREPARED)?;
    let clearance = Clearance::of(case, book, None)?;
    let decided = clearance.decide(&prepared.counted);
    let concerned: BTreeSet<_> = prepared.told.iter().map(|told| told.source).collect();
    let mut profiles = profiles(case, book, &prepared.told, clearance.shares());
    profiles.retain(|profile| concerned.contains(&profile.source));
    let waiting: Vec<&Profile> = profiles.iter().filter(|profile| !profile.standing.is_free()).collect();
    if format == Format::Json {
        let counts: Vec<_> = prepared
            .counted
            .iter()
            .zip(&decided.told)
            .zip(&decided.why)
            .map(|((one, told), why)| serde_json::json!({"place": one.place, "told": told, "why": why}))
            .collect();
        let all = serde_json::json!({
            "counts": counts,
            "cleared": decided.cleared,
            "refused": decided.refused,
            "profiles": profiles,
            "problems": prepared.problems.iter().map(|p| format!("line {}: {}", p.line, p.what)).collect::<Vec<_>>(),
        });
        say!("{}", serde_json::to_string_pretty(&all)?);
    } else {
        print_counts(&prepared.counted, &decided, &clearance);
        say!(
            "{} named by code; of {} all that is told fits fewer than {} sources",
            counted(profiles.len() as u64, "source"),
            profiles.iter().filter(|profile| profile.standing != profile::Standing::Shared).count(),
            clearance.shares()
        );
        waiting.iter().for_each(|profile| say!("  {}: {}", profile.code, profile.standing.words()));
    }
    if !prepared.problems.is_empty() {
        eprintln!("warning: {} in the draft: factum report check", counted(prepared.problems.len() as u64, "problem"));
    }
    decided.refused.iter().for_each(|refused| eprintln!("{refused}"));
    match (decided.refused.len(), waiting.len()) {
        (0, 0) => Ok(()),
        (0, waiting) => Err(Failure::new(format!("{} must be decided", counted(waiting as u64, "profile")))
            .hint("factum guard profile CODE --draft FILE, then factum guard decide")),
        (refused, _) => Err(Failure::new(format!("{} cannot leave", counted(refused as u64, "table")))),
    }
}

fn print_counts(all: &[Counted], decided: &Decided, clearance: &Clearance) {
    for cleared in &decided.cleared {
        say!(
            "{} ({}): {}, {} withheld or rounded",
            cleared.population,
            cleared.places.join(", "),
            counted(cleared.counts as u64, "count"),
            cleared.withheld
        );
        if cleared.exposed_before > 0 {
            say!(
                "  {} of earlier releases could be worked out before",
                counted(cleared.exposed_before as u64, "count")
            );
        }
        if cleared.some_left {
            say!("  by what earlier releases told, people were taken out since");
        }
    }
    for ((one, told), why) in all.iter().zip(&decided.told).zip(&decided.why) {
        for ((cell, told), why) in one.cells.iter().zip(told).zip(why) {
            let Some(why) = why else { continue };
            let named = one
                .axes
                .iter()
                .zip(&cell.of)
                .filter_map(|(axis, value)| Some(format!("{}: {}", axis.name, axis.categories.get((*value)?)?)));
            let named: Vec<String> = named.collect();
            let named = if named.is_empty() { "all".into() } else { named.join(", ") };
            let told = if *told == Told::Withheld { "withheld".into() } else { told.words() };
            say!("  {}, {named}: {told} ({})", one.place, why.words(clearance.rules()));
        }
    }
}

fn record(case: &mut Case, book: &Book, path: &Path, release: &str) -> Result<(), Failure> {
    if release.trim().is_empty() {
        return Err(Failure::new("a release is known under a name").hint("--release \"report of 2026\""));
    }
    let facts = leaving::facts(case, book, &text_of(path)?, Some(release))
        .map_err(|error| Failure::new(format!("nothing was written down: {error}")).hint("factum guard check FILE"))?;
    if facts.is_empty() {
        say!("The draft shows no count of people and names no source by code: there is nothing to keep.");
        return Ok(());
    }
    let summary = format!("What leaves with {release} is written down");
    let receipt = case.say_facts("guard", &summary, &facts)?;
    let tables = facts.iter().filter(|fact| matches!(fact, Fact::CountsPublished(_))).count();
    say!(
        "{summary}: {} of counts, {} (transaction {})",
        counted(tables as u64, "table"),
        counted((facts.len() - tables) as u64, "source"),
        receipt.transaction
    );
    Ok(())
}

fn list(book: &Book) -> Result<(), Failure> {
    for said in &book.counts_published {
        let counts = &said.what;
        let places = counts.places.join(", ");
        say!("{}: {} ({places}), {}", counts.release, counts.population, counted(counts.counts.len() as u64, "count"));
    }
    let mut told: Vec<(&str, &str, usize)> = Vec::new();
    for file in book.sources.values() {
        let code = file.source.what.code.as_str();
        told.extend(file.told.iter().map(|said| (said.what.release.as_str(), code, said.what.facts.len())));
    }
    told.sort_unstable();
    for (release, code, facts) in told {
        say!("{release}: {} told of {code}", counted(facts as u64, "fact"));
    }
    Ok(())
}

fn profile_of(case: &Case, book: &Book, code: &str, draft: Option<&Path>) -> Result<(Profile, Clearance), Failure> {
    let source = book.find(code, Sort::Source)?;
    let clearance = Clearance::of(case, book, None)?;
    let told = match draft {
        Some(path) => prepared(case, book, path, PREPARED)?.told,
        None => Vec::new(),
    };
    let profile = profiles(case, book, &told, clearance.shares()).into_iter().find(|p| p.source == source);
    let profile = profile.ok_or_else(|| {
        Failure::new(format!("no release tells anything of {code} under its code"))
            .hint("give the draft with --draft FILE")
    })?;
    Ok((profile, clearance))
}

fn print_profile(profile: &Profile, shares: usize) {
    say!("{}", profile.code);
    for fact in &profile.facts {
        say!("  {}: {} ({})", fact.name, fact.value, fact.releases.join(", "));
    }
    say!("{} with exactly this; at least {shares} are asked for", counted(profile.shares as u64, "source"));
    for part in &profile.rare {
        say!("  told of {}: {}", counted(part.shares as u64, "source"), part.facts.join(" and "));
    }
    say!("{}", profile.standing.words());
}

fn decided(case: &mut Case, book: &Book, decide: &Decide) -> Result<(), Failure> {
    if decide.reason.trim().is_empty() {
        return Err(Failure::new("a decision needs a reason").hint("--reason \"what was weighed\""));
    }
    let (profile, clearance) = profile_of(case, book, &decide.code, decide.draft.as_deref())?;
    print_profile(&profile, clearance.shares());
    let decision = profile.decision(decide.may_leave, &decide.reason);
    let may = if decide.may_leave { "may" } else { "must not" };
    let summary = format!("What is told of {} {may} leave", profile.code);
    let receipt = case.say_facts("guard", &summary, &[Fact::ProfileDecided(decision)])?;
    say!("{summary} (transaction {})", receipt.transaction);
    Ok(())
}
