//! Inference: rules as SPARQL CONSTRUCT queries, run to a fixpoint, and the proofs of what they infer.
//!
//! Evaluation is semi-naive, by rounds: a triple of round n follows from triples of earlier rounds, one of which is of round
//! n − 1 (Abiteboul, Hull and Vianu, *Foundations of Databases*, 13.1). What is stated is of round 0. A proof of a triple uses
//! earlier rounds only, so that nothing proves itself. An explanation does not need the whole fixpoint: it asks for the part that
//! its question rests on.
//!
//! Rules see the vocabulary and the roles besides the data. What follows from those alone says nothing of the data: it serves as
//! a premise and is not counted as inferred.

use oxrdf::{GraphName, NamedNode, NamedOrBlankNode, Quad, Triple};

use crate::embedded;
use crate::error::Result;
use crate::meta;
use crate::query_file;
use crate::session::Session;

pub use closure::{Closure, Summary};
pub use proof::{Fact, Step};
pub use rule::Rule;

mod closure;
mod demand;
mod join;
mod proof;
mod rule;
mod store;

/// Where the built-in rules lie.
const FOLDER: &str = "ontology/rules/";

/// How many triples are inferred unless another bound is given.
pub const MAX_INFERRED: u64 = 10_000_000;

/// The rules of a session: those of the program, then the user's own.
///
/// # Errors
/// A rule that cannot be read or is outside the subset of CONSTRUCT that rules may use.
pub fn of_session(session: &Session) -> Result<Vec<Rule>> {
    let mut files = query_file::built_in(FOLDER);
    files.extend(query_file::read(
        &session.settings.rules,
        &session.settings,
    )?);
    files
        .iter()
        .map(|file| Rule::parse(file, session))
        .collect()
}

/// The axioms that rules see besides a graph: roles, and the vocabulary unless the graph brings it.
///
/// # Errors
/// None, unless the program is damaged.
pub fn axioms(session: &Session) -> Result<Vec<Triple>> {
    let mut axioms: Vec<Triple> = embedded::roles()?.quads().map(Triple::from).collect();
    axioms.extend_from_slice(&session.own_roles);
    if !session.graph.describes(meta::VOCABULARY_GRAPH)? {
        axioms.extend(embedded::vocabulary()?.quads().map(Triple::from));
    }
    Ok(axioms)
}

/// The closure of a session's graph: everything that follows.
///
/// # Errors
/// A rule that cannot be read; a graph that is not at hand; more inferred triples than allowed; what the session's token says.
pub fn closure(session: &Session) -> Result<Closure<'_>> {
    session.token().run(|| {
        let mut closure = closure_to_ask(session)?;
        closure.complete()?;
        Ok(closure)
    })?
}

/// The closure of a session's graph, of which nothing is inferred before it is [asked for](Closure::ask).
///
/// # Errors
/// As [`closure`].
pub fn closure_to_ask(session: &Session) -> Result<Closure<'_>> {
    let rules = of_session(session)?;
    let bound = session.settings.max_inferred.unwrap_or(MAX_INFERRED);
    Closure::of_axioms(session.graph.stated()?, &axioms(session)?, &rules, bound)
}

/// Inferred triples as quads: each in the default graph, and once more in the graph that marks them.
pub fn marked(closure: &Closure<'_>) -> Vec<Quad> {
    let mut quads = Vec::new();
    for triple in closure.inferred() {
        let [s, p, o] = triple.map(|node| closure.term(node));
        let (Ok(s), Ok(p)) = (NamedOrBlankNode::try_from(s), NamedNode::try_from(p)) else {
            continue;
        };
        let triple = Triple::new(s, p, o);
        quads.push(triple.clone().in_graph(GraphName::DefaultGraph));
        quads.push(triple.in_graph(meta::INFERRED_GRAPH));
    }
    quads
}

#[cfg(test)]
mod tests;
