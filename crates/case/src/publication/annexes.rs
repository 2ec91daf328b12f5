//! What does the build itself add to a publication, so that a reader can judge how it was made?
//!
//! Method, standards of proof, coverage, requests and answers, positions, what was not taken from the case, errata, runs, and an entry for
//! everything that is cited. The texts are in the language of the report where it is one of [`super::spoken`], else in English and
//! marked so. What somebody wrote (who was asked, what was answered) stands as it was written.

use super::counted::{Counted, Sheet};
use super::coverage::Knowers;
use super::draft::Draft;
use super::figures::Studio;
use super::gate::{Cited, Rests};
use super::notes::Notes;
use super::reach::reached;
use super::spoken::{Words, fill};
use super::{phrases, registers};
use crate::facts::{Sort, judge};
use crate::state::corrections_table;
use factum_report::{Block, Inline, apart, text};
use std::collections::BTreeSet;

/// Writes annexes.
pub(super) struct Annexes<'a> {
    /// Pictures and tables.
    pub studio: &'a Studio<'a>,
    /// Entries.
    pub notes: &'a Notes<'a>,
    /// The draft.
    pub draft: &'a Draft,
}

impl Annexes<'_> {
    /// The counts that the annexes print by themselves.
    pub fn counted(&self) -> Vec<Counted> {
        let (book, today) = (self.studio.grounds.book, self.studio.grounds.today);
        let mut counted = registers::sources_counted(book, today, None);
        counted.extend(Knowers::of(book, today).counted(None));
        counted
    }

    /// All annexes, in their order.
    pub fn blocks(&self, sheet: &Sheet) -> Vec<Block> {
        let mut blocks = self.method(sheet);
        blocks.extend(self.standards());
        blocks.extend(self.coverage(sheet));
        blocks.extend(self.requests());
        blocks.extend(self.positions());
        blocks.extend(self.comments());
        blocks.extend(self.own_words());
        blocks.extend(self.errata());
        blocks.extend(self.runs());
        blocks.extend(self.cited());
        blocks
    }

    fn rests(&self) -> &Rests {
        self.studio.rests
    }

    fn words(&self) -> &'static Words {
        self.studio.words
    }

    /// The language of these words, where the report is in one that they do not know.
    fn lang(&self) -> Option<String> {
        let own = self.draft.head.language.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
        (own != self.words().lang).then(|| self.words().lang.to_string())
    }

    fn paragraph(&self, words: impl Into<String>) -> Block {
        Block::Paragraph { runs: vec![text(words)], lang: self.lang() }
    }

    /// What the register tells of a thing, after its code.
    fn told(&self, code: &str, sentence: &str) -> Block {
        self.paragraph(format!("{}: {sentence}", apart(code)))
    }

    fn method(&self, sheet: &Sheet) -> Vec<Block> {
        let words = self.words();
        let mut blocks = vec![annex(words.method)];
        blocks.extend([words.method_first, words.method_second].map(|said| self.paragraph(said)));
        blocks.extend(registers::sources(sheet, words.sources, words));
        blocks
    }

    fn standards(&self) -> Vec<Block> {
        let book = self.studio.grounds.book;
        let mut names: BTreeSet<&str> = BTreeSet::new();
        for cited in &self.rests().cited {
            if let Cited::Thing(Sort::Finding, id) = cited
                && let Some(file) = book.findings.get(id)
            {
                names.insert(&file.finding.what.standard);
            }
        }
        if names.is_empty() {
            return Vec::new();
        }
        let words = self.words();
        let mut blocks = vec![annex(words.standards)];
        for name in names {
            let Ok(standard) = judge::standard(book, name) else { continue };
            let named = registers::standard_name(book, name, words);
            // Where its phrase is not known in this language the report cannot say it, and the English one tells what it means.
            let wording = phrases::degree(book, name, words.lang).unwrap_or_else(|| standard.wording.clone());
            blocks.push(self.paragraph(fill(words.says, &[("standard", &named), ("wording", &wording)])));
            let asked = &standard.requirements;
            let grades = asked.grades.map_or_else(|| words.none.to_string(), |grades| grades.to_string());
            let yes = |is: bool| if is { words.yes } else { words.no }.to_string();
            let values = [
                asked.first_hand.to_string(),
                asked.independent_origins.to_string(),
                asked.documentary.to_string(),
                grades,
                yes(asked.contrary_sought),
                yes(asked.contrary_answered),
                asked.reviewers.to_string(),
            ];
            let rows = words.asked.iter().zip(values);
            let rows = rows.map(|(what, value)| [*what, &value].map(factum_report::Cell::words).to_vec());
            let caption = fill(words.asks_for, &[("standard", &named)]);
            blocks.push(registers::table(&caption, &[words.requirement, words.value], rows.collect()));
        }
        blocks.extend(registers::findings(self.studio.grounds, self.rests(), words.findings, words));
        blocks
    }

    fn coverage(&self, sheet: &Sheet) -> Vec<Block> {
        let (book, today) = (self.studio.grounds.book, self.studio.grounds.today);
        let knowers = Knowers::of(book, today);
        let words = self.words();
        let mut blocks = vec![annex(words.coverage), self.paragraph(words.sampling)];
        if knowers.is_empty() {
            blocks.push(self.paragraph(words.no_presence));
        } else {
            blocks.extend(knowers.blocks(sheet, true, words.knowers, words));
        }
        blocks
    }

    fn requests(&self) -> Vec<Block> {
        let register = &self.studio.material.register;
        if register.requests.is_empty() {
            return Vec::new();
        }
        let (today, tongue) = (self.studio.grounds.today, self.studio.tongue);
        let mut blocks = vec![annex(self.words().requests)];
        for request in &register.requests {
            blocks.push(self.told(&request.code, &request.sentence(today, tongue)));
        }
        blocks.extend(registers::requests(self.studio.material, today, tongue, ""));
        blocks
    }

    fn positions(&self) -> Vec<Block> {
        if self.studio.material.register.positions.is_empty() {
            return Vec::new();
        }
        let mut blocks = vec![annex(self.words().positions)];
        blocks.extend(registers::positions(self.studio.material, None, self.studio.tongue, ""));
        blocks
    }

    /// What States were sent for comment, what they corrected, and what they replied, in full.
    fn comments(&self) -> Vec<Block> {
        let drafts = &self.studio.material.register.drafts;
        if drafts.is_empty() {
            return Vec::new();
        }
        let (today, tongue) = (self.studio.grounds.today, self.studio.tongue);
        let mut blocks = vec![annex(self.words().comments)];
        for draft in drafts {
            blocks.push(self.told(&draft.code, &draft.sentence(today, tongue)));
            if !draft.corrections.is_empty() {
                blocks.push(Block::Table(corrections_table(draft, today, tongue)));
            }
            for paragraph in
                draft.reply.iter().flat_map(|reply| reply.text.split("\n\n")).filter(|p| !p.trim().is_empty())
            {
                blocks.push(Block::Quote { runs: vec![text(paragraph.trim())], lang: None });
            }
        }
        blocks
    }

    /// What the author answers for: narrative sentences, and those that somebody vouched for.
    fn own_words(&self) -> Vec<Block> {
        let rests = self.rests();
        let own = self.words();
        let mut blocks = vec![annex(own.own_words)];
        let counts = [rests.sentences, rests.narrative.len(), rests.reviewed.len()];
        let [all, told, vouched] = counts.map(|count| count.to_string());
        blocks.push(
            self.paragraph(fill(own.own_words_counted, &[("all", &all), ("told", &told), ("vouched", &vouched)])),
        );
        let point = |paragraph: u32, words: &str, by: Option<&str>| -> Vec<Inline> {
            let label = fill(own.paragraph, &[("n", &paragraph.to_string())]);
            let by = by.map_or_else(String::new, |reason| format!(" ({reason})"));
            // A caption may stand before every paragraph.
            if paragraph == 0 {
                return vec![text(format!("{words}{by}"))];
            }
            let at = factum_report::link(format!("paragraph-{paragraph}"), label);
            vec![at, text(format!(": {words}{by}"))]
        };
        if !rests.narrative.is_empty() {
            blocks.push(Block::Heading { level: 2, text: own.narrative.into() });
            let points = rests.narrative.iter().map(|(paragraph, words)| point(*paragraph, words, None));
            blocks.push(Block::List { items: points.collect() });
        }
        if !rests.reviewed.is_empty() {
            blocks.push(Block::Heading { level: 2, text: own.vouched_for.into() });
            // The name of who vouches stays in the case: staff are not named in a report.
            let reason = |reason: &'_ String| Some(reason.clone()).filter(|reason| !reason.is_empty());
            let points =
                rests.reviewed.iter().map(|(paragraph, words, why)| point(*paragraph, words, reason(why).as_deref()));
            blocks.push(Block::List { items: points.collect() });
        }
        blocks
    }

    fn errata(&self) -> Vec<Block> {
        let words = self.words();
        let mut blocks = vec![annex(words.errata)];
        let errata = &self.draft.head.errata;
        if errata.is_empty() {
            blocks.push(self.paragraph(words.no_errata));
            return blocks;
        }
        let rows = errata.iter().map(|erratum| {
            vec![
                factum_report::Cell::words(&erratum.date),
                factum_report::Cell::words(erratum.place.as_deref().unwrap_or_default()),
                factum_report::Cell::words(&erratum.text),
            ]
        });
        blocks.push(registers::table(words.changed, &[words.date, words.place, words.change], rows.collect()));
        blocks
    }

    fn runs(&self) -> Vec<Block> {
        if !self.rests().cited.iter().any(|cited| matches!(cited, Cited::Run(_))) {
            return Vec::new();
        }
        let words = self.words();
        let mut blocks = vec![annex(words.runs), self.paragraph(words.same_numbers)];
        blocks.extend(registers::runs(self.studio.grounds, self.rests(), words.runs_cited, words));
        blocks
    }

    /// An entry for everything that is cited, and the whole commitment of each item.
    fn cited(&self) -> Vec<Block> {
        let mut blocks = vec![annex(self.words().cited)];
        blocks.extend(self.notes.entries(&reached(self.studio.grounds.book, &self.rests().cited)));
        let marks = self
            .studio
            .material
            .commitments
            .iter()
            .filter_map(|(item, commitment)| Some((self.studio.material.mark(item)?, commitment.to_string())));
        let mut marks: Vec<(String, String)> = marks.collect();
        marks.sort();
        if !marks.is_empty() {
            // In halves, so that it can break over two lines.
            let halved = |whole: &str| {
                let (first, second) = whole.split_at(whole.len() / 2);
                format!("{first} {second}")
            };
            let rows = marks
                .iter()
                .map(|(mark, whole)| vec![factum_report::Cell::words(mark), factum_report::Cell::words(halved(whole))]);
            let words = self.words();
            blocks.push(registers::table(words.commitments, &[words.record, words.commitment], rows.collect()));
        }
        blocks
    }
}

fn annex(words: &str) -> Block {
    Block::Annex { text: words.into() }
}
