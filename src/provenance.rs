//! Where facts come from: RDF 1.2 annotations, read as sources and qualifiers.
//!
//! `S P O {| prov:wasDerivedFrom :L5 |}` stands for a reifier that [reifies](https://www.w3.org/TR/rdf12-concepts/#section-triple-terms-reification)
//! the triple term `<<( S P O )>>` and carries the annotation. Reifiers and triple terms are no facts about concepts.

use std::collections::{HashMap, HashSet};

use oxrdf::vocab::rdf;
use oxrdf::{NamedOrBlankNode, Quad, Term};

use crate::answer::{Direction, Qualifier, Source, Value};
use crate::error::Result;
use crate::graph::{Fact, Node};
use crate::meta;
use crate::names;
use crate::session::Session;

pub use spoken::{Derived, claims, derived_from, unasserted};

mod spoken;

/// How many annotations of one statement are read.
const ANNOTATIONS: usize = 256;

/// What an annotation says of a statement.
#[derive(Debug, Clone, Default)]
pub struct Annotation {
    /// Where the statement comes from, by line.
    pub sources: Vec<Source>,
    /// What else is said of it.
    pub qualifiers: Vec<Qualifier>,
    /// Whether it is marked as doubtful.
    pub uncertain: bool,
}

/// The annotations of statements, one for each, in their order.
///
/// # Errors
/// An endpoint that fails.
pub fn annotations(
    session: &Session,
    statements: &[(Node, Node, Node)],
) -> Result<Vec<Annotation>> {
    let graph = &session.graph;
    let mut found = vec![Annotation::default(); statements.len()];
    let Some(reifies) = session.reifies_node() else {
        return Ok(found);
    };
    // Which statements have a triple term at all, and who reifies it.
    let (owners, terms): (Vec<usize>, Vec<Node>) = statements
        .iter()
        .enumerate()
        .filter_map(|(i, statement)| Some((i, graph.node(&Term::from(graph.triple(*statement)?))?)))
        .unzip();
    let reifiers = graph.facts(&terms, Direction::In, Some(&[reifies]), ANNOTATIONS)?;
    let (owners, nodes): (Vec<usize>, Vec<Node>) = owners
        .into_iter()
        .zip(reifiers)
        .flat_map(|(owner, facts)| facts.facts.into_iter().map(move |f| (owner, f.value)))
        .unzip();
    for (owner, annotation) in owners.into_iter().zip(of_reifiers(session, &nodes)?) {
        let whole = &mut found[owner];
        whole.sources.extend(annotation.sources);
        whole.qualifiers.extend(annotation.qualifiers);
        whole.uncertain |= annotation.uncertain;
    }
    for annotation in &mut found {
        sort_sources(&mut annotation.sources);
    }
    Ok(found)
}

/// Each source once, by line.
pub fn sort_sources(sources: &mut Vec<Source>) {
    sources.sort_by(|a, b| (a.line, &a.iri).cmp(&(b.line, &b.iri)));
    sources.dedup();
}

/// What reifiers say of the statements that they reify, one annotation a reifier.
///
/// # Errors
/// An endpoint that fails.
pub fn of_reifiers(session: &Session, reifiers: &[Node]) -> Result<Vec<Annotation>> {
    let graph = &session.graph;
    let uncertain = graph.node(meta::UNCERTAIN);
    let said = graph.facts(reifiers, Direction::Out, None, ANNOTATIONS)?;
    let is_source = |fact: &Fact| session.role_nodes().source.contains(&fact.property);
    let is_qualifier = |fact: &Fact| {
        Some(fact.property) != session.reifies_node()
            && Some(fact.property) != uncertain
            && !is_source(fact)
    };
    let facts = || said.iter().flat_map(|facts| facts.facts.iter().copied());
    let sources = sources(session, facts().filter(&is_source).map(|f| f.value))?;
    let values = labels(
        session,
        facts()
            .filter(&is_qualifier)
            .flat_map(|f| [f.property, f.value]),
    )?;
    Ok(said
        .iter()
        .map(|facts| {
            let facts = &facts.facts;
            let others: Vec<Fact> = facts.iter().copied().filter(&is_qualifier).collect();
            let mut annotation = Annotation {
                sources: facts
                    .iter()
                    .filter(|fact| is_source(fact))
                    .filter_map(|fact| sources.get(&fact.value).cloned())
                    .collect(),
                qualifiers: qualifiers(session, &others, &values),
                uncertain: facts.iter().any(|f| Some(f.property) == uncertain),
            };
            sort_sources(&mut annotation.sources);
            annotation
        })
        .collect())
}

/// Nodes with their labels, in one look-up.
fn labels(session: &Session, nodes: impl Iterator<Item = Node>) -> Result<HashMap<Node, Value>> {
    let mut nodes: Vec<Node> = nodes.collect();
    nodes.sort_unstable();
    nodes.dedup();
    let values = names::values(session, &nodes)?;
    Ok(nodes.into_iter().zip(values).collect())
}

/// Facts of an annotation for a reader: of texts in several languages the one in the most wanted.
fn qualifiers(session: &Session, facts: &[Fact], values: &HashMap<Node, Value>) -> Vec<Qualifier> {
    let language = |value: &Value| match &value.term {
        Term::Literal(text) => text
            .language()
            .map(|tag| names::language_rank(tag, &session.languages)),
        _ => None,
    };
    let mut kept: Vec<Qualifier> = Vec::new();
    for fact in facts {
        let (Some(property), Some(value)) = (values.get(&fact.property), values.get(&fact.value))
        else {
            continue;
        };
        let mut property = property.clone();
        if session.role_nodes().description.contains(&fact.property) {
            // A remark speaks for itself.
            property.label = None;
        }
        let value = value.clone();
        let rival = kept.iter_mut().find(|q| {
            q.property.term == property.term
                && language(&q.value).is_some()
                && language(&value).is_some()
        });
        match rival {
            Some(rival) if language(&value) < language(&rival.value) => rival.value = value,
            Some(_) => {}
            None => kept.push(Qualifier { property, value }),
        }
    }
    kept
}

/// Sources with the numbers of their lines, where they are lines, in one look-up.
pub fn sources(
    session: &Session,
    nodes: impl Iterator<Item = Node>,
) -> Result<HashMap<Node, Source>> {
    let graph = &session.graph;
    let mut nodes: Vec<Node> = nodes.collect();
    nodes.sort_unstable();
    nodes.dedup();
    let mut lines = match graph.node(meta::LINE) {
        Some(property) => graph.facts(&nodes, Direction::Out, Some(&[property]), 1)?,
        None => Vec::new(),
    }
    .into_iter();
    let source = |node: Node| {
        let line = lines
            .next()
            .and_then(|facts| match graph.term(facts.facts.first()?.value) {
                Term::Literal(literal) => literal.value().parse().ok(),
                _ => None,
            });
        let iri = match graph.term(node) {
            Term::NamedNode(iri) => iri.into_string(),
            other => other.to_string(),
        };
        (node, Source { iri, line })
    };
    Ok(nodes.into_iter().map(source).collect())
}

/// Takes annotations away from quads: everything said of or by a reifier.
pub fn remove(session: &Session, quads: &mut Vec<Quad>) {
    let reifiers: HashSet<NamedOrBlankNode> = quads
        .iter()
        .filter(|q| q.predicate == rdf::REIFIES)
        .map(|q| q.subject.clone())
        .collect();
    let sources: HashSet<&str> = session.roles().source.iter().map(|p| p.as_str()).collect();
    let is_reifier = |term: &Term| {
        NamedOrBlankNode::try_from(term.clone()).is_ok_and(|node| reifiers.contains(&node))
    };
    quads.retain(|q| {
        !reifiers.contains(&q.subject)
            && !is_reifier(&q.object)
            && !q.object.is_triple()
            && !sources.contains(q.predicate.as_str())
    });
}
