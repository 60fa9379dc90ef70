//! Results that arrive while they are still being found.

use std::fmt;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::{Duration, Instant};

use crate::cancel::{self, Token};
use crate::error::{Error, Result};

/// How many batches may wait for a slow reader before the finder waits too.
const WAITING: usize = 4;

/// How long a reader waits before it asks whether the work was stopped.
pub(crate) const GLANCE: Duration = Duration::from_millis(20);

/// How many results travel together.
pub const BATCH: usize = 256;

/// How long a result may wait for others to travel with.
const PATIENCE: Duration = Duration::from_millis(50);

/// Hands over results as they are found; the last thing sent is the error, if there was one.
///
/// Ends early when nobody reads any more, and with an error where `token` says stop at the end: what ended then may have
/// been cut short.
pub(crate) fn deliver<T>(
    results: impl Iterator<Item = Result<T>>,
    to: &SyncSender<Result<Vec<T>>>,
    token: &Token,
) {
    let (mut batch, mut sent, mut size) = (Vec::new(), Instant::now(), 1);
    for result in results {
        match result {
            Ok(result) => batch.push(result),
            Err(error) => return drop(to.send(Err(error))),
        }
        if batch.len() >= size || sent.elapsed() > PATIENCE {
            if to.send(Ok(std::mem::take(&mut batch))).is_err() {
                return;
            }
            // The first result is shown at once, many travel cheaply.
            size = (size * 2).min(BATCH);
            sent = Instant::now();
        }
    }
    let end = token.check().map(|()| batch);
    let _ = to.send(end);
}

/// Results in order; an error ends them and makes the answer void.
pub struct Stream<T> {
    batches: Option<Receiver<Result<Vec<T>>>>,
    token: Token,
    ready: std::vec::IntoIter<T>,
    /// How many results were taken.
    taken: usize,
    seen: Option<Seen<T>>,
}

/// Called with each result that passes by.
type Seen<T> = Box<dyn FnMut(&T) + Send>;

impl<T> Stream<T> {
    /// A bounded channel: its sender for the thread that finds, its stream for the one that prints.
    ///
    /// A sender that is refused knows that nobody reads any more and should stop.
    pub fn channel() -> (SyncSender<Result<Vec<T>>>, Self) {
        Self::channel_of(Token::default())
    }

    /// [`Stream::channel`] for work under `token`: the stream ends with an error as soon as the token says stop, however
    /// long the work takes to notice, and cancels it when dropped.
    pub fn channel_of(token: Token) -> (SyncSender<Result<Vec<T>>>, Self) {
        let (sender, receiver) = sync_channel(WAITING);
        let stream = Self {
            batches: Some(receiver),
            token,
            ready: Vec::new().into_iter(),
            taken: 0,
            seen: None,
        };
        (sender, stream)
    }

    /// Calls `seen` with each result that is taken from now on.
    pub fn watch(&mut self, seen: impl FnMut(&T) + Send + 'static) {
        self.seen = Some(Box::new(seen));
    }

    /// Puts results back that were taken, before what is left.
    pub fn put_back(&mut self, mut results: Vec<T>) {
        results.extend(std::mem::take(&mut self.ready));
        self.ready = results.into_iter();
    }

    /// Ends it: nothing more comes.
    fn end(&mut self) {
        self.batches = None;
        self.ready = Vec::new().into_iter();
    }

    /// Whether there is no result at all; waits for the first.
    ///
    /// # Errors
    /// The error that comes instead of a first result.
    pub fn is_empty(&mut self) -> Result<bool> {
        while self.ready.len() == 0 {
            let Some(batches) = &self.batches else {
                return Ok(true);
            };
            match batches.recv() {
                Ok(batch) => self.ready = batch?.into_iter(),
                Err(_) => self.batches = None,
            }
        }
        Ok(false)
    }
}

impl<T> From<Vec<T>> for Stream<T> {
    fn from(results: Vec<T>) -> Self {
        Self {
            batches: None,
            // What is at hand takes its time to be written all the same.
            token: cancel::current().part(),
            ready: results.into_iter(),
            taken: 0,
            seen: None,
        }
    }
}

impl<T> Iterator for Stream<T> {
    type Item = Result<T>;

    fn next(&mut self) -> Option<Result<T>> {
        loop {
            if let Some(result) = self.ready.next() {
                self.taken = self.taken.wrapping_add(1);
                if self.taken.is_multiple_of(BATCH)
                    && let Err(error) = self.token.check()
                {
                    self.end();
                    return Some(Err(error));
                }
                if let Some(seen) = &mut self.seen {
                    seen(&result);
                }
                return Some(Ok(result));
            }
            let error = match self.batches.as_ref()?.recv_timeout(GLANCE) {
                Ok(Ok(batch)) => {
                    self.ready = batch.into_iter();
                    continue;
                }
                Ok(Err(error)) => error,
                Err(RecvTimeoutError::Disconnected) => {
                    self.batches = None;
                    return None;
                }
                Err(RecvTimeoutError::Timeout) => match self.token.check() {
                    Ok(()) => continue,
                    Err(error) => error,
                },
            };
            self.end();
            return Some(Err::<T, Error>(error));
        }
    }
}

impl<T> Drop for Stream<T> {
    fn drop(&mut self) {
        self.token.cancel();
    }
}

impl<T> fmt::Debug for Stream<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Stream")
    }
}
