//! What of law, of clinicians and of acts that people signed can a folder hold?
//!
//! How an element is assessed, what is concluded and what a clinician found are data of the inquiry: whoever takes them in says them. An act
//! that counts only because of who signed it (a review, an adoption, a comparison with an official text) is a record that nobody can write
//! by hand: [`Act::sealed`] binds it to its words, and a case compares it with its log.

use super::record::{Code, Day, record};
use crate::law::Degree;

record! {
    /// What a finding means for an element of law, or what is missing.
    Assessment {
        /// The framework.
        framework: String,
        /// The element, as `article/number`.
        element: String,
        /// The finding; absent where only something missing is named.
        finding: Option<Code>,
        /// Whether it bears for or against.
        supports: Option<bool>,
        /// What is missing, in words.
        missing: Option<String>,
        /// Why.
        reason: String,
    }
}

record! {
    /// A conclusion on a provision.
    Concluded {
        /// Its code, if it can be cited.
        code: Option<Code>,
        /// The framework.
        framework: String,
        /// The article.
        article: String,
        /// The standard of proof that it is worded by, by name.
        standard: Option<String>,
        /// In words.
        wording: String,
    }
}

record! {
    /// What a clinician found on a person.
    Medical {
        /// Its code.
        code: Code,
        /// Who was examined.
        source: Code,
        /// When.
        examined: Day,
        /// All findings taken together; absent if the clinician gives no degree.
        overall: Option<Degree>,
        /// Why, in the clinician's words.
        reason: String,
        /// The lesions; none if no mark was found.
        lesion: Vec<Lesion>,
    }
}

record! {
    /// One mark on the body, or one sign of the mind.
    Lesion {
        /// Where and what.
        description: String,
        /// What is alleged to have left it.
        alleged: String,
        /// How well they agree.
        degree: Degree,
    }
}

record! {
    /// An act that somebody signed, as the log has it.
    Act {
        /// The kind of its record.
        kind: String,
        /// The code of what it is about, if that has one.
        about: Option<String>,
        /// The number of the member who signed it.
        by: String,
        /// When, by the signer's clock.
        time: String,
        /// In which compartment.
        compartment: String,
        /// In which transaction.
        transaction: String,
        /// The record, word for word.
        says: String,
        /// What binds all of this together ([`Act::sealed`]).
        seal: String,
    }
}

record! {
    /// The acts of one case.
    Acts {
        /// The name of its log.
        case: String,
        /// The acts, in the order of the log.
        act: Vec<Act>,
    }
}

/// A file of acts, as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActFile {
    /// Its name, without `.toml`: the end of the name of the case's log.
    pub name: String,
    /// What it holds.
    pub what: Acts,
    /// The file.
    pub text: String,
}

impl Act {
    /// SHA-256 of the line `factum act 1`, the name of the case's log and every field but this, a line each. It guards against slips of an
    /// editor; that an act is true is shown by the log of its case alone.
    pub fn sealed(&self, case: &str) -> String {
        let about = self.about.as_deref().unwrap_or_default();
        let fields = ["factum act 1", case, &self.kind, about, &self.by, &self.time, &self.compartment];
        let all: Vec<&str> = fields.into_iter().chain([self.transaction.as_str(), self.says.as_str()]).collect();
        crate::digest::sha256(all.join("\n").as_bytes())
    }
}
