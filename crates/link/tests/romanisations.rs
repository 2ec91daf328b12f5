//! Do two romanisations of one list still meet, and are lists that agree left alone?

use factum_link::{Blocking, Linkage, Options, RecordSet, Warning, link};
use factum_model::{ListId, Record};
use factum_testkit::romanise::{self, Entry, Romanised, arabic_lists, uyghur_lists};
use std::collections::HashMap;
use std::io::Write;

type Make = fn(&romanise::Options) -> Romanised;
type Form = fn(&Entry) -> &Record;

const ORIGINAL: Form = |entry| &entry.original;
const ROMANISED: Form = |entry| &entry.romanised;

fn set(lists: &Romanised, form: Form) -> RecordSet {
    let mut set = RecordSet::default();
    for (at, list) in lists.lists.iter().enumerate() {
        set.add_list(ListId::new(["library", "press"][at]), false);
        list.iter().for_each(|entry| set.push(at, form(entry)));
    }
    set
}

/// F1 over pairs of records put into one person, those within a list included.
fn f1(lists: &Romanised, linkage: &Linkage<'_>) -> f64 {
    let truth: Vec<u32> = lists.lists.iter().flatten().map(|entry| entry.person).collect();
    let pairs = |group: &dyn Fn(usize) -> (u32, u32)| {
        let mut sizes: HashMap<(u32, u32), f64> = HashMap::new();
        (0..truth.len()).for_each(|record| *sizes.entry(group(record)).or_default() += 1.0);
        sizes.values().map(|n| n * (n - 1.0) / 2.0).sum::<f64>()
    };
    let both = pairs(&|record| (linkage.persons[record], truth[record]));
    2.0 * both / (pairs(&|record| (linkage.persons[record], 0)) + pairs(&|record| (0, truth[record])))
}

/// Links both forms of two lists; romanised they reach at least `least`, and lose at most `loss`.
fn check(make: Make, births: bool, least: f64, loss: f64) {
    let lists = make(&romanise::Options { people: 1_000, seed: 7, births });
    let [(original, untaught), (romanised, taught)] = [ORIGINAL, ROMANISED].map(|form| {
        let set = set(&lists, form);
        let linkage = link(&set, &Options::default(), &()).unwrap();
        (f1(&lists, &linkage), linkage.renderings)
    });
    // Said past the test runner's capture, so that the figures are seen.
    let script = if births { "with dates of birth" } else { "without" };
    let _ = writeln!(std::io::stderr(), "romanised {romanised:.4}, original {original:.4}, {script}");
    assert_eq!(untaught, [], "lists in one script have nothing to learn");
    assert_eq!(taught.len(), 1);
    assert!(romanised >= least && romanised >= original - loss, "romanised {romanised:.4}, original {original:.4}");
}

#[test]
fn arabic_lists_meet() {
    check(arabic_lists, true, 0.985, 0.015);
    check(arabic_lists, false, 0.96, 0.04);
}

#[test]
fn uyghur_lists_meet() {
    check(uyghur_lists, true, 0.985, 0.015);
    check(uyghur_lists, false, 0.97, 0.03);
}

#[test]
fn what_was_learned_is_told() {
    let lists = uyghur_lists(&romanise::Options { people: 1_000, seed: 3, births: true });
    let set = set(&lists, ROMANISED);
    let linkage = link(&set, &Options::default(), &()).unwrap();
    let [learned] = linkage.renderings.as_slice() else { panic!("{:?}", linkage.renderings) };
    assert!(learned.same < 0.5 && learned.pairs > 400, "{learned:?}");
    for (library, press) in [("x", "kh"), ("q", "k"), ("e", "a")] {
        assert!(learned.letters.contains(&(library.into(), press.into())), "{library} {press}: {:?}", learned.letters);
    }
    let told = Warning::Rendered(ListId::new("library"), ListId::new("press"), learned.pairs);
    assert!(linkage.warnings.contains(&told));
}

#[test]
fn the_lists_teach_the_same_in_either_order() {
    let lists = arabic_lists(&romanise::Options { people: 500, seed: 5, births: true });
    let turned = Romanised { people: lists.people, lists: [lists.lists[1].clone(), lists.lists[0].clone()] };
    let [forth, back] = [&lists, &turned].map(|lists| {
        let set = set(lists, ROMANISED);
        f1(lists, &link(&set, &Options::default(), &()).unwrap())
    });
    assert!((forth - back).abs() < 0.01, "{forth:.4} {back:.4}");
}

#[test]
fn pairs_that_rules_make_meet_too() {
    let lists = uyghur_lists(&romanise::Options { people: 1_000, seed: 9, births: true });
    let set = set(&lists, ROMANISED);
    let rules = ["event.date:month", "birth"].map(|rule| rule.parse().unwrap()).to_vec();
    let options = Options { blocking: Blocking::Rules(rules), ..Options::default() };
    let linkage = link(&set, &options, &()).unwrap();
    let reached = f1(&lists, &linkage);
    assert_eq!(linkage.renderings.len(), 1);
    assert!(reached > 0.95, "{reached:.4}");
}
