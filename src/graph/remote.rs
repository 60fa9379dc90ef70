//! A graph behind a SPARQL endpoint.
//!
//! What commands ask of nodes becomes queries about many nodes at once: a command is run in [`rounds`], each of which is one
//! request. Terms get numbers as they come.
//!
//! Two things cannot be asked over a network as they are asked of an index: a blank node, whose name is good for one
//! response only (what is said of it comes in the response that brings it), and everything (there are bounds, and an error
//! past them).

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use oxrdf::Term;

use crate::answer::Direction;
use crate::error::{Error, Result};
use crate::graph::{Kind, Node};

mod address;
mod ask;
mod client;
mod counts;
mod credentials;
mod depth;
mod facts;
mod memory;
mod names;
mod order;
mod page;
mod queries;
mod query;
mod question;
mod results;
mod rounds;
mod row;
mod statements;
mod surplus;
mod terms;
mod transfer;

use address::Address;
use client::Client;
use credentials::Authorization;
use queries::Scope;
use terms::Terms;

/// An endpoint with the terms that it has sent.
#[derive(Debug)]
pub struct Remote {
    client: Client,
    terms: Terms,
    features: OnceLock<Features>,
    few_labels: OnceLock<bool>,
    responses: AtomicU64,
    /// Whether blank nodes are among the values that it has sent.
    blank: AtomicBool,
    /// Its number among the endpoints of the process.
    id: u64,
}

/// How many endpoints there were.
static ENDPOINTS: AtomicU64 = AtomicU64::new(1);

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
            blank: AtomicBool::new(false),
            id: ENDPOINTS.fetch_add(1, Ordering::Relaxed),
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

    /// What the term of a number is.
    pub fn kind(&self, node: Node) -> Kind {
        match self.terms.term(node).as_ref() {
            Term::NamedNode(_) => Kind::Iri,
            Term::BlankNode(_) => Kind::Blank,
            Term::Literal(_) => Kind::Literal,
            Term::Triple(_) => Kind::Triple,
        }
    }

    fn strange(&self, what: &str) -> Error {
        self.client.error(format!("its answer holds {what}"), None)
    }

    /// A row without what was asked for.
    fn misshapen(&self) -> Error {
        self.strange("rows of another shape")
    }

    fn unasked(&self) -> Error {
        self.strange("a row that answers nothing asked")
    }

    fn features(&self) -> Result<Features> {
        if let Some(features) = self.features.get() {
            return Ok(*features);
        }
        let (rows, triple_terms) = match self.rows(&queries::probe(true)) {
            Ok(rows) => (rows, true),
            Err(Error::Endpoint { unheard: false, .. }) => {
                (self.rows(&queries::probe(false))?, false)
            }
            Err(stopped) => return Err(stopped),
        };
        let features = Features {
            scope: if rows.iter().any(|row| row.count > 0) {
                Scope::AllGraphs
            } else {
                Scope::Default
            },
            annotated: triple_terms && rows.iter().any(|row| row.speaker.is_some()),
        };
        Ok(*self.features.get_or_init(|| features))
    }

    fn scope(&self) -> Result<Scope> {
        Ok(self.features()?.scope)
    }

    /// Whether a node can stand in this place of a query's triple.
    fn can_stand(&self, node: Node, direction: Direction) -> Result<bool> {
        let term = self.terms.term(node);
        Ok(match (&*term, direction) {
            (Term::NamedNode(_), _) | (Term::Literal(_), Direction::In) => true,
            (Term::Triple(_), Direction::In) => {
                !terms::is_anonymous(&term) && self.features()?.annotated
            }
            _ => false,
        })
    }
}
