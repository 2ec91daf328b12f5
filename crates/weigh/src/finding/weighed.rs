//! What does each statement do for a finding, as far as this reader can tell?

use super::{Conclusion, Evidence, Finding, HandlingView, Lack, Saying, SourceView, Stance, State, Statement};
use crate::id::{SourceId, StatementId, Thing};
use crate::independence::{Basis, Said};
use crate::standard::{Grades, Standard};
use std::collections::BTreeSet;

/// The statements of a finding, sorted by what they do. Lists are in the order of the statements.
#[derive(Debug, Default)]
pub(super) struct Weighed {
    /// Support that counts, whatever is closed.
    pub counts: Vec<StatementId>,
    /// Support that counts unless its source, which is closed, withdrew or is graded below.
    pub perhaps: Vec<StatementId>,
    /// Support that is closed altogether.
    pub closed_support: Vec<StatementId>,
    /// Why other support does not count.
    pub set_aside: Vec<Lack>,
    /// Grades that are missing, or may be.
    pub grades: (State, Vec<Lack>),
    /// Consent that is missing, or may be.
    pub consent: (State, Vec<Lack>),
    /// [`State::Met`] if the finding is contested.
    pub contest: (State, Vec<Lack>),
    /// Whether contrary evidence that stands was answered.
    pub contrary: (State, Vec<Lack>),
    /// Closed sources that all requirements together can only tolerate if they withdrew.
    pub must_have_withdrawn: BTreeSet<SourceId>,
    /// How many statements only fit the pattern.
    pub fits: u32,
    /// What is closed and matters.
    pub closed: Vec<Thing>,
}

/// Whether a statement stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stands {
    Yes,
    No(Lack),
    /// Its source is closed and may have withdrawn.
    UnlessWithdrawn(SourceId),
}

impl Weighed {
    pub fn new(finding: &Finding, standard: &Standard, evidence: &Evidence) -> Weighed {
        let mut weighed = Weighed {
            grades: (State::Met, Vec::new()),
            consent: (State::Met, Vec::new()),
            contest: (State::NotMet, Vec::new()),
            contrary: (State::Met, Vec::new()),
            ..Weighed::default()
        };
        let mut links: Vec<(StatementId, Stance)> = finding.links.iter().map(|l| (l.statement, l.stance)).collect();
        links.sort_unstable();
        for of in links.chunk_by(|a, b| a.0 == b.0) {
            let has = |stance| of.iter().any(|&(_, s)| s == stance);
            let (supports, contradicts) = (has(Stance::Supports), has(Stance::Contradicts));
            let statement = of[0].0;
            weighed.note_closed(statement, evidence);
            if contradicts {
                weighed.contradicts(statement, supports, finding, standard, evidence);
            } else {
                if supports {
                    weighed.supports(statement, standard, evidence);
                } else {
                    weighed.fits += 1;
                }
                weighed.cites(statement, standard, evidence);
            }
        }
        for review in finding.reviews.iter().filter(|r| !r.agrees) {
            weighed.contest.0 = State::Met;
            weighed.contest.1.push(Lack::Objects(review.by));
        }
        weighed.note_rest(finding, evidence);
        for lacks in [&mut weighed.grades.1, &mut weighed.consent.1, &mut weighed.contest.1] {
            lacks.sort_unstable();
            lacks.dedup();
        }
        weighed
    }

    /// Support that may count.
    fn supports(&mut self, statement: StatementId, standard: &Standard, evidence: &Evidence) {
        let Some(open) = evidence.open(statement) else {
            self.closed_support.push(statement);
            if standard.requirements.grades.is_some() {
                lacking(&mut self.grades, State::Unknown, Lack::Closed(Thing::Statement(statement)));
            }
            return;
        };
        let stands = stands(statement, open, evidence);
        if let Stands::No(why) = stands {
            self.set_aside.push(why);
            return;
        }
        if let Some(least) = standard.requirements.grades
            && !self.graded(statement, open, least, evidence)
        {
            return;
        }
        match stands {
            Stands::UnlessWithdrawn(_) => self.perhaps.push(statement),
            _ => self.counts.push(statement),
        }
    }

    /// Whether the grades suffice, as far as they are known; notes those that are missing.
    fn graded(&mut self, statement: StatementId, open: &Statement, least: Grades, evidence: &Evidence) -> bool {
        let source = evidence.source(open.source);
        let closed_source = source == SourceView::Closed;
        let mut suffices = true;
        match open.credibility {
            None if closed_source => {
                // The grade is missing only if the statement stands, and that depends on its source.
                lacking(&mut self.grades, State::Unknown, Lack::CredibilityNotGraded(statement));
                self.must_have_withdrawn.insert(open.source);
                suffices = false;
            }
            None => {
                lacking(&mut self.grades, State::NotMet, Lack::CredibilityNotGraded(statement));
                suffices = false;
            }
            Some(grade) if grade > least.credibility => {
                self.set_aside.push(Lack::GradedBelow(statement));
                suffices = false;
            }
            Some(_) => {}
        }
        match source {
            SourceView::Closed => lacking(&mut self.grades, State::Unknown, Lack::Closed(Thing::Source(open.source))),
            SourceView::Open { reliability: None, .. } => {
                lacking(&mut self.grades, State::NotMet, Lack::ReliabilityNotGraded(open.source));
                suffices = false;
            }
            SourceView::Open { reliability: Some(grade), .. } if grade > least.reliability => {
                self.set_aside.push(Lack::GradedBelow(statement));
                suffices = false;
            }
            SourceView::Open { .. } => {}
        }
        suffices
    }

    /// Contrary evidence. What was retracted or whose source withdrew needs no answer.
    fn contradicts(
        &mut self,
        statement: StatementId,
        also_supports: bool,
        finding: &Finding,
        standard: &Standard,
        evidence: &Evidence,
    ) {
        let standing = match evidence.open(statement) {
            None => State::Unknown,
            Some(open) => match stands(statement, open, evidence) {
                Stands::Yes => State::Met,
                Stands::No(_) => return,
                Stands::UnlessWithdrawn(_) => State::Unknown,
            },
        };
        if also_supports {
            self.set_aside.push(Lack::Disputed(statement));
        }
        if finding.answered.contains(&statement) || !standard.requirements.contrary_answered {
            return;
        }
        let lack = Lack::NotAnswered(statement);
        self.contest.1.push(lack);
        if standing == State::Met {
            self.contest.0 = State::Met;
            lacking(&mut self.contrary, State::NotMet, lack);
        } else {
            if self.contest.0 == State::NotMet {
                self.contest.0 = State::Unknown;
            }
            lacking(&mut self.contrary, State::Unknown, lack);
        }
    }

    /// What is cited needs consent, if it stands.
    fn cites(&mut self, statement: StatementId, standard: &Standard, evidence: &Evidence) {
        let Some(purpose) = standard.requirements.consent else { return };
        let Some(open) = evidence.open(statement) else {
            lacking(&mut self.consent, State::Unknown, Lack::Closed(Thing::Statement(statement)));
            return;
        };
        let stands = stands(statement, open, evidence);
        if matches!(stands, Stands::No(_)) {
            return;
        }
        match open.handling {
            HandlingView::Open(uses) if uses.contains(purpose) => {}
            HandlingView::Open(_) => {
                let lack = Lack::NotForThisUse(statement);
                if let Stands::UnlessWithdrawn(source) = stands {
                    self.must_have_withdrawn.insert(source);
                    lacking(&mut self.consent, State::Unknown, lack);
                } else {
                    lacking(&mut self.consent, State::NotMet, lack);
                }
            }
            HandlingView::Closed => {
                lacking(&mut self.consent, State::Unknown, Lack::Closed(Thing::Statement(statement)));
            }
        }
        match evidence.source(open.source) {
            SourceView::Open { consent, .. } if consent.contains(purpose) => {}
            SourceView::Open { .. } => lacking(&mut self.consent, State::NotMet, Lack::NoConsent(open.source)),
            SourceView::Closed => {
                lacking(&mut self.consent, State::Unknown, Lack::Closed(Thing::Source(open.source)));
            }
        }
    }

    /// Notes what of a linked statement is closed: itself, its document's conditions, its source, or who is behind that.
    fn note_closed(&mut self, statement: StatementId, evidence: &Evidence) {
        let Some(open) = evidence.open(statement) else {
            self.closed.push(Thing::Statement(statement));
            return;
        };
        if open.handling == HandlingView::Closed {
            self.closed.push(Thing::Statement(statement));
        }
        if evidence.source(open.source) == SourceView::Closed {
            self.closed.push(Thing::Source(open.source));
        }
        let behind = evidence.network().closed_behind(&said(statement, open));
        self.closed.extend(behind.into_iter().map(Thing::Source));
    }

    /// Notes what is closed of runs and of a denominator.
    fn note_rest(&mut self, finding: &Finding, evidence: &Evidence) {
        let is_closed =
            |run: &crate::id::RunNumber| evidence.runs.get(run.at()).is_none_or(|r| *r == super::RunView::Closed);
        self.closed.extend(finding.runs.iter().filter(|r| is_closed(r)).map(|&r| Thing::Run(r)));
        if let Conclusion::Qualitative { source: Some(saying), .. } = &finding.conclusion {
            match *saying {
                Saying::Source(source) if evidence.source(source) == SourceView::Closed => {
                    self.closed.push(Thing::Source(source));
                }
                Saying::Statement(statement) => self.note_closed(statement, evidence),
                Saying::Run(run) if is_closed(&run) => self.closed.push(Thing::Run(run)),
                _ => {}
            }
        }
        self.closed.sort_unstable();
        self.closed.dedup();
    }

    /// Sources of these statements with this basis, each once.
    pub fn sources(&self, of: &[StatementId], basis: Basis, evidence: &Evidence) -> BTreeSet<SourceId> {
        let open = of.iter().filter_map(|&s| evidence.open(s));
        open.filter(|s| s.basis == basis).map(|s| s.source).collect()
    }
}

/// Whether a statement stands: it was not retracted, and its source did not withdraw.
fn stands(statement: StatementId, open: &Statement, evidence: &Evidence) -> Stands {
    if open.retracted {
        return Stands::No(Lack::Retracted(statement));
    }
    match evidence.source(open.source) {
        SourceView::Open { withdrawn: true, .. } => Stands::No(Lack::SourceWithdrew(statement)),
        SourceView::Open { .. } => Stands::Yes,
        SourceView::Closed => Stands::UnlessWithdrawn(open.source),
    }
}

/// Whether a statement stands, is unknown to, or depends on a closed source.
pub(super) fn standing_of(statement: StatementId, evidence: &Evidence) -> (State, Option<Lack>) {
    match evidence.open(statement).map(|open| stands(statement, open, evidence)) {
        None => (State::Unknown, Some(Lack::Closed(Thing::Statement(statement)))),
        Some(Stands::Yes) => (State::Met, None),
        Some(Stands::No(why)) => (State::NotMet, Some(why)),
        Some(Stands::UnlessWithdrawn(source)) => (State::Unknown, Some(Lack::Closed(Thing::Source(source)))),
    }
}

/// As much of a statement as its origins depend on.
pub(super) fn said(statement: StatementId, open: &Statement) -> Said<'_> {
    Said { statement, source: open.source, basis: open.basis, relays: &open.relays }
}

/// Notes a lack: what is certainly lacking outweighs what may be.
fn lacking(of: &mut (State, Vec<Lack>), state: State, lack: Lack) {
    if of.0 != State::NotMet {
        of.0 = state;
    }
    of.1.push(lack);
}
