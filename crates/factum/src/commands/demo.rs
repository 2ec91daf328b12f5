//! `factum demo`: an example inquiry, from lists to a report, with nothing to prepare.

use super::run::{ReportDate, print};
use crate::failure::Failure;
use crate::progress::Stages;
use crate::say;
use clap::Args;
use factum_case::inquiry::Inquiry;
use factum_case::link::Options;
use factum_case::{demo, output};
use std::path::PathBuf;

#[derive(Args)]
pub struct Arguments {
    /// Folder for the example and its results.
    #[arg(default_value = "factum-demo")]
    folder: PathBuf,
    /// Seed of the random stream.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    #[command(flatten)]
    date: ReportDate,
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let report_date = arguments.date.get()?;
    let folder = &arguments.folder;
    let stages = Stages::new();
    stages.say("reading lists");
    output::prepare(folder, &[], &[])?;
    output::write_all(folder, &demo::files())?;
    let (settings, reading, truth) = demo::read()?;
    let options = Options { seed: arguments.seed, ..Options::default() };
    let inquiry = Inquiry { settings: &settings, reading: &reading, options, report_date, truth: Some(truth) };
    let finished = inquiry.run(&stages)?;
    stages.finish();
    finished.write(folder)?;
    print(&finished);
    let lists = folder.join("lists");
    say!("\nEverything is in {}: read report.pdf or report.html.", folder.display());
    say!("The same on your own lists: factum run LIST… --settings SETTINGS.toml --out DIR");
    say!("Settings to start from: {}", lists.join("settings.toml").display());
    Ok(())
}
