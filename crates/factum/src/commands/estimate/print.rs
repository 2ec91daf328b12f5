//! What is printed of an answer, for people?

use super::super::grouped;
use crate::say;
use factum_case::estimate::linkage::LinkageUncertainty;
use factum_case::estimate::{Detail, Estimate};

/// How much of the doubt comes from the linkage.
pub fn doubt(doubt: &LinkageUncertainty) {
    for warning in &doubt.warnings {
        say!("warning: {warning}");
    }
    let Some(over) = doubt.best() else {
        return;
    };
    let draws = over.estimates.len() - over.without_answer;
    match &over.answer {
        Some(answer) => say!(
            "over draws   {} ({} to {}), {draws} draws of the linkage, matches never compared restored",
            grouped(answer.estimate),
            grouped(answer.lower),
            answer.upper.map_or("none".into(), grouped)
        ),
        None => say!("over draws   none: {}", over.refusal.as_deref().unwrap_or("no draw has an answer")),
    }
    if let Some(share) = over.share_of_linkage {
        say!("linkage      {:.0} % of the variance of the logarithm of N comes from the linkage", share * 100.0);
    }
}

/// The answer of one model to one table.
pub fn answer(estimate: &Estimate) {
    for warning in &estimate.warnings {
        say!("warning: {warning}");
    }
    let number = |n: Option<f64>| n.map_or("none".into(), grouped);
    say!("model        {}", estimate.model);
    say!("lists        {}", estimate.lists.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "));
    say!("recorded     {}", documented(estimate.observed));
    if estimate.converged {
        let bound = if estimate.is_lower_bound() { "at least " } else { "" };
        say!("estimate     {bound}{} in all", number(estimate.estimate));
        say!("interval     {} to {} ({} %)", number(estimate.lower), number(estimate.upper), estimate.level * 100.0);
    } else {
        say!("estimate     none: the computation did not converge");
    }
    detail(&estimate.detail);
    say!("assumption   {}", estimate.assumption);
}

fn detail(detail: &Detail) {
    let number = |n: Option<f64>| n.map_or("none".into(), grouped);
    match detail {
        Detail::LogLinear(detail) => {
            say!("model chosen {} of {} with an estimate", detail.best.name, detail.fitted);
            if let Some(average) = &detail.average {
                say!(
                    "average      {} ({} to {}) over all, weighted by the criterion",
                    grouped(average.estimate),
                    number(average.lower),
                    number(average.upper)
                );
            }
            if let Some(bootstrap) = &detail.bootstrap {
                say!(
                    "bootstrap    {} replicates, {} without a finite estimate",
                    bootstrap.replicates,
                    bootstrap.infinite
                );
            }
        }
        Detail::Decomposable(detail) => {
            say!("mean         {} over {} graphs", grouped(detail.mean), detail.graphs_averaged);
            let prior = &detail.prior_alone;
            say!(
                "prior alone  {} ({} to {}), {}",
                grouped(prior.estimate),
                grouped(prior.lower),
                grouped(prior.upper),
                detail.prior
            );
        }
        Detail::LatentClass(detail) => {
            if let Some(mean) = detail.mean {
                say!("mean         {}", grouped(mean));
            }
            for mode in &detail.modes {
                say!("mode         near {}, weight {:.2}", grouped(mode.location), mode.weight);
            }
            say!("log evidence {:.2}, over {} ensembles", detail.log_evidence, detail.ensembles.len());
        }
        Detail::Chao(detail) => say!("condition    {}", detail.m_th.condition),
        Detail::Chapman { standard_error, .. } => say!("std. error   {standard_error:.1}"),
    }
}

/// The run that made what stands above.
pub fn run(seed: u64, version: &str) {
    say!("run          seed {seed}, {version}");
}

/// A number of people recorded, said so that nobody takes it for the number of victims.
pub fn documented(recorded: u64) -> String {
    format!("{} distinct people (documented, not the number of victims)", grouped(recorded as f64))
}
