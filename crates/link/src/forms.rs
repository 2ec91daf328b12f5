//! In which forms can a name be looked for in a text?
//!
//! What linkage compares names by, for whoever looks for names elsewhere: words in Latin letters, the parts of a name, the key
//! that spellings share, how alike two words are. All of it serves comparison only and is never printed in a name's place.

use crate::field::{SAME, name};
use crate::names::{self, Vocabulary};
use factum_model::Name;

/// How alike two words of names are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Likeness {
    /// Letter by letter.
    Same,
    /// Spellings, renderings or pet names of one name.
    Close,
    /// Somewhat alike.
    Near,
    /// One is the other's first letter.
    Initial,
    /// Two names.
    Different,
}

/// What a word does in a name besides naming somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// It goes before a name and says what somebody is: `Mr`, `Dr`, `السيد`.
    Title,
    /// It ties words of a name: `al`, `de`, `bin`.
    Particle,
    /// It makes one name with the word after it: `Abu`, `Umm`.
    Join,
}

/// A name in its parts, each lower-case Latin words parted by blanks; empty where unknown.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NameParts {
    /// The given name.
    pub given: String,
    /// What stands between.
    pub middle: String,
    /// The family name.
    pub family: String,
}

/// The words of a text in lower-case Latin letters, nothing left out.
pub fn latin(text: &str) -> Vec<String> {
    names::words(text)
}

/// The words of a text that name somebody: titles and particles fall, what is one name is one word (`Abd al-Rahman`).
pub fn naming(text: &str) -> Vec<String> {
    names::tokens(text)
}

/// All names that a written name holds, the main one first: aliases in brackets, names at birth.
pub fn parts(written: &str) -> Vec<NameParts> {
    let name = Name { full: Some(written.to_string()), ..Name::default() };
    let all = names::Parts::all(&name).into_iter().filter(|parts| !parts.is_empty());
    all.map(|p| NameParts { given: p.given, middle: p.middle, family: p.family }).collect()
}

/// The consonants that all spellings of a word share.
pub fn skeleton(word: &str) -> String {
    names::skeleton(word)
}

/// How alike two words in lower-case Latin letters are. The order does not matter.
pub fn likeness(a: &str, b: &str) -> Likeness {
    match names::agreement(a, b) {
        SAME => Likeness::Same,
        level if level <= name::CLOSE => Likeness::Close,
        level if level <= name::NEAR => Likeness::Near,
        name::INITIAL => Likeness::Initial,
        _ => Likeness::Different,
    }
}

/// The lines of the file of names on which a word stands: words that share a line are forms of one name. Empty where it is not on
/// file.
pub fn lines(word: &str) -> &'static [u16] {
    Vocabulary::get().lines(word)
}

/// Whether a word is a given name on file.
pub fn is_given(word: &str) -> bool {
    Vocabulary::get().is_given(word)
}

/// Whether a word does this in names.
pub fn does(word: &str, part: Part) -> bool {
    Vocabulary::get().does(word, part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_can_be_looked_for() {
        let both = parts("Ana Mirel (born Torvel)");
        assert_eq!(both.iter().map(|p| p.family.as_str()).collect::<Vec<_>>(), ["mirel", "torvel"]);
        assert_eq!(naming("Abd al-Rahman"), ["abdulrahman"]);
        assert_eq!(latin("Мерик Арвелов"), ["merik", "arvelov"]);
        assert_eq!(skeleton("marwan"), skeleton("mrwan"));
        assert!(lines("misha").iter().any(|line| lines("mikhail").contains(line)) && lines("torvel").is_empty());
        for (a, b, expected) in [
            ("mirel", "mirel", Likeness::Same),
            ("torvel", "torvell", Likeness::Close),
            ("morkal", "mirkal", Likeness::Near),
            ("a", "ana", Likeness::Initial),
            ("hasan", "husayn", Likeness::Different),
        ] {
            assert_eq!(likeness(a, b), expected, "{a} {b}");
        }
        for (word, part) in [("mr", Part::Title), ("al", Part::Particle), ("bin", Part::Particle), ("abu", Part::Join)]
        {
            assert!(does(word, part), "{word}");
        }
        assert!(is_given("maria") && !is_given("torvel") && !does("torvel", Part::Title));
    }
}
