//! What is a framework of law, once read?

use super::standing::Checked;
use crate::digest;
use factum_model::Edtf;

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

/// A line that is compared with the official text: an element, or a part of what is shared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line<'f> {
    /// `article/number`, or `shared key/number`.
    pub key: String,
    /// The article that says it.
    pub article: &'f str,
    /// Our own short label.
    pub label: &'f str,
    /// SHA-256 of everything the file says of the line, in hexadecimal. It changes with the label, so that what was checked
    /// under one label does not count under another.
    pub digest: String,
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

    /// All that is to be compared with the official text: the parts of what is shared, then the elements.
    pub fn lines(&self) -> Vec<Line<'_>> {
        let parts = self.shared.iter().flat_map(|shared| {
            shared.parts.iter().map(|part| self.line(&shared.key, part.number, &part.article, &part.label, "part", ""))
        });
        let elements = self.elements().map(|e| {
            let kind = if e.contextual { "contextual" } else { "specific" };
            self.line(&e.article, e.number, &e.article, &e.label, kind, e.shared.as_deref().unwrap_or_default())
        });
        parts.chain(elements).collect()
    }

    fn line<'f>(&self, of: &str, number: u32, article: &'f str, label: &'f str, kind: &str, shared: &str) -> Line<'f> {
        let key = line_key(of, number);
        // The reader lets no line break into a field, so that no two lines are joined into one text.
        let words = ["factum law line 1", &self.head.id, &key, article, label, kind, shared].join("\n");
        Line { article, label, digest: digest::sha256(words.as_bytes()), key }
    }
}
