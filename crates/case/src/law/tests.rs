//! Are the frameworks whole, are faults named all at once, and does a comparison hold no longer than it should?

use super::lines as all_lines;
use super::*;
use crate::sections::day;
use crate::tongue::Tongue;
use factum_model::edtf::Day;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

const SMALL: &str = "id = 'small'\nversion = 1\nlanguage = 'en'\ntitle = 'T'\ninstrument = 'I'\nauthority = 'A'\nsource = 'S'\n\
                     date = '2001'\nnumbering = 'own'\nverified = []\n[[shared]]\nkey = 'ground'\nlabel = 'the ground'\n\
                     parts = [{ number = 1, article = '1', label = 'part' }]\n[[provisions]]\narticle = '1'\nlabel = 'p'\n\
                     elements = [{ number = 1, label = 'first' }, { number = 2, label = 'second', contextual = true, \
                     shared = 'ground' }]\n";

fn small() -> Framework {
    let (framework, faults) = parse(SMALL, "small.toml");
    assert!(faults.is_empty(), "{:?}", faults.lines(9, false));
    framework.unwrap()
}

fn marked(framework: &Framework, official: &BTreeMap<String, String>, also: &[Checked]) -> Mark {
    mark(&super::standing(framework, official, also))
}

fn lines(faults: &crate::fault::Faults) -> Vec<String> {
    faults.iter().map(|f| format!("{}: {}", f.row.unwrap_or_default(), f.what)).collect()
}

#[test]
fn what_comes_along_is_read_without_fault_and_verified_by_nobody() {
    for (name, text) in FILES {
        let faults = check(text, name);
        assert!(faults.is_empty(), "{:?}", faults.lines(9, false));
    }
    let all = builtin();
    let ids: Vec<&str> = all.iter().map(|f| f.head.id.as_str()).collect();
    assert_eq!(ids, ["rome-statute-7", "cat-1", "iccpr-9"]);
    for framework in &all {
        assert!(builtin_file(&framework.head.id).is_some());
        let mark = marked(framework, &BTreeMap::new(), &[]);
        assert!(!mark.may_be_cited());
        let all = all_lines(framework).len();
        assert_eq!(mark.to_string(), format!("UNVERIFIED: {all} of {all} lines not compared with the official text"));
    }
    assert_eq!(builtin_file("other"), None);
}

#[test]
fn article_7_has_sixteen_crimes_and_seventy_five_elements() {
    let rome = &builtin()[0];
    let counts: Vec<(&str, usize)> = rome.provisions.iter().map(|p| (p.article.as_str(), p.elements.len())).collect();
    assert_eq!(
        counts,
        [
            ("7(1)(a)", 3),
            ("7(1)(b)", 4),
            ("7(1)(c)", 3),
            ("7(1)(d)", 5),
            ("7(1)(e)", 5),
            ("7(1)(f)", 5),
            ("7(1)(g)-1", 4),
            ("7(1)(g)-2", 4),
            ("7(1)(g)-3", 4),
            ("7(1)(g)-4", 3),
            ("7(1)(g)-5", 4),
            ("7(1)(g)-6", 5),
            ("7(1)(h)", 6),
            ("7(1)(i)", 8),
            ("7(1)(j)", 7),
            ("7(1)(k)", 5),
        ]
    );
    assert_eq!(rome.elements().count(), 75);
    assert_eq!(rome.elements().filter(|e| e.contextual).count(), 32);
    assert_eq!(rome.elements().filter(|e| !e.contextual).count(), 43);
    for provision in &rome.provisions {
        let of = provision.elements.len();
        for element in &provision.elements {
            let last_two = element.number as usize > of - 2;
            assert_eq!(element.contextual, last_two, "{}", element.key());
            assert_eq!(element.shared.as_deref(), last_two.then_some("attack"), "{}", element.key());
        }
    }
    assert_eq!(rome.shared.len(), 1);
    assert_eq!(rome.shared[0].parts.len(), 3);
    assert_eq!(rome.element("7(1)(h)/3").map(|e| e.label.as_str()), Some("forbidden ground"));
    assert_eq!(rome.provision("7(1)(j)").map(|p| p.label.as_str()), Some("apartheid"));
    assert!(rome.element("7(1)(h)/7").is_none());
}

#[test]
fn the_other_frameworks_have_their_elements() {
    let all = builtin();
    let check = |framework: &Framework, expected: &[(&str, usize)]| {
        let counts: Vec<(&str, usize)> =
            framework.provisions.iter().map(|p| (p.article.as_str(), p.elements.len())).collect();
        assert_eq!(counts, expected, "{}", framework.head.id);
        assert_eq!(framework.numbering, Numbering::Own);
    };
    check(&all[1], &[("1(1)", 5)]);
    check(&all[2], &[("9(1)", 4), ("9(2)", 2), ("9(3)", 3), ("9(4)", 3), ("9(5)", 1)]);
}

#[test]
fn labels_are_signposts() {
    for framework in builtin() {
        for line in all_lines(&framework) {
            assert!(line.label.split_whitespace().count() <= 6, "{} {}", line.key, line.label);
            assert!(!line.label.ends_with('.'), "{}", line.key);
        }
    }
}

#[test]
fn every_fault_is_named_with_its_line() {
    let text = SMALL
        .replace("version = 1", "version = 0")
        .replace("numbering = 'own'", "numbering = 'mine'\ncolour = 'red'")
        .replace("date = '2001'", "date = 'May'")
        .replace("number = 2, label = 'second'", "number = 4, label = 'second'")
        .replace("shared = 'ground'", "shared = 'air'")
        .replace("label = 'first'", &format!("label = '{}'", "long ".repeat(13).trim()));
    let (framework, faults) = parse(&text, "f.toml");
    assert!(framework.is_none());
    assert_eq!(
        lines(&faults),
        [
            "2: `version` of the file must be a whole number from 1",
            "8: `date` of the file is no date",
            "9: there is no such numbering",
            "19: `label` of element 1 of provision 1 is too long",
            "19: element 2 of provision 1 has number 4",
            "19: element 2 of provision 1 rests on something that is not there",
            "16: no element rests on `ground`",
            "10: the file has no `colour`",
        ]
    );
}

#[test]
fn what_cannot_be_a_framework_is_refused() {
    let check = |text: &str, expected: &str| {
        let (framework, faults) = parse(text, "f.toml");
        assert!(framework.is_none());
        assert!(lines(&faults).iter().any(|line| line.contains(expected)), "{:?}", lines(&faults));
    };
    check("", "has no provision that can be read");
    check("provisions = 3", "`provisions` of the file must be a list");
    check(&SMALL.replace("'small'", "'Small One'"), "`id` is no short name");
    check(
        &SMALL.replace("article = '1'\nlabel = 'p'", "article = '1/2'\nlabel = 'p'"),
        "`article` of provision 1 is no short",
    );
    check(&SMALL.replace("article = '1'\nlabel = 'p'", "article = 'ground'\nlabel = 'p'"), "`ground` stands twice");
    check(&SMALL.replace("contextual = true, ", ""), "is shared but not contextual");
    check(&SMALL.replace("'second'", "\"sec\\nond\""), "has a line break or a control character");
    let entry = |line: &str, digest: &str| {
        format!(
            "verified = [{{ line = '{line}', by = 'A', on = '2026-01-01', official = '{digest}', wording = '{digest}' }}]"
        )
    };
    let digest = "0".repeat(64);
    check(&SMALL.replace("verified = []", &entry("1/3", &digest)), "`verified` names `1/3`");
    check(&SMALL.replace("verified = []", &entry("1/1", "12")), "`official` of verification 1 is no SHA-256");
}

#[test]
fn a_comparison_holds_while_text_and_wording_stay() {
    let framework = small();
    let file = "framework = 'small'\nlanguage = 'en'\nsource = 'print'\n[texts]\n'1/1' = '''One\n  rule.'''\n'1/2' = 'Two.'\n\
                'ground/1' = 'Three.'\n";
    let (official, faults) = Official::parse(file, "texts.toml", &framework);
    assert!(faults.is_empty(), "{:?}", lines(&faults));
    let texts = official.unwrap();
    assert!(texts.missing(&framework).is_empty());
    let official = texts.digests();
    let checks: Vec<Checked> = all_lines(&framework)
        .into_iter()
        .map(|line| Checked {
            by: "a lawyer".into(),
            on: day("2026-05-01").unwrap(),
            official: official[&line.key].clone(),
            wording: line.digest,
            line: line.key,
        })
        .collect();
    let standing = |framework: &Framework, official: &BTreeMap<String, String>, checks: &[Checked]| {
        let all = super::standing(framework, official, checks);
        all.into_iter().find(|stood| stood.line == "1/1").unwrap().standing
    };
    let holds = Standing::Holds { by: "a lawyer".into(), on: day("2026-05-01").unwrap() };
    assert_eq!(standing(&framework, &official, &checks), holds);
    assert_eq!(marked(&framework, &official, &checks), Mark::Verified);
    assert!(marked(&framework, &official, &checks).may_be_cited());
    assert_eq!(marked(&framework, &official, &checks[1..]), Mark::Unverified { open: 1, all: 3 });

    // Wrapped otherwise it is the same text; another word is another text.
    let wrapped = BTreeMap::from([("1/1".to_string(), text_digest("One rule."))]);
    assert_eq!(standing(&framework, &wrapped, &checks), holds);
    let other = BTreeMap::from([("1/1".to_string(), text_digest("Another rule."))]);
    assert_eq!(standing(&framework, &other, &checks), Standing::TextChanged);
    assert_eq!(standing(&framework, &BTreeMap::new(), &checks), Standing::NoText);
    assert_eq!(standing(&framework, &official, &[]), Standing::Unchecked);
    let relabelled = parse(&SMALL.replace("'first'", "'firstly'"), "small.toml").0.unwrap();
    assert_eq!(standing(&relabelled, &official, &checks), Standing::WordingChanged);
}

#[test]
fn a_comparison_in_the_file_counts() {
    let line = all_lines(&small()).into_iter().find(|line| line.key == "1/1").unwrap().digest;
    let official = text_digest("One rule.");
    let entry = format!(
        "verified = [{{ line = '1/1', by = 'B', on = '2026-02-03', official = '{official}', wording = '{line}' }}]"
    );
    let framework = parse(&SMALL.replace("verified = []", &entry), "f.toml").0.unwrap();
    let loaded = BTreeMap::from([("1/1".to_string(), official)]);
    assert_eq!(marked(&framework, &loaded, &[]), Mark::Unverified { open: 2, all: 3 });
}

#[test]
fn official_texts_are_read_with_their_faults() {
    let framework = small();
    let file = "framework = 'large'\nlanguage = 'en'\n[texts]\n'1/1' = 'first'\n'1/2' = ''\n'1/9' = 'Nine.'\n'ground/1' = 'G.'\n";
    let (official, faults) = Official::parse(file, "texts.toml", &framework);
    assert!(official.is_none());
    assert_eq!(
        lines(&faults),
        [
            "1: the texts are those of another framework",
            "1: the file lacks `source`",
            "5: `1/2` of the texts is empty",
            "4: the text of `1/1` is our label",
            "6: the framework has no line `1/9`",
        ]
    );
    let file = "framework = 'small'\nlanguage = 'en'\nsource = 'print'\n[texts]\n'1/1' = 'One.'\n";
    let official = Official::parse(file, "texts.toml", &framework).0.unwrap();
    assert_eq!(official.missing(&framework), ["ground/1", "1/2"]);
}

#[test]
fn codes_are_those_of_the_instruments() {
    let list = attribution();
    assert_eq!(list.codes.len(), 14);
    assert!(
        list.codes.iter().all(|c| c.code.len() == 12 && c.code.bytes().all(|b| b.is_ascii_digit()) && c.fr.is_some())
    );
    let degrees: Vec<String> = degrees().codes.into_iter().map(|c| c.code).collect();
    assert_eq!(degrees, Degree::ALL.map(|d| d.code().to_string()));
    for degree in Degree::ALL {
        assert_eq!(Degree::of(degree.code()), Some(degree));
    }
    let path = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/esf/esf.json"));
    let Ok(text) = std::fs::read_to_string(path) else {
        println!("test skipped: the HURIDOCS tables are not on this machine");
        return;
    };
    let tables: serde_json::Value = serde_json::from_str(&text).unwrap();
    let known: BTreeSet<&str> = tables["mt"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|term| term["list_code"] == "28")
        .filter_map(|term| term["huri_code"].as_str())
        .collect();
    assert_eq!(list.codes.iter().map(|c| c.code.as_str()).collect::<BTreeSet<_>>(), known);
}

#[test]
fn a_list_of_codes_names_its_faults() {
    let text = "id = 'c'\nversion = 1\ntitle = 'T'\ninstrument = 'I'\nauthority = 'A'\nsource = 'S'\ndate = '2001'\n\
                [[codes]]\ncode = '1'\nen = 'one'\nunder = '2'\n[[codes]]\ncode = '1'\nen = \"a\\nb\"\n";
    let (list, faults) = CodeList::parse(text, "c.toml");
    assert!(list.is_none());
    assert_eq!(
        lines(&faults),
        [
            "11: code 1 stands under a code that is not above it",
            "14: `en` of code 2 has a line break or a control character",
            "12: code 2 stands twice in the file",
        ]
    );
}

fn assessment() -> Assessment {
    Assessment {
        code: "M-3".into(),
        by: "clinician".into(),
        examined: day("2026-05-01").unwrap(),
        lesions: vec![Lesion {
            number: 1,
            description: "scars".into(),
            alleged: "burns".into(),
            degree: Degree::HighlyConsistent,
        }],
        overall: Some(Degree::HighlyConsistent),
        reason: "pattern".into(),
    }
}

#[test]
fn a_degree_is_a_clinicians() {
    let today = day("2026-06-01").unwrap();
    let clinicians = BTreeSet::from(["clinician".to_string()]);
    let check = |change: fn(&mut Assessment), expected: Option<MedicalError>| {
        let mut assessment = assessment();
        change(&mut assessment);
        assert_eq!(assessment.check(&clinicians, today), expected.into_iter().collect::<Vec<_>>());
    };
    let code = || "M-3".to_string();
    check(|_| {}, None);
    check(|a| a.by = "lawyer".into(), Some(MedicalError::NotByAClinician { code: code() }));
    check(|a| a.reason = " ".into(), Some(MedicalError::NoReason { code: code() }));
    check(|a| a.lesions[0].number = 2, Some(MedicalError::Numbering { code: code(), found: 2, expected: 1 }));
    check(|a| a.lesions[0].alleged.clear(), Some(MedicalError::Undescribed { code: code(), number: 1 }));
    let on = "2026-06-02".to_string();
    check(|a| a.examined = Day(a.examined.0 + 32), Some(MedicalError::Future { code: code(), on }));
    let absence = |a: &mut Assessment| {
        a.lesions.clear();
        a.overall = Some(Degree::NotConsistent);
    };
    check(absence, Some(MedicalError::AbsenceUsed { code: code() }));
    let none = |a: &mut Assessment| {
        a.lesions.clear();
        a.overall = None;
    };
    check(none, None);
}

#[test]
fn a_degree_is_worded_with_what_it_does_not_say() {
    let mut one = assessment();
    assert_eq!(
        one.sentence(Tongue::En),
        "A clinician described one lesion at the examination of 1 May 2026. Taken together, the clinician assessed the \
         findings as “highly consistent” with regard to what is alleged (Istanbul Protocol)."
    );
    assert_eq!(
        one.sentence(Tongue::Fr),
        "Lors de l'examen du 1er mai 2026, un clinicien a décrit une lésion. Pris ensemble, les constats ont été qualifiés \
         par le clinicien de « hautement compatible » au regard des allégations (Protocole d'Istanbul)."
    );
    let table = one.table(Tongue::En);
    assert_eq!((table.rows.len(), table.head.len()), (2, 4));
    assert!(table.rows.iter().all(|row| row.len() == table.head.len()));
    assert!(table.caption.ends_with("The absence of marks disproves nothing."));
    one.lesions.clear();
    one.overall = None;
    assert_eq!(
        one.sentence(Tongue::En),
        "A clinician found no mark at the examination of 1 May 2026; that disproves nothing."
    );
}

proptest! {
    #[test]
    fn no_text_makes_a_reader_fall(text in "\\PC{0,200}", cut in 0usize..400, put in "[\\[\\]{}='\"\n0-9a-z]{0,6}") {
        let _ = parse(&text, "f.toml");
        // A file that was right until somebody's hand slipped.
        let at = (0..=cut.min(SMALL.len())).rev().find(|at| SMALL.is_char_boundary(*at)).unwrap_or_default();
        let slipped = format!("{}{put}{}", &SMALL[..at], &SMALL[at..]);
        let (framework, faults) = parse(&slipped, "f.toml");
        prop_assert_eq!(framework.is_some(), faults.is_empty());
        let _ = CodeList::parse(&slipped, "f.toml");
        let _ = Official::parse(&slipped, "f.toml", &small());
    }
}
