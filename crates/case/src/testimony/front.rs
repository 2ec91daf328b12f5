//! What do the lines before a text say of it?
//!
//! Front matter stands at the beginning of a file: TOML 1.0 between two lines `+++`, or a small part of YAML between two
//! lines `---`: one `key: value` a line; a value is text (plain, or in `'…'` or `"…"`), a whole number in decimal digits,
//! `true` or `false`, or a list, as `[a, b]` or as lines `- a`. Nothing else of YAML is read, and what means several
//! things to several readers of it (`no`, `~`, `0x1F`, nesting, anchors, tags, folded text) is refused with its line. Faults
//! are collected; none repeats a value.

use std::collections::HashSet;
use toml::de::{DeTable, DeValue};

/// Tables within tables go no deeper: the formats of [`super::folder`] need three levels.
const DEEPEST: u32 = 8;

/// A table of named values, in the order of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// The line where it begins.
    pub line: u32,
    /// Its entries; no key stands twice.
    pub entries: Vec<Entry>,
}

/// A named value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The name.
    pub key: String,
    /// Its line.
    pub line: u32,
    /// The value.
    pub value: Value,
}

/// A value. Dates of TOML are text as they were written; there are no fractions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Text.
    Text(String),
    /// A whole number.
    Whole(i64),
    /// `true` or `false`.
    Truth(bool),
    /// Values with their lines.
    List(Vec<(u32, Value)>),
    /// A table.
    Table(Table),
}

/// Something that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// The line, from 1.
    pub line: u32,
    /// What happened, without a value.
    pub what: String,
    /// What to try.
    pub hint: String,
}

/// How front matter is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spelling {
    /// Between `+++`.
    Toml,
    /// Between `---`.
    Plain,
}

/// A file, parted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parts<'a> {
    /// The front matter, if there is any, without its fences; it begins in line 2.
    pub front: Option<(Spelling, &'a str)>,
    /// The text.
    pub body: &'a str,
    /// The line in which the text begins.
    pub line: u32,
}

/// Parts a file. Refused if front matter begins and does not end.
pub fn split(source: &str) -> Result<Parts<'_>, Wrong> {
    let source = source.trim_start_matches('\u{feff}');
    let none = Parts { front: None, body: source, line: 1 };
    let Some((first, rest)) = source.split_once('\n') else { return Ok(none) };
    let (fence, spelling) = match first.trim_end() {
        "+++" => ("+++", Spelling::Toml),
        "---" => ("---", Spelling::Plain),
        _ => return Ok(none),
    };
    let mut from = 0_usize;
    for (count, line) in rest.split_inclusive('\n').enumerate() {
        if line.trim_end() == fence {
            let after = from.saturating_add(line.len());
            let front = rest.get(..from).unwrap_or_default();
            let line = u32::try_from(count.saturating_add(3)).unwrap_or(u32::MAX);
            return Ok(Parts { front: Some((spelling, front)), body: rest.get(after..).unwrap_or_default(), line });
        }
        from = from.saturating_add(line.len());
    }
    Err(Wrong {
        line: 1,
        what: format!("the front matter that begins with `{fence}` never ends"),
        hint: format!("put a line `{fence}` after its last entry"),
    })
}

/// Reads front matter; `first_line` is the line of the file in which `source` begins.
pub fn read(spelling: Spelling, source: &str, first_line: u32) -> (Table, Vec<Wrong>) {
    match spelling {
        Spelling::Toml => toml(source, first_line),
        Spelling::Plain => plain(source, first_line),
    }
}

/// Reads TOML. What could be read beside faults is given.
pub fn toml(source: &str, first_line: u32) -> (Table, Vec<Wrong>) {
    let lines = Lines::new(source, first_line);
    let (table, errors) = DeTable::parse_recoverable(source);
    let mut wrongs: Vec<Wrong> = errors
        .iter()
        .map(|error| Wrong {
            line: lines.of(error.span().map_or(0, |s| s.start)),
            what: format!("this is not TOML: {}", error.message()),
            hint: "write `key = \"text\"`, a list as `[\"a\", \"b\"]`".into(),
        })
        .collect();
    let read = of_toml(table.get_ref(), first_line, &lines, 0, &mut wrongs);
    // One broken sign makes the parser stumble several times in a line; the first says it.
    wrongs.dedup_by_key(|wrong| wrong.line);
    (read, wrongs)
}

/// Where lines begin.
struct Lines {
    starts: Vec<usize>,
    first: u32,
}

impl Lines {
    fn new(source: &str, first: u32) -> Self {
        Self { starts: source.match_indices('\n').map(|(at, _)| at).collect(), first }
    }

    fn of(&self, at: usize) -> u32 {
        let before = self.starts.partition_point(|start| *start < at);
        self.first.saturating_add(u32::try_from(before).unwrap_or(u32::MAX))
    }
}

fn of_toml(table: &DeTable<'_>, line: u32, lines: &Lines, depth: u32, wrongs: &mut Vec<Wrong>) -> Table {
    let mut read = Table { line, entries: Vec::new() };
    for (key, value) in table {
        let line = lines.of(key.span().start);
        if let Some(value) = of_value(value.get_ref(), line, lines, depth, wrongs) {
            read.entries.push(Entry { key: key.get_ref().to_string(), line, value });
        }
    }
    read
}

fn of_value(value: &DeValue<'_>, line: u32, lines: &Lines, depth: u32, wrongs: &mut Vec<Wrong>) -> Option<Value> {
    let mut refuse = |what: &str, hint: &str| {
        wrongs.push(Wrong { line, what: what.into(), hint: hint.into() });
        None
    };
    if depth > DEEPEST {
        return refuse("tables are nested too deeply", "no format needs more than three levels");
    }
    match value {
        DeValue::String(text) => Some(Value::Text(text.to_string())),
        DeValue::Boolean(truth) => Some(Value::Truth(*truth)),
        DeValue::Datetime(date) => Some(Value::Text(date.to_string())),
        DeValue::Integer(whole) => match i64::from_str_radix(&whole.as_str().replace('_', ""), whole.radix()) {
            Ok(whole) => Some(Value::Whole(whole)),
            Err(_) => refuse("the number is too large", "write it as text in quotes"),
        },
        DeValue::Float(_) => refuse("fractions are not read", "write a whole number, or text in quotes"),
        DeValue::Array(items) => {
            let mut list = Vec::new();
            for item in items.iter() {
                let line = lines.of(item.span().start);
                list.extend(of_value(item.get_ref(), line, lines, depth + 1, wrongs).map(|value| (line, value)));
            }
            Some(Value::List(list))
        }
        DeValue::Table(table) => Some(Value::Table(of_toml(table, line, lines, depth + 1, wrongs))),
    }
}

/// Reads the part of YAML that this module's page names.
fn plain(source: &str, first_line: u32) -> (Table, Vec<Wrong>) {
    let mut read = Table { line: first_line, entries: Vec::new() };
    let mut wrongs = Vec::new();
    let mut known: HashSet<String> = HashSet::new();
    // The key whose value follows in lines of its own.
    let mut open: Option<Open> = None;
    for (line, source) in (first_line..).zip(source.split('\n')) {
        let bare = source.trim();
        if bare.is_empty() || bare.starts_with('#') {
            continue;
        }
        let outcome = if let Some(item) = bare.strip_prefix('-').filter(|i| i.is_empty() || i.starts_with(' ')) {
            match &mut open {
                Some((_, _, items)) => scalar(item.trim()).map(|value| items.push((line, value))),
                None => Err(("a list item stands under no key", "write `key:` above it")),
            }
        } else {
            close(&mut read, open.take(), &mut wrongs);
            entry(source).and_then(|(key, value)| {
                if !known.insert(key.clone()) {
                    return Err(("the key stands twice", "put both values into one list"));
                }
                match value {
                    Some(value) => read.entries.push(Entry { key, line, value }),
                    None => open = Some((key, line, Vec::new())),
                }
                Ok(())
            })
        };
        wrongs.extend(outcome.err().map(|(what, hint)| Wrong { line, what: what.into(), hint: hint.into() }));
    }
    close(&mut read, open, &mut wrongs);
    wrongs.sort_by_key(|wrong| wrong.line);
    (read, wrongs)
}

/// A key whose value follows in lines of its own: its line, and the items so far.
type Open = (String, u32, Vec<(u32, Value)>);

fn close(read: &mut Table, open: Option<Open>, wrongs: &mut Vec<Wrong>) {
    match open {
        Some((key, line, items)) if items.is_empty() => wrongs.push(Wrong {
            line,
            what: format!("`{key}` has no value"),
            hint: "leave the line out, or write `[]` for an empty list".into(),
        }),
        Some((key, line, items)) => read.entries.push(Entry { key, line, value: Value::List(items) }),
        None => {}
    }
}

/// What happened and what to try.
type Why = (&'static str, &'static str);

const NESTED: Why = ("nested and continued values are not read", "write such front matter as TOML between `+++`");
const QUOTE: Why = ("the value needs quotes", "put it between '…'");
const UNENDED: Why = ("a quotation mark is not closed, or something follows it", "end the value with the same mark");
const MEANINGS: Why = ("the word means several things in YAML", "write true or false, or put it between '…'");

fn entry(line: &str) -> Result<(String, Option<Value>), Why> {
    if line.starts_with(char::is_whitespace) {
        return Err(NESTED);
    }
    let (key, value) = line.split_once(':').ok_or(("the line is not `key: value`", "put a colon after the key"))?;
    let named = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
    if key.is_empty() || !key.bytes().all(named) {
        return Err(("the key is not plain", "use letters, digits, `_` and `-`"));
    }
    if !value.is_empty() && !value.starts_with(char::is_whitespace) {
        return Err(("no blank follows the colon", "write `key: value`"));
    }
    let value = value.trim();
    if value.is_empty() || value.starts_with('#') {
        return Ok((key.into(), None));
    }
    let value = match value.strip_prefix('[') {
        Some(inside) => list(inside)?,
        None => scalar(value)?,
    };
    Ok((key.into(), Some(value)))
}

/// The scalar of a line, with a remark after it left out.
fn scalar(text: &str) -> Result<Value, Why> {
    let (value, rest) = taken(text, &[])?;
    let rest = rest.trim_start();
    if rest.is_empty() || rest.starts_with('#') { Ok(value) } else { Err(UNENDED) }
}

/// `a, 'b', c]`, after the opening bracket.
fn list(text: &str) -> Result<Value, Why> {
    const OPEN: Why = ("the list is not closed in its line", "end it with `]`, or write lines `- item`");
    let mut items = Vec::new();
    let mut rest = text.trim_start();
    loop {
        if let Some(after) = rest.strip_prefix(']') {
            let after = after.trim_start();
            let ends = after.is_empty() || after.starts_with('#');
            return if ends { Ok(Value::List(items)) } else { Err(UNENDED) };
        }
        if rest.is_empty() {
            return Err(OPEN);
        }
        let (value, after) = taken(rest, &[',', ']'])?;
        items.push((0, value));
        let after = after.trim_start();
        rest = match after.strip_prefix(',') {
            Some(next) => next.trim_start(),
            None if after.starts_with(']') => after,
            None => return Err(OPEN),
        };
    }
}

/// Takes one scalar off the beginning, up to one of these signs if it is not in quotes.
fn taken<'a>(text: &'a str, ends: &[char]) -> Result<(Value, &'a str), Why> {
    if let Some(quoted) = text.strip_prefix('\'') {
        return single(quoted);
    }
    if let Some(quoted) = text.strip_prefix('"') {
        return double(quoted);
    }
    let remark = text.find(" #").unwrap_or(text.len());
    let end = text.find(ends).filter(|at| !ends.is_empty() && *at < remark).unwrap_or(remark);
    let (word, rest) = text.split_at_checked(end).unwrap_or((text, ""));
    let word = word.trim_end();
    if word.is_empty() || word.starts_with(['{', '[', '&', '*', '!', '|', '>', '%', '@', '`', '?', ',', '#', '-']) {
        let number = word.strip_prefix('-').is_some_and(|w| w.bytes().next().is_some_and(|b| b.is_ascii_digit()));
        if !number {
            return Err(QUOTE);
        }
    }
    if word.contains(": ") || word.ends_with(':') {
        return Err(QUOTE);
    }
    let value = match word.to_ascii_lowercase().as_str() {
        _ if word == "true" => Value::Truth(true),
        _ if word == "false" => Value::Truth(false),
        "true" | "false" | "yes" | "no" | "on" | "off" | "y" | "n" | "null" | "~" => return Err(MEANINGS),
        _ => whole(word).map_or_else(|| Value::Text(word.into()), Value::Whole),
    };
    Ok((value, rest))
}

/// A number in its one decimal spelling; anything else is text, so that `007` stays what it is.
fn whole(word: &str) -> Option<i64> {
    word.parse::<i64>().ok().filter(|number| number.to_string() == word)
}

fn single(text: &str) -> Result<(Value, &str), Why> {
    let mut out = String::new();
    let mut rest = text;
    loop {
        let (before, after) = rest.split_once('\'').ok_or(UNENDED)?;
        out.push_str(before);
        match after.strip_prefix('\'') {
            Some(further) => {
                out.push('\'');
                rest = further;
            }
            None => return Ok((Value::Text(out), after)),
        }
    }
}

fn double(text: &str) -> Result<(Value, &str), Why> {
    let mut out = String::new();
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '"' => return Ok((Value::Text(out), letters.as_str())),
            '\\' => out.push(match letters.next() {
                Some('"') => '"',
                Some('\\') => '\\',
                Some('n') => '\n',
                Some('t') => '\t',
                _ => return Err((r#"only \" \\ \n and \t are read after `\`"#, r"write `\\` for the sign itself")),
            }),
            letter => out.push(letter),
        }
    }
    Err(UNENDED)
}
