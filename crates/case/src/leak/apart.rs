//! Who takes a file apart that may have been made to harm?
//!
//! Outputs hold pictures and annexes that came from anybody. They are taken apart by the child process without rights in which evidence is
//! looked into ([`crate::extract`]): it has no key of the case, no file, no network, and a bound on its time and memory. Where it gives no
//! answer the file was not read, and that is what is said; nothing is read in this process instead.

use super::read::{Reading, name};
use crate::extract::parent::short;
use crate::extract::{Examiner, Extracted, Outcome, Task, pixels};
use image::RgbImage;

/// The longest name of a part of a file, and the longest reason why one was not read, in bytes.
const LONGEST: usize = 600;

/// Takes files apart, several at a time.
pub trait Apart: Sync {
    /// Every word of a file, its name among them.
    fn words(&self, name: &str, bytes: &[u8]) -> Reading;

    /// What kind of file it is, and its text.
    ///
    /// # Errors
    /// Why it was not read.
    fn text(&self, name: &str, bytes: &[u8]) -> Result<Extracted, String>;

    /// What a picture shows.
    ///
    /// # Errors
    /// Why it was not read.
    fn pixels(&self, name: &str, bytes: &[u8]) -> Result<RgbImage, String>;
}

impl Apart for Examiner {
    fn words(&self, called: &str, bytes: &[u8]) -> Reading {
        let answer = self.asked(Task::Words).answer(bytes, called);
        let mut reading = answer
            .and_then(|answer| understood(&answer))
            .unwrap_or_else(|why| Reading { unread: vec![format!("it was not read: {why}")], ..Reading::default() });
        reading.words.insert(0, name(called));
        reading
    }

    fn text(&self, called: &str, bytes: &[u8]) -> Result<Extracted, String> {
        match self.examine(bytes, called) {
            Outcome::Known(found) => Ok(*found),
            Outcome::Unknown { why } => Err(why),
        }
    }

    fn pixels(&self, called: &str, bytes: &[u8]) -> Result<RgbImage, String> {
        let answer = self.asked(Task::Pixels).answer(bytes, called)?;
        pixels::unpacked(answer).ok_or_else(|| "the reader could not unpack it".into())
    }
}

/// An answer, if it keeps what a reading keeps: parts and reasons are printed, so they must be short.
fn understood(answer: &[u8]) -> Result<Reading, String> {
    let reading: Reading = serde_json::from_slice(answer).map_err(|_| "the reader's answer cannot be understood")?;
    let parts = reading.words.iter().map(|words| &words.part).chain(reading.tables.iter().map(|table| &table.part));
    let kept = parts.chain(&reading.unread).all(|words| short(words, LONGEST));
    if kept { Ok(reading) } else { Err("the reader's answer is outside the bounds of answers".into()) }
}

/// Takes files apart in this very process: for tests, whose files are their own.
#[cfg(test)]
pub(crate) struct Here;

#[cfg(test)]
impl Apart for Here {
    fn words(&self, called: &str, bytes: &[u8]) -> Reading {
        // As the child does, by way of its answer.
        let reading = super::read::apart(called, bytes);
        let mut reading = understood(&serde_json::to_vec(&reading).unwrap()).unwrap();
        reading.words.insert(0, name(called));
        reading
    }

    fn text(&self, called: &str, bytes: &[u8]) -> Result<Extracted, String> {
        Ok(crate::extract::look(bytes, called, true))
    }

    fn pixels(&self, _: &str, bytes: &[u8]) -> Result<RgbImage, String> {
        pixels::shown(bytes).ok_or_else(|| "it cannot be unpacked".into())
    }
}
