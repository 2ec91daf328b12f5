//! `factum access`: who may read, write, approve, release what.

use crate::commands::Format;
use crate::failure::Failure;
use crate::say;
use clap::Args;
use factum_case::custody::access::{self, Deed, Line};
use factum_case::custody::governance::Role;

#[derive(Args)]
pub struct Arguments {
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let table = access::table();
    if arguments.format == Format::Json {
        say!("{}", serde_json::to_string_pretty(&table)?);
        return Ok(());
    }
    let wide = table.iter().map(|line| line.what.len()).max().unwrap_or(0);
    let roles: Vec<String> = Role::ALL.iter().map(|role| format!("{:<14}", role.name())).collect();
    say!("{:<9}{:<wide$}  {}", "", "", roles.concat().trim_end());
    let mut last: Option<Deed> = None;
    for Line { deed, what, roles, provided } in &table {
        let head = if last == Some(*deed) { "" } else { deed.name() };
        last = Some(*deed);
        let cells: Vec<String> =
            Role::ALL.iter().map(|role| format!("{:<14}", if roles.contains(role) { "yes" } else { "-" })).collect();
        let line = format!("{head:<9}{what:<wide$}  {}{provided}", cells.concat());
        say!("{}", line.trim_end());
    }
    say!("A reader of the log applies the same rules: whatever program wrote it, what breaks them counts for nothing.");
    Ok(())
}
