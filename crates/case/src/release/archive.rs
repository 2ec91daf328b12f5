//! How do several files become one that stock `tar` takes apart, the same bytes each time?
//!
//! POSIX ustar (IEEE Std 1003.1), regular files only: mode 0644, owner 0, time 0, in the order given. Reading takes what writing makes and
//! nothing else, so that nothing in an archive can land elsewhere than in the folder it is taken into.

/// Bytes in a block.
const BLOCK: usize = 512;

/// The longest path that the header's name field takes.
const NAME: usize = 100;

/// The largest file that eleven octal digits count.
const LARGEST: u64 = (1 << 33) - 1;

/// Where each field of a header begins and how long it is.
const SIZE: std::ops::Range<usize> = 124..136;
const SUM: std::ops::Range<usize> = 148..156;
const MAGIC: std::ops::Range<usize> = 257..265;

/// Why there is no archive, or why it is not taken apart.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ArchiveError {
    /// A name cannot stand in it.
    #[error(
        "`{0}` cannot stand in an archive: a path has at most 100 of A-Z, a-z, 0-9, dot, hyphen, underscore, in at most two parts"
    )]
    Name(String),
    /// A file is too large.
    #[error("`{0}` is too large for an archive, which takes files below 8 GiB")]
    Large(String),
    /// It was not written here, or was altered.
    #[error("the archive cannot be read from byte {0} on: it was cut or altered, or another program made it")]
    Form(usize),
}

/// A path of at most one folder and a file, in letters that mean the same everywhere.
fn is_path(path: &str) -> bool {
    let mut parts = path.split('/');
    let all = parts.by_ref().take(2).all(factum_log::release::manifest::is_name);
    all && parts.next().is_none() && path.len() <= NAME
}

/// The archive of these files.
pub fn write(files: &[(String, Vec<u8>)]) -> Result<Vec<u8>, ArchiveError> {
    let mut archive =
        Vec::with_capacity(files.iter().map(|(_, bytes)| bytes.len() + 2 * BLOCK).sum::<usize>() + 2 * BLOCK);
    for (path, bytes) in files {
        archive.extend_from_slice(&header(path, bytes.len() as u64)?);
        archive.extend_from_slice(bytes);
        archive.resize(archive.len().next_multiple_of(BLOCK), 0);
    }
    archive.resize(archive.len() + 2 * BLOCK, 0);
    Ok(archive)
}

fn header(path: &str, length: u64) -> Result<[u8; BLOCK], ArchiveError> {
    if !is_path(path) {
        return Err(ArchiveError::Name(path.into()));
    }
    if length > LARGEST {
        return Err(ArchiveError::Large(path.into()));
    }
    let mut block = [0; BLOCK];
    let mut put = |at: usize, text: &[u8]| {
        block.iter_mut().skip(at).zip(text).for_each(|(to, from)| *to = *from);
    };
    put(0, path.as_bytes());
    put(100, b"0000644\0");
    put(108, b"0000000\0");
    put(116, b"0000000\0");
    put(SIZE.start, format!("{length:011o}\0").as_bytes());
    put(136, b"00000000000\0");
    // The sum is taken with blanks in its own place.
    put(SUM.start, b"        ");
    put(156, b"0");
    put(MAGIC.start, b"ustar\x0000");
    let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
    let sum = format!("{sum:06o}\0 ");
    block.iter_mut().skip(SUM.start).zip(sum.as_bytes()).for_each(|(to, from)| *to = *from);
    Ok(block)
}

/// The files of an archive that [`write()`] made.
pub fn read(archive: &[u8]) -> Result<Vec<(String, Vec<u8>)>, ArchiveError> {
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    let mut at = 0;
    loop {
        let wrong = || ArchiveError::Form(at);
        let block: &[u8; BLOCK] = archive.get(at..).and_then(<[u8]>::first_chunk).ok_or_else(wrong)?;
        if block.iter().all(|byte| *byte == 0) {
            let end = archive.get(at..).unwrap_or_default();
            return if end.len() == 2 * BLOCK && end.iter().all(|b| *b == 0) { Ok(files) } else { Err(wrong()) };
        }
        let name = block.get(..NAME).and_then(|field| field.split(|b| *b == 0).next()).unwrap_or_default();
        let name = std::str::from_utf8(name).map_err(|_| wrong())?;
        let digits = block.get(SIZE).and_then(|field| std::str::from_utf8(field).ok()).ok_or_else(wrong)?;
        let length = digits.strip_suffix('\0').and_then(|d| u64::from_str_radix(d, 8).ok()).ok_or_else(wrong)?;
        // Whatever another program might put into a header is refused by making it again.
        if header(name, length).ok().as_ref() != Some(block) || files.iter().any(|(known, _)| known == name) {
            return Err(wrong());
        }
        let start = at + BLOCK;
        let end = usize::try_from(length).ok().and_then(|length| start.checked_add(length)).ok_or_else(wrong)?;
        files.push((name.to_owned(), archive.get(start..end).ok_or_else(wrong)?.to_vec()));
        let next = end.checked_next_multiple_of(BLOCK).ok_or_else(wrong)?;
        if !archive.get(end..next).is_some_and(|padding| padding.iter().all(|byte| *byte == 0)) {
            return Err(wrong());
        }
        at = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::Write as _;
    use std::process::{Command, Stdio};

    fn files() -> Vec<(String, Vec<u8>)> {
        vec![("release.manifest".into(), b"factum release 1\n".to_vec()), ("outputs/report.pdf".into(), vec![7; 5_000])]
    }

    #[test]
    fn stock_tar_lists_what_is_in_it() {
        let archive = write(&files()).unwrap();
        assert_eq!(read(&archive).unwrap(), files());
        let child = Command::new("tar").args(["-tvf", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let Ok(mut child) = child else {
            eprintln!("test skipped: there is no tar here");
            return;
        };
        child.stdin.take().unwrap().write_all(&archive).unwrap();
        let output = child.wait_with_output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success() && text.contains("5000") && text.contains("outputs/report.pdf"), "{text}");
    }

    #[test]
    fn paths_that_lead_elsewhere_are_refused() {
        let check = |path: &str, expected: bool| {
            assert_eq!(write(&[(path.into(), Vec::new())]).is_ok(), expected, "{path}");
        };
        check("a", true);
        check("outputs/a.pdf", true);
        check("../a", false);
        check("/a", false);
        check("a/b/c", false);
        check("a//b", false);
        check("a/", false);
        check("", false);
        check(&format!("outputs/{}", "a".repeat(93)), false);
    }

    proptest! {
        #[test]
        fn what_is_altered_is_refused_or_reads_otherwise(at: usize, by in 1..=255u8, bytes: Vec<u8>) {
            let _ = read(&bytes);
            let mut archive = write(&files()).unwrap();
            let at = at % archive.len();
            archive[at] = archive[at].wrapping_add(by);
            if let Ok(found) = read(&archive) {
                prop_assert!(found != files());
            }
        }
    }
}
