//! How does a dossier become a PDF?
//!
//! Typst as a library, with nothing but what is handed over: no file system, no network, no clock. The export is tagged and
//! held to PDF/UA-1 and PDF/A-2a; where a dossier cannot meet them, a plain PDF is made and that is said.

use crate::Dossier;
use crate::fonts::{self, FONTS};
use crate::laid::{What, lay_in_lines};
use crate::unprinted::unprinted;
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::LazyLock;
use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration, Smart};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Feature, Library, LibraryExt, World};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

const TEMPLATE: &str = include_str!("../templates/report.typ");

/// A finished PDF.
pub struct Pdf {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// How many pages it has.
    pub pages: usize,
    /// Whether it meets PDF/UA-1 and PDF/A-2a; if not, why.
    pub shortfall: Vec<String>,
    /// Which letters it prints as their code points since no font has them, a sentence for each place.
    pub unprinted: Vec<String>,
}

/// Why no PDF could be made.
#[derive(Debug, thiserror::Error)]
pub enum PdfError {
    /// The date of the report is no day.
    #[error("the date of the report must be a day, such as 2026-11-24")]
    Date,
    /// The dossier cannot be written as data.
    #[error("the dossier cannot be handed to the typesetter: {0}")]
    Dossier(#[from] serde_json::Error),
    /// The typesetter refused.
    #[error("the typesetter refused the report: {}", .0.join("; "))]
    Typesetting(Vec<String>),
}

/// Sets a dossier. Its date stands for today and is the document's date, so that the same dossier gives the same bytes.
pub fn render(dossier: &Dossier) -> Result<Pdf, PdfError> {
    let today = day(&dossier.date).ok_or(PdfError::Date)?;
    let world = Memory::new(dossier, today)?;
    let compiled = typst::compile::<PagedDocument>(&world);
    let document = compiled.output.map_err(|faults| PdfError::Typesetting(messages(&faults)))?;
    let (bytes, shortfall) = match export(&document, today, &[PdfStandard::Ua_1, PdfStandard::A_2a]) {
        Ok(bytes) => (bytes, Vec::new()),
        Err(why) => (export(&document, today, &[]).map_err(PdfError::Typesetting)?, why),
    };
    let pages = document.pages().len();
    // The typesetter remembers what it has computed; a program that makes many reports must not grow.
    typst::comemo::evict(10);
    Ok(Pdf { bytes, pages, shortfall, unprinted: unprinted(dossier) })
}

fn export(document: &PagedDocument, today: Datetime, standards: &[PdfStandard]) -> Result<Vec<u8>, Vec<String>> {
    let options = PdfOptions {
        ident: Smart::Auto,
        creator: Smart::Custom(Some("Factum".into())),
        timestamp: Some(Timestamp::new_utc(today)),
        page_ranges: None,
        standards: PdfStandards::new(standards).map_err(|e| vec![e.message().to_string()])?,
        tagged: true,
        pretty: false,
    };
    typst_pdf::pdf(document, &options).map_err(|faults| messages(&faults))
}

fn messages(faults: &[SourceDiagnostic]) -> Vec<String> {
    faults.iter().map(|fault| fault.message.to_string()).collect()
}

pub(crate) fn day(date: &str) -> Option<Datetime> {
    let mut parts = date.splitn(3, '-');
    let (year, month, day) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    Datetime::from_ymd_hms(year, month, day, 0, 0, 0)
}

/// The typesetter's world: the template, the dossier as data, its figures.
struct Memory {
    main: Source,
    files: HashMap<FileId, Bytes>,
    today: Datetime,
}

static LIBRARY: LazyLock<LazyHash<Library>> = LazyLock::new(|| {
    // Accessibility extras: header cells of rows.
    LazyHash::new(Library::builder().with_features([Feature::A11yExtras].into_iter().collect()).build())
});

impl Memory {
    fn new(dossier: &Dossier, today: Datetime) -> Result<Self, serde_json::Error> {
        let mut laid = lay_in_lines(dossier, &fonts::showable);
        let mut files = HashMap::new();
        for part in laid.summary.iter_mut().chain(&mut laid.body) {
            // Figures travel as files, the data name them.
            if let What::Figure { number, svg, .. } = &mut part.what {
                let path = format!("/figure-{number}.svg");
                files.insert(file(&path), Bytes::from_string(std::mem::replace(svg, path)));
            }
        }
        files.insert(file("/dossier.json"), Bytes::new(serde_json::to_vec(&laid)?));
        Ok(Self { main: Source::new(file("/main.typ"), TEMPLATE.into()), files, today })
    }
}

fn file(path: &str) -> FileId {
    FileId::new(RootedPath::new(VirtualRoot::Project, VirtualPath::new(path).expect("paths here are plain")))
}

impl World for Memory {
    fn library(&self) -> &LazyHash<Library> {
        &LIBRARY
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &FONTS.book
    }

    fn main(&self) -> FileId {
        self.main.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.main.id() { Ok(self.main.clone()) } else { Err(not_found(id)) }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        self.files.get(&id).cloned().ok_or_else(|| not_found(id))
    }

    fn font(&self, index: usize) -> Option<Font> {
        FONTS.fonts.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        Some(self.today)
    }
}

fn not_found(id: FileId) -> FileError {
    FileError::NotFound(PathBuf::from(id.get().vpath().get_with_slash()))
}
