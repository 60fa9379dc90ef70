//! Whole queries, updates and documents: the endpoint answers, results pass through as they arrive.

use std::sync::Arc;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;

use oxrdf::{GraphName, NamedOrBlankNode, Quad, Term};
use spargebra::{Query, Update};

use super::client::{Operation, SOLUTIONS, TRIPLES};
use super::results::{self, Results};
use super::{Remote, queries};
use crate::algebra;
use crate::answer::{Answer, Rows, Stream, Triples, deliver};
use crate::cancel::{self, Token};
use crate::error::{Error, Result};
use crate::sparql::Statement;

/// Terms in terms are read by recursion; only pages that are used are real.
const STACK: usize = 64 << 20;

impl Remote {
    /// See [`Graph::query`](crate::graph::Graph::query).
    ///
    /// # Errors
    /// An endpoint that fails before the first result, or `token` saying stop.
    pub fn query(self: &Arc<Self>, query: Statement<Query>, token: &Token) -> Result<Answer> {
        let is_graph = matches!(
            query.algebra,
            Query::Construct { .. } | Query::Describe { .. }
        );
        self.on_thread(token, move |remote, token, answer| {
            let operation = Operation::Query(&query.text);
            let send = |accept| {
                let response = remote.client.send(operation, accept, &token);
                response.map_err(|error| placed(error, query.added))
            };
            if is_graph {
                let response = send(TRIPLES)?;
                let quads = results::quads(&remote.client, response)?;
                let (sender, stream) = Stream::channel_of(token.clone());
                let _ = answer.send(Ok(Answer::Triples(Triples::from(stream))));
                deliver(quads, &sender, &token);
                return Ok(());
            }
            match results::solutions(&remote.client, send(SOLUTIONS)?)? {
                Results::Boolean(truth) => drop(answer.send(Ok(Answer::Boolean(truth)))),
                Results::Solutions(solutions) => {
                    let (sender, stream) = Stream::channel_of(token.clone());
                    let columns = columns(&query.algebra, solutions.variables());
                    let (places, variables): (Vec<usize>, _) = columns.into_iter().unzip();
                    let _ = answer.send(Ok(Answer::Rows(Rows {
                        variables,
                        solutions: stream,
                    })));
                    let ordered = solutions.map(|row| {
                        let mut row = row?;
                        let cells = places.iter().map(|&place| row.get_mut(place)?.take());
                        Ok(cells.collect())
                    });
                    deliver(ordered, &sender, &token);
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
    pub fn update(&self, update: &Statement<Update>, token: &Token) -> Result<()> {
        let operation = Operation::Update(&update.text);
        let response = self.client.send(operation, "*/*", token);
        let response = response.map_err(|error| placed(error, update.added))?;
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

/// The variables of an answer with their places in it, in the order of the query: engines have their own for `SELECT *`.
fn columns(query: &Query, variables: Vec<String>) -> Vec<(usize, String)> {
    let mut wanted = Vec::new();
    algebra::pattern(query).on_in_scope_variable(|variable| wanted.push(variable));
    let mut columns: Vec<_> = variables.into_iter().enumerate().collect();
    columns.sort_by_key(|(_, name)| {
        let place = wanted.iter().position(|v| v.as_str() == name);
        // What an engine adds of its own comes last.
        place.unwrap_or(wanted.len())
    });
    columns
}

/// An endpoint's complaint, which tells lines of the text that it got: where in it begins what was typed.
fn placed(error: Error, added: usize) -> Error {
    match error {
        Error::Endpoint {
            url,
            message,
            hint: None,
            unheard,
        } if added > 0 => Error::Endpoint {
            url,
            message,
            unheard,
            hint: Some(format!(
                "what you wrote begins in line {} of what was sent, which --sparql prints",
                added + 1
            )),
        },
        error => error,
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
