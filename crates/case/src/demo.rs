//! The example inquiry, embedded in the program.
//!
//! Its country, people and institutions are invented; its lists come from a seeded generator, so their truth is known.

use crate::lists;
use crate::settings::Settings;
use crate::truth::Truth;

/// People who disappeared in the example, recorded or not.
pub const POPULATION: u64 = 2_900;

/// The settings of the example.
pub const SETTINGS: &str = include_str!("../example/settings.toml");

/// The lists of the example by file name.
pub const LISTS: [(&str, &[u8]); 4] = [
    ("registry.csv", include_bytes!("../example/registry.csv")),
    ("legal-aid.csv", include_bytes!("../example/legal-aid.csv")),
    ("families.tsv", include_bytes!("../example/families.tsv")),
    ("press.xlsx", include_bytes!("../example/press.xlsx")),
];

/// Who is who in the example.
pub const TRUTH: &[u8] = include_bytes!("../example/truth.csv");

/// The files a person needs to run the example again, by path.
pub fn files() -> Vec<(String, Vec<u8>)> {
    let lists = LISTS.iter().map(|(name, bytes)| (format!("lists/{name}"), bytes.to_vec()));
    let settings = ("lists/settings.toml".to_string(), SETTINGS.as_bytes().to_vec());
    let truth = ("truth.csv".to_string(), TRUTH.to_vec());
    lists.chain([settings, truth]).collect()
}

/// What the example reads: its lists and settings, by file name.
pub fn inputs() -> Vec<(String, Vec<u8>)> {
    let lists = LISTS.iter().map(|(name, bytes)| (name.to_string(), bytes.to_vec()));
    lists.chain([("settings.toml".to_string(), SETTINGS.as_bytes().to_vec())]).collect()
}

/// The example as settings, lists as read, and truth.
pub fn read() -> Result<(Settings, lists::Reading, Truth), csv::Error> {
    let (settings, _) = Settings::parse(SETTINGS, "settings.toml");
    let mut reading = lists::Reading::new(&settings);
    for (name, bytes) in LISTS {
        if let Some(list) = settings.for_file(std::path::Path::new(name)) {
            lists::read_bytes(bytes, name, &list, &mut reading);
        }
    }
    Ok((settings, reading, Truth::read(TRUTH, POPULATION)?))
}
