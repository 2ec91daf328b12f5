//! What does the linkage look like as a whole?
//!
//! The charts of a trained linkage with their tables: in the report, on the page of explanations, and as files of their
//! own.

use super::{figure, number, paragraph, percent, table};
use crate::explain::{self, Calibrated, Findability};
use crate::linking::Linked;
use crate::lists::Reading;
use factum_link::FieldModel;
use factum_report::plot::{self, FieldWeights, LevelWeight};
use factum_report::{Block, Cell, grouped};

/// Rows of levels that fit on one page of the PDF with their captions.
const ROWS: usize = 48;

/// A chart with its words.
pub(super) struct Chart {
    /// The name of its file.
    pub name: String,
    pub svg: String,
    pub alt: String,
    pub caption: String,
    pub width: f64,
}

impl Chart {
    pub(super) fn block(&self) -> Block {
        figure(self.svg.clone(), self.width, self.alt.clone(), &self.caption)
    }
}

/// What each kind of agreement counted for, in as many charts as pages need.
pub(super) fn weights(linked: &Linked<'_>) -> Vec<Chart> {
    let fields = shown_weights(&linked.linkage.model.fields);
    // A field takes the room of its levels and a gap; several charts share the rows evenly.
    let room = |field: &FieldWeights| field.levels.len() + 1;
    let total: usize = fields.iter().map(room).sum();
    let share = total.div_ceil(total.div_ceil(ROWS).max(1));
    let mut parts: Vec<Vec<FieldWeights>> = Vec::new();
    let mut rows = share;
    for field in fields {
        if rows >= share {
            parts.push(Vec::new());
            rows = 0;
        }
        rows += room(&field);
        parts.last_mut().expect("a part was just begun").push(field);
    }
    let several = parts.len() > 1;
    let chart = |(i, part): (usize, Vec<FieldWeights>)| {
        let alt = weights_in_words(&part);
        let guesses =
            if part.iter().any(|f| f.field.ends_with('*')) { " *A guess: too few pairs to learn from." } else { "" };
        Chart {
            name: if several { format!("weights-{}.svg", i + 1) } else { "weights.svg".into() },
            svg: plot::weights(&part, &alt),
            alt,
            caption: format!(
                "How often each kind of agreement occurs among records of one person (m) and of different people (u), and what it \
                 counted for in bits, before the rarity of values [R-1]. Kinds that did not occur are left out.{guesses}"
            ),
            width: 1.0,
        }
    };
    parts.into_iter().enumerate().map(chart).collect()
}

fn shown_weights(fields: &[FieldModel]) -> Vec<FieldWeights> {
    let of = |field: &FieldModel| FieldWeights {
        field: format!("{}{}", field.field.name(), if field.trained { "" } else { "*" }),
        levels: field
            .levels
            .iter()
            .filter(|l| l.pairs > 0)
            .map(|l| LevelWeight { level: l.level.to_string(), m: l.m, u: l.u, weight: l.weight })
            .collect(),
    };
    fields.iter().map(of).filter(|f| !f.levels.is_empty()).collect()
}

fn weights_in_words(fields: &[FieldWeights]) -> String {
    let of = |field: &FieldWeights| {
        let levels: Vec<String> = field.levels.iter().map(|l| format!("{} {:+.1}", l.level, l.weight)).collect();
        format!("{}: {}", field.field, levels.join(", "))
    };
    format!("Weights in bits. {}.", fields.iter().map(of).collect::<Vec<_>>().join("; "))
}

/// What the model learned, as a table.
pub(super) fn weights_table(linked: &Linked<'_>) -> Block {
    let share = |share: f64| Cell::number(if share > 0.0 && share < 0.0005 { "<0.1 %".into() } else { percent(share) });
    let rows = linked.linkage.model.fields.iter().flat_map(|field| {
        field.levels.iter().filter(|l| l.pairs > 0).map(move |level| {
            vec![
                Cell::words(field.field.name()),
                Cell::words(level.level),
                share(level.m),
                share(level.u),
                Cell::number(format!("{:+.2}", level.weight)),
                number(level.pairs as f64),
                Cell::words(if field.trained { "learned" } else { "guess" }),
            ]
        })
    });
    let head = ["Field", "Agreement", "m", "u", "Bits", "Pairs", "From"];
    table("What each kind of agreement counts for [R-1].", &head, rows.collect())
}

/// What other thresholds would bring.
pub(super) fn thresholds(linked: &Linked<'_>) -> Chart {
    let curve: Vec<plot::AtThreshold> = explain::thresholds(&linked.linkage)
        .into_iter()
        .map(|p| plot::AtThreshold { threshold: p.threshold, precision: p.precision, recall: p.recall, f1: p.f1 })
        .collect();
    let chosen = linked.summary.threshold.probability;
    let persons = persons(linked);
    let said: Vec<String> = persons.iter().map(|(t, n)| format!("{} persons at {t:.3}", grouped(*n as f64))).collect();
    let alt = format!(
        "Curves of expected precision, recall and F1 against the threshold, and persons under them. The threshold in use is \
         {chosen:.3}. {}.",
        said.join(", ")
    );
    Chart {
        name: "thresholds.svg".into(),
        svg: plot::thresholds(&curve, &persons, chosen, &alt),
        alt,
        caption:
            "What each threshold is expected to bring under the model, and how many persons some of them give [R-1]."
                .into(),
        width: 0.95,
    }
}

/// Persons at the threshold in use and at others, by threshold.
fn persons(linked: &Linked<'_>) -> Vec<(f64, u64)> {
    let summary = &linked.summary;
    let mut persons: Vec<(f64, u64)> = summary.persons_at.iter().map(|p| (p.threshold, p.persons)).collect();
    persons.push((summary.threshold.probability, summary.persons));
    persons.sort_by(|a, b| a.0.total_cmp(&b.0));
    persons.dedup_by(|a, b| a.0 == b.0);
    persons
}

/// The same as a table, at the thresholds for which persons were counted.
pub(super) fn thresholds_table(linked: &Linked<'_>) -> Block {
    let persons = persons(linked);
    let thresholds: Vec<f64> = persons.iter().map(|p| p.0).collect();
    let share = |share: Option<f64>| Cell::number(share.map_or("none".into(), percent));
    let chosen = linked.summary.threshold.probability;
    let rows =
        explain::at_thresholds(&linked.linkage, &thresholds).into_iter().zip(persons).map(|(at, (_, persons))| {
            let name = if at.threshold == chosen { format!("{chosen:.3}, in use") } else { at.threshold.to_string() };
            vec![
                Cell::words(name),
                number(at.links as f64),
                share(at.precision),
                share(at.recall),
                share(at.f1),
                number(persons as f64),
            ]
        });
    let head = ["Threshold", "Links", "Expected precision", "Expected recall", "Expected F1", "Persons"];
    table("What other thresholds would bring [R-1].", &head, rows.collect())
}

/// How far links stand from the other pairs.
pub(super) fn histogram(linked: &Linked<'_>) -> Chart {
    let bins = explain::histogram(&linked.linkage);
    let cut = linked.summary.threshold.probability;
    let doubtful = linked.linkage.pairs.iter().filter(|p| (0.1..0.9).contains(&p.probability)).count();
    let alt = format!(
        "Columns: pairs by the probability that they are one person. {} of the {} pairs kept reach the threshold of {cut:.3}; {} \
         have a probability between 10 and 90 %.",
        grouped(linked.summary.threshold.links as f64),
        grouped(linked.summary.pairs_kept as f64),
        grouped(doubtful as f64)
    );
    let bins: Vec<plot::Bin> = bins.into_iter().map(|b| plot::Bin { from: b.from, to: b.to, pairs: b.pairs }).collect();
    Chart {
        name: "pairs.svg".into(),
        svg: plot::histogram(&bins, cut, &alt),
        alt,
        caption: "Pairs by how likely they are to be one person, from 1 % on [R-1]. Pairs near the threshold are the doubtful ones; \
                  the last column holds all from there on."
            .into(),
        width: 0.9,
    }
}

/// How many records say too little to be found again.
pub(super) fn unlinkables(linked: &Linked<'_>, found: &Findability) -> Chart {
    let chosen = linked.summary.threshold.probability;
    let (records, unlinkable) = totals(found);
    let alt = format!(
        "Curve of the share of records that, compared with themselves, would not reach a threshold. At the threshold in use, \
         {chosen:.3}, it is {}.",
        percent(share(unlinkable, records))
    );
    Chart {
        name: "unlinkables.svg".into(),
        svg: plot::unlinkables(&found.curve, chosen, &alt),
        alt,
        caption:
            "Share of records that say too little to be linked with anything, even an exact copy, by threshold [R-1]."
                .into(),
        width: 0.9,
    }
}

/// The same by list, with a sentence.
pub(super) fn unlinkables_table(found: &Findability) -> Vec<Block> {
    let (records, unlinkable) = totals(found);
    let whole = if found.stride > 1 {
        format!(" One record in {} was looked at.", grouped(found.stride as f64))
    } else {
        String::new()
    };
    let words = format!(
        "{} of {} records ({}) say so little that not even an exact copy of them on another list would be recognised as the same \
         person. Whoever they speak of is counted once for each.{whole}",
        grouped(unlinkable as f64),
        grouped(records as f64),
        percent(share(unlinkable, records))
    );
    let rows = found.lists.iter().map(|of| {
        vec![
            Cell::words(of.list.as_str()),
            number(of.records as f64),
            number(of.unlinkable as f64),
            Cell::number(percent(share(of.unlinkable, of.records))),
        ]
    });
    let head = ["List", "Records", "Say too little", "Share"];
    vec![paragraph(words), table("Records that say too little to be linked, by list [R-1].", &head, rows.collect())]
}

fn totals(found: &Findability) -> (u64, u64) {
    (found.lists.iter().map(|l| l.records).sum(), found.lists.iter().map(|l| l.unlinkable).sum())
}

fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// What people judged beside what the model expects.
pub(super) fn calibration_table(rows: &[Calibrated]) -> Block {
    let row = |row: &Calibrated| {
        let (low, high) = row.interval;
        vec![
            Cell::words(format!("{} to {} %", row.from * 100.0, row.to * 100.0)),
            number(row.judged as f64),
            Cell::number(percent(row.expected)),
            Cell::number(percent(share(row.same, row.judged))),
            Cell::number(format!("{} to {}", percent(low), percent(high))),
        ]
    };
    let head = ["Probability", "Pairs judged", "Expected one person", "Judged one person", "95 % interval"];
    table(
        "Pairs that people judged, beside what the model expects of them [R-1].",
        &head,
        rows.iter().map(row).collect(),
    )
}

/// Everything, for the page of explanations: the charts in the order of the page.
pub(super) fn all(linked: &Linked<'_>, reading: &Reading) -> (Vec<Chart>, Findability) {
    let found = explain::findability(linked, reading);
    let mut charts = weights(linked);
    charts.extend([thresholds(linked), histogram(linked), unlinkables(linked, &found)]);
    (charts, found)
}
