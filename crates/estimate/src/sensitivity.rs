//! How does the number move when something about the estimate is changed?
//!
//! One headline, and beside it the same question asked otherwise: without each list, by every two lists alone, with every
//! two lists counted as one (as they must be where one copied from the other), under other priors and criteria, by the
//! other models, and from other tables of the same inquiry, such as those of other linkage thresholds or of draws of the
//! linkage. Every change is made alone. An alternative that cannot be estimated says why, in its place.

use crate::{Criterion, Estimate, LatentClassOptions, Model, Options, Refusal, estimate_only};
use factum_model::{CaptureTable, History, ListId};
use rayon::prelude::*;
use serde::Serialize;

/// What was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// A list was left out.
    ListLeftOut,
    /// Two lists were counted as one.
    ListsMerged,
    /// Two lists alone, by Chapman's estimator.
    PairOfLists,
    /// Another prior.
    Prior,
    /// Another way to choose among models.
    Criterion,
    /// Another model.
    Model,
    /// Another table of the same inquiry.
    Table,
}

impl Change {
    /// The heading under which such alternatives are shown.
    pub fn heading(self) -> &'static str {
        match self {
            Change::ListLeftOut => "without one list",
            Change::ListsMerged => "two lists counted as one",
            Change::PairOfLists => "two lists alone",
            Change::Prior => "another prior",
            Change::Criterion => "another criterion",
            Change::Model => "another model",
            Change::Table => "another table",
        }
    }
}

/// One answer of the comparison.
#[derive(Clone, Debug, Serialize)]
pub struct Alternative {
    /// What it is, in a few words: the list left out, the prior, the name of the table.
    pub label: String,
    /// The model that was asked.
    pub model: Model,
    /// Distinct people in the table it was asked of.
    pub recorded: u64,
    /// Estimated population; absent where refused or not converged.
    pub estimate: Option<f64>,
    /// Lower limit.
    pub lower: Option<f64>,
    /// Upper limit; absent where the data set none.
    pub upper: Option<f64>,
    /// Whether it is only a lower bound, under the model's condition.
    pub lower_bound: bool,
    /// Why there is no estimate.
    pub refusal: Option<String>,
    /// Whether it lies outside the interval of the headline.
    pub outside: bool,
    /// Whether it is fewer than the people recorded in the headline's table: then it cannot be true.
    pub below_recorded: bool,
}

/// The alternatives of one kind.
#[derive(Clone, Debug, Serialize)]
pub struct Changed {
    /// What was changed.
    pub change: Change,
    /// The answers, in the order of the lists.
    pub alternatives: Vec<Alternative>,
}

/// A headline among its alternatives.
#[derive(Clone, Debug, Serialize)]
pub struct Sensitivity {
    /// The answer to be judged.
    pub headline: Alternative,
    /// The alternatives by what was changed, in the order of [`Change`]. Kinds without any are left out.
    pub changes: Vec<Changed>,
}

impl Sensitivity {
    /// The least and the greatest estimate among the alternatives that are estimates of the whole and can be true; bounds
    /// and those below what is recorded are not.
    pub fn range(&self) -> Option<(f64, f64)> {
        let counted = |a: &&Alternative| !a.lower_bound && !a.below_recorded;
        let estimates = self.alternatives().filter(counted).filter_map(|a| a.estimate);
        estimates.fold(None, |range, n| range.map_or(Some((n, n)), |(a, b): (f64, f64)| Some((a.min(n), b.max(n)))))
    }

    /// Every alternative, in order.
    pub fn alternatives(&self) -> impl Iterator<Item = &Alternative> {
        self.changes.iter().flat_map(|c| &c.alternatives)
    }
}

/// A question to be asked.
struct Question {
    change: Change,
    label: String,
    table: CaptureTable,
    options: Options,
}

/// Asks for the headline (`table` under `options`) and for every alternative. `tables` are other tables of the same
/// inquiry with their names. Alternatives are computed on all cores and come in a fixed order.
///
/// # Errors
/// The [`Refusal`] of the headline: without one there is nothing to compare.
pub fn sensitivity(
    table: &CaptureTable,
    options: &Options,
    tables: &[(String, CaptureTable)],
) -> Result<Sensitivity, Refusal> {
    let headline = estimate_only(table, options)?;
    let mut questions = Vec::new();
    let mut ask = |change, label: String, table: &CaptureTable, options: Options| {
        questions.push(Question { change, label, table: table.clone(), options });
    };
    let names = table.lists();
    // Of two lists each alone says nothing, and both together are one list.
    if names.len() > 2 {
        for i in 0..names.len() {
            let kept: Vec<usize> = (0..names.len()).filter(|&j| j != i).collect();
            ask(Change::ListLeftOut, names[i].to_string(), &only(table, &kept), options_for(options, kept.len()));
        }
        let pairs = || (0..names.len()).flat_map(|j| (0..j).map(move |i| (i, j)));
        for (i, j) in pairs() {
            let label = format!("{} and {}", names[i], names[j]);
            ask(Change::ListsMerged, label.clone(), &merged(table, i, j), options_for(options, names.len() - 1));
            ask(
                Change::PairOfLists,
                label,
                &only(table, &[i, j]),
                Options { model: Model::Chapman, ..options.clone() },
            );
        }
    }
    for (change, label, other) in other_options(table, options) {
        ask(change, label, table, other);
    }
    for (name, other) in tables {
        ask(Change::Table, name.clone(), other, options_for(options, other.lists().len()));
    }
    let mut answers: Vec<(Change, Alternative)> = questions
        .into_par_iter()
        .map(|q| {
            let answer = estimate_only(&q.table, &q.options);
            (q.change, alternative(q.label, &q.table, q.options.model, answer, Some(&headline)))
        })
        .collect();
    // The sort is stable: within a kind the order is that of the questions.
    answers.sort_by_key(|(change, _)| *change);
    let mut changes: Vec<Changed> = Vec::new();
    for (change, alternative) in answers {
        match changes.last_mut() {
            Some(last) if last.change == change => last.alternatives.push(alternative),
            _ => changes.push(Changed { change, alternatives: vec![alternative] }),
        }
    }
    let headline = alternative(options.model.to_string(), table, options.model, Ok(headline), None);
    Ok(Sensitivity { headline, changes })
}

fn alternative(
    label: String,
    table: &CaptureTable,
    model: Model,
    answer: Result<Estimate, Refusal>,
    headline: Option<&Estimate>,
) -> Alternative {
    let recorded = table.observed();
    let none = |refusal| Alternative {
        label: label.clone(),
        model,
        recorded,
        estimate: None,
        lower: None,
        upper: None,
        lower_bound: false,
        refusal: Some(refusal),
        outside: false,
        below_recorded: false,
    };
    let answer = match answer {
        Ok(answer) if answer.converged => answer,
        Ok(_) => return none("the computation did not converge".into()),
        Err(refusal) => return none(refusal.to_string()),
    };
    // A bound under the interval does not speak against it.
    let outside = |n: f64, headline: &Estimate| {
        let below = !answer.is_lower_bound() && headline.lower.is_some_and(|lower| n < lower);
        below || headline.upper.is_some_and(|upper| n > upper)
    };
    let compared = answer.estimate.zip(headline);
    Alternative {
        lower_bound: answer.is_lower_bound(),
        outside: compared.is_some_and(|(n, headline)| outside(n, headline)),
        below_recorded: compared.is_some_and(|(n, headline)| n < headline.observed as f64),
        estimate: answer.estimate,
        lower: answer.lower,
        upper: answer.upper,
        refusal: None,
        label,
        model,
        recorded,
    }
}

/// The same options for a table of so many lists. Two lists left of three are Chapman's where the model takes no two.
fn options_for(options: &Options, lists: usize) -> Options {
    let model = if lists == 2 && options.model.lists().0 > 2 { Model::Chapman } else { options.model };
    // A model given by name, and a dependence stated, are of the lists of the table and no others.
    Options { model, fixed_model: None, dependence: None, ..options.clone() }
}

/// Other priors and criteria of the model, and the other models that take so many lists.
fn other_options(table: &CaptureTable, options: &Options) -> Vec<(Change, String, Options)> {
    let lists = table.lists().len();
    let mut others = Vec::new();
    match options.model {
        Model::Decomposable => {
            let default = 0.5f64.powi(lists as i32);
            let deltas = [(format!("delta 2^-{lists}"), default), ("delta 0.5".into(), 0.5), ("delta 1".into(), 1.0)];
            for (label, delta) in deltas.into_iter().filter(|(_, d)| *d != options.delta.unwrap_or(default)) {
                others.push((Change::Prior, label, Options { delta: Some(delta), ..options.clone() }));
            }
        }
        Model::LogLinear => {
            let (label, criterion) = match options.criterion {
                Criterion::Bic => ("AIC", Criterion::Aic),
                Criterion::Aic => ("BIC", Criterion::Bic),
            };
            others.push((Change::Criterion, label.into(), Options { criterion, ..options.clone() }));
        }
        Model::LatentClass => {
            let settings = options.latent_class;
            let one = LatentClassOptions { alpha_shape: 1.0, alpha_rate: 1.0, ..settings };
            let others_than_asked = [
                ("5 classes", LatentClassOptions { classes: 5, ..settings }),
                ("20 classes", LatentClassOptions { classes: 20, ..settings }),
                ("alpha with shape and rate 1", one),
            ];
            for (label, latent_class) in others_than_asked.into_iter().filter(|(_, other)| *other != settings) {
                others.push((Change::Prior, label.into(), Options { latent_class, ..options.clone() }));
            }
        }
        Model::Chapman | Model::Chao => {}
    }
    // Latent classes take up to minutes a table: they are asked for by themselves.
    let takes = |model: &Model| {
        let (least, most) = model.lists();
        (least..=most).contains(&lists) && *model != options.model && *model != Model::LatentClass
    };
    for model in Model::ALL.into_iter().filter(takes) {
        others.push((Change::Model, model.to_string(), Options { model, ..options.clone() }));
    }
    others
}

/// The table over some of the lists; people on none of them drop out.
fn only(table: &CaptureTable, kept: &[usize]) -> CaptureTable {
    let names: Vec<ListId> = kept.iter().map(|&i| table.lists()[i].clone()).collect();
    let history = |h: History| kept.iter().enumerate().filter(|(_, i)| h.contains(**i)).map(|(to, _)| 1 << to).sum();
    regrouped(table, names, history)
}

/// The table with lists `i` and `j` counted as one, in the place of `i`.
fn merged(table: &CaptureTable, i: usize, j: usize) -> CaptureTable {
    let kept: Vec<usize> = (0..table.lists().len()).filter(|&k| k != j).collect();
    let name = |k: usize| {
        if k == i {
            ListId::new(format!("{}+{}", table.lists()[i], table.lists()[j]))
        } else {
            table.lists()[k].clone()
        }
    };
    let on = |h: History, k: usize| h.contains(k) || (k == i && h.contains(j));
    let history = |h: History| kept.iter().enumerate().filter(|(_, k)| on(h, **k)).map(|(to, _)| 1 << to).sum();
    regrouped(table, kept.iter().map(|&k| name(k)).collect(), history)
}

fn regrouped(table: &CaptureTable, names: Vec<ListId>, history: impl Fn(History) -> u32) -> CaptureTable {
    let mut counts = std::collections::BTreeMap::<u32, u64>::new();
    for (h, count) in table.iter() {
        *counts.entry(history(h)).or_insert(0) += count;
    }
    counts.remove(&0);
    let counts: Vec<(u32, u64)> = counts.into_iter().collect();
    // Names that come out alike are told apart by their place, so that no table is refused for its names.
    let numbered = || names.iter().enumerate().map(|(i, n)| ListId::new(format!("{n} ({})", i + 1))).collect();
    CaptureTable::from_counts(names.clone(), &counts)
        .or_else(|_| CaptureTable::from_counts(numbered(), &counts))
        .expect("fewer lists and no more people than the table it is made from")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estimate;

    fn table() -> CaptureTable {
        let lists = ["a", "b", "c"].map(ListId::new).to_vec();
        let counts = [(1, 620), (2, 410), (3, 190), (4, 505), (5, 240), (6, 70), (7, 44)];
        CaptureTable::from_counts(lists, &counts).unwrap()
    }

    fn of(found: &Sensitivity, change: Change) -> &[Alternative] {
        found.changes.iter().find(|c| c.change == change).map_or(&[], |c| &c.alternatives)
    }

    #[test]
    fn each_alternative_is_what_its_table_gives_by_itself() {
        let found = sensitivity(&table(), &Options::new(Model::LogLinear), &[]).unwrap();
        let alone = estimate(&table(), &Options::new(Model::LogLinear)).unwrap();
        assert_eq!((found.headline.estimate, found.headline.upper), (alone.estimate, alone.upper));

        let without_b = CaptureTable::from_counts(
            ["a", "c"].map(ListId::new).to_vec(),
            &[(1, 620 + 190), (2, 505 + 70), (3, 240 + 44)],
        );
        let by_hand = estimate(&without_b.unwrap(), &Options::new(Model::LogLinear)).unwrap();
        let row = &of(&found, Change::ListLeftOut)[1];
        assert_eq!((row.label.as_str(), row.recorded, row.estimate), ("b", 1669, by_hand.estimate));

        let bc_as_one =
            CaptureTable::from_counts(["a", "b+c"].map(ListId::new).to_vec(), &[(1, 620), (2, 985), (3, 474)]);
        let by_hand = estimate(&bc_as_one.unwrap(), &Options::new(Model::LogLinear)).unwrap();
        let row = &of(&found, Change::ListsMerged)[2];
        assert_eq!((row.label.as_str(), row.recorded, row.estimate), ("b and c", 2079, by_hand.estimate));

        let pairs = of(&found, Change::PairOfLists);
        assert_eq!(pairs.iter().map(|p| p.label.as_str()).collect::<Vec<_>>(), ["a and b", "a and c", "b and c"]);
        assert!(pairs.iter().all(|p| p.model == Model::Chapman && p.estimate.is_some()));
        let chapman: f64 = 1095.0 * 860.0 / 285.0 - 1.0;
        assert!((pairs[1].estimate.unwrap() - chapman).abs() < 1e-9);
    }

    #[test]
    fn what_cannot_be_estimated_says_why_and_what_cannot_be_true_is_marked() {
        let lists = ["a", "b", "c"].map(ListId::new).to_vec();
        // Lists a and b share nobody; c, which shares with both, is what the estimate hangs on.
        let counts = [(0b001, 5), (0b010, 40), (0b100, 20), (0b101, 25), (0b110, 30)];
        let table = CaptureTable::from_counts(lists, &counts).unwrap();
        let found = sensitivity(&table, &Options::new(Model::LogLinear), &[]).unwrap();
        let without_c = &of(&found, Change::ListLeftOut)[2];
        assert!(without_c.refusal.as_ref().is_some_and(|r| r.contains("no person is on two lists")), "{without_c:?}");
        assert_eq!((without_c.estimate, without_c.lower, without_c.upper), (None, None, None));
        // Of lists a and c alone Chapman makes fewer people than the three lists name.
        let a_and_c = &of(&found, Change::PairOfLists)[1];
        let chapman: f64 = 31.0 * 76.0 / 26.0 - 1.0;
        assert!((a_and_c.estimate.unwrap() - chapman).abs() < 1e-9 && chapman < 120.0);
        assert!(a_and_c.below_recorded);
        let (least, greatest) = found.range().unwrap();
        assert!(least >= table.observed() as f64 && greatest >= least);
    }

    #[test]
    fn priors_models_and_other_tables_are_asked_too() {
        let tables = [("threshold 0.5".to_string(), only(&table(), &[0, 1])), ("draw 1".to_string(), table())];
        let found = sensitivity(&table(), &Options::new(Model::Decomposable), &tables).unwrap();
        let kinds: Vec<Change> = found.changes.iter().map(|c| c.change).collect();
        let expected = [
            Change::ListLeftOut,
            Change::ListsMerged,
            Change::PairOfLists,
            Change::Prior,
            Change::Model,
            Change::Table,
        ];
        assert_eq!(kinds, expected);
        assert_eq!(of(&found, Change::Prior).len(), 2);
        let bound = of(&found, Change::Model).iter().find(|m| m.lower_bound).unwrap();
        // Only a bound above the interval speaks against it.
        assert_eq!(bound.outside, bound.estimate > found.headline.upper);
        let draw = &of(&found, Change::Table)[1];
        assert_eq!((draw.label.as_str(), draw.estimate), ("draw 1", found.headline.estimate));
        // Two lists are too few for a posterior over graphs; Chapman answers.
        assert!(of(&found, Change::ListLeftOut).iter().all(|a| a.model == Model::Chapman && a.estimate.is_some()));
    }

    #[test]
    fn the_same_comes_with_any_number_of_threads() {
        let with = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| format!("{:?}", sensitivity(&table(), &Options::new(Model::LogLinear), &[]).unwrap()))
        };
        assert_eq!(with(1), with(2));
        assert_eq!(with(1), with(8));
    }
}
