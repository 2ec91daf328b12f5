//! How many people no list recorded: the models side by side.

use super::summary::cite;
use super::{figure, heading, number, number_or_none, paragraph, paragraph_of, strong, table, text, warning};
use crate::estimating::Estimated;
use crate::inquiry::{Results, main_model};
use crate::linking::Linked;
use crate::plots::{self, Plot};
use factum_estimate::{Detail, Estimate};
use factum_model::CaptureTable;
use factum_report::{Block, Cell, grouped};

pub(super) fn section(results: &Results, linked: &Linked<'_>) -> Vec<Block> {
    let mut blocks = vec![heading(1, "How many people no list recorded")];
    blocks.push(paragraph(
        "The fewer people two lists share, the more are likely to be on neither. Multiple systems estimation turns the overlaps \
         of the lists into an estimate of the whole. What the lists say of one another is data; what they say of people no list \
         could reach is an assumption, and each model makes its own.",
    ));
    let shown: Vec<&Estimated> =
        results.estimates.iter().filter(|e| e.estimate.converged && e.estimate.estimate.is_some()).collect();
    if shown.is_empty() {
        blocks.push(warning(
            "No model gave an estimate. What can be said is how many distinct people the lists document.",
        ));
    } else {
        blocks.extend(pictures(results, &linked.table, &shown));
        blocks.push(overview(results, &shown));
    }
    for estimated in &results.estimates {
        blocks.extend(model(estimated));
    }
    for refused in &results.refused {
        blocks.push(heading(2, &format!("Model {}", refused.model)));
        blocks.push(warning(format!("No estimate: {}.", refused.reason)));
    }
    blocks.extend(sensitivity(results));
    blocks
}

fn pictures(results: &Results, table: &CaptureTable, shown: &[&Estimated]) -> Vec<Block> {
    let main = main_model(results.counted_lists());
    let estimates: Vec<&Estimate> = shown.iter().map(|e| &e.estimate).collect();
    let drawn = |plot: Plot, caption: String| figure(plot.svg, 0.95, plot.words, &caption);
    let cited = |e: &Estimated| cite(e.run.id.as_str());
    let runs: String = shown.iter().map(|e| cited(e)).collect();
    let mut blocks = Vec::new();
    blocks.extend(plots::models(table, &estimates).map(|plot| {
        let caption = "Estimates with their intervals, and the posterior where a model has one. The line is the number of distinct people \
                       recorded; a hollow mark is a lower bound";
        drawn(plot, format!("{caption}{runs}."))
    }));
    if let Some(answer) = shown.iter().find(|e| e.estimate.model == main) {
        let caption = "The main estimate, if the dependence among all lists together, of which no list tells, were another than its \
                       model makes it";
        let curve = plots::unidentified(&answer.estimate).into_iter().take(1);
        blocks.extend(curve.map(|plot| drawn(plot, format!("{caption}{}.", cited(answer)))));
    }
    blocks.extend(plots::odds_ratios(table).map(|plot| {
        let caption = "How much likelier people on a third list are to be on both of two lists than if these were independent. One is \
                       independence [R-1].";
        drawn(plot, caption.into())
    }));
    for estimated in shown {
        for plot in plots::of_detail(&estimated.estimate) {
            let caption = format!("{}{}.", plot.title, cited(estimated));
            blocks.push(drawn(plot, caption));
        }
    }
    blocks
}

fn overview(results: &Results, shown: &[&Estimated]) -> Block {
    let main = main_model(results.counted_lists());
    let row = |e: &&Estimated| {
        let role = match &e.estimate {
            estimate if estimate.model == main => "main",
            estimate if estimate.is_lower_bound() => "lower bound",
            _ => "beside",
        };
        let estimate = &e.estimate;
        vec![
            Cell::words(format!("{}{}", estimate.model, cite(e.run.id.as_str()))),
            Cell::words(role),
            number_or_none(estimate.estimate),
            number_or_none(estimate.lower),
            number_or_none(estimate.upper),
            number_or_none(estimate.estimate.map(|n| n - estimate.observed as f64)),
        ]
    };
    let head = ["Model", "Role", "Estimate", "Lower limit", "Upper limit", "Recorded by no list"];
    table(
        "Estimates of the whole population with 95 % limits. The main model was fixed before the computation.",
        &head,
        shown.iter().map(row).collect(),
    )
}

fn model(estimated: &Estimated) -> Vec<Block> {
    let estimate = &estimated.estimate;
    let mut blocks = vec![heading(2, &format!("Model {}", estimate.model))];
    blocks.push(paragraph_of(vec![strong("Assumption. "), text(estimate.assumption)]));
    blocks.extend(estimate.warnings.iter().map(|w| warning(w.to_string())));
    if !estimate.converged {
        blocks.push(warning("The computation did not converge: this is not an estimate."));
    }
    let run = estimated.run.id.as_str();
    match &estimate.detail {
        Detail::LogLinear(detail) => {
            let average = detail.average.as_ref().map(|average| {
                format!(
                    " The average over all of them, weighted by the criterion, is {} ({} to {}).",
                    grouped(average.estimate),
                    average.lower.map_or("none".into(), grouped),
                    average.upper.map_or("none".into(), grouped)
                )
            });
            blocks.push(paragraph(format!(
                "Lists are numbered in their order. Of {} hierarchical models with an estimate the chosen one is {}{}.{}",
                detail.fitted,
                detail.best.name,
                cite(run),
                average.unwrap_or_default()
            )));
            let rows = detail.models.iter().take(6).map(|m| {
                vec![
                    Cell::words(&m.name),
                    number(m.estimate),
                    number(m.standard_error),
                    Cell::number(format!("{:.2}", m.deviance)),
                    Cell::number(m.degrees_of_freedom.to_string()),
                    Cell::number(format!("{:.2}", m.bic)),
                    Cell::number(super::percent(m.weight)),
                ]
            });
            let head = ["Model", "Estimate", "Std. error", "Deviance", "df", "BIC", "Weight"];
            blocks.push(table(&format!("The best log-linear models{}.", cite(run)), &head, rows.collect()));
        }
        Detail::Decomposable(detail) => {
            blocks.push(paragraph(format!(
                "Average over {} graphs with prior weight {} in each cell and 1 to {} people missing; posterior mean {}{}.",
                detail.graphs_averaged,
                detail.delta,
                grouped(detail.max_missing as f64),
                grouped(detail.mean),
                cite(run)
            )));
            let rows = detail.edges.iter().map(|e| {
                vec![
                    Cell::words(format!("{} and {}", e.lists.0, e.lists.1)),
                    Cell::number(super::percent(e.probability)),
                ]
            });
            blocks.push(table(
                &format!("How likely it is that two lists depend on each other directly{}.", cite(run)),
                &["Lists", "Probability"],
                rows.collect(),
            ));
        }
        Detail::LatentClass(detail) => {
            blocks.push(paragraph(format!(
                "At most {} classes, up to {} people missing; posterior mean {}, log evidence {:.2}{}.",
                detail.classes,
                grouped(detail.max_missing as f64),
                detail.mean.map_or("none".into(), grouped),
                detail.log_evidence,
                cite(run)
            )));
            let rows = detail.modes.iter().map(|m| {
                vec![number(m.location), number(m.from), number(m.to), Cell::number(super::percent(m.weight))]
            });
            blocks.push(table(
                &format!("Modes of the posterior{}.", cite(run)),
                &["Near", "From", "To", "Weight"],
                rows.collect(),
            ));
        }
        Detail::Chao(detail) => {
            let all_alike = detail.m_h.as_ref().map_or(String::new(), |m| {
                format!(" With all lists taken as equally thorough it would be {}.", grouped(m.estimate))
            });
            blocks.push(paragraph(format!(
                "At least {} people, each list with its own reach{}.{all_alike}",
                grouped(detail.m_th.estimate),
                cite(run)
            )));
        }
        Detail::Chapman { standard_error, .. } => {
            blocks.push(paragraph(format!("Standard error {}{}.", grouped(*standard_error), cite(run))));
        }
    }
    blocks.extend(super::open::blocks(estimate, run));
    blocks
}

fn sensitivity(results: &Results) -> Vec<Block> {
    let rows: Vec<Vec<Cell>> = results
        .sensitivity
        .iter()
        .map(|at| {
            let (estimate, lower, upper) = match at.estimate {
                Some((n, lower, upper)) => (Some(n), lower, upper),
                None => (None, None, None),
            };
            vec![
                Cell::number(at.threshold.to_string()),
                number(at.persons as f64),
                number_or_none(estimate),
                number_or_none(lower),
                number_or_none(upper),
            ]
        })
        .collect();
    let Some(main) = results.main_estimate() else { return Vec::new() };
    vec![
        heading(2, "If records were linked more or less readily"),
        paragraph(
            "The threshold of the linkage moves every number after it. The main model again, with persons made at other thresholds:",
        ),
        table(
            &format!(
                "Model {}, computed as in [{}] on the persons of [R-1] at other thresholds.",
                main.estimate.model, main.run.id
            ),
            &["Threshold", "Distinct people", "Estimate", "Lower limit", "Upper limit"],
            rows,
        ),
    ]
}
