//! Which names are there, and how common is each?
//!
//! Names are built of syllables by rule. How many there are grows with the population by Heaps' law, and how common each is
//! falls with its rank by Zipf's. Common names are short, as they are in every language.

use crate::keyed::{Key, Ranks, Stream};
use std::collections::HashSet;

const ONSETS: &[&str] = &[
    "b", "d", "f", "g", "h", "j", "k", "l", "m", "n", "p", "q", "r", "s", "t", "v", "y", "z", "sh", "kh", "gh", "th",
    "br", "tr", "gl", "sm", "dw", "kr",
];
const NUCLEI: &[&str] = &["a", "e", "i", "o", "u", "a", "i", "ai", "ou", "ei"];
const CODAS: &[&str] = &["", "", "", "", "n", "r", "l", "s", "m", "d", "sh", "b"];

/// What a name is a name of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Man,
    Woman,
    Family,
    Place,
    Region,
}

impl Kind {
    /// How names of this kind end.
    fn endings(self) -> &'static [&'static str] {
        match self {
            Kind::Man => &["", "im", "ad", "ur", "en", "ok"],
            Kind::Woman => &["a", "iya", "une", "elle", "ira"],
            Kind::Family => &["", "ari", "eth", "ondi", "usha", "alin", "ber", "om"],
            Kind::Place => &["dar", "kala", "mund", "essa", "port", "by"],
            Kind::Region => &["ania", "mark", "istra"],
        }
    }

    /// How many names of this kind a population of this size has: Heaps' law, K times size to the power of beta. With these
    /// constants 80,000 people have some 12,000 family names, 8 million some 200,000.
    pub(super) fn heaps(self, people: u64) -> usize {
        let (k, beta) = match self {
            Kind::Man | Kind::Woman => (6.0, 0.45),
            Kind::Family => (14.0, 0.6),
            Kind::Place => (3.0, 0.4),
            Kind::Region => (0.6, 0.3),
        };
        // Machines differ in the last digit of a power; a count in fives is the same on all of them.
        ((k * (people as f64).powf(beta) / 5.0).round() as usize * 5).max(5)
    }

    /// Mandelbrot's shift: the larger, the less the commonest names stand out.
    fn shift(self) -> f64 {
        match self {
            Kind::Man | Kind::Woman => 4.0,
            Kind::Family => 20.0,
            Kind::Place | Kind::Region => 6.0,
        }
    }
}

/// Names of one kind by rank, the commonest first.
#[derive(Clone, Debug)]
pub(super) struct Vocabulary {
    /// All names, one after the other.
    text: String,
    /// Where each name ends in the text.
    ends: Vec<u32>,
    ranks: Ranks,
}

impl Vocabulary {
    /// `count` different names. A larger vocabulary of the same key begins with the smaller one.
    pub(super) fn new(kind: Kind, count: usize, key: Key) -> Self {
        let ranks = Ranks::new(count, kind.shift());
        let mut made = Self { text: String::new(), ends: Vec::with_capacity(count), ranks };
        let mut known: HashSet<String> = HashSet::with_capacity(count);
        let mut stream = key.stream(kind as u64);
        while made.ends.len() < count {
            let rank = made.ends.len();
            let name = word(kind, rank, &mut stream);
            if known.contains(&name) {
                continue;
            }
            made.text += &name;
            made.ends.push(made.text.len() as u32);
            known.insert(name);
        }
        made
    }

    /// How many names there are.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The name of this rank.
    pub(super) fn name(&self, rank: usize) -> &str {
        let start = if rank == 0 { 0 } else { self.ends[rank - 1] };
        &self.text[start as usize..self.ends[rank] as usize]
    }

    /// A rank, common names more often.
    pub(super) fn pick(&self, stream: &mut Stream) -> usize {
        self.ranks.pick(stream)
    }
}

/// A name for this rank: syllables and an ending.
fn word(kind: Kind, rank: usize, stream: &mut Stream) -> String {
    let syllables = match rank {
        0..40 => 1 + stream.below(2),
        40..4_000 => 2,
        _ => 2 + stream.below(2),
    };
    let mut word = String::new();
    for _ in 0..syllables {
        word += stream.pick(ONSETS);
        word += stream.pick(NUCLEI);
        word += stream.pick(CODAS);
    }
    let ending = stream.pick(kind.endings());
    if ending.starts_with(['a', 'e', 'i', 'o', 'u']) {
        word.truncate(word.trim_end_matches(['a', 'e', 'i', 'o', 'u']).len());
    }
    word += ending;
    word[..1].make_ascii_uppercase();
    word
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_different_and_a_larger_vocabulary_begins_with_the_smaller() {
        let key = Key::new(1, 0);
        let (small, large) = (Vocabulary::new(Kind::Family, 500, key), Vocabulary::new(Kind::Family, 20_000, key));
        assert!((0..500).all(|rank| small.name(rank) == large.name(rank)));
        let names: HashSet<&str> = (0..large.len()).map(|rank| large.name(rank)).collect();
        assert_eq!(names.len(), 20_000);
        assert!(names.iter().all(|name| name.len() > 1 && name.is_ascii()));
    }

    #[test]
    fn vocabularies_grow_with_the_population() {
        let check = |kind: Kind, people: u64, expected: std::ops::Range<usize>| {
            assert!(expected.contains(&kind.heaps(people)), "{kind:?} {people}: {}", kind.heaps(people));
        };
        check(Kind::Family, 80_000, 11_000..14_000);
        check(Kind::Family, 8_000_000, 180_000..220_000);
        check(Kind::Man, 80_000, 800..1_200);
        check(Kind::Man, 8_000_000, 6_000..9_000);
        check(Kind::Place, 1, 5..6);
    }
}
