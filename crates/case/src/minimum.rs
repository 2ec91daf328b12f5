//! How many people do the lists document at least, and at most, when some records name nobody?
//!
//! Records of groups and of people without a name cannot be linked. They may speak of people who are named elsewhere, or of
//! others; the same group may stand on several lists. So they give bounds, not a number:
//!
//! - no list can hold more people than there are, so what one list documents is documented: the minimum is the larger of the
//!   distinct persons named on all lists and, for each list, the people it documents by itself;
//! - if no such record speaks of anybody who is named, there are at least as many further people as the list with most of
//!   them documents, since the groups of two lists may be the same;
//! - if none repeats another, there are as many further people as all of them say together.
//!
//! Within one list, records of groups at different days or places count as different people, and at the same day and place as
//! repetitions of the largest, unless the list is said to be without duplicates. What states no day or no place may repeat
//! any other record of its list.

use crate::grouped;
use crate::lists::Reading;
use crate::lists::trace::GroupRecord;
use crate::persons::csv_of;
use crate::scope::Days;
use factum_model::ListId;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap, HashSet};

/// People documented by records that name nobody, and what they make of the documented minimum.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Minimum {
    /// Distinct persons by name.
    pub named: u64,
    /// At least so many distinct people are documented, whatever overlaps.
    pub at_least: u64,
    /// At least so many, if no record of people without a name speaks of a person who is named.
    pub at_least_if_apart: u64,
    /// At most so many, all records of people without a name taken as different people; absent when some state no number.
    pub at_most: Option<u64>,
    /// The records of people without a name, by list.
    pub lists: BTreeMap<ListId, Unnamed>,
}

/// Records of people without a name on one list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Unnamed {
    /// Records.
    pub records: u64,
    /// Of them, records that name a person as well.
    pub with_a_name: u64,
    /// People they state, all taken as different.
    pub people: u64,
    /// Records that speak of more people than they state.
    pub without_number: u64,
    /// Different days and places at which they were.
    pub events: u64,
    /// People whom they document at least, repetitions taken into account.
    pub at_least: u64,
}

impl Minimum {
    /// Records of people without a name.
    pub fn records(&self) -> u64 {
        self.lists.values().map(|l| l.records).sum()
    }

    /// The bounds in words; `None` where every record names its person and nobody else.
    pub fn in_words(&self) -> Option<String> {
        let said = |n: u64| grouped(n as f64);
        let records = match self.records() {
            0 => return None,
            1 => "1 record speaks".to_string(),
            n => format!("{} records speak", said(n)),
        };
        let most = match self.at_most {
            Some(most) => format!("at most {}", said(most)),
            None => "without an upper limit, since some state no number".to_string(),
        };
        Some(format!(
            "{} distinct persons are named; {records} of people without a name: at least {} people are documented whatever \
             overlaps, at least {} if none of those people is named elsewhere, {most}",
            said(self.named),
            said(self.at_least),
            said(self.at_least_if_apart)
        ))
    }
}

/// The bounds for linked records.
pub fn minimum(reading: &Reading, persons: &[u32]) -> Minimum {
    let named = persons.iter().collect::<HashSet<_>>().len() as u64;
    let mut by_list: BTreeMap<usize, Vec<&GroupRecord>> = BTreeMap::new();
    reading.traces.groups.iter().for_each(|g| by_list.entry(g.list).or_default().push(g));
    let mut lists = BTreeMap::new();
    let (mut alone, mut apart) = (named, 0);
    for (at, groups) in by_list {
        let info = &reading.lists[at];
        let unnamed = unnamed(&groups, info.deduplicated);
        apart = apart.max(unnamed.at_least);
        let on_this = |p: &(usize, &u32)| reading.records.list_of(p.0 as u32) == at;
        if info.deduplicated {
            let persons_here: HashSet<&u32> = persons.iter().enumerate().filter(on_this).map(|(_, p)| p).collect();
            alone = alone.max(persons_here.len() as u64 + unnamed.at_least);
        } else {
            // Any of its group records may repeat persons it names elsewhere; one record does not repeat itself.
            alone = alone.max(unnamed.at_least);
            let largest = groups.iter().map(|g| people(g) + u64::from(g.named.is_some())).max();
            alone = alone.max(largest.unwrap_or(0));
        }
        lists.insert(info.id.clone(), unnamed);
    }
    let people: u64 = lists.values().map(|l: &Unnamed| l.people).sum();
    let complete = lists.values().all(|l| l.without_number == 0);
    Minimum {
        named,
        at_least: alone,
        at_least_if_apart: alone.max(named + apart),
        at_most: complete.then_some(named + people),
        lists,
    }
}

/// The people a record speaks of at least: those it states, or one where it states no number.
fn people(group: &GroupRecord) -> u64 {
    u64::from(group.others.stated).max(u64::from(group.others.more))
}

/// A day and a place, where both are known to be one.
fn event(group: &GroupRecord) -> Option<(Days, u32)> {
    group.event.filter(|(first, last)| first == last).map(|day| (day, group.place)).filter(|(_, place)| *place != 0)
}

fn unnamed(groups: &[&GroupRecord], deduplicated: bool) -> Unnamed {
    let mut at: BTreeMap<(Days, u32), u64> = BTreeMap::new();
    let mut anywhere = 0;
    for group in groups {
        let (people, known) = (people(group), event(group));
        match known.map(|event| at.entry(event).or_default()) {
            Some(sum) if deduplicated => *sum += people,
            Some(largest) => *largest = people.max(*largest),
            None if deduplicated => anywhere += people,
            None => anywhere = people.max(anywhere),
        }
    }
    let somewhere: u64 = at.values().sum();
    Unnamed {
        records: groups.len() as u64,
        with_a_name: groups.iter().filter(|g| g.named.is_some()).count() as u64,
        people: groups.iter().map(|g| u64::from(g.others.stated)).sum(),
        without_number: groups.iter().filter(|g| g.others.more).count() as u64,
        events: at.len() as u64,
        at_least: if deduplicated { somewhere + anywhere } else { somewhere.max(anywhere) },
    }
}

/// `groups.csv`: each record of people without a name, how many it states, whether there are more, and how many persons are
/// named on any list for the same day and place, where both are known.
pub fn groups_csv(reading: &Reading, persons: &[u32]) -> Vec<u8> {
    let traces = &reading.traces;
    let mut named: HashMap<(Days, u32), HashSet<u32>> = HashMap::new();
    let events: HashSet<(Days, u32)> = traces.groups.iter().filter_map(event).collect();
    for (record, person) in persons.iter().enumerate() {
        let at = traces.events.get(record).copied().flatten().map(|days| (days, traces.event_places[record]));
        if let Some(at) = at.filter(|at| events.contains(at)) {
            named.entry(at).or_default().insert(*person);
        }
    }
    let rows = traces.groups.iter().map(|group| {
        let beside = event(group).map(|at| named.get(&at).map_or(0, HashSet::len).to_string());
        vec![
            reading.lists[group.list].id.to_string(),
            group.id.to_string(),
            group.others.stated.to_string(),
            if group.others.more { "yes" } else { "no" }.to_string(),
            beside.unwrap_or_default(),
        ]
    });
    let header = ["list", "record", "people", "more", "named_at_same_event"].map(String::from).to_vec();
    csv_of(std::iter::once(header).chain(rows))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lists::read_bytes;
    use crate::settings::Settings;
    use std::path::Path;

    /// The bounds for two lists, every named record its own person.
    fn check(deduplicated: bool, one: &str, other: &str, expected: (u64, u64, u64, Option<u64>)) -> Minimum {
        let text = format!(
            "[columns]\nname = 'name'\nday = 'event.date'\nplace = 'event.place'\n[lists.one]\ndeduplicated = {deduplicated}\n"
        );
        let (settings, _) = Settings::parse(&text, "s.toml");
        let mut reading = Reading::new(&settings);
        for (file, rows) in [("one.csv", one), ("other.csv", other)] {
            let list = settings.for_file(Path::new(file)).unwrap();
            read_bytes(format!("name,day,place\n{rows}").as_bytes(), file, &list, &mut reading);
        }
        let persons: Vec<u32> = (0..reading.records.len() as u32).collect();
        let bounds = minimum(&reading, &persons);
        assert_eq!((bounds.named, bounds.at_least, bounds.at_least_if_apart, bounds.at_most), expected);
        bounds
    }

    #[test]
    fn groups_bound_the_minimum() {
        let one = "Ana Mirel,2019-03-05,Mirna\nDoru Vass,2019-03-05,Mirna\n4 bodies,2019-03-05,Mirna\n";
        // Three of the four may be unnamed, or two of them Ana and Doru.
        let bounds = check(false, one, "three unknown men,2019-03-05,Mirna\n", (2, 4, 6, Some(9)));
        assert_eq!(bounds.lists[&ListId::new("one")].at_least, 4);
        // A list without duplicates does not name anybody twice: its four are others.
        check(true, one, "three unknown men,2019-03-05,Mirna\n", (2, 6, 6, Some(9)));
    }

    #[test]
    fn repetitions_count_once_and_places_apart() {
        let one = "4 bodies,2019-03-05,Mirna\n3 bodies,2019-03-05,Mirna\n2 bodies,2019-03-06,Mirna\n5 bodies,,\n";
        let bounds = check(false, one, "Ana Mirel,2020,Tolva\n", (1, 6, 7, Some(15)));
        assert_eq!(bounds.lists[&ListId::new("one")].events, 2);
        check(true, one, "Ana Mirel,2020,Tolva\n", (1, 14, 15, Some(15)));
    }

    #[test]
    fn a_record_without_a_number_leaves_no_upper_limit() {
        check(false, "Ana Mirel and others,2019,Mirna\n", "unidentified bodies,2019,Mirna\n", (1, 2, 2, None));
        let nobody = check(false, "Ana Mirel,2019,Mirna\n", "Doru Vass,2019,Mirna\n", (2, 2, 2, Some(2)));
        assert_eq!(nobody.in_words(), None);
    }

    #[test]
    fn groups_are_listed_beside_the_persons_named_there() {
        let (settings, _) =
            Settings::parse("[columns]\nname = 'name'\nday = 'event.date'\nplace = 'event.place'\n", "s");
        let list = settings.for_file(Path::new("one.csv")).unwrap();
        let mut reading = Reading::new(&settings);
        let rows = "name,day,place\nAna Mirel and two others,2019-03-05,Mirna\nDoru Vass,2019-03-05,MIRNA\n4 bodies,2019,Mirna\n";
        read_bytes(rows.as_bytes(), "one.csv", &list, &mut reading);
        let text = String::from_utf8(groups_csv(&reading, &[0, 1])).unwrap();
        assert_eq!(text, "list,record,people,more,named_at_same_event\none,2,2,no,2\none,4,4,no,\n");
    }
}
