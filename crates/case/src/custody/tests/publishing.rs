//! Does what is written of publications past the program, by somebody with keys who breaks the rules, count for nothing to every reader?

use super::forged::Forgery;
use super::{copy, identity, reopened};
use crate::custody::folder::{Case, Opening};
use crate::custody::founding::{IDENTITIES, WORKING};
use crate::custody::governance::{Act, Role, Setting};
use crate::custody::ids::{Digest, MemberId, RecordId};
use crate::custody::part::REGISTER;
use crate::custody::publishing::{Approved, Escrowed, Prepared, Promised, PublicApproval, Revoked, Sealed};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use factum_log::release::to_approve;
use factum_vault::identity::Identity;
use factum_vault::signing::SigningKey;

const RELEASE: RecordId = RecordId([1; 16]);

fn id(of: &Identity) -> MemberId {
    MemberId(*of.member().as_bytes())
}

/// A case with two leads, Ada and Bo, an investigator, Cy, and an analyst, Di; Bo is editor, Di legal-review.
struct Office {
    folder: tempfile::TempDir,
    ada: Identity,
    bo: Identity,
    cy: Identity,
    di: Identity,
}

impl Office {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (ada, bo, cy, di) = (identity("Ada"), identity("Bo"), identity("Cy"), identity("Di"));
        let mut case = Case::found(folder.path(), "T", copy(&ada), Opening::default()).unwrap();
        for (who, role) in [(&bo, Role::Lead), (&cy, Role::Investigator), (&di, Role::Analyst)] {
            case.add_member(who.name().as_str(), &who.card(), role, &[WORKING.into()]).unwrap();
        }
        let office = Self { folder, ada, bo, cy, di };
        office.counts(&office.ada, &Act::PublicRole { member: id(&office.bo), role: "editor".into() });
        office.counts(&office.ada, &Act::PublicRole { member: id(&office.di), role: "legal-review".into() });
        office
    }

    fn say(&self, who: &Identity, act: &Act) {
        let mut case = reopened(self.folder.path(), who);
        Forgery::by(who).says(REGISTER, act).into_log(&mut case);
    }

    fn counts(&self, who: &Identity, act: &Act) {
        let before = self.voids().len();
        self.say(who, act);
        assert_eq!(self.voids().len(), before, "{:?}", self.voids());
    }

    /// Every reader names it void with this reason, also one whose view is made anew.
    fn is_void(&self, who: &Identity, act: &Act, reason: &str) {
        let before = self.voids().len();
        self.say(who, act);
        for reader in [&self.ada, &self.bo, &self.cy, &self.di] {
            let mut case = reopened(self.folder.path(), reader);
            case.rebuild_view().unwrap();
            let voids = case.index().voids().unwrap();
            assert_eq!(voids.len(), before + 1, "{voids:?}");
            assert!(voids.last().unwrap().reason.contains(reason), "{reason:?} is not in {voids:?}");
        }
    }

    fn voids(&self) -> Vec<String> {
        let case = reopened(self.folder.path(), &self.ada);
        case.index().voids().unwrap().into_iter().map(|void| void.reason).collect()
    }

    fn origin(&self) -> String {
        reopened(self.folder.path(), &self.ada).ledger().origin().into()
    }

    fn approval(&self, seed: u8, role: &str, manifest: Digest) -> Approved {
        // Keys of tests come from a seed, so that one can be used twice.
        let key = SigningKey::parse(&STANDARD.encode([seed; 32])).unwrap();
        let (release, cited) = (factum_log::record::RecordId(RELEASE.0), factum_log::Hash([3; 32]));
        let message = to_approve(&self.origin(), release, factum_log::Digest(manifest.0), cited, role);
        let (key, signature) = (key.verifying_key().to_string(), STANDARD.encode(key.sign(&message)));
        Approved { release: RELEASE, role: role.into(), key, signature }
    }
}

fn prepared(release: RecordId, compartments: &[&str]) -> Prepared {
    Prepared {
        release,
        manifest: Digest([2; 32]),
        cited: Digest([3; 32]),
        compartments: compartments.iter().map(|c| c.to_string()).collect(),
        follows: None,
    }
}

fn seal(needed: u32, approvals: &[&Approved]) -> Act {
    let approvals = approvals.iter().map(|approved| PublicApproval::of(approved)).collect();
    Act::ReleaseSealed(Sealed { needed, approvals, ..Sealed::of(&prepared(RELEASE, &[])) })
}

#[test]
fn nobody_gives_themselves_a_public_role() {
    let office = Office::new();
    let role = |member: &Identity, role: &str| Act::PublicRole { member: id(member), role: role.into() };
    office.is_void(&office.ada, &role(&office.ada, "editor"), "their own role");
    office.is_void(&office.cy, &role(&office.cy, "editor"), "only a lead");
    office.is_void(&office.ada, &role(&office.cy, "The Editor"), "cannot have this value");
    office.counts(&office.bo, &role(&office.ada, "director"));
    office.counts(&office.ada, &role(&office.di, "none"));
    let case = reopened(office.folder.path(), &office.cy);
    let roles: Vec<&str> = case.register().public_roles.values().map(String::as_str).collect();
    assert_eq!(roles.len(), 2, "{roles:?}");
}

#[test]
fn a_release_is_prepared_by_somebody_who_can_open_all_of_it() {
    let office = Office::new();
    let act = |compartments: &[&str]| Act::ReleasePrepared(prepared(RELEASE, compartments));
    office.is_void(&office.di, &act(&[WORKING]), "role investigator");
    office.is_void(&office.cy, &act(&[WORKING, IDENTITIES]), "cannot open every compartment");
    office.is_void(&office.cy, &act(&["nowhere"]), "cannot open every compartment");
    office.counts(&office.cy, &act(&[WORKING]));
    office.is_void(&office.ada, &act(&[WORKING]), "at another stage");
    let follows = Act::ReleasePrepared(Prepared { follows: Some(RELEASE), ..prepared(RecordId([9; 16]), &[WORKING]) });
    // What was never sealed cannot be corrected.
    office.is_void(&office.cy, &follows, "at another stage");
}

#[test]
fn approvals_are_by_others_with_a_role_and_over_this_release() {
    let office = Office::new();
    office.counts(&office.bo, &Act::ReleasePrepared(prepared(RELEASE, &[WORKING])));
    let manifest = Digest([2; 32]);
    let approve = |approved: &Approved| Act::ReleaseApproval(approved.clone());
    let own = office.approval(21, "editor", manifest);
    office.is_void(&office.bo, &approve(&own), "a release that they prepared");
    office.is_void(&office.cy, &approve(&own), "does not hold this public role");
    office.is_void(&office.di, &approve(&own), "does not hold this public role");
    let of_another = office.approval(22, "legal-review", Digest([7; 32]));
    office.is_void(&office.di, &approve(&of_another), "not signed over this release");
    let good = office.approval(22, "legal-review", manifest);
    office.counts(&office.di, &approve(&good));
    office.is_void(
        &office.di,
        &approve(&office.approval(23, "legal-review", manifest)),
        "has approved this release already",
    );
    // The key of somebody else's approval.
    office.counts(&office.bo, &Act::PublicRole { member: id(&office.cy), role: "legal-review".into() });
    office.is_void(&office.cy, &approve(&good), "with a key of its own");
}

#[test]
fn a_seal_takes_the_approvals_that_stand_and_enough_of_them() {
    let office = Office::new();
    reopened(office.folder.path(), &office.ada).set(Setting::ReleaseApprovals, "2").unwrap();
    office.counts(&office.cy, &Act::ReleasePrepared(prepared(RELEASE, &[WORKING])));
    let manifest = Digest([2; 32]);
    let one = office.approval(21, "editor", manifest);
    let two = office.approval(22, "legal-review", manifest);
    office.is_void(&office.cy, &seal(0, &[]), "fewer than this inquiry asks for");
    office.counts(&office.bo, &Act::ReleaseApproval(one.clone()));
    office.is_void(&office.cy, &seal(1, &[&one]), "fewer than this inquiry asks for");
    office.is_void(&office.cy, &seal(2, &[&one, &two]), "not those that stand");
    office.counts(&office.di, &Act::ReleaseApproval(two.clone()));
    office.is_void(&office.di, &seal(2, &[&one, &two]), "role investigator");
    office.is_void(&office.cy, &seal(1, &[&one, &two]), "fewer than this inquiry asks for");
    // Di's access ends, and with it the approval.
    reopened(office.folder.path(), &office.ada).close_to(WORKING, id(&office.di), "moved").unwrap();
    office.say(&office.cy, &seal(2, &[&one, &two]));
    assert!(office.voids().last().unwrap().contains("not those that stand"));
    reopened(office.folder.path(), &office.ada).open_to(WORKING, id(&office.di)).unwrap();
    let other = Act::ReleaseSealed(Sealed {
        needed: 2,
        approvals: vec![PublicApproval::of(&one), PublicApproval::of(&two)],
        cited: Digest([9; 32]),
        ..Sealed::of(&prepared(RELEASE, &[]))
    });
    office.is_void(&office.cy, &other, "does not fit the release that was prepared");
    office.counts(&office.cy, &seal(2, &[&one, &two]));
    office.is_void(&office.cy, &seal(2, &[&one, &two]), "at another stage");
    let case = reopened(office.folder.path(), &office.di);
    assert_eq!(case.register().releases[&RELEASE].sealed.as_ref().unwrap().0, id(&office.cy));
}

#[test]
fn promises_escrows_and_revocations_have_their_time() {
    let office = Office::new();
    reopened(office.folder.path(), &office.ada).set(Setting::ReleaseApprovals, "0").unwrap();
    office.counts(&office.cy, &Act::ReleasePrepared(prepared(RELEASE, &[WORKING])));
    let promise = |day: &str, manifest| {
        Act::ReleasePromised(Promised { release: RELEASE, manifest: Digest([manifest; 32]), publish_on: day.into() })
    };
    office.is_void(&office.cy, &promise("2027-13-01", 2), "not written YYYY-MM-DD");
    office.is_void(&office.cy, &promise("2027-01-01", 5), "does not fit the release");
    office.counts(&office.cy, &promise("2027-01-01", 2));
    office.is_void(&office.cy, &promise("2027-02-01", 2), "at another stage");
    let recipient = office.ada.card().recipient().to_string();
    let escrow = |threshold| {
        let (recipient, publish_on) = (recipient.clone(), "2027-01-01".into());
        Act::ReleaseEscrowed(Escrowed { release: RELEASE, recipient, threshold, shares: 3, publish_on })
    };
    let revoke = |class: &str| {
        let (class, time) = (class.to_string(), "2026-12-01T00:00:00Z".into());
        Act::ReleaseRevoked(Revoked { release: RELEASE, class, replacement: None, time })
    };
    office.is_void(&office.cy, &escrow(2), "at another stage");
    office.is_void(&office.ada, &revoke("consent"), "at another stage");
    office.counts(&office.cy, &seal(0, &[]));
    office.is_void(&office.cy, &escrow(1), "at least two shares");
    office.counts(&office.cy, &escrow(2));
    office.is_void(&office.cy, &revoke("consent"), "only a lead");
    office.is_void(&office.ada, &revoke("S-014 withdrew"), "cannot have this value");
    office.counts(&office.ada, &revoke("consent"));
    office.is_void(&office.ada, &revoke("law"), "at another stage");
}
