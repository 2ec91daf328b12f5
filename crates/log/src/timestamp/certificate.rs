//! Whose certificate is this, and what may its key do?
//!
//! Only what a time stamp's signer must show (RFC 5280, 4.1 and 4.2; RFC 3161, 2.3): its issuer and serial number, by which the
//! token names it, its subject, its key identifier, and the extended key usage. Chains are `webpki`'s affair.

use std::fmt::Write as _;

use der::asn1::ObjectIdentifier;

use super::StampError;
use super::asn::{BOOLEAN, INTEGER, Item, OCTETS, OID, SEQUENCE, SET, context, single};

const KEY_USAGE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.37");
const KEY_IDENTIFIER: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.14");
const TIME_STAMPING: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.8");

/// The parts of a certificate that bind a token to it; the bytes are those received.
pub(super) struct Certificate<'a> {
    pub whole: &'a [u8],
    pub serial: &'a [u8],
    pub issuer: &'a [u8],
    pub subject: &'a [u8],
    pub key_identifier: Option<&'a [u8]>,
    /// The extended key usage is critical and names time stamping alone.
    pub stamps_only: bool,
}

impl<'a> Certificate<'a> {
    pub fn read(item: Item<'a>) -> Result<Certificate<'a>, StampError> {
        const PART: &str = "a certificate";
        if item.tag != SEQUENCE {
            return Err(StampError::Malformed { part: PART });
        }
        let mut fields = item.items(PART)?.expect(SEQUENCE)?.items(PART)?;
        fields.optional(context(0))?;
        let serial = fields.expect(INTEGER)?.value;
        fields.expect(SEQUENCE)?;
        let issuer = fields.expect(SEQUENCE)?.whole;
        fields.expect(SEQUENCE)?;
        let subject = fields.expect(SEQUENCE)?.whole;
        fields.expect(SEQUENCE)?;
        let mut certificate =
            Certificate { whole: item.whole, serial, issuer, subject, key_identifier: None, stamps_only: false };
        while !fields.at_end() {
            let field = fields.any()?;
            if field.tag == context(3) {
                certificate.read_extensions(single(field.value, SEQUENCE, "a certificate's extensions")?)?;
            }
        }
        Ok(certificate)
    }

    fn read_extensions(&mut self, list: Item<'a>) -> Result<(), StampError> {
        const PART: &str = "a certificate's extensions";
        let mut list = list.items(PART)?;
        while !list.at_end() {
            let mut extension = list.expect(SEQUENCE)?.items(PART)?;
            let name: ObjectIdentifier = extension.expect(OID)?.decode(PART)?;
            let critical = match extension.optional(BOOLEAN)? {
                Some(flag) => flag.decode::<bool>(PART)?,
                None => false,
            };
            let value = extension.expect(OCTETS)?.value;
            if name == KEY_USAGE {
                let mut purposes = single(value, SEQUENCE, PART)?.items(PART)?;
                let first: ObjectIdentifier = purposes.expect(OID)?.decode(PART)?;
                self.stamps_only = critical && first == TIME_STAMPING && purposes.at_end();
            } else if name == KEY_IDENTIFIER {
                self.key_identifier = Some(single(value, OCTETS, PART)?.value);
            }
        }
        Ok(())
    }
}

/// A distinguished name for people to read, `CN=Example TSA, O=Example`, in the order of the certificate.
///
/// Characters that could disturb a terminal are written as escapes, and text in an old character set as hexadecimal digits.
pub(super) fn name_text(name: &[u8]) -> Result<String, StampError> {
    const PART: &str = "a name in a certificate";
    let mut text = String::new();
    let mut sets = single(name, SEQUENCE, PART)?.items(PART)?;
    while !sets.at_end() {
        let mut set = sets.expect(SET)?.items(PART)?;
        while !set.at_end() {
            let mut pair = set.expect(SEQUENCE)?.items(PART)?;
            let kind: ObjectIdentifier = pair.expect(OID)?.decode(PART)?;
            let value = pair.any()?;
            if !text.is_empty() {
                text.push_str(", ");
            }
            text.push_str(&attribute(&kind));
            text.push('=');
            text.push_str(&value_text(&value));
        }
    }
    Ok(text)
}

fn attribute(kind: &ObjectIdentifier) -> String {
    // The short names of RFC 4514, section 3; whatever else occurs is shown by its number.
    let dotted = kind.to_string();
    match dotted.as_str() {
        "2.5.4.3" => "CN".to_owned(),
        "2.5.4.6" => "C".to_owned(),
        "2.5.4.7" => "L".to_owned(),
        "2.5.4.8" => "ST".to_owned(),
        "2.5.4.9" => "STREET".to_owned(),
        "2.5.4.10" => "O".to_owned(),
        "2.5.4.11" => "OU".to_owned(),
        _ => dotted,
    }
}

fn value_text(value: &Item<'_>) -> String {
    const UTF8: u8 = 0x0c;
    const PRINTABLE: u8 = 0x13;
    const ASCII: u8 = 0x16;
    match (value.tag, std::str::from_utf8(value.value)) {
        (UTF8 | PRINTABLE | ASCII, Ok(text)) => printable(text),
        _ => hex(value.value),
    }
}

/// Text from outside with control and direction characters escaped.
pub(super) fn printable(text: &str) -> String {
    text.chars().fold(String::new(), |mut clean, letter| {
        if letter.is_control()
            || matches!(letter, '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        {
            clean.extend(letter.escape_unicode());
        } else {
            clean.push(letter);
        }
        clean
    })
}

/// Lowercase hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
