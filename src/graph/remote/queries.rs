//! The SPARQL that stands for what commands ask of a graph: many nodes in one query, each row with the number of what it
//! answers, so that no term has to come back spelt as it was sent.

use std::fmt::Write;

use crate::answer::Direction;

/// Where the endpoint's triples are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// The default graph shows all of them.
    Default,
    /// Some are in named graphs alone.
    AllGraphs,
}

impl Scope {
    /// A triple pattern, in whatever graph.
    pub fn pattern(self, subject: &str, property: &str, object: &str) -> String {
        let triple = format!("{subject} {property} {object}");
        match self {
            Self::Default => triple,
            Self::AllGraphs => format!("{{ {triple} }} UNION {{ GRAPH ?graph {{ {triple} }} }}"),
        }
    }

    /// The triples that say something of `node` in one direction.
    fn said_of(self, node: &str, property: &str, value: &str, direction: Direction) -> String {
        match direction {
            Direction::Out => self.pattern(node, property, value),
            Direction::In => self.pattern(value, property, node),
        }
    }
}

/// Asks what is true of the graphs and of the engine: `?n` is bound where named graphs hold what the default graph does
/// not, `?r` where statements are annotated (only with `triple_terms`, which an engine without RDF 1.2 rejects).
pub fn probe(triple_terms: bool) -> String {
    // A sample: looking for one such triple among billions would take for ever.
    let apart = "{ SELECT (1 AS ?n) { \
        { SELECT ?s ?p ?o { GRAPH ?graph { ?s ?p ?o } } LIMIT 100 } \
        FILTER NOT EXISTS { ?s ?p ?o } } LIMIT 1 }";
    let reified = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#reifies> <<( ?s ?p ?o )>>";
    if !triple_terms {
        return format!("SELECT ?n {{ {apart} }}");
    }
    format!(
        "SELECT ?n ?r {{ {apart} UNION {{ SELECT ?r {{ \
         {{ ?r {reified} }} UNION {{ GRAPH ?graph {{ ?r {reified} }} }} }} LIMIT 1 }} }}"
    )
}

/// So many facts of one node, and so many pairs of one predicate, are read, whatever was asked for.
pub const MOST: usize = 500_000;

/// A node to ask about, with the number that its rows shall have.
pub type Numbered = (usize, String);

/// Which facts are wanted of each node.
#[derive(Clone, Copy)]
pub struct Wanted<'a> {
    /// Whether it is subject or object.
    pub direction: Direction,
    /// These predicates only.
    pub properties: Option<&'a [String]>,
    /// Texts in these languages only, where there are any; empty for all.
    pub languages: &'a [String],
    /// Of which values it is told, too, what is said of them.
    pub inner: Inner,
}

/// Of which values an answer tells what is said of them: of blank nodes it has to, because in another answer they would be
/// others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Inner {
    /// Of none.
    Nothing,
    /// Of blank nodes.
    Blank,
    /// Of all.
    All,
}

impl Wanted<'_> {
    /// The condition on `?v`, a value of this node and property.
    fn filter(&self, scope: Scope, node: &str, property: &str) -> String {
        if self.languages.is_empty() {
            return String::new();
        }
        let fits = |text: &str| -> String {
            let of_language = |tag: &String| match tag.as_str() {
                "" => format!("lang({text}) = \"\""),
                tag => format!("langMatches(lang({text}), \"{tag}\")"),
            };
            let fits: Vec<String> = self.languages.iter().map(of_language).collect();
            fits.join(" || ")
        };
        let (value, other) = (fits("?v"), fits("?w"));
        let pattern = scope.said_of(node, property, "?w", self.direction);
        format!("FILTER({value} || NOT EXISTS {{ {pattern} FILTER({other}) }})")
    }
}

/// Facts of some nodes, `most` in all, as `?i ?p ?v` with [`Wanted::inner`] as `?inner ?innermost`.
pub fn facts(scope: Scope, nodes: &[Numbered], wanted: Wanted<'_>, most: usize) -> String {
    let pattern = scope.said_of("?node", "?p", "?v", wanted.direction);
    let filter = wanted.filter(scope, "?node", "?p");
    let values = match wanted.properties {
        None => table(
            "?i ?node",
            nodes.iter().map(|(i, node)| format!("{i} {node}")),
        ),
        // Each pair apart: two tables beside each other are a product that engines do not see through.
        Some(properties) => table(
            "?i ?node ?p",
            nodes.iter().flat_map(|(i, node)| {
                properties
                    .iter()
                    .map(move |property| format!("{i} {node} {property}"))
            }),
        ),
    };
    let facts =
        format!("{{ SELECT DISTINCT ?i ?p ?v {{ {values} {pattern} {filter} }} LIMIT {most} }}");
    with_inner(scope, &facts, wanted.inner)
}

/// The same, of each node and named predicate at most `most`.
pub fn facts_of_each(scope: Scope, nodes: &[Numbered], wanted: Wanted<'_>, most: usize) -> String {
    let mut parts = Vec::new();
    for (i, node) in nodes {
        let mut part = |head: &str, property: &str| {
            let pattern = scope.said_of(node, property, "?v", wanted.direction);
            let filter = wanted.filter(scope, node, property);
            parts.push(format!(
                "{{ SELECT DISTINCT ({i} AS ?i) {head} ?v {{ {pattern} {filter} }} LIMIT {most} }}"
            ));
        };
        match wanted.properties {
            None => part("?p", "?p"),
            Some(properties) => {
                for property in properties {
                    part(&format!("({property} AS ?p)"), property);
                }
            }
        }
    }
    with_inner(scope, &parts.join(" UNION "), wanted.inner)
}

fn with_inner(scope: Scope, facts: &str, inner: Inner) -> String {
    let said = scope.pattern("?v", "?inner", "?innermost");
    match inner {
        Inner::Nothing => format!("SELECT ?i ?p ?v {{ {facts} }}"),
        Inner::Blank => format!(
            "SELECT ?i ?p ?v ?inner ?innermost {{ {{ {facts} }} UNION \
             {{ {{ SELECT ?i ?p ?v {{ {facts} FILTER(isBlank(?v)) }} }} {said} }} }} LIMIT {MOST}"
        ),
        Inner::All => format!(
            "SELECT ?i ?p ?v ?inner ?innermost {{ {{ SELECT ?i ?p ?v {{ {facts} }} }} {said} }} LIMIT {MOST}"
        ),
    }
}

/// How many triples match patterns, as `?i ?n`; what none matches has no row. A pattern's open places are `None`.
pub fn counts(scope: Scope, patterns: &[(usize, [Option<String>; 3])]) -> String {
    let mut parts = Vec::new();
    for shape in 0..8_usize {
        let bound: Vec<usize> = (0..3).filter(|place| shape & (1 << place) != 0).collect();
        let of_shape = |pattern: &[Option<String>; 3]| {
            (0..3).all(|place| pattern[place].is_some() == bound.contains(&place))
        };
        let rows: Vec<String> = patterns
            .iter()
            .filter(|(_, pattern)| of_shape(pattern))
            .map(|(i, pattern)| {
                let terms: Vec<&str> = pattern.iter().flatten().map(String::as_str).collect();
                format!("{i} {}", terms.join(" "))
            })
            .collect();
        if rows.is_empty() {
            continue;
        }
        let names = ["?s", "?p", "?o"];
        let head: Vec<&str> = bound.iter().map(|&place| names[place]).collect();
        let values = table(&format!("?i {}", head.join(" ")), rows);
        let triples = distinct_triples(scope, &values, "?i ");
        parts.push(format!(
            "{{ SELECT ?i (COUNT(*) AS ?n) {{ {triples} }} GROUP BY ?i }}"
        ));
    }
    format!("SELECT ?i ?n {{ {} }}", parts.join(" UNION "))
}

/// All triples, each once however many graphs state it.
fn distinct_triples(scope: Scope, before: &str, besides: &str) -> String {
    let pattern = scope.pattern("?s", "?p", "?o");
    match scope {
        Scope::Default => format!("{before} {pattern}"),
        Scope::AllGraphs => {
            format!("{{ SELECT DISTINCT {besides}?s ?p ?o {{ {before} {pattern} }} }}")
        }
    }
}

/// The predicates with their use, as `?p ?n ?subjects ?objects`.
pub fn predicates(scope: Scope) -> String {
    by_predicate(&distinct_triples(scope, "", ""))
}

fn by_predicate(triples: &str) -> String {
    format!(
        "SELECT ?p (COUNT(*) AS ?n) (COUNT(DISTINCT ?s) AS ?subjects) (COUNT(DISTINCT ?o) AS ?objects) \
         {{ {triples} }} GROUP BY ?p"
    )
}

/// Triples, distinct subjects and distinct objects, as `?n ?subjects ?objects`.
pub fn totals(scope: Scope) -> String {
    let triples = distinct_triples(scope, "", "");
    format!(
        "SELECT (COUNT(*) AS ?n) (COUNT(DISTINCT ?s) AS ?subjects) (COUNT(DISTINCT ?o) AS ?objects) {{ {triples} }}"
    )
}

/// The named graphs with their triples, as `?g ?n`.
pub const NAMED_GRAPHS: &str = "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g";

/// How these predicates are used, as `?p ?n ?subjects ?objects`.
pub fn uses(scope: Scope, properties: &[String]) -> String {
    let values = format!("VALUES ?p {{ {} }}", properties.join(" "));
    by_predicate(&distinct_triples(scope, &values, ""))
}

/// The properties of nodes in one direction with their counts, as `?i ?p ?n`.
pub fn properties(scope: Scope, nodes: &[Numbered], direction: Direction) -> String {
    let parts = nodes.iter().map(|(i, node)| {
        let pattern = scope.said_of(node, "?p", "?v", direction);
        format!(
            "{{ SELECT ({i} AS ?i) ?p (COUNT(DISTINCT ?v) AS ?n) {{ {pattern} }} GROUP BY ?p }}"
        )
    });
    let parts: Vec<String> = parts.collect();
    format!("SELECT ?i ?p ?n {{ {} }}", parts.join(" UNION "))
}

/// The properties that lead from one node to another, as `?i ?p`.
pub fn between(scope: Scope, ends: &[(usize, [String; 2])]) -> String {
    let parts = ends.iter().map(|(i, [subject, object])| {
        let pattern = scope.pattern(subject, "?p", object);
        format!("{{ SELECT DISTINCT ({i} AS ?i) ?p {{ {pattern} }} }}")
    });
    let parts: Vec<String> = parts.collect();
    format!("SELECT ?i ?p {{ {} }}", parts.join(" UNION "))
}

/// Who speaks by `property` of statements with one of these nodes in them, and all that is said of that, as `?r ?s ?p ?o
/// ?inner ?innermost`.
pub fn mentioning(scope: Scope, property: &str, nodes: &[String], most: usize) -> String {
    let speaks = scope.pattern("?r", property, "<<( ?s ?p ?o )>>");
    let nodes = nodes.join(", ");
    let about = format!("?s IN ({nodes}) || ?p IN ({nodes}) || ?o IN ({nodes})");
    let inner = scope.pattern("?r", "?inner", "?innermost");
    format!(
        "SELECT DISTINCT ?r ?s ?p ?o ?inner ?innermost {{ {{ SELECT DISTINCT ?r ?s ?p ?o {{ {speaks} FILTER({about}) }} }} \
         {inner} }} LIMIT {most}"
    )
}

/// Subject and object of the triples with a predicate, as `?s ?o`.
pub fn pairs(scope: Scope, property: &str, most: usize) -> String {
    let pattern = scope.pattern("?s", property, "?o");
    format!("SELECT DISTINCT ?s ?o {{ {pattern} }} LIMIT {most}")
}

/// The objects of a predicate, as `?o`.
pub fn objects(scope: Scope, property: &str, most: usize) -> String {
    let pattern = scope.pattern("?s", property, "?o");
    format!("SELECT DISTINCT ?o {{ {pattern} }} LIMIT {most}")
}

/// All quads as `?s ?p ?o ?g`, `?g` unbound for the default graph. Where the default graph shows what the named ones hold,
/// those triples are told with their graphs only.
pub fn quads(scope: Scope) -> String {
    let default = match scope {
        Scope::AllGraphs => "?s ?p ?o",
        Scope::Default => "?s ?p ?o FILTER NOT EXISTS { GRAPH ?other { ?s ?p ?o } }",
    };
    format!("SELECT ?s ?p ?o ?g {{ {{ {default} }} UNION {{ GRAPH ?g {{ ?s ?p ?o }} }} }}")
}

/// Which of these terms occur in any place of a triple, as `?i`.
pub fn occurring(scope: Scope, terms: &[Numbered]) -> String {
    let values = table("?i ?x", terms.iter().map(|(i, term)| format!("{i} {term}")));
    let mut places = String::new();
    for (s, p, o) in [("?x", "?b", "?c"), ("?a", "?b", "?x"), ("?a", "?x", "?c")] {
        let joint = if places.is_empty() { "" } else { " || " };
        // Writing to a String cannot fail.
        let _ = write!(places, "{joint}EXISTS {{ {} }}", scope.pattern(s, p, o));
    }
    format!("SELECT ?i {{ {values} FILTER({places}) }}")
}

/// Several queries as one, each row with the number of its query as `?k`.
pub fn together(parts: &[String]) -> String {
    let parts = parts.iter().enumerate();
    let parts: Vec<String> = parts
        .map(|(k, part)| format!("{{ {{ {part} }} BIND({k} AS ?k) }}"))
        .collect();
    format!("SELECT * {{ {} }}", parts.join(" UNION "))
}

/// Which of these terms are predicates, as `?i`.
pub fn are_predicates(scope: Scope, terms: &[Numbered]) -> String {
    let values = table("?i ?p", terms.iter().map(|(i, term)| format!("{i} {term}")));
    let used = scope.pattern("?s", "?p", "?o");
    format!("SELECT ?i {{ {values} FILTER(EXISTS {{ {used} }}) }}")
}

fn table(head: &str, rows: impl IntoIterator<Item = String>) -> String {
    let mut text = format!("VALUES ({head}) {{");
    for row in rows {
        let _ = write!(text, " ({row})");
    }
    text.push_str(" }");
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use spargebra::SparqlParser;

    fn nodes() -> Vec<Numbered> {
        vec![(0, "<x:a>".to_owned()), (3, "<x:b>".to_owned())]
    }

    #[test]
    fn every_query_is_sparql() {
        let properties = ["<x:p>".to_owned(), "<x:q>".to_owned()];
        let mut texts = vec![probe(true), probe(false), NAMED_GRAPHS.to_owned()];
        for scope in [Scope::Default, Scope::AllGraphs] {
            for direction in [Direction::Out, Direction::In] {
                for properties in [None, Some(&properties[..])] {
                    for inner in [Inner::Nothing, Inner::Blank, Inner::All] {
                        let wanted = Wanted {
                            direction,
                            properties,
                            languages: &["en".to_owned(), String::new()],
                            inner,
                        };
                        texts.push(facts(scope, &nodes(), wanted, 9));
                        texts.push(facts_of_each(scope, &nodes(), wanted, 9));
                    }
                }
            }
            let a = || Some("<x:a>".to_owned());
            let patterns = [
                (0, [a(), None, None]),
                (1, [None, a(), a()]),
                (2, [None, None, None]),
            ];
            texts.push(counts(scope, &patterns));
            texts.push(predicates(scope));
            texts.push(totals(scope));
            texts.push(pairs(scope, "<x:p>", 9));
            texts.push(objects(scope, "<x:p>", 9));
            texts.push(uses(scope, &properties));
            texts.push(super::properties(scope, &nodes(), Direction::In));
            let ends = ["<x:a>", "\"b\""].map(str::to_owned);
            texts.push(between(scope, &[(0, ends.clone()), (1, ends)]));
            texts.push(mentioning(scope, "<x:p>", &properties, 9));
            texts.push(quads(scope));
            texts.push(occurring(scope, &nodes()));
            texts.push(are_predicates(scope, &nodes()));
        }
        // Those that are told together have to be queries by themselves.
        texts.push(together(&texts[2..]));
        for text in texts {
            let read = SparqlParser::new().parse_query(&text);
            assert!(read.is_ok(), "{text}: {read:?}");
        }
    }

    #[test]
    fn one_query_asks_about_many_nodes() {
        let wanted = Wanted {
            direction: Direction::In,
            properties: Some(&["<x:p>".to_owned()]),
            languages: &[],
            inner: Inner::Nothing,
        };
        insta::assert_snapshot!(facts(Scope::Default, &nodes(), wanted, 5), @"SELECT ?i ?p ?v { { SELECT DISTINCT ?i ?p ?v { VALUES (?i ?node ?p) { (0 <x:a> <x:p>) (3 <x:b> <x:p>) } ?v ?p ?node  } LIMIT 5 } }");
    }
}
