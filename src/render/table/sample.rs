//! The rows that are shown of all that come.

use std::collections::VecDeque;

use oxrdf::Term;

/// The cells of a row.
pub(super) type Row = Vec<Option<Term>>;

/// The rows that are shown of all that come: the first and the last.
pub(super) struct Sample {
    pub head: Vec<Row>,
    tail: VecDeque<Row>,
    /// How many of each are kept; `None` for all.
    halves: Option<(usize, usize)>,
    pub total: usize,
}

impl Sample {
    pub fn new(limit: Option<usize>) -> Self {
        Self {
            head: Vec::new(),
            tail: VecDeque::new(),
            halves: limit.map(|limit| (limit.div_ceil(2), limit / 2)),
            total: 0,
        }
    }

    pub fn push(&mut self, row: Row) {
        self.total += 1;
        match self.halves {
            Some((head, tail)) if self.head.len() >= head => {
                self.tail.push_back(row);
                if self.tail.len() > tail {
                    self.tail.pop_front();
                }
            }
            _ => self.head.push(row),
        }
    }

    pub fn shown(&self) -> usize {
        self.head.len() + self.tail.len()
    }

    /// The shown rows with their numbers, from 1.
    pub fn rows(&self) -> impl Iterator<Item = (usize, &Row)> {
        let behind = self.total - self.tail.len();
        let head = self.head.iter().enumerate();
        let tail = self.tail.iter().enumerate();
        head.map(|(i, row)| (i + 1, row))
            .chain(tail.map(move |(i, row)| (behind + i + 1, row)))
    }
}
