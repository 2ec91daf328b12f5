//! Do bytes come in once, come back as they were, leave only after the log knew it, and tell nothing to whom they are closed?

use super::chain::chain;
use super::collect::{CollectError, Collected, Collecting, collect};
use super::derive::{Derivation, derive};
use super::evidence::{Detail, Evidence, Leaving, Making};
use super::export::{ExportError, Leave, export};
use super::folder::{Case, Opening};
use super::founding::{IDENTITIES, STAFF, WORKING, keep_copies, seal_copy};
use super::governance::{Act, Holder, Role};
use super::ids::{Digest, MemberId, RecordId};
use super::part::REGISTER;
use super::runs::root_of_item;
use super::search::search;
use super::tests::identity;
use super::writer::{Change, entry};
use super::{items, view};
use crate::extract::{Examiner, Extracted, Fences, Limits, Part, Text};
use factum_log::entry::Kind;
use factum_vault::identity::Identity;
use factum_vault::index::Records;
use factum_vault::object::{self, Batch};
use std::collections::BTreeMap;
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A folder with a case in `case`, and its founder.
fn founded() -> (tempfile::TempDir, Case, Identity) {
    let folder = tempfile::tempdir().unwrap();
    let me = identity("Ada");
    let own = Identity::parse(&me.expose()).unwrap();
    let case = Case::found(&folder.path().join("case"), "Valleys", own, Opening::default()).unwrap();
    (folder, case, me)
}

/// A file to be collected.
fn file(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, bytes).unwrap();
    path
}

/// A child that swallows the file and answers this.
fn says(text: &str, metadata: &[(&str, &str)], media_type: &str) -> Examiner {
    let answer = Extracted {
        media_type: media_type.into(),
        encoding: None,
        disagreement: None,
        metadata: metadata.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect::<BTreeMap<_, _>>(),
        text: Some(Text { parts: vec![Part { page: None, text: text.into() }], complete: true }),
        notes: Vec::new(),
        fences: Fences::default(),
        version: "test".into(),
    };
    shell(&format!("/bin/cat >/dev/null\n/bin/cat <<'END'\n{}\nEND\n", serde_json::to_string(&answer).unwrap()))
}

fn shell(script: &str) -> Examiner {
    let limits = Limits { wait: Duration::from_secs(20), ..Limits::default() };
    Examiner::new("/bin/sh".into(), vec!["-c".into(), script.into()], limits)
}

fn into(compartment: &str, examiner: Option<Examiner>) -> Collecting {
    Collecting { examiner, ..Collecting::new(compartment) }
}

fn taken(case: &mut Case, paths: &[PathBuf], how: &Collecting) -> Collected {
    collect(case, paths, how, &mut |_| ControlFlow::Continue(())).unwrap()
}

fn leave() -> Leave {
    Leave { leaving: Leaving::Export, recipient: "the office".into(), purpose: "reading".into() }
}

fn bytes_of(case: &Case, item: RecordId) -> Vec<u8> {
    let held = items::find(case, &item.to_string()).unwrap();
    let mut bytes = Vec::new();
    items::read(case, &held.item, &mut bytes).unwrap();
    bytes
}

/// All files below a folder.
fn below(folder: &Path) -> Vec<PathBuf> {
    let mut left = vec![folder.to_path_buf()];
    let mut files = Vec::new();
    while let Some(path) = left.pop() {
        match fs::read_dir(&path) {
            Ok(entries) => left.extend(entries.flatten().map(|e| e.path())),
            Err(_) => files.push(path),
        }
    }
    files
}

fn holds(path: &Path, word: &str) -> bool {
    let bytes = fs::read(path).unwrap_or_default();
    bytes.windows(word.len()).any(|w| w == word.as_bytes()) || path.to_string_lossy().contains(word)
}

#[test]
fn bytes_come_back_as_they_were() {
    let (folder, mut case, _) = founded();
    let large: Vec<u8> = (0..3_000_000_u32).map(|i| (i / 7 % 251) as u8).collect();
    for bytes in [&b""[..], b"x", &large, &[0; 2_000]] {
        let path = file(folder.path(), &format!("in/{}", bytes.len()), bytes);
        let done = taken(&mut case, &[path], &into(WORKING, Some(shell("/bin/cat >/dev/null"))));
        assert_eq!((done.items.len(), done.transactions, done.bytes), (1, 1, bytes.len() as u64));
        let (item, _) = done.items[0];
        assert_eq!(bytes_of(&case, item), bytes);
        let out = folder.path().join(format!("out{}", bytes.len()));
        let held = items::find(&case, &item.to_string()[..8]).unwrap();
        let written = export(&mut case, std::slice::from_ref(&held), &out, &leave()).unwrap();
        assert_eq!(fs::read(&written[0]).unwrap(), bytes);
        let twice = export(&mut case, &[held], &out, &leave());
        assert!(matches!(twice, Err(ExportError::Exists(_))), "{twice:?}");
        assert_eq!(below(&out), written);
    }
}

#[test]
fn what_is_known_is_not_taken_twice() {
    let (folder, mut case, _) = founded();
    let paths: Vec<PathBuf> = (0..7).map(|i| file(folder.path(), &format!("in/{i}"), &[i; 100])).collect();
    let how = Collecting { files: 2, ..into(WORKING, None) };
    // Stopped after the third file: two are acknowledged with the first batch, one with the second.
    let mut seen = 0;
    let done = collect(&mut case, &[folder.path().join("in")], &how, &mut |progress| {
        seen = progress.files;
        if progress.files == 3 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    let done = done.unwrap();
    assert_eq!((done.stopped, done.items.len(), done.transactions, seen), (true, 3, 2, 3));
    let done = taken(&mut case, &[folder.path().join("in")], &how);
    assert_eq!((done.items.len(), done.already, done.again.len(), done.transactions), (4, 3, 0, 2));
    let again = taken(&mut case, &[folder.path().join("in")], &how);
    assert_eq!((again.items.len(), again.already, again.transactions), (0, 7, 0));

    // The same bytes under another name: the meeting is kept, not the bytes; within one run too.
    let copies =
        [file(folder.path(), "copy", &[3; 100]), file(folder.path(), "new", b"n"), file(folder.path(), "new2", b"n")];
    let objects = below(&folder.path().join("case/objects")).len();
    let done = taken(&mut case, &copies, &into(WORKING, None));
    assert_eq!((done.items.len(), done.again.len(), done.missed.len()), (1, 2, 0));
    // One item, a part that says what it is, one for the two meetings, and one of the staff's for each of the three files.
    assert_eq!(below(&folder.path().join("case/objects")).len(), objects + 6);
    assert_eq!(view::evidence(case.index(), "seen-again", u64::MAX).unwrap().len(), 2);
    assert_eq!(items::list(&case).unwrap().len(), 8);
    assert_eq!(taken(&mut case, &copies, &into(WORKING, None)).already, 3);
    // A changed file is another item.
    fs::write(&paths[0], [9; 100]).unwrap();
    assert_eq!(taken(&mut case, &paths, &how).items.len(), 1);
}

#[test]
fn what_cannot_be_read_or_looked_into_stops_nothing() {
    let (folder, mut case, _) = founded();
    let check = |case: &mut Case, name: &str, examiner: Examiner, why: &str| {
        let path = file(folder.path(), name, name.as_bytes());
        let done = taken(case, &[path], &into(WORKING, Some(examiner)));
        assert_eq!((done.items.len(), done.not_examined, done.missed.len()), (1, 1, 0), "{name}");
        let held = items::find(case, name).unwrap();
        assert_eq!(held.item.not_examined.as_deref(), Some(why));
        assert_eq!(held.item.media_type, "application/octet-stream");
        assert_eq!(bytes_of(case, held.item.item), name.as_bytes());
    };
    check(&mut case, "kills", shell("kill -9 $$"), "the reader was ended by signal 9");
    check(&mut case, "fails", shell("/bin/cat >/dev/null; exit 7"), "the reader failed with code 7");
    let nonsense = shell("/bin/cat >/dev/null; echo '{\"media_type\": 7}'");
    check(&mut case, "nonsense", nonsense, "the reader's answer cannot be understood");

    file(folder.path(), "in/good", b"good");
    #[cfg(unix)]
    std::os::unix::fs::symlink("/etc/hostname", folder.path().join("in/link")).unwrap();
    let paths = [folder.path().join("in"), folder.path().join("nowhere"), folder.path().join("case")];
    let done = taken(&mut case, &paths, &into(WORKING, None));
    assert_eq!(done.items.len(), 1);
    assert_eq!(done.items[0].1, "in/good");
    assert_eq!(done.missed.len(), 2 + usize::from(cfg!(unix)), "{:?}", done.missed);
}

#[test]
fn a_capture_names_its_address_and_the_staff_has_its_own_place() {
    let (folder, mut case, _) = founded();
    let metadata = [
        ("capture.first", "2025-01-02T03:04:05Z"),
        ("capture.001.address", "https://a.invalid/"),
        ("capture.addresses", "1"),
    ];
    let path = file(folder.path(), "site.warc", b"WARC/1.1");
    let how = Collecting {
        staff: vec![Detail::new("clock", "2 s fast")],
        notes: vec![Detail::new("crawler", "B")],
        ..into(WORKING, Some(says("words", &metadata, "application/warc")))
    };
    let done = taken(&mut case, std::slice::from_ref(&path), &how);
    assert!(done.names_collector);
    let item = items::find(&case, "site").unwrap().item;
    assert_eq!(item.capture.address.as_deref(), Some("https://a.invalid/"));
    assert_eq!(item.capture.captured.as_deref(), Some("2025-01-02T03:04:05Z"));
    assert_eq!(item.capture.context, [Detail::new("crawler", "B")]);
    assert!(item.embedded.contains(&Detail::new("capture.addresses", "1")));
    let said = view::evidence(case.index(), "collection", u64::MAX).unwrap();
    let [(row, Evidence::Collection { item: of, collector, details })] = &said[..] else { panic!("{said:?}") };
    assert_eq!((row.compartment.as_str(), *of, collector.as_str()), (STAFF, item.item, "Ada"));
    assert!(details.contains(&Detail::new("clock", "2 s fast")));
    let real = path.canonicalize().unwrap();
    assert!(details.contains(&Detail::new("path", real.to_string_lossy())));
}

#[test]
fn the_log_knows_of_a_release_before_there_are_bytes() {
    let (folder, mut case, _) = founded();
    let path = file(folder.path(), "letter", b"letter");
    taken(&mut case, std::slice::from_ref(&path), &into(WORKING, None));
    let held = items::find(&case, "letter").unwrap();
    let releases = |case: &Case| view::evidence(case.index(), "release", u64::MAX).unwrap().len();
    // A folder in the place of which there is a file cannot be made.
    let refused = export(&mut case, std::slice::from_ref(&held), &path.join("out"), &leave());
    assert!(matches!(refused, Err(ExportError::Output { .. })), "{refused:?}");
    assert_eq!(releases(&case), 1);
    // Inside the case nothing opened may lie, and that is no release.
    for inside in ["case", "case/view/new"] {
        let refused = export(&mut case, std::slice::from_ref(&held), &folder.path().join(inside), &leave());
        assert!(matches!(refused, Err(ExportError::Inside(_))), "{refused:?}");
    }
    assert_eq!(releases(&case), 1);
    // An object that is gone is told, and is no release either.
    let object = folder.path().join("case").join(object::path(&held.item.object.0));
    fs::remove_file(object).unwrap();
    let out = folder.path().join("out");
    assert!(matches!(export(&mut case, &[held], &out, &leave()), Err(ExportError::Item(items::ItemError::Gone(_)))));
    assert_eq!(releases(&case), 1);
    assert!(!out.exists());
}

#[test]
fn what_was_made_names_its_parent() {
    let (folder, mut case, _) = founded();
    let path = file(folder.path(), "recording", b"sounds");
    taken(&mut case, &[path], &into(WORKING, None));
    let parent = items::find(&case, "recording").unwrap();
    let how = Derivation {
        making: Making::Transcript,
        maker: Some("B. Scribe".into()),
        tool: "by hand".into(),
        language: Some("ug".into()),
        reviewer: None,
    };
    let path = file(folder.path(), "words.txt", b"words");
    let made = derive(&mut case, &parent, &path, &how, None).unwrap();
    assert_eq!(bytes_of(&case, made), b"words");
    let held = items::find(&case, &made.to_string()).unwrap();
    let expected = items::Made { parent: parent.item.item, making: Making::Transcript, language: Some("ug".into()) };
    assert_eq!(held.made, Some(expected));
    assert_eq!(held.compartment, parent.compartment);
}

#[test]
fn an_item_is_meant_by_its_number_or_its_name() {
    let (folder, mut case, _) = founded();
    for (name, bytes) in [("box/a.txt", b"1"), ("box/ab.txt", b"2"), ("bag/a.txt", b"3")] {
        file(folder.path(), name, bytes);
    }
    taken(&mut case, &[folder.path().join("box"), folder.path().join("bag")], &into(WORKING, None));
    let check = |meant: &str, expected: Result<&str, usize>| {
        let found = match items::find(&case, meant) {
            Ok(held) => Ok(held.item.name),
            Err(items::ItemError::Several { count, .. }) => Err(count),
            Err(_) => Err(0),
        };
        assert_eq!(found, expected.map(String::from), "{meant:?}");
    };
    check("ab.txt", Ok("box/ab.txt"));
    check("box/a.txt", Ok("box/a.txt"));
    check("a.txt", Err(2));
    check("bag", Ok("bag/a.txt"));
    check("box", Err(2));
    check("zzz", Err(0));
    check("", Err(0));
    for held in items::list(&case).unwrap() {
        check(&items::short(&held.item.item), Ok(&held.item.name));
    }
}

#[test]
fn an_item_that_was_sealed_again_is_the_same_item() {
    let (folder, mut case, _) = founded();
    let path = file(folder.path(), "letter", b"letter");
    taken(&mut case, &[path], &into(WORKING, None));
    let held = items::find(&case, "letter").unwrap();
    let old = held.item.object;
    let store = case.store.clone();
    let key = case.register().compartments[WORKING].recipient().unwrap().clone();
    let reseal = |case: &mut Case, old: Digest, number: [u8; 16]| {
        let mut batch = Batch::new(&*store);
        let (sealed, trailer) = batch.item(&b"letter"[..], number, &key, |_| ()).unwrap();
        let root = root_of_item(case.ledger().origin(), &trailer).unwrap();
        let mut change = Change::new("reseal", "An object is sealed again");
        change.entries.push(entry(Kind::Resealed, sealed.object, root));
        change.say(REGISTER, &Act::Reseal { old, new: Digest(sealed.object) }).unwrap();
        case.transact(change, batch).unwrap();
        fs::remove_file(folder.path().join("case").join(object::path(&old.0))).unwrap();
        Digest(sealed.object)
    };
    let newer = reseal(&mut case, old, held.item.item.0);
    let newest = reseal(&mut case, newer, held.item.item.0);
    assert_eq!(items::present(&case, &held.item).unwrap(), newest);
    assert_eq!(bytes_of(&case, held.item.item), b"letter");
    let told = chain(&case, &held, None).unwrap();
    let acts: Vec<_> = told.events.iter().map(|e| e.act).collect();
    assert_eq!(acts, ["collected", "sealed again", "sealed again"]);
    // Another item's bytes in its place are told.
    reseal(&mut case, newest, [7; 16]);
    let read = items::read(&case, &held.item, &mut Vec::new());
    assert!(matches!(read, Err(items::ItemError::Exchanged(_))), "{read:?}");
}

#[test]
fn names_are_found_in_every_script() {
    let (folder, mut case, _) = founded();
    let text = "Witness Ли Ян met 王伟 and لمى near غۇلجا; Jo Wu wrote it down. Свидетель: Юй. 张三丰 said نور";
    let path = file(folder.path(), "证人李娜.txt", b"x");
    taken(&mut case, &[path], &into(WORKING, Some(says(text, &[], "text/plain"))));
    let check = |words: &str, expected: usize| {
        let found = search(&case, words, None, 10).unwrap();
        assert_eq!(found.iter().filter(|f| f.kind == "item").count(), expected, "{words}");
        assert!(search(&case, words, Some(IDENTITIES), 10).unwrap().is_empty());
    };
    ["王伟", "李娜", "三丰", "لمى", "نور", "غۇلجا", "Ян", "юй", "wu", "jo", "WITNESS"].iter().for_each(|w| check(w, 1));
    ["伟王", "لمس", "Яна", "woo", ""].iter().for_each(|w| check(w, 0));
    let found = search(&case, "王伟", None, 1).unwrap();
    assert!(found[0].excerpt.as_deref().unwrap().contains("met 王伟 and"));
}

#[test]
fn a_closed_compartment_leaves_no_word_in_a_view() {
    const CANARY: &str = "Zhurvanqel";
    let (folder, mut case, me) = founded();
    let bo = identity("Bo");
    admit(&mut case, &bo, Role::Investigator, &[REGISTER, WORKING]);
    let text = format!("The source is {CANARY}");
    let secret = file(folder.path(), &format!("{CANARY}.txt"), text.as_bytes());
    let open = file(folder.path(), "open.txt", b"open");
    taken(&mut case, &[secret], &into(IDENTITIES, Some(says(&text, &[], "text/plain"))));
    taken(&mut case, &[open], &into(WORKING, Some(says("Everybody may know Orvelin", &[], "text/plain"))));
    drop(case);

    let check = |who: &Identity, word: &str, expected: bool| {
        let own = Identity::parse(&who.expose()).unwrap();
        let case = Case::open(&folder.path().join("case"), own, Opening::default()).unwrap();
        assert_eq!(!search(&case, word, None, 10).unwrap().is_empty(), expected, "{word}");
        let rows = case.index().records(Records::All).unwrap();
        assert_eq!(rows.iter().any(|row| row.body.contains(word)), expected, "{word}");
        assert_eq!(items::find(&case, word).is_ok(), expected && word == CANARY);
    };
    check(&me, CANARY, true);
    check(&bo, CANARY, false);
    check(&me, "Orvelin", true);
    check(&bo, "Orvelin", true);
    for view in below(&folder.path().join("case/view")) {
        assert!(!holds(&view, CANARY) && !holds(&view, "Orvelin"), "{}", view.display());
    }
}

#[test]
fn who_may_not_collect_is_told_before_anything_is_read() {
    let (folder, mut case, _) = founded();
    let path = file(folder.path(), "letter", b"letter");
    taken(&mut case, std::slice::from_ref(&path), &into(WORKING, None));
    let (bo, cy) = (identity("Bo"), identity("Cy"));
    let first = [REGISTER, "writers", WORKING];
    admit(&mut case, &bo, Role::Analyst, &first);
    admit(&mut case, &cy, Role::Investigator, &first);
    drop(case);
    let opened = |who: &Identity| {
        let own = Identity::parse(&who.expose()).unwrap();
        Case::open(&folder.path().join("case"), own, Opening::default()).unwrap()
    };
    let go_on = &mut |_: &super::collect::Progress| ControlFlow::Continue(());
    let mut of_bo = opened(&bo);
    let refused = collect(&mut of_bo, std::slice::from_ref(&path), &into(WORKING, None), go_on);
    assert!(matches!(refused, Err(CollectError::Role { needed: "investigator" })), "{refused:?}");
    let held = items::find(&of_bo, "letter").unwrap();
    let refused = export(&mut of_bo, &[held], &folder.path().join("out"), &leave());
    assert!(matches!(refused, Err(ExportError::Log(CollectError::Role { .. }))), "{refused:?}");
    drop(of_bo);
    let mut of_cy = opened(&cy);
    let refused = collect(&mut of_cy, std::slice::from_ref(&path), &into(IDENTITIES, None), go_on);
    assert!(matches!(refused, Err(CollectError::Closed(_))), "{refused:?}");
    // To whom the compartment of staff is closed, what was collected says nothing of it.
    let other = file(folder.path(), "other", b"other");
    let done = taken(&mut of_cy, &[path, other], &into(WORKING, None));
    assert_eq!((done.items.len(), done.already, done.names_collector), (1, 1, false));
}

/// Makes somebody a member to whom some compartments are open.
fn admit(case: &mut Case, who: &Identity, role: Role, compartments: &[&str]) {
    let store = case.store.clone();
    let mut batch = Batch::new(&*store);
    let mut change = Change::new("member add", "Somebody comes");
    let card = who.card();
    let member = MemberId(*who.member().as_bytes());
    let said = Act::Member { name: card.name().to_string(), card: card.text(), role };
    change.say(REGISTER, &said).unwrap();
    let mut wraps = Vec::new();
    for name in compartments {
        let secret = case.keyring().get(name, 1).unwrap();
        let origin = case.ledger().origin();
        let (wrap, access) =
            seal_copy(&mut batch, origin, (name, 1), Holder::Member(member), card.recipient(), secret).unwrap();
        wraps.push(Digest(wrap.object.0));
        change.entries.push(wrap);
        change.say(REGISTER, &access).unwrap();
    }
    case.transact(change, batch).unwrap();
    keep_copies(&*store, &wraps).unwrap();
}

#[test]
fn evidence_is_nowhere_in_plain() {
    const CANARY: &str = "Quorbiselth";
    let began = std::time::SystemTime::now();
    let (folder, mut case, _) = founded();
    let text = format!("{CANARY} was there");
    let path = file(folder.path(), &format!("in/{CANARY}.txt"), text.as_bytes());
    let how = Collecting {
        address: Some(CANARY.into()),
        ..into(WORKING, Some(says(&text, &[("pdf.title", CANARY)], "text/plain")))
    };
    taken(&mut case, &[path], &how);
    assert_eq!(search(&case, CANARY, None, 10).unwrap().iter().filter(|f| f.kind == "item").count(), 1);
    let held = items::find(&case, CANARY).unwrap();
    let out = folder.path().join("out");
    export(&mut case, &[held], &out, &leave()).unwrap();
    let inside = below(&folder.path().join("case"));
    assert!(inside.len() > 10);
    for path in inside {
        assert!(!holds(&path, CANARY), "{}", path.display());
    }
    // What came into the system's folder for temporary files meanwhile, but for what this test put there.
    let fresh = |path: &Path| path.symlink_metadata().and_then(|m| m.modified()).is_ok_and(|t| t >= began);
    let own = folder.path().canonicalize().unwrap();
    for entry in fs::read_dir(std::env::temp_dir()).unwrap().flatten() {
        let path = entry.path();
        if path.is_file() && fresh(&path) && !path.starts_with(&own) {
            assert!(!holds(&path, CANARY), "{}", path.display());
        }
    }
}
