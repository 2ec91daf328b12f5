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

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn thousands_are_parted() {
        let shown: Vec<String> = [0.0, 999.4, 1000.0, 1234567.8, -1234.0].into_iter().map(grouped).collect();
        assert_eq!(shown, ["0", "999", "1,000", "1,234,568", "-1,234"]);
    }
}
