//! Which judgements hold for these records, and do they agree with each other?
//!
//! A judgement about a record that is on no list any more is told and does no harm. Judgements that cannot all be true are
//! named and set aside until people settle them: no person is built on a contradiction.

use super::{Book, PairKey, Purpose, RecordKey, Verdict, common_verdict};
use crate::fault::{Fault, Faults, Severity};
use crate::lists::ListInfo;
use factum_link::{Judgement, RecordSet};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};

/// Judgements as the engine takes them.
#[derive(Clone, Debug, Default)]
pub struct Resolved {
    /// Those that hold, in the order of their records.
    pub judgements: Vec<Judgement>,
    /// What could not be used, and why.
    pub faults: Faults,
}

/// How many judgements put together and keep apart, in words.
pub(crate) fn summary(judgements: &[Judgement]) -> String {
    let same = judgements.iter().filter(|j| j.same).count();
    format!("{same} same, {} different", judgements.len() - same)
}

/// A pair on which people agree.
struct Agreed {
    line: u32,
    rows: (u32, u32),
}

/// The training judgements that hold for these records.
pub fn resolve(book: &Book, set: &RecordSet, lists: &[ListInfo]) -> Resolved {
    let file = book.input.as_ref().map_or("judgements", |i| i.name.as_str());
    let standing = book.standing(Purpose::Training);
    let rows = rows_of(standing.keys().flat_map(|p| p.records()), set);
    let mut faults = Faults::default();
    let (mut same, mut different): (Vec<Agreed>, Vec<Agreed>) = (Vec::new(), Vec::new());
    for (pair, entries) in &standing {
        let line = entries.iter().map(|(line, _)| *line).max().unwrap_or_default();
        let fault = |severity, what: String| Fault::new(severity, file, what).at_row(line);
        let [a, b] = pair.records();
        let (Some(&a), Some(&b)) = (rows.get(a), rows.get(b)) else {
            let gone: Vec<String> =
                [a, b].iter().filter(|k| !rows.contains_key(**k)).map(ToString::to_string).collect();
            let what = format!("it judges a record that is on no list now: {}", gone.join(" and "));
            faults.push(
                fault(Severity::Note, what).hint("the judgement is kept and counts again when the record returns"),
            );
            continue;
        };
        let agreed = Agreed { line, rows: (a.min(b), a.max(b)) };
        match common_verdict(entries.iter().map(|(_, e)| *e)) {
            Some(Verdict::Same) if set.list_of(a) == set.list_of(b) && lists[set.list_of(a)].deduplicated => {
                let what =
                    format!("{pair} are judged one person, but the settings say that nobody is twice on that list");
                faults.push(fault(Severity::RowLeftOut, what).hint("withdraw the judgement, or remove `deduplicated`"));
            }
            Some(Verdict::Same) => same.push(agreed),
            Some(Verdict::Different) => different.push(agreed),
            Some(_) => {}
            None => {
                let what = format!("people disagree on {pair}; none of their judgements is used");
                faults.push(fault(Severity::RowLeftOut, what).hint("let one of them judge again"));
            }
        }
    }
    let judgements = consistent(&same, &different, set, file, &mut faults);
    Resolved { judgements, faults }
}

/// The rows of the records with these keys; one walk over the records, whatever the number of keys.
pub fn rows_of<'k>(keys: impl Iterator<Item = &'k RecordKey>, set: &RecordSet) -> HashMap<RecordKey, u32> {
    let wanted: HashSet<(&str, &str)> = keys.map(|k| (k.list.as_str(), k.record.as_str())).collect();
    let lists: Vec<&str> = set.lists().map(|l| l.as_str()).collect();
    let here = |&row: &u32| wanted.contains(&(lists[set.list_of(row)], set.id_of(row).as_str()));
    (0..set.len() as u32).filter(here).map(|row| (RecordKey::of(set, row), row)).collect()
}

/// Leaves out the judgements that contradict each other: a pair judged different although a chain of pairs judged the same
/// leads from one record to the other. The shortest such chain is named and set aside with it; a longer one may remain and
/// is then found next.
fn consistent(
    same: &[Agreed],
    different: &[Agreed],
    set: &RecordSet,
    file: &str,
    faults: &mut Faults,
) -> Vec<Judgement> {
    let mut links: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
    for &Agreed { rows: (a, b), .. } in same {
        links.entry(a).or_default().insert(b);
        links.entry(b).or_default().insert(a);
    }
    let mut apart: BTreeSet<(u32, u32)> = different.iter().map(|d| d.rows).collect();
    for Agreed { line, rows: (a, b) } in different {
        while let Some(chain) = shortest_chain(&links, *a, *b) {
            apart.remove(&(*a, *b));
            for step in chain.windows(2) {
                links.entry(step[0]).or_default().remove(&step[1]);
                links.entry(step[1]).or_default().remove(&step[0]);
            }
            let names: Vec<String> = chain.iter().map(|row| RecordKey::of(set, *row).to_string()).collect();
            let pair = PairKey::new(&RecordKey::of(set, *a), &RecordKey::of(set, *b));
            let what =
                format!("judged the same one after the other: {}; yet {pair} are judged different", names.join(", "));
            let hint = "one of these judgements is wrong; until it is withdrawn, none of them is used";
            faults.push(Fault::new(Severity::RowLeftOut, file, what).at_row(*line).hint(hint));
        }
    }
    let together =
        links.iter().flat_map(|(&a, others)| others.range(a..).map(move |&b| Judgement { a, b, same: true }));
    let mut judgements: Vec<Judgement> = together.collect();
    judgements.extend(apart.into_iter().map(|(a, b)| Judgement { a, b, same: false }));
    judgements.sort_unstable_by_key(|j| (j.a, j.b));
    judgements
}

/// The shortest way from one record to another over pairs judged the same, both ends included.
fn shortest_chain(links: &BTreeMap<u32, BTreeSet<u32>>, from: u32, to: u32) -> Option<Vec<u32>> {
    let mut came: HashMap<u32, u32> = HashMap::from([(from, from)]);
    let mut queue = VecDeque::from([from]);
    while let Some(at) = queue.pop_front() {
        if at == to {
            let mut chain = vec![to];
            while chain[chain.len() - 1] != from {
                chain.push(came[&chain[chain.len() - 1]]);
            }
            chain.reverse();
            return Some(chain);
        }
        for &next in links.get(&at).into_iter().flatten() {
            came.entry(next).or_insert_with(|| {
                queue.push_back(next);
                at
            });
        }
    }
    None
}
