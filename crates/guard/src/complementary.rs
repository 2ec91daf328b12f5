//! What else must be withheld, so that nothing withheld can be worked out?
//!
//! The heuristic of the field: for each count that is not protected, a linear programme finds the cheapest way in which other
//! counts could be different and this one as far from its value as protection asks, all sums kept; what would have to be
//! different is withheld with it (M. Fischetti & J. J. Salazar-González, "Models and algorithms for the 2-dimensional cell suppression
//! problem", Mathematical Programming 84 (1999); L. H. Cox, "Network models for complementary cell suppression", JASA 90 (1995)).
//! What turns out not to be needed is told after all. Neither step is trusted: an audit of everything published decides.
//!
//! A count of nobody can be a partner, unless everybody knows that nobody can be there: a reader who sees nothing cannot tell
//! it from a few.

use crate::bounds::solve::{Attest, Range, Target, attested, solution};
use crate::bounds::system::{Contradiction, INFINITE};
use crate::bounds::{Audit, AuditError, Limits, Model, Place, audit, first_contradiction};
use crate::primary::{Reason, primary};
use crate::rules::Rules;
use crate::space::Space;
use crate::table::{Publication, Table, Value};
use microlp::{ComparisonOp, LinearExpr, OptimizationDirection, Problem, SolveOutcome};
use std::collections::BTreeMap;

/// Why a count is withheld.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// For its own sake.
    Primary(Reason),
    /// Because a withheld count, or a small difference, could be worked out from it.
    Partner,
}

/// A table that can be published, with what had to be withheld.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppression {
    /// The entries withheld, by place.
    pub withheld: BTreeMap<usize, Why>,
    /// What may leave.
    pub publication: Publication,
    /// How much is lost: the sum, over the entries withheld, of their people and one.
    pub lost: u64,
    /// Counts of earlier publications that could be worked out before this one.
    pub exposed_before: Vec<Place>,
    /// What a reader can work out of this and the earlier publications.
    pub audit: Audit,
}

/// Why a table cannot be published.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SuppressionError {
    /// It cannot be audited.
    #[error(transparent)]
    Audit(#[from] AuditError),
    /// Withholding all of it does not protect what earlier publications withheld or what follows from them.
    #[error(
        "{what} cannot be published beside what was published before: {numbers} numbers of few people could be worked out whatever \
         is withheld; use coarser categories or publish it with more people"
    )]
    Unprotectable {
        /// The table.
        what: String,
        /// How many numbers would be told.
        numbers: usize,
    },
}

/// Withholds as little of a table as keeps everything protected, this and all earlier publications taken together.
///
/// # Errors
/// If the publications cannot be audited, or withholding does not help.
pub fn suppress(
    space: &Space,
    table: &Table,
    earlier: &[Publication],
    rules: &Rules,
) -> Result<Suppression, SuppressionError> {
    let before = audit(space, earlier, rules)?;
    let exposed_before: Vec<Place> = before.unprotected(rules).iter().map(|b| b.place).collect();
    let told = |withheld: &BTreeMap<usize, Why>| {
        let mut all = earlier.to_vec();
        all.push(table.publication(|at| withheld.contains_key(&at)));
        all
    };
    let whole = told(&BTreeMap::new());
    let contradiction = |_| AuditError(vec![first_contradiction(space, &whole, rules)]);
    let model = Model::of(space, &whole, rules).map_err(AuditError)?;
    let mut best: Option<Search> = None;
    for price in [Price::People, Price::Roots] {
        let mut search = Search::of(table, &model, earlier, &exposed_before, rules, price).map_err(contradiction)?;
        if !search.protect().map_err(contradiction)? {
            let numbers = search.unmet().map_err(contradiction)?.len();
            return Err(SuppressionError::Unprotectable { what: table.what.clone(), numbers });
        }
        search.relax().map_err(contradiction)?;
        if best.as_ref().is_none_or(|b| search.lost() < b.lost()) {
            best = Some(search);
        }
    }
    let (withheld, lost) = best.map(|b| (b.withheld.clone(), b.lost())).unwrap_or_default();
    let all = told(&withheld);
    let audit = audit(space, &all, rules)?;
    // What could be worked out before is no fault of this table; everything else the audit finds is.
    let exposed = audit.unprotected(rules).into_iter().filter(|b| !exposed_before.contains(&b.place)).count();
    let derived = audit.derived.iter().filter(|d| !before.derived.iter().any(|b| b.from == d.from)).count();
    if exposed + derived > 0 {
        return Err(SuppressionError::Unprotectable { what: table.what.clone(), numbers: exposed + derived });
    }
    let publication = table.publication(|at| withheld.contains_key(&at));
    Ok(Suppression { withheld, publication, lost, exposed_before, audit })
}

/// What must not be worked out.
#[derive(Clone, Copy, Debug)]
struct Demand {
    target: Target,
    /// How wide its range must be; absent where it only must not tell of few.
    width: Option<u64>,
    /// Its value, or a guess where it is not known.
    value: i64,
}

impl Demand {
    fn met(&self, range: &Range, rules: &Rules) -> bool {
        let limits = Limits::of(*range);
        match self.width {
            Some(width) => limits.at_least_as_wide_as(width),
            None => limits.attested.is_some() && !limits.tells_of_few(rules.threshold),
        }
    }
}

/// What withholding an entry costs in the programme that looks for partners. A programme charges by how much a count
/// changes, though it is withheld whole however little it changes; no price is best for every table, so several are tried.
#[derive(Clone, Copy, Debug)]
enum Price {
    /// Its people and one.
    People,
    /// The root of that: many small partners are worth a few large ones.
    Roots,
}

impl Price {
    fn of(self, count: u64) -> f64 {
        let people = count as f64 + 1.0;
        match self {
            Price::People => people,
            Price::Roots => people.sqrt(),
        }
    }
}

struct Search<'a> {
    table: &'a Table,
    rules: &'a Rules,
    model: &'a Model,
    price: Price,
    /// The place of the table's first count among all.
    first: usize,
    /// Counts of earlier publications that were withheld and protected so far.
    kept: Vec<usize>,
    /// A solution when everything of the table is told.
    values: Vec<i64>,
    withheld: BTreeMap<usize, Why>,
}

impl<'a> Search<'a> {
    fn of(
        table: &'a Table,
        model: &'a Model,
        earlier: &[Publication],
        exposed_before: &[Place],
        rules: &'a Rules,
        price: Price,
    ) -> Result<Self, Contradiction> {
        let first = earlier.iter().map(|p| p.counts.len()).sum();
        let kept = (0..first)
            .filter(|c| !matches!(model.values[*c], Value::Published(_)) && !exposed_before.contains(&model.places[*c]))
            .collect();
        let mut system = model.with(&model.values)?;
        system.propagate()?;
        let values = solution(&system)?;
        let withheld = primary(table, rules).into_iter().map(|(at, reason)| (at, Why::Primary(reason))).collect();
        Ok(Search { table, rules, model, price, first, kept, values, withheld })
    }

    fn lost(&self) -> u64 {
        self.withheld.keys().fold(0, |sum, at| sum.saturating_add(self.table.entries[*at].count + 1))
    }

    /// What must not be worked out, each with the entry that it is about, if it is about one of this table.
    fn demands(&self) -> Vec<(Option<usize>, Demand)> {
        let demand = |target: Target, width| {
            let of = |v: u32| self.values[v as usize];
            let value = match target {
                Target::Variable(v) => of(v),
                Target::Difference(a, b) => of(a) - of(b),
            };
            Demand { target, width, value }
        };
        let own = self.withheld.iter().map(|(at, why)| {
            let count = self.table.entries[*at].count;
            let width = if matches!(why, Why::Partner) { self.rules.width } else { self.rules.width_of(count) };
            (Some(*at), demand(Target::Variable(self.model.variables[self.first + at]), Some(width)))
        });
        let width = |count: usize| Some(self.rules.width_when(self.model.values[count]));
        let kept = self.kept.iter().map(|c| demand(Target::Variable(self.model.variables[*c]), width(*c)));
        let rest = self.model.derived.iter().map(|(_, t)| *t).chain(self.model.unnamed().map(Target::Variable));
        own.chain(kept.chain(rest.map(|v| demand(v, None))).map(|demand| (None, demand))).collect()
    }

    /// Whether each of these demands is met, and what attests it.
    fn met(&self, demands: &[Demand]) -> Result<Vec<(bool, Option<Attest>)>, Contradiction> {
        let mut values = self.model.values.clone();
        self.withheld.keys().for_each(|at| values[self.first + at] = Value::Withheld);
        let mut system = self.model.with(&values)?;
        system.propagate()?;
        let targets: Vec<Target> = demands.iter().map(|d| d.target).collect();
        let met = |at: usize, range: &Range| demands.get(at).is_some_and(|d| d.met(range, self.rules));
        let (found, attests, _) = attested(&system, &targets, &met, true)?;
        let outcomes = demands.iter().zip(&found).map(|(demand, range)| demand.met(range, self.rules));
        Ok(outcomes.zip(attests).collect())
    }

    /// The demands that are not met.
    fn unmet(&self) -> Result<Vec<Demand>, Contradiction> {
        let demands: Vec<Demand> = self.demands().into_iter().map(|(_, demand)| demand).collect();
        let met = self.met(&demands)?;
        Ok(demands.into_iter().zip(met).filter(|(_, (met, _))| !met).map(|(demand, _)| demand).collect())
    }

    /// Withholds partners until every demand is met; whether that was possible.
    fn protect(&mut self) -> Result<bool, Contradiction> {
        loop {
            let unmet = self.unmet()?;
            if unmet.is_empty() {
                return Ok(true);
            }
            let before = self.withheld.len();
            for demand in &unmet {
                let width = demand.width.unwrap_or(self.rules.threshold);
                let width = i64::try_from(width).unwrap_or(INFINITE / 4);
                let down = demand.value.min(width);
                for by in [-down, width - down] {
                    let partners = self.partners(demand.target, by);
                    partners.into_iter().for_each(|at| _ = self.withheld.entry(at).or_insert(Why::Partner));
                }
            }
            if self.withheld.len() == before && !self.widen() {
                return Ok(false);
            }
        }
    }

    /// Withholds the smallest entry that is still told, where no programme helped; false if none is left.
    fn widen(&mut self) -> bool {
        let open =
            self.table.entries.iter().enumerate().filter(|(at, e)| !e.impossible && !self.withheld.contains_key(at));
        let smallest = open.min_by_key(|(at, e)| (e.count, *at)).map(|(at, _)| at);
        smallest.is_some_and(|at| self.withheld.insert(at, Why::Partner).is_none())
    }

    /// The cheapest entries that must be withheld for this to differ from its value by this much.
    fn partners(&self, target: Target, by: i64) -> Vec<usize> {
        if by == 0 {
            return Vec::new();
        }
        let mut cost = vec![0.0; self.values.len()];
        let mut rigid = vec![false; self.values.len()];
        for (count, variable) in self.model.variables.iter().enumerate() {
            let entry = count.checked_sub(self.first).and_then(|at| Some((at, self.table.entries.get(at)?)));
            let variable = *variable as usize;
            match entry {
                None => rigid[variable] |= matches!(self.model.values[count], Value::Published(_)),
                Some((_, entry)) if entry.impossible => rigid[variable] = true,
                Some((at, _)) if self.withheld.contains_key(&at) => {}
                Some((_, entry)) => cost[variable] = self.price.of(entry.count),
            }
        }
        let mut problem = Problem::new(OptimizationDirection::Minimize);
        let handles: Vec<_> = (0..self.values.len())
            .map(|v| {
                let most = if rigid[v] { 0.0 } else { f64::INFINITY };
                let least = if rigid[v] { 0.0 } else { self.values[v] as f64 };
                (problem.add_var(cost[v], (0.0, most)), problem.add_var(cost[v], (0.0, least)))
            })
            .collect();
        for equation in &self.model.system.equations {
            let mut sum = LinearExpr::empty();
            for (v, sign) in equation {
                let (up, down) = handles[*v as usize];
                sum.add(up, *sign as f64);
                sum.add(down, -*sign as f64);
            }
            problem.add_constraint(sum, ComparisonOp::Eq, 0.0);
        }
        let asked = match target {
            Target::Variable(v) => vec![(v, 1.0)],
            Target::Difference(a, b) => vec![(a, 1.0), (b, -1.0)],
        };
        let mut sum = LinearExpr::empty();
        for (v, sign) in asked {
            let (up, down) = handles[v as usize];
            sum.add(up, sign);
            sum.add(down, -sign);
        }
        problem.add_constraint(sum, ComparisonOp::Eq, by as f64);
        let Ok(SolveOutcome::Solution(solution)) = problem.solve() else { return Vec::new() };
        // Counts change by whole numbers; a tenth of one is far above rounding error.
        let changes = |v: usize| {
            let (up, down) = handles[v];
            solution.var_value(up) + solution.var_value(down) > 0.1
        };
        let entries = 0..self.table.entries.len();
        let open = entries.filter(|at| !self.withheld.contains_key(at));
        open.filter(|at| changes(self.model.variables[self.first + at] as usize)).collect()
    }

    /// Tells partners after all that are not needed: those of most people first, and those of fewest first; the better of both.
    fn relax(&mut self) -> Result<(), Contradiction> {
        let all = self.withheld.clone();
        let (about, demands): (Vec<Option<usize>>, Vec<Demand>) = self.demands().into_iter().unzip();
        let attests: Vec<Option<Attest>> = self.met(&demands)?.into_iter().map(|(_, attest)| attest).collect();
        let mut best = all.clone();
        for largest_first in [true, false] {
            self.withheld.clone_from(&all);
            let partners = all.iter().filter(|(_, why)| matches!(why, Why::Partner));
            let mut partners: Vec<usize> = partners.map(|(at, _)| *at).collect();
            partners.sort_by_key(|at| (self.table.entries[*at].count, *at));
            if largest_first {
                partners.reverse();
            }
            let mut attests = attests.clone();
            for at in partners {
                self.tell(at, &about, &demands, &mut attests)?;
            }
            let lost = self.lost();
            let kept = std::mem::replace(&mut self.withheld, best.clone());
            if lost < self.lost() {
                best = kept;
            }
        }
        self.withheld = best;
        Ok(())
    }

    /// Tells a partner after all, unless some demand is not met then. Only those are looked at that stood on another value of it.
    fn tell(
        &mut self,
        at: usize,
        about: &[Option<usize>],
        demands: &[Demand],
        attests: &mut [Option<Attest>],
    ) -> Result<(), Contradiction> {
        self.withheld.remove(&at);
        let variable = self.model.variables[self.first + at];
        let value = i64::try_from(self.table.entries[at].count).unwrap_or(INFINITE);
        // What is told has no demand of its own any more.
        let holds = |entry: &Option<usize>| entry.is_none_or(|entry| self.withheld.contains_key(&entry));
        let stands = |attest: &Option<Attest>| attest.as_ref().is_some_and(|a| a.stands_when(variable, value));
        let open: Vec<usize> = (0..demands.len()).filter(|d| holds(&about[*d]) && !stands(&attests[*d])).collect();
        let asked: Vec<Demand> = open.iter().map(|d| demands[*d]).collect();
        let met = if asked.is_empty() { Vec::new() } else { self.met(&asked)? };
        if met.iter().any(|(met, _)| !met) {
            self.withheld.insert(at, Why::Partner);
            return Ok(());
        }
        for (demand, (_, attest)) in open.into_iter().zip(met) {
            attests[demand] = attest;
        }
        Ok(())
    }
}
