//! What does a finger make of a name?

use crate::keyed::Stream;

/// The rows of a keyboard: a finger that misses lands on a neighbour.
const KEYBOARD: [&str; 3] = ["qwertyuiop", "asdfghjkl", "zxcvbnm"];

/// The name with a slip in it: a letter lost, doubled, exchanged with the next, or taken for its neighbour on the keyboard. The
/// first letter is a capital if it was one; names of fewer than three letters stay as they are.
pub(crate) fn slipped(name: &str, draws: &mut Stream) -> String {
    let mut letters: Vec<char> = name.chars().collect();
    if letters.len() < 3 {
        return name.to_string();
    }
    let capital = letters[0].is_ascii_uppercase();
    letters[0].make_ascii_lowercase();
    let at = draws.below(letters.len() - 1);
    match draws.below(4) {
        0 => drop(letters.remove(at)),
        1 => letters.insert(at, letters[at]),
        2 => letters.swap(at, at + 1),
        _ => letters[at] = beside(letters[at], draws),
    }
    if capital {
        letters[0].make_ascii_uppercase();
    }
    letters.into_iter().collect()
}

/// The key beside a letter's. A sign that the keyboard lacks is taken for itself.
fn beside(letter: char, draws: &mut Stream) -> char {
    let Some((row, at)) = KEYBOARD.iter().find_map(|row| row.find(letter).map(|at| (row.as_bytes(), at))) else {
        return letter;
    };
    let to = if at == 0 || (draws.chance(0.5) && at + 1 < row.len()) { at + 1 } else { at - 1 };
    char::from(row[to])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keyed::Key;
    use std::collections::HashSet;

    #[test]
    fn slips_make_many_other_names() {
        let mut draws = Key::new(11, 0).stream(0);
        let written: Vec<String> = (0..300).map(|_| slipped("Khalodei", &mut draws)).collect();
        assert!(written.iter().all(|name| name.starts_with(|c: char| c.is_ascii_uppercase())));
        assert!(written.iter().all(|name| name != "Khalodei" && name.len().abs_diff(8) <= 1));
        assert!(written.iter().collect::<HashSet<_>>().len() > 20);
        assert_eq!(slipped("Bo", &mut draws), "Bo");
    }

    #[test]
    fn a_finger_misses_by_one_key() {
        let mut draws = Key::new(11, 0).stream(0);
        let mut check = |letter, expected: &[char]| assert!(expected.contains(&beside(letter, &mut draws)), "{letter}");
        for _ in 0..20 {
            check('q', &['w']);
            check('p', &['o']);
            check('g', &['f', 'h']);
            check('m', &['n']);
            check('ü', &['ü']);
        }
    }
}
