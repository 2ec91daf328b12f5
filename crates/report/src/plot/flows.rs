//! Who was moved from where to where?
//!
//! Bands from places of departure on the left to places of arrival on the right (after Sankey 1898), as wide as the movements
//! are many. A place can stand on both sides, so that there and back is no riddle.

use super::row::{heading, nothing_in};
use super::spoken::{Words, fill, numbered};
use crate::svg::{Anchor, BLUE, Drawing, GREY, INK, PALE, fitted_with_code, wrapped};
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
/// A node and the gap under it hold two lines of a name from this height on.
const TWO_LINES: f64 = 22.0;
const BANDS: f64 = 240.0;
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
    pub fn alt(&self, words: &Words) -> String {
        let flows = self.summed();
        let all = flows.values().fold(0u64, |sum, n| sum.saturating_add(*n));
        let name = |i: Option<usize>| i.and_then(|i| self.facilities.get(i)).map_or(words.unknown, String::as_str);
        let number = |n: u64| grouped(n as f64);
        let largest = flows.iter().max_by(|a, b| a.1.cmp(b.1).then_with(|| b.0.cmp(a.0)));
        let largest = largest.map_or(String::new(), |((from, to), n)| {
            let slots = [("n", number(*n)), ("from", name(*from).into()), ("to", name(*to).into())];
            let gap = if words.lang == "zh" { "" } else { " " };
            gap.to_string() + &words.say(words.most_moved, &slots)
        });
        let unknown = flows.iter().filter(|((from, to), _)| from.is_none() || to.is_none());
        let unknown = unknown.fold(0u64, |sum, (_, n)| sum.saturating_add(*n));
        let slots = [
            ("places", number(self.facilities.len() as u64)),
            ("unit", self.unit.clone()),
            ("all", number(all)),
            ("pairs", number(flows.len() as u64)),
            ("unknown", number(unknown)),
        ];
        words.say(words.flows, &slots) + &largest
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
pub fn flows(of: &Flows, words: &Words) -> String {
    let width = 2.0 * NAMES + BANDS;
    let summed = of.summed();
    if summed.is_empty() {
        return nothing_in(words, width, &of.title, &of.alt(words));
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
    let unlabelled = bands.values().filter(|n| thickness(**n, per_one) < LABELLED).count();
    let mut notes = vec![fill(words.numbers_stand, &[("unit", &of.unit)])];
    if unlabelled > 0 {
        notes.push(numbered(words.bands_left, unlabelled));
    }
    let notes: Vec<String> = notes.iter().flat_map(|note| wrapped(note, 8.0, width - 12.0, 2)).collect();
    let mut drawing = words.drawing(width, bottom + 23.0 + 11.0 * notes.len() as f64);
    heading(&mut drawing, width, &of.title);
    drawing.text(NAMES, 36.0, 8.5, Anchor::End, words.from);
    drawing.text(NAMES + BANDS, 36.0, 8.5, Anchor::Start, words.to);
    draw_bands(&mut drawing, &bands, (&mut left, &mut right), per_one);
    for (stands, x, anchor) in [(&left, NAMES - NODE, Anchor::End), (&right, NAMES + BANDS, Anchor::Start)] {
        for (node, stand) in stands {
            draw_node(&mut drawing, of, words, (*node, stand), (x, anchor));
        }
    }
    for (i, note) in notes.iter().enumerate() {
        drawing.note(bottom + 22.0 + 11.0 * i as f64, 8.0, words.rtl(), note);
    }
    drawing.described(&of.title, &of.alt(words))
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

/// Draws the bands, the widest first so that none hides a narrower one. One that is too narrow has no number.
fn draw_bands(
    drawing: &mut Drawing,
    bands: &BTreeMap<(Node, Node), u64>,
    (left, right): (&mut BTreeMap<Node, Stand>, &mut BTreeMap<Node, Stand>),
    per_one: f64,
) {
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
    for (n, height, from, to, _) in placed.iter().filter(|band| band.1 >= LABELLED) {
        let label = grouped(*n as f64);
        drawing.text(NAMES + 5.0, from + height / 2.0 + 2.8, 8.0, Anchor::Start, &label);
        drawing.text(NAMES + BANDS - 5.0, to + height / 2.0 + 2.8, 8.0, Anchor::End, &label);
    }
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

fn draw_node(
    drawing: &mut Drawing,
    of: &Flows,
    words: &Words,
    (node, stand): (Node, &Stand),
    (x, anchor): (f64, Anchor),
) {
    drawing.rect(x, stand.y, NODE, stand.height.max(1.5), if node == Node::Unknown { GREY } else { INK });
    let name = match node {
        Node::Of(i) => of.facilities.get(i).map_or("", String::as_str),
        Node::Others => words.others,
        Node::Unknown => words.unknown,
    };
    let number = grouped(stand.moved as f64);
    let room = NAMES - NODE - 20.0 - crate::fonts::width(&number) * 9.0;
    // A name that is too long stands in two lines where its neighbours leave room for them.
    let lines = if stand.height + GAP >= TWO_LINES { wrapped(name, 9.0, room, 2) } else { Vec::new() };
    let lines = if lines.len() > 1 && !lines.iter().any(|line| line.ends_with('…')) {
        lines
    } else {
        vec![fitted_with_code(name, 9.0, room)]
    };
    let y = stand.y + stand.height / 2.0 + 3.0;
    // The number stands by the node and apart, so that a name that is read from right to left does not swallow it.
    let step = crate::fonts::width(&number) * 9.0 + 6.0;
    let (by, beyond) = match anchor {
        Anchor::End => (x - 5.0, x - 5.0 - step),
        _ => (x + NODE + 5.0, x + NODE + 5.0 + step),
    };
    drawing.text(by, y, 9.0, anchor, &number);
    let first = y - 5.0 * lines.len().saturating_sub(1) as f64;
    for (i, line) in lines.iter().enumerate() {
        drawing.text(beyond, first + 10.0 * i as f64, 9.0, anchor, line);
    }
}
