//! Does the house still stand as ARCHITECTURE.md says?
//!
//! Checks who depends on whom, what must be absent where, and that the map names every crate and every crate's map entry
//! exists. All findings at once.

use cargo_metadata::{DependencyKind, MetadataCommand};
use std::collections::BTreeSet;
use std::error::Error;
use std::path::{Path, PathBuf};

/// The crates of this workspace that each crate may use. Siblings never see each other.
const ALLOWED: &[(&str, &[&str])] = &[
    ("factum-model", &[]),
    ("factum-link", &["factum-model"]),
    ("factum-estimate", &["factum-model"]),
    ("factum-report", &["factum-model"]),
    ("factum-weigh", &["factum-model"]),
    ("factum-guard", &["factum-model", "factum-link"]),
    ("factum-log", &[]),
    ("factum-vault", &[]),
    ("factum-extract", &[]),
    ("factum-verify", &["factum-log"]),
    (
        "factum-case",
        &[
            "factum-model",
            "factum-link",
            "factum-estimate",
            "factum-weigh",
            "factum-guard",
            "factum-report",
            "factum-log",
            "factum-vault",
            "factum-extract",
        ],
    ),
    ("factum-web", &["factum-case"]),
    ("factum", &["factum-case", "factum-web", "factum-extract"]),
    ("factum-testkit", &["factum-model", "factum-vault"]),
    ("xtask", &["factum-model", "factum-estimate", "factum-testkit"]),
];

/// Crates that only tests and chores may use.
const TESTS_ONLY: &[&str] = &["factum-testkit"];

/// What must not occur in the sources of pure crates, and why.
const ABSENT_FROM_PURE: &[(&str, &str)] = &[
    ("SystemTime", "reads the clock"),
    ("Instant::now", "reads the clock"),
    ("std::env", "reads the environment"),
    ("std::fs", "reads or writes the disk"),
    ("std::net", "opens a socket"),
    ("std::process", "starts a process"),
    ("OsRng", "draws randomness that no seed repeats"),
];
const PURE: &[&str] = &["model", "log", "link", "estimate", "weigh", "guard", "report"];

/// What must not occur anywhere in the program but in the crate that may.
const ABSENT_EVERYWHERE: &[(&str, &str)] =
    &[("std::net", "opens a socket"), ("TcpStream", "opens a socket"), ("ureq::", "opens a socket")];
/// The one crate that opens sockets, at an address that somebody typed.
const SOCKETS: &str = "crates/web/";

/// A file longer than this has a missing idea in it.
const LONGEST: usize = 700;

pub fn check() -> Result<(), Box<dyn Error>> {
    let mut findings = dependencies()?;
    findings.extend(absences()?);
    findings.extend(map()?);
    if findings.is_empty() {
        println!("tidy: dependencies, absences and map are as they should be");
        return Ok(());
    }
    Err(findings.join("\n").into())
}

fn dependencies() -> Result<Vec<String>, Box<dyn Error>> {
    let metadata = MetadataCommand::new().manifest_path(crate::root().join("Cargo.toml")).no_deps().exec()?;
    let members: BTreeSet<String> = metadata.packages.iter().map(|p| p.name.to_string()).collect();
    let mut findings = Vec::new();
    for package in &metadata.packages {
        let name = package.name.as_str();
        let Some((_, allowed)) = ALLOWED.iter().find(|(n, _)| *n == name) else {
            findings.push(format!(
                "crate {name} has no place in the house; give it one in xtask/src/tidy.rs and ARCHITECTURE.md"
            ));
            continue;
        };
        for dependency in package.dependencies.iter().filter(|d| members.contains(&d.name)) {
            let for_tests =
                dependency.kind == DependencyKind::Development && TESTS_ONLY.contains(&dependency.name.as_str());
            if !for_tests && !allowed.contains(&dependency.name.as_str()) {
                findings.push(format!("{name} must not depend on {}", dependency.name));
            }
        }
    }
    Ok(findings)
}

fn absences() -> Result<Vec<String>, Box<dyn Error>> {
    let mut findings = Vec::new();
    for path in sources(&crate::root().join("crates"))? {
        let text = std::fs::read_to_string(&path)?;
        let shown = path.strip_prefix(crate::root())?.display().to_string();
        let pure = PURE.iter().any(|name| shown.starts_with(&format!("crates/{name}/src")));
        let everywhere = if shown.starts_with(SOCKETS) { &[] } else { ABSENT_EVERYWHERE };
        let forbidden = everywhere.iter().chain(if pure { ABSENT_FROM_PURE } else { &[] });
        for (word, why) in forbidden {
            if text.contains(word) {
                findings.push(format!("{shown} has `{word}`, which {why}"));
            }
        }
        let lines = text.lines().count();
        if lines > LONGEST {
            findings.push(format!("{shown} has {lines} lines: find the missing idea"));
        }
        if !text.starts_with("//!") {
            findings.push(format!("{shown} does not open with the question it answers"));
        }
    }
    Ok(findings)
}

fn sources(folder: &Path) -> Result<Vec<PathBuf>, std::io::Error> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(sources(&path)?);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// The map must name every crate and every module file of the first level.
fn map() -> Result<Vec<String>, Box<dyn Error>> {
    let map = std::fs::read_to_string(crate::root().join("ARCHITECTURE.md"))?;
    let mut findings = Vec::new();
    for entry in std::fs::read_dir(crate::root().join("crates"))? {
        let folder = entry?.path();
        let name = folder.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        if !map.contains(&format!("`{name}`")) {
            findings.push(format!("ARCHITECTURE.md does not name the crate `{name}`"));
        }
        for module in std::fs::read_dir(folder.join("src"))? {
            let path = module?.path();
            let stem = path.file_stem().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
            let is_plain = matches!(stem.as_str(), "lib" | "main" | "tests" | "id" | "snapshots");
            if !is_plain && !map.contains(&format!("`{stem}`")) {
                findings.push(format!("ARCHITECTURE.md does not name `{stem}` of the crate `{name}`"));
            }
        }
    }
    findings.sort();
    Ok(findings)
}
