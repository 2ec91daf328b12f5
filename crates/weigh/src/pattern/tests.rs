//! Do the tables count what was told, and show what nobody could know?

use super::*;

fn date(text: &str) -> Edtf {
    text.parse().unwrap()
}

fn told(statement: &'static str, source: &'static str, origin: &'static str) -> Told<&'static str> {
    Told { statement, source, origins: vec![origin], denies: false }
}

fn act(act: &'static str, place: &'static str, when: &str, told: Vec<Told<&'static str>>) -> Act<&'static str> {
    Act { act, kind: Some("beating"), place: Some(place), date: Some(date(when)), units: vec![], groups: vec![], told }
}

fn presence(source: &'static str, place: &'static str, period: &str) -> Presence<&'static str> {
    Presence { source, place, period: date(period) }
}

#[test]
fn an_imprecise_date_is_one_act() {
    let check = |text: &str, grain, expected: &str| {
        assert_eq!(When::of(Some(&date(text)), grain).to_string(), expected, "{text}");
    };
    check("2017/2019", Grain::Year, "undated within 2017/2019");
    check("2017-03/2017-05", Grain::Year, "2017");
    check("2017", Grain::Month, "undated within 2017-01/2017-12");
    check("2017/..", Grain::Year, "undated within 2017/..");
    check("2017-05-03", Grain::Month, "2017-05");
    assert_eq!(When::of(None, Grain::Year).to_string(), "undated");
}

#[test]
fn counts_have_denominators_and_empty_cells_say_why() {
    let acts = [
        act("a", "North", "2017-05", vec![told("T1", "S1", "O1"), told("T2", "S2", "O1"), told("T3", "S9", "O2")]),
        act("b", "North", "2017/2019", vec![told("T4", "S1", "O1")]),
        act("c", "South", "2019", vec![told("T5", "S3", "O3")]),
        act("d", "South", "2018", vec![Told { denies: true, ..told("T6", "S3", "O3") }]),
    ];
    let there =
        [presence("S1", "North", "2017/2018"), presence("S2", "North", "2017"), presence("S3", "South", "2019")];
    let table = cross(&acts, &there, Axis::Place, Axis::When(Grain::Year)).unwrap();
    let columns: Vec<_> =
        table.columns.iter().map(|k| if let Key::When(w) = k { w.to_string() } else { "-".into() }).collect();
    assert_eq!(columns, ["2017", "2018", "2019", "undated within 2017/2019"]);
    assert_eq!(table.left_out, ["d"]);
    let north = table.cell(0, 0).unwrap();
    let counts = Counts { acts: 1, sources: 3, statements: 3, origins: 2, unexamined: 0, deny: 0 };
    assert_eq!((north.counts, north.may_be), (counts, 1));
    let knowers =
        Knowers { certain: 2, possible: 2, certain_spoke: 2, possible_spoke: 2, possible_deny: 0, others_spoke: 1 };
    assert_eq!(north.knowers, Some(knowers));
    let readings: Vec<_> = table.cells.iter().map(Cell::reading).collect();
    use Reading::{NoDenominator, NotCovered, NotTold, Told as Tells};
    assert_eq!(readings, [Tells, NotTold, NotCovered, Tells, NotCovered, NotCovered, Tells, NoDenominator]);
    assert_eq!((table.row_totals[0].counts.acts, table.total.counts.acts), (2, 3));
    assert_eq!(table.total.knowers, None);
    let mut turned = acts.clone();
    turned.reverse();
    assert_eq!(cross(&turned, &there, Axis::Place, Axis::When(Grain::Year)).unwrap(), table);
}

#[test]
fn what_cannot_be_a_table_is_refused() {
    let one = act("a", "North", "2017", vec![told("T1", "S1", "O1")]);
    let year = Axis::When(Grain::Year);
    let fault = |acts: &[Act<_>], rows, columns| cross(acts, &[], rows, columns).unwrap_err();
    assert_eq!(fault(std::slice::from_ref(&one), year, Axis::When(Grain::Month)), PatternError::SameAxis);
    assert_eq!(fault(&[one.clone(), one.clone()], Axis::Place, year), PatternError::Repeated { count: 1 });
}

#[test]
fn coverage_shows_places_where_nobody_was() {
    let there = [presence("S1", "North", "2017/2018-02"), presence("S2", "North", "2018~")];
    let talks = [Talk { interview: "I1", source: "S1" }, Talk { interview: "I1", source: "S2" }];
    let papers = [Document { document: "D1", place: "South", period: date("2017") }];
    let all = coverage(&["South", "North"], 2017..=2018, &there, &talks, &papers).unwrap();
    let pair = |b: Bounds| (b.certain, b.possible);
    let shown: Vec<_> = all
        .iter()
        .map(|c| (c.place, c.year, pair(c.sources), pair(c.interviews), pair(c.documents), c.is_empty()))
        .collect();
    assert_eq!(
        shown,
        [
            ("North", 2017, (1, 1), (1, 1), (0, 0), false),
            ("North", 2018, (1, 2), (1, 1), (0, 0), false),
            ("South", 2017, (0, 0), (0, 0), (1, 1), false),
            ("South", 2018, (0, 0), (0, 0), (0, 0), true),
        ]
    );
}

#[test]
fn flows_count_a_person_once() {
    let transfer = |transfer, persons: &[&'static str], when: &str| Transfer {
        transfer,
        persons: persons.to_vec(),
        from: Some("North"),
        to: Some("South"),
        date: Some(date(when)),
        told: vec![told("T1", "S1", "O1")],
    };
    let all =
        [transfer("x", &["p", "q"], "2017-03"), transfer("y", &["p"], "2017"), transfer("z", &["r"], "2017/2018")];
    let found = flows(&all, Grain::Year).unwrap();
    let shown: Vec<_> = found.iter().map(|f| (f.when.to_string(), f.persons, f.counts.acts)).collect();
    assert_eq!(shown, [("2017".into(), 2, 2), ("undated within 2017/2018".to_owned(), 1, 1)]);
}

#[test]
fn a_timeline_is_in_order_of_what_is_known() {
    let entry = |id, when: Option<&str>, lasts| Entry { id, date: when.map(date), lasts };
    let line = timeline(&[
        entry("c", Some("2017-05/2017-08"), true),
        entry("b", Some("2017-05/2017-08"), false),
        entry("a", None, false),
        entry("d", Some("/2017"), false),
    ]);
    let shown: Vec<_> = line.rows.iter().map(|r| (r.id, r.certain.is_some())).collect();
    assert_eq!((shown, line.undated), (vec![("d", false), ("b", false), ("c", true)], vec!["a"]));
}
