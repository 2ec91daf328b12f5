//! How is a step said, so that a judge can read it?

use factum_link::{Field, FieldModel, Prior};
use factum_model::{Name, Place, Record, Sex};
use factum_report::grouped;

/// Less than this many bits, 7 %, speaks neither way.
const NOTHING: f64 = 0.1;

/// A value this much rarer or more common than others, in bits, is said to be so.
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
    let rarity = match usual.map(|usual| bits - usual) {
        Some(more) if more >= REMARKABLE => "; such a value is rare here",
        Some(more) if more <= -REMARKABLE => "; such a value is common here",
        _ => "",
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
    format!("{}{rarity}: {bits:+.1} bits, {meaning}.{guess}", agreement(field, level))
}

/// An agreement in words.
fn agreement(field: Field, level: &str) -> String {
    let noun = field.name();
    match (field, level) {
        (Field::Birth, "same day") => "Both give the same day of birth".into(),
        (Field::Birth, "one slip") => {
            "The dates of birth differ by one slip, such as a wrong digit or day and month exchanged".into()
        }
        (Field::Birth, "same month") => "Both give the same month of birth".into(),
        (Field::Birth, "same year") => "Both give the same year of birth".into(),
        (Field::Birth, "compatible") => "The dates of birth or ages fit together, as far as they are known".into(),
        (Field::Birth, "within two years") => "The dates of birth or ages are within two years of each other".into(),
        (Field::Birth, "different") => "The dates of birth or ages do not fit together".into(),
        (Field::EventDate, "same day") => "Both put the event on the same day".into(),
        (Field::EventDate, "within a week" | "within a month" | "within a year") => {
            format!("The dates of the event are {level} of each other")
        }
        (Field::EventDate, "compatible") => "The dates of the event fit together, as far as they are known".into(),
        (Field::EventDate, "different") => "The dates of the event are far apart".into(),
        (_, "same") => format!("Both give the same {noun}"),
        (_, "close") => format!("Both give nearly the same {noun}, as in another spelling"),
        (_, "near") => format!("Both give a similar {noun}"),
        (_, "initial") => format!("One gives only an initial of the {noun}, and it fits"),
        (_, "in another place") => format!("The {noun} of one stands in another part of the other's name"),
        (_, "same region") => format!("The {noun} is another one in the same region"),
        (_, "different") => format!("They differ in the {noun}"),
        (_, other) => format!("They agree in the {noun} so far: {other}"),
    }
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

/// What a record says in a respect, in its source's words; empty where it says nothing.
pub(super) fn said(field: Field, record: &Record) -> String {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    // A part that the source does not write apart may stand in any other: then the whole name is shown.
    let whole = |name: &Name| {
        let parts = [&name.given, &name.middle, &name.family].into_iter().flatten().cloned().collect::<Vec<_>>();
        name.full.clone().unwrap_or_else(|| parts.join(" "))
    };
    let names = |part: fn(&Name) -> &Option<String>| {
        let of = |name: &Name| part(name).clone().unwrap_or_else(|| whole(name));
        record.names.iter().map(of).collect::<Vec<_>>().join("; ")
    };
    match field {
        Field::Given => names(|n| &n.given),
        Field::Middle => names(|n| &n.middle),
        Field::Family => names(|n| &n.family),
        Field::Birth => {
            let birth = record.birth.map(|b| b.to_string());
            let age = record
                .age
                .map(|a| if a.low == a.high { format!("age {}", a.low) } else { format!("age {}-{}", a.low, a.high) });
            birth.into_iter().chain(age).collect::<Vec<_>>().join(", ")
        }
        Field::Sex => match record.sex {
            Some(Sex::Female) => "female".into(),
            Some(Sex::Male) => "male".into(),
            Some(Sex::Other) => "other".into(),
            None => String::new(),
        },
        Field::EventDate => record.event_date.map(|d| d.to_string()).unwrap_or_default(),
        Field::EventPlace => place(&record.event_place),
        Field::Residence => place(&record.residence),
        Field::Address => text(&record.address),
        Field::Ethnicity => text(&record.ethnicity),
        Field::Occupation => text(&record.occupation),
        Field::Number => record.numbers.join("; "),
    }
}

fn place(place: &Place) -> String {
    place.place.iter().chain(&place.region).cloned().collect::<Vec<_>>().join(", ")
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
        let level = |level, weight| LevelModel { level, m: 0.5, u: 0.1, weight, pairs: 9 };
        FieldModel {
            field: Field::Family,
            levels: vec![level("same", 6.0), level("different", -3.0)],
            term_frequencies: true,
            trained: true,
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
            "Both give the same family name; such a value is rare here: +9.1 bits, about 550 times as likely if it is one person.",
        );
        check(
            "same",
            Some(2.0),
            "Both give the same family name; such a value is common here: +2.0 bits, about 4 times as likely if it is one person.",
        );
        check(
            "different",
            Some(-3.0),
            "They differ in the family name: -3.0 bits, about 8 times as likely if they are two people.",
        );
        check(
            "near",
            Some(0.04),
            "Both give a similar family name: +0.0 bits, about as likely for one person as for two.",
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
