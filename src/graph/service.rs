//! What a statement fetches from elsewhere: the parts of a query that other endpoints answer (SERVICE,
//! [SPARQL 1.1 Federated Query](https://www.w3.org/TR/sparql11-federated-query/)), and documents (LOAD,
//! [SPARQL 1.1 Update](https://www.w3.org/TR/sparql11-update/#load)).

use std::sync::Arc;

use oxrdf::{GraphName, NamedNode, Quad, Variable};
use spareval::{DefaultServiceHandler, QueryEvaluationError, QuerySolutionIter};
use spargebra::algebra::GraphPattern;
use spargebra::{GraphUpdateOperation, Query, Update, term};

use super::remote::Remote;
use crate::answer::Answer;
use crate::cancel::{self, Token};
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
        // A request takes long, and none is sent twice.
        cancel::look();
        let remote = Arc::new(Remote::service(service.as_str(), self.longest)?);
        let query = Query::Select {
            dataset: None,
            pattern: pattern.clone(),
            base_iri: None,
        };
        let Answer::Rows(rows) = remote.query(query.into(), &self.token)? else {
            return Err(Error::Endpoint {
                url: remote.name(),
                message: "it answered a SELECT query with a boolean".to_owned(),
                hint: None,
                unheard: false,
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

/// Puts the documents that an update loads in the place of its LOADs: all of them are fetched before anything changes.
///
/// `longest` bounds a document, in bytes. What `LOAD SILENT` cannot fetch is nothing.
///
/// # Errors
/// A document that cannot be fetched or is no RDF; `token` saying stop.
pub fn load_documents(update: &mut Update, longest: Option<u64>, token: &Token) -> Result<()> {
    for operation in &mut update.operations {
        let GraphUpdateOperation::Load {
            silent,
            source,
            destination,
        } = operation
        else {
            continue;
        };
        let fetched = Remote::service(source.as_str(), longest).and_then(|r| r.document(token));
        let quads = match fetched {
            Err(Error::Endpoint { .. } | Error::Usage { .. }) if *silent => Vec::new(),
            fetched => fetched?,
        };
        let data = quads.into_iter().map(|quad| inserted(quad, destination));
        *operation = GraphUpdateOperation::InsertData {
            data: data.collect(),
        };
    }
    Ok(())
}

/// A quad of a document, in the graph that the document is loaded into unless it names its own.
fn inserted(quad: Quad, destination: &term::GraphName) -> term::Quad {
    term::Quad {
        graph_name: match quad.graph_name {
            GraphName::NamedNode(graph) => graph.into(),
            GraphName::BlankNode(_) | GraphName::DefaultGraph => destination.clone(),
        },
        subject: quad.subject,
        predicate: quad.predicate,
        object: quad.object,
    }
}
