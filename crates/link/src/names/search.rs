//! Which words of a dictionary are renderings of a word?
//!
//! The sums of [`Letters::rendering`] are carried along the dictionary in its order, so that words with a common beginning
//! share them, and a beginning that chance explains far better than the word looked for is left with all that begin so.

use super::letters::{Background, LETTERS, LONGEST, Letters, Word, three};

/// A beginning is left when chance explains it so many times better. The ratio of a rendering rises letter by letter; an
/// odd letter on the way costs it less than this.
const HOPELESS: f64 = 1.0 / 256.0;

/// Words of the second side in the order of their letters.
pub(super) struct Dictionary {
    entries: Vec<Entry>,
}

struct Entry {
    word: Word,
    /// Its position among the words given.
    position: usize,
    /// How many letters it has in common with the entry before, from the start.
    common: usize,
    /// The chance of each of its beginnings, and of the whole word.
    beginnings: [f64; LONGEST + 1],
    chance: f64,
}

impl Dictionary {
    pub(super) fn new(words: &[&str], background: &Background) -> Self {
        let mut sorted: Vec<(Word, usize)> =
            words.iter().enumerate().map(|(position, text)| (Word::new(text), position)).collect();
        sorted.sort_by(|(x, i), (y, j)| (x.letters(), i).cmp(&(y.letters(), j)));
        let mut entries: Vec<Entry> = Vec::with_capacity(sorted.len());
        for (word, position) in sorted {
            let before = entries.last().map_or(&[][..], |entry| entry.word.letters());
            let common = word.letters().iter().zip(before).take_while(|(x, y)| x == y).count();
            let mut beginnings = [1.0; LONGEST + 1];
            let mut last = None;
            for (at, &letter) in word.letters().iter().enumerate() {
                beginnings[at + 1] = beginnings[at] * background.next(last, Some(letter));
                last = Some(letter);
            }
            let chance = beginnings[word.letters().len()] * background.next(last, None);
            entries.push(Entry { word, position, common, beginnings, chance });
        }
        Self { entries }
    }

    /// The words that are at least so many bits likelier as renderings of `a` than by chance, with the bits.
    pub(super) fn renderings(&self, letters: &Letters, a: &Word, least: f64) -> Vec<(usize, f64)> {
        let length = a.letters().len();
        let alone = letters.beginnings(a);
        let mut columns = [[0.0f64; LONGEST + 1]; LONGEST + 1];
        columns[0][0] = 1.0;
        for i in 0..length {
            columns[0][i + 1] = columns[0][i] * letters.drop[a.at(i)];
        }
        let mut found = Vec::new();
        // Columns up to this depth are those of the entry before; where it was left, the depth that is hopeless.
        let (mut depth, mut left) = (0, None);
        for entry in &self.entries {
            if left.is_some_and(|left| entry.common >= left) {
                continue;
            }
            let theirs = entry.word.letters();
            (depth, left) = (depth.min(entry.common), None);
            while depth < theirs.len() && left.is_none() {
                extend(letters, a, theirs, depth, &mut columns);
                depth += 1;
                let column = columns[depth][..=length].iter().zip(&alone);
                let hope = column.map(|(joint, alone)| joint / alone).fold(0.0, f64::max);
                if hope < HOPELESS * entry.beginnings[depth] {
                    left = Some(depth);
                }
            }
            let bits = (columns[theirs.len()][length] / alone[length] / entry.chance).log2();
            if left.is_none() && bits >= least {
                found.push((entry.position, bits));
            }
        }
        found.sort_unstable_by_key(|f| f.0);
        found
    }
}

/// Adds to the columns that of the letter at `depth`.
fn extend(letters: &Letters, a: &Word, theirs: &[u8], depth: usize, columns: &mut [[f64; LONGEST + 1]]) {
    let y = usize::from(theirs[depth]);
    let (done, rest) = columns.split_at_mut(depth + 1);
    let (last, here) = (&done[depth], &mut rest[0]);
    let before = depth.checked_sub(1).map(|at| (&done[at], usize::from(theirs[at])));
    here[0] = last[0] * letters.add[y];
    for i in 1..=a.letters().len() {
        let x = a.at(i - 1);
        let mut sum = last[i] * letters.add[y] + here[i - 1] * letters.drop[x];
        sum += last[i - 1] * letters.one[x * LETTERS + y];
        if i > 1 {
            sum += last[i - 2] * letters.two_one[three(a.at(i - 2), x, y)];
        }
        if let Some((before, previous)) = before {
            sum += before[i - 1] * letters.one_two[three(x, previous, y)];
        }
        here[i] = sum;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dictionary_finds_what_one_by_one_is_found() {
        let pairs = [("khalun", "xaloun"), ("makhur", "maxour"), ("rukha", "rouxa"), ("lukhan", "louxan")];
        let words = |of: fn(&(&'static str, &'static str)) -> &'static str| pairs.iter().map(of).map(Word::new);
        let (a, b) = (Background::learn(words(|p| p.0)), Background::learn(words(|p| p.1)));
        let mut letters = Letters::prior(&a, &b).normalised();
        for _ in 0..10 {
            let mut counts = Letters::prior(&a, &b);
            pairs.iter().for_each(|(x, y)| letters.expect(&Word::new(x), &Word::new(y), 5.0, &mut counts));
            letters = counts.normalised();
        }
        let theirs = ["maxour", "", "louxan", "louxa", "ruxa", "max", "zzz", "louxanmaxour", "rouxa"];
        let dictionary = Dictionary::new(&theirs, &b);
        let mut some = 0;
        for ours in ["lukhan", "rukha", "makhur", "khalun", "", "m"] {
            let ours = Word::new(ours);
            let one_by_one = theirs.iter().enumerate().filter_map(|(at, theirs)| {
                let theirs = Word::new(theirs);
                let bits = (letters.rendering(&ours, &theirs) / b.probability(&theirs)).log2();
                (bits >= 3.0).then_some((at, bits))
            });
            let (one_by_one, found) = (one_by_one.collect::<Vec<_>>(), dictionary.renderings(&letters, &ours, 3.0));
            some += found.len();
            assert_eq!(
                found.iter().map(|f| f.0).collect::<Vec<_>>(),
                one_by_one.iter().map(|f| f.0).collect::<Vec<_>>()
            );
            assert!(found.iter().zip(&one_by_one).all(|(x, y)| (x.1 - y.1).abs() < 1e-9));
        }
        assert!(some >= 3, "{some}");
    }
}
