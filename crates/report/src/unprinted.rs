//! Which letters of a dossier can its PDF not print, and where do they stand?

use crate::{Block, Dossier, Inline, Table, fonts};
use std::collections::BTreeSet;

/// Letters that are named for one place; of more, their number is told.
const NAMED: usize = 12;

/// A sentence for each place with letters that no font of the PDF has and that are printed as their code points.
pub(crate) fn unprinted(dossier: &Dossier) -> Vec<String> {
    let mut found = Vec::new();
    let front = [
        ("the title", Some(dossier.title.as_str())),
        ("the subtitle", Some(dossier.subtitle.as_str())),
        ("the author's name", dossier.author.as_deref()),
        ("the reference", dossier.reference.as_deref()),
    ];
    front
        .into_iter()
        .filter_map(|(place, text)| Some((place, text?)))
        .for_each(|(place, text)| tell(place, [text], &mut found));
    let cover = dossier.cover.iter().flat_map(|(what, tells)| [what.as_str(), tells.as_str()]);
    tell("the cover", cover.chain(dossier.alerts.iter().map(String::as_str)), &mut found);
    let mut last = "before the first paragraph".to_string();
    for block in dossier.summary.iter().chain(&dossier.blocks) {
        if let Block::Numbered { number, .. } = block {
            last = format!("after paragraph {number}");
        }
        let mut texts = Vec::new();
        let place = texts_of(block, &last, &mut texts);
        tell(&place, texts, &mut found);
    }
    found
}

/// The texts of a block, and what it is called.
fn texts_of<'a>(block: &'a Block, last: &str, texts: &mut Vec<&'a str>) -> String {
    match block {
        Block::Heading { text, .. } | Block::Annex { text } => {
            texts.push(text);
            format!("the heading \u{201c}{}\u{201d}", fonts::showable(text))
        }
        Block::Numbered { number, runs, .. } => {
            words(runs, texts);
            format!("paragraph {number}")
        }
        Block::Entry { label, runs, .. } => {
            texts.push(label);
            words(runs, texts);
            format!("the entry {label}")
        }
        Block::Paragraph { runs, .. } | Block::Quote { runs, .. } | Block::Warning { runs } | Block::Under { runs } => {
            words(runs, texts);
            format!("what stands {last}")
        }
        Block::List { items } | Block::Points { items, .. } => {
            items.iter().for_each(|item| words(item, texts));
            format!("the points {last}")
        }
        Block::Table(Table { caption, head, rows }) => {
            texts.push(caption);
            texts.extend(head.iter().map(String::as_str));
            texts.extend(rows.iter().flatten().map(|cell| cell.text.as_str()));
            format!("the table \u{201c}{}\u{201d}", fonts::showable(caption))
        }
        Block::Figure(figure) => {
            texts.extend([figure.caption.as_str(), figure.alt.as_str()]);
            format!("the figure \u{201c}{}\u{201d}", fonts::showable(&figure.caption))
        }
        Block::Anchor { .. } => String::new(),
    }
}

fn words<'a>(runs: &'a [Inline], texts: &mut Vec<&'a str>) {
    for run in runs {
        match run {
            Inline::Text(text) | Inline::Strong(text) | Inline::Emph(text) => texts.push(text),
            Inline::Note(runs) | Inline::Span { runs, .. } | Inline::Link { runs, .. } => words(runs, texts),
        }
    }
}

fn tell<'a>(place: &str, texts: impl IntoIterator<Item = &'a str>, found: &mut Vec<String>) {
    let letters: BTreeSet<char> = texts.into_iter().flat_map(fonts::uncovered).map(|(letter, _)| letter).collect();
    if letters.is_empty() {
        return;
    }
    let named = |c: &char| match c.is_alphanumeric() {
        true => format!("{c} (U+{:04X})", *c as u32),
        false => format!("U+{:04X}", *c as u32),
    };
    let mut said: Vec<String> = letters.iter().take(NAMED).map(named).collect();
    if letters.len() > NAMED {
        said.push(format!("and {} more", letters.len() - NAMED));
    }
    found.push(format!(
        "no font is there for letters of {place}, which are printed as their codes: {}",
        said.join(", ")
    ));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::dossier;
    use crate::{note, text};

    #[test]
    fn every_letter_without_a_font_is_told_with_its_place() {
        assert_eq!(unprinted(&dossier()), Vec::<String>::new(), "the scripts of the fonts are printed");
        let runs = vec![text("בית "), note("\u{1F600}")];
        let blocks = vec![
            Block::Heading { level: 1, text: "यह".into() },
            Block::Numbered { number: 3, runs, lang: Some("he".into()) },
            Block::Quote { runs: vec![text("\u{E000} Ⅳ")], lang: None },
        ];
        let told = unprinted(&Dossier { title: "ק".into(), blocks, ..dossier() });
        assert_eq!(
            told,
            [
                "no font is there for letters of the title, which are printed as their codes: ק (U+05E7)",
                "no font is there for letters of the heading \u{201c}[U+092F][U+0939]\u{201d}, which are printed as their codes: य (U+092F), ह (U+0939)",
                "no font is there for letters of paragraph 3, which are printed as their codes: ב (U+05D1), י (U+05D9), ת (U+05EA), U+1F600",
                "no font is there for letters of what stands after paragraph 3, which are printed as their codes: U+E000",
            ]
        );
    }
}
