//! Do the chains tell the same story?
//!
//! Traces, each chain in a strip of its own over the same axis, and the rank histograms of Vehtari, Gelman, Simpson,
//! Carpenter & Bürkner (2021): where chains agree, the ranks of each among all draws are even.

use super::row::{heading, nothing};
use super::scale::{Scale, drawn};
use crate::svg::{Anchor, BLUE, Drawing, GREY, INK, fitted};
use crate::wording::grouped;

/// The draws of a chain or ensemble, in their order.
#[derive(Clone, Debug)]
pub struct Chain {
    /// What it is called.
    pub name: String,
    /// Numbers of people, draw by draw.
    pub draws: Vec<f64>,
}

/// Several chains.
#[derive(Clone, Debug)]
pub struct Chains {
    /// What is shown.
    pub title: String,
    /// The chains.
    pub chains: Vec<Chain>,
    /// Iterations from one draw to the next.
    pub every: u64,
    /// The same in words, for those who cannot see it.
    pub words: String,
}

/// Chains that are drawn; what is left out is said.
const SHOWN: usize = 16;

const NAMES: f64 = 96.0;
const LABELS: f64 = 58.0;
const PLOT: f64 = 420.0;
const STRIP: f64 = 46.0;
const GAP: f64 = 8.0;
const WIDTH: f64 = NAMES + LABELS + PLOT + 36.0;

/// A trace has a highest and a lowest point for each stretch of this many points of width.
const STRETCH: f64 = 1.5;

/// The chains' draws by iteration, on a logarithmic axis of people.
pub fn traces(of: &Chains) -> String {
    let chains: Vec<&Chain> = of.chains.iter().filter(|c| c.draws.iter().any(|n| is_number(*n))).collect();
    if chains.is_empty() {
        return nothing(WIDTH, &of.title, &of.words);
    }
    let mut pooled: Vec<f64> = chains.iter().flat_map(|c| c.draws.iter().copied()).filter(|n| is_number(*n)).collect();
    pooled.sort_by(f64::total_cmp);
    let median = pooled.get(pooled.len() / 2).copied();
    let longest = chains.iter().map(|c| c.draws.len()).max().unwrap_or(1);
    let (left, right) = (NAMES + LABELS, NAMES + LABELS + PLOT);
    let last = longest as f64 * of.every.max(1) as f64;
    let across = Scale::from_zero((left, right), last, 1.0);
    let shown = chains.len().min(SHOWN);
    let top = 40.0;
    let bottom = top + (STRIP + GAP) * shown as f64 - GAP;
    let mut drawing = Drawing::new(WIDTH, bottom + 52.0);
    heading(&mut drawing, WIDTH, &of.title);
    drawing.text(left, 32.0, 8.5, Anchor::Start, "people (logarithmic); dashed: median of all chains");
    let end_values: Vec<f64> = pooled.first().into_iter().chain(pooled.last()).copied().collect();
    for (i, chain) in chains.iter().take(SHOWN).enumerate() {
        let y = top + (STRIP + GAP) * i as f64;
        let up = Scale::logarithmic((y + STRIP, y), &end_values);
        across.draw_lines_down(&mut drawing, (y, y + STRIP));
        up.draw_left(&mut drawing, (left, right));
        drawing.text(6.0, y + STRIP / 2.0 + 3.0, 9.0, Anchor::Start, &fitted(&chain.name, 9.0, NAMES - 10.0));
        for run in runs(&chain.draws) {
            let place = |&(at, n): &(usize, f64)| (across.at((at + 1) as f64 * of.every.max(1) as f64), up.at(n));
            let points: Vec<(f64, f64)> = run.iter().map(place).collect();
            let points = thinned(&points);
            match points.as_slice() {
                [(x, y)] => drawing.dot(*x, *y, 1.5, BLUE),
                points => drawing.curve(points, BLUE, 0.8, ""),
            }
        }
        if let Some(median) = drawn(median) {
            drawing.line((left, up.at(median)), (right, up.at(median)), INK, 0.8, "4 3");
        }
    }
    across.draw_below(&mut drawing, (bottom, bottom), "iteration");
    left_out(&mut drawing, chains.len() - shown, bottom + 44.0);
    drawing.described(&of.title, &of.words)
}

fn is_number(n: f64) -> bool {
    n.is_finite() && n > 0.0
}

/// Stretches of draws without one that cannot be drawn: a line must not lead over it.
fn runs(draws: &[f64]) -> Vec<Vec<(usize, f64)>> {
    let numbered: Vec<(usize, f64)> = draws.iter().copied().enumerate().collect();
    numbered.split(|d| !is_number(d.1)).filter(|run| !run.is_empty()).map(<[_]>::to_vec).collect()
}

/// The same line with no more points than can be told apart; no peak is lost.
fn thinned(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let mut line = Vec::new();
    let mut from = 0;
    while from < points.len() {
        let stretch = points[from..].iter().take_while(|p| p.0 < points[from].0 + STRETCH).count().max(1);
        let part = &points[from..from + stretch];
        let by_height = |a: &&(f64, f64), b: &&(f64, f64)| a.1.total_cmp(&b.1);
        let mut kept: Vec<(f64, f64)> =
            part.iter().min_by(by_height).into_iter().chain(part.iter().max_by(by_height)).copied().collect();
        kept.sort_by(|a, b| a.0.total_cmp(&b.0));
        kept.dedup();
        line.extend(kept);
        from += stretch;
    }
    line
}

fn left_out(drawing: &mut Drawing, chains: usize, y: f64) {
    if chains > 0 {
        let words = format!("and {} more, not drawn", grouped(chains as f64));
        drawing.text(6.0, y, 8.5, Anchor::Start, &words);
    }
}

/// Columns of a rank histogram: as many as the paper draws.
const BINS: usize = 20;

const PANEL: f64 = 168.0;
const PANELS: usize = 3;
const RANKS: f64 = 70.0;
const NAME: f64 = 16.0;
const BELOW: f64 = 20.0;

/// For each chain, how its draws rank among those of all chains: even columns where the chains agree.
pub fn ranks(of: &Chains) -> String {
    let width = 54.0 + (PANEL + 16.0) * PANELS as f64;
    let counts = rank_counts(&of.chains);
    let panels: Vec<(&Chain, &[u64; BINS])> =
        of.chains.iter().zip(&counts).filter(|(_, counts)| counts.iter().any(|c| *c > 0)).collect();
    if panels.is_empty() {
        return nothing(width, &of.title, &of.words);
    }
    let most = panels.iter().flat_map(|p| p.1.iter()).copied().max().unwrap_or(1).max(1);
    let shown = panels.len().min(SHOWN);
    let rows = shown.div_ceil(PANELS);
    let top = 40.0;
    let bottom = top + (NAME + RANKS + BELOW) * rows as f64;
    let mut drawing = Drawing::new(width, bottom + 36.0);
    heading(&mut drawing, width, &of.title);
    drawing.text(6.0, 32.0, 8.5, Anchor::Start, "draws by rank among all chains; dashed: even ranks");
    for (i, (chain, counts)) in panels.iter().take(SHOWN).enumerate() {
        let left = 46.0 + (PANEL + 16.0) * (i % PANELS) as f64;
        let y = top + (NAME + RANKS + BELOW) * (i / PANELS) as f64 + NAME;
        drawing.text(left, y - 5.0, 9.0, Anchor::Start, &fitted(&chain.name, 9.0, PANEL));
        let up = Scale::from_zero((y + RANKS, y), most as f64, 1.0);
        if i % PANELS == 0 {
            up.draw_left(&mut drawing, (left, left + PANEL));
        } else {
            up.draw_lines_across(&mut drawing, (left, left + PANEL));
        }
        let column = PANEL / BINS as f64;
        for (bin, &count) in counts.iter().enumerate() {
            let at = up.at(count as f64);
            drawing.rect(left + column * bin as f64 + 0.4, at, column - 0.8, y + RANKS - at, BLUE);
        }
        drawing.line((left, y + RANKS), (left + PANEL, y + RANKS), GREY, 0.8, "");
        let even = counts.iter().sum::<u64>() as f64 / BINS as f64;
        drawing.line((left, up.at(even)), (left + PANEL, up.at(even)), INK, 1.0, "4 3");
        drawing.text(left, y + RANKS + 11.0, 8.0, Anchor::Start, "lowest");
        drawing.text(left + PANEL, y + RANKS + 11.0, 8.0, Anchor::End, "highest");
    }
    drawing.text(
        width / 2.0,
        bottom + 8.0,
        9.0,
        Anchor::Middle,
        "rank of the number of people among the draws of all chains",
    );
    left_out(&mut drawing, panels.len() - shown, bottom + 26.0);
    drawing.described(&of.title, &of.words)
}

/// For each chain its draws by the twentieth of the pooled ranks they are in. Equal draws share their middle rank, so that
/// no chain comes before another by being named first.
fn rank_counts(chains: &[Chain]) -> Vec<[u64; BINS]> {
    let numbered = chains.iter().enumerate().flat_map(|(c, chain)| chain.draws.iter().map(move |&n| (n, c)));
    let mut pooled: Vec<(f64, usize)> = numbered.filter(|d| is_number(d.0)).collect();
    pooled.sort_by(|a, b| a.0.total_cmp(&b.0));
    let total = pooled.len() as f64;
    let mut counts = vec![[0; BINS]; chains.len()];
    let mut before = 0;
    for equal in pooled.chunk_by(|a, b| a.0 == b.0) {
        let middle = before as f64 + equal.len() as f64 / 2.0;
        let bin = ((middle / total * BINS as f64) as usize).min(BINS - 1);
        equal.iter().for_each(|d| counts[d.1][bin] += 1);
        before += equal.len();
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chain(draws: Vec<f64>) -> Chain {
        Chain { name: "chain".into(), draws }
    }

    #[test]
    fn chains_that_agree_have_even_ranks() {
        let counts = rank_counts(&[
            chain((0..200).map(|i| f64::from(2 * i + 1)).collect()),
            chain((0..200).map(|i| f64::from(2 * i + 2)).collect()),
        ]);
        assert_eq!(counts, vec![[10; BINS]; 2]);
    }

    #[test]
    fn a_chain_elsewhere_has_the_highest_ranks() {
        let counts = rank_counts(&[chain(vec![1.0; 50]), chain(vec![9.0; 50]), chain(vec![f64::NAN; 9])]);
        assert_eq!(counts[0][..10].iter().sum::<u64>(), 50);
        assert_eq!(counts[1][10..].iter().sum::<u64>(), 50);
        assert_eq!(counts[2], [0; BINS]);
    }

    #[test]
    fn thinning_keeps_the_peaks() {
        let mut points: Vec<(f64, f64)> = (0..10_000).map(|i| (f64::from(i) * 0.03, 5.0)).collect();
        points[7_777].1 = 99.0;
        let line = thinned(&points);
        assert!(line.len() < 600 && line.iter().any(|p| p.1 == 99.0), "{}", line.len());
    }
}
