//! Lists in every format, well and badly written.

use super::*;
use factum_testkit::example;
use proptest::prelude::*;

fn settings(text: &str) -> Settings {
    let (settings, faults) = Settings::parse(text, "s.toml");
    assert!(faults.is_empty(), "{:?}", faults.lines(9, true));
    settings
}

const COLUMNS: &str = "[columns]\nid = 'record'\nname = 'name'\nborn = 'birth'\nsex = 'sex'\nage = 'age'\n";

fn read_as(bytes: &[u8], file: &str, settings: &Settings) -> Reading {
    let mut reading = Reading::default();
    let list = settings.for_file(Path::new(file)).unwrap();
    read_bytes(bytes, file, &list, &mut reading);
    reading
}

/// The faults of a list with the columns id, name, born, sex, age.
fn faults(bytes: &[u8]) -> Vec<String> {
    read_as(bytes, "l.csv", &settings(COLUMNS)).faults.iter().map(|f| f.line(false)).collect()
}

fn check(bytes: &[u8], records: u64, expected: &[&str]) {
    let reading = read_as(bytes, "l.csv", &settings(COLUMNS));
    let found: Vec<String> = reading.faults.iter().map(|f| f.line(false)).collect();
    let starts: Vec<&str> = found.iter().map(|f| f.split(" (").next().unwrap_or("")).collect();
    assert_eq!(starts, expected);
    assert_eq!(reading.lists.iter().map(|l| l.records).sum::<u64>(), records);
}

const HEADER: &str = "id,name,born,sex,age\n";

fn with_header(rows: &str) -> Vec<u8> {
    format!("{HEADER}{rows}").into_bytes()
}

#[test]
fn good_rows_enter_and_each_bad_row_is_named() {
    check(
        &with_header(
            "1,Ana,1970-02-30,F,30\n2,Doru,1970,17,abc\n,Mara,1970,F,3\n1,Petra,1971,F,4\n5,Joan\n6,,,,\n7,Ana,1970-05,F,\n",
        ),
        3,
        &[
            "value left out: l.csv, row 2, column `born`: that month has no day 30",
            "value left out: l.csv, row 3, column `sex`: is no sex that is known here",
            "value left out: l.csv, row 3, column `age`: is no age",
            "row left out: l.csv, row 4: has no record identifier",
            "row left out: l.csv, row 5: repeats the record identifier of an earlier row",
            "row left out: l.csv, row 6: has 2 columns, the header has 5",
            "row left out: l.csv, row 7: says nothing in any mapped column",
        ],
    );
}

#[test]
fn faults_show_values_only_when_asked() {
    let reading = read_as(&with_header("1,Ana,Ana Mirel,F,\n"), "l.csv", &settings(COLUMNS));
    let fault = reading.faults.iter().next().unwrap();
    assert!(!fault.line(false).contains("Mirel") && fault.line(true).contains("Mirel"));
}

#[test]
fn files_that_cannot_be_used_say_why() {
    check(b"", 0, &["error: l.csv: the file is empty"]);
    check(HEADER.as_bytes(), 0, &["error: l.csv: the file has no row below its header"]);
    check(
        b"id;nom;born\n1;Ana;1970\n",
        0,
        &[
            "error: l.csv, row 1: there is no column `name`",
            "error: l.csv, row 1: there is no column `sex`",
            "error: l.csv, row 1: there is no column `age`",
        ],
    );
    check(b"id,name,name,born,sex,age\n1,a,b,1970,F,3\n", 0, &["error: l.csv, row 1: 2 columns are called `name`"]);
    check(
        b"PAR1 is not really Parquet",
        0,
        &["error: l.csv: cannot be read as Parquet: Parquet error: Invalid Parquet file. Corrupt footer"],
    );
    assert!(faults(b"PK\x03\x04 is not really a workbook")[0].contains("cannot be read as a workbook"));
    assert!(faults(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\xff\0\xfe")[0].contains("this is not text"));
}

#[test]
fn a_missing_file_does_not_stop_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let good = folder.path().join("good.csv");
    std::fs::write(&good, with_header("1,Ana,1970,F,30\n")).unwrap();
    let reading = read(&[folder.path().join("missing.csv"), good.clone(), good], &settings(COLUMNS), folder.path());
    assert_eq!(reading.records.len(), 1);
    let found: Vec<String> = reading.faults.iter().map(|f| f.line(false)).collect();
    assert!(found[0].starts_with("error: missing.csv: cannot be read"));
    assert!(found[1].starts_with("error: good.csv: the file is given twice"));
}

#[test]
fn common_encodings_are_recognised() {
    let text = "id,name,born,sex,age\n1,Иван Петров и Анна Сидорова из села Верхнее,1970,Ж,30\n2,Пётр Алексеевич Соколов,1971,М,40\n";
    let check = |bytes: Vec<u8>, encoding: &str| {
        let reading = read_as(&bytes, "l.csv", &settings(COLUMNS));
        assert_eq!(reading.files[0].encoding.as_deref(), Some(encoding));
        assert_eq!(reading.records.len(), 2, "{encoding}: {:?}", reading.faults.lines(9, false));
    };
    check(text.as_bytes().to_vec(), "UTF-8");
    check([b"\xEF\xBB\xBF", text.as_bytes()].concat(), "UTF-8");
    check(encoding_rs::WINDOWS_1251.encode(text).0.into_owned(), "windows-1251");
    let utf16: Vec<u8> = std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    check(utf16, "UTF-16LE");
    let unmarked: Vec<u8> =
        "id,name,born,sex,age\n1,Ana,1970,F,1\n2,Doru,1970,M,2\n".encode_utf16().flat_map(u16::to_be_bytes).collect();
    check(unmarked, "UTF-16BE");
}

#[test]
fn a_wrong_encoding_is_named_by_row() {
    let wrong = settings(&format!("{COLUMNS}[lists.l]\nencoding = 'utf-8'\n"));
    let bytes = [HEADER.as_bytes(), b"1,\xC0\xED\xED\xE0,1970,F,3\n2,Ana,1970,F,3\n"].concat();
    let reading = read_as(&bytes, "l.csv", &wrong);
    assert_eq!(reading.records.len(), 2);
    assert!(
        reading.faults.lines(9, false)[0]
            .starts_with("value left out: l.csv, row 2, column `name`: holds bytes that are no letters")
    );
    let unknown = settings(&format!("{COLUMNS}[lists.l]\nencoding = 'klingon'\n"));
    assert!(read_as(&bytes, "l.csv", &unknown).faults.lines(9, false)[0].contains("there is no encoding `klingon`"));
}

#[test]
fn separators_are_recognised_and_quotes_respected() {
    for separator in [",", ";", "\t", "|"] {
        let text = format!("{HEADER}1,\"Mirel, Ana\nSofia\",1970,F,30\n").replace(',', separator);
        let text = text.replace(&format!("Mirel{separator}"), "Mirel,");
        let reading = read_as(text.as_bytes(), "l.csv", &settings(COLUMNS));
        assert_eq!((reading.records.len(), reading.faults.is_empty()), (1, true), "{separator:?}");
    }
}

#[test]
fn the_column_settles_the_order_of_day_and_month() {
    let orders = |rows: &str| faults(&with_header(rows)).len();
    assert_eq!(orders("1,Ana,03/05/1970,F,3\n2,Doru,25/05/1970,M,3\n"), 0);
    assert_eq!(orders("1,Ana,03/05/1970,F,3\n2,Doru,04/05/1970,M,3\n"), 2);
}

#[test]
fn a_habit_of_new_years_days_is_noted() {
    let rows: String = (0..40).map(|i| format!("{i},Ana,19{}-01-01,F,3\n", 50 + i)).collect();
    check(&with_header(&rows), 40, &["note: l.csv, column `born`: 100 % of the dates are on 1 January"]);
}

#[test]
fn a_column_that_says_nothing_is_noted() {
    check(
        &with_header("1,Ana,1970,F,unknown\n2,Doru,1970,F,n/a\n"),
        2,
        &["note: l.csv, column `age`: no row has anything that could be read as `age`"],
    );
}

#[test]
fn one_file_may_hold_several_lists() {
    let settings = settings("[columns]\nid = 'record'\nname = 'name'\nfrom = 'list'\n");
    let reading = read_as(b"id,name,from\n1,Ana,north\n1,Ana,south\n2,Doru,north\n1,Mara,north\n", "l.csv", &settings);
    let lists: Vec<(&str, u64)> = reading.lists.iter().map(|l| (l.id.as_str(), l.records)).collect();
    assert_eq!(lists, [("north", 2), ("south", 1)]);
    assert_eq!(reading.faults.count(Severity::RowLeftOut), 1, "the same identifier twice on one list");
}

#[test]
fn a_quotation_mark_that_is_never_closed_is_an_error() {
    let mut text = String::from(HEADER);
    for i in 0..100 {
        let name = if i == 10 { "\"Ana" } else { "Ana" };
        text += &format!("{i},{name},1970,F,30\n");
    }
    let found = faults(text.as_bytes());
    assert!(found[0].starts_with("error: l.csv, row 12: a quotation mark opened here was not closed"), "{found:?}");
}

#[test]
fn a_file_without_header_does_not_show_its_first_person() {
    let reading = read_as(b"1,Ana Mirel,1970-02-03,F,30\n2,Doru Vass,1971,M,3\n", "l.csv", &settings(COLUMNS));
    assert!(reading.faults.iter().all(|f| !f.line(false).contains("Mirel") && f.line(true).contains("Mirel")));
}

#[test]
fn parts_of_a_birth_are_kept_as_far_as_they_go() {
    let list = settings("[columns]\ny = 'birth.year'\nm = 'birth.month'\nd = 'birth.day'\n");
    let list = list.for_file(Path::new("l.csv")).unwrap();
    let check = |row: &str, born: Option<&str>, expected: &[&str]| {
        let (mut births, mut faults) = (Vec::new(), Faults::default());
        let mut emit = |_: Option<&str>, record: Record| {
            births.push(record.birth.map(|b| b.to_string()));
            None
        };
        let mut sink = Records::new("l.csv", &list, HashMap::new(), &mut emit);
        table::read(format!("y,m,d\n{row}\n").as_bytes(), "l.csv", &list, &mut sink, &mut faults);
        assert_eq!(births, [born.map(str::to_string)], "{row}");
        assert_eq!(faults.iter().map(|f| f.line(false)).collect::<Vec<_>>(), expected, "{row}");
    };
    check("1970,2,3", Some("1970-02-03"), &[]);
    check(
        "1970,2,30",
        Some("1970-02"),
        &["note: l.csv, row 2, column `d`: that month has no such day; of the date of birth, year and month were kept"],
    );
    check(
        "1970,2,45",
        Some("1970-02"),
        &[
            "value left out: l.csv, row 2, column `d`: is no day of a month; year and month are kept where there are any",
        ],
    );
    check(
        "1972,13,5",
        Some("1972"),
        &["value left out: l.csv, row 2, column `m`: is no month; the year is kept where there is one"],
    );
    check("1971,0,0", Some("1971"), &[]);
    // A day without a month says nothing of the date.
    check("1971,,12", Some("1971"), &[]);
    check("67,1,1", None, &["value left out: l.csv, row 2, column `y`: is no year of four digits"]);
}

#[test]
fn dates_of_another_calendar_are_noted() {
    let found = faults(&with_header("1,Ana,1359-03-05,F,3\n2,Doru,1971,M,3\n"));
    assert!(found[0].starts_with("note: l.csv, column `born`: 1 dates lie before 1850 or after 2100"), "{found:?}");
}

#[test]
fn lists_need_names_of_their_own() {
    let settings = settings("[columns]\nname = 'name'\nfrom = 'list'\n");
    let mut reading = Reading::default();
    let list = settings.for_file(Path::new("l.csv")).unwrap();
    let every_row_a_list: String = (0..30).map(|i| format!("Ana,{i}\n")).collect();
    read_bytes(b"name,from\nAna,0\n", "one.csv", &list, &mut reading);
    read_bytes(format!("name,from\n{every_row_a_list}").as_bytes(), "two.csv", &list, &mut reading);
    let found: Vec<String> = reading.faults.iter().map(|f| f.line(false)).collect();
    assert!(found[0].starts_with("error: two.csv: another file holds a list called `0` already"), "{found:?}");
    assert!(found[1].starts_with("error: two.csv: with this file there are 31 lists, more than 24"), "{found:?}");
}

#[test]
fn a_long_list_with_one_bad_row_loses_that_row_only() {
    let mut text = String::from(HEADER);
    for i in 0..200_000 {
        text += &if i == 123_456 { "only,two\n".to_string() } else { format!("{i},Ana Mirel,1970,F,30\n") };
    }
    let reading = read_as(text.as_bytes(), "l.csv", &settings(COLUMNS));
    assert_eq!(reading.records.len(), 199_999);
    assert_eq!(reading.faults.lines(9, false).len(), 1);
    assert!(reading.faults.lines(9, false)[0].contains("row 123458"));
}

#[test]
fn workbooks_and_parquet_carry_their_types() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("typed.parquet");
    write_parquet(&path);
    let settings = settings("[columns]\nid = 'record'\nname = 'name'\nborn = 'birth'\nage = 'age'\n");
    let reading = read(&[path], &settings, folder.path());
    assert!(reading.faults.is_empty(), "{:?}", reading.faults.lines(9, true));
    let filled: Vec<u64> = reading.files[0].columns.iter().map(|c| c.filled).collect();
    assert_eq!(filled, [2, 2, 1, 2]);
    assert_eq!(reading.records.id_of(0).as_str(), "9007199254740993", "whole numbers are kept to the last digit");
}

fn write_parquet(path: &Path) {
    use arrow_array::{ArrayRef, Date32Array, Float64Array, Int64Array, RecordBatch, StringArray};
    use std::sync::Arc;
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("id", Arc::new(Int64Array::from(vec![9_007_199_254_740_993, 9_007_199_254_740_992]))),
        ("name", Arc::new(StringArray::from(vec!["Ana", "Doru"]))),
        ("born", Arc::new(Date32Array::from(vec![Some(60), None]))),
        ("age", Arc::new(Float64Array::from(vec![30.0, 41.0]))),
    ];
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let mut writer =
        ::parquet::arrow::ArrowWriter::try_new(std::fs::File::create(path).unwrap(), batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
}

/// The committed example is what its generator makes.
#[test]
fn the_example_is_its_generators() {
    let made = example::generate(example::SEED).unwrap();
    assert_eq!(crate::demo::POPULATION, example::POPULATION as u64);
    for (name, bytes) in crate::demo::LISTS.into_iter().chain([("truth.csv", crate::demo::TRUTH)]) {
        let again = &made.iter().find(|(n, _)| *n == name).unwrap().1;
        assert!(again == bytes, "{name} differs; write it anew with `cargo xtask example`");
    }
}

#[test]
fn the_example_reads_without_a_fault() {
    let (_, reading, truth) = crate::demo::read().unwrap();
    assert!(reading.faults.is_empty(), "{:?}", reading.faults.lines(9, false));
    assert_eq!((reading.lists.len(), reading.records.len()), (4, truth.persons.len()));
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        read_as(&bytes, "l.csv", &settings(COLUMNS));
    }

    #[test]
    fn bytes_behind_the_signs_of_a_format_are_read_or_refused(
        sign in prop_oneof![Just(&b"PAR1"[..]), Just(&b"PK\x03\x04"[..]), Just(&b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"[..])],
        bytes in proptest::collection::vec(any::<u8>(), 0..300),
    ) {
        let whole = [sign, &bytes, if sign == b"PAR1" { sign } else { b"" }].concat();
        read_as(&whole, "l.csv", &settings(COLUMNS));
    }

    #[test]
    fn a_damaged_workbook_is_read_or_refused(at in 0usize..31_000, byte in any::<u8>(), cut in any::<bool>()) {
        let (settings, _) = Settings::parse(crate::demo::SETTINGS, "s.toml");
        let mut bytes = crate::demo::LISTS[3].1.to_vec();
        let at = at % bytes.len();
        bytes[at] = byte;
        if cut {
            bytes.truncate(at);
        }
        read_as(&bytes, "press.xlsx", &settings);
    }

    #[test]
    fn near_lists_are_read_or_refused(text in "(id|name|born|sex|age|,|;|\t|\"|\n|1970|Ana|F){0,60}") {
        read_as(format!("{HEADER}{text}").as_bytes(), "l.csv", &settings(COLUMNS));
    }
}
