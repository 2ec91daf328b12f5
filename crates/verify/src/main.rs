//! Was this record altered? The outsider asks, with no key and no trust in the office.
//!
//! `factum-verify` reads a case's folder, its log alone, one proof or a sealed release, and judges it by a policy that came another way. It
//! writes nothing, opens no connection and decrypts nothing.

mod anchors;
mod folder;
mod log;
mod objects;
mod proof;
mod release;
mod report;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, ValueEnum};
use factum_log::checkpoint::SignedCheckpoint;
use factum_log::policy::Policy;
use factum_log::release::shown::Shown;
use factum_log::timestamp::Roots;

use folder::ReadFault;
use report::Report;

/// Checks a Factum case or a sealed release from outside: was it altered, cut, forked or rolled back, is it what was logged?
///
/// Exit codes: 0 verified by the policy; 1 something is wrong; 2 wrong usage, or a file that was named cannot be read;
/// 3 self-consistent only, for want of a policy.
#[derive(Parser)]
#[command(name = "factum-verify", version)]
struct Arguments {
    /// A case's folder, a folder with its log, a sealed release, or a proof (a file of C2SP tlog-proof).
    path: PathBuf,
    /// Keys and rules got another way than the folder (C2SP tlog-policy, with lines `timestamp-root FILE`).
    #[arg(long)]
    policy: Option<PathBuf>,
    /// An older checkpoint of this log that you kept: the log must continue it.
    #[arg(long)]
    since: Option<PathBuf>,
    /// For a proof: the entry it speaks of (66 bytes).
    #[arg(long)]
    entry: Option<PathBuf>,
    /// For a proof: the object (sealed file) that the entry names.
    #[arg(long)]
    object: Option<PathBuf>,
    /// For a proof: the record (its line as it stands in the opened object) that the entry's object holds.
    #[arg(long)]
    record: Option<PathBuf>,
    /// For a release: the promise that was published before it.
    #[arg(long)]
    promise: Option<PathBuf>,
    /// For a release: the office's newest list of revocations.
    #[arg(long)]
    revocations: Option<PathBuf>,
    /// For a release: how many approvals you ask for, whatever the office's own rule was.
    #[arg(long, value_name = "N")]
    approvals: Option<usize>,
    /// For a record that was disclosed: the file that shows how a release cites it.
    #[arg(long, requires = "bundle")]
    cited: Option<PathBuf>,
    /// With --cited: the folder of that release.
    #[arg(long, requires = "cited")]
    bundle: Option<PathBuf>,
    /// How the result is written.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    Text,
    Json,
}

/// What the outsider brought along, read.
struct Trust {
    policy: Option<Policy>,
    roots: Roots,
    since: Option<SignedCheckpoint>,
}

/// Why nothing could be checked at all.
#[derive(Debug, thiserror::Error)]
enum UsageError {
    #[error("{0}")]
    Read(#[from] ReadFault),
    #[error("{path}: {faults}; get the policy again from whoever gave it to you")]
    Policy { path: String, faults: String },
    #[error("{path}: {source}")]
    Root { path: String, source: factum_log::timestamp::StampError },
    #[error("{path}: {source}; give the file `checkpoint` of the log as you kept it")]
    Since { path: String, source: factum_log::checkpoint::CheckpointError },
    #[error("--entry, --object and --record belong to a proof, and {0} is a folder")]
    Folder(String),
    #[error("--since belongs to a folder, and {0} is a proof")]
    Proof(String),
    #[error("--promise, --revocations and --approvals belong to a release, and {0} is none")]
    Release(String),
    #[error("this proof needs the entry it speaks of: give it with --entry FILE")]
    NoEntry,
    #[error(
        "{0} holds neither a release nor a log nor a folder `log` with a file `checkpoint`: name the case's folder, its log, a release or a proof"
    )]
    NoLog(String),
}

fn main() -> ExitCode {
    // A wrong command line ends in clap with code 2.
    let arguments = Arguments::parse();
    match run(&arguments) {
        Ok(report) => {
            let text = match arguments.format {
                Format::Text => report.text(),
                Format::Json => report.json(),
            };
            print!("{text}");
            ExitCode::from(report.code())
        }
        Err(fault) => {
            eprintln!("factum-verify: {fault}");
            ExitCode::from(2)
        }
    }
}

fn run(arguments: &Arguments) -> Result<Report, UsageError> {
    let trust = read_trust(arguments)?;
    let shown = || arguments.path.display().to_string();
    let of_release = arguments.promise.is_some() || arguments.revocations.is_some() || arguments.approvals.is_some();
    let is_release = arguments.path.is_dir() && release::is_bundle(&arguments.path);
    if of_release && !is_release {
        return Err(UsageError::Release(shown()));
    }
    if arguments.path.is_file() {
        if arguments.since.is_some() {
            return Err(UsageError::Proof(shown()));
        }
        // A file that shows its record needs no other beside it.
        if arguments.entry.is_none()
            && let Ok(shown) = Shown::parse(&folder::read_file(&arguments.path)?)
        {
            let cited = match (&arguments.cited, &arguments.bundle) {
                (Some(citation), Some(bundle)) => {
                    Some(release::CitedIn { citation: folder::read_file(citation)?, bundle: bundle.clone() })
                }
                _ => None,
            };
            return Ok(release::check_one(&shown, cited.as_ref(), trust.policy.as_ref()));
        }
        let entry = arguments.entry.as_deref().ok_or(UsageError::NoEntry)?;
        let given = proof::Given {
            proof: folder::read_file(&arguments.path)?,
            entry: folder::read_file(entry)?,
            object: arguments
                .object
                .as_deref()
                .map(|path| objects::digest(path).map_err(|e| folder::fault(path, e)))
                .transpose()?,
            record: arguments.record.as_deref().map(folder::read_file).transpose()?,
        };
        return Ok(proof::check(&given, trust.policy.as_ref()));
    }
    if arguments.entry.is_some() || arguments.object.is_some() || arguments.record.is_some() {
        return Err(UsageError::Folder(shown()));
    }
    if is_release {
        if arguments.since.is_some() {
            return Err(UsageError::Proof(shown()));
        }
        let read = |path: &Option<PathBuf>| path.as_deref().map(folder::read_file).transpose();
        let given = release::Given {
            promise: read(&arguments.promise)?,
            revocations: read(&arguments.revocations)?,
            approvals: arguments.approvals,
        };
        return Ok(release::check(&arguments.path, &given, &trust));
    }
    let case = [arguments.path.join("log"), arguments.path.clone()];
    let Some(log) = case.iter().find(|folder| folder.join("checkpoint").exists()) else {
        return Err(UsageError::NoLog(shown()));
    };
    let objects = arguments.path.join("objects");
    Ok(log::check(log, objects.is_dir().then_some(objects.as_path()), &trust)?)
}

fn read_trust(arguments: &Arguments) -> Result<Trust, UsageError> {
    let mut trust = Trust { policy: None, roots: Roots::new(), since: None };
    if let Some(path) = &arguments.policy {
        let policy = Policy::parse(&folder::read_file(path)?).map_err(|faults| UsageError::Policy {
            path: path.display().to_string(),
            faults: faults
                .iter()
                .map(|fault| format!("line {}: {}", fault.line, fault.source))
                .collect::<Vec<_>>()
                .join("; "),
        })?;
        for name in policy.timestamp_roots() {
            let file = path.with_file_name(name);
            let bytes = folder::read_file(&file)?;
            let added = trust.roots.add(&bytes);
            added.map_err(|source| UsageError::Root { path: file.display().to_string(), source })?;
        }
        trust.policy = Some(policy);
    }
    if let Some(path) = &arguments.since {
        let bytes = folder::read_file(path)?;
        let parsed = SignedCheckpoint::parse(&bytes);
        let parsed = parsed.map_err(|source| UsageError::Since { path: path.display().to_string(), source })?;
        trust.since = Some(parsed);
    }
    Ok(trust)
}
