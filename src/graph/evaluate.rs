//! Queries over an index, run on a thread of their own.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;

use oxrdf::{GraphName, Quad, Term, Variable};
use spareval::{
    QueryEvaluationError, QueryEvaluator, QueryResults, QuerySolutionIter, QueryTripleIter,
};
use spargebra::Query;

use super::dataset::Dataset;
use crate::answer::{Answer, GLANCE, Rows, Stream, Triples, deliver};
use crate::cancel::{self, Token};
use crate::error::{Error, Result};
use crate::index::Index;
use crate::plan;

/// Deep queries recurse deeply; only pages that are used are real.
pub(super) const STACK: usize = 256 << 20;

/// Answers a query with rows, triples or a truth.
///
/// What takes little is evaluated at once: a thread costs more than the answer to most questions about one node.
/// Anything else runs on a thread of its own, waits where the reader is slow and ends when the answer is dropped.
/// `evaluator` brings functions and services.
///
/// # Errors
/// What evaluation runs into and, here or from the answer's stream, what `token` says: a stopped answer is always an error.
pub fn evaluate(
    index: &Arc<Index>,
    query: &Query,
    evaluator: QueryEvaluator,
    token: &Token,
) -> Result<Answer> {
    let task = Task {
        index: index.clone(),
        query: query.clone(),
        evaluator,
        token: token.part(),
    };
    let briefly = || brought_down(|| task.token.run_briefly(|| task.whole()));
    if let Some(whole) = stacker::maybe_grow(STACK / 2, STACK, briefly)?? {
        return whole;
    }
    let (sender, receiver) = sync_channel(1);
    thread::Builder::new()
        .name("query".to_owned())
        .stack_size(STACK)
        .spawn(move || {
            if let Err(error) = guarded(&task.token, || task.run(&sender)) {
                // Refused where the answer is under way already; its stream has the error then.
                let _ = sender.send(Err(error));
            }
        })
        .map_err(|error| no_thread(&error))?;
    wait(&receiver, token)
}

/// All quads of an index, read on a thread of its own as they are wanted.
///
/// # Errors
/// No thread.
pub fn quads(index: &Arc<Index>) -> Result<Stream<Quad>> {
    let token = cancel::current().part();
    let (rows, stream) = Stream::channel_of(token.clone());
    let index = index.clone();
    let read = move || {
        let read = guarded(&token, || {
            let quads = index.quads().map(|quad| {
                cancel::poll();
                Ok(quad)
            });
            deliver(quads, &rows, &token);
            Ok(())
        });
        if let Err(error) = read {
            // Refused where nobody reads any more.
            let _ = rows.send(Err(error));
        }
    };
    match thread::Builder::new().spawn(read) {
        Ok(_) => Ok(stream),
        Err(error) => Err(no_thread(&error)),
    }
}

struct Task {
    index: Arc<Index>,
    query: Query,
    evaluator: QueryEvaluator,
    token: Token,
}

impl Task {
    fn evaluate<T>(&self, take: impl FnOnce(QueryResults<'_>) -> Result<T>) -> Result<T> {
        let plan = plan::plan(&self.index, &self.query);
        let dataset = Dataset {
            index: &self.index,
            relations: &plan.relations,
        };
        let results = self.evaluator.prepare(&plan.query).execute(dataset);
        take(results.map_err(evaluation_error)?)
    }

    /// The answer with all of its results.
    fn whole(&self) -> Result<Answer> {
        self.evaluate(|results| {
            Ok(match results {
                QueryResults::Boolean(truth) => Answer::Boolean(truth),
                QueryResults::Solutions(solutions) => Answer::Rows(Rows {
                    variables: names(&solutions),
                    solutions: all(cells(solutions))?.into(),
                }),
                QueryResults::Graph(triples) => {
                    Answer::Triples(Stream::from(all(quads_of(triples))?).into())
                }
            })
        })
    }

    /// Sends the answer as soon as it is known, then its results.
    fn run(&self, sender: &SyncSender<Result<Answer>>) -> Result<()> {
        self.evaluate(|results| {
            match results {
                QueryResults::Boolean(truth) => {
                    self.token.check()?;
                    let _ = sender.send(Ok(Answer::Boolean(truth)));
                }
                QueryResults::Solutions(solutions) => {
                    let (rows, stream) = Stream::channel_of(self.token.clone());
                    let _ = sender.send(Ok(Answer::Rows(Rows {
                        variables: names(&solutions),
                        solutions: stream,
                    })));
                    self.drain(cells(solutions), &rows);
                }
                QueryResults::Graph(triples) => {
                    let (rows, stream) = Stream::channel_of(self.token.clone());
                    let _ = sender.send(Ok(Answer::Triples(Triples::from(stream))));
                    self.drain(quads_of(triples), &rows);
                }
            }
            Ok(())
        })
    }

    /// Hands over all results; the last thing sent is the error, if there was one.
    fn drain<T>(&self, results: impl Iterator<Item = Result<T>>, to: &SyncSender<Result<Vec<T>>>) {
        let drained = guarded(&self.token, || {
            deliver(results, to, &self.token);
            Ok(())
        });
        if let Err(error) = drained {
            let _ = to.send(Err(error));
        }
    }
}

fn names(solutions: &QuerySolutionIter<'_>) -> Vec<String> {
    let variables = solutions.variables().iter();
    variables.map(|v| v.as_str().to_owned()).collect()
}

fn cells<'s>(
    solutions: QuerySolutionIter<'s>,
) -> impl Iterator<Item = Result<Vec<Option<Term>>>> + use<'s> {
    let variables: Vec<Variable> = solutions.variables().to_vec();
    solutions.map(move |solution| {
        let solution = solution.map_err(evaluation_error)?;
        Ok(variables.iter().map(|v| solution.get(v).cloned()).collect())
    })
}

fn quads_of<'t>(triples: QueryTripleIter<'t>) -> impl Iterator<Item = Result<Quad>> + use<'t> {
    triples.map(|triple| {
        let triple = triple.map_err(evaluation_error)?;
        Ok(triple.in_graph(GraphName::DefaultGraph))
    })
}

/// All results at once.
fn all<T>(results: impl Iterator<Item = Result<T>>) -> Result<Vec<T>> {
    results.inspect(|_| cancel::poll()).collect()
}

/// Runs work under a token, turning a panic of the evaluation into an error as well.
pub(super) fn guarded<T>(token: &Token, work: impl FnOnce() -> Result<T>) -> Result<T> {
    brought_down(|| token.run(work))??
}

/// Turns a panic of the evaluation into an error.
fn brought_down<T>(work: impl FnOnce() -> T) -> Result<T> {
    // What the work leaves behind is dropped with it.
    catch_unwind(AssertUnwindSafe(work)).map_err(|_| Error::Evaluation {
        message: "evaluating the query failed unexpectedly".to_owned(),
        hint: Some("this is a fault of kgq; please report the query".to_owned()),
    })
}

fn wait(receiver: &Receiver<Result<Answer>>, token: &Token) -> Result<Answer> {
    loop {
        match receiver.recv_timeout(GLANCE) {
            Ok(answer) => return answer,
            Err(RecvTimeoutError::Timeout) => token.check()?,
            Err(RecvTimeoutError::Disconnected) => {
                return Err(Error::Evaluation {
                    message: "the query ended without an answer".to_owned(),
                    hint: None,
                });
            }
        }
    }
}

pub(super) fn no_thread(error: &io::Error) -> Error {
    Error::Evaluation {
        message: format!("no thread can be started for the query: {error}"),
        hint: None,
    }
}

pub(super) fn evaluation_error(error: QueryEvaluationError) -> Error {
    Error::Evaluation {
        message: error.to_string(),
        hint: None,
    }
}
