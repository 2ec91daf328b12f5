//! Whole dossiers, in every script, to PDF and HTML.

use crate::{Block, Cell, Dossier, Figure, Inline, Table, Target, html, link, note, pdf, plot, text};
use factum_model::{CaptureTable, ListId};

fn paragraph(words: &str, lang: Option<&str>) -> Block {
    Block::Paragraph { runs: vec![text(words)], lang: lang.map(String::from) }
}

pub(crate) fn dossier() -> Dossier {
    let lists = ["registry", "سجل", "登记"].map(ListId::new).to_vec();
    let table = CaptureTable::from_counts(lists, &[(1, 40), (2, 30), (3, 12), (5, 9), (7, 4), (4, 20)]).unwrap();
    let labels = ["Registry".to_string(), "سجل الأسر".to_string(), "登记册".to_string()];
    Dossier {
        title: "Records & <people>".into(),
        subtitle: "Записи и люди".into(),
        author: Some("Nobody".into()),
        date: "2026-11-24".into(),
        lang: "en".into(),
        description: "A test of every part.".into(),
        alerts: vec!["Nothing of <this> is true.".into()],
        reference: Some("X/2026/7".into()),
        cover: vec![("Standard".into(), "reasonable grounds".into()), ("الفترة".into(), "2019".into())],
        summary: vec![paragraph("In short.", None), paragraph("باختصار.", Some("ar"))],
        blocks: vec![
            Block::Heading { level: 1, text: "Scripts".into() },
            paragraph("Имена людей хранятся в письменности источника.", Some("ru")),
            paragraph("أسماء الأشخاص محفوظة كما وردت في المصدر.", Some("ar")),
            paragraph("姓名按来源的文字保存。", Some("zh")),
            Block::Heading { level: 2, text: "Parts".into() },
            Block::Warning { runs: vec![text("#panic() is text, "), Inline::Strong("not code".into())] },
            Block::List { items: vec![vec![text("one"), note("a note")], vec![Inline::Emph("two".into())]] },
            Block::Table(Table {
                caption: "Counts".into(),
                head: vec!["List".into(), "People".into()],
                rows: vec![
                    vec![Cell::words("محمد"), Cell::number("1,234")],
                    vec![Cell::words("王小明"), Cell::number("5")],
                ],
            }),
            Block::Figure(Figure {
                svg: plot::overlaps(&table, &labels),
                alt: "Overlaps of three lists".into(),
                caption: "Overlaps".into(),
                width: 1.0,
            }),
        ],
    }
}

/// A report as it is published: numbered paragraphs, notes of several parts, quotes, annexes with entries that links reach.
pub(crate) fn publication() -> Dossier {
    let span = |lang: &str, words: &str| Inline::Span { lang: lang.into(), runs: vec![text(words)] };
    let web = |to: &str, words: &str| Inline::Link { to: Target::Web(to.into()), runs: vec![text(words)] };
    let cited =
        Inline::Note(vec![link("S-014", "S-014"), text(", passage 3; "), span("ar", "مقابلة مع ألف"), text(".")]);
    let numbered = |number, runs, lang: Option<&str>| Block::Numbered { number, runs, lang: lang.map(String::from) };
    let body = vec![
        Block::Heading { level: 1, text: "What was found".into() },
        Block::Heading { level: 2, text: "Detention".into() },
        numbered(
            1,
            vec![
                text("People were held"),
                cited,
                text(" for months, as "),
                link("paragraph-2", "paragraph 2"),
                text(" says."),
            ],
            None,
        ),
        numbered(
            2,
            vec![text("احتُجز الناس أشهراً"), note("A note in English."), text(" في "), span("en", "Camp 2"), text(".")],
            Some("ar"),
        ),
        Block::Quote { runs: vec![text("لم نعرف متى سينتهي.")], lang: Some("ar".into()) },
        Block::Points {
            items: vec![
                vec![text("by night"), Inline::Note(vec![span("ar", "حاشية عربية كاملة.")])],
                vec![text("by day")],
            ],
            lang: None,
        },
        Block::Anchor { id: "counts".into() },
        Block::Table(Table {
            caption: "Counts".into(),
            head: vec!["Year".into()],
            rows: vec![vec![Cell::words("2019"), Cell::number("12")], vec![]],
        }),
        Block::Under { runs: vec![text("Counts below five are not shown."), note("See the method.")] },
        Block::Heading { level: 1, text: "الخلاصة".into() },
        numbered(
            4,
            vec![web("https://example.org/a?b=1&c=2", "The rule"), text(" and "), web("javascript:x", "no rule")],
            None,
        ),
        Block::Annex { text: "Sources".into() },
        Block::Heading { level: 2, text: "Interviews".into() },
        Block::Entry {
            id: "S-014".into(),
            label: "S-014".into(),
            runs: vec![text("A man who was held. See "), link("counts", "the counts"), text(".")],
            lang: None,
        },
        Block::Entry {
            id: "S-015".into(), label: "S-015".into(), runs: vec![text("امرأة.")], lang: Some("ar".into())
        },
        Block::Annex { text: "Errata".into() },
        paragraph("None.", None),
    ];
    Dossier { summary: vec![numbered(0, vec![text("Short"), note("First.")], None)], blocks: body, ..dossier() }
}

#[test]
fn a_dossier_in_every_script_is_accessible_and_repeatable() {
    let first = pdf::render(&dossier()).unwrap();
    assert_eq!(first.shortfall, Vec::<String>::new(), "meets PDF/UA-1 and PDF/A-2a");
    assert!(first.pages >= 3 && first.bytes.starts_with(b"%PDF-1.7"));
    assert_eq!(first.bytes, pdf::render(&dossier()).unwrap().bytes);
}

#[test]
fn a_publication_is_accessible_in_both_directions() {
    for lang in ["en", "ar", "ug-Arab-CN", "nonsense"] {
        let made = pdf::render(&Dossier { lang: lang.into(), ..publication() }).unwrap();
        assert_eq!(made.shortfall, Vec::<String>::new(), "{lang} meets PDF/UA-1 and PDF/A-2a");
    }
    insta::assert_snapshot!(html::render(&publication()).unwrap());
}

#[test]
fn links_that_lead_nowhere_are_told_and_printed_as_words() {
    assert_eq!(
        publication().loose_ends(),
        ["a link leads to javascript:x, which is no address that begins with https:, http: or mailto:"]
    );
    let lost = Dossier {
        blocks: vec![
            Block::Anchor { id: "a b".into() },
            Block::Paragraph { runs: vec![link("nowhere", "lost"), link("a b", "found")], lang: None },
            Block::Anchor { id: "a b".into() },
        ],
        ..dossier()
    };
    assert_eq!(
        lost.loose_ends(),
        [
            "a link leads to nowhere, and nothing in the report bears that name",
            "two places of the report bear the name a b; links reach the first"
        ]
    );
    assert!(html::render(&lost).unwrap().contains("<p id=\"a_b\">lost<a href=\"#a_b\">found</a></p>"));
    assert_eq!(pdf::render(&lost).unwrap().shortfall, Vec::<String>::new());
}

#[test]
fn letters_without_a_font_do_not_stop_the_report() {
    let mut dossier = dossier();
    dossier.blocks.push(paragraph("\u{1F600} \u{E000} a\u{0301}\u{20DD} \u{0}", None));
    assert_eq!(pdf::render(&dossier).unwrap().shortfall, Vec::<String>::new());
}

#[test]
fn a_table_too_wide_for_its_page_is_accessible_in_both_directions() {
    let head: Vec<String> =
        std::iter::once("unit / month".to_string()).chain((0..30).map(|m| format!("2019-{m:02}"))).collect();
    let row = std::iter::once(Cell::words("the Valley Militia")).chain((0..30).map(|_| Cell::number("0 (0 of 18)")));
    let table = Block::Table(Table { caption: "acts".into(), head, rows: vec![row.collect()] });
    for lang in ["en", "ar"] {
        let wide = Dossier { lang: lang.into(), blocks: vec![table.clone()], ..dossier() };
        assert_eq!(pdf::render(&wide).unwrap().shortfall, Vec::<String>::new(), "{lang}");
        // A page scrolls: there the table stays whole.
        assert_eq!(html::render(&wide).unwrap().matches("<table>").count(), 1);
    }
}

#[test]
fn an_annex_of_a_line_begins_no_page() {
    let pages = |words: &str| {
        let annexes = ["Sources", "Errata"].map(|text| [Block::Annex { text: text.into() }, paragraph(words, None)]);
        let blocks = std::iter::once(paragraph("x", None)).chain(annexes.into_iter().flatten()).collect();
        pdf::render(&Dossier { blocks, ..dossier() }).unwrap().pages
    };
    assert_eq!(pages(&"None. ".repeat(100)) - pages("None."), 2);
}

#[test]
fn a_long_word_runs_over_several_lines_and_not_off_the_page() {
    let words = |n: usize| "a".repeat(n);
    // A word of several pages would otherwise be one line.
    let pages = |n: usize| pdf::render(&Dossier { blocks: vec![paragraph(&words(n), None)], ..dossier() }).unwrap();
    let long = pages(12_000);
    assert!(long.pages > pages(10).pages, "{}", long.pages);
    assert_eq!(long.shortfall, Vec::<String>::new());
}

#[test]
fn a_date_that_is_no_day_is_refused() {
    for date in ["2026-11", "2026-13-01", "", "soon"] {
        assert!(matches!(pdf::render(&Dossier { date: date.into(), ..dossier() }), Err(pdf::PdfError::Date)), "{date}");
    }
}

#[test]
fn the_page_is_self_contained_and_escaped() {
    let page = html::render(&dossier()).unwrap();
    assert!(page.contains("<h1>Records &#38; &#60;people&#62;</h1>"));
    assert!(page.contains("<th scope=\"row\" dir=\"rtl\">محمد"));
    for outside in ["src=", "http-equiv", "<script", "@import", "url("] {
        assert!(!page.contains(outside), "{outside}");
    }
    insta::assert_snapshot!(page);
}

mod plots {
    use super::plot;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_labels_are_drawn(observed in 0u32..1_000_000, label in "\\PC{0,30}") {
            prop_assert!(plot::bars(&[(label, u64::from(observed))], "people").starts_with("<svg"));
        }
    }
}
