//! Which pictures can be drawn of a table and its estimates?
//!
//! Each picture that the results hold data for, for the report and as files under names of their own.

use factum_estimate::{DecomposableDetail, Detail, Estimate, HiddenClass, LatentClassDetail};
use factum_model::CaptureTable;
use factum_report::grouped;
use factum_report::plot::{
    self, AtInteraction, ByModel, Chain, Chains, Edge, Edges, Hidden, HiddenShare, IfHidden, Interaction, Intersection,
    Mode, Modes, OddsRatio, OddsRatios, Posteriors, Shape, Upset,
};

/// What an axis of populations measures.
const PEOPLE: &str = "people in all, recorded or not";

/// Half the width of a 95 % interval, in standard errors.
const NORMAL_95: f64 = 1.959_963_984_540_054;

/// A picture under a name of its own.
#[derive(Clone, Debug)]
pub struct Plot {
    /// The name of its file.
    pub file: String,
    /// The picture as SVG.
    pub svg: String,
    /// What it shows.
    pub title: String,
    /// The same in words, for those who cannot see it.
    pub words: String,
}

/// The pictures of a table and of what models make of it. Estimates that did not converge are none and are left out, but how a
/// simulation fell short is shown.
pub fn of_estimates(table: &CaptureTable, estimates: &[&Estimate]) -> Vec<Plot> {
    let mut plots = vec![overlaps(table)];
    plots.extend(odds_ratios(table));
    plots.extend(models(table, estimates));
    for estimate in estimates {
        plots.extend(of_detail(estimate));
        plots.extend(unidentified(estimate));
    }
    plots
}

/// What is particular to one model.
pub(crate) fn of_detail(estimate: &Estimate) -> Vec<Plot> {
    let plot = |file: &str, svg: String, title: &str, words: &str| Plot {
        file: file.into(),
        svg,
        title: title.into(),
        words: words.into(),
    };
    match &estimate.detail {
        Detail::Decomposable(detail) => {
            let of = edges(estimate, detail);
            vec![plot("edges.svg", plot::edges(&of), &of.title, &of.words)]
        }
        Detail::LatentClass(detail) => {
            let (of, modes) = (chains(detail), modes(estimate, detail));
            vec![
                plot("traces.svg", plot::traces(&of), &of.title, &of.words),
                plot("ranks.svg", plot::ranks(&of), "Do the ensembles rank alike?", &of.words),
                plot("modes.svg", plot::modes(&modes), &modes.title, &modes.words),
            ]
        }
        Detail::LogLinear(_) | Detail::Chao(_) | Detail::Chapman { .. } => Vec::new(),
    }
}

fn edges(estimate: &Estimate, detail: &DecomposableDetail) -> Edges {
    let lists: Vec<String> = estimate.lists.iter().map(ToString::to_string).collect();
    let place = |list: &str| lists.iter().position(|l| l == list);
    let edges = detail.edges.iter().filter_map(|e| {
        let lists = (place(e.lists.0.as_str())?, place(e.lists.1.as_str())?);
        Some(Edge { lists, probability: Some(e.probability) })
    });
    let edges = edges.collect();
    let said = detail.edges.iter().map(|e| format!("{} and {} {:.0} %", e.lists.0, e.lists.1, e.probability * 100.0));
    let words = format!("Probability of an edge: {}.", said.collect::<Vec<_>>().join("; "));
    Edges { title: "Which lists depend on each other directly, decomposable graphs".into(), lists, edges, words }
}

/// The ensembles of a simulation, each as it came down to the posterior.
fn chains(detail: &LatentClassDetail) -> Chains {
    let chains = detail.ensembles.iter().enumerate().map(|(at, ensemble)| Chain {
        name: format!("ensemble {}", at + 1),
        draws: ensemble.trace.iter().map(|ln| ln.exp()).collect(),
    });
    let unmet = &detail.convergence.unmet;
    let verdict = if unmet.is_empty() { "They agree.".to_string() } else { format!("Not met: {}.", unmet.join("; ")) };
    Chains {
        title: "Draws of independent ensembles, latent classes".into(),
        chains: chains.collect(),
        every: 1,
        words: format!("{} ensembles. {verdict}", detail.ensembles.len()),
    }
}

fn modes(estimate: &Estimate, detail: &LatentClassDetail) -> Modes {
    let said = detail.modes.iter().map(|m| format!("{} with weight {:.2}", grouped(m.location), m.weight));
    let words = format!("Modes: {}.", said.collect::<Vec<_>>().join("; "));
    let mode = |m: &factum_estimate::Mode| Mode {
        location: m.location,
        lower: Some(m.from),
        upper: Some(m.to),
        weight: Some(m.weight),
    };
    Modes {
        title: "Where the posterior has its mass, latent classes".into(),
        modes: detail.modes.iter().map(mode).collect(),
        observed: Some(estimate.observed as f64),
        axis: PEOPLE.into(),
        words,
    }
}

/// The number against what no data can say of it.
pub(crate) fn unidentified(estimate: &Estimate) -> Vec<Plot> {
    let Some(known) = &estimate.identification else { return Vec::new() };
    let points = known.curve.iter().map(|p| AtInteraction {
        log_odds_ratio: p.log_odds_ratio,
        estimate: p.estimate,
        lower: p.lower,
        upper: p.upper,
    });
    let model = estimate.model;
    let said = known.curve.first().zip(known.curve.last());
    let words = said.map_or("No answer to vary.".into(), |(first, last)| {
        let [from, to] = [first, last].map(|p| grouped(p.estimate));
        format!("From {from} people at an odds ratio of {:.2} to {to} at {:.2}.", first.odds_ratio, last.odds_ratio)
    });
    let curve = Interaction {
        title: format!("If all lists together depended on one another otherwise, {model}"),
        points: points.collect(),
        observed: Some(estimate.observed as f64),
        axis: PEOPLE.into(),
        words,
    };
    let then = |class: &HiddenClass| match class.estimate {
        Some(people) => IfHidden::People(people),
        None if class.ruled_out => IfHidden::RuledOut,
        None => IfHidden::NoAnswer,
    };
    let classes = known.hidden.iter().map(|c| HiddenShare { share: c.share, reach: c.reach, then: then(c) });
    let most = known.hidden.iter().filter_map(|c| c.estimate).reduce(f64::max);
    let hidden = Hidden {
        title: format!("If some people were hardly reached by any list, {model}"),
        classes: classes.collect(),
        estimate: estimate.estimate,
        words: most.map_or("No answer to vary.".into(), |n| format!("Up to {} people.", grouped(n))),
    };
    vec![
        Plot {
            file: format!("interaction-{model}.svg"),
            svg: plot::interaction(&curve),
            title: curve.title,
            words: curve.words,
        },
        Plot {
            file: format!("hidden-{model}.svg"),
            svg: plot::hidden(&hidden),
            title: hidden.title,
            words: hidden.words,
        },
    ]
}

/// The posterior of a model, where it has one.
fn shape(estimate: &Estimate) -> Shape {
    match &estimate.detail {
        Detail::Decomposable(detail) => {
            Shape::Density(detail.sizes.iter().map(|s| (s.n as f64, s.posterior)).collect())
        }
        Detail::LatentClass(detail) if !detail.draws.is_empty() => {
            Shape::Draws(detail.draws.iter().map(|n| *n as f64).collect())
        }
        _ => Shape::Unknown,
    }
}

pub(crate) fn overlaps(table: &CaptureTable) -> Plot {
    let lists = table.lists().iter().enumerate().map(|(l, name)| (name.to_string(), table.on_list(l)));
    let on = |history: factum_model::History| (0..table.lists().len()).filter(|l| history.contains(*l)).collect();
    let intersections = table.iter().map(|(history, people)| Intersection { lists: on(history), people: Some(people) });
    let words = format!(
        "{} people on {} lists; {} of them on one list only.",
        grouped(table.observed() as f64),
        table.lists().len(),
        grouped(table.on_exactly(1) as f64)
    );
    let title = "People by combination of lists".to_string();
    let of = Upset { title, lists: lists.collect(), intersections: intersections.collect(), words };
    Plot { file: "overlaps.svg".into(), svg: plot::upset(&of, plot::ENGLISH), title: of.title, words: of.words }
}

/// The answers side by side; `None` where there is none.
pub(crate) fn models(table: &CaptureTable, estimates: &[&Estimate]) -> Option<Plot> {
    let of = |e: &&&Estimate| ByModel {
        label: e.model.to_string(),
        shape: shape(e),
        estimate: e.estimate,
        lower: e.lower,
        upper: e.upper,
        bound: e.is_lower_bound(),
    };
    let answers = estimates.iter().filter(|e| e.converged && e.estimate.is_some());
    let models: Vec<ByModel> = answers.map(|e| of(&e)).collect();
    if models.is_empty() {
        return None;
    }
    let number = |n: Option<f64>| n.map_or("none".into(), grouped);
    let said = models
        .iter()
        .map(|m| format!("{} {} (limits {} and {})", m.label, number(m.estimate), number(m.lower), number(m.upper)));
    let words = format!("Number of people by model: {}.", said.collect::<Vec<_>>().join("; "));
    let of = Posteriors {
        title: "The number of people by model".into(),
        models,
        observed: Some(table.observed() as f64),
        minimum: None,
        axis: PEOPLE.into(),
        words,
    };
    Some(Plot {
        file: "models.svg".into(),
        svg: plot::posteriors(&of, plot::ENGLISH),
        title: of.title,
        words: of.words,
    })
}

/// The odds ratios between lists among people on a third one. Of people on no list at all nothing is known, so that the
/// fourth cell of two lists is only known where a third list saw the person. Limits by the logarithm (Woolf 1955), which
/// needs somebody in each cell: where one is empty the ratio is undefined.
pub(crate) fn odds_ratios(table: &CaptureTable) -> Option<Plot> {
    let lists = table.lists().len();
    if lists < 3 {
        return None;
    }
    let pairs = (0..lists).flat_map(|one| (one + 1..lists).map(move |other| (one, other)));
    let pairs: Vec<OddsRatio> = pairs.map(|pair| odds_ratio(table, pair)).collect();
    let undefined = pairs.iter().filter(|p| p.estimate.is_none()).count();
    let words = format!("Odds ratios of {} pairs of lists; {undefined} of them are undefined.", pairs.len());
    let title = "Odds ratios between lists, among people on a third list".into();
    let of = OddsRatios { title, lists: table.lists().iter().map(ToString::to_string).collect(), pairs, words };
    Some(Plot { file: "odds-ratios.svg".into(), svg: plot::odds_ratios(&of), title: of.title, words: of.words })
}

fn odds_ratio(table: &CaptureTable, (one, other): (usize, usize)) -> OddsRatio {
    let pair = 1u32 << one | 1 << other;
    let mut cells = [0u64; 4];
    for (history, people) in table.iter().filter(|(history, _)| history.0 & !pair != 0) {
        cells[2 * usize::from(history.contains(one)) + usize::from(history.contains(other))] += people;
    }
    let lists = (one, other);
    if cells.contains(&0) {
        return OddsRatio { lists, estimate: None, lower: None, upper: None };
    }
    let [neither, second, first, both] = cells.map(|people| people as f64);
    let ratio = (both / first) * (neither / second);
    let error = (1.0 / both + 1.0 / first + 1.0 / second + 1.0 / neither).sqrt();
    let moved = |by: f64| Some(ratio * (by * error).exp());
    OddsRatio { lists, estimate: Some(ratio), lower: moved(-NORMAL_95), upper: moved(NORMAL_95) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use factum_model::ListId;

    fn table(counts: &[(u32, u64)]) -> CaptureTable {
        let lists = ["a", "b", "c"].map(ListId::new).to_vec();
        CaptureTable::from_counts(lists, counts).expect("a table")
    }

    #[test]
    fn odds_ratios_are_taken_on_a_third_list() {
        // Of those on c, 20 are on a and b, 10 on a, 15 on b, 30 on neither: 20 * 30 / (10 * 15) = 4.
        let of = odds_ratio(&table(&[(0b111, 20), (0b101, 10), (0b110, 15), (0b100, 30), (0b011, 999)]), (0, 1));
        let error = (1.0f64 / 20.0 + 1.0 / 10.0 + 1.0 / 15.0 + 1.0 / 30.0).sqrt();
        assert!((of.estimate.expect("defined") - 4.0).abs() < 1e-12);
        assert!((of.upper.expect("defined") - 4.0 * (NORMAL_95 * error).exp()).abs() < 1e-9);
        let of = odds_ratio(&table(&[(0b111, 20), (0b101, 10), (0b100, 30)]), (0, 1));
        assert!(of.estimate.is_none() && of.lower.is_none() && of.upper.is_none());
    }

    #[test]
    fn what_has_data_is_drawn() {
        let table = table(&[(0b111, 20), (0b101, 10), (0b110, 15), (0b100, 30), (0b011, 40), (0b001, 50), (0b010, 60)]);
        let estimates: Vec<Estimate> = [factum_estimate::Model::LogLinear, factum_estimate::Model::Decomposable]
            .into_iter()
            .map(|m| factum_estimate::estimate(&table, &factum_estimate::Options::new(m)).expect("an estimate"))
            .collect();
        let names = |plots: Vec<Plot>| plots.into_iter().map(|p| p.file).collect::<Vec<_>>();
        let all: Vec<&Estimate> = estimates.iter().collect();
        assert_eq!(
            names(of_estimates(&table, &all)),
            [
                "overlaps.svg",
                "odds-ratios.svg",
                "models.svg",
                "interaction-log-linear.svg",
                "hidden-log-linear.svg",
                "edges.svg",
                "interaction-decomposable.svg",
                "hidden-decomposable.svg"
            ]
        );
        assert_eq!(names(of_estimates(&table, &[])), ["overlaps.svg", "odds-ratios.svg"]);
    }
}
