//! Which pictures and tables can a draft call for by name, what do they count, and how are they drawn from what may be told?
//!
//! Each is made in two steps: first the counts that it would print, then, when it is decided what of them is told, the picture or table from
//! that alone. A picture that cannot show that a number is withheld gives way to a table that can.

use super::acts::Respects;
use super::counted::{Counted, Sheet, Unit};
use super::coverage::Knowers;
use super::gate::{Grounds, Rests};
use super::material::Material;
use super::spoken::{self, Words};
use super::{overlap, places, registers, ties, times, values};
use crate::custody::ids::MemberId;
use crate::facts::{Book, Sort};
use crate::law::held::{held, matrix};
use crate::law::shown::{matrix_figure, matrix_tables};
use crate::tongue::Tongue;
use factum_report::plot::{self, ByModel, Posteriors, Shape};
use factum_report::{Block, Figure, Table, text};

/// How members are called in a publication: staff are not named in one.
pub(super) const NAMELESS: &dyn Fn(MemberId) -> String = &|_| "a member".to_string();

/// A picture or table that is made from the case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Show {
    /// Estimates of a run and of the others made from the same counts.
    Estimate(String),
    /// How lists overlap, by the run that counted.
    Overlap(String),
    /// What dated statements that the publication rests on say, place by place.
    Timeline,
    /// Of which place and year sources were in a position to know.
    Coverage,
    /// Which sources of a finding depend on each other.
    Ties(String),
    /// What was asked and answered.
    Requests,
    /// What States and bodies hold; of one finding, or all.
    Positions(Option<String>),
    /// What States and bodies are asked to do.
    Recommendations,
    /// The runs that are cited.
    Runs,
    /// The findings that are cited, with their standards.
    Findings,
    /// Sources by what they are.
    Sources,
    /// Elements of a framework against findings.
    Matrix(String),
    /// Who was moved from where to where.
    Flows,
    /// Where the places are of which the publication speaks.
    Map,
    /// The same, with the number of acts told of each.
    ActsMap,
    /// Acts by two respects.
    Acts(Respects),
}

/// Everything that pictures and tables are made from.
pub(super) struct Studio<'a> {
    /// What the draft is judged by.
    pub grounds: &'a Grounds<'a>,
    /// What else the case gave.
    pub material: &'a Material,
    /// What the publication rests on.
    pub rests: &'a Rests,
    /// The language of sentences that are composed.
    pub tongue: Tongue,
    /// The words of the build itself.
    pub words: &'static Words,
}

/// The names of all pictures that can be called for.
pub(super) const FIGURES: &str =
    "estimate-RUN, overlap-RUN, timeline, coverage, map, map-acts, flows, ties-FINDING, matrix-FRAMEWORK";

/// The names of all tables that can be called for.
pub(super) const TABLES: &str = "estimate-RUN, overlap-RUN, coverage, acts-ROWS-COLUMNS, flows, requests, positions, positions-FINDING, recommendations, runs, findings, \
                                 sources, matrix-FRAMEWORK";

impl Studio<'_> {
    /// What is meant by a name.
    ///
    /// # Errors
    /// There is none of this name, or nothing to make it from.
    pub fn meant(&self, name: &str, table: bool) -> Result<Show, String> {
        let book = self.grounds.book;
        let unknown = || {
            let (kind, known) = if table { ("table", TABLES) } else { ("figure", FIGURES) };
            format!("there is no {kind} of the name {name}: there are {known}")
        };
        if let Some(run) = name.strip_prefix("estimate-") {
            let has = book.runs.get(run).is_some_and(|said| values::parts(&said.what).contains(&"estimate".into()));
            return if has { Ok(Show::Estimate(run.into())) } else { Err(format!("the run {run} estimated nothing")) };
        }
        if let Some(run) = name.strip_prefix("overlap-") {
            let known = self.material.counts.contains_key(run);
            let why = format!("no run {run} of yours counted persons by list, or its table is closed to you");
            return if known { Ok(Show::Overlap(run.into())) } else { Err(why) };
        }
        if let Some(framework) = name.strip_prefix("matrix-") {
            held(book, framework, NAMELESS).map_err(|error| error.to_string())?;
            return Ok(Show::Matrix(framework.into()));
        }
        if let Some(respects) = name.strip_prefix("acts-").filter(|_| table) {
            return Respects::named(respects).map(Show::Acts);
        }
        if let Some(code) = name.strip_prefix("ties-").filter(|_| !table) {
            book.find(code, Sort::Finding).map_err(|error| error.to_string())?;
            return Ok(Show::Ties(code.into()));
        }
        if let Some(code) = name.strip_prefix("positions-").filter(|_| table) {
            book.find(code, Sort::Finding).map_err(|error| error.to_string())?;
            return Ok(Show::Positions(Some(code.into())));
        }
        match (name, table) {
            ("coverage", _) => Ok(Show::Coverage),
            ("timeline", false) => Ok(Show::Timeline),
            ("map", false) => Ok(Show::Map),
            ("map-acts", false) => Ok(Show::ActsMap),
            ("flows", _) => Ok(Show::Flows),
            ("requests", true) => Ok(Show::Requests),
            ("positions", true) => Ok(Show::Positions(None)),
            ("recommendations", true) => Ok(Show::Recommendations),
            ("runs", true) => Ok(Show::Runs),
            ("findings", true) => Ok(Show::Findings),
            ("sources", true) => Ok(Show::Sources),
            _ => Err(unknown()),
        }
    }

    /// The counts that it prints.
    pub fn counted(&self, show: &Show, line: Option<u32>) -> Vec<Counted> {
        let book = self.grounds.book;
        match show {
            Show::Estimate(run) => {
                let observed = book.runs.get(run).and_then(|said| values::people(&said.what, "observed"));
                let single = |(unit, count)| Counted::single(estimate_place(run), line, unit, count);
                observed.map(single).into_iter().collect()
            }
            Show::Overlap(run) => {
                self.material.counts.get(run).map(|t| overlap::counted(run, t, line)).into_iter().collect()
            }
            Show::Timeline => times::counted(self.grounds, self.rests, line),
            Show::Coverage => Knowers::of(book, self.grounds.today).counted(line),
            Show::Sources => registers::sources_counted(book, self.grounds.today, line),
            Show::Flows => vec![self.material.moves.counted(line)],
            Show::ActsMap => vec![self.material.acts.counted_on_map(line)],
            // A table that is too large to be read has no counts; its blocks say so.
            Show::Acts(by) => self.material.acts.counted(*by, line).unwrap_or_default(),
            Show::Ties(code) => ties::counted(book, code, line).into_iter().collect(),
            Show::Requests
            | Show::Positions(_)
            | Show::Recommendations
            | Show::Runs
            | Show::Findings
            | Show::Matrix(_)
            | Show::Map => Vec::new(),
        }
    }

    /// The picture or table, with notes under it, from what may be told.
    ///
    /// # Errors
    /// Why it cannot be made.
    pub fn blocks(&self, show: &Show, table: bool, caption: &str, sheet: &Sheet) -> Result<Vec<Block>, String> {
        let (book, today) = (self.grounds.book, self.grounds.today);
        match show {
            Show::Estimate(run) => Ok(self.estimate(run, table, caption, sheet)),
            Show::Overlap(run) => {
                let of = self.material.counts.get(run).ok_or("its table is gone")?;
                let shown = sheet.get(&overlap::place(run)).ok_or("nothing of it is cleared")?;
                Ok(overlap::blocks(of, shown, table, caption, self.words))
            }
            Show::Timeline => Ok(times::blocks(self.grounds, self.rests, caption, sheet, self.words)),
            Show::Coverage => Ok(Knowers::of(book, today).blocks(sheet, table, caption, self.words)),
            Show::Ties(code) => ties::blocks(self.grounds, code, caption, sheet, self.words),
            Show::Requests => Ok(registers::requests(self.material, today, self.tongue, caption)),
            Show::Positions(finding) => {
                Ok(registers::positions(self.material, finding.as_deref(), self.tongue, caption))
            }
            Show::Recommendations => Ok(registers::recommendations(self.material, today, self.tongue, caption)),
            Show::Runs => Ok(registers::runs(self.grounds, self.rests, caption, self.words)),
            Show::Findings => Ok(registers::findings(self.grounds, self.rests, caption, self.words)),
            Show::Sources => Ok(registers::sources(sheet, caption, self.words)),
            Show::Flows => Ok(self.material.moves.blocks(sheet, table, caption, self.words)),
            Show::Map => Ok(places::blocks(self.grounds, self.rests, self.material, caption, self.words)),
            Show::ActsMap => {
                let shown = places::on_map(self.grounds, self.rests, self.material, self.words);
                Ok(self.material.acts.map(shown, sheet, caption, self.words))
            }
            Show::Acts(by) => self.material.acts.blocks(*by, sheet, caption, self.words),
            Show::Matrix(framework) => self.matrix(framework, table, caption),
        }
    }

    /// Elements against findings, without the names of those who assessed them.
    fn matrix(&self, framework: &str, table: bool, caption: &str) -> Result<Vec<Block>, String> {
        let (book, judged) = (self.grounds.book, self.grounds.judged);
        let held = held(book, framework, NAMELESS).map_err(|error| error.to_string())?;
        let (matrix, _) = matrix(book, judged, &held, self.grounds.unseen, NAMELESS);
        let captioned = |own: &str| if caption.trim().is_empty() { own.to_string() } else { caption.to_string() };
        if table {
            let tables = matrix_tables(&held, &matrix, &[], self.tongue);
            let first = tables.first().map(|table| captioned(&table.caption));
            let named = |(at, table): (usize, Table)| {
                let caption = first.clone().filter(|_| at == 0).unwrap_or_else(|| table.caption.clone());
                Block::Table(Table { caption, ..table })
            };
            return Ok(tables.into_iter().enumerate().map(named).collect());
        }
        let figure = matrix_figure(&held, &matrix, &[], self.tongue);
        let caption = captioned(&figure.caption);
        Ok(vec![Block::Figure(Figure { caption, ..figure })])
    }

    /// The estimate of a run beside those of every other run on the same counts: nobody can choose the answer by choosing the picture.
    fn estimate(&self, run: &str, table: bool, caption: &str, sheet: &Sheet) -> Vec<Block> {
        let book = self.grounds.book;
        let beside = same_counts(book, run);
        let observed = sheet.single(&estimate_place(run));
        let number = |code: &str, part: &str| {
            let values = &book.runs.get(code)?.what.outcome.as_ref()?.values;
            values.iter().find(|value| value.name == part)?.value.parse::<f64>().ok()
        };
        let model = |code: &str| {
            let values = book.runs.get(code).and_then(|said| said.what.outcome.as_ref()).map(|outcome| &outcome.values);
            let model = values.and_then(|values| values.iter().find(|value| value.name == "model"));
            model.map_or_else(String::new, |model| model.value.clone())
        };
        let said = |code: &str| {
            let run = book.runs.get(code).map(|said| &said.what);
            let said = run.and_then(|run| values::words(run, "estimate", None, self.tongue.code())).unwrap_or_default();
            if is_bound(&model(code)) { as_bound(&said, self.words) } else { said }
        };
        let words: Vec<String> =
            beside.iter().map(|code| format!("{code} ({}): {}", model(code), said(code))).collect();
        let words = spoken::fill(self.words.pictures.estimates, &[("said", &words.join("; "))]);
        if table {
            let rows = beside.iter().map(|code| {
                vec![
                    factum_report::Cell::words(code),
                    factum_report::Cell::words(model(code)),
                    factum_report::Cell::number(said(code)),
                ]
            });
            return vec![registers::table(caption, &self.words.pictures.models, rows.collect())];
        }
        let models = beside.iter().map(|code| ByModel {
            label: format!("{code} {}", model(code)),
            shape: Shape::Unknown,
            estimate: number(code, "estimate"),
            lower: number(code, "lower"),
            upper: number(code, "upper"),
            bound: is_bound(&model(code)),
        });
        let of = Posteriors {
            title: self.words.pictures.estimate.into(),
            models: models.collect(),
            observed: observed.number().map(|n| n as f64),
            minimum: None,
            axis: self.words.pictures.people.into(),
            words: words.clone(),
        };
        vec![figure(plot::posteriors(&of, self.words.drawn()), words, caption)]
    }
}

/// Whether a model's answer is a lower bound, as Chao's is (Chao 1987): it is never told as an estimate, in a picture or in words.
fn is_bound(model: &str) -> bool {
    model.to_lowercase().contains("chao")
}

/// An estimate with its interval, told as the lower bound that it is.
fn as_bound(said: &str, words: &Words) -> String {
    let (number, rest) = said.split_once(' ').unwrap_or((said, ""));
    format!("{} {rest}", words.drawn().lower_bound(number)).trim_end().to_string()
}

/// Under which place the recorded persons of an estimate are cleared.
fn estimate_place(run: &str) -> String {
    format!("figure:estimate-{run}")
}

/// The runs that estimated from the same items, the one that is meant first; only those that converged.
pub(super) fn same_counts(book: &Book, run: &str) -> Vec<String> {
    let inputs = book.runs.get(run).map(|said| said.what.inputs.clone()).unwrap_or_default();
    let others = book.runs.iter().filter(|(code, said)| {
        let has = values::parts(&said.what).contains(&"estimate".to_string());
        let converged = said.what.outcome.as_ref().is_some_and(|outcome| outcome.converged);
        code.as_str() != run && has && converged && !inputs.is_empty() && said.what.inputs == inputs
    });
    std::iter::once(run.to_string()).chain(others.map(|(code, _)| code.clone())).collect()
}

/// A picture with what it shows in words.
pub(super) fn figure(svg: String, alt: String, caption: &str) -> Block {
    Block::Figure(Figure { svg, alt, caption: caption.into(), width: 1.0 })
}

/// A note under a picture or table.
pub(super) fn under(words: impl Into<String>) -> Block {
    Block::Under { runs: vec![text(words)] }
}

/// What stands under a picture or table in which something is withheld.
pub(super) fn withheld_in(words: &Words, count: usize, unit: Unit) -> Option<Block> {
    // English says it in sentences that fit one and several.
    if words.lang == spoken::ENGLISH {
        return withheld(count, unit);
    }
    let unit = unit.said(words);
    (count > 0).then(|| under(spoken::fill(words.withheld_note, &[("unit", unit), ("n", &count.to_string())])))
}

/// The same in English.
fn withheld(count: usize, unit: Unit) -> Option<Block> {
    let words = match count {
        0 => return None,
        1 => format!("One count of {} is withheld to protect people.", unit.name()),
        n => format!("{n} counts of {} are withheld to protect people.", unit.name()),
    };
    Some(under(words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lower_bound_is_told_as_one() {
        let check = |language: &str, said: &str, expected: &str| {
            assert_eq!(as_bound(said, spoken::words(language)), expected);
        };
        check("en", "2,885 (95 % interval 2,771 to 3,017)", "at least 2,885 (95 % interval 2,771 to 3,017)");
        check("fr", "2\u{202f}885 (x)", "au moins 2\u{202f}885 (x)");
        assert!(is_bound("Chao lower bound") && !is_bound("log-linear"));
    }
}
