//! `factum list check`: what is in these lists, and what is wrong with them?

use super::{EACH, Format, Lists, counted, grouped};
use crate::failure::Failure;
use crate::say;
use clap::{Args, Subcommand};
use factum_case::fault::Severity;
use factum_case::lists::{self, ListInfo};
use factum_case::settings::Settings;

#[derive(Args)]
pub struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Read lists and say what is in them and what is wrong, without using them.
    Check(Check),
    /// Name the features a column may be mapped to.
    Features,
}

#[derive(Args)]
struct Check {
    #[command(flatten)]
    lists: Lists,
    /// List every fault, not only the first few of each kind.
    #[arg(long)]
    all: bool,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    match &arguments.action {
        Action::Check(check) => self::check(check),
        Action::Features => {
            for feature in factum_case::model::Feature::ALL {
                say!("{:18} {}", feature.key(), feature.help());
            }
            Ok(())
        }
    }
}

fn check(check: &Check) -> Result<(), Failure> {
    let show_values = check.lists.show_values;
    let (settings, mut faults) = Settings::read(&check.lists.settings);
    // Settings that cannot be read at all would only make every list look unknown.
    if faults.has_errors() && settings.say_nothing() {
        faults.lines(EACH, show_values).iter().for_each(|line| say!("{line}"));
        return Err(Failure::new("the settings cannot be used").hint("mend the errors and check again"));
    }
    let reading = lists::read(&check.lists.files, &settings, check.lists.folder());
    match check.format {
        Format::Json => {
            faults.extend(reading.faults.clone());
            let shown: Vec<String> = faults.iter().map(|f| f.line(show_values)).collect();
            let summary = serde_json::json!({ "files": reading.files, "lists": reading.lists, "faults": shown });
            say!("{}", serde_json::to_string_pretty(&summary)?);
        }
        Format::Text => {
            print(&reading);
            faults.extend(reading.faults.clone());
            let each = if check.all { usize::MAX } else { EACH };
            faults.lines(each, show_values).iter().for_each(|line| say!("{line}"));
            say!("{}", totals(&faults));
        }
    }
    if faults.has_errors() {
        return Err(Failure::new("these lists cannot be used as they are").hint("mend the errors and check again"));
    }
    Ok(())
}

fn print(reading: &lists::Reading) {
    for file in &reading.files {
        let encoding = file.encoding.as_ref().map(|e| format!(", {e}")).unwrap_or_default();
        say!(
            "{} ({}{encoding}): {}, {}",
            file.input.name,
            file.format,
            counted(file.rows, "row"),
            counted(file.records, "record")
        );
        for column in &file.columns {
            let share = if file.rows == 0 { 0.0 } else { 100.0 * column.filled as f64 / file.rows as f64 };
            say!(
                "  {:24} {:18} filled in {:>9} rows ({share:.1} %)",
                column.column,
                column.feature.key(),
                column.filled
            );
        }
    }
    let several = reading.lists.len() > reading.files.len();
    for list in &reading.lists {
        if several {
            say!("list {}: {} records", list.id, grouped(list.records as f64));
        }
        print_standing(list);
    }
}

/// How the records of a list stand to the scope, and how many name nobody.
pub fn print_standing(list: &ListInfo) {
    if let Some(scope) = &list.scope {
        say!("list {}, scope: {}", list.id, scope.in_words());
    }
    match list.unnamed {
        0 => {}
        1 => say!("list {}: 1 record names nobody and is counted apart", list.id),
        n => say!("list {}: {} records name nobody and are counted apart", list.id, grouped(n as f64)),
    }
}

fn totals(faults: &factum_case::fault::Faults) -> String {
    if faults.is_empty() {
        return "no faults".into();
    }
    let count = |severity, one: &str, many: &str| match faults.count(severity) {
        1 => format!("1 {one}"),
        n => format!("{n} {many}"),
    };
    let mut totals = vec![
        count(Severity::Error, "error", "errors"),
        count(Severity::RowLeftOut, "row left out", "rows left out"),
        count(Severity::ValueLeftOut, "value left out", "values left out"),
        count(Severity::Note, "note", "notes"),
    ];
    if faults.count(Severity::SetAside) > 0 {
        totals.push(count(Severity::SetAside, "row set aside", "rows set aside"));
    }
    totals.join(", ")
}
