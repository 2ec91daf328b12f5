//! In which words do pictures speak: legends, notes, names of axes, and what they show in a sentence?
//!
//! In the official languages of the United Nations. Nothing is composed from parts that a language would bend: numbers stand after a colon, so
//! that one of something needs no other words than many.

use crate::svg::Drawing;

mod ar;
mod en;
mod es;
mod fr;
mod ru;
mod zh;

/// The words of pictures in one language. Braces hold what is filled in.
#[derive(Debug)]
pub struct Words {
    /// The language: two letters.
    pub(crate) lang: &'static str,
    /// Where there is nothing to draw.
    pub(crate) nothing: &'static str,
    /// Rows for which there is no room.
    pub(crate) rows_left: &'static str,
    /// A timeline in a sentence.
    pub(crate) timeline: &'static str,
    /// The same without any date.
    pub(crate) timeline_undated: &'static str,
    /// It lasted then.
    pub(crate) certainly: &'static str,
    /// It lasted some of that time.
    pub(crate) at_some_time: &'static str,
    /// An approximate end.
    pub(crate) about: &'static str,
    /// It went on.
    pub(crate) open_end: &'static str,
    /// Nobody knows how long.
    pub(crate) unknown_end: &'static str,
    /// An event on a day.
    pub(crate) on_a_day: &'static str,
    /// An event within a time.
    pub(crate) within: &'static str,
    /// Sources contradict each other.
    pub(crate) contested: &'static str,
    /// A table of coverage in a sentence.
    pub(crate) coverage: &'static str,
    /// The same without any year.
    pub(crate) coverage_undated: &'static str,
    /// What the numbers are.
    pub(crate) in_each_cell: &'static str,
    /// Sites for which there is no room.
    pub(crate) sites_left: &'static str,
    /// Years for which there is no room.
    pub(crate) years_left: &'static str,
    /// Over the grounds of cells.
    pub(crate) sources: &'static str,
    /// A hatched cell.
    pub(crate) nobody_looked: &'static str,
    /// Movements in a sentence.
    pub(crate) flows: &'static str,
    /// The widest band.
    pub(crate) most_moved: &'static str,
    /// Over the places of departure.
    pub(crate) from: &'static str,
    /// Over the places of arrival.
    pub(crate) to: &'static str,
    /// Places that have no node of their own.
    pub(crate) others: &'static str,
    /// A place that is not known.
    pub(crate) unknown: &'static str,
    /// Where numbers stand in a picture of movements.
    pub(crate) numbers_stand: &'static str,
    /// Bands without a number.
    pub(crate) bands_left: &'static str,
    /// A map in a sentence.
    pub(crate) map: &'static str,
    /// From where to where a map reaches.
    pub(crate) map_span: &'static str,
    /// A point within its circle.
    pub(crate) point: &'static str,
    /// A point of unknown precision.
    pub(crate) imprecise: &'static str,
    /// A region.
    pub(crate) region: &'static str,
    /// An area.
    pub(crate) area: &'static str,
    /// A boundary.
    pub(crate) boundary: &'static str,
    /// Places without coordinates.
    pub(crate) places_missing: &'static str,
    /// Places for which there is no room.
    pub(crate) places_left: &'static str,
    /// Places without a label.
    pub(crate) labels_left: &'static str,
    /// An equal-area projection.
    pub(crate) azimuthal: &'static str,
    /// A projection of the whole world.
    pub(crate) equirectangular: &'static str,
    /// What the outlines of the world are and are worth.
    pub(crate) world_outlines: &'static str,
    /// Outlines of the inquiry's own.
    pub(crate) outlines_of: &'static str,
    /// What drawing a boundary does not say.
    pub(crate) disputed: &'static str,
    /// Places of which no position is settled, by code.
    pub(crate) unsettled: &'static str,
    /// A length on the scale.
    pub(crate) kilometres: &'static str,
    /// The same.
    pub(crate) metres: &'static str,
    /// North, south, east, west.
    pub(crate) compass: [&'static str; 4],
    /// A graph of sources in a sentence.
    pub(crate) ties: &'static str,
    /// A solid line.
    pub(crate) dependent: &'static str,
    /// An arrow.
    pub(crate) to_the_relay: &'static str,
    /// A light line.
    pub(crate) independent: &'static str,
    /// No line.
    pub(crate) no_line: &'static str,
    /// Over a box of sources.
    pub(crate) origin: &'static str,
    /// Where each node is an origin.
    pub(crate) by_origin: &'static str,
    /// Origins for which there is no room.
    pub(crate) origins_left: &'static str,
    /// Reasons for which there is no room.
    pub(crate) reasons_left: &'static str,
    /// Over the table of reasons: line, reason, between whom.
    pub(crate) reasons: [&'static str; 3],
    /// A light line, in that table.
    pub(crate) light: &'static str,
    /// From one to another.
    pub(crate) relayed: &'static str,
    /// One and another.
    pub(crate) both: &'static str,
    /// Over the bars of combinations.
    pub(crate) exactly_on: &'static str,
    /// Over the bars of lists.
    pub(crate) on_the_list: &'static str,
    /// A hollow bar.
    pub(crate) rarer: &'static str,
    /// A hatched bar.
    pub(crate) impossible: &'static str,
    /// So many more.
    pub(crate) further: &'static str,
    /// What to compare in hills.
    pub(crate) hills: &'static str,
    /// How the density is drawn on a logarithmic axis.
    pub(crate) by_logarithm: &'static str,
    /// An axis that is.
    pub(crate) logarithmic: &'static str,
    /// People recorded.
    pub(crate) recorded: &'static str,
    /// People that documents prove.
    pub(crate) minimum: &'static str,
    /// A name and its number.
    pub(crate) named_number: &'static str,
    /// None.
    pub(crate) no_estimate: &'static str,
    /// A lower bound.
    pub(crate) at_least: &'static str,
    /// An estimate within limits.
    pub(crate) between: &'static str,
    /// With a lower limit only.
    pub(crate) from_low: &'static str,
    /// With an upper limit only.
    pub(crate) up_to: &'static str,
    /// Over and under a framework that nobody has verified.
    pub(crate) unverified: &'static str,
    /// A matrix in a sentence.
    pub(crate) matrix: &'static str,
    /// Over the names of who assessed.
    pub(crate) assessed_by: &'static str,
    /// An element without support.
    pub(crate) nothing_supports: &'static str,
    /// Evidence for.
    pub(crate) supporting: &'static str,
    /// Evidence against.
    pub(crate) contrary: &'static str,
    /// Looked for, and none.
    pub(crate) missing: &'static str,
    /// Nobody assessed it.
    pub(crate) not_assessed: &'static str,
    /// Elements for which there is no room.
    pub(crate) elements_left: &'static str,
    /// Findings for which there is no room.
    pub(crate) findings_left: &'static str,
}

/// All of them, English first.
static ALL: [&Words; 6] = [&en::WORDS, &ar::WORDS, &es::WORDS, &fr::WORDS, &ru::WORDS, &zh::WORDS];

/// The words of pictures in English.
pub static ENGLISH: &Words = &en::WORDS;

/// The words of pictures in a language (BCP 47), or in English where it has none here.
pub fn words(language: &str) -> &'static Words {
    let first = language.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
    ALL.into_iter().find(|words| words.lang == first).unwrap_or(ENGLISH)
}

impl Words {
    /// Whether they are written from right to left.
    pub(crate) fn rtl(&self) -> bool {
        self.lang == "ar"
    }

    /// An empty drawing in this language.
    pub(crate) fn drawing(&self, width: f64, height: f64) -> Drawing {
        let drawing = Drawing::new(width, height);
        if self.lang == ENGLISH.lang { drawing } else { drawing.with_blanks() }
    }

    /// A sentence with its slots filled in, and its numbers as this language writes them.
    pub(crate) fn say(&self, sentence: &str, slots: &[(&str, String)]) -> String {
        let slots: Vec<(&str, &str)> = slots.iter().map(|(slot, value)| (*slot, value.as_str())).collect();
        let said = fill(sentence, &slots);
        if self.lang == ENGLISH.lang { said } else { crate::wording::with_blanks(&said) }
    }

    /// An estimate that is only a lower bound, said as one.
    pub fn lower_bound(&self, number: &str) -> String {
        fill(self.at_least, &[("n", number)])
    }

    /// Of which places no position is settled, by code.
    pub fn unsettled(&self, codes: &[String]) -> String {
        fill(self.unsettled, &[("codes", &codes.join(", "))])
    }
}

/// A sentence with its slots filled in. What is filled in is not looked through for further slots.
pub(crate) fn fill(sentence: &str, slots: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(sentence.len());
    let mut rest = sentence;
    while let Some((before, after)) = rest.split_once('{') {
        out += before;
        let Some((name, beyond)) = after.split_once('}') else {
            rest = after;
            break;
        };
        out += slots.iter().find(|(slot, _)| *slot == name).map_or("", |(_, value)| value);
        rest = beyond;
    }
    out + rest
}

/// A sentence about one number.
pub(crate) fn numbered(sentence: &str, n: usize) -> String {
    fill(sentence, &[("n", &crate::wording::grouped(n as f64))])
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// The names in braces of a sentence.
    fn slots(sentence: &str) -> BTreeSet<&str> {
        sentence.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0)).collect()
    }

    fn sentences(of: &Words) -> Vec<&'static str> {
        let mut all = vec![
            of.nothing,
            of.rows_left,
            of.timeline,
            of.timeline_undated,
            of.certainly,
            of.at_some_time,
            of.about,
            of.open_end,
            of.unknown_end,
            of.on_a_day,
            of.within,
            of.contested,
            of.coverage,
            of.coverage_undated,
            of.in_each_cell,
            of.sites_left,
            of.years_left,
            of.sources,
            of.nobody_looked,
            of.flows,
            of.most_moved,
            of.from,
            of.to,
            of.others,
            of.unknown,
            of.numbers_stand,
            of.bands_left,
            of.map,
            of.map_span,
            of.point,
            of.imprecise,
            of.region,
            of.area,
            of.boundary,
            of.places_missing,
            of.places_left,
            of.labels_left,
            of.azimuthal,
            of.equirectangular,
            of.world_outlines,
            of.outlines_of,
            of.disputed,
            of.unsettled,
            of.kilometres,
            of.metres,
            of.ties,
            of.dependent,
            of.to_the_relay,
            of.independent,
            of.no_line,
            of.origin,
            of.by_origin,
            of.origins_left,
            of.reasons_left,
            of.light,
            of.relayed,
            of.both,
            of.exactly_on,
            of.on_the_list,
            of.rarer,
            of.impossible,
            of.further,
            of.hills,
            of.by_logarithm,
            of.logarithmic,
            of.recorded,
            of.minimum,
            of.named_number,
            of.no_estimate,
            of.at_least,
            of.between,
            of.from_low,
            of.up_to,
            of.unverified,
            of.matrix,
            of.assessed_by,
            of.nothing_supports,
            of.supporting,
            of.contrary,
            of.missing,
            of.not_assessed,
            of.elements_left,
            of.findings_left,
        ];
        all.extend(of.compass);
        all.extend(of.reasons);
        all
    }

    #[test]
    fn every_language_fills_in_the_same() {
        for words in ALL {
            for (here, english) in sentences(words).into_iter().zip(sentences(ENGLISH)) {
                assert_eq!(slots(here), slots(english), "{}: {here}", words.lang);
                assert!(!here.is_empty());
            }
        }
        assert_eq!((words("fr-CH").lang, words("AR").lang, words("de").lang), ("fr", "ar", "en"));
    }

    #[test]
    fn every_letter_of_every_language_can_be_drawn() {
        for words in ALL {
            for sentence in sentences(words) {
                assert!(crate::fonts::uncovered(sentence).is_empty(), "{}: {sentence}", words.lang);
            }
        }
    }

    #[test]
    fn what_is_filled_in_is_taken_as_it_is() {
        assert_eq!(fill("{a} and {b}", &[("a", "{b}"), ("b", "2")]), "{b} and 2");
        assert_eq!(fill("{a} and {", &[]), " and ");
    }
}
