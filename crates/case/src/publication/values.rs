//! Which values of a run can a sentence take, and how is each printed in the language of its paragraph?
//!
//! An estimate never stands without its interval, a share never without its denominator. In a language that is none of [`Tongue`] the same
//! stands in signs, because a number with a slightly wrong sentence around it is worse than one without.

use super::counted::{Told, Unit};
use super::spoken;
use crate::custody::evidence::Run;
use crate::tongue::{Tongue, fill};
use factum_report::grouped;

/// The name of a value that is made from others: what share of all that are estimated was recorded.
const SHARE: &str = "share";

/// A space that keeps a number together (ISO 80000-1 parts thousands with a thin space).
const THIN: char = '\u{202f}';

/// The names of everything that can be taken from a run, in the order in which it gives them.
pub fn parts(run: &Run) -> Vec<String> {
    let Some(outcome) = &run.outcome else { return Vec::new() };
    let mut parts: Vec<String> = outcome.values.iter().map(|value| value.name.clone()).collect();
    if share(run).is_some() {
        parts.push(SHARE.into());
    }
    parts
}

/// The number of people that a part tells, if it tells one: it is a count that leaves, and must be cleared. An estimate counts nobody.
pub fn people(run: &Run, part: &str) -> Option<(Unit, u64)> {
    let name = match part {
        "observed" | SHARE => "observed",
        "persons" => "persons",
        _ => return None,
    };
    Some((Unit::Persons, number(run, name)? as u64))
}

/// A part of a run as a sentence in this language (BCP 47) prints it. `told` is what may be told of the people that it counts.
pub fn words(run: &Run, part: &str, told: Option<Told>, language: &str) -> Option<String> {
    let tongue = Tongue::of(language);
    if people(run, part).is_some() && told.and_then(Told::number).is_none() {
        let withheld = match (told, tongue) {
            (Some(Told::Between(least, most)), _) if part != SHARE => {
                format!("{}\u{2013}{}", whole(least as f64, tongue), whole(most as f64, tongue))
            }
            (_, Some(tongue)) => format!("[{}]", spoken::words(tongue.code()).withheld),
            (_, None) => "[…]".into(),
        };
        return Some(withheld);
    }
    match part {
        "estimate" => Some(estimate(run, tongue)),
        SHARE => share(run).map(|share| said_share(run, share, tongue)),
        _ => {
            let raw = text(run, part)?;
            Some(raw.parse::<f64>().map_or_else(|_| raw.to_string(), |number| whole(number, tongue)))
        }
    }
}

fn text<'r>(run: &'r Run, name: &str) -> Option<&'r str> {
    let values = &run.outcome.as_ref()?.values;
    values.iter().find(|value| value.name == name).map(|value| value.value.as_str())
}

fn number(run: &Run, name: &str) -> Option<f64> {
    text(run, name)?.parse().ok().filter(|number: &f64| number.is_finite() && *number >= 0.0)
}

/// What share of those estimated was recorded, from 0 to 1.
fn share(run: &Run) -> Option<f64> {
    let (observed, estimate) = (number(run, "observed")?, number(run, "estimate")?);
    (estimate > 0.0 && observed <= estimate).then(|| observed / estimate)
}

/// A whole number with its thousands parted as the language parts them.
fn whole(number: f64, tongue: Option<Tongue>) -> String {
    let english = grouped(number);
    if tongue == Some(Tongue::En) { english } else { english.replace(',', &THIN.to_string()) }
}

/// An estimate with its interval.
fn estimate(run: &Run, tongue: Option<Tongue>) -> String {
    let number_of = |name: &str| number(run, name);
    let best = number_of("estimate").map_or_else(String::new, |n| whole(n, tongue));
    format!("{best} ({})", interval(run, tongue))
}

/// The interval of an estimate, with its level. A limit that does not exist is said not to.
fn interval(run: &Run, tongue: Option<Tongue>) -> String {
    let limit = |name: &str| number(run, name).map(|n| whole(n, tongue));
    let level = text(run, "level").unwrap_or_default();
    let (lower, upper) = (limit("lower"), limit("upper"));
    let Some(tongue) = tongue else {
        let lower = lower.unwrap_or_default();
        let upper = upper.unwrap_or_else(|| if lower.is_empty() { String::new() } else { "∞".into() });
        return format!("{level}: {lower}\u{2013}{upper}");
    };
    let [whole, open, none] = match tongue {
        Tongue::En => [
            "{level} interval {lower} to {upper}",
            "{level} interval from {lower}, without an upper limit",
            "no interval",
        ],
        Tongue::Ar => ["فترة {level}: من {lower} إلى {upper}", "فترة {level}: من {lower}، دون حد أعلى", "دون فترة"],
        Tongue::Es => [
            "intervalo del {level}: de {lower} a {upper}",
            "intervalo del {level}: a partir de {lower}, sin límite superior",
            "sin intervalo",
        ],
        Tongue::Fr => [
            "intervalle à {level} : {lower} à {upper}",
            "intervalle à {level} : à partir de {lower}, sans limite supérieure",
            "sans intervalle",
        ],
        Tongue::Ru => [
            "интервал {level}: от {lower} до {upper}",
            "интервал {level}: от {lower}, без верхней границы",
            "без интервала",
        ],
        Tongue::Zh => ["{level}区间：{lower}至{upper}", "{level}区间：自{lower}起，无上限", "无区间"],
    };
    let level = tongue.apart(level);
    let with = |sentence, upper: &str| {
        let lower = lower.as_deref().unwrap_or_default();
        fill(sentence, &[("level", &level), ("lower", lower), ("upper", upper)])
    };
    match (&lower, &upper) {
        (Some(_), Some(upper)) => with(whole, upper),
        (Some(_), None) => with(open, ""),
        (None, _) => none.into(),
    }
}

/// A share with its denominator and the interval of that.
fn said_share(run: &Run, share: f64, tongue: Option<Tongue>) -> String {
    let of = |name: &str| number(run, name).map_or_else(String::new, |n| whole(n, tongue));
    let (observed, all) = (of("observed"), of("estimate"));
    let percent = format!("{:.1}", share * 100.0);
    let interval = interval(run, tongue);
    let comma = || percent.replace('.', ",");
    match tongue {
        Some(Tongue::En) => format!("{percent} per cent ({observed} recorded of an estimated {all}; {interval})"),
        Some(Tongue::Ar) => {
            let percent = tongue.map_or_else(String::new, |ar| ar.apart(&format!("{percent}{THIN}%")));
            format!("{percent} (سُجل {observed} من أصل {all} تقديراً؛ {interval})")
        }
        Some(Tongue::Es) => format!("{}{THIN}% ({observed} registradas de {all} estimadas; {interval})", comma()),
        Some(Tongue::Fr) => format!("{}{THIN}% ({observed} recensées sur {all} estimées ; {interval})", comma()),
        Some(Tongue::Ru) => format!("{}{THIN}% (учтено {observed}, по оценке всего {all}; {interval})", comma()),
        Some(Tongue::Zh) => format!("{percent}%（记录到{observed}人，估计共{all}人；{interval}）"),
        None => format!("{percent}{THIN}% ({observed} / {all}; {interval})"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::custody::evidence::{Detail, Outcome};

    fn run(values: &[(&str, &str)]) -> Run {
        let values = values.iter().map(|(name, value)| Detail::new(*name, *value)).collect();
        Run {
            run: "R-2".into(),
            what: "estimate".into(),
            program: "factum".into(),
            seed: None,
            parameters: Vec::new(),
            inputs: Vec::new(),
            outputs: Vec::new(),
            outcome: Some(Outcome { converged: true, values }),
        }
    }

    const FULL: [(&str, &str); 6] = [
        ("model", "log-linear"),
        ("observed", "425"),
        ("level", "95 %"),
        ("estimate", "1234"),
        ("lower", "1100"),
        ("upper", "1400"),
    ];

    #[test]
    fn an_estimate_never_stands_without_its_interval() {
        let check = |values: &[(&str, &str)], language: &str, expected: &str| {
            assert_eq!(words(&run(values), "estimate", None, language).as_deref(), Some(expected));
        };
        check(&FULL, "en", "1,234 (95 % interval 1,100 to 1,400)");
        check(&FULL, "fr", "1\u{202f}234 (intervalle à 95 % : 1\u{202f}100 à 1\u{202f}400)");
        check(&FULL, "ar", "1\u{202f}234 (فترة \u{2066}95 %\u{2069}: من 1\u{202f}100 إلى 1\u{202f}400)");
        check(&FULL, "es", "1\u{202f}234 (intervalo del 95 %: de 1\u{202f}100 a 1\u{202f}400)");
        check(&FULL, "ru", "1\u{202f}234 (интервал 95 %: от 1\u{202f}100 до 1\u{202f}400)");
        check(&FULL, "zh", "1\u{202f}234 (95 %区间：1\u{202f}100至1\u{202f}400)");
        check(&FULL, "de", "1\u{202f}234 (95 %: 1\u{202f}100\u{2013}1\u{202f}400)");
        check(&FULL[..5], "de", "1\u{202f}234 (95 %: 1\u{202f}100\u{2013}∞)");
        check(&FULL[..4], "ru", "1\u{202f}234 (без интервала)");
        check(&FULL[..5], "en", "1,234 (95 % interval from 1,100, without an upper limit)");
        check(&FULL[..4], "en", "1,234 (no interval)");
    }

    #[test]
    fn a_share_never_stands_without_its_denominator() {
        let said = |values: &[(&str, &str)], told| words(&run(values), "share", told, "en");
        let told = Some(Told::Exactly(425));
        let expected = "34.4 per cent (425 recorded of an estimated 1,234; 95 % interval 1,100 to 1,400)";
        assert_eq!(said(&FULL, told).as_deref(), Some(expected));
        assert_eq!(said(&FULL, Some(Told::Withheld)).as_deref(), Some("[withheld]"));
        // More recorded than estimated, or nothing estimated: no share.
        assert_eq!(said(&[("observed", "5"), ("estimate", "4")], told), None);
        assert_eq!(said(&[("observed", "0"), ("estimate", "0")], told), None);
        assert_eq!(said(&[("observed", "x"), ("estimate", "NaN")], told), None);
    }

    #[test]
    fn what_is_withheld_is_not_printed() {
        let run = run(&[("persons", "3")]);
        assert_eq!(people(&run, "persons"), Some((Unit::Persons, 3)));
        assert_eq!(people(&run, "estimate"), None);
        let check = |told: Option<Told>, expected: &str| {
            assert_eq!(words(&run, "persons", told, "en").as_deref(), Some(expected));
        };
        check(Some(Told::Exactly(3)), "3");
        check(Some(Told::Between(0, 9)), "0\u{2013}9");
        check(Some(Told::Withheld), "[withheld]");
        check(None, "[withheld]");
        assert_eq!(words(&run, "lower", None, "en"), None);
    }

    #[test]
    fn the_parts_of_a_run_are_known() {
        assert_eq!(parts(&run(&FULL)), ["model", "observed", "level", "estimate", "lower", "upper", "share"]);
        assert_eq!(parts(&run(&[("persons", "3")])), ["persons"]);
        assert_eq!(parts(&Run { outcome: None, ..run(&[]) }), Vec::<String>::new());
    }
}
