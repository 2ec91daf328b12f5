//! What must the reader of a linkage know before using it?

use crate::cluster::Persons;
use crate::model::Model;
use crate::records::RecordSet;
use crate::renderings::Learned;
use crate::rows::ALIKE;
use crate::threshold::Threshold;
use crate::train::{MOST_CONTRADICTIONS, PRESSING};
use crate::{Field, Heaps};
use factum_model::ListId;
use std::fmt;

/// What the reader of a linkage must know.
#[derive(Clone, Debug, PartialEq)]
pub enum Warning {
    /// EM did not settle.
    NotSettled,
    /// A field with too few matches to learn from.
    Untrained(Field),
    /// A field whose full agreement speaks against a match.
    Contradicts(Field),
    /// A field in which likely matches mostly differ: the sign of a training that went astray.
    MatchesDiffer(Field),
    /// Records whose name says that no name is known.
    Unnamed(u64),
    /// Links that clustering overruled.
    Overruled(u64),
    /// Joins that a list without duplicates forbade.
    Forbidden(u64),
    /// The model expects no match.
    NoMatches,
    /// Judgements that contradict one another or a list without duplicates.
    Contradictory(u64),
    /// Records that say exactly the same as many others.
    Identical(u64),
    /// Dates written to the day that stand for a year or a month.
    Heaped(Heaps),
    /// Two lists write the same names in different ways, as learned from so many likely pairs.
    Rendered(ListId, ListId, u64),
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Warning::NotSettled => f.write_str("Training did not settle; weights and probabilities are not reliable."),
            Warning::Untrained(field) => {
                write!(
                    f,
                    "Too few likely matches have a {} on both sides: its weights are a guess, not learned.",
                    field.name()
                )
            }
            Warning::Contradicts(field) => write!(
                f,
                "Full agreement in {} speaks against a match under the trained model: check the mapping of that column.",
                field.name()
            ),
            Warning::MatchesDiffer(field) => write!(
                f,
                "Likely matches often differ in {} although both records say it: training may have taken people with similar \
                 names for one person. Do not rely on this linkage; map columns that tell people apart.",
                field.name()
            ),
            Warning::Unnamed(n) => {
                write!(f, "{n} records say that no name is known; they are linked by their other fields only.")
            }
            Warning::Overruled(n) => {
                write!(
                    f,
                    "{n} pairs above the threshold ended in different persons because other pairs contradict them."
                )
            }
            Warning::Forbidden(n) => write!(
                f,
                "{n} joins were refused because a list said to be without duplicates would have had one person twice."
            ),
            Warning::Contradictory(n) => write!(
                f,
                "{n} judgements contradict others: their records could not be kept together, or apart, as judged."
            ),
            Warning::Identical(n) => write!(
                f,
                "{n} records say exactly the same as more than {ALIKE} others each: nothing tells them apart, and whether they \
                 are one person or many cannot be said."
            ),
            Warning::Heaped(h) => write!(
                f,
                "Far more dates than chance allows fall on the first day: {} births on 1 January were taken as known to the \
                 year, {} births and {} events on the first of a month as known to the month.",
                h.births_to_the_year, h.births_to_the_month, h.events_to_the_month
            ),
            Warning::Rendered(first, second, pairs) => write!(
                f,
                "The lists {first} and {second} write most names in different ways. How they correspond was learned from \
                 {pairs} likely pairs, and names that correspond count as alike: look at some of the links between these lists."
            ),
            Warning::NoMatches => f.write_str("No pair is likely enough to be a match: every record stands alone."),
        }
    }
}

/// Agreement must speak against a match by this many bits to be announced: a field that is the same everywhere comes out a
/// hair below zero.
const CONTRADICTION: f64 = 0.1;

/// Everything there is to tell, the gravest first.
pub(crate) fn warnings(
    set: &RecordSet,
    model: &Model,
    threshold: &Threshold,
    persons: &Persons,
    (heaps, identical): (Heaps, u64),
    learned: &[Learned],
) -> Vec<Warning> {
    let mut warnings = Vec::new();
    if !model.converged {
        warnings.push(Warning::NotSettled);
    }
    for field in &model.fields {
        let (first, last) = field.field.same();
        let same = &field.levels[usize::from(first) - 1..usize::from(last)];
        let (m, u) = same.iter().fold((0.0, 0.0), |(m, u), l| (m + l.m, u + l.u));
        if !field.trained {
            warnings.push(Warning::Untrained(field.field));
        } else if (m / u).log2() < -CONTRADICTION {
            warnings.push(Warning::Contradicts(field.field));
        } else if !field.contradictions_proved && field.contradictions > MOST_CONTRADICTIONS - PRESSING {
            warnings.push(Warning::MatchesDiffer(field.field));
        }
    }
    let some = |n: u64| (n > 0).then_some(n);
    warnings.extend(some(identical).map(Warning::Identical));
    warnings.extend(some(persons.contradictory).map(Warning::Contradictory));
    warnings.extend(some(set.unnamed()).map(Warning::Unnamed));
    warnings.extend(some(persons.overruled).map(Warning::Overruled));
    warnings.extend(some(persons.forbidden).map(Warning::Forbidden));
    let rendered = |l: &Learned| Warning::Rendered(l.lists.0.clone(), l.lists.1.clone(), l.pairs);
    warnings.extend(learned.iter().map(rendered));
    if heaps != Heaps::default() {
        warnings.push(Warning::Heaped(heaps));
    }
    if threshold.links == 0 {
        warnings.push(Warning::NoMatches);
    }
    warnings
}
