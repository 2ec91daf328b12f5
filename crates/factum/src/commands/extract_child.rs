//! How does Factum start itself to look into a file without rights?
//!
//! A command that is hidden from help: it is no use to a person. What it does is told in `factum_case::extract::child`.

use crate::failure::Failure;
use factum_case::extract::child;

/// The command's name, for who starts it.
pub const NAME: &str = "extract-child";

pub fn run() -> Result<(), Failure> {
    Ok(child::serve()?)
}
