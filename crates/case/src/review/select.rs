//! About which pairs does an answer teach most?
//!
//! A pair teaches where the engine is in doubt, and the more, the more pairs agree in the same way: the answer settles some
//! of each (uncertainty and representativeness, as in B. Settles, "Active Learning Literature Survey", 2009, section 5).
//! Questions alike teach little, so the worth of a pattern falls each time it is asked, and what is new in a pattern's levels
//! counts. Beside the doubtful stand the suspicious: links that a field contradicts, and joins that clustering overruled.

use super::{Question, Why};
use crate::judgement::{PairKey, RecordKey};
use factum_link::{Field, Linkage, Pattern, RecordSet, ScoredPair};
use std::collections::{BTreeMap, HashSet};

/// A field speaks clearly against a link when it takes this many bits from it: eight times likelier for two persons.
const AGAINST: f64 = -3.0;

/// One pattern is asked at most this often in a round.
const MOST_OF_A_PATTERN: u32 = 2;

/// Which pairs are wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Wanted {
    /// Half of them doubtful, the others suspicious, as far as there are any.
    #[default]
    All,
    /// Those the engine is in doubt about.
    Doubtful,
    /// Links contradicted by a field, and what clustering overruled or joined.
    Suspicious,
}

/// A pair that could be asked about.
struct Candidate {
    at: usize,
    why: Why,
    worth: f64,
}

/// Chooses up to `count` pairs that teach most, the most instructive first, out of those not in `judged`. The order depends
/// on the linkage alone.
pub fn select(
    linkage: &Linkage<'_>,
    set: &RecordSet,
    judged: &HashSet<PairKey>,
    count: usize,
    wanted: Wanted,
) -> Vec<Question> {
    let rows: HashSet<(u32, u32)> = {
        let keys = judged.iter().flat_map(|p| p.records());
        let rows = crate::judgement::rows_of(keys, set);
        let row_pair = |p: &PairKey| {
            let [a, b] = p.records().map(|k| rows.get(k).copied());
            Some((a?.min(b?), a?.max(b?)))
        };
        judged.iter().filter_map(row_pair).collect()
    };
    let is_open = |p: &ScoredPair| !rows.contains(&(p.a, p.b));
    let mut asked: BTreeMap<Pattern, u32> = BTreeMap::new();
    for pair in linkage.pairs.iter().filter(|p| !is_open(p)) {
        *asked.entry(pair.pattern).or_default() += 1;
    }
    let doubtful = if wanted == Wanted::Suspicious { Vec::new() } else { doubtful(linkage, is_open) };
    let suspicious = if wanted == Wanted::Doubtful { Vec::new() } else { suspicious(linkage, is_open) };
    let mut picker = Picker { linkage, asked, round: BTreeMap::new(), levels: BTreeMap::new(), taken: HashSet::new() };
    // Half and half while both last; what one kind lacks, the other gives.
    let first = picker.pick(&doubtful, if suspicious.is_empty() { count } else { count.div_ceil(2) });
    let second = picker.pick(&suspicious, count - first.len());
    let more = picker.pick(&doubtful, count - first.len() - second.len());
    let chosen = interleave(first.into_iter().chain(more).collect(), second);
    chosen.into_iter().map(|c| question(c, linkage, set)).collect()
}

fn question(candidate: &Candidate, linkage: &Linkage<'_>, set: &RecordSet) -> Question {
    let pair = &linkage.pairs[candidate.at];
    let (a, b) = (RecordKey::of(set, pair.a), RecordKey::of(set, pair.b));
    Question { a, b, why: candidate.why.clone(), sample: None }
}

/// For each pattern the pair nearest to the toss of a coin, seen from the middle and from the threshold.
fn doubtful(linkage: &Linkage<'_>, is_open: impl Fn(&ScoredPair) -> bool) -> Vec<Candidate> {
    let cut = odds(linkage.threshold.probability);
    // 1 at even odds, 1/4 of it three bits away; the threshold is a place of doubt as well: there a small change of the
    // model moves pairs across.
    let doubt = |p: f64| {
        let even = 4.0 * p * (1.0 - p);
        let q = 1.0 / (1.0 + (-(odds(p) - cut)).exp2());
        even.max(4.0 * q * (1.0 - q))
    };
    let mut patterns: BTreeMap<Pattern, (u64, Option<(f64, usize)>)> = BTreeMap::new();
    for (at, pair) in linkage.pairs.iter().enumerate() {
        let (alike, best) = patterns.entry(pair.pattern).or_default();
        *alike += 1;
        let doubt = doubt(pair.probability);
        if is_open(pair) && best.is_none_or(|(most, _)| doubt > most) {
            *best = Some((doubt, at));
        }
    }
    let candidate = |(alike, best): (u64, Option<(f64, usize)>)| {
        let (doubt, at) = best?;
        // The logarithm, because a second thousand of like pairs teaches less than the first.
        Some(Candidate { at, why: Why::Doubt { alike }, worth: doubt * (1.0 + alike as f64).log2() })
    };
    patterns.into_values().filter_map(candidate).collect()
}

/// For each pattern the worst contradiction among links, and what clustering did against the threshold.
fn suspicious(linkage: &Linkage<'_>, is_open: impl Fn(&ScoredPair) -> bool) -> Vec<Candidate> {
    let mut best: BTreeMap<(Pattern, u8), Candidate> = BTreeMap::new();
    for (at, pair) in linkage.pairs.iter().enumerate().filter(|(_, p)| is_open(p)) {
        let linked = pair.probability >= linkage.threshold.probability;
        let together = linkage.persons[pair.a as usize] == linkage.persons[pair.b as usize];
        let surprise = (odds(pair.probability) - odds(linkage.threshold.probability)).abs();
        let found = match (linked, together) {
            (true, false) => Some((0, Why::Overruled, surprise)),
            (false, true) => Some((1, Why::Joined, surprise)),
            (true, true) => against(linkage, pair).map(|(field, bits)| (2, Why::Contradiction { field }, -bits)),
            (false, false) => None,
        };
        if let Some((kind, why, worth)) = found {
            let slot = best.entry((pair.pattern, kind));
            let candidate = Candidate { at, why, worth };
            match slot {
                std::collections::btree_map::Entry::Vacant(slot) => {
                    slot.insert(candidate);
                }
                std::collections::btree_map::Entry::Occupied(mut slot) if candidate.worth > slot.get().worth => {
                    slot.insert(candidate);
                }
                std::collections::btree_map::Entry::Occupied(_) => {}
            }
        }
    }
    best.into_values().collect()
}

/// The field that speaks most clearly against a pair.
fn against(linkage: &Linkage<'_>, pair: &ScoredPair) -> Option<(&'static str, f64)> {
    let bits = linkage.contributions(pair).into_iter().filter_map(|(field, bits)| Some((field.name(), bits?)));
    bits.min_by(|x, y| x.1.total_cmp(&y.1)).filter(|(_, bits)| *bits <= AGAINST)
}

/// Takes candidates one by one, always the one that adds most to what was taken.
struct Picker<'l> {
    linkage: &'l Linkage<'l>,
    /// How often each pattern was asked, in this round and before.
    asked: BTreeMap<Pattern, u32>,
    /// How often in this round.
    round: BTreeMap<Pattern, u32>,
    /// How often each level of each field was shown in this round.
    levels: BTreeMap<(Field, u8), u32>,
    taken: HashSet<usize>,
}

impl Picker<'_> {
    fn pick<'c>(&mut self, candidates: &'c [Candidate], count: usize) -> Vec<&'c Candidate> {
        let mut picked = Vec::new();
        while picked.len() < count {
            let open = candidates.iter().filter(|c| !self.taken.contains(&c.at));
            let fresh = open.filter(|c| self.times(&self.round, c) < MOST_OF_A_PATTERN);
            let gains = fresh.map(|c| (self.gain(c), c));
            let best = gains.max_by(|x, y| x.0.total_cmp(&y.0).then(y.1.at.cmp(&x.1.at)));
            let Some((_, best)) = best else { break };
            self.take(best);
            picked.push(best);
        }
        picked
    }

    fn times(&self, counts: &BTreeMap<Pattern, u32>, candidate: &Candidate) -> u32 {
        counts.get(&self.linkage.pairs[candidate.at].pattern).copied().unwrap_or(0)
    }

    fn gain(&self, candidate: &Candidate) -> f64 {
        let pattern = self.linkage.pairs[candidate.at].pattern;
        let times = f64::from(self.times(&self.asked, candidate));
        let fields = &self.linkage.model.fields;
        let new = |f: Field| 1.0 / (1.0 + f64::from(self.levels.get(&(f, pattern.level(f))).copied().unwrap_or(0)));
        let novelty = fields.iter().map(|f| new(f.field)).sum::<f64>() / fields.len().max(1) as f64;
        candidate.worth * (0.5 + novelty) / (1.0 + times).powi(2)
    }

    fn take(&mut self, candidate: &Candidate) {
        let pattern = self.linkage.pairs[candidate.at].pattern;
        self.taken.insert(candidate.at);
        *self.asked.entry(pattern).or_default() += 1;
        *self.round.entry(pattern).or_default() += 1;
        for field in &self.linkage.model.fields {
            *self.levels.entry((field.field, pattern.level(field.field))).or_default() += 1;
        }
    }
}

fn interleave<T>(one: Vec<T>, other: Vec<T>) -> Vec<T> {
    let (mut one, mut other) = (one.into_iter(), other.into_iter());
    let mut mixed = Vec::new();
    loop {
        let before = mixed.len();
        mixed.extend(one.next());
        mixed.extend(other.next());
        if mixed.len() == before {
            return mixed;
        }
    }
}

/// Log-odds in bits; certainty counts as one in a million million.
fn odds(p: f64) -> f64 {
    let p = p.clamp(1e-12, 1.0 - 1e-12);
    (p / (1.0 - p)).log2()
}
