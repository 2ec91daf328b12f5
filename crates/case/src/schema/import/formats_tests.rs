//! Do FollowTheMoney and the Events Standard Formats come in, and does FollowTheMoney come back?

use super::tests::{faults, in_order_of_schema, seeds, shown, some_entities};
use super::*;
use crate::schema::entity::{Entity, Link, Value};
use crate::schema::{Schema, export};
use proptest::prelude::*;

fn read_ftm(text: &str) -> Imported {
    ftm(&File { name: "x.ftm.json", bytes: text.as_bytes() }, &Schema::standard())
}

#[test]
fn entities_of_followthemoney_come_in_with_their_sources() {
    let imported = read_ftm(
        "{\"id\":\"a1\",\"schema\":\"Person\",\"datasets\":[\"press\"],\"properties\":{\"name\":[\"Ana Mirel\",\"Ана Мирел\"],\
         \"gender\":[\"female\"],\"birthDate\":[\"1967-05\"],\"weight\":[\"60\"]}}\n\
         {\"id\":\"o1\",\"schema\":\"Company\",\"properties\":{\"name\":[\"Mill Ltd\"],\"parent\":[\"o2\"]}}\n\
         {\"id\":\"m1\",\"schema\":\"Employment\",\"properties\":{\"employee\":[\"a1\"],\"employer\":[\"o1\"],\"role\":[\"guard\"]}}\n\
         {\"id\":\"v1\",\"schema\":\"Vessel\",\"properties\":{\"name\":[\"Boat\"]}}\n\
         not json\n\
         {\"id\":\"a1\",\"schema\":\"Person\",\"properties\":{}}\n\
         {\"id\":\"s\",\"entity_id\":\"p9\",\"canonical_id\":\"NK-1\",\"prop\":\"birthDate\",\"schema\":\"Person\",\"value\":\"1970\",\
         \"original_value\":\"born 1970\",\"dataset\":\"ngo\"}\n\
         {\"id\":\"t\",\"entity_id\":\"p9\",\"canonical_id\":\"NK-1\",\"prop\":\"gender\",\"schema\":\"Person\",\"value\":\"both\",\
         \"dataset\":\"ngo\"}\n",
    );
    assert_eq!(
        shown(&imported),
        [
            "person:a1 [birth_date=1967-05; sex=020000000000; name=Ana Mirel; name=Ана Мирел]",
            "organization:o1 [name=Mill Ltd]",
            "relation:m1 [nature=Employment; nature=guard]",
            "person:p9 [birth_date=1970]",
            "organization:o1 -part_of-> organization:o2",
            "relation:m1 -subject-> person:a1",
            "relation:m1 -object-> organization:o1",
        ]
    );
    let person = &imported.entities[0];
    assert_eq!(person.properties[0].dataset.as_deref(), Some("press"));
    let stated = &imported.entities[3].properties[0];
    assert_eq!((stated.dataset.as_deref(), stated.original.as_deref()), (Some("ngo"), Some("born 1970")));
    assert_eq!(
        faults(&imported),
        [
            "row left out: x.ftm.json, row 5: the line is no JSON",
            "row left out: x.ftm.json, row 6: an entity with this id is there already, from line 1",
            "row left out: x.ftm.json, row 4: no kind is held by the schema `Vessel`",
            "value left out: x.ftm.json, row 8, column `gender`: is no term of the vocabulary `sex`",
            "note: x.ftm.json, row 1: `Person.weight` has no counterpart in this schema: 1 not carried",
            "note: x.ftm.json, row 2, column `parent`: `part_of` leads to a `organization` that is not in these files",
        ]
    );
}

#[test]
fn tables_of_the_standard_formats_come_in_without_their_padding() {
    let person = "Person_Record_Number,counting_unit,person_name,date_of_birth,date_of_birth_type,sex,confidentiality\n\
        7,010000000000,Ana Mirel,1967-01-01,030000000000,020000000000,n\n\
        8,030000000000,Families of the mill,,,,\n\
        9,,Ivo Sarn,1970-05-01,02000000000048,1000000000039,\n\
        ,,No number,,,,\n";
    let act = "2101,2102,2103,2109,2111,2111_1,2114,2115,9999\n\
        21,7,1,020111110000,2017-05-01,020000000000,030100000000;030800000000,010200000000,x\n\
        22,8,1,020199990000,2017-05-09,01,,,\n\
        23,77,1,030102000000,2017-05-09,010000000000,,,\n";
    let event = "101,0102,113,113_1\n1,Night at the mill,2017-02-11,\n";
    let arrest = "3102,3112\n23,010000000000\n";
    let files = [
        File { name: "people.csv", bytes: person.as_bytes() },
        File { name: "act.csv", bytes: act.as_bytes() },
        File { name: "e.csv", bytes: event.as_bytes() },
        File { name: "arrest.csv", bytes: arrest.as_bytes() },
        File { name: "else.csv", bytes: b"A,B\n1,2\n" },
    ];
    let imported = esf(&files, &Schema::standard());
    assert_eq!(
        shown(&imported),
        [
            "person:7 [name=Ana Mirel; birth_date=1967; sex=020000000000]",
            "group:8 [counting_unit=030000000000; name=Families of the mill]",
            "person:9 [name=Ivo Sarn; birth_date=1970-05; sex=010000000000]",
            "act:21 [type=020111110000; start=2017-05; method=030100000000; method=030800000000; attribution=010200000000]",
            "act:22 []",
            "act:23 [type=030102000000; start=2017-05-09~]",
            "event:1 [name=Night at the mill; start=2017-02-11]",
            "detention:23 [type=010000000000]",
            "act:21 -victim-> person:7",
            "act:21 -event-> event:1",
            "act:22 -victim-> group:8",
            "act:22 -event-> event:1",
            "act:23 -event-> event:1",
            "detention:23 -act-> act:23",
        ]
    );
    assert_eq!(imported.entities[0].properties[1].original.as_deref(), Some("1967-01-01"));
    assert_eq!(
        faults(&imported),
        [
            "row left out: people.csv, row 5: the record has no number",
            "note: people.csv, row 2, column `confidentiality`: no property holds this field: 1 values not carried; the first is \
             here",
            "value left out: act.csv, row 3, column `2109`: is no term of the vocabulary `acts`",
            "value left out: act.csv, row 3, column `2111`: the type of the date is not known, so what is padding cannot be told",
            "note: act.csv, row 1, column `9999`: the format has no such field",
            "error: else.csv: this is no table of the Events Standard Formats",
            "value left out: act.csv, row 4, column `2102`: `victim` leads to a key that no entity in these files has",
        ]
    );
    assert_eq!(imported.unknown_terms.len(), 1);
}

/// What FollowTheMoney can carry of entities: properties it holds, dates it can write, links without a doubled end.
fn carried(made: &Imported, schema: &Schema) -> Imported {
    let mut made = made.clone();
    for entity in &mut made.entities {
        let kind = schema.kind(&entity.kind).unwrap();
        entity.properties.retain(|s| {
            let held = kind.property(&s.property).and_then(|p| p.ftm.as_deref());
            let exact = !matches!(&s.value, Value::Date(d) if d.contains(['~', '/']));
            // A country is carried as a code of two letters, in small ones, or not at all.
            let code = s.value.text();
            let is_code = code.len() == 2 && code.bytes().all(|b| b.is_ascii_alphabetic());
            held.is_some_and(|name| !crate::schema::ftm_names::is_country(name) || is_code) && exact
        });
        for said in &mut entity.properties {
            let held = kind.property(&said.property).and_then(|p| p.ftm.as_deref());
            if let Value::Text(text) = &mut said.value
                && held.is_some_and(crate::schema::ftm_names::is_country)
            {
                *text = text.to_lowercase();
            }
        }
    }
    made
}

proptest! {
    #[test]
    fn followthemoney_comes_back_as_far_as_it_can_carry(seeds in seeds()) {
        let schema = Schema::standard();
        let made = some_entities(&seeds, &schema);
        let written = export::ftm(&made.entities, &made.links, &schema);
        let read = ftm(&File { name: export::FTM_FILE, bytes: &written.files[0].bytes }, &schema);
        let sorted = |imported: &Imported| {
            let mut lines = shown(&in_order(imported, &schema));
            lines.sort();
            lines
        };
        prop_assert_eq!(sorted(&read), sorted(&carried(&made, &schema)));
    }

    #[test]
    fn any_line_is_read_or_refused(text in "[{}\\[\\]\":,a-z0-9\n]{0,60}", value in "[0-9a-z:/~ -]{0,12}") {
        let schema = Schema::standard();
        let line = format!("{{\"id\":\"{value}\",\"schema\":\"Person\",\"properties\":{{\"birthDate\":[\"{value}\"]}}}}\n{text}");
        let _ = read_ftm(&line);
        let table = format!("0901,0911,911_1,0915\n{value},{value},{value},{value}\n{text}");
        let _ = esf(&[File { name: "person.csv", bytes: table.as_bytes() }], &schema);
    }
}

/// Values in the order of the schema and, within a property, of their text.
fn in_order(imported: &Imported, schema: &Schema) -> Imported {
    let mut imported = imported.clone();
    for entity in &mut imported.entities {
        entity.properties.sort_by(|a, b| a.value.text().cmp(b.value.text()));
    }
    in_order_of_schema(&imported, schema)
}

#[test]
fn every_line_of_an_export_names_what_followthemoney_has() {
    let schema = Schema::standard();
    let seed: Vec<(usize, Vec<(usize, String)>)> =
        (0..16).map(|kind| (kind, (0..40).map(|choice| (choice, format!("v{choice}"))).collect())).collect();
    let made = some_entities(&seed, &schema);
    let written = export::ftm(&made.entities, &made.links, &schema);
    let mut lines = 0;
    for line in written.files[0].bytes.split(|b| *b == b'\n').filter(|l| !l.is_empty()) {
        let json: serde_json::Value = serde_json::from_slice(line).unwrap();
        let held = json["schema"].as_str().unwrap();
        assert!(crate::schema::ftm_names::is_schema(held), "{held}");
        for (name, values) in json["properties"].as_object().unwrap() {
            assert!(crate::schema::ftm_names::has(held, name), "{held}.{name}");
            assert!(values.as_array().unwrap().iter().all(|v| v.is_string()));
        }
        lines += 1;
    }
    assert!(lines > made.entities.len());
    let (entities, links): (Vec<Entity>, Vec<Link>) = (made.entities, made.links);
    assert_eq!(export::ftm(&entities, &links, &schema).files, written.files);
}
