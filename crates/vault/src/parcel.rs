//! How are bytes sealed to one reader outside a case, so that stock `age -d` opens them?
//!
//! A parcel is an age v1 file with one recipient. It is made in memory: what is handed to a reader or to custodians is a report or a
//! record, and its plaintext must not touch a disk.

use crate::keys::{KeyError, Recipient, SecretKey};
use std::io::{Read, Write};
use thiserror::Error;
use zeroize::Zeroizing;

/// Why a parcel is not made or not opened.
#[derive(Debug, Error)]
pub enum ParcelError {
    /// The system gave no randomness.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// It could not be sealed.
    #[error("the bytes could not be sealed: there was not enough memory, or the recipient's key is unusable")]
    Seal,
    /// The key does not open it, or it was altered.
    #[error(
        "the key does not open this file, or the file was cut or altered: compare its digest with the one you were given"
    )]
    Closed,
}

/// Seals bytes to one recipient.
///
/// # Errors
/// [`ParcelError::Key`] when the operating system has no randomness to give; [`ParcelError::Seal`].
pub fn seal(plain: &[u8], recipient: &Recipient) -> Result<Vec<u8>, ParcelError> {
    // age draws from the same source and ends the process when it fails; asking first turns that into an error.
    crate::keys::random::<32>()?;
    let keys = std::iter::once(recipient.age() as &dyn age::Recipient);
    let encryptor = age::Encryptor::with_recipients(keys).map_err(|_| ParcelError::Seal)?;
    let mut sealed = Vec::with_capacity(plain.len() + 512);
    let mut writer = encryptor.wrap_output(&mut sealed).map_err(|_| ParcelError::Seal)?;
    writer.write_all(plain).map_err(|_| ParcelError::Seal)?;
    writer.finish().map_err(|_| ParcelError::Seal)?;
    Ok(sealed)
}

/// Opens what [`seal`] made; the plaintext is wiped when dropped.
///
/// # Errors
/// [`ParcelError::Closed`].
pub fn open(sealed: &[u8], key: &SecretKey) -> Result<Zeroizing<Vec<u8>>, ParcelError> {
    let decryptor = age::Decryptor::new_buffered(sealed).map_err(|_| ParcelError::Closed)?;
    let keys = std::iter::once(key.age() as &dyn age::Identity);
    let mut reader = decryptor.decrypt(keys).map_err(|_| ParcelError::Closed)?;
    // Of its full size at once: a vector that grows leaves copies behind.
    let mut plain = Zeroizing::new(Vec::with_capacity(sealed.len()));
    reader.read_to_end(&mut plain).map_err(|_| ParcelError::Closed)?;
    Ok(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parcel_opens_to_its_reader_alone_and_whole() {
        let (reader, other) = (SecretKey::generate().unwrap(), SecretKey::generate().unwrap());
        for plain in [&b""[..], b"x", &[7; 200_000]] {
            let sealed = seal(plain, &reader.recipient()).unwrap();
            assert_eq!(open(&sealed, &reader).unwrap().as_slice(), plain);
            assert!(matches!(open(&sealed, &other), Err(ParcelError::Closed)));
            assert!(open(&sealed[..sealed.len() - 1], &reader).is_err());
            let mut altered = sealed.clone();
            let at = altered.len() - 1;
            altered[at] ^= 1;
            assert!(open(&altered, &reader).is_err());
        }
        assert!(open(b"", &reader).is_err());
    }
}
