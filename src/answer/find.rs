//! What `find` returns.

use serde::Serialize;

/// Concepts whose names match a text (`find`).
#[derive(Debug, Serialize)]
pub struct Find {
    /// The matches, best first.
    pub matches: Vec<Match>,
    /// Whether there are more than were asked for.
    pub partial: bool,
}

/// A concept one of whose names matches.
#[derive(Debug, Serialize)]
pub struct Match {
    /// The concept's IRI.
    pub iri: String,
    /// Its label in the reader's language.
    pub label: String,
    /// The name that matched, as it is written in the graph.
    pub matched: String,
    /// How well it matched, from 0 to 1.
    pub score: f64,
}
