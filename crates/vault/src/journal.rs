//! What did a reader open, and when, until the log can say so?
//!
//! Reading must not wait for the log's one writer, so each view goes into a journal of the reader's own: a file of lines, each an
//! age file sealed to the reader, in base64. It is folded into the log at the reader's next write and then cut. Every view
//! is filled to one length before it is sealed, so that the file shows how many views there were and no more (age puts a random
//! number of meaningless bytes into the head of a file).
//!
//! Here is the form only; the file lies where the caller's store puts it. **Append** [`line`] and sync before showing anything;
//! **fold** what [`read`] gives; once the log has acknowledged it, **replace** the file by what [`Journal::rest`] leaves, in one
//! rename. A crash between the last two folds a view twice: its random id tells. A reader who deletes the file, or who reads with
//! stock `age`, leaves no view: the journal is for those who want to account for themselves.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use thiserror::Error;
use zeroize::Zeroizing;

use crate::fields;
use crate::identity::is_time;
use crate::keys::{KeyError, Recipient, SecretKey, random};

const FORMAT: &str = "factum view 1";
const LINES: [&str; 5] = ["id", "time", "act", "object", "record"];

/// The plaintext's length in bytes: the longest view is shorter, the rest is newlines.
const LENGTH: usize = 256;

/// The longest act in bytes, so that every view fits.
const LONGEST_ACT: usize = 32;

/// Why a view could not be written.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum JournalError {
    /// The time is not written as it must be.
    #[error("the time of a view must read YYYY-MM-DDThh:mm:ssZ")]
    Time,
    /// The act is not a word.
    #[error("the act of a view must be one word of 1 to {LONGEST_ACT} small letters and hyphens")]
    Act,
    /// No id could be drawn.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The library gave no sealed line.
    #[error("the view could not be sealed: the operating system may have no random bytes; try again")]
    Seal,
}

/// One view of one object or record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    id: [u8; 16],
    time: String,
    act: String,
    object: [u8; 32],
    record: Option<[u8; 16]>,
}

impl View {
    /// A view at `time` (the caller's clock, `YYYY-MM-DDThh:mm:ssZ`) of an object, or of one record in it, under a random id.
    ///
    /// # Errors
    /// [`JournalError::Time`], [`JournalError::Act`] or [`JournalError::Key`].
    pub fn new(time: &str, act: &str, object: [u8; 32], record: Option<[u8; 16]>) -> Result<Self, JournalError> {
        Self::of(*random::<16>()?, time, act, object, record)
    }

    fn of(
        id: [u8; 16],
        time: &str,
        act: &str,
        object: [u8; 32],
        record: Option<[u8; 16]>,
    ) -> Result<Self, JournalError> {
        if !is_time(time) {
            return Err(JournalError::Time);
        }
        if act.is_empty()
            || act.len() > LONGEST_ACT
            || !act.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
        {
            return Err(JournalError::Act);
        }
        Ok(Self { id, time: time.to_owned(), act: act.to_owned(), object, record })
    }

    /// The view's own id, by which a second folding is recognised.
    pub fn id(&self) -> &[u8; 16] {
        &self.id
    }

    /// When, by the clock of the reader's machine.
    pub fn time(&self) -> &str {
        &self.time
    }

    /// What the reader did.
    pub fn act(&self) -> &str {
        &self.act
    }

    /// SHA-256 of the object that was opened.
    pub fn object(&self) -> &[u8; 32] {
        &self.object
    }

    /// The record that was shown, when it was one.
    pub fn record(&self) -> Option<&[u8; 16]> {
        self.record.as_ref()
    }

    fn text(&self) -> String {
        let record = self.record.map_or("-".to_owned(), |record| hex(&record));
        let text = format!(
            "{FORMAT}\nid {}\ntime {}\nact {}\nobject {}\nrecord {record}\n",
            hex(&self.id),
            self.time,
            self.act,
            hex(&self.object)
        );
        format!("{text}{}", "\n".repeat(LENGTH.saturating_sub(text.len())))
    }

    fn parse(padded: &str) -> Option<Self> {
        let text = format!("{}\n", padded.trim_end_matches('\n'));
        let [id, time, act, object, record] = fields::read(&text, FORMAT, LINES).ok()?;
        let record = if record == "-" { None } else { Some(unhex(record)?) };
        let view = Self::of(unhex(id)?, time, act, unhex(object)?, record).ok()?;
        (view.text() == padded).then_some(view)
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    if text.len() != 2 * N {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        let digit = |at: usize| pair.get(at).and_then(|digit| char::from(*digit).to_digit(16));
        *byte = u8::try_from(digit(0)? << 4 | digit(1)?).ok()?;
    }
    (hex(&bytes) == text).then_some(bytes)
}

/// The bytes to append for one view. They begin with a newline too: what a crash left of the line before is ended by it, and
/// empty lines mean nothing.
///
/// # Errors
/// [`JournalError::Seal`].
pub fn line(view: &View, reader: &Recipient) -> Result<Vec<u8>, JournalError> {
    let sealed = age::encrypt(reader.age(), view.text().as_bytes()).map_err(|_| JournalError::Seal)?;
    Ok(format!("\n{}\n", STANDARD.encode(sealed)).into_bytes())
}

/// What is wrong with a line of a journal; `line` counts those that are not empty, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JournalFault {
    /// It was torn or altered, or is sealed to somebody else.
    Unreadable {
        /// Which line.
        line: usize,
    },
    /// It opens, and holds no view of this version.
    NoView {
        /// Which line.
        line: usize,
    },
}

/// What a journal holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Journal {
    /// The views, in the order they were written.
    pub views: Vec<View>,
    /// The lines that hold none.
    pub faults: Vec<JournalFault>,
    length: usize,
}

impl Journal {
    /// What is to stay of the journal's bytes once these views are folded: those written since it was read.
    pub fn rest<'a>(&self, bytes: &'a [u8]) -> &'a [u8] {
        bytes.get(self.length..).unwrap_or_default()
    }
}

/// Reads a journal's bytes; a line that cannot be read does not keep the others from being read.
pub fn read(bytes: &[u8], reader: &SecretKey) -> Journal {
    let mut journal = Journal { views: Vec::new(), faults: Vec::new(), length: bytes.len() };
    let lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    for (line, sealed) in (1..).zip(lines) {
        let opened = STANDARD.decode(sealed).ok().and_then(|sealed| age::decrypt(reader.age(), &sealed).ok());
        let Some(plain) = opened.map(Zeroizing::new) else {
            journal.faults.push(JournalFault::Unreadable { line });
            continue;
        };
        match std::str::from_utf8(&plain).ok().and_then(View::parse) {
            Some(view) => journal.views.push(view),
            None => journal.faults.push(JournalFault::NoView { line }),
        }
    }
    journal
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TIME: &str = "2026-11-27T01:00:00Z";

    fn view(number: u8) -> View {
        View::new(TIME, "open", [number; 32], number.is_multiple_of(2).then_some([number; 16])).unwrap()
    }

    fn written(views: &[View], reader: &SecretKey) -> Vec<u8> {
        views.iter().flat_map(|view| line(view, &reader.recipient()).unwrap()).collect()
    }

    #[test]
    fn views_are_read_in_the_order_they_were_written() {
        let reader = SecretKey::generate().unwrap();
        let views: Vec<View> = (0..4).map(view).collect();
        let journal = read(&written(&views, &reader), &reader);
        assert_eq!((journal.views, journal.faults), (views, vec![]));
        assert_eq!(read(b"", &reader).views, []);
    }

    #[test]
    fn every_view_has_one_length() {
        let long = View::new(TIME, &"a".repeat(LONGEST_ACT), [1; 32], Some([1; 16])).unwrap();
        for view in [long, view(1), view(2), View::new(TIME, "a", [0; 32], None).unwrap()] {
            assert_eq!(view.text().len(), LENGTH);
        }
    }

    #[test]
    fn views_that_make_no_sense_are_refused() {
        assert_eq!(View::new("now", "open", [0; 32], None), Err(JournalError::Time));
        for act in ["", "two words", "Open", &"a".repeat(LONGEST_ACT + 1)] {
            assert_eq!(View::new(TIME, act, [0; 32], None), Err(JournalError::Act));
        }
    }

    #[test]
    fn folding_leaves_what_was_written_since() {
        let reader = SecretKey::generate().unwrap();
        let (first, second) = (written(&[view(1)], &reader), written(&[view(2)], &reader));
        let journal = read(&first, &reader);
        assert_eq!(journal.rest(&[first.clone(), second.clone()].concat()), second);
        assert_eq!(journal.rest(&first), b"");
        assert_eq!(journal.rest(b""), b"");
    }

    #[test]
    fn a_line_for_somebody_else_or_of_another_kind_is_named() {
        let (reader, other) = (SecretKey::generate().unwrap(), SecretKey::generate().unwrap());
        let card = STANDARD.encode(age::encrypt(reader.recipient().age(), b"factum card 1\n").unwrap());
        let bytes =
            [written(&[view(1)], &other), written(&[view(2)], &reader), format!("{card}\n").into_bytes()].concat();
        let journal = read(&bytes, &reader);
        assert_eq!(journal.views.len(), 1);
        assert_eq!(journal.faults, [JournalFault::Unreadable { line: 1 }, JournalFault::NoView { line: 3 }]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn a_torn_line_costs_no_other(cut in any::<prop::sample::Index>()) {
            let reader = SecretKey::generate().unwrap();
            let (before, torn, after) = (view(1), view(2), view(3));
            let line = line(&torn, &reader.recipient()).unwrap();
            let kept = cut.index(line.len());
            let bytes = [written(std::slice::from_ref(&before), &reader), line[..kept].to_vec(), written(std::slice::from_ref(&after), &reader)];
            let journal = read(&bytes.concat(), &reader);
            // Without its last newline the line is whole all the same.
            let expected = if kept + 1 == line.len() { vec![before, torn, after] } else { vec![before, after] };
            prop_assert_eq!(journal.views, expected);
        }

        #[test]
        fn arbitrary_bytes_hold_no_view(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let reader = SecretKey::from_bytes(&[0x42; 32]).unwrap();
            prop_assert_eq!(read(&bytes, &reader).views, []);
        }

        #[test]
        fn views_have_one_spelling(number in any::<u8>(), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
            let view = view(number);
            prop_assert_eq!(View::parse(&view.text()), Some(view.clone()));
            let mut bytes = view.text().into_bytes();
            let at = at.index(bytes.len());
            bytes[at] = byte;
            if let Ok(text) = std::str::from_utf8(&bytes) && let Some(read) = View::parse(text) {
                prop_assert_eq!(read.text(), text);
            }
        }
    }
}
