//! Stand-in for evaluation over the packed index.
use std::sync::Arc;

use oxrdf::Quad;
use spareval::{QueryEvaluator, QueryResults};
use spargebra::Query;

use crate::answer::{Answer, BATCH, Rows, Stream, Triples};
use crate::cancel::Token;
use crate::error::{Error, Result};
use crate::index::Index;

fn failure(e: &impl ToString) -> Error {
    Error::Evaluation {
        message: e.to_string(),
        hint: None,
    }
}

pub fn evaluate(index: Arc<Index>, query: Query, token: Token) -> Result<Answer> {
    let (head, answer) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let evaluator = QueryEvaluator::new();
        let prepared = evaluator.prepare(&query);
        let failed = token.run(|| match prepared.execute(&index.dataset) {
            Err(e) => {
                let _ = head.send(Err(failure(&e)));
            }
            Ok(QueryResults::Boolean(b)) => {
                let _ = head.send(Ok(Answer::Boolean(b)));
            }
            Ok(QueryResults::Solutions(s)) => {
                let (tx, solutions) = Stream::channel();
                let variables = s
                    .variables()
                    .iter()
                    .map(|v| v.as_str().to_owned())
                    .collect();
                let _ = head.send(Ok(Answer::Rows(Rows {
                    variables,
                    solutions,
                })));
                let mut batch = Vec::new();
                for row in s {
                    match row {
                        Ok(r) => batch.push(r.values().to_vec()),
                        Err(e) => {
                            let _ = tx.send(Err(failure(&e)));
                            return;
                        }
                    }
                    if batch.len() == BATCH && tx.send(Ok(std::mem::take(&mut batch))).is_err() {
                        return;
                    }
                }
                let _ = tx.send(Ok(batch));
            }
            Ok(QueryResults::Graph(g)) => {
                let (tx, quads) = Stream::channel();
                let _ = head.send(Ok(Answer::Triples(Triples { quads })));
                let mut batch: Vec<Quad> = Vec::new();
                for t in g {
                    match t {
                        Ok(t) => batch.push(t.in_graph(oxrdf::GraphName::DefaultGraph)),
                        Err(e) => {
                            let _ = tx.send(Err(failure(&e)));
                            return;
                        }
                    }
                }
                let _ = tx.send(Ok(batch));
            }
        });
        if let Err(e) = failed {
            let _ = head.send(Err(e));
        }
    });
    answer.recv().unwrap_or(Err(Error::Interrupted))
}
