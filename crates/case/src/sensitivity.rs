//! How does a headline look among its alternatives?

use factum_estimate::{Alternative, Sensitivity};
use factum_report::grouped;
use factum_report::plot::{self, Group, Otherwise};

/// The answer in a few words: `10,357 (8,994 to 12,110)`, `at least 8,591`, or that there is none.
pub fn said(answer: &Alternative) -> String {
    let Some(estimate) = answer.estimate else { return "no estimate".into() };
    let limits = match (answer.lower, answer.upper) {
        (Some(lower), Some(upper)) => format!(" ({} to {})", grouped(lower), grouped(upper)),
        (Some(lower), None) => format!(" (from {}, no upper limit)", grouped(lower)),
        _ => String::new(),
    };
    format!("{}{}{limits}", if answer.lower_bound { "at least " } else { "" }, grouped(estimate))
}

/// What a reader must know of it beside the number.
pub fn remark(answer: &Alternative) -> Option<&str> {
    if let Some(refusal) = &answer.refusal {
        return Some(refusal);
    }
    if answer.below_recorded {
        return Some("fewer than are recorded: cannot be true");
    }
    answer.outside.then_some("outside the interval above")
}

/// How far the alternatives go, in words.
pub fn range(of: &Sensitivity) -> String {
    let counted = of.alternatives().count();
    let outside = of.alternatives().filter(|a| a.outside).count();
    let without = of.alternatives().filter(|a| a.estimate.is_none()).count();
    let range = match of.range() {
        Some((least, greatest)) => format!("from {} to {}", grouped(least), grouped(greatest)),
        None => "without any estimate".into(),
    };
    format!(
        "{counted} alternatives, {range} (bounds, and numbers below what is recorded, left out); {outside} outside the interval, \
         {without} without an estimate"
    )
}

/// The headline and all alternatives as SVG.
pub fn chart(of: &Sensitivity) -> String {
    let drawn = |a: &Alternative| Otherwise {
        label: a.label.clone(),
        estimate: a.estimate,
        lower: a.lower,
        upper: a.upper,
        bound: a.lower_bound,
        outside: a.outside,
    };
    let group = |c: &factum_estimate::Changed| Group {
        heading: c.change.heading().into(),
        rows: c.alternatives.iter().map(drawn).collect(),
    };
    let groups: Vec<Group> = of.changes.iter().map(group).collect();
    let each = |a: &Alternative| format!("{}: {}", a.label, said(a));
    let kind = |c: &factum_estimate::Changed| {
        format!("{}: {}", c.change.heading(), c.alternatives.iter().map(each).collect::<Vec<_>>().join("; "))
    };
    let words = format!(
        "Headline {}. {}. {}.",
        each(&of.headline),
        of.changes.iter().map(kind).collect::<Vec<_>>().join(". "),
        range(of)
    );
    plot::sensitivity(&drawn(&of.headline), &groups, of.headline.recorded as f64, &words)
}
