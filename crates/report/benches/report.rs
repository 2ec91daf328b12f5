//! How long does a long report take in each format, and how long after a change?
//!
//! `cargo bench -p factum-report --bench report -- [FOLDER]`: a report of some 48 pages with 300 footnotes, 20 figures, tables,
//! annexes and a tenth of its words from right to left. The first PDF is timed cold, then one after a word has changed. With a
//! folder, the three files are written there to be looked at, and those of a short report in Arabic. Prints, never asserts a time.

use factum_report::plot::{self, Coverage, Happening, Lane, SiteYear, Timeline};
use factum_report::{Block, Cell, Dossier, Figure, Inline, Table, docx, html, link, pdf, text};
use std::time::Instant;

const CHAPTERS: u32 = 10;
const PARAGRAPHS: u32 = 16;
const SENTENCES: u32 = 7;

fn main() {
    let out = std::env::args().skip(1).find(|a| !a.starts_with('-'));
    let report = report("as it was");
    let notes = format!("{:?}", report.blocks).matches("Note(").count();
    println!("{} blocks, {notes} footnotes, {} figures", report.blocks.len(), 2 * CHAPTERS);

    let made = timed("PDF, first", || pdf::render(&report).expect("the report can be set"));
    println!("  {} pages, {} bytes, shortfall: {:?}", made.pages, made.bytes.len(), made.shortfall);
    for (i, word) in ["one", "another", "a third"].into_iter().enumerate() {
        let changed = self::report(word);
        timed(&format!("PDF, rebuild {} after a changed word", i + 1), || {
            pdf::render(&changed).expect("it can be set")
        });
    }
    let page = timed("HTML", || html::render(&report).expect("the page can be made"));
    println!("  {} bytes", page.len());
    let document = timed("DOCX, first", || docx::render(&report).expect("the document can be made"));
    println!("  {} bytes", document.len());
    timed("DOCX, again", || docx::render(&report).expect("the document can be made"));

    let Some(folder) = out else { return };
    let at = std::path::Path::new(&folder);
    std::fs::create_dir_all(at).expect("the folder can be made");
    let write = |name: &str, bytes: &[u8]| std::fs::write(at.join(name), bytes).expect("the file can be written");
    write("report.pdf", &made.bytes);
    write("report.html", page.as_bytes());
    write("report.docx", &document);
    let short = arabic_report();
    write("arabic.pdf", &pdf::render(&short).expect("it can be set").bytes);
    write("arabic.html", html::render(&short).expect("the page can be made").as_bytes());
    write("arabic.docx", &docx::render(&short).expect("the document can be made"));
}

fn timed<T>(what: &str, act: impl FnOnce() -> T) -> T {
    let began = Instant::now();
    let made = act();
    println!("{what}: {:.0} ms", began.elapsed().as_secs_f64() * 1000.0);
    made
}

/// Words of invented places; which ones follows from two numbers.
fn sentence(chapter: u32, n: u32) -> String {
    const WHO: [&str; 5] = ["Former detainees", "Two guards", "A clinician", "Relatives", "Drivers of the convoys"];
    const DID: [&str; 5] =
        ["told of", "wrote down", "denied any knowledge of", "described in detail", "were asked about"];
    const WHAT: [&str; 7] = [
        "nights in the upper yard of Harel camp",
        "lists that were read out at dawn",
        "the road to the northern valley, on which lorries went without lights",
        "the questions that were asked of everyone who came from the lakes",
        "water that was given once a day",
        "the families who were told nothing for months",
        "a register in which names were struck out",
    ];
    let pick = |from: &[&'static str], by: u32| from[(by as usize) % from.len()];
    let (who, did, what) = (pick(&WHO, chapter + n), pick(&DID, 2 * chapter + n / 3), pick(&WHAT, chapter * 3 + n));
    format!("{who} {did} {what}.")
}

fn arabic(n: u32) -> String {
    const SAID: [&str; 3] = [
        "قال الشهود إنهم نُقلوا ليلاً من معسكر هاريل إلى الوادي الشمالي.",
        "لم تُبلَّغ العائلات بمكان الاحتجاز طوال أشهر.",
        "ذُكر في السجل أن أسماءً شُطبت دون تفسير.",
    ];
    (0..SENTENCES).map(|i| SAID[((n + i) as usize) % SAID.len()]).collect::<Vec<_>>().join(" ")
}

/// A footnote with the parts a build makes: a source in the annex, a passage, words in the source's language.
fn cited(n: u32) -> Inline {
    let source = n % 40;
    let mut parts = vec![
        link(format!("S-{source:03}"), format!("S-{source:03}")),
        text(format!(", passage {}, given in 2026; item commitment {:08x}", n % 17 + 1, n.wrapping_mul(2_654_435_761))),
    ];
    if n.is_multiple_of(25) {
        return Inline::Note(vec![Inline::Span { lang: "ar".into(), runs: vec![text(arabic(n)), text(" S-001.")] }]);
    }
    if n.is_multiple_of(6) {
        parts.push(text("; "));
        parts.push(Inline::Span { lang: "ar".into(), runs: vec![text("من أقوال الشاهد")] });
    }
    parts.push(text("."));
    Inline::Note(parts)
}

fn report(word: &str) -> Dossier {
    let mut blocks = Vec::new();
    let mut number = 0;
    for chapter in 0..CHAPTERS {
        blocks.push(Block::Heading { level: 1, text: format!("Chapter of the {} valley", chapter + 1) });
        for n in 0..PARAGRAPHS {
            if n % 5 == 0 {
                blocks.push(Block::Heading { level: 2, text: format!("Part {} of what was told", n / 5 + 1) });
            }
            number += 1;
            blocks.push(paragraph(number, chapter, n, word));
            if n % 7 == 3 {
                blocks.push(Block::Quote { runs: vec![text(sentence(n, chapter)), cited(number + 7)], lang: None });
            }
        }
        blocks.push(figure(chapter, true));
        blocks.push(figure(chapter, false));
        blocks.push(table(chapter));
        blocks.push(Block::Under { runs: vec![text("Counts below five are not shown.")] });
    }
    blocks.push(Block::Annex { text: "Sources".into() });
    for n in 0..40 {
        let code = format!("S-{n:03}");
        let runs = vec![text(sentence(n, n)), text(" See "), link("paragraph-12", "paragraph 12"), text(".")];
        blocks.push(Block::Entry { id: code.clone(), label: code, runs, lang: None });
    }
    Dossier {
        title: "What happened in the valleys".into(),
        subtitle: "Findings of an invented inquiry".into(),
        author: Some("The Lakes Inquiry".into()),
        date: "2026-11-27".into(),
        reference: Some("LI/2026/1".into()),
        lang: "en".into(),
        description: "A long report, made to be measured.".into(),
        cover: vec![("Standard of proof".into(), "reasonable grounds to believe".into())],
        alerts: vec!["Nothing in this report is true.".into()],
        summary: vec![Block::Paragraph {
            runs: vec![text(sentence(3, 1)), text(" "), text(sentence(2, 4))],
            lang: None,
        }],
        blocks,
    }
}

fn paragraph(number: u32, chapter: u32, n: u32, word: &str) -> Block {
    if n % 10 == 9 {
        let runs = vec![text(arabic(n)), cited(number), text(" "), text(arabic(n + 1)), cited(number + 1)];
        return Block::Numbered { number, runs, lang: Some("ar".into()) };
    }
    let mut runs = Vec::new();
    for s in 0..SENTENCES {
        runs.push(text(format!("{}{}", if s == 0 { "" } else { " " }, sentence(chapter + n, s))));
        if s == 2 || s == SENTENCES - 1 {
            runs.push(cited(number * 2 + s));
        }
    }
    if number == 40 {
        runs.push(text(format!(" This was {word}.")));
    }
    Block::Numbered { number, runs, lang: None }
}

fn figure(chapter: u32, dates: bool) -> Block {
    let (svg, alt) = if dates {
        let happening = |i: u32| Happening {
            label: format!("held, told by S-{:03}", (chapter * 7 + i) % 40),
            when: format!("201{}-0{}/201{}-1{}", i % 4 + 4, i % 8 + 1, i % 4 + 5, i % 3).parse().expect("a date"),
            lasting: true,
            contested: i.is_multiple_of(5),
        };
        let lane =
            |code: u32| Lane { code: format!("P-{code:03}"), rows: (0..6).map(|i| happening(i + code)).collect() };
        let of = Timeline {
            title: format!("Detention, chapter {}", chapter + 1),
            lanes: (0..3).map(lane).collect(),
            most: Timeline::PRINTED,
        };
        (plot::timeline(&of, plot::ENGLISH), of.alt(plot::ENGLISH))
    } else {
        let cell = |i: u32| SiteYear {
            site: (i % 8) as usize,
            year: 2014 + (i / 8) as i32,
            sources: u64::from((i * 7 + chapter) % 13),
            interviews: u64::from((i * 7 + chapter) % 13 / 2),
        };
        let sites = (0..8).map(|s| format!("Centre {s}")).collect();
        let of = Coverage { title: "Sources by site and year".into(), sites, cells: (0..48).map(cell).collect() };
        (plot::coverage(&of, plot::ENGLISH), of.alt(plot::ENGLISH))
    };
    let caption =
        if dates { "Who was held when, as far as it is known" } else { "What is known of which place and year" };
    Block::Figure(Figure { svg, alt, caption: caption.into(), width: if dates { 1.0 } else { 0.7 } })
}

fn table(chapter: u32) -> Block {
    let row = |i: u32| {
        vec![
            Cell::words(format!("Centre {i}")),
            Cell::number(format!("{}", (i + 3) * 17 + chapter)),
            Cell::words(sentence(i, chapter)),
        ]
    };
    Block::Table(Table {
        caption: format!("Records by centre, valley {}", chapter + 1),
        head: ["Centre", "Records", "What was told"].map(String::from).into(),
        rows: (0..8).map(row).collect(),
    })
}

/// A short report from right to left, with every kind of block.
fn arabic_report() -> Dossier {
    let english = |words: &str| Inline::Span { lang: "en".into(), runs: vec![text(words)] };
    let numbered = |number, runs| Block::Numbered { number, runs, lang: None };
    let blocks = vec![
        Block::Heading { level: 1, text: "النتائج".into() },
        Block::Heading { level: 2, text: "الاحتجاز".into() },
        numbered(
            1,
            vec![
                text(arabic(0)),
                cited(3),
                text(" ورد ذلك في "),
                english("Camp Register 2 (2019)"),
                text("، الصفحة 14."),
            ],
        ),
        numbered(
            2,
            vec![
                Inline::Strong("ملاحظة: ".into()),
                text(arabic(1)),
                Inline::Note(vec![english("A note in English alone (2019).")]),
            ],
        ),
        Block::Quote { runs: vec![text("لم نعرف متى سينتهي الأمر.")], lang: None },
        Block::Quote { runs: vec![text("We did not know when it would end (2018).")], lang: Some("en".into()) },
        Block::Points {
            items: vec![vec![text("ليلاً"), cited(6)], vec![text("نهاراً")], vec![english("by both")]],
            lang: None,
        },
        Block::List { items: vec![vec![text("نقطة أولى")], vec![text("نقطة ثانية")]] },
        Block::Warning { runs: vec![text("لا تُنشر هذه الأعداد دون هوامشها.")] },
        table_in_arabic(),
        Block::Under { runs: vec![text("لا تظهر الأعداد الأقل من خمسة."), cited(9)] },
        figure(1, false),
        Block::Annex { text: "المصادر".into() },
        Block::Entry { id: "S-003".into(), label: "S-003".into(), runs: vec![text(arabic(2))], lang: None },
        Block::Entry {
            id: "S-006".into(),
            label: "S-006".into(),
            runs: vec![text("A clinician.")],
            lang: Some("en".into()),
        },
    ];
    Dossier {
        title: "ما حدث في الأودية".into(),
        subtitle: "نتائج تحقيق مُخترع".into(),
        author: Some("لجنة البحيرات".into()),
        date: "2026-11-27".into(),
        reference: Some("LI/2026/1".into()),
        lang: "ar".into(),
        cover: vec![("معيار الإثبات".into(), "أسباب معقولة للاعتقاد".into())],
        alerts: vec!["كل ما في هذا التقرير مُخترع.".into()],
        summary: vec![Block::Paragraph { runs: vec![text(arabic(1))], lang: None }],
        blocks,
        ..Dossier::default()
    }
}

fn table_in_arabic() -> Block {
    let row = |centre: &str, records: u32| {
        vec![Cell::words(centre), Cell::number(records.to_string()), Cell::words("Harel camp")]
    };
    Block::Table(Table {
        caption: "السجلات حسب المركز".into(),
        head: ["المركز", "السجلات", "الاسم الأصلي"].map(String::from).into(),
        rows: vec![row("المركز الأول", 118), row("المركز الثاني", 9)],
    })
}
