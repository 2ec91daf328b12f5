//! How records became persons.

use super::charts::{self, Chart};
use super::{figure, heading, number, paragraph, paragraph_of, table, text, warning};
use crate::explain;
use crate::inquiry::Results;
use crate::linking::{LinkageSummary, Linked};
use crate::lists::Reading;
use factum_report::plot;
use factum_report::{Block, Cell, Inline, grouped};

pub(super) fn section(results: &Results, linked: &Linked<'_>, reading: &Reading) -> Vec<Block> {
    let mut blocks = vec![heading(1, "How records became persons")];
    let summary = &results.linkage;
    blocks.push(paragraph_of(vec![
        text("Two records can speak of one person although they spell the name differently, or of two although they agree. Pairs \
              of records were compared field by field; how often each kind of agreement occurs among records of one person ("),
        Inline::Emph("m".into()),
        text(") and of different people ("),
        Inline::Emph("u".into()),
        text(
            ") was learned from the lists themselves, without anyone saying which pairs match. Each agreement or difference then \
             counts for or against a match by log2(m/u), in bits; agreement on a rare name counts for more than on a common one. \
             Kin share family name, father's name and home, and people struck by one event its day and place, without being \
             one person: both were learned as kinds of pairs of their own, beside strangers. Names are compared across scripts \
             through derived forms; the sources' own words are not changed.",
        ),
        super::note(
            "I. P. Fellegi and A. B. Sunter (1969); training by expectation-maximisation as in T. Enamorado, B. Fifield and K. Imai \
             (2019); further kinds of pairs after W. E. Winkler (1993).",
        ),
    ]));
    blocks.push(paragraph(kinds(summary)));
    blocks.extend(charts::weights(linked).iter().map(Chart::block));
    blocks.extend(summary.warnings.iter().map(warning));
    blocks.push(heading(2, "Which pairs were compared"));
    let rows = summary.rules.iter().map(|r| vec![Cell::words(&r.rule), number(r.pairs as f64), number(r.new as f64)]);
    blocks.push(table(
        "Pairs made by each rule; a pair counts for the first rule that makes it [R-1].",
        &["Rule", "Pairs", "Of them new"],
        rows.collect(),
    ));
    blocks.push(paragraph(found_by_rules(summary)));
    blocks.push(heading(2, "From which probability on records are linked"));
    blocks.push(paragraph(threshold(results)));
    blocks.push(charts::thresholds(linked).block());
    blocks.push(charts::thresholds_table(linked));
    blocks.push(charts::histogram(linked).block());
    blocks.extend(doubt(summary).map(paragraph));
    let found = explain::findability(linked, reading);
    blocks.push(heading(2, "Records that say too little"));
    blocks.push(charts::unlinkables(linked, &found).block());
    blocks.extend(charts::unlinkables_table(&found));
    blocks.push(heading(2, "Records per person"));
    let sizes: Vec<(String, u64)> = summary.person_sizes.iter().map(|(size, n)| (size.to_string(), *n)).collect();
    let said: Vec<String> =
        sizes.iter().map(|(size, n)| format!("{} people with {size}", grouped(*n as f64))).collect();
    blocks.push(figure(
        plot::bars(&sizes, "records per person"),
        0.6,
        format!("Number of people by number of records: {}.", said.join(", ")),
        "People by how many records speak of them [R-1].",
    ));
    blocks
}

/// How many pairs the model takes for what.
fn kinds(summary: &LinkageSummary) -> String {
    // A kind of pairs is never taken to be quite empty.
    let pairs = |n: f64| if n < 1.5 { "hardly any".into() } else { format!("about {}", grouped(n.round())) };
    format!(
        "Under the model, {} of the pairs of records speak of one person, {} of kin, and {} of people struck by one event [R-1].",
        pairs(summary.threshold.expected_matches),
        pairs(summary.kin),
        pairs(summary.struck_together)
    )
}

/// How sure the number of persons is.
fn doubt(summary: &LinkageSummary) -> Option<String> {
    let drawn = summary.persons_drawn.as_ref()?;
    Some(format!(
        "The linkage itself is not certain: over {} draws of which records are one person, the lists hold {} to {} distinct \
         people with a probability of 95 % [R-1].",
        drawn.counts.len(),
        grouped(drawn.lower.into()),
        grouped(drawn.upper.into())
    ))
}

/// What blocking let meet.
fn found_by_rules(summary: &LinkageSummary) -> String {
    match &summary.recall {
        None => "Every pair was compared: no match was lost before comparing.".into(),
        Some(recall) => format!(
            "Pairs that meet no rule were not compared. From how often the keys of the rules agree among {} likely matches, the \
             rules are estimated to let {} of the matches meet; about {} matches are missed [R-1]. They are counted in the \
             expected recall.",
            grouped(recall.learned_from as f64),
            super::percent(recall.share),
            grouped(recall.missed.round())
        ),
    }
}

fn threshold(results: &Results) -> String {
    let threshold = &results.linkage.threshold;
    let how = if threshold.chosen {
        "was set where the expected balance of precision and recall (F1) is best"
    } else {
        "was given"
    };
    let expected = match (threshold.expected_precision, threshold.expected_recall) {
        (Some(precision), Some(recall)) => format!(
            " The model expects {} of the links to be right and {} of all matches to be found.",
            super::percent(precision),
            super::percent(recall)
        ),
        _ => String::new(),
    };
    format!(
        "Pairs count as links from a probability of {:.3} on, which {how} [R-1]: {} links among {} compared pairs.{expected} Links \
         were joined to persons by average linkage, so that one doubtful pair cannot chain two people together.",
        threshold.probability,
        grouped(threshold.links as f64),
        grouped(results.linkage.pairs_compared as f64)
    )
}
