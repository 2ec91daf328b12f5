//! `factum witness`: checkpoints go out, cosignatures come back, and whoever witnesses works the other side.

use super::actor::{Actor, PassphraseFrom};
use super::identity::write_new;
use super::network::{Ask, Serve, ask as ask_there, serve};
use super::read_file;
use crate::commands::Format;
use crate::failure::Failure;
use crate::say;
use clap::{Args, Subcommand, ValueEnum};
use factum_case::custody::anchor::witness::{Cosigner, State, Witness};
use factum_case::custody::anchor::{Anchored, witness_key};
use factum_case::custody::time;
use factum_case::log::key::Algorithm;
use factum_case::log::witness::{Decision, Refusal};
use factum_case::vault::passphrase::Work;
use serde_json::json;
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    actor: Actor,
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// In the office: write a request to countersign the newest checkpoint.
    Request(Request),
    /// In the office: take in a witness's answer.
    Add(Add),
    /// In the office, over a network: have the newest checkpoint countersigned at an address.
    Ask(Ask),
    /// At the witness: decide on a request, and countersign if the log only grew.
    Cosign(Cosign),
    /// At the witness, over a network: answer whoever asks, until Ctrl-C.
    Serve(Serve),
    /// At the witness: watch a log from now on.
    Watch {
        /// The log's key, as the office gave it to you in person.
        log: String,
        /// The file in which this witness remembers what it signed.
        #[arg(long, value_name = "FILE")]
        state: PathBuf,
    },
    /// At the witness: make a key.
    Key {
        #[command(subcommand)]
        what: KeyWhat,
    },
}

#[derive(Args)]
struct Request {
    /// The witness's key.
    #[arg(long, value_name = "VKEY")]
    key: String,
    /// The size the witness says it signed last [default: that of the newest anchor of this witness].
    #[arg(long, value_name = "SIZE")]
    from: Option<u64>,
    /// Where to write the request (C2SP tlog-witness, the body of add-checkpoint).
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

#[derive(Args)]
struct Add {
    /// The answer: lines of cosignatures, or a cosigned checkpoint.
    file: PathBuf,
    /// A witness's key; may be given several times.
    #[arg(long, value_name = "VKEY", required = true)]
    key: Vec<String>,
    /// For people or for programs.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Args)]
struct Cosign {
    /// The request.
    request: PathBuf,
    /// The file of this witness's key; may be given twice, once for each type.
    #[arg(long, value_name = "FILE", required = true)]
    witness_key: Vec<PathBuf>,
    /// The file in which this witness remembers what it signed. Never put an older copy back.
    #[arg(long, value_name = "FILE")]
    state: PathBuf,
    /// Where to write the cosignature lines [default: to the terminal].
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Subcommand)]
enum KeyWhat {
    /// Make a new key, closed with a passphrase.
    New {
        /// Where to write it.
        file: PathBuf,
        /// The witness's name, such as archive.example/witness.
        #[arg(long)]
        name: String,
        /// Of which type.
        #[arg(long = "type", value_enum, default_value_t = Kind::Ed25519)]
        kind: Kind,
    },
}

/// A type of cosignature.
#[derive(Clone, Copy, ValueEnum)]
enum Kind {
    /// Ed25519, which every verifier knows.
    Ed25519,
    /// ML-DSA-44, which a quantum computer does not break.
    #[value(name = "ml-dsa-44")]
    MlDsa44,
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let actor = &arguments.actor;
    match &arguments.what {
        What::Request(request) => ask(request, actor),
        What::Add(add) => take(add, actor),
        What::Ask(ask) => ask_there(ask, actor),
        What::Cosign(cosign) => answer(cosign, actor),
        What::Serve(server) => serve(server, actor),
        What::Watch { log, state } => {
            Witness { keys: Vec::new(), state: state.clone() }.watch(log)?;
            say!("This witness watches {} logs.", State::read(state)?.logs.len());
            Ok(())
        }
        What::Key { what: KeyWhat::New { file, name, kind } } => {
            let kind = match kind {
                Kind::Ed25519 => Algorithm::CosignatureEd25519,
                Kind::MlDsa44 => Algorithm::CosignatureMlDsa44,
            };
            let key = Cosigner::generate(name, kind)?;
            let passphrase = actor.passphrase().choose(&file.display().to_string())?;
            write_new(file, &key.close(&passphrase, Work::Person)?)?;
            say!("The key is {}. Others verify with:\n{}", file.display(), key.vkey());
            Ok(())
        }
    }
}

fn ask(arguments: &Request, actor: &Actor) -> Result<(), Failure> {
    let case = actor.open()?;
    let request = case.ask_witness(&witness_key(&arguments.key)?, arguments.from)?;
    write_new(&arguments.out, request.to_string().as_bytes())?;
    let size = request.checkpoint.unverified().size;
    say!("{}: from {} to {size} entries. Bring it to the witness.", arguments.out.display(), request.old);
    Ok(())
}

fn take(arguments: &Add, actor: &Actor) -> Result<(), Failure> {
    let case = actor.open()?;
    let keys = arguments.key.iter().map(|key| witness_key(key)).collect::<Result<Vec<_>, _>>()?;
    let taken = case.add_cosignatures(&read_file(&arguments.file)?, &keys)?;
    show(&taken, arguments.format);
    Ok(())
}

/// Shows what a witness has countersigned.
pub fn show(taken: &[Anchored], format: Format) {
    if format == Format::Json {
        let rows: Vec<_> = taken
            .iter()
            .map(|a| json!({"witness": a.witness, "size": a.size, "time": time::text(a.time), "known": a.known}))
            .collect();
        say!("{}", json!(rows));
        return;
    }
    for anchored in taken {
        let known = if anchored.known { " (here already)" } else { "" };
        let when = time::text(anchored.time);
        say!("{} countersigned {} entries at {when} by its clock{known}", anchored.witness, anchored.size);
    }
}

/// Opens the files of a witness's keys.
pub fn open_keys(files: &[PathBuf], passphrase: &PassphraseFrom) -> Result<Vec<Cosigner>, Failure> {
    let mut keys = Vec::new();
    for file in files {
        let passphrase = passphrase.get(&file.display().to_string())?;
        keys.push(Cosigner::open(&read_file(file)?, &passphrase)?);
    }
    Ok(keys)
}

/// The witness's clock, in seconds since 1970.
pub fn clock() -> Result<u64, Failure> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_err(|_| {
        Failure::new("the clock of this machine stands before 1970, and a cosignature names the time")
            .hint("set the clock")
    })?;
    Ok(now.as_secs())
}

fn answer(arguments: &Cosign, actor: &Actor) -> Result<(), Failure> {
    let keys = open_keys(&arguments.witness_key, actor.passphrase())?;
    let witness = Witness { keys, state: arguments.state.clone() };
    let answer = witness.cosign(&read_file(&arguments.request)?, clock()?)?;
    match answer.decision {
        Decision::Cosign(head) => {
            match &arguments.out {
                Some(out) => write_new(out, answer.body.as_bytes())?,
                None => say!("{}", answer.body.trim_end()),
            }
            eprintln!("countersigned: {} entries of {}", head.size, head.origin);
            Ok(())
        }
        Decision::Conflict { size } => {
            Err(Failure::new(format!("not signed: this witness signed {size} entries last"))
                .hint(format!("ask the office for a request with --from {size}")))
        }
        Decision::Refused(why) => {
            let hint = match why {
                Refusal::Origin => "factum witness watch VKEY --state FILE, after comparing the key in person",
                _ => "keep the request: if the log was altered, it is the proof",
            };
            Err(Failure::new(format!("not signed: {why}")).hint(hint))
        }
    }
}
