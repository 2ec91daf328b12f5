//! What is wrong with the input, where, and what can be done about it?
//!
//! Faults are collected, never thrown at the first: good rows enter, each bad one is named. A fault carries the value it is
//! about, but shows it only when asked: it may be the name of a witness.

use std::collections::BTreeMap;
use std::fmt;

/// What a fault costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// The file, or the settings, cannot be used.
    Error,
    /// A row was left out.
    RowLeftOut,
    /// A row was read, but is not linked: it is outside the scope, or names nobody.
    SetAside,
    /// A value was left out; its row entered without it.
    ValueLeftOut,
    /// Nothing was lost, but the reader should know.
    Note,
}

impl Severity {
    fn word(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::RowLeftOut => "row left out",
            Severity::SetAside => "set aside",
            Severity::ValueLeftOut => "value left out",
            Severity::Note => "note",
        }
    }
}

/// One fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What it costs.
    pub severity: Severity,
    /// The file's name.
    pub file: String,
    /// Row of the file, the header being row 1; or line of the settings.
    pub row: Option<u32>,
    /// Name of the column.
    pub column: Option<String>,
    /// What happened.
    pub what: String,
    /// What to try.
    pub hint: Option<String>,
    /// The value at fault. Shown only when the user asks for values.
    pub value: Option<String>,
}

impl Fault {
    /// A fault of a whole file.
    pub fn new(severity: Severity, file: &str, what: impl Into<String>) -> Self {
        Self { severity, file: file.into(), row: None, column: None, what: what.into(), hint: None, value: None }
    }

    /// The same in a row.
    pub fn at_row(mut self, row: u32) -> Self {
        self.row = Some(row);
        self
    }

    /// The same in a column.
    pub fn in_column(mut self, column: &str) -> Self {
        self.column = Some(column.into());
        self
    }

    /// The same with something to try.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The same with the value it is about.
    pub fn value(mut self, value: impl Into<String>) -> Self {
        self.value = Some(value.into());
        self
    }

    /// The fault in one line, with its value if `show_values`.
    pub fn line(&self, show_values: bool) -> String {
        let mut line = format!("{}: {}", self.severity.word(), self.file);
        if let Some(row) = self.row {
            line += &format!(", row {row}");
        }
        if let Some(column) = &self.column {
            line += &format!(", column `{column}`");
        }
        line += &format!(": {}", self.what);
        if show_values && let Some(value) = &self.value {
            line += &format!(" [value: {value:?}]");
        }
        if let Some(hint) = &self.hint {
            line += &format!(" ({hint})");
        }
        line
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.line(false))
    }
}

/// Faults are kept up to this many; beyond, they are counted only. Enough to name every row that a person would mend by
/// hand, little enough for any memory.
const KEPT: usize = 100_000;

/// All faults of a reading, in the order they were met.
#[derive(Clone, Debug, Default)]
pub struct Faults {
    kept: Vec<Fault>,
    beyond: u64,
    counts: BTreeMap<Severity, usize>,
}

impl Faults {
    /// Adds one.
    pub fn push(&mut self, fault: Fault) {
        *self.counts.entry(fault.severity).or_default() += 1;
        // Errors are few and decide whether work goes on: they are always kept.
        if self.kept.len() < KEPT || fault.severity == Severity::Error {
            self.kept.push(fault);
        } else {
            self.beyond += 1;
        }
    }

    /// Adds those of another reading.
    pub fn extend(&mut self, other: Faults) {
        self.beyond += other.beyond;
        for (severity, count) in other.counts {
            *self.counts.entry(severity).or_default() += count;
        }
        self.kept.extend(other.kept);
    }

    /// The faults kept.
    pub fn iter(&self) -> std::slice::Iter<'_, Fault> {
        self.kept.iter()
    }

    /// Whether anything cannot be used at all.
    pub fn has_errors(&self) -> bool {
        self.kept.iter().any(|f| f.severity == Severity::Error)
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    /// How many there are of a severity, kept or not.
    pub fn count(&self, severity: Severity) -> usize {
        self.counts.get(&severity).copied().unwrap_or(0)
    }

    /// The faults as lines for a person: errors first, then by kind, of each kind and column at most `each`, the rest
    /// counted.
    pub fn lines(&self, each: usize, show_values: bool) -> Vec<String> {
        let mut kinds: Vec<(Severity, &str, Option<&str>, &str)> = Vec::new();
        for fault in &self.kept {
            let kind = kind_of(fault);
            if !kinds.contains(&kind) {
                kinds.push(kind);
            }
        }
        kinds.sort_by_key(|(severity, ..)| *severity);
        let mut lines = Vec::new();
        for kind in kinds {
            let same: Vec<&Fault> = self.kept.iter().filter(|f| kind_of(f) == kind).collect();
            lines.extend(same.iter().take(each).map(|f| f.line(show_values)));
            if same.len() > each {
                lines.push(format!("… and {} more like the last", same.len() - each));
            }
        }
        if self.beyond > 0 {
            lines.push(format!("… and {} more faults that were counted but not kept", self.beyond));
        }
        lines
    }
}

fn kind_of(fault: &Fault) -> (Severity, &str, Option<&str>, &str) {
    (fault.severity, &fault.file, fault.column.as_deref(), &fault.what)
}
