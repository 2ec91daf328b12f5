//! How does a witness answer over HTTP, whoever asks and however they ask?
//!
//! C2SP tlog-witness, `add-checkpoint`. What is decided, remembered and signed is [`Witness::cosign`]'s; the state is durable before
//! a line of it is sent. This module listens at the one address that was typed, and bounds what a stranger can make it do: bytes
//! and seconds of a request, connections at a time. It writes down nothing of who asked.

use crate::http::{Connection, Fault, Head};
use factum_case::custody::anchor::witness::{Witness, WitnessFault};
use factum_case::log::witness::{Decision, Refusal};
use std::io::{self, ErrorKind};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Where a request is sent, below the address.
const PATH: &str = "/add-checkpoint";
/// How often the listener looks for the next connection, and whether it is to stop. Somebody who asks for a cosignature does not
/// feel it, and an idle witness does nothing measurable.
const LOOK: Duration = Duration::from_millis(20);

/// Why a witness cannot be asked.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Not an address.
    #[error("{0:?} is no address to listen at: it takes a number and a port, such as 127.0.0.1:7380 or [::1]:7380")]
    Address(String),
    /// The address cannot be had.
    #[error("nothing can be heard at {address}: {source}")]
    Listen {
        /// Where.
        address: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
}

/// How much is borne of whoever asks.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes of a request's body.
    pub body: usize,
    /// For one request, answer included; also, how long a connection may say nothing.
    pub time: Duration,
    /// Connections at a time; whoever comes when they are taken is told to come again.
    pub connections: usize,
    /// Requests over one connection.
    pub requests: usize,
}

impl Default for Limits {
    /// A body of 128 KiB: 63 hashes and a checkpoint with thirty of the longest signatures. Ten seconds: a minute's worth of a
    /// slow satellite line fits many times over into what is sent. 32 connections: each is a thread. 100 requests: a log that
    /// asks every second keeps its connection for a while, and nobody keeps one for ever.
    fn default() -> Self {
        Self { body: 128 << 10, time: Duration::from_secs(10), connections: 32, requests: 100 }
    }
}

/// What became of a request, for the operator's eyes.
#[derive(Debug)]
pub struct Served {
    /// The status that was answered.
    pub status: u16,
    /// What was decided, if it came to that.
    pub decision: Option<Decision>,
    /// The log whose checkpoint was sent, if this witness knows it.
    pub origin: Option<String>,
    /// The request, if the log contradicts what it signed before: then it is the proof.
    pub proof: Option<Vec<u8>>,
    /// What is wrong on this side, if something is.
    pub fault: Option<WitnessFault>,
}

impl Served {
    fn refused(status: u16) -> Self {
        Self { status, decision: None, origin: None, proof: None, fault: None }
    }
}

/// Makes a server stop: what has been asked is answered first.
#[derive(Clone)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Stops it.
    pub fn now(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// A witness that can be reached.
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    stop: Arc<AtomicBool>,
}

/// What the threads of a server share.
struct Shared<C, T> {
    witness: Witness,
    limits: Limits,
    clock: C,
    tell: T,
    stop: Arc<AtomicBool>,
    open: AtomicUsize,
}

/// Counts a connection for as long as its thread lives, however it ends.
struct Counted<C, T>(Arc<Shared<C, T>>);

impl<C, T> Drop for Counted<C, T> {
    fn drop(&mut self) {
        self.0.open.fetch_sub(1, Ordering::AcqRel);
    }
}

impl Server {
    /// Listens at an address, which is a number and never a name: names are asked of others.
    pub fn bind(address: &str) -> Result<Self, ServeError> {
        let typed: SocketAddr = address.parse().map_err(|_| ServeError::Address(address.to_string()))?;
        let listener = TcpListener::bind(typed).and_then(|listener| {
            listener.set_nonblocking(true)?;
            let address = listener.local_addr()?;
            Ok((listener, address))
        });
        let (listener, address) = listener.map_err(|source| ServeError::Listen { address: typed, source })?;
        Ok(Self { listener, address, stop: Arc::new(AtomicBool::new(false)) })
    }

    /// Where it listens; if port 0 was typed, with the port the system chose.
    pub fn address(&self) -> String {
        self.address.to_string()
    }

    /// Can only this machine reach it?
    pub fn is_loopback(&self) -> bool {
        self.address.ip().is_loopback()
    }

    /// What stops it from elsewhere.
    pub fn stop(&self) -> Stop {
        Stop(self.stop.clone())
    }

    /// Answers until it is stopped. `clock` gives the seconds since 1970, `tell` is called after each request, by several threads.
    pub fn serve<C, T>(self, witness: Witness, limits: Limits, clock: C, tell: T)
    where
        C: Fn() -> u64 + Send + Sync + 'static,
        T: Fn(&Served) + Send + Sync + 'static,
    {
        let open = AtomicUsize::new(0);
        let shared = Arc::new(Shared { witness, limits, clock, tell, stop: self.stop.clone(), open });
        while !self.stop.load(Ordering::Relaxed) {
            match self.listener.accept() {
                Ok((stream, _)) => begin(&shared, stream),
                // Also when the system has no more descriptors: those that are open end soon.
                Err(e) if e.kind() != ErrorKind::Interrupted => std::thread::sleep(LOOK),
                Err(_) => {}
            }
        }
        drop(self.listener);
        let deadline = Instant::now() + limits.time + Duration::from_secs(1);
        while shared.open.load(Ordering::Acquire) > 0 && Instant::now() < deadline {
            std::thread::sleep(LOOK);
        }
    }
}

fn begin<C, T>(shared: &Arc<Shared<C, T>>, stream: TcpStream)
where
    C: Fn() -> u64 + Send + Sync + 'static,
    T: Fn(&Served) + Send + Sync + 'static,
{
    let full = shared.open.fetch_add(1, Ordering::AcqRel) >= shared.limits.connections;
    let counted = Counted(shared.clone());
    if full {
        // One write into an empty buffer does not wait for the other end.
        if let Ok(mut connection) = Connection::new(stream, &shared.stop) {
            let _ = connection.answer(503, TEXT, "too many at once: come again\n", false, (shared.clock)());
        }
        (shared.tell)(&Served::refused(503));
        return;
    }
    // Where no thread can be had, the connection is closed and its place is free again.
    let _ = std::thread::Builder::new().spawn(move || {
        let shared = &counted.0;
        if let Ok(connection) = Connection::new(stream, &shared.stop) {
            converse(shared, connection);
        }
    });
}

const TEXT: &str = "text/plain; charset=utf-8";

/// Answers what comes over one connection.
fn converse<C: Fn() -> u64, T: Fn(&Served)>(shared: &Shared<C, T>, mut connection: Connection<'_>) {
    for left in (0..shared.limits.requests).rev() {
        let heard = connection.head(shared.limits.time).and_then(|head| request(&mut connection, &head, shared));
        let (body, keep) = match heard {
            Ok(heard) => heard,
            Err(Fault::Gone) => return,
            Err(Fault::Refuse(status, why)) => {
                let _ = connection.answer(status, TEXT, &format!("{why}\n"), false, (shared.clock)());
                (shared.tell)(&Served::refused(status));
                return connection.end();
            }
        };
        let keep = keep && left > 0 && !shared.stop.load(Ordering::Relaxed);
        let now = (shared.clock)();
        let (served, answer) = decide(&shared.witness, body, now);
        // The specification gives sizes a type of their own.
        let kind = if served.status == 409 { "text/x.tlog.size" } else { TEXT };
        let sent = connection.answer(served.status, kind, &answer, keep, now);
        (shared.tell)(&served);
        if sent.is_err() {
            return;
        }
        if !keep {
            return connection.end();
        }
    }
}

/// The body of a request that is for a witness, and whether another may follow.
fn request<C, T>(
    connection: &mut Connection<'_>,
    head: &Head,
    shared: &Shared<C, T>,
) -> Result<(Vec<u8>, bool), Fault> {
    if head.path != PATH {
        return Err(Fault::Refuse(404, "a witness is asked at /add-checkpoint"));
    }
    if head.method != "POST" {
        return Err(Fault::Refuse(405, "a witness is asked with POST"));
    }
    Ok((connection.body(head, shared.limits.body)?, head.keep))
}

fn decide(witness: &Witness, body: Vec<u8>, now: u64) -> (Served, String) {
    match witness.cosign(&body, now) {
        Ok(answer) => {
            let is_proof = matches!(answer.decision, Decision::Refused(Refusal::Fork | Refusal::Proof(_)));
            let served = Served {
                status: answer.status,
                origin: (!matches!(answer.decision, Decision::Refused(Refusal::Origin | Refusal::Signature(_))))
                    .then(|| answer.origin.clone()),
                proof: is_proof.then_some(body),
                decision: Some(answer.decision),
                fault: None,
            };
            (served, answer.body)
        }
        Err(WitnessFault::Request(why)) => (Served::refused(400), format!("{why}\n")),
        // A stranger is not told what is wrong with the files of this machine.
        Err(fault) => {
            (Served { fault: Some(fault), ..Served::refused(500) }, "this witness cannot answer now\n".to_string())
        }
    }
}
