//! Where does it come from in the end?
//!
//! Sources relay sources. Following the relays upward ends at sources that relay nobody, at circles that nobody outside feeds, at
//! somebody unknown, or at a closed source behind which the reader cannot see. Circles are found as strongly connected components
//! (R. Tarjan, "Depth-first search and linear graph algorithms", SIAM Journal on Computing 1, 1972), without recursion, so that no
//! chain is too long.

use super::{SourceKnown, Tie, TieKind};
use crate::id::SourceId;
use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

/// Where following the relays upward ends.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Roots {
    /// Origins that relay nobody else, sorted.
    pub origins: Vec<u32>,
    /// Some of it comes from somebody unknown.
    pub unknown: bool,
    /// The way leads through a closed source: anybody may be behind it.
    pub closed: bool,
}

impl Roots {
    /// Adds where another way ends.
    pub fn join(&mut self, other: &Roots) {
        self.origins.extend(&other.origins);
        self.origins.sort_unstable();
        self.origins.dedup();
        self.unknown |= other.unknown;
        self.closed |= other.closed;
    }
}

/// Who relays whom, with the circles made one.
#[derive(Clone, Debug)]
pub(super) struct Relays {
    /// Whom each source relays, sorted.
    upward: Vec<Vec<u32>>,
    unknown: Vec<bool>,
    /// The origin to which each source belongs.
    origin: Vec<u32>,
    /// The sources of each origin, sorted.
    members: Vec<Vec<SourceId>>,
    /// Where the relays of each origin end. Origins that relay one other share its ends.
    roots: Vec<Arc<Roots>>,
}

impl Relays {
    pub fn new(sources: &[SourceKnown], ties: &[Tie]) -> Relays {
        let mut upward = vec![Vec::new(); sources.len()];
        for tie in ties.iter().filter(|t| t.kind == TieKind::Relays) {
            upward[tie.from.at()].push(tie.to.0);
        }
        for of in &mut upward {
            of.sort_unstable();
            of.dedup();
        }
        let (origin, members) = components(&upward);
        let mut made = Relays {
            unknown: sources.iter().map(|s| s.relays_unknown).collect(),
            upward,
            origin,
            members,
            roots: Vec::new(),
        };
        // Tarjan's algorithm finishes a component after all those it leads to, so their ends are known when they are needed.
        for at in 0..made.members.len() {
            let roots = made.ends(at as u32, sources);
            made.roots.push(roots);
        }
        made
    }

    fn ends(&self, at: u32, sources: &[SourceKnown]) -> Arc<Roots> {
        let members = self.members(at);
        let mut above: Vec<u32> = members
            .iter()
            .flat_map(|m| &self.upward[m.at()])
            .map(|&up| self.origin[up as usize])
            .filter(|&o| o != at)
            .collect();
        above.sort_unstable();
        above.dedup();
        let unknown = members.iter().any(|m| sources[m.at()].relays_unknown);
        let closed = members.iter().any(|m| sources[m.at()].closed);
        if let ([one], false, false) = (above.as_slice(), unknown, closed) {
            return self.roots[*one as usize].clone();
        }
        let mut roots = Roots { origins: Vec::new(), unknown, closed };
        // A closed source may be the end itself or lead on to anybody: that it is an end is then not said.
        if above.is_empty() && !unknown && !closed {
            roots.origins.push(at);
        }
        for one in above {
            roots.join(&self.roots[one as usize]);
        }
        Arc::new(roots)
    }

    /// The origin to which a source belongs. The source must exist.
    pub fn origin(&self, source: SourceId) -> u32 {
        self.origin[source.at()]
    }

    /// The origin to which a source belongs, if it exists.
    pub fn origin_of(&self, source: SourceId) -> Option<u32> {
        self.origin.get(source.at()).copied()
    }

    /// The sources of an origin, sorted.
    pub fn members(&self, origin: u32) -> &[SourceId] {
        self.members.get(origin as usize).map_or(&[], Vec::as_slice)
    }

    /// The sources of every origin.
    pub fn origins(&self) -> impl Iterator<Item = &[SourceId]> {
        self.members.iter().map(Vec::as_slice)
    }

    /// Where the relays of an origin end.
    pub fn roots(&self, origin: u32) -> Option<&Arc<Roots>> {
        self.roots.get(origin as usize)
    }

    /// Whether a source relays anybody, known or not.
    pub fn relays_somebody(&self, source: SourceId) -> bool {
        self.upward.get(source.at()).is_some_and(|u| !u.is_empty())
            || self.unknown.get(source.at()).copied().unwrap_or(false)
    }

    /// These sources and all whom they relay, directly or not; sorted. Sources that do not exist are kept.
    pub fn all_above(&self, from: &[SourceId]) -> Vec<SourceId> {
        let mut found: BTreeSet<SourceId> = from.iter().copied().collect();
        let mut open: Vec<SourceId> = from.to_vec();
        while let Some(here) = open.pop() {
            for &up in self.upward.get(here.at()).into_iter().flatten() {
                if found.insert(SourceId(up)) {
                    open.push(SourceId(up));
                }
            }
        }
        found.into_iter().collect()
    }

    /// A shortest way from any of these sources up to an origin, both ends included; the first in the order of numbers.
    pub fn way(&self, from: &[SourceId], to: u32) -> Vec<SourceId> {
        let mut before: Vec<Option<u32>> = vec![None; self.upward.len()];
        let mut queue: VecDeque<u32> = VecDeque::new();
        for source in from.iter().filter(|s| s.at() < self.upward.len()) {
            if before[source.at()].is_none() {
                before[source.at()] = Some(source.0);
                queue.push_back(source.0);
            }
        }
        while let Some(here) = queue.pop_front() {
            if self.origin[here as usize] == to {
                let mut way = vec![SourceId(here)];
                let mut at = here;
                while let Some(next) = before[at as usize].filter(|&b| b != at) {
                    way.push(SourceId(next));
                    at = next;
                }
                way.reverse();
                return way;
            }
            for &up in &self.upward[here as usize] {
                if before[up as usize].is_none() {
                    before[up as usize] = Some(here);
                    queue.push_back(up);
                }
            }
        }
        Vec::new()
    }
}

/// Each source's component, and the components' members: those that a component leads to come before it.
fn components(upward: &[Vec<u32>]) -> (Vec<u32>, Vec<Vec<SourceId>>) {
    const UNSEEN: u32 = u32::MAX;
    let mut order = vec![UNSEEN; upward.len()];
    let mut low = vec![0u32; upward.len()];
    let mut component = vec![UNSEEN; upward.len()];
    let mut members: Vec<Vec<SourceId>> = Vec::new();
    let mut open: Vec<u32> = Vec::new();
    let mut seen = 0;
    for start in 0..upward.len() {
        if order[start] != UNSEEN {
            continue;
        }
        // Each entry is a source and how many of its relays have been followed.
        let mut walk = vec![(start, 0usize)];
        while let Some((here, followed)) = walk.pop() {
            if followed == 0 {
                order[here] = seen;
                low[here] = seen;
                seen += 1;
                open.push(here as u32);
            } else {
                let came_from = upward[here][followed - 1] as usize;
                if component[came_from] == UNSEEN {
                    low[here] = low[here].min(low[came_from]);
                }
            }
            if let Some(&next) = upward[here].get(followed) {
                let next = next as usize;
                walk.push((here, followed + 1));
                if order[next] == UNSEEN {
                    walk.push((next, 0));
                }
                continue;
            }
            if low[here] == order[here] {
                let mut found = Vec::new();
                while let Some(top) = open.pop() {
                    component[top as usize] = members.len() as u32;
                    found.push(SourceId(top));
                    if top as usize == here {
                        break;
                    }
                }
                found.sort_unstable();
                members.push(found);
            }
        }
    }
    (component, members)
}
