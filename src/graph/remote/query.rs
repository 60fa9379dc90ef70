//! Whole queries, updates and documents: the endpoint answers, results pass through as they arrive.

use std::sync::Arc;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;

use oxrdf::{GraphName, NamedOrBlankNode, Quad, Term};
use spargebra::Query;

use super::client::{Operation, SOLUTIONS, TRIPLES};
use super::results::{self, Results};
use super::{Remote, queries};
use crate::answer::{Answer, Rows, Stream, Triples, deliver};
use crate::cancel::{self, Token};
use crate::error::{Error, Result};

/// Terms in terms are read by recursion; only pages that are used are real.
const STACK: usize = 64 << 20;

impl Remote {
    /// See [`Graph::query`](crate::graph::Graph::query).
    ///
    /// # Errors
    /// An endpoint that fails before the first result, or `token` saying stop.
    pub fn query(self: &Arc<Self>, query: &Query, token: &Token) -> Result<Answer> {
        let text = query.to_string();
        let is_graph = matches!(query, Query::Construct { .. } | Query::Describe { .. });
        self.on_thread(token, move |remote, token, answer| {
            let operation = Operation::Query(&text);
            if is_graph {
                let response = remote.client.send(operation, TRIPLES, &token)?;
                let quads = results::quads(&remote.client, response)?;
                let (sender, stream) = Stream::channel_of(token.clone());
                let _ = answer.send(Ok(Answer::Triples(Triples::from(stream))));
                deliver(quads, &sender, &token);
                return Ok(());
            }
            let response = remote.client.send(operation, SOLUTIONS, &token)?;
            match results::solutions(&remote.client, response)? {
                Results::Boolean(truth) => drop(answer.send(Ok(Answer::Boolean(truth)))),
                Results::Solutions(solutions) => {
                    let (sender, stream) = Stream::channel_of(token.clone());
                    let _ = answer.send(Ok(Answer::Rows(Rows {
                        variables: solutions.variables(),
                        solutions: stream,
                    })));
                    deliver(solutions, &sender, &token);
                }
            }
            Ok(())
        })
    }

    /// All quads as they arrive.
    ///
    /// # Errors
    /// An endpoint that fails before the first of them.
    pub fn quads(self: &Arc<Self>) -> Result<Stream<Quad>> {
        let text = queries::quads(self.scope()?);
        let answer = self.on_thread(&cancel::current(), move |remote, token, answer| {
            let operation = Operation::Query(&text);
            let response = remote.client.send(operation, SOLUTIONS, &token)?;
            let Results::Solutions(rows) = results::solutions(&remote.client, response)? else {
                return Err(remote.strange("a truth instead of rows"));
            };
            let (sender, quads) = Stream::channel_of(token.clone());
            let _ = answer.send(Ok(Answer::Triples(Triples::from(quads))));
            let quads =
                rows.map(|row| quad(row?).ok_or_else(|| remote.strange("what is no triple")));
            deliver(quads, &sender, &token);
            Ok(())
        })?;
        match answer {
            Answer::Triples(triples) => Ok(triples.quads),
            _ => Err(self.strange("something else than triples")),
        }
    }

    /// The quads of the RDF document at this address.
    ///
    /// # Errors
    /// A server that fails; a document that is no RDF, or longer than is allowed; `token` saying stop.
    pub fn document(&self, token: &Token) -> Result<Vec<Quad>> {
        let response = self.client.send(Operation::Document, TRIPLES, token)?;
        results::quads(&self.client, response)?.collect()
    }

    /// Changes the endpoint's graph.
    ///
    /// # Errors
    /// An endpoint that fails; then it alone knows how much of the update was done.
    pub fn update(&self, text: &str, token: &Token) -> Result<()> {
        let response = self.client.send(Operation::Update(text), "*/*", token)?;
        // What it says of its success is of no use; that it says it to the end is.
        drop(response.body.excerpt(u64::MAX));
        token.check()
    }

    /// Runs `work`, which sends its answer as soon as it has one and the results after it.
    fn on_thread(
        self: &Arc<Self>,
        token: &Token,
        work: impl FnOnce(&Self, Token, &SyncSender<Result<Answer>>) -> Result<()> + Send + 'static,
    ) -> Result<Answer> {
        let (sender, answer) = sync_channel(1);
        let remote = Arc::clone(self);
        let token = token.part();
        thread::Builder::new()
            .name("answer".to_owned())
            .stack_size(STACK)
            .spawn(move || {
                if let Err(error) = work(&remote, token, &sender) {
                    let _ = sender.send(Err(error));
                }
            })
            .map_err(|e| {
                self.client
                    .error(format!("no thread can be started: {e}"), None)
            })?;
        // It looks at the token itself, and ends with an answer or an error.
        answer.recv().unwrap_or(Err(Error::Interrupted))
    }
}

/// A row of `?s ?p ?o ?g` as a quad.
fn quad(row: Vec<Option<Term>>) -> Option<Quad> {
    let [
        Some(subject),
        Some(Term::NamedNode(predicate)),
        Some(object),
        graph,
    ] = <[Option<Term>; 4]>::try_from(row).ok()?
    else {
        return None;
    };
    let subject = NamedOrBlankNode::try_from(subject).ok()?;
    let graph = match graph {
        None => GraphName::DefaultGraph,
        Some(Term::NamedNode(node)) => node.into(),
        Some(Term::BlankNode(node)) => node.into(),
        Some(_) => return None,
    };
    Some(Quad::new(subject, predicate, object, graph))
}
