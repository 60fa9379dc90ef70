//! What `diff` returns.

use serde::Serialize;

use super::{Source, Statement, Value};

/// What changed between two graphs (`diff`).
#[derive(Debug, Serialize)]
pub struct Diff {
    /// What the first graph is called.
    pub before: String,
    /// What the second graph is called.
    pub after: String,
    /// The concepts of which other things are said now, by label.
    pub concepts: Vec<Changed>,
    /// How many statements were added.
    pub added: u64,
    /// How many statements were removed.
    pub removed: u64,
    /// How many statements stayed with other annotations.
    pub annotated: u64,
    /// How many blank nodes of the first graph have no counterpart in the second.
    pub unmatched_before: u64,
    /// How many blank nodes of the second graph have no counterpart in the first.
    pub unmatched_after: u64,
    /// How many changes are not listed.
    pub left_out: u64,
}

/// A concept of which other things are said now.
#[derive(Debug, Serialize)]
pub struct Changed {
    /// The concept; none for blank nodes that belong to no concept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item: Option<Value>,
    /// Whether it is new or gone.
    pub standing: Standing,
    /// What changed.
    pub changes: Vec<Change>,
}

/// Whether a concept is in both graphs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// Only the second graph says something of it.
    New,
    /// Only the first graph said something of it.
    Gone,
    /// Both do.
    Changed,
}

/// A statement that was added or removed, or that is annotated otherwise.
#[derive(Debug, Serialize)]
pub struct Change {
    /// What happened to it.
    pub change: ChangeKind,
    /// The statement.
    pub statement: Statement,
    /// Of a statement that is annotated otherwise: what its annotations no longer say.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub no_longer: Vec<Note>,
    /// Of a statement that is annotated otherwise: what its annotations say now.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub now: Vec<Note>,
}

/// What happened to a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChangeKind {
    /// The second graph does not state it.
    Removed,
    /// The first graph did not state it.
    Added,
    /// Both state it, with other annotations.
    Annotated,
}

/// What an annotation says.
#[derive(Debug, Clone, Serialize)]
pub struct Note {
    /// The annotation's property.
    pub property: Value,
    /// Its value.
    pub value: Value,
    /// The value as a source, where it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
}

impl Change {
    /// A change of this kind, of which annotations say nothing yet.
    pub fn of(change: ChangeKind, statement: Statement) -> Self {
        Self {
            change,
            statement,
            no_longer: Vec::new(),
            now: Vec::new(),
        }
    }
}

impl Diff {
    /// Whether nothing changed.
    pub fn is_empty(&self) -> bool {
        self.added + self.removed + self.annotated == 0
    }
}
