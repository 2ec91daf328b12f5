//! Which equations does a reader have?
//!
//! Every count is a variable, and so is every atom; a count is the sum of smaller counts and atoms that do not overlap.
//! Writing large counts by means of smaller ones keeps the equations short, and leaves of a two-way table with its margins a
//! network. Propagation then narrows the variables as a clerk would with a pencil: what is left of a sum when the rest is
//! as large, or as small, as it can be. Most variables are settled by that.

use std::collections::{BTreeMap, VecDeque};

/// No upper bound.
pub(crate) const INFINITE: i64 = i64::MAX;

/// How often one equation is used to narrow its variables. Bounds that creep towards each other by ones are left to the
/// exact methods.
const ROUNDS: u32 = 24;

/// Variables that are whole and not negative, with equations that sum to zero.
#[derive(Clone, Debug, Default)]
pub(crate) struct System {
    pub lower: Vec<i64>,
    /// [`INFINITE`] where there is none.
    pub upper: Vec<i64>,
    /// Each the sum of variables with sign 1 or -1.
    pub equations: Vec<Vec<(u32, i64)>>,
}

/// Publications that cannot all be true.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Contradiction;

impl System {
    /// A variable for each atom and for each different set of several atoms, and for each set its variable.
    pub(crate) fn of(atoms: usize, sets: &[Vec<u32>]) -> (System, Vec<u32>) {
        let mut system = System { lower: vec![0; atoms], upper: vec![INFINITE; atoms], equations: Vec::new() };
        let mut distinct: BTreeMap<&[u32], u32> = BTreeMap::new();
        for set in sets {
            distinct.entry(set).or_default();
        }
        let mut ordered: Vec<&[u32]> = distinct.keys().copied().filter(|s| s.len() != 1).collect();
        ordered.sort_by_key(|s| s.len());
        // Of each atom the sets that hold it, small ones first.
        let mut holding: Vec<Vec<u32>> = vec![Vec::new(); atoms];
        for (place, set) in (0u32..).zip(&ordered) {
            set.iter().for_each(|a| holding[*a as usize].push(place));
        }
        let larger = larger(&ordered, &holding);
        let mut open = vec![false; atoms];
        for (place, set) in ordered.iter().enumerate() {
            let variable = system.add();
            distinct.insert(set, variable);
            set.iter().for_each(|a| open[*a as usize] = true);
            let mut equation = vec![(variable, -1)];
            for atom in set.iter().map(|a| *a as usize) {
                if !open[atom] {
                    continue;
                }
                let fits = |s: &&u32| ordered[**s as usize].iter().all(|a| open[*a as usize]);
                let smaller = &holding[atom][..holding[atom].partition_point(|s| (*s as usize) < place)];
                // The largest part there is; of equal ones that which fewest other sets could use, so that variables stand
                // in few equations.
                let part = smaller.iter().filter(fits).max_by_key(|s| {
                    let part = **s as usize;
                    (ordered[part].len(), std::cmp::Reverse(larger[part]), part)
                });
                match part {
                    Some(part) => {
                        ordered[*part as usize].iter().for_each(|a| open[*a as usize] = false);
                        equation.push((atoms as u32 + part, 1));
                    }
                    None => {
                        open[atom] = false;
                        equation.push((atom as u32, 1));
                    }
                }
            }
            system.equations.push(equation);
        }
        let variable = |set: &Vec<u32>| match set.as_slice() {
            [atom] => *atom,
            several => distinct.get(several).copied().unwrap_or(0),
        };
        let variables = sets.iter().map(variable).collect();
        (system, variables)
    }

    /// All variables and equations as one component, without any values.
    pub(crate) fn whole(&self) -> Component {
        let variables = self.lower.len();
        Component {
            variables: (0..variables as u32).collect(),
            lower: vec![0; variables],
            upper: vec![INFINITE; variables],
            equations: self.equations.iter().map(|e| (e.clone(), 0)).collect(),
        }
    }

    fn add(&mut self) -> u32 {
        self.lower.push(0);
        self.upper.push(INFINITE);
        self.lower.len() as u32 - 1
    }

    /// Whether a variable is settled.
    pub(crate) fn fixed(&self, variable: u32) -> bool {
        self.lower[variable as usize] == self.upper[variable as usize]
    }

    /// Learns that a variable lies between these.
    pub(crate) fn narrow(&mut self, variable: u32, lower: i64, upper: i64) -> Result<bool, Contradiction> {
        let (low, high) = (&mut self.lower[variable as usize], &mut self.upper[variable as usize]);
        let narrower = lower > *low || upper < *high;
        *low = lower.max(*low);
        *high = upper.min(*high);
        if *low > *high { Err(Contradiction) } else { Ok(narrower) }
    }

    /// Narrows every variable by every equation, until nothing changes or an equation has had its rounds.
    pub(crate) fn propagate(&mut self) -> Result<(), Contradiction> {
        let equations = std::mem::take(&mut self.equations);
        let mut uses: Vec<Vec<u32>> = vec![Vec::new(); self.lower.len()];
        for (place, equation) in (0u32..).zip(&equations) {
            equation.iter().for_each(|(v, _)| uses[*v as usize].push(place));
        }
        let mut waiting: VecDeque<u32> = (0..equations.len() as u32).collect();
        let mut queued = vec![true; equations.len()];
        let mut rounds = vec![0u32; equations.len()];
        let mut outcome = Ok(());
        while let Some(place) = waiting.pop_front() {
            queued[place as usize] = false;
            rounds[place as usize] += 1;
            match self.use_equation(&equations[place as usize]) {
                Err(contradiction) => {
                    outcome = Err(contradiction);
                    break;
                }
                Ok(narrowed) => {
                    for other in narrowed.iter().flat_map(|v| &uses[*v as usize]) {
                        if !queued[*other as usize] && rounds[*other as usize] < ROUNDS {
                            queued[*other as usize] = true;
                            waiting.push_back(*other);
                        }
                    }
                }
            }
        }
        self.equations = equations;
        outcome
    }

    /// Narrows the variables of one equation; gives those that became narrower.
    fn use_equation(&mut self, equation: &[(u32, i64)]) -> Result<Vec<u32>, Contradiction> {
        // The least and greatest of the sum, infinite parts counted apart.
        let (mut least, mut below, mut greatest, mut above) = (0i64, 0u32, 0i64, 0u32);
        for (variable, sign) in equation {
            let (low, high) = self.signed(*variable, *sign);
            low.map_or_else(|| below += 1, |l| least = least.saturating_add(l));
            high.map_or_else(|| above += 1, |h| greatest = greatest.saturating_add(h));
        }
        if (below == 0 && least > 0) || (above == 0 && greatest < 0) {
            return Err(Contradiction);
        }
        let mut narrowed = Vec::new();
        for (variable, sign) in equation {
            let (low, high) = self.signed(*variable, *sign);
            // The variable is minus the sum of the others.
            let others_least = match (below, low) {
                (0, Some(l)) => Some(least - l),
                (1, None) => Some(least),
                _ => None,
            };
            let others_greatest = match (above, high) {
                (0, Some(h)) => Some(greatest - h),
                (1, None) => Some(greatest),
                _ => None,
            };
            let (at_least, at_most) = (others_greatest.map(|g| -g), others_least.map(|l| -l));
            let (lower, upper) = if *sign > 0 {
                (at_least.unwrap_or(0), at_most.unwrap_or(INFINITE))
            } else {
                (at_most.map_or(0, |m| -m), at_least.map_or(INFINITE, |m| -m))
            };
            if self.narrow(*variable, lower, upper)? {
                narrowed.push(*variable);
            }
        }
        Ok(narrowed)
    }

    /// Between what a signed variable lies.
    fn signed(&self, variable: u32, sign: i64) -> (Option<i64>, Option<i64>) {
        let (low, high) = (self.lower[variable as usize], self.upper[variable as usize]);
        let high = (high != INFINITE).then_some(high);
        if sign > 0 { (Some(low), high) } else { (high.map(|h| -h), Some(-low)) }
    }
}

/// How many sets take in each set.
fn larger(sets: &[&[u32]], holding: &[Vec<u32>]) -> Vec<u32> {
    let takes_in = |larger: &u32, set: &[u32]| {
        let larger = sets[*larger as usize];
        larger.len() > set.len() && set.iter().all(|a| larger.binary_search(a).is_ok())
    };
    let one = |set: &&[u32]| {
        let first = set.first().map_or(&[] as &[u32], |a| &holding[*a as usize]);
        first.iter().filter(|l| takes_in(l, set)).count() as u32
    };
    sets.iter().map(one).collect()
}

/// Unsettled variables that hang together, with the equations between them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Component {
    /// The variables in the system, ascending.
    pub variables: Vec<u32>,
    pub lower: Vec<i64>,
    pub upper: Vec<i64>,
    /// Signed variables, by their place in `variables`, and what their sum is.
    pub equations: Vec<(Vec<(u32, i64)>, i64)>,
}

impl Component {
    /// Whether these values meet every bound and every equation.
    pub(crate) fn holds(&self, values: &[i64]) -> bool {
        let within = values.iter().zip(&self.lower).zip(&self.upper).all(|((v, l), u)| l <= v && v <= u);
        let sum = |terms: &[(u32, i64)]| {
            terms.iter().map(|(v, sign)| i128::from(values[*v as usize]) * i128::from(*sign)).sum::<i128>()
        };
        values.len() == self.variables.len()
            && within
            && self.equations.iter().all(|(terms, total)| sum(terms) == i128::from(*total))
    }
}

/// The components of a system, in the order of their first variables; and for each variable its component and place in it.
pub(crate) fn components(system: &System) -> (Vec<Component>, Vec<Option<(u32, u32)>>) {
    let mut leader: Vec<u32> = (0..system.lower.len() as u32).collect();
    for equation in &system.equations {
        let mut first = None;
        for (variable, _) in equation.iter().filter(|(v, _)| !system.fixed(*v)) {
            let found = find(&mut leader, *variable);
            let first = *first.get_or_insert(found);
            let first = find(&mut leader, first);
            // The smaller leads, so that numbering does not depend on the order of equations.
            leader[first.max(found) as usize] = first.min(found);
        }
    }
    let mut components: Vec<Component> = Vec::new();
    let mut places: Vec<Option<(u32, u32)>> = vec![None; system.lower.len()];
    let mut number: BTreeMap<u32, u32> = BTreeMap::new();
    for variable in (0..system.lower.len() as u32).filter(|v| !system.fixed(*v)) {
        let next = components.len() as u32;
        let at = *number.entry(find(&mut leader, variable)).or_insert(next);
        if at == next {
            components.push(Component::default());
        }
        let component = &mut components[at as usize];
        places[variable as usize] = Some((at, component.variables.len() as u32));
        component.variables.push(variable);
        component.lower.push(system.lower[variable as usize]);
        component.upper.push(system.upper[variable as usize]);
    }
    for equation in &system.equations {
        let mut terms = Vec::new();
        let mut total = 0;
        let mut at = None;
        for (variable, sign) in equation {
            match places[*variable as usize] {
                Some((component, place)) => {
                    at = Some(component);
                    terms.push((place, *sign));
                }
                None => total -= sign * system.lower[*variable as usize],
            }
        }
        if let Some(component) = at {
            components[component as usize].equations.push((terms, total));
        }
    }
    (components, places)
}

fn find(leader: &mut [u32], mut of: u32) -> u32 {
    while leader[of as usize] != of {
        let up = leader[leader[of as usize] as usize];
        leader[of as usize] = up;
        of = up;
    }
    of
}
