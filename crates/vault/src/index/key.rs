//! Which key opens one member's view of one case?

use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

use super::IndexError;
use crate::keys::SecretKey;

/// The key of a view: 32 bytes for the pages and the 16 bytes of salt at the file's beginning. Wiped when dropped.
pub struct IndexKey {
    key: Zeroizing<[u8; 32]>,
    salt: [u8; 16],
}

impl IndexKey {
    /// HKDF-SHA-256 (RFC 5869): the member's X25519 scalar in, the log's origin as salt, `factum index 1` as info, 48 bytes out.
    ///
    /// # Errors
    /// [`IndexError::Key`] when the secret does not decode, which only a fault of the library could bring about.
    pub fn derive(member: &SecretKey, origin: &str) -> Result<Self, IndexError> {
        let secret = member.bytes().map_err(|_| IndexError::Key)?;
        let mut output = Zeroizing::new([0; 48]);
        Hkdf::<Sha256>::new(Some(origin.as_bytes()), secret.as_slice())
            .expand(b"factum index 1", output.as_mut_slice())
            .map_err(|_| IndexError::Key)?;
        let (mut key, mut salt) = (Zeroizing::new([0; 32]), [0; 16]);
        key.copy_from_slice(&output[..32]);
        salt.copy_from_slice(&output[32..]);
        Ok(Self { key, salt })
    }

    /// What the file begins with; says nothing about the key.
    pub(super) fn salt(&self) -> &[u8; 16] {
        &self.salt
    }

    /// The statement that hands key and salt to SQLCipher as they are, without a derivation of its own.
    pub(super) fn pragma(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(120));
        text.push_str("PRAGMA key = \"x'");
        for byte in self.key.iter().chain(&self.salt) {
            for digit in [byte >> 4, byte & 15] {
                text.push(char::from_digit(digit.into(), 16).unwrap_or('0'));
            }
        }
        text.push_str("'\";");
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_of_the_vectors() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../spec/vectors/keys/");
        let derived = std::fs::read_to_string(format!("{folder}derived.txt")).unwrap();
        let line = |name: &str| derived.lines().find_map(|line| line.strip_prefix(name)).unwrap().to_owned();
        let member = SecretKey::from_bytes(&[0x42; 32]).unwrap();
        let key = IndexKey::derive(&member, "factum-case.invalid/00112233445566778899aabbccddeeff").unwrap();
        assert_eq!(*key.pragma(), format!("PRAGMA key = \"x'{}{}'\";", line("index-key "), line("index-salt ")));
    }
}
