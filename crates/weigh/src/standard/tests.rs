//! Does every built-in standard say what it asks and why, and is a bad one refused?

use super::*;

#[test]
fn every_default_says_why() {
    let asked = [
        Kind::FirstHand,
        Kind::IndependentOrigins,
        Kind::Documentary,
        Kind::Grades,
        Kind::ContrarySought,
        Kind::ContraryAnswered,
        Kind::Reviewers,
        Kind::Consent,
    ];
    for which in BuiltIn::ALL {
        let standard = Standard::built_in(which);
        assert_eq!(standard.faults(), [], "{}", standard.name);
        for kind in asked {
            assert!(standard.reason(kind).is_some_and(|why| !why.is_empty()), "{}: {kind:?}", standard.name);
        }
    }
}

#[test]
fn a_higher_standard_never_asks_for_less() {
    for pair in BuiltIn::ALL.windows(2) {
        let [lower, higher] = [pair[0], pair[1]].map(|w| Standard::built_in(w).requirements);
        assert!(lower.first_hand <= higher.first_hand);
        assert!(lower.independent_origins <= higher.independent_origins);
        assert!(lower.documentary <= higher.documentary);
        assert!(lower.reviewers <= higher.reviewers);
        assert!(lower.contrary_sought <= higher.contrary_sought && lower.contrary_answered <= higher.contrary_answered);
        if let (Some(less), Some(more)) = (lower.grades, higher.grades) {
            assert!(less.reliability >= more.reliability && less.credibility >= more.credibility);
        }
    }
}

#[test]
fn every_fault_of_an_own_standard_is_told() {
    let mut own = Standard::built_in(BuiltIn::ReasonableGroundsToBelieve);
    own.name = " ".into();
    own.wording = String::new();
    own.requirements.first_hand = 0;
    own.requirements.independent_origins = 0;
    own.requirements.reviewers = 0;
    use StandardFault::*;
    assert_eq!(own.faults(), [NoName, NoWording, NothingAsked, ReasonForNothing, NoReviewer]);
    own.requirements.first_hand = u32::MAX;
    own.requirements.documentary = u32::MAX;
    assert!(!own.faults().contains(&NothingAsked));
}

#[test]
fn grades_read_as_the_scale_writes_them() {
    let grades = Grades { reliability: Reliability::Fairly, credibility: Credibility::PossiblyTrue };
    assert_eq!(grades.to_string(), "C3");
}
