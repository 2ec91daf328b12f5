//! Is the doubly robust estimate right where the truth is known, and refused where it cannot be made?

use super::*;
use crate::{Model, Options};
use factum_model::CaptureTable;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

fn lists(n: usize) -> Vec<ListId> {
    (0..n).map(|i| ListId::new(format!("L{}", i + 1))).collect()
}

fn pair(persons: &Persons) -> DrOptions {
    DrOptions::new(Assumption::Independent(persons.lists[0].clone(), persons.lists[1].clone()))
}

fn of_counts(lists: Vec<ListId>, counts: &[(u32, usize)]) -> Persons {
    let histories = counts.iter().flat_map(|&(h, n)| std::iter::repeat_n(History(h), n)).collect();
    Persons { lists, histories, covariates: Vec::new() }
}

fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// People whose chances on both lists rise with a number and differ by region, independently given both.
fn population(people: usize, seed: u64) -> Persons {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let (mut histories, mut numbers, mut regions) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..people {
        let x: f64 = rng.random::<f64>() * 4.0 - 2.0;
        let region = (rng.random::<f64>() * 3.0) as usize;
        let far = [0.5, 0.0, -0.7][region];
        let chances = [logistic(-0.2 + 0.8 * x + far), logistic(-0.5 + 0.9 * x + far)];
        let history = chances.iter().enumerate().map(|(l, p)| u32::from(rng.random::<f64>() < *p) << l).sum();
        if history > 0 {
            histories.push(History(history));
            numbers.push(Some(x));
            regions.push(Some(["city", "coast", "hills"][region].to_string()));
        }
    }
    let covariates = vec![
        Covariate { name: "distance".into(), values: Values::Numeric(numbers) },
        Covariate { name: "region".into(), values: Values::Categorical(regions) },
    ];
    Persons { lists: lists(2), histories, covariates }
}

/// The reference of Lincoln & Petersen, with the variance `n1 n2 (n1 - m) (n2 - m) / m³` of Sekar & Deming (1949).
#[test]
fn without_covariates_it_is_lincoln_and_petersen() {
    let persons = of_counts(lists(2), &[(1, 700), (2, 1_200), (3, 300)]);
    let answer = estimate(&persons, &pair(&persons)).unwrap();
    assert!((answer.estimate - 1_000.0 * 1_500.0 / 300.0).abs() < 1e-8);
    let variance: f64 = 1_000.0 * 1_500.0 * 700.0 * 1_200.0 / 300f64.powi(3);
    assert!((answer.standard_error - variance.sqrt()).abs() < 1e-8);
    assert!((answer.targeted.unwrap() - answer.estimate).abs() < 1e-2);
    assert!((answer.plug_in - answer.estimate).abs() < 1e-8);
    assert_eq!(answer.warnings, [DrWarning::NoCovariates]);
    let chapman = crate::estimate(
        &CaptureTable::from_counts(lists(2), &[(1, 700), (2, 1_200), (3, 300)]).unwrap(),
        &Options::new(Model::Chapman),
    )
    .unwrap();
    assert!((answer.upper.unwrap() / chapman.upper.unwrap() - 1.0).abs() < 0.01);
}

/// Three lists without an interaction of all three: the closed form of the saturated log-linear model.
#[test]
fn without_covariates_several_lists_have_the_closed_form() {
    let counts = [(1, 60), (2, 49), (3, 14), (4, 247), (5, 112), (6, 142), (7, 12)];
    let persons = of_counts(lists(3), &counts);
    let options = DrOptions::new(Assumption::NoHighestOrder(lists(3)));
    let answer = estimate(&persons, &options).unwrap();
    let missing = 60.0 * 49.0 * 247.0 * 12.0 / (14.0 * 112.0 * 142.0);
    assert!((answer.estimate - 636.0 - missing).abs() < 1e-8);
    // The delta method for the closed form: missing² (1/missing + Σ 1/n).
    let inverse: f64 = counts.iter().map(|c| 1.0 / c.1 as f64).sum();
    let variance = missing * missing * (1.0 / missing + inverse);
    assert!((answer.standard_error - variance.sqrt()).abs() < 1e-6);
    // Two of three lists, among those whom the third did not see.
    let options = DrOptions::new(Assumption::NoHighestOrder(lists(2)));
    let answer = estimate(&persons, &options).unwrap();
    assert!((answer.estimate - 636.0 - 60.0 * 49.0 / 14.0).abs() < 1e-8);
}

/// What is recorded of people whose chances are known, with the true probabilities of their histories; `bent` multiplies the
/// odds of an overlap.
fn with_true_chances(people: usize, seed: u64, bent: f64) -> (Vec<f64>, Vec<u8>) {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let (mut q, mut class) = (Vec::new(), Vec::new());
    for _ in 0..people {
        let x: f64 = rng.random::<f64>() * 2.0 - 1.0;
        let (a, b) = (logistic(-0.3 + 0.8 * x), logistic(-0.5 + 0.9 * x));
        let history = u8::from(rng.random::<f64>() < a) + 2 * u8::from(rng.random::<f64>() < b);
        if history > 0 {
            let of_person = [a * (1.0 - b), b * (1.0 - a), a * b * bent];
            let all: f64 = of_person.iter().sum();
            q.extend(of_person.map(|p| p / all));
            class.push(history - 1);
        }
    }
    (q, class)
}

/// With the true chances the estimator has no bias, its standard error is the spread of the estimates, and 95 % intervals
/// cover as often as 400 draws of 95 % allow (four standard deviations of a binomial).
#[test]
fn with_the_true_chances_the_variance_and_the_coverage_are_right() {
    let (replicates, truth) = (400u32, 1_000.0);
    let target = Target::new(&Assumption::Independent(ListId::new("L1"), ListId::new("L2")), &lists(2)).unwrap();
    let (mut covered, mut estimates, mut variance) = (0, Vec::new(), 0.0);
    for seed in 0..replicates {
        let (q, class) = with_true_chances(1_000, u64::from(seed), 1.0);
        let m = moments_of(&target.influenced(&q, &class));
        let limits = interval::log_normal(class.len() as f64, m.estimate, m.variance.sqrt(), 0.95).unwrap();
        covered += u32::from((limits.0..=limits.1).contains(&truth));
        variance += m.variance / f64::from(replicates);
        estimates.push(m.estimate);
    }
    let n = f64::from(replicates);
    let mean = estimates.iter().sum::<f64>() / n;
    let spread = estimates.iter().map(|e| (e - mean).powi(2)).sum::<f64>() / (n - 1.0);
    assert!((mean - truth).abs() < 4.0 * (spread / n).sqrt(), "{mean}");
    // Four standard deviations of the logarithm of a variance from 400 normal draws: √(2/399) each.
    assert!((variance / spread).ln().abs() < 0.284, "{variance} {spread}");
    assert!((363..=397).contains(&covered), "{covered} of {replicates} cover");
}

/// Among the same people, the corrected mean moves with the square of an error in the overlap, the plugged-in one with the
/// error; so does the targeted one, whose shift takes such an error back.
#[test]
fn an_error_in_the_chances_enters_squared() {
    let target = Target::new(&Assumption::Independent(ListId::new("L1"), ListId::new("L2")), &lists(2)).unwrap();
    let mean = |each: Vec<f64>| each.iter().sum::<f64>() / each.len() as f64;
    let at = |log: f64| {
        let (q, class) = with_true_chances(200_000, 5, f64::exp(log));
        let targeted = target.targeted(&q, &class, 1e-6).unwrap();
        [mean(target.influenced(&q, &class)), mean(target.plugged_in(&q)), mean(targeted)]
    };
    let (below, right, above) = (at(-0.2), at(0.0), at(0.2));
    // What an even function of the error moves, and what an odd one does.
    let odd = |k: usize| ((above[k] - below[k]) / 2.0).abs();
    let even = |k: usize| ((above[k] + below[k]) / 2.0 - right[k]).abs();
    assert!(odd(0) < odd(1) / 10.0, "corrected {} plugged in {}", odd(0), odd(1));
    assert!(even(0) < odd(1) / 3.0, "{} {}", even(0), odd(1));
    assert!((above[2] - below[2]).abs() < 1e-4, "targeted {above:?} {below:?}");
}

/// The lists depend on each other through the covariates only: without them the interval lies below the truth, with them it
/// covers.
#[test]
fn covariates_undo_the_dependence_they_cause() {
    let truth = 2_500.0;
    let (mut covered, mut below, mut sum, mut targeted) = (0, 0, 0.0, 0.0);
    let replicates = 6;
    for seed in 0..replicates {
        let persons = population(2_500, seed);
        let options = DrOptions { splits: 1, ..pair(&persons) };
        let answer = estimate(&persons, &options).unwrap();
        covered += u32::from((answer.lower.unwrap()..=answer.upper.unwrap()).contains(&truth));
        sum += answer.estimate;
        targeted += answer.targeted.unwrap();
        let blind = estimate(&Persons { covariates: Vec::new(), ..persons.clone() }, &options).unwrap();
        assert!((blind.estimate - answer.without_covariates).abs() < 1e-6);
        below += u32::from(blind.upper.unwrap() < truth);
    }
    let mean = sum / replicates as f64;
    assert!(below >= 5, "without covariates {below} of {replicates} lie below");
    assert!(covered >= 4, "{covered} of {replicates} cover");
    assert!((mean / truth - 1.0).abs() < 0.08, "{mean}");
    assert!((targeted / replicates as f64 / truth - 1.0).abs() < 0.08, "{targeted}");
}

#[test]
fn refuses_when_too_many_sit_at_the_floor() {
    let mut persons = of_counts(lists(2), &[(1, 900), (2, 800), (3, 300)]);
    // One region in which nobody is on both lists.
    let far = |i: usize| Some(if i.is_multiple_of(3) && i < 1_700 { "far" } else { "near" }.to_string());
    let values = Values::Categorical((0..2_000).map(far).collect());
    persons.covariates.push(Covariate { name: "region".into(), values });
    let refusal = estimate(&persons, &DrOptions { floor: 0.01, ..pair(&persons) }).unwrap_err();
    assert!(matches!(refusal, DrRefusal::AtFloor { share, .. } if share > 0.2), "{refusal}");
    assert!(refusal.to_string().contains("stratum"));
}

#[test]
fn odd_input_is_refused_or_borne() {
    let good = of_counts(lists(2), &[(1, 100), (2, 90), (3, 60)]);
    let refused = |persons: &Persons, options: DrOptions| estimate(persons, &options).unwrap_err();
    let no_list = DrOptions::new(Assumption::Independent(ListId::new("L1"), ListId::new("L9")));
    assert_eq!(refused(&good, no_list), DrRefusal::NoSuchList(ListId::new("L9")));
    let twice = DrOptions::new(Assumption::Independent(ListId::new("L1"), ListId::new("L1")));
    assert_eq!(refused(&good, twice), DrRefusal::Lists);
    for odd in [
        DrOptions { level: f64::NAN, ..pair(&good) },
        DrOptions { folds: 0, ..pair(&good) },
        DrOptions { splits: 0, ..pair(&good) },
        DrOptions { floor: 0.0, ..pair(&good) },
    ] {
        assert!(matches!(refused(&good, odd), DrRefusal::Option(_)));
    }
    let short = Covariate { name: "x".into(), values: Values::Numeric(vec![None; 3]) };
    let persons = Persons { covariates: vec![short], ..good.clone() };
    assert!(matches!(refused(&persons, pair(&good)), DrRefusal::Length { values: 3, .. }));
    assert_eq!(refused(&of_counts(lists(2), &[(1, 3), (0, 1)]), pair(&good)), DrRefusal::History(4));
    assert_eq!(refused(&of_counts(lists(2), &[(1, 3), (4, 1)]), pair(&good)), DrRefusal::History(4));
    assert_eq!(refused(&of_counts(lists(2), &[]), pair(&good)), DrRefusal::Empty);
    let one_list = refused(&of_counts(lists(2), &[(1, 50)]), pair(&good));
    assert_eq!(one_list, DrRefusal::TooFewOverlaps { people: 0, least: 10 });

    // Everybody of one list on the other: nobody is missing by it, and there is no interval.
    let inside = of_counts(lists(2), &[(1, 100), (3, 60)]);
    let answer = estimate(&inside, &pair(&inside)).unwrap();
    assert!((answer.estimate - 160.0).abs() < 1e-9);
    assert_eq!((answer.lower, answer.upper), (None, None));
    assert!(answer.warnings.contains(&DrWarning::NobodyMissed));

    // Covariates that tell nothing, or are not known, or are no numbers.
    let n = good.histories.len();
    let same = Covariate { name: "same".into(), values: Values::Numeric(vec![Some(4.0); n]) };
    let odd = Covariate {
        name: "odd".into(),
        values: Values::Numeric((0..n).map(|i| [Some(f64::NAN), Some(1e300), None, Some(-2.0)][i % 4]).collect()),
    };
    let each =
        Covariate { name: "each".into(), values: Values::Categorical((0..n).map(|i| Some(format!("{i}"))).collect()) };
    let persons = Persons { covariates: vec![same, odd, each], ..good };
    let answer = estimate(&persons, &DrOptions { splits: 1, ..pair(&persons) }).unwrap();
    assert!(answer.warnings.contains(&DrWarning::Constant("same".into())));
    assert!(answer.warnings.iter().any(|w| matches!(w, DrWarning::Unknown(name, _) if name == "odd")));
    assert!(answer.estimate.is_finite() && answer.warnings.contains(&DrWarning::Small(250)));
    assert!((answer.estimate / answer.without_covariates - 1.0).abs() < 0.1);
}

#[test]
fn same_bytes_with_any_number_of_threads() {
    let persons = population(500, 3);
    let once = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| format!("{:?}", estimate(&persons, &DrOptions { splits: 2, folds: 3, ..pair(&persons) })))
    };
    let one = once(1);
    assert!(one.starts_with("Ok"), "{one}");
    assert_eq!(one, once(2));
    assert_eq!(one, once(8));
}

/// The answer moves with the odds of being missed, and the missing are so many times those of the assumption.
#[test]
fn sensitivity_scales_the_missing() {
    let persons = of_counts(lists(2), &[(1, 700), (2, 1_200), (3, 300)]);
    let answer = estimate(&persons, &pair(&persons)).unwrap();
    let missing = |s: &Shifted| s.estimate - 2_200.0;
    for shifted in &answer.sensitivity {
        assert!((missing(shifted) - shifted.factor * (answer.estimate - 2_200.0)).abs() < 1e-6);
    }
    // With a third list, people whom only it saw are recorded, and missing from the two.
    let three = of_counts(lists(3), &[(1, 700), (2, 1_200), (3, 300), (4, 500)]);
    let answer = estimate(&three, &pair(&three)).unwrap();
    assert!((answer.estimate - 5_000.0).abs() < 1e-6);
    let doubled = answer.sensitivity.iter().find(|s| s.factor == 2.0).unwrap();
    assert!((doubled.estimate - (2_200.0 + 2.0 * 2_800.0)).abs() < 1e-6);
}
