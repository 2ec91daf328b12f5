//! What if a component is too large to be worked exactly?
//!
//! Then a Markov chain walks through its partitions. A sweep takes each atom out of its person and puts it back in
//! proportion to the weights of the partitions that arise (Gibbs sampling), among the persons of its neighbours and
//! a new one. An atom without which its person would fall apart stays where it is: such a step would leave the partitions
//! whose persons hang together. Between sweeps some steps split a person around two of its atoms or join the persons of two
//! neighbours (Jain and Neal 2004), the split being filled by allocating one atom after the other, in random order, in
//! proportion to what each side gains (Dahl 2005); they pass over valleys that single atoms do not cross.

use super::draws::Book;
use super::graph::Local;
use super::prior::{ListSet, Prior, Weights};
use super::{Sampling, Together, choose, log_sum};
use rand::{Rng, RngExt};
use rand_chacha::ChaCha8Rng;

/// Per sweep, one split or join for so many atoms: they cost more than a Gibbs step and are needed less often.
const ATOMS_PER_SPLIT: usize = 4;

/// Draws partitions into a book.
pub(super) fn draw(local: &Local, prior: &Prior, sampling: &Sampling, rng: ChaCha8Rng, book: &mut Book) {
    let mut chain = Chain::new(local, prior, rng);
    (0..sampling.burn_in).for_each(|_| chain.sweep());
    for _ in 0..sampling.draws {
        (0..sampling.thin.max(1)).for_each(|_| chain.sweep());
        book.note(&chain.leaders());
    }
}

/// Probability that each two neighbours are one person, and the expected number of persons, as means over as many
/// sweeps as draws would take. Where a Gibbs step weighs where an atom goes, the weights count, not the outcome (Rao and
/// Blackwell), which makes the mean more exact.
pub(super) fn marginals(local: &Local, prior: &Prior, sampling: &Sampling, rng: ChaCha8Rng) -> (Together, f64) {
    let mut chain = Chain::new(local, prior, rng);
    (0..sampling.burn_in).for_each(|_| chain.sweep());
    chain.tally = Some(vec![0.0; local.towards.len()]);
    let sweeps = u32::from(sampling.draws).saturating_mul(sampling.thin.max(1)).clamp(1, u32::MAX / 2);
    let mut persons = 0.0;
    for _ in 0..sweeps {
        chain.sweep();
        persons += chain.atoms.iter().filter(|atoms| !atoms.is_empty()).count() as f64;
    }
    let mut together = Together::default();
    let tally = chain.tally.unwrap_or_default();
    for a in 0..local.atoms() as u32 {
        let start = local.starts[a as usize] as usize;
        for (&(b, _), sum) in local.neighbours(a).iter().zip(&tally[start..]) {
            // Both atoms of a pair weigh it once a sweep.
            *together.entry((a.min(b), a.max(b))).or_insert(0.0) += sum / f64::from(2 * sweeps);
        }
    }
    (together, persons / f64::from(sweeps))
}

/// A person that an atom may join.
struct Candidate {
    person: u32,
    /// Log likelihood ratio of the atom towards the neighbours it has there.
    known: f64,
    /// Records of these neighbours.
    covered: u32,
}

struct Chain<'a> {
    local: &'a Local<'a>,
    weights: Weights<'a>,
    rng: ChaCha8Rng,
    /// Pairs of neighbours that may be one person.
    edges: Vec<(u32, u32)>,
    /// The person of each atom.
    person: Vec<u32>,
    /// Atoms, lists and records of each person; empty persons are free to be used again.
    atoms: Vec<Vec<u32>>,
    lists: Vec<ListSet>,
    records: Vec<u32>,
    free: Vec<u32>,
    /// Sums of conditional probabilities by entry of [`Local::towards`].
    tally: Option<Vec<f64>>,
    candidates: Vec<Candidate>,
    /// By person, where it is among the candidates; `u32::MAX` for all others.
    slot: Vec<u32>,
    logs: Vec<f64>,
    /// A number for each atom that marks what a search has reached.
    reached: Vec<u64>,
    search: u64,
}

impl<'a> Chain<'a> {
    /// Every atom alone.
    fn new(local: &'a Local, prior: &'a Prior, rng: ChaCha8Rng) -> Self {
        let n = local.atoms() as u32;
        let of = |a: u32| local.neighbours(a).iter().filter(move |e| a < e.0 && e.1 > f64::NEG_INFINITY);
        Self {
            local,
            weights: Weights::new(prior),
            rng,
            edges: (0..n).flat_map(|a| of(a).map(move |e| (a, e.0))).collect(),
            person: (0..n).collect(),
            atoms: (0..n).map(|a| vec![a]).collect(),
            lists: local.lists.clone(),
            records: local.size.clone(),
            free: Vec::new(),
            tally: None,
            candidates: Vec::new(),
            slot: vec![u32::MAX; n as usize],
            logs: Vec::new(),
            reached: vec![0; n as usize],
            search: 0,
        }
    }

    fn sweep(&mut self) {
        (0..self.person.len() as u32).for_each(|atom| self.reassign(atom));
        if !self.edges.is_empty() {
            (0..self.person.len().div_ceil(ATOMS_PER_SPLIT)).for_each(|_| self.split_or_join());
        }
    }

    /// The first atom of each atom's person.
    fn leaders(&self) -> Vec<u32> {
        let first = |atoms: &Vec<u32>| atoms.iter().copied().min().unwrap_or(0);
        let firsts: Vec<u32> = self.atoms.iter().map(first).collect();
        self.person.iter().map(|&p| firsts[p as usize]).collect()
    }

    /// One Gibbs step.
    fn reassign(&mut self, atom: u32) {
        let own = self.person[atom as usize];
        let atoms = std::mem::take(&mut self.atoms[own as usize]);
        let may_leave = self.hangs_together(&atoms, Some(atom));
        self.atoms[own as usize] = atoms;
        if !may_leave {
            self.count_as_it_is(atom);
            return;
        }
        self.take_out(atom);
        self.find_candidates(atom);
        let lists = self.local.lists[atom as usize];
        let size = self.local.size[atom as usize];
        self.logs.clear();
        for c in &self.candidates {
            let theirs = self.lists[c.person as usize];
            let log = if self.local.conflict(lists, theirs) {
                f64::NEG_INFINITY
            } else {
                let others = self.records[c.person as usize] - c.covered;
                // Zero times minus infinity is no number.
                let unknown = if others == 0 { 0.0 } else { self.local.absent * f64::from(others) * f64::from(size) };
                c.known + unknown + self.weights.log(lists.union(theirs)) - self.weights.log(theirs)
            };
            self.logs.push(log);
        }
        self.logs.push(self.weights.log(lists));
        let total = log_sum(&self.logs);
        self.count(atom, total);
        let at = choose(&self.logs, total, self.rng.random());
        let person = self.candidates.get(at).map(|c| c.person);
        self.put(atom, person);
    }

    /// The persons of an atom's neighbours.
    fn find_candidates(&mut self, atom: u32) {
        self.candidates.drain(..).for_each(|c| self.slot[c.person as usize] = u32::MAX);
        for &(other, ratio) in self.local.neighbours(atom) {
            let person = self.person[other as usize];
            let slot = &mut self.slot[person as usize];
            if *slot == u32::MAX {
                *slot = self.candidates.len() as u32;
                self.candidates.push(Candidate { person, known: 0.0, covered: 0 });
            }
            let candidate = &mut self.candidates[*slot as usize];
            candidate.known += ratio;
            candidate.covered += self.local.size[other as usize];
        }
    }

    /// Adds what a Gibbs step knows of an atom's neighbours.
    fn count(&mut self, atom: u32, total: f64) {
        let Some(tally) = &mut self.tally else { return };
        let start = self.local.starts[atom as usize] as usize;
        for (&(other, _), sum) in self.local.neighbours(atom).iter().zip(&mut tally[start..]) {
            let at = self.slot[self.person[other as usize] as usize];
            *sum += (self.logs[at as usize] - total).exp();
        }
    }

    /// The same where the atom cannot leave.
    fn count_as_it_is(&mut self, atom: u32) {
        let Some(tally) = &mut self.tally else { return };
        let start = self.local.starts[atom as usize] as usize;
        for (&(other, _), sum) in self.local.neighbours(atom).iter().zip(&mut tally[start..]) {
            *sum += f64::from(self.person[other as usize] == self.person[atom as usize]);
        }
    }

    fn take_out(&mut self, atom: u32) {
        let own = self.person[atom as usize];
        self.atoms[own as usize].retain(|&a| a != atom);
        self.person[atom as usize] = u32::MAX;
        self.refresh(own);
    }

    /// Puts a free atom into a person, or a new one.
    fn put(&mut self, atom: u32, person: Option<u32>) {
        let person = person.unwrap_or_else(|| self.new_person());
        self.person[atom as usize] = person;
        self.atoms[person as usize].push(atom);
        self.lists[person as usize] = self.lists[person as usize].union(self.local.lists[atom as usize]);
        self.records[person as usize] += self.local.size[atom as usize];
    }

    /// An empty person.
    fn new_person(&mut self) -> u32 {
        self.free.pop().unwrap_or_else(|| {
            self.atoms.push(Vec::new());
            self.lists.push(ListSet::default());
            self.records.push(0);
            self.slot.push(u32::MAX);
            self.atoms.len() as u32 - 1
        })
    }

    /// Computes a person's lists and records anew from its atoms.
    fn refresh(&mut self, person: u32) {
        let atoms = &self.atoms[person as usize];
        self.lists[person as usize] = union(self.local, atoms);
        self.records[person as usize] = atoms.iter().map(|&a| self.local.size[a as usize]).sum();
        if atoms.is_empty() {
            self.free.push(person);
        }
    }

    /// Whether atoms, without one perhaps, are connected; no atom at all is.
    fn hangs_together(&mut self, atoms: &[u32], without: Option<u32>) -> bool {
        let left = atoms.len() - usize::from(without.is_some());
        if left <= 1 {
            return true;
        }
        // Marks of two searches differ, so that nothing has to be wiped: one for atoms to be reached, one for those that are.
        self.search += 2;
        let (to_reach, done) = (self.search - 1, self.search);
        atoms.iter().filter(|a| Some(**a) != without).for_each(|&a| self.reached[a as usize] = to_reach);
        let Some(&first) = atoms.iter().find(|a| Some(**a) != without) else { return true };
        let mut queue = vec![first];
        self.reached[first as usize] = done;
        let mut count = 1;
        while let Some(a) = queue.pop() {
            for &(b, ratio) in self.local.neighbours(a) {
                if self.reached[b as usize] == to_reach && ratio > f64::NEG_INFINITY {
                    self.reached[b as usize] = done;
                    count += 1;
                    queue.push(b);
                }
            }
        }
        count == left
    }

    /// One split-merge step.
    fn split_or_join(&mut self) {
        let (a, b) = self.edges[self.rng.random_range(0..self.edges.len())];
        let (x, y) = (self.person[a as usize], self.person[b as usize]);
        let mut others: Vec<u32> = self.atoms[x as usize].clone();
        if x != y {
            others.extend(&self.atoms[y as usize]);
        }
        others.retain(|&o| o != a && o != b);
        shuffle(&mut others, &mut self.rng);
        if x == y { self.split(x, (a, b), &others) } else { self.join((a, x), (b, y), &others) }
    }

    fn split(&mut self, person: u32, (a, b): (u32, u32), others: &[u32]) {
        let Some((left, right, log_chance)) = self.allocate(a, b, others, false) else { return };
        if !self.hangs_together(&left, None) || !self.hangs_together(&right, None) {
            return;
        }
        let log_ratio = -gain_of_joining(self.local, &mut self.weights, &left, &right) - log_chance;
        if self.rng.random::<f64>().ln() >= log_ratio {
            return;
        }
        let new = self.new_person();
        right.iter().for_each(|&o| self.person[o as usize] = new);
        self.atoms[person as usize] = left;
        self.atoms[new as usize] = right;
        self.refresh(person);
        self.refresh(new);
    }

    fn join(&mut self, (a, x): (u32, u32), (b, y): (u32, u32), others: &[u32]) {
        let gain = gain_of_joining(self.local, &mut self.weights, &self.atoms[x as usize], &self.atoms[y as usize]);
        if gain == f64::NEG_INFINITY {
            return;
        }
        let Some((_, _, log_chance)) = self.allocate(a, b, others, true) else { return };
        if self.rng.random::<f64>().ln() >= gain + log_chance {
            return;
        }
        let moved = std::mem::take(&mut self.atoms[y as usize]);
        moved.iter().for_each(|&o| self.person[o as usize] = x);
        self.atoms[x as usize].extend(moved);
        self.refresh(x);
        self.refresh(y);
    }

    /// Allocates atoms to the side of `a` or of `b`, one after the other, at random or, if `as_they_are`, to where they
    /// stand; gives both sides and the logarithm of the chance of this outcome. `None` when an atom fits neither side.
    fn allocate(&mut self, a: u32, b: u32, others: &[u32], as_they_are: bool) -> Option<(Vec<u32>, Vec<u32>, f64)> {
        let mut sides = [vec![a], vec![b]];
        let mut lists = [a, b].map(|s| self.local.lists[s as usize]);
        let mut log_chance = 0.0;
        for &other in others {
            let own = self.local.lists[other as usize];
            let gains: [f64; 2] = std::array::from_fn(|s| {
                if self.local.conflict(own, lists[s]) {
                    return f64::NEG_INFINITY;
                }
                let said: f64 = sides[s].iter().map(|&m| self.local.between(other, m)).sum();
                said + self.weights.log(lists[s].union(own)) - self.weights.log(lists[s])
            });
            let total = log_sum(&gains);
            if total == f64::NEG_INFINITY {
                return None;
            }
            let side = if as_they_are {
                usize::from(self.person[other as usize] == self.person[b as usize])
            } else {
                choose(&gains, total, self.rng.random())
            };
            log_chance += gains[side] - total;
            sides[side].push(other);
            lists[side] = lists[side].union(own);
        }
        let [left, right] = sides;
        Some((left, right, log_chance))
    }
}

/// What a partition's logarithm gains when two persons become one.
fn gain_of_joining(local: &Local, weights: &mut Weights, left: &[u32], right: &[u32]) -> f64 {
    let (l, r) = (union(local, left), union(local, right));
    if local.conflict(l, r) {
        return f64::NEG_INFINITY;
    }
    let across: f64 = left.iter().flat_map(|&a| right.iter().map(move |&b| local.between(a, b))).sum();
    across + weights.log(l.union(r)) - weights.log(l) - weights.log(r)
}

fn union(local: &Local, atoms: &[u32]) -> ListSet {
    atoms.iter().fold(ListSet::default(), |lists, &a| lists.union(local.lists[a as usize]))
}

/// Fisher and Yates.
fn shuffle(items: &mut [u32], rng: &mut impl Rng) {
    for last in (1..items.len()).rev() {
        items.swap(last, rng.random_range(0..=last));
    }
}
