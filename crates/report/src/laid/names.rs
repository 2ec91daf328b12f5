//! By which name is a place reached, and do all links reach one?

use crate::{Block, Dossier, Inline, Target};
use std::collections::{BTreeMap, BTreeSet};

/// The name under which a numbered paragraph is reached.
pub(super) fn paragraph_id(number: u32) -> String {
    format!("paragraph-{number}")
}

/// Whether an address leads out in a way that every reader can judge, and holds nothing that must be escaped in a link.
pub(super) fn is_address(to: &str) -> bool {
    let plain = to.bytes().all(|b| b.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&b));
    plain
        && ["https:", "http:", "mailto:"]
            .iter()
            .any(|scheme| to.get(..scheme.len()).is_some_and(|s| s.eq_ignore_ascii_case(scheme)))
}

/// The names of a report's places in a form that every format takes: letters, digits and underscores, the first a letter, at
/// most 36, no two alike in small letters (Word takes 40 and does not tell large letters from small).
pub(super) struct Names {
    given: BTreeMap<String, String>,
    borne: BTreeSet<String>,
    taken: BTreeSet<String>,
    sections: usize,
}

impl Names {
    pub(super) fn of(dossier: &Dossier) -> Self {
        let mut names = Self { given: BTreeMap::new(), borne: BTreeSet::new(), taken: BTreeSet::new(), sections: 0 };
        for id in borne(dossier) {
            if !names.given.contains_key(&id) {
                let name = names.free(&id);
                names.given.insert(id, name);
            }
        }
        names
    }

    /// A name that no other place has.
    fn free(&mut self, id: &str) -> String {
        let plain: String = id.chars().take(30).map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
        // The formats name their footnotes so.
        let starts_well = plain.starts_with(|c: char| c.is_ascii_alphabetic());
        let ours = ["note_", "mark_"].iter().any(|own| plain.to_lowercase().starts_with(own));
        let plain = if starts_well && !ours { plain } else { format!("x{plain}") };
        let mut name = plain.clone();
        let mut n = 1_u32;
        while !self.taken.insert(name.to_lowercase()) {
            n += 1;
            name = format!("{plain}_{n}");
        }
        name
    }

    /// The name of a heading, which nobody gave.
    pub(super) fn section(&mut self) -> String {
        self.sections += 1;
        self.free(&format!("section_{}", self.sections))
    }

    /// The name of a place that is reached now; none if another place bears it already.
    pub(super) fn bear(&mut self, id: &str) -> Option<String> {
        if self.borne.insert(id.to_string()) { self.of_id(id) } else { None }
    }

    pub(super) fn of_id(&self, id: &str) -> Option<String> {
        self.given.get(id).cloned()
    }
}

/// All names that places bear, in order.
fn borne(dossier: &Dossier) -> Vec<String> {
    let id = |block: &Block| match block {
        Block::Anchor { id } | Block::Entry { id, .. } => Some(id.clone()),
        Block::Numbered { number, .. } => Some(paragraph_id(*number)),
        _ => None,
    };
    // Anchors with nothing around them reach nothing.
    let parts = [&dossier.summary, &dossier.blocks];
    let with_places = parts.into_iter().filter(|blocks| blocks.iter().any(|b| !matches!(b, Block::Anchor { .. })));
    with_places.flatten().filter_map(id).collect()
}

/// What is wrong with a report's links.
pub(crate) fn loose_ends(dossier: &Dossier) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let mut twice = BTreeSet::new();
    for id in borne(dossier) {
        if !seen.insert(id.clone()) {
            twice.insert(id);
        }
    }
    let mut lost = BTreeSet::new();
    for block in dossier.summary.iter().chain(&dossier.blocks) {
        match block {
            Block::Paragraph { runs, .. }
            | Block::Numbered { runs, .. }
            | Block::Quote { runs, .. }
            | Block::Entry { runs, .. }
            | Block::Warning { runs }
            | Block::Under { runs } => targets(runs, &mut lost),
            Block::List { items } | Block::Points { items, .. } => items.iter().for_each(|i| targets(i, &mut lost)),
            Block::Heading { .. } | Block::Annex { .. } | Block::Table(_) | Block::Figure(_) | Block::Anchor { .. } => {
            }
        }
    }
    let nowhere = lost.into_iter().filter_map(|to| match to {
        Target::Here(id) if !seen.contains(id) => {
            Some(format!("a link leads to {id}, and nothing in the report bears that name"))
        }
        Target::Web(to) if !is_address(to) => {
            Some(format!("a link leads to {to}, which is no address that begins with https:, http: or mailto:"))
        }
        _ => None,
    });
    let twice = twice.iter().map(|id| format!("two places of the report bear the name {id}; links reach the first"));
    nowhere.chain(twice).collect()
}

fn targets<'a>(runs: &'a [Inline], found: &mut BTreeSet<&'a Target>) {
    for run in runs {
        match run {
            Inline::Text(_) | Inline::Strong(_) | Inline::Emph(_) => {}
            Inline::Note(runs) | Inline::Span { runs, .. } => targets(runs, found),
            Inline::Link { to, runs } => {
                found.insert(to);
                targets(runs, found);
            }
        }
    }
}
