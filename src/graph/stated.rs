//! The triples that a graph states, by number: what rules are evaluated over.

use std::sync::Arc;

use oxrdf::{Term, TermRef};

use super::{Graph, Node};
use crate::error::{Error, Result};
use crate::index::{Builder, Index, Kind, Matches};
use crate::meta;

/// A graph at hand without what has been inferred from it.
#[derive(Debug, Clone, Copy)]
pub struct Stated<'a> {
    index: &'a Index,
    /// The number of the graph that marks inferred triples.
    mark: Option<u32>,
}

/// Triples that match a pattern.
pub struct StatedTriples<'a> {
    stated: Stated<'a>,
    matches: Matches<'a>,
}

impl Graph {
    /// What the graph states, over all its graphs.
    ///
    /// # Errors
    /// A graph that is not at hand.
    pub fn stated(&self) -> Result<Stated<'_>> {
        match self {
            Self::Index(index) => Ok(Stated {
                index,
                mark: mark(index),
            }),
            Self::Remote(_) => Err(Error::usage(
                "rules read a graph at hand, and an endpoint's is not",
                "load the data with -d",
            )),
        }
    }

    /// A graph that rules can read: this one, or a copy of what is behind an endpoint.
    ///
    /// # Errors
    /// An endpoint that fails, or has more than `most` triples.
    pub fn at_hand(&self, most: usize) -> Result<Self> {
        let Self::Remote(remote) = self else {
            return Ok(self.clone());
        };
        let mut copy = Builder::new();
        for (read, quad) in remote.quads()?.enumerate() {
            if read == most {
                return Err(Error::usage(
                    format!(
                        "rules need the whole graph, and {} has more than {most} triples",
                        remote.name()
                    ),
                    "save it with `export -o graph.nq` and load that with -d, or ask the endpoint for what it infers itself",
                ));
            }
            copy.push(&quad?)?;
        }
        Ok(Self::Index(Arc::new(copy.finish()?)))
    }

    /// Whether a triple is inferred rather than stated.
    pub fn is_inferred(&self, subject: Node, property: Node, object: Node) -> bool {
        match self {
            Self::Index(index) => mark(index).is_some_and(|mark| {
                let mut found = index.matches(Some(subject), Some(property), Some(object));
                found
                    .next()
                    .is_some_and(|found| index.set_has(found.set, mark))
            }),
            Self::Remote(_) => false,
        }
    }

    /// Whether inferred triples are among its triples.
    pub fn has_inferred(&self) -> bool {
        match self {
            Self::Index(index) => mark(index).is_some(),
            Self::Remote(_) => false,
        }
    }
}

fn mark(index: &Index) -> Option<u32> {
    if index.only_default_graph() {
        return None;
    }
    index.graph_number(index.id(meta::INFERRED_GRAPH.into())?)
}

impl<'a> Stated<'a> {
    /// How many terms there are; their numbers are those below.
    pub fn terms(&self) -> u32 {
        self.index.terms()
    }

    /// The node of a term, where it occurs.
    pub fn node<'t>(&self, term: impl Into<TermRef<'t>>) -> Option<Node> {
        self.index.id(term.into())
    }

    /// The term of a node.
    pub fn term(&self, node: Node) -> Term {
        self.index.term(node)
    }

    /// What kind of term a node is, told without reading it.
    pub fn kind(&self, node: Node) -> Kind {
        self.index.kind(node)
    }

    /// The triples that match.
    pub fn matches(&self, [s, p, o]: [Option<Node>; 3]) -> StatedTriples<'a> {
        StatedTriples {
            stated: *self,
            matches: self.index.matches(s, p, o),
        }
    }

    /// At most how many triples match.
    pub fn bound(&self, [s, p, o]: [Option<Node>; 3]) -> usize {
        self.index.matches(s, p, o).bound()
    }

    /// Whether a triple is stated.
    pub fn contains(&self, triple: [Node; 3]) -> bool {
        self.matches(triple.map(Some)).next().is_some()
    }
}

impl Iterator for StatedTriples<'_> {
    type Item = [Node; 3];

    #[inline]
    fn next(&mut self) -> Option<[Node; 3]> {
        loop {
            let found = self.matches.next()?;
            match self.stated.mark {
                Some(mark) if self.stated.index.set_has(found.set, mark) => {}
                _ => return Some([found.s, found.p, found.o]),
            }
        }
    }
}
