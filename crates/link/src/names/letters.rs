//! With which letters does one list write what another writes with others?
//!
//! A stochastic edit transducer without memory (E. S. Ristad & P. N. Yianilos, "Learning string-edit distance", IEEE PAMI
//! 20, 1998), whose operations also take two letters for one and one for two, as romanisations do (`kh` for `x`, `u` for
//! `ou`; the many-to-many alignments of S. Jiampojamarn, G. Kondrak & T. Sherif, NAACL 2007). The probabilities of the
//! operations are learned by EM over all alignments at once, by forward and backward sums.

/// Letters told apart: the 26 Latin ones, and everything else as one.
pub(super) const LETTERS: usize = 27;

/// Longer words are cut: the sums are over squares of lengths.
pub(super) const LONGEST: usize = 32;

/// How many observed operations the prior is worth.
const PRIOR: f64 = 40.0;

/// Of the prior, what goes to letters kept, exchanged, dropped, added, and to two for one or one for two. Most letters are
/// kept between romanisations; the rest says only that nothing is impossible.
const KEPT: f64 = 0.55;
const EXCHANGED: f64 = 0.14;
const DROPPED: f64 = 0.07;
const TWO: f64 = 0.02;
const END: f64 = 0.15;

/// A word as letter numbers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Word {
    letters: [u8; LONGEST],
    len: usize,
}

impl Word {
    pub(super) fn new(text: &str) -> Self {
        let mut word = Word { letters: [0; LONGEST], len: text.len().min(LONGEST) };
        for (to, from) in word.letters.iter_mut().zip(text.bytes()) {
            *to = if from.is_ascii_lowercase() { from - b'a' } else { LETTERS as u8 - 1 };
        }
        word
    }

    /// The number of the letter at a position.
    #[inline]
    pub(super) fn at(&self, position: usize) -> usize {
        usize::from(self.letters[position])
    }

    pub(super) fn letters(&self) -> &[u8] {
        &self.letters[..self.len]
    }
}

/// How likely words are on one side, letter after letter: the yardstick of a rendering.
#[derive(Clone, Debug)]
pub(super) struct Background {
    /// Row: letter before, the last for the start; column: letter, the last for the end.
    follow: Vec<f64>,
    /// Shares of the letters.
    pub share: [f64; LETTERS],
}

impl Background {
    /// From words.
    pub(super) fn learn(words: impl Iterator<Item = Word>) -> Self {
        const ROW: usize = LETTERS + 1;
        let mut counts = vec![0.0; ROW * ROW];
        let mut single = [0.5; ROW];
        for word in words {
            let mut before = LETTERS;
            for position in 0..=word.len {
                let letter = if position < word.len { word.at(position) } else { LETTERS };
                counts[before * ROW + letter] += 1.0;
                single[letter] += 1.0;
                before = letter;
            }
        }
        let all: f64 = single.iter().sum();
        let letters = all - single[LETTERS];
        let share = std::array::from_fn(|letter| single[letter] / letters);
        for row in counts.chunks_mut(ROW) {
            // Rare contexts fall back on the shares of letters.
            let fallback = 4.0;
            let total: f64 = row.iter().sum::<f64>() + fallback;
            row.iter_mut().zip(single).for_each(|(count, one)| *count = (*count + fallback * one / all) / total);
        }
        Self { follow: counts, share }
    }

    /// The probability of a word.
    pub(super) fn probability(&self, word: &Word) -> f64 {
        let mut before = None;
        let mut probability = 1.0;
        for &letter in word.letters() {
            probability *= self.next(before, Some(letter));
            before = Some(letter);
        }
        probability * self.next(before, None)
    }

    /// The probability of a letter after another; `None` before is the start of a word, after the end.
    #[inline]
    pub(super) fn next(&self, before: Option<u8>, after: Option<u8>) -> f64 {
        let number = |letter: Option<u8>| letter.map_or(LETTERS, usize::from);
        self.follow[number(before) * (LETTERS + 1) + number(after)]
    }
}

/// Probabilities, or expected counts, of the operations.
#[derive(Clone, Debug)]
pub(super) struct Letters {
    pub(super) one: Vec<f64>,
    pub(super) drop: Vec<f64>,
    pub(super) add: Vec<f64>,
    pub(super) two_one: Vec<f64>,
    pub(super) one_two: Vec<f64>,
    pub(super) end: f64,
    /// Sums over the other side, by which the probability of the first word alone follows.
    first: Vec<f64>,
    first_two: Vec<f64>,
    adding: f64,
}

/// The place of three letters in a table.
pub(super) fn three(a: usize, b: usize, c: usize) -> usize {
    (a * LETTERS + b) * LETTERS + c
}

impl Letters {
    fn zero() -> Self {
        Self {
            one: vec![0.0; LETTERS * LETTERS],
            drop: vec![0.0; LETTERS],
            add: vec![0.0; LETTERS],
            two_one: vec![0.0; LETTERS * LETTERS * LETTERS],
            one_two: vec![0.0; LETTERS * LETTERS * LETTERS],
            end: 0.0,
            first: vec![0.0; LETTERS],
            first_two: vec![0.0; LETTERS * LETTERS],
            adding: 0.0,
        }
    }

    /// The prior as counts, from the shares of letters on the two sides.
    pub(super) fn prior(a: &Background, b: &Background) -> Self {
        let mut prior = Self::zero();
        let (p, q) = (&a.share, &b.share);
        for x in 0..LETTERS {
            prior.drop[x] = PRIOR * DROPPED * p[x];
            prior.add[x] = PRIOR * DROPPED * q[x];
            for y in 0..LETTERS {
                let kept = if x == y { KEPT * (p[x] * q[x]).sqrt() } else { 0.0 };
                prior.one[x * LETTERS + y] = PRIOR * (kept + EXCHANGED * p[x] * q[y]);
                for z in 0..LETTERS {
                    prior.two_one[three(x, y, z)] = PRIOR * TWO / 2.0 * p[x] * p[y] * q[z];
                    prior.one_two[three(x, y, z)] = PRIOR * TWO / 2.0 * p[x] * q[y] * q[z];
                }
            }
        }
        prior.end = PRIOR * END;
        prior
    }

    /// Probabilities from counts.
    pub(super) fn normalised(mut self) -> Self {
        let tables = [&self.one, &self.drop, &self.add, &self.two_one, &self.one_two];
        let total = tables.iter().map(|table| table.iter().sum::<f64>()).sum::<f64>() + self.end;
        for table in [&mut self.one, &mut self.drop, &mut self.add, &mut self.two_one, &mut self.one_two] {
            table.iter_mut().for_each(|value| *value /= total);
        }
        self.end /= total;
        self.adding = self.add.iter().sum();
        for x in 0..LETTERS {
            let row = |table: &[f64], width: usize| table[x * width..(x + 1) * width].iter().sum::<f64>();
            self.first[x] = row(&self.one, LETTERS) + self.drop[x] + row(&self.one_two, LETTERS * LETTERS);
        }
        self.first_two = self.two_one.chunks(LETTERS).map(|of_two| of_two.iter().sum()).collect();
        self
    }

    /// The probability that a word is written `b` where the other side writes `a`.
    pub(super) fn rendering(&self, a: &Word, b: &Word) -> f64 {
        // Rows of the table of sums that are still needed: this one and the two before. Two cells of zeros at the start of
        // each, and rows of zeros before the first, stand for what lies outside the table.
        let mut rows = [[0.0f64; LONGEST + 3]; 3];
        for i in 0..=a.len {
            let [before, last, here] = &mut rows;
            let x = a.at(i.saturating_sub(1));
            let dropped = self.drop[x];
            let one = &self.one[x * LETTERS..(x + 1) * LETTERS];
            let two_one = &self.two_one[three(a.at(i.saturating_sub(2)), x, 0)..][..LETTERS];
            let one_two = &self.one_two[three(x, 0, 0)..][..LETTERS * LETTERS];
            let mut left = if i == 0 { 1.0 } else { last[2] * dropped };
            here[2] = left;
            let mut previous = 0;
            for (j, &y) in b.letters[..b.len].iter().enumerate() {
                let y = usize::from(y);
                let straight = last[j + 3] * dropped + last[j + 2] * one[y];
                let double = before[j + 2] * two_one[y] + last[j + 1] * one_two[previous * LETTERS + y];
                left = left * self.add[y] + (straight + double);
                here[j + 3] = left;
                previous = y;
            }
            rows.rotate_left(1);
        }
        // After the last turn the finished row is in the middle.
        rows[1][b.len + 2] * self.end / self.alone(a)
    }

    /// The probability of the first word whatever the second.
    fn alone(&self, a: &Word) -> f64 {
        self.beginnings(a)[a.len] * self.end
    }

    /// The probability of each beginning of the first word, the empty one first, whatever the second.
    pub(super) fn beginnings(&self, a: &Word) -> [f64; LONGEST + 1] {
        let around = 1.0 / (1.0 - self.adding);
        let mut beginnings = [0.0; LONGEST + 1];
        beginnings[0] = around;
        for i in 0..a.len {
            let mut here = beginnings[i] * self.first[a.at(i)];
            if i > 0 {
                here += beginnings[i - 1] * self.first_two[a.at(i - 1) * LETTERS + a.at(i)];
            }
            beginnings[i + 1] = here * around;
        }
        beginnings
    }

    /// The letters written differently, as they correspond, those first that tell most: the probability of the operation
    /// times how much likelier it is than by chance, in bits.
    pub(super) fn correspondences(&self, a: &Background, b: &Background, most: usize) -> Vec<(String, String)> {
        let (p, q) = (&a.share, &b.share);
        let mut told: Vec<(f64, Vec<usize>, Vec<usize>)> = Vec::new();
        let mut tell = |probability: f64, x: Vec<usize>, y: Vec<usize>| {
            let chance: f64 = x.iter().map(|&l| p[l]).product::<f64>() * y.iter().map(|&l| q[l]).product::<f64>();
            told.push((probability * (probability / chance).log2(), x, y));
        };
        for x in 0..LETTERS - 1 {
            for y in (0..LETTERS - 1).filter(|y| *y != x) {
                tell(self.one[x * LETTERS + y], vec![x], vec![y]);
            }
            for (y, z) in (0..LETTERS - 1).flat_map(|y| (0..LETTERS - 1).map(move |z| (y, z))) {
                tell(self.two_one[three(y, z, x)], vec![y, z], vec![x]);
                tell(self.one_two[three(x, y, z)], vec![x], vec![y, z]);
            }
        }
        told.sort_by(|x, y| y.0.total_cmp(&x.0).then_with(|| (&x.1, &x.2).cmp(&(&y.1, &y.2))));
        let text = |letters: Vec<usize>| letters.into_iter().map(|l| char::from(b'a' + l as u8)).collect();
        told.into_iter().take(most).take_while(|t| t.0 > 0.0).map(|(_, x, y)| (text(x), text(y))).collect()
    }

    /// Adds to `counts` the expected operations of a pair of words of this weight.
    pub(super) fn expect(&self, a: &Word, b: &Word, weight: f64, counts: &mut Letters) {
        let width = b.len + 1;
        let mut forward = vec![0.0; (a.len + 1) * width];
        let mut backward = forward.clone();
        let size = forward.len();
        forward[0] = 1.0;
        backward[size - 1] = self.end;
        for i in 0..=a.len {
            for j in 0..=b.len {
                let mut sum = forward[i * width + j];
                self.operations(a, b, (i, j), |from, probability, _| sum += forward[from] * probability);
                forward[i * width + j] = sum;
            }
        }
        let total = forward[size - 1] * self.end;
        if total <= 0.0 {
            return;
        }
        counts.end += weight;
        for i in (0..=a.len).rev() {
            for j in (0..=b.len).rev() {
                let after = backward[i * width + j];
                self.operations(a, b, (i, j), |from, probability, operation| {
                    backward[from] += after * probability;
                    *counts.entry(operation) += weight * forward[from] * probability * after / total;
                });
            }
        }
    }

    /// The operations that lead to a cell: whence, how probable, and which.
    fn operations(&self, a: &Word, b: &Word, (i, j): (usize, usize), mut take: impl FnMut(usize, f64, Operation)) {
        let cell = |di: usize, dj: usize| (i - di) * (b.len + 1) + j - dj;
        if i > 0 {
            let x = a.at(i - 1);
            take(cell(1, 0), self.drop[x], Operation::Drop(x));
        }
        if j > 0 {
            let y = b.at(j - 1);
            take(cell(0, 1), self.add[y], Operation::Add(y));
        }
        if i == 0 || j == 0 {
            return;
        }
        let (x, y) = (a.at(i - 1), b.at(j - 1));
        let at = x * LETTERS + y;
        take(cell(1, 1), self.one[at], Operation::One(at));
        if i > 1 {
            let at = three(a.at(i - 2), x, y);
            take(cell(2, 1), self.two_one[at], Operation::TwoOne(at));
        }
        if j > 1 {
            let at = three(x, b.at(j - 2), y);
            take(cell(1, 2), self.one_two[at], Operation::OneTwo(at));
        }
    }

    fn entry(&mut self, operation: Operation) -> &mut f64 {
        match operation {
            Operation::Drop(at) => &mut self.drop[at],
            Operation::Add(at) => &mut self.add[at],
            Operation::One(at) => &mut self.one[at],
            Operation::TwoOne(at) => &mut self.two_one[at],
            Operation::OneTwo(at) => &mut self.one_two[at],
        }
    }
}

/// An operation, by its place in its table.
#[derive(Clone, Copy, Debug)]
enum Operation {
    Drop(usize),
    Add(usize),
    One(usize),
    TwoOne(usize),
    OneTwo(usize),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trained(pairs: &[(&str, &str)]) -> Letters {
        let a = Background::learn(pairs.iter().map(|p| Word::new(p.0)));
        let b = Background::learn(pairs.iter().map(|p| Word::new(p.1)));
        let mut letters = Letters::prior(&a, &b).normalised();
        for _ in 0..10 {
            let mut counts = Letters::prior(&a, &b);
            for (x, y) in pairs {
                letters.expect(&Word::new(x), &Word::new(y), 5.0, &mut counts);
            }
            letters = counts.normalised();
        }
        letters
    }

    #[test]
    fn renderings_of_a_word_are_a_distribution() {
        let letters = trained(&[("ab", "a"), ("ba", "cb"), ("a", "ca"), ("b", "b")]);
        let mut all = vec![String::new()];
        let mut total = 0.0;
        // Words of up to six letters of those that occur carry all but a little of the probability.
        for _ in 0..=6 {
            total += all.iter().map(|b| letters.rendering(&Word::new("ab"), &Word::new(b))).sum::<f64>();
            all = all.iter().flat_map(|b| ["a", "b", "c"].map(|l| format!("{b}{l}"))).collect();
        }
        assert!((0.5..=1.0 + 1e-9).contains(&total), "{total}");
    }

    #[test]
    fn expected_operations_consume_both_words() {
        let letters = trained(&[("kha", "xa"), ("uma", "ouma")]);
        let mut counts = Letters::zero();
        letters.expect(&Word::new("khuma"), &Word::new("xouma"), 1.0, &mut counts);
        let sum = |table: &[f64]| table.iter().sum::<f64>();
        let consumed = |one: f64, drop: f64, two: f64, other: f64| one + drop + 2.0 * two + other;
        let (one, two, other) = (sum(&counts.one), sum(&counts.two_one), sum(&counts.one_two));
        assert!((consumed(one, sum(&counts.drop), two, other) - 5.0).abs() < 1e-9);
        assert!((consumed(one, sum(&counts.add), other, two) - 5.0).abs() < 1e-9);
        assert!((counts.end - 1.0).abs() < 1e-12);
    }

    #[test]
    fn digraphs_are_learned() {
        let letters = trained(&[("khalun", "xaloun"), ("makhur", "maxour"), ("rukha", "rouxa"), ("lukhan", "louxan")]);
        let rendering = |b: &str| letters.rendering(&Word::new("nukhar"), &Word::new(b));
        assert!(rendering("nouxar") > 20.0 * rendering("nukhar"));
        assert!(rendering("nouxar") > 1000.0 * rendering("lonuma"));
    }

    #[test]
    fn rendering_and_expectation_sum_the_same_alignments() {
        let letters = trained(&[("kha", "xa"), ("uma", "ouma"), ("b", "bb")]);
        let (a, b) = (Word::new("khubam"), Word::new("xoubma"));
        // Forward sums by the operations one by one.
        let width = b.len + 1;
        let mut sums = vec![0.0; (a.len + 1) * width];
        sums[0] = 1.0;
        for i in 0..=a.len {
            for j in 0..=b.len {
                let mut sum = sums[i * width + j];
                letters.operations(&a, &b, (i, j), |from, probability, _| sum += sums[from] * probability);
                sums[i * width + j] = sum;
            }
        }
        let expected = sums[sums.len() - 1] * letters.end / letters.alone(&a);
        assert!((letters.rendering(&a, &b) / expected - 1.0).abs() < 1e-12);
    }
}
