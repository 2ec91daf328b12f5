//! `factum witness serve` and `ask`: the two commands that use a network, at an address that somebody types.

use super::actor::Actor;
use super::identity::write_new;
use super::witness::{clock, open_keys, show};
use crate::commands::Format;
use crate::failure::Failure;
use crate::say;
use clap::Args;
use factum_case::custody::anchor::witness::{State, Witness};
use factum_case::custody::anchor::witness_key;
use factum_case::custody::time;
use factum_case::log::witness::Decision;
use factum_web::ask::{Correspondent, Patience};
use factum_web::serve::{Limits, Served, Server};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

/// So many requests that prove a fork are kept. One is a proof; a log that signs many must not fill the witness's disk.
const MOST_PROOFS: usize = 100;

#[derive(Args)]
pub struct Serve {
    /// The address to listen at, a number and a port: 127.0.0.1:7380, `[::1]`:7380.
    address: String,
    /// The file of this witness's key; may be given twice, once for each type.
    #[arg(long, value_name = "FILE", required = true)]
    witness_key: Vec<PathBuf>,
    /// The file in which this witness remembers what it signed (`factum witness watch` makes it). Never put an older copy back.
    #[arg(long, value_name = "FILE")]
    state: PathBuf,
    /// A folder for requests that prove that a log forked.
    #[arg(long, value_name = "DIR")]
    proofs: Option<PathBuf>,
}

#[derive(Args)]
pub struct Ask {
    /// The witness's address: http:// or https://, and the path under which it answers.
    url: String,
    /// The witness's key; may be given several times if it has several.
    #[arg(long, value_name = "VKEY", required = true)]
    key: Vec<String>,
    /// Ask through this proxy and nowhere else: http://host:port. It also finds the witness's name.
    #[arg(long, value_name = "URL")]
    proxy: Option<String>,
    /// The certificates that an https:// address is checked with, in PEM [default: those of the system].
    #[arg(long, value_name = "FILE")]
    roots: Option<PathBuf>,
    /// The size the witness is believed to have signed last [default: that of the newest anchor of this witness].
    #[arg(long, value_name = "SIZE")]
    from: Option<u64>,
    /// For people or for programs.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

pub fn ask(arguments: &Ask, actor: &Actor) -> Result<(), Failure> {
    // The address is looked at before anybody types a passphrase.
    let correspondent = Correspondent::new(
        &arguments.url,
        arguments.proxy.as_deref(),
        arguments.roots.as_deref(),
        Patience::default(),
    )?;
    let keys = arguments.key.iter().map(|key| witness_key(key)).collect::<Result<Vec<_>, _>>()?;
    let case = actor.open()?;
    let (first, others) = keys.split_first().ok_or_else(|| Failure::new("no key of the witness was given"))?;
    let taken = correspondent.countersign(&case, first, others, arguments.from)?;
    show(&taken, arguments.format);
    Ok(())
}

pub fn serve(arguments: &Serve, actor: &Actor) -> Result<(), Failure> {
    // A witness whose state got lost would sign anything once more: it must not begin with nothing because of a slip in a path.
    if !arguments.state.exists() || State::read(&arguments.state)?.logs.is_empty() {
        return Err(Failure::new(format!("{} names no log to watch", arguments.state.display()))
            .hint("factum witness watch VKEY --state FILE. If this witness has signed before, find its state first"));
    }
    let keys = open_keys(&arguments.witness_key, actor.passphrase())?;
    let server = Server::bind(&arguments.address)?;
    let stop = server.stop();
    ctrlc::set_handler(move || stop.now())
        .map_err(|e| Failure::new(format!("the system does not let this program end in order: {e}")))?;
    if !server.is_loopback() {
        eprintln!(
            "warning: whoever reaches {} can ask. What is asked and answered is not secret, but who asks is seen on the way: put a server that speaks https in front",
            server.address()
        );
    }
    keys.iter().for_each(|key| say!("{}", key.vkey()));
    say!("answers at http://{} until Ctrl-C", server.address());
    let proofs = Proofs { folder: arguments.proofs.clone(), written: AtomicUsize::new(0) };
    let witness = Witness { keys, state: arguments.state.clone() };
    server.serve(witness, Limits::default(), || clock().unwrap_or_default(), move |served| tell(served, &proofs));
    eprintln!("stopped");
    Ok(())
}

struct Proofs {
    folder: Option<PathBuf>,
    written: AtomicUsize,
}

/// Tells the operator of one request. Not who asked: that is nobody's business.
fn tell(served: &Served, proofs: &Proofs) {
    let now = time::text(clock().unwrap_or_default());
    let origin = served.origin.as_deref().unwrap_or("-");
    match &served.decision {
        Some(Decision::Cosign(head)) => eprintln!("{now} countersigned: {} entries of {origin}", head.size),
        Some(Decision::Conflict { size }) => eprintln!("{now} 409 {origin} asked from another size than {size}"),
        Some(Decision::Refused(why)) => eprintln!("{now} {} {origin} not signed: {why}", served.status),
        None => eprintln!("{now} {} not a request to countersign", served.status),
    }
    if let Some(fault) = &served.fault {
        eprintln!("{now} error: {fault}");
    }
    if let (Some(proof), Some(folder)) = (&served.proof, &proofs.folder)
        && let Err(failure) = keep(proof, folder, &proofs.written)
    {
        eprintln!("{now} {failure}");
    }
}

fn keep(proof: &[u8], folder: &Path, written: &AtomicUsize) -> Result<(), Failure> {
    let number = written.fetch_add(1, Ordering::Relaxed);
    if number >= MOST_PROOFS {
        return Ok(());
    }
    let name = format!("{}-{number}.request", clock()?);
    write_new(&folder.join(name), proof)
}
