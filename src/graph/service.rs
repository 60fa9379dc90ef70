//! SERVICE: parts of a query that other endpoints answer
//! ([SPARQL 1.1 Federated Query](https://www.w3.org/TR/sparql11-federated-query/)).

use std::sync::Arc;

use oxrdf::{NamedNode, Variable};
use spareval::{DefaultServiceHandler, QueryEvaluationError, QuerySolutionIter};
use spargebra::Query;
use spargebra::algebra::GraphPattern;

use super::remote::Remote;
use crate::answer::Answer;
use crate::cancel::Token;
use crate::error::{Error, Result};

/// Asks any endpoint that a query names.
pub struct Services {
    /// What an answer may be long at the most, in bytes.
    pub longest: Option<u64>,
    /// The token of the query that asks.
    pub token: Token,
}

impl DefaultServiceHandler for Services {
    type Error = Error;

    fn handle(
        &self,
        service: &NamedNode,
        pattern: &GraphPattern,
        _base: Option<&oxiri::Iri<String>>,
    ) -> Result<QuerySolutionIter<'static>> {
        let remote = Arc::new(Remote::service(service.as_str(), self.longest)?);
        let query = Query::Select {
            dataset: None,
            pattern: pattern.clone(),
            base_iri: None,
        };
        let Answer::Rows(rows) = remote.query(&query, &self.token)? else {
            return Err(Error::Endpoint {
                url: remote.name(),
                message: "it answered a SELECT query with a boolean".to_owned(),
                hint: None,
            });
        };
        let variables: Arc<[Variable]> =
            rows.variables.iter().map(Variable::new_unchecked).collect();
        let tuples = rows.solutions.map(|solution| {
            solution.map_err(|error| QueryEvaluationError::Service(Box::new(error)))
        });
        let named = variables.clone();
        let solutions = tuples.map(move |tuple| Ok((named.clone(), tuple?).into()));
        Ok(QuerySolutionIter::new(variables, solutions))
    }
}
