//! May a finding be adopted, does an adopted one still stand, and why?
//!
//! Judged again each time from what is in the case today, so that a finding whose support is withdrawn falls back by itself. A reader who
//! cannot open all of it gets *cannot be judged here*, never a definite answer that another reader would contradict.

use super::book::{Book, FindingFile};
use super::network::Numbered;
use super::words::{Conclusion, Fact, Stance};
use crate::custody::canonical;
use crate::custody::founding::WORKING;
use crate::custody::ids::{Digest, MemberId, RecordId};
use factum_model::edtf::Day;
use factum_weigh::consent::Use;
use factum_weigh::finding::{
    self as weigh, AdoptedStanding, Check, Finding, Link, OthersEstimate, Review, Saying, Verdict,
};
use factum_weigh::standard::{BuiltIn, CAUTIOUS, Credibility, Grades, Kind, Reliability, Requirements, Standard};
use factum_weigh::{FindingId, PersonId, Thing};
use serde::Deserialize;
use sha2::Digest as _;
use std::collections::BTreeMap;

/// A finding, judged.
#[derive(Clone, Debug)]
pub struct Judged {
    /// Whether it may be adopted.
    pub verdict: Verdict,
    /// Everything that was looked at; absent if its standard is not known here.
    pub check: Option<Check>,
    /// Whether it stands as adopted.
    pub standing: Standing,
    /// What a reviewer reads and an adoption adopts: a digest of the finding with its links and answers.
    pub state: Digest,
    /// All of it for people, a line each, the verdict first.
    pub lines: Vec<String>,
}

/// Whether a finding stands as adopted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Nobody adopted it.
    NotAdopted,
    /// It was adopted and stands.
    Adopted,
    /// It was adopted and does not stand any more, or cannot be seen to stand; why.
    FellBack(Vec<String>),
}

/// Judges every finding that the actor can open. `names` gives the names of members.
pub fn all(book: &Book, today: Day, names: &dyn Fn(MemberId) -> String) -> BTreeMap<RecordId, Judged> {
    let numbered = Numbered::of(book, today);
    let each = book.findings.iter().zip(0..);
    each.map(|((id, file), number)| (*id, one(book, &numbered, file, FindingId(number), names))).collect()
}

fn one(
    book: &Book,
    numbered: &Numbered,
    file: &FindingFile,
    number: FindingId,
    names: &dyn Fn(MemberId) -> String,
) -> Judged {
    let state = state(file);
    let name = |thing: Thing| numbered.name(book, names, thing);
    let standard = match standard(book, &file.finding.what.standard) {
        Ok(standard) => standard,
        Err(why) => {
            let closed = !book.open.contains(WORKING);
            let verdict = if closed { Verdict::CannotBeJudgedHere { closed: 1 } } else { Verdict::NotYet };
            let lines = vec![format!("{} {verdict}", file.finding.what.code), why];
            let standing = match file.adopted {
                Some(_) => Standing::FellBack(lines.clone()),
                None => Standing::NotAdopted,
            };
            return Judged { verdict, check: None, standing, state, lines };
        }
    };
    let asked = asked(numbered, file, number, state);
    let check = weigh::check(&asked, &standard, &numbered.evidence);
    let mut lines = check.lines(&name);
    let supports = file.bears.iter().filter(|(_, bears)| bears.what.stance == Some(Stance::Supports));
    let said: Vec<_> = supports.filter_map(|(id, _)| numbered.said(id)).collect();
    let network = numbered.evidence.network();
    let uses = network.uses(&said);
    let pairs = network.not_examined(&uses).map(|(a, b)| format!("{} and {}", a.words(&name), b.words(&name)));
    let pairs: Vec<String> = pairs.collect();
    if !pairs.is_empty() {
        lines.push(format!("nobody examined whether these are independent: {}", pairs.join("; ")));
    }
    for used in uses.iter().filter(|used| used.statements.len() > 1) {
        let statements: Vec<String> = used.statements.iter().map(|(id, _)| name(Thing::Statement(*id))).collect();
        lines.push(format!("one origin, {}: {}", used.origin.words(&name), statements.join(", ")));
    }
    lines.extend(file.finding.what.missing.iter().map(|gap| format!("still missing, says the author: {gap}")));
    let standing = standing_of(file, &check, &name);
    if let Standing::FellBack(why) = &standing {
        lines.extend(why.iter().cloned());
    }
    Judged { verdict: check.verdict, check: Some(check), standing, state, lines }
}

fn standing_of(file: &FindingFile, check: &Check, name: &dyn Fn(Thing) -> String) -> Standing {
    let Some(adopted) = &file.adopted else { return Standing::NotAdopted };
    if adopted.entry < file.finding.entry {
        return Standing::FellBack(vec!["the proposition was written anew after it was adopted".into()]);
    }
    match weigh::standing(Verdict::MayBeAdopted, check) {
        AdoptedStanding::Stands => Standing::Adopted,
        fallen => Standing::FellBack(fallen.lines(name)),
    }
}

/// The finding in the terms of `weigh`.
fn asked(numbered: &Numbered, file: &FindingFile, number: FindingId, state: Digest) -> Finding {
    let said = &file.finding.what;
    let person = |member: &MemberId| numbered.member(member).unwrap_or(PersonId(u32::MAX));
    let author = file.authors.first().map_or(PersonId(u32::MAX), person);
    let links = file.bears.iter().filter_map(|(id, bears)| {
        let stance = match bears.what.stance? {
            Stance::Supports => weigh::Stance::Supports,
            Stance::Contradicts => weigh::Stance::Contradicts,
            Stance::Fits => weigh::Stance::Fits,
        };
        Some(Link { statement: numbered.statement(id)?, stance, by: person(&bears.author) })
    });
    let current = file.reviews.iter().filter(|review| review.what.state == state);
    let reviews = current.map(|review| {
        // Whoever wrote any version is an author.
        let by = if file.authors.contains(&review.author) { author } else { person(&review.author) };
        Review { by, agrees: review.what.agrees }
    });
    let looked = file.answers.iter().filter(|answer| answer.what.statement.is_none());
    let conclusion = match &said.conclusion {
        Conclusion::Established => weigh::Conclusion::Established,
        Conclusion::NotConfirmed { sought, others } => weigh::Conclusion::NotConfirmed {
            tried: sought.clone(),
            others: Some(
                others.iter().map(|o| OthersEstimate { who: o.name.clone(), what: o.value.clone() }).collect(),
            ),
        },
        Conclusion::Qualitative { population, denominator, source, .. } => weigh::Conclusion::Qualitative {
            population: population.clone(),
            size: denominator.clone(),
            source: source.as_ref().and_then(|id| numbered.source(id)).map(Saying::Source),
        },
    };
    Finding {
        finding: number,
        author,
        conclusion,
        links: links.collect(),
        answered: file.answers.iter().filter_map(|a| numbered.statement(a.what.statement.as_ref()?)).collect(),
        contrary_sought: looked.map(|answer| answer.what.answer.clone()).next_back(),
        reviews: reviews.collect(),
        runs: said.runs.iter().filter_map(|code| numbered.run(code)).collect(),
        gaps: said.missing.clone(),
        reason_for_origins: said.reason_for_origins.clone(),
    }
}

/// A digest of what a reviewer reads: the finding, what statements do to it, what is answered. All of it stands in the finding's home, so
/// that everybody who sees the finding computes the same.
pub fn state(file: &FindingFile) -> Digest {
    let mut hash = sha2::Sha256::new();
    let mut put = |fact: Fact| {
        let text = canonical::value_of(&fact).and_then(|value| canonical::write(&value)).unwrap_or_default();
        hash.update(text.as_bytes());
        hash.update(b"\n");
    };
    put(Fact::Finding(Box::new(file.finding.what.clone())));
    file.bears.values().for_each(|bears| put(Fact::Bears(bears.what.clone())));
    let mut answers: Vec<_> = file.answers.iter().map(|answer| answer.what.clone()).collect();
    answers.sort_by_key(|answer| answer.statement);
    answers.into_iter().for_each(|answer| put(Fact::ContraryAnswered(answer)));
    Digest(hash.finalize().into())
}

/// A standard of proof as an inquiry writes it (TOML).
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Written {
    name: String,
    wording: String,
    #[serde(default)]
    legal: Vec<String>,
    #[serde(default)]
    first_hand: u32,
    #[serde(default)]
    independent_origins: u32,
    #[serde(default)]
    reason_may_replace_origins: bool,
    #[serde(default)]
    documentary: u32,
    reliability: Option<String>,
    credibility: Option<String>,
    #[serde(default)]
    contrary_sought: bool,
    #[serde(default)]
    contrary_answered: bool,
    #[serde(default)]
    reviewers: u32,
    consent: Option<String>,
}

/// The standards that are built in, by the names that findings use.
pub const BUILT_IN: [(&str, BuiltIn); 5] = [
    ("reasonable-suspicion", BuiltIn::ReasonableSuspicion),
    ("reasonable-grounds", BuiltIn::ReasonableGroundsToBelieve),
    ("balance-of-probabilities", BuiltIn::BalanceOfProbabilities),
    ("clear-and-convincing", BuiltIn::ClearAndConvincing),
    ("beyond-reasonable-doubt", BuiltIn::BeyondReasonableDoubt),
];

/// The standard of a name: the inquiry's own if it wrote one, else one that is built in.
pub fn standard(book: &Book, name: &str) -> Result<Standard, String> {
    if let Some(said) = book.standards.get(name) {
        return parse_standard(&said.what);
    }
    let built_in = BUILT_IN.iter().find(|(known, _)| *known == name);
    built_in.map(|(_, which)| Standard::built_in(*which)).ok_or_else(|| {
        let known = BUILT_IN.map(|(known, _)| known).join(", ");
        format!(
            "there is no standard of proof of this name here; built in are {known}, and an inquiry can write its own"
        )
    })
}

/// Reads a standard in the inquiry's own words.
pub fn parse_standard(text: &str) -> Result<Standard, String> {
    let written: Written = toml::from_str(text).map_err(|e| format!("the standard cannot be read: {}", e.message()))?;
    let grades = match (&written.reliability, &written.credibility) {
        (None, None) => None,
        (r, c) => Some(Grades {
            reliability: r.as_deref().map_or(Ok(Reliability::CannotBeJudged), grade_of_source)?,
            credibility: c.as_deref().map_or(Ok(Credibility::CannotBeJudged), grade_of_statement)?,
        }),
    };
    let purpose = |name: &str| {
        let known = super::words::Purpose::of(name).map(super::consent::use_of);
        known.ok_or("the use that consent is asked for is unknown")
    };
    let consent: Option<Use> = written.consent.as_deref().map(purpose).transpose()?;
    let requirements = Requirements {
        first_hand: written.first_hand,
        independent_origins: written.independent_origins,
        reason_may_replace_origins: written.reason_may_replace_origins,
        documentary: written.documentary,
        grades,
        contrary_sought: written.contrary_sought,
        contrary_answered: written.contrary_answered,
        reviewers: written.reviewers,
        consent,
    };
    let reasons = vec![(Kind::FirstHand, "as the inquiry itself has set it".to_string())];
    // Whoever does not say how law is concluded on concludes with caution.
    let legal =
        if written.legal.is_empty() { CAUTIOUS.iter().map(ToString::to_string).collect() } else { written.legal };
    let standard = Standard { name: written.name, wording: written.wording, legal, requirements, reasons };
    let faults: Vec<String> = standard.faults().iter().map(ToString::to_string).collect();
    if faults.is_empty() { Ok(standard) } else { Err(faults.join("; ")) }
}

fn grade_of_source(grade: &str) -> Result<Reliability, String> {
    super::network::reliability(grade).ok_or_else(|| "reliability is graded A to F".into())
}

fn grade_of_statement(grade: &str) -> Result<Credibility, String> {
    super::network::credibility(grade).ok_or_else(|| "credibility is graded 1 to 6".into())
}
