//! In which respects does a list say anything at all?
//!
//! Counted by record, not by column: a date of birth may stand in three columns, and a file may hold several lists.

use crate::settings::ListSettings;
use factum_model::{Feature, Record};
use std::collections::BTreeMap;

struct Respect {
    name: &'static str,
    features: &'static [Feature],
    said: fn(&Record) -> bool,
}

/// Other names are left out: most people have none.
const RESPECTS: [Respect; 13] = [
    Respect {
        name: "name",
        features: &[Feature::FullName],
        said: |r| r.names.iter().any(|n| n.full.is_some() || n.given.is_some() || n.family.is_some()),
    },
    Respect {
        name: "given name",
        features: &[Feature::GivenName],
        said: |r| r.names.iter().any(|n| n.given.is_some() || n.full.is_some()),
    },
    Respect {
        name: "middle name",
        features: &[Feature::MiddleName],
        said: |r| r.names.iter().any(|n| n.middle.is_some()),
    },
    Respect {
        name: "family name",
        features: &[Feature::FamilyName],
        said: |r| r.names.iter().any(|n| n.family.is_some() || n.full.is_some()),
    },
    Respect { name: "sex", features: &[Feature::Sex], said: |r| r.sex.is_some() },
    Respect {
        name: "birth or age",
        features: &[Feature::Birth, Feature::BirthYear, Feature::Age],
        said: |r| r.birth.is_some() || r.age.is_some(),
    },
    Respect { name: "date of event", features: &[Feature::EventDate], said: |r| r.event_date.is_some() },
    Respect {
        name: "place of event",
        features: &[Feature::EventPlace, Feature::EventRegion],
        said: |r| r.event_place.place.is_some() || r.event_place.region.is_some(),
    },
    Respect {
        name: "residence",
        features: &[Feature::ResidencePlace, Feature::ResidenceRegion],
        said: |r| r.residence.place.is_some() || r.residence.region.is_some(),
    },
    Respect { name: "address", features: &[Feature::Address], said: |r| r.address.is_some() },
    Respect { name: "ethnicity", features: &[Feature::Ethnicity], said: |r| r.ethnicity.is_some() },
    Respect { name: "occupation", features: &[Feature::Occupation], said: |r| r.occupation.is_some() },
    Respect { name: "number", features: &[Feature::Number], said: |r| !r.numbers.is_empty() },
];

/// The respects to which a list's columns are mapped, none of them said by any record yet.
pub(super) fn none(list: &ListSettings) -> BTreeMap<&'static str, u64> {
    let mapped = |r: &&Respect| list.columns.iter().any(|c| r.features.contains(&c.feature));
    RESPECTS.iter().filter(mapped).map(|r| (r.name, 0)).collect()
}

/// Counts one record.
pub(super) fn count(known: &mut BTreeMap<&'static str, u64>, record: &Record) {
    for respect in RESPECTS.iter().filter(|r| (r.said)(record)) {
        if let Some(records) = known.get_mut(respect.name) {
            *records += 1;
        }
    }
}
