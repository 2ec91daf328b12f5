//! What is each agreement worth?

use crate::records::{Code, RecordSet};
use crate::{Field, Pattern};
use factum_model::ListId;
use rustc_hash::FxHashMap;
use serde::Serialize;

/// A level of agreement in one field.
#[derive(Clone, Debug, Serialize)]
pub struct LevelModel {
    /// The level in words.
    pub level: &'static str,
    /// Chance of the level among matches, where both records say.
    pub m: f64,
    /// Chance of the level among non-matches, where both records say.
    pub u: f64,
    /// `log2(m / u)`: how much the level speaks for (above 0) or against (below 0) a match.
    pub weight: f64,
    /// Pairs seen at this level in training.
    pub pairs: u64,
}

/// One field of the model.
#[derive(Clone, Debug, Serialize)]
pub struct FieldModel {
    /// The field.
    pub field: Field,
    /// Its levels, the missing one left out.
    pub levels: Vec<LevelModel>,
    /// Whether agreement is weighed by how rare the value is.
    pub term_frequencies: bool,
    /// Whether training saw enough pairs to learn `m`; otherwise `m` is the prior guess.
    pub trained: bool,
}

/// How likely a pair is to be a match before anything is compared.
#[derive(Clone, Debug, Serialize)]
pub struct Prior {
    /// The two lists; the same twice for pairs within one list.
    pub lists: (ListId, ListId),
    /// Pairs there are between them.
    pub pairs: u64,
    /// Chance that one of these pairs is a match.
    pub probability: f64,
}

/// A trained Fellegi-Sunter model.
#[derive(Clone, Debug, Serialize)]
pub struct Model {
    /// The fields compared, those that no record fills left out.
    pub fields: Vec<FieldModel>,
    /// The prior of each pair of lists.
    pub priors: Vec<Prior>,
    /// Rounds of EM until nothing moved.
    pub iterations: usize,
    /// Whether EM settled.
    pub converged: bool,
}

impl Model {
    pub(crate) fn field(&self, field: Field) -> Option<&FieldModel> {
        self.fields.iter().find(|f| f.field == field)
    }

    /// The weight of a level, in bits; nothing where a record does not say.
    pub(crate) fn weight(&self, field: Field, pattern: Pattern) -> f64 {
        match pattern.level(field) {
            0 => 0.0,
            level => self.field(field).map_or(0.0, |f| f.levels[level as usize - 1].weight),
        }
    }
}

/// How common each value of a field is among all records that say.
pub(crate) struct Frequencies {
    by_field: Vec<FieldFrequencies>,
}

#[derive(Default)]
struct FieldFrequencies {
    counts: FxHashMap<Code, u32>,
    total: f64,
    /// The chance that two records that say agree: the sum of squared frequencies.
    chance: f64,
}

impl Frequencies {
    pub(crate) fn new(set: &RecordSet) -> Self {
        let of = |field: Field| {
            let mut counts: FxHashMap<Code, u32> = FxHashMap::default();
            let mut count = |code: Code| {
                if code != 0 {
                    *counts.entry(code).or_default() += 1;
                }
            };
            match field {
                Field::Given => set.name.iter().for_each(|n| count(n.given)),
                Field::Middle => set.name.iter().for_each(|n| count(n.middle)),
                Field::Family => set.name.iter().for_each(|n| count(n.family)),
                Field::EventPlace => set.event_place.iter().for_each(|p| count(p.place)),
                Field::Residence => set.residence.iter().for_each(|p| count(p.place)),
                Field::Address => set.address.iter().for_each(|&c| count(c)),
                Field::Ethnicity => set.ethnicity.iter().for_each(|&c| count(c)),
                Field::Occupation => set.occupation.iter().for_each(|&c| count(c)),
                Field::Number => set.numbers.values().flatten().for_each(|&c| count(c)),
                Field::Birth | Field::Sex | Field::EventDate => {}
            }
            let total: f64 = counts.values().map(|&n| f64::from(n)).sum();
            // Sorted, so that the sum does not depend on the order of a hash table.
            let mut sizes: Vec<u32> = counts.values().copied().collect();
            sizes.sort_unstable();
            let chance = sizes.iter().map(|&n| (f64::from(n) / total).powi(2)).sum();
            FieldFrequencies { counts, total, chance }
        };
        Self { by_field: Field::ALL.map(of).into() }
    }

    /// What the rarity of the shared value adds to the weight of full agreement, in bits: `log2(chance / frequency)`
    /// (Winkler 1989; Splink's term-frequency adjustment). Nothing for fields and levels without.
    pub(crate) fn adjustment(&self, set: &RecordSet, field: Field, level: u8, a: u32, b: u32) -> f64 {
        if level != crate::field::SAME || !field.has_frequencies() {
            return 0.0;
        }
        let known = &self.by_field[field.index()];
        match known.counts.get(&set.value(field, a, b)) {
            Some(&count) if known.chance > 0.0 => (known.chance * known.total / f64::from(count)).log2(),
            _ => 0.0,
        }
    }

    /// The most an adjustment can add in a field.
    pub(crate) fn most(&self, field: Field) -> f64 {
        let known = &self.by_field[field.index()];
        let rarest = known.counts.values().copied().min();
        match rarest {
            Some(count) if field.has_frequencies() => (known.chance * known.total / f64::from(count)).log2().max(0.0),
            _ => 0.0,
        }
    }
}
