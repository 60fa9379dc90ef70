//! ORDER BY by keys: texts that stand in the order of the values, made once for each row.
//!
//! The evaluator reads both values anew for each comparison. And it compares two numbers by value, but a number with a text
//! by how it is written, which is no order: 9 < 10 < "1x" < "9"; sorting fails where it notices. With keys IRIs go before
//! numbers, these before times, other literals and triple terms. SPARQL leaves the order of
//! [different kinds](https://www.w3.org/TR/sparql12-query/#modOrderBy) of literals open.

use oxigraph::sparql::SparqlEvaluator;
use oxrdf::{Literal, NamedNodeRef, Term, Variable};
use spareval::{ExpressionTerm, QueryEvaluator};
use spargebra::algebra::{
    AggregateExpression, AggregateFunction, Expression, Function, GraphPattern, OrderExpression,
};

/// The function that makes keys. No query can name it, because of the space.
const KEY: NamedNodeRef<'static> = NamedNodeRef::new_unchecked("sort key");

/// An evaluator that knows what [`by_keys`] puts into queries.
pub fn evaluator() -> QueryEvaluator {
    QueryEvaluator::new().with_custom_function(KEY.into(), sort_key)
}

/// An evaluator of updates that knows what [`by_keys`] puts into them.
pub fn update_evaluator() -> SparqlEvaluator {
    SparqlEvaluator::new().with_custom_function(KEY.into(), sort_key)
}

fn sort_key(values: &[Term]) -> Option<Term> {
    let key = key(values.first()?.clone());
    Some(Literal::from(key).into())
}

/// The key of a value, which begins with the place of its kind.
fn key(value: Term) -> String {
    match (ExpressionTerm::from(value.clone()), value) {
        (ExpressionTerm::IntegerLiteral(number), _) => format!("2{}", plain(&number.to_string())),
        (ExpressionTerm::DecimalLiteral(number), _) => format!("2{}", plain(&number.to_string())),
        (ExpressionTerm::FloatLiteral(number), _) => {
            let number: f32 = number.into();
            format!("2{}", floating(number.into()))
        }
        (ExpressionTerm::DoubleLiteral(number), _) => format!("2{}", floating(number.into())),
        (ExpressionTerm::DateTimeLiteral(time), _) => {
            // Seconds as a signed number, in UTC where there is no other zone; the zone stands behind them.
            let seconds = time.to_be_bytes()[..16]
                .iter()
                .fold(0, |seconds, byte| seconds << 8 | u128::from(*byte));
            format!("3{:032x}", seconds ^ 1 << 127)
        }
        (_, Term::BlankNode(node)) => format!("0{}", node.as_str()),
        (_, Term::NamedNode(node)) => format!("1{}", node.as_str()),
        (_, Term::Literal(literal)) => {
            let kind = literal.datatype().as_str();
            let language = literal.language().unwrap_or_default();
            format!("4{}\0{kind}\0{language}", literal.value())
        }
        (_, Term::Triple(triple)) => {
            let (subject, object) = (key(triple.subject.into()), key(triple.object));
            format!("5{subject}\0{}\0{object}", triple.predicate.as_str())
        }
    }
}

/// The key of a number written without exponent.
fn plain(number: &str) -> String {
    let (is_negative, number) = match number.strip_prefix('-') {
        Some(positive) => (true, positive),
        None => (false, number),
    };
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    let digits = format!("{whole}{part}");
    let significant = digits.trim_start_matches('0');
    #[allow(clippy::cast_possible_wrap)]
    let exponent = whole.len() as i32 - 1 - (digits.len() - significant.len()) as i32;
    scaled(is_negative, exponent, significant.trim_end_matches('0'))
}

/// The key of a floating-point number.
fn floating(number: f64) -> String {
    if number.is_nan() {
        return "4".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 { "3" } else { "/" }.to_owned();
    }
    let written = format!("{:e}", number.abs());
    let (digits, exponent) = written.split_once('e').unwrap_or((&written, "0"));
    let digits = digits.replace('.', "");
    let digits = digits.trim_matches('0');
    scaled(number < 0.0, exponent.parse().unwrap_or_default(), digits)
}

/// The key of a number by its significant digits, of which the first is worth ten to the power of `exponent`.
fn scaled(is_negative: bool, exponent: i32, digits: &str) -> String {
    if digits.is_empty() {
        return "1".to_owned();
    }
    let key = format!("{:04}{digits}", exponent + 5000);
    if !is_negative {
        return format!("2{key}");
    }
    // The greater the digits, the less the number; what has more of them comes first.
    let opposite = key.bytes().map(|digit| char::from(b'0' + b'9' - digit));
    format!("0{}~", opposite.collect::<String>())
}

/// Orders rows by keys of values instead of values, except counts, which the plan reads off an index.
pub(super) fn by_keys(pattern: &mut GraphPattern) {
    let GraphPattern::OrderBy { inner, expression } = pattern else {
        return;
    };
    for (number, order) in expression.iter_mut().enumerate() {
        let (OrderExpression::Asc(value) | OrderExpression::Desc(value)) = order;
        if matches!(value, Expression::Variable(variable) if is_counted(variable, inner)) {
            continue;
        }
        let key = Variable::new_unchecked(format!("key {number}"));
        let value = std::mem::replace(value, key.clone().into());
        **inner = GraphPattern::Extend {
            inner: Box::new(std::mem::take(inner)),
            variable: key,
            expression: Expression::FunctionCall(Function::Custom(KEY.into()), vec![value]),
        };
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
    fn times_are_in_utc_where_they_have_no_zone() {
        let time = |text: &str| format!("'{text}'^^<http://www.w3.org/2001/XMLSchema#dateTime>");
        let times = [
            "-0044-03-15T12:00:00Z",
            "1969-12-31T23:59:59.5Z",
            "1969-12-31T23:59:59.75Z",
            "2026-01-02T00:00:00",
            "2026-01-02T01:00:00Z",
            "2026-01-01T23:00:00-05:00",
        ];
        let mut objects = times.map(time);
        objects.reverse();
        let session = Session::sample(&format!(":a :p {} .", objects.join(" , ")));
        let found = column(&session, "SELECT ?v { :a :p ?v } ORDER BY ?v");
        assert_eq!(found, times);
    }

    #[test]
    fn numbers_of_all_types_are_ordered_by_value() {
        let numbers = [
            "'-INF'^^xsd:double",
            "-1.5e300",
            "-9007199254740993",
            "-9007199254740992",
            "-10",
            "-9.5",
            "-9",
            "-0.01",
            "0",
            "1e-300",
            "0.001",
            "0.5",
            "1",
            "1.25e0",
            "1.5",
            "9",
            "10",
            "9007199254740992",
            "9007199254740993",
            "1e300",
            "'INF'^^xsd:float",
            "'NaN'^^xsd:double",
        ];
        let turtle = |(n, number): (usize, &&str)| format!(":n{n:02} :p {number} . ");
        let turtle: String = numbers.iter().enumerate().map(turtle).collect();
        let prefix = "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> . ";
        let session = Session::sample(&format!("{prefix}{turtle}"));
        let found = column(&session, "SELECT ?s { ?s :p ?v } ORDER BY ?v");
        assert_eq!(found.len(), numbers.len());
        assert!(found.is_sorted(), "{found:?}");
        let back = column(&session, "SELECT ?s { ?s :p ?v } ORDER BY DESC(?v)");
        assert!(back.iter().rev().is_sorted(), "{back:?}");
    }

    #[test]
    fn triple_terms_are_ordered_by_their_parts() {
        let session =
            Session::sample(":a :p <<( :s :q 10 )>> , <<( :s :q 9 )>> , <<( :r :q 11 )>> , 'z' .");
        assert_eq!(
            column(&session, "SELECT ?v { :a :p ?v } ORDER BY ?v")[1..],
            ["11", "9", "10"].map(|n| {
                let subject = if n == "11" { "r" } else { "s" };
                format!("<<( <x:{subject}> <x:q> \"{n}\"^^<http://www.w3.org/2001/XMLSchema#integer> )>>")
            })
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
        let query = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?s ORDER BY DESC(?n)";
        let query = crate::sparql::parse_query(&session, query, None).expect("a query");
        let mut after = query.algebra.clone();
        crate::algebra::visit_mut(crate::algebra::pattern_mut(&mut after), &mut by_keys);
        assert_eq!(after, query.algebra);
    }
}
