//! What is printed of what no data can say?

use super::grouped;
use crate::say;
use factum_case::estimate::{Estimate, HiddenClass, Identification};

/// The odds ratios shown; the full curve is in the JSON.
const SHOWN: [f64; 5] = [0.25, 0.5, 1.0, 2.0, 4.0];

/// What the data leave open, after the estimate and whatever it is.
pub fn print(estimate: &Estimate) {
    let Some(open) = &estimate.identification else { return };
    say!("");
    say!("No data reveal people whom no list could reach.");
    if let Some(condition) = open.bound_only_if {
        say!("lower bound  {condition}");
    }
    say!("parameters   {}", open.parameters.sentence());
    priors(open);
    if open.curve.is_empty() {
        say!("Without an estimate there is nothing to move: only the recorded number is documented.");
        return;
    }
    say!("");
    say!("{}", Identification::CURVE);
    let limit = |n: Option<f64>| n.map_or("none".into(), grouped);
    for shown in SHOWN {
        // The ratios shown are points of the curve up to rounding.
        for at in open.curve.iter().filter(|at| (at.odds_ratio / shown - 1.0).abs() < 1e-9) {
            say!("  {shown:>4}x {:>12} ({} to {})", grouped(at.estimate), limit(at.lower), limit(at.upper));
        }
    }
    say!("");
    say!("{}", Identification::HIDDEN);
    let reaches: Vec<String> = HiddenClass::REACHES.iter().map(|q| format!("{:>13}", percent(*q))).collect();
    say!("  share {}", reaches.join(""));
    for share in HiddenClass::SHARES {
        let cell = |class: &HiddenClass| match class.estimate {
            Some(n) => grouped(n),
            None if class.ruled_out => "ruled out".into(),
            None => "none".into(),
        };
        let cells = open.hidden.iter().filter(|c| c.share == share).map(|c| format!("{:>13}", cell(c)));
        say!("  {:>5} {}", percent(share), cells.collect::<String>());
    }
}

fn priors(open: &Identification) {
    let limit = |n: Option<f64>| n.map_or("none".into(), grouped);
    for prior in &open.parameters.other_priors {
        let outside = if prior.outside { ", outside the interval" } else { "" };
        let (estimate, lower, upper) = (limit(prior.estimate), limit(prior.lower), limit(prior.upper));
        say!("other prior  {}: {estimate} ({lower} to {upper}){outside}", prior.prior);
    }
}

fn percent(share: f64) -> String {
    format!("{} %", (share * 1000.0).round() / 10.0)
}
