//! The commands about the inquiry's substance: sources, what they say, what is found.

pub mod entity;
pub mod finding;
pub mod inquiry;
pub mod picture;
pub mod report;
pub mod request;
pub mod source;
pub mod statement;
