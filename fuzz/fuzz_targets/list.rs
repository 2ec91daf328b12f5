//! Can any bytes disturb the readers of lists?
#![no_main]

use factum_case::{lists, settings::Settings};

/// The first byte says as what the list comes: its name decides nothing, but people's files have one.
const NAMES: [&str; 4] = ["list.csv", "list.tsv", "list.xlsx", "list.parquet"];

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let [first, bytes @ ..] = bytes else { return };
    let (settings, _) = Settings::parse("[columns]\nid = 'id'\nname = 'name'\nborn = 'born'\nage = 'age'\n", "s.toml");
    let folder = std::env::temp_dir().join(format!("factum-fuzz-{}", std::process::id()));
    let path = folder.join(NAMES[usize::from(*first) % NAMES.len()]);
    std::fs::create_dir_all(&folder).expect("a temporary folder");
    std::fs::write(&path, bytes).expect("room on the disk");
    lists::read(&[path], &settings, &folder);
});
