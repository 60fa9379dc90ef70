//! SPARQL on a graph, wherever it lies.

use spareval::QueryEvaluator;
use spargebra::{Query, Update};

use super::service::Services;
use super::{Graph, conform, evaluate, explain};
use crate::answer::Answer;
use crate::cancel::Token;
use crate::error::{Error, Result};
use crate::prefixes::Prefixes;
use crate::sparql::Statement;

impl Graph {
    /// Runs a query and answers with how it was carried out: each operator with its rows and its time.
    ///
    /// # Errors
    /// An endpoint, which does not tell.
    pub fn explain(&self, query: Query, prefixes: &Prefixes, token: &Token) -> Result<Answer> {
        match self {
            Self::Index(index) => {
                let query = conform::conform(index, query);
                explain::explain(index, query, conform::evaluator(), prefixes, token)
            }
            Self::Remote(_) => Err(Error::usage(
                "an endpoint does not tell how it answers",
                "ask it without --explain",
            )),
        }
    }

    /// Changes what is behind an endpoint; `None` for a graph that is at hand, which never changes.
    ///
    /// # Errors
    /// An endpoint that fails; then it alone knows how much of the update was done.
    pub fn update(&self, update: &Statement<Update>, token: &Token) -> Result<Option<()>> {
        match self {
            Self::Index(_) => Ok(None),
            Self::Remote(remote) => remote.update(update, token).map(Some),
        }
    }

    /// Answers a query: rows, a boolean or triples.
    ///
    /// Results arrive as they are found; one that comes after `token` said stop is an error, never an answer.
    ///
    /// # Errors
    /// What makes the query impossible to evaluate, found before the first result.
    pub fn query(&self, query: Statement<Query>, token: &Token) -> Result<Answer> {
        self.evaluate(query, conform::evaluator(), token)
    }

    /// Answers a query of which other endpoints may answer parts (SERVICE); `longest` bounds an answer of theirs, in bytes.
    ///
    /// # Errors
    /// As [`Self::query`]; an endpoint that fails.
    pub fn query_with_services(
        &self,
        query: Statement<Query>,
        token: &Token,
        longest: Option<u64>,
    ) -> Result<Answer> {
        let services = Services {
            longest,
            token: token.clone(),
        };
        let evaluator = conform::evaluator().with_default_service_handler(services);
        self.evaluate(query, evaluator, token)
    }

    fn evaluate(
        &self,
        query: Statement<Query>,
        evaluator: QueryEvaluator,
        token: &Token,
    ) -> Result<Answer> {
        match self {
            Self::Index(index) => {
                let query = conform::conform(index, query.algebra);
                evaluate::evaluate(index, &query, evaluator, token)
            }
            Self::Remote(remote) => remote.query(query, token),
        }
    }
}
