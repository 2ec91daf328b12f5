//! Does one list copy from another?
//!
//! Multiple systems estimation takes lists as made apart, or models how they depend. A list that copies another makes them
//! overlap where nobody was found twice. Copying shows as shared errors do between manuscripts: a spelling that stands nowhere
//! but on these two lists, although everyone else writes nearly the same word otherwise. Two clerks rarely slip alike; a
//! copyist always does.
//!
//! For each pair of lists the share of persons whose rare spelling both lists have is set against that of all other pairs
//! of lists: R. A. Fisher's exact test, one-sided, with S. Holm's correction ("A simple sequentially rejective multiple test
//! procedure", Scandinavian Journal of Statistics 6, 1979) for the number of pairs. With two lists there is nothing to
//! compare with, and the counts stand alone. Records that are equal in everything both lists say are counted and tested in
//! the same way, but say less: two careful lists agree without copying.

use crate::lists::Reading;
use crate::lists::trace::{Code, Traces};
use crate::words::near;
use factum_model::ListId;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

/// Corrected probabilities below this are told. Few lists are compared, and a false alarm costs a look at two lists.
const TELLING: f64 = 0.01;

/// Fewer shared rare spellings than this are chance, whatever a test says of them.
const LEAST: u64 = 3;

/// Values besides the name that both records must give before being equal in all of them means anything.
const LEAST_DETAILS: usize = 2;

/// What two lists have in common.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Likeness {
    /// The two lists.
    pub lists: (ListId, ListId),
    /// Persons on both.
    pub persons: u64,
    /// Rare spellings.
    pub rare: Share,
    /// Equal in the spelling of the name and in every further value that both give, at least two.
    pub equal: Share,
    /// What it amounts to.
    pub finding: Finding,
}

/// A share of persons, against the share on other pairs of lists.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Share {
    /// Persons who have it on both lists.
    pub shared: u64,
    /// Persons who could.
    pub of: u64,
    /// By how many standard errors it exceeds the share on all other pairs of lists; absent where there are none.
    pub z: Option<f64>,
    /// The chance of a share as large as this if it were as on the other pairs, corrected for the number of pairs.
    pub p: Option<f64>,
}

/// What the likeness of two lists amounts to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Finding {
    /// Nothing beyond what other lists share.
    #[default]
    None,
    /// More records are equal than on other lists, which careful work can bring about.
    Alike,
    /// More rare spellings are shared than on other lists: one copies the other, or both a third.
    Copying,
    /// The settings say that one copies the other, and they count as one.
    Declared,
}

/// What each two lists have in common, in the order of the lists.
pub fn likenesses(reading: &Reading, persons: &[u32]) -> Vec<Likeness> {
    let traces = &reading.traces;
    let mut records: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    persons.iter().enumerate().for_each(|(record, p)| records.entry(*p).or_default().push(record as u32));
    records.retain(|_, r| r.len() > 1);
    let rare = Rare::new(traces, reading.records.len(), &records);
    let lists: Vec<&ListId> = reading.records.lists().collect();
    let pairs = (0..lists.len()).flat_map(|a| (a + 1..lists.len()).map(move |b| (a, b)));
    let mut counts: BTreeMap<(usize, usize), Counts> = pairs.map(|pair| (pair, Counts::default())).collect();
    for records in records.values() {
        let mut by_list: BTreeMap<usize, Vec<u32>> = BTreeMap::new();
        records.iter().for_each(|r| by_list.entry(reading.records.list_of(*r)).or_default().push(*r));
        for (a, of_a) in &by_list {
            for (b, of_b) in by_list.range(a + 1..) {
                counts.entry((*a, *b)).or_default().add(traces, &rare, of_a, of_b);
            }
        }
    }
    let counts: Vec<((usize, usize), Counts)> = counts.into_iter().collect();
    let spelled = against_others(&counts.iter().map(|(_, c)| c.rare).collect::<Vec<_>>());
    let equal = against_others(&counts.iter().map(|(_, c)| c.equal).collect::<Vec<_>>());
    let columns = reading.columns();
    let likeness = |(((a, b), counts), (rare, equal)): (&((usize, usize), Counts), (Share, Share))| {
        let telling = |share: &Share| share.shared >= LEAST && share.p.is_some_and(|p| p < TELLING);
        let finding = match (telling(&rare), telling(&equal)) {
            _ if columns.of[*a] == columns.of[*b] => Finding::Declared,
            (true, _) => Finding::Copying,
            (false, true) => Finding::Alike,
            (false, false) => Finding::None,
        };
        Likeness { lists: (lists[*a].clone(), lists[*b].clone()), persons: counts.persons, rare, equal, finding }
    };
    counts.iter().zip(spelled.into_iter().zip(equal)).map(likeness).collect()
}

impl Likeness {
    /// What to tell of two lists of which one seems to copy the other.
    pub fn warning(&self) -> Option<String> {
        let (a, b) = &self.lists;
        (self.finding == Finding::Copying).then(|| {
            format!(
                "The lists {a} and {b} share {} of {} rare spellings, more than other lists do (corrected p {}): one may copy \
                 the other, or both a third. If so, write copies = \"…\" in the section of the copy, and they count as one list.",
                self.rare.shared,
                self.rare.of,
                self.rare.p.map_or("unknown".into(), shown)
            )
        })
    }
}

/// A probability for people.
pub(crate) fn shown(p: f64) -> String {
    if p < 0.0001 { "< 0.0001".into() } else { format!("{p:.4}") }
}

/// Which words are rare spellings: they stand in the records of one person only, and something very like them elsewhere.
struct Rare {
    /// By word, how many records have it.
    frequency: Vec<u32>,
    /// Whether a word very like it is used.
    has_variant: HashSet<Code>,
}

impl Rare {
    fn new(traces: &Traces, records: usize, linked: &BTreeMap<u32, Vec<u32>>) -> Self {
        let mut frequency = vec![0; traces.words.texts.len()];
        for record in 0..records as u32 {
            distinct(traces.words_of(record)).for_each(|w| frequency[w as usize] += 1);
        }
        let mut candidates: HashSet<Code> = HashSet::new();
        for records in linked.values() {
            let words = records.iter().flat_map(|r| distinct(traces.words_of(*r)));
            candidates.extend(words.filter(|w| frequency[*w as usize] as usize <= records.len()));
        }
        let has_variant = with_variants(&traces.words.texts, &candidates);
        Self { frequency, has_variant }
    }

    /// Rare spellings in records of one person on two lists that stand nowhere else.
    fn words(&self, traces: &Traces, of_a: &[u32], of_b: &[u32]) -> Vec<Code> {
        let mut seen: BTreeMap<Code, u32> = BTreeMap::new();
        let records = of_a.iter().chain(of_b);
        records.flat_map(|r| distinct(traces.words_of(*r))).for_each(|w| *seen.entry(w).or_default() += 1);
        let is_rare = |(word, n): &(Code, u32)| self.frequency[*word as usize] == *n && self.has_variant.contains(word);
        seen.into_iter().filter(is_rare).map(|(word, _)| word).collect()
    }
}

fn distinct(sorted: &[Code]) -> impl Iterator<Item = Code> + '_ {
    sorted.iter().enumerate().filter(|(i, w)| *i == 0 || sorted[i - 1] != **w).map(|(_, w)| *w)
}

/// The candidates to which another word is near. Words one letter apart share one of their forms with a letter left out, so
/// that only words that share a form are compared.
fn with_variants(texts: &[String], candidates: &HashSet<Code>) -> HashSet<Code> {
    let mut forms: HashMap<u64, Vec<Code>> = HashMap::new();
    for candidate in candidates {
        forms_of(&texts[*candidate as usize]).into_iter().for_each(|f| forms.entry(f).or_default().push(*candidate));
    }
    let mut found = HashSet::new();
    for (code, text) in texts.iter().enumerate().skip(1) {
        for candidate in forms_of(text).iter().filter_map(|f| forms.get(f)).flatten() {
            if *candidate as usize != code && near(text, &texts[*candidate as usize]) {
                found.insert(*candidate);
            }
        }
    }
    found
}

/// Digests of a word and of its forms with one letter left out.
fn forms_of(word: &str) -> Vec<u64> {
    let digest = |letters: &mut dyn Iterator<Item = char>| {
        let mut hasher = DefaultHasher::new();
        letters.for_each(|c| c.hash(&mut hasher));
        hasher.finish()
    };
    let without = |at: usize| digest(&mut word.chars().enumerate().filter(move |(i, _)| *i != at).map(|(_, c)| c));
    let mut forms: Vec<u64> = (0..=word.chars().count()).map(without).collect();
    forms.sort_unstable();
    forms.dedup();
    forms
}

/// Persons on two lists: shared and of how many.
#[derive(Clone, Copy, Default)]
struct Counts {
    persons: u64,
    rare: (u64, u64),
    equal: (u64, u64),
}

impl Counts {
    fn add(&mut self, traces: &Traces, rare: &Rare, of_a: &[u32], of_b: &[u32]) {
        self.persons += 1;
        // Lists in different scripts cannot share a spelling, so they are not asked.
        let script = |r: &u32| traces.words_of(*r).first().map(|w| script(&traces.words.texts[*w as usize]));
        if of_a.iter().any(|a| of_b.iter().any(|b| script(a).is_some() && script(a) == script(b))) {
            let words = rare.words(traces, of_a, of_b);
            let on = |records: &[u32], word: &Code| records.iter().any(|r| traces.words_of(*r).contains(word));
            self.rare.0 += u64::from(words.iter().any(|w| on(of_a, w) && on(of_b, w)));
            self.rare.1 += u64::from(!words.is_empty());
        }
        let pairs = || of_a.iter().flat_map(|a| of_b.iter().map(move |b| (*a, *b)));
        let equal: Vec<bool> = pairs().filter_map(|(a, b)| equal(traces, a, b)).collect();
        self.equal.0 += u64::from(equal.contains(&true));
        self.equal.1 += u64::from(!equal.is_empty());
    }
}

/// Whether two records are equal in all they both say; `None` if that is too little, or in different scripts.
fn equal(traces: &Traces, a: u32, b: u32) -> Option<bool> {
    let (x, y) = (traces.words_of(a), traces.words_of(b));
    let (first, second) = (x.first()?, y.first()?);
    if script(&traces.words.texts[*first as usize]) != script(&traces.words.texts[*second as usize]) {
        return None;
    }
    let details =
        || traces.details[a as usize].iter().zip(&traces.details[b as usize]).filter(|(p, q)| **p != 0 && **q != 0);
    (details().count() >= LEAST_DETAILS).then(|| x == y && details().all(|(p, q)| p == q))
}

/// Scripts, as far as lists mix them: by the block of the first letter.
fn script(word: &str) -> u32 {
    word.chars().next().map_or(0, |c| match c as u32 {
        0..0x370 => 0,
        0x370..0x400 => 1,
        0x400..0x530 => 2,
        0x590..0x600 => 3,
        0x600..0x780 | 0x8A0..0x900 | 0xFB50..0xFE00 | 0xFE70..0xFF00 => 4,
        other => other >> 8,
    })
}

/// Each share against all others together.
fn against_others(counts: &[(u64, u64)]) -> Vec<Share> {
    let (all_shared, all) = counts.iter().fold((0, 0), |(s, n), (shared, of)| (s + shared, n + of));
    let factorials = log_factorials(all);
    let mut shares: Vec<Share> = counts
        .iter()
        .map(|&(shared, of)| {
            let comparable = of > 0 && all > of;
            let p = comparable.then(|| tail(shared, of, all_shared, all, &factorials));
            Share { shared, of, z: comparable.then(|| z(shared, of, all_shared, all)).flatten(), p }
        })
        .collect();
    holm(&mut shares);
    shares
}

/// The difference of two shares over its standard error under the common share.
fn z(shared: u64, of: u64, all_shared: u64, all: u64) -> Option<f64> {
    let [k, n, total, size] = [shared, of, all_shared, all].map(|x| x as f64);
    let common = total / size;
    let error = (common * (1.0 - common) * (1.0 / n + 1.0 / (size - n))).sqrt();
    (error > 0.0).then(|| (k / n - (total - k) / (size - n)) / error)
}

/// The chance that at least `shared` of the `all_shared` fall among `of` of `all`: the upper tail of the hypergeometric law.
fn tail(shared: u64, of: u64, all_shared: u64, all: u64, factorials: &[f64]) -> f64 {
    let choose = |n: u64, k: u64| factorials[n as usize] - factorials[k as usize] - factorials[(n - k) as usize];
    let most = of.min(all_shared);
    let possible = |k: &u64| all_shared - k <= all - of;
    let term = |k: u64| choose(of, k) + choose(all - of, all_shared - k) - choose(all, all_shared);
    (shared..=most).filter(possible).map(|k| term(k).exp()).sum::<f64>().min(1.0)
}

fn log_factorials(most: u64) -> Vec<f64> {
    let mut sum = 0.0;
    std::iter::once(0.0)
        .chain((1..=most).map(|n| {
            sum += (n as f64).ln();
            sum
        }))
        .collect()
}

/// Holm's correction: the smallest is multiplied by the number of tests, the next by one less, never falling.
fn holm(shares: &mut [Share]) {
    let mut order: Vec<usize> = (0..shares.len()).filter(|i| shares[*i].p.is_some()).collect();
    order.sort_by(|a, b| shares[*a].p.partial_cmp(&shares[*b].p).unwrap_or(std::cmp::Ordering::Equal));
    let mut least: f64 = 0.0;
    for (rank, at) in order.iter().enumerate() {
        if let Some(p) = shares[*at].p {
            least = least.max((p * (order.len() - rank) as f64).min(1.0));
            shares[*at].p = Some(least);
        }
    }
}

#[cfg(test)]
mod tests;
