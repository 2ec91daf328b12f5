//! Does the finder find what cannot be, and nothing else?

use super::*;
use factum_model::Period;
use proptest::prelude::*;

fn date(text: &str) -> Edtf {
    text.parse().unwrap()
}

/// Places are letters, statements numbers; everything is a text here.
fn account(statement: u32, subject: &str, says: Says<String>) -> Account<String> {
    Account { statement: format!("T-{statement}"), subject: subject.to_owned(), says }
}

fn held(place: &str, during: &str) -> Says<String> {
    Says::Held { place: place.to_owned(), during: date(during) }
}

fn stayed(place: &str, during: &str) -> Says<String> {
    Says::Stayed { place: place.to_owned(), during: date(during) }
}

fn took_part(on: &str, place: &str) -> Says<String> {
    Says::TookPart { on: date(on), place: (!place.is_empty()).then(|| place.to_owned()) }
}

fn aged(low: u16, high: u16, on: &str) -> Says<String> {
    Says::Aged { age: Age { low, high }, on: date(on) }
}

fn arrested(on: &str) -> Says<String> {
    Says::Arrested { detention: "D".to_owned(), on: date(on) }
}

fn released(on: &str) -> Says<String> {
    Says::Released { detention: "D".to_owned(), on: date(on) }
}

fn born(on: &str) -> Says<String> {
    Says::Born(date(on))
}

fn died(on: &str) -> Says<String> {
    Says::Died(date(on))
}

/// The verdict on two accounts of one person, whichever comes first. The cell `a` lies in the prison `A`.
fn check(one: Says<String>, other: Says<String>, expected: Option<(Holds, Kind)>) {
    let places = Places::new([("a".to_owned(), "A".to_owned())]);
    let accounts = [account(1, "p", one.clone()), account(2, "p", other.clone())];
    let turned = [accounts[1].clone(), accounts[0].clone()];
    let found = find(&accounts, &places);
    assert_eq!(find(&turned, &places), found);
    let impossible = found.impossible.iter().map(|c| (Holds::Always, c.kind));
    let doubtful = found.doubtful.iter().map(|c| (Holds::Sometimes, c.kind));
    let all: Vec<_> = impossible.chain(doubtful).collect();
    assert_eq!(all, expected.into_iter().collect::<Vec<_>>(), "{one:?} {other:?}");
    for conflict in found.impossible.iter().chain(&found.doubtful) {
        let mut named = [conflict.one.clone(), conflict.other.clone()].concat();
        named.sort();
        assert_eq!(named, ["T-1", "T-2"]);
    }
}

const IMPOSSIBLE: Holds = Holds::Always;
const DOUBTFUL: Holds = Holds::Sometimes;

#[test]
fn detained_at_two_places() {
    let kind = Kind::HeldAtTwoPlaces;
    check(held("A", "2017-01/2017-06"), held("B", "2017-03/2017-09"), Some((IMPOSSIBLE, kind)));
    check(held("A", "2017-01/2017-03"), held("B", "2017-03/2017-09"), Some((DOUBTFUL, kind)));
    check(held("A", "2017-01/2017-03-05"), held("B", "2017-03-05/2017-09"), None);
    check(held("A", "2017-01/2017-06"), held("A", "2017-03/2017-09"), None);
    check(held("A", "2017-01/2017-06"), held("a", "2017-03/2017-09"), None);
    check(held("A", "2017"), held("B", "2017"), Some((DOUBTFUL, kind)));
    check(held("A", "2017-01/.."), held("B", "2018/2019"), Some((DOUBTFUL, kind)));
    check(held("A", "2017-01/2017-06~"), held("B", "2017-03/2017-09"), Some((DOUBTFUL, kind)));
}

#[test]
fn at_two_places_at_one_time() {
    let kind = Kind::AtTwoPlaces;
    check(held("A", "2017-01/2017-06"), took_part("2017-03-05", "B"), Some((IMPOSSIBLE, kind)));
    check(held("A", "2017-01/2017-06"), took_part("2017-03", "B"), Some((IMPOSSIBLE, kind)));
    check(held("A", "2017-01/2017-06"), took_part("2017-06", "B"), Some((DOUBTFUL, kind)));
    check(held("A", "2017-01-07/2017-06-02"), took_part("2017-06-02", "B"), None);
    check(held("A", "2017-01/2017-06"), took_part("2017-03-05", "a"), None);
    check(held("A", "2017-01/2017-06"), took_part("2017-03-05", ""), None);
    check(held("A", "2017-01/2017-06"), stayed("B", "2017-03/2017-09"), Some((IMPOSSIBLE, kind)));
    check(took_part("2017-03-05", "A"), took_part("2017-03-05", "B"), Some((DOUBTFUL, kind)));
    check(took_part("2017-03", "A"), took_part("2017-03", "B"), None);
}

#[test]
fn age_against_birth() {
    let kind = Kind::AgeAgainstBirth;
    check(aged(30, 30, "2017-05-03"), born("1987-05-03"), None);
    check(aged(30, 30, "2017-05-03"), born("1987-05-04"), Some((IMPOSSIBLE, kind)));
    check(aged(30, 30, "2017-05-03"), born("1987"), Some((DOUBTFUL, kind)));
    check(aged(29, 30, "2017-05-03"), born("1987"), None);
    check(aged(30, 30, "2017"), born("1989"), Some((IMPOSSIBLE, kind)));
    check(aged(30, 30, "2017"), born("1989?"), Some((DOUBTFUL, kind)));
    check(aged(30, 30, "2017"), born("1989/.."), Some((IMPOSSIBLE, kind)));
    check(aged(17, 17, "2018-02-28"), born("2000-02-29"), None);
    check(aged(18, 18, "2018-02-28"), born("2000-02-29"), Some((IMPOSSIBLE, kind)));
}

#[test]
fn before_birth_and_after_death() {
    check(born("2017"), took_part("2016", ""), Some((IMPOSSIBLE, Kind::BeforeBirth)));
    check(born("2017"), took_part("2017-05", ""), Some((DOUBTFUL, Kind::BeforeBirth)));
    check(born("2017-05-03"), took_part("2017-05-03", ""), None);
    check(born("2017"), held("A", "2016-03/2018"), Some((IMPOSSIBLE, Kind::BeforeBirth)));
    check(born("2017"), died("2016"), Some((IMPOSSIBLE, Kind::BeforeBirth)));
    check(died("2017"), took_part("2018", ""), Some((IMPOSSIBLE, Kind::AfterDeath)));
    check(died("2017-05"), took_part("2017", ""), Some((DOUBTFUL, Kind::AfterDeath)));
    check(died("2017"), held("A", "2016/2018-03"), Some((IMPOSSIBLE, Kind::AfterDeath)));
    check(died("2017"), held("A", "2016/.."), Some((DOUBTFUL, Kind::AfterDeath)));
    check(died("2017"), died("2018"), None);
    check(died("2017"), released("2018"), Some((IMPOSSIBLE, Kind::AfterDeath)));
}

#[test]
fn release_before_arrest_and_end_before_start() {
    check(arrested("2017-05"), released("2017-04"), Some((IMPOSSIBLE, Kind::ReleaseBeforeArrest)));
    check(arrested("2017-05"), released("2017"), Some((DOUBTFUL, Kind::ReleaseBeforeArrest)));
    check(arrested("2017-05-03"), released("2017-05-03"), None);
    let other = Says::Released { detention: "E".to_owned(), on: date("2017-04") };
    check(arrested("2017-05"), other, None);
    check(Says::Began(date("2017")), Says::Ended(date("2016-11")), Some((IMPOSSIBLE, Kind::EndBeforeStart)));
}

#[test]
fn a_date_without_a_reading_contradicts_itself_only() {
    let at = |text: &str| {
        factum_model::edtf::End::At(match date(text) {
            Edtf::Date(date) => date,
            Edtf::Interval(..) => unreachable!("a single date"),
        })
    };
    let backwards = Edtf::Interval(at("2018"), at("2016"));
    let says = Says::Held { place: "A".to_owned(), during: backwards };
    let found = find(&[account(1, "p", says), account(2, "p", held("B", "2015/2020"))], &Places::default());
    let own = vec!["T-1".to_owned()];
    let expected = Conflict { subject: "p".to_owned(), kind: Kind::EndBeforeStart, one: own.clone(), other: own };
    assert_eq!((found.impossible, found.doubtful), (vec![expected], vec![]));
}

#[test]
fn statements_that_say_the_same_are_one_account() {
    let mut accounts: Vec<_> = (1..=3).map(|n| account(n, "p", held("A", "2017-01/2017-06"))).collect();
    accounts.extend((4..=5).map(|n| account(n, "p", held("B", "2017-03/2017-09"))));
    accounts.push(account(6, "q", held("B", "2017-03/2017-09")));
    let found = find(&accounts, &Places::default());
    let named: Vec<_> = found.impossible.iter().map(|c| (c.one.len(), c.other.len())).collect();
    assert_eq!((named, found.doubtful.len()), (vec![(3, 2)], 0));
}

#[test]
fn of_endless_doubt_a_page_is_listed_and_the_rest_counted() {
    let accounts: Vec<_> = (0..60).map(|n| account(n, "p", held(&format!("P{n}"), "2017"))).collect();
    let found = find(&accounts, &Places::default());
    // 60 places in one year are 60 · 59 / 2 pairs.
    assert_eq!((found.doubtful.len(), found.doubtful_unlisted["p"]), (DOUBTFUL_LISTED, 1_770 - DOUBTFUL_LISTED));
}

#[test]
fn places_that_lie_in_each_other_are_one() {
    let places = Places::new([("a", "b"), ("b", "c"), ("c", "a"), ("d", "c")]);
    let check = |a, b, apart| assert_eq!((places.apart(&a, &b), places.apart(&b, &a)), (apart, apart), "{a} {b}");
    check("a", "c", false);
    check("d", "a", false);
    check("d", "e", true);
    check("d", "d", false);
}

fn any_date() -> impl Strategy<Value = Edtf> {
    let day = (2016u16..2019, 1u8..13, 1u8..29);
    let single = (day, 0..3u8).prop_map(|((y, m, d), precision)| match precision {
        0 => format!("{y}"),
        1 => format!("{y}-{m:02}"),
        _ => format!("{y}-{m:02}-{d:02}"),
    });
    let end = prop_oneof![6 => single, 1 => Just("..".to_owned())];
    (end.clone(), proptest::option::of(end)).prop_filter_map("a date", |(a, b)| match b {
        None => a.parse().ok(),
        Some(b) => format!("{a}/{b}").parse().ok(),
    })
}

fn any_says() -> impl Strategy<Value = Says<String>> {
    let place = prop_oneof![Just("A"), Just("B"), Just("a")].prop_map(str::to_owned);
    (0..10u8, any_date(), place, 0u16..4).prop_map(|(kind, on, place, low)| match kind {
        0 => Says::Born(on),
        1 => Says::Died(on),
        2 => Says::Aged { age: Age { low, high: low + 1 }, on },
        3 | 4 => Says::TookPart { on, place: Some(place) },
        5 | 6 => Says::Held { place, during: on },
        7 => Says::Stayed { place, during: on },
        8 => Says::Arrested { detention: place, on },
        _ => Says::Released { detention: place, on },
    })
}

proptest! {
    /// What is found among many is what is found pair by pair: the sweep passes nothing over, and adds nothing.
    #[test]
    fn the_sweep_finds_what_pairs_find(says in proptest::collection::vec(any_says(), 0..8)) {
        let places = Places::new([("a".to_owned(), "A".to_owned())]);
        let accounts: Vec<_> = says.into_iter().enumerate().map(|(n, s)| account(n as u32, "p", s)).collect();
        let pairs = |conflicts: &[Conflict<String>]| -> BTreeSet<(Kind, BTreeSet<String>)> {
            let spread = |c: &Conflict<String>| -> Vec<(Kind, BTreeSet<String>)> {
                let both = |a: &String| c.other.iter().map(|b| (c.kind, BTreeSet::from([a.clone(), b.clone()]))).collect::<Vec<_>>();
                c.one.iter().flat_map(both).collect()
            };
            conflicts.iter().flat_map(spread).collect()
        };
        let all = find(&accounts, &places);
        let (mut impossible, mut doubtful) = (BTreeSet::new(), BTreeSet::new());
        for (at, one) in accounts.iter().enumerate() {
            for other in accounts.iter().skip(at + 1) {
                let two = find(&[one.clone(), other.clone()], &places);
                impossible.extend(pairs(&two.impossible));
                doubtful.extend(pairs(&two.doubtful));
            }
        }
        prop_assert_eq!(pairs(&all.impossible), impossible);
        prop_assert_eq!(pairs(&all.doubtful), doubtful);
    }

    /// Ages against every day of birth and every day of telling.
    #[test]
    fn ages_agree_with_every_reading(
        born in (-800i32..800, 0i32..40),
        on in (0i32..2_500, 0i32..40),
        age in (0u16..7, 0u16..3),
    ) {
        let span = |(first, length): (i32, i32)| Span { earliest: Some(Day(first)), latest: Some(Day(first + length)) };
        let (low, high) = (age.0, age.0 + age.1);
        let fits = |b: i32, t: i32| {
            let years = completed_years(Day(b), Day(t));
            (i32::from(low)..=i32::from(high)).contains(&years)
        };
        let (mut some, mut all) = (false, true);
        for b in born.0..=born.0 + born.1 {
            for t in on.0..=on.0 + on.1 {
                let wrong = !fits(b, t);
                some |= wrong;
                all &= wrong;
            }
        }
        let expected = if all { Holds::Always } else if some { Holds::Sometimes } else { Holds::Never };
        prop_assert_eq!(at_odds(low, high, span(on), span(born)), expected);
    }

    /// Two detentions, each with one end known to the month only, against all days on which they can have started and ended.
    #[test]
    fn detentions_agree_with_every_reading(
        a in (1u8..10, 0u8..4, 1u8..29, any::<bool>()),
        b in (1u8..10, 0u8..4, 1u8..29, any::<bool>()),
    ) {
        let during = |(month, more, day, start_known): (u8, u8, u8, bool)| {
            let last = month + more;
            if start_known {
                date(&format!("2017-{month:02}-{day:02}/2017-{last:02}"))
            } else {
                date(&format!("2017-{month:02}/2017-{last:02}-{day:02}"))
            }
        };
        let readings = |p: Period| -> Vec<(i32, i32)> {
            let days = |s: Span| s.earliest.unwrap().0..=s.latest.unwrap().0;
            let of = |start: i32| days(p.end).filter(move |end| start <= *end).map(move |end| (start, end));
            days(p.start).flat_map(of).collect()
        };
        let (da, db) = (during(a), during(b));
        let (mut some, mut all) = (false, true);
        for (s, e) in readings(da.period()) {
            for (t, f) in readings(db.period()) {
                let both = s < f && t < e;
                some |= both;
                all &= both;
            }
        }
        let accounts = [
            account(1, "p", Says::Held { place: "A".into(), during: da }),
            account(2, "p", Says::Held { place: "B".into(), during: db }),
        ];
        let found = find(&accounts, &Places::default());
        prop_assert_eq!(found.impossible.len(), usize::from(all));
        prop_assert_eq!(found.doubtful.len(), usize::from(some && !all));
    }
}
