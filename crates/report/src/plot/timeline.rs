//! What happened when, as far as it is known?
//!
//! Rows in lanes over one axis of days. A bar is solid where something certainly lasted and pale where it may have; an end that
//! the source calls approximate or uncertain fades; an open end is an arrow, an unknown one a dashed line. An event is a lozenge
//! as wide as its date is vague.

use super::legend::{self, Sign};
use super::row::{heading, nothing_in};
use super::scale::Scale;
use super::spoken::{Words, fill, numbered};
use crate::svg::{Anchor, BLUE, Drawing, GREY, INK, LIGHT, ORANGE, PALE, fitted, wrapped};
use crate::wording::grouped;
use factum_model::edtf::{Date, Day, Edtf, End, Qualifier};

/// Something that happened or lasted.
#[derive(Clone, Debug)]
pub struct Happening {
    /// What, in a few words.
    pub label: String,
    /// When, as precisely as the source says.
    pub when: Edtf,
    /// It lasted, as a detention does; otherwise it is an event somewhere within its date.
    pub lasting: bool,
    /// Sources contradict one another on it.
    pub contested: bool,
}

/// Happenings of one place or person.
#[derive(Clone, Debug)]
pub struct Lane {
    /// The name or code of the place or person. It stands over its rows.
    pub code: String,
    /// What happened there or to them, in the order in which it is to be shown.
    pub rows: Vec<Happening>,
}

/// Happenings in lanes.
#[derive(Clone, Debug)]
pub struct Timeline {
    /// What is shown.
    pub title: String,
    /// The lanes, in the order in which they are to be shown.
    pub lanes: Vec<Lane>,
    /// Rows that are drawn; those beyond are counted in words.
    pub most: usize,
}

impl Timeline {
    /// Rows of a picture that is to be printed: three pages hold about as many.
    pub const PRINTED: usize = 150;
}

/// Ticks on the axis that leave room for their labels.
const TICKS: i64 = 5;

// Printed in the width of the text, which is 459 points, no label is smaller than 6.5.
const LEFT: f64 = 196.0;
const PLOT: f64 = 234.0;
const DATES: f64 = 134.0;
const WIDTH: f64 = LEFT + PLOT + DATES;
/// The height of a row of one line, and what each further line adds.
const ROW: f64 = 17.0;
const LINE: f64 = 10.0;
/// Lines of a label: more would make a row a paragraph.
const LINES: usize = 2;
/// Where the label of a row begins, so that the name of its lane stands out before it.
const INDENT: f64 = 14.0;
const SIZE: f64 = 8.5;
const TOP: f64 = 30.0;
/// Half the height of a bar.
const HALF: f64 = 4.5;
/// How far an approximate end fades and an unknown one is dashed. No source says how far, so it is the same for all.
const FADE: f64 = 16.0;
/// From nearly the colour of a bar to nearly that of paper.
const TINTS: [&str; 4] = ["#8FBCD9", "#B4D2E6", "#D3E4F0", "#ECF4F9"];

/// One side of a happening: the outermost and the innermost day, and how it ends.
#[derive(Clone, Copy)]
enum Side {
    At { outer: Day, inner: Day, fades: bool },
    Open,
    Unknown,
}

impl Timeline {
    /// The same in a sentence, for those who cannot see it.
    pub fn alt(&self, words: &Words) -> String {
        let all: Vec<&Happening> = self.lanes.iter().flat_map(|l| &l.rows).collect();
        let lanes = grouped(self.lanes.len() as f64);
        let Some((first, last)) = bounds(&all) else { return fill(words.timeline_undated, &[("lanes", &lanes)]) };
        let count = |holds: &dyn Fn(&Happening) -> bool| grouped(all.iter().filter(|h| holds(h)).count() as f64);
        let endless = |h: &Happening| h.when.earliest().is_none() || h.when.latest().is_none();
        let slots = [
            ("rows", grouped(all.len() as f64)),
            ("lanes", lanes),
            ("first", day(first)),
            ("last", day(last)),
            ("lasting", count(&|h| h.lasting)),
            ("events", count(&|h| !h.lasting)),
            ("vague", count(&|h| h.when.is_qualified())),
            ("endless", count(&endless)),
            ("contested", count(&|h| h.contested)),
        ];
        words.say(words.timeline, &slots)
    }
}

fn bounds(all: &[&Happening]) -> Option<(Day, Day)> {
    let days = || all.iter().flat_map(|h| [h.when.earliest(), h.when.latest()]).flatten();
    Some((days().min()?, days().max()?))
}

fn day(day: Day) -> String {
    let (y, m, d) = day.ymd();
    format!("{y:04}-{m:02}-{d:02}")
}

/// A line of the drawing: the name of a lane, or a row with its label in lines.
enum Line<'a> {
    Lane(&'a str),
    Row(&'a Happening, Vec<String>),
}

impl Line<'_> {
    fn height(&self) -> f64 {
        match self {
            Line::Lane(_) => ROW,
            Line::Row(_, label) => ROW + LINE * label.len().saturating_sub(1) as f64,
        }
    }
}

/// What is drawn from above to below, and how many rows are not.
fn lines(of: &Timeline) -> (Vec<Line<'_>>, usize) {
    let mut lines = Vec::new();
    let (mut shown, mut beyond) = (0, 0);
    for lane in &of.lanes {
        let room = lane.rows.len().min(of.most.saturating_sub(shown));
        (shown, beyond) = (shown + room, beyond + lane.rows.len() - room);
        if room > 0 {
            lines.push(Line::Lane(&lane.code));
        }
        let label = |row: &Happening| wrapped(&row.label, SIZE, LEFT - INDENT - 10.0, LINES);
        lines.extend(lane.rows.iter().take(room).map(|row| Line::Row(row, label(row))));
    }
    (lines, beyond)
}

/// The timeline as a drawing.
pub fn timeline(of: &Timeline, words: &Words) -> String {
    let (lines, beyond) = lines(of);
    let rows = lines.iter().filter_map(|line| match line {
        Line::Row(row, _) => Some(*row),
        Line::Lane(_) => None,
    });
    let Some(ends) = bounds(&rows.collect::<Vec<_>>()) else {
        return nothing_in(words, WIDTH, &of.title, &of.alt(words));
    };
    let bottom = TOP + lines.iter().map(Line::height).sum::<f64>();
    let signs = signs(words);
    let under = legend::beyond_one_line(&signs, WIDTH);
    let mut drawing = words.drawing(WIDTH, bottom + 56.0 + under + if beyond > 0 { 12.0 } else { 0.0 });
    heading(&mut drawing, WIDTH, &of.title);
    let scale = axis(ends);
    scale.draw_below(&mut drawing, (TOP, bottom), "");
    let mut top = TOP;
    for line in &lines {
        let y = top + line.height() / 2.0;
        match line {
            Line::Lane(name) => {
                // The name covers the lines of the axis, which would cross its letters.
                drawing.rect(6.0, top + 1.0, WIDTH - 12.0, ROW - 2.0, "#F4F4F4");
                drawing.line((6.0, top), (WIDTH - 6.0, top), GREY, 0.6, "");
                drawing.bold(8.0, y + 3.0, 9.0, Anchor::Start, &fitted(name, 9.9, WIDTH - 20.0));
            }
            Line::Row(happening, label) => row(&mut drawing, &scale, (happening, label), y, words),
        }
        top += line.height();
    }
    draw_legend(&mut drawing, bottom + 26.0, words, &signs);
    if beyond > 0 {
        drawing.note(bottom + under + 62.0, 8.0, words.rtl(), &numbered(words.rows_left, beyond));
    }
    drawing.described(&of.title, &of.alt(words))
}

fn row(drawing: &mut Drawing, scale: &Scale, (of, label): (&Happening, &[String]), y: f64, words: &Words) {
    let first = y + 3.0 - LINE / 2.0 * label.len().saturating_sub(1) as f64;
    for (i, line) in label.iter().enumerate() {
        drawing.text(INDENT, first + LINE * i as f64, SIZE, Anchor::Start, line);
    }
    if of.lasting {
        bar(drawing, scale, of, y)
    } else {
        event(drawing, scale, of, y)
    }
    let x = LEFT + PLOT + 8.0;
    let when = fitted(&of.when.to_string(), 8.0, DATES - 12.0);
    drawing.text(x, y + 3.0, 8.0, Anchor::Start, &when);
    if of.contested {
        // Apart from the date, which is read from the left in every language.
        let x = x + crate::fonts::width(&when) * 8.0 + 5.0;
        drawing.text(x, y + 3.0, 8.0, Anchor::Start, &fitted(words.contested, 8.0, WIDTH - 6.0 - x));
    }
}

/// An axis with ticks at whole days, months or years, whichever are not too many.
fn axis((first, last): (Day, Day)) -> Scale {
    let (low, high) = (i64::from(first.0), i64::from(last.0).max(i64::from(first.0) + 1));
    // Air for what fades at the ends, which is about a twentieth of the plot.
    let air = ((high - low) / 16).max(1);
    let (low, high) = (low - air, high + air);
    let (from, to) = (to_day(low).ymd().0, to_day(high).ymd().0);
    let months = |step: i64| {
        let first = i64::from(from) * 12;
        let all = (first..=i64::from(to) * 12 + 11).filter(move |m| m.rem_euclid(step) == 0);
        let at = |m: i64| Day::from_ymd(m.div_euclid(12) as i32, m.rem_euclid(12) as u32 + 1, 1).map(|d| (d, m));
        let shown = move |(d, m): (Day, i64)| {
            let (year, month) = (m.div_euclid(12), m.rem_euclid(12) + 1);
            let label = if step % 12 == 0 { format!("{year:04}") } else { format!("{year:04}-{month:02}") };
            (low..=high).contains(&i64::from(d.0)).then_some((f64::from(d.0), label))
        };
        all.filter_map(at).filter_map(shown).collect::<Vec<_>>()
    };
    let days = high - low;
    let ticks = if let Some(step) = [1, 2, 5, 10].into_iter().find(|step| days / step <= TICKS) {
        (low..=high).filter(|d| d.rem_euclid(step) == 0).map(|d| (d as f64, day(to_day(d)))).collect()
    } else {
        let steps = [1, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 2400, 6000, 12_000, 24_000];
        let step = steps.into_iter().find(|step| days / (step * 30) <= TICKS).unwrap_or(60_000);
        months(step)
    };
    Scale::with_ticks((LEFT, LEFT + PLOT), (low as f64, high as f64), ticks)
}

fn to_day(n: i64) -> Day {
    Day(n.clamp(i64::from(i32::MIN / 2), i64::from(i32::MAX / 2)) as i32)
}

fn sides(when: &Edtf) -> (Side, Side) {
    let fades = |d: &Date| d.qualifier != Qualifier::default();
    let at = |d: &Date, outer, inner| Side::At { outer, inner, fades: fades(d) };
    match when {
        // It is not said that it lasted all the time, so that nothing is certain of a lone date of several days.
        Edtf::Date(d) => (at(d, d.earliest(), d.latest()), at(d, d.latest(), d.earliest())),
        Edtf::Interval(from, to) => {
            let from = match from {
                End::At(d) => at(d, d.earliest(), d.latest()),
                End::Open => Side::Open,
                End::Unknown => Side::Unknown,
            };
            let to = match to {
                End::At(d) => at(d, d.latest(), d.earliest()),
                End::Open => Side::Open,
                End::Unknown => Side::Unknown,
            };
            (from, to)
        }
    }
}

/// The place of the beginning of a day, or of its end.
fn place(scale: &Scale, day: Day, end: bool) -> f64 {
    scale.at(f64::from(day.0) + if end { 1.0 } else { 0.0 })
}

fn bar(drawing: &mut Drawing, scale: &Scale, of: &Happening, y: f64) {
    let (from, to) = sides(&of.when);
    // Where an end is missing the bar goes on: to the end of the axis if it is open, a little way if it is unknown.
    let (low, high) = scale.ends();
    let certain_from = match from {
        Side::At { inner, .. } => Some(place(scale, inner, false)),
        Side::Open => Some(scale.at(low)),
        Side::Unknown => None,
    };
    let certain_to = match to {
        Side::At { inner, .. } => Some(place(scale, inner, true)),
        Side::Open => Some(scale.at(high)),
        Side::Unknown => None,
    };
    let outer_from = if let Side::At { outer, .. } = from { Some(place(scale, outer, false)) } else { certain_from };
    let outer_to = if let Side::At { outer, .. } = to { Some(place(scale, outer, true)) } else { certain_to };
    let (left, right) = (outer_from.or(outer_to).unwrap_or(LEFT), outer_to.or(outer_from).unwrap_or(LEFT));
    let right = right.max(left + 2.0);
    end(drawing, from, (left, y), -1.0);
    end(drawing, to, (right, y), 1.0);
    let line = if of.contested { ORANGE } else { BLUE };
    drawing.rect(left, y - HALF, right - left, 2.0 * HALF, if of.contested { "#FFFFFF" } else { PALE });
    drawing.outline(left, y - HALF, right - left, 2.0 * HALF, line);
    // An unknown end leaves only the other day certain.
    let (core_from, core_to) = (certain_from.or(outer_to), certain_to.or(outer_from));
    if let (Some(a), Some(b)) = (core_from, core_to)
        && a < b
    {
        let half = if of.contested { HALF - 3.0 } else { HALF };
        drawing.rect(a, y - half, (b - a).max(1.5), 2.0 * half, line);
    }
}

/// What stands outside an end of a bar: `way` is -1 to the left and 1 to the right.
fn end(drawing: &mut Drawing, side: Side, (x, y): (f64, f64), way: f64) {
    let paper = |x: f64| x.clamp(LEFT, LEFT + PLOT);
    match side {
        Side::At { fades: false, .. } => {}
        Side::At { fades: true, .. } => {
            let step = FADE / TINTS.len() as f64;
            for (i, tint) in TINTS.iter().enumerate() {
                let (a, b) = (x + way * step * i as f64, x + way * step * (i + 1) as f64);
                drawing.rect(a.min(b), y - HALF + 1.0, step, 2.0 * HALF - 2.0, tint);
            }
        }
        Side::Open => {
            let tip = x + way * 7.0;
            drawing.area(&[(x, y - HALF - 2.0), (tip, y), (x, y + HALF + 2.0)], BLUE);
        }
        Side::Unknown => {
            drawing.line((x, y), (paper(x + way * FADE * 2.0), y), INK, 1.4, "2 3");
            drawing.text(paper(x + way * (FADE * 2.0 + 5.0)), y + 3.0, 8.5, Anchor::Middle, "?");
        }
    }
}

fn event(drawing: &mut Drawing, scale: &Scale, of: &Happening, y: f64) {
    let (from, to) = sides(&of.when);
    let (earliest, latest) = (of.when.earliest().or(of.when.latest()), of.when.latest().or(of.when.earliest()));
    let (Some(earliest), Some(latest)) = (earliest, latest) else { return };
    let (a, b) = (place(scale, earliest, false), place(scale, latest, true));
    let (middle, half) = ((a + b) / 2.0, ((b - a) / 2.0).max(5.0));
    let (a, b) = (middle - half, middle + half);
    end(drawing, from, (a, y), -1.0);
    end(drawing, to, (b, y), 1.0);
    let line = if of.contested { ORANGE } else { INK };
    let certain = earliest == latest && !of.contested && !of.when.is_qualified();
    let fill = if certain { INK } else { "#FFFFFF" };
    let corner = (b - a).min(10.0) / 2.0;
    let points =
        [(a, y), (a + corner, y - 5.0), (b - corner, y - 5.0), (b, y), (b - corner, y + 5.0), (a + corner, y + 5.0)];
    drawing.shape(&points, fill, line, 1.2, "");
}

/// The signs of the legend.
fn signs(words: &Words) -> [Sign<'_>; 8] {
    [
        (18.0, words.certainly),
        (18.0, words.at_some_time),
        (16.0, words.about),
        (8.0, words.open_end),
        (32.0, words.unknown_end),
        (11.0, words.on_a_day),
        (11.0, words.within),
        (18.0, words.contested),
    ]
}

fn draw_legend(drawing: &mut Drawing, y: f64, words: &Words, signs: &[Sign<'_>]) {
    let lozenge =
        |x: f64, middle: f64| [(x, middle), (x + 5.5, middle - 5.0), (x + 11.0, middle), (x + 5.5, middle + 5.0)];
    legend::legend(drawing, (y, WIDTH), words, signs, &|drawing, sign, (x, middle)| match sign {
        0 => drawing.rect(x, middle - HALF, 18.0, 2.0 * HALF, BLUE),
        1 => {
            drawing.rect(x, middle - HALF, 18.0, 2.0 * HALF, PALE);
            drawing.outline(x, middle - HALF, 18.0, 2.0 * HALF, BLUE);
        }
        2 => end(drawing, Side::At { outer: Day(0), inner: Day(0), fades: true }, (x, middle), 1.0),
        3 => end(drawing, Side::Open, (x, middle), 1.0),
        4 => {
            drawing.line((x, middle), (x + 22.0, middle), INK, 1.4, "2 3");
            drawing.text(x + 28.0, middle + 3.0, 8.5, Anchor::Middle, "?");
        }
        5 => drawing.shape(&lozenge(x, middle), INK, INK, 1.2, ""),
        6 => drawing.shape(&lozenge(x, middle), "#FFFFFF", INK, 1.2, ""),
        _ => {
            drawing.outline(x, middle - HALF, 18.0, 2.0 * HALF, ORANGE);
            drawing.rect(x, middle - 1.5, 18.0, 3.0, ORANGE);
        }
    });
    drawing.line((6.0, y - 2.0), (WIDTH - 6.0, y - 2.0), LIGHT, 0.6, "");
}
