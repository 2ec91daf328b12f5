//! May every sentence of a draft stand, and on what does it stand?
//!
//! A sentence is refused that cites nothing, counts in the author's own words, says something of a finding in other words than those
//! adopted, or rests on what may not be used for this publication, does not stand any more, or did not converge. All refusals at once.

mod cited;
mod finer;
mod lead;

pub(super) use cited::allowed;

use super::draft::{Content, Draft, Problem};
use super::figures::same_counts;
use super::law;
use super::sentence::Sentence;
use super::ties;
use super::vouched::{self, Mark, Signed};
use crate::custody::folder::Case;
use crate::custody::ids::RecordId;
use crate::facts::judge::Judged;
use crate::facts::lineage::Lineage;
use crate::facts::words::Purpose;
use crate::facts::{Book, Sort};
use crate::law::held::unseen;
use factum_model::Edtf;
use factum_model::edtf::Day;
use std::collections::{BTreeMap, BTreeSet};

/// What a code in a draft stands for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cited {
    /// A thing of the case.
    Thing(Sort, RecordId),
    /// A run, by its code.
    Run(String),
    /// An item.
    Item(RecordId),
}

/// What a draft is judged by.
pub struct Grounds<'a> {
    /// Everything the actor can open.
    pub book: &'a Book,
    /// The findings, as they are judged today.
    pub judged: &'a BTreeMap<RecordId, Judged>,
    /// Names of members, who can vouch for a number.
    pub members: BTreeSet<String>,
    /// What they vouched for.
    pub signed: Signed,
    /// How many days a judgement of danger may be past its review.
    pub overdue_days: u32,
    /// Today.
    pub today: Day,
    /// How many compartments are closed to the actor in which findings may have been assessed against law.
    pub unseen: usize,
    /// Every code, read once: a draft asks for hundreds.
    codes: BTreeMap<&'a str, Vec<(Sort, RecordId)>>,
    /// Which run made what another read.
    pub(super) lineage: Lineage<'a>,
}

impl<'a> Grounds<'a> {
    /// The grounds that a case gives.
    pub fn of(case: &Case, book: &'a Book, judged: &'a BTreeMap<RecordId, Judged>, today: Day) -> Self {
        let members =
            case.register().members.values().filter(|m| m.removed.is_none()).map(|m| m.name.clone()).collect();
        Self {
            book,
            judged,
            members,
            signed: vouched::signed(case, book),
            overdue_days: case.register().overdue_days(),
            today,
            unseen: unseen(case),
            codes: book.codes(),
            lineage: Lineage::of(book),
        }
    }

    /// What a code stands for.
    pub fn cited(&self, code: &str) -> Result<Cited, String> {
        if self.book.runs.contains_key(code) {
            return Ok(Cited::Run(code.to_string()));
        }
        match self.codes.get(code).map(Vec::as_slice).unwrap_or_default() {
            [(sort, id)] => return Ok(Cited::Thing(*sort, *id)),
            [] => {}
            several => return Err(format!("{} things have the code {code}", several.len())),
        }
        let fits = |(id, name): &(&RecordId, &String)| {
            (code.len() >= 4 && id.to_string().starts_with(code)) || name.as_str() == code
        };
        let items: Vec<&RecordId> = self.book.items.iter().filter(fits).map(|(id, _)| id).collect();
        match items[..] {
            [item] => Ok(Cited::Item(*item)),
            [] => Err(format!("nothing that you can open has the code {code}")),
            ref several => Err(format!("{} items are meant by {code}", several.len())),
        }
    }
}

/// What a publication as a whole rests on, and what it leaves for people to see.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rests {
    /// Everything cited or taken.
    pub cited: BTreeSet<Cited>,
    /// Sentences marked as narrative, and captions, by paragraph.
    pub narrative: Vec<(u32, String)>,
    /// Numbers and wordings of the author's own, by paragraph, with the ground on which somebody vouches for them.
    pub reviewed: Vec<(u32, String, String)>,
    /// Sentences in all.
    pub sentences: usize,
    /// Sources that are printed by name.
    pub named: BTreeSet<RecordId>,
    /// Frameworks of law that are cited, taken from or shown.
    pub frameworks: BTreeSet<String>,
    /// Findings of which a picture shows the sources by code, and what ties them.
    pub ties: BTreeSet<RecordId>,
}

/// Judges a draft: what it rests on, and every problem with its line.
pub fn judge(draft: &Draft, grounds: &Grounds<'_>) -> (Rests, Vec<Problem>) {
    let mut gate = Gate { grounds, purpose: Purpose::Internal, rests: Rests::default(), problems: Vec::new() };
    match Purpose::of(&draft.head.purpose) {
        Some(purpose) => gate.purpose = purpose,
        None => {
            let known = Purpose::ALL.map(|(name, _)| name).join(", ");
            gate.problems.push(Problem::new(
                2,
                "the purpose of the draft is none that sources agree to",
                format!("one of {known}"),
            ));
        }
    }
    if draft.head.date.parse::<Edtf>().is_err() {
        gate.problems.push(Problem::new(2, "the date of the draft is none", "write it as 2026-11-27"));
    }
    let mut paragraph = 0;
    for block in &draft.blocks {
        match &block.content {
            Content::Paragraph { number, language, sentences } => {
                paragraph = *number;
                let language = language.as_deref().unwrap_or(&draft.head.language);
                gate.sentences(At { line: block.line, paragraph, language }, sentences);
            }
            Content::Quote(sentences) => {
                let language = block.language.as_deref().unwrap_or(&draft.head.language);
                gate.sentences(At { line: block.line, paragraph, language }, sentences);
            }
            Content::Points(points) => {
                let at = At { line: block.line, paragraph, language: &draft.head.language };
                points.iter().for_each(|point| gate.sentences(at, point));
            }
            Content::Heading(_, text) => gate.own_words(block.line, "a heading", text),
            Content::Figure { name, caption } => {
                gate.own_words(block.line, "the caption of a figure", caption);
                gate.caption(paragraph, caption);
                gate.shows(block.line, paragraph, name);
            }
            Content::Table { name, caption } => {
                gate.own_words(block.line, "the caption of a table", caption);
                gate.caption(paragraph, caption);
                gate.shows(block.line, paragraph, name);
            }
        }
    }
    let head =
        [("title", &draft.head.title), ("subtitle", &draft.head.subtitle), ("description", &draft.head.description)];
    head.iter().for_each(|(what, text)| gate.own_words(1, &format!("the {what} of the report"), text));
    for erratum in &draft.head.errata {
        if let Some((what, hint)) = gate.unsigned(&Mark::of_erratum(erratum)) {
            gate.problems.push(Problem::new(1, format!("an erratum: {what}"), hint));
        }
        if erratum.date.parse::<Edtf>().is_err() {
            let what = format!("the date of an erratum is none: {}", erratum.date);
            gate.problems.push(Problem::new(1, what, "write it as 2026-11-27"));
        }
        gate.marks(1, "an erratum", &erratum.text);
    }
    (gate.rests, gate.problems)
}

/// What of a finished publication may not be used for it any more, in words: consent may have been withdrawn, a finding fallen back, a run
/// lost its inputs since it was built.
pub fn no_longer(cited: &BTreeMap<String, Cited>, purpose: Purpose, grounds: &Grounds<'_>) -> Vec<String> {
    let mut gate = Gate { grounds, purpose, rests: Rests::default(), problems: Vec::new() };
    // There is no draft here any more, and so no paragraph; the language decides about phrases, and none is printed.
    let at = At { line: 0, paragraph: 0, language: "en" };
    for (code, cited) in cited {
        if let Cited::Thing(Sort::Finding, id) = cited {
            gate.finding(at, code, *id);
        }
        gate.may_rest_on(at, code, cited);
    }
    let words = |problem: Problem| problem.what.trim_start_matches("paragraph 0: ").to_string();
    gate.problems.into_iter().map(words).collect()
}

/// Where something stands in a draft, and in which language.
#[derive(Clone, Copy)]
struct At<'a> {
    line: u32,
    paragraph: u32,
    language: &'a str,
}

struct Gate<'a> {
    grounds: &'a Grounds<'a>,
    purpose: Purpose,
    rests: Rests,
    problems: Vec<Problem>,
}

impl Gate<'_> {
    fn refuse(&mut self, at: At<'_>, what: impl std::fmt::Display, hint: &str) {
        self.problems.push(Problem::new(at.line, format!("paragraph {}: {what}", at.paragraph), hint));
    }

    /// Words of the author's own that stand in no sentence of the body cannot be vouched for there: they count nothing, and marks
    /// have no meaning.
    fn own_words(&mut self, line: u32, what: &str, text: &str) {
        self.marks(line, what, text);
        if let Some(number) = Sentence::plain(text).literal_number() {
            let said = format!("a number stands in {what}: {number}");
            self.problems.push(Problem::new(line, said, "say it in a paragraph, where it can be taken from a run"));
        }
    }

    /// A caption rests on nothing but what it stands under: it is narrative without a mark.
    fn caption(&mut self, paragraph: u32, words: &str) {
        if !words.trim().is_empty() {
            self.rests.sentences += 1;
            self.rests.narrative.push((paragraph, words.trim().to_string()));
        }
    }

    fn marks(&mut self, line: u32, what: &str, text: &str) {
        if text.contains(['{', '}']) || text.contains("[@") {
            let said = format!("a mark, a reference or a citation stands in {what}: {text}");
            self.problems.push(Problem::new(line, said, "it is printed as it is written; put it into a paragraph"));
        }
    }

    /// What a picture or a table shows of a run must stand; of law, it must have been compared with the official text.
    fn shows(&mut self, line: u32, paragraph: u32, name: &str) {
        let run = name.strip_prefix("estimate-").or_else(|| name.strip_prefix("overlap-"));
        if let Some(code) = run.filter(|code| self.grounds.book.runs.contains_key(*code)) {
            let all = match name.starts_with("estimate-") {
                true => same_counts(self.grounds.book, code),
                false => vec![code.to_string()],
            };
            for code in all {
                self.run(At { line, paragraph, language: "" }, &code);
                self.rests.cited.insert(Cited::Run(code));
            }
        }
        if let Some(code) = name.strip_prefix("ties-")
            && let Ok(Cited::Thing(Sort::Finding, id)) = self.grounds.cited(code)
        {
            self.ties(At { line, paragraph, language: "" }, code, id);
        }
        if let Some(framework) = name.strip_prefix("matrix-") {
            self.rests.frameworks.insert(framework.into());
            if let Err(why) = law::may_be_cited(self.grounds.book, framework) {
                self.problems.push(Problem::new(line, why, law::HINT));
            }
        }
    }

    /// A picture of a finding's sources speaks of the finding, and tells by code of every source that it shows: also of those whose words others
    /// pass on, of whom the finding holds no statement.
    fn ties(&mut self, at: At<'_>, code: &str, id: RecordId) {
        self.finding(at, code, id);
        let passed_on = self.grounds.book.findings.get(&id).map(|file| ties::passed_on(self.grounds.book, file));
        let passed_on = passed_on.into_iter().flatten().map(|source| Cited::Thing(Sort::Source, source));
        for cited in std::iter::once(Cited::Thing(Sort::Finding, id)).chain(passed_on) {
            self.may_rest_on(at, code, &cited);
            self.rests.cited.insert(cited);
        }
        self.rests.ties.insert(id);
    }

    /// The citation of a paragraph's last sentence, if it stands after its stop, is the paragraph's.
    fn sentences(&mut self, at: At<'_>, sentences: &[Sentence]) {
        let last = sentences.iter().rev().find(|s| !s.is_blank()).filter(|last| last.cites_after_stop());
        let inherited: Vec<&str> = last.map(|last| last.cites().collect()).unwrap_or_default();
        for sentence in sentences.iter().filter(|s| !s.is_blank()) {
            self.rests.sentences += 1;
            self.sentence(at, sentence, &inherited);
        }
    }

    fn sentence(&mut self, at: At<'_>, sentence: &Sentence, inherited: &[&str]) {
        let words = sentence.words().trim().to_string();
        let stands = sentence.cites().next().is_some() || sentence.takes().next().is_some() || !inherited.is_empty();
        if sentence.narrative {
            self.rests.narrative.push((at.paragraph, words.clone()));
            if let Some(code) = sentence.cites().chain(sentence.takes().map(|(code, _)| code)).next() {
                let what = format!("a sentence is marked as narrative and rests on {code}: \"{}\"", beginning(&words));
                self.refuse(at, what, "leave the mark out: it is for sentences that rest on nothing");
            }
        } else if !stands {
            let hint = "cite what it rests on as [@S-014], or mark it {narrative}";
            self.refuse(at, format_args!("a sentence cites nothing: \"{}\"", beginning(&words)), hint);
        }
        let vouched = self.vouched(at, sentence, &words);
        let numbers = std::iter::once(sentence.literal_number())
            .chain(sentence.notes().map(|note| Sentence::plain(note).literal_number()));
        for number in numbers.flatten().filter(|_| !vouched) {
            let hint = "take it from a run as {{R-2.estimate}}, or let somebody vouch for it: {reviewed: NAME, REASON}";
            self.refuse(at, format_args!("a number stands in the author's own words: {number}"), hint);
        }
        if !vouched && !sentence.narrative {
            self.own_account(at, sentence, inherited, &words);
        }
        self.finer(at, sentence, inherited, &words);
        for code in sentence.cites() {
            self.cites(at, code, sentence, vouched);
        }
        for (code, part) in sentence.takes() {
            self.takes(at, code, part);
        }
    }

    /// A sentence that rests on findings alone says what was adopted and nothing else; one that rests on things which prove nothing,
    /// such as a person or a place that the case knows, rests on nothing.
    fn own_account(&mut self, at: At<'_>, sentence: &Sentence, inherited: &[&str], words: &str) {
        let mut codes: Vec<&str> = sentence.cites().chain(sentence.takes().map(|(code, _)| code)).collect();
        if codes.is_empty() {
            codes = inherited.to_vec();
        }
        let is = |code: &&str, sorts: &[Sort]| matches!(self.grounds.cited(code), Ok(Cited::Thing(sort, _)) if sorts.contains(&sort));
        let Some(first) = codes.first().copied() else { return };
        if codes.iter().all(|code| is(code, &[Sort::Entity])) {
            let hint = "cite a statement, a document or whoever told it";
            let what = format!("a sentence rests on {first} alone, which says nothing: \"{}\"", beginning(words));
            return self.refuse(at, what, hint);
        }
        // A sentence that cites a finding and does not take it is refused where its citations are. In one that takes a finding, other words
        // would be read with its authority, whatever else is cited: they could turn it round.
        let cited_only = sentence.cites().next().is_some() && sentence.takes().next().is_none();
        let rests_on_findings = codes.iter().all(|code| is(code, &[Sort::Finding])) && !cited_only;
        let taken = sentence.takes().map(|(code, _)| code).find(|code| is(code, &[Sort::Finding]));
        if (rests_on_findings || taken.is_some()) && !lead::only_leads(sentence) {
            let finding = taken.unwrap_or(first);
            let what = format!("words stand beside those adopted of {finding}: \"{}\"", beginning(words));
            let hint = "say them in another sentence, or let somebody vouch for them: {reviewed: NAME, REASON}";
            self.refuse(at, what, hint);
        }
    }

    fn vouched(&mut self, at: At<'_>, sentence: &Sentence, words: &str) -> bool {
        let Some(mark) = Mark::of(sentence, at.line) else { return false };
        // Its own refusal is enough: what it would excuse is not told besides.
        match self.unsigned(&mark) {
            Some((what, hint)) => self.refuse(at, what, hint),
            None => self.rests.reviewed.push((at.paragraph, words.to_string(), mark.vouched.reason)),
        }
        true
    }

    /// Why a mark counts for nothing, with what to try.
    fn unsigned(&self, mark: &Mark) -> Option<(String, &'static str)> {
        let name = &mark.name;
        if !self.grounds.members.contains(name) {
            return Some((format!("{name} vouches for words and is no member of the case"), "factum member list"));
        }
        let said = format!("{name} has not vouched for these words: \"{}\"", beginning(&mark.vouched.words));
        (!mark.is_signed(&self.grounds.signed))
            .then_some((said, "let them read it, and say so: factum report vouch DRAFT"))
    }
}

fn beginning(words: &str) -> String {
    let short: String = words.chars().take(60).collect();
    if short.len() < words.len() { format!("{short}…") } else { short }
}
