//! How are numbers written for people?

/// A number rounded to a whole one, with thousands parted by commas.
pub fn grouped(n: f64) -> String {
    let digits = format!("{:.0}", n.abs());
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if n < -0.5 { format!("-{out}") } else { out }
}

/// A text with a thin blank for every comma that parts thousands, as [`grouped`] writes them.
pub(crate) fn with_blanks(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let digits = |from: usize| letters.iter().skip(from).take_while(|c| c.is_ascii_digit()).count();
    let parts = |at: usize| {
        let before = at.checked_sub(1).and_then(|before| letters.get(before)).is_some_and(char::is_ascii_digit);
        before && digits(at + 1) == 3
    };
    letters.iter().enumerate().map(|(at, c)| if *c == ',' && parts(at) { '\u{202f}' } else { *c }).collect()
}

#[cfg(test)]
mod tests {
    use super::{grouped, with_blanks};

    #[test]
    fn only_thousands_get_a_blank() {
        assert_eq!(
            with_blanks("2,922 (2,813 à 1,003,039), 6,7 et 13,1234"),
            "2\u{202f}922 (2\u{202f}813 à 1\u{202f}003\u{202f}039), 6,7 et 13,1234"
        );
    }

    #[test]
    fn thousands_are_parted() {
        let shown: Vec<String> = [0.0, 999.4, 1000.0, 1234567.8, -1234.0].into_iter().map(grouped).collect();
        assert_eq!(shown, ["0", "999", "1,000", "1,234,568", "-1,234"]);
    }
}
