//! Does a framework count as verified only while comparison, text and label agree, do people who differ stand side by side, and are degrees
//! of consistency a clinician's alone?

use super::judged::{inquiry, today};
use super::{found, identity, open, say_at, source};
use crate::custody::folder::Case;
use crate::custody::founding::WORKING;
use crate::custody::governance::Role;
use crate::custody::ids::RecordId;
use crate::facts::desk::DeskError;
use crate::facts::words::{Clinician, ElementAssessed, ElementVerified, Fact, LegalConclusion, Lesion, Medical};
use crate::facts::{Book, judge};
use crate::law::held::{self, Held, LawError};
use crate::law::{self, Degree, Mark, shown};
use crate::tongue::Tongue;
use factum_weigh::law::Matrix;

pub(super) const SMALL: &str = "id = 'small'\nversion = 1\nlanguage = 'en'\ntitle = 'T'\ninstrument = 'I'\nauthority = 'A'\nsource = 'S'\n\
                     date = '2001'\nnumbering = 'own'\nverified = []\n[[shared]]\nkey = 'ground'\nlabel = 'the ground'\n\
                     parts = [{ number = 1, article = '1', label = 'part' }]\n[[provisions]]\narticle = '1'\nlabel = 'p'\n\
                     elements = [{ number = 1, label = 'first' }, { number = 2, label = 'second', contextual = true, \
                     shared = 'ground' }]\n[[provisions]]\narticle = '2'\nlabel = 'q'\nelements = [{ number = 1, label = 'x' }]\n";
pub(super) const TEXTS: &str = "framework = 'small'\nlanguage = 'en'\nsource = 'print'\n[texts]\n'ground/1' = 'G.'\n'1/1' = 'One.'\n\
                     '1/2' = 'Two.'\n'2/1' = 'Three.'\n";

fn framework(text: &str) -> Fact {
    Fact::Framework { framework: "small".into(), text: text.into() }
}

fn held_in(case: &Case) -> Held {
    held::held(&Book::read(case).unwrap(), "small", &|member| case.register().name_of(member)).unwrap()
}

/// Every line compared with the text that is loaded.
fn compared(case: &Case) -> Vec<Fact> {
    let held = held_in(case);
    let digests = held.official.as_ref().unwrap().digests();
    let said = |line: law::Line<'_>| {
        Fact::ElementVerified(ElementVerified {
            framework: "small".into(),
            official: digests[&line.key].parse().unwrap(),
            wording: line.digest.parse().ok(),
            element: line.key,
        })
    };
    law::lines(&held.framework).into_iter().map(said).collect()
}

#[test]
fn a_framework_is_verified_while_text_label_and_comparison_agree() {
    let folder = tempfile::tempdir().unwrap();
    let mut case = found(folder.path(), &identity("Ada"));
    let book = Book::read(&case).unwrap();
    assert!(matches!(held::held(&book, "small", &|_| String::new()), Err(LawError::NotLoaded(_))));
    assert_eq!(held::all_held(&book, &|_| String::new()).len(), law::builtin().len());
    case.say_facts("law", "a", &[framework(SMALL)]).unwrap();
    assert_eq!(held_in(&case).mark, Mark::Unverified { open: 4, all: 4 });
    let texts = |text: &str| Fact::OfficialText { framework: "small".into(), text: text.into() };
    case.say_facts("law", "a", &[texts(TEXTS)]).unwrap();
    // A comparison as older cases wrote it tells no label, and holds for none.
    let mut old = compared(&case);
    old.iter_mut().for_each(|fact| {
        if let Fact::ElementVerified(said) = fact {
            said.wording = None;
        }
    });
    case.say_facts("law", "a", &old).unwrap();
    assert_eq!(held_in(&case).mark, Mark::Unverified { open: 4, all: 4 });
    let all = compared(&case);
    case.say_facts("law", "a", &all).unwrap();
    assert_eq!(held_in(&case).mark, Mark::Verified);
    case.say_facts("law", "a", &[texts(&TEXTS.replace("Two.", "Two and a half."))]).unwrap();
    assert_eq!(held_in(&case).mark, Mark::Unverified { open: 1, all: 4 });
    case.say_facts("law", "a", &[texts(TEXTS), framework(&SMALL.replace("'first'", "'firstly'"))]).unwrap();
    assert_eq!(held_in(&case).mark, Mark::Unverified { open: 1, all: 4 });
}

fn assessed(element: &str, finding: Option<RecordId>, supports: Option<bool>, missing: Option<&str>) -> Fact {
    Fact::ElementAssessed(ElementAssessed {
        framework: "small".into(),
        element: element.into(),
        finding,
        supports,
        missing: missing.map(String::from),
        reason: "as read".into(),
    })
}

fn matrix(case: &Case) -> Matrix<String> {
    let book = Book::read(case).unwrap();
    let names = |member| case.register().name_of(member);
    let judged = judge::all(&book, today(), &names);
    held::matrix(&book, &judged, &held_in(case), held::unseen(case), &names).0
}

/// What stands against citing the conclusion of this number.
fn against(case: &Case, conclusion: &RecordId) -> Vec<String> {
    let book = Book::read(case).unwrap();
    let names = |member| case.register().name_of(member);
    let judged = judge::all(&book, today(), &names);
    held::citable(&book, &judged, conclusion, held::unseen(case), &names).unwrap().1
}

#[test]
fn people_who_differ_stand_side_by_side_and_a_conclusion_waits_for_what_is_missing() {
    let inquiry = inquiry(&[WORKING, WORKING]);
    inquiry.say(framework(SMALL));
    let finding = Some(inquiry.finding);
    inquiry.say(assessed("1/1", finding, Some(true), None));
    inquiry.as_bo().say_facts("law", "a", &[assessed("1/1", finding, Some(false), Some("who ordered it"))]).unwrap();
    inquiry.say(assessed("ground/1", None, None, Some("how wide it was")));
    let row = |matrix: &Matrix<String>| {
        let row = matrix.provisions[0].rows[0].clone();
        (row.supporting.len(), row.contrary.len(), row.missing.len(), row.assessed_by)
    };
    let both = || vec!["Ada".to_string(), "Bo".to_string()];
    assert_eq!(row(&matrix(&inquiry.as_ada())), (1, 1, 1, both()));
    let number = inquiry.as_ada().new_thing(WORKING).unwrap();
    let conclude = |wording: &str| {
        Fact::LegalConclusion(LegalConclusion {
            framework: "small".into(),
            article: "1".into(),
            wording: wording.into(),
            conclusion: Some(number),
            code: Some("L-001".into()),
            standard: Some("reasonable-grounds".into()),
        })
    };
    inquiry.say(conclude("The acts may constitute it."));
    assert_eq!(
        against(&inquiry.as_ada(), &number),
        [
            "UNVERIFIED: 4 of 4 lines not compared with the official text",
            "nobody assessed 1/2",
            "an assessment rests on F-001, which is not adopted",
        ]
    );
    inquiry.adopt();
    inquiry.say(Fact::OfficialText { framework: "small".into(), text: TEXTS.into() });
    let all = compared(&inquiry.as_ada());
    inquiry.as_bo().say_facts("law", "a", &all).unwrap();
    inquiry.say(assessed("1/2", finding, Some(true), None));
    assert_eq!(against(&inquiry.as_ada(), &number), <[String; 0]>::default());
    inquiry.say(conclude("It is it."));
    assert_eq!(
        against(&inquiry.as_ada(), &number),
        ["the conclusion of Ada is not in the words of its standard of proof"]
    );
    // Whoever takes a word back takes back their own.
    inquiry.say(assessed("1/1", finding, None, None));
    assert_eq!(row(&matrix(&inquiry.as_ada())), (0, 1, 1, vec!["Bo".to_string()]));
}

#[test]
fn the_matrix_says_what_it_is() {
    let inquiry = inquiry(&[WORKING, WORKING]);
    inquiry.say(framework(SMALL));
    inquiry.say(assessed("1/1", Some(inquiry.finding), Some(true), None));
    let case = inquiry.as_ada();
    let (held, matrix) = (held_in(&case), matrix(&case));
    let tables = shown::matrix_tables(&held, &matrix, &[], Tongue::En);
    // What is shared comes first and once; nobody spoke of the second provision.
    assert_eq!(tables.iter().map(|table| table.rows.len()).collect::<Vec<_>>(), [1, 2]);
    assert!(tables.iter().all(|table| table.caption.contains("UNVERIFIED: 4 of 4 lines")));
    assert!(tables.iter().all(|table| table.rows.iter().all(|row| row.len() == table.head.len())));
    let cells: Vec<&str> = tables[1].rows[0].iter().map(|cell| cell.text.as_str()).collect();
    assert_eq!(cells, ["1/1", "first", "F-001", "", "", "", "Ada"]);
    let second = shown::matrix_tables(&held, &matrix, &["2".into()], Tongue::Fr);
    assert!(second.len() == 1 && second[0].caption.contains("NON VÉRIFIÉ"));
    let figure = shown::matrix_figure(&held, &matrix, &[], Tongue::En);
    assert!(figure.svg.contains("UNVERIFIED") && figure.svg.contains("F-001") && figure.alt.contains("UNVERIFIED"));
    let russian = shown::matrix_figure(&held, &matrix, &[], Tongue::Ru);
    assert!(russian.svg.contains("НЕ ПРОВЕРЕНО") && !russian.svg.contains("UNVERIFIED"));
    assert!(russian.caption.contains("из 4") && !russian.alt.contains("UNVERIFIED"));
}

#[test]
fn what_a_member_cannot_see_is_not_said_to_be_missing() {
    let inquiry = inquiry(&[WORKING, "north"]);
    inquiry.say(framework(SMALL));
    let number = inquiry.as_ada().new_thing(WORKING).unwrap();
    inquiry.say(Fact::LegalConclusion(LegalConclusion {
        framework: "small".into(),
        article: "2".into(),
        wording: "It could not be established.".into(),
        conclusion: Some(number),
        code: Some("L-001".into()),
        standard: Some("reasonable-grounds".into()),
    }));
    let cy = identity("Cy");
    inquiry.as_ada().add_member("Cy", &cy.card(), Role::Analyst, &[WORKING.into()]).unwrap();
    assert!(against(&inquiry.as_ada(), &number).contains(&"nobody assessed 2/1".to_string()));
    let seen = against(&open(inquiry.folder(), &cy), &number);
    assert!(seen.iter().any(|line| line.contains("cannot be judged here")), "{seen:?}");
    assert!(!seen.iter().any(|line| line.contains("nobody assessed")), "{seen:?}");
}

fn medical(case: &Case, source: RecordId, code: &str) -> Fact {
    Fact::Medical(Box::new(Medical {
        medical: case.new_thing(WORKING).unwrap(),
        code: code.into(),
        source,
        examined: "2026-05-01".into(),
        lesions: vec![Lesion {
            description: "scars".into(),
            alleged: "burns".into(),
            degree: Degree::HighlyConsistent,
        }],
        overall: None,
        reason: "the pattern".into(),
    }))
}

#[test]
fn a_degree_is_entered_by_whoever_another_lead_recorded_as_a_clinician() {
    let folder = tempfile::tempdir().unwrap();
    let (ada, bo) = (identity("Ada"), identity("Bo"));
    let mut case = found(folder.path(), &ada);
    case.add_member("Bo", &bo.card(), Role::Analyst, &[WORKING.into()]).unwrap();
    let who = source(&case, WORKING, "S-001");
    let examined = who.source;
    case.say_facts("source", "a", &[Fact::Source(who)]).unwrap();
    let member = open(folder.path(), &bo).actor();
    let clinician = |member, practises| Fact::Clinician(Clinician { member, practises, reason: "a licence".into() });
    let enter = |code: &str| {
        let mut case = open(folder.path(), &bo);
        let fact = medical(&case, examined, code);
        case.say_facts("medical", "a", &[fact])
    };
    assert!(matches!(enter("M-001"), Err(DeskError::NoClinician)));
    // Past the program it counts for nothing, also once its author has become a clinician.
    let mut bos = open(folder.path(), &bo);
    let forged = medical(&bos, examined, "M-009");
    say_at(&mut bos, WORKING, &forged);
    drop(bos);
    let mut case = open(folder.path(), &ada);
    let own = case.actor();
    assert!(matches!(case.say_facts("clinician", "a", &[clinician(own, true)]), Err(DeskError::OwnClinician)));
    case.say_facts("clinician", "a", &[clinician(member, true)]).unwrap();
    drop(case);
    enter("M-001").unwrap();
    let mut case = open(folder.path(), &ada);
    case.say_facts("clinician", "a", &[clinician(member, false)]).unwrap();
    drop(case);
    assert!(matches!(enter("M-002"), Err(DeskError::NoClinician)));
    let book = Book::read(&open(folder.path(), &ada)).unwrap();
    let codes: Vec<&str> = book.medical.values().map(|said| said.what.code.as_str()).collect();
    assert_eq!((codes, book.voids.len()), (vec!["M-001"], 1));
}
