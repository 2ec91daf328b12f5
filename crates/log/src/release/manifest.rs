//! Which files are this release, and what does it say of itself?
//!
//! Text, one line a field, in one spelling. Its salt keeps its digest from telling anything about the outputs before they are
//! published, so that the digest alone can be published beforehand as a promise.

use super::{read_hex, write_hex};
use crate::checkpoint::decimal;
use crate::hash::Digest;
use crate::record::RecordId;
use std::collections::BTreeSet;
use std::fmt;

/// The first line of a manifest.
const FIRST: &str = "factum release 1";

/// The longest manifest that is read.
const LONGEST: usize = 1 << 20;

/// The longest words of a title, a change or a check.
const WORDS: usize = 500;

/// The longest name of an output: what old archive formats and every file system take.
const NAME: usize = 100;

/// What a release is to an earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Follows {
    /// It stands in the earlier one's place.
    Corrects,
    /// The earlier one no longer stands.
    Withdraws,
}

impl Follows {
    fn word(self) -> &'static str {
        match self {
            Follows::Corrects => "corrects",
            Follows::Withdraws => "withdraws",
        }
    }
}

/// One file of a release.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Output {
    /// How it is called: ASCII letters, digits, dots, hyphens and underscores.
    pub name: String,
    /// SHA-256 of its bytes.
    pub digest: Digest,
    /// How many bytes it has.
    pub length: u64,
}

/// What a release says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// The log in which it is sealed.
    pub origin: String,
    /// Its number.
    pub release: RecordId,
    /// 32 random bytes.
    pub salt: [u8; 32],
    /// The day on it: YYYY-MM-DD.
    pub date: String,
    /// What it is called.
    pub title: String,
    /// The earlier release that it follows, with that one's manifest digest.
    pub follows: Option<(Follows, RecordId, Digest)>,
    /// What is different from the earlier one, in words.
    pub changes: Vec<String>,
    /// What was checked before it was sealed, in words.
    pub checks: Vec<String>,
    /// Its files, by name.
    pub outputs: Vec<Output>,
}

/// Why a text is no manifest.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ManifestError {
    /// Not text, or too long.
    #[error("a manifest is text in UTF-8 of at most a mebibyte that ends with a line feed: this file is not")]
    Text,
    /// The first line is another.
    #[error("the manifest does not begin with {FIRST}: it is none, or of a later form")]
    First,
    /// A line is not what belongs there.
    #[error("line {0} of the manifest is not as it should be, or not in its place: it was cut or changed")]
    Line(usize),
    /// There is no output.
    #[error("the manifest names no output")]
    Nothing,
    /// What it is made of cannot be written.
    #[error("the {0} cannot stand in a manifest: {1}")]
    Field(&'static str, &'static str),
}

/// Can a file of a release be called so? Dots at the beginning and separators of folders would let it land elsewhere.
pub fn is_name(name: &str) -> bool {
    (1..=NAME).contains(&name.len())
        && !name.starts_with('.')
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'))
}

/// Words on one line, without controls and without characters that turn the direction of writing.
fn is_line(text: &str) -> bool {
    let steers = |c: char| {
        c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    !text.is_empty() && text.len() <= WORDS && text.trim() == text && !text.contains(steers)
}

fn is_day(text: &str) -> bool {
    let digits = |range: std::ops::Range<usize>| text.get(range).is_some_and(|t| t.bytes().all(|b| b.is_ascii_digit()));
    text.len() == 10
        && digits(0..4)
        && digits(5..7)
        && digits(8..10)
        && text.get(4..5) == Some("-")
        && text.get(7..8) == Some("-")
}

impl Manifest {
    /// SHA-256 of its text: what the seal holds, and what is promised beforehand.
    pub fn digest(&self) -> Digest {
        Digest::of(self.to_string().as_bytes())
    }

    /// Can this be written so that it is read again as it is? Names the first field that cannot.
    pub fn check(&self) -> Result<(), ManifestError> {
        let refuse = |field, why| Err(ManifestError::Field(field, why));
        if !is_line(&self.origin) || self.origin.contains(' ') {
            return refuse("origin", "it is one word");
        }
        if !is_day(&self.date) {
            return refuse("date", "write it as YYYY-MM-DD");
        }
        let plain = "it is one line of at most 500 bytes, without control characters and without spaces at its ends";
        if !is_line(&self.title) {
            return refuse("title", plain);
        }
        if !self.changes.iter().all(|words| is_line(words)) {
            return refuse("change", plain);
        }
        if !self.checks.iter().all(|words| is_line(words)) {
            return refuse("check", plain);
        }
        if self.follows.is_some() == self.changes.is_empty() {
            return refuse("change", "a release that follows another says what changed, and no other does");
        }
        if self.outputs.is_empty() {
            return Err(ManifestError::Nothing);
        }
        if !self.outputs.iter().all(|output| is_name(&output.name)) {
            return refuse(
                "output",
                "its name has 1 to 100 of A-Z, a-z, 0-9, dot, hyphen, underscore, and no dot first",
            );
        }
        // Two names that differ in capitals alone are one file on many disks.
        let folded: BTreeSet<String> = self.outputs.iter().map(|output| output.name.to_ascii_lowercase()).collect();
        if folded.len() != self.outputs.len() {
            return refuse("output", "another output has this name, or the same in other capitals");
        }
        if !self.outputs.is_sorted_by(|one, next| one.name < next.name) {
            return refuse("output", "outputs stand in the order of their names");
        }
        Ok(())
    }

    /// Reads a manifest. Only the one spelling that is written is taken.
    pub fn parse(bytes: &[u8]) -> Result<Manifest, ManifestError> {
        let text = std::str::from_utf8(bytes).ok().filter(|text| text.len() <= LONGEST).ok_or(ManifestError::Text)?;
        let body = text.strip_suffix('\n').ok_or(ManifestError::Text)?;
        let mut lines = Lines { rest: body.split('\n').enumerate().peekable() };
        if lines.rest.next().is_none_or(|(_, line)| line != FIRST) {
            return Err(ManifestError::First);
        }
        let origin = lines.need("origin")?.1.to_owned();
        let release = lines.read("release", |text| text.parse().ok())?;
        let salt = lines.read("salt", read_hex)?;
        let date = lines.need("date")?.1.to_owned();
        let title = lines.need("title")?.1.to_owned();
        let follows = lines.follows()?;
        let changes = lines.all("change");
        let checks = lines.all("check");
        let mut outputs = Vec::new();
        while let Some((number, text)) = lines.next("output") {
            outputs.push(output(text).ok_or(ManifestError::Line(number))?);
        }
        if let Some((at, _)) = lines.rest.next() {
            return Err(ManifestError::Line(at + 1));
        }
        let manifest = Manifest { origin, release, salt, date, title, follows, changes, checks, outputs };
        manifest.check()?;
        // One content has one text, so that one digest stands for it.
        if manifest.to_string() == text { Ok(manifest) } else { Err(ManifestError::Text) }
    }
}

struct Lines<'a> {
    rest: std::iter::Peekable<std::iter::Enumerate<std::str::Split<'a, char>>>,
}

impl<'a> Lines<'a> {
    fn next(&mut self, name: &str) -> Option<(usize, &'a str)> {
        let value = |line: &'a str| line.strip_prefix(name).and_then(|rest| rest.strip_prefix(' '));
        let (at, line) = self.rest.next_if(|(_, line)| value(line).is_some())?;
        Some((at + 1, value(line)?))
    }

    fn need(&mut self, name: &str) -> Result<(usize, &'a str), ManifestError> {
        // Where a line is missing, the next one stands in its place: that one is named.
        let number = self.rest.peek().map(|(at, _)| at + 1);
        self.next(name).ok_or(number.map_or(ManifestError::Text, ManifestError::Line))
    }

    fn read<T>(&mut self, name: &str, read: impl Fn(&str) -> Option<T>) -> Result<T, ManifestError> {
        let (number, text) = self.need(name)?;
        read(text).ok_or(ManifestError::Line(number))
    }

    fn all(&mut self, name: &str) -> Vec<String> {
        std::iter::from_fn(|| self.next(name)).map(|(_, text)| text.to_owned()).collect()
    }

    fn follows(&mut self) -> Result<Option<(Follows, RecordId, Digest)>, ManifestError> {
        for how in [Follows::Corrects, Follows::Withdraws] {
            if let Some((number, text)) = self.next(how.word()) {
                let read = text.split_once(' ').and_then(|(id, digest)| Some((id.parse().ok()?, digest.parse().ok()?)));
                let (release, digest) = read.ok_or(ManifestError::Line(number))?;
                return Ok(Some((how, release, digest)));
            }
        }
        Ok(None)
    }
}

fn output(text: &str) -> Option<Output> {
    let (digest, rest) = text.split_once(' ')?;
    let (length, name) = rest.split_once(' ')?;
    Some(Output { name: name.to_owned(), digest: digest.parse().ok()?, length: decimal(length)? })
}

impl fmt::Display for Manifest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { origin, release, date, title, .. } = self;
        let salt = write_hex(&self.salt);
        write!(f, "{FIRST}\norigin {origin}\nrelease {release}\nsalt {salt}\ndate {date}\ntitle {title}\n")?;
        if let Some((how, release, digest)) = &self.follows {
            writeln!(f, "{} {release} {digest}", how.word())?;
        }
        self.changes.iter().try_for_each(|words| writeln!(f, "change {words}"))?;
        self.checks.iter().try_for_each(|words| writeln!(f, "check {words}"))?;
        self.outputs.iter().try_for_each(|o| writeln!(f, "output {} {} {}", o.digest, o.length, o.name))
    }
}
