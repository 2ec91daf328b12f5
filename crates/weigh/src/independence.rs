//! Which sources are independent of each other, and who says so?
//!
//! Two sources are *dependent* where a tie between them is known (one relays the other, both rest on one document or interview,
//! one organisation, anything declared), *independent* where a named person examined the pair and found it so and no tie is known,
//! and otherwise *not examined*. Only examined pairs count: what nobody looked at is not independent. A tie outweighs an
//! examination, and the conflict is told ([`Network::conflicts`]).
//!
//! Sources that relay each other in a circle are one origin ([`Network::circles`]). Whom a source relays is said of the source
//! that relays; so where that source is open, all of its relays are known. Of a *closed* source the reader knows that it exists.
//! What it relays and what ties it to others may be anything, and what rests on it is counted between bounds.

mod clique;
mod origins;
mod relays;
#[cfg(test)]
mod tests;

pub use clique::{Clique, Graph, largest};
pub use origins::{Basis, Because, Bounds, CountedOrigins, Origin, OriginUse, Said};

use crate::id::{Names, PersonId, SourceId, Thing};
use relays::Relays;
use std::collections::BTreeMap;

/// What ties two sources.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TieKind {
    /// The first passes on what the second said.
    Relays,
    /// Both rest on one document.
    SharedDocument,
    /// Both rest on one interview.
    SharedInterview,
    /// Both belong to one organisation or are paid by it.
    SameOrganisation,
    /// Anything else that somebody declared: kinship, one lawyer, a common briefing.
    Declared,
}

impl TieKind {
    /// The tie in words, between two codes.
    pub fn words(self) -> &'static str {
        match self {
            TieKind::Relays => "relays",
            TieKind::SharedDocument => "shares a document with",
            TieKind::SharedInterview => "shares an interview with",
            TieKind::SameOrganisation => "is of one organisation with",
            TieKind::Declared => "is declared to be tied to",
        }
    }
}

/// A known tie between two sources. Only [`TieKind::Relays`] has a direction: `from` passes on what `to` said.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tie {
    /// The source of which it is said.
    pub from: SourceId,
    /// The other source.
    pub to: SourceId,
    /// What ties them.
    pub kind: TieKind,
    /// Why this is believed, in the words of who recorded it.
    pub reason: String,
}

/// What somebody who examined a pair of sources found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Examined {
    /// Neither rests on the other, nor both on a third.
    Independent,
    /// They are not independent.
    Dependent,
}

/// One person's examination of a pair of sources.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Examination {
    /// The pair, in either order.
    pub pair: (SourceId, SourceId),
    /// What was found.
    pub found: Examined,
    /// Who examined it.
    pub by: PersonId,
}

/// What is known of a source's own place among the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SourceKnown {
    /// The reader cannot open what is said of this source.
    pub closed: bool,
    /// It passes on what somebody said whom nobody can name.
    pub relays_unknown: bool,
}

/// What a network of sources cannot take in. The rest is taken in all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum NetworkFault {
    /// A tie names a source that does not exist.
    #[error("tie {row} names a source that is not in the table of sources; add the source or take the tie out")]
    TieToNobody {
        /// Position of the tie, from 0.
        row: usize,
    },
    /// A source tied to itself.
    #[error("tie {row} ties a source to itself; name the other source")]
    TieToItself {
        /// Position of the tie, from 0.
        row: usize,
    },
    /// An examination names a source that does not exist.
    #[error("examination {row} names a source that is not in the table of sources; add the source or take it out")]
    ExaminationOfNobody {
        /// Position of the examination, from 0.
        row: usize,
    },
    /// A source examined against itself.
    #[error("examination {row} compares a source with itself; name the other source")]
    ExaminationOfItself {
        /// Position of the examination, from 0.
        row: usize,
    },
}

/// How two sources, or two origins, stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Pair {
    /// Examined and found so, and no tie is known.
    Independent,
    /// A tie is known, or an examination found one.
    Dependent,
    /// Nobody looked.
    NotExamined,
}

/// A pair that somebody found independent and that is tied nevertheless, or about which examiners disagree. It counts as dependent.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Conflict {
    /// The pair, lower number first.
    pub pair: (SourceId, SourceId),
    /// Who found it independent.
    pub independent_by: Vec<PersonId>,
    /// Who found it dependent.
    pub dependent_by: Vec<PersonId>,
    /// Positions of the ties, as [`Network::ties`] has them.
    pub ties: Vec<usize>,
}

impl Conflict {
    /// The conflict as a sentence.
    pub fn words(&self, ties: &[Tie], names: &Names) -> String {
        let people = |who: &[PersonId]| listed(who.iter().map(|&p| names(Thing::Person(p))));
        let mut against: Vec<String> = self.ties.iter().filter_map(|&t| ties.get(t)).map(|t| t.words(names)).collect();
        if !self.dependent_by.is_empty() {
            against.push(format!("{} found it dependent", people(&self.dependent_by)));
        }
        format!(
            "{} and {} were found independent by {}, but {}: the pair counts as dependent until this is settled",
            names(Thing::Source(self.pair.0)),
            names(Thing::Source(self.pair.1)),
            people(&self.independent_by),
            listed(against)
        )
    }
}

impl Tie {
    /// The tie as a clause: `S-001 relays S-002 (cites it on page 4)`.
    pub fn words(&self, names: &Names) -> String {
        let (from, to) = (names(Thing::Source(self.from)), names(Thing::Source(self.to)));
        let reason = if self.reason.is_empty() { String::new() } else { format!(" ({})", self.reason) };
        format!("{from} {} {to}{reason}", self.kind.words())
    }
}

/// Words one after the other: `a, b and c`.
pub(crate) fn listed(words: impl IntoIterator<Item = String>) -> String {
    let words: Vec<String> = words.into_iter().collect();
    match words.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}

/// What is known of a pair, from every tie and examination.
#[derive(Clone, Debug, Default)]
struct Known {
    ties: Vec<usize>,
    independent_by: Vec<PersonId>,
    dependent_by: Vec<PersonId>,
}

impl Known {
    fn tied(&self) -> bool {
        !self.ties.is_empty() || !self.dependent_by.is_empty()
    }

    fn pair(&self) -> Pair {
        match (self.tied(), self.independent_by.is_empty()) {
            (true, _) => Pair::Dependent,
            (false, false) => Pair::Independent,
            (false, true) => Pair::NotExamined,
        }
    }
}

/// Sources with all that ties them and all that was examined.
#[derive(Clone, Debug)]
pub struct Network {
    sources: Vec<SourceKnown>,
    ties: Vec<Tie>,
    known: BTreeMap<(SourceId, SourceId), Known>,
    relays: Relays,
    /// For each origin (a source, or a circle of them), what is known of it and others: sorted, both ways.
    neighbours: Vec<Vec<(u32, Pair)>>,
}

/// The pair with the lower number first.
fn ordered(a: SourceId, b: SourceId) -> (SourceId, SourceId) {
    if a <= b { (a, b) } else { (b, a) }
}

impl Network {
    /// The network, and what of the input it could not take in.
    pub fn new(
        sources: Vec<SourceKnown>,
        mut ties: Vec<Tie>,
        examinations: &[Examination],
    ) -> (Network, Vec<NetworkFault>) {
        let mut faults = Vec::new();
        let exists = |id: SourceId| id.at() < sources.len();
        let mut row = 0;
        ties.retain(|tie| {
            let fault = if !exists(tie.from) || !exists(tie.to) {
                Some(NetworkFault::TieToNobody { row })
            } else if tie.from == tie.to {
                Some(NetworkFault::TieToItself { row })
            } else {
                None
            };
            row += 1;
            faults.extend(fault);
            fault.is_none()
        });
        let mut known: BTreeMap<(SourceId, SourceId), Known> = BTreeMap::new();
        for (at, tie) in ties.iter().enumerate() {
            known.entry(ordered(tie.from, tie.to)).or_default().ties.push(at);
        }
        for (row, examination) in examinations.iter().enumerate() {
            let (a, b) = examination.pair;
            if !exists(a) || !exists(b) {
                faults.push(NetworkFault::ExaminationOfNobody { row });
            } else if a == b {
                faults.push(NetworkFault::ExaminationOfItself { row });
            } else {
                let known = known.entry(ordered(a, b)).or_default();
                match examination.found {
                    Examined::Independent => known.independent_by.push(examination.by),
                    Examined::Dependent => known.dependent_by.push(examination.by),
                }
            }
        }
        for known in known.values_mut() {
            for people in [&mut known.independent_by, &mut known.dependent_by] {
                people.sort_unstable();
                people.dedup();
            }
        }
        let relays = Relays::new(&sources, &ties);
        let neighbours = neighbours(&relays, &known);
        (Network { sources, ties, known, relays, neighbours }, faults)
    }

    /// How many sources there are.
    pub fn len(&self) -> usize {
        self.sources.len()
    }

    /// Whether there is no source at all.
    pub fn is_empty(&self) -> bool {
        self.sources.is_empty()
    }

    /// The ties that were taken in, in the order in which they came.
    pub fn ties(&self) -> &[Tie] {
        &self.ties
    }

    /// Whether the reader cannot open this source. What is not in the table is closed.
    pub fn is_closed(&self, source: SourceId) -> bool {
        self.sources.get(source.at()).is_none_or(|s| s.closed)
    }

    /// How two different sources stand to each other, as far as the reader knows.
    pub fn pair(&self, a: SourceId, b: SourceId) -> Pair {
        self.known.get(&ordered(a, b)).map_or(Pair::NotExamined, Known::pair)
    }

    /// The ties between two sources.
    pub fn ties_between(&self, a: SourceId, b: SourceId) -> impl Iterator<Item = &Tie> {
        self.known.get(&ordered(a, b)).into_iter().flat_map(|k| &k.ties).filter_map(|&t| self.ties.get(t))
    }

    /// Pairs that were found independent and are tied, or about which examiners disagree, in the order of the sources.
    pub fn conflicts(&self) -> Vec<Conflict> {
        let contradictory = self.known.iter().filter(|(_, k)| k.tied() && !k.independent_by.is_empty());
        contradictory
            .map(|(&pair, k)| Conflict {
                pair,
                independent_by: k.independent_by.clone(),
                dependent_by: k.dependent_by.clone(),
                ties: k.ties.clone(),
            })
            .collect()
    }

    /// Sources that relay each other in a circle: each circle in the order of its numbers, circles by their first.
    pub fn circles(&self) -> Vec<Vec<SourceId>> {
        let mut circles: Vec<Vec<SourceId>> =
            self.relays.origins().filter(|m| m.len() > 1).map(<[_]>::to_vec).collect();
        circles.sort();
        circles
    }

    /// How two origins stand to each other: circles are independent of another origin only if every one of their members is.
    fn between(&self, one: u32, other: u32) -> Pair {
        let Some(of) = self.neighbours.get(one as usize) else { return Pair::NotExamined };
        of.binary_search_by_key(&other, |&(o, _)| o).map_or(Pair::NotExamined, |at| of[at].1)
    }
}

/// What is known of pairs of origins, from what is known of pairs of sources.
fn neighbours(relays: &Relays, known: &BTreeMap<(SourceId, SourceId), Known>) -> Vec<Vec<(u32, Pair)>> {
    // A pair of origins, whether it is tied, and how many pairs of their members were found independent.
    let mut pairs: BTreeMap<(u32, u32), (bool, usize)> = BTreeMap::new();
    for (&(a, b), known) in known {
        let (a, b) = (relays.origin(a), relays.origin(b));
        if a == b {
            continue;
        }
        let (tied, independent) = pairs.entry((a.min(b), a.max(b))).or_default();
        *tied |= known.tied();
        *independent += usize::from(known.pair() == Pair::Independent);
    }
    let mut neighbours = vec![Vec::new(); relays.origins().count()];
    for ((a, b), (tied, independent)) in pairs {
        let all = relays.members(a).len() * relays.members(b).len();
        let pair = match (tied, independent == all) {
            (true, _) => Pair::Dependent,
            (false, true) => Pair::Independent,
            (false, false) => Pair::NotExamined,
        };
        neighbours[a as usize].push((b, pair));
        neighbours[b as usize].push((a, pair));
    }
    for of in &mut neighbours {
        of.sort_unstable();
    }
    neighbours
}
