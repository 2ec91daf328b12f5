//! How do law and what clinicians found become records of a case?

use super::{DeskError, Fact, Inquiry, Maker, words};

impl Maker<'_> {
    /// Frameworks with their official texts, as they are written, and what is said of elements and provisions.
    pub(super) fn law(&mut self, inquiry: &Inquiry) -> Result<(), DeskError> {
        let frameworks = inquiry.frameworks.iter();
        self.facts
            .extend(frameworks.map(|file| Fact::Framework { framework: file.name.clone(), text: file.text.clone() }));
        let officials = inquiry.officials.iter();
        self.facts
            .extend(officials.map(|file| Fact::OfficialText { framework: file.name.clone(), text: file.text.clone() }));
        for said in &inquiry.assessments {
            self.facts.push(Fact::ElementAssessed(words::ElementAssessed {
                framework: said.framework.clone(),
                element: said.element.clone(),
                finding: self.of_some(&said.finding)?,
                supports: said.supports,
                missing: said.missing.clone(),
                reason: said.reason.clone(),
            }));
        }
        for said in &inquiry.conclusions {
            self.facts.push(Fact::LegalConclusion(words::LegalConclusion {
                framework: said.framework.clone(),
                article: said.article.clone(),
                wording: said.wording.clone(),
                conclusion: self.of_some(&said.code)?,
                code: said.code.as_ref().map(|code| code.0.clone()),
                standard: said.standard.clone(),
            }));
        }
        for said in &inquiry.medical {
            let lesion = |lesion: &crate::testimony::folder::signed::Lesion| words::Lesion {
                description: lesion.description.clone(),
                alleged: lesion.alleged.clone(),
                degree: lesion.degree,
            };
            self.facts.push(Fact::Medical(Box::new(words::Medical {
                medical: self.of(&said.code)?,
                code: said.code.0.clone(),
                source: self.of(&said.source)?,
                examined: said.examined.to_string(),
                lesions: said.lesion.iter().map(lesion).collect(),
                overall: said.overall,
                reason: said.reason.clone(),
            })));
        }
        Ok(())
    }
}
