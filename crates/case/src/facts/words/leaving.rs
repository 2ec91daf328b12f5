//! What can be said of what has left: counts of people, what was told of a source, and who decided that it may be?

use crate::custody::evidence::Detail;
use crate::custody::ids::RecordId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Counts of people left with a release. Whatever leaves later is held against them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct CountsPublished {
    /// The release, by the name under which it is known.
    pub release: String,
    /// Who is counted: counts of one name are of the same people.
    pub population: String,
    /// Where the counts stood: `figure:coverage`, `table:sources`.
    pub places: Vec<String>,
    /// In which respects those counted were told apart.
    pub dimensions: Vec<CountedBy>,
    /// The counts, those withheld among them.
    pub counts: Vec<PublishedCount>,
}

/// A respect in which those counted are told apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct CountedBy {
    /// Its name.
    pub name: String,
    /// Its finest categories: everybody is in one of them.
    pub finest: Vec<String>,
    /// Groups of finest categories that were counted too.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub groups: BTreeMap<String, Vec<String>>,
}

/// One count that left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct PublishedCount {
    /// Its categories, by the name of the respect; none for everybody.
    pub of: Vec<Detail>,
    /// What was told.
    pub told: ToldOf,
}

/// What was told of a count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ToldOf {
    /// The number.
    Exactly(u64),
    /// At least the first and at most the second.
    Between(u64, u64),
    /// Nothing but that there is a count.
    Withheld,
}

/// A member vouches for words of an author's own in a draft: a number that no run gives, a wording that was not adopted, an erratum.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Vouched {
    /// The sentence, with what it cites and takes from the case.
    pub words: String,
    /// On what ground.
    pub reason: String,
}

/// What a release told of one source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SourceTold {
    /// The source.
    pub source: RecordId,
    /// The release, by the name under which it is known.
    pub release: String,
    /// What was told, by respect.
    pub facts: Vec<Detail>,
}

/// Somebody decided whether all that is told of a source may leave, though it fits few.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ProfileDecided {
    /// The source.
    pub source: RecordId,
    /// All that lay before whoever decided. With one fact more it has to be decided anew.
    pub facts: Vec<Detail>,
    /// Whether it may leave.
    pub may_leave: bool,
    /// What was weighed, and what the source said to it.
    pub reason: String,
}
