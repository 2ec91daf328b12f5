//! What does chance say about number 4,711, without asking it about the 4,711 numbers before?
//!
//! Lists of ten million records are made one record at a time and in no order, so nothing may depend on what was drawn before.
//! Every number has a stream of draws of its own, a pure function of seed, purpose and number. The keys come from ChaCha; the
//! streams are those of SplitMix64 (Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators"), because a
//! record needs a handful of draws and ChaCha would compute a block of sixty-four for it.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha12Rng;

/// The step between the counters of one stream: 2^64 divided by the golden ratio, made odd.
const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

/// Scatters the bits of a word (the finaliser of SplitMix64); a bijection.
fn mix(mut word: u64) -> u64 {
    word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    word ^ (word >> 31)
}

/// A number in [0, 1) from the upper 53 bits of a word.
fn unit(word: u64) -> f64 {
    (word >> 11) as f64 / (1u64 << 53) as f64
}

/// What the draws of one purpose depend on besides the number.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Key(u64);

impl Key {
    /// The key of a purpose under a seed. Purposes are numbered by whoever has several.
    pub(crate) fn new(seed: u64, purpose: u64) -> Self {
        let mut rng = ChaCha12Rng::seed_from_u64(seed);
        rng.set_stream(purpose);
        Self(rng.next_u64())
    }

    /// The stream of draws that belongs to this number.
    pub(crate) fn stream(self, number: u64) -> Stream {
        Stream(mix(self.0 ^ mix(number.wrapping_add(STEP))))
    }
}

/// Draws about one number.
#[derive(Clone, Debug)]
pub(crate) struct Stream(u64);

impl Stream {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(STEP);
        mix(self.0)
    }

    /// The draw at a position, counted from the present one, without drawing: a number in [0, 1).
    pub(crate) fn at(&self, position: u64) -> f64 {
        unit(mix(self.0.wrapping_add(STEP.wrapping_mul(position + 1))))
    }

    /// A number in [0, 1).
    pub(crate) fn unit(&mut self) -> f64 {
        unit(self.next())
    }

    /// Whether something of this probability happens.
    pub(crate) fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// A number below `bound`, which is at least 1. The bias, `bound` / 2^64, is of no account here.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        ((u128::from(self.next()) * bound as u128) >> 64) as usize
    }

    /// One of these.
    pub(crate) fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.below(from.len())]
    }
}

/// Ranks of which low ones come more often: Zipf's law in Mandelbrot's form with exponent 1, weights of 1 / (rank + shift). They
/// are made by addition and division only and come out the same on every machine.
#[derive(Clone, Debug)]
pub(crate) struct Ranks {
    /// The weight of a rank and of all lower ones, of which the last is the sum of all.
    cumulative: Vec<f64>,
}

impl Ranks {
    /// Ranks below `count`. The larger the shift, the less the lowest stand out.
    pub(crate) fn new(count: usize, shift: f64) -> Self {
        let mut sum = 0.0;
        let add = |rank| {
            sum += 1.0 / (rank as f64 + shift);
            sum
        };
        Self { cumulative: (0..count).map(add).collect() }
    }

    /// How many ranks there are.
    pub(crate) fn len(&self) -> usize {
        self.cumulative.len()
    }

    /// A rank; 0 if there is none.
    pub(crate) fn pick(&self, draws: &mut Stream) -> usize {
        let Some(all) = self.cumulative.last() else { return 0 };
        let at = draws.unit() * all;
        self.cumulative.partition_point(|&weight| weight <= at).min(self.len() - 1)
    }
}

/// An order of the numbers below a bound that looks random and is never held in memory: a Feistel network over the next power
/// of two, walked until it falls below the bound (Black and Rogaway 2002, "Ciphers with arbitrary finite domains").
#[derive(Clone, Debug)]
pub(crate) struct Shuffle {
    bound: u64,
    /// Bits of the lower part; the upper part has as many or one less.
    lower: u32,
    upper: u32,
    rounds: [u64; 6],
}

impl Shuffle {
    /// An order of the numbers below `bound`.
    pub(crate) fn new(key: Key, bound: u64) -> Self {
        let bits = (64 - bound.saturating_sub(1).leading_zeros()).max(2);
        let mut stream = key.stream(bound);
        Self { bound, lower: bits.div_ceil(2), upper: bits / 2, rounds: std::array::from_fn(|_| stream.next()) }
    }

    /// The number at this position of the order. The position is below the bound.
    pub(crate) fn at(&self, position: u64) -> u64 {
        let mut number = self.scatter(position);
        while number >= self.bound {
            number = self.scatter(number);
        }
        number
    }

    /// One pass of the network: each round changes one part by a function of the other, so no two numbers meet.
    fn scatter(&self, number: u64) -> u64 {
        let (mut high, mut low) = (number >> self.lower, number & ((1 << self.lower) - 1));
        for pair in self.rounds.chunks_exact(2) {
            high ^= mix(low ^ pair[0]) >> (64 - self.upper);
            low ^= mix(high ^ pair[1]) >> (64 - self.lower);
        }
        (high << self.lower) | low
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shuffle_visits_every_number_once() {
        for bound in [1, 2, 3, 7, 64, 1_000, 4_097] {
            let shuffle = Shuffle::new(Key::new(5, 0), bound);
            let mut seen: Vec<u64> = (0..bound).map(|at| shuffle.at(at)).collect();
            assert!(
                bound < 1_000 || seen.windows(2).filter(|pair| pair[1] == pair[0] + 1).count() < bound as usize / 20
            );
            seen.sort_unstable();
            assert!(seen.into_iter().eq(0..bound), "{bound}");
        }
    }

    #[test]
    fn streams_of_neighbouring_numbers_and_purposes_are_unlike() {
        let mean = |draw: &dyn Fn(u64) -> f64| (0..20_000).map(draw).sum::<f64>() / 20_000.0;
        let (one, other) = (Key::new(1, 0), Key::new(1, 1));
        // The standard error of a mean of 20,000 is .0020 for a draw and .0016 for a product of two.
        assert!((mean(&|i| one.stream(i).unit()) - 0.5).abs() < 0.01);
        assert!((mean(&|i| one.stream(i).unit() * one.stream(i + 1).unit()) - 0.25).abs() < 0.01);
        assert!((mean(&|i| one.stream(i).unit() * other.stream(i).unit()) - 0.25).abs() < 0.01);
    }

    #[test]
    fn a_draw_can_be_looked_up_before_it_is_made() {
        let mut stream = Key::new(9, 3).stream(42);
        let ahead = stream.at(2);
        stream.unit();
        stream.unit();
        assert_eq!(stream.unit(), ahead);
    }

    #[test]
    fn ranks_come_as_often_as_their_weight_says() {
        let ranks = Ranks::new(1_000, 4.0);
        let mut stream = Key::new(3, 1).stream(0);
        let mut seen = vec![0u32; 1_000];
        for _ in 0..100_000 {
            seen[ranks.pick(&mut stream)] += 1;
        }
        let all: f64 = (0..1_000).map(|rank| 1.0 / (f64::from(rank) + 4.0)).sum();
        for rank in [0, 1, 10, 100] {
            let expected = 100_000.0 / (rank as f64 + 4.0) / all;
            assert!(
                (f64::from(seen[rank]) - expected).abs() < 4.0 * expected.sqrt(),
                "{rank}: {} {expected}",
                seen[rank]
            );
        }
    }

    #[test]
    fn numbers_below_a_bound_reach_both_ends() {
        let mut stream = Key::new(2, 0).stream(0);
        let drawn: Vec<usize> = (0..200).map(|_| stream.below(5)).collect();
        assert_eq!((drawn.iter().min(), drawn.iter().max()), (Some(&0), Some(&4)));
    }
}
