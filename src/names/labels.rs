//! A term → the label that a reader sees.

use oxrdf::Term;

use super::local_part;
use crate::answer::Value;
use crate::cancel;
use crate::error::Result;
use crate::graph::Node;
use crate::roles;
use crate::session::Session;

/// How many labels of one concept are looked at.
const LABELS: usize = 64;

/// A term as it is written in SPARQL, as short as the known prefixes allow.
pub fn short_name(session: &Session, term: &Term) -> String {
    match term {
        Term::NamedNode(node) => session.prefixes.display(node.as_str()),
        other => other.to_string(),
    }
}

/// Nodes with their labels, in one look-up.
///
/// # Errors
/// An endpoint that fails.
pub fn values(session: &Session, nodes: &[Node]) -> Result<Vec<Value>> {
    let graph = &session.graph;
    let asked: Vec<Node> = nodes
        .iter()
        .copied()
        .filter(|&node| !graph.is_literal(node))
        .collect();
    let found = graph.labels(
        &asked,
        &session.role_nodes().label,
        &session.languages,
        LABELS,
    )?;
    let mut labels = found.into_iter();
    Ok(nodes
        .iter()
        .map(|&node| {
            cancel::poll();
            let term = graph.term(node);
            if term.is_literal() {
                return Value { term, label: None };
            }
            let names = labels.next().unwrap_or_default();
            let literals = names.facts.iter().map(|fact| graph.term(fact.value));
            let label = best_label(literals, &session.languages)
                .unwrap_or_else(|| name_without_label(session, &term));
            Value {
                term,
                label: Some(label),
            }
        })
        .collect())
}

/// What a reader gets for a term that has no label in the data: what the roles call it, its prefixed name, or the last part of
/// its IRI, for a whole IRI is no reading.
fn name_without_label(session: &Session, term: &Term) -> String {
    let Term::NamedNode(iri) = term else {
        return term.to_string();
    };
    let own = session.roles().names.iter();
    let own = own.filter(|(named, _)| named == iri);
    let names = own.map(|(_, name)| name.clone().into());
    best_label(names.chain(roles::built_in_names(iri)), &session.languages)
        .or_else(|| session.prefixes.shorten(iri.as_str()))
        .or_else(|| local_part(iri.as_str()).map(str::to_owned))
        .unwrap_or_else(|| iri.to_string())
}

/// Terms with their labels, whether they occur in the graph or not, in one look-up.
///
/// # Errors
/// An endpoint that fails.
pub fn labelled(session: &Session, terms: Vec<Term>) -> Result<Vec<Value>> {
    let nodes: Vec<Option<Node>> = terms.iter().map(|t| session.graph.node(t)).collect();
    let known: Vec<Node> = nodes.iter().flatten().copied().collect();
    let mut known = values(session, &known)?.into_iter();
    Ok(terms
        .into_iter()
        .zip(nodes)
        .map(|(term, node)| match node.and_then(|_| known.next()) {
            Some(value) => value,
            None => Value {
                label: (!term.is_literal()).then(|| name_without_label(session, &term)),
                term,
            },
        })
        .collect())
}

/// Whether the data have a label for a term.
///
/// # Errors
/// An endpoint that fails.
pub fn has_label(session: &Session, term: &Term) -> Result<bool> {
    let Some(node) = session.graph.node(term) else {
        return Ok(false);
    };
    let properties = &session.role_nodes().label;
    let labels = session
        .graph
        .labels(&[node], properties, &session.languages, 1)?;
    Ok(labels.iter().any(|found| !found.facts.is_empty()))
}

/// A node with its label.
///
/// # Errors
/// An endpoint that fails.
pub fn value(session: &Session, node: Node) -> Result<Value> {
    let mut values = values(session, &[node])?;
    Ok(values.remove(0))
}

/// The label in the most wanted language; among equals the first. Without one in a wanted language: one without a
/// language, then English, then any. What has no letter to see is no label.
fn best_label(labels: impl Iterator<Item = Term>, languages: &[String]) -> Option<String> {
    let mut best: Option<(usize, String)> = None;
    for term in labels {
        let Term::Literal(literal) = term else {
            continue;
        };
        if literal.value().trim().is_empty() {
            continue;
        }
        let rank = language_rank(literal.language().unwrap_or(""), languages);
        if best.as_ref().is_none_or(|(least, _)| rank < *least) {
            best = Some((rank, literal.value().to_owned()));
        }
    }
    best.map(|(_, label)| label)
}

/// How wanted a term is as a text for a reader, by its language: lower is better. What is no text comes last.
pub fn text_rank(session: &Session, term: &Term) -> usize {
    match term {
        Term::Literal(text) => language_rank(text.language().unwrap_or(""), &session.languages),
        _ => usize::MAX,
    }
}

/// How wanted a language is: lower is better. `en` is asked for: `en-GB` serves, a little less.
pub fn language_rank(tag: &str, languages: &[String]) -> usize {
    for (i, wanted) in languages.iter().enumerate() {
        if tag.eq_ignore_ascii_case(wanted) {
            return 2 * i;
        }
        let primary = |tag: &str| tag.split('-').next().unwrap_or("").to_ascii_lowercase();
        if !tag.is_empty() && primary(tag) == primary(wanted) {
            return 2 * i + 1;
        }
    }
    let unwanted = 2 * languages.len();
    match tag {
        "" => unwanted,
        tag if tag.eq_ignore_ascii_case("en") => unwanted + 1,
        _ => unwanted + 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_regional_variant_serves_where_its_language_is_wanted() {
        let wanted = ["ko".to_owned(), "en".to_owned()];
        assert!(language_rank("ko", &wanted) < language_rank("ko-KR", &wanted));
        assert!(language_rank("ko-KR", &wanted) < language_rank("en", &wanted));
        assert!(language_rank("en", &wanted) < language_rank("", &wanted));
        assert!(language_rank("", &wanted) < language_rank("fr", &wanted));
    }

    #[test]
    fn what_is_called_nothing_is_read_by_its_prefixed_name() {
        let session = Session::sample(":a rdfs:label '' , ' '@en . :b rdfs:label '' , 'bee'@fr .");
        let read = |name| value(&session, session.named(name)).unwrap().text();
        assert_eq!([":a", ":b"].map(read), [":a", "bee"]);
    }

    #[test]
    fn an_iri_without_label_is_read_by_its_prefixed_name_or_its_last_part() {
        let session =
            Session::sample("@prefix a: <http://a/> . a:x <http://else/where#near> <urn:y/> .");
        let read = |iri| {
            let node = session
                .graph
                .node(&oxrdf::NamedNode::new_unchecked(iri))
                .unwrap();
            value(&session, node).unwrap().text().to_owned()
        };
        assert_eq!(
            ["http://a/x", "http://else/where#near", "urn:y/"].map(read),
            ["a:x", "near", "<urn:y/>"]
        );
    }
}
