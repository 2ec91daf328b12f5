//! Is nothing used to which nobody said yes?

use super::*;
use proptest::prelude::*;

const TODAY: Day = Day(20_000);
const TOMORROW: Day = Day(20_001);
const YESTERDAY: Day = Day(19_999);

fn agreed(purposes: &[Use]) -> SourceConsent {
    let answer = Answer { agreed: true, named: false, on: YESTERDAY };
    SourceConsent {
        answers: purposes.iter().map(|&u| (u, answer)).collect(),
        explained: true,
        risk: Some(Risk { level: RiskLevel::Medium, review_by: TODAY }),
        ..SourceConsent::default()
    }
}

#[track_caller]
fn check(consent: &SourceConsent, purpose: Use, expected: &[Refusal]) {
    let reasons = match consent.verdict(Asked::of(purpose), TODAY) {
        Verdict::Allowed => Vec::new(),
        Verdict::Refused { reasons } => reasons,
    };
    assert_eq!(reasons, expected);
}

#[test]
fn the_default_is_no() {
    let silent = SourceConsent::default();
    assert_eq!(silent.uses(TODAY), Uses::NONE);
    assert_eq!(Handling::default().uses(TODAY), Uses::NONE);
    check(&silent, Use::Internal, &[Refusal::NotExplained, Refusal::NotAsked(Use::Internal)]);
    let expected = Verdict::Refused { reasons: vec![Refusal::NoConditions] };
    assert_eq!(Handling::default().verdict(Asked::of(Use::Internal), TODAY), expected);
}

#[test]
fn each_use_is_a_question_of_its_own() {
    let consent = agreed(&[Use::Internal, Use::Courts]);
    assert_eq!(consent.uses(TODAY), [Use::Internal, Use::Courts].into_iter().collect());
    check(&consent, Use::Media, &[Refusal::NotAsked(Use::Media)]);
    let mut no = agreed(&[Use::Courts]);
    no.answers.insert(Use::Courts, Answer { agreed: false, named: true, on: YESTERDAY });
    check(&no, Use::Courts, &[Refusal::SaidNo(Use::Courts)]);
    no.answers.insert(Use::Courts, Answer { agreed: true, named: false, on: TOMORROW });
    check(&no, Use::Courts, &[Refusal::NotYetGiven(Use::Courts, TOMORROW)]);
}

#[test]
fn naming_needs_its_own_yes() {
    let mut consent = agreed(&[Use::ReportAnonymised, Use::ReportNamed, Use::Courts]);
    check(&consent, Use::ReportAnonymised, &[]);
    check(&consent, Use::ReportNamed, &[Refusal::NotNamed(Use::ReportNamed)]);
    let named_in_court = Asked { purpose: Use::Courts, naming: true };
    let expected = Verdict::Refused { reasons: vec![Refusal::NotNamed(Use::Courts)] };
    assert_eq!(consent.verdict(named_in_court, TODAY), expected);
    consent.answers.insert(Use::Courts, Answer { agreed: true, named: true, on: TODAY });
    assert!(consent.verdict(named_in_court, TODAY).is_allowed());
    consent.risk = Some(Risk { level: RiskLevel::High, review_by: TOMORROW });
    let expected = Verdict::Refused { reasons: vec![Refusal::RiskTooHighToName] };
    assert_eq!(consent.verdict(named_in_court, TODAY), expected);
    check(&consent, Use::Courts, &[]);
}

#[test]
fn a_risk_nobody_looked_at_keeps_everything_inside() {
    let mut consent = agreed(&[Use::Internal, Use::Partners]);
    consent.risk = None;
    check(&consent, Use::Internal, &[]);
    check(&consent, Use::Partners, &[Refusal::RiskNotAssessed]);
    consent.risk = Some(Risk { level: RiskLevel::Low, review_by: YESTERDAY });
    check(&consent, Use::Partners, &[Refusal::RiskReviewOverdue(YESTERDAY)]);
}

#[test]
fn a_child_needs_a_guardian() {
    let mut consent = agreed(&[Use::Internal]);
    consent.age = Age::Child { guardian_agreed: false };
    check(&consent, Use::Internal, &[Refusal::NoGuardian]);
    consent.age = Age::Child { guardian_agreed: true };
    check(&consent, Use::Internal, &[]);
}

#[test]
fn conditions_of_a_document_end() {
    let mut handling = Handling { allowed: [(Use::Courts, false)].into(), until: Some(TODAY), withdrawn: None };
    assert_eq!(handling.uses(TODAY), Uses::NONE.with(Use::Courts));
    handling.until = Some(YESTERDAY);
    let expected = Verdict::Refused { reasons: vec![Refusal::ConditionsEnded(YESTERDAY)] };
    assert_eq!(handling.verdict(Asked::of(Use::Courts), TODAY), expected);
    let both = handling.verdict(Asked::of(Use::Courts), TODAY).and(agreed(&[]).verdict(Asked::of(Use::Courts), TODAY));
    let expected = vec![Refusal::NotAsked(Use::Courts), Refusal::ConditionsEnded(YESTERDAY)];
    assert_eq!(both, Verdict::Refused { reasons: expected });
}

#[test]
fn a_refusal_says_what_to_do() {
    let told = Refusal::RiskReviewOverdue(Day::from_ymd(2024, 2, 29).unwrap()).to_string();
    assert_eq!(told, "the risk to the source was to be reviewed by 2024-02-29; review it first");
}

fn any_consent() -> impl Strategy<Value = SourceConsent> {
    let answer = (any::<bool>(), any::<bool>(), 19_990i32..20_010);
    let answers = prop::collection::btree_map((0..8usize).prop_map(|u| Use::ALL[u]), answer, 0..8);
    let risk = prop::option::of((0..3usize, 19_990i32..20_010));
    (answers, any::<bool>(), risk).prop_map(|(answers, explained, risk)| SourceConsent {
        answers: answers
            .into_iter()
            .map(|(u, (agreed, named, on))| (u, Answer { agreed, named, on: Day(on) }))
            .collect(),
        explained,
        risk: risk.map(|(level, day)| Risk {
            level: [RiskLevel::Low, RiskLevel::Medium, RiskLevel::High][level],
            review_by: Day(day),
        }),
        ..SourceConsent::default()
    })
}

proptest! {
    #[test]
    fn a_withdrawal_outranks_everything(consent in any_consent(), erase: bool, on in -30_000i32..30_000, naming: bool) {
        let kind = if erase { Withdrawal::Erase } else { Withdrawal::NoFurtherUse };
        let withdrawn = SourceConsent { withdrawn: Some((kind, Day(on))), ..consent };
        for purpose in Use::ALL {
            match withdrawn.verdict(Asked { purpose, naming }, TODAY) {
                Verdict::Allowed => prop_assert!(false, "a withdrawal was overlooked"),
                Verdict::Refused { reasons } => prop_assert_eq!(reasons[0], Refusal::Withdrawn(kind, Day(on))),
            }
        }
    }

    #[test]
    fn naming_never_allows_more(consent in any_consent()) {
        for purpose in Use::ALL {
            let named = consent.verdict(Asked { purpose, naming: true }, TODAY).is_allowed();
            let unnamed = consent.verdict(Asked { purpose, naming: false }, TODAY).is_allowed();
            prop_assert!(!named || unnamed);
            prop_assert!(!unnamed || consent.answers.get(&purpose).is_some_and(|a| a.agreed));
        }
    }
}
