//! The summary, in plain words: what was found, and what must be known before it is used.

use super::{heading, list, note, paragraph_of, strong, text, warning};
use crate::counting::Unit;
use crate::inquiry::Results;
use factum_report::{Block, Inline, grouped};

pub(super) fn section(results: &Results) -> Vec<Block> {
    let mut blocks = vec![heading(1, "Summary")];
    blocks.push(warning(
        "Working report for the inquiry. Small counts are shown as they are and inputs are named by their digests: it is not \
         made for publication.",
    ));
    // What is wrong comes first.
    blocks.extend(results.linkage.alerts.iter().map(|a| warning(format!("Linkage: {a}"))));
    let others = results.linkage.warnings.iter().filter(|w| !w.contains("ended in different persons"));
    blocks.extend(others.map(|w| warning(format!("Linkage: {w}"))));
    let persons = results.linkage.persons;
    let mut points = vec![vec![
        text(format!(
            "{} lists hold {} records. They name ",
            results.lists.len(),
            grouped(results.linkage.records as f64)
        )),
        strong(format!("{} distinct people", grouped(persons as f64))),
        text(format!(
            "{}, as far as the linkage can tell them apart. This is what the lists document, not the number of victims.",
            cite("R-1")
        )),
        note(range_of_persons(results)),
    ]];
    points.extend(results.linkage.minimum.in_words().map(|words| vec![text(format!("{words}{}.", cite("R-1")))]));
    points.extend(results.linkage.units.in_words().map(|words| vec![text(format!("{words}{}.", cite("R-1")))]));
    points.push(estimate_point(results));
    if let Some(point) = other_models(results) {
        points.push(point);
    }
    if let Some(truth) = &results.truth {
        points.push(vec![text(format!(
            "The lists of this example were made by a program, so the truth is known: {} people on the lists, {} in all. Pairs \
             of records put together were right in {}, and {} of the pairs that belong together were found.",
            grouped(truth.persons as f64),
            grouped(truth.population as f64),
            super::percent(truth.precision),
            super::percent(truth.recall)
        ))]);
    }
    blocks.push(list(points));
    blocks.push(paragraph_of(vec![text(
        "Every number names the run that made it, such as [R-1]; the annex lists the runs with their inputs, parameters, seeds \
         and versions, from which each can be computed again.",
    )]));
    blocks
}

pub(super) fn cite(run: &str) -> String {
    format!(" [{run}]")
}

fn range_of_persons(results: &Results) -> String {
    let persons = results.sensitivity.iter().map(|s| s.persons);
    let (least, most) = (persons.clone().min().unwrap_or(0), persons.max().unwrap_or(0));
    let threshold = &results.linkage.threshold;
    format!(
        "Records count as one person from a match probability of {:.2} on. At the other thresholds tried the lists name {} to \
         {} people.",
        threshold.probability,
        grouped(least as f64),
        grouped(most as f64)
    )
}

fn estimate_point(results: &Results) -> Vec<Inline> {
    let about = results.population.clone().unwrap_or_else(|| match results.linkage.units.unit {
        Unit::Person => "people in the population the lists cover".into(),
        Unit::Event => "persons, each once for every event, in the population the lists cover".into(),
    });
    let Some(main) = results.main_estimate() else {
        let main = crate::inquiry::main_model(results.counted_lists());
        let refused = results.refused.iter().find(|r| r.model == main).or(results.refused.first());
        let why = refused.map_or("no computation converged".to_string(), |r| r.reason.clone());
        return vec![text("How many people no list recorded "), strong("cannot be said"), text(format!(": {why}."))];
    };
    let estimate = &main.estimate;
    let (Some(n), observed) = (estimate.estimate, estimate.observed as f64) else {
        return vec![text("How many people no list recorded cannot be said from these lists.")];
    };
    let interval = match (estimate.lower, estimate.upper) {
        (Some(lower), Some(upper)) => {
            format!(" ({} % interval {} to {})", estimate.level * 100.0, grouped(lower), grouped(upper))
        }
        (Some(lower), None) => {
            format!(" ({} % interval from {} on; the data set no upper limit)", estimate.level * 100.0, grouped(lower))
        }
        _ => " (no interval can be given)".to_string(),
    };
    vec![
        text("The number of "),
        text(about),
        text(" is estimated at "),
        strong(format!("{}{interval}", grouped(n))),
        text(format!(
            "{}: some {} of them were recorded by no list. This holds under an assumption that no data can confirm.",
            cite(main.run.id.as_str()),
            grouped(n - observed)
        )),
        note(estimate.assumption),
    ]
}

fn other_models(results: &Results) -> Option<Vec<Inline>> {
    let main = results.main_estimate()?;
    let others = results.estimates.iter().filter(|e| e.run.id != main.run.id && e.estimate.converged);
    let said: Vec<String> = others
        .filter_map(|e| {
            let kind = if e.estimate.is_lower_bound() { "at least " } else { "" };
            Some(format!(
                "{} says {kind}{}{}",
                e.estimate.model,
                grouped(e.estimate.estimate?),
                cite(e.run.id.as_str())
            ))
        })
        .collect();
    (!said.is_empty()).then(|| {
        vec![text(format!("Other models, beside the main one ({}): {}.", main.estimate.model, said.join("; ")))]
    })
}
