//! How is a plot drawn?
//!
//! One SVG text serves PDF and HTML: plain shapes, no style sheet, no script.

use crate::fonts;
use std::fmt::Write;

/// Colours that stay apart for colour-blind readers and in grey print (after Okabe & Ito 2008).
pub(crate) const BLUE: &str = "#0072B2";
pub(crate) const ORANGE: &str = "#D55E00";
pub(crate) const GREY: &str = "#767676";
pub(crate) const LIGHT: &str = "#DADADA";
pub(crate) const INK: &str = "#1A1A1A";
/// Behind ink and under lines of any other colour.
pub(crate) const PALE: &str = "#C5DDEE";

/// Where a label's anchor is.
#[derive(Clone, Copy)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

/// A drawing in the making. Units are points; y grows downwards.
pub(crate) struct Drawing {
    width: f64,
    height: f64,
    body: String,
    /// Whether thousands are parted by commas, as in English.
    commas: bool,
}

impl Drawing {
    pub(crate) fn new(width: f64, height: f64) -> Self {
        Self { width, height, body: String::new(), commas: true }
    }

    /// The same drawing, with thousands parted by a thin blank: a comma stands before decimals in many languages.
    pub(crate) fn with_blanks(self) -> Self {
        Self { commas: false, ..self }
    }

    /// A label as it is drawn.
    fn spelled<'a>(&self, label: &'a str) -> std::borrow::Cow<'a, str> {
        if self.commas { label.into() } else { crate::wording::with_blanks(label).into() }
    }

    pub(crate) fn rect(&mut self, x: f64, y: f64, width: f64, height: f64, fill: &str) {
        let (width, height) = (width.max(0.0), height.max(0.0));
        let _ = write!(
            self.body,
            "<rect x=\"{x:.2}\" y=\"{y:.2}\" width=\"{width:.2}\" height=\"{height:.2}\" fill=\"{fill}\"/>"
        );
    }

    /// A rectangle that is empty inside: told from a filled one without any colour.
    pub(crate) fn outline(&mut self, x: f64, y: f64, width: f64, height: f64, stroke: &str) {
        let (width, height) = (width.max(0.0), height.max(0.0));
        let _ = write!(
            self.body,
            "<rect x=\"{x:.2}\" y=\"{y:.2}\" width=\"{width:.2}\" height=\"{height:.2}\" fill=\"none\" stroke=\"{stroke}\" \
             stroke-width=\"1\"/>"
        );
    }

    /// A line through points.
    pub(crate) fn curve(&mut self, points: &[(f64, f64)], stroke: &str, width: f64, dashes: &str) {
        let dashes = if dashes.is_empty() { String::new() } else { format!(" stroke-dasharray=\"{dashes}\"") };
        let points: Vec<String> = points.iter().map(|(x, y)| format!("{x:.2},{y:.2}")).collect();
        let _ = write!(
            self.body,
            "<polyline points=\"{}\" fill=\"none\" stroke=\"{stroke}\" stroke-width=\"{width}\"{dashes}/>",
            points.join(" ")
        );
    }

    pub(crate) fn line(&mut self, from: (f64, f64), to: (f64, f64), stroke: &str, width: f64, dashes: &str) {
        let dashes = if dashes.is_empty() { String::new() } else { format!(" stroke-dasharray=\"{dashes}\"") };
        let ((x1, y1), (x2, y2)) = (from, to);
        let _ = write!(
            self.body,
            "<line x1=\"{x1:.2}\" y1=\"{y1:.2}\" x2=\"{x2:.2}\" y2=\"{y2:.2}\" stroke=\"{stroke}\" stroke-width=\"{width}\"{dashes}/>"
        );
    }

    pub(crate) fn dot(&mut self, x: f64, y: f64, radius: f64, fill: &str) {
        let _ = write!(self.body, "<circle cx=\"{x:.2}\" cy=\"{y:.2}\" r=\"{radius}\" fill=\"{fill}\"/>");
    }

    /// A dot that is empty inside.
    pub(crate) fn ring(&mut self, x: f64, y: f64, radius: f64, stroke: &str) {
        let _ = write!(
            self.body,
            "<circle cx=\"{x:.2}\" cy=\"{y:.2}\" r=\"{radius}\" fill=\"#FFFFFF\" stroke=\"{stroke}\" stroke-width=\"1.6\"/>"
        );
    }

    /// A filled area between points.
    pub(crate) fn area(&mut self, points: &[(f64, f64)], fill: &str) {
        let points: Vec<String> = points.iter().map(|(x, y)| format!("{x:.2},{y:.2}")).collect();
        let _ = write!(self.body, "<polygon points=\"{}\" fill=\"{fill}\"/>", points.join(" "));
    }

    /// A filled area with a line round it, so that areas over one another stay apart.
    pub(crate) fn shape(&mut self, points: &[(f64, f64)], fill: &str, stroke: &str, width: f64, dashes: &str) {
        let dashes = if dashes.is_empty() { String::new() } else { format!(" stroke-dasharray=\"{dashes}\"") };
        let points: Vec<String> = points.iter().map(|(x, y)| format!("{x:.2},{y:.2}")).collect();
        let _ = write!(
            self.body,
            "<polygon points=\"{}\" fill=\"{fill}\" stroke=\"{stroke}\" stroke-width=\"{width}\"{dashes}/>",
            points.join(" ")
        );
    }

    /// Filled areas that are one, by the even-odd rule: an area within another is a hole.
    pub(crate) fn region(&mut self, rings: &[Vec<(f64, f64)>], fill: &str) {
        self.path(rings, "Z", &format!("fill-rule=\"evenodd\" fill=\"{fill}\""));
    }

    /// Many lines of one kind.
    pub(crate) fn routes(&mut self, lines: &[Vec<(f64, f64)>], stroke: &str, width: f64, dashes: &str) {
        let dashes = if dashes.is_empty() { String::new() } else { format!(" stroke-dasharray=\"{dashes}\"") };
        self.path(lines, "", &format!("fill=\"none\" stroke=\"{stroke}\" stroke-width=\"{width}\"{dashes}"));
    }

    /// Outlines have thousands of points, so they are written to a tenth only.
    fn path(&mut self, parts: &[Vec<(f64, f64)>], end: &str, style: &str) {
        if parts.is_empty() {
            return;
        }
        self.body.push_str("<path d=\"");
        for part in parts {
            for (i, (x, y)) in part.iter().enumerate() {
                let _ = write!(self.body, "{}{x:.1} {y:.1}", if i == 0 { 'M' } else { 'L' });
            }
            self.body.push_str(end);
        }
        let _ = write!(self.body, "\" {style}/>");
    }

    /// Paper under a label, so that lines do not run through its letters. What lies below shines through a little.
    pub(crate) fn halo(&mut self, x: f64, y: f64, width: f64, height: f64) {
        let (width, height) = (width.max(0.0), height.max(0.0));
        let _ = write!(
            self.body,
            "<rect x=\"{x:.2}\" y=\"{y:.2}\" width=\"{width:.2}\" height=\"{height:.2}\" fill=\"#FFFFFF\" \
             fill-opacity=\"0.75\"/>"
        );
    }

    /// A rectangle filled with slanting lines: there is nothing to show here, and that is no zero.
    pub(crate) fn hatched(&mut self, x: f64, y: f64, width: f64, height: f64) {
        const APART: f64 = 6.0;
        let (width, height) = (width.max(0.0), height.max(0.0));
        let mut along = APART;
        while along < width + height {
            // Each line runs from the left or lower side up to the upper or right one.
            let from = (x + (along - height).max(0.0), y + along.min(height));
            let to = (x + along.min(width), y + (along - width).max(0.0));
            self.line(from, to, LIGHT, 1.0, "");
            along += APART;
        }
        self.outline(x, y, width, height, LIGHT);
    }

    pub(crate) fn text(&mut self, x: f64, y: f64, size: f64, anchor: Anchor, label: &str) {
        self.label((x, y), size, anchor, false, false, label);
    }

    pub(crate) fn bold(&mut self, x: f64, y: f64, size: f64, anchor: Anchor, label: &str) {
        self.label((x, y), size, anchor, true, false, label);
    }

    /// A label that is read from the right if the drawing's language is, whatever word it begins with: `S-001 to S-002` must not be read the
    /// other way round.
    pub(crate) fn directed(&mut self, place: (f64, f64), size: f64, anchor: Anchor, rtl: bool, label: &str) {
        self.label(place, size, anchor, false, rtl, label);
    }

    /// A line of a text of the drawing's own language: from the left, or from the right if that is how it is written, whatever word the line
    /// begins with.
    pub(crate) fn note(&mut self, y: f64, size: f64, rtl: bool, line: &str) {
        let (x, anchor) = if rtl { (self.width - 6.0, Anchor::End) } else { (6.0, Anchor::Start) };
        self.directed((x, y), size, anchor, rtl, line);
    }

    fn label(&mut self, (x, y): (f64, f64), size: f64, anchor: Anchor, bold: bool, rtl: bool, label: &str) {
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let weight = if bold { " font-weight=\"bold\"" } else { "" };
        let label = self.spelled(label);
        let rtl = rtl || fonts::is_right_to_left(&label);
        let spans = fonts::label_spans(&label, bold, rtl);
        // A browser may not have the font that the drawing was measured with, and a label in a wider one would run over its
        // neighbour or out of the drawing. Letters that join are measured too roughly for this.
        let length = match fonts::width_in(&label, bold) * size {
            length if length > 0.0 && !rtl => {
                format!(" textLength=\"{length:.1}\" lengthAdjust=\"spacingAndGlyphs\"")
            }
            _ => String::new(),
        };
        let _ = write!(
            self.body,
            "<text x=\"{x:.2}\" y=\"{y:.2}\" font-size=\"{size}\"{weight} text-anchor=\"{anchor}\"{length} fill=\"{INK}\" \
             xml:space=\"preserve\">{spans}</text>"
        );
    }

    /// A label that is read from below, beginning at a place.
    pub(crate) fn upright(&mut self, x: f64, y: f64, size: f64, label: &str) {
        let _ = write!(self.body, "<g transform=\"rotate(-90 {x:.2} {y:.2})\">");
        self.text(x, y, size, Anchor::Start, label);
        self.body.push_str("</g>");
    }

    /// The finished SVG; `title` names it for those who cannot see it.
    pub(crate) fn finish(self, title: &str) -> String {
        self.described(title, "")
    }

    /// The finished SVG with a name and what it shows in words. It brings its own paper, so that it can be read on its own
    /// where the surroundings are dark.
    pub(crate) fn described(self, title: &str, words: &str) -> String {
        let (width, height) = (self.width, self.height);
        let words = if words.is_empty() { String::new() } else { format!("<desc>{}</desc>", escape(words)) };
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" width=\"{width:.0}\" \
             height=\"{height:.0}\" role=\"img\"><title>{}</title>{words}<rect width=\"{width:.0}\" height=\"{height:.0}\" \
             fill=\"#FFFFFF\"/>{}</svg>",
            escape(title),
            self.body
        )
    }
}

/// Text as the content or attribute of XML, which has no place for control characters.
pub(crate) fn escape(text: &str) -> String {
    let allowed = |c: char| if is_forbidden(c) { ' ' } else { c };
    let text: String = text.chars().map(allowed).collect();
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn is_forbidden(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\t')) || matches!(c, '\u{FFFE}' | '\u{FFFF}')
}

/// A label shortened to about this many letters, with an ellipsis.
pub(crate) fn shortened(label: &str, letters: usize) -> String {
    if label.chars().count() <= letters {
        return label.to_string();
    }
    label.chars().take(letters.saturating_sub(1)).chain("…".chars()).collect()
}

/// A label shortened until it is at most this wide, in points, when set in a size.
pub(crate) fn fitted(label: &str, size: f64, width: f64) -> String {
    if fonts::width(label) * size <= width {
        return label.to_string();
    }
    let mut left = width / size - fonts::width("…");
    let fits = |c: &char| {
        left -= fonts::width(c.encode_utf8(&mut [0; 4]));
        left >= 0.0
    };
    label.chars().take_while(fits).chain("…".chars()).collect()
}

/// The same of a label that ends with a code in brackets, which is kept: what is cut is the name before it.
pub(crate) fn fitted_with_code(label: &str, size: f64, width: f64) -> String {
    /// Letters of a code with its brackets and the blank before them.
    const CODE: usize = 14;
    let (name, code) = label.rfind(" (").filter(|_| label.ends_with(')')).map_or((label, ""), |at| label.split_at(at));
    if code.chars().count() > CODE {
        return fitted(label, size, width);
    }
    let left = width - fonts::width(code) * size;
    if left <= 0.0 { fitted(label, size, width) } else { format!("{}{code}", fitted(name, size, left)) }
}

/// A text in lines of at most this width, in points, when set in a size; what goes beyond the last line ends in an ellipsis.
/// Lines break at spaces, and within words that are wider than a line, as all text without spaces is.
pub(crate) fn wrapped(text: &str, size: f64, width: f64, lines: usize) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut line = String::new();
    let mut used = 0.0;
    let space = fonts::width(" ") * size;
    for word in text.split_whitespace() {
        let wide = fonts::width(word) * size;
        if !line.is_empty() && used + space + wide > width {
            out.push(std::mem::take(&mut line));
            used = 0.0;
        }
        // Nothing after the last line is measured: a text can be long.
        if out.len() > lines {
            break;
        }
        if !line.is_empty() {
            line.push(' ');
            used += space;
        }
        if wide <= width {
            line += word;
            used += wide;
            continue;
        }
        for c in word.chars() {
            let wide = fonts::width(c.encode_utf8(&mut [0; 4])) * size;
            if used + wide > width && !line.is_empty() {
                out.push(std::mem::take(&mut line));
                used = 0.0;
                if out.len() > lines {
                    break;
                }
            }
            line.push(c);
            used += wide;
        }
    }
    if !line.is_empty() {
        out.push(line);
    }
    if out.len() > lines {
        out.truncate(lines);
        if let Some(last) = out.last_mut() {
            last.push('…');
            *last = if fonts::width(last) * size <= width { last.clone() } else { fitted(last, size, width) };
        }
    }
    out
}

/// A round step such that about `count` of them span `range`.
pub(crate) fn round_step(range: f64, count: f64) -> f64 {
    let raw = (range / count).max(f64::MIN_POSITIVE);
    let magnitude = 10f64.powf(raw.log10().floor());
    let factor = [1.0, 2.0, 5.0, 10.0].into_iter().find(|f| f * magnitude >= raw).unwrap_or(10.0);
    factor * magnitude
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_cut_to_their_room() {
        for (label, width) in [("place of event", 40.0), ("сельсовет Верхней долины", 70.0), ("登记册登记册", 30.0)]
        {
            let cut = fitted(label, 9.0, width);
            assert!(cut.ends_with('…') && fonts::width(&cut) * 9.0 <= width, "{cut}");
            assert_eq!(fitted(label, 9.0, 500.0), label);
        }
        let cut = fitted_with_code("the Villa by the reservoir (E-008)", 9.0, 100.0);
        assert!(cut.ends_with("… (E-008)") && fonts::width(&cut) * 9.0 <= 100.0, "{cut}");
        assert_eq!(fitted_with_code("the Villa (E-008)", 9.0, 500.0), "the Villa (E-008)");
        assert_eq!(
            fitted_with_code("the Villa by the reservoir", 9.0, 60.0),
            fitted("the Villa by the reservoir", 9.0, 60.0)
        );
    }

    #[test]
    fn labels_are_as_wide_in_every_font_as_in_that_of_the_report() {
        let drawn = |bold: bool, label: &str| {
            let mut drawing = Drawing::new(100.0, 20.0);
            if bold {
                drawing.bold(1.0, 9.0, 8.0, Anchor::Start, label);
            } else {
                drawing.text(1.0, 9.0, 8.0, Anchor::Start, label);
            }
            let drawn = drawing.finish("a");
            let length = drawn.split_once("textLength=\"").and_then(|(_, rest)| rest.split_once('"'));
            length.map(|(length, _)| length.parse::<f64>().unwrap())
        };
        let plain = drawn(false, "2025-12-10 to 2026").unwrap();
        assert!((plain - fonts::width("2025-12-10 to 2026") * 8.0).abs() < 0.06, "{plain}");
        assert!(drawn(true, "2025-12-10 to 2026").unwrap() > plain, "bold letters are wider");
        assert_eq!(drawn(false, ""), None);
        // Letters that join are narrower than alone, so the measured width is not theirs.
        assert_eq!(drawn(false, "الوادي"), None);
    }

    #[test]
    fn texts_are_broken_into_lines() {
        let check = |text: &str, width: f64, lines: usize, expected: &[&str]| {
            let got = wrapped(text, 10.0, width, lines);
            assert_eq!(got, expected, "{text}");
            assert!(got.iter().all(|line| fonts::width(line) * 10.0 <= width + 1e-6), "{got:?}");
        };
        check("relays the same interview", 60.0, 9, &["relays the", "same", "interview"]);
        check("relays the same interview", 60.0, 2, &["relays the", "same…"]);
        check("登记册登记册", 35.0, 9, &["登记册", "登记册"]);
        check("", 35.0, 9, &[]);
        check("  one ", 35.0, 0, &[]);
    }
}
