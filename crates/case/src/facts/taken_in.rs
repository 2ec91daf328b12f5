//! How does a folder that was written by hand become part of a case, and what of it was there already?
//!
//! Codes decide: a thing whose code is known is written anew if it says something else, and passed over if it says the same; others are
//! new. Texts become items. All of it is one transaction, or nothing. [`super::written_out`] is the way back.

mod law;

use super::acts;
use super::book::Book;
use super::desk::{DeskError, Sort};
use super::papers::incoming::Original;
use super::words::{self, Conclusion, Fact, Passage};
use crate::custody::evidence::{Detail, Evidence, Making};
use crate::custody::folder::Case;
use crate::custody::ids::{Digest, RecordId};
use crate::custody::runs::{Given, seal_item};
use crate::custody::writer::{Receipt, WriteError};
use crate::custody::{canonical, view};
use crate::testimony::folder::Identity;
use crate::testimony::folder::authored::{self, ConclusionSort, Inquiry, Page};
use crate::testimony::folder::record::Code;
use crate::testimony::text::Text;
use factum_vault::object::Batch;
use std::collections::{BTreeMap, BTreeSet};

/// What a folder left in a case.
#[derive(Clone, Debug)]
pub struct TakenIn {
    /// The transaction; absent if everything was there already.
    pub receipt: Option<Receipt>,
    /// Records written.
    pub records: usize,
    /// Texts that became items.
    pub texts: usize,
    /// Signed acts that this case holds as the folder has them.
    pub acts_known: usize,
    /// Signed acts of other cases, which are kept and count for nothing here.
    pub acts_elsewhere: usize,
    /// What is not taken in, or only in part; a line each.
    pub told: Vec<String>,
}

/// Letters of the grades of reliability, the best first.
pub(super) const RELIABILITY: [&str; 6] = ["A", "B", "C", "D", "E", "F"];

impl Case {
    /// Takes in an inquiry that was written by hand, into one compartment; identities into theirs.
    pub fn take_in(
        &mut self,
        inquiry: &Inquiry,
        identities: &[Identity],
        compartment: &str,
    ) -> Result<TakenIn, DeskError> {
        self.take_in_with(inquiry, identities, compartment, &BTreeMap::new())
    }

    /// The same, with the files out of which texts were taken, by the codes of those: each becomes an item too, from which the text is
    /// made.
    pub fn take_in_with(
        &mut self,
        inquiry: &Inquiry,
        identities: &[Identity],
        compartment: &str,
        originals: &BTreeMap<String, Original>,
    ) -> Result<TakenIn, DeskError> {
        let book = Book::read(self)?;
        let acts = acts::compared(self, &book, &inquiry.acts)?;
        let (numbers, facts, told) = (BTreeMap::new(), Vec::new(), Vec::new());
        let mut maker = Maker { case: self, book: &book, compartment, numbers, facts, told };
        maker.number(inquiry)?;
        let texts = maker.texts(inquiry)?;
        maker.sources(inquiry)?;
        maker.interviews(inquiry, &texts)?;
        maker.documents(inquiry, &texts)?;
        maker.statements(inquiry, &texts)?;
        maker.kept(inquiry);
        maker.findings(inquiry)?;
        maker.states(inquiry, &texts)?;
        maker.law(inquiry)?;
        for identity in identities {
            let details = identity.detail.iter().map(named).collect();
            let source = maker.of(&identity.source)?;
            maker.facts.push(Fact::SourceIdentity(words::Identity { source, names: identity.names.clone(), details }));
        }
        let (said, mut told) = (maker.facts, maker.told);
        let known = said_before(self, &book)?;
        // Where a folder says several things of which the last counts, all stand in the case if the last does: to say the first again
        // would make it the last.
        let last: BTreeMap<String, String> = said.iter().map(|fact| (slot(fact), spelled(fact))).collect();
        let stands = |fact: &Fact| known.get(&slot(fact)).is_some_and(|word| last.get(&slot(fact)) == Some(word));
        let mut fresh: Vec<Fact> = said.into_iter().filter(|fact| !stands(fact)).collect();
        if !book.was_clinician(self.actor(), u64::MAX) {
            let codes = fresh.iter().filter(|fact| matches!(fact, Fact::Medical(_))).filter_map(Fact::code);
            told.extend(codes.map(|code| {
                format!(
                    "{code}: degrees of consistency are entered by a clinician alone, who takes the folder in for that"
                )
            }));
            fresh.retain(|fact| !matches!(fact, Fact::Medical(_)));
        }
        let new: Vec<&TextItem> = texts.values().filter(|text| text.fresh).collect();
        let mut taken = TakenIn {
            receipt: None,
            records: fresh.len(),
            texts: new.len(),
            acts_known: acts.known,
            acts_elsewhere: acts.elsewhere,
            told,
        };
        if fresh.is_empty() && new.is_empty() && acts.fresh.is_empty() {
            return Ok(taken);
        }
        let summary = format!("An inquiry written by hand is taken in: {} records, {} texts", fresh.len(), new.len());
        let mut change = self.change_of("take in", &summary, &fresh)?;
        let store = self.store_shared();
        let mut batch = Batch::new(&*store);
        let place = self.register().compartments.get(compartment).and_then(|place| place.recipient()).cloned();
        let recipient = place.ok_or_else(|| WriteError::NoCompartment(compartment.into()))?;
        let origin = self.ledger().origin().to_string();
        for text in &new {
            let name = format!("{}.md", text.code);
            let given = Given { name: &name, bytes: text.words.as_bytes(), media_type: "text/markdown" };
            let (mut item, entry) = seal_item(&mut batch, &origin, &recipient, text.item, &given)?;
            item.text = Some(text.words.clone());
            change.entries.push(entry);
            change.say_apart(compartment, &Evidence::Item(Box::new(item)))?;
            // A file that is its text, word for word, need not be kept twice.
            if let Some(original) = originals.get(&text.code).filter(|o| o.bytes != text.words.as_bytes()) {
                let given = Given { name: &original.name, bytes: &original.bytes, media_type: &original.media_type };
                let parent = crate::custody::runs::new_item()?;
                let (mut item, entry) = seal_item(&mut batch, &origin, &recipient, parent, &given)?;
                item.embedded.clone_from(&original.embedded);
                change.entries.push(entry);
                change.say_apart(compartment, &Evidence::Item(Box::new(item)))?;
                let (making, tool) = (Making::Transcript, crate::version());
                let (maker, language, reviewer) = (None, None, None);
                let derived = Evidence::Derived { item: text.item, parent, making, maker, tool, language, reviewer };
                change.say_apart(compartment, &derived)?;
            }
        }
        for file in acts.fresh {
            let name = acts::item_of(file);
            let given = Given { name: &name, bytes: file.text.as_bytes(), media_type: "application/toml" };
            let number = crate::custody::runs::new_item()?;
            let (mut item, entry) = seal_item(&mut batch, &origin, &recipient, number, &given)?;
            item.text = Some(file.text.clone());
            change.entries.push(entry);
            change.say_apart(compartment, &Evidence::Item(Box::new(item)))?;
        }
        taken.receipt = Some(self.transact(change, batch)?);
        Ok(taken)
    }
}

/// The last word of the case on everything, as it is spelled, so that what stands is not said again.
fn said_before(case: &Case, book: &Book) -> Result<BTreeMap<String, String>, DeskError> {
    let mut known = BTreeMap::new();
    let undone = view::undone(case.index(), case.until())?;
    for kind in words::KINDS {
        for row in case.index().records(factum_vault::index::Records::Kind(kind))? {
            let transaction = crate::custody::ids::TransactionId(row.transaction);
            let counts =
                !undone.contains(&(transaction, row.compartment.clone())) && book.open.contains(&row.compartment);
            let fact = canonical::parse(&row.body).ok().and_then(|body| canonical::read::<Fact>(&body).ok());
            if let Some(fact) = fact.filter(|_| counts) {
                known.insert(slot(&fact), row.body);
            }
        }
    }
    Ok(known)
}

/// What a record takes the place of: an earlier one with the same slot. What does not replace anything has a slot of its own.
fn slot(fact: &Fact) -> String {
    let kind = fact.kind();
    match fact {
        Fact::Bears(said) => format!("{kind} {} {}", said.finding, said.statement),
        Fact::ContraryAnswered(said) => format!("{kind} {} {:?}", said.finding, said.statement),
        Fact::Claim(said) => format!("{kind} {} {}", said.entity, said.property),
        Fact::Examined(said) => format!("{kind} {} {}", said.one.min(said.other), said.one.max(said.other)),
        Fact::Standard { standard, .. } => format!("{kind} {standard}"),
        Fact::Schema { schema, .. } => format!("{kind} {schema}"),
        Fact::Framework { framework, .. } | Fact::OfficialText { framework, .. } => format!("{kind} {framework}"),
        Fact::ElementAssessed(said) => format!("{kind} {} {} {:?}", said.framework, said.element, said.finding),
        Fact::Presence(_) | Fact::Response(_) | Fact::FollowUp { .. } | Fact::Tie(_) => spelled(fact),
        other => other.thing().map_or_else(|| spelled(other), |thing| format!("{kind} {thing}")),
    }
}

fn spelled(fact: &Fact) -> String {
    canonical::value_of(fact).and_then(|value| canonical::write(&value)).unwrap_or_default()
}

fn named(of: &authored::Named) -> Detail {
    Detail::new(of.name.clone(), of.value.clone())
}

fn extension(of: &authored::Extension) -> words::Extension {
    words::Extension { granted: of.granted.to_string(), until: of.until.to_string(), reason: of.reason.clone() }
}

/// A text that is an item, or becomes one.
struct TextItem {
    item: RecordId,
    code: String,
    words: String,
    fresh: bool,
}

struct Maker<'a> {
    case: &'a Case,
    book: &'a Book,
    compartment: &'a str,
    numbers: BTreeMap<String, RecordId>,
    facts: Vec<Fact>,
    /// What is taken in only in part.
    told: Vec<String>,
}

impl Maker<'_> {
    /// A number for every code: the one it has, or a new one.
    fn number(&mut self, inquiry: &Inquiry) -> Result<(), DeskError> {
        let mut codes: Vec<(&Code, Sort)> = Vec::new();
        codes.extend(inquiry.sources.iter().map(|page| (&page.about.code, Sort::Source)));
        codes.extend(inquiry.interviews.iter().map(|page| (&page.about.code, Sort::Interview)));
        codes.extend(inquiry.documents.iter().map(|page| (&page.about.code, Sort::Document)));
        codes.extend(inquiry.statements.iter().map(|said| (&said.code, Sort::Statement)));
        codes.extend(inquiry.entities.iter().map(|said| (&said.code, Sort::Entity)));
        codes.extend(inquiry.findings.iter().map(|page| (&page.about.code, Sort::Finding)));
        codes.extend(inquiry.requests.iter().map(|said| (&said.code, Sort::Request)));
        codes.extend(inquiry.positions.iter().map(|said| (&said.code, Sort::Position)));
        codes.extend(inquiry.recommendations.iter().map(|said| (&said.code, Sort::Recommendation)));
        codes.extend(inquiry.medical.iter().map(|said| (&said.code, Sort::Medical)));
        codes.extend(inquiry.conclusions.iter().filter_map(|said| Some((said.code.as_ref()?, Sort::Conclusion))));
        for (code, sort) in codes {
            let number = match self.book.find(&code.0, sort) {
                Ok(known) => known,
                Err(DeskError::Unknown(_)) => self.case.new_thing(self.compartment)?,
                Err(other) => return Err(other),
            };
            self.numbers.insert(code.0.clone(), number);
        }
        Ok(())
    }

    /// The number of a code: of the folder, or of the case.
    fn of(&self, code: &Code) -> Result<RecordId, DeskError> {
        if let Some(number) = self.numbers.get(&code.0) {
            return Ok(*number);
        }
        match self.book.codes().get(code.0.as_str()).map(Vec::as_slice) {
            Some([(_, number)]) => Ok(*number),
            _ => Err(DeskError::Unknown(code.0.clone())),
        }
    }

    fn of_some(&self, code: &Option<Code>) -> Result<Option<RecordId>, DeskError> {
        code.as_ref().map(|code| self.of(code)).transpose()
    }

    fn of_all(&self, codes: &[Code]) -> Result<Vec<RecordId>, DeskError> {
        codes.iter().map(|code| self.of(code)).collect()
    }

    /// The texts of interviews and documents by code. One that is in the case, word for word, is not taken again, unless it is the text of
    /// something else: a passage must tell of what it is a passage.
    fn texts(&self, inquiry: &Inquiry) -> Result<BTreeMap<String, TextItem>, DeskError> {
        let mut known: BTreeMap<Digest, BTreeSet<RecordId>> = BTreeMap::new();
        view::each_evidence(self.case.index(), "item", self.case.until(), |_, said| {
            if let Evidence::Item(item) = said {
                known.entry(item.sha256).or_default().insert(item.item);
            }
        })?;
        let of_interviews = self.book.interviews.iter().map(|(id, said)| (*id, said.what.text));
        let of_documents = self.book.documents.iter().map(|(id, said)| (*id, said.what.text));
        let mut used: BTreeMap<RecordId, RecordId> =
            of_interviews.chain(of_documents).filter_map(|(id, text)| Some((text?, id))).collect();
        let interviews = inquiry.interviews.iter().map(|page| (&page.about.code, &page.text));
        let documents = inquiry.documents.iter().map(|page| (&page.about.code, &page.text));
        let mut texts = BTreeMap::new();
        for (code, text) in interviews.chain(documents).filter(|(_, text): &(_, &Text)| !text.is_empty()) {
            let words = text.print();
            let digest = crate::digest::sha256(words.as_bytes()).parse::<Digest>().ok();
            let own = self.of(code)?;
            let is_free = |item: &&RecordId| used.get(*item).is_none_or(|owner| *owner == own);
            let met = digest.and_then(|digest| known.get(&digest)?.iter().find(is_free)).copied();
            let item = match met {
                Some(item) => item,
                None => crate::custody::runs::new_item()?,
            };
            used.insert(item, own);
            texts.insert(code.0.clone(), TextItem { item, code: code.0.clone(), words, fresh: met.is_none() });
        }
        Ok(texts)
    }

    fn sources(&mut self, inquiry: &Inquiry) -> Result<(), DeskError> {
        for Page { about, text } in &inquiry.sources {
            let source = self.of(&about.code)?;
            let reliability = about.reliability.and_then(|grade| RELIABILITY.get(usize::from(grade).checked_sub(1)?));
            self.facts.push(Fact::Source(words::Source {
                source,
                code: about.code.0.clone(),
                sort: about.sort,
                description: text.print().trim().to_string(),
                organization: about.organization.clone(),
                reliability: reliability.map(ToString::to_string),
                child: about.child.unwrap_or(false),
            }));
            if let Some(risk) = &about.risk {
                self.facts.push(Fact::Risk(words::Risk {
                    source,
                    level: risk.level,
                    judged: risk.judged.to_string(),
                    review: risk.review.to_string(),
                    reason: risk.reason.clone(),
                }));
            }
            if let Some(said) = &about.conditions {
                let (purposes, words) = (said.purposes.clone(), said.words.clone());
                let until = said.until.as_ref().map(ToString::to_string);
                self.facts.push(Fact::Conditions(words::Conditions { source, purposes, words, until }));
            }
            for relay in &about.relays {
                let (other, reason) = (self.of(&relay.source)?, relay.reason.clone());
                self.facts.push(Fact::Tie(words::Tie { one: source, other, way: words::Way::Relays, reason }));
            }
            for said in &about.presence {
                let place = self.of(&said.place)?;
                let (period, role) = (said.period.to_string(), said.role.clone());
                self.facts.push(Fact::Presence(words::Presence { source, place, period, role }));
            }
        }
        for said in &inquiry.consents {
            self.facts.push(Fact::Consent(Box::new(words::Consent {
                source: self.of(&said.source)?,
                date: said.date.to_string(),
                purposes: said.purposes.clone(),
                explained: said.explained.clone(),
                language: said.language.clone(),
                interpreter: said.interpreter.clone(),
                present: said.present.clone(),
                guardian: said.guardian.clone(),
                earlier_interviews: said.earlier_interviews.clone(),
                no_finer_than: said.no_finer_than.iter().map(named).collect(),
            })));
        }
        for said in &inquiry.withdrawals {
            self.facts.push(Fact::ConsentWithdrawn(words::Withdrawal {
                source: self.of(&said.source)?,
                date: said.date.to_string(),
                extent: said.extent,
                reason: said.reason.clone(),
            }));
        }
        for said in &inquiry.ties {
            let (one, other) = (self.of(&said.one)?, self.of(&said.other)?);
            self.facts.push(Fact::Tie(words::Tie { one, other, way: said.way, reason: said.reason.clone() }));
        }
        for said in &inquiry.examined {
            let (one, other) = (self.of(&said.one)?, self.of(&said.other)?);
            let (independent, reason) = (said.independent, said.reason.clone());
            self.facts.push(Fact::Examined(words::Examined { one, other, independent, reason }));
        }
        Ok(())
    }

    fn interviews(&mut self, inquiry: &Inquiry, texts: &BTreeMap<String, TextItem>) -> Result<(), DeskError> {
        for Page { about, .. } in &inquiry.interviews {
            self.facts.push(Fact::Interview(Box::new(words::Interview {
                interview: self.of(&about.code)?,
                code: about.code.0.clone(),
                source: self.of(&about.source)?,
                date: about.date.to_string(),
                place: about.place.clone(),
                place_precision: about.place_precision.clone(),
                interviewer: about.interviewer.clone(),
                language: about.language.clone(),
                interpreter: about.interpreter.clone(),
                present: about.present.clone(),
                duration: about.duration.map(|long| long.to_string()),
                text: texts.get(&about.code.0).map(|text| text.item),
                recording: self.book.interviews.get(&self.of(&about.code)?).and_then(|known| known.what.recording),
            })));
        }
        Ok(())
    }

    fn documents(&mut self, inquiry: &Inquiry, texts: &BTreeMap<String, TextItem>) -> Result<(), DeskError> {
        for Page { about, .. } in &inquiry.documents {
            let sheets = about.sheet.iter().map(|sheet| words::Sheet {
                name: sheet.name.clone(),
                columns: sheet.columns,
                rows: sheet.rows,
            });
            self.facts.push(Fact::Document(Box::new(words::Document {
                document: self.of(&about.code)?,
                code: about.code.0.clone(),
                source: self.of(&about.source)?,
                title: about.title.clone(),
                date: about.date.as_ref().map(ToString::to_string),
                language: about.language.clone(),
                translation_of: self.of_some(&about.translation_of)?,
                translator: about.translator.clone(),
                pages: about.pages,
                duration: about.duration.map(|long| long.to_string()),
                sheets: sheets.collect(),
                text: texts.get(&about.code.0).map(|text| text.item),
            })));
        }
        Ok(())
    }

    fn kept(&mut self, inquiry: &Inquiry) {
        let said = inquiry.standards.iter();
        self.facts.extend(said.map(|said| Fact::Standard { standard: said.name.clone(), text: said.text.clone() }));
        let said = inquiry.schemas.iter();
        self.facts
            .extend(said.map(|said| Fact::Schema { schema: format!("{}.toml", said.name), text: said.text.clone() }));
    }

    /// Where passages of an interview or document lie: in the item with its text, or in itself where there is none.
    fn item(&self, code: &Code, texts: &BTreeMap<String, TextItem>) -> Result<RecordId, DeskError> {
        texts.get(&code.0).map_or_else(|| self.of(code), |text| Ok(text.item))
    }

    fn statements(&mut self, inquiry: &Inquiry, texts: &BTreeMap<String, TextItem>) -> Result<(), DeskError> {
        for said in &inquiry.entities {
            self.facts.push(Fact::Entity(words::Entity {
                entity: self.of(&said.code)?,
                code: said.code.0.clone(),
                sort: said.sort.clone(),
                label: said.label.clone(),
            }));
        }
        let interviews: BTreeSet<&Code> = inquiry.interviews.iter().map(|page| &page.about.code).collect();
        for said in &inquiry.statements {
            let statement = self.of(&said.code)?;
            let passage = match (&said.item, &said.at) {
                (Some(code), Some(at)) => {
                    let (item, at) = (self.item(code, texts)?, at.to_string());
                    Some(Passage { item, at, quote: said.quote.clone(), made_in: said.made_in.clone() })
                }
                _ => None,
            };
            let (interview, document): (Option<&Code>, Option<&Code>) = match &said.item {
                Some(code) if interviews.contains(code) => (Some(code), None),
                other => (None, other.as_ref()),
            };
            self.facts.push(Fact::Statement(Box::new(words::Statement {
                statement,
                code: said.code.0.clone(),
                source: self.of(&said.source)?,
                interview: interview.map(|code| self.of(code)).transpose()?,
                document: document.map(|code| self.of(code)).transpose()?,
                passage,
                basis: said.basis,
                relays: self.of_all(&said.relays)?,
                text: said.text.clone(),
                entity: self.of_some(&said.entity)?,
                property: said.property.clone(),
                value: said.value.clone(),
                date: said.date.as_ref().map(ToString::to_string),
                place: self.of_some(&said.place)?,
                sensitivity: said.sensitivity.clone(),
            })));
            if let Some(grade) = &said.credibility {
                let (grade, reason) = (grade.grade.to_string(), grade.reason.clone());
                self.facts.push(Fact::Credibility(words::Credibility { statement, grade, reason }));
            }
            if let Some(reason) = &said.retracted {
                self.facts.push(Fact::Retracted { statement, reason: reason.clone() });
            }
        }
        for said in &inquiry.claims {
            self.facts.push(Fact::Claim(words::Claim {
                entity: self.of(&said.entity)?,
                property: said.property.clone(),
                status: said.status,
                accepted: self.of_some(&said.accepted)?,
                value: said.value.clone(),
                reason: said.reason.clone(),
            }));
        }
        Ok(())
    }

    fn findings(&mut self, inquiry: &Inquiry) -> Result<(), DeskError> {
        for Page { about, text } in &inquiry.findings {
            let finding = self.of(&about.code)?;
            let conclusion = match &about.conclusion {
                None => Conclusion::Established,
                Some(said) if said.sort == ConclusionSort::NotConfirmed => Conclusion::NotConfirmed {
                    sought: said.sought.clone(),
                    others: said.others.iter().map(named).collect(),
                },
                Some(said) => Conclusion::Qualitative {
                    words: said.words.clone().unwrap_or_default(),
                    population: said.population.clone().unwrap_or_default(),
                    denominator: said.denominator.clone().unwrap_or_default(),
                    source: self.of_some(&said.source)?,
                },
            };
            self.facts.push(Fact::Finding(Box::new(words::Finding {
                finding,
                code: about.code.0.clone(),
                proposition: text.print().trim().to_string(),
                standard: about.standard.clone(),
                drawn_up_by: about.author.clone(),
                conclusion,
                runs: about.runs.clone(),
                missing: about.missing.clone(),
                reason_for_origins: about.reason_for_origins.clone(),
            })));
            for said in &about.bears {
                let (statement, stance) = (self.of(&said.statement)?, Some(said.stance));
                self.facts.push(Fact::Bears(words::Bears { finding, statement, stance, reason: said.reason.clone() }));
            }
            for said in &about.answer {
                let (statement, answer) = (self.of_some(&said.statement)?, said.words.clone());
                self.facts.push(Fact::ContraryAnswered(words::ContraryAnswered { finding, statement, answer }));
            }
        }
        Ok(())
    }

    fn states(&mut self, inquiry: &Inquiry, texts: &BTreeMap<String, TextItem>) -> Result<(), DeskError> {
        for said in &inquiry.requests {
            let request = self.of(&said.code)?;
            self.facts.push(Fact::Request(Box::new(words::Request {
                request,
                code: said.code.0.clone(),
                addressee: said.addressee.clone(),
                sent: said.sent.to_string(),
                deadline: said.deadline.to_string(),
                channel: said.channel.clone(),
                questions: said.questions.clone(),
                reminders: said.reminders.iter().map(ToString::to_string).collect(),
                extensions: said.extension.iter().map(extension).collect(),
            })));
            for came in &said.response {
                self.facts.push(Fact::Response(words::Response {
                    request,
                    date: came.date.to_string(),
                    answers: came.answers.clone(),
                    partly: came.partly.clone(),
                    declined: came.declined.clone(),
                    text: came.text.clone(),
                    item: came.item.as_ref().map(|code| self.item(code, texts)).transpose()?,
                }));
            }
        }
        for said in &inquiry.positions {
            self.facts.push(Fact::Position(Box::new(words::Position {
                position: self.of(&said.code)?,
                code: said.code.0.clone(),
                holder: said.holder.clone(),
                date: said.date.to_string(),
                attribution: said.attribution.clone(),
                words: said.words.clone(),
                where_said: said.where_said.clone(),
                findings: self.of_all(&said.findings)?,
            })));
        }
        for said in &inquiry.recommendations {
            let recommendation = self.of(&said.code)?;
            self.facts.push(Fact::Recommendation(words::Recommendation {
                recommendation,
                code: said.code.0.clone(),
                addressee: said.addressee.clone(),
                date: said.date.to_string(),
                text: said.text.clone(),
            }));
            for after in &said.follow_up {
                let (date, text, progress) = (after.date.to_string(), after.text.clone(), after.progress);
                self.facts.push(Fact::FollowUp { recommendation, date, text, progress });
            }
        }
        for said in &inquiry.corrections {
            let code = said.code.as_ref().map(|code| code.0.clone());
            // What has a code is known by it; what has none, by what it asks for.
            let again = self.book.corrections.values().find(|known| {
                let same_words = known.what.holder == said.holder
                    && known.what.paragraph == said.paragraph
                    && known.what.asked == said.asked;
                if code.is_some() { known.what.code == code } else { same_words }
            });
            let draft = said.draft.as_ref().and_then(|code| self.book.find(&code.0, Sort::Draft).ok());
            if let (Some(code), None) = (&said.draft, draft) {
                let what = "a correction names a draft that was not sent from this case, and is taken in without it";
                self.told.push(format!("{code}: {what}"));
            }
            let correction = match again {
                Some(known) => known.what.correction,
                None => self.case.new_thing(self.compartment)?,
            };
            self.facts.push(Fact::Correction(Box::new(words::Correction {
                correction,
                code: code.or_else(|| again.and_then(|known| known.what.code.clone())),
                draft: draft.or_else(|| again.and_then(|known| known.what.draft)),
                received: said.received.map(|day| day.to_string()),
                decided: said.decided.map(|day| day.to_string()),
                holder: said.holder.clone(),
                paragraph: said.paragraph,
                asked: said.asked.clone(),
                accepted: said.accepted,
                reason: said.reason.clone(),
            })));
        }
        Ok(())
    }
}
