//! What can be said?
//!
//! The words of an inquiry about lists of people: imprecise dates ([`edtf`], compared in [`span`]), what a list may say of a person
//! ([`record`], [`feature`]), who was recorded where ([`capture`]) and which computation made a number ([`run`]).
//!
//! Words only: nothing here reads a file, a clock or a source of randomness.

pub mod capture;
pub mod edtf;
pub mod feature;
mod id;
pub mod record;
pub mod run;
pub mod span;

pub use capture::{CaptureTable, History};
pub use edtf::Edtf;
pub use feature::Feature;
pub use id::{ListId, RecordId, RunId};
pub use record::{Age, Name, Place, Record, Sex};
pub use run::{Input, Run};
pub use span::{Holds, Period, Span};
