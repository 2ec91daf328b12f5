//! How is a kind asked for on a phone?
//!
//! XLSForm, which ODK and KoboToolbox read: a group for each kind, a question for each property, the vocabularies as choices by
//! code. Dates are asked as text, since the date question of those programs wants a day even where none is known. What comes back
//! is read by `import::odk` without a mapping, because groups and questions are named after kinds and properties.

use super::{Exported, Written};
use crate::fault::{Fault, Severity};
use crate::schema::{Property, Schema, Type};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, Worksheet, XlsxError};
use std::collections::BTreeSet;

/// The name of the file.
pub const FILE: &str = "form.xlsx";

const SURVEY: &[&str] = &["type", "name", "label", "hint", "constraint", "constraint_message", "appearance"];
/// A date as precise as it is known, in the regular expressions of XPath.
const DATE: &str = r"regex(., '^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?[~?%]?(/[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?[~?%]?)?$')";
const DATE_HINT: &str = "As far as known: 2017-05-03, 2017-05 or 2017; ~ behind it if about, 2016/2018 if between.";
/// The choices of a question that is answered with yes or no.
const YES_NO: &str = "yes_no";

/// Writes a form that asks for these kinds.
///
/// # Errors
/// When the workbook cannot be written.
pub fn xlsform(schema: &Schema, kinds: &[&str], title: &str) -> Result<Exported, XlsxError> {
    let mut exported = Exported::default();
    let (mut survey, mut lists): (Vec<Vec<String>>, BTreeSet<&str>) = (Vec::new(), BTreeSet::new());
    for name in kinds {
        let Some(kind) = schema.kind(name) else {
            let fault = Fault::new(Severity::Error, FILE, format!("there is no kind `{name}`"));
            exported.faults.push(fault.hint("name kinds of this schema"));
            continue;
        };
        survey.push(row(&["begin_group", &kind.name, &kind.label]));
        for property in kind.properties() {
            survey.push(question(property));
            match &property.of {
                Type::Term(vocabulary) => {
                    lists.insert(&**vocabulary);
                }
                Type::YesNo => {
                    lists.insert(YES_NO);
                }
                _ => {}
            }
        }
        survey.push(row(&["end_group"]));
    }
    let mut choices: Vec<Vec<String>> = Vec::new();
    for list in lists {
        match schema.vocabulary(list) {
            Some(vocabulary) => {
                choices.extend(vocabulary.terms().iter().map(|t| row(&[list, &t.code, &t.label])));
            }
            None => choices.extend([row(&[list, "yes", "yes"]), row(&[list, "no", "no"])]),
        }
    }
    let digest = schema.digest();
    let version = digest.get(..16).unwrap_or(&digest);
    let id = format!("factum_{}", kinds.join("_"));
    let settings = [row(&[title, &id, version])];
    let mut book = Workbook::new();
    // The day on which a workbook is made does not belong into it: the same schema makes the same bytes.
    let day = ExcelDateTime::from_ymd(2000, 1, 1)?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&day));
    sheet(book.add_worksheet(), "survey", SURVEY, &survey)?;
    sheet(book.add_worksheet(), "choices", &["list_name", "name", "label"], &choices)?;
    sheet(book.add_worksheet(), "settings", &["form_title", "form_id", "version"], &settings)?;
    exported.files.push(Written { name: FILE.into(), bytes: book.save_to_buffer()? });
    Ok(exported)
}

fn row(cells: &[&str]) -> Vec<String> {
    cells.iter().map(|c| c.to_string()).collect()
}

fn question(property: &Property) -> Vec<String> {
    let line = "One a line.";
    let several = property.repeatable;
    let (asks, hint, constraint, message, appearance) = match &property.of {
        Type::Text | Type::Name | Type::Place if several => ("text".into(), line.to_string(), "", "", "multiline"),
        Type::Text | Type::Name | Type::Place => ("text".to_string(), String::new(), "", "", ""),
        Type::Date => ("text".into(), DATE_HINT.into(), DATE, DATE_HINT, ""),
        Type::Number => ("decimal".into(), String::new(), "", "", ""),
        Type::YesNo => (format!("select_one {YES_NO}"), String::new(), "", "", ""),
        Type::Term(list) if several => (format!("select_multiple {list}"), String::new(), "", "", ""),
        Type::Term(list) => (format!("select_one {list}"), String::new(), "", "", ""),
        Type::Link { to, .. } => {
            let kinds: Vec<&str> = to.iter().map(|kind| &**kind).collect();
            let hint =
                format!("Its code, such as {}:17.{}", kinds.join(":17 or "), if several { " One a line." } else { "" });
            ("text".into(), hint, "", "", if several { "multiline" } else { "" })
        }
    };
    row(&[&asks, &property.name, &property.label, &hint, constraint, message, appearance])
}

fn sheet(sheet: &mut Worksheet, name: &str, header: &[&str], rows: &[Vec<String>]) -> Result<(), XlsxError> {
    sheet.set_name(name)?;
    let header = std::iter::once(row(header));
    for (number, cells) in (0u32..).zip(header.chain(rows.iter().cloned())) {
        for (column, cell) in (0u16..).zip(&cells) {
            if !cell.is_empty() {
                sheet.write_string(number, column, cell)?;
            }
        }
    }
    Ok(())
}
