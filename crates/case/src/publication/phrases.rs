//! In which words does a report say a finding, and to which degree it is shown?
//!
//! The words are those in which the finding was adopted, in the language of the paragraph. The degree is a phrase of the standard of proof,
//! the same throughout: built in for English, and for the other official languages of the United Nations where its bodies use one fixed
//! formula; an inquiry's own standard brings its phrases in its file. Where a phrase is not known nothing is composed.

use crate::facts::Book;
use crate::facts::book::FindingFile;
use crate::facts::judge;
use crate::facts::words::Conclusion;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The formula of *reasonable grounds to believe* in the other official languages, as reports of United Nations commissions of inquiry write
/// it. A speaker should read them before a report leaves.
const GROUNDS: [(&str, &str); 5] = [
    ("ar", "هناك أسباب معقولة تدعو إلى الاعتقاد بأن"),
    ("es", "hay motivos razonables para creer que"),
    ("fr", "il existe des motifs raisonnables de croire que"),
    ("ru", "имеются разумные основания полагать, что"),
    ("zh", "有合理理由相信"),
];

/// Words that begin a sentence and are nobody's name, so that they are written small where the phrase of a standard stands before them.
const COMMON: [&str; 41] = [
    "a",
    "after",
    "all",
    "an",
    "at",
    "before",
    "between",
    "by",
    "children",
    "detainees",
    "during",
    "each",
    "every",
    "for",
    "from",
    "girls",
    "boys",
    "guards",
    "in",
    "it",
    "many",
    "members",
    "men",
    "most",
    "no",
    "of",
    "officers",
    "on",
    "people",
    "persons",
    "police",
    "prisoners",
    "several",
    "since",
    "soldiers",
    "some",
    "the",
    "there",
    "those",
    "when",
    "women",
];

/// What of a standard's file is read here.
#[derive(Deserialize)]
struct Phrases {
    #[serde(default)]
    phrases: BTreeMap<String, String>,
}

/// The phrase in which a standard of proof says its degree, in a language.
pub fn degree(book: &Book, standard: &str, language: &str) -> Option<String> {
    let own = book.standards.get(standard).and_then(|said| toml::from_str::<Phrases>(&said.what).ok());
    if let Some(phrase) = own.and_then(|mut own| own.phrases.remove(language)) {
        return Some(phrase);
    }
    if language == "en" {
        return judge::standard(book, standard).ok().map(|standard| standard.wording);
    }
    let built_in = standard == "reasonable-grounds" && !book.standards.contains_key(standard);
    GROUNDS.iter().find(|(known, _)| built_in && *known == language).map(|(_, phrase)| phrase.to_string())
}

/// An adopted finding as a report says it within a sentence of this language: in the words in which it was adopted, after the phrase of its standard if they do
/// not hold it themselves.
///
/// # Errors
/// It was not adopted in this language, or the phrase is not known in it.
pub fn adopted(book: &Book, file: &FindingFile, language: &str) -> Result<String, String> {
    let adopted = file.adopted.as_ref().ok_or("it is not adopted")?;
    let wording = adopted.what.wording.iter().find(|wording| wording.name == language);
    let Some(wording) = wording.map(|wording| wording.value.trim()) else {
        let known: Vec<&str> = adopted.what.wording.iter().map(|wording| wording.name.as_str()).collect();
        return Err(format!("it was not adopted in the language {language}, only in {}", known.join(", ")));
    };
    // That something could not be confirmed is shown to no degree.
    if matches!(file.finding.what.conclusion, Conclusion::NotConfirmed { .. }) {
        return Ok(wording.into());
    }
    let standard = &file.finding.what.standard;
    let phrase = degree(book, standard, language)
        .ok_or_else(|| format!("the phrase of its standard {standard} is not known in the language {language}"))?;
    if wording.to_lowercase().contains(&phrase.to_lowercase()) {
        return Ok(wording.into());
    }
    let gap = if ends_without_space(&phrase) { "" } else { " " };
    Ok(format!("{phrase}{gap}{}", small(book, wording)))
}

/// Chinese and Japanese write no space between words.
fn ends_without_space(phrase: &str) -> bool {
    phrase.chars().next_back().is_some_and(|c| matches!(c, '\u{3000}'..='\u{9fff}' | '\u{ff00}'..='\u{ffef}'))
}

/// The text as a sentence begins.
pub(super) fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// The text with its first word written small, unless that may be a name: a word that stands small elsewhere in the case is none.
fn small(book: &Book, text: &str) -> String {
    let word: String = text.chars().take_while(|c| c.is_alphabetic()).collect();
    let lower = word.to_lowercase();
    if word.is_empty() || !(COMMON.contains(&lower.as_str()) || stands_in(book, &lower)) {
        return text.into();
    }
    let rest = text.get(word.len()..).unwrap_or_default();
    let mut chars = word.chars();
    let first: String = chars.next().into_iter().flat_map(char::to_lowercase).collect();
    format!("{first}{}{rest}", chars.as_str())
}

/// Does this word, so written, stand in a statement or a proposition?
fn stands_in(book: &Book, word: &str) -> bool {
    let statements = book.statements.values().map(|file| &file.statement.what.text);
    let propositions = book.findings.values().map(|file| &file.finding.what.proposition);
    statements.chain(propositions).any(|text| text.split(|c: char| !c.is_alphabetic()).any(|w| w == word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_standard_has_its_english_phrase() {
        let book = Book::default();
        for (name, _) in judge::BUILT_IN {
            assert!(degree(&book, name, "en").is_some_and(|phrase| phrase.ends_with("that")), "{name}");
        }
        assert_eq!(degree(&book, "reasonable-grounds", "es").as_deref(), Some("hay motivos razonables para creer que"));
        assert_eq!(degree(&book, "clear-and-convincing", "es"), None);
        assert_eq!(degree(&book, "no-such-standard", "en"), None);
    }

    #[test]
    fn a_first_word_is_written_small_unless_it_may_be_a_name() {
        let check = |text: &str, expected: &str| assert_eq!(small(&Book::default(), text), expected);
        check("Between May and June people were held.", "between May and June people were held.");
        check("Tarvel held people.", "Tarvel held people.");
        check("", "");
        check("40 people", "40 people");
        assert_eq!(capital("there are"), "There are");
        assert!(ends_without_space("有合理理由相信") && !ends_without_space("que"));
    }
}
