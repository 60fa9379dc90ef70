//! Ctrl-C: stops the command that runs, never the shell behind it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};

use signal_hook::consts::SIGINT;
use signal_hook::low_level;

use super::terminal;

/// How many times in a row mean that nothing else helps.
const ENOUGH: u8 = 3;

/// Status of a process that Ctrl-C ended.
const INTERRUPTED: i32 = 130;

/// What Ctrl-C does now. Clones are the same.
#[derive(Debug, Clone, Default)]
pub struct Interrupt {
    state: Arc<State>,
}

#[derive(Debug, Default)]
struct State {
    flag: Arc<AtomicBool>,
    running: AtomicBool,
    prompting: AtomicBool,
    pressed: AtomicU8,
}

impl Interrupt {
    /// Takes Ctrl-C over from the system, which would end the process.
    ///
    /// While nothing runs and no prompt waits it still does.
    pub fn install() -> Self {
        let interrupt = Self::default();
        let handled = interrupt.clone();
        // SAFETY: `press` only does what a signal handler may: no lock is waited for and nothing is allocated.
        // Where no handler can be set, Ctrl-C ends the process, as it did before.
        let _ = unsafe { low_level::register(SIGINT, move || handled.press()) };
        interrupt
    }

    /// What the handler sets, for tokens to look at.
    pub fn flag(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.state.flag)
    }

    /// Marks the begin of something that can be stopped, until the guard is dropped.
    pub fn running(&self) -> Running<'_> {
        self.state.flag.store(false, Ordering::Relaxed);
        self.state.pressed.store(0, Ordering::Relaxed);
        Running {
            state: &self.state,
            outer: self.state.running.swap(true, Ordering::Relaxed),
        }
    }

    /// Says that a shell waits for a line, so that Ctrl-C does not end it.
    pub fn prompting(&self) {
        self.state.prompting.store(true, Ordering::Relaxed);
    }

    /// Counts a Ctrl-C: the third in a row ends the process.
    pub fn press(&self) {
        let state = &*self.state;
        state.flag.store(true, Ordering::Relaxed);
        let pressed = state.pressed.fetch_add(1, Ordering::Relaxed) + 1;
        let heeded =
            state.running.load(Ordering::Relaxed) || state.prompting.load(Ordering::Relaxed);
        if pressed >= ENOUGH || !heeded {
            terminal::restore();
            low_level::exit(INTERRUPTED);
        }
    }

    /// Forgets earlier ones: something else happened in between.
    pub fn forget(&self) {
        self.state.pressed.store(0, Ordering::Relaxed);
    }
}

/// While it lives, Ctrl-C stops what runs.
#[derive(Debug)]
pub struct Running<'a> {
    state: &'a State,
    outer: bool,
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.state.running.store(self.outer, Ordering::Relaxed);
    }
}
