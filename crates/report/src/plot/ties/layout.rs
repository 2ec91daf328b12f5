//! Where do sources stand so that their ties can be followed?
//!
//! Sources of one origin stand together: below one another where they relay (layers after Sugiyama, Tagawa & Toda 1981), on a
//! ring where the ties have no direction. The groups stand on an ellipse if lines go between them, so that few lines pass behind a
//! third group, and in rows otherwise. Nothing is drawn at random: the same ties give the same picture.

use super::{Edge, Node};
use std::collections::{BTreeMap, BTreeSet};
use std::f64::consts::TAU;

/// The height of a node.
pub(super) const HIGH: f64 = 17.0;
/// A node is at most so wide.
const WIDEST: f64 = 110.0;
const ACROSS: f64 = 16.0;
/// Between layers there is room for a key.
const DOWN: f64 = 32.0;
const PAD: f64 = 10.0;
/// The name of a box needs a line.
const NAME: f64 = 13.0;
/// Between groups; half of it at least is left between two, where a key and the head of an arrow must find room.
const APART: f64 = 40.0;
/// Nodes in a row of a layer; a wider layer has several rows.
const ROW: usize = 7;
/// Pieces of which a bent line is made.
const STEPS: u32 = 16;
/// The width in which rows of groups are broken.
const PAGE: f64 = 548.0;

/// The middle of a node, with its width.
#[derive(Clone, Copy, Default)]
pub(super) struct Spot {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) width: f64,
}

/// The frame of a group.
#[derive(Clone, Copy, Default)]
pub(super) struct Frame {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

/// A line with the place of its key.
pub(super) struct Path {
    pub(super) points: Vec<(f64, f64)>,
    pub(super) label: (f64, f64),
}

/// A graph that has its places.
pub(super) struct Placed {
    pub(super) spots: Vec<Spot>,
    pub(super) frames: Vec<Frame>,
    pub(super) paths: Vec<Path>,
    pub(super) width: f64,
    pub(super) height: f64,
}

/// Places nodes, frames and lines. Every end of an edge is a node, and every node's group has a name, if an empty one.
pub(super) fn place(nodes: &[Node], edges: &[Edge], boxes: &[String]) -> Placed {
    let wide = |n: &Node| (crate::fonts::width(&n.label) * 8.5 + 12.0).clamp(34.0, WIDEST);
    let mut spots: Vec<Spot> = nodes.iter().map(|n| Spot { width: wide(n), ..Spot::default() }).collect();
    let mut frames = vec![Frame::default(); boxes.len()];
    for (group, (frame, name)) in frames.iter_mut().zip(boxes).enumerate() {
        let members: Vec<usize> = (0..nodes.len()).filter(|i| nodes[*i].group == group).collect();
        *frame = within(&members, edges, &mut spots, name);
    }
    let across = edges.iter().any(|e| nodes[e.ends.0].group != nodes[e.ends.1].group);
    let centres = if across { ellipse(&frames) } else { rows(&frames) };
    let left = centres.iter().zip(&frames).map(|(c, f)| c.0 - f.width / 2.0).fold(f64::INFINITY, f64::min);
    let top = centres.iter().zip(&frames).map(|(c, f)| c.1 - f.height / 2.0).fold(f64::INFINITY, f64::min);
    for (frame, (x, y)) in frames.iter_mut().zip(centres) {
        (frame.x, frame.y) = (x - left - frame.width / 2.0, y - top - frame.height / 2.0);
    }
    for (spot, node) in spots.iter_mut().zip(nodes) {
        (spot.x, spot.y) = (spot.x + frames[node.group].x, spot.y + frames[node.group].y);
    }
    let mut degrees = vec![0usize; nodes.len()];
    for edge in edges.iter().filter(|e| e.solid) {
        degrees[edge.ends.0] += 1;
        degrees[edge.ends.1] += 1;
    }
    let width = frames.iter().map(|f| f.x + f.width).fold(0.0, f64::max);
    let height = frames.iter().map(|f| f.y + f.height).fold(0.0, f64::max);
    let paths = edges.iter().map(|e| path(e, &spots, &degrees, (width, height))).collect();
    Placed { spots, frames, paths, width, height }
}

/// Places the nodes of a group in its own frame, which begins at zero.
fn within(members: &[usize], edges: &[Edge], spots: &mut [Spot], name: &str) -> Frame {
    let set: BTreeSet<usize> = members.iter().copied().collect();
    let inner: Vec<&Edge> =
        edges.iter().filter(|e| e.solid && set.contains(&e.ends.0) && set.contains(&e.ends.1)).collect();
    if members.len() > 2 && inner.iter().all(|e| e.arrow.is_none()) {
        ring(members, spots);
    } else {
        layered(members, &inner, spots);
    }
    let boxed = !name.is_empty();
    let (pad, above) = if boxed { (PAD, PAD + NAME) } else { (0.0, 0.0) };
    let bounds = |low: &dyn Fn(&Spot) -> f64| members.iter().map(|i| low(&spots[*i])).fold(f64::INFINITY, f64::min);
    let (left, top) = (bounds(&|s| s.x - s.width / 2.0), bounds(&|s| s.y - HIGH / 2.0));
    let (right, bottom) = (-bounds(&|s| -s.x - s.width / 2.0), -bounds(&|s| -s.y - HIGH / 2.0));
    if members.is_empty() {
        return Frame::default();
    }
    let named = if boxed { crate::fonts::width("origin ") + crate::fonts::width(name) } else { 0.0 };
    let width = (right - left + 2.0 * pad).max((named * 8.0 + 10.0).min(2.0 * WIDEST));
    let shift = (width - (right - left)) / 2.0 - left;
    for i in members {
        (spots[*i].x, spots[*i].y) = (spots[*i].x + shift, spots[*i].y - top + above);
    }
    Frame { x: 0.0, y: 0.0, width, height: bottom - top + above + pad }
}

/// Nodes whose ties have no direction.
fn ring(members: &[usize], spots: &mut [Spot]) {
    let widest = members.iter().map(|i| spots[*i].width).fold(0.0, f64::max);
    let n = members.len() as f64;
    // Neighbours above one another need less room than those beside one another.
    let radius = (n * (HIGH + 18.0) / TAU).max(36.0);
    for (k, i) in members.iter().enumerate() {
        let angle = TAU * k as f64 / n - TAU / 4.0;
        (spots[*i].x, spots[*i].y) = ((radius + widest * 0.6) * angle.cos(), radius * angle.sin());
    }
}

/// Nodes in layers: what relays stands below what it relays.
fn layered(members: &[usize], edges: &[&Edge], spots: &mut [Spot]) {
    let layers = layers(members, edges);
    let mut neighbours: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for edge in edges {
        neighbours.entry(edge.ends.0).or_default().push(edge.ends.1);
        neighbours.entry(edge.ends.1).or_default().push(edge.ends.0);
    }
    let depth = layers.values().max().map_or(0, |d| d + 1);
    let mut by_layer = vec![Vec::new(); depth];
    members.iter().for_each(|i| by_layer[layers[i]].push(*i));
    let mut y = 0.0;
    let mut placed: BTreeMap<usize, f64> = BTreeMap::new();
    for layer in &mut by_layer {
        // Each stands near those above to which it is tied, which keeps lines from crossing.
        let weight = |i: &usize| {
            let above: Vec<f64> =
                neighbours.get(i).into_iter().flatten().filter_map(|k| placed.get(k)).copied().collect();
            above.iter().sum::<f64>() / above.len().max(1) as f64
        };
        layer.sort_by(|a, b| weight(a).total_cmp(&weight(b)).then(a.cmp(b)));
        let rows = layer.len().div_ceil(ROW).max(1);
        for (r, row) in layer.chunks(layer.len().div_ceil(rows).max(1)).enumerate() {
            let wide: f64 = row.iter().map(|i| spots[*i].width + ACROSS).sum();
            // Every other row is shifted, so that lines to it pass between the nodes of the one above.
            let shift = if r % 2 == 1 { (wide / row.len().max(1) as f64) / 2.0 } else { 0.0 };
            let mut x = -wide / 2.0 + shift;
            for i in row {
                let half = (spots[*i].width + ACROSS) / 2.0;
                (spots[*i].x, spots[*i].y) = (x + half, y);
                x += 2.0 * half;
            }
            y += HIGH + DOWN;
        }
        placed.extend(layer.iter().map(|i| (*i, spots[*i].x)));
    }
}

/// The layer of each node: one more than the lowest of those it relays. In a circle of relays, which is a fault of the sources and
/// not of the picture, the first stands above.
fn layers(members: &[usize], edges: &[&Edge]) -> BTreeMap<usize, usize> {
    let mut layers: BTreeMap<usize, usize> = BTreeMap::new();
    let mut waits: BTreeMap<usize, BTreeSet<usize>> = members.iter().map(|i| (*i, BTreeSet::new())).collect();
    for edge in edges {
        if let Some(by) = edge.arrow {
            let told = if by == edge.ends.0 { edge.ends.1 } else { edge.ends.0 };
            waits.entry(by).or_default().insert(told);
        }
    }
    while !waits.is_empty() {
        let free = |w: &BTreeSet<usize>| w.iter().all(|told| layers.contains_key(told));
        let ready: Vec<usize> = waits.iter().filter(|(_, w)| free(w)).map(|(i, _)| *i).collect();
        let ready = if ready.is_empty() { waits.keys().take(1).copied().collect() } else { ready };
        let mut found = Vec::new();
        for i in ready {
            let told = waits.remove(&i).unwrap_or_default();
            let layer = told.iter().filter_map(|t| layers.get(t)).max().map_or(0, |l| l + 1);
            found.push((i, layer));
        }
        layers.extend(found);
    }
    layers
}

/// Groups in rows of a page's width.
fn rows(frames: &[Frame]) -> Vec<(f64, f64)> {
    let (mut x, mut y, mut tallest) = (0.0, 0.0, 0.0f64);
    let mut centres = Vec::with_capacity(frames.len());
    for frame in frames {
        if x > 0.0 && x + frame.width > PAGE {
            (x, y, tallest) = (0.0, y + tallest + APART, 0.0);
        }
        centres.push((x + frame.width / 2.0, y + frame.height / 2.0));
        x += frame.width + APART;
        tallest = tallest.max(frame.height);
    }
    centres
}

/// Groups on an ellipse that grows until none overlaps another: broad while there are few, then as high as it must be, since a
/// page is higher than it is broad.
fn ellipse(frames: &[Frame]) -> Vec<(f64, f64)> {
    let widest = frames.iter().map(|f| f.width).fold(0.0, f64::max);
    let around: f64 = frames.iter().map(|f| f.width.hypot(f.height) + APART).sum();
    let broadest = ((PAGE - widest) / 2.0).max(widest);
    let mut radius = 40.0f64;
    let mut tight = None;
    // On a circle of the largest radius the chords are longer than any two groups.
    while radius < around * 2.0 + 400.0 {
        let axes = ((radius * 1.25).min(broadest), radius * 0.85);
        let at = |angle: f64| (axes.0 * (angle - TAU / 4.0).cos(), axes.1 * (angle - TAU / 4.0).sin());
        if let Some((angles, all)) = walk(frames, &at) {
            let spread: Vec<(f64, f64)> = angles.iter().map(|a| at(a * TAU / all)).collect();
            if are_apart(frames, &spread) {
                return spread;
            }
            let close: Vec<(f64, f64)> = angles.iter().map(|a| at(*a)).collect();
            if tight.is_none() && are_apart(frames, &close) {
                tight = Some((radius, close));
            }
        }
        // To share out what is left of the way is worth a little more paper and no more.
        if tight.as_ref().is_some_and(|(first, _)| radius > first * 1.25) {
            break;
        }
        radius = radius * 1.04 + 1.0;
    }
    tight.map_or_else(|| rows(frames), |(_, close)| close)
}

/// Angles at which groups stand round an ellipse, each as near to the one before as it may, and the angle after the last. Nothing
/// if they do not fit.
fn walk(frames: &[Frame], at: &dyn Fn(f64) -> (f64, f64)) -> Option<(Vec<f64>, f64)> {
    /// Half a degree: finer than anybody sees.
    const STEP: f64 = TAU / 720.0;
    let mut angles = vec![0.0];
    let mut angle = 0.0;
    for (a, b) in frames.iter().zip(frames.iter().cycle().skip(1)) {
        let from = at(angle);
        while !is_apart((a, from), (b, at(angle))) {
            angle += STEP;
            if angle > TAU {
                return None;
            }
        }
        angles.push(angle);
    }
    let all = angles.pop().filter(|all| *all > 0.0)?;
    Some((angles, all))
}

fn is_apart((f, a): (&Frame, (f64, f64)), (g, b): (&Frame, (f64, f64))) -> bool {
    let gap = APART / 2.0;
    (a.0 - b.0).abs() >= (f.width + g.width) / 2.0 + gap || (a.1 - b.1).abs() >= (f.height + g.height) / 2.0 + gap
}

fn are_apart(frames: &[Frame], centres: &[(f64, f64)]) -> bool {
    let all: Vec<(&Frame, (f64, f64))> = frames.iter().zip(centres.iter().copied()).collect();
    all.iter().enumerate().all(|(i, a)| all.iter().skip(i + 1).all(|b| is_apart(*a, *b)))
}

/// The line between two nodes, from frame to frame. It goes round nodes that stand in its way.
fn path(edge: &Edge, spots: &[Spot], degrees: &[usize], (width, height): (f64, f64)) -> Path {
    let (a, b) = edge.ends;
    // An arrow ends at the node that relays.
    let (from, to) = if edge.arrow == Some(a) { (b, a) } else { (a, b) };
    let (start, end) = (spots[from], spots[to]);
    let (dx, dy) = (end.x - start.x, end.y - start.y);
    let long = dx.hypot(dy).max(1.0);
    let others = || spots.iter().enumerate().filter(|(i, _)| *i != from && *i != to).map(|(_, s)| s);
    let drawn = |bend: f64| {
        let (x, y) = ((start.x + end.x) / 2.0 + dy / long * bend, (start.y + end.y) / 2.0 - dx / long * bend);
        let at = |t: f64| {
            let of = |p: f64, q: f64, r: f64| (1.0 - t) * (1.0 - t) * p + 2.0 * t * (1.0 - t) * q + t * t * r;
            (of(start.x, x, end.x), of(start.y, y, end.y))
        };
        (0..=STEPS).map(|i| at(f64::from(i) / f64::from(STEPS))).collect::<Vec<(f64, f64)>>()
    };
    let inside = |p: &(f64, f64)| (0.0..=width).contains(&p.0) && (0.0..=height).contains(&p.1);
    let free = |bend: &f64| {
        let points = drawn(*bend);
        points.iter().all(inside) && points.windows(2).all(|ends| !others().any(|s| crosses(s, ends)))
    };
    // The mildest bend that goes round everything, to either side; where there is none the line stays straight.
    let bends = [0.0, 30.0, 60.0, 100.0, 160.0, 240.0, 340.0].into_iter().flat_map(|bend| [bend, -bend]);
    let bend = bends.into_iter().find(free).unwrap_or(0.0);
    let outside = |p: &(f64, f64)| !holds(&start, *p) && !holds(&end, *p);
    let outer: Vec<(f64, f64)> = drawn(bend).into_iter().filter(outside).collect();
    let first = border(&start, outer.first().copied().unwrap_or((end.x, end.y)));
    let last = border(&end, outer.last().copied().unwrap_or((start.x, start.y)));
    // Where many lines meet their keys would cover one another, so a key stands nearer the end with fewer.
    let further = degrees[from] > degrees[to] || (degrees[from] == degrees[to] && from < to);
    let along = if further { 0.57 } else { 0.43 };
    if bend == 0.0 {
        let label = (first.0 + (last.0 - first.0) * along, first.1 + (last.1 - first.1) * along);
        return Path { points: vec![first, last], label };
    }
    let label = outer.get((outer.len() as f64 * along) as usize).copied().unwrap_or(first);
    Path { points: [vec![first], outer, vec![last]].concat(), label }
}

/// Where a line from the middle of a node towards a point leaves it.
fn border(spot: &Spot, towards: (f64, f64)) -> (f64, f64) {
    let (dx, dy) = (towards.0 - spot.x, towards.1 - spot.y);
    let across = if dx == 0.0 { f64::INFINITY } else { spot.width / 2.0 / dx.abs() };
    let down = if dy == 0.0 { f64::INFINITY } else { HIGH / 2.0 / dy.abs() };
    let t = across.min(down).min(1.0);
    (spot.x + dx * t, spot.y + dy * t)
}

fn holds(spot: &Spot, (x, y): (f64, f64)) -> bool {
    (x - spot.x).abs() <= spot.width / 2.0 && (y - spot.y).abs() <= HIGH / 2.0
}

/// Whether a piece of a line passes through a node.
fn crosses(spot: &Spot, ends: &[(f64, f64)]) -> bool {
    let [a, b] = ends else { return false };
    let (mut enters, mut leaves) = (0.0f64, 1.0f64);
    for (from, to, middle, half) in [(a.0, b.0, spot.x, spot.width / 2.0), (a.1, b.1, spot.y, HIGH / 2.0)] {
        let (low, high, way) = (middle - half - from, middle + half - from, to - from);
        if way == 0.0 {
            if low > 0.0 || high < 0.0 {
                return false;
            }
            continue;
        }
        let (one, other) = (low / way, high / way);
        (enters, leaves) = (enters.max(one.min(other)), leaves.min(one.max(other)));
    }
    enters <= leaves
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(label: &str, group: usize) -> Node {
        Node { label: label.into(), group }
    }

    fn relay(told: usize, by: usize) -> Edge {
        Edge { ends: (told.min(by), told.max(by)), solid: true, arrow: Some(by), keys: BTreeSet::new() }
    }

    #[test]
    fn what_relays_stands_below() {
        let nodes: Vec<Node> = ["S-1", "S-2", "S-3", "S-4"].map(|l| node(l, 0)).into();
        let placed = place(&nodes, &[relay(2, 0), relay(0, 1), relay(2, 3)], &["S-3".into()]);
        let y = |i: usize| placed.spots[i].y;
        assert!(y(2) < y(0) && y(0) < y(1) && y(0) == y(3));
    }

    #[test]
    fn a_circle_of_relays_has_an_end() {
        let nodes: Vec<Node> = ["S-1", "S-2", "S-3"].map(|l| node(l, 0)).into();
        let placed = place(&nodes, &[relay(0, 1), relay(1, 2), relay(2, 0)], &["S-1".into()]);
        assert!(placed.spots[0].y < placed.spots[1].y && placed.spots[1].y < placed.spots[2].y);
    }

    #[test]
    fn groups_do_not_overlap() {
        for across in [false, true] {
            for groups in [1usize, 2, 5, 23, 60] {
                let nodes: Vec<Node> = (0..groups * 2).map(|i| node(&format!("S-{i:03}"), i % groups)).collect();
                let light = Edge { ends: (0, groups - 1), solid: false, arrow: None, keys: BTreeSet::new() };
                let edges = if across && groups > 1 { vec![light] } else { Vec::new() };
                let placed = place(&nodes, &edges, &vec!["origin".to_string(); groups]);
                let overlap = |a: &Frame, b: &Frame| {
                    a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height
                };
                for (i, a) in placed.frames.iter().enumerate() {
                    assert!(placed.frames[i + 1..].iter().all(|b| !overlap(a, b)), "{groups} groups");
                }
            }
        }
    }
}
