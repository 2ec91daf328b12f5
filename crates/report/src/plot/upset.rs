//! Who is on which lists together?
//!
//! An UpSet plot (Lex, Gehlenborg, Strobelt, Vuillemot & Pfister 2014): one column a combination of lists, largest first,
//! with a bar for the number of people and dots for the lists.

use super::row::{heading, nothing_in};
use super::spoken::{Words, fill, numbered};
use crate::svg::{Anchor, BLUE, Drawing, GREY, INK, LIGHT, fitted};
use crate::wording::grouped;

/// People on exactly some lists.
#[derive(Clone, Debug)]
pub struct Intersection {
    /// The lists, by their place.
    pub lists: Vec<usize>,
    /// How many; absent where nobody could be on just these, whatever happened: a structural zero.
    pub people: Option<u64>,
}

/// Lists and how they overlap.
#[derive(Clone, Debug)]
pub struct Upset {
    /// What is shown.
    pub title: String,
    /// The lists with the people on each.
    pub lists: Vec<(String, u64)>,
    /// Their intersections. Where nobody is on just some lists there need be none.
    pub intersections: Vec<Intersection>,
    /// The same in words, for those who cannot see it.
    pub words: String,
}

/// Combinations with a column of their own; those beyond share one.
const SHOWN: usize = 30;

/// Structural zeros with a column of their own.
const IMPOSSIBLE: usize = 8;

const ROW: f64 = 18.0;
const COLUMN: f64 = 20.0;
const BARS: f64 = 120.0;
const NAMES: f64 = 136.0;
const TOTALS: f64 = 96.0;
const LEFT: f64 = TOTALS + NAMES;
/// The size of the numbers over bars.
const LABEL: f64 = 8.0;

/// A column of the plot.
enum Column<'a> {
    /// A combination and its people.
    Of(&'a [usize], u64),
    /// A structural zero.
    Impossible(&'a [usize]),
    /// So many rare combinations and all their people.
    Rest(usize, u64),
}

/// The overlaps as a drawing.
pub fn upset(of: &Upset, words: &Words) -> String {
    let columns = columns(&of.intersections);
    if columns.is_empty() && of.lists.is_empty() {
        return nothing_in(words, 560.0, &of.title, &of.words);
    }
    let labels = columns.iter().map(|c| crate::fonts::width(&grouped(people(c) as f64)) * LABEL);
    let widest = labels.fold(0.0, f64::max);
    // Long numbers of neighbours would run into one another and are written upwards.
    let upright = widest > COLUMN - 1.0;
    let top = 52.0 + if upright { widest } else { 0.0 };
    let matrix = top + BARS + 12.0;
    let bottom = matrix + ROW * of.lists.len() as f64;
    let right = LEFT + COLUMN * columns.len() as f64;
    let width = (right + 24.0).max(560.0);
    let mut drawing = words.drawing(width, bottom + 32.0);
    heading(&mut drawing, width, &of.title);
    drawing.text(LEFT, 34.0, 8.5, Anchor::Start, words.exactly_on);

    let most = columns.iter().map(people).max().unwrap_or(1).max(1) as f64;
    for (i, column) in columns.iter().enumerate() {
        let x = LEFT + COLUMN * (i as f64 + 0.5);
        let height = BARS * people(column) as f64 / most;
        let y = |list: usize| matrix + ROW * (list as f64 + 0.5);
        let label_at = top + BARS - height - 3.0;
        match column {
            Column::Of(lists, people) => {
                drawing.rect(x - 6.0, top + BARS - height, 12.0, height, BLUE);
                bar_label(&mut drawing, (x, label_at), *people, upright);
                dots(&mut drawing, of.lists.len(), lists, (x, &y));
            }
            Column::Impossible(lists) => {
                drawing.hatched(x - 6.0, top + BARS - 18.0, 12.0, 18.0);
                dots(&mut drawing, of.lists.len(), lists, (x, &y));
            }
            Column::Rest(combinations, people) => {
                drawing.outline(x - 6.0, top + BARS - height, 12.0, height, GREY);
                bar_label(&mut drawing, (x, label_at), *people, upright);
                drawing.line((x, matrix), (x, bottom), GREY, 1.0, "2 3");
                drawing.text(right, bottom + 14.0, 8.0, Anchor::End, &numbered(words.rarer, *combinations));
            }
        }
    }
    if columns.iter().any(|c| matches!(c, Column::Impossible(_))) {
        drawing.text(
            right.max(LEFT + 230.0),
            bottom + 25.0,
            8.0,
            Anchor::End,
            &impossible_in_words(&of.intersections, words),
        );
    }
    drawing.line((LEFT, top + BARS), (right, top + BARS), GREY, 0.8, "");
    list_sizes(&mut drawing, &of.lists, matrix, words);
    drawing.described(&of.title, &of.words)
}

fn people(column: &Column<'_>) -> u64 {
    match column {
        Column::Of(_, people) | Column::Rest(_, people) => *people,
        Column::Impossible(_) => 0,
    }
}

fn columns(intersections: &[Intersection]) -> Vec<Column<'_>> {
    let people = |i: &'_ Intersection| i.people.unwrap_or(0);
    let mut counted: Vec<&Intersection> = intersections.iter().filter(|i| people(i) > 0).collect();
    counted.sort_by(|a, b| people(b).cmp(&people(a)).then_with(|| a.lists.cmp(&b.lists)));
    let (shown, rest) = counted.split_at(counted.len().min(SHOWN));
    let mut columns: Vec<Column> = shown.iter().map(|i| Column::Of(&i.lists, people(i))).collect();
    if !rest.is_empty() {
        let sum = rest.iter().fold(0u64, |sum, i| sum.saturating_add(people(i)));
        columns.push(Column::Rest(rest.len(), sum));
    }
    let impossible = intersections.iter().filter(|i| i.people.is_none()).take(IMPOSSIBLE);
    columns.extend(impossible.map(|i| Column::Impossible(&i.lists)));
    columns
}

fn impossible_in_words(intersections: &[Intersection], words: &Words) -> String {
    let all = intersections.iter().filter(|i| i.people.is_none()).count();
    let further = all.saturating_sub(IMPOSSIBLE).to_string();
    let further = [("words", words.impossible), ("n", further.as_str())];
    if all > IMPOSSIBLE { fill(words.further, &further) } else { words.impossible.to_string() }
}

fn bar_label(drawing: &mut Drawing, (x, y): (f64, f64), people: u64, upright: bool) {
    let label = grouped(people as f64);
    if upright {
        drawing.upright(x + 2.7, y, LABEL, &label);
    } else {
        drawing.text(x, y, LABEL, Anchor::Middle, &label);
    }
}

fn dots(drawing: &mut Drawing, lists: usize, on: &[usize], (x, y): (f64, &dyn Fn(usize) -> f64)) {
    (0..lists).for_each(|l| drawing.dot(x, y(l), 4.0, LIGHT));
    let on: Vec<usize> = on.iter().copied().filter(|l| *l < lists).collect();
    if let (Some(&first), Some(&last)) = (on.iter().min(), on.iter().max()) {
        drawing.line((x, y(first)), (x, y(last)), INK, 2.0, "");
    }
    on.iter().for_each(|&l| drawing.dot(x, y(l), 4.0, INK));
}

fn list_sizes(drawing: &mut Drawing, lists: &[(String, u64)], matrix: f64, words: &Words) {
    let largest = lists.iter().map(|l| l.1).max().unwrap_or(1).max(1) as f64;
    drawing.text(TOTALS - 4.0, matrix - 6.0, 8.5, Anchor::End, words.on_the_list);
    for (l, (name, people)) in lists.iter().enumerate() {
        let y = matrix + ROW * (l as f64 + 0.5);
        let width = (TOTALS - 56.0) * *people as f64 / largest;
        drawing.rect(TOTALS - 4.0 - width, y - 5.0, width, 10.0, GREY);
        drawing.text(TOTALS - 8.0 - width, y + 3.0, 8.0, Anchor::End, &grouped(*people as f64));
        drawing.text(LEFT - 8.0, y + 3.0, 9.0, Anchor::End, &fitted(name, 9.0, NAMES - 16.0));
    }
}
