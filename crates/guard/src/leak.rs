//! Does a text tell what must not be told?
//!
//! Names are looked for in every script and spelling, with their words in any order, hidden in what no reader sees, parted by the end
//! of a line; days and places finer than somebody agreed to, numbers and addresses that are somebody's. A given name that many have
//! alarms nobody by itself, a whole name does. What is found is a place in a text and the number of whom it concerns, never a name.
//!
//! Out of reach: whoever can be known by what is told of them, by a face or a voice, or by a name that none of the spellings here
//! leads to.

mod calendar;
mod common;
mod exact;
mod index;
mod letters;
mod search;
mod tokens;
mod units;
mod unwritten;

pub use calendar::{Named, named};
pub use letters::{in_latin, is_unseen};
pub use search::Searcher;

/// What must not be told, and whom it concerns.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Secret {
    /// A number of the caller's for a person, or a thing, that the secret belongs to.
    pub subject: u32,
    /// The secret.
    pub what: What,
}

/// Something that must not be told.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// The whole name of a person, in any script.
    Person(String),
    /// The name of a place.
    Place(String),
    /// A day of the Gregorian calendar that may be told no finer than so.
    Day {
        /// The year.
        year: i32,
        /// The month, from 1.
        month: u8,
        /// The day, from 1.
        day: u8,
        /// How fine it may be told.
        finest: Finest,
    },
    /// Letters and digits that must not stand anywhere, whatever parts them: a telephone number, an address.
    Exactly(String),
}

/// How finely a day may be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Finest {
    /// Only its year.
    Year,
    /// Its month.
    Month,
}

/// All that a text is searched for, and what may stand in it.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// What must not be told.
    pub secrets: Vec<Secret>,
    /// Names that may stand: of whoever agreed to be named in this.
    pub allowed: Vec<String>,
    /// Phrases that name no person: places, bodies, titles of laws. A name inside one is none.
    pub harmless: Vec<String>,
}

/// A text to be searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch<'a> {
    /// The text.
    pub text: &'a str,
    /// Whether it is sentences; otherwise a name of a file, a property, a label.
    pub prose: bool,
    /// Whether its right-to-left words may stand the wrong way round, as pages of PDF hold them.
    pub visual: bool,
}

/// How sure it is that something must not be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rank {
    /// A whole name, letter by letter or in another script or spelling; a number or an address.
    Certain,
    /// What tells nearly as much: a family name with an initial or a title, a name of one word, a day.
    Likely,
    /// What somebody should look at: a rare family name by itself, two names of several. No alarm.
    Possible,
}

/// As what something was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Way {
    /// A given name and a family name.
    WholeName,
    /// A family name and an initial.
    Initial,
    /// A family name after a title.
    Titled,
    /// A name that is one word.
    OneWord,
    /// A name written as one word, as in a file's name or an address.
    Together,
    /// Two words of a longer name.
    PartOfName,
    /// A family name by itself.
    FamilyAlone,
    /// The name of a place.
    Place,
    /// A day or a month.
    Day,
    /// A number or an address.
    Exactly,
}

impl Way {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::WholeName => "a whole name",
            Self::Initial => "a family name with an initial",
            Self::Titled => "a family name after a title",
            Self::OneWord => "a name of one word",
            Self::Together => "a name written as one word",
            Self::PartOfName => "two words of a longer name",
            Self::FamilyAlone => "a rare family name by itself",
            Self::Place => "a place finer than was agreed",
            Self::Day => "a day or month finer than was agreed",
            Self::Exactly => "a number or an address",
        }
    }
}

/// Something found in a text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    /// In which of the texts.
    pub stretch: usize,
    /// Its first character and the one after its last, counted in characters of the text.
    pub from: usize,
    /// The character after its last.
    pub to: usize,
    /// How sure it is.
    pub rank: Rank,
    /// As what it was found.
    pub way: Way,
    /// Whom it concerns, ascending: several where their names can be written alike.
    pub subjects: Vec<u32>,
}
