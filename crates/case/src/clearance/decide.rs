//! What of counts of the same people may be told, beside everything that was told of them before?
//!
//! As little as possible is withheld; where tables are too large for that, counts are rounded so that sums hold. Either way what a
//! reader can work out, from this and all earlier releases together, is worked out here first.

use super::people::Joint;
use super::united::united;
use super::{Refused, Why};
use crate::facts::words::{CountedBy, CountsPublished, PublishedCount, ToldOf};
use crate::publication::counted::Told;
use factum_guard::bounds::{is_network, movement};
use factum_guard::complementary::{self, suppress};
use factum_guard::primary::Reason;
use factum_guard::rounding::round;
use factum_guard::rules::Rules;
use factum_guard::space::{Category, Space};
use factum_guard::table::{Count, Publication, Step, Table, Value};
use std::collections::BTreeSet;

/// Counts of one- and two-way tables for which partners are searched; larger ones are rounded.
/// Withholding took 41 s for 422 by 422 categories on two cores (docs/method/disclosure.md).
const MOST_IN_NETWORK: usize = 180_000;

/// The same of tables whose sums are no network, which cannot be rounded and are refused beyond.
/// Withholding took 7 s for 7 by 7 by 7 categories, 512 counts with their margins, on two busy cores (docs/method/disclosure.md).
const MOST_IN_PROGRAMME: usize = 600;

/// Counts of the same people, decided.
pub(super) struct Decision {
    /// Of each entry what is told and why nothing is, if so.
    pub told: Vec<(Told, Option<Why>)>,
    /// How many counts of earlier releases could be worked out before this one.
    pub exposed_before: usize,
    /// Whether people must have been taken out between releases: with people only added, the releases contradict each other.
    pub some_left: bool,
    /// Whether counts were rounded.
    pub rounded: bool,
    /// What leaves, without the name of the release.
    pub leaves: CountsPublished,
}

/// Decides about counts of the same people. `earlier` is what left before, each with the number of its release.
pub(super) fn decide(
    joint: &Joint,
    earlier: &[(u32, &CountsPublished)],
    release: u32,
    rules: &Rules,
) -> Result<Decision, Refused> {
    let refused = |why: String| Refused { population: joint.population.clone(), places: joint.places.clone(), why };
    let tables: Vec<&[CountedBy]> = earlier
        .iter()
        .map(|(_, counts)| counts.dimensions.as_slice())
        .chain(joint.tables.iter().map(Vec::as_slice))
        .collect();
    let together = united(&tables);
    let space = Space::new(together.dimensions).map_err(|error| refused(error.to_string()))?;
    let mut before: Vec<Publication> = earlier.iter().map(|(number, counts)| publication(*number, counts)).collect();
    let numbers = earlier.iter().map(|(number, _)| *number).chain(joint.tables.iter().map(|_| release));
    for (number, empty) in numbers.zip(&together.empty).filter(|(_, empty)| !empty.is_empty()) {
        let nobody = |category: &Category| Count { of: vec![category.clone()], value: Value::Published(0) };
        let what = format!("what release {} leaves out", number + 1);
        before.push(Publication { what, release: number, counts: empty.iter().map(nobody).collect() });
    }
    if !joint.nobody.is_empty() {
        let nobody = |of: &Vec<Category>| Count { of: of.clone(), value: Value::Published(0) };
        let what = format!("what {} does not show", joint.places.join(", "));
        before.push(Publication { what, release, counts: joint.nobody.iter().map(nobody).collect() });
    }
    let table = Table { what: joint.places.join(", "), release, entries: joint.entries.clone() };
    let mut all = before.clone();
    all.push(table.publication(|_| false));
    let rules = Rules { movement: movement(&space, &all, rules), ..rules.clone() };
    let some_left = rules.movement.0.last().is_some_and(|step| *step != Step::Adds);
    let (told, exposed_before, rounded) = attempt(&space, &table, &before, &rules, joint).map_err(refused)?;
    let leaves = leaving(joint, &told);
    Ok(Decision { told, exposed_before, some_left, rounded, leaves })
}

type Attempt = (Vec<(Told, Option<Why>)>, usize, bool);

fn attempt(
    space: &Space,
    table: &Table,
    before: &[Publication],
    rules: &Rules,
    joint: &Joint,
) -> Result<Attempt, String> {
    let mut all = before.to_vec();
    all.push(table.publication(|_| false));
    let flows = is_network(space, &all, rules).map_err(|error| error.to_string())?;
    let counts: usize = all.iter().map(|publication| publication.counts.len()).sum();
    if counts <= if flows { MOST_IN_NETWORK } else { MOST_IN_PROGRAMME } {
        let found = suppress(space, table, before, rules).map_err(|error| error.to_string())?;
        let told = joint.entries.iter().enumerate().map(|(at, entry)| match found.withheld.get(&at) {
            Some(why) => (Told::Withheld, Some(reason(*why))),
            None => (Told::Exactly(entry.count), None),
        });
        return Ok((told.collect(), found.exposed_before.len(), false));
    }
    let found = round(space, table, rules.threshold, before, rules).map_err(|error| error.to_string())?;
    let told = found.publication.counts.iter().map(|count| match count.value {
        Value::Between(least, most) => (Told::Between(least, most), Some(Why::Rounded)),
        Value::Published(number) => (Told::Exactly(number), None),
        Value::Withheld => (Told::Withheld, Some(Why::Rounded)),
    });
    Ok((told.collect(), 0, true))
}

fn reason(why: complementary::Why) -> Why {
    match why {
        complementary::Why::Primary(Reason::FewPeople) => Why::FewPeople,
        complementary::Why::Primary(Reason::FewSources) => Why::FewSources,
        complementary::Why::Primary(Reason::HoldsAllOf(_)) => Why::HoldsAll,
        complementary::Why::Partner => Why::Partner,
    }
}

/// What a record says that was published.
pub(super) fn publication(release: u32, counts: &CountsPublished) -> Publication {
    let count = |one: &PublishedCount| Count {
        of: one.of.iter().map(|category| Category::new(&category.name, &category.value)).collect(),
        value: match one.told {
            ToldOf::Exactly(number) => Value::Published(number),
            ToldOf::Between(least, most) => Value::Between(least, most),
            ToldOf::Withheld => Value::Withheld,
        },
    };
    let what = format!("{} of release {}", counts.places.join(", "), counts.release);
    Publication { what, release, counts: counts.counts.iter().map(count).collect() }
}

/// What leaves, to be kept: with the dimensions of all tables, and that nobody is where one of them has no category.
fn leaving(joint: &Joint, told: &[(Told, Option<Why>)]) -> CountsPublished {
    let tables: Vec<&[CountedBy]> = joint.tables.iter().map(Vec::as_slice).collect();
    let together = united(&tables);
    let dimensions = together.dimensions.into_iter().map(|dimension| CountedBy {
        name: dimension.name,
        finest: dimension.finest,
        groups: dimension.groups,
    });
    let of = |of: &[Category]| {
        of.iter().map(|c| crate::custody::evidence::Detail::new(&c.dimension, &c.value)).collect::<Vec<_>>()
    };
    let mut counts: Vec<PublishedCount> = joint
        .entries
        .iter()
        .zip(told)
        .map(|(entry, (told, _))| PublishedCount {
            of: of(&entry.of),
            told: match told {
                Told::Exactly(number) => ToldOf::Exactly(*number),
                Told::Between(least, most) => ToldOf::Between(*least, *most),
                Told::Withheld => ToldOf::Withheld,
            },
        })
        .collect();
    let empty = together.empty.into_iter().flatten().map(|category| vec![category]);
    let nobody: BTreeSet<Vec<Category>> = joint.nobody.iter().cloned().chain(empty).collect();
    let known: BTreeSet<&Vec<Category>> = joint.entries.iter().map(|entry| &entry.of).collect();
    let nobody = nobody.iter().filter(|one| !known.contains(one));
    counts.extend(nobody.map(|one| PublishedCount { of: of(one), told: ToldOf::Exactly(0) }));
    CountsPublished {
        release: String::new(),
        population: joint.population.clone(),
        places: joint.places.clone(),
        dimensions: dimensions.collect(),
        counts,
    }
}
