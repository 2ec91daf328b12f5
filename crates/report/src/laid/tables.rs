//! Does a table fit on a page, and if not, how is it shown so that every cell can be read?
//!
//! First in smaller type, down to [`LEAST`]; then with its heads upright; then in several tables that each begin with the first column. No
//! head and no number is ever laid over its neighbour.

use super::{CLOSES, Field, Laid, Line, OPENS, Part, What};
use crate::fonts::{width, width_in};
use serde::Serialize;

/// The width of the text in points: an A4 page less 24 mm on each side.
const ROOM: f64 = 162.0 / 25.4 * 72.0;
/// The size of a table's letters in points, if it has room for them.
const USUAL: f64 = 8.5;
/// The least size: smaller letters are hard to read in print.
const LEAST: f64 = 6.5;
/// Sizes that are tried, each with the room between a cell's edge and its words.
const SIZES: [(f64, f64); 5] = [(USUAL, 5.0), (8.0, 4.0), (7.5, 3.0), (7.0, 3.0), (LEAST, 2.5)];
/// The size and room of a table that is split: what is read in parts need not be small as well.
const SPLIT: (f64, f64) = (7.5, 3.0);
/// How far an upright head reaches up, in points, before it is broken into lines.
const TALL: f64 = 120.0;
/// A word that is wider than this, in sizes of its letters, may be broken.
const WORD: f64 = 12.0;
/// A number, with what stands in brackets after it, is not broken up to this width.
const NUMBER: f64 = 10.0;
/// A column of words is not made narrower than this if its words are more.
const NARROW: f64 = 7.0;
/// The widest cells of a column by their letters; only these are measured.
const MEASURED: usize = 12;

/// How a table is set.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Form {
    /// The size of its letters in points.
    pub size: f64,
    /// The room between a cell's edge and its words, in points.
    pub inset: f64,
    /// Whether the heads of its columns are read from below.
    pub turned: bool,
    /// How far upright heads reach up, in points.
    pub tall: f64,
    /// The widths of its columns in points; none where it was not fitted to a page.
    pub widths: Vec<f64>,
    /// Whether it goes on with the columns of the table before it, whose number it has.
    pub goes_on: bool,
}

impl Form {
    /// Whether it has to be set otherwise than most tables.
    pub fn is_tight(&self) -> bool {
        self.goes_on || self.turned || (!self.widths.is_empty() && self.size < USUAL)
    }
}

/// How wide a column's words are, in sizes of their letters.
struct Column {
    head: f64,
    head_word: f64,
    whole: f64,
    word: f64,
    number: bool,
    /// Letters of its longest cell.
    letters: usize,
}

impl Column {
    fn of(head: &Field, rows: &[Vec<Field>], at: usize) -> Self {
        let cells = || rows.iter().filter_map(|row| row.get(at)).map(|cell| cell.text.as_str());
        let is_number = |row: &Vec<Field>| row.get(at).is_some_and(|cell| cell.number);
        Self {
            head: width_in(&head.text, true),
            head_word: head
                .text
                .split_whitespace()
                .map(|word| breakable(word, width_in(word, true)))
                .fold(0.0, f64::max),
            whole: longest(cells()).into_iter().map(width).fold(0.0, f64::max),
            word: longest(cells().flat_map(str::split_whitespace))
                .into_iter()
                .map(|word| breakable(word, width(word)))
                .fold(0.0, f64::max),
            number: rows.first().is_some_and(is_number),
            letters: cells().map(|cell| cell.chars().count()).max().unwrap_or(0),
        }
    }

    /// The least width at which every word can be read.
    fn least(&self, (size, inset): (f64, f64), turned: bool) -> f64 {
        let body = if self.number { self.whole.min(NUMBER) } else { self.word.min(WORD).max(self.whole.min(NARROW)) };
        let head = if turned { 1.5 * (1.15 * self.head * size / TALL).ceil() } else { self.head_word.min(WORD) };
        body.max(head) * size + 2.0 * inset + 0.5
    }

    /// The width at which nothing is broken.
    fn natural(&self, (size, inset): (f64, f64), turned: bool) -> f64 {
        let head = if turned { 0.0 } else { self.head };
        (self.whole.max(head) * size + 2.0 * inset + 0.5).max(self.least((size, inset), turned))
    }
}

/// The texts with the most letters.
fn longest<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut all: Vec<(usize, &str)> = texts.map(|text| (text.chars().count(), text)).collect();
    all.sort_unstable_by(|a, b| b.cmp(a));
    all.dedup();
    all.into_iter().take(MEASURED).map(|(_, text)| text).collect()
}

/// The width that a word needs: scripts without spaces break between any two letters.
fn breakable(word: &str, width: f64) -> f64 {
    let spaceless =
        |c: char| matches!(c as u32, 0x2E80..=0xA4CF | 0xF900..=0xFAFF | 0xFF00..=0xFFEF | 0x20000..=0x3FFFF);
    if word.chars().any(spaceless) { width.min(4.0) } else { width }
}

/// Gives every table its form; those that are too wide become several.
pub(super) fn fit(laid: &mut Laid) {
    let (words, rtl) = (laid.words, laid.tongue.rtl);
    for parts in [&mut laid.summary, &mut laid.body] {
        for part in std::mem::take(parts) {
            fit_part(part, words.columns, rtl, parts);
        }
    }
}

fn fit_part(part: Part, said: &str, rtl: bool, out: &mut Vec<Part>) {
    let What::Table { number, caption, head, rows, .. } = part.what else {
        out.push(part);
        return;
    };
    let columns: Vec<Column> = head.iter().enumerate().map(|(at, head)| Column::of(head, &rows, at)).collect();
    let (set, turned, groups) = plan(&columns);
    let all = head.len().saturating_sub(1);
    let is_split = groups.len() > 1;
    let mut ids = part.ids;
    for (n, group) in groups.into_iter().enumerate() {
        let of: Vec<&Column> = group.iter().filter_map(|at| columns.get(*at)).collect();
        let widths = widths(&of, set, turned);
        let heads = of.iter().skip(1).map(|column| column.head * set.0 * 1.03 + 2.0);
        let form = Form {
            size: set.0,
            inset: set.1,
            turned,
            tall: heads.fold(0.0, f64::max).min(TALL),
            widths,
            goes_on: n > 0,
        };
        let pick = |cells: &[Field]| -> Vec<Field> { group.iter().filter_map(|at| cells.get(*at)).cloned().collect() };
        let (from, to) = (group.get(1).copied().unwrap_or(0), group.last().copied().unwrap_or(0));
        let text = if is_split {
            format!("{} {}", caption.text, part_of(said, rtl, from, to, all))
        } else {
            caption.text.clone()
        };
        let caption = Line { text: text.trim_start().into(), rtl: caption.rtl };
        let what =
            What::Table { number, caption, head: pick(&head), rows: rows.iter().map(|row| pick(row)).collect(), form };
        out.push(Part { ids: std::mem::take(&mut ids), tongue: part.tongue.clone(), what });
    }
}

/// Which columns of how many a part shows, the first not counted.
fn part_of(said: &str, rtl: bool, from: usize, to: usize, all: usize) -> String {
    let between = if from == to { from.to_string() } else { format!("{from}–{to}") };
    let between = if rtl { format!("{OPENS}{between}{CLOSES}") } else { between };
    format!("({})", said.replace("{part}", &between).replace("{all}", &all.to_string()))
}

/// The size with its inset, whether heads stand upright, and the columns of each part.
fn plan(columns: &[Column]) -> ((f64, f64), bool, Vec<Vec<usize>>) {
    let whole = || vec![(0..columns.len()).collect::<Vec<usize>>()];
    // The first column names the rows, and its head is read as they are.
    let least = |at: usize, set, turned| columns.get(at).map_or(0.0, |column| column.least(set, turned && at > 0));
    let fits = |set, turned| (0..columns.len()).map(|at| least(at, set, turned)).sum::<f64>() <= ROOM;
    for turned in [false, true] {
        if let Some(set) = SIZES.into_iter().find(|set| fits(*set, turned)) {
            return (set, turned, whole());
        }
    }
    let parts = |turned: bool| {
        let first = least(0, SPLIT, turned);
        let rest: f64 = (1..columns.len()).map(|at| least(at, SPLIT, turned)).sum();
        let widest = (1..columns.len()).map(|at| least(at, SPLIT, turned)).fold(0.0, f64::max);
        // Parts of about the same width, rather than a last one of a column or two.
        let number = (rest / (ROOM - first).max(1.0)).ceil().max(1.0);
        let room = (rest / number + widest * 0.5).min(ROOM - first);
        let mut parts: Vec<Vec<usize>> = Vec::new();
        let mut used = f64::INFINITY;
        for at in 1..columns.len() {
            let needs = least(at, SPLIT, turned);
            if used + needs > room {
                parts.push(vec![0]);
                used = 0.0;
            }
            used += needs;
            if let Some(last) = parts.last_mut() {
                last.push(at);
            }
        }
        parts
    };
    let (straight, upright) = (parts(false), parts(true));
    if upright.len() < straight.len() { (SPLIT, true, upright) } else { (SPLIT, false, straight) }
}

/// The widths of columns, in all at most that of the text. Columns of short entries are as wide as these and their heads; columns of words
/// share the rest, the longer the more.
fn widths(columns: &[&Column], set: (f64, f64), turned: bool) -> Vec<f64> {
    let upright = |at: usize| turned && at > 0;
    let each = || columns.iter().enumerate();
    let least: Vec<f64> = each().map(|(at, column)| column.least(set, upright(at))).collect();
    let natural: Vec<f64> = each().map(|(at, column)| column.natural(set, upright(at))).collect();
    let short: Vec<bool> = each().map(|(at, c)| c.whole <= 7.0 && (upright(at) || c.head <= 11.0)).collect();
    let sum = |of: &dyn Fn(usize) -> f64| (0..columns.len()).map(of).sum::<f64>();
    let at = |list: &[f64], i: usize| list.get(i).copied().unwrap_or_default();
    let is_short = |i: usize| short.get(i).copied().unwrap_or_default();
    let keeps_short = sum(&|i| at(if is_short(i) { &natural } else { &least }, i)) <= ROOM;
    let mut widths: Vec<f64> =
        (0..columns.len()).map(|i| if is_short(i) && keeps_short { at(&natural, i) } else { at(&least, i) }).collect();
    let shares: Vec<(usize, f64)> = each()
        .filter(|(i, _)| !(is_short(*i) && keeps_short))
        .map(|(i, column)| (i, (column.letters.clamp(1, 160) as f64).sqrt()))
        .collect();
    // A column whose share would be less than it needs keeps what it needs, and the others share what is left.
    let mut open = shares;
    while !open.is_empty() {
        let taken: f64 =
            (0..columns.len()).filter(|i| open.iter().all(|(at, _)| at != i)).map(|i| at(&widths, i)).sum();
        let all: f64 = open.iter().map(|(_, share)| share).sum();
        let share = |weight: f64| (ROOM - taken).max(0.0) * weight / all;
        let before = open.len();
        let given: Vec<(usize, f64)> = open.iter().map(|(i, weight)| (*i, share(*weight))).collect();
        open = open
            .into_iter()
            .zip(&given)
            .filter(|((i, _), (_, wide))| *wide >= at(&least, *i))
            .map(|(one, _)| one)
            .collect();
        if open.len() == before {
            for (i, wide) in given {
                if let Some(width) = widths.get_mut(i) {
                    *width = wide;
                }
            }
            break;
        }
    }
    widths
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::laid::lay;
    use crate::tests::dossier;
    use crate::{Block, Cell, Dossier, Table};
    use proptest::prelude::*;

    fn fitted(lang: &str, head: Vec<String>, rows: Vec<Vec<Cell>>) -> Vec<Part> {
        let table = Block::Table(Table { caption: "acts".into(), head, rows });
        let mut laid = lay(&Dossier { lang: lang.into(), blocks: vec![table], ..dossier() }, &str::to_string);
        fit(&mut laid);
        laid.body
    }

    fn form(part: &Part) -> (&Form, &str, &[Field]) {
        match &part.what {
            What::Table { form, caption, head, .. } => (form, &caption.text, head),
            other => panic!("a table: {other:?}"),
        }
    }

    fn months(n: usize, cell: &str) -> (Vec<String>, Vec<Vec<Cell>>) {
        let head = std::iter::once("unit / month".to_string())
            .chain((0..n).map(|m| format!("{}-{:02}", 2018 + m / 12, m % 12 + 1)));
        let row = std::iter::once(Cell::words("the Second Column of the Interior Guard"))
            .chain((0..n).map(|_| Cell::number(cell)));
        (head.collect(), vec![row.collect()])
    }

    #[test]
    fn a_table_that_is_too_wide_is_set_smaller_then_upright_then_in_parts() {
        let set = |(n, cell): (usize, &str)| {
            let (head, rows) = months(n, cell);
            let parts = fitted("en", head, rows);
            let (first, ..) = form(&parts[0]);
            (first.size, first.turned, parts.len())
        };
        let cases = [(4, "0"), (10, "0"), (20, "0"), (36, "0 (0 of 18)")];
        assert_eq!(cases.map(set), [(8.5, false, 1), (8.0, false, 1), (7.5, true, 1), (7.5, false, 4)]);
    }

    #[test]
    fn parts_of_a_table_repeat_the_first_column_and_say_which_they_are() {
        let (head, rows) = months(36, "0 (0 of 18)");
        let check = |lang: &str, expected: &str| {
            let parts = fitted(lang, head.clone(), rows.clone());
            let shown: usize = parts.iter().map(|part| form(part).2.len() - 1).sum();
            assert_eq!(shown, 36, "no column is lost");
            assert!(parts.iter().all(|part| form(part).2[0].text == "unit / month"));
            assert_eq!(form(&parts[0]).1.replace(OPENS, "<").replace(CLOSES, ">"), expected);
            assert!(!form(&parts[0]).0.goes_on && form(&parts[1]).0.goes_on);
        };
        check("en", "acts (columns 1–9 of 36)");
        check("ar", "acts (الأعمدة <1–9> من 36)");
    }

    proptest! {
        #[test]
        fn no_table_is_wider_than_the_text(
            columns in proptest::collection::vec(("\\PC{0,40}", "[a-z0-9 ]{0,60}", any::<bool>()), 1..30)
        ) {
            let head: Vec<String> = columns.iter().map(|(head, ..)| head.clone()).collect();
            let row = columns.iter().map(|(_, text, number)| Cell { text: text.clone(), number: *number });
            let parts = fitted("en", head.clone(), vec![row.collect()]);
            let mut shown = 0;
            for part in &parts {
                let (form, _, head) = form(part);
                prop_assert_eq!(form.widths.len(), head.len());
                prop_assert!(form.widths.iter().sum::<f64>() <= ROOM + 1e-6, "{:?}", form.widths);
                prop_assert!(form.size >= LEAST);
                shown += head.len() - usize::from(form.goes_on);
            }
            prop_assert_eq!(shown, head.len());
        }
    }
}
