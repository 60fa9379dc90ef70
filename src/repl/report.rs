//! Errors and remarks, on standard error.

use std::io::{self, IsTerminal, Write};

use anstyle::{AnsiColor, Style};

use super::{Shell, terminal};
use crate::error::Error;

impl Shell {
    /// Tells an error on standard error, with the place in the script that is being read.
    pub fn report(&self, error: &Error) {
        report(
            error,
            terminal::colored(self.options.color, io::stderr().is_terminal()),
        );
    }

    /// Says something with what it is before it, as in `warning: …`.
    pub(super) fn say(&self, what: &str, color: AnsiColor, text: &str) {
        self.waiting.end();
        let colored = terminal::colored(self.options.color, io::stderr().is_terminal());
        say(what, color, text, colored);
    }
}

/// Tells an error on standard error: the cause, then the cure.
pub fn report(error: &Error, colored: bool) {
    say("error", AnsiColor::Red, &error.to_string(), colored);
    if let Some(hint) = error.hint() {
        say("help", AnsiColor::Cyan, &hint, colored);
    }
}

/// A line on standard error with what it is before it. When nobody is there to read it, nothing is to be done.
fn say(what: &str, color: AnsiColor, text: &str, colored: bool) {
    let style = if colored {
        Style::new().bold().fg_color(Some(color.into()))
    } else {
        Style::new()
    };
    let line = format!("{style}{what}:{style:#} {text}\n");
    let _ = io::stderr().write_all(line.as_bytes());
}
