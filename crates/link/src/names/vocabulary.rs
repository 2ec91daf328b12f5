//! What does a word in a name do, and which words are one name?
//!
//! The answers are data, one file a kind (`data/`), read once and normalised as names are.

use super::script;
use crate::forms::Part;
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::OnceLock;

/// What a word may do in a name besides naming, as the file of words tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Title,
    Soft,
    Particle,
    Inner,
    Father,
    Child,
    Join,
    Younger,
    Elder,
    Alias,
    Born,
    Note,
    Dispensable,
    Unknown,
    Nothing,
}

impl Role {
    const ALL: [(&'static str, Role); 15] = [
        ("title", Role::Title),
        ("soft", Role::Soft),
        ("particle", Role::Particle),
        ("inner", Role::Inner),
        ("father", Role::Father),
        ("child", Role::Child),
        ("join", Role::Join),
        ("younger", Role::Younger),
        ("elder", Role::Elder),
        ("alias", Role::Alias),
        ("born", Role::Born),
        ("note", Role::Note),
        ("dispensable", Role::Dispensable),
        ("unknown", Role::Unknown),
        ("nothing", Role::Nothing),
    ];

    fn bit(self) -> u16 {
        1 << self as u16
    }
}

/// The files, read.
pub(crate) struct Vocabulary {
    /// Bits of the roles of a word.
    roles: FxHashMap<String, u16>,
    /// Lines of the file of given names on which a form stands, ascending:
    /// below `given_lines`. Those of the family names that have several forms follow.
    names: FxHashMap<String, Vec<u16>>,
    given_lines: u16,
    /// Chinese family names of two characters.
    two: Vec<&'static str>,
    /// Chinese and Korean family names in Latin letters.
    latin: FxHashSet<&'static str>,
}

impl Vocabulary {
    pub(crate) fn get() -> &'static Vocabulary {
        static READ: OnceLock<Vocabulary> = OnceLock::new();
        READ.get_or_init(Vocabulary::read)
    }

    fn read() -> Self {
        let mut roles: FxHashMap<String, u16> = FxHashMap::default();
        for (kind, words) in kinds(include_str!("../../data/words.tsv")) {
            let bit = Role::ALL.iter().find(|(name, _)| *name == kind).map_or(0, |(_, role)| role.bit());
            for word in words {
                *roles.entry(script::words(word).concat()).or_default() |= bit;
            }
        }
        let families = || kinds(include_str!("../../data/families.tsv"));
        let of = |kind: &'static str| families().filter(move |(k, _)| *k == kind).map(|(_, words)| words);
        let lines = || include_str!("../../data/given.tsv").lines().filter(|line| !line.starts_with('#'));
        let mut names: FxHashMap<String, Vec<u16>> = FxHashMap::default();
        for (line, forms) in lines().map(str::split_whitespace).chain(of("forms")).enumerate() {
            for form in forms {
                let at = names.entry(super::joined(&script::words(form))).or_default();
                if at.last() != Some(&(line as u16)) {
                    at.push(line as u16);
                }
            }
        }
        let given_lines = lines().count() as u16;
        let (two, latin) = (of("two").flatten().collect(), of("latin").flatten().collect());
        Self { roles, names, given_lines, two, latin }
    }

    pub(super) fn is(&self, word: &str, role: Role) -> bool {
        self.roles.get(word).is_some_and(|bits| bits & role.bit() != 0)
    }

    /// Whether a word does anything in names besides naming.
    pub(super) fn has_role(&self, word: &str) -> bool {
        self.roles.contains_key(word)
    }

    /// Whether a word does this in names, by any of the roles that come to it.
    pub(crate) fn does(&self, word: &str, part: Part) -> bool {
        let roles: &[Role] = match part {
            Part::Title => &[Role::Title, Role::Soft],
            Part::Particle => &[Role::Particle, Role::Inner, Role::Father, Role::Child],
            Part::Join => &[Role::Join],
        };
        roles.iter().any(|role| self.is(word, *role))
    }

    /// The lines on which a form stands, ascending; none where it is not on file.
    pub(crate) fn lines(&self, word: &str) -> &[u16] {
        self.names.get(word).map_or(&[], Vec::as_slice)
    }

    /// Whether a form is a given name on file.
    pub(crate) fn is_given(&self, word: &str) -> bool {
        self.names.get(word).is_some_and(|lines| lines.iter().any(|line| *line < self.given_lines))
    }

    /// The lines on which a form stands, each folded into one of 32 bits; no bit where it is not on file. Two forms on file
    /// without a common bit are two names.
    pub(super) fn on_file(&self, word: &str) -> u32 {
        let lines = self.names.get(word).into_iter().flatten();
        lines.fold(0, |bits, line| bits | 1 << (u32::from(*line).wrapping_mul(0x9E37_79B9) >> 27))
    }

    /// Whether two forms are on file as one name; `None` when one of them is not on file.
    pub(super) fn one_name(&self, a: &str, b: &str) -> Option<bool> {
        let (x, y) = (self.names.get(a)?, self.names.get(b)?);
        Some(x.iter().any(|line| y.contains(line)))
    }

    /// Whether a Chinese name begins with a family name of two characters.
    pub(super) fn begins_with_two(&self, name: &str) -> bool {
        self.two.iter().any(|family| name.starts_with(family))
    }

    /// Whether a Latin word is a Chinese or Korean family name.
    pub(super) fn stands_first(&self, word: &str) -> bool {
        self.latin.contains(word)
    }
}

/// Lines of a kind, a tab and words.
fn kinds(file: &'static str) -> impl Iterator<Item = (&'static str, std::str::SplitWhitespace<'static>)> {
    let lines = file.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.split_once('\t')).map(|(kind, words)| (kind, words.split_whitespace()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_files_is_read() {
        for (kind, words) in kinds(include_str!("../../data/words.tsv")) {
            assert!(Role::ALL.iter().any(|(name, _)| *name == kind), "{kind}");
            assert!(words.count() > 0, "{kind}");
        }
        let vocabulary = Vocabulary::get();
        assert!(vocabulary.names.len() > 2000 && vocabulary.latin.len() > 150 && vocabulary.two.len() > 40);
        assert!(!vocabulary.names.contains_key("") && !vocabulary.roles.contains_key(""));
    }

    #[test]
    fn names_on_file_are_one_or_not() {
        for (a, b, expected) in [
            ("misha", "mikhail", Some(true)),
            ("sasha", "alexandra", Some(true)),
            ("hasan", "husayn", Some(false)),
            ("hasan", "torvel", None),
        ] {
            let vocabulary = Vocabulary::get();
            assert_eq!(vocabulary.one_name(a, b), expected, "{a} {b}");
            let (x, y) = (vocabulary.on_file(a), vocabulary.on_file(b));
            assert_eq!((x != 0 && y != 0).then_some(x & y != 0), expected, "{a} {b}");
        }
    }
}
