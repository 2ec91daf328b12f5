//! What is a person told when something cannot be done?

use factum_case::custody::rehearsal;
use std::fmt;

/// What happened, and what to try. A rehearsal ends here too, because it goes no further, and is no failure.
#[derive(Debug)]
pub struct Failure {
    what: String,
    hint: Option<String>,
    code: u8,
}

impl Failure {
    pub fn new(what: impl fmt::Display) -> Self {
        let what = what.to_string();
        // The errors of all modules pass the account of a rehearsal on in words.
        let code = u8::from(!what.starts_with(rehearsal::BEGINS));
        Self { what, hint: None, code }
    }

    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// With which code the program ends, where others than 1 mean something.
    pub fn code(mut self, code: u8) -> Self {
        self.code = code;
        self
    }

    pub fn exit_code(&self) -> u8 {
        self.code
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.code == 0 {
            return f.write_str(&self.what);
        }
        write!(f, "error: {}", self.what)?;
        match &self.hint {
            Some(hint) => write!(f, "\n  try: {hint}"),
            None => Ok(()),
        }
    }
}

impl<E: std::error::Error> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::new(error)
    }
}

/// A panic says where, never what: its message may hold a value of evidence.
pub fn quiet_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map_or_else(|| "an unknown place".to_string(), ToString::to_string);
        eprintln!("note: an internal fault at {place}; the input it met is treated as broken");
    }));
}
