//! Is a time stamp believed exactly when RFC 3161 and the given roots say so?

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use factum_log::timestamp::{Request, Roots, Stamp, StampError, verify};
use proptest::prelude::*;

const NONCE: [u8; 16] = [0, 0, 0x9a, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];

fn vector(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../spec/vectors/stamp").join(name);
    std::fs::read(&path).unwrap_or_else(|fault| panic!("{}: {fault}", path.display()))
}

fn roots(file: &[u8]) -> Roots {
    let mut roots = Roots::new();
    roots.add(file).expect("root certificates");
    roots
}

fn golden_stamp() -> Stamp {
    Stamp {
        time: Duration::from_millis(1_795_745_405_734),
        accuracy: Some(Duration::from_micros(1_500_100)),
        policy: "1.3.6.1.4.1.55555.1".to_owned(),
        serial: "02".to_owned(),
        authority: "O=Factum vectors, CN=Time stamps".to_owned(),
    }
}

#[test]
fn golden_tokens_verify_for_ever() {
    let (request, roots) = (Request::from_der(&vector("request.tsq")).unwrap(), roots(&vector("root.pem")));
    for name in ["response.tsr", "response-pss.tsr"] {
        let stamp = verify(&request, &vector(name), &roots).unwrap();
        assert_eq!(stamp, golden_stamp(), "{name}");
        assert_eq!(stamp.time_text().as_deref(), Some("2026-11-27T02:10:05Z"));
    }
    assert_eq!(request.to_der(), vector("request.tsq"));
}

#[test]
fn a_golden_token_for_another_question_is_refused() {
    let (response, good) = (vector("response.tsr"), roots(&vector("root.pem")));
    let check = |request: &Request, roots: &Roots, expected: Result<Stamp, StampError>| {
        assert_eq!(verify(request, &response, roots), expected);
    };
    check(&Request::any_answer(b"abc"), &good, Ok(golden_stamp()));
    check(&Request::any_answer(b"abd"), &good, Err(StampError::ImprintDiffers));
    check(&Request::new(b"abc", NONCE), &good, Err(StampError::NonceDiffers));
    check(&Request::any_answer(b"abc"), &Roots::new(), Err(StampError::UnknownRoot));
}

#[test]
fn a_refusal_is_told_in_the_authority_s_words() {
    let check = |failure: &[u8], expected: &str| {
        // PKIStatusInfo: rejection, the text "no" with a bell, and what comes after.
        let status = [&[2, 1, 2, 0x30, 5, 0x0c, 3, b'n', b'o', 7], failure].concat();
        let length = u8::try_from(status.len()).unwrap();
        let response = [&[0x30, length + 2, 0x30, length], &status[..]].concat();
        let expected = StampError::NotGranted { status: 2, text: expected.to_owned() };
        assert_eq!(verify(&Request::any_answer(b"abc"), &response, &Roots::new()), Err(expected));
    };
    check(&[], "no\\u{7}");
    check(&[3, 2, 7, 0x80], "no\\u{7}; badAlg");
}

/// Alters every byte in these ways: refused, or the stamp says the same (status, unsigned parts).
fn check_altered(name: &str, flips: impl Iterator<Item = u8> + Clone) {
    let (request, roots) = (Request::from_der(&vector("request.tsq")).unwrap(), roots(&vector("root.pem")));
    let good = vector(name);
    let (mut refused, mut same) = (0, 0);
    for place in 0..good.len() {
        for flip in flips.clone() {
            let mut altered = good.clone();
            altered[place] ^= flip;
            match verify(&request, &altered, &roots) {
                Err(_) => refused += 1,
                Ok(stamp) => {
                    assert_eq!(stamp, golden_stamp(), "{name}, byte {place} ^ {flip}");
                    same += 1;
                }
            }
        }
    }
    println!("{name}: {refused} alterations refused, {same} without meaning");
    assert!(refused > 20 * same, "{refused} refused, {same} not");
}

#[test]
fn no_altered_byte_changes_the_meaning() {
    for name in ["response.tsr", "response-pss.tsr"] {
        check_altered(name, [1, 2, 16, 64, 128, 255].into_iter());
        let good = vector(name);
        let (request, roots) = (Request::any_answer(b"abc"), roots(&vector("root.pem")));
        for length in 0..good.len() {
            assert!(verify(&request, &good[..length], &roots).is_err(), "{name} cut to {length} bytes");
        }
    }
}

#[test]
#[ignore = "takes a minute: every other value of every byte"]
fn no_other_value_of_any_byte_changes_the_meaning() {
    check_altered("response.tsr", 1..=255);
    check_altered("response-pss.tsr", 1..=255);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        let _ = verify(&Request::any_answer(b"abc"), &bytes, &Roots::new());
        let _ = Request::from_der(&bytes);
        let _ = Roots::new().add(&bytes);
    }

    #[test]
    fn mutated_bytes_never_change_the_meaning(
        edits in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in any::<prop::sample::Index>(),
        grow in any::<bool>(),
    ) {
        let mut bytes = vector("response.tsr");
        for (place, value) in edits {
            let place = place.index(bytes.len());
            if grow { bytes.insert(place, value) } else { bytes[place] = value }
        }
        bytes.truncate(bytes.len() - cut.index(3));
        if let Ok(stamp) = verify(&Request::any_answer(b"abc"), &bytes, &roots(&vector("root.pem"))) {
            prop_assert_eq!(stamp, golden_stamp());
        }
    }

    #[test]
    fn a_request_is_read_back(
        bytes in proptest::collection::vec(any::<u8>(), 0..40),
        nonce in any::<[u8; 16]>(),
        zeros in 0usize..=16,
    ) {
        let mut nonce = nonce;
        nonce[..zeros].fill(0);
        let request = Request::new(&bytes, nonce);
        prop_assert_eq!(Request::from_der(&request.to_der()), Ok(request));
    }
}

#[test]
fn files_without_roots_are_told_apart() {
    let check = |file: &[u8], expected: Result<(), StampError>| assert_eq!(Roots::new().add(file), expected);
    check(&vector("root.pem"), Ok(()));
    check(b"", Err(StampError::NoRoot));
    check(b"\x30\x03\x02\x01\x00", Err(StampError::BadRoot { number: 1 }));
    let broken = b"-----BEGIN CERTIFICATE-----\nMAMCAQA=\n-----END CERTIFICATE-----\n";
    check(&[&vector("root.pem")[..], broken].concat(), Err(StampError::BadRoot { number: 2 }));
}

/// An authority made with OpenSSL for one test.
struct Authority {
    folder: tempfile::TempDir,
}

const CONFIGURATION: &str = "[req]
distinguished_name=dn
prompt=no
[dn]
CN=unused
[authority]
basicConstraints=critical,CA:true
keyUsage=critical,keyCertSign,cRLSign
subjectKeyIdentifier=hash
[tsa]
basicConstraints=critical,CA:false
extendedKeyUsage=critical,timeStamping
subjectKeyIdentifier=hash
[loose]
extendedKeyUsage=timeStamping
[two]
extendedKeyUsage=critical,timeStamping,codeSigning
[other]
extendedKeyUsage=critical,codeSigning
[none]
basicConstraints=critical,CA:false
[service]
serial=serial
default_policy=1.2.3.4.5
digests=sha256
tsa_name=yes
ess_cert_id_alg=sha1
[service512]
serial=serial
default_policy=1.2.3.4.5
digests=sha512
[ca]
default_ca=middle
[middle]
database=index
serial=numbers
new_certs_dir=.
certificate=middle.pem
private_key=middle.key
default_md=sha256
policy=any
[any]
commonName=supplied
";

impl Authority {
    /// A root, an authority below it, and below that the key that stamps; `None`, with a word, without OpenSSL.
    fn new(key: &str) -> Option<Authority> {
        if Command::new("openssl").arg("version").output().is_err() {
            println!("test skipped: there is no openssl here");
            return None;
        }
        let authority = Authority { folder: tempfile::tempdir().unwrap() };
        for (name, text) in [("conf", CONFIGURATION), ("serial", "01\n"), ("index", ""), ("numbers", "77\n")] {
            std::fs::write(authority.path(name), text).unwrap();
        }
        let root = "req -x509 -nodes -newkey rsa:2048 -keyout root.key -out root.pem -subj /CN=Root -config conf";
        authority.run(&format!("{root} -extensions authority -days 9"));
        authority.run("req -nodes -newkey rsa:2048 -keyout middle.key -out middle.csr -subj /CN=Middle -config conf");
        let middle = "x509 -req -in middle.csr -CA root.pem -CAkey root.key -set_serial 5 -out middle.pem -days 9";
        authority.run(&format!("{middle} -extfile conf -extensions authority"));
        authority.run(&format!("req -nodes -newkey {key} -keyout tsa.key -out tsa.csr -subj /CN=Stamps -config conf"));
        authority.certify("tsa", "20200101000000Z", "20990101000000Z");
        std::fs::rename(authority.path("new.pem"), authority.path("tsa.pem")).unwrap();
        Some(authority)
    }

    /// A certificate of the stamping key with other extensions or validity, as `new.pem`.
    fn certify(&self, extensions: &str, from: &str, to: &str) {
        std::fs::write(self.path("index"), "").unwrap();
        let command = "ca -batch -config conf -in tsa.csr -out new.pem -notext -extfile conf";
        self.run(&format!("{command} -extensions {extensions} -startdate {from} -enddate {to}"));
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn run(&self, command: &str) {
        let output = Command::new("openssl").current_dir(self.folder.path()).args(command.split(' ')).output().unwrap();
        assert!(output.status.success(), "openssl {command}\n{}", String::from_utf8_lossy(&output.stderr));
    }

    fn reply(&self, request: &Request, options: &str) -> Vec<u8> {
        std::fs::write(self.path("q"), request.to_der()).unwrap();
        self.run("ts -query -in q -text -out q.txt");
        let command = "ts -reply -config conf -queryfile q -signer tsa.pem -inkey tsa.key -chain middle.pem -out r";
        self.run(&format!("{command} {options}"));
        std::fs::read(self.path("r")).unwrap()
    }

    fn roots(&self) -> Roots {
        roots(&std::fs::read(self.path("root.pem")).unwrap())
    }
}

/// OpenSSL answers our request, accepts our request and its answer, and so do we.
fn check_round(key: &str, digest: &str) {
    let Some(authority) = Authority::new(key) else { return };
    let message = b"the bytes of a checkpoint";
    let request = Request::new(message, NONCE);
    let response = authority.reply(&request, &format!("-section service {digest}"));
    std::fs::write(authority.path("data"), message).unwrap();
    authority.run("ts -verify -queryfile q -in r -CAfile root.pem");
    authority.run("ts -verify -data data -in r -CAfile root.pem");
    let text = std::fs::read_to_string(authority.path("q.txt")).unwrap();
    assert!(text.contains("Nonce: 0x9A0405060708090A0B0C0D0E0F10"), "{text}");
    assert!(text.contains("Certificate required: yes"), "{text}");
    let stamp = verify(&request, &response, &authority.roots()).unwrap();
    assert_eq!((stamp.policy.as_str(), stamp.serial.as_str()), ("1.2.3.4.5", "02"));
    assert_eq!((stamp.authority.as_str(), stamp.accuracy), ("CN=Stamps", None));
    // The vectors' root never saw this authority.
    assert_eq!(verify(&request, &response, &roots(&vector("root.pem"))), Err(StampError::UnknownRoot));
    assert_eq!(verify(&Request::new(b"other", NONCE), &response, &authority.roots()), Err(StampError::ImprintDiffers));
    let mut other = NONCE;
    other[15] ^= 1;
    assert_eq!(verify(&Request::new(message, other), &response, &authority.roots()), Err(StampError::NonceDiffers));
}

#[test]
fn openssl_and_we_agree_on_rsa() {
    check_round("rsa:3072", "-sha512");
}

#[test]
fn openssl_and_we_agree_on_p256() {
    check_round("ec -pkeyopt ec_paramgen_curve:P-256", "-sha256");
}

#[test]
fn openssl_and_we_agree_on_p384() {
    check_round("ec -pkeyopt ec_paramgen_curve:P-384", "-sha384");
}

#[test]
fn a_refusal_by_openssl_is_told() {
    let Some(authority) = Authority::new("ec -pkeyopt ec_paramgen_curve:P-256") else { return };
    let request = Request::new(b"x", NONCE);
    let response = authority.reply(&request, "-section service512 -sha256");
    let Err(StampError::NotGranted { status: 2, text }) = verify(&request, &response, &authority.roots()) else {
        panic!("granted")
    };
    assert!(text.ends_with("badAlg"), "{text}");
}

/// `openssl ts -reply` stamps only with proper certificates, so `openssl cms` puts others under a stamp's content.
#[test]
fn a_signer_must_be_for_time_stamping_alone_and_valid_then() {
    let Some(authority) = Authority::new("ec -pkeyopt ec_paramgen_curve:P-256") else { return };
    let request = Request::new(b"x", NONCE);
    authority.reply(&request, "-section service -sha256");
    authority.run("ts -reply -in r -token_out -out token");
    authority.run("cms -verify -in token -inform DER -noverify -out content");
    let check = |extensions: &str, from: &str, to: &str, bind: &str, expected: Result<(), StampError>| {
        authority.certify(extensions, from, to);
        let sign = "cms -sign -binary -nodetach -econtent_type 1.2.840.113549.1.9.16.1.4 -in content -signer new.pem";
        let rest = "-inkey tsa.key -certfile middle.pem -md sha256 -outform DER -out signed";
        authority.run(&format!("{sign} {rest}{bind}"));
        let token = std::fs::read(authority.path("signed")).unwrap();
        let body = [&[0x30, 3, 2, 1, 0], &token[..]].concat();
        let length = u16::try_from(body.len()).unwrap().to_be_bytes();
        let response = [&[0x30, 0x82], &length[..], &body].concat();
        assert_eq!(verify(&request, &response, &authority.roots()).map(|_| ()), expected, "{extensions} {from} {to}");
    };
    let (from, to) = ("20200101000000Z", "20990101000000Z");
    check("tsa", from, to, " -cades", Ok(()));
    check("tsa", from, to, " -cades -keyid", Ok(()));
    check("tsa", from, to, "", Err(StampError::SignerNotBound));
    check("tsa", from, to, " -cades -nocerts", Err(StampError::SignerMissing));
    for extensions in ["loose", "two", "other", "none"] {
        check(extensions, from, to, " -cades", Err(StampError::WrongUsage));
    }
    check("tsa", from, "20210101000000Z", " -cades", Err(StampError::ExpiredThen));
    check("tsa", "20980101000000Z", to, " -cades", Err(StampError::NotYetValidThen));
}
