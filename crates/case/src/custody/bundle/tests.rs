//! Does a bundle bring into the log what holds, nothing else, and nothing twice?

use super::*;
use crate::custody::evidence::{Capture, Evidence};
use crate::custody::folder::{Case, Opening};
use crate::custody::founding::{IDENTITIES, WORKING};
use crate::custody::governance::{Act, Role};
use crate::custody::part::{Draft, Part, REGISTER};
use crate::custody::tests::{identity, run, say};
use crate::custody::view;
use crate::custody::writer::{Change, entry};
use factum_log::entry::Kind;
use factum_vault::identity::Identity;
use factum_vault::keys::SecretKey;
use factum_vault::object::{self, Batch};
use proptest::prelude::*;
use std::fs;
use std::path::{Path, PathBuf};

/// An office with its case, and Bo with a copy of it far away.
struct Scene {
    folder: tempfile::TempDir,
    bo: Identity,
    office: Case,
    away: Case,
}

fn copy(of: &Identity) -> Identity {
    Identity::parse(&of.expose()).unwrap()
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for found in fs::read_dir(from).unwrap().map(Result::unwrap) {
        if found.file_type().unwrap().is_dir() {
            copy_folder(&found.path(), &to.join(found.file_name()));
        } else {
            fs::copy(found.path(), to.join(found.file_name())).unwrap();
        }
    }
}

fn scene(into: &[&str]) -> Scene {
    let folder = tempfile::tempdir().unwrap();
    let bo = identity("Bo");
    let at = folder.path().join("office");
    let mut office = Case::found(&at, "Valleys", identity("Ada"), Opening::default()).unwrap();
    let into: Vec<String> = into.iter().map(|name| name.to_string()).collect();
    office.add_member("Bo", &bo.card(), Role::Investigator, &into).unwrap();
    copy_folder(&at, &folder.path().join("away"));
    fs::remove_dir_all(folder.path().join("away/view")).unwrap();
    let away = Case::open(&folder.path().join("away"), copy(&bo), Opening::default()).unwrap();
    Scene { folder, bo, office, away }
}

impl Scene {
    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Bo seals something far away.
    fn bundle(&mut self, what: &str, compartment: &str) -> PathBuf {
        let (out, chain) = (self.at(&format!("{what}.bundle")), self.at("bo.chain"));
        let mut change = Change::new("note", what);
        change.say(compartment, &run(what)).unwrap();
        let store = self.away.store.clone();
        self.away.bundle(change, Batch::new(&*store), &out, &chain).unwrap();
        out
    }

    fn said(&self) -> Vec<String> {
        let runs = view::evidence(self.office.index(), "run", u64::MAX).unwrap().into_iter();
        runs.filter_map(|(_, e)| if let Evidence::Run(run) = e { Some(run.what) } else { None }).collect()
    }
}

fn fates(taken: &Taken) -> Vec<Fate> {
    taken.entries.iter().map(|(_, fate)| fate.clone()).collect()
}

fn is_refused(fate: &Fate, why: &str) -> bool {
    matches!(fate, Fate::Refused(text) if text.contains(why))
}

#[test]
fn several_bundles_are_taken_in_order_and_each_once() {
    let mut scene = scene(&[WORKING]);
    say(&mut scene.office, "office");
    let (first, second) = (scene.bundle("first", WORKING), scene.bundle("second", WORKING));
    // The second before the first: its author's history has a gap.
    let early = scene.office.take_bundle(&second).unwrap();
    assert!(is_refused(&fates(&early)[0], "what its author wrote before it"), "{early:?}");
    assert!(early.receipt.is_none());

    let size = scene.office.ledger().size();
    let taken = scene.office.take_bundle(&first).unwrap();
    assert_eq!(fates(&taken), [Fate::Taken]);
    assert_eq!(scene.office.ledger().size(), size + 2, "the part and the account");
    assert_eq!(fates(&scene.office.take_bundle(&second).unwrap()), [Fate::Taken]);
    assert_eq!(scene.said(), ["office", "first", "second"]);
    let account = view::evidence(scene.office.index(), "taken", u64::MAX).unwrap();
    let bo = crate::custody::ids::MemberId(*scene.bo.member().as_bytes());
    match &account[0].1 {
        Evidence::Taken { bundle, author, objects, made } => {
            assert_eq!((*bundle, *author, made), (taken.bundle, Some(bo), &taken.made));
            assert_eq!(*objects, [object_of(&taken.entries[0].0)]);
        }
        other => panic!("{other:?}"),
    }

    let (size, root) = (scene.office.ledger().size(), scene.office.ledger().root());
    let again = scene.office.take_bundle(&first).unwrap();
    assert_eq!(fates(&again), [Fate::Known]);
    assert!(again.receipt.is_none());
    assert_eq!((scene.office.ledger().size(), scene.office.ledger().root()), (size, root));
    // Every reader judges as the taker did.
    scene.office.rebuild_view().unwrap();
    assert_eq!(scene.said(), ["office", "first", "second"]);
    assert!(scene.office.index().voids().unwrap().is_empty());
}

#[test]
fn a_member_who_takes_the_own_bundle_goes_on() {
    let mut scene = scene(&[WORKING]);
    let bundle = scene.bundle("away", WORKING);
    let mut case = Case::open(&scene.at("office"), copy(&scene.bo), Opening::default()).unwrap();
    assert_eq!(fates(&case.take_bundle(&bundle).unwrap()), [Fate::Taken]);
    say(&mut case, "home again");
    assert!(case.index().voids().unwrap().is_empty());
    case.rebuild_view().unwrap();
    assert!(case.index().voids().unwrap().is_empty());
}

#[test]
fn two_histories_of_one_author_are_not_both_taken() {
    let mut scene = scene(&[WORKING]);
    let bundle = scene.bundle("away", WORKING);
    let mut here = Case::open(&scene.at("office"), copy(&scene.bo), Opening::default()).unwrap();
    say(&mut here, "at the office");
    let taken = scene.office.take_bundle(&bundle).unwrap();
    // Bo's first part in the log has nothing before it, and so has the one in the bundle.
    assert!(is_refused(&fates(&taken)[0], "another entry in the same place"), "{taken:?}");
    assert_eq!(scene.said(), ["at the office"]);
}

#[test]
fn files_come_with_their_objects_and_a_damaged_one_is_left_out() {
    let mut scene = scene(&[WORKING]);
    let files: Vec<PathBuf> = ["a.txt", "b.txt"].iter().map(|name| scene.at(name)).collect();
    files.iter().for_each(|path| fs::write(path, path.to_string_lossy().repeat(500)).unwrap());
    let out = scene.at("files.bundle");
    let chain = scene.at("bo.chain");
    scene.away.bundle_files(&files, WORKING, &Capture::default(), (&out, &chain)).unwrap();
    assert_eq!(scene.away.store().files("objects").unwrap().len(), 0);
    // One byte in the first object, which is an item.
    let whole = fs::read(&out).unwrap();
    let start = whole.windows(2).position(|pair| pair == b"\n\n").unwrap() + 2;
    let mut bytes = whole.clone();
    bytes[start + 400] ^= 1;
    let damaged = scene.at("damaged.bundle");
    fs::write(&damaged, bytes).unwrap();
    let taken = scene.office.take_bundle(&damaged).unwrap();
    let found = fates(&taken);
    assert!(is_refused(&found[0], "another digest"), "{found:?}");
    assert_eq!(found[1..], [Fate::Taken, Fate::Taken]);
    assert!(scene.office.store().read(&object::path(&taken.entries[0].0.object.0)).unwrap().is_none());
    // The whole file later brings the one that was missing.
    assert_eq!(fates(&scene.office.take_bundle(&out).unwrap()), [Fate::Taken, Fate::Known, Fate::Known]);
    let items = view::evidence(scene.office.index(), "item", u64::MAX).unwrap();
    let keys: Vec<&SecretKey> = scene.office.keyring().each().map(|(_, _, key)| key).collect();
    for (_, said) in items {
        let Evidence::Item(item) = said else { continue };
        let mut bytes = Vec::new();
        object::open_item(scene.office.store(), &item.object.0, &keys, &mut bytes).unwrap();
        assert_eq!(bytes, fs::read(scene.at(&item.name)).unwrap());
    }
    // A file that was cut names what is missing.
    let cut = scene.at("cut.bundle");
    fs::write(&cut, &whole[..whole.len() - 10]).unwrap();
    let other = Case::found(&scene.at("other"), "Other", identity("Eve"), Opening::default());
    assert!(matches!(other.unwrap().take_bundle(&cut), Err(TakeError::Elsewhere(_))));
    fs::write(&cut, &whole[..start - 5]).unwrap();
    assert!(matches!(scene.office.take_bundle(&cut), Err(TakeError::Head { .. })));
}

#[test]
fn what_the_taker_cannot_open_is_taken_unseen() {
    let mut scene = scene(&[WORKING, IDENTITIES]);
    // A second taker who cannot open what Bo writes.
    let cy = identity("Cy");
    scene.office.add_member("Cy", &cy.card(), Role::Investigator, &[WORKING.to_string()]).unwrap();
    let bundle = scene.bundle("secret", IDENTITIES);
    let mut taker = Case::open(&scene.at("office"), copy(&cy), Opening::default()).unwrap();
    assert_eq!(fates(&taker.take_bundle(&bundle).unwrap()), [Fate::Opaque]);
    let account = view::evidence(taker.index(), "taken", u64::MAX).unwrap();
    assert!(matches!(account[0].1, Evidence::Taken { author: None, .. }));
    assert_eq!(fates(&taker.take_bundle(&bundle).unwrap()), [Fate::Known]);
    scene.office.rebuild_view().unwrap();
    let reader = Case::open(&scene.at("office"), copy(&scene.bo), Opening::default()).unwrap();
    assert_eq!(view::evidence(reader.index(), "run", u64::MAX).unwrap().len(), 1);
}

/// A part written past the program, by whoever has the compartment's public key.
fn forged(
    scene: &Scene,
    change: impl FnOnce(&mut crate::custody::part::Header),
    signer: &Identity,
    said: serde_json::Value,
) -> PathBuf {
    let mut header = crate::custody::part::tests::header();
    header.origin = scene.office.ledger().origin().into();
    header.author = crate::custody::ids::MemberId(*scene.bo.member().as_bytes());
    header.compartment = WORKING.into();
    change(&mut header);
    let recipient = scene.office.register().compartments[&header.compartment].recipient().unwrap().clone();
    let draft = Draft::new(header, vec![said]).unwrap();
    let (text, part): (String, Part) = draft.sign(|message| signer.signing().sign(message)).unwrap();
    let store = scene.away.store.clone();
    let mut batch = Batch::new(&*store);
    let object = batch.text(&text, &recipient).unwrap();
    batch.finish().unwrap();
    let out = scene.at(&format!("{}.bundle", Digest(object)));
    let entries = [entry(Kind::Part, object, part.root)];
    write(&*store, scene.office.ledger().origin(), &crate::now(), &entries, &out).unwrap();
    out
}

#[test]
fn forged_parts_are_named_and_nothing_of_them_is_kept() {
    let mut scene = scene(&[WORKING]);
    let eve = identity("Eve");
    let note = || serde_json::json!({"kind": "note", "text": "x"});
    let crown = Act::Role { member: crate::custody::ids::MemberId(*scene.bo.member().as_bytes()), role: Role::Lead };
    let crown = crate::custody::canonical::value_of(&crown).unwrap();
    let bo = copy(&scene.bo);
    let check = |scene: &mut Scene, bundle: PathBuf, why: &str| {
        let (size, files) = (scene.office.ledger().size(), objects(&scene.at("office")));
        let taken = scene.office.take_bundle(&bundle).unwrap();
        assert!(is_refused(&fates(&taken)[0], why), "{taken:?}");
        assert!(taken.receipt.is_none());
        assert_eq!((scene.office.ledger().size(), objects(&scene.at("office"))), (size, files));
    };
    let by_eve = forged(&scene, |_| (), &eve, note());
    check(&mut scene, by_eve, "not signed with the key of the member");
    let stranger = forged(&scene, |h| h.author = crate::custody::ids::MemberId(*eve.member().as_bytes()), &eve, note());
    check(&mut scene, stranger, "not a member");
    let promotion = forged(&scene, |h| h.compartment = REGISTER.into(), &bo, crown);
    check(&mut scene, promotion, "breaks a rule");
    let elsewhere = forged(&scene, |h| h.origin.push('0'), &bo, note());
    check(&mut scene, elsewhere, "another case");
    let good = forged(&scene, |_| (), &bo, note());
    assert_eq!(fates(&scene.office.take_bundle(&good).unwrap()), [Fate::Taken]);
}

fn objects(case: &Path) -> usize {
    let folders = fs::read_dir(case.join("objects")).unwrap().map(|f| f.unwrap().path()).filter(|f| f.is_dir());
    folders.map(|folder| fs::read_dir(folder).unwrap().count()).sum()
}

#[test]
fn the_head_of_version_1_is_read_for_ever() {
    let bytes = include_bytes!("../../../../../spec/vectors/bundles/two.bundle");
    let mut from = &bytes[..];
    let head = Head::read(&mut from).unwrap();
    assert_eq!(head.origin, "factum-case.invalid/000102030405060708090a0b0c0d0e0f");
    assert_eq!(head.made, "2026-01-02T03:04:05Z");
    assert_eq!(head.entries.iter().map(|(e, l)| (e.kind, *l)).collect::<Vec<_>>(), [(Kind::Item, 5), (Kind::Part, 6)]);
    assert_eq!(from, b"firstsecond");
    let digests = [b"first".as_slice(), b"second"].map(factum_log::Digest::of);
    assert_eq!([head.entries[0].0.object, head.entries[1].0.object], digests);
    assert_eq!([head.text().as_bytes(), from].concat(), bytes);
}

proptest! {
    #[test]
    fn any_bytes_are_a_head_or_none(bytes: Vec<u8>, at: usize, by: u8) {
        let _ = Head::read(&mut bytes.as_slice());
        let mut changed = include_bytes!("../../../../../spec/vectors/bundles/two.bundle").to_vec();
        let at = at % changed.len();
        changed[at] = by;
        if let Ok(head) = Head::read(&mut changed.as_slice()) {
            // One head has one spelling.
            prop_assert!(changed.starts_with(head.text().as_bytes()));
        }
        let _ = Head::read(&mut changed.get(..at).unwrap_or_default());
    }
}
