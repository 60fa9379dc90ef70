//! The shell: statements in, answers out; for a person at a prompt, for a script, and for a single command alike.

use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use anstyle::{AnsiColor, Style};
use oxrdf::Term;

use crate::answer::{Answer, Rows, Stream};
use crate::cancel::Token;
use crate::cli::{self, Options, Unsaid};
use crate::commands::Command;
use crate::error::{Error, Result};
use crate::input::{StandardInput, Waited};
use crate::line::{self, Line, Misread};
use crate::names;
use crate::render::Format;
use crate::session::{Origin, Session, Settings};
use crate::sparql::prologue::prologue;

use crate::progress::Stage;

use interrupt::Interrupt;
use print::Destination;
use waiting::Waiting;

mod edit;
mod editor;
mod examples;
pub(crate) mod help;
mod highlight;
mod history;
mod interrupt;
pub mod output;
mod print;
mod screen;
mod script;
pub(crate) mod settings;
pub mod terminal;
mod viewer;
mod waiting;

/// How many rows of the last answer are kept for `.last`.
const KEPT: usize = 100_000;

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

/// The answer before, as far as it is kept.
#[derive(Debug)]
struct Last {
    variables: Vec<String>,
    rows: Arc<Mutex<Vec<Vec<Option<Term>>>>>,
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
        let session = open(&options, &interrupt, &waiting)?;
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

    /// The options of the program with those of the line over them.
    fn options_for(&self, line: &Options) -> Options {
        let mut options = line.clone();
        if options.hide.is_empty() {
            options.hide.clone_from(&self.options.hide);
        }
        if options.only.is_empty() {
            options.only.clone_from(&self.options.only);
        }
        if options.data.is_empty() {
            options.data.clone_from(&self.options.data);
        }
        options.data_format = options.data_format.or(self.options.data_format);
        options
    }

    /// Lets the options of a line hold; returns what they stand in for.
    fn enter(&mut self, line: &Options) -> Result<Before> {
        let allowed = self.session.settings.clone();
        if allowed.safe && (line.write || line.allow_network || self.concerns_graph(line)) {
            return Err(Error::Refused {
                what: "widening what the session may do".to_owned(),
                hint: "it was opened with --safe".to_owned(),
            });
        }
        let session = if self.concerns_graph(line) {
            let opened = open(line, &self.interrupt, &self.waiting)?;
            Some(std::mem::replace(&mut self.session, opened))
        } else {
            None
        };
        let before = Before {
            session,
            settings: allowed.clone(),
            languages: self.session.languages.clone(),
        };
        self.session.settings = Settings {
            write: allowed.write || line.write,
            allow_network: allowed.allow_network || line.allow_network,
            safe: allowed.safe || line.safe,
            timeout: line.timeout.or(allowed.timeout),
            max_memory: line.max_memory.or(allowed.max_memory),
            infer: allowed.infer || line.infer,
            rules: if line.rules.is_empty() {
                allowed.rules
            } else {
                line.rules.clone()
            },
            max_inferred: line.max_inferred.or(allowed.max_inferred),
        };
        if line.infer
            && let Err(error) = self.session.infer(true)
        {
            self.leave(before);
            return Err(error);
        }
        if !line.lang.is_empty() {
            self.session.languages.clone_from(&line.lang);
        }
        Ok(before)
    }

    /// Whether a line of the shell names a graph of its own.
    fn concerns_graph(&self, line: &Options) -> bool {
        let own = &self.options;
        (!line.data.is_empty() && line.data != own.data)
            || (line.endpoint.is_some() && line.endpoint != own.endpoint)
            || (!line.roles.is_empty() && line.roles != own.roles)
    }

    fn leave(&mut self, before: Before) {
        if let Some(session) = before.session {
            self.session = session;
        }
        let infer = before.settings.infer;
        self.session.settings = before.settings;
        // Taking inferred facts out again cannot fail.
        let _ = self.session.infer(infer);
        self.session.languages = before.languages;
    }

    /// Counts the results that pass by; keeps them for `.last` where a person asks.
    fn follow(&mut self, answer: &mut Answer) {
        let progress = Arc::clone(&self.waiting.progress);
        let mut count = 0;
        let mut tell = move || {
            count += 1;
            progress.tell(Stage::Results(count));
        };
        match answer {
            Answer::Rows(rows) if self.interactive => {
                let kept = Arc::new(Mutex::new(Vec::new()));
                self.last = Some(Last {
                    variables: rows.variables.clone(),
                    rows: Arc::clone(&kept),
                });
                rows.solutions.watch(move |row| {
                    tell();
                    let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
                    if kept.len() < KEPT {
                        kept.push(row.clone());
                    }
                });
            }
            Answer::Rows(rows) => rows.solutions.watch(move |_| tell()),
            Answer::Triples(triples) => triples.quads.watch(move |_| tell()),
            _ => {}
        }
    }

    /// The kept rows as an answer.
    fn last(&self) -> Option<Answer> {
        let last = self.last.as_ref()?;
        let rows = last.rows.lock().unwrap_or_else(PoisonError::into_inner);
        Some(Answer::Rows(Rows {
            variables: last.variables.clone(),
            solutions: Stream::from(rows.clone()),
        }))
    }

    /// Tells an error on standard error, with the place in the script that is being read.
    pub fn report(&self, error: &Error) {
        report(
            error,
            terminal::colored(self.options.color, io::stderr().is_terminal()),
        );
    }

    fn say(&self, what: &str, color: AnsiColor, text: &str) {
        self.waiting.end();
        let colored = terminal::colored(self.options.color, io::stderr().is_terminal());
        say(what, color, text, colored);
    }
}

/// What the options of a line stand in for.
struct Before {
    session: Option<Session>,
    settings: Settings,
    languages: Vec<String>,
}

/// Opens the graph that options name.
fn open(options: &Options, interrupt: &Interrupt, waiting: &Waiting) -> Result<Session> {
    let origin = Origin {
        data: options.data.clone(),
        endpoint: options.endpoint.clone(),
        format: options.data_format,
        roles: options.roles.clone(),
    };
    let settings = Settings {
        write: options.write,
        allow_network: options.allow_network,
        safe: options.safe,
        timeout: options.timeout,
        max_memory: options.max_memory,
        infer: options.infer,
        rules: options.rules.clone(),
        max_inferred: options.max_inferred,
    };
    if settings.safe && (settings.write || settings.allow_network) {
        return Err(Error::usage(
            "--safe allows neither updates nor the network",
            "leave out --safe, or --write and --allow-network",
        ));
    }
    let languages = if options.lang.is_empty() {
        terminal::languages()
    } else {
        options.lang.clone()
    };
    let progress = &waiting.progress;
    let token = Token::new(interrupt.flag(), settings.timeout, settings.max_memory)
        .telling(Arc::clone(progress));
    let _begun = waiting.begin();
    let mut session = token.run(|| Session::open(&origin, languages, settings))??;
    session.interrupted = interrupt.flag();
    session.progress = Arc::clone(progress);
    Ok(session)
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
