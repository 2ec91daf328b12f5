//! What can be said of a linkage as a whole, pair by pair and record by record?

use super::log_odds;
use crate::linking::Linked;
use crate::lists::Reading;
use factum_link::{Linkage, Options};
use factum_model::ListId;
use serde::Serialize;

/// What a threshold is expected to bring.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct ThresholdPoint {
    /// The threshold, a probability.
    pub threshold: f64,
    /// Links.
    pub links: u64,
    /// Expected share of links that are matches.
    pub precision: Option<f64>,
    /// Expected share of all matches that are links, those that blocking missed included.
    pub recall: Option<f64>,
    /// Expected F1.
    pub f1: Option<f64>,
}

/// Thresholds are looked at in steps of so many bits, from the floor at which pairs were kept.
const STEP: f64 = 0.5;

/// Beyond a probability of 99.99 % a threshold is no choice anybody makes.
const LAST: f64 = 0.9999;

/// The thresholds at which a curve is drawn, `chosen` among them.
fn grid(chosen: f64) -> Vec<f64> {
    let (from, to) = (log_odds(Options::KEEP), log_odds(LAST));
    let steps = ((to - from) / STEP) as usize;
    let mut grid: Vec<f64> = (0..=steps).map(|i| 1.0 / (1.0 + (-(from + STEP * i as f64)).exp2())).collect();
    // Rounding must not put the floor above itself.
    grid[0] = Options::KEEP;
    grid.extend([LAST, chosen]);
    grid.sort_by(f64::total_cmp);
    grid.dedup();
    grid
}

/// What each threshold is expected to bring: accepting the k pairs from a threshold on, whose probabilities sum to S, with
/// M matches expected in all, precision is S/k, recall S/M and F1 2S/(k + M) (Lipton, Elkan & Naryanaswamy 2014).
pub fn thresholds(linkage: &Linkage<'_>) -> Vec<ThresholdPoint> {
    at_thresholds(linkage, &grid(linkage.threshold.probability))
}

/// The same at given thresholds.
pub fn at_thresholds(linkage: &Linkage<'_>, thresholds: &[f64]) -> Vec<ThresholdPoint> {
    let mut sorted: Vec<f64> = linkage.pairs.iter().map(|p| p.probability).collect();
    sorted.sort_by(|a, b| b.total_cmp(a));
    let sums: Vec<f64> = std::iter::once(0.0)
        .chain(sorted.iter().scan(0.0, |sum, p| {
            *sum += p;
            Some(*sum)
        }))
        .collect();
    let matches = linkage.threshold.expected_matches;
    let at = |&threshold: &f64| {
        let links = sorted.partition_point(|&p| p >= threshold);
        let (sum, k) = (sums[links], links as f64);
        ThresholdPoint {
            threshold,
            links: links as u64,
            precision: (links > 0).then(|| sum / k),
            recall: (matches > 0.0).then(|| sum / matches),
            f1: (links > 0 && matches > 0.0).then(|| 2.0 * sum / (k + matches)),
        }
    };
    thresholds.iter().map(at).collect()
}

/// Pairs in a stretch of log-odds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Bin {
    /// From so many bits on.
    pub from: f64,
    /// To less than so many bits.
    pub to: f64,
    /// Pairs.
    pub pairs: u64,
}

/// Log-odds beyond this many bits are counted in the last stretch: a probability in double precision is full at 53.
const FAR: f64 = 50.0;

/// The kept pairs by log-odds, one bit a stretch, with the threshold between two stretches.
pub fn histogram(linkage: &Linkage<'_>) -> Vec<Bin> {
    let cut = log_odds(linkage.threshold.probability).clamp(-FAR, FAR);
    let places = linkage.pairs.iter().map(|p| {
        // A probability at the threshold must not fall below it by rounding.
        let above = p.probability >= linkage.threshold.probability;
        let place = (log_odds(p.probability).clamp(-FAR, FAR) - cut).floor() as i64;
        if above { place.max(0) } else { place.min(-1) }
    });
    let mut counts = std::collections::BTreeMap::new();
    places.for_each(|place| *counts.entry(place).or_insert(0) += 1);
    let (Some((&first, _)), Some((&last, _))) = (counts.first_key_value(), counts.last_key_value()) else {
        return Vec::new();
    };
    let bin = |place: i64| Bin {
        from: cut + place as f64,
        to: cut + place as f64 + 1.0,
        pairs: counts.get(&place).copied().unwrap_or(0),
    };
    (first..=last).map(bin).collect()
}

/// How many records say enough to be found again.
#[derive(Clone, Debug, Serialize)]
pub struct Findability {
    /// By list, at the threshold in use.
    pub lists: Vec<OfList>,
    /// Share of records that would not be found, by threshold.
    pub curve: Vec<(f64, f64)>,
    /// Every so many-th record was looked at.
    pub stride: usize,
}

/// The records of one list that say too little.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OfList {
    /// The list.
    pub list: ListId,
    /// Records looked at.
    pub records: u64,
    /// Of them, those that could not be found again.
    pub unlinkable: u64,
}

/// So many records show a share to a tenth of a per cent.
const LOOKED_AT: usize = 200_000;

/// The threshold is the probability of the least likely link, and must not exclude that link because the same sum comes out a
/// hair smaller when taken in another order.
const ROUNDING: f64 = 1e-6;

/// Compares each record with itself: one that would not reach the threshold against an exact copy of what it says cannot be
/// linked to anything (the *unlinkables* of Splink, Linacre et al. 2022). The copy is thought of on the list with which
/// matches are most likely, so the share is a lower bound.
pub fn findability(linked: &Linked<'_>, reading: &Reading) -> Findability {
    let (linkage, set) = (&linked.linkage, &reading.records);
    let priors: Vec<f64> = set.lists().map(|list| best_prior(linkage, list)).collect();
    let stride = set.len().div_ceil(LOOKED_AT).max(1);
    let looked_at = (0..set.len() as u32).step_by(stride);
    let mut bits: Vec<(usize, f64)> =
        looked_at.map(|r| (set.list_of(r), priors[set.list_of(r)] + linkage.explain(r, r).weight)).collect();
    let below = |bits: f64, threshold: f64| bits < log_odds(threshold) - ROUNDING;
    let mut lists: Vec<OfList> =
        set.lists().map(|list| OfList { list: list.clone(), records: 0, unlinkable: 0 }).collect();
    for &(list, bits) in &bits {
        lists[list].records += 1;
        lists[list].unlinkable += u64::from(below(bits, linkage.threshold.probability));
    }
    bits.sort_by(|a, b| a.1.total_cmp(&b.1));
    let share = |t: f64| bits.partition_point(|b| below(b.1, t)) as f64 / bits.len().max(1) as f64;
    let curve = grid(linkage.threshold.probability).into_iter().map(|t| (t, share(t))).collect();
    Findability { lists, curve, stride }
}

/// The likeliest log-odds, in bits, of a match with a record of another list; within the list where there is no other.
fn best_prior(linkage: &Linkage<'_>, list: &ListId) -> f64 {
    let priors = &linkage.model.priors;
    let with = |elsewhere: bool| {
        let fits = move |p: &&factum_link::Prior| {
            let (one, other) = &p.lists;
            (one == list || other == list) && (one != other) == elsewhere
        };
        priors.iter().filter(fits).map(|p| log_odds(p.probability)).fold(f64::NEG_INFINITY, f64::max)
    };
    let elsewhere = with(true);
    if elsewhere > f64::NEG_INFINITY { elsewhere } else { with(false) }
}
