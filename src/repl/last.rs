//! The last answer's rows, kept for `.last`, and how many results have passed by.

use std::sync::{Arc, Mutex, PoisonError};

use oxrdf::Term;

use super::Shell;
use crate::answer::{Answer, Rows, Stream};
use crate::progress::Stage;

/// How many rows of the last answer are kept for `.last`.
const KEPT: usize = 100_000;

/// The answer before, as far as it is kept.
#[derive(Debug)]
pub(super) struct Last {
    variables: Vec<String>,
    rows: Arc<Mutex<Vec<Vec<Option<Term>>>>>,
}

impl Shell {
    /// Counts the results that pass by; keeps them for `.last` where a person asks.
    pub(super) fn follow(&mut self, answer: &mut Answer) {
        let progress = Arc::clone(&self.waiting.progress);
        let mut count = 0;
        let mut tell = move || {
            count += 1;
            progress.tell(Stage::Results(count));
        };
        match answer {
            Answer::Rows(rows) if self.interactive => {
                let kept = Arc::new(Mutex::new(Vec::new()));
                self.last = Some(Last {
                    variables: rows.variables.clone(),
                    rows: Arc::clone(&kept),
                });
                rows.solutions.watch(move |row| {
                    tell();
                    let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
                    if kept.len() < KEPT {
                        kept.push(row.clone());
                    }
                });
            }
            Answer::Rows(rows) => rows.solutions.watch(move |_| tell()),
            Answer::Triples(triples) => triples.quads.watch(move |_| tell()),
            _ => {}
        }
    }

    /// The kept rows as an answer.
    pub(super) fn last(&self) -> Option<Answer> {
        let last = self.last.as_ref()?;
        let rows = last.rows.lock().unwrap_or_else(PoisonError::into_inner);
        Some(Answer::Rows(Rows {
            variables: last.variables.clone(),
            solutions: Stream::from(rows.clone()),
        }))
    }
}
