//! Which keys open a sealed file, and how are they written down?
//!
//! Everything secret in a case is an age v1 file sealed to X25519 recipients (C2SP `age.md`). The two halves of such a key are
//! kept apart here as types, so that a signature that takes a [`Recipient`] can never be handed the half that opens. Secrets
//! come from the operating system's randomness only and show themselves only through `expose`.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use age::secrecy::ExposeSecret;
use thiserror::Error;
use zeroize::Zeroizing;

/// What can be wrong with a key. No variant carries the text it speaks of.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum KeyError {
    /// The text is not an age X25519 identity in its one spelling.
    #[error(
        "this is not an age secret key: it must be one line that begins with AGE-SECRET-KEY-1, in capitals, unaltered"
    )]
    SecretKey,
    /// The text is not an age X25519 recipient in its one spelling.
    #[error("this is not an age recipient: it must be one line that begins with age1, in small letters, unaltered")]
    Recipient,
    /// The operating system gave no random bytes, so no key may be made.
    #[error("the operating system gave no random bytes: no key was made; restart the machine and try again")]
    Randomness,
}

/// What begins the text of an age secret key, without the separating digit.
const PREFIX: bech32::Hrp = bech32::Hrp::parse_unchecked("AGE-SECRET-KEY-");

/// Random bytes of the operating system, wiped when dropped. The only source of randomness of this crate's keys.
///
/// # Errors
/// [`KeyError::Randomness`] when the system has none to give.
pub fn random<const N: usize>() -> Result<Zeroizing<[u8; N]>, KeyError> {
    let mut bytes = Zeroizing::new([0; N]);
    getrandom::fill(bytes.as_mut_slice()).map_err(|_| KeyError::Randomness)?;
    Ok(bytes)
}

/// The half of an age key that opens: a member's, or a compartment's. Wiped when dropped; it prints nothing.
#[derive(Clone)]
pub struct SecretKey(age::x25519::Identity);

impl SecretKey {
    /// A new key from the operating system's randomness.
    ///
    /// # Errors
    /// [`KeyError::Randomness`] when the system has none to give.
    pub fn generate() -> Result<Self, KeyError> {
        // age draws from the same source and ends the process when it fails; asking first turns that into an error.
        random::<32>()?;
        Ok(Self(age::x25519::Identity::generate()))
    }

    /// Reads `AGE-SECRET-KEY-1…`. Only the spelling that [`SecretKey::expose`] gives is taken.
    ///
    /// # Errors
    /// [`KeyError::SecretKey`] for anything else.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let key = age::x25519::Identity::from_str(text).map_err(|_| KeyError::SecretKey)?;
        if key.to_string().expose_secret() != text {
            return Err(KeyError::SecretKey);
        }
        Ok(Self(key))
    }

    /// The secret as the text that stock `age -i` reads, wiped when dropped. Write it only into something sealed.
    pub fn expose(&self) -> Zeroizing<String> {
        Zeroizing::new(self.0.to_string().expose_secret().to_owned())
    }

    /// The 32 bytes of the X25519 scalar, wiped when dropped.
    pub(crate) fn bytes(&self) -> Result<Zeroizing<[u8; 32]>, KeyError> {
        let text = self.expose();
        let checked = bech32::primitives::decode::CheckedHrpstring::new::<bech32::Bech32>(&text)
            .map_err(|_| KeyError::SecretKey)?;
        let mut bytes = Zeroizing::new([0; 32]);
        let mut read = checked.byte_iter();
        for byte in bytes.iter_mut() {
            *byte = read.next().ok_or(KeyError::SecretKey)?;
        }
        Ok(bytes)
    }

    /// The key with these 32 bytes.
    pub(crate) fn from_bytes(bytes: &[u8; 32]) -> Result<Self, KeyError> {
        let text = bech32::encode_upper::<bech32::Bech32>(PREFIX, bytes).map_err(|_| KeyError::SecretKey)?;
        Self::parse(&Zeroizing::new(text))
    }

    /// The half that seals.
    pub fn recipient(&self) -> Recipient {
        Recipient::of(self.0.to_public())
    }

    /// The key as the age library takes it.
    pub(crate) fn age(&self) -> &age::x25519::Identity {
        &self.0
    }
}

/// The half of an age key that seals; public.
#[derive(Clone)]
pub struct Recipient {
    text: String,
    key: age::x25519::Recipient,
}

impl Recipient {
    fn of(key: age::x25519::Recipient) -> Self {
        Self { text: key.to_string(), key }
    }

    /// Reads `age1…`. Only the spelling that [`Recipient::as_str`] gives is taken.
    ///
    /// # Errors
    /// [`KeyError::Recipient`] for anything else.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let recipient = Self::of(age::x25519::Recipient::from_str(text).map_err(|_| KeyError::Recipient)?);
        if recipient.text != text {
            return Err(KeyError::Recipient);
        }
        Ok(recipient)
    }

    /// The text that stock `age -r` takes.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The key as the age library takes it.
    pub(crate) fn age(&self) -> &age::x25519::Recipient {
        &self.key
    }
}

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

// The text is the key's one spelling, so it stands for the key in comparisons.
impl PartialEq for Recipient {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Recipient {}

impl PartialOrd for Recipient {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Recipient {
    fn cmp(&self, other: &Self) -> Ordering {
        self.text.cmp(&other.text)
    }
}

impl Hash for Recipient {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    // A published test key; nothing is ever sealed to it outside of tests.
    const SECRET: &str = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX";
    const PUBLIC: &str = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj";

    #[test]
    fn the_published_key_is_read_and_written_back() {
        let key = SecretKey::parse(SECRET).unwrap();
        assert_eq!(*key.expose(), SECRET);
        assert_eq!(key.recipient().as_str(), PUBLIC);
        assert_eq!(Recipient::parse(PUBLIC).unwrap(), key.recipient());
    }

    #[test]
    fn a_key_comes_back_from_its_bytes() {
        let key = SecretKey::parse(SECRET).unwrap();
        assert_eq!(*key.bytes().unwrap(), [0x42; 32]);
        assert!(*SecretKey::from_bytes(&key.bytes().unwrap()).unwrap().expose() == SECRET);
    }

    #[test]
    fn two_made_keys_differ() {
        let (a, b) = (SecretKey::generate().unwrap(), SecretKey::generate().unwrap());
        assert_ne!(a.recipient(), b.recipient());
        assert_ne!(*a.expose(), *b.expose());
    }

    #[test]
    fn another_spelling_is_refused() {
        for text in [SECRET.to_lowercase(), format!("{SECRET}\n"), format!(" {SECRET}"), PUBLIC.to_owned()] {
            assert_eq!(SecretKey::parse(&text).err(), Some(KeyError::SecretKey));
        }
        for text in [PUBLIC.to_uppercase(), format!("{PUBLIC} "), SECRET.to_owned()] {
            assert_eq!(Recipient::parse(&text).err(), Some(KeyError::Recipient));
        }
    }

    proptest! {
        #[test]
        fn arbitrary_text_is_no_key(text in any::<String>()) {
            prop_assert!(SecretKey::parse(&text).is_err());
            prop_assert!(Recipient::parse(&text).is_err());
        }

        #[test]
        fn one_changed_letter_is_found(at in 0usize..PUBLIC.len(), letter in "[ -~]") {
            let mut text = PUBLIC.to_owned();
            text.replace_range(at..=at, &letter);
            prop_assert_eq!(Recipient::parse(&text).is_ok(), text == PUBLIC);
        }
    }
}
