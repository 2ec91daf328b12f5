//! Where does a ladder start that knows where the posterior stands?
//!
//! Parallel tempering from a fitted reference (N. Surjanovic, S. Syed, A. Bouchard-Côté and T. Campbell 2022) in place of the
//! prior: where the only way between two modes leads over the prior, a chain goes it once in thousands of exchanges, but from a
//! reference that has something of every mode each return to the lowest rung chooses among them anew. The reference is a
//! mixture of the prior itself, so that nothing is out of reach, and of components around places found beforehand. What a
//! component says of its leading classes is a multivariate t distribution of their log sticks and logits; the concentration
//! given those sticks and all other classes follow the prior. So it has an exact density and can be drawn from.

use super::augment::log_gamma_draw;
use super::lanes;
use super::target::{Prior, Target};
use fearless_simd::{Level, dispatch};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};
use statrs::function::gamma::ln_gamma;

/// The share of the prior in the mixture.
const PRIOR_SHARE: f64 = 0.1;

/// Degrees of freedom of a component: tails that cover what the draws it was fitted to leave out.
const FREEDOM: f64 = 8.0;

/// A component with less than this log weight beside the others is below their last digit.
const NEGLIGIBLE: f64 = -45.0;

/// The logarithm of a squared distance beyond which no component goes.
const FARTHEST_REACH: f64 = 300.0;

/// A mixture of the prior and of components around modes.
#[derive(Clone, Debug)]
pub(crate) struct Reference {
    prior: Prior,
    classes: usize,
    lists: usize,
    components: Vec<Component>,
    log_prior_share: f64,
    vectors: Level,
}

/// A t distribution of the log sticks and logits of the leading classes, class by class.
#[derive(Clone, Debug)]
pub(crate) struct Component {
    /// Leading classes it speaks of, fewer than all.
    leading: usize,
    mean: Vec<f64>,
    /// Lower triangles, row after row: the root of the scale matrix and its inverse.
    root: Vec<f64>,
    inverse: Vec<f64>,
    /// The log density at the mean, less what is constant in the log prior density of its leading classes.
    log_height: f64,
    log_weight: f64,
}

/// Room for densities and slopes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Room {
    /// Leading coordinates, and the exponentials of what their distance from none is below none.
    y: Vec<f64>,
    exps: Vec<f64>,
    /// By class: the stick, and the log prior density of sticks and logits up to here, without that of the concentration.
    sticks: Vec<f64>,
    log_priors: Vec<f64>,
    /// By component, the prior last: log weight beside the prior; squared distance and standardised coordinates.
    logs: Vec<f64>,
    distances: Vec<f64>,
    standard: Vec<f64>,
    centred: Vec<f64>,
}

impl Component {
    /// Fits the mean and scale to draws of the coordinates of leading classes. Absent where they do not span a scale.
    pub fn fit(prior: Prior, lists: usize, draws: &[Vec<f64>], inflation: f64, floor: f64) -> Option<Self> {
        let d = draws.first()?.len();
        let leading = d / (lists + 1);
        let count = draws.len() as f64;
        let mean: Vec<f64> = (0..d).map(|i| draws.iter().map(|y| y[i]).sum::<f64>() / count).collect();
        let mut root = vec![0.0; d * (d + 1) / 2];
        for y in draws {
            for i in 0..d {
                for j in 0..=i {
                    root[at(i, j)] += (y[i] - mean[i]) * (y[j] - mean[j]) / count;
                }
            }
        }
        for i in 0..d {
            for j in 0..=i {
                root[at(i, j)] *= inflation;
            }
            root[at(i, i)] += floor;
        }
        // Cholesky's root in place, then the inverse of the triangle.
        for i in 0..d {
            for j in 0..=i {
                let dot: f64 = (0..j).map(|l| root[at(i, l)] * root[at(j, l)]).sum();
                let left = root[at(i, j)] - dot;
                root[at(i, j)] = if i == j { left.sqrt() } else { left / root[at(j, j)] };
            }
            if root[at(i, i)].is_nan() || root[at(i, i)] <= 0.0 {
                return None;
            }
        }
        let mut triangle = vec![0.0; root.len()];
        for j in 0..d {
            for i in j..d {
                let dot: f64 = (j..i).map(|l| root[at(i, l)] * triangle[at(l, j)]).sum();
                triangle[at(i, j)] = (f64::from(u8::from(i == j)) - dot) / root[at(i, i)];
            }
        }
        let mut inverse = Vec::new();
        for i in 0..d {
            inverse.extend_from_slice(&triangle[at(i, 0)..=at(i, i)]);
            inverse.resize(inverse.len().next_multiple_of(4), 0.0);
        }
        let log_roots: f64 = (0..d).map(|i| root[at(i, i)].ln()).sum();
        let half = d as f64 / 2.0;
        let log_peak = ln_gamma(FREEDOM / 2.0 + half)
            - ln_gamma(FREEDOM / 2.0)
            - half * (FREEDOM * std::f64::consts::PI).ln()
            - log_roots;
        // Sticks are exponential given the concentration; with that integrated out they have a joint Lomax density.
        let shape = prior.shape;
        let lomax = ln_gamma(shape + leading as f64) - ln_gamma(shape) + shape * prior.rate.ln();
        Some(Self { leading, mean, root, inverse, log_height: log_peak - lomax, log_weight: 0.0 })
    }

    pub fn mean(&self) -> &[f64] {
        &self.mean
    }

    /// The squared distance from the mean, infinite where it is more than `most`; standardised coordinates into `standard`.
    #[inline(always)]
    fn distance(&self, y: &[f64], most: f64, standard: &mut [f64], centred: &mut [f64]) -> f64 {
        for ((c, y), mean) in centred.iter_mut().zip(y).zip(&self.mean) {
            *c = y - mean;
        }
        let mut sum = 0.0;
        let mut rows = self.inverse.as_slice();
        let fours = centred.as_chunks::<4>().0;
        for (i, u) in standard.iter_mut().enumerate() {
            let (row, rest) = rows.split_at(padded(i + 1));
            rows = rest;
            let mut sums = [0.0; 4];
            for (row, centred) in row.as_chunks::<4>().0.iter().zip(fours) {
                for l in 0..4 {
                    sums[l] += row[l] * centred[l];
                }
            }
            *u = (sums[0] + sums[2]) + (sums[1] + sums[3]);
            sum += *u * *u;
            if sum.is_nan() || sum > most {
                return f64::INFINITY;
            }
        }
        sum
    }
}

/// The next multiple of four: rows are that long, so that four numbers are taken at a time.
fn padded(length: usize) -> usize {
    length.next_multiple_of(4)
}

/// The place of an entry in a lower triangle.
fn at(i: usize, j: usize) -> usize {
    i * (i + 1) / 2 + j
}

/// The place of a coordinate of the leading classes among all of a point.
pub(crate) fn place(classes: usize, lists: usize, i: usize) -> usize {
    match (i / (lists + 1), i % (lists + 1)) {
        (class, 0) => 1 + class,
        (class, list) => classes + (list - 1) * classes + class,
    }
}

impl Reference {
    /// Components with their weights beside one another, and the prior.
    pub fn new(target: &Target, mut components: Vec<Component>, weights: &[f64]) -> Self {
        let sum: f64 = weights.iter().sum();
        for (component, weight) in components.iter_mut().zip(weights) {
            component.log_weight = ((1.0 - PRIOR_SHARE) * weight / sum).ln();
        }
        components.sort_by_key(|c| c.leading);
        Self { components, log_prior_share: PRIOR_SHARE.ln(), ..Self::prior(target) }
    }

    /// One component, without the prior.
    pub fn alone(target: &Target, component: Component) -> Self {
        Self { components: vec![component], log_prior_share: f64::NEG_INFINITY, ..Self::prior(target) }
    }

    fn prior(target: &Target) -> Self {
        let (prior, vectors) = (target.prior, target.vectors);
        let components = Vec::new();
        Self { prior, classes: target.classes, lists: target.lists, components, log_prior_share: 0.0, vectors }
    }

    pub fn components(&self) -> &[Component] {
        &self.components
    }

    /// Which component a draw comes from, absent for the prior, and if so its leading coordinates into `x`.
    pub fn draw(&self, x: &mut [f64], random: &mut ChaCha8Rng) -> Option<usize> {
        let mut u: f64 = random.random();
        let chosen = self.components.iter().find(|c| {
            u -= c.log_weight.exp();
            u < 0.0
        })?;
        let chi = 2.0 * log_gamma_draw(FREEDOM / 2.0, random).exp();
        let scale = (FREEDOM / chi).sqrt();
        let noise: Vec<f64> = chosen
            .mean
            .iter()
            .map(|_| {
                let z: f64 = StandardNormal.sample(random);
                scale * z
            })
            .collect();
        for (i, mean) in chosen.mean.iter().enumerate() {
            let row = &chosen.root[at(i, 0)..=at(i, i)];
            x[place(self.classes, self.lists, i)] = mean + row.iter().zip(&noise).map(|(a, b)| a * b).sum::<f64>();
        }
        let sticks: f64 = x[1..=chosen.leading].iter().map(|tau| tau.exp()).sum();
        x[0] = log_gamma_draw(self.prior.shape + chosen.leading as f64, random) - (self.prior.rate + sticks).ln();
        Some(chosen.leading)
    }

    /// The log density beside that of the prior.
    pub fn log_ratio(&self, x: &[f64], room: &mut Room) -> f64 {
        dispatch!(self.vectors, _ => self.weigh(x, room))
    }

    /// The component that has most of the density at `x`; absent where that is the prior.
    pub fn nearest(&self, x: &[f64], room: &mut Room) -> Option<usize> {
        self.log_ratio(x, room);
        let most = (0..room.logs.len()).max_by(|&a, &b| room.logs[a].total_cmp(&room.logs[b]))?;
        (most < self.components.len()).then_some(most)
    }

    /// How much of the density is not the prior's, given [`Self::log_ratio`].
    pub fn share_of_components(&self, log_ratio: f64) -> f64 {
        (1.0 - (self.log_prior_share - log_ratio).exp()).max(0.0)
    }

    /// Most classes that any component speaks of: further ones do not matter to the density.
    pub fn leading(&self) -> usize {
        self.components.last().map_or(0, |c| c.leading)
    }

    /// Leaves the log weights of all parts at `x` behind, and returns that of their sum.
    #[inline(always)]
    fn weigh(&self, x: &[f64], room: &mut Room) -> f64 {
        self.read(x, room);
        let Room { y, sticks, log_priors, logs, distances, standard, centred, .. } = room;
        logs.clear();
        distances.clear();
        let mut most = self.log_prior_share;
        let (mut from, mut leading, mut sum) = (0, 0, 0.0);
        for component in &self.components {
            let d = component.mean.len();
            while leading < component.leading {
                sum += sticks[leading];
                leading += 1;
            }
            let shape = self.prior.shape + component.leading as f64;
            let height = component.log_weight + component.log_height - log_priors[component.leading - 1]
                + shape * lanes::ln(self.prior.rate + sum);
            let power = (FREEDOM + d as f64) / 2.0;
            let reach = ((height - most - NEGLIGIBLE) / power).clamp(0.0, FARTHEST_REACH);
            let farthest = FREEDOM * lanes::exp_less_one_and_exp(reach).0;
            let distance = component.distance(y, farthest, &mut standard[from..from + d], &mut centred[..padded(d)]);
            from += d;
            let log = if distance.is_finite() {
                height - power * lanes::ln(1.0 + distance / FREEDOM)
            } else {
                f64::NEG_INFINITY
            };
            most = most.max(log);
            logs.push(log);
            distances.push(distance);
        }
        logs.push(self.log_prior_share);
        let sum: f64 = (logs.iter()).map(|v| lanes::exp_less_one_and_exp((v - most).max(-lanes::FARTHEST)).1).sum();
        most + lanes::ln(sum)
    }

    /// Reads what the components need of a point.
    #[inline(always)]
    fn read(&self, x: &[f64], room: &mut Room) {
        let (k, lists, leading) = (self.classes, self.lists, self.leading());
        let row = lists + 1;
        room.y.resize(leading * row, 0.0);
        room.exps.resize(leading * row, 0.0);
        room.sticks.resize(leading, 0.0);
        room.log_priors.resize(leading, 0.0);
        room.centred.resize(padded(leading * row), 0.0);
        room.standard.resize(self.components.iter().map(|c| c.mean.len()).sum(), 0.0);
        for (class, of_class) in room.y.chunks_exact_mut(row).enumerate() {
            of_class[0] = x[1 + class];
            for (j, logit) in of_class[1..].iter_mut().enumerate() {
                *logit = x[k + j * k + class];
            }
        }
        for (e, y) in room.exps.iter_mut().zip(&room.y) {
            *e = lanes::exp_less_one_and_exp(-y.abs().min(lanes::FARTHEST)).1;
        }
        let mut log_prior = 0.0;
        for (class, (y, exps)) in room.y.chunks_exact(row).zip(room.exps.chunks_exact(row)).enumerate() {
            room.sticks[class] = if y[0] > 0.0 { 1.0 / exps[0] } else { exps[0] };
            // The logistic density of a logit is exp(-|l|) / (1 + exp(-|l|))^2, of which one logarithm serves a whole class.
            let (mut far, mut product) = (0.0, 1.0);
            for (logit, e) in y[1..].iter().zip(&exps[1..]) {
                far += logit.abs();
                product *= 1.0 + e;
            }
            log_prior += y[0] - far - 2.0 * lanes::ln(product);
            room.log_priors[class] = log_prior;
        }
    }

    /// The slopes of [`Self::log_ratio`], handed out with their places among sticks and logits. Returns its value.
    #[inline(always)]
    pub fn slopes(&self, x: &[f64], room: &mut Room, mut give: impl FnMut(usize, f64)) -> f64 {
        let (k, lists) = (self.classes, self.lists);
        let log_ratio = self.weigh(x, room);
        let Room { y, exps, sticks, logs, distances, standard, centred: pulled, .. } = room;
        let mut from = 0;
        for ((component, log), distance) in self.components.iter().zip(logs.iter()).zip(distances.iter()) {
            let d = component.mean.len();
            let standard = &standard[from..from + d];
            from += d;
            if *log < log_ratio + NEGLIGIBLE {
                continue;
            }
            let share = lanes::exp_less_one_and_exp(log - log_ratio).1;
            let pull = -share * (FREEDOM + d as f64) / (FREEDOM + *distance);
            pulled.fill(0.0);
            let mut rows = component.inverse.as_slice();
            for (i, u) in standard.iter().enumerate() {
                let (row, rest) = rows.split_at(padded(i + 1));
                rows = rest;
                for (sum, a) in pulled.iter_mut().zip(row) {
                    *sum += a * u;
                }
            }
            let sum: f64 = sticks[..component.leading].iter().sum();
            let of_sticks = (self.prior.shape + component.leading as f64) / (self.prior.rate + sum);
            for (class, stick) in sticks[..component.leading].iter().enumerate() {
                let first = class * (lists + 1);
                give(class, pull * pulled[first] - share * (1.0 - of_sticks * stick));
                for j in 0..lists {
                    let i = first + 1 + j;
                    let of_prior = (1.0 - exps[i]) / (1.0 + exps[i]);
                    let of_prior = if y[i] > 0.0 { -of_prior } else { of_prior };
                    give(k - 1 + j * k + class, pull * pulled[i] - share * of_prior);
                }
            }
        }
        log_ratio
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::super::moves::Mover;
    use super::super::smc::stream;
    use super::*;
    use factum_model::{CaptureTable, ListId};
    use rand::SeedableRng;

    /// Two components, of one and of two leading classes, that the prior reaches.
    pub fn made_up(target: &Target) -> Reference {
        let mut random = ChaCha8Rng::seed_from_u64(11);
        let components = [2, 1].map(|leading| {
            let d = leading * (target.lists + 1);
            let draws: Vec<Vec<f64>> = (0..200)
                .map(|_| {
                    let z: Vec<f64> = (0..d).map(|_| StandardNormal.sample(&mut random)).collect();
                    (0..d).map(|i| 0.7 - 0.4 * i as f64 + z[i] + 0.5 * z[0]).collect()
                })
                .collect();
            Component::fit(target.prior, target.lists, &draws, 1.0, 1e-3).unwrap()
        });
        Reference::new(target, components.into(), &[3.0, 1.0])
    }

    fn target() -> Target {
        let lists = (0..2).map(|i| ListId::new(format!("L{i}"))).collect();
        let table = CaptureTable::from_counts(lists, &[(1, 30), (2, 20), (3, 40)]).unwrap();
        let target = Target::new(&table, 4, Prior { shape: 2.0, rate: 1.0 }, 180);
        let reference = made_up(&target);
        target.above(Some(reference))
    }

    /// Draws weighted by the density of the prior beside that of the reference are draws of the prior. No weight is above ten, so
    /// that a wrong density or a wrong draw shows.
    #[test]
    fn draws_have_the_density_they_are_said_to_have() {
        let target = target();
        let mut mover = Mover::new(&target);
        let statistics =
            |x: &[f64]| [1.0, x[0], x[1].exp().min(3.0), x[2].exp().min(3.0), x[3].exp().min(3.0), x[4], x[5], x[9]];
        let mut sums = [[0.0; 8]; 2];
        let mut squares = [0.0; 8];
        const DRAWS: usize = 100_000;
        for i in 0..DRAWS {
            let mut random = stream(5, 0, 0, i);
            let plain = statistics(&mover.prior_point(&mut random).x);
            let drawn = mover.lowest_point(&mut random);
            let weighted = statistics(&drawn.x).map(|v| v * (-drawn.log_reference).exp());
            for at in 0..8 {
                sums[0][at] += plain[at];
                sums[1][at] += weighted[at];
                squares[at] += plain[at].powi(2) + weighted[at].powi(2);
            }
        }
        for at in 0..8 {
            let error = squares[at].sqrt();
            let z = (sums[0][at] - sums[1][at]) / error;
            assert!(z.abs() < 4.0, "statistic {at}: {z} standard errors off");
        }
    }

    #[test]
    fn slopes_are_those_of_finite_differences() {
        let target = target();
        let reference = target.reference.as_ref().unwrap();
        let mut room = Room::default();
        for shift in [0, 3, 5] {
            let x: Vec<f64> = (0..target.dimension()).map(|i| (((i + shift) * 37 % 11) as f64 - 5.0) / 3.0).collect();
            let mut slopes = vec![0.0; target.dimension() - 1];
            let value = reference.slopes(&x, &mut room, |i, slope| slopes[i] += slope);
            assert!((value - reference.log_ratio(&x, &mut room)).abs() < 1e-12);
            for (i, slope) in slopes.iter().enumerate() {
                let mut at = |h: f64| {
                    let mut y = x.clone();
                    y[i + 1] += h;
                    reference.log_ratio(&y, &mut room)
                };
                let difference = (at(1e-5) - at(-1e-5)) / 2e-5;
                assert!((slope - difference).abs() < 1e-6 * (1.0 + difference.abs()), "{i}: {slope} {difference}");
            }
        }
    }
}
