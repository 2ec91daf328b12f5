//! What do the draws of a linkage say of how many were never recorded?
//!
//! `draws.csv` has the capture histories of every draw of the persons (`persons::draws_csv`). Asked of each, a model gives an
//! answer that carries the doubt of the linkage.

use crate::fault::{Fault, Faults, Severity};
use crate::{lists, persons};
use factum_estimate::linkage::{LinkageUncertainty, Linkages, over_draws};
use factum_estimate::strata::Listener;
use factum_estimate::{Options, Refusal};
use factum_model::CaptureTable;

/// Numbered rows of cells.
type Rows = Vec<(u32, Vec<String>)>;

/// Reads `draws.csv`: a column `draw`, a 0/1 column for each list, and `count`. All faults at once; draws with an error must
/// not be used. Draws come in the order in which they first occur.
pub fn read_draws(bytes: &[u8], file: &str) -> (Option<Vec<CaptureTable>>, Faults) {
    let mut faults = Faults::default();
    let (mut header, rows) = lists::read_table(bytes, file, &mut faults);
    let Some(at) = header.iter().position(|h| h.eq_ignore_ascii_case("draw")) else {
        if !header.is_empty() {
            let fault = Fault::new(Severity::Error, file, "there is no column `draw`").at_row(1);
            faults.push(fault.hint("draws are written by factum link, as draws.csv"));
        }
        return (None, faults);
    };
    header.remove(at);
    let mut draws: Vec<(String, Rows)> = Vec::new();
    for (number, mut row) in rows {
        let draw = row.remove(at);
        // Rows of a draw stand together, so the last draw is nearly always the one.
        match draws.iter_mut().rev().find(|d| d.0 == draw) {
            Some((_, rows)) => rows.push((number, row)),
            None => draws.push((draw, vec![(number, row)])),
        }
    }
    let mut tables = Vec::with_capacity(draws.len());
    for (_, rows) in &draws {
        tables.extend(persons::from_histories(&header, rows, file, &mut faults));
    }
    // A row left out of a count is a wrong number.
    let spoiled = faults.has_errors() || faults.count(Severity::RowLeftOut) > 0 || tables.is_empty();
    if spoiled && !faults.has_errors() {
        faults.push(
            Fault::new(Severity::Error, file, "rows could not be read, so the draws were not used").hint("mend them"),
        );
    }
    ((!spoiled).then_some(tables), faults)
}

/// N under the point linkage and over its draws, which restore matches that were never compared, by one model.
///
/// # Errors
/// When an option is out of range.
pub fn estimate(
    point: &CaptureTable,
    draws: &[CaptureTable],
    options: &Options,
    listener: Listener,
) -> Result<LinkageUncertainty, Refusal> {
    let linkages = Linkages { point, compared: &[], restored: draws };
    over_draws(linkages, options.level, &|table| factum_estimate::estimate(table, options), listener)
}

#[cfg(test)]
mod tests {
    use super::*;
    use factum_estimate::Model;
    use factum_model::ListId;
    use proptest::prelude::*;

    fn table(counts: &[(u32, u64)]) -> CaptureTable {
        CaptureTable::from_counts(["a", "b"].map(ListId::new).to_vec(), counts).unwrap()
    }

    #[test]
    fn draws_are_read_as_they_were_written() {
        let point = table(&[(1, 50), (2, 40), (3, 30)]);
        let drawn: Vec<CaptureTable> = (0..25).map(|i| table(&[(1, 50 - i), (2, 40 - i), (3, 30 + i)])).collect();
        let (read, faults) = read_draws(&persons::draws_csv(&point, &drawn), "draws.csv");
        assert_eq!((read.as_ref(), faults.has_errors()), (Some(&drawn), false));
        let answer = estimate(&point, &drawn, &Options::new(Model::Chapman), &|_| {}).unwrap();
        let over = answer.restored.unwrap();
        assert!(over.answer.unwrap().estimate < answer.point.unwrap().estimate.unwrap());
        assert!(over.share_of_linkage.unwrap() > 0.1);
    }

    #[test]
    fn faults_are_named() {
        let fault = |text: &str| {
            let (tables, faults) = read_draws(text.as_bytes(), "d.csv");
            assert_eq!(tables, None);
            faults.iter().map(|f| f.line(false)).collect::<Vec<_>>().join("\n")
        };
        assert!(fault("a,b,count\n1,1,2\n").contains("no column `draw`"));
        assert!(fault("draw,a,b,count\n").contains("no row below its header"));
        assert!(fault("draw,a,b,count\n1,1,2,3\n").contains("row 2"));
        assert!(fault("draw,a,b\n1,1,1\n").contains("no column `count`"));
    }

    proptest! {
        #[test]
        fn near_draws_are_read_or_refused(text in "(draw|a|b|count|1|0|-|,|\n){0,40}") {
            let _ = read_draws(text.as_bytes(), "d.csv");
        }
    }
}
