//! Which sources are one origin, and why?
//!
//! A graph of sources by code. A solid line ties two that depend on one another, with a key to the reason; a light line joins two
//! that were examined and found independent; between two that nobody examined there is none, and they are counted in words.
//! Sources of one origin stand in one box.

mod layout;

use super::legend::{self, Sign};
use super::row::{heading, nothing_in};
use super::spoken::{Words, fill, numbered};
use crate::svg::{Anchor, Drawing, GREY, INK, LIGHT, fitted, wrapped};
use crate::wording::grouped;
use layout::{Placed, place};
use std::collections::{BTreeMap, BTreeSet};

/// A source.
#[derive(Clone, Debug)]
pub struct TiedSource {
    /// Its code.
    pub code: String,
    /// The code of its origin, which it shares with all that depend on the same; empty if it stands alone.
    pub origin: String,
}

/// What the examination of two sources found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TieKind {
    /// The first tells what the second told it.
    Relays,
    /// They depend on one another, or both on a third.
    Dependent,
    /// They were examined and do not.
    Independent,
}

/// Two sources that were examined.
#[derive(Clone, Debug)]
pub struct Tie {
    /// The two, by their place.
    pub between: (usize, usize),
    /// What was found.
    pub kind: TieKind,
    /// Why.
    pub reason: String,
}

/// Sources and what ties them.
#[derive(Clone, Debug)]
pub struct Ties {
    /// What is shown.
    pub title: String,
    /// The sources.
    pub sources: Vec<TiedSource>,
    /// The pairs that were examined. Of two findings on one pair the dependence counts.
    pub ties: Vec<Tie>,
}

/// Nodes that can still be read; beyond this each origin is one node, and beyond this many origins the largest are shown.
const NODES: usize = 60;
/// Rows of reasons; those beyond are counted in words. Two pages hold about as many.
const REASONS: usize = 60;

const LEAST: f64 = 560.0;
const TOP: f64 = 30.0;
const LINE: f64 = 11.0;
const KEYS: f64 = 40.0;
/// Light, and yet to be seen on paper.
const FAINT: &str = "#A8A8A8";

/// What is known of a pair, by the lower place first.
#[derive(Default)]
struct Pair<'a> {
    dependent: bool,
    /// The place of the source that relays, where one does.
    relays: Option<usize>,
    /// The reasons of the dependence, or if there is none those of the independence.
    reasons: BTreeSet<&'a str>,
}

/// A node of the drawing: a source, or an origin with all its sources.
struct Node {
    label: String,
    group: usize,
}

/// A line of the drawing between two nodes.
struct Edge {
    ends: (usize, usize),
    solid: bool,
    /// The node to which the words went.
    arrow: Option<usize>,
    /// Numbers of the reasons.
    keys: BTreeSet<usize>,
}

struct Graph {
    nodes: Vec<Node>,
    edges: Vec<Edge>,
    /// The names of the groups that have a box; the others are empty.
    boxes: Vec<String>,
    /// Origins for which there was no room.
    left_out: usize,
}

impl Ties {
    /// The same in a sentence, for those who cannot see it.
    pub fn alt(&self, words: &Words) -> String {
        let pairs = self.pairs();
        let groups = self.groups();
        let origins = groups.iter().max().map_or(0, |g| g + 1);
        let choose = |n: u64| n.saturating_mul(n.saturating_sub(1)) / 2;
        let mut sizes = vec![0u64; origins];
        groups.iter().for_each(|g| sizes[*g] += 1);
        let dependent = pairs.values().filter(|p| p.dependent).count() as u64;
        let independent = pairs.len() as u64 - dependent;
        let inside = pairs.keys().filter(|(a, b)| groups[*a] == groups[*b]).count() as u64;
        let through = sizes.iter().fold(0u64, |sum, n| sum.saturating_add(choose(*n))).saturating_sub(inside);
        let all = choose(self.sources.len() as u64);
        let rest = all.saturating_sub(dependent + independent).saturating_sub(through);
        let slots = [
            ("sources", grouped(self.sources.len() as f64)),
            ("origins", grouped(origins as f64)),
            ("all", grouped(all as f64)),
            ("dependent", grouped(dependent as f64)),
            ("through", grouped(through as f64)),
            ("independent", grouped(independent as f64)),
            ("rest", grouped(rest as f64)),
        ];
        words.say(words.ties, &slots)
    }

    /// The examined pairs; what ties a source to itself or names none is left out.
    fn pairs(&self) -> BTreeMap<(usize, usize), Pair<'_>> {
        let mut pairs: BTreeMap<(usize, usize), Pair> = BTreeMap::new();
        for tie in &self.ties {
            let (first, second) = tie.between;
            if first == second || first.max(second) >= self.sources.len() {
                continue;
            }
            let pair = pairs.entry((first.min(second), first.max(second))).or_default();
            let dependent = tie.kind != TieKind::Independent;
            if dependent && !pair.dependent {
                (pair.dependent, pair.reasons) = (true, BTreeSet::new());
            }
            if dependent == pair.dependent && !tie.reason.is_empty() {
                pair.reasons.insert(&tie.reason);
            }
            if tie.kind == TieKind::Relays {
                pair.relays = pair.relays.or(Some(first));
            }
        }
        pairs
    }

    /// The group of each source: those of one origin share it, and numbers follow the order of the sources.
    fn groups(&self) -> Vec<usize> {
        let mut known: BTreeMap<&str, usize> = BTreeMap::new();
        let mut next = 0;
        let mut groups = Vec::with_capacity(self.sources.len());
        for TiedSource { origin, .. } in &self.sources {
            let of = if origin.is_empty() { next } else { *known.entry(origin).or_insert(next) };
            next = next.max(of + 1);
            groups.push(of);
        }
        groups
    }
}

/// The graph as a drawing, with a table of reasons.
pub fn ties(of: &Ties, words: &Words) -> String {
    if of.sources.is_empty() {
        return nothing_in(words, LEAST, &of.title, &of.alt(words));
    }
    let pairs = of.pairs();
    // Reasons have numbers in the order in which the pairs first name them.
    let mut reasons: Vec<(&str, bool, Vec<String>)> = Vec::new();
    let mut keys: BTreeMap<(bool, &str), usize> = BTreeMap::new();
    for (dependent, (pair, known)) in [true, false].into_iter().flat_map(|d| pairs.iter().map(move |p| (d, p))) {
        for reason in known.reasons.iter().filter(|_| known.dependent == dependent) {
            let next = reasons.len();
            let key = *keys.entry((dependent, reason)).or_insert(next);
            if key == next {
                reasons.push((reason, dependent, Vec::new()));
            }
            reasons[key].2.push(said(of, words, *pair, known.relays));
        }
    }
    let key = |reason: &str| keys.get(&(true, reason)).map_or(0, |k| k + 1);
    let graph = if of.sources.len() > NODES { collapsed(of, &pairs, &key) } else { whole(of, &pairs, &key) };
    let placed = place(&graph.nodes, &graph.edges, &graph.boxes);
    let width = (placed.width + 12.0).max(LEAST);
    let rows = table(&reasons, words, width);
    let notes = notes(of, words, &graph, reasons.len(), width);
    let signs = signs(words);
    let legend_at = TOP + placed.height + 10.0;
    let under = legend_at + legend::beyond_one_line(&signs, width);
    let lines: usize = rows.iter().map(|r| r.reason.len().max(r.pairs.len())).sum();
    let table_height = if rows.is_empty() { 0.0 } else { 22.0 + LINE * lines as f64 + 4.0 * rows.len() as f64 };
    let height = under + 20.0 + LINE * notes.len() as f64 + table_height + 12.0;
    let mut drawing = words.drawing(width, height);
    heading(&mut drawing, width, &of.title);
    draw(&mut drawing, words, &graph, &placed, ((width - placed.width) / 2.0, TOP));
    draw_legend(&mut drawing, (legend_at, width), words, &signs);
    for (i, note) in notes.iter().enumerate() {
        drawing.note(under + 26.0 + LINE * i as f64, 8.0, words.rtl(), note);
    }
    draw_table(&mut drawing, words, &rows, under + 30.0 + LINE * notes.len() as f64, width);
    drawing.described(&of.title, &of.alt(words))
}

/// A pair in words: an arrow points to the source that relays.
fn said(of: &Ties, words: &Words, (a, b): (usize, usize), relays: Option<usize>) -> String {
    let code = |i: usize| of.sources.get(i).map_or("", |s| s.code.as_str());
    let pair = |sentence: &str, a: usize, b: usize| fill(sentence, &[("a", code(a)), ("b", code(b))]);
    match relays {
        Some(by) if by == a => pair(words.relayed, b, a),
        Some(_) => pair(words.relayed, a, b),
        None => pair(words.both, a, b),
    }
}

fn whole(of: &Ties, pairs: &BTreeMap<(usize, usize), Pair<'_>>, key: &dyn Fn(&str) -> usize) -> Graph {
    let groups = of.groups();
    let nodes: Vec<Node> =
        of.sources.iter().zip(&groups).map(|(s, g)| Node { label: s.code.clone(), group: *g }).collect();
    let mut boxes = vec![String::new(); groups.iter().max().map_or(0, |g| g + 1)];
    for (i, (source, group)) in of.sources.iter().zip(&groups).enumerate() {
        // One source alone needs no box.
        if groups.iter().enumerate().any(|(k, g)| k != i && g == group) {
            boxes[*group].clone_from(&source.origin);
        }
    }
    let edge = |(ends, pair): (&(usize, usize), &Pair)| Edge {
        ends: *ends,
        solid: pair.dependent,
        arrow: pair.relays,
        keys: if pair.dependent { pair.reasons.iter().map(|r| key(r)).collect() } else { BTreeSet::new() },
    };
    Graph { nodes, edges: pairs.iter().map(edge).collect(), boxes, left_out: 0 }
}

/// Each origin is one node, with the number of its sources.
fn collapsed(of: &Ties, pairs: &BTreeMap<(usize, usize), Pair<'_>>, key: &dyn Fn(&str) -> usize) -> Graph {
    let groups = of.groups();
    let origins = groups.iter().max().map_or(0, |g| g + 1);
    let mut members: Vec<(usize, usize)> = vec![(0, 0); origins];
    for (i, group) in groups.iter().enumerate().rev() {
        members[*group] = (members[*group].0 + 1, i);
    }
    let mut order: Vec<usize> = (0..origins).collect();
    order.sort_by_key(|g| (std::cmp::Reverse(members[*g].0), *g));
    order.truncate(NODES);
    order.sort_unstable();
    let label = |g: usize| {
        let (size, first) = members[g];
        let source = &of.sources[first];
        if size == 1 { source.code.clone() } else { format!("{} ({size})", source.origin) }
    };
    let nodes = order.iter().enumerate().map(|(i, g)| Node { label: label(*g), group: i }).collect();
    let mut edges: BTreeMap<(usize, usize), Edge> = BTreeMap::new();
    for ((a, b), pair) in pairs {
        let at = |i: usize| order.binary_search(&groups[i]).ok();
        let (Some(a), Some(b)) = (at(*a), at(*b)) else { continue };
        if a == b {
            continue;
        }
        let ends = (a.min(b), a.max(b));
        let edge = edges.entry(ends).or_insert(Edge { ends, solid: false, arrow: None, keys: BTreeSet::new() });
        if pair.dependent {
            edge.solid = true;
            edge.keys.extend(pair.reasons.iter().map(|r| key(r)));
        }
    }
    let left_out = origins - order.len();
    Graph { nodes, edges: edges.into_values().collect(), boxes: vec![String::new(); order.len()], left_out }
}

fn notes(of: &Ties, words: &Words, graph: &Graph, reasons: usize, width: f64) -> Vec<String> {
    let mut notes = vec![of.alt(words)];
    if of.sources.len() > NODES {
        notes.push(words.by_origin.to_string());
    }
    if graph.left_out > 0 {
        notes.push(numbered(words.origins_left, graph.left_out));
    }
    if reasons > REASONS {
        notes.push(numbered(words.reasons_left, reasons - REASONS));
    }
    notes.iter().flat_map(|note| wrapped(note, 8.0, width - 12.0, 4)).collect()
}

struct Row {
    key: String,
    reason: Vec<String>,
    pairs: Vec<String>,
}

fn table(reasons: &[(&str, bool, Vec<String>)], words: &Words, width: f64) -> Vec<Row> {
    let half = (width - KEYS - 12.0) / 2.0 - 8.0;
    let row = |(i, (reason, dependent, pairs)): (usize, &(&str, bool, Vec<String>))| Row {
        key: if *dependent { (i + 1).to_string() } else { words.light.into() },
        reason: wrapped(reason, 8.5, half, 4),
        // A line of the table holds far fewer: the rest would be cut anyhow.
        pairs: wrapped(&pairs.iter().take(80).map(String::as_str).collect::<Vec<_>>().join("; "), 8.5, half, 4),
    };
    reasons.iter().enumerate().take(REASONS).map(row).collect()
}

fn draw_table(drawing: &mut Drawing, words: &Words, rows: &[Row], top: f64, width: f64) {
    if rows.is_empty() {
        return;
    }
    let half = (width - KEYS - 12.0) / 2.0;
    let (reason, pairs) = (6.0 + KEYS, 6.0 + KEYS + half);
    for (x, label) in [6.0, reason, pairs].into_iter().zip(words.reasons) {
        drawing.bold(x, top + 12.0, 8.5, Anchor::Start, label);
    }
    let mut y = top + 18.0;
    for row in rows {
        drawing.line((6.0, y), (width - 6.0, y), LIGHT, 0.6, "");
        drawing.text(6.0, y + LINE, 8.5, Anchor::Start, &fitted(&row.key, 8.5, KEYS - 4.0));
        for (x, lines) in [(reason, &row.reason), (pairs, &row.pairs)] {
            for (i, line) in lines.iter().enumerate() {
                drawing.directed((x, y + LINE * (i + 1) as f64), 8.5, Anchor::Start, words.rtl(), line);
            }
        }
        y += LINE * row.reason.len().max(row.pairs.len()) as f64 + 4.0;
    }
}

fn draw(drawing: &mut Drawing, words: &Words, graph: &Graph, placed: &Placed, (left, top): (f64, f64)) {
    for (frame, name) in placed.frames.iter().zip(&graph.boxes) {
        if !name.is_empty() {
            drawing.rect(left + frame.x, top + frame.y, frame.width, frame.height, "#F4F4F4");
            drawing.outline(left + frame.x, top + frame.y, frame.width, frame.height, GREY);
            let label = fitted(&fill(words.origin, &[("code", name)]), 8.0, frame.width - 8.0);
            drawing.text(left + frame.x + 5.0, top + frame.y + 10.5, 8.0, Anchor::Start, &label);
        }
    }
    let moved = |points: &[(f64, f64)]| points.iter().map(|(x, y)| (x + left, y + top)).collect::<Vec<_>>();
    // Light lines lie below, so that they cut no solid one.
    for solid in [false, true] {
        for (edge, path) in graph.edges.iter().zip(&placed.paths).filter(|(e, _)| e.solid == solid) {
            let points = moved(&path.points);
            if solid {
                drawing.curve(&points, INK, 1.3, "");
                if edge.arrow.is_some() && points.len() > 1 {
                    arrow(drawing, &points);
                }
            } else {
                drawing.curve(&points, FAINT, 0.8, "");
            }
        }
    }
    for (node, spot) in graph.nodes.iter().zip(&placed.spots) {
        let (x, y) = (left + spot.x - spot.width / 2.0, top + spot.y - layout::HIGH / 2.0);
        drawing.rect(x, y, spot.width, layout::HIGH, "#FFFFFF");
        drawing.outline(x, y, spot.width, layout::HIGH, INK);
        let label = fitted(&node.label, 8.5, spot.width - 6.0);
        drawing.text(left + spot.x, top + spot.y + 3.0, 8.5, Anchor::Middle, &label);
    }
    for (edge, path) in graph.edges.iter().zip(&placed.paths).filter(|(e, _)| e.solid && !e.keys.is_empty()) {
        let all: Vec<String> = edge.keys.iter().take(4).map(usize::to_string).collect();
        let label = if edge.keys.len() > 4 { format!("{}…", all.join(",")) } else { all.join(",") };
        let half = crate::fonts::width(&label) * 8.0 / 2.0 + 2.0;
        let (x, y) = (left + path.label.0, top + path.label.1);
        drawing.rect(x - half, y - 5.0, 2.0 * half, 10.0, "#FFFFFF");
        drawing.text(x, y + 2.7, 8.0, Anchor::Middle, &label);
    }
}

/// A head at the end of a line.
fn arrow(drawing: &mut Drawing, points: &[(f64, f64)]) {
    let [.., before, tip] = points else { return };
    let (dx, dy) = (tip.0 - before.0, tip.1 - before.1);
    let long = dx.hypot(dy);
    if long > 0.0 {
        let (ux, uy) = (dx / long, dy / long);
        let back = (tip.0 - 7.0 * ux, tip.1 - 7.0 * uy);
        drawing.area(&[*tip, (back.0 - 3.2 * uy, back.1 + 3.2 * ux), (back.0 + 3.2 * uy, back.1 - 3.2 * ux)], INK);
    }
}

/// The signs of the legend.
fn signs(words: &Words) -> [Sign<'_>; 4] {
    [(22.0, words.dependent), (22.0, words.to_the_relay), (22.0, words.independent), (0.0, words.no_line)]
}

fn draw_legend(drawing: &mut Drawing, at: (f64, f64), words: &Words, signs: &[Sign<'_>]) {
    legend::legend(drawing, at, words, signs, &|drawing, sign, (x, middle)| match sign {
        0 => drawing.line((x, middle), (x + 22.0, middle), INK, 1.3, ""),
        1 => {
            drawing.line((x, middle), (x + 18.0, middle), INK, 1.3, "");
            arrow(drawing, &[(x, middle), (x + 22.0, middle)]);
        }
        2 => drawing.line((x, middle), (x + 22.0, middle), FAINT, 0.8, ""),
        _ => {}
    });
}
