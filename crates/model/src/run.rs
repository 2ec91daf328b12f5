//! Which computation made this number, from what, and can it be made again?

use crate::RunId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One file that a run read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Input {
    /// The file's name without its folder.
    pub name: String,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// Its length in bytes.
    pub bytes: u64,
}

/// A computation with everything that is needed to make it again: same inputs, parameters, seed and version give the
/// same output.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// The name by which numbers cite it.
    pub id: RunId,
    /// What was done, as a short phrase.
    pub what: String,
    /// What was read.
    pub inputs: Vec<Input>,
    /// Every parameter that has a bearing on the result, by name.
    pub parameters: BTreeMap<String, String>,
    /// The seed of the random stream; absent where nothing is random.
    pub seed: Option<u64>,
    /// The program and version that ran.
    pub version: String,
}
