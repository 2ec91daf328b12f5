//! Who was moved from where to where?
//!
//! Bands from places of departure on the left to places of arrival on the right (after Sankey 1898), as wide as the movements
//! are many. A place can stand on both sides, so that there and back is no riddle.

use super::coverage::counted;
use super::row::{heading, nothing};
use crate::svg::{Anchor, BLUE, Drawing, GREY, INK, PALE, fitted};
use crate::wording::grouped;
use std::collections::BTreeMap;

/// Movements from one place to another.
#[derive(Clone, Debug)]
pub struct Flow {
    /// From where, by the place in the list of facilities; absent if that is not known.
    pub from: Option<usize>,
    /// To where; absent if that is not known.
    pub to: Option<usize>,
    /// How many.
    pub moved: u64,
}

/// Movements between facilities.
#[derive(Clone, Debug)]
pub struct Flows {
    /// What is shown.
    pub title: String,
    /// What is counted, such as `transfers` or `people`.
    pub unit: String,
    /// The facilities, by code or name, in the order in which they are to stand.
    pub facilities: Vec<String>,
    /// The movements. Those that stand here twice are added up.
    pub flows: Vec<Flow>,
}

/// Facilities on a side; the rest is one band of others. A page holds about as many with their labels.
const SHOWN: usize = 24;
/// A band is at least this high, or one movement beside thousands would vanish.
const THINNEST: f64 = 1.0;
/// A band from this height on has room for its number.
const LABELLED: f64 = 7.5;

/// The grounds of bands by their place of departure; ink is readable on each.
const GROUNDS: [&str; 3] = [PALE, "#EDEDED", "#9CC5E0"];

const NAMES: f64 = 150.0;
const BANDS: f64 = 300.0;
const NODE: f64 = 8.0;
const GAP: f64 = 10.0;
const TOP: f64 = 50.0;
/// The height of all bands of a side together when there are few places, and what each further place adds.
const HEIGHT: f64 = 200.0;
const FURTHER: f64 = 10.0;

/// A facility, all those that have no place of their own, or one that is not known.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Node {
    Of(usize),
    Others,
    Unknown,
}

/// Where a node stands on its side, and how much of it is taken by bands.
struct Stand {
    y: f64,
    height: f64,
    taken: f64,
    moved: u64,
}

impl Flows {
    /// The same in a sentence, for those who cannot see it.
    pub fn alt(&self) -> String {
        let flows = self.summed();
        let all = flows.values().fold(0u64, |sum, n| sum.saturating_add(*n));
        let name = |i: Option<usize>| {
            i.and_then(|i| self.facilities.get(i)).map_or("a place that is not known", String::as_str)
        };
        let largest = flows.iter().max_by(|a, b| a.1.cmp(b.1).then_with(|| b.0.cmp(a.0)));
        let largest = largest.map_or(String::new(), |((from, to), n)| {
            format!(" The most, {}, are from {} to {}.", grouped(*n as f64), name(*from), name(*to))
        });
        let unknown = flows.iter().filter(|((from, to), _)| from.is_none() || to.is_none());
        let unknown = unknown.fold(0u64, |sum, (_, n)| sum.saturating_add(*n));
        format!(
            "Bands between {}: {} {} between {}, of which {} with a place that is not known.{largest}",
            counted(self.facilities.len(), "place"),
            grouped(all as f64),
            self.unit,
            counted(flows.len(), "pair"),
            grouped(unknown as f64),
        )
    }

    /// The movements between each two places; what names no facility is left out, as is what moved nobody.
    fn summed(&self) -> BTreeMap<(Option<usize>, Option<usize>), u64> {
        let mut flows = BTreeMap::new();
        let known = |i: Option<usize>| i.is_none_or(|i| i < self.facilities.len());
        for flow in self.flows.iter().filter(|f| f.moved > 0 && known(f.from) && known(f.to)) {
            let sum: &mut u64 = flows.entry((flow.from, flow.to)).or_default();
            *sum = sum.saturating_add(flow.moved);
        }
        flows
    }
}

/// The movements as a drawing.
pub fn flows(of: &Flows) -> String {
    let width = 2.0 * NAMES + BANDS;
    let summed = of.summed();
    if summed.is_empty() {
        return nothing(width, &of.title, &of.alt());
    }
    let keeps = [side(&summed, |f| f.0), side(&summed, |f| f.1)];
    let node = |i: Option<usize>, keep: &[usize]| match i {
        None => Node::Unknown,
        Some(i) if keep.binary_search(&i).is_ok() => Node::Of(i),
        Some(_) => Node::Others,
    };
    let mut bands: BTreeMap<(Node, Node), u64> = BTreeMap::new();
    for ((from, to), n) in &summed {
        let sum = bands.entry((node(*from, &keeps[0]), node(*to, &keeps[1]))).or_default();
        *sum = sum.saturating_add(*n);
    }
    let all = bands.values().map(|n| *n as f64).sum::<f64>().max(1.0);
    let most = keeps[0].len().max(keeps[1].len());
    let per_one = (HEIGHT + FURTHER * most as f64) / all;
    let mut left = stands(&bands, |b| b.0, per_one);
    let mut right = stands(&bands, |b| b.1, per_one);
    let bottom = left.values().chain(right.values()).map(|s| s.y + s.height).fold(TOP, f64::max);
    let mut drawing = Drawing::new(width, bottom + 34.0);
    heading(&mut drawing, width, &of.title);
    drawing.text(NAMES, 36.0, 8.5, Anchor::End, "from");
    drawing.text(NAMES + BANDS, 36.0, 8.5, Anchor::Start, "to");
    let unlabelled = draw_bands(&mut drawing, &bands, (&mut left, &mut right), per_one);
    for (stands, x, anchor) in [(&left, NAMES - NODE, Anchor::End), (&right, NAMES + BANDS, Anchor::Start)] {
        for (node, stand) in stands {
            draw_node(&mut drawing, of, (*node, stand), x, anchor);
        }
    }
    let mut note = format!("The number of {} stands with each place and, where there is room, in each band.", of.unit);
    if unlabelled > 0 {
        note += &format!(" {} without: the table has them.", counted(unlabelled, "band"));
    }
    drawing.text(6.0, bottom + 22.0, 8.0, Anchor::Start, &fitted(&note, 8.0, width - 12.0));
    drawing.described(&of.title, &of.alt())
}

/// The facilities with the most movements on a side, by their place.
fn side(
    summed: &BTreeMap<(Option<usize>, Option<usize>), u64>,
    end: impl Fn(&(Option<usize>, Option<usize>)) -> Option<usize>,
) -> Vec<usize> {
    let mut totals: BTreeMap<usize, u64> = BTreeMap::new();
    for (pair, n) in summed {
        if let Some(i) = end(pair) {
            let sum = totals.entry(i).or_default();
            *sum = sum.saturating_add(*n);
        }
    }
    let mut order: Vec<(usize, u64)> = totals.into_iter().collect();
    order.sort_by_key(|(i, n)| (std::cmp::Reverse(*n), *i));
    let mut kept: Vec<usize> = order.into_iter().take(SHOWN).map(|(i, _)| i).collect();
    kept.sort_unstable();
    kept
}

fn thickness(n: u64, per_one: f64) -> f64 {
    (n as f64 * per_one).max(THINNEST)
}

fn stands(
    bands: &BTreeMap<(Node, Node), u64>,
    end: impl Fn(&(Node, Node)) -> Node,
    per_one: f64,
) -> BTreeMap<Node, Stand> {
    let mut stands: BTreeMap<Node, Stand> = BTreeMap::new();
    for (pair, n) in bands {
        let stand = stands.entry(end(pair)).or_insert(Stand { y: 0.0, height: 0.0, taken: 0.0, moved: 0 });
        stand.height += thickness(*n, per_one);
        stand.moved = stand.moved.saturating_add(*n);
    }
    let mut y = TOP;
    for stand in stands.values_mut() {
        stand.y = y;
        // A label needs room even where the bands do not.
        y += stand.height.max(4.0) + GAP;
    }
    stands
}

/// Draws the bands, the widest first so that none hides a narrower one, and says how many have no number.
fn draw_bands(
    drawing: &mut Drawing,
    bands: &BTreeMap<(Node, Node), u64>,
    (left, right): (&mut BTreeMap<Node, Stand>, &mut BTreeMap<Node, Stand>),
    per_one: f64,
) -> usize {
    let mut placed = Vec::new();
    for ((from, to), n) in bands {
        let height = thickness(*n, per_one);
        let (Some(a), Some(b)) = (left.get_mut(from), right.get_mut(to)) else { continue };
        placed.push((*n, height, a.y + a.taken, b.y + b.taken, *from));
        a.taken += height;
        b.taken += height;
    }
    placed.sort_by_key(|p| std::cmp::Reverse(p.0));
    // Bands of places that follow one another differ, so that they can be told apart where they cross.
    let grounds: BTreeMap<Node, &str> = left.keys().copied().zip(GROUNDS.into_iter().cycle()).collect();
    for (_, height, from, to, node) in &placed {
        let (above, below) = (edge(*from, *to), edge(from + height, to + height));
        let points: Vec<(f64, f64)> = above.into_iter().chain(below.into_iter().rev()).collect();
        drawing.shape(&points, grounds.get(node).copied().unwrap_or(PALE), BLUE, 0.5, "");
    }
    let mut unlabelled = 0;
    for (n, height, from, to, _) in &placed {
        if *height < LABELLED {
            unlabelled += 1;
            continue;
        }
        let label = grouped(*n as f64);
        drawing.text(NAMES + 5.0, from + height / 2.0 + 2.8, 8.0, Anchor::Start, &label);
        drawing.text(NAMES + BANDS - 5.0, to + height / 2.0 + 2.8, 8.0, Anchor::End, &label);
    }
    unlabelled
}

/// An edge of a band from side to side: level at both ends.
fn edge(from: f64, to: f64) -> Vec<(f64, f64)> {
    const STEPS: u32 = 20;
    let at = |i: u32| {
        let t = f64::from(i) / f64::from(STEPS);
        (NAMES + BANDS * t, from + (to - from) * t * t * (3.0 - 2.0 * t))
    };
    (0..=STEPS).map(at).collect()
}

fn draw_node(drawing: &mut Drawing, of: &Flows, (node, stand): (Node, &Stand), x: f64, anchor: Anchor) {
    drawing.rect(x, stand.y, NODE, stand.height.max(1.5), if node == Node::Unknown { GREY } else { INK });
    let name = match node {
        Node::Of(i) => of.facilities.get(i).map_or("", String::as_str),
        Node::Others => "other places",
        Node::Unknown => "not known",
    };
    let number = grouped(stand.moved as f64);
    let room = NAMES - NODE - 20.0 - crate::fonts::width(&number) * 9.0;
    let name = fitted(name, 9.0, room);
    let y = stand.y + stand.height / 2.0 + 3.0;
    // The number stands by the node and apart, so that a name that is read from right to left does not swallow it.
    let step = crate::fonts::width(&number) * 9.0 + 6.0;
    let (by, beyond) = match anchor {
        Anchor::End => (x - 5.0, x - 5.0 - step),
        _ => (x + NODE + 5.0, x + NODE + 5.0 + step),
    };
    drawing.text(by, y, 9.0, anchor, &number);
    drawing.text(beyond, y, 9.0, anchor, &name);
}
