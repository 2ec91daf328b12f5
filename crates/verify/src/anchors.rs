//! Does anything outside the office hold this log to its past?
//!
//! Anchors lie in `anchors/<size>/`: the checkpoint of that size with the witnesses' cosignatures, and RFC 3161 time stamps
//! (`<n>.tsq` and `<n>.tsr`) over the checkpoint's text, that is its lines up to the empty one, with the last line end.

use std::path::Path;

use factum_log::checkpoint::{Checkpoint, SignedCheckpoint};
use factum_log::policy::Verdict;
use factum_log::reader::Reader;
use factum_log::timestamp::{Request, Roots, Stamp, StampError, verify};

use crate::Trust;
use crate::folder::{Folder, names, read_file};
use crate::report::{Kind, Report, chain};

/// A log as of its present head, or why it cannot be asked for its past.
struct Past<'a> {
    head: &'a Checkpoint,
    reader: Result<Reader<&'a Folder>, String>,
}

impl Past<'_> {
    /// Does the present log continue `older`? Tells what is wrong, and answers whether it does.
    fn continues(&mut self, place: &str, older: &Checkpoint, report: &mut Report) -> bool {
        if older.origin != self.head.origin {
            report.add(Kind::Wrong, place, format!("it is of another log, {}", older.origin));
            return false;
        }
        if older.size > self.head.size {
            let lost = older.size.saturating_sub(self.head.size);
            let text = format!("ROLLED BACK: the log once had {} entries, {lost} more than it has now", older.size);
            report.add(Kind::Wrong, place, text);
            return false;
        }
        let root = if older.size == self.head.size {
            Ok(self.head.root)
        } else {
            match &mut self.reader {
                Ok(reader) => reader.root_at(older.size).map_err(|fault| chain(&fault)),
                Err(fault) => Err(fault.clone()),
            }
        };
        match root {
            Ok(root) if root == older.root => true,
            Ok(_) => {
                let text = format!("FORKED: the first {} entries were others when this was signed", older.size);
                report.add(Kind::Wrong, place, text);
                false
            }
            Err(fault) => {
                report.add(Kind::NotChecked, place, format!("whether the log continues it: {fault}"));
                false
            }
        }
    }
}

/// Checks `--since`, the anchors, and the policy's quorum.
pub fn check(source: &Folder, signed: &SignedCheckpoint, trust: &Trust, report: &mut Report) {
    let head = signed.unverified();
    let reader = Reader::new(source, head.size, head.root).map_err(|fault| chain(&fault));
    let mut past = Past { head, reader };
    if let Some(since) = &trust.since {
        check_since(since, trust, &mut past, report);
    }
    let mut held = Vec::new();
    cosigned("checkpoint", signed, trust, &mut held, report);
    let folder = source.0.join("anchors");
    let sizes = names(&folder).unwrap_or_else(|fault| {
        report.add(Kind::NotChecked, "anchors", format!("cannot be listed: {fault}"));
        Vec::new()
    });
    for name in sizes {
        check_anchor(&folder.join(&name), &name, trust, &mut past, &mut held, report);
    }
    if trust.policy.as_ref().is_some_and(|policy| policy.asks_for_witnesses()) && held.is_empty() {
        let text = "the policy's quorum of witnesses is MISSED: no checkpoint here that the log continues carries enough cosignatures";
        report.add(Kind::Wrong, "anchors", text);
    }
}

fn check_since(since: &SignedCheckpoint, trust: &Trust, past: &mut Past<'_>, report: &mut Report) {
    let signed = trust.policy.as_ref().map(|policy| policy.judge(since));
    if signed.is_some_and(|verdict| verdict.logs.is_empty()) {
        report.add(Kind::Wrong, "--since", "the older checkpoint is not signed by a log of the policy");
        return;
    }
    let older = since.unverified();
    if past.continues("--since", older, report) {
        report.add(Kind::Checked, "--since", format!("the log continues your checkpoint of {} entries", older.size));
        report.hold(older.size, "the checkpoint that you kept");
    }
}

/// Judges cosignatures; a checkpoint with a quorum goes to `held`.
fn cosigned(
    place: &str,
    signed: &SignedCheckpoint,
    trust: &Trust,
    held: &mut Vec<u64>,
    report: &mut Report,
) -> Option<Verdict> {
    let policy = trust.policy.as_ref()?;
    let verdict = policy.judge(signed);
    let size = signed.unverified().size;
    let names: Vec<&str> = verdict.witnesses.iter().map(|by| by.witness.as_str()).collect();
    if !names.is_empty() {
        let enough = if verdict.quorum { "a quorum" } else { "fewer than the policy's quorum" };
        report.add(Kind::Checked, place, format!("cosigned at {size} entries by {}: {enough}", names.join(", ")));
        report.hold(size, format!("the cosignatures of {}", names.join(", ")));
    }
    if policy.asks_for_witnesses() && verdict.accepted() {
        held.push(size);
    }
    Some(verdict)
}

fn check_anchor(
    folder: &Path,
    name: &str,
    trust: &Trust,
    past: &mut Past<'_>,
    held: &mut Vec<u64>,
    report: &mut Report,
) {
    let place = format!("anchors/{name}/checkpoint");
    let signed = match read_file(&folder.join("checkpoint")) {
        Ok(bytes) => SignedCheckpoint::parse(&bytes),
        Err(fault) => return report.add(Kind::Wrong, place, chain(&fault)),
    };
    let signed = match signed {
        Ok(signed) => signed,
        Err(fault) => return report.add(Kind::Wrong, place, chain(&fault)),
    };
    if let Some(policy) = &trust.policy {
        let verdict = policy.judge(&signed);
        for forged in &verdict.forged {
            report.add(Kind::Wrong, &place, format!("the signature of {forged} does not verify"));
        }
        // What the log did not sign says nothing about it.
        if verdict.logs.is_empty() {
            return report.add(Kind::Wrong, &place, "no log of the policy that has this origin signed it");
        }
    }
    let older = signed.unverified();
    if older.size.to_string() != name {
        report.add(Kind::Wrong, &place, format!("it is of {} entries and lies under another number", older.size));
    }
    if past.continues(&place, older, report) {
        report.add(Kind::Checked, &place, format!("the log continues this checkpoint of {} entries", older.size));
        cosigned(&place, &signed, trust, held, report);
        check_stamps(folder, &format!("anchors/{name}"), &signed, trust, report);
    }
}

/// Judges the time stamps in a folder, which is called `at`, over a checkpoint's text.
pub fn check_stamps(folder: &Path, at: &str, signed: &SignedCheckpoint, trust: &Trust, report: &mut Report) {
    let files = names(folder).unwrap_or_default();
    for file in &files {
        let place = format!("{at}/{file}");
        if let Some(stem) = file.strip_suffix(".tsq") {
            if !files.iter().any(|other| other.strip_suffix(".tsr") == Some(stem)) {
                report.add(Kind::Noted, place, "a request for a time stamp that has no answer here");
            }
        } else if let Some(stem) = file.strip_suffix(".tsr") {
            let question = files.iter().find(|other| other.strip_suffix(".tsq") == Some(stem));
            let stamp = check_stamp(folder, file, question.map(String::as_str), signed.note().text(), &trust.roots);
            tell_stamp(&place, stamp, signed.unverified().size, trust, report);
        }
    }
}

fn check_stamp(
    folder: &Path,
    answer: &str,
    question: Option<&str>,
    text: &str,
    roots: &Roots,
) -> Result<Result<Stamp, StampError>, String> {
    let expected = Request::any_answer(text.as_bytes());
    let request = match question {
        None => expected,
        Some(question) => {
            let bytes = read_file(&folder.join(question)).map_err(|fault| chain(&fault))?;
            let request = Request::from_der(&bytes).map_err(|fault| format!("{question}: {fault}"))?;
            if request.digest() != expected.digest() {
                return Err(format!("{question} asks for a time stamp over other bytes than this checkpoint's text"));
            }
            request
        }
    };
    let answer = read_file(&folder.join(answer)).map_err(|fault| chain(&fault))?;
    Ok(verify(&request, &answer, roots))
}

fn tell_stamp(
    place: &str,
    stamp: Result<Result<Stamp, StampError>, String>,
    size: u64,
    trust: &Trust,
    report: &mut Report,
) {
    match stamp {
        Err(fault) => report.add(Kind::Wrong, place, fault),
        Ok(Ok(stamp)) => {
            let time = stamp.time_text().unwrap_or_default();
            let text = format!("existed at {time} by the word of {} (serial {})", stamp.authority, stamp.serial);
            report.add(Kind::Checked, place, &text);
            report.hold(size, format!("a time stamp of {time} by {}", stamp.authority));
        }
        // A stamp that nobody here can judge is as good as absent, and no fault.
        Ok(Err(StampError::UnknownRoot)) if trust.roots.is_empty() => {
            let text = "the time stamp: there is no policy with a root certificate (timestamp-root) to trust";
            report.add(Kind::NotChecked, place, text);
        }
        Ok(Err(fault @ (StampError::UnknownRoot | StampError::Unsupported { .. } | StampError::NotGranted { .. }))) => {
            report.add(Kind::NotChecked, place, format!("the time stamp: {fault}"));
        }
        Ok(Err(fault)) => report.add(Kind::Wrong, place, chain(&fault)),
    }
}
