//! Names over a network: all of them where there are few, else those that one text may mean.

use std::collections::BTreeSet;

use oxrdf::{Literal, Term};
use unicode_normalization::UnicodeNormalization;

use super::queries::Scope;
use super::{Remote, memory};
use crate::error::Result;
use crate::graph::{Node, Reach, RemoteNames};
use crate::korean::keyboard;

/// So many labels, and so many IRIs, are fetched to be searched here.
const FEW: usize = 5000;

/// So many labels are fetched in which a text stands.
const MATCHES: usize = 500;

impl Remote {
    /// See [`Graph::names`](crate::graph::Graph::names).
    ///
    /// # Errors
    /// An endpoint that fails.
    pub(crate) fn names(
        &self,
        properties: &[Node],
        text: &str,
        languages: &[String],
        reach: Reach,
    ) -> Result<RemoteNames> {
        let key = (text.to_owned(), reach);
        if let Some(known) = memory::of(self, |memory| memory.names.get(&key).cloned()) {
            return Ok(known);
        }
        self.alone()?;
        let properties: Vec<String> = properties
            .iter()
            .map(|&property| self.term(property).to_string())
            .collect();
        let scope = self.scope()?;
        let few = match self.few_labels.get() {
            Some(few) => *few,
            None => {
                let rows = self.rows(&count_labels(scope, &properties))?;
                let labels = rows.first().map_or(0, |row| row.count);
                *self.few_labels.get_or_init(|| labels <= FEW as u64)
            }
        };
        let query = if few {
            all(scope, &properties)
        } else {
            match reach {
                Reach::Exact => exact(scope, &properties, text, languages),
                Reach::Anywhere => anywhere(scope, &properties, text),
            }
        };
        let mut names = RemoteNames {
            complete: few,
            ..RemoteNames::default()
        };
        for row in self.rows(&query)? {
            let [subject, property, _] = row.triple;
            match (subject, property, row.label) {
                (Some(Term::BlankNode(_)), _, _) => {}
                (Some(subject), Some(property), Some(Term::Literal(label))) => {
                    let (subject, property) =
                        (self.terms.number(subject), self.terms.number(property));
                    names.labels.push((subject, property, label));
                }
                // A label that is no literal is no name.
                (Some(_), Some(_), Some(_)) => {}
                (Some(Term::NamedNode(iri)), None, None) => {
                    let text = iri.as_str().to_owned();
                    names.iris.push((self.terms.number(iri.into()), text));
                }
                _ => return Err(self.misshapen()),
            }
        }
        memory::of(self, |memory| memory.names.insert(key, names.clone()));
        Ok(names)
    }
}

fn labels(scope: Scope, properties: &[String]) -> String {
    let pattern = scope.pattern("?s", "?p", "?l");
    format!("VALUES ?p {{ {} }} {pattern}", properties.join(" "))
}

fn count_labels(scope: Scope, properties: &[String]) -> String {
    let labels = labels(scope, properties);
    let most = FEW + 1;
    format!("SELECT (COUNT(*) AS ?n) {{ {{ SELECT ?s {{ {labels} }} LIMIT {most} }} }}")
}

/// All labels as `?s ?p ?l`, and IRIs as `?s` alone.
fn all(scope: Scope, properties: &[String]) -> String {
    let labels = labels(scope, properties);
    let places: Vec<String> = [("?s", "?b", "?c"), ("?a", "?s", "?c"), ("?a", "?b", "?s")]
        .iter()
        .map(|(s, p, o)| format!("{{ {} }}", scope.pattern(s, p, o)))
        .collect();
    let places = places.join(" UNION ");
    format!(
        "SELECT ?s ?p ?l {{ {{ SELECT DISTINCT ?s ?p ?l {{ {labels} }} }} UNION \
         {{ SELECT DISTINCT ?s {{ {places} FILTER(isIRI(?s)) }} LIMIT {FEW} }} }}"
    )
}

/// Labels that are the text in one of the usual letter cases: look-ups, quick wherever there is an index.
fn exact(scope: Scope, properties: &[String], text: &str, languages: &[String]) -> String {
    let mut tags: BTreeSet<&str> = languages.iter().map(String::as_str).collect();
    tags.insert("en");
    let mut literals = BTreeSet::new();
    for spelling in spellings(text) {
        literals.insert(Literal::new_simple_literal(&spelling).to_string());
        for tag in &tags {
            if let Ok(literal) = Literal::new_language_tagged_literal(&spelling, *tag) {
                literals.insert(literal.to_string());
            }
        }
    }
    let pattern = scope.pattern("?s", "?p", "?l");
    let mut rows = String::new();
    for property in properties {
        for literal in &literals {
            rows.push_str(&format!(" ({property} {literal})"));
        }
    }
    format!("SELECT DISTINCT ?s ?p ?l {{ VALUES (?p ?l) {{{rows} }} {pattern} }} LIMIT {MATCHES}")
}

fn spellings(text: &str) -> BTreeSet<String> {
    let text: String = text.trim().nfc().collect();
    let titled = |text: &str| {
        let mut characters = text.chars();
        match characters.next() {
            Some(first) => first.to_uppercase().chain(characters).collect(),
            None => String::new(),
        }
    };
    let lower = text.to_lowercase();
    let words: Vec<String> = lower.split(' ').map(titled).collect();
    BTreeSet::from([
        text.nfd().collect(),
        text.to_uppercase(),
        titled(&text),
        titled(&lower),
        words.join(" "),
        lower,
        text,
    ])
}

/// Labels in which the text stands, as typed or with the other keyboard layout.
fn anywhere(scope: Scope, properties: &[String], text: &str) -> String {
    let text: String = text.trim().nfc().collect();
    let variants = BTreeSet::from([
        text.to_lowercase(),
        text.nfd().collect::<String>().to_lowercase(),
        keyboard::to_hangul(&text),
        keyboard::to_latin(&text).to_lowercase(),
    ]);
    let conditions: Vec<String> = variants
        .iter()
        .map(|variant| {
            let variant = Literal::new_simple_literal(variant);
            format!("CONTAINS(LCASE(STR(?l)), {variant})")
        })
        .collect();
    let labels = labels(scope, properties);
    format!(
        "SELECT DISTINCT ?s ?p ?l {{ {labels} FILTER({}) }} LIMIT {MATCHES}",
        conditions.join(" || ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use spargebra::SparqlParser;

    #[test]
    fn every_query_is_sparql_whatever_the_text() {
        let properties = ["<x:p>".to_owned(), "<x:q>".to_owned()];
        for scope in [Scope::Default, Scope::AllGraphs] {
            for text in ["EKS", "a\"b\\\n}", "파드", ""] {
                for query in [
                    count_labels(scope, &properties),
                    all(scope, &properties),
                    exact(
                        scope,
                        &properties,
                        text,
                        &["ko".to_owned(), "not a tag".to_owned()],
                    ),
                    anywhere(scope, &properties, text),
                ] {
                    let read = SparqlParser::new().parse_query(&query);
                    assert!(read.is_ok(), "{query}: {read:?}");
                }
            }
        }
    }

    #[test]
    fn a_name_is_looked_up_in_its_usual_spellings() {
        let spellings = spellings("docker hub");
        for spelling in ["docker hub", "DOCKER HUB", "Docker hub", "Docker Hub"] {
            assert!(spellings.contains(spelling), "{spelling}");
        }
    }

    #[test]
    fn the_other_keyboard_layout_is_asked_for_in_the_same_query() {
        let query = anywhere(Scope::Default, &["<x:p>".to_owned()], "vkem");
        assert!(
            query.contains("\"vkem\"") && query.contains("\"파드\""),
            "{query}"
        );
    }
}
