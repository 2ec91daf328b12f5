//! Is a run refused when anything that it rests on is no longer what it was?

use super::built::{ANONYMOUS, Inquiry, inquiry, run_of, words};
use crate::custody::collect::{Collecting, collect};
use crate::custody::founding::WORKING;
use crate::custody::ids::RecordId;
use crate::custody::writer::Change;
use crate::facts::lineage::{Became, Lineage};
use crate::facts::network::Numbered;
use crate::publication::counted::ForTheInquiryItself;
use factum_model::edtf::Day;
use factum_weigh::finding::RunView;
use std::ops::ControlFlow;

/// Puts a file of these words into the case, anew if one of its name is there.
fn file(inquiry: &mut Inquiry, name: &str, text: &str) -> RecordId {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, text).unwrap();
    let how = Collecting::new(WORKING);
    collect(&mut inquiry.case, &[path], &how, &mut |_| ControlFlow::Continue(())).unwrap();
    inquiry.book().newest[name]
}

fn runs(inquiry: &mut Inquiry, all: &[(&str, &[RecordId], &[RecordId])]) {
    let mut change = Change::new("estimate", "runs");
    for (code, inputs, outputs) in all {
        change.say(WORKING, &run_of(code, &[("persons", "12")], inputs, outputs)).unwrap();
    }
    inquiry.case.tell(change).unwrap();
}

const BODY: &str = "\nThere were {{R-12.persons}}.\n\n![Runs](table:runs)\n";

#[test]
fn what_changed_is_found_through_the_runs_that_read_it() {
    let mut inquiry = inquiry();
    let list = file(&mut inquiry, "list.csv", "one");
    let linked = file(&mut inquiry, "linked.csv", "two");
    let counts = file(&mut inquiry, "counts-of-all.csv", "three");
    let all: [(&str, &[RecordId], &[RecordId]); 3] =
        [("R-10", &[list], &[linked]), ("R-11", &[linked], &[counts]), ("R-12", &[counts], &[])];
    runs(&mut inquiry, &all);
    let view = |inquiry: &Inquiry, code: &str| {
        let numbered = Numbered::of(&inquiry.book(), Day::from_ymd(2026, 11, 27).unwrap());
        numbered.evidence.runs[numbered.run(code).unwrap().at()]
    };
    let built = inquiry.build(ANONYMOUS, BODY, &ForTheInquiryItself).unwrap();
    assert!(words(&built).iter().any(|line| line.contains("R-12 |") && line.contains("inputs unchanged")));
    assert_eq!(view(&inquiry, "R-12"), RunView::Open { converged: true, current: true });
    // The list comes in anew and says something else: two runs further on nothing stands.
    file(&mut inquiry, "list.csv", "another");
    let problems = inquiry.build(ANONYMOUS, BODY, &ForTheInquiryItself).unwrap_err();
    let expected = "the run R-12 rests on R-10: 1 of the inputs of the run R-10 came in anew after it, and say something else: \
                    list.csv (run it again on the newer files)";
    assert!(problems.len() == 1 && problems[0].contains(expected), "{problems:?}");
    for code in ["R-10", "R-11", "R-12"] {
        assert_eq!(view(&inquiry, code), RunView::Open { converged: true, current: false }, "{code}");
    }
    let book = inquiry.book();
    let lost = Lineage::of(&book).lost("R-12");
    assert_eq!(lost.iter().map(|l| (l.run, l.input, l.became)).collect::<Vec<_>>(), [("R-10", list, Became::Another)]);
    // The linkage of the newer list gives the same file, byte for byte: it stands again.
    let newer = book.newest["list.csv"];
    runs(&mut inquiry, &[("R-13", &[newer], &[linked])]);
    assert!(inquiry.build(ANONYMOUS, BODY, &ForTheInquiryItself).is_ok());
}

#[test]
fn runs_that_read_their_own_results_end_somewhere_and_what_is_closed_is_not_called_changed() {
    let mut inquiry = inquiry();
    let (one, other) = (file(&mut inquiry, "one.csv", "one"), file(&mut inquiry, "other.csv", "other"));
    let closed = RecordId([7; 16]);
    let all: [(&str, &[RecordId], &[RecordId]); 3] =
        [("R-10", &[one], &[other]), ("R-11", &[other], &[one]), ("R-12", &[closed], &[])];
    runs(&mut inquiry, &all);
    let book = inquiry.book();
    let lineage = Lineage::of(&book);
    assert_eq!((lineage.lost("R-10"), lineage.lost("R-11"), lineage.lost("R-99")), (vec![], vec![], vec![]));
    assert_eq!(lineage.lost("R-12")[0].became, Became::Closed);
    let numbered = Numbered::of(&book, Day::from_ymd(2026, 11, 27).unwrap());
    assert_eq!(numbered.evidence.runs[numbered.run("R-12").unwrap().at()], RunView::Closed);
}
