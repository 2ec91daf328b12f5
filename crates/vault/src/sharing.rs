//! How do several people together hold a key that none of them holds?
//!
//! The recovery key of a case is split by Shamir's scheme (1979) over GF(256), byte by byte: any `threshold` of the shares give
//! it back, fewer say nothing about it. The arithmetic is the library vsss-rs's; what was found wrong with it and its kin, and
//! what the tests here hold it to, is in `docs/design/sharing.md`. A share is a short text, made to be printed and typed again.

use std::collections::BTreeMap;
use std::fmt;

use sha2::{Digest, Sha256};
use thiserror::Error;
use vsss_rs::Gf256;
use vsss_rs::elliptic_curve::rand_core::OsRng;
use zeroize::Zeroizing;

use crate::fields::{self, FieldsError};
use crate::keys::{KeyError, Recipient, SecretKey, random};

const FORMAT: &str = "factum share 1";
const LINES: [&str; 7] = ["origin", "recipient", "set", "threshold", "index", "share", "check"];

/// How many people must come together unless an inquiry decides otherwise: two can be one pressure.
pub const USUAL_THRESHOLD: u8 = 3;

/// The most shares of one key: as many as an inquiry can keep account of, and few enough to try every choice of them.
pub const MOST_SHARES: u8 = 16;

/// What is wrong with a split or with one share's text. No variant carries a share.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ShareError {
    /// The numbers of a split make no sense.
    #[error("a key is split into at most {MOST_SHARES} shares, of which at least 2 and at most all must come together")]
    Numbers,
    /// The origin cannot stand on one line.
    #[error("the origin of the case must be one word without white space")]
    Origin,
    /// The library gave no shares, or shares that do not give the key back.
    #[error("the key could not be split: no share was made; try again")]
    Split,
    /// The key itself.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The text is not laid out as a share.
    #[error("this is not a share: {0}")]
    Fields(#[source] FieldsError),
    /// A line does not hold what it should.
    #[error("the line `{0} …` of the share cannot be read: compare it with the paper, letter by letter")]
    Line(&'static str),
    /// The lines do not belong together.
    #[error(
        "the share's last line does not fit the others: something was mistyped; compare it with the paper, letter by letter"
    )]
    Check,
}

/// One person's share of a recovery key. Wiped when dropped; it prints nothing.
#[derive(Clone)]
pub struct Share {
    of: Split,
    index: u8,
    value: Zeroizing<[u8; 32]>,
}

/// What the shares of one split have in common; public.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Split {
    origin: String,
    recipient: Recipient,
    set: [u8; 16],
    threshold: u8,
}

impl Split {
    /// The origin of the case whose key was split.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The public half of the key that was split.
    pub fn recipient(&self) -> &Recipient {
        &self.recipient
    }

    /// How many shares must come together.
    pub fn threshold(&self) -> u8 {
        self.threshold
    }
}

/// Splits `key` into `count` shares, any `threshold` of which give it back. Random bytes are the operating system's.
///
/// # Errors
/// [`ShareError::Numbers`], [`ShareError::Origin`], [`ShareError::Key`] or [`ShareError::Split`].
pub fn split(key: &SecretKey, origin: &str, threshold: u8, count: u8) -> Result<Vec<Share>, ShareError> {
    fits(threshold, count)?;
    if !is_word(origin) {
        return Err(ShareError::Origin);
    }
    let of = Split { origin: origin.to_owned(), recipient: key.recipient(), set: *random::<16>()?, threshold };
    let parts = Gf256::split_array(threshold.into(), count.into(), key.bytes()?.as_slice(), OsRng)
        .map_err(|_| ShareError::Split)?;
    let mut shares = Vec::with_capacity(parts.len());
    for part in parts.into_iter().map(Zeroizing::new) {
        let [index, value @ ..] = part.as_slice() else { return Err(ShareError::Split) };
        let value = Zeroizing::new(value.try_into().map_err(|_| ShareError::Split)?);
        shares.push(Share { of: of.clone(), index: *index, value });
    }
    // Nobody can try a share before it is needed, so the split is tried here from both ends before any is handed out.
    for choice in [&shares.iter().collect::<Vec<_>>(), &shares.iter().rev().collect::<Vec<_>>()] {
        let choice = choice.get(..threshold.into()).ok_or(ShareError::Split)?;
        combine(choice, &of.recipient).ok_or(ShareError::Split)?;
    }
    Ok(shares)
}

/// Refuses numbers by which no key can be split, for whoever has to know before there is a key.
///
/// # Errors
/// [`ShareError::Numbers`].
pub fn fits(threshold: u8, count: u8) -> Result<(), ShareError> {
    if numbers_fit(threshold, count) { Ok(()) } else { Err(ShareError::Numbers) }
}

fn numbers_fit(threshold: u8, count: u8) -> bool {
    threshold >= 2 && threshold <= count && count <= MOST_SHARES
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_graphic())
}

/// The key that these shares give, if it is the one that belongs to `recipient`.
fn combine(shares: &[&Share], recipient: &Recipient) -> Option<SecretKey> {
    let parts: Vec<Vec<u8>> =
        shares.iter().map(|share| std::iter::once(share.index).chain(share.value.iter().copied()).collect()).collect();
    let parts = Zeroizing::new(parts);
    let bytes = Zeroizing::new(Gf256::combine_array(&*parts).ok()?);
    let key = SecretKey::from_bytes(bytes.as_slice().try_into().ok()?).ok()?;
    (key.recipient() == *recipient).then_some(key)
}

impl Share {
    /// What this share has in common with the others of its split.
    pub fn split(&self) -> &Split {
        &self.of
    }

    /// The share's number, from 1.
    pub fn index(&self) -> u8 {
        self.index
    }

    /// The share as the text that is printed, wiped when dropped. Whoever holds enough of these holds the key.
    pub fn text(&self) -> Zeroizing<String> {
        let head = format!(
            "{FORMAT}\norigin {}\nrecipient {}\nset {}\nthreshold {}\nindex {}\nshare ",
            self.of.origin,
            self.of.recipient,
            groups(&self.of.set).as_str(),
            self.of.threshold,
            self.index
        );
        let value = groups(self.value.as_slice());
        let mut text = Zeroizing::new(String::with_capacity(head.len() + value.len() + 32));
        for part in [&head, value.as_str(), "\n"] {
            text.push_str(part);
        }
        let check = check(&text);
        for part in ["check ", groups(&check).as_str(), "\n"] {
            text.push_str(part);
        }
        text
    }

    /// Reads a share, also one typed from paper: white space at the ends of lines, empty lines, the width of gaps and capital
    /// hexadecimal digits do not matter.
    ///
    /// # Errors
    /// [`ShareError::Fields`], [`ShareError::Line`] or [`ShareError::Check`].
    pub fn parse(typed: &str) -> Result<Self, ShareError> {
        let text = straightened(typed);
        let values = fields::read(&text, FORMAT, LINES).map_err(ShareError::Fields)?;
        let [origin, recipient, set, threshold, index, value, check_line] = values;
        let number = |text: &str, name| match text.parse::<u8>() {
            Ok(number) if number.to_string() == text && (1..=MOST_SHARES).contains(&number) => Ok(number),
            _ => Err(ShareError::Line(name)),
        };
        let share = Self {
            of: Split {
                origin: Some(origin).filter(|text| is_word(text)).ok_or(ShareError::Line("origin"))?.to_owned(),
                recipient: Recipient::parse(recipient).map_err(|_| ShareError::Line("recipient"))?,
                set: *ungrouped(set).ok_or(ShareError::Line("set"))?,
                threshold: number(threshold, "threshold")?,
            },
            index: number(index, "index")?,
            value: ungrouped(value).ok_or(ShareError::Line("share"))?,
        };
        if share.of.threshold < 2 {
            return Err(ShareError::Line("threshold"));
        }
        let stated: Zeroizing<[u8; 8]> = ungrouped(check_line).ok_or(ShareError::Line("check"))?;
        // The text is written anew, so that the check covers what was understood and not how it was typed.
        let written = share.text();
        let covered = written.rfind("check ").and_then(|at| written.get(..at)).ok_or(ShareError::Check)?;
        if check(covered) != *stated {
            return Err(ShareError::Check);
        }
        Ok(share)
    }
}

/// The first 8 bytes of SHA-256 over every line above the last: enough that no slip of a typing hand passes.
fn check(covered: &str) -> [u8; 8] {
    let digest: [u8; 32] = Sha256::digest(covered).into();
    let mut first = [0; 8];
    first.copy_from_slice(&digest[..8]);
    first
}

/// Bytes as hexadecimal digits in groups of four, as they are printed.
fn groups(bytes: &[u8]) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(bytes.len() * 3));
    for (at, byte) in bytes.iter().enumerate() {
        if at > 0 && at % 2 == 0 {
            text.push(' ');
        }
        for digit in [byte >> 4, byte & 15] {
            text.push(char::from_digit(digit.into(), 16).unwrap_or('0'));
        }
    }
    text
}

/// The bytes that groups of hexadecimal digits spell.
fn ungrouped<const N: usize>(text: &str) -> Option<Zeroizing<[u8; N]>> {
    let mut digits =
        text.chars().filter(|c| *c != ' ').map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok()));
    let mut bytes = Zeroizing::new([0; N]);
    for byte in bytes.iter_mut() {
        let (high, low) = (digits.next()??, digits.next()??);
        *byte = high << 4 | low;
    }
    digits.next().is_none().then_some(bytes)
}

/// The text with one gap where there were several, and no white space at the ends of lines or empty lines.
fn straightened(typed: &str) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(typed.len() + 1));
    for line in typed.lines() {
        let mut words = line.split_whitespace();
        let Some(first) = words.next() else { continue };
        text.push_str(first);
        for word in words {
            text.push(' ');
            text.push_str(word);
        }
        text.push('\n');
    }
    text
}

/// One thing found wrong with the shares that came together; `place` counts them as given, from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ShareFault {
    /// It belongs to another split: another case, another key, another time of splitting.
    Stranger {
        /// Which of the shares given.
        place: usize,
    },
    /// It has the number of another share and another value: one of the two is not what was handed out.
    Conflict {
        /// Which of the shares given.
        place: usize,
        /// The one before it with the same number.
        with: usize,
    },
    /// It is not on the same curve as the others: it was altered together with its check.
    Wrong {
        /// Which of the shares given.
        place: usize,
    },
}

impl fmt::Display for ShareFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stranger { place } => write!(f, "share {place} belongs to another split"),
            Self::Conflict { place, with } => {
                write!(f, "shares {with} and {place} have one number and different values")
            }
            Self::Wrong { place } => write!(f, "share {place} does not fit the others"),
        }
    }
}

/// Why shares did not give a key.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum JoinError {
    /// Not enough of one split came together.
    #[error("{have} fitting shares of one split came together, {need} are needed{}", told(.faults))]
    TooFew {
        /// How many different shares of the split there are.
        have: usize,
        /// How many it takes.
        need: usize,
        /// What is wrong with others.
        faults: Vec<ShareFault>,
    },
    /// No choice of the shares gives the key they name.
    #[error("no {need} of the shares give the key they name: at least one of them is not what was handed out; bring another{}", told(.faults))]
    NoKey {
        /// How many it takes.
        need: usize,
        /// What is wrong with others.
        faults: Vec<ShareFault>,
    },
    /// More shares than any split has.
    #[error("more than {MOST_SHARES} shares were given: no split has so many")]
    TooMany,
}

fn told(faults: &[ShareFault]) -> String {
    faults.iter().map(|fault| format!("; {fault}")).collect()
}

/// A key that shares gave back, and what was found wrong with the others.
pub struct Joined {
    /// The key; its recipient is the one the shares name.
    pub key: SecretKey,
    /// The faults of the shares that were not needed.
    pub faults: Vec<ShareFault>,
}

/// Gives back the key of the split to which most of the shares belong.
///
/// # Errors
/// [`JoinError::TooFew`] before any arithmetic when they are too few, [`JoinError::NoKey`] when no choice of them gives the key.
pub fn join(shares: &[Share]) -> Result<Joined, JoinError> {
    if shares.len() > MOST_SHARES.into() {
        return Err(JoinError::TooMany);
    }
    let mut counts = BTreeMap::<&Split, usize>::new();
    shares.iter().for_each(|share| *counts.entry(&share.of).or_default() += 1);
    let Some((of, _)) = counts.into_iter().max_by_key(|(_, count)| *count) else {
        return Err(JoinError::TooFew { have: 0, need: USUAL_THRESHOLD.into(), faults: Vec::new() });
    };
    let (need, mut faults) = (usize::from(of.threshold), Vec::new());
    let mut candidates = Vec::<(usize, &Share)>::new();
    for (place, share) in (1..).zip(shares) {
        if share.of != *of {
            faults.push(ShareFault::Stranger { place });
            continue;
        }
        match candidates.iter().find(|(_, other)| other.index == share.index) {
            Some((_, other)) if other.value == share.value => continue,
            Some((with, _)) => faults.push(ShareFault::Conflict { place, with: *with }),
            None => {}
        }
        candidates.push((place, share));
    }
    let different = candidates.iter().map(|(_, share)| share.index).collect::<std::collections::BTreeSet<_>>().len();
    if different < need {
        return Err(JoinError::TooFew { have: different, need, faults });
    }
    let mut chosen = Vec::with_capacity(need);
    let Some(key) = search(&candidates, need, &mut chosen, &of.recipient) else {
        return Err(JoinError::NoKey { need, faults });
    };
    for (place, share) in &candidates {
        // A share that stands in for one of the chosen and still gives the key is on the same curve.
        let stand_in: Vec<&Share> = std::iter::once(*share)
            .chain(chosen.iter().copied().filter(|other| other.index != share.index))
            .take(need)
            .collect();
        if combine(&stand_in, &of.recipient).is_none() {
            faults.push(ShareFault::Wrong { place: *place });
        }
    }
    Ok(Joined { key, faults })
}

/// The first choice of `need` candidates with different numbers that gives the key; `chosen` holds it afterwards.
fn search<'a>(
    candidates: &[(usize, &'a Share)],
    need: usize,
    chosen: &mut Vec<&'a Share>,
    recipient: &Recipient,
) -> Option<SecretKey> {
    if chosen.len() == need {
        return combine(chosen, recipient);
    }
    for (at, (_, share)) in candidates.iter().enumerate() {
        if chosen.iter().any(|other| other.index == share.index) {
            continue;
        }
        chosen.push(share);
        let rest = candidates.get(at + 1..).unwrap_or_default();
        if let Some(key) = search(rest, need, chosen, recipient) {
            return Some(key);
        }
        chosen.pop();
    }
    None
}

#[cfg(test)]
#[path = "sharing/tests.rs"]
mod tests;
