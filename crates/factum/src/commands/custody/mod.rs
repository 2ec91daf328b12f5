//! The commands that work in a case folder.

pub mod actor;
pub mod compartment;
pub mod identity;
pub mod init;
pub mod member;
pub mod recovery;

use factum_case::custody::writer::Receipt;

/// Says that something was acknowledged, and what should be known of it.
pub fn acknowledged(receipt: &Receipt) {
    crate::say!("acknowledged: transaction {}, log size {}", receipt.transaction, receipt.size);
    if let Some(seconds) = receipt.clock_behind {
        eprintln!(
            "warning: the clock of this machine is {seconds} s behind what this case has already seen; the transaction says so. Set the clock"
        );
    }
}
