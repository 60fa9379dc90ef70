//! What a user typed → a term; a term → the label that a reader sees (`labels`); all names, to be searched (`index`);
//! did-you-mean.

use oxrdf::{BlankNode, NamedNode, Term};

use crate::answer::Value;
use crate::error::{Error, Result};
use crate::graph::{Node, Reach};
use crate::printable::visible;
use crate::search::Tier;
pub use crate::search::local_part;
use crate::session::Session;
pub use index::{Names, all_names};
pub use labels::{has_label, labelled, language_rank, short_name, text_rank, value, values};

mod index;
mod labels;

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
        None if text.contains(':') => text.to_owned(),
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
    let mut suggestions: Vec<String> = session
        .names(name, Reach::Anywhere)
        .and_then(|names| Ok(names.search()?.nearest(name, SUGGESTIONS)))
        .unwrap_or_default()
        .into_iter()
        .map(|m| visible(&m.matched))
        .collect();
    // Several things may be called so.
    suggestions.dedup();
    Error::UnknownName {
        name: name.to_owned(),
        suggestions,
    }
}

/// A short name with the label behind it, for messages.
fn described(session: &Session, value: &Value) -> String {
    let short = short_name(session, &value.term);
    match &value.label {
        Some(label) if *label != short => format!("{short} ({})", visible(label)),
        _ => short,
    }
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

/// What to tell who typed a name that there is not: the nearest of the names that there are, or else something else.
pub fn did_you_mean<'a>(
    typed: &str,
    names: impl Iterator<Item = &'a str>,
    otherwise: &str,
) -> String {
    match nearest(typed, names) {
        Some(near) => format!("did you mean {near}?"),
        None => otherwise.to_owned(),
    }
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
    fn every_way_of_writing_a_name_is_understood() {
        resolved("<x:Harbor>", ":Harbor");
        resolved("x:Harbor", ":Harbor");
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
    fn a_suggestion_is_told_once_and_what_is_hidden_in_it_is_seen() {
        let session =
            Session::sample(":a rdfs:label 'two\\nlines' . :b rdfs:label 'two\\nlines' .");
        let suggestions = match resolve(&session, "two line") {
            Err(Error::UnknownName { suggestions, .. }) => suggestions,
            other => panic!("{other:?}"),
        };
        assert_eq!(suggestions, ["two\\u000Alines"]);
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
    fn the_local_part_is_what_follows_the_last_separator() {
        assert_eq!(local_part("http://a/b#c"), Some("c"));
        assert_eq!(local_part("http://a/b/"), None);
        assert_eq!(local_part("urn:isbn:12"), Some("12"));
    }
}
