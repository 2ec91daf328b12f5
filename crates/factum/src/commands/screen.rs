//! How are two records shown side by side in a terminal, and how is an answer read?
//!
//! Lines only: no raw mode, no cursor, so that it works over any connection, with a screen reader, and through a pipe.
//! Nothing is told by colour. What a list says is shown as letters, whatever bytes it holds: it cannot move the cursor.

use crate::failure::Failure;
use factum_case::judgement::Verdict;
use factum_case::now;
use factum_case::review::{Card, Mark, Row, Session, Side, Word};
use std::io::{BufRead, Write};

/// Width of a column of values. Label, mark and two of them fit a terminal of 80.
const COLUMN: usize = 30;
const LABEL: usize = 15;

/// How a session went on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// The user leaves.
    Quit,
    /// The user wants the model trained anew.
    Retrain,
}

/// What a session needs to show its questions.
pub trait Show {
    /// The card of the current question.
    fn card(&mut self, session: &Session) -> Result<Option<Card>, Failure>;
    /// Whether `r` trains anew.
    fn retrains(&self) -> bool;
}

/// Asks until the user leaves or wants the model trained anew. The end of the input is taken as leaving.
pub fn converse(
    session: &mut Session,
    show: &mut dyn Show,
    input: &mut dyn BufRead,
    out: &mut dyn Write,
) -> Result<Next, Failure> {
    let more = if show.retrains() { ", r retrain" } else { "" };
    let mut asked = 0;
    loop {
        match show.card(session)? {
            Some(card) => {
                asked += 1;
                let why = session.current().map(|q| q.why.to_string()).unwrap_or_default();
                writeln!(out, "\nQuestion {asked}, {} open: {why}.\n", session.open())?;
                draw(&card, out)?;
                write!(out, "\nOne person? s same, d different, u unsure, b back{more}, q quit > ")?;
            }
            None => write!(out, "\nNo question is open. b back{more}, q quit > ")?,
        }
        loop {
            out.flush()?;
            let mut line = String::new();
            if input.read_line(&mut line)? == 0 {
                writeln!(out)?;
                return Ok(Next::Quit);
            }
            let verdict = match line.trim().to_lowercase().as_str() {
                "s" | "same" => Some(Verdict::Same),
                "d" | "different" => Some(Verdict::Different),
                "u" | "unsure" => Some(Verdict::Unsure),
                "b" | "back" => {
                    if session.back(&now())? {
                        break;
                    }
                    write!(out, "There is no answer to go back to > ")?;
                    continue;
                }
                "r" | "retrain" if show.retrains() => return Ok(Next::Retrain),
                "q" | "quit" => return Ok(Next::Quit),
                _ => None,
            };
            match verdict {
                Some(verdict) if session.current().is_some() => {
                    session.answer(verdict, &now())?;
                    break;
                }
                _ => write!(out, "Type one of the letters and press Enter > ")?,
            }
        }
    }
}

fn draw(card: &Card, out: &mut dyn Write) -> std::io::Result<()> {
    let of = |side: &Side| words(&format!("{}: {}", side.list, side.key.record));
    line(out, "", ' ', &of(&card.left), &of(&card.right))?;
    line(out, "", ' ', &[plain("-".repeat(COLUMN))], &[plain("-".repeat(COLUMN))])?;
    for row in &card.rows {
        line(out, row.label, sign(row.mark), &row.left, &row.right)?;
        for line in opinions(row) {
            writeln!(out, "{:LABEL$}   {line}", "")?;
        }
    }
    if !card.missing.is_empty() {
        writeln!(out, "Neither says: {}", card.missing.join(", "))?;
    }
    writeln!(out, "= same  ~ near  # different  . only one says  [word] not on the other side")?;
    if let Some((weight, probability)) = card.score {
        writeln!(out, "Together {weight:+.1} bits, probability {probability:.3}")?;
    }
    Ok(())
}

/// What the engine makes of a row, field by field, in lines as wide as both columns.
fn opinions(row: &Row) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for agreement in &row.agreements {
        let text = match agreement.bits {
            Some(bits) => format!("{} {} {bits:+.1} bits", agreement.field, agreement.level),
            None => format!("{} not on both sides", agreement.field),
        };
        match lines.last_mut() {
            Some(last) if last.len() + 2 + text.len() <= 2 * COLUMN + 2 => {
                last.push_str("; ");
                last.push_str(&text);
            }
            _ => lines.push(text),
        }
    }
    lines
}

fn sign(mark: Mark) -> char {
    match mark {
        Mark::Same => '=',
        Mark::Near => '~',
        Mark::Different => '#',
        Mark::OneSide => '.',
    }
}

fn plain(text: String) -> Word {
    Word { text, differs: false }
}

fn words(text: &str) -> Vec<Word> {
    text.split_whitespace().map(|w| plain(w.to_string())).collect()
}

/// One row, over as many lines as its longer side needs.
fn line(out: &mut dyn Write, label: &str, sign: char, left: &[Word], right: &[Word]) -> std::io::Result<()> {
    let (left, right) = (wrapped(left), wrapped(right));
    for at in 0..left.len().max(right.len()).max(1) {
        let (label, sign) = if at == 0 { (label, sign) } else { ("", ' ') };
        let cell = |lines: &[String]| lines.get(at).cloned().unwrap_or_default();
        let (one, other) = (cell(&left), cell(&right));
        let gap = " ".repeat(COLUMN.saturating_sub(width(&one)));
        let text = format!("{label:LABEL$} {sign} {}{gap}  {}", isolated(&one), isolated(&other));
        writeln!(out, "{}", text.trim_end())?;
    }
    Ok(())
}

/// Words in lines of a column's width; a word that is wider is cut into pieces, never off.
fn wrapped(words: &[Word]) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in words {
        let text = visible(&word.text);
        let text = if word.differs { format!("[{text}]") } else { text };
        match lines.last_mut() {
            Some(last) if width(last) + 1 + width(&text) <= COLUMN => {
                last.push(' ');
                last.push_str(&text);
            }
            _ => lines.extend(pieces(&text)),
        }
    }
    lines
}

fn pieces(text: &str) -> Vec<String> {
    let mut pieces = vec![String::new()];
    for c in text.chars() {
        let at = pieces.len() - 1;
        if width(&pieces[at]) + columns(c) > COLUMN {
            pieces.push(c.to_string());
        } else {
            pieces[at].push(c);
        }
    }
    pieces
}

/// A text without what a terminal would obey: control characters and marks that turn the direction of writing.
fn visible(text: &str) -> String {
    let obeyed = |c: char| {
        c.is_control() || matches!(c, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().map(|c| if obeyed(c) { '\u{FFFD}' } else { c }).collect()
}

/// A cell in a script that runs from the right, shut in so that it does not pull its neighbours along.
fn isolated(text: &str) -> String {
    let from_right = |c: char| matches!(c, '\u{0590}'..='\u{08FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFF}');
    if text.chars().any(from_right) { format!("\u{2068}{text}\u{2069}") } else { text.to_string() }
}

fn width(text: &str) -> usize {
    text.chars().map(columns).sum()
}

/// Columns a letter takes in a terminal: none for marks set upon another, two for the wide letters of East Asia.
fn columns(c: char) -> usize {
    match c {
        '\u{0300}'..='\u{036F}' | '\u{0483}'..='\u{0489}' | '\u{0591}'..='\u{05BD}' | '\u{0610}'..='\u{061A}' => 0,
        '\u{064B}'..='\u{065F}' | '\u{0670}' | '\u{06D6}'..='\u{06DC}' | '\u{200B}'..='\u{200D}' => 0,
        '\u{1100}'..='\u{115F}' | '\u{2E80}'..='\u{A4CF}' | '\u{AC00}'..='\u{D7A3}' | '\u{F900}'..='\u{FAFF}' => 2,
        '\u{FE30}'..='\u{FE4F}' | '\u{FF00}'..='\u{FF60}' | '\u{20000}'..='\u{3FFFD}' => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_cannot_give_orders_to_the_terminal() {
        assert_eq!(visible("Ana\u{1b}[2J\u{202E}leriM"), "Ana\u{FFFD}[2J\u{FFFD}leriM");
        let lines = wrapped(&words("a\u{7}b"));
        assert_eq!(lines, ["a\u{FFFD}b"]);
    }

    #[test]
    fn long_values_are_wrapped_and_never_cut_off() {
        let long = "x".repeat(70);
        let text = format!("Ana {long} Mirel");
        let lines = wrapped(&words(&text));
        assert!(lines.iter().all(|l| width(l) <= COLUMN), "{lines:?}");
        assert_eq!(lines.concat().replace(' ', ""), text.replace(' ', ""));
    }

    #[test]
    fn letters_take_the_columns_they_take() {
        assert_eq!((width("Ána"), width("A\u{0301}na"), width("王小明"), width("مُحَمَّد")), (3, 3, 6, 4));
    }
}
