//! How are patterns shown: as tables whose every count stands beside its denominator?

use super::Counted;
use factum_report::{Cell, Table};
use factum_weigh::pattern::{self, Axis, Flow, Grain, Key, PatternError, Reading};
use std::ops::RangeInclusive;

/// Years of a table of coverage: longer periods are mistakes in a date.
const YEARS: i32 = 200;

/// What acts are told apart by, under the names by which it is asked for.
pub const AXES: [(&str, Axis); 6] = [
    ("type", Axis::Kind),
    ("place", Axis::Place),
    ("year", Axis::When(Grain::Year)),
    ("month", Axis::When(Grain::Month)),
    ("unit", Axis::Unit),
    ("group", Axis::Group),
];

/// A table, and what must be known to read it.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The table.
    pub table: Table,
    /// How to read it, and what it does not count.
    pub notes: Vec<String>,
}

impl Counted {
    fn label(&self, schema: &crate::schema::Schema, axis: Axis, key: &Key<String>) -> String {
        match key {
            Key::NotTold => "not told".to_string(),
            Key::When(when) => when.to_string(),
            Key::Named(code) if axis == Axis::Kind => {
                let term = schema.vocabulary("acts").and_then(|acts| acts.term(code));
                term.map_or_else(|| code.clone(), |term| term.label.clone())
            }
            Key::Named(code) => self.named(code),
        }
    }

    pub(super) fn named(&self, code: &str) -> String {
        self.labels.get(code).map_or_else(|| code.to_string(), |label| format!("{label} ({code})"))
    }

    fn left(&self) -> impl Iterator<Item = String> {
        self.notes.iter().map(|(what, count)| format!("{count} {what}"))
    }
}

/// Acts by two axes.
///
/// # Errors
/// Both axes are the same, or the table would be too large to be read.
pub fn cross(
    counted: &Counted,
    schema: &crate::schema::Schema,
    (rows, columns): (Axis, Axis),
) -> Result<Shown, PatternError> {
    let found = pattern::cross(&counted.acts, &counted.presences, rows, columns)?;
    let mut head = vec![format!("{} / {}", name(rows), name(columns))];
    head.extend(found.columns.iter().map(|key| counted.label(schema, columns, key)));
    head.push("all".into());
    let mut table = Table { caption: format!("Acts by {} and {}", name(rows), name(columns)), head, rows: Vec::new() };
    for (at, key) in found.rows.iter().enumerate() {
        let mut row = vec![Cell::words(counted.label(schema, rows, key))];
        let cells = (0..found.columns.len()).filter_map(|column| found.cell(at, column));
        row.extend(cells.chain(found.row_totals.get(at)).map(cell));
        table.rows.push(row);
    }
    let mut last = vec![Cell::words("all")];
    last.extend(found.column_totals.iter().chain([&found.total]).map(cell));
    table.rows.push(last);
    let mut notes = vec![
        "acts; of the sources that could have known, how many spoke of one (3; 2 of 7). An act is what was told, not what happened".to_string(),
        "`no source`: nobody who could have known is among the sources, so that nothing is known; `-`: the table cannot say who could have known".to_string(),
        "`+2`: acts that may be of this period besides, as their dates allow it without fixing it; `denied by 1`: a source says that it did not happen".to_string(),
    ];
    if !found.left_out.is_empty() {
        let count = found.left_out.len();
        notes.push(format!(
            "{count} acts of which no statement that stands says that they happened: they are in no cell"
        ));
    }
    notes.extend(counted.left());
    Ok(Shown { table, notes })
}

fn name(axis: Axis) -> &'static str {
    AXES.iter().find(|(_, known)| *known == axis).map_or("", |(name, _)| name)
}

fn cell(cell: &pattern::Cell) -> Cell {
    let mut text = match (cell.reading(), cell.knowers) {
        (Reading::NotCovered, _) => "no source".to_string(),
        (Reading::NoDenominator, _) => "-".to_string(),
        (_, Some(knowers)) => {
            let mut text = format!("{}; {} of {}", cell.counts.acts, knowers.possible_spoke, knowers.possible);
            if knowers.others_spoke > 0 {
                text += &format!(
                    ", and {} who {} not there",
                    knowers.others_spoke,
                    if knowers.others_spoke == 1 { "was" } else { "were" }
                );
            }
            text
        }
        (_, None) => cell.counts.acts.to_string(),
    };
    if cell.may_be > 0 {
        text += &format!(" +{}", cell.may_be);
    }
    if cell.counts.deny > 0 {
        text += &format!(", denied by {}", cell.counts.deny);
    }
    Cell::number(text)
}

const CAPTION: &str = "What could be learned of each place and year";

/// Of which place and year anything could be learned.
///
/// # Errors
/// The table would be too large to be read.
pub fn coverage(counted: &Counted) -> Result<Shown, PatternError> {
    let mut places: Vec<String> = counted.presences.iter().map(|p| p.place.clone()).collect();
    places.extend(counted.documents.iter().map(|d| d.place.clone()));
    places.extend(counted.acts.iter().filter_map(|act| act.place.clone()));
    places.sort();
    places.dedup();
    // Where nothing is dated there is nothing to show.
    let Some(years) = years(counted) else {
        let table = Table { caption: CAPTION.into(), head: vec!["place / year".into()], rows: Vec::new() };
        return Ok(Shown { table, notes: counted.left().collect() });
    };
    let found = pattern::coverage(&places, years.clone(), &counted.presences, &counted.talks, &counted.documents)?;
    let mut head = vec!["place / year".to_string()];
    head.extend(years.clone().map(|year| year.to_string()));
    let mut table = Table { caption: CAPTION.into(), head, rows: Vec::new() };
    let wide = usize::try_from(years.end().saturating_sub(*years.start()).saturating_add(1)).unwrap_or(0);
    for of_place in found.chunks(wide.max(1)) {
        let Some(first) = of_place.first() else { continue };
        let mut row = vec![Cell::words(counted.named(&first.place))];
        row.extend(of_place.iter().map(|covered| {
            let bounds = |b: pattern::Bounds| {
                if b.certain == b.possible { b.possible.to_string() } else { format!("{}-{}", b.certain, b.possible) }
            };
            let all = [covered.sources, covered.interviews, covered.documents];
            Cell::number(if covered.is_empty() { "nothing".to_string() } else { all.map(bounds).join(" / ") })
        }));
        table.rows.push(row);
    }
    let mut notes =
        vec!["sources that were there / interviews with them / documents that speak of it; 1-2 where dates do not tell. `nothing` is no coverage, never calm".to_string()];
    notes.extend(counted.left());
    Ok(Shown { table, notes })
}

/// The years that presences, documents and acts reach, the open ends left out.
fn years(counted: &Counted) -> Option<RangeInclusive<i32>> {
    let dates = counted.presences.iter().map(|p| p.period).chain(counted.documents.iter().map(|d| d.period));
    let dates: Vec<_> = dates.chain(counted.acts.iter().filter_map(|act| act.date)).collect();
    let year = |day: factum_model::edtf::Day| day.ymd().0;
    let ends = || dates.iter().flat_map(|date| [date.earliest(), date.latest()]).flatten().map(year);
    let (first, last) = (ends().min()?, ends().max()?);
    Some(first.max(last.saturating_sub(YEARS))..=last)
}

/// Who was moved from where to where.
///
/// # Errors
/// A transfer is given twice.
pub fn flows(counted: &Counted, grain: Grain) -> Result<Shown, PatternError> {
    let found: Vec<Flow<String>> = pattern::flows(&counted.transfers, grain)?;
    let head = ["from", "to", "when", "persons", "transfers", "sources"].map(str::to_string).to_vec();
    let mut table = Table { caption: "Who was moved from where to where".into(), head, rows: Vec::new() };
    let end =
        |place: &Option<String>| place.as_ref().map_or_else(|| "not known".to_string(), |code| counted.named(code));
    for flow in &found {
        table.rows.push(vec![
            Cell::words(end(&flow.from)),
            Cell::words(end(&flow.to)),
            Cell::words(flow.when.to_string()),
            Cell::number(flow.persons.to_string()),
            Cell::number(flow.counts.acts.to_string()),
            Cell::number(flow.counts.sources.to_string()),
        ]);
    }
    let mut notes = vec![
        "a transfer is a detention of a person that begins when another ends, elsewhere; each row counts a person once"
            .to_string(),
    ];
    notes.extend(counted.left());
    Ok(Shown { table, notes })
}
