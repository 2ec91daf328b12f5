//! What was checked, what is wrong, what could not be checked, and what does that prove?

use std::fmt::Write as _;

use serde::Serialize;

/// What kind of thing was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// It was checked and holds.
    Checked,
    /// It is wrong.
    Wrong,
    /// It could not be checked.
    NotChecked,
    /// It is told without being right or wrong.
    Noted,
}

/// One thing found, and where.
#[derive(Debug, Clone, Serialize)]
pub struct Finding {
    kind: Kind,
    place: String,
    text: String,
}

/// The judgement over all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Everything present holds, by the keys of the policy.
    Verified,
    /// At least one thing is wrong.
    Wrong,
    /// Nothing contradicts itself; without a policy anybody could have made it.
    SelfConsistentOnly,
}

/// Something outside the office that holds the log to its past.
#[derive(Debug, Clone, Serialize)]
pub struct Anchor {
    /// Entries of the log it holds.
    pub size: u64,
    /// Who or what it is.
    pub text: String,
}

/// The whole result.
#[derive(Debug, Default)]
pub struct Report {
    head: Vec<(&'static str, String)>,
    findings: Vec<Finding>,
    anchors: Vec<Anchor>,
    policy: bool,
    /// Is it about a publication, and not about a log or a proof?
    release: bool,
    /// The log's size, if a log was checked; a proof has no past to roll back.
    size: Option<u64>,
}

impl Report {
    /// A result without findings; `policy` tells whether there was one.
    pub fn new(policy: bool) -> Report {
        Report { policy, ..Report::default() }
    }

    /// A result about a publication.
    pub fn of_release(policy: bool) -> Report {
        Report { policy, release: true, ..Report::default() }
    }

    /// Sets what stands above the findings; `log` is the size of a log that was checked.
    pub fn describe(&mut self, origin: &str, size: u64, root: &str, log: bool) {
        self.head = vec![("log", clean(origin)), ("entries", size.to_string()), ("root", root.to_owned())];
        self.size = log.then_some(size);
    }

    /// Adds a finding.
    pub fn add(&mut self, kind: Kind, place: impl Into<String>, text: impl AsRef<str>) {
        self.findings.push(Finding { kind, place: clean(&place.into()), text: clean(text.as_ref()) });
    }

    /// Adds something that the log's past was held against and that agreed.
    pub fn hold(&mut self, size: u64, text: impl AsRef<str>) {
        self.anchors.push(Anchor { size, text: clean(text.as_ref()) });
    }

    /// The judgement.
    pub fn verdict(&self) -> Verdict {
        if self.findings.iter().any(|finding| finding.kind == Kind::Wrong) {
            Verdict::Wrong
        } else if self.policy {
            Verdict::Verified
        } else {
            Verdict::SelfConsistentOnly
        }
    }

    /// The exit code: 0 verified, 1 wrong, 3 self-consistent only.
    pub fn code(&self) -> u8 {
        match self.verdict() {
            Verdict::Verified => 0,
            Verdict::Wrong => 1,
            Verdict::SelfConsistentOnly => 3,
        }
    }

    /// For people.
    pub fn text(&self) -> String {
        let mut out = String::new();
        // Writing to a String cannot fail.
        let _ = self.write(&mut out);
        // Where nothing could be read there is no head, and no empty line before the findings.
        out.trim_start().to_owned()
    }

    fn write(&self, out: &mut String) -> std::fmt::Result {
        for (name, value) in &self.head {
            writeln!(out, "{name:<8} {value}")?;
        }
        let titles = [
            (Kind::Wrong, "Wrong"),
            (Kind::NotChecked, "Could not be checked"),
            (Kind::Checked, "Checked, and holds"),
            (Kind::Noted, "To know"),
        ];
        for (kind, title) in titles {
            let mut found = self.findings.iter().filter(|finding| finding.kind == kind).peekable();
            if found.peek().is_some() {
                writeln!(out, "\n{title}")?;
            }
            for finding in found {
                writeln!(out, "  {}: {}", finding.place, finding.text)?;
            }
        }
        if self.size.is_some() {
            writeln!(out, "\nForks and rollbacks")?;
            self.past().iter().try_for_each(|line| writeln!(out, "  {line}"))?;
        }
        writeln!(out, "\nWhat this proves")?;
        self.meaning().iter().try_for_each(|line| writeln!(out, "  {line}"))?;
        let verdict = match self.verdict() {
            Verdict::Verified => "VERIFIED",
            Verdict::Wrong => "SOMETHING IS WRONG",
            Verdict::SelfConsistentOnly => "SELF-CONSISTENT ONLY",
        };
        writeln!(out, "\n{verdict}")
    }

    /// What can be said of forks and rollbacks.
    fn past(&self) -> Vec<String> {
        if self.anchors.is_empty() {
            return vec![
                "UNDETECTABLE: there is no cosignature, time stamp or older checkpoint that this folder could be held against."
                    .to_owned(),
                "Whoever holds the log's key could have signed another history, or taken back the newest entries.".to_owned(),
            ];
        }
        let mut lines: Vec<String> = self
            .anchors
            .iter()
            .map(|anchor| format!("the first {} entries agree with {}", anchor.size, anchor.text))
            .collect();
        let held = self.anchors.iter().map(|anchor| anchor.size).max().unwrap_or_default();
        let open = self.size.unwrap_or_default().saturating_sub(held);
        lines.push(match open {
            0 => "every entry is held by something outside the office".to_owned(),
            open => {
                format!("the last {open} entries are held by nothing outside the office: they could still be replaced")
            }
        });
        lines
    }

    fn meaning(&self) -> Vec<&'static str> {
        match self.verdict() {
            Verdict::Wrong => vec![
                "What is listed as wrong was altered, cut, replaced or damaged, or came from elsewhere.",
                "What is listed as holding may be relied on only as far as nothing wrong touches it.",
            ],
            Verdict::SelfConsistentOnly => vec![
                "The files fit one another. Anybody could make files that do: without a policy got another way",
                "(log key, witnesses, time-stamp roots) nothing shows who made them or when.",
            ],
            Verdict::Verified if self.release => vec![
                "These files are, byte for byte, the release that the holder of the policy's log key sealed, and its log has",
                "committed to everything it cites. It does not prove that what it says is true, nor who approved it, nor that",
                "no later release corrects or withdraws it: ask the office, or whoever keeps its newest checkpoint.",
            ],
            Verdict::Verified => vec![
                "The holder of the policy's log key signed this state, and what is here is what was recorded, in its order.",
                "It does not prove that what was recorded is true, that everything was recorded, nor who wrote an entry:",
                "the contents are sealed, and this program opens nothing.",
            ],
        }
    }

    /// For programs: one object, with the findings in the order of checking.
    pub fn json(&self) -> String {
        let head: serde_json::Map<String, serde_json::Value> =
            self.head.iter().map(|(name, value)| ((*name).to_owned(), value.clone().into())).collect();
        let value = serde_json::json!({
            "verdict": self.verdict(),
            "policy": self.policy,
            "head": head,
            "findings": self.findings,
            "outside_anchors": self.anchors,
            "rollback_detectable": self.size.is_none() || !self.anchors.is_empty(),
        });
        format!("{value:#}\n")
    }
}

/// Text from the folder must not steer the terminal.
fn clean(text: &str) -> String {
    text.chars().fold(String::new(), |mut out, letter| {
        if letter.is_control() {
            out.extend(letter.escape_unicode())
        } else {
            out.push(letter)
        }
        out
    })
}

/// An error with all that lies behind it, in one line.
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(source) = next {
        let _ = write!(text, ": {source}");
        next = source.source();
    }
    text
}
