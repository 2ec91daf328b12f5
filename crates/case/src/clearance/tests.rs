//! Is what may leave decided with everything that left before, and kept?

use super::profile::{self, Standing};
use super::{Clearance, Why};
use crate::custody::evidence::Detail;
use crate::custody::founding::WORKING;
use crate::custody::governance::Setting;
use crate::custody::ids::RecordId;
use crate::facts::tests::{consent, found, identity, open, source, statement};
use crate::facts::words::{Fact, ProfileDecided, Purpose};
use crate::facts::{Book, Sort};
use crate::publication::counted::{Axis, Cell, Clearing, Counted, Notice, Told, Unit};
use crate::publication::gate::{Cited, Rests};
use factum_guard::rules::Rules;
use factum_model::edtf::Day;
use std::collections::BTreeSet;

fn axis(name: &str, categories: &[&str]) -> Axis {
    Axis { name: name.into(), categories: categories.iter().map(|c| c.to_string()).collect() }
}

/// A table of places by years with its margins, from its finest counts.
fn table(place: &str, counts: &[&[u64]]) -> Counted {
    let cell = |of: [Option<usize>; 2], count| Cell { of: of.to_vec(), count, sources: None, impossible: false };
    let mut cells = Vec::new();
    for (row, counts) in counts.iter().enumerate() {
        cells.extend(counts.iter().enumerate().map(|(column, n)| cell([Some(row), Some(column)], *n)));
        cells.push(cell([Some(row), None], counts.iter().sum()));
    }
    let columns = counts.first().map_or(0, |row| row.len());
    for column in 0..columns {
        cells.push(cell([None, Some(column)], counts.iter().map(|row| row[column]).sum()));
    }
    cells.push(cell([None, None], counts.iter().flat_map(|row| row.iter()).sum()));
    let axes =
        vec![axis("place", &["mill", "fort", "quay"][..counts.len()]), axis("year", &["2017", "2018"][..columns])];
    Counted { place: place.into(), line: None, unit: Unit::Sources, axes, cells, adds_up: true }
}

fn clearance() -> Clearance {
    Clearance::new(Rules::default(), 3, &[], None)
}

#[test]
fn a_small_count_is_withheld_and_what_it_follows_from() {
    let counted = [table("table:one", &[&[3, 50], &[80, 19], &[70, 32]])];
    let decided = clearance().decide(&counted);
    assert_eq!(decided.refused, []);
    let withheld: Vec<(usize, Why)> =
        decided.why[0].iter().enumerate().filter_map(|(at, why)| Some((at, (*why)?))).collect();
    // Entries: three a row with its sum. The cheapest rectangle is over the second row, of 19.
    assert_eq!(withheld, [(0, Why::FewPeople), (1, Why::Partner), (3, Why::Partner), (4, Why::Partner)]);
    assert_eq!(decided.told[0][2], Told::Exactly(53));
    let cleared = &decided.cleared[0];
    assert_eq!((cleared.population.as_str(), cleared.counts, cleared.withheld), ("sources", 12, 4));
}

#[test]
fn what_is_no_person_is_told_however_few_it_is() {
    let decided = |unit: Unit| clearance().decide(&[Counted { unit, ..table("table:one", &[&[3], &[80]]) }]);
    // A place, its sum over the years, another place and its sum, the year, all.
    let things = decided(Unit::Things);
    assert_eq!((&things.told[0][..], things.cleared.len()), (&[3, 3, 80, 80, 83, 83].map(Told::Exactly)[..], 0));
    let people = decided(Unit::Persons);
    assert_eq!((people.told[0][0], people.cleared.len()), (Told::Withheld, 1));
}

#[test]
fn a_count_that_two_tables_show_is_withheld_in_both() {
    // The second table shows the sum of a column of the first alone.
    let years = Counted {
        place: "table:years".into(),
        axes: vec![axis("year", &["2017", "2018"])],
        cells: [(Some(0), 153), (Some(1), 4), (None, 157)]
            .map(|(of, count)| Cell { of: vec![of], count, sources: None, impossible: false })
            .to_vec(),
        ..table("x", &[])
    };
    let decided = clearance().decide(&[table("table:one", &[&[3, 1], &[80, 3], &[70, 0]]), years]);
    assert_eq!(decided.refused, []);
    assert_eq!(decided.told[1][1], Told::Withheld);
    assert_eq!(decided.told[0][10], Told::Withheld, "the same sum in the first table");
    assert_eq!(decided.cleared.len(), 1);
}

#[test]
fn whoever_is_not_shown_is_known_not_to_be() {
    // Two lists: everybody is on one of them, and the table shows every combination that has people. Who is on the second list alone
    // follows from the margins, unless one of them goes too.
    let cell = |of: [Option<usize>; 2], count| Cell { of: of.to_vec(), count, sources: None, impossible: false };
    let (on, off) = (Some(0), Some(1));
    let counted = Counted {
        unit: Unit::Persons,
        axes: vec![axis("list a", &["on it", "not on it"]), axis("list b", &["on it", "not on it"])],
        cells: vec![
            cell([on, on], 20),
            cell([on, off], 30),
            cell([off, on], 2),
            cell([on, None], 50),
            cell([None, on], 22),
            cell([None, None], 52),
        ],
        ..table("overlap-R-1", &[])
    };
    let decided = clearance().decide(&[counted]);
    assert_eq!(decided.refused, []);
    let told = &decided.told[0];
    assert_eq!(told[2], Told::Withheld);
    let follows_from_lists = told[3] != Told::Withheld && told[5] != Told::Withheld;
    assert!(!follows_from_lists, "all less those on the first list: {told:?}");
    let Some(Fact::CountsPublished(kept)) = decided.facts("first").into_iter().next() else { panic!("it leaves") };
    assert_eq!(kept.counts.len(), 7, "that nobody is on neither list is kept");
}

#[test]
fn what_cannot_be_read_is_refused_and_the_rest_goes_on() {
    let other = table("table:two", &[&[4, 50], &[80, 18], &[70, 32]]);
    let good = Counted { unit: Unit::Victims, ..table("table:three", &[&[40, 50]]) };
    let counted = [table("table:one", &[&[3, 50], &[80, 19], &[70, 32]]), other, good];
    let decided = clearance().decide(&counted);
    assert!(decided.refused.len() >= 2, "{:?}", decided.refused);
    assert!(decided.refused.iter().all(|refused| refused.places == ["table:two"]), "{:?}", decided.refused);
    assert!(decided.told[2].iter().all(|told| matches!(told, Told::Exactly(_))));
    let said = clearance().clear(&counted).unwrap_err();
    assert!(said[0].contains("another number"), "{said:?}");
}

#[test]
fn releases_are_held_against_one_another() {
    let folder = tempfile::tempdir().unwrap();
    let ada = identity("Ada");
    let mut case = found(folder.path(), &ada);
    let first = [table("table:one", &[&[20, 30], &[40, 50]])];
    let decide = |case: &crate::custody::folder::Case, counted: &[Counted]| {
        Clearance::of(case, &Book::read(case).unwrap(), None).unwrap().decide(counted)
    };
    let decided = decide(&case, &first);
    assert!(decided.told[0].iter().all(|told| matches!(told, Told::Exactly(_))));
    let receipt = case.say_facts("release", "the first report leaves", &decided.facts("first")).unwrap();
    assert!(case.undo(receipt.transaction, "a mistake").is_err(), "what has left stays left");
    let case = open(folder.path(), &ada);

    // One source more: whoever has both reports knows where it was.
    let second = [table("table:one", &[&[21, 30], &[40, 50]])];
    let decided = decide(&case, &second);
    assert_eq!(decided.refused, []);
    assert_eq!(decided.told[0][0], Told::Withheld);
    assert!(!decided.cleared[0].some_left);
    // A place more, with many sources, tells of nobody.
    let third = [table("table:one", &[&[20, 30], &[40, 50], &[9, 8]])];
    let decided = decide(&case, &third);
    assert!(decided.told[0].iter().all(|told| matches!(told, Told::Exactly(_))), "{:?}", decided.why);
    // Fewer than before: people were taken out, and that is said.
    let fewer = [table("table:one", &[&[10, 30], &[40, 50]])];
    assert!(decide(&case, &fewer).cleared[0].some_left);
}

#[test]
fn the_threshold_is_the_inquirys() {
    let folder = tempfile::tempdir().unwrap();
    let mut case = found(folder.path(), &identity("Ada"));
    assert!(case.set(Setting::SmallestCount, "2").is_err(), "of two each knows the other");
    case.set(Setting::SmallestCount, "10").unwrap();
    let clearance = Clearance::of(&case, &Book::read(&case).unwrap(), None).unwrap();
    let decided = clearance.decide(&[Counted::single("{{R-1.persons}}", None, Unit::Persons, 9)]);
    assert_eq!((decided.told[0][0], decided.why[0][0]), (Told::Withheld, Some(Why::FewPeople)));
    assert_eq!(clearance.notice(), Some(Notice::Few(10)));
}

#[test]
fn a_profile_that_fits_few_waits_for_a_decision_and_one_fact_more_for_another() {
    let folder = tempfile::tempdir().unwrap();
    let ada = identity("Ada");
    let mut case = found(folder.path(), &ada);
    let mut facts = Vec::new();
    let mut cited = BTreeSet::new();
    let mut ids: Vec<(RecordId, RecordId)> = Vec::new();
    for (n, year) in ["2017", "2017", "2017", "2018-03-01"].iter().enumerate() {
        let who = source(&case, WORKING, &format!("S-{n}"));
        let mut said = statement(&case, WORKING, &format!("T-{n}"), who.source);
        said.date = Some(year.to_string());
        ids.push((who.source, said.statement));
        cited.insert(Cited::Thing(Sort::Statement, said.statement));
        let mut agreed = consent(who.source, &[Purpose::ReportAnonymised]);
        if let Fact::Consent(consent) = &mut agreed {
            consent.no_finer_than = vec![Detail::new("date", "month")];
        }
        facts.extend([Fact::Source(who), agreed, Fact::Statement(Box::new(said))]);
    }
    case.say_facts("source", "four sources", &facts).unwrap();
    let today = Day::from_ymd(2026, 11, 27).unwrap();
    let profiles = |case: &crate::custody::folder::Case, cited: &BTreeSet<Cited>| {
        let book = Book::read(case).unwrap();
        let rests = Rests { cited: cited.clone(), ..Rests::default() };
        let told = profile::told_by(&book, &rests, Purpose::ReportAnonymised, "first", today);
        let names = |member| case.register().name_of(member);
        (profile::all(&book, &told, 3, &names), told)
    };
    let (found, told) = profiles(&case, &cited);
    let standing: Vec<&Standing> = found.iter().map(|profile| &profile.standing).collect();
    assert_eq!(standing, [&Standing::Shared, &Standing::Shared, &Standing::Shared, &Standing::Undecided]);
    let of_last: Vec<String> = found[3].facts.iter().map(|told| format!("{}: {}", told.name, told.value)).collect();
    // The day is not told: its source said so.
    assert_eq!(of_last, ["is: person", "knows: first-hand", "speaks of month: 2018-03", "speaks of year: 2018"]);
    assert_eq!((found[3].shares, found[3].rare.len()), (1, 2));

    let (last, _) = ids[3];
    let facts = told.iter().find(|told| told.source == last).unwrap().facts.clone();
    let decision = ProfileDecided { source: last, facts, may_leave: true, reason: "it left the country".into() };
    case.say_facts("decide", "a profile", &[Fact::ProfileDecided(decision.clone())]).unwrap();
    assert_eq!(profiles(&case, &cited).0[3].standing, Standing::MayLeave);
    case.say_facts("release", "the first report leaves", &profile::facts(&told)).unwrap();

    // A later report adds a fact to what the first told.
    let mut said = statement(&case, WORKING, "T-9", last);
    said.date = Some("2019".into());
    case.say_facts("statement", "one more", &[Fact::Statement(Box::new(said.clone()))]).unwrap();
    let later = BTreeSet::from([Cited::Thing(Sort::Statement, said.statement)]);
    let found = profiles(&case, &later).0;
    assert_eq!(found[3].standing, Standing::DecideAnew(1));
    assert_eq!(found[3].facts.len(), 5, "both reports together");
    let no = ProfileDecided { may_leave: false, ..decision };
    case.say_facts("decide", "a profile", &[Fact::ProfileDecided(no)]).unwrap();
    assert_eq!(profiles(&case, &later).0[3].standing, Standing::MustNotLeave);
}
