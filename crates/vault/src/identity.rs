//! What does a member keep secret, outside of every case?
//!
//! One file: an age key that opens what is sealed to the member, and a signing key for what the member puts into the log. The
//! file is closed with a passphrase; its plaintext is five lines of text, so that stock `age` and `sed` recover both keys
//! (`spec/keys.md`).

use thiserror::Error;
use zeroize::Zeroizing;

use crate::card::{Card, CardError, MemberId, Name};
use crate::fields::{self, FieldsError};
use crate::keys::{KeyError, SecretKey};
use crate::passphrase::{Passphrase, PassphraseError, Work};
use crate::signing::{SigningError, SigningKey};

const FORMAT: &str = "factum identity 1";
const LINES: [&str; 4] = ["encryption", "signing", "name", "made"];

/// Why an identity could not be made, closed or opened. No variant carries what the file holds.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum IdentityError {
    /// The passphrase, or the file as a whole.
    #[error("the identity file: {0}")]
    Passphrase(#[source] PassphraseError),
    /// What the passphrase opened is not UTF-8.
    #[error("the identity file opens but holds no text: it is another kind of file")]
    NotText,
    /// What the passphrase opened is not an identity.
    #[error("the identity file opens but holds no identity: {0}")]
    Fields(#[source] FieldsError),
    /// The age key.
    #[error("the identity's encryption key: {0}")]
    Encryption(#[source] KeyError),
    /// The signing key.
    #[error("the identity's signing key: {0}")]
    Signing(#[source] SigningError),
    /// The name.
    #[error("the identity's name: {0}")]
    Name(#[source] CardError),
    /// The time is not written as it must be.
    #[error("the time an identity was made must read YYYY-MM-DDThh:mm:ssZ")]
    Made,
}

/// A member's two secret keys, with the name that the card will show. Wiped when dropped; it prints nothing.
#[derive(Clone)]
pub struct Identity {
    encryption: SecretKey,
    signing: SigningKey,
    name: Name,
    made: String,
    /// Made of the public halves, which take two multiplications on curves: too long for what is asked at every record.
    member: MemberId,
}

impl Identity {
    /// A new identity from the operating system's randomness. `made` is the caller's clock, `YYYY-MM-DDThh:mm:ssZ`.
    ///
    /// # Errors
    /// [`IdentityError::Made`], or a key that could not be made.
    pub fn generate(name: Name, made: &str) -> Result<Self, IdentityError> {
        Self::of(
            SecretKey::generate().map_err(IdentityError::Encryption)?,
            SigningKey::generate().map_err(IdentityError::Signing)?,
            name,
            made,
        )
    }

    fn of(encryption: SecretKey, signing: SigningKey, name: Name, made: &str) -> Result<Self, IdentityError> {
        if !is_time(made) {
            return Err(IdentityError::Made);
        }
        let member = MemberId::of(&encryption.recipient(), &signing.verifying_key());
        Ok(Self { encryption, signing, name, made: made.to_owned(), member })
    }

    /// The identity file: a binary age file that `passphrase` opens.
    ///
    /// # Errors
    /// [`IdentityError::Passphrase`] when the file cannot be closed.
    pub fn close(&self, passphrase: &Passphrase, work: Work) -> Result<Vec<u8>, IdentityError> {
        passphrase.close(self.expose().as_bytes(), work).map_err(IdentityError::Passphrase)
    }

    /// Reads an identity file.
    ///
    /// # Errors
    /// The first fault found: passphrase, file, or one of its lines.
    pub fn open(file: &[u8], passphrase: &Passphrase) -> Result<Self, IdentityError> {
        let plain = passphrase.open(file).map_err(IdentityError::Passphrase)?;
        Self::parse(std::str::from_utf8(&plain).map_err(|_| IdentityError::NotText)?)
    }

    /// The plaintext of the identity file, wiped when dropped. Write it only into something sealed.
    pub fn expose(&self) -> Zeroizing<String> {
        let (encryption, signing) = (self.encryption.expose(), self.signing.expose());
        // The text is laid into memory of its full size at once: a string that grows leaves copies behind.
        let parts = [
            FORMAT,
            "\nencryption ",
            &encryption,
            "\nsigning ",
            &signing,
            "\nname ",
            self.name.as_str(),
            "\nmade ",
            &self.made,
            "\n",
        ];
        let mut text = Zeroizing::new(String::with_capacity(parts.iter().map(|part| part.len()).sum()));
        for part in parts {
            text.push_str(part);
        }
        text
    }

    /// Reads the plaintext of an identity file, as recovered from it or joined from shares.
    ///
    /// # Errors
    /// The first line at fault.
    pub fn parse(text: &str) -> Result<Self, IdentityError> {
        let [encryption, signing, name, made] = fields::read(text, FORMAT, LINES).map_err(IdentityError::Fields)?;
        Self::of(
            SecretKey::parse(encryption).map_err(IdentityError::Encryption)?,
            SigningKey::parse(signing).map_err(IdentityError::Signing)?,
            Name::new(name).map_err(IdentityError::Name)?,
            made,
        )
    }

    /// The key that opens what is sealed to this member.
    pub fn encryption(&self) -> &SecretKey {
        &self.encryption
    }

    /// The key that signs what this member puts into a log.
    pub fn signing(&self) -> &SigningKey {
        &self.signing
    }

    /// The name that the card shows.
    pub fn name(&self) -> &Name {
        &self.name
    }

    /// When the identity was made, by the clock of the machine that made it.
    pub fn made(&self) -> &str {
        &self.made
    }

    /// The member's id, the same as the card's.
    pub fn member(&self) -> MemberId {
        self.member
    }

    /// The public card, signed.
    pub fn card(&self) -> Card {
        Card::sign(self.name.clone(), self.encryption.recipient(), &self.signing)
    }
}

/// Whether `text` has the shape of an RFC 3339 time in UTC with whole seconds. Whether the day exists is the clock's affair.
pub(crate) fn is_time(text: &str) -> bool {
    let shape = b"dddd-dd-ddTdd:dd:ddZ";
    text.len() == shape.len()
        && text.bytes().zip(shape).all(|(byte, form)| if *form == b'd' { byte.is_ascii_digit() } else { byte == *form })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const MADE: &str = "2026-11-27T01:00:00Z";

    fn passphrase() -> Passphrase {
        Passphrase::new("eight words of a list".to_owned()).unwrap()
    }

    fn identity() -> Identity {
        Identity::generate(Name::new("Ayşe Öz").unwrap(), MADE).unwrap()
    }

    #[test]
    fn an_identity_is_closed_and_opened() {
        let made = identity();
        let file = made.close(&passphrase(), Work::Random).unwrap();
        let opened = Identity::open(&file, &passphrase()).unwrap();
        assert!(*opened.expose() == *made.expose());
        assert_eq!(opened.card(), made.card());
        assert_eq!(opened.member(), made.card().member());
        assert_eq!(opened.made(), MADE);
        assert_eq!(opened.name().as_str(), "Ayşe Öz");
    }

    #[test]
    fn another_passphrase_is_named_as_the_fault() {
        let file = identity().close(&passphrase(), Work::Random).unwrap();
        let other = Passphrase::new("eight words of a lisp".to_owned()).unwrap();
        let fault = Identity::open(&file, &other).err();
        assert_eq!(fault, Some(IdentityError::Passphrase(PassphraseError::Wrong)));
    }

    #[test]
    fn another_text_is_no_identity() {
        let file = passphrase().close(b"factum card 1\n", Work::Random).unwrap();
        let fault = Identity::open(&file, &passphrase()).err();
        assert_eq!(fault, Some(IdentityError::Fields(FieldsError::Format(FORMAT))));
        let file = passphrase().close(&[0xff], Work::Random).unwrap();
        assert_eq!(Identity::open(&file, &passphrase()).err(), Some(IdentityError::NotText));
    }

    #[test]
    fn a_time_has_one_shape() {
        for text in
            ["2026-11-27 01:00:00Z", "2026-11-27T01:00:00", "2026-11-27T01:00:00+00:00", "", "2026-11-27T01:00:00.0Z"]
        {
            assert_eq!(Identity::generate(Name::new("A").unwrap(), text).err(), Some(IdentityError::Made));
        }
    }

    #[test]
    fn two_identities_share_nothing() {
        let (a, b) = (identity(), identity());
        assert_ne!(a.member(), b.member());
        assert_ne!(a.encryption().recipient(), b.encryption().recipient());
        assert_ne!(a.signing().verifying_key(), b.signing().verifying_key());
    }

    proptest! {
        #[test]
        fn a_changed_byte_is_a_fault_or_another_identity(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
            let text = identity().expose();
            let mut bytes = text.as_bytes().to_vec();
            let at = at.index(bytes.len());
            bytes[at] = byte;
            // Whatever is read must be written back the same; nothing may panic.
            if let Ok(changed) = std::str::from_utf8(&bytes)
                && let Ok(read) = Identity::parse(changed)
            {
                prop_assert!(*read.expose() == changed);
            }
        }
    }
}
