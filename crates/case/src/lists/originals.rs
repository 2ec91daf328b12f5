//! What do the sources themselves say of some records?
//!
//! Linking keeps derived codes only. Where a person asks for the words of a few records, the lists are read once more and
//! those few are kept.

use super::mapping::{DateOrders, Records};
use super::{file_name, table};
use crate::fault::Faults;
use crate::settings::Settings;
use factum_model::Record;
use std::collections::{HashMap, HashSet};
use std::path::PathBuf;

/// The records asked for, by list and identifier, as their sources write them. Files that cannot be read hold none of them;
/// that was told when they were first read.
pub fn originals(
    files: &[PathBuf],
    settings: &Settings,
    wanted: &HashSet<(String, String)>,
) -> HashMap<(String, String), Record> {
    let mut found = HashMap::new();
    for path in files {
        let (Some(list), Ok(bytes)) = (settings.for_file(path), std::fs::read(path)) else { continue };
        let (file, mut unheard) = (file_name(path), Faults::default());
        let mut orders = DateOrders::new(&list);
        if DateOrders::needed(&list) {
            table::read(&bytes, &file, &list, &mut orders, &mut unheard);
        }
        let mut keep = |name: Option<&str>, record: Record| {
            let key = (name.unwrap_or(&list.id).to_string(), record.id.as_str().to_string());
            if wanted.contains(&key) {
                found.insert(key, record);
            }
        };
        let mut sink = Records::new(&file, &list, orders.found(), &mut keep);
        table::read(&bytes, &file, &list, &mut sink, &mut unheard);
    }
    found
}
