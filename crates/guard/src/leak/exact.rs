//! Where do these letters and digits stand, whatever parts them?
//!
//! A telephone number is written with blanks, strokes or brackets, an address with commas or without. Letters and digits are compared
//! one by one in small letters of their compatibility forms, digits of every script as plain ones.

use super::calendar::digit;
use super::letters::is_unseen;
use rustc_hash::FxHashMap;
use unicode_normalization::UnicodeNormalization;

/// Fewer letters and digits than this stand anywhere by chance.
const LEAST: usize = 6;

/// Texts to be found, by their first letters.
#[derive(Default)]
pub(super) struct Exact {
    texts: FxHashMap<Vec<char>, Vec<(Vec<char>, u32)>>,
}

fn plain(c: char) -> impl Iterator<Item = char> {
    let c = digit(c).and_then(|value| char::from_digit(value, 10)).unwrap_or(c);
    std::iter::once(c).nfkc().flat_map(char::to_lowercase).filter(|c| c.is_alphanumeric())
}

impl Exact {
    pub(super) fn add(&mut self, text: &str, subject: u32) {
        let letters: Vec<char> = text.chars().flat_map(plain).collect();
        if let Some(first) = letters.get(..LEAST) {
            self.texts.entry(first.to_vec()).or_default().push((letters, subject));
        }
    }

    /// Where they stand, each with its subject.
    pub(super) fn find(&self, text: &str) -> Vec<(usize, usize, u32)> {
        if self.texts.is_empty() {
            return Vec::new();
        }
        // Each letter with its place, and whether a letter or digit stands right before it.
        let mut stream: Vec<(char, usize, bool)> = Vec::new();
        let mut tied = false;
        for (at, c) in text.chars().enumerate().filter(|(_, c)| !is_unseen(*c)) {
            let mut any = false;
            for letter in plain(c) {
                stream.push((letter, at, tied || any));
                any = true;
            }
            tied = any;
        }
        let mut found = Vec::new();
        for start in 0..stream.len() {
            let Some(head) = stream.get(start..start + LEAST) else { break };
            if head[0].2 {
                continue;
            }
            let first: Vec<char> = head.iter().map(|(c, ..)| *c).collect();
            for (letters, subject) in self.texts.get(&first).into_iter().flatten() {
                let Some(there) = stream.get(start..start + letters.len()) else { continue };
                let ends = stream.get(start + letters.len()).is_none_or(|(.., tied)| !tied);
                if ends && there.iter().map(|(c, ..)| c).eq(letters) {
                    found.push((head[0].1, there[there.len() - 1].1 + 1, *subject));
                }
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_parts_them_does_not_matter() {
        let mut exact = Exact::default();
        exact.add("+12 345-678", 1);
        exact.add("ana.m@valley.example", 2);
        exact.add("12 3", 3);
        let check = |text: &str, expected: &[(usize, usize, u32)]| assert_eq!(exact.find(text), expected, "{text}");
        check("call (12) 345 678.", &[(6, 17, 1)]);
        check("١٢٣٤٥٦٧٨", &[(0, 8, 1)]);
        check("912345678", &[]);
        check("123456789", &[]);
        check("at Ana.M@Valley.example", &[(3, 23, 2)]);
        check("12 3", &[]);
    }
}
