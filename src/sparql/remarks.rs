//! What a query's writer should know besides the answer: variables that nothing binds, names that do not occur.

use std::collections::BTreeSet;

use oxrdf::{NamedNode, Term};
use spargebra::Query;
use spargebra::algebra::{Expression, GraphPattern};
use spargebra::term::{NamedNodePattern, TermPattern, TriplePattern};

use super::walk;
use crate::algebra::{self, Met};
use crate::answer::Answer;
use crate::error::Result;
use crate::graph::Reach;
use crate::names;
use crate::session::Session;

/// One sentence for each projected variable that nothing in the query can bind. A service may bind what it likes: there are
/// some that make labels for the variables they see.
pub fn never_bound(query: &Query) -> Vec<String> {
    let mut remarks = Vec::new();
    algebra::walk(algebra::pattern(query), &mut |met| {
        if let Met::Pattern(GraphPattern::Project { inner, variables }) = met
            && !algebra::asks_services(inner)
        {
            let mut bound = BTreeSet::new();
            inner.on_in_scope_variable(|variable| {
                bound.insert(variable);
            });
            for variable in variables.iter().filter(|v| !bound.contains(v)) {
                let name = variable.as_str();
                let candidates = bound.iter().filter(|b| !variables.contains(b));
                let cure = match names::nearest(name, candidates.map(|b| b.as_str())) {
                    Some(near) => format!("; did you mean ?{near}?"),
                    None => String::new(),
                };
                remarks.push(format!("nothing in the query binds ?{name}{cure}"));
            }
        }
    });
    remarks
}

/// Why a query found nothing, where that can be known: a sentence for each name in it that does not occur in the graph, and
/// one where all triples lie in named graphs, which the query does not ask.
///
/// # Errors
/// An endpoint that fails.
pub fn absent(session: &Session, query: &Query) -> Result<Vec<String>> {
    let mut remarks = Vec::new();
    if asks_the_default_graph_only(query) && lies_in_named_graphs(session)? {
        remarks.push("all triples lie in named graphs: ask them with GRAPH ?g { … }".to_owned());
    }
    for (node, is_predicate) in constants(query) {
        if session.graph.node(&node).is_some() {
            continue;
        }
        let short = session.prefixes.display(node.as_str());
        let near = if is_predicate {
            nearest_predicate(session, &node)?
        } else {
            nearest_node(session, &node)?
        };
        remarks.push(match near {
            Some(near) => format!("{short} does not occur here; nearest: {near}"),
            None => format!("{short} does not occur here"),
        });
    }
    Ok(remarks)
}

fn asks_the_default_graph_only(query: &Query) -> bool {
    let mut others = query.dataset().is_some();
    algebra::walk(algebra::pattern(query), &mut |met| {
        others |= matches!(met, Met::Pattern(GraphPattern::Graph { .. }));
    });
    !others
}

/// Whether there are triples, and none in the default graph.
fn lies_in_named_graphs(session: &Session) -> Result<bool> {
    if session.graph.named_graphs()?.is_empty() {
        return Ok(false);
    }
    let any = super::parse_query(session, "ASK { ?s ?p ?o }", None)?;
    let answer = session.graph.query(any, &session.token())?;
    Ok(matches!(answer, Answer::Boolean(false)))
}

/// The IRIs that a solution needs, and whether each stands as a predicate.
fn constants(query: &Query) -> BTreeSet<(NamedNode, bool)> {
    let mut found = BTreeSet::new();
    algebra::walk(algebra::pattern(query), &mut |met| match met {
        Met::Pattern(GraphPattern::Bgp { patterns }) => {
            for triple in patterns {
                triple_constants(triple, &mut found);
            }
        }
        Met::Pattern(GraphPattern::Path {
            subject,
            path,
            object,
        }) => {
            place_constants(subject, &mut found);
            place_constants(object, &mut found);
            let mut predicates = Vec::new();
            walk::path_predicates(path, &mut predicates);
            found.extend(predicates.into_iter().map(|node| (node.clone(), true)));
        }
        // `FILTER(?p = k:isa)` is a slip as good as any.
        Met::Expression(Expression::Equal(a, b)) => {
            for side in [a, b] {
                if let Expression::NamedNode(node) = &**side {
                    found.insert((node.clone(), false));
                }
            }
        }
        _ => {}
    });
    found
}

fn triple_constants(triple: &TriplePattern, found: &mut BTreeSet<(NamedNode, bool)>) {
    place_constants(&triple.subject, found);
    if let NamedNodePattern::NamedNode(node) = &triple.predicate {
        found.insert((node.clone(), true));
    }
    place_constants(&triple.object, found);
}

fn place_constants(place: &TermPattern, found: &mut BTreeSet<(NamedNode, bool)>) {
    match place {
        TermPattern::NamedNode(node) => {
            found.insert((node.clone(), false));
        }
        TermPattern::Triple(triple) => triple_constants(triple, found),
        _ => {}
    }
}

/// The predicate of the graph whose name is spelt most nearly so.
fn nearest_predicate(session: &Session, node: &NamedNode) -> Result<Option<String>> {
    let wanted = names::local_part(node.as_str()).unwrap_or(node.as_str());
    let predicates: Vec<NamedNode> = session
        .graph
        .predicates()?
        .into_iter()
        .filter_map(|used| match session.graph.term(used.property) {
            Term::NamedNode(node) => Some(node),
            _ => None,
        })
        .collect();
    let local = |node: &'_ NamedNode| names::local_part(node.as_str()).map(str::to_owned);
    let names: Vec<String> = predicates.iter().filter_map(local).collect();
    let near = names::nearest(wanted, names.iter().map(String::as_str));
    Ok(predicates
        .iter()
        .find(|node| local(node).as_deref() == near && near.is_some())
        .map(|node| session.prefixes.display(node.as_str())))
}

/// The concept whose name is most like this one's.
fn nearest_node(session: &Session, node: &NamedNode) -> Result<Option<String>> {
    let Some(wanted) = names::local_part(node.as_str()) else {
        return Ok(None);
    };
    let found = session
        .names(wanted, Reach::Anywhere)?
        .search()?
        .nearest(wanted, 1);
    Ok(found
        .first()
        .map(|m| names::short_name(session, &session.graph.term(crate::graph::Node(m.id)))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sparql;

    fn remarks(query: &str) -> String {
        let session = Session::sample(
            "@prefix : <x:> . :EKS :isA :ControlPlane ; :partOf :AWS . :ECS :isA :ControlPlane .",
        );
        let query = sparql::parse_query(&session, query, None).expect("it parses");
        let query = query.algebra;
        let mut remarks = never_bound(&query);
        remarks.extend(absent(&session, &query).expect("it is at hand"));
        remarks.join("\n")
    }

    #[test]
    fn a_misspelt_predicate_is_told_with_the_nearest() {
        insta::assert_snapshot!(remarks("SELECT ?s { ?s :isa ?o }"), @":isa does not occur here; nearest: :isA");
        insta::assert_snapshot!(remarks("SELECT ?s { ?s :isA/:partof ?o }"), @":partof does not occur here; nearest: :partOf");
    }

    #[test]
    fn a_misspelt_concept_is_told_with_the_nearest() {
        insta::assert_snapshot!(remarks("SELECT ?o { :EKs :isA ?o }"), @":EKs does not occur here; nearest: :EKS");
    }

    #[test]
    fn a_projected_variable_that_nothing_binds_is_told() {
        insta::assert_snapshot!(remarks("SELECT ?sevice ?o { ?service :isA ?o }"), @"nothing in the query binds ?sevice; did you mean ?service?");
    }

    #[test]
    fn a_query_without_slips_is_passed_over() {
        assert_eq!(remarks("SELECT ?s { ?s :isA :ControlPlane }"), "");
    }
}
