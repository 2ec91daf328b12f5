//! Which persons do the lists hold, and who is on which?
//!
//! Between linking and estimating lies a table of persons: list, record, person. It can be written by the linkage, or by
//! hand. Counting it by capture history gives what estimation starts from.

use crate::counting::Columns;
use crate::fault::{Fault, Faults, Severity};
use crate::lists;
use factum_link::RecordSet;
use factum_model::{CaptureTable, History, ListId};
use std::collections::{BTreeMap, HashMap};

/// The capture histories of linked records, over the lists that count. Units are persons, or persons in their events, numbered
/// from 0.
pub fn capture_table(
    set: &RecordSet,
    units: &[u32],
    columns: &Columns,
) -> Result<CaptureTable, factum_model::capture::CaptureError> {
    let mut histories = vec![0u32; units.iter().max().map_or(0, |last| *last as usize + 1)];
    for (record, unit) in units.iter().enumerate() {
        histories[*unit as usize] |= 1 << columns.of[set.list_of(record as u32)];
    }
    // Units are as many as persons, histories few.
    let mut counts: BTreeMap<u32, u64> = BTreeMap::new();
    let has_records = |history: &u32| *history != 0;
    histories.into_iter().filter(has_records).for_each(|history| *counts.entry(history).or_default() += 1);
    CaptureTable::from_counts(columns.lists.clone(), &counts.into_iter().collect::<Vec<_>>())
}

/// The records of each person, in one piece of memory: lists can have millions of persons.
pub(crate) struct Members {
    /// Where the records of each person begin, and the end of the last.
    starts: Vec<u32>,
    records: Vec<u32>,
}

impl Members {
    /// Persons are numbered from 0 without gaps.
    pub(crate) fn new(persons: &[u32]) -> Self {
        let count = persons.iter().max().map_or(0, |most| *most as usize + 1);
        let mut starts = vec![0u32; count + 1];
        persons.iter().for_each(|p| starts[*p as usize + 1] += 1);
        (0..count).for_each(|p| starts[p + 1] += starts[p]);
        let mut next = starts.clone();
        let mut records = vec![0; persons.len()];
        for (record, person) in persons.iter().enumerate() {
            records[next[*person as usize] as usize] = record as u32;
            next[*person as usize] += 1;
        }
        Self { starts, records }
    }

    /// How many persons there are.
    pub(crate) fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// The records of a person, in their order.
    pub(crate) fn of(&self, person: usize) -> &[u32] {
        &self.records[self.starts[person] as usize..self.starts[person + 1] as usize]
    }

    /// The records of every person, in the order of the persons.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &[u32]> {
        (0..self.len()).map(|person| self.of(person))
    }
}

/// `persons.csv`: one row a record. Where events are counted, a fourth column tells the events of a person apart.
pub fn persons_csv(set: &RecordSet, persons: &[u32], names: &[String], units: Option<&[u32]>) -> Vec<u8> {
    let lists: Vec<&ListId> = set.lists().collect();
    let mut events: HashMap<u32, Vec<u32>> = HashMap::new();
    let width = 3 + usize::from(units.is_some());
    let mut writer = csv::Writer::from_writer(Vec::new());
    let mut write = |row: [&str; 4]| writer.write_record(&row[..width]).expect("memory takes every row of equal width");
    write(["list", "record", "person", "unit"]);
    for r in 0..set.len() as u32 {
        let person = persons[r as usize];
        let name = &names[person as usize];
        let unit = units.map(|units| {
            let seen = events.entry(person).or_default();
            let unit = units[r as usize];
            let at = seen.iter().position(|u| *u == unit).unwrap_or_else(|| {
                seen.push(unit);
                seen.len() - 1
            });
            format!("{name}#{}", at + 1)
        });
        write([lists[set.list_of(r)].as_str(), set.id_of(r).as_str(), name, unit.as_deref().unwrap_or_default()]);
    }
    writer.into_inner().expect("memory can be flushed")
}

/// `counts.csv`: a 0/1 column for each list, and the number of persons with that history.
pub fn counts_csv(table: &CaptureTable) -> Vec<u8> {
    let lists = table.lists().iter().map(ListId::to_string);
    let rows = table.iter().map(|(history, count)| {
        let flags = (0..table.lists().len()).map(|i| u8::from(history.contains(i)).to_string());
        flags.chain([count.to_string()]).collect()
    });
    csv_of(std::iter::once(lists.chain(["count".into()]).collect()).chain(rows))
}

/// `draws.csv`: the capture histories of each draw of the persons, one row a draw and history. Whatever is estimated from
/// `counts.csv` can be estimated from each draw, and so carries the doubt of the linkage.
pub fn draws_csv(table: &CaptureTable, drawn: &[CaptureTable]) -> Vec<u8> {
    let lists = table.lists().iter().map(ListId::to_string);
    let header = std::iter::once("draw".to_string()).chain(lists).chain(["count".into()]).collect();
    let rows = drawn.iter().enumerate().flat_map(|(draw, table)| {
        table.iter().map(move |(history, count)| {
            let flags = (0..table.lists().len()).map(|i| u8::from(history.contains(i)).to_string());
            std::iter::once((draw + 1).to_string()).chain(flags).chain([count.to_string()]).collect()
        })
    });
    csv_of(std::iter::once(header).chain(rows))
}

pub(crate) fn csv_of(rows: impl Iterator<Item = Vec<String>>) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        writer.write_record(&row).expect("memory takes every row of equal width");
    }
    writer.into_inner().expect("memory can be flushed")
}

/// Reads a capture-history table, or a table of persons and counts it. All faults at once; a table with an error must not
/// be used.
pub fn read_counts(bytes: &[u8], file: &str) -> (Option<CaptureTable>, Faults) {
    let mut faults = Faults::default();
    let (header, rows) = lists::read_table(bytes, file, &mut faults);
    // Where events are counted, the unit is finer than the person.
    let column = |name: &str| header.iter().position(|h| h.eq_ignore_ascii_case(name));
    let table = match column("person").map(|person| column("unit").unwrap_or(person)) {
        _ if header.is_empty() => None,
        Some(person) => from_persons(&header, person, &rows, file, &mut faults),
        None => from_histories(&header, &rows, file, &mut faults),
    };
    // A row left out of a list is a row less; a row left out of a count is a wrong number.
    let spoiled = faults.count(Severity::RowLeftOut) > 0;
    if spoiled && !faults.has_errors() {
        faults.push(
            Fault::new(Severity::Error, file, "rows could not be read, so nothing was estimated").hint("mend them"),
        );
    }
    (table.filter(|_| !faults.has_errors()), faults)
}

/// The same table with its lists in this order; absent when they are other lists. Tables of persons name their lists in the
/// order in which they first occur, which differs from one region to the next.
pub fn reordered(table: &CaptureTable, lists: &[ListId]) -> Option<CaptureTable> {
    let place = |list: &ListId| lists.iter().position(|l| l == list);
    let places: Vec<usize> = table.lists().iter().map(place).collect::<Option<_>>()?;
    if places.len() != lists.len() {
        return None;
    }
    let mut ordered = CaptureTable::new(lists.to_vec()).ok()?;
    for (history, count) in table.iter() {
        let bits = places.iter().enumerate().filter(|(at, _)| history.contains(*at)).map(|(_, place)| 1 << place).sum();
        ordered.add(History(bits), count).ok()?;
    }
    Some(ordered)
}

type Rows = [(u32, Vec<String>)];

fn from_persons(
    header: &[String],
    person: usize,
    rows: &Rows,
    file: &str,
    faults: &mut Faults,
) -> Option<CaptureTable> {
    let Some(list) = header.iter().position(|h| h.eq_ignore_ascii_case("list")) else {
        let fault = Fault::new(Severity::Error, file, "there is a column `person` but no column `list`").at_row(1);
        faults.push(fault.hint("a table of persons has the columns list, record, person"));
        return None;
    };
    let mut lists: Vec<ListId> = Vec::new();
    let mut histories: HashMap<&str, u32> = HashMap::new();
    for (number, row) in rows {
        if row[list].is_empty() || row[person].is_empty() {
            faults.push(Fault::new(Severity::Error, file, "names no list or no person").at_row(*number));
            continue;
        }
        let id = ListId::new(&row[list]);
        let at = lists.iter().position(|l| *l == id).unwrap_or_else(|| {
            lists.push(id);
            lists.len() - 1
        });
        if at >= factum_model::capture::MAX_LISTS {
            faults.push(Fault::new(Severity::Error, file, "there are too many lists").at_row(*number));
            return None;
        }
        *histories.entry(&row[person]).or_default() |= 1 << at;
    }
    let mut table = capture_table_of(lists, file, faults)?;
    for history in histories.into_values() {
        add(&mut table, history, 1, None, file, faults);
    }
    Some(table)
}

pub(crate) fn from_histories(header: &[String], rows: &Rows, file: &str, faults: &mut Faults) -> Option<CaptureTable> {
    let Some(count) = header.iter().position(|h| h.eq_ignore_ascii_case("count")) else {
        let fault = Fault::new(Severity::Error, file, "there is no column `count` and no column `person`").at_row(1);
        faults.push(fault.hint("a table of capture histories has one 0/1 column for each list, and `count`"));
        return None;
    };
    let columns: Vec<usize> = (0..header.len()).filter(|&i| i != count).collect();
    let mut table = capture_table_of(columns.iter().map(|&i| ListId::new(&header[i])).collect(), file, faults)?;
    for (number, row) in rows {
        let fault = |what: &str, column: usize| {
            Fault::new(Severity::Error, file, what).at_row(*number).in_column(&header[column]).value(&row[column])
        };
        let mut history = 0;
        let mut readable = true;
        for (bit, &column) in columns.iter().enumerate() {
            match row[column].as_str() {
                "1" | "TRUE" | "true" => history |= 1 << bit,
                "0" | "FALSE" | "false" => {}
                _ => {
                    readable = false;
                    faults.push(
                        fault("is neither 0 nor 1", column).hint("1: the list recorded these people, 0: it did not"),
                    );
                }
            }
        }
        match row[count].strip_suffix(".0").unwrap_or(&row[count]).parse::<u64>() {
            Ok(0) if history == 0 => {}
            Ok(n) if readable => add(&mut table, history, n, Some(*number), file, faults),
            Ok(_) => {}
            Err(_) => {
                let what = match row[count].parse::<f64>() {
                    Ok(n) if n < 0.0 => "the count is negative",
                    Ok(n) if n.fract() != 0.0 => "the count is a fraction",
                    _ => "the count is no whole number",
                };
                faults.push(fault(what, count).hint("counts are whole numbers of persons"));
            }
        }
    }
    Some(table)
}

fn capture_table_of(lists: Vec<ListId>, file: &str, faults: &mut Faults) -> Option<CaptureTable> {
    CaptureTable::new(lists).map_err(|e| faults.push(Fault::new(Severity::Error, file, e.to_string()))).ok()
}

fn add(table: &mut CaptureTable, history: u32, count: u64, row: Option<u32>, file: &str, faults: &mut Faults) {
    if let Err(error) = table.add(History(history), count) {
        let fault = Fault::new(Severity::Error, file, error.to_string());
        faults.push(match row {
            Some(row) => fault.at_row(row),
            None => fault,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn faults(text: &str) -> Vec<String> {
        read_counts(text.as_bytes(), "c.csv").1.iter().map(|f| f.line(false)).collect()
    }

    #[test]
    fn reads_histories_and_persons_alike() {
        let (histories, _) = read_counts(b"a,b,count\n1,1,2\n1,0,1\n0,1,1\n", "c.csv");
        let persons = b"list,record,person\na,1,P1\nb,1,P1\na,2,P2\nb,2,P2\na,3,P3\nb,3,P4\na,4,P3\n";
        assert_eq!(histories, read_counts(persons, "p.csv").0);
        let table = histories.unwrap();
        assert_eq!(read_counts(&counts_csv(&table), "again.csv").0, Some(table));
        let (events, _) = read_counts(b"list,record,person,unit\na,1,P,P#1\nb,1,P,P#1\na,2,P,P#2\n", "p.csv");
        assert_eq!(events.unwrap().observed(), 2);
    }

    #[test]
    fn lists_are_put_into_the_order_of_another_table() {
        let read = |text: &str| read_counts(text.as_bytes(), "c.csv").0.unwrap();
        let (one, other) = (read("a,b,count\n1,1,2\n1,0,1\n0,1,5\n"), read("b,a,count\n1,1,2\n0,1,1\n1,0,5\n"));
        assert_eq!(reordered(&other, one.lists()), Some(one.clone()));
        for text in ["a,c,count\n1,1,2\n", "a,count\n1,2\n", "a,b,c,count\n1,1,1,2\n"] {
            assert_eq!(reordered(&read(text), one.lists()), None, "{text}");
        }
    }

    #[test]
    fn tables_of_counts_are_read_from_parquet() {
        use arrow_array::{ArrayRef, BooleanArray, Int64Array, RecordBatch};
        use std::sync::Arc;
        let written = |columns: Vec<(&str, ArrayRef)>| {
            let batch = RecordBatch::try_from_iter(columns).unwrap();
            let mut bytes = Vec::new();
            let mut writer = parquet::arrow::ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
            writer.write(&batch).unwrap();
            writer.close().unwrap();
            read_counts(&bytes, "c.parquet")
        };
        let a: ArrayRef = Arc::new(BooleanArray::from(vec![true, true, false]));
        let b: ArrayRef = Arc::new(Int64Array::from(vec![1, 0, 1]));
        let count: ArrayRef = Arc::new(Int64Array::from(vec![2, 1, 5]));
        let (table, faults) = written(vec![("a", a.clone()), ("b", b.clone()), ("count", count.clone())]);
        assert!(faults.is_empty());
        assert_eq!(table, read_counts(b"a,b,count\n1,1,2\n1,0,1\n0,1,5\n", "c.csv").0);
        let (none, faults) = written(vec![("a", a.clone()), ("b", b)]);
        assert!(none.is_none() && faults.iter().any(|f| f.line(false).contains("there is no column `count`")));
        let gaps: ArrayRef = Arc::new(Int64Array::from(vec![Some(1), None, Some(0)]));
        let (none, faults) = written(vec![("a", a), ("b", gaps), ("count", count)]);
        assert!(none.is_none() && faults.iter().any(|f| f.line(false).contains("neither 0 nor 1")));
    }

    #[test]
    fn members_are_the_records_of_each_person() {
        let members = Members::new(&[0, 1, 0, 2, 1]);
        assert_eq!(members.iter().collect::<Vec<_>>(), [&[0, 2][..], &[1, 4], &[3]]);
        assert_eq!(Members::new(&[]).len(), 0);
    }

    #[test]
    fn names_every_fault() {
        assert_eq!(
            faults("a,b,count\n1,2,5\n1,1,-3\n0,1,2.5\n0,0,7\n1,0,x\n"),
            [
                "error: c.csv, row 2, column `b`: is neither 0 nor 1 (1: the list recorded these people, 0: it did not)",
                "error: c.csv, row 3, column `count`: the count is negative (counts are whole numbers of persons)",
                "error: c.csv, row 4, column `count`: the count is a fraction (counts are whole numbers of persons)",
                "error: c.csv, row 5: a row stands for people whom no list recorded; leave it out, it is what is to be estimated",
                "error: c.csv, row 6, column `count`: the count is no whole number (counts are whole numbers of persons)",
            ]
        );
        assert!(faults("a,b\n1,1\n")[0].contains("there is no column `count`"));
        assert!(faults("")[0].contains("the file is empty"));
        assert!(faults("a,b,count\n1,1,1,1\n").iter().any(|f| f.contains("nothing was estimated")));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = read_counts(&bytes, "c.csv");
        }

        #[test]
        fn near_tables_are_read_or_refused(text in "(a|b|count|person|list|1|0|-|,|\n){0,40}") {
            let _ = read_counts(text.as_bytes(), "c.csv");
        }
    }
}
