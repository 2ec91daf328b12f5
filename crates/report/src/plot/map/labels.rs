//! Where is there room for a label?
//!
//! Each label is tried at eight sides of its mark (after Imhof 1962, right first) and stands at the first that covers nothing. Where
//! none is free a number is tried instead, first beside the mark and then further off with a line to it, and the label goes into the list
//! under the map.

use super::clip::{Point, Window};
use super::projection::round;
use crate::svg::Anchor;

/// The size of labels.
pub(super) const SIZE: f64 = 8.5;
/// Labels that are tried; beyond this a map is full anyhow, and each is compared with all before.
const TRIED: usize = 400;

/// A mark that wants a label.
pub(super) struct Mark {
    /// In points of the drawing.
    pub(super) at: Point,
    /// What the label must stand clear of, unless it stands within.
    pub(super) radius: f64,
    /// The mark is an open shape in which the label may stand, if it fits.
    pub(super) open: bool,
    pub(super) label: String,
}

/// A label that has its place.
pub(super) struct Label {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) anchor: Anchor,
    pub(super) text: String,
    /// The two ends of a line to the mark, where the label stands away from it.
    pub(super) leader: Option<(Point, Point)>,
}

/// How far from its mark a number may stand, in steps.
const AWAY: [f64; 4] = [14.0, 24.0, 36.0, 50.0];

/// Labels with their places, and what did not fit.
#[derive(Default)]
pub(super) struct Labels {
    pub(super) placed: Vec<Label>,
    /// Labels for which a number stands on the map.
    pub(super) listed: Vec<String>,
    /// Marks that have neither.
    pub(super) without: usize,
}

#[derive(Clone, Copy)]
struct Area {
    left: f64,
    top: f64,
    right: f64,
    bottom: f64,
}

impl Area {
    fn meets(&self, other: &Area) -> bool {
        self.left < other.right && other.left < self.right && self.top < other.bottom && other.top < self.bottom
    }
}

/// Gives each label its place within a window of the drawing, whose `bottom` is its upper side since y grows downwards.
pub(super) fn place(marks: &[Mark], window: &Window) -> Labels {
    let around = |m: &Mark| Area {
        left: m.at.0 - m.radius,
        top: m.at.1 - m.radius,
        right: m.at.0 + m.radius,
        bottom: m.at.1 + m.radius,
    };
    let dots: Vec<Area> = marks.iter().filter(|m| !m.open).map(around).collect();
    let open: Vec<Area> = marks.iter().filter(|m| m.open).map(around).collect();
    let mut taken: Vec<Area> = Vec::new();
    let mut labels = Labels::default();
    let try_one = |mark: &Mark, text: &str, taken: &mut Vec<Area>| {
        let wide = crate::fonts::width(text) * SIZE;
        let inside = |a: &Area| {
            a.left >= window.left + 2.0
                && a.right <= window.right - 2.0
                && a.top >= window.bottom
                && a.bottom <= window.top
        };
        let free = |a: &Area| inside(a) && !taken.iter().chain(&dots).any(|other| a.meets(other));
        let (x, y, far) = (mark.at.0, mark.at.1, mark.radius + 2.0);
        let near = far * 0.7;
        let within = (x, y, Anchor::Middle);
        let sides = [
            (x + far, y, Anchor::Start),
            (x - far, y, Anchor::End),
            (x, y - far - 5.0, Anchor::Middle),
            (x, y + far + 5.0, Anchor::Middle),
            (x + near, y - near - 4.0, Anchor::Start),
            (x + near, y + near + 4.0, Anchor::Start),
            (x - near, y - near - 4.0, Anchor::End),
            (x - near, y + near + 4.0, Anchor::End),
        ];
        let area = |(x, y, anchor): &(f64, f64, Anchor)| {
            let left = match anchor {
                Anchor::Start => *x,
                Anchor::Middle => x - wide / 2.0,
                Anchor::End => x - wide,
            };
            Area { left, top: y - 5.5, right: left + wide, bottom: y + 5.0 }
        };
        let fits = mark.open && wide + 6.0 <= 2.0 * mark.radius;
        // A label in another's region would seem to be its name, but that is better than none.
        let alone = |a: &Area| free(a) && !open.iter().any(|other| a.meets(other));
        let inner = Some(within).filter(|side| fits && free(&area(side)));
        let found = inner
            .or_else(|| sides.into_iter().find(|side| alone(&area(side))))
            .or_else(|| sides.into_iter().find(|side| free(&area(side))))?;
        taken.push(area(&found));
        Some(Label { x: found.0, y: found.1 + 3.0, anchor: found.2, text: text.to_string(), leader: None })
    };
    let try_away = |mark: &Mark, text: &str, taken: &mut Vec<Area>| {
        let half = crate::fonts::width(text) * SIZE / 2.0;
        let places = AWAY.into_iter().flat_map(|far| round(16).map(move |d| (far, d)));
        for (far, direction) in places {
            let (dx, dy) = (direction.cos(), direction.sin());
            let (x, y) = (mark.at.0 + dx * (mark.radius + far), mark.at.1 + dy * (mark.radius + far));
            let area = Area { left: x - half - 1.5, top: y - 5.5, right: x + half + 1.5, bottom: y + 5.0 };
            let inside = area.left >= window.left + 2.0
                && area.right <= window.right - 2.0
                && area.top >= window.bottom
                && area.bottom <= window.top;
            if inside && !taken.iter().chain(&dots).any(|other| area.meets(other)) {
                taken.push(area);
                let from = (mark.at.0 + dx * mark.radius, mark.at.1 + dy * mark.radius);
                let leader = Some((from, (x - dx * 6.0, y - dy * 6.0)));
                return Some(Label { x, y: y + 3.0, anchor: Anchor::Middle, text: text.to_string(), leader });
            }
        }
        None
    };
    for mark in marks.iter().take(TRIED).filter(|m| !m.label.is_empty()) {
        if let Some(label) = try_one(mark, &mark.label, &mut taken) {
            labels.placed.push(label);
            continue;
        }
        let number = (labels.listed.len() + 1).to_string();
        let beside = try_one(mark, &number, &mut taken);
        if let Some(label) = beside.or_else(|| try_away(mark, &number, &mut taken)) {
            labels.placed.push(label);
            labels.listed.push(mark.label.clone());
        } else {
            labels.without += 1;
        }
    }
    labels.without += marks.iter().skip(TRIED).filter(|m| !m.label.is_empty()).count();
    labels
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_cover_nothing() {
        let window = Window { left: 0.0, bottom: 0.0, right: 200.0, top: 100.0 };
        let mark = |x: f64, label: &str| Mark { at: (x, 50.0), radius: 4.0, open: false, label: label.into() };
        let check = |marks: &[Mark], placed: usize, listed: usize, without: usize| {
            let labels = place(marks, &window);
            assert_eq!((labels.placed.len(), labels.listed.len(), labels.without), (placed, listed, without));
        };
        check(&[mark(100.0, "P-001")], 1, 0, 0);
        // At the edge the label goes to the other side.
        assert!(matches!(place(&[mark(195.0, "P-001")], &window).placed[0].anchor, Anchor::End));
        check(&[mark(100.0, "a label that is much too long for this map, wherever it would stand on it")], 1, 1, 0);
        // A label stands within a region that is large enough for it, and beside one that is not.
        let region = |radius: f64| Mark { radius, open: true, ..mark(100.0, "P-001") };
        assert!(matches!(place(&[region(40.0)], &window).placed[0].anchor, Anchor::Middle));
        let beside = &place(&[region(12.0)], &window).placed[0];
        assert!(matches!(beside.anchor, Anchor::Start) && beside.x > 112.0);
        let crowd: Vec<Mark> = (0..60).map(|_| mark(100.0, "P-001")).collect();
        let labels = place(&crowd, &window);
        assert!(labels.without > 0 && labels.placed.len() + labels.without == 60);
        assert!(labels.placed.iter().any(|label| label.leader.is_some()));
        let all: Vec<Mark> = (0..1000).map(|i| mark(f64::from(i), "x")).collect();
        assert!(place(&all, &window).without > 500);
    }
}
