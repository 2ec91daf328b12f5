//! What does one row of a list say of a person?
//!
//! A record keeps the source's words in the script they came in. Forms for comparison are derived elsewhere and never
//! stored in place of these.

use crate::{Edtf, RecordId};

/// A name as a source gives it: whole, in parts, or both.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Name {
    /// The name as one string, in the order the source writes it.
    pub full: Option<String>,
    /// Given name or names.
    pub given: Option<String>,
    /// What stands between: a middle name, a patronymic, a father's name.
    pub middle: Option<String>,
    /// Family name or names.
    pub family: Option<String>,
}

impl Name {
    /// Whether no part of the name is known.
    pub fn is_empty(&self) -> bool {
        self.full.is_none() && self.given.is_none() && self.middle.is_none() && self.family.is_none()
    }
}

/// Sex as recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sex {
    /// Female.
    Female,
    /// Male.
    Male,
    /// Recorded as neither.
    Other,
}

/// An age in completed years at the event, as a range: `34` is 34 to 34, "about 40" or "30-40" are wider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Age {
    /// Youngest age that fits.
    pub low: u16,
    /// Oldest age that fits.
    pub high: u16,
}

/// A place at two depths: the most specific name, and the region it lies in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// Village, town, quarter, facility.
    pub place: Option<String>,
    /// District, province, state.
    pub region: Option<String>,
}

/// One row of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Its identifier within the list.
    pub id: RecordId,
    /// The row of the file it stands in, counted from 1 with the header as row 1.
    pub row: u32,
    /// The main name first, then other names the source gives.
    pub names: Vec<Name>,
    /// Sex, if recorded.
    pub sex: Option<Sex>,
    /// Date of birth, as precise as the source gives it.
    pub birth: Option<Edtf>,
    /// Age at the event.
    pub age: Option<Age>,
    /// Type of the event, in the list's own words.
    pub event_type: Option<String>,
    /// Date of the event.
    pub event_date: Option<Edtf>,
    /// Place of the event.
    pub event_place: Place,
    /// Where the person lived.
    pub residence: Place,
    /// Street address.
    pub address: Option<String>,
    /// Ethnicity as recorded.
    pub ethnicity: Option<String>,
    /// Occupation as recorded.
    pub occupation: Option<String>,
    /// How many people the record speaks of, if it says.
    pub count: Option<u32>,
    /// Numbers and addresses that identify one person: identity card, passport, telephone, e-mail.
    pub numbers: Vec<String>,
}

impl Record {
    /// A record that says nothing yet.
    pub fn new(id: RecordId, row: u32) -> Self {
        Self {
            id,
            row,
            names: Vec::new(),
            sex: None,
            birth: None,
            age: None,
            event_type: None,
            event_date: None,
            event_place: Place::default(),
            residence: Place::default(),
            address: None,
            ethnicity: None,
            occupation: None,
            count: None,
            numbers: Vec::new(),
        }
    }
}
