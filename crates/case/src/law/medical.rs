//! How well does what a clinician found on a person agree with the torture alleged?
//!
//! Five degrees after the Istanbul Protocol, per lesion and overall, entered by a clinician and nobody else. That no mark is
//! left disproves nothing, and no degree is a finding that torture took place: both are said wherever a degree is shown.

use super::code_list::degrees;
use crate::facts::words::{self, Medical};
use crate::sections::{day, iso};
use crate::tongue::Tongue;
use factum_model::edtf::Day;
use factum_report::{Cell, Table};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A degree of consistency. In the order of the Protocol, from the least to the most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Degree {
    /// What is alleged could not have left it.
    NotConsistent,
    /// What is alleged could have left it, as could much else.
    Consistent,
    /// What is alleged could have left it, and little else.
    HighlyConsistent,
    /// It is usually seen after what is alleged, other causes remain.
    Typical,
    /// Nothing else leaves it.
    Diagnostic,
}

impl Degree {
    /// All of them, from the least to the most.
    pub const ALL: [Degree; 5] =
        [Degree::NotConsistent, Degree::Consistent, Degree::HighlyConsistent, Degree::Typical, Degree::Diagnostic];

    /// Its code, as in the list of degrees.
    pub fn code(self) -> &'static str {
        match self {
            Degree::NotConsistent => "not-consistent",
            Degree::Consistent => "consistent",
            Degree::HighlyConsistent => "highly-consistent",
            Degree::Typical => "typical",
            Degree::Diagnostic => "diagnostic",
        }
    }

    /// The degree of this code.
    pub fn of(code: &str) -> Option<Degree> {
        Degree::ALL.into_iter().find(|degree| degree.code() == code)
    }

    /// Its label in a language.
    pub fn label(self, tongue: Tongue) -> String {
        let list = degrees();
        let Some(code) = list.get(self.code()) else { return self.code().into() };
        tongue.pick(Some(&code.en), code.fr.as_ref()).unwrap_or(&code.en).clone()
    }
}

/// One mark on the body, or one sign of the mind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lesion {
    /// From 1 within the assessment.
    pub number: u32,
    /// Where and what, in the clinician's words.
    pub description: String,
    /// What is alleged to have left it.
    pub alleged: String,
    /// How well they agree.
    pub degree: Degree,
}

/// What a clinician concluded from one examination.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assessment {
    /// Its code: `M-3`.
    pub code: String,
    /// The member who entered it, as the register names members.
    pub by: String,
    /// When the person was examined.
    pub examined: Day,
    /// The lesions; none if no mark was found.
    pub lesions: Vec<Lesion>,
    /// All findings taken together, of body and mind; absent if the clinician gives none.
    pub overall: Option<Degree>,
    /// Why, in the clinician's words.
    pub reason: String,
}

/// Why an assessment does not stand.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MedicalError {
    /// Whoever entered it is no clinician.
    #[error(
        "{code} was entered by a member who is not recorded as a clinician; a clinician of the inquiry has to enter it"
    )]
    NotByAClinician {
        /// The assessment.
        code: String,
    },
    /// Lesions do not count from 1.
    #[error("lesion {found} of {code} stands where lesion {expected} should; count them from 1 without gaps")]
    Numbering {
        /// The assessment.
        code: String,
        /// The number that stands there.
        found: u32,
        /// The number that should.
        expected: usize,
    },
    /// A lesion lacks its description or what is alleged.
    #[error("lesion {number} of {code} lacks its description or what is alleged to have left it")]
    Undescribed {
        /// The assessment.
        code: String,
        /// The lesion.
        number: u32,
    },
    /// A degree without a reason.
    #[error("{code} gives no reason; a degree stands only with the clinician's reasons")]
    NoReason {
        /// The assessment.
        code: String,
    },
    /// The examination lies in the future.
    #[error("{code} is dated {on}, which is after today")]
    Future {
        /// The assessment.
        code: String,
        /// Its day.
        on: String,
    },
    /// The absence of marks was turned into evidence against the person.
    #[error(
        "{code} found no mark and concludes `not consistent`; that no mark is left disproves nothing: leave the overall degree \
         out, or describe the finding that speaks against it"
    )]
    AbsenceUsed {
        /// The assessment.
        code: String,
    },
}

impl Assessment {
    /// The assessment as a case holds it; none if its day cannot be read.
    pub fn of(said: &Medical, by: &str) -> Option<Assessment> {
        let lesion = |(number, lesion): (u32, &words::Lesion)| Lesion {
            number,
            description: lesion.description.clone(),
            alleged: lesion.alleged.clone(),
            degree: lesion.degree,
        };
        Some(Assessment {
            code: said.code.clone(),
            by: by.into(),
            examined: day(&said.examined)?,
            lesions: (1..).zip(&said.lesions).map(lesion).collect(),
            overall: said.overall,
            reason: said.reason.clone(),
        })
    }

    /// Everything for which the assessment does not stand. `clinicians` are the members recorded as such.
    pub fn check(&self, clinicians: &BTreeSet<String>, today: Day) -> Vec<MedicalError> {
        let code = || self.code.clone();
        let mut errors = Vec::new();
        if !clinicians.contains(&self.by) {
            errors.push(MedicalError::NotByAClinician { code: code() });
        }
        if self.examined > today {
            errors.push(MedicalError::Future { code: code(), on: iso(self.examined) });
        }
        for (index, lesion) in self.lesions.iter().enumerate() {
            if lesion.number as usize != index + 1 {
                errors.push(MedicalError::Numbering { code: code(), found: lesion.number, expected: index + 1 });
            }
            if lesion.description.trim().is_empty() || lesion.alleged.trim().is_empty() {
                errors.push(MedicalError::Undescribed { code: code(), number: lesion.number });
            }
        }
        if self.reason.trim().is_empty() {
            errors.push(MedicalError::NoReason { code: code() });
        }
        if self.lesions.is_empty() && self.overall == Some(Degree::NotConsistent) {
            errors.push(MedicalError::AbsenceUsed { code: code() });
        }
        errors
    }

    /// The sentence for a report: it names nobody, and says what a degree does not say.
    pub fn sentence(&self, tongue: Tongue) -> String {
        let tongue = tongue.pick(Tongue::En, Tongue::Fr);
        let examined = tongue.day(self.examined);
        let lesions = self.lesions.len();
        let found = match (tongue, lesions) {
            (Tongue::Fr, 0) => {
                format!("Lors de l'examen du {examined}, un clinicien n'a constaté aucune trace ; cela ne réfute rien.")
            }
            (Tongue::Fr, 1) => format!("Lors de l'examen du {examined}, un clinicien a décrit une lésion."),
            (Tongue::Fr, n) => format!("Lors de l'examen du {examined}, un clinicien a décrit {n} lésions."),
            (_, 0) => format!("A clinician found no mark at the examination of {examined}; that disproves nothing."),
            (_, 1) => format!("A clinician described one lesion at the examination of {examined}."),
            (_, n) => format!("A clinician described {n} lesions at the examination of {examined}."),
        };
        let overall = self.overall.map(|degree| {
            let label = degree.label(tongue);
            tongue.pick(
                format!(
                    " Taken together, the clinician assessed the findings as “{label}” with regard to what is alleged \
                     (Istanbul Protocol)."
                ),
                format!(
                    " Pris ensemble, les constats ont été qualifiés par le clinicien de « {label} » au regard des \
                     allégations (Protocole d'Istanbul)."
                ),
            )
        });
        found + &overall.unwrap_or_default()
    }

    /// Lesion by lesion, then all together.
    pub fn table(&self, tongue: Tongue) -> Table {
        let head = tongue.pick(
            ["lesion", "description", "alleged cause", "degree"],
            ["lésion", "description", "cause alléguée", "degré"],
        );
        let mut rows: Vec<Vec<Cell>> = self
            .lesions
            .iter()
            .map(|lesion| {
                vec![
                    Cell::number(lesion.number.to_string()),
                    Cell::words(&lesion.description),
                    Cell::words(&lesion.alleged),
                    Cell::words(lesion.degree.label(tongue)),
                ]
            })
            .collect();
        let none = tongue.pick("none given", "aucun");
        let overall = self.overall.map_or(none.to_string(), |degree| degree.label(tongue));
        rows.push(vec![
            Cell::words(tongue.pick("all together", "ensemble")),
            Cell::words(&self.reason),
            Cell::words(""),
            Cell::words(overall),
        ]);
        let caption = tongue.pick(
            format!("{}: degrees of consistency. The absence of marks disproves nothing.", self.code),
            format!("{} : degrés de compatibilité. L'absence de traces ne réfute rien.", self.code),
        );
        Table { caption, head: head.map(String::from).to_vec(), rows }
    }
}
