//! What is a framework of law, once read?
//!
//! Articles, numbers and short labels; never the official text. Whoever reads the file and compares it with the text is elsewhere.

use factum_model::Edtf;
use factum_model::edtf::Day;
use std::fmt;
use std::str::FromStr;

/// What a file of law says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Its short name: lowercase letters, digits and hyphens.
    pub id: String,
    /// Which version of the file: from 1.
    pub version: u32,
    /// What it is about, in few words.
    pub title: String,
    /// The instrument it takes apart.
    pub instrument: String,
    /// Who adopted the instrument.
    pub authority: String,
    /// Where the official text is found.
    pub source: String,
    /// When the instrument was adopted.
    pub date: Edtf,
    /// Who compared which line with the official text, as the file itself says.
    pub verified: Vec<Checked>,
}

/// Somebody compared one line with the official text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// The line: `article/number`.
    pub line: String,
    /// Who.
    pub by: String,
    /// When.
    pub on: Day,
    /// SHA-256 of the official text of the line, in hexadecimal.
    pub official: String,
    /// SHA-256 of the line as it was then, in hexadecimal.
    pub wording: String,
}

/// Whose numbers the elements carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Numbering {
    /// The instrument numbers them.
    Official,
    /// The instrument does not: whoever wrote the file divided it.
    Own,
}

/// Provisions of one instrument with their elements.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Framework {
    /// What the file says of itself.
    pub head: Head,
    /// The language of its labels.
    pub language: String,
    /// Whose numbers the elements carry.
    pub numbering: Numbering,
    /// What several provisions rest on, established once.
    pub shared: Vec<Shared>,
    /// The provisions, in the order of the instrument.
    pub provisions: Vec<Provision>,
}

/// Something that several provisions rest on: the attack of crimes against humanity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shared {
    /// By what elements name it.
    pub key: String,
    /// Our own short label.
    pub label: String,
    /// What must be shown of it.
    pub parts: Vec<Part>,
}

/// One thing to be shown of what is shared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// From 1.
    pub number: u32,
    /// Where the instrument says it.
    pub article: String,
    /// Our own short label.
    pub label: String,
}

/// A crime or a guarantee: a provision with its elements.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provision {
    /// Its article, as the instrument writes it.
    pub article: String,
    /// Our own short label.
    pub label: String,
    /// Its elements, numbered from 1.
    pub elements: Vec<Element>,
}

/// One element: what must be shown for the provision to apply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Element {
    /// The article of its provision.
    pub article: String,
    /// From 1 within the provision.
    pub number: u32,
    /// Our own short label: a signpost, never the text.
    pub label: String,
    /// Whether it speaks of the context and not of the act.
    pub contextual: bool,
    /// What it shares with elements of other provisions.
    pub shared: Option<String>,
}

/// The key of a line: `7(1)(a)/1`.
pub fn line_key(of: &str, number: u32) -> String {
    format!("{of}/{number}")
}

impl Element {
    /// Its key within the framework: `article/number`.
    pub fn key(&self) -> String {
        line_key(&self.article, self.number)
    }
}

impl Framework {
    /// The elements, in the order of the instrument.
    pub fn elements(&self) -> impl Iterator<Item = &Element> {
        self.provisions.iter().flat_map(|provision| &provision.elements)
    }

    /// The element with this key.
    pub fn element(&self, key: &str) -> Option<&Element> {
        self.elements().find(|element| element.key() == key)
    }

    /// The provision of this article.
    pub fn provision(&self, article: &str) -> Option<&Provision> {
        self.provisions.iter().find(|provision| provision.article == article)
    }
}

/// An element within a framework, or a part of what is shared: article (or key of what is shared) and number.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ElementKey {
    /// The article, or the key of what is shared.
    pub article: String,
    /// The number.
    pub number: u32,
}

impl fmt::Display for ElementKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&line_key(&self.article, self.number))
    }
}

/// What is written is no key of an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an element is named as article/number: 7(1)(h)/3")]
pub struct NoKey;

impl FromStr for ElementKey {
    type Err = NoKey;
    fn from_str(text: &str) -> Result<Self, NoKey> {
        let (article, number) = text.rsplit_once('/').ok_or(NoKey)?;
        let number = number.parse().map_err(|_| NoKey)?;
        if article.is_empty() || article.contains('/') {
            return Err(NoKey);
        }
        Ok(ElementKey { article: article.into(), number })
    }
}

/// What is printed on everything that is made with a framework.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Every line was compared with the official text that is loaded, and holds.
    Verified,
    /// `open` of `all` lines were not, or do not hold.
    Unverified {
        /// How many lines.
        open: usize,
        /// Of how many.
        all: usize,
    },
}

impl Mark {
    /// Whether a release may cite the framework.
    pub fn may_be_cited(self) -> bool {
        self == Mark::Verified
    }
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Mark::Verified => f.write_str("every line compared with the official text"),
            Mark::Unverified { open, all } => {
                write!(f, "UNVERIFIED: {open} of {all} lines not compared with the official text")
            }
        }
    }
}
