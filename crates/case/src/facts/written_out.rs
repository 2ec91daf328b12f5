//! Which folder of plain files says what the actor can open of a case?
//!
//! The way back from [`super::taken_in`]: what was taken in from a folder is written out to the same folder, byte for byte. What
//! counts because of who signed it (reviews, adoptions, comparisons), and runs, are written as records (`acts`); everything that
//! stays behind is told. The log says that it leaves before the first file is written.

mod writer;

use super::acts;
use super::book::Book;
use crate::custody::collect::permit;
use crate::custody::evidence::{Evidence, Release};
use crate::custody::export::{ExportError, Leave, outside};
use crate::custody::folder::Case;
use crate::custody::founding::IDENTITIES;
use crate::custody::governance::Role;
use crate::custody::ids::RecordId;
use crate::custody::view;
use crate::custody::writer::{Change, Receipt, WriteError};
use crate::fault::Severity;
use crate::testimony::folder::authored::{Identity, Inquiry};
use crate::testimony::folder::record::Code;
use crate::testimony::folder::write::{self, Files};
use crate::testimony::folder::{self, FolderError, Reading};
use crate::testimony::text::Text;
use factum_vault::index::IndexError;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use writer::{Writer, named};

/// What is written out of a case.
#[derive(Clone, Debug, Default)]
pub struct Outgoing {
    /// The inquiry, in the order in which it is written.
    pub inquiry: Inquiry,
    /// Who is behind the codes, if that was asked for.
    pub identities: Option<Vec<Identity>>,
    /// What stays behind, or would be refused if the folder were read again; each with its code and why.
    pub left: Vec<String>,
}

/// Why nothing, or not all, was written out.
#[derive(Debug, thiserror::Error)]
pub enum WriteOutError {
    /// The compartment of identities is closed.
    #[error("identities are written out by those who can open the compartment {IDENTITIES}")]
    Identities,
    /// There is nothing.
    #[error("there is nothing that you can open and that a folder of plain files could hold")]
    Nothing,
    /// The role, the place, or the log.
    #[error(transparent)]
    Leaving(#[from] ExportError),
    /// The files; the log says that they were to be written.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The view.
    #[error(transparent)]
    Index(#[from] IndexError),
}

impl From<WriteError> for WriteOutError {
    fn from(error: WriteError) -> Self {
        Self::Leaving(error.into())
    }
}

impl Outgoing {
    /// Everything that the book holds and a folder can hold; `identities` asks for who is behind the codes as well.
    pub fn of(case: &Case, book: &Book, identities: bool) -> Result<Self, IndexError> {
        let mut writer = Writer::new(book, texts(case, book)?);
        writer.all();
        let mut out = Self { inquiry: writer.out, identities: None, left: writer.left };
        out.inquiry.acts = acts::kept(case)?.into_values().collect();
        out.inquiry.acts.extend(acts::of(case, book)?);
        out.inquiry.order();
        if identities {
            out.identities = Some(behind(book));
        }
        let again = Reading::of(&write::files(&out.inquiry));
        let refused = again.faults.iter().filter(|fault| fault.severity == Severity::Error);
        out.left.extend(refused.map(|fault| format!("it would be refused: {fault}")));
        Ok(out)
    }

    /// Its files.
    pub fn files(&self) -> Files {
        let mut files = write::files(&self.inquiry);
        if let Some(identities) = self.identities.as_ref().filter(|all| !all.is_empty()) {
            files.insert(crate::testimony::folder::read::IDENTITIES.into(), write::identities(identities));
        }
        files
    }
}

impl Case {
    /// Logs that the inquiry leaves, as far as the actor can open it, and then writes it into a folder that is new or empty.
    ///
    /// # Errors
    /// [`WriteOutError`]; before the log is written, nothing was done.
    pub fn write_out(
        &mut self,
        folder: &Path,
        identities: bool,
        how: &Leave,
    ) -> Result<(Outgoing, Receipt), WriteOutError> {
        permit(self, Role::Investigator).map_err(ExportError::from)?;
        outside(folder)?;
        if std::fs::read_dir(folder).is_ok_and(|mut there| there.next().is_some()) {
            return Err(FolderError::NotEmpty(folder.to_path_buf()).into());
        }
        if identities && !self.can_open(IDENTITIES) {
            return Err(WriteOutError::Identities);
        }
        let book = Book::read(self)?;
        let out = Outgoing::of(self, &book, identities)?;
        let files = out.files();
        let change = leaving(&book, identities, files.len(), how)?;
        let receipt = self.tell(change)?;
        folder::put(folder, &files)?;
        Ok((out, receipt))
    }
}

/// What the log says before the files are written: which texts and sources leave, each where it lives.
fn leaving(book: &Book, identities: bool, files: usize, how: &Leave) -> Result<Change, WriteOutError> {
    let mut change = Change::new("export", format!("The inquiry is written out into a folder of {files} files"));
    let mut things: BTreeMap<RecordId, &str> = BTreeMap::new();
    things.extend(book.sources.iter().map(|(id, file)| (*id, file.source.home.as_str())));
    things.extend(book.interviews.values().filter_map(|said| Some((said.what.text?, said.home.as_str()))));
    things.extend(book.documents.values().filter_map(|said| Some((said.what.text?, said.home.as_str()))));
    if things.is_empty() {
        things.extend(book.entities.iter().map(|(id, said)| (*id, said.home.as_str())));
        things.extend(book.findings.iter().map(|(id, file)| (*id, file.finding.home.as_str())));
        things.extend(book.requests.iter().map(|(id, file)| (*id, file.request.home.as_str())));
    }
    if things.is_empty() {
        return Err(WriteOutError::Nothing);
    }
    let sealed = book.sources.iter().filter(|(_, file)| identities && file.identity.is_some());
    let sealed = sealed.map(|(id, _)| (*id, IDENTITIES));
    for (item, home) in things.into_iter().chain(sealed) {
        let Leave { leaving, recipient, purpose } = how.clone();
        let release = Evidence::Release(Release { item, leaving, recipient, purpose });
        change.say(home, &release).map_err(WriteError::from)?;
    }
    Ok(change)
}

/// The texts of interviews and documents, by item.
pub(super) fn texts(case: &Case, book: &Book) -> Result<BTreeMap<RecordId, Text>, IndexError> {
    let of_interviews = book.interviews.values().filter_map(|said| said.what.text);
    let of_documents = book.documents.values().filter_map(|said| said.what.text);
    let wanted: BTreeSet<RecordId> = of_interviews.chain(of_documents).collect();
    let mut texts = BTreeMap::new();
    view::each_evidence(case.index(), "item", case.until(), |_, said| {
        if let Evidence::Item(item) = said
            && wanted.contains(&item.item)
        {
            let text = item.text.unwrap_or_default();
            texts.insert(item.item, Text::markdown(&text, 1).0);
        }
    })?;
    Ok(texts)
}

/// Who is behind the codes, in the order of the codes.
fn behind(book: &Book) -> Vec<Identity> {
    let mut all: Vec<Identity> = book
        .sources
        .values()
        .filter_map(|file| {
            let known = &file.identity.as_ref()?.what;
            let source = Code(file.source.what.code.clone());
            Some(Identity { source, names: known.names.clone(), detail: known.details.iter().map(named).collect() })
        })
        .collect();
    all.sort_by(|a, b| a.source.cmp(&b.source));
    all
}
