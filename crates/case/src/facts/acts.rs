//! Which acts that people signed does a folder carry as records, and what does a case hold of them?
//!
//! A review or an adoption counts because of who signed it; whoever takes a folder in cannot sign it again. It is therefore written out as a
//! record and never read as anything else. Taken in again into its own case, each must stand in the log word for word. In any other case the
//! file is kept as an item: it counts for nothing there, and leaves again as it came.

use super::book::Book;
use super::desk::DeskError;
use super::words::Fact;
use crate::custody::evidence::Evidence;
use crate::custody::folder::Case;
use crate::custody::ids::{MemberId, RecordId, TransactionId};
use crate::custody::{canonical, view};
use crate::testimony::folder::record::Record;
use crate::testimony::folder::signed::{Act, ActFile, Acts};
use crate::testimony::folder::write::printed;
use factum_vault::index::{IndexError, RecordRow, Records};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The kinds of records that count because of who signed them, and the computations, which count because of how they were made.
const KINDS: [&str; 12] = [
    "reviewed",
    "adopted",
    "element-verified",
    "element-assessed",
    "legal-conclusion",
    "clinician",
    "medical",
    "comment-draft",
    "comment-reply",
    "profile-decided",
    "vouched",
    "run",
];

/// How the name of an item begins that is a file of acts of another case.
const ITEM: &str = "acts/";

/// What a folder's acts are to a case.
#[derive(Debug, Default)]
pub(super) struct Compared<'a> {
    /// Acts that the log of this case holds.
    pub known: usize,
    /// Files of acts of other cases that are not kept yet.
    pub fresh: Vec<&'a ActFile>,
    /// Acts of other cases, those that are kept already among them.
    pub elsewhere: usize,
}

/// The name of the file of a case's acts: the end of the name of its log, which is the same on every system.
fn name_of(origin: &str) -> String {
    let end = origin.rsplit('/').next().unwrap_or(origin);
    end.chars().filter(|c| c.is_ascii_alphanumeric()).map(|c| c.to_ascii_lowercase()).take(40).collect()
}

/// The acts of this case that the actor can open, as a file; none if there are none.
pub(super) fn of(case: &Case, book: &Book) -> Result<Option<ActFile>, IndexError> {
    let undone = view::undone(case.index(), case.until())?;
    let stands = |row: &RecordRow| {
        row.entry < case.until() && !undone.contains(&(TransactionId(row.transaction), row.compartment.clone()))
    };
    let act = all(case, book)?.into_iter().filter(|(row, _)| stands(row)).map(|(_, act)| act).collect::<Vec<_>>();
    if act.is_empty() {
        return Ok(None);
    }
    let origin = case.ledger().origin();
    let what = Acts { case: origin.to_string(), act };
    let text = printed(&what.table());
    Ok(Some(ActFile { name: name_of(origin), what, text }))
}

/// Every act of this case that the actor can open, undone or not, in the order of the log.
fn all(case: &Case, book: &Book) -> Result<Vec<(RecordRow, Act)>, IndexError> {
    let heads: HashMap<u64, (MemberId, String)> =
        view::headers(case.index())?.into_iter().map(|(row, h)| (row.entry, (h.author, h.time))).collect();
    let codes: BTreeMap<RecordId, &str> =
        book.codes().into_iter().flat_map(|(code, things)| things.into_iter().map(move |(_, id)| (id, code))).collect();
    let mut found = Vec::new();
    for kind in KINDS {
        for row in case.index().records(Records::Kind(kind))? {
            let Some((by, time)) = heads.get(&row.entry).filter(|_| book.open.contains(&row.compartment)) else {
                continue;
            };
            let mut act = Act {
                kind: kind.into(),
                about: about(kind, &row, &codes),
                by: by.to_string(),
                time: time.clone(),
                compartment: row.compartment.clone(),
                transaction: TransactionId(row.transaction).to_string(),
                says: row.body.clone(),
                seal: String::new(),
            };
            act.seal = act.sealed(case.ledger().origin());
            found.push((row, act));
        }
    }
    found.sort_by(|(a, one), (b, other)| (a.entry, &one.kind, &one.says).cmp(&(b.entry, &other.kind, &other.says)));
    Ok(found)
}

/// The code of what a record is about.
fn about(kind: &str, row: &RecordRow, codes: &BTreeMap<RecordId, &str>) -> Option<String> {
    let body = canonical::parse(&row.body).ok()?;
    if kind == "run" {
        return match canonical::read::<Evidence>(&body).ok()? {
            Evidence::Run(run) => Some(run.run),
            _ => None,
        };
    }
    let thing = canonical::read::<Fact>(&body).ok()?.thing()?;
    codes.get(&thing).map(ToString::to_string)
}

/// The files of acts of other cases that are kept here, by name the newest of each.
pub(super) fn kept(case: &Case) -> Result<BTreeMap<String, ActFile>, IndexError> {
    let mut files = BTreeMap::new();
    view::each_evidence(case.index(), "item", case.until(), |_, said| {
        let Evidence::Item(item) = said else { return };
        let named = item.name.strip_prefix(ITEM).and_then(|name| name.strip_suffix(".toml"));
        if let (Some(name), Some(text)) = (named, item.text)
            && let Some(file) = crate::testimony::folder::read::acts(name, &text)
        {
            files.insert(name.to_string(), file);
        }
    })?;
    Ok(files)
}

/// How the item is called that keeps a file of acts.
pub(super) fn item_of(file: &ActFile) -> String {
    format!("{ITEM}{}.toml", file.name)
}

/// Compares the acts of a folder with those that the case holds.
///
/// # Errors
/// An act of this case that its log does not hold, or acts of another case that are kept here and are missing from its file.
pub(super) fn compared<'a>(case: &Case, book: &Book, files: &'a [ActFile]) -> Result<Compared<'a>, DeskError> {
    let mut found = Compared::default();
    if files.is_empty() {
        return Ok(found);
    }
    let origin = case.ledger().origin();
    let own: BTreeSet<String> = all(case, book)?.into_iter().map(|(_, act)| act.seal).collect();
    let kept = kept(case)?;
    for file in files {
        if file.what.case == origin {
            for (at, act) in file.what.act.iter().enumerate() {
                // What lies where the actor cannot look is neither confirmed nor denied; it is not taken in either way.
                if !own.contains(&act.seal) && book.open.contains(&act.compartment) {
                    return Err(DeskError::NoSuchAct { file: item_of(file), number: at + 1, kind: act.kind.clone() });
                }
                found.known += 1;
            }
            continue;
        }
        found.elsewhere += file.what.act.len();
        match kept.get(&file.name) {
            Some(known) if known.text == file.text => {}
            Some(known) => {
                let now: BTreeSet<&str> = file.what.act.iter().map(|act| act.seal.as_str()).collect();
                let lost = known.what.act.iter().filter(|act| !now.contains(act.seal.as_str())).count();
                if lost > 0 {
                    return Err(DeskError::LostActs { file: item_of(file), count: lost });
                }
                found.fresh.push(file);
            }
            None => found.fresh.push(file),
        }
    }
    Ok(found)
}
