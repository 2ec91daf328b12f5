//! Is every place in a file read in which a name can stand?

use super::*;
use factum_testkit::samples;
use proptest::prelude::*;
use std::io::Write;

fn read(name: &str, bytes: &[u8]) -> Reading {
    // As the child answers, and with its name, as the parent adds it.
    let answer = serde_json::to_vec(&apart(name, bytes)).unwrap();
    let mut reading: Reading = serde_json::from_slice(&answer).unwrap();
    reading.words.insert(0, super::name(name));
    reading
}

/// The parts in which a word is found.
fn parts(name: &str, bytes: &[u8], word: &str) -> Vec<String> {
    let reading = read(name, bytes);
    reading.words.iter().filter(|w| w.text.contains(word)).map(|w| w.place(w.text.find(word).unwrap_or(0))).collect()
}

fn check(name: &str, bytes: &[u8], word: &str, expected: &[&str]) {
    assert_eq!(parts(name, bytes, word), expected, "{name}: {:?}", read(name, bytes).words);
}

fn png(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, body) in [(b"IHDR", &[0_u8; 13][..]), (kind, body), (b"IEND", &[])] {
        bytes.extend((body.len() as u32).to_be_bytes());
        bytes.extend(kind);
        bytes.extend(body);
        bytes.extend([0; 4]);
    }
    bytes
}

fn packed(text: &[u8]) -> Vec<u8> {
    let mut writer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    writer.write_all(text).unwrap();
    writer.finish().unwrap()
}

#[test]
fn a_page_is_read_in_every_corner() {
    let page = "<!DOCTYPE html><html><head><title>Torvel one</title><meta name=\"author\" content=\"Torvel two\"></head>\n<body><p>Ana <b>Tor</b>vel three</p>\
                <img alt='Torvel four &amp; more' src=\"data:text/plain;base64,VG9ydmVsIHNpeA==\"><!-- Torvel five -->\
                <svg><text>Ana</text><text>Torvel seven</text></svg><script>let a = 'Torvel eight';</script>\
                <a href=\"https://valley.example/Torvel%20nine\">x</a></body></html>";
    for (word, expected) in [
        ("Torvel one", &["text, line 1"][..]),
        ("Torvel two", &["attribute content of meta"]),
        ("Torvel three", &["text, line 2"]),
        ("Torvel four", &["attribute alt of img"]),
        ("Torvel five", &["comment 1"]),
        ("Torvel six", &["a file carried in the page: text, line 1"]),
        ("\tTorvel seven", &["row or labels 1"]),
        ("Torvel eight", &["script 1"]),
        ("Torvel nine", &["attribute href of a"]),
    ] {
        check("page.html", page.as_bytes(), word, expected);
    }
}

#[test]
fn a_document_is_read_in_every_part() {
    let document = br#"<w:document xmlns:w="w"><w:body><w:p><w:r><w:t>First</w:t></w:r></w:p><w:p><w:r><w:t>Ana Tor</w:t></w:r><w:r><w:t>vel one</w:t></w:r></w:p>
        <w:p><w:del w:author="Torvel two"><w:r><w:delText>Torvel three</w:delText></w:r></w:del></w:p>
        <w:tbl><w:tr><w:tc><w:p><w:r><w:t>Ana</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>Torvel four</w:t></w:r></w:p></w:tc></w:tr></w:tbl>
        <wp:docPr xmlns:wp="p" descr="Torvel five" id="1"/></w:body></w:document>"#;
    let core = br#"<cp:coreProperties xmlns:cp="c" xmlns:dc="d"><dc:creator>Torvel six</dc:creator><dc:title>Valleys</dc:title></cp:coreProperties>"#;
    let bytes = samples::zip(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("word/document.xml", document),
        ("docProps/core.xml", core),
        ("word/media/Torvel seven.png", &png(b"tEXt", b"Comment\0Torvel eight")),
    ]);
    for (word, expected) in [
        ("Torvel one", &["word/document.xml: text, paragraph 2"][..]),
        ("Torvel two", &["word/document.xml: an attribute"]),
        ("Torvel three", &["word/document.xml: text, paragraph 4"]),
        ("Torvel five", &["word/document.xml: an attribute"]),
        ("Torvel six\nValleys", &["docProps/core.xml: text, paragraph 1"]),
        ("Torvel seven", &["name of packed file 4"]),
        ("Torvel eight", &["packed file 4: chunk 2 of the picture"]),
    ] {
        check("report.docx", &bytes, word, expected);
    }
    assert!(
        parts("report.docx", &bytes, "Ana \tTorvel four")
            .contains(&"word/document.xml: row 1 of its tables".to_string())
    );
}

#[test]
fn pictures_and_bytes_are_read() {
    check("a.png", &png(b"tEXt", b"Author\0Torvel one"), "Torvel one", &["chunk 2 of the picture"]);
    check(
        "a.png",
        &png(b"zTXt", &[b"Author\0\0", &packed(b"Torvel two")[..]].concat()),
        "Torvel two",
        &["chunk 2 of the picture"],
    );
    let international = [b"Author\0\x01\0\0\0", &packed("Торвел три".as_bytes())[..]].concat();
    check("a.png", &png(b"iTXt", &international), "Торвел три", &["chunk 2 of the picture"]);
    let wide: Vec<u8> = "Torvel four".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let jpeg = [&[0xFF, 0xD8, 0xFF, 0xE1, 0, 40][..], &wide, &[0xFF, 0xD9]].concat();
    check("a.jpg", &jpeg, "Torvel four", &["metadata of the picture"]);
    let after = [png(b"tIME", &[0; 7]), b"Torvel five".to_vec()].concat();
    check("a.png", &after, "Torvel five", &["bytes after the picture"]);
}

/// What stands in packed bytes stands there by chance.
#[test]
fn packed_bytes_say_nothing() {
    let said = |name: &str, bytes: &[u8]| parts(name, bytes, "Torvel chance");
    let scan = b"\x01\x02Torvel chance\xFF\x00\xFF\xD0Torvel chance\x03";
    let small = [&b"\xFF\xD8\xFF\xDA\0\x02"[..], scan, b"\xFF\xD9"].concat();
    let exif = [&b"\xFF\xE1\0"[..], &[u8::try_from(small.len() + 2).unwrap()], &small[..]].concat();
    let jpeg = [b"\xFF\xD8", &exif[..], b"\xFF\xDA\0\x02", scan, b"\xFF\xFF\xFE\0\x0CTorvel two\xFF\xD9 Torvel three"]
        .concat();
    assert_eq!(said("a.jpg", &jpeg), Vec::<String>::new());
    check("a.jpg", &jpeg, "Torvel two", &["metadata of the picture"]);
    check("a.jpg", &jpeg, "Torvel three", &["metadata of the picture"]);
    let noise = [&[0xF1_u8; 400][..], b"\x01Torvel chance\x02"].concat();
    let objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [] /Count 0 >>".to_vec(),
        samples::stream(&noise, "/Filter /FlateDecode"),
    ];
    let pdf = samples::pdf_of(&objects);
    assert_eq!(said("a.pdf", &pdf), Vec::<String>::new());
    // A plain stream that an older version left behind does say something, and so does the older version itself.
    let left = [&pdf[..], b"\n9 0 obj\n<< >>\nstream\nTorvel left here\nendstream\nstartxref\n9\n%%EOF\n"].concat();
    check("a.pdf", &left, "Torvel left here", &["plain bytes of the file"]);
    // Only the tags of XMP are cut out: an address in brackets, and a name across other tags, stay as they are.
    let brackets = b"\n9 0 obj\n<< >>\nstream\nTorvel <torvel@here.example> and Mirel<b>Torvel</b> <x:y Torvel Ana> <x:y z=\"Torvel z\">\nendstream\n";
    let brackets = [&pdf[..], brackets].concat();
    for word in ["Torvel <torvel@here.example>", "Mirel<b>Torvel</b>", "x:y Torvel Ana", "Torvel z"] {
        check("a.pdf", &brackets, word, &["plain bytes of the file"]);
    }
    assert!(read("a.pdf", &left).unread.iter().any(|note| note.contains("older versions")));
}

#[test]
fn a_pdf_is_read_on_its_pages_and_beside_them() {
    let pdf = samples::pdf(&[samples::line("Torvel one")]);
    check("a.pdf", &pdf, "Torvel one", &["page 1, line 1"]);
    // What a tag holds is read in the plain bytes too, without what it is called.
    assert!(parts("a.pdf", &pdf, "Maker 9").contains(&"plain bytes of the file".to_string()));
    assert!(!parts("a.pdf", &pdf, "CreatorTool").contains(&"plain bytes of the file".to_string()));
    let objects = [
        b"<< /Type /Catalog /Pages 2 0 R /Outlines << /Title (Torvel two) >> >>".to_vec(),
        b"<< /Type /Pages /Kids [] /Count 0 >>".to_vec(),
        b"<< /S /Figure /Alt <FEFF0054006F007200760065006C0020007400720069> >>".to_vec(),
        samples::stream(&packed(b"/Span << /ActualText (Torvel four) >> BDC"), "/Filter /FlateDecode"),
        samples::stream(
            &packed(b"<x:xmpmeta><dc:creator>Torvel five</dc:creator></x:xmpmeta>"),
            "/Type /Metadata /Filter /FlateDecode",
        ),
        samples::stream(&packed(b"Torvel six"), "/Type /EmbeddedFile /Filter /FlateDecode"),
    ];
    let pdf = samples::pdf_of(&objects);
    for (word, expected) in [
        ("Torvel two", &["plain bytes of the file", "a title"][..]),
        ("Torvel tri", &["alternative text"]),
        ("Torvel four", &["replacement text"]),
        ("Torvel five", &["metadata (XMP): text, line 1"]),
        ("Torvel six", &["an attached file: text, line 1"]),
    ] {
        check("a.pdf", &pdf, word, expected);
    }
}

#[test]
fn tables_and_records_are_read_row_by_row() {
    check("a.csv", b"given,family\nAna,Torvel\n", "Ana,Torvel", &["table, row 2"]);
    check("a.json", br#"{"n": [1, "x"], "who": "Ana Torvel"}"#, "Ana Torvel", &["value 3"]);
    check("a.json", br#"{"a": "Ana", "b": "Torvel"}"#, "Ana\nTorvel", &["values after 0"]);
    check("ana_torvel.txt", b"nothing", "ana_torvel", &["the file's name"]);
    let unknown = read("a.bin", &[0, 1, 2, 255, 254]);
    assert_eq!(unknown.unread.len(), 1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_bytes_are_read(bytes in proptest::collection::vec(any::<u8>(), 0..600), head in 0..6_usize) {
        let heads: [&[u8]; 6] = [b"", b"%PDF-1.7\n", b"\x89PNG\r\n\x1a\n", b"PK\x03\x04", b"<html><p a=\"", b"\x1f\x8b\x08"];
        let bytes = [heads[head], &bytes].concat();
        read("x.html", &bytes);
        read("x", &bytes);
    }
}

#[test]
fn the_number_of_a_file_is_no_word() {
    let check = |text: &str, expected: &str| {
        let mut blanked = text.to_string();
        super::blank_numbers(&mut blanked);
        assert_eq!(blanked, expected, "{text}");
    };
    let blank = " ".repeat(22);
    check("<ID>o9pVXjBDiAxC2Osy2fXSsw==</ID>", &format!("<ID>{blank}==</ID>"));
    check("/ID[(o9pV/Ana+AxC2Osy2fXSsw==)(CSryPsCJh+jc7na4kOd+0A==)]", &format!("/ID[({blank}==)({blank}==)]"));
    // Longer or shorter, without a figure, or not the form of sixteen bytes: it may be words.
    for kept in [
        "Ao9pVXjBDiAxC2Osy2fXSsw==",
        "9pVXjBDiAxC2Osy2fXSsw==",
        "AnaMirelAnaMirelAnaMiA==",
        "o9pVXjBDiAxC2Osy2fXSsx==",
        "é9pVXjBDiAxC2Osy2fXSsw==",
        "==",
    ] {
        check(kept, kept);
    }
}
