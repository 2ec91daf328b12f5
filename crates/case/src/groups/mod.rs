//! Does a record name a person, and of how many people does it speak whom it does not name?
//!
//! "Three unknown men", "family of five", "Juan and two others": such records are no persons that could be linked. Whoever is
//! named in them is linked; the others are counted apart and bound the documented minimum from above ([`crate::minimum`]).

mod lexicon;
mod phrase;

use crate::words::words;
use factum_model::{Name, Record};
use serde::Serialize;
use std::collections::HashMap;

/// People of whom a record speaks without naming them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Others {
    /// How many, as far as it states their number.
    pub stated: u32,
    /// Whether it speaks of more, whose number it does not state.
    pub more: bool,
}

impl Others {
    fn stated(stated: u32) -> Self {
        Self { stated, more: false }
    }

    fn add(&mut self, number: Option<u32>) {
        self.stated = self.stated.saturating_add(number.unwrap_or(0));
        self.more |= number.is_none();
    }

    /// Whether there is nobody.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

/// Whom a record speaks of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SpeaksOf {
    /// Whether it names a person, or gives something else by which one can be told.
    pub named: bool,
    /// The people whom it does not name.
    pub others: Others,
}

/// Reads one record after the other. Most parts of names are nothing but names, and come again and again: whether a part is such
/// a one is found once.
#[derive(Debug, Default)]
pub(crate) struct Reader {
    plain: HashMap<String, bool>,
}

impl Reader {
    /// As [`read`].
    pub(crate) fn read(&mut self, record: &mut Record, names_people: bool) -> SpeaksOf {
        match record.names.as_slice() {
            [name]
                if !name.is_empty()
                    && [&name.full, &name.given, &name.middle, &name.family]
                        .into_iter()
                        .flatten()
                        .all(|part| self.is_plain(part)) =>
            {
                let others = record.count.map_or(0, |count| count.saturating_sub(1));
                SpeaksOf { named: true, others: Others::stated(others) }
            }
            _ => read(record, names_people),
        }
    }

    fn is_plain(&mut self, part: &str) -> bool {
        if let Some(known) = self.plain.get(part) {
            return *known;
        }
        let plain = phrase::is_plain(part);
        self.plain.insert(part.to_string(), plain);
        plain
    }
}

/// Reads whom a record speaks of, and leaves in its names what names a person. `names_people` says whether its list has
/// columns for names at all: where it has none, no record can be reproached with being without.
pub(crate) fn read(record: &mut Record, names_people: bool) -> SpeaksOf {
    let mut kept: Vec<Name> = Vec::new();
    let mut others: Option<Others> = None;
    // A name of signs only, such as "???", is none.
    let written = std::mem::take(&mut record.names).into_iter().filter(|n| !words(&whole(n)).is_empty());
    for name in written {
        let name = without_unknown_parts(name);
        let said = phrase::read(&whole(&name));
        // Every name of a record speaks of the same people; the main name says best how many.
        let before = *others.get_or_insert(said.others);
        if said.named && kept.is_empty() && before == Others::stated(1) && said.others.is_none() {
            // An alias names the person whose main name is not known.
            others = Some(Others::default());
        }
        match said.part {
            _ if !said.named => {}
            Some(part) => kept.push(Name { full: Some(part), ..Name::default() }),
            None => kept.push(name),
        }
    }
    let tells_apart = !record.numbers.is_empty() || record.birth.is_some() || !names_people;
    let named = !kept.is_empty() || (others.is_none() && tells_apart);
    record.names = kept;
    let others = match (record.count, others) {
        (Some(count), _) => Others::stated(count.saturating_sub(u32::from(named))),
        (None, None) if !named => Others::stated(1),
        (None, others) => others.unwrap_or_default(),
    };
    SpeaksOf { named, others }
}

/// A name in parts without those that say "unknown".
fn without_unknown_parts(name: Name) -> Name {
    let known = |part: &Option<String>| part.clone().filter(|p| !phrase::is_unknown(p));
    let kept =
        Name { given: known(&name.given), middle: known(&name.middle), family: known(&name.family), ..name.clone() };
    if kept.is_empty() { name } else { kept }
}

fn whole(name: &Name) -> String {
    match &name.full {
        Some(full) if name.given.is_none() && name.family.is_none() => full.clone(),
        _ => [&name.given, &name.middle, &name.family].into_iter().flatten().cloned().collect::<Vec<_>>().join(" "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use factum_model::RecordId;
    use proptest::prelude::*;

    fn record(fill: impl FnOnce(&mut Record)) -> Record {
        let mut record = Record::new(RecordId::new("1"), 2);
        fill(&mut record);
        record
    }

    fn full(text: &str) -> Name {
        Name { full: Some(text.into()), ..Name::default() }
    }

    /// The name that is linked, the number of others, and whether there are more.
    fn check(text: &str, expected: (&str, u32, bool)) {
        let mut record = record(|r| r.names.push(full(text)));
        let speaks = read(&mut record, true);
        let name = record.names.first().map_or(String::new(), whole);
        assert_eq!((name.as_str(), speaks.others.stated, speaks.others.more), expected, "{text}");
        assert_eq!(speaks.named, !name.is_empty(), "{text}");
    }

    #[test]
    fn unnamed_people_are_counted() {
        check("unknown man", ("", 1, false));
        check("three unknown men", ("", 3, false));
        check("4 bodies", ("", 4, false));
        check("Unidentified", ("", 1, false));
        check("unidentified bodies", ("", 0, true));
        check("Unidentified bodies (6)", ("", 6, false));
        check("family of five", ("", 5, false));
        check("two women and a child", ("", 3, false));
        check("Two dozen villagers", ("", 24, false));
        check("Name withheld by police", ("", 1, false));
        check("Unknown male, Mirna", ("", 1, false));
        check("unknown man found near Mirna", ("", 1, false));
        check("John Doe 5", ("", 1, false));
        check("Body no. 17", ("", 1, false));
        check("unidentified man aged 30", ("", 1, false));
        check("two men aged 25 and 30 years", ("", 2, false));
        check("N.N.", ("", 1, false));
        check("several persons", ("", 0, true));
        check("son of Juan Perez", ("", 1, false));
        check("two daughters of Juan Perez", ("", 2, false));
        check("Perez family", ("", 0, true));
        check("family of Juan Perez (5)", ("", 5, false));
        check("Six members of the Hassan family", ("", 6, false));
        check("twins of Maria Lopez", ("", 2, false));
        check("Mr. and Mrs. Smith", ("", 2, false));
        check("unknown woman and her baby", ("", 2, false));
        check("NN masculino", ("", 1, false));
        check("Unknown #12", ("", 1, false));
        check("more than 30 people", ("", 30, true));
        check("20-30 people", ("", 20, true));
        check("al menos cinco muertos", ("", 5, true));
    }

    #[test]
    fn unnamed_people_are_counted_in_other_languages() {
        check("hombre no identificado", ("", 1, false));
        check("tres hombres desconocidos", ("", 3, false));
        check("cinco cuerpos sin identificar", ("", 5, false));
        check("familia de cuatro personas", ("", 4, false));
        check("deux inconnus", ("", 2, false));
        check("homme non identifié", ("", 1, false));
        check("famille de six", ("", 6, false));
        check("неизвестный мужчина", ("", 1, false));
        check("трое неизвестных мужчин", ("", 3, false));
        check("семья из пяти человек", ("", 5, false));
        check("4 тела", ("", 4, false));
        check("три неизвестных", ("", 3, false));
        check("жена Ивана Петрова", ("", 1, false));
        check("رجل مجهول الهوية", ("", 1, false));
        check("ثلاثة رجال مجهولين", ("", 3, false));
        check("جثتان", ("", 2, false));
        check("عائلة من خمسة أشخاص", ("", 5, false));
        check("رجل وطفلان", ("", 3, false));
        check("٤ جثث", ("", 4, false));
    }

    #[test]
    fn a_person_among_others_is_named() {
        check("Juan and two others", ("Juan", 2, false));
        check("Juan Perez and 2 others", ("Juan Perez", 2, false));
        check("Juan Pérez y otros", ("Juan Pérez", 0, true));
        check("Juan Pérez y 3 personas más", ("Juan Pérez", 3, false));
        check("Juan Perez et al.", ("Juan Perez", 0, true));
        check("Juan Perez 3 others", ("Juan Perez", 3, false));
        check("Jean Dupont et sa famille", ("Jean Dupont", 0, true));
        check("Jean Dupont et deux autres", ("Jean Dupont", 2, false));
        check("Иван Петров и ещё двое", ("Иван Петров", 2, false));
        check("Иван Петров и другие", ("Иван Петров", 0, true));
        check("علي حسن وآخرون", ("علي حسن", 0, true));
        check("علي حسن وطفلان", ("علي حسن", 2, false));
        check("Ali Hassan and his wife", ("Ali Hassan", 1, false));
        check("Ali Hassan and his wife Mona Hassan", ("Ali Hassan", 1, false));
        check("Juan Perez and Maria Lopez", ("Juan Perez", 1, false));
        check("Ali Hassan + 4", ("Ali Hassan", 4, false));
        check("unknown man and Juan Perez", ("Juan Perez", 1, false));
        check("2 unknown, Juan Perez", ("Juan Perez", 2, false));
        check("unknown man (Juan Perez?)", ("Juan Perez", 0, false));
        check("Juan Perez (y dos hijos)", ("Juan Perez", 2, false));
        check("Ali and brother Hassan", ("Ali", 1, false));
        check("أحمد علي وزوجته", ("أحمد علي", 1, false));
        check("Mirel, Ana, and two children", ("Mirel, Ana", 2, false));
    }

    #[test]
    fn names_stay_names() {
        for name in [
            "Ana Mirel",
            "Mirel, Ana",
            "Man Singh",
            "Na Li",
            "Santiago Ramón y Cajal",
            "Artur Mas",
            "Jeurys Familia",
            "Jean Dupont fils",
            "Ali son of Hassan",
            "Maria Luisa E. Lopez Garcia",
            "12. Ali Hassan",
            "Ali Hassan (soldier)",
            "Juan Perez, student",
            "D'Angelo O’Brien",
            "吴芳明",
            "Su Wei",
            "Baby Smith",
            "Juan Nunca Más",
            "De la Cruz",
            "علي بن حسن",
        ] {
            let mut record = record(|r| r.names.push(full(name)));
            let speaks = read(&mut record, true);
            assert!(speaks.named && speaks.others.is_none(), "{name}: {speaks:?}");
            let kept = whole(&record.names[0]);
            assert!(name.starts_with(&kept) && kept.len() + 12 > name.len(), "{name}: {kept}");
        }
    }

    #[test]
    fn what_is_known_of_a_name_is_kept() {
        check("Unknown Ahmed", ("Ahmed", 0, false));
        check("Ahmed (unknown)", ("Ahmed", 0, false));
        check("Juan sin nombre", ("Juan", 0, false));
        check("Ahmed, surname unknown", ("Ahmed", 0, false));
        check("unknown man known as Abu Ali", ("Abu Ali", 0, false));
        let mut parts = record(|r| {
            r.names.push(Name { given: Some("Unknown".into()), family: Some("Hassan".into()), ..Name::default() });
        });
        assert!(read(&mut parts, true).named);
        assert_eq!((parts.names[0].given.as_deref(), parts.names[0].family.as_deref()), (None, Some("Hassan")));
        let mut alias = record(|r| r.names.extend([full("unknown man"), full("Abu Ali")]));
        assert_eq!(read(&mut alias, true), SpeaksOf { named: true, others: Others::default() });
    }

    #[test]
    fn a_column_states_the_number() {
        let speaks = |name: Option<&str>, count| {
            let mut record = record(|r| {
                r.names.extend(name.map(full));
                r.count = count;
            });
            let speaks = read(&mut record, true);
            (speaks.named, speaks.others.stated)
        };
        assert_eq!(speaks(Some("Ana Mirel"), Some(1)), (true, 0));
        assert_eq!(speaks(Some("Ana Mirel"), Some(4)), (true, 3));
        assert_eq!(speaks(Some("several men"), Some(7)), (false, 7));
        assert_eq!(speaks(None, Some(12)), (false, 12));
        assert_eq!(speaks(None, None), (false, 1));
    }

    #[test]
    fn who_can_be_told_without_a_name_is_linked() {
        let mut numbered = record(|r| r.numbers.push("400123".into()));
        assert!(read(&mut numbered, true).named);
        let mut of_a_list_without_names = record(|r| r.address = Some("Mill Lane".into()));
        assert!(read(&mut of_a_list_without_names, false).named);
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "\\PC{0,40}") {
            let _ = phrase::read(&text);
        }

        #[test]
        fn what_was_read_before_is_read_alike(
            names in proptest::collection::vec(
                [".{0,3}|(Ana|Mirel|unknown|men|two|and|son|of|a|al|&|\\(| |,|4|и|و|et al){0,4}",
                 ".{0,3}|(Ana|Mirel|unknown|others|family|de|of|name|\\+| |,|7|и|و|son){0,4}"],
                1..4,
            ),
            count in proptest::option::of(0u32..5),
        ) {
            let mut reader = Reader::default();
            for [given, family] in names.iter().chain(&names) {
                let known = |part: &String| (!part.is_empty()).then(|| part.clone());
                let name = Name { given: known(given), family: known(family), ..Name::default() };
                let [mut a, mut b] = [(), ()].map(|()| record(|r| {
                    r.names.push(name.clone());
                    r.count = count;
                }));
                prop_assert_eq!(reader.read(&mut a, true), read(&mut b, true));
                prop_assert_eq!(a, b);
            }
        }

        #[test]
        fn near_phrases_are_read(text in "(three|unknown|men|Juan|and|others|family of|,| |\\(|4|и|و|son of|et al){0,12}") {
            let mut record = record(|r| r.names.push(full(&text)));
            let speaks = read(&mut record, true);
            prop_assert!(speaks.named || !speaks.others.is_none());
            prop_assert_eq!(speaks.named, !record.names.is_empty());
        }
    }
}
