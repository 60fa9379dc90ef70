//! Looking through a query's algebra.

use std::collections::BTreeSet;

use oxrdf::{NamedNode, Variable};
use spargebra::Query;
use spargebra::algebra::{
    AggregateExpression, Expression, GraphPattern, OrderExpression, PropertyPathExpression,
};
use spargebra::term::{NamedNodePattern, TermPattern, TriplePattern};

/// What is met on the way through a query.
#[derive(Debug)]
pub enum Met<'a> {
    /// A pattern, before what is inside it.
    Pattern(&'a GraphPattern),
    /// An expression, before what is inside it.
    Expression(&'a Expression),
}

/// Meets all patterns and expressions of a pattern, those of EXISTS included, outermost first.
pub fn walk<'a>(pattern: &'a GraphPattern, meet: &mut dyn FnMut(Met<'a>)) {
    use GraphPattern::{
        Bgp, Distinct, Extend, Filter, Graph, Group, Join, Lateral, LeftJoin, Minus, OrderBy, Path,
        Project, Reduced, Service, Slice, Union, Values,
    };
    meet(Met::Pattern(pattern));
    match pattern {
        Bgp { .. } | Path { .. } | Values { .. } => {}
        Join { left, right }
        | Lateral { left, right }
        | Union { left, right }
        | Minus { left, right } => {
            walk(left, meet);
            walk(right, meet);
        }
        LeftJoin {
            left,
            right,
            expression,
        } => {
            walk(left, meet);
            walk(right, meet);
            if let Some(expression) = expression {
                walk_expression(expression, meet);
            }
        }
        Filter { expr, inner } => {
            walk(inner, meet);
            walk_expression(expr, meet);
        }
        Extend {
            inner, expression, ..
        } => {
            walk(inner, meet);
            walk_expression(expression, meet);
        }
        OrderBy { inner, expression } => {
            walk(inner, meet);
            for order in expression {
                let (OrderExpression::Asc(expression) | OrderExpression::Desc(expression)) = order;
                walk_expression(expression, meet);
            }
        }
        Group {
            inner, aggregates, ..
        } => {
            walk(inner, meet);
            for (_, aggregate) in aggregates {
                if let AggregateExpression::FunctionCall { expr, .. } = aggregate {
                    walk_expression(expr, meet);
                }
            }
        }
        Graph { inner, .. }
        | Service { inner, .. }
        | Project { inner, .. }
        | Distinct { inner }
        | Reduced { inner }
        | Slice { inner, .. } => walk(inner, meet),
    }
}

fn walk_expression<'a>(expression: &'a Expression, meet: &mut dyn FnMut(Met<'a>)) {
    use Expression::{
        Add, And, Bound, Coalesce, Divide, Equal, Exists, FunctionCall, Greater, GreaterOrEqual,
        If, In, Less, LessOrEqual, Literal, Multiply, NamedNode, Not, Or, SameTerm, Subtract,
        UnaryMinus, UnaryPlus, Variable,
    };
    meet(Met::Expression(expression));
    match expression {
        NamedNode(_) | Literal(_) | Variable(_) | Bound(_) => {}
        Or(a, b)
        | And(a, b)
        | Equal(a, b)
        | SameTerm(a, b)
        | Greater(a, b)
        | GreaterOrEqual(a, b)
        | Less(a, b)
        | LessOrEqual(a, b)
        | Add(a, b)
        | Subtract(a, b)
        | Multiply(a, b)
        | Divide(a, b) => {
            walk_expression(a, meet);
            walk_expression(b, meet);
        }
        UnaryPlus(a) | UnaryMinus(a) | Not(a) => walk_expression(a, meet),
        Exists(pattern) => walk(pattern, meet),
        If(a, b, c) => {
            for part in [a, b, c] {
                walk_expression(part, meet);
            }
        }
        In(a, list) => {
            walk_expression(a, meet);
            for item in list {
                walk_expression(item, meet);
            }
        }
        Coalesce(list) | FunctionCall(_, list) => {
            for item in list {
                walk_expression(item, meet);
            }
        }
    }
}

/// The pattern of a query.
pub fn pattern(query: &Query) -> &GraphPattern {
    match query {
        Query::Select { pattern, .. }
        | Query::Construct { pattern, .. }
        | Query::Describe { pattern, .. }
        | Query::Ask { pattern, .. } => pattern,
    }
}

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
    walk(pattern(query), &mut |met| match met {
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
