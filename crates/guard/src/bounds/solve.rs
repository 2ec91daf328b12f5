//! Between what does each of these variables lie?
//!
//! Components are independent of each other and are taken on all cores; within one, targets are taken in blocks of fixed
//! length, so that the answer does not depend on how many cores there are. Every solution found is a witness for all
//! variables: a variable that has been seen at both its limits needs no search of its own.

use super::network::Network;
use super::programme;
use super::simplex::Simplex;
use super::system::{Component, Contradiction, INFINITE, System, components};
use rayon::prelude::*;
use std::sync::{Arc, OnceLock};

/// Targets that share witnesses. Small enough to spread over cores, large enough that making the network costs little.
const BLOCK: usize = 128;

/// Whether what is known of a target, named by its place among them, is enough.
pub(crate) type Enough<'a> = dyn Fn(usize, &Range) -> bool + Sync + 'a;

/// What is known of a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Range {
    /// No solution in whole numbers lies below.
    pub lower: i64,
    /// None lies above; [`INFINITE`] if nothing limits it.
    pub upper: i64,
    /// The least and the greatest in solutions found and checked in whole numbers; crossed if none was found.
    pub seen: (i64, i64),
}

/// How many of each kind of work were done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Effort {
    /// Unknown numbers: combinations of categories that something published tells apart, and sums of them.
    pub variables: usize,
    /// Equations between them.
    pub equations: usize,
    /// Variables that propagation did not settle.
    pub unsettled: usize,
    /// Groups of unsettled variables that hang together.
    pub components: usize,
    /// Greatest flows that were searched.
    pub flows: usize,
    /// Linear programmes that were solved.
    pub programmes: usize,
}

/// What is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// A variable.
    Variable(u32),
    /// The first variable less the second, of a count that takes in another: never less than nothing.
    Difference(u32, u32),
}

/// What is asked of one component, variables by their places in it.
#[derive(Clone, Copy, Debug)]
enum Form {
    One(usize),
    Difference(usize, usize),
}

/// From which answers of components that of a target is made.
#[derive(Clone, Copy, Debug)]
enum Answer {
    Known(i64),
    /// This answer, with a sign, and a number more.
    One(usize, i64, i64),
    /// One answer less another of a component that has nothing to do with it.
    Two(usize, usize),
}

impl Answer {
    fn range(self, slots: &[Range]) -> Range {
        match self {
            Answer::Known(value) => Range { lower: value, upper: value, seen: (value, value) },
            Answer::One(slot, sign, more) => slots[slot].shifted(sign, more),
            Answer::Two(a, b) => slots[a].less(slots[b]),
        }
    }
}

impl Range {
    /// With a sign, and a number more; never less than nothing.
    fn shifted(self, sign: i64, more: i64) -> Range {
        let at = |n: i64| if n == INFINITE { INFINITE } else { sign * n + more };
        let seen = self.seen.0 <= self.seen.1;
        if sign > 0 {
            let seen = if seen { (at(self.seen.0), at(self.seen.1)) } else { self.seen };
            return Range { lower: at(self.lower).max(0), upper: at(self.upper), seen };
        }
        let lower = if self.upper == INFINITE { 0 } else { at(self.upper).max(0) };
        let seen = if seen { (at(self.seen.1), at(self.seen.0)) } else { self.seen };
        Range { lower, upper: at(self.lower), seen }
    }

    /// Less something that has nothing to do with it.
    fn less(self, other: Range) -> Range {
        let lower = if other.upper == INFINITE { 0 } else { (self.lower - other.upper).max(0) };
        let upper = if self.upper == INFINITE { INFINITE } else { self.upper - other.lower };
        let seen = self.seen.0 <= self.seen.1 && other.seen.0 <= other.seen.1;
        let seen = if seen { (self.seen.0 - other.seen.1, self.seen.1 - other.seen.0) } else { UNSEEN };
        Range { lower, upper, seen }
    }
}

/// No solution was found yet.
const UNSEEN: (i64, i64) = (INFINITE, i64::MIN);

/// What attests the range of a target: it holds in every system that still has this.
#[derive(Clone, Debug)]
pub(crate) enum Attest {
    /// The target is settled, and stays so when more is known.
    Settled,
    /// Two solutions in whole numbers, of one component: at the first the target is least, at the second greatest.
    Solutions { variables: Arc<Vec<u32>>, least: Arc<Vec<i64>>, greatest: Arc<Vec<i64>> },
}

impl Attest {
    /// Whether it still attests the range when this variable is known to have this value, which is that of some solution.
    pub(crate) fn stands_when(&self, variable: u32, value: i64) -> bool {
        match self {
            Attest::Settled => true,
            Attest::Solutions { variables, least, greatest } => match variables.binary_search(&variable) {
                Ok(at) => [least, greatest].iter().all(|values| values.get(at) == Some(&value)),
                // What is settled or in another component has nothing to do with it.
                Err(_) => true,
            },
        }
    }
}

/// The ranges of these targets in a system that has been propagated. A search ends early when `enough` of a target has been
/// seen.
pub(crate) fn ranges(
    system: &System,
    targets: &[Target],
    enough: &Enough,
) -> Result<(Vec<Range>, Effort), Contradiction> {
    let (ranges, _, effort) = attested(system, targets, enough, false)?;
    Ok((ranges, effort))
}

/// The range of each target, what attests it if that is kept, and what it cost.
type Solved = (Vec<Range>, Vec<Option<Attest>>, Effort);

/// The same, and what attests each range where it was found by programmes, if that is to be kept.
pub(crate) fn attested(
    system: &System,
    targets: &[Target],
    enough: &Enough,
    keep: bool,
) -> Result<Solved, Contradiction> {
    let (components, places) = components(system);
    // What is asked of each component: the slot of the answer, the target if it is made of this answer alone, the form.
    let mut wanted: Vec<Vec<(usize, Option<usize>, Form)>> = vec![Vec::new(); components.len()];
    let mut slots = 0;
    let mut ask = |component: u32, target, form| {
        wanted[component as usize].push((slots, target, form));
        slots += 1;
        slots - 1
    };
    let mut answers = Vec::with_capacity(targets.len());
    for (at, target) in targets.iter().enumerate() {
        let value = |v: u32| system.lower[v as usize];
        let place = |v: u32| places[v as usize].map(|(c, p)| (c, p as usize));
        answers.push(match *target {
            Target::Variable(v) => match place(v) {
                None => Answer::Known(value(v)),
                Some((c, p)) => Answer::One(ask(c, Some(at), Form::One(p)), 1, 0),
            },
            Target::Difference(a, b) => match (place(a), place(b)) {
                (None, None) => Answer::Known(value(a) - value(b)),
                (Some((c, p)), None) => Answer::One(ask(c, Some(at), Form::One(p)), 1, -value(b)),
                (None, Some((c, p))) => Answer::One(ask(c, Some(at), Form::One(p)), -1, value(a)),
                (Some((c, p)), Some((d, q))) if c == d => Answer::One(ask(c, Some(at), Form::Difference(p, q)), 1, 0),
                (Some((c, p)), Some((d, q))) => Answer::Two(ask(c, None, Form::One(p)), ask(d, None, Form::One(q))),
            },
        });
    }
    let mut effort = Effort {
        variables: system.lower.len(),
        equations: system.equations.len(),
        unsettled: places.iter().flatten().count(),
        components: components.len(),
        ..Effort::default()
    };
    let blocks = components
        .iter()
        .zip(&wanted)
        .enumerate()
        .flat_map(|(at, (c, w))| w.chunks(BLOCK).map(move |block| (at, c, block)));
    let blocks: Vec<_> = blocks.collect();
    let is_enough = |target: Option<usize>, range: &Range| {
        target.is_some_and(|at| match answers[at] {
            Answer::One(_, sign, more) => enough(at, &range.shifted(sign, more)),
            _ => false,
        })
    };
    // Made once for all blocks of a component, so that each begins at the same vertex however many cores there are.
    let tableaus: Vec<Tableau> = components.iter().map(|_| OnceLock::new()).collect();
    let solved: Vec<Result<Found, Contradiction>> = blocks
        .par_iter()
        .map(|(at, component, block)| {
            let mut search = Search::of(component, tableaus.get(*at))?;
            search.keep = keep;
            let mut found = Vec::with_capacity(block.len());
            for (slot, target, form) in block.iter() {
                let range = search.one(*form, &|range| is_enough(*target, range))?;
                found.push((*slot, range, search.attest(*form, &range)));
            }
            Ok((found, search.flows, search.programmes))
        })
        .collect();
    let mut found = vec![Range { lower: 0, upper: INFINITE, seen: UNSEEN }; slots];
    let mut attests: Vec<Option<Attest>> = vec![None; slots];
    for outcome in solved {
        let (ranges, flows, programmes) = outcome?;
        effort.flows += flows;
        effort.programmes += programmes;
        for (slot, range, attest) in ranges {
            found[slot] = range;
            attests[slot] = attest;
        }
    }
    let attest = |answer: &Answer| match answer {
        Answer::Known(_) => Some(Attest::Settled),
        Answer::One(slot, ..) => attests[*slot].clone(),
        Answer::Two(..) => None,
    };
    let kept = if keep { answers.iter().map(attest).collect() } else { Vec::new() };
    Ok((answers.into_iter().map(|a| a.range(&found)).collect(), kept, effort))
}

/// Some solution in whole numbers of a system that has been propagated. Variables of components in which none was found
/// stay at their least: good enough as a point to start from, and nothing is concluded from it.
pub(crate) fn solution(system: &System) -> Result<Vec<i64>, Contradiction> {
    let mut values = system.lower.clone();
    for component in &components(system).0 {
        let found = match Network::of(component).transpose()? {
            Some(network) => Some(network.flow),
            None => programme::optimum(component, &mut Simplex::of(component)?, &[(0, 1)], false)?.whole,
        };
        for (variable, value) in component.variables.iter().zip(found.into_iter().flatten()) {
            values[*variable as usize] = value;
        }
    }
    Ok(values)
}

/// A component's tableau, made when it is first needed.
type Tableau = OnceLock<Result<Option<Simplex>, Contradiction>>;

/// The answers of a block by their slots, and how many flows and programmes they took.
type Found = (Vec<(usize, Range, Option<Attest>)>, usize, usize);

struct Search<'a> {
    component: &'a Component,
    network: Option<Network>,
    /// A tableau where there is no network.
    simplex: Option<Simplex>,
    ranges: Vec<Range>,
    /// The difference asked about now, if one is.
    difference: Option<(usize, usize, Range)>,
    flows: usize,
    programmes: usize,
    /// Whether solutions are kept.
    keep: bool,
    solutions: Vec<Arc<Vec<i64>>>,
    variables: Arc<Vec<u32>>,
}

impl<'a> Search<'a> {
    fn of(component: &'a Component, tableau: Option<&Tableau>) -> Result<Self, Contradiction> {
        let limits = component.lower.iter().zip(&component.upper);
        let ranges = limits.map(|(l, u)| Range { lower: *l, upper: *u, seen: UNSEEN }).collect();
        let network = Network::of(component).transpose()?;
        let simplex = match (&network, tableau) {
            (None, Some(tableau)) => tableau.get_or_init(|| Simplex::of(component)).clone()?,
            _ => None,
        };
        let mut search = Search {
            component,
            network,
            simplex,
            ranges,
            difference: None,
            flows: 0,
            programmes: 0,
            keep: false,
            solutions: Vec::new(),
            variables: Arc::new(component.variables.clone()),
        };
        search.witness_flow();
        Ok(search)
    }

    fn range(&mut self, form: Form) -> &mut Range {
        match (form, &mut self.difference) {
            (Form::One(v), _) => &mut self.ranges[v],
            (Form::Difference(a, b), difference) => {
                let (of_a, of_b) = (self.ranges[a], self.ranges[b]);
                let begun = difference.take().filter(|(c, d, _)| (*c, *d) == (a, b)).map(|(_, _, range)| range);
                let outer = Range { seen: UNSEEN, ..of_a.less(of_b) };
                &mut difference.insert((a, b, begun.unwrap_or(outer))).2
            }
        }
    }

    /// Searches both limits.
    fn one(&mut self, form: Form, enough: &dyn Fn(&Range) -> bool) -> Result<Range, Contradiction> {
        self.range(form);
        self.witness_flow();
        for raise in [true, false] {
            let range = *self.range(form);
            if enough(&range) {
                break;
            }
            // Propagation bounds whatever is bounded at all.
            let limit = if raise {
                range.seen.1 == range.upper || range.upper == INFINITE
            } else {
                range.seen.0 == range.lower
            };
            match form {
                _ if limit => {}
                Form::One(variable) if self.network.is_some() => self.by_flow(variable, raise),
                _ => self.by_programme(form, raise)?,
            }
        }
        Ok(*self.range(form))
    }

    fn by_flow(&mut self, variable: usize, raise: bool) {
        self.flows += 1;
        let range = self.ranges[variable];
        let Some(network) = &mut self.network else { return };
        if raise {
            self.ranges[variable].upper = network.raise(variable, range.upper);
        } else {
            self.ranges[variable].lower = network.lower(variable, range.lower);
        }
        self.witness_flow();
    }

    fn by_programme(&mut self, form: Form, raise: bool) -> Result<(), Contradiction> {
        self.programmes += 1;
        let sum: &[(usize, i64)] = match form {
            Form::One(v) => &[(v, 1)],
            Form::Difference(a, b) => &[(a, 1), (b, -1)],
        };
        let optimum = programme::optimum(self.component, &mut self.simplex, sum, raise)?;
        if let Some(values) = optimum.whole {
            witness(&mut self.ranges, &mut self.difference, &values);
            if self.keep {
                self.solutions.push(Arc::new(values));
            }
        }
        let range = self.range(form);
        match optimum.bound {
            Some(bound) if raise => range.upper = range.upper.min(bound),
            Some(bound) => range.lower = range.lower.max(bound),
            None => {}
        }
        if range.lower > range.upper { Err(Contradiction) } else { Ok(()) }
    }

    /// The solutions at which a range was seen, if they were kept.
    fn attest(&self, form: Form, range: &Range) -> Option<Attest> {
        let value = |values: &Arc<Vec<i64>>| match form {
            Form::One(a) => values[a],
            Form::Difference(a, b) => values[a] - values[b],
        };
        let at = |wanted: i64| self.solutions.iter().find(|values| value(values) == wanted).cloned();
        let (least, greatest) = (at(range.seen.0)?, at(range.seen.1)?);
        Some(Attest::Solutions { variables: self.variables.clone(), least, greatest })
    }

    fn witness_flow(&mut self) {
        if let Some(network) = &self.network {
            witness(&mut self.ranges, &mut self.difference, &network.flow);
        }
    }
}

/// Takes note of a solution for every variable, and for the difference asked about.
fn witness(ranges: &mut [Range], difference: &mut Option<(usize, usize, Range)>, values: &[i64]) {
    let note = |range: &mut Range, value: i64| range.seen = (range.seen.0.min(value), range.seen.1.max(value));
    ranges.iter_mut().zip(values).for_each(|(range, value)| note(range, *value));
    if let Some((a, b, range)) = difference {
        note(range, values[*a] - values[*b]);
    }
}
