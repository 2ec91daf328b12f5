//! Log-linear models of five and six lists, the stepwise choice, the bootstrap and the coverage of intervals.

use crate::reference::{assert_close, by_model, present, table};
use factum_estimate::{
    BootstrapDetail, Criterion, Detail, Estimate, LogLinearDetail, Model, Options, Refusal, Search, Selection,
    all_fits, estimate,
};
use factum_model::{CaptureTable, ListId};
use rand::SeedableRng;
use rand_chacha::ChaCha12Rng;
use rand_distr::{Binomial, Distribution};

fn options() -> Options {
    Options::new(Model::LogLinear)
}

fn fixed(name: &str) -> Options {
    Options { fixed_model: Some(name.into()), ..options() }
}

fn resampled(selection: Selection, replicates: u32) -> Options {
    Options { selection, bootstrap: Some(replicates), ..options() }
}

fn detail(answer: Estimate) -> LogLinearDetail {
    let Detail::LogLinear(detail) = answer.detail else { panic!("wrong detail") };
    *detail
}

fn bootstrap(table: &CaptureTable, options: &Options) -> BootstrapDetail {
    detail(estimate(table, options).unwrap()).bootstrap.unwrap()
}

/// The 1,024 two-way models of five lists that Rcapture 1.4-4 fits (`closedpMS.t(maxorder = 2)`). Its `glm` stops when the
/// deviance moves by less than 1e-8 of itself, so its standard errors carry four digits.
fn check_two_way(name: &str) {
    let file = format!("rcapture_ms_{name}.csv");
    if !present(&[&file, &format!("{name}.csv")]) {
        return;
    }
    let theirs = by_model(&file);
    let (ours, _) = all_fits(&table(name), Criterion::Bic);
    let ours: Vec<_> = ours.into_iter().filter(|fit| theirs.contains_key(&fit.name)).collect();
    assert_eq!((ours.len(), theirs.len()), (1024, 1024), "{name}");
    for fit in ours {
        let row = &theirs[&fit.name];
        let what = |part: &str| format!("{name} {} {part}", fit.name);
        assert_close(&what("N"), fit.estimate, row["abundance"], 1e-6);
        assert_close(&what("standard error"), fit.standard_error, row["stderr"], 2e-4);
        assert_close(&what("deviance"), fit.deviance, row["deviance"], 1e-6);
        assert_eq!(fit.degrees_of_freedom as f64, row["df"], "{}", what("df"));
        assert_close(&what("AIC"), fit.aic, row["AIC"], 1e-6);
        assert_close(&what("BIC"), fit.bic, row["BIC"], 1e-6);
    }
}

#[test]
fn two_way_models_of_five_lists_agree() {
    ["uk5", "netherlands5", "madiganyork5"].into_iter().for_each(check_two_way);
}

/// Rcapture's `closedpCI.t`: 22,964 [17,991, 30,142] under [12+13+23+25+34].
#[test]
fn the_profile_interval_of_a_fixed_model_is_rcaptures() {
    let answer = estimate(&table("uk5"), &fixed("[12+13+23+25+34]")).unwrap();
    let limits = [answer.lower, answer.upper].map(Option::unwrap);
    let detail = detail(answer);
    assert_eq!((detail.search, detail.best.name.as_str()), (Search::Fixed, "[12+13+23+25+34]"));
    for (ours, theirs) in
        [detail.profile.unwrap().maximum].into_iter().chain(limits).zip([22_964.0, 17_991.0, 30_142.0])
    {
        assert!((ours - theirs).abs() < 0.5, "{ours} against {theirs}");
    }
}

#[test]
fn a_fixed_model_is_the_same_as_among_all() {
    let table = table("kosovo");
    for fit in all_fits(&table, Criterion::Bic).0.iter().step_by(7) {
        let alone = detail(estimate(&table, &fixed(&fit.name)).unwrap());
        assert_close(&fit.name, alone.best.estimate, fit.estimate, 1e-9);
        assert!(alone.average.is_none());
    }
}

#[test]
fn a_model_without_estimate_or_of_no_such_name_is_refused_by_name() {
    for (name, model) in [("hiv", "[123+124+134+234]"), ("hiv", "[123+124+234]"), ("scotpwid4", "[123+124+134+234]")] {
        let refusal = estimate(&table(name), &fixed(model)).unwrap_err();
        assert_eq!(refusal, Refusal::ModelWithoutEstimate(model.into()));
        assert!(refusal.to_string().contains(model));
    }
    for name in ["12+13", "[12+15]", "[1234]", "[]"] {
        let refusal = estimate(&table("hiv"), &fixed(name)).unwrap_err();
        assert!(matches!(&refusal, Refusal::ModelName { name: named, .. } if named == name), "{refusal}");
    }
}

/// SparseMSE 2.0.1, `estimatepopulation.0(method = "stepwise", pthresh = 0.02)`.
#[test]
fn the_stepwise_choice_is_that_of_sparsemse() {
    for (name, model, theirs) in [
        ("kosovo", "[12+13+14+23+34]", 14_341.7),
        ("uk5", "[12+13+24+25+35+45]", 11_313.0),
        ("netherlands5", "[12+13+15+24+34+35]", 121_521.6),
        ("uk6", "[12+13+24+25+35+36+45]", 11_418.0),
    ] {
        if !present(&[&format!("{name}.csv")]) {
            continue;
        }
        let answer = estimate(&table(name), &Options { selection: Selection::Stepwise, ..options() }).unwrap();
        assert!((answer.estimate.unwrap() - theirs).abs() <= 0.051, "{name}: {:?}", answer.estimate);
        let detail = detail(answer);
        assert_eq!((detail.search, detail.best.name.as_str()), (Search::PValues, model));
        assert!(detail.average.is_none());
    }
}

/// SparseMSE 2.0.1, 1,000 replicates: kosovo 14,341.7 [12,572.6, 16,595.6]. The Monte Carlo error of a limit of theirs is
/// about 90, of ours with 4,000 half of that.
#[test]
fn the_bootstrap_interval_is_that_of_sparsemse() {
    let detail = bootstrap(&table("kosovo"), &resampled(Selection::Stepwise, 4000));
    for (ours, theirs) in [(detail.lower, 12_572.6), (detail.upper, 16_595.6)] {
        assert!((ours.unwrap() - theirs).abs() < 300.0, "{ours:?} against {theirs}");
    }
    assert_eq!((detail.replicates, detail.infinite, detail.competing), (4000, 0, None));
}

/// A choice among all models is as uncertain as the models are: on kosovo the interval of the bootstrap is wider than that
/// of the chosen model alone, and takes in the second-best model's 12,741.
#[test]
fn a_bootstrap_among_all_models_takes_in_the_choice() {
    let detail = detail(estimate(&table("kosovo"), &resampled(Selection::All, 1000)).unwrap());
    let (bootstrap, profile) = (detail.bootstrap.unwrap(), detail.profile.unwrap());
    assert_eq!(bootstrap.competing, Some(113));
    assert!(bootstrap.upper.unwrap() > profile.upper.unwrap() && bootstrap.upper.unwrap() > 12_741.0, "{bootstrap:?}");
}

fn two_lists(first: u64, second: u64, both: u64) -> CaptureTable {
    let lists = vec![ListId::new("a"), ListId::new("b")];
    CaptureTable::from_counts(lists, &[(1, first), (2, second), (3, both)]).unwrap()
}

/// Under independence of two lists everything has a closed form: N = n + first · second / both.
#[test]
fn the_parts_of_the_bootstrap_are_those_worked_by_hand() {
    let (first, second, both) = (70.0, 120.0, 30.0);
    let n = |first: f64, second: f64, both: f64| first + second + both + first * second / both;
    let without = [(first, n(69.0, 120.0, 30.0)), (second, n(70.0, 119.0, 30.0)), (both, n(70.0, 120.0, 29.0))];
    let mean = without.iter().map(|(y, n)| y * n).sum::<f64>() / 220.0;
    let moment = |power| without.iter().map(|(y, n)| y * (mean - n).powi(power)).sum::<f64>();
    let by_hand = moment(3) / (6.0 * moment(2).powf(1.5));

    let detail = bootstrap(&two_lists(70, 120, 30), &resampled(Selection::All, 4000));
    assert_close("acceleration", detail.acceleration.unwrap(), by_hand, 1e-6);
    // Close to half of the replicates lie below an estimate that is nearly its own median.
    assert!(detail.bias_correction.unwrap().abs() < 0.15, "{detail:?}");
    assert!(detail.lower.unwrap() < n(70.0, 120.0, 30.0) && n(70.0, 120.0, 30.0) < detail.upper.unwrap());
}

/// With two people on both of two lists a replicate has none of them with probability (1 - 2/72)^72, .1316: then nothing
/// bounds the number of the unrecorded.
#[test]
fn replicates_without_overlap_are_infinite_and_leave_no_upper_limit() {
    let answer = estimate(&two_lists(30, 40, 2), &resampled(Selection::All, 10_000)).unwrap();
    assert!(answer.upper.is_none() && answer.lower.is_some(), "{answer:?}");
    let words: Vec<String> = answer.warnings.iter().map(ToString::to_string).collect();
    assert!(words.iter().any(|w| w.contains("of 10000 bootstrap replicates have no finite estimate")), "{words:?}");
    assert!(words.iter().any(|w| w.contains("it is not given")), "{words:?}");
    let infinite = f64::from(detail(answer).bootstrap.unwrap().infinite);
    // Four standard errors of a binomial share.
    assert!((infinite - 1316.0).abs() < 136.0, "{infinite}");
}

/// One person on both lists: without that one there is no estimate, so how the estimate's spread changes is unknown.
#[test]
fn an_estimate_that_hangs_on_one_person_has_no_bootstrap_interval() {
    let answer = estimate(&two_lists(30, 40, 1), &resampled(Selection::All, 200)).unwrap();
    assert_eq!((answer.lower, answer.upper), (None, None));
    assert!(answer.warnings.iter().any(|w| w.to_string().contains("hangs on single people")), "{:?}", answer.warnings);
    assert!(detail(answer).bootstrap.unwrap().acceleration.is_none());
}

#[test]
fn any_number_of_threads_gives_the_same_bytes() {
    let answers = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let stepwise = estimate(&table("uk5"), &resampled(Selection::Stepwise, 200)).unwrap();
            let all = estimate(&table("hiv"), &resampled(Selection::All, 100)).unwrap();
            format!("{stepwise:?} {all:?}")
        })
    };
    let one = answers(1);
    assert!([2, 8].into_iter().all(|threads| answers(threads) == one));
    let other_seed = estimate(&table("hiv"), &Options { seed: 2, ..resampled(Selection::All, 100) }).unwrap();
    assert!(!one.contains(&format!("{other_seed:?}")));
}

/// A population in which the lists depend on one another by log-linear terms, drawn anew for each number.
fn drawn(people: u64, lists: usize, terms: &[(u32, f64)], number: u64) -> CaptureTable {
    let weight = |h: u32| terms.iter().filter(|(t, _)| h & t == *t).map(|(_, c)| c).sum::<f64>().exp();
    let mut rest: f64 = (0..1u32 << lists).map(weight).sum();
    let mut rng = ChaCha12Rng::seed_from_u64(17);
    rng.set_stream(number);
    let mut left = people;
    let mut counts = Vec::new();
    for history in (1..1u32 << lists).rev() {
        let here = Binomial::new(left, weight(history) / rest).unwrap().sample(&mut rng);
        counts.push((history, here));
        (left, rest) = (left - here, rest - weight(history));
    }
    CaptureTable::from_counts((0..lists).map(|i| ListId::new(format!("L{i}"))).collect(), &counts).unwrap()
}

/// A model, how many people there are, how many lists, and the model's coefficients by term.
type Case = (&'static str, u64, usize, &'static [(u32, f64)]);

/// Profile intervals at 95 % of models that are right: of 500 populations each they hold the truth in 90 to 98 %.
#[test]
fn intervals_of_correct_fixed_models_hold_the_truth() {
    let cases: [Case; 4] = [
        ("[1+2+3]", 1000, 3, &[(1, -0.8), (2, -1.1), (4, -0.4)]),
        ("[12+13]", 1500, 3, &[(1, -1.2), (2, -1.0), (4, -0.8), (3, 0.8), (5, -0.5)]),
        ("[12+34]", 2000, 4, &[(1, -1.5), (2, -1.2), (4, -1.6), (8, -1.0), (3, 1.0), (12, 0.7)]),
        (
            "[123+14+34]",
            3000,
            4,
            &[(1, -1.2), (2, -1.4), (4, -1.0), (8, -1.3), (3, 0.6), (7, 0.5), (9, 0.8), (12, -0.6)],
        ),
    ];
    for (model, people, lists, terms) in cases {
        let mut held = 0;
        for number in 0..500 {
            let table = drawn(people, lists, terms, number);
            assert!(table.observed() >= 500, "{model}: {}", table.observed());
            let answer = estimate(&table, &fixed(model)).unwrap();
            assert!(answer.converged);
            let above = answer.upper.is_none_or(|upper| people as f64 <= upper);
            held += u32::from(answer.lower.unwrap() <= people as f64 && above);
        }
        assert!((450..=490).contains(&held), "{model}: {held} of 500");
    }
}

/// Small tables full of empty cells, with every way to choose a model: each is answered or refused, never with a number that
/// is none, and limits lie around the profile's maximum.
#[test]
fn any_small_table_is_answered_or_refused() {
    let (mut answered, mut refused) = (0, 0);
    for number in 0..80u64 {
        let lists = 2 + (number % 3) as usize;
        let terms: Vec<(u32, f64)> =
            (0..lists).map(|i| (1 << i, -1.0 - 0.3 * ((number / 3 + i as u64) % 6) as f64)).chain([(3, 1.5)]).collect();
        let table = drawn(8 + number / 3, lists, &terms, number);
        let resampled = Options { bootstrap: Some(100), ..options() };
        let stepwise = Options { selection: Selection::Stepwise, ..options() };
        for options in [options(), resampled, stepwise, fixed("[12]"), fixed("[1+2]")] {
            match estimate(&table, &options) {
                Err(refusal) => {
                    assert!(!refusal.to_string().is_empty());
                    refused += 1;
                }
                Ok(answer) => {
                    let numbers = [answer.estimate, answer.lower, answer.upper];
                    assert!(numbers.into_iter().flatten().all(f64::is_finite), "{answer:?}");
                    assert!(answer.estimate.unwrap() >= answer.observed as f64);
                    assert!(answer.lower.is_none_or(|l| answer.upper.is_none_or(|u| l <= u)), "{answer:?}");
                    let converged = answer.converged;
                    if let Some(profile) = detail(answer).profile {
                        assert!(converged && profile.lower <= profile.maximum + 1e-3, "{profile:?}");
                        assert!(profile.upper.is_none_or(|u| profile.maximum <= u), "{profile:?}");
                    }
                    answered += 1;
                }
            }
        }
    }
    assert!(answered > 50 && refused > 50, "{answered} answered, {refused} refused");
}
