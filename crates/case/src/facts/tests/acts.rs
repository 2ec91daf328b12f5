//! Does what people signed leave as a record, come back unharmed, and count for nothing where nobody signed it?

use super::law::{SMALL, TEXTS};
use super::round::example;
use super::{found, identity, open};
use crate::custody::evidence::{Evidence, Run};
use crate::custody::folder::Case;
use crate::custody::founding::WORKING;
use crate::custody::governance::Role;
use crate::custody::ids::MemberId;
use crate::custody::writer::Change;
use crate::facts::desk::DeskError;
use crate::facts::words::{
    Adopted, Clinician, CommentDraft, Correction, ElementAssessed, Fact, LegalConclusion, Lesion, Medical, Reviewed,
};
use crate::facts::written_out::Outgoing;
use crate::facts::{Book, Sort, judge};
use crate::law::Degree;
use crate::testimony::folder::authored::Inquiry;
use crate::testimony::folder::record::Record;
use crate::testimony::folder::write::{files, printed};
use crate::testimony::folder::{Files, Reading};

/// A case with everything that people sign, by two of them.
fn signed(folder: &std::path::Path) -> Case {
    let (ada, bo) = (identity("Ada"), identity("Bo"));
    let mut case = found(folder, &ada);
    case.add_member("Bo", &bo.card(), Role::Lead, &[WORKING.to_string()]).unwrap();
    let (inquiry, identities) = example();
    case.take_in(&inquiry, &identities, WORKING).unwrap();
    let book = Book::read(&case).unwrap();
    let finding = book.find("F-1", Sort::Finding).unwrap();
    let state = judge::state(&book.findings[&finding]);
    let law = [
        Fact::Framework { framework: "small".into(), text: SMALL.into() },
        Fact::OfficialText { framework: "small".into(), text: TEXTS.into() },
        Fact::Clinician(Clinician {
            member: MemberId(*bo.member().as_bytes()),
            practises: true,
            reason: "a licence".into(),
        }),
        Fact::Adopted(Adopted { finding, state, wording: Vec::new() }),
    ];
    case.say_facts("law", "law", &law).unwrap();
    let assessed = |reason: &str| {
        Fact::ElementAssessed(ElementAssessed {
            framework: "small".into(),
            element: "1/1".into(),
            finding: Some(finding),
            supports: Some(true),
            missing: None,
            reason: reason.into(),
        })
    };
    let draft = case.new_thing(WORKING).unwrap();
    let sent = CommentDraft {
        draft,
        code: "D-90".into(),
        recipient: "the guild".into(),
        sent: "2026-01-02".into(),
        deadline: "2026-02-02".into(),
        paragraphs: vec!["They were held.".into()],
        rests: vec![finding],
        runs: Vec::new(),
    };
    let correction = Correction {
        correction: case.new_thing(WORKING).unwrap(),
        code: Some("C-9".into()),
        draft: Some(draft),
        holder: "the guild".into(),
        received: None,
        paragraph: 1,
        asked: "another word".into(),
        accepted: None,
        reason: None,
        decided: None,
    };
    let conclusion = LegalConclusion {
        framework: "small".into(),
        article: "1".into(),
        wording: "It may constitute p.".into(),
        conclusion: Some(case.new_thing(WORKING).unwrap()),
        code: Some("L-1".into()),
        standard: None,
    };
    let facts = [
        assessed("as I read it"),
        Fact::LegalConclusion(conclusion),
        Fact::CommentDraft(Box::new(sent)),
        Fact::Correction(Box::new(correction)),
    ];
    case.say_facts("law", "law", &facts).unwrap();
    let mut change = Change::new("run", "a run");
    let run = Run {
        run: "R-1".into(),
        what: "linkage".into(),
        program: "factum 0".into(),
        seed: None,
        parameters: Vec::new(),
        inputs: Vec::new(),
        outputs: Vec::new(),
        outcome: None,
    };
    change.say(WORKING, &Evidence::Run(Box::new(run))).unwrap();
    case.tell(change).unwrap();
    let mut as_bo = open(folder, &bo);
    let medical = Medical {
        medical: as_bo.new_thing(WORKING).unwrap(),
        code: "M-1".into(),
        source: book.find("S-001", Sort::Source).unwrap(),
        examined: "2026-03-04".into(),
        lesions: vec![Lesion { description: "a scar".into(), alleged: "a rope".into(), degree: Degree::Typical }],
        overall: Some(Degree::Consistent),
        reason: "as seen".into(),
    };
    let review = Reviewed { finding, state, agrees: true, words: "all of it read".into() };
    as_bo
        .say_facts("bo", "bo", &[Fact::Medical(Box::new(medical)), Fact::Reviewed(review), assessed("I agree")])
        .unwrap();
    drop(as_bo);
    open(folder, &ada)
}

fn out(case: &Case) -> Outgoing {
    Outgoing::of(case, &Book::read(case).unwrap(), false).unwrap()
}

fn read(written: &Files) -> Inquiry {
    let reading = Reading::of(written);
    let faults: Vec<String> = reading.faults.iter().map(ToString::to_string).collect();
    assert_eq!(faults, [""; 0]);
    reading.inquiry
}

#[test]
fn what_people_signed_goes_out_and_comes_back_without_being_signed_again() {
    let places = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let mut case = signed(places[0].path());
    let first = out(&case);
    let several = "small 1/1: several people assessed it; the newest word is written as one to take in, the others stand in acts/ alone";
    assert_eq!(first.left, [several]);
    let written = first.files();
    for file in ["law.toml", "medical.toml", "frameworks/small.toml", "official/small.toml"] {
        assert!(written.contains_key(file), "{file} {:?}", written.keys());
    }
    let kinds: Vec<&str> = first.inquiry.acts[0].what.act.iter().map(|act| act.kind.as_str()).collect();
    for kind in
        ["reviewed", "adopted", "element-assessed", "legal-conclusion", "clinician", "medical", "comment-draft", "run"]
    {
        assert!(kinds.contains(&kind), "{kind} {kinds:?}");
    }
    assert_eq!(kinds.iter().filter(|kind| **kind == "element-assessed").count(), 2, "both words are kept");

    // Into its own case: everything is there.
    let inquiry = read(&written);
    let again = case.take_in(&inquiry, &[], WORKING).unwrap();
    assert!(again.receipt.is_none() && again.told.is_empty(), "{again:?}");
    assert_eq!((again.acts_known, again.acts_elsewhere), (kinds.len(), 0));
    assert_eq!(out(&case).files(), written);

    // Into another: it is kept, and told what is not said there; out again it is the same but for that.
    let mut other = found(places[1].path(), &identity("Cem"));
    let taken = other.take_in(&inquiry, &[], WORKING).unwrap();
    assert_eq!((taken.acts_known, taken.acts_elsewhere), (0, kinds.len()));
    let told = ["M-1: degrees of consistency", "D-90: a correction names a draft"];
    assert!(told.iter().all(|what| taken.told.iter().any(|line| line.starts_with(what))), "{:?}", taken.told);
    let book = Book::read(&other).unwrap();
    let finding = &book.findings[&book.find("F-1", Sort::Finding).unwrap()];
    assert!(finding.reviews.is_empty() && finding.adopted.is_none() && book.medical.is_empty());
    assert_eq!((finding.elements.len(), book.conclusions.len()), (1, 1), "data of the inquiry, said by who took it in");
    let mut theirs = out(&other).files();
    let own = other.ledger().origin().rsplit('/').next().unwrap().to_string();
    theirs.remove(&format!("acts/{own}.toml"));
    let mut ours = written.clone();
    ours.remove("medical.toml");
    let without = String::from_utf8(ours["corrections.toml"].clone()).unwrap().replace("draft = \"D-90\"\n", "");
    ours.insert("corrections.toml".into(), without.into_bytes());
    assert_eq!(theirs, ours);
    let third = other.take_in(&read(&out(&other).files()), &[], WORKING).unwrap();
    assert!(third.receipt.is_none(), "{third:?}");

    // Nothing that is kept is lost by a file that lacks some of it.
    let mut fewer = inquiry;
    fewer.acts[0].what.act.pop();
    fewer.acts[0].text = printed(&fewer.acts[0].what.table());
    assert!(matches!(other.take_in(&fewer, &[], WORKING), Err(DeskError::LostActs { count: 1, .. })));
}

#[test]
fn what_somebody_signed_is_not_changed_by_a_file() {
    let place = tempfile::tempdir().unwrap();
    let mut case = signed(place.path());
    let mut written = out(&case).files();
    let name = written.keys().find(|name| name.starts_with("acts/")).unwrap().clone();
    let text = String::from_utf8(written[&name].clone()).unwrap();
    assert!(text.contains("all of it read"));
    written.insert(name.clone(), text.replace("all of it read", "half of it read").into_bytes());
    let faults: Vec<String> = Reading::of(&written).faults.iter().map(ToString::to_string).collect();
    assert!(faults.len() == 1 && faults[0].contains("(reviewed) is not as it was written out"), "{faults:?}");

    // Sealed anew, it reads well, and the log knows better.
    let mut inquiry = out(&case).inquiry;
    let file = &mut inquiry.acts[0];
    let case_name = file.what.case.clone();
    let at = file.what.act.iter().position(|act| act.kind == "reviewed").unwrap();
    let act = &mut file.what.act[at];
    act.says = act.says.replace("all of it read", "half of it read");
    act.seal = act.sealed(&case_name);
    file.text = printed(&file.what.table());
    let size = case.ledger().size();
    let refused = case.take_in(&read(&files(&inquiry)), &[], WORKING).unwrap_err();
    assert!(matches!(&refused, DeskError::NoSuchAct { number, .. } if *number == at + 1), "{refused}");
    assert_eq!(case.ledger().size(), size, "nothing was written");
}
