//! How many independent origins do these statements have?
//!
//! A first-hand or documentary statement has its source as its origin. A relayed or inferred one has the ends of its relays: its own
//! where it names any, else those of its source. What comes from somebody unknown has an unknown origin, which is independent of
//! nobody, itself included: it never counts. The number of *independent origins* is the size of the largest set of origins in which
//! every pair was examined and found independent; so five reports that rest on one interview count once.
//!
//! Where the reader cannot open a source or a statement, the number lies between bounds that hold whatever the closed part says.

use super::clique::{Graph, largest};
use super::relays::Roots;
use super::{Network, Pair, listed};
use crate::id::{Names, SourceId, StatementId, Thing};
use std::collections::BTreeMap;

/// On what a statement rests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Basis {
    /// The source saw, heard or suffered it.
    FirstHand,
    /// A document says it that was made in the course of what it records.
    Documentary,
    /// The source has it from others.
    Relayed,
    /// Somebody concluded it from other information.
    Inferred,
}

/// What a statement rests on: as much of it as its origins depend on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Said<'a> {
    /// Which statement.
    pub statement: StatementId,
    /// Whose it is.
    pub source: SourceId,
    /// On what it rests.
    pub basis: Basis,
    /// Whom it relays, where it names anybody itself.
    pub relays: &'a [SourceId],
}

/// A number that is known, or known to lie between bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bounds {
    /// Not fewer.
    pub at_least: u32,
    /// Not more; absent where there is no limit.
    pub at_most: Option<u32>,
}

impl Bounds {
    /// A number that is known.
    pub fn exactly(number: u32) -> Bounds {
        Bounds { at_least: number, at_most: Some(number) }
    }

    /// The number in words: `3`, `at least 3`, `3 to 5`.
    pub fn words(self) -> String {
        match self.at_most {
            Some(most) if most == self.at_least => most.to_string(),
            Some(most) => format!("{} to {most}", self.at_least),
            None => format!("at least {}", self.at_least),
        }
    }
}

/// Where information comes from in the end.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// One source.
    Source(SourceId),
    /// Sources that relay each other in a circle: together one origin.
    Circle(Vec<SourceId>),
    /// Somebody whom nobody can name.
    Unknown,
    /// Whoever is behind a source that the reader cannot open.
    Closed,
}

impl Origin {
    /// The origin in words.
    pub fn words(&self, names: &Names) -> String {
        match self {
            Origin::Source(source) => names(Thing::Source(*source)),
            Origin::Circle(members) => {
                format!("the circle of {}", listed(members.iter().map(|&s| names(Thing::Source(s)))))
            }
            Origin::Unknown => "somebody unknown".into(),
            Origin::Closed => "somebody behind a source that is closed here".into(),
        }
    }
}

/// Why a statement has this origin.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Because {
    /// It is the source's own knowledge.
    FirstHand,
    /// It is what a document says.
    Documentary,
    /// It was passed on: the way from the statement's source, or whom the statement relays, up to the origin.
    Relayed(Vec<SourceId>),
    /// It was passed on, and nobody said by whom it was said first.
    NobodyNamed,
    /// The way leads through a source that is closed to the reader.
    Closed,
}

/// An origin with the statements that come from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OriginUse {
    /// Where they come from.
    pub origin: Origin,
    /// Which, in their order, and why.
    pub statements: Vec<(StatementId, Because)>,
    number: Option<u32>,
}

impl OriginUse {
    /// The origin and its statements as a sentence: `S-001: T-0001 (first-hand), T-0002 (by way of S-004 and S-001)`.
    pub fn words(&self, names: &Names) -> String {
        let why = |because: &Because| match because {
            Because::FirstHand => "first-hand".into(),
            Because::Documentary => "documentary".into(),
            Because::Relayed(way) => {
                format!("by way of {}", listed(way.iter().map(|&s| names(Thing::Source(s)))))
            }
            Because::NobodyNamed => "passed on, nobody named".into(),
            Because::Closed => "leads to what is closed here".into(),
        };
        let statements: Vec<String> =
            self.statements.iter().map(|(s, b)| format!("{} ({})", names(Thing::Statement(*s)), why(b))).collect();
        format!("{}: {}", self.origin.words(names), statements.join(", "))
    }
}

/// The origins of a set of statements.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountedOrigins {
    /// How many are independent of each other.
    pub independent: Bounds,
    /// Whether the search for the largest set came to its end. If not, the bounds are wider than what is known makes them.
    pub finished: bool,
    /// One largest set of origins known to be independent of each other.
    pub largest: Vec<Origin>,
}

/// After so many branches, a fifth of a second's work, the search ends with bounds. Random graphs of 200 origins of which half the pairs
/// are independent, of 100 with 90 % and of 1,000 with 20 % are settled before (`cargo bench -p factum-weigh`).
pub(super) const BRANCHES: u64 = 100_000;

/// Above so many origins the rows of the graph take more than two megabytes, and no finding rests on as many: only those with the
/// most examined pairs are searched, and the upper bound is their number.
pub(super) const MOST: usize = 4_096;

/// What is known of the origins before they are counted.
#[derive(Default)]
struct Gathered {
    /// Origins that certainly stand, sorted.
    certain: Vec<u32>,
    /// Those that may stand, sorted; the certain ones are among them.
    possible: Vec<u32>,
    /// Anybody may be behind some of it.
    unlimited: bool,
}

impl Network {
    /// How many independent origins the statements have: those that certainly count, those that may count or not, and so many
    /// more whose content the reader cannot open.
    pub fn count(&self, certain: &[Said], possible: &[Said], closed: usize) -> CountedOrigins {
        let gathered = self.gather(certain, possible, closed);
        let lower = self.settled_graph(&gathered.certain);
        let (members, most, finished_lower) = size(&lower, gathered.certain.len());
        let nodes = lower.1;
        let independent_least = members.len() as u32;
        let same = gathered.possible == gathered.certain && nodes.iter().all(|&o| !self.is_open_ended(o));
        let (at_most, finished) = if gathered.unlimited {
            (None, finished_lower)
        } else if same {
            (Some(most as u32), finished_lower)
        } else {
            let upper = self.possible_graph(&gathered.possible);
            let (_, most, finished_upper) = size(&upper, gathered.possible.len());
            (Some((most as u32).max(independent_least)), finished_lower && finished_upper)
        };
        CountedOrigins {
            independent: Bounds { at_least: independent_least, at_most },
            finished,
            largest: members.into_iter().filter_map(|m| nodes.get(m)).map(|&o| self.named(o)).collect(),
        }
    }

    /// Which statements come from which origin, and why: origins in the order of their sources, what is unknown and closed last.
    pub fn uses(&self, statements: &[Said]) -> Vec<OriginUse> {
        let mut uses: BTreeMap<Origin, OriginUse> = BTreeMap::new();
        let mut put = |origin: Origin, number, statement, because| {
            let of = uses.entry(origin.clone()).or_insert(OriginUse { origin, statements: Vec::new(), number });
            of.statements.push((statement, because));
        };
        for said in statements {
            let Some(own) = self.relays.origin_of(said.source) else {
                put(Origin::Closed, None, said.statement, Because::Closed);
                continue;
            };
            match said.basis {
                Basis::FirstHand => put(self.named(own), Some(own), said.statement, Because::FirstHand),
                Basis::Documentary => put(self.named(own), Some(own), said.statement, Because::Documentary),
                Basis::Relayed | Basis::Inferred => {
                    let roots = self.roots_of(said);
                    let from: &[SourceId] = if said.relays.is_empty() { &[said.source] } else { said.relays };
                    for &origin in &roots.origins {
                        let way = self.relays.way(from, origin);
                        put(self.named(origin), Some(origin), said.statement, Because::Relayed(way));
                    }
                    if roots.unknown {
                        put(Origin::Unknown, None, said.statement, Because::NobodyNamed);
                    }
                    if roots.closed {
                        put(Origin::Closed, None, said.statement, Because::Closed);
                    }
                }
            }
        }
        uses.into_values().collect()
    }

    /// How two origins stand to each other, as far as the reader knows.
    pub fn between_origins(&self, one: &OriginUse, other: &OriginUse) -> Pair {
        match (one.number, other.number) {
            (Some(a), Some(b)) => self.between(a, b),
            _ => Pair::NotExamined,
        }
    }

    /// Pairs of origins that nobody examined, in order: what to look into before anything more is counted. Origins that are unknown
    /// or closed are left out, for there is nothing to look into.
    pub fn not_examined<'a>(&'a self, uses: &'a [OriginUse]) -> impl Iterator<Item = (&'a Origin, &'a Origin)> + 'a {
        uses.iter().enumerate().flat_map(move |(at, one)| {
            uses[at + 1..]
                .iter()
                .filter(|other| one.number.is_some() && other.number.is_some())
                .filter(|other| self.between_origins(one, other) == Pair::NotExamined)
                .map(|other| (&one.origin, &other.origin))
        })
    }

    /// Closed sources on which the origins of a statement depend: those that its relays lead to, and those that may make a circle
    /// with its source. Sorted.
    pub fn closed_behind(&self, said: &Said) -> Vec<SourceId> {
        let relayed = matches!(said.basis, Basis::Relayed | Basis::Inferred) && !said.relays.is_empty();
        let from: &[SourceId] = if relayed { said.relays } else { &[said.source] };
        let open_ended = |s: &SourceId| self.relays.origin_of(*s).is_none_or(|o| self.is_open_ended(o));
        if !from.iter().any(open_ended) {
            return Vec::new();
        }
        self.relays.all_above(from).into_iter().filter(|&s| self.is_closed(s)).collect()
    }

    fn named(&self, origin: u32) -> Origin {
        match self.relays.members(origin) {
            [one] => Origin::Source(*one),
            members => Origin::Circle(members.to_vec()),
        }
    }

    /// Whether what is closed may join this origin to a circle, so that its independence is not certain.
    fn is_open_ended(&self, origin: u32) -> bool {
        self.relays.roots(origin).is_none_or(|r| r.closed)
    }

    fn has_closed_member(&self, origin: u32) -> bool {
        self.relays.members(origin).iter().any(|&s| self.is_closed(s))
    }

    /// Where a relayed or inferred statement ends.
    fn roots_of(&self, said: &Said) -> Roots {
        let mut roots = Roots::default();
        let mut add = |source: SourceId| match self.relays.origin_of(source).and_then(|o| self.relays.roots(o)) {
            Some(above) => roots.join(above),
            None => roots.closed = true,
        };
        if !said.relays.is_empty() {
            said.relays.iter().for_each(|&s| add(s));
        } else if self.is_closed(said.source) || self.relays.relays_somebody(said.source) {
            add(said.source);
        } else {
            roots.unknown = true;
        }
        roots
    }

    fn gather(&self, certain: &[Said], possible: &[Said], closed: usize) -> Gathered {
        let mut found = Gathered { unlimited: closed > 0, ..Gathered::default() };
        for (statements, is_certain) in [(certain, true), (possible, false)] {
            for said in statements {
                let Some(own) = self.relays.origin_of(said.source) else {
                    found.unlimited = true;
                    continue;
                };
                let into = if is_certain { &mut found.certain } else { &mut found.possible };
                match said.basis {
                    Basis::FirstHand | Basis::Documentary => into.push(own),
                    Basis::Relayed | Basis::Inferred => {
                        let roots = self.roots_of(said);
                        into.extend(&roots.origins);
                        found.unlimited |= roots.closed;
                    }
                }
            }
        }
        found.possible.extend(&found.certain);
        for origins in [&mut found.certain, &mut found.possible] {
            origins.sort_unstable();
            origins.dedup();
        }
        found
    }

    /// The origins joined where they are certainly independent, and which they are.
    fn settled_graph(&self, origins: &[u32]) -> (Graph, Vec<u32>) {
        let origins = self.searched(origins);
        let mut graph = Graph::new(origins.len());
        for (at, &origin) in origins.iter().enumerate().filter(|(_, o)| !self.is_open_ended(**o)) {
            for (other, _) in self.beside(origin).filter(|&(_, p)| p == Pair::Independent) {
                if let Ok(place) = origins.binary_search(&other)
                    && !self.is_open_ended(other)
                {
                    graph.join(at, place);
                }
            }
        }
        (graph, origins)
    }

    /// The origins joined where they may be independent.
    fn possible_graph(&self, origins: &[u32]) -> (Graph, Vec<u32>) {
        let origins = self.searched(origins);
        let mut graph = Graph::new(origins.len());
        for (at, &origin) in origins.iter().enumerate() {
            if self.has_closed_member(origin) {
                (0..origins.len()).for_each(|other| graph.join(at, other));
            }
            for (other, _) in self.beside(origin).filter(|&(_, p)| p == Pair::Independent) {
                if let Ok(place) = origins.binary_search(&other) {
                    graph.join(at, place);
                }
            }
        }
        for (at, &origin) in origins.iter().enumerate() {
            for (other, _) in self.beside(origin).filter(|&(_, p)| p == Pair::Dependent) {
                if let Ok(place) = origins.binary_search(&other) {
                    graph.part(at, place);
                }
            }
        }
        (graph, origins)
    }

    fn beside(&self, origin: u32) -> impl Iterator<Item = (u32, Pair)> {
        self.neighbours.get(origin as usize).into_iter().flatten().copied()
    }

    /// The origins to search: all, or of too many those with the most examined pairs.
    fn searched(&self, origins: &[u32]) -> Vec<u32> {
        let mut chosen = origins.to_vec();
        if chosen.len() > MOST {
            chosen.sort_by_key(|&o| (std::cmp::Reverse(self.beside(o).count()), o));
            chosen.truncate(MOST);
            chosen.sort_unstable();
        }
        chosen
    }
}

/// The largest set, an upper bound, and whether the two are known to agree.
fn size((graph, _): &(Graph, Vec<u32>), all: usize) -> (Vec<usize>, usize, bool) {
    let clique = largest(graph, BRANCHES);
    let at_most = if graph.len() < all { all } else { clique.at_most };
    let finished = at_most == clique.members.len();
    (clique.members, at_most, finished)
}
