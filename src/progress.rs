//! How far running work has come, for a person who waits for it.

use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};

/// What is being done, and how much of it is done. Whoever works tells, whoever waits looks.
#[derive(Debug, Default)]
pub struct Progress {
    stage: AtomicU8,
    done: AtomicU64,
    of: AtomicU64,
}

/// A part of the work, with how far it has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Something that does not tell.
    Working,
    /// Files are read: so many bytes, of so many where that is known.
    Reading(u64, Option<u64>),
    /// What was read is put in order.
    Indexing,
    /// A packed file is written: so many bytes.
    Writing(u64),
    /// Rules infer: so many rounds have found something, and so many facts altogether.
    Inferring(u64, u64),
    /// An endpoint is busy and will be asked again: so many times it has refused, of so many.
    Refused(u64, u64),
    /// Results arrive: so many rows or triples.
    Results(u64),
}

impl Progress {
    /// Says what is being done now.
    ///
    /// Someone who looks meanwhile may see the numbers of one stage with the name of another, for a moment.
    pub fn tell(&self, stage: Stage) {
        let (number, done, of) = match stage {
            Stage::Working => (0, 0, 0),
            Stage::Reading(done, of) => (1, done, of.unwrap_or(0)),
            Stage::Indexing => (2, 0, 0),
            Stage::Writing(done) => (3, done, 0),
            Stage::Inferring(rounds, facts) => (4, facts, rounds),
            Stage::Results(done) => (5, done, 0),
            Stage::Refused(done, of) => (6, done, of),
        };
        self.done.store(done, Ordering::Relaxed);
        self.of.store(of, Ordering::Relaxed);
        self.stage.store(number, Ordering::Relaxed);
    }

    /// What was told last.
    pub fn stage(&self) -> Stage {
        let done = self.done.load(Ordering::Relaxed);
        let of = self.of.load(Ordering::Relaxed);
        match self.stage.load(Ordering::Relaxed) {
            1 => Stage::Reading(done, (of > 0).then_some(of)),
            2 => Stage::Indexing,
            3 => Stage::Writing(done),
            4 => Stage::Inferring(of, done),
            5 => Stage::Results(done),
            6 => Stage::Refused(done, of),
            _ => Stage::Working,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_told_last_is_seen() {
        let progress = Progress::default();
        for stage in [
            Stage::Reading(5, Some(9)),
            Stage::Reading(5, None),
            Stage::Indexing,
            Stage::Writing(7),
            Stage::Inferring(2, 30),
            Stage::Results(4),
            Stage::Refused(1, 5),
            Stage::Working,
        ] {
            progress.tell(stage);
            assert_eq!(progress.stage(), stage);
        }
    }
}
