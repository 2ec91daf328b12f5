//! In which language is a sentence for a report written, and how does it write a day?
//!
//! English, and French, whose sentences have yet to be read by somebody who speaks it from home. Sentences in another language are not
//! composed from parts here, because a sentence about a State that is slightly wrong is worse than one that is absent.

use factum_model::edtf::Day;

/// A language of sentences for a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tongue {
    /// English.
    En,
    /// French.
    Fr,
}

/// The months in English.
pub(crate) const EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const FR: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];

impl Tongue {
    /// All of them.
    pub const ALL: [Tongue; 2] = [Tongue::En, Tongue::Fr];

    /// The language of this code (`en`, `fr`), if sentences are written in it.
    pub fn of(code: &str) -> Option<Tongue> {
        Tongue::ALL.into_iter().find(|tongue| tongue.code() == code)
    }

    /// Its code.
    pub fn code(self) -> &'static str {
        match self {
            Tongue::En => "en",
            Tongue::Fr => "fr",
        }
    }

    /// The name of a month, from 1 to 12.
    pub fn month(self, month: u32) -> Option<&'static str> {
        let names = match self {
            Tongue::En => EN,
            Tongue::Fr => FR,
        };
        names.get((month as usize).checked_sub(1)?).copied()
    }

    /// A day in words: 3 May 2026, 1er mai 2026.
    pub fn day(self, day: Day) -> String {
        let (year, month, day) = day.ymd();
        let month = self.month(month).unwrap_or_default();
        match (self, day) {
            (Tongue::Fr, 1) => format!("1er {month} {year}"),
            _ => format!("{day} {month} {year}"),
        }
    }

    /// `English` or its French counterpart.
    pub(crate) fn pick<T>(self, en: T, fr: T) -> T {
        match self {
            Tongue::En => en,
            Tongue::Fr => fr,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_written_in_words() {
        let check = |tongue: Tongue, (y, m, d), expected: &str| {
            assert_eq!(tongue.day(Day::from_ymd(y, m, d).unwrap()), expected);
        };
        check(Tongue::En, (2026, 5, 3), "3 May 2026");
        check(Tongue::Fr, (2026, 5, 1), "1er mai 2026");
        check(Tongue::Fr, (2026, 12, 31), "31 décembre 2026");
        assert_eq!(Tongue::of("fr"), Some(Tongue::Fr));
        assert_eq!(Tongue::of("de"), None);
    }
}
