//! Are names found in every corner of real files, whatever disguise they are in, and are harmless files left alone?

use super::apart::Here;
use super::*;
use crate::custody::evidence::Detail;
use crate::facts::words::{CountedBy, CountsPublished, PublishedCount, ToldOf};
use factum_guard::leak::{Secret, What};
use factum_report::{Block, Dossier, Figure, docx, html, note, pdf, text};
use factum_testkit::leaks::{Corner, Plant, Planted, plant};
use factum_testkit::samples;
use std::collections::BTreeSet;

/// Seeds with which nothing was developed are given in the environment; these are tried always.
const SEEDS: [u64; 2] = [20_261_127, 5];
/// People whose names are held in the tests: enough that names collide.
const PEOPLE: usize = 600;
/// So many of the near-misses may alarm.
const FLAGGED: usize = 10;

fn gathered(planted: &Planted) -> Gathered {
    let mut gathered = Gathered::default();
    for (subject, held) in (0..).zip(&planted.held) {
        gathered.wanted.secrets.push(Secret { subject, what: What::Person(held.name.clone()) });
        gathered.subjects.push(Subject::Person(format!("E-{subject}")));
        gathered.names += 1;
    }
    let earlier = planted.leaks.iter().chain(&planted.near).filter(|plant| plant.corner == Corner::Releases);
    gathered.published.counts = (0..).zip(earlier).map(|(number, plant)| (0, left(number, &plant.text))).collect();
    gathered.wanted.allowed = planted.allowed.clone();
    gathered.wanted.harmless = planted.harmless.clone();
    gathered
}

/// The first of these tables as the record of an earlier release.
fn left(number: usize, text: &str) -> CountsPublished {
    let rows = text.lines().skip(1).take_while(|row| !row.is_empty());
    let rows: Vec<(&str, u64)> =
        rows.filter_map(|row| row.split_once('|')).map(|(p, n)| (p, n.parse().unwrap())).collect();
    let named = |(place, n): &(&str, u64)| PublishedCount {
        of: if *place == "all" { Vec::new() } else { vec![Detail::new("place", *place)] },
        told: ToldOf::Exactly(*n),
    };
    let finest = rows.iter().map(|(place, _)| place.to_string()).filter(|place| place != "all").collect();
    CountsPublished {
        release: "one".into(),
        population: format!("people of plant {number}"),
        places: Vec::new(),
        dimensions: vec![CountedBy { name: "place".into(), finest, groups: Default::default() }],
        counts: rows.iter().map(named).collect(),
    }
}

/// Tables in each of the formats in which tables are read.
fn tables(number: usize, text: &str) -> (&'static str, Vec<u8>) {
    let tables: Vec<Vec<Vec<&str>>> =
        text.split("\n\n").map(|table| table.lines().map(|row| row.split('|').collect()).collect()).collect();
    let laid = |table: &str, row: &str, cell: &dyn Fn(&str) -> String| -> String {
        let row =
            |cells: &Vec<&str>| format!("<{row}>{}</{row}>", cells.iter().map(|words| cell(words)).collect::<String>());
        let whole = |rows: &Vec<Vec<&str>>| format!("<{table}>{}</{table}>", rows.iter().map(row).collect::<String>());
        tables.iter().map(whole).collect()
    };
    match (number % 3, tables.as_slice()) {
        (0, [one]) => ("csv", one.iter().map(|row| row.join(",") + "\n").collect::<String>().into_bytes()),
        (1, _) => {
            let cell = |words: &str| format!("<w:tc><w:p><w:r><w:t>{words}</w:t></w:r></w:p></w:tc>");
            ("docx", self::words(&laid("w:tbl", "w:tr", &cell), ""))
        }
        _ => {
            ("html", format!("<html>{}</html>", laid("table", "tr", &|words| format!("<td>{words}</td>"))).into_bytes())
        }
    }
}

fn chunk(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    [&(body.len() as u32).to_be_bytes()[..], kind, body, &[0; 4]].concat()
}

fn png(text: &str) -> Vec<u8> {
    let parts = [chunk(b"IHDR", &[0; 13]), chunk(b"tEXt", text.as_bytes()), chunk(b"IEND", &[])];
    [b"\x89PNG\r\n\x1a\n".to_vec(), parts.concat()].concat()
}

fn words(document: &str, core: &str) -> Vec<u8> {
    samples::zip(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("word/document.xml", format!("<w:document xmlns:w=\"w\"><w:body>{document}</w:body></w:document>").as_bytes()),
        (
            "docProps/core.xml",
            format!("<cp:core xmlns:dc=\"d\"><dc:title>Valleys</dc:title>{core}</cp:core>").as_bytes(),
        ),
    ])
}

/// The file in which something is planted.
fn output(number: usize, plant: &Plant) -> Output {
    let text = &plant.text;
    let parts = || text.split('|');
    let (end, bytes) = match plant.corner {
        Corner::Print if text.is_ascii() => {
            let lines: Vec<String> = text.lines().map(|line| format!("({line}) Tj 0 -14 Td")).collect();
            ("pdf", samples::pdf(&[format!("BT /F 12 Tf 72 700 Td {} ET", lines.join(" ")).into_bytes()]))
        }
        Corner::Prose | Corner::Print => ("html", format!("<html><p>{text}</p></html>").into_bytes()),
        Corner::PictureText => ("png", png(text)),
        Corner::AltText => ("html", format!("<html><img alt=\"{text}\"></html>").into_bytes()),
        Corner::Property => ("docx", words("", &format!("<dc:creator>{text}</dc:creator>"))),
        Corner::Runs => {
            let runs: String = parts().map(|run| format!("<w:r><w:t>{run}</w:t></w:r>")).collect();
            ("docx", words(&format!("<w:p>{runs}</w:p>"), ""))
        }
        Corner::Cells => {
            let cells: String = parts().map(|c| format!("<w:tc><w:p><w:r><w:t>{c}</w:t></w:r></w:p></w:tc>")).collect();
            ("docx", words(&format!("<w:tbl><w:tr>{cells}</w:tr></w:tbl>"), ""))
        }
        Corner::Labels => {
            let labels: String = parts().map(|label| format!("<text x=\"1\" y=\"2\">{label}</text>")).collect();
            ("svg", format!("<svg xmlns=\"http://www.w3.org/2000/svg\"><g>{labels}</g></svg>").into_bytes())
        }
        Corner::FileName => return Output { name: text.clone(), bytes: b"Nothing is written here.".to_vec() },
        Corner::Tables => tables(number, text),
        Corner::Releases => tables(number, text.split_once("\n\n").map_or("", |(_, now)| now)),
        Corner::Comment => ("html", format!("<html><!-- {text} --><p>Nothing.</p></html>").into_bytes()),
    };
    Output { name: format!("{number}.{end}"), bytes }
}

/// Which of the plants alarm.
fn alarmed(planted: &Planted, plants: &[Plant]) -> BTreeSet<usize> {
    let outputs: Vec<Output> = plants.iter().enumerate().map(|(number, plant)| output(number, plant)).collect();
    let report = check(&gathered(planted), &outputs, &Here);
    let number = |alarm: &Alarm| -> Option<usize> {
        match alarm.file.strip_prefix("file ") {
            Some(number) => number.parse::<usize>().ok().map(|n| n - 1),
            None => outputs.iter().position(|output| output.name == alarm.file),
        }
    };
    report.found.iter().filter(|found| found.alarm).map(|found| number(found).unwrap()).collect()
}

fn try_seed(seed: u64) -> (Vec<(Plant, Option<String>)>, Vec<Plant>) {
    let planted = plant(PEOPLE, seed);
    let found = alarmed(&planted, &planted.leaks);
    // Whoever mends the search must know which name was missed; these are invented.
    let of = |p: &Plant| planted.held.iter().find(|h| p.text.contains(&h.otherwise)).map(|h| h.name.clone());
    let missed = planted.leaks.iter().enumerate().filter(|(n, _)| !found.contains(n));
    let missed = missed.map(|(_, p)| (p.clone(), of(p))).collect();
    let flagged = alarmed(&planted, &planted.near);
    (missed, flagged.into_iter().map(|n| planted.near[n].clone()).collect())
}

#[test]
fn planted_leaks_are_found_and_near_misses_are_not() {
    let given = std::env::var("FACTUM_LEAK_SEEDS").ok();
    let further = given.iter().flat_map(|seeds| seeds.split(',')).filter_map(|seed| seed.trim().parse().ok());
    let mut faults = Vec::new();
    for seed in SEEDS.into_iter().chain(further) {
        let (missed, flagged) = try_seed(seed);
        println!("seed {seed}: {} of {} leaks missed, {} near-misses flagged", missed.len(), 200, flagged.len());
        if !missed.is_empty() || flagged.len() > FLAGGED {
            faults.push(format!("seed {seed}: missed {missed:#?}, flagged {flagged:#?}"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// A publication that tells a different name in each of its corners.
fn dossier() -> (Dossier, Vec<&'static str>) {
    let paragraph =
        |words: &str, lang: Option<&str>| Block::Paragraph { runs: vec![text(words)], lang: lang.map(String::from) };
    let figure = Figure {
        svg: "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"200\" height=\"40\"><title>Doru Kelvas</title></svg>"
            .into(),
        alt: "The gate, by Petra Ilinov".into(),
        caption: "Drawn with Vesna Dolmir".into(),
        width: 1.0,
    };
    let names = vec![
        "Ana Mirelka",
        "Merik Arvelov",
        "Marwan Walid",
        "Wu Fangming",
        "Petra Ilinov",
        "Vesna Dolmir",
        "Joren Talvik",
        "Selma Rudvan",
    ];
    let dossier = Dossier {
        title: "Valleys".into(),
        author: Some("Joren Talvik".into()),
        date: "2026-11-27".into(),
        lang: "en".into(),
        description: "For Selma Rudvan.".into(),
        blocks: vec![
            Block::Paragraph { runs: vec![text("Heard there"), note("Told by Ana Mirelka.")], lang: None },
            paragraph("Там видели Мерика Арвелова.", Some("ru")),
            paragraph("وقال مروان وليد ذلك في القرية.", Some("ar")),
            paragraph("他们看见吴芳明在那里。", Some("zh")),
            Block::Figure(figure),
        ],
        ..Dossier::default()
    };
    (dossier, names)
}

#[test]
fn what_the_renderers_write_is_searched_in_every_corner() {
    let (dossier, names) = dossier();
    let mut gathered = Gathered::default();
    for (subject, name) in (0..).zip(&names) {
        gathered.wanted.secrets.push(Secret { subject, what: What::Person(name.to_string()) });
        gathered.subjects.push(Subject::Person(name.to_string()));
    }
    let outputs = [
        ("report.pdf", pdf::render(&dossier).unwrap().bytes),
        ("report.html", html::render(&dossier).unwrap().into_bytes()),
        ("report.docx", docx::render(&dossier).unwrap()),
    ];
    for (name, bytes) in outputs {
        let report = check(&gathered, &[Output { name: name.into(), bytes }], &Here);
        let found: BTreeSet<u32> = report.found.iter().filter(|f| f.alarm).flat_map(|f| f.subjects.clone()).collect();
        let missed: Vec<&&str> = (0..).zip(&names).filter(|(n, _)| !found.contains(n)).map(|(_, name)| name).collect();
        assert!(missed.is_empty(), "{name}: {missed:?} of {:#?}", report.found);
        assert_eq!(report.unread, Vec::<String>::new(), "{name}");
        // No name is told to editors.
        let told = String::from_utf8(crate::json(&report)).unwrap();
        assert!(names.iter().all(|name| !told.contains(name)), "{told}");
        let nobody = check(&Gathered::default(), &[], &Here);
        assert_eq!(nobody.outcome(), Outcome::Clean);
    }
}

#[test]
fn a_check_that_is_not_whole_is_never_clean() {
    let mut gathered = Gathered::default();
    let unknown = Output { name: "a.bin".into(), bytes: vec![0, 1, 2, 255, 254] };
    assert_eq!(check(&gathered, &[unknown], &Here).outcome(), Outcome::Incomplete);
    gathered.closed.push("the compartment identities is closed to you".into());
    let text = Output { name: "a.txt".into(), bytes: b"Nothing.".to_vec() };
    assert_eq!(check(&gathered, std::slice::from_ref(&text), &Here).outcome(), Outcome::Incomplete);
    gathered.wanted.secrets.push(Secret { subject: 0, what: What::Person("Ana Mirel".into()) });
    let named = Output { name: "ana_mirel.txt".into(), bytes: b"By Ana Mirel.".to_vec() };
    let report = check(&gathered, &[text, named], &Here);
    assert_eq!(report.outcome(), Outcome::Alarm);
    assert!(report.found.iter().all(|found| found.file == "file 2" && found.handle == "N-1"), "{:?}", report.found);
}
