//! Do `age` and `sha256sum` read our objects, and do we read theirs, for ever?

use factum_vault::keys::SecretKey;
use factum_vault::object::{self, Batch, ObjectError, Sha};
use factum_vault::padme::padded;
use factum_vault::store::{DiskStore, Store};
use proptest::prelude::*;
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

fn vectors() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../spec/vectors/objects")
}

fn text(name: &str) -> String {
    std::fs::read_to_string(vectors().join(name)).unwrap()
}

fn published_key() -> SecretKey {
    SecretKey::parse(text("key.txt").lines().find(|line| !line.starts_with('#')).unwrap()).unwrap()
}

fn digest(bytes: &[u8]) -> String {
    object::hex(&Sha256::digest(bytes))
}

#[test]
fn lengths_are_padded_as_the_vectors_say() {
    for line in text("padme.txt").lines() {
        let numbers: Vec<u64> = line.split(' ').map(|number| number.parse().unwrap()).collect();
        assert_eq!(padded(numbers[0], numbers[1]), numbers[2], "{line}");
    }
}

#[test]
fn objects_sealed_by_stock_age_are_read_or_refused_as_the_vectors_say() {
    let (store, key) = (DiskStore::new(vectors()), published_key());
    for line in text("list.txt").lines() {
        let (name, what) = line.split_once(' ').unwrap();
        let (kind, rest) = what.split_once(' ').unwrap();
        let object: Sha = object::unhex(name).unwrap();
        object::check(&store, &object).unwrap();
        let mut content = Vec::new();
        let item = object::open_item(&store, &object, &[&key], &mut content);
        match kind {
            "item" => {
                let (trailer, _) = item.unwrap();
                assert_eq!(digest(&content), rest);
                assert_eq!((trailer.length, object::hex(&trailer.sha256)), (content.len() as u64, rest.to_string()));
                assert_eq!(object::hex(&trailer.record), "000102030405060708090a0b0c0d0e0f");
            }
            "text" => {
                assert_eq!(digest(&object::open_text(&store, &object, &[&key]).unwrap().0), rest);
                assert!(matches!(item, Err(ObjectError::Content(..))));
            }
            "refused" => assert!(matches!(item, Err(ObjectError::Content(..))), "{line}"),
            other => panic!("the list has a kind {other}"),
        }
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
fn stock_age_and_sha256sum_read_what_we_sealed() {
    if !there("age") || !there("sha256sum") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let store = DiskStore::new(folder.path());
    object::make_folders(&store).unwrap();
    let key = published_key();
    let content: Vec<u8> = (0_u32..50_000).flat_map(u32::to_le_bytes).collect();
    let mut batch = Batch::new(&store);
    let (sealed, _) = batch.item(content.as_slice(), [9; 16], &key.recipient(), |_| ()).unwrap();
    let said = batch.text("factum transaction 1\n", &key.recipient()).unwrap();
    batch.finish().unwrap();

    let run = |command: &mut Command| {
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    };
    let opened = |object: &Sha| {
        let file = folder.path().join(object::path(object));
        let sum = String::from_utf8(run(Command::new("sha256sum").arg(&file))).unwrap();
        assert!(sum.starts_with(&object::hex(object)));
        run(Command::new("age").arg("-d").arg("-i").arg(vectors().join("key.txt")).arg(&file))
    };
    let plain = opened(&sealed.object);
    assert_eq!(plain.len() as u64, padded(content.len() as u64 + 256, 1024));
    assert!(plain.starts_with(&content));
    let trailer = String::from_utf8(plain[plain.len() - 256..].to_vec()).unwrap();
    assert!(trailer.starts_with("factum item 1\nrecord 09090909090909090909090909090909\nsalt "));
    let rest = format!("\nlength {}\nsha256 {}\n", content.len(), digest(&content));
    assert_eq!(trailer.trim_end_matches('\n'), trailer.split(&rest).next().unwrap().to_string() + rest.trim_end());
    let plain = opened(&said);
    assert!(plain.starts_with(b"factum transaction 1\n") && plain.len() == 4096);
    assert!(plain[21..].iter().all(|byte| *byte == b'\n'));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever lies under a right name, reading it is an error and no panic.
    #[test]
    fn arbitrary_files_are_refused(bytes in proptest::collection::vec(any::<u8>(), 0..3000), age: bool) {
        let mut file = if age { b"age-encryption.org/v1\n-> X25519 ".to_vec() } else { Vec::new() };
        file.extend(bytes);
        let folder = tempfile::tempdir().unwrap();
        let store = DiskStore::new(folder.path());
        let object: Sha = Sha256::digest(&file).into();
        store.create_folder(&object::path(&object)[..10]).unwrap();
        std::fs::write(folder.path().join(object::path(&object)), &file).unwrap();
        let key = published_key();
        prop_assert!(object::open_text(&store, &object, &[&key]).is_err());
        prop_assert!(object::open_item(&store, &object, &[&key], &mut Vec::new()).is_err());
        object::check(&store, &object).unwrap();
    }
}
