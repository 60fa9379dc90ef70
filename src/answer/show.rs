//! What `show` returns.

use oxrdf::Triple;
use serde::Serialize;

use super::{Direction, Entry, Qualifier, Source, Status, Value};

/// What is said of a concept (`show`).
#[derive(Debug, Serialize)]
pub struct Show {
    /// The concept.
    pub item: Value,
    /// Its labels and aliases, all languages, preferred first.
    pub names: Vec<Value>,
    /// Its descriptions, the reader's language first.
    pub descriptions: Vec<Value>,
    /// The facts, most telling first, grouped by property and direction.
    pub facts: Vec<FactGroup>,
    /// The chosen facts as triples, in rank order.
    #[serde(skip)]
    pub triples: Vec<Triple>,
    /// The statements that come from it, where it is a source such as a line of the notes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub derived: Vec<Statement>,
    /// Statements that are reified and not asserted: doubtful ones.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub uncertain: Vec<Statement>,
    /// Claims about the concept and their verdicts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub claims: Vec<Claim>,
    /// How it is used, where it is a property.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usage: Option<Usage>,
    /// How many facts `--top` left out.
    pub left_out: u64,
}

/// How a property is used.
#[derive(Debug, Clone, Serialize)]
pub struct Usage {
    /// Triples with it.
    pub triples: u64,
    /// Distinct subjects.
    pub subjects: u64,
    /// Distinct objects.
    pub objects: u64,
    /// Subject and object of some of them.
    pub examples: Vec<(Value, Value)>,
}

/// The values of one property of a concept in one direction.
#[derive(Debug, Clone, Serialize)]
pub struct FactGroup {
    /// The property.
    pub property: Value,
    /// Whether the concept is the subject or the object.
    pub direction: Direction,
    /// The values.
    pub values: Vec<Entry>,
}

/// A statement that is spoken of rather than asserted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Statement {
    /// Its subject.
    pub subject: Value,
    /// Its property.
    pub property: Value,
    /// Its object.
    pub object: Value,
    /// What else is said of it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub qualifiers: Vec<Qualifier>,
    /// Whether a rule infers it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub inferred: bool,
    /// Where it comes from.
    pub sources: Vec<Source>,
}

impl Statement {
    /// How firmly it is known, where it is asserted.
    pub fn status(&self) -> Status {
        match self.inferred {
            true => Status::Inferred,
            false => Status::Stated,
        }
    }
}

/// A claim, as in an exam question: what is asked is not what is true.
#[derive(Debug, Clone, Serialize)]
pub struct Claim {
    /// The claim itself.
    pub claim: Value,
    /// What it says.
    pub statements: Vec<Statement>,
    /// Whether it is true; none when that is not said.
    pub verdict: Option<bool>,
    /// What is true instead.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub corrections: Vec<Statement>,
    /// Where it comes from.
    pub sources: Vec<Source>,
}
