//! Does the model ask more of the table than it holds, and what would other priors say?
//!
//! A table over J lists has 2^J - 1 free cells. A model with more parameters than that has directions in which the
//! likelihood is flat, and there a posterior repeats its prior however many people were counted. The saturated graph of
//! the decomposable models is such a one: 2^J - 1 probabilities, and N.

use crate::log_linear::Refit;
use crate::{Detail, Estimate, Options, Prior, chao, estimate_only};
use factum_model::CaptureTable;
use serde::Serialize;

/// Parameters against cells.
#[derive(Clone, Debug, Serialize)]
pub struct Parameters {
    /// Parameters of the model, the number of the unrecorded among them; of an average, those of the largest in it.
    /// Absent where the model has none to count.
    pub parameters: Option<usize>,
    /// Parameters of the likeliest model of an average.
    pub of_likeliest: Option<usize>,
    /// Histories that a table over these lists can hold.
    pub free_cells: usize,
    /// Those that somebody has.
    pub occupied_cells: usize,
    /// Whether the parameters exceed the free cells, so that part of the answer is the prior's.
    pub governed_by_prior: bool,
    /// The answer under other priors, for models that have one.
    pub other_priors: Vec<OtherPrior>,
}

/// The answer under another prior.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OtherPrior {
    /// The prior, in words.
    pub prior: String,
    /// Estimated population.
    pub estimate: Option<f64>,
    /// Lower limit.
    pub lower: Option<f64>,
    /// Upper limit.
    pub upper: Option<f64>,
    /// Whether the estimate lies outside the interval of the answer.
    pub outside: bool,
}

/// Beyond this many lists one posterior over graphs takes minutes, and other priors are left to a call with `--delta`.
const MOST_LISTS: usize = 6;

impl Parameters {
    /// The count in words.
    pub fn sentence(&self) -> String {
        let cells = format!("{} free cells, {} of them occupied", self.free_cells, self.occupied_cells);
        let likeliest = self.of_likeliest.map_or(String::new(), |n| format!(" ({n} in the likeliest)"));
        match self.parameters {
            None => format!("no parameters to count against {cells}"),
            Some(n) if self.governed_by_prior => {
                format!("{n} parameters in the largest model{likeliest} against {cells}: governed by the prior")
            }
            Some(n) if n > self.occupied_cells => {
                format!("{n} parameters against {cells}: more than the occupied cells determine")
            }
            Some(n) => format!("{n} parameters{likeliest} against {cells}"),
        }
    }

    /// How many other priors give an estimate outside the interval of the answer.
    pub fn priors_outside(&self) -> usize {
        self.other_priors.iter().filter(|p| p.outside).count()
    }
}

pub(super) fn count(table: &CaptureTable, options: &Options, answer: &Estimate) -> Parameters {
    let lists = table.lists().len();
    let free_cells = (1usize << lists) - 1;
    let named = |name: &str| Refit::named(name, lists).map(|model| model.parameters());
    let (parameters, of_likeliest, other_priors) = match &answer.detail {
        Detail::LogLinear(detail) => (named(&detail.best.name), None, Vec::new()),
        Detail::Decomposable(detail) => {
            let likeliest = detail.graphs.first().and_then(|graph| named(&graph.graph));
            (Some(free_cells + 1), likeliest, other_priors(table, options, answer, detail.delta))
        }
        // Other settings of the prior take as long as the answer itself: they are asked for with the sensitivity.
        Detail::LatentClass(detail) => (Some(detail.parameters), None, Vec::new()),
        // The two lists' reaches, and N.
        Detail::Chapman { .. } => (Some(3), None, Vec::new()),
        Detail::Chao(_) => {
            let counts: Vec<f64> = (1..1u32 << lists).map(|h| table.count(factum_model::History(h)) as f64).collect();
            (chao::missing(lists, &counts).map(|(_, parameters)| parameters), None, Vec::new())
        }
    };
    Parameters {
        parameters,
        of_likeliest,
        free_cells,
        occupied_cells: table.iter().count(),
        governed_by_prior: parameters.is_some_and(|n| n > free_cells),
        other_priors,
    }
}

fn other_priors(table: &CaptureTable, options: &Options, answer: &Estimate, delta: f64) -> Vec<OtherPrior> {
    let lists = table.lists().len();
    if lists > MOST_LISTS {
        return Vec::new();
    }
    let outside = |estimate: Option<f64>| {
        let below = |n: f64| answer.lower.is_some_and(|lower| n < lower);
        let above = |n: f64| answer.upper.is_some_and(|upper| n > upper);
        estimate.is_some_and(|n| below(n) || above(n))
    };
    let under = |prior: String, options: Options| {
        let other = estimate_only(table, &options).ok();
        let estimate = other.as_ref().and_then(|o| o.estimate);
        let (lower, upper) = other.map_or((None, None), |o| (o.lower, o.upper));
        OtherPrior { prior, estimate, lower, upper, outside: outside(estimate) }
    };
    // The default of dga, Jeffreys' prior of a cell, and a uniform prior of its probability.
    let deltas = [(format!("2^-{lists}"), 0.5f64.powi(lists as i32)), ("0.5".into(), 0.5), ("1".into(), 1.0)];
    let by_delta = deltas
        .into_iter()
        .filter(|(_, other)| *other != delta)
        .map(|(name, other)| under(format!("delta {name}"), Options { delta: Some(other), ..options.clone() }));
    let sizes =
        [(Prior::Jeffreys, "N as 1/N"), (Prior::Uniform, "every N alike"), (Prior::Rissanen, "N after Rissanen")];
    let by_size = sizes
        .into_iter()
        .filter(|(prior, _)| *prior != options.prior)
        .map(|(prior, name)| under(name.into(), Options { prior, ..options.clone() }));
    by_delta.chain(by_size).collect()
}

#[cfg(test)]
mod tests {
    use crate::{Identification, Model, Options, estimate};
    use factum_model::{CaptureTable, ListId};

    /// Kosovo 1999 (Ball and others 2002), four lists.
    fn kosovo() -> CaptureTable {
        let lists = ["HRW", "OSCE", "ABA", "EXH"].map(ListId::new).to_vec();
        let rows = [
            (0b1111, 27),
            (0b0111, 32),
            (0b1011, 42),
            (0b0011, 123),
            (0b1101, 18),
            (0b0101, 31),
            (0b1001, 106),
            (0b0001, 306),
            (0b1110, 181),
            (0b0110, 217),
            (0b1010, 228),
            (0b0010, 936),
            (0b1100, 177),
            (0b0100, 845),
            (0b1000, 1131),
        ];
        CaptureTable::from_counts(lists, &rows).unwrap()
    }

    fn identified(model: Model) -> Identification {
        estimate(&kosovo(), &Options::new(model)).unwrap().identification.unwrap()
    }

    #[test]
    fn parameters_are_counted_against_cells() {
        let parameters = |model| {
            let p = identified(model).parameters;
            (p.parameters, p.free_cells, p.occupied_cells, p.governed_by_prior)
        };
        // [123+14+34]: one, four lists, five pairs, one triple.
        assert_eq!(parameters(Model::LogLinear), (Some(11), 15, 15, false));
        assert_eq!(parameters(Model::Decomposable), (Some(16), 15, 15, true));
        assert!(parameters(Model::Chao).0.is_some_and(|n| (5..=7).contains(&n)));
    }

    #[test]
    fn other_priors_stand_beside_an_answer_that_has_one() {
        let parameters = identified(Model::Decomposable).parameters;
        let names: Vec<&str> = parameters.other_priors.iter().map(|p| p.prior.as_str()).collect();
        assert_eq!(names, ["delta 0.5", "delta 1", "every N alike", "N after Rissanen"]);
        // dga 2.0.2 gives 4,617 [4,408, 6,860] at delta 1, far below the limits at 2^-4.
        let at_one = &parameters.other_priors[1];
        assert_eq!((at_one.estimate, at_one.lower, at_one.upper), (Some(4617.0), Some(4408.0), Some(6860.0)));
        assert!(at_one.outside);
        let flat = &parameters.other_priors[2];
        assert!(!flat.outside && flat.estimate > Some(12_595.0), "{flat:?}");
        assert_eq!(parameters.priors_outside(), 1);
        assert!(identified(Model::LogLinear).parameters.other_priors.is_empty());
    }

    #[test]
    fn a_bound_is_one_only_under_its_condition() {
        assert!(identified(Model::Chao).bound_only_if.is_some_and(|words| words.starts_with("Only if")));
        assert!(identified(Model::LogLinear).bound_only_if.is_none());
    }
}
