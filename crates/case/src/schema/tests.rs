//! Does the standard schema stand, and does an inquiry's own part add to it and nothing else?

use super::*;
use crate::fault::Severity;

fn faults(files: &[(&str, &str)]) -> Vec<String> {
    let files: Vec<SchemaFile<'_>> = files.iter().map(|(name, text)| SchemaFile { name, text }).collect();
    Schema::with(&files).1.iter().map(|f| f.line(false)).collect()
}

#[test]
fn the_standard_files_have_no_fault() {
    let files: Vec<SchemaFile<'_>> = standard::FILES.iter().map(|(name, text)| SchemaFile { name, text }).collect();
    let mut schema = Schema::default();
    let found: Vec<String> = schema.add(&files).iter().map(|f| f.line(false)).collect();
    assert_eq!(found, Vec::<String>::new());
    assert_eq!((schema.kinds().len(), schema.vocabularies().len()), (16, 29));
}

#[test]
fn roles_are_on_links_and_never_properties_of_a_person() {
    let schema = Schema::standard();
    let person = schema.kind("person").unwrap();
    assert!(person.properties().iter().all(|p| !matches!(p.of, Type::Link { .. })));
    let role = |kind: &str, link: &str| match &schema.kind(kind).and_then(|k| k.property(link)).unwrap().of {
        Type::Link { role, .. } => role.to_string(),
        other => other.word().to_string(),
    };
    assert_eq!(role("act", "victim"), "victim");
    assert_eq!(role("involvement", "perpetrator"), "perpetrator");
    assert_eq!(role("event", "witness"), "witness");
    assert_eq!(role("detention", "facility"), "facility");
}

#[test]
fn codes_stand_in_their_hierarchy() {
    let schema = Schema::standard();
    let acts = schema.vocabulary("acts").unwrap();
    let check = |code: &str, parent: Option<&str>| {
        assert_eq!(acts.term(code).and_then(|t| t.parent.as_deref()), parent, "{code}");
    };
    check("020000000000", None);
    check("020100000000", Some("020000000000"));
    check("020111000000", Some("020100000000"));
    check("020111110000", Some("020111000000"));
}

#[test]
fn an_inquiry_adds_kinds_properties_and_terms() {
    let files = [
        SchemaFile {
            name: "person-more.toml",
            text: "extends = \"person\"\nversion = 2\n[property.clan]\nlabel = \"Clan\"\ntype = \"term\"\nvocabulary = \"clans\"\n",
        },
        SchemaFile {
            name: "clans.toml",
            text: "vocabulary = \"clans\"\nversion = 1\n[terms]\nriver = \"River clan\"\nmill = { label = \"Mill clan\", parent = \"river\" }\n",
        },
        SchemaFile {
            name: "well.toml",
            text: "kind = \"well\"\nlabel = \"Well\"\nversion = 1\n[property.owner]\ntype = \"link\"\nto = \"person\"\nrole = \"owner\"\n",
        },
        SchemaFile {
            name: "acts-more.toml",
            text: "extends_vocabulary = \"acts\"\nversion = 1\n[terms]\n\"x-01\" = { label = \"well poisoned\", parent = \"130100000000\" }\n",
        },
    ];
    let (schema, found) = Schema::with(&files);
    assert_eq!(found.iter().map(|f| f.line(false)).collect::<Vec<_>>(), Vec::<String>::new());
    let person = schema.kind("person").unwrap();
    assert_eq!(person.version, "1+2");
    assert_eq!(person.property("clan").unwrap().of, Type::Term("clans".into()));
    assert!(schema.kind("well").is_some());
    assert_eq!(schema.vocabulary("acts").unwrap().meant("Well poisoned").unwrap().code.as_ref(), "x-01");
    let standard = Schema::standard();
    assert_ne!(schema.digest(), standard.digest());
    assert_ne!(person.digest(), standard.kind("person").unwrap().digest());
    assert_eq!(schema.kind("event").unwrap().digest(), standard.kind("event").unwrap().digest());
    assert_eq!(standard.digest(), Schema::standard().digest());
}

#[test]
fn all_faults_are_told_at_once_with_file_and_line() {
    let found = faults(&[
        (
            "a.toml",
            "extends = \"person\"\nversion = 0\ncolour = 1\n[property.name]\ntype = \"text\"\n[property.x]\ntype = \"colour\"\n\
             [property.y]\ntype = \"term\"\nvocabulary = \"none\"\n[property.z]\ntype = \"link\"\nto = [\"nobody\"]\nrole = \"r\"\n\
             [property.Big]\ntype = \"text\"\n[property.w]\nlabel = \"W\"\n[property.v]\ntype = \"text\"\nftm = \"wingspan\"\n",
        ),
        ("b.toml", "kind = \"event\"\nversion = 1\n"),
        (
            "c.toml",
            "extends_vocabulary = \"acts\"\nversion = 1\n[terms]\n\"010000000000\" = \"again\"\n\"a b\" = \"c\"\n",
        ),
        ("d.toml", "version = 1\n"),
        ("e.toml", "kind = [\n"),
        ("f.toml", "extends = \"nothing\"\n"),
    ]);
    let starts: Vec<&str> = found.iter().map(|l| l.split(" (").next().unwrap()).collect();
    assert_eq!(
        starts,
        [
            "error: a.toml, row 2: `version` must be a whole number from 1 on",
            "error: a.toml, row 3: there is no key `colour` in a kind",
            "error: a.toml, row 7: there is no such type",
            "error: a.toml, row 15: this is no name of a property",
            "error: a.toml, row 17: the property `w` has no type",
            "error: a.toml, row 8: there is no vocabulary `none`",
            "error: a.toml, row 11: there is no kind `nobody` to link to",
            "error: a.toml, row 4: the kind `person` has a property `name` already",
            "error: a.toml, row 19: FollowTheMoney's `Person` has no property `wingspan`",
            "error: b.toml, row 1: there is a kind `event` already",
            "error: c.toml, row 5: this is no code of a term",
            "error: c.toml, row 4: the vocabulary `acts` has a term `010000000000` already",
            "error: d.toml, row 1: the file does not say what it defines",
            "error: e.toml, row 1: not readable as TOML: unclosed array, expected `]`",
            "error: f.toml, row 1: the file has no version",
            "error: f.toml, row 1: there is no kind `nothing` to add to",
        ]
    );
}

#[test]
fn what_cannot_be_said_is_named() {
    let schema = Schema::standard();
    let at = Where { file: "t.csv".into(), row: 3, column: None };
    let said = |property: &str, value: Value| Said {
        property: property.into(),
        value,
        original: None,
        dataset: None,
        at: at.clone(),
    };
    let check = |property: &str, value: Value, expected: Option<(Severity, &str)>| {
        let entity = Entity {
            key: "1".into(),
            kind: "person".into(),
            properties: vec![said(property, value)],
            recorded: None,
            from: at.clone(),
        };
        let faults = schema.check(&entity);
        assert_eq!(faults.first().map(|f| (f.severity, f.what.as_str())), expected, "{property}");
    };
    let out = |what| Some((Severity::ValueLeftOut, what));
    check("birth_date", Value::Date("1967~".into()), None);
    check("birth_date", Value::Date("1967-13".into()), out("month 13 does not exist"));
    check("birth_date", Value::Text("1967".into()), out("the value is of another type than its property"));
    check("victim", Value::YesNo(true), out("a `person` has no property `victim`"));
    let term = |vocabulary: &str, code: &str| Value::Term { vocabulary: vocabulary.into(), code: code.into() };
    check("sex", term("sex", "020000000000"), None);
    check("sex", term("sex", "07"), out("the vocabulary `sex` has no such term"));
    check("sex", term("acts", "010000000000"), out("the term is of `acts`, not of `sex`"));
    check("name", Value::Text("".into()), out("the value is empty"));
}
