//! What did clustering make of a pair, and why?

use super::{log_odds, named};
use crate::lists::Reading;
use factum_link::{Judgement, Linkage, ScoredPair};
use serde::Serialize;

/// Pairs between two persons are looked through one by one up to this many; persons have few records.
const MOST_PAIRS: usize = 100_000;

/// What became of a pair, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// One person, and the pair alone says so.
    Linked,
    /// One person, because other records of that person say so.
    ThroughOthers,
    /// One person, because somebody judged that they are.
    JudgedSame,
    /// Two persons, because somebody judged that they are.
    JudgedDifferent,
    /// Two persons: below the threshold.
    BelowThreshold,
    /// Two persons: both stand on a list that names everyone once.
    ListWithoutDuplicates,
    /// Two persons: joining them would put a list without duplicates twice into one person.
    WouldRepeat,
    /// Two persons although likely one: nothing brought the two together to be compared.
    NeverCompared,
    /// Two persons although the pair is above the threshold: other pairs speak against it.
    Contradicted,
}

/// The pair as it was kept, if it was.
pub(super) fn kept(linkage: &Linkage<'_>, a: u32, b: u32) -> Option<ScoredPair> {
    let at = linkage.pairs.binary_search_by_key(&(a, b), |p| (p.a, p.b)).ok()?;
    Some(linkage.pairs[at])
}

/// Whether two records stand on one list that repeats nobody.
pub(super) fn forbidden(reading: &Reading, a: u32, b: u32) -> bool {
    let list = reading.records.list_of(a);
    list == reading.records.list_of(b) && reading.lists[list].deduplicated
}

/// What became of two records, and a sentence that says why.
pub(super) fn verdict(
    linkage: &Linkage<'_>,
    reading: &Reading,
    judgements: &[Judgement],
    a: u32,
    b: u32,
) -> (Verdict, String) {
    let [one, other] = [a, b].map(|r| linkage.persons[r as usize]);
    let judged = judgements.iter().rev().find(|j| (j.a.min(j.b), j.a.max(j.b)) == (a, b)).map(|j| j.same);
    let pair = kept(linkage, a, b);
    let probability = pair.unwrap_or_else(|| linkage.explain(a, b)).probability;
    let above = probability >= linkage.threshold.probability;
    if one == other {
        return match (judged, above) {
            (Some(true), _) => {
                (Verdict::JudgedSame, "They are one person, because somebody judged that they are.".into())
            }
            (_, true) => (Verdict::Linked, "They were put together as one person.".into()),
            (_, false) => (Verdict::ThroughOthers, through_others(linkage, reading, a, b)),
        };
    }
    if judged == Some(false) {
        return (Verdict::JudgedDifferent, "They are two persons, because somebody judged that they are.".into());
    }
    if forbidden(reading, a, b) {
        let list = named(reading, a).list;
        let why = format!("They are two persons: both stand on list `{list}`, which is said to name everyone once.");
        return (Verdict::ListWithoutDuplicates, why);
    }
    if !above {
        return (Verdict::BelowThreshold, "They were kept apart: the pair lies below the threshold.".into());
    }
    if pair.is_none() {
        let why = "They were kept apart because they were never compared: no blocking rule brings the two together. Taken by \
                   itself this pair would have been a link.";
        return (Verdict::NeverCompared, why.into());
    }
    let [here, there] = [one, other].map(|person| records_of(linkage, person));
    if let Some(list) = repeated(reading, &here, &there) {
        let why = format!(
            "They were kept apart although the pair lies above the threshold: list `{list}` is said to name everyone once, and \
             one person would have had two of its records."
        );
        return (Verdict::WouldRepeat, why);
    }
    (Verdict::Contradicted, contradicted(linkage, reading, (a, b), &here, &there))
}

fn records_of(linkage: &Linkage<'_>, person: u32) -> Vec<u32> {
    (0..linkage.persons.len() as u32).filter(|r| linkage.persons[*r as usize] == person).collect()
}

/// The records of the person that are linked with both.
fn through_others(linkage: &Linkage<'_>, reading: &Reading, a: u32, b: u32) -> String {
    let threshold = linkage.threshold.probability;
    let linked = |x: u32, y: u32| linkage.explain(x.min(y), x.max(y)).probability >= threshold;
    let person = records_of(linkage, linkage.persons[a as usize]);
    let others = person.into_iter().filter(|&r| r != a && r != b);
    let between: Vec<String> =
        others.filter(|&r| linked(a, r) && linked(r, b)).map(|r| named(reading, r).to_string()).collect();
    let through = match between.as_slice() {
        [] => "other records of that person, taken together".to_string(),
        [one] => format!("{one}, which is linked with both"),
        [first, rest @ ..] => format!("{first} and {} more, which are linked with both", rest.len()),
    };
    format!("They were put together as one person although this pair lies below the threshold, because of {through}.")
}

/// A list without duplicates that has a record in both persons.
fn repeated(reading: &Reading, here: &[u32], there: &[u32]) -> Option<String> {
    let lists = |records: &[u32]| records.iter().map(|r| reading.records.list_of(*r)).collect::<Vec<_>>();
    let (here, there) = (lists(here), lists(there));
    let twice = here.into_iter().find(|list| reading.lists[*list].deduplicated && there.contains(list))?;
    Some(reading.lists[twice].id.to_string())
}

/// Which pair between two persons speaks most against joining them.
fn contradicted(linkage: &Linkage<'_>, reading: &Reading, pair: (u32, u32), here: &[u32], there: &[u32]) -> String {
    let start = "They were kept apart although the pair lies above the threshold: ";
    let between = || here.iter().flat_map(|x| there.iter().map(move |y| (*x.min(y), *x.max(y)))).take(MOST_PAIRS);
    let others: Vec<ScoredPair> = between().filter(|p| *p != pair).map(|(x, y)| linkage.explain(x, y)).collect();
    let against = others.iter().filter(|p| p.probability < linkage.threshold.probability).count();
    let Some(worst) = others.iter().min_by(|x, y| x.probability.total_cmp(&y.probability)).filter(|_| against > 0)
    else {
        return format!("{start}other joins came first and left the two in different persons.");
    };
    let [one, other] = [worst.a, worst.b].map(|r| named(reading, r));
    format!(
        "{start}of the {} other pairs between the two persons {against} {} below it, most of all {one} and {other} ({:+.1} bits).",
        others.len(),
        if against == 1 { "lies" } else { "lie" },
        log_odds(worst.probability)
    )
}
