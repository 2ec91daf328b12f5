//! What stands in a table of answers, for a spreadsheet or a program?
//!
//! One row an answer. What is undefined is an empty cell, never 0. A text that a spreadsheet would take for a formula gets an
//! apostrophe before it.

use crate::estimating::{Estimated, EstimatedImputed, EstimatedStrata, Refused};
use crate::persons::csv_of;
use factum_estimate::combine::Combined;
use factum_estimate::strata::{GroupEstimate, INDEPENDENT};
use factum_estimate::{Estimate, Model};

/// The columns.
pub const COLUMNS: [&str; 11] = [
    "stratum",
    "model",
    "observed",
    "estimate",
    "lower",
    "upper",
    "level",
    "converged",
    "seed",
    "assumption",
    "warnings",
];

/// The name of the row of the total.
pub const TOTAL: &str = "total";

/// One answer: a header and a row. `name` is what the table of counts is called.
pub fn csv(name: &str, estimated: &Estimated) -> Vec<u8> {
    let warnings = estimated.estimate.warnings.iter().map(ToString::to_string).collect();
    table(vec![answered(name, &estimated.estimate, estimated.seed, warnings)])
}

/// Answers of several models to one table, one row a model; those that refused have no number but their reason.
pub fn models_csv(name: &str, observed: u64, estimates: &[Estimated], refused: &[Refused]) -> Vec<u8> {
    let (level, seed) = estimates.first().map_or((0.95, 1), |e| (e.estimate.level, e.seed));
    let answers = estimates.iter().map(|estimated| {
        let warnings = estimated.estimate.warnings.iter().map(ToString::to_string).collect();
        answered(name, &estimated.estimate, estimated.seed, warnings)
    });
    let refusals = refused.iter().map(|refused| Row {
        stratum: name.into(),
        model: refused.model,
        observed: observed as f64,
        numbers: [None; 3],
        level,
        converged: false,
        seed,
        assumption: refused.model.assumption(),
        warnings: vec![format!("No estimate: {}.", refused.reason)],
    });
    table(answers.chain(refusals).collect())
}

/// Answers by stratum over replicates in which persons of unknown stratum are put into one, and a last row `total`, which has no
/// number while a stratum has no answer in some replicate.
pub fn imputed_csv(estimated: &EstimatedImputed) -> Vec<u8> {
    let imputed = &estimated.imputed;
    let row = |name: String, observed: f64, numbers: Option<&Combined>, assumption, warnings| Row {
        stratum: name,
        model: estimated.model,
        observed,
        numbers: numbers.map_or([None; 3], |c| [Some(c.estimate), c.lower, c.upper]),
        level: estimated.level,
        converged: numbers.is_some(),
        seed: estimated.seed,
        assumption,
        warnings,
    };
    let mut rows: Vec<Row> = (imputed.groups.iter())
        .map(|group| {
            let whole = group.combined.as_ref().filter(|_| group.without_answer == 0);
            let observed = group.combined.as_ref().map_or(group.placed as f64, |c| c.observed);
            let lacking = (group.without_answer > 0).then(|| {
                let why = group.refusal.as_deref().unwrap_or("nobody was recorded");
                format!("No estimate in {} replicates: {why}.", group.without_answer)
            });
            row(group.strata.join(" + "), observed, whole, estimated.model.assumption(), lacking.into_iter().collect())
        })
        .collect();
    let whole = imputed.total.as_ref().filter(|_| imputed.groups.iter().all(|g| g.without_answer == 0));
    let observed = imputed.total.as_ref().map_or(0.0, |c| c.observed);
    let carried = format!("{} persons of unknown stratum are carried.", imputed.carried);
    rows.push(row(TOTAL.into(), observed, whole, INDEPENDENT, vec![carried]));
    table(rows)
}

/// Answers by stratum, one row a stratum or several that were merged (` + ` between their names), and a last row `total`,
/// which has no number while a stratum has no answer.
pub fn strata_csv(estimated: &EstimatedStrata) -> Vec<u8> {
    let mut rows: Vec<Row> = estimated.strata.groups.iter().map(|group| of_group(group, estimated)).collect();
    let total = &estimated.strata.total;
    let whole = total.without_answer.is_empty();
    let number = |n: f64| whole.then_some(n);
    let lacking = total.without_answer.iter().map(|names| format!("{} has no answer.", names.join(" + ")));
    let open = total.without_limit.iter().map(|names| format!("{} has no upper limit.", names.join(" + ")));
    let bound = (estimated.model == Model::Chao).then(|| "A sum of lower bounds.".to_string());
    rows.push(Row {
        stratum: TOTAL.into(),
        model: estimated.model,
        observed: total.sum.observed,
        numbers: [number(total.sum.estimate), number(total.sum.lower), total.sum.upper.and_then(number)],
        level: estimated.level,
        converged: whole,
        seed: estimated.seed,
        assumption: total.assumption,
        warnings: lacking.chain(open).chain(bound).collect(),
    });
    table(rows)
}

struct Row {
    stratum: String,
    model: Model,
    observed: f64,
    /// Estimate, lower and upper limit.
    numbers: [Option<f64>; 3],
    level: f64,
    converged: bool,
    seed: u64,
    assumption: &'static str,
    warnings: Vec<String>,
}

fn answered(name: &str, estimate: &Estimate, seed: u64, warnings: Vec<String>) -> Row {
    let number = |n: Option<f64>| n.filter(|_| estimate.converged);
    Row {
        stratum: name.into(),
        model: estimate.model,
        observed: estimate.observed as f64,
        numbers: [estimate.estimate, estimate.lower, estimate.upper].map(number),
        level: estimate.level,
        converged: estimate.converged,
        seed,
        assumption: estimate.assumption,
        warnings,
    }
}

fn of_group(group: &GroupEstimate, of: &EstimatedStrata) -> Row {
    let name = group.strata.join(" + ");
    let mut warnings: Vec<String> = group.warnings.iter().map(ToString::to_string).collect();
    match &group.estimate {
        Some(estimate) => {
            warnings.extend(estimate.warnings.iter().map(ToString::to_string));
            answered(&name, estimate, of.seed, warnings)
        }
        None => {
            warnings.extend(group.refusal.iter().map(|why| format!("No estimate: {why}.")));
            Row {
                stratum: name,
                model: of.model,
                observed: group.observed as f64,
                numbers: [None; 3],
                level: of.level,
                converged: false,
                seed: of.seed,
                assumption: of.model.assumption(),
                warnings,
            }
        }
    }
}

fn table(rows: Vec<Row>) -> Vec<u8> {
    let rows = rows.into_iter().map(|row| {
        let [estimate, lower, upper] = row.numbers.map(|n| n.map_or(String::new(), |n| n.to_string()));
        vec![
            neutral(&row.stratum),
            row.model.to_string(),
            row.observed.to_string(),
            estimate,
            lower,
            upper,
            row.level.to_string(),
            row.converged.to_string(),
            row.seed.to_string(),
            neutral(row.assumption),
            neutral(&row.warnings.join(" ")),
        ]
    });
    csv_of(std::iter::once(COLUMNS.map(String::from).to_vec()).chain(rows))
}

/// A text that no spreadsheet takes for a formula.
fn neutral(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estimating;
    use factum_estimate::Options;
    use factum_estimate::strata::Stratum;
    use factum_model::{CaptureTable, ListId, RunId};

    fn stratum(name: &str, counts: &[(u32, u64)]) -> Stratum {
        let table = CaptureTable::from_counts(["a", "b"].map(ListId::new).to_vec(), counts).unwrap();
        Stratum { name: name.into(), path: Vec::new(), table, blind: Vec::new() }
    }

    fn cells(bytes: &[u8]) -> Vec<Vec<String>> {
        let mut reader = csv::Reader::from_reader(bytes);
        assert_eq!(reader.headers().unwrap(), COLUMNS.to_vec());
        reader.records().map(|r| r.unwrap().iter().map(String::from).collect()).collect()
    }

    #[test]
    fn a_text_that_looks_like_a_formula_stays_a_text() {
        for text in ["=1+1", "+1", "-1", "@a", "\ta", "\ra"] {
            assert_eq!(neutral(text), format!("'{text}"));
        }
        assert_eq!(neutral("north=1"), "north=1");
        let table = stratum("x", &[(1, 120), (2, 80), (3, 40)]).table;
        let options = Options::new(Model::Chapman);
        let estimated = estimating::estimate(&table, &options, 1, RunId::new("R-1"), Vec::new()).unwrap();
        assert_eq!(cells(&csv("=cmd.csv", &estimated))[0][0], "'=cmd.csv");
    }

    #[test]
    fn a_total_that_lacks_a_stratum_has_no_number() {
        let strata = [stratum("north", &[(1, 120), (2, 80), (3, 40)]), stratum("south", &[(1, 5), (2, 7)])];
        let options = Options::new(Model::Chapman);
        let estimated =
            estimating::estimate_strata(&strata, None, &options, RunId::new("R-1"), Vec::new(), &|_| {}).unwrap();
        let rows = cells(&strata_csv(&estimated));
        let shown: Vec<(&str, &str, bool, &str)> =
            rows.iter().map(|r| (&r[0][..], &r[2][..], r[3].is_empty() && r[5].is_empty(), &r[7][..])).collect();
        let expected =
            [("north", "240", false, "true"), ("south", "12", true, "false"), ("total", "252", true, "false")];
        assert_eq!(shown, expected);
        assert!(rows[1][10].contains("without overlap") && rows[2][10].contains("south has no answer"));
    }
}
