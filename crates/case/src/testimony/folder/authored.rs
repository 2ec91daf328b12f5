//! What can be written by hand of an inquiry?
//!
//! Plain records, one for each kind of thing, in the words of [`crate::facts::words`]; things are named by their codes. What
//! has words of its own (a source's description, an interview, a document, a proposition) has them as a [`Text`] after the
//! front matter.

use super::record::{Code, Day, record};
use super::signed::{ActFile, Assessment, Concluded, Medical};
use crate::facts::words::{Basis, ClaimStatus, Extent, Level, Purpose, Sort, Stance, Way};
use crate::state::Progress;
use crate::testimony::passage::{Locator, Moment};
use crate::testimony::text::Text;
use factum_model::Edtf;

/// A record with the text below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// The front matter.
    pub about: T,
    /// The text.
    pub text: Text,
}

/// A file that is kept as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verbatim {
    /// Its name, without `.toml`: small letters, digits and hyphens.
    pub name: String,
    /// The file, as it was written.
    pub text: String,
}

/// An inquiry as plain files hold it, without identities. Things with codes are in the order of their codes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inquiry {
    /// `sources/S-014.md`; the text is what may be said of the source without telling who it is.
    pub sources: Vec<Page<Source>>,
    /// `interviews/I-007.md`.
    pub interviews: Vec<Page<Interview>>,
    /// `documents/D-003.md`.
    pub documents: Vec<Page<Document>>,
    /// `statements/*.toml`, `statements.csv`.
    pub statements: Vec<Statement>,
    /// `entities/*.toml`.
    pub entities: Vec<Entity>,
    /// `findings/F-3.md`; the text is the proposition.
    pub findings: Vec<Page<Finding>>,
    /// `requests/Q-2.toml`.
    pub requests: Vec<Request>,
    /// `positions.toml`.
    pub positions: Vec<Position>,
    /// `recommendations.toml`.
    pub recommendations: Vec<Recommendation>,
    /// `corrections.toml`.
    pub corrections: Vec<Correction>,
    /// `ties.toml`, `[[tie]]`.
    pub ties: Vec<Tie>,
    /// `ties.toml`, `[[examined]]`.
    pub examined: Vec<Examined>,
    /// `consents.toml`, `[[consent]]`.
    pub consents: Vec<Consent>,
    /// `consents.toml`, `[[withdrawal]]`.
    pub withdrawals: Vec<Withdrawal>,
    /// `judgements.toml`, `[[claim]]`.
    pub claims: Vec<Claim>,
    /// `standards/NAME.toml`: standards of proof in the inquiry's own words.
    pub standards: Vec<Verbatim>,
    /// `schema/NAME.toml`: what the inquiry adds to the schema.
    pub schemas: Vec<Verbatim>,
    /// `frameworks/NAME.toml`: frameworks of law.
    pub frameworks: Vec<Verbatim>,
    /// `official/NAME.toml`: the official texts of frameworks, as the office has them.
    pub officials: Vec<Verbatim>,
    /// `law.toml`, `[[assessment]]`.
    pub assessments: Vec<Assessment>,
    /// `law.toml`, `[[conclusion]]`.
    pub conclusions: Vec<Concluded>,
    /// `medical.toml`.
    pub medical: Vec<Medical>,
    /// `acts/NAME.toml`: what people signed.
    pub acts: Vec<ActFile>,
}

impl Inquiry {
    /// Puts things into the order of their codes, as [`Inquiry`] promises.
    pub fn order(&mut self) {
        self.sources.sort_by(|a, b| a.about.code.cmp(&b.about.code));
        self.interviews.sort_by(|a, b| a.about.code.cmp(&b.about.code));
        self.documents.sort_by(|a, b| a.about.code.cmp(&b.about.code));
        self.statements.sort_by(|a, b| a.code.cmp(&b.code));
        self.entities.sort_by(|a, b| a.code.cmp(&b.code));
        self.findings.sort_by(|a, b| a.about.code.cmp(&b.about.code));
        self.requests.sort_by(|a, b| a.code.cmp(&b.code));
        self.positions.sort_by(|a, b| a.code.cmp(&b.code));
        self.recommendations.sort_by(|a, b| a.code.cmp(&b.code));
        self.standards.sort_by(|a, b| a.name.cmp(&b.name));
        self.schemas.sort_by(|a, b| a.name.cmp(&b.name));
        self.frameworks.sort_by(|a, b| a.name.cmp(&b.name));
        self.officials.sort_by(|a, b| a.name.cmp(&b.name));
        self.medical.sort_by(|a, b| a.code.cmp(&b.code));
        self.acts.sort_by(|a, b| a.name.cmp(&b.name));
    }
}

record! {
    /// A named value.
    Named {
        /// Its name.
        name: String,
        /// The value.
        value: String,
    }
}

record! {
    /// Who or what information comes from.
    Source {
        /// Its code.
        code: Code,
        /// What it is.
        sort: Sort,
        /// The organization it belongs to or speaks for.
        organization: Option<String>,
        /// Whether it is a child, for whom somebody else must agree as well; absent means no.
        child: Option<bool>,
        /// How reliable it is, from 1, completely, to 6, cannot be judged; absent if nobody has judged.
        reliability: Option<u8>,
        /// How great the danger for it is.
        risk: Option<Risk>,
        /// How it may be used, if it is no person; absent means closed.
        conditions: Option<Conditions>,
        /// Whose words it passes on.
        relays: Vec<Relay>,
        /// Where it was in a position to know.
        presence: Vec<Presence>,
    }
}

record! {
    /// How great the danger for a source is.
    Risk {
        /// How great.
        level: Level,
        /// When it was judged.
        judged: Day,
        /// When it must be judged again.
        review: Day,
        /// Why.
        reason: String,
    }
}

record! {
    /// Under which conditions something that is no person may be used.
    Conditions {
        /// What for.
        purposes: Vec<Purpose>,
        /// By whom it was given, what was promised.
        words: String,
        /// The last day on which they hold; absent if they do not end.
        until: Option<Edtf>,
    }
}

record! {
    /// A source whose words another passes on.
    Relay {
        /// The source whose words they are.
        source: Code,
        /// How this is known.
        reason: String,
    }
}

record! {
    /// A source was in a position to know.
    Presence {
        /// The place, an entity.
        place: Code,
        /// When.
        period: Edtf,
        /// As what.
        role: String,
    }
}

record! {
    /// What a source agreed to.
    Consent {
        /// The source.
        source: Code,
        /// When.
        date: Edtf,
        /// What for; what is not named was not agreed to.
        purposes: Vec<Purpose>,
        /// What was explained before.
        explained: Vec<String>,
        /// In which language.
        language: String,
        /// Through an interpreter, by code.
        interpreter: Option<String>,
        /// Who else was present, by function.
        present: Vec<String>,
        /// For a child: who agreed for it, by relation.
        guardian: Option<String>,
        /// What was said of earlier interviews; absent if nobody asked.
        earlier_interviews: Option<String>,
        /// Details that may be published no finer than this.
        no_finer_than: Vec<Named>,
    }
}

record! {
    /// A source takes its consent back.
    Withdrawal {
        /// The source.
        source: Code,
        /// When.
        date: Edtf,
        /// What is asked for.
        extent: Extent,
        /// Of which sort the reason is; never who, never what words.
        reason: String,
    }
}

record! {
    /// Two sources are not independent.
    Tie {
        /// One.
        one: Code,
        /// The other.
        other: Code,
        /// In which way; that one relays the other stands with the one that relays.
        way: Way,
        /// How this is known.
        reason: String,
    }
}

record! {
    /// Somebody looked whether two sources are independent.
    Examined {
        /// One.
        one: Code,
        /// The other.
        other: Code,
        /// Are they?
        independent: bool,
        /// How this was found.
        reason: String,
    }
}

record! {
    /// A conversation with a source.
    Interview {
        /// Its code.
        code: Code,
        /// Who was interviewed.
        source: Code,
        /// When.
        date: Edtf,
        /// Where, no finer than is safe.
        place: Option<String>,
        /// How finely the place is told: country, region, town.
        place_precision: Option<String>,
        /// Who asked, by function or code.
        interviewer: Option<String>,
        /// In which language.
        language: String,
        /// Through an interpreter, by code.
        interpreter: Option<String>,
        /// Who else was present, by function.
        present: Vec<String>,
        /// How long its recording is.
        duration: Option<Moment>,
    }
}

record! {
    /// A document, a page, a recording, a table; or a translation of one or of an interview.
    Document {
        /// Its code.
        code: Code,
        /// Where it comes from.
        source: Code,
        /// What it is called in the inquiry.
        title: Option<String>,
        /// Its date.
        date: Option<Edtf>,
        /// Its language.
        language: Option<String>,
        /// What it translates.
        translation_of: Option<Code>,
        /// Who translated it, by code.
        translator: Option<String>,
        /// How many pages it has, where the text does not say.
        pages: Option<u32>,
        /// How long the recording is.
        duration: Option<Moment>,
        /// The sheets of a table.
        sheet: Vec<Sheet>,
    }
}

record! {
    /// A sheet of a table.
    Sheet {
        /// Its name.
        name: String,
        /// How many columns are in use.
        columns: u32,
        /// How many rows.
        rows: u32,
    }
}

record! {
    /// A source says something.
    Statement {
        /// Its code.
        code: Code,
        /// Who says it.
        source: Code,
        /// The interview or document in which it stands.
        item: Option<Code>,
        /// Where in it.
        at: Option<Locator>,
        /// The words there, or what is to be seen.
        quote: Option<String>,
        /// The digest of the text in which the passage was found.
        made_in: Option<String>,
        /// How the source knows.
        basis: Basis,
        /// Whose words it passes on.
        relays: Vec<Code>,
        /// What is said, in the inquiry's words.
        text: String,
        /// Of which entity.
        entity: Option<Code>,
        /// Which property of it.
        property: Option<String>,
        /// The value.
        value: Option<String>,
        /// When what is said happened.
        date: Option<Edtf>,
        /// Where, an entity.
        place: Option<Code>,
        /// Who must not see it.
        sensitivity: Option<String>,
        /// Why it no longer stands.
        retracted: Option<String>,
        /// How credible it is.
        credibility: Option<Credibility>,
    }
}

record! {
    /// How credible a statement is.
    Credibility {
        /// The grade, 1 the best.
        grade: u8,
        /// Why.
        reason: String,
    }
}

record! {
    /// What statements are about.
    Entity {
        /// Its code.
        code: Code,
        /// A kind of the schema.
        sort: String,
        /// What it is called in the inquiry.
        label: String,
    }
}

record! {
    /// Which of several values is accepted.
    Claim {
        /// The entity.
        entity: Code,
        /// The property.
        property: String,
        /// Where it stands.
        status: ClaimStatus,
        /// The statement with the accepted value.
        accepted: Option<Code>,
        /// That value, where the statement gives several.
        value: Option<String>,
        /// Why.
        reason: String,
    }
}

record! {
    /// A proposition.
    Finding {
        /// Its code.
        code: Code,
        /// The standard of proof.
        standard: String,
        /// Who drew it up, by function or code.
        author: Option<String>,
        /// Runs it cites, by code.
        runs: Vec<String>,
        /// What is still missing.
        missing: Vec<String>,
        /// Why it may stand on fewer independent origins than its standard asks for.
        reason_for_origins: Option<String>,
        /// What it concludes, if not that it happened.
        conclusion: Option<Conclusion>,
        /// What statements do to it.
        bears: Vec<Bears>,
        /// Answers to contrary evidence.
        answer: Vec<Answer>,
    }
}

/// What a finding can conclude beside that something happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConclusionSort {
    /// It could not be confirmed.
    NotConfirmed,
    /// How widespread something was, in words.
    Qualitative,
}

impl ConclusionSort {
    /// Every sort, by its name.
    pub const ALL: [(&str, ConclusionSort); 2] =
        [("not-confirmed", ConclusionSort::NotConfirmed), ("qualitative", ConclusionSort::Qualitative)];
}

record! {
    /// What a finding concludes.
    Conclusion {
        /// What sort of conclusion.
        sort: ConclusionSort,
        /// Not confirmed: what was asked and tried.
        sought: Vec<String>,
        /// Qualitative: the words.
        words: Option<String>,
        /// Of which population.
        population: Option<String>,
        /// How large that is, and who says so.
        denominator: Option<String>,
        /// The source of the denominator.
        source: Option<Code>,
        /// Not confirmed: what others say, each with who says it.
        others: Vec<Named>,
    }
}

record! {
    /// What a statement does to a finding.
    Bears {
        /// The statement.
        statement: Code,
        /// What it does.
        stance: Stance,
        /// Why.
        reason: Option<String>,
    }
}

record! {
    /// An answer to contrary evidence.
    Answer {
        /// The contrary statement; absent where the answer is what was looked for and not found.
        statement: Option<Code>,
        /// The answer.
        words: String,
    }
}

record! {
    /// Something asked of a State or a body.
    Request {
        /// Its code.
        code: Code,
        /// Of whom.
        addressee: String,
        /// When.
        sent: Day,
        /// Until when an answer was asked for.
        deadline: Day,
        /// How it was sent.
        channel: String,
        /// What was asked.
        questions: Vec<String>,
        /// The days of reminders.
        reminders: Vec<Day>,
        /// More time that was given.
        extension: Vec<Extension>,
        /// What came back; nothing if nothing came.
        response: Vec<Response>,
    }
}

record! {
    /// More time for an answer.
    Extension {
        /// When it was given.
        granted: Day,
        /// The last day on which an answer is in time.
        until: Day,
        /// Why.
        reason: String,
    }
}

record! {
    /// What came back.
    Response {
        /// When.
        date: Day,
        /// Which questions it answers in full, from 1; none if it only acknowledges.
        answers: Vec<u32>,
        /// Which it answers in part.
        partly: Vec<u32>,
        /// Which it declines to answer.
        declined: Vec<u32>,
        /// What it says.
        text: String,
        /// The document that it is.
        item: Option<Code>,
    }
}

record! {
    /// What a State or body holds.
    Position {
        /// Its code.
        code: Code,
        /// Whose it is.
        holder: String,
        /// When it was taken.
        date: Edtf,
        /// What it does with the allegation, by the code of the HURIDOCS list of attribution.
        attribution: String,
        /// What it says, in its own words.
        words: String,
        /// Where it stands.
        where_said: Option<String>,
        /// The findings it answers.
        findings: Vec<Code>,
    }
}

record! {
    /// What a State corrected in a draft.
    Correction {
        /// Its code, if it has one.
        code: Option<Code>,
        /// The draft for comment that it corrects, by code.
        draft: Option<Code>,
        /// Who asks for it.
        holder: String,
        /// When it came.
        received: Option<Day>,
        /// The paragraph of the draft.
        paragraph: u32,
        /// What is asked for.
        asked: String,
        /// Whether it was accepted; absent while nobody has decided.
        accepted: Option<bool>,
        /// Why.
        reason: Option<String>,
        /// When that was decided.
        decided: Option<Day>,
    }
}

record! {
    /// What the inquiry asks somebody to do.
    Recommendation {
        /// Its code.
        code: Code,
        /// To whom.
        addressee: String,
        /// When.
        date: Day,
        /// What.
        text: String,
        /// What became of it.
        follow_up: Vec<FollowUp>,
    }
}

record! {
    /// What became of a recommendation.
    FollowUp {
        /// When.
        date: Edtf,
        /// How far it was carried out.
        progress: Option<Progress>,
        /// In words.
        text: String,
    }
}

record! {
    /// Who is behind a code. In `identities.toml` only.
    Identity {
        /// The source.
        source: Code,
        /// Its names, in every script they came in.
        names: Vec<String>,
        /// What else is known.
        detail: Vec<Named>,
    }
}
