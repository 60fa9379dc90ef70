//! Results that arrive while they are still being found.

use std::fmt;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use crate::error::{Error, Result};

/// How many batches may wait for a slow reader before the finder waits too.
const WAITING: usize = 4;

/// How many results travel together.
pub const BATCH: usize = 256;

/// Results in order; an error ends them and makes the answer void.
pub struct Stream<T> {
    batches: Option<Receiver<Result<Vec<T>>>>,
    ready: std::vec::IntoIter<T>,
}

impl<T> Stream<T> {
    /// A bounded channel: its sender for the thread that finds, its stream for the one that prints.
    ///
    /// A sender that is refused knows that nobody reads any more and should stop.
    pub fn channel() -> (SyncSender<Result<Vec<T>>>, Self) {
        let (sender, receiver) = sync_channel(WAITING);
        let stream = Self {
            batches: Some(receiver),
            ready: Vec::new().into_iter(),
        };
        (sender, stream)
    }
}

impl<T> From<Vec<T>> for Stream<T> {
    fn from(results: Vec<T>) -> Self {
        Self {
            batches: None,
            ready: results.into_iter(),
        }
    }
}

impl<T> Iterator for Stream<T> {
    type Item = Result<T>;

    fn next(&mut self) -> Option<Result<T>> {
        loop {
            if let Some(result) = self.ready.next() {
                return Some(Ok(result));
            }
            match self.batches.as_ref()?.recv() {
                Ok(Ok(batch)) => self.ready = batch.into_iter(),
                Ok(Err(error)) => {
                    self.batches = None;
                    return Some(Err::<T, Error>(error));
                }
                Err(_) => self.batches = None,
            }
        }
    }
}

impl<T> fmt::Debug for Stream<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Stream")
    }
}
