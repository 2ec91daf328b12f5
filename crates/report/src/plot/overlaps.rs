//! Who is on which lists together?
//!
//! An UpSet plot (Lex, Gehlenborg, Strobelt, Vuillemot & Pfister 2014): one column a combination of lists, largest first,
//! with a bar for the number of people and dots for the lists.

use crate::svg::{Anchor, BLUE, Drawing, GREY, INK, LIGHT, shortened};
use crate::wording::grouped;
use factum_model::CaptureTable;

/// Combinations beyond this many are left to the table.
const SHOWN: usize = 24;

const ROW: f64 = 20.0;
const COLUMN: f64 = 22.0;
const BARS: f64 = 130.0;
const NAMES: f64 = 225.0;
const TOTALS: f64 = 90.0;

/// The overlaps of a table; `labels` name its lists.
pub fn overlaps(table: &CaptureTable, labels: &[String]) -> String {
    let mut combinations: Vec<_> = table.iter().collect();
    combinations.sort_by_key(|&(history, count)| (std::cmp::Reverse(count), history));
    combinations.truncate(SHOWN);
    let lists = table.lists().len();
    let left = TOTALS + NAMES;
    let top = 34.0;
    let matrix = top + BARS + 14.0;
    let mut drawing =
        Drawing::new((left + COLUMN * combinations.len() as f64 + 12.0).max(560.0), matrix + ROW * lists as f64 + 24.0);

    drawing.bold(left, 14.0, 10.0, Anchor::Start, "People by combination of lists");
    let most = combinations.first().map_or(1.0, |c| c.1 as f64);
    for (i, &(history, count)) in combinations.iter().enumerate() {
        let x = left + COLUMN * i as f64 + COLUMN / 2.0;
        let height = BARS * count as f64 / most;
        drawing.rect(x - 7.0, top + BARS - height, 14.0, height, BLUE);
        drawing.text(x, top + BARS - height - 3.0, 8.0, Anchor::Middle, &grouped(count as f64));
        let on: Vec<usize> = (0..lists).filter(|&l| history.contains(l)).collect();
        let y = |list: usize| matrix + ROW * list as f64 + ROW / 2.0;
        (0..lists).for_each(|l| drawing.dot(x, y(l), 4.5, LIGHT));
        if let (Some(&first), Some(&last)) = (on.first(), on.last()) {
            drawing.line((x, y(first)), (x, y(last)), INK, 2.0, "");
        }
        on.iter().for_each(|&l| drawing.dot(x, y(l), 4.5, INK));
    }
    drawing.line((left, top + BARS), (left + COLUMN * combinations.len() as f64, top + BARS), GREY, 0.8, "");

    let largest = (0..lists).map(|l| table.on_list(l)).max().unwrap_or(1).max(1) as f64;
    drawing.bold(TOTALS - 6.0, matrix - 6.0, 10.0, Anchor::End, "People on list");
    for (l, label) in labels.iter().enumerate().take(lists) {
        let y = matrix + ROW * l as f64 + ROW / 2.0;
        let width = (TOTALS - 46.0) * table.on_list(l) as f64 / largest;
        drawing.rect(TOTALS - 6.0 - width, y - 6.0, width, 12.0, GREY);
        drawing.text(TOTALS - 10.0 - width, y + 3.0, 8.0, Anchor::End, &grouped(table.on_list(l) as f64));
        drawing.text(left - 10.0, y + 3.0, 9.0, Anchor::End, &shortened(label, 44));
    }
    drawing.finish("People by combination of lists")
}
