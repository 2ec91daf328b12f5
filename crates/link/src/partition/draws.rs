//! How are many partitions kept in little room, and read again?
//!
//! A component has few partitions that are ever drawn, mostly one or two. They are kept once, with one or two bytes per
//! draw that say which it was; a component of which only one was drawn needs no byte, and records alone need nothing.

use super::graph::{Graph, Local};
use super::missed::{self, Missed};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// Draws of one component while they are made.
#[derive(Default)]
pub(super) struct Book {
    numbers: FxHashMap<Box<[u32]>, u16>,
    /// The distinct partitions one after the other, as the first atom of each atom's person.
    leaders: Vec<u32>,
    choices: Vec<u16>,
}

impl Book {
    pub(super) fn note(&mut self, leaders: &[u32]) {
        let number = self.numbers.get(leaders).copied().unwrap_or_else(|| {
            // There are at most as many partitions as draws, whose number has 16 bits.
            let number = self.numbers.len() as u16;
            self.numbers.insert(leaders.into(), number);
            self.leaders.extend(leaders);
            number
        });
        self.choices.push(number);
    }

    /// Turns atoms into records.
    pub(super) fn close(self, local: &Local) -> Component {
        let mut first = vec![u32::MAX; local.atoms()];
        (0..).zip(&local.atom).for_each(|(at, &atom)| first[atom as usize] = first[atom as usize].min(at));
        let distinct = self.numbers.len();
        let of_partition = |leaders: &[u32]| {
            local.atom.iter().map(|&atom| first[leaders[atom as usize] as usize]).collect::<Vec<u32>>()
        };
        let leaders: Vec<u32> = self.leaders.chunks_exact(local.atoms()).flat_map(of_partition).collect();
        let choices = match distinct {
            0 | 1 => Choices::One,
            2..=256 => Choices::Few(self.choices.iter().map(|&c| c as u8).collect()),
            _ => Choices::Many(self.choices.into()),
        };
        Component { leaders: leaders.into(), choices }
    }
}

enum Choices {
    One,
    Few(Box<[u8]>),
    Many(Box<[u16]>),
}

/// Draws of one component.
pub(super) struct Component {
    /// The distinct partitions one after the other: for each record the position of its person's first.
    leaders: Box<[u32]>,
    choices: Choices,
}

impl Component {
    fn leaders(&self, draw: u16, records: usize) -> &[u32] {
        let at = match &self.choices {
            Choices::One => 0,
            Choices::Few(choices) => usize::from(choices[usize::from(draw)]),
            Choices::Many(choices) => usize::from(choices[usize::from(draw)]),
        };
        &self.leaders[at * records..(at + 1) * records]
    }

    fn persons(&self, draw: u16, records: usize) -> u32 {
        (0..).zip(self.leaders(draw, records)).filter(|(at, leader)| at == *leader).count() as u32
    }
}

/// Components with the same number of records.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SizeRow {
    /// Records in each.
    pub records: u32,
    /// How many components there are.
    pub components: u32,
    /// Persons in all of them together, as a mean over draws.
    pub persons: f64,
}

/// Partitions drawn from the posterior.
pub struct Draws<'g> {
    graph: &'g Graph<'g>,
    count: u16,
    components: Vec<Component>,
    /// By draw: the first record of a person that blocking missed a match of, and the first record of the person it joins.
    missed: Vec<FxHashMap<u32, u32>>,
}

impl<'g> Draws<'g> {
    pub(super) fn new(graph: &'g Graph<'g>, count: u16, components: Vec<Component>) -> Self {
        Self { graph, count, components, missed: vec![FxHashMap::default(); usize::from(count)] }
    }

    pub(super) fn join_missed(&mut self, missed: &Missed, seed: u64) {
        if !missed.is_none() {
            let judge = missed::Judge::new(self.graph, missed);
            let of_draw = |draw: u16| judge.joins(&self.first_records(draw), seed, draw);
            self.missed = (0..self.count).into_par_iter().map(of_draw).collect();
        }
    }

    /// How many draws there are.
    pub fn count(&self) -> u16 {
        self.count
    }

    /// The person of each record in a draw, numbered from 0 in the order of first records. There is no draw at or beyond
    /// [`Draws::count`]: asked for one, the last is given; without any, every record is alone.
    pub fn persons(&self, draw: u16) -> Vec<u32> {
        let mut persons = self.first_records(draw);
        let mut next = 0;
        for record in 0..persons.len() {
            let first = persons[record] as usize;
            if first == record {
                persons[record] = next;
                next += 1;
            } else {
                // The first record comes before, and has its number already.
                persons[record] = persons[first];
            }
        }
        persons
    }

    /// The number of persons in each draw.
    pub fn counts(&self) -> Vec<u32> {
        let of_draw = |draw: u16| {
            let linked: u32 = self.each().map(|(_, records, c)| c.persons(draw, records.len())).sum();
            self.graph.alone() + linked - self.missed[usize::from(draw)].len() as u32
        };
        (0..self.count).into_par_iter().map(of_draw).collect()
    }

    /// Components by the number of their records, ascending; first the records alone. Missed matches are left out: they
    /// belong to no component.
    pub fn sizes(&self) -> Vec<SizeRow> {
        let mut rows: BTreeMap<usize, (u32, u64)> = BTreeMap::new();
        for (_, records, component) in self.each() {
            let row = rows.entry(records.len()).or_default();
            row.0 += 1;
            row.1 += (0..self.count).map(|draw| u64::from(component.persons(draw, records.len()))).sum::<u64>();
        }
        let alone = self.graph.alone();
        let first = SizeRow { records: 1, components: alone, persons: f64::from(alone) };
        let draws = f64::from(self.count.max(1));
        let row = |(records, (components, persons)): (usize, (u32, u64))| SizeRow {
            records: records as u32,
            components,
            persons: persons as f64 / draws,
        };
        std::iter::once(first).chain(rows.into_iter().map(row)).collect()
    }

    fn each(&self) -> impl Iterator<Item = (usize, &[u32], &Component)> {
        self.components.iter().enumerate().map(|(at, component)| (at, self.graph.records(at), component))
    }

    /// By record, the first record of its person.
    fn first_records(&self, draw: u16) -> Vec<u32> {
        let mut first: Vec<u32> = (0..self.graph.evidence().lists.len() as u32).collect();
        if self.count == 0 {
            return first;
        }
        let draw = draw.min(self.count - 1);
        for (_, records, component) in self.each() {
            for (&record, &leader) in records.iter().zip(component.leaders(draw, records.len())) {
                first[record as usize] = records[leader as usize];
            }
        }
        let joins = &self.missed[usize::from(draw)];
        if !joins.is_empty() {
            first.iter_mut().for_each(|f| *f = joins.get(f).copied().unwrap_or(*f));
        }
        first
    }
}
