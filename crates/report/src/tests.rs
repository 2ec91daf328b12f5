//! Whole dossiers, in every script, to PDF and HTML.

use crate::{Block, Cell, Dossier, Figure, Inline, Table, html, pdf, plot, text};
use factum_model::{CaptureTable, ListId};

fn paragraph(words: &str, lang: Option<&str>) -> Block {
    Block::Paragraph { runs: vec![text(words)], lang: lang.map(String::from) }
}

fn dossier() -> Dossier {
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
        blocks: vec![
            Block::Heading { level: 1, text: "Scripts".into() },
            paragraph("Имена людей хранятся в письменности источника.", Some("ru")),
            paragraph("أسماء الأشخاص محفوظة كما وردت في المصدر.", Some("ar")),
            paragraph("姓名按来源的文字保存。", Some("zh")),
            Block::Heading { level: 2, text: "Parts".into() },
            Block::Warning { runs: vec![text("#panic() is text, "), Inline::Strong("not code".into())] },
            Block::List {
                items: vec![vec![text("one"), Inline::Note("a note".into())], vec![Inline::Emph("two".into())]],
            },
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

#[test]
fn a_dossier_in_every_script_is_accessible_and_repeatable() {
    let first = pdf::render(&dossier()).unwrap();
    assert_eq!(first.shortfall, Vec::<String>::new(), "meets PDF/UA-1 and PDF/A-2a");
    assert!(first.pages >= 3 && first.bytes.starts_with(b"%PDF-1.7"));
    assert_eq!(first.bytes, pdf::render(&dossier()).unwrap().bytes);
}

#[test]
fn letters_without_a_font_do_not_stop_the_report() {
    let mut dossier = dossier();
    dossier.blocks.push(paragraph("\u{1F600} \u{E000} a\u{0301}\u{20DD} \u{0}", None));
    assert_eq!(pdf::render(&dossier).unwrap().shortfall, Vec::<String>::new());
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
    assert!(page.contains("<h1 dir=\"ltr\">Records &#38; &#60;people&#62;</h1>"));
    assert!(page.contains("dir=\"rtl\" class=\"\">محمد"));
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
