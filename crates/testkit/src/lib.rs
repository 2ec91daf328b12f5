//! For tests only: lists whose truth is known.
//!
//! [`example`] makes the fictional inquiry that `factum demo` runs, [`population`] lists of any size, one record at a time,
//! [`romanise`] one list romanised in two ways, [`leaks`] names that leave and what only resembles them. [`samples`] are small files of every kind. [`fault_store`] is a disk whose power can fail, [`memory_store`] one that never
//! fails. Everything is a pure function of a seed.

pub mod example;
pub mod fault_store;
mod keyed;
mod language;
pub mod leaks;
pub mod memory_store;
pub mod population;
pub mod romanise;
pub mod samples;
mod typing;
