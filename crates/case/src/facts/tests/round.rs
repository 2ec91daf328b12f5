//! Does an inquiry go from a folder into a case and out again without loss, and nothing that is closed with it?

use super::{found, identity, open};
use crate::custody::evidence::{Evidence, Leaving};
use crate::custody::export::Leave;
use crate::custody::founding::{IDENTITIES, WORKING};
use crate::custody::view;
use crate::facts::words::{Fact, Purpose};
use crate::facts::written_out::{Outgoing, WriteOutError};
use crate::facts::{Book, Sort, dependants};
use crate::testimony::folder::authored::Inquiry;
use crate::testimony::folder::write::files;
use crate::testimony::folder::{Files, Identity, Reading, gather};
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::path::Path;

/// What the small example lacks: every kind of thing, and every optional value, once.
const MORE: [(&str, &str); 15] = [
    (
        "standards/two-witnesses.toml",
        "name = 'two witnesses'\nwording = 'as two witnesses say'\nfirst-hand = 2 # both were there\nreviewers = 1\n",
    ),
    (
        "schema/cells.toml",
        "extends = 'detention'\nversion = 1\n[property.cell]\nlabel = 'Cell'\ntype = 'text' # a number on a door\n",
    ),
    (
        "judgements.toml",
        "[[claim]]\nentity = \"E-001\"\nproperty = \"gate\"\nstatus = \"accepted\"\naccepted = \"T-0006\"\nvalue = \"green\"\n\
         reason = \"seen\"\n",
    ),
    (
        "sources/S-006.md",
        "+++\ncode = \"S-006\"\nsort = \"person\"\nchild = true\n[risk]\nlevel = \"high\"\njudged = \"2025-06-01\"\n\
         review = \"2031-06-01\"\nreason = \"a child\"\n+++\n\nA girl, \\{named\\} by nobody.\n\nShe was nine.\n",
    ),
    (
        "sources/S-007.md",
        "+++\ncode = \"S-007\"\nsort = \"list\"\norganization = \"Ferry Guild\"\n[conditions]\npurposes = [\"internal\"]\n\
         words = \"lent\"\nuntil = \"2032-01\"\n[[relays]]\nsource = \"S-004\"\nreason = \"copied\"\n[[presence]]\n\
         place = \"E-001\"\nperiod = \"2023/2024\"\nrole = \"delivered there\"\n+++\n\nA ferry's book.\n",
    ),
    (
        "interviews/I-004.md",
        "+++\ncode = \"I-004\"\nsource = \"S-006\"\ndate = \"2025-06-01\"\nplace = \"a school\"\nplace-precision = \"region\"\n\
         interviewer = \"M-02\"\nlanguage = \"Tarvi\"\ninterpreter = \"N-02\"\npresent = [\"her aunt\"]\n+++\n\nA: Yes.\n",
    ),
    // Two texts of the same words stay two.
    (
        "documents/D-003.md",
        "+++\ncode = \"D-003\"\nsource = \"S-006\"\ntitle = \"Notes\"\ntranslation-of = \"I-004\"\ntranslator = \"N-02\"\n\
         date = \"2025-06\"\nlanguage = \"Tarvi\"\n+++\n\nA: Yes.\n",
    ),
    (
        "documents/D-004.md",
        "+++\ncode = \"D-004\"\nsource = \"S-007\"\npages = 4\nduration = \"00:10:00.250\"\n[[sheet]]\nname = \"Sheet 1\"\n\
         columns = 6\nrows = 120\n+++\n",
    ),
    (
        "statements/more.toml",
        "[[statement]]\ncode = \"T-0020\"\nsource = \"S-007\"\nitem = \"D-004\"\nat = \"'Sheet 1'!B4:C9\"\nquote = \"a stamp\"\n\
         basis = \"documentary\"\ntext = \"bread for sixty\"\n\n[[statement]]\ncode = \"T-0021\"\nsource = \"S-006\"\n\
         item = \"D-003\"\nquote = \"Yes.\"\nbasis = \"relayed\"\nrelays = [\"S-001\"]\ntext = \"she says so\"\n\
         retracted = \"she was tired\"\ndate = \"2024~\"\nplace = \"E-001\"\n\n[[statement]]\ncode = \"T-0022\"\n\
         source = \"S-006\"\nitem = \"D-004\"\nbasis = \"inferred\"\ntext = \"the book was kept\"\n",
    ),
    (
        "findings/F-3.md",
        "+++\ncode = \"F-3\"\nstandard = \"two-witnesses\"\nauthor = \"M-02\"\n[conclusion]\nsort = \"not-confirmed\"\n\
         sought = [\"the register\"]\n[[conclusion.others]]\nname = \"Ferry Guild\"\nvalue = \"sixty\"\n[[bears]]\n\
         statement = \"T-0020\"\nstance = \"contradicts\"\n[[answer]]\nstatement = \"T-0020\"\nwords = \"bread is no proof\"\n\
         [[answer]]\nwords = \"asked three clerks\"\n+++\n\nSixty were held.\n",
    ),
    (
        "findings/F-4.md",
        "+++\ncode = \"F-4\"\nstandard = \"reasonable-grounds\"\n[conclusion]\nsort = \"qualitative\"\nwords = \"most\"\n\
         population = \"those held\"\ndenominator = \"sixty\"\nsource = \"S-007\"\n+++\n\nMost slept on the ground.\n",
    ),
    (
        "requests/Q-2.toml",
        "code = \"Q-2\"\naddressee = \"the guild\"\nsent = \"2025-05-02\"\ndeadline = \"2025-06-02\"\nchannel = \"letter\"\n\
         questions = [\"Who?\"]\n[[response]]\ndate = \"2025-05-09\"\nanswers = [1]\ntext = \"nobody\"\nitem = \"D-004\"\n",
    ),
    (
        "recommendations.toml",
        "[[recommendation]]\ncode = \"N-1\"\naddressee = \"the guild\"\ndate = \"2025-11-02\"\ntext = \"Open the books.\"\n\
         [[recommendation.follow-up]]\ndate = \"2026-02\"\ntext = \"none\"\n[[recommendation.follow-up]]\n\
         date = \"2026-01\"\ntext = \"one\"\n",
    ),
    (
        "corrections.toml",
        "[[correction]]\nholder = \"the guild\"\nparagraph = 4\nasked = \"a date\"\naccepted = false\nreason = \"wrong\"\n\
         [[correction]]\ncode = \"C-2\"\nholder = \"the guild\"\nreceived = \"2026-01-02\"\nparagraph = 2\nasked = \"a name\"\n\
         accepted = true\nreason = \"right\"\ndecided = \"2026-01-03\"\n",
    ),
    (
        "consents.toml",
        "[[consent]]\nsource = \"S-006\"\ndate = \"2025-06-01\"\npurposes = [\"internal\"]\nexplained = [\"purpose\"]\n\
         language = \"Tarvi\"\nguardian = \"her aunt\"\n\n[[withdrawal]]\nsource = \"S-002\"\ndate = \"2026-01\"\n\
         extent = \"no-further-use\"\nreason = \"fear\"\n",
    ),
];

pub(super) fn example() -> (Inquiry, Vec<Identity>) {
    let mut all = gather(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/testimony/example")).unwrap();
    for (name, text) in MORE {
        let there = all.entry(name.into()).or_default();
        there.extend(b"\n".iter().chain(text.as_bytes()).skip(usize::from(there.is_empty())));
    }
    let reading = Reading::of(&all);
    let wrong: Vec<String> = reading.faults.iter().map(ToString::to_string).collect();
    assert_eq!(wrong, [""; 0]);
    (reading.inquiry, reading.identities.unwrap())
}

/// What a new case that took this in writes out.
fn through(inquiry: &Inquiry, identities: &[Identity]) -> Outgoing {
    let folder = tempfile::tempdir().unwrap();
    let mut case = found(folder.path(), &identity("Ada"));
    case.take_in(inquiry, identities, WORKING).unwrap();
    Outgoing::of(&case, &Book::read(&case).unwrap(), true).unwrap()
}

#[test]
fn a_folder_goes_into_a_case_and_comes_out_the_same() {
    let (inquiry, identities) = example();
    let out = through(&inquiry, &identities);
    assert_eq!(out.left, [""; 0]);
    let written = out.files();
    let again = Reading::of(&written);
    assert_eq!(again.identities.as_deref(), Some(&identities[..]));
    assert_eq!(through(&again.inquiry, &identities).files(), written, "and once more");
    // Only the order of lists may differ from what was written by hand.
    let sorted = |files: &Files| -> Vec<(String, Vec<String>)> {
        let lines = |bytes: &[u8]| {
            let text = String::from_utf8_lossy(bytes).into_owned();
            let mut lines: Vec<String> = text.lines().filter(|line| !line.is_empty()).map(String::from).collect();
            lines.sort();
            lines
        };
        files.iter().map(|(name, bytes)| (name.clone(), lines(bytes))).collect()
    };
    let mut without = written.clone();
    without.remove("identities.toml");
    assert_eq!(sorted(&without), sorted(&files(&inquiry)));
}

/// Leaves out what the choices say, and whatever then names what is gone.
fn thin(inquiry: &mut Inquiry, keep: &mut impl FnMut() -> bool) {
    macro_rules! clear {
        ($($field:expr),* $(,)?) => {$(if !keep() { $field = Default::default(); })*};
    }
    inquiry.findings.retain(|_| keep());
    inquiry.statements.retain(|_| keep());
    clear!(inquiry.claims, inquiry.positions, inquiry.requests, inquiry.corrections, inquiry.recommendations);
    clear!(inquiry.ties, inquiry.examined, inquiry.withdrawals);
    let said: BTreeSet<_> = inquiry.statements.iter().map(|s| s.code.clone()).collect();
    let found: BTreeSet<_> = inquiry.findings.iter().map(|f| f.about.code.clone()).collect();
    for page in &mut inquiry.findings {
        clear!(page.about.author, page.about.missing, page.about.runs);
        page.about.bears.retain(|bears| said.contains(&bears.statement) && keep());
        page.about.answer.retain(|answer| answer.statement.as_ref().is_none_or(|s| said.contains(s)) && keep());
    }
    inquiry.claims.iter_mut().for_each(|claim| claim.accepted = claim.accepted.take().filter(|s| said.contains(s)));
    inquiry.positions.iter_mut().for_each(|position| position.findings.retain(|f| found.contains(f)));
    for page in &mut inquiry.sources {
        let about = &mut page.about;
        clear!(about.organization, about.reliability, about.risk, about.conditions, about.relays, about.presence);
    }
    for page in &mut inquiry.interviews {
        let about = &mut page.about;
        clear!(about.place, about.place_precision, about.interviewer, about.interpreter, about.present);
    }
    for page in &mut inquiry.documents {
        clear!(page.about.title, page.about.date, page.about.language, page.about.translator);
    }
    for statement in &mut inquiry.statements {
        clear!(statement.entity, statement.value, statement.date, statement.place, statement.sensitivity);
        clear!(statement.retracted, statement.credibility, statement.relays, statement.made_in);
        if !keep() {
            (statement.at, statement.quote, statement.made_in) = (None, None, None);
        }
    }
    for request in &mut inquiry.requests {
        clear!(request.reminders, request.response);
    }
}

proptest! {
    // Each case is founded anew, with keys.
    #![proptest_config(ProptestConfig::with_cases(6))]
    #[test]
    fn any_part_of_an_inquiry_comes_out_as_it_went_in(seed in any::<u64>(), bits in prop::collection::vec(any::<u64>(), 8)) {
        let (inquiry, _) = example();
        let mut inquiry = through(&inquiry, &[]).inquiry;
        let mut at = 0_u32;
        thin(&mut inquiry, &mut || {
            at += 1;
            (bits[at as usize / 64 % 8].rotate_left(at) ^ seed.rotate_right(at)) & 3 != 0
        });
        let whole = Reading::of(&files(&inquiry)).inquiry;
        let out = through(&whole, &[]);
        prop_assert_eq!(&out.left, &Vec::<String>::new());
        prop_assert_eq!(out.files(), files(&whole));
    }
}

#[test]
fn what_leaves_is_logged_first_and_only_what_is_open() {
    let place = tempfile::tempdir().unwrap();
    let (folder, out) = (place.path().join("case"), place.path().join("out"));
    let mut case = found(&folder, &identity("Ada"));
    let how = || Leave { leaving: Leaving::Export, recipient: "Ada".into(), purpose: "to write at home".into() };
    assert!(matches!(case.write_out(&out, false, &how()), Err(WriteOutError::Nothing)));
    assert!(matches!(case.write_out(&folder.join("out"), false, &how()), Err(WriteOutError::Leaving(_))));
    let (inquiry, identities) = example();
    case.take_in(&inquiry, &identities, WORKING).unwrap();
    let (written, receipt) = case.write_out(&out, false, &how()).unwrap();
    assert_eq!(gather(&out).unwrap(), written.files());
    assert!(!out.join("identities.toml").exists());
    let releases = |case: &crate::custody::folder::Case| {
        let all = view::evidence(case.index(), "release", case.until()).unwrap();
        all.into_iter().filter(|(_, said)| matches!(said, Evidence::Release(_))).map(|(row, _)| row).collect::<Vec<_>>()
    };
    let rows = releases(&case);
    // Seven sources, four interviews and three documents with texts.
    assert_eq!(rows.len(), 14);
    assert!(rows.iter().all(|row| row.compartment == WORKING && row.entry < receipt.size));
    // Who takes consent back is told that it left.
    let book = Book::read(&case).unwrap();
    let source = book.find("S-001", Sort::Source).unwrap();
    let gone = dependants::of(&case, &book, source).unwrap().gone;
    assert!(gone.iter().any(|line| line == "what is said of it was exported to Ada"), "{gone:?}");
    assert!(matches!(case.write_out(&out, false, &how()), Err(WriteOutError::Folder(_))), "nothing is overwritten");
    assert_eq!(releases(&case).len(), 14, "and nothing logged");
    let with = place.path().join("with");
    case.write_out(&with, true, &how()).unwrap();
    assert!(with.join("identities.toml").exists());
    assert_eq!(releases(&case).iter().filter(|row| row.compartment == IDENTITIES).count(), identities.len());
}

#[test]
fn the_last_of_several_consents_stands_however_often_the_folder_is_taken_in() {
    let folder = tempfile::tempdir().unwrap();
    let ada = identity("Ada");
    let mut case = found(folder.path(), &ada);
    let (mut inquiry, _) = example();
    let narrow = crate::testimony::folder::authored::Consent {
        purposes: vec![Purpose::Internal],
        date: "2026-05-01".parse().unwrap(),
        ..inquiry.consents.iter().find(|said| said.source.0 == "S-001").unwrap().clone()
    };
    inquiry.consents.push(narrow);
    let first = case.take_in(&inquiry, &[], WORKING).unwrap();
    assert!(first.receipt.is_some());
    for _ in 0..2 {
        assert!(case.take_in(&inquiry, &[], WORKING).unwrap().receipt.is_none());
        let book = Book::read(&open(folder.path(), &ada)).unwrap();
        let source = book.find("S-001", Sort::Source).unwrap();
        let agreed = &book.sources[&source].consent.as_ref().unwrap().what;
        assert_eq!(agreed.purposes, [Purpose::Internal]);
    }
}

#[test]
fn what_names_something_closed_stays_behind_and_is_told() {
    let place = tempfile::tempdir().unwrap();
    let mut case = found(place.path(), &identity("Ada"));
    let (inquiry, _) = example();
    case.take_in(&inquiry, &[], WORKING).unwrap();
    let mut book = Book::read(&case).unwrap();
    let source = book.find("S-003", Sort::Source).unwrap();
    book.sources.remove(&source);
    let out = Outgoing::of(&case, &book, false).unwrap();
    assert!(out.inquiry.interviews.iter().all(|page| page.about.code.0 != "I-003"));
    assert!(out.inquiry.statements.iter().all(|said| said.source.0 != "S-003"));
    let told = |what: &str| out.left.iter().any(|line| line.starts_with(what));
    assert!(told("I-003: the source") && told("T-0008: the source") && told("F-1: a statement"), "{:?}", out.left);
    assert!(out.left.iter().all(|line| !line.starts_with("it would be refused")), "{:?}", out.left);
    // A place in something that is no interview or document has no form in a folder.
    let mut statement =
        book.statements.values().find(|f| f.statement.what.code == "T-0001").unwrap().statement.what.clone();
    statement.passage.as_mut().unwrap().item = crate::custody::runs::new_item().unwrap();
    case.say_facts("statement", "another place", &[Fact::Statement(Box::new(statement))]).unwrap();
    let out = Outgoing::of(&case, &Book::read(&case).unwrap(), false).unwrap();
    assert_eq!(out.left, ["T-0001: its passage lies in an item that is no interview or document"]);
}
