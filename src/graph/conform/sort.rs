//! ORDER BY over values of several kinds.
//!
//! The evaluator compares two numbers by value, and a number with a text by how it is written. That is no order, as 9 < 10 <
//! "1x" < "9" shows, and sorting fails where it notices. So values are ordered by kind first: SPARQL leaves open how those
//! of [different kinds](https://www.w3.org/TR/sparql12-query/#modOrderBy) are.

use oxrdf::{Literal, NamedNode, NamedNodeRef, Term, Variable};
use spareval::{ExpressionTerm, QueryEvaluator};
use spargebra::algebra::{
    AggregateExpression, AggregateFunction, Expression, Function, GraphPattern, OrderExpression,
};

/// The function that tells a value's kind. No query can name it, because of the spaces.
const KIND: NamedNodeRef<'static> = NamedNodeRef::new_unchecked("kind of value");

/// An evaluator that knows what [`by_kind`] puts into queries.
pub(super) fn evaluator() -> QueryEvaluator {
    QueryEvaluator::new().with_custom_function(NamedNode::from(KIND), |values| {
        let kind = kind(values.first()?.clone());
        Some(Literal::from(kind).into())
    })
}

/// The place of a value's kind among all: IRIs and blank nodes, numbers, times with and without a zone, other literals,
/// triple terms.
fn kind(value: Term) -> i64 {
    match ExpressionTerm::from(value) {
        ExpressionTerm::BlankNode(_) | ExpressionTerm::NamedNode(_) => 0,
        ExpressionTerm::IntegerLiteral(_)
        | ExpressionTerm::DecimalLiteral(_)
        | ExpressionTerm::FloatLiteral(_)
        | ExpressionTerm::DoubleLiteral(_) => 1,
        // Of a time with a zone and one without it may be open which is the later.
        ExpressionTerm::DateTimeLiteral(time) if time.timezone().is_some() => 2,
        ExpressionTerm::DateTimeLiteral(_) => 3,
        ExpressionTerm::Triple(_) => 5,
        _ => 4,
    }
}

/// Orders rows by the kind of a value before the value, where it may be of several.
pub(super) fn by_kind(pattern: &mut GraphPattern) {
    let GraphPattern::OrderBy { inner, expression } = pattern else {
        return;
    };
    for (number, order) in std::mem::take(expression).into_iter().enumerate() {
        let (OrderExpression::Asc(value) | OrderExpression::Desc(value)) = &order;
        if !is_of_one_kind(value, inner) {
            let kind = Variable::new_unchecked(format!("kind {number}"));
            expression.push(match order {
                OrderExpression::Asc(_) => OrderExpression::Asc(kind.clone().into()),
                OrderExpression::Desc(_) => OrderExpression::Desc(kind.clone().into()),
            });
            let told = Function::Custom(KIND.into());
            **inner = GraphPattern::Extend {
                expression: Expression::FunctionCall(told, vec![value.clone()]),
                variable: kind,
                inner: Box::new(std::mem::take(inner)),
            };
        }
        expression.push(order);
    }
}

/// Whether all values of an expression are texts, or all of them numbers.
fn is_of_one_kind(value: &Expression, rows: &GraphPattern) -> bool {
    match value {
        Expression::Variable(variable) => is_counted(variable, rows),
        Expression::FunctionCall(function, _) => matches!(
            function,
            Function::Str | Function::Lang | Function::LCase | Function::UCase | Function::StrLen
        ),
        _ => false,
    }
}

/// Whether a variable is a count of groups.
fn is_counted(variable: &Variable, rows: &GraphPattern) -> bool {
    match rows {
        GraphPattern::Extend {
            inner,
            variable: extended,
            expression: Expression::Variable(same),
        } if extended == variable => is_counted(same, inner),
        GraphPattern::Extend {
            inner,
            variable: extended,
            ..
        } if extended != variable => is_counted(variable, inner),
        GraphPattern::Filter { inner, .. } => is_counted(variable, inner),
        GraphPattern::Group { aggregates, .. } => aggregates.iter().any(|(counted, aggregate)| {
            let counts = matches!(
                aggregate,
                AggregateExpression::CountSolutions { .. }
                    | AggregateExpression::FunctionCall {
                        name: AggregateFunction::Count,
                        ..
                    }
            );
            counts && counted == variable
        }),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::Answer;
    use crate::session::Session;

    /// The first column of a query's rows.
    fn column(session: &Session, query: &str) -> Vec<String> {
        let query = crate::sparql::parse_query(session, query, None).expect("a query");
        let Ok(Answer::Rows(rows)) = session.graph.query(query, &session.token()) else {
            panic!("rows")
        };
        let cell = |row: crate::error::Result<Vec<Option<Term>>>| {
            let first = row.expect("a row").swap_remove(0);
            first.map_or_else(String::new, |term| match term {
                Term::Literal(literal) => literal.value().to_owned(),
                term => term.to_string(),
            })
        };
        rows.solutions.map(cell).collect()
    }

    #[test]
    fn numbers_go_before_texts_by_value() {
        let session = Session::sample(":a :p 10 , 9 , '1x' , 1.5 , '9' , 'b'@en , <x:i> .");
        assert_eq!(
            column(&session, "SELECT ?v { :a :p ?v } ORDER BY ?v"),
            ["<x:i>", "1.5", "9", "10", "1x", "9", "b"]
        );
        assert_eq!(
            column(&session, "SELECT ?v { :a :p ?v } ORDER BY DESC(?v) LIMIT 2"),
            ["b", "9"]
        );
    }

    #[test]
    fn times_without_a_zone_come_after_those_with_one() {
        let time = |text: &str| format!("'{text}'^^<http://www.w3.org/2001/XMLSchema#dateTime>");
        let times = [
            "2026-01-02T00:00:00",
            "2026-01-01T23:00:00-05:00",
            "2026-01-02T01:00:00Z",
        ];
        let objects = times.map(time).join(" , ");
        let session = Session::sample(&format!(":a :p {objects} ."));
        assert_eq!(
            column(&session, "SELECT ?v { :a :p ?v } ORDER BY ?v"),
            [times[2], times[1], times[0]]
        );
    }

    #[test]
    fn of_equal_numbers_the_next_condition_decides() {
        let session = Session::sample(":b :p 1 . :a :p 1.0 . :c :p 'x' .");
        assert_eq!(
            column(&session, "SELECT ?s { ?s :p ?v } ORDER BY ?v ?s"),
            ["<x:a>", "<x:b>", "<x:c>"]
        );
    }

    #[test]
    fn what_has_no_value_comes_first() {
        let session = Session::sample(":b :p 1 . :a :q 2 .");
        let query = "SELECT ?v { ?s ?any ?o OPTIONAL { ?s :p ?v } } ORDER BY ?v";
        assert_eq!(column(&session, query), ["", "1"]);
    }

    #[test]
    fn many_numbers_among_texts_can_be_sorted() {
        let objects: Vec<String> = (0..2000u32)
            .map(|n| n.wrapping_mul(2_654_435_761) % 5000)
            .map(|n| match n % 3 {
                0 => format!("'{n}'"),
                1 => format!("'{n}'@en"),
                _ => n.to_string(),
            })
            .collect();
        let session = Session::sample(&format!(":a :p {} .", objects.join(" , ")));
        let query = "SELECT ?v { :a :p ?v FILTER isNumeric(?v) } ORDER BY ?v";
        let numbers = column(&session, query);
        let all = column(&session, "SELECT ?v { :a :p ?v } ORDER BY ?v");
        assert_eq!(all[..numbers.len()], numbers);
        assert!(all[numbers.len()..].is_sorted());
    }

    #[test]
    fn counts_are_ordered_as_they_are() {
        let session = Session::sample(":a :p 1 .");
        let query = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?s ORDER BY DESC(?n) STR(?s)";
        let query = crate::sparql::parse_query(&session, query, None).expect("a query");
        let mut after = query.algebra.clone();
        crate::algebra::visit_mut(crate::algebra::pattern_mut(&mut after), &mut by_kind);
        assert_eq!(after, query.algebra);
    }
}
