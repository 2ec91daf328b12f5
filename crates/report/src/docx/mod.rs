//! How does a dossier become a document for Word and LibreOffice?
//!
//! Office Open XML (ECMA-376, transitional): paragraphs carry styles, headings and paragraphs are numbered by the program that
//! opens them, footnotes are real ones, and words from right to left are marked as such, block by block and run by run.
//! Figures are pictures with their words for those who cannot see them. The package holds no macro, no template, no name
//! beyond the dossier's, and nothing that is fetched.

mod blocks;
mod direction;
mod runs;

use crate::laid::{Laid, What, bare, lay_on_pages};
use crate::picture::Png;
use crate::svg::escape;
use crate::{Dossier, picture};
use askama::Template;
use blocks::Body;
use std::io::{Cursor, Write};
use zip::write::{SimpleFileOptions, ZipWriter};
use zip::{CompressionMethod, DateTime};

/// Pixels over the full width of the text: 162 mm at 220 dots an inch, at which Word itself keeps pictures.
const FULL_WIDTH: f32 = 1404.0;

/// Why no document could be made.
#[derive(Debug, thiserror::Error)]
pub enum DocxError {
    /// The date of the report is no day.
    #[error("the date of the report must be a day, such as 2026-11-24")]
    Date,
    /// A figure cannot be drawn.
    #[error("figure {number} of the report cannot be drawn: {why}; make it anew or leave it out")]
    Figure {
        /// Its number in the report.
        number: usize,
        /// Why.
        why: String,
    },
    /// A part cannot be written.
    #[error("the document's {part} cannot be written: {source}")]
    Part {
        /// Which.
        part: &'static str,
        /// Why.
        source: askama::Error,
    },
    /// The package cannot be closed.
    #[error("the document cannot be packed: {0}")]
    Package(#[from] zip::result::ZipError),
    /// Its bytes cannot be written.
    #[error("the document cannot be packed: {0}")]
    Write(#[from] std::io::Error),
}

#[derive(Template)]
#[template(path = "docx/core.xml")]
struct Core<'a> {
    title: String,
    author: Option<String>,
    reference: Option<String>,
    description: &'a str,
    lang: String,
    date: String,
}

#[derive(Template)]
#[template(path = "docx/styles.xml")]
struct Styles {
    latin: String,
    eastern: String,
    bidi: String,
}

#[derive(Template)]
#[template(path = "docx/numbering.xml")]
struct Numbering<'a> {
    headings: [(u8, &'static str, &'static str); 3],
    annexes: [(u8, &'static str, String); 3],
    restarts: &'a [(u32, u32)],
}

/// A dossier as a document. Its date is the document's, so that the same dossier gives the same bytes.
///
/// # Errors
/// When the date is no day, or a figure cannot be drawn.
pub fn render(dossier: &Dossier) -> Result<Vec<u8>, DocxError> {
    let day = crate::pdf::day(&dossier.date).ok_or(DocxError::Date)?;
    let laid = lay_on_pages(dossier, &spoken);
    let pictures = pictures(&laid)?;
    let body = Body::write(&laid, &pictures);
    let named = |part| move |source| DocxError::Part { part, source };
    let core = Core {
        title: bare(&laid.title.text),
        author: laid.author.as_ref().map(|line| bare(&line.text)),
        reference: laid.reference.as_ref().map(|line| bare(&line.text)),
        description: &laid.description,
        lang: laid.tongue.tag(),
        // A day that reached so far has all three.
        date: format!(
            "{:04}-{:02}-{:02}",
            day.year().unwrap_or_default(),
            day.month().unwrap_or_default(),
            day.day().unwrap_or_default()
        ),
    };
    let mut package = Package::new();
    package.add("[Content_Types].xml", include_str!("../../templates/docx/types.xml").as_bytes())?;
    package.add("_rels/.rels", include_str!("../../templates/docx/package.rels.xml").as_bytes())?;
    package.add("docProps/core.xml", core.render().map_err(named("properties"))?.as_bytes())?;
    package.add("docProps/app.xml", include_str!("../../templates/docx/app.xml").as_bytes())?;
    package.add("word/document.xml", body.document.as_bytes())?;
    package.add("word/_rels/document.xml.rels", body.document_links.as_bytes())?;
    package.add("word/footnotes.xml", body.footnotes.as_bytes())?;
    package.add("word/_rels/footnotes.xml.rels", body.footnote_links.as_bytes())?;
    package.add("word/footer1.xml", body.footer.as_bytes())?;
    package.add("word/styles.xml", styles(&laid).render().map_err(named("styles"))?.as_bytes())?;
    let numbering = numbering(&laid, &body.restarts).render().map_err(named("numbering"))?;
    package.add("word/numbering.xml", numbering.as_bytes())?;
    package.add("word/settings.xml", include_str!("../../templates/docx/settings.xml").as_bytes())?;
    package.add("word/fontTable.xml", include_str!("../../templates/docx/fonts.xml").as_bytes())?;
    for (i, picture) in pictures.iter().enumerate() {
        package.add(&format!("word/media/image{}.png", i + 1), &picture.bytes)?;
    }
    package.close()
}

/// The text without what XML cannot hold.
fn spoken(text: &str) -> String {
    let holds = |c: char| !c.is_control() && !matches!(c, '\u{FFFE}' | '\u{FFFF}');
    text.chars().map(|c| if holds(c) { c } else { ' ' }).collect()
}

/// All figures, in the order of their numbers.
fn pictures(laid: &Laid) -> Result<Vec<Png>, DocxError> {
    let figures = laid.summary.iter().chain(&laid.body).filter_map(|part| match &part.what {
        What::Figure { number, svg, width, .. } => Some((*number, svg, *width)),
        _ => None,
    });
    let drawn = figures.map(|(number, svg, width)| {
        picture::png(svg, FULL_WIDTH * width as f32).map_err(|why| DocxError::Figure { number, why })
    });
    drawn.collect()
}

/// The languages that words have where nothing else is said, for each of the three kinds of script that Word tells apart.
fn styles(laid: &Laid) -> Styles {
    let tag = laid.tongue.tag();
    let eastern = runs::is_eastern(&laid.tongue);
    let other = |own: bool, else_: &str| if own { tag.clone() } else { else_.to_string() };
    Styles {
        latin: other(!laid.tongue.rtl && !eastern, "en"),
        eastern: other(eastern, "zh-CN"),
        bidi: other(laid.tongue.rtl, "ar"),
    }
}

fn numbering<'a>(laid: &Laid, restarts: &'a [(u32, u32)]) -> Numbering<'a> {
    let annex = laid.words.annex;
    let (headings, second, third) = if laid.numbered {
        ([(0, "upperRoman", "%1."), (1, "upperLetter", "%2."), (2, "decimal", "%3.")], "%2.", "%3.")
    } else {
        ([(0, "decimal", "%1"), (1, "decimal", "%1.%2"), (2, "decimal", "%1.%2.%3")], "%1.%2", "%1.%2.%3")
    };
    let [_, (_, letters, _), (_, digits, _)] = headings;
    let annexes =
        [(0, "upperRoman", format!("{annex} %1.")), (1, letters, second.to_string()), (2, digits, third.to_string())];
    Numbering { headings, annexes, restarts }
}

/// The parts of the document in one ZIP archive, all of one time.
struct Package {
    zip: ZipWriter<Cursor<Vec<u8>>>,
    options: SimpleFileOptions,
}

impl Package {
    fn new() -> Self {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .last_modified_time(DateTime::default())
            .unix_permissions(0o644);
        Self { zip: ZipWriter::new(Cursor::new(Vec::new())), options }
    }

    fn add(&mut self, name: &str, bytes: &[u8]) -> Result<(), DocxError> {
        self.zip.start_file(name, self.options)?;
        Ok(self.zip.write_all(bytes)?)
    }

    fn close(self) -> Result<Vec<u8>, DocxError> {
        Ok(self.zip.finish()?.into_inner())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::laid::lay;
    use crate::tests::{dossier, publication};
    use crate::{Block, Cell, Figure, Inline, Table, link, note, text};
    use proptest::prelude::*;
    use quick_xml::events::Event;
    use std::collections::{BTreeMap, BTreeSet};
    use std::io::Read;

    /// The parts of a document by name.
    fn parts(dossier: &Dossier) -> BTreeMap<String, Vec<u8>> {
        let bytes = render(dossier).unwrap();
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        (0..archive.len())
            .map(|i| {
                let mut file = archive.by_index(i).unwrap();
                let mut bytes = Vec::new();
                file.read_to_end(&mut bytes).unwrap();
                (file.name().unwrap().into_owned(), bytes)
            })
            .collect()
    }

    fn part(dossier: &Dossier, name: &str) -> String {
        String::from_utf8(parts(dossier).remove(name).unwrap()).unwrap()
    }

    /// Every value of an attribute of a kind of element, `w:bookmarkStart` and `w:name`.
    fn values(xml: &str, element: &str, attribute: &str) -> Vec<String> {
        let mut reader = quick_xml::Reader::from_str(xml);
        let mut found = Vec::new();
        loop {
            match reader.read_event().expect("well-formed") {
                Event::Eof => return found,
                Event::Start(e) | Event::Empty(e) if e.name().as_ref() == element => {
                    found.extend(e.try_get_attribute(attribute).unwrap().map(|a| a.value.into_owned()));
                }
                _ => {}
            }
        }
    }

    #[test]
    fn same_dossier_same_bytes() {
        assert_eq!(render(&publication()).unwrap(), render(&publication()).unwrap());
        assert!(matches!(render(&Dossier { date: "soon".into(), ..dossier() }), Err(DocxError::Date)));
    }

    #[test]
    fn every_part_is_well_formed_and_every_relation_leads_to_a_part() {
        for dossier in [dossier(), publication(), Dossier { lang: "ar".into(), ..publication() }] {
            let parts = parts(&dossier);
            for (name, bytes) in parts.iter().filter(|(name, _)| !name.ends_with(".png")) {
                let xml = std::str::from_utf8(bytes).unwrap();
                assert!(xml.starts_with("<?xml"), "{name}");
                values(xml, "nothing", "nothing");
            }
            let relations = std::str::from_utf8(&parts["word/_rels/document.xml.rels"]).unwrap();
            for target in values(relations, "Relationship", "Target").iter().filter(|t| !t.contains(':')) {
                assert!(parts.contains_key(&format!("word/{target}")), "{target}");
            }
            let document = std::str::from_utf8(&parts["word/document.xml"]).unwrap();
            let ids: BTreeSet<_> = values(relations, "Relationship", "Id").into_iter().collect();
            for used in [values(document, "a:blip", "r:embed"), values(document, "w:footerReference", "r:id")].concat()
            {
                assert!(ids.contains(&used), "{used}");
            }
            let styles = std::str::from_utf8(&parts["word/styles.xml"]).unwrap();
            let known: BTreeSet<_> = values(styles, "w:style", "w:styleId").into_iter().collect();
            let notes = std::str::from_utf8(&parts["word/footnotes.xml"]).unwrap();
            for xml in [document, notes] {
                for kind in ["w:pStyle", "w:rStyle", "w:tblStyle"] {
                    values(xml, kind, "w:val").iter().for_each(|style| assert!(known.contains(style), "{style}"));
                }
            }
        }
    }

    /// The children of the elements that Word refuses to read in any other order (wml.xsd of ECMA-376, as far as used here).
    const ORDER: [(&str, &[&str]); 9] = [
        (
            "w:pPr",
            &[
                "w:pStyle",
                "w:keepNext",
                "w:keepLines",
                "w:pageBreakBefore",
                "w:numPr",
                "w:pBdr",
                "w:shd",
                "w:tabs",
                "w:bidi",
                "w:spacing",
                "w:ind",
                "w:jc",
                "w:outlineLvl",
            ],
        ),
        (
            "w:rPr",
            &[
                "w:rStyle",
                "w:rFonts",
                "w:b",
                "w:bCs",
                "w:i",
                "w:iCs",
                "w:color",
                "w:sz",
                "w:szCs",
                "w:u",
                "w:vertAlign",
                "w:rtl",
                "w:lang",
            ],
        ),
        (
            "w:tblPr",
            &[
                "w:tblStyle",
                "w:bidiVisual",
                "w:tblW",
                "w:tblInd",
                "w:tblBorders",
                "w:tblLayout",
                "w:tblCellMar",
                "w:tblLook",
                "w:tblCaption",
            ],
        ),
        ("w:sectPr", &["w:footerReference", "w:pgSz", "w:pgMar", "w:bidi"]),
        (
            "w:style",
            &[
                "w:name",
                "w:basedOn",
                "w:next",
                "w:uiPriority",
                "w:semiHidden",
                "w:qFormat",
                "w:pPr",
                "w:rPr",
                "w:tblPr",
                "w:tblStylePr",
            ],
        ),
        ("w:lvl", &["w:start", "w:numFmt", "w:pStyle", "w:suff", "w:lvlText", "w:lvlJc", "w:pPr"]),
        ("w:numbering", &["w:abstractNum", "w:num"]),
        (
            "w:settings",
            &[
                "w:defaultTabStop",
                "w:characterSpacingControl",
                "w:footnotePr",
                "w:compat",
                "w:decimalSymbol",
                "w:listSeparator",
            ],
        ),
        ("wp:inline", &["wp:extent", "wp:docPr", "wp:cNvGraphicFramePr", "a:graphic"]),
    ];

    /// A table of more columns than a page holds, with long heads.
    fn wide() -> Dossier {
        let heads = (0..40).map(|n| format!("sexual violence of kind {n}"));
        let head: Vec<String> = std::iter::once("group".to_string()).chain(heads).collect();
        let row = head.iter().map(|_| Cell::number("0")).collect();
        let table = Block::Table(Table { caption: "acts".into(), head, rows: vec![row] });
        Dossier { blocks: vec![table], ..dossier() }
    }

    #[test]
    fn parts_of_a_wide_table_have_one_number_upright_heads_and_their_own_size() {
        let document = part(&wide(), "word/document.xml");
        assert_eq!(document.matches("SEQ Table \\* ARABIC").count(), 1);
        assert_eq!(document.matches("SEQ Table \\c \\* ARABIC").count(), 1);
        assert_eq!(document.matches("<w:textDirection w:val=\"btLr\"/>").count(), 40);
        assert!(document.contains("<w:sz w:val=\"15\"/>"));
    }

    #[test]
    fn elements_stand_in_the_order_that_word_reads() {
        for dossier in [dossier(), publication(), Dossier { lang: "ar".into(), ..publication() }, wide()] {
            for (name, bytes) in
                parts(&dossier).iter().filter(|(name, _)| name.starts_with("word/") && name.ends_with("xml"))
            {
                let mut reader = quick_xml::Reader::from_str(std::str::from_utf8(bytes).unwrap());
                // The open elements, each with the place in its order that has been reached.
                let mut open: Vec<(String, usize)> = Vec::new();
                loop {
                    let event = reader.read_event().unwrap();
                    let (child, opens) = match &event {
                        Event::Eof => break,
                        Event::End(_) => {
                            open.pop();
                            continue;
                        }
                        Event::Start(e) => (e.name().as_ref().to_string(), true),
                        Event::Empty(e) => (e.name().as_ref().to_string(), false),
                        _ => continue,
                    };
                    if let Some((parent, reached)) = open.last_mut()
                        && let Some((_, order)) = ORDER.iter().find(|(of, _)| of == parent)
                    {
                        let at = order.iter().position(|c| *c == child);
                        assert!(at.is_some_and(|at| at >= *reached), "{name}: {child} in {parent}");
                        *reached = at.unwrap();
                    }
                    if opens {
                        open.push((child, 0));
                    }
                }
            }
        }
    }

    #[test]
    fn footnotes_are_real_and_links_reach_their_places() {
        let (document, notes) = (part(&publication(), "word/document.xml"), part(&publication(), "word/footnotes.xml"));
        assert_eq!(values(&document, "w:footnoteReference", "w:id"), ["1", "2", "3", "4", "5"]);
        assert_eq!(values(&notes, "w:footnote", "w:id"), ["-1", "0", "1", "2", "3", "4", "5"]);
        let places: BTreeSet<_> = values(&document, "w:bookmarkStart", "w:name").into_iter().collect();
        for anchor in [values(&document, "w:hyperlink", "w:anchor"), values(&notes, "w:hyperlink", "w:anchor")].concat()
        {
            assert!(places.contains(&anchor), "{anchor}");
        }
    }

    fn of(blocks: Vec<Block>) -> String {
        part(&Dossier { blocks, ..Dossier { date: "2026-11-27".into(), ..Dossier::default() } }, "word/document.xml")
    }

    #[test]
    fn words_from_right_to_left_are_marked_block_by_block_and_run_by_run() {
        let check = |runs: Vec<Inline>, lang: Option<&str>, expected: &str| {
            let document = of(vec![Block::Paragraph { runs, lang: lang.map(String::from) }]);
            assert!(document.contains(expected), "{expected} in {document}");
        };
        let run = |form: &str, words: &str| format!("<w:r>{form}<w:t xml:space=\"preserve\">{words}</w:t></w:r>");
        let arabic = "<w:rPr><w:rtl/><w:lang w:bidi=\"ar\"/></w:rPr>";
        let opened = "<w:p><w:pPr><w:pStyle w:val=\"Normal\"/><w:bidi/></w:pPr>";
        check(
            vec![text("في Camp 2.")],
            Some("ar"),
            &format!("{opened}{}{}{}</w:p>", run(arabic, "في "), run("", "Camp 2"), run(arabic, ".")),
        );
        check(
            vec![text("at "), Inline::Span { lang: "ar".into(), runs: vec![text("باب.")] }],
            None,
            &format!("<w:pStyle w:val=\"Normal\"/></w:pPr>{}{}</w:p>", run("", "at "), run(arabic, "باب.")),
        );
        let chinese = Inline::Span { lang: "zh-Hans".into(), runs: vec![Inline::Strong("王".into())] };
        check(vec![chinese], None, &run("<w:rPr><w:b/><w:bCs/><w:lang w:eastAsia=\"zh-Hans\"/></w:rPr>", "王"));
    }

    #[test]
    fn numbers_of_paragraphs_are_those_of_the_report() {
        let numbered = |number| Block::Numbered { number, runs: vec![text("x")], lang: None };
        let check = |numbers: &[u32], expected: &[&str], restarts: &[(u32, u32)]| {
            let laid =
                lay(&Dossier { blocks: numbers.iter().map(|n| numbered(*n)).collect(), ..Dossier::default() }, &spoken);
            let body = Body::write(&laid, &[]);
            assert_eq!(values(&body.document, "w:numId", "w:val"), expected, "{numbers:?}");
            assert_eq!(body.restarts, restarts, "{numbers:?}");
        };
        check(&[1, 2, 3], &[], &[]);
        check(&[1, 2, 5, 6], &["5", "5"], &[(5, 5)]);
        check(&[7, 7, u32::MAX, 0], &["5", "6", "0", "7"], &[(5, 7), (6, 7), (7, 0)]);
    }

    #[test]
    fn numbers_of_a_report_from_right_to_left_are_written_out() {
        let annex = Block::Annex { text: "المصادر".into() };
        let numbered = Block::Numbered { number: 3, runs: vec![text("باب")], lang: None };
        let laid = lay(&Dossier { lang: "ar".into(), blocks: vec![annex, numbered], ..Dossier::default() }, &spoken);
        let body = Body::write(&laid, &[]);
        assert_eq!(values(&body.document, "w:numId", "w:val"), ["0", "0"]);
        assert!(body.document.contains(">المرفق </w:t>") && body.document.contains("3.</w:t></w:r><w:r><w:tab/>"));
    }

    #[test]
    fn a_figure_that_cannot_be_drawn_is_named() {
        let figure = |svg: &str| {
            Block::Figure(Figure { svg: svg.into(), alt: "a".into(), caption: "c".into(), width: f64::NAN })
        };
        let good = crate::plot::bars(&[("a".to_string(), 3)], "people");
        let dossier = Dossier { blocks: vec![figure(&good), figure("<svg")], ..dossier() };
        let said = render(&dossier).unwrap_err().to_string();
        assert!(said.starts_with("figure 2 of the report cannot be drawn: "), "{said}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn any_words_make_a_document_that_can_be_read(words in "\\PC{0,20}", id in "[^x]{0,40}", level in any::<u8>()) {
            let runs = vec![
                text(words.clone()),
                Inline::Note(vec![note(words.clone()), link(id.clone(), words.clone())]),
                Inline::Link { to: crate::Target::Web(format!("https:{id}")), runs: vec![link(id.clone(), "in"), note("n")] },
            ];
            let dossier = Dossier {
                title: words.clone(),
                lang: id.clone(),
                blocks: vec![
                    Block::Heading { level, text: words.clone() },
                    Block::Anchor { id: id.clone() },
                    Block::Points { items: vec![runs.clone(), vec![]], lang: Some(id.clone()) },
                    Block::Table(crate::Table { caption: words.clone(), head: vec![], rows: vec![vec![], vec![crate::Cell::number(words.clone())]] }),
                    Block::Entry { id: id.clone(), label: words, runs, lang: None },
                    Block::Anchor { id },
                ],
                ..dossier()
            };
            for (name, bytes) in parts(&dossier).iter().filter(|(name, _)| !name.ends_with(".png")) {
                prop_assert!(std::str::from_utf8(bytes).is_ok(), "{}", name);
                values(std::str::from_utf8(bytes).unwrap(), "nothing", "nothing");
            }
        }
    }
}
