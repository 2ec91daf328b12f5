//! Where do the bytes lie, and who can open them?

mod fields;
pub mod keys;
pub mod signing;
