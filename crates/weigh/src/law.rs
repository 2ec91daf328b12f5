//! What does law require, and what do findings show of it, as persons say?
//!
//! A framework is data: provisions with their elements, and what several provisions rest on together (one attack for many crimes).
//! Persons assess what a finding means for an element; this module puts the assessments in a matrix. Nothing here computes
//! whether an element is met or a crime was committed: there is no such value, and the conclusion is a person's words.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

/// Provisions of one instrument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Framework {
    /// Its short name.
    pub id: String,
    /// Which version of the data.
    pub version: u32,
    /// Who adopted the instrument.
    pub authority: String,
    /// When.
    pub date: factum_model::Edtf,
    /// What several provisions rest on, established once.
    pub shared: Vec<Provision>,
    /// The provisions, in the order of the instrument.
    pub provisions: Vec<Provision>,
}

/// A crime or a guarantee with its elements; or something shared, such as the attack, with its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provision {
    /// Its article; for something shared, the key by which elements name it.
    pub article: String,
    /// Our own short label.
    pub label: String,
    /// What must be shown.
    pub elements: Vec<Element>,
}

/// One thing that must be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Element {
    /// Its number within the provision, from 1.
    pub number: u32,
    /// Our own short label: a signpost, never the text.
    pub label: String,
    /// The key of what it shares with elements of other provisions.
    pub shared: Option<String>,
    /// Who compared it with which official text; absent if nobody did.
    pub verified: Option<Verified>,
    /// The digest of the official text that the office has loaded.
    pub official: Option<String>,
}

/// Somebody compared an element with the official text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// Who.
    pub by: String,
    /// The digest of the text it was compared with.
    pub official: String,
}

impl Element {
    /// Whether somebody compared it with the very text that is loaded.
    pub fn is_verified(&self) -> bool {
        self.verified.as_ref().is_some_and(|v| self.official.as_ref() == Some(&v.official))
    }
}

/// What is printed on everything made with a framework.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Every element was compared with the text that is loaded.
    Verified,
    /// So many elements were not.
    Unverified(usize),
}

impl Mark {
    /// Whether a release may cite the framework.
    pub fn may_be_cited(self) -> bool {
        self == Mark::Verified
    }
}

impl std::fmt::Display for Mark {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Mark::Verified => f.write_str("every element compared with the official text"),
            Mark::Unverified(n) => write!(f, "UNVERIFIED: {n} elements not compared with the official text"),
        }
    }
}

impl Framework {
    /// What is shared, then the provisions.
    fn all(&self) -> impl Iterator<Item = &Provision> {
        self.shared.iter().chain(&self.provisions)
    }

    /// Whether it was compared with the official text. A framework without elements was not.
    pub fn mark(&self) -> Mark {
        let elements = || self.all().flat_map(|p| &p.elements);
        match elements().filter(|e| !e.is_verified()).count() {
            0 if elements().next().is_some() => Mark::Verified,
            open => Mark::Unverified(open),
        }
    }
}

/// An element within a framework: article (or key of what is shared) and number.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ElementKey {
    /// The article, or the key of what is shared.
    pub article: String,
    /// The number.
    pub number: u32,
}

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
pub struct Part<I> {
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
    pub shared: Vec<Part<I>>,
    /// The provisions.
    pub provisions: Vec<Part<I>>,
}

/// What goes into a matrix besides the framework.
#[derive(Clone, Debug)]
pub struct Material<'a, I> {
    /// Assessments that stand; of several by one person on one element and finding, the last.
    pub assessments: &'a [Assessment<I>],
    /// How findings stand. One that is absent here counts as not adopted.
    pub findings: &'a BTreeMap<I, Standing>,
    /// How many assessments of each element cannot be opened here.
    pub closed: &'a BTreeMap<ElementKey, usize>,
    /// Conclusions that stand; of several by one person on one provision, the last.
    pub conclusions: &'a [Conclusion<I>],
    /// Words of which a conclusion must contain one, as the standard of proof has them: "may constitute".
    pub wordings: &'a [String],
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
    /// An element rests on something that is not there.
    #[error(
        "{framework}: element {article}/{number} names something shared that the framework does not have; correct the file"
    )]
    NoShared {
        /// The framework.
        framework: String,
        /// The article.
        article: String,
        /// The number.
        number: u32,
    },
}

/// Puts what persons say of each element side by side. Faults name what has no place; the rest stands.
pub fn matrix<I: Clone + Ord>(framework: &Framework, material: &Material<'_, I>) -> (Matrix<I>, Vec<LawFault>) {
    let mark = framework.mark();
    // Of several words by one person on one element and finding, the last stands.
    let mut latest: BTreeMap<(&ElementKey, Option<&I>, &I), &Assessment<I>> = BTreeMap::new();
    for a in material.assessments {
        latest.insert((&a.element, a.finding.as_ref(), &a.by), a);
    }
    let mut by_element: BTreeMap<&ElementKey, Vec<&Assessment<I>>> = BTreeMap::new();
    for ((element, _, _), a) in latest {
        by_element.entry(element).or_default().push(a);
    }
    let part = |provision: &Provision| Part {
        article: provision.article.clone(),
        label: provision.label.clone(),
        rows: provision.elements.iter().map(|e| row(&provision.article, e, &by_element, material)).collect(),
        conclusions: Vec::new(),
        obstacles: Vec::new(),
    };
    let shared: Vec<Part<I>> = framework.shared.iter().map(part).collect();
    let mut provisions: Vec<Part<I>> = framework.provisions.iter().map(part).collect();
    for provision in &mut provisions {
        let own = material.conclusions.iter().filter(|c| c.article == provision.article);
        let latest: BTreeMap<&I, &Conclusion<I>> = own.map(|c| (&c.by, c)).collect();
        provision.conclusions = latest.into_values().cloned().collect();
        provision.obstacles = obstacles(provision, &shared, mark, material);
    }
    let faults = faults(framework, material);
    (Matrix { mark, shared, provisions }, faults)
}

fn row<I: Clone + Ord>(
    article: &str,
    element: &Element,
    by_element: &BTreeMap<&ElementKey, Vec<&Assessment<I>>>,
    material: &Material<'_, I>,
) -> Row<I> {
    let key = ElementKey { article: article.to_owned(), number: element.number };
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
        label: element.label.clone(),
        shared: element.shared.clone(),
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
    provision: &Part<I>,
    shared: &[Part<I>],
    mark: Mark,
    material: &Material<'_, I>,
) -> Vec<Obstacle<I>> {
    let keys: BTreeSet<&str> = provision.rows.iter().filter_map(|r| r.shared.as_deref()).collect();
    let used = shared.iter().filter(|s| keys.contains(s.article.as_str())).flat_map(|s| &s.rows);
    let mut found = BTreeSet::new();
    let mut closed = 0usize;
    for row in provision.rows.iter().chain(used) {
        closed = closed.saturating_add(row.closed);
        // What is closed may be the assessment: that nobody assessed it is then not known here.
        if row.assessed_by.is_empty() && row.closed == 0 {
            found.insert(Obstacle::NotAssessed(row.element.clone()));
        }
        for finding in row.supporting.iter().chain(&row.contrary).filter_map(|a| a.finding.as_ref()) {
            if !matches!(material.findings.get(finding), Some(Standing::Adopted | Standing::Closed)) {
                found.insert(Obstacle::NotAdopted(finding.clone()));
            }
        }
    }
    if !mark.may_be_cited() {
        found.insert(Obstacle::Unverified);
    }
    if closed > 0 {
        found.insert(Obstacle::Closed(closed));
    }
    if provision.conclusions.is_empty() {
        found.insert(Obstacle::NoConclusion);
    }
    let allowed = |words: &str| material.wordings.iter().any(|w| !w.is_empty() && words.contains(w.as_str()));
    for conclusion in provision.conclusions.iter().filter(|c| !allowed(&c.words)) {
        found.insert(Obstacle::Wording(conclusion.by.clone()));
    }
    found.into_iter().collect()
}

fn faults<I>(framework: &Framework, material: &Material<'_, I>) -> Vec<LawFault> {
    let has = |key: &ElementKey| {
        let mut provisions = framework.all().filter(|p| p.article == key.article);
        provisions.any(|p| p.elements.iter().any(|e| e.number == key.number))
    };
    let named: BTreeSet<&ElementKey> =
        material.assessments.iter().map(|a| &a.element).chain(material.closed.keys()).collect();
    let id = || framework.id.clone();
    let mut faults: Vec<LawFault> = named
        .into_iter()
        .filter(|key| !has(key))
        .map(|key| LawFault::NoElement { framework: id(), article: key.article.clone(), number: key.number })
        .collect();
    let articles: BTreeSet<&str> = material.conclusions.iter().map(|c| c.article.as_str()).collect();
    let unknown = articles.into_iter().filter(|a| !framework.provisions.iter().any(|p| p.article == *a));
    faults.extend(unknown.map(|a| LawFault::NoProvision { framework: id(), article: a.to_owned() }));
    for provision in framework.all() {
        for e in &provision.elements {
            if e.shared.as_ref().is_some_and(|key| !framework.shared.iter().any(|s| s.article == *key)) {
                let article = provision.article.clone();
                faults.push(LawFault::NoShared { framework: id(), article, number: e.number });
            }
        }
    }
    faults
}
