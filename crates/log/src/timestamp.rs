//! When did this exist, by the word of an authority outside the office?
//!
//! The Time-Stamp Protocol of RFC 3161: a request carries the SHA-256 digest of some bytes (of a checkpoint, say), the answer is
//! a token in which an authority signs that digest together with the time. [`Request::to_der`] writes what is sent,
//! [`verify`] takes in what comes back and believes it only on the ground of [`Roots`] got elsewhere.
//!
//! What a verified stamp proves: the bytes existed at its time, if the authority's key was its own and its clock right. Whether a
//! certificate was revoked is not asked (no list of revocations is read), and a root's own period of validity is the business of
//! whoever trusts it.

mod asn;
mod certificate;
mod signature;
mod token;

use std::time::Duration;

use asn::{BOOLEAN, INTEGER, OID, SEQUENCE, context, single};
use certificate::{hex, name_text};
use der::DateTime;
use der::asn1::ObjectIdentifier;
use ring::digest::{SHA256, digest};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, TrustAnchor};
use token::{Info, Token, of_response, positive, read_imprint};

/// The longest nonce, in bytes, that a request may carry here.
const NONCE_LONGEST: usize = 32;

/// Why a time stamp was not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StampError {
    /// Some bytes are not the DER that RFC 3161, 5652 or 5280 asks for.
    #[error(
        "{part} cannot be read as RFC 3161 wants it: the file is damaged or not a time stamp's; ask the authority again"
    )]
    Malformed {
        /// What was being read.
        part: &'static str,
    },
    /// The authority refused, with what it said for a reason.
    #[error("the authority granted no time stamp (status {status}: {text}); ask again, or another authority")]
    NotGranted {
        /// PKIStatus (RFC 3161, 2.4.2): 2 rejection, 3 waiting, 4 and 5 revocation.
        status: u64,
        /// The authority's words and failure names, control characters escaped.
        text: String,
    },
    /// The token is some other signed message.
    #[error("the token is a signed message but not a time stamp")]
    NotATimeStamp,
    /// The stamp is for other bytes.
    #[error("the time stamp is for other bytes: its imprint differs from the digest of those given")]
    ImprintDiffers,
    /// The stamp answers another request.
    #[error("the time stamp answers another request: its nonce differs or is missing")]
    NonceDiffers,
    /// The request asked for a policy and the stamp was made under another.
    #[error("the time stamp was made under another policy than the one asked for")]
    PolicyDiffers,
    /// The token carries no certificate of its signer.
    #[error("the token does not carry the certificate it is signed by; ask again with certificates requested")]
    SignerMissing,
    /// The signed attributes do not bind the certificate the token is verified with.
    #[error("the token's signature does not bind the certificate it came with: the certificate was exchanged")]
    SignerNotBound,
    /// The signed digest is not that of the content.
    #[error("the time stamp's content was altered after it was signed")]
    ContentAltered,
    /// The signer's certificate is not one for time stamping alone, or an authority above it may not issue such.
    #[error("the signer's certificate is not for time stamping alone (critical extended key usage, RFC 3161, 2.3)")]
    WrongUsage,
    /// The signature is not the signer's.
    #[error("the token's signature is not by the key of its certificate")]
    BadSignature,
    /// No way from the signer's certificate to a root that was given.
    #[error(
        "the signer's certificate leads to no root given; get the authority's root certificate and add it to the policy"
    )]
    UnknownRoot,
    /// A certificate on the way had expired when the stamp was made.
    #[error("a certificate between signer and root had expired at the stamp's time")]
    ExpiredThen,
    /// A certificate on the way was not valid yet when the stamp was made.
    #[error("a certificate between signer and root was not yet valid at the stamp's time")]
    NotYetValidThen,
    /// Something else on the way from signer to root does not hold.
    #[error("the chain from the signer's certificate to a root does not hold: {0:?}")]
    Chain(webpki::Error),
    /// An algorithm that is not verified here.
    #[error("the {what} {name} cannot be verified by this program; check the file with `openssl ts -verify`")]
    Unsupported {
        /// What kind of thing it is.
        what: &'static str,
        /// Its object identifier, dotted.
        name: String,
    },
    /// A root certificate cannot be read.
    #[error("root certificate {number} cannot be read: give X.509 certificates, as PEM or as one DER")]
    BadRoot {
        /// Which one in its file, from 1.
        number: usize,
    },
    /// A file of root certificates holds none.
    #[error("no root certificate found: give X.509 certificates, as PEM or as one DER")]
    NoRoot,
}

/// A request for a time stamp over a SHA-256 digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    digest: [u8; 32],
    nonce: Option<Vec<u8>>,
    policy: Option<ObjectIdentifier>,
}

impl Request {
    /// A request over the digest of `bytes` that no old answer fits, if `nonce` is random.
    pub fn new(bytes: &[u8], nonce: [u8; 16]) -> Request {
        let significant = nonce.iter().skip_while(|byte| **byte == 0).copied().collect::<Vec<u8>>();
        // Zero is written as one zero byte (X.690, 8.3.2).
        let nonce = if significant.is_empty() { vec![0] } else { significant };
        Request { nonce: Some(nonce), ..Request::any_answer(bytes) }
    }

    /// A request whose answer may carry any nonce: for a stamp whose request was not kept.
    pub fn any_answer(bytes: &[u8]) -> Request {
        let mut sum = [0; 32];
        sum.iter_mut().zip(digest(&SHA256, bytes).as_ref()).for_each(|(to, from)| *to = *from);
        Request { digest: sum, nonce: None, policy: None }
    }

    /// Reads a request (`.tsq`), this program's or another's; it must be over a SHA-256 digest.
    pub fn from_der(bytes: &[u8]) -> Result<Request, StampError> {
        const PART: &str = "the request";
        let mut fields = single(bytes, SEQUENCE, PART)?.items(PART)?;
        if fields.expect(INTEGER)?.decode::<u8>(PART)? != 1 {
            return Err(fields.fault());
        }
        let (algorithm, imprint) = read_imprint(fields.expect(SEQUENCE)?)?;
        let policy = fields.optional(OID)?.map(|item| item.decode(PART)).transpose()?;
        let nonce = fields.optional(INTEGER)?.map(|item| positive(item, PART)).transpose()?;
        if let Some(flag) = fields.optional(BOOLEAN)? {
            flag.decode::<bool>(PART)?;
        }
        fields.optional(context(0))?;
        fields.end()?;
        let digest = <[u8; 32]>::try_from(imprint).map_err(|_| fields.fault())?;
        let long = nonce.as_ref().is_some_and(|nonce| nonce.len() > NONCE_LONGEST);
        if algorithm.digest()? != &SHA256 || long {
            return Err(fields.fault());
        }
        Ok(Request { digest, nonce, policy })
    }

    /// TimeStampReq in DER (RFC 3161, 2.4.1): version 1, the digest, the policy and nonce if any, and certificates asked for.
    pub fn to_der(&self) -> Vec<u8> {
        // SHA-256's AlgorithmIdentifier with NULL parameters, as RFC 5754 lets everyone accept it.
        const ALGORITHM: [u8; 15] = [0x30, 13, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1, 5, 0];
        let item = |tag: u8, parts: &[&[u8]]| -> Vec<u8> {
            let length = parts.iter().map(|part| part.len()).sum::<usize>();
            // Nothing here is longer than 127 bytes but the whole, with a policy of 39 bytes at most: two forms suffice.
            let head: &[u8] = &match u8::try_from(length) {
                Ok(short) if short < 0x80 => vec![tag, short],
                Ok(long) => vec![tag, 0x81, long],
                Err(_) => vec![tag, 0x82, (length >> 8) as u8, length as u8],
            };
            std::iter::once(head).chain(parts.iter().copied()).flatten().copied().collect()
        };
        let imprint = item(SEQUENCE, &[&ALGORITHM, &item(asn::OCTETS, &[&self.digest])]);
        let policy = self.policy.map(|policy| item(OID, &[policy.as_bytes()])).unwrap_or_default();
        let nonce = match &self.nonce {
            // A first bit set would make the number negative, so a zero byte goes before.
            Some(nonce) if nonce.first().is_some_and(|first| *first >= 0x80) => item(INTEGER, &[&[0], nonce]),
            Some(nonce) => item(INTEGER, &[nonce]),
            None => Vec::new(),
        };
        item(SEQUENCE, &[&[INTEGER, 1, 1], &imprint, &policy, &nonce, &[BOOLEAN, 1, 0xff]])
    }

    /// The digest to be stamped.
    pub fn digest(&self) -> [u8; 32] {
        self.digest
    }
}

/// The root certificates of authorities that are trusted to tell the time.
#[derive(Debug, Clone, Default)]
pub struct Roots(Vec<TrustAnchor<'static>>);

impl Roots {
    /// No roots: nothing verifies.
    pub fn new() -> Roots {
        Roots::default()
    }

    /// Adds the certificates of a file: PEM with any number of them, or one in DER.
    pub fn add(&mut self, file: &[u8]) -> Result<(), StampError> {
        if file.first() == Some(&SEQUENCE) {
            return self.add_der(&CertificateDer::from(file), 1);
        }
        let before = self.0.len();
        for (place, found) in CertificateDer::pem_slice_iter(file).enumerate() {
            let number = place.saturating_add(1);
            self.add_der(&found.map_err(|_| StampError::BadRoot { number })?, number)?;
        }
        if self.0.len() == before { Err(StampError::NoRoot) } else { Ok(()) }
    }

    fn add_der(&mut self, certificate: &CertificateDer<'_>, number: usize) -> Result<(), StampError> {
        let anchor = webpki::anchor_from_trusted_cert(certificate).map_err(|_| StampError::BadRoot { number })?;
        self.0.push(anchor.to_owned());
        Ok(())
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// A time stamp that was verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// The authority's time, since 1970 in UTC.
    pub time: Duration,
    /// By how much that time may be off, if the authority says so.
    pub accuracy: Option<Duration>,
    /// The object identifier of the authority's policy, dotted.
    pub policy: String,
    /// The stamp's number at the authority, hexadecimal.
    pub serial: String,
    /// The subject of the signer's certificate, such as `CN=Example TSA, O=Example`.
    pub authority: String,
}

impl Stamp {
    /// The time by RFC 3339, to the second (cut off, not rounded), in UTC.
    pub fn time_text(&self) -> Option<String> {
        DateTime::from_unix_duration(self.time).ok().map(|moment| moment.to_string())
    }
}

/// Verifies an authority's response (`.tsr`, DER of TimeStampResp) to `request` on the ground of `roots`.
///
/// Checked in this order: granted; imprint, nonce and policy; signed attributes, with the digest of the content and the
/// certificate's binding; the signer's purpose; the signature; the chain to a root at the stamp's own time.
pub fn verify(request: &Request, response: &[u8], roots: &Roots) -> Result<Stamp, StampError> {
    let token = Token::read(of_response(response)?)?;
    let info = Info::read(token.content)?;
    if info.imprint_algorithm.digest()? != &SHA256 || info.imprint != request.digest {
        return Err(StampError::ImprintDiffers);
    }
    if let Some(nonce) = &request.nonce {
        // Both are minimal DER but for the zero byte before a first bit that is set.
        let theirs = info.nonce.ok_or(StampError::NonceDiffers)?;
        let theirs = if theirs.len() > 1 { theirs.strip_prefix(&[0]).unwrap_or(theirs) } else { theirs };
        if theirs != nonce {
            return Err(StampError::NonceDiffers);
        }
    }
    if request.policy.is_some_and(|policy| policy != info.policy) {
        return Err(StampError::PolicyDiffers);
    }
    let certificate = token.certificate()?;
    token.signer.check_attributes(token.content, &certificate)?;
    if !certificate.stamps_only {
        return Err(StampError::WrongUsage);
    }
    let signed = token.signer.signed_bytes();
    let algorithm = token.signer.digest.digest()?;
    signature::verify(certificate.whole, &token.signer.algorithm, algorithm, &signed, token.signer.signature)?;
    let others: Vec<CertificateDer<'_>> = token.certificates.iter().map(|item| item.whole.into()).collect();
    signature::chain(certificate.whole, &others, &roots.0, info.time)?;
    Ok(Stamp {
        time: info.time,
        accuracy: info.accuracy,
        policy: info.policy.to_string(),
        serial: hex(info.serial),
        authority: name_text(certificate.subject)?,
    })
}
