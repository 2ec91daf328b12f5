//! How do blocks become paragraphs, tables and pictures in their styles?

use super::escape;
use super::runs::{Links, Note, Place, put, words, write_runs};
use crate::laid::{Field, Form, Item, Laid, Line, Part, Run, What, bare};
use crate::picture::Png;
use crate::tongue::Tongue;

const SPACES: &str = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" \
    xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"";
const DRAWING: &str = "xmlns:wp=\"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing\" \
    xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" \
    xmlns:pic=\"http://schemas.openxmlformats.org/drawingml/2006/picture\"";
const RELATION: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
/// Width of the text in twentieths of a point: an A4 page less 24 mm on each side.
const TEXT_WIDTH: usize = 9184;
/// The same in English Metric Units, of which a millimetre has 36,000.
const TEXT_WIDTH_EMU: f64 = 162.0 * 36_000.0;
/// The tallest picture that stands on a page with its caption.
const TALLEST_EMU: f64 = 215.0 * 36_000.0;

/// Word counts no further; beyond, a number is written like any word.
const LAST_NUMBER: u32 = 32_767;

/// Takes a paragraph out of the numbering of its style.
const NO_NUMBERING: &str = "<w:numPr><w:ilvl w:val=\"0\"/><w:numId w:val=\"0\"/></w:numPr>";
/// The edge of a warning whose lines begin on the right.
const EDGE_ON_THE_RIGHT: &str =
    "<w:pBdr><w:left w:val=\"nil\"/><w:right w:val=\"single\" w:sz=\"24\" w:space=\"8\" w:color=\"D55E00\"/></w:pBdr>";

/// The parts of a document that come from its words.
#[derive(Default)]
pub(super) struct Body {
    pub document: String,
    pub document_links: String,
    pub footnotes: String,
    pub footnote_links: String,
    pub footer: String,
    /// Numberings that begin anew: their id and the number at which they do.
    pub restarts: Vec<(u32, u32)>,
}

impl Body {
    pub fn write(laid: &Laid, pictures: &[Png]) -> Self {
        let mut writer = Writer {
            laid,
            pictures,
            out: String::new(),
            links: Links::default(),
            notes: Vec::new(),
            bookmarks: 0,
            paragraph: 0,
            numbering: 3,
            restarts: Vec::new(),
            in_annex: false,
        };
        writer.cover();
        if !laid.summary.is_empty() {
            writer.line("FrontHeading", &plain(laid.words.summary, laid), "");
            writer.parts(&laid.summary);
        }
        writer.contents();
        writer.parts(&laid.body);
        writer.finish()
    }
}

/// The form's own words as a line.
fn plain(words: &str, laid: &Laid) -> Line {
    Line { text: words.into(), rtl: crate::fonts::is_right_to_left(words) && laid.tongue.rtl }
}

struct Writer<'a> {
    laid: &'a Laid,
    pictures: &'a [Png],
    out: String,
    links: Links,
    notes: Vec<Note<'a>>,
    bookmarks: usize,
    /// The number of the last numbered paragraph.
    paragraph: u32,
    /// The numbering that numbered paragraphs belong to.
    numbering: u32,
    restarts: Vec<(u32, u32)>,
    in_annex: bool,
}

impl<'a> Writer<'a> {
    fn place(&self, tongue: &'a Tongue) -> Place<'a> {
        Place { tongue, report: &self.laid.tongue, style: "" }
    }

    /// Opens a paragraph. `before` and `after` are properties that stand before and after its direction.
    fn open(&mut self, style: &str, before: &str, rtl: bool, after: &str) {
        let bidi = if rtl { "<w:bidi/>" } else { "" };
        let edge = if rtl && style == "Warning" { EDGE_ON_THE_RIGHT } else { "" };
        put(
            &mut self.out,
            format_args!("<w:p><w:pPr><w:pStyle w:val=\"{style}\"/>{before}{edge}{bidi}{after}</w:pPr>"),
        );
    }

    fn close(&mut self) {
        self.out.push_str("</w:p>\n");
    }

    /// Bookmarks of a place, which end where they begin: links need a point.
    fn bookmarks(&mut self, ids: &[String]) {
        for id in ids {
            self.bookmarks += 1;
            let n = self.bookmarks;
            put(
                &mut self.out,
                format_args!("<w:bookmarkStart w:id=\"{n}\" w:name=\"{id}\"/><w:bookmarkEnd w:id=\"{n}\"/>"),
            );
        }
    }

    fn runs(&mut self, runs: &'a [Run], tongue: &'a Tongue) {
        let place = self.place(tongue);
        write_runs(&mut self.out, runs, place, &mut self.links, &mut self.notes);
    }

    /// Words whose direction is known and whose language is not.
    fn words(&mut self, line: &Line, form: &str) {
        let laid = self.laid;
        let turned = Tongue { rtl: line.rtl, ..laid.tongue.clone() };
        words(&mut self.out, &line.text, Place { tongue: &turned, report: &turned, style: "" }, form);
    }

    /// A paragraph of one line.
    fn line(&mut self, style: &str, line: &Line, before: &str) {
        self.open(style, before, line.rtl, "");
        self.words(line, "");
        self.close();
    }

    fn cover(&mut self) {
        let laid = self.laid;
        if let Some(reference) = &laid.reference {
            self.cover_line(reference);
        }
        self.line("Title", &laid.title, "");
        self.line("Subtitle", &laid.subtitle, "");
        if let Some(author) = &laid.author {
            self.cover_line(author);
        }
        self.cover_line(&Line { text: laid.day.clone(), rtl: laid.tongue.rtl });
        for (what, tells) in &laid.cover {
            self.open("CoverLine", "", laid.tongue.rtl, "");
            self.words(what, "");
            self.out.push_str("<w:r><w:tab/></w:r>");
            self.words(tells, "");
            self.close();
        }
        if !laid.alerts.is_empty() {
            self.open("Warning", "<w:keepNext/>", laid.tongue.rtl, "");
            self.words(&plain(laid.words.first, laid), "<w:b/><w:bCs/>");
            self.close();
        }
        laid.alerts.iter().for_each(|alert| self.line("Warning", alert, ""));
    }

    /// A line of the cover, which begins where all of them do.
    fn cover_line(&mut self, line: &Line) {
        self.open("CoverLine", "", self.laid.tongue.rtl, "");
        self.words(line, "");
        self.close();
    }

    /// The contents: a field that the program can make anew, and what stands in it until then.
    fn contents(&mut self) {
        let laid = self.laid;
        self.line("FrontHeading", &plain(laid.words.contents, laid), "");
        let entries: Vec<(&Part, u8, &str, &Line)> = laid
            .body
            .iter()
            .filter_map(|part| match &part.what {
                What::Heading { level, number, line, .. } if *level < 3 => Some((part, *level, number.as_str(), line)),
                _ => None,
            })
            .collect();
        let field = |kind: &str| format!("<w:r><w:fldChar w:fldCharType=\"{kind}\"/></w:r>");
        let code = "<w:r><w:instrText xml:space=\"preserve\"> TOC \\o \"1-2\" \\h \\z \\t \"Annex Heading,1\" </w:instrText></w:r>";
        let begin = format!("{}{code}{}", field("begin"), field("separate"));
        for (i, (part, level, number, line)) in entries.iter().enumerate() {
            self.open(&format!("TOC{level}"), "", line.rtl, "");
            if i == 0 {
                self.out.push_str(&begin);
            }
            let anchor = part.ids.first().map_or("", String::as_str);
            put(&mut self.out, format_args!("<w:hyperlink w:anchor=\"{anchor}\" w:history=\"1\">"));
            self.words(&Line { text: format!("{number} {}", line.text), rtl: line.rtl }, "");
            self.out.push_str("</w:hyperlink>");
            if i + 1 == entries.len() {
                self.out.push_str(&field("end"));
            }
            self.close();
        }
        self.out.push_str("<w:p><w:r><w:br w:type=\"page\"/></w:r></w:p>\n");
    }

    fn parts(&mut self, parts: &'a [Part]) {
        for (i, part) in parts.iter().enumerate() {
            self.part(part);
            let is_noted = || matches!(parts.get(i + 1).map(|next| &next.what), Some(What::Under { .. }));
            if matches!(part.what, What::Table { .. }) && !is_noted() {
                // Room below the table; a document must not end with one either.
                self.out.push_str("<w:p><w:pPr><w:pStyle w:val=\"TableText\"/></w:pPr></w:p>\n");
            }
        }
    }

    fn part(&mut self, part: &'a Part) {
        let rtl = part.tongue.rtl;
        match &part.what {
            What::Heading { level, number, line, annex, short } => {
                self.heading(part, (*level, number), line, *annex, *short)
            }
            What::Paragraph { runs } => self.paragraph("Normal", "", part, runs),
            What::Numbered { number, runs } => {
                let before = self.next_number(*number);
                self.open("NumberedParagraph", &before, rtl, "");
                self.bookmarks(&part.ids);
                if self.writes_out(*number) {
                    self.words(&Line { text: format!("{number}."), rtl }, "");
                    self.out.push_str("<w:r><w:tab/></w:r>");
                }
                self.runs(runs, &part.tongue);
                self.close();
            }
            What::Quote { runs } => self.paragraph("Quote", "", part, runs),
            What::Warning { runs } => self.paragraph("Warning", "", part, runs),
            What::Under { runs } => self.paragraph("TableNote", "", part, runs),
            What::Entry { label, runs } => {
                self.open("AnnexEntry", "", rtl, "");
                self.bookmarks(&part.ids);
                self.words(label, "<w:b/><w:bCs/>");
                self.out.push_str("<w:r><w:tab/></w:r>");
                self.runs(runs, &part.tongue);
                self.close();
            }
            What::List { lettered, items } => self.list(part, *lettered, items),
            What::Table { number, caption, head, rows, form } => self.table(part, (*number, caption), head, rows, form),
            What::Figure { number, alt, caption, width, .. } => {
                self.figure(part, *number, alt, *width);
                self.caption((self.laid.words.figure, *number), caption, &[], "", false);
            }
        }
    }

    fn heading(&mut self, part: &Part, (level, number): (u8, &str), line: &Line, annex: bool, short: bool) {
        self.in_annex = annex || (self.in_annex && level > 1);
        let style = if annex { "AnnexHeading".to_string() } else { format!("Heading{level}") };
        let written = self.writes_out(0);
        let own = if written {
            NO_NUMBERING.to_string()
        } else if self.in_annex && !annex {
            format!("<w:numPr><w:ilvl w:val=\"{}\"/><w:numId w:val=\"2\"/></w:numPr>", level.saturating_sub(1))
        } else {
            String::new()
        };
        // A short annex begins where the one before it ends.
        let page = if short { "<w:pageBreakBefore w:val=\"0\"/>" } else { "" };
        self.open(&style, &format!("{page}{own}"), line.rtl, "");
        self.bookmarks(&part.ids);
        if written {
            self.words(&Line { text: format!("{number} "), rtl: line.rtl }, "");
        }
        self.words(line, "");
        self.close();
    }

    /// Whether a number stands in the text like any word instead of being counted by the program. LibreOffice sets counted
    /// numbers of lines from right to left outside the margin, an annex's even off the page.
    fn writes_out(&self, number: u32) -> bool {
        self.laid.tongue.rtl || number > LAST_NUMBER
    }

    fn paragraph(&mut self, style: &str, before: &str, part: &'a Part, runs: &'a [Run]) {
        self.open(style, before, part.tongue.rtl, "");
        self.bookmarks(&part.ids);
        self.runs(runs, &part.tongue);
        self.close();
    }

    /// The numbering of a numbered paragraph: the one before it where it goes on from there, else one that begins anew.
    fn next_number(&mut self, number: u32) -> String {
        if self.writes_out(number) {
            return NO_NUMBERING.into();
        }
        if self.paragraph.checked_add(1) != Some(number) {
            self.numbering = u32::try_from(self.restarts.len()).unwrap_or(u32::MAX).saturating_add(5);
            self.restarts.push((self.numbering, number));
        }
        self.paragraph = number;
        if self.numbering == 3 {
            return String::new();
        }
        format!("<w:numPr><w:ilvl w:val=\"0\"/><w:numId w:val=\"{}\"/></w:numPr>", self.numbering)
    }

    fn list(&mut self, part: &'a Part, lettered: bool, items: &'a [Item]) {
        for (i, item) in items.iter().enumerate() {
            self.open(if lettered { "LetteredPoint" } else { "ListBullet" }, "", item.tongue.rtl, "");
            if i == 0 {
                self.bookmarks(&part.ids);
            }
            if lettered {
                self.words(&Line { text: item.mark.clone(), rtl: item.tongue.rtl }, "");
                self.out.push_str("<w:r><w:tab/></w:r>");
            }
            self.runs(&item.runs, &item.tongue);
            self.close();
        }
    }

    /// A caption with a number that the program can count anew.
    fn caption(&mut self, (kind, number): (&str, usize), caption: &Line, ids: &[String], before: &str, goes_on: bool) {
        self.open("Caption", before, self.laid.tongue.rtl, "");
        self.bookmarks(ids);
        self.words(&plain(&format!("{kind} "), self.laid), "");
        let rtl = if self.laid.tongue.rtl { "<w:rPr><w:rtl/></w:rPr>" } else { "" };
        put(
            &mut self.out,
            format_args!(
                "<w:fldSimple w:instr=\" SEQ {}{} \\* ARABIC \"><w:r>{rtl}<w:t>{number}</w:t></w:r></w:fldSimple>",
                escape(kind),
                // The number of the table before it again.
                if goes_on { " \\c" } else { "" }
            ),
        );
        self.words(&Line { text: format!(". {}", caption.text), rtl: caption.rtl }, "");
        self.close();
    }

    fn table(
        &mut self,
        part: &Part,
        (number, caption): (usize, &Line),
        head: &[Field],
        rows: &[Vec<Field>],
        form: &Form,
    ) {
        self.caption((self.laid.words.table, number), caption, &part.ids, "<w:keepNext/>", form.goes_on);
        if head.is_empty() {
            return;
        }
        // Twentieths of a point.
        let twips = |points: f64| (points * 20.0).floor() as usize;
        let widths: Vec<usize> =
            if form.is_tight() { form.widths.iter().map(|w| twips(*w)).collect() } else { widths(head, rows) };
        let margins = if form.is_tight() {
            let inset = twips(form.inset);
            format!(
                "<w:tblCellMar><w:left w:w=\"{inset}\" w:type=\"dxa\"/><w:right w:w=\"{inset}\" w:type=\"dxa\"/></w:tblCellMar>"
            )
        } else {
            String::new()
        };
        let visual = if self.laid.tongue.rtl { "<w:bidiVisual/>" } else { "" };
        put(
            &mut self.out,
            format_args!(
                "<w:tbl><w:tblPr><w:tblStyle w:val=\"ReportTable\"/>{visual}<w:tblW w:w=\"{TEXT_WIDTH}\" w:type=\"dxa\"/>\
                 <w:tblLayout w:type=\"fixed\"/>{margins}<w:tblLook w:val=\"00A0\" w:firstRow=\"1\" w:lastRow=\"0\" w:firstColumn=\"1\" \
                 w:lastColumn=\"0\" w:noHBand=\"1\" w:noVBand=\"1\"/><w:tblCaption w:val=\"{}\"/></w:tblPr><w:tblGrid>",
                escape(&bare(&caption.text))
            ),
        );
        widths.iter().for_each(|w| put(&mut self.out, format_args!("<w:gridCol w:w=\"{w}\"/>")));
        self.out.push_str("</w:tblGrid>");
        // An upright head does not make its row higher by itself.
        let height = match form.turned {
            true => format!("<w:trHeight w:val=\"{}\" w:hRule=\"atLeast\"/>", twips(form.tall + 10.0)),
            false => String::new(),
        };
        let own = format!("<w:trPr><w:cantSplit/>{height}<w:tblHeader/></w:trPr>");
        self.row((&own, "TableHead"), head, &widths, form);
        for row in rows {
            self.row(("<w:trPr><w:cantSplit/></w:trPr>", "TableText"), row, &widths, form);
        }
        self.out.push_str("</w:tbl>\n");
    }

    fn row(&mut self, (properties, style): (&str, &str), cells: &[Field], widths: &[usize], form: &Form) {
        put(&mut self.out, format_args!("<w:tr>{properties}"));
        // Word counts sizes in half points.
        let half_points = (form.size * 2.0).round();
        let size = match form.is_tight() {
            true => format!("<w:sz w:val=\"{half_points}\"/><w:szCs w:val=\"{half_points}\"/>"),
            false => String::new(),
        };
        for (i, (cell, width)) in cells.iter().zip(widths).enumerate() {
            let upright = form.turned && style == "TableHead" && i > 0;
            let turned = if upright { "<w:textDirection w:val=\"btLr\"/><w:vAlign w:val=\"center\"/>" } else { "" };
            put(&mut self.out, format_args!("<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/>{turned}</w:tcPr>"));
            // In transitional documents "right" is the end of the line, whichever side that is.
            let flush = cell.number && !upright;
            self.open(style, "", cell.rtl, if flush { "<w:jc w:val=\"right\"/>" } else { "" });
            self.words(&Line { text: cell.text.clone(), rtl: cell.rtl }, &size);
            self.out.push_str("</w:p></w:tc>");
        }
        self.out.push_str("</w:tr>\n");
    }

    fn figure(&mut self, part: &Part, number: usize, alt: &str, share: f64) {
        let size = number.checked_sub(1).and_then(|i| self.pictures.get(i)).map(|png| (png.width, png.height));
        let (across, down) = size.unwrap_or((1, 1));
        let ratio = f64::from(down) / f64::from(across);
        let width = (TEXT_WIDTH_EMU * share).min(TALLEST_EMU / ratio);
        let (width, height) = (width.round() as u64, (width * ratio).round() as u64);
        self.open("Picture", "", false, "");
        self.bookmarks(&part.ids);
        let alt = escape(alt);
        put(
            &mut self.out,
            format_args!(
                "<w:r><w:drawing><wp:inline distT=\"0\" distB=\"0\" distL=\"0\" distR=\"0\"><wp:extent cx=\"{width}\" cy=\"{height}\"/>\
                 <wp:docPr id=\"{number}\" name=\"Figure {number}\" descr=\"{alt}\"/>\
                 <wp:cNvGraphicFramePr><a:graphicFrameLocks noChangeAspect=\"1\"/></wp:cNvGraphicFramePr>\
                 <a:graphic><a:graphicData uri=\"http://schemas.openxmlformats.org/drawingml/2006/picture\"><pic:pic>\
                 <pic:nvPicPr><pic:cNvPr id=\"{number}\" name=\"image{number}.png\" descr=\"{alt}\"/><pic:cNvPicPr/></pic:nvPicPr>\
                 <pic:blipFill><a:blip r:embed=\"rIdImage{number}\"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>\
                 <pic:spPr><a:xfrm><a:off x=\"0\" y=\"0\"/><a:ext cx=\"{width}\" cy=\"{height}\"/></a:xfrm>\
                 <a:prstGeom prst=\"rect\"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic>\
                 </wp:inline></w:drawing></w:r>"
            ),
        );
        self.close();
    }

    fn finish(mut self) -> Body {
        let laid = self.laid;
        let head = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
        let bidi = if laid.tongue.rtl { "<w:bidi/>" } else { "" };
        let document = format!(
            "{head}<w:document {SPACES} {DRAWING}><w:body>\n{}<w:sectPr><w:footerReference w:type=\"default\" r:id=\"rIdFooter\"/>\
             <w:pgSz w:w=\"11906\" w:h=\"16838\"/><w:pgMar w:top=\"1361\" w:right=\"1361\" w:bottom=\"1474\" w:left=\"1361\" \
             w:header=\"709\" w:footer=\"709\" w:gutter=\"0\"/>{bidi}</w:sectPr></w:body></w:document>",
            std::mem::take(&mut self.out)
        );
        let document_links = std::mem::take(&mut self.links).finish(&relations(self.pictures.len()));
        let notes = std::mem::take(&mut self.notes);
        let separators = "<w:footnote w:type=\"separator\" w:id=\"-1\"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>\
            <w:footnote w:type=\"continuationSeparator\" w:id=\"0\"><w:p><w:r><w:continuationSeparator/></w:r></w:p></w:footnote>\n";
        for note in &notes {
            put(&mut self.out, format_args!("<w:footnote w:id=\"{}\">", note.number));
            self.open("FootnoteText", "", note.tongue.rtl, "");
            let rtl = if note.tongue.rtl { "<w:rtl/>" } else { "" };
            put(
                &mut self.out,
                format_args!(
                    "<w:r><w:rPr><w:rStyle w:val=\"FootnoteReference\"/>{rtl}</w:rPr><w:footnoteRef/></w:r>\
                     <w:r><w:t xml:space=\"preserve\"> </w:t></w:r>"
                ),
            );
            self.runs(note.runs, note.tongue);
            self.out.push_str("</w:p></w:footnote>\n");
        }
        let notes = std::mem::take(&mut self.out);
        let footnotes = format!("{head}<w:footnotes {SPACES}>{separators}{notes}</w:footnotes>");
        let footnote_links = std::mem::take(&mut self.links).finish("");
        self.footer();
        let footer = format!("{head}<w:ftr {SPACES}>{}</w:ftr>", self.out);
        Body { document, document_links, footnotes, footnote_links, footer, restarts: self.restarts }
    }

    fn footer(&mut self) {
        let laid = self.laid;
        self.open("Footer", "", laid.tongue.rtl, "");
        self.words(&laid.title, "");
        self.out.push_str(
            "<w:r><w:tab/></w:r><w:fldSimple w:instr=\" PAGE \"><w:r><w:t>1</w:t></w:r></w:fldSimple><w:r><w:t \
             xml:space=\"preserve\"> / </w:t></w:r><w:fldSimple w:instr=\" NUMPAGES \"><w:r><w:t>1</w:t></w:r></w:fldSimple>",
        );
        self.close();
    }
}

/// What the document's body refers to besides links.
fn relations(pictures: usize) -> String {
    let parts = ["styles", "numbering", "settings", "fontTable", "footnotes"];
    let part =
        |name: &str| format!("<Relationship Id=\"rId_{name}\" Type=\"{RELATION}/{name}\" Target=\"{name}.xml\"/>");
    let picture =
        |n| format!("<Relationship Id=\"rIdImage{n}\" Type=\"{RELATION}/image\" Target=\"media/image{n}.png\"/>");
    let footer = format!("<Relationship Id=\"rIdFooter\" Type=\"{RELATION}/footer\" Target=\"footer1.xml\"/>");
    parts.into_iter().map(part).chain([footer]).chain((1..=pictures).map(picture)).collect()
}

/// Letters of a table's size that stand side by side in the width of the text, about.
const LETTERS: usize = 96;

/// Columns that share the width of the text: each as wide as its longest word, then the longer texts get more.
fn widths(head: &[Field], rows: &[Vec<Field>]) -> Vec<usize> {
    let cells = |i: usize| rows.iter().filter_map(move |row| row.get(i)).chain(head.get(i));
    let word = |cell: &Field| cell.text.split_whitespace().map(|word| word.chars().count()).max().unwrap_or(0);
    // A word that is longer than a sixth of the line may break; two letters are the cell's margins.
    // The letters of a head are bold, about a sixth wider.
    let bold = |i: usize| head.get(i).map(word).map_or(0, |letters| letters + letters.div_ceil(6));
    let least = |i: usize| cells(i).map(word).max().unwrap_or(0).max(bold(i)).clamp(2, LETTERS / 6) + 2;
    // A long text wraps: beyond 40 letters a column gains nothing.
    let wants = |i: usize| cells(i).map(|cell| cell.text.chars().count().min(40)).max().unwrap_or(0).max(least(i));
    let columns = 0..head.len();
    let narrow: usize = columns.clone().map(least).sum::<usize>().max(1);
    let more: usize = columns.clone().map(|i| wants(i) - least(i)).sum();
    let rest = LETTERS.saturating_sub(narrow);
    let letters = |i: usize| match more {
        0 => least(i) * LETTERS,
        more => least(i) * LETTERS + rest * LETTERS * (wants(i) - least(i)) / more,
    };
    let all: usize = columns.clone().map(letters).sum::<usize>().max(1);
    columns.map(|i| TEXT_WIDTH * letters(i) / all).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bold_head_has_room_for_its_longest_word() {
        let row = |texts: &[&str]| -> Vec<Field> {
            texts.iter().map(|text| Field { text: (*text).into(), number: false, rtl: false }).collect()
        };
        let rows = [row(&[
            "N-1",
            "the Government of the Lakes",
            "27 novembre 2026",
            "Say to each family in writing where its relatives were held",
        ])];
        let head = row(&["recommandation", "destinataire", "date", "texte"]);
        let widths = widths(&head, &rows);
        // Letters that a column holds, of which two are the margins of the cell.
        let letters = |i: usize| widths[i] * LETTERS / TEXT_WIDTH;
        assert!(letters(0) >= 14 + 3, "{widths:?}");
        assert!(widths.iter().sum::<usize>() <= TEXT_WIDTH && letters(3) > letters(2), "{widths:?}");
    }
}
