//! Which tables of counts were given?

use super::super::stop_on_errors;
use crate::failure::Failure;
use factum_case::estimate::strata::Stratum;
use factum_case::fault::{Fault, Faults, Severity};
use factum_case::model::{CaptureTable, Input};
use factum_case::{digest, lists, output, persons};
use std::collections::{BTreeSet, HashSet};
use std::path::{Path, PathBuf};

/// One table of counts.
pub struct Counts {
    /// The name of its file.
    pub name: String,
    pub table: CaptureTable,
    pub input: Input,
}

/// Reads tables of counts. Stops with all faults of all files if any cannot be used.
pub fn read(paths: &[PathBuf]) -> Result<Vec<Counts>, Failure> {
    let mut all = Faults::default();
    let mut counts = Vec::with_capacity(paths.len());
    let mut seen = HashSet::new();
    for path in paths {
        let name = lists::file_name(path);
        if path.canonicalize().is_ok_and(|whole| !seen.insert(whole)) {
            let fault = Fault::new(Severity::Error, &name, "the file is given twice");
            all.push(fault.hint("its people would be counted twice"));
            continue;
        }
        let bytes = std::fs::read(path).map_err(|e| Failure::new(format!("{} cannot be read: {e}", path.display())))?;
        let (table, faults) = persons::read_counts(&bytes, &name);
        all.extend(faults);
        let input = digest::input(&name, &bytes);
        counts.extend(table.map(|table| Counts { name, table, input }));
    }
    stop_on_errors(&all, "the counts cannot be used", false)?;
    if counts.len() == paths.len() { Ok(counts) } else { Err(Failure::new("the counts cannot be used")) }
}

/// The tables as strata, each named by its file, or by its path where two files have one name.
pub fn strata(counts: &[Counts], paths: &[PathBuf]) -> Vec<Stratum> {
    let names: BTreeSet<&str> = counts.iter().map(|c| c.name.as_str()).collect();
    let distinct = names.len() == counts.len();
    let lists = counts.first().map_or(&[][..], |c| c.table.lists());
    let stratum = |(counts, path): (&Counts, &PathBuf)| Stratum {
        name: if distinct { counts.name.clone() } else { path.display().to_string() },
        path: vec![folder_of(path)],
        // A table over other lists stays as it is, and is refused by name when the strata are checked.
        table: persons::reordered(&counts.table, lists).unwrap_or_else(|| counts.table.clone()),
        blind: Vec::new(),
    };
    counts.iter().zip(paths).map(stratum).collect()
}

/// The folder a file was given in: strata of one folder are nearer to each other than to others.
fn folder_of(path: &Path) -> String {
    path.parent().map_or(String::new(), |folder| folder.display().to_string())
}

/// A file to be written, once it is known that it can be and is no input.
pub struct Destination {
    folder: PathBuf,
    name: String,
}

impl Destination {
    /// Asked before anything is computed; `option` is how the file was asked for.
    pub fn new(path: &Path, option: &str, inputs: &[PathBuf]) -> Result<Self, Failure> {
        let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let name = path.file_name().ok_or_else(|| Failure::new(format!("{option} needs the name of a file")))?;
        let name = name.to_string_lossy().into_owned();
        output::prepare(folder, &[&name], inputs)?;
        Ok(Self { folder: folder.to_path_buf(), name })
    }

    pub fn write(self, bytes: Vec<u8>) -> Result<(), Failure> {
        Ok(output::write_all(&self.folder, &[(self.name, bytes)])?)
    }
}
