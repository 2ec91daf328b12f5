//! How many, if some of the people were hardly reached by any list?
//!
//! Suppose that a share `s` of all N people belongs to a class that each list reaches with probability `q`, independently,
//! and that the model describes the others. Then the table holds, of the class, `s N q^|h| (1-q)^(J-|h|)` people with each
//! history h; taken out of the counts they leave the table of the others, and what the model makes of that table must be
//! the rest of the population, `(1-s) N`. N is the root of that equation. At q = 0 the class leaves no trace and N is the
//! estimate over `1 - s`, which no data can contradict; a more visible class is partly in the data, and as a rule N falls
//! with q. Where lists depend on one another the equation can have several roots; the greatest is taken, which is the one
//! that grows out of the root at q = 0.
//!
//! The model keeps its form and is fitted again to what remains: a log-linear model its terms, Chapman's and Chao's formulas
//! themselves. A posterior over graphs answers as its likeliest graphs do, each as the log-linear model it is, relative to
//! what they make of the whole table; where none of them has an estimate, and for latent classes, as the best log-linear model
//! does.

use crate::log_linear::Refit;
use crate::{Detail, Estimate, Model, Options, chao, chapman, estimate_only};
use factum_model::{CaptureTable, History};
use rayon::prelude::*;
use serde::Serialize;
use statrs::distribution::{DiscreteCDF, Poisson};

/// The population if a share of it were reached by each list with a small probability.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct HiddenClass {
    /// Share of all people in the class.
    pub share: f64,
    /// Probability with which each list reaches them.
    pub reach: f64,
    /// The population; absent where the model has no answer for what remains or the table rules the class out.
    pub estimate: Option<f64>,
    /// Whether the table holds too few people of some history for such a class.
    pub ruled_out: bool,
}

impl HiddenClass {
    /// Shares of the population shown: from few to half of all.
    pub const SHARES: [f64; 4] = [0.05, 0.1, 0.25, 0.5];
    /// Reaches shown: nobody, and one in a hundred, in twenty and in ten people a list.
    pub const REACHES: [f64; 4] = [0.0, 0.01, 0.05, 0.1];
}

/// A class is ruled out when some history has fewer people than the class alone would leave there but once in a thousand
/// tables: rare enough to hold over the several histories of a table.
const RULED_OUT: f64 = 0.001;

/// The root is searched until it moves by less than this, relative to itself: far less than a person in a million.
const PRECISION: f64 = 1e-8;

const MAX_STEPS: usize = 100;

/// The greatest root is looked for in so many stretches between nobody and the most there can be.
const STRETCHES: u32 = 16;

pub(super) fn table(table: &CaptureTable, answer: &Estimate, estimate: f64) -> Vec<HiddenClass> {
    let lists = table.lists().len();
    let counts: Vec<f64> = (1..1u32 << lists).map(|h| table.count(History(h)) as f64).collect();
    let response = Response::of(table, answer, &counts);
    let missing = estimate - answer.observed as f64;
    let remaining = |counts: &[f64]| -> Option<f64> {
        let response = response.as_ref()?;
        Some(counts.iter().sum::<f64>() + missing * response.missing(lists, counts)? / response.whole)
    };
    let cell = |share: f64, reach: f64| {
        let class = Class { counts: &counts, lists, share, reach };
        let (estimate, ruled_out) = match class.population(estimate, &remaining) {
            Ok(population) => (population, false),
            Err(RuledOut) => (None, true),
        };
        HiddenClass { share, reach, estimate, ruled_out }
    };
    let cells: Vec<(f64, f64)> =
        HiddenClass::SHARES.iter().flat_map(|s| HiddenClass::REACHES.iter().map(|q| (*s, *q))).collect();
    cells.into_par_iter().map(|(share, reach)| cell(share, reach)).collect()
}

/// What a model makes of other counts.
struct Response {
    form: Form,
    /// What it makes of the whole table.
    whole: f64,
}

enum Form {
    /// Log-linear models with their weights.
    LogLinear(Vec<(Refit, f64)>),
    /// With the odds ratio that was stated.
    Chapman(f64),
    Chao,
}

impl Response {
    /// `None` where the model has no answer to be repeated, or one of nobody missing.
    fn of(table: &CaptureTable, answer: &Estimate, counts: &[f64]) -> Option<Response> {
        let lists = table.lists().len();
        let (form, weighted) = match &answer.detail {
            Detail::LogLinear(detail) => (Form::LogLinear(vec![(Refit::named(&detail.best.name, lists)?, 1.0)]), false),
            Detail::Decomposable(detail) => {
                let graphs = detail.graphs.iter().filter_map(|g| Some((Refit::named(&g.graph, lists)?, g.weight)));
                let fitted = graphs.filter(|(graph, _)| graph.missing(lists, counts).is_some());
                (Form::LogLinear(fitted.collect()), true)
            }
            // Fitting classes again takes minutes: the best log-linear model stands in.
            Detail::LatentClass(_) => (Form::LogLinear(Vec::new()), true),
            Detail::Chapman { log_odds_ratio, .. } => (Form::Chapman(log_odds_ratio.unwrap_or(0.0).exp()), false),
            Detail::Chao(_) => (Form::Chao, false),
        };
        let whole = |form: Form| {
            let whole = form.missing(lists, counts).filter(|m| *m > 0.0)?;
            Some(Response { form, whole })
        };
        whole(form).or_else(|| weighted.then(|| best_log_linear(table).and_then(whole)).flatten())
    }

    fn missing(&self, lists: usize, counts: &[f64]) -> Option<f64> {
        self.form.missing(lists, counts)
    }
}

fn best_log_linear(table: &CaptureTable) -> Option<Form> {
    match estimate_only(table, &Options::new(Model::LogLinear)).ok()?.detail {
        Detail::LogLinear(detail) => {
            Some(Form::LogLinear(vec![(Refit::named(&detail.best.name, table.lists().len())?, 1.0)]))
        }
        _ => None,
    }
}

impl Form {
    fn missing(&self, lists: usize, counts: &[f64]) -> Option<f64> {
        match self {
            Form::LogLinear(models) => {
                let fitted = models.iter().filter_map(|(model, weight)| Some((model.missing(lists, counts)?, weight)));
                let (sum, total) =
                    fitted.fold((0.0, 0.0), |(sum, total), (m, weight)| (sum + m * weight, total + weight));
                (total > 0.0).then_some(sum / total)
            }
            Form::Chapman(odds) => {
                let [first, second, both] = *counts else { return None };
                Some(odds * chapman::missing(first, second, both))
            }
            Form::Chao => chao::missing(lists, counts).map(|(missing, _)| missing),
        }
    }
}

struct Class<'a> {
    counts: &'a [f64],
    lists: usize,
    share: f64,
    reach: f64,
}

struct RuledOut;

impl Class<'_> {
    /// People of the class with each history, in a population of this size.
    fn expected(&self, population: f64) -> impl Iterator<Item = f64> + '_ {
        let lists = self.lists as i32;
        (1u32..1 << self.lists).map(move |h| {
            let on = h.count_ones() as i32;
            self.share * population * self.reach.powi(on) * (1.0 - self.reach).powi(lists - on)
        })
    }

    /// Whether the table has room for the class in a population of this size.
    fn fits(&self, population: f64) -> bool {
        self.expected(population).zip(self.counts).all(|(expected, &count)| {
            expected <= count || Poisson::new(expected).is_ok_and(|poisson| poisson.cdf(count as u64) >= RULED_OUT)
        })
    }

    /// The population for which class and rest add up.
    fn population(&self, estimate: f64, remaining: &impl Fn(&[f64]) -> Option<f64>) -> Result<Option<f64>, RuledOut> {
        if self.reach == 0.0 {
            return Ok(Some(estimate / (1.0 - self.share)));
        }
        let excess = |population: f64| -> Option<f64> {
            let rest: Vec<f64> = self
                .expected(population)
                .zip(self.counts)
                .map(|(expected, count)| (count - expected).max(0.0))
                .collect();
            Some(remaining(&rest)? - (1.0 - self.share) * population)
        };
        let top = estimate / (1.0 - self.share);
        let end = if self.fits(top) { top } else { self.largest(top) };
        // From above, the first stretch in which class and rest come to fit.
        let step = |i: u32| end * f64::from(STRETCHES - i) / f64::from(STRETCHES);
        let mut values = (0..STRETCHES).filter_map(|i| Some((step(i), excess(step(i))?)));
        let Some(mut high) = values.next() else { return Ok(None) };
        if high.1 > 0.0 {
            return if end < top && high.0 == end { Err(RuledOut) } else { Ok(None) };
        }
        let mut low = (0.0, estimate);
        for value in values {
            if value.1 >= 0.0 {
                low = value;
                break;
            }
            high = value;
        }
        // False position that halves the value of an end kept twice (Dowell & Jarratt 1971): no derivative, and the root stays
        // between the ends.
        let mut kept_low = None;
        for _ in 0..MAX_STEPS {
            if high.0 - low.0 <= PRECISION * high.0 {
                break;
            }
            let mut at = (high.0 * low.1 - low.0 * high.1) / (low.1 - high.1);
            if !(low.0..=high.0).contains(&at) {
                at = (low.0 + high.0) / 2.0;
            }
            let Some(value) = excess(at) else { return Ok(None) };
            let moved = if value >= 0.0 { at - low.0 } else { high.0 - at };
            if value >= 0.0 {
                low = (at, value);
                high.1 *= if kept_low == Some(false) { 0.5 } else { 1.0 };
                kept_low = Some(false);
            } else {
                high = (at, value);
                low.1 *= if kept_low == Some(true) { 0.5 } else { 1.0 };
                kept_low = Some(true);
            }
            if moved <= PRECISION * at && value.abs() <= PRECISION * at {
                return Ok(Some(at));
            }
        }
        Ok(Some((low.0 + high.0) / 2.0))
    }

    /// The largest population, below `top`, for which the table has room for the class.
    fn largest(&self, top: f64) -> f64 {
        let (mut low, mut high) = (0.0, top);
        while high - low > PRECISION * top {
            let middle = (low + high) / 2.0;
            if self.fits(middle) {
                low = middle;
            } else {
                high = middle;
            }
        }
        low
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Identification, estimate};
    use factum_model::ListId;

    const N: f64 = 4e8;

    /// Expected counts of a population of `N` of whom a share is reached with `reach` and the rest as `rest` says.
    fn mixed(lists: usize, share: f64, reach: f64, rest: impl Fn(u32) -> f64) -> CaptureTable {
        let class =
            |h: u32| reach.powi(h.count_ones() as i32) * (1.0 - reach).powi(lists as i32 - h.count_ones() as i32);
        let names = (0..lists).map(|i| ListId::new(format!("L{i}"))).collect();
        let count = |h: u32| (N * (share * class(h) + (1.0 - share) * rest(h))).round() as u64;
        let counts: Vec<(u32, u64)> = (1..1 << lists).map(|h| (h, count(h))).collect();
        CaptureTable::from_counts(names, &counts).unwrap()
    }

    fn independent(reach: &[f64]) -> impl Fn(u32) -> f64 + '_ {
        |h| reach.iter().enumerate().map(|(i, p)| if h >> i & 1 == 1 { *p } else { 1.0 - p }).product()
    }

    fn found(identification: &Identification, share: f64, reach: f64) -> HiddenClass {
        *identification.hidden.iter().find(|c| c.share == share && c.reach == reach).unwrap()
    }

    #[test]
    fn the_truth_is_found_where_such_a_class_is_there() {
        let reach = [0.3, 0.4];
        for (share, q) in [(0.1, 0.05), (0.25, 0.01), (0.5, 0.1)] {
            let table = mixed(2, share, q, independent(&reach));
            for model in [Model::LogLinear, Model::Chapman, Model::Chao] {
                let answer = estimate(&table, &Options::new(model)).unwrap();
                assert!(answer.estimate.unwrap() < 0.96 * N, "{model} alone misses the class");
                let class = found(answer.identification.as_ref().unwrap(), share, q);
                let n = class.estimate.unwrap();
                assert!((n / N - 1.0).abs() < 1e-4, "{model}, {share} reached with {q}: {n}");
            }
        }
    }

    #[test]
    fn nobody_reached_leaves_the_estimate_over_the_rest() {
        let table = mixed(3, 0.0, 0.0, independent(&[0.2, 0.3, 0.25]));
        for model in [Model::LogLinear, Model::Chao, Model::Decomposable] {
            let options = Options { max_missing: (model == Model::Decomposable).then_some(10), ..Options::new(model) };
            let answer = estimate(&table, &options).unwrap();
            let identification = answer.identification.as_ref().unwrap();
            for share in HiddenClass::SHARES {
                let n = found(identification, share, 0.0).estimate.unwrap();
                assert!((n * (1.0 - share) - answer.estimate.unwrap()).abs() < 1e-6 * n);
            }
        }
    }

    /// With independent lists a class of a tenth of the people, at one in a hundred a list, is between nobody and the rest.
    #[test]
    fn the_number_falls_as_the_class_is_better_reached() {
        let lists = ["a", "b", "c"].map(ListId::new).to_vec();
        let counts = [(1, 620), (2, 410), (3, 190), (4, 505), (5, 240), (6, 70), (7, 44)];
        let table = CaptureTable::from_counts(lists, &counts).unwrap();
        for model in [Model::LogLinear, Model::Chao, Model::Decomposable] {
            let answer = estimate(&table, &Options::new(model)).unwrap();
            let identification = answer.identification.as_ref().unwrap();
            for share in [0.05, 0.1] {
                let n: Vec<f64> =
                    HiddenClass::REACHES.iter().map(|q| found(identification, share, *q).estimate.unwrap()).collect();
                assert!(n.is_sorted_by(|a, b| a > b), "{model} {share}: {n:?}");
            }
        }
    }

    /// Half of the people at one in ten a list would leave more on one list alone than the table has.
    #[test]
    fn a_class_for_which_the_table_has_no_room_is_ruled_out() {
        let lists = ["a", "b"].map(ListId::new).to_vec();
        let table = CaptureTable::from_counts(lists, &[(1, 12), (2, 9), (3, 900)]).unwrap();
        let answer = estimate(&table, &Options::new(Model::Chapman)).unwrap();
        let class = found(answer.identification.as_ref().unwrap(), 0.5, 0.1);
        assert_eq!((class.estimate, class.ruled_out), (None, true));
        assert!(found(answer.identification.as_ref().unwrap(), 0.5, 0.0).estimate.is_some());
    }
}
