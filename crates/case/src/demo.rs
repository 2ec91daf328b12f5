//! The example inquiry, embedded in the program.
//!
//! Its country, people and institutions are invented; its lists come from a seeded generator, so their truth is known. Its testimony was
//! written by hand: no generator makes people who do not speak alike.

mod adopted;
mod folder;

pub use adopted::{adopt, review, vouch};
pub use folder::{FILES as TESTIMONY, REPORT};

use crate::lists;
use crate::settings::Settings;
use crate::testimony;
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
    let testimony = TESTIMONY.iter().map(|(name, bytes)| (format!("inquiry/{name}"), bytes.to_vec()));
    let draft = ("draft.md".to_string(), REPORT.as_bytes().to_vec());
    lists.chain([settings, truth, draft]).chain(testimony).collect()
}

/// What the example reads: its lists and settings, by file name.
pub fn inputs() -> Vec<(String, Vec<u8>)> {
    let lists = LISTS.iter().map(|(name, bytes)| (name.to_string(), bytes.to_vec()));
    lists.chain([("settings.toml".to_string(), SETTINGS.as_bytes().to_vec())]).collect()
}

/// The testimony of the example, read. A test says that nothing is wrong with it.
pub fn testimony() -> testimony::folder::Reading {
    let files = TESTIMONY.iter().map(|(name, bytes)| (name.to_string(), bytes.to_vec())).collect();
    testimony::folder::Reading::of(&files)
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
