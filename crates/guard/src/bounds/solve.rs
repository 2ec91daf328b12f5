//! Between what does each of these variables lie?
//!
//! Components are independent of each other and are taken on all cores; within one, targets are taken in blocks of fixed
//! length, so that the answer does not depend on how many cores there are. Every solution found is a witness for all
//! variables: a variable that has been seen at both its limits needs no search of its own.

use super::network::Network;
use super::programme;
use super::system::{Component, Contradiction, INFINITE, System, components};
use rayon::prelude::*;

/// Targets that share witnesses. Small enough to spread over cores, large enough that making the network costs little.
const BLOCK: usize = 128;

/// Whether what is known of a target, named by its place among the targets, is enough.
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

/// The ranges of these variables of a system that has been propagated. A search ends early when `enough` of a target has
/// been seen.
pub(crate) fn ranges(system: &System, targets: &[u32], enough: &Enough) -> Result<(Vec<Range>, Effort), Contradiction> {
    let (components, places) = components(system);
    let mut wanted: Vec<Vec<(usize, u32)>> = vec![Vec::new(); components.len()];
    let mut ranges = Vec::with_capacity(targets.len());
    for (at, target) in targets.iter().enumerate() {
        let (lower, upper) = (system.lower[*target as usize], system.upper[*target as usize]);
        let place = places[*target as usize];
        let seen = if place.is_none() { (lower, upper) } else { (INFINITE, i64::MIN) };
        ranges.push(Range { lower, upper, seen });
        if let Some((component, place)) = place {
            wanted[component as usize].push((at, place));
        }
    }
    let mut effort = Effort {
        variables: system.lower.len(),
        equations: system.equations.len(),
        unsettled: places.iter().flatten().count(),
        components: components.len(),
        ..Effort::default()
    };
    let blocks: Vec<(&Component, &[(usize, u32)])> =
        components.iter().zip(&wanted).flat_map(|(c, w)| w.chunks(BLOCK).map(move |block| (c, block))).collect();
    let solved: Vec<_> =
        blocks.par_iter().map(|(component, block)| Search::of(component)?.all(block, enough)).collect();
    for outcome in solved {
        let (found, flows, programmes) = outcome?;
        effort.flows += flows;
        effort.programmes += programmes;
        for (at, range) in found {
            ranges[at] = range;
        }
    }
    Ok((ranges, effort))
}

/// Some solution in whole numbers of a system that has been propagated. Variables of components in which none was found
/// stay at their least: good enough as a point to start from, and nothing is concluded from it.
pub(crate) fn solution(system: &System) -> Result<Vec<i64>, Contradiction> {
    let mut values = system.lower.clone();
    for component in &components(system).0 {
        let found = match Network::of(component).transpose()? {
            Some(network) => Some(network.flow),
            None => programme::optimum(component, 0, false)?.whole,
        };
        for (variable, value) in component.variables.iter().zip(found.into_iter().flatten()) {
            values[*variable as usize] = value;
        }
    }
    Ok(values)
}

/// The targets of a block with their ranges, and how many flows and programmes that took.
type Found = (Vec<(usize, Range)>, usize, usize);

struct Search<'a> {
    component: &'a Component,
    network: Option<Network>,
    ranges: Vec<Range>,
    flows: usize,
    programmes: usize,
}

impl<'a> Search<'a> {
    fn of(component: &'a Component) -> Result<Self, Contradiction> {
        let limits = component.lower.iter().zip(&component.upper);
        let ranges = limits.map(|(l, u)| Range { lower: *l, upper: *u, seen: (INFINITE, i64::MIN) }).collect();
        let network = Network::of(component).transpose()?;
        let mut search = Search { component, network, ranges, flows: 0, programmes: 0 };
        search.witness_flow();
        Ok(search)
    }

    fn all(mut self, block: &[(usize, u32)], enough: &Enough) -> Result<Found, Contradiction> {
        let mut found = Vec::with_capacity(block.len());
        for (at, place) in block {
            self.one(*place as usize, &|range| enough(*at, range))?;
            found.push((*at, self.ranges[*place as usize]));
        }
        Ok((found, self.flows, self.programmes))
    }

    /// Searches both limits of one variable.
    fn one(&mut self, variable: usize, enough: &dyn Fn(&Range) -> bool) -> Result<(), Contradiction> {
        for raise in [true, false] {
            let range = self.ranges[variable];
            if enough(&range) {
                return Ok(());
            }
            if if raise { range.seen.1 == range.upper } else { range.seen.0 == range.lower } {
                continue;
            }
            if raise && range.upper == INFINITE {
                // Propagation bounds whatever is bounded at all.
                continue;
            }
            if self.network.is_some() {
                self.by_flow(variable, raise);
            } else {
                self.by_programme(variable, raise)?;
            }
        }
        Ok(())
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

    fn by_programme(&mut self, variable: usize, raise: bool) -> Result<(), Contradiction> {
        self.programmes += 1;
        let optimum = programme::optimum(self.component, variable, raise)?;
        if let Some(values) = &optimum.whole {
            witness(&mut self.ranges, values);
        }
        let range = &mut self.ranges[variable];
        match optimum.bound {
            Some(bound) if raise => range.upper = range.upper.min(bound),
            Some(bound) => range.lower = range.lower.max(bound),
            None => {}
        }
        if range.lower > range.upper { Err(Contradiction) } else { Ok(()) }
    }

    fn witness_flow(&mut self) {
        if let Some(network) = &self.network {
            witness(&mut self.ranges, &network.flow);
        }
    }
}

/// Takes note of a solution for every variable.
fn witness(ranges: &mut [Range], values: &[i64]) {
    for (range, value) in ranges.iter_mut().zip(values) {
        range.seen = (range.seen.0.min(*value), range.seen.1.max(*value));
    }
}
