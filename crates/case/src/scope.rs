//! Does a record speak of the population that is counted?
//!
//! Lists estimate one number only if they speak of the same events, places and period. The scope states them once and is
//! applied to every list before anything is counted. What is clearly outside is set aside and counted by reason; what may be
//! outside, or cannot be judged, is counted too and stays, unless the scope says otherwise.

use crate::grouped;
use crate::words::{latin, near, words};
use factum_model::Record;
use factum_model::edtf::Edtf;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};

/// The population that is counted. What is left empty is not asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Scope {
    /// The type of event, in words.
    pub event: Option<String>,
    /// Accepted values of the feature `event.type`.
    pub event_types: Vec<String>,
    /// Accepted regions.
    pub regions: Vec<String>,
    /// Accepted places.
    pub places: Vec<String>,
    /// The first day is the earliest that fits this date.
    pub from: Option<Edtf>,
    /// The last day is the latest that fits this date.
    pub to: Option<Edtf>,
    /// What becomes of records that cannot be judged.
    pub unknown: Unjudged,
}

/// What becomes of records that cannot be judged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unjudged {
    /// They stay.
    #[default]
    Keep,
    /// They are set aside.
    Leave,
}

/// A respect in which a record is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Respect {
    /// The type of the event.
    Type,
    /// Its place.
    Place,
    /// Its date.
    Date,
}

impl Respect {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Respect::Type => "type",
            Respect::Place => "place",
            Respect::Date => "date",
        }
    }
}

/// How a record stands to the scope; with several respects, the one that decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    Inside,
    /// Its date straddles a limit, or its place is written nearly like an accepted one.
    MayBeOutside(Respect),
    /// It does not say.
    Unknown(Respect),
    Outside(Respect),
}

/// How many records of a list stand how. A record counts once, under the respect that decides; type before place before
/// date.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ScopeCounts {
    /// Inside.
    pub inside: u64,
    /// Kept, though they may be outside: a date that straddles a limit, a place spelt nearly like an accepted one.
    pub may_be_outside: BTreeMap<Respect, u64>,
    /// Not judged, because they do not say; kept or set aside as the scope says.
    pub unknown: BTreeMap<Respect, u64>,
    /// Clearly outside, set aside.
    pub outside: BTreeMap<Respect, u64>,
}

impl ScopeCounts {
    pub(crate) fn add(&mut self, standing: Standing) {
        match standing {
            Standing::Inside => self.inside += 1,
            Standing::MayBeOutside(respect) => *self.may_be_outside.entry(respect).or_default() += 1,
            Standing::Unknown(respect) => *self.unknown.entry(respect).or_default() += 1,
            Standing::Outside(respect) => *self.outside.entry(respect).or_default() += 1,
        }
    }

    /// In words, such as `120 inside, 3 may be outside (date 3), 5 not known (place 5), 17 outside (type 2, date 15)`.
    pub fn in_words(&self) -> String {
        let kinds =
            [("may be outside", &self.may_be_outside), ("not known", &self.unknown), ("outside", &self.outside)];
        let kinds = kinds.into_iter().filter(|(_, counts)| !counts.is_empty()).map(|(words, counts)| {
            let each: Vec<String> =
                counts.iter().map(|(respect, n)| format!("{} {}", respect.word(), grouped(*n as f64))).collect();
            format!("{} {words} ({})", grouped(total(counts) as f64), each.join(", "))
        });
        std::iter::once(format!("{} inside", grouped(self.inside as f64))).chain(kinds).collect::<Vec<_>>().join(", ")
    }
}

/// All of one kind together.
pub(crate) fn total(counts: &BTreeMap<Respect, u64>) -> u64 {
    counts.values().sum()
}

/// A span of days, both included; [`i32::MIN`] and [`i32::MAX`] where it has no limit or an unknown one.
pub(crate) type Days = (i32, i32);

/// How far off a date may be that its source calls approximate or uncertain, as in the linkage: half a year either way.
const APPROXIMATE_DAYS: i32 = 183;

/// The days a date may mean.
pub(crate) fn days(date: &Edtf) -> Days {
    let slack = if date.is_qualified() { APPROXIMATE_DAYS } else { 0 };
    (date.earliest().map_or(i32::MIN, |d| d.0 - slack), date.latest().map_or(i32::MAX, |d| d.0 + slack))
}

impl Scope {
    /// The population in words: event, places, period.
    pub fn in_words(&self) -> String {
        let named = |what: &str, names: &[String]| (!names.is_empty()).then(|| format!("{what} {}", names.join(", ")));
        let limit = |word: &str, date: &Option<Edtf>| date.map(|d| format!("{word} {d}"));
        let parts = [
            self.event.clone(),
            named("type", &self.event_types),
            named("in", &[&self.regions[..], &self.places[..]].concat()),
            limit("from", &self.from),
            limit("to", &self.to),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join("; ")
    }

    /// Whether nothing is asked of records, so that none is judged.
    pub fn asks_nothing(&self) -> bool {
        self.event_types.is_empty()
            && self.regions.is_empty()
            && self.places.is_empty()
            && self.from.is_none()
            && self.to.is_none()
    }

    /// Whether a record that stands so is kept.
    pub(crate) fn keeps(&self, standing: Standing) -> bool {
        match standing {
            Standing::Inside | Standing::MayBeOutside(_) => true,
            Standing::Unknown(_) => self.unknown == Unjudged::Keep,
            Standing::Outside(_) => false,
        }
    }
}

/// Judges records by a scope, and remembers what it found of every place: lists name few, and each often.
pub(crate) struct Judge<'s> {
    scope: &'s Scope,
    places: HashMap<String, Answer>,
    regions: HashMap<String, Answer>,
}

impl<'s> Judge<'s> {
    pub(crate) fn new(scope: &'s Scope) -> Self {
        Self { scope, places: HashMap::new(), regions: HashMap::new() }
    }

    /// How a record stands. `event_type` is what its list says of all its records.
    pub(crate) fn judge(&mut self, record: &Record, event_type: Option<&str>) -> Standing {
        let respects = [
            (Respect::Type, self.event_type(record.event_type.as_deref().or(event_type))),
            (Respect::Place, self.place(record)),
            (Respect::Date, self.date(record)),
        ];
        let first = |wanted: Answer| respects.iter().find(|(_, answer)| *answer == wanted).map(|(respect, _)| *respect);
        if let Some(respect) = first(Answer::No) {
            Standing::Outside(respect)
        } else if let Some(respect) = first(Answer::Unknown) {
            Standing::Unknown(respect)
        } else if let Some(respect) = first(Answer::Perhaps) {
            Standing::MayBeOutside(respect)
        } else {
            Standing::Inside
        }
    }

    fn event_type(&self, said: Option<&str>) -> Answer {
        if self.scope.event_types.is_empty() {
            return Answer::Yes;
        }
        let Some(said) = said else { return Answer::Unknown };
        if self.scope.event_types.iter().any(|t| words(t) == words(said)) { Answer::Yes } else { Answer::No }
    }

    fn place(&mut self, record: &Record) -> Answer {
        let place = recalled(&mut self.places, &self.scope.places, record.event_place.place.as_deref());
        let region = recalled(&mut self.regions, &self.scope.regions, record.event_place.region.as_deref());
        match (place, region) {
            (None, None) => Answer::Yes,
            (Some(answer), None) | (None, Some(answer)) => answer,
            // Either accepts; only both together refuse.
            (Some(Answer::Yes), _) | (_, Some(Answer::Yes)) => Answer::Yes,
            (Some(Answer::Perhaps), _) | (_, Some(Answer::Perhaps)) => Answer::Perhaps,
            (Some(Answer::No), Some(Answer::No)) => Answer::No,
            _ => Answer::Unknown,
        }
    }

    fn date(&self, record: &Record) -> Answer {
        let first = self.scope.from.as_ref().and_then(Edtf::earliest).map_or(i32::MIN, |d| d.0);
        let last = self.scope.to.as_ref().and_then(Edtf::latest).map_or(i32::MAX, |d| d.0);
        if (first, last) == (i32::MIN, i32::MAX) {
            return Answer::Yes;
        }
        match record.event_date.as_ref().map(days) {
            None => Answer::Unknown,
            Some((begin, end)) if end < first || last < begin => Answer::No,
            Some((begin, end)) if first <= begin && end <= last => Answer::Yes,
            Some(_) => Answer::Perhaps,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer {
    Yes,
    Perhaps,
    Unknown,
    No,
}

/// What is known of a place already, or is found out now; `None` where nothing is asked.
fn recalled(known: &mut HashMap<String, Answer>, accepted: &[String], said: Option<&str>) -> Option<Answer> {
    if accepted.is_empty() {
        return None;
    }
    let Some(said) = said else { return Some(Answer::Unknown) };
    if let Some(answer) = known.get(said) {
        return Some(*answer);
    }
    let answer = among(accepted, said);
    known.insert(said.to_string(), answer);
    Some(answer)
}

/// Whether a place is one of the accepted. A place in another script than every accepted one cannot be told to be outside, nor
/// can one that is nearly spelt like an accepted one or holds all its words.
fn among(accepted: &[String], said: &str) -> Answer {
    let latin_said = latin(said);
    let is = |other: &String| words(other) == words(said) || latin(other) == latin_said;
    let holds = |a: &str, b: &str| {
        let has: Vec<&str> = a.split(' ').collect();
        !b.is_empty() && b.split(' ').all(|word| has.contains(&word))
    };
    let like = |other: &String| {
        let other = latin(other);
        near(&other, &latin_said) || holds(&latin_said, &other) || holds(&other, &latin_said)
    };
    let same_script = |other: &String| writes_latin(other) == writes_latin(said);
    if accepted.iter().any(is) {
        Answer::Yes
    } else if accepted.iter().any(like) || !accepted.iter().any(same_script) {
        Answer::Perhaps
    } else {
        Answer::No
    }
}

fn writes_latin(text: &str) -> bool {
    words(text).iter().flat_map(|w| w.chars()).all(|c| c.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;
    use factum_model::RecordId;

    fn scope() -> Scope {
        Scope {
            event_types: vec!["Disappearance".into(), "abduction".into()],
            regions: vec!["Upper Valley".into()],
            from: "2019-03".parse().ok(),
            to: "2019-11".parse().ok(),
            ..Scope::default()
        }
    }

    fn check(scope: &Scope, (kind, region, date): (&str, &str, &str), expected: Standing) {
        let mut record = Record::new(RecordId::new("1"), 2);
        let some = |text: &str| (!text.is_empty()).then(|| text.to_string());
        record.event_type = some(kind);
        record.event_place.region = some(region);
        record.event_date = date.parse().ok();
        assert_eq!(Judge::new(scope).judge(&record, None), expected, "{kind}, {region}, {date}");
    }

    #[test]
    fn records_are_judged_by_type_place_and_date() {
        use Respect::*;
        use Standing::*;
        let scope = scope();
        check(&scope, ("disappearance", "UPPER valley", "2019-03-01"), Inside);
        check(&scope, ("killing", "Upper Valley", "2019-05"), Outside(Type));
        check(&scope, ("killing", "Far Valley", "2018"), Outside(Type));
        check(&scope, ("abduction", "Far Valley", "2019-05"), Outside(Place));
        check(&scope, ("abduction", "Uper Valley", "2019-05"), MayBeOutside(Place));
        check(&scope, ("abduction", "Верхняя долина", "2019-05"), MayBeOutside(Place));
        check(&scope, ("abduction", "Upper Valley", "2018-12"), Outside(Date));
        check(&scope, ("abduction", "Upper Valley", "2019-12-01/2020"), Outside(Date));
        check(&scope, ("abduction", "Upper Valley", "2019"), MayBeOutside(Date));
        check(&scope, ("abduction", "Upper Valley", "2019-02~"), MayBeOutside(Date));
        check(&scope, ("abduction", "Upper Valley", "2019-10/.."), MayBeOutside(Date));
        check(&scope, ("abduction", "Upper Valley", ""), Unknown(Date));
        check(&scope, ("abduction", "", "2018"), Outside(Date));
        check(&scope, ("", "", ""), Unknown(Type));
    }

    #[test]
    fn a_place_is_outside_only_if_neither_its_name_nor_its_region_is_accepted() {
        let scope = Scope { places: vec!["Mirna".into()], regions: vec!["Upper Valley".into()], ..Scope::default() };
        let judge = |place: Option<&str>, region: Option<&str>| {
            let mut record = Record::new(RecordId::new("1"), 2);
            record.event_place.place = place.map(String::from);
            record.event_place.region = region.map(String::from);
            Judge::new(&scope).judge(&record, None)
        };
        assert_eq!(judge(Some("Mirna"), Some("Far Valley")), Standing::Inside);
        assert_eq!(judge(Some("Tolva"), Some("Upper Valley")), Standing::Inside);
        assert_eq!(judge(Some("Tolva"), Some("Far Valley")), Standing::Outside(Respect::Place));
        assert_eq!(judge(Some("Tolva"), None), Standing::Unknown(Respect::Place));
        assert_eq!(judge(Some("Mirna bridge"), None), Standing::MayBeOutside(Respect::Place));
    }

    #[test]
    fn a_list_may_say_the_type_for_all_its_records() {
        let record = Record::new(RecordId::new("1"), 2);
        let scope = Scope { event_types: vec!["killing".into()], ..Scope::default() };
        assert_eq!(Judge::new(&scope).judge(&record, Some("Killing")), Standing::Inside);
        assert_eq!(Judge::new(&scope).judge(&record, None), Standing::Unknown(Respect::Type));
    }

    #[test]
    fn scope_and_counts_are_told_in_words() {
        assert_eq!(scope().in_words(), "type Disappearance, abduction; in Upper Valley; from 2019-03; to 2019-11");
        let mut counts = ScopeCounts::default();
        for standing in [Standing::Inside, Standing::Outside(Respect::Date), Standing::Outside(Respect::Type)] {
            counts.add(standing);
        }
        assert_eq!(counts.in_words(), "1 inside, 2 outside (type 1, date 1)");
    }

    #[test]
    fn what_cannot_be_judged_stays_unless_the_scope_says_otherwise() {
        let keep = scope();
        let leave = Scope { unknown: Unjudged::Leave, ..scope() };
        let unknown = Standing::Unknown(Respect::Date);
        assert!(keep.keeps(unknown) && !leave.keeps(unknown) && leave.keeps(Standing::Inside));
        assert!(!keep.keeps(Standing::Outside(Respect::Date)));
    }
}
