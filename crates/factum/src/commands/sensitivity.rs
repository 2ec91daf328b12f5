//! What is printed of a headline and its alternatives?

use super::estimate::Arguments;
use crate::failure::Failure;
use crate::say;
use factum_case::estimate::{Options, Sensitivity, sensitivity};
use factum_case::model::CaptureTable;

/// Asks for the alternatives of an estimate, those of other tables of the inquiry among them, and draws them if asked.
pub fn compare(table: &CaptureTable, options: &Options, arguments: &Arguments) -> Result<Sensitivity, Failure> {
    let (tables, plot) = (arguments.beside()?, arguments.plot()?);
    let compared = sensitivity(table, options, &tables)?;
    if let Some(plot) = plot {
        plot.write(factum_case::sensitivity::chart(&compared).into_bytes())?;
    }
    Ok(compared)
}

/// The alternatives, kind by kind.
pub fn print(compared: &Sensitivity) {
    use factum_case::sensitivity::{range, remark, said};
    say!("");
    say!("sensitivity  {}", range(compared));
    for changed in &compared.changes {
        say!("{}", changed.change.heading());
        let widest = changed.alternatives.iter().map(|a| a.label.chars().count()).max().unwrap_or(0);
        for alternative in &changed.alternatives {
            let remark = remark(alternative).map_or(String::new(), |r| format!(": {r}"));
            say!("  {:widest$}  {}{remark}", alternative.label, said(alternative));
        }
    }
}
