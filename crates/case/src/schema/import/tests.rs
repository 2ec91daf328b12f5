//! Do tables come in with every fault named, and do exports come back?

use super::*;
use crate::schema::entity::{Key, Said, Value};
use crate::schema::export;
use crate::schema::kind::Type;
use crate::schema::{Schema, SchemaFile};
use proptest::prelude::*;

pub(super) fn shown(imported: &Imported) -> Vec<String> {
    let mut lines = Vec::new();
    for entity in &imported.entities {
        let said: Vec<String> =
            entity.properties.iter().map(|s| format!("{}={}", s.property, s.value.text())).collect();
        lines.push(format!("{} [{}]", entity.id(), said.join("; ")));
    }
    lines.extend(imported.links.iter().map(|l| format!("{} -{}-> {}", l.from, l.property, l.to)));
    lines
}

pub(super) fn faults(imported: &Imported) -> Vec<String> {
    imported.faults.iter().map(|f| f.line(false).split(" (").next().unwrap_or_default().to_string()).collect()
}

fn mapping(text: &str, schema: &Schema) -> Mapping {
    let (mapping, faults) = Mapping::parse(text, "m.toml", schema);
    assert!(faults.is_empty(), "{:?}", faults.lines(9, true));
    mapping
}

const DETENTIONS: &str = "\
version = 1
[terms.acts]
\"beaten up\" = \"physical assault\"
\"n/a\" = \"\"

[[table]]
file = \"detentions.csv\"

[[table.entity]]
name = \"person\"
kind = \"person\"
key = \"Person\"
merge = true
[table.entity.columns]
\"Full name\" = \"name\"
Aliases = { property = \"other_name\", split = \";\" }
Born = \"birth_date\"

[[table.entity]]
kind = \"detention\"
[table.entity.columns]
From = \"start\"
Site = { property = \"facility\", to = \"place\" }
[table.entity.links]
detainee = \"person\"

[[table.entity]]
kind = \"act\"
[table.entity.columns]
Act = \"type\"
[table.entity.links]
victim = \"person\"

[[table]]
file = \"sites.csv\"
[[table.entity]]
kind = \"place\"
key = \"Code\"
[table.entity.columns]
Name = \"name\"
";

#[test]
fn rows_become_entities_and_links_and_every_fault_is_named() {
    let schema = Schema::standard();
    let mapping = mapping(DETENTIONS, &schema);
    let detentions = "Person,Full name,Aliases,Born,From,Site,Act\n\
        P1,Ana Mirel,Мирел; Anica,1967,25/12/2015,S1,Torture\n\
        P1,Ana Mirell,,about 1968,03/05/2016,S9,beaten up\n\
        ,Nobody,,,2016,S1,n/a\n\
        P3,Ivo Sarn,,soon,2016-13,S1,hanged by the arms\n\
        P4,too,many\n";
    let sites = "Code,Name\nS1,Old mill\nS1,New mill\n,No code\n";
    let files = [
        File { name: "detentions.csv", bytes: detentions.as_bytes() },
        File { name: "sites.csv", bytes: sites.as_bytes() },
        File { name: "other.csv", bytes: b"A\n1\n" },
    ];
    let imported = table(&files, &mapping, &schema);
    assert_eq!(
        shown(&imported),
        [
            "person:P1 [name=Ana Mirel; other_name=Мирел; other_name=Anica; birth_date=1967; name=Ana Mirell; \
             birth_date=1968~]",
            "detention:detentions.csv:2/detention [start=2015-12-25]",
            "act:detentions.csv:2/act [type=020111110000]",
            "detention:detentions.csv:3/detention [start=2016-05-03]",
            "act:detentions.csv:3/act [type=020101000000]",
            "detention:detentions.csv:4/detention [start=2016]",
            "act:detentions.csv:4/act []",
            "person:P3 [name=Ivo Sarn]",
            "detention:detentions.csv:5/detention []",
            "act:detentions.csv:5/act []",
            "place:S1 [name=Old mill]",
            "detention:detentions.csv:2/detention -facility-> place:S1",
            "detention:detentions.csv:2/detention -detainee-> person:P1",
            "act:detentions.csv:2/act -victim-> person:P1",
            "detention:detentions.csv:3/detention -facility-> place:S9",
            "detention:detentions.csv:3/detention -detainee-> person:P1",
            "act:detentions.csv:3/act -victim-> person:P1",
            "detention:detentions.csv:4/detention -facility-> place:S1",
            "detention:detentions.csv:5/detention -facility-> place:S1",
            "detention:detentions.csv:5/detention -detainee-> person:P3",
            "act:detentions.csv:5/act -victim-> person:P3",
        ]
    );
    assert_eq!(
        faults(&imported),
        [
            "row left out: detentions.csv, row 4: the `person` has no key",
            "value left out: detentions.csv, row 5, column `Born`: not an EDTF date; write 2017-05-03, 2017-05, 2017, \
             201X, 2017-05~ or 2016/2018",
            "value left out: detentions.csv, row 5, column `From`: month 13 does not exist",
            "value left out: detentions.csv, row 5, column `Act`: is no term of the vocabulary `acts`",
            "row left out: detentions.csv, row 6: has 3 columns, the header has 7",
            "row left out: sites.csv, row 3: a `place` with this key is there already, from row 2",
            "row left out: sites.csv, row 4: the `place` has no key",
            "error: other.csv: the mapping does not say what its columns mean",
            "note: detentions.csv, row 3, column `Site`: `facility` leads to a `place` that is not in these files",
            "note: detentions.csv, row 3, column `Born`: 1 further values of `person.birth_date` differ from the first; the \
             first of them is here",
        ]
    );
    let [unknown] = imported.unknown_terms.as_slice() else { panic!("{:?}", imported.unknown_terms) };
    assert_eq!((&*unknown.vocabulary, unknown.text.as_str(), unknown.count), ("acts", "hanged by the arms", 1));
    assert_eq!(unknown.places[0].row, 5);
    let person = &imported.entities[0];
    assert_eq!(person.properties[1].value, Value::Name { text: "Мирел".into(), script: "Cyrl".into() });
    assert_eq!(person.properties[5].original.as_deref(), Some("about 1968"));
}

#[test]
fn a_mapping_tells_all_its_faults_with_their_lines() {
    let text = "version = 1\n[terms.acts]\n\"x\" = \"no such\"\n[terms.none]\n\"y\" = \"z\"\n[[table]]\nfile = \"a.csv\"\n\
        colour = 1\n[[table.entity]]\nkind = \"persons\"\n[[table.entity]]\nkind = \"act\"\n[table.entity.columns]\n\
        A = \"kind\"\nB = { property = \"victim\", to = \"place\" }\nC = { property = \"type\", to = \"place\" }\n\
        [table.entity.links]\nvictim = \"nobody\"\nreason = \"act\"\n[table.entity.fixed]\nevent = \"E1\"\n[[table]]\n";
    let (_, faults) = Mapping::parse(text, "m.toml", &Schema::standard());
    let lines: Vec<String> =
        faults.iter().map(|f| f.line(false).split(" (").next().unwrap_or_default().to_string()).collect();
    assert_eq!(
        lines,
        [
            "error: m.toml, row 3: the vocabulary `acts` has no such term",
            "error: m.toml, row 4: there is no vocabulary `none`",
            "error: m.toml, row 8: there is no key `colour` in a table",
            "error: m.toml, row 10: the entity is of no kind of this schema",
            "error: m.toml, row 14: a `act` has no property `kind`",
            "error: m.toml, row 15: `victim` does not lead to a `place`",
            "error: m.toml, row 16: `type` is no link, so `to` means nothing",
            "error: m.toml, row 19: `reason` does not belong under `links`",
            "error: m.toml, row 21: `event` does not belong under `fixed`",
            "error: m.toml, row 6: the link `victim` ends at `nobody`, which is no entity of this table",
            "error: m.toml, row 22: the table makes no entity",
        ]
    );
}

#[test]
fn a_column_that_is_not_there_is_named_and_the_file_left_out() {
    let schema = Schema::standard();
    let mapping = mapping(DETENTIONS, &schema);
    let file = File { name: "sites.csv", bytes: b"Code,Title\nS1,Mill\n" };
    let imported = table(&[file], &mapping, &schema);
    assert_eq!(faults(&imported), ["error: sites.csv, row 1: there is no column `Name`"]);
    assert!(imported.entities.is_empty());
}

/// Entities of every kind with values of every type, and links between them.
pub(super) fn some_entities(seed: &[(usize, Vec<(usize, String)>)], schema: &Schema) -> Imported {
    let mut imported = Imported::default();
    let file: Word = "made.csv".into();
    for (number, (kind, values)) in seed.iter().enumerate() {
        let kind = &schema.kinds()[kind % schema.kinds().len()];
        let at = Where::row(&file, number as u32 + 2);
        let mut entity = Entity {
            key: format!("k{number}").into(),
            kind: kind.name.clone(),
            properties: Vec::new(),
            recorded: None,
            from: at.clone(),
        };
        for (choice, text) in values {
            let property = &kind.properties()[choice % kind.properties().len()];
            let value = match &property.of {
                Type::Text => Value::Text(text.clone()),
                Type::Place => Value::Place(format!("near {text}")),
                Type::Name => Value::name(text.as_str()),
                Type::Date => Value::Date(["1967", "2017-05~", "2016/2018", "2017-05-03"][choice % 4].into()),
                Type::Number => Value::Number(choice.to_string()),
                Type::YesNo => Value::YesNo(choice % 2 == 0),
                Type::Term(name) => {
                    let terms = schema.vocabulary(name).unwrap().terms();
                    Value::Term { vocabulary: name.clone(), code: terms[choice % terms.len()].code.clone() }
                }
                Type::Link { to, role } => {
                    let target = imported.entities.iter().find(|e: &&Entity| to.contains(&e.kind)).map(Entity::id);
                    let to = target.unwrap_or(Key { kind: to[choice % to.len()].clone(), key: "far:1|2".into() });
                    let known = imported
                        .links
                        .iter()
                        .any(|l: &Link| l.from == entity.id() && l.property == property.name && l.to == to);
                    // Where several kinds may be meant, a key that is nowhere cannot be told.
                    if !known {
                        let (property, role) = (property.name.clone(), role.clone());
                        imported.links.push(Link {
                            from: entity.id(),
                            property,
                            role,
                            to,
                            dataset: None,
                            at: at.clone(),
                        });
                    }
                    continue;
                }
            };
            let (original, dataset) = (None, None);
            let said = Said { property: property.name.clone(), value, original, dataset, at: at.clone() };
            if !entity.properties.iter().any(|s| s.property == said.property && s.value == said.value) {
                entity.properties.push(said);
            }
        }
        imported.entities.push(entity);
    }
    imported
}

pub(super) fn seeds() -> impl Strategy<Value = Vec<(usize, Vec<(usize, String)>)>> {
    let text = "[\"a-zШ阿'=+\\\\|,;\n é]{0,6}[a-zШ阿]";
    proptest::collection::vec((0usize..16, proptest::collection::vec((0usize..1000, text), 0..6)), 0..8)
}

proptest! {
    #[test]
    fn json_comes_back_exactly(seeds in seeds()) {
        let schema = Schema::standard();
        let mut made = some_entities(&seeds, &schema);
        for (number, entity) in made.entities.iter_mut().enumerate() {
            entity.recorded = (number % 2 == 0).then(|| "2019-03-04T10:00:00Z".to_string());
            for said in &mut entity.properties {
                said.original = (number % 3 == 0).then(|| "as written".to_string());
                said.dataset = (number % 3 == 1).then(|| Word::from("press"));
                said.at.column = (number % 2 == 1).then(|| Word::from("Column"));
            }
        }
        let written = export::json(&made.entities, &made.links, &schema);
        let read = json(&File { name: "x.json", bytes: &written }, &schema);
        prop_assert_eq!(&read.entities, &made.entities);
        prop_assert_eq!(&read.links, &made.links);
        prop_assert!(read.faults.iter().all(|f| f.severity == crate::fault::Severity::Note));
        prop_assert_eq!(export::json(&read.entities, &read.links, &schema), written);
    }

    #[test]
    fn tables_come_back_with_values_and_links(seeds in seeds()) {
        let schema = Schema::standard();
        let made = some_entities(&seeds, &schema);
        let written = export::csv(&made.entities, &made.links, &schema);
        prop_assert!(written.faults.is_empty());
        let (map, tables) = written.files.split_last().unwrap();
        let (mapping, faults) = Mapping::parse(std::str::from_utf8(&map.bytes).unwrap(), &map.name, &schema);
        prop_assert!(faults.is_empty(), "{:?}", faults.lines(9, true));
        let files: Vec<File<'_>> = tables.iter().map(|t| File { name: &t.name, bytes: &t.bytes }).collect();
        let mut read = shown(&table(&files, &mapping, &schema));
        let mut expected = shown(&in_order_of_schema(&made, &schema));
        read.sort();
        expected.sort();
        prop_assert_eq!(read, expected);
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200), text in "[{}\\[\\]\":,a-z0-9\n]{0,80}") {
        let schema = Schema::standard();
        let mapping = mapping(DETENTIONS, &schema);
        for bytes in [bytes.as_slice(), text.as_bytes()] {
            let _ = table(&[File { name: "sites.csv", bytes }], &mapping, &schema);
            let _ = json(&File { name: "x.json", bytes }, &schema);
        }
        let _ = Mapping::parse(&text, "m.toml", &schema);
        let _ = Schema::with(&[SchemaFile { name: "s.toml", text: &text }]);
    }
}

/// A table has its columns in the order of the schema, so values come back in that order.
pub(super) fn in_order_of_schema(made: &Imported, schema: &Schema) -> Imported {
    let mut made = made.clone();
    for entity in &mut made.entities {
        let kind = schema.kind(&entity.kind).unwrap();
        entity.properties.sort_by_key(|s| kind.properties().iter().position(|p| p.name == s.property));
    }
    made
}
