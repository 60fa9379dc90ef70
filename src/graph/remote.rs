//! A graph behind a SPARQL endpoint.
//!
//! What commands ask of nodes becomes queries about many nodes at once. Terms get numbers as they come. Two things cannot be
//! asked over a network as they are asked of an index: a blank node, whose name is good for one response only (what is said
//! of it comes in the response that brings it), and everything (there are bounds, and an error past them).

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use oxrdf::Term;

use crate::answer::Direction;
use crate::cancel;
use crate::error::{Error, Result};
use crate::graph::Node;

mod address;
mod client;
mod counts;
mod credentials;
mod depth;
mod facts;
mod memory;
mod names;
mod page;
mod queries;
mod query;
mod results;
mod terms;
mod transfer;

use address::Address;
use client::{Client, Operation, SOLUTIONS};
use credentials::Authorization;
use memory::Memory;
use queries::Scope;
use results::Results;
use terms::Terms;

/// An endpoint with the terms that it has sent.
#[derive(Debug)]
pub struct Remote {
    client: Client,
    terms: Terms,
    features: OnceLock<Features>,
    few_labels: OnceLock<bool>,
    responses: AtomicU64,
    memory: Mutex<Memory>,
}

/// What is true of the endpoint, asked once.
#[derive(Debug, Clone, Copy)]
struct Features {
    scope: Scope,
    /// It takes RDF 1.2 triple terms and holds annotated statements.
    annotated: bool,
}

impl Remote {
    /// An endpoint by its URL; `longest` bounds an answer, in bytes. Nothing is sent yet.
    ///
    /// # Errors
    /// A URL that is none; credentials that cannot be sent.
    pub fn open(url: &str, longest: Option<u64>) -> Result<Self> {
        let address = Address::parse(url)?;
        let authorization = Authorization::of_session(&address)?;
        Self::at(address, authorization, longest)
    }

    /// An endpoint that a query names: the session's token is not for it.
    ///
    /// # Errors
    /// A URL that is none.
    pub fn service(url: &str, longest: Option<u64>) -> Result<Self> {
        let address = Address::parse(url)?;
        let authorization = Authorization::of_host(&address);
        Self::at(address, authorization, longest)
    }

    fn at(
        address: Address,
        authorization: Option<Authorization>,
        longest: Option<u64>,
    ) -> Result<Self> {
        Ok(Self {
            client: Client::new(address, authorization, longest)?,
            terms: Terms::default(),
            features: OnceLock::new(),
            few_labels: OnceLock::new(),
            responses: AtomicU64::new(0),
            memory: Mutex::default(),
        })
    }

    /// Its address, without credentials.
    pub fn name(&self) -> String {
        self.client.address().shown()
    }

    /// What a user should know before using it.
    pub fn warning(&self) -> Option<String> {
        let address = self.client.address();
        (address.scheme() == "http" && !address.is_loopback()).then(|| {
            format!(
                "{}: queries, answers and any password travel unencrypted over http",
                address.shown()
            )
        })
    }

    /// The number of a term; `None` for a blank node that it has not sent.
    pub fn node(&self, term: Term) -> Option<Node> {
        if terms::is_anonymous(&term) {
            return self.terms.known(&term);
        }
        Some(self.terms.number(term))
    }

    /// The term of a number.
    pub fn term(&self, node: Node) -> Term {
        self.terms.term(node).as_ref().clone()
    }

    /// Whether a number is that of a literal.
    pub fn is_literal(&self, node: Node) -> bool {
        self.terms.term(node).is_literal()
    }

    /// The rows of a query's answer, their blank nodes told apart from those of other answers.
    fn rows(&self, query: &str) -> Result<Vec<Vec<Option<Term>>>> {
        let token = cancel::current();
        let response = self
            .client
            .send(Operation::Query(query), SOLUTIONS, &token)?;
        let number = self.responses.fetch_add(1, Ordering::Relaxed);
        match results::solutions(&self.client, response)? {
            Results::Boolean(_) => Err(self.strange("a truth instead of rows")),
            Results::Solutions(solutions) => solutions
                .map(|row| {
                    let apart = |cell: Option<Term>| Some(terms::apart(cell?, number));
                    Ok(row?.into_iter().map(apart).collect())
                })
                .collect(),
        }
    }

    fn strange(&self, what: &str) -> Error {
        self.client.error(format!("its answer holds {what}"), None)
    }

    fn features(&self) -> Result<Features> {
        if let Some(features) = self.features.get() {
            return Ok(*features);
        }
        let (rows, triple_terms) = match self.rows(&queries::probe(true)) {
            Ok(rows) => (rows, true),
            Err(Error::Endpoint { .. }) => (self.rows(&queries::probe(false))?, false),
            Err(stopped) => return Err(stopped),
        };
        let some = |column: usize| {
            rows.iter()
                .any(|row| row.get(column).is_some_and(Option::is_some))
        };
        let features = Features {
            scope: if some(0) {
                Scope::AllGraphs
            } else {
                Scope::Default
            },
            annotated: triple_terms && some(1),
        };
        Ok(*self.features.get_or_init(|| features))
    }

    fn scope(&self) -> Result<Scope> {
        Ok(self.features()?.scope)
    }

    /// What was said since the running command began.
    fn memory(&self) -> MutexGuard<'_, Memory> {
        let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        memory.keep_for(cancel::work());
        memory
    }

    /// How a node is written in a query in this place; `None` where it cannot stand there or be named.
    fn written(&self, node: Node, direction: Direction) -> Result<Option<String>> {
        let term = self.terms.term(node);
        Ok(match (&*term, direction) {
            (Term::NamedNode(_), _) | (Term::Literal(_), Direction::In) => Some(term.to_string()),
            (Term::Triple(_), Direction::In)
                if !terms::is_anonymous(&term) && self.features()?.annotated =>
            {
                Some(term.to_string())
            }
            _ => None,
        })
    }

    fn integers<const N: usize>(&self, row: &[Option<Term>]) -> Result<[u64; N]> {
        let mut numbers = [0; N];
        if row.len() != N {
            return Err(self.strange("rows of another shape"));
        }
        for (number, cell) in numbers.iter_mut().zip(row) {
            *number = match cell {
                Some(term) => self.integer(term)?,
                None => 0,
            };
        }
        Ok(numbers)
    }

    fn integer(&self, term: &Term) -> Result<u64> {
        let Term::Literal(literal) = term else {
            return Err(self.strange("no number where one was asked for"));
        };
        // Some engines count in decimals.
        let digits = literal.value().trim_end_matches('0').trim_end_matches('.');
        let digits = if literal.value().contains('.') {
            digits
        } else {
            literal.value()
        };
        digits
            .parse()
            .map_err(|_| self.strange("no number where one was asked for"))
    }
}

/// Terms in the order of an index: literals, IRIs, blank nodes, triple terms, each by their text.
fn order(term: &Term) -> (u8, String) {
    let kind = match term {
        Term::Literal(_) => 0,
        Term::NamedNode(_) => 1,
        Term::BlankNode(_) => 2,
        Term::Triple(_) => 3,
    };
    (kind, term.to_string())
}
