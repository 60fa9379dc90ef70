//! What completes SPARQL, by the place in its grammar.

use std::collections::HashSet;

use oxrdf::NamedNode;

use super::position::{self, Position, Slot};
use super::vocabulary::{Terms, Vocabulary, short_names};
use super::{Candidate, MOST, Offer, beginning, nodes, terms};
use crate::answer::Direction;
use crate::error::Result;
use crate::graph::Node;
use crate::lexer::{self, Kind};
use crate::session::Session;

/// How many instances of a class, or uses of a predicate, are looked at to rank by use.
const SAMPLE: usize = 500;

pub fn sparql(session: &Session, vocabulary: &Vocabulary, text: &str, at: usize) -> Result<Offer> {
    let before = &text[..at];
    let last = lexer::tokens(before)
        .last()
        .filter(|token| token.span().end == at)
        .filter(|token| {
            let sign = matches!(token.text, "?" | "$");
            let named = matches!(token.kind, Kind::Word | Kind::PrefixedName | Kind::Variable);
            named || (sign && token.kind == Kind::Operator)
        });
    let start = last.as_ref().map_or(at, |token| token.start);
    let typed = &before[start..];
    let position = position::position(&before[..start]);
    let candidates = if typed.starts_with(['?', '$']) {
        variables(text, start, typed)
    } else {
        in_slot(session, vocabulary, &position, typed)?
    };
    Ok(Offer { start, candidates })
}

/// The variables of the text other than the one at `start`, as they come.
fn variables(text: &str, start: usize, typed: &str) -> Vec<Candidate> {
    lexer::tokens(text)
        .filter(|token| token.kind == Kind::Variable && token.start != start)
        .filter(|token| token.text[1..].starts_with(&typed[1..]))
        .map(|token| Candidate::plain(format!("{}{}", &typed[..1], &token.text[1..])))
        .collect()
}

fn in_slot(
    session: &Session,
    vocabulary: &Vocabulary,
    position: &Position<'_>,
    typed: &str,
) -> Result<Vec<Candidate>> {
    let mut found = Vec::new();
    match position.slot {
        Slot::Predicate => {
            let (predicates, _) = vocabulary.of(session)?;
            let ranked = of_class_first(session, position, &predicates)?;
            found.extend(terms(typed, &ranked));
            if typed.is_empty() {
                found.insert(0, Candidate::plain("a"));
            }
        }
        Slot::Class => found.extend(terms(typed, &vocabulary.of(session)?.1)),
        Slot::Object if typed.is_empty() => found.extend(objects(session, position)?),
        Slot::Object | Slot::Name => found.extend(nodes(session, typed)?),
        Slot::Subject => {
            found.extend(keywords(typed, "OPTIONAL FILTER UNION MINUS GRAPH BIND VALUES SELECT"));
            found.extend(nodes(session, typed)?);
        }
        Slot::End => found.extend(keywords(typed, "FILTER OPTIONAL MINUS BIND UNION VALUES")),
        Slot::Head => found.extend(keywords(
            typed,
            "SELECT WHERE DISTINCT FROM ORDER BY GROUP LIMIT OFFSET HAVING COUNT AS ASK CONSTRUCT DESCRIBE DESC ASC \
             PREFIX INSERT DELETE DATA VALUES",
        )),
        Slot::Expression => found.extend(keywords(
            typed,
            "BOUND COALESCE CONCAT CONTAINS COUNT DATATYPE DISTINCT EXISTS GROUP_CONCAT IF IN ISBLANK ISIRI ISLITERAL \
             LANG LANGMATCHES LCASE MAX MIN NOT REGEX REPLACE SAMPLE STR STRAFTER STRBEFORE STRENDS STRLEN STRSTARTS \
             SUBSTR SUM UCASE AVG ABS CEIL FLOOR ROUND IRI AS YEAR MONTH DAY NOW",
        )),
        Slot::Declaration => {
            let known = session.prefixes.iter();
            let declared = known.map(|(prefix, iri)| format!("{prefix}: <{iri}>"));
            return Ok(beginning(typed, declared));
        }
    }
    let in_triple = !matches!(position.slot, Slot::Head | Slot::End);
    if in_triple && !typed.is_empty() && !typed.contains(':') {
        let prefixes = session
            .prefixes
            .iter()
            .map(|(prefix, _)| format!("{prefix}:"));
        found.extend(beginning(typed, prefixes));
    }
    Ok(found)
}

fn keywords(typed: &str, words: &str) -> Vec<Candidate> {
    if typed.is_empty() {
        return Vec::new();
    }
    beginning(typed, words.split_whitespace().map(str::to_owned))
}

/// What the predicate at hand leads to.
fn objects(session: &Session, position: &Position<'_>) -> Result<Vec<Candidate>> {
    let Some(property) = position.predicate.and_then(|text| node(session, text)) else {
        return Ok(Vec::new());
    };
    let mut found = Vec::new();
    for pair in session.graph.pairs(property, Some(SAMPLE * 20))? {
        let object = pair.1;
        if found.len() >= MOST {
            break;
        }
        if !session.graph.is_literal(object) && !found.contains(&object) {
            found.push(object);
        }
    }
    Ok(short_names(session, found.into_iter())
        .into_iter()
        .map(|(short, _)| Candidate::plain(short))
        .collect())
}

/// Predicates, those first that things of the subject's class have.
fn of_class_first(session: &Session, position: &Position<'_>, predicates: &Terms) -> Result<Terms> {
    let predicates = predicates.clone();
    let class = position
        .subject
        .and_then(|subject| position.classes.get(subject))
        .and_then(|class| node(session, class));
    let (Some(class), Some(property)) = (class, session.type_node()) else {
        return Ok(predicates);
    };
    let of = session
        .graph
        .facts(&[class], Direction::In, Some(&[property]), SAMPLE)?;
    let instances: Vec<Node> = of.iter().flat_map(|f| &f.facts).map(|f| f.value).collect();
    let said = session
        .graph
        .facts(&instances, Direction::Out, None, SAMPLE)?;
    let used: HashSet<Node> = said
        .iter()
        .flat_map(|f| &f.facts)
        .map(|f| f.property)
        .collect();
    let (mut first, rest): (Terms, Terms) = predicates
        .into_iter()
        .partition(|(_, node)| used.contains(node));
    first.extend(rest);
    Ok(first)
}

/// The node of a term as written in a query.
fn node(session: &Session, text: &str) -> Option<Node> {
    let iri = match text.strip_prefix('<').and_then(|iri| iri.strip_suffix('>')) {
        Some(iri) => iri.to_owned(),
        None => session.prefixes.expand(text)?,
    };
    session.graph.node(&NamedNode::new(iri).ok()?)
}
