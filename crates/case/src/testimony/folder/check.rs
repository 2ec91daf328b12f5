//! Does what stands in different files fit together?
//!
//! Names that nothing bears, relays that go in circles, passages outside their items, sources without consent, answers to
//! questions that were not asked. A file that could not be read makes nobody else's reference wrong.

use super::authored::{Conclusion, ConclusionSort, Inquiry, Response, Statement};
use super::read::{Gathered, Kind, Place};
use super::record::{Code, Reference};
use crate::facts::words::{Sort, Way};
use crate::fault::{Fault, Faults, Severity};
use crate::schema::{Schema, SchemaFile};
use crate::testimony::passage::{Extent, Finder, Locator, holds_quote};
use crate::testimony::text::Text;
use crate::testimony::translation::align;
use std::collections::{BTreeMap, BTreeSet};

/// For so many unknown codes a similar one is sought; more are a wrong folder rather than slips.
const GUESSED: usize = 50;
/// So many places of a quotation are told.
const SHOWN: usize = 20;
/// Grades of reliability and of credibility: six each, as grades of information are written.
const GRADES: u8 = 6;
/// So many differing letters are a slip.
const SLIP: usize = 2;

/// Checks everything, and completes passages.
pub(super) fn all(gathered: &mut Gathered) {
    references(gathered);
    let mut inquiry = std::mem::take(&mut gathered.inquiry);
    let mut checking =
        Checking { known: &gathered.known, unread: &gathered.unread_consents, faults: Faults::default() };
    checking.relays(&inquiry);
    checking.ties(&inquiry);
    checking.consents(&inquiry);
    checking.grades(&inquiry);
    checking.schema(&inquiry);
    let mut statements = std::mem::take(&mut inquiry.statements);
    checking.passages(&inquiry, &mut statements);
    inquiry.statements = statements;
    checking.translations(&inquiry);
    checking.findings(&inquiry);
    checking.requests(&inquiry);
    let faults = checking.faults;
    gathered.context.faults.extend(faults);
    gathered.inquiry = inquiry;
}

/// What a key may name.
fn wanted(key: &str) -> &'static [Kind] {
    match key {
        "source" | "one" | "other" | "relays" => &[Kind::Source],
        "item" | "translation-of" => &[Kind::Interview, Kind::Document],
        "entity" | "place" => &[Kind::Entity],
        "statement" | "accepted" => &[Kind::Statement],
        "findings" | "finding" => &[Kind::Finding],
        _ => &[],
    }
}

fn references(gathered: &mut Gathered) {
    let mut guessed = 0_usize;
    for reference in gathered.references() {
        let wanted = wanted(&reference.key);
        if wanted.is_empty() || gathered.broken.contains(&reference.code) {
            continue;
        }
        let words: Vec<&str> = wanted.iter().map(|kind| kind.word()).collect();
        let words = words.join(" or ");
        let Reference { code, key, file, line } = reference;
        let (what, hint) = match gathered.known.get(&code) {
            Some((kind, _)) if wanted.contains(kind) => continue,
            Some((kind, _)) => (format!("{code} is a {}, and a {words} is meant", kind.word()), None),
            None => {
                guessed = guessed.saturating_add(1);
                let near = (guessed <= GUESSED).then(|| nearest(gathered, &code, wanted)).flatten();
                (format!("there is no {words} {code}"), near.map(|near| format!("is {near} meant?")))
            }
        };
        let hint = hint.unwrap_or_else(|| format!("write the code of a {words} that stands in this folder"));
        let fault = Fault::new(Severity::Error, &file, what).at_row(line).in_column(&key).hint(hint);
        gathered.context.faults.push(fault);
    }
}

/// The code of the right kind that is most like this one, if it is a slip away.
fn nearest(gathered: &Gathered, code: &Code, wanted: &[Kind]) -> Option<Code> {
    let of_kind = gathered.known.iter().filter(|(_, (kind, _))| wanted.contains(kind));
    let distance = |other: &Code| rapidfuzz::distance::levenshtein::distance(code.0.chars(), other.0.chars());
    let near = of_kind.map(|(other, _)| (distance(other), other)).min();
    near.filter(|(distance, _)| *distance <= SLIP).map(|(_, other)| other.clone())
}

struct Checking<'a> {
    known: &'a BTreeMap<Code, (Kind, Place)>,
    /// Sources whose consent could not be read.
    unread: &'a BTreeSet<Code>,
    faults: Faults,
}

impl Checking<'_> {
    fn at(&mut self, severity: Severity, code: &Code, key: &str, what: impl Into<String>, hint: impl Into<String>) {
        let Some((_, place)) = self.known.get(code) else { return };
        let fault = Fault::new(severity, &place.file, what).at_row(place.line).in_column(key).hint(hint);
        self.faults.push(fault);
    }

    /// Words that go from one source to another and come back have no origin.
    fn relays(&mut self, inquiry: &Inquiry) {
        let graph: BTreeMap<&Code, Vec<&Code>> = inquiry
            .sources
            .iter()
            .map(|s| (&s.about.code, s.about.relays.iter().map(|relay| &relay.source).collect()))
            .collect();
        for circle in circles(&graph) {
            let names: Vec<&str> = circle.iter().chain(circle.first()).map(|code| code.0.as_str()).collect();
            let what = format!("sources relay each other in a circle: {}", names.join(" → "));
            if let Some(first) = circle.first() {
                self.at(Severity::Error, first, "relays", what, "find out who said it first, and leave out one relay");
            }
        }
        for statement in &inquiry.statements {
            let mut seen = BTreeSet::from([&statement.source]);
            if !statement.relays.iter().all(|code| seen.insert(code)) {
                let hint = "name each source once, the one nearest to the speaker first";
                let what = "the statement's words come back to a source they went through";
                self.at(Severity::Error, &statement.code, "relays", what, hint);
            }
        }
    }

    fn ties(&mut self, inquiry: &Inquiry) {
        let pairs =
            inquiry.ties.iter().map(|t| (&t.one, &t.other)).chain(inquiry.examined.iter().map(|e| (&e.one, &e.other)));
        let same: Vec<&Code> = pairs.filter(|(one, other)| one == other).map(|(one, _)| one).collect();
        for code in same {
            let fault = Fault::new(Severity::Error, "ties.toml", format!("{code} is tied to itself"));
            self.faults.push(fault.hint("`one` and `other` are two sources"));
        }
        let mut seen = BTreeSet::new();
        for said in &inquiry.examined {
            if !seen.insert((said.one.clone().min(said.other.clone()), said.one.clone().max(said.other.clone()))) {
                let what = format!("the pair {} and {} is examined twice", said.one, said.other);
                let fault = Fault::new(Severity::Error, "ties.toml", what);
                self.faults.push(fault.hint("keep the one that holds: of two, the last would count alone"));
            }
        }
        for tie in inquiry.ties.iter().filter(|tie| tie.way == Way::Relays) {
            let what = format!("that {} relays {} stands in the wrong file", tie.one, tie.other);
            let fault = Fault::new(Severity::Error, "ties.toml", what);
            self.faults
                .push(fault.hint(format!("write `[[relays]]` in sources/{}.md, with source and reason", tie.one)));
        }
    }

    /// Who speaks agreed to something, or the inquiry has to ask.
    fn consents(&mut self, inquiry: &Inquiry) {
        let agreed: BTreeSet<&Code> =
            inquiry.consents.iter().map(|consent| &consent.source).chain(self.unread).collect();
        let interviewed = inquiry.interviews.iter().map(|i| &i.about.source);
        let speaking: BTreeSet<&Code> = interviewed.chain(inquiry.statements.iter().map(|s| &s.source)).collect();
        let giving: BTreeSet<&Code> = inquiry.documents.iter().map(|d| &d.about.source).collect();
        for source in &inquiry.sources {
            let code = &source.about.code;
            let person = source.about.sort == Sort::Person;
            if person && speaking.contains(code) && !agreed.contains(code) {
                let what = format!("the consent of {code} is missing: nothing it says may be used");
                let hint = format!(
                    "write `[[consent]]` with `source = \"{code}\"` in consents.toml, `purposes = []` if it agreed to nothing"
                );
                self.at(Severity::Error, code, "code", what, hint);
            } else if !person && giving.contains(code) && source.about.conditions.is_none() {
                let what = format!("{code} has no conditions of use, so what comes from it is closed");
                let hint = "write `[conditions]` with purposes and words, if it may be used";
                self.at(Severity::Note, code, "conditions", what, hint);
            }
        }
    }

    /// What is added to the schema can be read, all of it together.
    fn schema(&mut self, inquiry: &Inquiry) {
        let named: Vec<(String, &str)> =
            inquiry.schemas.iter().map(|file| (format!("schema/{}.toml", file.name), file.text.as_str())).collect();
        let files: Vec<SchemaFile<'_>> = named.iter().map(|(name, text)| SchemaFile { name, text }).collect();
        self.faults.extend(Schema::with(&files).1);
    }

    /// Grades are six; and nobody's age is guessed from who agreed.
    fn grades(&mut self, inquiry: &Inquiry) {
        for source in &inquiry.sources {
            let (code, about) = (&source.about.code, &source.about);
            if about.reliability.is_some_and(|grade| grade > GRADES) {
                self.at(Severity::Error, code, "reliability", "there are six grades", "1, completely, to 6, unknown");
            }
            let guarded = inquiry.consents.iter().any(|said| said.source == *code && said.guardian.is_some());
            if guarded && about.child.is_none() {
                let what = "a guardian agreed for this source, which is not said to be a child";
                self.at(Severity::Note, code, "child", what, "write `child = true`, or `child = false` if it is none");
            }
        }
        for said in &inquiry.statements {
            if said.credibility.as_ref().is_some_and(|said| said.grade > GRADES) {
                let hint = "1, confirmed, to 6, cannot be judged";
                self.at(Severity::Error, &said.code, "credibility", "there are six grades", hint);
            }
        }
    }

    /// Checks each passage against its item; finds the place of words that have none; notes the version of the text.
    fn passages(&mut self, inquiry: &Inquiry, statements: &mut [Statement]) {
        let items = items(inquiry);
        // Item by item, so that each is prepared once and no two lie prepared in memory.
        let mut by_item: BTreeMap<Option<Code>, Vec<&mut Statement>> = BTreeMap::new();
        for statement in statements {
            by_item.entry(statement.item.clone()).or_default().push(statement);
        }
        for (code, statements) in by_item {
            let Some(code) = &code else {
                for statement in statements.iter().filter(|s| s.at.is_some()) {
                    let hint = "add `item` with the code of the interview or document";
                    self.at(Severity::Error, &statement.code, "at", "a passage of no item", hint);
                }
                continue;
            };
            let Some(item) = items.get(code) else { continue };
            let prepared = Prepared { item, digest: item.text.digest(), finder: Finder::new(item.text) };
            for statement in statements {
                let own = statement.code.clone();
                if let Err((what, hint)) = prepared.settle(statement) {
                    self.at(Severity::Error, &own, "at", what, hint);
                }
            }
        }
    }

    fn translations(&mut self, inquiry: &Inquiry) {
        let items = items(inquiry);
        let graph: BTreeMap<&Code, Vec<&Code>> =
            inquiry.documents.iter().map(|d| (&d.about.code, d.about.translation_of.iter().collect())).collect();
        let in_circles: BTreeSet<Code> = circles(&graph).into_iter().flatten().collect();
        for document in &inquiry.documents {
            let code = &document.about.code;
            let Some(original) = document.about.translation_of.as_ref() else { continue };
            if in_circles.contains(code) {
                let what = "the document is a translation of itself, through others";
                self.at(Severity::Error, code, "translation-of", what, "name the text that was translated");
            } else if let Some(original) = items.get(original)
                && let Err(why) = align(original.text, &document.text)
            {
                let what = "passages of the translation do not lead to its original";
                self.at(Severity::Note, code, "translation-of", what, why.to_string());
            }
        }
    }

    fn findings(&mut self, inquiry: &Inquiry) {
        for finding in &inquiry.findings {
            let code = &finding.about.code;
            if finding.text.is_empty() {
                let hint = "write the proposition below the front matter";
                self.at(Severity::Error, code, "code", "the finding has no proposition", hint);
            }
            let mut answered = BTreeSet::new();
            if !finding.about.answer.iter().all(|answer| answered.insert(&answer.statement)) {
                let hint = "join the words of both: of two answers to one thing, the last would count alone";
                self.at(Severity::Error, code, "answer", "two answers are to the same", hint);
            }
            let mut seen = BTreeSet::new();
            if !finding.about.bears.iter().all(|bears| seen.insert(&bears.statement)) {
                let hint = "a statement does one thing to a finding: keep one of its `[[bears]]`";
                self.at(Severity::Error, code, "bears", "a statement bears on the finding twice", hint);
            }
            let missing = finding.about.conclusion.as_ref().and_then(missing);
            if let Some(hint) = missing {
                self.at(Severity::Error, code, "conclusion", "the conclusion is not of one sort", hint);
            }
        }
    }

    fn requests(&mut self, inquiry: &Inquiry) {
        for request in &inquiry.requests {
            let questions = request.questions.len();
            let beyond = |number: &u32| usize::try_from(*number).is_ok_and(|n| n > questions);
            let named = |r: &Response| r.answers.iter().chain(&r.partly).chain(&r.declined).any(beyond);
            if request.response.iter().any(named) {
                let what = format!("a response answers a question that was not asked; there are {questions}");
                self.at(Severity::Error, &request.code, "answers", what, "questions are counted from 1");
            }
            if request.deadline.0.earliest() < request.sent.0.earliest() {
                let what = "the deadline lies before the day on which the request was sent";
                self.at(Severity::Error, &request.code, "deadline", what, "look at both days again");
            }
        }
    }
}

/// What a conclusion of its sort must and must not have.
fn missing(conclusion: &Conclusion) -> Option<&'static str> {
    let Conclusion { sort, sought, words, population, denominator, source, others } = conclusion;
    let qualitative = words.is_some() && population.is_some() && denominator.is_some();
    let any_qualitative = words.is_some() || population.is_some() || denominator.is_some() || source.is_some();
    match sort {
        ConclusionSort::NotConfirmed if any_qualitative => Some("`not-confirmed` has `sought` and `others` only"),
        ConclusionSort::Qualitative if !qualitative || !sought.is_empty() || !others.is_empty() => {
            Some("`qualitative` has `words`, `population`, `denominator` and `source`")
        }
        _ => None,
    }
}

/// An item in which passages lie.
struct Item<'a> {
    text: &'a Text,
    extent: Extent,
}

fn items(inquiry: &Inquiry) -> BTreeMap<&Code, Item<'_>> {
    let interviews = inquiry.interviews.iter().map(|page| {
        let extent = Extent { duration: page.about.duration, ..Extent::default() };
        (&page.about.code, Item { text: &page.text, extent })
    });
    let documents = inquiry.documents.iter().map(|page| {
        let sheets = page.about.sheet.iter().map(|s| (s.name.clone(), s.columns, s.rows)).collect();
        let extent = Extent { pages: page.about.pages, duration: page.about.duration, sheets };
        (&page.about.code, Item { text: &page.text, extent })
    });
    interviews.chain(documents).collect()
}

/// An item whose digest and letters are at hand.
struct Prepared<'a> {
    item: &'a Item<'a>,
    digest: String,
    finder: Finder<'a>,
}

impl Prepared<'_> {
    /// Makes a passage complete, or says what is wrong with it and what to try.
    fn settle(&self, statement: &mut Statement) -> Result<(), (String, String)> {
        let text = self.item.text;
        let changed = statement.made_in.as_ref().is_some_and(|made| *made != self.digest);
        let Some(at) = &statement.at else { return self.place(statement) };
        let words = match at.resolve((!text.is_empty()).then_some(text), &self.item.extent) {
            Ok(words) => words,
            Err(why) if changed => {
                let what = format!("the text has changed since the passage was made: {why}");
                return Err((what, self.stand(statement)));
            }
            Err(why) => return Err((why.to_string(), self.stand(statement))),
        };
        let same = match (&words, &statement.quote) {
            (Some(words), Some(quote)) => holds_quote(words, quote),
            _ => true,
        };
        match (same, changed) {
            (false, true) => {
                let what = "the text has changed, and the quoted words do not stand there any more";
                Err((what.into(), self.stand(statement)))
            }
            (false, false) => Err(("the quoted words do not stand there".into(), self.stand(statement))),
            (true, true) if words.is_some() && statement.quote.is_none() => {
                let what = "the text has changed since the passage was made, and no words are quoted";
                let hint = "read the passage again; then leave `made-in` out, or add `quote`";
                Err((what.into(), hint.into()))
            }
            (true, _) => {
                if statement.made_in.is_none() && !text.is_empty() {
                    statement.made_in = Some(self.digest.clone());
                }
                Ok(())
            }
        }
    }

    /// Finds the place of words that have none.
    fn place(&self, statement: &mut Statement) -> Result<(), (String, String)> {
        let Some(quote) = &statement.quote else { return Ok(()) };
        match self.finder.find(quote).as_slice() {
            [] => {
                let hint = "write them as they stand there, or write `at`";
                Err(("the quoted words do not stand in the item".into(), hint.into()))
            }
            [place] => {
                statement.at = Some(place.clone());
                statement.made_in = Some(self.digest.clone());
                Ok(())
            }
            several => Err((format!("the quoted words stand in {} places", several.len()), self.stand(statement))),
        }
    }

    /// Where the quoted words stand now, for a hint.
    fn stand(&self, statement: &Statement) -> String {
        let places = statement.quote.as_ref().map(|quote| self.finder.find(quote)).unwrap_or_default();
        let shown: Vec<String> = places.iter().take(SHOWN).map(Locator::to_string).collect();
        let rest = if statement.made_in.is_some() { ", and leave `made-in` out" } else { "" };
        let more = if places.len() > SHOWN { ", and elsewhere" } else { "" };
        match shown.as_slice() {
            [] => "look the words up in the text, and write where they stand".into(),
            several => format!("the words stand at {}{more}; write `at` so{rest}", several.join(" and at ")),
        }
    }
}

/// The circles of a graph, each from its smallest code on: one for every edge that leads back.
fn circles(graph: &BTreeMap<&Code, Vec<&Code>>) -> Vec<Vec<Code>> {
    let mut done: BTreeSet<&Code> = BTreeSet::new();
    let mut found = Vec::new();
    for start in graph.keys() {
        // The way from the start to where we stand, each with how many of its edges were followed.
        let mut way: Vec<(&Code, usize)> = vec![(*start, 0)];
        while let Some((here, followed)) = way.last_mut() {
            let (here, next) = (*here, graph.get(*here).and_then(|edges| edges.get(*followed)).copied());
            *followed = followed.saturating_add(1);
            match next {
                _ if done.contains(here) => {
                    way.pop();
                }
                Some(next) => {
                    if let Some(at) = way.iter().position(|(code, _)| *code == next) {
                        let mut circle: Vec<Code> = way.iter().skip(at).map(|(code, _)| (*code).clone()).collect();
                        let least = (0..circle.len()).min_by_key(|i| circle.get(*i)).unwrap_or(0);
                        circle.rotate_left(least);
                        found.push(circle);
                    } else if !done.contains(next) {
                        way.push((next, 0));
                    }
                }
                None => {
                    done.insert(here);
                    way.pop();
                }
            }
        }
    }
    found
}
