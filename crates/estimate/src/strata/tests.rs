//! Do strata add up, thin ones merge, and unplaced persons stay in the total?

use super::*;
use crate::{Model, Options, estimate};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

fn lists(n: usize) -> Vec<ListId> {
    (0..n).map(|i| ListId::new(format!("L{}", i + 1))).collect()
}

fn stratum(name: &str, path: &[&str], counts: &[(u32, u64)]) -> Stratum {
    let table = CaptureTable::from_counts(lists(3), counts).unwrap();
    Stratum { name: name.into(), path: path.iter().map(|p| p.to_string()).collect(), table, blind: Vec::new() }
}

/// People who are each recorded by each list with its probability.
fn simulated(name: &str, people: u64, reach: &[f64], rng: &mut ChaCha8Rng) -> Stratum {
    let mut table = CaptureTable::new(lists(reach.len())).unwrap();
    for _ in 0..people {
        let history = reach.iter().enumerate().map(|(i, p)| u32::from(rng.random::<f64>() < *p) << i).sum();
        if history > 0 {
            table.add(History(history), 1).unwrap();
        }
    }
    Stratum { name: name.into(), path: Vec::new(), table, blind: Vec::new() }
}

fn by(model: Model) -> impl Fn(&CaptureTable) -> Result<Estimate, Refusal> + Sync {
    move |table| estimate(table, &Options::new(model))
}

fn run(strata: &[Stratum], model: Model, options: &StrataOptions) -> StrataEstimate {
    estimate_strata(strata, options, &by(model), &|_| {}).unwrap()
}

const WHOLE: &[(u32, u64)] = &[(1, 40), (2, 30), (3, 20), (4, 30), (5, 15), (6, 12), (7, 10)];
const THIN: &[(u32, u64)] = &[(1, 9), (2, 8), (3, 2), (4, 7), (5, 1)];

fn named(groups: &[GroupEstimate]) -> Vec<String> {
    groups.iter().map(|g| g.strata.join("+")).collect()
}

/// In the country as a whole the lists depend on each other, because both reach the city far better than the villages: the
/// unstratified estimate is too low. By stratum, the interval of the total covers as often as it says.
#[test]
fn strata_undo_heterogeneity_and_the_total_covers() {
    let truth = 1_400.0;
    let (mut covered, mut pooled_below, mut sum) = (0, 0, 0.0);
    let replicates = 120;
    for seed in 0..replicates {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut strata = vec![simulated("city", 600, &[0.6, 0.6], &mut rng)];
        strata.extend((0..4).map(|i| simulated(&format!("village {i}"), 200, &[0.25, 0.3], &mut rng)));
        let total = run(&strata, Model::Chapman, &StrataOptions::default()).total;
        covered += u32::from(total.sum.lower <= truth && truth <= total.sum.upper.unwrap());
        sum += total.sum.estimate;
        let members: Vec<usize> = (0..strata.len()).collect();
        let pooled = estimate(&Group::of(&strata, &members).unwrap().table, &Options::new(Model::Chapman)).unwrap();
        pooled_below += u32::from(pooled.upper.unwrap() < truth);
    }
    let coverage = f64::from(covered) / replicates as f64;
    assert!((0.90..=0.99).contains(&coverage), "covered {coverage}");
    assert!((sum / replicates as f64 - truth).abs() < 0.03 * truth, "mean {}", sum / replicates as f64);
    assert!(pooled_below > 90, "unstratified intervals lie below the truth {pooled_below} times of {replicates}");
}

#[test]
fn thin_strata_join_the_nearest_by_the_rule() {
    let strata = [
        stratum("lima-1", &["lima"], WHOLE),
        stratum("lima-2", &["lima"], THIN),
        stratum("cusco-1", &["cusco"], THIN),
        stratum("cusco-2", &["cusco"], WHOLE),
        stratum("puno-1", &["puno"], THIN),
    ];
    let answer = run(&strata, Model::LogLinear, &StrataOptions::default());
    // The three thin ones have as many overlaps; the earliest goes first and stays within its region. Puno has nobody in
    // its region and takes the closest in the order.
    assert_eq!(named(&answer.groups), ["lima-1+lima-2", "cusco-1+cusco-2+puno-1"]);
    assert_eq!(answer.merges[0].thin, ["lima-2"]);
    assert_eq!(answer.merges[0].why, Why::FewOverlaps(3));
    assert_eq!(answer.merges[2].into, ["cusco-1", "cusco-2"]);
    let apart =
        StrataOptions { merging: Some(Merging { least_overlaps: 10, least_shared: 1 }), ..StrataOptions::default() };
    let answer = run(&strata, Model::LogLinear, &apart);
    assert_eq!(named(&answer.groups), ["lima-1+lima-2", "cusco-1+cusco-2", "puno-1"]);
    assert!(answer.groups[2].warnings.contains(&StrataWarning::StillThin(3)));
    let never = StrataOptions { merging: None, ..StrataOptions::default() };
    assert_eq!(run(&strata, Model::LogLinear, &never).groups.len(), 5);
    assert_eq!(answer.total.sum.observed, strata.iter().map(|s| s.table.observed() as f64).sum::<f64>());
}

#[test]
fn what_the_model_refuses_is_merged_too() {
    // Plenty of overlaps, but list 3 shares nobody with the others.
    let disjoint: &[(u32, u64)] = &[(1, 40), (2, 30), (3, 20), (4, 30)];
    let strata = [stratum("a", &[], WHOLE), stratum("b", &[], disjoint)];
    let answer = run(&strata, Model::LogLinear, &StrataOptions::default());
    assert_eq!(named(&answer.groups), ["a+b"]);
    assert!(matches!(&answer.merges[0].why, Why::Refused(why) if why.contains("L3")));
    let never = run(&strata, Model::LogLinear, &StrataOptions { merging: None, ..StrataOptions::default() });
    assert_eq!(never.total.without_answer, [vec!["b".to_string()]]);
    assert_eq!(never.total.only_counted, 120);
    let alone = never.groups[0].estimate.as_ref().unwrap().estimate.unwrap();
    assert!((never.total.sum.estimate - alone - 120.0).abs() < 1e-9);
}

#[test]
fn a_list_that_could_not_see_is_left_out_and_the_total_still_adds_up() {
    let two: &[(u32, u64)] = &[(1, 50), (2, 40), (3, 25)];
    let blind = Stratum { blind: vec![ListId::new("L3")], ..stratum("before", &[], two) };
    let strata = [stratum("after", &[], WHOLE), blind.clone(), stratum("silent", &[], two)];
    let answer = run(&strata, Model::LogLinear, &StrataOptions::default());
    assert_eq!(answer.groups.len(), 3);
    let lists_of = |g: &GroupEstimate| g.estimate.as_ref().unwrap().lists.len();
    assert_eq!(answer.groups.iter().map(lists_of).collect::<Vec<_>>(), [3, 2, 2]);
    let id = ListId::new("L3");
    assert_eq!(answer.groups[1].warnings, [StrataWarning::LeftOut(id.clone(), Absence::Blind)]);
    assert_eq!(answer.groups[2].warnings, [StrataWarning::LeftOut(id.clone(), Absence::Silent)]);
    let sum: f64 = answer.groups.iter().map(|g| g.estimate.as_ref().unwrap().estimate.unwrap()).sum();
    assert!((answer.total.sum.estimate - sum).abs() < 1e-9);
    // Two lists with the other out of sight: Lincoln-Petersen, 40 · 50 / 25 missing.
    assert!((answer.groups[1].estimate.as_ref().unwrap().estimate.unwrap() - (115.0 + 80.0)).abs() < 1e-6);
    // Thin and blind: the neighbours see with other lists, so it stays alone.
    let thin =
        Stratum { table: CaptureTable::from_counts(lists(3), &[(1, 5), (2, 4), (3, 2)]).unwrap(), ..blind.clone() };
    let answer = run(&[strata[0].clone(), thin], Model::LogLinear, &StrataOptions::default());
    assert_eq!(answer.groups.len(), 2);
    // Said to be blind, but not: kept, and told.
    let seeing = Stratum { table: strata[0].table.clone(), ..blind };
    let answer = run(&[seeing], Model::LogLinear, &StrataOptions::default());
    assert_eq!(answer.groups[0].warnings, [StrataWarning::SawAllTheSame(id, 67)]);
    assert_eq!(lists_of(&answer.groups[0]), 3);
}

#[test]
fn odd_strata_are_told_and_none_panics() {
    let empty = stratum("nobody", &[], &[]);
    let answer = run(&[empty.clone(), stratum("a", &[], WHOLE)], Model::LogLinear, &StrataOptions::default());
    assert_eq!(answer.groups[0].warnings, [StrataWarning::Empty]);
    assert!(answer.merges.is_empty() && answer.total.without_answer.is_empty());
    let answer = run(std::slice::from_ref(&empty), Model::LogLinear, &StrataOptions::default());
    assert_eq!((answer.total.sum.observed, answer.total.sum.estimate), (0.0, 0.0));
    let everybody = stratum("everybody", &[], &[(7, 30)]);
    let answer = run(&[everybody, stratum("one", &[], &[(1, 1)])], Model::Chao, &StrataOptions::default());
    assert_eq!(answer.total.sum.observed, 31.0);

    let faults = |strata: &[Stratum], options: &StrataOptions| {
        estimate_strata(strata, options, &by(Model::Chao), &|_| {}).unwrap_err()
    };
    assert_eq!(faults(&[], &StrataOptions::default()), [StrataFault::None]);
    let mut odd = vec![empty.clone(), empty.clone()];
    odd[1].table = CaptureTable::new(lists(2)).unwrap();
    odd[1].blind = vec![ListId::new("L9")];
    let found = faults(&odd, &StrataOptions { level: 2.0, ..StrataOptions::default() });
    assert_eq!(found.len(), 4, "{found:?}");
    let rows = [
        Unplaced { history: History(0), likelihood: Some(vec![1.0]), count: 3 },
        Unplaced { history: History(1), likelihood: Some(vec![f64::NAN]), count: u64::MAX },
    ];
    let found = estimate_imputed(
        &[empty],
        &rows,
        &Imputation { replicates: 1, seed: 1 },
        &StrataOptions::default(),
        &by(Model::Chao),
        &|_| {},
    );
    assert_eq!(found.unwrap_err().len(), 4);
}

/// A third of the people of two strata lose their stratum at random. Carried, they leave the totals where they were;
/// dropped, they would be missing from every number.
#[test]
fn persons_of_unknown_stratum_are_carried() {
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    let truths = [("north", 3_000u64, [0.5, 0.4, 0.3]), ("south", 1_500, [0.2, 0.3, 0.5])];
    let whole: Vec<Stratum> = truths.iter().map(|(name, n, reach)| simulated(name, *n, reach, &mut rng)).collect();
    let mut unplaced: Vec<Unplaced> = Vec::new();
    let mut placed = whole.clone();
    for stratum in &mut placed {
        let table = std::mem::replace(&mut stratum.table, CaptureTable::new(lists(3)).unwrap());
        for (history, count) in table.iter() {
            let lost = count / 3;
            stratum.table.add(history, count - lost).unwrap();
            unplaced.push(Unplaced { history, likelihood: None, count: lost });
        }
    }
    let imputed = |unplaced: &[Unplaced]| {
        let options = StrataOptions::default();
        estimate_imputed(&placed, unplaced, &Imputation::default(), &options, &by(Model::LogLinear), &|_| {}).unwrap()
    };
    let answer = imputed(&unplaced);
    for (group, (name, truth, _)) in answer.groups.iter().zip(truths) {
        let combined = group.combined.as_ref().unwrap();
        let truth = truth as f64;
        assert!((combined.estimate - truth).abs() < 0.08 * truth, "{name}: {combined:?}");
        assert!(combined.lower.unwrap() < truth && truth < combined.upper.unwrap(), "{name}: {combined:?}");
        assert!(combined.between.unwrap() > 0.0 && combined.share_between().unwrap() < 0.5);
    }
    let total = answer.total.as_ref().unwrap();
    assert!((total.estimate - 4_500.0).abs() < 250.0 && total.lower.unwrap() < 4_500.0, "{total:?}");
    assert_eq!(answer.carried, unplaced.iter().map(|u| u.count).sum::<u64>());
    let all: u64 = whole.iter().map(|s| s.table.observed()).sum();
    assert!((total.observed - all as f64).abs() < 1e-6);

    // What is known of a person decides: all of them in the south.
    let told: Vec<Unplaced> =
        unplaced.iter().map(|u| Unplaced { likelihood: Some(vec![0.0, 1.0]), ..u.clone() }).collect();
    let answer = imputed(&told);
    let north = answer.groups[0].combined.as_ref().unwrap();
    assert_eq!(north.observed, placed[0].table.observed() as f64);
    // Nobody possible: carried all the same, and told.
    let never: Vec<Unplaced> =
        unplaced.iter().map(|u| Unplaced { likelihood: Some(vec![0.0, 0.0]), ..u.clone() }).collect();
    let answer = imputed(&never);
    assert_eq!(answer.contradicted, answer.carried);
    assert!((answer.total.unwrap().observed - all as f64).abs() < 1e-6);
}

#[test]
fn a_person_seen_by_a_list_is_put_only_where_the_list_sees() {
    let strata = [
        Stratum { blind: vec![ListId::new("L3")], ..stratum("before", &[], &[(1, 50), (2, 40), (3, 25)]) },
        stratum("after", &[], WHOLE),
    ];
    let rows = [Unplaced { history: History(0b100), likelihood: None, count: 200 }];
    let answer = estimate_imputed(
        &strata,
        &rows,
        &Imputation::default(),
        &StrataOptions::default(),
        &by(Model::LogLinear),
        &|_| {},
    )
    .unwrap();
    assert_eq!(answer.groups[0].combined.as_ref().unwrap().observed, 115.0);
    assert_eq!(answer.contradicted, 0);
}

#[test]
fn same_bytes_with_any_number_of_threads_and_progress_is_told() {
    let mut rng = ChaCha8Rng::seed_from_u64(11);
    let strata: Vec<Stratum> =
        (0..12).map(|i| simulated(&format!("s{i}"), 100 + 40 * i, &[0.3, 0.4, 0.2], &mut rng)).collect();
    let rows = [Unplaced { history: History(0b11), likelihood: None, count: 40 }];
    let told = AtomicUsize::new(0);
    let once = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        told.store(0, Ordering::Relaxed);
        pool.install(|| {
            let count = |p: Progress| {
                told.fetch_max(p.done, Ordering::Relaxed);
                assert!(p.done <= p.total);
            };
            let options = StrataOptions::default();
            let plain = estimate_strata(&strata, &options, &by(Model::LogLinear), &count).unwrap();
            let imputed = estimate_imputed(
                &strata,
                &rows,
                &Imputation { replicates: 5, seed: 3 },
                &options,
                &by(Model::LogLinear),
                &|_| {},
            );
            assert_eq!(told.load(Ordering::Relaxed), 12);
            format!("{plain:?}{:?}", imputed.unwrap())
        })
    };
    let one = once(1);
    assert_eq!(one, once(2));
    assert_eq!(one, once(8));
}
