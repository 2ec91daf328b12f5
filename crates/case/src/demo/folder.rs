//! Which files are the testimony of the example?
//!
//! Interviews, statements, documents, findings as they are written by hand. All persons, places and bodies in them are invented.

/// Files by their paths in the folder `example/inquiry`.
macro_rules! files {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_bytes!(concat!("../../example/inquiry/", $name)).as_slice())),*]
    };
}

/// The testimony of the example, by path.
#[rustfmt::skip]
pub const FILES: &[(&str, &[u8])] = files![
    "consents.toml", "documents/D-001.md", "documents/D-002.md", "documents/D-003.md", "documents/D-004.md",
    "documents/D-005.md", "documents/D-006.md", "documents/D-007.md", "documents/D-008.md", "documents/D-009.md",
    "documents/D-010.md", "documents/D-011.md", "documents/D-012.md", "documents/D-013.md", "documents/D-014.md",
    "documents/D-015.md", "entities/act.toml", "entities/detention.toml", "entities/event.toml", "entities/group.toml",
    "entities/involvement.toml", "entities/organization.toml", "entities/person.toml", "entities/place.toml",
    "findings/F-1.md", "findings/F-2.md", "findings/F-3.md", "findings/F-4.md", "findings/F-5.md", "findings/F-6.md",
    "findings/F-7.md", "identities.toml", "interviews/I-001.md", "interviews/I-002.md", "interviews/I-003.md",
    "interviews/I-004.md", "interviews/I-005.md", "interviews/I-006.md", "interviews/I-007.md", "interviews/I-008.md",
    "interviews/I-009.md", "interviews/I-010.md", "interviews/I-011.md", "interviews/I-012.md", "interviews/I-013.md",
    "interviews/I-014.md", "interviews/I-015.md", "interviews/I-016.md", "interviews/I-017.md", "interviews/I-018.md",
    "interviews/I-019.md", "interviews/I-020.md", "interviews/I-021.md", "interviews/I-022.md", "interviews/I-023.md",
    "interviews/I-024.md", "interviews/I-025.md", "interviews/I-026.md", "interviews/I-027.md", "interviews/I-028.md",
    "interviews/I-029.md", "interviews/I-030.md", "interviews/I-031.md", "interviews/I-032.md", "interviews/I-033.md",
    "interviews/I-034.md", "interviews/I-035.md", "interviews/I-036.md", "interviews/I-037.md", "interviews/I-038.md",
    "interviews/I-039.md", "interviews/I-040.md", "judgements.toml", "positions.toml", "recommendations.toml",
    "requests/Q-1.toml", "requests/Q-2.toml", "requests/Q-3.toml", "requests/Q-4.toml", "sources/S-001.md",
    "sources/S-002.md", "sources/S-003.md", "sources/S-004.md", "sources/S-005.md", "sources/S-006.md", "sources/S-007.md",
    "sources/S-008.md", "sources/S-009.md", "sources/S-010.md", "sources/S-011.md", "sources/S-012.md", "sources/S-013.md",
    "sources/S-014.md", "sources/S-015.md", "sources/S-016.md", "sources/S-017.md", "sources/S-018.md", "sources/S-019.md",
    "sources/S-020.md", "sources/S-021.md", "sources/S-022.md", "sources/S-023.md", "sources/S-024.md", "sources/S-025.md",
    "sources/S-026.md", "sources/S-027.md", "sources/S-028.md", "sources/S-029.md", "sources/S-030.md", "sources/S-031.md",
    "sources/S-032.md", "sources/S-033.md", "sources/S-034.md", "sources/S-035.md", "sources/S-036.md", "sources/S-037.md",
    "sources/S-038.md", "sources/S-039.md", "sources/S-040.md", "sources/S-041.md", "sources/S-042.md", "sources/S-043.md",
    "sources/S-044.md", "sources/S-045.md", "sources/S-046.md", "sources/S-047.md", "sources/S-048.md", "sources/S-049.md",
    "sources/S-050.md", "sources/S-051.md", "statements.csv", "ties.toml",
];

/// A draft of a report on it, with what a draft can hold; `docs/report.md` says how it is read.
pub const REPORT: &str = include_str!("../../example/report.md");

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testimony::folder::gather;
    use std::path::Path;

    #[test]
    fn every_file_of_the_folder_is_in_the_program() {
        let there = gather(&Path::new(env!("CARGO_MANIFEST_DIR")).join("example/inquiry")).unwrap();
        let known: Vec<&str> = there.keys().map(String::as_str).collect();
        let named: Vec<&str> = FILES.iter().map(|(name, _)| *name).collect();
        assert_eq!(known, named);
        assert!(there.values().map(Vec::as_slice).eq(FILES.iter().map(|(_, bytes)| *bytes)), "the same bytes");
    }
}
