//! How much there is of something, and the lists that are short beside the whole.

use super::{Graph, Node, Pattern};
use crate::error::Result;

/// How a predicate is used.
#[derive(Debug, Clone, Copy)]
pub struct PredicateUse {
    /// The predicate.
    pub property: Node,
    /// Triples with it.
    pub triples: u64,
    /// Distinct subjects.
    pub subjects: u64,
    /// Distinct objects.
    pub objects: u64,
}

/// Counts of a whole graph.
#[derive(Debug, Clone, Copy)]
pub struct Totals {
    /// Triples.
    pub triples: u64,
    /// Distinct subjects.
    pub subjects: u64,
    /// Distinct objects.
    pub objects: u64,
}

impl Graph {
    /// Whether a triple is stated in any graph.
    ///
    /// # Errors
    /// An endpoint that fails.
    pub fn contains(&self, subject: Node, property: Node, object: Node) -> Result<bool> {
        match self {
            Self::Index(index) => Ok(index.contains(subject, property, object)),
            Self::Remote(remote) => {
                let triple = Pattern {
                    subject: Some(subject),
                    property: Some(property),
                    object: Some(object),
                };
                Ok(remote.counts(&[triple])?.first().is_some_and(|&n| n > 0))
            }
        }
    }

    /// How many triples match each pattern, over all graphs.
    ///
    /// # Errors
    /// An endpoint that fails.
    pub fn counts(&self, patterns: &[Pattern]) -> Result<Vec<u64>> {
        match self {
            Self::Index(index) => Ok(patterns
                .iter()
                .map(|p| index.count(p.subject, p.property, p.object))
                .collect()),
            Self::Remote(remote) => remote.counts(patterns),
        }
    }

    /// The predicates with their use.
    ///
    /// # Errors
    /// An endpoint that fails.
    pub fn predicates(&self) -> Result<Vec<PredicateUse>> {
        match self {
            Self::Index(index) => Ok(index
                .predicates()
                .map(|predicate| PredicateUse {
                    property: predicate.id,
                    triples: predicate.count,
                    subjects: predicate.subjects,
                    objects: predicate.objects,
                })
                .collect()),
            Self::Remote(remote) => remote.predicates(),
        }
    }

    /// How these predicates are used; those that are not are left out.
    ///
    /// # Errors
    /// An endpoint that fails.
    pub fn uses(&self, properties: &[Node]) -> Result<Vec<PredicateUse>> {
        match self {
            Self::Index(_) => {
                let mut uses = self.predicates()?;
                uses.retain(|used| properties.contains(&used.property));
                Ok(uses)
            }
            Self::Remote(remote) => remote.uses(properties),
        }
    }

    /// How one predicate is used; `None` when it is not.
    ///
    /// # Errors
    /// An endpoint that fails.
    pub fn predicate(&self, property: Node) -> Result<Option<PredicateUse>> {
        Ok(self.uses(&[property])?.pop())
    }

    /// Subject and object of the triples with this predicate, in order, at most `limit` of them.
    ///
    /// # Errors
    /// An endpoint that fails, or, without a limit, has more than can be fetched.
    pub fn pairs(&self, property: Node, limit: Option<usize>) -> Result<Vec<(Node, Node)>> {
        match self {
            Self::Index(index) => {
                let limit = limit.unwrap_or(usize::MAX);
                Ok(index.pairs(property).take(limit).collect())
            }
            Self::Remote(remote) => remote.pairs(property, limit),
        }
    }

    /// The distinct objects of a predicate, with how many triples have them.
    ///
    /// # Errors
    /// An endpoint that fails.
    pub fn object_counts(&self, property: Node) -> Result<Vec<(Node, u64)>> {
        let remote = match self {
            Self::Index(index) => return Ok(index.object_counts(property)),
            Self::Remote(remote) => remote,
        };
        let objects = remote.objects(property)?;
        let pattern = |&object: &Node| Pattern {
            subject: None,
            property: Some(property),
            object: Some(object),
        };
        let patterns: Vec<Pattern> = objects.iter().map(pattern).collect();
        let counts = remote.counts(&patterns)?;
        Ok(objects.into_iter().zip(counts).collect())
    }

    /// Named graphs with their triples.
    ///
    /// # Errors
    /// An endpoint that fails.
    pub fn named_graphs(&self) -> Result<Vec<(Node, u64)>> {
        match self {
            Self::Index(index) => Ok(index.named_graphs().collect()),
            Self::Remote(remote) => remote.named_graphs(),
        }
    }

    /// Triples, distinct subjects and distinct objects, over all graphs.
    ///
    /// # Errors
    /// An endpoint that fails.
    pub fn totals(&self) -> Result<Totals> {
        match self {
            Self::Index(index) => Ok(Totals {
                triples: index.len(),
                subjects: index.subjects(),
                objects: index.objects(),
            }),
            Self::Remote(remote) => remote.totals(),
        }
    }

    /// How many triples a graph at hand has, told at once; nothing of an endpoint, which would have to count.
    pub fn triples_at_hand(&self) -> Option<u64> {
        match self {
            Self::Index(index) => Some(index.len()),
            Self::Remote(_) => None,
        }
    }
}
