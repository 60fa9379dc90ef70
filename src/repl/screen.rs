//! Standard output as a person reads it: a pager where an answer exceeds the screen.

use std::env;
use std::io::{self, Write};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::terminal;
use super::waiting::Waiting;
use crate::error::Result;

/// The pager that shows colours, leaves short texts alone and keeps them on the screen.
const PAGER: &str = "less -FIRX";

/// Standard output; with a pager once more lines are written than the screen has.
pub struct Screen {
    /// What was written while it may still fit, and the lines that may.
    waiting: Option<(Vec<u8>, usize)>,
    pager: Option<Child>,
    interrupted: Arc<AtomicBool>,
    /// What must be gone from the screen before the answer comes.
    progress: Option<Waiting>,
}

impl Screen {
    /// A screen that pages where both ends are terminals and it is wanted.
    ///
    /// What is left of an answer once Ctrl-C has set `interrupted` is shown at once. How far the work has come (`waiting`) is
    /// told until the answer begins, and while it goes to a file.
    pub fn new(paged: bool, interrupted: Arc<AtomicBool>, waiting: Waiting) -> Self {
        let height = terminal::size()
            .filter(|_| paged && terminal::is_interactive() && !terminal::is_dumb())
            .map(|(_, height)| height);
        Self {
            waiting: height.map(|height| (Vec::new(), height.saturating_sub(1))),
            pager: None,
            interrupted,
            progress: (!terminal::is_redirected_to_file()).then_some(waiting),
        }
    }

    /// Writes what waits and lets the reader read to the end.
    ///
    /// # Errors
    /// Output that cannot be written. A pager that was left early is none.
    pub fn finish(mut self) -> Result<()> {
        if let Some((waiting, _)) = self.waiting.take() {
            self.clear();
            io::stdout().write_all(&waiting)?;
        }
        if let Some(mut pager) = self.pager.take() {
            drop(pager.stdin.take());
            pager.wait()?;
        }
        Ok(io::stdout().flush()?)
    }

    /// Whether a pager shows the answer.
    pub fn is_paged(&self) -> bool {
        self.pager.is_some()
    }

    /// Takes away what tells how far the work has come.
    fn clear(&mut self) {
        if let Some(progress) = self.progress.take() {
            progress.end();
        }
    }

    /// Starts the pager; without one the answer goes to the screen as it is.
    fn overflow(&mut self) -> io::Result<()> {
        let Some((waiting, _)) = self.waiting.take() else {
            return Ok(());
        };
        self.clear();
        if !self.interrupted.load(Ordering::Relaxed) {
            self.pager = start_pager();
        }
        self.write_all(&waiting)
    }
}

impl Write for Screen {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let Some(pager) = &mut self.pager {
            return match &mut pager.stdin {
                Some(stdin) => stdin.write(bytes),
                None => Ok(bytes.len()),
            };
        }
        match &mut self.waiting {
            None => {
                self.clear();
                io::stdout().write(bytes)
            }
            Some((waiting, height)) => {
                waiting.extend_from_slice(bytes);
                let lines = bytes.iter().filter(|&&b| b == b'\n').count();
                if lines > *height {
                    self.overflow()?;
                } else {
                    *height -= lines;
                }
                Ok(bytes.len())
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.pager {
            Some(Child {
                stdin: Some(stdin), ..
            }) => stdin.flush(),
            Some(_) => Ok(()),
            None => io::stdout().flush(),
        }
    }
}

fn start_pager() -> Option<Child> {
    let wanted = env::var("PAGER").unwrap_or_else(|_| PAGER.to_owned());
    if wanted.trim().is_empty() || wanted.trim() == "cat" {
        return None;
    }
    Command::new("sh")
        .arg("-c")
        .arg(&wanted)
        .env("LESSCHARSET", "utf-8")
        .stdin(Stdio::piped())
        .spawn()
        .ok()
}
