//! Which words of one list are renderings of words of the other, judged by the lists themselves?
//!
//! Two lists that romanise one language by different schemes meet in no table made beforehand. Pairs of records that other
//! fields hold to be one person show how the schemes correspond: their words are aligned as in statistical translation
//! (Model 1 of P. F. Brown et al., "The mathematics of statistical machine translation", Computational Linguistics 19,
//! 1993, with a null word, in both directions, the two averaged geometrically), and what is aligned teaches the
//! correspondence of letters ([`letters`](super::letters)), which in turn weighs the alignments. So words never seen before
//! can be judged.

use super::letters::{Background, Letters, Word};
use super::search::Dictionary;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, BTreeSet};

/// Rounds of EM. The first rounds align without the null word, since nothing is known yet of what a good link looks like.
const ROUNDS: usize = 8;
const ROUNDS_WITHOUT_NULL: usize = 2;

/// How probable a word is to have no counterpart, beforehand: lists leave out a name in three or four.
const NULL: f64 = 0.3;

/// At most so many pairs are learned from, those of greatest weight: more teach nothing further about letters.
const MOST_PAIRS: usize = 20_000;

/// Links less probable than this are left out of the sums.
const LEAST_LINK: f64 = 1e-3;

/// A word seen linked this often is judged half by its own links and half by letters.
const HALF_KNOWN: f64 = 2.0;

/// What is taken from every word's count and given to words never seen (absolute discounting of H. Ney, U. Essen & R. Kneser,
/// 1994).
const DISCOUNT: f64 = 0.75;

/// What was learned of how two sides write the same words. Built by [`Equivalences::learn`].
#[derive(Clone, Debug)]
pub struct Equivalences {
    letters: Letters,
    first: Side,
    second: Side,
    /// Expected links of two words, by their numbers on their sides.
    links: FxHashMap<(u32, u32), f64>,
    /// Expected links of a word of the first side.
    linked: Vec<f64>,
}

/// The words of one side.
#[derive(Clone, Debug)]
struct Side {
    numbers: FxHashMap<String, u32>,
    words: Vec<Word>,
    counts: Vec<f64>,
    total: f64,
    /// Probability left for words by their letters.
    left: f64,
    background: Background,
}

impl Side {
    fn new<'a>(lists: impl Iterator<Item = &'a [String]>) -> Self {
        let mut counted: BTreeMap<&str, f64> = BTreeMap::new();
        for word in lists.flatten().filter(|word| !word.is_empty()) {
            *counted.entry(word).or_default() += 1.0;
        }
        let words: Vec<Word> = counted.keys().map(|text| Word::new(text)).collect();
        let numbers = counted.keys().enumerate().map(|(at, text)| (text.to_string(), at as u32)).collect();
        let counts: Vec<f64> = counted.into_values().collect();
        let total: f64 = counts.iter().sum();
        let left = if counts.is_empty() { 1.0 } else { DISCOUNT * counts.len() as f64 / total };
        // Letters are counted in different words: the commonest names say little about how words are built.
        let background = Background::learn(words.iter().copied());
        Self { numbers, words, counts, total, left, background }
    }

    fn number(&self, text: &str) -> Option<u32> {
        self.numbers.get(text).copied()
    }

    fn numbers_of(&self, list: &[String]) -> Vec<u32> {
        list.iter().filter_map(|text| self.number(text)).collect()
    }

    /// The probability of a word on this side.
    fn probability(&self, word: &Word, number: Option<u32>) -> f64 {
        let own = number.map_or(0.0, |at| (self.counts[at as usize] - DISCOUNT) / self.total);
        own + self.left * self.background.probability(word)
    }
}

/// A pair of records as numbers of their words, with its weight.
struct Pair {
    first: Vec<u32>,
    second: Vec<u32>,
    weight: f64,
}

impl Equivalences {
    /// Learns from pairs of lists of words, each with the probability that the two records are one person as judged by
    /// fields other than names. Words are normalised (lower-case Latin letters). Weights that are not above zero, and lists
    /// without words, teach nothing. The same pairs in the same order give the same result; beyond 20 000 pairs those of the
    /// greatest weight are used.
    pub fn learn<'a>(pairs: impl IntoIterator<Item = (&'a [String], &'a [String], f64)>) -> Self {
        let mut given: Vec<_> =
            pairs.into_iter().filter(|(a, b, w)| !a.is_empty() && !b.is_empty() && *w > 0.0).collect();
        if given.len() > MOST_PAIRS {
            given.sort_by(|x, y| y.2.total_cmp(&x.2));
            given.truncate(MOST_PAIRS);
        }
        let first = Side::new(given.iter().map(|pair| pair.0));
        let second = Side::new(given.iter().map(|pair| pair.1));
        let pairs: Vec<Pair> = given
            .iter()
            .map(|(a, b, weight)| Pair {
                first: first.numbers_of(a),
                second: second.numbers_of(b),
                weight: weight.min(1.0),
            })
            .collect();
        let letters = Letters::prior(&first.background, &second.background).normalised();
        let linked = vec![0.0; first.words.len()];
        let mut learned = Self { letters, first, second, links: FxHashMap::default(), linked };
        if !pairs.is_empty() {
            let met: BTreeSet<(u32, u32)> = pairs
                .iter()
                .flat_map(|p| p.first.iter().flat_map(|&a| p.second.iter().map(move |&b| (a, b))))
                .collect();
            for round in 0..ROUNDS {
                let null = if round < ROUNDS_WITHOUT_NULL { 0.0 } else { NULL };
                let links = learned.expected_links(&pairs, &met, null);
                learned.relearn(links);
            }
        }
        learned
    }

    /// How much likelier `b` is as the second side's rendering of the first side's `a` than as any word of the second side:
    /// log2 of the ratio, in bits. Zero says nothing either way, as does an empty word.
    pub fn score(&self, a: &str, b: &str) -> f64 {
        if a.is_empty() || b.is_empty() {
            return 0.0;
        }
        let numbers = (self.first.number(a), self.second.number(b));
        self.ratio((&Word::new(a), &Word::new(b)), numbers).log2()
    }

    /// Finds, for each of `ours` (words of the first side), those of `theirs` that are its renderings by their letters alone:
    /// `least` bits likelier than a chance word with the second side's habits of spelling. By position in `ours`: the
    /// position in `theirs` and the bits.
    pub(crate) fn renderings(&self, ours: &[&str], theirs: &[&str], least: f64) -> Vec<Vec<(usize, f64)>> {
        let dictionary = Dictionary::new(theirs, &self.second.background);
        ours.par_iter().map(|word| dictionary.renderings(&self.letters, &Word::new(word), least)).collect()
    }

    /// The letters that the two sides write differently, as they correspond, those that say most first.
    pub(crate) fn correspondences(&self, most: usize) -> Vec<(String, String)> {
        self.letters.correspondences(&self.first.background, &self.second.background, most)
    }

    /// The ratio behind the score, kept within what a sum of probabilities can bear.
    fn ratio(&self, (a, b): (&Word, &Word), numbers: (Option<u32>, Option<u32>)) -> f64 {
        let by_letters = self.letters.rendering(a, b);
        let rendering = match numbers {
            (Some(x), y) => {
                let own = self.linked[x as usize];
                let links = y.and_then(|y| self.links.get(&(x, y))).copied().unwrap_or(0.0);
                (links + HALF_KNOWN * by_letters) / (own + HALF_KNOWN)
            }
            _ => by_letters,
        };
        (rendering / self.second.probability(b, numbers.1)).clamp(1e-12, 1e12)
    }

    /// Expectation: how often, by what is known so far, each two words that met were one word in two spellings.
    fn expected_links(&self, pairs: &[Pair], met: &BTreeSet<(u32, u32)>, null: f64) -> BTreeMap<(u32, u32), f64> {
        let words = |(a, b): (u32, u32)| (&self.first.words[a as usize], &self.second.words[b as usize]);
        let ratios: FxHashMap<(u32, u32), f64> =
            met.iter().map(|&at| (at, self.ratio(words(at), (Some(at.0), Some(at.1))))).collect();
        let mut links: BTreeMap<(u32, u32), f64> = BTreeMap::new();
        for pair in pairs {
            let ratio = |a: &u32, b: &u32| ratios.get(&(*a, *b)).copied().unwrap_or(0.0);
            let share = |of: usize| (1.0 - null) / of as f64;
            let total = |sum: f64, of: usize| null + share(of) * sum;
            // What explains each word of one side: a word of the other, or none.
            let of_second: Vec<f64> = pair
                .second
                .iter()
                .map(|b| total(pair.first.iter().map(|a| ratio(a, b)).sum(), pair.first.len()))
                .collect();
            for a in &pair.first {
                let of_first = total(pair.second.iter().map(|b| ratio(a, b)).sum(), pair.second.len());
                for (b, of_second) in pair.second.iter().zip(&of_second) {
                    let forth = share(pair.first.len()) * ratio(a, b) / of_second;
                    let back = share(pair.second.len()) * ratio(a, b) / of_first;
                    let link = pair.weight * (forth * back).sqrt();
                    if link > LEAST_LINK {
                        *links.entry((*a, *b)).or_default() += link;
                    }
                }
            }
        }
        links
    }

    /// Maximisation: letters and links anew from the expected links.
    fn relearn(&mut self, links: BTreeMap<(u32, u32), f64>) {
        let mut counts = Letters::prior(&self.first.background, &self.second.background);
        self.linked.fill(0.0);
        for (&(a, b), &link) in &links {
            self.linked[a as usize] += link;
            // A name that hundreds share teaches its letters once, not hundreds of times.
            let (x, y) = (&self.first.words[a as usize], &self.second.words[b as usize]);
            self.letters.expect(x, y, link.min(1.0) + link.max(1.0).ln(), &mut counts);
        }
        self.letters = counts.normalised();
        self.links = links.into_iter().collect();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha12Rng;

    /// Sounds of an invented language: as one list writes them, and as the other does, commonest first.
    const SOUNDS: &[(&str, &[&str])] = &[
        ("kh", &["x", "h"]),
        ("q", &["k"]),
        ("w", &["v"]),
        ("sh", &["ch", "sh"]),
        ("j", &["dj", "j"]),
        ("u", &["ou", "o"]),
        ("a", &["e", "a", ""]),
        ("i", &["y", "i", ""]),
        ("b", &["b"]),
        ("d", &["d"]),
        ("l", &["l", "ll"]),
        ("m", &["m"]),
        ("n", &["n"]),
        ("r", &["r"]),
        ("s", &["s", "ss"]),
        ("t", &["t"]),
    ];

    /// A word of two or three syllables in both spellings.
    fn word(rng: &mut ChaCha12Rng) -> (String, String) {
        let mut word = (String::new(), String::new());
        let mut sound = |among: &[usize], rng: &mut ChaCha12Rng| {
            let (one, others) = SOUNDS[among[rng.random_range(0..among.len())]];
            let habit = if rng.random::<f64>() < 0.7 { 0 } else { rng.random_range(0..others.len()) };
            word.0 += one;
            word.1 += others[habit];
        };
        let (consonants, vowels) = ([0, 1, 2, 3, 4, 8, 9, 10, 11, 12, 13, 14, 15], [5, 6, 7]);
        for _ in 0..rng.random_range(2..4) {
            sound(&consonants, rng);
            sound(&vowels, rng);
        }
        sound(&consonants, rng);
        word
    }

    type Lists = (Vec<String>, Vec<String>, f64);

    /// Pairs of names of two words; of one in four the second name is another person's, and some leave out a word.
    fn noisy(count: usize, rng: &mut ChaCha12Rng) -> Vec<Lists> {
        let mut pairs = Vec::new();
        for _ in 0..count {
            let (given, family, other) = (word(rng), word(rng), (word(rng), word(rng)));
            let wrong = rng.random::<f64>() < 0.25;
            let mut second = if wrong { vec![other.0.1, other.1.1] } else { vec![given.1, family.1] };
            if rng.random::<f64>() < 0.2 {
                second.remove(rng.random_range(0..2));
            }
            pairs.push((vec![given.0, family.0], second, 0.75));
        }
        pairs
    }

    fn learned(pairs: &[Lists]) -> Equivalences {
        Equivalences::learn(pairs.iter().map(|(a, b, w)| (a.as_slice(), b.as_slice(), *w)))
    }

    #[test]
    fn words_never_seen_are_judged() {
        let rng = &mut ChaCha12Rng::seed_from_u64(7);
        let learned = learned(&noisy(300, rng));
        let unseen: Vec<_> = (0..400).map(|_| word(rng)).collect();
        let share = |scores: &[f64], holds: fn(f64) -> bool| {
            scores.iter().filter(|s| holds(**s)).count() as f64 / scores.len() as f64
        };
        let renderings: Vec<f64> = unseen.iter().map(|(a, b)| learned.score(a, b)).collect();
        let others: Vec<f64> = unseen.windows(2).map(|w| learned.score(&w[0].0, &w[1].1)).collect();
        assert!(share(&renderings, |s| s > 3.0) >= 0.95, "renderings {:.3}", share(&renderings, |s| s > 3.0));
        assert!(share(&others, |s| s < 0.0) >= 0.95, "others {:.3}", share(&others, |s| s < 0.0));
    }

    #[test]
    fn without_learning_the_scheme_is_not_known() {
        let rng = &mut ChaCha12Rng::seed_from_u64(7);
        let (taught, untaught) = (learned(&noisy(300, rng)), learned(&[]));
        let unseen: Vec<_> = (0..200).map(|_| word(rng)).collect();
        let mean = |by: &Equivalences| unseen.iter().map(|(a, b)| by.score(a, b)).sum::<f64>() / 200.0;
        assert!(mean(&taught) > mean(&untaught) + 3.0, "{} {}", mean(&taught), mean(&untaught));
    }

    #[test]
    fn a_word_that_often_means_another_is_known_whatever_its_letters() {
        let rng = &mut ChaCha12Rng::seed_from_u64(11);
        let mut pairs = noisy(300, rng);
        for pair in pairs.iter_mut().step_by(10) {
            pair.0[0] = "bulan".into();
            pair.1 = vec!["tirsek".into(), pair.1.last().cloned().unwrap_or_default()];
        }
        let learned = learned(&pairs);
        assert!(learned.score("bulan", "tirsek") > 3.0, "{}", learned.score("bulan", "tirsek"));
        assert!(learned.score("bulad", "tirsek") < 0.0);
    }

    #[test]
    fn learning_is_deterministic_and_bears_anything() {
        let pairs = noisy(40, &mut ChaCha12Rng::seed_from_u64(3));
        assert_eq!(learned(&pairs).score("khalun", "xeloun"), learned(&pairs).score("khalun", "xeloun"));
        let odd: Vec<Lists> = vec![
            (vec![], vec!["a".into()], 1.0),
            (vec!["".into()], vec!["".into()], 1.0),
            (vec!["a1".repeat(60)], vec!["é".into()], f64::INFINITY),
            (vec!["b".into()], vec!["b".into()], f64::NAN),
        ];
        let learned = learned(&odd);
        for (a, b) in [("", "a"), ("a1", "é"), ("zzzz", "a")] {
            assert!(learned.score(a, b).is_finite());
        }
    }
}
