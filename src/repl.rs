//! The shell: statements in, answers out; for a person at a prompt, for a script, and for a single command alike.

use std::io::{self, Write};
use std::path::PathBuf;
use std::time::Instant;

use anstyle::AnsiColor;

use crate::cancel::Token;
use crate::cli::{self, Options, Unsaid};
use crate::commands::Command;
use crate::error::{Error, Result};
use crate::input::{StandardInput, Waited};
use crate::line::{self, Line, Misread};
use crate::names;
use crate::render::Format;
use crate::session::Session;
use crate::sparql::prologue::prologue;
use interrupt::Interrupt;
use last::Last;
use print::Destination;
pub use report::report;
use waiting::Waiting;

mod edit;
mod editor;
mod examples;
mod help;
mod highlight;
mod history;
mod interrupt;
mod last;
mod opening;
pub mod output;
mod print;
mod report;
mod screen;
mod script;
mod settings;
pub mod terminal;
mod viewer;
mod waiting;

/// A graph, and how to answer.
#[derive(Debug)]
pub struct Shell {
    /// What the commands work on.
    pub session: Session,
    /// What was said when the program started.
    options: Options,
    interrupt: Interrupt,
    waiting: Waiting,
    /// Whether a person types the statements.
    interactive: bool,
    /// What `.mode` chose.
    mode: Option<Format>,
    /// Where `.output` sends answers.
    output: Option<PathBuf>,
    /// Where `.once` sends the next answer.
    once: Option<Destination>,
    /// Whether `.timer` is on.
    timer: bool,
    /// The rows of the last answer, for `.last`.
    last: Option<Last>,
    /// The last SPARQL statement, for `.edit`.
    last_sparql: Option<String>,
    /// What `.edit` made of it, for the history.
    edited: Option<String>,
    /// The last command with the options of its line, for `.sparql`.
    last_command: Option<(Command, Options)>,
    /// The scripts that are being read, outermost first.
    scripts: Vec<PathBuf>,
}

/// Whether to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    /// With the next statement.
    On,
    /// Not: `.quit`.
    Quit,
}

impl Shell {
    /// Opens the graph that the options name; without any, the one of `KGQ_DATA` or `KGQ_ENDPOINT`, else the course's.
    ///
    /// Warnings go to standard error.
    ///
    /// # Errors
    /// Files that cannot be read or do not parse.
    pub fn open(options: Options) -> Result<Self> {
        let interrupt = Interrupt::install();
        let mut options = options;
        // What is said beats what the environment says.
        let set = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
        if options.data.is_empty() && options.endpoint.is_none() {
            options.data.extend(set("KGQ_DATA").map(PathBuf::from));
            if options.data.is_empty() {
                options.endpoint = set("KGQ_ENDPOINT");
            }
        }
        let running = interrupt.running();
        let waiting = Waiting::default();
        let session = opening::open(&options, &interrupt, &waiting)?;
        drop(running);
        let mut shell = Self {
            session,
            options,
            interrupt,
            waiting,
            interactive: false,
            mode: None,
            output: None,
            once: None,
            timer: false,
            last: None,
            last_sparql: None,
            edited: None,
            last_command: None,
            scripts: Vec::new(),
        };
        shell.warn();
        Ok(shell)
    }

    /// Tells what a user should know besides the answers.
    fn warn(&mut self) {
        for warning in std::mem::take(&mut self.session.warnings) {
            self.say("warning", AnsiColor::Yellow, &warning);
        }
    }

    /// Carries out one statement.
    ///
    /// # Errors
    /// What is wrong with it; the shell can go on.
    pub fn run(&mut self, text: &str) -> Result<Flow> {
        match Line::read(text) {
            Ok(Line::Blank) => {}
            Ok(Line::Sparql(text)) => {
                let declared = prologue(&text);
                // They hold for what follows too, as within one update.
                for (prefix, namespace) in &declared.prefixes {
                    self.session.prefixes.rebind(prefix, namespace);
                }
                if declared.is_all {
                    return Ok(Flow::On);
                }
                self.last_sparql = Some(text.clone());
                self.typed(Command::of_sparql(text), Options::default())?;
            }
            Ok(Line::Command(said)) => {
                if let Some(command) = said.command {
                    self.typed(command, said.options)?;
                }
            }
            Ok(Line::Setting(name, rest)) => return self.setting(&name, &rest),
            Err(Misread::OpenQuote) => {
                return Err(Error::usage(
                    "a double quote is not closed",
                    "close it, or leave it out: names with spaces need no quotes behind `show`",
                ));
            }
            Err(Misread::Unsaid(Unsaid::Help(help))) => {
                self.show(&help.render().to_string())?;
            }
            Err(Misread::Unsaid(Unsaid::Mistake(mistake))) => {
                return Err(self.name_for_command(text.trim()).unwrap_or(mistake));
            }
        }
        Ok(Flow::On)
    }

    /// Carries out a command of a statement.
    fn typed(&mut self, command: Command, options: Options) -> Result<()> {
        self.last_command = Some((command.clone(), options.clone()));
        self.command(command, &options)?;
        Ok(())
    }

    /// What to say where something's name stands alone, without a command.
    fn name_for_command(&self, text: &str) -> Option<Error> {
        let is_command = cli::verbs().any(|verb| verb == line::first_word(text));
        let is_name = !is_command && names::resolve(&self.session, text).is_ok();
        is_name.then(|| {
            Error::usage(
                format!("`{text}` is a name, not a command"),
                format!("`show {text}` tells what is said of it"),
            )
        })
    }

    /// Carries out a command with the options of its line; whether the answer is a no.
    ///
    /// # Errors
    /// What the command or the output says.
    pub fn command(&mut self, command: Command, line: &Options) -> Result<bool> {
        let interrupt = self.interrupt.clone();
        let _running = interrupt.running();
        let _quiet = terminal::Quiet::new();
        let started = Instant::now();
        let waiting = self.waiting.begin();
        let before = if command.reads_data() {
            let data = Vec::new();
            self.enter(&Options {
                data,
                ..line.clone()
            })?
        } else {
            self.enter(line)?
        };
        drop(waiting);
        let answered = self.answer(command, line);
        self.leave(before);
        self.warn();
        if self.timer {
            let line = format!("{:.3} s\n", started.elapsed().as_secs_f64());
            let _ = io::stderr().write_all(line.as_bytes());
        }
        answered
    }

    fn answer(&mut self, mut command: Command, line: &Options) -> Result<bool> {
        if let Some(text) = command.standard_input() {
            *text = Some(self.read_standard_input()?);
        }
        let _waiting = self.waiting.begin();
        let destination = self.destination(&command, line);
        if let Destination::File(path) | Destination::Append(path) = &destination {
            self.session
                .settings
                .files(&format!("writing {}", path.display()))?;
        }
        if line.open {
            let viewer = "opening the answer in another program";
            self.session.settings.files(viewer)?;
        }
        let options = self.options_for(line);
        let token = self.session.token();
        let rewritten = command.rewrites(&options);
        let _alone = rewritten
            .map(|path| output::alone_with(&path, &token))
            .transpose()?;
        let mut answer = token.run(|| command.run(&mut self.session, &options))??;
        let negative = answer.is_negative() || command.exit_status() && answer.is_empty()?;
        self.follow(&mut answer);
        self.print(answer, line, destination)?;
        Ok(negative)
    }

    /// The text of a command that reads standard input, which in a shell is where the statements come from.
    fn read_standard_input(&self) -> Result<String> {
        if self.interactive || !self.scripts.is_empty() {
            return Err(Error::usage(
                "standard input is where these statements come from",
                "give the query with -q or in a file, or type it as it is",
            ));
        }
        let token = Token::new(self.interrupt.flag(), None, None);
        let text = token.run(|| io::read_to_string(Waited(StandardInput)))?;
        text.map_err(|e| Error::file("standard input", e))
    }
}
