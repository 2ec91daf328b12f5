//! Where are the places of which the publication speaks?
//!
//! Only places of statements that it rests on, told by a source that set no limit on how finely its places are told, and only where one position
//! is settled. No number stands beside a place; on the map of acts ([`super::acts`]) one does.

use super::figures::{figure, under};
use super::gate::{Cited, Grounds, Rests};
use super::material::Material;
use super::precision;
use super::spoken::{Words, fill};
use crate::custody::ids::RecordId;
use crate::facts::Sort;
use factum_report::Block;
use factum_report::plot::{self, MappedPlace, Outlines};
use std::collections::BTreeSet;

/// Places that can be shown, and a note of how many cannot.
pub(super) struct OnMap {
    /// Each with its code, without a number.
    pub places: Vec<(String, MappedPlace)>,
    /// How many are not on the map.
    pub note: Option<Block>,
}

/// The places of statements that the publication rests on.
pub(super) fn on_map(grounds: &Grounds<'_>, rests: &Rests, material: &Material, words: &Words) -> OnMap {
    let book = grounds.book;
    let mut statements: BTreeSet<RecordId> = BTreeSet::new();
    for cited in &rests.cited {
        match cited {
            Cited::Thing(Sort::Statement, id) => drop(statements.insert(*id)),
            Cited::Thing(Sort::Finding, id) => {
                statements.extend(book.findings.get(id).into_iter().flat_map(|file| file.bears.keys()));
            }
            _ => {}
        }
    }
    let said = statements.iter().filter_map(|id| Some(&book.statements.get(id)?.statement.what));
    let is_free = |source: &RecordId| book.sources.get(source).is_some_and(|file| precision::region(file).is_none());
    let spoken = said.filter(|said| is_free(&said.source)).filter_map(|said| said.place);
    let places: BTreeSet<RecordId> = spoken.collect();
    let mapped: Vec<(String, MappedPlace)> = places
        .iter()
        .filter_map(|id| {
            let (at, said) = (material.positions.get(id)?.clone(), &book.entities.get(id)?.what);
            Some((said.code.clone(), MappedPlace { label: said.label.clone(), number: None, at }))
        })
        .collect();
    let missing = places.len() - mapped.len();
    let note = (missing > 0).then(|| under(fill(words.pictures.unplaced, &[("n", &missing.to_string())])));
    OnMap { places: mapped, note }
}

/// A map of these places.
pub(super) fn map(places: Vec<MappedPlace>, words: &Words) -> plot::Map {
    let title = words.pictures.places.into();
    plot::Map { title, places, outlines: Outlines::World, note: String::new() }
}

/// The picture, with a note of how many places are not on it.
pub(super) fn blocks(
    grounds: &Grounds<'_>,
    rests: &Rests,
    material: &Material,
    caption: &str,
    words: &Words,
) -> Vec<Block> {
    let OnMap { places, note } = on_map(grounds, rests, material, words);
    let of = map(places.into_iter().map(|(_, place)| place).collect(), words);
    std::iter::once(figure(plot::map(&of, words.drawn()), of.alt(words.drawn()), caption)).chain(note).collect()
}
