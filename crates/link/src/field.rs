//! In which respects are two records compared, and how may they agree?

use serde::{Deserialize, Serialize};

/// A respect in which two records are compared. Several features of a record may feed one field: a whole name feeds the
/// given, middle and family name; an age at a dated event feeds the birth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Field {
    /// Given name.
    Given,
    /// Middle name, patronymic, father's name.
    Middle,
    /// Family name.
    Family,
    /// Date of birth or age.
    Birth,
    /// Sex.
    Sex,
    /// Date of the event.
    EventDate,
    /// Place of the event.
    EventPlace,
    /// Place of residence.
    Residence,
    /// Street address.
    Address,
    /// Ethnicity.
    Ethnicity,
    /// Occupation.
    Occupation,
    /// Numbers that only one person has.
    Number,
}

/// Level 0 of every field: at least one of the two records does not say. It counts neither for nor against.
pub(crate) const MISSING: u8 = 0;

/// Level 1 of every field: the same.
pub(crate) const SAME: u8 = 1;

/// Levels of names.
pub(crate) mod name {
    pub const CLOSE: u8 = 2;
    pub const NEAR: u8 = 3;
    pub const INITIAL: u8 = 4;
    pub const MOVED: u8 = 5;
    pub const DIFFERENT: u8 = 6;
}

/// Levels of the date of birth.
pub(crate) mod birth {
    pub const SLIP: u8 = 2;
    pub const SAME_MONTH: u8 = 3;
    pub const SAME_YEAR: u8 = 4;
    pub const COMPATIBLE: u8 = 5;
    pub const NEAR: u8 = 6;
    pub const DIFFERENT: u8 = 7;
}

/// Levels of the date of the event.
pub(crate) mod event {
    pub const WEEK: u8 = 2;
    pub const MONTH: u8 = 3;
    pub const COMPATIBLE: u8 = 4;
    pub const YEAR: u8 = 5;
    pub const DIFFERENT: u8 = 6;
}

/// Levels of places.
pub(crate) mod place {
    pub const CLOSE: u8 = 2;
    pub const REGION: u8 = 3;
    pub const DIFFERENT: u8 = 4;
}

/// Levels of other text and of numbers.
pub(crate) mod text {
    pub const CLOSE: u8 = 2;
    pub const DIFFERENT: u8 = 3;
}

const NAME: &[&str] = &["missing", "same", "close", "near", "initial", "in another place", "different"];
const BIRTH: &[&str] =
    &["missing", "same day", "one slip", "same month", "same year", "compatible", "within two years", "different"];
const EVENT: &[&str] =
    &["missing", "same day", "within a week", "within a month", "compatible", "within a year", "different"];
const PLACE: &[&str] = &["missing", "same", "close", "same region", "different"];
const TEXT: &[&str] = &["missing", "same", "close", "different"];
const SEX: &[&str] = &["missing", "same", "different"];

impl Field {
    /// Every field.
    pub const ALL: [Field; 12] = [
        Field::Given,
        Field::Middle,
        Field::Family,
        Field::Birth,
        Field::Sex,
        Field::EventDate,
        Field::EventPlace,
        Field::Residence,
        Field::Address,
        Field::Ethnicity,
        Field::Occupation,
        Field::Number,
    ];

    /// The name used in outputs.
    pub fn name(self) -> &'static str {
        match self {
            Field::Given => "given name",
            Field::Middle => "middle name",
            Field::Family => "family name",
            Field::Birth => "birth or age",
            Field::Sex => "sex",
            Field::EventDate => "date of event",
            Field::EventPlace => "place of event",
            Field::Residence => "residence",
            Field::Address => "address",
            Field::Ethnicity => "ethnicity",
            Field::Occupation => "occupation",
            Field::Number => "number",
        }
    }

    /// The levels of agreement in words, level 0 first.
    pub fn levels(self) -> &'static [&'static str] {
        match self {
            Field::Given | Field::Middle | Field::Family => NAME,
            Field::Birth => BIRTH,
            Field::Sex => SEX,
            Field::EventDate => EVENT,
            Field::EventPlace | Field::Residence => PLACE,
            Field::Address | Field::Ethnicity | Field::Occupation | Field::Number => TEXT,
        }
    }

    /// Whether agreement on a rare value says more than agreement on a common one.
    pub(crate) fn has_frequencies(self) -> bool {
        !matches!(self, Field::Birth | Field::Sex | Field::EventDate)
    }

    pub(crate) fn index(self) -> usize {
        self as usize
    }
}
