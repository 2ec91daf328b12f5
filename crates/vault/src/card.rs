//! How is a member known to others?
//!
//! By a card: a public text with a name, the key to seal to and the key that verifies, signed by the latter. A card proves that
//! one person holds both keys and chose the name, not who that person is: for that its [`Fingerprint`] is read aloud, face to
//! face or by telephone, before the card is let into a case.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::fields::{self, FieldsError};
use crate::keys::{KeyError, Recipient};
use crate::signing::{SigningError, SigningKey, VerifyingKey, parse_signature};

const FORMAT: &str = "factum card 1";
const LINES: [&str; 4] = ["name", "recipient", "signing", "signature"];

/// The longest name in bytes: some sixty letters of any script, and nothing that fills a screen.
pub const LONGEST_NAME: usize = 200;

/// What is wrong with a card, a name, a fingerprint or a member id.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CardError {
    /// The text is not laid out as a card.
    #[error("this is not a member's card: {0}")]
    Fields(#[source] FieldsError),
    /// The name is one that could mislead or does not fit a line.
    #[error(
        "a name must have 1 to {LONGEST_NAME} bytes, no space at either end, and no sign that breaks the line or turns its direction"
    )]
    Name,
    /// The recipient's line.
    #[error("the card's recipient: {0}")]
    Recipient(#[source] KeyError),
    /// The signing key's line.
    #[error("the card's signing key: {0}")]
    Signing(#[source] SigningError),
    /// The signature is not the card's own.
    #[error("the card's signature does not hold: the card was altered; ask the member for it again")]
    Signature,
    /// The text is not a fingerprint.
    #[error("a fingerprint is eight groups of five digits, none above 65535")]
    Fingerprint,
    /// The text is not a member id.
    #[error("a member id is 32 hexadecimal digits in small letters")]
    MemberId,
}

/// The name a member goes by in a case: one line of any script.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(String);

impl Name {
    /// Takes a name as it is written.
    ///
    /// # Errors
    /// [`CardError::Name`] when it is empty, too long, has white space at its ends, or holds control characters, line separators
    /// or signs that turn the direction of what follows (such a name could redraw the fingerprint beside it).
    pub fn new(text: &str) -> Result<Self, CardError> {
        let misleads = |c: char| {
            c.is_control()
                || matches!(c, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
        };
        if text.is_empty() || text.len() > LONGEST_NAME || text.trim() != text || text.chars().any(misleads) {
            return Err(CardError::Name);
        }
        Ok(Self(text.to_owned()))
    }

    /// The name as it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// SHA-256 over a first line that names the purpose, then both public keys as their texts, a line each.
fn digest(purpose: &str, recipient: &Recipient, signing: &VerifyingKey) -> [u8; 16] {
    let all: [u8; 32] = Sha256::digest(format!("{purpose}\n{recipient}\n{signing}\n")).into();
    let mut first = [0; 16];
    first.copy_from_slice(&all[..16]);
    first
}

/// A member's id in records: 16 bytes of a digest over both public keys, written as 32 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MemberId([u8; 16]);

impl MemberId {
    /// The id of the member with these keys.
    pub fn of(recipient: &Recipient, signing: &VerifyingKey) -> Self {
        Self(digest("factum member 1", recipient, signing))
    }

    /// Takes the 16 bytes of an id.
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// Reads 32 hexadecimal digits in small letters.
    ///
    /// # Errors
    /// [`CardError::MemberId`] for anything else.
    pub fn parse(text: &str) -> Result<Self, CardError> {
        let digits: [u8; 32] = text.as_bytes().try_into().map_err(|_| CardError::MemberId)?;
        let mut bytes = [0; 16];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            for digit in pair {
                let value = match digit {
                    b'0'..=b'9' => digit - b'0',
                    b'a'..=b'f' => digit - b'a' + 10,
                    _ => return Err(CardError::MemberId),
                };
                *byte = (*byte << 4) | value;
            }
        }
        Ok(Self(bytes))
    }

    /// The 16 bytes.
    pub fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl fmt::Display for MemberId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for MemberId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// What two people compare aloud: 16 bytes of a digest over both public keys, as eight groups of five decimal digits.
///
/// Digits, because every language says them and no two are written alike; letters and words are heard through the accent of
/// the one who reads. A group is two bytes as a number from 00000 to 65535, so that it can be checked while it is being read.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint([u8; 16]);

impl Fingerprint {
    /// The fingerprint of the member with these keys.
    pub fn of(recipient: &Recipient, signing: &VerifyingKey) -> Self {
        Self(digest("factum fingerprint 1", recipient, signing))
    }

    /// Reads what was heard or typed; white space and hyphens between the digits do not matter.
    ///
    /// # Errors
    /// [`CardError::Fingerprint`] when it is not eight groups of five digits, none above 65535.
    pub fn parse(text: &str) -> Result<Self, CardError> {
        let digits: String = text.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
        if digits.len() != 40 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(CardError::Fingerprint);
        }
        let mut bytes = [0; 16];
        for (pair, group) in bytes.chunks_exact_mut(2).zip(digits.as_bytes().chunks_exact(5)) {
            let number = group.iter().fold(0u32, |number, digit| number * 10 + u32::from(digit - b'0'));
            pair.copy_from_slice(&u16::try_from(number).map_err(|_| CardError::Fingerprint)?.to_be_bytes());
        }
        Ok(Self(bytes))
    }

    /// The 16 bytes.
    pub fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, pair) in self.0.chunks_exact(2).enumerate() {
            let number = pair.iter().fold(0u32, |number, byte| number << 8 | u32::from(*byte));
            write!(f, "{}{number:05}", if at == 0 { "" } else { " " })?;
        }
        Ok(())
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A member's public card. One that exists carries a signature that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    name: Name,
    recipient: Recipient,
    signing: VerifyingKey,
    signature: [u8; 64],
}

impl Card {
    /// The card of the member with these keys.
    pub(crate) fn sign(name: Name, recipient: Recipient, key: &SigningKey) -> Self {
        let signing = key.verifying_key();
        let signature = key.sign(signed(&name, &recipient, &signing).as_bytes());
        Self { name, recipient, signing, signature }
    }

    /// Reads a card and verifies its signature.
    ///
    /// # Errors
    /// The first line at fault, or [`CardError::Signature`].
    pub fn parse(text: &str) -> Result<Self, CardError> {
        let [name, recipient, signing, signature] = fields::read(text, FORMAT, LINES).map_err(CardError::Fields)?;
        let name = Name::new(name)?;
        let recipient = Recipient::parse(recipient).map_err(CardError::Recipient)?;
        let signing = VerifyingKey::parse(signing).map_err(CardError::Signing)?;
        let signature = parse_signature(signature).map_err(|_| CardError::Signature)?;
        signing.verify(signed(&name, &recipient, &signing).as_bytes(), &signature).map_err(|_| CardError::Signature)?;
        Ok(Self { name, recipient, signing, signature })
    }

    /// The card as the text that [`Card::parse`] reads.
    pub fn text(&self) -> String {
        let mut text = signed(&self.name, &self.recipient, &self.signing);
        text.push_str(&format!("signature {}\n", STANDARD.encode(self.signature)));
        text
    }

    /// The name the member chose.
    pub fn name(&self) -> &Name {
        &self.name
    }

    /// The key to seal to.
    pub fn recipient(&self) -> &Recipient {
        &self.recipient
    }

    /// The key that verifies what the member signs.
    pub fn signing(&self) -> &VerifyingKey {
        &self.signing
    }

    /// The member's id in records.
    pub fn member(&self) -> MemberId {
        MemberId::of(&self.recipient, &self.signing)
    }

    /// What is compared aloud before the card is trusted.
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(&self.recipient, &self.signing)
    }
}

/// The part of a card that its signature covers: every line before its own, the format's name first.
fn signed(name: &Name, recipient: &Recipient, signing: &VerifyingKey) -> String {
    format!("{FORMAT}\nname {name}\nrecipient {recipient}\nsigning {signing}\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::SecretKey;
    use proptest::prelude::*;

    fn card() -> Card {
        let recipient = SecretKey::generate().unwrap().recipient();
        Card::sign(Name::new("Rəna Əliyeva").unwrap(), recipient, &SigningKey::generate().unwrap())
    }

    #[test]
    fn a_card_is_written_and_read() {
        let card = card();
        assert_eq!(Card::parse(&card.text()), Ok(card));
    }

    #[test]
    fn an_exchanged_key_or_name_is_found() {
        let (card, other) = (card(), card());
        for (from, to) in [
            (card.name().to_string(), "Rana Aliyeva".to_owned()),
            (card.recipient().to_string(), other.recipient().to_string()),
            (card.signing().to_string(), other.signing().to_string()),
        ] {
            assert_eq!(Card::parse(&card.text().replace(&from, &to)), Err(CardError::Signature));
        }
    }

    #[test]
    fn names_that_mislead_are_refused() {
        for name in ["Ayşe Öz", "阿不都", "ئابدۇللا", "O'Neill-Şahin", "می\u{200c}رزا"] {
            assert_eq!(Name::new(name).map(|name| name.to_string()), Ok(name.to_owned()));
        }
        let long = "a".repeat(LONGEST_NAME + 1);
        for name in ["", " a", "a ", "a\nb", "a\u{202e}b", "a\u{2028}b", "a\u{0}", "a\u{2066}b", &long] {
            assert_eq!(Name::new(name), Err(CardError::Name));
        }
    }

    #[test]
    fn id_and_fingerprint_are_different_digests() {
        let card = card();
        assert_ne!(card.member().as_bytes(), card.fingerprint().as_bytes());
    }

    #[test]
    fn a_fingerprint_is_read_as_it_was_heard() {
        let print = card().fingerprint();
        let text = print.to_string();
        assert_eq!(text.split(' ').map(str::len).collect::<Vec<_>>(), [5; 8]);
        for heard in [text.clone(), text.replace(' ', "-"), text.replace(' ', ""), format!("  {text}\n")] {
            assert_eq!(Fingerprint::parse(&heard), Ok(print));
        }
        for wrong in ["", "65536 00000 00000 00000 00000 00000 00000 00000", &text[1..], "a"] {
            assert_eq!(Fingerprint::parse(wrong), Err(CardError::Fingerprint));
        }
    }

    proptest! {
        #[test]
        fn fingerprints_and_ids_come_back(bytes in any::<[u8; 16]>()) {
            prop_assert_eq!(Fingerprint::parse(&Fingerprint(bytes).to_string()), Ok(Fingerprint(bytes)));
            prop_assert_eq!(MemberId::parse(&MemberId(bytes).to_string()), Ok(MemberId(bytes)));
        }

        #[test]
        fn arbitrary_text_is_no_card(text in any::<String>()) {
            prop_assert!(Card::parse(&text).is_err());
            prop_assert!(MemberId::parse(&text).is_err());
            prop_assert!(Fingerprint::parse(&text).is_err());
        }

        #[test]
        fn a_changed_byte_is_found(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
            let text = card().text();
            let mut bytes = text.clone().into_bytes();
            let at = at.index(bytes.len());
            bytes[at] = byte;
            if let Ok(changed) = std::str::from_utf8(&bytes) {
                prop_assert_eq!(Card::parse(changed).is_ok(), changed == text);
            }
        }
    }
}
