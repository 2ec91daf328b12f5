//! Where was it, as far as it is known?
//!
//! Points with the circle of their precision, regions as circles without any point in them, and areas, on the outlines of the
//! world or of an invented country. A graticule and a scale bar say how large it is; a note says what the outlines are worth.

mod clip;
mod frame;
mod labels;
mod outlines;
mod projection;
#[cfg(test)]
pub(in crate::plot) mod tests;

use super::legend::{self, Sign};
use super::row::{heading, nothing_in};
use super::spoken::{Words, fill, numbered};
use crate::svg::{Anchor, BLUE, Drawing, GREY, INK, LIGHT, PALE, fitted_with_code, wrapped};
use crate::wording::grouped;
use clip::Point;
use frame::Frame;
use labels::{Label, Labels, Mark};
use outlines::WORLD;
use projection::{Position, Projection, round};

/// Where something is, in degrees of longitude and latitude (WGS 84).
#[derive(Clone, Debug)]
pub enum Whereabouts {
    /// A point, and within how many kilometres of it the place truly is; absent if that is not known.
    Point {
        /// Degrees east.
        longitude: f64,
        /// Degrees north.
        latitude: f64,
        /// Kilometres.
        precision: Option<f64>,
    },
    /// Somewhere in a region, drawn as its circle and never as a point.
    Region {
        /// Degrees east of its middle.
        longitude: f64,
        /// Degrees north of its middle.
        latitude: f64,
        /// Kilometres.
        radius: f64,
    },
    /// An area, as rings of longitude and latitude by the even-odd rule.
    Area(Vec<Vec<(f64, f64)>>),
}

/// A place on a map.
#[derive(Clone, Debug)]
pub struct MappedPlace {
    /// Its code or name.
    pub label: String,
    /// A number that stands with it, such as of events.
    pub number: Option<u64>,
    /// Where it is.
    pub at: Whereabouts,
}

/// What lies under the places.
#[derive(Clone, Debug)]
pub enum Outlines {
    /// Land and boundaries of the world: Natural Earth 1:50 million.
    World,
    /// Outlines of the inquiry's own, such as of an invented country.
    Given {
        /// Rings of longitude and latitude by the even-odd rule.
        rings: Vec<Vec<(f64, f64)>>,
        /// Where they are from.
        source: String,
    },
    /// Nothing.
    None,
}

/// Places on outlines.
#[derive(Clone, Debug)]
pub struct Map {
    /// What is shown.
    pub title: String,
    /// The places.
    pub places: Vec<MappedPlace>,
    /// What lies under them.
    pub outlines: Outlines,
    /// What the inquiry itself says of boundaries, if anything; it stands beside the note that every map has.
    pub note: String,
}

/// Places that are drawn. More would be one blot.
const SHOWN: usize = 2000;
/// A circle of precision that is smaller than this, in points, is hidden by its mark.
const SEEN: f64 = 6.0;
/// A region is drawn at least so large, so that it never looks like a point.
const LEAST_REGION: f64 = 10.0;
/// Kilometres: what reaches further than a quarter round the earth is nowhere in particular.
const FURTHEST: f64 = 10_000.0;
const DOT: f64 = 3.6;
/// A label is at most so wide.
const LABEL: f64 = 170.0;
const SEA: &str = "#EEF3F7";
const COAST: &str = "#8A8A8A";

/// A place that can be drawn.
struct Drawable<'a> {
    place: &'a MappedPlace,
    shape: Shape,
}

enum Shape {
    Point(Position, Option<f64>),
    Region(Position, f64),
    Area(Vec<Vec<Position>>),
}

impl Map {
    /// The same in a sentence, for those who cannot see it.
    pub fn alt(&self, words: &Words) -> String {
        let drawable = self.drawable();
        let count = |holds: &dyn Fn(&Shape) -> bool| drawable.iter().filter(|d| holds(&d.shape)).count();
        let precise = count(&|s| matches!(s, Shape::Point(_, Some(_))));
        let vague = count(&|s| matches!(s, Shape::Point(_, None)));
        let extent = self.extent(&drawable);
        let bounds = |of: &dyn Fn(&Position) -> f64| super::scale::ends(extent.iter().map(of)).unwrap_or((0.0, 0.0));
        let middle = Projection::fitting(&extent).middle();
        let ((south, north), (west, east)) = (bounds(&|p| p.latitude), bounds(&|p| p.longitude_beside(middle)));
        let span = if extent.is_empty() {
            String::new()
        } else {
            let [n, s, e, w] = words.compass;
            let latitude = |v| projection::degrees(v, 0.1, (n, s));
            let longitude = |v| projection::longitude(v, 0.1, (e, w));
            let ends = [latitude(south), latitude(north), longitude(west), longitude(east)];
            let [south, north, west, east] = ends.each_ref().map(String::as_str);
            fill(words.map_span, &[("south", south), ("north", north), ("west", west), ("east", east)])
        };
        let number = |n: usize| grouped(n as f64);
        let slots = [
            ("span", span),
            ("precise", number(precise)),
            ("vague", number(vague)),
            ("regions", number(count(&|s| matches!(s, Shape::Region(..))))),
            ("areas", number(count(&|s| matches!(s, Shape::Area(_))))),
            ("missing", number(self.places.len() - drawable.len())),
        ];
        words.say(words.map, &slots)
    }

    /// The places that have coordinates on the earth.
    fn drawable(&self) -> Vec<Drawable<'_>> {
        let far = |km: &f64| *km >= 0.0 && *km <= FURTHEST;
        let shape = |place: &MappedPlace| match &place.at {
            Whereabouts::Point { longitude, latitude, precision } => {
                Some(Shape::Point(Position::new(*longitude, *latitude)?, precision.filter(far)))
            }
            Whereabouts::Region { longitude, latitude, radius } => {
                Some(Shape::Region(Position::new(*longitude, *latitude)?, Some(*radius).filter(far)?))
            }
            Whereabouts::Area(rings) => Some(Shape::Area(positions(rings))).filter(|_| !rings.is_empty()),
        };
        let known = self.places.iter().filter_map(|place| Some(Drawable { place, shape: shape(place)? }));
        known.filter(|d| !matches!(&d.shape, Shape::Area(rings) if rings.is_empty())).collect()
    }

    /// The places that must be on the map.
    fn extent(&self, drawable: &[Drawable]) -> Vec<Position> {
        let mut extent = Vec::new();
        for Drawable { shape, .. } in drawable {
            match shape {
                Shape::Point(at, None) => extent.push(*at),
                Shape::Point(at, Some(km)) | Shape::Region(at, km) => {
                    extent.extend(round(16).map(|d| at.towards(d, *km)))
                }
                Shape::Area(rings) => extent.extend(rings.iter().flatten()),
            }
        }
        if let Outlines::Given { rings, .. } = &self.outlines {
            extent.extend(positions(rings).iter().flatten());
        }
        extent
    }
}

/// Rings whose corners all exist; the others cannot be closed truly and are left out.
fn positions(rings: &[Vec<(f64, f64)>]) -> Vec<Vec<Position>> {
    let ring = |ring: &Vec<(f64, f64)>| ring.iter().map(|(x, y)| Position::new(*x, *y)).collect::<Option<Vec<_>>>();
    rings.iter().filter_map(ring).filter(|ring| ring.len() > 2).collect()
}

/// The map as a drawing.
pub fn map(of: &Map, words: &Words) -> String {
    let drawable = of.drawable();
    let extent = of.extent(&drawable);
    if extent.is_empty() {
        return empty(of, words);
    }
    let frame = Frame::around(&extent);
    let shown = &drawable[..drawable.len().min(SHOWN)];
    let labels = labels::place(&marks(shown, &frame), &frame.paper());
    let lines = list_lines(&labels.listed);
    let notes = notes(of, words, &drawable, &labels, &frame);
    let signs = signs(words, &of.outlines);
    let further = legend::beyond_one_line(&signs, frame::WIDTH);
    let under = frame.bottom() + 10.0;
    let height = under + 38.0 + further + 11.0 * (notes.len() + lines.len()) as f64;
    let mut drawing = words.drawing(frame::WIDTH, height);
    heading(&mut drawing, frame::WIDTH, &of.title);
    draw_ground(&mut drawing, of, &frame);
    for Drawable { shape, .. } in shown {
        if let Shape::Area(rings) = shape {
            let parts: Vec<Vec<Point>> = rings.iter().flat_map(|ring| frame.area(ring)).collect();
            drawing.region(&parts, PALE);
            rings.iter().for_each(|ring| draw_line(&mut drawing, &frame, &closed(ring), BLUE, 1.2, ""));
        }
    }
    frame.draw_graticule(&mut drawing, words);
    shown.iter().for_each(|d| draw_circle(&mut drawing, &frame, &d.shape));
    shown.iter().for_each(|d| draw_mark(&mut drawing, &frame, &d.shape));
    labels.placed.iter().for_each(|label| draw_label(&mut drawing, label));
    frame.draw_scale(&mut drawing, words);
    draw_legend(&mut drawing, under, words, &signs);
    for (i, line) in lines.iter().chain(&notes).enumerate() {
        drawing.note(under + 32.0 + further + 11.0 * i as f64, 8.0, words.rtl(), line);
    }
    drawing.described(&of.title, &of.alt(words))
}

fn closed(ring: &[Position]) -> Vec<Position> {
    ring.iter().chain(ring.first()).copied().collect()
}

fn draw_ground(drawing: &mut Drawing, of: &Map, frame: &Frame) {
    let paper = frame.paper();
    let sea = if matches!(of.outlines, Outlines::None) { "#FFFFFF" } else { SEA };
    drawing.rect(paper.left, paper.bottom, paper.right - paper.left, paper.top - paper.bottom, sea);
    match &of.outlines {
        Outlines::World => {
            let land: Vec<Vec<Point>> = WORLD.land.iter().flat_map(|ring| frame.area(ring)).collect();
            drawing.region(&land, "#FFFFFF");
            let lines = |of: &[Vec<Position>]| of.iter().flat_map(|line| frame.line(line)).collect::<Vec<_>>();
            drawing.routes(&lines(&WORLD.coasts), COAST, 0.8, "");
            drawing.routes(&lines(&WORLD.boundaries), COAST, 0.8, "4 2");
        }
        Outlines::Given { rings, .. } => {
            let rings = positions(rings);
            let land: Vec<Vec<Point>> = rings.iter().flat_map(|ring| frame.area(ring)).collect();
            drawing.region(&land, "#FFFFFF");
            rings.iter().for_each(|ring| draw_line(drawing, frame, &closed(ring), COAST, 0.8, ""));
        }
        Outlines::None => {}
    }
    drawing.outline(paper.left, paper.bottom, paper.right - paper.left, paper.top - paper.bottom, GREY);
}

fn draw_line(drawing: &mut Drawing, frame: &Frame, places: &[Position], colour: &str, width: f64, dashes: &str) {
    for part in frame.line(places) {
        drawing.curve(&part, colour, width, dashes);
    }
}

/// The circle of a precision or of a region, which says how vague a place is.
fn draw_circle(drawing: &mut Drawing, frame: &Frame, shape: &Shape) {
    let (at, km, region) = match shape {
        Shape::Point(at, Some(km)) => (at, *km, false),
        Shape::Region(at, km) => (at, *km, true),
        _ => return,
    };
    let radius = frame.points(km);
    let ring: Vec<Position> = round(72).map(|d| at.towards(d, km)).collect();
    if !region && radius >= SEEN {
        draw_line(drawing, frame, &closed(&ring), BLUE, 0.8, "");
    } else if region && radius >= LEAST_REGION {
        draw_line(drawing, frame, &closed(&ring), BLUE, 1.3, "5 3");
    } else if region {
        let (x, y) = frame.at(*at);
        let small: Vec<Point> = round(36).map(|d| (x + LEAST_REGION * d.cos(), y + LEAST_REGION * d.sin())).collect();
        drawing.curve(&[small.as_slice(), &small[..1]].concat(), BLUE, 1.3, "5 3");
    }
}

fn draw_mark(drawing: &mut Drawing, frame: &Frame, shape: &Shape) {
    if let Shape::Point(at, precision) = shape {
        let (x, y) = frame.at(*at);
        match precision {
            Some(_) => {
                drawing.dot(x, y, DOT + 0.8, "#FFFFFF");
                drawing.dot(x, y, DOT, INK);
            }
            None => drawing.ring(x, y, DOT, INK),
        }
    }
}

/// A label on a halo of paper, so that lines do not cross its letters.
fn draw_label(drawing: &mut Drawing, label: &Label) {
    let wide = crate::fonts::width(&label.text) * labels::SIZE;
    let left = match label.anchor {
        Anchor::Start => label.x,
        Anchor::Middle => label.x - wide / 2.0,
        Anchor::End => label.x - wide,
    };
    if let Some((from, to)) = label.leader {
        drawing.line(from, to, INK, 0.6, "");
    }
    drawing.halo(left - 1.0, label.y - 8.0, wide + 2.0, 10.5);
    drawing.text(label.x, label.y, labels::SIZE, label.anchor, &label.text);
}

fn marks(shown: &[Drawable], frame: &Frame) -> Vec<Mark> {
    let mark = |d: &Drawable| {
        let (at, radius, open) = match &d.shape {
            Shape::Point(at, _) => (frame.at(*at), DOT + 1.0, false),
            Shape::Region(at, km) => (frame.at(*at), frame.points(*km).max(LEAST_REGION), true),
            Shape::Area(rings) => {
                let (at, half) = middle(rings, frame);
                (at, half, true)
            }
        };
        let number = d.place.number.map(|n| format!(" ({})", grouped(n as f64))).unwrap_or_default();
        Mark { at, radius, open, label: format!("{}{number}", fitted_with_code(&d.place.label, labels::SIZE, LABEL)) }
    };
    shown.iter().map(mark).collect()
}

/// The middle of an area's first ring, and half its width.
fn middle(rings: &[Vec<Position>], frame: &Frame) -> (Point, f64) {
    let corners: Vec<Point> = rings.iter().take(1).flatten().map(|p| frame.at(*p)).collect();
    let ends = |of: &dyn Fn(&Point) -> f64| super::scale::ends(corners.iter().map(of)).unwrap_or((0.0, 0.0));
    let ((left, right), (top, bottom)) = (ends(&|p| p.0), ends(&|p| p.1));
    (((left + right) / 2.0, (top + bottom) / 2.0), (right - left) / 2.0)
}

/// What the numbers on the map stand for.
fn list_lines(listed: &[String]) -> Vec<String> {
    /// Lines of the list: a third of a page.
    const LINES: usize = 20;
    let numbered: Vec<String> = listed.iter().enumerate().map(|(i, label)| format!("{}: {label}", i + 1)).collect();
    wrapped(&numbered.join(";  "), 8.0, frame::WIDTH - 12.0, LINES)
}

fn notes(of: &Map, words: &Words, drawable: &[Drawable], labels: &Labels, frame: &Frame) -> Vec<String> {
    let mut notes = Vec::new();
    let missing = of.places.len() - drawable.len();
    for (n, left) in [
        (missing, words.places_missing),
        (drawable.len().saturating_sub(SHOWN), words.places_left),
        (labels.without, words.labels_left),
    ] {
        if n > 0 {
            notes.push(numbered(left, n));
        }
    }
    notes.push(frame.projection().named(words));
    match &of.outlines {
        Outlines::World => notes.push(format!("{} {}", words.world_outlines, words.disputed)),
        Outlines::Given { source, .. } => {
            notes.push(format!("{} {}", fill(words.outlines_of, &[("source", source)]), words.disputed));
        }
        Outlines::None => {}
    }
    notes.push(of.note.clone());
    notes.iter().flat_map(|note| wrapped(note, 8.0, frame::WIDTH - 12.0, 6)).collect()
}

/// A map of no place: what the inquiry says of it stands there all the same, such as which places have no position.
fn empty(of: &Map, words: &Words) -> String {
    if of.note.is_empty() {
        return nothing_in(words, frame::WIDTH, &of.title, &of.alt(words));
    }
    let lines = wrapped(&of.note, 8.0, frame::WIDTH - 12.0, 6);
    let mut drawing = words.drawing(frame::WIDTH, 48.0 + 11.0 * lines.len() as f64);
    heading(&mut drawing, frame::WIDTH, &of.title);
    drawing.note(36.0, 9.5, words.rtl(), words.nothing);
    for (i, line) in lines.iter().enumerate() {
        drawing.note(51.0 + 11.0 * i as f64, 8.0, words.rtl(), line);
    }
    drawing.described(&of.title, &of.alt(words))
}

/// The signs of the legend. Only the outlines of the world have boundaries.
fn signs<'a>(words: &'a Words, outlines: &Outlines) -> Vec<Sign<'a>> {
    let mut signs = vec![(16.0, words.point), (8.0, words.imprecise), (16.0, words.region), (18.0, words.area)];
    if matches!(outlines, Outlines::World) {
        signs.push((24.0, words.boundary));
    }
    signs
}

fn draw_legend(drawing: &mut Drawing, y: f64, words: &Words, signs: &[Sign<'_>]) {
    let circle = |x: f64, middle: f64, radius: f64| -> Vec<Point> {
        round(36).chain(round(1)).map(|d| (x + radius * d.cos(), middle + radius * d.sin())).collect()
    };
    legend::legend(drawing, (y, frame::WIDTH), words, signs, &|drawing, sign, (x, middle)| match sign {
        0 => {
            drawing.dot(x + 8.0, middle, DOT, INK);
            drawing.curve(&circle(x + 8.0, middle, 7.5), BLUE, 0.8, "");
        }
        1 => drawing.ring(x + 4.0, middle, DOT, INK),
        2 => drawing.curve(&circle(x + 8.0, middle, 7.5), BLUE, 1.3, "5 3"),
        3 => {
            drawing.rect(x, middle - 6.0, 18.0, 12.0, PALE);
            drawing.outline(x, middle - 6.0, 18.0, 12.0, BLUE);
        }
        _ => drawing.line((x, middle), (x + 24.0, middle), COAST, 0.8, "4 2"),
    });
    drawing.line((6.0, y - 5.0), (frame::WIDTH - 6.0, y - 5.0), LIGHT, 0.6, "");
}
