//! How is a step said, so that a judge can read it?

use crate::lists::words::Words;
use factum_link::{Field, FieldModel, Prior};
use factum_model::Feature;
use factum_report::grouped;

/// Less than this many bits, 7 %, speaks neither way.
const NOTHING: f64 = 0.1;

/// Where a field counts so many bits more or less than such an agreement by itself, the reason is given.
const REMARKABLE: f64 = 1.0;

/// A factor with at most two digits: `1.4`, `550`, `12,000`.
fn factor(factor: f64) -> String {
    if factor >= 1e12 {
        return "more than a million million".into();
    }
    if factor < 9.95 {
        let digits = format!("{factor:.1}");
        return format!("about {}", digits.strip_suffix(".0").unwrap_or(&digits));
    }
    let unit = 10f64.powf(factor.log10().floor() - 1.0);
    format!("about {}", grouped((factor / unit).round() * unit))
}

/// Where a comparison starts.
pub(super) fn start(prior: Option<&Prior>) -> String {
    let Some(prior) = prior else {
        return "Both records stand on a list that is said to name everyone once: they cannot be one person, whatever they \
                say."
            .into();
    };
    let one_in = 1.0 / prior.probability;
    let bits = super::log_odds(prior.probability);
    let (one, other) = &prior.lists;
    let whose =
        if one == other { format!("within list `{one}`") } else { format!("between lists `{one}` and `{other}`") };
    format!(
        "Before anything is compared: of the pairs {whose}, one in {} is expected to be one person: {bits:+.1} bits.",
        factor(one_in)
    )
}

/// What a field counts for.
pub(super) fn step(field: Field, level: &str, bits: Option<f64>, learned: Option<&FieldModel>) -> String {
    let Some(bits) = bits else {
        return format!("At least one of the two does not say its {}: that counts neither way.", field.name());
    };
    let usual = learned.and_then(|f| f.levels.iter().find(|l| l.level == level)).map(|l| l.weight);
    let beside = match usual {
        Some(usual) if (bits - usual).abs() >= REMARKABLE => {
            let direction = if bits > usual { "more" } else { "less" };
            format!(
                " By itself such an agreement counts for {usual:+.1} bits; it is {direction} here because of how rare the value is, \
                 and because of what kin and people in one event, who share some fields, would agree in anyway."
            )
        }
        _ => String::new(),
    };
    let times = factor(bits.abs().exp2());
    let meaning = if bits.abs() < NOTHING {
        "about as likely for one person as for two".to_string()
    } else if bits > 0.0 {
        format!("{times} times as likely if it is one person")
    } else {
        format!("{times} times as likely if they are two people")
    };
    let guess = if learned.is_some_and(|f| !f.trained) {
        " This weight is a guess: too few pairs to learn it from."
    } else {
        ""
    };
    format!("{}: {bits:+.1} bits, {meaning}.{beside}{guess}", agreement(field, level))
}

/// An agreement in words.
fn agreement(field: Field, level: &str) -> String {
    let said = match field {
        Field::Birth => birth(level).map(str::to_string),
        Field::EventDate => event(level),
        Field::Sex => sex(level).map(str::to_string),
        _ => value(field.name(), level),
    };
    said.unwrap_or_else(|| format!("They agree in the {} so far: {level}", field.name()))
}

fn birth(level: &str) -> Option<&'static str> {
    Some(match level {
        "same day" => "Both give the same day of birth",
        "day and month exchanged" => "The dates of birth are the same with day and month exchanged",
        "other day" => "The dates of birth differ in the day alone, or by a few days",
        "other month" => "The dates of birth differ in the month alone",
        "other year" => "The dates of birth differ by one slip in the year",
        "same day of another year" => "Both give the same day and month of birth, in different years",
        "same month" => "Both give the same month of birth",
        "same year" => "Both give the same year of birth",
        "compatible" => "The dates of birth or ages fit together, as far as they are known",
        "same year only" => "Both were born in the same year, but not on the same date",
        "within two years" => "The dates of birth or ages are within two years of each other",
        "within ten years" => "The dates of birth or ages are within ten years of each other",
        "different" => "The dates of birth or ages do not fit together",
        _ => return None,
    })
}

fn event(level: &str) -> Option<String> {
    Some(match level {
        "same day" => "Both put the event on the same day".into(),
        "same day, rare" => "Both put the event on the same day, on which few records put theirs".into(),
        "within two days" | "within a week" | "within a month" | "within a year" => {
            format!("The dates of the event are {level} of each other")
        }
        "compatible" => "The dates of the event fit together, as far as they are known".into(),
        "one slip" => {
            "The dates of the event differ by one slip, such as day and month exchanged or a wrong year".into()
        }
        "different" => "The dates of the event are far apart".into(),
        _ => return None,
    })
}

fn sex(level: &str) -> Option<&'static str> {
    Some(match level {
        "same, rarer" => "Both give the same sex, the rarer one on these lists",
        "same, commoner" => "Both give the same sex, the commoner one on these lists",
        "same beside a shared given name" => "Both give the same sex, which says little beside a given name they share",
        "different beside a shared given name" => "They differ in the sex although they share a given name",
        "different" => "They differ in the sex",
        _ => return None,
    })
}

/// A name, a place, a number or other text; how rare it is stands behind a comma.
fn value(noun: &str, level: &str) -> Option<String> {
    let (kind, rarity) = level.split_once(", ").map_or((level, None), |(kind, rarity)| (kind, Some(rarity)));
    let rarity = match rarity {
        Some(rarity @ ("very rare" | "rare" | "common")) => format!(", a {rarity} one"),
        Some(_) => return None,
        None => String::new(),
    };
    Some(match kind {
        "same" => format!("Both give the same {noun}{rarity}"),
        "close" => format!("Both give nearly the same {noun}, as in another spelling{rarity}"),
        "near" => format!("Both give a similar {noun}{rarity}"),
        "initial" => format!("One gives only an initial of the {noun}, and it fits"),
        "in another place" => format!("The {noun} of one stands in another part of the other's name{rarity}"),
        "same region" => format!("The {noun} is another one in the same region"),
        "different" => format!("They differ in the {noun}"),
        _ => return None,
    })
}

/// Where a comparison ends; `reached` are its bits and its probability.
pub(super) fn end(reached: Option<(f64, f64)>, threshold: f64) -> String {
    let Some((total, probability)) = reached else {
        return "No total is given, because no agreement could make the two one person.".into();
    };
    let side = if probability >= threshold { "reaches" } else { "does not reach" };
    format!(
        "In all {total:+.1} bits: a probability of {} that both speak of one person, which {side} the threshold of {}.",
        share(probability),
        share(threshold)
    )
}

/// A probability with as many digits as keep it apart from none and all.
pub(super) fn share(probability: f64) -> String {
    let percent = probability * 100.0;
    match percent {
        p if p > 99.999 => "more than 99.999 %".into(),
        p if p > 99.0 => format!("{p:.3} %"),
        p if p >= 1.0 => format!("{p:.1} %"),
        p if p >= 0.001 => format!("{p:.3} %"),
        _ => "less than 0.001 %".into(),
    }
}

/// What a record says in a field, in its source's words; empty where it says nothing.
pub(super) fn said(field: Field, words: &Words) -> String {
    let of = |features: &[Feature], with: &str| {
        let said = words.iter().filter(|(feature, _)| features.contains(feature)).map(|(_, text)| text.as_str());
        said.collect::<Vec<_>>().join(with)
    };
    // A part that the source does not write apart may stand in any other: then the whole name is shown.
    let part = |feature: Feature| {
        let whole = [Feature::FullName, Feature::GivenName, Feature::MiddleName, Feature::FamilyName];
        let part = of(&[feature], " ");
        let name = if part.is_empty() { of(&whole, " ") } else { part };
        [name, of(&[Feature::OtherName], "; ")].into_iter().filter(|n| !n.is_empty()).collect::<Vec<_>>().join("; ")
    };
    match field {
        Field::Given => part(Feature::GivenName),
        Field::Middle => part(Feature::MiddleName),
        Field::Family => part(Feature::FamilyName),
        Field::Birth => {
            let age = of(&[Feature::Age], " ");
            let age = if age.is_empty() { age } else { format!("age {age}") };
            let date = of(&[Feature::BirthYear, Feature::BirthMonth, Feature::BirthDay], "-");
            let all = [of(&[Feature::Birth], " "), date, age];
            all.into_iter().filter(|t| !t.is_empty()).collect::<Vec<_>>().join(", ")
        }
        Field::Sex => of(&[Feature::Sex], " "),
        Field::EventDate => of(&[Feature::EventDate], " "),
        Field::EventPlace => of(&[Feature::EventPlace, Feature::EventRegion], ", "),
        Field::Residence => of(&[Feature::ResidencePlace, Feature::ResidenceRegion], ", "),
        Field::Address => of(&[Feature::Address], " "),
        Field::Ethnicity => of(&[Feature::Ethnicity], " "),
        Field::Occupation => of(&[Feature::Occupation], " "),
        Field::Number => of(&[Feature::Number], "; "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use factum_link::LevelModel;

    #[test]
    fn factors_have_two_digits() {
        let shown = [1.41, 9.96, 549.0, 12_345.0, 1e13].map(factor);
        assert_eq!(shown, ["about 1.4", "about 10", "about 550", "about 12,000", "more than a million million"]);
    }

    fn family() -> FieldModel {
        let level = |level, weight| LevelModel { level, m: 0.5, u: 0.1, kin: 0.4, event: 0.1, weight, pairs: 9 };
        FieldModel {
            field: Field::Family,
            levels: vec![level("same", 6.0), level("different", -3.0)],
            term_frequencies: true,
            trained: true,
            contradictions: 0.1,
            contradictions_proved: false,
            taught_by: 100.0,
        }
    }

    fn check(level: &str, bits: Option<f64>, expected: &str) {
        assert_eq!(step(Field::Family, level, bits, Some(&family())), expected);
    }

    #[test]
    fn steps_are_sentences() {
        check(
            "same",
            Some(6.2),
            "Both give the same family name: +6.2 bits, about 74 times as likely if it is one person.",
        );
        check(
            "same",
            Some(9.1),
            "Both give the same family name: +9.1 bits, about 550 times as likely if it is one person. By itself such an agreement \
             counts for +6.0 bits; it is more here because of how rare the value is, and because of what kin and people in one \
             event, who share some fields, would agree in anyway.",
        );
        check(
            "same",
            Some(2.0),
            "Both give the same family name: +2.0 bits, about 4 times as likely if it is one person. By itself such an agreement \
             counts for +6.0 bits; it is less here because of how rare the value is, and because of what kin and people in one \
             event, who share some fields, would agree in anyway.",
        );
        check(
            "different",
            Some(-3.0),
            "They differ in the family name: -3.0 bits, about 8 times as likely if they are two people.",
        );
        check(
            "near, rare",
            Some(0.04),
            "Both give a similar family name, a rare one: +0.0 bits, about as likely for one person as for two.",
        );
        check("missing", None, "At least one of the two does not say its family name: that counts neither way.");
        check(
            "alike",
            Some(1.0),
            "They agree in the family name so far: alike: +1.0 bits, about 2 times as likely if it is one person.",
        );
    }

    #[test]
    fn every_level_of_every_field_has_words() {
        for field in Field::ALL {
            for level in &field.levels()[1..] {
                assert!(!agreement(field, level).starts_with("They agree in the"), "{}: {level}", field.name());
            }
        }
    }

    #[test]
    fn a_guess_is_called_one() {
        let guessed = FieldModel { trained: false, ..family() };
        assert!(step(Field::Family, "same", Some(1.0), Some(&guessed)).ends_with("too few pairs to learn it from."));
    }

    #[test]
    fn shares_are_never_rounded_to_certainty() {
        let shown = [0.999_999_9, 0.999_21, 0.5, 0.000_5, 1e-9].map(share);
        assert_eq!(shown, ["more than 99.999 %", "99.921 %", "50.0 %", "0.050 %", "less than 0.001 %"]);
    }
}
