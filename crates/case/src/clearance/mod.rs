//! Which counts of people may leave with a publication, and as what?
//!
//! Everything that shows a number of people is an equation to a hostile reader. Before a publication is drawn, all its counts are set against one
//! another and against everything that earlier releases told ([`crate::facts::words::CountsPublished`]): small counts are withheld, and with
//! them whatever they could be worked out from. What is told of one source under its code, release after release, adds up to a profile;
//! below a number of sources that share it a person decides, in writing ([`profile`]).

mod decide;
pub mod leaving;
mod people;
pub mod profile;
mod united;
pub mod worked_out;

#[cfg(test)]
mod tests;

use crate::custody::folder::Case;
use crate::custody::founding::WORKING;
use crate::custody::governance::Setting;
use crate::facts::words::{CountsPublished, Fact};
use crate::facts::{Book, Said};
use crate::leak::margins::Published;
use crate::publication::counted::{Clearing, Counted, Notice, Told};
use factum_guard::rules::Rules;
use people::Misfit;
use serde::Serialize;

/// How many sources must share a profile unless the inquiry sets more: of two each knows the other, of three nobody does.
const PROFILE_SHARES: u64 = 3;

/// Why a count is not told as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// It is of few people.
    FewPeople,
    /// It rests on few sources.
    FewSources,
    /// It holds everybody of a larger count, so that whoever is known to be there is known to be here.
    HoldsAll,
    /// A withheld count could be worked out from it.
    Partner,
    /// The table is so large that all its counts are rounded.
    Rounded,
}

impl Why {
    /// In words, under these rules.
    pub fn words(self, rules: &Rules) -> String {
        match self {
            Why::FewPeople => format!("fewer than {} people", rules.threshold),
            Why::FewSources => format!("fewer than {} sources", rules.sources),
            Why::HoldsAll => "everybody of a larger count is here".into(),
            Why::Partner => "a withheld count could be worked out from it".into(),
            Why::Rounded => "all counts of so large a table are rounded".into(),
        }
    }
}

/// Counts that cannot leave as they are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Refused {
    /// Who is counted.
    pub population: String,
    /// Where the counts stand.
    pub places: Vec<String>,
    /// Why, and what to try.
    pub why: String,
}

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the counts of {} ({}) cannot leave: {}", self.population, self.places.join(", "), self.why)
    }
}

/// What was decided about counts of the same people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Cleared {
    /// Who is counted.
    pub population: String,
    /// Where the counts stand.
    pub places: Vec<String>,
    /// How many different counts there are.
    pub counts: usize,
    /// How many of them are not told as they are.
    pub withheld: usize,
    /// How many counts of earlier releases could be worked out before this one: no fault of it, and nothing can be done.
    pub exposed_before: usize,
    /// Whether, by what earlier releases told, somebody must have been taken out.
    pub some_left: bool,
    /// Whether counts were rounded.
    pub rounded: bool,
}

/// What was decided about all counts of a publication.
#[derive(Clone, Debug, Default)]
pub struct Decided {
    /// Of each table and each of its counts, what is told. What could not be decided is withheld.
    pub told: Vec<Vec<Told>>,
    /// Of each table and each of its counts, why it is not told as it is.
    pub why: Vec<Vec<Option<Why>>>,
    /// By the people counted.
    pub cleared: Vec<Cleared>,
    /// Counts that cannot leave.
    pub refused: Vec<Refused>,
    leaves: Vec<CountsPublished>,
}

impl Decided {
    /// What has to be said in the case when these counts leave with a release of this name.
    pub fn facts(&self, release: &str) -> Vec<Fact> {
        let named = |counts: &CountsPublished| CountsPublished { release: release.into(), ..counts.clone() };
        self.leaves.iter().map(|counts| Fact::CountsPublished(Box::new(named(counts)))).collect()
    }
}

/// Why nothing can be cleared at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClearanceError {
    /// What left before cannot be seen.
    #[error(
        "what earlier releases told stands in the compartment {WORKING}, which is not open to you: a release is cleared by somebody who can open it"
    )]
    Closed,
}

/// Decides what of counts may be told, by the rules of the inquiry and all that left before.
#[derive(Clone, Debug)]
pub struct Clearance {
    rules: Rules,
    shares: usize,
    /// Releases in the order in which they left, each with what was told.
    earlier: Vec<(u32, CountsPublished)>,
    release: u32,
}

impl Clearance {
    /// By the settings of a case and what its book says that has left. `release` is the name of the one that is prepared, if it has one:
    /// what left under that name already counts as of the same day.
    ///
    /// # Errors
    /// If the actor cannot see what left before.
    pub fn of(case: &Case, book: &Book, release: Option<&str>) -> Result<Self, ClearanceError> {
        if !book.open.contains(WORKING) {
            return Err(ClearanceError::Closed);
        }
        let set = |setting| case.register().number(setting);
        let rules = set(Setting::SmallestCount).map_or_else(Rules::default, Rules::new);
        let shares = set(Setting::ProfileShares).unwrap_or(PROFILE_SHARES);
        Ok(Self::new(rules, usize::try_from(shares).unwrap_or(usize::MAX), &book.counts_published, release))
    }

    fn new(rules: Rules, shares: usize, published: &[Said<CountsPublished>], release: Option<&str>) -> Self {
        let mut names: Vec<&str> = Vec::new();
        for said in published {
            if !names.contains(&said.what.release.as_str()) {
                names.push(&said.what.release);
            }
        }
        let number = |name: &str| names.iter().position(|known| *known == name).unwrap_or(names.len()) as u32;
        let earlier = published.iter().map(|said| (number(&said.what.release), said.what.clone())).collect();
        Self { rules, shares, earlier, release: release.map_or(names.len() as u32, number) }
    }

    /// The rules.
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// How many sources must share all that is told of one.
    pub fn shares(&self) -> usize {
        self.shares
    }

    /// What left before, for holding finished files against it.
    pub fn published(&self) -> Published {
        Published { counts: self.earlier.clone(), rules: self.rules.clone() }
    }

    /// Decides about all counts of a publication at once.
    pub fn decide(&self, counted: &[Counted]) -> Decided {
        let (joints, misfits) = people::joined(counted);
        let mut decided = Decided {
            // What singles nobody out is told; of everything else nothing, until it is decided.
            told: counted.iter().map(undecided).collect(),
            why: counted.iter().map(|one| vec![None; one.cells.len()]).collect(),
            refused: misfits.iter().map(Refused::from).collect(),
            ..Decided::default()
        };
        for joint in &joints {
            let of_these = |(number, counts): &'_ (u32, CountsPublished)| {
                (counts.population == joint.population).then_some(*number)
            };
            let earlier: Vec<(u32, &CountsPublished)> =
                self.earlier.iter().filter_map(|one| Some((of_these(one)?, &one.1))).collect();
            let decision = match decide::decide(joint, &earlier, self.release, &self.rules) {
                Ok(decision) => decision,
                Err(refused) => {
                    decided.refused.push(refused);
                    continue;
                }
            };
            for ((table, cell), entry) in &joint.at {
                let Some((told, why)) = decision.told.get(*entry) else { continue };
                if let Some(place) = decided.told.get_mut(*table).and_then(|cells| cells.get_mut(*cell)) {
                    *place = *told;
                }
                if let Some(place) = decided.why.get_mut(*table).and_then(|cells| cells.get_mut(*cell)) {
                    *place = *why;
                }
            }
            decided.cleared.push(Cleared {
                population: joint.population.clone(),
                places: joint.places.clone(),
                counts: joint.entries.len(),
                withheld: decision.told.iter().filter(|(_, why)| why.is_some()).count(),
                exposed_before: decision.exposed_before,
                some_left: decision.some_left,
                rounded: decision.rounded,
            });
            decided.leaves.push(decision.leaves);
        }
        decided
    }
}

fn undecided(counted: &Counted) -> Vec<Told> {
    let told = |count: u64| if counted.unit.singles_out() { Told::Withheld } else { Told::Exactly(count) };
    counted.cells.iter().map(|cell| told(cell.count)).collect()
}

impl Clearing for Clearance {
    fn clear(&self, counted: &[Counted]) -> Result<Vec<Vec<Told>>, Vec<String>> {
        let decided = self.decide(counted);
        if decided.refused.is_empty() {
            Ok(decided.told)
        } else {
            Err(decided.refused.iter().map(ToString::to_string).collect())
        }
    }

    fn notice(&self) -> Option<Notice> {
        Some(Notice::Few(self.rules.threshold))
    }
}

impl From<&Misfit> for Refused {
    fn from(misfit: &Misfit) -> Self {
        match misfit {
            Misfit::Category { place, count } => Refused {
                population: "a table".into(),
                places: vec![place.clone()],
                why: format!("count {count} names a category that the table does not have; name one it has"),
            },
            Misfit::TwoValues { population, place, count } => Refused {
                population: population.clone(),
                places: vec![place.clone()],
                why: format!(
                    "count {count} is another number than the same count elsewhere in the publication; count both from the same records, or \
                     name their categories differently"
                ),
            },
        }
    }
}
