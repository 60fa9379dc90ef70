//! Scripts: statements from a file or a pipe.

use std::fs::File;
use std::io::{BufRead, BufReader, IsTerminal, Write};
use std::path::{Path, PathBuf};

use super::{Flow, Shell};
use crate::error::{Error, Result};
use crate::line::{self, Statement, Statements};

/// How deep scripts may read scripts.
const DEEPEST: usize = 16;

impl Shell {
    /// Runs the statements of a script as they come.
    ///
    /// It stops at the first error unless the session was opened to go on; whether all went well.
    ///
    /// # Errors
    /// The first error, with the script's `name` and line; with `--keep-going` only what cannot be read. Errors that were
    /// passed over have been reported.
    pub fn script(&mut self, name: &Path, lines: impl BufRead) -> Result<(Flow, bool)> {
        if self.scripts.len() >= DEEPEST {
            return Err(Error::usage(
                format!("scripts read each other {DEEPEST} deep"),
                "a script probably reads itself",
            ));
        }
        self.scripts.push(name.to_owned());
        let flow = self.statements(name, lines);
        self.scripts.pop();
        flow
    }

    fn statements(&mut self, name: &Path, lines: impl BufRead) -> Result<(Flow, bool)> {
        let mut statements = Statements::default();
        let mut well = true;
        for (place, line) in lines.lines().enumerate() {
            let line = line.map_err(|e| Error::file(name, e))?;
            // Some editors put a mark of byte order before a text.
            let unmarked = line.strip_prefix('\u{FEFF}').filter(|_| place == 0);
            statements.push(unmarked.unwrap_or(&line), &self.session.prefixes);
            if self.ready(name, &mut statements, &mut well)? == Flow::Quit {
                return Ok((Flow::Quit, well));
            }
        }
        statements.finish();
        let flow = self.ready(name, &mut statements, &mut well)?;
        Ok((flow, well))
    }

    fn ready(&mut self, name: &Path, statements: &mut Statements, well: &mut bool) -> Result<Flow> {
        while let Some(statement) = statements.next_ready() {
            match self.run(&statement.text) {
                Ok(Flow::On) => {}
                Ok(Flow::Quit) => return Ok(Flow::Quit),
                Err(error) => {
                    let stops = !self.options.keep_going
                        || error.is_broken_pipe()
                        || matches!(error, Error::Interrupted);
                    let error = placed(error, name, &statement);
                    if stops {
                        return Err(error);
                    }
                    self.report(&error);
                    *well = false;
                }
            }
        }
        Ok(Flow::On)
    }

    /// `.read FILE`: a script, relative to the one that reads it.
    ///
    /// # Errors
    /// A file that cannot be read, or the first error in it.
    pub(super) fn read_script(&mut self, file: &str) -> Result<Flow> {
        self.session.settings.files(&format!("reading {file}"))?;
        let path = match self.scripts.last().and_then(|script| script.parent()) {
            Some(folder) => folder.join(file),
            None => PathBuf::from(file),
        };
        let opened = File::open(&path).map_err(|e| Error::file(&path, e))?;
        let (flow, _) = self.script(&path, BufReader::new(opened))?;
        Ok(flow)
    }

    /// Reads statements plainly, for a terminal that can do no more than print lines.
    ///
    /// # Errors
    /// Input that cannot be read.
    pub(super) fn plain(&mut self, prompt: &str) -> Result<()> {
        let mut typed = String::new();
        let mut stdin = std::io::stdin().lock();
        self.interrupt.prompting();
        loop {
            if std::io::stdout().is_terminal() {
                let prompt = if typed.is_empty() { prompt } else { "...> " };
                write!(std::io::stderr(), "{prompt}")?;
            }
            let before = typed.len();
            if stdin
                .read_line(&mut typed)
                .map_err(|e| Error::file("standard input", e))?
                == 0
            {
                return Ok(());
            }
            self.interrupt.forget();
            let text = typed.trim_end_matches(['\n', '\r']).to_owned();
            let blank = typed[before..].trim().is_empty();
            if !blank && !line::is_complete(&text, &self.session.prefixes) {
                continue;
            }
            typed.clear();
            for statement in Statements::of(&text, &self.session.prefixes) {
                match self.run(&statement.text) {
                    Ok(Flow::On) => {}
                    Ok(Flow::Quit) => return Ok(()),
                    Err(error) if error.is_broken_pipe() => return Err(error),
                    Err(error) => self.report(&error),
                }
            }
        }
    }
}

/// The error with the script and the line where it happened.
fn placed(error: Error, name: &Path, statement: &Statement) -> Error {
    let name = name.display().to_string();
    match error {
        Error::Interrupted | Error::Output(_) => error,
        Error::Syntax(mut diagnostic) => {
            if diagnostic.name.is_none() {
                diagnostic.line += statement.line - 1;
                diagnostic.name = Some(name);
            }
            Error::Syntax(diagnostic)
        }
        Error::InScript { .. } => error,
        other => Error::InScript {
            name,
            line: statement.line,
            error: Box::new(other),
        },
    }
}
