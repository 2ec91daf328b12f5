//! What do the records of two different people look like side by side?
//!
//! Nearly all pairs of records are of different people, so that pairs drawn at random show it; where full agreement is equality of
//! one value, frequencies say it exactly.

use crate::Field;
use crate::counts::{Key, Table, merged};
use crate::rows::{Laid, Rows};
use crate::train::normalise;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha12Rng;
use rayon::prelude::*;

/// Pairs drawn at random to learn what strangers look like where rules choose the pairs. At one million a level that one
/// pair in ten thousand reaches is known to ten per cent, which is an eighth of a bit.
const DRAWN: usize = 1_000_000;

/// Where every pair is compared the draw only gives EM a place to start.
pub(crate) const DRAWN_TO_START: usize = 200_000;

/// So many records drawn at random are compared with as many others: what finding a record in memory costs is shared by many
/// pairs. Of a million pairs some sixty thousand records remain, which know any share of one in ten thousand as well.
const SIDE: usize = 32;

/// Squares of pairs on which one stream of random numbers is spent.
const SQUARES: usize = 16;

/// Keys of pairs drawn at random, with replacement; the same whatever the number of threads.
pub(crate) fn draw(rows: &Rows<'_>, pairs: usize, seed: u64) -> Vec<(Key, u64)> {
    let n = rows.set.len() as u32;
    let chunks: Vec<Vec<(Key, u64)>> = (0..pairs.div_ceil(SQUARES * SIDE * SIDE) as u64)
        .into_par_iter()
        .map_init(crate::compare::Memory::new, |memory, at| {
            let mut rng = ChaCha12Rng::seed_from_u64(seed);
            rng.set_stream(at);
            let mut counts = Table::new();
            for _ in 0..SQUARES {
                let [left, right]: [[Laid; SIDE]; 2] =
                    std::array::from_fn(|_| std::array::from_fn(|_| rows.lay(rng.random_range(0..n))));
                for (a, b) in left.iter().flat_map(|a| right.iter().map(move |b| (a, b))) {
                    if a.record != b.record {
                        let (a, b) = if a.record < b.record { (a, b) } else { (b, a) };
                        // What strangers look like does not depend on the lists they stand on.
                        counts.count(Key::new(0, rows.pattern(a, b, memory)), &|_| true);
                    }
                }
            }
            merged(counts.entries().collect())
        })
        .collect();
    merged(chunks.into_iter().flatten().collect())
}

/// The number of pairs worth drawing from so many records.
pub(crate) fn draws(records: usize) -> usize {
    DRAWN.min(records.saturating_mul(records.saturating_sub(1)) / 2).max(1)
}

/// What strangers look like in a field: from drawn pairs, and where full agreement is equality of one value, from the
/// frequencies of values, which are exact.
pub(crate) fn strangers(rows: &Rows<'_>, field: Field, drawn: &[(Key, u64)]) -> Vec<f64> {
    let mut totals = vec![0.0; field.levels().len()];
    drawn.iter().for_each(|(key, n)| totals[key.pattern().level(field) as usize] += *n as f64);
    totals[1..].iter_mut().for_each(|t| *t += 0.5);
    normalise(&mut totals, field);
    let exact = matches!(
        field,
        Field::Given | Field::Middle | Field::Family | Field::Address | Field::Ethnicity | Field::Occupation
    );
    let known = &rows.commonness[field.index()];
    if exact && rows.set.further_names.is_empty() && known.total > 1.0 {
        let (first, last) = field.same();
        let (first, last) = (usize::from(first), usize::from(last));
        let same: f64 = totals[first..=last].iter().sum();
        // Two draws without replacement: a value agrees with itself once less.
        let replaced = 1.0 / known.total;
        let chance = |s: &(f64, f64)| (s.1 - s.0 * replaced).max(1e-9);
        let exact: f64 = known.strata.iter().map(chance).sum();
        let rest = (1.0 - exact) / (1.0 - same).max(1e-9);
        totals[1..].iter_mut().for_each(|t| *t *= rest);
        totals[first..=last].iter_mut().zip(&known.strata).for_each(|(t, s)| *t = chance(s));
        normalise(&mut totals, field);
    }
    totals
}

/// For each run of strata, what share of the values lies in each.
pub(crate) fn shares(rows: &Rows<'_>, field: Field) -> Vec<Vec<f64>> {
    let known = &rows.commonness[field.index()];
    let run = |&(first, last): &(u8, u8)| {
        let n = usize::from(last - first) + 1;
        let mut shares: Vec<f64> = match (first, field) {
            (_, Field::Sex) => rows.sex_shares.to_vec(),
            (1, _) => known.strata.iter().map(|s| s.0).collect(),
            _ => known.rare_and_common().to_vec(),
        };
        shares.resize(n, 0.0);
        let sum: f64 = shares.iter().sum::<f64>() + 1e-3 * n as f64;
        shares.iter().map(|s| (s + 1e-3) / sum).collect()
    };
    field.strata().iter().map(run).collect()
}
