//! What do the data leave open, of one estimate?

use super::summary::cite;
use super::{number, number_or_none, paragraph, percent, strong, table, text};
use factum_estimate::{Estimate, HiddenClass, Identification};
use factum_report::{Block, Cell, grouped};

/// Always shown, whatever the table: what moves the number without leaving a trace in the counts.
pub(super) fn blocks(estimate: &Estimate, run: &str) -> Vec<Block> {
    let Some(open) = &estimate.identification else { return Vec::new() };
    let mut blocks = vec![super::paragraph_of(vec![
        strong("What no data can say. "),
        text(format!("No list reveals people whom no list could reach. The model has {}.", open.parameters.sentence())),
    ])];
    blocks.extend(open.bound_only_if.map(|condition| paragraph(format!("A lower bound: {condition}"))));
    blocks.extend(priors(open, run));
    if open.curve.is_empty() {
        return blocks;
    }
    blocks.push(curve(open, run));
    blocks.push(hidden(open, run));
    blocks
}

fn priors(open: &Identification, run: &str) -> Option<Block> {
    let row = |prior: &factum_estimate::OtherPrior| {
        vec![
            Cell::words(&prior.prior),
            number_or_none(prior.estimate),
            number_or_none(prior.lower),
            number_or_none(prior.upper),
            Cell::words(if prior.outside { "outside the interval" } else { "inside" }),
        ]
    };
    let rows: Vec<Vec<Cell>> = open.parameters.other_priors.iter().map(row).collect();
    let head = ["Prior", "Estimate", "Lower limit", "Upper limit", "Estimate lies"];
    (!rows.is_empty()).then(|| table(&format!("The same model under other priors{}.", cite(run)), &head, rows))
}

/// Every fourth point: the quarter, the half, the answer, the double and the fourfold.
fn curve(open: &Identification, run: &str) -> Block {
    let row = |at: &factum_estimate::AtOddsRatio| {
        vec![
            Cell::words(format!("{:.2} times", at.odds_ratio)),
            number(at.estimate),
            number_or_none(at.lower),
            number_or_none(at.upper),
        ]
    };
    let rows = open.curve.iter().step_by(4).map(row).collect();
    let caption = format!("{} [{run}]", Identification::CURVE);
    table(&caption, &["Odds ratio", "Estimate", "Lower limit", "Upper limit"], rows)
}

fn hidden(open: &Identification, run: &str) -> Block {
    let reached = |q: &f64| if *q == 0.0 { "Nobody".to_string() } else { format!("At most {}", percent(*q)) };
    let heads: Vec<String> = HiddenClass::REACHES.iter().map(reached).collect();
    let head: Vec<&str> = ["Share of the people"].into_iter().chain(heads.iter().map(String::as_str)).collect();
    let cell = |class: &HiddenClass| match class.estimate {
        Some(n) => Cell::number(grouped(n)),
        None if class.ruled_out => Cell::words("ruled out"),
        None => Cell::words("none"),
    };
    let row = |share: &f64| {
        let cells = open.hidden.iter().filter(|c| c.share == *share).map(cell);
        [Cell::words(percent(*share))].into_iter().chain(cells).collect()
    };
    let caption = format!("{} [{run}]", Identification::HIDDEN);
    table(&caption, &head, HiddenClass::SHARES.iter().map(row).collect())
}
