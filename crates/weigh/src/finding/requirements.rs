//! Is each thing that the standard asks for there?
//!
//! Each requirement alone is met, not met or unknown; [`together`] asks whether those that are unknown can all be met at once: one
//! closed statement can be first-hand or documentary, not both.

use super::weighed::{Weighed, said, standing_of};
use super::{Conclusion, Evidence, Finding, Lack, Requirement, RunView, Saying, SourceView, State};
use crate::id::{PersonId, RunNumber, SourceId, StatementId, Thing};
use crate::independence::{Basis, Bounds, CountedOrigins, Said};
use crate::standard::{Kind, Standard};
use std::collections::BTreeSet;

/// Every requirement that the standard and the conclusion make, in order, and the origins on which one of them rests.
pub(super) fn all(
    finding: &Finding,
    standard: &Standard,
    evidence: &Evidence,
    weighed: &Weighed,
) -> (CountedOrigins, Vec<Requirement>) {
    let asked = &standard.requirements;
    let origins = count(evidence, weighed, &BTreeSet::new(), weighed.closed_support.len());
    let mut made = Vec::new();
    // That something could not be confirmed is no claim that evidence has to carry.
    if !matches!(finding.conclusion, Conclusion::NotConfirmed { .. }) {
        for (kind, basis, needed) in [
            (Kind::FirstHand, Basis::FirstHand, asked.first_hand),
            (Kind::Documentary, Basis::Documentary, asked.documentary),
        ] {
            if needed > 0 {
                made.push(numbered(kind, needed, sources(basis, evidence, weighed), weighed));
            }
        }
        if asked.independent_origins > 0 {
            let mut origin =
                numbered(Kind::IndependentOrigins, asked.independent_origins, origins.independent, weighed);
            if origin.state != State::Met && asked.reason_may_replace_origins && finding.reason_for_origins.is_some() {
                origin.state = State::Met;
                origin.replaced = true;
            }
            if origin.state == State::Unknown && !origins.finished {
                origin.lacks.push(Lack::SearchCutShort);
            }
            made.push(origin);
        }
        if asked.grades.is_some() {
            made.push(plain(Kind::Grades, weighed.grades.clone()));
        }
        if asked.contrary_sought {
            let written = finding.contrary_sought.as_ref().is_some_and(|w| !w.trim().is_empty());
            made.push(plain(Kind::ContrarySought, written_down(written)));
        }
    }
    if asked.contrary_answered {
        made.push(plain(Kind::ContraryAnswered, weighed.contrary.clone()));
    }
    if asked.reviewers > 0 {
        made.push(reviewed(finding, asked.reviewers));
    }
    if asked.consent.is_some() {
        made.push(plain(Kind::Consent, weighed.consent.clone()));
    }
    if !finding.runs.is_empty() {
        made.push(runs(&finding.runs, evidence));
    }
    made.extend(of_conclusion(&finding.conclusion, evidence));
    made.sort_by_key(|r| r.kind);
    (origins, made)
}

/// Whether a completion of what is closed can meet all of it. Requirements that are certainly not met were looked at before.
pub(super) fn together(
    finding: &Finding,
    standard: &Standard,
    evidence: &Evidence,
    weighed: &Weighed,
    made: &[Requirement],
) -> bool {
    let gone = &weighed.must_have_withdrawn;
    if let Conclusion::Qualitative { source: Some(saying), .. } = &finding.conclusion {
        let must_stay = match *saying {
            Saying::Source(source) => Some(source),
            Saying::Statement(statement) => evidence.open(statement).map(|s| s.source),
            Saying::Run(_) => None,
        };
        if must_stay.is_some_and(|s| gone.contains(&s)) {
            return false;
        }
    }
    if matches!(finding.conclusion, Conclusion::NotConfirmed { .. }) {
        return true;
    }
    let asked = &standard.requirements;
    let staying: Vec<StatementId> = perhaps(evidence, weighed, gone);
    let short = |basis, needed: u32| {
        let mut there = weighed.sources(&weighed.counts, basis, evidence);
        there.extend(weighed.sources(&staying, basis, evidence));
        (needed as usize).saturating_sub(there.len())
    };
    let spent = short(Basis::FirstHand, asked.first_hand) + short(Basis::Documentary, asked.documentary);
    let closed = weighed.closed_support.len();
    let replaced = made.iter().any(|r| r.kind == Kind::IndependentOrigins && r.replaced);
    if spent != closed || replaced || asked.independent_origins == 0 {
        // A closed statement that is neither can be relayed and so have any number of origins.
        return spent <= closed;
    }
    // Each of the closed statements is the first-hand or documentary one of a source of its own, at most independent of all.
    let rest = count(evidence, weighed, gone, 0).independent.at_most;
    rest.is_none_or(|rest| rest as usize + closed >= asked.independent_origins as usize)
}

/// Support that counts unless its closed source withdrew, without that of sources that must have.
fn perhaps(evidence: &Evidence, weighed: &Weighed, gone: &BTreeSet<SourceId>) -> Vec<StatementId> {
    let stays = |s: &StatementId| evidence.open(*s).is_some_and(|open| !gone.contains(&open.source));
    weighed.perhaps.iter().copied().filter(stays).collect()
}

fn count(evidence: &Evidence, weighed: &Weighed, gone: &BTreeSet<SourceId>, closed: usize) -> CountedOrigins {
    fn all<'a>(of: &[StatementId], evidence: &'a Evidence) -> Vec<Said<'a>> {
        of.iter().filter_map(|&s| evidence.open(s).map(|open| said(s, open))).collect()
    }
    let certain = all(&weighed.counts, evidence);
    let possible = all(&perhaps(evidence, weighed, gone), evidence);
    evidence.network().count(&certain, &possible, closed)
}

/// How many sources have statements of this basis that count.
fn sources(basis: Basis, evidence: &Evidence, weighed: &Weighed) -> Bounds {
    let mut of = weighed.sources(&weighed.counts, basis, evidence);
    let at_least = of.len() as u32;
    of.extend(weighed.sources(&weighed.perhaps, basis, evidence));
    Bounds { at_least, at_most: Some((of.len() + weighed.closed_support.len()) as u32) }
}

/// A requirement of a number of something that support gives.
fn numbered(kind: Kind, needed: u32, have: Bounds, weighed: &Weighed) -> Requirement {
    let state = if have.at_least >= needed {
        State::Met
    } else if have.at_most.is_some_and(|most| most < needed) {
        State::NotMet
    } else {
        State::Unknown
    };
    let mut lacks = Vec::new();
    if state != State::Met {
        lacks.push(Lack::More(needed - have.at_least));
        lacks.extend(&weighed.set_aside);
    }
    if state == State::Unknown {
        lacks.extend(weighed.closed.iter().map(|&thing| Lack::Closed(thing)));
    }
    lacks.sort_unstable();
    lacks.dedup();
    Requirement { kind, state, needed: Some(needed), have: Some(have), replaced: false, lacks }
}

fn plain(kind: Kind, (state, lacks): (State, Vec<Lack>)) -> Requirement {
    Requirement { kind, state, needed: None, have: None, replaced: false, lacks }
}

fn written_down(is: bool) -> (State, Vec<Lack>) {
    if is { (State::Met, Vec::new()) } else { (State::NotMet, vec![Lack::NothingWritten]) }
}

fn reviewed(finding: &Finding, needed: u32) -> Requirement {
    let agreeing: BTreeSet<PersonId> = finding.reviews.iter().filter(|r| r.agrees).map(|r| r.by).collect();
    let others = agreeing.iter().filter(|&&p| p != finding.author).count() as u32;
    let mut lacks = Vec::new();
    if others < needed {
        lacks.push(Lack::More(needed - others));
        lacks.extend(agreeing.contains(&finding.author).then_some(Lack::AuthorReviewed(finding.author)));
    }
    let state = if others < needed { State::NotMet } else { State::Met };
    let have = Some(Bounds::exactly(others));
    Requirement { kind: Kind::Reviewers, state, needed: Some(needed), have, replaced: false, lacks }
}

/// A number that did not converge or whose inputs changed is not cited, whatever the standard.
fn runs(cited: &[RunNumber], evidence: &Evidence) -> Requirement {
    let mut lacks: Vec<Lack> = cited.iter().flat_map(|&run| lacks_of_run(run, evidence)).collect();
    lacks.sort_unstable();
    lacks.dedup();
    let closed = |lack: &Lack| matches!(lack, Lack::Closed(_));
    let state = match lacks.as_slice() {
        [] => State::Met,
        some if some.iter().all(closed) => State::Unknown,
        _ => State::NotMet,
    };
    plain(Kind::Runs, (state, lacks))
}

fn lacks_of_run(run: RunNumber, evidence: &Evidence) -> Vec<Lack> {
    match evidence.runs.get(run.at()) {
        Some(&RunView::Open { converged, current }) => {
            let not_converged = (!converged).then_some(Lack::NotConverged(run));
            not_converged.into_iter().chain((!current).then_some(Lack::NotCurrent(run))).collect()
        }
        _ => vec![Lack::Closed(Thing::Run(run))],
    }
}

/// What the sort of conclusion asks for, whatever the standard.
fn of_conclusion(conclusion: &Conclusion, evidence: &Evidence) -> Vec<Requirement> {
    match conclusion {
        Conclusion::Established => Vec::new(),
        Conclusion::NotConfirmed { tried, others } => {
            let named = match others {
                None => written_down(false),
                Some(all) if all.iter().any(|o| o.who.trim().is_empty() || o.what.trim().is_empty()) => {
                    (State::NotMet, vec![Lack::EstimateOfNobody])
                }
                Some(_) => written_down(true),
            };
            let tried = tried.iter().any(|t| !t.trim().is_empty());
            vec![plain(Kind::Tried, written_down(tried)), plain(Kind::OthersEstimates, named)]
        }
        Conclusion::Qualitative { population, size, source } => {
            let written = !population.trim().is_empty() && !size.trim().is_empty();
            let (mut state, mut lacks) = said_by(*source, evidence);
            if !written {
                state = State::NotMet;
                lacks.push(Lack::NothingWritten);
            }
            lacks.sort_unstable();
            vec![plain(Kind::Denominator, (state, lacks))]
        }
    }
}

/// Whether who says how large the population is still says so.
fn said_by(saying: Option<Saying>, evidence: &Evidence) -> (State, Vec<Lack>) {
    match saying {
        None => (State::NotMet, vec![Lack::NobodySays]),
        Some(Saying::Run(run)) => {
            let made = runs(&[run], evidence);
            (made.state, made.lacks)
        }
        Some(Saying::Statement(statement)) => {
            let (state, lack) = standing_of(statement, evidence);
            (state, lack.into_iter().collect())
        }
        Some(Saying::Source(source)) => match evidence.source(source) {
            SourceView::Open { withdrawn: false, .. } => (State::Met, Vec::new()),
            SourceView::Open { .. } => (State::NotMet, vec![Lack::NobodySays]),
            SourceView::Closed => (State::Unknown, vec![Lack::Closed(Thing::Source(source))]),
        },
    }
}
