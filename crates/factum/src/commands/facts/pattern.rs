//! `factum pattern`: what was told again and again, beside how many could have known.

use crate::commands::Format;
use crate::commands::custody::actor::Actor;
use crate::commands::one_of;
use crate::failure::Failure;
use crate::say;
use clap::{Args, Subcommand, ValueEnum};
use factum_case::facts::accounts::Accounts;
use factum_case::facts::patterns::{self, AXES, Depth, Shown};
use factum_case::weigh::pattern::{Axis, Grain};

#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    actor: Actor,
    /// Count places with the outermost place that they lie in.
    #[arg(long, global = true)]
    outermost: bool,
    /// How to print.
    #[arg(long, global = true, value_enum, default_value_t = Format::Text)]
    format: Format,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Count acts by two of: type, place, year, month, unit, group (of the victims).
    Cross {
        /// The rows.
        #[arg(long, value_name = "AXIS", value_parser = one_of(&AXES))]
        rows: Axis,
        /// The columns.
        #[arg(long, value_name = "AXIS", value_parser = one_of(&AXES))]
        columns: Axis,
    },
    /// Show of which places and years anything could be learned.
    Coverage,
    /// Show who was moved from which place to which.
    Flows {
        /// By which periods.
        #[arg(long, value_enum, default_value_t = By::Year)]
        by: By,
    },
}

#[derive(Clone, Copy, ValueEnum)]
enum By {
    /// Years.
    Year,
    /// Months.
    Month,
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let case = arguments.actor.open()?;
    let book = super::book(&case)?;
    let schema = super::schema::of(&book);
    let accounts = Accounts::read(&case, &book, &schema)?;
    let depth = if arguments.outermost { Depth::Outermost } else { Depth::Each };
    let counted = patterns::gather(&book, &accounts, factum_case::this_day(), depth);
    let shown = match &arguments.command {
        Command::Cross { rows, columns } => patterns::cross(&counted, &schema, (*rows, *columns))?,
        Command::Coverage => patterns::coverage(&counted)?,
        Command::Flows { by: By::Year } => patterns::flows(&counted, Grain::Year)?,
        Command::Flows { by: By::Month } => patterns::flows(&counted, Grain::Month)?,
    };
    print(&shown, arguments.format)
}

fn print(shown: &Shown, format: Format) -> Result<(), Failure> {
    if format == Format::Json {
        let all = serde_json::json!({"table": shown.table, "notes": shown.notes});
        say!("{}", serde_json::to_string_pretty(&all)?);
        return Ok(());
    }
    super::shown::tables(std::slice::from_ref(&shown.table), format)?;
    shown.notes.iter().for_each(|note| say!("note: {note}"));
    say!("these counts are for the inquiry's own use: nothing here has been cleared to leave");
    Ok(())
}
