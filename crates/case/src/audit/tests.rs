//! Draws and what is made of them.

use super::*;
use crate::judgement::{Book, Entry, Verdict};
use crate::tests::{Example, example};
use proptest::prelude::*;
use std::collections::HashMap;

const WHEN: &str = "2026-11-24T09:30:00Z";

/// The file of judgements of somebody who knows: a verdict for each drawn pair, or none.
fn judged(draw: &Draw, verdict: impl Fn(&Question) -> Option<Verdict>) -> Book {
    let entry = |q: Question| {
        let verdict = verdict(&q)?;
        Some(Entry::new((q.a, q.b), verdict, "M", WHEN, q.sample))
    };
    let lines = draw.questions().into_iter().filter_map(entry);
    let text: String = lines.map(|e| serde_json::to_string(&e).unwrap() + "\n").collect();
    let book = Book::parse(text.as_bytes(), "j.jsonl");
    assert!(book.faults.is_empty());
    book
}

#[test]
fn the_strata_hold_every_pair_once() {
    let Example { reading, linkage, .. } = example();
    let draw = super::draw(reading, linkage, Vec::new(), 300, 1).unwrap();
    let n = reading.records.len() as u64;
    assert_eq!(draw.head.strata.iter().map(|s| s.pairs).sum::<u64>(), n * (n - 1) / 2);
    let kept = |s: &&Stratum| s.kept;
    assert_eq!(draw.head.strata.iter().filter(kept).map(|s| s.pairs).sum::<u64>(), linkage.pairs.len() as u64);
    let links = draw.head.strata.iter().filter(|s| s.linked).map(|s| s.pairs).sum::<u64>();
    assert_eq!(links, linkage.threshold.links);
    let names: BTreeSet<&str> = draw.head.strata.iter().map(|s| s.name.as_str()).collect();
    assert_eq!(names.len(), draw.head.strata.len());
}

/// The lowest threshold there is, and one a hair above it, cut the strata where they should.
#[test]
fn no_link_lies_in_a_stratum_below_the_threshold() {
    let Example { reading, .. } = example();
    for threshold in [0.01, 0.012, 0.9999] {
        let options = factum_link::Options { threshold: Some(threshold), ..Default::default() };
        let linkage = factum_link::link(&reading.records, &options, &()).unwrap();
        let draw = super::draw(reading, &linkage, Vec::new(), 100, 1).unwrap();
        let links = draw.head.strata.iter().filter(|s| s.linked).map(|s| s.pairs).sum::<u64>();
        assert_eq!(links, linkage.threshold.links, "at {threshold}");
    }
}

#[test]
fn a_draw_is_what_it_says_and_the_same_again() {
    let Example { reading, linkage, .. } = example();
    let draw = |seed| super::draw(reading, linkage, Vec::new(), 300, seed).unwrap();
    let first = draw(1);
    assert_eq!((first.pairs.len(), &first), (300, &draw(1)));
    assert_ne!(first.pairs, draw(2).pairs);
    let pairs: BTreeSet<_> = first.questions().iter().map(Question::pair).collect();
    assert_eq!(pairs.len(), 300);
    let records = first.records();
    let rows = crate::judgement::rows_of(records.iter(), &reading.records);
    for drawn in &first.pairs {
        let stratum = first.head.strata.iter().find(|s| s.name == drawn.stratum).unwrap();
        assert!((drawn.chance - stratum.drawn as f64 / stratum.pairs as f64).abs() < 1e-12);
        let (a, b) = (rows[&drawn.a], rows[&drawn.b]);
        assert_eq!(stratum.together, linkage.persons[a as usize] == linkage.persons[b as usize]);
        let kept = linkage.pairs.iter().find(|p| (p.a, p.b) == (a.min(b), a.max(b)));
        assert_eq!(stratum.kept, kept.is_some());
        assert_eq!(stratum.linked, kept.is_some_and(|p| p.probability >= linkage.threshold.probability));
    }
    let (read, faults) = Draw::parse(&first.bytes(), "audit.jsonl");
    let read = read.unwrap();
    assert!(faults.is_empty() && read.head.strata == first.head.strata);
    // Reading a number as text may move its last digit.
    let near = |(x, y): (&Drawn, &Drawn)| {
        (&x.a, &x.b, &x.stratum) == (&y.a, &y.b, &y.stratum) && (x.chance - y.chance).abs() < 1e-12
    };
    assert!(read.pairs.len() == 300 && read.pairs.iter().zip(&first.pairs).all(near));
}

#[test]
fn a_sample_too_small_for_its_strata_is_refused() {
    let Example { reading, linkage, .. } = example();
    assert!(matches!(super::draw(reading, linkage, Vec::new(), 5, 1), Err(DrawError::TooFew { count: 5, .. })));
}

#[test]
fn a_draw_with_a_line_missing_is_none() {
    let Example { reading, linkage, .. } = example();
    let draw = super::draw(reading, linkage, Vec::new(), 100, 1).unwrap();
    let text = String::from_utf8(draw.bytes()).unwrap();
    let told = |text: &str| {
        let (draw, faults) = Draw::parse(text.as_bytes(), "audit.jsonl");
        assert!(draw.is_none());
        faults.iter().map(|f| f.line(false)).collect::<Vec<_>>().join("\n")
    };
    let (rest, last) = text.trim_end().rsplit_once('\n').unwrap();
    assert!(told(rest).contains("were drawn from a stratum"), "{}", told(rest));
    let spoiled = told(&format!("{rest}\nAna Mirel\n{{}}\n{last}\n"));
    assert!(spoiled.contains("row 101: the line is no drawn pair") && spoiled.contains("row 102"), "{spoiled}");
    assert!(!spoiled.contains("Ana"));
    assert!(told("").contains("the first line does not say"));
    assert!(told(&text.replacen("\"version\":1", "\"version\":9", 1)).contains("a version of the program"));
}

/// Audits of the example by somebody who knows its truth: the intervals hold the true precision and recall.
#[test]
fn an_audit_finds_the_truth_of_the_example() {
    let Example { reading, linkage, truth } = example();
    let person = |k: &RecordKey| &truth.persons[&(k.list.to_string(), k.record.to_string())];
    let of: Vec<_> = (0..reading.records.len() as u32).map(|r| person(&RecordKey::of(&reading.records, r))).collect();
    let known: Vec<_> = of.iter().map(|p| Some(*p)).collect();
    let (precision, recall, _) = crate::truth::pair_scores(&linkage.persons, &known);
    let mut held: HashMap<&str, u32> = HashMap::new();
    for seed in 0..20 {
        let draw = super::draw(reading, linkage, Vec::new(), 400, seed).unwrap();
        let same = |q: &Question| Some(if person(&q.a) == person(&q.b) { Verdict::Same } else { Verdict::Different });
        let report = report(&draw, &judged(&draw, same));
        assert_eq!((report.judged, report.unsettled.len()), (400, 0));
        for (what, truth) in [("precision of persons", precision), ("recall of persons among all pairs", recall)] {
            let measure = report.measures.iter().find(|m| m.what == what).unwrap();
            let interval = measure.interval.unwrap();
            *held.entry(what).or_default() += u32::from(interval.lower <= truth && truth <= interval.upper);
            assert!(measure.unsure_settled.is_none());
        }
    }
    assert!(held.len() == 2 && held.values().all(|n| *n >= 18), "held {held:?} times of 20");
}

#[test]
fn what_was_not_judged_gives_no_number() {
    let Example { reading, linkage, .. } = example();
    let draw = super::draw(reading, linkage, Vec::new(), 200, 1).unwrap();
    let nothing = report(&draw, &judged(&draw, |_| None));
    assert!(nothing.measures.iter().all(|m| m.interval.is_none()) && nothing.never_likely.is_none());
    assert_eq!((nothing.judged, nothing.unsettled.len()), (0, nothing.strata.len()));
    // Unsure is an answer, but settles nothing; what it leaves open is told.
    let half = |q: &Question| {
        let stratum = draw.head.strata.iter().find(|s| Some(&s.name) == q.sample.as_ref().map(|s| &s.stratum))?;
        let odd = q.a.record.as_str().ends_with(['1', '3', '5', '7', '9']);
        Some(match (stratum.drawn >= 10 && odd, stratum.linked) {
            (true, _) => Verdict::Unsure,
            (false, true) => Verdict::Same,
            (false, false) => Verdict::Different,
        })
    };
    let report = report(&draw, &judged(&draw, half));
    assert!(report.unsettled.is_empty(), "{:?}", report.unsettled);
    let precision = report.measures[0].clone();
    let estimate = precision.interval.unwrap().estimate;
    let (worst, best) = precision.unsure_settled.unwrap();
    let is_all = |share: f64| (share - 1.0).abs() < 1e-12;
    assert!(is_all(estimate) && is_all(best) && worst < 0.8, "{estimate}, {worst} to {best}");
}

#[test]
fn people_who_judge_one_pair_are_compared() {
    let Example { reading, linkage, .. } = example();
    let draw = super::draw(reading, linkage, Vec::new(), 100, 1).unwrap();
    let line = |q: &Question, who: &str, verdict| {
        let entry = Entry::new((q.a.clone(), q.b.clone()), verdict, who, WHEN, q.sample.clone());
        serde_json::to_string(&entry).unwrap() + "\n"
    };
    let questions = draw.questions();
    let lines = questions[..10].iter().enumerate().map(|(at, q)| {
        let second = [Verdict::Different, Verdict::Unsure, Verdict::Same][at.min(2)];
        line(q, "M", Verdict::Same) + &line(q, "K", second)
    });
    let report = report(&draw, &Book::parse(lines.collect::<String>().as_bytes(), "j.jsonl"));
    assert_eq!((report.judged, report.settled_by_several, report.agreed), (10, 9, 8));
    assert_eq!(report.strata.iter().map(|s| s.same).sum::<u64>(), 9);
    assert_eq!(report.strata.iter().map(|s| s.unsure).sum::<u64>(), 1);
}

proptest! {
    #[test]
    fn no_bytes_make_the_reader_of_draws_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(Draw::parse(&bytes, "audit.jsonl").0.is_none());
    }
}
