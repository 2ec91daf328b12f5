//! Is every kind of file recognised, and does each say what was put into it?

use super::{Extracted, look};
use factum_testkit::samples::*;
use proptest::prelude::*;

fn seen(bytes: &[u8], name: &str) -> Extracted {
    let found = look(bytes, name, true);
    assert!(!found.notes.iter().any(|note| note.contains("broke off")), "{:?}", found.notes);
    found
}

#[test]
fn the_bytes_tell_the_kind() {
    let check = |bytes: &[u8], name: &str, expected: &str| {
        assert_eq!(seen(bytes, name).media_type, expected, "{name}");
    };
    check(&docx(WORDS), "a", super::sniff::DOCX);
    check(&odt(), "a.zip", "application/vnd.oasis.opendocument.text");
    check(&xlsx(), "a.docx", super::sniff::XLSX);
    check(&pptx(), "a", super::sniff::PPTX);
    check(&tiff(), "a", "image/tiff");
    check(&heic(), "a", "image/heif");
    check(&zip(&[("a.txt", b"a")]), "a", "application/zip");
    check(&wacz(), "a", "application/wacz");
    check(&warc(), "a", "application/warc");
    check(&gzip(&warc()), "a.gz", "application/warc");
    check(&gzip(b"words"), "a", "application/gzip");
    check(&pdf(&[line("x")]), "a.txt", "application/pdf");
    check(&jpeg(1, 1), "a.png", "image/jpeg");
    check(&png(1, 1), "a", "image/png");
    check(b"<!DOCTYPE html><html><p>x", "a", "text/html");
    check(b"<?xml version='1.0'?><x/>", "a", "text/xml");
    check(b"{\"a\": [1]}", "a", "application/json");
    check(b"# Title", "a.md", "text/markdown");
    check(b"# Title", "a", "text/plain");
    check(b"\x00\x01\x02\x03", "a.txt", "application/octet-stream");
    check(b"", "a.pdf", "application/octet-stream");
}

#[test]
fn a_name_that_promises_something_else_is_told() {
    let check = |bytes: &[u8], name: &str, expected: Option<&str>| {
        assert_eq!(seen(bytes, name).disagreement.as_deref(), expected);
    };
    check(&jpeg(1, 1), "photo.JPG", None);
    check(&jpeg(1, 1), "photo", None);
    check(
        &jpeg(1, 1),
        "letter.pdf",
        Some("the name ends in .pdf, which promises application/pdf; the bytes show image/jpeg"),
    );
    check(b"words", "notes.md", None);
    check(
        b"\x01\0\x02\x03",
        "photo.png",
        Some("the name ends in .png, which promises image/png; the bytes show no type that is known here"),
    );
}

#[test]
fn text_is_read_in_its_encoding() {
    let check = |bytes: &[u8], encoding: &str, expected: &str| {
        let found = seen(bytes, "a.txt");
        assert_eq!(found.encoding.as_deref(), Some(encoding));
        assert_eq!(found.text.unwrap().parts[0].text, expected);
    };
    check("Ürümqi\r\nئۈرۈمچى".as_bytes(), "UTF-8", "Ürümqi\nئۈرۈمچى");
    check(b"\xff\xfea\0b\0", "UTF-16LE", "ab");
    check(
        &"many words of Latin".encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<_>>(),
        "UTF-16BE",
        "many words of Latin",
    );
    let cyrillic = "Свидетель видел, как людей уводили из деревни рано утром.";
    check(&encoding_rs::WINDOWS_1251.encode(cyrillic).0, "windows-1251", cyrillic);
}

#[test]
fn the_record_holds_what_the_file_says_of_itself() {
    let check = |bytes: &[u8], expected: &[(&str, &str)]| {
        let found = seen(bytes, "");
        for (key, value) in expected {
            assert_eq!(found.metadata.get(*key).map(String::as_str), Some(*value), "{key} in {:?}", found.metadata);
        }
    };
    check(
        &docx(WORDS),
        &[
            ("office.creator", "Ada & Bo"),
            ("office.created", "2025-03-04T05:06:07Z"),
            ("office.application", "Writer 1"),
        ],
    );
    check(
        &odt(),
        &[("office.generator", "Office 24"), ("office.date", "2025-01-02T03:04:05"), ("office.page-count", "3")],
    );
    check(
        &pdf(&[line("x"), line("y")]),
        &[
            ("pdf.pages", "2"),
            ("pdf.title", "A letter"),
            ("pdf.created", "2025-02-03T04:05:06+01:00"),
            ("xmp.create-date", "2025-02-03T04:05:06+01:00"),
            ("xmp.creator-tool", "Maker 9"),
        ],
    );
    check(
        &jpeg(4000, 3000),
        &[
            ("picture.width", "4000"),
            ("picture.height", "3000"),
            ("exif.model", "Phone 7"),
            ("exif.date-time-original", "2025:03:04 05:06:07"),
            ("place.latitude", "-12.500000"),
            ("place.longitude", "45.260000"),
        ],
    );
    for bytes in [warc(), gzip(&warc())] {
        let times = [("capture.records", "3"), ("capture.addresses", "2"), ("capture.software", "Crawler 3")];
        check(&bytes, &times);
        check(&bytes, &[("capture.001.address", "http://one.example/"), ("capture.001.time", "2025-06-04T00:00:00Z")]);
        check(&bytes, &[("capture.first", "2025-06-04T00:00:00Z"), ("capture.last", "2025-06-06T00:00:00Z")]);
    }
    check(&wacz(), &[("capture.software", "Archiver 2"), ("capture.created", "2025-07-08T09:10:11Z")]);
    check(&wacz(), &[("capture.001.address", "http://example.com/"), ("capture.001.time", "2025-07-08T09:10:11Z")]);
    let place = [("exif.model", "Phone 7"), ("place.latitude", "-12.500000"), ("place.longitude", "45.260000")];
    for bytes in [tiff(), png_with_exif(), heic()] {
        check(&bytes, &place);
    }
    check(&png_with_exif(), &[("picture.width", "300"), ("picture.height", "200")]);
    check(&heic(), &[("picture.width", "640"), ("picture.height", "480")]);
    // A picture's header may promise any number of pixels: none is made.
    check(&png(60_000, 60_000), &[("picture.width", "60000")]);
}

#[test]
fn the_text_holds_what_the_file_says() {
    let check = |bytes: &[u8], name: &str, expected: &[(Option<u32>, &str)]| {
        let found = seen(bytes, name);
        let text = found.text.unwrap_or_else(|| panic!("no text: {:?}", found.notes));
        let parts: Vec<_> = text.parts.iter().map(|part| (part.page, part.text.trim_end())).collect();
        assert_eq!(parts, expected);
        assert!(text.complete);
    };
    check(&docx(WORDS), "", &[(None, "First <line>\nSecond\thalf")]);
    check(&odt(), "", &[(None, "Title\nOne  two")]);
    let names = "Names\nName\tTaken on\nMesor Зора\t31\t2017-03-09\t62";
    check(&xlsx(), "", &[(Some(1), names), (Some(2), "Far\n1.5\ntrue")]);
    let slides: Vec<String> = (1..=10).map(|n| format!("slide {n}\nbelow")).collect();
    let mut shown: Vec<(Option<u32>, &str)> = (1..).zip(&slides).map(|(n, text)| (Some(n), text.as_str())).collect();
    shown.push((None, "do not say this"));
    check(&pptx(), "", &shown);
    check(&pdf(&[line("Page one"), line("Page two")]), "", &[(Some(1), "Page one\nnext"), (Some(2), "Page two\nnext")]);
    // Words that are parted by moves alone, and letters that are kerned.
    let moved = b"BT /F 12 Tf 72 700 Td [(W) 80 (ide) -600 (words)] TJ ET".to_vec();
    check(&pdf(&[moved]), "", &[(Some(1), "Wide words")]);
    let page = b"<html><head><title>t</title></head><body><h1>One</h1><script>x < 1</script><p>two &amp;\n <b>thr</b>ee<!-- no --> 1 < 2</body>";
    check(page, "", &[(None, "One\ntwo & three 1 < 2")]);
}

#[test]
fn a_workbook_that_would_fill_the_memory_is_not_opened() {
    let blanks = vec![b' '; (super::packed::ENTRY + 1) as usize];
    let parts = [
        ("[Content_Types].xml", &b"<Types/>"[..]),
        ("xl/workbook.xml", b"<workbook/>"),
        ("xl/worksheets/sheet1.xml", &blanks),
    ];
    let found = seen(&zip(&parts), "a.xlsx");
    assert!(found.text.is_none(), "nothing can be cited");
    assert!(found.notes.iter().any(|n| n.contains("larger than Factum unpacks")), "{:?}", found.notes);
}

#[test]
fn a_record_is_bounded_whatever_a_file_says() {
    let many: String = (0..2_000).map(|i| format!("<x{i}>v</x{i}>")).collect();
    let core = format!("<p>{many}<long>{}</long></p>", "y".repeat(1 << 20));
    let parts = [("[Content_Types].xml", &b""[..]), ("word/a", b""), ("docProps/core.xml", core.as_bytes())];
    let found = seen(&zip(&parts), "");
    assert_eq!(found.metadata.len(), super::metadata::MOST_ENTRIES);
    assert!(found.notes.iter().any(|note| note.contains("1501 entries")), "{:?}", found.notes);
}

#[test]
fn names_are_hyphened() {
    let check = |name: &str, expected: &str| assert_eq!(super::metadata::hyphened(name), expected);
    check("DateTimeOriginal", "date-time-original");
    check("GPSLatitudeRef", "gps-latitude-ref");
    check("page-count", "page-count");
    check("wacz_version", "wacz-version");
    check("mainPageURL", "main-page-url");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// No reader panics, and every bound holds, on arbitrary bytes behind the mark of each kind.
    #[test]
    fn arbitrary_bytes_do_no_harm(start in 0..8_usize, bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let marks: [&[u8]; 8] = [b"", b"%PDF-1.7\n", b"PK\x03\x04", b"WARC/1.1\r\n", b"\xff\xd8\xff\xe1", b"II*\0", b"<html>", b"\x1f\x8b\x08"];
        seen(&[marks[start], &bytes[..]].concat(), "a.csv");
    }

    /// Nor on good files with a few bytes changed and the end cut off.
    #[test]
    fn damaged_files_do_no_harm(
        kind in 0..13_usize,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        cut in any::<prop::sample::Index>(),
        cuts in any::<bool>(),
    ) {
        let files: [fn() -> Vec<u8>; 13] =
            [|| docx(WORDS), odt, || pdf(&[line("x")]), || jpeg(9, 9), warc, || gzip(&warc()), wacz, || png(7, 7), xlsx, pptx, tiff, heic, png_with_exif];
        let mut bytes = files[kind]();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if cuts {
            bytes.truncate(cut.index(bytes.len()));
        }
        seen(&bytes, "a");
    }
}
