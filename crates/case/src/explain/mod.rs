//! Why were two records put together, or kept apart?
//!
//! For any two records, compared before or not: what was expected before anything was compared, what each field counts
//! for, the total beside the threshold, and what clustering made of it. Each step has a sentence that needs no statistics.

mod calibration;
mod curves;
mod verdict;
mod words;

pub use calibration::{Calibrated, calibration};
pub use curves::{Bin, Findability, OfList, ThresholdPoint, at_thresholds, findability, histogram, thresholds};
pub use verdict::Verdict;

use crate::judgement::RecordKey;
use crate::linking::Linked;
use crate::lists::Reading;
use crate::lists::words::Words;
use factum_link::{Field, Judgement, Linkage, Prior};
use factum_model::ListId;
use serde::Serialize;
use std::collections::HashMap;

/// The level of a field in which at least one record says nothing.
const NOT_SAID: &str = "not said";

/// One field of a comparison.
#[derive(Clone, Debug, Serialize)]
pub struct Step {
    /// The field.
    pub field: Field,
    /// How the two agree in it, in words.
    pub level: &'static str,
    /// What that counts for in bits, given the fields before it; absent where a record does not say.
    pub bits: Option<f64>,
    /// The same in a sentence.
    pub sentence: String,
    /// What the two records say, where the reader asked for it; empty where one says nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub values: Option<(String, String)>,
}

/// A comparison of two records, from what was expected to what became of it.
#[derive(Clone, Debug, Serialize)]
pub struct Explanation {
    /// The two records, the earlier first.
    pub records: (RecordKey, RecordKey),
    /// Log-odds in bits that two records of these lists are one person, before anything is compared; absent where they can
    /// be no match because their list is said to be without duplicates.
    pub prior: Option<f64>,
    /// The same in a sentence.
    pub start: String,
    /// Field by field, in the order of the model.
    pub steps: Vec<Step>,
    /// The sum of the fields, in bits.
    pub weight: f64,
    /// Where prior and fields end, in bits.
    pub total: Option<f64>,
    /// Probability that both speak of one person.
    pub probability: Option<f64>,
    /// The same in a sentence, beside the threshold.
    pub end: String,
    /// Probability from which pairs count as links.
    pub threshold: f64,
    /// Whether both ended in one person.
    pub together: bool,
    /// Why.
    pub verdict: Verdict,
    /// The same in a sentence.
    pub outcome: String,
}

/// Why records could not be explained.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PairError {
    /// Records come in twos.
    #[error("{0} records were named, and records are explained in pairs: name an even number as LIST:RECORD")]
    Odd(usize),
    /// No list of that name, at this place of the command line.
    #[error("record {at}: it begins with the name of no list and a colon; the lists are {lists}")]
    List {
        /// Which of the records, counted from 1.
        at: usize,
        /// The lists there are.
        lists: String,
    },
    /// No record with that identifier on the list.
    #[error("record {at}: list `{list}` has no record with that identifier")]
    Record {
        /// Which of the records, counted from 1.
        at: usize,
        /// The list.
        list: ListId,
    },
    /// The same record twice.
    #[error("records {at} and {next} are one and the same record", next = at + 1)]
    Same {
        /// The first of the two.
        at: usize,
    },
}

/// The pairs that were named as `LIST:RECORD`, two by two; all faults at once.
///
/// # Errors
/// When records do not come in twos, or one is not there.
pub fn pairs(named: &[String], reading: &Reading) -> Result<Vec<(u32, u32)>, Vec<PairError>> {
    let set = &reading.records;
    let mut places: HashMap<(usize, &str), u32> = HashMap::new();
    if !named.is_empty() {
        places.extend((0..set.len() as u32).map(|r| ((set.list_of(r), set.id_of(r).as_str()), r)));
    }
    let lists: Vec<&ListId> = set.lists().collect();
    let mut faults = Vec::new();
    let mut found = Vec::new();
    for (at, name) in named.iter().enumerate() {
        // A list's name may hold a colon itself: every list that fits is tried.
        let of = |list: usize| Some((list, name.strip_prefix(lists[list].as_str())?.strip_prefix(':')?));
        let fitting: Vec<(usize, &str)> = (0..lists.len()).filter_map(of).collect();
        let record = fitting.iter().find_map(|key| places.get(key).copied());
        match (record, fitting.first()) {
            (None, None) => {
                let lists = lists.iter().map(|l| format!("`{l}`")).collect::<Vec<_>>().join(", ");
                faults.push(PairError::List { at: at + 1, lists });
            }
            (None, Some((list, _))) => faults.push(PairError::Record { at: at + 1, list: lists[*list].clone() }),
            (Some(_), _) => {}
        }
        found.push(record);
    }
    if named.len() % 2 == 1 {
        faults.push(PairError::Odd(named.len()));
    }
    let pairs: Vec<(u32, u32)> = found.chunks_exact(2).filter_map(|two| Some((two[0]?, two[1]?))).collect();
    let same = found.chunks_exact(2).enumerate().filter(|(_, two)| two[0].is_some() && two[0] == two[1]);
    faults.extend(same.map(|(pair, _)| PairError::Same { at: 2 * pair + 1 }));
    if faults.is_empty() { Ok(pairs) } else { Err(faults) }
}

/// Explains two different records. `originals` hold what their sources say; what they do not hold is not shown. What people
/// judged of the pair shows in what became of it, not in what the fields count for.
pub fn explain(
    linked: &Linked<'_>,
    reading: &Reading,
    judgements: &[Judgement],
    (a, b): (u32, u32),
    originals: &HashMap<RecordKey, Words>,
) -> Explanation {
    let linkage = &linked.linkage;
    let (a, b) = (a.min(b), a.max(b));
    let pair = linkage.explain(a, b);
    let records = [a, b].map(|r| RecordKey::of(&reading.records, r));
    let known = prior(linkage, reading, a, b);
    let prior = known.map(|p| log_odds(p.probability)).filter(|bits| bits.is_finite());
    let [one, other] = [&records[0], &records[1]].map(|key| originals.get(key));
    let model = &linkage.model.fields;
    let step = |(field, bits): (Field, Option<f64>)| {
        let level =
            bits.and_then(|_| field.levels().get(usize::from(pair.pattern.level(field)))).copied().unwrap_or(NOT_SAID);
        let learned = model.iter().find(|f| f.field == field);
        let values = one.zip(other).map(|(one, other)| (words::said(field, one), words::said(field, other)));
        Step { field, level, bits, sentence: words::step(field, level, bits, learned), values }
    };
    let steps: Vec<Step> = linkage.contributions(&pair).into_iter().map(step).collect();
    let total = prior.map(|prior| prior + pair.weight);
    let probability = prior.map(|_| pair.probability);
    let (verdict, outcome) = verdict::verdict(linkage, reading, judgements, a, b);
    Explanation {
        records: records.into(),
        prior,
        start: words::start(known.filter(|_| prior.is_some())),
        steps,
        weight: pair.weight,
        total,
        probability,
        end: words::end(total.zip(probability), linkage.threshold.probability),
        threshold: linkage.threshold.probability,
        together: linkage.persons[a as usize] == linkage.persons[b as usize],
        verdict,
        outcome,
    }
}

/// The prior of two records; none where they stand on one list without duplicates.
fn prior<'l>(linkage: &'l Linkage<'_>, reading: &Reading, a: u32, b: u32) -> Option<&'l Prior> {
    if verdict::forbidden(reading, a, b) {
        return None;
    }
    let [one, other] = [a, b].map(|r| RecordKey::of(&reading.records, r).list);
    let between = |p: &&Prior| p.lists == (one.clone(), other.clone()) || p.lists == (other.clone(), one.clone());
    linkage.model.priors.iter().find(between)
}

/// Log-odds of a probability, in bits.
fn log_odds(probability: f64) -> f64 {
    (probability / (1.0 - probability)).log2()
}

impl Explanation {
    /// The comparison in one paragraph: every step's sentence.
    pub fn in_words(&self) -> String {
        let steps = self.steps.iter().map(|s| s.sentence.as_str());
        let all = [self.start.as_str()].into_iter().chain(steps).chain([self.end.as_str(), self.outcome.as_str()]);
        all.collect::<Vec<_>>().join(" ")
    }

    /// What it is called.
    pub fn title(&self) -> String {
        format!("{} and {}", self.records.0, self.records.1)
    }
}

#[cfg(test)]
mod tests;
