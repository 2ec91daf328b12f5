//! How does a case become a publication in which every sentence stands on something it may stand on?
//!
//! A draft is Markdown with citations and references ([`draft`]). Every sentence of the body cites, inherits its paragraph's citation, or
//! is marked as narrative; numbers and findings come by reference ([`gate`]). Every count that it would print is written down and cleared
//! first ([`counted`]); from what is cleared it is made ([`build`]) and given a form ([`rendered`]).

mod acts;
mod annexes;
pub mod build;
pub mod comment;
pub mod counted;
mod coverage;
pub mod draft;
mod figures;
pub mod gate;
pub mod law;
pub mod material;
mod moves;
mod notes;
mod overlap;
pub mod phrases;
mod places;
pub mod precision;
pub(crate) mod reach;
mod regions;
mod registers;
mod rendering;
pub mod sentence;
mod spoken;
mod tallies;
pub(crate) mod ties;
mod times;
pub mod values;
pub mod vouched;

pub use rendering::{Form, RenderError, Rendered, rendered};
pub use spoken::working_versions;

#[cfg(test)]
mod tests;
