//! A graph to ask, wherever it lies.
//!
//! Two things cross this seam: SPARQL, and the facts of these nodes, in this direction, at most so many. Nothing else of
//! the program names a store, an index or HTTP.

use std::path::PathBuf;
use std::sync::Arc;

use oxigraph::io::RdfFormat;
use oxrdf::{GraphName, NamedNode, NamedNodeRef, NamedOrBlankNode, Quad, Term, TermRef, Triple};

use crate::answer::{Direction, Stream};
use crate::error::Result;
use crate::index::{Builder, Index};

use remote::Remote;

pub use crate::index::{Id as Node, Kind, rename_in_quad, rename_in_term};
pub use counts::{PredicateUse, Totals};
pub(crate) use names::RemoteNames;
pub use names::{Names, Reach};
pub use service::load_documents;
pub use several::Several;
pub use stated::Stated;

mod conform;
mod counts;
mod dataset;
#[cfg(test)]
mod differential;
pub(crate) mod evaluate;
mod explain;
mod facts;
pub mod gather;
pub mod load;
mod names;
mod query;
mod remote;
mod service;
mod several;
pub mod source;
mod stated;
pub mod update;

/// A graph to ask.
#[derive(Debug, Clone)]
pub enum Graph {
    /// An immutable index, in memory or mapped.
    Index(Arc<Index>),
    /// A SPARQL endpoint.
    Remote(Arc<Remote>),
}

/// Something said of a node: the rest of the triple.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fact {
    /// The predicate.
    pub property: Node,
    /// The object of an outgoing fact, the subject of an incoming one.
    pub value: Node,
}

/// What is said of one node in one direction, each fact once however many graphs state it.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// The facts, by property and value.
    pub facts: Vec<Fact>,
    /// Whether there are more than were asked for.
    pub more: bool,
}

/// A fact as a step from one node to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Link {
    /// The predicate.
    pub property: Node,
    /// Where the step leads.
    pub to: Node,
    /// Whether it leads from the subject to the object.
    pub forward: bool,
}

/// The values that one property gives a node in one direction.
#[derive(Debug, Clone)]
pub struct Grouped {
    /// The property.
    pub property: Node,
    /// How many values there are.
    pub total: u64,
    /// As many of them as were asked for.
    pub values: Vec<Node>,
}

/// A triple with any of its places left open.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pattern {
    /// The subject.
    pub subject: Option<Node>,
    /// The predicate.
    pub property: Option<Node>,
    /// The object.
    pub object: Option<Node>,
}

impl Graph {
    /// The graph of some files and folders: one packed file as it is, all else read together into memory.
    ///
    /// # Errors
    /// Files that cannot be read or do not parse.
    pub fn read(paths: &[PathBuf], format: Option<RdfFormat>) -> Result<Self> {
        let index = match paths {
            [path] if Index::is_packed(path) => Index::open(path)?,
            _ => gather::gather(&source::sources(paths, format)?)?.index()?,
        };
        Ok(Self::Index(Arc::new(index)))
    }

    /// A graph of these quads.
    ///
    /// # Errors
    /// More terms than an index can number, or triple terms that lie too deep in each other.
    pub fn from_quads(quads: &[Quad]) -> Result<Self> {
        let mut builder = Builder::new();
        for quad in quads {
            builder.push(quad)?;
        }
        Ok(Self::Index(Arc::new(builder.finish()?)))
    }

    /// The graph behind a SPARQL endpoint; `longest` bounds an answer, in bytes. Nothing is sent yet.
    ///
    /// # Errors
    /// A URL that is none; credentials that cannot be sent.
    pub fn endpoint(url: &str, longest: Option<u64>) -> Result<Self> {
        Ok(Self::Remote(Arc::new(Remote::open(url, longest)?)))
    }

    /// The endpoint's address without credentials; `None` for a graph that is at hand.
    pub fn address(&self) -> Option<String> {
        match self {
            Self::Index(_) => None,
            Self::Remote(remote) => Some(remote.name()),
        }
    }

    /// What a user should know before using this graph.
    pub fn warning(&self) -> Option<String> {
        match self {
            Self::Index(_) => None,
            Self::Remote(remote) => remote.warning(),
        }
    }

    /// This graph with more quads; a graph that is not at hand stays as it is.
    ///
    /// # Errors
    /// More terms than an index can number.
    pub fn with(&self, more: impl IntoIterator<Item = Quad>) -> Result<Self> {
        match self {
            Self::Index(index) => {
                let mut builder = Builder::new();
                for quad in index.quads().chain(more) {
                    builder.push(&quad)?;
                }
                let index = Index::build(vec![builder], &index.prefixes())?;
                Ok(Self::Index(Arc::new(index)))
            }
            Self::Remote(_) => Ok(self.clone()),
        }
    }

    /// This graph with what its named graphs state in the default graph too; a graph that is not at hand stays as it is.
    ///
    /// # Errors
    /// More terms than an index can number.
    pub fn merged(&self) -> Result<Self> {
        match self {
            Self::Index(index) if index.named_graphs().len() > 0 => {
                let named = index.quads().filter(|q| !q.graph_name.is_default_graph());
                self.with(named.map(|quad| Triple::from(quad).in_graph(GraphName::DefaultGraph)))
            }
            _ => Ok(self.clone()),
        }
    }

    /// Whether a named graph of this name holds anything; not known of an endpoint.
    pub fn has_graph(&self, name: NamedNodeRef<'_>) -> bool {
        match self {
            Self::Index(index) => index
                .id(name.into())
                .is_some_and(|id| index.graph_number(id).is_some()),
            Self::Remote(_) => false,
        }
    }

    /// Whether anything is said of a term.
    ///
    /// # Errors
    /// An endpoint that fails.
    pub fn describes<'a>(&self, term: impl Into<TermRef<'a>>) -> Result<bool> {
        let Some(node) = self.node(term) else {
            return Ok(false);
        };
        let said = self.facts(&[node], Direction::Out, None, 1)?;
        Ok(said.iter().any(|said| !said.facts.is_empty()))
    }

    /// The node of a term; `None` when the term does not occur.
    ///
    /// Only [`Self::occurring`] knows that of an endpoint's terms; here each of them is a node.
    pub fn node<'a>(&self, term: impl Into<TermRef<'a>>) -> Option<Node> {
        match self {
            Self::Index(index) => index.id(term.into()),
            Self::Remote(remote) => remote.node(term.into().into_owned()),
        }
    }

    /// The term of a node of this graph.
    pub fn term(&self, node: Node) -> Term {
        match self {
            Self::Index(index) => index.term(node),
            Self::Remote(remote) => remote.term(node),
        }
    }

    /// The triple of three nodes; `None` where one of them cannot stand in its place.
    pub fn triple(&self, (subject, property, object): (Node, Node, Node)) -> Option<Triple> {
        let subject = NamedOrBlankNode::try_from(self.term(subject)).ok()?;
        let property = NamedNode::try_from(self.term(property)).ok()?;
        Some(Triple::new(subject, property, self.term(object)))
    }

    /// Whether a node is a literal, told without reading it.
    pub fn is_literal(&self, node: Node) -> bool {
        self.kind(node) == Kind::Literal
    }

    /// Whether a node is an IRI, a blank node, a literal or a triple term, told without reading it.
    pub fn kind(&self, node: Node) -> Kind {
        match self {
            Self::Index(index) => index.kind(node),
            Self::Remote(remote) => remote.kind(node),
        }
    }

    /// Runs what reads this graph: once where the graph is at hand, else as often as it asks something new, so that what it
    /// asks of many nodes costs few requests. Nothing but what it returns may come of it.
    ///
    /// # Errors
    /// What `work` says; an endpoint that fails.
    pub fn in_rounds<T>(&self, mut work: impl FnMut() -> Result<T>) -> Result<T> {
        match self {
            Self::Index(_) => work(),
            Self::Remote(remote) => remote.in_rounds(work),
        }
    }

    /// How many questions have been answered with nothing for the time being, to be asked at the end of the round; see
    /// [`Self::in_rounds`].
    pub fn noted(&self) -> usize {
        match self {
            Self::Index(_) => 0,
            Self::Remote(remote) => remote.noted(),
        }
    }

    /// Whether a search is to make do with the nodes whose facts it has: a graph at hand never tires of questions.
    pub fn is_tired(&self) -> bool {
        match self {
            Self::Index(_) => false,
            Self::Remote(remote) => remote.is_tired(),
        }
    }

    /// Whether the facts of a node, in both directions and at most so many each, are known without asking.
    pub fn has_at_hand(&self, node: Node, limit: usize) -> bool {
        match self {
            Self::Index(_) => true,
            Self::Remote(remote) => remote.has_at_hand(node, limit),
        }
    }

    /// Whether each question costs a request, so that several should be asked at once.
    pub fn is_remote(&self) -> bool {
        matches!(self, Self::Remote(_))
    }

    /// All quads: an index's in the order of its terms, an endpoint's as they come.
    ///
    /// # Errors
    /// An endpoint that fails.
    pub fn quads(&self) -> Result<Stream<Quad>> {
        match self {
            Self::Index(index) => evaluate::quads(index),
            Self::Remote(remote) => remote.quads(),
        }
    }

    /// The short names that came with the data.
    pub fn prefixes(&self) -> Vec<(String, String)> {
        match self {
            Self::Index(index) => index.prefixes(),
            Self::Remote(_) => Vec::new(),
        }
    }

    /// Checks all of a packed file, bytes and structure; every other graph is sound.
    ///
    /// # Errors
    /// What is wrong first.
    pub fn verify(&self) -> Result<()> {
        match self {
            Self::Index(index) => index.verify(),
            Self::Remote(_) => Ok(()),
        }
    }

    /// The parts of an index with the bytes that they take; nothing of an endpoint.
    pub fn parts(&self) -> Vec<(&'static str, u64)> {
        match self {
            Self::Index(index) => index.parts(),
            Self::Remote(_) => Vec::new(),
        }
    }
}
