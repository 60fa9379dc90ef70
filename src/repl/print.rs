//! An answer on its way out: where it goes, in which format, and how it looks there.

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use anstyle::AnsiColor;

use super::output::{self, Reader};
use super::screen::Screen;
use super::{Shell, terminal, viewer};
use crate::answer::Answer;
use crate::cli::Options;
use crate::commands::Command;
use crate::error::{Error, Result};
use crate::language::Language;
use crate::render::{self, Format, View};

/// How many rows a terminal is shown of an answer.
const SHOWN: usize = 40;

/// Where an answer goes.
#[derive(Debug, Clone)]
pub(super) enum Destination {
    Screen,
    /// A file that this answer alone fills.
    File(PathBuf),
    /// A file at whose end the answer is added.
    Append(PathBuf),
    /// A program that reads it.
    Program(String),
}

impl Shell {
    pub(super) fn destination(&mut self, command: &Command, line: &Options) -> Destination {
        let once = self.once.take();
        let stated = line
            .output
            .clone()
            .or_else(|| command.rewrites(&self.options));
        match (stated, once, &self.output) {
            (Some(path), _, _) => Destination::File(path),
            (None, Some(once), _) => once,
            (None, None, Some(path)) => Destination::Append(path.clone()),
            (None, None, None) => Destination::Screen,
        }
    }

    /// Writes an answer where it is to go.
    pub(super) fn print(
        &self,
        answer: Answer,
        line: &Options,
        destination: Destination,
    ) -> Result<()> {
        let is_shown = matches!(destination, Destination::Screen) && !line.open;
        if let Answer::Done(done) = &answer {
            self.say("done", AnsiColor::Green, done.trim_end());
            return Ok(());
        }
        let extension = match &destination {
            Destination::File(path) | Destination::Append(path) => extension_format(path),
            _ => None,
        };
        let page = line.open.then_some(Format::Html);
        let possible = render::formats(&answer);
        let wanted = page.or(self.mode);
        let size = terminal::size().filter(|_| is_shown);
        let format = line
            .format
            .or(extension)
            .or_else(|| wanted.filter(|format| possible.contains(format)))
            .unwrap_or_else(|| render::default_format(&answer, size.is_some()));
        let mut view = self.view(size);
        view.color &= is_shown;
        let destination = match destination {
            Destination::Screen if line.open => Destination::File(viewer::temporary(format)?),
            stated => stated,
        };
        let opened = match &destination {
            Destination::File(path) | Destination::Append(path) if line.open => Some(path.clone()),
            _ => None,
        };
        self.write(answer, format, &view, destination)?;
        opened.map_or(Ok(()), |path| viewer::open(&path))
    }

    fn write(
        &self,
        answer: Answer,
        format: Format,
        view: &View<'_>,
        destination: Destination,
    ) -> Result<()> {
        if render::hides_a_cut(&answer, format) {
            let remark = format!(
                "there is more than {} shows: text and json tell what is left out",
                format.name()
            );
            self.say("warning", AnsiColor::Yellow, &remark);
        }
        let write = |out: &mut dyn Write| render::write(answer, format, view, out);
        match destination {
            Destination::Screen => {
                let mut out = BufWriter::new(self.screen());
                let written = write(&mut out);
                // What was shown before an error stays on the screen.
                let flushed = out.flush();
                let screen = out
                    .into_inner()
                    .map_err(|e| Error::Output(e.into_error()))?;
                let paged = screen.is_paged();
                let finished = screen.finish();
                match written.and(flushed.map_err(Error::from)).and(finished) {
                    Err(e) if paged && e.is_broken_pipe() => Ok(()),
                    other => other,
                }
            }
            Destination::File(path) => output::write_file(&path, write),
            Destination::Append(path) => append(&path, write),
            Destination::Program(command) => {
                self.waiting.end();
                Reader::start(&command)?.read(write)
            }
        }
    }

    /// Standard output, with a pager where a person reads it.
    pub(super) fn screen(&self) -> Screen {
        let (flag, waiting) = (self.interrupt.flag(), self.waiting.clone());
        Screen::new(self.interactive, flag, waiting)
    }

    /// Shows all of an answer, however long.
    pub(super) fn print_whole(&self, answer: Answer, options: &Options) -> Result<()> {
        let size = terminal::size();
        let format = options
            .format
            .or(self.mode)
            .unwrap_or_else(|| render::default_format(&answer, size.is_some()));
        let view = View {
            rows: None,
            ..self.view(size)
        };
        self.write(answer, format, &view, Destination::Screen)
    }

    /// How an answer looks on a terminal of this size, or elsewhere.
    fn view(&self, size: Option<(usize, usize)>) -> View<'_> {
        View {
            width: size.map(|(width, _)| width),
            terminal: size.is_some(),
            color: terminal::colored(self.options.color, size.is_some()),
            language: Language::of(&self.session.languages),
            rows: size.map(|_| SHOWN),
            rest: if self.interactive {
                ".last"
            } else {
                "--format vertical"
            },
            ..View::plain(&self.session.prefixes)
        }
    }
}

fn extension_format(path: &Path) -> Option<Format> {
    Format::from_extension(&path.extension()?.to_string_lossy())
}

fn append(path: &Path, write: impl FnOnce(&mut dyn Write) -> Result<()>) -> Result<()> {
    let file = std::fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(path)
        .map_err(|e| Error::file(path, e))?;
    let mut out = BufWriter::new(file);
    write(&mut out)?;
    out.flush().map_err(|e| Error::file(path, e))
}
