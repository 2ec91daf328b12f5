//! Which record does a row make, given what its columns mean?

use super::date::{self, OrderEvidence, ReadDate};
use super::table::{Cell, Sink};
use super::value;
use crate::fault::{Fault, Faults, Severity};
use crate::settings::{DateOrder, ListSettings};
use factum_model::{Edtf, Feature, Name, Record, RecordId};
use std::collections::{BTreeMap, HashMap, HashSet};

/// Where a mapped column stands in the file.
#[derive(Clone, Debug)]
pub(super) struct Located {
    pub(super) at: usize,
    column: String,
    pub(super) feature: Feature,
}

/// Finds the mapped columns in a header, or says which are missing.
pub(super) fn locate(
    header: &[String],
    file: &str,
    settings: &ListSettings,
    faults: &mut Faults,
) -> Option<Vec<Located>> {
    let mut found = Vec::new();
    let mut complete = true;
    let there: Vec<String> = header.iter().map(|h| format!("`{h}`")).collect();
    // The first row is shown only if it is a header: without one, it is a person.
    let is_header = settings.columns.iter().any(|m| header.contains(&m.column));
    let hint = match is_header {
        true => format!("the header has {}", there.join(", ")),
        false => "none of the mapped columns is there; is the first row a header?".to_string(),
    };
    for mapped in &settings.columns {
        let exact: Vec<usize> = (0..header.len()).filter(|&i| header[i] == mapped.column).collect();
        let folded = |text: &str| text.trim_start_matches('\u{FEFF}').trim().to_lowercase();
        let loose = || (0..header.len()).filter(|&i| folded(&header[i]) == folded(&mapped.column)).collect::<Vec<_>>();
        let places = if exact.is_empty() { loose() } else { exact };
        match places.as_slice() {
            [at] => found.push(Located { at: *at, column: header[*at].clone(), feature: mapped.feature }),
            [] => {
                complete = false;
                let fault = Fault::new(Severity::Error, file, format!("there is no column `{}`", mapped.column));
                faults.push(fault.at_row(1).hint(&hint).value(there.join(", ")));
            }
            _ => {
                complete = false;
                let fault = Fault::new(
                    Severity::Error,
                    file,
                    format!("{} columns are called `{}`", places.len(), mapped.column),
                );
                faults.push(fault.at_row(1).hint("give each column its own name"));
            }
        }
    }
    complete.then_some(found)
}

fn is_date(feature: Feature) -> bool {
    matches!(feature, Feature::Birth | Feature::EventDate)
}

/// Looks at the dates of a file before it is read in earnest: which way round are day and month?
#[derive(Default)]
pub(crate) struct DateOrders<'s> {
    pub settings: Option<&'s ListSettings>,
    columns: Vec<(usize, Feature)>,
    /// The dates seen, and what they tell.
    evidence: HashMap<Feature, (HashSet<String>, OrderEvidence)>,
}

impl<'s> DateOrders<'s> {
    pub(crate) fn new(settings: &'s ListSettings) -> Self {
        Self { settings: Some(settings), ..Self::default() }
    }

    /// Whether the file has to be looked at at all.
    pub(crate) fn needed(settings: &ListSettings) -> bool {
        settings.date_order.is_none() && settings.columns.iter().any(|m| is_date(m.feature))
    }

    pub(crate) fn found(&self) -> HashMap<Feature, DateOrder> {
        self.evidence.iter().filter_map(|(f, (_, e))| Some((*f, e.order()?))).collect()
    }
}

impl Sink for DateOrders<'_> {
    fn header(&mut self, names: &[String], _: &mut Faults) -> bool {
        let mut unheard = Faults::default();
        let located = self.settings.and_then(|s| locate(names, "", s, &mut unheard)).unwrap_or_default();
        self.columns = located.iter().filter(|l| is_date(l.feature)).map(|l| (l.at, l.feature)).collect();
        !self.columns.is_empty()
    }

    fn wants(&self, column: usize) -> bool {
        self.columns.iter().any(|(at, _)| *at == column)
    }

    fn row(&mut self, _: u32, cells: &[Cell<'_>], _: &mut Faults) {
        for (at, feature) in &self.columns {
            // Whether any date tells is all that counts, so that each is looked at once.
            if let Cell::Text(text) = &cells[*at] {
                let (seen, evidence) = self.evidence.entry(*feature).or_default();
                if !seen.contains(&**text) {
                    seen.insert(text.to_string());
                    evidence.see(text);
                }
            }
        }
    }
}

/// How a column was filled.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct ColumnUse {
    /// The column.
    pub column: String,
    /// What it holds.
    pub feature: Feature,
    /// Rows in which it says something that could be read.
    pub filled: u64,
    /// Rows in which it says something that could not be read.
    pub unread: u64,
}

/// Makes records of rows and hands them on with the name of their list, where a column names it; who takes them says why
/// they do not enter, if they do not.
pub(crate) struct Records<'a> {
    file: &'a str,
    settings: &'a ListSettings,
    orders: HashMap<Feature, DateOrder>,
    located: Vec<Located>,
    pub columns: Vec<ColumnUse>,
    pub rows: u64,
    /// Rows that could be read.
    readable: u64,
    /// Rows that entered.
    pub records: u64,
    new_years: BTreeMap<Feature, (u64, u64)>,
    /// Dates before 1850 or after 2100, by feature.
    implausible: BTreeMap<Feature, u64>,
    /// Dates read before, as written; those that left a doubt are read again, so that it is told for each row.
    dates: HashMap<Feature, HashMap<String, Edtf>>,
    ids: HashSet<(String, String)>,
    emit: &'a mut dyn FnMut(Option<&str>, Record) -> Option<Fault>,
}

impl<'a> Records<'a> {
    pub(crate) fn new(
        file: &'a str,
        settings: &'a ListSettings,
        orders: HashMap<Feature, DateOrder>,
        emit: &'a mut dyn FnMut(Option<&str>, Record) -> Option<Fault>,
    ) -> Self {
        Self {
            file,
            settings,
            orders,
            located: Vec::new(),
            columns: Vec::new(),
            rows: 0,
            readable: 0,
            records: 0,
            new_years: BTreeMap::new(),
            implausible: BTreeMap::new(),
            dates: HashMap::new(),
            ids: HashSet::new(),
            emit,
        }
    }

    /// Says what shows only when all rows have been seen.
    pub(crate) fn finish(&self, faults: &mut Faults) {
        for column in self.columns.iter().filter(|c| c.filled == 0 && self.rows > 0) {
            let what = format!("no row has anything that could be read as `{}`", column.feature.key());
            let fault = Fault::new(Severity::Note, self.file, what).in_column(&column.column);
            faults.push(fault.hint("check that the right column is mapped and how its values are written"));
        }
        for (feature, count) in &self.implausible {
            let what = format!("{count} dates lie before 1850 or after 2100");
            let hint = "they may be slips, or of another calendar; write dates of the Gregorian calendar";
            faults.push(Fault::new(Severity::Note, self.file, what).in_column(self.column_of(*feature)).hint(hint));
        }
        for (feature, (new_years, days)) in &self.new_years {
            // Every 365th date falls on 1 January; twenty times as many is a habit of writing.
            if *new_years >= 10 && new_years * 365 > days * 20 {
                let share = 100.0 * *new_years as f64 / *days as f64;
                let what = format!("{share:.0} % of the dates are on 1 January");
                let hint = "where that means that only the year is known, write the year alone";
                faults.push(Fault::new(Severity::Note, self.file, what).in_column(self.column_of(*feature)).hint(hint));
            }
        }
        if self.rows > 0 && self.readable == 0 {
            faults.push(Fault::new(Severity::Error, self.file, "no row could be read"));
        }
    }

    fn column_of(&self, feature: Feature) -> &str {
        self.columns.iter().find(|c| c.feature == feature).map_or("", |c| c.column.as_str())
    }

    fn left_out(&self, number: u32, column: &str, what: impl Into<String>, value: &str) -> Fault {
        Fault::new(Severity::ValueLeftOut, self.file, what).at_row(number).in_column(column).value(value)
    }

    fn date(&mut self, located: &Located, number: u32, cell: &Cell<'_>, faults: &mut Faults) -> Option<Edtf> {
        let read = match cell {
            Cell::Date(date) => Ok(ReadDate::Known(*date)),
            cell => {
                let text = cell.text();
                let before = self.dates.entry(located.feature).or_default();
                match before.get(&*text) {
                    Some(date) => Ok(ReadDate::Known(*date)),
                    None => {
                        let order = self.settings.date_order.or_else(|| self.orders.get(&located.feature).copied());
                        let read = date::read(&text, order);
                        if let Ok(ReadDate::Known(date)) = read {
                            before.insert(text.to_string(), date);
                        }
                        read.map_err(|fault| (fault, text.into_owned()))
                    }
                }
            }
        };
        match read {
            Ok(ReadDate::Known(date)) => {
                self.look_at(located.feature, date);
                Some(date)
            }
            Ok(ReadDate::YearOnly(date)) => {
                let what = "day and month cannot be told apart; only the year was kept";
                let fault = Fault::new(Severity::Note, self.file, what).at_row(number).in_column(&located.column);
                faults.push(fault.value(cell.text()).hint("set date_order = \"dmy\" or \"mdy\" for this list"));
                Some(date)
            }
            Err((fault, text)) => {
                faults.push(self.left_out(number, &located.column, fault.to_string(), &text));
                None
            }
        }
    }

    /// Counts what a column of dates shows only as a whole.
    fn look_at(&mut self, feature: Feature, date: Edtf) {
        let outside = |day: factum_model::edtf::Day| !(1850..=2100).contains(&day.ymd().0);
        if date.earliest().is_some_and(outside) || date.latest().is_some_and(outside) {
            *self.implausible.entry(feature).or_default() += 1;
        }
        if let (Some(first), Some(last)) = (date.earliest(), date.latest())
            && first == last
        {
            let counts = self.new_years.entry(feature).or_default();
            counts.1 += 1;
            let (_, month, day) = first.ymd();
            counts.0 += u64::from(month == 1 && day == 1);
        }
    }

    /// Puts one value into the record; returns whether it could be read.
    fn put(&mut self, row: &mut Row, located: &Located, number: u32, cell: &Cell<'_>, faults: &mut Faults) -> bool {
        let text = cell.text();
        let owned = || Some(text.to_string());
        let record = &mut row.record;
        match located.feature {
            Feature::Record => row.id = owned(),
            Feature::List => row.list = owned(),
            Feature::FullName => row.name.full = owned(),
            Feature::GivenName => row.name.given = owned(),
            Feature::MiddleName => row.name.middle = owned(),
            Feature::FamilyName => row.name.family = owned(),
            Feature::OtherName => {
                let others = text.split([';', '؛', '|']).map(str::trim).filter(|n| !n.is_empty());
                row.others.extend(others.map(|n| Name { full: Some(n.to_string()), ..Name::default() }));
            }
            Feature::EventType => record.event_type = owned(),
            Feature::EventPlace => record.event_place.place = owned(),
            Feature::EventRegion => record.event_place.region = owned(),
            Feature::ResidencePlace => record.residence.place = owned(),
            Feature::ResidenceRegion => record.residence.region = owned(),
            Feature::Address => record.address = owned(),
            Feature::Ethnicity => record.ethnicity = owned(),
            Feature::Occupation => record.occupation = owned(),
            Feature::Number => record.numbers.push(text.to_string()),
            Feature::Birth => record.birth = self.date(located, number, cell, faults),
            Feature::EventDate => record.event_date = self.date(located, number, cell, faults),
            Feature::Sex => {
                record.sex = value::sex(&text);
                if record.sex.is_none() {
                    let hint = "write female, male or other, or leave it empty";
                    faults
                        .push(self.left_out(number, &located.column, "is no sex that is known here", &text).hint(hint));
                }
                return record.sex.is_some();
            }
            Feature::Age => {
                record.age = value::age(&text);
                if record.age.is_none() {
                    let hint = "write 34, 30-40, about 40 or 40s";
                    faults.push(self.left_out(number, &located.column, "is no age", &text).hint(hint));
                }
                return record.age.is_some();
            }
            Feature::Count => {
                record.count = value::count(&text);
                if record.count.is_none() {
                    let fault = self.left_out(number, &located.column, "is no number of people", &text);
                    faults.push(fault.hint("write a whole number from 1 on"));
                }
                return record.count.is_some();
            }
            Feature::BirthYear | Feature::BirthMonth | Feature::BirthDay => {
                let digits = date::ascii_digits(&text);
                let number_of = digits.strip_suffix(".0").unwrap_or(&digits).parse::<u16>().ok();
                let (part, range, what) = match located.feature {
                    Feature::BirthYear => (&mut row.birth.0, 1000..=9999, "is no year of four digits"),
                    Feature::BirthMonth => {
                        (&mut row.birth.1, 1..=12, "is no month; the year is kept where there is one")
                    }
                    _ => {
                        (&mut row.birth.2, 1..=31, "is no day of a month; year and month are kept where there are any")
                    }
                };
                match number_of {
                    // Zero is a way of writing that it is not known.
                    Some(0) => return false,
                    Some(n) if range.contains(&n) => *part = Some(n),
                    _ => {
                        faults.push(self.left_out(number, &located.column, what, &text));
                        return false;
                    }
                }
            }
        }
        match located.feature {
            Feature::Birth => row.record.birth.is_some(),
            Feature::EventDate => row.record.event_date.is_some(),
            _ => true,
        }
    }
}

/// A record in the making.
struct Row {
    record: Record,
    id: Option<String>,
    list: Option<String>,
    name: Name,
    others: Vec<Name>,
    birth: (Option<u16>, Option<u16>, Option<u16>),
}

impl Sink for Records<'_> {
    fn header(&mut self, names: &[String], faults: &mut Faults) -> bool {
        let Some(located) = locate(names, self.file, self.settings, faults) else { return false };
        let unused = |l: &Located| ColumnUse { column: l.column.clone(), feature: l.feature, filled: 0, unread: 0 };
        self.columns = located.iter().map(unused).collect();
        self.located = located;
        true
    }

    fn wants(&self, column: usize) -> bool {
        self.located.iter().any(|l| l.at == column)
    }

    fn row(&mut self, number: u32, cells: &[Cell<'_>], faults: &mut Faults) {
        self.rows += 1;
        let mut row = Row {
            record: Record::new(RecordId::new(number.to_string()), number),
            id: None,
            list: None,
            name: Name::default(),
            others: Vec::new(),
            birth: (None, None, None),
        };
        let mut says_something = false;
        let located = std::mem::take(&mut self.located);
        for (i, column) in located.iter().enumerate() {
            let cell = &cells[column.at];
            // "NA" may be a name or an identifier; elsewhere it says that nothing is known.
            let as_written = matches!(
                column.feature,
                Feature::FullName
                    | Feature::GivenName
                    | Feature::MiddleName
                    | Feature::FamilyName
                    | Feature::Record
                    | Feature::List
            );
            if let Cell::Unread(kind) = cell {
                self.columns[i].unread += 1;
                faults.push(self.left_out(number, &column.column, format!("cannot be read: {kind}"), ""));
                continue;
            }
            let text = cell.text();
            if !text.is_empty() && text.contains('\u{FFFD}') {
                let hint = "set encoding = \"…\" for this list";
                let what = "holds bytes that are no letters in this encoding";
                self.columns[i].unread += 1;
                faults.push(self.left_out(number, &column.column, what, "").hint(hint));
                continue;
            }
            if text.is_empty() || (!as_written && value::is_nothing(&text)) {
                continue;
            }
            let left_out = faults.count(Severity::ValueLeftOut);
            if self.put(&mut row, column, number, cell, faults) {
                self.columns[i].filled += 1;
                says_something |= !matches!(column.feature, Feature::Record | Feature::List);
            } else {
                // A zero in a part of a date of birth says that nothing is known; that is no fault.
                self.columns[i].unread += u64::from(faults.count(Severity::ValueLeftOut) > left_out);
            }
        }
        self.located = located;
        if let (Some(year), month, day) = row.birth
            && row.record.birth.is_none()
        {
            let part = |n: Option<u16>| n.and_then(|n| u8::try_from(n).ok());
            let whole = Edtf::date(year, part(month), part(month).and(part(day)));
            if whole.is_none() {
                let what = "that month has no such day; of the date of birth, year and month were kept";
                let fault = Fault::new(Severity::Note, self.file, what).at_row(number);
                faults.push(fault.in_column(self.column_of(Feature::BirthDay)));
            }
            row.record.birth = whole.or_else(|| Edtf::date(year, part(month), None));
        }
        if !row.name.is_empty() {
            row.record.names.push(row.name);
        }
        row.record.names.extend(row.others);
        let fault = |what: &str| Fault::new(Severity::RowLeftOut, self.file, what).at_row(number);
        if !says_something {
            faults.push(fault("says nothing in any mapped column"));
            return;
        }
        let names_its_records = self.columns.iter().any(|c| c.feature == Feature::Record);
        match row.id {
            Some(id) => {
                if !self.ids.insert((row.list.clone().unwrap_or_default(), id.clone())) {
                    let hint = "each record needs its own identifier; if two rows are one record, keep one";
                    faults.push(fault("repeats the record identifier of an earlier row").value(id).hint(hint));
                    return;
                }
                row.record.id = RecordId::new(id);
            }
            None if names_its_records => {
                faults.push(fault("has no record identifier").hint("give it one, or map no column to `record`"));
                return;
            }
            None => {}
        }
        self.readable += 1;
        match (self.emit)(row.list.as_deref(), row.record) {
            Some(set_aside) => faults.push(set_aside),
            None => self.records += 1,
        }
    }
}
