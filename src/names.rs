//! What a user typed → a term; a term → the label that a reader sees; did-you-mean.

use std::collections::HashMap;

use oxrdf::{BlankNode, NamedNode, Term};

use crate::answer::Value;
use crate::cancel;
use crate::error::{Error, Result};
use crate::graph::{Node, Reach};
use crate::roles;
pub use crate::search::local_part;
use crate::search::{self, Search, Tier};
use crate::session::Session;

/// How many labels of one concept are looked at.
const LABELS: usize = 64;

/// How many suggestions are worth reading.
const SUGGESTIONS: usize = 5;

/// The node that a user's text names.
///
/// An IRI in `<>`, a prefixed name, a local name; then, NFC and case-folded, a preferred label, an alternative one, a hidden
/// one, a local name in another case. The first of these tiers with exactly one hit wins.
///
/// # Errors
/// A name that means nothing here, with suggestions, or several things, with the candidates.
pub fn resolve(session: &Session, text: &str) -> Result<Node> {
    let text = text.trim();
    if let Some(node) = written_out(session, text)? {
        return node.ok_or_else(|| unknown(session, text));
    }
    let local = local_names(session, text)?;
    if let [one] = local.as_slice() {
        return Ok(*one);
    }
    for reach in [Reach::Exact, Reach::Anywhere] {
        let names = session.names(text, reach)?;
        let exact = names.search()?.exact(text);
        let mut tiers = vec![local.clone()];
        for tier in [
            Tier::Preferred,
            Tier::Alternative,
            Tier::Hidden,
            Tier::LocalName,
        ] {
            let hits = exact.iter().filter(|(_, found)| *found == tier);
            tiers.push(hits.map(|&(id, _)| Node(id)).collect());
        }
        if let Some(tier) = tiers.iter().find(|nodes| nodes.len() == 1) {
            return Ok(tier[0]);
        }
        if let Some(several) = tiers.iter().find(|nodes| !nodes.is_empty()) {
            return Err(ambiguous(session, text, several)?);
        }
        if names.are_all() {
            break;
        }
    }
    Err(unknown(session, text))
}

/// The nodes that several texts name, in their order.
///
/// # Errors
/// As [`resolve`].
pub fn resolve_all(session: &Session, texts: &[String]) -> Result<Vec<Node>> {
    texts.iter().map(|text| resolve(session, text)).collect()
}

/// An IRI, a prefixed name or a blank node: `None` when the text is none of these, `Some(None)` when it does not occur.
fn written_out(session: &Session, text: &str) -> Result<Option<Option<Node>>> {
    let occurring = |iri: NamedNode| -> Result<Option<Node>> {
        Ok(session.graph.occurring(vec![iri.into()])?.pop())
    };
    if let Some(iri) = text.strip_prefix('<').and_then(|t| t.strip_suffix('>')) {
        return NamedNode::new(iri).ok().map(occurring).transpose();
    }
    if let Some(name) = text.strip_prefix("_:") {
        let node = BlankNode::new(name).ok();
        return Ok(node.map(|node| session.graph.node(&node)));
    }
    let iri = match session.prefixes.expand(text) {
        Some(iri) => iri,
        None if text.contains("://") => text.to_owned(),
        None => return Ok(None),
    };
    // `Rule: the second` may be a label as well as a prefixed name.
    let node = NamedNode::new(iri).ok().map(occurring).transpose()?;
    Ok(node.flatten().map(Some))
}

/// Nodes whose IRI is a known namespace followed by this name; the default prefix goes before all others.
fn local_names(session: &Session, name: &str) -> Result<Vec<Node>> {
    if name.is_empty() || name.contains(char::is_whitespace) {
        return Ok(Vec::new());
    }
    let iri = |namespace: &str| NamedNode::new(format!("{namespace}{name}")).ok();
    let by_default = session.prefixes.namespace("").and_then(iri);
    let mut iris: Vec<Term> = session
        .prefixes
        .iter()
        .filter_map(|(_, namespace)| Some(iri(namespace)?.into()))
        .collect();
    iris.sort_by_cached_key(Term::to_string);
    iris.dedup();
    let found = session.graph.occurring(iris)?;
    let default = by_default.and_then(|iri| {
        let node = session.graph.node(&iri)?;
        found.contains(&node).then_some(node)
    });
    Ok(match default {
        Some(node) => vec![node],
        None => found,
    })
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
        .names(name, Reach::Anywhere)
        .and_then(|names| Ok(names.search()?.nearest(name, SUGGESTIONS)))
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

/// Names to search in.
#[derive(Debug)]
pub enum Names<'a> {
    /// All that the graph has.
    All(&'a [u8]),
    /// Those that one text may mean, where an endpoint has too many.
    Candidates(Vec<u8>),
}

impl Names<'_> {
    /// Whether these are all the names that the graph has.
    pub fn are_all(&self) -> bool {
        matches!(self, Self::All(_))
    }

    /// The search over them.
    ///
    /// # Errors
    /// Names in a damaged file.
    pub fn search(&self) -> Result<Search<'_>> {
        let bytes = match self {
            Self::All(bytes) => bytes,
            Self::Candidates(bytes) => bytes.as_slice(),
        };
        Search::open(bytes).map_err(|damaged| Error::Damaged {
            path: "names".into(),
            message: damaged.to_string(),
        })
    }
}

impl Session {
    /// The names of the graph, or, behind an endpoint with many, those that `text` may mean.
    ///
    /// # Errors
    /// An endpoint that fails.
    pub fn names(&self, text: &str, reach: Reach) -> Result<Names<'_>> {
        if let Some(all) = self.search.get() {
            return Ok(Names::All(all));
        }
        if let Some(packed) = self.graph.packed_names() {
            return Ok(Names::All(packed));
        }
        let (bytes, complete) = index_names(self, text, reach)?;
        Ok(if complete {
            Names::All(self.search.get_or_init(|| bytes))
        } else {
            Names::Candidates(bytes)
        })
    }
}

/// All names of a graph that is at hand, as a search index.
///
/// # Errors
/// An endpoint that fails.
pub fn all_names(session: &Session) -> Result<Vec<u8>> {
    Ok(index_names(session, "", Reach::Anywhere)?.0)
}

/// Names as a search index, and whether they are all.
fn index_names(session: &Session, text: &str, reach: Reach) -> Result<(Vec<u8>, bool)> {
    let roles = session.role_nodes();
    let tiers: HashMap<Node, Tier> = roles
        .alias
        .iter()
        .map(|&p| (p, Tier::Alternative))
        .chain(roles.hidden.iter().map(|&p| (p, Tier::Hidden)))
        .chain(roles.label.iter().map(|&p| (p, Tier::Preferred)))
        .collect();
    let mut properties: Vec<Node> = tiers.keys().copied().collect();
    properties.sort_unstable();
    let names = session
        .graph
        .names(&properties, text, &session.languages, reach)?;
    let labels = names.labels.filter_map(|(node, property, label)| {
        let tier = *tiers.get(&property)?;
        Some((node.0, tier, label))
    });
    let iris = names.iris.map(|(node, iri)| (node.0, iri));
    let bytes = search::build_of_labels(labels, iris, names.many);
    Ok((bytes, names.complete))
}

/// The name that is spelt most nearly like `typed`, if one is near: did you mean it?
///
/// Near is one [slip](https://en.wikipedia.org/wiki/Damerau%E2%80%93Levenshtein_distance) in three letters, capitals aside.
pub fn nearest<'a>(typed: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let folded = typed.to_lowercase();
    let allowed = folded.chars().count().div_ceil(3);
    names
        .filter(|name| !name.is_empty())
        .map(|name| (strsim::osa_distance(&folded, &name.to_lowercase()), name))
        .filter(|(distance, name)| *distance <= allowed && *distance < name.chars().count())
        .min()
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a name resolves to on a small graph, or the error's message and hint.
    #[track_caller]
    fn resolved(name: &str, expected: &str) {
        let session = Session::sample(
            "@prefix a: <http://a/> . @prefix b: <http://b/> .\n\
             :Harbor skos:prefLabel \"하버\"@ko ; skos:altLabel \"registry\" .\n\
             a:Person skos:prefLabel \"Person\" . b:knows rdfs:range b:Person .\n\
             a:x skos:prefLabel \"twin\" . b:y skos:prefLabel \"Twin\" .\n\
             a:slip skos:hiddenLabel \"Harber\" ; skos:altLabel \"하버\" .",
        );
        let shown = match resolve(&session, name) {
            Ok(node) => short_name(&session, &session.graph.term(node)),
            Err(error) => format!("{error}: {}", error.hint().unwrap_or_default()),
        };
        assert_eq!(shown, expected, "{name}");
    }

    #[test]
    fn the_names_that_are_packed_with_the_notes_are_those_that_the_roles_find() {
        let session = Session::notes("en");
        let found = all_names(&session).expect("it is at hand");
        assert_eq!(session.graph.packed_names(), Some(found.as_slice()));
    }

    #[test]
    fn every_way_of_writing_a_name_is_understood() {
        resolved("<x:Harbor>", ":Harbor");
        resolved(":Harbor", ":Harbor");
        resolved("Harbor", ":Harbor");
        resolved("HARBOR", ":Harbor");
        resolved("  registry ", ":Harbor");
        resolved("harber", "a:slip");
    }

    #[test]
    fn decomposed_hangul_names_the_same() {
        resolved("\u{1112}\u{1161}\u{1107}\u{1165}", ":Harbor");
    }

    #[test]
    fn a_preferred_label_goes_before_an_alternative_one() {
        resolved("하버", ":Harbor");
    }

    #[test]
    fn a_tier_with_one_hit_wins_over_an_earlier_one_with_several() {
        resolved("Person", "a:Person");
    }

    #[test]
    fn a_name_of_several_things_lists_them() {
        resolved(
            "twin",
            "`twin` may mean 2 things: write one of: a:x (twin), b:y (Twin)",
        );
    }

    #[test]
    fn a_typing_error_is_answered_with_a_suggestion_and_never_resolved() {
        resolved(
            "Harborr",
            "nothing here is called `Harborr`: did you mean one of: Harbor, Harber?",
        );
    }

    #[test]
    fn a_regional_variant_serves_where_its_language_is_wanted() {
        let wanted = ["ko".to_owned(), "en".to_owned()];
        assert!(language_rank("ko", &wanted) < language_rank("ko-KR", &wanted));
        assert!(language_rank("ko-KR", &wanted) < language_rank("en", &wanted));
        assert!(language_rank("en", &wanted) < language_rank("", &wanted));
        assert!(language_rank("", &wanted) < language_rank("fr", &wanted));
    }

    #[test]
    fn a_name_with_a_slip_or_other_capitals_is_near() {
        let names = ["isA", "partOf", "replaces"];
        assert_eq!(nearest("isa", names.into_iter()), Some("isA"));
        assert_eq!(nearest("repalces", names.into_iter()), Some("replaces"));
        assert_eq!(nearest("k", names.into_iter()), None);
        assert_eq!(nearest("Kubernetes", names.into_iter()), None);
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

    #[test]
    fn the_local_part_is_what_follows_the_last_separator() {
        assert_eq!(local_part("http://a/b#c"), Some("c"));
        assert_eq!(local_part("http://a/b/"), None);
        assert_eq!(local_part("urn:isbn:12"), Some("12"));
    }
}
