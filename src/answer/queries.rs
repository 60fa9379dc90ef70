//! What `run` returns without a name.

use serde::Serialize;

/// The saved queries that there are (`run`).
#[derive(Debug, Serialize)]
pub struct Queries {
    /// The queries, by name.
    pub queries: Vec<SavedQuery>,
}

/// A saved query's heading.
#[derive(Debug, Clone, Serialize)]
pub struct SavedQuery {
    /// What `run` calls it.
    pub name: String,
    /// What it answers.
    pub title: String,
    /// Its parameters in order.
    pub parameters: Vec<Parameter>,
}

/// A variable of a saved query that an argument binds.
#[derive(Debug, Clone, Serialize)]
pub struct Parameter {
    /// The variable, without `?`.
    pub name: String,
    /// What it is.
    pub description: String,
    /// The term that it has when no argument is given; without one an argument is needed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
}
