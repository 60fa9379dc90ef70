//! A line on standard error that tells how far a command has come, once somebody has waited for it.

use std::io::{self, IsTerminal, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::terminal;
use crate::printable::grouped;
use crate::progress::{Progress, Stage};
use crate::render::cut;

/// How long something may take before it tells how far it has come.
const PATIENCE: Duration = Duration::from_millis(500);

/// How long a line stands.
const PAUSE: Duration = Duration::from_millis(200);

/// Tells how far what runs has come, where a person sees standard error. Clones are the same.
#[derive(Debug, Clone, Default)]
pub struct Waiting {
    /// What tells.
    pub progress: Arc<Progress>,
    line: Arc<Mutex<Option<Arc<Line>>>>,
}

/// The line of one command.
#[derive(Debug, Default)]
struct Line {
    state: Mutex<State>,
    ended: Condvar,
}

#[derive(Debug, Default)]
struct State {
    has_ended: bool,
    is_shown: bool,
}

impl Waiting {
    /// Begins to wait for something, until the guard is dropped.
    pub fn begin(&self) -> Begun {
        self.end();
        self.progress.tell(Stage::Working);
        if io::stderr().is_terminal() && !terminal::is_dumb() {
            let line = Arc::new(Line::default());
            let (shown, progress) = (Arc::clone(&line), Arc::clone(&self.progress));
            // Without a thread nobody is told, which is no reason not to work.
            if thread::Builder::new()
                .spawn(move || shown.show(&progress))
                .is_ok()
            {
                *locked(&self.line) = Some(line);
            }
        }
        Begun(self.clone())
    }

    /// Wipes the line away for good, before something else is written.
    pub fn end(&self) {
        if let Some(line) = locked(&self.line).take() {
            let mut state = locked(&line.state);
            state.has_ended = true;
            if state.is_shown {
                let _ = io::stderr().write_all(b"\r\x1b[K");
            }
            line.ended.notify_all();
        }
    }
}

impl Line {
    fn show(&self, progress: &Progress) {
        let started = Instant::now();
        let mut state = locked(&self.state);
        let mut pause = PATIENCE;
        loop {
            let waited = self
                .ended
                .wait_timeout_while(state, pause, |state| !state.has_ended);
            let (now, _) = waited.unwrap_or_else(PoisonError::into_inner);
            if now.has_ended {
                return;
            }
            state = now;
            let text = text(progress.stage(), started.elapsed());
            // A line that were broken in two could not be wiped away.
            let width = terminal::width_of_errors().saturating_sub(1);
            state.is_shown = true;
            let line = format!("\r{}\x1b[K", cut(&text, width));
            let _ = io::stderr().write_all(line.as_bytes());
            pause = PAUSE;
        }
    }
}

/// While it lives, somebody waits.
#[derive(Debug)]
pub struct Begun(Waiting);

impl Drop for Begun {
    fn drop(&mut self) {
        self.0.end();
    }
}

fn text(stage: Stage, elapsed: Duration) -> String {
    let count = |number: u64| grouped(usize::try_from(number).unwrap_or(usize::MAX));
    let megabytes = |bytes: u64| count(bytes / 1_000_000);
    let done = match stage {
        Stage::Working => "working".to_owned(),
        Stage::Reading(read, Some(of)) => format!(
            "reading {} % of {} MB",
            (read.saturating_mul(100) / of.max(1)).min(100),
            megabytes(of)
        ),
        Stage::Reading(read, None) => format!("reading: {} MB", megabytes(read)),
        Stage::Indexing => "building the index".to_owned(),
        Stage::Writing(written) => format!("writing: {} MB", megabytes(written)),
        Stage::Inferring(0, _) => "inferring: round 1".to_owned(),
        Stage::Inferring(rounds, facts) => {
            format!("inferring: round {}, {} facts", rounds + 1, count(facts))
        }
        Stage::Refused(times, of) => {
            format!("the endpoint is busy: asking again ({times} of {of} tries)")
        }
        Stage::Results(results) => format!("{} results", count(results)),
    };
    format!("{done} · {} s · Ctrl-C stops", elapsed.as_secs())
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_stage_is_told_in_its_own_measure() {
        let told = |stage| text(stage, Duration::from_millis(3_700));
        insta::assert_snapshot!(told(Stage::Working), @"working · 3 s · Ctrl-C stops");
        insta::assert_snapshot!(told(Stage::Reading(56_000_000, Some(112_000_000))), @"reading 50 % of 112 MB · 3 s · Ctrl-C stops");
        insta::assert_snapshot!(told(Stage::Reading(1_234_000_000, None)), @"reading: 1,234 MB · 3 s · Ctrl-C stops");
        insta::assert_snapshot!(told(Stage::Indexing), @"building the index · 3 s · Ctrl-C stops");
        insta::assert_snapshot!(told(Stage::Writing(20_344_820)), @"writing: 20 MB · 3 s · Ctrl-C stops");
        insta::assert_snapshot!(told(Stage::Inferring(2, 1_204_311)), @"inferring: round 3, 1,204,311 facts · 3 s · Ctrl-C stops");
        insta::assert_snapshot!(told(Stage::Refused(2, 5)), @"the endpoint is busy: asking again (2 of 5 tries) · 3 s · Ctrl-C stops");
        insta::assert_snapshot!(told(Stage::Results(40_000)), @"40,000 results · 3 s · Ctrl-C stops");
    }
}
