//! What a user typed → a term; a term → the label that a reader sees; did-you-mean.

use std::collections::BTreeMap;

use oxrdf::{BlankNode, NamedNode, Term};

use crate::answer::{Direction, Value};
use crate::error::{Error, Result};
use crate::graph::Node;
use crate::search::{self, Search, Tier};
use crate::session::Session;

/// How many labels of one concept are looked at.
const LABELS: usize = 64;

/// How many suggestions are worth reading.
const SUGGESTIONS: usize = 5;

/// The node that a user's text names.
///
/// An IRI in `<>`, a prefixed name, a local name; then, NFC and case-folded, a preferred label, an alternative one, a hidden
/// one. The first of these tiers with exactly one hit wins.
///
/// # Errors
/// A name that means nothing here, with suggestions, or several things, with the candidates.
pub fn resolve(session: &Session, text: &str) -> Result<Node> {
    let text = text.trim();
    if let Some(node) = written_out(session, text) {
        return node.ok_or_else(|| unknown(session, text));
    }
    let local = local_names(session, text);
    if let [one] = local.as_slice() {
        return Ok(*one);
    }
    if local.len() > 1 {
        return Err(ambiguous(session, text, &local)?);
    }
    let mut tiers: BTreeMap<Tier, Vec<Node>> = BTreeMap::new();
    for (id, tier) in session.search()?.exact(text) {
        let nodes = tiers.entry(tier).or_default();
        if !nodes.contains(&Node(id)) {
            nodes.push(Node(id));
        }
    }
    match tiers.into_values().next() {
        None => Err(unknown(session, text)),
        Some(nodes) => match nodes.as_slice() {
            [one] => Ok(*one),
            several => Err(ambiguous(session, text, several)?),
        },
    }
}

/// An IRI, a prefixed name or a blank node: `None` when the text is none of these, `Some(None)` when it does not occur.
fn written_out(session: &Session, text: &str) -> Option<Option<Node>> {
    let graph = &session.graph;
    if let Some(iri) = text.strip_prefix('<').and_then(|t| t.strip_suffix('>')) {
        return Some(graph.node(&NamedNode::new(iri).ok()?));
    }
    if let Some(name) = text.strip_prefix("_:") {
        return Some(graph.node(&BlankNode::new(name).ok()?));
    }
    if let Some(iri) = session.prefixes.expand(text) {
        let node = NamedNode::new(iri).ok().and_then(|iri| graph.node(&iri));
        // `Rule: the second` may be a label as well as a prefixed name.
        return node.map(Some);
    }
    if text.contains("://") {
        return graph.node(&NamedNode::new(text).ok()?).map(Some);
    }
    None
}

/// Nodes whose IRI is a known namespace followed by this name; the default prefix goes before all others.
fn local_names(session: &Session, name: &str) -> Vec<Node> {
    if name.is_empty() || name.contains(char::is_whitespace) {
        return Vec::new();
    }
    let node = |namespace: &str| {
        let iri = NamedNode::new(format!("{namespace}{name}")).ok()?;
        session.graph.node(&iri)
    };
    if let Some(found) = session.prefixes.namespace("").and_then(node) {
        return vec![found];
    }
    let mut found: Vec<Node> = session
        .prefixes
        .iter()
        .filter_map(|(_, namespace)| node(namespace))
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

fn ambiguous(session: &Session, name: &str, nodes: &[Node]) -> Result<Error> {
    let mut candidates: Vec<String> = values(session, nodes)?
        .into_iter()
        .map(|value| described(session, &value))
        .collect();
    candidates.sort();
    Ok(Error::AmbiguousName {
        name: name.to_owned(),
        candidates,
    })
}

fn unknown(session: &Session, name: &str) -> Error {
    let suggestions = session
        .search()
        .map(|search| search.nearest(name, SUGGESTIONS))
        .unwrap_or_default()
        .into_iter()
        .map(|m| m.matched)
        .collect();
    Error::UnknownName {
        name: name.to_owned(),
        suggestions,
    }
}

/// A short name with the label behind it, for messages.
fn described(session: &Session, value: &Value) -> String {
    let short = short_name(session, &value.term);
    match &value.label {
        Some(label) if *label != short => format!("{short} ({label})"),
        _ => short,
    }
}

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
    let found = graph.facts(
        &asked,
        Direction::Out,
        Some(&session.role_nodes.label),
        LABELS,
    )?;
    let mut labels = found.into_iter();
    Ok(nodes
        .iter()
        .map(|&node| {
            let term = graph.term(node);
            if term.is_literal() {
                return Value { term, label: None };
            }
            let names = labels.next().unwrap_or_default();
            let literals = names.facts.iter().map(|fact| graph.term(fact.value));
            let label = best_label(literals, &session.languages)
                .or_else(|| role_name(session, node))
                .unwrap_or_else(|| short_name(session, &term));
            Value {
                term,
                label: Some(label),
            }
        })
        .collect())
}

/// What the roles call a predicate that has no label in the data.
fn role_name(session: &Session, node: Node) -> Option<String> {
    let names = session.role_nodes.names.iter();
    let names = names.filter(|(named, _)| *named == node);
    best_label(
        names.map(|(_, name)| name.clone().into()),
        &session.languages,
    )
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
/// language, then English, then any.
fn best_label(labels: impl Iterator<Item = Term>, languages: &[String]) -> Option<String> {
    let mut best: Option<(usize, String)> = None;
    for term in labels {
        let Term::Literal(literal) = term else {
            continue;
        };
        let rank = language_rank(literal.language().unwrap_or(""), languages);
        if best.as_ref().is_none_or(|(least, _)| rank < *least) {
            best = Some((rank, literal.value().to_owned()));
        }
    }
    best.map(|(_, label)| label)
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

impl Session {
    /// The search index over all names of the graph, made when it is first asked for.
    ///
    /// # Errors
    /// An endpoint that fails.
    pub fn search(&self) -> Result<Search<'_>> {
        if self.search.get().is_none() {
            let bytes = index_names(self)?;
            self.search.get_or_init(|| bytes);
        }
        let bytes = self.search.get().map(Vec::as_slice).unwrap_or_default();
        Search::open(bytes).map_err(|damaged| Error::Damaged {
            path: "names".into(),
            message: damaged.to_string(),
        })
    }
}

/// All names that terms of the graph have, as a search index.
fn index_names(session: &Session) -> Result<Vec<u8>> {
    let graph = &session.graph;
    let roles = &session.role_nodes;
    let tiers = roles
        .label
        .iter()
        .map(|&p| (p, Tier::Preferred))
        .chain(roles.alias.iter().map(|&p| (p, Tier::Alternative)))
        .chain(roles.hidden.iter().map(|&p| (p, Tier::Hidden)));
    let mut entries: Vec<(u32, Tier, String, String)> = Vec::new();
    for (property, tier) in tiers {
        for (subject, object) in graph.pairs(property)? {
            if let Term::Literal(name) = graph.term(object) {
                let language = name.language().unwrap_or("").to_owned();
                entries.push((subject.0, tier, name.value().to_owned(), language));
            }
        }
    }
    for (id, iri) in graph.named_nodes()? {
        if let Some(local) = local_part(&iri) {
            entries.push((id.0, Tier::LocalName, local.to_owned(), String::new()));
        }
    }
    Ok(search::build(entries.iter().map(
        |(id, tier, text, language)| (*id, *tier, text.as_str(), language.as_str()),
    )))
}

/// The part of an IRI behind its last `#`, `/` or `:`.
pub fn local_part(iri: &str) -> Option<&str> {
    let (_, local) = iri.rsplit_once(['#', '/', ':'])?;
    (!local.is_empty()).then_some(local)
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
    fn the_local_part_is_what_follows_the_last_separator() {
        assert_eq!(local_part("http://a/b#c"), Some("c"));
        assert_eq!(local_part("http://a/b/"), None);
        assert_eq!(local_part("urn:isbn:12"), Some("12"));
    }
}
