//! How is one record proven to one reader, a court, without showing its neighbours?
//!
//! What is handed over is sealed to the reader's key and holds the record, its proof up to a checkpoint, an item's bytes, and the way by which
//! each sealed release that cites it committed to it. The log knows it first. Once opened it can be passed on: nothing takes it back.

use super::archive;
use super::bundle::show;
use super::cited::{self, CitedThings, Resting, Standing};
use super::{Known, ReleaseError};
use crate::custody::collect::permit;
use crate::custody::evidence::{Disclosed, Evidence};
use crate::custody::folder::Case;
use crate::custody::governance::Role;
use crate::custody::ids::RecordId;
use crate::custody::items;
use crate::custody::writer::{Change, Receipt};
use crate::facts::words::Purpose;
use crate::facts::{Book, Sort};
use crate::publication::gate::{self, Cited, Grounds};
use factum_log::record::RecordProof;
use factum_log::release::citation::Citation;
use factum_log::{Hash, release as log};
use factum_vault::keys::Recipient;
use factum_vault::parcel;

/// To whom something is shown, and for what.
#[derive(Clone, Debug)]
pub struct Reader {
    /// Who: a court, an office.
    pub name: String,
    /// The key to which it is sealed.
    pub recipient: Recipient,
    /// For what, as sources agree to it.
    pub purpose: Purpose,
    /// For what, in words: the number of the case before the court.
    pub about: String,
}

/// What is handed over.
pub struct Opened {
    /// The sealed file.
    pub sealed: Vec<u8>,
    /// The names of the files in it.
    pub files: Vec<String>,
    /// That the log knows it.
    pub receipt: Receipt,
}

/// Proves things to one reader: the record that says what each is, and an item's bytes.
///
/// # Errors
/// [`ReleaseError::NoLonger`] if what was agreed to does not cover this reader; [`ReleaseError::Closed`]; faults of the case.
pub fn disclose(
    case: &mut Case,
    book: &Book,
    grounds: &Grounds<'_>,
    things: &[String],
    reader: &Reader,
) -> Result<Opened, ReleaseError> {
    permit(case, Role::Investigator)?;
    let mut wanted = CitedThings::new();
    let mut refused = Vec::new();
    for thing in things {
        match grounds.cited(thing) {
            Ok(cited) => drop(wanted.insert(thing.clone(), cited)),
            Err(why) => refused.push(why),
        }
    }
    refused.extend(gate::no_longer(&wanted, reader.purpose, grounds));
    if !refused.is_empty() {
        return Err(ReleaseError::NoLonger(refused));
    }
    let standing = chosen(case, book, &wanted)?;
    let releases = case.releases()?;
    let mut change = Change::new(
        "disclose",
        format!("Disclosure of {} record{} to one reader", standing.len(), if standing.len() == 1 { "" } else { "s" }),
    );
    for one in &standing {
        let said = Disclosed {
            record: one.record,
            thing: one.thing.clone(),
            recipient: reader.name.clone(),
            key: reader.recipient.to_string(),
            purpose: format!("{}: {}", reader.purpose.name(), reader.about),
        };
        change.say(&one.compartment, &Evidence::Disclosed(said))?;
    }
    let receipt = case.tell(change)?;
    let mut files = Vec::new();
    for one in &standing {
        files.push((format!("{}/record.tlog-proof", one.thing), show(case, one.record)?.to_string().into_bytes()));
        if let Some(Cited::Item(item)) = wanted.get(&one.thing) {
            files.push((format!("{}/item", one.thing), bytes_of(case, *item)?));
        }
        for known in &releases {
            if let Some(proof) = cited_in(known, one)? {
                files.push((format!("{}/cited-{}", one.thing, known.basis.release), proof.into_bytes()));
            }
        }
    }
    files.sort();
    let plain = zeroize::Zeroizing::new(archive::write(&files)?);
    let sealed = parcel::seal(&plain, &reader.recipient)?;
    Ok(Opened { sealed, files: files.into_iter().map(|(name, _)| name).collect(), receipt })
}

/// The record of each thing that says what it is. What a source agreed to, or that a finding was adopted, is another record and not shown along.
fn chosen(case: &Case, book: &Book, wanted: &CitedThings) -> Result<Vec<Standing>, ReleaseError> {
    let mut all = Vec::new();
    for (code, cited) in wanted {
        let only = Resting::on([cited.clone()]);
        let kind = match cited {
            Cited::Thing(sort, _) => Some(kind_of(*sort)),
            Cited::Run(_) | Cited::Item(_) => None,
        };
        let records = cited::records(case, book, &only)?;
        for one in records.into_iter().filter(|one| one.thing == *code || matches!(cited, Cited::Item(_))) {
            let row = case.index().records(factum_vault::index::Records::Id(&one.record.0))?.into_iter().next();
            let fits = kind.is_none_or(|kind| row.is_some_and(|row| row.kind == kind));
            if fits {
                all.push(Standing { thing: code.clone(), ..one });
            }
        }
    }
    Ok(all)
}

/// The kind of the record that says what a thing is.
fn kind_of(sort: Sort) -> &'static str {
    match sort {
        Sort::Source => "source",
        Sort::Interview => "interview",
        Sort::Document => "document",
        Sort::Statement => "statement",
        Sort::Entity => "entity",
        Sort::Finding => "finding",
        Sort::Request => "request",
        Sort::Position => "position",
        Sort::Recommendation => "recommendation",
        Sort::Draft => "comment-draft",
        Sort::Correction => "correction",
        Sort::Conclusion => "legal-conclusion",
        Sort::Medical => "medical",
    }
}

fn bytes_of(case: &Case, item: RecordId) -> Result<Vec<u8>, ReleaseError> {
    let held = items::find(case, &item.to_string())?;
    let mut bytes = Vec::new();
    items::read(case, &held.item, &mut bytes)?;
    Ok(bytes)
}

/// How a sealed release committed to this record, if it did: the salt, and the path under its root.
///
/// # Errors
/// [`ReleaseError::Basis`] if the leaves kept of it do not hold the record's.
pub fn cited_in(known: &Known, one: &Standing) -> Result<Option<String>, ReleaseError> {
    let cited = known.cited.iter().find(|cited| cited.record == one.record);
    let Some(cited) = cited.filter(|_| known.file.sealed.is_some()) else { return Ok(None) };
    let leaves: Vec<Hash> = known.basis.leaves.iter().map(|leaf| Hash(leaf.0)).collect();
    let leaf = log::citation(&known.manifest.origin, known.manifest.release, &cited.salt.0, one.leaf);
    let index = leaves.binary_search(&leaf).map_err(|_| ReleaseError::Basis)?;
    let place = RecordProof::new(&leaves, index as u64).map_err(|_| ReleaseError::Basis)?;
    Ok(Some(Citation { release: known.manifest.release, salt: cited.salt.0, place }.to_string()))
}
