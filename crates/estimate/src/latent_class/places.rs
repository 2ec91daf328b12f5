//! Where does the posterior stand, as far as many short searches can tell?
//!
//! Expectation–maximisation with a few classes from dispersed starts, and points of a descent, each followed by a short chain.
//! Chains that came to the same place are taken together, and each place becomes a component of the reference from which the
//! ladder starts. What is missed or misjudged here costs time, never truth: the reference has an exact density.

use super::jumps::{log_add, log_softplus};
use super::moves::{Mover, Point, Reach};
use super::reference::{Component, Reference, Room, place};
use super::smc::stream;
use super::target::{Target, Work};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, Exp1};
use rayon::prelude::*;

/// Searches from random places, and from points of the descent.
const SEARCHES: usize = 54;
const FOLLOWED: usize = 10;

/// Rounds of expectation–maximisation.
const ROUNDS: usize = 300;

/// Most classes of a search.
const MOST_CLASSES: usize = 6;

/// Sweeps of the chain that follows, before and while its draws are kept.
const SETTLED: usize = 100;
const KEPT: usize = 100;

/// Share of the population left to classes that a search does not have.
const REST: f64 = 1e-4;

/// A leading class has at least so many of the recorded.
const LEAST_RECORDED: f64 = 5.0;

/// Chains are taken together where their mean records differ by less than this, squared, in spreads.
const SAME: f64 = 2.0;

/// Scale of components beside that of their draws, few at first and more later, and what is added to its diagonal.
const INFLATION: f64 = 1.3;
const INFLATION_LATER: f64 = 1.15;
const FLOOR: f64 = 1e-3;

/// Times that draws are shared out among components and components fitted to their shares.
const REFITS: usize = 3;

/// A component with less than one draw in so many is dropped; one with fewer than this for each coordinate stays as it was.
const RAREST: usize = 200;
const FEWEST: usize = 3;

/// Components kept, and how much less the log of their mass may be than the largest.
const MOST_COMPONENTS: usize = 10;
const LIGHTEST: f64 = 25.0;

/// One class in one draw.
#[derive(Clone, Debug)]
struct Class {
    log_share: f64,
    logits: Vec<f64>,
    /// Roots of the expected records by list.
    roots: Vec<f64>,
    recorded: f64,
}

/// What a chain drew, classes in the order of its place.
struct Place {
    leading: usize,
    draws: Vec<Vec<Class>>,
    /// By leading class and list: mean and variance of the roots of records.
    mean: Vec<f64>,
    variance: Vec<f64>,
}

/// Finds places and makes components of them. Absent where there are none.
pub(crate) fn find(target: &Target, points: &[Point], step: f64, seed: u64, ensemble: u64) -> Option<Reference> {
    if target.classes < 2 {
        return None;
    }
    let plain = target.above(None);
    let chains = chains(&plain, points, step, seed, ensemble);
    let mut places: Vec<Place> = Vec::new();
    for draws in chains.into_iter().filter(|draws| !draws.is_empty()) {
        let place = Place::of(draws, target);
        match places.iter_mut().find(|p| p.is_like(&place)) {
            Some(like) => like.draws.extend(place.draws),
            None => places.push(place),
        }
    }
    let (mut room, mut work) = (Room::default(), Work::new(&plain));
    let mut found: Vec<(Component, Vec<Vec<f64>>, f64)> = Vec::new();
    for place in places {
        let aligned = place.aligned();
        let leading = place.leading;
        let Some((component, draws)) = trimmed(target, leading, aligned) else { continue };
        let alone = Reference::alone(target, component.clone());
        let mut masses: Vec<f64> =
            (draws.iter()).map(|x| plain.log_likelihood(x, &mut work) - alone.log_ratio(x, &mut room)).collect();
        masses.sort_by(f64::total_cmp);
        let mass = masses[masses.len() / 2];
        found.push((component, draws, mass));
    }
    found.sort_by(|a, b| b.2.total_cmp(&a.2));
    let most = found.first()?.2;
    let mut kept: Vec<(Component, f64)> = Vec::new();
    for (component, draws, mass) in found {
        if mass < most - LIGHTEST || kept.len() == MOST_COMPONENTS {
            break;
        }
        let own = Reference::alone(target, component.clone());
        let covered = kept.iter().any(|(other, _)| {
            let other = Reference::alone(target, other.clone());
            let mut less: Vec<f64> =
                draws.iter().map(|x| own.log_ratio(x, &mut room) - other.log_ratio(x, &mut room)).collect();
            less.sort_by(f64::total_cmp);
            less[less.len() / 2] < 1.0
        });
        if !covered {
            kept.push((component, mass));
        }
    }
    let weights = vec![1.0; kept.len()];
    let components = kept.into_iter().map(|k| k.0).collect();
    Some(Reference::new(target, components, &weights))
}

/// Draws of short chains from wherever searches and points of the descent led.
fn chains(plain: &Target, points: &[Point], step: f64, seed: u64, ensemble: u64) -> Vec<Vec<Vec<Class>>> {
    (0..SEARCHES + FOLLOWED)
        .into_par_iter()
        .map_init(
            || Mover::new(plain),
            |mover, start| {
                let mut random = stream(seed, ensemble, usize::MAX - 1, start);
                let mut point = match start.checked_sub(SEARCHES) {
                    None => search(mover, 1 + start % MOST_CLASSES, &mut random),
                    Some(i) => points[i * points.len() / FOLLOWED].clone(),
                };
                if point.log_likelihood == f64::NEG_INFINITY {
                    return Vec::new();
                }
                let reach = Reach { beta: 1.0, step, steps: 12 };
                (0..SETTLED + KEPT)
                    .filter_map(|sweep| {
                        mover.sweep(&mut point, reach, &mut random);
                        (sweep >= SETTLED).then(|| classes_of(mover, &point))
                    })
                    .collect()
            },
        )
        .collect()
}

/// Components fitted anew to points of the posterior, with weights by how many each has.
pub(crate) fn refit(target: &Target, reference: &Reference, points: &[Point]) -> Reference {
    let (mut room, mut reference) = (Room::default(), reference.clone());
    for _ in 0..REFITS {
        let mut parts: Vec<Vec<Vec<f64>>> = vec![Vec::new(); reference.components().len()];
        for point in points {
            if let Some(i) = reference.nearest(&point.x, &mut room) {
                let d = reference.components()[i].mean().len();
                parts[i].push((0..d).map(|i| point.x[place(target.classes, target.lists, i)]).collect());
            }
        }
        let (mut components, mut weights) = (Vec::new(), Vec::new());
        // Each counts as much as it has of the posterior, so that no mode is rarer on the way than at its end.
        for (part, old) in parts.iter().zip(reference.components()) {
            let d = old.mean().len();
            if part.len() * RAREST < points.len() {
                continue;
            }
            let new = if part.len() > FEWEST * d {
                Component::fit(target.prior, target.lists, part, INFLATION_LATER, FLOOR)
            } else {
                None
            };
            components.push(new.unwrap_or_else(|| old.clone()));
            weights.push(part.len() as f64);
        }
        if components.is_empty() {
            return reference;
        }
        reference = Reference::new(target, components, &weights);
    }
    reference
}

/// A component of the coordinates of aligned draws, those far out left out of account.
fn trimmed(target: &Target, leading: usize, aligned: Vec<Vec<f64>>) -> Option<(Component, Vec<Vec<f64>>)> {
    let leading_of = |x: &Vec<f64>| -> Vec<f64> {
        (0..leading * (target.lists + 1)).map(|i| x[place(target.classes, target.lists, i)]).collect()
    };
    let mut room = Room::default();
    let all: Vec<Vec<f64>> = aligned.iter().map(leading_of).collect();
    let first = Component::fit(target.prior, target.lists, &all, INFLATION, FLOOR)?;
    let alone = Reference::alone(target, first);
    let mut ratios: Vec<(f64, usize)> =
        aligned.iter().enumerate().map(|(i, x)| (alone.log_ratio(x, &mut room), i)).collect();
    ratios.sort_by(|a, b| b.0.total_cmp(&a.0));
    let near: Vec<usize> = ratios[..(ratios.len() * 9).div_ceil(10)].iter().map(|r| r.1).collect();
    let core: Vec<Vec<f64>> = near.iter().map(|i| all[*i].clone()).collect();
    let component = Component::fit(target.prior, target.lists, &core, INFLATION, FLOOR)?;
    Some((component, near.iter().map(|i| aligned[*i].clone()).collect()))
}

/// Expectation–maximisation with so many classes from a random start.
fn search(mover: &mut Mover<'_>, classes: usize, random: &mut ChaCha8Rng) -> Point {
    let target = mover.target;
    let (k, lists) = (classes.min(target.classes - 1), target.lists);
    let n = target.observed as f64;
    let mut shares: Vec<f64> = (0..k).map(|_| Exp1.sample(random)).collect();
    let sum: f64 = shares.iter().sum();
    shares.iter_mut().for_each(|s| *s /= sum);
    let mut chances: Vec<f64> = (0..k * lists).map(|_| (0.001 + 0.998 * random.random::<f64>()).powi(3)).collect();
    let mut joint = vec![0.0; k];
    for _ in 0..ROUNDS {
        let unseen: Vec<f64> = (0..k)
            .map(|c| shares[c] * chances[c * lists..][..lists].iter().map(|p| 1.0 - p).product::<f64>())
            .collect();
        let missed: f64 = unseen.iter().sum::<f64>().min(1.0 - 1e-12);
        let missing = (n * missed / (1.0 - missed)).min(target.cap.most());
        let mut persons: Vec<f64> = unseen.iter().map(|u| missing * u / missed.max(1e-300)).collect();
        let mut records = vec![0.0; k * lists];
        for cell in &target.cells {
            for c in 0..k {
                joint[c] = cell
                    .lists
                    .iter()
                    .fold(unseen[c], |p, &j| p * chances[c * lists + j] / (1.0 - chances[c * lists + j]));
            }
            let all: f64 = joint.iter().sum();
            if all.is_nan() || all <= 0.0 {
                continue;
            }
            for c in 0..k {
                let of_class = cell.count * joint[c] / all;
                persons[c] += of_class;
                for &j in &cell.lists {
                    records[c * lists + j] += of_class;
                }
            }
        }
        let all: f64 = persons.iter().sum();
        for c in 0..k {
            shares[c] = (persons[c] + 1e-3) / (all + 1e-3 * k as f64);
            for j in 0..lists {
                let p = (records[c * lists + j] + 0.1) / (persons[c] + 0.2);
                chances[c * lists + j] = p.clamp(1e-12, 1.0 - 1e-9);
            }
        }
    }
    let mut order: Vec<usize> = (0..k).collect();
    order.sort_by(|&a, &b| shares[b].total_cmp(&shares[a]).then(a.cmp(&b)));
    let mut x = mover.prior_point(random).x;
    let mut rest = 1.0;
    x[0] = -1.0;
    for (class, &c) in order.iter().enumerate() {
        let share = shares[c] * (1.0 - REST);
        x[1 + class] = log_softplus(share.ln() - (rest - share).max(REST).ln());
        rest = (rest - share).max(REST);
        for j in 0..lists {
            let p = chances[c * lists + j];
            x[target.classes + j * target.classes + class] = (p.ln() - (-p).ln_1p()).clamp(-35.0, 35.0);
        }
    }
    mover.point_at(x)
}

fn classes_of(mover: &mut Mover<'_>, point: &Point) -> Vec<Class> {
    let (target, work) = (mover.target, &mut mover.work);
    target.log_likelihood(&point.x, work);
    let unit = target.observed as f64 / work.seen;
    (0..target.classes)
        .map(|c| Class {
            log_share: work.share[c].max(f64::MIN_POSITIVE).ln(),
            logits: (0..target.lists).map(|j| point.x[target.classes + j * target.classes + c]).collect(),
            roots: (0..target.lists)
                .map(|j| (unit * work.share[c] * work.reach[j * target.width + c]).sqrt())
                .collect(),
            recorded: unit * (work.share[c] - work.unseen[c]),
        })
        .collect()
}

impl Place {
    fn of(mut draws: Vec<Vec<Class>>, target: &Target) -> Self {
        // The last draw leads; the others follow its order.
        let mut leader = draws[draws.len() - 1].clone();
        leader.sort_by(|a, b| b.recorded.total_cmp(&a.recorded));
        let roots: Vec<Vec<f64>> = leader.iter().map(|c| c.roots.clone()).collect();
        for draw in &mut draws {
            align(draw, &roots);
        }
        let count = draws.len() as f64;
        let k = target.classes;
        let mean = |c: usize, of: &dyn Fn(&Class) -> f64| draws.iter().map(|d| of(&d[c])).sum::<f64>() / count;
        let mut order: Vec<usize> = (0..k).filter(|&c| mean(c, &|c| c.recorded) >= LEAST_RECORDED).collect();
        if order.is_empty() {
            order.push(0);
        }
        let sizes: Vec<f64> = (0..k).map(|c| mean(c, &|c| c.log_share)).collect();
        order.sort_by(|&a, &b| sizes[b].total_cmp(&sizes[a]));
        order.truncate(k - 1);
        let leading = order.len();
        let rest: Vec<usize> = (0..k).filter(|c| !order.contains(c)).collect();
        order.extend(rest);
        for draw in &mut draws {
            *draw = order.iter().map(|&c| draw[c].clone()).collect();
        }
        let mut place = Self { leading, draws, mean: Vec::new(), variance: Vec::new() };
        for c in 0..leading {
            for j in 0..target.lists {
                let values = || place.draws.iter().map(|d| d[c].roots[j]);
                let mean = values().sum::<f64>() / count;
                place.mean.push(mean);
                let variance = values().map(|v| (v - mean).powi(2)).sum::<f64>() / count;
                place.variance.push(variance);
            }
        }
        place
    }

    fn is_like(&self, other: &Self) -> bool {
        self.leading == other.leading && {
            let apart: f64 = (self.mean.iter().zip(&other.mean).zip(self.variance.iter().zip(&other.variance)))
                .map(|((a, b), (v, w))| (a - b).powi(2) / (v + w + 0.25))
                .sum();
            apart < SAME * self.mean.len() as f64
        }
    }

    /// The draws as points.
    fn aligned(&self) -> Vec<Vec<f64>> {
        self.draws
            .iter()
            .map(|draw| {
                let k = draw.len();
                let mut x = vec![0.0; k * (draw[0].logits.len() + 1)];
                let mut rest = draw[k - 1].log_share;
                for c in (0..k - 1).rev() {
                    x[1 + c] = log_softplus(draw[c].log_share - rest);
                    rest = log_add(rest, draw[c].log_share);
                }
                for (c, class) in draw.iter().enumerate() {
                    for (j, logit) in class.logits.iter().enumerate() {
                        x[k + j * k + c] = *logit;
                    }
                }
                x
            })
            .collect()
    }
}

/// Puts the classes of a draw in the order of those whose records they are nearest to.
fn align(draw: &mut [Class], roots: &[Vec<f64>]) {
    for (c, roots) in roots.iter().enumerate() {
        let apart = |class: &Class| -> f64 { class.roots.iter().zip(roots).map(|(a, b)| (a - b).powi(2)).sum() };
        let nearest = (c..draw.len()).min_by(|&a, &b| apart(&draw[a]).total_cmp(&apart(&draw[b])));
        draw.swap(c, nearest.unwrap_or(c));
    }
}
