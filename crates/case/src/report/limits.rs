//! What the numbers cannot say, and on whose work they rest.

use super::{heading, list, paragraph, text};
use crate::inquiry::Results;
use factum_report::{Block, grouped};

pub(super) fn section(results: &Results) -> Vec<Block> {
    let mut blocks = vec![heading(1, "Limits")];
    let points = [
        "People whom no list could reach at all, in no way and by no source, leave no trace in the overlaps. If there are such \
         people, every estimate here is too low, and the data cannot show it.",
        "The estimates take the persons made by the linkage as given. Records of one person left apart make an estimate too high; \
         records of two people put together make it too low. The table of other thresholds shows how much that moves it.",
        "The lists must speak of the same events, places and period. A list that counts something else, or copies from another, \
         bends the overlaps.",
        "Within the population everyone is taken as equally likely to be recorded, apart from what the models allow for. Where \
         groups differ much, they should be estimated apart.",
        "An interval covers chance under its model, not the choice of the model.",
    ];
    blocks.push(list(points.into_iter().map(|p| vec![text(p)]).collect()));
    if let Some(truth) = &results.truth {
        blocks.push(heading(2, "Against the known truth"));
        let holds = |models: &[String]| if models.is_empty() { "none".to_string() } else { models.join(", ") };
        blocks.push(paragraph(format!(
            "The example's generator knows who is who. On the lists are {} people; the linkage found {}. Of the pairs of records put \
             together {} belong together; of those that belong together {} were put together (F1 {:.3}). In all there are {} \
             people. Intervals that hold this number: {}; intervals that miss it: {}.",
            grouped(truth.persons as f64),
            grouped(results.linkage.persons as f64),
            super::percent(truth.precision),
            super::percent(truth.recall),
            truth.f1,
            grouped(truth.population as f64),
            holds(&truth.intervals_that_hold),
            holds(&truth.intervals_that_miss)
        )));
    }
    blocks.push(heading(1, "References"));
    let works = [
        "I. P. Fellegi, A. B. Sunter: A theory for record linkage. Journal of the American Statistical Association 64 (1969).",
        "W. E. Winkler: String comparator metrics and enhanced decision rules in the Fellegi-Sunter model of record linkage (1990).",
        "T. Enamorado, B. Fifield, K. Imai: Using a probabilistic model to assist merging of large-scale administrative records. \
         American Political Science Review 113 (2019).",
        "Z. C. Lipton, C. Elkan, B. Naryanaswamy: Optimal thresholding of classifiers to maximize F1 measure. ECML PKDD (2014).",
        "S. E. Fienberg: The multiple recapture census for closed populations and incomplete 2^k contingency tables. Biometrika 59 (1972).",
        "R. M. Cormack: Interval estimation for mark-recapture studies of closed populations. Biometrics 48 (1992).",
        "S. E. Fienberg, A. Rinaldo: Maximum likelihood estimation in log-linear models. Annals of Statistics 40 (2012).",
        "D. Madigan, J. C. York: Bayesian methods for estimation of the size of a closed population. Biometrika 84 (1997).",
        "D. G. Chapman: Some properties of the hypergeometric distribution with applications to zoological sample censuses (1951).",
        "A. Chao: Estimating the population size for capture-recapture data with unequal catchability. Biometrics 43 (1987).",
        "L.-P. Rivest, S. Baillargeon: Applications and extensions of Chao's moment estimator for the size of a closed population. \
         Biometrics 63 (2007).",
        "S. T. Buckland, K. P. Burnham, N. H. Augustin: Model selection: an integral part of inference. Biometrics 53 (1997).",
    ];
    blocks.push(list(works.into_iter().map(|w| vec![text(w)]).collect()));
    blocks
}
