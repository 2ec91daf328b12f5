//! Which models are fitted, and which is best?

use super::cells::Cells;
use super::existence::Face;
use super::fit::{self, ModelFit};
use super::models::{Catalogue, Terms};
use super::newton::Newton;
use super::{Criterion, stepwise};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// What a search found.
pub(crate) struct Found {
    /// Models with an estimate; the chosen one first.
    pub fits: Vec<ModelFit>,
    /// Models without.
    pub refused: Vec<Terms>,
}

impl Found {
    /// Sorts what was fitted by the criterion; equal values stay in the order they came in.
    fn best_first(
        results: impl IntoIterator<Item = (Terms, Option<ModelFit>)>,
        cells: &Cells,
        criterion: Criterion,
    ) -> Self {
        let mut found = Found { fits: Vec::new(), refused: Vec::new() };
        for (terms, fit) in results {
            match fit {
                Some(fit) => found.fits.push(fit),
                None => found.refused.push(terms),
            }
        }
        found.fits.sort_by(|a, b| a.value(cells, criterion).total_cmp(&b.value(cells, criterion)));
        found
    }
}

/// Fits every model of a catalogue, each starting from the fit of the model it grew from.
pub(crate) fn all(cells: &Cells, catalogue: &Catalogue, criterion: Criterion) -> Found {
    let pattern = cells.pattern();
    let mut fits: Vec<Option<ModelFit>> = vec![None; catalogue.models.len()];
    // A fit that failed on its face is no reason to refuse the models that grow from it; a model without a face is.
    let mut faceless = vec![false; catalogue.models.len()];
    for level in catalogue.levels() {
        let fitted: Vec<(Option<ModelFit>, bool)> = level
            .par_iter()
            .with_min_len(16)
            .map_init(
                || Newton::new(cells.lists),
                |newton, &place| {
                    let (model, parent) = (&catalogue.models[place], catalogue.parents[place]);
                    if faceless[parent] {
                        return (None, true);
                    }
                    let similar = fits[parent].as_ref();
                    match Face::of(model, &pattern, similar.map(|fit| &fit.face)) {
                        Some(face) => (fit::fit_on(newton, cells, model, face, similar.map(ModelFit::start)), false),
                        None => (None, true),
                    }
                },
            )
            .collect();
        for (place, (fit, without_face)) in level.into_iter().zip(fitted) {
            (fits[place], faceless[place]) = (fit, without_face);
        }
    }
    Found::best_first(catalogue.models.iter().cloned().zip(fits), cells, criterion)
}

/// From independence, one term at a time, forward and back, while the criterion falls.
pub(crate) fn climb(cells: &Cells, criterion: Criterion) -> Found {
    let pattern = cells.pattern();
    let mut newton = Newton::new(cells.lists);
    let mut tried: BTreeMap<Terms, Option<ModelFit>> = BTreeMap::new();
    let mut at = Terms::independence(cells.lists);
    tried.insert(at.clone(), fit::fit(&mut newton, cells, &pattern, &at, None));
    loop {
        let near: Vec<Terms> = at.larger().into_iter().chain(at.smaller()).collect();
        let here = tried.get(&at).and_then(Option::as_ref);
        let fits: Vec<_> = near
            .par_iter()
            .filter(|m| !tried.contains_key(*m))
            .map_init(
                || Newton::new(cells.lists),
                |newton, terms| (terms.clone(), fit::fit(newton, cells, &pattern, terms, here)),
            )
            .collect();
        tried.extend(fits);
        let score = |terms: &Terms| {
            tried.get(terms).and_then(Option::as_ref).map_or(f64::INFINITY, |f| f.value(cells, criterion))
        };
        match near.into_iter().min_by(|a, b| score(a).total_cmp(&score(b))) {
            Some(next) if score(&next) < score(&at) => at = next,
            _ => break,
        }
    }
    Found::best_first(tried, cells, criterion)
}

/// The one model asked for.
pub(crate) fn fixed(cells: &Cells, terms: Terms) -> Found {
    let fit = fit::fit(&mut Newton::new(cells.lists), cells, &cells.pattern(), &terms, None);
    match fit {
        Some(fit) => Found { fits: vec![fit], refused: Vec::new() },
        None => Found { fits: Vec::new(), refused: vec![terms] },
    }
}

/// The models a stepwise selection by p-values went through, the last first.
pub(crate) fn by_p_values(cells: &Cells) -> Found {
    let path =
        stepwise::select(&mut Newton::new(cells.lists), cells, &cells.pattern(), &mut stepwise::Faces::default());
    match path.is_empty() {
        true => Found { fits: Vec::new(), refused: vec![Terms::independence(cells.lists)] },
        false => Found { fits: path.into_iter().rev().collect(), refused: Vec::new() },
    }
}
