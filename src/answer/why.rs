//! What `why` returns.

use serde::Serialize;

use super::value::is_zero;
use super::{Claim, Statement, Value};

/// Why a statement holds, or that it does not (`why`).
#[derive(Debug, Serialize)]
pub struct Why {
    /// The statement in question.
    pub statement: Statement,
    /// Whether it holds, and how.
    pub verdict: Verdict,
    /// The shortest proof, where it holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proof: Option<Proof>,
    /// How many other ways there are to infer it.
    #[serde(skip_serializing_if = "is_zero")]
    pub other_ways: usize,
    /// Where it is said with doubt: the same statement with what is remarked on it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub uncertain: Vec<Statement>,
    /// Statements that say the contrary.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub contrary: Vec<Statement>,
    /// Claims of the exam that put it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub claims: Vec<Claim>,
    /// Where it does not hold: what comes nearest to it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub nearest: Vec<Statement>,
    /// The lines of the notes that are named above.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<NoteLine>,
}

/// Whether a statement holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It is stated.
    Stated,
    /// Rules infer it.
    Inferred,
    /// It is said with doubt only.
    Uncertain,
    /// A claim of the exam puts it, and the claim is false.
    FalseClaim,
    /// The contrary is stated.
    Denied,
    /// Nothing says it, which is not a no.
    NotKnown,
}

/// A statement with what it is inferred from.
#[derive(Debug, Clone, Serialize)]
pub struct Proof {
    /// The statement, with its sources where it is stated.
    pub statement: Statement,
    /// Whether it belongs to the vocabulary: what words mean, and not what the data say.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub axiom: bool,
    /// The rule that infers it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<RuleName>,
    /// What it is inferred from.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub premises: Vec<Proof>,
    /// Whether its own proof stands elsewhere in the whole.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub repeated: bool,
}

/// A rule for a reader.
#[derive(Debug, Clone, Serialize)]
pub struct RuleName {
    /// The name of its file.
    pub name: String,
    /// What it is called.
    pub title: String,
    /// What it says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub says: Option<String>,
    /// Where it comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

/// A line of the notes.
#[derive(Debug, Clone, Serialize)]
pub struct NoteLine {
    /// Its IRI.
    pub iri: String,
    /// Its number.
    pub line: u32,
    /// The section that it is in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub section: Option<Value>,
    /// The line itself, from the user's own copy of the notes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

impl Verdict {
    /// Whether the statement holds.
    pub fn holds(self) -> bool {
        matches!(self, Self::Stated | Self::Inferred)
    }
}
