//! What `stats` returns.

use serde::Serialize;

use super::Value;

/// Counts of a graph (`stats`).
#[derive(Debug, Serialize)]
pub struct Stats {
    /// What the graph is: file names, "embedded notes", an address.
    pub graph: String,
    /// Triples in all graphs.
    pub triples: u64,
    /// Distinct subjects.
    pub subjects: u64,
    /// Distinct objects.
    pub objects: u64,
    /// Named graphs with their triples, most first.
    pub named_graphs: Vec<Count>,
    /// Classes with their instances, most first.
    pub kinds: Vec<Count>,
    /// Predicates with their use, most first.
    pub predicates: Vec<PredicateCount>,
    /// Prefixes that need no declaration here.
    pub prefixes: Vec<Prefix>,
    /// What a packed file holds besides, or what its verification found.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub file: Vec<(String, String)>,
}

/// How often something occurs.
#[derive(Debug, Serialize)]
pub struct Count {
    /// What occurs.
    pub item: Value,
    /// How often.
    pub count: u64,
}

/// How a predicate is used.
#[derive(Debug, Serialize)]
pub struct PredicateCount {
    /// The predicate.
    pub item: Value,
    /// Triples with it.
    pub count: u64,
    /// Distinct subjects.
    pub subjects: u64,
    /// Distinct objects.
    pub objects: u64,
}

/// A short name for a namespace.
#[derive(Debug, Serialize)]
pub struct Prefix {
    /// The prefix, without its colon.
    pub prefix: String,
    /// The namespace.
    pub iri: String,
}
