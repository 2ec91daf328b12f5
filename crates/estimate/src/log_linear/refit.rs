//! What would a model have said of other counts than those of its table?

use super::cells::Cells;
use super::fit;
use super::models::Terms;
use super::newton::Newton;

/// A model to be fitted to other, also fractional, counts.
#[derive(Clone, Debug)]
pub(crate) struct Refit(Terms);

impl Refit {
    /// The model of this name, such as `[123+14+34]`; `None` if it is no name of a model over so many lists.
    pub(crate) fn named(name: &str, lists: usize) -> Option<Self> {
        Terms::parse(name, lists).ok().map(Self)
    }

    /// How many parameters it has, the intercept included.
    pub(crate) fn parameters(&self) -> usize {
        self.0.parameters()
    }

    /// Fitted mean of the empty history for these counts, one for each history from 1 on.
    pub(crate) fn missing(&self, lists: usize, counts: &[f64]) -> Option<f64> {
        let cells = Cells::from_counts(lists, std::iter::once(0.0).chain(counts.iter().copied()).collect());
        let fitted = fit::fit(&mut Newton::new(lists), &cells, &cells.pattern(), &self.0, None)?;
        Some(fitted.missing())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Detail, Model, Options, estimate};
    use factum_model::{CaptureTable, History, ListId};

    #[test]
    fn a_chosen_model_says_of_its_own_counts_what_it_said() {
        let lists = ["a", "b", "c"].map(ListId::new).to_vec();
        let counts = [(1, 620), (2, 410), (3, 190), (4, 505), (5, 240), (6, 70), (7, 44)];
        let table = CaptureTable::from_counts(lists, &counts).unwrap();
        let chosen = estimate(&table, &Options::new(Model::LogLinear)).unwrap();
        let Detail::LogLinear(detail) = &chosen.detail else { panic!("wrong detail") };
        let counts: Vec<f64> = (1..8).map(|h| table.count(History(h)) as f64).collect();
        let missing = Refit::named(&detail.best.name, 3).unwrap().missing(3, &counts).unwrap();
        assert!((missing + 2079.0 - chosen.estimate.unwrap()).abs() < 1e-6);
    }
}
