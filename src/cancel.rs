//! One way to stop: Ctrl-C, `--timeout`, `--max-memory`, or a file that proves damaged while it is read.
//!
//! Work that may take long calls [`poll`] often; it costs next to nothing. When the thread's [`Token`] says stop, `poll`
//! unwinds to [`Token::run`], which turns it into an error. Nothing in between can mistake half an answer for a whole one,
//! not a COUNT, not an EXISTS, not code of other crates that swallows errors.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::error::{Error, Result};
use crate::progress::{Progress, Stage};

/// How many polls pass between two looks at the token: some tens of microseconds of work.
const POLLS_PER_LOOK: u32 = 1024;

/// How long the clock and the memory may go unread.
const LOOK_EVERY: Duration = Duration::from_millis(5);

/// Says whether one piece of work should stop, and why. Clones speak of the same work.
#[derive(Clone, Debug, Default)]
pub struct Token {
    limits: Arc<Limits>,
    progress: Arc<Progress>,
    cancelled: Arc<AtomicBool>,
    /// Whether the first look stops the work.
    brief: bool,
}

#[derive(Debug)]
struct Limits {
    interrupted: Arc<AtomicBool>,
    started: Instant,
    timeout: Option<Duration>,
    max_memory: Option<u64>,
    /// Milliseconds after the start when the memory is to be read again.
    next_look: AtomicU64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            interrupted: Arc::default(),
            started: Instant::now(),
            timeout: None,
            max_memory: None,
            next_look: AtomicU64::new(0),
        }
    }
}

impl Token {
    /// A token for work that starts now.
    ///
    /// `interrupted` is what the handler of Ctrl-C sets; it may be shared by one token after another and is never
    /// cleared here. `max_memory` bounds the process's own memory in bytes, mapped files not counted.
    pub fn new(
        interrupted: Arc<AtomicBool>,
        timeout: Option<Duration>,
        max_memory: Option<u64>,
    ) -> Self {
        Self {
            limits: Arc::new(Limits {
                interrupted,
                timeout,
                max_memory,
                ..Limits::default()
            }),
            progress: Arc::default(),
            cancelled: Arc::default(),
            brief: false,
        }
    }

    /// The same token, for work that tells here how far it has come.
    pub fn telling(self, progress: Arc<Progress>) -> Self {
        Self { progress, ..self }
    }

    /// Tells whoever waits for the work how far it has come.
    pub fn tell(&self, stage: Stage) {
        self.progress.tell(stage);
    }

    /// A token for a part of this work: it stops with the whole, and can be cancelled alone.
    pub fn part(&self) -> Self {
        Self {
            limits: self.limits.clone(),
            progress: self.progress.clone(),
            cancelled: Arc::default(),
            brief: false,
        }
    }

    /// Whether both speak of the same work, or of parts of it.
    pub fn is_of(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.limits, &other.limits)
    }

    /// Stops the work as Ctrl-C would, when nobody waits for it any more.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// Whether the work may go on.
    ///
    /// # Errors
    /// [`Error::Interrupted`], [`Error::TimedOut`] or [`Error::OutOfMemory`], whichever is found first.
    pub fn check(&self) -> Result<()> {
        let limits = &*self.limits;
        if self.cancelled.load(Ordering::Relaxed) || limits.interrupted.load(Ordering::Relaxed) {
            return Err(Error::Interrupted);
        }
        if limits.timeout.is_none() && limits.max_memory.is_none() {
            return Ok(());
        }
        let elapsed = limits.started.elapsed();
        if let Some(timeout) = limits.timeout
            && elapsed >= timeout
        {
            return Err(Error::TimedOut(timeout.as_secs_f64()));
        }
        if let Some(max_memory) = limits.max_memory {
            let now = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX);
            if now >= limits.next_look.load(Ordering::Relaxed) {
                let pause = u64::try_from(LOOK_EVERY.as_millis()).unwrap_or(1);
                limits
                    .next_look
                    .store(now.saturating_add(pause), Ordering::Relaxed);
                if used_memory().is_some_and(|used| used > max_memory) {
                    return Err(Error::OutOfMemory(max_memory));
                }
            }
        }
        Ok(())
    }

    /// Runs `work` on this thread under this token.
    ///
    /// # Errors
    /// Why the work was stopped, where [`poll`] or [`damaged`] stopped it; and a token that says stop when the work has
    /// just ended, because what ended then may have been cut short.
    pub fn run<T>(&self, work: impl FnOnce() -> T) -> Result<T> {
        let outer = CURRENT.with(|current| current.replace(Some(self.clone())));
        LEFT.set(if self.brief { POLLS_PER_LOOK } else { 0 });
        let answer = catch(work);
        CURRENT.with(|current| current.replace(outer));
        let answer = answer?;
        self.check()?;
        Ok(answer)
    }

    /// Runs `work` on this thread as long as it takes little: up to the first look, some tens of microseconds.
    ///
    /// `None` as soon as it takes more; whatever it did by then is lost.
    ///
    /// # Errors
    /// As [`Token::run`].
    pub fn run_briefly<T>(&self, work: impl FnOnce() -> T) -> Result<Option<T>> {
        let brief = Self {
            brief: true,
            ..self.part()
        };
        match brief.run(work) {
            Err(Error::Interrupted) => self.check().map(|()| None),
            ended => ended.map(Some),
        }
    }
}

/// Runs `work` on a thread that helps another. A stop goes on as an unwinding, which the other takes up when it joins.
pub fn under<T>(token: &Token, work: impl FnOnce() -> T) -> T {
    CURRENT.with(|current| current.replace(Some(token.clone())));
    work()
}

thread_local! {
    static CURRENT: RefCell<Option<Token>> = const { RefCell::new(None) };
    static LEFT: Cell<u32> = const { Cell::new(0) };
}

/// The token of the work that runs on this thread, if any does.
pub fn work() -> Option<Token> {
    CURRENT.with(|current| current.borrow().clone())
}

/// The token of the work that runs on this thread; outside of any, one that never says stop.
pub fn current() -> Token {
    work().unwrap_or_default()
}

/// Tells whoever waits for the work of this thread how far it has come.
pub fn tell(stage: Stage) {
    CURRENT.with(|current| {
        if let Some(token) = &*current.borrow() {
            token.tell(stage);
        }
    });
}

/// Gives the running work an occasion to stop: unwinds to [`Token::run`] where this thread's token says so.
#[inline]
pub fn poll() {
    let left = LEFT.get();
    if left == 0 {
        look();
    } else {
        LEFT.set(left - 1);
    }
}

/// [`poll`] that looks at once, for steps that take long themselves.
#[cold]
pub fn look() {
    LEFT.set(POLLS_PER_LOOK);
    let stop = CURRENT.with(|current| match &*current.borrow() {
        Some(token) if token.brief => Some(Error::Interrupted),
        Some(token) => token.check().err(),
        None => None,
    });
    if let Some(error) = stop {
        LEFT.set(0);
        unwind(error);
    }
}

/// Ends the work because a file is not what its checksums or its own structure say.
#[cold]
pub fn damaged(path: PathBuf, message: impl Into<String>) -> ! {
    unwind(Error::Damaged {
        path,
        message: message.into(),
    })
}

/// The private payload of an orderly stop, told apart from every real panic.
struct Stop(Error);

fn unwind(error: Error) -> ! {
    // Not `panic!`: no hook runs and nothing is printed.
    resume_unwind(Box::new(Stop(error)))
}

/// Runs `work`, turning an orderly stop into its error; real panics go on.
///
/// # Errors
/// Why the work was stopped.
pub fn catch<T>(work: impl FnOnce() -> T) -> Result<T> {
    // Sound to look at what the work left behind: everything shared is immutable or atomic.
    catch_unwind(AssertUnwindSafe(work)).map_err(stopped)
}

fn stopped(payload: Box<dyn Any + Send>) -> Error {
    match payload.downcast::<Stop>() {
        Ok(stop) => stop.0,
        Err(panic) => resume_unwind(panic),
    }
}

/// The memory that this process holds for itself, in bytes; `None` where the system does not say.
pub fn used_memory() -> Option<u64> {
    // Leaves mapped files out: https://man7.org/linux/man-pages/man5/proc_pid_status.5.html
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("RssAnon:"))?;
    let kibibytes: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kibibytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_without_limits_is_done() {
        let token = Token::default();
        assert_eq!(token.run(|| 7).unwrap(), 7);
    }

    #[test]
    fn an_interrupt_stops_a_loop_that_polls() {
        let flag = Arc::new(AtomicBool::new(false));
        let token = Token::new(flag.clone(), None, None);
        flag.store(true, Ordering::Relaxed);
        let stopped = token.run(|| {
            loop {
                poll();
            }
        });
        let stopped: Result<()> = stopped;
        assert!(matches!(stopped, Err(Error::Interrupted)));
    }

    #[test]
    fn a_timeout_stops_a_loop_that_polls() {
        let token = Token::new(Arc::default(), Some(Duration::from_millis(5)), None);
        let stopped: Result<()> = token.run(|| {
            loop {
                poll();
            }
        });
        assert!(matches!(stopped, Err(Error::TimedOut(s)) if s == 0.005));
    }

    #[test]
    fn brief_work_is_done() {
        let token = Token::default();
        assert_eq!(token.run_briefly(|| 7).unwrap(), Some(7));
    }

    #[test]
    fn work_that_proves_long_is_not_brief() {
        let token = Token::default();
        let ended: Option<()> = token
            .run_briefly(|| {
                loop {
                    poll();
                }
            })
            .unwrap();
        assert_eq!(ended, None);
    }

    #[test]
    fn a_long_step_is_not_brief() {
        assert_eq!(Token::default().run_briefly(look).unwrap(), None);
    }

    #[test]
    fn an_interrupt_is_not_taken_for_long_work() {
        let token = Token::default();
        token.cancel();
        let stopped = Token::new(token.cancelled.clone(), None, None).run_briefly(look);
        assert!(matches!(stopped, Err(Error::Interrupted)));
    }

    #[test]
    fn work_that_ends_after_its_time_is_no_answer() {
        let token = Token::new(Arc::default(), Some(Duration::ZERO), None);
        assert!(matches!(token.run(|| 7), Err(Error::TimedOut(_))));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn too_much_memory_stops_the_work() {
        let token = Token::new(Arc::default(), None, Some(1));
        let stopped: Result<()> = token.run(|| {
            loop {
                poll();
            }
        });
        assert!(matches!(stopped, Err(Error::OutOfMemory(1))));
    }

    #[test]
    fn damage_ends_the_work_with_the_file_and_the_reason() {
        let stopped = catch(|| damaged("x.kgq".into(), "block 3 is damaged"));
        let error: Result<()> = stopped;
        insta::assert_snapshot!(error.unwrap_err(), @"x.kgq: block 3 is damaged");
    }

    #[test]
    fn polling_without_a_token_goes_on() {
        for _ in 0..10_000 {
            poll();
        }
    }
}
