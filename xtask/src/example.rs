//! Writes the example inquiry's lists anew from their generator.

use factum_testkit::example::{SEED, generate};
use std::error::Error;

pub fn write() -> Result<(), Box<dyn Error>> {
    let folder = crate::root().join("crates/case/example");
    for (name, bytes) in generate(SEED)? {
        std::fs::write(folder.join(name), bytes)?;
    }
    Ok(())
}
