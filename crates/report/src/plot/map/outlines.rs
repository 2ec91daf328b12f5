//! Where are land and boundaries?
//!
//! The outlines of the world from `third_party/outlines`, whose README.md says how the file is made and what its bytes mean.

use super::projection::Position;
use std::sync::LazyLock;

static FILE: &[u8] = include_bytes!("../../../../../third_party/outlines/countries-50m.bin");
const MAGIC: &[u8] = b"outlines 1\n";

/// Land and the lines between countries.
#[derive(Debug, Default)]
pub(super) struct World {
    /// Rings of land, by the even-odd rule.
    pub(super) land: Vec<Vec<Position>>,
    pub(super) coasts: Vec<Vec<Position>>,
    pub(super) boundaries: Vec<Vec<Position>>,
}

/// Read once for all maps.
pub(super) static WORLD: LazyLock<World> = LazyLock::new(|| read(FILE).unwrap_or_default());

/// Bytes that are still to be read.
struct Bytes<'a>(&'a [u8]);

impl Bytes<'_> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    /// A number in groups of seven bits, the lowest first.
    fn unsigned(&mut self) -> Option<u64> {
        let mut n = 0;
        for shift in (0..63).step_by(7) {
            let byte = self.byte()?;
            n |= u64::from(byte & 0x7F) << shift;
            if byte < 0x80 {
                return Some(n);
            }
        }
        None
    }

    fn signed(&mut self) -> Option<i64> {
        let n = self.unsigned()?;
        Some((n >> 1) as i64 ^ -((n & 1) as i64))
    }

    /// How many follow: each is at least a byte, so that a damaged file asks for no memory that it does not fill.
    fn count(&mut self) -> Option<usize> {
        usize::try_from(self.unsigned()?).ok().filter(|n| *n <= self.0.len())
    }

    fn number(&mut self) -> Option<f64> {
        let (bytes, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(f64::from_le_bytes(*bytes)).filter(|n| n.is_finite())
    }
}

/// The outlines, if the bytes are such a file.
fn read(bytes: &[u8]) -> Option<World> {
    let mut bytes = Bytes(bytes.strip_prefix(MAGIC)?);
    let scale = (bytes.number()?, bytes.number()?);
    let from = (bytes.number()?, bytes.number()?);
    let mut arcs = Vec::new();
    for _ in 0..bytes.count()? {
        let (mut x, mut y) = (0i64, 0i64);
        let mut arc = Vec::new();
        for _ in 0..bytes.count()? {
            (x, y) = (x.checked_add(bytes.signed()?)?, y.checked_add(bytes.signed()?)?);
            let (longitude, latitude) = (x as f64 * scale.0 + from.0, y as f64 * scale.1 + from.1);
            arc.push(Position { longitude, latitude });
        }
        arcs.push(arc);
    }
    let mut land = Vec::new();
    for _ in 0..bytes.count()? {
        let mut ring = Vec::new();
        for _ in 0..bytes.count()? {
            let arc = bytes.signed()?;
            let points = arcs.get(usize::try_from(arc.max(!arc)).ok()?)?;
            // Arcs of a ring share their ends.
            ring.pop();
            if arc < 0 { ring.extend(points.iter().rev()) } else { ring.extend(points) }
        }
        land.push(ring);
    }
    let mut between = vec![false; arcs.len()];
    for _ in 0..bytes.count()? {
        *between.get_mut(usize::try_from(bytes.unsigned()?).ok()?)? = true;
    }
    let (boundaries, coasts): (Vec<_>, Vec<_>) = arcs.into_iter().zip(between).partition(|(_, between)| *between);
    let lines = |arcs: Vec<(Vec<Position>, bool)>| arcs.into_iter().map(|(arc, _)| arc).collect::<Vec<_>>();
    let coasts = lines(coasts).iter().flat_map(|arc| uncut(arc)).collect();
    Some(World { land, coasts, boundaries: lines(boundaries) })
}

/// A coast without the straight lines along which the world is cut open to lie flat.
fn uncut(arc: &[Position]) -> Vec<Vec<Position>> {
    let cut = |p: &Position| p.longitude.abs() > 179.99 || p.latitude < -89.9;
    let mut parts: Vec<Vec<Position>> = vec![Vec::new()];
    for (i, place) in arc.iter().enumerate() {
        let before = i.checked_sub(1).and_then(|k| arc.get(k));
        if cut(place) && before.is_some_and(cut) {
            parts.push(Vec::new());
        }
        if let Some(part) = parts.last_mut() {
            part.push(*place);
        }
    }
    parts.retain(|part| part.len() > 1);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_world_is_whole() {
        let world = read(FILE).unwrap();
        // As many as the source has: 1,429 rings, and 362 arcs that lie between two countries.
        assert_eq!((world.land.len(), world.boundaries.len()), (1429, 362));
        let places = || world.land.iter().chain(&world.coasts).chain(&world.boundaries).flatten();
        assert!(places().all(|p| p.longitude.abs() <= 180.001 && p.latitude.abs() <= 90.001));
        assert!(world.land.iter().all(|ring| ring.first() == ring.last()));
        // The sum of all land by Green's formula on the cylinder of equal areas, in parts of the sphere: 29 % (CIA 2008: 29.2).
        let part = |ring: &Vec<Position>| {
            let ends = |p: &[Position]| {
                let east = (p[1].longitude - p[0].longitude + 180.0).rem_euclid(360.0) - 180.0;
                let sines = (p[0].latitude.to_radians().sin() + p[1].latitude.to_radians().sin()) / 2.0;
                east.to_radians() * sines
            };
            ring.windows(2).map(ends).sum::<f64>()
        };
        let share = world.land.iter().map(part).sum::<f64>().abs() / (4.0 * std::f64::consts::PI);
        assert!((0.28..0.30).contains(&share), "{share}");
    }

    proptest! {
        #[test]
        fn damaged_files_are_refused_or_read(bytes in prop::collection::vec(any::<u8>(), 0..300), at in 0usize..3000, to in any::<u8>()) {
            read(&bytes);
            read(&[MAGIC, &bytes].concat());
            let mut damaged = FILE[..3000].to_vec();
            damaged[at] = to;
            prop_assert!(read(&damaged).is_none());
        }
    }
}
