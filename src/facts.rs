//! What is said of a concept: its facts by property and direction.
//!
//! Provenance is taken out (reifiers, triple terms, claims and sources are no facts about concepts), and a hub's facts are
//! counted, never all read.

use std::collections::HashSet;

use crate::answer::{Direction, Entry, FactGroup, Status};
use crate::cli::Options;
use crate::error::Result;
use crate::graph::{Fact, Graph, Kind, Node, Pattern};
use crate::names;
use crate::provenance;
use crate::session::Session;

/// How many facts of a property and direction are read unless more are asked for.
pub const CAP: usize = 1000;

/// The facts of one property in one direction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The property.
    pub property: Node,
    /// Whether the concept is the subject or the object.
    pub direction: Direction,
    /// The values that were read, without repetition.
    pub values: Vec<Node>,
    /// How many values there are.
    pub total: u64,
}

impl Group {
    /// Whether there are values that were not read.
    pub fn is_partial(&self) -> bool {
        self.total > self.values.len() as u64
    }
}

/// Which properties count: `--hide` and `--only`.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    /// Properties that do not count.
    pub hidden: Vec<Node>,
    /// Properties that alone count, unless there are none.
    pub only: Vec<Node>,
}

impl Scope {
    /// What the options say.
    ///
    /// # Errors
    /// A property that the graph does not know.
    pub fn of(session: &Session, options: &Options) -> Result<Self> {
        Ok(Self {
            hidden: names::resolve_all(session, &options.hide)?,
            only: names::resolve_all(session, &options.only)?,
        })
    }

    /// Whether facts of this property count.
    pub fn admits(&self, property: Node) -> bool {
        !self.hidden.contains(&property) && (self.only.is_empty() || self.only.contains(&property))
    }
}

/// The facts of a node, outgoing groups first, at most `cap` values read a group.
///
/// # Errors
/// An endpoint that fails.
pub fn read(session: &Session, node: Node, scope: &Scope, cap: usize) -> Result<Vec<Group>> {
    let mut groups = Vec::new();
    for direction in [Direction::Out, Direction::In] {
        groups.extend(grouped(&session.graph, node, direction, cap)?);
    }
    groups.retain(|group| {
        scope.admits(group.property) && Some(group.property) != session.reifies_node()
    });
    // What a node says of itself is told once, as said by it.
    for group in groups.iter_mut().filter(|g| g.direction == Direction::In) {
        let before = group.values.len();
        group.values.retain(|value| *value != node);
        group.total -= (before - group.values.len()) as u64;
    }
    drop_provenance(session, &mut groups)?;
    Ok(groups)
}

/// The facts of a node in one direction, by property; where there are more than `cap` the properties are counted first, so
/// that one with very many values cannot hide the others.
fn grouped(graph: &Graph, node: Node, direction: Direction, cap: usize) -> Result<Vec<Group>> {
    let first = graph
        .facts(&[node], direction, None, cap)?
        .pop()
        .unwrap_or_default();
    if !first.more {
        return Ok(split(&first.facts, direction));
    }
    let groups = graph.by_property(node, direction, cap)?.into_iter();
    Ok(groups
        .map(|group| Group {
            property: group.property,
            direction,
            values: group.values,
            total: group.total,
        })
        .collect())
}

/// The facts of a node with one property in one direction, as a pattern.
pub fn pattern(node: Node, property: Node, direction: Direction) -> Pattern {
    match direction {
        Direction::Out => Pattern {
            subject: Some(node),
            property: Some(property),
            object: None,
        },
        Direction::In => Pattern {
            subject: None,
            property: Some(property),
            object: Some(node),
        },
    }
}

/// Facts in the order of their properties → groups.
fn split(facts: &[Fact], direction: Direction) -> Vec<Group> {
    facts
        .chunk_by(|a, b| a.property == b.property)
        .map(|facts| Group {
            property: facts[0].property,
            direction,
            values: facts.iter().map(|f| f.value).collect(),
            total: facts.len() as u64,
        })
        .collect()
}

fn drop_provenance(session: &Session, groups: &mut Vec<Group>) -> Result<()> {
    let mut nodes: Vec<Node> = groups.iter().flat_map(|g| &g.values).copied().collect();
    nodes.sort_unstable();
    nodes.dedup();
    let provenance = provenance_among(session, &nodes)?;
    let graph = &session.graph;
    for group in groups.iter_mut() {
        let before = group.values.len();
        // The cells of lists and their like mean nothing by themselves.
        let noise = session.role_nodes().noise.contains(&group.property);
        group.values.retain(|value| {
            let meaningless = noise && graph.kind(*value) == Kind::Blank;
            !meaningless && !provenance.contains(value)
        });
        group.total -= (before - group.values.len()) as u64;
    }
    groups.retain(|group| !group.values.is_empty());
    Ok(())
}

/// Which of these nodes only say where facts come from: reifiers, triple terms, claims and sources.
///
/// # Errors
/// An endpoint that fails.
pub fn provenance_among(session: &Session, nodes: &[Node]) -> Result<HashSet<Node>> {
    let graph = &session.graph;
    let roles = session.role_nodes();
    let mut marks: Vec<Node> = session.reifies_node().into_iter().collect();
    marks.extend(&roles.claim);
    let speaks_of_statements = !marks.is_empty();
    if !roles.source_class.is_empty() {
        marks.extend(session.type_node());
    }
    if marks.is_empty() {
        return Ok(HashSet::new());
    }
    let asked: Vec<Node> = nodes
        .iter()
        .copied()
        .filter(|&node| !graph.is_literal(node))
        .collect();
    let said = graph.facts(&asked, Direction::Out, Some(&marks), CAP)?;
    let is_mark = |fact: &Fact| {
        Some(fact.property) != session.type_node() || roles.source_class.contains(&fact.value)
    };
    Ok(asked
        .iter()
        .zip(said)
        .filter(|(node, said)| {
            said.facts.iter().any(is_mark)
                || (speaks_of_statements && graph.kind(**node) == Kind::Triple)
        })
        .map(|(node, _)| *node)
        .collect())
}

/// Whether a triple that holds is stated or inferred.
pub fn status(session: &Session, (subject, property, object): (Node, Node, Node)) -> Status {
    if session.graph.is_inferred(subject, property, object) {
        Status::Inferred
    } else {
        Status::Stated
    }
}

/// A fact seen from a node, as subject, property, object.
pub fn statement(
    node: Node,
    property: Node,
    direction: Direction,
    value: Node,
) -> (Node, Node, Node) {
    match direction {
        Direction::Out => (node, property, value),
        Direction::In => (value, property, node),
    }
}

/// Chosen facts of a node, with labels and sources: grouped by property and direction in the order of first choice.
///
/// # Errors
/// An endpoint that fails.
pub fn groups_of(
    session: &Session,
    node: Node,
    chosen: &[(Node, Direction, Node)],
) -> Result<Vec<FactGroup>> {
    let mut order: Vec<(Node, Direction)> = Vec::new();
    for &(property, direction, _) in chosen {
        if !order.contains(&(property, direction)) {
            order.push((property, direction));
        }
    }
    let properties: Vec<Node> = order.iter().map(|(property, _)| *property).collect();
    let labels = names::values(session, &properties)?;
    let entries = entries(session, node, chosen)?;
    Ok(order
        .into_iter()
        .zip(labels)
        .map(|(key, property)| FactGroup {
            property,
            direction: key.1,
            values: chosen
                .iter()
                .zip(&entries)
                .filter(|((property, direction, _), _)| (*property, *direction) == key)
                .map(|(_, entry)| entry.clone())
                .collect(),
        })
        .collect())
}

/// Facts of a node as entries: value, sources, qualifiers.
///
/// # Errors
/// An endpoint that fails.
pub fn entries(
    session: &Session,
    node: Node,
    chosen: &[(Node, Direction, Node)],
) -> Result<Vec<Entry>> {
    let statements: Vec<(Node, Node, Node)> = chosen
        .iter()
        .map(|&(property, direction, value)| statement(node, property, direction, value))
        .collect();
    let annotations = provenance::annotations(session, &statements)?;
    let nodes: Vec<Node> = chosen.iter().map(|(_, _, value)| *value).collect();
    Ok(names::values(session, &nodes)?
        .into_iter()
        .zip(annotations)
        .zip(&statements)
        .map(|((value, annotation), &statement)| Entry {
            value: Some(value),
            status: status(session, statement),
            via: None,
            qualifiers: annotation.qualifiers,
            sources: annotation.sources,
        })
        .collect())
}
