//! Who signed these bytes?
//!
//! A member's Ed25519 key (RFC 8032) signs what that member puts into the log, and their own card. Whoever calls builds the
//! bytes with a first line that names what they are, so that a signature of one kind never passes for another.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::Signer;
use thiserror::Error;
use zeroize::Zeroizing;

use crate::keys::{KeyError, random};

/// What can be wrong with a signing key or a signature.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SigningError {
    /// The text is not the base64 of a seed of 32 bytes.
    #[error("this is not a signing seed: it must be the base64 of 32 bytes, unaltered")]
    Seed,
    /// The text is not the base64 of an Ed25519 public key.
    #[error("this is not a signing key: it must be the base64 of the 32 bytes of an Ed25519 public key, unaltered")]
    VerifyingKey,
    /// The text is not the base64 of 64 bytes.
    #[error("this is not a signature: it must be the base64 of 64 bytes, unaltered")]
    Signature,
    /// The signature is not of this key over these bytes.
    #[error("the signature does not belong to this key and this text: one of the three was altered or exchanged")]
    Mismatch,
    /// No key could be made.
    #[error(transparent)]
    Key(#[from] KeyError),
}

/// The half of a member's Ed25519 key that signs. Wiped when dropped; it prints nothing.
#[derive(Clone)]
pub struct SigningKey(ed25519_dalek::SigningKey);

impl SigningKey {
    /// A new key from the operating system's randomness.
    ///
    /// # Errors
    /// [`SigningError::Key`] when the system has none to give.
    pub fn generate() -> Result<Self, SigningError> {
        Ok(Self::from_seed(&*random::<32>()?))
    }

    /// The key that RFC 8032 derives from a seed of 32 bytes.
    pub(crate) fn from_seed(seed: &[u8; 32]) -> Self {
        Self(ed25519_dalek::SigningKey::from_bytes(seed))
    }

    /// Reads the base64 of the seed.
    ///
    /// # Errors
    /// [`SigningError::Seed`] for anything else.
    pub fn parse(text: &str) -> Result<Self, SigningError> {
        Ok(Self::from_seed(&*secret_bytes(text).ok_or(SigningError::Seed)?))
    }

    /// The seed as base64, wiped when dropped. Write it only into something sealed.
    pub fn expose(&self) -> Zeroizing<String> {
        Zeroizing::new(STANDARD.encode(self.seed().as_slice()))
    }

    /// The seed's 32 bytes, wiped when dropped.
    pub(crate) fn seed(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.0.to_bytes())
    }

    /// The signature over exactly these bytes.
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }

    /// The half that verifies.
    pub fn verifying_key(&self) -> VerifyingKey {
        VerifyingKey(self.0.verifying_key().to_bytes())
    }
}

/// The half of a member's Ed25519 key that verifies: 32 bytes (RFC 8032), public. Always a point of the curve.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VerifyingKey([u8; 32]);

impl VerifyingKey {
    /// Takes the 32 bytes of a public key.
    ///
    /// # Errors
    /// [`SigningError::VerifyingKey`] when they are no point of the curve, or one of the few for which a forged signature is easy.
    pub fn from_bytes(bytes: [u8; 32]) -> Result<Self, SigningError> {
        let key = ed25519_dalek::VerifyingKey::from_bytes(&bytes).map_err(|_| SigningError::VerifyingKey)?;
        if key.is_weak() {
            return Err(SigningError::VerifyingKey);
        }
        Ok(Self(bytes))
    }

    /// Reads the base64 of the 32 bytes.
    ///
    /// # Errors
    /// [`SigningError::VerifyingKey`] for anything else.
    pub fn parse(text: &str) -> Result<Self, SigningError> {
        Self::from_bytes(bytes(text).ok_or(SigningError::VerifyingKey)?)
    }

    /// The 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Whether `signature` was made by this key over exactly `message`, by the strict rules (no key or nonce of small order).
    ///
    /// # Errors
    /// [`SigningError::Mismatch`] when it was not.
    pub fn verify(&self, message: &[u8], signature: &[u8; 64]) -> Result<(), SigningError> {
        ed25519_dalek::VerifyingKey::from_bytes(&self.0)
            .and_then(|key| key.verify_strict(message, &ed25519_dalek::Signature::from_bytes(signature)))
            .map_err(|_| SigningError::Mismatch)
    }
}

impl fmt::Display for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&STANDARD.encode(self.0))
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Reads the base64 of a signature's 64 bytes.
///
/// # Errors
/// [`SigningError::Signature`] for anything else.
pub fn parse_signature(text: &str) -> Result<[u8; 64], SigningError> {
    bytes(text).ok_or(SigningError::Signature)
}

/// The `N` bytes that `text` spells in base64 (RFC 4648 §4, padded); the library refuses every other spelling of them.
pub(crate) fn bytes<const N: usize>(text: &str) -> Option<[u8; N]> {
    STANDARD.decode(text).ok()?.try_into().ok()
}

/// The same, for bytes that must be wiped.
pub(crate) fn secret_bytes<const N: usize>(text: &str) -> Option<Zeroizing<[u8; N]>> {
    let decoded = Zeroizing::new(STANDARD.decode(text).ok()?);
    let array: &[u8; N] = decoded.as_slice().try_into().ok()?;
    Some(Zeroizing::new(*array))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    // The first test of RFC 8032, section 7.1: an empty message.
    const SEED: &str = "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=";
    const PUBLIC: &str = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
    const SIGNATURE: &str = "5VZDAMNgrHKQhuLMgG6CioSHfx645dl02HPgZSJJAVVfuIIVkKM7rMYeOXAc+bRr0lv18FlbviRlUUFDjnoQCw==";

    #[test]
    fn the_first_vector_of_rfc_8032() {
        let key = SigningKey::parse(SEED).unwrap();
        assert_eq!(key.verifying_key().to_string(), PUBLIC);
        assert_eq!(STANDARD.encode(key.sign(b"")), SIGNATURE);
        assert_eq!(*key.expose(), SEED);
        VerifyingKey::parse(PUBLIC).unwrap().verify(b"", &parse_signature(SIGNATURE).unwrap()).unwrap();
    }

    #[test]
    fn a_key_of_small_order_is_refused() {
        let mut identity = [0; 32];
        identity[0] = 1;
        assert_eq!(VerifyingKey::from_bytes(identity).err(), Some(SigningError::VerifyingKey));
    }

    #[test]
    fn a_signature_holds_for_one_key_and_one_text() {
        let (key, other) = (SigningKey::generate().unwrap(), SigningKey::generate().unwrap());
        let signature = key.sign(b"factum author 1\n");
        assert_eq!(key.verifying_key().verify(b"factum author 1\n", &signature), Ok(()));
        assert_eq!(key.verifying_key().verify(b"factum author 1", &signature), Err(SigningError::Mismatch));
        assert_eq!(other.verifying_key().verify(b"factum author 1\n", &signature), Err(SigningError::Mismatch));
    }

    proptest! {
        #[test]
        fn texts_have_one_spelling(text in "[A-Za-z0-9+/=]{40,48}") {
            if let Ok(key) = VerifyingKey::parse(&text) {
                prop_assert_eq!(key.to_string(), text.clone());
            }
            if let Ok(key) = SigningKey::parse(&text) {
                prop_assert!(*key.expose() == text);
            }
        }

        #[test]
        fn a_flipped_bit_is_found(bit in 0usize..512, message in prop::collection::vec(any::<u8>(), 0..64)) {
            let key = SigningKey::from_seed(&[7; 32]);
            let mut signature = key.sign(&message);
            signature[bit / 8] ^= 1 << (bit % 8);
            prop_assert_eq!(key.verifying_key().verify(&message, &signature), Err(SigningError::Mismatch));
        }
    }
}
