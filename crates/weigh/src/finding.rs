//! May this be found?
//!
//! A finding is held to a standard of proof: every requirement is *met*, *not met* or *unknown*, and from them comes the verdict. The
//! evidence is what one reader can open. Where something is closed to the reader, an answer is definite only if every possible
//! content of the closed part gives the same one; so two readers with different keys never get definite answers that differ, and
//! whoever opens everything gets the answer to which all definite ones are equal.
//!
//! Persons judge (which statement supports what, how credible it is, whether an objection is answered); this counts.

mod requirements;
mod standing;
#[cfg(test)]
mod tests;
mod weighed;
mod words;

pub use standing::{AdoptedStanding, standing};

use crate::consent::Uses;
use crate::id::{FindingId, PersonId, RunNumber, SourceId, StatementId, Thing};
use crate::independence::{Basis, Bounds, CountedOrigins, Examination, Network, NetworkFault, SourceKnown, Tie};
use crate::standard::{Credibility, Kind, Reliability, Standard};
use weighed::Weighed;

/// A source as far as the reader can open it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceView {
    /// Everything said of it is known.
    Open {
        /// Its grade; absent if nobody judged it.
        reliability: Option<Reliability>,
        /// It took its consent back: what it said counts no more.
        withdrawn: bool,
        /// What its information may be used for today.
        consent: Uses,
        /// It passes on what somebody said whom nobody can name.
        relays_unknown: bool,
    },
    /// The reader knows that it exists.
    Closed,
}

/// What the place where a statement stands may be used for, where that has conditions of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HandlingView {
    /// These uses. [`Uses::ALL`] for an interview, whose conditions are its source's consent.
    Open(Uses),
    /// The reader cannot open the document's conditions.
    Closed,
}

/// A statement that the reader can open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Whose it is.
    pub source: SourceId,
    /// On what it rests.
    pub basis: Basis,
    /// Whom it relays, where it names anybody itself.
    pub relays: Vec<SourceId>,
    /// Its grade; absent if nobody judged it.
    pub credibility: Option<Credibility>,
    /// It was taken back by who recorded it.
    pub retracted: bool,
    /// Conditions of the document in which it stands.
    pub handling: HandlingView,
}

/// A statement as far as the reader can open it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StatementView {
    /// Everything said of it is known.
    Open(Statement),
    /// The reader knows that it exists.
    Closed,
}

/// A run as far as the reader can open it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunView {
    /// Its state is known.
    Open {
        /// It reached its own standard of accuracy.
        converged: bool,
        /// Its inputs are still what they were.
        current: bool,
    },
    /// The reader knows that it exists.
    Closed,
}

/// All that findings rest on, as far as one reader can open it. What is not in a table is closed.
#[derive(Clone, Debug)]
pub struct Evidence {
    /// Sources, by their numbers.
    pub sources: Vec<SourceView>,
    /// Statements, by their numbers.
    pub statements: Vec<StatementView>,
    /// Runs, by their numbers.
    pub runs: Vec<RunView>,
    network: Network,
}

impl Evidence {
    /// The evidence, and what of ties and examinations could not be taken in.
    pub fn new(
        sources: Vec<SourceView>,
        statements: Vec<StatementView>,
        runs: Vec<RunView>,
        ties: Vec<Tie>,
        examinations: &[Examination],
    ) -> (Evidence, Vec<NetworkFault>) {
        let known = sources.iter().map(|s| match *s {
            SourceView::Open { relays_unknown, .. } => SourceKnown { closed: false, relays_unknown },
            SourceView::Closed => SourceKnown { closed: true, relays_unknown: false },
        });
        let (network, faults) = Network::new(known.collect(), ties, examinations);
        (Evidence { sources, statements, runs, network }, faults)
    }

    /// Who is independent of whom. Made from the sources as they were when the evidence was.
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// The statement, if the reader can open it.
    pub fn open(&self, statement: StatementId) -> Option<&Statement> {
        match self.statements.get(statement.at()) {
            Some(StatementView::Open(open)) => Some(open),
            _ => None,
        }
    }

    fn source(&self, source: SourceId) -> SourceView {
        self.sources.get(source.at()).copied().unwrap_or(SourceView::Closed)
    }
}

/// What somebody judged a statement to do to a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stance {
    /// It supports the proposition.
    Supports,
    /// It contradicts it.
    Contradicts,
    /// It fits the pattern and does not carry the proposition.
    Fits,
}

/// One person's judgement of what a statement does to a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Link {
    /// The statement.
    pub statement: StatementId,
    /// What it does. Where persons disagree whether it supports or contradicts, it counts as contradicting until they agree.
    pub stance: Stance,
    /// Who judged.
    pub by: PersonId,
}

/// A reader's opinion of the whole finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Review {
    /// Who read it.
    pub by: PersonId,
    /// Whether that person agrees.
    pub agrees: bool,
}

/// Somebody else's number or view.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct OthersEstimate {
    /// Who says it.
    pub who: String,
    /// What is said.
    pub what: String,
}

/// Who says how large a population is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Saying {
    /// A source.
    Source(SourceId),
    /// A statement.
    Statement(StatementId),
    /// A run of the inquiry's own.
    Run(RunNumber),
}

/// What sort of conclusion a finding draws.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Conclusion {
    /// It happened.
    #[default]
    Established,
    /// It could not be confirmed: no evidence is asked for, but the attempt is.
    NotConfirmed {
        /// What was asked and tried.
        tried: Vec<String>,
        /// Others' estimates, each with who says it; empty if it is stated that none are known, absent if nothing is stated.
        others: Option<Vec<OthersEstimate>>,
    },
    /// How widespread something was, in words.
    Qualitative {
        /// Of which population.
        population: String,
        /// How large that is, in the words of who says so.
        size: String,
        /// Who says so.
        source: Option<Saying>,
    },
}

/// A proposition with all that was judged about it. Whoever sees the finding sees all of this.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Its number.
    pub finding: FindingId,
    /// Who wrote it.
    pub author: PersonId,
    /// What sort of conclusion it draws.
    pub conclusion: Conclusion,
    /// What statements do to it.
    pub links: Vec<Link>,
    /// Contrary statements that the author answered.
    pub answered: Vec<StatementId>,
    /// Where contrary evidence was looked for; absent if nobody wrote it down.
    pub contrary_sought: Option<String>,
    /// Opinions on it as it is now.
    pub reviews: Vec<Review>,
    /// Runs it cites.
    pub runs: Vec<RunNumber>,
    /// What is still missing, in the author's words. It is shown and decides nothing.
    pub gaps: Vec<String>,
    /// Why there is no corroboration, where a standard lets a written reason stand for it.
    pub reason_for_origins: Option<String>,
}

/// Whether a requirement is met.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// It is, whatever is closed may say.
    Met,
    /// It is not, whatever is closed may say.
    NotMet,
    /// It depends on what is closed here.
    #[default]
    Unknown,
}

/// Why a requirement is not met, or not known to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lack {
    /// So many more are needed.
    More(u32),
    /// The statement was retracted and does not count.
    Retracted(StatementId),
    /// The statement's source withdrew, so that it does not count.
    SourceWithdrew(StatementId),
    /// The statement is graded below what the standard asks and does not count.
    GradedBelow(StatementId),
    /// Nobody judged how credible the statement is.
    CredibilityNotGraded(StatementId),
    /// Nobody judged how reliable the source is.
    ReliabilityNotGraded(SourceId),
    /// The contrary statement stands and is not answered.
    NotAnswered(StatementId),
    /// Persons disagree whether the statement supports or contradicts; it counts as contradicting.
    Disputed(StatementId),
    /// The source does not consent to the use that the standard asks for.
    NoConsent(SourceId),
    /// The document in which the statement stands may not be used for what the standard asks for.
    NotForThisUse(StatementId),
    /// The run did not converge.
    NotConverged(RunNumber),
    /// The run's inputs changed since.
    NotCurrent(RunNumber),
    /// A reviewer disagrees.
    Objects(PersonId),
    /// The author cannot be the reviewer.
    AuthorReviewed(PersonId),
    /// Nothing is written down.
    NothingWritten,
    /// An estimate names nobody.
    EstimateOfNobody,
    /// It is not said who says how large the population is.
    NobodySays,
    /// Too many origins to search through: the number lies between the bounds.
    SearchCutShort,
    /// It depends on something that is closed here.
    Closed(Thing),
}

/// One requirement and how it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requirement {
    /// What is required.
    pub kind: Kind,
    /// Whether it is met.
    pub state: State,
    /// How many are needed, where it is a number.
    pub needed: Option<u32>,
    /// How many there are, where it is a number.
    pub have: Option<Bounds>,
    /// A written reason stands in its place.
    pub replaced: bool,
    /// What is missing or does not count, and what it depends on; sorted.
    pub lacks: Vec<Lack>,
}

/// Whether a finding may be adopted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// Everything that the standard asks for is there.
    MayBeAdopted,
    /// Something is missing.
    NotYet,
    /// Contrary evidence stands unanswered where the standard asks for an answer, or a reviewer objects; whatever else is missing.
    Contested,
    /// It depends on what this reader cannot open.
    CannotBeJudgedHere {
        /// How many things that the finding rests on are closed here. None if only the search for origins was cut short.
        closed: u32,
    },
}

impl Verdict {
    /// Whether it is an answer.
    pub fn is_definite(self) -> bool {
        !matches!(self, Verdict::CannotBeJudgedHere { .. })
    }
}

/// A finding held to its standard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// Which finding.
    pub finding: FindingId,
    /// Whether it may be adopted.
    pub verdict: Verdict,
    /// Every requirement that the standard or the conclusion makes, in the order of [`Kind`].
    pub requirements: Vec<Requirement>,
    /// What contests it, or may.
    pub contest: Vec<Lack>,
    /// Statements that count as support, in order. What is closed or may not count is not among them.
    pub counted: Vec<StatementId>,
    /// The origins of what counts.
    pub origins: CountedOrigins,
    /// How many statements only fit the pattern; they carry nothing.
    pub fits: u32,
    /// What the finding rests on that is closed here, sorted.
    pub closed: Vec<Thing>,
}

impl Check {
    /// A requirement, if it is made.
    pub fn requirement(&self, kind: Kind) -> Option<&Requirement> {
        self.requirements.iter().find(|r| r.kind == kind)
    }
}

/// Holds a finding to a standard.
pub fn check(finding: &Finding, standard: &Standard, evidence: &Evidence) -> Check {
    let weighed = Weighed::new(finding, standard, evidence);
    let (origins, requirements) = requirements::all(finding, standard, evidence, &weighed);
    let verdict = verdict(standard, evidence, &weighed, &requirements, finding);
    Check {
        finding: finding.finding,
        verdict,
        requirements,
        contest: weighed.contest.1.clone(),
        counted: weighed.counts.clone(),
        origins,
        fits: weighed.fits,
        closed: weighed.closed,
    }
}

fn verdict(
    standard: &Standard,
    evidence: &Evidence,
    weighed: &Weighed,
    requirements: &[Requirement],
    finding: &Finding,
) -> Verdict {
    let unknown = Verdict::CannotBeJudgedHere { closed: weighed.closed.len() as u32 };
    match weighed.contest.0 {
        State::Met => return Verdict::Contested,
        State::Unknown => return unknown,
        State::NotMet => {}
    }
    if requirements.iter().all(|r| r.state == State::Met) {
        Verdict::MayBeAdopted
    } else if requirements.iter().any(|r| r.state == State::NotMet)
        || !requirements::together(finding, standard, evidence, weighed, requirements)
    {
        Verdict::NotYet
    } else {
        unknown
    }
}
