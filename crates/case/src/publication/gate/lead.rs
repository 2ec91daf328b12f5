//! Do the words around an adopted wording only lead to it, or do they say something of their own?
//!
//! Whatever stands beside a finding in its sentence is read with the finding's authority: "it is false that", "as the minister ordered".
//! A list of lead-ins that say nothing is short enough to be read whole; any other wording stands on something else in the same
//! sentence, or somebody vouches for it.

use super::super::sentence::{Piece, Sentence};

/// Lead-ins that say nothing of their own, in the languages of the phrase tables. They are written without their comma and in small
/// letters.
const LEADS: &[&str] = &[
    // English.
    "accordingly",
    "also",
    "consequently",
    "further",
    "furthermore",
    "in addition",
    "in conclusion",
    "in particular",
    "in sum",
    "moreover",
    "on all the evidence",
    "on the basis of all the evidence",
    "on the basis of the information gathered",
    "on the evidence before the inquiry",
    "on the information available",
    "on the same evidence",
    "on the same standard",
    "on the whole of the evidence",
    "on this",
    "similarly",
    "the commission finds that",
    "the inquiry finds that",
    "the mission finds that",
    "the office finds that",
    "therefore",
    "we find that",
    // French.
    "au vu des éléments réunis",
    "de même",
    "de plus",
    "en conséquence",
    "en outre",
    "en particulier",
    "la commission constate que",
    "l'enquête constate que",
    "sur la base des informations recueillies",
    // Spanish.
    "además",
    "asimismo",
    "en consecuencia",
    "en particular",
    "la comisión concluye que",
    "sobre la base de la información reunida",
    // Russian.
    "кроме того",
    "в частности",
    "комиссия приходит к выводу, что",
    "на основании собранной информации",
    "следовательно",
    // Arabic.
    "استناداً إلى ما جمعته لجنة التحقيق من أدلة",
    "استناداً إلى المعلومات المتاحة",
    "بالإضافة إلى ذلك",
    "وتخلص اللجنة إلى أن",
    // Chinese.
    "此外",
    "因此",
    "根据所收集的证据",
    "根据现有资料",
    "委员会认定",
    "调查委员会认定",
];

/// What may stand between two wordings in one sentence.
const JOINS: &[&str] = &["", "and", "et", "y", "и", "و", "和"];

/// Does a sentence in which a finding is taken say nothing in words of its own?
pub(super) fn only_leads(sentence: &Sentence) -> bool {
    let mut between = vec![String::new()];
    for piece in &sentence.pieces {
        match piece {
            Piece::Words(_, words) => between.last_mut().into_iter().for_each(|last| last.push_str(words)),
            Piece::Takes(..) => between.push(String::new()),
            Piece::Cites(_) | Piece::Note(_) => {}
        }
    }
    let plain: Vec<String> = between.iter().map(|words| plain(words)).collect();
    match plain.as_slice() {
        [lead, joins @ .., last] => {
            (lead.is_empty() || LEADS.contains(&lead.as_str()))
                && joins.iter().all(|join| JOINS.contains(&join.as_str()))
                && last.is_empty()
        }
        _ => false,
    }
}

/// Words without the punctuation around them, in small letters.
fn plain(words: &str) -> String {
    words.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase().replace('\u{2019}', "'")
}
