//! What stands in a case already, so that it is not said again?

use super::{Book, Case, DeskError, Fact, words};
use crate::custody::ids::TransactionId;
use crate::custody::{canonical, view};
use factum_vault::index::Records;
use std::collections::BTreeMap;

/// The last word of the case on everything, as it is spelled, so that what stands is not said again.
pub(super) fn said_before(case: &Case, book: &Book) -> Result<BTreeMap<String, String>, DeskError> {
    let mut known = BTreeMap::new();
    let undone = view::undone(case.index(), case.until())?;
    for kind in words::KINDS {
        for row in case.index().records(Records::Kind(kind))? {
            let transaction = TransactionId(row.transaction);
            let counts =
                !undone.contains(&(transaction, row.compartment.clone())) && book.open.contains(&row.compartment);
            let fact = canonical::parse(&row.body).ok().and_then(|body| canonical::read::<Fact>(&body).ok());
            if let Some(fact) = fact.filter(|_| counts) {
                known.insert(slot(&fact), row.body);
            }
        }
    }
    Ok(known)
}

/// What a record takes the place of: an earlier one with the same slot. What does not replace anything has a slot of its own.
pub(super) fn slot(fact: &Fact) -> String {
    let kind = fact.kind();
    match fact {
        Fact::Bears(said) => format!("{kind} {} {}", said.finding, said.statement),
        Fact::ContraryAnswered(said) => format!("{kind} {} {:?}", said.finding, said.statement),
        Fact::Claim(said) => format!("{kind} {} {}", said.entity, said.property),
        Fact::Examined(said) => format!("{kind} {} {}", said.one.min(said.other), said.one.max(said.other)),
        Fact::Standard { standard, .. } => format!("{kind} {standard}"),
        Fact::Schema { schema, .. } => format!("{kind} {schema}"),
        Fact::Framework { framework, .. } | Fact::OfficialText { framework, .. } => format!("{kind} {framework}"),
        Fact::ElementAssessed(said) => format!("{kind} {} {} {:?}", said.framework, said.element, said.finding),
        Fact::Presence(_) | Fact::Response(_) | Fact::FollowUp { .. } | Fact::Tie(_) => spelled(fact),
        other => other.thing().map_or_else(|| spelled(other), |thing| format!("{kind} {thing}")),
    }
}

pub(super) fn spelled(fact: &Fact) -> String {
    canonical::value_of(fact).and_then(|value| canonical::write(&value)).unwrap_or_default()
}
