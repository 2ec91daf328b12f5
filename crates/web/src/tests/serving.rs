//! Does a witness bear whoever asks, and never sign two histories?

use super::*;
use factum_case::log::Hash;
use factum_case::log::checkpoint::{Checkpoint, SignedCheckpoint};
use factum_case::log::witness::Request;
use factum_case::vault::note::LogKey;
use std::sync::Barrier;
use std::time::Instant;

/// Sends bytes and returns all that comes back until the end.
fn send(address: SocketAddr, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let _ = stream.write_all(bytes);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

fn post(body: &str, fields: &str) -> String {
    format!("POST /add-checkpoint HTTP/1.1\r\nHost: w\r\nContent-Length: {}\r\n{fields}\r\n{body}", body.len())
}

const CLOSE: &str = "Connection: close\r\n";

fn status(answer: &str) -> u16 {
    answer.split(' ').nth(1).and_then(|word| word.parse().ok()).unwrap_or_default()
}

/// A log of which these tests hold the key, so that they can sign what is not true.
fn liar(witness: &Witness) -> LogKey {
    let key = LogKey::generate("liar.example/log").unwrap();
    witness.watch(&key.vkey()).unwrap();
    key
}

/// A request over a checkpoint that a log's own key signs, true or not.
fn claim(log: &LogKey, old: u64, size: u64, root: [u8; 32]) -> String {
    let text = Checkpoint::new(log.name(), size, Hash(root)).to_string();
    let signed = format!("{text}\n{}", log.sign(text.as_bytes()).line());
    let checkpoint = SignedCheckpoint::parse(signed.as_bytes()).unwrap();
    Request { old, proof: Vec::new(), checkpoint }.to_string()
}

#[test]
fn every_status_is_the_specifications() {
    let folder = tempfile::tempdir().unwrap();
    let mut case = case(folder.path());
    let (witness, key) = witness(folder.path(), "north.example", Algorithm::CosignatureEd25519, &case);
    let log = liar(&witness);
    let server = Running::begin(witness, Limits::default());
    let check = |bytes: String, expected: u16, within: &str| {
        let answer = send(server.address, bytes.as_bytes());
        assert_eq!(status(&answer), expected, "{answer}");
        assert!(answer.contains(within), "{answer}");
    };
    let first = case.ask_witness(&key, None).unwrap();
    let size = first.checkpoint.unverified().size;
    check(post(&first.to_string(), CLOSE), 200, "\r\n\r\n\u{2014} north.example ");
    check(
        post(&first.to_string(), CLOSE),
        409,
        &format!("Content-Type: text/x.tlog.size\r\nContent-Length: {}\r\n", size.to_string().len() + 1),
    );
    check(post(&first.to_string(), CLOSE), 409, &format!("\r\n\r\n{size}\n"));
    check(post(&claim(&log, 0, 5, [6; 32]), CLOSE), 200, "");
    check(post(&claim(&log, 5, 5, [7; 32]), CLOSE), 409, "\r\n\r\n5\n");
    check(post(&claim(&log, 5, 6, [7; 32]), CLOSE), 422, "the consistency proof does not hold");
    check(post(&claim(&log, 7, 6, [7; 32]), CLOSE), 400, "");
    let stranger = first.to_string().replace(case.ledger().origin(), "example.org/other");
    check(post(&stranger, CLOSE), 404, "does not know the log");
    let forged = claim(&log, 5, 5, [7; 32]).replacen(&Hash([7; 32]).to_base64(), &Hash([8; 32]).to_base64(), 1);
    check(post(&forged, CLOSE), 403, "");
    for cut in ["", "old", "old 01\n\n", "old 1\nx\n\n", "old 1\n\nx\n"] {
        check(post(cut, CLOSE), 400, "");
    }
    check("GET /add-checkpoint HTTP/1.1\r\n\r\n".into(), 405, "Allow: POST\r\n");
    check("POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n".into(), 404, "");
    check("POST /add-checkpoint HTTP/1.1\r\n\r\n".into(), 411, "");
    check("POST /add-checkpoint HTTP/1.1\r\nContent-Length: 9999999999\r\n\r\n".into(), 413, "");
    check(format!("POST /{} HTTP/1.1\r\n\r\n", "x".repeat(20_000)), 431, "");
    check("\u{16}\u{3}\u{1} a greeting of TLS\r\n\r\n".into(), 400, "Date: Fri, 15 Jan 2027 08:00:00 GMT\r\n");
    // One connection, two requests, and a body that waits to be asked for.
    grow(&mut case, "later");
    let next = case.ask_witness(&key, Some(size)).unwrap().to_string();
    let both = post(&first.to_string(), "") + &post(&next, "Expect: 100-continue\r\nConnection: close\r\n");
    let answers = send(server.address, both.as_bytes());
    assert_eq!(answers.matches("HTTP/1.1 409 Conflict\r\n").count(), 1, "{answers}");
    assert_eq!(answers.matches("HTTP/1.1 200 OK\r\n").count(), 1, "{answers}");
    let waiting = post(&next, "Expect: 100-continue\r\nConnection: close\r\n");
    let (head, body) = waiting.split_once("\r\n\r\n").unwrap();
    let mut stream = TcpStream::connect(server.address).unwrap();
    stream.write_all(format!("{head}\r\n\r\n").as_bytes()).unwrap();
    let mut go_on = [0; 25];
    stream.read_exact(&mut go_on).unwrap();
    assert_eq!(&go_on, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(body.as_bytes()).unwrap();
    let mut rest = String::new();
    stream.read_to_string(&mut rest).unwrap();
    assert_eq!(status(&rest), 409);
}

#[test]
fn of_many_histories_asked_at_once_one_is_signed_also_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let case = case(folder.path());
    let (first, _) = witness(folder.path(), "north.example", Algorithm::CosignatureEd25519, &case);
    let log = liar(&first);
    let again = Witness {
        keys: vec![Cosigner::generate("north.example", Algorithm::CosignatureEd25519).unwrap()],
        state: first.state.clone(),
    };
    const MANY: u8 = 12;
    let signed = |address: SocketAddr| {
        let barrier = Barrier::new(usize::from(MANY));
        let requests: Vec<String> = (0..MANY).map(|i| claim(&log, 0, 9, [i; 32])).collect();
        std::thread::scope(|scope| {
            let asked: Vec<_> = requests
                .iter()
                .map(|request| {
                    scope.spawn(|| {
                        barrier.wait();
                        status(&send(address, post(request, CLOSE).as_bytes()))
                    })
                })
                .collect();
            asked.into_iter().map(|thread| thread.join().unwrap()).filter(|status| *status == 200).count()
        })
    };
    {
        let server = Running::begin(first, Limits::default());
        assert_eq!(signed(server.address), 1);
    }
    let server = Running::begin(again, Limits::default());
    assert_eq!(signed(server.address), 0);
}

#[test]
fn slow_and_many_strangers_are_bounded() {
    let folder = tempfile::tempdir().unwrap();
    let case = case(folder.path());
    let (witness, key) = witness(folder.path(), "north.example", Algorithm::CosignatureEd25519, &case);
    let limits = Limits { time: Duration::from_millis(1500), connections: 4, ..Limits::default() };
    let server = Running::begin(witness, limits);
    let request = post(&case.ask_witness(&key, None).unwrap().to_string(), CLOSE);
    // Each sends a byte now and then: none of them may stay for ever.
    let begun = Instant::now();
    let mut slow: Vec<TcpStream> = (0..4).map(|_| TcpStream::connect(server.address).unwrap()).collect();
    slow.iter_mut().for_each(|stream| stream.write_all(b"POST /add").unwrap());
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(status(&send(server.address, request.as_bytes())), 503);
    let answers: Vec<String> = slow
        .into_iter()
        .map(|mut stream| {
            stream.set_read_timeout(Some(Duration::from_millis(100))).unwrap();
            let mut answer = String::new();
            while begun.elapsed() < Duration::from_secs(20) {
                let _ = stream.write_all(b"-");
                match stream.read_to_string(&mut answer) {
                    Ok(_) => break,
                    Err(e) if matches!(e.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut) => {}
                    Err(_) => break,
                }
            }
            answer
        })
        .collect();
    assert!(answers.iter().any(|answer| status(answer) == 408), "{answers:?}");
    assert!(begun.elapsed() < Duration::from_secs(20));
    // Their places are free again.
    let mut last = 0;
    while last != 200 && begun.elapsed() < Duration::from_secs(20) {
        last = status(&send(server.address, request.as_bytes()));
    }
    assert_eq!(last, 200);
}

#[test]
fn what_cannot_be_remembered_is_not_signed() {
    let folder = tempfile::tempdir().unwrap();
    let case = case(folder.path());
    let (witness, key) = witness(folder.path(), "north.example", Algorithm::CosignatureEd25519, &case);
    // The place of the new state is taken by a folder: no write can succeed.
    std::fs::create_dir(folder.path().join("north.example.state.new")).unwrap();
    let server = Running::begin(witness, Limits::default());
    let answer = send(server.address, post(&case.ask_witness(&key, None).unwrap().to_string(), CLOSE).as_bytes());
    assert_eq!(status(&answer), 500);
    assert!(!answer.contains('\u{2014}') && !answer.contains("state"), "{answer}");
}

#[test]
fn an_address_is_a_number_and_a_port() {
    let check = |address: &str| assert!(Server::bind(address).is_err(), "{address}");
    ["localhost:80", "127.0.0.1", "", "127.0.0.1:99999", "witness.example:80"].into_iter().for_each(check);
    let taken = Server::bind("127.0.0.1:0").unwrap();
    assert!(Server::bind(&taken.address()).is_err());
}
