//! Where does a ladder start that knows where the posterior stands?
//!
//! Parallel tempering from a fitted reference (N. Surjanovic, S. Syed, A. Bouchard-Côté and T. Campbell 2022) in place of the
//! prior: where the only way between two modes leads over the prior, a chain goes it once in thousands of exchanges, but from a
//! reference that has something of every mode each return to the lowest rung chooses among them anew. The reference is a
//! mixture of the prior itself, so that nothing is out of reach, and of components around places found beforehand. What a
//! component says of its leading classes is a multivariate t distribution of their log sticks and logits; the concentration
//! given those sticks and all other classes follow the prior. So it has an exact density and can be drawn from.

use super::augment::log_gamma_draw;
use super::jumps::log_logistic;
use super::lanes;
use super::target::{Prior, Target};
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

/// A mixture of the prior and of components around modes.
#[derive(Clone, Debug)]
pub(crate) struct Reference {
    prior: Prior,
    classes: usize,
    lists: usize,
    components: Vec<Component>,
    log_prior_share: f64,
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
    /// By component: log weight beside the prior, and squared distance from the mean.
    logs: Vec<f64>,
    distances: Vec<f64>,
    standard: Vec<f64>,
    pulled: Vec<f64>,
    sticks: Vec<f64>,
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
            if !(root[at(i, i)] > 0.0) {
                return None;
            }
        }
        let mut inverse = vec![0.0; root.len()];
        for j in 0..d {
            for i in j..d {
                let dot: f64 = (j..i).map(|l| root[at(i, l)] * inverse[at(l, j)]).sum();
                inverse[at(i, j)] = (f64::from(u8::from(i == j)) - dot) / root[at(i, i)];
            }
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

    pub fn leading(&self) -> usize {
        self.leading
    }

    pub fn mean(&self) -> &[f64] {
        &self.mean
    }

    /// The squared distance from the mean, as far as it is at most `most`; leaves standardised coordinates behind.
    fn distance(&self, y: impl Fn(usize) -> f64, most: f64, standard: &mut Vec<f64>, centred: &mut Vec<f64>) -> f64 {
        standard.clear();
        centred.clear();
        let mut sum = 0.0;
        for i in 0..self.mean.len() {
            centred.push(y(i) - self.mean[i]);
            let row = &self.inverse[at(i, 0)..=at(i, i)];
            let u: f64 = row.iter().zip(centred.iter()).map(|(a, b)| a * b).sum();
            standard.push(u);
            sum += u * u;
            if !(sum <= most) {
                return f64::INFINITY;
            }
        }
        sum
    }
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
    pub fn new(prior: Prior, classes: usize, lists: usize, mut components: Vec<Component>, weights: &[f64]) -> Self {
        let sum: f64 = weights.iter().sum();
        for (component, weight) in components.iter_mut().zip(weights) {
            component.log_weight = ((1.0 - PRIOR_SHARE) * weight / sum).ln();
        }
        components.sort_by_key(|c| c.leading);
        Self { prior, classes, lists, components, log_prior_share: PRIOR_SHARE.ln() }
    }

    /// One component, without the prior.
    pub fn alone(target: &Target, component: Component) -> Self {
        Self { prior: target.prior, classes: target.classes, lists: target.lists, components: vec![component], log_prior_share: f64::NEG_INFINITY }
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
        let noise: Vec<f64> = chosen.mean.iter().map(|_| {
            let z: f64 = StandardNormal.sample(random);
            scale * z
        }).collect();
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
        let most = self.weigh(x, room);
        most + room.logs.iter().map(|v| (v - most).exp()).sum::<f64>().ln()
    }

    /// The component that has most of the density at `x`; absent where that is the prior.
    pub fn nearest(&self, x: &[f64], room: &mut Room) -> Option<usize> {
        self.weigh(x, room);
        let most = (0..room.logs.len()).max_by(|&a, &b| room.logs[a].total_cmp(&room.logs[b]))?;
        (most < self.components.len()).then_some(most)
    }

    /// How much of the density is not the prior's, given [`Self::log_ratio`].
    pub fn share_of_components(&self, log_ratio: f64) -> f64 {
        (1.0 - PRIOR_SHARE * (-log_ratio).exp()).max(0.0)
    }

    /// Leaves the log weights of all parts at `x` behind, the prior's last, and returns the largest.
    fn weigh(&self, x: &[f64], room: &mut Room) -> f64 {
        let (k, lists) = (self.classes, self.lists);
        let Room { logs, distances, standard, pulled, sticks } = room;
        logs.clear();
        distances.clear();
        sticks.clear();
        let mut most = self.log_prior_share;
        let (mut log_prior, mut sum) = (0.0, 0.0);
        for component in &self.components {
            while sticks.len() < component.leading {
                let class = sticks.len();
                let tau = x[1 + class];
                let t = lanes::exp_less_one_and_exp(tau.clamp(-lanes::FARTHEST, lanes::FARTHEST)).1;
                log_prior += tau + (0..lists).map(|j| log_logistic(x[k + j * k + class])).sum::<f64>();
                sum += t;
                sticks.push(t);
            }
            let shape = self.prior.shape + component.leading as f64;
            // Components come in the order of their number of leading classes.
            let height = component.log_weight + component.log_height - log_prior + shape * lanes::ln(self.prior.rate + sum);
            let power = (FREEDOM + component.mean.len() as f64) / 2.0;
            let reach = ((height - most - NEGLIGIBLE) / power).clamp(-1.0, 300.0).exp();
            let distance =
                component.distance(|i| x[place(k, lists, i)], FREEDOM * (reach - 1.0), standard, pulled);
            let log = height - power * lanes::ln((1.0 + distance / FREEDOM).min(1e300));
            let log = if distance.is_finite() { log } else { f64::NEG_INFINITY };
            most = most.max(log);
            logs.push(log);
            distances.push(distance);
        }
        logs.push(self.log_prior_share);
        most
    }

    /// The slopes of [`Self::log_ratio`], handed out with their places among sticks and logits. Returns its value.
    pub fn slopes(&self, x: &[f64], room: &mut Room, mut give: impl FnMut(usize, f64)) -> f64 {
        let (k, lists) = (self.classes, self.lists);
        let most = self.weigh(x, room);
        let log_ratio = most + room.logs.iter().map(|v| (v - most).exp()).sum::<f64>().ln();
        let Room { logs, distances, standard, pulled, sticks } = room;
        for ((component, log), distance) in self.components.iter().zip(logs).zip(distances) {
            let share = (*log - log_ratio).exp();
            if !(share > 1e-12) {
                continue;
            }
            let d = component.mean.len();
            component.distance(|i| x[place(k, lists, i)], f64::INFINITY, standard, pulled);
            let pull = -(FREEDOM + d as f64) / (FREEDOM + *distance);
            pulled.fill(0.0);
            for (i, u) in standard.iter().enumerate() {
                let row = &component.inverse[at(i, 0)..=at(i, i)];
                for (sum, a) in pulled.iter_mut().zip(row) {
                    *sum += a * u;
                }
            }
            let sum: f64 = sticks[..component.leading].iter().sum();
            let of_sticks = (self.prior.shape + component.leading as f64) / (self.prior.rate + sum);
            for (i, pulled) in pulled.iter().enumerate() {
                let at = place(k, lists, i);
                let of_prior = if at < k {
                    1.0 - of_sticks * sticks[at - 1]
                } else {
                    -lanes::tanh_half(x[at])
                };
                give(at - 1, share * (pull * pulled - of_prior));
            }
        }
        log_ratio
    }
}
