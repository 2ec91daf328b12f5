//! May everything that a draft tells leave, and what is then written down of it?
//!
//! What is written down is what every later publication is set against: the counts as they were cleared, and what was told of each source
//! under its code. It is written in the same act in which the publication leaves, so that neither is there without the other.

use super::profile::{self, Profile};
use super::{Clearance, ClearanceError, Refused};
use crate::custody::evidence::Detail;
use crate::custody::folder::Case;
use crate::facts::Book;
use crate::facts::judge;
use crate::facts::words::SourceTold;
use crate::facts::words::{CountsPublished, Fact, Purpose};
use crate::publication::build;
use crate::publication::counted::Counted;
use crate::publication::draft::{self, Problem};
use crate::publication::gate::{self, Grounds};
use crate::publication::material::Memory;
use std::collections::BTreeSet;

/// The name of what has no name yet.
pub const PREPARED: &str = "this draft";

/// The name under which a release keeps what was cleared of it.
pub const CONTROL: &str = "disclosure control";

/// What the line begins with that marks the counts cleared.
const COUNTS: &str = "counts told: ";

/// Why a draft may not leave.
#[derive(Debug, thiserror::Error)]
pub enum NotCleared {
    /// What left before cannot be seen.
    #[error(transparent)]
    Clearance(#[from] ClearanceError),
    /// It cannot be read or built.
    #[error("{} stand in the way of the draft, the first on line {}: {}", .0.len(), first(.0).line, first(.0).what)]
    Draft(Vec<Problem>),
    /// Its counts cannot leave, however little of them is told.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Counts(Vec<Refused>),
    /// Of some sources so much is told that it fits few, and nobody has decided that it may.
    #[error(
        "of {}, all that is told under the code fits few, and nobody has decided in writing that it may leave (factum guard check, decide)",
        .0.iter().map(|profile| profile.code.as_str()).collect::<Vec<_>>().join(", ")
    )]
    Profiles(Vec<Profile>),
}

fn first(problems: &[Problem]) -> Problem {
    problems.first().cloned().unwrap_or_else(|| Problem::new(1, "nothing", ""))
}

/// What a draft tells: its counts, and what it says of sources under their codes.
#[derive(Debug)]
pub struct Tells {
    /// Every count of people that a build would print.
    pub counted: Vec<Counted>,
    /// What it tells of each source.
    pub told: Vec<SourceTold>,
    /// Why it cannot be built.
    pub problems: Vec<Problem>,
}

/// What a draft tells if it leaves under this name; nothing but problems if it cannot be read.
pub fn tells(case: &Case, book: &Book, text: &str, release: &str) -> Tells {
    let (draft, mut problems) = draft::read(text);
    let Some(draft) = draft else { return Tells { counted: Vec::new(), told: Vec::new(), problems } };
    let today = crate::this_day();
    let judged = judge::all(book, today, &|member| case.register().name_of(member));
    let grounds = Grounds::of(case, book, &judged, today);
    let (counted, more) = build::counts(case, &draft, &grounds, &mut Memory::default());
    problems.extend(more);
    let (rests, _) = gate::judge(&draft, &grounds);
    let told = profile::told_by(book, &rests, made_for(&draft.head.purpose), release, today);
    Tells { counted, told, problems }
}

/// What a draft is made for; with a purpose that is none, nobody is named.
pub fn made_for(name: &str) -> Purpose {
    Purpose::of(name).unwrap_or(Purpose::ReportAnonymised)
}

/// The profiles of these sources that somebody must decide on before more is told of them.
pub fn waiting(case: &Case, book: &Book, told: &[SourceTold], clearance: &Clearance) -> Vec<Profile> {
    let concerned: BTreeSet<_> = told.iter().map(|told| told.source).collect();
    let mut all = profile::all(book, told, clearance.shares(), &|member| case.register().name_of(member));
    all.retain(|profile| concerned.contains(&profile.source) && !profile.standing.is_free());
    all
}

/// What is written down when a draft leaves under this name. Without a name it is held against everything that ever left; under one, against
/// everything but what left under the same.
///
/// # Errors
/// Whatever of it must not leave.
pub fn facts(case: &Case, book: &Book, text: &str, release: Option<&str>) -> Result<Vec<Fact>, NotCleared> {
    let name = release.unwrap_or(PREPARED);
    let tells = tells(case, book, text, name);
    if !tells.problems.is_empty() {
        return Err(NotCleared::Draft(tells.problems));
    }
    let clearance = Clearance::of(case, book, release)?;
    let decided = clearance.decide(&tells.counted);
    if !decided.refused.is_empty() {
        return Err(NotCleared::Counts(decided.refused));
    }
    let waiting = waiting(case, book, &tells.told, &clearance);
    if !waiting.is_empty() {
        return Err(NotCleared::Profiles(waiting));
    }
    let mut facts = decided.facts(name);
    facts.extend(profile::facts(&tells.told));
    Ok(facts)
}

/// What a release keeps of what was cleared of it when its files were fixed: how much leaves, and a digest of its counts as they are told.
pub fn control(facts: &[Fact]) -> Detail {
    let counts: Vec<CountsPublished> = facts
        .iter()
        .filter_map(|fact| match fact {
            // The release has another name when it is sealed.
            Fact::CountsPublished(counts) => Some(CountsPublished { release: String::new(), ..(**counts).clone() }),
            _ => None,
        })
        .collect();
    let digest = factum_log::Digest::of(&crate::json(&counts));
    Detail::new(CONTROL, format!("{} records of what leaves\n{COUNTS}{digest}", facts.len()))
}

/// Are the counts that would leave today told as they were when the files of a release were fixed? A release about which nothing of the kind
/// was kept is not held to it.
pub fn as_cleared(kept: &[Detail], facts: &[Fact]) -> bool {
    let line = |detail: &Detail| detail.value.lines().find(|line| line.starts_with(COUNTS)).map(str::to_string);
    let then = kept.iter().filter(|detail| detail.name == CONTROL).find_map(line);
    then.is_none() || then == line(&control(facts))
}
