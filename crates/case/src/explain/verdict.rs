//! What did clustering make of a pair, and why?

use super::log_odds;
use crate::judgement::RecordKey;
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
    /// Two persons, because somebody judged that other records of theirs are.
    OthersJudged,
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
fn kept(linkage: &Linkage<'_>, a: u32, b: u32) -> Option<ScoredPair> {
    let at = linkage.pairs.binary_search_by_key(&(a, b), |p| (p.a, p.b)).ok()?;
    Some(linkage.pairs[at])
}

/// How likely two records are one person once people have been heard.
fn believed(linkage: &Linkage<'_>, a: u32, b: u32) -> f64 {
    let (a, b) = (a.min(b), a.max(b));
    kept(linkage, a, b).unwrap_or_else(|| linkage.explain(a, b)).probability
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
    let above = believed(linkage, a, b) >= linkage.threshold.probability;
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
        let list = RecordKey::of(&reading.records, a).list;
        let why = format!("They are two persons: both stand on list `{list}`, which is said to name everyone once.");
        return (Verdict::ListWithoutDuplicates, why);
    }
    if !above {
        return (Verdict::BelowThreshold, "They were kept apart: the pair lies below the threshold.".into());
    }
    if kept(linkage, a, b).is_none() {
        let why = "They were kept apart because they were never compared: no blocking rule brings the two together. Taken by \
                   itself this pair would have been a link.";
        return (Verdict::NeverCompared, why.into());
    }
    let [here, there] = [one, other].map(|person| records_of(linkage, person));
    let between = |j: &&Judgement| {
        let persons = [j.a, j.b].map(|r| linkage.persons[r as usize]);
        persons == [one, other] || persons == [other, one]
    };
    if let Some(judged) = judgements.iter().filter(|j| !j.same).find(between) {
        let [x, y] = [judged.a, judged.b].map(|r| RecordKey::of(&reading.records, r));
        let why = format!(
            "They were kept apart although the pair lies above the threshold, because somebody judged that {x} and {y}, records of \
             the same two persons, speak of two."
        );
        return (Verdict::OthersJudged, why);
    }
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
    let linked = |x: u32, y: u32| believed(linkage, x, y) >= threshold;
    let person = records_of(linkage, linkage.persons[a as usize]);
    let others = person.into_iter().filter(|&r| r != a && r != b);
    let between: Vec<String> = others
        .filter(|&r| linked(a, r) && linked(r, b))
        .map(|r| RecordKey::of(&reading.records, r).to_string())
        .collect();
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
    let [one, other] = [worst.a, worst.b].map(|r| RecordKey::of(&reading.records, r));
    format!(
        "{start}of the {} other pairs between the two persons {against} {} below it, most of all {one} and {other} ({:+.1} bits).",
        others.len(),
        if against == 1 { "lies" } else { "lie" },
        log_odds(worst.probability)
    )
}
