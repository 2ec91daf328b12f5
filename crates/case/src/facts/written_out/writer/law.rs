//! How are law and what clinicians found written out, so that nobody's word is lost in another's?
//!
//! Whoever takes a folder in says what it says. Of several people's words on one element or one article only the newest can be data of the
//! folder, therefore; all of them stand, with who signed them, in the file of acts.

use super::{Code, Writer, day, is_plain};
use crate::facts::book::Said;
use crate::facts::words::ElementAssessed;
use crate::testimony::folder::authored::Verbatim;
use crate::testimony::folder::signed::{Assessment, Concluded, Lesion, Medical};
use std::collections::BTreeMap;

/// What becomes of the words of several people on one thing.
const SEVERAL: &str = "the newest word is written as one to take in, the others stand in acts/ alone";

impl Writer<'_> {
    /// Everything about law and from clinicians.
    pub(super) fn law(&mut self) {
        let book = self.book;
        let mut verbatim = |all: &BTreeMap<String, Said<String>>, what: &str| -> Vec<Verbatim> {
            let (plain, other): (Vec<_>, Vec<_>) = all.iter().partition(|(name, _)| is_plain(name));
            self.left.extend(other.iter().map(|_| format!("{what}: its name is no name of a file")));
            plain.into_iter().map(|(name, said)| Verbatim { name: name.clone(), text: said.what.clone() }).collect()
        };
        let frameworks = verbatim(&book.frameworks, "a framework of law");
        let officials = verbatim(&book.officials, "the official text of a framework");
        (self.out.frameworks, self.out.officials) = (frameworks, officials);
        self.assessments();
        self.conclusions();
        self.medical();
    }

    fn assessments(&mut self) {
        let book = self.book;
        let of_findings = book.findings.values().flat_map(|file| &file.elements);
        let mut all: BTreeMap<(&str, &str, Option<Code>), Vec<&Said<ElementAssessed>>> = BTreeMap::new();
        for said in of_findings.chain(&book.gaps) {
            let what = &said.what;
            let whose = format!("{} {}", what.framework, what.element);
            let finding = self.some(&whose, what.finding.as_ref(), "the finding");
            // An assessment of something closed would become one of nothing.
            if finding.is_some() || what.finding.is_none() {
                all.entry((&what.framework, &what.element, finding)).or_default().push(said);
            }
        }
        for ((framework, element, finding), said) in all {
            if said.len() > 1 {
                self.left.push(format!("{framework} {element}: several people assessed it; {SEVERAL}"));
            }
            let Some(said) = said.into_iter().max_by_key(|said| said.entry) else { continue };
            self.out.assessments.push(Assessment {
                framework: framework.into(),
                element: element.into(),
                finding,
                supports: said.what.supports,
                missing: said.what.missing.clone(),
                reason: said.what.reason.clone(),
            });
        }
    }

    fn conclusions(&mut self) {
        for ((framework, article), all) in &self.book.conclusions {
            let Some(said) = all.iter().max_by_key(|said| said.entry) else { continue };
            if all.len() > 1 {
                self.left.push(format!("{framework} {article}: several people concluded on it; {SEVERAL}"));
            }
            let code = said.what.conclusion.and_then(|id| self.codes.get(&id).cloned());
            self.out.conclusions.push(Concluded {
                code,
                framework: framework.clone(),
                article: article.clone(),
                standard: said.what.standard.clone(),
                wording: said.what.wording.clone(),
            });
        }
    }

    fn medical(&mut self) {
        for (id, said) in &self.book.medical {
            let Some(code) = self.codes.get(id).cloned() else { continue };
            let said = &said.what;
            let Some(source) = self.needed(&code.0, &said.source, "the source") else { continue };
            let Some(examined) = self.formed(&code.0, day(&said.examined), "its day") else { continue };
            let lesion = |lesion: &crate::facts::words::Lesion| Lesion {
                description: lesion.description.clone(),
                alleged: lesion.alleged.clone(),
                degree: lesion.degree,
            };
            self.out.medical.push(Medical {
                source,
                examined,
                overall: said.overall,
                reason: said.reason.clone(),
                lesion: said.lesions.iter().map(lesion).collect(),
                code,
            });
        }
    }
}
