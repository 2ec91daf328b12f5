//! Does the table of access say what replay does? Each cell is tried.

use super::identity;
use crate::custody::access::{self, Deed};
use crate::custody::folder::{Case, Opening};
use crate::custody::founding::WORKING;
use crate::custody::governance::Role;
use crate::custody::ids::{MemberId, TransactionId};
use crate::custody::part::{Draft, Header, HeaderKind, Part, REGISTER};
use crate::custody::register::{Rule, Void};
use crate::custody::view;
use factum_vault::identity::Identity;
use serde_json::{Value, json};
use std::collections::BTreeMap;

fn copy(of: &Identity) -> Identity {
    Identity::parse(&of.expose()).unwrap()
}

/// A case with a member of each role, and what each of them holds.
fn office(folder: &std::path::Path) -> (Case, Vec<(Role, Identity)>) {
    let ada = identity("Ada");
    let mut case = Case::found(folder, "T", copy(&ada), Opening::default()).unwrap();
    case.make_compartment("north", "closed to the others").unwrap();
    let mut members = Vec::new();
    for (role, name) in Role::ALL.into_iter().zip(["Bo", "Cy", "Dee", "Eve"]) {
        let who = identity(name);
        case.add_member(name, &who.card(), role, &[WORKING.into()]).unwrap();
        members.push((role, who));
    }
    (case, members)
}

/// What a member says in a compartment, as any program could write it.
fn part(case: &Case, who: &Identity, compartment: &str, body: Value) -> Part {
    let place = &case.register().compartments[compartment];
    let header = Header {
        kind: HeaderKind::Header,
        origin: case.ledger().origin().to_string(),
        transaction: TransactionId([7; 16]),
        part: 0,
        parts: 1,
        compartment: compartment.into(),
        epoch: place.epoch(),
        author: MemberId(*who.member().as_bytes()),
        previous: None,
        time: "2026-01-02T03:04:05Z".into(),
        clock_behind: None,
        program: "another".into(),
        act: "try".into(),
        summary: "A try".into(),
    };
    let signing = who.signing();
    Draft::new(header, vec![body]).unwrap().sign(|message| signing.sign(message)).unwrap().1
}

/// Whether the rules of roles let it pass. What another rule stops is not the role's doing.
fn passes(case: &Case, who: &Identity, compartment: &str, body: Value) -> bool {
    match case.register().clone().take(&part(case, who, compartment, body)) {
        Err(Void::Reader | Void::Rule { rule: Rule::NotLead | Rule::Role(_), .. }) => false,
        Err(Void::Rule { rule: Rule::Unknown, .. }) => panic!("the sample is no record"),
        Err(Void::Rule { .. }) | Ok(()) => true,
        Err(other) => panic!("{other}"),
    }
}

/// One record of each kind of the register.
fn samples() -> BTreeMap<String, Value> {
    let (member, digest, key) = ("11".repeat(16), "22".repeat(32), "age1x");
    let all = [
        json!({"kind": "case", "format": 1, "title": "T"}),
        json!({"kind": "log-key", "verifier": "v"}),
        json!({"kind": "member", "name": "N", "card": "c", "role": "reader"}),
        json!({"kind": "role", "member": member, "role": "reader"}),
        json!({"kind": "removal", "member": member, "reason": "r"}),
        json!({"kind": "compartment", "compartment": "c", "purpose": "p", "recipient": key}),
        json!({"kind": "rotation", "compartment": "c", "epoch": 2, "recipient": key, "reason": "r"}),
        json!({"kind": "access", "compartment": "c", "epoch": 1, "holder": member, "wrap": digest}),
        json!({"kind": "withdrawal", "compartment": "c", "member": member, "reason": "r"}),
        json!({"kind": "recovery", "recipient": key, "threshold": 2, "shares": 3}),
        json!({"kind": "setting", "name": "four-eyes", "value": "yes"}),
        json!({"kind": "plan", "act": "shred", "objects": [digest]}),
        json!({"kind": "done", "plan": member}),
        json!({"kind": "approval", "plan": member}),
        json!({"kind": "reseal", "old": digest, "new": digest}),
        json!({"kind": "kit", "card": "c", "label": "l", "compartments": []}),
        json!({"kind": "public-role", "member": member, "role": "reviewer"}),
        json!({"kind": "release-prepared", "release": member, "manifest": digest, "cited": digest, "compartments": []}),
        json!({"kind": "release-approval", "release": member, "role": "r", "key": "k", "signature": "s"}),
        json!({"kind": "release-promised", "release": member, "manifest": digest, "publish-on": "2026-12-01"}),
        json!({"kind": "release-sealed", "release": member, "manifest": digest, "cited": digest, "needed": 1, "approvals": []}),
        json!({"kind": "release-escrowed", "release": member, "recipient": key, "threshold": 2, "shares": 3, "publish-on": "2026-12-01"}),
        json!({"kind": "release-revoked", "release": member, "class": "c", "time": "2026-12-01T00:00:00Z"}),
        json!({"kind": "continuation", "origin": "o", "checkpoint": "c", "reason": "r"}),
    ];
    all.into_iter().map(|body| (body["kind"].as_str().unwrap().to_string(), body)).collect()
}

#[test]
fn every_cell_of_the_table_is_what_replay_does() {
    let folder = tempfile::tempdir().unwrap();
    let (case, members) = office(folder.path());
    let samples = samples();
    let lines = access::table();
    assert!(lines.len() > 60, "every kind has a line: {}", lines.len());
    for kind in access::kinds_of_register() {
        assert!(samples.contains_key(kind.as_str()), "no sample of `{kind}`: add one, so that its cell is tried");
    }
    let mut tried = 0;
    for line in lines.iter().filter(|line| line.deed != Deed::Read) {
        let in_register = access::kinds_of_register().contains(&line.what);
        let outside = access::kinds().contains(&line.what);
        assert!(in_register != outside, "`{}` is said in one place", line.what);
        for (role, who) in &members {
            let done = if in_register {
                passes(&case, who, REGISTER, samples[line.what.as_str()].clone())
            } else {
                passes(&case, who, WORKING, json!({"kind": line.what}))
            };
            assert_eq!(done, line.roles.contains(role), "{} of `{}` by {}", line.deed.name(), line.what, role.name());
            tried += 1;
        }
    }
    assert_eq!(tried, (lines.len() - 2) * Role::ALL.len());
}

#[test]
fn no_role_opens_a_compartment() {
    let folder = tempfile::tempdir().unwrap();
    let (mut case, members) = office(folder.path());
    let mut change = crate::custody::writer::Change::new("note", "for the north");
    change.say("north", &super::run("hidden")).unwrap();
    change.say(WORKING, &super::run("open")).unwrap();
    case.tell(change).unwrap();
    for (role, who) in &members {
        let case = Case::open(folder.path(), copy(who), Opening::default()).unwrap();
        let seen = view::evidence(case.index(), "run", u64::MAX).unwrap();
        assert_eq!(seen.len(), 1, "{} reads what is open to it and no more", role.name());
        let refused = case.register().clone().take(&part(&case, who, "north", json!({"kind": "run"})));
        assert_eq!(refused, Err(Void::NoAccess), "{}", role.name());
    }
}
