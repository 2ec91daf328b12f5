//! What does a draft say, block by block, and where is it badly written?
//!
//! A draft is Markdown (CommonMark) after a head in TOML between lines of `+++`. Paragraphs of the body are numbered as UN reports number
//! them. A picture whose address is `figure:NAME` or `table:NAME` is made from the case. All faults are found at once, each with its line.

use super::sentence::{self, MarkFault, Sentence, Style};
use pulldown_cmark::{Event, HeadingLevel, Parser, Tag, TagEnd};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::ops::Range;

/// What stands at the head of a draft.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Head {
    /// Title.
    pub title: String,
    /// A line under it.
    #[serde(default)]
    pub subtitle: String,
    /// Who publishes.
    #[serde(default)]
    pub author: Option<String>,
    /// The date on the report: a day.
    pub date: String,
    /// Its language (BCP 47).
    #[serde(default = "english")]
    pub language: String,
    /// A sentence that says what the report is.
    #[serde(default)]
    pub description: String,
    /// For what it is made: `report-anonymised` or `report-named`, or another purpose of consent.
    pub purpose: String,
    /// The report's own number or symbol, by which others cite it.
    #[serde(default)]
    pub reference: Option<String>,
    /// What was changed since an earlier release.
    #[serde(default)]
    pub errata: Vec<Erratum>,
}

/// Something that an earlier release had wrong.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Erratum {
    /// When it was changed: a day.
    pub date: String,
    /// Where: a paragraph, a figure.
    #[serde(default)]
    pub place: Option<String>,
    /// What was changed, and why.
    pub text: String,
    /// The member who answers for it.
    pub by: String,
}

fn english() -> String {
    "en".into()
}

/// A draft, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// Its head.
    pub head: Head,
    /// Its body.
    pub blocks: Vec<Block>,
}

/// A part of a draft's body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// The line on which it begins, from 1.
    pub line: u32,
    /// Its language, where it is not the report's: of paragraphs and of quotes.
    pub language: Option<String>,
    /// What it is.
    pub content: Content,
}

/// What a part of a draft's body is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// A heading of level 1 to 3.
    Heading(u8, String),
    /// A numbered paragraph.
    Paragraph {
        /// Its number in the report.
        number: u32,
        /// Its language, where it is not the report's.
        language: Option<String>,
        /// Its sentences.
        sentences: Vec<Sentence>,
    },
    /// Words quoted from somebody, indented and not numbered.
    Quote(Vec<Sentence>),
    /// Points under a paragraph.
    Points(Vec<Vec<Sentence>>),
    /// A picture made from the case.
    Figure {
        /// Which.
        name: String,
        /// The words under it.
        caption: String,
    },
    /// A table made from the case.
    Table {
        /// Which.
        name: String,
        /// The words over it.
        caption: String,
    },
}

/// What is wrong with a draft.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The line, from 1.
    pub line: u32,
    /// What.
    pub what: String,
    /// What to try.
    pub hint: String,
}

impl Problem {
    /// A problem on a line.
    pub fn new(line: u32, what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { line, what: what.into(), hint: hint.into() }
    }
}

/// Problems in the order of their lines, each once: two sentences that cite one thing have one problem with it.
pub fn in_order(problems: Vec<Problem>) -> Vec<Problem> {
    let mut seen = BTreeSet::new();
    let mut once: Vec<Problem> = problems.into_iter().filter(|problem| seen.insert(problem.clone())).collect();
    once.sort_by_key(|problem| problem.line);
    once
}

/// Reads a draft. With problems in its head there is no draft; with others there is one, and the problems beside it.
pub fn read(text: &str) -> (Option<Draft>, Vec<Problem>) {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (head, body, before) = match split_head(text) {
        Ok(parts) => parts,
        Err(problem) => return (None, vec![problem]),
    };
    let head: Head = match toml::from_str(head) {
        Ok(head) => head,
        Err(error) => {
            let line = error.span().map_or(2, |span| 2 + lines_before(head, span.start));
            let what = format!("the head cannot be read: {}", error.message());
            return (None, vec![Problem::new(line, what, "it needs title, date and purpose; see docs/report.md")]);
        }
    };
    let mut reader = Reader { body, before, blocks: Vec::new(), problems: Vec::new(), numbers: 0 };
    reader.read();
    (Some(Draft { head, blocks: reader.blocks }), reader.problems)
}

/// The head, the body, and how many lines stand before the body.
fn split_head(text: &str) -> Result<(&str, &str, u32), Problem> {
    let hint = "begin with a line of +++, the head in TOML, and a line of +++";
    let rest = text.strip_prefix("+++").map(|rest| rest.trim_start_matches(['\r', ' ']));
    let rest =
        rest.and_then(|rest| rest.strip_prefix('\n')).ok_or_else(|| Problem::new(1, "the draft has no head", hint))?;
    let end = rest.find("\n+++").ok_or_else(|| Problem::new(1, "the head does not end", hint))?;
    let (head, after) = rest.split_at(end);
    let body = after.get(4..).unwrap_or_default();
    let body_start = text.len() - body.len();
    Ok((head, body, lines_before(text, body_start)))
}

fn lines_before(text: &str, at: usize) -> u32 {
    text.bytes().take(at).filter(|b| *b == b'\n').count() as u32
}

struct Reader<'a> {
    body: &'a str,
    before: u32,
    blocks: Vec<Block>,
    problems: Vec<Problem>,
    numbers: u32,
}

/// What is open while events come in.
#[derive(Default)]
struct Open {
    runs: Vec<(Style, String)>,
    strong: u32,
    emphasis: u32,
    quote: u32,
    /// Lists within lists.
    depth: u32,
    points: Vec<Vec<Sentence>>,
    picture: Option<String>,
}

impl Open {
    fn put(&mut self, text: &str) {
        let style = match (self.strong > 0, self.emphasis > 0) {
            (true, _) => Style::Strong,
            (_, true) => Style::Emphasis,
            _ => Style::Plain,
        };
        match self.runs.last_mut() {
            Some((last, words)) if *last == style => words.push_str(text),
            _ => self.runs.push((style, text.to_string())),
        }
    }
}

impl Reader<'_> {
    fn line(&self, at: usize) -> u32 {
        self.before + 1 + lines_before(self.body, at)
    }

    fn read(&mut self) {
        let mut open = Open::default();
        for (event, range) in Parser::new(self.body).into_offset_iter() {
            match event {
                Event::Start(tag) => self.start(tag, &range, &mut open),
                Event::End(tag) => self.end(tag, &range, &mut open),
                Event::Text(text) => {
                    if text.contains(|c| matches!(c, '\u{202a}'..='\u{202e}')) {
                        self.refuse(
                            range.start,
                            "a sign turns the order of letters round: a reader would see other words",
                        );
                    }
                    open.put(&text);
                }
                Event::Code(text) => open.put(&text),
                Event::SoftBreak | Event::HardBreak => open.put(" "),
                Event::Html(_) | Event::InlineHtml(_) => self.refuse(range.start, "HTML has no place in a draft"),
                Event::Rule => self.refuse(range.start, "a rule has no meaning in a report"),
                _ => self.refuse(range.start, "this form of Markdown has no meaning in a report"),
            }
        }
    }

    fn refuse(&mut self, at: usize, what: &str) {
        let line = self.line(at);
        self.problems.push(Problem::new(
            line,
            what,
            "write it in words, or as {{F-3}}, [@S-014] or ![caption](figure:NAME)",
        ));
    }

    fn start(&mut self, tag: Tag<'_>, range: &Range<usize>, open: &mut Open) {
        match tag {
            Tag::Strong => open.strong += 1,
            Tag::Emphasis => open.emphasis += 1,
            Tag::BlockQuote(_) => {
                if open.depth + open.quote > 0 {
                    self.refuse(range.start, "a quotation stands in no point and in no other quotation");
                }
                open.quote += 1;
            }
            Tag::List(first) => {
                // Points within points, and their numbers, would be lost.
                if open.depth + open.quote > 0 {
                    self.refuse(range.start, "a list stands in no other list and in no quotation");
                } else if first.is_some() {
                    self.refuse(range.start, "points have no numbers, paragraphs do: begin them with a dash");
                }
                open.depth += 1;
            }
            Tag::Image { dest_url, .. } => {
                // What stands before a picture in its paragraph would lose its place.
                let has_words = open.runs.iter().any(|(_, text)| !text.trim().is_empty());
                if has_words || open.depth + open.quote > 0 {
                    self.refuse(range.start, "a figure stands in a paragraph of its own");
                }
                open.runs.clear();
                open.picture = Some(dest_url.to_string());
            }
            Tag::Link { .. } => {
                self.refuse(range.start, "a link to a place outside the report can change after it is published")
            }
            Tag::CodeBlock(_) => self.refuse(range.start, "a block of code has no place in a report"),
            Tag::Paragraph if open.depth > 0 => {
                if open.runs.iter().any(|(_, text)| !text.trim().is_empty()) {
                    self.refuse(range.start, "a point has one paragraph");
                }
            }
            Tag::Heading { .. } if open.depth + open.quote > 0 => {
                self.refuse(range.start, "a heading stands in no list and in no quotation");
            }
            Tag::Paragraph | Tag::Heading { .. } | Tag::Item => open.runs.clear(),
            _ => self.refuse(range.start, "this form of Markdown has no meaning in a report"),
        }
    }

    fn end(&mut self, tag: TagEnd, range: &Range<usize>, open: &mut Open) {
        match tag {
            TagEnd::Strong => open.strong = open.strong.saturating_sub(1),
            TagEnd::Emphasis => open.emphasis = open.emphasis.saturating_sub(1),
            TagEnd::BlockQuote(_) => open.quote = open.quote.saturating_sub(1),
            TagEnd::Image => self.picture(range, open),
            TagEnd::Heading(level) => {
                let text: String = open.runs.drain(..).map(|(_, text)| text).collect();
                self.heading(level, text, range);
            }
            TagEnd::Paragraph if open.depth == 0 => self.paragraph(range, open),
            TagEnd::Item => {
                let sentences = self.sentences(range, &open.runs);
                open.runs.clear();
                if !sentences.is_empty() {
                    open.points.push(sentences);
                }
            }
            TagEnd::List(_) => {
                open.depth = open.depth.saturating_sub(1);
                if open.depth == 0 {
                    let points = std::mem::take(&mut open.points);
                    self.push(range, Content::Points(points));
                }
            }
            _ => {}
        }
    }

    fn push(&mut self, range: &Range<usize>, content: Content) {
        self.push_in(range, None, content);
    }

    fn push_in(&mut self, range: &Range<usize>, language: Option<String>, content: Content) {
        let line = self.line(range.start);
        self.blocks.push(Block { line, language, content });
    }

    fn heading(&mut self, level: HeadingLevel, text: String, range: &Range<usize>) {
        let level = level as u8;
        let last = self.blocks.iter().rev().find_map(|block| match block.content {
            Content::Heading(level, _) => Some(level),
            _ => None,
        });
        let skips = level > last.unwrap_or(0) + 1 || level > 3;
        if skips {
            self.refuse(range.start, "a heading skips a level, or is deeper than the third");
        }
        if text.trim().is_empty() {
            self.refuse(range.start, "a heading has no words");
        }
        self.push(range, Content::Heading(level.min(3), text.trim().to_string()));
    }

    fn picture(&mut self, range: &Range<usize>, open: &mut Open) {
        let caption: String = open.runs.drain(..).map(|(_, text)| text).collect();
        let address = open.picture.take().unwrap_or_default();
        let named = |kind: &str| address.strip_prefix(kind).map(str::to_string);
        if let Some(name) = named("figure:") {
            self.push(range, Content::Figure { name, caption });
        } else if let Some(name) = named("table:") {
            self.push(range, Content::Table { name, caption });
        } else {
            self.refuse(range.start, "a picture from a file has no source in the case");
        }
    }

    fn paragraph(&mut self, range: &Range<usize>, open: &mut Open) {
        let mut runs = std::mem::take(&mut open.runs);
        if runs.iter().all(|(_, text)| text.trim().is_empty()) {
            return;
        }
        let language = runs.first_mut().and_then(|(_, text)| {
            let rest = text.strip_prefix("{lang=")?;
            let (code, rest) = rest.split_once('}')?;
            let (code, rest) = (code.trim().to_string(), rest.trim_start().to_string());
            *text = rest;
            Some(code)
        });
        let sentences = self.sentences(range, &runs);
        if open.quote > 0 {
            return self.push_in(range, language, Content::Quote(sentences));
        }
        self.numbers += 1;
        let number = self.numbers;
        self.push_in(range, language.clone(), Content::Paragraph { number, language, sentences });
    }

    fn sentences(&mut self, range: &Range<usize>, runs: &[(Style, String)]) -> Vec<Sentence> {
        let (sentences, faults) = sentence::split(runs);
        let line = self.line(range.start);
        for fault in faults {
            let hint = match fault {
                MarkFault::Mark(_) | MarkFault::Brace => "see docs/report.md for the marks",
                _ => "codes are listed by factum source, statement, finding and items",
            };
            self.problems.push(Problem::new(line, fault.to_string(), hint));
        }
        sentences
    }
}
