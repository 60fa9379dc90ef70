//! Where the evaluator answers otherwise than SPARQL says: the same query in a form that it answers rightly.

use oxrdf::{BlankNode, NamedNode, Term};
use spargebra::algebra::{
    AggregateExpression, AggregateFunction, Expression, Function, GraphPattern,
    PropertyPathExpression, QueryDataset,
};
use spargebra::term::{GroundTerm, NamedNodePattern, TermPattern, TriplePattern};
use spargebra::{GraphUpdateOperation, Query, Update};

use crate::algebra::{self, Met};
use crate::index::Index;

pub use sort::{evaluator, update_evaluator};

mod sort;

/// How many named graphs a pattern is repeated for at the most; beyond, it stays as it is.
const GRAPHS: usize = 1000;

/// A query that [`evaluator`] answers as SPARQL says.
pub fn conform(index: &Index, mut query: Query) -> Query {
    let named = named_graphs(index, query.dataset());
    let pattern = algebra::pattern_mut(&mut query);
    conform_anywhere(pattern);
    algebra::visit_mut(pattern, &mut |pattern| {
        if let Some(solutions) = zero_length_only(index, pattern) {
            *pattern = solutions;
        } else if let Some(named) = &named
            && let GraphPattern::Graph { name, inner } = pattern
            && let NamedNodePattern::Variable(variable) = name
            && stands_apart(inner)
        {
            let each = named.iter().map(|graph| GraphPattern::Join {
                left: Box::new(GraphPattern::Values {
                    variables: vec![variable.clone()],
                    bindings: vec![vec![Some(graph.clone().into())]],
                }),
                right: Box::new(GraphPattern::Graph {
                    name: graph.clone().into(),
                    inner: inner.clone(),
                }),
            });
            *pattern = each
                .reduce(|left, right| GraphPattern::Union {
                    left: Box::new(left),
                    right: Box::new(right),
                })
                .unwrap_or_else(no_solution);
        }
    });
    query
}

/// An update that [`update_evaluator`] carries out as SPARQL says, but for what depends on the graph, which an update changes
/// as it goes.
pub fn conform_update(update: &mut Update) {
    for operation in &mut update.operations {
        if let GraphUpdateOperation::DeleteInsert { pattern, .. } = operation {
            conform_anywhere(pattern);
        }
    }
}

/// What a pattern is replaced with whatever graph it is asked of.
fn conform_anywhere(pattern: &mut GraphPattern) {
    let mut steps = 0;
    algebra::visit_mut(pattern, &mut |pattern| match pattern {
        GraphPattern::Path {
            subject,
            path,
            object,
        } if has_alternatives(path) => {
            *pattern = each_way(subject.clone(), path, object.clone(), &mut steps);
        }
        GraphPattern::Group { aggregates, .. } => aggregates
            .iter_mut()
            .for_each(|(_, aggregate)| concatenate_strings(aggregate)),
        GraphPattern::OrderBy { .. } => sort::by_keys(pattern),
        _ => {}
    });
}

/// Whether a path has alternatives outside of `*`, `+` and `?`, which find each pair of ends once anyway.
fn has_alternatives(path: &PropertyPathExpression) -> bool {
    match path {
        PropertyPathExpression::Alternative(..) => true,
        PropertyPathExpression::Sequence(first, second) => {
            has_alternatives(first) || has_alternatives(second)
        }
        PropertyPathExpression::Reverse(inner) => has_alternatives(inner),
        _ => false,
    }
}

/// A path with [alternatives](https://www.w3.org/TR/sparql12-query/#defn_evalPP_alternative) as the union that SPARQL defines
/// it to be: what both of them lead to is found twice. The evaluator finds it once.
fn each_way(
    subject: TermPattern,
    path: &PropertyPathExpression,
    object: TermPattern,
    steps: &mut usize,
) -> GraphPattern {
    match path {
        PropertyPathExpression::Alternative(first, second) => GraphPattern::Union {
            left: Box::new(each_way(subject.clone(), first, object.clone(), steps)),
            right: Box::new(each_way(subject, second, object, steps)),
        },
        PropertyPathExpression::Sequence(first, second) => {
            *steps += 1;
            // No blank node of a query's text has a space in its name.
            let between = TermPattern::from(BlankNode::new_unchecked(format!("step {steps}")));
            GraphPattern::Join {
                left: Box::new(each_way(subject, first, between.clone(), steps)),
                right: Box::new(each_way(between, second, object, steps)),
            }
        }
        PropertyPathExpression::Reverse(inner) => each_way(object, inner, subject, steps),
        PropertyPathExpression::NamedNode(predicate) => GraphPattern::Bgp {
            patterns: vec![TriplePattern {
                subject,
                predicate: predicate.clone().into(),
                object,
            }],
        },
        _ => GraphPattern::Path {
            subject,
            path: path.clone(),
            object,
        },
    }
}

/// A [zero-length path](https://www.w3.org/TR/sparql12-query/#defn_evalPP_ZeroOrOnePath) leads from every term to itself,
/// also from one that no triple has, from which no other path leads. The evaluator finds none there.
fn zero_length_only(index: &Index, pattern: &GraphPattern) -> Option<GraphPattern> {
    let GraphPattern::Path {
        subject,
        path: PropertyPathExpression::ZeroOrMore(_) | PropertyPathExpression::ZeroOrOne(_),
        object,
    } = pattern
    else {
        return None;
    };
    let absent = |pattern: &TermPattern| {
        let (term, ground) = match pattern {
            TermPattern::NamedNode(node) => (Term::from(node.clone()), node.clone().into()),
            TermPattern::Literal(literal) => (
                Term::from(literal.clone()),
                GroundTerm::from(literal.clone()),
            ),
            _ => return None,
        };
        let occurs = index.id(term.as_ref()).is_some_and(|id| {
            index.count(Some(id), None, None) > 0 || index.count(None, None, Some(id)) > 0
        });
        (!occurs).then_some(ground)
    };
    match (subject, object) {
        (TermPattern::Variable(variable), end) | (end, TermPattern::Variable(variable)) => {
            Some(GraphPattern::Values {
                variables: vec![variable.clone()],
                bindings: vec![vec![Some(absent(end)?)]],
            })
        }
        (start, end) if start == end => {
            absent(start)?;
            Some(GraphPattern::Values {
                variables: Vec::new(),
                bindings: vec![Vec::new()],
            })
        }
        _ => None,
    }
}

/// [GROUP_CONCAT](https://www.w3.org/TR/sparql12-query/#defn_aggGroupConcat) makes a plain string. The evaluator keeps a
/// language that all strings of a group have.
fn concatenate_strings(aggregate: &mut AggregateExpression) {
    if let AggregateExpression::FunctionCall {
        name: AggregateFunction::GroupConcat { .. },
        expr,
        ..
    } = aggregate
    {
        *expr = Expression::FunctionCall(Function::Str, vec![expr.clone()]);
    }
}

/// Whether what lies inside GRAPH has parts of its own scope, which the evaluator does not repeat for each graph.
fn stands_apart(inner: &GraphPattern) -> bool {
    match inner {
        GraphPattern::Project { .. }
        | GraphPattern::Group { .. }
        | GraphPattern::Minus { .. }
        | GraphPattern::Values { .. } => true,
        // The rows of a table that is joined to triples have the graph from these.
        GraphPattern::Join { left, right } if is_table(left) && has_triples(right) => {
            stands_apart(right)
        }
        GraphPattern::Join { left, right } if is_table(right) && has_triples(left) => {
            stands_apart(left)
        }
        _ => {
            let mut patterns = algebra::inner(inner);
            for expression in algebra::expressions(inner) {
                algebra::walk_expression(expression, &mut |met| {
                    if let Met::Expression(Expression::Exists(pattern)) = met {
                        patterns.push(pattern);
                    }
                });
            }
            patterns.into_iter().any(stands_apart)
        }
    }
}

fn is_table(pattern: &GraphPattern) -> bool {
    matches!(pattern, GraphPattern::Values { .. })
}

/// Whether a triple is matched for each solution of a pattern.
fn has_triples(pattern: &GraphPattern) -> bool {
    match pattern {
        GraphPattern::Bgp { patterns } => !patterns.is_empty(),
        GraphPattern::Join { left, right } => has_triples(left) || has_triples(right),
        GraphPattern::LeftJoin { left: inner, .. }
        | GraphPattern::Filter { inner, .. }
        | GraphPattern::Extend { inner, .. } => has_triples(inner),
        _ => false,
    }
}

/// The named graphs of a query; `None` when there are too many to repeat a pattern for each.
fn named_graphs(index: &Index, dataset: Option<&QueryDataset>) -> Option<Vec<NamedNode>> {
    if let Some(dataset) = dataset {
        return Some(dataset.named.clone().unwrap_or_default());
    }
    let graphs = index.named_graphs();
    if graphs.len() > GRAPHS {
        return None;
    }
    // A graph named by a blank node has no constant: then nothing is repeated.
    graphs
        .map(|(id, _)| match index.term(id) {
            Term::NamedNode(name) => Some(name),
            _ => None,
        })
        .collect()
}

fn no_solution() -> GraphPattern {
    GraphPattern::Values {
        variables: Vec::new(),
        bindings: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::Answer;
    use crate::session::Session;

    #[test]
    fn a_table_beside_triples_of_each_graph_is_not_repeated_for_each() {
        let apart = |group: &str| {
            let query = format!("PREFIX : <http://e/> SELECT * {{ {group} }}");
            let query = spargebra::SparqlParser::new().parse_query(&query).unwrap();
            match algebra::pattern(&query) {
                GraphPattern::Project { inner, .. } => stands_apart(inner),
                other => panic!("{other}"),
            }
        };
        for group in [
            "VALUES ?x { :a } ?x :p ?y FILTER(?y != ?x)",
            "?x :p ?y VALUES ?x { :a UNDEF } VALUES ?y { :b }",
        ] {
            assert!(!apart(group), "{group}");
        }
        for group in [
            "VALUES ?x { :a }",
            "VALUES ?x { :a } VALUES ?y { :b }",
            "VALUES ?x { :a } OPTIONAL { ?x :p ?y }",
            "?x :p ?y OPTIONAL { VALUES ?z { :a } }",
            "?x :p ?y FILTER EXISTS { ?x :p ?z MINUS { ?z :p ?y } }",
            "?x :p ?y MINUS { ?y :p ?x }",
        ] {
            assert!(apart(group), "{group}");
        }
    }

    /// How many solutions a query has on a graph where `:a` leads to `:b`, and `:b` to `:c`, by both of two properties.
    fn solutions(query: &str) -> usize {
        let session = Session::sample(":a :p :b ; :q :b . :b :p :c ; :q :c .");
        let query = crate::sparql::parse_query(&session, query, None).expect("a query");
        match session.graph.query(query, &session.token()) {
            Ok(Answer::Rows(rows)) => rows.solutions.count(),
            _ => panic!("rows"),
        }
    }

    #[test]
    fn what_two_alternatives_lead_to_is_found_twice() {
        assert_eq!(solutions("SELECT ?x { ?x :p|:q :b }"), 2);
        assert_eq!(solutions("SELECT * { ?x ^(:p|:q) ?y }"), 4);
        assert_eq!(solutions("SELECT ?x { :a (:p|:q)/(:p|:q) ?x }"), 4);
        assert_eq!(solutions("SELECT ?x { :a ((:p/:q)|:p) ?x }"), 2);
    }

    #[test]
    fn closures_of_alternatives_find_each_end_once() {
        assert_eq!(solutions("SELECT ?x { :a (:p|:q)+ ?x }"), 2);
        assert_eq!(solutions("SELECT ?x { :a (:p|:q)? ?x }"), 2);
    }
}
