//! Do keys, cards, notes and shares read as `spec/keys.md` says, and does stock `age` agree?
//!
//! The vectors were made once by another implementation of the specification (and the identity file by stock `age -p`); all keys
//! in them are published and protect nothing.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use factum_vault::card::{Card, Fingerprint, Name};
use factum_vault::identity::Identity;
use factum_vault::keys::SecretKey;
use factum_vault::note::{LogKey, NoteSignature, QuantumWitnessKey, WitnessKey};
use factum_vault::passphrase::{Passphrase, Work};
use factum_vault::sharing::{Share, join};

const PASSPHRASE: &str = "correct horse battery staple";

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../spec/vectors/keys").join(name)
}

fn text(name: &str) -> String {
    std::fs::read_to_string(path(name)).unwrap()
}

fn passphrase() -> Passphrase {
    Passphrase::new(PASSPHRASE.to_owned()).unwrap()
}

#[test]
fn the_identity_and_its_card() {
    let plain = text("identity.txt");
    let identity = Identity::parse(&plain).unwrap();
    assert_eq!(*identity.expose(), plain);
    assert_eq!(identity.card().text(), text("card.txt"));
    let card = Card::parse(&text("card.txt")).unwrap();
    let derived = text("derived.txt");
    let line = |name: &str| derived.lines().find_map(|line| line.strip_prefix(name)).unwrap().to_owned();
    assert_eq!(card.member().to_string(), line("member "));
    assert_eq!(identity.member(), card.member());
    assert_eq!(card.fingerprint().to_string(), line("fingerprint "));
    assert_eq!(Fingerprint::parse(&line("fingerprint ")), Ok(card.fingerprint()));
}

#[test]
fn the_identity_file_that_stock_age_closed() {
    let file = std::fs::read(path("identity.age")).unwrap();
    assert_eq!(*Identity::open(&file, &passphrase()).unwrap().expose(), text("identity.txt"));
}

#[test]
fn the_notes() {
    let keys = text("note-keys.txt");
    let [log, log_public, witness, witness_public, quantum, quantum_public] = keys.lines().collect::<Vec<_>>()[..]
    else {
        panic!("six lines")
    };
    let (log, witness) = (LogKey::parse(log).unwrap(), WitnessKey::parse(witness).unwrap());
    assert_eq!(log.vkey(), log_public);
    assert_eq!(witness.vkey(), witness_public);
    assert_eq!(QuantumWitnessKey::parse(quantum).unwrap().vkey(), quantum_public);

    let checkpoint = text("checkpoint.txt");
    let (body, signatures) = checkpoint.split_once("\n\n").unwrap();
    let body = format!("{body}\n");
    let message = format!("cosignature/v1\ntime 1679315147\n{body}");
    let made = [log.sign(body.as_bytes()), witness.sign(message.as_bytes(), 1_679_315_147)];
    assert_eq!(made.iter().map(NoteSignature::line).collect::<String>(), signatures);
}

#[test]
fn the_shares() {
    let shares: Vec<Share> = (1..=5).map(|index| Share::parse(&text(&format!("share-{index}.txt"))).unwrap()).collect();
    let identity = Identity::parse(&text("identity.txt")).unwrap();
    for choice in [&shares[..3], &shares[1..4], &shares[2..], &shares[..]] {
        let joined = join(choice).unwrap();
        assert_eq!(*joined.key.expose(), *identity.encryption().expose());
        assert_eq!(joined.faults, []);
    }
    for (index, share) in (1..).zip(&shares) {
        assert_eq!(*share.text(), text(&format!("share-{index}.txt")));
    }
}

/// Whether `program` can be started; says so on a line of its own when it cannot.
fn there(program: &str) -> bool {
    let found = Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok();
    if !found {
        println!("test skipped: no {program} on this machine");
    }
    found
}

#[test]
fn stock_age_seals_to_our_recipient_and_opens_with_our_key() {
    if !there("age") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let (key_file, sealed, opened) =
        (folder.path().join("key"), folder.path().join("sealed"), folder.path().join("opened"));
    let key = SecretKey::generate().unwrap();
    std::fs::write(&key_file, key.expose().as_bytes()).unwrap();
    let run = |command: &mut Command| assert!(command.status().unwrap().success());
    run(Command::new("age").args(["-r", key.recipient().as_str(), "-o"]).arg(&sealed).arg(path("card.txt")));
    run(Command::new("age").arg("-d").arg("-i").arg(&key_file).arg("-o").arg(&opened).arg(&sealed));
    assert_eq!(std::fs::read(&opened).unwrap(), text("card.txt").into_bytes());
}

/// Stock `age -d` asks for the passphrase on a terminal only, so `script` lends it one.
#[test]
fn stock_age_opens_an_identity_file_of_ours() {
    if cfg!(not(target_os = "linux")) || !there("age") || !there("script") {
        println!("test skipped: needs age and Linux's script");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let identity = Identity::generate(Name::new("Test").unwrap(), "2026-11-27T01:00:00Z").unwrap();
    std::fs::write(folder.path().join("identity.age"), identity.close(&passphrase(), Work::Random).unwrap()).unwrap();
    let mut terminal = Command::new("script")
        .args(["-qec", "age -d -o plain identity.age", "/dev/null"])
        .current_dir(folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    // The terminal's end must stay open until age has ended, or it reads an end of file instead of a line.
    let mut keyboard = terminal.stdin.take().unwrap();
    keyboard.write_all(format!("{PASSPHRASE}\n").as_bytes()).unwrap();
    assert!(terminal.wait().unwrap().success());
    drop(keyboard);
    assert_eq!(std::fs::read_to_string(folder.path().join("plain")).unwrap(), *identity.expose());
}
