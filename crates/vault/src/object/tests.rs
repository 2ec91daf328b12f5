//! Does an object come back as it was, and is every change to it found?

use super::*;
use crate::store::DiskStore;
use proptest::prelude::*;

fn folder() -> (tempfile::TempDir, DiskStore) {
    let folder = tempfile::tempdir().unwrap();
    let store = DiskStore::new(folder.path());
    make_folders(&store).unwrap();
    (folder, store)
}

fn sealed(store: &DiskStore, content: &[u8], key: &SecretKey) -> Sealed {
    let mut batch = Batch::new(store);
    let (sealed, _) = batch.item(content, [7; 16], &key.recipient(), |_| ()).unwrap();
    batch.finish().unwrap();
    sealed
}

fn opened(store: &DiskStore, object: &Sha, key: &SecretKey) -> Result<Vec<u8>, ObjectError> {
    let mut bytes = Vec::new();
    open_item(store, object, &[key], &mut bytes).map(|_| bytes)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn an_item_comes_back_as_it_was(length in 0_usize..3_000_000, seed: u8) {
        let (_folder, store) = folder();
        let key = SecretKey::generate().unwrap();
        let content: Vec<u8> = (0..length).map(|i| if i % 300_000 < 90_000 { 0 } else { (i as u8).wrapping_add(seed) }).collect();
        let object = sealed(&store, &content, &key);
        prop_assert_eq!(object.length, length as u64);
        let expected: Sha = Sha256::digest(&content).into();
        prop_assert_eq!(object.sha256, expected);
        prop_assert_eq!(opened(&store, &object.object, &key).unwrap(), content);
        let inside = padded(length as u64 + TRAILER as u64, LEAST_ITEM);
        let outside = store.length(&path(&object.object)).unwrap().unwrap();
        // age adds a header of one recipient and one of random length that means nothing, a nonce, and a tag for each 64 KiB.
        prop_assert!(outside > inside && outside < inside + 600 + 16 * (inside / 65_536 + 1));
    }
}

#[test]
fn the_key_that_fits_is_named() {
    let (_folder, store) = folder();
    let keys: Vec<SecretKey> = (0..3).map(|_| SecretKey::generate().unwrap()).collect();
    let mut batch = Batch::new(&store);
    let object = batch.text("said\n", &keys[1].recipient()).unwrap();
    batch.finish().unwrap();
    let all: Vec<&SecretKey> = keys.iter().collect();
    let (text, key) = open_text(&store, &object, &all).unwrap();
    assert_eq!((key, text.len()), (1, 4096));
    assert!(text.starts_with(b"said\n\n"));
    let others = [&keys[0], &keys[2]];
    assert!(matches!(open_text(&store, &object, &others), Err(ObjectError::Closed(_))));
    check(&store, &object).unwrap();
}

#[test]
fn what_is_sealed_again_says_the_same_to_other_keys() {
    let (_folder, store) = folder();
    let keys: Vec<SecretKey> = (0..2).map(|_| SecretKey::generate().unwrap()).collect();
    let old = sealed(&store, b"content", &keys[0]).object;
    let mut batch = Batch::new(&store);
    let new = batch.again(&old, &[&keys[0]], &keys[1].recipient()).unwrap();
    assert!(matches!(batch.again(&old, &[&keys[1]], &keys[1].recipient()), Err(ObjectError::Closed(_))));
    batch.finish().unwrap();
    assert_eq!(opened(&store, &new, &keys[1]).unwrap(), b"content");
    let trailer = |object, key| open_item(&store, object, &[key], &mut io::sink()).unwrap().0;
    assert!(trailer(&old, &keys[0]) == trailer(&new, &keys[1]));
    let fits = |object, key| is_open_to(&store, object, &[key]).unwrap();
    assert_eq!([fits(&old, &keys[0]), fits(&old, &keys[1]), fits(&new, &keys[1])], [true, false, true]);
    assert!(!fits(&[0; 32], &keys[1]));
    assert_eq!(store.files(FOLDER).unwrap(), [""; 0]);
}

#[test]
fn every_changed_byte_is_found() {
    let (folder, store) = folder();
    let key = SecretKey::generate().unwrap();
    let object = sealed(&store, b"content", &key).object;
    let file = folder.path().join(path(&object));
    let bytes = std::fs::read(&file).unwrap();
    for at in (0..bytes.len()).step_by(7) {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        std::fs::write(&file, &changed).unwrap();
        assert!(matches!(opened(&store, &object, &key), Err(ObjectError::Altered(_))), "byte {at}");
        assert!(matches!(super::check(&store, &object), Err(ObjectError::Altered(_))), "byte {at}");
        std::fs::write(&file, &bytes[..at]).unwrap();
        assert!(matches!(opened(&store, &object, &key), Err(ObjectError::Altered(_))), "cut at {at}");
    }
    std::fs::remove_file(&file).unwrap();
    assert!(matches!(super::check(&store, &object), Err(ObjectError::Missing(_))));
}

#[test]
fn a_source_that_breaks_off_leaves_nothing() {
    struct Breaks(usize);
    impl Read for Breaks {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.0 = self.0.checked_sub(1).ok_or(io::Error::other("gone"))?;
            Ok(buffer.len())
        }
    }
    let (_folder, store) = folder();
    let key = SecretKey::generate().unwrap();
    let mut batch = Batch::new(&store);
    let outcome = batch.item(Breaks(40), [1; 16], &key.recipient(), |_| ());
    assert!(matches!(outcome, Err(ObjectError::Source(_))));
    batch.finish().unwrap();
    assert!(store.files(FOLDER).unwrap().is_empty());
}

#[test]
fn objects_tell_nothing_by_their_times_or_names() {
    let (folder, store) = folder();
    let key = SecretKey::generate().unwrap();
    let (one, two) = (sealed(&store, b"same", &key), sealed(&store, b"same", &key));
    assert_ne!(one.object, two.object);
    let times = std::fs::metadata(folder.path().join(path(&one.object))).unwrap().modified().unwrap();
    assert_eq!(times.duration_since(std::time::UNIX_EPOCH).unwrap().as_secs(), 315_532_800);
}

#[test]
fn more_than_a_batch_holds_is_written_all_the_same() {
    let (_folder, store) = folder();
    let key = SecretKey::generate().unwrap();
    let mut batch = Batch::new(&store);
    let objects: Vec<Sha> =
        (0..LARGEST_BATCH + 20).map(|i| batch.text(&format!("{i}\n"), &key.recipient()).unwrap()).collect();
    batch.finish().unwrap();
    objects.iter().for_each(|object| super::check(&store, object).unwrap());
}
