//! What findings rest on, in the terms of `weigh`: numbered, with what is closed to the actor marked as closed.
//!
//! What is named but closed has a number too: what depends on it is then unknown, not absent. What is gone (destroyed, undone) is treated
//! as retracted, by everybody alike.

use super::book::Book;
use super::lineage::{Became, Lineage};
use super::words::{self, Way};
use crate::custody::ids::{MemberId, RecordId};
use factum_model::edtf::Day;
use factum_weigh::consent::Uses;
use factum_weigh::finding::{Evidence, HandlingView, RunView, SourceView, Statement, StatementView};
use factum_weigh::independence::{self, Examination, Examined, NetworkFault, Said, Tie, TieKind};
use factum_weigh::standard::{Credibility, Reliability};
use factum_weigh::{PersonId, RunNumber, SourceId, StatementId, Thing};
use std::collections::{BTreeMap, BTreeSet};

/// Numbers for what a book names, and the evidence by those numbers.
pub struct Numbered {
    sources: Vec<RecordId>,
    source_of: BTreeMap<RecordId, SourceId>,
    statements: Vec<RecordId>,
    statement_of: BTreeMap<RecordId, StatementId>,
    members: Vec<MemberId>,
    member_of: BTreeMap<MemberId, PersonId>,
    runs: Vec<String>,
    run_of: BTreeMap<String, RunNumber>,
    /// All that findings rest on.
    pub evidence: Evidence,
    /// What of ties and examinations makes no sense: a tie of a source to itself.
    pub faults: Vec<NetworkFault>,
}

impl Numbered {
    /// Numbers a book, as consent and danger stand on this day.
    pub fn of(book: &Book, today: Day) -> Self {
        let mut sources: BTreeSet<RecordId> = book.sources.keys().copied().collect();
        sources.extend(book.ties.iter().flat_map(|tie| [tie.what.one, tie.what.other]));
        sources.extend(book.examined.keys().flat_map(|(one, other)| [*one, *other]));
        for file in book.statements.values() {
            let said = &file.statement.what;
            sources.extend(said.relays.iter().copied().chain([said.source]));
        }
        let mut statements: BTreeSet<RecordId> = book.statements.keys().copied().collect();
        let mut members: BTreeSet<MemberId> = book.examined.values().map(|said| said.author).collect();
        let mut runs: BTreeSet<String> = book.runs.keys().cloned().collect();
        for file in book.findings.values() {
            statements.extend(file.bears.keys());
            statements.extend(file.answers.iter().filter_map(|answer| answer.what.statement));
            members.extend(file.authors.iter().copied());
            members.extend(file.reviews.iter().map(|review| review.author));
            members.extend(file.bears.values().map(|bears| bears.author));
            runs.extend(file.finding.what.runs.iter().cloned());
        }
        let sources: Vec<RecordId> = sources.into_iter().collect();
        let statements: Vec<RecordId> = statements.into_iter().collect();
        let members: Vec<MemberId> = members.into_iter().collect();
        let runs: Vec<String> = runs.into_iter().collect();
        let source_of = numbers(&sources, SourceId);
        let member_of = numbers(&members, PersonId);
        let ties = book.ties.iter().filter_map(|tie| {
            let (from, to) = (*source_of.get(&tie.what.one)?, *source_of.get(&tie.what.other)?);
            Some(Tie { from, to, kind: kind(tie.what.way), reason: tie.what.reason.clone() })
        });
        let examinations: Vec<Examination> = book
            .examined
            .values()
            .filter_map(|said| {
                let pair = (*source_of.get(&said.what.one)?, *source_of.get(&said.what.other)?);
                let found = if said.what.independent { Examined::Independent } else { Examined::Dependent };
                Some(Examination { pair, found, by: *member_of.get(&said.author)? })
            })
            .collect();
        let lineage = Lineage::of(book);
        let (evidence, faults) = Evidence::new(
            sources.iter().map(|id| source_view(book, id, today)).collect(),
            statements.iter().map(|id| statement_view(book, id, &source_of)).collect(),
            runs.iter().map(|code| run_view(book, &lineage, code)).collect(),
            ties.collect(),
            &examinations,
        );
        let statement_of = numbers(&statements, StatementId);
        let run_of = runs.iter().cloned().zip((0..).map(RunNumber)).collect();
        Self { sources, source_of, statements, statement_of, members, member_of, runs, run_of, evidence, faults }
    }

    /// A source's number.
    pub fn source(&self, id: &RecordId) -> Option<SourceId> {
        self.source_of.get(id).copied()
    }

    /// A statement's number.
    pub fn statement(&self, id: &RecordId) -> Option<StatementId> {
        self.statement_of.get(id).copied()
    }

    /// A member's number.
    pub fn member(&self, id: &MemberId) -> Option<PersonId> {
        self.member_of.get(id).copied()
    }

    /// A run's number.
    pub fn run(&self, code: &str) -> Option<RunNumber> {
        self.run_of.get(code).copied()
    }

    /// A statement as origins are counted from it, if the actor can open it.
    pub fn said(&self, id: &RecordId) -> Option<Said<'_>> {
        let statement = self.statement(id)?;
        let open = self.evidence.open(statement)?;
        Some(Said { statement, source: open.source, basis: open.basis, relays: &open.relays })
    }

    /// The code of whatever a number stands for.
    pub fn name(&self, book: &Book, names: &dyn Fn(MemberId) -> String, thing: Thing) -> String {
        let closed = || "a closed one".to_string();
        match thing {
            Thing::Source(id) => {
                let file = self.sources.get(id.at()).and_then(|id| book.sources.get(id));
                file.map_or_else(closed, |file| file.source.what.code.clone())
            }
            Thing::Statement(id) => {
                let file = self.statements.get(id.at()).and_then(|id| book.statements.get(id));
                file.map_or_else(closed, |file| file.statement.what.code.clone())
            }
            Thing::Person(id) => self.members.get(id.at()).map_or_else(closed, |member| names(*member)),
            Thing::Run(id) => self.runs.get(id.at()).cloned().unwrap_or_else(closed),
            Thing::Finding(id) => {
                let file = book.findings.values().nth(id.at());
                file.map_or_else(closed, |file| file.finding.what.code.clone())
            }
        }
    }
}

fn source_view(book: &Book, id: &RecordId, today: Day) -> SourceView {
    match book.sources.get(id) {
        Some(file) => SourceView::Open {
            reliability: file.source.what.reliability.as_deref().and_then(reliability),
            withdrawn: file.withdrawn.is_some(),
            consent: file.uses(today).into_iter().collect(),
            relays_unknown: false,
        },
        None if book.is_closed(id) => SourceView::Closed,
        // It is gone: whoever it was has no say and no consent any more.
        None => SourceView::Open { reliability: None, withdrawn: true, consent: Uses::NONE, relays_unknown: true },
    }
}

fn statement_view(book: &Book, id: &RecordId, source_of: &BTreeMap<RecordId, SourceId>) -> StatementView {
    let Some(file) = book.statements.get(id) else {
        if book.is_closed(id) {
            return StatementView::Closed;
        }
        let gone = Statement {
            source: SourceId(u32::MAX),
            basis: independence::Basis::Inferred,
            relays: Vec::new(),
            credibility: None,
            retracted: true,
            handling: HandlingView::Open(Uses::NONE),
        };
        return StatementView::Open(gone);
    };
    let said = &file.statement.what;
    StatementView::Open(Statement {
        source: source_of.get(&said.source).copied().unwrap_or(SourceId(u32::MAX)),
        basis: basis(said.basis),
        relays: said.relays.iter().filter_map(|relayed| source_of.get(relayed).copied()).collect(),
        credibility: file.credibility.as_ref().and_then(|said| credibility(&said.what.grade)),
        retracted: file.retracted.is_some(),
        handling: HandlingView::Open(Uses::ALL),
    })
}

/// A run that the actor cannot find is closed: its code does not tell where it lives. So is one of which an input is closed, as long as nothing
/// else is known to have changed: whoever can open it may find that it did.
fn run_view(book: &Book, lineage: &Lineage<'_>, code: &str) -> RunView {
    let Some(run) = book.runs.get(code).map(|said| &said.what) else { return RunView::Closed };
    let lost = lineage.lost(code);
    let changed = lost.iter().any(|lost| lost.became != Became::Closed);
    if !changed && !lost.is_empty() {
        return RunView::Closed;
    }
    RunView::Open { converged: run.outcome.as_ref().is_none_or(|outcome| outcome.converged), current: !changed }
}

pub(super) fn reliability(grade: &str) -> Option<Reliability> {
    use Reliability::{CannotBeJudged, Completely, Fairly, NotUsually, Unreliable, Usually};
    let all = [Completely, Usually, Fairly, NotUsually, Unreliable, CannotBeJudged];
    all.into_iter().find(|known| grade.eq_ignore_ascii_case(&known.letter().to_string()))
}

pub(super) fn credibility(grade: &str) -> Option<Credibility> {
    use Credibility::{CannotBeJudged, Confirmed, Doubtful, Improbable, PossiblyTrue, ProbablyTrue};
    let all = [Confirmed, ProbablyTrue, PossiblyTrue, Doubtful, Improbable, CannotBeJudged];
    all.into_iter().find(|known| grade == known.digit().to_string())
}

fn numbers<K: Ord + Copy, N: Copy>(all: &[K], number: impl Fn(u32) -> N) -> BTreeMap<K, N> {
    all.iter().zip(0..).map(|(key, at)| (*key, number(at))).collect()
}

fn kind(way: Way) -> TieKind {
    match way {
        Way::Relays => TieKind::Relays,
        Way::SharedDocument => TieKind::SharedDocument,
        Way::SharedInterview => TieKind::SharedInterview,
        Way::SameOrganization => TieKind::SameOrganisation,
        Way::Declared => TieKind::Declared,
    }
}

fn basis(basis: words::Basis) -> factum_weigh::independence::Basis {
    use factum_weigh::independence::Basis;
    match basis {
        words::Basis::FirstHand => Basis::FirstHand,
        words::Basis::Relayed => Basis::Relayed,
        words::Basis::Documentary => Basis::Documentary,
        words::Basis::Inferred => Basis::Inferred,
    }
}

/// What of relays, ties and examinations somebody must settle, as sentences: circles of relays (their sources count as one origin), pairs
/// that were found independent and are tied, a source tied to itself.
pub fn oddities(book: &Book, today: Day, names: &dyn Fn(MemberId) -> String) -> Vec<String> {
    let numbered = Numbered::of(book, today);
    let network = numbered.evidence.network();
    let name = |thing: Thing| numbered.name(book, names, thing);
    let mut all = Vec::new();
    for circle in network.circles() {
        let mut codes: Vec<String> = circle.iter().map(|source| name(Thing::Source(*source))).collect();
        codes.sort();
        all.push(format!("{} relay each other in a circle: they count as one origin", codes.join(", ")));
    }
    all.extend(network.conflicts().iter().map(|conflict| conflict.words(network.ties(), &name)));
    let itself = |one: &RecordId, other: &RecordId| {
        let code = book.sources.get(one).map(|file| file.source.what.code.as_str());
        code.filter(|_| one == other)
            .map(|code| format!("{code} is tied to itself, or examined against itself: name the other source"))
    };
    all.extend(book.ties.iter().filter_map(|tie| itself(&tie.what.one, &tie.what.other)));
    all.extend(book.examined.keys().filter_map(|(one, other)| itself(one, other)));
    all
}
