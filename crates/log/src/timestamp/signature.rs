//! Is this signed by that key, and does the key's certificate lead to a root we were given?
//!
//! The signatures of CMS (RFC 5652, 5.4; RFC 4056 for RSA-PSS, RFC 5753 for ECDSA, RFC 8419 for Ed25519) as far as `ring`
//! verifies them: RSA of 2048 to 8192 bits with SHA-256, -384 or -512, ECDSA on P-256 and P-384 with SHA-256 or -384, Ed25519.

use der::asn1::ObjectIdentifier;
use ring::digest::{Algorithm, SHA1_FOR_LEGACY_USE_ONLY, SHA256, SHA384, SHA512};
use rustls_pki_types::{CertificateDer, SignatureVerificationAlgorithm, TrustAnchor, UnixTime};
use webpki::{ALL_VERIFICATION_ALGS, EndEntityCert, Error, KeyUsage, ring as algorithms};

use super::StampError;
use super::asn::{INTEGER, Item, OID, SEQUENCE, context, single};

const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const RSA_PSS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.10");
const RSA_SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.11");
const RSA_SHA384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.12");
const RSA_SHA512: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.13");
const MASK_MGF1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.8");
const ECDSA_SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.2");
const ECDSA_SHA384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.3");
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");
const DIGEST_SHA1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.14.3.2.26");
const DIGEST_SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.1");
const DIGEST_SHA384: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.2");
const DIGEST_SHA512: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.3");

/// The contents of the object identifier of time stamping, 1.3.6.1.5.5.7.3.8.
const TIME_STAMPING: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 3, 8];

/// An AlgorithmIdentifier: a name and what follows it.
pub(super) struct Named<'a> {
    pub name: ObjectIdentifier,
    pub parameters: Option<Item<'a>>,
}

impl<'a> Named<'a> {
    pub fn read(item: Item<'a>, part: &'static str) -> Result<Named<'a>, StampError> {
        if item.tag != SEQUENCE {
            return Err(StampError::Malformed { part });
        }
        let mut fields = item.items(part)?;
        let name = fields.expect(OID)?.decode(part)?;
        let parameters = if fields.at_end() { None } else { Some(fields.any()?) };
        fields.end()?;
        Ok(Named { name, parameters })
    }

    /// The digest of this name that may carry a signature today.
    pub fn digest(&self) -> Result<&'static Algorithm, StampError> {
        match self.name {
            DIGEST_SHA256 => Ok(&SHA256),
            DIGEST_SHA384 => Ok(&SHA384),
            DIGEST_SHA512 => Ok(&SHA512),
            other => Err(StampError::Unsupported { what: "digest", name: other.to_string() }),
        }
    }

    /// The digest by which a token names its certificate, where SHA-1 is the first edition's only choice.
    pub fn digest_of_certificate(&self) -> Result<&'static Algorithm, StampError> {
        if self.name == DIGEST_SHA1 { Ok(&SHA1_FOR_LEGACY_USE_ONLY) } else { self.digest() }
    }
}

/// Checks `signature` over `message` by the key of `certificate`.
pub(super) fn verify(
    certificate: &[u8],
    algorithm: &Named<'_>,
    digest: &'static Algorithm,
    message: &[u8],
    signature: &[u8],
) -> Result<(), StampError> {
    let der = CertificateDer::from(certificate);
    let signer = EndEntityCert::try_from(&der).map_err(StampError::Chain)?;
    let mut other_key = false;
    for candidate in candidates(algorithm, digest)? {
        match signer.verify_signature(candidate, message, signature) {
            Ok(()) => return Ok(()),
            // The name of an ECDSA signature does not tell the curve, the key does: another candidate may fit.
            Err(Error::UnsupportedSignatureAlgorithmForPublicKeyContext(_)) => other_key = true,
            Err(_) => return Err(StampError::BadSignature),
        }
    }
    if other_key {
        return Err(StampError::Unsupported { what: "key for signature", name: algorithm.name.to_string() });
    }
    Err(StampError::BadSignature)
}

type Candidates = Vec<&'static dyn SignatureVerificationAlgorithm>;

fn candidates(algorithm: &Named<'_>, digest: &'static Algorithm) -> Result<Candidates, StampError> {
    let unsupported = || StampError::Unsupported { what: "signature", name: algorithm.name.to_string() };
    // An algorithm whose name holds a digest must hold the one announced beside it.
    let (named, found): (&Algorithm, Candidates) = match algorithm.name {
        RSA => (digest, vec![rsa(digest).ok_or_else(unsupported)?]),
        RSA_SHA256 => (&SHA256, vec![algorithms::RSA_PKCS1_2048_8192_SHA256]),
        RSA_SHA384 => (&SHA384, vec![algorithms::RSA_PKCS1_2048_8192_SHA384]),
        RSA_SHA512 => (&SHA512, vec![algorithms::RSA_PKCS1_2048_8192_SHA512]),
        RSA_PSS => (pss_digest(algorithm)?, vec![pss(digest).ok_or_else(unsupported)?]),
        ECDSA_SHA256 => (&SHA256, vec![algorithms::ECDSA_P256_SHA256, algorithms::ECDSA_P384_SHA256]),
        ECDSA_SHA384 => (&SHA384, vec![algorithms::ECDSA_P384_SHA384, algorithms::ECDSA_P256_SHA384]),
        ED25519 => (&SHA512, vec![algorithms::ED25519]),
        _ => return Err(unsupported()),
    };
    if named == digest { Ok(found) } else { Err(StampError::Malformed { part: "the signature's algorithm" }) }
}

fn rsa(digest: &Algorithm) -> Option<&'static dyn SignatureVerificationAlgorithm> {
    [
        (&SHA256, algorithms::RSA_PKCS1_2048_8192_SHA256),
        (&SHA384, algorithms::RSA_PKCS1_2048_8192_SHA384),
        (&SHA512, algorithms::RSA_PKCS1_2048_8192_SHA512),
    ]
    .into_iter()
    .find_map(|(name, found)| (name == digest).then_some(found))
}

fn pss(digest: &Algorithm) -> Option<&'static dyn SignatureVerificationAlgorithm> {
    [
        (&SHA256, algorithms::RSA_PSS_2048_8192_SHA256_LEGACY_KEY),
        (&SHA384, algorithms::RSA_PSS_2048_8192_SHA384_LEGACY_KEY),
        (&SHA512, algorithms::RSA_PSS_2048_8192_SHA512_LEGACY_KEY),
    ]
    .into_iter()
    .find_map(|(name, found)| (name == digest).then_some(found))
}

/// The one digest of RSASSA-PSS-params (RFC 4055, 3.1), which must also be the mask's and as long as the salt, as `ring` demands.
fn pss_digest(algorithm: &Named<'_>) -> Result<&'static Algorithm, StampError> {
    const PART: &str = "the parameters of RSA-PSS";
    let fault = StampError::Malformed { part: PART };
    let Some(parameters) = algorithm.parameters.filter(|item| item.tag == SEQUENCE) else { return Err(fault) };
    let mut fields = parameters.items(PART)?;
    let digest = Named::read(single(fields.expect(context(0))?.value, SEQUENCE, PART)?, PART)?.digest()?;
    let mask = Named::read(single(fields.expect(context(1))?.value, SEQUENCE, PART)?, PART)?;
    let Some(masked) = mask.parameters.filter(|_| mask.name == MASK_MGF1) else { return Err(fault) };
    let salt: u64 = single(fields.expect(context(2))?.value, INTEGER, PART)?.decode(PART)?;
    let same = Named::read(masked, PART)?.digest()? == digest;
    if !same || usize::try_from(salt) != Ok(digest.output_len()) {
        return Err(StampError::Unsupported { what: "choice of parameters for", name: algorithm.name.to_string() });
    }
    Ok(digest)
}

/// Checks that `certificate` leads over `others` to one of `roots`, all valid at `time` (seconds since 1970).
///
/// An authority between signer and root that limits its purposes must list time stamping among them; one without limits may be
/// there, as RFC 5280 has it. That the signer's own purpose is time stamping alone is checked by the caller.
pub(super) fn chain(
    certificate: &[u8],
    others: &[CertificateDer<'_>],
    roots: &[TrustAnchor<'static>],
    time: std::time::Duration,
) -> Result<(), StampError> {
    let der = CertificateDer::from(certificate);
    let signer = EndEntityCert::try_from(&der).map_err(StampError::Chain)?;
    let usage = KeyUsage::required_if_present(TIME_STAMPING);
    let time = UnixTime::since_unix_epoch(time);
    match signer.verify_for_usage(ALL_VERIFICATION_ALGS, roots, others, time, usage, None, None) {
        Ok(_) => Ok(()),
        Err(Error::UnknownIssuer) => Err(StampError::UnknownRoot),
        Err(Error::CertExpired { .. }) => Err(StampError::ExpiredThen),
        Err(Error::CertNotValidYet { .. }) => Err(StampError::NotYetValidThen),
        Err(Error::RequiredEkuNotFoundContext(_)) => Err(StampError::WrongUsage),
        Err(fault) => Err(StampError::Chain(fault)),
    }
}
