//! What `tree` returns.

use serde::Serialize;

use super::Value;
use super::value::is_zero;

/// A concept's place in the hierarchy (`tree`).
#[derive(Debug, Serialize)]
pub struct Tree {
    /// The concept asked for.
    pub item: Value,
    /// What is above it, each with what is above that.
    pub up: Vec<Branch>,
    /// What is below it, each with what is below that.
    pub down: Vec<Branch>,
    /// How many branches directly above it a cap left out.
    #[serde(skip_serializing_if = "is_zero")]
    pub up_left_out: usize,
    /// How many branches directly below it a cap left out.
    #[serde(skip_serializing_if = "is_zero")]
    pub down_left_out: usize,
    /// Whether a cap left out branches, of it or of others.
    pub partial: bool,
}

/// A node of a tree with what hangs on it.
#[derive(Debug, Clone, Serialize)]
pub struct Branch {
    /// The concept.
    pub item: Value,
    /// The hierarchy property that links it to its parent in the tree.
    pub property: Value,
    /// What hangs on it.
    pub branches: Vec<Branch>,
    /// Whether it was already printed elsewhere, or closes a cycle, and is not followed again.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub repeated: bool,
    /// How many branches a cap left out.
    #[serde(skip_serializing_if = "is_zero")]
    pub left_out: usize,
}
