//! What does the page of explanations say?
//!
//! First the pairs that were asked for, each as a waterfall, a table and sentences; then the model behind them.

use super::charts::{self, Chart};
use super::{figure, heading, list, paragraph, runs, table, text, warning};
use crate::explain::{self, Explanation};
use crate::linking::Linked;
use crate::lists::Reading;
use factum_link::Judgement;
use factum_report::plot::{self, Step, Waterfall};
use factum_report::{Block, Cell, Dossier, html};

/// The name of the page.
pub const PAGE: &str = "explain.html";

/// What stands at the head of the page.
pub struct Head {
    /// What the inquiry is called.
    pub title: String,
    /// Who made it.
    pub author: Option<String>,
    /// The date on it, a day.
    pub date: String,
}

/// The page and every chart of it, by file name.
///
/// # Errors
/// When the page cannot be made.
pub fn files(
    linked: &Linked<'_>,
    reading: &Reading,
    pairs: &[Explanation],
    judgements: &[Judgement],
    head: Head,
) -> Result<Vec<(String, Vec<u8>)>, html::Error> {
    let waterfalls: Vec<Chart> = pairs.iter().enumerate().map(|(i, pair)| waterfall(i, pair)).collect();
    let (models, found) = charts::all(linked, reading);
    let mut blocks = Vec::new();
    if pairs.iter().any(|p| p.steps.iter().any(|s| s.values.is_some())) {
        blocks.push(warning("This page shows what the lists say of people. Do not pass it on."));
    }
    if !pairs.is_empty() {
        blocks.push(heading(1, "Pairs of records"));
        pairs.iter().zip(&waterfalls).for_each(|(pair, chart)| blocks.extend(pair_blocks(pair, chart)));
    }
    blocks.push(heading(1, "The model"));
    blocks.push(paragraph(
        "Two records agree or differ in each field. How often they agree in a certain way among records of one person (m) and of \
         different people (u) was learned from the lists; log2(m/u) is what such an agreement counts for, in bits. One bit \
         doubles the odds that two records speak of one person, three make them eight times as high, ten a thousand times.",
    ));
    let (weights, whole): (Vec<&Chart>, Vec<&Chart>) = models.iter().partition(|c| c.name.starts_with("weights"));
    blocks.push(heading(2, "What each agreement counts for"));
    blocks.extend(weights.iter().map(|c| c.block()));
    blocks.push(charts::weights_table(linked));
    let mut tables = vec![
        ("What other thresholds would bring", vec![charts::thresholds_table(linked)]),
        ("How far links stand from other pairs", Vec::new()),
        ("Records that say too little", charts::unlinkables_table(&found)),
    ]
    .into_iter();
    for chart in whole {
        let (title, beside) = tables.next().expect("each chart has its title");
        blocks.push(heading(2, title));
        blocks.push(chart.block());
        blocks.extend(beside);
    }
    let calibrated = explain::calibration(&linked.linkage, judgements);
    if !calibrated.is_empty() {
        blocks.push(heading(2, "What people judged"));
        blocks.push(paragraph(
            "Where the probabilities hold, the share judged to be one person lies near the share expected. Judgements from which \
             the model learned make it look better than it is.",
        ));
        blocks.push(charts::calibration_table(&calibrated));
    }
    blocks.push(heading(1, "The run"));
    blocks.extend(runs::of(&linked.summary.run));
    let dossier = Dossier {
        title: head.title,
        subtitle: "How records were put together, and why".into(),
        author: head.author,
        date: head.date,
        lang: "en".into(),
        description: "Explanations of a record linkage: single pairs, and the model they were weighed with.".into(),
        alerts: linked.summary.alerts.iter().map(ToString::to_string).collect(),
        blocks,
        ..Dossier::default()
    };
    let page = html::render(&dossier)?;
    let svgs = waterfalls.into_iter().chain(models).map(|chart| (chart.name, chart.svg.into_bytes()));
    Ok(std::iter::once((PAGE.to_string(), page.into_bytes())).chain(svgs).collect())
}

fn waterfall(at: usize, pair: &Explanation) -> Chart {
    let step = |s: &explain::Step| Step {
        label: s.field.name().into(),
        level: s.level.into(),
        bits: s.bits,
        values: s.values.clone(),
    };
    let words = pair.in_words();
    let shown = Waterfall {
        title: pair.title(),
        prior: pair.prior,
        steps: pair.steps.iter().map(step).collect(),
        threshold: pair.threshold,
        words: words.clone(),
    };
    Chart {
        name: format!("pair-{}.svg", at + 1),
        svg: plot::waterfall(&shown),
        alt: words,
        caption:
            "From what was expected before comparing to the total, in bits; hollow bars speak against one person [R-1]."
                .into(),
        width: 1.0,
    }
}

fn pair_blocks(pair: &Explanation, chart: &Chart) -> Vec<Block> {
    let mut blocks = vec![heading(2, &pair.title()), paragraph(format!("{} {}", pair.end, pair.outcome))];
    blocks.push(figure(chart.svg.clone(), chart.width, chart.alt.clone(), &chart.caption));
    blocks.push(steps(pair));
    blocks.push(paragraph("Step by step, in words:"));
    let sentences = pair.steps.iter().map(|s| vec![text(&s.sentence)]);
    blocks.push(list(std::iter::once(vec![text(&pair.start)]).chain(sentences).collect()));
    blocks
}

/// The steps as a table that adds up.
fn steps(pair: &Explanation) -> Block {
    let values = pair.steps.iter().any(|s| s.values.is_some());
    let bits = |bits: Option<f64>| Cell::number(bits.map_or("none".into(), |b| format!("{b:+.2}")));
    let line = |name: &str, level: &str, at: Option<f64>, said: Option<&(String, String)>| {
        let mut row = vec![Cell::words(name), Cell::words(level), bits(at)];
        if values {
            let (one, other) = said.cloned().unwrap_or_default();
            row.extend([Cell::words(one), Cell::words(other)]);
        }
        row
    };
    let mut rows = vec![line("before comparing", "", pair.prior, None)];
    rows.extend(pair.steps.iter().map(|s| line(s.field.name(), s.level, s.bits, s.values.as_ref())));
    rows.push(line("in all", "", pair.total, None));
    let (one, other) = (pair.records.0.to_string(), pair.records.1.to_string());
    let mut head = vec!["Field", "Agreement", "Bits"];
    if values {
        head.extend([one.as_str(), other.as_str()]);
    }
    table("What each field counts for; the lines add up to the last [R-1].", &head, rows)
}
