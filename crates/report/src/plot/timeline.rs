//! What happened when, as far as it is known?
//!
//! Rows in lanes over one axis of days. A bar is solid where something certainly lasted and pale where it may have; an end that
//! the source calls approximate or uncertain fades; an open end is an arrow, an unknown one a dashed line. An event is a lozenge
//! as wide as its date is vague.

use super::coverage::counted;
use super::row::{heading, nothing};
use super::scale::Scale;
use crate::svg::{Anchor, BLUE, Drawing, GREY, INK, LIGHT, ORANGE, PALE, fitted};
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
    /// The code of the place or person.
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
}

/// Rows that are drawn; those beyond are counted in words. Three pages hold about as many.
const SHOWN: usize = 150;
/// Ticks on the axis that leave room for their labels.
const TICKS: i64 = 7;

const CODES: f64 = 62.0;
const LABELS: f64 = 168.0;
const PLOT: f64 = 330.0;
const DATES: f64 = 132.0;
const ROW: f64 = 17.0;
const LEFT: f64 = CODES + LABELS;
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
    pub fn alt(&self) -> String {
        let all: Vec<&Happening> = self.lanes.iter().flat_map(|l| &l.rows).collect();
        let Some((first, last)) = bounds(&all) else {
            return format!("A timeline of {} without any date.", counted(self.lanes.len(), "lane"));
        };
        let count = |holds: &dyn Fn(&Happening) -> bool| all.iter().filter(|h| holds(h)).count();
        let endless = |h: &Happening| h.when.earliest().is_none() || h.when.latest().is_none();
        format!(
            "A timeline of {} in {}, with days from {} to {}: {} that lasted and {}; {} with an approximate or uncertain date, {} \
             with an open or unknown end, {} contested.",
            counted(all.len(), "row"),
            counted(self.lanes.len(), "lane"),
            day(first),
            day(last),
            count(&|h| h.lasting),
            counted(count(&|h| !h.lasting), "event"),
            count(&|h| h.when.is_qualified()),
            count(&endless),
            count(&|h| h.contested),
        )
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

/// The timeline as a drawing.
pub fn timeline(of: &Timeline) -> String {
    let width = LEFT + PLOT + DATES;
    let all: Vec<(&Lane, &Happening)> = of.lanes.iter().flat_map(|l| l.rows.iter().map(move |h| (l, h))).collect();
    let shown = &all[..all.len().min(SHOWN)];
    let Some(ends) = bounds(&shown.iter().map(|s| s.1).collect::<Vec<_>>()) else {
        return nothing(width, &of.title, &of.alt());
    };
    let bottom = TOP + ROW * shown.len() as f64;
    let beyond = all.len() - shown.len();
    let mut drawing = Drawing::new(width, bottom + 56.0 + if beyond > 0 { 12.0 } else { 0.0 });
    heading(&mut drawing, width, &of.title);
    let scale = axis(ends);
    scale.draw_below(&mut drawing, (TOP, bottom), "");
    let mut before: Option<&Lane> = None;
    for (i, (lane, happening)) in shown.iter().enumerate() {
        let (top, y) = (TOP + ROW * i as f64, TOP + ROW * (i as f64 + 0.5));
        if before.is_none_or(|b| !std::ptr::eq(b, *lane)) {
            drawing.line((6.0, top), (width - 6.0, top), GREY, 0.6, "");
            drawing.bold(6.0, y + 3.0, 9.0, Anchor::Start, &fitted(&lane.code, 9.9, CODES - 10.0));
            before = Some(lane);
        }
        drawing.text(CODES, y + 3.0, 8.5, Anchor::Start, &fitted(&happening.label, 8.5, LABELS - 8.0));
        if happening.lasting {
            bar(&mut drawing, &scale, happening, y);
        } else {
            event(&mut drawing, &scale, happening, y);
        }
        let said = format!("{}{}", happening.when, if happening.contested { ", contested" } else { "" });
        drawing.text(LEFT + PLOT + 8.0, y + 3.0, 8.0, Anchor::Start, &fitted(&said, 8.0, DATES - 12.0));
    }
    legend(&mut drawing, bottom + 26.0);
    if beyond > 0 {
        let words = format!("{} more are in the table only.", counted(beyond, "row"));
        drawing.text(6.0, bottom + 62.0, 8.0, Anchor::Start, &words);
    }
    drawing.described(&of.title, &of.alt())
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

fn legend(drawing: &mut Drawing, y: f64) {
    let middle = y + 6.0;
    let text = |drawing: &mut Drawing, x, label| drawing.text(x, y + 9.0, 8.0, Anchor::Start, label);
    drawing.rect(8.0, middle - HALF, 18.0, 2.0 * HALF, BLUE);
    text(drawing, 30.0, "certainly");
    drawing.rect(76.0, middle - HALF, 18.0, 2.0 * HALF, PALE);
    drawing.outline(76.0, middle - HALF, 18.0, 2.0 * HALF, BLUE);
    text(drawing, 98.0, "at some time in it");
    end(drawing, Side::At { outer: Day(0), inner: Day(0), fades: true }, (176.0, middle), 1.0);
    text(drawing, 196.0, "about");
    end(drawing, Side::Open, (230.0, middle), 1.0);
    text(drawing, 242.0, "open end");
    drawing.line((290.0, middle), (312.0, middle), INK, 1.4, "2 3");
    text(drawing, 316.0, "? unknown end");
    let lozenge = |x: f64| [(x - 5.0, middle), (x, middle - 5.0), (x + 5.0, middle), (x, middle + 5.0)];
    drawing.shape(&lozenge(390.0), INK, INK, 1.2, "");
    text(drawing, 399.0, "event on a day");
    drawing.shape(&lozenge(470.0), "#FFFFFF", INK, 1.2, "");
    text(drawing, 479.0, "event within");
    drawing.outline(542.0, middle - HALF, 18.0, 2.0 * HALF, ORANGE);
    drawing.rect(542.0, middle - 1.5, 18.0, 3.0, ORANGE);
    text(drawing, 564.0, "contested");
    drawing.line((6.0, y - 2.0), (LEFT + PLOT + DATES - 6.0, y - 2.0), LIGHT, 0.6, "");
}
