//! Does the tree have the roots, proofs and files that RFC 9162 and C2SP tlog-tiles demand, and is damage found?

use ct_merkle::mem_backed_tree::MemoryBackedTree;
use factum_log::hash::Hash;
use factum_log::reader::Reader;
use factum_log::source::ReadError;
use factum_log::tile::{self, Place};
use factum_log::tree::{Growth, Tree};
use factum_log::{audit, bundle, proof};
use proptest::prelude::*;
use sha2::Sha256;
use std::collections::BTreeMap;

type Files = BTreeMap<String, Vec<u8>>;

fn entry(number: u64) -> Vec<u8> {
    format!("entry {number}").into_bytes()
}

fn keep(files: &mut Files, growth: Growth) {
    for file in growth.bundles.into_iter().chain(growth.tiles) {
        files.insert(file.place.to_string(), file.bytes);
    }
    for folder in growth.obsolete {
        files.retain(|path, _| !path.starts_with(&format!("{folder}/")));
    }
}

fn grow(batches: &[u64]) -> (Tree, Files) {
    let (mut tree, mut files) = (Tree::new(), Files::new());
    for batch in batches {
        let entries: Vec<Vec<u8>> = (tree.size()..tree.size() + batch).map(entry).collect();
        keep(&mut files, tree.append(&entries).expect("short entries"));
    }
    (tree, files)
}

fn oracle(size: u64) -> MemoryBackedTree<Sha256, Vec<u8>> {
    let mut oracle = MemoryBackedTree::new();
    (0..size).for_each(|number| oracle.push(entry(number)));
    oracle
}

fn oracle_root(size: u64) -> [u8; 32] {
    (*oracle(size).root().as_bytes()).into()
}

/// The eight leaves on which implementations of RFC 6962 are compared, and the roots over the first one, two, ... of them.
#[test]
fn the_known_leaves_have_the_known_roots() {
    let leaves = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
    let roots = [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];
    let bytes = |hex: &str| -> Vec<u8> {
        (0..hex.len() / 2).map(|i| u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).expect("hex")).collect()
    };
    let hashes: Vec<Hash> = leaves.iter().map(|leaf| Hash::leaf(&bytes(leaf))).collect();
    for (count, root) in (1..).zip(roots) {
        assert_eq!(proof::root(&hashes[..count]).to_string(), root, "{count} leaves");
    }
}

#[test]
fn a_log_of_70_000_entries_has_the_tiles_of_the_specification() {
    let widths =
        |level| tile::tiles(70_000).filter(move |p| p.content == tile::Content::Hashes(level)).map(|p| p.width);
    assert_eq!(widths(0).filter(|width| *width == 256).count(), 273);
    assert_eq!(widths(0).last(), Some(112));
    assert_eq!(widths(1).collect::<Vec<_>>(), [256, 17]);
    assert_eq!(widths(2).collect::<Vec<_>>(), [1]);
    assert_eq!(tile::tiles(256).map(|place| place.to_string()).collect::<Vec<_>>(), ["tile/0/000", "tile/1/000.p/1"]);
    let far = Place { content: tile::Content::Entries, index: 1_234_067, width: 7 };
    assert_eq!(far.to_string(), "tile/entries/x001/x234/067.p/7");
    assert_eq!("tile/entries/x001/x234/067.p/7".parse(), Ok(far));
}

#[test]
fn damage_is_named_by_its_place() {
    let check = |path: &str, change: &dyn Fn(&mut Vec<u8>), entries_hold: bool, named: &[&str]| {
        let (tree, mut files) = grow(&[600]);
        change(files.get_mut(path).expect("a file of the log"));
        let audit = audit::run(&files, tree.size(), tree.root(), |_, _| ());
        assert_eq!(audit.entries_hold, entries_hold, "{path}");
        let found: Vec<String> = audit.faults.iter().map(ToString::to_string).collect();
        assert_eq!(found.len(), named.len(), "{found:?}");
        named.iter().zip(&found).for_each(|(named, found)| assert!(found.contains(named), "{found}"));
    };
    let flip = |bytes: &mut Vec<u8>| bytes[40] ^= 1;
    let cut = |bytes: &mut Vec<u8>| bytes.truncate(41);
    check("tile/entries/001", &flip, false, &["tile/entries/001"]);
    check("tile/entries/002.p/88", &cut, false, &["tile/entries/002.p/88"]);
    check("tile/0/001", &flip, true, &["tile/0/001"]);
    check("tile/0/002.p/88", &cut, true, &["tile/0/002.p/88"]);
    check("tile/1/000.p/2", &flip, true, &["tile/1/000.p/2"]);
    check("tile/0/001", &|_| (), true, &[]);
}

#[test]
fn a_size_that_no_disk_holds_is_not_walked_to_its_end() {
    let (tree, files) = grow(&[600]);
    let check = |size: u64, unfinished: bool| {
        let audit = audit::run(&files, size, tree.root(), |_, _| ());
        assert_eq!((audit.entries_hold, audit.unfinished), (false, unfinished), "{size}");
        assert!((1..1100).contains(&audit.faults.len()), "{size}: {}", audit.faults.len());
    };
    check(601, false);
    check(100_000, false);
    check(1 << 30, true);
    check((1 << 40) - 1, true);
    check(1 << 40, true);
    check(u64::MAX, false);
}

#[test]
fn missing_files_are_named_and_a_full_tile_stands_for_a_partial_one() {
    let (tree, mut files) = grow(&[600]);
    files.remove("tile/0/001");
    let audit = audit::run(&files, 600, tree.root(), |_, _| ());
    assert!(audit.entries_hold);
    assert!(matches!(audit.faults[..], [ReadError::Missing(place)] if place.to_string() == "tile/0/001"));
    let (old, _) = grow(&[300]);
    let (_, files) = grow(&[300, 300]);
    assert!(!files.contains_key("tile/0/001.p/44"), "removed once full");
    let mut reader = Reader::new(&files, 300, old.root()).expect("the old head is readable");
    assert_eq!(reader.entry(299).expect("the last"), entry(299));
    assert!(reader.entry(300).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_batches_give_the_same_log_and_the_oracles_root(batches in prop::collection::vec(0_u64..300, 0..5)) {
        let (tree, files) = grow(&batches);
        let size: u64 = batches.iter().sum();
        prop_assert_eq!(tree.size(), size);
        prop_assert_eq!(tree.root().0, oracle_root(size));
        let (_, at_once) = grow(&[size]);
        for place in tile::bundles(size).chain(tile::tiles(size)) {
            prop_assert_eq!(files.get(&place.to_string()), at_once.get(&place.to_string()), "{}", place);
            prop_assert!(files.contains_key(&place.to_string()));
        }
        let (rebuilt, tiles) = Tree::rebuild(&files, size).expect("the bundles are whole");
        prop_assert_eq!(&rebuilt, &tree);
        prop_assert_eq!(&Tree::open(&files, size, tree.root()).expect("the edge is whole"), &tree);
        let expected: Vec<Place> = tile::tiles(size).collect();
        prop_assert_eq!(tiles.iter().map(|file| file.place).collect::<Vec<_>>(), expected);
        for file in tiles {
            prop_assert_eq!(files.get(&file.place.to_string()), Some(&file.bytes));
        }
    }

    #[test]
    fn proofs_are_those_of_the_oracle(size in 1_u64..700, at in any::<prop::sample::Index>()) {
        let (tree, files) = grow(&[size]);
        let oracle = oracle(size);
        let index = at.index(size as usize);
        let mut reader = Reader::new(&files, size, tree.root()).expect("a whole log");
        let path = reader.inclusion(index as u64).expect("a leaf of the log");
        let theirs = oracle.prove_inclusion(index);
        prop_assert_eq!(tile::to_bytes(&path), theirs.as_bytes());
        let leaf = Hash::leaf(&entry(index as u64));
        prop_assert_eq!(proof::verify_inclusion(leaf, index as u64, size, &path, tree.root()), Ok(()));
        prop_assert!(proof::verify_inclusion(Hash::leaf(b"other"), index as u64, size, &path, tree.root()).is_err());

        let old = index as u64 + 1;
        let path = reader.consistency(old).expect("a smaller log");
        let old_root = reader.root_at(old).expect("a smaller log");
        prop_assert_eq!(old_root.0, oracle_root(old));
        let theirs = oracle.prove_consistency((size - old) as usize);
        if old < size {
            prop_assert_eq!(tile::to_bytes(&path), theirs.as_bytes());
        }
        prop_assert_eq!(proof::verify_consistency(old, old_root, size, tree.root(), &path), Ok(()));
        let other = Hash::leaf(b"other");
        prop_assert!(proof::verify_consistency(old, other, size, tree.root(), &path).is_err());
        prop_assert!(proof::verify_consistency(old, old_root, size, other, &path).is_err());
    }

    #[test]
    fn an_altered_proof_never_holds(size in 2_u64..600, at in any::<prop::sample::Index>(), bit in 0_usize..256) {
        let (tree, files) = grow(&[size]);
        let index = at.index(size as usize) as u64;
        let mut reader = Reader::new(&files, size, tree.root()).expect("a whole log");
        let mut path = reader.inclusion(index).expect("a leaf of the log");
        let place = at.index(path.len());
        path[place].0[bit / 8] ^= 1 << (bit % 8);
        let leaf = Hash::leaf(&entry(index));
        prop_assert!(proof::verify_inclusion(leaf, index, size, &path, tree.root()).is_err());
        path.pop();
        prop_assert!(proof::verify_inclusion(leaf, index, size, &path, tree.root()).is_err());
    }

    #[test]
    fn a_changed_file_is_found_and_never_believed(size in 1_u64..600, file in any::<prop::sample::Index>(), bytes: Vec<u8>) {
        let (tree, mut files) = grow(&[size]);
        let path = file.get(&files.keys().cloned().collect::<Vec<_>>()).clone();
        let changed = files.get(&path) != Some(&bytes);
        files.insert(path.clone(), bytes);
        let audit = audit::run(&files, size, tree.root(), |_, _| ());
        prop_assert_eq!(!audit.faults.is_empty(), changed, "{}", path);
        prop_assert_eq!(audit.entries_hold, !changed || !path.starts_with("tile/entries"));
        prop_assert!(Tree::open(&files, size, tree.root()).is_err() || Tree::open(&files, size, tree.root()).ok() == Some(tree.clone()));
        if let Ok(mut reader) = Reader::new(&files, size, tree.root()) {
            for index in 0..size {
                prop_assert!(reader.entry(index).is_err() || reader.entry(index).ok() == Some(entry(index)));
            }
        }
    }

    #[test]
    fn paths_and_bundles_are_read_strictly(path in "tile/(entries|[0-9]{1,2}|\\+1)/(x[0-9]{3}/){0,2}[x0-9]{1,4}(\\.p/[0-9]{1,3})?", bytes: Vec<u8>) {
        if let Ok(place) = path.parse::<Place>() {
            prop_assert_eq!(place.to_string(), path);
        }
        for count in [0, 1, 2, 256] {
            if let Ok(entries) = bundle::entries(&bytes, count) {
                let mut again = Vec::new();
                entries.iter().try_for_each(|entry| bundle::push(&mut again, entry)).expect("was read");
                prop_assert_eq!(&again, &bytes);
            }
        }
    }
}
