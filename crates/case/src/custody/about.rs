//! What does factum.toml say, and does the log agree?
//!
//! A cache for people and tools that look into the folder. Where it differs from the log, the log is right, and somebody should know.

use super::ledger::Ledger;
use super::register::Register;
use factum_vault::store::{self, Store, StoreError};
use serde::{Deserialize, Serialize};

/// The file.
pub const FILE: &str = "factum.toml";

/// The number of the folder's format.
pub const FORMAT: u32 = 1;

/// What the file says.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct About {
    format: u32,
    origin: String,
    log_key: String,
}

fn about(ledger: &Ledger, register: &Register) -> About {
    About {
        format: FORMAT,
        origin: ledger.origin().to_string(),
        log_key: register.log_keys.last().cloned().unwrap_or_default(),
    }
}

/// Writes the file anew.
pub fn write(store: &dyn Store, ledger: &Ledger, register: &Register) -> Result<(), StoreError> {
    let body = toml::to_string(&about(ledger, register)).unwrap_or_default();
    let text = format!(
        "# A case of Factum. This file is a copy of what the log says; the log is right where they differ.\n{body}"
    );
    store::put(store, FILE, text.as_bytes())
}

/// What is wrong with the file, if something is.
pub fn differs(store: &dyn Store, ledger: &Ledger, register: &Register) -> Option<String> {
    let read = || -> Option<About> { toml::from_str(std::str::from_utf8(&store.read(FILE).ok()??).ok()?).ok() };
    match read() {
        None => Some(format!("{FILE} is missing or damaged; `factum view rebuild` writes it again")),
        Some(found) if found != about(ledger, register) => {
            Some(format!("{FILE} says something else than the log: somebody changed it. The log is used"))
        }
        Some(_) => None,
    }
}
