//! Where on the paper is a place on the earth?
//!
//! Lambert's azimuthal equal-area projection about the middle of what is shown (Snyder 1987, chapter 24): areas compare truly,
//! and shapes and distances are nearly true for some thousand kilometres. For what spans more of the earth, longitude and latitude
//! as they are (equirectangular; Snyder 1987, chapter 12).

use crate::plot::spoken::{Words, fill};
use std::f64::consts::{FRAC_PI_2, PI, TAU};

/// Kilometres: the radius of a sphere with the surface of the earth (WGS 84, authalic).
pub(super) const RADIUS: f64 = 6371.007;

/// Beyond this the azimuthal projection would bend what is at the edge out of its familiar shape.
const WIDEST: f64 = PI / 4.0;

/// A place on the earth, in degrees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Position {
    pub(super) longitude: f64,
    pub(super) latitude: f64,
}

impl Position {
    /// A place, if the earth has it. Longitudes of up to one turn more are brought into their range.
    pub(super) fn new(longitude: f64, latitude: f64) -> Option<Self> {
        let there = longitude.abs() <= 360.0 && latitude.abs() <= 90.0;
        // Comparisons with what is no number are false.
        there.then(|| Self { longitude: (longitude + 180.0).rem_euclid(360.0) - 180.0, latitude })
    }

    /// Its longitude without a jump between it and a middle: beyond 180 degrees if it lies so.
    pub(super) fn longitude_beside(self, middle: f64) -> f64 {
        middle + (self.longitude - middle + 180.0).rem_euclid(360.0) - 180.0
    }

    fn vector(self) -> [f64; 3] {
        let (longitude, latitude) = (self.longitude.to_radians(), self.latitude.to_radians());
        [latitude.cos() * longitude.cos(), latitude.cos() * longitude.sin(), latitude.sin()]
    }

    /// The place so many kilometres away in a direction, in radians clockwise from the north.
    pub(super) fn towards(self, direction: f64, kilometres: f64) -> Self {
        let (far, latitude) = (kilometres / RADIUS, self.latitude.to_radians());
        let sine = (latitude.sin() * far.cos() + latitude.cos() * far.sin() * direction.cos()).clamp(-1.0, 1.0);
        let east = (direction.sin() * far.sin() * latitude.cos()).atan2(far.cos() - latitude.sin() * sine);
        let longitude = self.longitude + east.to_degrees();
        Self { longitude: (longitude + 180.0).rem_euclid(360.0) - 180.0, latitude: sine.asin().to_degrees() }
    }
}

/// How the earth comes onto paper. The unit is kilometres, y grows northwards.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Projection {
    Azimuthal { centre: Position },
    Equirectangular,
}

impl Projection {
    /// The one that suits some places.
    pub(super) fn fitting(places: &[Position]) -> Self {
        let mut sum = [0.0; 3];
        for place in places {
            sum.iter_mut().zip(place.vector()).for_each(|(s, v)| *s += v);
        }
        let long = sum.iter().map(|s| s * s).sum::<f64>().sqrt();
        // Places all round the earth have no middle.
        if places.is_empty() || long < 1e-6 * places.len() as f64 {
            return Projection::Equirectangular;
        }
        let latitude = (sum[2] / long).clamp(-1.0, 1.0).asin().to_degrees();
        let centre = Position { longitude: sum[1].atan2(sum[0]).to_degrees(), latitude };
        let furthest = places.iter().map(|p| polar(centre, *p).0).fold(0.0, f64::max);
        if furthest > WIDEST { Projection::Equirectangular } else { Projection::Azimuthal { centre } }
    }

    /// The place on the paper. At the antipode of the middle it is one of many, but a number.
    pub(super) fn at(&self, place: Position) -> (f64, f64) {
        match self {
            Projection::Equirectangular => {
                (RADIUS * place.longitude.to_radians(), RADIUS * place.latitude.to_radians())
            }
            Projection::Azimuthal { centre } => {
                let (angle, direction) = polar(*centre, place);
                let far = 2.0 * RADIUS * (angle / 2.0).sin();
                (far * direction.sin(), far * direction.cos())
            }
        }
    }

    /// The longitude in the middle.
    pub(super) fn middle(&self) -> f64 {
        match self {
            Projection::Equirectangular => 0.0,
            Projection::Azimuthal { centre } => centre.longitude,
        }
    }

    /// What it is called, for the note under a map.
    pub(super) fn named(&self, words: &Words) -> String {
        let [n, s, e, w] = words.compass;
        match self {
            Projection::Equirectangular => words.equirectangular.into(),
            Projection::Azimuthal { centre } => {
                let (latitude, longitude) =
                    (degrees(centre.latitude, 1.0, (n, s)), longitude(centre.longitude, 1.0, (e, w)));
                fill(words.azimuthal, &[("centre", &format!("{latitude} {longitude}"))])
            }
        }
    }
}

/// How far a place is from another, in radians, and in which direction, clockwise from the north.
pub(super) fn polar(from: Position, to: Position) -> (f64, f64) {
    let (one, other) = (from.latitude.to_radians(), to.latitude.to_radians());
    let between = (to.longitude - from.longitude).to_radians();
    let east = other.cos() * between.sin();
    let north = one.cos() * other.sin() - one.sin() * other.cos() * between.cos();
    let towards = one.sin() * other.sin() + one.cos() * other.cos() * between.cos();
    (east.hypot(north).atan2(towards), east.atan2(north).rem_euclid(TAU))
}

/// The shorter way from one direction to another.
pub(super) fn turn(from: f64, to: f64) -> f64 {
    (to - from + PI).rem_euclid(TAU) - PI
}

/// Degrees for people, as exact as their step.
pub(super) fn degrees(value: f64, step: f64, (positive, negative): (&str, &str)) -> String {
    let digits = (-step.log10() - 1e-9).ceil().clamp(0.0, 6.0) as usize;
    let shown = format!("{:.digits$}", value.abs());
    // Zero has no side.
    let side = if shown.bytes().all(|b| matches!(b, b'0' | b'.')) {
        ""
    } else if value < 0.0 {
        negative
    } else {
        positive
    };
    format!("{shown}°{side}")
}

/// A longitude for people, of up to a turn and a half.
pub(super) fn longitude(value: f64, step: f64, sides: (&str, &str)) -> String {
    degrees((value + 180.0).rem_euclid(360.0) - 180.0, step, sides)
}

/// Directions all round, in even steps.
pub(super) fn round(steps: u32) -> impl Iterator<Item = f64> {
    (0..steps).map(move |i| TAU * f64::from(i) / f64::from(steps) - FRAC_PI_2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn place(longitude: f64, latitude: f64) -> Position {
        Position::new(longitude, latitude).unwrap()
    }

    #[test]
    fn snyders_example() {
        // Snyder 1987, p. 332: sphere of radius 3, centre 40° N 100° W, point 20° S 100° E: x -4.2339303, y 4.0257775.
        let (x, y) = Projection::Azimuthal { centre: place(-100.0, 40.0) }.at(place(100.0, -20.0));
        let of_three = |km: f64| km / RADIUS * 3.0;
        assert!((of_three(x) + 4.2339303).abs() < 1e-6 && (of_three(y) - 4.0257775).abs() < 1e-6);
    }

    #[test]
    fn the_extent_chooses() {
        let check = |places: &[(f64, f64)], azimuthal: bool| {
            let places: Vec<Position> = places.iter().map(|(x, y)| place(*x, *y)).collect();
            assert_eq!(matches!(Projection::fitting(&places), Projection::Azimuthal { .. }), azimuthal, "{places:?}");
        };
        check(&[(20.0, 10.0)], true);
        check(&[(179.0, 10.0), (-179.0, 12.0)], true);
        check(&[(-100.0, 10.0), (60.0, 12.0)], false);
        check(&[(0.0, 0.0), (180.0, 0.0)], false);
        check(&[], false);
    }

    proptest! {
        #[test]
        fn small_areas_keep_their_size(x in -180.0f64..180.0, y in -85.0f64..85.0, cx in -180.0f64..180.0, cy in -90.0f64..90.0) {
            let (here, centre) = (place(x, y), place(cx, cy));
            prop_assume!(polar(centre, here).0 < 2.5);
            let projection = Projection::Azimuthal { centre };
            let corners: Vec<(f64, f64)> = round(64).map(|d| projection.at(here.towards(d, 20.0))).collect();
            let next = corners.iter().cycle().skip(1);
            let area = corners.iter().zip(next).map(|(a, b)| a.0 * b.1 - a.1 * b.0).sum::<f64>().abs() / 2.0;
            prop_assert!((area / (PI * 400.0) - 1.0).abs() < 0.01, "{}", area);
        }

        #[test]
        fn ways_lead_back(x in -180.0f64..180.0, y in -89.0f64..89.0, direction in 0.0f64..TAU, far in 0.1f64..15_000.0) {
            let here = place(x, y);
            let (angle, found) = polar(here, here.towards(direction, far));
            prop_assert!((angle * RADIUS - far).abs() < 1e-3 && turn(found, direction).abs() < 1e-5);
        }
    }
}
