//! Does a case survive in the long form of its tests: every site of a loss of power, a thousand kills, ten thousand damaged files?
//!
//! The tests are those of `crates/case/tests/survive`; here they are told to take their time, and their counts are shown.

use std::error::Error;
use std::process::Command;

pub fn run(arguments: &[String]) -> Result<(), Box<dyn Error>> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    let mut cargo = Command::new(cargo);
    // Asked of the whole workspace, so that what other tests were built from need not be built again with other features.
    cargo.args(["test", "--workspace", "--test", "survive", "--"]).args(arguments).env("FACTUM_TORTURE", "1");
    let status = cargo.current_dir(crate::root()).status()?;
    if status.success() { Ok(()) } else { Err("a case did not survive; see above".into()) }
}
