//! In which words does the build itself speak: headings and sentences of annexes, heads of tables, entries of what is cited?
//!
//! In the official languages of the United Nations, each whole, so that no report is half in another language. Sentences about what somebody
//! did (requests, positions, replies) are composed by [`crate::state`] in the same languages. Everything but the English should be read by a
//! speaker before a report leaves.

mod ar;
mod en;
mod es;
mod fr;
mod pictures;
mod ru;
mod zh;

pub(super) use crate::tongue::fill;
use factum_report::plot;

/// The words of one language. Braces hold what is filled in.
pub(super) struct Words {
    /// The language: two letters.
    pub lang: &'static str,
    /// Those of pictures and of tables that stand for them.
    pub pictures: &'static pictures::Pictures,
    /// The annex on how the report was made.
    pub method: &'static str,
    /// Its first paragraph.
    pub method_first: &'static str,
    /// Its second paragraph.
    pub method_second: &'static str,
    /// The annex on standards of proof.
    pub standards: &'static str,
    /// A standard and what the report says of what meets it.
    pub says: &'static str,
    /// Over what a standard asks for.
    pub asks_for: &'static str,
    /// What is asked for.
    pub requirement: &'static str,
    /// How much of it.
    pub value: &'static str,
    /// Yes.
    pub yes: &'static str,
    /// No.
    pub no: &'static str,
    /// Nothing.
    pub none: &'static str,
    /// Over the table of findings.
    pub findings: &'static str,
    /// A finding.
    pub finding: &'static str,
    /// How something stands.
    pub state: &'static str,
    /// Of a finding.
    pub adopted: &'static str,
    /// Of a finding.
    pub fell_back: &'static str,
    /// Of a finding.
    pub not_adopted: &'static str,
    /// The annex on coverage.
    pub coverage: &'static str,
    /// Its paragraph.
    pub sampling: &'static str,
    /// Where it is not recorded who could know.
    pub no_presence: &'static str,
    /// Over the table of who could know.
    pub knowers: &'static str,
    /// Under it.
    pub knowers_note: &'static str,
    /// A place.
    pub place: &'static str,
    /// The annex on requests.
    pub requests: &'static str,
    /// The annex on positions.
    pub positions: &'static str,
    /// The annex on comments.
    pub comments: &'static str,
    /// The annex on the author's own words.
    pub own_words: &'static str,
    /// Its paragraph.
    pub own_words_counted: &'static str,
    /// Which paragraph.
    pub paragraph: &'static str,
    /// Sentences that tell no fact.
    pub narrative: &'static str,
    /// Sentences for which a member vouches.
    pub vouched_for: &'static str,
    /// The annex on errata.
    pub errata: &'static str,
    /// Where there are none.
    pub no_errata: &'static str,
    /// Over the table of errata.
    pub changed: &'static str,
    /// A date.
    pub date: &'static str,
    /// What was changed.
    pub change: &'static str,
    /// The annex on computations.
    pub runs: &'static str,
    /// Its paragraph.
    pub same_numbers: &'static str,
    /// Over the table of runs.
    pub runs_cited: &'static str,
    /// A run.
    pub run: &'static str,
    /// What a run computed.
    pub computed: &'static str,
    /// The program.
    pub program: &'static str,
    /// The seed of randomness.
    pub seed: &'static str,
    /// Parameters of a run.
    pub parameters: &'static str,
    /// Of a run.
    pub not_converged: &'static str,
    /// Of a run.
    pub inputs_gone: &'static str,
    /// Of a run.
    pub inputs_changed: &'static str,
    /// Of a run.
    pub converged: &'static str,
    /// Of a run.
    pub unchanged: &'static str,
    /// The annex on what is cited.
    pub cited: &'static str,
    /// Over the table of commitments.
    pub commitments: &'static str,
    /// A record.
    pub record: &'static str,
    /// A commitment.
    pub commitment: &'static str,
    /// Over the table of sources.
    pub sources: &'static str,
    /// A source.
    pub source: &'static str,
    /// How many.
    pub number: &'static str,
    /// Everything.
    pub all: &'static str,
    /// Under the table of sources.
    pub withdrawn: &'static str,
    /// Stands where a number is withheld.
    pub withheld: &'static str,
    /// Under a table in which numbers are withheld.
    pub withheld_note: &'static str,
    /// On the first page, where small counts are withheld.
    pub few_withheld: &'static str,
    /// On the first page of a version that was not cleared.
    pub working_version: &'static str,
    /// With whom an interview was held.
    pub with: &'static str,
    /// An interview and its day.
    pub of_day: &'static str,
    /// Where something stands.
    pub the_record: &'static str,
    /// To whom something was sent.
    pub to: &'static str,
    /// On which article something was concluded.
    pub on_article: &'static str,
    /// To which standard a finding is held.
    pub held_to: &'static str,
    /// On what a finding rests.
    pub rests_on: &'static str,
    /// Against what a finding was weighed.
    pub weighed: &'static str,
    /// What a finding cites.
    pub cites: &'static str,
    /// A seed with its number.
    pub a_seed: &'static str,
    /// What a run is.
    pub a_computation: &'static str,
    /// What an item is.
    pub a_record: &'static str,
    /// What things of the record are, in the order of their sorts: source, interview, document, statement, entity, finding, request, position,
    /// recommendation, draft, correction, conclusion on law, medical assessment.
    pub a_thing: [&'static str; 13],
    /// Over the column of lists, and over that of people, in a table of their overlap.
    pub lists_and_people: [&'static str; 2],
    /// People on these lists and no other.
    pub only_on: &'static str,
    /// Everybody on a list.
    pub all_on: &'static str,
    /// What a standard can ask for: first-hand sources, independent origins, documents, grades, contrary evidence looked for, answered, reviewers.
    pub asked: [&'static str; 7],
    /// What sources are, in the order of the sorts: person, document, page of the web, list, organization, medium, State, expert.
    pub sorts: [&'static str; 8],
    /// The same of one source.
    pub a_source: [&'static str; 8],
    /// How a statement is known: first-hand, relayed, from documents, inferred.
    pub bases: [&'static str; 4],
    /// Who or what is counted: sources, interviews, persons, victims, acts.
    pub units: [&'static str; 5],
    /// The built-in standards of proof, from the least to the greatest.
    pub standards_named: [&'static str; 5],
}

impl Words {
    /// What stands within pictures, in the same language.
    pub(super) fn drawn(&self) -> &'static plot::Words {
        plot::words(self.lang)
    }
}

/// The language in which words stand where no other is known.
pub(super) const ENGLISH: &str = "en";

/// All of them, English first.
static ALL: [&Words; 6] = [&en::WORDS, &ar::WORDS, &es::WORDS, &fr::WORDS, &ru::WORDS, &zh::WORDS];

/// The words of the language of a report (BCP 47), or English where it has none here.
pub(super) fn words(language: &str) -> &'static Words {
    let first = language.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
    ALL.into_iter().find(|words| words.lang == first).unwrap_or(&en::WORDS)
}

/// What stands on every page of a version for the inquiry itself, in each language.
pub fn working_versions() -> impl Iterator<Item = &'static str> {
    ALL.into_iter().map(|words| words.working_version)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// The names in braces of a sentence.
    fn slots(sentence: &str) -> BTreeSet<&str> {
        sentence.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0)).collect()
    }

    #[test]
    fn every_language_fills_in_the_same() {
        for words in ALL {
            let of = |words: &'static Words| {
                [
                    words.says,
                    words.asks_for,
                    words.own_words_counted,
                    words.paragraph,
                    words.withheld_note,
                    words.few_withheld,
                    words.with,
                    words.of_day,
                    words.the_record,
                    words.to,
                    words.on_article,
                    words.held_to,
                    words.rests_on,
                    words.weighed,
                    words.cites,
                    words.a_seed,
                    words.only_on,
                    words.all_on,
                ]
            };
            for (here, english) in of(words).into_iter().zip(of(&en::WORDS)) {
                assert_eq!(slots(here), slots(english), "{}: {here}", words.lang);
            }
        }
        assert_eq!((words("fr-CH").lang, words("AR").lang, words("de").lang), ("fr", "ar", "en"));
    }
}
