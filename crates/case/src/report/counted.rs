//! What is counted, what was set aside, and whether the lists were made apart.

use super::{heading, number, paragraph, paragraph_of, strong, table, text, warning};
use crate::copying::{Finding, Likeness, Share, shown};
use crate::inquiry::Results;
use crate::scope::{ScopeCounts, Unjudged, total};
use factum_report::{Block, Cell, grouped};

pub(super) fn section(results: &Results) -> Vec<Block> {
    let mut blocks = vec![heading(1, "What is counted")];
    blocks.extend(scope(results));
    blocks.extend(unnamed(results));
    blocks.extend(results.linkage.units.in_words().map(|words| paragraph(format!("{words} [R-1]."))));
    blocks.extend(copies(results));
    // A heading over nothing would only be in the way.
    if blocks.len() > 1 { blocks } else { Vec::new() }
}

fn scope(results: &Results) -> Vec<Block> {
    let Some(scope) = &results.linkage.scope else { return Vec::new() };
    let mut blocks = vec![paragraph_of(vec![
        text("One population was stated before anything was counted: "),
        strong(scope.in_words()),
        text("."),
    ])];
    let judged: Vec<(&str, &ScopeCounts)> =
        results.lists.iter().filter_map(|l| Some((l.label.as_str(), l.scope.as_ref()?))).collect();
    if judged.is_empty() {
        return blocks;
    }
    let unknown = match scope.unknown {
        Unjudged::Keep => "stayed",
        Unjudged::Leave => "were set aside",
    };
    blocks.push(paragraph(format!(
        "It was applied to every list. Records clearly outside were set aside; records that may be outside, because their date \
         straddles a limit or their place is spelt nearly like an accepted one, stayed; records that cannot be judged {unknown}."
    )));
    let rows = judged.into_iter().map(|(label, counts)| {
        let cell = |counts: &std::collections::BTreeMap<_, u64>| number(total(counts) as f64);
        let mut row = vec![Cell::words(label), number(counts.inside as f64)];
        row.extend([cell(&counts.may_be_outside), cell(&counts.unknown), cell(&counts.outside)]);
        let reasons: Vec<String> =
            counts.outside.iter().map(|(r, n)| format!("{} {}", r.word(), grouped(*n as f64))).collect();
        row.push(Cell::words(if reasons.is_empty() { "none".into() } else { reasons.join(", ") }));
        row
    });
    let head = ["List", "Inside", "May be outside", "Cannot be judged", "Outside", "Outside by"];
    blocks.push(table("Records by how they stand to the stated population [R-1].", &head, rows.collect()));
    blocks
}

fn unnamed(results: &Results) -> Vec<Block> {
    let minimum = &results.linkage.minimum;
    let Some(words) = minimum.in_words() else { return Vec::new() };
    let mut blocks = vec![paragraph(format!(
        "Records of groups and of people without a name are linked with nobody: they may speak of people who are named \
         elsewhere. So {words} [R-1]. What is estimated below starts from the named persons."
    ))];
    let rows = minimum.lists.iter().map(|(list, unnamed)| {
        let label = results.lists.iter().find(|l| l.id == *list).map_or(list.as_str(), |l| l.label.as_str());
        let counts = [unnamed.records, unnamed.with_a_name, unnamed.people, unnamed.without_number, unnamed.at_least];
        std::iter::once(Cell::words(label)).chain(counts.map(|n| number(n as f64))).collect()
    });
    let head =
        ["List", "Records", "Of them with a named person", "People stated", "Without a number", "People at least"];
    blocks.push(table("Records of people without a name [R-1].", &head, rows.collect()));
    blocks
}

fn copies(results: &Results) -> Vec<Block> {
    let likeness = &results.linkage.likeness;
    if likeness.iter().all(|l| l.rare.of + l.equal.of == 0) {
        return Vec::new();
    }
    let mut blocks = vec![heading(2, "Whether lists copy")];
    blocks.push(paragraph(
        "A list that copies another makes the two overlap where nobody was found twice. Copying shows in rare spellings: \
         names that two lists spell alike and as nobody else's is, although several others bear nearly the same word. Each two lists are set against all others \
         (Fisher's exact test, one-sided, with Holm's correction). Records that are equal in all that both say are counted too; \
         careful lists agree without copying.",
    ));
    blocks.extend(likeness.iter().filter_map(|l| Some(warning(l.warning()?))));
    blocks.push(table(
        "Rare spellings among the names that two lists spell alike, and equal records among those that say enough [R-1].",
        &["Lists", "Rare spellings", "p", "Equal records", "p", "Finding"],
        likeness.iter().map(row).collect(),
    ));
    blocks
}

fn row(likeness: &Likeness) -> Vec<Cell> {
    let share =
        |share: &Share| Cell::number(format!("{} of {}", grouped(share.shared as f64), grouped(share.of as f64)));
    let p = |share: &Share| Cell::number(share.p.map_or("none".into(), shown));
    let finding = match likeness.finding {
        Finding::None => "none",
        Finding::Alike => "more alike than others",
        Finding::Copying => "one may copy the other",
        Finding::Declared => "count as one list",
    };
    let lists = format!("{} and {}", likeness.lists.0, likeness.lists.1);
    let (rare, equal) = (&likeness.rare, &likeness.equal);
    vec![Cell::words(lists), share(rare), p(rare), share(equal), p(equal), Cell::words(finding)]
}
