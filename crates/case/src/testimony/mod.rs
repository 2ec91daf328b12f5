//! How does testimony become words that can be cited?
//!
//! Text in, paragraphs and passages out: [`text`] reads an interview or a document into numbered paragraphs, [`passage`] says
//! where in it something stands and quotes it, [`translation`] finds the same place in another language, [`front`] reads
//! what stands before a text, and [`folder`] is an inquiry written by hand in plain files. Nothing here writes to a case.

pub mod folder;
pub mod front;
pub mod passage;
pub mod text;
pub mod translation;

#[cfg(test)]
mod tests;
