//! What stands in the case about law, and about what States and bodies were asked, answered and are asked to do?

use super::{Book, Said};
use crate::custody::ids::{MemberId, RecordId};
use crate::facts::words::{
    CommentDraft, CommentReply, ElementAssessed, Fact, LegalConclusion, Recommendation, Request, Response,
};
use crate::state::Progress;

/// All that is said of a request.
#[derive(Clone, Debug)]
pub struct RequestFile {
    /// The request.
    pub request: Said<Request>,
    /// What came back, in the order of the log.
    pub responses: Vec<Said<Response>>,
}

/// All that is said of a draft for comment.
#[derive(Clone, Debug)]
pub struct DraftFile {
    /// The draft.
    pub draft: Said<CommentDraft>,
    /// The reply to it, by the last word.
    pub reply: Option<Said<CommentReply>>,
}

/// All that is said of a recommendation.
#[derive(Clone, Debug)]
pub struct RecommendationFile {
    /// The recommendation.
    pub recommendation: Said<Recommendation>,
    /// What became of it, in the order of the log.
    pub after: Vec<Said<After>>,
}

/// What became of a recommendation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct After {
    /// When: EDTF.
    pub date: String,
    /// In words.
    pub text: String,
    /// How far it was carried out, if somebody has judged.
    pub progress: Option<Progress>,
}

impl Book {
    /// The conclusion on law of this number.
    pub fn conclusion(&self, id: &RecordId) -> Option<&Said<LegalConclusion>> {
        self.conclusions.values().flatten().find(|said| said.what.conclusion.as_ref() == Some(id))
    }

    /// Was this member a clinician when something was said at this place of the log?
    pub fn was_clinician(&self, member: MemberId, entry: u64) -> bool {
        let mut said = self.clinicians.get(&member).into_iter().flatten();
        said.rfind(|said| said.entry < entry).is_some_and(|said| said.what.practises)
    }

    /// Takes in what is said of law and of States. What is said about a thing that is not in the book is passed over.
    pub(super) fn take_answer(&mut self, fact: Fact, about: Said<()>) {
        match fact {
            Fact::Framework { framework, text } => drop(self.frameworks.insert(framework, about.with(text))),
            Fact::OfficialText { framework, text } => drop(self.officials.insert(framework, about.with(text))),
            Fact::ElementVerified(said) => {
                let line = (said.framework.clone(), said.element.clone());
                self.verified.entry(line).or_default().push(about.with(said));
            }
            Fact::ElementAssessed(said) => self.take_assessment(said, about),
            Fact::LegalConclusion(said) => {
                let all = self.conclusions.entry((said.framework.clone(), said.article.clone())).or_default();
                all.retain(|earlier| earlier.author != about.author);
                all.push(about.with(said));
            }
            Fact::Clinician(said) => {
                if said.member == about.author {
                    return self.void(&about, "nobody says of themselves that they are a clinician");
                }
                self.clinicians.entry(said.member).or_default().push(about.with(said));
            }
            Fact::Medical(said) => {
                if !self.was_clinician(about.author, about.entry) {
                    return self.void(&about, "whoever entered a degree of consistency was not known as a clinician");
                }
                self.medical.insert(said.medical, about.with(*said));
            }
            Fact::Request(request) => {
                let responses = self.requests.remove(&request.request).map(|file| file.responses).unwrap_or_default();
                let file = RequestFile { request: about.with((*request).clone()), responses };
                self.requests.insert(request.request, file);
            }
            Fact::Response(response) => {
                if let Some(file) = self.requests.get_mut(&response.request) {
                    file.responses.push(about.with(response));
                }
            }
            Fact::Position(position) => drop(self.positions.insert(position.position, about.with(*position))),
            Fact::CommentDraft(draft) => {
                let reply = self.drafts.remove(&draft.draft).and_then(|file| file.reply);
                self.drafts.insert(draft.draft, DraftFile { draft: about.with(*draft), reply });
            }
            Fact::CommentReply(reply) => {
                if let Some(file) = self.drafts.get_mut(&reply.draft) {
                    file.reply = Some(about.with(reply));
                }
            }
            Fact::Correction(correction) => {
                self.corrections.insert(correction.correction, about.with(*correction));
            }
            Fact::Recommendation(said) => {
                let number = said.recommendation;
                let after = self.recommendations.remove(&number).map(|file| file.after).unwrap_or_default();
                self.recommendations.insert(number, RecommendationFile { recommendation: about.with(said), after });
            }
            Fact::FollowUp { recommendation, date, text, progress } => {
                if let Some(file) = self.recommendations.get_mut(&recommendation) {
                    file.after.push(about.with(After { date, text, progress }));
                }
            }
            _ => {}
        }
    }

    /// Each person's last word on a line counts, so that people who differ stand side by side.
    fn take_assessment(&mut self, said: ElementAssessed, about: Said<()>) {
        let all = match said.finding {
            Some(finding) => match self.findings.get_mut(&finding) {
                Some(file) => &mut file.elements,
                None => return,
            },
            None => &mut self.gaps,
        };
        let same = |e: &Said<ElementAssessed>| {
            e.author == about.author && e.what.framework == said.framework && e.what.element == said.element
        };
        all.retain(|earlier| !same(earlier));
        if said.supports.is_some() || said.missing.is_some() {
            all.push(about.with(said));
        }
    }
}
