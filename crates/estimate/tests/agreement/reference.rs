//! Reads the reference files.

use factum_model::{CaptureTable, History, ListId};
use std::collections::HashMap;
use std::io::Write;
use std::path::PathBuf;

/// Where a file is: here, or beside the project.
fn path(name: &str) -> PathBuf {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let folders = ["tests/reference", "../../../shared/data/mse/reference", "../../../shared/data/mse"];
    let found = folders.iter().map(|folder| here.join(folder).join(name)).find(|path| path.is_file());
    found.unwrap_or_else(|| here.join("tests/reference").join(name))
}

/// Whether the files are there. If not, says that the test was skipped, past the test runner's capture.
pub fn present(names: &[&str]) -> bool {
    let missing = names.iter().find(|name| !path(name).is_file());
    if let Some(name) = missing {
        let _ = writeln!(std::io::stderr(), "1 test skipped: {name} is not there");
    }
    missing.is_none()
}

/// The rows of a reference file, as text.
pub fn rows(name: &str) -> Vec<HashMap<String, String>> {
    let path = path(name);
    let mut reader = csv::Reader::from_path(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    reader.deserialize().map(Result::unwrap).collect()
}

/// The rows of a reference file, each column as a number.
pub fn numbers(name: &str) -> Vec<HashMap<String, f64>> {
    let row = |row: HashMap<String, String>| row.into_iter().filter_map(|(k, v)| Some((k, v.parse().ok()?))).collect();
    rows(name).into_iter().map(row).collect()
}

/// The rows of a reference file by the text of their column `model`.
pub fn by_model(name: &str) -> HashMap<String, HashMap<String, f64>> {
    rows(name).into_iter().map(|r| r["model"].clone()).zip(numbers(name)).collect()
}

/// A table of counts.
pub fn table(name: &str) -> CaptureTable {
    let mut reader = csv::Reader::from_path(path(&format!("{name}.csv"))).unwrap();
    let header = reader.headers().unwrap().clone();
    let lists = header.iter().take(header.len() - 1).map(ListId::new).collect();
    let mut table = CaptureTable::new(lists).unwrap();
    for row in reader.records() {
        let row = row.unwrap();
        let history = (0..row.len() - 1).filter(|&i| &row[i] == "1").map(|i| 1 << i).sum();
        table.add(History(history), row[row.len() - 1].parse().unwrap()).unwrap();
    }
    table
}

/// Panics unless the two numbers agree to this relative precision.
pub fn assert_close(what: &str, ours: f64, theirs: f64, relative: f64) {
    let error = (ours - theirs).abs() / theirs.abs().max(1e-300);
    assert!(error <= relative, "{what}: {ours} against {theirs}, relative error {error:.2e}");
}
