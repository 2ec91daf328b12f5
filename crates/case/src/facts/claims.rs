//! What do sources say of each property, side by side, and what does the inquiry take to be so?
//!
//! Values that contradict each other stay; `weigh` says which of them can all be right, a person says which is accepted. A property of
//! which a source says several values in the normal course (names, methods) contradicts nothing.

use super::accounts::{Account, Accounts};
use super::book::Book;
use super::desk::DeskError;
use super::words::{Claim, ClaimStatus};
use crate::custody::ids::{MemberId, RecordId};
use crate::schema::{Property, Schema, Type};
use factum_model::Edtf;
use factum_weigh::claims::{self, ClaimFault, Ruling, Said, Status, Value};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt;

/// A value as people are shown it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Given {
    /// The value; of a term its code with its label, of a link the code and label of the other end.
    pub value: String,
    /// The value as it is written to accept it.
    pub plain: String,
    /// Where it stands: statements and rows of files, each with its source.
    pub by: Vec<String>,
    /// Whether a person accepted it.
    pub accepted: bool,
}

/// All that is said of one property of one entity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Row {
    /// The entity's code.
    pub entity: String,
    /// What it is called.
    pub label: String,
    /// The property.
    pub property: String,
    /// `accepted`, `contested` or `open`.
    pub status: String,
    /// Who said so, if anybody did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// Why, if anybody said so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The values, in order.
    pub values: Vec<Given>,
    /// Which values can all be right at once, by their positions from 1. More than one group is a contradiction.
    pub groups: Vec<Vec<usize>>,
    /// Whether a source says several values of this property in the normal course.
    pub several: bool,
    /// What is wrong with what was said of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
}

impl Row {
    /// Whether sources contradict each other.
    pub fn contradicts(&self) -> bool {
        !self.several && self.groups.len() > 1
    }

    /// Whether somebody has something to do: sources contradict each other and nobody accepted a value or called it contested.
    pub fn waits(&self) -> bool {
        self.fault.is_some() || self.contradicts() && self.status == "open"
    }
}

/// How `weigh` names what is compared: an entity by its number, what gives a value by its own number and the value, since a row of a
/// file can give several.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Name(RecordId, String);

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Everything that is said, property by property, in the order of the entities' codes.
pub fn side_by_side(book: &Book, accounts: &Accounts, schema: &Schema, names: &dyn Fn(MemberId) -> String) -> Vec<Row> {
    let said: Vec<Said<Name>> =
        accounts.all.iter().filter_map(|account| said(book, accounts, schema, account)).collect();
    let rulings: Vec<Ruling<Name>> = book.claims.values().filter_map(|said| ruling(accounts, &said.what)).collect();
    let (claims, faults) = claims::side_by_side(&said, &rulings);
    let mut wrong: BTreeMap<(RecordId, String), &'static str> = BTreeMap::new();
    let mut rows: Vec<Row> = Vec::with_capacity(claims.len());
    for fault in &faults {
        let (entity, property, what) = match fault {
            ClaimFault::AcceptedUnknown { entity, property, .. } => {
                let what =
                    "what was accepted no longer gives a value of it; it counts as open until another is accepted";
                (entity, property, what)
            }
            ClaimFault::NothingSaid { entity, property } => {
                (entity, property, "a status is set, and nothing that you can open gives a value")
            }
        };
        wrong.insert((entity.0, property.clone()), what);
    }
    for claim in &claims {
        let values: Vec<Given> = claim
            .values
            .iter()
            .map(|given| {
                let own = |account: &&Account| {
                    accounts
                        .number(account.by)
                        .is_some_and(|id| given.statements.binary_search(&Name(id, account.value.clone())).is_ok())
                };
                let own: Vec<&Account> = accounts.property(&claim.entity.0, &claim.property).filter(own).collect();
                let is_accepted =
                    matches!(&claim.status, Status::Accepted(s) if given.statements.binary_search(s).is_ok());
                Given {
                    value: own.first().map_or_else(String::new, |account| shown(book, schema, account)),
                    plain: own.first().map_or_else(String::new, |account| account.value.clone()),
                    by: own.iter().map(|account| accounts.place(book, account)).collect(),
                    accepted: is_accepted,
                }
            })
            .collect();
        let fault = wrong.remove(&(claim.entity.0, claim.property.clone()));
        let status = match claim.status {
            Status::Accepted(_) => "accepted",
            Status::Contested => "contested",
            Status::Open => "open",
        };
        rows.push(row(book, schema, names, (&claim.entity.0, &claim.property), (status, values, fault)));
        if let Some(row) = rows.last_mut() {
            row.groups = claim.groups.iter().map(|group| group.iter().map(|at| at + 1).collect()).collect();
        }
    }
    for ((entity, property), what) in wrong {
        rows.push(row(book, schema, names, (&entity, &property), ("open", Vec::new(), Some(what))));
    }
    rows.sort_by(|a, b| (&a.entity, &a.property).cmp(&(&b.entity, &b.property)));
    rows
}

fn row(
    book: &Book,
    schema: &Schema,
    names: &dyn Fn(MemberId) -> String,
    (entity, property): (&RecordId, &str),
    (status, values, fault): (&str, Vec<Given>, Option<&'static str>),
) -> Row {
    let said = book.claims.get(&(*entity, property.to_string()));
    let what = book.entities.get(entity);
    Row {
        entity: what.map_or_else(|| entity.to_string(), |said| said.what.code.clone()),
        label: what.map_or_else(String::new, |said| said.what.label.clone()),
        property: property.to_string(),
        status: status.to_string(),
        by: said.map(|said| names(said.author)),
        reason: said.map(|said| said.what.reason.clone()),
        values,
        groups: Vec::new(),
        several: property_of(book, schema, entity, property).is_some_and(|p| p.repeatable),
        fault: fault.map(str::to_string),
    }
}

/// A person's word on a property of an entity: this value is accepted, or none is.
///
/// # Errors
/// Nothing gives such a value, or several different things would be accepted at once.
pub fn ruled(
    accounts: &Accounts,
    (entity, property): (RecordId, &str),
    (status, value): (ClaimStatus, Option<&str>),
    statement: Option<RecordId>,
    reason: &str,
) -> Result<Claim, DeskError> {
    let mut claim = Claim {
        entity,
        property: property.to_string(),
        status,
        accepted: None,
        value: None,
        reason: reason.to_string(),
    };
    if status != ClaimStatus::Accepted {
        return Ok(claim);
    }
    let meant = |account: &&Account| {
        let number = accounts.number(account.by);
        statement.is_none_or(|wanted| number == Some(wanted)) && value.is_none_or(|value| account.value == value)
    };
    let found: Vec<&Account> = accounts.property(&entity, property).filter(meant).collect();
    let (Some(first), true) = (found.first(), statement.is_some() || value.is_some()) else {
        return Err(DeskError::NoValue(property.to_string()));
    };
    if found.iter().any(|account| account.value != first.value) {
        return Err(DeskError::SeveralValues(property.to_string()));
    }
    claim.accepted = accounts.number(first.by);
    claim.value = Some(first.value.clone());
    Ok(claim)
}

fn property_of<'s>(book: &Book, schema: &'s Schema, entity: &RecordId, property: &str) -> Option<&'s Property> {
    let kind = book.entities.get(entity).and_then(|said| schema.kind(&said.what.sort))?;
    kind.property(property)
}

fn said(book: &Book, accounts: &Accounts, schema: &Schema, account: &Account) -> Option<Said<Name>> {
    let property = property_of(book, schema, &account.entity, &account.property);
    let value = typed(property, &account.value);
    let statement = Name(accounts.number(account.by)?, account.value.clone());
    let entity = Name(account.entity, String::new());
    Some(Said { statement, entity, property: account.property.clone(), value })
}

fn typed(property: Option<&Property>, value: &str) -> Value {
    let number = |text: &str| text.parse::<i64>().ok();
    match property.map(|p| &p.of) {
        Some(Type::Date) => value.parse::<Edtf>().map_or_else(|_| Value::Text(value.into()), Value::Date),
        // A number told as bounds, `35..45`, is a range; with decimals it is compared as it is written.
        Some(Type::Number) | None => match (number(value), value.split_once("..")) {
            (Some(n), _) => Value::Number { low: n, high: n },
            (None, Some((low, high))) => match (number(low), number(high)) {
                (Some(low), Some(high)) if low <= high => Value::Number { low, high },
                _ => Value::Text(value.into()),
            },
            _ => Value::Text(value.into()),
        },
        _ => Value::Text(value.into()),
    }
}

fn ruling(accounts: &Accounts, claim: &Claim) -> Option<Ruling<Name>> {
    let status = match (claim.status, claim.accepted) {
        (ClaimStatus::Accepted, Some(accepted)) => {
            let gives = |account: &&Account| {
                accounts.number(account.by) == Some(accepted)
                    && claim.value.as_ref().is_none_or(|v| *v == account.value)
            };
            let account = accounts.property(&claim.entity, &claim.property).find(gives);
            let value = account.map(|a| a.value.clone()).or_else(|| claim.value.clone()).unwrap_or_default();
            Status::Accepted(Name(accepted, value))
        }
        (ClaimStatus::Accepted, None) => return None,
        (ClaimStatus::Contested, _) => Status::Contested,
        (ClaimStatus::Open, _) => Status::Open,
    };
    Some(Ruling { entity: Name(claim.entity, String::new()), property: claim.property.clone(), status })
}

/// A value for people: a term with its label, a link with what it leads to.
pub fn shown(book: &Book, schema: &Schema, account: &Account) -> String {
    if let Some(end) = account.to.and_then(|to| book.entities.get(&to)) {
        return format!("{} {}", end.what.code, end.what.label);
    }
    let property = property_of(book, schema, &account.entity, &account.property);
    let term = match property.map(|p| &p.of) {
        Some(Type::Term(name)) => schema.vocabulary(name).and_then(|v| v.term(&account.value)),
        _ => None,
    };
    term.map_or_else(|| account.value.clone(), |term| format!("{} {}", term.code, term.label))
}
