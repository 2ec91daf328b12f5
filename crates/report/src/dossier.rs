//! What is to be shown, before it has a form?

use serde::Serialize;

/// A report, cleared for its reader.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Dossier {
    /// Title.
    pub title: String,
    /// A line under the title.
    pub subtitle: String,
    /// Who publishes.
    pub author: Option<String>,
    /// Date of the report, `2026-11-24`.
    pub date: String,
    /// Language of the text, `en`.
    pub lang: String,
    /// A sentence that says what the report is, for catalogues and screen readers.
    pub description: String,
    /// What must be known before anything else is read: it stands on the first page.
    pub alerts: Vec<String>,
    /// The body.
    pub blocks: Vec<Block>,
}

/// A part of the body.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Block {
    /// A heading; the first has level 1 and no level is skipped.
    Heading {
        /// 1 to 3.
        level: u8,
        /// Its words.
        text: String,
    },
    /// A paragraph.
    Paragraph {
        /// Its words.
        runs: Vec<Inline>,
        /// Its language, where it is not that of the report; decides the direction of writing.
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
    /// A table.
    Table(Table),
    /// A picture.
    Figure(Figure),
}

/// A table with a header row; the first column names the row.
#[derive(Clone, Debug, Serialize)]
pub struct Table {
    /// What it shows.
    pub caption: String,
    /// The header.
    pub head: Vec<String>,
    /// The rows, each as wide as the header.
    pub rows: Vec<Vec<Cell>>,
}

/// A cell of a table.
#[derive(Clone, Debug, Serialize)]
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
#[derive(Clone, Debug, Serialize)]
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
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "kind", content = "text", rename_all = "lowercase")]
pub enum Inline {
    /// Plain.
    Text(String),
    /// Of weight.
    Strong(String),
    /// Stressed.
    Emph(String),
    /// A footnote, at this place.
    Note(String),
}

/// Plain words.
pub fn text(words: impl Into<String>) -> Inline {
    Inline::Text(words.into())
}

impl Dossier {
    /// The same dossier with every word passed through `change`.
    pub(crate) fn map_text(&self, change: &dyn Fn(&str) -> String) -> Dossier {
        let runs = |runs: &[Inline]| runs.iter().map(|r| r.map_text(change)).collect::<Vec<_>>();
        let block = |block: &Block| match block {
            Block::Heading { level, text } => Block::Heading { level: *level, text: change(text) },
            Block::Paragraph { runs: r, lang } => Block::Paragraph { runs: runs(r), lang: lang.clone() },
            Block::Warning { runs: r } => Block::Warning { runs: runs(r) },
            Block::List { items } => Block::List { items: items.iter().map(|i| runs(i)).collect() },
            Block::Table(table) => Block::Table(Table {
                caption: change(&table.caption),
                head: table.head.iter().map(|h| change(h)).collect(),
                rows: table
                    .rows
                    .iter()
                    .map(|row| row.iter().map(|c| Cell { text: change(&c.text), ..*c }).collect())
                    .collect(),
            }),
            Block::Figure(figure) => Block::Figure(Figure {
                svg: figure.svg.clone(),
                alt: change(&figure.alt),
                caption: change(&figure.caption),
                width: figure.width,
            }),
        };
        Dossier {
            title: change(&self.title),
            subtitle: change(&self.subtitle),
            author: self.author.as_deref().map(change),
            date: self.date.clone(),
            lang: self.lang.clone(),
            description: change(&self.description),
            alerts: self.alerts.iter().map(|a| change(a)).collect(),
            blocks: self.blocks.iter().map(block).collect(),
        }
    }
}

impl Inline {
    fn map_text(&self, change: &dyn Fn(&str) -> String) -> Inline {
        match self {
            Inline::Text(t) => Inline::Text(change(t)),
            Inline::Strong(t) => Inline::Strong(change(t)),
            Inline::Emph(t) => Inline::Emph(change(t)),
            Inline::Note(t) => Inline::Note(change(t)),
        }
    }
}
