//! Which number does a heading have?

/// The numbers of headings.
#[derive(Default)]
pub(super) struct Headings {
    united_nations: bool,
    at: [usize; 3],
    annexes: usize,
    in_annex: bool,
    /// How many headings of level 1 stood before the annexes.
    before: usize,
}

impl Headings {
    /// Before the first heading of a report whose headings are numbered as the United Nations do, or in digits.
    pub(super) fn new(united_nations: bool) -> Self {
        Self { united_nations, ..Self::default() }
    }

    pub(super) fn next(&mut self, level: u8) -> String {
        if level == 1 && self.in_annex {
            self.in_annex = false;
            self.at[0] = self.before;
        }
        let [first, second, third] = &mut self.at;
        match level {
            1 => (*first, *second, *third) = (*first + 1, 0, 0),
            2 => (*second, *third) = (*second + 1, 0),
            _ => *third += 1,
        }
        let [first, second, third] = self.at;
        let top = if self.in_annex { roman(first) } else { first.to_string() };
        match (self.united_nations, level) {
            (true, 1) => format!("{}.", roman(first)),
            (true, 2) => format!("{}.", letters(second)),
            (true, _) => format!("{third}."),
            (false, 1) => top,
            (false, 2) => format!("{top}.{second}"),
            (false, _) => format!("{top}.{second}.{third}"),
        }
    }

    pub(super) fn annex(&mut self, word: &str) -> String {
        if !self.in_annex {
            self.before = self.at[0];
            self.in_annex = true;
        }
        self.annexes += 1;
        self.at = [self.annexes, 0, 0];
        format!("{word} {}.", roman(self.annexes))
    }
}

/// A number in Roman numerals; from 4,000 on, where they end, in digits.
fn roman(n: usize) -> String {
    const NUMERALS: [(usize, &str); 13] = [
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ];
    if n == 0 || n > 3999 {
        return n.to_string();
    }
    let mut left = n;
    let mut out = String::new();
    for (value, numeral) in NUMERALS {
        while left >= value {
            out.push_str(numeral);
            left -= value;
        }
    }
    out
}

/// A number in letters: A to Z, then AA, AB as columns of a sheet are named.
pub(super) fn letters(n: usize) -> String {
    let mut left = n;
    let mut out = Vec::new();
    while left > 0 {
        left -= 1;
        out.push(char::from(b'A' + u8::try_from(left % 26).unwrap_or_default()));
        left /= 26;
    }
    out.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numerals_and_letters_have_no_end() {
        let check = |n, in_roman: &str, in_letters: &str| {
            assert_eq!((roman(n).as_str(), letters(n).as_str()), (in_roman, in_letters))
        };
        check(4, "IV", "D");
        check(26, "XXVI", "Z");
        check(27, "XXVII", "AA");
        check(1994, "MCMXCIV", "BXR");
        check(4000, "4000", "EWV");
    }
}
