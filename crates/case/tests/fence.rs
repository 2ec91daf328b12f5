//! Can a hostile file, or a reader that it has taken over, do harm to who collects it?
//!
//! This executable plays both parts: started with the words `as child` it is a child of the given kind, otherwise it runs
//! the tests, each with itself as the child. That is why it brings its own, small, harness.

use factum_case::extract::fence::{Bounds, raise};
use factum_case::extract::{Examiner, Extracted, Fences, Limits, Outcome, Task, child, look};
use factum_case::leak::apart::Apart;
use factum_case::leak::redact::{Area, Covering, RedactError, redact};
use factum_case::leak::{self, Gathered, Output, check, read};
use factum_guard::leak::{Secret, What};
use factum_testkit::samples;
use std::fs::File;
use std::io::{Read, Write};
use std::os::unix::net::{UnixDatagram, UnixStream};
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [first, second, kind, asked @ ..] = &arguments[..]
        && (first.as_str(), second.as_str()) == ("as", "child")
    {
        play(kind, asked.first().map_or(Task::Look.name(), String::as_str));
        return ExitCode::SUCCESS;
    }
    let filter = arguments.iter().find(|argument| !argument.starts_with('-'));
    let chosen: Vec<_> = TESTS.iter().filter(|(name, _)| filter.is_none_or(|f| name.contains(f.as_str()))).collect();
    let mut failed = 0;
    for (name, test) in &chosen {
        let held = std::panic::catch_unwind(test).is_ok();
        println!("test {name} ... {}", if held { "ok" } else { "FAILED" });
        failed += usize::from(!held);
    }
    let word = if failed == 0 { "ok" } else { "FAILED" };
    let (passed, ignored) = (chosen.len() - failed, TESTS.len() - chosen.len());
    println!(
        "\ntest result: {word}. {passed} passed; {failed} failed; 0 ignored; 0 measured; {ignored} filtered out\n"
    );
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

const TESTS: &[(&str, fn())] = &[
    ("an_honest_file_is_told", an_honest_file_is_told),
    ("hostile_files_end_quickly", hostile_files_end_quickly),
    ("a_misbehaving_child_is_unknown", a_misbehaving_child_is_unknown),
    ("a_child_that_does_not_listen_is_given_up", a_child_that_does_not_listen_is_given_up),
    ("nothing_can_be_reached_from_behind_the_fence", nothing_can_be_reached_from_behind_the_fence),
    ("a_large_file_is_looked_at_in_part", a_large_file_is_looked_at_in_part),
    ("a_missing_program_is_unknown", a_missing_program_is_unknown),
    ("what_is_to_leave_is_taken_apart_behind_the_fence", what_is_to_leave_is_taken_apart_behind_the_fence),
    ("what_cannot_be_read_ends_no_search_and_is_said", what_cannot_be_read_ends_no_search_and_is_said),
    ("a_picture_is_shown_behind_the_fence", a_picture_is_shown_behind_the_fence),
];

/// The children, the first as the program has it.
fn play(kind: &str, asked: &str) {
    let forever = Duration::from_secs(600);
    match kind {
        "look" => child::serve(Task::ALL.into_iter().find(|task| task.name() == asked).unwrap(), false).unwrap(),
        "panics" => panic!("a reader panics"),
        "aborts" => std::process::abort(),
        "sleeps" => std::thread::sleep(forever),
        "is deaf" => std::thread::sleep(forever),
        "spins" => {
            raise(&Bounds { processor: 1, ..Bounds::default() });
            let mut n = 0_u64;
            while std::hint::black_box(n) < u64::MAX {
                n = n.wrapping_add(1) % 1_000;
            }
        }
        "hogs" => {
            raise(&Bounds { memory: 1 << 29, ..Bounds::default() });
            let mut hoard = Vec::new();
            for _ in 0..1_024 {
                hoard.push(vec![1_u8; 1 << 20]);
            }
            answer(look(&[std::hint::black_box(&hoard).len() as u8], "", true));
        }
        "never ends" => while std::io::stdout().write_all(&[b' '; 1 << 16]).is_ok() {},
        "talks nonsense" => print!("{{\"media_type\": 7}}"),
        "says nothing" => {}
        "oversteps" => {
            let metadata = [("key".to_string(), "v".repeat(100_000))].into();
            answer(Extracted { metadata, ..look(b"", "", true) });
        }
        "reaches out" => answer(reach_out(raise(&Bounds::default()))),
        other => panic!("no child {other}"),
    }
}

fn answer(found: Extracted) {
    std::io::stdout().write_all(&serde_json::to_vec(&found).unwrap()).unwrap();
}

/// Tries everything that the fences forbid; notes what could be done.
fn reach_out(fences: Fences) -> Extracted {
    let mut request = Vec::new();
    std::io::stdin().read_to_end(&mut request).unwrap();
    let here = std::env::current_exe();
    let tries = [
        ("find itself", here.is_ok()),
        ("open a file", File::open("/etc/hostname").is_ok() || File::open("/dev/null").is_ok()),
        ("list a folder", std::fs::read_dir("/").is_ok()),
        ("read of itself", std::fs::read("/proc/self/status").is_ok()),
        ("write a file", File::create(std::env::temp_dir().join("factum-fence-test")).is_ok()),
        ("make a folder", std::fs::create_dir(std::env::temp_dir().join("factum-fence-test-folder")).is_ok()),
        ("make a socket", UnixDatagram::unbound().is_ok()),
        ("make a pair of sockets", UnixStream::pair().is_ok()),
        ("start a program", Command::new("/bin/true").status().is_ok()),
        ("start a thread", std::thread::Builder::new().spawn(|| ()).is_ok()),
    ];
    let done: Vec<String> = tries.iter().filter(|(_, could)| *could).map(|(what, _)| what.to_string()).collect();
    Extracted { notes: done, fences, ..look(b"", "", true) }
}

fn examiner(kind: &str, wait: Duration) -> Examiner {
    let arguments = ["as", "child", kind].map(Into::into).to_vec();
    Examiner::new(std::env::current_exe().unwrap(), arguments, Limits { wait, ..Limits::default() })
}

/// Long enough for an unoptimised build on a busy machine.
const PATIENT: Duration = Duration::from_secs(60);

fn known(outcome: Outcome) -> Extracted {
    match outcome {
        Outcome::Known(found) => *found,
        Outcome::Unknown { why } => panic!("unknown: {why}"),
    }
}

fn an_honest_file_is_told() {
    let bytes = samples::pdf(&[samples::line("Hello")]);
    let found = known(examiner("look", PATIENT).examine(&bytes[..], "letter.PDF"));
    let expected = Extracted { fences: found.fences, ..look(&bytes, "letter.pdf", true) };
    assert_eq!(found, expected);
    assert!(found.text.unwrap().parts[0].text.starts_with("Hello"));
    let Fences { processor, memory, no_dump, no_files, few_calls, .. } = found.fences;
    // Landlock may be missing from a kernel, and the answer then says so; the others are everywhere where this runs.
    #[cfg(target_os = "linux")]
    assert!(processor && memory && no_dump && no_files && few_calls, "{:?}", found.fences);
}

/// Files that were made to be a burden: each ends in an answer or in unknown, well before the limit.
fn hostile_files_end_quickly() {
    let blanks = vec![b' '; 64 << 20];
    let bomb = samples::zip(&[("0.zip", &blanks)]);
    let nested = samples::zip(&[("1.zip", &bomb), ("2.zip", &bomb)]);
    let deep = [&b"[".repeat(1 << 20)[..], b"1"].concat();
    let catalog = b"<< /Type /Catalog /Pages 3 0 R >>".to_vec();
    let empty = b"<< >>".to_vec();
    let loops = b"<< /Type /Pages /Count 1 /Kids [3 0 R 4 0 R] >>".to_vec();
    let page =
        b"<< /Type /Page /Parent 4 0 R /MediaBox [0 0 9 9] /Resources << /XObject << /X 6 0 R >> >> /Contents 5 0 R >>"
            .to_vec();
    let pages = b"<< /Type /Pages /Count 1 /Kids [4 0 R] >>".to_vec();
    let calls = samples::stream(b"/X Do", "");
    let form = samples::stream(
        b"/X Do /X Do",
        "/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 6 0 R >> >>",
    );
    let inner = samples::pdf(&[samples::line("inner")]);
    let many = b"q BT /F 12 Tf (x) Tj ET Q ".repeat(100_000);
    let files = [
        ("a zip bomb", "application/zip", nested),
        ("a text that is a zip bomb", "", samples::docx(&blanks)),
        ("XML nested deeply", "", samples::docx(&b"<w:p>".repeat(1 << 20))),
        ("HTML of tags that never end", "", b"<html>".iter().chain(&b"<a".repeat(1 << 19)).copied().collect()),
        ("JSON nested deeply", "", b"[".repeat(1 << 20)),
        ("a PDF whose objects nest deeply", "", samples::pdf_of(&[catalog.clone(), deep, loops.clone()])),
        ("a PDF whose pages are a loop", "", samples::pdf_of(&[catalog.clone(), empty.clone(), loops, page.clone()])),
        ("a PDF that draws itself", "", samples::pdf_of(&[catalog, empty, pages, page, calls, form])),
        ("a PDF in a PDF", "", samples::pdf(&[inner])),
        ("a PDF of a hundred thousand words", "", samples::pdf(&[many])),
        ("a picture of 100 megapixels", "image/png", samples::png(10_000, 10_000)),
        ("a picture of 4 terapixels", "image/png", samples::png(1 << 21, 1 << 21)),
        (
            "a capture that unpacks to much",
            "",
            samples::gzip(&[b"WARC/1.0\r\nContent-Length: 9\r\n\r\n", &blanks[..]].concat()),
        ),
    ];
    for (what, media_type, bytes) in files {
        let begun = Instant::now();
        match examiner("look", PATIENT).examine(&bytes[..], "") {
            Outcome::Known(found) if media_type.is_empty() => drop(found),
            Outcome::Known(found) => assert_eq!(found.media_type, media_type, "{what}"),
            Outcome::Unknown { why } => assert!(media_type.is_empty() && !why.contains("no answer"), "{what}: {why}"),
        }
        // How long it takes depends on who else uses the processor; its own bound has ended it, or there would be no answer.
        println!("  {what}: {:.2} s", begun.elapsed().as_secs_f64());
    }
}

fn a_misbehaving_child_is_unknown() {
    let check = |kind: &str, wait: u64, expected: &str| {
        let begun = Instant::now();
        let outcome = examiner(kind, Duration::from_secs(wait)).examine(&b"bytes"[..], "a.txt");
        let Outcome::Unknown { why } = outcome else { panic!("{kind}: known") };
        assert!(why.contains(expected), "{kind}: {why}");
        println!("  a child that {kind}: {:.2} s: {why}", begun.elapsed().as_secs_f64());
    };
    check("panics", 60, "failed with code 101");
    check("aborts", 60, "aborted");
    check("sleeps", 1, "no answer within 1 s");
    check("spins", 60, "processor time");
    check("hogs", 60, "aborted");
    check("never ends", 60, "longer than");
    check("talks nonsense", 60, "cannot be understood");
    check("says nothing", 60, "cannot be understood");
    check("oversteps", 60, "outside the bounds");
}

fn a_child_that_does_not_listen_is_given_up() {
    let begun = Instant::now();
    let outcome = examiner("is deaf", Duration::from_secs(1)).examine(std::io::repeat(7).take(64 << 20), "");
    assert_eq!(outcome, Outcome::Unknown { why: "the reader took no bytes for 1 s".into() });
    assert!(begun.elapsed() < Duration::from_secs(20));
}

fn nothing_can_be_reached_from_behind_the_fence() {
    let found = known(examiner("reaches out", PATIENT).examine(&b"bytes"[..], ""));
    #[cfg(target_os = "linux")]
    assert_eq!(found.notes, Vec::<String>::new());
    assert!(found.fences.processor);
}

fn a_large_file_is_looked_at_in_part() {
    let mut examination = examiner("look", PATIENT).begin("a.png");
    examination.give(&samples::png(5, 6));
    let piece = vec![0; 1 << 20];
    let mut given = 0;
    while given < (child::INPUT >> 20) + 50 {
        examination.give(&piece);
        given += 1;
    }
    assert!(!examination.wants_more());
    let found = known(examination.finish());
    assert_eq!(found.metadata["picture.width"], "5");
    assert!(
        found.notes.contains(&format!("only the first {} bytes were looked at", child::INPUT)),
        "{:?}",
        found.notes
    );
}

fn a_missing_program_is_unknown() {
    let nowhere = Examiner::new("/nowhere/at/all".into(), vec![], Limits::default());
    assert!(matches!(nowhere.examine(&b"bytes"[..], ""), Outcome::Unknown { .. }));
}

fn what_is_to_leave_is_taken_apart_behind_the_fence() {
    let files = [
        ("letter.pdf", samples::pdf(&[samples::line("Hello")])),
        ("letter.docx", samples::docx(samples::WORDS)),
        ("table.csv", b"place,persons\nTarvel,20\nMirov,withheld\n".to_vec()),
        ("a.bin", vec![0, 1, 2, 255, 254]),
    ];
    for (name, bytes) in files {
        let mut here = read::apart(name, &bytes);
        let behind = examiner("look", PATIENT).words(name, &bytes);
        here.words.insert(0, behind.words[0].clone());
        assert_eq!(behind, here, "{name}");
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        // Only an ending that says of which sort a file is falls off.
        let expected = if name == "a.bin" { name } else { stem };
        assert_eq!(behind.words[0].text, expected);
    }
}

/// Some files are taken apart by a child that misbehaves, the others by one that does not.
struct Mixed;

impl Apart for Mixed {
    fn words(&self, name: &str, bytes: &[u8]) -> read::Reading {
        let kind = name.split('.').next().unwrap();
        let kind = if kind == "good" { "look" } else { kind };
        let wait = if kind == "sleeps" { Duration::from_secs(1) } else { PATIENT };
        examiner(kind, wait).words(name, bytes)
    }

    fn text(&self, name: &str, bytes: &[u8]) -> Result<Extracted, String> {
        examiner("look", PATIENT).text(name, bytes)
    }

    fn pixels(&self, name: &str, bytes: &[u8]) -> Result<image::RgbImage, String> {
        examiner("look", PATIENT).pixels(name, bytes)
    }
}

fn what_cannot_be_read_ends_no_search_and_is_said() {
    let mut gathered = Gathered::default();
    gathered.wanted.secrets.push(Secret { subject: 0, what: What::Person("Ana Mirelka".into()) });
    let blanks = vec![b' '; 64 << 20];
    let bomb = samples::zip(&[("1.zip", &samples::zip(&[("0.txt", &blanks)])), ("2.txt", b"By Ana Mirelka.")]);
    let output = |name: &str, bytes: &[u8]| Output { name: name.into(), bytes: bytes.to_vec() };
    let files = [
        output("panics.pdf", b"%PDF-1.7"),
        output("aborts.pdf", b"%PDF-1.7"),
        output("sleeps.pdf", b"%PDF-1.7"),
        output("oversteps.pdf", b"%PDF-1.7"),
        output("good.zip", &bomb),
        output("good.png", &samples::png(10_000, 10_000)),
        output("good.txt", b"By Ana Mirelka."),
    ];
    let report = check(&gathered, &files, &Mixed);
    let found: Vec<(&str, &str)> = report.found.iter().map(|f| (f.file.as_str(), f.place.as_str())).collect();
    assert_eq!(found, [("good.zip", "packed file 2: text, line 1"), ("good.txt", "text, line 1")]);
    for expected in [
        "panics.pdf: it was not read: the reader failed with code 101",
        "aborts.pdf: it was not read: the reader aborted",
        "sleeps.pdf: it was not read: the reader gave no answer within 1 s",
        "oversteps.pdf: it was not read: the reader's answer cannot be understood",
        "good.zip: packed file 1: a part of the packed file is damaged or larger than Factum unpacks",
    ] {
        assert!(report.unread.iter().any(|why| why.starts_with(expected)), "{expected}: {:?}", report.unread);
    }
    // What cannot be read is never taken for clean, also where nothing was found.
    let report = check(&Gathered::default(), &files[..1], &Mixed);
    assert_eq!(report.outcome(), leak::Outcome::Incomplete);
}

fn a_picture_is_shown_behind_the_fence() {
    let picture = image::RgbImage::from_fn(40, 30, |x, y| image::Rgb([x as u8, y as u8, 9]));
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    assert_eq!(examiner("look", PATIENT).pixels("a.png", bytes.get_ref()), Ok(picture));
    for (what, bytes) in [
        ("a hundred megapixels that are not there", samples::png(10_000, 10_000)),
        ("4 terapixels", samples::png(1 << 21, 1 << 21)),
        ("nothing", Vec::new()),
    ] {
        let shown = examiner("look", PATIENT).pixels("a.png", &bytes);
        assert_eq!(shown, Err("the reader could not unpack it".into()), "{what}");
    }
    let area = Area { x: 0, y: 0, width: 1, height: 1 };
    let covering = Covering { areas: vec![area], ..Covering::default() };
    let refused = redact(&Gathered::default(), "a.png", bytes.get_ref(), &covering, &examiner("panics", PATIENT));
    assert!(matches!(refused, Err(RedactError::Picture(why)) if why.contains("code 101")));
}
