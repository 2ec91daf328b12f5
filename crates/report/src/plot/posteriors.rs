//! What does each model hold likely?
//!
//! One row a model on a common axis: the posterior as a hill, or only a point where the model has none, and its interval
//! under it.

use super::row::{Limits, heading, interval, nothing_in, said_in};
use super::scale::{Scale, drawn, ends};
use super::spoken::{Words, fill};
use crate::svg::{Anchor, BLUE, Drawing, GREY, LIGHT, PALE, fitted};

/// What a model holds likely.
#[derive(Clone, Debug)]
pub enum Shape {
    /// Numbers of people, ascending, with their densities; these need not sum to one.
    Density(Vec<(f64, f64)>),
    /// Draws of the number of people.
    Draws(Vec<f64>),
    /// The model has no posterior.
    Unknown,
}

/// The answer of a model.
#[derive(Clone, Debug)]
pub struct ByModel {
    /// What it is called.
    pub label: String,
    /// Its posterior.
    pub shape: Shape,
    /// Its estimate.
    pub estimate: Option<f64>,
    /// Lower limit.
    pub lower: Option<f64>,
    /// Upper limit; without one an arrow points on.
    pub upper: Option<f64>,
    /// Whether it is only a lower bound.
    pub bound: bool,
}

/// The answers of several models.
#[derive(Clone, Debug)]
pub struct Posteriors {
    /// What is shown.
    pub title: String,
    /// Model by model.
    pub models: Vec<ByModel>,
    /// Distinct people recorded.
    pub observed: Option<f64>,
    /// People that documents prove without naming all of them.
    pub minimum: Option<f64>,
    /// What the axis measures, with its unit.
    pub axis: String,
    /// The same in words, for those who cannot see it.
    pub words: String,
}

// Printed in the width of the text, which is 459 points, no label is smaller than 6.5.
const NAMES: f64 = 120.0;
const PLOT: f64 = 259.0;
const SAID: f64 = 150.0;
const HILL: f64 = 40.0;
const ROW: f64 = 26.0;

/// Draws up to this share from either end are left out of the range of the axis: a few far ones would crowd the rest.
const TAIL: f64 = 0.002;

/// The answers as a drawing.
pub fn posteriors(of: &Posteriors, words: &Words) -> String {
    let width = NAMES + PLOT + SAID;
    let models: Vec<(&ByModel, Vec<(f64, f64)>)> = of.models.iter().map(|m| (m, m.shape.masses())).collect();
    let mut values: Vec<f64> = [of.observed, of.minimum].into_iter().flatten().collect();
    for (model, masses) in &models {
        values.extend([model.estimate, model.lower, model.upper].into_iter().flatten());
        values.extend(range(masses));
        if model.upper.is_none() {
            // The arrow past a missing limit needs room.
            values.extend(model.estimate.or(model.lower).map(|n| n * 1.2));
        }
    }
    values.retain(|v| v.is_finite());
    if models.is_empty() || values.is_empty() {
        return nothing_in(words, width, &of.title, &of.words);
    }
    let scale = Scale::fitting((NAMES, NAMES + PLOT), &values);
    let top = 62.0;
    let height = |masses: &[(f64, f64)]| ROW + if masses.is_empty() { 0.0 } else { HILL };
    let bottom = top + models.iter().map(|m| height(&m.1)).sum::<f64>() + 4.0;
    let hills = models.iter().any(|m| !m.1.is_empty());
    let mut drawing = words.drawing(width, bottom + if hills { 52.0 } else { 38.0 });
    heading(&mut drawing, width, &of.title);
    scale.draw_below(&mut drawing, (top, bottom), &axis(&scale, words, &of.axis));
    if hills {
        let by = if scale.is_logarithmic() { format!("{}; ", words.by_logarithm) } else { String::new() };
        let note = format!("{by}{}", words.hills);
        drawing.text(NAMES + PLOT / 2.0, bottom + 44.0, 7.5, Anchor::Middle, &note);
    }
    let mut y = top;
    for (model, masses) in &models {
        y += height(masses);
        let colour = if model.bound { GREY } else { BLUE };
        let base = y - ROW + 6.0;
        if !masses.is_empty() {
            hill(&mut drawing, &scale, &model.shape, masses, base);
        }
        let middle = if masses.is_empty() { y - ROW / 2.0 } else { base + 7.0 };
        drawing.text(NAMES - 10.0, middle + 2.0, 9.5, Anchor::End, &fitted(&model.label, 9.5, NAMES - 16.0));
        let limits = Limits { estimate: model.estimate, lower: model.lower, upper: model.upper };
        interval(&mut drawing, &scale, &limits, middle, colour, model.bound);
        let said = said_in(words, &limits, model.bound);
        drawing.text(NAMES + PLOT + 10.0, middle + 2.0, 8.5, Anchor::Start, &fitted(&said, 8.5, SAID - 14.0));
        drawing.line((6.0, y), (NAMES + PLOT, y), LIGHT, 0.5, "");
    }
    for (value, name, dashes, at) in
        [(of.observed, words.recorded, "4 3", top - 20.0), (of.minimum, words.minimum, "1.5 2.5", top - 8.0)]
    {
        if let Some(value) = drawn(value) {
            let within = (NAMES, NAMES + PLOT);
            super::row::reference_in(words, &mut drawing, &scale, (value, name, dashes), (at, bottom), within);
        }
    }
    drawing.described(&of.title, &of.words)
}

/// The name of what the axis measures, which says where it is logarithmic.
fn axis(scale: &Scale, words: &Words, name: &str) -> String {
    if scale.is_logarithmic() { fill(words.logarithmic, &[("axis", name)]) } else { name.to_string() }
}

impl Shape {
    /// Numbers with their weights, ascending, those that can be drawn.
    fn masses(&self) -> Vec<(f64, f64)> {
        let mut masses: Vec<(f64, f64)> = match self {
            Shape::Density(points) => points.clone(),
            Shape::Draws(draws) => draws.iter().map(|&n| (n, 1.0)).collect(),
            Shape::Unknown => Vec::new(),
        };
        masses.retain(|(n, weight)| n.is_finite() && weight.is_finite() && *weight >= 0.0);
        masses.sort_by(|a, b| a.0.total_cmp(&b.0));
        if masses.iter().all(|m| m.1 <= 0.0) { Vec::new() } else { masses }
    }
}

/// Where all but the tails lie.
fn range(masses: &[(f64, f64)]) -> Vec<f64> {
    let total: f64 = masses.iter().map(|m| m.1).sum();
    let quantile = |share: f64| {
        let mut sum = 0.0;
        let reached = |m: &&(f64, f64)| {
            sum += m.1;
            sum >= share * total
        };
        masses.iter().find(reached).map(|m| m.0)
    };
    [TAIL, 1.0 - TAIL].into_iter().filter_map(quantile).collect()
}

fn hill(drawing: &mut Drawing, scale: &Scale, shape: &Shape, masses: &[(f64, f64)], base: f64) {
    let outline = match shape {
        Shape::Draws(_) => columns(scale, masses),
        _ => crest(scale, masses),
    };
    let most = outline.iter().map(|p| p.1).fold(0.0, f64::max);
    let (Some(first), Some(last)) = (outline.first(), outline.last()) else { return };
    if most <= 0.0 {
        return;
    }
    let up = |p: &(f64, f64)| (p.0, base - HILL * (p.1 / most));
    let mut points = vec![(first.0, base)];
    points.extend(outline.iter().map(up));
    points.push((last.0, base));
    drawing.area(&points, PALE);
    drawing.curve(&points, BLUE, 1.2, "");
    drawing.line((NAMES, base), (NAMES + PLOT, base), GREY, 0.6, "");
}

/// A density as a line, the highest of each point of width. By the logarithm where the axis is logarithmic, so that equal
/// areas are equal probabilities.
fn crest(scale: &Scale, masses: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let (low, high) = scale.ends();
    let mut line: Vec<(f64, f64)> = Vec::new();
    for &(n, density) in masses.iter().filter(|m| (low..=high).contains(&m.0)) {
        let (x, height) = (scale.at(n), if scale.is_logarithmic() { density * n } else { density });
        match line.last_mut() {
            Some(last) if x - last.0 < 0.75 => last.1 = last.1.max(height),
            _ => line.push((x, height)),
        }
    }
    line
}

/// Draws as columns of equal width on the axis, their number by Rice's rule.
fn columns(scale: &Scale, masses: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let places: Vec<f64> = masses.iter().map(|m| scale.at(m.0)).collect();
    let Some((left, right)) = ends(places.iter().copied()) else { return Vec::new() };
    let bins = ((2.0 * (places.len() as f64).cbrt()).ceil() as usize).clamp(4, 60);
    let step = ((right - left) / bins as f64).max(0.5);
    let mut counts = vec![0.0; bins];
    for x in places {
        counts[(((x - left) / step) as usize).min(bins - 1)] += 1.0;
    }
    let column = |(i, &count): (usize, &f64)| {
        let x = left + step * i as f64;
        [(x, count), (x + step, count)]
    };
    counts.iter().enumerate().flat_map(column).take_while(|p| p.0 <= NAMES + PLOT + 0.5).collect()
}
