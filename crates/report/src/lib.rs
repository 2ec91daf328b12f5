//! How is it shown and cited?
//!
//! A cleared [`Dossier`] in, bytes out: [`pdf`] (tagged, with embedded fonts), [`html`] (one self-contained page), [`docx`]
//! (with footnotes and styles that can be worked on) and the plots of [`plot`] as SVG. Nothing here can reach a case: what is to be shown is handed over whole.
//!
//! Same dossier, same bytes.

pub mod docx;
mod dossier;
mod fonts;
pub mod html;
mod laid;
pub mod pdf;
mod picture;
pub mod plot;
mod svg;
#[cfg(test)]
mod tests;
mod tongue;
mod unprinted;
mod wording;

pub use dossier::{Block, Cell, Dossier, Figure, Inline, Table, Target, link, note, text};
pub use fonts::uncovered;
pub use laid::apart;
pub use wording::grouped;
