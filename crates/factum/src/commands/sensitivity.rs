//! What is printed of a headline and its alternatives?

use crate::failure::Failure;
use crate::say;
use factum_case::estimate::{Options, Sensitivity, sensitivity};
use factum_case::model::CaptureTable;
use factum_case::{lists, output, persons};
use std::path::{Path, PathBuf};

/// Asks for the alternatives of an estimate, those of other tables of the inquiry among them, and draws them if asked.
pub fn compare(
    table: &CaptureTable,
    options: &Options,
    beside: &[PathBuf],
    plot: Option<&Path>,
) -> Result<Sensitivity, Failure> {
    let tables: Result<Vec<(String, CaptureTable)>, Failure> = beside.iter().map(|path| read(path)).collect();
    let compared = sensitivity(table, options, &tables?)?;
    if let Some(plot) = plot {
        let folder = plot.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let name = plot.file_name().ok_or_else(|| Failure::new("--plot needs the name of a file"))?.to_string_lossy();
        output::prepare(folder, &[&name], beside)?;
        output::write_all(folder, &[(name, factum_case::sensitivity::chart(&compared).into_bytes())])?;
    }
    Ok(compared)
}

fn read(path: &Path) -> Result<(String, CaptureTable), Failure> {
    let name = lists::file_name(path);
    let bytes = std::fs::read(path).map_err(|e| Failure::new(format!("{} cannot be read: {e}", path.display())))?;
    let (table, faults) = persons::read_counts(&bytes, &name);
    super::stop_on_errors(&faults, "the counts cannot be used", false)?;
    Ok((name, table.ok_or_else(|| Failure::new("the counts cannot be used"))?))
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
