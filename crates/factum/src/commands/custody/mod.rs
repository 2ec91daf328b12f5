//! The commands that work in a case folder.

pub mod access;
pub mod actor;
pub mod bundle;
pub mod chain;
pub mod check;
pub mod collect;
pub mod compartment;
pub mod derive;
pub mod export;
pub mod identity;
pub mod init;
pub mod items;
pub mod kit;
pub mod log;
pub mod member;
pub mod network;
pub mod policy;
pub mod recovery;
pub mod search;
pub mod shred;
pub mod stamp;
pub mod witness;
pub mod work;

use crate::failure::Failure;
use factum_case::custody::writer::Receipt;
use std::path::Path;

/// Says that something was acknowledged, and what should be known of it.
pub fn acknowledged(receipt: &Receipt) {
    crate::say!("acknowledged: transaction {}, log size {}", receipt.transaction, receipt.size);
    if let Some(seconds) = receipt.clock_behind {
        eprintln!(
            "warning: the clock of this machine is {seconds} s behind what this case has already seen; the transaction says so. Set the clock"
        );
    }
}

/// A file that was named, whole.
pub fn read_file(path: &Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(path).map_err(|e| Failure::new(format!("{} cannot be read: {e}", path.display())))
}
