//! How many sources fits all that is told of one?
//!
//! A report names a source by its code. What one release says of S-014 and what the next says add up, and a reader who puts them together asks
//! whom all of it fits. Where it fits fewer sources than the inquiry asks for, nothing leaves until a person has decided, in writing, with all
//! of it before them; one fact more, and it is decided anew.

use crate::custody::evidence::Detail;
use crate::custody::ids::{MemberId, RecordId};
use crate::facts::book::{Book, SourceFile};
use crate::facts::words::{Basis, Fact, ProfileDecided, Purpose, Sort, SourceTold};
use crate::facts::{Sort as Thing, consent};
use crate::publication::gate::{Cited, Rests};
use crate::publication::reach::reached;
use crate::publication::{precision, ties};
use factum_guard::profile::{Decision, DecisionFault, Rare, Said, below, profiles, settles};
use factum_guard::space::Category;
use factum_model::Edtf;
use factum_model::edtf::{Day, Precision};
use factum_weigh::consent::Asked;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// All that releases, and the one that is prepared, tell of a source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Profile {
    /// The source.
    #[serde(skip)]
    pub source: RecordId,
    /// Its code.
    pub code: String,
    /// What is told, with the releases that tell it.
    pub facts: Vec<Told>,
    /// How many sources have exactly this profile, this one included.
    pub shares: usize,
    /// The smallest parts of it that fit few.
    pub rare: Vec<RarePart>,
    /// Whether it may leave.
    pub standing: Standing,
}

impl Profile {
    /// Somebody's decision about all that lies before them.
    pub fn decision(&self, may_leave: bool, reason: &str) -> ProfileDecided {
        ProfileDecided {
            source: self.source,
            facts: self.facts.iter().map(|fact| Detail::new(&fact.name, &fact.value)).collect(),
            may_leave,
            reason: reason.into(),
        }
    }
}

/// One thing that is told of a source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Told {
    /// In which respect.
    pub name: String,
    /// What.
    pub value: String,
    /// By which releases.
    pub releases: Vec<String>,
}

/// Facts that fit few sources together, and enough if any of them is left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RarePart {
    /// The facts, as `name: value`.
    pub facts: Vec<String>,
    /// How many sources they are told of.
    pub shares: usize,
}

/// Whether a profile may leave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// Enough sources share it, in whole and in every part.
    Shared,
    /// It fits few, and somebody decided that it may leave.
    MayLeave,
    /// It fits few, and somebody decided that it must not leave.
    MustNotLeave,
    /// It fits few, and nobody decided.
    Undecided,
    /// It fits few, and so many facts were not before whoever decided.
    DecideAnew(usize),
}

impl Standing {
    /// May it leave?
    pub fn is_free(&self) -> bool {
        matches!(self, Standing::Shared | Standing::MayLeave)
    }

    /// In words.
    pub fn words(&self) -> String {
        match self {
            Standing::Shared => "shared by enough sources".into(),
            Standing::MayLeave => "fits few; it was decided that it may leave".into(),
            Standing::MustNotLeave => "fits few; it was decided that it must not leave".into(),
            Standing::Undecided => "fits few, and nobody has decided".into(),
            Standing::DecideAnew(added) => format!("fits few, and {added} facts were not before whoever decided"),
        }
    }
}

/// What a publication that rests on these things tells of each source that it names by code: what the source is, when it was interviewed and how
/// it knows, of which places and times it speaks and to which findings, and what a picture ties it to; as footnotes, annexes and pictures print it
/// and no finer than the source allows. What a finding rests on is told with it. Sources that are no persons, and those that a report names
/// because they agreed to it, have no profile.
pub fn told_by(book: &Book, rests: &Rests, purpose: Purpose, release: &str, today: Day) -> Vec<SourceTold> {
    let mut told: BTreeMap<RecordId, BTreeSet<(String, String)>> = BTreeMap::new();
    let cited = &reached(book, &rests.cited);
    for (source, fact) in rests.ties.iter().flat_map(|finding| ties::told(book, finding)) {
        told.entry(source).or_default().insert(fact);
    }
    let findings: Vec<_> = cited
        .iter()
        .filter_map(|thing| match thing {
            Cited::Thing(Thing::Finding, id) => book.findings.get(id),
            _ => None,
        })
        .collect();
    for thing in cited {
        match thing {
            Cited::Thing(Thing::Source, id) => drop(told.entry(*id).or_default()),
            Cited::Thing(Thing::Interview, id) => {
                let Some(said) = book.interviews.get(id).map(|said| &said.what) else { continue };
                told.entry(said.source).or_default().extend(dates("interviewed", &said.date, book, &said.source));
            }
            Cited::Thing(Thing::Statement, id) => {
                let Some(said) = book.statements.get(id).map(|file| &file.statement.what) else { continue };
                let facts = told.entry(said.source).or_default();
                let interview = said.interview.and_then(|interview| book.interviews.get(&interview));
                facts.extend(interview.iter().flat_map(|i| dates("interviewed", &i.what.date, book, &said.source)));
                facts.extend(said.date.iter().flat_map(|date| dates("speaks of", date, book, &said.source)));
                facts.extend(place(said.place.as_ref(), book, &said.source).map(|place| ("place".to_string(), place)));
                facts.insert((
                    "knows".into(),
                    Basis::ALL.iter().find(|(_, b)| *b == said.basis).map_or("", |b| b.0).into(),
                ));
                let carried = findings.iter().filter(|file| file.bears.contains_key(id));
                facts.extend(carried.map(|file| ("speaks to".to_string(), file.finding.what.code.clone())));
            }
            _ => {}
        }
    }
    let one = |(source, mut facts): (RecordId, BTreeSet<(String, String)>)| {
        let file = book.sources.get(&source)?;
        let named = purpose == Purpose::ReportNamed
            && file.allows(Asked::of(consent::use_of(Purpose::ReportNamed)), today).is_allowed();
        if named || !matches!(file.source.what.sort, Sort::Person | Sort::Expert) {
            return None;
        }
        let sort = Sort::ALL.iter().find(|(_, sort)| *sort == file.source.what.sort).map_or("", |(name, _)| name);
        facts.insert(("is".into(), sort.into()));
        let facts = facts.into_iter().map(|(name, value)| Detail { name, value }).collect();
        Some(SourceTold { source, release: release.into(), facts })
    };
    told.into_iter().filter_map(one).collect()
}

/// What has to be said in the case when this leaves.
pub fn facts(told: &[SourceTold]) -> Vec<Fact> {
    told.iter().cloned().map(Fact::SourceTold).collect()
}

/// The profile of every source of which anything is told, by releases or by what is prepared, in the order of codes. `shares` is how many
/// sources must share one; `names` gives the names of members.
pub fn all(book: &Book, prepared: &[SourceTold], shares: usize, names: &dyn Fn(MemberId) -> String) -> Vec<Profile> {
    let earlier = book.sources.values().flat_map(|file| file.told.iter().map(|said| &said.what));
    let mut said = Vec::new();
    let mut by_key: BTreeMap<String, &SourceFile> = BTreeMap::new();
    for one in earlier.chain(prepared) {
        let Some(file) = book.sources.get(&one.source) else { continue };
        // Two things can have one code by mistake, never one number.
        let key = format!("{} {}", file.source.what.code, one.source);
        by_key.insert(key.clone(), file);
        said.extend(one.facts.iter().map(|fact| Said {
            source: key.clone(),
            release: one.release.clone(),
            fact: Category::new(&fact.name, &fact.value),
        }));
    }
    let few: BTreeMap<String, factum_guard::profile::Below> =
        below(&said, shares).into_iter().map(|below| (below.source.clone(), below)).collect();
    let together = profiles(&said);
    let mut alike: BTreeMap<Vec<&Category>, usize> = BTreeMap::new();
    together.iter().for_each(|profile| *alike.entry(profile.facts.keys().collect()).or_default() += 1);
    let one = |profile: &factum_guard::profile::Profile| {
        let file = *by_key.get(&profile.source)?;
        let below = few.get(&profile.source);
        let told = |(fact, releases): (&Category, &BTreeSet<String>)| Told {
            name: fact.dimension.clone(),
            value: fact.value.clone(),
            releases: releases.iter().cloned().collect(),
        };
        let rare = |rare: &Rare| RarePart {
            facts: rare.facts.iter().map(|fact| format!("{}: {}", fact.dimension, fact.value)).collect(),
            shares: rare.shares,
        };
        Some(Profile {
            source: file.source.what.source,
            code: file.source.what.code.clone(),
            facts: profile.facts.iter().map(told).collect(),
            shares: alike.get(&profile.facts.keys().collect::<Vec<_>>()).copied().unwrap_or(0),
            rare: below.iter().flat_map(|below| below.rare.iter().map(rare)).collect(),
            standing: below.map_or(Standing::Shared, |below| standing(file, below, names)),
        })
    };
    together.iter().filter_map(one).collect()
}

fn standing(file: &SourceFile, below: &factum_guard::profile::Below, names: &dyn Fn(MemberId) -> String) -> Standing {
    let Some(decided) = &file.decided else { return Standing::Undecided };
    let decision = Decision {
        source: below.source.clone(),
        facts: decided.what.facts.iter().map(|fact| Category::new(&fact.name, &fact.value)).collect(),
        by: names(decided.author),
        reason: decided.what.reason.clone(),
    };
    match settles(&decision, below) {
        _ if !decided.what.may_leave => Standing::MustNotLeave,
        Ok(()) => Standing::MayLeave,
        Err(DecisionFault::MoreIsSaid { added, .. }) => Standing::DecideAnew(added),
        Err(DecisionFault::OtherSource { .. } | DecisionFault::Unsigned { .. }) => Standing::Undecided,
    }
}

/// The place of which a source speaks: where it agreed to no finer one, that.
fn place(place: Option<&RecordId>, book: &Book, source: &RecordId) -> Option<String> {
    let label = &book.entities.get(place?)?.what.label;
    let region = book.sources.get(source).and_then(precision::region);
    Some(region.unwrap_or(label).to_string())
}

/// What a date tells: its year or years, and its month and day where they are printed. Of two sources one can be told by the day and the other
/// by the year; a reader sees that the day is in the year.
fn dates(about: &str, date: &str, book: &Book, source: &RecordId) -> Vec<(String, String)> {
    let finest = book.sources.get(source).map_or(Precision::Year, precision::finest);
    let days = date.parse::<Edtf>().ok().and_then(|date| {
        let date = precision::coarse(date, finest);
        Some((date.earliest()?, date.latest()?))
    });
    let Some((from, to)) = days else { return Vec::new() };
    let ((first, month, day), (last, last_month, last_day)) = (from.ymd(), to.ymd());
    if first != last {
        return vec![(format!("{about} years"), format!("{first} to {last}"))];
    }
    let mut told = vec![(format!("{about} year"), first.to_string())];
    if month == last_month {
        told.push((format!("{about} month"), format!("{first}-{month:02}")));
        if day == last_day {
            told.push((format!("{about} day"), format!("{first}-{month:02}-{day:02}")));
        }
    }
    told
}
