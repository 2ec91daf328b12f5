//! Does one list copy from another?
//!
//! Multiple systems estimation takes lists as made apart, or models how they depend. A list that copies another makes them
//! overlap where nobody was found twice. Copying shows as shared errors do between manuscripts: of the names that two lists
//! spell alike, some are spelt as nobody else's is, although several others bear nearly the same word. Two clerks rarely slip
//! alike; a copyist always does.
//!
//! Some people do bear such a name. How many is the same for all lists, so for each pair of lists the share of rare spellings
//! among the names spelt alike is set against that of all other pairs: R. A. Fisher's exact test, one-sided, with S. Holm's
//! correction ("A simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 6, 1979) for the
//! number of pairs. Only names spelt alike are asked, because lists that romanise otherwise, or err more, share fewer
//! spellings of any kind. With two lists there is nothing to compare with, and the counts stand alone; where most lists copy
//! from one, their likeness is what each is compared with, and the test says little.
//!
//! Records that are equal in everything both lists say are counted and tested in the same way, but say less: two careful lists
//! agree without copying.

use crate::lists::Reading;
use crate::lists::trace::{Code, Traces};
use crate::persons::Members;
use crate::words::near;
use factum_model::ListId;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

/// Corrected probabilities below this are told. Few lists are compared, and a false alarm costs a look at two lists.
const TELLING: f64 = 0.01;

/// Fewer shared rare spellings than this are chance, whatever a test says of them.
const LEAST: u64 = 3;

/// A word that fewer other people bear is no measure of what is a slip and what a name.
const COMMON: u32 = 3;

/// Values besides the name that both records must give before being equal in all of them means anything.
const LEAST_DETAILS: usize = 2;

/// What two lists have in common.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Likeness {
    /// The two lists.
    pub lists: (ListId, ListId),
    /// Persons on both.
    pub persons: u64,
    /// Rare spellings among the names that both spell alike.
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
    let members = Members::new(persons);
    let rare = rare_words(traces, &members);
    let lists: Vec<&ListId> = reading.records.lists().collect();
    let pairs = (0..lists.len()).flat_map(|a| (a + 1..lists.len()).map(move |b| (a, b)));
    let mut counts: BTreeMap<(usize, usize), Counts> = pairs.map(|pair| (pair, Counts::default())).collect();
    for records in members.iter().filter(|records| records.len() > 1) {
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
    let telling = |share: &Share| share.shared >= LEAST && share.p.is_some_and(|p| p < TELLING);
    let mut likenesses = Vec::new();
    for (((a, b), counts), (rare, equal)) in counts.into_iter().zip(spelled.into_iter().zip(equal)) {
        let finding = match (telling(&rare), telling(&equal)) {
            _ if columns.of[a] == columns.of[b] => Finding::Declared,
            (true, _) => Finding::Copying,
            (false, true) => Finding::Alike,
            (false, false) => Finding::None,
        };
        let lists = (lists[a].clone(), lists[b].clone());
        likenesses.push(Likeness { lists, persons: counts.persons, rare, equal, finding });
    }
    likenesses
}

impl Likeness {
    /// What to tell of two lists of which one seems to copy the other.
    pub fn warning(&self) -> Option<String> {
        let (a, b) = &self.lists;
        (self.finding == Finding::Copying).then(|| {
            format!(
                "The lists {a} and {b} share rare spellings, {} in {} names spelt alike, more often than other lists do \
                 (corrected p {}): one may copy the other, or both a third. If so, write copies = \"…\" in the section of the \
                 copy, and they count as one list.",
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

/// The words that stand in the records of one person only, while a word very like them is borne by several.
fn rare_words(traces: &Traces, members: &Members) -> HashSet<Code> {
    let mut persons = vec![0u32; traces.words.texts.len()];
    let mut several: HashSet<Code> = HashSet::new();
    for records in members.iter() {
        let words: BTreeSet<Code> = records.iter().flat_map(|r| traces.words_of(*r)).copied().collect();
        words.iter().for_each(|w| persons[*w as usize] += 1);
        if records.len() > 1 {
            several.extend(words);
        }
    }
    several.retain(|w| persons[*w as usize] == 1);
    with_variants(&traces.words.texts, &several, &|word| persons[word as usize] >= COMMON)
}

/// The candidates to which a common word is near. Words one letter apart share one of their forms with a letter left out, so
/// that only words that share a form are compared.
fn with_variants(texts: &[String], candidates: &HashSet<Code>, common: &dyn Fn(Code) -> bool) -> HashSet<Code> {
    let mut forms: HashMap<u64, Vec<Code>> = HashMap::new();
    for candidate in candidates {
        forms_of(&texts[*candidate as usize]).into_iter().for_each(|f| forms.entry(f).or_default().push(*candidate));
    }
    let mut found = HashSet::new();
    for (code, text) in texts.iter().enumerate().skip(1).filter(|(code, _)| common(*code as Code)) {
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
    fn add(&mut self, traces: &Traces, rare: &HashSet<Code>, of_a: &[u32], of_b: &[u32]) {
        let pairs = || of_a.iter().flat_map(|a| of_b.iter().map(move |b| (*a, *b)));
        let spelt_alike = |(a, b): &(u32, u32)| {
            let words = traces.words_of(*a);
            !words.is_empty() && words == traces.words_of(*b)
        };
        let is_rare = |(a, _): (u32, u32)| traces.words_of(a).iter().any(|w| rare.contains(w));
        self.persons += 1;
        self.rare.0 += u64::from(pairs().filter(spelt_alike).any(is_rare));
        self.rare.1 += u64::from(pairs().any(|p| spelt_alike(&p)));
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
