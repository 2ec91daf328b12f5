//! For tests only: lists whose truth is known.
//!
//! [`example`] makes the fictional inquiry that `factum demo` runs. Everything is a pure function of a seed.

pub mod example;
mod language;
