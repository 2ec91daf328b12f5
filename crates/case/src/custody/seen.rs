//! What was last seen of a log, kept where the log is not?
//!
//! One line a log beside the member's identity: its name, size and root. Whoever puts back an older log, or another history,
//! contradicts it.

use super::ids::Digest;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The first line of the file.
const TITLE: &str = "factum seen 1";

/// The newest state of a log that a member has seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Entries.
    pub size: u64,
    /// The root over them.
    pub root: Digest,
}

/// What contradicts what was seen, or keeps it from being known.
#[derive(Debug, thiserror::Error)]
pub enum SeenError {
    /// The log is shorter than before.
    #[error(
        "the log has been rolled back: you have seen {seen} entries, there are {found} now. If an old copy was restored, get the \
         newer one; otherwise somebody removed what was written"
    )]
    RolledBack {
        /// Entries seen.
        seen: u64,
        /// Entries now.
        found: u64,
    },
    /// The log has another history.
    #[error("the log was replaced: its first {size} entries are not those you have seen. Compare with another copy")]
    Forked {
        /// How many entries were seen.
        size: u64,
    },
    /// The file is damaged.
    #[error("{0} is damaged; if you delete it, rollbacks before now cannot be found any more")]
    Damaged(PathBuf),
    /// The file cannot be read or written.
    #[error("{path}: {source}")]
    Io {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

fn lines(path: &Path) -> Result<Vec<(String, Seen)>, SeenError> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(source) => return Err(SeenError::Io { path: path.to_owned(), source }),
    };
    let damaged = || SeenError::Damaged(path.to_owned());
    let rest = text.strip_prefix(TITLE).and_then(|t| t.strip_prefix('\n')).ok_or_else(damaged)?;
    rest.lines()
        .map(|line| {
            let mut fields = line.split(' ');
            let origin = fields.next().ok_or_else(damaged)?;
            let size = fields.next().and_then(|f| f.parse().ok()).ok_or_else(damaged)?;
            let root = fields.next().and_then(|f| f.parse().ok()).ok_or_else(damaged)?;
            Ok((origin.to_string(), Seen { size, root }))
        })
        .collect()
}

impl Seen {
    /// What was seen of a log; absent if nothing was.
    pub fn read(path: &Path, origin: &str) -> Result<Option<Self>, SeenError> {
        Ok(lines(path)?.into_iter().find(|(name, _)| name == origin).map(|(_, seen)| seen))
    }

    /// Keeps it, beside what was seen of other logs.
    pub fn write(self, path: &Path, origin: &str) -> Result<(), SeenError> {
        let mut all = lines(path)?;
        if all.contains(&(origin.to_string(), self)) {
            return Ok(());
        }
        all.retain(|(name, _)| name != origin);
        all.push((origin.to_string(), self));
        let mut text = format!("{TITLE}\n");
        all.iter().for_each(|(name, seen)| text.push_str(&format!("{name} {} {}\n", seen.size, seen.root)));
        let mut beside = path.as_os_str().to_owned();
        beside.push(".new");
        let write = || {
            let mut file = fs::File::create(&beside)?;
            file.write_all(text.as_bytes())?;
            file.sync_all()?;
            fs::rename(&beside, path)
        };
        write().map_err(|source| SeenError::Io { path: path.to_owned(), source })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_log_has_its_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("me.seen");
        let seen = |size| Seen { size, root: Digest([size as u8; 32]) };
        assert_eq!(Seen::read(&path, "a").unwrap(), None);
        seen(1).write(&path, "a").unwrap();
        seen(2).write(&path, "b").unwrap();
        seen(3).write(&path, "a").unwrap();
        assert_eq!(Seen::read(&path, "a").unwrap(), Some(seen(3)));
        assert_eq!(Seen::read(&path, "b").unwrap(), Some(seen(2)));
        fs::write(&path, "factum seen 1\na 1\n").unwrap();
        assert!(matches!(Seen::read(&path, "a"), Err(SeenError::Damaged(_))));
    }
}
