//! How does what a book holds become the records of a folder, with everything told that cannot?
//!
//! A thing that must name something closed stays behind; where it may name it, the thing is written and the name told. Lists have the order
//! of codes, so that two cases that say the same are written the same.

mod law;

use crate::custody::evidence::Detail;
use crate::custody::ids::RecordId;
use crate::facts::book::{Book, FindingFile, RequestFile, SourceFile, StatementFile};
use crate::facts::taken_in::RELIABILITY;
use crate::facts::words::{self, Conclusion, Way};
use crate::testimony::folder::authored::{self, ConclusionSort, Inquiry, Named, Page};
use crate::testimony::folder::record::{Code, Day};
use crate::testimony::folder::write::is_plain;
use crate::testimony::text::Text;
use factum_model::Edtf;
use factum_model::edtf::Precision;
use std::collections::{BTreeMap, BTreeSet};

/// A named value.
pub(super) fn named(of: &Detail) -> Named {
    Named { name: of.name.clone(), value: of.value.clone() }
}

/// A date as it is written in files; every date that the rules let in can be read.
fn date(text: &str) -> Option<Edtf> {
    text.parse().ok()
}

fn day(text: &str) -> Option<Day> {
    date(text).filter(|date| date.precision() == Precision::Day && !date.is_qualified()).map(Day)
}

/// Writes a book as records.
pub(super) struct Writer<'a> {
    book: &'a Book,
    /// The text of each item that is one.
    texts: BTreeMap<RecordId, Text>,
    /// The code of everything that is written.
    codes: BTreeMap<RecordId, Code>,
    /// Codes in small letters: two of them would be one file on some systems.
    taken: BTreeSet<String>,
    /// The interview or document in which passages of an item lie.
    items: BTreeMap<RecordId, Code>,
    /// What is written so far.
    pub(super) out: Inquiry,
    /// What stays behind, and why.
    pub(super) left: Vec<String>,
}

impl<'a> Writer<'a> {
    /// A writer of this book and of the texts of its items, with nothing written.
    pub(super) fn new(book: &'a Book, texts: BTreeMap<RecordId, Text>) -> Self {
        Self {
            book,
            texts,
            codes: BTreeMap::new(),
            taken: BTreeSet::new(),
            items: BTreeMap::new(),
            out: Inquiry::default(),
            left: Vec::new(),
        }
    }

    /// Writes everything.
    pub(super) fn all(&mut self) {
        let book = self.book;
        // Codes first: what names a thing is written after it, or before, as the kind of file wants.
        let admitted: Vec<(&str, RecordId)> = book
            .codes()
            .into_iter()
            .flat_map(|(code, things)| things.into_iter().map(move |(_, id)| (code, id)))
            .collect();
        for (code, id) in admitted {
            if self.taken.insert(code.to_ascii_lowercase()) {
                self.codes.insert(id, Code(code.into()));
            } else {
                self.left.push(format!("{code}: another thing has this code, and a folder holds one"));
            }
        }
        self.interviews();
        self.documents();
        self.sources();
        self.entities();
        self.statements();
        self.findings();
        self.states();
        self.kept();
        self.law();
        self.stays();
    }

    /// The code of what is mandatory to name; without it the thing stays behind.
    fn needed(&mut self, whose: &str, id: &RecordId, what: &str) -> Option<Code> {
        let code = self.codes.get(id).cloned();
        if code.is_none() {
            self.left.push(format!("{whose}: {what} that it names is closed to you, or gone"));
        }
        code
    }

    /// The code of what may be left unsaid.
    fn some(&mut self, whose: &str, id: Option<&RecordId>, what: &str) -> Option<Code> {
        id.and_then(|id| self.needed(whose, id, what))
    }

    fn every<'b>(&mut self, whose: &str, ids: impl Iterator<Item = &'b RecordId>, what: &str) -> Vec<Code> {
        ids.filter_map(|id| self.needed(whose, id, what)).collect()
    }

    /// A value that must have a form; without it the thing stays behind.
    fn formed<T>(&mut self, whose: &str, value: Option<T>, what: &str) -> Option<T> {
        if value.is_none() {
            self.left.push(format!("{whose}: {what} has a form that a folder cannot hold"));
        }
        value
    }

    fn text(&mut self, whose: &str, item: Option<RecordId>) -> Text {
        let Some(item) = item else { return Text::default() };
        match self.texts.get(&item) {
            Some(text) => text.clone(),
            None => {
                self.left.push(format!("{whose}: its text is closed to you, or gone"));
                Text::default()
            }
        }
    }

    fn interviews(&mut self) {
        for (id, said) in &self.book.interviews {
            let Some(code) = self.codes.get(id).cloned() else { continue };
            let written = self.interview(code.clone(), &said.what);
            match written {
                Some(page) => self.out.interviews.push(page),
                None => drop(self.codes.remove(id)),
            }
            self.items
                .extend([*id].into_iter().chain(said.what.text).chain(said.what.recording).map(|i| (i, code.clone())));
        }
    }

    fn interview(&mut self, code: Code, said: &words::Interview) -> Option<Page<authored::Interview>> {
        let duration = said.duration.as_ref().map(|long| long.parse().ok());
        let about = authored::Interview {
            source: self.needed(&code.0, &said.source, "the source")?,
            date: self.formed(&code.0, date(&said.date), "its date")?,
            place: said.place.clone(),
            place_precision: said.place_precision.clone(),
            interviewer: said.interviewer.clone(),
            language: said.language.clone(),
            interpreter: said.interpreter.clone(),
            present: said.present.clone(),
            duration: duration.and_then(|long| self.formed(&code.0, long, "its duration")),
            code,
        };
        let text = self.text(&about.code.0, said.text);
        Some(Page { about, text })
    }

    fn documents(&mut self) {
        for (id, said) in &self.book.documents {
            let Some(code) = self.codes.get(id).cloned() else { continue };
            match self.document(code.clone(), &said.what) {
                Some(page) => self.out.documents.push(page),
                None => drop(self.codes.remove(id)),
            }
            self.items.extend([*id].into_iter().chain(said.what.text).map(|item| (item, code.clone())));
        }
    }

    fn document(&mut self, code: Code, said: &words::Document) -> Option<Page<authored::Document>> {
        let duration = said.duration.as_ref().map(|long| long.parse().ok());
        let dated = said.date.as_deref().map(date);
        let sheet = |sheet: &words::Sheet| authored::Sheet {
            name: sheet.name.clone(),
            columns: sheet.columns,
            rows: sheet.rows,
        };
        let about = authored::Document {
            source: self.needed(&code.0, &said.source, "the source")?,
            title: said.title.clone(),
            date: dated.and_then(|date| self.formed(&code.0, date, "its date")),
            language: said.language.clone(),
            translation_of: self.some(&code.0, said.translation_of.as_ref(), "the original"),
            translator: said.translator.clone(),
            pages: said.pages,
            duration: duration.and_then(|long| self.formed(&code.0, long, "its duration")),
            sheet: said.sheets.iter().map(sheet).collect(),
            code,
        };
        let text = self.text(&about.code.0, said.text);
        Some(Page { about, text })
    }

    fn sources(&mut self) {
        for (id, file) in &self.book.sources {
            let Some(code) = self.codes.get(id).cloned() else { continue };
            self.consents(&code, file);
            let page = self.source(code, id, file);
            self.out.sources.push(page);
        }
        self.out.consents.sort_by(|a, b| a.source.cmp(&b.source));
        self.out.withdrawals.sort_by(|a, b| a.source.cmp(&b.source));
        for tie in self.book.ties.iter().map(|said| &said.what).filter(|tie| tie.way != Way::Relays) {
            let (Some(one), Some(other)) = self.pair(&tie.one, &tie.other, "a tie") else { continue };
            self.out.ties.push(authored::Tie { one, other, way: tie.way, reason: tie.reason.clone() });
        }
        self.out.ties.sort_by(|a, b| (&a.one, &a.other, a.way, &a.reason).cmp(&(&b.one, &b.other, b.way, &b.reason)));
        for said in self.book.examined.values().map(|said| &said.what) {
            let (Some(one), Some(other)) = self.pair(&said.one, &said.other, "an examination") else { continue };
            let (independent, reason) = (said.independent, said.reason.clone());
            self.out.examined.push(authored::Examined { one, other, independent, reason });
        }
        self.out.examined.sort_by(|a, b| (&a.one, &a.other).cmp(&(&b.one, &b.other)));
    }

    fn pair(&mut self, one: &RecordId, other: &RecordId, whose: &str) -> (Option<Code>, Option<Code>) {
        (self.needed(whose, one, "a source"), self.needed(whose, other, "a source"))
    }

    fn source(&mut self, code: Code, id: &RecordId, file: &SourceFile) -> Page<authored::Source> {
        let said = &file.source.what;
        let whose = code.0.clone();
        let grade = said
            .reliability
            .as_ref()
            .map(|letter| RELIABILITY.iter().zip(1..).find(|(known, _)| *known == letter).map(|(_, grade)| grade));
        let reliability = grade.and_then(|grade| self.formed(&whose, grade, "its reliability"));
        let risk = file.risk.as_ref().and_then(|said| {
            let (judged, review) = (day(&said.what.judged), day(&said.what.review));
            let days = self.formed(&whose, judged.zip(review), "the day of a judgement of its danger")?;
            Some(authored::Risk {
                level: said.what.level,
                judged: days.0,
                review: days.1,
                reason: said.what.reason.clone(),
            })
        });
        let conditions = file.conditions.as_ref().map(|said| {
            let until = said.what.until.as_deref().map(date);
            let until = until.and_then(|until| self.formed(&whose, until, "the end of its conditions"));
            authored::Conditions { purposes: said.what.purposes.clone(), words: said.what.words.clone(), until }
        });
        let mut relays: Vec<authored::Relay> = Vec::new();
        for tie in self.book.ties.iter().map(|said| &said.what).filter(|tie| tie.way == Way::Relays && tie.one == *id) {
            let source = self.needed(&whose, &tie.other, "a source whose words it passes on");
            relays.extend(source.map(|source| authored::Relay { source, reason: tie.reason.clone() }));
        }
        relays.sort_by(|a, b| (&a.source, &a.reason).cmp(&(&b.source, &b.reason)));
        let mut presence = Vec::new();
        for said in file.presences.iter().map(|said| &said.what) {
            let place = self.needed(&whose, &said.place, "a place");
            let period = self.formed(&whose, date(&said.period), "the period in which it was somewhere");
            let (Some(place), Some(period)) = (place, period) else { continue };
            presence.push(authored::Presence { place, period, role: said.role.clone() });
        }
        let about = authored::Source {
            code,
            sort: said.sort,
            organization: said.organization.clone(),
            child: said.child.then_some(true),
            reliability,
            risk,
            conditions,
            relays,
            presence,
        };
        Page { about, text: Text::markdown(&said.description, 1).0 }
    }

    fn consents(&mut self, code: &Code, file: &SourceFile) {
        if let Some(said) = file.consent.as_ref().map(|said| &said.what) {
            let written =
                self.formed(&code.0, date(&said.date), "the day of its consent").map(|date| authored::Consent {
                    source: code.clone(),
                    date,
                    purposes: said.purposes.clone(),
                    explained: said.explained.clone(),
                    language: said.language.clone(),
                    interpreter: said.interpreter.clone(),
                    present: said.present.clone(),
                    guardian: said.guardian.clone(),
                    earlier_interviews: said.earlier_interviews.clone(),
                    no_finer_than: said.no_finer_than.iter().map(named).collect(),
                });
            self.out.consents.extend(written);
        }
        if let Some(said) = file.withdrawn.as_ref().map(|said| &said.what) {
            let (extent, reason) = (said.extent, said.reason.clone());
            let date = self.formed(&code.0, date(&said.date), "the day of its withdrawal");
            let source = code.clone();
            self.out.withdrawals.extend(date.map(|date| authored::Withdrawal { source, date, extent, reason }));
        }
    }

    fn entities(&mut self) {
        for (id, said) in &self.book.entities {
            let Some(code) = self.codes.get(id).cloned() else { continue };
            let (sort, label) = (said.what.sort.clone(), said.what.label.clone());
            self.out.entities.push(authored::Entity { code, sort, label });
        }
        for said in self.book.claims.values().map(|said| &said.what) {
            let Some(entity) = self.needed("a judgement of values", &said.entity, "the entity") else { continue };
            let accepted = self.some(&entity.0, said.accepted.as_ref(), "the accepted statement");
            // A value that is accepted from a file of others has no code; without it, the judgement would be another.
            if accepted.is_none() && said.accepted.is_some() {
                continue;
            }
            let (property, status, reason) = (said.property.clone(), said.status, said.reason.clone());
            let value = said.value.clone();
            self.out.claims.push(authored::Claim { entity, property, status, accepted, value, reason });
        }
        self.out.claims.sort_by(|a, b| (&a.entity, &a.property).cmp(&(&b.entity, &b.property)));
    }

    fn statements(&mut self) {
        for (id, file) in &self.book.statements {
            let Some(code) = self.codes.get(id).cloned() else { continue };
            match self.statement(code, file) {
                Some(said) => self.out.statements.push(said),
                None => drop(self.codes.remove(id)),
            }
        }
    }

    fn statement(&mut self, code: Code, file: &StatementFile) -> Option<authored::Statement> {
        let said = &file.statement.what;
        let whose = code.0.clone();
        let mut statement = authored::Statement {
            source: self.needed(&whose, &said.source, "the source")?,
            item: self.some(&whose, said.interview.as_ref().or(said.document.as_ref()), "the interview or document"),
            at: None,
            quote: None,
            made_in: None,
            basis: said.basis,
            relays: self.every(&whose, said.relays.iter(), "a source whose words it passes on"),
            text: said.text.clone(),
            entity: self.some(&whose, said.entity.as_ref(), "the entity"),
            property: said.property.clone(),
            value: said.value.clone(),
            date: None,
            place: self.some(&whose, said.place.as_ref(), "the place"),
            sensitivity: said.sensitivity.clone(),
            retracted: file.retracted.as_ref().map(|said| said.what.clone()),
            credibility: None,
            code,
        };
        if let Some(text) = &said.date {
            statement.date = self.formed(&whose, date(text), "its date");
        }
        if let Some(passage) = &said.passage {
            match (self.items.get(&passage.item).cloned(), passage.at.parse().ok()) {
                (Some(item), Some(at)) => {
                    (statement.item, statement.at) = (Some(item), Some(at));
                    (statement.quote, statement.made_in) = (passage.quote.clone(), passage.made_in.clone());
                }
                _ => self.left.push(format!("{whose}: its passage lies in an item that is no interview or document")),
            }
        }
        if let Some(said) = &file.credibility {
            let reason = said.what.reason.clone();
            let grade = self.formed(&whose, said.what.grade.parse().ok(), "its credibility");
            statement.credibility = grade.map(|grade| authored::Credibility { grade, reason });
        }
        Some(statement)
    }

    fn findings(&mut self) {
        for (id, file) in &self.book.findings {
            let Some(code) = self.codes.get(id).cloned() else { continue };
            let page = self.finding(code, file);
            self.out.findings.push(page);
        }
    }

    fn finding(&mut self, code: Code, file: &FindingFile) -> Page<authored::Finding> {
        let said = &file.finding.what;
        let whose = code.0.clone();
        let empty = authored::Conclusion {
            sort: ConclusionSort::NotConfirmed,
            sought: Vec::new(),
            words: None,
            population: None,
            denominator: None,
            source: None,
            others: Vec::new(),
        };
        let conclusion = match &said.conclusion {
            Conclusion::Established => None,
            Conclusion::NotConfirmed { sought, others } => Some(authored::Conclusion {
                sought: sought.clone(),
                others: others.iter().map(named).collect(),
                ..empty
            }),
            Conclusion::Qualitative { words, population, denominator, source } => Some(authored::Conclusion {
                sort: ConclusionSort::Qualitative,
                words: Some(words.clone()),
                population: Some(population.clone()),
                denominator: Some(denominator.clone()),
                source: self.some(&whose, source.as_ref(), "the source of its denominator"),
                ..empty
            }),
        };
        let mut bears = Vec::new();
        for said in file.bears.values().map(|said| &said.what) {
            let statement = self.needed(&whose, &said.statement, "a statement that bears on it");
            let (Some(statement), Some(stance)) = (statement, said.stance) else { continue };
            bears.push(authored::Bears { statement, stance, reason: said.reason.clone() });
        }
        bears.sort_by(|a, b| a.statement.cmp(&b.statement));
        let mut answer = Vec::new();
        for said in file.answers.iter().map(|said| &said.what) {
            let statement = self.some(&whose, said.statement.as_ref(), "a contrary statement");
            // An answer to what is closed would become one to nothing.
            if statement.is_some() || said.statement.is_none() {
                answer.push(authored::Answer { statement, words: said.answer.clone() });
            }
        }
        answer.sort_by(|a, b| a.statement.cmp(&b.statement));
        let about = authored::Finding {
            code,
            standard: said.standard.clone(),
            author: said.drawn_up_by.clone(),
            runs: said.runs.clone(),
            missing: said.missing.clone(),
            reason_for_origins: said.reason_for_origins.clone(),
            conclusion,
            bears,
            answer,
        };
        Page { about, text: Text::markdown(&said.proposition, 1).0 }
    }

    fn states(&mut self) {
        for (id, file) in &self.book.requests {
            let Some(code) = self.codes.get(id).cloned() else { continue };
            let request = self.request(code, file);
            self.out.requests.extend(request);
        }
        for (id, said) in &self.book.positions {
            let Some(code) = self.codes.get(id).cloned() else { continue };
            let said = &said.what;
            let Some(date) = self.formed(&code.0, date(&said.date), "its date") else { continue };
            let position = authored::Position {
                holder: said.holder.clone(),
                date,
                attribution: said.attribution.clone(),
                words: said.words.clone(),
                where_said: said.where_said.clone(),
                findings: self.every(&code.0, said.findings.iter(), "a finding"),
                code,
            };
            self.out.positions.push(position);
        }
        for (id, file) in &self.book.recommendations {
            let Some(code) = self.codes.get(id).cloned() else { continue };
            let said = &file.recommendation.what;
            let Some(on) = self.formed(&code.0, day(&said.date), "its day") else { continue };
            let mut follow_up = Vec::new();
            for after in file.after.iter().map(|said| &said.what) {
                let when = self.formed(&code.0, date(&after.date), "the date of what became of it");
                let (text, progress) = (&after.text, after.progress);
                follow_up.extend(when.map(|date| authored::FollowUp { date, progress, text: text.clone() }));
            }
            let (addressee, text) = (said.addressee.clone(), said.text.clone());
            self.out.recommendations.push(authored::Recommendation { code, addressee, date: on, text, follow_up });
        }
        for said in self.book.corrections.values().map(|said| &said.what) {
            let whose = said.code.clone().unwrap_or_else(|| "a correction".into());
            let received = said.received.as_deref().map(day);
            let decided = said.decided.as_deref().map(day);
            let correction = authored::Correction {
                code: said.code.clone().map(Code),
                draft: self.some(&whose, said.draft.as_ref(), "the draft for comment"),
                holder: said.holder.clone(),
                received: received.and_then(|day| self.formed(&whose, day, "the day on which it came")),
                paragraph: said.paragraph,
                asked: said.asked.clone(),
                accepted: said.accepted,
                reason: said.reason.clone(),
                decided: decided.and_then(|day| self.formed(&whose, day, "the day of its decision")),
            };
            self.out.corrections.push(correction);
        }
        self.out
            .corrections
            .sort_by(|a, b| (a.paragraph, &a.holder, &a.asked).cmp(&(b.paragraph, &b.holder, &b.asked)));
    }

    fn request(&mut self, code: Code, file: &RequestFile) -> Option<authored::Request> {
        let said = &file.request.what;
        let reminders: Option<Vec<Day>> = said.reminders.iter().map(|text| day(text)).collect();
        let mut request = authored::Request {
            addressee: said.addressee.clone(),
            sent: self.formed(&code.0, day(&said.sent), "the day on which it was sent")?,
            deadline: self.formed(&code.0, day(&said.deadline), "its deadline")?,
            channel: said.channel.clone(),
            questions: said.questions.clone(),
            reminders: self.formed(&code.0, reminders, "the day of a reminder")?,
            extension: Vec::new(),
            response: Vec::new(),
            code,
        };
        for more in &said.extensions {
            let days = day(&more.granted).zip(day(&more.until));
            let days = self.formed(&request.code.0, days, "the days of more time that was given");
            let reason = more.reason.clone();
            request.extension.extend(days.map(|(granted, until)| authored::Extension { granted, until, reason }));
        }
        for came in file.responses.iter().map(|said| &said.what) {
            let item = came.item.and_then(|item| self.items.get(&item).cloned());
            if came.item.is_some() && item.is_none() {
                self.left.push(format!("{}: an answer is an item that is no document", request.code));
            }
            let Some(date) = self.formed(&request.code.0, day(&came.date), "the day of an answer") else { continue };
            let (answers, text) = (came.answers.clone(), came.text.clone());
            let (partly, declined) = (came.partly.clone(), came.declined.clone());
            request.response.push(authored::Response { date, answers, partly, declined, text, item });
        }
        Some(request)
    }

    fn kept(&mut self) {
        for (name, said) in &self.book.standards {
            if is_plain(name) {
                self.out.standards.push(authored::Verbatim { name: name.clone(), text: said.what.clone() });
            } else {
                self.left.push("a standard of proof: its name is no name of a file".into());
            }
        }
        for (file, said) in &self.book.schemas {
            match file.strip_suffix(".toml").filter(|name| is_plain(name)) {
                Some(name) => self.out.schemas.push(authored::Verbatim { name: name.into(), text: said.what.clone() }),
                None => self.left.push("an addition to the schema: its name is no name of a file".into()),
            }
        }
    }

    /// Tells what a folder does not hold.
    fn stays(&mut self) {
        let book = self.book;
        let told: usize = book.sources.values().map(|file| file.told.len()).sum();
        let kept = [
            ("records of what releases told in counts", book.counts_published.len()),
            ("records of what releases told of a source", told),
            ("files of entities from elsewhere, which `factum entity export` writes", book.imports.len()),
        ];
        let kept = kept.into_iter().filter(|(_, count)| *count > 0);
        self.left.extend(kept.map(|(what, count)| format!("{count} {what} stay in the case")));
    }
}
