//! Which records can be one person at all, and what speaks for it?

use super::prior::ListSet;
use super::{Compared, Evidence, Fault, MOST_LISTS, Unusable};
use std::f64::consts::LN_2;

/// The evidence, cut into components.
pub(super) struct Graph<'a> {
    evidence: Evidence<'a>,
    /// First of the records judged the same as a record; itself mostly.
    atom: Vec<u32>,
    /// Records of components with two records and more, one after the other, ascending in each.
    members: Vec<u32>,
    starts: Vec<u32>,
    /// Pairs within components, and judgements after them (counted on from the number of pairs), by component.
    links: Vec<u32>,
    link_starts: Vec<u32>,
    unique: ListSet,
}

/// One component. Records judged the same are one *atom*; atoms are numbered by their first records.
pub(super) struct Local<'g> {
    /// Its records, ascending.
    pub records: &'g [u32],
    /// The atom of each.
    pub atom: Vec<u32>,
    /// Lists of each atom.
    pub lists: Vec<ListSet>,
    /// Records of each atom.
    pub size: Vec<u32>,
    /// Log likelihood ratio towards other atoms in nats, minus infinity if forbidden, ascending by atom.
    pub towards: Vec<(u32, f64)>,
    /// Where the entries of an atom begin in `towards`.
    pub starts: Vec<u32>,
    /// What two records say that were not compared, in nats.
    pub absent: f64,
    /// Lists that hold a person once.
    pub unique: ListSet,
}

impl Local<'_> {
    pub(super) fn atoms(&self) -> usize {
        self.lists.len()
    }

    /// Atoms that something is known of.
    pub(super) fn neighbours(&self, atom: u32) -> &[(u32, f64)] {
        &self.towards[self.starts[atom as usize] as usize..self.starts[atom as usize + 1] as usize]
    }

    /// Whether a list without duplicates forbids that a person stands on both.
    pub(super) fn conflict(&self, a: ListSet, b: ListSet) -> bool {
        a.intersection(b).meets(self.unique)
    }

    /// Log likelihood ratio of two different atoms.
    pub(super) fn between(&self, a: u32, b: u32) -> f64 {
        if self.conflict(self.lists[a as usize], self.lists[b as usize]) {
            return f64::NEG_INFINITY;
        }
        let known = self.neighbours(a);
        match known.binary_search_by_key(&b, |n| n.0) {
            Ok(at) => known[at].1,
            Err(_) => self.absent * f64::from(self.size[a as usize]) * f64::from(self.size[b as usize]),
        }
    }
}

impl<'a> Graph<'a> {
    pub(super) fn new(evidence: &Evidence<'a>) -> Result<Self, Unusable> {
        check(evidence)?;
        let n = evidence.lists.len();
        let mut atom: Vec<u32> = (0..n as u32).collect();
        evidence.judgements.iter().filter(|j| j.same).for_each(|j| join(&mut atom, j.a, j.b));
        flatten(&mut atom);
        let contradicts = |j: &&crate::Judgement| !j.same && atom[j.a as usize] == atom[j.b as usize];
        let faults: Vec<Fault> =
            evidence.judgements.iter().filter(contradicts).map(|j| Fault::Contradiction { a: j.a, b: j.b }).collect();
        if !faults.is_empty() {
            return Err(Unusable(faults));
        }

        let mut unique = ListSet::default();
        (0u16..).zip(evidence.deduplicated).filter(|(_, unique)| **unique).for_each(|(list, _)| unique.insert(list));
        let mut component = atom.clone();
        let twice = |p: &Compared| {
            let (x, y) = (evidence.lists[p.a as usize], evidence.lists[p.b as usize]);
            x == y && evidence.deduplicated[usize::from(x)]
        };
        evidence.pairs.iter().filter(|p| !twice(p)).for_each(|p| join(&mut component, p.a, p.b));
        flatten(&mut component);

        let (number, members, starts) = number(&component);
        let ends = |link: usize| {
            let pairs = evidence.pairs;
            pairs.get(link).map_or_else(
                || (evidence.judgements[link - pairs.len()].a, evidence.judgements[link - pairs.len()].b),
                |p| (p.a, p.b),
            )
        };
        let links = evidence.pairs.len() + evidence.judgements.len();
        let home = |link: usize| {
            let (a, b) = ends(link);
            (component[a as usize] == component[b as usize]).then(|| number[a as usize])
        };
        let (links, link_starts) = group(starts.len() - 1, links, home);
        Ok(Self { evidence: *evidence, atom, members, starts, links, link_starts, unique })
    }

    /// Whether a list without duplicates forbids that a person stands on both.
    pub(super) fn conflict(&self, a: ListSet, b: ListSet) -> bool {
        a.intersection(b).meets(self.unique)
    }

    pub(super) fn evidence(&self) -> &Evidence<'a> {
        &self.evidence
    }

    pub(super) fn components(&self) -> usize {
        self.starts.len() - 1
    }

    /// Records that are a component by themselves.
    pub(super) fn alone(&self) -> u32 {
        (self.evidence.lists.len() - self.members.len()) as u32
    }

    pub(super) fn records(&self, at: usize) -> &[u32] {
        &self.members[self.starts[at] as usize..self.starts[at + 1] as usize]
    }

    /// The first record of a component.
    pub(super) fn first(&self, at: usize) -> u32 {
        self.records(at)[0]
    }

    /// By pair, 1 where judged the same and 0 elsewhere: what is known without looking at components.
    pub(super) fn judged(&self) -> Vec<f64> {
        let same = |p: &Compared| f64::from(self.atom[p.a as usize] == self.atom[p.b as usize]);
        self.evidence.pairs.iter().map(same).collect()
    }

    /// The pairs of a component between different atoms: position among all pairs, and the two atoms.
    pub(super) fn pairs_of(&self, at: usize) -> impl Fn(&Local) -> Vec<(u32, u32, u32)> {
        let links = &self.links[self.link_starts[at] as usize..self.link_starts[at + 1] as usize];
        move |local| {
            let atom = |record: u32| local.atom[local.records.binary_search(&record).unwrap_or(0)];
            let pairs = links.iter().filter_map(|&l| self.evidence.pairs.get(l as usize).map(|p| (l, p)));
            let ends = pairs.map(|(l, p)| (l, atom(p.a), atom(p.b)));
            ends.filter(|(_, a, b)| a != b).map(|(l, a, b)| (l, a.min(b), a.max(b))).collect()
        }
    }

    pub(super) fn local(&self, at: usize) -> Local<'_> {
        let records = self.records(at);
        let mut atom: Vec<u32> = Vec::with_capacity(records.len());
        let mut lists: Vec<ListSet> = Vec::with_capacity(records.len());
        let mut size: Vec<u32> = Vec::with_capacity(records.len());
        // The first record of an atom comes before the others, which therefore find its number.
        for &record in records {
            let first = self.atom[record as usize];
            let number = if first == record {
                lists.push(ListSet::default());
                size.push(0);
                lists.len() as u32 - 1
            } else {
                records.binary_search(&first).map_or(0, |p| atom[p])
            };
            atom.push(number);
            lists[number as usize].insert(self.evidence.lists[record as usize]);
            size[number as usize] += 1;
        }
        let absent = self.evidence.absent.map_or(f64::NEG_INFINITY, |bits| bits * LN_2);
        let (towards, starts) = (Vec::new(), Vec::with_capacity(lists.len() + 1));
        let mut local = Local { records, atom, lists, size, towards, starts, absent, unique: self.unique };
        self.connect(at, &mut local);
        local
    }

    /// Sums what the pairs of records say between each two atoms.
    fn connect(&self, at: usize, local: &mut Local) {
        let links = &self.links[self.link_starts[at] as usize..self.link_starts[at + 1] as usize];
        let atom = |record: u32| local.atom[local.records.binary_search(&record).unwrap_or(0)];
        let mut entries: Vec<(u32, u32, f64)> = Vec::with_capacity(2 * links.len());
        for &link in links {
            let link = link as usize;
            let (a, b, ratio) = match self.evidence.pairs.get(link) {
                Some(p) => (p.a, p.b, p.ratio * LN_2),
                None => {
                    let judged = self.evidence.judgements[link - self.evidence.pairs.len()];
                    (judged.a, judged.b, f64::NEG_INFINITY)
                }
            };
            let (a, b) = (atom(a), atom(b));
            // Within an atom there is nothing left to say; a judgement between two atoms can only be that they differ.
            if a != b {
                entries.push((a, b, ratio));
                entries.push((b, a, ratio));
            }
        }
        entries.sort_unstable_by(|x, y| (x.0, x.1).cmp(&(y.0, y.1)).then(x.2.total_cmp(&y.2)));
        local.starts.push(0);
        for run in entries.chunk_by(|x, y| (x.0, x.1) == (y.0, y.1)) {
            let (a, b, _) = run[0];
            let forbidden = local.conflict(local.lists[a as usize], local.lists[b as usize]);
            let mut ratio: f64 = run.iter().map(|e| e.2).sum();
            let missing =
                local.size[a as usize].saturating_mul(local.size[b as usize]).saturating_sub(run.len() as u32);
            if missing > 0 {
                ratio += local.absent * f64::from(missing);
            }
            while local.starts.len() <= a as usize {
                local.starts.push(local.towards.len() as u32);
            }
            local.towards.push((b, if forbidden { f64::NEG_INFINITY } else { ratio }));
        }
        while local.starts.len() <= local.lists.len() {
            local.starts.push(local.towards.len() as u32);
        }
    }
}

/// The root of a record's group; paths are halved on the way.
fn root(parent: &mut [u32], mut at: u32) -> u32 {
    while parent[at as usize] != at {
        let next = parent[parent[at as usize] as usize];
        parent[at as usize] = next;
        at = next;
    }
    at
}

/// Joins two groups under the smaller root, so that a root is the first record of its group.
fn join(parent: &mut [u32], a: u32, b: u32) {
    let (a, b) = (root(parent, a), root(parent, b));
    parent[a.max(b) as usize] = a.min(b);
}

/// Makes every record point at its root.
fn flatten(parent: &mut [u32]) {
    // A parent is never later than its child, so it is flat before the child is looked at.
    for at in 0..parent.len() {
        parent[at] = parent[parent[at] as usize];
    }
}

/// Numbers the groups of two and more by their first records: number by record, the records group by group, and where
/// each group begins. A record alone keeps the number `u32::MAX`.
fn number(root: &[u32]) -> (Vec<u32>, Vec<u32>, Vec<u32>) {
    let mut size = vec![0u32; root.len()];
    root.iter().for_each(|&r| size[r as usize] += 1);
    let mut numbers = vec![u32::MAX; root.len()];
    let mut groups = 0;
    for (record, &first) in root.iter().enumerate() {
        if size[first as usize] < 2 {
            continue;
        }
        if first as usize == record {
            numbers[record] = groups;
            groups += 1;
        } else {
            numbers[record] = numbers[first as usize];
        }
    }
    let (members, starts) =
        group(groups as usize, root.len(), |record| (numbers[record] != u32::MAX).then_some(numbers[record]));
    (numbers, members, starts)
}

/// Sorts items by home, in order within each; items without a home are left out.
fn group(homes: usize, items: usize, home: impl Fn(usize) -> Option<u32>) -> (Vec<u32>, Vec<u32>) {
    let mut starts = vec![0u32; homes + 1];
    (0..items).filter_map(&home).for_each(|h| starts[h as usize + 1] += 1);
    for at in 0..homes {
        starts[at + 1] += starts[at];
    }
    let mut next = starts.clone();
    let mut sorted = vec![0u32; starts[homes] as usize];
    for item in 0..items {
        if let Some(h) = home(item) {
            sorted[next[h as usize] as usize] = item as u32;
            next[h as usize] += 1;
        }
    }
    (sorted, starts)
}

fn check(evidence: &Evidence) -> Result<(), Unusable> {
    let n = evidence.lists.len() as u64;
    let outside = |a: u32, b: u32| u64::from(a.max(b)) >= n;
    let mut faults = Vec::new();
    if evidence.deduplicated.len() > MOST_LISTS {
        faults.push(Fault::TooManyLists(evidence.deduplicated.len()));
    }
    if evidence.absent.is_some_and(|r| !r.is_finite()) {
        faults.push(Fault::AbsentNotFinite);
    }
    let known = |list: u16| usize::from(list) < evidence.deduplicated.len();
    let strange = (0..).zip(evidence.lists).filter(|(_, list)| !known(**list));
    faults.extend(strange.map(|(record, &list)| Fault::NoSuchList { record, list }));
    let mut last = None;
    for &Compared { a, b, ratio } in evidence.pairs {
        if outside(a, b) {
            faults.push(Fault::NoSuchRecord { a, b });
        }
        if a >= b || last >= Some((a, b)) {
            faults.push(Fault::Unordered { a, b });
        }
        if !ratio.is_finite() {
            faults.push(Fault::NotFinite { a, b });
        }
        last = Some((a, b));
    }
    for judged in evidence.judgements {
        if outside(judged.a, judged.b) {
            faults.push(Fault::NoSuchRecord { a: judged.a, b: judged.b });
        } else if judged.a == judged.b && !judged.same {
            faults.push(Fault::Contradiction { a: judged.a, b: judged.b });
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(Unusable(faults)) }
}
