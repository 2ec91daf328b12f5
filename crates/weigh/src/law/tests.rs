//! Does the matrix show what persons say, and name what stands against citing it?

use super::*;

fn element(article: &str, number: u32, shared: Option<&str>) -> Element {
    let (label, shared) = (format!("element {number}"), shared.map(str::to_owned));
    Element { article: article.into(), number, label, contextual: shared.is_some(), shared }
}

fn provision(article: &str, elements: Vec<Element>) -> Provision {
    Provision { article: article.into(), label: article.into(), elements }
}

/// Two invented provisions that rest on one context.
fn framework() -> Framework {
    let part = Part { number: 1, article: "1".into(), label: "part 1".into() };
    Framework {
        head: Head {
            id: "invented".into(),
            version: 1,
            title: "T".into(),
            instrument: "I".into(),
            authority: "nobody".into(),
            source: "S".into(),
            date: "2001".parse().unwrap(),
            verified: vec![],
        },
        language: "en".into(),
        numbering: Numbering::Own,
        shared: vec![Shared { key: "context".into(), label: "context".into(), parts: vec![part] }],
        provisions: vec![
            provision("1(a)", vec![element("1(a)", 1, None), element("1(a)", 2, Some("context"))]),
            provision("1(b)", vec![element("1(b)", 1, Some("context"))]),
        ],
    }
}

fn key(article: &str, number: u32) -> ElementKey {
    ElementKey { article: article.into(), number }
}

fn says(article: &str, number: u32, finding: &'static str, bearing: Option<Bearing>) -> Assessment<&'static str> {
    Assessment {
        element: key(article, number),
        finding: Some(finding),
        bearing,
        missing: None,
        words: "as read".into(),
        by: "M",
    }
}

const FOR: Option<Bearing> = Some(Bearing::Supporting);

struct Given {
    mark: Mark,
    unseen: usize,
    assessments: Vec<Assessment<&'static str>>,
    findings: BTreeMap<&'static str, Standing>,
    closed: BTreeMap<ElementKey, usize>,
    conclusions: Vec<Conclusion<&'static str>>,
}

impl Given {
    /// Everything there that a release asks for.
    fn whole() -> Given {
        let all = [("context", 1), ("1(a)", 1), ("1(a)", 2), ("1(b)", 1)];
        let conclude = |article: &str| Conclusion {
            article: article.into(),
            standard: "grounds".into(),
            words: "It may constitute it.".into(),
            by: "M",
        };
        Given {
            mark: Mark::Verified,
            unseen: 0,
            assessments: all.iter().map(|(article, n)| says(article, *n, "F-1", FOR)).collect(),
            findings: BTreeMap::from([("F-1", Standing::Adopted)]),
            closed: BTreeMap::new(),
            conclusions: vec![conclude("1(a)"), conclude("1(b)")],
        }
    }

    fn matrix(&self) -> (Matrix<&'static str>, Vec<LawFault>) {
        let material = Material {
            mark: self.mark,
            unseen: self.unseen,
            assessments: &self.assessments,
            findings: &self.findings,
            closed: &self.closed,
            conclusions: &self.conclusions,
            wordings: &BTreeMap::from([("grounds".to_owned(), vec!["may constitute".to_owned()])]),
        };
        matrix(&framework(), &material)
    }

    /// The obstacles of the two provisions after a change.
    fn check(change: impl FnOnce(&mut Given), a: &[Obstacle<&'static str>], b: &[Obstacle<&'static str>]) {
        let mut given = Given::whole();
        change(&mut given);
        let (matrix, faults) = given.matrix();
        assert_eq!(faults, []);
        assert_eq!(matrix.provisions[0].obstacles, a);
        assert_eq!(matrix.provisions[1].obstacles, b);
    }
}

#[test]
fn obstacles_are_named_and_nothing_else_is_said() {
    use Obstacle::*;
    Given::check(|_| {}, &[], &[]);
    Given::check(|g| g.mark = Mark::Unverified { open: 1, all: 4 }, &[Unverified], &[Unverified]);
    Given::check(|g| g.conclusions.truncate(1), &[], &[NoConclusion]);
    Given::check(|g| g.conclusions[0].words = "It is it.".into(), &[Wording("M")], &[]);
    Given::check(|g| g.conclusions[0].standard = "another".into(), &[Wording("M")], &[]);
    Given::check(|g| g.conclusions[0].words = "It  MAY\nconstitute it.".into(), &[], &[]);
    Given::check(|g| drop(g.assessments.remove(1)), &[NotAssessed(key("1(a)", 1))], &[]);
    // What is shared is established once and counts for both.
    let context = || NotAssessed(key("context", 1));
    Given::check(|g| drop(g.assessments.remove(0)), &[context()], &[context()]);
    Given::check(|g| g.closed = BTreeMap::from([(key("1(a)", 1), 2)]), &[Closed(2)], &[]);
    Given::check(|g| g.findings = BTreeMap::from([("F-1", Standing::Closed)]), &[Closed(3)], &[Closed(2)]);
    // What may lie where nobody here can look is not known to be absent.
    let elsewhere = |g: &mut Given| {
        g.unseen = 1;
        g.assessments.remove(1);
    };
    Given::check(elsewhere, &[Closed(1)], &[Closed(1)]);
    Given::check(|g| g.findings.clear(), &[NotAdopted("F-1")], &[NotAdopted("F-1")]);
}

#[test]
fn supporting_contrary_and_missing_stand_side_by_side() {
    let mut given = Given::whole();
    given.assessments.push(says("1(a)", 1, "F-2", Some(Bearing::Contrary)));
    given.assessments.push(Assessment {
        by: "N",
        missing: Some("who ordered it".into()),
        ..says("1(a)", 1, "F-1", None)
    });
    // A later word of the same person on the same finding replaces the earlier one.
    given.assessments.push(says("1(a)", 2, "F-1", Some(Bearing::Contrary)));
    let rows = given.matrix().0.provisions.remove(0).rows;
    let shown: Vec<_> = rows
        .iter()
        .map(|r| (r.supporting.len(), r.contrary.len(), r.neither.len(), r.missing.len(), r.assessed_by.clone()))
        .collect();
    assert_eq!(shown, [(1, 1, 1, 1, vec!["M", "N"]), (0, 1, 0, 0, vec!["M"])]);
}

#[test]
fn an_element_is_named_as_it_is_written() {
    let check = |text: &str, expected: Option<ElementKey>| assert_eq!(text.parse().ok(), expected, "{text}");
    check("7(1)(h)/3", Some(key("7(1)(h)", 3)));
    check("7(1)(h)", None);
    check("/3", None);
    check("7/1/3", None);
    check("7/-3", None);
    assert_eq!(key("context", 1).to_string(), "context/1");
}

#[test]
fn what_the_framework_does_not_have_is_a_fault() {
    let mut given = Given::whole();
    given.assessments.push(says("9", 1, "F-1", FOR));
    given.conclusions.push(Conclusion { article: "context".into(), ..given.conclusions[0].clone() });
    let (framework, article) = ("invented".to_owned(), |a: &str| a.to_owned());
    let expected = [
        LawFault::NoElement { framework: framework.clone(), article: article("9"), number: 1 },
        LawFault::NoProvision { framework, article: article("context") },
    ];
    assert_eq!(given.matrix().1, expected);
}
