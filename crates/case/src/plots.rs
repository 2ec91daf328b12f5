//! Which pictures can be drawn of a table and its estimates?
//!
//! One function from results to files: each picture that the results hold data for, under a name of its own.

use factum_estimate::{Detail, Estimate};
use factum_model::CaptureTable;
use factum_report::grouped;
use factum_report::plot::{self, ByModel, Edge, Edges, Intersection, OddsRatio, OddsRatios, Posteriors, Shape, Upset};

/// Half the width of a 95 % interval, in standard errors.
const NORMAL_95: f64 = 1.959_963_984_540_054;

/// The pictures of a table and of what models make of it, as names of files with their SVG. Estimates that did not converge
/// are none and are left out.
pub fn of_estimates(table: &CaptureTable, estimates: &[&Estimate]) -> Vec<(String, String)> {
    let mut files = vec![("overlaps.svg".to_string(), overlaps(table))];
    if table.lists().len() > 2 {
        files.push(("odds-ratios.svg".into(), plot::odds_ratios(&odds_ratios(table))));
    }
    let converged: Vec<&&Estimate> = estimates.iter().filter(|e| e.converged).collect();
    if converged.iter().any(|e| e.estimate.is_some()) {
        files.push(("models.svg".into(), models(table, &converged)));
    }
    for estimate in converged {
        files.extend(of_detail(estimate));
    }
    files
}

/// What is particular to one model.
fn of_detail(estimate: &Estimate) -> Option<(String, String)> {
    match &estimate.detail {
        Detail::Decomposable(detail) => {
            let lists: Vec<String> = estimate.lists.iter().map(ToString::to_string).collect();
            let place = |list: &str| lists.iter().position(|l| l == list);
            let edges = detail.edges.iter().filter_map(|e| {
                let lists = (place(e.lists.0.as_str())?, place(e.lists.1.as_str())?);
                Some(Edge { lists, probability: Some(e.probability) })
            });
            let said =
                detail.edges.iter().map(|e| format!("{} and {} {:.0} %", e.lists.0, e.lists.1, e.probability * 100.0));
            let words = format!("Probability of an edge: {}.", said.collect::<Vec<_>>().join("; "));
            let edges = edges.collect();
            let title = "Which lists depend on each other directly, decomposable graphs".into();
            Some(("edges.svg".into(), plot::edges(&Edges { title, lists, edges, words })))
        }
        Detail::LogLinear(_) | Detail::Chao(_) | Detail::Chapman { .. } => None,
    }
}

fn overlaps(table: &CaptureTable) -> String {
    let lists = table.lists().iter().enumerate().map(|(l, name)| (name.to_string(), table.on_list(l)));
    let on = |history: factum_model::History| (0..table.lists().len()).filter(|l| history.contains(*l)).collect();
    let intersections = table.iter().map(|(history, people)| Intersection { lists: on(history), people: Some(people) });
    let words = format!(
        "{} people on {} lists; {} of them on one list only.",
        grouped(table.observed() as f64),
        table.lists().len(),
        grouped(table.on_exactly(1) as f64)
    );
    let title = "People by combination of lists".into();
    plot::upset(&Upset { title, lists: lists.collect(), intersections: intersections.collect(), words })
}

fn models(table: &CaptureTable, estimates: &[&&Estimate]) -> String {
    let of = |e: &&&Estimate| ByModel {
        label: e.model.to_string(),
        shape: Shape::Unknown,
        estimate: e.estimate,
        lower: e.lower,
        upper: e.upper,
        bound: e.is_lower_bound(),
    };
    let models: Vec<ByModel> = estimates.iter().map(of).collect();
    let number = |n: Option<f64>| n.map_or("none".into(), grouped);
    let said = models
        .iter()
        .map(|m| format!("{} {} (limits {} and {})", m.label, number(m.estimate), number(m.lower), number(m.upper)));
    let words = format!("Number of people by model: {}.", said.collect::<Vec<_>>().join("; "));
    plot::posteriors(&Posteriors {
        title: "The number of people by model".into(),
        models,
        observed: Some(table.observed() as f64),
        minimum: None,
        axis: "people in all, recorded or not".into(),
        words,
    })
}

/// The odds ratios between lists among people on a third one. Of people on no list at all nothing is known, so that the
/// fourth cell of two lists is only known where a third list saw the person. Limits by the logarithm (Woolf 1955), which
/// needs somebody in each cell: where one is empty the ratio is undefined.
fn odds_ratios(table: &CaptureTable) -> OddsRatios {
    let lists = table.lists().len();
    let pairs = (0..lists).flat_map(|one| (one + 1..lists).map(move |other| (one, other)));
    let pairs: Vec<OddsRatio> = pairs.map(|pair| odds_ratio(table, pair)).collect();
    let undefined = pairs.iter().filter(|p| p.estimate.is_none()).count();
    let words = format!("Odds ratios of {} pairs of lists; {undefined} of them are undefined.", pairs.len());
    let title = "Odds ratios between lists, among people on a third list".into();
    OddsRatios { title, lists: table.lists().iter().map(ToString::to_string).collect(), pairs, words }
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
        let names = |files: Vec<(String, String)>| files.into_iter().map(|f| f.0).collect::<Vec<_>>();
        let all: Vec<&Estimate> = estimates.iter().collect();
        assert_eq!(names(of_estimates(&table, &all)), ["overlaps.svg", "odds-ratios.svg", "models.svg", "edges.svg"]);
        assert_eq!(names(of_estimates(&table, &[])), ["overlaps.svg", "odds-ratios.svg"]);
    }
}
