//! Who is who, from one linkage to the next?
//!
//! A person is called after the first of their records, list and record, in the order of the lists: a name that people can
//! read and that does not move when a list is added behind the others. Given the persons of an earlier linkage, a person keeps
//! the name of the earlier one with whom they share most records; what grew, merged or fell apart is told.

use crate::fault::{Fault, Faults, Severity};
use crate::lists::read_table;
use crate::persons::{Members, csv_of};
use factum_link::RecordSet;
use factum_model::Input;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// The persons of an earlier linkage.
#[derive(Clone, Debug)]
pub struct Previous {
    /// The table they came from.
    pub source: Input,
    /// By list and record, the position of the person among `names`.
    of_record: HashMap<(String, String), usize>,
    /// The names of the persons, in the order of the table.
    names: Vec<String>,
}

/// What became of a person or of several that have records in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// The same records.
    Unchanged,
    /// The same person with further records.
    Grown,
    /// The same person without some records, which are no longer on the lists.
    Shrunk,
    /// Several became one.
    Merged,
    /// One became several.
    Split,
    /// Several became several others.
    Rearranged,
    /// Nobody had their records before.
    New,
    /// None of their records is on the lists any more.
    Gone,
}

impl Change {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Change::Unchanged => "unchanged",
            Change::Grown => "grown",
            Change::Shrunk => "shrunk",
            Change::Merged => "merged",
            Change::Split => "split",
            Change::Rearranged => "rearranged",
            Change::New => "new",
            Change::Gone => "gone",
        }
    }
}

/// One change: the names before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// What happened.
    pub change: Change,
    /// Names in the earlier linkage.
    pub before: Vec<String>,
    /// Names now.
    pub after: Vec<String>,
    /// Records then.
    pub records_before: usize,
    /// Records now.
    pub records_after: usize,
}

/// Names of persons, with what changed since an earlier linkage.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identities {
    /// By number of the person.
    pub names: Vec<String>,
    /// What changed, where an earlier linkage was given; in the order of the persons now, then those gone.
    pub changes: Vec<Changed>,
}

impl Previous {
    /// Reads the table of persons of an earlier linkage; all faults at once.
    pub fn read(bytes: &[u8], file: &str) -> (Option<Previous>, Faults) {
        let mut faults = Faults::default();
        let (header, rows) = read_table(bytes, file, &mut faults);
        let column = |name: &str| header.iter().position(|h| h.eq_ignore_ascii_case(name));
        let (Some(list), Some(record), Some(person)) = (column("list"), column("record"), column("person")) else {
            if !faults.has_errors() {
                let fault = Fault::new(Severity::Error, file, "is no table of persons").at_row(1);
                faults.push(fault.hint("give the persons.csv of an earlier linkage: list, record, person"));
            }
            return (None, faults);
        };
        let mut previous =
            Previous { source: crate::digest::input(file, bytes), of_record: HashMap::new(), names: Vec::new() };
        let mut known: HashMap<String, usize> = HashMap::new();
        for (number, row) in rows {
            let name = &row[person];
            if row[list].is_empty() || row[record].is_empty() || name.is_empty() {
                let what = "names no list, no record or no person";
                faults.push(Fault::new(Severity::Error, file, what).at_row(number));
                continue;
            }
            let at = *known.entry(name.clone()).or_insert_with(|| {
                previous.names.push(name.clone());
                previous.names.len() - 1
            });
            if previous.of_record.insert((row[list].clone(), row[record].clone()), at).is_some_and(|other| other != at)
            {
                let what = "gives a record to a second person";
                faults.push(Fault::new(Severity::Error, file, what).at_row(number));
            }
        }
        let usable = !faults.has_errors();
        (usable.then_some(previous), faults)
    }
}

impl Identities {
    /// Names persons; carries over those of an earlier linkage, if there is one.
    pub fn new(set: &RecordSet, persons: &[u32], previous: Option<&Previous>) -> Self {
        let lists: Vec<&str> = set.lists().map(|l| l.as_str()).collect();
        let key = |record: u32| (lists[set.list_of(record)].to_string(), set.id_of(record).to_string());
        let members = Members::new(persons);
        let count = members.len();
        let Some(previous) = previous else {
            let names = fresh(&members, &key, vec![None; count], &HashSet::new());
            return Self { names, changes: Vec::new() };
        };
        let mut overlaps: BTreeMap<(usize, usize), usize> = BTreeMap::new();
        for (now, records) in members.iter().enumerate() {
            for record in records {
                if let Some(before) = previous.of_record.get(&key(*record)) {
                    *overlaps.entry((*before, now)).or_default() += 1;
                }
            }
        }
        let kept = carry_over(&overlaps, count, previous.names.len());
        let reserved: HashSet<&str> = previous.names.iter().map(String::as_str).collect();
        let carried = kept.iter().map(|before| before.map(|b| previous.names[b].clone())).collect();
        let names = fresh(&members, &key, carried, &reserved);
        let changes = changes(previous, &members, &overlaps, &names);
        Self { names, changes }
    }

    /// How often each change occurred.
    pub fn counts(&self) -> BTreeMap<Change, u64> {
        let mut counts = BTreeMap::new();
        self.changes.iter().for_each(|c| *counts.entry(c.change).or_default() += 1);
        counts
    }

    /// `changes.csv`: what happened, the names before and after, and how many records they had and have.
    pub fn changes_csv(&self) -> Vec<u8> {
        let header = ["change", "before", "after", "records_before", "records_after"].map(String::from).to_vec();
        let rows = self.changes.iter().map(|c| {
            let names = |names: &[String]| names.join(" + ");
            let (before, after) = (c.records_before.to_string(), c.records_after.to_string());
            vec![c.change.word().to_string(), names(&c.before), names(&c.after), before, after]
        });
        csv_of(std::iter::once(header).chain(rows))
    }
}

/// Names for those who carried none over: list and record of their first record, with a number behind it where that name is
/// somebody else's.
fn fresh(
    members: &Members,
    key: &dyn Fn(u32) -> (String, String),
    carried: Vec<Option<String>>,
    reserved: &HashSet<&str>,
) -> Vec<String> {
    let mut taken: HashSet<String> = reserved.iter().map(|r| r.to_string()).collect();
    carried
        .into_iter()
        .zip(members.iter())
        .map(|(name, records)| {
            name.unwrap_or_else(|| {
                let (list, record) = records.first().map(|r| key(*r)).unwrap_or_default();
                let plain = format!("{list}:{record}");
                let numbered = (2u32..).map(|n| format!("{plain}/{n}"));
                let free = std::iter::once(plain.clone()).chain(numbered).find(|name| !taken.contains(name));
                let name = free.unwrap_or(plain);
                taken.insert(name.clone());
                name
            })
        })
        .collect()
}

/// Whose name each person keeps: pairs of an earlier and a present person take one another in the order of the records they
/// share, most first; then the earlier person first in its table, then the present one.
fn carry_over(overlaps: &BTreeMap<(usize, usize), usize>, now: usize, before: usize) -> Vec<Option<usize>> {
    let mut pairs: Vec<(usize, usize, usize)> = overlaps.iter().map(|((b, n), shared)| (*shared, *b, *n)).collect();
    pairs.sort_by_key(|(shared, b, n)| (std::cmp::Reverse(*shared), *b, *n));
    let (mut kept, mut given) = (vec![None; now], vec![false; before]);
    for (_, b, n) in pairs {
        if kept[n].is_none() && !given[b] {
            (kept[n], given[b]) = (Some(b), true);
        }
    }
    kept
}

/// Earlier and present persons that hang together by records, as changes.
fn changes(
    previous: &Previous,
    members: &Members,
    overlaps: &BTreeMap<(usize, usize), usize>,
    names: &[String],
) -> Vec<Changed> {
    let mut sizes = vec![0; previous.names.len()];
    previous.of_record.values().for_each(|b| sizes[*b] += 1);
    let (mut befores, mut nows) = (vec![Vec::new(); members.len()], vec![Vec::new(); sizes.len()]);
    for (b, n) in overlaps.keys() {
        befores[*n].push(*b);
        nows[*b].push(*n);
    }
    let mut seen = vec![false; members.len()];
    let mut changes = Vec::new();
    for start in 0..members.len() {
        if seen[start] {
            continue;
        }
        let (mut now, mut before) = (BTreeSet::new(), BTreeSet::new());
        let mut open = vec![start];
        while let Some(n) = open.pop() {
            if !now.insert(n) {
                continue;
            }
            seen[n] = true;
            for b in &befores[n] {
                before.insert(*b);
                open.extend(&nows[*b]);
            }
        }
        let shared: usize = before.iter().flat_map(|b| now.iter().filter_map(|n| overlaps.get(&(*b, *n)))).sum();
        let records_before: usize = before.iter().map(|b| sizes[*b]).sum();
        let records_after: usize = now.iter().map(|n| members.of(*n).len()).sum();
        let change = match (before.len(), now.len()) {
            (0, _) => Change::New,
            (1, 1) if records_after > shared => Change::Grown,
            (1, 1) if records_before > shared => Change::Shrunk,
            (1, 1) => Change::Unchanged,
            (_, 1) => Change::Merged,
            (1, _) => Change::Split,
            _ => Change::Rearranged,
        };
        let before = before.iter().map(|b| previous.names[*b].clone()).collect();
        let after = now.iter().map(|n| names[*n].clone()).collect();
        changes.push(Changed { change, before, after, records_before, records_after });
    }
    for (b, name) in previous.names.iter().enumerate().filter(|(b, _)| nows[*b].is_empty()) {
        let (before, after) = (vec![name.clone()], Vec::new());
        changes.push(Changed { change: Change::Gone, before, after, records_before: sizes[b], records_after: 0 });
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::*;
    use factum_model::{ListId, Record, RecordId};
    use proptest::prelude::*;

    /// Records `0..n`, those below `split` on list a, the others on list b.
    fn set(n: usize, split: usize) -> RecordSet {
        let mut set = RecordSet::default();
        for list in ["a", "b"] {
            set.add_list(ListId::new(list), false);
        }
        for i in 0..n {
            set.push(usize::from(i >= split), &Record::new(RecordId::new(i.to_string()), 2));
        }
        set
    }

    fn check(persons: &[u32], previous: &str, names: &[&str], changes: &[(Change, &str, &str)]) {
        let (previous, faults) = Previous::read(format!("list,record,person\n{previous}").as_bytes(), "p.csv");
        assert!(faults.is_empty(), "{:?}", faults.lines(9, true));
        let found = Identities::new(&set(persons.len(), 4), persons, previous.as_ref());
        assert_eq!(found.names, names);
        let shown: Vec<(Change, String, String)> =
            found.changes.iter().map(|c| (c.change, c.before.join("+"), c.after.join("+"))).collect();
        let expected: Vec<_> = changes.iter().map(|(c, b, a)| (*c, b.to_string(), a.to_string())).collect();
        assert_eq!(shown, expected);
    }

    #[test]
    fn a_person_is_called_after_the_first_record() {
        let names = Identities::new(&set(5, 4), &[0, 1, 0, 2, 2], None).names;
        assert_eq!(names, ["a:0", "a:1", "a:3"]);
    }

    #[test]
    fn names_are_carried_over_and_changes_told() {
        use Change::*;
        // Unchanged, grown by a record of list b, new.
        check(
            &[0, 1, 2, 0, 1, 3],
            "a,0,A\na,3,A\na,1,B\na,2,C\n",
            &["A", "B", "C", "b:5"],
            &[(Unchanged, "A", "A"), (Grown, "B", "B"), (Unchanged, "C", "C"), (New, "", "b:5")],
        );
        // Two became one, which keeps the name of the larger part.
        check(&[0, 0, 0], "a,0,B\na,1,A\na,2,A\n", &["A"], &[(Merged, "B+A", "A")]);
        // One became two; the larger part keeps the name, the other gets one that nobody ever had.
        check(&[0, 1, 1], "a,0,a:0\na,1,a:0\na,2,a:0\n", &["a:0/2", "a:0"], &[(Split, "a:0", "a:0/2+a:0")]);
        // Records gone from the lists.
        check(&[0], "a,0,A\na,9,A\na,8,B\n", &["A"], &[(Shrunk, "A", "A"), (Gone, "B", "")]);
        // Records that changed hands.
        check(&[0, 0, 1, 1], "a,0,A\na,1,B\na,2,B\na,3,B\n", &["A", "B"], &[(Rearranged, "A+B", "A+B")]);
    }

    #[test]
    fn tables_that_are_none_are_refused() {
        let faults = |text: &str| -> Vec<String> {
            Previous::read(text.as_bytes(), "p.csv").1.iter().map(|f| f.line(false)).collect()
        };
        assert!(faults("list,record\na,1\n")[0].starts_with("error: p.csv, row 1: is no table of persons"));
        assert_eq!(
            faults("list,record,person\na,1,P\na,,Q\na,1,R\n"),
            [
                "error: p.csv, row 3: names no list, no record or no person",
                "error: p.csv, row 4: gives a record to a second person"
            ]
        );
        assert_eq!(faults(""), ["error: p.csv: the file is empty (check that it was saved or copied whole)"]);
    }

    proptest! {
        #[test]
        fn names_are_unique_and_the_same_linkage_changes_nothing(of in proptest::collection::vec(0u32..6, 1..20)) {
            let mut order: Vec<u32> = Vec::new();
            let persons: Vec<u32> = of.iter().map(|p| {
                if !order.contains(p) {
                    order.push(*p);
                }
                order.iter().position(|o| o == p).unwrap() as u32
            }).collect();
            let set = set(persons.len(), 4);
            let first = Identities::new(&set, &persons, None);
            prop_assert_eq!(first.names.iter().collect::<HashSet<_>>().len(), first.names.len());
            let table = crate::persons::persons_csv(&set, &persons, &first.names, None);
            let previous = Previous::read(&table, "p.csv").0.unwrap();
            let again = Identities::new(&set, &persons, Some(&previous));
            prop_assert_eq!(&again.names, &first.names);
            prop_assert!(again.changes.iter().all(|c| c.change == Change::Unchanged));
        }
    }
}
