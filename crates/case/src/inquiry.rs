//! One job from end to end: lists in, a report with a number in it out.
//!
//! Reads, links, counts, estimates, and hands the report what it may show. Every number carries the run that made it.

use crate::estimating::{self, Estimated, Refused};
use crate::fault::Severity;
use crate::linking::{self, LinkageSummary, Linked, LinkingError};
use crate::lists::{FileInfo, ListInfo, Reading};
use crate::output::{self, OutputError};
use crate::settings::Settings;
use crate::truth::{Truth, TruthCheck};
use crate::{digest, persons, report, version};
use factum_estimate::Model;
use factum_link::Options;
use factum_model::{CaptureTable, Edtf, RunId};
use serde::Serialize;
use std::path::Path;

/// What a whole run is made of.
pub struct Inquiry<'a> {
    /// The settings.
    pub settings: &'a Settings,
    /// The lists as read.
    pub reading: &'a Reading,
    /// How to link.
    pub options: Options,
    /// The date that stands on the report, a day.
    pub report_date: Edtf,
    /// The truth, where the lists were made by a generator.
    pub truth: Option<Truth>,
    /// The number of its first run: 1, unless what it makes goes beside other runs.
    pub first_run: u32,
}

/// `results.json`: every number of the report with the run that made it.
#[derive(Clone, Debug, Serialize)]
pub struct Results {
    /// What the report is called.
    pub title: String,
    /// What the numbers are about.
    pub population: Option<String>,
    /// The date on the report.
    pub report_date: Edtf,
    /// The program and version.
    pub version: String,
    /// The files read.
    pub files: Vec<FileInfo>,
    /// The lists they hold.
    pub lists: Vec<ListInfo>,
    /// What was left out in reading.
    pub left_out: LeftOut,
    /// The linkage.
    pub linkage: LinkageSummary,
    /// Persons by capture history.
    pub capture_histories: Vec<HistoryCount>,
    /// The estimates.
    pub estimates: Vec<Estimated>,
    /// The models that refused.
    pub refused: Vec<Refused>,
    /// What the main model says when records are linked at another threshold.
    pub sensitivity: Vec<AtThreshold>,
    /// How the numbers compare with the truth, where it is known.
    pub truth: Option<TruthCheck>,
}

/// What was left out in reading.
#[derive(Clone, Debug, Serialize)]
pub struct LeftOut {
    /// Rows that did not enter.
    pub rows: usize,
    /// Values left out of rows that entered.
    pub values: usize,
    /// Notes.
    pub notes: usize,
}

/// Persons with one capture history.
#[derive(Clone, Debug, Serialize)]
pub struct HistoryCount {
    /// The lists they are on.
    pub lists: Vec<String>,
    /// How many they are.
    pub persons: u64,
}

/// The main model at one threshold.
#[derive(Clone, Debug, Serialize)]
pub struct AtThreshold {
    /// The threshold.
    pub threshold: f64,
    /// Distinct persons.
    pub persons: u64,
    /// Estimate with its limits, unless the model refuses.
    pub estimate: Option<(f64, Option<f64>, Option<f64>)>,
}

/// The files a whole run leaves besides those of its linkage.
pub const FILES: [&str; 3] = ["results.json", "report.html", "report.pdf"];

/// A finished run: its results and its files.
pub struct Finished {
    /// The results.
    pub results: Results,
    /// Every file it leaves, by name.
    pub files: Vec<(String, Vec<u8>)>,
    /// Pages of the PDF.
    pub pages: usize,
    /// Why the PDF falls short of PDF/UA and PDF/A, if it does.
    pub pdf_shortfall: Vec<String>,
}

/// Why a run could not be finished.
#[derive(Debug, thiserror::Error)]
pub enum InquiryError {
    /// Linking failed.
    #[error(transparent)]
    Linking(#[from] LinkingError),
    /// The table of pairs could not be written.
    #[error("the table of pairs cannot be made: {0}")]
    Pairs(#[from] arrow_schema::ArrowError),
    /// The PDF could not be made.
    #[error(transparent)]
    Pdf(#[from] factum_report::pdf::PdfError),
    /// The page could not be made.
    #[error("the page cannot be made: {0}")]
    Html(#[from] factum_report::html::Error),
    /// A file could not be written.
    #[error(transparent)]
    Output(#[from] OutputError),
}

/// The model whose estimate leads, by number of lists. It is fixed here, before any number is known, so that nobody can
/// choose the answer by choosing the model.
pub fn main_model(lists: usize) -> Model {
    if lists == 2 { Model::Chapman } else { Model::LogLinear }
}

impl Inquiry<'_> {
    /// Runs everything.
    pub fn run(self, progress: &dyn factum_link::Progress) -> Result<Finished, InquiryError> {
        let linked = linking::link(self.reading, &self.options, RunId::new(format!("R-{}", self.first_run)), progress)?;
        progress.begin("estimating", 0);
        let counts = persons::counts_csv(&linked.table);
        let inputs = [digest::input("counts.csv", &counts)];
        let (estimates, refused) =
            estimating::estimate_all(&linked.table, self.options.seed, self.first_run.saturating_add(1), &inputs);
        let results = self.results(&linked, estimates, refused);
        progress.begin("writing the report", 0);
        let dossier = report::dossier(&results, &linked, self.settings, self.reading);
        let pdf = factum_report::pdf::render(&dossier)?;
        let html = factum_report::html::render(&dossier)?;
        let mut files: Vec<(String, Vec<u8>)> =
            linking::files(&linked, self.reading)?.into_iter().map(|(name, bytes)| (name.to_string(), bytes)).collect();
        let bytes = [crate::json(&results), html.into_bytes(), pdf.bytes];
        files.extend(FILES.map(String::from).into_iter().zip(bytes));
        Ok(Finished { results, files, pages: pdf.pages, pdf_shortfall: pdf.shortfall })
    }

    fn results(&self, linked: &Linked<'_>, estimates: Vec<Estimated>, refused: Vec<Refused>) -> Results {
        let faults = &self.reading.faults;
        let main = main_model(linked.table.lists().len());
        let truth = self.truth.as_ref().map(|t| t.check(self.reading, &linked.linkage.persons, &estimates));
        Results {
            title: self.settings.title.clone().unwrap_or_else(|| "How many people, and how many no list named".into()),
            population: self.settings.population.clone(),
            report_date: self.report_date,
            version: version(),
            files: self.reading.files.clone(),
            lists: self.reading.lists.clone(),
            left_out: LeftOut {
                rows: faults.count(Severity::RowLeftOut),
                values: faults.count(Severity::ValueLeftOut),
                notes: faults.count(Severity::Note),
            },
            linkage: linked.summary.clone(),
            capture_histories: histories(&linked.table),
            estimates,
            refused,
            sensitivity: linked.summary.persons_at.iter().map(|at| at_threshold(at, main)).collect(),
            truth,
        }
    }
}

fn histories(table: &CaptureTable) -> Vec<HistoryCount> {
    let on = |history: factum_model::History| {
        table.lists().iter().enumerate().filter(|(i, _)| history.contains(*i)).map(|(_, l)| l.to_string()).collect()
    };
    table.iter().map(|(history, persons)| HistoryCount { lists: on(history), persons }).collect()
}

fn at_threshold(at: &linking::PersonsAt, main: Model) -> AtThreshold {
    let estimate = factum_estimate::estimate_only(&at.table, &factum_estimate::Options::new(main)).ok();
    let shown = estimate.filter(|e| e.converged).and_then(|e| Some((e.estimate?, e.lower, e.upper)));
    AtThreshold { threshold: at.threshold, persons: at.persons, estimate: shown }
}

impl Finished {
    /// Every run whose numbers can be cited, that of the linkage first.
    pub fn runs(&self) -> impl Iterator<Item = &factum_model::Run> {
        std::iter::once(&self.results.linkage.run).chain(self.results.estimates.iter().map(|estimated| &estimated.run))
    }

    /// Writes every file into a folder.
    pub fn write(&self, folder: &Path) -> Result<(), OutputError> {
        output::write_all(folder, &self.files)
    }
}

impl Results {
    /// How many lists the estimates are made from: a list that copies another does not count.
    pub fn counted_lists(&self) -> usize {
        self.lists.iter().filter(|l| l.copies.is_none()).count()
    }

    /// The estimate that leads, if its model did not refuse and converged.
    pub fn main_estimate(&self) -> Option<&Estimated> {
        let main = main_model(self.counted_lists());
        self.estimates.iter().find(|e| e.estimate.model == main && e.estimate.converged)
    }
}
