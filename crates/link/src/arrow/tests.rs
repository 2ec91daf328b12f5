//! Do columns enter as the same rows would?

use super::{BatchError, ColumnFault, LeftOut, values};
use crate::{Options, RecordSet, link};
use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int32Type, UInt32Type};
use arrow_array::{ArrayRef, BooleanArray, Date32Array, DictionaryArray, Int64Array, LargeStringArray, RecordBatch};
use arrow_array::{StringArray, StringViewArray, UInt16Array};
use arrow_schema::DataType;
use factum_model::{Feature, ListId, Name, Record, RecordId};
use proptest::prelude::*;
use std::fmt::Debug;
use std::sync::Arc;

/// What a row says, by column.
type Row = Vec<Option<String>>;

const COLUMNS: &[(&str, Feature)] = &[
    ("id", Feature::Record),
    ("full", Feature::FullName),
    ("given", Feature::GivenName),
    ("middle", Feature::MiddleName),
    ("family", Feature::FamilyName),
    ("aka", Feature::OtherName),
    ("aka 2", Feature::OtherName),
    ("sex", Feature::Sex),
    ("born", Feature::Birth),
    ("born y", Feature::BirthYear),
    ("born m", Feature::BirthMonth),
    ("born d", Feature::BirthDay),
    ("age", Feature::Age),
    ("what", Feature::EventType),
    ("when", Feature::EventDate),
    ("where", Feature::EventPlace),
    ("district", Feature::EventRegion),
    ("home", Feature::ResidencePlace),
    ("home district", Feature::ResidenceRegion),
    ("street", Feature::Address),
    ("group", Feature::Ethnicity),
    ("work", Feature::Occupation),
    ("people", Feature::Count),
    ("card", Feature::Number),
    ("telephone", Feature::Number),
];

/// The record that a row makes, feature by feature.
fn record(row: &Row) -> Record {
    let get = |feature| {
        let at = COLUMNS.iter().position(|c| c.1 == feature)?;
        row[at].as_deref().map(str::trim).filter(|text| !text.is_empty())
    };
    let text = |feature| get(feature).map(String::from);
    let all =
        |feature| COLUMNS.iter().zip(row).filter(move |(c, _)| c.1 == feature).filter_map(|(_, text)| text.as_deref());
    let mut record = Record::new(RecordId::new(text(Feature::Record).unwrap_or_default()), 2);
    let name = Name {
        full: text(Feature::FullName),
        given: text(Feature::GivenName),
        middle: text(Feature::MiddleName),
        family: text(Feature::FamilyName),
    };
    // What is left blank beside a given name is said to be blank.
    let blank = all(Feature::FamilyName).next().filter(|_| name.given.is_some());
    let name = Name { family: name.family.clone().or(blank.map(String::from)), ..name };
    record.names.extend((!name.is_empty()).then_some(name));
    let others = all(Feature::OtherName).flat_map(values::others);
    record.names.extend(others.map(|other| Name { full: Some(other.into()), ..Name::default() }));
    record.sex = get(Feature::Sex).and_then(values::sex);
    let part = |feature| get(feature).and_then(|text| values::part(feature, text)).unwrap_or(0);
    let [year, month, day] = [Feature::BirthYear, Feature::BirthMonth, Feature::BirthDay].map(part);
    let in_parts = || (year > 0).then(|| values::birth(year, month, day).0).flatten();
    record.birth = get(Feature::Birth).and_then(values::date).or_else(in_parts);
    record.age = get(Feature::Age).and_then(values::age);
    record.event_date = get(Feature::EventDate).and_then(values::date);
    record.event_place.place = text(Feature::EventPlace);
    record.event_place.region = text(Feature::EventRegion);
    record.residence.place = text(Feature::ResidencePlace);
    record.residence.region = text(Feature::ResidenceRegion);
    record.address = text(Feature::Address);
    record.ethnicity = text(Feature::Ethnicity);
    record.occupation = text(Feature::Occupation);
    record.numbers = all(Feature::Number).map(str::trim).filter(|n| !n.is_empty()).map(String::from).collect();
    record
}

/// Everything a set holds, hash tables in their order.
fn everything(set: &RecordSet) -> Vec<String> {
    fn sorted<K: Ord + Debug, V: Debug>(table: impl IntoIterator<Item = (K, V)>) -> String {
        let mut entries: Vec<(K, V)> = table.into_iter().collect();
        entries.sort_by(|a, b| a.0.cmp(&b.0));
        format!("{entries:?}")
    }
    let ids: Vec<&str> = (0..set.len() as u32).map(|record| set.id_of(record).as_str()).collect();
    let texts =
        |texts: &crate::records::Texts| format!("{:?} {:?}", texts.texts.iter().collect::<Vec<_>>(), texts.shapes);
    vec![
        format!("{:?} {:?} {ids:?}", set.lists, set.list),
        format!("{:?} {}", set.name, texts(&set.names)),
        sorted(&set.further_names),
        format!("{:?} {:?} {:?} {:?}", set.birth, set.event_date, set.spans.values, set.sex),
        format!("{:?} {:?} {}", set.event_place, set.residence, texts(&set.places)),
        format!("{:?} {:?} {:?} {}", set.address, set.ethnicity, set.occupation, texts(&set.texts)),
        sorted(&set.numbers),
        format!("{:?} {:?} {:?}", set.written.iter().collect::<Vec<_>>(), set.written_given, set.written_family),
        format!(
            "{} {} {} {}",
            sorted(set.parts.iter()),
            sorted(set.places_read.iter()),
            sorted(set.texts_read.iter()),
            set.unnamed
        ),
    ]
}

fn two_lists() -> RecordSet {
    let mut set = RecordSet::default();
    set.add_list(ListId::new("registry"), true);
    set.add_list(ListId::new("families"), false);
    set
}

/// The type a column of text comes in.
fn column(values: &[Option<String>], kind: usize) -> ArrayRef {
    match kind % 4 {
        0 => Arc::new(values.iter().cloned().collect::<StringArray>()),
        1 => Arc::new(values.iter().cloned().collect::<LargeStringArray>()),
        2 => Arc::new(values.iter().cloned().collect::<StringViewArray>()),
        _ => Arc::new(values.iter().map(|v| v.as_deref()).collect::<DictionaryArray<Int32Type>>()),
    }
}

fn batch(rows: &[Row], kind: usize) -> RecordBatch {
    let columns = COLUMNS.iter().enumerate().map(|(at, (name, _))| {
        let values: Vec<Option<String>> = rows.iter().map(|row| row[at].clone()).collect();
        (*name, column(&values, at + kind), true)
    });
    RecordBatch::try_from_iter_with_nullable(columns).unwrap()
}

fn any_row() -> impl Strategy<Value = Row> {
    fn one_of(values: &'static [&'static str]) -> BoxedStrategy<Option<String>> {
        prop::option::of(prop::sample::select(values).prop_map(String::from)).boxed()
    }
    const FULL: &[&str] =
        &["Ana Mirel", "Mirel, Ana", "Doru Vass (alias Dori Esk)", "Jon", "unknown", "Петра Илин", " "];
    const GIVEN: &[&str] = &["Ana", "Ana Maria", "Jon \"Jonny\"", "Петра", "J.", "unknown", "", " Ana "];
    const FAMILY: &[&str] = &["Mirel", "Vass née Esk", "Илин", "de la Vass", "unknown", "", " "];
    const AKA: &[&str] = &["Dori; Doru Esk", ";", "Jonny Vass", "Ana Mirel"];
    const DATE: &[&str] = &["1970-03-02", "1970", "1970-03", "1970~", "1969/1971", "2000/..", "soon", "1970-02-30"];
    const PLACE: &[&str] = &["Osta", "OSTA", "Upper Osta", "Оста", "12"];
    const TEXT: &[&str] = &["Mill Lane 3", "mill lane 3", "baker", "—"];
    const NUMBER: &[&str] = &["AB-12 34", "ab1234", "٣٤", "-", "x@y.example"];
    let strategies: Vec<BoxedStrategy<Option<String>>> = COLUMNS
        .iter()
        .map(|(_, feature)| match feature {
            Feature::Record => "[a-z0-9]{1,6}".prop_map(Some).boxed(),
            Feature::FullName => one_of(FULL),
            Feature::GivenName | Feature::MiddleName => one_of(GIVEN),
            Feature::FamilyName => one_of(FAMILY),
            Feature::OtherName => one_of(AKA),
            Feature::Sex => one_of(&["f", "M", "other", "17"]),
            Feature::Birth | Feature::EventDate => one_of(DATE),
            Feature::BirthYear => one_of(&["1970", "0", "12", "1971"]),
            Feature::BirthMonth => one_of(&["2", "03", "0", "13"]),
            Feature::BirthDay => one_of(&["2", "30", "0", "32"]),
            Feature::Age => one_of(&["34", "30-40", "40-30", "old", "65535"]),
            Feature::EventPlace | Feature::EventRegion | Feature::ResidencePlace | Feature::ResidenceRegion => {
                one_of(PLACE)
            }
            Feature::Number => one_of(NUMBER),
            _ => one_of(TEXT),
        })
        .collect();
    strategies
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// Batches, in every type of column and cut anywhere, make the set that their rows make.
    #[test]
    fn batches_make_the_set_that_rows_make(
        rows in prop::collection::vec(any_row(), 1..24), cut in 0usize..24, kind in 0usize..4
    ) {
        let cut = cut.min(rows.len());
        let mut expected = two_lists();
        for (at, row) in rows.iter().enumerate() {
            expected.push(usize::from(at >= cut), &record(row));
        }
        let mut set = two_lists();
        for (list, part) in [&rows[..cut], &rows[cut..]].into_iter().enumerate() {
            let entered = set.push_batch(list, &batch(part, kind), COLUMNS).unwrap();
            prop_assert_eq!(entered.records, part.len() as u64);
        }
        prop_assert_eq!(everything(&set), everything(&expected));
        // What comes after finds the same dictionaries.
        set.push(1, &record(&rows[0]));
        expected.push(1, &record(&rows[0]));
        prop_assert_eq!(everything(&set), everything(&expected));
    }
}

fn texts(values: &[&str]) -> ArrayRef {
    Arc::new(StringArray::from_iter_values(values))
}

#[test]
fn numbers_and_days_say_what_their_texts_say() {
    let numbers: ArrayRef = Arc::new(Int64Array::from(vec![Some(7), None, Some(-12)]));
    let ages: ArrayRef = Arc::new(UInt16Array::from(vec![Some(34), Some(40), None]));
    let years: ArrayRef = Arc::new(Int64Array::from(vec![Some(1970), None, Some(0)]));
    // The second of March 1970, the last day of the year 9999 and the day after it.
    let days: ArrayRef = Arc::new(Date32Array::from(vec![Some(60), Some(2_932_896), Some(2_932_897)]));
    let as_text = |ids: &[Option<&str>]| -> ArrayRef { Arc::new(ids.iter().copied().collect::<StringArray>()) };
    let columns =
        [("card", Feature::Number), ("age", Feature::Age), ("born", Feature::BirthYear), ("when", Feature::EventDate)];
    let typed = [("card", numbers), ("age", ages), ("born", years), ("when", days)];
    let plain = [
        ("card", as_text(&[Some("7"), None, Some("-12")])),
        ("age", as_text(&[Some("34"), Some("40"), None])),
        ("born", as_text(&[Some("1970"), None, Some("0")])),
        ("when", as_text(&[Some("1970-03-02"), Some("9999-12-31"), Some("10000-01-01")])),
    ];
    let [(typed, left_out), (plain, _)] = [typed, plain].map(|columns_of| {
        let batch =
            RecordBatch::try_from_iter_with_nullable(columns_of.map(|(name, array)| (name, array, true))).unwrap();
        let mut set = two_lists();
        let entered = set.push_batch(0, &batch, &columns).unwrap();
        (everything(&set), entered.left_out)
    });
    assert_eq!(typed, plain);
    let late = LeftOut { column: "when".into(), feature: Feature::EventDate, rows: 1, first: vec![2] };
    assert_eq!(left_out, [late]);
    for days in [i32::MIN, i32::MAX] {
        let far: ArrayRef = Arc::new(Date32Array::from(vec![days]));
        let batch = RecordBatch::try_from_iter([("when", far)]).unwrap();
        let entered = two_lists().push_batch(0, &batch, &columns[3..]).unwrap();
        assert_eq!(entered.left_out[0].rows, 1, "{days}");
    }
}

#[test]
fn rows_go_to_the_lists_they_name_and_are_numbered_there() {
    let column: ArrayRef = Arc::new(StringArray::from(vec![Some("press"), Some("registry"), None, Some("press")]));
    let batch = RecordBatch::try_from_iter_with_nullable([
        ("source", column, true),
        ("who", texts(&["Ana Mirel", "Doru Vass", "Jon Esk", "Petra Ilin"]), false),
    ])
    .unwrap();
    let mut set = two_lists();
    let entered = set.push_batch("source", &batch, &[("who", Feature::FullName)]).unwrap();
    let left_out = LeftOut { column: "source".into(), feature: Feature::List, rows: 1, first: vec![2] };
    assert_eq!((entered.records, &entered.left_out[..]), (3, &[left_out][..]));
    let lists: Vec<&str> = set.lists().map(|list| list.as_str()).collect();
    assert_eq!(lists, ["registry", "families", "press"]);
    let rows: Vec<(usize, &str)> = (0..3).map(|r| (set.list_of(r), set.id_of(r).as_str())).collect();
    assert_eq!(rows, [(2, "1"), (0, "1"), (2, "2")]);
    assert_eq!(
        entered.left_out[0].to_string(),
        "1 rows left out, because they do not say `list`: column `source`, rows 2"
    );
}

#[test]
fn all_that_is_wrong_with_columns_is_said_at_once_and_nothing_enters() {
    let flags: ArrayRef = Arc::new(BooleanArray::from(vec![true]));
    let day: ArrayRef = Arc::new(Date32Array::from(vec![0]));
    let batch = RecordBatch::try_from_iter([("who", texts(&["Ana"])), ("flag", flags), ("day", day)]).unwrap();
    let mapping = [
        ("who", Feature::GivenName),
        ("who", Feature::GivenName),
        ("flag", Feature::Sex),
        ("day", Feature::EventPlace),
        ("gone", Feature::Birth),
        ("who", Feature::List),
    ];
    let mut set = two_lists();
    let type_fault = |column: &str, feature, found| ColumnFault::Type { column: column.into(), feature, found };
    assert_eq!(
        set.push_batch(7, &batch, &mapping).unwrap_err(),
        BatchError(vec![
            ColumnFault::NoSuchList(7),
            ColumnFault::Twice { column: "who".into(), feature: Feature::GivenName },
            type_fault("flag", Feature::Sex, DataType::Boolean),
            type_fault("day", Feature::EventPlace, DataType::Date32),
            ColumnFault::Missing("gone".into()),
            ColumnFault::ListAmongProperties("who".into()),
        ])
    );
    assert!(set.is_empty());
    let many: Vec<String> = (0..254).map(|at| format!("L{at}")).collect();
    let batch = RecordBatch::try_from_iter([("source", texts(&many.iter().map(String::as_str).collect::<Vec<_>>()))]);
    let refused = set.push_batch("source", &batch.unwrap(), &[]).unwrap_err();
    assert_eq!(refused.0, [ColumnFault::TooManyLists { column: "source".into(), lists: 256 }]);
    assert!(set.is_empty() && set.lists().len() == 2);
}

#[test]
fn values_that_cannot_be_read_are_counted_and_never_shown() {
    let sexes = texts(&["f", "nobody", "nobody", "m", "x", "y", "z", "q"]);
    let batch = RecordBatch::try_from_iter([("sex", sexes)]).unwrap();
    let entered = two_lists().push_batch(0, &batch, &[("sex", Feature::Sex)]).unwrap();
    assert_eq!(entered.records, 8);
    let told = entered.left_out[0].to_string();
    assert_eq!(told, "6 values left out, because they cannot be read as `sex`: column `sex`, rows 1, 2, 4, 5, 6, …");
}

#[test]
fn pairs_and_persons_leave_as_the_linkage_says() {
    let mut set = two_lists();
    let who = texts(&["Ana Mirel", "Anna Mirel", "Doru Vass", "Doru Vass", "Jon Esk", "Petra Ilin"]);
    let batch = RecordBatch::try_from_iter([("who", who)]).unwrap();
    assert_eq!(set.push_batch(1, &batch, &[("who", Feature::FullName)]).unwrap().records, 6);
    let linkage = link(&set, &Options::default(), &()).unwrap();
    let pairs = linkage.pairs_batch(0..usize::MAX).unwrap();
    assert_eq!(pairs.num_rows(), linkage.pairs.len());
    assert!(pairs.num_rows() > 0);
    let number = |name: &str| pairs.column_by_name(name).unwrap().as_primitive::<Float64Type>().values().to_vec();
    let weights: Vec<f64> = linkage.pairs.iter().map(|pair| pair.weight).collect();
    assert_eq!(number("weight"), weights);
    for (row, pair) in linkage.pairs.iter().enumerate() {
        let id = |name: &str| pairs.column_by_name(name).unwrap().as_string::<i64>().value(row).to_string();
        assert_eq!(id("record_a"), set.id_of(pair.a).to_string());
        assert_eq!(id("record_b"), set.id_of(pair.b).to_string());
        for (field, bits) in linkage.contributions(pair) {
            let level = pairs.column_by_name(&format!("{} level", field.name())).unwrap().as_any_dictionary();
            let key = level.normalized_keys()[row];
            assert_eq!(
                level.values().as_string::<i32>().value(key),
                field.levels()[usize::from(pair.pattern.level(field))]
            );
            let written = pairs.column_by_name(&format!("{} bits", field.name())).unwrap();
            let written = written.as_primitive::<arrow_array::types::Float32Type>().iter().nth(row).unwrap();
            assert_eq!(written, bits.map(|bits| bits as f32));
        }
    }
    let none = linkage.pairs_batch(usize::MAX..usize::MAX).unwrap();
    assert_eq!((none.num_rows(), none.schema()), (0, pairs.schema()));

    let persons = linkage.persons_batch().unwrap();
    assert_eq!(persons.column(2).as_primitive::<UInt32Type>().values().to_vec(), linkage.persons);
    assert_eq!(persons.column(1).as_string::<i64>().value(5), "6");
}

#[test]
fn rules_by_what_is_written_take_a_blank_for_a_value_and_null_for_none() {
    let given = ["Ana", "Ana", "Ana", "Ana", "Ana", "Mirel", "Doru"];
    let family: ArrayRef =
        Arc::new(StringArray::from(vec![Some(""), Some(""), None, None, Some("Esk"), Some("Eska"), Some("")]));
    let columns = [("given", texts(&given)), ("family", family)];
    let batch = RecordBatch::try_from_iter_with_nullable(columns.map(|(name, array)| (name, array, true))).unwrap();
    for (rule, pairs) in [
        ("name.family:written", 3),
        ("name.family:written + name.given:written", 1),
        ("name.family:written3", 4),
        ("name.given:written", 10),
    ] {
        let mut set = RecordSet::default();
        set.add_list(ListId::new("a"), false);
        let features = [("given", Feature::GivenName), ("family", Feature::FamilyName)];
        let _ = set.push_batch(0, &batch, &features).unwrap();
        let blocking = crate::Blocking::Rules(vec![rule.parse().unwrap()]);
        let linkage = link(&set, &Options { blocking, ..Options::default() }, &()).unwrap();
        assert_eq!(linkage.rules[0].pairs, pairs, "{rule}");
    }
}
