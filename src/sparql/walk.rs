//! What a query's algebra holds: its variables, its predicates.

use std::collections::BTreeSet;

use oxrdf::{NamedNode, Variable};
use spargebra::Query;
use spargebra::algebra::{Expression, GraphPattern, PropertyPathExpression};
use spargebra::term::{NamedNodePattern, TermPattern, TriplePattern};

use crate::algebra::{self, Met};

/// The variables of a query.
#[derive(Debug, Default)]
pub struct Variables {
    /// All that occur anywhere.
    pub used: BTreeSet<Variable>,
    /// Those that the query gives a value itself: by BIND, AS or VALUES.
    pub assigned: BTreeSet<Variable>,
}

/// The variables of a query, wherever they stand.
pub fn variables(query: &Query) -> Variables {
    let mut found = Variables::default();
    if let Query::Construct { template, .. } = query {
        for triple in template {
            triple_variables(triple, &mut found.used);
        }
    }
    algebra::walk(algebra::pattern(query), &mut |met| match met {
        Met::Pattern(pattern) => pattern_variables(pattern, &mut found),
        Met::Expression(Expression::Variable(v) | Expression::Bound(v)) => {
            found.used.insert(v.clone());
        }
        Met::Expression(_) => {}
    });
    found
}

fn pattern_variables(pattern: &GraphPattern, found: &mut Variables) {
    match pattern {
        GraphPattern::Bgp { patterns } => {
            for triple in patterns {
                triple_variables(triple, &mut found.used);
            }
        }
        GraphPattern::Path {
            subject, object, ..
        } => {
            place_variables(subject, &mut found.used);
            place_variables(object, &mut found.used);
        }
        GraphPattern::Graph {
            name: NamedNodePattern::Variable(v),
            ..
        }
        | GraphPattern::Service {
            name: NamedNodePattern::Variable(v),
            ..
        } => {
            found.used.insert(v.clone());
        }
        GraphPattern::Extend { variable, .. } => {
            found.used.insert(variable.clone());
            found.assigned.insert(variable.clone());
        }
        GraphPattern::Values { variables, .. } => {
            found.used.extend(variables.iter().cloned());
            found.assigned.extend(variables.iter().cloned());
        }
        GraphPattern::Group {
            variables,
            aggregates,
            ..
        } => {
            found.used.extend(variables.iter().cloned());
            found
                .assigned
                .extend(aggregates.iter().map(|(variable, _)| variable.clone()));
        }
        GraphPattern::Project { variables, .. } => found.used.extend(variables.iter().cloned()),
        _ => {}
    }
}

fn triple_variables(triple: &TriplePattern, found: &mut BTreeSet<Variable>) {
    place_variables(&triple.subject, found);
    if let NamedNodePattern::Variable(v) = &triple.predicate {
        found.insert(v.clone());
    }
    place_variables(&triple.object, found);
}

fn place_variables(place: &TermPattern, found: &mut BTreeSet<Variable>) {
    match place {
        TermPattern::Variable(v) => {
            found.insert(v.clone());
        }
        TermPattern::Triple(triple) => triple_variables(triple, found),
        _ => {}
    }
}

/// The predicates of a property path.
pub fn path_predicates<'a>(path: &'a PropertyPathExpression, found: &mut Vec<&'a NamedNode>) {
    match path {
        PropertyPathExpression::NamedNode(node) => found.push(node),
        PropertyPathExpression::Reverse(inner)
        | PropertyPathExpression::ZeroOrMore(inner)
        | PropertyPathExpression::OneOrMore(inner)
        | PropertyPathExpression::ZeroOrOne(inner) => path_predicates(inner, found),
        PropertyPathExpression::Sequence(a, b) | PropertyPathExpression::Alternative(a, b) => {
            path_predicates(a, found);
            path_predicates(b, found);
        }
        // What a negated set excludes need not occur.
        PropertyPathExpression::NegatedPropertySet(_) => {}
    }
}
