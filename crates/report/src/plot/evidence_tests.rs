//! The plots of evidence: what they show, by snapshot, and that no input breaks them.

use super::map::tests::some_map;
use super::*;
use crate::{Block, Dossier, Figure, pdf};
use proptest::prelude::*;

/// Every plot is one whole picture whose coordinates are numbers.
fn is_whole(svg: &str) {
    assert!(svg.starts_with("<svg") && svg.ends_with("</svg>"), "{}", &svg[..svg.len().min(80)]);
    for broken in ["NaN", "inf"] {
        assert!(!svg.contains(&format!("\"{broken}")) && !svg.contains(&format!("\"-{broken}")));
        assert!(!svg.contains(&format!(",{broken}")) && !svg.contains(&format!(" {broken},")));
    }
}

const HOSTILE: &str = "</text><script>alert(1)</script>\u{0}&\"'";

fn site_year(site: usize, year: i32, sources: u64, interviews: u64) -> SiteYear {
    SiteYear { site, year, sources, interviews }
}

fn some_coverage() -> Coverage {
    let cells = vec![
        site_year(0, 2016, 1, 1),
        site_year(0, 2017, 4, 2),
        site_year(0, 2019, 12, 9),
        site_year(1, 2017, 0, 0),
        site_year(1, 2019, 7, 0),
        site_year(2, 2016, 2, 2),
        site_year(3, 2017, 1204, 311),
    ];
    let sites = ["Harel camp", "معسكر الوادي", "北方集中营", "P-004 a school with a very long name by the river"];
    Coverage { title: "Sources by site and year".into(), sites: sites.map(String::from).into(), cells }
}

#[test]
fn zero_is_not_what_nobody_looked_for() {
    let svg = coverage(&some_coverage(), ENGLISH);
    assert_eq!(
        some_coverage().alt(ENGLISH),
        "A table. Sites: 4; years from 2016 to 2019. Of the sites and years, with sources: 6, of these with a single one: 1; where \
         somebody looked and found none: 1; where nobody looked: 9."
    );
    is_whole(&svg);
    insta::assert_snapshot!(svg);
}

fn some_matrix(unverified: bool) -> Matrix {
    let bearing = |element, finding, supporting, contrary, by: &str| Bearing {
        element,
        finding,
        supporting,
        contrary,
        assessed_by: by.into(),
    };
    let element = |number: &str, label: &str| ElementRow { number: number.into(), label: label.into() };
    Matrix {
        title: "Charter of the Lakes, Article 4, version 2".into(),
        elements: vec![
            element("4.1", "held against their will"),
            element("4.2", "الحرمان من الحرية"),
            element("4.3", "knowledge of the circumstances, in whatever form it was had"),
            element("4.4", "part of an attack"),
        ],
        findings: ["F-1", "F-2", "F-13"].map(String::from).into(),
        bearings: vec![
            bearing(0, 0, 12, 0, "Ilva"),
            bearing(0, 1, 3, 2, "Tarn"),
            bearing(1, 0, 0, 4, "Ilva"),
            bearing(2, 0, 0, 0, "Ilva"),
            bearing(3, 2, 1, 0, ""),
        ],
        unverified,
    }
}

#[test]
fn an_unverified_framework_says_so_twice() {
    let svg = matrix(&some_matrix(true), ENGLISH);
    // Over it, under it, and in what it shows in words.
    assert_eq!(svg.matches("UNVERIFIED:").count(), 3);
    assert!(some_matrix(true).alt(ENGLISH).starts_with("UNVERIFIED: "));
    assert_eq!(matrix(&some_matrix(false), ENGLISH).matches("UNVERIFIED").count(), 0);
    insta::assert_snapshot!(svg);
}

#[test]
fn support_contrary_and_missing_are_told_apart() {
    assert_eq!(
        some_matrix(false).alt(ENGLISH),
        "A matrix. Elements: 4; findings: 3. Pairs with support only: 2; with contrary evidence only: 1; with both: 1; looked for \
         and missing: 1; not assessed: 7. Elements without support from any finding: 2."
    );
    assert_eq!(matrix(&some_matrix(false), ENGLISH).matches("nothing supports it").count(), 2);
}

fn happening(label: &str, when: &str, lasting: bool, contested: bool) -> Happening {
    Happening { label: label.into(), when: when.parse().unwrap(), lasting, contested }
}

fn some_timeline() -> Timeline {
    let one = vec![
        happening("held at Harel camp", "2017-05/2018-03-12", true, false),
        happening("held, by another source", "2017-08~/2018-01", true, true),
        happening("seen in the yard", "2017-11-03", false, false),
        happening("被转移", "2018-03", false, false),
        happening("taken from home", "2017-05~", false, false),
    ];
    let two = vec![
        happening("guards changed", "2016?/2017", true, false),
        happening("المعسكر مفتوح", "2016-06/..", true, false),
        happening("closed for a time", "2018-02-01/", true, false),
        happening("fire", "2018?", false, true),
        happening("in use", "2017", true, false),
    ];
    let lane = |code: &str, rows| Lane { code: code.into(), rows };
    Timeline {
        title: "E-012 and P-003".into(),
        lanes: vec![lane("E-012", one), lane("P-003", two)],
        most: Timeline::PRINTED,
    }
}

/// The size of the smallest label, in points, when a drawing is printed in the width of the text, which is 162 mm.
pub(super) fn least_printed(svg: &str) -> f64 {
    let number = |text: &str| text.split(['"', ' ']).next().and_then(|n| n.parse::<f64>().ok());
    let width = svg.split("viewBox=\"0 0 ").nth(1).and_then(number).unwrap();
    let sizes = svg.split("font-size=\"").skip(1).filter_map(number);
    sizes.fold(f64::INFINITY, f64::min) * (162.0 / 25.4 * 72.0) / width
}

#[test]
fn no_printed_label_is_too_small_to_read() {
    let drawings = [
        timeline(&some_timeline(), ENGLISH),
        flows(&some_flows(), ENGLISH),
        coverage(&some_coverage(), ENGLISH),
        matrix(&some_matrix(false), ENGLISH),
        ties(&some_ties(), ENGLISH),
    ];
    for svg in drawings {
        assert!(least_printed(&svg) >= 6.5, "{}: {}", svg.get(..400).unwrap_or(&svg), least_printed(&svg));
    }
}

#[test]
fn vague_dates_look_vague() {
    assert_eq!(
        some_timeline().alt(ENGLISH),
        "A timeline. Rows: 10; places or persons: 2; days from 2016-01-01 to 2018-12-31; of the rows, lasting: 6, events: 4, with an \
         approximate or uncertain date: 4, with an open or unknown end: 2, contested: 2."
    );
    let svg = timeline(&some_timeline(), ENGLISH);
    is_whole(&svg);
    insta::assert_snapshot!(svg);
}

#[test]
fn a_lone_vague_date_has_no_certain_part() {
    let of = |when| Timeline {
        title: String::new(),
        lanes: vec![Lane { code: String::new(), rows: vec![happening("", when, true, false)] }],
        most: Timeline::PRINTED,
    };
    // The legend has one certain bar of its own.
    let certain = |when| {
        timeline(&of(when), ENGLISH).matches("fill=\"#0072B2\"").count()
            - timeline(&of("2017"), ENGLISH).matches("fill=\"#0072B2\"").count()
    };
    assert_eq!(certain("2017/2019"), 1);
    assert_eq!(certain("2017/2017"), 0);
    assert_eq!(certain("2017-05-03"), 1);
}

fn flow(from: Option<usize>, to: Option<usize>, moved: u64) -> Flow {
    Flow { from, to, moved }
}

fn some_flows() -> Flows {
    Flows {
        title: "Transfers between facilities".into(),
        unit: "transfers".into(),
        facilities: ["P-001 Harel camp", "P-002 السجن القديم", "P-003 北方集中营", "P-004"].map(String::from).into(),
        flows: vec![
            flow(Some(0), Some(1), 40),
            flow(Some(1), Some(0), 12),
            flow(Some(0), Some(2), 7),
            flow(Some(2), Some(2), 3),
            flow(None, Some(0), 25),
            flow(Some(2), None, 9),
            flow(Some(3), Some(1), 1),
        ],
    }
}

#[test]
fn movements_are_bands() {
    assert_eq!(
        some_flows().alt(ENGLISH),
        "Bands between places. Places: 4; transfers: 97; pairs of places: 7; with a place that is not known: 34. The most, 40: from \
         P-001 Harel camp to P-002 السجن القديم."
    );
    let svg = flows(&some_flows(), ENGLISH);
    is_whole(&svg);
    insta::assert_snapshot!(svg);
}

fn source(code: &str, origin: &str) -> TiedSource {
    TiedSource { code: code.into(), origin: origin.into() }
}

fn tie(first: usize, second: usize, kind: TieKind, reason: &str) -> Tie {
    Tie { between: (first, second), kind, reason: reason.into() }
}

fn some_ties() -> Ties {
    use TieKind::{Dependent, Independent, Relays};
    let origins =
        ["S-001", "S-001", "S-001", "S-001", "", "S-006", "S-006", "S-006", "S-006", "", "S-011", "S-011", ""];
    let sources = origins.iter().enumerate().map(|(i, o)| source(&format!("S-{:03}", i + 1), o)).collect();
    let shared = "报告引用同一份文件 D-002, of which each has a copy";
    let ties = vec![
        tie(1, 0, Relays, "cites the interview I-007 by name"),
        tie(2, 0, Relays, "cites the interview I-007 by name"),
        tie(
            3,
            1,
            Relays,
            "word for word the same paragraphs, with the same misprint on page 4 and without naming where they are from",
        ),
        tie(3, 0, Dependent, "نفس المنظمة"),
        tie(5, 6, Dependent, shared),
        tie(6, 7, Dependent, shared),
        tie(7, 8, Dependent, shared),
        tie(5, 8, Dependent, shared),
        tie(5, 7, Dependent, shared),
        tie(11, 10, Relays, "broadcast of the same statement"),
        tie(0, 4, Independent, "different persons who never met"),
        tie(0, 5, Independent, "different persons who never met"),
        tie(4, 9, Independent, ""),
        tie(9, 12, Independent, "two sides of the conflict"),
        tie(4, 10, Independent, "two sides of the conflict"),
        tie(0, 9, Independent, "two sides of the conflict"),
    ];
    Ties { title: "Sources for finding F-1".into(), sources, ties }
}

#[test]
fn sources_of_one_origin_stand_together() {
    assert_eq!(
        some_ties().alt(ENGLISH),
        "A graph. Sources: 13; origins: 6. Pairs: 78; dependent: 10; of one origin through others: 3; examined and independent: 6; \
         not examined: 59."
    );
    let svg = ties(&some_ties(), ENGLISH);
    is_whole(&svg);
    assert_eq!(svg.matches("origin S-0").count(), 3);
    insta::assert_snapshot!(svg);
}

#[test]
fn many_sources_are_shown_by_origin() {
    let origin = |i: usize| if i.is_multiple_of(3) { String::new() } else { format!("S-{:03}", i % 24) };
    let sources = (0..120).map(|i| source(&format!("S-{i:03}"), &origin(i))).collect();
    let kind = |i: usize| if i.is_multiple_of(5) { TieKind::Dependent } else { TieKind::Independent };
    let pairs = (0..110).map(|i| tie(i, (i * 7 + 3) % 120, kind(i), "an examined pair")).collect();
    let svg = ties(&Ties { title: "Many".into(), sources, ties: pairs }, ENGLISH);
    is_whole(&svg);
    assert!(svg.contains("each node is an origin"));
    insta::assert_snapshot!(svg);
}

#[test]
fn pictures_of_evidence_can_be_archived() {
    let pictures = [
        (coverage(&some_coverage(), ENGLISH), some_coverage().alt(ENGLISH)),
        (matrix(&some_matrix(true), ENGLISH), some_matrix(true).alt(ENGLISH)),
        (timeline(&some_timeline(), ENGLISH), some_timeline().alt(ENGLISH)),
        (flows(&some_flows(), ENGLISH), some_flows().alt(ENGLISH)),
        (ties(&some_ties(), ENGLISH), some_ties().alt(ENGLISH)),
        (map(&some_map(), ENGLISH), some_map().alt(ENGLISH)),
    ];
    let figure = |(svg, alt)| Block::Figure(Figure { svg, alt, caption: "Evidence".into(), width: 1.0 });
    let dossier = Dossier {
        title: "Pictures".into(),
        subtitle: String::new(),
        author: None,
        date: "2026-11-24".into(),
        lang: "en".into(),
        description: String::new(),
        alerts: vec![],
        blocks: pictures.into_iter().map(figure).collect(),
        ..Dossier::default()
    };
    assert_eq!(pdf::render(&dossier).unwrap().shortfall, Vec::<String>::new(), "meets PDF/UA-1 and PDF/A-2a");
}

#[test]
fn pictures_speak_the_language_of_the_report() {
    for lang in ["ar", "es", "fr", "ru", "zh"] {
        let said = words(lang);
        let english =
            ["sources:", "nobody looked", "certainly", "supporting", "UNVERIFIED", "precision unknown", "reason<"];
        let pictures = [
            (coverage(&some_coverage(), said), some_coverage().alt(said)),
            (matrix(&some_matrix(true), said), some_matrix(true).alt(said)),
            (timeline(&some_timeline(), said), some_timeline().alt(said)),
            (flows(&some_flows(), said), some_flows().alt(said)),
            (ties(&some_ties(), said), some_ties().alt(said)),
            (map(&some_map(), said), some_map().alt(said)),
        ];
        for (svg, alt) in pictures {
            is_whole(&svg);
            assert!(!alt.contains('{') && !alt.contains("of "), "{lang}: {alt}");
            for word in english {
                assert!(!svg.contains(word), "{lang}: {word}");
            }
        }
    }
}

#[test]
fn pictures_in_arabic_can_be_archived() {
    let said = words("ar");
    let titled = Timeline {
        title: "ما تقوله الإفادات المؤرخة، بحسب المكان".into(), ..some_timeline()
    };
    let pictures = [
        (coverage(&some_coverage(), said), some_coverage().alt(said)),
        (matrix(&some_matrix(true), said), some_matrix(true).alt(said)),
        (timeline(&titled, said), titled.alt(said)),
        (flows(&some_flows(), said), some_flows().alt(said)),
        (map(&some_map(), said), some_map().alt(said)),
    ];
    let figure = |(svg, alt)| Block::Figure(Figure { svg, alt, caption: "أدلة".into(), width: 1.0 });
    let blocks = pictures.into_iter().map(figure).collect();
    let dossier =
        Dossier { title: "صور".into(), date: "2026-11-24".into(), lang: "ar".into(), blocks, ..Dossier::default() };
    let made = pdf::render(&dossier).unwrap();
    assert_eq!(made.shortfall, Vec::<String>::new(), "meets PDF/UA-1 and PDF/A-2a");
}

#[test]
fn who_relays_whom_is_read_in_the_direction_of_the_language() {
    let pairs = vec![tie(1, 0, TieKind::Relays, "نقل")];
    let of = Ties { title: String::new(), sources: vec![source("S-001", ""), source("S-002", "")], ties: pairs };
    let (arabic, english) = (ties(&of, words("ar")), ties(&of, ENGLISH));
    let line = |svg: &str| {
        let end = svg.rfind("S-002").unwrap();
        svg[..end].rfind("<text").map(|at| svg[at..end].to_string()).unwrap()
    };
    assert!(line(&arabic).contains('\u{2067}'), "the first stands on the right: {}", line(&arabic));
    assert!(!line(&english).contains('\u{2067}') && line(&english).contains("S-001 to "));
}

#[test]
fn numbers_are_written_as_the_language_does() {
    let overlap = Upset {
        title: String::new(),
        lists: vec![("registry".into(), 1060)],
        intersections: vec![],
        words: String::new(),
    };
    assert!(upset(&overlap, ENGLISH).contains("1,060"));
    assert!(upset(&overlap, words("fr")).contains("1\u{a0}060") && !upset(&overlap, words("fr")).contains("1,060"));
    assert!(some_coverage().alt(words("ru")).contains("с источниками: 6"));
}

#[test]
fn a_row_is_not_cut_before_its_second_line() {
    let long = "T-0076 was beaten on the soles of the feet in the first night, and again on the third";
    let lanes = vec![Lane {
        code: "the Villa by the reservoir in Vlemvod".into(),
        rows: vec![happening(long, "2019-03", false, false)],
    }];
    let svg = timeline(&Timeline { title: String::new(), lanes, most: 1 }, ENGLISH);
    assert!(
        svg.contains("the Villa by the reservoir in Vlemvod") && svg.contains("the third") && !svg.contains('…'),
        "{svg}"
    );
}

#[test]
fn nothing_and_the_hostile_are_drawn() {
    let label = HOSTILE.to_string();
    let empty = [
        coverage(&Coverage { title: label.clone(), sites: vec![], cells: vec![] }, ENGLISH),
        matrix(
            &Matrix { title: label.clone(), elements: vec![], findings: vec![], bearings: vec![], unverified: true },
            ENGLISH,
        ),
        timeline(&Timeline { title: label.clone(), lanes: vec![], most: Timeline::PRINTED }, ENGLISH),
        flows(&Flows { title: label.clone(), unit: label.clone(), facilities: vec![], flows: vec![] }, ENGLISH),
        ties(&Ties { title: label.clone(), sources: vec![], ties: vec![] }, ENGLISH),
    ];
    let element = ElementRow { number: label.clone(), label: label.clone() };
    let row = happening(HOSTILE, "2017", false, true);
    let one = [
        coverage(
            &Coverage { title: label.clone(), sites: vec![label.clone()], cells: vec![site_year(0, 2017, 1, 0)] },
            ENGLISH,
        ),
        matrix(
            &Matrix {
                title: label.clone(),
                elements: vec![element],
                findings: vec![label.clone()],
                bearings: vec![],
                unverified: false,
            },
            ENGLISH,
        ),
        timeline(
            &Timeline {
                title: label.clone(),
                lanes: vec![Lane { code: label.clone(), rows: vec![row] }],
                most: Timeline::PRINTED,
            },
            ENGLISH,
        ),
        flows(
            &Flows {
                title: label.clone(),
                unit: label.clone(),
                facilities: vec![label.clone()],
                flows: vec![flow(Some(0), Some(0), 1)],
            },
            ENGLISH,
        ),
        ties(
            &Ties {
                title: label.clone(),
                sources: vec![source(HOSTILE, HOSTILE)],
                ties: vec![tie(0, 0, TieKind::Relays, HOSTILE)],
            },
            ENGLISH,
        ),
    ];
    for svg in empty.iter().chain(&one) {
        is_whole(svg);
        assert!(!svg.contains("<script") && !svg.contains('\u{0}'));
    }
}

proptest! {
    // Each case draws a plot of every kind, of up to a thousand rows.
    #![proptest_config(ProptestConfig::with_cases(6))]
    #[test]
    fn any_evidence_is_drawn(
        cells in prop::collection::vec((0usize..70, any::<i32>(), any::<u64>(), any::<u64>()), 0..60),
        dates in prop::collection::vec((0u16..=9999, 1u8..=12, "[?~%]?", any::<bool>(), any::<bool>()), 0..200),
        moved in prop::collection::vec((prop::option::of(0usize..60), prop::option::of(0usize..60), any::<u64>()), 0..200),
        label in "\\PC{0,30}",
        many in 0usize..1000,
    ) {
        let labels = vec![label.clone(); many.max(64)];
        let whole = |svg: String| is_whole(&svg);
        let site_years = cells.iter().map(|&(site, year, sources, n)| site_year(site, year, sources, n)).collect();
        whole(coverage(&Coverage { title: label.clone(), sites: labels.clone(), cells: site_years }, ENGLISH));
        let element = || ElementRow { number: label.clone(), label: label.clone() };
        let bearings = cells.iter().map(|&(element, year, supporting, contrary)| Bearing {
            element,
            finding: year.unsigned_abs() as usize % 9,
            supporting,
            contrary,
            assessed_by: label.clone(),
        });
        whole(matrix(&Matrix {
            title: label.clone(),
            elements: (0..many).map(|_| element()).collect(),
            findings: labels.clone(),
            bearings: bearings.collect(),
            unverified: many.is_multiple_of(2),
        }, ENGLISH));
        let rows = dates.iter().flat_map(|(year, month, mark, lasting, contested)| {
            let forms = [format!("{year:04}-{month:02}{mark}"), format!("{year:04}{mark}/.."), format!("/{year:04}{mark}")];
            forms.map(|when| happening(&label, &when, *lasting, *contested))
        });
        whole(timeline(&Timeline { title: label.clone(), lanes: vec![Lane { code: label.clone(), rows: rows.collect() }], most: Timeline::PRINTED }, ENGLISH));
        let flown = moved.iter().map(|&(from, to, moved)| flow(from, to, moved)).collect();
        whole(flows(&Flows { title: label.clone(), unit: label.clone(), facilities: labels, flows: flown }, ENGLISH));
        let sources = (0..many).map(|i| source(&label, &if i.is_multiple_of(2) { String::new() } else { (i % 40).to_string() }));
        let kinds = [TieKind::Relays, TieKind::Dependent, TieKind::Independent];
        let pairs = moved.iter().enumerate().map(|(i, (a, b, _))| tie(a.unwrap_or(3), b.unwrap_or(4), kinds[i % 3], &label));
        whole(ties(&Ties { title: label.clone(), sources: sources.collect(), ties: pairs.collect() }, ENGLISH));
    }
}
