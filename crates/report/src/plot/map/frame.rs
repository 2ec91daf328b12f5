//! How large is the map, and what says so?

use super::clip::{self, Point, Window};
use super::projection::{Position, Projection, RADIUS, degrees, longitude as longitude_in_words};
use crate::plot::spoken::{Words, fill};
use crate::svg::{Anchor, Drawing, GREY, INK};
use crate::wording::grouped;
use std::f64::consts::{PI, TAU};

/// The width of a map with its margins.
pub(super) const WIDTH: f64 = 564.0;
const LEFT: f64 = 34.0;
const TOP: f64 = 26.0;
const RIGHT: f64 = 12.0;
/// The height is what the places need, within what a page can show.
const LOWEST: f64 = 260.0;
const HIGHEST: f64 = 620.0;
/// Kilometres: a map of less shows nothing but the place itself.
const LEAST: f64 = 10.0;
/// Kilometres in a degree of a great circle.
const DEGREE: f64 = RADIUS * PI / 180.0;
/// Air on each side, as a part of what is shown, so that labels have room.
const AIR: f64 = 0.12;
/// Points nearer than this to the one before are not told apart on paper.
const FINE: f64 = 0.45;
/// An island smaller than this would be a speck, and a world has thousands.
const SPECK: f64 = 0.9;

/// A part of the projected plane, on a part of the drawing.
pub(super) struct Frame {
    projection: Projection,
    /// In kilometres of the projection.
    window: Window,
    /// In points of the drawing.
    height: f64,
    per_kilometre: f64,
}

impl Frame {
    /// A frame that holds some places.
    pub(super) fn around(places: &[Position]) -> Self {
        let projection = Projection::fitting(places);
        let points: Vec<Point> = places.iter().map(|p| projection.at(*p)).collect();
        let ends = |of: &dyn Fn(&Point) -> f64| super::super::scale::ends(points.iter().map(of)).unwrap_or((0.0, 0.0));
        let ((left, right), (bottom, top)) = (ends(&|p| p.0), ends(&|p| p.1));
        let flat = projection == Projection::Equirectangular;
        // A flat map ends with the world.
        let (widest, highest) = if flat { (TAU * RADIUS, PI * RADIUS) } else { (f64::INFINITY, f64::INFINITY) };
        let wide = ((right - left) * (1.0 + 2.0 * AIR)).max(LEAST).min(widest);
        let high = ((top - bottom) * (1.0 + 2.0 * AIR)).max(LEAST * 0.6).min(highest);
        let paper = WIDTH - LEFT - RIGHT;
        let height = (paper * high / wide).clamp(LOWEST, HIGHEST);
        let per_kilometre = (paper / wide).min(height / high);
        let (x, y) = ((left + right) / 2.0, (bottom + top) / 2.0);
        let (half, up) = (paper / per_kilometre / 2.0, height / per_kilometre / 2.0);
        let within = |middle: f64, half: f64, most: f64| {
            if most.is_finite() {
                middle.clamp((half - most / 2.0).min(0.0), (most / 2.0 - half).max(0.0))
            } else {
                middle
            }
        };
        let (x, y) = (within(x, half, widest), within(y, up, highest));
        let window = Window { left: x - half, bottom: y - up, right: x + half, top: y + up };
        Self { projection, window, height, per_kilometre }
    }

    pub(super) fn projection(&self) -> &Projection {
        &self.projection
    }

    /// Its place on the drawing; `bottom` is the upper side, since y grows downwards there.
    pub(super) fn paper(&self) -> Window {
        Window { left: LEFT, bottom: TOP, right: WIDTH - RIGHT, top: TOP + self.height }
    }

    /// Where the map ends, with the degrees and the scale under it.
    pub(super) fn bottom(&self) -> f64 {
        TOP + self.height + 26.0
    }

    /// So many kilometres in points.
    pub(super) fn points(&self, kilometres: f64) -> f64 {
        kilometres * self.per_kilometre
    }

    /// The place on the drawing.
    pub(super) fn at(&self, place: Position) -> Point {
        self.drawn(self.projection.at(place))
    }

    fn drawn(&self, (x, y): Point) -> Point {
        (LEFT + (x - self.window.left) * self.per_kilometre, TOP + (self.window.top - y) * self.per_kilometre)
    }

    /// The parts of an area that are on the map, on the drawing.
    pub(super) fn area(&self, ring: &[Position]) -> Vec<Vec<Point>> {
        let parts = clip::area(ring, &self.projection, &self.window);
        parts.iter().map(|part| self.thinned(part)).filter(|part| part.len() > 2 && is_seen(part)).collect()
    }

    /// The parts of a line that are on the map, on the drawing.
    pub(super) fn line(&self, places: &[Position]) -> Vec<Vec<Point>> {
        let parts = clip::line(places, &self.projection, &self.window);
        parts.iter().map(|part| self.thinned(part)).filter(|part| part.len() > 1 && is_seen(part)).collect()
    }

    /// On the drawing, without points that nobody could see; both ends stay.
    fn thinned(&self, part: &[Point]) -> Vec<Point> {
        let mut kept: Vec<Point> = Vec::new();
        for (i, point) in part.iter().enumerate() {
            let (x, y) = self.drawn(*point);
            let near = kept.last().is_some_and(|(a, b)| (a - x).abs() < FINE && (b - y).abs() < FINE);
            if !near || i + 1 == part.len() {
                kept.push((x, y));
            }
        }
        kept
    }

    /// Meridians and parallels with their degrees at the left and lower side.
    pub(super) fn draw_graticule(&self, drawing: &mut Drawing, words: &Words) {
        let [n, s, e, w] = words.compass;
        let (step, step_north) = self.steps();
        let paper = self.paper();
        let (longitudes, latitudes) = self.spans(step, step_north);
        let (mut free, mut low) = (f64::NEG_INFINITY, f64::INFINITY);
        for i in longitudes {
            let longitude = i as f64 * step;
            let meridian = |k: i32| Position { longitude, latitude: f64::from(k) * 0.5 };
            // Near the poles all meridians run into one another.
            for part in self.line(&(-176..=176).map(meridian).collect::<Vec<_>>()) {
                drawing.curve(&part, GREY, 0.4, "1 2");
                let foot = part.iter().copied().find(|p| p.1 > paper.top - 0.5);
                let label = longitude_in_words(longitude, step, (e, w));
                let half = crate::fonts::width(&label) * 8.0 / 2.0;
                if let Some((x, _)) = foot.filter(|(x, _)| x - half > free && x + half < WIDTH) {
                    drawing.text(x, paper.top + 9.5, 8.0, Anchor::Middle, &label);
                    free = x + half + 8.0;
                }
            }
        }
        for i in latitudes {
            let latitude = i as f64 * step_north;
            let parallel = |k: i32| Position { longitude: self.projection.middle() + f64::from(k) * 0.5, latitude };
            for part in self.line(&(-360..=360).map(parallel).collect::<Vec<_>>()) {
                drawing.curve(&part, GREY, 0.4, "1 2");
                let end = part.iter().copied().find(|p| p.0 < paper.left + 0.5);
                if let Some((_, y)) = end.filter(|(_, y)| *y < low) {
                    // Words for the sides of the earth are longer than letters.
                    let label = degrees(latitude, step_north, (n, s));
                    let size = (7.5f64).min((paper.left - 6.0) / crate::fonts::width(&label).max(0.1));
                    drawing.text(paper.left - 4.0, y + 2.7, size, Anchor::End, &label);
                    low = y - 10.0;
                }
            }
        }
    }

    /// Degrees between two meridians and between two parallels: about three to eight of either.
    fn steps(&self) -> (f64, f64) {
        const STEPS: [f64; 14] = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 20.0, 30.0, 45.0];
        let (wide, high) = (self.window.right - self.window.left, self.window.top - self.window.bottom);
        // A degree of a meridian is everywhere about as long, one of a parallel is shorter towards the poles.
        let shorter = match self.projection {
            Projection::Equirectangular => 1.0,
            Projection::Azimuthal { centre } => centre.latitude.to_radians().cos().max(0.1),
        };
        let step = |degrees: f64| STEPS.into_iter().find(|step| degrees / step <= 7.0).unwrap_or(45.0);
        (step(wide / (DEGREE * shorter)), step(high / DEGREE))
    }

    /// Which multiples of a step can be on the map: more rather than fewer, since the lines are cut anyhow.
    fn spans(&self, step: f64, step_north: f64) -> (std::ops::RangeInclusive<i64>, std::ops::RangeInclusive<i64>) {
        let whole = |(low, high): (f64, f64), step: f64| (low / step).ceil() as i64..=(high / step).floor() as i64;
        let Projection::Azimuthal { centre } = self.projection else {
            return (whole((-180.0, 179.0), step), whole((-89.0, 89.0), step_north));
        };
        let far =
            self.window.corners().iter().map(|(x, y)| x.hypot(*y)).fold(0.0, f64::max) / DEGREE * 1.2 + step_north;
        let (south, north) = ((centre.latitude - far).max(-89.0), (centre.latitude + far).min(89.0));
        let nearest_pole = south.abs().max(north.abs());
        // Near a pole a map has every longitude.
        let wide = if nearest_pole > 85.0 { 180.0 } else { (far / nearest_pole.to_radians().cos()).min(180.0) };
        // Both ends of a whole turn are one meridian.
        let east = if wide < 180.0 { centre.longitude + wide } else { centre.longitude + 180.0 - step / 2.0 };
        (whole((centre.longitude - wide, east), step), whole((south, north), step_north))
    }

    /// A bar of a round length under the map.
    pub(super) fn draw_scale(&self, drawing: &mut Drawing, words: &Words) {
        let most = (self.window.right - self.window.left) / 4.0;
        let power = 10f64.powf(most.log10().floor());
        let long = [5.0, 2.0, 1.0].into_iter().map(|f| f * power).find(|l| *l <= most).unwrap_or(power);
        let (unit, n) = if long >= 1.0 { (words.kilometres, long) } else { (words.metres, long * 1000.0) };
        let label = fill(unit, &[("n", &grouped(n))]);
        let (x, y) = (LEFT, TOP + self.height + 22.0);
        let end = x + self.points(long);
        drawing.line((x, y), (end, y), INK, 1.6, "");
        drawing.line((x, y - 4.0), (x, y + 0.8), INK, 1.2, "");
        drawing.line((end, y - 4.0), (end, y + 0.8), INK, 1.2, "");
        drawing.text(end + 6.0, y + 1.0, 8.0, Anchor::Start, &label);
    }
}

/// Whether a part of an outline is larger than a speck.
fn is_seen(part: &[Point]) -> bool {
    let ends = |of: &dyn Fn(&Point) -> f64| super::super::scale::ends(part.iter().map(of)).unwrap_or((0.0, 0.0));
    let ((left, right), (top, bottom)) = (ends(&|p| p.0), ends(&|p| p.1));
    right - left > SPECK || bottom - top > SPECK
}
