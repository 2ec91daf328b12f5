//! What is to be shown, before it has a form?

/// A report, cleared for its reader.
#[derive(Clone, Debug, Default)]
pub struct Dossier {
    /// Title.
    pub title: String,
    /// A line under the title.
    pub subtitle: String,
    /// Who publishes.
    pub author: Option<String>,
    /// Date of the report, `2026-11-24`.
    pub date: String,
    /// The report's own number or symbol, by which others cite it.
    pub reference: Option<String>,
    /// Language of the text (BCP 47), `en`. It decides the direction of writing and the words that the form adds, such as
    /// "Table" and "Contents".
    pub lang: String,
    /// A sentence that says what the report is, for catalogues and screen readers.
    pub description: String,
    /// Further lines of the cover, each with what it tells: the standard of proof, the period covered.
    pub cover: Vec<(String, String)>,
    /// What must be known before anything else is read: it stands on the first page.
    pub alerts: Vec<String>,
    /// What the report says in short, on a page of its own before the contents. It has no headings.
    pub summary: Vec<Block>,
    /// The body, annexes included.
    pub blocks: Vec<Block>,
}

/// A part of the body. A `lang` (BCP 47) is given where it is not that of the report; it decides the direction of writing.
#[derive(Clone, Debug)]
pub enum Block {
    /// A heading; the first has level 1 and no level is skipped. Headings are numbered: I., A., 1. in a report whose
    /// paragraphs are numbered, as the United Nations do; 1, 1.1, 1.1.1 in any other.
    Heading {
        /// 1 to 3.
        level: u8,
        /// Its words.
        text: String,
    },
    /// The heading of an annex, which begins a page unless the annex is a line or two, and is numbered Annex I, Annex II. The headings of level 2 and 3 after it
    /// are its own.
    Annex {
        /// Its words, without "Annex".
        text: String,
    },
    /// A paragraph without a number.
    Paragraph {
        /// Its words.
        runs: Vec<Inline>,
        /// Its language.
        lang: Option<String>,
    },
    /// A numbered paragraph, by whose number the report is cited. Links reach it as `paragraph-12`.
    Numbered {
        /// Its number in the report.
        number: u32,
        /// Its words.
        runs: Vec<Inline>,
        /// Its language.
        lang: Option<String>,
    },
    /// Words of somebody else, indented.
    Quote {
        /// The words.
        runs: Vec<Inline>,
        /// Their language.
        lang: Option<String>,
    },
    /// An entry of an annex under a name of its own: a source, a request, a run.
    Entry {
        /// What links to it call it.
        id: String,
        /// The name that is shown, such as `S-014`.
        label: String,
        /// What is said of it.
        runs: Vec<Inline>,
        /// The language of that.
        lang: Option<String>,
    },
    /// Something the reader must not overlook.
    Warning {
        /// Its words.
        runs: Vec<Inline>,
    },
    /// Points.
    List {
        /// One entry a point.
        items: Vec<Vec<Inline>>,
    },
    /// Points with letters, (a) and (b), so that each can be cited.
    Points {
        /// One entry a point.
        items: Vec<Vec<Inline>>,
        /// Their language.
        lang: Option<String>,
    },
    /// A table.
    Table(Table),
    /// A picture.
    Figure(Figure),
    /// A note in small print under the table or figure before it: its source, what was suppressed, what a mark means.
    Under {
        /// Its words.
        runs: Vec<Inline>,
    },
    /// A name by which links reach the block after it.
    Anchor {
        /// The name.
        id: String,
    },
}

/// A table with a header row; the first column names the row.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Table {
    /// What it shows.
    pub caption: String,
    /// The header.
    pub head: Vec<String>,
    /// The rows, each as wide as the header.
    pub rows: Vec<Vec<Cell>>,
}

/// A cell of a table.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Cell {
    /// What it says.
    pub text: String,
    /// Whether it is a number, to be set flush right.
    pub number: bool,
}

impl Cell {
    /// A cell of words.
    pub fn words(text: impl Into<String>) -> Self {
        Self { text: text.into(), number: false }
    }

    /// A cell with a number.
    pub fn number(text: impl Into<String>) -> Self {
        Self { text: text.into(), number: true }
    }
}

/// A picture with what it shows in words.
#[derive(Clone, Debug)]
pub struct Figure {
    /// The picture as SVG.
    pub svg: String,
    /// What it shows, for those who cannot see it.
    pub alt: String,
    /// The words under it.
    pub caption: String,
    /// Its width as a share of the text's: a tall picture wants less.
    pub width: f64,
}

/// A stretch of words in one form.
#[derive(Clone, Debug)]
pub enum Inline {
    /// Plain.
    Text(String),
    /// Of weight.
    Strong(String),
    /// Stressed.
    Emph(String),
    /// A footnote, at this place, of as many parts as it needs. A footnote within a footnote is printed in brackets.
    Note(Vec<Inline>),
    /// Words in another language than those around them.
    Span {
        /// Their language (BCP 47).
        lang: String,
        /// The words.
        runs: Vec<Inline>,
    },
    /// Words that lead elsewhere.
    Link {
        /// Where to.
        to: Target,
        /// The words.
        runs: Vec<Inline>,
    },
}

/// Where a link leads.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// To an anchor, an entry or a numbered paragraph of the report. Where there is none, the words are printed without a link.
    Here(String),
    /// To an address outside that begins with `https:`, `http:` or `mailto:`; any other is printed without a link.
    Web(String),
}

/// Plain words.
pub fn text(words: impl Into<String>) -> Inline {
    Inline::Text(words.into())
}

/// A footnote of plain words.
pub fn note(words: impl Into<String>) -> Inline {
    Inline::Note(vec![text(words)])
}

/// Words that lead to a place in the report.
pub fn link(id: impl Into<String>, words: impl Into<String>) -> Inline {
    Inline::Link { to: Target::Here(id.into()), runs: vec![text(words)] }
}

impl Dossier {
    /// What is wrong with the report's links: names that links lead to and nothing bears, and names borne twice, of which
    /// only the first is reached.
    pub fn loose_ends(&self) -> Vec<String> {
        crate::laid::loose_ends(self)
    }
}
