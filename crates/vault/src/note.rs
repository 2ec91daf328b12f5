//! How are a log's checkpoint and a witness's cosignature signed?
//!
//! As C2SP signed notes: a line `— NAME BASE64` whose bytes begin with the key's id. The bytes to sign are built by the log's
//! own crate and given here as they are; this module knows keys only (C2SP `signed-note.md`, `tlog-checkpoint.md`,
//! `tlog-cosignature.md`).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use fips204::ml_dsa_44;
use fips204::traits::{KeyGen, SerDes, Signer};
use sha2::{Digest, Sha256};
use thiserror::Error;
use zeroize::Zeroizing;

use crate::keys::{KeyError, random};
use crate::signing::SigningKey;

/// The longest key name taken here, in bytes: what the message of an ML-DSA cosignature has room for.
pub const LONGEST_NAME: usize = 255;

/// What begins the text of a secret note key, as `golang.org/x/mod/sumdb/note` writes it.
const SECRET: &str = "PRIVATE+KEY+";

/// What can go wrong with a key of notes. No variant carries the text it speaks of.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NoteError {
    /// The name cannot stand in a signature line.
    #[error("a key's name must have 1 to {LONGEST_NAME} bytes, and no white space, control character or plus sign")]
    Name,
    /// The text is not a secret note key of the kind asked for.
    #[error("this is not the secret key of this kind: it must be one line that begins with {SECRET}, unaltered")]
    Secret,
    /// No key could be made.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The library gave no signature.
    #[error("no signature could be made: the operating system may have no random bytes; try again")]
    Sign,
}

/// One signature line of a note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteSignature {
    name: String,
    bytes: Vec<u8>,
}

impl NoteSignature {
    /// The name of the key that signed.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The base64 of the key id (4 bytes), the time where there is one (8 bytes), and the signature.
    pub fn payload(&self) -> String {
        STANDARD.encode(&self.bytes)
    }

    /// The whole line with its newline.
    pub fn line(&self) -> String {
        format!("\u{2014} {} {}\n", self.name, self.payload())
    }
}

/// A name and what public bytes stand under it: what id and verifier key are made of.
#[derive(Clone)]
struct Public {
    name: String,
    /// The signature type's byte, then the public key.
    typed: Vec<u8>,
}

impl Public {
    fn new(name: &str, kind: u8, key: &[u8]) -> Result<Self, NoteError> {
        let unfit = |c: char| c.is_whitespace() || c.is_control() || c == '+';
        if name.is_empty() || name.len() > LONGEST_NAME || name.chars().any(unfit) {
            return Err(NoteError::Name);
        }
        let mut typed = Vec::with_capacity(1 + key.len());
        typed.push(kind);
        typed.extend_from_slice(key);
        Ok(Self { name: name.to_owned(), typed })
    }

    /// The first four bytes of SHA-256 over the name, a newline, the type's byte and the key.
    fn id(&self) -> [u8; 4] {
        let digest: [u8; 32] =
            Sha256::new().chain_update(&self.name).chain_update("\n").chain_update(&self.typed).finalize().into();
        let [a, b, c, d, ..] = digest;
        [a, b, c, d]
    }

    fn vkey(&self) -> String {
        format!("{}+{:08x}+{}", self.name, u32::from_be_bytes(self.id()), STANDARD.encode(&self.typed))
    }

    fn secret(&self, kind: u8, seed: &[u8; 32]) -> Zeroizing<String> {
        let mut typed = Zeroizing::new([kind; 33]);
        typed[1..].copy_from_slice(seed);
        let seed = Zeroizing::new(STANDARD.encode(typed.as_slice()));
        let id = format!("{:08x}", u32::from_be_bytes(self.id()));
        let mut text =
            Zeroizing::new(String::with_capacity(SECRET.len() + self.name.len() + id.len() + seed.len() + 2));
        for part in [SECRET, &self.name, "+", &id, "+", &seed] {
            text.push_str(part);
        }
        text
    }

    fn signature(&self, time: Option<u64>, signature: &[u8]) -> NoteSignature {
        let mut bytes = self.id().to_vec();
        bytes.extend(time.iter().flat_map(|time| time.to_be_bytes()));
        bytes.extend_from_slice(signature);
        NoteSignature { name: self.name.clone(), bytes }
    }
}

/// Name and seed of a secret note key's text, when it is of this kind. The id is for the caller to compare.
fn parse_secret(text: &str, kind: u8) -> Result<(&str, Zeroizing<[u8; 32]>), NoteError> {
    let (name, rest) = text.strip_prefix(SECRET).and_then(|rest| rest.split_once('+')).ok_or(NoteError::Secret)?;
    let (_, seed) = rest.split_once('+').ok_or(NoteError::Secret)?;
    let typed = crate::signing::secret_bytes::<33>(seed).ok_or(NoteError::Secret)?;
    let [first, seed @ ..] = &*typed;
    if *first != kind {
        return Err(NoteError::Secret);
    }
    Ok((name, Zeroizing::new(*seed)))
}

/// The key that signs a log's checkpoints: Ed25519, signature type 0x01. Its name is the log's origin. It prints nothing.
#[derive(Clone)]
pub struct LogKey {
    key: SigningKey,
    public: Public,
}

impl LogKey {
    const KIND: u8 = 0x01;

    /// A new key from the operating system's randomness for the log of this origin.
    ///
    /// # Errors
    /// [`NoteError::Name`] or [`NoteError::Key`].
    pub fn generate(origin: &str) -> Result<Self, NoteError> {
        Self::of(origin, &*random::<32>()?)
    }

    fn of(origin: &str, seed: &[u8; 32]) -> Result<Self, NoteError> {
        let key = SigningKey::from_seed(seed);
        let public = Public::new(origin, Self::KIND, key.verifying_key().as_bytes())?;
        Ok(Self { key, public })
    }

    /// Reads what [`LogKey::expose`] wrote, in that spelling only.
    ///
    /// # Errors
    /// [`NoteError::Secret`] or [`NoteError::Name`].
    pub fn parse(text: &str) -> Result<Self, NoteError> {
        let (name, seed) = parse_secret(text, Self::KIND)?;
        let key = Self::of(name, &seed)?;
        if *key.expose() != text { Err(NoteError::Secret) } else { Ok(key) }
    }

    /// The secret as one line of text, as `golang.org/x/mod/sumdb/note` writes it. Write it only into something sealed.
    pub fn expose(&self) -> Zeroizing<String> {
        self.public.secret(Self::KIND, &self.key.seed())
    }

    /// The log's origin, which is the key's name.
    pub fn name(&self) -> &str {
        &self.public.name
    }

    /// What a verifier is configured with (C2SP verifier key).
    pub fn vkey(&self) -> String {
        self.public.vkey()
    }

    /// The signature over the note's text, whose final newline is part of it.
    pub fn sign(&self, body: &[u8]) -> NoteSignature {
        self.public.signature(None, &self.key.sign(body))
    }
}

/// The key of a witness that makes `cosignature/v1`: Ed25519, signature type 0x04. It must serve no other witness, for its
/// message does not name the one who signs. It prints nothing.
#[derive(Clone)]
pub struct WitnessKey {
    key: SigningKey,
    public: Public,
}

impl WitnessKey {
    const KIND: u8 = 0x04;

    /// A new key from the operating system's randomness for the witness of this name.
    ///
    /// # Errors
    /// [`NoteError::Name`] or [`NoteError::Key`].
    pub fn generate(name: &str) -> Result<Self, NoteError> {
        Self::of(name, &*random::<32>()?)
    }

    fn of(name: &str, seed: &[u8; 32]) -> Result<Self, NoteError> {
        let key = SigningKey::from_seed(seed);
        let public = Public::new(name, Self::KIND, key.verifying_key().as_bytes())?;
        Ok(Self { key, public })
    }

    /// Reads what [`WitnessKey::expose`] wrote, in that spelling only.
    ///
    /// # Errors
    /// [`NoteError::Secret`] or [`NoteError::Name`].
    pub fn parse(text: &str) -> Result<Self, NoteError> {
        let (name, seed) = parse_secret(text, Self::KIND)?;
        let key = Self::of(name, &seed)?;
        if *key.expose() != text { Err(NoteError::Secret) } else { Ok(key) }
    }

    /// The secret as one line of text. Write it only into something sealed.
    pub fn expose(&self) -> Zeroizing<String> {
        self.public.secret(Self::KIND, &self.key.seed())
    }

    /// The witness's name.
    pub fn name(&self) -> &str {
        &self.public.name
    }

    /// What a verifier is configured with.
    pub fn vkey(&self) -> String {
        self.public.vkey()
    }

    /// The cosignature over `message`, the bytes that state `time` (POSIX seconds) and the checkpoint.
    pub fn sign(&self, message: &[u8], time: u64) -> NoteSignature {
        self.public.signature(Some(time), &self.key.sign(message))
    }
}

/// The key of a witness that makes `subtree/v1` cosignatures: ML-DSA-44 (FIPS 204), signature type 0x06. It prints nothing.
pub struct QuantumWitnessKey {
    seed: Zeroizing<[u8; 32]>,
    key: ml_dsa_44::PrivateKey,
    public: Public,
}

impl QuantumWitnessKey {
    const KIND: u8 = 0x06;

    /// A new key from the operating system's randomness for the witness of this name.
    ///
    /// # Errors
    /// [`NoteError::Name`] or [`NoteError::Key`].
    pub fn generate(name: &str) -> Result<Self, NoteError> {
        Self::of(name, random::<32>()?)
    }

    fn of(name: &str, seed: Zeroizing<[u8; 32]>) -> Result<Self, NoteError> {
        let (verifying, key) = ml_dsa_44::KG::keygen_from_seed(&seed);
        let public = Public::new(name, Self::KIND, &verifying.into_bytes())?;
        Ok(Self { seed, key, public })
    }

    /// Reads what [`QuantumWitnessKey::expose`] wrote, in that spelling only.
    ///
    /// # Errors
    /// [`NoteError::Secret`] or [`NoteError::Name`].
    pub fn parse(text: &str) -> Result<Self, NoteError> {
        let (name, seed) = parse_secret(text, Self::KIND)?;
        let key = Self::of(name, seed)?;
        if *key.expose() != text { Err(NoteError::Secret) } else { Ok(key) }
    }

    /// The secret (the seed of FIPS 204) as one line of text. Write it only into something sealed.
    pub fn expose(&self) -> Zeroizing<String> {
        self.public.secret(Self::KIND, &self.seed)
    }

    /// The witness's name.
    pub fn name(&self) -> &str {
        &self.public.name
    }

    /// What a verifier is configured with.
    pub fn vkey(&self) -> String {
        self.public.vkey()
    }

    /// The cosignature over `message`, the `cosigned_message` that states `time` (POSIX seconds). The context is empty, and
    /// the signature is hedged with random bytes, so two of one message differ.
    ///
    /// # Errors
    /// [`NoteError::Sign`] when the library gives none.
    pub fn sign(&self, message: &[u8], time: u64) -> Result<NoteSignature, NoteError> {
        // The library ends the process when the system has no random bytes; asking first turns that into an error.
        random::<32>()?;
        let signature = self.key.try_sign(message, &[]).map_err(|_| NoteError::Sign)?;
        Ok(self.public.signature(Some(time), &signature))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signing::VerifyingKey;
    use fips204::traits::Verifier;
    use proptest::prelude::*;

    const ORIGIN: &str = "factum-case.invalid/00112233445566778899aabbccddeeff";
    const BODY: &[u8] =
        b"factum-case.invalid/00112233445566778899aabbccddeeff\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n";

    /// The example of the `note` package of Go's module mirror, whose secret key and signature that package's tests publish.
    #[test]
    fn the_key_of_gos_note_package_signs_the_same() {
        let key =
            LogKey::parse("PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz").unwrap();
        assert_eq!(key.vkey(), "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
        let text =
            "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
        assert_eq!(
            key.sign(text.as_bytes()).line(),
            "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
        );
    }

    fn check_key<K>(
        parse: impl Fn(&str) -> Result<K, NoteError>,
        expose: impl Fn(&K) -> Zeroizing<String>,
        text: &str,
    ) {
        assert!(*expose(&parse(text).unwrap()) == text);
        for wrong in [
            text.replace("PRIVATE", "PUBLIC"),
            format!("{text}\n"),
            text.replacen("factum", "Factum", 1),
            text.to_lowercase(),
        ] {
            assert!(matches!(parse(&wrong), Err(NoteError::Secret | NoteError::Name)));
        }
    }

    #[test]
    fn keys_are_written_and_read_in_one_spelling_each_of_its_kind() {
        let (log, witness) = (LogKey::generate(ORIGIN).unwrap(), WitnessKey::generate("factum.example/w").unwrap());
        let quantum = QuantumWitnessKey::generate("factum.example/q").unwrap();
        check_key(LogKey::parse, LogKey::expose, &log.expose());
        check_key(WitnessKey::parse, WitnessKey::expose, &witness.expose());
        check_key(QuantumWitnessKey::parse, QuantumWitnessKey::expose, &quantum.expose());
        assert!(matches!(LogKey::parse(&witness.expose()), Err(NoteError::Secret)));
        assert!(matches!(WitnessKey::parse(&log.expose()), Err(NoteError::Secret)));
        assert!(matches!(QuantumWitnessKey::parse(&log.expose()), Err(NoteError::Secret)));
        assert_eq!((log.name(), witness.name(), quantum.name()), (ORIGIN, "factum.example/w", "factum.example/q"));
    }

    /// The public key that stands in a verifier key, after checking type and id.
    fn public(vkey: &str, kind: u8) -> Vec<u8> {
        let [name, id, typed] = vkey.split('+').collect::<Vec<_>>()[..] else { panic!("three parts") };
        // The base64 of the key may hold plus signs of its own; the keys of these tests are drawn until it does not.
        let typed = STANDARD.decode(typed).unwrap();
        assert_eq!(typed[0], kind);
        let digest = Sha256::digest([name.as_bytes(), b"\n", &typed].concat());
        assert_eq!(id, digest[..4].iter().map(|byte| format!("{byte:02x}")).collect::<String>());
        typed[1..].to_vec()
    }

    #[test]
    fn a_witness_signs_with_id_and_time() {
        let key = WitnessKey::of("factum.example/w", &[3; 32]).unwrap();
        let signature = key.sign(BODY, 1_679_315_147);
        let bytes = STANDARD.decode(signature.payload()).unwrap();
        assert_eq!(bytes.len(), 4 + 8 + 64);
        assert_eq!(bytes[..4], key.public.id());
        assert_eq!(bytes[4..12], 1_679_315_147u64.to_be_bytes());
        let verifying = VerifyingKey::from_bytes(key.public.typed[1..].try_into().unwrap()).unwrap();
        verifying.verify(BODY, bytes[12..].try_into().unwrap()).unwrap();
        assert_eq!(signature.name(), "factum.example/w");
    }

    #[test]
    fn a_quantum_witness_signs_what_fips_204_verifies() {
        let key = QuantumWitnessKey::generate("factum.example/q").unwrap();
        let bytes = STANDARD.decode(key.sign(BODY, 7).unwrap().payload()).unwrap();
        assert_eq!(bytes.len(), 4 + 8 + 2420);
        assert_eq!(bytes[..4], key.public.id());
        assert_eq!(bytes[4..12], 7u64.to_be_bytes());
        assert_eq!(key.public.typed.len(), 1 + 1312);
        let verifying = ml_dsa_44::PublicKey::try_from_bytes(key.public.typed[1..].try_into().unwrap()).unwrap();
        assert!(verifying.verify(BODY, bytes[12..].try_into().unwrap(), &[]));
        assert!(!verifying.verify(b"another", bytes[12..].try_into().unwrap(), &[]));
    }

    #[test]
    fn a_verifier_key_states_name_id_type_and_key() {
        let key = LogKey::of(ORIGIN, &[1; 32]).unwrap();
        assert_eq!(public(&key.vkey(), 1), key.key.verifying_key().as_bytes());
    }

    #[test]
    fn names_that_break_a_line_are_refused() {
        for name in ["", "a b", "a+b", "a\nb", "a\u{a0}b", &"a".repeat(LONGEST_NAME + 1)] {
            assert!(matches!(LogKey::generate(name), Err(NoteError::Name)));
        }
    }

    proptest! {
        #[test]
        fn arbitrary_text_is_no_key(text in any::<String>(), tail in "[A-Za-z0-9+/=]{0,60}") {
            for text in [text, format!("PRIVATE+KEY+a+{tail}")] {
                prop_assert!(LogKey::parse(&text).is_err());
                prop_assert!(WitnessKey::parse(&text).is_err());
                prop_assert!(QuantumWitnessKey::parse(&text).is_err());
            }
        }
    }
}
