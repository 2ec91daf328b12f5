//! What stands in the case about the inquiry's substance, as far as the actor can open it?
//!
//! Records are read in the order of the log; a later one about the same thing takes the place of an earlier one. A record outside its
//! thing's home counts for nothing, whoever reads it (see [`super::thing`]). Consent, conditions and danger are read at the newest
//! known state, also when the rest is looked at as it was earlier.

use super::thing::{is_code, lives_in};
use super::words::{
    Adopted, Bears, Claim, Clinician, Conditions, Consent, ContraryAnswered, Correction, CountsPublished, Credibility,
    Document, ElementAssessed, ElementVerified, Entity, Examined, Fact, Finding, Identity, Import, Interview, KINDS,
    Left, LegalConclusion, Medical, Passage, Position, Presence, ProfileDecided, Reviewed, Risk, Source, SourceTold,
    Statement, Tie, Vouched, Withdrawal,
};
use crate::custody::evidence::Run;
use crate::custody::folder::Case;
use crate::custody::founding::{IDENTITIES, WORKING};
use crate::custody::ids::{Digest, MemberId, RecordId, TransactionId};
use crate::custody::{canonical, evidence::Evidence, view};
use factum_vault::index::{IndexError, RecordRow, Records};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::ControlFlow;

mod answers;

pub use answers::{DraftFile, RecommendationFile, RequestFile};

/// Kinds that are read at the newest known state, always, and that no undoing takes back.
const TODAY: [&str; 6] = ["consent", "consent-withdrawn", "conditions", "risk", "counts-published", "source-told"];

/// Something said, with who said it and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said<T> {
    /// What.
    pub what: T,
    /// In which compartment.
    pub home: String,
    /// By whom.
    pub author: MemberId,
    /// When, by the author's clock.
    pub time: String,
    /// Where it stands in the log.
    pub entry: u64,
    /// In which transaction.
    pub transaction: TransactionId,
}

/// All that is said of a source.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// The source.
    pub source: Said<Source>,
    /// Who it is, if the actor may know.
    pub identity: Option<Said<Identity>>,
    /// What it agreed to, by its last word.
    pub consent: Option<Said<Consent>>,
    /// That it took its consent back. Nothing said later changes it.
    pub withdrawn: Option<Said<Withdrawal>>,
    /// Under which conditions it may be used.
    pub conditions: Option<Said<Conditions>>,
    /// How great its danger is, by the last judgement.
    pub risk: Option<Said<Risk>>,
    /// Where it was in a position to know.
    pub presences: Vec<Said<Presence>>,
    /// What releases told of it, in the order of the log.
    pub told: Vec<Said<SourceTold>>,
    /// Whether all that is told of it may leave, by the last decision.
    pub decided: Option<Said<ProfileDecided>>,
}

/// All that is said of a statement.
#[derive(Clone, Debug)]
pub struct StatementFile {
    /// The statement.
    pub statement: Said<Statement>,
    /// How credible it is, by the last judgement.
    pub credibility: Option<Said<Credibility>>,
    /// Why it no longer stands, if so.
    pub retracted: Option<Said<String>>,
}

/// All that is said of a finding.
#[derive(Clone, Debug)]
pub struct FindingFile {
    /// The finding, by its last wording.
    pub finding: Said<Finding>,
    /// Whoever wrote a version of it.
    pub authors: BTreeSet<MemberId>,
    /// What statements do to it, by statement, each by the last judgement that was not taken back.
    pub bears: BTreeMap<RecordId, Said<Bears>>,
    /// What is answered to contrary evidence.
    pub answers: Vec<Said<ContraryAnswered>>,
    /// Who read it.
    pub reviews: Vec<Said<Reviewed>>,
    /// Its adoption, by the last act.
    pub adopted: Option<Said<Adopted>>,
    /// What it means for elements of law.
    pub elements: Vec<Said<ElementAssessed>>,
}

/// A record that counts for nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Void {
    /// Where it stands in the log.
    pub entry: u64,
    /// Why.
    pub why: &'static str,
}

/// Everything about the inquiry's substance that the actor can open.
#[derive(Clone, Debug, Default)]
pub struct Book {
    /// Sources.
    pub sources: BTreeMap<RecordId, SourceFile>,
    /// Ties.
    pub ties: Vec<Said<Tie>>,
    /// Pairs that somebody looked at, by the pair in order of numbers; the last word counts.
    pub examined: BTreeMap<(RecordId, RecordId), Said<Examined>>,
    /// Entities.
    pub entities: BTreeMap<RecordId, Said<Entity>>,
    /// Files that add to the schema, by name.
    pub schemas: BTreeMap<String, Said<String>>,
    /// Files from elsewhere that were read into entities.
    pub imports: BTreeMap<RecordId, Said<Import>>,
    /// What left the case as files, in the order of the log.
    pub left: Vec<Said<Left>>,
    /// Interviews.
    pub interviews: BTreeMap<RecordId, Said<Interview>>,
    /// Documents.
    pub documents: BTreeMap<RecordId, Said<Document>>,
    /// Statements.
    pub statements: BTreeMap<RecordId, StatementFile>,
    /// Which values are accepted, by entity and property.
    pub claims: BTreeMap<(RecordId, String), Said<Claim>>,
    /// Standards of proof in the inquiry's own words, by name.
    pub standards: BTreeMap<String, Said<String>>,
    /// Findings.
    pub findings: BTreeMap<RecordId, FindingFile>,
    /// Frameworks of law that were loaded, by name.
    pub frameworks: BTreeMap<String, Said<String>>,
    /// Official texts of frameworks, by the framework's name.
    pub officials: BTreeMap<String, Said<String>>,
    /// Who compared which element with which official text, by framework and element.
    pub verified: BTreeMap<(String, String), Vec<Said<ElementVerified>>>,
    /// What is missing for elements, where no finding is named.
    pub gaps: Vec<Said<ElementAssessed>>,
    /// Conclusions on law, by framework and article, each person's last.
    pub conclusions: BTreeMap<(String, String), Vec<Said<LegalConclusion>>>,
    /// Who was said to be a clinician or to be one no more, in the order of the log.
    pub clinicians: BTreeMap<MemberId, Vec<Said<Clinician>>>,
    /// What clinicians found on persons.
    pub medical: BTreeMap<RecordId, Said<Medical>>,
    /// Requests.
    pub requests: BTreeMap<RecordId, RequestFile>,
    /// Positions.
    pub positions: BTreeMap<RecordId, Said<Position>>,
    /// Drafts that were sent for comment, each with its reply.
    pub drafts: BTreeMap<RecordId, DraftFile>,
    /// What States corrected in drafts.
    pub corrections: BTreeMap<RecordId, Said<Correction>>,
    /// Recommendations, each with what became of it.
    pub recommendations: BTreeMap<RecordId, RecommendationFile>,
    /// Counts of people that have left, in the order of the log.
    pub counts_published: Vec<Said<CountsPublished>>,
    /// For which words of drafts members vouched.
    pub vouched: Vec<Said<Vouched>>,
    /// Runs by code.
    pub runs: BTreeMap<String, Said<Run>>,
    /// Items that are there, with what their text is, if it is known.
    pub items: BTreeMap<RecordId, String>,
    /// The digests of their bytes.
    pub digests: BTreeMap<RecordId, Digest>,
    /// By name of a file, the item that came in last under it.
    pub newest: BTreeMap<String, RecordId>,
    /// Records that count for nothing.
    pub voids: Vec<Void>,
    /// Compartments that the actor can open today.
    pub open: BTreeSet<String>,
}

impl Book {
    /// Reads it from the actor's view.
    pub fn read(case: &Case) -> Result<Self, IndexError> {
        let mut book = Self {
            open: case.register().compartments.keys().filter(|name| case.can_open(name)).cloned().collect(),
            ..Self::default()
        };
        let index = case.index();
        let heads: HashMap<u64, (MemberId, String)> =
            view::headers(index)?.into_iter().map(|(row, h)| (row.entry, (h.author, h.time))).collect();
        let undone = view::undone(index, case.until())?;
        let said = |row: &RecordRow| {
            let (author, time) = heads.get(&row.entry).cloned()?;
            let transaction = TransactionId(row.transaction);
            Some(Said { what: (), home: row.compartment.clone(), author, time, entry: row.entry, transaction })
        };
        for kind in KINDS {
            let today = TODAY.contains(&kind);
            index.each_record(Records::Kind(kind), |row| {
                let stands = row.entry < case.until()
                    && !undone.contains(&(TransactionId(row.transaction), row.compartment.clone()));
                if (today || stands)
                    && let Some(about) = said(&row)
                {
                    match canonical::parse(&row.body).ok().and_then(|body| canonical::read::<Fact>(&body).ok()) {
                        Some(fact) => book.take(fact, about),
                        None => book.void(&about, "it lacks what its kind must have"),
                    }
                }
                ControlFlow::Continue(())
            })?;
        }
        view::each_evidence(index, "run", case.until(), |row, what| {
            if let (Evidence::Run(run), Some(about)) = (what, said(row)) {
                book.runs.insert(run.run.clone(), about.with(*run));
            }
        })?;
        view::each_evidence(index, "item", case.until(), |_, what| {
            if let Evidence::Item(item) = what {
                book.items.insert(item.item, item.name.clone());
                book.digests.insert(item.item, item.sha256);
                book.newest.insert(item.name.clone(), item.item);
            }
        })?;
        Ok(book)
    }

    /// Did a file of the same name come in later that says something else? What was computed from the earlier one is then out of date.
    pub fn is_superseded(&self, item: &RecordId) -> bool {
        let Some(newest) = self.items.get(item).and_then(|name| self.newest.get(name)) else { return false };
        self.digests.get(newest) != self.digests.get(item)
    }

    /// Is this a thing of a compartment that the actor cannot open? What is absent and not closed is gone.
    pub fn is_closed(&self, thing: &RecordId) -> bool {
        !self.open.iter().any(|compartment| lives_in(thing, compartment))
    }

    fn void(&mut self, about: &Said<()>, why: &'static str) {
        self.voids.push(Void { entry: about.entry, why });
    }

    /// Takes in one record. What names a thing that is not in the book, because it is closed or gone, is passed over.
    fn take(&mut self, fact: Fact, about: Said<()>) {
        if !fact.is_at_home(&about.home) {
            return self.void(&about, "it is said outside the home of what it is about");
        }
        if fact.code().is_some_and(|code| !is_code(code)) {
            return self.void(&about, "its code is none");
        }
        match fact {
            Fact::Source(source) => self.take_source(source, &about),
            Fact::Tie(tie) => {
                let again = self.ties.iter().any(|known| known.what == tie);
                if !again {
                    self.ties.push(about.with(tie));
                }
            }
            Fact::Examined(examined) => {
                let pair = (examined.one.min(examined.other), examined.one.max(examined.other));
                self.examined.insert(pair, about.with(examined));
            }
            Fact::Entity(entity) => drop(self.entities.insert(entity.entity, about.with(entity))),
            Fact::Schema { schema, text } => drop(self.schemas.insert(schema, about.with(text))),
            Fact::Import(import) => drop(self.imports.insert(import.import, about.with(*import))),
            Fact::Left(left) => self.left.push(about.with(*left)),
            Fact::Interview(interview) => drop(self.interviews.insert(interview.interview, about.with(*interview))),
            Fact::Document(document) => drop(self.documents.insert(document.document, about.with(*document))),
            Fact::Statement(statement) => self.take_statement(*statement, &about),
            Fact::Claim(claim) => {
                self.claims.insert((claim.entity, claim.property.clone()), about.with(claim));
            }
            Fact::Standard { standard, text } => drop(self.standards.insert(standard, about.with(text))),
            Fact::CountsPublished(counts) => self.counts_published.push(about.with(*counts)),
            Fact::Vouched(said) => self.vouched.push(about.with(said)),
            Fact::Finding(finding) => self.take_finding(*finding, &about),
            other => self.take_about(other, &about),
        }
    }

    fn take_source(&mut self, source: Source, about: &Said<()>) {
        let number = source.source;
        let said = about.clone().with(source);
        match self.sources.get_mut(&number) {
            Some(file) => file.source = said,
            None => {
                let file = SourceFile {
                    source: said,
                    identity: None,
                    consent: None,
                    withdrawn: None,
                    conditions: None,
                    risk: None,
                    presences: Vec::new(),
                    told: Vec::new(),
                    decided: None,
                };
                self.sources.insert(number, file);
            }
        }
    }

    fn take_statement(&mut self, statement: Statement, about: &Said<()>) {
        let number = statement.statement;
        let said = about.clone().with(statement);
        match self.statements.get_mut(&number) {
            Some(file) => file.statement = said,
            None => {
                self.statements.insert(number, StatementFile { statement: said, credibility: None, retracted: None });
            }
        }
    }

    fn take_finding(&mut self, finding: Finding, about: &Said<()>) {
        let number = finding.finding;
        let said = about.clone().with(finding);
        match self.findings.get_mut(&number) {
            Some(file) => {
                file.authors.insert(about.author);
                file.finding = said;
            }
            None => {
                let file = FindingFile {
                    finding: said,
                    authors: [about.author].into(),
                    bears: BTreeMap::new(),
                    answers: Vec::new(),
                    reviews: Vec::new(),
                    adopted: None,
                    elements: Vec::new(),
                };
                self.findings.insert(number, file);
            }
        }
    }

    /// Takes in what is said about a thing that stands already.
    fn take_about(&mut self, fact: Fact, about: &Said<()>) {
        let about = about.clone();
        if let Some(file) = fact.source().and_then(|source| self.sources.get_mut(&source)) {
            match fact {
                Fact::SourceIdentity(said) => file.identity = Some(about.with(said)),
                Fact::Consent(said) => file.consent = Some(about.with(*said)),
                Fact::ConsentWithdrawn(said) => {
                    let erases = said.extent == super::words::Extent::Erase;
                    if erases || file.withdrawn.is_none() {
                        file.withdrawn = Some(about.with(said));
                    }
                }
                Fact::Conditions(said) => file.conditions = Some(about.with(said)),
                Fact::Risk(said) => file.risk = Some(about.with(said)),
                Fact::Presence(said) => file.presences.push(about.with(said)),
                Fact::SourceTold(said) => file.told.push(about.with(said)),
                Fact::ProfileDecided(said) => file.decided = Some(about.with(said)),
                _ => {}
            }
            return;
        }
        match fact {
            Fact::Credibility(said) => {
                if let Some(file) = self.statements.get_mut(&said.statement) {
                    file.credibility = Some(about.with(said));
                }
            }
            Fact::Retracted { statement, reason } => {
                if let Some(file) = self.statements.get_mut(&statement) {
                    file.retracted = Some(about.with(reason));
                }
            }
            Fact::Bears(said) => {
                if let Some(file) = self.findings.get_mut(&said.finding) {
                    match said.stance {
                        Some(_) => drop(file.bears.insert(said.statement, about.with(said))),
                        None => drop(file.bears.remove(&said.statement)),
                    }
                }
            }
            Fact::ContraryAnswered(said) => {
                if let Some(file) = self.findings.get_mut(&said.finding) {
                    file.answers.retain(|earlier| earlier.what.statement != said.statement);
                    file.answers.push(about.with(said));
                }
            }
            Fact::Reviewed(said) => {
                if let Some(file) = self.findings.get_mut(&said.finding) {
                    file.reviews.retain(|earlier| earlier.author != about.author);
                    file.reviews.push(about.with(said));
                }
            }
            Fact::Adopted(said) => {
                if let Some(file) = self.findings.get_mut(&said.finding) {
                    file.adopted = Some(about.with(said));
                }
            }
            other => self.take_answer(other, about),
        }
    }

    /// The passage on which a statement rests, and whether the item, or the document of which there is none, is there.
    pub fn passage(&self, statement: &RecordId) -> Option<(&Passage, bool)> {
        let passage = self.statements.get(statement)?.statement.what.passage.as_ref()?;
        let is_there = self.items.contains_key(&passage.item) || self.documents.contains_key(&passage.item);
        Some((passage, is_there))
    }
}

impl Said<()> {
    /// The same about something.
    pub fn with<T>(self, what: T) -> Said<T> {
        let Self { home, author, time, entry, transaction, .. } = self;
        Said { what, home, author, time, entry, transaction }
    }
}

impl Fact {
    /// Is this compartment one in which this can be said?
    pub(super) fn is_at_home(&self, compartment: &str) -> bool {
        match self {
            Fact::SourceIdentity(_) => compartment == IDENTITIES,
            Fact::Tie(Tie { one, other, .. }) | Fact::Examined(Examined { one, other, .. }) => {
                lives_in(one, compartment) || lives_in(other, compartment)
            }
            Fact::Standard { .. }
            | Fact::Schema { .. }
            | Fact::Framework { .. }
            | Fact::OfficialText { .. }
            | Fact::ElementVerified(_)
            | Fact::ElementAssessed(ElementAssessed { finding: None, .. })
            | Fact::LegalConclusion(_)
            | Fact::Clinician(_)
            | Fact::CountsPublished(_)
            | Fact::Vouched(_) => compartment == WORKING,
            _ => self.thing().is_some_and(|thing| lives_in(&thing, compartment)),
        }
    }

    /// The source that this is about, if it is about one.
    fn source(&self) -> Option<RecordId> {
        match self {
            Fact::Source(said) => Some(said.source),
            Fact::SourceIdentity(said) => Some(said.source),
            Fact::Consent(said) => Some(said.source),
            Fact::ConsentWithdrawn(said) => Some(said.source),
            Fact::Conditions(said) => Some(said.source),
            Fact::Risk(said) => Some(said.source),
            Fact::Presence(said) => Some(said.source),
            Fact::SourceTold(said) => Some(said.source),
            Fact::ProfileDecided(said) => Some(said.source),
            _ => None,
        }
    }

    /// The thing that this is about, where that is one.
    pub fn thing(&self) -> Option<RecordId> {
        match self {
            Fact::Entity(said) => Some(said.entity),
            Fact::Interview(said) => Some(said.interview),
            Fact::Document(said) => Some(said.document),
            Fact::Statement(said) => Some(said.statement),
            Fact::Credibility(said) => Some(said.statement),
            Fact::Retracted { statement, .. } => Some(*statement),
            Fact::Import(said) => Some(said.import),
            Fact::Told(said) => Some(said.entity),
            Fact::Left(said) => Some(said.left),
            Fact::Claim(said) => Some(said.entity),
            Fact::Finding(said) => Some(said.finding),
            Fact::Bears(said) => Some(said.finding),
            Fact::ContraryAnswered(said) => Some(said.finding),
            Fact::Reviewed(said) => Some(said.finding),
            Fact::Adopted(said) => Some(said.finding),
            Fact::ElementAssessed(said) => said.finding,
            Fact::LegalConclusion(said) => said.conclusion,
            Fact::Medical(said) => Some(said.medical),
            Fact::Request(said) => Some(said.request),
            Fact::Response(said) => Some(said.request),
            Fact::Position(said) => Some(said.position),
            Fact::CommentDraft(said) => Some(said.draft),
            Fact::CommentReply(said) => Some(said.draft),
            Fact::Correction(said) => Some(said.correction),
            Fact::Recommendation(said) => Some(said.recommendation),
            Fact::FollowUp { recommendation, .. } => Some(*recommendation),
            _ => self.source(),
        }
    }

    /// The code that this gives to a thing, if it gives one.
    pub fn code(&self) -> Option<&str> {
        match self {
            Fact::Source(said) => Some(&said.code),
            Fact::Entity(said) => Some(&said.code),
            Fact::Interview(said) => Some(&said.code),
            Fact::Document(said) => Some(&said.code),
            Fact::Statement(said) => Some(&said.code),
            Fact::Finding(said) => Some(&said.code),
            Fact::LegalConclusion(said) => said.code.as_deref(),
            Fact::Medical(said) => Some(&said.code),
            Fact::Request(said) => Some(&said.code),
            Fact::CommentDraft(said) => Some(&said.code),
            Fact::Correction(said) => said.code.as_deref(),
            Fact::Position(said) => Some(&said.code),
            Fact::Recommendation(said) => Some(&said.code),
            _ => None,
        }
    }

    /// Why a transaction that holds this can only be followed, never undone.
    pub fn irrevocable(&self) -> Option<&'static str> {
        match self {
            Fact::ConsentWithdrawn(_) => Some("a withdrawal of consent stands whatever is said later"),
            Fact::Consent(_) | Fact::Conditions(_) => Some("to narrow what a source agreed to, write it again"),
            Fact::Risk(_) => Some("a danger is judged anew, not taken back"),
            Fact::CountsPublished(_) | Fact::SourceTold(_) => Some("what has left the case cannot be called back"),
            Fact::CommentDraft(_) => Some("what was sent cannot be called back"),
            _ => None,
        }
    }
}
