//! What does the build itself add to a publication, so that a reader can judge how it was made?
//!
//! Method, standards of proof, coverage, requests and answers, positions, what was not taken from the case, errata, runs, and an entry for
//! everything that is cited. The texts are in English, and marked as such in a report in another language.

use super::counted::{Counted, Sheet};
use super::coverage::Knowers;
use super::draft::Draft;
use super::figures::Studio;
use super::gate::{Cited, Rests};
use super::notes::Notes;
use super::registers;
use crate::facts::{Sort, judge};
use crate::state::corrections_table;
use factum_report::{Block, Inline, text};
use std::collections::BTreeSet;

/// The language of what is written here.
const ENGLISH: &str = "en";

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
        let mut counted = vec![registers::sources_counted(book, today, None)];
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

    /// The language of a paragraph in English, where the report is in another.
    fn lang(&self) -> Option<String> {
        (self.draft.head.language != ENGLISH).then(|| ENGLISH.to_string())
    }

    fn paragraph(&self, words: impl Into<String>) -> Block {
        Block::Paragraph { runs: vec![text(words)], lang: self.lang() }
    }

    fn method(&self, sheet: &Sheet) -> Vec<Block> {
        let mut blocks = vec![annex("How this report was made")];
        blocks.push(self.paragraph(
            "Sources stand under codes. Statements were taken from sources that agreed, on the day of this report, to its use for this \
             purpose. A finding was adopted by a person after somebody who did not write it had read all that carries it, and it was \
             judged again from what is in the case when this report was built. Each sentence of the body cites what it rests on, \
             inherits the citation of its paragraph, or is marked as narrative; every number stands in the report by reference to the \
             computation that made it.",
        ));
        blocks.push(self.paragraph(
            "An item is cited by a mark: the beginning of a commitment, which is a digest of its bytes under a secret salt that lies \
             with them. Whoever is shown the item and its salt can check the commitment; nobody else can tell which item it is.",
        ));
        blocks.extend(registers::sources(sheet, "Sources of the inquiry"));
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
        let mut blocks = vec![annex("Standard of proof")];
        for name in names {
            let Ok(standard) = judge::standard(book, name) else { continue };
            let words = format!("{}: the report says \"{}\".", standard.name, standard.wording);
            blocks.push(self.paragraph(words));
            let asked = &standard.requirements;
            let grades = asked.grades.map_or_else(|| "none".to_string(), |grades| grades.to_string());
            let yes = |is: bool| if is { "yes" } else { "no" };
            let rows = [
                ("first-hand sources, at least", asked.first_hand.to_string()),
                ("independent origins, at least", asked.independent_origins.to_string()),
                ("documents, at least", asked.documentary.to_string()),
                ("least grades of source and statement", grades),
                ("contrary evidence looked for", yes(asked.contrary_sought).into()),
                ("contrary evidence answered", yes(asked.contrary_answered).into()),
                ("reviewers who are not the author, at least", asked.reviewers.to_string()),
            ];
            let rows =
                rows.map(|(what, value)| vec![factum_report::Cell::words(what), factum_report::Cell::words(value)]);
            blocks.push(registers::table(
                &format!("What {} asks for", standard.name),
                &["requirement", "value"],
                rows.to_vec(),
            ));
        }
        blocks.extend(registers::findings(self.studio.grounds, self.rests(), "Findings and how each stands"));
        blocks
    }

    fn coverage(&self, sheet: &Sheet) -> Vec<Block> {
        let (book, today) = (self.studio.grounds.book, self.studio.grounds.today);
        let knowers = Knowers::of(book, today);
        let mut blocks = vec![annex("Coverage and sampling")];
        blocks.push(self.paragraph(
            "Sources were not drawn at random from those who could have spoken: they are those whom the inquiry could reach and who \
             agreed. How often something is told here is therefore no measure of how often it happened, unless a computation says so \
             with its interval. Where and when nobody was in a position to know, silence means nothing.",
        ));
        if knowers.is_empty() {
            blocks.push(self.paragraph("For no source is it recorded where it was in a position to know."));
        } else {
            blocks.extend(knowers.blocks(sheet, true, "Sources in a position to know, by place and year"));
        }
        blocks
    }

    fn requests(&self) -> Vec<Block> {
        let register = &self.studio.material.register;
        if register.requests.is_empty() {
            return Vec::new();
        }
        let (today, tongue) = (self.studio.grounds.today, self.studio.tongue);
        let mut blocks = vec![annex("Requests and answers")];
        let own = (tongue.code() != self.draft.head.language).then(|| tongue.code().to_string());
        for request in &register.requests {
            let runs = vec![text(format!("{}: {}", request.code, request.sentence(today, tongue)))];
            blocks.push(Block::Paragraph { runs, lang: own.clone() });
        }
        blocks.extend(registers::requests(self.studio.material, today, tongue, ""));
        blocks
    }

    fn positions(&self) -> Vec<Block> {
        if self.studio.material.register.positions.is_empty() {
            return Vec::new();
        }
        let mut blocks = vec![annex("Positions of States and bodies")];
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
        let own = (tongue.code() != self.draft.head.language).then(|| tongue.code().to_string());
        let mut blocks = vec![annex("Comments on the draft")];
        for draft in drafts {
            let runs = vec![text(format!("{}: {}", draft.code, draft.sentence(today, tongue)))];
            blocks.push(Block::Paragraph { runs, lang: own.clone() });
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
        let mut blocks = vec![annex("What is not taken from the record")];
        let (all, told, vouched) = (rests.sentences, rests.narrative.len(), rests.reviewed.len());
        blocks.push(self.paragraph(format!(
            "Of {all} sentences of the body, {told} are marked as narrative: they tell no fact of the inquiry. In {vouched}, a number or \
             the wording of a finding is the author's own, and a member of the inquiry vouches for it."
        )));
        let point = |paragraph: u32, words: &str, by: Option<&str>| -> Vec<Inline> {
            let at = factum_report::link(format!("paragraph-{paragraph}"), format!("Paragraph {paragraph}"));
            let by = by.map_or_else(String::new, |reason| format!(" ({reason})"));
            vec![at, text(format!(": {words}{by}"))]
        };
        if told > 0 {
            blocks.push(Block::Heading { level: 2, text: "Narrative".into() });
            let points = rests.narrative.iter().map(|(paragraph, words)| point(*paragraph, words, None));
            blocks.push(Block::List { items: points.collect() });
        }
        if vouched > 0 {
            blocks.push(Block::Heading { level: 2, text: "Vouched for".into() });
            // The name of who vouches stays in the case: staff are not named in a report.
            let reason = |by: &str| by.split_once(',').map(|(_, reason)| reason.trim().to_string());
            let points =
                rests.reviewed.iter().map(|(paragraph, words, by)| point(*paragraph, words, reason(by).as_deref()));
            blocks.push(Block::List { items: points.collect() });
        }
        blocks
    }

    fn errata(&self) -> Vec<Block> {
        let mut blocks = vec![annex("Errata")];
        let errata = &self.draft.head.errata;
        if errata.is_empty() {
            blocks.push(self.paragraph("None are known on the day of this report."));
            return blocks;
        }
        let rows = errata.iter().map(|erratum| {
            vec![
                factum_report::Cell::words(&erratum.date),
                factum_report::Cell::words(erratum.place.as_deref().unwrap_or_default()),
                factum_report::Cell::words(&erratum.text),
            ]
        });
        blocks.push(registers::table(
            "What was changed since an earlier release",
            &["date", "place", "change"],
            rows.collect(),
        ));
        blocks
    }

    fn runs(&self) -> Vec<Block> {
        if !self.rests().cited.iter().any(|cited| matches!(cited, Cited::Run(_))) {
            return Vec::new();
        }
        let mut blocks = vec![annex("Runs")];
        blocks.push(self.paragraph("Same inputs, parameters, seed and version give the same numbers."));
        blocks.extend(registers::runs(self.studio.grounds.book, self.rests(), "Runs that are cited"));
        blocks
    }

    /// An entry for everything that is cited, and the whole commitment of each item.
    fn cited(&self) -> Vec<Block> {
        let mut blocks = vec![annex("What is cited")];
        blocks.extend(self.notes.entries(&self.everything()));
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
            blocks.push(registers::table("Commitments of cited records", &["record", "commitment"], rows.collect()));
        }
        blocks
    }

    /// What is cited, and what a footnote names beside it: a finding names its statements, a statement its interview and source.
    fn everything(&self) -> BTreeSet<Cited> {
        let book = self.studio.grounds.book;
        let mut all = self.rests().cited.clone();
        let findings: Vec<Cited> = all.iter().cloned().collect();
        for cited in findings {
            if let Cited::Thing(Sort::Finding, id) = cited
                && let Some(file) = book.findings.get(&id)
            {
                all.extend(file.bears.keys().map(|statement| Cited::Thing(Sort::Statement, *statement)));
                all.extend(file.finding.what.runs.iter().map(|run| Cited::Run(run.clone())));
                let positions = book.positions.iter().filter(|(_, said)| said.what.findings.contains(&id));
                all.extend(positions.map(|(position, _)| Cited::Thing(Sort::Position, *position)));
            }
        }
        let statements: Vec<Cited> = all.iter().cloned().collect();
        for cited in statements {
            match cited {
                Cited::Thing(Sort::Statement, id) => {
                    let Some(said) = book.statements.get(&id).map(|file| &file.statement.what) else { continue };
                    all.insert(Cited::Thing(Sort::Source, said.source));
                    all.extend(said.interview.map(|interview| Cited::Thing(Sort::Interview, interview)));
                }
                Cited::Thing(Sort::Interview, id) => {
                    all.extend(book.interviews.get(&id).map(|said| Cited::Thing(Sort::Source, said.what.source)));
                }
                _ => {}
            }
        }
        all
    }
}

fn annex(words: &str) -> Block {
    Block::Annex { text: words.into() }
}
