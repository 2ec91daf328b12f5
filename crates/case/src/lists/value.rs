//! What does a cell say, in the words that lists use for sex, age and "not known"?

use factum_model::{Age, Sex};

/// Words that stand where nothing is known. Names are exempt: "unknown" there is counted by the linkage.
const NOTHING: &[&str] =
    &["", "-", "--", "–", "?", "na", "n/a", "nan", "null", "none", "nil", "unknown", "unk", "not known", "n.a."];

/// Whether a cell says that nothing is known.
pub(crate) fn is_nothing(text: &str) -> bool {
    let text = text.trim();
    match text.is_ascii() {
        true => NOTHING.iter().any(|nothing| text.eq_ignore_ascii_case(nothing)),
        false => NOTHING.contains(&text.to_lowercase().as_str()),
    }
}

/// Words for sex in the languages lists come in; letter case does not matter.
const FEMALE: &[&str] = &[
    "f",
    "female",
    "woman",
    "girl",
    "w",
    "weiblich",
    "frau",
    "femme",
    "féminin",
    "feminin",
    "mujer",
    "femenino",
    "feminino",
    "mulher",
    "ж",
    "жен",
    "женский",
    "أنثى",
    "انثى",
    "女",
    "kadın",
];
const MALE: &[&str] = &[
    "m",
    "male",
    "man",
    "boy",
    "männlich",
    "mann",
    "homme",
    "masculin",
    "h",
    "hombre",
    "masculino",
    "varón",
    "homem",
    "м",
    "муж",
    "мужской",
    "ذكر",
    "男",
    "erkek",
];
const OTHER: &[&str] = &["x", "o", "other", "nonbinary", "non-binary", "intersex", "diverse"];

/// Sex as a list writes it.
pub(crate) fn sex(text: &str) -> Option<Sex> {
    let word = text.trim().to_lowercase();
    let is = |words: &[&str]| words.contains(&word.as_str());
    if is(FEMALE) {
        Some(Sex::Female)
    } else if is(MALE) {
        Some(Sex::Male)
    } else if is(OTHER) {
        Some(Sex::Other)
    } else {
        None
    }
}

/// Nobody on a list was older; the greatest documented age is 122.
const OLDEST: u16 = 125;

/// "About" an age is taken as within five years: round ages given by witnesses are off by about as much.
const ABOUT: u16 = 5;

/// An age as a list writes it: `34`, `34.0`, `30-40`, `about 40`, `40s`, `8 months`.
pub(crate) fn age(text: &str) -> Option<Age> {
    let text = super::date::ascii_digits(text.trim()).to_lowercase();
    let about =
        ["about ", "approx ", "approx. ", "ca. ", "circa ", "c. ", "~"].iter().find_map(|a| text.strip_prefix(a));
    let age = match about {
        Some(rest) => {
            let age = exact_age(rest.trim())?;
            Age { low: age.low.saturating_sub(ABOUT), high: age.high + ABOUT }
        }
        None => exact_age(&text)?,
    };
    (age.low <= age.high && age.low <= OLDEST).then_some(age)
}

fn exact_age(text: &str) -> Option<Age> {
    let open = text.strip_suffix('+').or_else(|| text.strip_prefix('>'));
    if let Some(least) = open {
        return Some(Age { low: years(least)?, high: OLDEST });
    }
    if text == "newborn" {
        return Some(Age { low: 0, high: 0 });
    }
    if let Some((low, high)) = text.split_once(['-', '–', '/']) {
        return Some(Age { low: years(low)?, high: years(high)? });
    }
    if let Some(decade) = text.strip_suffix("s").and_then(|d| d.trim_end_matches('\'').parse::<u16>().ok())
        && decade.is_multiple_of(10)
        && decade <= OLDEST
    {
        return Some(Age { low: decade, high: decade + 9 });
    }
    let infant = ["month", "week", "day"].iter().any(|unit| text.contains(unit));
    if infant {
        let number: u16 = text.split_whitespace().next()?.parse().ok()?;
        let years = if text.contains("month") { number / 12 } else { 0 };
        return Some(Age { low: years, high: years });
    }
    years(text).map(|age| Age { low: age, high: age })
}

fn years(text: &str) -> Option<u16> {
    // A unit may follow, in any language: "34 years", "34 лет".
    let number = text.trim().trim_end_matches(|c: char| c.is_alphabetic() || c.is_whitespace());
    let years: f64 = number.parse().ok()?;
    (years >= 0.0 && years <= f64::from(OLDEST)).then_some(years as u16)
}

/// More people in one record are a slip: no list has a row for a hundred thousand.
const MOST_PEOPLE: u32 = 100_000;

/// A number of people as a list writes it: `3`, `3.0`, `٣`.
pub(crate) fn count(text: &str) -> Option<u32> {
    let digits = super::date::ascii_digits(text.trim());
    let number: u32 = digits.strip_suffix(".0").unwrap_or(&digits).parse().ok()?;
    (1..=MOST_PEOPLE).contains(&number).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_ages_as_lists_write_them() {
        let check = |text: &str, expected: Option<(u16, u16)>| {
            assert_eq!(age(text).map(|a| (a.low, a.high)), expected, "{text}");
        };
        check("34", Some((34, 34)));
        check("34.0", Some((34, 34)));
        check("30-40", Some((30, 40)));
        check("about 40", Some((35, 45)));
        check("~3", Some((0, 8)));
        check("40s", Some((40, 49)));
        check("8 months", Some((0, 0)));
        check("18 months", Some((1, 1)));
        check("52 years", Some((52, 52)));
        check("20 лет", Some((20, 20)));
        check("٣٤", Some((34, 34)));
        check("60+", Some((60, 125)));
        check("40-30", None);
        check("-5", None);
        check("200", None);
        check("old", None);
        check("1e999", None);
    }

    #[test]
    fn reads_sex_in_several_languages() {
        assert_eq!(sex(" Female "), Some(Sex::Female));
        assert_eq!(sex("М"), Some(Sex::Male));
        assert_eq!(sex("أنثى"), Some(Sex::Female));
        assert_eq!(sex("17"), None);
    }

    #[test]
    fn reads_numbers_of_people() {
        for (text, expected) in
            [("3", Some(3)), ("12.0", Some(12)), ("٣", Some(3)), ("0", None), ("-2", None), ("many", None)]
        {
            assert_eq!(count(text), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_an_age_or_none(text in "\\PC{0,12}") {
            if let Some(age) = age(&text) {
                prop_assert!(age.low <= age.high);
            }
        }
    }
}
