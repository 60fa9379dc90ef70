//! The parts of a query's algebra: patterns in patterns, expressions in both, EXISTS included.

use oxrdf::Term;
use spargebra::Query;
use spargebra::algebra::{AggregateExpression, Expression, GraphPattern, OrderExpression};
use spargebra::term::GroundTerm;

/// The same look at the parts of something, once to read and once to change them.
macro_rules! parts {
    ($pattern:ident, $inner:ident, $expressions:ident, $operands:ident, $iter:ident, $($mutable:tt)?) => {
        /// The pattern of a query.
        pub fn $pattern(query: &$($mutable)? Query) -> &$($mutable)? GraphPattern {
            match query {
                Query::Select { pattern, .. }
                | Query::Construct { pattern, .. }
                | Query::Describe { pattern, .. }
                | Query::Ask { pattern, .. } => pattern,
            }
        }

        /// The patterns that a pattern is directly made of.
        pub fn $inner(pattern: &$($mutable)? GraphPattern) -> Vec<&$($mutable)? GraphPattern> {
            match pattern {
                GraphPattern::Bgp { .. } | GraphPattern::Path { .. } | GraphPattern::Values { .. } => {
                    Vec::new()
                }
                GraphPattern::Join { left, right }
                | GraphPattern::LeftJoin { left, right, .. }
                | GraphPattern::Lateral { left, right }
                | GraphPattern::Union { left, right }
                | GraphPattern::Minus { left, right } => vec![left, right],
                GraphPattern::Filter { inner, .. }
                | GraphPattern::Graph { inner, .. }
                | GraphPattern::Extend { inner, .. }
                | GraphPattern::OrderBy { inner, .. }
                | GraphPattern::Project { inner, .. }
                | GraphPattern::Distinct { inner }
                | GraphPattern::Reduced { inner }
                | GraphPattern::Slice { inner, .. }
                | GraphPattern::Group { inner, .. }
                | GraphPattern::Service { inner, .. } => vec![inner],
            }
        }

        /// The expressions that stand directly in a pattern.
        pub fn $expressions(pattern: &$($mutable)? GraphPattern) -> Vec<&$($mutable)? Expression> {
            match pattern {
                GraphPattern::LeftJoin { expression, .. } => expression.$iter().collect(),
                GraphPattern::Filter { expr, .. } => vec![expr],
                GraphPattern::Extend { expression, .. } => vec![expression],
                GraphPattern::OrderBy { expression, .. } => expression
                    .$iter()
                    .map(|order| match order {
                        OrderExpression::Asc(by) | OrderExpression::Desc(by) => by,
                    })
                    .collect(),
                GraphPattern::Group { aggregates, .. } => aggregates
                    .$iter()
                    .filter_map(|(_, aggregate)| match aggregate {
                        AggregateExpression::FunctionCall { expr, .. } => Some(expr),
                        AggregateExpression::CountSolutions { .. } => None,
                    })
                    .collect(),
                _ => Vec::new(),
            }
        }

        /// The expressions that an expression is directly made of; the pattern of EXISTS is none.
        pub fn $operands(expression: &$($mutable)? Expression) -> Vec<&$($mutable)? Expression> {
            match expression {
                Expression::NamedNode(_)
                | Expression::Literal(_)
                | Expression::Variable(_)
                | Expression::Bound(_)
                | Expression::Exists(_) => Vec::new(),
                Expression::Or(a, b)
                | Expression::And(a, b)
                | Expression::Equal(a, b)
                | Expression::SameTerm(a, b)
                | Expression::Greater(a, b)
                | Expression::GreaterOrEqual(a, b)
                | Expression::Less(a, b)
                | Expression::LessOrEqual(a, b)
                | Expression::Add(a, b)
                | Expression::Subtract(a, b)
                | Expression::Multiply(a, b)
                | Expression::Divide(a, b) => vec![a, b],
                Expression::UnaryPlus(a) | Expression::UnaryMinus(a) | Expression::Not(a) => vec![a],
                Expression::If(a, b, c) => vec![a, b, c],
                Expression::In(a, list) => {
                    let mut operands: Vec<&$($mutable)? Expression> = vec![a];
                    operands.extend(list);
                    operands
                }
                Expression::Coalesce(list) | Expression::FunctionCall(_, list) => {
                    list.$iter().collect()
                }
            }
        }
    };
}

parts!(pattern, inner, expressions, operands, iter,);
parts!(
    pattern_mut,
    inner_mut,
    expressions_mut,
    operands_mut,
    iter_mut,
    mut
);

/// A term as a table can hold it; blank nodes cannot stand in one.
pub fn ground(term: Term) -> Option<GroundTerm> {
    match term {
        Term::NamedNode(node) => Some(node.into()),
        Term::Literal(literal) => Some(literal.into()),
        Term::BlankNode(_) | Term::Triple(_) => None,
    }
}

/// Calls `change` on every pattern, those of EXISTS included, the inner ones before those around them.
pub fn visit_mut(pattern: &mut GraphPattern, change: &mut dyn FnMut(&mut GraphPattern)) {
    for inner in inner_mut(pattern) {
        visit_mut(inner, change);
    }
    for expression in expressions_mut(pattern) {
        visit_exists(expression, change);
    }
    change(pattern);
}

fn visit_exists(expression: &mut Expression, change: &mut dyn FnMut(&mut GraphPattern)) {
    if let Expression::Exists(pattern) = expression {
        visit_mut(pattern, change);
    }
    for operand in operands_mut(expression) {
        visit_exists(operand, change);
    }
}

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
    meet(Met::Pattern(pattern));
    for inner in inner(pattern) {
        walk(inner, meet);
    }
    for expression in expressions(pattern) {
        walk_expression(expression, meet);
    }
}

/// Whether other endpoints are to answer a part of a pattern (SERVICE).
pub fn asks_services(pattern: &GraphPattern) -> bool {
    let mut asks = false;
    walk(pattern, &mut |met| {
        asks |= matches!(met, Met::Pattern(GraphPattern::Service { .. }));
    });
    asks
}

/// Meets all expressions and patterns of an expression, as [`walk`] does.
pub fn walk_expression<'a>(expression: &'a Expression, meet: &mut dyn FnMut(Met<'a>)) {
    meet(Met::Expression(expression));
    if let Expression::Exists(pattern) = expression {
        walk(pattern, meet);
    }
    for operand in operands(expression) {
        walk_expression(operand, meet);
    }
}
