//! A command that reads an endpoint is run again and again, until all that it asks is known.
//!
//! Each time, what it asks and is not known yet is noted down and answered with nothing for the time being; then all of that
//! is asked in one request, and the command starts anew with what was learnt (Marlow et al. 2014, “There is no fork”,
//! <https://doi.org/10.1145/2628136.2628144>, batch the same way without starting anew). What one question needs of the
//! answer to another takes a further round; the number of nodes takes none. Only a run that asked nothing new counts.

use super::question::Question;
use super::{Remote, memory};
use crate::cancel;
use crate::error::{Error, Result};

/// How many questions are noted before they are asked: a run that has many open ends is better told which of them matter.
const TOGETHER: usize = 1000;

/// How many rounds a command may take.
const ROUNDS: usize = 200;

/// From which round on a search that could go on for ever is to come to its end.
const PATIENCE: usize = 12;

/// Ends the noting, however the command ends.
struct Noting<'a>(&'a Remote);

impl Drop for Noting<'_> {
    fn drop(&mut self) {
        memory::of(self.0, |memory| memory.noted = None);
    }
}

impl Remote {
    /// See [`Graph::in_rounds`](crate::graph::Graph::in_rounds).
    ///
    /// # Errors
    /// What `work` says when all that it asks is known; an endpoint that fails.
    pub fn in_rounds<T>(&self, mut work: impl FnMut() -> Result<T>) -> Result<T> {
        if memory::of(self, |memory| memory.noted.is_some()) {
            return work();
        }
        let _noting = Noting(self);
        for round in 0..ROUNDS {
            memory::of(self, |memory| {
                memory.noted = Some(Vec::new());
                memory.round = round;
            });
            let answer = work();
            let noted = memory::of(self, |memory| memory.noted.replace(Vec::new()));
            match noted {
                Some(noted) if !noted.is_empty() => self.put(noted)?,
                _ => return answer,
            }
            cancel::current().check()?;
        }
        Err(self.client.error(
            format!("the answer takes more than {ROUNDS} requests"),
            Some("ask for less, or ask with `query`".to_owned()),
        ))
    }

    /// See [`Graph::noted`](crate::graph::Graph::noted).
    pub fn noted(&self) -> usize {
        memory::of(self, |memory| memory.noted.as_ref().map_or(0, Vec::len))
    }

    /// See [`Graph::is_tired`](crate::graph::Graph::is_tired).
    pub fn is_tired(&self) -> bool {
        memory::of(self, |memory| memory.round >= PATIENCE)
    }

    /// Asks, or notes what is to be asked with the rest of this round.
    ///
    /// # Errors
    /// An endpoint that fails; a round that has noted enough, which nobody ever reads.
    pub(super) fn want(&self, questions: impl IntoIterator<Item = Question>) -> Result<()> {
        let mut asked: Vec<Question> = questions.into_iter().collect();
        if asked.is_empty() {
            return Ok(());
        }
        let at_once = memory::of(self, |memory| match &mut memory.noted {
            None => Ok(true),
            Some(noted) => {
                noted.append(&mut asked);
                if noted.len() < TOGETHER {
                    Ok(false)
                } else {
                    Err(Error::Interrupted)
                }
            }
        })?;
        if at_once { self.put(asked) } else { Ok(()) }
    }

    /// Ends a round that has noted anything: what follows is asked by itself, and only where it is sure to be needed.
    ///
    /// # Errors
    /// The end of the round, which nobody ever reads.
    pub(super) fn alone(&self) -> Result<()> {
        memory::of(self, |memory| match &memory.noted {
            Some(noted) if !noted.is_empty() => Err(Error::Interrupted),
            _ => Ok(()),
        })
    }
}
