//! What do the settings say of the population: scope, unit, lists that copy?

use super::{Reader, Settings, Value};
use crate::counting::{Tolerance, Unit, Unnamed};
use crate::scope::{Scope, Unjudged};
use factum_model::{Edtf, ListId};
use toml::de::DeValue;

/// The most days that can be tolerated between dates of one event; beyond, `unit = "person"` is meant.
const MOST_TOLERANCE: u32 = 3_660;

impl Reader<'_> {
    /// `population = "…"`, or a section with `about`, `unit`, `tolerance_days` and `unnamed`.
    pub(super) fn population(&mut self, value: &Value<'_>, settings: &mut Settings) {
        let DeValue::Table(table) = value.get_ref() else {
            settings.population = self.string("population", value);
            return;
        };
        for (key, value) in table {
            let key_name = key.get_ref().as_ref();
            match key_name {
                "about" => settings.population = self.string(key_name, value),
                "unit" => {
                    let units = [("person", Unit::Person), ("event", Unit::Event)];
                    settings.counting.unit = self.one_of(key_name, value, &units).unwrap_or_default();
                }
                "unnamed" => {
                    let ways = [("apart", Unnamed::Apart), ("link", Unnamed::Link)];
                    settings.counting.unnamed = self.one_of(key_name, value, &ways).unwrap_or_default();
                }
                "tolerance_days" => {
                    let days = match value.get_ref() {
                        DeValue::Integer(days) => days.as_str().parse().ok().filter(|d| *d <= MOST_TOLERANCE),
                        _ => None,
                    };
                    match days {
                        Some(days) => settings.counting.tolerance = Tolerance(days),
                        None => self.fault(
                            value.span().start,
                            "`tolerance_days` must be a whole number of days".into(),
                            format!("write a number from 0 to {MOST_TOLERANCE}"),
                        ),
                    }
                }
                other => self.fault(
                    key.span().start,
                    format!("there is no setting `{other}` for the population"),
                    "the population has about, unit, tolerance_days and unnamed".into(),
                ),
            }
        }
    }

    /// The section `[scope]`.
    pub(super) fn scope(&mut self, value: &Value<'_>) -> Scope {
        let mut scope = Scope::default();
        let Some(table) = self.table("scope", value) else { return scope };
        for (key, value) in table {
            let key_name = key.get_ref().as_ref();
            match key_name {
                "event" => scope.event = self.string(key_name, value),
                "event_types" => scope.event_types = self.strings(key_name, value),
                "regions" => scope.regions = self.strings(key_name, value),
                "places" => scope.places = self.strings(key_name, value),
                "from" => scope.from = self.date(key_name, value),
                "to" => scope.to = self.date(key_name, value),
                "unknown" => {
                    let ways = [("keep", Unjudged::Keep), ("leave", Unjudged::Leave)];
                    scope.unknown = self.one_of(key_name, value, &ways).unwrap_or_default();
                }
                other => self.fault(
                    key.span().start,
                    format!("there is no setting `{other}` for the scope"),
                    "the scope has event, event_types, regions, places, from, to and unknown".into(),
                ),
            }
        }
        let first = scope.from.as_ref().and_then(Edtf::earliest);
        let last = scope.to.as_ref().and_then(Edtf::latest);
        if let (Some(first), Some(last)) = (first, last)
            && last < first
        {
            let hint = "exchange `from` and `to`".into();
            self.fault(value.span().start, "the scope ends before it begins".into(), hint);
            (scope.from, scope.to) = (None, None);
        }
        scope
    }

    /// Notes that a list copies another one; whether that list exists shows when the lists are read.
    pub(super) fn copies(&mut self, copy: &str, of: &str, at: usize, settings: &mut Settings) {
        let copies = &mut settings.counting.copies;
        let mut original = of;
        while let Some(next) = copies.get(&ListId::new(original)) {
            original = next.as_str();
        }
        if original == copy {
            let hint = "name the list that was there first, and leave `copies` out of its section".into();
            self.fault(at, format!("list `{copy}` would be a copy of itself"), hint);
            return;
        }
        copies.insert(ListId::new(copy), ListId::new(of));
    }

    fn one_of<T: Copy>(&mut self, key: &str, value: &Value<'_>, choices: &[(&str, T)]) -> Option<T> {
        let text = self.string(key, value)?;
        let found = choices.iter().find(|(name, _)| *name == text).map(|(_, choice)| *choice);
        if found.is_none() {
            let names: Vec<String> = choices.iter().map(|(name, _)| format!("\"{name}\"")).collect();
            self.fault(
                value.span().start,
                format!("`{key}` has no such value"),
                format!("write {}", names.join(" or ")),
            );
        }
        found
    }

    /// A list of texts, or one.
    fn strings(&mut self, key: &str, value: &Value<'_>) -> Vec<String> {
        match value.get_ref() {
            DeValue::Array(items) => items.iter().filter_map(|item| self.string(key, item)).collect(),
            _ => self.string(key, value).into_iter().collect(),
        }
    }

    fn date(&mut self, key: &str, value: &Value<'_>) -> Option<Edtf> {
        let text = match value.get_ref() {
            // TOML has dates of its own, and a year is a number to it.
            DeValue::Datetime(date) => date.to_string(),
            DeValue::Integer(year) => year.as_str().to_string(),
            _ => self.string(key, value)?,
        };
        match text.parse() {
            Ok(date) => Some(date),
            Err(error) => {
                let hint = "write a day, a month or a year: \"2017-05-03\", \"2017-05\", \"2017\"".into();
                self.fault(value.span().start, format!("`{key}` is no date: {error}"), hint);
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) -> Settings {
        let (settings, faults) = Settings::parse(text, "s.toml");
        let found: Vec<String> = faults.iter().map(|f| f.line(false)).collect();
        let starts: Vec<&str> = found.iter().map(|l| l.split(" (").next().unwrap_or("")).collect();
        assert_eq!(starts, expected);
        settings
    }

    #[test]
    fn scope_and_population_are_read() {
        let settings = check(
            "[scope]\nevent = 'disappearance'\nevent_types = ['disappearance', 'abduction']\nregions = 'Upper Valley'\n\
             from = 2019-03-01\nto = '2019-11'\nunknown = 'leave'\n[population]\nabout = 'people'\nunit = 'event'\n\
             tolerance_days = 7\nunnamed = 'link'\n[lists.a]\ncopies = 'b'\nevent_type = 'abduction'\n",
            &[],
        );
        let scope = &settings.counting.scope;
        assert_eq!((scope.event_types.len(), scope.regions.len(), scope.unknown), (2, 1, Unjudged::Leave));
        assert_eq!(scope.from.unwrap().to_string(), "2019-03-01");
        assert_eq!((settings.counting.unit, settings.counting.tolerance), (Unit::Event, Tolerance(7)));
        assert_eq!(settings.counting.unnamed, Unnamed::Link);
        assert_eq!(settings.population.as_deref(), Some("people"));
        assert_eq!(settings.counting.copies[&ListId::new("a")], ListId::new("b"));
        assert_eq!(settings.lists[0].event_type.as_deref(), Some("abduction"));
    }

    #[test]
    fn what_does_not_fit_is_named() {
        check(
            "[scope]\ncolour = 'red'\nfrom = 'soon'\nunknown = 'perhaps'\n[population]\nunit = 'family'\n\
             tolerance_days = -3\nsize = 4\n[lists.a]\ncopies = 'b'\n[lists.b]\ncopies = 'a'\n",
            &[
                "error: s.toml, row 2: there is no setting `colour` for the scope",
                "error: s.toml, row 3: `from` is no date: not an EDTF date; write 2017-05-03, 2017-05, 2017, 201X, 2017-05~ or \
                 2016/2018",
                "error: s.toml, row 4: `unknown` has no such value",
                "error: s.toml, row 6: `unit` has no such value",
                "error: s.toml, row 7: `tolerance_days` must be a whole number of days",
                "error: s.toml, row 8: there is no setting `size` for the population",
                "error: s.toml, row 12: list `b` would be a copy of itself",
            ],
        );
        check("[scope]\nfrom = '2019'\nto = '2018'\n", &["error: s.toml, row 1: the scope ends before it begins"]);
    }
}
