//! Which days and months does a text name?
//!
//! Days as reports write them: in words of a dozen languages, in numbers with the year first or last, with Chinese signs. Where
//! numbers leave open which is the day and which the month, both are taken.

use super::letters::is_unseen;
use factum_link::forms::latin;
use rustc_hash::FxHashMap;
use std::sync::OnceLock;

/// A day or a month that a text names, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Named {
    /// The place of its first character.
    pub from: usize,
    /// The place after its last.
    pub to: usize,
    /// The year, if it stands there.
    pub year: Option<i32>,
    /// The month.
    pub month: u8,
    /// The day, if it stands there.
    pub day: Option<u8>,
}

/// A run of digits or of letters, with what parts it from the one before.
struct Piece {
    text: String,
    from: usize,
    to: usize,
    between: String,
}

impl Piece {
    fn number(&self) -> Option<i32> {
        self.text.chars().next().filter(|c| digit(*c).is_some())?;
        // A number with more digits is no part of a date.
        let digits: Vec<u32> = self.text.chars().map_while(digit).collect();
        (digits.len() <= 4).then(|| digits.iter().fold(0, |sum, d| sum * 10 + *d as i32))
    }

    /// A number of a day or a month has two digits at most: what has more, as the number of an interview has, is none.
    fn short(&self) -> Option<i32> {
        self.number().filter(|_| self.text.chars().take_while(|c| digit(*c).is_some()).count() <= 2)
    }

    fn day(&self) -> Option<u8> {
        self.short().filter(|n| (1..=31).contains(n)).map(|n| n as u8)
    }

    fn year(&self) -> Option<i32> {
        self.number().filter(|n| (1900..=2100).contains(n))
    }

    fn month_number(&self) -> Option<u8> {
        self.short().filter(|n| (1..=12).contains(n)).map(|n| n as u8)
    }

    /// The month whose name this is.
    fn month(&self) -> Option<u8> {
        self.number().is_none().then(|| months().get(&latin(&self.text).concat()).copied())?
    }

    /// `th` in `12th`, `de` in `12 de marzo`.
    fn is_between(&self) -> bool {
        const BETWEEN: &[&str] =
            &["st", "nd", "rd", "th", "er", "re", "de", "of", "du", "del", "do", "من", "года", "р", "года,", "ve"];
        BETWEEN.contains(&self.text.to_lowercase().as_str())
    }
}

/// The value of a digit of any script that dates are written in.
pub(super) fn digit(c: char) -> Option<u32> {
    let zeros = [0x30, 0x660, 0x6F0, 0x966, 0xFF10];
    zeros.iter().map(|zero| (c as u32).wrapping_sub(*zero)).find(|value| *value <= 9)
}

fn months() -> &'static FxHashMap<String, u8> {
    static READ: OnceLock<FxHashMap<String, u8>> = OnceLock::new();
    READ.get_or_init(|| {
        let file = include_str!("../../data/months.tsv").lines().filter(|line| !line.starts_with('#'));
        let lines = file.filter_map(|line| line.split_once('\t'));
        let numbered = lines.filter_map(|(number, words)| Some((number.parse().ok()?, words)));
        numbered.flat_map(|(n, words)| words.split_whitespace().map(move |w| (latin(w).concat(), n))).collect()
    })
}

fn pieces(text: &str) -> Vec<Piece> {
    let mut found: Vec<Piece> = Vec::new();
    let mut between = String::new();
    let mut kind = None;
    for (at, c) in text.chars().enumerate() {
        if is_unseen(c) {
            continue;
        }
        // Chinese signs of year, month and day stand by themselves.
        let now = match () {
            () if digit(c).is_some() => Some(0),
            () if matches!(c, '年' | '月' | '日' | '号' | '號') => Some(2 + at),
            () if c.is_alphabetic() || unicode_normalization::char::is_combining_mark(c) => Some(1),
            () => None,
        };
        match (now, found.last_mut()) {
            (Some(_), Some(piece)) if now == kind => {
                piece.text.push(c);
                piece.to = at + 1;
            }
            (Some(_), _) => {
                let between = std::mem::take(&mut between);
                found.push(Piece { text: c.to_string(), from: at, to: at + 1, between });
            }
            (None, _) => between.push(c),
        }
        kind = now;
    }
    found
}

/// Every day and month that a text names, in order.
pub fn named(text: &str) -> Vec<Named> {
    let all = pieces(text);
    let mut found = Vec::new();
    for at in 0..all.len() {
        // What stands far off is no part of a date.
        let near = all[at..].iter().take(7).enumerate().take_while(|(i, p)| *i == 0 || ties(&p.between));
        let near: Vec<&Piece> = near.map(|(_, piece)| piece).collect();
        let told: Vec<&Piece> = near.iter().copied().filter(|piece| !piece.is_between()).collect();
        found.extend(in_words(&told));
        found.extend(in_numbers(&near));
        found.extend(in_signs(&near));
    }
    found.dedup();
    // A month that is part of a day is no second finding.
    let whole: Vec<Named> = found.iter().copied().filter(|n| n.day.is_some()).collect();
    found.retain(|n| n.day.is_some() || !whole.iter().any(|day| day.from <= n.from && n.to <= day.to));
    let dated: Vec<Named> = whole.iter().copied().filter(|n| n.year.is_some()).collect();
    found.retain(|n| n.year.is_some() || !dated.iter().any(|day| day.from <= n.from && n.to <= day.to));
    found
}

fn ties(between: &str) -> bool {
    between.chars().count() <= 3 && between.chars().all(|c| c.is_whitespace() || "-‐‑–./,،º°ª·'".contains(c))
}

fn in_words(told: &[&Piece]) -> Option<Named> {
    let named =
        |first: &Piece, last: &Piece, year, month, day| Named { from: first.from, to: last.to, year, month, day };
    match told {
        [d, m, y, ..] if d.day().is_some() && m.month().is_some() && y.year().is_some() => {
            Some(named(d, y, y.year(), m.month()?, d.day()))
        }
        [m, d, y, ..] if m.month().is_some() && d.day().is_some() && y.year().is_some() => {
            Some(named(m, y, y.year(), m.month()?, d.day()))
        }
        [y, m, d, ..] if y.year().is_some() && m.month().is_some() && d.day().is_some() => {
            Some(named(y, d, y.year(), m.month()?, d.day()))
        }
        [m, y, ..] if m.month().is_some() && y.year().is_some() => Some(named(m, y, y.year(), m.month()?, None)),
        [d, m, ..] if d.day().is_some() && m.month().is_some() => Some(named(d, m, None, m.month()?, d.day())),
        [m, d, ..] if m.month().is_some() && d.day().is_some() => Some(named(m, d, None, m.month()?, d.day())),
        _ => None,
    }
}

fn in_numbers(near: &[&Piece]) -> Vec<Named> {
    let [a, b, c, ..] = near else { return Vec::new() };
    let same = b.between == c.between && matches!(b.between.as_str(), "-" | "/" | "." | "‐" | "–" | ". ");
    if !same {
        return Vec::new();
    }
    let named = |y: Option<i32>, m: Option<u8>, d: Option<u8>| {
        Some(Named { from: a.from, to: c.to, year: Some(y?), month: m?, day: Some(d?) })
    };
    let ways = [
        named(a.year(), b.month_number(), c.day()),
        named(c.year(), b.month_number(), a.day()),
        named(c.year(), a.month_number(), b.day()),
    ];
    ways.into_iter().flatten().collect()
}

fn in_signs(near: &[&Piece]) -> Option<Named> {
    let [y, year, m, month, rest @ ..] = near else { return None };
    if year.text != "年" || month.text != "月" {
        return None;
    }
    let day = match rest {
        [d, sign, ..] if matches!(sign.text.as_str(), "日" | "号" | "號") => d.day().map(|day| (day, sign.to)),
        _ => None,
    };
    let to = day.map_or(month.to, |(_, to)| to);
    Some(Named { from: y.from, to, year: Some(y.year()?), month: m.month_number()?, day: day.map(|(day, _)| day) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn days_are_found_as_they_are_written() {
        let check = |text: &str, expected: &[(Option<i32>, u8, Option<u8>)]| {
            let found: Vec<_> = named(text).into_iter().map(|n| (n.year, n.month, n.day)).collect();
            assert_eq!(found, expected, "{text}");
        };
        check("I-012 of March 2019", &[(Some(2019), 3, None)]);
        let day = [(Some(2019), 3, Some(12))];
        for text in [
            "on 12 March 2019.",
            "March 12, 2019",
            "the 12th of March 2019",
            "le 12 mars 2019",
            "12 de marzo de 2019",
            "12 марта 2019 года",
            "في ١٢ مارس ٢٠١٩",
            "١٢ آذار ٢٠١٩",
            "2019年3月12日",
            "12 Mart 2019",
        ] {
            check(text, &day);
        }
        check("2019-03-12T08:00", &day);
        check("12.3.2019", &[(Some(2019), 3, Some(12)), (Some(2019), 12, Some(3))]);
        check("in March 2019", &[(Some(2019), 3, None)]);
        check("on 13 March", &[(None, 3, Some(13))]);
        check("they may 2019", &[(Some(2019), 5, None)]);
        check("12 people in 2019; 3 of 12", &[]);
        check("A/HRC/51/5 of page 99999", &[]);
    }

    #[test]
    fn every_month_has_its_words() {
        assert_eq!(months().values().collect::<std::collections::BTreeSet<_>>().len(), 12);
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "[0-9 ./年月日A-Za-zé-]{0,60}") {
            let length = text.chars().count();
            for found in named(&text) {
                prop_assert!(found.from < found.to && found.to <= length && (1..=12).contains(&found.month));
            }
        }
    }
}
