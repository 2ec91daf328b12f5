//! From what are the outlines of maps made?
//!
//! Reads the TopoJSON of the package world-atlas (arcs of quantised differences that shapes share) and writes the compact file
//! that reports carry: arcs, the rings of land, and which arcs lie between two countries. Names are left out: a map of a case says
//! nothing of whose a place is.

use serde_json::Value;
use std::collections::BTreeMap;
use std::error::Error;

/// What the file opens with: its kind and version.
const MAGIC: &[u8] = b"outlines 1\n";
const TARGET: &str = "third_party/outlines/countries-50m.bin";

pub fn write(arguments: &[String]) -> Result<(), Box<dyn Error>> {
    let [source] = arguments else { return Err("usage: cargo xtask outlines countries-50m.json".into()) };
    let bytes = std::fs::read(source).map_err(|error| format!("{source} cannot be read: {error}"))?;
    let bytes = converted(&bytes)?;
    std::fs::write(crate::root().join(TARGET), &bytes)?;
    println!("{TARGET}: {} bytes; its digest and that of the source belong into SHA256SUMS and README.md", bytes.len());
    Ok(())
}

/// The compact file, of the bytes of a TopoJSON file.
fn converted(json: &[u8]) -> Result<Vec<u8>, Box<dyn Error>> {
    let topology: Value = serde_json::from_slice(json)?;
    let mut out = MAGIC.to_vec();
    for key in ["scale", "translate"] {
        for axis in 0..2 {
            let number =
                topology["transform"][key][axis].as_f64().ok_or(format!("transform/{key} is no pair of numbers"))?;
            out.extend(number.to_le_bytes());
        }
    }
    let arcs = topology["arcs"].as_array().ok_or("there are no arcs")?;
    unsigned(&mut out, arcs.len() as u64);
    for arc in arcs {
        let points = arc.as_array().ok_or("an arc is no list")?;
        unsigned(&mut out, points.len() as u64);
        for point in points {
            for axis in 0..2 {
                signed(&mut out, point[axis].as_i64().ok_or("a point of an arc is no pair of whole numbers")?);
            }
        }
    }
    let land = rings(&topology["objects"]["land"])?;
    unsigned(&mut out, land.len() as u64);
    for ring in &land {
        unsigned(&mut out, ring.len() as u64);
        ring.iter().for_each(|arc| signed(&mut out, *arc));
    }
    let between = between(&topology["objects"]["countries"])?;
    unsigned(&mut out, between.len() as u64);
    between.iter().for_each(|arc| unsigned(&mut out, *arc));
    Ok(out)
}

/// The rings of an object, as numbers of arcs; one that is reversed is the complement.
fn rings(object: &Value) -> Result<Vec<Vec<i64>>, Box<dyn Error>> {
    if let Some(geometries) = object["geometries"].as_array() {
        return geometries.iter().map(rings).collect::<Result<Vec<_>, _>>().map(|all| all.concat());
    }
    let polygons: Vec<&Value> = match object["type"].as_str() {
        Some("Polygon") => vec![&object["arcs"]],
        Some("MultiPolygon") => object["arcs"].as_array().ok_or("a polygon has no arcs")?.iter().collect(),
        other => return Err(format!("there are only polygons to be read, not {other:?}").into()),
    };
    let mut found = Vec::new();
    for ring in polygons.iter().flat_map(|p| p.as_array().into_iter().flatten()) {
        let arcs = ring.as_array().ok_or("a ring is no list")?;
        let arcs: Option<Vec<i64>> = arcs.iter().map(Value::as_i64).collect();
        found.push(arcs.ok_or("an arc of a ring is no whole number")?);
    }
    Ok(found)
}

/// The arcs that two countries share.
fn between(countries: &Value) -> Result<Vec<u64>, Box<dyn Error>> {
    let mut users: BTreeMap<u64, usize> = BTreeMap::new();
    for country in countries["geometries"].as_array().ok_or("there are no countries")? {
        let mut arcs: Vec<u64> = rings(country)?.concat().iter().map(|arc| arc.max(&!arc).unsigned_abs()).collect();
        arcs.sort_unstable();
        arcs.dedup();
        arcs.into_iter().for_each(|arc| *users.entry(arc).or_default() += 1);
    }
    Ok(users.into_iter().filter(|(_, n)| *n > 1).map(|(arc, _)| arc).collect())
}

/// A number in groups of seven bits, the lowest first (LEB128).
fn unsigned(out: &mut Vec<u8>, mut n: u64) {
    while n >= 0x80 {
        out.push((n & 0x7F) as u8 | 0x80);
        n >>= 7;
    }
    out.push(n as u8);
}

/// A number of either sign, those near zero being short.
fn signed(out: &mut Vec<u8>, n: i64) {
    unsigned(out, ((n << 1) ^ (n >> 63)) as u64);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_squares_share_an_arc() {
        let json = br#"{"type":"Topology","transform":{"scale":[1,1],"translate":[0,0]},
            "arcs":[[[1,0],[0,300]],[[1,300],[-1,0],[0,-300],[1,0]],[[1,0],[1,0],[0,300],[-1,0]]],
            "objects":{"countries":{"geometries":[{"type":"Polygon","arcs":[[0,1]]},{"type":"MultiPolygon","arcs":[[[2,-1]]]}]},
                       "land":{"geometries":[{"type":"Polygon","arcs":[[2,1]]}]}}}"#;
        let bytes = converted(json).unwrap();
        let tail = bytes.strip_prefix(MAGIC).unwrap();
        assert_eq!(tail[..8], 1.0f64.to_le_bytes());
        // Three arcs, of which the first has two points; 300 takes two bytes.
        assert_eq!(tail[32..39], [3, 2, 2, 0, 0, 0xD8, 0x04]);
        // One ring of the arcs 2 and 1; one arc between countries, the first.
        assert!(tail.ends_with(&[1, 2, 4, 2, 1, 0]), "{tail:?}");
    }

    #[test]
    fn what_is_no_topology_is_refused() {
        for json in ["", "{}", r#"{"transform":{"scale":[1,1],"translate":[0,0]}}"#] {
            assert!(converted(json.as_bytes()).is_err(), "{json}");
        }
    }
}
