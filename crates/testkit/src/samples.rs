//! Small files of every kind that is looked into, made here.

use std::io::Write;
use zip::write::{SimpleFileOptions, ZipWriter};

/// A zip archive with these entries, compressed.
pub fn zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A document of Word with this main part, and properties that name a maker.
pub fn docx(document: &[u8]) -> Vec<u8> {
    let core = br#"<?xml version="1.0"?><cp:coreProperties xmlns:cp="c" xmlns:dc="d" xmlns:dcterms="t"><dc:creator>Ada &amp; Bo</dc:creator><dcterms:created>2025-03-04T05:06:07Z</dcterms:created></cp:coreProperties>"#;
    let app = br#"<Properties><Application>Writer 1</Application><TitlesOfParts><vt:lpstr>x</vt:lpstr></TitlesOfParts></Properties>"#;
    zip(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("word/document.xml", document),
        ("docProps/core.xml", core),
        ("docProps/app.xml", app),
    ])
}

/// A main part of two paragraphs, with a deleted word.
pub const WORDS: &[u8] = br#"<w:document xmlns:w="w"><w:body><w:p><w:r><w:t>First &lt;line&gt;</w:t></w:r><w:r><w:delText>struck</w:delText></w:r></w:p><w:p><w:r><w:t>Second</w:t><w:tab/><w:t>half</w:t></w:r></w:p></w:body></w:document>"#;

/// A workbook of two sheets: shared and inline words, a number, a date, a formula's value, an empty row, and two cells in far corners.
pub fn xlsx() -> Vec<u8> {
    let types = br#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>"#;
    let rels = br#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet2.xml"/></Relationships>"#;
    let root = br#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
    let book = br#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Names" sheetId="1" r:id="r1"/><sheet name="Far" sheetId="2" r:id="r2"/></sheets></workbook>"#;
    let styles = br#"<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>"#;
    let strings = r#"<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>Name</t></si><si><t>Mesor Зора</t></si></sst>"#;
    let one = br#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1" t="inlineStr"><is><t>Taken on</t></is></c></row><row r="3"><c r="A3" t="s"><v>1</v></c><c r="B3"><v>31</v></c><c r="C3" s="1"><v>42803</v></c><c r="D3"><f>B3*2</f><v>62</v></c></row></sheetData></worksheet>"#;
    let two = br#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1"><v>1.5</v></c></row><row r="1048576"><c r="XFD1048576" t="b"><v>1</v></c></row></sheetData></worksheet>"#;
    zip(&[
        ("[Content_Types].xml", types),
        ("_rels/.rels", root),
        ("xl/_rels/workbook.xml.rels", rels),
        ("xl/workbook.xml", book),
        ("xl/styles.xml", styles),
        ("xl/sharedStrings.xml", strings.as_bytes()),
        ("xl/worksheets/sheet1.xml", one),
        ("xl/worksheets/sheet2.xml", two),
    ])
}

/// A presentation of ten slides and a speaker's note.
pub fn pptx() -> Vec<u8> {
    let slide = |words: &str| {
        format!("<p:sld><a:p><a:r><a:t>{words}</a:t></a:r><a:br/><a:r><a:t>below</a:t></a:r></a:p></p:sld>")
    };
    let slides: Vec<(String, String)> =
        (1..=10).rev().map(|n| (format!("ppt/slides/slide{n}.xml"), slide(&format!("slide {n}")))).collect();
    let mut entries: Vec<(&str, &[u8])> = vec![("[Content_Types].xml", b"<Types/>")];
    entries.extend(slides.iter().map(|(name, text)| (name.as_str(), text.as_bytes())));
    let note = b"<p:notes><a:p><a:r><a:t>do not say this</a:t></a:r></a:p></p:notes>";
    entries.push(("ppt/notesSlides/notesSlide1.xml", note));
    entries.push(("ppt/slides/_rels/slide1.xml.rels", b"<Relationships/>"));
    zip(&entries)
}

/// A text of OpenDocument.
pub fn odt() -> Vec<u8> {
    let content = br#"<office:document-content><office:body><text:h>Title</text:h>
      <text:p>One<text:s text:c="2"/>two</text:p></office:body></office:document-content>"#;
    let meta = br#"<office:document-meta><meta:generator>Office 24</meta:generator><dc:date>2025-01-02T03:04:05</dc:date><meta:document-statistic meta:page-count="3"/></office:document-meta>"#;
    zip(&[("mimetype", b"application/vnd.oasis.opendocument.text"), ("content.xml", content), ("meta.xml", meta)])
}

/// A PDF of these objects, numbered from 1; the first is its catalogue.
pub fn pdf_of(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut out = b"%PDF-1.7\n".to_vec();
    let mut places = Vec::new();
    for (i, object) in objects.iter().enumerate() {
        places.push(out.len());
        out.extend(format!("{} 0 obj\n", i + 1).bytes().chain(object.iter().copied()).chain(*b"\nendobj\n"));
    }
    let table = out.len();
    out.extend(format!("xref\n0 {}\n0000000000 65535 f \n", places.len() + 1).bytes());
    places.iter().for_each(|place| out.extend(format!("{place:010} 00000 n \n").bytes()));
    let size = places.len() + 1;
    out.extend(format!("trailer\n<< /Size {size} /Root 1 0 R /Info 2 0 R >>\nstartxref\n{table}\n%%EOF\n").bytes());
    out
}

/// A stream of PDF with these bytes and entries.
pub fn stream(bytes: &[u8], entries: &str) -> Vec<u8> {
    let head = format!("<< /Length {} {entries} >>\nstream\n", bytes.len());
    [head.as_bytes(), bytes, b"\nendstream"].concat()
}

/// A PDF with a page for each of these contents.
pub fn pdf(pages: &[Vec<u8>]) -> Vec<u8> {
    let xmp = br#"<x:xmpmeta xmlns:x="x"><rdf:RDF><rdf:Description xmp:CreateDate="2025-02-03T04:05:06+01:00"><xmp:CreatorTool>Maker 9</xmp:CreatorTool></rdf:Description></rdf:RDF></x:xmpmeta>"#;
    let kids: Vec<String> = (0..pages.len()).map(|i| format!("{} 0 R", 6 + 2 * i)).collect();
    let mut objects = vec![
        b"<< /Type /Catalog /Pages 3 0 R /Metadata 5 0 R >>".to_vec(),
        b"<< /Title (A letter) /CreationDate (D:20250203040506+01'00') >>".to_vec(),
        format!("<< /Type /Pages /Count {} /Kids [{}] >>", pages.len(), kids.join(" ")).into_bytes(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_vec(),
        stream(xmp, "/Type /Metadata /Subtype /XML"),
    ];
    for (i, content) in pages.iter().enumerate() {
        let resources = "/MediaBox [0 0 600 800] /Resources << /Font << /F 4 0 R >> >>";
        let page = format!("<< /Type /Page /Parent 3 0 R {resources} /Contents {} 0 R >>", 7 + 2 * i);
        objects.push(page.into_bytes());
        objects.push(stream(content, ""));
    }
    pdf_of(&objects)
}

/// A page's stream that shows one line.
pub fn line(words: &str) -> Vec<u8> {
    format!("BT /F 12 Tf 72 700 Td ({words}) Tj 0 -20 Td (next) Tj ET").into_bytes()
}

/// A JPEG without pixels, with a place in EXIF, and a header of this size.
pub fn jpeg(width: u16, height: u16) -> Vec<u8> {
    use exif::{Field, In, Rational, Tag, Value, experimental::Writer};
    let degrees = |d, m, s| Value::Rational([d, m, s].map(|num| Rational { num, denom: 1 }).to_vec());
    let ascii = |text: &str| Value::Ascii(vec![text.as_bytes().to_vec()]);
    let fields = [
        (Tag::Model, ascii("Phone 7")),
        (Tag::DateTimeOriginal, ascii("2025:03:04 05:06:07")),
        (Tag::GPSLatitudeRef, ascii("S")),
        (Tag::GPSLatitude, degrees(12, 30, 0)),
        (Tag::GPSLongitudeRef, ascii("E")),
        (Tag::GPSLongitude, degrees(45, 15, 36)),
    ];
    let fields = fields.map(|(tag, value)| Field { tag, ifd_num: In::PRIMARY, value });
    let mut writer = Writer::new();
    fields.iter().for_each(|field| writer.push_field(field));
    let mut tiff = std::io::Cursor::new(Vec::new());
    writer.write(&mut tiff, false).unwrap();
    let exif = [b"Exif\0\0", &tiff.into_inner()[..]].concat();
    let segment =
        |marker: u8, body: &[u8]| [&[0xff, marker][..], &((body.len() + 2) as u16).to_be_bytes(), body].concat();
    let [h, w] = [height, width].map(u16::to_be_bytes);
    let frame = [&[8][..], &h, &w, &[1, 1, 0x11, 0]].concat();
    [&[0xff, 0xd8][..], &segment(0xe1, &exif), &segment(0xc0, &frame), &[0xff, 0xd9]].concat()
}

/// EXIF data as they stand in a file: a TIFF with a camera's name and a place.
pub fn tiff() -> Vec<u8> {
    let jpeg = jpeg(1, 1);
    // The segment begins after its marker, its length and six bytes of name.
    let length = usize::from(u16::from_be_bytes([jpeg[4], jpeg[5]]));
    jpeg[12..4 + length].to_vec()
}

/// A PNG with a header and EXIF in its chunk (PNG, third edition, §11.3.4.5).
pub fn png_with_exif() -> Vec<u8> {
    let chunk = |kind: &[u8; 4], body: &[u8]| {
        let mut crc = flate2::Crc::new();
        crc.update(kind);
        crc.update(body);
        [&(body.len() as u32).to_be_bytes()[..], kind, body, &crc.sum().to_be_bytes()].concat()
    };
    let head = [&300_u32.to_be_bytes()[..], &200_u32.to_be_bytes(), &[8, 6, 0, 0, 0]].concat();
    [&b"\x89PNG\r\n\x1a\n"[..], &chunk(b"IHDR", &head), &chunk(b"eXIf", &tiff()), &chunk(b"IEND", b"")].concat()
}

/// A HEIC of one item, which is its EXIF data (ISO/IEC 14496-12 §8.11, ISO/IEC 23008-12 annex A), and a size.
pub fn heic() -> Vec<u8> {
    let boxed = |kind: &[u8; 4], body: &[u8]| [&((body.len() + 8) as u32).to_be_bytes()[..], kind, body].concat();
    let full = |kind: &[u8; 4], version: u8, body: &[u8]| boxed(kind, &[&[version, 0, 0, 0][..], body].concat());
    let brand = boxed(b"ftyp", b"heic\0\0\0\0mif1heic");
    // The item's bytes: how far the TIFF begins after this number, then the TIFF.
    let exif = [&6_u32.to_be_bytes()[..], b"Exif\0\0", &tiff()].concat();
    let entry = full(b"infe", 2, &[&1_u16.to_be_bytes()[..], &[0, 0], b"Exif", b"\0"].concat());
    let names = full(b"iinf", 0, &[&1_u16.to_be_bytes()[..], &entry].concat());
    let size = full(b"ispe", 0, &[&640_u32.to_be_bytes()[..], &480_u32.to_be_bytes()].concat());
    let properties = boxed(b"iprp", &boxed(b"ipco", &size));
    let meta = |offset: u32| {
        let place = [&offset.to_be_bytes()[..], &(exif.len() as u32).to_be_bytes()].concat();
        let item = [&1_u16.to_be_bytes()[..], &[0, 0], &1_u16.to_be_bytes(), &place].concat();
        let places = full(b"iloc", 0, &[&[0x44, 0x00][..], &1_u16.to_be_bytes(), &item].concat());
        let handler = full(b"hdlr", 0, &[&[0; 4][..], b"pict", &[0; 13]].concat());
        full(b"meta", 0, &[&handler[..], &names, &places, &properties].concat())
    };
    let begins = (brand.len() + meta(0).len() + 8) as u32;
    [&brand[..], &meta(begins), &boxed(b"mdat", &exif)].concat()
}

/// A PNG that is only a header.
pub fn png(width: u32, height: u32) -> Vec<u8> {
    let head = [&b"IHDR"[..], &width.to_be_bytes(), &height.to_be_bytes(), &[8, 6, 0, 0, 0]].concat();
    [&b"\x89PNG\r\n\x1a\n\0\0\0\x0d"[..], &head, &[0; 4]].concat()
}

/// A capture of the web.
pub fn warc() -> Vec<u8> {
    let record = |kind: &str, address: &str, body: &str| {
        let head = format!("WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Date: 2025-06-0{}T00:00:00Z\r\n", body.len() % 9 + 1);
        format!("{head}{address}Content-Length: {}\r\n\r\n{body}\r\n\r\n", body.len()).into_bytes()
    };
    let info = record("warcinfo", "", "software: Crawler 3\r\n");
    let one = record("response", "WARC-Target-URI: <http://one.example/>\r\n", "HTTP/1.1 200");
    let other = record("response", "WARC-Target-URI: http://two.example/\r\n", "HTTP/1.1 404 X");
    [info, one, other].concat()
}

/// Bytes packed by gzip.
pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A capture of the web in its archive.
pub fn wacz() -> Vec<u8> {
    let package = br#"{"profile":"data-package","wacz_version":"1.1.1","created":"2025-07-08T09:10:11Z","software":"Archiver 2"}"#;
    let index = b"com,example)/ 20250708091011 {\"url\":\"http://example.com/\",\"status\":\"200\"}\n";
    zip(&[
        ("datapackage.json", package),
        ("archive/data.warc.gz", &gzip(&warc())),
        ("indexes/index.cdx.gz", &gzip(index)),
    ])
}
