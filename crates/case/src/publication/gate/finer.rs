//! Does a sentence tell a day or a place more finely than those agreed to on whom it rests?
//!
//! Footnotes and pictures are made coarse by the build. Words of the author's own are not: a sentence that cites one source for a day tells
//! the day of that source, whoever else told it freely elsewhere in the report.

use super::super::precision;
use super::{At, Cited, Gate, Sentence, beginning};
use crate::custody::ids::RecordId;
use crate::facts::{Sort, SourceFile};
use factum_guard::leak::named;
use factum_model::edtf::Precision;

impl Gate<'_> {
    /// Refuses a day or a month that none of the cited sources lets be told, and a place in whose stead one of them named a region.
    pub(super) fn finer(&mut self, at: At<'_>, sentence: &Sentence, inherited: &[&str], words: &str) {
        let mut codes: Vec<&str> = sentence.cites().collect();
        if codes.is_empty() {
            codes = inherited.to_vec();
        }
        let book = self.grounds.book;
        let told = |code: &&str| -> Option<(&SourceFile, Option<RecordId>)> {
            let (source, place) = match self.grounds.cited(code) {
                Ok(Cited::Thing(Sort::Statement, id)) => {
                    let said = &book.statements.get(&id)?.statement.what;
                    (said.source, said.place)
                }
                Ok(Cited::Thing(Sort::Interview, id)) => (book.interviews.get(&id)?.what.source, None),
                Ok(Cited::Thing(Sort::Source, id)) => (id, None),
                _ => return None,
            };
            Some((book.sources.get(&source)?, place))
        };
        let told: Vec<(&SourceFile, Option<RecordId>)> = codes.iter().filter_map(told).collect();
        // A precision that is less fine is greater; whatever else is cited may tell anything.
        let finest = told.iter().map(|(file, _)| precision::finest(file)).min().filter(|_| told.len() == codes.len());
        let dates = named(words);
        let day = dates.iter().any(|date| date.day.is_some());
        let month = dates.iter().any(|date| date.year.is_some());
        let hint = "say it less finely, or cite a document that tells it";
        match finest {
            Some(Precision::Month) if day => {
                let what = format!("a day is told, and whom it cites lets no day be told: \"{}\"", beginning(words));
                self.refuse(at, what, hint);
            }
            Some(Precision::Year) if day || month => {
                let what = format!("a month is told, and whom it cites lets none be told: \"{}\"", beginning(words));
                self.refuse(at, what, hint);
            }
            _ => {}
        }
        let lower = words.to_lowercase();
        for (file, place) in &told {
            let (Some(region), Some(place)) = (precision::region(file), place.as_ref()) else { continue };
            let Some(label) = book.entities.get(place).map(|said| said.what.label.as_str()) else { continue };
            let is_free =
                told.iter().any(|(other, at)| at.as_ref() == Some(place) && precision::region(other).is_none());
            let stem = label.to_lowercase();
            let stem = stem.strip_prefix("the ").unwrap_or(&stem);
            if !is_free && lower.contains(stem) && !region.to_lowercase().contains(stem) {
                let code = &file.source.what.code;
                let what = format!("{label} is told, and {code} agreed to no finer place than {region}");
                self.refuse(at, what, hint);
            }
        }
    }
}
