//! How far has the work come?
//!
//! Bars on a terminal, plain lines elsewhere; always on the error stream, so that results can be piped.

use factum_case::grouped;
use indicatif::{ProgressBar, ProgressState, ProgressStyle};
use std::fmt;
use std::io::IsTerminal;
use std::sync::Mutex;

/// Shows stages one after the other.
pub struct Stages {
    bar: Mutex<Option<ProgressBar>>,
    terminal: bool,
}

impl Stages {
    pub fn new() -> Self {
        Self { bar: Mutex::new(None), terminal: std::io::stderr().is_terminal() }
    }

    /// A stage of unknown length.
    pub fn say(&self, stage: &str) {
        self.start(stage, 0);
    }

    /// Removes the bar of the last stage.
    pub fn finish(&self) {
        if let Ok(mut bar) = self.bar.lock()
            && let Some(bar) = bar.take()
        {
            bar.finish_and_clear();
        }
    }

    fn start(&self, stage: &str, total: u64) {
        self.finish();
        if !self.terminal {
            eprintln!("{stage} …");
            return;
        }
        let bar = if total == 0 { ProgressBar::new_spinner() } else { ProgressBar::new(total) };
        let template = if total == 0 {
            "{spinner} {msg}"
        } else {
            "{msg:18} {bar:30} {percent:>3} %  {rate} a second  {eta} left"
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.with_key("rate", rate));
        }
        bar.set_message(stage.to_string());
        bar.enable_steady_tick(std::time::Duration::from_millis(120));
        if let Ok(mut current) = self.bar.lock() {
            *current = Some(bar);
        }
    }
}

impl factum_case::link::Progress for Stages {
    fn begin(&self, stage: &'static str, total: u64) {
        self.start(stage, total);
    }

    fn advance(&self, units: u64) {
        if let Ok(bar) = self.bar.lock()
            && let Some(bar) = bar.as_ref()
        {
            bar.inc(units);
        }
    }
}

fn rate(state: &ProgressState, out: &mut dyn fmt::Write) {
    let _ = out.write_str(&grouped(state.per_sec()));
}
