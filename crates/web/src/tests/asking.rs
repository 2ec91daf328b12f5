//! Does `ask` bring home what a witness signed, and nothing that somebody else sends?

use super::*;
use factum_case::custody::anchor::AnchorError;
use std::process::Command;
use std::sync::Arc;
use std::time::Instant;

const PATIENT: Patience = Patience { time: Duration::from_secs(20), body: 64 << 10 };

fn there(url: &str) -> Correspondent {
    Correspondent::new(url, None, None, PATIENT).unwrap()
}

#[test]
fn a_case_is_countersigned_over_a_network_by_both_types() {
    let folder = tempfile::tempdir().unwrap();
    let mut case = case(folder.path());
    let both = [("north.example", Algorithm::CosignatureEd25519), ("south.example", Algorithm::CosignatureMlDsa44)];
    let made: Vec<_> = both.map(|(name, kind)| witness(folder.path(), name, kind, &case)).into_iter().collect();
    let running: Vec<_> =
        made.into_iter().map(|(witness, key)| (Running::begin(witness, Limits::default()), key)).collect();
    for round in 0..3 {
        for (server, key) in &running {
            let taken = there(&server.url()).countersign(&case, key, &[], None).unwrap();
            assert_eq!(taken.len(), 1);
            assert_eq!((taken[0].size, taken[0].time, taken[0].known), (case.ledger().size(), NOW, false));
            assert_eq!(case.last_signed_by(key).unwrap(), case.ledger().size());
        }
        grow(&mut case, &format!("c{round}"));
    }
    assert_eq!(anchors(case.store()).unwrap().len(), 3);
}

#[test]
fn a_witness_that_stands_elsewhere_is_asked_again_from_there() {
    let folder = tempfile::tempdir().unwrap();
    let mut case = case(folder.path());
    let (witness, key) = witness(folder.path(), "north.example", Algorithm::CosignatureEd25519, &case);
    let server = Running::begin(witness, Limits::default());
    there(&server.url()).countersign(&case, &key, &[], None).unwrap();
    // The answer got lost, as it were: the case knows of no cosignature.
    std::fs::remove_dir_all(folder.path().join("case/log/anchors")).unwrap();
    grow(&mut case, "later");
    let taken = there(&server.url()).countersign(&case, &key, &[], None).unwrap();
    assert_eq!(taken[0].size, case.ledger().size());
    assert!(there(&server.url()).countersign(&case, &key, &[], Some(3)).is_ok());
}

#[test]
fn a_case_that_is_older_than_the_witness_remembers_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let ada = ada();
    let mut case = found(folder.path(), ada.clone());
    let (witness, key) = witness(folder.path(), "north.example", Algorithm::CosignatureEd25519, &case);
    let server = Running::begin(witness, Limits::default());
    let (case_folder, early) = (folder.path().join("case"), folder.path().join("early"));
    assert!(Command::new("cp").arg("-r").arg(&case_folder).arg(&early).status().unwrap().success());
    let found_here = case.ledger().size();
    grow(&mut case, "later");
    there(&server.url()).countersign(&case, &key, &[], None).unwrap();
    let seen = case.ledger().size();
    drop(case);
    std::fs::remove_dir_all(&case_folder).unwrap();
    std::fs::rename(&early, &case_folder).unwrap();
    let old = Case::open(&case_folder, ada, Opening::default()).unwrap();
    match there(&server.url()).countersign(&old, &key, &[], None) {
        Err(AskError::RolledBack { seen: said, found: here }) => assert_eq!((said, here), (seen, found_here)),
        other => panic!("{other:?}"),
    }
}

#[test]
fn hostile_answers_are_named_and_nothing_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let case = case(folder.path());
    let (_, key) = witness(folder.path(), "north.example", Algorithm::CosignatureEd25519, &case);
    let (other, _) = witness(folder.path(), "other.example", Algorithm::CosignatureEd25519, &case);
    let request = case.ask_witness(&key, None).unwrap();
    let foreign = other.cosign(request.to_string().as_bytes(), NOW).unwrap().body;
    let size = request.checkpoint.unverified().size;
    let check = |answer: String, expected: &str| {
        let address = stranger(move |mut stream| {
            head(&mut stream);
            let _ = stream.write_all(answer.as_bytes());
            let _ = stream.shutdown(std::net::Shutdown::Write);
            let _ = stream.read_to_end(&mut Vec::new());
        });
        let correspondent = there(&format!("http://{address}"));
        let error = correspondent.countersign(&case, &key, &[], None).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}\ndoes not say {expected:?}");
    };
    let whole = |status: &str, body: &str| format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n\r\n{body}", body.len());
    check(whole("200 OK", &foreign), "no cosignature in the file is by north.example");
    check(whole("200 OK", ""), "neither a cosigned checkpoint nor lines");
    check(whole("200 OK", &format!("{}\n", "x".repeat(70_000))), "longer than 65536 bytes");
    check(format!("HTTP/1.1 200 OK\r\n\r\n{}", "x".repeat(1 << 20)), "longer than 65536 bytes");
    check(format!("HTTP/1.1 200 OK\r\nA: {}\r\n\r\n", "x".repeat(100_000)), "not reached, or did not answer");
    check("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort".into(), "not reached, or did not answer");
    check("SSH-2.0-OpenSSH_9.9\r\n".into(), "not reached, or did not answer");
    check(String::new(), "not reached, or did not answer");
    check(whole("409 Conflict", &format!("{}\n", size + 5)), "this copy of the case is older");
    check(whole("409 Conflict", "0\n"), "the log was forked");
    check(whole("409 Conflict", "many\n"), "does not say which");
    check(whole("409 Conflict", "007\n"), "does not say which");
    check(whole("403 Forbidden", "no \u{1b}[2J"), "answered 403 (no key it knows has signed the checkpoint): no  [2J");
    check(whole("422 Unprocessable Content", "no"), "does not continue what it signed");
    check(whole("404 Not Found", ""), "does not know this log");
    let elsewhere = "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n";
    check(elsewhere.into(), "answered 302 (it is elsewhere");
    let kept = anchors(case.store()).unwrap();
    assert!(kept.iter().all(|a| a.note().signatures.len() == 1), "only the log's own signature");
}

#[test]
fn a_slow_answer_is_not_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let case = case(folder.path());
    let (_, key) = witness(folder.path(), "north.example", Algorithm::CosignatureEd25519, &case);
    let address = stranger(|mut stream| {
        head(&mut stream);
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n");
        // A byte at a time would outlast any bound on a single read.
        while stream.write_all(b"x").is_ok() {
            std::thread::sleep(Duration::from_millis(20));
        }
    });
    let patience = Patience { time: Duration::from_millis(600), ..PATIENT };
    let correspondent = Correspondent::new(&format!("http://{address}"), None, None, patience).unwrap();
    let begun = Instant::now();
    assert!(matches!(correspondent.countersign(&case, &key, &[], None), Err(AskError::Transport(_))));
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let nobody = there(&format!("http://{closed}")).countersign(&case, &key, &[], None);
    assert!(matches!(nobody, Err(AskError::Transport(_))));
    assert!(matches!(
        there("http://127.0.0.1:1").countersign(&case, &key, &[], Some(99)),
        Err(AskError::Anchor(AnchorError::Size { .. }))
    ));
}

#[test]
fn a_proxy_is_the_only_one_spoken_to_and_finds_the_name() {
    let folder = tempfile::tempdir().unwrap();
    let case = case(folder.path());
    let (witness, key) = witness(folder.path(), "north.example", Algorithm::CosignatureEd25519, &case);
    let server = Running::begin(witness, Limits::default());
    let target = server.address;
    let (told, heard) = std::sync::mpsc::channel();
    let proxy = stranger(move |mut stream| {
        let asked = head(&mut stream);
        let _ = told.send(asked.lines().next().unwrap_or_default().to_string());
        let there = TcpStream::connect(target).unwrap();
        let _ = stream.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n");
        join(stream, there);
    });
    // A name that no system can find: RFC 6761 keeps it unused.
    let proxy = format!("http://{proxy}");
    let correspondent = Correspondent::new("http://witness.invalid:8080/", Some(&proxy), None, PATIENT).unwrap();
    let taken = correspondent.countersign(&case, &key, &[], None).unwrap();
    assert_eq!(taken[0].size, case.ledger().size());
    assert_eq!(heard.recv().unwrap(), "CONNECT witness.invalid:8080 HTTP/1.1");
    // A proxy that is not there is no reason to go around it.
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let around = Correspondent::new(&server.url(), Some(&format!("http://{closed}")), None, PATIENT).unwrap();
    assert!(matches!(around.countersign(&case, &key, &[], None), Err(AskError::Transport(_))));
}

/// A certificate of its own for 127.0.0.1, made by the common tool; `None` where that is absent.
fn certificate(folder: &Path, name: &str) -> Option<rustls::ServerConfig> {
    use rustls_pki_types::pem::PemObject;
    let (key, certificate) = (folder.join(format!("{name}.key")), folder.join(format!("{name}.pem")));
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"])
        .args(["-subj", "/CN=witness", "-addext", "subjectAltName=IP:127.0.0.1"])
        .args(["-addext", "basicConstraints=critical,CA:FALSE"])
        .arg("-keyout")
        .arg(&key)
        .arg("-out")
        .arg(&certificate)
        .output();
    if !made.is_ok_and(|output| output.status.success()) {
        eprintln!("test skipped: there is no openssl to make a certificate with");
        return None;
    }
    let key = rustls_pki_types::PrivateKeyDer::from_pem_file(&key).unwrap();
    let certificate = rustls_pki_types::CertificateDer::from_pem_file(&certificate).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = rustls::ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    Some(builder.with_no_client_auth().with_single_cert(vec![certificate], key).unwrap())
}

#[test]
fn https_is_believed_only_with_the_certificates_that_were_named() {
    let folder = tempfile::tempdir().unwrap();
    let case = case(folder.path());
    let (witness, key) = witness(folder.path(), "north.example", Algorithm::CosignatureEd25519, &case);
    let Some(config) = certificate(folder.path(), "north") else { return };
    let Some(_) = certificate(folder.path(), "other") else { return };
    let config = Arc::new(config);
    let witness = Arc::new(witness);
    let address = stranger(move |mut stream| {
        let mut session = rustls::ServerConnection::new(config.clone()).unwrap();
        let mut secret = rustls::Stream::new(&mut session, &mut stream);
        let mut heard = Vec::new();
        let mut bytes = [0; 4096];
        // The request is whole when its checkpoint is: three lines, a blank one and a signature.
        while let Ok(count) = secret.read(&mut bytes) {
            heard.extend_from_slice(&bytes[..count]);
            let text = String::from_utf8_lossy(&heard).into_owned();
            let body = text.split_once("\r\n\r\n").map(|(_, body)| body.to_string()).unwrap_or_default();
            if let Some(answer) = body.ends_with('\n').then(|| witness.cosign(body.as_bytes(), NOW).ok()).flatten() {
                let head = format!("HTTP/1.1 {} \r\nContent-Length: {}\r\n\r\n", answer.status, answer.body.len());
                let _ = secret.write_all(format!("{head}{}", answer.body).as_bytes());
                break;
            }
            if count == 0 {
                break;
            }
        }
    });
    let url = format!("https://{address}");
    let with = |name: &str| {
        let roots = folder.path().join(name);
        Correspondent::new(&url, None, Some(&roots), PATIENT).map(|there| there.countersign(&case, &key, &[], None))
    };
    assert_eq!(with("north.pem").unwrap().unwrap()[0].size, case.ledger().size());
    assert!(matches!(with("other.pem").unwrap(), Err(AskError::Transport(_))));
    assert!(matches!(with("north.key"), Err(AskError::NoRoots(_))));
}
