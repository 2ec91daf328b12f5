//! What of a line or an area lies within the map?

use super::projection::{Position, Projection, RADIUS, polar, turn};
use std::f64::consts::PI;

pub(super) type Point = (f64, f64);

/// A part of the plane.
#[derive(Clone, Copy, Debug)]
pub(super) struct Window {
    pub(super) left: f64,
    pub(super) bottom: f64,
    pub(super) right: f64,
    pub(super) top: f64,
}

impl Window {
    pub(super) fn corners(&self) -> Vec<Point> {
        vec![(self.left, self.bottom), (self.right, self.bottom), (self.right, self.top), (self.left, self.top)]
    }

    /// The half-planes whose common part it is: how far inside a point is of each.
    fn depths(&self, (x, y): Point) -> [f64; 4] {
        [x - self.left, self.right - x, y - self.bottom, self.top - y]
    }

    /// The part of an area within (Sutherland & Hodgman 1974).
    pub(super) fn area(&self, ring: &[Point]) -> Vec<Point> {
        let mut points = ring.to_vec();
        for side in 0..4 {
            let mut kept = Vec::with_capacity(points.len() + 4);
            let mut before = points.last().copied();
            for point in points {
                if let Some(before) = before {
                    let (a, b) = (self.depths(before)[side], self.depths(point)[side]);
                    if (a >= 0.0) != (b >= 0.0) {
                        kept.push(between(before, point, a / (a - b)));
                    }
                }
                if self.depths(point)[side] >= 0.0 {
                    kept.push(point);
                }
                before = Some(point);
            }
            points = kept;
        }
        points
    }

    /// The parts of a line within (after Liang & Barsky 1984).
    pub(super) fn line(&self, points: &[Point]) -> Vec<Vec<Point>> {
        let mut parts: Vec<Vec<Point>> = Vec::new();
        let mut goes_on = false;
        for ends in points.windows(2) {
            let [from, to] = ends else { continue };
            let (mut enters, mut leaves) = (0.0f64, 1.0f64);
            for (a, b) in self.depths(*from).into_iter().zip(self.depths(*to)) {
                match (a >= 0.0, b >= 0.0) {
                    (true, true) => {}
                    (false, false) => leaves = -1.0,
                    (false, true) => enters = enters.max(a / (a - b)),
                    (true, false) => leaves = leaves.min(a / (a - b)),
                }
            }
            if enters > leaves {
                goes_on = false;
                continue;
            }
            let (a, b) = (between(*from, *to, enters), between(*from, *to, leaves));
            match parts.last_mut().filter(|_| goes_on && enters == 0.0) {
                Some(part) => part.push(b),
                None => parts.push(vec![a, b]),
            }
            goes_on = leaves == 1.0;
        }
        parts
    }
}

fn between((ax, ay): Point, (bx, by): Point, t: f64) -> Point {
    (ax + (bx - ax) * t, ay + (by - ay) * t)
}

/// Whether an area holds a point, by the even-odd rule.
pub(super) fn holds(ring: &[Point], (x, y): Point) -> bool {
    let next = ring.iter().cycle().skip(1);
    let crosses =
        |((ax, ay), (bx, by)): (&Point, &Point)| (*ay > y) != (*by > y) && x < ax + (bx - ax) * (y - ay) / (by - ay);
    ring.iter().zip(next).filter(|ends| crosses(*ends)).count() % 2 == 1
}

/// Degrees of longitude from one place to another, by the shorter way.
fn eastwards(from: f64, to: f64) -> f64 {
    (to - from + 180.0).rem_euclid(360.0) - 180.0
}

/// A ring laid flat without a jump at the 180th meridian, so that it can go beyond it. One that goes round a pole is closed
/// along it: the pole of the hemisphere in which it lies.
fn laid_flat(ring: &[Position]) -> Vec<Point> {
    let mut flat = open_flat(ring);
    if let (Some(first), Some(last)) = (flat.first().copied(), flat.last().copied()) {
        let round = last.0 + eastwards(last.0, first.0) - first.0;
        if round.abs() > 180.0 {
            let pole = flat.iter().map(|p| p.1).sum::<f64>().signum() * 90.0;
            flat.extend([(first.0 + round, first.1), (first.0 + round, pole), (first.0, pole)]);
        }
    }
    flat
}

fn open_flat(places: &[Position]) -> Vec<Point> {
    let mut longitude = places.first().map_or(0.0, |p| p.longitude);
    let flat = places.iter().map(|p| {
        longitude += eastwards(longitude, p.longitude);
        (longitude, p.latitude)
    });
    flat.collect()
}

/// The same on a flat map, which it can enter from either end of the world.
fn on_flat_map(flat: &[Point]) -> impl Iterator<Item = Vec<Point>> {
    let to_paper = |(x, y): Point| (RADIUS * x.to_radians(), RADIUS * y.to_radians());
    [-360.0, 0.0, 360.0].into_iter().map(move |by| flat.iter().map(|(x, y)| to_paper((x + by, *y))).collect())
}

/// Whether an area of the earth holds a place, by the even-odd rule.
fn holds_place(ring: &[Position], place: Position) -> bool {
    let flat = laid_flat(ring);
    [-360.0, 0.0, 360.0].into_iter().filter(|by| holds(&flat, (place.longitude + by, place.latitude))).count() % 2 == 1
}

/// The part of an area of the earth within a window.
///
/// Far away the projection turns the world inside out, so that a ring is followed there along a circle round the window, and
/// whether the middle is in it is asked on the earth and not on the paper.
pub(super) fn area(ring: &[Position], projection: &Projection, window: &Window) -> Vec<Vec<Point>> {
    let Projection::Azimuthal { centre } = projection else {
        return on_flat_map(&laid_flat(ring)).map(|points| window.area(&points)).filter(|p| !p.is_empty()).collect();
    };
    let reach = reach(window);
    let fine = finer(ring, true);
    let mut points: Vec<Point> = Vec::with_capacity(fine.len());
    let mut far: Option<f64> = None;
    let mut near = false;
    for place in &fine {
        let (angle, direction) = polar(*centre, *place);
        if angle <= reach {
            points.push(projection.at(*place));
            (far, near) = (None, true);
            continue;
        }
        let outside = |direction: f64| {
            let out = 2.0 * RADIUS * (reach / 2.0).sin();
            (out * direction.sin(), out * direction.cos())
        };
        if let Some(before) = far {
            // Chords of this many degrees stay outside the window.
            const CHORD: f64 = PI / 9.0;
            let way = turn(before, direction);
            let pieces = (way.abs() / CHORD).ceil().max(1.0);
            let steps = 1..pieces as u32;
            points.extend(steps.map(|i| outside(before + way * f64::from(i) / pieces)));
        }
        points.push(outside(direction));
        far = Some(direction);
    }
    let truly = holds_place(ring, *centre);
    let whole = || vec![window.corners()];
    if !near {
        return if truly { whole() } else { Vec::new() };
    }
    let mut parts = vec![window.area(&points)];
    if truly != holds(&points, (0.0, 0.0)) {
        parts.extend(whole());
    }
    parts.retain(|p| !p.is_empty());
    parts
}

/// The parts of a line on the earth within a window.
pub(super) fn line(places: &[Position], projection: &Projection, window: &Window) -> Vec<Vec<Point>> {
    let Projection::Azimuthal { centre } = projection else {
        return on_flat_map(&open_flat(places)).flat_map(|points| window.line(&points)).collect();
    };
    let reach = reach(window);
    let fine = finer(places, false);
    // Points far away have no part in it, and those beyond the antipode would come in from the other side.
    let pieces = fine.split(|p| polar(*centre, *p).0 > reach);
    pieces.flat_map(|piece| window.line(&piece.iter().map(|p| projection.at(*p)).collect::<Vec<_>>())).collect()
}

/// How far from the middle, in radians, anything can matter to a window: a little more than its corners, so that chords of a
/// circle there pass it by.
fn reach(window: &Window) -> f64 {
    let corners = window.corners().into_iter().map(|(x, y)| x.hypot(y)).fold(0.0, f64::max);
    2.0 * (corners * 1.1 / (2.0 * RADIUS)).min(0.99).asin() + 0.02
}

/// A line with points between those that are far apart, since a straight line on one map is none on another.
fn finer(places: &[Position], closed: bool) -> Vec<Position> {
    /// Degrees.
    const APART: f64 = 1.0;
    let mut fine = Vec::with_capacity(places.len());
    let ends = if closed { places.len() } else { places.len().saturating_sub(1) };
    for (from, to) in places.iter().zip(places.iter().cycle().skip(1)).take(ends) {
        let (x, y) = (eastwards(from.longitude, to.longitude), to.latitude - from.latitude);
        let pieces = (x.abs().max(y.abs()) / APART).ceil().clamp(1.0, 360.0) as u32;
        fine.extend((0..pieces).map(|i| {
            let t = f64::from(i) / f64::from(pieces);
            Position { longitude: from.longitude + x * t, latitude: from.latitude + y * t }
        }));
    }
    if !closed {
        fine.extend(places.last());
    }
    fine
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const WINDOW: Window = Window { left: -10.0, bottom: -10.0, right: 10.0, top: 10.0 };

    #[test]
    fn areas_are_cut_at_the_sides() {
        let area = WINDOW.area(&[(0.0, 0.0), (20.0, 0.0), (20.0, 20.0), (0.0, 20.0)]);
        assert!([(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0)].iter().all(|p| area.contains(p)));
        assert!(WINDOW.area(&[(11.0, 0.0), (20.0, 0.0), (20.0, 20.0)]).is_empty());
    }

    #[test]
    fn lines_are_cut_at_the_sides() {
        let check = |points: &[Point], expected: &[&[Point]]| assert_eq!(WINDOW.line(points), expected);
        check(&[(-20.0, 0.0), (20.0, 0.0)], &[&[(-10.0, 0.0), (10.0, 0.0)]]);
        check(
            &[(0.0, 0.0), (0.0, 20.0), (5.0, 20.0), (5.0, 0.0)],
            &[&[(0.0, 0.0), (0.0, 10.0)], &[(5.0, 10.0), (5.0, 0.0)]],
        );
        check(&[(-20.0, 15.0), (20.0, 15.0)], &[]);
        check(&[(-20.0, 9.0), (-9.0, 20.0)], &[]);
    }

    fn circle(middle: Position, kilometres: f64) -> Vec<Position> {
        super::super::projection::round(180).map(|d| middle.towards(d, kilometres)).collect()
    }

    /// Whether the middle of a map lies in what is drawn of an area.
    fn middle_is_in(ring: &[Position], centre: Position) -> bool {
        let window = Window { left: -900.0, bottom: -600.0, right: 900.0, top: 600.0 };
        let parts = area(ring, &Projection::Azimuthal { centre }, &window);
        parts.iter().filter(|part| holds(part, (0.0, 0.0))).count() % 2 == 1
    }

    proptest! {
        #[test]
        fn far_and_huge_areas_come_out_right(
            x in -180.0f64..180.0, y in -80.0f64..80.0, cx in -180.0f64..180.0, cy in -80.0f64..80.0, far in 300.0f64..4_000.0,
        ) {
            let (middle, centre) = (Position::new(x, y).unwrap(), Position::new(cx, cy).unwrap());
            let away = polar(middle, centre).0 * RADIUS;
            prop_assume!((away - far).abs() > 50.0);
            let ring = circle(middle, far);
            // A ring through a pole is no test of what is drawn, but of how finely it was made.
            prop_assume!(ring.iter().all(|p| p.latitude.abs() < 88.0));
            prop_assert_eq!(middle_is_in(&ring, centre), away < far);
        }

        #[test]
        fn what_is_cut_is_inside(points in prop::collection::vec((-50.0f64..50.0, -50.0f64..50.0), 0..20)) {
            let inside = |p: &Point| p.0.abs() <= 10.0 + 1e-9 && p.1.abs() <= 10.0 + 1e-9;
            prop_assert!(WINDOW.area(&points).iter().all(inside));
            prop_assert!(WINDOW.line(&points).iter().flatten().all(inside));
        }
    }
}
