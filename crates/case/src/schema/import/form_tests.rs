//! Do submissions of forms come in, from servers of both makes, and does the form that asks for a kind stand?

use super::tests::{faults, shown};
use super::*;
use crate::lists;
use crate::schema::{Schema, export};
use proptest::prelude::*;

fn read(files: &[(&str, &str)], mapping: Option<&str>) -> Imported {
    let schema = Schema::standard();
    let files: Vec<File<'_>> = files.iter().map(|(name, text)| File { name, bytes: text.as_bytes() }).collect();
    let mapping = mapping.map(|text| {
        let (mapping, faults) = Mapping::parse(text, "m.toml", &schema);
        assert!(faults.is_empty(), "{:?}", faults.lines(9, true));
        mapping
    });
    odk(&files, mapping.as_ref(), &schema)
}

#[test]
fn submissions_to_a_form_of_this_program_need_no_mapping() {
    let kobo = "[{\"_uuid\":\"u1\",\"_submission_time\":\"2019-03-04T10:00:00\",\"start\":\"x\",\
        \"person/name\":\"Ana Mirel\\nАна\",\"person/sex\":\"020000000000\",\"person/birth_date\":\"1967~\",\
        \"act/method\":\"030100000000 030800000000\",\"act/victim\":\"person:u1/person\"},\
        {\"_uuid\":\"u2\",\"person/birth_date\":\"soon\",\"person/dependants\":3},7]";
    let imported = read(&[("kobo.json", kobo)], None);
    assert_eq!(
        shown(&imported),
        [
            "act:u1/act [method=030100000000; method=030800000000]",
            "person:u1/person [birth_date=1967~; name=Ana Mirel; name=Ана; sex=020000000000]",
            "person:u2/person [dependants=3]",
            "act:u1/act -victim-> person:u1/person",
        ]
    );
    assert_eq!(imported.entities[0].recorded.as_deref(), Some("2019-03-04T10:00:00"));
    assert_eq!(imported.entities[0].from.row, 1);
    assert_eq!(
        faults(&imported),
        [
            "row left out: kobo.json, row 3: this is no submission",
            "value left out: kobo.json, row 2, column `person/birth_date`: not an EDTF date; write 2017-05-03, 2017-05, 2017, \
             201X, 2017-05~ or 2016/2018",
        ]
    );
}

const MAPPING: &str = "\
version = 1
[terms.acts]
beating = \"physical assault\"

[[table]]
[[table.entity]]
name = \"incident\"
kind = \"event\"
[table.entity.columns]
\"where/town\" = \"place\"
title = \"name\"

[[table]]
repeat = \"victims\"
[[table.entity]]
name = \"victim\"
kind = \"person\"
[table.entity.columns]
\"victims/who\" = \"name\"
[[table.entity]]
kind = \"act\"
[table.entity.columns]
\"victims/what\" = \"type\"
\"victims/why\" = \"reason\"
[table.entity.links]
victim = \"victim\"
event = \"../incident\"
";

const EXPECTED: &[&str] = &[
    "event:u1/incident [place=Mirna; name=Night]",
    "person:u1/victims[1]/victim [name=Ana]",
    "act:u1/victims[1]/act [type=020101000000]",
    "person:u1/victims[2]/victim [name=Ivo]",
    "act:u1/victims[2]/act [type=020111110000]",
    "act:u1/victims[1]/act -victim-> person:u1/victims[1]/victim",
    "act:u1/victims[1]/act -event-> event:u1/incident",
    "act:u1/victims[2]/act -victim-> person:u1/victims[2]/victim",
    "act:u1/victims[2]/act -event-> event:u1/incident",
];

#[test]
fn repeated_groups_belong_to_their_submission() {
    let check = |name: &str, text: &str| {
        let imported = read(&[(name, text)], Some(MAPPING));
        assert_eq!(shown(&imported), EXPECTED, "{name}");
        assert_eq!(
            faults(&imported),
            [format!("note: {name}, column `victims/why`: no submission answers this question")]
        );
        assert!(imported.entities.iter().all(|e| e.recorded.as_deref() == Some("2019-03-04")));
    };
    check(
        "odk.json",
        "{\"value\":[{\"__id\":\"u1\",\"__system\":{\"submissionDate\":\"2019-03-04\"},\"title\":\"Night\",\"where\":{\"town\":\"Mirna\"},\
         \"victims\":[{\"who\":\"Ana\",\"what\":\"beating\"},{\"who\":\"Ivo\",\"what\":\"torture\"}],\"photo\":null}]}",
    );
    check(
        "kobo.json",
        "{\"results\":[{\"_uuid\":\"u1\",\"_submission_time\":\"2019-03-04\",\"title\":\"Night\",\"where/town\":\"Mirna\",\
         \"victims\":[{\"victims/who\":\"Ana\",\"victims/what\":\"beating\"},{\"victims/who\":\"Ivo\",\"victims/what\":\"torture\"}]}]}",
    );
}

#[test]
fn tables_of_a_form_and_its_repeated_groups_belong_together() {
    let form = "SubmissionDate,title,where-town,KEY\n2019-03-04,Night,Mirna,u1\n";
    let group = "victims-who,victims-what,victims-why,PARENT_KEY,KEY\nAna,beating,,u1,u1/victims[1]\nIvo,torture,,u1,u1/victims[2]\n\
        Lost,torture,,u7,u7/victims[1]\n";
    let imported = read(&[("form-victims.csv", group), ("form.csv", form)], Some(MAPPING));
    let lines = shown(&imported);
    assert!(EXPECTED.iter().all(|line| lines.iter().any(|l| l == line)), "{lines:?}");
    assert_eq!(
        faults(&imported),
        ["value left out: form-victims.csv, row 4: the row that `event` leads to was not read"]
    );
    let kobo = "title,where/town,_uuid,_index\nNight,Mirna,u1,1\n";
    let group = "victims/who,victims/what,victims/why,_index,_parent_index\nAna,beating,,1,1\n";
    let imported = read(&[("form.csv", kobo), ("victims.csv", group)], Some(MAPPING));
    assert_eq!(
        shown(&imported).last().map(String::as_str),
        Some("act:victims.csv:1/act -event-> event:form.csv:1/incident")
    );
}

#[test]
fn a_form_without_mapped_questions_is_told() {
    let imported = read(&[("x.json", "[{\"a\":1}]"), ("y.json", "{"), ("z.csv", "a,b\n1,2\n")], None);
    assert_eq!(
        faults(&imported),
        [
            "error: x.json: no question is mapped, and none is named after a property in a group named after its kind",
            "error: y.json: not readable as JSON at line 1",
            "error: z.csv: no question is mapped, and none is named after a property in a group named after its kind",
        ]
    );
}

#[test]
fn the_form_of_a_kind_asks_for_every_property() {
    let schema = Schema::standard();
    let written = export::xlsform(&schema, &["person", "act"], "Interviews").unwrap();
    let again = export::xlsform(&schema, &["person", "act"], "Interviews").unwrap();
    assert_eq!(written.files, again.files);
    let bytes = &written.files[0].bytes;
    let (header, rows) = lists::read_table(bytes, "form.xlsx", &mut Faults::default());
    assert_eq!(header, ["type", "name", "label", "hint", "constraint", "constraint_message", "appearance"]);
    let asked: usize = ["person", "act"].iter().map(|k| schema.kind(k).unwrap().properties().len()).sum();
    assert_eq!(rows.len(), asked + 4);
    let type_of = |name: &str| {
        rows.iter().map(|(_, row)| row).find(|row| row[1] == name).map(|row| row[0].clone()).unwrap_or_default()
    };
    assert_eq!(type_of("sex"), "select_one sex");
    assert_eq!(type_of("method"), "select_multiple methods");
    assert_eq!(type_of("birth_date"), "text");
    assert_eq!(type_of("deceased"), "select_one yes_no");
    assert_eq!(type_of("dependants"), "decimal");
    let missing = export::xlsform(&schema, &["nobody"], "X").unwrap();
    assert!(missing.faults.has_errors());
}

proptest! {
    #[test]
    fn any_submission_is_read_or_refused(text in "[{}\\[\\]\":,a-z0-9/\n]{0,80}", value in "[0-9a-z/ -]{0,12}") {
        let nested = format!("[{{\"victims\":[{{\"who\":\"{value}\",\"victims\":[{{}}]}}],\"title\":[\"{value}\"]}}]");
        for text in [text.as_str(), nested.as_str()] {
            let _ = read(&[("a.json", text)], Some(MAPPING));
            let _ = read(&[("a.json", text), ("b.csv", text)], None);
        }
    }
}
