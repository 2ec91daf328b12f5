//! How does a case become a publication in which every sentence stands on something it may stand on?
//!
//! A draft is Markdown with citations and references ([`draft`]). Every sentence of the body cites, inherits its paragraph's citation, or
//! is marked as narrative; numbers and findings come by reference.

pub mod counted;
pub mod draft;
pub mod gate;
pub mod law;
pub mod phrases;
pub mod sentence;
pub mod values;

#[cfg(test)]
mod tests;
