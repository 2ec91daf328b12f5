//! Do two lists write the same names in different ways, and which spellings are renderings of one another?
//!
//! Lists of one people romanised by different schemes agree in dates and sex and in those names that the schemes happen to
//! write alike. The likeliest pairs teach how the rest corresponds ([`Equivalences`]); records are compared again with what
//! was learned, and the pairs this finds teach again, until the links settle. Lists whose names agree as they stand are left
//! alone.

use crate::counts::list_pair;
use crate::field::name;
use crate::linkage::ScoredPair;
use crate::names::Equivalences;
use crate::records::{Code, NameCodes, RecordSet, Texts};
use crate::rows::Rows;
use crate::{Field, Pattern};
use factum_model::ListId;
use rustc_hash::{FxHashMap, FxHashSet};
use serde::Serialize;

/// How often lists are compared again at the most: links hardly move after the second time.
pub(crate) const ROUNDS: usize = 3;

/// Links have settled when no more than this share of them came or went.
const SETTLED: f64 = 0.01;

/// Fewer pairs than this teach no letters: a scheme has some thirty correspondences, each of which must be seen a few times.
const ENOUGH: f64 = 100.0;

/// Names are learned where fewer than this share of those that two likely records both give are written the same. Lists of
/// one scheme differ by slips and variants, in one name in five or so.
const SAME: f64 = 0.5;

/// A pair teaches from this probability on.
const TEACHES: f64 = 0.5;

/// A spelling counts as close from here on, in bits: chance, with the list's habits of spelling, reaches it once in ten
/// thousand times; and as near where it does so once in a thousand.
const CLOSE_BITS: f64 = 13.3;
const NEAR_BITS: f64 = 10.0;

/// Correspondences of letters that are told.
const TOLD: usize = 12;

/// What was learned of how two lists write the same names.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Learned {
    /// The two lists.
    pub lists: (ListId, ListId),
    /// Likely pairs that taught it.
    pub pairs: u64,
    /// Share of the names both records of these pairs give that are written the same.
    pub same: f64,
    /// Letters of the first list and what the second writes for them, the most telling first.
    pub letters: Vec<(String, String)>,
    /// Pairs of differently spelled names taken as close or near because of it.
    pub names: u64,
    /// The same of places and regions.
    pub places: u64,
}

/// Spellings known to be renderings of one another, by codes.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Renderings {
    pub names: Known,
    pub places: Known,
}

/// How sure a rendering is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Sure {
    Near,
    Close,
}

/// Pairs of codes of one dictionary.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Known(FxHashMap<(Code, Code), Sure>);

impl Known {
    #[inline]
    pub(crate) fn get(&self, x: Code, y: Code) -> Option<Sure> {
        if self.0.is_empty() { None } else { self.0.get(&(x.min(y), x.max(y))).copied() }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The codes that have a rendering.
    pub(crate) fn codes(&self) -> impl Iterator<Item = Code> {
        self.0.keys().flat_map(|&(x, y)| [x, y])
    }

    fn add(&mut self, x: Code, y: Code, sure: Sure) {
        let known = self.0.entry((x.min(y), x.max(y))).or_insert(sure);
        *known = sure.max(*known);
    }
}

/// Learns from scored pairs how each two lists write what they both name. `None` where no two lists need it.
pub(crate) fn learn(rows: &Rows<'_>, pairs: &[ScoredPair]) -> Option<(Renderings, Vec<Learned>)> {
    let mut renderings = Renderings::default();
    let mut all = Vec::new();
    for (lists, teaching) in teaching(rows.set, pairs) {
        let same = share_same(&teaching);
        let expected: f64 = teaching.iter().map(|t| t.probability).sum();
        if expected < ENOUGH || same >= SAME {
            continue;
        }
        let set = rows.set;
        let names = |r: u32| words(&set.names, &name_codes(set.name[r as usize]));
        let places = |r: u32| words(&set.places, &place_codes(set, r));
        let by_names = equivalences(&teaching, names);
        let by_places = equivalences(&teaching, places);
        let of_name = |r: u32| match set.further_names.get(&r) {
            Some(names) => names.iter().flat_map(|&n| name_codes(n)).collect(),
            None => name_codes(set.name[r as usize]).to_vec(),
        };
        all.push(Learned {
            lists: (set.lists[usize::from(lists.0)].id.clone(), set.lists[usize::from(lists.1)].id.clone()),
            pairs: teaching.len() as u64,
            same,
            letters: by_names.correspondences(TOLD),
            names: spread(&by_names, set, &set.names, lists, of_name, &mut renderings.names),
            places: spread(
                &by_places,
                set,
                &set.places,
                lists,
                |r| place_codes(set, r).to_vec(),
                &mut renderings.places,
            ),
        });
    }
    (!all.is_empty()).then_some((renderings, all))
}

/// Whether the links, pairs from a threshold on, are the same as before but for a few.
pub(crate) fn settled(before: (&[ScoredPair], f64), now: (&[ScoredPair], f64)) -> bool {
    let links = |(pairs, threshold): (&[ScoredPair], f64)| -> FxHashSet<(u32, u32)> {
        pairs.iter().filter(|p| p.probability >= threshold).map(|p| (p.a, p.b)).collect()
    };
    let (before, now) = (links(before), links(now));
    before.symmetric_difference(&now).count() as f64 <= SETTLED * now.len() as f64
}

/// A pair that teaches, its record of the first list first.
struct Teaching {
    first: u32,
    second: u32,
    pattern: Pattern,
    probability: f64,
}

/// The pairs between each two lists that are each other's likeliest partner: two records of one list are rarely one person,
/// so that the second likeliest teaches errors.
fn teaching(set: &RecordSet, pairs: &[ScoredPair]) -> Vec<((u16, u16), Vec<Teaching>)> {
    let lists = |pair: &ScoredPair| {
        let (x, y) = (set.list[pair.a as usize], set.list[pair.b as usize]);
        (x.min(y), x.max(y))
    };
    let between = |p: &&ScoredPair| p.probability >= TEACHES && lists(p).0 != lists(p).1;
    // Lists that agree over all likely pairs are asked no further: who is whose likeliest partner is dear to find.
    let mut names = vec![Agreement::default(); set.lists.len() * (set.lists.len() + 1) / 2];
    let at = |pair: &ScoredPair| usize::from(list_pair(set.list[pair.a as usize], set.list[pair.b as usize]));
    pairs.iter().filter(between).for_each(|pair| names[at(pair)].add(pair.pattern, pair.probability));
    let likely: Vec<&ScoredPair> =
        pairs.iter().filter(between).filter(|pair| names[at(pair)].share_same() < SAME).collect();
    if likely.is_empty() {
        return Vec::new();
    }
    let favoured = favoured(set, &likely);
    let mut grouped: std::collections::BTreeMap<(u16, u16), Vec<Teaching>> = std::collections::BTreeMap::new();
    for (pair, _) in likely.into_iter().zip(favoured).filter(|(_, by)| *by == 2) {
        let at = lists(pair);
        let (first, second) = if set.list[pair.a as usize] == at.0 { (pair.a, pair.b) } else { (pair.b, pair.a) };
        let teaching = Teaching { first, second, pattern: pair.pattern, probability: pair.probability };
        grouped.entry(at).or_default().push(teaching);
    }
    grouped.into_iter().collect()
}

/// By pair, for how many of its two records the other is the likeliest partner on its list; of equals the earliest.
fn favoured(set: &RecordSet, pairs: &[&ScoredPair]) -> Vec<u8> {
    // The pairs of each record side by side: `ends` says where those of a record end.
    let mut ends = vec![0u32; set.len() + 1];
    pairs.iter().flat_map(|p| [p.a, p.b]).for_each(|record| ends[record as usize + 1] += 1);
    for record in 1..ends.len() {
        ends[record] += ends[record - 1];
    }
    let mut of_record = vec![0u32; pairs.len() * 2];
    for (at, pair) in pairs.iter().enumerate() {
        for record in [pair.a, pair.b] {
            let end = &mut ends[record as usize];
            of_record[*end as usize] = at as u32;
            *end += 1;
        }
    }
    let mut favoured = vec![0; pairs.len()];
    let mut best: Vec<(u16, u32)> = Vec::new();
    let mut from = 0;
    for (record, &end) in ends[..set.len()].iter().enumerate() {
        best.clear();
        for &at in &of_record[from..end as usize] {
            let pair = pairs[at as usize];
            let other = if pair.a as usize == record { pair.b } else { pair.a };
            let list = set.list[other as usize];
            match best.iter_mut().find(|b| b.0 == list) {
                None => best.push((list, at)),
                Some(known) if pairs[known.1 as usize].probability < pair.probability => known.1 = at,
                Some(_) => {}
            }
        }
        best.iter().for_each(|&(_, at)| favoured[at as usize] += 1);
        from = end as usize;
    }
    favoured
}

/// How many names both records of pairs give, weighted by probability, and how many of these are written the same.
#[derive(Clone, Copy, Default)]
struct Agreement {
    same: f64,
    all: f64,
}

impl Agreement {
    fn add(&mut self, pattern: Pattern, probability: f64) {
        for field in [Field::Given, Field::Middle, Field::Family] {
            match pattern.level(field) {
                crate::field::MISSING | name::INITIAL => {}
                level => {
                    self.all += probability;
                    let moved = (name::MOVED..name::DIFFERENT).contains(&level);
                    self.same += if level < name::CLOSE || moved { probability } else { 0.0 };
                }
            }
        }
    }

    /// The share of the names that both give which are written the same; 1 where there are none.
    fn share_same(self) -> f64 {
        if self.all > 0.0 { self.same / self.all } else { 1.0 }
    }
}

/// The same of pairs that teach.
fn share_same(teaching: &[Teaching]) -> f64 {
    let mut names = Agreement::default();
    teaching.iter().for_each(|pair| names.add(pair.pattern, pair.probability));
    names.share_same()
}

fn name_codes(name: NameCodes) -> [Code; 3] {
    [name.given, name.middle, name.family]
}

fn place_codes(set: &RecordSet, record: u32) -> [Code; 4] {
    let (event, residence) = (set.event_place[record as usize], set.residence[record as usize]);
    [event.place, event.region, residence.place, residence.region]
}

/// What codes stand for, the missing ones left out. A part of several words counts as one word: schemes differ in what
/// they join.
fn words(texts: &Texts, codes: &[Code]) -> Vec<String> {
    codes.iter().filter(|&&c| c != 0).map(|&c| texts.text(c).to_string()).collect()
}

fn equivalences(teaching: &[Teaching], words: impl Fn(u32) -> Vec<String>) -> Equivalences {
    let lists: Vec<(Vec<String>, Vec<String>, f64)> =
        teaching.iter().map(|t| (words(t.first), words(t.second), t.probability)).collect();
    Equivalences::learn(lists.iter().map(|(x, y, p)| (x.as_slice(), y.as_slice(), *p)))
}

/// Looks up every value of one list among those of the other; returns how many pairs of spellings it found.
fn spread(
    learned: &Equivalences,
    set: &RecordSet,
    texts: &Texts,
    lists: (u16, u16),
    codes: impl Fn(u32) -> Vec<Code>,
    known: &mut Known,
) -> u64 {
    let values = |list: u16| {
        let of_list = (0..set.len() as u32).filter(|&r| set.list[r as usize] == list);
        let mut values: Vec<Code> = of_list.flat_map(&codes).filter(|&c| c != 0).collect();
        values.sort_unstable();
        values.dedup();
        values
    };
    let (ours, theirs) = (values(lists.0), values(lists.1));
    let text = |codes: &[Code]| codes.iter().map(|&c| texts.text(c)).collect::<Vec<&str>>();
    let found = learned.renderings(&text(&ours), &text(&theirs), NEAR_BITS);
    let mut count = 0;
    for (&x, found) in ours.iter().zip(&found) {
        for &(at, bits) in found.iter().filter(|f| theirs[f.0] != x) {
            known.add(x, theirs[at], if bits >= CLOSE_BITS { Sure::Close } else { Sure::Near });
            count += 1;
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rendering_is_known_both_ways_and_the_surer_counts() {
        let mut known = Known::default();
        assert_eq!((known.is_empty(), known.get(1, 2)), (true, None));
        known.add(2, 1, Sure::Close);
        known.add(1, 2, Sure::Near);
        assert_eq!([known.get(1, 2), known.get(2, 1), known.get(1, 3)], [Some(Sure::Close), Some(Sure::Close), None]);
    }

    fn pair(a: u32, b: u32, probability: f64, given: u8, family: u8) -> ScoredPair {
        let pattern = Pattern::default().with(Field::Given, given).with(Field::Family, family);
        ScoredPair { a, b, pattern, weight: 0.0, probability, rule: 0 }
    }

    #[test]
    fn links_settle_when_hardly_any_comes_or_goes() {
        let pairs = |last: f64| -> Vec<ScoredPair> {
            (0..200).map(|at| pair(2 * at, 2 * at + 1, if at == 0 { last } else { 0.9 }, 1, 1)).collect()
        };
        assert!(settled((&pairs(0.9), 0.5), (&pairs(0.1), 0.5)));
        assert!(!settled((&pairs(0.9)[..100], 0.5), (&pairs(0.9), 0.5)));
    }

    #[test]
    fn only_the_likeliest_partners_on_different_lists_teach() {
        let mut set = RecordSet::default();
        set.add_list(ListId::new("a"), false);
        set.add_list(ListId::new("b"), false);
        for list in [0, 1, 1, 0, 0] {
            set.push(list, &factum_model::Record::new(factum_model::RecordId::new("x"), 2));
        }
        let mut pairs =
            [pair(0, 1, 0.8, 12, 12), pair(0, 2, 0.9, 1, 12), pair(0, 3, 0.99, 1, 1), pair(1, 4, 0.3, 1, 1)];
        let teaching = teaching(&set, &pairs);
        assert_eq!(teaching.len(), 1);
        assert_eq!(teaching[0].1.iter().map(|t| (t.first, t.second)).collect::<Vec<_>>(), [(0, 2)]);
        assert_eq!(share_same(&teaching[0].1), 0.5);
        // Where the names of all likely pairs agree, no pair has to teach.
        pairs[0] = pair(0, 1, 0.8, 1, 1);
        assert!(super::teaching(&set, &pairs).is_empty());
        assert_eq!(share_same(&[]), 1.0);
    }
}
