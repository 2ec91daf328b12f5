//! Does what a sentence cites or takes stand, and may it be used for this publication?

use super::super::draft::Draft;
use super::super::figures::NAMELESS;
use super::super::{law, phrases, values};
use super::{At, Cited, Gate, Grounds, Sentence};
use crate::custody::ids::RecordId;
use crate::facts::consent::{reasons, use_of};
use crate::facts::judge::Standing;
use crate::facts::lineage::Became;
use crate::facts::words::Purpose;
use crate::facts::{Sort, SourceFile};
use crate::law::held::citable;
use factum_model::edtf::Day;
use factum_weigh::consent::{Asked, Refusal, Use, Verdict};
use std::collections::{BTreeMap, BTreeSet};

/// What is taken of a source: its name, where it agreed to be named.
pub(in crate::publication) const NAME: &str = "name";

const LISTS: &str = "factum source, statement, finding, request and items list them";
const TAKES: &str = "findings are taken as {{F-3}}, values of runs as {{R-2.estimate}}, names as {{S-014.name}}";

/// The uses of which a source must allow one for a publication of this purpose, the least that is asked for last.
fn asked(purpose: Purpose) -> Vec<Asked> {
    match purpose {
        Purpose::ReportNamed => vec![Asked::of(Use::ReportNamed), Asked::of(Use::ReportAnonymised)],
        other => vec![Asked::of(use_of(other))],
    }
}

/// Why a use is refused, but for a judgement of danger that is at most so many days too late.
fn refusals(file: &SourceFile, asked: Asked, today: Day, overdue_days: u32) -> Vec<Refusal> {
    let late = Day(today.0.saturating_sub(i32::try_from(overdue_days).unwrap_or(i32::MAX)));
    let Verdict::Refused { reasons } = file.allows(asked, today) else { return Vec::new() };
    reasons.into_iter().filter(|r| !matches!(r, Refusal::RiskReviewOverdue(day) if *day >= late)).collect()
}

/// Codes of the sources whose words a publication of this draft may count.
pub(in crate::publication) fn allowed<'a>(draft: &Draft, grounds: &Grounds<'a>) -> BTreeSet<&'a str> {
    let Some(purpose) = Purpose::of(&draft.head.purpose) else { return BTreeSet::new() };
    let asked = asked(purpose);
    let days = grounds.overdue_days;
    let allows = |file: &&SourceFile| asked.iter().any(|asked| refusals(file, *asked, grounds.today, days).is_empty());
    grounds.book.sources.values().filter(allows).map(|file| file.source.what.code.as_str()).collect()
}

impl Gate<'_> {
    pub(super) fn cites(&mut self, at: At<'_>, code: &str, sentence: &Sentence, vouched: bool) {
        if self.grounds.book.frameworks.contains_key(code) {
            return self.law(at, code);
        }
        let cited = match self.grounds.cited(code) {
            Ok(cited) => cited,
            Err(why) => return self.refuse(at, why, LISTS),
        };
        if let Cited::Thing(Sort::Finding, id) = &cited {
            self.finding(at, code, *id);
            let own_words = !sentence.takes().any(|(taken, _)| taken == code);
            if own_words && !vouched {
                let hint =
                    "print the adopted wording as {{F-3}}, or let somebody vouch for yours: {reviewed: NAME, REASON}";
                self.refuse(at, format_args!("{code} is told in other words than those adopted"), hint);
            }
        }
        self.may_rest_on(at, code, &cited);
        self.rests.cited.insert(cited);
    }

    pub(super) fn takes(&mut self, at: At<'_>, code: &str, part: Option<&str>) {
        if self.grounds.book.frameworks.contains_key(code) {
            return self.conclusion(at, code, part);
        }
        match (self.grounds.cited(code), part) {
            (Err(why), _) => self.refuse(at, why, TAKES),
            (Ok(Cited::Run(run)), part) => {
                let said = self.grounds.book.runs.get(&run).map(|said| &said.what);
                let parts = said.map(values::parts).unwrap_or_default();
                if !part.is_some_and(|part| parts.iter().any(|known| known == part)) {
                    let hint = if parts.is_empty() {
                        "nothing came out of this run that words may cite".to_string()
                    } else {
                        format!("its parts are {}", parts.join(", "))
                    };
                    let what = match part {
                        Some(part) => format!("the run {code} has no part {part}"),
                        None => format!("it is not said what is taken from the run {code}"),
                    };
                    return self.refuse(at, what, &hint);
                }
                let cited = Cited::Run(run);
                self.may_rest_on(at, code, &cited);
                self.rests.cited.insert(cited);
            }
            (Ok(Cited::Thing(Sort::Finding, id)), None) => {
                self.finding(at, code, id);
                self.wording(at, code, id);
                let cited = Cited::Thing(Sort::Finding, id);
                self.may_rest_on(at, code, &cited);
                self.rests.cited.insert(cited);
            }
            (Ok(Cited::Thing(Sort::Source, id)), Some(NAME)) => {
                self.names(at, code, id);
                self.rests.named.insert(id);
                self.rests.cited.insert(Cited::Thing(Sort::Source, id));
            }
            (Ok(_), Some(part)) => self.refuse(at, format_args!("{code} has no part {part}"), TAKES),
            (Ok(_), None) => self.refuse(at, format_args!("nothing can be taken from {code}"), TAKES),
        }
    }

    pub(super) fn finding(&mut self, at: At<'_>, code: &str, id: RecordId) {
        let hint = "factum finding check says what is missing";
        match self.grounds.judged.get(&id).map(|judged| &judged.standing) {
            Some(Standing::Adopted) => {}
            Some(Standing::FellBack(why)) => {
                let why = why.join("; ");
                self.refuse(at, format_args!("the finding {code} has fallen back: {why}"), hint);
            }
            Some(Standing::NotAdopted) | None => {
                self.refuse(at, format_args!("the finding {code} is not adopted"), hint);
            }
        }
    }

    /// A finding is printed in the language of its paragraph, or not at all: a translation of the author's own is another wording.
    fn wording(&mut self, at: At<'_>, code: &str, id: RecordId) {
        let Some(file) = self.grounds.book.findings.get(&id).filter(|file| file.adopted.is_some()) else { return };
        if let Err(why) = phrases::adopted(self.grounds.book, file, at.language) {
            let hint =
                "factum finding adopt takes a wording a language; a standard of the inquiry's own takes [phrases]";
            self.refuse(at, format_args!("{code}: {why}"), hint);
        }
    }

    /// Does what is cited stand, and may it be used for this publication?
    pub(super) fn may_rest_on(&mut self, at: At<'_>, code: &str, cited: &Cited) {
        let book = self.grounds.book;
        match cited {
            Cited::Thing(Sort::Source, id) => self.source(at, code, id),
            Cited::Thing(Sort::Interview, id) => {
                if let Some(said) = book.interviews.get(id) {
                    self.source(at, code, &said.what.source);
                }
            }
            Cited::Thing(Sort::Document, id) => {
                if let Some(said) = book.documents.get(id) {
                    self.source(at, code, &said.what.source);
                }
            }
            Cited::Thing(Sort::Medical, id) => {
                if let Some(said) = book.medical.get(id) {
                    self.source(at, code, &said.what.source);
                }
            }
            Cited::Thing(Sort::Conclusion, id) => {
                if let Some(said) = book.conclusion(id) {
                    self.conclusion(at, &said.what.framework, Some(&said.what.article));
                }
            }
            Cited::Thing(Sort::Statement, id) => {
                let Some(file) = book.statements.get(id) else { return };
                if file.retracted.is_some() {
                    let hint = "cite what does, or leave the sentence out";
                    self.refuse(at, format_args!("{code} no longer stands"), hint);
                }
                self.source(at, code, &file.statement.what.source);
            }
            Cited::Thing(Sort::Finding, id) => {
                // A finding speaks for its statements: each must be free for this use.
                let Some(file) = book.findings.get(id) else { return };
                let sources: BTreeSet<RecordId> = file
                    .bears
                    .values()
                    .filter_map(|bears| Some(book.statements.get(&bears.what.statement)?.statement.what.source))
                    .collect();
                sources.iter().for_each(|source| self.source(at, code, source));
                for run in &file.finding.what.runs {
                    self.run(at, run);
                    self.rests.cited.insert(Cited::Run(run.clone()));
                }
            }
            Cited::Run(run) => self.run(at, run),
            Cited::Item(item) => self.item(at, code, item),
            Cited::Thing(..) => {}
        }
    }

    pub(super) fn run(&mut self, at: At<'_>, code: &str) {
        let Some(run) = self.grounds.book.runs.get(code).map(|said| &said.what) else { return };
        if run.outcome.as_ref().is_some_and(|outcome| !outcome.converged) {
            let hint = "what did not converge is no estimate: run it again, or write that no estimate is made";
            self.refuse(at, format_args!("the run {code} did not converge"), hint);
        }
        let mut by_run: BTreeMap<(bool, &str, bool), Vec<String>> = BTreeMap::new();
        for lost in self.grounds.lineage.lost(code) {
            let key = (lost.run != code, lost.run, lost.became == Became::Another);
            by_run.entry(key).or_default().push(self.grounds.lineage.name(&lost.input));
        }
        for ((_, reader, changed), inputs) in by_run {
            let (n, names) = (inputs.len(), inputs.join(", "));
            let (what, hint) = if changed {
                ("came in anew after it, and say something else", "run it again on the newer files")
            } else {
                ("are gone or closed", "run it again on what is there")
            };
            // What the run read was made by another, which read this.
            let through = if reader == code { String::new() } else { format!("the run {code} rests on {reader}: ") };
            self.refuse(at, format_args!("{through}{n} of the inputs of the run {reader} {what}: {names}"), hint);
        }
    }

    /// An item comes from those who gave it: whoever was interviewed in it, and whose statements it holds.
    fn item(&mut self, at: At<'_>, code: &str, item: &RecordId) {
        let book = self.grounds.book;
        let told = book
            .interviews
            .values()
            .filter(|said| said.what.text.as_ref() == Some(item) || said.what.recording.as_ref() == Some(item));
        let told = told.map(|said| said.what.source);
        let holds = book.statements.values().map(|file| &file.statement.what);
        let holds = holds.filter(|said| said.passage.as_ref().is_some_and(|passage| passage.item == *item));
        let sources: BTreeSet<RecordId> = told.chain(holds.map(|said| said.source)).collect();
        let answers = book.requests.values().flat_map(|file| &file.responses);
        let is_answer = answers.clone().any(|said| said.what.item.as_ref() == Some(item));
        if sources.is_empty() && !is_answer {
            let what = format!("nobody said from whom {code} comes, so nobody agreed to its use");
            return self.refuse(at, what, "cite a statement with a passage in it, or the source that gave it");
        }
        sources.iter().for_each(|source| self.source(at, code, source));
    }

    /// May a source be used here under its code? Whoever agreed to be named in a report that names agreed to less as well.
    fn source(&mut self, at: At<'_>, code: &str, source: &RecordId) {
        let asked = asked(self.purpose);
        self.allowed(at, code, source, &asked);
    }

    /// May a source be printed by name? Only in a report that names, and only if it agreed to exactly that.
    fn names(&mut self, at: At<'_>, code: &str, source: RecordId) {
        if self.purpose != Purpose::ReportNamed {
            let hint = "cite it by its code, or make a report whose purpose is report-named";
            return self.refuse(at, format_args!("{code} is named, and this publication names nobody"), hint);
        }
        let known = self.grounds.book.sources.get(&source).is_some_and(|file| file.identity.is_some());
        if !known {
            let what = format!("the name of {code} is closed to you, or not recorded");
            self.refuse(at, what, "a report with names is built by somebody who can open identities");
        }
        self.allowed(at, code, &source, &[Asked::of(Use::ReportNamed)]);
    }

    /// Refuses unless the source allows one of these uses.
    fn allowed(&mut self, at: At<'_>, code: &str, source: &RecordId, asked: &[Asked]) {
        let hint = "factum source list CODE tells what was agreed to";
        let Some(file) = self.grounds.book.sources.get(source) else {
            let what = format!("the source of {code} is closed to you");
            return self.refuse(at, what, "a release is built by somebody who can open all that it cites");
        };
        let refusals: Vec<Vec<Refusal>> = asked.iter().map(|asked| self.refusals(file, *asked)).collect();
        if refusals.iter().any(Vec::is_empty) {
            return;
        }
        // The last is the least that was asked for: its reasons are what stands in the way of any use.
        if let Some(least) = refusals.into_iter().next_back() {
            let why = reasons(&Verdict::Refused { reasons: least });
            let name = &file.source.what.code;
            let what = format!("{code} may not be used here: the source {name}: {}", why.join("; "));
            self.refuse(at, what, hint);
        }
    }

    fn refusals(&self, file: &SourceFile, asked: Asked) -> Vec<Refusal> {
        refusals(file, asked, self.grounds.today, self.grounds.overdue_days)
    }

    fn law(&mut self, at: At<'_>, framework: &str) {
        self.rests.frameworks.insert(framework.into());
        if let Err(why) = law::may_be_cited(self.grounds.book, framework) {
            self.refuse(at, why, law::HINT);
        }
    }

    /// What a person concluded on an article, in that person's words.
    fn conclusion(&mut self, at: At<'_>, framework: &str, article: Option<&str>) {
        self.law(at, framework);
        let Some(article) = article else {
            let hint = "take a conclusion as {{FRAMEWORK.ARTICLE}}, or cite the framework as [@FRAMEWORK]";
            return self.refuse(at, format_args!("it is not said what is taken from {framework}"), hint);
        };
        if !self.grounds.book.conclusions.contains_key(&(framework.to_string(), article.to_string())) {
            let of = self.grounds.book.conclusions.keys().filter(|(of, _)| of == framework);
            let known: Vec<&str> = of.map(|(_, article)| article.as_str()).collect();
            let what = format!("nobody concluded on {framework} {article}");
            self.refuse(
                at,
                what,
                &format!("concluded on so far: {}", if known.is_empty() { "nothing".into() } else { known.join(", ") }),
            );
        }
        // Whatever stands against what a person concluded stands against printing it.
        let last = self.grounds.book.conclusions.get(&(framework.to_string(), article.to_string()));
        if let Some(id) = last.and_then(|said| said.last()).and_then(|said| said.what.conclusion) {
            let (book, judged, unseen) = (self.grounds.book, self.grounds.judged, self.grounds.unseen);
            let against = citable(book, judged, &id, unseen, NAMELESS).map(|(_, against)| against);
            for why in against.unwrap_or_default() {
                let what = format!("the conclusion on {framework} {article} may not be cited: {why}");
                self.refuse(at, what, "factum law conclude --help");
            }
        }
        // A conclusion speaks for the findings that were assessed for its elements.
        let prefix = format!("{article}/");
        let findings: Vec<(RecordId, String)> = self
            .grounds
            .book
            .findings
            .iter()
            .filter(|(_, file)| {
                file.elements.iter().any(|e| e.what.framework == framework && e.what.element.starts_with(&prefix))
            })
            .map(|(id, file)| (*id, file.finding.what.code.clone()))
            .collect();
        for (id, code) in findings {
            self.finding(at, &code, id);
            let cited = Cited::Thing(Sort::Finding, id);
            self.may_rest_on(at, &code, &cited);
            self.rests.cited.insert(cited);
        }
    }
}
