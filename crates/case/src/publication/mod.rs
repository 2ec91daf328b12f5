//! How does a case become a publication in which every sentence stands on something it may stand on?
//!
//! A draft is Markdown with citations and references ([`draft`]). Every sentence of the body cites, inherits its paragraph's citation, or
//! is marked as narrative; numbers and findings come by reference.

mod annexes;
pub mod build;
pub mod comment;
pub mod counted;
mod coverage;
pub mod draft;
mod figures;
pub mod gate;
mod held;
pub mod law;
pub mod material;
mod notes;
mod overlap;
pub mod phrases;
pub mod precision;
mod registers;
pub mod sentence;
mod ties;
mod times;
pub mod values;

#[cfg(test)]
mod tests;
