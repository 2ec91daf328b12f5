//! Which class has a person with these covariates, where a regression is too stiff?
//!
//! Gradient boosting of small trees on top of a regression, under the multinomial likelihood (J. H. Friedman, "Greedy function approximation: a gradient
//! boosting machine", Annals of Statistics 29, 2001), leaves by one Newton step, splits over binned features. Each round adds
//! one tree a class. The probabilities after a smaller number of rounds come along for nothing, so that the number is chosen
//! by how well each predicts people it has not seen.

use super::logistic::softmax;

/// Questions from the root to a leaf: interactions of up to three covariates.
const DEPTH: u32 = 3;

/// A tree moves so far towards its leaves: small steps generalise better, and with this few trees smaller ones would not arrive.
const RATE: f64 = 0.1;

/// Penalty on squared leaves, in people's worth of curvature.
const RIDGE: f64 = 2.0;

/// A leaf stands for at least this much curvature `p (1 - p)`: some ten people at the least.
const LEAST: f64 = 1.0;

/// Rounds after which probabilities are given.
pub(super) const STAGES: [usize; 3] = [20, 60, 150];

/// A binary tree in an array: the children of `i` are `2 i + 1` and `2 i + 2`.
struct Tree {
    /// Feature and bin: whose bin is greater goes right. Absent in a leaf.
    splits: Vec<Option<(usize, u8)>>,
    values: Vec<f64>,
}

impl Tree {
    fn value(&self, bins: &[Vec<u8>], person: usize) -> f64 {
        let mut node = 0;
        while let Some((feature, bin)) = self.splits[node] {
            node = 2 * node + 1 + usize::from(bins[feature][person] > bin);
        }
        self.values[node]
    }
}

/// Trains on some persons and gives the probabilities of others: by stage, then person, then class. The trees start from
/// scores of the persons of `train` and of `test`, by person, then class.
pub(super) fn fit_and_predict(
    bins: &[Vec<u8>],
    class: &[u8],
    classes: usize,
    (train, mut fitted): (&[u32], Vec<f64>),
    (test, mut scores): (&[u32], Vec<f64>),
    stages: usize,
) -> Vec<Vec<f64>> {
    let mut given = Vec::new();
    for round in 1..=STAGES[stages - 1] {
        let mut p = fitted.clone();
        p.chunks_mut(classes).for_each(softmax);
        for k in 0..classes {
            let slopes: Vec<(f64, f64)> = train
                .iter()
                .zip(p.chunks(classes))
                .map(|(&i, p)| {
                    let hit = f64::from(u8::from(usize::from(class[i as usize]) == k));
                    (hit - p[k], p[k] * (1.0 - p[k]))
                })
                .collect();
            let tree = grow(bins, train, &slopes);
            for (at, &i) in train.iter().enumerate() {
                fitted[at * classes + k] += RATE * tree.value(bins, i as usize);
            }
            for (at, &i) in test.iter().enumerate() {
                scores[at * classes + k] += RATE * tree.value(bins, i as usize);
            }
        }
        if STAGES.contains(&round) {
            let mut p = scores.clone();
            p.chunks_mut(classes).for_each(softmax);
            given.push(p);
        }
    }
    given
}

fn grow(bins: &[Vec<u8>], train: &[u32], slopes: &[(f64, f64)]) -> Tree {
    let nodes = (2 << DEPTH) - 1;
    let mut tree = Tree { splits: vec![None; nodes], values: vec![0.0; nodes] };
    // Positions in `train` of those in each node of the level at work.
    let mut level: Vec<(usize, Vec<u32>)> = vec![(0, (0..train.len() as u32).collect())];
    for depth in 0..=DEPTH {
        let mut next = Vec::new();
        for (node, members) in level {
            let (g, h) = members.iter().fold((0.0, 0.0), |(g, h), &m| {
                let slope = slopes[m as usize];
                (g + slope.0, h + slope.1)
            });
            let split = (depth < DEPTH).then(|| best_split(bins, train, slopes, &members, (g, h))).flatten();
            tree.values[node] = g / (h + RIDGE);
            tree.splits[node] = split;
            if let Some((feature, bin)) = split {
                let right = |m: &u32| bins[feature][train[*m as usize] as usize] > bin;
                let (above, below) = members.into_iter().partition(right);
                next.push((2 * node + 1, below));
                next.push((2 * node + 2, above));
            }
        }
        level = next;
    }
    tree
}

/// The split that raises the penalised likelihood most; among equals the first.
fn best_split(
    bins: &[Vec<u8>],
    train: &[u32],
    slopes: &[(f64, f64)],
    members: &[u32],
    (g, h): (f64, f64),
) -> Option<(usize, u8)> {
    let score = |g: f64, h: f64| g * g / (h + RIDGE);
    // Below this a gain is rounding.
    let mut best = (1e-9, None);
    for (feature, bin_of) in bins.iter().enumerate() {
        let mut histogram = [(0.0, 0.0); 64];
        for &m in members {
            let bin = &mut histogram[usize::from(bin_of[train[m as usize] as usize]) & 63];
            let slope = slopes[m as usize];
            bin.0 += slope.0;
            bin.1 += slope.1;
        }
        let (mut below_g, mut below_h) = (0.0, 0.0);
        for (bin, slope) in histogram.iter().enumerate().take(63) {
            below_g += slope.0;
            below_h += slope.1;
            if below_h < LEAST || h - below_h < LEAST {
                continue;
            }
            let gain = score(below_g, below_h) + score(g - below_g, h - below_h) - score(g, h);
            if gain > best.0 {
                best = (gain, Some((feature, bin as u8)));
            }
        }
    }
    best.1
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two features that matter only together, which no regression without interactions can see.
    #[test]
    fn learns_an_interaction() {
        let n = 2_000;
        let a: Vec<u8> = (0..n).map(|i| (i % 2) as u8).collect();
        let b: Vec<u8> = (0..n).map(|i| (i / 2 % 2) as u8).collect();
        let class: Vec<u8> = (0..n).map(|i| u8::from((i % 2 == i / 2 % 2) == (i % 10 != 0))).collect();
        let bins = vec![a, b];
        let train: Vec<u32> = (0..n as u32).collect();
        let stages = fit_and_predict(&bins, &class, 2, (&train, vec![0.0; 2 * n]), (&[0, 1, 2, 3], vec![0.0; 8]), 3);
        assert_eq!(stages.len(), 3);
        let p = &stages[2];
        assert!(p[1] > 0.6 && p[3] < 0.25, "{p:?}");
        assert!(stages[0][1] < p[1], "more rounds go further");
    }

    #[test]
    fn nobody_to_learn_from_and_nothing_to_learn_are_borne() {
        let p = fit_and_predict(&[], &[0, 1], 2, (&[0, 1], vec![0.0; 4]), (&[0, 1], vec![0.0; 4]), 1);
        assert!(p[0].iter().all(|x| (x - 0.5).abs() < 1e-9));
        let p = fit_and_predict(&[vec![1, 2]], &[0, 1], 3, (&[], Vec::new()), (&[0, 1], vec![0.0; 6]), 3);
        assert!(p[2].iter().all(|x| (x - 1.0 / 3.0).abs() < 1e-9));
    }
}
