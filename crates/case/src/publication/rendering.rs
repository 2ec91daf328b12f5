//! Which forms can a dossier be given?

use factum_report::{Dossier, docx, html, pdf};

/// A form of a publication.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Form {
    /// Tagged PDF.
    Pdf,
    /// One self-contained page.
    Html,
    /// A document for Word and LibreOffice.
    Docx,
}

impl Form {
    /// Every form.
    pub const ALL: [Form; 3] = [Form::Pdf, Form::Html, Form::Docx];

    /// How the name of its file ends.
    pub fn ending(self) -> &'static str {
        match self {
            Form::Pdf => "pdf",
            Form::Html => "html",
            Form::Docx => "docx",
        }
    }
}

/// A publication in a form.
#[derive(Clone, Debug)]
pub struct Rendered {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// How many pages it has, if it has pages.
    pub pages: Option<usize>,
    /// What standards for archives and for people who cannot see it does not meet, and why, and which letters it cannot print.
    pub shortfall: Vec<String>,
}

/// Why a dossier cannot be given a form.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// PDF.
    #[error(transparent)]
    Pdf(#[from] pdf::PdfError),
    /// HTML.
    #[error("the page cannot be made: {0}")]
    Html(#[from] html::Error),
    /// DOCX.
    #[error(transparent)]
    Docx(#[from] docx::DocxError),
}

/// Gives a dossier a form.
///
/// # Errors
/// Why it cannot be given.
pub fn rendered(dossier: &Dossier, form: Form) -> Result<Rendered, RenderError> {
    let whole = |bytes| Rendered { bytes, pages: None, shortfall: Vec::new() };
    Ok(match form {
        Form::Pdf => {
            let made = pdf::render(dossier)?;
            let shortfall = made.shortfall.into_iter().chain(made.unprinted).collect();
            Rendered { bytes: made.bytes, pages: Some(made.pages), shortfall }
        }
        Form::Html => whole(html::render(dossier)?.into_bytes()),
        Form::Docx => whole(docx::render(dossier)?),
    })
}
