//! What does a stratified sample say of precision and recall?
//!
//! Pure arithmetic. Totals are estimated by N. G. Horvitz & D. J. Thompson's estimator (JASA 47, 1952), which in a stratified
//! sample is the sum of stratum sizes times stratum shares. The limits of a stratum's share are exact: they turn the
//! hypergeometric distribution around, which is that of a sample without replacement, and count what was seen itself by half
//! (the mid-P limits of H. O. Lancaster, JASA 56, 1961; G. Berry & P. Armitage, The Statistician 44, 1995). E. B. Wilson's
//! limits, which approximate, are too narrow where hardly any pair is wrong, which is where most pairs are. Limits of sums combine them by the method of variance estimates
//! recovery (G. Y. Zou, W. Huang & X. Zhang, Computational Statistics & Data Analysis 53, 2009), limits of a ratio are where
//! the limits of a linear combination pass zero, as in Fieller's theorem (A. Donner & G. Y. Zou, Statistical Methods in
//! Medical Research 21, 2012). They keep their width where a stratum shows no error at all, which a bootstrap does not.

use serde::Serialize;

/// What is left on each side: intervals are at 95 %.
const TAIL: f64 = 0.025;

/// A stratum with what was judged of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Judged {
    /// Pairs in the stratum.
    pub size: u64,
    /// Pairs judged the same or different.
    pub judged: u64,
    /// Pairs judged the same.
    pub same: u64,
}

/// An estimate with its 95 % limits.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Interval {
    /// The estimate.
    pub estimate: f64,
    /// The lower limit.
    pub lower: f64,
    /// The upper limit.
    pub upper: f64,
}

impl Interval {
    fn scaled(self, by: f64) -> Interval {
        Interval { estimate: self.estimate * by, lower: self.lower * by, upper: self.upper * by }
    }
}

/// The share of pairs of one person in a stratum; nothing where nothing was judged.
pub fn share(stratum: Judged) -> Option<Interval> {
    let (size, n) = (stratum.size as f64, stratum.judged as f64);
    if stratum.judged == 0 || stratum.same > stratum.judged {
        return None;
    }
    let p = stratum.same as f64 / n;
    if stratum.judged >= stratum.size {
        return Some(Interval { estimate: p, lower: p, upper: p });
    }
    let (least, most) = limits(stratum.size, stratum.judged, stratum.same);
    Some(Interval { estimate: p, lower: (least as f64 / size).min(p), upper: (most as f64 / size).max(p) })
}

/// The fewest and the most pairs of one person that a stratum can be thought to hold.
fn limits(size: u64, judged: u64, same: u64) -> (u64, u64) {
    // What was seen is certain: so many pairs are the same, and so many are not.
    let (least, most) = (same, size - (judged - same));
    let at_least = |held| more_than(size, judged, held, same) >= TAIL;
    let at_most = |held| more_than(size, judged, held, same) <= 1.0 - TAIL;
    (first(least, most, at_least), first(least, most, |held| !at_most(held + 1)))
}

/// The first number from `from` on, before `to`, that a condition holds for; it holds for all greater ones. Otherwise `to`.
fn first(mut from: u64, mut to: u64, holds: impl Fn(u64) -> bool) -> u64 {
    while from < to {
        let middle = from + (to - from) / 2;
        if holds(middle) {
            to = middle;
        } else {
            from = middle + 1;
        }
    }
    from
}

/// The chance that a sample shows more than `same` pairs of one person where the stratum holds `held`, with half the chance
/// that it shows as many.
fn more_than(size: u64, judged: u64, held: u64, same: u64) -> f64 {
    let (size, n, held, same) = (size as f64, judged as f64, held as f64, same as f64);
    let others = size - held - n;
    // Relative to the chance of what was seen, so that nothing is too small to be counted.
    let step_up = |j: f64| (held - j) * (n - j) / ((j + 1.0) * (others + j + 1.0));
    let step_down = |j: f64| j * (others + j) / ((held - j + 1.0) * (n - j + 1.0));
    let side = |step: &dyn Fn(f64) -> f64, by: f64| {
        let (mut sum, mut term, mut j) = (0.0, 1.0, same);
        loop {
            term *= step(j);
            // The steps only fall, so that what follows so small a term adds nothing.
            if term <= sum * f64::EPSILON {
                return sum;
            }
            sum += term;
            if sum.is_infinite() {
                return sum;
            }
            j += by;
        }
    };
    let (above, below) = (side(&step_up, 1.0), side(&step_down, -1.0));
    // Either may be beyond all numbers, never both.
    1.0 / (1.0 + (below + 0.5) / (above + 0.5))
}

/// How many pairs of one person the strata hold; nothing where a stratum that holds pairs was not judged.
pub fn total(strata: &[Judged]) -> Option<Interval> {
    let mut sum = Interval { estimate: 0.0, lower: 0.0, upper: 0.0 };
    let (mut below, mut above) = (0.0, 0.0);
    for stratum in strata.iter().filter(|s| s.size > 0) {
        let part = share(*stratum)?.scaled(stratum.size as f64);
        sum.estimate += part.estimate;
        below += (part.estimate - part.lower).powi(2);
        above += (part.upper - part.estimate).powi(2);
    }
    Some(Interval { lower: (sum.estimate - below.sqrt()).max(0.0), upper: sum.estimate + above.sqrt(), ..sum })
}

/// The share of pairs of one person in several strata together: the precision, if they hold the accepted pairs.
pub fn proportion(strata: &[Judged]) -> Option<Interval> {
    let size: u64 = strata.iter().map(|s| s.size).sum();
    let total = total(strata)?;
    (size > 0).then(|| {
        let share = total.scaled(1.0 / size as f64);
        Interval { upper: share.upper.min(1.0), ..share }
    })
}

/// Of the pairs of one person, the share that lies in `found` and not in `lost`: the recall, if the one holds the accepted
/// pairs and the other the rest. Nothing where no pair of one person was seen.
pub fn recall(found: &[Judged], lost: &[Judged]) -> Option<Interval> {
    let (hits, misses) = (total(found)?, total(lost)?);
    let all = hits.estimate + misses.estimate;
    if all <= 0.0 {
        return None;
    }
    let estimate = hits.estimate / all;
    // With recall r, (1 - r) hits - r misses is zero on average; its limits pass zero at the limits of r.
    let middle = |r: f64| (1.0 - r) * hits.estimate - r * misses.estimate;
    let lower = |r: f64| {
        let spread = ((1.0 - r) * (hits.estimate - hits.lower)).hypot(r * (misses.upper - misses.estimate));
        middle(r) - spread
    };
    let upper = |r: f64| {
        let spread = ((1.0 - r) * (hits.upper - hits.estimate)).hypot(r * (misses.estimate - misses.lower));
        middle(r) + spread
    };
    Some(Interval { estimate, lower: crossing(lower, 0.0, estimate), upper: crossing(upper, estimate, 1.0) })
}

/// Where a function that falls from at least zero to at most zero passes zero.
fn crossing(f: impl Fn(f64) -> f64, mut from: f64, mut to: f64) -> f64 {
    // Sixty halvings leave nothing of a stretch of length one.
    for _ in 0..60 {
        let middle = 0.5 * (from + to);
        if f(middle) > 0.0 {
            from = middle;
        } else {
            to = middle;
        }
    }
    0.5 * (from + to)
}

/// A stratum before it is drawn from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Planned {
    /// Pairs in it.
    pub size: u64,
    /// Their mean probability, by the model.
    pub probability: f64,
    /// The most that may be drawn from it.
    pub most: u64,
}

/// Shares out `count` pairs: each stratum gets a minimum, the rest goes by size times the standard deviation of what is
/// expected there (J. Neyman, Journal of the Royal Statistical Society 97, 1934). No stratum gets more pairs than it holds or
/// than it may.
pub fn allocate(strata: &[Planned], count: u64) -> Vec<u64> {
    let room: Vec<u64> = strata.iter().map(|s| s.size.min(s.most)).collect();
    let open = room.iter().filter(|r| **r > 0).count() as u64;
    // Five pairs a stratum tell nothing from something; half of the sample is left for where it matters.
    let least = (count / (2 * open.max(1))).clamp(1, 5);
    let mut drawn: Vec<u64> = room.iter().map(|r| least.min(*r)).collect();
    // A model that is sure may be wrong: no stratum counts as beyond doubt.
    let doubt = |p: f64| (p.clamp(1e-6, 1.0 - 1e-6) * (1.0 - p.clamp(1e-6, 1.0 - 1e-6))).sqrt();
    let want: Vec<f64> = strata.iter().map(|s| s.size as f64 * doubt(s.probability)).collect();
    let mut left = count.saturating_sub(drawn.iter().sum());
    while left > 0 {
        // One by one to where the most is wanted for each pair already drawn: the rule of Webster and Sainte-Laguë.
        let merit = |at: &usize| want[*at] / (2.0 * drawn[*at] as f64 + 1.0);
        let with_room = (0..strata.len()).filter(|&at| drawn[at] < room[at]);
        let Some(next) = with_room.max_by(|x, y| merit(x).total_cmp(&merit(y)).then(y.cmp(x))) else { break };
        drawn[next] += 1;
        left -= 1;
    }
    drawn
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rand::SeedableRng;
    use rand_chacha::ChaCha12Rng;

    fn judged(size: u64, judged: u64, same: u64) -> Judged {
        Judged { size, judged, same }
    }

    #[test]
    fn a_share_has_exact_limits() {
        let limits = |stratum| share(stratum).map(|i| (i.lower, i.upper)).unwrap();
        let near = |(lower, upper): (f64, f64), expected: (f64, f64)| {
            assert!((lower - expected.0).abs() < 5e-5 && (upper - expected.1).abs() < 5e-5, "{lower} {upper}");
        };
        // 8 of 10 out of very many: where half the chance of 8 with all of 9 and 10 is a fortieth, and so on.
        near(limits(judged(1_000_000_000, 10, 8)), (0.48049, 0.96500));
        // None of 50: half of (1 - p)^50 is a fortieth.
        near(limits(judged(1_000_000_000, 50, 0)), (0.0, 1.0 - 0.05_f64.powf(1.0 / 50.0)));
        // One of 2 out of 4: the two others may both be the same, or both different.
        near(limits(judged(4, 2, 1)), (0.25, 0.75));
        // A sample too large to count with plain numbers.
        let (lower, upper) = limits(judged(1_000_000_000_000, 20_000, 10_000));
        near((lower, upper), (0.49307, 0.50693));
    }

    #[test]
    fn a_stratum_judged_whole_is_certain() {
        assert_eq!(share(judged(4, 4, 3)), Some(Interval { estimate: 0.75, lower: 0.75, upper: 0.75 }));
        let all = [judged(4, 4, 3), judged(6, 6, 0)];
        assert_eq!(recall(&all[..1], &all[1..]).unwrap().lower, 1.0);
        assert_eq!(total(&all), Some(Interval { estimate: 3.0, lower: 3.0, upper: 3.0 }));
    }

    #[test]
    fn what_was_not_judged_is_not_estimated() {
        assert_eq!(share(judged(10, 0, 0)), None);
        assert_eq!(total(&[judged(10, 5, 2), judged(10, 0, 0)]), None);
        assert_eq!(total(&[judged(10, 10, 2), judged(0, 0, 0)]).unwrap().estimate, 2.0);
        assert_eq!(recall(&[judged(10, 5, 0)], &[judged(10, 5, 0)]), None);
        assert_eq!(proportion(&[]), None);
    }

    #[test]
    fn doubt_is_drawn_most_and_nothing_beyond_its_size() {
        let plan = |size, probability, most| Planned { size, probability, most };
        let strata = [plan(1000, 0.999, 1000), plan(1000, 0.5, 1000), plan(3, 0.5, 3), plan(1_000_000_000, 1e-7, 20)];
        let drawn = allocate(&strata, 100);
        assert_eq!(drawn.iter().sum::<u64>(), 100);
        assert!(drawn[1] > drawn[0] && drawn[2] == 3 && drawn[3] == 20 && drawn[0] >= 5, "{drawn:?}");
        assert_eq!(allocate(&strata[2..3], 100), [3]);
        assert_eq!(allocate(&[], 5), Vec::<u64>::new());
    }

    /// A linkage's pairs by stratum: size, true share of pairs of one person, and what the model believes.
    const TRUTH: [(u64, f64, f64, bool); 8] = [
        (1800, 0.995, 0.998, true),
        (150, 0.95, 0.97, true),
        (90, 0.80, 0.88, true),
        (60, 0.55, 0.65, true),
        (80, 0.40, 0.35, false),
        (300, 0.08, 0.10, false),
        (900, 0.01, 0.02, false),
        (4000, 0.002, 0.001, false),
    ];

    #[test]
    fn the_interval_holds_the_truth_as_often_as_it_says() {
        let size = |at: usize| TRUTH[at].0;
        let people: Vec<Vec<bool>> = TRUTH
            .iter()
            .map(|(size, share, ..)| (0..*size).map(|i| (i as f64) < (*size as f64 * share).round()).collect())
            .collect();
        let same = |at: usize| people[at].iter().filter(|s| **s).count() as f64;
        let linked: Vec<usize> = (0..TRUTH.len()).filter(|&at| TRUTH[at].3).collect();
        let hits: f64 = linked.iter().map(|&at| same(at)).sum();
        let links: u64 = linked.iter().map(|&at| size(at)).sum();
        let true_precision = hits / links as f64;
        let true_recall = hits / (0..TRUTH.len()).map(same).sum::<f64>();
        let plan: Vec<Planned> =
            TRUTH.iter().map(|&(size, _, probability, _)| Planned { size, probability, most: size }).collect();
        let drawn = allocate(&plan, 300);
        let (mut precise, mut recalled, mut width, mut off) = (0, 0, 0.0, 0.0);
        for seed in 0..2000 {
            let mut random = ChaCha12Rng::seed_from_u64(seed);
            let mut draw = |at: usize| {
                let picked = rand::seq::index::sample(&mut random, people[at].len(), drawn[at] as usize);
                judged(size(at), drawn[at], picked.iter().filter(|i| people[at][*i]).count() as u64)
            };
            let strata: Vec<Judged> = (0..TRUTH.len()).map(&mut draw).collect();
            let precision = proportion(&strata[..4]).unwrap();
            let recall = recall(&strata[..4], &strata[4..]).unwrap();
            precise += u32::from(precision.lower <= true_precision && true_precision <= precision.upper);
            recalled += u32::from(recall.lower <= true_recall && true_recall <= recall.upper);
            width += (recall.upper - recall.lower) / 2000.0;
            off += (precision.estimate - true_precision) / 2000.0;
        }
        // 94 to 97 of 100, give or take the half that 2,000 replicates leave to chance.
        let as_often = |held: u32| (1870..=1950).contains(&held);
        assert!(as_often(precise) && as_often(recalled), "precision held {precise} times of 2000, recall {recalled}");
        // Intervals that hold because they are wide would say nothing.
        assert!(width < 0.15 && off.abs() < 0.005, "mean width {width}, bias {off}");
    }

    proptest! {
        #[test]
        fn limits_enclose_the_estimate(strata in proptest::collection::vec((1u64..5000, 0.0..=1.0f64, 0.0..=1.0f64), 1..6)) {
            let strata: Vec<Judged> = strata
                .into_iter()
                .map(|(size, judged, same)| {
                    let judged = ((size as f64 * judged) as u64).max(1);
                    Judged { size, judged, same: (judged as f64 * same) as u64 }
                })
                .collect();
            let (found, lost) = strata.split_at(strata.len() / 2);
            for interval in [proportion(&strata), recall(found, lost)].into_iter().flatten() {
                prop_assert!(0.0 <= interval.lower && interval.lower <= interval.estimate + 1e-9);
                prop_assert!(interval.estimate <= interval.upper + 1e-9 && interval.upper <= 1.0);
            }
        }

        #[test]
        fn an_allocation_stays_within_its_room(
            strata in proptest::collection::vec((0u64..200, 0.0..=1.0f64, 0u64..200), 0..8),
            count in 0u64..300,
        ) {
            let plan: Vec<Planned> =
                strata.into_iter().map(|(size, probability, most)| Planned { size, probability, most }).collect();
            let drawn = allocate(&plan, count);
            let room: u64 = plan.iter().map(|s| s.size.min(s.most)).sum();
            prop_assert!(drawn.iter().zip(&plan).all(|(d, s)| *d <= s.size.min(s.most)));
            let open = plan.iter().filter(|s| s.size.min(s.most) > 0).count() as u64;
            prop_assert!(drawn.iter().sum::<u64>() <= count.max(open));
            prop_assert!(drawn.iter().sum::<u64>() >= count.min(room));
        }
    }
}
