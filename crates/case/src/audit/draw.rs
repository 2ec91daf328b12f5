//! Which pairs are to be judged blind?
//!
//! Strata are bins of probability, cut at the threshold, and within a bin by whether clustering did as the threshold says.
//! One more holds every pair that was compared and forgotten, or never compared: what is lost there no other sample finds.

use super::statistics::{Planned, allocate};
use super::{Draw, Drawn, Head, Stratum, VERSION};
use crate::judgement::RecordKey;
use crate::lists::Reading;
use crate::version;
use factum_link::{Linkage, RecordSet};
use rand::seq::{SliceRandom, index};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha12Rng;
use std::collections::{BTreeMap, BTreeSet};

/// Where bins of probability begin; the threshold is added. A kept pair lies below the second only where a judgement put it
/// there.
const EDGES: [f64; 8] = [0.0, 0.01, 0.05, 0.2, 0.5, 0.8, 0.95, 0.99];

/// A fixed edge so near to the threshold would make a bin of next to nothing.
const TOO_NEAR: f64 = 0.005;

/// At most this share of a sample goes to the pairs that were never likely: there are so many that they would take it all, and
/// almost every one of them is plainly two persons.
const UNLIKELY: f64 = 0.2;

/// Up to this many pairs are listed to draw from them; beyond, pairs are tried at random.
const LISTED: u64 = 100_000;

/// Why no sample was drawn.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DrawError {
    /// Fewer pairs than strata.
    #[error("{count} pairs cannot be drawn from {strata} strata; draw at least {}, better ten from each", 2 * strata)]
    TooFew {
        /// Pairs asked for.
        count: u64,
        /// Strata that hold pairs.
        strata: u64,
    },
}

/// Where the pairs of a stratum are to be found.
enum Pairs {
    /// Listed.
    Listed(Vec<(u32, u32)>),
    /// All those not listed elsewhere.
    Others,
}

/// Draws `count` pairs of a linkage. The same linkage and seed draw the same pairs.
///
/// # Errors
/// When too few are asked for to draw from every stratum.
pub fn draw(
    reading: &Reading,
    linkage: &Linkage<'_>,
    inputs: Vec<factum_model::Input>,
    count: u64,
    seed: u64,
) -> Result<Draw, DrawError> {
    let set = &reading.records;
    let deduplicated: Vec<bool> = reading.lists.iter().map(|l| l.deduplicated).collect();
    let universe = Universe { set, deduplicated };
    let joined = joined(linkage);
    let mut strata = listed(linkage, &joined);
    let known = Known { linkage, joined: joined.into_iter().collect() };
    let all = universe.pairs();
    let others = all.saturating_sub(linkage.pairs.len() as u64 + known.joined.len() as u64);
    let lost = linkage.threshold.expected_matches - linkage.pairs.iter().map(|p| p.probability).sum::<f64>();
    if others > 0 {
        let stratum = described("never likely", false, false, false, others);
        let probability = lost.max(0.0) / others as f64;
        strata.push(Source { stratum, pairs: Pairs::Others, probability });
    }
    if count < 2 * strata.len() as u64 && count < all {
        return Err(DrawError::TooFew { count, strata: strata.len() as u64 });
    }
    // Where the likely pairs are fewer than wanted, the others take the rest.
    let likely = all - others;
    let most_others = ((count as f64 * UNLIKELY).ceil() as u64).max(count.saturating_sub(likely));
    let plan = |s: &Source| {
        let most = if matches!(s.pairs, Pairs::Others) { most_others } else { s.stratum.pairs };
        Planned { size: s.stratum.pairs, probability: s.probability, most }
    };
    let drawn = allocate(&strata.iter().map(plan).collect::<Vec<_>>(), count);
    let mut random = ChaCha12Rng::seed_from_u64(seed);
    let mut pairs = Vec::new();
    for (source, n) in strata.iter_mut().zip(drawn) {
        source.stratum.drawn = n;
        let picked = match &source.pairs {
            Pairs::Listed(listed) => some_of(listed, n, &mut random),
            Pairs::Others => universe.sample(&known, others, n, &mut random),
        };
        let (stratum, chance) = (&source.stratum.name, n as f64 / source.stratum.pairs as f64);
        let named = |(a, b)| {
            let (a, b) = (RecordKey::of(set, a), RecordKey::of(set, b));
            Drawn { a, b, stratum: stratum.clone(), chance }
        };
        pairs.extend(picked.into_iter().map(named));
    }
    // Mixed, so that the order says nothing and an audit that stops early has some of each.
    pairs.shuffle(&mut random);
    let head = Head {
        version: VERSION,
        program: version(),
        inputs,
        threshold: linkage.threshold.probability,
        seed,
        strata: strata.into_iter().map(|s| s.stratum).collect(),
    };
    Ok(Draw { head, pairs })
}

/// `n` of these pairs, or all of them if they are fewer.
fn some_of(pairs: &[(u32, u32)], n: u64, random: &mut ChaCha12Rng) -> Vec<(u32, u32)> {
    let picked = index::sample(random, pairs.len(), (n as usize).min(pairs.len()));
    picked.into_iter().map(|at| pairs[at]).collect()
}

/// A stratum with its pairs and what the model expects of them.
struct Source {
    stratum: Stratum,
    pairs: Pairs,
    /// Mean probability.
    probability: f64,
}

/// The pairs that are listed in a stratum.
struct Known<'l> {
    linkage: &'l Linkage<'l>,
    joined: BTreeSet<(u32, u32)>,
}

impl Known<'_> {
    fn holds(&self, a: u32, b: u32) -> bool {
        is_kept(self.linkage, (a, b)) || self.joined.contains(&(a, b))
    }
}

fn is_kept(linkage: &Linkage<'_>, pair: (u32, u32)) -> bool {
    linkage.pairs.binary_search_by_key(&pair, |p| (p.a, p.b)).is_ok()
}

fn described(name: &str, linked: bool, together: bool, kept: bool, pairs: u64) -> Stratum {
    let note = match (linked, together) {
        (true, false) => ", kept apart",
        (false, true) => ", joined",
        _ => "",
    };
    Stratum { name: format!("{name}{note}"), linked, together, kept, pairs, drawn: 0 }
}

/// The pairs of one bin and the sum of their probabilities.
#[derive(Default)]
struct Bin {
    pairs: Vec<(u32, u32)>,
    sum: f64,
}

/// The strata whose pairs can be listed: those the engine kept, and those put together without having been kept.
fn listed(linkage: &Linkage<'_>, joined: &[(u32, u32)]) -> Vec<Source> {
    let threshold = linkage.threshold.probability;
    let far = |edge: &f64| *edge == 0.0 || (edge - threshold).abs() > TOO_NEAR;
    let mut edges: Vec<f64> = EDGES.into_iter().filter(far).collect();
    edges.push(threshold);
    edges.sort_by(f64::total_cmp);
    let together = |a: u32, b: u32| linkage.persons[a as usize] == linkage.persons[b as usize];
    let mut bins: BTreeMap<(usize, bool), Bin> = BTreeMap::new();
    for pair in &linkage.pairs {
        let bin = edges.partition_point(|e| *e <= pair.probability).saturating_sub(1);
        let bin = bins.entry((bin, together(pair.a, pair.b))).or_default();
        bin.pairs.push((pair.a, pair.b));
        bin.sum += pair.probability;
    }
    let source = |((bin, together), Bin { pairs, sum }): ((usize, bool), Bin)| {
        let name = format!("{} to {}", short(edges[bin]), edges.get(bin + 1).map_or("1".into(), |e| short(*e)));
        let stratum = described(&name, edges[bin] >= threshold, together, true, pairs.len() as u64);
        Source { probability: sum / pairs.len() as f64, stratum, pairs: Pairs::Listed(pairs) }
    };
    let mut sources: Vec<Source> = bins.into_iter().map(source).collect();
    if !joined.is_empty() {
        let stratum = described("never likely", false, true, false, joined.len() as u64);
        sources.push(Source { stratum, pairs: Pairs::Listed(joined.to_vec()), probability: 0.5 });
    }
    sources
}

/// Pairs of one person that the engine did not keep: other pairs joined them.
fn joined(linkage: &Linkage<'_>) -> Vec<(u32, u32)> {
    let mut members: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    linkage.persons.iter().zip(0u32..).for_each(|(person, row)| members.entry(*person).or_default().push(row));
    let pairs_of = |rows: &Vec<u32>| {
        let pair = |(i, &b): (usize, &u32)| rows[..i].iter().map(move |&a| (a, b)).collect::<Vec<_>>();
        rows.iter().enumerate().flat_map(pair).collect::<Vec<_>>()
    };
    members.values().flat_map(pairs_of).filter(|pair| !is_kept(linkage, *pair)).collect()
}

/// A probability with no more digits than it needs.
fn short(p: f64) -> String {
    let text = format!("{p:.6}");
    text.trim_end_matches('0').trim_end_matches('.').to_string()
}

/// Every pair of records that may be one person.
struct Universe<'s> {
    set: &'s RecordSet,
    deduplicated: Vec<bool>,
}

impl Universe<'_> {
    fn holds(&self, a: u32, b: u32) -> bool {
        let list = self.set.list_of(a);
        list != self.set.list_of(b) || !self.deduplicated[list]
    }

    fn pairs(&self) -> u64 {
        let mut sizes = vec![0u64; self.deduplicated.len()];
        (0..self.set.len() as u32).for_each(|row| sizes[self.set.list_of(row)] += 1);
        let within = |n: u64| n * n.saturating_sub(1) / 2;
        let barred = sizes.iter().zip(&self.deduplicated).filter(|(_, d)| **d).map(|(n, _)| within(*n)).sum::<u64>();
        within(self.set.len() as u64) - barred
    }

    /// `n` of the `others` pairs that are not `known`.
    fn sample(&self, known: &Known<'_>, others: u64, n: u64, random: &mut ChaCha12Rng) -> Vec<(u32, u32)> {
        let records = self.set.len() as u32;
        let is_other = |a: u32, b: u32| self.holds(a, b) && !known.holds(a, b);
        let all = u64::from(records) * u64::from(records.saturating_sub(1)) / 2;
        // Where pairs are few, or hardly any of them is wanted, trying at random would take for ever.
        if all <= LISTED || others < all / 1000 {
            let listed: Vec<(u32, u32)> =
                (0..records).flat_map(|b| (0..b).map(move |a| (a, b))).filter(|&(a, b)| is_other(a, b)).collect();
            return some_of(&listed, n, random);
        }
        let mut picked: Vec<(u32, u32)> = Vec::new();
        let mut seen = BTreeSet::new();
        while (picked.len() as u64) < n.min(others) {
            let (x, y) = (random.random_range(0..records), random.random_range(0..records));
            let pair = (x.min(y), x.max(y));
            if x != y && is_other(pair.0, pair.1) && seen.insert(pair) {
                picked.push(pair);
            }
        }
        picked
    }
}
