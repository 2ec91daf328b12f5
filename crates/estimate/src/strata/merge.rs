//! Which strata are too thin to stand alone, and with whom are they merged?
//!
//! A group of strata is thin when fewer people than a stated number are on two or more lists, or when the model refuses its
//! table. The thinnest goes first (fewest overlaps, then the earliest) and joins its nearest neighbour: the one that shares
//! most of its path in the hierarchy, then the one closest in the order given, then the one with fewer overlaps, then the
//! earlier. Only groups that the same lists could see are merged: in a merged table, a list that saw one half only would
//! look like one that reaches everybody badly.

use super::{Estimator, Group, GroupEstimate, Listener, StrataFault, StrataOptions, StrataWarning, Stratum, answers};
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::atomic::AtomicUsize;

/// When and how thin strata are merged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merging {
    /// Fewer people on two or more lists than this make a stratum thin. Ten by default: Chapman's estimator then has a
    /// relative standard error near a third, and every answer below is announced as fragile.
    pub least_overlaps: u64,
    /// So much of the path two strata must share to be merged: 1 keeps regions apart when the path begins with the region.
    pub least_shared: usize,
}

impl Default for Merging {
    fn default() -> Self {
        Self { least_overlaps: 10, least_shared: 0 }
    }
}

/// Strata that were merged.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Merge {
    /// The strata that could not stand alone.
    pub thin: Vec<String>,
    /// The neighbour they joined.
    pub into: Vec<String>,
    /// What was wrong with them.
    pub why: Why,
}

/// Why strata could not stand alone.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// So many people on two or more lists, too few.
    FewOverlaps(u64),
    /// What the model said.
    Refused(String),
}

/// Groups, merged until none is thin or none has a neighbour, and their answers.
pub(super) struct Plan {
    pub(super) groups: Vec<Group>,
    pub(super) answers: Vec<GroupEstimate>,
    pub(super) merges: Vec<Merge>,
}

pub(super) fn plan(
    strata: &[Stratum],
    options: &StrataOptions,
    estimator: Estimator,
    listener: Listener,
) -> Result<Plan, StrataFault> {
    let mut groups = (0..strata.len()).map(|m| Group::of(strata, &[m])).collect::<Result<Vec<_>, _>>()?;
    let mut merges = Vec::new();
    let mut known: BTreeMap<Vec<usize>, GroupEstimate> = BTreeMap::new();
    let done = AtomicUsize::new(0);
    loop {
        if let Some(merging) = &options.merging {
            while let Some((thin, near)) = thinnest(&groups, strata, merging) {
                let why = Why::FewOverlaps(groups[thin].overlaps);
                merges.push(join(&mut groups, strata, thin, near, why)?);
            }
        }
        let new: Vec<&Group> = groups.iter().filter(|g| !known.contains_key(&g.members)).collect();
        let total = known.len() + new.len();
        for (group, answer) in new.iter().zip(answers(&new, strata, estimator, &done, total, listener)?) {
            known.insert(group.members.clone(), answer);
        }
        let refused = merge_refused(&mut groups, strata, options, &known)?;
        if refused.is_empty() {
            break;
        }
        merges.extend(refused);
    }
    let least = options.merging.as_ref().map_or(0, |m| m.least_overlaps);
    let mut answers = Vec::with_capacity(groups.len());
    for group in &groups {
        if let Some(mut answer) = known.remove(&group.members) {
            if group.table.observed() > 0 && group.overlaps < least {
                answer.warnings.push(StrataWarning::StillThin(group.overlaps));
            }
            answers.push(answer);
        }
    }
    Ok(Plan { groups, answers, merges })
}

/// The thinnest group that has a neighbour, and the neighbour. Groups in which nobody was recorded are left alone: they are
/// not thin but empty, and merging them would claim that the neighbour's people were spread over them.
fn thinnest(groups: &[Group], strata: &[Stratum], merging: &Merging) -> Option<(usize, usize)> {
    let mut thin: Vec<usize> = (0..groups.len())
        .filter(|&g| groups[g].table.observed() > 0 && groups[g].overlaps < merging.least_overlaps)
        .collect();
    thin.sort_by_key(|&g| (groups[g].overlaps, groups[g].members[0]));
    thin.into_iter().find_map(|g| nearest(groups, strata, g, merging).map(|near| (g, near)))
}

fn nearest(groups: &[Group], strata: &[Stratum], thin: usize, merging: &Merging) -> Option<usize> {
    let candidates = (0..groups.len())
        .filter(|&g| g != thin && groups[g].blind == groups[thin].blind && groups[g].table.observed() > 0);
    candidates
        .map(|g| (shared(strata, &groups[thin], &groups[g]), g))
        .filter(|(shared, _)| *shared >= merging.least_shared)
        .min_by_key(|&(shared, g)| {
            let distance = distance(&groups[thin].members, &groups[g].members);
            (Reverse(shared), distance, groups[g].overlaps, groups[g].members[0])
        })
        .map(|(_, g)| g)
}

/// How much of their path all strata of both groups share from the front.
fn shared(strata: &[Stratum], a: &Group, b: &Group) -> usize {
    let first = &strata[a.members[0]].path;
    let prefix = |path: &[String]| path.iter().zip(first).take_while(|(x, y)| x == y).count();
    a.members.iter().chain(&b.members).map(|&m| prefix(&strata[m].path)).min().unwrap_or(0)
}

/// The distance of two groups in the order of the strata: that of their closest members.
fn distance(a: &[usize], b: &[usize]) -> usize {
    a.iter().flat_map(|x| b.iter().map(move |y| x.abs_diff(*y))).min().unwrap_or(usize::MAX)
}

fn join(groups: &mut Vec<Group>, strata: &[Stratum], thin: usize, near: usize, why: Why) -> Result<Merge, StrataFault> {
    let names = |group: &Group| group.members.iter().map(|&m| strata[m].name.clone()).collect();
    let merge = Merge { thin: names(&groups[thin]), into: names(&groups[near]), why };
    let mut members = [&groups[thin].members[..], &groups[near].members].concat();
    members.sort_unstable();
    // The group takes the place of the earlier of the two, so that groups stay in the order of their first stratum.
    groups[thin.min(near)] = Group::of(strata, &members)?;
    groups.remove(thin.max(near));
    Ok(merge)
}

/// Merges each group that was refused with its nearest neighbour, each group at most once, for the merged tables may well
/// be answered.
fn merge_refused(
    groups: &mut Vec<Group>,
    strata: &[Stratum],
    options: &StrataOptions,
    known: &BTreeMap<Vec<usize>, GroupEstimate>,
) -> Result<Vec<Merge>, StrataFault> {
    let mut merges = Vec::new();
    let Some(merging) = &options.merging else {
        return Ok(merges);
    };
    let refusal = |group: &Group| known.get(&group.members).and_then(|answer| answer.refusal.clone());
    loop {
        let mut refused: Vec<usize> = (0..groups.len()).filter(|&g| refusal(&groups[g]).is_some()).collect();
        refused.sort_by_key(|&g| (groups[g].overlaps, groups[g].members[0]));
        let pair = refused.into_iter().find_map(|g| {
            // A neighbour made in this round has not been answered yet; it will be asked again.
            let near = nearest(groups, strata, g, merging).filter(|&n| known.contains_key(&groups[n].members))?;
            Some((g, near, refusal(&groups[g])?))
        });
        let Some((thin, near, why)) = pair else {
            return Ok(merges);
        };
        merges.push(join(groups, strata, thin, near, Why::Refused(why))?);
    }
}
