//! What does this answer say, and who signed it?
//!
//! Reads TimeStampResp and TSTInfo (RFC 3161, 2.4.2) and the CMS SignedData around it (RFC 5652, 5.1). Nothing is believed yet.

use std::time::Duration;

use der::DateTime;
use der::asn1::{BitStringRef, ObjectIdentifier, UintRef};

use super::StampError;
use super::asn::{
    BITS, BOOLEAN, INTEGER, Item, Items, OCTETS, OID, SEQUENCE, SET, TIME, UTF8, context, context_primitive, single,
};
use super::certificate::{Certificate, printable};
use super::signature::Named;

const SIGNED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.2");
const TIME_STAMP: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.1.4");
const CONTENT_TYPE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.3");
const MESSAGE_DIGEST: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.4");
const SIGNING_CERTIFICATE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.12");
const SIGNING_CERTIFICATE_V2: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.47");

/// The token inside a response, if the authority granted one.
pub(super) fn of_response(response: &[u8]) -> Result<Item<'_>, StampError> {
    const PART: &str = "the response";
    let mut fields = single(response, SEQUENCE, PART)?.items(PART)?;
    let mut status = fields.expect(SEQUENCE)?.items("the response's status")?;
    let code: u64 = status.expect(INTEGER)?.decode("the response's status")?;
    let mut said = Vec::new();
    if let Some(texts) = status.optional(SEQUENCE)? {
        let mut texts = texts.items("the response's status text")?;
        while !texts.at_end() {
            let text: &str = std::str::from_utf8(texts.expect(UTF8)?.value).map_err(|_| texts.fault())?;
            said.push(printable(text));
        }
    }
    if let Some(bits) = status.optional(BITS)? {
        said.extend(failures(bits.decode("the response's failure bits")?));
    }
    status.end()?;
    // 0 is granted, 1 granted with modifications (RFC 3161, 2.4.2); everything else carries no token.
    if code > 1 {
        let text = if said.is_empty() { "no reason given".to_owned() } else { said.join("; ") };
        return Err(StampError::NotGranted { status: code, text });
    }
    let token = fields.expect(SEQUENCE)?;
    fields.end()?;
    Ok(token)
}

/// The names of PKIFailureInfo (RFC 3161, 2.4.2) among these bits.
fn failures(bits: BitStringRef<'_>) -> Vec<String> {
    let names = [
        (0, "badAlg"),
        (2, "badRequest"),
        (5, "badDataFormat"),
        (14, "timeNotAvailable"),
        (15, "unacceptedPolicy"),
        (16, "unacceptedExtension"),
        (17, "addInfoNotAvailable"),
        (25, "systemFailure"),
    ];
    let set: Vec<usize> = bits.bits().enumerate().filter_map(|(place, bit)| bit.then_some(place)).collect();
    names.iter().filter(|(place, _)| set.contains(place)).map(|(_, name)| (*name).to_owned()).collect()
}

/// A token taken apart; every slice is of the bytes received.
pub(super) struct Token<'a> {
    pub content: &'a [u8],
    pub certificates: Vec<Item<'a>>,
    pub signer: Signer<'a>,
}

/// The one SignerInfo of a token.
pub(super) struct Signer<'a> {
    identifier: Item<'a>,
    pub digest: Named<'a>,
    attributes: Item<'a>,
    pub algorithm: Named<'a>,
    pub signature: &'a [u8],
}

impl<'a> Token<'a> {
    pub fn read(item: Item<'a>) -> Result<Token<'a>, StampError> {
        const PART: &str = "the token";
        let mut outer = item.items(PART)?;
        let kind: ObjectIdentifier = outer.expect(OID)?.decode(PART)?;
        let inner = single(outer.expect(context(0))?.value, SEQUENCE, PART)?;
        outer.end()?;
        if kind != SIGNED_DATA {
            return Err(StampError::NotATimeStamp);
        }
        let mut fields = inner.items("the signed data")?;
        fields.expect(INTEGER)?;
        fields.expect(SET)?;
        let mut capsule = fields.expect(SEQUENCE)?.items("the signed content")?;
        let kind: ObjectIdentifier = capsule.expect(OID)?.decode("the signed content")?;
        if kind != TIME_STAMP {
            return Err(StampError::NotATimeStamp);
        }
        let content = single(capsule.expect(context(0))?.value, OCTETS, "the signed content")?.value;
        capsule.end()?;
        let mut certificates = Vec::new();
        if let Some(set) = fields.optional(context(0))? {
            let mut set = set.items("the token's certificates")?;
            while !set.at_end() {
                certificates.push(set.any()?);
            }
        }
        fields.optional(context(1))?;
        let signers = fields.expect(SET)?;
        fields.end()?;
        // RFC 3161, 2.4.2: a token carries the signature of its authority and no other.
        let signer = Signer::read(single(signers.value, SEQUENCE, "the list of signers")?)?;
        Ok(Token { content, certificates, signer })
    }

    /// The certificate that the signer names as its own.
    pub fn certificate(&self) -> Result<Certificate<'a>, StampError> {
        // Certificates of forms other than X.509's come under a context tag and are none of ours.
        for item in self.certificates.iter().filter(|item| item.tag == SEQUENCE) {
            let certificate = Certificate::read(*item)?;
            if self.signer.names(&certificate)? {
                return Ok(certificate);
            }
        }
        Err(StampError::SignerMissing)
    }
}

impl<'a> Signer<'a> {
    fn read(item: Item<'a>) -> Result<Signer<'a>, StampError> {
        const PART: &str = "the signer's entry";
        let mut fields = item.items(PART)?;
        fields.expect(INTEGER)?;
        let identifier = fields.any()?;
        let digest = Named::read(fields.expect(SEQUENCE)?, "the signer's digest algorithm")?;
        let attributes = fields.expect(context(0))?;
        let algorithm = Named::read(fields.expect(SEQUENCE)?, "the signature's algorithm")?;
        let signature = fields.expect(OCTETS)?.value;
        fields.optional(context(1))?;
        fields.end()?;
        Ok(Signer { identifier, digest, attributes, algorithm, signature })
    }

    fn names(&self, certificate: &Certificate<'_>) -> Result<bool, StampError> {
        const PART: &str = "the signer's identifier";
        if self.identifier.tag == context_primitive(0) {
            return Ok(certificate.key_identifier == Some(self.identifier.value));
        }
        if self.identifier.tag != SEQUENCE {
            return Err(StampError::Malformed { part: PART });
        }
        let mut fields = self.identifier.items(PART)?;
        let issuer = fields.expect(SEQUENCE)?.whole;
        let serial = fields.expect(INTEGER)?.value;
        Ok(issuer == certificate.issuer && serial == certificate.serial)
    }

    /// The bytes under the signature: the attributes with the tag of a SET in place of the context's (RFC 5652, 5.4).
    pub fn signed_bytes(&self) -> Vec<u8> {
        let rest = self.attributes.whole.get(1..).unwrap_or_default();
        std::iter::once(SET).chain(rest.iter().copied()).collect()
    }

    /// Checks that the attributes speak of `content` and bind `certificate` (RFC 5652, 11; RFC 5035).
    pub fn check_attributes(&self, content: &[u8], certificate: &Certificate<'_>) -> Result<(), StampError> {
        const PART: &str = "the signed attributes";
        let kind = self.attribute(&CONTENT_TYPE)?.ok_or(StampError::Malformed { part: PART })?;
        if kind.tag != OID || kind.decode::<ObjectIdentifier>(PART)? != TIME_STAMP {
            return Err(StampError::NotATimeStamp);
        }
        let digest = self.attribute(&MESSAGE_DIGEST)?.ok_or(StampError::Malformed { part: PART })?;
        let ours = ring::digest::digest(self.digest.digest()?, content);
        if digest.tag != OCTETS || digest.value != ours.as_ref() {
            return Err(StampError::ContentAltered);
        }
        let first = self.attribute(&SIGNING_CERTIFICATE)?;
        let second = self.attribute(&SIGNING_CERTIFICATE_V2)?;
        if first.is_none() && second.is_none() {
            return Err(StampError::SignerNotBound);
        }
        if let Some(list) = first {
            check_binding(list, certificate, false)?;
        }
        if let Some(list) = second {
            check_binding(list, certificate, true)?;
        }
        Ok(())
    }

    /// The one value of the attribute with this name; two of a name or two values are refused.
    fn attribute(&self, wanted: &ObjectIdentifier) -> Result<Option<Item<'a>>, StampError> {
        const PART: &str = "the signed attributes";
        let mut found = None;
        let mut list = self.attributes.items(PART)?;
        while !list.at_end() {
            let mut attribute = list.expect(SEQUENCE)?.items(PART)?;
            let name: ObjectIdentifier = attribute.expect(OID)?.decode(PART)?;
            let values = attribute.expect(SET)?;
            attribute.end()?;
            if name != *wanted {
                continue;
            }
            let mut values = values.items(PART)?;
            let value = values.any()?;
            values.end()?;
            if found.replace(value).is_some() {
                return Err(StampError::Malformed { part: PART });
            }
        }
        Ok(found)
    }
}

/// Checks the first ESSCertID or ESSCertIDv2 of a SigningCertificate attribute against the certificate (RFC 5035, 3 to 5).
fn check_binding(list: Item<'_>, certificate: &Certificate<'_>, second: bool) -> Result<(), StampError> {
    const PART: &str = "the attribute that binds the signer's certificate";
    if list.tag != SEQUENCE {
        return Err(StampError::Malformed { part: PART });
    }
    let mut identifier = list.items(PART)?.expect(SEQUENCE)?.items(PART)?.expect(SEQUENCE)?.items(PART)?;
    let algorithm = if second {
        match identifier.optional(SEQUENCE)? {
            Some(named) => Named::read(named, PART)?.digest_of_certificate()?,
            None => &ring::digest::SHA256,
        }
    } else {
        &ring::digest::SHA1_FOR_LEGACY_USE_ONLY
    };
    let digest = identifier.expect(OCTETS)?.value;
    if digest != ring::digest::digest(algorithm, certificate.whole).as_ref() {
        return Err(StampError::SignerNotBound);
    }
    if let Some(issuer) = identifier.optional(SEQUENCE)? {
        let mut fields = issuer.items(PART)?;
        fields.expect(SEQUENCE)?;
        if fields.expect(INTEGER)?.value != certificate.serial {
            return Err(StampError::SignerNotBound);
        }
    }
    identifier.end()
}

/// What the authority signed.
pub(super) struct Info<'a> {
    pub policy: ObjectIdentifier,
    pub imprint_algorithm: Named<'a>,
    pub imprint: &'a [u8],
    pub serial: &'a [u8],
    pub time: Duration,
    pub accuracy: Option<Duration>,
    pub nonce: Option<&'a [u8]>,
}

impl<'a> Info<'a> {
    pub fn read(content: &'a [u8]) -> Result<Info<'a>, StampError> {
        const PART: &str = "the time stamp's content";
        let mut fields = single(content, SEQUENCE, PART)?.items(PART)?;
        if fields.expect(INTEGER)?.decode::<u8>(PART)? != 1 {
            return Err(StampError::Malformed { part: "the time stamp's version" });
        }
        let policy = fields.expect(OID)?.decode("the time stamp's policy")?;
        let (imprint_algorithm, imprint) = read_imprint(fields.expect(SEQUENCE)?)?;
        let serial = fields.expect(INTEGER)?.value;
        let time = read_time(fields.expect(TIME)?.value).ok_or(StampError::Malformed { part: "the stamp's time" })?;
        let accuracy = fields.optional(SEQUENCE)?.map(read_accuracy).transpose()?;
        if let Some(ordering) = fields.optional(BOOLEAN)? {
            ordering.decode::<bool>(PART)?;
        }
        let nonce = fields.optional(INTEGER)?.map(|item| item.value);
        fields.optional(context(0))?;
        if let Some(extensions) = fields.optional(context(1))? {
            refuse_critical(extensions.items("the time stamp's extensions")?)?;
        }
        fields.end()?;
        Ok(Info { policy, imprint_algorithm, imprint, serial, time, accuracy, nonce })
    }
}

/// MessageImprint: the digest's algorithm and the digest.
pub(super) fn read_imprint(item: Item<'_>) -> Result<(Named<'_>, &[u8]), StampError> {
    const PART: &str = "the message imprint";
    let mut fields = item.items(PART)?;
    let algorithm = Named::read(fields.expect(SEQUENCE)?, PART)?;
    let digest = fields.expect(OCTETS)?.value;
    fields.end()?;
    Ok((algorithm, digest))
}

/// GeneralizedTime with any fraction of a second, in UTC (RFC 3161, 2.4.2), as time since 1970.
fn read_time(text: &[u8]) -> Option<Duration> {
    let text = std::str::from_utf8(text).ok()?.strip_suffix('Z')?;
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.len() != 14 || !digits(whole) || !digits(fraction) {
        return None;
    }
    let number = |from: usize, to: usize| whole.get(from..to)?.parse::<u8>().ok();
    let year: u16 = whole.get(..4)?.parse().ok()?;
    let moment = DateTime::new(year, number(4, 6)?, number(6, 8)?, number(8, 10)?, number(10, 12)?, number(12, 14)?);
    let nanoseconds = fraction.bytes().chain(std::iter::repeat(b'0')).take(9);
    let nanoseconds = nanoseconds.fold(0u32, |sum, byte| sum.saturating_mul(10).saturating_add(u32::from(byte & 15)));
    moment.ok()?.unix_duration().checked_add(Duration::from_nanos(u64::from(nanoseconds)))
}

fn read_accuracy(item: Item<'_>) -> Result<Duration, StampError> {
    const PART: &str = "the stamp's accuracy";
    let fault = || StampError::Malformed { part: PART };
    let mut fields = item.items(PART)?;
    let seconds = fields.optional(INTEGER)?.map_or(Ok(0), |item| item.decode::<u64>(PART))?;
    let mut small = |number: u8| -> Result<u64, StampError> {
        match fields.optional(context_primitive(number))? {
            None => Ok(0),
            Some(item) => match *item.value {
                [low] if low > 0 && low < 0x80 => Ok(u64::from(low)),
                [high, low] if high < 4 => Ok(u64::from(u16::from_be_bytes([high, low]))),
                _ => Err(fault()),
            },
        }
    };
    let (millis, micros) = (small(0)?, small(1)?);
    fields.end()?;
    let parts = Duration::from_millis(millis).checked_add(Duration::from_micros(micros)).ok_or_else(fault)?;
    Duration::from_secs(seconds).checked_add(parts).ok_or_else(fault)
}

/// A critical extension that is not understood makes a time stamp unusable; none is understood here.
fn refuse_critical(mut list: Items<'_>) -> Result<(), StampError> {
    const PART: &str = "the time stamp's extensions";
    while !list.at_end() {
        let mut extension = list.expect(SEQUENCE)?.items(PART)?;
        let name: ObjectIdentifier = extension.expect(OID)?.decode(PART)?;
        if let Some(flag) = extension.optional(BOOLEAN)?
            && flag.decode::<bool>(PART)?
        {
            return Err(StampError::Unsupported { what: "critical extension", name: name.to_string() });
        }
    }
    Ok(())
}

/// An INTEGER's content as a positive number without leading zeros.
pub(super) fn positive(item: Item<'_>, part: &'static str) -> Result<Vec<u8>, StampError> {
    Ok(item.decode::<UintRef<'_>>(part)?.as_bytes().to_vec())
}
