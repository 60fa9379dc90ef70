//! The facts of nodes: what crosses the seam besides SPARQL.

use std::ops::Range;

use oxrdf::Term;

use super::{Fact, Facts, Graph, Grouped, Node, Pattern, Several};
use crate::answer::Direction;
use crate::cancel;
use crate::error::Result;
use crate::index::Index;

impl Graph {
    /// What is said of each of these nodes in one direction, over all graphs, at most `limit` facts a node.
    ///
    /// With `properties`, facts of these predicates only, in their order.
    ///
    /// # Errors
    /// An endpoint that fails.
    pub fn facts(
        &self,
        nodes: &[Node],
        direction: Direction,
        properties: Option<&[Node]>,
        limit: usize,
    ) -> Result<Vec<Facts>> {
        match self {
            Self::Index(index) => Ok(nodes
                .iter()
                .map(|&node| indexed_facts(index, node, direction, properties, limit))
                .collect()),
            Self::Remote(remote) => remote.facts(nodes, direction, properties, limit),
        }
    }

    /// What is said of a node in one direction, by property, at most `cap` values each, so that a property with very many
    /// values cannot hide the others.
    ///
    /// # Errors
    /// An endpoint that fails.
    pub fn by_property(
        &self,
        node: Node,
        direction: Direction,
        cap: usize,
    ) -> Result<Vec<Grouped>> {
        let index = match self {
            Self::Remote(remote) => return remote.by_property(node, direction, cap),
            Self::Index(index) => index,
        };
        let groups = index.predicates().map(|predicate| {
            let property = predicate.id;
            let (subject, object) = match direction {
                Direction::Out => (Some(node), None),
                Direction::In => (None, Some(node)),
            };
            let facts = indexed_facts(index, node, direction, Some(&[property]), cap);
            Grouped {
                property,
                total: index.count(subject, Some(property), object),
                values: facts.facts.iter().map(|fact| fact.value).collect(),
            }
        });
        Ok(groups.filter(|group| group.total > 0).collect())
    }

    /// The values that a property gives more than one of these nodes, at most `limit` for each two; `None` behind an
    /// endpoint, for which joining long lists may take too long.
    pub fn several(
        &self,
        nodes: &[Node],
        property: Node,
        direction: Direction,
        limit: usize,
    ) -> Option<Several> {
        match self {
            Self::Index(index) => Some(super::several::several(
                index, nodes, property, direction, limit,
            )),
            Self::Remote(_) => None,
        }
    }

    /// The properties that lead from one node to another.
    ///
    /// # Errors
    /// An endpoint that fails.
    pub fn between(&self, subject: Node, object: Node) -> Result<Vec<Node>> {
        match self {
            Self::Index(index) => Ok(index
                .predicates()
                .map(|predicate| predicate.id)
                .filter(|&property| index.contains(subject, property, object))
                .collect()),
            Self::Remote(remote) => remote.between(subject, object),
        }
    }

    /// Who speaks of statements about any of these nodes: the triples with this predicate whose object is a triple term with
    /// one of the nodes in it, as subject and object.
    ///
    /// # Errors
    /// An endpoint that fails.
    pub fn mentioning(&self, property: Node, nodes: &[Node]) -> Result<Vec<(Node, Node)>> {
        let index = match self {
            Self::Remote(remote) => return remote.mentioning(property, nodes),
            Self::Index(index) => index,
        };
        let mentions = |object: Node| {
            let parts = index.components(object);
            parts.is_some_and(|(s, p, o)| [s, p, o].iter().any(|part| nodes.contains(part)))
        };
        Ok(index
            .pairs(property)
            .filter(|(_, object)| mentions(*object))
            .collect())
    }

    /// The labels that nodes have by these properties, in their order, at most `limit` a node; an endpoint is asked for those
    /// in these languages, in English and without a language only.
    ///
    /// # Errors
    /// An endpoint that fails.
    pub fn labels(
        &self,
        nodes: &[Node],
        properties: &[Node],
        languages: &[String],
        limit: usize,
    ) -> Result<Vec<Facts>> {
        match self {
            Self::Index(_) => self.facts(nodes, Direction::Out, Some(properties), limit),
            Self::Remote(remote) => remote.labels(nodes, properties, languages, limit),
        }
    }

    /// The nodes of those terms that occur, in their order.
    ///
    /// # Errors
    /// An endpoint that fails.
    pub fn occurring(&self, terms: Vec<Term>) -> Result<Vec<Node>> {
        match self {
            Self::Index(_) => Ok(terms.iter().filter_map(|term| self.node(term)).collect()),
            Self::Remote(remote) => remote.occurring(terms),
        }
    }

    /// Visits the links of a node in both directions, at most `limit` each, by property: its place among
    /// [`Self::predicates`], whether it leads from the subject to the object, and the places at which [`Self::ends`] finds
    /// where it leads. Whether there are more.
    ///
    /// Where the graph is not at hand no links are.
    #[inline]
    pub fn runs(
        &self,
        node: Node,
        limit: usize,
        mut visit: impl FnMut(usize, bool, Range<usize>),
    ) -> bool {
        let Self::Index(index) = self else {
            return false;
        };
        let mut more = false;
        for forward in [true, false] {
            more |= index.runs(node, forward, limit, |property, places| {
                visit(property, forward, places);
            });
        }
        more
    }

    /// Adds to `ends` where the links at these places lead.
    #[inline]
    pub fn ends(&self, forward: bool, places: Range<usize>, ends: &mut Vec<Node>) {
        if let Self::Index(index) = self {
            index.ends(forward, places, ends);
        }
    }

    /// In how many triples a node is the subject or the object.
    ///
    /// # Errors
    /// An endpoint that fails.
    pub fn degree(&self, node: Node) -> Result<u64> {
        match self {
            Self::Index(index) => Ok(index.degree(node)),
            Self::Remote(_) => Ok(self.degrees(&[node])?.into_iter().sum()),
        }
    }

    /// In how many triples each node is the subject or the object.
    ///
    /// # Errors
    /// An endpoint that fails.
    pub fn degrees(&self, nodes: &[Node]) -> Result<Vec<u64>> {
        match self {
            Self::Index(index) => Ok(nodes.iter().map(|&node| index.degree(node)).collect()),
            Self::Remote(remote) => {
                let place = |subject, object| Pattern {
                    subject,
                    property: None,
                    object,
                };
                let patterns = |node: &Node| [place(Some(*node), None), place(None, Some(*node))];
                let patterns: Vec<Pattern> = nodes.iter().flat_map(patterns).collect();
                let counts = remote.counts(&patterns)?;
                Ok(counts.chunks(2).map(|c| c.iter().sum()).collect())
            }
        }
    }
}

fn indexed_facts(
    index: &Index,
    node: Node,
    direction: Direction,
    properties: Option<&[Node]>,
    limit: usize,
) -> Facts {
    let as_fact = |(property, value)| {
        cancel::poll();
        Fact { property, value }
    };
    let cap = limit.saturating_add(1);
    let mut facts: Vec<Fact> = match (properties, direction) {
        (None, Direction::Out) => index.outgoing(node).take(cap).map(as_fact).collect(),
        (None, Direction::In) => index.incoming(node).take(cap).map(as_fact).collect(),
        (Some(properties), Direction::Out) => properties
            .iter()
            .flat_map(|&p| index.outgoing_with(node, p).map(move |o| as_fact((p, o))))
            .take(cap)
            .collect(),
        (Some(properties), Direction::In) => properties
            .iter()
            .flat_map(|&p| index.incoming_with(node, p).map(move |s| as_fact((p, s))))
            .take(cap)
            .collect(),
    };
    let more = facts.len() > limit;
    facts.truncate(limit);
    Facts { facts, more }
}
