//! What does a State or a body hold of an allegation, and which findings does that answer?

use super::error::{Check, StateError};
use crate::law::CodeList;
use crate::tongue::Tongue;
use factum_model::Edtf;
use factum_report::{Cell, Table};
use serde::Serialize;

/// A position that was taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Position {
    /// Its code: `P-1`.
    pub code: String,
    /// Whose it is.
    pub holder: String,
    /// When it was taken, as precisely as is known.
    pub date: Edtf,
    /// What it does with the allegation, by the code of the list of attribution.
    pub attribution: String,
    /// What it says, in its own words.
    pub words: String,
    /// Where it stands.
    pub citation: String,
    /// The codes of the findings it answers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<String>,
}

impl Position {
    /// Everything that does not fit. `attribution` is the list its code is taken from.
    pub fn check(&self, attribution: &CodeList) -> Vec<StateError> {
        let mut check = Check::of(&self.code);
        check.says("holder", &self.holder);
        check.says("words", &self.words);
        check.says("citation", &self.citation);
        self.findings.iter().for_each(|finding| check.says("finding", finding));
        if attribution.get(&self.attribution).is_none() {
            check.errors.push(StateError::UnknownAttribution { code: self.code.clone() });
        }
        check.errors
    }
}

/// The positions that answer a finding, in the order of their codes: they stand beside it wherever it is shown.
pub fn on_finding<'p>(positions: &'p [Position], finding: &str) -> Vec<&'p Position> {
    let mut all: Vec<&Position> = positions.iter().filter(|p| p.findings.iter().any(|code| code == finding)).collect();
    all.sort_by(|a, b| a.code.cmp(&b.code));
    all
}

/// For each of these findings, given by code and proposition, the positions that answer it: a table a finding, none where nobody answers.
pub fn positions_beside(
    positions: &[Position],
    findings: &[(String, String)],
    attribution: &CodeList,
    tongue: Tongue,
) -> Vec<Table> {
    let beside = |(code, proposition): &(String, String)| {
        let own = on_finding(positions, code);
        let caption = tongue.pick(format!("{code}: {proposition}"), format!("{code} : {proposition}"));
        (!own.is_empty()).then(|| Table { caption, ..positions_table(own, attribution, tongue) })
    };
    findings.iter().filter_map(beside).collect()
}

/// The positions that answer none of these findings, given by code and proposition, if there are any.
pub fn positions_elsewhere(
    positions: &[Position],
    findings: &[(String, String)],
    attribution: &CodeList,
    tongue: Tongue,
) -> Option<Table> {
    let answers =
        |position: &Position| position.findings.iter().any(|code| findings.iter().any(|(own, _)| own == code));
    let others: Vec<&Position> = positions.iter().filter(|position| !answers(position)).collect();
    let caption = tongue.pick("Beside no finding that is shown here", "Sans constatation présentée ici").into();
    (!others.is_empty()).then(|| Table { caption, ..positions_table(others, attribution, tongue) })
}

/// Positions as a table, in the order given. A code that the list does not have stands as it is.
pub fn positions_table<'p>(
    positions: impl IntoIterator<Item = &'p Position>,
    attribution: &CodeList,
    tongue: Tongue,
) -> Table {
    let rows = positions
        .into_iter()
        .map(|position| {
            let label = attribution.get(&position.attribution).map_or(&position.attribution, |code| {
                tongue.pick(Some(&code.en), code.fr.as_ref()).unwrap_or(&code.en)
            });
            vec![
                Cell::words(&position.code),
                Cell::words(&position.holder),
                Cell::words(position.date.to_string()),
                Cell::words(label),
                Cell::words(&position.words),
                Cell::words(&position.citation),
                Cell::words(position.findings.join(", ")),
            ]
        })
        .collect();
    let head = tongue.pick(
        ["position", "holder", "date", "attribution", "in its own words", "source", "findings"],
        ["position", "auteur", "date", "attribution", "dans ses propres termes", "source", "constatations"],
    );
    let caption = tongue.pick("Positions", "Positions").to_string();
    Table { caption, head: head.map(String::from).to_vec(), rows }
}
