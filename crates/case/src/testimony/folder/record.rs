//! How does a table of a file become a record, and a record a table?
//!
//! `record!` makes a struct together with its reader and writer, so that each field is named once. Reading tells every
//! fault of a record: missing, unknown and misspelt keys, values of another type; it repeats no value. Keys are the fields'
//! names with hyphens; an absent key is an absent value or an empty list, and is written as absent.

use super::authored::ConclusionSort;
use crate::facts::thing::is_code;
use crate::facts::words::{Basis, ClaimStatus, Extent, Level, Purpose, Sort, Stance, Way};
use crate::fault::{Fault, Faults, Severity};
use crate::law::Degree;
use crate::state::Progress;
use crate::testimony::front::{Entry, Table, Value};
use crate::testimony::passage::{Locator, Moment};
use factum_model::Edtf;
use factum_model::edtf::Precision;

/// The code of a thing: `S-014`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(pub String);

/// A date of one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Day(pub Edtf);

/// A place in a file where something is named that must exist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// What is named.
    pub code: Code,
    /// Under which key.
    pub key: String,
    /// In which file.
    pub file: String,
    /// In which line.
    pub line: u32,
}

/// What is gathered while files are read.
#[derive(Default)]
pub struct Context {
    /// The file being read.
    pub file: String,
    /// All faults so far.
    pub faults: Faults,
    /// Everything named so far.
    pub references: Vec<Reference>,
}

impl Context {
    /// A fault in a line of the file being read, at a key.
    pub fn fault(&mut self, line: u32, key: Option<&str>, what: impl Into<String>, hint: impl Into<String>) {
        let mut fault = Fault::new(Severity::Error, &self.file, what).at_row(line).hint(hint);
        fault.column = key.map(String::from);
        self.faults.push(fault);
    }

    /// Reads one field of a table.
    pub(super) fn field<T: Field>(&mut self, table: &Table, name: &str) -> Option<T> {
        let key = name.replace('_', "-");
        match table.entries.iter().find(|e| e.key == key) {
            Some(Entry { line, value, .. }) => T::read(value, *line, &key, self),
            None => T::absent().or_else(|| {
                self.fault(table.line, Some(&key), "it is missing", format!("write `{key} = {}`", T::FORM));
                None
            }),
        }
    }

    /// Names every key that a table should not have.
    pub(super) fn unknown(&mut self, table: &Table, names: &[&str]) {
        let known: Vec<String> = names.iter().map(|name| name.replace('_', "-")).collect();
        for entry in table.entries.iter().filter(|e| !known.contains(&e.key)) {
            // A key that nobody asked for could hold anything, so it is not repeated either.
            let hint = format!("the keys here are {}", known.join(", "));
            self.fault(entry.line, None, "a key is not known here", hint);
        }
    }
}

/// A value that has one form in a file.
pub trait Field: Sized {
    /// How it is written, for hints.
    const FORM: &'static str;
    /// Reads it; a fault is told and gives nothing.
    fn read(value: &Value, line: u32, key: &str, context: &mut Context) -> Option<Self>;
    /// What an absent key means, if that is allowed.
    fn absent() -> Option<Self> {
        None
    }
    /// The value to be written; `None` is written as absent.
    fn value(&self) -> Option<Value>;
}

/// A table with a fixed set of keys.
pub trait Record: Sized {
    /// Reads it, telling every fault.
    fn read(table: &Table, context: &mut Context) -> Option<Self>;
    /// The table to be written.
    fn table(&self) -> Table;
}

impl<T: Record> Field for T {
    const FORM: &'static str = "a table of its own";

    fn read(value: &Value, line: u32, key: &str, context: &mut Context) -> Option<Self> {
        match value {
            Value::Table(table) => <T as Record>::read(table, context),
            _ => {
                context.fault(line, Some(key), "it is no table", format!("write `[{key}]` or `[[{key}]]`"));
                None
            }
        }
    }

    fn value(&self) -> Option<Value> {
        Some(Value::Table(self.table()))
    }
}

/// Makes a struct with its reader and writer.
macro_rules! record {
    ($(#[$doc:meta])* $name:ident { $($(#[$about:meta])* $field:ident: $type:ty,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $name {
            $($(#[$about])* pub $field: $type,)*
        }

        impl $crate::testimony::folder::record::Record for $name {
            fn read(
                table: &$crate::testimony::front::Table,
                context: &mut $crate::testimony::folder::record::Context,
            ) -> Option<Self> {
                context.unknown(table, &[$(stringify!($field)),*]);
                $(let $field = context.field::<$type>(table, stringify!($field));)*
                Some(Self { $($field: $field?,)* })
            }

            fn table(&self) -> $crate::testimony::front::Table {
                let fields = [
                    $((stringify!($field), $crate::testimony::folder::record::Field::value(&self.$field)),)*
                ];
                $crate::testimony::folder::record::table(fields)
            }
        }
    };
}
pub(super) use record;

/// A table of those fields that are there.
pub(super) fn table<const N: usize>(fields: [(&str, Option<Value>); N]) -> Table {
    let there = fields.into_iter().filter_map(|(name, value)| Some((name, value?)));
    let entries = there.map(|(name, value)| Entry { key: name.replace('_', "-"), line: 0, value }).collect();
    Table { line: 0, entries }
}

impl<T: Field> Field for Option<T> {
    const FORM: &'static str = T::FORM;

    fn read(value: &Value, line: u32, key: &str, context: &mut Context) -> Option<Self> {
        T::read(value, line, key, context).map(Some)
    }

    fn absent() -> Option<Self> {
        Some(None)
    }

    fn value(&self) -> Option<Value> {
        self.as_ref().and_then(T::value)
    }
}

impl<T: Field> Field for Vec<T> {
    const FORM: &'static str = "[…]";

    fn read(value: &Value, line: u32, key: &str, context: &mut Context) -> Option<Self> {
        let Value::List(items) = value else {
            context.fault(line, Some(key), "it is no list", format!("write `{key} = [{}]`", T::FORM));
            return None;
        };
        // A list in one line has no lines of its own.
        let read = items.iter().map(|(at, item)| T::read(item, if *at == 0 { line } else { *at }, key, context));
        let read: Vec<Option<T>> = read.collect();
        read.into_iter().collect()
    }

    fn absent() -> Option<Self> {
        Some(Vec::new())
    }

    fn value(&self) -> Option<Value> {
        let items: Vec<(u32, Value)> = self.iter().filter_map(T::value).map(|value| (0, value)).collect();
        (!items.is_empty()).then_some(Value::List(items))
    }
}

/// The text of a value that must be text.
fn text<'a>(value: &'a Value, line: u32, key: &str, form: &str, context: &mut Context) -> Option<&'a str> {
    match value {
        Value::Text(text) if !text.trim().is_empty() => Some(text),
        Value::Text(_) => {
            context.fault(line, Some(key), "it is empty", "leave the line out, or say it");
            None
        }
        _ => {
            context.fault(line, Some(key), "it is no text", format!("write `{key} = {form}`"));
            None
        }
    }
}

impl Field for String {
    const FORM: &'static str = "\"…\"";

    fn read(value: &Value, line: u32, key: &str, context: &mut Context) -> Option<Self> {
        text(value, line, key, Self::FORM, context).map(String::from)
    }

    fn value(&self) -> Option<Value> {
        Some(Value::Text(self.clone()))
    }
}

impl Field for bool {
    const FORM: &'static str = "true";

    fn read(value: &Value, line: u32, key: &str, context: &mut Context) -> Option<Self> {
        match value {
            Value::Truth(truth) => Some(*truth),
            _ => {
                context.fault(line, Some(key), "it is neither true nor false", "write true or false, without quotes");
                None
            }
        }
    }

    fn value(&self) -> Option<Value> {
        Some(Value::Truth(*self))
    }
}

macro_rules! counted {
    ($($type:ty),*) => {$(
        impl Field for $type {
            const FORM: &'static str = "1";

            fn read(value: &Value, line: u32, key: &str, context: &mut Context) -> Option<Self> {
                let read = if let Value::Whole(number) = value { <$type>::try_from(*number).ok() } else { None };
                if read.is_none_or(|number| number == 0) {
                    let hint = format!("write a number from 1 to {}, without quotes", <$type>::MAX);
                    context.fault(line, Some(key), "it is no number that can stand here", hint);
                    return None;
                }
                read
            }

            fn value(&self) -> Option<Value> {
                Some(Value::Whole(i64::from(*self)))
            }
        }
    )*};
}
counted!(u8, u32);

/// Values that are read from text and written by `Display`.
macro_rules! spelt {
    ($($type:ty, $form:literal, $read:expr;)*) => {$(
        impl Field for $type {
            const FORM: &'static str = $form;

            fn read(value: &Value, line: u32, key: &str, context: &mut Context) -> Option<Self> {
                let read: fn(&str) -> Result<$type, String> = $read;
                match read(text(value, line, key, Self::FORM, context)?) {
                    Ok(value) => Some(value),
                    Err(why) => {
                        context.fault(line, Some(key), why, format!("write `{key} = {}`", Self::FORM));
                        None
                    }
                }
            }

            fn value(&self) -> Option<Value> {
                Some(Value::Text(self.to_string()))
            }
        }
    )*};
}
spelt! {
    Edtf, "\"2031-04\"", |text| text.parse::<Edtf>().map_err(|why| why.to_string());
    Moment, "\"00:41:07\"", |text| text.parse::<Moment>().map_err(|why| why.to_string());
    Locator, "\"¶12:40-88\"", |text| text.parse::<Locator>().map_err(|why| why.to_string());
    Day, "\"2031-04-02\"", |text| match text.parse::<Edtf>() {
        Ok(date) if date.precision() == Precision::Day && !date.is_qualified() => Ok(Day(date)),
        Ok(_) => Err("it is no single day".into()),
        Err(why) => Err(why.to_string()),
    };
}

impl std::fmt::Display for Day {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl Field for Code {
    const FORM: &'static str = "\"S-014\"";

    fn read(value: &Value, line: u32, key: &str, context: &mut Context) -> Option<Self> {
        let text = text(value, line, key, Self::FORM, context)?;
        if !is_code(text) {
            let hint = "one to four capital letters, a hyphen, then letters and digits, as in S-014";
            context.fault(line, Some(key), "it is no code", hint);
            return None;
        }
        let code = Code(text.into());
        let reference = Reference { code: code.clone(), key: key.into(), file: context.file.clone(), line };
        context.references.push(reference);
        Some(code)
    }

    fn value(&self) -> Option<Value> {
        Some(Value::Text(self.0.clone()))
    }
}

/// Makes the words of a closed list readable and writable by their names.
macro_rules! named {
    ($($type:ty, $form:literal, $all:expr;)*) => {$(
        impl Field for $type {
            const FORM: &'static str = $form;

            fn read(value: &Value, line: u32, key: &str, context: &mut Context) -> Option<Self> {
                let text = text(value, line, key, Self::FORM, context)?;
                let found = $all.iter().find(|(name, _)| *name == text).map(|(_, word)| *word);
                if found.is_none() {
                    let names: Vec<&str> = $all.iter().map(|(name, _)| *name).collect();
                    context.fault(line, Some(key), "the word is not of the list", format!("one of {}", names.join(", ")));
                }
                found
            }

            fn value(&self) -> Option<Value> {
                $all.iter().find(|(_, word)| word == self).map(|(name, _)| Value::Text((*name).into()))
            }
        }
    )*};
}

/// What a withdrawal can ask for, by name.
const EXTENTS: [(&str, Extent); 2] = [("no-further-use", Extent::NoFurtherUse), ("erase", Extent::Erase)];
/// Where a claim can stand, by name.
const CLAIMS: [(&str, ClaimStatus); 3] =
    [("accepted", ClaimStatus::Accepted), ("contested", ClaimStatus::Contested), ("open", ClaimStatus::Open)];

named! {
    Sort, "\"person\"", Sort::ALL;
    Purpose, "\"report-anonymised\"", Purpose::ALL;
    Level, "\"high\"", Level::ALL;
    Way, "\"shared-document\"", Way::ALL;
    Basis, "\"first-hand\"", Basis::ALL;
    Stance, "\"supports\"", Stance::ALL;
    Extent, "\"no-further-use\"", EXTENTS;
    ClaimStatus, "\"contested\"", CLAIMS;
    ConclusionSort, "\"not-confirmed\"", ConclusionSort::ALL;
    Degree, "\"consistent\"", Degree::ALL.map(|degree| (degree.code(), degree));
    Progress, "\"under-way\"", Progress::ALL.map(|progress| (progress.code(), progress));
}
