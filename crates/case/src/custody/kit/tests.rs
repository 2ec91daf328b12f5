//! Does a kit seal what only the office can open, and does the office take it?

use super::*;
use crate::custody::bundle::Fate;
use crate::custody::folder::Opening;
use crate::custody::founding::{IDENTITIES, WORKING};
use crate::custody::tests::identity;
use crate::custody::view;
use factum_vault::keys::SecretKey;
use proptest::prelude::*;

fn office(folder: &Path) -> Case {
    Case::found(&folder.join("office"), "Valleys", identity("Ada"), Opening::default()).unwrap()
}

#[test]
fn what_a_kit_seals_the_kit_cannot_open_and_the_office_takes() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let mut office = office(folder.path());
    let names = [WORKING.to_string(), IDENTITIES.to_string()];
    let (made, _) = office.make_kit("North team", &names, Some("2999-12-31")).unwrap();
    let passphrase = Passphrase::new("six random words".into()).unwrap();
    fs::write(at("kit"), made.close(&passphrase, Work::Random).unwrap()).unwrap();
    let kit = Kit::open(&fs::read(at("kit")).unwrap(), &passphrase).unwrap();
    assert_eq!((&kit.origin, &kit.until, &kit.places), (&made.origin, &made.until, &made.places));
    assert!(Kit::open(&fs::read(at("kit")).unwrap(), &Passphrase::new("other".into()).unwrap()).is_err());

    fs::write(at("interview.txt"), "what the canary Qarluq said").unwrap();
    let capture = Capture { address: Some("W-7".into()), ..Capture::default() };
    for (i, compartment) in [None, Some(IDENTITIES)].into_iter().enumerate() {
        let out = at(&format!("{i}.bundle"));
        kit.seal(&[at("interview.txt")], compartment, &capture, &out, &at("kit.chain")).unwrap();
        assert!(!at(&format!("{i}.bundle.sealed")).exists());
        // No key in the kit opens an object of the bundle, and no word of it is in the clear.
        let keys = secrets_in(&kit.text());
        assert!(!keys.is_empty());
        let bytes = fs::read(&out).unwrap();
        assert!(!bytes.windows(6).any(|w| w == b"Qarluq" || w == b"interv"));
        let store = DiskStore::new(at("looted"));
        object::make_folders(&store).unwrap();
        let mut from = bytes.as_slice();
        let head = bundle::Head::read(&mut from).unwrap();
        assert_eq!(head.entries.len(), 2);
        for (entry, length) in &head.entries {
            let (object, rest) = from.split_at(*length as usize);
            fs::write(at("looted").join(object::path(&entry.object.0)), object).unwrap();
            from = rest;
            let keys: Vec<&SecretKey> = keys.iter().collect();
            let opened = object::open_item(&store, &entry.object.0, &keys, &mut io::sink());
            assert!(matches!(opened, Err(ObjectError::Closed(_))));
        }
        let taken = office.take_bundle(&out).unwrap();
        assert!(taken.entries.iter().all(|(_, fate)| *fate == Fate::Taken), "{taken:?}");
    }
    let items = view::evidence(office.index(), "item", u64::MAX).unwrap();
    let places: Vec<&str> = items.iter().map(|(row, _)| row.compartment.as_str()).collect();
    assert_eq!(places, [WORKING, IDENTITIES]);
    assert!(
        items
            .iter()
            .all(|(_, said)| matches!(said, Evidence::Item(item) if item.capture.address.as_deref() == Some("W-7")))
    );
    office.rebuild_view().unwrap();
    assert!(office.index().voids().unwrap().is_empty());
}

/// Every secret key in a text.
fn secrets_in(text: &str) -> Vec<SecretKey> {
    text.split_whitespace().filter_map(|word| SecretKey::parse(word).ok()).collect()
}

#[test]
fn a_kit_writes_nowhere_else_and_not_for_ever() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let mut office = office(folder.path());
    fs::write(at("a"), "a").unwrap();
    assert!(matches!(office.make_kit("N", &[REGISTER.to_string()], None), Err(KitError::Write(_))));
    assert!(matches!(office.make_kit("N", &[WORKING.to_string()], Some("2026-13-01")), Err(KitError::Day)));
    let seal = |kit: &Kit, compartment: Option<&str>, out: &str| {
        kit.seal(&[at("a")], compartment, &Capture::default(), &at(out), &at(&format!("{out}.chain")))
    };
    let (over, _) = office.make_kit("Over", &[WORKING.to_string()], Some("2001-01-01")).unwrap();
    assert!(matches!(seal(&over, None, "over"), Err(KitError::Over(_))));
    // A kit that lies about its last day is refused by the log's rules.
    let lying = Kit { until: None, ..over };
    seal(&lying, None, "lying").unwrap();
    let taken = office.take_bundle(&at("lying")).unwrap();
    let refused = taken.entries.iter().filter(|(_, fate)| matches!(fate, Fate::Refused(_))).count();
    assert_eq!((refused, taken.receipt.is_none()), (2, true), "the part, and the item it speaks of");

    let (mut kit, _) = office.make_kit("N", &[WORKING.to_string()], None).unwrap();
    assert!(matches!(seal(&kit, Some(IDENTITIES), "x"), Err(KitError::NoCompartment(_))));
    let place = &office.register().compartments[IDENTITIES];
    kit.places.push(Place { compartment: IDENTITIES.into(), epoch: 1, recipient: place.recipient().unwrap().clone() });
    seal(&kit, Some(IDENTITIES), "y").unwrap();
    assert!(office.take_bundle(&at("y")).unwrap().receipt.is_none());
}

#[test]
fn a_log_names_the_one_it_continues() {
    let folder = tempfile::tempdir().unwrap();
    let old = office(folder.path());
    let mut new = Case::found(&folder.path().join("new"), "Valleys", identity("Ada"), Opening::default()).unwrap();
    let note = old.ledger().note().to_string();
    let key = old.register().log_keys[0].parse().unwrap();
    let wrong = new.register().log_keys[0].parse().unwrap();
    assert!(matches!(new.continue_from(note.as_bytes(), Some(&wrong), "x"), Err(ContinueError::Checkpoint(_))));
    assert!(matches!(new.continue_from(b"x", None, "x"), Err(ContinueError::Checkpoint(_))));
    let own = new.ledger().note().to_string();
    assert!(matches!(new.continue_from(own.as_bytes(), None, "x"), Err(ContinueError::Itself)));
    new.continue_from(note.as_bytes(), Some(&key), "the disk was seized").unwrap();
    let said = new.register().continues.as_ref().unwrap();
    assert_eq!(
        (said.origin.as_str(), &said.checkpoint, said.reason.as_str()),
        (old.ledger().origin(), &note, "the disk was seized")
    );
    assert!(matches!(new.continue_from(note.as_bytes(), None, "x"), Err(ContinueError::Already(_))));
}

proptest! {
    #[test]
    fn any_text_is_a_kit_or_none(text: String, lines: Vec<String>) {
        let _ = Kit::parse(&text);
        let _ = Kit::parse(&format!("{TITLE}\norigin x\n{}\nidentity\n{text}", lines.join("\n")));
    }
}
