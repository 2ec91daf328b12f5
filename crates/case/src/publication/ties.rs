//! Which sources of a finding depend on each other, and who passes on whom?
//!
//! By code, and without the reasons that somebody wrote: these tell of families and employers.

use super::figures::figure;
use super::gate::Grounds;
use super::spoken::{Words, fill};
use crate::custody::ids::RecordId;
use crate::facts::Sort;
use crate::facts::words::Way;
use factum_report::Block;
use factum_report::plot::{self, Tie, TieKind, TiedSource};
use std::collections::BTreeMap;

/// The picture for a finding.
///
/// # Errors
/// The finding cannot be found.
pub(super) fn blocks(grounds: &Grounds<'_>, finding: &str, caption: &str, words: &Words) -> Result<Vec<Block>, String> {
    let [relays, document, interview, organization, declared, independent, dependent] = words.pictures.tied;
    let book = grounds.book;
    let id = book.find(finding, Sort::Finding).map_err(|error| error.to_string())?;
    let file = book.findings.get(&id).ok_or("the finding is gone")?;
    let mut codes: BTreeMap<&str, RecordId> = BTreeMap::new();
    for statement in file.bears.keys().filter_map(|id| book.statements.get(id)) {
        let said = &statement.statement.what;
        for source in said.relays.iter().chain([&said.source]).filter_map(|id| book.sources.get(id)) {
            codes.insert(&source.source.what.code, source.source.what.source);
        }
    }
    let at: BTreeMap<RecordId, usize> = codes.values().zip(0..).map(|(id, at)| (*id, at)).collect();
    let tied = book.ties.iter().filter_map(|tie| {
        let between = (*at.get(&tie.what.one)?, *at.get(&tie.what.other)?);
        let (kind, reason) = match tie.what.way {
            Way::Relays => (TieKind::Relays, relays),
            Way::SharedDocument => (TieKind::Dependent, document),
            Way::SharedInterview => (TieKind::Dependent, interview),
            Way::SameOrganization => (TieKind::Dependent, organization),
            Way::Declared => (TieKind::Dependent, declared),
        };
        Some(Tie { between, kind, reason: reason.into() })
    });
    let looked = book.examined.values().filter_map(|said| {
        let between = (*at.get(&said.what.one)?, *at.get(&said.what.other)?);
        let (kind, reason) =
            if said.what.independent { (TieKind::Independent, independent) } else { (TieKind::Dependent, dependent) };
        Some(Tie { between, kind, reason: reason.into() })
    });
    let ties = tied.chain(looked).collect();
    let sources = codes.keys().map(|code| TiedSource { code: code.to_string(), origin: code.to_string() }).collect();
    let of = plot::Ties { title: fill(words.pictures.ties, &[("finding", finding)]), sources, ties };
    Ok(vec![figure(plot::ties(&of, words.drawn()), of.alt(words.drawn()), caption)])
}
