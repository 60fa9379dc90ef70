//! The questions that commands ask of nodes, and which of them one pattern answers.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::queries::Inner;
use crate::answer::Direction;
use crate::graph::{Node, Pattern};

/// So many nodes or fewer are asked about one by one, within one query, so that a hub cannot crowd the others out.
const FEW: usize = 8;

/// So many lines of a `VALUES` table go into one part of a request.
const TABLE: usize = 500;

/// Something asked of an endpoint; what is equal is asked once.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Question {
    /// The facts of a node.
    Facts(Arc<Shape>, Node),
    /// How many triples match.
    Count(Pattern),
    /// How a predicate is used.
    Use(Node),
    /// The properties of a node with the number of their values.
    Properties(Direction, Node),
    /// The properties from one node to another.
    Between(Node, Node),
    /// Who speaks by a property of statements with one of these nodes in them.
    Mentioning(Node, Vec<Node>),
    /// Subject and object of the triples with a predicate, at most so many.
    Pairs(Node, usize),
    /// The objects of a predicate.
    Objects(Node),
    /// Whether a node occurs in any triple.
    Occurs(Node),
    /// Whether a node is the predicate of any triple.
    IsPredicate(Node),
}

/// Which facts of a node are asked for.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Shape {
    /// Whether the node is the subject or the object.
    pub direction: Direction,
    /// These predicates only.
    pub properties: Option<Vec<Node>>,
    /// At most so many.
    pub limit: usize,
    /// Texts in these languages only, where there are any; empty for all.
    pub languages: Vec<String>,
}

/// Questions of one kind. Rows of the answer have the number of the question, its place here.
#[derive(Debug, Clone)]
pub enum Part {
    /// Facts of nodes, each node's by itself.
    FactsOfEach(Arc<Shape>, Vec<Node>, Inner),
    /// Facts of nodes in one table, which may turn out to be too long.
    FactsOfAll(Arc<Shape>, Vec<Node>, Inner),
    /// Numbers of triples.
    Counts(Vec<Pattern>),
    /// Uses of predicates.
    Uses(Vec<Node>),
    /// Properties of nodes.
    Properties(Direction, Vec<Node>),
    /// Properties between nodes.
    Between(Vec<(Node, Node)>),
    /// See [`Question::Mentioning`].
    Mentioning(Node, Vec<Node>),
    /// See [`Question::Pairs`].
    Pairs(Node, usize),
    /// See [`Question::Objects`].
    Objects(Node),
    /// Which of these nodes occur.
    Occurring(Vec<Node>),
    /// Which of these nodes are predicates.
    Predicates(Vec<Node>),
}

/// Sorts questions by kind. `width` tells how many lines of a table one node of a shape takes, `inner` of which values it is
/// told what is said of them.
pub fn parts(
    questions: impl IntoIterator<Item = Question>,
    width: impl Fn(&Shape) -> usize,
    inner: impl Fn(&Shape) -> Inner,
) -> Vec<Part> {
    let mut facts: BTreeMap<Arc<Shape>, Vec<Node>> = BTreeMap::new();
    let mut properties: BTreeMap<Direction, Vec<Node>> = BTreeMap::new();
    let (mut counts, mut uses) = (Vec::new(), Vec::new());
    let (mut between, mut occurring, mut predicates) = (Vec::new(), Vec::new(), Vec::new());
    let mut parts = Vec::new();
    for question in questions {
        match question {
            Question::Facts(shape, node) => facts.entry(shape).or_default().push(node),
            Question::Properties(direction, node) => {
                properties.entry(direction).or_default().push(node);
            }
            Question::Count(pattern) => counts.push(pattern),
            Question::Use(property) => uses.push(property),
            Question::Between(subject, object) => between.push((subject, object)),
            Question::Occurs(node) => occurring.push(node),
            Question::IsPredicate(node) => predicates.push(node),
            Question::Mentioning(property, nodes) => parts.push(Part::Mentioning(property, nodes)),
            Question::Pairs(property, limit) => parts.push(Part::Pairs(property, limit)),
            Question::Objects(property) => parts.push(Part::Objects(property)),
        }
    }
    for (shape, nodes) in facts {
        let inner = inner(&shape);
        let width = width(&shape).max(1);
        if nodes.len() <= (FEW * 4 / width).clamp(1, FEW) {
            parts.push(Part::FactsOfEach(shape, nodes, inner));
            continue;
        }
        for nodes in nodes.chunks((TABLE / width).max(1)) {
            parts.push(Part::FactsOfAll(Arc::clone(&shape), nodes.to_vec(), inner));
        }
    }
    for (direction, nodes) in properties {
        parts.push(Part::Properties(direction, nodes));
    }
    parts.extend(counts.chunks(TABLE).map(|c| Part::Counts(c.to_vec())));
    parts.extend(uses.chunks(TABLE).map(|c| Part::Uses(c.to_vec())));
    parts.extend(between.chunks(FEW).map(|c| Part::Between(c.to_vec())));
    parts.extend(occurring.chunks(TABLE).map(|c| Part::Occurring(c.to_vec())));
    parts.extend(
        predicates
            .chunks(TABLE)
            .map(|c| Part::Predicates(c.to_vec())),
    );
    parts
}
