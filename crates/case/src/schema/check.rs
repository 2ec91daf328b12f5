//! Is what is said of this entity sayable?

use super::entity::{Entity, Link, Said, Value};
use super::kind::{Property, Type};
use super::parse::{Parsed, parse};
use super::{Kind, Schema};
use crate::fault::{Fault, Severity};
use factum_model::Edtf;

impl Schema {
    /// Everything in an entity that the schema does not allow. A value that cannot stand costs the value; several values
    /// for what a source normally says once are a note, since contradicting statements live side by side.
    pub fn check(&self, entity: &Entity) -> Vec<Fault> {
        let at_row = |severity, what: String| Fault::new(severity, &entity.from.file, what).at_row(entity.from.row);
        let Some(kind) = self.kind(&entity.kind) else {
            let fault = at_row(Severity::RowLeftOut, format!("there is no kind `{}`", entity.kind));
            return vec![fault.hint("name a kind of this schema, or define it in a file")];
        };
        let mut faults = Vec::new();
        if entity.key.trim().is_empty() {
            faults.push(at_row(Severity::RowLeftOut, "the entity has no key".into()).hint("give each entity a key"));
        }
        for said in &entity.properties {
            if let Some((what, hint)) = self.fault_of(kind, said) {
                let fault = Fault::new(Severity::ValueLeftOut, &said.at.file, what).at_row(said.at.row);
                faults.push(fault.in_column(said.at.column.as_deref().unwrap_or(&said.property)).hint(hint));
            }
        }
        for property in kind.properties().iter().filter(|p| !p.repeatable) {
            let mut values: Vec<&Value> =
                entity.properties.iter().filter(|s| s.property == property.name).map(|s| &s.value).collect();
            values.sort();
            values.dedup();
            if values.len() > 1 {
                let what = format!("`{}` has {} values that differ", property.name, values.len());
                faults.push(at_row(Severity::Note, what).hint("they stand side by side; weigh them"));
            }
        }
        faults
    }

    fn fault_of(&self, kind: &Kind, said: &Said) -> Option<(String, String)> {
        let Some(property) = kind.property(&said.property) else {
            let what = format!("a `{}` has no property `{}`", kind.name, said.property);
            return Some((what, "name one of its properties, or add it in a file".into()));
        };
        match self.fits(property, &said.value) {
            Ok(()) => None,
            Err(what) => Some((what, format!("`{}` is of the type {}", property.name, property.of.word()))),
        }
    }

    fn fits(&self, property: &Property, value: &Value) -> Result<(), String> {
        if value.text().trim().is_empty() {
            return Err("the value is empty".into());
        }
        match (&property.of, value) {
            (Type::Text, Value::Text(_)) | (Type::YesNo, Value::YesNo(_)) => Ok(()),
            (Type::Name, Value::Name { script, .. }) => {
                let is_script = script.len() == 4 && script.bytes().all(|b| b.is_ascii_alphabetic());
                if is_script { Ok(()) } else { Err("the script is no code of ISO 15924".into()) }
            }
            (Type::Date, Value::Date(text)) => text.parse::<Edtf>().map(|_| ()).map_err(|fault| fault.to_string()),
            (Type::Term(wanted), Value::Term { vocabulary, code }) => {
                if wanted != vocabulary {
                    return Err(format!("the term is of `{vocabulary}`, not of `{wanted}`"));
                }
                let known = self.vocabulary(vocabulary).and_then(|v| v.term(code)).is_some();
                if known { Ok(()) } else { Err(format!("the vocabulary `{vocabulary}` has no such term")) }
            }
            (Type::Place, Value::Place(text)) | (Type::Number, Value::Number(text)) => {
                match parse(self, property, text, None) {
                    Parsed::Bad(what, _) => Err(what),
                    _ => Ok(()),
                }
            }
            _ => Err("the value is of another type than its property".into()),
        }
    }

    /// What the schema does not allow in a link, if anything.
    pub fn check_link(&self, link: &Link) -> Option<Fault> {
        let fault = |what: String, hint: &str| {
            Some(Fault::new(Severity::ValueLeftOut, &link.at.file, what).at_row(link.at.row).hint(hint))
        };
        let property = self.kind(&link.from.kind).and_then(|kind| kind.property(&link.property));
        let Some(Property { of: Type::Link { to, role }, .. }) = property else {
            let what = format!("a `{}` has no link `{}`", link.from.kind, link.property);
            return fault(what, "name one of its links, or add it in a file");
        };
        if *role != link.role {
            return fault(format!("the role of `{}` is `{role}`", link.property), "name that role");
        }
        if !to.contains(&link.to.kind) {
            let what = format!("`{}` does not lead to a `{}`", link.property, link.to.kind);
            return fault(what, "check the kind of the other end");
        }
        None
    }
}
