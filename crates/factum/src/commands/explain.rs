//! `factum explain`: why were two records put together or kept apart?

use super::run::ReportDate;
use super::{Format, Lists, Work, link};
use crate::failure::Failure;
use crate::progress::Stages;
use crate::say;
use clap::Args;
use factum_case::explain::{self, Explanation};
use factum_case::judgement::RecordKey;
use factum_case::link::Options;
use factum_case::lists::Reading;
use factum_case::lists::words;
use factum_case::model::RunId;
use factum_case::settings::Settings;
use factum_case::{linking, output, report};
use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;

#[derive(Args)]
pub struct Arguments {
    /// Records two by two, as LIST:RECORD. Without any, only the model is shown.
    #[arg(value_name = "LIST:RECORD")]
    records: Vec<String>,
    /// Settings that say what the columns mean (TOML).
    #[arg(long, short, value_name = "FILE")]
    settings: PathBuf,
    /// A list of people; may be given several times. Without any, those that the settings name.
    #[arg(long = "list", short, value_name = "FILE")]
    lists: Vec<PathBuf>,
    /// Folder for the page and its charts.
    #[arg(long, short, value_name = "DIR")]
    out: PathBuf,
    /// Show what the records say, here and on the page. They may be names of people: do not pass the output on.
    #[arg(long)]
    show_values: bool,
    #[command(flatten)]
    choices: link::Choices,
    #[command(flatten)]
    date: ReportDate,
    /// How to print the pairs.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let date = arguments.date.get()?.to_string();
    let work = Work {
        lists: Lists {
            files: arguments.lists.clone(),
            settings: arguments.settings.clone(),
            show_values: arguments.show_values,
        },
        out: arguments.out.clone(),
        choices: arguments.choices.clone(),
    };
    let stages = Stages::new();
    let (settings, reading, options) = work.begin(&[report::PAGE], &[], &stages)?;
    let pairs = explain::pairs(&arguments.records, &reading).map_err(|faults| {
        let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
        Failure::new(faults.join("\n       ")).hint("name records as in persons.csv: the list, a colon, the record")
    })?;
    let linked = linking::link(&reading, &options, RunId::new("R-1"), &stages)?;
    let explained = explained(arguments, &work, (&settings, &reading, &options), &linked, &pairs)?;
    stages.say("writing results");
    let head = report::Head {
        title: settings.title.clone().unwrap_or_else(|| "Explanations of a linkage".into()),
        author: settings.author.clone(),
        date,
    };
    let files = report::explanation(&linked, &reading, &explained, &options.judgements, head)?;
    output::write_all(&arguments.out, &files)?;
    stages.finish();
    match arguments.format {
        Format::Json => {
            let all = serde_json::json!({
                "linkage": linked.summary,
                "thresholds": explain::thresholds(&linked.linkage),
                "findability": explain::findability(&linked, &reading),
                "calibration": explain::calibration(&linked.linkage, &options.judgements),
                "pairs": explained,
            });
            say!("{}", serde_json::to_string_pretty(&all)?);
        }
        Format::Text => {
            link::print(&linked.summary);
            explained.iter().for_each(print);
            let page = arguments.out.join(report::PAGE);
            say!("\nread {}; beside it are {} charts", page.display(), files.len() - 1);
        }
    }
    Ok(())
}

/// Explains the pairs; the lists are read once more where what they say is to be shown.
fn explained(
    arguments: &Arguments,
    work: &Work,
    (settings, reading, options): (&Settings, &Reading, &Options),
    linked: &linking::Linked<'_>,
    pairs: &[(u32, u32)],
) -> Result<Vec<Explanation>, Failure> {
    let records = pairs.iter().flat_map(|(a, b)| [*a, *b]);
    let wanted: BTreeSet<RecordKey> = records.map(|r| RecordKey::of(&reading.records, r)).collect();
    let originals = if arguments.show_values && !pairs.is_empty() {
        words::words(&work.lists.files, settings, work.lists.folder(), reading, &wanted)?
    } else {
        HashMap::new()
    };
    let explain = |pair: &(u32, u32)| explain::explain(linked, reading, &options.judgements, *pair, &originals);
    Ok(pairs.iter().map(explain).collect())
}

/// A pair as a table and in words.
fn print(pair: &Explanation) {
    let bits = |bits: Option<f64>| bits.map_or("none".into(), |b| format!("{b:+.2}"));
    say!("\n{}\n", pair.title());
    say!("  {:16} {:18} {:>8}", "field", "agreement", "bits");
    say!("  {:16} {:18} {:>8}", "before comparing", "", bits(pair.prior));
    for step in &pair.steps {
        say!("  {:16} {:18} {:>8}", step.field.name(), step.level, bits(step.bits));
        if let Some((one, other)) = &step.values {
            let said = |words: &str| if words.is_empty() { "(nothing)".to_string() } else { format!("“{words}”") };
            say!("    {} and {}", said(one), said(other));
        }
    }
    say!("  {:16} {:18} {:>8}\n", "in all", "", bits(pair.total));
    say!("  {}", pair.start);
    pair.steps.iter().for_each(|step| say!("  {}", step.sentence));
    say!("  {}", pair.end);
    say!("  {}", pair.outcome);
}
