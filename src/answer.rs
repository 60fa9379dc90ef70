//! The plain data that commands return. Its `serde` form is the documented JSON.
//!
//! An answer keeps terms, with the labels that the command looked up, so that every format can still make links,
//! identifiers and RDF of them. [`Rows`] and [`Triples`] alone are a header and a stream of results.

use oxrdf::{Quad, Term};

pub use crate::answer::check::*;
pub use crate::answer::comparison::*;
pub use crate::answer::diff::*;
pub use crate::answer::find::*;
pub use crate::answer::map::*;
pub use crate::answer::paths::*;
pub use crate::answer::queries::*;
pub use crate::answer::show::*;
pub use crate::answer::stats::*;
pub use crate::answer::stream::{BATCH, Stream};
pub(crate) use crate::answer::stream::{GLANCE, deliver};
pub use crate::answer::tree::*;
pub use crate::answer::value::*;
pub use crate::answer::why::*;

mod check;
mod comparison;
mod diff;
mod find;
mod map;
mod paths;
mod queries;
#[cfg(test)]
pub(crate) mod sample;
mod show;
mod stats;
mod stream;
mod tree;
mod value;
mod why;

/// What a command found.
#[derive(Debug)]
pub enum Answer {
    /// The solutions of a SELECT query.
    Rows(Rows),
    /// The truth of an ASK query.
    Boolean(bool),
    /// The triples of a CONSTRUCT or DESCRIBE query, or of an export.
    Triples(Triples),
    /// What is said of a concept.
    Show(Box<Show>),
    /// Concepts whose names match a text.
    Find(Find),
    /// How concepts are alike and how they differ.
    Comparison(Box<Comparison>),
    /// How concepts are connected.
    Paths(Paths),
    /// A concept map.
    Map(Box<Map>),
    /// A concept's place in the hierarchy.
    Tree(Tree),
    /// Why a statement holds.
    Why(Box<Why>),
    /// What changed between two graphs.
    Diff(Box<Diff>),
    /// The outcome of checks.
    Checks(Checks),
    /// Counts of a graph.
    Stats(Box<Stats>),
    /// The saved queries that there are.
    Queries(Queries),
    /// A text that is the answer as it stands: SPARQL behind a command, a completion script, a manual page.
    Text(String),
    /// Done, with nothing to print but this sentence on standard error.
    Done(String),
}

impl Answer {
    /// What kind of answer it is, for messages.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Rows(_) => "a table of rows",
            Self::Boolean(_) => "a yes or no",
            Self::Triples(_) => "a graph",
            Self::Show(_) => "what is said of a concept",
            Self::Find(_) => "a list of matches",
            Self::Comparison(_) => "a comparison",
            Self::Paths(_) => "a list of paths",
            Self::Map(_) => "a concept map",
            Self::Tree(_) => "a tree",
            Self::Why(_) => "an explanation",
            Self::Diff(_) => "a list of changes",
            Self::Checks(_) => "the outcome of checks",
            Self::Stats(_) => "statistics",
            Self::Queries(_) => "the list of saved queries",
            Self::Text(_) | Self::Done(_) => "a text",
        }
    }

    /// Whether this is the negative answer of a command that has one: `find` without a match, `check` with an error, `diff`
    /// with a difference, `why` of what does not hold.
    pub fn is_negative(&self) -> bool {
        match self {
            Self::Find(find) => find.matches.is_empty(),
            Self::Why(why) => !why.verdict.holds(),
            Self::Diff(diff) => !diff.is_empty(),
            Self::Checks(checks) => checks.failed(Severity::Error) > 0,
            _ => false,
        }
    }

    /// Whether a query found nothing: no row, no triple, or false. Waits for the first result.
    ///
    /// # Errors
    /// What the first result says instead.
    pub fn is_empty(&mut self) -> crate::error::Result<bool> {
        match self {
            Self::Rows(rows) => rows.solutions.is_empty(),
            Self::Triples(triples) => triples.quads.is_empty(),
            Self::Boolean(truth) => Ok(!*truth),
            _ => Ok(false),
        }
    }
}

/// Solutions of a SELECT query, as they come.
#[derive(Debug)]
pub struct Rows {
    /// The projected variables, without `?`, in order.
    pub variables: Vec<String>,
    /// A cell for each variable, `None` where it is unbound.
    pub solutions: Stream<Vec<Option<Term>>>,
}

/// Triples, or quads, as they come.
#[derive(Debug)]
pub struct Triples {
    /// The quads; all in the default graph when they are a query's.
    pub quads: Stream<Quad>,
    /// The prefixes to write them with; `None` for those of the session that are of use.
    pub prefixes: Option<Vec<(String, String)>>,
}

impl From<Stream<Quad>> for Triples {
    fn from(quads: Stream<Quad>) -> Self {
        Self {
            quads,
            prefixes: None,
        }
    }
}
