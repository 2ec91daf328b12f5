//! How does a line reach the reader?
//!
//! Results go to standard output. A reader that has seen enough (`| head`) ends the program quietly; a full disk is told.

use std::fmt;
use std::io::{ErrorKind, Write};

/// Prints one line of results.
#[macro_export]
macro_rules! say {
    ($($argument:tt)*) => { $crate::terminal::line(format_args!($($argument)*)) };
}

/// Prints one line of results, or ends the program.
pub fn line(text: fmt::Arguments<'_>) {
    if let Err(error) = writeln!(std::io::stdout(), "{text}") {
        if error.kind() == ErrorKind::BrokenPipe {
            std::process::exit(0);
        }
        eprintln!("error: the results cannot be printed: {error}");
        std::process::exit(1);
    }
}
