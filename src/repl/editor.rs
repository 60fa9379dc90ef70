//! The prompt: a line editor where the terminal can carry one.

use std::borrow::Cow;
use std::cell::RefCell;
use std::io::Write;
use std::rc::Rc;

use anstyle::Style;
use rustyline::completion::{Completer, Pair};
use rustyline::config::BellStyle;
use rustyline::error::ReadlineError;
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::hint::{Hinter, HistoryHinter};
use rustyline::history::FileHistory;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{
    Cmd, ColorMode, CompletionType, ConditionalEventHandler, Config, Context, Editor, Event,
    EventContext, EventHandler, Helper, KeyCode, KeyEvent, Modifiers, RepeatCount,
};

use super::highlight;
use super::history::{self, History};
use super::interrupt::Interrupt;
use super::{Flow, Shell, terminal};
use crate::completion::{self, Offer, Vocabulary};
use crate::error::{Error, Result};
use crate::line::{self, Statements};
use crate::printable::visible;
use crate::render::cut;
use crate::session::Settings;

/// What stands before a line.
const PROMPT: &str = "kgq> ";

/// How many columns of a list tell what a candidate is.
const ABOUT: usize = 40;

/// How many letters are typed before completion hints.
const HINTED: usize = 3;

impl Shell {
    /// Reads statements from a person until they leave.
    ///
    /// # Errors
    /// A terminal or an output that goes away.
    pub fn prompt(mut self) -> Result<()> {
        self.interactive = true;
        self.interrupt.prompting();
        self.greet();
        self.initialise();
        if terminal::is_dumb() {
            return self.plain(PROMPT);
        }
        let mut history = History::open(&self.session.settings);
        let colored = terminal::colored(self.options.color, true);
        let shell = Rc::new(RefCell::new(self));
        let mut editor = editor(&shell, colored)?;
        history.load(&mut editor);
        loop {
            let prompt = if colored {
                "\u{1b}[1;36mkgq>\u{1b}[0m "
            } else {
                PROMPT
            };
            match editor.readline(&(PROMPT, prompt)) {
                Ok(text) => {
                    history.add(&mut editor, &text);
                    let flow = enter(&mut shell.borrow_mut(), &text)?;
                    if let Some(edited) = shell.borrow_mut().edited.take() {
                        history.add(&mut editor, &edited);
                    }
                    if flow == Flow::Quit {
                        return Ok(());
                    }
                }
                Err(ReadlineError::Interrupted) => {}
                Err(ReadlineError::Eof) => return Ok(()),
                Err(error) => return Err(Error::Output(std::io::Error::other(error))),
            }
        }
    }

    fn greet(&self) {
        let version = env!("CARGO_PKG_VERSION");
        let banner = format!(
            "kgq {version} over {}\n`help` tells what there is, Ctrl-D leaves.\n",
            self.session.graph_name
        );
        let _ = std::io::stderr().write_all(banner.as_bytes());
    }

    /// Runs the user's own script for the begin of a shell.
    fn initialise(&mut self) {
        if self.session.settings.safe {
            return;
        }
        let Some(path) = history::config_folder().map(|folder| folder.join("init.kgq")) else {
            return;
        };
        if path.is_file()
            && let Err(error) = self.read_script(&path.to_string_lossy())
        {
            self.report(&error);
        }
    }
}

/// Runs all that was entered, as one or several statements; an error ends these and is told.
fn enter(shell: &mut Shell, text: &str) -> Result<Flow> {
    let statements = Statements::of(text, &shell.session.prefixes);
    for statement in statements {
        match shell.run(&statement.text) {
            Ok(Flow::On) => {}
            Ok(Flow::Quit) => return Ok(Flow::Quit),
            Err(error) => {
                shell.report(&error);
                break;
            }
        }
    }
    Ok(Flow::On)
}

/// What `.history` lists.
///
/// # Errors
/// A session that keeps none.
pub fn history_text(settings: &Settings, wanted: &str) -> Result<String> {
    history::text(settings, wanted)
}

type Line = Editor<Assistant, FileHistory>;

fn editor(shell: &Rc<RefCell<Shell>>, colored: bool) -> Result<Line> {
    let failed = |e: ReadlineError| Error::Output(std::io::Error::other(e));
    let config = Config::builder()
        .max_history_size(history::ENTRIES)
        .map_err(failed)?
        .history_ignore_dups(true)
        .map_err(failed)?
        .history_ignore_space(true)
        .auto_add_history(false)
        .completion_type(CompletionType::List)
        .completion_prompt_limit(usize::from(u8::MAX))
        .completion_show_all_if_ambiguous(true)
        .bell_style(BellStyle::None)
        .bracketed_paste(true)
        .color_mode(if colored {
            ColorMode::Forced
        } else {
            ColorMode::Disabled
        })
        .build();
    let mut editor = Line::with_config(config).map_err(failed)?;
    editor.set_helper(Some(Assistant {
        shell: Rc::clone(shell),
        vocabulary: Vocabulary::default(),
        colored,
    }));
    let interrupt = shell.borrow().interrupt.clone();
    editor.bind_sequence(
        KeyEvent(KeyCode::Enter, Modifiers::ALT),
        EventHandler::Simple(Cmd::Newline),
    );
    editor.bind_sequence(
        KeyEvent::ctrl('C'),
        EventHandler::Conditional(Box::new(OnInterrupt(interrupt))),
    );
    editor.bind_sequence(
        KeyEvent(KeyCode::Tab, Modifiers::NONE),
        EventHandler::Conditional(Box::new(OnTab)),
    );
    Ok(editor)
}

/// Ctrl-C clears the line; on an empty line the third in a row ends the program.
struct OnInterrupt(Interrupt);

impl ConditionalEventHandler for OnInterrupt {
    fn handle(
        &self,
        _: &Event,
        _: RepeatCount,
        _: bool,
        context: &EventContext<'_>,
    ) -> Option<Cmd> {
        if context.line().is_empty() {
            self.0.press();
        } else {
            self.0.forget();
        }
        Some(Cmd::Interrupt)
    }
}

/// Tab completes a word, but indents a row that is blank so far.
struct OnTab;

impl ConditionalEventHandler for OnTab {
    fn handle(
        &self,
        _: &Event,
        _: RepeatCount,
        _: bool,
        context: &EventContext<'_>,
    ) -> Option<Cmd> {
        let before = &context.line()[..context.pos()];
        let row = before.rsplit('\n').next().unwrap_or("");
        let indents = row.trim().is_empty() && !before.is_empty();
        Some(if indents {
            Cmd::Insert(1, "  ".to_owned())
        } else {
            Cmd::Complete
        })
    }
}

/// What helps with typing: it knows the shell, and through it the graph.
pub struct Assistant {
    shell: Rc<RefCell<Shell>>,
    vocabulary: Vocabulary,
    colored: bool,
}

impl Assistant {
    /// What could stand at the cursor; nothing where the graph cannot say.
    fn offer(&self, text: &str, at: usize) -> Offer {
        let shell = self.shell.borrow();
        completion::offer(&shell.session, &self.vocabulary, text, at).unwrap_or_default()
    }
}

impl Helper for Assistant {}

impl Validator for Assistant {
    fn validate(&self, context: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        let shell = self.shell.borrow();
        let complete = line::is_complete(context.input(), &shell.session.prefixes);
        Ok(if complete {
            ValidationResult::Valid(None)
        } else {
            ValidationResult::Incomplete
        })
    }
}

impl Completer for Assistant {
    type Candidate = Pair;

    fn complete(
        &self,
        text: &str,
        at: usize,
        _: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<Pair>)> {
        let offer = self.offer(text, at);
        // A candidate that takes two lines would look like two.
        let width = terminal::size().map_or(usize::MAX, |(width, _)| width - 1);
        let pairs = offer.candidates.into_iter().map(|candidate| {
            let display = visible(&match candidate.about.as_str() {
                "" => candidate.text.clone(),
                about => format!("{}  {}", candidate.text, cut(about, ABOUT)),
            });
            Pair {
                display: cut(&display, width),
                replacement: candidate.text,
            }
        });
        Ok((offer.start, pairs.collect()))
    }
}

impl Hinter for Assistant {
    type Hint = String;

    /// The rest of the last statement that began so; else the rest of the best candidate.
    fn hint(&self, text: &str, at: usize, context: &Context<'_>) -> Option<String> {
        if at < text.len() || text.trim().is_empty() {
            return None;
        }
        if let Some(hint) = HistoryHinter::new().hint(text, at, context) {
            return Some(hint).filter(|hint| !hint.contains('\n'));
        }
        let offer = self.offer(text, at);
        let typed = text.get(offer.start..)?;
        if typed.chars().count() < HINTED {
            return None;
        }
        let best = offer.candidates.first()?;
        best.text
            .strip_prefix(typed)
            .filter(|rest| !rest.is_empty())
            .map(str::to_owned)
    }
}

impl Highlighter for Assistant {
    fn highlight<'l>(&self, text: &'l str, _: usize) -> Cow<'l, str> {
        if self.colored {
            Cow::Owned(highlight::highlight(text))
        } else {
            Cow::Borrowed(text)
        }
    }

    fn highlight_hint<'h>(&self, hint: &'h str) -> Cow<'h, str> {
        let style = Style::new().dimmed();
        if self.colored {
            Cow::Owned(format!("{style}{hint}{style:#}"))
        } else {
            Cow::Borrowed(hint)
        }
    }

    fn highlight_char(&self, _: &str, _: usize, kind: CmdKind) -> bool {
        self.colored && kind != CmdKind::MoveCursor
    }
}
