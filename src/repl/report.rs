//! Errors and remarks, on standard error.

use std::io::{self, IsTerminal, Write};

use anstyle::{AnsiColor, Style};

use super::{Shell, terminal};
use crate::error::Error;
use crate::printable::visible;

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

/// Says something on standard error. When nobody is there to read it, nothing is to be done.
fn say(what: &str, color: AnsiColor, text: &str, colored: bool) {
    let line = line(what, color, text, colored);
    let _ = io::stderr().write_all(line.as_bytes());
}

/// A text with what it is before it. Names in it may come from a file, and must not act on a terminal.
fn line(what: &str, color: AnsiColor, text: &str, colored: bool) -> String {
    let style = if colored {
        Style::new().bold().fg_color(Some(color.into()))
    } else {
        Style::new()
    };
    let lines: Vec<String> = text.lines().map(visible).collect();
    format!("{style}{what}:{style:#} {}\n", lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_reported_cannot_act_on_a_terminal() {
        assert_eq!(
            line(
                "help",
                AnsiColor::Cyan,
                "write one of: a\u{1b}[2J\u{202e}b\n  c",
                false
            ),
            "help: write one of: a\\u001B[2J\\u202Eb\n  c\n"
        );
    }
}
