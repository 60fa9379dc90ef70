//! What is checked: the data, and the vocabulary beside them where they do not bring it.

use std::cell::OnceCell;

use oxrdf::{Term, Triple};
use spargebra::Query;

use super::answered::answered;
use crate::answer::{Answer, Value};
use crate::embedded;
use crate::error::Result;
use crate::graph::Graph;
use crate::meta;
use crate::names;
use crate::session::Session;
use crate::sparql::Statement;

/// What checks are asked of.
pub(super) struct Data {
    /// What any graph states, in the default graph.
    pub session: Session,
    beside: Option<Beside>,
}

/// The vocabulary, which checks see as the graph of its name.
struct Beside {
    vocabulary: Session,
    /// The data and that graph, copied for checks that ask it otherwise than [`answered`] understands.
    copy: OnceCell<Graph>,
}

impl Data {
    /// The data of a session, without what rules infer.
    ///
    /// # Errors
    /// Data whose graphs together leave no room.
    pub fn new(session: &Session) -> Result<Self> {
        let session = session.merged()?;
        let graph = &session.graph;
        let beside = match graph.is_remote() || graph.describes(meta::VOCABULARY_GRAPH)? {
            true => None,
            false => Some(Beside {
                vocabulary: session.vocabulary()?,
                copy: OnceCell::new(),
            }),
        };
        Ok(Self { session, beside })
    }

    /// Answers a check's query.
    ///
    /// # Errors
    /// What makes the query impossible to evaluate.
    pub fn ask(&self, query: Statement<Query>) -> Result<Answer> {
        let (graph, token) = (&self.session.graph, self.session.token());
        let Some(beside) = &self.beside else {
            return graph.query(query, &token);
        };
        match answered(&query.algebra, &beside.vocabulary)? {
            Some(query) if !graph.has_graph(meta::VOCABULARY_GRAPH) => {
                graph.query(query.into(), &token)
            }
            _ => beside.copy(graph)?.query(query, &token),
        }
    }

    /// Terms with their labels: the data's, else the vocabulary's.
    ///
    /// # Errors
    /// An endpoint that fails.
    pub fn labelled(&self, terms: Vec<Term>) -> Result<Vec<Value>> {
        let mut values = names::labelled(&self.session, terms)?;
        if let Some(Beside { vocabulary, .. }) = &self.beside {
            for value in &mut values {
                let node = vocabulary.graph.node(&value.term);
                if let Some(node) = node
                    && !names::has_label(&self.session, &value.term)?
                {
                    *value = names::value(vocabulary, node)?;
                }
            }
        }
        Ok(values)
    }
}

impl Beside {
    fn copy(&self, graph: &Graph) -> Result<&Graph> {
        if let Some(copy) = self.copy.get() {
            return Ok(copy);
        }
        let vocabulary = embedded::vocabulary()?;
        let named = vocabulary
            .quads()
            .map(|quad| Triple::from(quad).in_graph(meta::VOCABULARY_GRAPH));
        let copy = graph.with(named)?;
        Ok(self.copy.get_or_init(|| copy))
    }
}
