//! Does this one proof hold: is the entry in the log, the object the entry's, the record the object's?

use factum_log::checkpoint::SignedCheckpoint;
use factum_log::policy::Policy;
use factum_log::record::{self, RecordId, RecordProof, Salt};
use factum_log::tlogproof::TlogProof;
use factum_log::{Digest, Entry, proof};

use crate::report::{Kind, Report, chain};

/// The files of a proof, read.
pub struct Given {
    /// C2SP tlog-proof.
    pub proof: Vec<u8>,
    /// The entry, 66 bytes.
    pub entry: Vec<u8>,
    /// Digest and length of the object's file.
    pub object: Option<(Digest, u64)>,
    /// The record's line.
    pub record: Option<Vec<u8>>,
}

/// Checks a proof from the record up to the checkpoint; what is missing is told as not checked.
pub fn check(given: &Given, policy: Option<&Policy>) -> Report {
    let mut report = Report::new(policy.is_some());
    let parsed = TlogProof::parse(&given.proof);
    let entry = Entry::from_bytes(&given.entry);
    if let Err(fault) = &parsed {
        report.add(Kind::Wrong, "proof", chain(fault));
    }
    if let Err(fault) = &entry {
        report.add(Kind::Wrong, "entry", chain(fault));
    }
    let (Ok(proof), Ok(entry)) = (parsed, entry) else { return report };
    let head = proof.checkpoint.unverified();
    report.describe(&head.origin, head.size, &head.root.to_base64(), false);
    check_checkpoint(&proof.checkpoint, policy, &mut report);
    match proof::verify_inclusion(entry.leaf(), proof.index, head.size, &proof.path, head.root) {
        Ok(()) => {
            let text = format!("it is entry {} of the {} under the checkpoint", proof.index, head.size);
            report.add(Kind::Checked, "entry", text);
        }
        Err(fault) => report.add(Kind::Wrong, "entry", chain(&fault)),
    }
    match given.object {
        Some((digest, length)) if digest == entry.object => {
            report.add(Kind::Checked, "object", format!("its {length} bytes have the entry's digest"));
        }
        Some(_) => report.add(
            Kind::Wrong,
            "object",
            "its bytes have another digest than the entry's: altered, or another object",
        ),
        None => report.add(Kind::NotChecked, "object", "none was given (--object)"),
    }
    match &given.record {
        Some(line) => match check_record(line, &proof, &entry) {
            Ok(text) => report.add(Kind::Checked, "record", text),
            Err(text) => report.add(Kind::Wrong, "record", text),
        },
        None => report.add(Kind::NotChecked, "record", "none was given (--record)"),
    }
    report
}

/// What a policy says of a checkpoint in a proof.
pub fn check_checkpoint(checkpoint: &SignedCheckpoint, policy: Option<&Policy>, report: &mut Report) {
    let Some(policy) = policy else {
        report.add(Kind::NotChecked, "checkpoint", "its signatures: there is no policy that names the log's key");
        return;
    };
    let verdict = policy.judge(checkpoint);
    for name in &verdict.forged {
        report.add(Kind::Wrong, "checkpoint", format!("the signature of {name} does not verify"));
    }
    match verdict.logs.first() {
        Some(name) => report.add(Kind::Checked, "checkpoint", format!("signed by the policy's log {name}")),
        None => report.add(Kind::Wrong, "checkpoint", "no log of the policy that has this origin signed it"),
    }
    let names: Vec<&str> = verdict.witnesses.iter().map(|by| by.witness.as_str()).collect();
    if !names.is_empty() {
        report.add(Kind::Checked, "checkpoint", format!("cosigned by {}", names.join(", ")));
    }
    if !verdict.quorum {
        report.add(Kind::Wrong, "checkpoint", "the policy's quorum of witnesses is MISSED");
    }
}

/// A record's line `<id> <salt> <canonical JSON>` under the root of records in its entry.
fn check_record(line: &[u8], proof: &TlogProof, entry: &Entry) -> Result<String, String> {
    let text = std::str::from_utf8(line).map_err(|_| "it is not text in UTF-8".to_owned())?;
    let text = text.strip_suffix('\n').unwrap_or(text);
    let mut parts = text.splitn(3, ' ');
    let (Some(id), Some(salt), Some(canonical)) = (parts.next(), parts.next(), parts.next()) else {
        return Err("a record is one line: its id, its salt and its JSON, with one space between".to_owned());
    };
    let id: RecordId = id.parse().map_err(|fault| chain(&fault))?;
    let salt: Salt = salt.parse().map_err(|fault| chain(&fault))?;
    let extra = proof.extra.as_deref().ok_or("the proof has no proof of a record in it (its line `extra`)")?;
    let extra =
        std::str::from_utf8(extra).map_err(|_| "the proof's line `extra` holds no proof of a record".to_owned())?;
    let inner = RecordProof::parse(extra).map_err(|fault| chain(&fault))?;
    let leaf = record::leaf(&proof.checkpoint.unverified().origin, id, &salt, canonical.as_bytes());
    inner.verify(leaf, entry.records).map_err(|fault| chain(&fault))?;
    Ok(format!("it is record {} of the {} in the entry's object", inner.index, inner.count))
}
