//! Who may read, write, approve and release what?
//!
//! The table is made of the rules of replay themselves ([`least`], [`least_in_register`], the role that writes at all), for every kind of
//! record that this version knows; a test tries each of its cells.

use super::evidence::Evidence;
use super::governance::{Act, Role, least, least_in_register};
use super::part::VIEWED;
use crate::facts::Fact;
use serde::Serialize;
use serde_json::json;

/// What somebody does with something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Deed {
    /// Opens it.
    Read,
    /// Says it, in a compartment that is open to whoever says it.
    Write,
    /// Agrees to what another did or plans.
    Approve,
    /// Lets it leave the case.
    Release,
    /// Says in the register who is who, and what becomes of keys, settings and plans.
    Govern,
}

impl Deed {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Deed::Read => "read",
            Deed::Write => "write",
            Deed::Approve => "approve",
            Deed::Release => "release",
            Deed::Govern => "govern",
        }
    }
}

/// One line of the table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Line {
    /// What is done.
    pub deed: Deed,
    /// With what: a kind of record, or what a compartment holds.
    pub what: String,
    /// The roles that may, the weakest first.
    pub roles: Vec<Role>,
    /// What must be so besides.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub provided: &'static str,
}

/// Kinds by which somebody agrees, with what must be so besides.
const APPROVALS: [(&str, &str); 7] = [
    ("reviewed", "only a review by somebody who is no author of the finding counts for it"),
    ("adopted", "stands only as long as the standard of proof is met"),
    ("approval", "never one's own plan"),
    ("done", "where four eyes are set, only after another lead approved"),
    ("profile-decided", ""),
    ("vouched", "counts for a sentence as long as not a word of it changes"),
    ("release-approval", "never one's own release; under a public role that a lead gave, with all that it cites open"),
];

/// Kinds by which something leaves, with what must be so besides.
const RELEASES: [(&str, &str); 10] = [
    ("release", "said before the first byte is written"),
    ("left", "said before the first byte is written; what a source does not allow for the purpose stays"),
    ("counts-published", ""),
    ("source-told", ""),
    ("disclosed", "said before the first byte is written"),
    ("release-prepared", "only with all that it cites open"),
    ("release-promised", "only with all that it cites open"),
    ("release-sealed", "only with the approvals that the inquiry asks for"),
    ("release-escrowed", "only after it was sealed"),
    ("release-revoked", "only after it was sealed"),
];

/// What must be so besides for some kinds that are written.
const PROVIDED: [(&str, &str); 8] = [
    ("source-identity", "in the compartment of identities only"),
    ("consent-withdrawn", "nothing said later takes it back"),
    ("log-secret", "in the compartment of writers only"),
    ("undo", "not of what cannot be called back"),
    ("medical", "only by a clinician, as a lead says who is one"),
    ("role", "never one's own"),
    ("public-role", "never one's own"),
    ("access", "only by whoever can open the compartment, and never to oneself"),
];

/// The names that a set of records knows. What an unknown kind is refused with names every known one, so that the table cannot miss one.
fn kinds_of(refusal: &str) -> Vec<String> {
    let known = refusal.split_once("expected").map_or("", |(_, known)| known);
    known.split('`').skip(1).step_by(2).map(str::to_string).collect()
}

/// Every kind of record outside the register.
pub fn kinds() -> Vec<String> {
    let unknown = json!({"kind": ""});
    let refused = |error: Option<serde_json::Error>| error.map(|e| e.to_string()).unwrap_or_default();
    let mut kinds = kinds_of(&refused(serde_json::from_value::<Evidence>(unknown.clone()).err()));
    kinds.extend(kinds_of(&refused(serde_json::from_value::<Fact>(unknown).err())));
    kinds.sort();
    kinds.dedup();
    kinds
}

/// Every kind of record of the register.
pub fn kinds_of_register() -> Vec<String> {
    let refused = serde_json::from_value::<Act>(json!({"kind": ""})).err();
    let mut kinds = kinds_of(&refused.map(|e| e.to_string()).unwrap_or_default());
    kinds.sort();
    kinds
}

/// May somebody of this role say something of this kind outside the register, in a compartment that is open to them? The rule of replay.
pub fn may_write(role: Role, kind: &str) -> bool {
    if role.writes() { least(kind) <= role } else { kind == VIEWED }
}

/// May somebody of this role say something of this kind in the register?
pub fn may_govern(role: Role, kind: &str) -> bool {
    role.writes() && least_in_register(kind) <= role
}

/// The whole table, in the order of deeds and kinds.
pub fn table() -> Vec<Line> {
    let roles = |may: &dyn Fn(Role) -> bool| Role::ALL.into_iter().filter(|role| may(*role)).collect::<Vec<_>>();
    let mut lines = vec![
        Line {
            deed: Deed::Read,
            what: "the register".into(),
            roles: Role::ALL.to_vec(),
            provided: "every member can open it",
        },
        Line {
            deed: Deed::Read,
            what: "what a compartment holds".into(),
            roles: Role::ALL.to_vec(),
            provided: "only with a copy of its key; no role opens a compartment",
        },
    ];
    let named =
        |list: &[(&str, &'static str)], kind: &str| list.iter().find(|(name, _)| *name == kind).map(|(_, p)| *p);
    for kind in kinds() {
        let (deed, provided) = match (named(&APPROVALS, &kind), named(&RELEASES, &kind)) {
            (Some(provided), _) => (Deed::Approve, provided),
            (_, Some(provided)) => (Deed::Release, provided),
            _ => (Deed::Write, named(&PROVIDED, &kind).unwrap_or_default()),
        };
        lines.push(Line { deed, roles: roles(&|role| may_write(role, &kind)), what: kind, provided });
    }
    for kind in kinds_of_register() {
        let (deed, provided) = match (named(&APPROVALS, &kind), named(&RELEASES, &kind)) {
            (Some(provided), _) => (Deed::Approve, provided),
            (_, Some(provided)) => (Deed::Release, provided),
            _ => (Deed::Govern, named(&PROVIDED, &kind).unwrap_or_default()),
        };
        lines.push(Line { deed, roles: roles(&|role| may_govern(role, &kind)), what: kind, provided });
    }
    lines.sort_by(|a, b| (a.deed, &a.what).cmp(&(b.deed, &b.what)));
    lines
}
