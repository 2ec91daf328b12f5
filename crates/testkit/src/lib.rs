//! For tests only: lists whose truth is known.
//!
//! [`example`] makes the fictional inquiry that `factum demo` runs, [`population`] lists of any size, one record at a time,
//! [`romanise`] one list romanised in two ways. Everything is a pure function of a seed.

pub mod example;
mod keyed;
mod language;
pub mod population;
pub mod romanise;
mod typing;
