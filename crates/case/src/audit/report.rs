//! What did the audit find?
//!
//! Precision and recall twice: of the links, which the threshold makes, and of the persons, which clustering makes of them.

use super::statistics::{Interval, Judged, proportion, recall, total};
use super::{Draw, Stratum};
use crate::judgement::{Book, PairKey, Purpose, Verdict, common_verdict};
use serde::Serialize;
use std::collections::BTreeMap;

/// What was judged of one stratum.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StratumReport {
    /// The stratum.
    #[serde(flatten)]
    pub stratum: Stratum,
    /// Judged the same.
    pub same: u64,
    /// Judged different.
    pub different: u64,
    /// Judged unsure, or people disagree.
    pub unsure: u64,
    /// Not judged.
    pub open: u64,
}

impl StratumReport {
    fn judged(&self, unsure: Option<Verdict>) -> Judged {
        let same = if unsure == Some(Verdict::Same) { self.unsure } else { 0 };
        let more = if unsure.is_some() { self.unsure } else { 0 };
        Judged { size: self.stratum.pairs, judged: self.same + self.different + more, same: self.same + same }
    }
}

/// One number of an audit.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Measure {
    /// What it measures.
    pub what: &'static str,
    /// The estimate with its 95 % limits, pairs judged unsure left out; absent where too little was judged.
    pub interval: Option<Interval>,
    /// The estimates if every unsure pair were two persons, and if every one were one person.
    pub unsure_settled: Option<(f64, f64)>,
}

/// What an audit found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// The threshold of the linkage.
    pub threshold: f64,
    /// Pairs drawn.
    pub drawn: u64,
    /// Pairs judged, unsure ones included.
    pub judged: u64,
    /// By stratum.
    pub strata: Vec<StratumReport>,
    /// The numbers.
    pub measures: Vec<Measure>,
    /// How many pairs of one person lie among those never likely, with 95 % limits.
    pub never_likely: Option<Interval>,
    /// Pairs that several people settled.
    pub settled_by_several: u64,
    /// Of these, the pairs on which all of them agree.
    pub agreed: u64,
    /// Strata that hold pairs of which none was settled; numbers that rest on them are absent.
    pub unsettled: Vec<String>,
    /// How the limits were made.
    pub method: &'static str,
}

const METHOD: &str = "Stratified totals (Horvitz-Thompson); 95 % limits in each stratum exact (hypergeometric, \
                      mid-P), combined by the method of variance estimates recovery; limits of ratios as in Fieller's \
                      theorem.";

/// A measure: its name, the strata that count as accepted, and those it is a share of.
type Definition = (&'static str, fn(&Stratum) -> bool, fn(&Stratum) -> bool, bool);

const MEASURES: [Definition; 6] = [
    ("precision of links", |s| s.linked, |_| true, false),
    ("recall of links among likely pairs", |s| s.linked, |s| s.kept, true),
    ("recall of links among all pairs", |s| s.linked, |_| true, true),
    ("precision of persons", |s| s.together, |_| true, false),
    ("recall of persons among likely pairs", |s| s.together, |s| s.kept || s.together, true),
    ("recall of persons among all pairs", |s| s.together, |_| true, true),
];

/// What a draw and the judgements of its pairs say. Where several people judged a pair and disagree, it counts as unsure.
pub fn report(draw: &Draw, book: &Book) -> Report {
    let standing = book.standing(Purpose::Audit);
    let counted = |s: &Stratum| StratumReport { stratum: s.clone(), same: 0, different: 0, unsure: 0, open: 0 };
    let mut strata: Vec<StratumReport> = draw.head.strata.iter().map(counted).collect();
    let places: BTreeMap<&str, usize> = draw.head.strata.iter().zip(0..).map(|(s, at)| (s.name.as_str(), at)).collect();
    let (mut several, mut agreed) = (0, 0);
    for pair in &draw.pairs {
        let Some(stratum) = places.get(pair.stratum.as_str()).map(|at| &mut strata[*at]) else { continue };
        match standing.get(&PairKey::new(&pair.a, &pair.b)) {
            None => stratum.open += 1,
            Some(entries) => {
                let common = common_verdict(entries.iter().map(|(_, e)| *e));
                match common {
                    Some(Verdict::Same) => stratum.same += 1,
                    Some(Verdict::Different) => stratum.different += 1,
                    _ => stratum.unsure += 1,
                }
                if entries.iter().filter(|(_, e)| e.verdict != Verdict::Unsure).count() > 1 {
                    several += 1;
                    agreed += u64::from(common.is_some());
                }
            }
        }
    }
    let measures = MEASURES.iter().map(|definition| measure(definition, &strata)).collect();
    let never: Vec<Judged> =
        strata.iter().filter(|s| !s.stratum.kept && !s.stratum.together).map(|s| s.judged(None)).collect();
    let is_unsettled = |s: &&StratumReport| s.stratum.pairs > 0 && s.same + s.different == 0;
    let drawn = draw.pairs.len() as u64;
    Report {
        threshold: draw.head.threshold,
        drawn,
        judged: drawn - strata.iter().map(|s| s.open).sum::<u64>(),
        measures,
        never_likely: total(&never),
        settled_by_several: several,
        agreed,
        unsettled: strata.iter().filter(is_unsettled).map(|s| s.stratum.name.clone()).collect(),
        strata,
        method: METHOD,
    }
}

fn measure(&(what, accepted, within, is_recall): &Definition, strata: &[StratumReport]) -> Measure {
    let found: Vec<&StratumReport> = strata.iter().filter(|s| accepted(&s.stratum)).collect();
    let is_lost = |s: &&StratumReport| is_recall && within(&s.stratum) && !accepted(&s.stratum);
    let lost: Vec<&StratumReport> = strata.iter().filter(is_lost).collect();
    let interval = |unsure: Option<Verdict>| {
        let judged = |strata: &[&StratumReport]| strata.iter().map(|s| s.judged(unsure)).collect::<Vec<_>>();
        if is_recall { recall(&judged(&found), &judged(&lost)) } else { proportion(&judged(&found)) }
    };
    let settled = |verdict| interval(Some(verdict)).map(|i| i.estimate);
    // For recall the two are no bounds (an unsure link raises it, an unsure pair that is no link lowers it), but they show
    // how much hangs on the unsure.
    let both = settled(Verdict::Different).zip(settled(Verdict::Same));
    let any_unsure = found.iter().chain(&lost).any(|s| s.unsure > 0);
    Measure { what, interval: interval(None), unsure_settled: both.filter(|_| any_unsure) }
}
