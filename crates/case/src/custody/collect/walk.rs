//! Which files are in these folders?
//!
//! Links are not followed and special files are not opened: a folder that somebody prepared must not lead elsewhere.

use super::Missed;
use crate::custody::founding::is_case;
use std::path::{Path, PathBuf};

/// A file to be collected.
pub struct Candidate {
    /// Where it is.
    pub path: PathBuf,
    /// What it is called in the case: its name, or its way from the folder that was given, that folder's name first.
    pub name: String,
    /// How many bytes it seems to have.
    pub length: u64,
}

/// What was found.
#[derive(Default)]
pub struct Found {
    /// Files, in the order of their names.
    pub files: Vec<Candidate>,
    /// What is no file that can be collected.
    pub missed: Vec<Missed>,
}

/// All files in these paths. What cannot be listed is told and does not stop the rest.
pub fn files(paths: &[PathBuf]) -> Found {
    let mut found = Found::default();
    for path in paths {
        // A path that somebody typed may be a link: its target is meant.
        match path.canonicalize() {
            Ok(real) => {
                let name = path.file_name().or_else(|| real.file_name()).unwrap_or_default();
                found.visit(real.clone(), name.to_string_lossy().into_owned());
            }
            Err(error) => found.miss(path, error.to_string()),
        }
    }
    found
}

impl Found {
    fn miss(&mut self, path: &Path, why: impl Into<String>) {
        self.missed.push(Missed { path: path.to_path_buf(), why: why.into() });
    }

    /// Goes through a path and all below it; not by recursion, because folders may be nested without end.
    fn visit(&mut self, path: PathBuf, name: String) {
        let mut left = vec![(path, name)];
        while let Some((path, name)) = left.pop() {
            match path.symlink_metadata() {
                Err(error) => self.miss(&path, error.to_string()),
                Ok(about) if about.is_symlink() => self.miss(&path, "it is a link; links are not followed"),
                Ok(about) if about.is_file() => self.files.push(Candidate { path, name, length: about.len() }),
                Ok(about) if about.is_dir() && is_case(&path) => self.miss(&path, "it is a case, not evidence"),
                Ok(about) if about.is_dir() => self.enter(&path, &name, &mut left),
                Ok(_) => self.miss(&path, "it is neither a file nor a folder"),
            }
        }
    }

    fn enter(&mut self, folder: &Path, name: &str, left: &mut Vec<(PathBuf, String)>) {
        let entries = match std::fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) => return self.miss(folder, error.to_string()),
        };
        let mut inside = Vec::new();
        for entry in entries {
            match entry {
                Ok(entry) => inside.push((entry.path(), format!("{name}/{}", entry.file_name().to_string_lossy()))),
                Err(error) => self.miss(folder, error.to_string()),
            }
        }
        // The last is taken from the end first.
        inside.sort_by(|a, b| b.cmp(a));
        left.extend(inside);
    }
}
