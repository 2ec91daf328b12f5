//! How is something said about the inquiry's substance, so that it lands where it belongs?
//!
//! Each record goes to the home of what it is about. What describes a source, its identity or an interview stands in a part of its own, so
//! that it can be destroyed without its neighbours. Whatever the rules would void is refused before anything is written.

use super::book::Book;
use super::names;
use super::thing::{self, is_code, lives_in};
use super::words::Fact;
use crate::custody::folder::Case;
use crate::custody::founding::{IDENTITIES, WORKING};
use crate::custody::governance::{Role, least};
use crate::custody::ids::RecordId;
use crate::custody::writer::{Change, Receipt, WriteError};
use crate::custody::{canonical, part::REGISTER};
use factum_model::Edtf;
use factum_vault::index::IndexError;
use rayon::prelude::*;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Why something is not said.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// The role does not suffice.
    #[error("{what} is said by those with the role {} or more; ask a lead", .needed.name())]
    Role {
        /// The kind of record.
        what: &'static str,
        /// The least role.
        needed: Role,
    },
    /// The compartment is closed to the actor.
    #[error("the compartment {0} is not open to you: what belongs there is said by those who can open it")]
    Closed(String),
    /// The thing lives nowhere that the actor can open.
    #[error("{0} lives in a compartment that is not open to you, or not in this case")]
    Elsewhere(String),
    /// A code is misspelt.
    #[error("`{0}` is no code: one to four capital letters, a hyphen, then letters and digits, as in S-014")]
    Code(String),
    /// A date cannot be read.
    #[error(
        "{what} has a date that cannot be read, `{date}`: write it as 2026, 2026-05, 2026-05-12 or 2026-05/2026-07"
    )]
    Date {
        /// The kind of record.
        what: &'static str,
        /// What was written.
        date: String,
    },
    /// A code is taken.
    #[error("the code {0} is taken: give another, or say that you mean the thing that has it")]
    Taken(String),
    /// Nothing has this code.
    #[error("nothing that you can open has the code {0}")]
    Unknown(String),
    /// Several things have this code.
    #[error(
        "{count} things have the code {code}, in different compartments: give the number of one instead ({numbers})"
    )]
    Several {
        /// The code.
        code: String,
        /// How many.
        count: usize,
        /// Their numbers.
        numbers: String,
    },
    /// Whoever says it is not known as a clinician.
    #[error(
        "degrees of consistency are entered by a clinician alone: a lead first records you as one (factum law clinician)"
    )]
    NoClinician,
    /// Somebody says of themselves that they are a clinician.
    #[error("nobody says of themselves that they are a clinician: ask another lead")]
    OwnClinician,
    /// It is another sort of thing.
    #[error("{code} is {found}, and {wanted} is meant")]
    Sort {
        /// The code.
        code: String,
        /// What it is.
        found: &'static str,
        /// What is wanted.
        wanted: &'static str,
    },
    /// A field that many may read holds the name of a source whose identity is sealed.
    #[error(
        "the name of a source whose identity is sealed stands in {0}: write the source's code, or describe the person without telling who it is; if it is meant, say --names-are-meant. Nothing was written"
    )]
    SealedName(String),
    /// A file of signed acts says what the log does not.
    #[error(
        "{file}, act {number} ({kind}): this case holds no such act. What somebody signed is not changed or added by a file: put the file back as it was written out, or leave it out. Nothing was written"
    )]
    NoSuchAct {
        /// The file.
        file: String,
        /// Which act of it, from 1.
        number: usize,
        /// Of which kind.
        kind: String,
    },
    /// A file of signed acts of another case lacks some that it had.
    #[error(
        "{file}: {count} acts of another case that are kept here are missing from it: put the file back as it was written out, or leave it out. Nothing was written"
    )]
    LostActs {
        /// The file.
        file: String,
        /// How many.
        count: usize,
    },
    /// Nothing gives such a value.
    #[error("nothing that you can open gives such a value of `{0}`: `factum claim list` shows what is given")]
    NoValue(String),
    /// Several values are meant at once.
    #[error("what is accepted gives several values of `{0}`: say which with --value")]
    SeveralValues(String),
    /// It could not be written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

impl From<IndexError> for DeskError {
    fn from(error: IndexError) -> Self {
        Self::Write(error.into())
    }
}

impl From<canonical::CanonicalError> for DeskError {
    fn from(error: canonical::CanonicalError) -> Self {
        Self::Write(error.into())
    }
}

impl From<getrandom::Error> for DeskError {
    fn from(error: getrandom::Error) -> Self {
        Self::Write(error.into())
    }
}

/// What sorts of things have codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sort {
    /// A source.
    Source,
    /// An interview.
    Interview,
    /// A document.
    Document,
    /// A statement.
    Statement,
    /// An entity.
    Entity,
    /// A finding.
    Finding,
    /// A request.
    Request,
    /// A position.
    Position,
    /// A recommendation.
    Recommendation,
    /// A draft sent for comment.
    Draft,
    /// A correction of a draft.
    Correction,
    /// A conclusion on law.
    Conclusion,
    /// What a clinician found.
    Medical,
}

impl Sort {
    /// What it is called, with its article.
    pub fn name(self) -> &'static str {
        match self {
            Sort::Source => "a source",
            Sort::Interview => "an interview",
            Sort::Document => "a document",
            Sort::Statement => "a statement",
            Sort::Entity => "an entity",
            Sort::Finding => "a finding",
            Sort::Request => "a request",
            Sort::Position => "a position",
            Sort::Recommendation => "a recommendation",
            Sort::Draft => "a draft for comment",
            Sort::Correction => "a correction",
            Sort::Conclusion => "a conclusion on law",
            Sort::Medical => "a medical assessment",
        }
    }

    /// The letter with which its codes begin, where nobody gives one.
    pub fn letter(self) -> char {
        match self {
            Sort::Source => 'S',
            Sort::Interview => 'I',
            Sort::Document => 'D',
            Sort::Statement => 'T',
            Sort::Entity => 'E',
            Sort::Finding => 'F',
            Sort::Request => 'Q',
            Sort::Position => 'P',
            Sort::Recommendation => 'N',
            Sort::Draft => 'D',
            Sort::Correction => 'C',
            Sort::Conclusion => 'L',
            Sort::Medical => 'M',
        }
    }
}

impl Book {
    /// Every code, with what has it.
    pub fn codes(&self) -> BTreeMap<&str, Vec<(Sort, RecordId)>> {
        let mut codes: BTreeMap<&str, Vec<(Sort, RecordId)>> = BTreeMap::new();
        let mut add = |code, sort, id| codes.entry(code).or_default().push((sort, id));
        self.sources.iter().for_each(|(id, f)| add(f.source.what.code.as_str(), Sort::Source, *id));
        self.interviews.iter().for_each(|(id, f)| add(f.what.code.as_str(), Sort::Interview, *id));
        self.documents.iter().for_each(|(id, f)| add(f.what.code.as_str(), Sort::Document, *id));
        self.statements.iter().for_each(|(id, f)| add(f.statement.what.code.as_str(), Sort::Statement, *id));
        self.entities.iter().for_each(|(id, f)| add(f.what.code.as_str(), Sort::Entity, *id));
        self.findings.iter().for_each(|(id, f)| add(f.finding.what.code.as_str(), Sort::Finding, *id));
        self.requests.iter().for_each(|(id, f)| add(f.request.what.code.as_str(), Sort::Request, *id));
        self.positions.iter().for_each(|(id, f)| add(f.what.code.as_str(), Sort::Position, *id));
        self.recommendations
            .iter()
            .for_each(|(id, f)| add(f.recommendation.what.code.as_str(), Sort::Recommendation, *id));
        self.drafts.iter().for_each(|(id, f)| add(f.draft.what.code.as_str(), Sort::Draft, *id));
        self.medical.iter().for_each(|(id, f)| add(f.what.code.as_str(), Sort::Medical, *id));
        for (id, said) in &self.corrections {
            said.what.code.iter().for_each(|code| add(code.as_str(), Sort::Correction, *id));
        }
        for said in self.conclusions.values().flatten() {
            if let (Some(code), Some(id)) = (&said.what.code, said.what.conclusion) {
                add(code.as_str(), Sort::Conclusion, id);
            }
        }
        codes
    }

    /// The thing that somebody means by a code, or by its whole number.
    pub fn find(&self, code: &str, wanted: Sort) -> Result<RecordId, DeskError> {
        let codes = self.codes();
        if let Ok(id) = code.parse::<RecordId>() {
            let known = codes.values().flatten().any(|(sort, known)| *known == id && *sort == wanted);
            return if known { Ok(id) } else { Err(DeskError::Unknown(code.into())) };
        }
        match codes.get(code).map(Vec::as_slice).unwrap_or_default() {
            [] => Err(DeskError::Unknown(code.into())),
            [(sort, id)] if *sort == wanted => Ok(*id),
            [(sort, _)] => Err(DeskError::Sort { code: code.into(), found: sort.name(), wanted: wanted.name() }),
            several => {
                let numbers: Vec<String> = several.iter().map(|(_, id)| id.to_string()).collect();
                Err(DeskError::Several { code: code.into(), count: several.len(), numbers: numbers.join(", ") })
            }
        }
    }

    /// The next free code of a sort: one more than the highest number that a code of its letter ends with.
    pub fn next_code(&self, sort: Sort) -> String {
        let begins = format!("{}-", sort.letter());
        let codes = self.codes();
        let numbers = codes.keys().filter_map(|code| code.strip_prefix(&begins)?.parse::<u32>().ok());
        format!("{begins}{:03}", numbers.max().unwrap_or(0).saturating_add(1))
    }

    /// Codes that several things have, so that nobody cites the wrong one.
    pub fn doubled(&self) -> Vec<(&str, usize)> {
        self.codes().into_iter().filter(|(_, things)| things.len() > 1).map(|(code, t)| (code, t.len())).collect()
    }
}

impl Case {
    /// Where a new thing of this case is to live, and its number.
    pub fn new_thing(&self, compartment: &str) -> Result<RecordId, DeskError> {
        if compartment == REGISTER || !self.can_open(compartment) {
            return Err(DeskError::Closed(compartment.into()));
        }
        Ok(thing::number(compartment)?)
    }

    /// Says something about the inquiry's substance, all of it or nothing.
    pub fn say_facts(&mut self, act: &str, summary: &str, facts: &[Fact]) -> Result<Receipt, DeskError> {
        let change = self.change_of(act, summary, facts)?;
        Ok(self.tell(change)?)
    }

    /// The change that says it, for whoever brings items along with it.
    pub fn change_of(&self, act: &str, summary: &str, facts: &[Fact]) -> Result<Change, DeskError> {
        self.permit(facts)?;
        let mut change = Change::new(act, summary);
        let bodies: Vec<Value> = facts.par_iter().map(canonical::value_of).collect::<Result<_, _>>()?;
        for (fact, body) in facts.iter().zip(bodies) {
            let say = if fact.stands_apart() { Change::say_body_apart } else { Change::say_body };
            let homes = self.homes(fact)?;
            let Some((last, others)) = homes.split_last() else { continue };
            others.iter().for_each(|home| say(&mut change, home, body.clone()));
            say(&mut change, last, body);
        }
        Ok(change)
    }

    fn permit(&self, facts: &[Fact]) -> Result<(), DeskError> {
        let role = self.role().unwrap_or(Role::Reader);
        if let Some(fact) = facts.iter().find(|fact| least(fact.kind()) > role) {
            return Err(DeskError::Role { what: fact.kind(), needed: least(fact.kind()) });
        }
        let mut dates = facts.iter().flat_map(|fact| fact.dates().into_iter().map(|date| (fact.kind(), date)));
        if let Some((what, date)) = dates.find(|(_, date)| date.parse::<Edtf>().is_err()) {
            return Err(DeskError::Date { what, date: date.to_string() });
        }
        self.name_nobody(facts)?;
        let book = Book::read(self)?;
        for fact in facts {
            match fact {
                Fact::Medical(_) if !book.was_clinician(self.actor(), u64::MAX) => return Err(DeskError::NoClinician),
                Fact::Clinician(said) if said.member == self.actor() => return Err(DeskError::OwnClinician),
                _ => {}
            }
        }
        let codes = book.codes();
        let mut taken: BTreeSet<&str> = BTreeSet::new();
        for fact in facts {
            let (Some(code), Some(thing)) = (fact.code(), fact.thing()) else { continue };
            if !is_code(code) {
                return Err(DeskError::Code(code.into()));
            }
            let other = codes.get(code).is_some_and(|things| things.iter().any(|(_, known)| *known != thing));
            if other || !taken.insert(code) {
                return Err(DeskError::Taken(code.into()));
            }
        }
        Ok(())
    }

    /// Refuses a sealed name in a field that more may read than the compartment of identities, unless it is meant. Only whoever can open
    /// the identities is told: to others this would give names away.
    fn name_nobody(&self, facts: &[Fact]) -> Result<(), DeskError> {
        if self.means_names() {
            return Ok(());
        }
        let Some(sealed) = names::sealed(self)? else { return Ok(()) };
        let mut places: BTreeSet<String> = BTreeSet::new();
        for fact in facts {
            let code = fact.code().unwrap_or_default();
            let of = |field: String| format!("{} {code}: `{field}`", fact.kind()).replace(" :", ":");
            places.extend(names::fields(&sealed, fact).into_iter().map(of));
        }
        if places.is_empty() {
            return Ok(());
        }
        Err(DeskError::SealedName(places.into_iter().collect::<Vec<_>>().join("; ")))
    }

    /// The compartments in which a record must stand.
    fn homes(&self, fact: &Fact) -> Result<Vec<String>, DeskError> {
        let home_of = |thing: &RecordId| {
            let mut names = self.register().compartments.keys();
            let name = names.find(|name| lives_in(thing, name) && self.can_open(name));
            name.cloned().ok_or_else(|| DeskError::Elsewhere(thing.to_string()))
        };
        let open = |name: &str| {
            if self.can_open(name) { Ok(vec![name.to_string()]) } else { Err(DeskError::Closed(name.into())) }
        };
        match fact {
            Fact::SourceIdentity(_) => open(IDENTITIES),
            Fact::Standard { .. }
            | Fact::Schema { .. }
            | Fact::Framework { .. }
            | Fact::OfficialText { .. }
            | Fact::ElementVerified(_)
            | Fact::LegalConclusion(_)
            | Fact::Clinician(_)
            | Fact::CountsPublished(_)
            | Fact::Vouched(_) => open(WORKING),
            Fact::Tie(tie) => pair(home_of(&tie.one)?, home_of(&tie.other)?),
            Fact::Examined(seen) => pair(home_of(&seen.one)?, home_of(&seen.other)?),
            other => match other.thing() {
                Some(thing) => Ok(vec![home_of(&thing)?]),
                None => open(WORKING),
            },
        }
    }
}

fn pair(one: String, other: String) -> Result<Vec<String>, DeskError> {
    Ok(if one == other { vec![one] } else { vec![one, other] })
}

impl Fact {
    /// Must it be possible to destroy this without its neighbours?
    fn stands_apart(&self) -> bool {
        matches!(
            self,
            Fact::Source(_)
                | Fact::SourceIdentity(_)
                | Fact::Interview(_)
                | Fact::Document(_)
                | Fact::Consent(_)
                | Fact::Medical(_)
        )
    }

    /// Every date in it. What cannot be read as EDTF would be no date to anybody, and close what depends on it without a word.
    fn dates(&self) -> Vec<&str> {
        match self {
            Fact::Consent(said) => vec![&said.date],
            Fact::ConsentWithdrawn(said) => vec![&said.date],
            Fact::Conditions(said) => said.until.iter().map(String::as_str).collect(),
            Fact::Risk(said) => vec![&said.judged, &said.review],
            Fact::Presence(said) => vec![&said.period],
            Fact::Interview(said) => vec![&said.date],
            Fact::Document(said) => said.date.iter().map(String::as_str).collect(),
            Fact::Statement(said) => said.date.iter().map(String::as_str).collect(),
            Fact::Request(said) => {
                let reminders = said.reminders.iter().map(String::as_str);
                let given = said.extensions.iter().flat_map(|e| [e.granted.as_str(), e.until.as_str()]);
                [said.sent.as_str(), said.deadline.as_str()].into_iter().chain(reminders).chain(given).collect()
            }
            Fact::CommentDraft(said) => vec![&said.sent, &said.deadline],
            Fact::CommentReply(said) => vec![&said.received],
            Fact::Correction(said) => said.received.iter().chain(&said.decided).map(String::as_str).collect(),
            Fact::Medical(said) => vec![&said.examined],
            Fact::Response(said) => vec![&said.date],
            Fact::Position(said) => vec![&said.date],
            Fact::Recommendation(said) => vec![&said.date],
            Fact::FollowUp { date, .. } => vec![date],
            _ => Vec::new(),
        }
    }

    /// The kind of its record.
    pub fn kind(&self) -> &'static str {
        match self {
            Fact::Source(_) => "source",
            Fact::SourceIdentity(_) => "source-identity",
            Fact::Consent(_) => "consent",
            Fact::ConsentWithdrawn(_) => "consent-withdrawn",
            Fact::Conditions(_) => "conditions",
            Fact::Risk(_) => "risk",
            Fact::Tie(_) => "tie",
            Fact::Examined(_) => "examined",
            Fact::Presence(_) => "presence",
            Fact::Interview(_) => "interview",
            Fact::Document(_) => "document",
            Fact::Statement(_) => "statement",
            Fact::Credibility(_) => "credibility",
            Fact::Retracted { .. } => "retracted",
            Fact::Entity(_) => "entity",
            Fact::Schema { .. } => "schema",
            Fact::Import(_) => "import",
            Fact::Told(_) => super::words::TOLD,
            Fact::Left(_) => "left",
            Fact::Claim(_) => "claim",
            Fact::Standard { .. } => "standard",
            Fact::Finding(_) => "finding",
            Fact::Bears(_) => "bears",
            Fact::ContraryAnswered(_) => "contrary-answered",
            Fact::Reviewed(_) => "reviewed",
            Fact::Adopted(_) => "adopted",
            Fact::Framework { .. } => "framework",
            Fact::OfficialText { .. } => "official-text",
            Fact::ElementVerified(_) => "element-verified",
            Fact::ElementAssessed(_) => "element-assessed",
            Fact::LegalConclusion(_) => "legal-conclusion",
            Fact::Clinician(_) => "clinician",
            Fact::Medical(_) => "medical",
            Fact::Request(_) => "request",
            Fact::Response(_) => "response",
            Fact::Position(_) => "position",
            Fact::CommentDraft(_) => "comment-draft",
            Fact::CommentReply(_) => "comment-reply",
            Fact::Correction(_) => "correction",
            Fact::Recommendation(_) => "recommendation",
            Fact::FollowUp { .. } => "follow-up",
            Fact::CountsPublished(_) => "counts-published",
            Fact::SourceTold(_) => "source-told",
            Fact::ProfileDecided(_) => "profile-decided",
            Fact::Vouched(_) => "vouched",
        }
    }
}
