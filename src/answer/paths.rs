//! What `path` returns.

use serde::Serialize;

use super::value::is_zero;
use super::{Source, Status, Value};

/// How concepts are connected (`path`).
#[derive(Debug, Serialize)]
pub struct Paths {
    /// The concepts to be connected.
    pub items: Vec<Value>,
    /// The paths, cheapest first.
    pub paths: Vec<Path>,
    /// Whether a cap on degree or hops may have hidden others.
    pub partial: bool,
}

/// A chain of facts from one concept to another.
#[derive(Debug, Clone, Serialize)]
pub struct Path {
    /// Its weight: lower is more telling.
    pub cost: f64,
    /// The facts in order.
    pub steps: Vec<Step>,
    /// How many paths of the same shape are folded into this one.
    #[serde(skip_serializing_if = "is_zero")]
    pub folded: usize,
}

impl Path {
    /// Reads it from its other end.
    pub fn turn(&mut self) {
        self.steps.reverse();
        for step in &mut self.steps {
            step.forward = !step.forward;
        }
    }
}

/// A fact on a path.
#[derive(Debug, Clone, Serialize)]
pub struct Step {
    /// The fact's subject.
    pub subject: Value,
    /// Its property.
    pub property: Value,
    /// Its object.
    pub object: Value,
    /// Whether the path goes from subject to object.
    pub forward: bool,
    /// How firmly it is known.
    pub status: Status,
    /// Where it comes from.
    pub sources: Vec<Source>,
}

impl Step {
    /// Where the path comes from and where it goes.
    pub fn ends(&self) -> (&Value, &Value) {
        match self.forward {
            true => (&self.subject, &self.object),
            false => (&self.object, &self.subject),
        }
    }
}
