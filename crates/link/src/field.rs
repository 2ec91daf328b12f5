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

/// Level 1 of every field: the same, in the rarest of values where rarity is told apart.
pub(crate) const SAME: u8 = 1;

/// Levels of names. Agreement is told apart by how rare the name is: four strata for the same name; two, by the commoner of
/// the two spellings, for what is only alike.
pub(crate) mod name {
    pub const CLOSE: u8 = 5;
    pub const NEAR: u8 = 7;
    pub const INITIAL: u8 = 9;
    pub const MOVED: u8 = 10;
    pub const DIFFERENT: u8 = 12;
}

/// Levels of the date of birth.
pub(crate) mod birth {
    pub const EXCHANGED: u8 = 2;
    pub const OTHER_DAY: u8 = 3;
    pub const OTHER_MONTH: u8 = 4;
    pub const OTHER_YEAR: u8 = 5;
    pub const SAME_DAY_OF_YEAR: u8 = 6;
    pub const SAME_MONTH: u8 = 7;
    pub const SAME_YEAR: u8 = 8;
    pub const COMPATIBLE: u8 = 9;
    pub const WITHIN_YEAR: u8 = 10;
    pub const NEAR: u8 = 11;
    pub const FAR: u8 = 12;
    pub const DIFFERENT: u8 = 13;
}

/// Levels of the date of the event.
pub(crate) mod event {
    pub const DAYS: u8 = 3;
    pub const WEEK: u8 = 4;
    pub const MONTH: u8 = 5;
    pub const COMPATIBLE: u8 = 6;
    pub const SLIP: u8 = 7;
    pub const YEAR: u8 = 8;
    pub const DIFFERENT: u8 = 9;
}

/// Levels of places.
pub(crate) mod place {
    pub const CLOSE: u8 = 4;
    pub const REGION: u8 = 5;
    pub const DIFFERENT: u8 = 6;
}

/// Levels of sex. Beside a shared given name sex tells little, because most given names go with one sex: agreement there is
/// a level of its own, and its chances are counted apart.
pub(crate) mod sex {
    pub const SAME_BESIDE_NAME: u8 = 3;
    pub const DIFFERENT_BESIDE_NAME: u8 = 4;
    pub const DIFFERENT: u8 = 5;
}

/// Levels of other text.
pub(crate) mod text {
    pub const CLOSE: u8 = 4;
    pub const DIFFERENT: u8 = 5;
}

/// Levels of numbers that only one person has.
pub(crate) mod number {
    pub const CLOSE: u8 = 2;
    pub const DIFFERENT: u8 = 3;
}

const NAME: &[&str] = &[
    "missing",
    "same, very rare",
    "same, rare",
    "same",
    "same, common",
    "close, rare",
    "close",
    "near, rare",
    "near",
    "initial",
    "in another place, rare",
    "in another place",
    "different",
];
const BIRTH: &[&str] = &[
    "missing",
    "same day",
    "day and month exchanged",
    "other day",
    "other month",
    "other year",
    "same day of another year",
    "same month",
    "same year",
    "compatible",
    "same year only",
    "within two years",
    "within ten years",
    "different",
];
const EVENT: &[&str] = &[
    "missing",
    "same day, rare",
    "same day",
    "within two days",
    "within a week",
    "within a month",
    "compatible",
    "one slip",
    "within a year",
    "different",
];
const PLACE: &[&str] = &["missing", "same, rare", "same", "same, common", "close", "same region", "different"];
const TEXT: &[&str] = &["missing", "same, rare", "same", "same, common", "close", "different"];
const SEX: &[&str] = &[
    "missing",
    "same, rarer",
    "same, commoner",
    "same beside a shared given name",
    "different beside a shared given name",
    "different",
];
const NUMBER: &[&str] = &["missing", "same", "close", "different"];

/// A run of levels that tell one thing apart by rarity, first and last.
pub(crate) type Strata = (u8, u8);

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
            Field::Address | Field::Ethnicity | Field::Occupation => TEXT,
            Field::Number => NUMBER,
        }
    }

    /// The levels of full agreement.
    pub(crate) fn same(self) -> Strata {
        match self {
            Field::Given | Field::Middle | Field::Family => (1, 4),
            Field::Birth | Field::Number => (1, 1),
            Field::EventDate | Field::Sex => (1, 2),
            Field::EventPlace | Field::Residence | Field::Address | Field::Ethnicity | Field::Occupation => (1, 3),
        }
    }

    /// Runs of levels that differ only in how rare the value is.
    pub(crate) fn strata(self) -> &'static [Strata] {
        match self {
            Field::Given | Field::Middle | Field::Family => {
                &[(1, 4), (name::CLOSE, name::CLOSE + 1), (name::NEAR, name::NEAR + 1), (name::MOVED, name::MOVED + 1)]
            }
            Field::EventDate | Field::Sex => &[(1, 2)],
            Field::EventPlace | Field::Residence | Field::Address | Field::Ethnicity | Field::Occupation => &[(1, 3)],
            Field::Birth | Field::Number => &[],
        }
    }

    /// The first of the levels that contradict a match: both records say, and they do not agree. They are the last ones.
    pub(crate) fn contradicts_from(self) -> u8 {
        match self {
            Field::Given | Field::Middle | Field::Family => name::DIFFERENT,
            Field::Birth => birth::WITHIN_YEAR,
            Field::Sex => sex::DIFFERENT_BESIDE_NAME,
            Field::EventDate => event::YEAR,
            Field::EventPlace | Field::Residence => place::DIFFERENT,
            Field::Address | Field::Ethnicity | Field::Occupation => text::DIFFERENT,
            Field::Number => number::DIFFERENT,
        }
    }

    /// Levels whose chances are counted apart from those of the others: given as their run.
    pub(crate) fn apart(self) -> Option<Strata> {
        (self == Field::Sex).then_some((sex::SAME_BESIDE_NAME, sex::DIFFERENT_BESIDE_NAME))
    }

    /// Whether agreement on a rare value says more than agreement on a common one.
    pub(crate) fn has_frequencies(self) -> bool {
        !matches!(self, Field::Birth | Field::Sex)
    }

    pub(crate) fn index(self) -> usize {
        self as usize
    }
}
