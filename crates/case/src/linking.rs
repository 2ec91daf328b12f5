//! Which persons do the lists name, and how was that found?
//!
//! Runs the linkage over what was read and turns it into files: `persons.csv`, `counts.csv`, `groups.csv`, `pairs.parquet`,
//! `model.json` and `linkage.json`.

use crate::alert::{self, Alert};
use crate::copying::{self, Likeness};
use crate::counting::Unit;
use crate::identity::{Change, Identities, Previous};
use crate::lists::{ListInfo, Reading};
use crate::minimum::{self, Minimum};
use crate::persons::{self, Members};
use crate::scope::Scope;
use crate::units::Units;
use crate::version;
use arrow_schema::ArrowError;
use factum_link::{Linkage, Options, PersonsDrawn, Recall, RuleCount, Threshold};
use factum_model::capture::CaptureError;
use factum_model::{CaptureTable, ListId, Run, RunId};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::{ArrowColumnChunk, ArrowColumnWriter, compute_leaves};
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use rayon::prelude::*;
use serde::Serialize;
use std::collections::BTreeMap;

/// Thresholds beside the chosen one at which distinct persons are counted: the choice moves every number after it.
const OTHER_THRESHOLDS: [f64; 5] = [0.5, 0.8, 0.9, 0.95, 0.99];

/// The files a linkage leaves.
pub const FILES: [&str; 7] =
    ["persons.csv", "counts.csv", "draws.csv", "groups.csv", "pairs.parquet", "model.json", "linkage.json"];

/// Partitions drawn: the ends of a 95 % interval are then known to a few per cent of its width.
const DRAWS: u16 = 200;

/// With more pairs than this that may be matches, drawing takes minutes and is left out.
const MOST_DRAWN_FROM: usize = 300_000;

/// The file it leaves as well where an earlier linkage was given.
pub const CHANGES: &str = "changes.csv";

/// `linkage.json`.
#[derive(Clone, Debug, Serialize)]
pub struct LinkageSummary {
    /// The computation.
    pub run: Run,
    /// The population that is counted, where the settings set a scope.
    pub scope: Option<Scope>,
    /// The lists.
    pub lists: Vec<ListInfo>,
    /// Records linked.
    pub records: u64,
    /// Distinct persons.
    pub persons: u64,
    /// Distinct pairs compared.
    pub pairs_compared: u64,
    /// Pairs by rule.
    pub rules: Vec<RuleCount>,
    /// How many of the matches meet a rule, as estimated; absent where every pair was compared.
    pub recall: Option<Recall>,
    /// How sure the number of distinct persons is; absent where pairs were too many to draw from.
    pub persons_drawn: Option<PersonsDrawn>,
    /// Pairs that are expected to be kin rather than one person.
    pub kin: f64,
    /// Pairs that are expected to be people struck by one event.
    pub struck_together: f64,
    /// Pairs kept because they may be matches.
    pub pairs_kept: u64,
    /// The threshold and what it is expected to bring.
    pub threshold: Threshold,
    /// Persons by number of records.
    pub person_sizes: BTreeMap<u64, u64>,
    /// Distinct persons at other thresholds.
    pub persons_at: Vec<PersonsAt>,
    /// Records that share a person with another record of the same list, by list.
    pub duplicates: BTreeMap<ListId, u64>,
    /// Persons and the events they were in.
    pub units: Units,
    /// What records of people without a name make of the documented minimum.
    pub minimum: Minimum,
    /// What each two lists have in common beyond persons.
    pub likeness: Vec<Likeness>,
    /// What changed since an earlier linkage, where one was given.
    pub changes: Option<BTreeMap<Change, u64>>,
    /// What must be known before anything else.
    pub alerts: Vec<Alert>,
    /// What else to know before using it.
    pub warnings: Vec<String>,
}

/// Distinct persons at a threshold.
#[derive(Clone, Debug, Serialize)]
pub struct PersonsAt {
    /// The threshold.
    pub threshold: f64,
    /// Distinct persons.
    pub persons: u64,
    /// The units by capture history.
    #[serde(skip)]
    pub table: CaptureTable,
}

/// A finished linkage with its summary and capture histories.
pub struct Linked<'a> {
    /// The engine's outcome.
    pub linkage: Linkage<'a>,
    /// What `linkage.json` says.
    pub summary: LinkageSummary,
    /// Units by capture history: persons, or persons in their events.
    pub table: CaptureTable,
    /// The same for each draw of the persons; empty where nothing was drawn.
    pub drawn: Vec<CaptureTable>,
    /// What persons are called, and what changed since an earlier linkage.
    pub identities: Identities,
}

/// Why lists could not be linked.
#[derive(Debug, thiserror::Error)]
pub enum LinkingError {
    /// Persons could not be drawn.
    #[error(transparent)]
    Draws(#[from] factum_link::partition::Unusable),
    /// The engine refused.
    #[error(transparent)]
    Link(#[from] factum_link::LinkError),
    /// The persons make no table.
    #[error(transparent)]
    Capture(#[from] CaptureError),
}

/// Links everything that was read.
pub fn link<'a>(
    reading: &'a Reading,
    options: &Options,
    id: RunId,
    progress: &dyn factum_link::Progress,
) -> Result<Linked<'a>, LinkingError> {
    let set = &reading.records;
    let linkage = factum_link::link(set, options, progress)?;
    let columns = reading.columns();
    let units = Units::new(reading, &linkage.persons);
    let by_unit = if units.unit == Unit::Event { &units.of_record } else { &linkage.persons };
    let table = persons::capture_table(set, by_unit, &columns)?;
    // Of other persons only the table is wanted; what events they were in matters where events are counted.
    let counted = |persons: &[u32]| match reading.counting.unit {
        Unit::Person => persons::capture_table(set, persons, &columns),
        Unit::Event => persons::capture_table(set, &Units::new(reading, persons).of_record, &columns),
    };
    let mut drawn = Vec::new();
    let mut counts = Vec::new();
    if linkage.pairs.len() <= MOST_DRAWN_FROM {
        progress.begin("drawing persons", 0);
        linkage.draw(DRAWS, options.seed, |draws| {
            counts.extend(draws.counts());
            drawn.extend((0..draws.count()).map(|draw| counted(&draws.persons(draw))));
        })?;
    }
    let drawn = drawn.into_iter().collect::<Result<Vec<CaptureTable>, CaptureError>>()?;
    let others: Vec<f64> = OTHER_THRESHOLDS.into_iter().filter(|t| *t >= options.keep_above).collect();
    let at = |(&threshold, persons): (&f64, Vec<u32>)| {
        let distinct = persons.iter().max().map_or(0, |last| u64::from(*last) + 1);
        Ok(PersonsAt { threshold, persons: distinct, table: counted(&persons)? })
    };
    let persons_at =
        others.iter().zip(linkage.persons_at_each(&others)).map(at).collect::<Result<_, CaptureError>>()?;
    let likeness = copying::likenesses(reading, &linkage.persons);
    let mut warnings = alert::others(&linkage.warnings);
    warnings.extend(likeness.iter().filter_map(Likeness::warning));
    let identities = Identities::new(set, &linkage.persons, None);
    let scope = &reading.counting.scope;
    let apart: f64 = linkage.model.priors.iter().map(|p| p.pairs as f64 * (1.0 - p.probability)).sum();
    let summary = LinkageSummary {
        run: run(reading, options, id),
        scope: (*scope != Scope::default()).then(|| scope.clone()),
        lists: reading.lists.clone(),
        records: set.len() as u64,
        persons: units.persons,
        pairs_compared: linkage.compared,
        rules: linkage.rules.clone(),
        recall: linkage.recall.clone(),
        persons_drawn: (!counts.is_empty()).then(|| PersonsDrawn::of(counts)),
        kin: linkage.model.kin * apart,
        struck_together: linkage.model.event * apart,
        pairs_kept: linkage.pairs.len() as u64,
        threshold: linkage.threshold,
        person_sizes: sizes(&linkage.persons),
        persons_at,
        duplicates: duplicates(reading, &linkage.persons),
        units,
        minimum: minimum::minimum(reading, &linkage.persons),
        likeness,
        changes: None,
        alerts: alert::alerts(reading, &linkage.warnings),
        warnings,
    };
    Ok(Linked { linkage, summary, table, drawn, identities })
}

impl Linked<'_> {
    /// Carries over the names of the persons of an earlier linkage, and finds what changed since.
    pub fn carry_over(&mut self, reading: &Reading, previous: &Previous) {
        self.identities = Identities::new(&reading.records, &self.linkage.persons, Some(previous));
        self.summary.changes = Some(self.identities.counts());
        self.summary.run.inputs.push(previous.source.clone());
    }
}

fn run(reading: &Reading, options: &Options, id: RunId) -> Run {
    let threshold = options.threshold.map_or("chosen by expected F1".into(), |t| t.to_string());
    let blocking = match &options.blocking {
        factum_link::Blocking::Auto => "automatic".to_string(),
        factum_link::Blocking::AllPairs => "all pairs".to_string(),
        factum_link::Blocking::Rules(rules) => rules.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "),
    };
    let parameters = [
        ("blocking", blocking),
        ("threshold", threshold),
        ("pairs kept from", options.keep_above.to_string()),
        ("most pairs", options.max_pairs.to_string()),
    ];
    let unit = match reading.counting.unit {
        Unit::Person => "person".to_string(),
        Unit::Event => format!("person in an event, dates up to {} days apart", reading.counting.tolerance.0),
    };
    let judged =
        (!options.judgements.is_empty()).then(|| ("judgements", crate::judgement::summary(&options.judgements)));
    let parameters = parameters.into_iter().chain([("unit", unit)]).chain(judged);
    Run {
        id,
        what: "record linkage".into(),
        inputs: (reading.files.iter().map(|f| f.input.clone()))
            .chain(reading.settings.clone())
            .chain(reading.judgements.clone())
            .collect(),
        parameters: parameters.map(|(k, v)| (k.to_string(), v)).collect(),
        seed: Some(options.seed),
        version: version(),
    }
}

fn sizes(persons: &[u32]) -> BTreeMap<u64, u64> {
    let mut sizes = BTreeMap::new();
    Members::new(persons).iter().for_each(|records| *sizes.entry(records.len() as u64).or_default() += 1);
    sizes
}

/// Records beyond the first of their person on the same list.
fn duplicates(reading: &Reading, persons: &[u32]) -> BTreeMap<ListId, u64> {
    let mut extra = vec![0; reading.lists.len()];
    for records in Members::new(persons).iter().filter(|records| records.len() > 1) {
        let mut lists: Vec<usize> = records.iter().map(|record| reading.records.list_of(*record)).collect();
        lists.sort_unstable();
        lists.windows(2).filter(|two| two[0] == two[1]).for_each(|two| extra[two[0]] += 1);
    }
    reading.lists.iter().map(|l| l.id.clone()).zip(extra).collect()
}

/// The files of a linkage, by name.
pub fn files(linked: &Linked<'_>, reading: &Reading) -> Result<Vec<(&'static str, Vec<u8>)>, ArrowError> {
    let (set, persons, names) = (&reading.records, &linked.linkage.persons, &linked.identities.names);
    let units = &linked.summary.units;
    let bytes = [
        persons::persons_csv(set, persons, names, (units.unit == Unit::Event).then_some(&units.of_record[..])),
        persons::counts_csv(&linked.table),
        persons::draws_csv(&linked.table, &linked.drawn),
        minimum::groups_csv(reading, persons),
        pairs_parquet(&linked.linkage)?,
        crate::json(&linked.linkage.model),
        crate::json(&linked.summary),
    ];
    let mut files: Vec<(&'static str, Vec<u8>)> = FILES.into_iter().zip(bytes).collect();
    files.extend(linked.summary.changes.is_some().then(|| (CHANGES, linked.identities.changes_csv())));
    Ok(files)
}

/// Pairs are written in pieces of this many, so that memory holds one piece at a time.
const PIECE: usize = 1 << 17;

/// The kept pairs, as [`Linkage::pairs_batch`] has them. The columns of a piece are compressed side by side.
fn pairs_parquet(linkage: &Linkage<'_>) -> Result<Vec<u8>, ArrowError> {
    let mut bytes = Vec::new();
    let schema = linkage.pairs_batch(0..0)?.schema();
    let properties = WriterProperties::builder().set_compression(Compression::ZSTD(ZstdLevel::default())).build();
    let writer = ArrowWriter::try_new(&mut bytes, schema.clone(), Some(properties))?;
    let (mut writer, factory) = writer.into_serialized_writer()?;
    for (at, from) in (0..linkage.pairs.len()).step_by(PIECE).enumerate() {
        let batch = linkage.pairs_batch(from..from + PIECE)?;
        let columns: Vec<_> = factory.create_column_writers(at)?.into_iter().enumerate().collect();
        let compress = |(column, mut writer): (usize, ArrowColumnWriter)| -> Result<ArrowColumnChunk, ParquetError> {
            for leaf in compute_leaves(schema.field(column), batch.column(column))? {
                writer.write(&leaf)?;
            }
            writer.close()
        };
        let compressed: Vec<Result<ArrowColumnChunk, ParquetError>> =
            columns.into_par_iter().with_max_len(1).map(compress).collect();
        let mut group = writer.next_row_group()?;
        for column in compressed {
            column?.append_to_row_group(&mut group)?;
        }
        group.close()?;
    }
    writer.close()?;
    Ok(bytes)
}
