//! Where are the places of which the publication speaks?
//!
//! Only places of statements that it rests on, and only where one position is settled. No number stands beside a place.

use super::figures::{figure, under};
use super::gate::{Cited, Grounds, Rests};
use super::material::Material;
use crate::custody::ids::RecordId;
use crate::facts::Sort;
use factum_report::Block;
use factum_report::plot::{self, MappedPlace, Outlines};
use std::collections::BTreeSet;

/// The picture, with a note of how many places are not on it.
pub(super) fn blocks(grounds: &Grounds<'_>, rests: &Rests, material: &Material, caption: &str) -> Vec<Block> {
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
    let spoken = statements.iter().filter_map(|id| book.statements.get(id)?.statement.what.place);
    let places: BTreeSet<RecordId> = spoken.collect();
    let mapped: Vec<MappedPlace> = places
        .iter()
        .filter_map(|id| {
            let at = material.positions.get(id)?.clone();
            Some(MappedPlace { label: book.entities.get(id)?.what.label.clone(), number: None, at })
        })
        .collect();
    let missing = places.len() - mapped.len();
    let of = plot::Map {
        title: "Places of which this report speaks".into(),
        places: mapped,
        outlines: Outlines::World,
        note: String::new(),
    };
    let note = match missing {
        0 => None,
        1 => Some(under("Of one place no single position is known; it is not on the map.")),
        n => Some(under(format!("Of {n} places no single position is known; they are not on the map."))),
    };
    std::iter::once(figure(plot::map(&of), of.alt(), caption)).chain(note).collect()
}
