//! Explanations of the example's linkage, and of lists small enough to know by heart.

use super::*;
use crate::settings::Settings;
use crate::{demo, linking, lists};
use factum_link::{Blocking, Options};
use factum_model::{Feature, RecordId, RunId};
use std::collections::HashSet;
use std::path::Path;
use std::sync::LazyLock;

/// The example, read and linked once for all tests.
static EXAMPLE: LazyLock<Reading> = LazyLock::new(|| demo::read().unwrap().1);
static LINKED: LazyLock<Linked<'static>> = LazyLock::new(|| linked(&EXAMPLE));

fn linked<'r>(reading: &'r Reading) -> Linked<'r> {
    linking::link(reading, &Options::default(), RunId::new("R-1"), &()).unwrap()
}

fn plain(linked: &Linked<'_>, reading: &Reading, pair: (u32, u32)) -> Explanation {
    explain(linked, reading, &[], pair, &HashMap::new())
}

/// Lists of a few rows, by name and rows; `once` names the lists said to be without duplicates.
fn lists(rows: &[(&str, &str)], once: &[&str]) -> Reading {
    let section = |name: &str| {
        let once = if once.contains(&name) { "deduplicated = true\n" } else { "" };
        format!("[lists.{name}]\nfile = \"{name}.csv\"\n{once}[lists.{name}.columns]\nname = 'name'\nborn = 'birth'\n")
    };
    let (settings, faults) = Settings::parse(&rows.iter().map(|r| section(r.0)).collect::<String>(), "s.toml");
    assert!(!faults.has_errors(), "{:?}", faults.lines(9, true));
    let mut reading = Reading::default();
    for (name, rows) in rows {
        let file = format!("{name}.csv");
        let list = settings.for_file(Path::new(&file)).unwrap();
        lists::read_bytes(format!("name,born\n{rows}").as_bytes(), &file, &list, &mut reading);
    }
    reading
}

#[test]
fn prior_and_fields_add_up_to_the_total() {
    let (reading, linked) = (&*EXAMPLE, &*LINKED);
    let kept = linked.linkage.pairs.iter().step_by(97).map(|p| (p.a, p.b));
    // Any two records can be explained, also those that nobody would compare.
    for pair in kept.chain([(0, 3000), (17, 2500), (2, 1)]) {
        let explained = plain(linked, reading, pair);
        let (Some(prior), Some(total), Some(probability)) = (explained.prior, explained.total, explained.probability)
        else {
            assert_eq!(explained.verdict, Verdict::ListWithoutDuplicates);
            continue;
        };
        let sum: f64 = prior + explained.steps.iter().filter_map(|s| s.bits).sum::<f64>();
        assert!((sum - total).abs() < 1e-9, "{}: {sum} and {total}", explained.title());
        assert!((1.0 / (1.0 + (-total).exp2()) - probability).abs() < 1e-9, "{}", explained.title());
        assert_eq!(explained.steps.len(), linked.linkage.model.fields.len());
    }
}

#[test]
fn verdicts_agree_with_the_persons() {
    let (reading, linked) = (&*EXAMPLE, &*LINKED);
    let mut seen = HashSet::new();
    let persons = &linked.linkage.persons;
    let overruled = linked.linkage.pairs.iter().filter(|p| {
        p.probability >= linked.linkage.threshold.probability && persons[p.a as usize] != persons[p.b as usize]
    });
    for pair in linked.linkage.pairs.iter().step_by(3).chain(overruled) {
        let explained = plain(linked, reading, (pair.a, pair.b));
        let together = matches!(explained.verdict, Verdict::Linked | Verdict::ThroughOthers);
        assert_eq!(together, explained.together, "{}", explained.title());
        let above = pair.probability >= linked.linkage.threshold.probability;
        assert_eq!(above, matches!(explained.verdict, Verdict::Linked | Verdict::Contradicted | Verdict::WouldRepeat));
        seen.insert(format!("{:?}", explained.verdict));
    }
    assert!(
        ["Linked", "ThroughOthers", "BelowThreshold", "Contradicted"].iter().all(|v| seen.contains(*v)),
        "{seen:?}"
    );
}

#[test]
fn a_list_without_duplicates_holds_its_records_apart() {
    let reading =
        lists(&[("a", "Ana Mirel,1970-02-03\nAna Mirel,1970-02-03\n"), ("b", "Ana Mirel,1970-02-03\n")], &["a"]);
    let linked = linked(&reading);
    let within = plain(&linked, &reading, (0, 1));
    assert_eq!((within.verdict, within.total, within.together), (Verdict::ListWithoutDuplicates, None, false));
    assert!(within.outcome.contains("list `a`"));
    // Both of them equal the record of the other list; it can be one person with one of them only.
    let with_other = [(0, 2), (1, 2)].map(|pair| plain(&linked, &reading, pair));
    let refused = with_other.iter().find(|e| e.verdict == Verdict::WouldRepeat).unwrap();
    assert!(with_other.iter().any(|e| e.verdict == Verdict::Linked) && refused.outcome.contains("list `a`"));
}

#[test]
fn a_pair_that_no_rule_made_was_never_compared() {
    // On list b the first person has no day of birth, and the only rule wants the same one.
    let others: String = (1..30).map(person).collect();
    let reading =
        lists(&[("a", &(0..30).map(person).collect::<String>()), ("b", &format!("Ana Mirel,1940\n{others}"))], &[]);
    let blocking = Blocking::Rules(vec!["birth".parse().unwrap()]);
    let options = Options { blocking, threshold: Some(0.5), ..Options::default() };
    let linked = linking::link(&reading, &options, RunId::new("R-1"), &()).unwrap();
    let explained = plain(&linked, &reading, (0, 30));
    assert_eq!((explained.verdict, explained.together), (Verdict::NeverCompared, false), "{}", explained.in_words());
}

/// The i-th of thirty people whose names and days of birth are their own.
fn person(i: usize) -> String {
    let given = ["Ana", "Doru", "Petra", "Jon", "Mara", "Ilin"][i % 6];
    let family = ["Mirel", "Vass", "Esk", "Torv", "Kalen"][i / 6];
    format!("{given} {family},19{}-0{}-1{}\n", 40 + i, 1 + i % 9, i % 10)
}

#[test]
fn a_judgement_is_named_as_the_reason() {
    let reading = lists(&[("a", "Ana Mirel,1970-02-03\nDoru Vass,1951\n"), ("b", "Jon Esk,1991-01-09\n")], &[]);
    let linked = linked(&reading);
    let judged = [Judgement { a: 2, b: 0, same: false }];
    assert_eq!(explain(&linked, &reading, &judged, (0, 2), &HashMap::new()).verdict, Verdict::JudgedDifferent);
    assert_eq!(plain(&linked, &reading, (0, 2)).verdict, Verdict::BelowThreshold);
}

#[test]
fn judgements_bind_the_persons_and_leave_the_weights() {
    // Three records that the engine takes for one person; a judgement keeps the first and the last apart.
    let others: String = (1..30).map(person).collect();
    let all = format!("{}{others}", person(0));
    let reading = lists(&[("a", &all), ("b", &all), ("c", &all)], &[]);
    let judgements = vec![Judgement { a: 0, b: 60, same: false }];
    let options = Options { judgements: judgements.clone(), ..Options::default() };
    let linked = linking::link(&reading, &options, RunId::new("R-1"), &()).unwrap();
    let of = |pair| explain(&linked, &reading, &judgements, pair, &HashMap::new());
    let judged = of((0, 60));
    assert_eq!((judged.verdict, judged.together), (Verdict::JudgedDifferent, false));
    // What the fields count for is the engine's own opinion.
    assert!(judged.total.unwrap() > 0.0 && judged.probability.unwrap() > 0.9, "{}", judged.in_words());
    let verdicts = [of((0, 30)), of((30, 60))].map(|e| (e.verdict, e.together, e.outcome));
    assert!(verdicts.iter().any(|v| (v.0, v.1) == (Verdict::Linked, true)), "{verdicts:?}");
    let apart = verdicts.iter().find(|v| !v.1).unwrap();
    assert!(apart.0 == Verdict::OthersJudged && apart.2.contains("a:2 and c:2"), "{verdicts:?}");
}

#[test]
fn values_appear_only_where_both_are_handed_over() {
    let reading = lists(&[("a", "Ana Mirel,1970-02-03\n"), ("b", "Anna Mirel,1970\n")], &[]);
    let linked = linked(&reading);
    let key = |list: &str| RecordKey { list: ListId::new(list), record: RecordId::new("2") };
    let said = |name: &str, born: &str| vec![(Feature::FullName, name.to_string()), (Feature::Birth, born.to_string())];
    let mut originals = HashMap::from([(key("a"), said("Ana Mirel", "1970-02-03"))]);
    let hidden = explain(&linked, &reading, &[], (0, 1), &originals);
    assert!(hidden.steps.iter().all(|s| s.values.is_none()));
    originals.insert(key("b"), said("Anna Mirel", "1970"));
    let shown = explain(&linked, &reading, &[], (0, 1), &originals);
    let of = |field| shown.steps.iter().find(|s| s.field == field).and_then(|s| s.values.clone()).unwrap();
    assert_eq!(of(Field::Given), ("Ana Mirel".into(), "Anna Mirel".into()));
    assert_eq!(of(Field::Birth), ("1970-02-03".into(), "1970".into()));
}

#[test]
fn the_page_shows_judgements_only_where_there_are_some() {
    let reading = lists(&[("a", "Ana Mirel,1970-02-03\nDoru Vass,1951\n"), ("b", "Anna Mirel,1970-02-03\n")], &[]);
    let linked = linked(&reading);
    let page = |judgements: &[Judgement]| {
        let head = crate::report::Head { title: "T".into(), author: None, date: "2026-11-24".into() };
        let files = crate::report::explanation(&linked, &reading, &[], judgements, head).unwrap();
        String::from_utf8(files[0].1.clone()).unwrap()
    };
    assert!(page(&[Judgement { a: 0, b: 2, same: true }]).contains("Judged one person"));
    assert!(!page(&[]).contains("Judged one person"));
}

#[test]
fn records_are_named_by_list_and_identifier() {
    let reading = lists(&[("a", "Ana Mirel,1970\nDoru Vass,1951\n"), ("b", "Jon Esk,1991\n")], &[]);
    let check = |named: &[&str], expected: Result<Vec<(u32, u32)>, &[&str]>| {
        let named: Vec<String> = named.iter().map(ToString::to_string).collect();
        match (pairs(&named, &reading), expected) {
            (Ok(found), Ok(expected)) => assert_eq!(found, expected),
            (Err(faults), Err(expected)) => {
                assert_eq!(faults.iter().map(ToString::to_string).collect::<Vec<_>>(), expected);
            }
            (found, _) => panic!("{named:?} gave {found:?}"),
        }
    };
    check(&["a:2", "b:2", "a:3", "a:2"], Ok(vec![(0, 2), (1, 0)]));
    check(&[], Ok(vec![]));
    check(
        &["c:2", "a:9", "a:2", "a:2", "b:2"],
        Err(&[
            "record 1: it begins with the name of no list and a colon; the lists are `a`, `b`",
            "record 2: list `a` has no record with that identifier",
            "5 records were named, and records are explained in pairs: name an even number as LIST:RECORD",
            "records 3 and 4 are one and the same record",
        ]),
    );
}

#[test]
fn the_threshold_in_use_brings_what_the_engine_expects() {
    let linked = &*LINKED;
    let chosen = linked.linkage.threshold;
    let curve = thresholds(&linked.linkage);
    let at = curve.iter().find(|p| p.threshold == chosen.probability).unwrap();
    assert_eq!(at.links, chosen.links);
    assert!((at.precision.unwrap() - chosen.expected_precision.unwrap()).abs() < 1e-9);
    assert!((at.recall.unwrap() - chosen.expected_recall.unwrap()).abs() < 1e-9);
    // A higher threshold links less, and no threshold of the curve promises more than the one chosen.
    assert!(curve.windows(2).all(|w| w[0].threshold < w[1].threshold && w[0].links >= w[1].links));
    assert!(curve.iter().filter_map(|p| p.f1).all(|f1| f1 <= at.f1.unwrap() + 1e-9));
}

#[test]
fn the_histogram_holds_every_kept_pair() {
    let linked = &*LINKED;
    let bins = histogram(&linked.linkage);
    let count = |above: bool| {
        let cut = log_odds(linked.linkage.threshold.probability);
        bins.iter().filter(|b| (b.from >= cut) == above).map(|b| b.pairs).sum::<u64>()
    };
    assert_eq!(count(true), linked.linkage.threshold.links);
    assert_eq!(count(true) + count(false), linked.linkage.pairs.len() as u64);
    assert!(bins.windows(2).all(|w| (w[0].to - w[1].from).abs() < 1e-9));
}

#[test]
fn records_that_say_too_little_are_counted() {
    // Thirty people on both lists with names and dates of birth of their own, and on the second list two rows that state a
    // year of birth and nothing else: nobody could tell whose they are.
    let known: String = (0..30).map(person).collect();
    let reading = lists(&[("a", &known), ("b", &format!("{known},1950\n,1951\n"))], &[]);
    let found = findability(&linked(&reading), &reading);
    let of = |list: usize| (found.lists[list].records, found.lists[list].unlinkable);
    assert_eq!((of(0), of(1)), ((30, 0), (32, 2)));
    assert!(found.curve.windows(2).all(|w| w[0].1 <= w[1].1), "a higher threshold loses more records");
}
