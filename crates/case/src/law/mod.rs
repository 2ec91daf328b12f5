//! Which elements does a rule of law have, who compared them with the official text, and how well do marks agree with torture?
//!
//! A framework is a file: articles, element numbers and short labels of our own. The official text is never part of it: the
//! office loads it, it is known by its digest, and a person records who compared which element with it. Until that is done
//! for all of them a framework is UNVERIFIED. Nothing here concludes that a crime was committed.

mod code_list;
pub mod held;
mod line;
mod medical;
mod official;
mod read;
pub mod shown;
mod spoken;
mod standing;

pub use code_list::{Code, CodeList, attribution, degrees};
pub use factum_weigh::law::{
    Checked, Element, ElementKey, Framework, Head, Mark, Numbering, Part, Provision, Shared, line_key,
};
pub use line::{Line, lines};
pub use medical::{Assessment, Degree, Lesion, MedicalError};
pub use official::{Official, text_digest};
pub use read::parse;
pub use standing::{Standing, Stood, mark, standing};

use crate::fault::Faults;

/// The frameworks that come with the program, as name and text of their files.
const FILES: [(&str, &str); 3] = [
    ("rome-statute-7.toml", include_str!("frameworks/rome-statute-7.toml")),
    ("cat-1.toml", include_str!("frameworks/cat-1.toml")),
    ("iccpr-9.toml", include_str!("frameworks/iccpr-9.toml")),
];

/// The frameworks that come with the program. An inquiry brings others with [`parse`].
pub fn builtin() -> Vec<Framework> {
    FILES.iter().filter_map(|(name, text)| parse(text, name).0).collect()
}

/// The file of a framework that comes with the program: what an inquiry takes as its start.
pub fn builtin_file(id: &str) -> Option<&'static str> {
    FILES.iter().find(|(name, _)| name.strip_suffix(".toml") == Some(id)).map(|(_, text)| *text)
}

/// All faults of a file that should be a framework, without keeping it.
pub fn check(text: &str, file: &str) -> Faults {
    parse(text, file).1
}

#[cfg(test)]
mod tests;
