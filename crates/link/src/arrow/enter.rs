//! How does a batch enter a set of records, a column at a time and yet as if row by row?
//!
//! Distinct values are found and read in parallel. Codes are then given in the order of the rows, so that the set is the same
//! as if the rows had been pushed one by one.

use super::columns::{self, Column};
use super::names::Names;
use super::{BatchError, ColumnFault, Entered, LeftOut, OnList, values};
use crate::RecordSet;
use crate::interned::Ids;
use crate::records::{self, Code, PlaceCodes};
use crate::request::MOST_LISTS;
use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, RecordBatch};
use factum_model::{Edtf, Feature, ListId};
use rayon::prelude::*;
use std::mem::take;
use std::sync::{Mutex, PoisonError};

impl RecordSet {
    /// Adds the rows of a batch that is on one list (its position), or whose rows say in a column which list they are on (its
    /// name). The mapping says what columns hold; columns that it does not name are not read.
    ///
    /// Columns are Utf8, LargeUtf8, Utf8View or whole numbers, plain or as dictionaries, and Date32 for dates. Null and blank
    /// values say nothing. Values are in one form: dates in EDTF, sex `f`, `m` or `other` (or as words), ages `34` or `30-40`,
    /// years, months and days in digits, several other names parted by `;`. Types of events and numbers of people are not
    /// read, because nothing is compared in them. Where no column is mapped to [`Feature::Record`], a record's identifier is its number on its list,
    /// counted from 1.
    ///
    /// The set is the same as if [`RecordSet::push`] had been given each row.
    ///
    /// # Errors
    /// When columns or lists are not as the mapping says; then no row has entered. Values that cannot be read are no error:
    /// they are counted in [`Entered::left_out`].
    pub fn push_batch<'l>(
        &mut self,
        list: impl Into<OnList<'l>>,
        batch: &RecordBatch,
        columns: &[(&str, Feature)],
    ) -> Result<Entered, BatchError> {
        let list = list.into();
        let located = self.locate(list, batch, columns).map_err(BatchError)?;
        let distinct = |l: &Located<'_>| match l.feature {
            Feature::Record => Column::default(),
            _ => Column::read(l.array),
        };
        let ids = || located.iter().find(|l| l.feature == Feature::Record).map(|l| texts(l.array));
        let (ids, read) = rayon::join(ids, || located.par_iter().map(distinct).collect::<Vec<Column>>());
        let rows = (0..batch.num_rows() as u32).collect();
        let mut batch = Batch { located, read, nothing: Column::default(), rows, left_out: Mutex::default() };
        self.enter_lists(list, ids, &mut batch)?;
        let names = Names::read(self, &batch);
        self.enter_all(names, &batch);
        let mut left_out = batch.left_out.into_inner().unwrap_or_else(PoisonError::into_inner);
        left_out.sort_by_key(|(at, _)| *at);
        let left_out = left_out.into_iter().map(|(_, left_out)| left_out).collect();
        Ok(Entered { records: batch.rows.len() as u64, left_out })
    }

    /// Gives the rows everything else. What has a dictionary of its own is a set of its own for so long, so that names enter on one
    /// thread and all else on another.
    fn enter_all(&mut self, names: Names<'_>, batch: &Batch<'_>) {
        let mut dates = RecordSet {
            spans: take(&mut self.spans),
            birth: take(&mut self.birth),
            event_date: take(&mut self.event_date),
            ..RecordSet::default()
        };
        let mut others = RecordSet {
            sex: take(&mut self.sex),
            places: take(&mut self.places),
            places_read: take(&mut self.places_read),
            event_place: take(&mut self.event_place),
            residence: take(&mut self.residence),
            texts: take(&mut self.texts),
            texts_read: take(&mut self.texts_read),
            address: take(&mut self.address),
            ethnicity: take(&mut self.ethnicity),
            occupation: take(&mut self.occupation),
            numbers: take(&mut self.numbers),
            ..RecordSet::default()
        };
        let mut written = RecordSet {
            written: take(&mut self.written),
            written_given: take(&mut self.written_given),
            written_family: take(&mut self.written_family),
            ..RecordSet::default()
        };
        let enter_others = || {
            written.enter_written(batch);
            dates.enter_dates(batch);
            others.enter_sex(batch);
            others.enter_places(batch);
            others.enter_texts(batch);
        };
        rayon::join(|| names.enter(self, batch), enter_others);
        (self.spans, self.birth, self.event_date) = (dates.spans, dates.birth, dates.event_date);
        (self.sex, self.event_place, self.residence) = (others.sex, others.event_place, others.residence);
        (self.places, self.places_read) = (others.places, others.places_read);
        (self.texts, self.texts_read, self.numbers) = (others.texts, others.texts_read, others.numbers);
        (self.address, self.ethnicity, self.occupation) = (others.address, others.ethnicity, others.occupation);
        self.written = written.written;
        (self.written_given, self.written_family) = (written.written_given, written.written_family);
        self.derive();
    }

    /// The columns, or everything that is wrong with them.
    fn locate<'b>(
        &self,
        list: OnList<'b>,
        batch: &'b RecordBatch,
        mapping: &[(&'b str, Feature)],
    ) -> Result<Vec<Located<'b>>, Vec<ColumnFault>> {
        let (mut located, mut faults): (Vec<Located<'b>>, Vec<ColumnFault>) = Default::default();
        let own = match list {
            OnList::At(at) if at >= self.lists.len() => {
                faults.push(ColumnFault::NoSuchList(at));
                None
            }
            OnList::At(_) => None,
            OnList::Column(column) => Some((column, Feature::List)),
        };
        let records = self.len() + batch.num_rows();
        if u32::try_from(records).is_err() {
            faults.push(ColumnFault::TooManyRecords(records));
        }
        for (at, (name, feature)) in own.into_iter().chain(mapping.iter().copied()).enumerate() {
            let column = name.to_string();
            if feature == Feature::List && (at > 0 || own.is_none()) {
                faults.push(ColumnFault::ListAmongProperties(column));
                continue;
            }
            let Some(array) = batch.column_by_name(name) else {
                faults.push(ColumnFault::Missing(column));
                continue;
            };
            if !feature.repeats() && located.iter().any(|l| l.feature == feature) {
                faults.push(ColumnFault::Twice { column, feature });
                continue;
            }
            let dates = matches!(feature, Feature::Birth | Feature::EventDate);
            if !columns::holds(array.data_type(), dates) {
                faults.push(ColumnFault::Type { column, feature, found: array.data_type().clone() });
                continue;
            }
            // In these nothing is compared.
            if !matches!(feature, Feature::EventType | Feature::Count) {
                located.push(Located { name, feature, array });
            }
        }
        if faults.is_empty() { Ok(located) } else { Err(faults) }
    }

    /// Gives the rows their lists and identifiers, and leaves out those that say none.
    fn enter_lists(&mut self, list: OnList<'_>, ids: Option<Ids>, batch: &mut Batch<'_>) -> Result<(), BatchError> {
        let named = batch.column(Feature::List).cloned();
        if let Some(column) = &named {
            batch.keep(Feature::List, |row| column.at(row) != 0);
        }
        if let Some(ids) = &ids {
            batch.keep(Feature::Record, |row| !ids.get(row as usize).is_empty());
        }
        let lists = match (list, &named) {
            (OnList::Column(name), Some(column)) => self.named_lists(name, column, &batch.rows)?,
            (OnList::At(at), _) => vec![at as u16],
            (OnList::Column(_), None) => Vec::new(),
        };
        let of = |row: u32| lists[named.as_ref().map_or(0, |column| column.at(row) - 1)];
        let mut numbers = vec![0u32; self.lists.len()];
        if ids.is_none() {
            self.list.iter().for_each(|&list| numbers[usize::from(list)] += 1);
        }
        let from = self.list.len();
        self.list.extend(batch.rows.iter().map(|&row| of(row)));
        match &ids {
            Some(ids) if ids.len() == batch.rows.len() => self.ids.append(ids),
            Some(ids) => batch.rows.iter().for_each(|&row| self.ids.push(ids.get(row as usize))),
            None => {
                for &list in &self.list[from..] {
                    numbers[usize::from(list)] += 1;
                    self.ids.push(&numbers[usize::from(list)].to_string());
                }
            }
        }
        Ok(())
    }

    /// By value of the column, the position of its list; lists that are new are added in the order of their first rows.
    fn named_lists(&mut self, name: &str, column: &Column, rows: &[u32]) -> Result<Vec<u16>, BatchError> {
        let mut at: Vec<Option<usize>> =
            (1..=column.values()).map(|at| self.lists.iter().position(|l| l.id.as_str() == column.text(at))).collect();
        let lists = self.lists.len() + at.iter().filter(|at| at.is_none()).count();
        if lists > MOST_LISTS {
            return Err(BatchError(vec![ColumnFault::TooManyLists { column: name.into(), lists }]));
        }
        for &row in rows {
            let value = column.at(row);
            if at[value - 1].is_none() {
                at[value - 1] = Some(self.add_list(ListId::new(column.text(value)), false));
            }
        }
        // A value that stands only in rows that were left out has no list, and nobody asks for it.
        Ok(at.into_iter().map(|at| at.unwrap_or(0) as u16).collect())
    }

    fn enter_dates(&mut self, batch: &Batch<'_>) {
        let births = batch.parsed(Feature::Birth, values::date);
        let events = batch.parsed(Feature::EventDate, values::date);
        let ages = batch.parsed(Feature::Age, values::age);
        let [years, months, days] = [Feature::BirthYear, Feature::BirthMonth, Feature::BirthDay]
            .map(|feature| batch.parsed(feature, |text| values::part(feature, text)));
        let mut no_such_day = Vec::new();
        let (mut by_birth, mut by_event) = (Memo::new(births.len()), Memo::new(events.len()));
        let at = |batch: &Batch<'_>, feature, row| batch.column(feature).map_or(0, |column| column.at(row));
        for k in 0..batch.rows.len() {
            let row = batch.rows[k];
            let (birth_at, event_at) = (at(batch, Feature::Birth, row), at(batch, Feature::EventDate, row));
            let event: Option<Edtf> = events[event_at];
            let mut birth = by_birth.get(birth_at, || births[birth_at].map(|date| self.spans.code_of(&date)));
            if births[birth_at].is_none()
                && let Some(year) = years[at(batch, Feature::BirthYear, row)].filter(|year| *year > 0)
            {
                let part = |of: &[Option<u16>], feature| of[at(batch, feature, row)].unwrap_or(0);
                let (date, left_out) =
                    values::birth(year, part(&months, Feature::BirthMonth), part(&days, Feature::BirthDay));
                if left_out {
                    no_such_day.push(row);
                }
                birth = date.map_or(0, |date| self.spans.code_of(&date));
            }
            if birth == 0
                && let Some(age) = ages[at(batch, Feature::Age, row)]
            {
                birth = records::birth_from_age(age, event.as_ref()).map_or(0, |span| self.spans.code(span));
            }
            self.birth.push(birth);
            let event = by_event.get(event_at, || event.map(|date| self.spans.code_of(&date)));
            self.event_date.push(event);
        }
        batch.leave_out(Feature::BirthDay, &no_such_day);
    }

    fn enter_sex(&mut self, batch: &Batch<'_>) {
        let codes: Vec<u8> = batch.parsed(Feature::Sex, values::sex).into_iter().map(records::sex_code).collect();
        let column = batch.column(Feature::Sex);
        self.sex.extend(batch.rows.iter().map(|&row| codes[column.map_or(0, |column| column.at(row))]));
    }

    fn enter_places(&mut self, batch: &Batch<'_>) {
        let features = [Feature::EventPlace, Feature::EventRegion, Feature::ResidencePlace, Feature::ResidenceRegion];
        let columns = features.map(|feature| batch.column(feature));
        let mut memos = columns.map(|column| Memo::new(column.map_or(0, |column| column.values()) + 1));
        for &row in &batch.rows {
            let mut codes = [0; 4];
            for ((code, column), memo) in codes.iter_mut().zip(columns).zip(&mut memos) {
                let Some(column) = column else { continue };
                let at = column.at(row);
                *code = memo.get(at, || (at > 0).then(|| self.place_code(column.text(at))));
            }
            self.event_place.push(PlaceCodes { place: codes[0], region: codes[1] });
            self.residence.push(PlaceCodes { place: codes[2], region: codes[3] });
        }
    }

    fn enter_texts(&mut self, batch: &Batch<'_>) {
        let features = [Feature::Address, Feature::Ethnicity, Feature::Occupation];
        let (texts, read) = (&mut self.texts, &mut self.texts_read);
        let columns = features.map(|feature| batch.column(feature));
        let mut memos = columns.map(|column| Memo::new(column.map_or(0, |column| column.values()) + 1));
        let numbers: Vec<&Column> = batch.columns(Feature::Number).collect();
        let mut number_memos: Vec<Memo> = numbers.iter().map(|column| Memo::new(column.values() + 1)).collect();
        let base = self.address.len();
        for (k, &row) in batch.rows.iter().enumerate() {
            let mut codes = [0; 3];
            for ((code, column), memo) in codes.iter_mut().zip(columns).zip(&mut memos) {
                let Some(column) = column else { continue };
                let at = column.at(row);
                let fold = || records::code_of(texts, read, column.text(at), records::folded);
                *code = memo.get(at, || (at > 0).then(fold));
            }
            self.address.push(codes[0]);
            self.ethnicity.push(codes[1]);
            self.occupation.push(codes[2]);
            let mut own: Vec<Code> = Vec::new();
            for (column, memo) in numbers.iter().zip(&mut number_memos) {
                let at = column.at(row);
                let code = memo.get(at, || (at > 0).then(|| texts.code(&records::number(column.text(at)))));
                own.extend((code != 0).then_some(code));
            }
            if !own.is_empty() {
                self.numbers.insert((base + k) as u32, own);
            }
        }
    }
}

/// A mapped column of the batch.
struct Located<'b> {
    name: &'b str,
    feature: Feature,
    array: &'b ArrayRef,
}

/// A batch whose columns have been read.
pub(super) struct Batch<'b> {
    located: Vec<Located<'b>>,
    read: Vec<Column>,
    /// Stands for a column that is not there.
    nothing: Column,
    /// The rows that enter.
    pub rows: Vec<u32>,
    /// By position of the column.
    left_out: Mutex<Vec<(usize, LeftOut)>>,
}

impl Batch<'_> {
    /// All columns of a feature.
    pub(super) fn columns(&self, feature: Feature) -> impl Iterator<Item = &Column> {
        self.located.iter().zip(&self.read).filter(move |(l, _)| l.feature == feature).map(|(_, column)| column)
    }

    /// The column of a feature that a record has once.
    pub(super) fn column(&self, feature: Feature) -> Option<&Column> {
        self.columns(feature).next()
    }

    /// The column of a feature that a record has once, or one that says nothing.
    pub(super) fn column_or_nothing(&self, feature: Feature) -> &Column {
        self.column(feature).unwrap_or(&self.nothing)
    }

    /// Which rows leave a feature out rather than blank: null, or without a column.
    pub(super) fn left_out_in(&self, feature: Feature) -> impl Fn(u32) -> bool {
        let array = self.located.iter().find(|l| l.feature == feature).map(|l| l.array);
        let nulls = array.map(|array| array.logical_nulls());
        move |row| nulls.as_ref().is_none_or(|n| n.as_ref().is_some_and(|n| n.is_null(row as usize)))
    }

    /// The values of a feature by their position, nothing at position 0. Those that cannot be read are told.
    fn parsed<T: Copy + Send>(
        &self,
        feature: Feature,
        parse: impl Fn(&str) -> Option<T> + Sync + Send,
    ) -> Vec<Option<T>> {
        let Some(column) = self.column(feature) else { return vec![None] };
        let mut parsed: Vec<Option<T>> = vec![None];
        parsed.par_extend(column.each(parse));
        if parsed.iter().skip(1).any(Option::is_none) {
            let unread = |row: &&u32| matches!(column.at(**row), at if at > 0 && parsed[at].is_none());
            let rows: Vec<u32> = self.rows.iter().filter(unread).copied().collect();
            self.leave_out(feature, &rows);
        }
        parsed
    }

    /// Keeps the rows that say something.
    fn keep(&mut self, feature: Feature, says: impl Fn(u32) -> bool) {
        let (kept, left_out) = self.rows.iter().partition::<Vec<u32>, _>(|row| says(**row));
        self.rows = kept;
        self.leave_out(feature, &left_out);
    }

    fn leave_out(&self, feature: Feature, rows: &[u32]) {
        if let (Some(at), [_, ..]) = (self.located.iter().position(|l| l.feature == feature), rows) {
            let first = rows.iter().copied().take(LeftOut::SHOWN).collect();
            let column = self.located[at].name.to_string();
            let left_out = LeftOut { column, feature, rows: rows.len() as u64, first };
            self.left_out.lock().unwrap_or_else(PoisonError::into_inner).push((at, left_out));
        }
    }
}

/// The codes of values, each asked for once; position 0 is nothing.
pub(super) struct Memo(Vec<Code>);

/// Not asked for yet.
const UNASKED: Code = Code::MAX;

impl Memo {
    pub(super) fn new(values: usize) -> Self {
        Self(vec![UNASKED; values])
    }

    #[inline]
    pub(super) fn get(&mut self, at: usize, code: impl FnOnce() -> Option<Code>) -> Code {
        if self.0[at] == UNASKED {
            self.0[at] = code().unwrap_or(0);
        }
        self.0[at]
    }
}

/// A column as texts by row, in one piece.
fn texts(array: &dyn Array) -> Ids {
    let mut texts = Ids::default();
    if array.as_any_dictionary_opt().is_some() {
        let column = Column::read(array);
        (0..array.len() as u32).for_each(|row| texts.push(column.text(column.at(row))));
    } else {
        columns::visit(array, |text| texts.push(text.unwrap_or_default()));
    }
    texts
}
