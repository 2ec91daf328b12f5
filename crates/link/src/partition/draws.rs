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
    /// The distinct partitions one after the other, as the first atom of each atom's person, and how many they are.
    leaders: Vec<u32>,
    distinct: usize,
    choices: Vec<u16>,
}

impl Book {
    /// Notes a draw, as the first atom of each atom's person.
    pub(super) fn note(&mut self, leaders: &[u32]) {
        let number = self.numbers.get(leaders).copied().unwrap_or_else(|| {
            let number = self.add(leaders);
            self.numbers.insert(leaders.into(), number);
            number
        });
        self.choose(number);
    }

    /// Adds a partition that was not drawn before, and numbers it. There are at most as many as draws, whose number has
    /// 16 bits.
    pub(super) fn add(&mut self, leaders: &[u32]) -> u16 {
        self.leaders.extend(leaders);
        self.distinct += 1;
        (self.distinct - 1) as u16
    }

    /// Notes a draw of a partition by its number.
    pub(super) fn choose(&mut self, number: u16) {
        self.choices.push(number);
    }

    /// Turns atoms into records.
    pub(super) fn close(self, local: &Local) -> Component {
        let mut first = vec![u32::MAX; local.atoms()];
        (0..).zip(&local.atom).for_each(|(at, &atom)| first[atom as usize] = first[atom as usize].min(at));
        let of_partition = |leaders: &[u32]| {
            local.atom.iter().map(|&atom| first[leaders[atom as usize] as usize]).collect::<Vec<u32>>()
        };
        let leaders: Vec<u32> = self.leaders.chunks_exact(local.atoms()).flat_map(of_partition).collect();
        let choices = match self.distinct {
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

    /// Adds the number of persons in each draw.
    fn add_persons(&self, records: usize, counts: &mut [u32]) {
        let persons = |leaders: &[u32]| (0..).zip(leaders).filter(|(at, leader)| at == *leader).count() as u32;
        let distinct: Vec<u32> = self.leaders.chunks_exact(records).map(persons).collect();
        let draws = counts.iter_mut();
        match &self.choices {
            Choices::One => draws.for_each(|c| *c += distinct.first().copied().unwrap_or(0)),
            Choices::Few(choices) => draws.zip(choices).for_each(|(c, &at)| *c += distinct[usize::from(at)]),
            Choices::Many(choices) => draws.zip(choices).for_each(|(c, &at)| *c += distinct[usize::from(at)]),
        }
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
        let mut counts = vec![self.graph.alone(); usize::from(self.count)];
        // Component by component, for the draws of one lie next to each other.
        for (records, component) in self.each() {
            component.add_persons(records.len(), &mut counts);
        }
        counts.iter_mut().zip(&self.missed).for_each(|(count, joined)| *count -= joined.len() as u32);
        counts
    }

    /// Components by the number of their records, ascending; first the records alone. Missed matches are left out: they
    /// belong to no component.
    pub fn sizes(&self) -> Vec<SizeRow> {
        let mut rows: BTreeMap<usize, (u32, u64)> = BTreeMap::new();
        let mut persons = vec![0; usize::from(self.count)];
        for (records, component) in self.each() {
            persons.fill(0);
            component.add_persons(records.len(), &mut persons);
            let row = rows.entry(records.len()).or_default();
            row.0 += 1;
            row.1 += persons.iter().map(|&p| u64::from(p)).sum::<u64>();
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

    fn each(&self) -> impl Iterator<Item = (&[u32], &Component)> {
        self.components.iter().enumerate().map(|(at, component)| (self.graph.records(at), component))
    }

    /// By record, the first record of its person.
    fn first_records(&self, draw: u16) -> Vec<u32> {
        let mut first: Vec<u32> = (0..self.graph.evidence().lists.len() as u32).collect();
        if self.count == 0 {
            return first;
        }
        let draw = draw.min(self.count - 1);
        for (records, component) in self.each() {
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
