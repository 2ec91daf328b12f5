//! Which code does a text have, when millions of texts must lie in little room?
//!
//! Texts stand one behind the other in one string; a table of codes, with a few bits of each text's hash, finds them again. A
//! map of owned texts would hold each of them twice, with a header and a block of memory of its own.

use crate::records::Code;
use rustc_hash::FxBuildHasher;
use std::hash::BuildHasher;

/// Texts, each once, coded from 1 in the order they came; code 0 is the empty text.
#[derive(Clone, Debug)]
pub(crate) struct Interned {
    text: String,
    /// Where the text of each code ends.
    ends: Vec<usize>,
    /// Open addressing with linear probing, a power of two in size, at most three quarters full: the hash, whose low bits say
    /// where to look, and the code, 0 where nothing stands.
    slots: Vec<(u32, Code)>,
}

impl Default for Interned {
    fn default() -> Self {
        Self { text: String::new(), ends: vec![0], slots: Vec::new() }
    }
}

/// The first table has so many slots.
const FEWEST: usize = 16;

impl Interned {
    /// How many texts there are, the empty one included.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The text of a code that was given here.
    #[inline]
    pub(crate) fn text(&self, code: Code) -> &str {
        let at = code as usize;
        let from = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.text[from..self.ends[at]]
    }

    /// The texts by code.
    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        (0..self.len() as Code).map(|code| self.text(code))
    }

    /// The texts in the order of their codes, the empty one left out; none can be found again.
    pub(crate) fn into_texts(mut self) -> Ids {
        Ids { text: self.text, ends: self.ends.split_off(1) }
    }

    /// The code of a text, if it has one.
    pub(crate) fn get(&self, text: &str) -> Option<Code> {
        if text.is_empty() {
            return Some(0);
        }
        if self.slots.is_empty() {
            return None;
        }
        let hash = hash(text);
        let code = self.slots[self.slot(hash, |code| self.text(code) == text)].1;
        (code != 0).then_some(code)
    }

    /// The code of a text, which is a new one where it had none.
    pub(crate) fn code(&mut self, text: &str) -> Code {
        if text.is_empty() {
            return 0;
        }
        if (self.ends.len() + 1) * 4 > self.slots.len() * 3 {
            self.grow();
        }
        let hash = hash(text);
        let at = self.slot(hash, |code| self.text(code) == text);
        if self.slots[at].1 == 0 {
            self.slots[at] = (hash, self.ends.len() as Code);
            self.text.push_str(text);
            self.ends.push(self.text.len());
        }
        self.slots[at].1
    }

    /// The slot of the text that has this hash and is the one looked for, or the empty slot it would take.
    #[inline]
    fn slot(&self, hash: u32, is_it: impl Fn(Code) -> bool) -> usize {
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        loop {
            let (of_hash, code) = self.slots[at];
            if code == 0 || (of_hash == hash && is_it(code)) {
                return at;
            }
            at = (at + 1) & mask;
        }
    }

    fn grow(&mut self) {
        let size = (self.slots.len() * 2).max(FEWEST);
        // What stood side by side stands side by side again, once in either half, and no text is looked at.
        for (hash, code) in std::mem::replace(&mut self.slots, vec![(0, 0); size]) {
            if code != 0 {
                let at = self.slot(hash, |_| false);
                self.slots[at] = (hash, code);
            }
        }
    }
}

/// Texts one behind the other in one, such as identifiers of records: found by their place only.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ids {
    text: String,
    /// Where each ends.
    ends: Vec<usize>,
}

impl Ids {
    pub(crate) fn push(&mut self, text: &str) {
        self.text.push_str(text);
        self.ends.push(self.text.len());
    }

    /// Takes over all texts of another in their order.
    pub(crate) fn append(&mut self, other: &Ids) {
        let before = self.text.len();
        self.text.push_str(&other.text);
        self.ends.extend(other.ends.iter().map(|end| before + end));
    }

    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(crate) fn get(&self, at: usize) -> &str {
        let from = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.text[from..self.ends[at]]
    }
}

/// What was read of texts before, by text as lists write it.
#[derive(Clone, Debug)]
pub(crate) struct Read<T> {
    texts: Interned,
    /// By code, that of the empty text left out.
    read: Vec<T>,
}

impl<T> Default for Read<T> {
    fn default() -> Self {
        Self { texts: Interned::default(), read: Vec::new() }
    }
}

impl<T: Copy> Read<T> {
    /// What was read of a text, if it was.
    pub(crate) fn get(&self, text: &str) -> Option<T> {
        self.texts.get(text)?.checked_sub(1).map(|at| self.read[at as usize])
    }

    /// Keeps what was read of a text that is not empty and was not read before.
    pub(crate) fn keep(&mut self, text: &str, read: T) {
        if self.texts.code(text) as usize > self.read.len() {
            self.read.push(read);
        }
    }

    /// What was read, by text.
    #[cfg(test)]
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, T)> {
        self.texts.iter().skip(1).zip(self.read.iter().copied())
    }
}

/// The low half of the hash, whose bits are the best mixed.
fn hash(text: &str) -> u32 {
    FxBuildHasher.hash_one(text) as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashMap;

    proptest! {
        #[test]
        fn codes_are_those_of_a_map(texts in proptest::collection::vec("[abc]{0,3}|\\PC{0,6}", 0..200)) {
            let (mut interned, mut map) = (Interned::default(), HashMap::from([(String::new(), 0)]));
            for text in &texts {
                prop_assert_eq!(interned.get(text), map.get(text).copied());
                let next = map.len() as Code;
                let code = *map.entry(text.clone()).or_insert(next);
                prop_assert_eq!(interned.code(text), code);
                prop_assert_eq!(interned.text(code), text);
            }
            prop_assert_eq!(interned.len(), map.len());
            prop_assert!(interned.iter().enumerate().all(|(code, text)| map[text] == code as Code));
        }
    }
}
