//! How is a file of law read, with all its faults at once?

use super::line;
use crate::fault::Faults;
use crate::sections::{File, Section};
use factum_weigh::law::{Checked, Element, Framework, Head, Numbering, Part, Provision, Shared};
use std::collections::BTreeSet;

/// In characters. A label points to a text and must not be taken for it; what does not fit into half a line is on its way to
/// becoming a paraphrase.
pub(super) const LONGEST_LABEL: usize = 60;

/// Article and key of what is shared are printed in every row of a matrix.
const LONGEST_KEY: usize = 24;

/// What a head has, for hints.
pub(super) const HEAD_KEYS: &str = "id, version, title, instrument, authority, source, date, verified";

/// Reads a framework; all faults at once. None if there is any: law is not read halfway.
pub fn parse(text: &str, file: &str) -> (Option<Framework>, Faults) {
    let (mut file, root) = File::open(text, file);
    let framework = root.and_then(|root| framework(&mut file, root));
    (framework.filter(|_| file.faults.is_empty()), file.faults)
}

fn framework(file: &mut File<'_>, mut root: Section<'_>) -> Option<Framework> {
    let head = head(file, &mut root);
    let language = file.text(&mut root, "language");
    let numbering = numbering(file, &mut root);
    let shared = all_shared(file, &mut root);
    let place = root.place("provisions");
    let mut provisions: Vec<Provision> = Vec::new();
    for mut section in file.sections(&mut root, "provisions", "provision") {
        let at = section.at;
        let read = provision(file, &mut section, &shared);
        file.done(section, "article, label, elements");
        let Some(read) = read else { continue };
        let taken =
            provisions.iter().any(|p| p.article == read.article) || shared.iter().any(|s| s.key == read.article);
        if taken {
            file.fault(
                at,
                format!("`{}` stands twice in the file", read.article),
                "give each provision its own article",
            );
        } else {
            provisions.push(read);
        }
    }
    if provisions.is_empty() {
        file.fault(
            place,
            "the framework has no provision that can be read",
            "add [[provisions]] with article, label, elements",
        );
    }
    let used: BTreeSet<&str> =
        provisions.iter().flat_map(|p| &p.elements).filter_map(|e| e.shared.as_deref()).collect();
    for idle in shared.iter().filter(|s| !used.contains(s.key.as_str())) {
        file.fault(
            place,
            format!("no element rests on `{}`", idle.key),
            "name it in `shared` of an element, or remove it",
        );
    }
    let verified_at = root.place("verified");
    file.done(root, &format!("{HEAD_KEYS}, language, numbering, shared, provisions"));
    let framework = Framework { head: head?, language: language?, numbering: numbering?, shared, provisions };
    known_lines(file, verified_at, &framework);
    Some(framework)
}

/// What every file of law says of itself.
pub(super) fn head(file: &mut File<'_>, root: &mut Section<'_>) -> Option<Head> {
    let id_at = root.place("id");
    let id = file.text(root, "id");
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    if id.as_ref().is_some_and(|id| !id.bytes().all(plain) || id.len() > 2 * LONGEST_KEY) {
        file.fault(id_at, "`id` is no short name", "use lowercase letters, digits and hyphens, 48 at most");
    }
    let version = file.number(root, "version");
    let title = file.one_line(root, "title");
    let instrument = file.one_line(root, "instrument");
    let authority = file.one_line(root, "authority");
    let source = file.one_line(root, "source");
    let date = file.date(root, "date");
    let verified = verified(file, root);
    Some(Head {
        id: id?,
        version: version?,
        title: title?,
        instrument: instrument?,
        authority: authority?,
        source: source?,
        date: date?,
        verified,
    })
}

fn numbering(file: &mut File<'_>, root: &mut Section<'_>) -> Option<Numbering> {
    let at = root.place("numbering");
    match file.text(root, "numbering")?.as_str() {
        "official" => Some(Numbering::Official),
        "own" => Some(Numbering::Own),
        _ => {
            let hint = "write \"official\" if the instrument numbers its elements, \"own\" if the file divides it";
            file.fault(at, "there is no such numbering", hint);
            None
        }
    }
}

fn verified(file: &mut File<'_>, root: &mut Section<'_>) -> Vec<Checked> {
    let mut all = Vec::new();
    for mut section in file.sections(root, "verified", "verification") {
        let line = file.text(&mut section, "line");
        let by = file.one_line(&mut section, "by");
        let on = file.day(&mut section, "on");
        let official = hex(file, &mut section, "official");
        let wording = hex(file, &mut section, "wording");
        file.done(section, "line, by, on, official, wording");
        if let (Some(line), Some(by), Some(on), Some(official), Some(wording)) = (line, by, on, official, wording) {
            all.push(Checked { line, by, on, official, wording });
        }
    }
    all
}

/// A SHA-256 in hexadecimal.
fn hex(file: &mut File<'_>, section: &mut Section<'_>, key: &str) -> Option<String> {
    let at = section.place(key);
    let text = file.text(section, key)?;
    let fits = text.len() == 64 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    if !fits {
        file.fault(at, format!("`{key}` of {} is no SHA-256", section.name), "write 64 lowercase hexadecimal digits");
    }
    fits.then_some(text)
}

fn known_lines(file: &mut File<'_>, at: usize, framework: &Framework) {
    let keys: BTreeSet<String> = line::lines(framework).into_iter().map(|line| line.key).collect();
    for checked in framework.head.verified.iter().filter(|checked| !keys.contains(&checked.line)) {
        let what = format!("`verified` names `{}`, which the framework does not have", checked.line);
        file.fault(at, what, "lines are named `article/number`");
    }
}

fn all_shared(file: &mut File<'_>, root: &mut Section<'_>) -> Vec<Shared> {
    let mut all: Vec<Shared> = Vec::new();
    for mut section in file.sections(root, "shared", "shared matter") {
        let at = section.at;
        let key = short(file, &mut section, "key");
        let label = label(file, &mut section);
        let mut parts: Vec<Part> = Vec::new();
        for mut part in file.sections(&mut section, "parts", "part") {
            let number = number(file, &mut part, parts.len());
            let article = short(file, &mut part, "article");
            let label = self::label(file, &mut part);
            file.done(part, "number, article, label");
            if let (Some(number), Some(article), Some(label)) = (number, article, label) {
                parts.push(Part { number, article, label });
            }
        }
        if parts.is_empty() {
            file.fault(
                at,
                format!("{} has no part that can be read", section.name),
                "add parts with number, article, label",
            );
        }
        file.done(section, "key, label, parts");
        let (Some(key), Some(label)) = (key, label) else { continue };
        if all.iter().any(|s| s.key == key) {
            file.fault(at, format!("`{key}` stands twice in the file"), "give each its own key");
        } else {
            all.push(Shared { key, label, parts });
        }
    }
    all
}

fn provision(file: &mut File<'_>, section: &mut Section<'_>, shared: &[Shared]) -> Option<Provision> {
    let article = short(file, section, "article");
    let label = label(file, section);
    let mut elements: Vec<Element> = Vec::new();
    for mut part in file.sections(section, "elements", "element") {
        let number = number(file, &mut part, elements.len());
        let label = self::label(file, &mut part);
        let contextual = file.flag(&mut part, "contextual");
        let at = part.place("shared");
        let key = file.optional_text(&mut part, "shared");
        if key.as_ref().is_some_and(|key| !shared.iter().any(|s| s.key == *key)) {
            file.fault(at, format!("{} rests on something that is not there", part.name), "add it under [[shared]]");
        }
        if key.is_some() && !contextual {
            let hint = "add contextual = true, or leave out `shared`";
            file.fault(at, format!("{} is shared but not contextual", part.name), hint);
        }
        file.done(part, "number, label, contextual, shared");
        if let (Some(number), Some(label), Some(article)) = (number, label, &article) {
            elements.push(Element { article: article.clone(), number, label, contextual, shared: key });
        }
    }
    if elements.is_empty() {
        file.fault(
            section.at,
            format!("{} has no element that can be read", section.name),
            "add elements with number, label",
        );
    }
    Some(Provision { article: article?, label: label?, elements })
}

/// A number that follows the `before` that were read. A gap is a line that was forgotten.
fn number(file: &mut File<'_>, section: &mut Section<'_>, before: usize) -> Option<u32> {
    let at = section.place("number");
    let number = file.number(section, "number")?;
    if number as usize != before + 1 {
        let what = format!("{} has number {number}", section.name);
        file.fault(at, what, format!("number {} should follow here: count from 1 without gaps", before + 1));
    }
    Some(number)
}

/// An article or a key: printed in every row, and the first half of `article/number`.
fn short(file: &mut File<'_>, section: &mut Section<'_>, key: &str) -> Option<String> {
    let at = section.place(key);
    let text = file.one_line(section, key)?;
    if text.chars().count() > LONGEST_KEY || text.contains(['/', ' ']) {
        let hint = format!("use {LONGEST_KEY} characters at most, no space and no slash: 7(1)(a)");
        file.fault(at, format!("`{key}` of {} is no short name", section.name), hint);
        return None;
    }
    Some(text)
}

/// A short label.
fn label(file: &mut File<'_>, section: &mut Section<'_>) -> Option<String> {
    let at = section.place("label");
    let text = file.one_line(section, "label")?;
    if text.chars().count() > LONGEST_LABEL {
        let hint = format!(
            "a label is a signpost of {LONGEST_LABEL} characters at most, in your own words; the official text is loaded apart"
        );
        file.fault(at, format!("`label` of {} is too long", section.name), hint);
        return None;
    }
    Some(text)
}
