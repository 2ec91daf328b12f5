//! What does a State or a body hold of an allegation, and which findings does that answer?

use super::error::{Check, StateError};
use super::phrases::{self, words};
use crate::law::CodeList;
use crate::tongue::{Tongue, fill};
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
        let caption = fill(words(tongue).beside, &[("code", &tongue.apart(code)), ("proposition", proposition)]);
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
    let caption = words(tongue).elsewhere.into();
    (!others.is_empty()).then(|| Table { caption, ..positions_table(others, attribution, tongue) })
}

/// A position beside a finding: what stands before its words (whose it is, of when, what it does with the allegation), and its words within
/// the signs of the language.
pub fn position_beside(position: &Position, attribution: &CodeList, tongue: Tongue) -> (String, String) {
    let [opens, closes] = words(tongue).quotes;
    (phrases::position(position, attribution, tongue), format!("{opens}{}{closes}", tongue.apart(&position.words)))
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
            vec![
                Cell::words(&position.code),
                Cell::words(&position.holder),
                Cell::words(position.date.to_string()),
                Cell::words(phrases::attribution(position, attribution, tongue)),
                Cell::words(&position.words),
                Cell::words(&position.citation),
                Cell::words(position.findings.join(", ")),
            ]
        })
        .collect();
    let said = words(tongue);
    let (caption, head) = (said.positions.to_string(), said.positions_head);
    Table { caption, head: head.map(String::from).to_vec(), rows }
}
