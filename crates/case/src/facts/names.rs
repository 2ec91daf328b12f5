//! Does something that many may read name a source whose identity is sealed?
//!
//! Only who can open the identities can ask; to anybody else the answer is *not checked*, since a check that answered them would tell
//! them names. The answer is places, never a name. What files of others say of people is not looked through: that a name stands on a list
//! of victims does not tell who a source is.

use super::book::Book;
use super::words::{Fact, KINDS};
use crate::custody::folder::Case;
use crate::custody::founding::IDENTITIES;
use crate::custody::ids::{RecordId, TransactionId};
use crate::custody::{canonical, view};
use factum_vault::index::{IndexError, Records};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::ControlFlow;

/// A name of one word that is shorter is more often a word of an ordinary sentence.
const SHORTEST: usize = 4;

/// The kind of record in which names of sources belong.
const IDENTITY: &str = "source-identity";

/// Names, ready to be found in texts.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// Names as words, by their first word.
    spaced: HashMap<String, Vec<Vec<String>>>,
    /// Names in scripts that put no space between words.
    solid: Vec<String>,
}

/// Where a sealed name stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Place {
    /// What it stands in: `statement T-0031`, `item I-007.md`, `transaction …`.
    pub what: String,
    /// Which field of it.
    pub field: String,
    /// Where in the log.
    pub entry: u64,
}

/// What a look for sealed names found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Looked {
    /// The identities are closed to the actor, so nothing was looked for.
    NotChecked,
    /// So many names were looked for, and these places hold one.
    Checked {
        /// How many sources have a sealed name.
        sources: usize,
        /// Where one stands.
        places: Vec<Place>,
    },
}

impl Names {
    /// Makes names ready. Too short ones are passed over.
    pub fn new<'n>(names: impl Iterator<Item = &'n str>) -> Self {
        let mut made = Self::default();
        for name in names {
            if name.chars().any(is_solid) {
                let solid: String = name.chars().filter(|c| c.is_alphanumeric()).collect();
                if solid.chars().count() > 1 {
                    made.solid.push(solid);
                }
                continue;
            }
            let words: Vec<String> = words_of(name).collect();
            let long = words.len() > 1 || words.iter().any(|word| word.chars().count() >= SHORTEST);
            if let (Some(first), true) = (words.first(), long) {
                let known = made.spaced.entry(first.clone()).or_default();
                if !known.contains(&words) {
                    known.push(words);
                }
            }
        }
        made
    }

    /// Whether there is nothing to look for.
    pub fn is_empty(&self) -> bool {
        self.spaced.is_empty() && self.solid.is_empty()
    }

    /// Whether a text holds one of the names, at the bounds of words where its script has any.
    pub fn are_in(&self, text: &str) -> bool {
        if !self.solid.is_empty() && text.chars().any(is_solid) {
            let plain: String = text.chars().filter(|c| c.is_alphanumeric()).collect();
            if self.solid.iter().any(|name| plain.contains(name.as_str())) {
                return true;
            }
        }
        let words: Vec<String> = words_of(text).collect();
        (0..words.len()).any(|at| {
            let rest = words.get(at..).unwrap_or_default();
            let names = rest.first().and_then(|word| self.spaced.get(word));
            names.into_iter().flatten().any(|name| rest.starts_with(name))
        })
    }
}

/// Words in small letters, parted by whatever is no letter and no digit.
fn words_of(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase)
}

/// Is this a letter of a script that puts no space between words: Han, kana, Thai, Lao, Khmer, Burmese?
fn is_solid(c: char) -> bool {
    matches!(c, '\u{0e00}'..='\u{0eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{3040}'..='\u{30ff}'
        | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// The sealed names of the case, if the actor can open them.
pub fn sealed(case: &Case) -> Result<Option<Names>, IndexError> {
    if !case.can_open(IDENTITIES) {
        return Ok(None);
    }
    let mut names: Vec<String> = Vec::new();
    case.index().each_record(Records::KindIn(IDENTITY, IDENTITIES), |row| {
        if let Ok(Fact::SourceIdentity(said)) = serde_json::from_str(&row.body) {
            names.extend(said.names);
        }
        ControlFlow::Continue(())
    })?;
    Ok(Some(Names::new(names.iter().map(String::as_str))))
}

/// The fields of a record that hold one of the names.
pub fn fields(names: &Names, fact: &Fact) -> Vec<String> {
    if names.is_empty() || matches!(fact, Fact::SourceIdentity(_) | Fact::Told(_)) {
        return Vec::new();
    }
    let mut found = Vec::new();
    if let Ok(value) = canonical::value_of(fact) {
        walk(names, &value, "", &mut found);
    }
    found
}

/// Adds the path of every text that holds one of the names.
fn walk(names: &Names, value: &Value, path: &str, found: &mut Vec<String>) {
    match value {
        Value::String(text) if names.are_in(text) => found.push(path.to_string()),
        Value::Array(values) => values.iter().for_each(|value| walk(names, value, path, found)),
        Value::Object(fields) => {
            for (name, value) in fields {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                walk(names, value, &path, found);
            }
        }
        _ => {}
    }
}

/// Looks through everything that stands today outside the compartment of identities and that the actor can open.
pub fn look(case: &Case, book: &Book) -> Result<Looked, IndexError> {
    let Some(names) = sealed(case)? else { return Ok(Looked::NotChecked) };
    let sources = book.sources.values().filter(|file| file.identity.is_some()).count();
    let undone = view::undone(case.index(), case.until())?;
    let codes: BTreeMap<RecordId, &str> =
        book.codes().into_iter().flat_map(|(code, things)| things.into_iter().map(move |(_, id)| (id, code))).collect();
    let mut places: BTreeSet<Place> = BTreeSet::new();
    let kinds = KINDS.iter().filter(|kind| **kind != IDENTITY).chain(&[view::HEADER, "item"]);
    for kind in kinds {
        case.index().each_record(Records::Kind(kind), |row| {
            let stands = row.entry < case.until()
                && row.compartment != IDENTITIES
                && !undone.contains(&(TransactionId(row.transaction), row.compartment.clone()));
            if let (true, Ok(body)) = (stands, canonical::parse(&row.body)) {
                let mut found = Vec::new();
                walk(&names, &body, "", &mut found);
                for field in found {
                    let what = described(kind, &body, &codes);
                    places.insert(Place { what, field, entry: row.entry });
                }
            }
            ControlFlow::Continue(())
        })?;
    }
    Ok(Looked::Checked { sources, places: places.into_iter().collect() })
}

/// What a record is about, without a word of it.
fn described(kind: &str, body: &Value, codes: &BTreeMap<RecordId, &str>) -> String {
    let text = |field: &str| body.get(field).and_then(Value::as_str);
    if kind == view::HEADER {
        return format!("transaction {}", text("transaction").unwrap_or_default());
    }
    if let Some(code) = text("code") {
        return format!("{kind} {code}");
    }
    let ids = ["source", "statement", "finding", "entity", "request", "recommendation", "one", "item"];
    let about = ids.iter().find_map(|field| text(field));
    let code = about.and_then(|id| codes.get(&id.parse::<RecordId>().ok()?).map(|code| (*code).to_string()));
    format!("{kind} {}", code.or_else(|| about.map(str::to_string)).unwrap_or_default()).trim_end().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_at_the_bounds_of_words() {
        let names = Names::new(["Ana Mirel", "Ševket", "王伟", "Li", "Bo-Ra Kim"].into_iter());
        let check = |text: &str, expected: bool| assert_eq!(names.are_in(text), expected, "{text}");
        check("said by ANA  mirel.", true);
        check("Ana, Mirel's cousin", true);
        check("Anamirel", false);
        check("Ana of Mirel", false);
        check("ševket's house", true);
        check("ševketin", false);
        check("证人王伟说", true);
        check("Li", false);
        check("bo ra kim", true);
        check("", false);
    }
}
