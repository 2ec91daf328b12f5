//! Do independently started ensembles say the same?
//!
//! Chains started alike agree with one another wherever they are; ensembles that each came from the prior agree only where
//! the mass is. Agreement on the evidence is what tells a missed mode, and no other measure does so reliably.

use super::modes::{Mode, modes, weighted_quantile};
use crate::diagnostics;
use serde::Serialize;

/// Ensembles may differ in log evidence by this much.
pub(super) const EVIDENCE: f64 = 1.0;
/// And in the weight of a mode.
const MODE_WEIGHT: f64 = 0.1;
/// And in the median and the limits by so many Monte Carlo errors.
const ERRORS: f64 = 2.0;
/// What whole numbers cannot tell apart.
const WHOLE: f64 = 0.5;
/// Vehtari et al. (2021).
const RHAT: f64 = 1.01;
const ESS: f64 = 400.0;

/// What one ensemble drew, in the order of descent.
#[derive(Clone, Debug)]
pub(crate) struct Drawn {
    pub log_evidence: f64,
    pub log_n: Vec<f64>,
    pub deviance: Vec<f64>,
    pub occupied: Vec<f64>,
    /// Draws after which the moves that made them come round.
    pub cycle: usize,
}

/// What one quantity that does not depend on labels says of the mixing.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Mixing {
    /// The quantity.
    pub quantity: &'static str,
    /// Rank-normalised split R-hat over the ensembles; absent where all draws are alike.
    pub rhat: Option<f64>,
    /// Effective number of draws for its centre.
    pub bulk_ess: Option<f64>,
    /// Effective number of draws for its tails.
    pub tail_ess: Option<f64>,
}

/// What one ensemble says by itself.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Ensemble {
    /// Its estimate of the log evidence.
    pub log_evidence: f64,
    /// Its median of N.
    pub median: f64,
    /// Its lower limit.
    pub lower: f64,
    /// Its upper limit.
    pub upper: f64,
    /// The share of its draws in each mode of all.
    pub mode_weights: Vec<f64>,
    /// Log N in the order of descent, thinned, for plots.
    #[serde(skip)]
    pub trace: Vec<f64>,
    /// Deviance beside it.
    #[serde(skip)]
    pub deviance: Vec<f64>,
}

/// The evidence for and against convergence.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Convergence {
    /// Largest difference in log evidence between two ensembles; at most 1.
    pub evidence_difference: f64,
    /// Difference in log evidence from that of descents from the prior, which are another sampler; at most 1. Absent in the first
    /// round, which they are, and which therefore never converges: a mode that one of the two samplers does not find shows in
    /// the other.
    pub round_difference: Option<f64>,
    /// Where the cap binds: the difference in log evidence of no more than half of it missing, between the draws that lie there
    /// and chains that are kept there; at most 1. Absent elsewhere, and before all else is met.
    pub below_difference: Option<f64>,
    /// Largest difference in the weight of a mode; at most 0.1.
    pub mode_difference: f64,
    /// Largest distance of an ensemble's median or limit from that of all, in Monte Carlo errors; at most 2.
    pub limit_errors: f64,
    /// R-hat at most 1.01, effective draws at least 400.
    pub mixing: Vec<Mixing>,
    /// What is not met, in words. Empty if converged.
    pub unmet: Vec<String>,
}

/// What all ensembles say together.
#[derive(Clone, Debug)]
pub(crate) struct Verdict {
    pub convergence: Convergence,
    pub ensembles: Vec<Ensemble>,
    pub modes: Vec<Mode>,
    pub log_evidence: f64,
    pub mean: f64,
    pub median: f64,
    pub lower: f64,
    pub upper: f64,
    /// Log N with weights, ascending.
    pub pooled: Vec<(f64, f64)>,
    /// Criteria that the ensembles do not meet among themselves.
    pub apart: usize,
}

/// Length of the traces kept for plots.
const TRACE: usize = 1_000;

/// Judges ensembles at this level of the interval. Each counts as much as its evidence.
pub(crate) fn judge(drawn: &[Drawn], level: f64) -> Option<Verdict> {
    let shares = [0.5, (1.0 - level) / 2.0, (1.0 + level) / 2.0];
    let most = drawn.iter().map(|d| d.log_evidence).fold(f64::NEG_INFINITY, f64::max);
    let weights: Vec<f64> = drawn.iter().map(|d| (d.log_evidence - most).exp()).collect();
    let total: f64 = weights.iter().sum();
    let mut pooled: Vec<(f64, f64)> = (drawn.iter().zip(&weights))
        .flat_map(|(d, w)| d.log_n.iter().map(move |&v| (v, w / total / d.log_n.len() as f64)))
        .collect();
    pooled.sort_by(|a, b| a.0.total_cmp(&b.0));
    let [median, lower, upper] = shares.map(|p| weighted_quantile(&pooled, p).exp());
    let mean = pooled.iter().map(|(v, w)| v.exp() * w).sum();
    let log_ns: Vec<&[f64]> = drawn.iter().map(|d| d.log_n.as_slice()).collect();
    let cycle = drawn.iter().map(|d| d.cycle).max()?;
    let worth = diagnostics::bulk_ess(&log_ns, cycle).unwrap_or(2.0);
    let modes = modes(&pooled, worth);

    let mut limit_errors = 0.0f64;
    let mut ensembles = Vec::new();
    let all_n: Vec<Vec<f64>> = drawn.iter().map(|d| d.log_n.iter().map(|v| v.exp()).collect()).collect();
    let slices: Vec<&[f64]> = all_n.iter().map(Vec::as_slice).collect();
    let errors = shares
        .map(|p| diagnostics::quantile_error_of_each(&slices, p, cycle).unwrap_or_else(|| vec![0.0; drawn.len()]));
    for (e, (d, n)) in drawn.iter().zip(&all_n).enumerate() {
        let mut own = [0.0; 3];
        for (((at, p), all), errors) in own.iter_mut().zip(shares).zip([median, lower, upper]).zip(&errors) {
            *at = diagnostics::quantile_of(n, p)?;
            // N is a whole number: half a person apart is the same, and no error is smaller, not even where so many draws are of
            // one number that their order statistics show none.
            let apart = ((*at - all).abs() - WHOLE).max(0.0);
            limit_errors = limit_errors.max(apart / errors[e].max(WHOLE));
        }
        let mode_weights = (modes.iter().enumerate())
            .map(|(i, mode)| {
                let inside = |v: f64| (i == 0 || v >= mode.from) && (i + 1 == modes.len() || v < mode.to);
                n.iter().filter(|&&v| inside(v)).count() as f64 / n.len() as f64
            })
            .collect();
        let thin = |v: &[f64]| v.iter().step_by(v.len().div_ceil(TRACE)).copied().collect();
        ensembles.push(Ensemble {
            log_evidence: d.log_evidence,
            median: own[0],
            lower: own[1],
            upper: own[2],
            mode_weights,
            trace: thin(&d.log_n),
            deviance: thin(&d.deviance),
        });
    }
    let least = drawn.iter().map(|d| d.log_evidence).fold(f64::INFINITY, f64::min);
    let mode_difference = (0..modes.len()).map(|i| spread(ensembles.iter().map(|e| e.mode_weights[i])));
    let mixing = [
        mixing("log N", &log_ns, cycle),
        mixing("deviance", &drawn.iter().map(|d| d.deviance.as_slice()).collect::<Vec<_>>(), cycle),
        mixing("occupied classes", &drawn.iter().map(|d| d.occupied.as_slice()).collect::<Vec<_>>(), cycle),
    ];
    let mut convergence = Convergence {
        evidence_difference: most - least,
        round_difference: None,
        below_difference: None,
        mode_difference: mode_difference.fold(0.0, f64::max),
        limit_errors,
        mixing: mixing.to_vec(),
        unmet: Vec::new(),
    };
    convergence.unmet = unmet(&convergence);
    let apart = convergence.unmet.len();
    let log_evidence = most + (total / drawn.len() as f64).ln();
    Some(Verdict { convergence, ensembles, modes, log_evidence, mean, median, lower, upper, pooled, apart })
}

impl Verdict {
    /// Whether all that is not met is that another sampler found something else.
    pub fn only_at_odds(&self) -> bool {
        self.apart == 0 && self.convergence.round_difference.is_some() && !self.convergence.unmet.is_empty()
    }

    /// Holds the log evidence of log N up to `border`, as the draws below it have it, against that of chains kept below it.
    pub fn compare_below(&mut self, border: f64, kept_below: Option<f64>) {
        let share: f64 = self.pooled.iter().filter(|(v, _)| *v < border).map(|d| d.1).sum();
        let difference = kept_below.map_or(f64::INFINITY, |kept| (kept - self.log_evidence - share.ln()).abs());
        self.convergence.below_difference = Some(difference);
        if difference.is_nan() || difference > EVIDENCE {
            self.convergence.unmet.push(format!(
                "the log evidence below half the cap differs by {difference:.2} from what chains kept there found"
            ));
        }
    }
}

fn spread(values: impl Iterator<Item = f64>) -> f64 {
    let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (v.min(l), v.max(h)));
    high - low
}

fn mixing(quantity: &'static str, chains: &[&[f64]], cycle: usize) -> Mixing {
    Mixing {
        quantity,
        rhat: diagnostics::rhat(chains),
        bulk_ess: diagnostics::bulk_ess(chains, cycle),
        tail_ess: diagnostics::tail_ess(chains, cycle),
    }
}

fn unmet(convergence: &Convergence) -> Vec<String> {
    let mut unmet = Vec::new();
    // Written so that what is not a number is not met.
    let mut need = |met: bool, words: String| {
        if !met {
            unmet.push(words);
        }
    };
    need(
        convergence.evidence_difference <= EVIDENCE,
        format!("log evidence differs by {:.2} between ensembles", convergence.evidence_difference),
    );
    need(
        convergence.mode_difference <= MODE_WEIGHT,
        format!("the weight of a mode differs by {:.2} between ensembles", convergence.mode_difference),
    );
    need(
        convergence.limit_errors <= ERRORS,
        format!("the median or a limit differs by {:.1} Monte Carlo errors", convergence.limit_errors),
    );
    for m in &convergence.mixing {
        // A quantity that never varies has mixed; log N and the deviance always vary.
        let constant = m.quantity == "occupied classes" && m.rhat.is_none();
        need(
            constant || m.rhat.is_some_and(|r| r <= RHAT),
            match m.rhat {
                Some(r) => format!("R-hat of {} is {r:.3}", m.quantity),
                None => format!("{} has no R-hat", m.quantity),
            },
        );
        for (name, ess) in [("centre", m.bulk_ess), ("tails", m.tail_ess)] {
            let constant = m.quantity == "occupied classes" && ess.is_none();
            need(
                constant || ess.is_some_and(|e| e >= ESS),
                format!("the {name} of {} rests on {:.0} effective draws", m.quantity, ess.unwrap_or(0.0)),
            );
        }
    }
    unmet
}
