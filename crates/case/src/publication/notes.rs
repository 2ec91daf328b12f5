//! What does a footnote say of each thing that is cited, and what does the annex say of it?
//!
//! A source is its code and nothing else, unless it agreed to be named in this very report. Dates are no finer than the source allows. An item
//! stands under its commitment, never under its name or its plain digest.

use super::gate::{Cited, Grounds};
use super::material::Material;
use super::spoken::{Words, fill};
use super::{law, precision, registers};
use crate::custody::ids::RecordId;
use crate::facts::words::{Basis, Passage, Sort as SourceSort, Stance};
use crate::facts::{Sort, SourceFile};
use crate::tongue::Tongue;
use factum_model::edtf::Precision;
use factum_report::{Block, Inline, apart, link, text};
use std::collections::{BTreeMap, BTreeSet};

/// Writes footnotes.
pub(super) struct Notes<'a> {
    /// What the draft is judged by.
    pub grounds: &'a Grounds<'a>,
    /// What else the case gave.
    pub material: &'a Material,
    /// Sources that agreed to be named here and are.
    pub named: &'a BTreeSet<RecordId>,
    /// The language of dates, if sentences are written in the report's.
    pub tongue: Option<Tongue>,
    /// The words of the build itself.
    pub words: &'static Words,
}

impl Notes<'_> {
    /// The footnote of a citation: each thing that it names, with a link to where the annex tells more.
    pub fn of(&self, codes: &[String]) -> Inline {
        let mut parts = Vec::new();
        for code in codes {
            if !parts.is_empty() {
                parts.push(text("; "));
            }
            if let Some(title) = law::title(self.grounds.book, code) {
                parts.push(text(title));
                continue;
            }
            let Ok(cited) = self.grounds.cited(code) else { continue };
            // What an author writes for an item may be the name of its file, which can tell who gave it.
            let Some(code) = self.code(&cited) else { continue };
            parts.push(link(id(&code), apart(&code)));
            let more = self.said(&cited);
            if !more.is_empty() {
                parts.push(text(format!(", {more}")));
            }
        }
        Inline::Note(parts)
    }

    /// The entry of an annex for everything that the publication rests on, by code.
    pub fn entries(&self, cited: &BTreeSet<Cited>) -> Vec<Block> {
        let mut codes: BTreeMap<(u8, String), &Cited> = BTreeMap::new();
        for one in cited {
            if let Some(code) = self.code(one) {
                codes.insert((group(one), code), one);
            }
        }
        let entry = |((_, code), cited): ((u8, String), &Cited)| {
            let said = match cited {
                Cited::Thing(Sort::Source, id) => self.source(id),
                other => self.said(other),
            };
            let said = if said.is_empty() { self.kind(cited).to_string() } else { said };
            Block::Entry { id: id(&code), label: code, runs: vec![text(format!("{said}."))], lang: None }
        };
        codes.into_iter().map(entry).collect()
    }

    /// The code of a thing, or the mark of an item.
    pub fn code(&self, cited: &Cited) -> Option<String> {
        let book = self.grounds.book;
        match cited {
            Cited::Run(code) => Some(code.clone()),
            Cited::Item(item) => self.material.mark(item),
            Cited::Thing(sort, id) => match sort {
                Sort::Source => book.sources.get(id).map(|f| f.source.what.code.clone()),
                Sort::Interview => book.interviews.get(id).map(|f| f.what.code.clone()),
                Sort::Document => book.documents.get(id).map(|f| f.what.code.clone()),
                Sort::Statement => book.statements.get(id).map(|f| f.statement.what.code.clone()),
                Sort::Entity => book.entities.get(id).map(|f| f.what.code.clone()),
                Sort::Finding => book.findings.get(id).map(|f| f.finding.what.code.clone()),
                Sort::Request => book.requests.get(id).map(|f| f.request.what.code.clone()),
                Sort::Position => book.positions.get(id).map(|f| f.what.code.clone()),
                Sort::Recommendation => book.recommendations.get(id).map(|f| f.recommendation.what.code.clone()),
                Sort::Draft => book.drafts.get(id).map(|f| f.draft.what.code.clone()),
                Sort::Correction => book.corrections.get(id).and_then(|f| f.what.code.clone()),
                Sort::Conclusion => book.conclusion(id).and_then(|f| f.what.code.clone()),
                Sort::Medical => book.medical.get(id).map(|f| f.what.code.clone()),
            },
        }
    }

    /// What a thing is called.
    fn kind(&self, cited: &Cited) -> &'static str {
        match cited {
            Cited::Run(_) => self.words.a_computation,
            Cited::Item(_) => self.words.a_record,
            Cited::Thing(sort, _) => self.words.a_thing.get(*sort as usize).copied().unwrap_or_else(|| sort.name()),
        }
    }

    /// What stands after the code of a thing.
    fn said(&self, cited: &Cited) -> String {
        let parts = match cited {
            Cited::Run(code) => self.run(code),
            Cited::Item(item) => self.record(item).into_iter().collect(),
            Cited::Thing(Sort::Source, id) => self.name(id).into_iter().collect(),
            Cited::Thing(Sort::Interview, id) => self.interview(id),
            Cited::Thing(Sort::Statement, id) => self.statement(id),
            Cited::Thing(Sort::Finding, id) => self.finding(id),
            Cited::Thing(Sort::Request, id) => self.request(id),
            Cited::Thing(Sort::Position, id) => self.position(id),
            Cited::Thing(Sort::Recommendation, id) => {
                let file = self.grounds.book.recommendations.get(id);
                file.map(|file| self.to(&file.recommendation.what.addressee)).into_iter().collect()
            }
            Cited::Thing(Sort::Conclusion, id) => {
                let said = self.grounds.book.conclusion(id).map(|said| &said.what);
                let on = |framework: &str, article: &str| {
                    fill(self.words.on_article, &[("framework", &apart(framework)), ("article", &apart(article))])
                };
                said.map(|said| on(&said.framework, &said.article)).into_iter().collect()
            }
            Cited::Thing(Sort::Document | Sort::Entity | Sort::Draft | Sort::Correction | Sort::Medical, _) => {
                Vec::new()
            }
        };
        parts.join(", ")
    }

    /// The name of a source, where it agreed to that here; of what is no person, what it is.
    fn name(&self, id: &RecordId) -> Option<String> {
        let file = self.grounds.book.sources.get(id)?;
        if file.source.what.sort != SourceSort::Person && file.consent.is_none() {
            return Some(apart(file.source.what.description.trim_end_matches('.')));
        }
        self.named_as(file).filter(|_| self.named.contains(id))
    }

    fn named_as(&self, file: &SourceFile) -> Option<String> {
        file.identity
            .as_ref()
            .map(|identity| identity.what.names.iter().map(apart).collect::<Vec<_>>().join(" / "))
            .filter(|names| !names.is_empty())
    }

    /// The name of a source as a sentence prints it.
    pub fn printed_name(&self, id: &RecordId) -> Option<String> {
        let file = self.grounds.book.sources.get(id).filter(|_| self.named.contains(id))?;
        file.identity.as_ref().and_then(|identity| identity.what.names.first().cloned())
    }

    /// What the annex says of a source.
    fn source(&self, id: &RecordId) -> String {
        let Some(file) = self.grounds.book.sources.get(id) else { return String::new() };
        let kind = |wanted: SourceSort| {
            let kinds = SourceSort::ALL.iter().zip(self.words.a_source);
            kinds.filter(|((_, sort), _)| *sort == wanted).map(|(_, said)| said).next().unwrap_or_default()
        };
        let own = file.source.what.sort;
        match self.name(id) {
            Some(name) => format!("{}: {name}", kind(own)),
            // Whoever counted the experts of this list would have a number that a table may withhold.
            None if own.is_person() => kind(SourceSort::Person).into(),
            None => kind(own).into(),
        }
    }

    fn source_code(&self, id: &RecordId) -> Option<String> {
        self.grounds.book.sources.get(id).map(|file| file.source.what.code.clone())
    }

    fn finest(&self, source: &RecordId) -> Precision {
        self.grounds.book.sources.get(source).map_or(Precision::Year, precision::finest)
    }

    fn interview(&self, id: &RecordId) -> Vec<String> {
        let Some(said) = self.grounds.book.interviews.get(id).map(|said| &said.what) else { return Vec::new() };
        let mut parts: Vec<String> = Vec::new();
        parts.extend(self.source_code(&said.source).map(|code| fill(self.words.with, &[("whom", &apart(&code))])));
        parts.extend(precision::words(&said.date, self.finest(&said.source), self.tongue));
        parts.extend(said.text.as_ref().and_then(|item| self.record(item)));
        parts
    }

    fn statement(&self, id: &RecordId) -> Vec<String> {
        let book = self.grounds.book;
        let Some(said) = book.statements.get(id).map(|file| &file.statement.what) else { return Vec::new() };
        let mut parts: Vec<String> = self.source_code(&said.source).map(apart).into_iter().collect();
        parts.extend(said.interview.and_then(|interview| {
            let interview = &book.interviews.get(&interview)?.what;
            let when = precision::words(&interview.date, self.finest(&said.source), self.tongue);
            let of_day = |when: String| fill(self.words.of_day, &[("code", &apart(&interview.code)), ("when", &when)]);
            Some(when.map_or_else(|| apart(&interview.code), of_day))
        }));
        parts.push(self.basis(said.basis).into());
        parts.extend(said.passage.as_ref().and_then(|passage| self.passage(passage)));
        parts
    }

    /// Where in which record. The quoted words stay sealed.
    fn passage(&self, passage: &Passage) -> Option<String> {
        let record = self.record(&passage.item);
        let at = passage.at.trim();
        match (record, at.is_empty()) {
            (Some(record), false) => Some(format!("{record}, {}", apart(at))),
            (Some(record), true) => Some(record),
            (None, false) => Some(apart(at)),
            (None, true) => None,
        }
    }

    fn record(&self, item: &RecordId) -> Option<String> {
        self.material.mark(item).map(|mark| fill(self.words.the_record, &[("mark", &apart(mark))]))
    }

    fn finding(&self, id: &RecordId) -> Vec<String> {
        let book = self.grounds.book;
        let Some(file) = book.findings.get(id) else { return Vec::new() };
        let standard = registers::standard_name(book, &file.finding.what.standard, self.words);
        let mut parts = vec![fill(self.words.held_to, &[("standard", &standard)])];
        for (stance, words) in [(Stance::Supports, self.words.rests_on), (Stance::Contradicts, self.words.weighed)] {
            let of = file.bears.iter().filter(|(_, bears)| bears.what.stance == Some(stance));
            let mut codes: Vec<&str> = of
                .filter_map(|(statement, _)| Some(book.statements.get(statement)?.statement.what.code.as_str()))
                .collect();
            codes.sort_unstable();
            if !codes.is_empty() {
                parts.push(fill(words, &[("codes", &listed(codes))]));
            }
        }
        if !file.finding.what.runs.is_empty() {
            parts.push(fill(self.words.cites, &[("codes", &listed(&file.finding.what.runs))]));
        }
        parts
    }

    fn run(&self, code: &str) -> Vec<String> {
        let Some(run) = self.grounds.book.runs.get(code).map(|said| &said.what) else { return Vec::new() };
        let seed = run.seed.as_ref().map(|seed| fill(self.words.a_seed, &[("n", &apart(seed))]));
        [apart(&run.what), apart(&run.program)].into_iter().chain(seed).collect()
    }

    fn request(&self, id: &RecordId) -> Vec<String> {
        let Some(asked) = self.grounds.book.requests.get(id).map(|file| &file.request.what) else { return Vec::new() };
        let sent = precision::words(&asked.sent, Precision::Day, self.tongue);
        std::iter::once(self.to(&asked.addressee)).chain(sent).collect()
    }

    fn to(&self, whom: &str) -> String {
        fill(self.words.to, &[("whom", &apart(whom))])
    }

    fn basis(&self, basis: Basis) -> &'static str {
        let [first_hand, relayed, documentary, inferred] = self.words.bases;
        match basis {
            Basis::FirstHand => first_hand,
            Basis::Relayed => relayed,
            Basis::Documentary => documentary,
            Basis::Inferred => inferred,
        }
    }

    fn position(&self, id: &RecordId) -> Vec<String> {
        let Some(held) = self.grounds.book.positions.get(id).map(|said| &said.what) else { return Vec::new() };
        let date = precision::words(&held.date, Precision::Day, self.tongue);
        std::iter::once(apart(&held.holder)).chain(date).chain(held.where_said.as_ref().map(apart)).collect()
    }
}

/// Codes one after the other.
fn listed<T: AsRef<str>>(codes: impl IntoIterator<Item = T>) -> String {
    codes.into_iter().map(apart).collect::<Vec<_>>().join(", ")
}

/// The name by which links reach the entry of a code.
pub(super) fn id(code: &str) -> String {
    format!("cited-{code}")
}

/// In which order the annex lists what is cited.
fn group(cited: &Cited) -> u8 {
    match cited {
        Cited::Thing(Sort::Finding, _) => 0,
        Cited::Thing(Sort::Statement, _) => 1,
        Cited::Thing(Sort::Interview, _) => 2,
        Cited::Thing(Sort::Source, _) => 3,
        Cited::Thing(Sort::Request, _) => 4,
        Cited::Thing(Sort::Position, _) => 5,
        Cited::Thing(Sort::Recommendation, _) => 6,
        Cited::Thing(Sort::Entity, _) => 7,
        Cited::Thing(Sort::Conclusion, _) => 8,
        Cited::Thing(Sort::Medical, _) => 9,
        Cited::Thing(Sort::Draft, _) => 10,
        Cited::Thing(Sort::Correction, _) => 11,
        Cited::Thing(Sort::Document, _) => 14,
        Cited::Run(_) => 12,
        Cited::Item(_) => 13,
    }
}
