//! Which property of a person can a column of a list hold?

use serde::{Deserialize, Serialize};

/// Declares the features with the key a settings file uses and a line for people.
macro_rules! features {
    ($($variant:ident, $key:literal, $help:literal;)*) => {
        /// A property that a column of a list may be mapped to.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum Feature {
            $(
                #[doc = $help]
                #[serde(rename = $key)]
                $variant,
            )*
        }

        impl Feature {
            /// Every feature, in the order they are explained to users.
            pub const ALL: &[Feature] = &[$(Feature::$variant),*];

            /// The key a settings file uses, such as `name.given`.
            pub fn key(self) -> &'static str {
                match self { $(Feature::$variant => $key),* }
            }

            /// A line that says what the column should hold.
            pub fn help(self) -> &'static str {
                match self { $(Feature::$variant => $help),* }
            }
        }
    };
}

features! {
    Record, "record", "Identifier of the record within its list.";
    List, "list", "Name of the list, when one file holds several.";
    FullName, "name", "The whole name in one column.";
    GivenName, "name.given", "Given name or names.";
    MiddleName, "name.middle", "Middle name, patronymic or father's name.";
    FamilyName, "name.family", "Family name or names.";
    OtherName, "name.other", "Other names: aliases, nicknames, the name in another script. May be mapped more than once; `;` separates several.";
    Sex, "sex", "Sex.";
    Birth, "birth", "Date of birth, as precise as it is known (EDTF).";
    BirthYear, "birth.year", "Year of birth, where year, month and day have columns of their own.";
    BirthMonth, "birth.month", "Month of birth.";
    BirthDay, "birth.day", "Day of birth.";
    Age, "age", "Age in years at the event: a number or a range.";
    EventType, "event.type", "Type of the event, in the list's own words: the scope says which are counted.";
    EventDate, "event.date", "Date of the event (EDTF).";
    EventPlace, "event.place", "Place of the event: village, town, quarter, facility.";
    EventRegion, "event.region", "Region of the event: district, province, state.";
    ResidencePlace, "residence.place", "Village, town or quarter where the person lived.";
    ResidenceRegion, "residence.region", "District, province, state or postal code where the person lived.";
    Address, "residence.address", "Street address.";
    Ethnicity, "ethnicity", "Ethnicity.";
    Occupation, "occupation", "Occupation.";
    Count, "count", "How many people the record speaks of, where it speaks of several or of nobody by name.";
    Number, "number", "Something only one person has: identity card, passport, telephone, e-mail. May be mapped more than once.";
}

impl Feature {
    /// The feature with this key.
    pub fn from_key(key: &str) -> Option<Feature> {
        Feature::ALL.iter().copied().find(|f| f.key() == key)
    }

    /// Whether several columns of one list may be mapped to it.
    pub fn repeats(self) -> bool {
        matches!(self, Feature::OtherName | Feature::Number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_unique_and_found() {
        for &feature in Feature::ALL {
            assert_eq!(Feature::from_key(feature.key()), Some(feature));
        }
        assert_eq!(Feature::from_key("colour"), None);
    }
}
