//! How many sources could this be?
//!
//! A source is named by a code in everything that is published: S-014. What one release says of S-014 and what the next says add
//! up; a reader who puts them together asks how many people all of it fits. The *disclosure profile* of a code is everything
//! that all releases say of it, and the answer here is k-anonymity (L. Sweeney, "k-anonymity: a model for protecting privacy",
//! International Journal of Uncertainty, Fuzziness and Knowledge-Based Systems 10 (2002), 557-570) among the sources of the
//! inquiry, for the whole profile and for every part of it. Parts are searched as M. J. Elliot, A. Manning & R. Ford search for
//! special uniques ("A computational algorithm for handling the special uniques problem", the same journal, 493-509): those
//! that are too rare though nothing can be left out of them.

use crate::space::Category;
use std::collections::{BTreeMap, BTreeSet};

/// One thing that one release says of one source.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Said {
    /// The source's code.
    pub source: String,
    /// The release.
    pub release: String,
    /// What it says.
    pub fact: Category,
}

/// Everything said of a source, with the releases that say it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// The source's code.
    pub source: String,
    /// What is said, with the releases that say it.
    pub facts: BTreeMap<Category, BTreeSet<String>>,
}

/// Facts of a profile that fit few sources, and fit enough if any one of them is left out.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rare {
    /// The facts.
    pub facts: Vec<Category>,
    /// How many sources they are said of, this one included.
    pub shares: usize,
}

/// A profile that fits fewer sources than it must.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Below {
    /// The source's code.
    pub source: String,
    /// How many sources must share a profile.
    pub k: usize,
    /// How many have exactly this profile, this one included.
    pub shares: usize,
    /// The profile.
    pub facts: Vec<Category>,
    /// The smallest sets of facts that fit fewer than `k` sources: what to leave out, or to say less exactly. Empty if only
    /// the whole is rare, because others have it with more besides.
    pub rare: Vec<Rare>,
    /// Sets of more facts than this were not searched.
    pub searched: usize,
}

/// Somebody's decision, in writing, that a profile may leave though it fits few.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The source's code.
    pub source: String,
    /// The facts decided about: one more, and it has to be decided anew.
    pub facts: BTreeSet<Category>,
    /// Who decided, by role.
    pub by: String,
    /// Why: what was weighed, what the source said to it.
    pub reason: String,
}

/// Why a decision does not settle a profile.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecisionFault {
    /// It is about another source.
    #[error("the decision is about {decided}, the profile is of {source_code}; write one for it")]
    OtherSource {
        /// The code it names.
        decided: String,
        /// The code of the profile.
        source_code: String,
    },
    /// More is said by now than was decided about.
    #[error("{added} facts of {source_code} were not before whoever decided; have it decided anew")]
    MoreIsSaid {
        /// The code of the profile.
        source_code: String,
        /// How many facts are new.
        added: usize,
    },
    /// Nobody decided, or without a reason.
    #[error("the decision about {source_code} lacks who decided or why; complete it")]
    Unsigned {
        /// The code of the profile.
        source_code: String,
    },
}

/// How many sets of facts of one profile are searched. All sets of 16 facts; of longer profiles the smaller ones.
const MOST_SETS: usize = 1 << 16;

/// The profile of every source, in the order of their codes.
pub fn profiles(said: &[Said]) -> Vec<Profile> {
    let mut found: BTreeMap<&str, BTreeMap<Category, BTreeSet<String>>> = BTreeMap::new();
    for one in said {
        let facts = found.entry(&one.source).or_default();
        facts.entry(one.fact.clone()).or_default().insert(one.release.clone());
    }
    found.into_iter().map(|(source, facts)| Profile { source: source.into(), facts }).collect()
}

/// The profiles that fewer than `k` sources share, in whole or in part.
///
/// Sources are told apart by what is said of them: one of whom less is said does not count as sharing more than that. That
/// is the safe side. `30 to 39` and `34` are different facts; say both of a source where both are said.
pub fn below(said: &[Said], k: usize) -> Vec<Below> {
    let profiles = profiles(said);
    let mut alike: BTreeMap<Vec<&Category>, usize> = BTreeMap::new();
    for profile in &profiles {
        *alike.entry(profile.facts.keys().collect()).or_default() += 1;
    }
    // Of each fact, the sources it is said of.
    let mut having: BTreeMap<&Category, BTreeSet<usize>> = BTreeMap::new();
    for (source, profile) in profiles.iter().enumerate() {
        profile.facts.keys().for_each(|fact| _ = having.entry(fact).or_default().insert(source));
    }
    let one = |profile: &Profile| {
        let facts: Vec<&Category> = profile.facts.keys().collect();
        let shares = alike.get(&facts).copied().unwrap_or(0);
        let (rare, searched) = rare(&facts, &having, k);
        (shares < k || !rare.is_empty()).then(|| Below {
            source: profile.source.clone(),
            k,
            shares,
            facts: facts.into_iter().cloned().collect(),
            rare,
            searched,
        })
    };
    profiles.iter().filter_map(one).collect()
}

/// The smallest sets of facts that fit fewer than `k`, and up to what size sets were searched.
///
/// Sets grow by one fact a round. A set that is rare grows no further: what holds it is rarer still. Only sets that are
/// common are kept, so that a set all of whose parts are common, and only such a one, is a smallest one if it is rare.
fn rare(facts: &[&Category], having: &BTreeMap<&Category, BTreeSet<usize>>, k: usize) -> (Vec<Rare>, usize) {
    let empty = BTreeSet::new();
    let mut found = Vec::new();
    let mut common: BTreeMap<Vec<usize>, BTreeSet<usize>> = BTreeMap::new();
    let mut work = 0;
    for size in 1..=facts.len() {
        let mut grown = BTreeMap::new();
        let starts: Vec<(Vec<usize>, Option<&BTreeSet<usize>>)> = match size {
            1 => vec![(Vec::new(), None)],
            _ => common.iter().map(|(set, who)| (set.clone(), Some(who))).collect(),
        };
        for (set, who) in starts {
            for next in set.last().map_or(0, |l| l + 1)..facts.len() {
                work += 1;
                if work > MOST_SETS {
                    return (found, size - 1);
                }
                let mut larger = set.clone();
                larger.push(next);
                let part = |without: usize| {
                    let mut part = larger.clone();
                    part.remove(without);
                    part
                };
                if size > 1 && !(0..size).all(|without| common.contains_key(&part(without))) {
                    continue;
                }
                let these = facts.get(next).and_then(|f| having.get(f)).unwrap_or(&empty);
                let both: BTreeSet<usize> = who.map_or_else(|| these.clone(), |w| w & these);
                if both.len() < k {
                    let facts = larger.iter().filter_map(|f| facts.get(*f)).map(|f| (*f).clone()).collect();
                    found.push(Rare { facts, shares: both.len() });
                } else {
                    grown.insert(larger, both);
                }
            }
        }
        common = grown;
        if common.is_empty() {
            break;
        }
    }
    (found, facts.len())
}

/// Whether a decision settles a profile that is below `k`.
///
/// # Errors
/// Why it does not.
pub fn settles(decision: &Decision, below: &Below) -> Result<(), DecisionFault> {
    let source_code = || below.source.clone();
    if decision.source != below.source {
        return Err(DecisionFault::OtherSource { decided: decision.source.clone(), source_code: source_code() });
    }
    let added = below.facts.iter().filter(|f| !decision.facts.contains(f)).count();
    if added > 0 {
        return Err(DecisionFault::MoreIsSaid { source_code: source_code(), added });
    }
    if decision.by.trim().is_empty() || decision.reason.trim().is_empty() {
        return Err(DecisionFault::Unsigned { source_code: source_code() });
    }
    Ok(())
}
