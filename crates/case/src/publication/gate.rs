//! May every sentence of a draft stand, and on what does it stand?
//!
//! A sentence is refused that cites nothing, counts in the author's own words, says something of a finding in other words than those
//! adopted, or rests on what may not be used for this publication, does not stand any more, or did not converge. All refusals at once.

use super::draft::{Content, Draft, Problem};
use super::sentence::Sentence;
use crate::custody::folder::Case;
use crate::custody::ids::RecordId;
use crate::facts::consent::{reasons, use_of};
use crate::facts::judge::{Judged, Standing};
use crate::facts::words::Purpose;
use crate::facts::{Book, Sort};
use factum_model::Edtf;
use factum_model::edtf::Day;
use factum_weigh::consent::{Asked, Refusal, Verdict};
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
    /// Today.
    pub today: Day,
}

impl<'a> Grounds<'a> {
    /// The grounds that a case gives.
    pub fn of(case: &Case, book: &'a Book, judged: &'a BTreeMap<RecordId, Judged>, today: Day) -> Self {
        let members =
            case.register().members.values().filter(|m| m.removed.is_none()).map(|m| m.name.clone()).collect();
        Self { book, judged, members, today }
    }

    /// What a code stands for.
    pub fn cited(&self, code: &str) -> Result<Cited, String> {
        if self.book.runs.contains_key(code) {
            return Ok(Cited::Run(code.to_string()));
        }
        match self.book.codes().get(code).map(Vec::as_slice).unwrap_or_default() {
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
    /// Sentences marked as narrative, by paragraph.
    pub narrative: Vec<(u32, String)>,
    /// Numbers and wordings of the author's own, by paragraph, with who vouches.
    pub reviewed: Vec<(u32, String, String)>,
    /// Sentences in all.
    pub sentences: usize,
}

/// Judges a draft: what it rests on, and every problem with its line.
pub fn judge(draft: &Draft, grounds: &Grounds<'_>) -> (Rests, Vec<Problem>) {
    let mut gate =
        Gate { grounds, purpose: Purpose::Internal, overdue: 0, rests: Rests::default(), problems: Vec::new() };
    match Purpose::ALL.iter().find(|(name, _)| *name == draft.head.purpose) {
        Some((_, purpose)) => gate.purpose = *purpose,
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
    gate.overdue = draft.head.overdue_days;
    let mut paragraph = 0;
    for block in &draft.blocks {
        match &block.content {
            Content::Paragraph { number, sentences, .. } => {
                paragraph = *number;
                gate.sentences(block.line, paragraph, sentences);
            }
            Content::Quote(sentences) => gate.sentences(block.line, paragraph, sentences),
            Content::Points(points) => points.iter().for_each(|point| gate.sentences(block.line, paragraph, point)),
            Content::Heading(..) | Content::Figure { .. } | Content::Table { .. } => {}
        }
    }
    (gate.rests, gate.problems)
}

/// What of a finished publication may not be used for it any more, in words: consent may have been withdrawn, a finding fallen back, a run
/// lost its inputs since it was built.
pub fn no_longer(
    cited: &BTreeMap<String, Cited>,
    purpose: Purpose,
    overdue_days: u32,
    grounds: &Grounds<'_>,
) -> Vec<String> {
    let mut gate = Gate { grounds, purpose, overdue: overdue_days, rests: Rests::default(), problems: Vec::new() };
    for (code, cited) in cited {
        if let Cited::Thing(Sort::Finding, id) = cited {
            gate.finding(0, 0, code, *id);
        }
        gate.may_rest_on(0, 0, code, cited);
    }
    // There is no draft here any more, and so no paragraph.
    let words = |problem: Problem| problem.what.trim_start_matches("paragraph 0: ").to_string();
    gate.problems.into_iter().map(words).collect()
}

struct Gate<'a> {
    grounds: &'a Grounds<'a>,
    purpose: Purpose,
    overdue: u32,
    rests: Rests,
    problems: Vec<Problem>,
}

impl Gate<'_> {
    fn refuse(&mut self, line: u32, paragraph: u32, what: impl std::fmt::Display, hint: &str) {
        self.problems.push(Problem::new(line, format!("paragraph {paragraph}: {what}"), hint));
    }

    /// The citation of a paragraph's last sentence, if it stands after its stop, is the paragraph's.
    fn sentences(&mut self, line: u32, paragraph: u32, sentences: &[Sentence]) {
        let inherited = sentences.iter().rev().find(|s| !s.is_blank()).is_some_and(|last| last.cites_after_stop());
        for sentence in sentences.iter().filter(|s| !s.is_blank()) {
            self.rests.sentences += 1;
            self.sentence(line, paragraph, sentence, inherited);
        }
    }

    fn sentence(&mut self, line: u32, paragraph: u32, sentence: &Sentence, inherits: bool) {
        let words = sentence.words().trim().to_string();
        let stands = sentence.cites().next().is_some() || sentence.takes().next().is_some() || inherits;
        if sentence.narrative {
            self.rests.narrative.push((paragraph, words.clone()));
        } else if !stands {
            let hint = "cite what it rests on as [@S-014], or mark it {narrative}";
            self.refuse(line, paragraph, format_args!("a sentence cites nothing: \"{}\"", beginning(&words)), hint);
        }
        let vouched = self.vouched(line, paragraph, sentence, &words);
        if let Some(number) = sentence.literal_number().filter(|_| !vouched) {
            let hint = "take it from a run as {{R-2.estimate}}, or let somebody vouch for it: {reviewed: NAME, REASON}";
            self.refuse(line, paragraph, format_args!("a number stands in the author's own words: {number}"), hint);
        }
        for code in sentence.cites() {
            self.cites(line, paragraph, code, sentence, vouched);
        }
        for (code, part) in sentence.takes() {
            self.takes(line, paragraph, code, part);
        }
    }

    fn vouched(&mut self, line: u32, paragraph: u32, sentence: &Sentence, words: &str) -> bool {
        let Some(by) = &sentence.reviewed else { return false };
        let name = by.split_once(',').map_or(by.as_str(), |(name, _)| name).trim();
        if self.grounds.members.contains(name) {
            self.rests.reviewed.push((paragraph, words.to_string(), by.clone()));
            return true;
        }
        self.refuse(
            line,
            paragraph,
            "whoever vouches for a sentence must be a member of the case",
            "factum member list",
        );
        false
    }

    fn cites(&mut self, line: u32, paragraph: u32, code: &str, sentence: &Sentence, vouched: bool) {
        let cited = match self.grounds.cited(code) {
            Ok(cited) => cited,
            Err(why) => {
                return self.refuse(
                    line,
                    paragraph,
                    why,
                    "factum source, statement, finding, request and items list them",
                );
            }
        };
        if let Cited::Thing(Sort::Finding, id) = &cited {
            self.finding(line, paragraph, code, *id);
            let own_words = !sentence.takes().any(|(taken, _)| taken == code);
            if own_words && !vouched {
                let hint =
                    "print the adopted wording as {{F-3}}, or let somebody vouch for yours: {reviewed: NAME, REASON}";
                self.refuse(line, paragraph, format_args!("{code} is told in other words than those adopted"), hint);
            }
        }
        self.may_rest_on(line, paragraph, code, &cited);
        self.rests.cited.insert(cited);
    }

    fn takes(&mut self, line: u32, paragraph: u32, code: &str, part: Option<&str>) {
        let hint = "findings are taken as {{F-3}}, values of runs as {{R-2.estimate}}";
        match self.grounds.cited(code) {
            Err(why) => self.refuse(line, paragraph, why, hint),
            Ok(Cited::Run(run)) => {
                let outcome = self.grounds.book.runs.get(&run).and_then(|said| said.what.outcome.as_ref());
                let known = |name: &str| outcome.is_some_and(|o| o.values.iter().any(|value| value.name == name));
                match part {
                    Some("share") if known("estimate") && known("observed") => {}
                    Some(part) if known(part) => {}
                    _ => return self.refuse(line, paragraph, format_args!("{code} has no such value"), hint),
                }
                let cited = Cited::Run(run);
                self.may_rest_on(line, paragraph, code, &cited);
                self.rests.cited.insert(cited);
            }
            Ok(Cited::Thing(Sort::Finding, id)) if part.is_none() => {
                self.finding(line, paragraph, code, id);
                let cited = Cited::Thing(Sort::Finding, id);
                self.may_rest_on(line, paragraph, code, &cited);
                self.rests.cited.insert(cited);
            }
            Ok(_) => self.refuse(line, paragraph, format_args!("nothing can be taken from {code}"), hint),
        }
    }

    fn finding(&mut self, line: u32, paragraph: u32, code: &str, id: RecordId) {
        let hint = "factum finding check says what is missing";
        match self.grounds.judged.get(&id).map(|judged| &judged.standing) {
            Some(Standing::Adopted) => {}
            Some(Standing::FellBack(why)) => {
                let why = why.join("; ");
                self.refuse(line, paragraph, format_args!("the finding {code} has fallen back: {why}"), hint);
            }
            Some(Standing::NotAdopted) | None => {
                self.refuse(line, paragraph, format_args!("the finding {code} is not adopted"), hint);
            }
        }
    }

    /// Does what is cited stand, and may it be used for this publication?
    fn may_rest_on(&mut self, line: u32, paragraph: u32, code: &str, cited: &Cited) {
        let book = self.grounds.book;
        match cited {
            Cited::Thing(Sort::Source, id) => self.source(line, paragraph, code, id),
            Cited::Thing(Sort::Interview, id) => {
                if let Some(said) = book.interviews.get(id) {
                    self.source(line, paragraph, code, &said.what.source);
                }
            }
            Cited::Thing(Sort::Statement, id) => {
                let Some(file) = book.statements.get(id) else { return };
                if file.retracted.is_some() {
                    self.refuse(
                        line,
                        paragraph,
                        format_args!("{code} no longer stands"),
                        "cite what does, or leave the sentence out",
                    );
                }
                self.source(line, paragraph, code, &file.statement.what.source);
            }
            Cited::Thing(Sort::Finding, id) => {
                // A finding speaks for its statements: each must be free for this use.
                let Some(file) = book.findings.get(id) else { return };
                let sources: BTreeSet<RecordId> = file
                    .bears
                    .values()
                    .filter_map(|bears| Some(book.statements.get(&bears.what.statement)?.statement.what.source))
                    .collect();
                sources.iter().for_each(|source| self.source(line, paragraph, code, source));
            }
            Cited::Run(run) => self.run(line, paragraph, run),
            Cited::Item(_) | Cited::Thing(..) => {}
        }
    }

    fn run(&mut self, line: u32, paragraph: u32, code: &str) {
        let Some(run) = self.grounds.book.runs.get(code).map(|said| &said.what) else { return };
        if run.outcome.as_ref().is_some_and(|outcome| !outcome.converged) {
            let hint = "what did not converge is no estimate: run it again, or write that no estimate is made";
            self.refuse(line, paragraph, format_args!("the run {code} did not converge"), hint);
        }
        let gone = run.inputs.iter().filter(|input| !self.grounds.book.items.contains_key(input)).count();
        if gone > 0 {
            let what = format_args!("{gone} of the inputs of the run {code} are gone or closed").to_string();
            self.refuse(line, paragraph, what, "run it again on what is there");
        }
    }

    fn source(&mut self, line: u32, paragraph: u32, code: &str, source: &RecordId) {
        let hint = "factum source list CODE tells what was agreed to";
        let Some(file) = self.grounds.book.sources.get(source) else {
            let what = format_args!("the source of {code} is closed to you").to_string();
            return self.refuse(line, paragraph, what, "a release is built by somebody who can open all that it cites");
        };
        let asked = Asked::of(use_of(self.purpose));
        let late = Day(self.grounds.today.0 - i32::try_from(self.overdue).unwrap_or(i32::MAX));
        let verdict = file.allows(asked, self.grounds.today);
        let is_late_enough = |reason: &Refusal| !matches!(reason, Refusal::RiskReviewOverdue(day) if *day >= late);
        if let Verdict::Refused { reasons: all } = &verdict
            && all.iter().any(is_late_enough)
        {
            let why = reasons(&Verdict::Refused { reasons: all.iter().copied().filter(is_late_enough).collect() });
            let name = &file.source.what.code;
            let what = format!("{code} may not be used here: the source {name}: {}", why.join("; "));
            self.refuse(line, paragraph, what, hint);
        }
    }
}

fn beginning(words: &str) -> String {
    let short: String = words.chars().take(60).collect();
    if short.len() < words.len() { format!("{short}…") } else { short }
}
