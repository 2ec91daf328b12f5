//! What is each agreement worth?
//!
//! Four classes of pairs: matches; unrelated people; kin, who share family name, father's name, home and often the day and
//! place of what befell them, while given name, birth and sex are as between strangers; and people struck by one event, who
//! share its day and place. The three kinds of non-matches keep brothers apart, which a model of two classes takes for one
//! person (a third class after Winkler 1993 and Larsen & Rubin 2001).

use crate::counts::{Key, list_pair};
use crate::field::MISSING;
use crate::rows::{Rows, Sides};
use crate::{Field, Pattern};
use factum_model::ListId;
use serde::Serialize;

/// A level of agreement in one field.
#[derive(Clone, Debug, Serialize)]
pub struct LevelModel {
    /// The level in words.
    pub level: &'static str,
    /// Chance of the level among matches, where both records say.
    pub m: f64,
    /// Chance of the level among unrelated people, where both records say.
    pub u: f64,
    /// Chance of the level among kin.
    pub kin: f64,
    /// Chance of the level among people struck by one event.
    pub event: f64,
    /// `log2(m / u)`: how much the level speaks for (above 0) or against (below 0) a match rather than strangers.
    pub weight: f64,
    /// Pairs compared that show the level.
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
    /// Expected matches that taught `m`.
    pub taught_by: f64,
    /// Expected share of the matches that contradict each other in this field although both records say.
    pub contradictions: f64,
    /// Whether there are many of them, and pairs that the other fields alone make sure show as many.
    pub contradictions_proved: bool,
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

/// A trained Fellegi-Sunter model with three classes of non-matches.
#[derive(Clone, Debug, Serialize)]
pub struct Model {
    /// The fields compared, those that no record fills left out.
    pub fields: Vec<FieldModel>,
    /// The prior of each pair of lists.
    pub priors: Vec<Prior>,
    /// Share of kin among the pairs that are no match.
    pub kin: f64,
    /// Share of people struck by one event among the pairs that are no match.
    pub event: f64,
    /// Rounds of EM until nothing moved.
    pub iterations: usize,
    /// Whether EM settled.
    pub converged: bool,
}

/// The classes, by number.
pub(crate) const MATCH: usize = 0;
pub(crate) const UNRELATED: usize = 1;
pub(crate) const KIN: usize = 2;
pub(crate) const EVENT: usize = 3;
pub(crate) const CLASSES: usize = 4;

/// Whether a field agrees in a class for a reason of its own; elsewhere it is as between strangers.
pub(crate) fn is_shared(class: usize, field: Field) -> bool {
    match class {
        MATCH => true,
        KIN => matches!(
            field,
            Field::Middle
                | Field::Family
                | Field::EventDate
                | Field::EventPlace
                | Field::Residence
                | Field::Address
                | Field::Ethnicity
        ),
        EVENT => matches!(field, Field::EventDate | Field::EventPlace),
        _ => false,
    }
}

/// The model as tables of logarithms, for scoring.
#[derive(Clone)]
pub(crate) struct Scorer {
    pub fields: Vec<Field>,
    /// Natural logarithm of the chance of a level, by class, field (in the order of `fields`) and level.
    pub ln: [Vec<[f64; 16]>; CLASSES],
    /// Share of each class of non-matches among them, as a logarithm.
    pub ln_share: [f64; CLASSES],
    /// Prior log-odds of a match by pair of lists, natural.
    pub prior: Vec<f64>,
    /// By field and stratum of full agreement, the most that rarity can add, natural.
    most: Vec<Vec<f64>>,
}

impl Scorer {
    pub(crate) fn new(fields: &[Field], rows: &Rows<'_>) -> Self {
        let most = |field: &Field| match field.has_frequencies() {
            true => rows.commonness[field.index()].most.iter().map(|bits| bits * std::f64::consts::LN_2).collect(),
            false => Vec::new(),
        };
        Self {
            fields: fields.to_vec(),
            ln: std::array::from_fn(|_| vec![[0.0; 16]; fields.len()]),
            ln_share: [0.0; CLASSES],
            prior: Vec::new(),
            most: fields.iter().map(most).collect(),
        }
    }

    /// Log-likelihoods of a pattern by class, without rarity.
    #[inline]
    pub(crate) fn classes(&self, pattern: Pattern) -> [f64; CLASSES] {
        let mut sums = [0.0; CLASSES];
        for (k, &field) in self.fields.iter().enumerate() {
            let level = pattern.level(field) as usize;
            for (sum, ln) in sums.iter_mut().zip(&self.ln) {
                *sum += ln[k][level];
            }
        }
        sums
    }

    /// Log-odds of a match, natural, from log-likelihoods by class.
    #[inline]
    pub(crate) fn odds(&self, lists: u16, classes: [f64; CLASSES]) -> f64 {
        let others = [UNRELATED, KIN, EVENT].map(|c| classes[c] + self.ln_share[c]);
        let most = others[0].max(others[1]).max(others[2]);
        // One of them is the most itself; beside it what is below e^-38 of it is lost in rounding.
        let share = |o: f64| match o - most {
            _ if o == most => 1.0,
            below if below < -38.0 => 0.0,
            below => below.exp(),
        };
        let sum: f64 = others.iter().map(|&o| share(o)).sum();
        let ln = if sum == 1.0 { 0.0 } else { sum.ln() };
        self.prior[lists as usize] + classes[MATCH] - most - ln
    }

    /// The most that the log-odds of a pair with this key can be, whatever values it shares.
    pub(crate) fn upper(&self, key: Key) -> f64 {
        let mut classes = self.classes(key.pattern());
        for (k, &field) in self.fields.iter().enumerate() {
            let level = key.pattern().level(field);
            if let Some(most) = self.stratum(field, level).and_then(|s| self.most[k].get(s)) {
                classes[MATCH] += most.max(0.0);
            }
        }
        self.odds(key.lists(), classes)
    }

    /// The most that rarity can add to a level, natural.
    pub(crate) fn rarest(&self, field: Field, level: u8) -> f64 {
        let at = self.fields.iter().position(|f| *f == field);
        let most = at.and_then(|k| self.most[k].get(self.stratum(field, level)?));
        most.copied().unwrap_or(0.0).max(0.0)
    }

    fn stratum(&self, field: Field, level: u8) -> Option<usize> {
        let (first, last) = field.same();
        (field.has_frequencies() && level >= first && level <= last).then(|| usize::from(level - first))
    }

    /// Calls for each field in turn with the log-likelihoods by class of a pair, rarity included, after that field.
    pub(crate) fn steps(
        &self,
        rows: &Rows<'_>,
        of: &Sides,
        pattern: Pattern,
        memory: &mut crate::compare::Memory,
        mut call: impl FnMut(Field, [f64; CLASSES]),
    ) {
        let mut sums = [0.0; CLASSES];
        for (k, &field) in self.fields.iter().enumerate() {
            let level = pattern.level(field);
            let rare = match self.stratum(field, level) {
                Some(_) => match rows.shared(field, of, memory) {
                    0 => 0.0,
                    code => rows.commonness[field.index()].adjustment(code) * std::f64::consts::LN_2,
                },
                None => 0.0,
            };
            for (class, sum) in sums.iter_mut().enumerate() {
                // A value shared for a reason is drawn once; strangers draw it twice.
                *sum += self.ln[class][k][level as usize] + if is_shared(class, field) { rare } else { 0.0 };
            }
            call(field, sums);
        }
    }
}

impl Scorer {
    /// Calls for each field in turn with what it adds to the weight of a pair, in bits, given the fields before it; with nothing
    /// where a record does not say.
    pub(crate) fn contribute(
        &self,
        rows: &Rows<'_>,
        of: &Sides,
        pattern: Pattern,
        memory: &mut crate::compare::Memory,
        mut call: impl FnMut(Field, Option<f64>),
    ) {
        let lists = list_pair(u16::from(of.x.list), u16::from(of.y.list));
        let mut before = self.odds(lists, [0.0; CLASSES]);
        self.steps(rows, of, pattern, memory, |field, classes| {
            if pattern.level(field) == MISSING {
                return call(field, None);
            }
            let odds = self.odds(lists, classes);
            call(field, Some((odds - before) / std::f64::consts::LN_2));
            before = odds;
        });
    }

    /// Log-odds of a pair, natural, rarity included.
    #[inline]
    pub(crate) fn score(&self, rows: &Rows<'_>, of: &Sides, key: Key, memory: &mut crate::compare::Memory) -> f64 {
        let pattern = key.pattern();
        let mut classes = self.classes(pattern);
        for &field in &self.fields {
            if self.stratum(field, pattern.level(field)).is_none() {
                continue;
            }
            let code = rows.shared(field, of, memory);
            if code != 0 {
                let rare = rows.commonness[field.index()].adjustment(code) * std::f64::consts::LN_2;
                let sharing = classes.iter_mut().enumerate().filter(|(class, _)| is_shared(*class, field));
                sharing.for_each(|(_, sum)| *sum += rare);
            }
        }
        self.odds(key.lists(), classes)
    }
}

/// A probability from natural log-odds.
pub(crate) fn probability(log_odds: f64) -> f64 {
    1.0 / (1.0 + (-log_odds).exp())
}

/// Natural log-odds of a probability.
pub(crate) fn log_odds(p: f64) -> f64 {
    (p / (1.0 - p)).ln()
}

impl Model {
    /// What is known of a field, if it is compared.
    pub fn field(&self, field: Field) -> Option<&FieldModel> {
        self.fields.iter().find(|f| f.field == field)
    }
}
