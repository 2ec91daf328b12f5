//! In which language is a sentence for a report written, and how does it write a day?
//!
//! The official languages of the United Nations. What is not English has yet to be read by somebody who speaks it from home. Sentences are
//! not composed from parts that languages would bend, because a sentence about a State that is slightly wrong is worse than one that is
//! absent: names stand in brackets or after a colon.

use factum_model::Edtf;
use factum_model::edtf::{Day, Precision};

/// A language of sentences for a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tongue {
    /// English.
    En,
    /// Arabic.
    Ar,
    /// Spanish.
    Es,
    /// French.
    Fr,
    /// Russian.
    Ru,
    /// Chinese.
    Zh,
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

/// Both names that Arabic months have, as the United Nations write them.
const AR: [&str; 12] = [
    "كانون الثاني/يناير",
    "شباط/فبراير",
    "آذار/مارس",
    "نيسان/أبريل",
    "أيار/مايو",
    "حزيران/يونيه",
    "تموز/يوليه",
    "آب/أغسطس",
    "أيلول/سبتمبر",
    "تشرين الأول/أكتوبر",
    "تشرين الثاني/نوفمبر",
    "كانون الأول/ديسمبر",
];
const ES: [&str; 12] = [
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
];
/// The months in Russian as a day has them, and as a month alone.
const RU: [(&str, &str); 12] = [
    ("января", "январь"),
    ("февраля", "февраль"),
    ("марта", "март"),
    ("апреля", "апрель"),
    ("мая", "май"),
    ("июня", "июнь"),
    ("июля", "июль"),
    ("августа", "август"),
    ("сентября", "сентябрь"),
    ("октября", "октябрь"),
    ("ноября", "ноябрь"),
    ("декабря", "декабрь"),
];

impl Tongue {
    /// All of them.
    pub const ALL: [Tongue; 6] = [Tongue::En, Tongue::Ar, Tongue::Es, Tongue::Fr, Tongue::Ru, Tongue::Zh];

    /// The language of this code (`en`, `fr`), if sentences are written in it.
    pub fn of(code: &str) -> Option<Tongue> {
        let first = code.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
        Tongue::ALL.into_iter().find(|tongue| tongue.code() == first)
    }

    /// Its code.
    pub fn code(self) -> &'static str {
        match self {
            Tongue::En => "en",
            Tongue::Ar => "ar",
            Tongue::Es => "es",
            Tongue::Fr => "fr",
            Tongue::Ru => "ru",
            Tongue::Zh => "zh",
        }
    }

    /// A month of a year in words: May 2026; nothing where there is no such month.
    pub fn month(self, year: i32, month: u32) -> Option<String> {
        let at = usize::try_from(month).ok()?.checked_sub(1)?;
        let of = |names: [&str; 12]| names.get(at).map(|name| format!("{name} {year}"));
        match self {
            Tongue::En => of(EN),
            Tongue::Ar => of(AR),
            Tongue::Es => ES.get(at).map(|name| format!("{name} de {year}")),
            Tongue::Fr => of(FR),
            Tongue::Ru => RU.get(at).map(|(_, alone)| format!("{alone} {year} года")),
            Tongue::Zh => (at < 12).then(|| format!("{year}年{month}月")),
        }
    }

    /// A day in words: 3 May 2026, 1er mai 2026.
    pub fn day(self, day: Day) -> String {
        let (year, month, day) = day.ymd();
        let name = |names: [&'static str; 12]| {
            usize::try_from(month).ok().and_then(|m| names.get(m.checked_sub(1)?).copied()).unwrap_or_default()
        };
        match (self, day) {
            (Tongue::En, _) => format!("{day} {} {year}", name(EN)),
            (Tongue::Ar, _) => format!("{day} {} {year}", name(AR)),
            (Tongue::Es, _) => format!("{day} de {} de {year}", name(ES)),
            (Tongue::Fr, 1) => format!("1er {} {year}", name(FR)),
            (Tongue::Fr, _) => format!("{day} {} {year}", name(FR)),
            (Tongue::Ru, _) => format!("{day} {} {year} года", name(RU.map(|(of, _)| of))),
            (Tongue::Zh, _) => format!("{year}年{month}月{day}日"),
        }
    }

    /// A date in words, as far as it is one day, month or year without reservation; nothing for any other.
    pub fn edtf(self, date: &Edtf) -> Option<String> {
        let Edtf::Date(one) = date else { return None };
        let (year, month, _) = one.earliest().ymd();
        match one.precision() {
            _ if date.is_qualified() => None,
            Precision::Day => Some(self.day(one.earliest())),
            Precision::Month => self.month(year, month),
            _ => None,
        }
    }

    /// A code, a date or a name as it stands in a sentence of the language: set apart where that is written from right to left.
    pub fn apart(self, words: &str) -> String {
        if self == Tongue::Ar { factum_report::apart(words) } else { words.to_string() }
    }

    /// `French`, or its English counterpart in every other language: law and medicine speak no third.
    pub(crate) fn pick<T>(self, en: T, fr: T) -> T {
        if self == Tongue::Fr { fr } else { en }
    }
}

/// A sentence with its braces filled in.
pub(crate) fn fill(sentence: &str, with: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(sentence.len());
    let mut rest = sentence;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((name, further)) = after.split_once('}') else {
            rest = after;
            break;
        };
        out.push_str(with.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value));
        rest = further;
    }
    out.push_str(rest);
    out
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
        check(Tongue::Ar, (2026, 5, 3), "3 أيار/مايو 2026");
        check(Tongue::Es, (2026, 5, 3), "3 de mayo de 2026");
        check(Tongue::Ru, (2026, 5, 3), "3 мая 2026 года");
        check(Tongue::Zh, (2026, 5, 3), "2026年5月3日");
        assert_eq!(Tongue::of("fr"), Some(Tongue::Fr));
        assert_eq!(Tongue::of("de"), None);
        assert_eq!(Tongue::of("zh-Hans"), Some(Tongue::Zh));
    }

    #[test]
    fn months_are_written_in_words() {
        let check = |tongue: Tongue, date: &str, expected: Option<&str>| {
            assert_eq!(tongue.edtf(&date.parse().unwrap()).as_deref(), expected, "{date}");
        };
        check(Tongue::En, "2025-05", Some("May 2025"));
        check(Tongue::Ru, "2025-05", Some("май 2025 года"));
        check(Tongue::Zh, "2025-05", Some("2025年5月"));
        check(Tongue::Ar, "2025-05-12", Some("12 أيار/مايو 2025"));
        check(Tongue::En, "2025", None);
        check(Tongue::En, "2025-05~", None);
        check(Tongue::En, "2025/2026", None);
        assert_eq!(Tongue::ALL.map(|tongue| tongue.month(2025, 13)), [const { None }; 6]);
    }

    #[test]
    fn what_is_filled_in_is_not_filled_in_again() {
        let check = |sentence: &str, expected: &str| assert_eq!(fill(sentence, &[("a", "{b}"), ("b", "2")]), expected);
        check("one {a} and {b}.", "one {b} and 2.");
        check("one {c}.", "one .");
        check("nothing", "nothing");
        check("open {a", "open a");
    }
}
