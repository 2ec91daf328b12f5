//! What does law require, and what do findings show of it, as persons say?
//!
//! A framework is data: provisions with their elements, and what several provisions rest on together (one attack for many crimes).
//! Persons assess what a finding means for an element; this module puts the assessments in a matrix. Nothing here computes
//! whether an element is met or a crime was committed: there is no such value, and the conclusion is a person's words.

mod framework;
#[cfg(test)]
mod tests;

pub use framework::{
    Checked, Element, ElementKey, Framework, Head, Mark, NoKey, Numbering, Part, Provision, Shared, line_key,
};

use std::collections::{BTreeMap, BTreeSet};

/// What a finding does to an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Bearing {
    /// It helps to show the element.
    Supporting,
    /// It speaks against it.
    Contrary,
}

/// A person's word on what a finding means for an element. `I` is how the caller names findings and persons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assessment<I> {
    /// The element.
    pub element: ElementKey,
    /// The finding; absent where only something missing is named.
    pub finding: Option<I>,
    /// What it does; absent where it was looked at and bears neither way.
    pub bearing: Option<Bearing>,
    /// What is still missing for the element.
    pub missing: Option<String>,
    /// Why.
    pub words: String,
    /// Who says so.
    pub by: I,
}

/// How a finding stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// It is adopted.
    Adopted,
    /// It is not adopted, or no more.
    NotAdopted,
    /// It cannot be opened here.
    Closed,
}

/// A person's conclusion on a provision, in words that a standard of proof allows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conclusion<I> {
    /// The provision.
    pub article: String,
    /// The standard of proof that it is worded by.
    pub standard: String,
    /// The words.
    pub words: String,
    /// Who concludes.
    pub by: I,
}

/// An element with what persons say of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row<I> {
    /// The element.
    pub element: ElementKey,
    /// Its label.
    pub label: String,
    /// What it shares: the rows of that stand once, under `Matrix::shared`, for all provisions.
    pub shared: Option<String>,
    /// Supporting assessments, by finding and person.
    pub supporting: Vec<Assessment<I>>,
    /// Contrary ones.
    pub contrary: Vec<Assessment<I>>,
    /// Assessments that bear neither way.
    pub neither: Vec<Assessment<I>>,
    /// What is missing, with who says so.
    pub missing: Vec<(String, I)>,
    /// Everyone who assessed it.
    pub assessed_by: Vec<I>,
    /// How many pieces cannot be opened here. If there are any, the row *cannot be judged here*.
    pub closed: usize,
}

/// One provision, or something shared, with its rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Panel<I> {
    /// Its article or key.
    pub article: String,
    /// Its label.
    pub label: String,
    /// Its elements.
    pub rows: Vec<Row<I>>,
    /// A person's conclusions, in order of who draws them; none for what is shared.
    pub conclusions: Vec<Conclusion<I>>,
    /// What stands against citing a conclusion in a release.
    pub obstacles: Vec<Obstacle<I>>,
}

/// Why a conclusion on a provision cannot be cited in a release.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Obstacle<I> {
    /// The framework was not compared with the official text.
    Unverified,
    /// So many pieces are closed here: it cannot be judged here.
    Closed(usize),
    /// Nobody assessed this element.
    NotAssessed(ElementKey),
    /// An assessment rests on this finding, which is not adopted.
    NotAdopted(I),
    /// Nobody has drawn a conclusion.
    NoConclusion,
    /// The words of this person's conclusion are none that the standard allows.
    Wording(I),
}

/// Elements against findings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matrix<I> {
    /// To be printed on it.
    pub mark: Mark,
    /// What several provisions rest on, once.
    pub shared: Vec<Panel<I>>,
    /// The provisions.
    pub provisions: Vec<Panel<I>>,
}

/// What goes into a matrix besides the framework.
#[derive(Clone, Debug)]
pub struct Material<'a, I> {
    /// Whether the framework was compared with the official text.
    pub mark: Mark,
    /// Assessments that stand; of several by one person on one element and finding, the last.
    pub assessments: &'a [Assessment<I>],
    /// How findings stand. One that is absent here counts as not adopted.
    pub findings: &'a BTreeMap<I, Standing>,
    /// How many assessments of each element cannot be opened here.
    pub closed: &'a BTreeMap<ElementKey, usize>,
    /// How many places cannot be opened here in which anything may have been assessed.
    pub unseen: usize,
    /// Conclusions that stand; of several by one person on one provision, the last.
    pub conclusions: &'a [Conclusion<I>],
    /// By standard of proof, words of which a conclusion must contain one: "may constitute". Of a standard that is absent, none are.
    pub wordings: &'a BTreeMap<String, Vec<String>>,
}

/// What is given of an element or provision that the framework does not have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LawFault {
    /// An element.
    #[error(
        "{framework} has no element {article}/{number}; check the article and number, or the version of the framework"
    )]
    NoElement {
        /// The framework.
        framework: String,
        /// The article.
        article: String,
        /// The number.
        number: u32,
    },
    /// A provision.
    #[error(
        "{framework} has no provision {article} to conclude on; check the article, or the version of the framework"
    )]
    NoProvision {
        /// The framework.
        framework: String,
        /// The article.
        article: String,
    },
}

/// Puts what persons say of each element side by side. Faults name what has no place; the rest stands.
pub fn matrix<I: Clone + Ord>(framework: &Framework, material: &Material<'_, I>) -> (Matrix<I>, Vec<LawFault>) {
    // Of several words by one person on one element and finding, the last stands.
    let mut latest: BTreeMap<(&ElementKey, Option<&I>, &I), &Assessment<I>> = BTreeMap::new();
    for a in material.assessments {
        latest.insert((&a.element, a.finding.as_ref(), &a.by), a);
    }
    let mut by_element: ByElement<'_, I> = BTreeMap::new();
    for ((element, _, _), a) in latest {
        by_element.entry(element).or_default().push(a);
    }
    let panel = |article: &str, label: &str, rows| Panel {
        article: article.to_owned(),
        label: label.to_owned(),
        rows,
        conclusions: Vec::new(),
        obstacles: Vec::new(),
    };
    let of_shared = |shared: &Shared| {
        let rows = shared.parts.iter().map(|p| row(&shared.key, p.number, &p.label, None, &by_element, material));
        panel(&shared.key, &shared.label, rows.collect())
    };
    let of_provision = |provision: &Provision| {
        let rows = provision
            .elements
            .iter()
            .map(|e| row(&provision.article, e.number, &e.label, e.shared.as_deref(), &by_element, material));
        panel(&provision.article, &provision.label, rows.collect())
    };
    let shared: Vec<Panel<I>> = framework.shared.iter().map(of_shared).collect();
    let mut provisions: Vec<Panel<I>> = framework.provisions.iter().map(of_provision).collect();
    for provision in &mut provisions {
        let own = material.conclusions.iter().filter(|c| c.article == provision.article);
        let latest: BTreeMap<&I, &Conclusion<I>> = own.map(|c| (&c.by, c)).collect();
        provision.conclusions = latest.into_values().cloned().collect();
        provision.obstacles = obstacles(provision, &shared, material);
    }
    (Matrix { mark: material.mark, shared, provisions }, faults(framework, material))
}

type ByElement<'a, I> = BTreeMap<&'a ElementKey, Vec<&'a Assessment<I>>>;

fn row<I: Clone + Ord>(
    article: &str,
    number: u32,
    label: &str,
    shared: Option<&str>,
    by_element: &ByElement<'_, I>,
    material: &Material<'_, I>,
) -> Row<I> {
    let key = ElementKey { article: article.to_owned(), number };
    let mut closed = material.closed.get(&key).copied().unwrap_or(0);
    let (mut supporting, mut contrary, mut neither) = (Vec::new(), Vec::new(), Vec::new());
    let (mut missing, mut by) = (Vec::new(), BTreeSet::new());
    let mut closed_findings = BTreeSet::new();
    for a in by_element.get(&key).into_iter().flatten() {
        by.insert(a.by.clone());
        missing.extend(a.missing.iter().map(|words| (words.clone(), a.by.clone())));
        if let Some(finding) = &a.finding
            && material.findings.get(finding) == Some(&Standing::Closed)
        {
            closed_findings.insert(finding);
        }
        match a.bearing {
            Some(Bearing::Supporting) => supporting.push((*a).clone()),
            Some(Bearing::Contrary) => contrary.push((*a).clone()),
            None => neither.push((*a).clone()),
        }
    }
    closed = closed.saturating_add(closed_findings.len());
    Row {
        element: key,
        label: label.to_owned(),
        shared: shared.map(str::to_owned),
        supporting,
        contrary,
        neither,
        missing,
        assessed_by: by.into_iter().collect(),
        closed,
    }
}

/// What stands against citing a conclusion, in order. What is shared counts for every provision that rests on it.
fn obstacles<I: Clone + Ord>(
    provision: &Panel<I>,
    shared: &[Panel<I>],
    material: &Material<'_, I>,
) -> Vec<Obstacle<I>> {
    let keys: BTreeSet<&str> = provision.rows.iter().filter_map(|r| r.shared.as_deref()).collect();
    let used = shared.iter().filter(|s| keys.contains(s.article.as_str())).flat_map(|s| &s.rows);
    let mut found = BTreeSet::new();
    let mut closed = material.unseen;
    for row in provision.rows.iter().chain(used) {
        closed = closed.saturating_add(row.closed);
        // What is closed may be the assessment: that nobody assessed it is then not known here.
        if row.assessed_by.is_empty() && row.closed == 0 && material.unseen == 0 {
            found.insert(Obstacle::NotAssessed(row.element.clone()));
        }
        for finding in row.supporting.iter().chain(&row.contrary).filter_map(|a| a.finding.as_ref()) {
            if !matches!(material.findings.get(finding), Some(Standing::Adopted | Standing::Closed)) {
                found.insert(Obstacle::NotAdopted(finding.clone()));
            }
        }
    }
    if !material.mark.may_be_cited() {
        found.insert(Obstacle::Unverified);
    }
    if closed > 0 {
        found.insert(Obstacle::Closed(closed));
    }
    if provision.conclusions.is_empty() {
        found.insert(Obstacle::NoConclusion);
    }
    let allowed = |c: &&Conclusion<I>| material.wordings.get(&c.standard).is_some_and(|all| worded(&c.words, all));
    for conclusion in provision.conclusions.iter().filter(|c| !allowed(c)) {
        found.insert(Obstacle::Wording(conclusion.by.clone()));
    }
    found.into_iter().collect()
}

/// Do these words conclude as one of `wordings` does? Case and white space do not count.
pub fn worded(words: &str, wordings: &[String]) -> bool {
    let plain = |text: &str| text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
    let words = plain(words);
    wordings.iter().map(|w| plain(w)).any(|w| !w.is_empty() && words.contains(&w))
}

fn faults<I>(framework: &Framework, material: &Material<'_, I>) -> Vec<LawFault> {
    let has = |key: &ElementKey| {
        let part = |s: &Shared| s.key == key.article && s.parts.iter().any(|p| p.number == key.number);
        let element = |p: &Provision| p.article == key.article && p.elements.iter().any(|e| e.number == key.number);
        framework.shared.iter().any(part) || framework.provisions.iter().any(element)
    };
    let named: BTreeSet<&ElementKey> =
        material.assessments.iter().map(|a| &a.element).chain(material.closed.keys()).collect();
    let id = || framework.head.id.clone();
    let mut faults: Vec<LawFault> = named
        .into_iter()
        .filter(|key| !has(key))
        .map(|key| LawFault::NoElement { framework: id(), article: key.article.clone(), number: key.number })
        .collect();
    let articles: BTreeSet<&str> = material.conclusions.iter().map(|c| c.article.as_str()).collect();
    let unknown = articles.into_iter().filter(|a| framework.provision(a).is_none());
    faults.extend(unknown.map(|a| LawFault::NoProvision { framework: id(), article: a.to_owned() }));
    faults
}
