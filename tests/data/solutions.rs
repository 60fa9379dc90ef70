//! Results as they are compared: as multisets, up to the names of blank nodes and the spelling of numbers.

use std::collections::HashMap;

use oxrdf::{Literal, Term};
use oxsdatatypes::{Decimal, Double, Float};
use sparesults::{QueryResultsFormat, QueryResultsParser, SliceQueryResultsParserOutput};

/// What a result document says.
#[derive(Debug, PartialEq)]
pub enum Results {
    Boolean(bool),
    /// Variables, sorted; rows with a cell for each.
    Solutions(Vec<String>, Vec<Row>),
}

type Row = Vec<Option<Term>>;

/// Reads a result document in one of the SPARQL standards' formats.
pub fn read(bytes: &[u8], format: QueryResultsFormat) -> Result<Results, String> {
    let parser = QueryResultsParser::from_format(format);
    match parser.for_slice(bytes).map_err(|e| e.to_string())? {
        SliceQueryResultsParserOutput::Boolean(truth) => Ok(Results::Boolean(truth)),
        SliceQueryResultsParserOutput::Solutions(solutions) => {
            let mut variables: Vec<String> = solutions
                .variables()
                .iter()
                .map(|v| v.as_str().to_owned())
                .collect();
            variables.sort();
            let mut rows = Vec::new();
            for solution in solutions {
                let solution = solution.map_err(|e| e.to_string())?;
                rows.push(
                    variables
                        .iter()
                        .map(|v| solution.get(v.as_str()).map(|t| canonical(t.clone())))
                        .collect(),
                );
            }
            Ok(Results::Solutions(variables, rows))
        }
    }
}

/// The same number in one spelling; other terms as they are.
fn canonical(term: Term) -> Term {
    let Term::Literal(literal) = &term else {
        return term;
    };
    let value = literal.value();
    let spelled = match literal.datatype().as_str() {
        "http://www.w3.org/2001/XMLSchema#decimal" => {
            value.parse::<Decimal>().ok().map(|n| n.to_string())
        }
        "http://www.w3.org/2001/XMLSchema#double" => {
            value.parse::<Double>().ok().map(|n| n.to_string())
        }
        "http://www.w3.org/2001/XMLSchema#float" => {
            value.parse::<Float>().ok().map(|n| n.to_string())
        }
        _ => None,
    };
    match spelled {
        Some(spelled) => Literal::new_typed_literal(spelled, literal.datatype()).into(),
        None => term,
    }
}

/// Whether two results say the same. Rows are compared in order where `ordered`, else as multisets.
pub fn same(left: &Results, right: &Results, ordered: bool) -> bool {
    match (left, right) {
        (Results::Boolean(left), Results::Boolean(right)) => left == right,
        (Results::Solutions(names, rows), Results::Solutions(other_names, other_rows)) => {
            let used = |names: &[String], rows: &[Row]| -> Vec<String> {
                // A format may leave out a variable that no row binds.
                (0..names.len())
                    .filter(|&i| rows.iter().any(|row| row[i].is_some()))
                    .map(|i| names[i].clone())
                    .collect()
            };
            let bound = |rows: &[Row]| -> Vec<Vec<Option<Term>>> {
                let kept: Vec<usize> = (0..rows.first().map_or(0, Vec::len))
                    .filter(|&i| rows.iter().any(|row| row[i].is_some()))
                    .collect();
                rows.iter()
                    .map(|row| kept.iter().map(|&i| row[i].clone()).collect())
                    .collect()
            };
            used(names, rows) == used(other_names, other_rows)
                && rows.len() == other_rows.len()
                && matches(
                    &bound(rows),
                    &bound(other_rows),
                    ordered,
                    &mut HashMap::new(),
                )
        }
        _ => false,
    }
}

/// Finds a one-to-one naming of blank nodes under which the rows agree.
fn matches(
    left: &[Row],
    right: &[Row],
    ordered: bool,
    names: &mut HashMap<String, String>,
) -> bool {
    let Some((row, rest)) = left.split_first() else {
        return right.is_empty();
    };
    let candidates = if ordered { 1 } else { right.len() };
    for i in 0..candidates.min(right.len()) {
        let mut trial = names.clone();
        if row_matches(row, &right[i], &mut trial) {
            let mut others = right.to_vec();
            others.remove(i);
            let exact = trial.len() == names.len();
            if matches(rest, &others, ordered, &mut trial) {
                return true;
            }
            if exact {
                // An equal row without new blank nodes is as good as any other equal row.
                return false;
            }
        }
    }
    false
}

fn row_matches(left: &Row, right: &Row, names: &mut HashMap<String, String>) -> bool {
    left.iter().zip(right).all(|cells| match cells {
        (None, None) => true,
        (Some(Term::BlankNode(a)), Some(Term::BlankNode(b))) => {
            let known = names.get(a.as_str());
            match known {
                Some(name) => name == b.as_str(),
                None if names.values().any(|name| name == b.as_str()) => false,
                None => {
                    names.insert(a.as_str().to_owned(), b.as_str().to_owned());
                    true
                }
            }
        }
        (Some(a), Some(b)) => a == b,
        _ => false,
    })
}
