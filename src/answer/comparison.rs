//! What `compare` returns.

use serde::Serialize;

use super::{Claim, Direction, Entry, FactGroup, Path, Source, Statement, Value};

/// How two or more concepts are alike and how they differ.
///
/// A row has one cell for each of `items`, in their order; a cell is a list of entries, and a cell about which the graph
/// is silent is one entry with the status `not-stated`.
#[derive(Debug, Serialize)]
pub struct Comparison {
    /// The concepts compared.
    pub items: Vec<Value>,
    /// What each is, in the words of its description.
    pub descriptions: Vec<Option<Value>>,
    /// One or two sentences made from the facts.
    pub verdict: String,
    /// Facts that link one of them with another.
    pub relations: Vec<Statement>,
    /// Least common ancestors, most informative first.
    pub ancestors: Vec<Ancestor>,
    /// Facts that several have, those that all have first.
    pub shared: Vec<Row>,
    /// Properties that several have with different values.
    pub differences: Vec<Row>,
    /// Values that differ but share an ancestor.
    pub alike: Vec<Alike>,
    /// Properties that some only have.
    pub only: Vec<Row>,
    /// What one is said to lack, disjointness, contradictions and uncertain statements.
    pub denied: Vec<Row>,
    /// How they are connected where no fact links them directly.
    pub paths: Vec<Path>,
    /// What the notes say of the exam about each.
    pub exam: Exam,
    /// How many rows were left out because they tell least.
    pub left_out: usize,
    /// Whether a cap was met, so that there may be more.
    pub partial: bool,
}

impl Comparison {
    /// The rows with the names of their sections, in the order in which they are told.
    pub fn sections(&self) -> [(&'static str, &[Row]); 4] {
        [
            ("same", &self.shared),
            ("difference", &self.differences),
            ("only", &self.only),
            ("denied", &self.denied),
        ]
    }
}

/// A property side by side.
#[derive(Debug, Clone, Serialize)]
pub struct Row {
    /// The property.
    pub property: Value,
    /// The property that denies it, where a cell does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub denied_property: Option<Value>,
    /// Whether the concepts are its subjects or its objects.
    pub direction: Direction,
    /// A cell for each concept.
    pub cells: Vec<Vec<Entry>>,
    /// How many values each concept has besides those in its cell.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub more: Vec<u64>,
    /// Whether the values exclude each other: "differs" may be said.
    pub exclusive: bool,
    /// The share of siblings that have this property, where it is one that most have and one side lacks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notable_absence: Option<f64>,
    /// How telling it is; higher comes first.
    pub score: f64,
}

/// Something above all the concepts compared.
#[derive(Debug, Clone, Serialize)]
pub struct Ancestor {
    /// The ancestor.
    pub item: Value,
    /// Its intrinsic information content, 1 − ln(descendants+1)/ln N, from 0 to 1.
    pub information_content: f64,
    /// Steps up to it from each concept.
    pub distances: Vec<usize>,
    /// Where the links come from.
    pub sources: Vec<Source>,
}

/// Values that differ and share an ancestor below the root.
#[derive(Debug, Clone, Serialize)]
pub struct Alike {
    /// The property.
    pub property: Value,
    /// Whether the concepts are its subjects or its objects.
    pub direction: Direction,
    /// What the values have in common.
    pub ancestor: Value,
    /// The values of each concept below that ancestor.
    pub cells: Vec<Vec<Entry>>,
}

/// What is said of the exam.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Exam {
    /// Scope and question forms of each concept, in the order of the items.
    pub items: Vec<Vec<FactGroup>>,
    /// Claims that involve any of them.
    pub claims: Vec<Claim>,
}
