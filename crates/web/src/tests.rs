//! Does a log get its cosignatures over a network, and nobody anything else?

use crate::ask::{AskError, Correspondent, Patience};
use crate::serve::{Limits, Server, Stop};
use factum_case::custody::anchor::witness::{Cosigner, Witness};
use factum_case::custody::anchor::{anchors, witness_key};
use factum_case::custody::folder::{Case, Opening};
use factum_case::log::key::{Algorithm, VerifierKey};
use factum_case::vault::card::Name;
use factum_case::vault::identity::Identity;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::thread::JoinHandle;
use std::time::Duration;

mod asking;
mod serving;

/// The witness's clock in these tests.
const NOW: u64 = 1_800_000_000;

fn case(folder: &Path) -> Case {
    found(folder, ada())
}

fn ada() -> Identity {
    Identity::generate(Name::new("Ada").unwrap(), "2026-01-01T00:00:00Z").unwrap()
}

fn found(folder: &Path, identity: Identity) -> Case {
    Case::found(&folder.join("case"), "Valleys", identity, Opening::default()).unwrap()
}

/// One more transaction.
fn grow(case: &mut Case, name: &str) {
    case.make_compartment(name, "for a test").unwrap();
}

/// A witness of this name that watches the log of a case.
fn witness(folder: &Path, name: &str, kind: Algorithm, case: &Case) -> (Witness, VerifierKey) {
    let key = Cosigner::generate(name, kind).unwrap();
    let public = witness_key(&key.vkey()).unwrap();
    let witness = Witness { keys: vec![key], state: folder.join(format!("{name}.state")) };
    case.register().log_keys.iter().for_each(|key| witness.watch(key).unwrap());
    (witness, public)
}

/// A server in a thread, stopped and waited for at its end.
struct Running {
    address: SocketAddr,
    stop: Stop,
    thread: Option<JoinHandle<()>>,
}

impl Running {
    fn begin(witness: Witness, limits: Limits) -> Self {
        let server = Server::bind("127.0.0.1:0").unwrap();
        assert!(server.is_loopback());
        let (address, stop) = (server.address().parse().unwrap(), server.stop());
        let thread = Some(std::thread::spawn(move || server.serve(witness, limits, || NOW, |_| {})));
        Self { address, stop, thread }
    }

    fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.now();
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}

/// Something that accepts connections and does with them what it likes, for as long as the test runs.
fn stranger(act: impl Fn(TcpStream) + Send + Sync + Clone + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let act = act.clone();
            std::thread::spawn(move || act(stream));
        }
    });
    address
}

/// Reads a request's head from a connection.
fn head(stream: &mut TcpStream) -> String {
    let mut text = Vec::new();
    let mut byte = [0];
    while !text.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|count| count == 1) {
        text.push(byte[0]);
    }
    String::from_utf8(text).unwrap()
}

/// Copies bytes both ways until both ends are silent.
fn join(one: TcpStream, two: TcpStream) {
    let (mut from, mut to) = (one.try_clone().unwrap(), two.try_clone().unwrap());
    let back = std::thread::spawn(move || std::io::copy(&mut from, &mut to));
    let (mut from, mut to) = (two, one);
    let _ = std::io::copy(&mut from, &mut to);
    let _ = to.shutdown(std::net::Shutdown::Both);
    let _ = back.join();
}
