//! What does a case hold of a framework, and what do its findings show of it?
//!
//! Frameworks as they were taken into the case, compared by members with the official texts that the office loaded; assessments and
//! conclusions as persons wrote them. Nothing here concludes: the matrix puts side by side and names what is missing.

use super::{Framework, Mark, Official, Standing as LineStanding, Stood, builtin_file, mark, parse, standing};
use crate::custody::folder::{Case, WRITERS};
use crate::custody::founding::{IDENTITIES, STAFF};
use crate::custody::ids::{MemberId, RecordId};
use crate::custody::part::REGISTER;
use crate::facts::book::{Book, Said};
use crate::facts::judge::{self, Judged};
use crate::facts::words::{ElementAssessed, LegalConclusion};
use factum_model::Edtf;
use factum_weigh::law::{
    Assessment, Bearing, Checked, Conclusion, ElementKey, LawFault, Material, Matrix, Obstacle, Panel, Standing,
};
use std::collections::{BTreeMap, BTreeSet};

/// Why there is no framework.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LawError {
    /// The case does not have it.
    #[error(
        "the framework {0} is not loaded: factum law list shows those that come along, factum law load takes one in"
    )]
    NotLoaded(String),
    /// What the case has under this name cannot be read.
    #[error("the framework {id} cannot be read: {}", .faults.join("; "))]
    Unreadable {
        /// Its name.
        id: String,
        /// What is wrong with the file.
        faults: Vec<String>,
    },
}

/// A framework as a case holds it.
#[derive(Clone, Debug)]
pub struct Held {
    /// The framework.
    pub framework: Framework,
    /// Who took it into the case; absent for one that comes along and was not taken in.
    pub loaded_by: Option<String>,
    /// The official texts; absent if the office has loaded none that can be read.
    pub official: Option<Official>,
    /// How each line stands against the official text.
    pub lines: Vec<Stood>,
    /// What is printed on everything made with it.
    pub mark: Mark,
}

type Names<'a> = &'a dyn Fn(MemberId) -> String;

/// The framework of this name, as the case took it in.
pub fn held(book: &Book, id: &str, names: Names<'_>) -> Result<Held, LawError> {
    let said = book.frameworks.get(id).ok_or_else(|| LawError::NotLoaded(id.into()))?;
    read(book, id, &said.what, Some(names(said.author)), names)
}

/// Every framework of the case, then those that come along and were not taken in.
pub fn all_held(book: &Book, names: Names<'_>) -> Vec<Result<Held, LawError>> {
    let taken = book.frameworks.keys().map(|id| held(book, id, names));
    let others = super::builtin().into_iter().map(|f| f.head.id).filter(|id| !book.frameworks.contains_key(id));
    let others = others.map(|id| read(book, &id, builtin_file(&id).unwrap_or_default(), None, names));
    taken.chain(others).collect()
}

fn read(book: &Book, id: &str, text: &str, loaded_by: Option<String>, names: Names<'_>) -> Result<Held, LawError> {
    let (framework, faults) = parse(text, id);
    let unreadable = |faults: &crate::fault::Faults| faults.iter().map(|fault| fault.line(false)).collect();
    let framework = framework.ok_or_else(|| LawError::Unreadable { id: id.into(), faults: unreadable(&faults) })?;
    let official = book.officials.get(id).and_then(|said| Official::parse(&said.what, id, &framework).0);
    let digests = official.as_ref().map(Official::digests).unwrap_or_default();
    let lines = standing(&framework, &digests, &compared(book, id, names));
    let mark = mark(&lines);
    Ok(Held { framework, loaded_by, official, lines, mark })
}

/// Comparisons that members recorded. One without the digest of the line it was made on holds for no line.
fn compared(book: &Book, id: &str, names: Names<'_>) -> Vec<Checked> {
    let own = book.verified.iter().filter(|((framework, _), _)| framework == id).flat_map(|(_, all)| all);
    let checked = |said: &Said<crate::facts::words::ElementVerified>| {
        Some(Checked {
            line: said.what.element.clone(),
            by: names(said.author),
            on: said.time.get(..10)?.parse::<Edtf>().ok()?.earliest()?,
            official: said.what.official.to_string(),
            wording: said.what.wording.map(|digest| digest.to_string()).unwrap_or_default(),
        })
    };
    own.filter_map(checked).collect()
}

impl Held {
    /// Is there a line of this name, of an element or a part of what is shared?
    pub fn has(&self, key: &str) -> bool {
        self.lines.iter().any(|line| line.line == key)
    }

    /// The lines that nobody compared, or whose comparison does not hold.
    pub fn open_lines(&self) -> impl Iterator<Item = &Stood> {
        self.lines.iter().filter(|line| !matches!(line.standing, LineStanding::Holds { .. }))
    }
}

/// How many compartments the actor cannot open in which findings may have been assessed. Those of the log, identities and staff hold none.
pub fn unseen(case: &Case) -> usize {
    let names = case.register().compartments.keys();
    let others = names.filter(|name| ![REGISTER, WRITERS, IDENTITIES, STAFF].contains(&name.as_str()));
    others.filter(|name| !case.can_open(name)).count()
}

/// The framework against the findings of a case, as its members assess them: findings by code, persons by name.
///
/// `unseen` is how many compartments the actor cannot open in which findings may have been assessed ([`unseen`]): what is not seen is
/// then not said to be missing.
pub fn matrix(
    book: &Book,
    judged: &BTreeMap<RecordId, Judged>,
    held: &Held,
    unseen: usize,
    names: Names<'_>,
) -> (Matrix<String>, Vec<LawFault>) {
    let id = held.framework.head.id.as_str();
    let of_findings = book.findings.values().flat_map(|file| {
        let code = file.finding.what.code.as_str();
        file.elements.iter().map(move |said| (Some(code), said))
    });
    let assessments: Vec<Assessment<String>> = of_findings
        .chain(book.gaps.iter().map(|said| (None, said)))
        .filter(|(_, said)| said.what.framework == id)
        .filter_map(|(finding, said)| assessment(finding, said, names))
        .collect();
    let standing = |id: &RecordId| match judged.get(id).map(|judged| &judged.standing) {
        Some(judge::Standing::Adopted) => Standing::Adopted,
        _ => Standing::NotAdopted,
    };
    let findings = book.findings.iter().map(|(id, file)| (file.finding.what.code.clone(), standing(id))).collect();
    let conclusions: Vec<Conclusion<String>> = book
        .conclusions
        .iter()
        .filter(|((framework, _), _)| framework == id)
        .flat_map(|(_, all)| all.iter().map(|said| conclusion(said, names)))
        .collect();
    let material = Material {
        mark: held.mark,
        assessments: &assessments,
        findings: &findings,
        closed: &BTreeMap::new(),
        unseen,
        conclusions: &conclusions,
        wordings: &wordings(book),
    };
    factum_weigh::law::matrix(&held.framework, &material)
}

fn assessment(finding: Option<&str>, said: &Said<ElementAssessed>, names: Names<'_>) -> Option<Assessment<String>> {
    let bearing = said.what.supports.map(|supports| if supports { Bearing::Supporting } else { Bearing::Contrary });
    Some(Assessment {
        // One that names no element was refused when it was written; past the program it counts for nothing.
        element: said.what.element.parse::<ElementKey>().ok()?,
        finding: finding.map(String::from),
        bearing,
        missing: said.what.missing.clone(),
        words: said.what.reason.clone(),
        by: names(said.author),
    })
}

fn conclusion(said: &Said<LegalConclusion>, names: Names<'_>) -> Conclusion<String> {
    Conclusion {
        article: said.what.article.clone(),
        standard: said.what.standard.clone().unwrap_or_default(),
        words: said.what.wording.clone(),
        by: names(said.author),
    }
}

/// By the name of each standard of proof, words of which a conclusion on law must contain one.
pub fn wordings(book: &Book) -> BTreeMap<String, Vec<String>> {
    let built_in = judge::BUILT_IN.iter().map(|(name, _)| name.to_string());
    let names: BTreeSet<String> = built_in.chain(book.standards.keys().cloned()).collect();
    names.into_iter().filter_map(|name| Some((name.clone(), judge::standard(book, &name).ok()?.legal))).collect()
}

/// The conclusion of this number, and everything that stands against citing it in a release, a line each.
pub fn citable<'b>(
    book: &'b Book,
    judged: &BTreeMap<RecordId, Judged>,
    id: &RecordId,
    unseen: usize,
    names: Names<'_>,
) -> Option<(&'b Said<LegalConclusion>, Vec<String>)> {
    let said = book.conclusion(id)?;
    let held = match held(book, &said.what.framework, names) {
        Ok(held) => held,
        Err(error) => return Some((said, vec![error.to_string()])),
    };
    let (matrix, _) = matrix(book, judged, &held, unseen, names);
    let panel = matrix.provisions.iter().find(|panel| panel.article == said.what.article);
    let against = match panel {
        Some(panel) => against(panel, &matrix, &names(said.author)),
        None => vec![format!("{} has no provision {}", said.what.framework, said.what.article)],
    };
    Some((said, against))
}

/// What stands against citing one person's conclusion on a provision, a line each. That somebody else words theirs badly does not.
fn against(panel: &Panel<String>, matrix: &Matrix<String>, by: &str) -> Vec<String> {
    let own = panel.obstacles.iter().filter(|obstacle| !matches!(obstacle, Obstacle::Wording(other) if other != by));
    own.map(|obstacle| obstacle_words(obstacle, matrix.mark)).collect()
}

/// An obstacle in words.
pub fn obstacle_words(obstacle: &Obstacle<String>, mark: Mark) -> String {
    match obstacle {
        Obstacle::Unverified => mark.to_string(),
        Obstacle::Closed(count) => {
            format!("{count} of what may bear on it cannot be opened here: it cannot be judged here")
        }
        Obstacle::NotAssessed(element) => format!("nobody assessed {element}"),
        Obstacle::NotAdopted(finding) => format!("an assessment rests on {finding}, which is not adopted"),
        Obstacle::NoConclusion => "nobody has drawn a conclusion".into(),
        Obstacle::Wording(by) => format!("the conclusion of {by} is not in the words of its standard of proof"),
    }
}
