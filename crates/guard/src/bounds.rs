//! What can a reader work out?
//!
//! Every count that this and earlier releases publish is an equation over unknown, whole, not negative numbers of people; what
//! a reader can know of a withheld count is exactly the range it has over all solutions. The range is found by propagation, by
//! greatest flows where the equations are a network, and by linear programmes elsewhere. The method is that of M. Fischetti &
//! J. J. Salazar-González, "Models and algorithms for the 2-dimensional cell suppression problem in statistical disclosure
//! control", Mathematical Programming 84 (1999), 283-312, there called the attacker's problem.
//!
//! *Protected* is a withheld count of which two solutions, found and checked in whole numbers, are at least the width of the rules
//! apart. A range that no solution attests does not protect.

mod branch;
pub(crate) mod cells;
pub(crate) mod network;
mod programme;
mod simplex;
pub(crate) mod solve;
pub(crate) mod system;

use crate::differencing::{self, Difference};
use crate::rules::{Rules, RulesFault};
use crate::space::Space;
use crate::table::{Movement, Publication, Step, Value};
use cells::Cells;
pub use solve::Effort;
use solve::{Range, Target, ranges};
use std::collections::BTreeSet;
use system::{Contradiction, INFINITE, System};

/// Why publications cannot be audited. Counts are named by their place, categories are not: they may be evidence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuditFault {
    /// The rules protect nobody.
    #[error("{0}")]
    Rules(RulesFault),
    /// A count names what the space lacks.
    #[error(
        "count {count} of {what} names a dimension or category that its space does not have; add it there or correct the count"
    )]
    Category {
        /// The publication.
        what: String,
        /// Place of the count, from 1.
        count: usize,
    },
    /// A count that cannot be one.
    #[error("count {count} of {what} is larger than mankind, or at least more than it is at most; correct it")]
    Value {
        /// The publication.
        what: String,
        /// Place of the count, from 1.
        count: usize,
    },
    /// Too much to audit.
    #[error(
        "the publications tell {cells} combinations of categories apart, in {memberships} memberships of counts; 1048576 and 16777216 can be \
         audited: use coarser categories or fewer dimensions, or publish rounded counts"
    )]
    TooLarge {
        /// Combinations.
        cells: usize,
        /// How often a combination is in a count.
        memberships: usize,
    },
    /// No numbers of people meet all equations.
    #[error(
        "{what} cannot be true together with what was published before it: a count is less than those it takes in; \
         correct it, add a category for what is not known, or say that people were taken out between releases"
    )]
    Contradiction {
        /// The first publication with which there is no solution.
        what: String,
    },
}

/// All reasons for which publications cannot be audited.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
pub struct AuditError(pub Vec<AuditFault>);

/// A count among publications: which publication, which count of it, both from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The publication.
    pub publication: usize,
    /// The count.
    pub count: usize,
}

/// To what a reader can narrow a number of people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// It is not less.
    pub lower: u64,
    /// It is not more; absent if nothing limits it.
    pub upper: Option<u64>,
    /// The least and the greatest in solutions that were found and checked in whole numbers; absent if none was found, the greatest
    /// absent if nothing limits it.
    pub attested: Option<(u64, Option<u64>)>,
}

impl Limits {
    pub(crate) fn of(range: Range) -> Limits {
        let whole = |n: i64| u64::try_from(n).unwrap_or(0);
        let upper = (range.upper != INFINITE).then(|| whole(range.upper));
        // What nothing limits is in no equation that limits it, so that any number can be added to a solution.
        let attested = (range.seen.0 <= range.seen.1)
            .then(|| (whole(range.seen.0), upper.map(|_| whole(range.seen.1))))
            .or_else(|| upper.is_none().then(|| (whole(range.lower), None)));
        Limits { lower: whole(range.lower), upper, attested }
    }

    /// Whether both limits are attained by solutions in whole numbers: then they are the best there are.
    pub fn exact(&self) -> bool {
        self.attested == Some((self.lower, self.upper))
    }

    /// How far apart solutions lie that are sure to exist; absent if nothing limits them.
    pub fn width(&self) -> Option<u64> {
        match self.attested {
            None => Some(0),
            Some((least, most)) => most.map(|m| m.saturating_sub(least)),
        }
    }

    /// Whether a reader is left with a range at least this wide.
    pub fn at_least_as_wide_as(&self, width: u64) -> bool {
        self.width().is_none_or(|w| w >= width)
    }

    /// Whether a reader knows that there is somebody, and fewer than the threshold.
    pub fn tells_of_few(&self, threshold: u64) -> bool {
        // Unless solutions attest otherwise, the outer limits are taken for what a reader knows.
        let (least, most) = self.attested.unwrap_or((self.lower, self.upper));
        least >= 1 && most.is_some_and(|m| m < threshold)
    }
}

/// A count that was not told exactly, and what a reader can know of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bound {
    /// Which count.
    pub place: Place,
    /// What is told of it.
    pub told: Value,
    /// Between what it lies.
    pub limits: Limits,
}

/// A number of people that no count names but that follows from several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Derived {
    /// From what it follows.
    pub from: Source,
    /// Between what it lies.
    pub limits: Limits,
}

/// From which counts a number follows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// Those in the first count who are not in the second.
    Difference(Place, Place),
    /// Those who are in all of these counts and in no other.
    Common(Vec<Place>),
}

/// What a reader can work out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Audit {
    /// Every count that was withheld or given roughly.
    pub bounds: Vec<Bound>,
    /// Numbers of people between nobody and the threshold that follow from what was published.
    pub derived: Vec<Derived>,
    /// How much work it was.
    pub effort: Effort,
}

impl Audit {
    /// The counts whose range is narrower than the rules ask.
    pub fn unprotected(&self, rules: &Rules) -> Vec<&Bound> {
        self.bounds.iter().filter(|b| !b.limits.at_least_as_wide_as(rules.width_when(b.told))).collect()
    }

    /// Whether nothing is told of few people.
    pub fn passes(&self, rules: &Rules) -> bool {
        self.unprotected(rules).is_empty() && self.derived.is_empty()
    }
}

/// Audits publications, this and all earlier ones, against one another.
///
/// What a reader knows from elsewhere is taken into account by a further publication that states it.
///
/// # Errors
/// Everything that is wrong with the publications, or the first of them that contradicts those before.
pub fn audit(space: &Space, publications: &[Publication], rules: &Rules) -> Result<Audit, AuditError> {
    audit_until(space, publications, rules, |_, _| false)
}

/// The same, but the search for a count ends when it is known to be protected, its limits as far as they are known then.
///
/// Whether the audit [passes](Audit::passes) is the same; it takes a fraction of the time.
///
/// # Errors
/// As for [`audit`].
pub fn check(space: &Space, publications: &[Publication], rules: &Rules) -> Result<Audit, AuditError> {
    audit_until(space, publications, rules, |told, limits| limits.at_least_as_wide_as(rules.width_when(told)))
}

fn audit_until(
    space: &Space,
    publications: &[Publication],
    rules: &Rules,
    enough: impl Fn(Value, Limits) -> bool + Sync,
) -> Result<Audit, AuditError> {
    let faults: Vec<AuditFault> = rules.faults().into_iter().map(AuditFault::Rules).collect();
    if !faults.is_empty() {
        return Err(AuditError(faults));
    }
    let model = Model::of(space, publications, rules).map_err(AuditError)?;
    let contradiction = |_| AuditError(vec![first_contradiction(space, publications, rules)]);
    let mut system = model.with(&model.values).map_err(contradiction)?;
    system.propagate().map_err(contradiction)?;
    let open: Vec<usize> =
        (0..model.values.len()).filter(|c| !matches!(model.values[*c], Value::Published(_))).collect();
    let mut targets: Vec<Target> = open.iter().map(|c| Target::Variable(model.variables[*c])).collect();
    targets.extend(model.derived.iter().map(|(_, t)| *t));
    targets.extend(model.unnamed().map(Target::Variable));
    let few = |range: &Range| Limits::of(*range).tells_of_few(rules.threshold);
    // Of the numbers that are no counts it is enough to know that they do not tell of few.
    let settled = |at: usize, range: &Range| match open.get(at) {
        Some(count) => enough(model.values[*count], Limits::of(*range)),
        None => range.seen.0 <= range.seen.1 && !few(range),
    };
    let (found, effort) = ranges(&system, &targets, &settled).map_err(contradiction)?;
    let (counts, rest) = found.split_at(open.len());
    let bound = |(count, range): (&usize, &Range)| Bound {
        place: model.places[*count],
        told: model.values[*count],
        limits: Limits::of(*range),
    };
    let bounds = open.iter().zip(counts).map(bound).collect();
    let source = |at: usize| match model.derived.get(at) {
        Some((source, _)) => source.clone(),
        None => match targets.get(at + open.len()) {
            Some(Target::Variable(atom)) => Source::Common(model.holding(*atom)),
            _ => Source::Common(Vec::new()),
        },
    };
    let of_few = rest.iter().enumerate().filter(|(_, r)| few(r));
    let derived = of_few.map(|(at, range)| Derived { from: source(at), limits: Limits::of(*range) }).collect();
    Ok(Audit { bounds, derived, effort })
}

/// Whether the equations of these publications are those of a network, so that bounds are greatest flows and not linear programmes: a table
/// of one or two dimensions with its margins, with groups that nest in one of them. Networks of a hundred thousand counts are solved in
/// seconds; of other equations a few hundred are many.
///
/// # Errors
/// Everything that is wrong with the publications.
pub fn is_network(space: &Space, publications: &[Publication], rules: &Rules) -> Result<bool, AuditError> {
    // The sums alone: no differences are asked for.
    let model = Model::of(space, publications, &Rules { threshold: 0, ..rules.clone() }).map_err(AuditError)?;
    Ok(network::arcs(&model.system.whole()).is_some())
}

/// How people came and went from release to release, as far as these publications tell: at each step only added if that can be, only
/// taken out otherwise, and both where neither can be. Each is what a reader may take for granted, and tells more than the next.
pub fn movement(space: &Space, publications: &[Publication], rules: &Rules) -> Movement {
    let releases: BTreeSet<u32> = publications.iter().map(|publication| publication.release).collect();
    let mut rules = Rules { movement: Movement::default(), ..rules.clone() };
    for (step, upto) in releases.iter().skip(1).enumerate() {
        let until: Vec<Publication> = publications.iter().filter(|one| one.release <= *upto).cloned().collect();
        for can in [Step::Adds, Step::Removes, Step::AddsAndRemoves] {
            rules.movement.0.truncate(step);
            rules.movement.0.push(can);
            if is_solvable(space, &until, &rules) {
                break;
            }
        }
    }
    rules.movement
}

/// Whether there are people of whom all this is true.
fn is_solvable(space: &Space, publications: &[Publication], rules: &Rules) -> bool {
    let solved = || {
        let model = Model::of(space, publications, rules).ok()?;
        let mut system = model.with(&model.values).ok()?;
        system.propagate().ok()?;
        let targets: Vec<Target> = model.variables.iter().map(|v| Target::Variable(*v)).collect();
        ranges(&system, &targets, &|_, _| true).ok()
    };
    solved().is_some()
}

/// The first publication with which those before have no solution.
pub(crate) fn first_contradiction(space: &Space, publications: &[Publication], rules: &Rules) -> AuditFault {
    let solvable = |upto: &usize| is_solvable(space, publications.get(..*upto).unwrap_or(&[]), rules);
    let first = (1..publications.len()).find(|upto| !solvable(upto)).unwrap_or(publications.len());
    let what = publications.get(first.saturating_sub(1)).map(|p| p.what.clone()).unwrap_or_default();
    AuditFault::Contradiction { what }
}

/// Publications as a system of equations, in which values can be changed.
pub(crate) struct Model {
    /// The equations without any values.
    pub system: System,
    atoms: usize,
    sets: Vec<Vec<u32>>,
    /// Whether each count names a category.
    described: Vec<bool>,
    /// Where each count stands.
    pub places: Vec<Place>,
    /// What is told of each count.
    pub values: Vec<Value>,
    /// The variable of each count.
    pub variables: Vec<u32>,
    /// Differences between counts that may tell of few, and what they are in the system.
    pub derived: Vec<(Source, Target)>,
}

impl Model {
    pub(crate) fn of(space: &Space, publications: &[Publication], rules: &Rules) -> Result<Model, Vec<AuditFault>> {
        let Cells { atoms, sets } = Cells::of(space, publications, &rules.movement)?;
        let mut places = Vec::with_capacity(sets.len());
        for (publication, counts) in publications.iter().map(|p| p.counts.len()).enumerate() {
            places.extend((0..counts).map(|count| Place { publication, count }));
        }
        let described = publications.iter().flat_map(|p| &p.counts).map(|c| !c.of.is_empty()).collect();
        let values = publications.iter().flat_map(|p| &p.counts).map(|c| c.value).collect();
        let differences = differencing::differences(publications, &places, &sets, rules.threshold);
        let mut all = sets;
        let counts = all.len();
        all.extend(differences.iter().filter_map(|(_, d)| match d {
            Difference::Apart(set) => Some(set.clone()),
            Difference::Nested(..) => None,
        }));
        let (system, mut variables) = System::of(atoms, &all);
        let mut apart = variables.split_off(counts).into_iter();
        let mut target = |difference| match difference {
            Difference::Nested(larger, smaller) => Some(Target::Difference(variables[larger], variables[smaller])),
            Difference::Apart(_) => apart.next().map(Target::Variable),
        };
        let derived = differences.into_iter().filter_map(|(s, d)| Some((s, target(d)?))).collect();
        all.truncate(counts);
        Ok(Model { system, atoms, sets: all, described, places, values, variables, derived })
    }

    /// The system when the counts have these values.
    pub(crate) fn with(&self, values: &[Value]) -> Result<System, Contradiction> {
        let mut system = self.system.clone();
        let whole = |n: u64| i64::try_from(n).unwrap_or(INFINITE);
        for (variable, value) in self.variables.iter().zip(values) {
            match value {
                Value::Published(n) => system.narrow(*variable, whole(*n), whole(*n))?,
                Value::Between(from, to) => system.narrow(*variable, whole(*from), whole(*to))?,
                Value::Withheld => false,
            };
        }
        Ok(system)
    }

    /// The atoms that are neither a count nor a difference, and that some category tells of.
    pub(crate) fn unnamed(&self) -> impl Iterator<Item = u32> {
        let mut named = vec![true; self.atoms];
        let described = self.sets.iter().zip(&self.described).filter(|(_, described)| **described);
        for atom in described.flat_map(|(set, _)| set) {
            named[*atom as usize] = false;
        }
        let of_derived = self.derived.iter().filter_map(|(source, _)| match source {
            Source::Difference(a, b) => self.only_rest(*a, *b),
            Source::Common(_) => None,
        });
        for variable in self.variables.iter().copied().chain(of_derived) {
            if let Some(named) = named.get_mut(variable as usize) {
                *named = true;
            }
        }
        (0u32..).zip(named).filter(|(_, named)| !named).map(|(atom, _)| atom)
    }

    /// The atom that is all of the first count that is not in the second, if there is just one.
    fn only_rest(&self, larger: Place, smaller: Place) -> Option<u32> {
        let set = |place| self.sets.get(self.places.binary_search(&place).ok()?);
        let (larger, smaller) = (set(larger)?, set(smaller)?);
        let mut rest = larger.iter().filter(|a| smaller.binary_search(a).is_err());
        rest.next().filter(|_| rest.next().is_none()).copied()
    }

    /// The counts that an atom is in.
    fn holding(&self, atom: u32) -> Vec<Place> {
        let holds = |(set, _): &(&Vec<u32>, &Place)| set.binary_search(&atom).is_ok();
        self.sets.iter().zip(&self.places).filter(holds).map(|(_, place)| *place).collect()
    }
}
