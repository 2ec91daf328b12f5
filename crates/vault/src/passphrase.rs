//! How does a passphrase close a file that stock `age` can open again?
//!
//! An age v1 file with one scrypt stanza (C2SP `age.md`, RFC 7914): `age -d FILE` asks for the passphrase and gives the plaintext.

use age::secrecy::{ExposeSecret, SecretString};
use thiserror::Error;
use zeroize::Zeroizing;

/// What can go wrong when a passphrase closes or opens a file.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PassphraseError {
    /// A passphrase of no characters protects nothing.
    #[error("the passphrase is empty: choose one of several words")]
    Empty,
    /// The file could not be closed.
    #[error(
        "the file could not be closed with the passphrase: the operating system may have no random bytes; try again"
    )]
    Close,
    /// The bytes are not an age file, or its head or body was altered.
    #[error("this is not an age file closed with a passphrase, or it was altered: take another copy of it")]
    Damaged,
    /// The file is not closed with this passphrase.
    #[error("the passphrase does not open this file: type it again, minding capitals and the keyboard's language")]
    Wrong,
    /// The file asks for more work than any file made here, which would stop the machine.
    #[error("the file asks for more than 2^{MOST} steps of work for one try: it was not made here; do not open it")]
    TooMuchWork,
}

/// The most work (as log2 of scrypt's N) that opening a file may ask for: 1 GiB of memory and some seconds. Stock `age` writes 18.
const MOST: u8 = 20;

/// How much work one try of a passphrase costs, for the owner and for whoever guesses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// N = 2^18, r = 8, p = 1: about one second and 256 MiB, what stock `age` asks for. For every passphrase a person chose.
    Person,
    /// N = 2^10: milliseconds. Only for a passphrase of at least 128 random bits (a field kit's), and for tests.
    Random,
}

impl Work {
    fn log_n(self) -> u8 {
        match self {
            Self::Person => 18,
            Self::Random => 10,
        }
    }
}

/// What a person types to open a file. Wiped when dropped; it prints nothing.
#[derive(Clone)]
pub struct Passphrase(SecretString);

impl Passphrase {
    /// Takes the characters exactly as typed, without the line's end: stock `age` must be able to open the file with the same ones.
    ///
    /// # Errors
    /// [`PassphraseError::Empty`] when there are none.
    pub fn new(typed: String) -> Result<Self, PassphraseError> {
        // Wrapped before the test, so that the characters are wiped on either way out.
        let secret = SecretString::from(typed);
        if secret.expose_secret().is_empty() {
            return Err(PassphraseError::Empty);
        }
        Ok(Self(secret))
    }

    /// `plain` as a binary age file that this passphrase opens.
    ///
    /// # Errors
    /// [`PassphraseError::Close`] when the library refuses.
    pub fn close(&self, plain: &[u8], work: Work) -> Result<Vec<u8>, PassphraseError> {
        let mut recipient = age::scrypt::Recipient::new(self.0.clone());
        recipient.set_work_factor(work.log_n());
        age::encrypt(&recipient, plain).map_err(|_| PassphraseError::Close)
    }

    /// The plaintext of an age file that this passphrase closed, wiped when dropped.
    ///
    /// # Errors
    /// [`PassphraseError::Wrong`], [`PassphraseError::TooMuchWork`], or [`PassphraseError::Damaged`] for everything else.
    pub fn open(&self, file: &[u8]) -> Result<Zeroizing<Vec<u8>>, PassphraseError> {
        let mut identity = age::scrypt::Identity::new(self.0.clone());
        identity.set_max_work_factor(MOST);
        age::decrypt(&identity, file).map(Zeroizing::new).map_err(|fault| match fault {
            age::DecryptError::ExcessiveWork { .. } => PassphraseError::TooMuchWork,
            age::DecryptError::DecryptionFailed | age::DecryptError::KeyDecryptionFailed => PassphraseError::Wrong,
            _ => PassphraseError::Damaged,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn passphrase(text: &str) -> Passphrase {
        Passphrase::new(text.to_owned()).unwrap()
    }

    #[test]
    fn only_the_same_characters_open() {
        assert_eq!(Passphrase::new(String::new()).err(), Some(PassphraseError::Empty));
        let file = passphrase("سەۋر قىل 忍耐").close(b"plain", Work::Random).unwrap();
        assert_eq!(**passphrase("سەۋر قىل 忍耐").open(&file).unwrap(), *b"plain");
        assert_eq!(passphrase("سەۋر قىل 忍耐 ").open(&file), Err(PassphraseError::Wrong));
    }

    #[test]
    fn a_persons_passphrase_costs_what_stock_age_asks() {
        assert_eq!(Work::Person.log_n(), 18);
        let file = passphrase("a").close(b"", Work::Random).unwrap();
        let head = String::from_utf8_lossy(&file).into_owned();
        assert!(head.lines().nth(1).is_some_and(|stanza| stanza.starts_with("-> scrypt ") && stanza.ends_with(" 10")));
    }

    #[test]
    fn a_file_that_asks_for_too_much_is_refused_before_the_work() {
        let file = passphrase("a").close(b"plain", Work::Random).unwrap();
        let at = file.windows(4).position(|bytes| bytes == b" 10\n").unwrap();
        let mut dear = file.clone();
        dear[at + 1..at + 3].copy_from_slice(b"40");
        assert_eq!(passphrase("a").open(&dear), Err(PassphraseError::TooMuchWork));
    }

    #[test]
    fn a_file_sealed_to_a_key_is_not_one_closed_with_a_passphrase() {
        let key = crate::keys::SecretKey::generate().unwrap();
        let file = age::encrypt(key.recipient().age(), b"plain").unwrap();
        assert_eq!(passphrase("a").open(&file), Err(PassphraseError::Damaged));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn arbitrary_bytes_do_not_open(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            prop_assert_eq!(passphrase("a").open(&bytes), Err(PassphraseError::Damaged));
        }

        #[test]
        fn an_altered_file_does_not_open(at in any::<prop::sample::Index>(), bit in 0u8..8) {
            let mut file = passphrase("a").close(b"plain", Work::Random).unwrap();
            let at = at.index(file.len());
            file[at] ^= 1 << bit;
            prop_assert!(passphrase("a").open(&file).is_err());
        }
    }
}
