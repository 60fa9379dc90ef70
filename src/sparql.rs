//! SPARQL text → algebra: known prefixes, errors with their place, variables bound from outside.

use spargebra::{Query, SparqlParser};

use crate::diagnostic::Diagnostic;
use crate::error::{Error, Result};
use crate::graph::load;
use crate::prefixes::Prefixes;
use crate::session::Session;

/// Reads a query; the session's prefixes need no declaration, and the query's own win.
///
/// # Errors
/// Where and why the text is no query; `name` is its file's.
pub fn parse_query(session: &Session, text: &str, name: Option<&str>) -> Result<Query> {
    let mut parser = parser(&session.prefixes);
    // Relative IRIs of a file are meant from where it lies.
    if let Some(base) = name.and_then(load::file_iri)
        && let Ok(with) = parser.clone().with_base_iri(base)
    {
        parser = with;
    }
    parser
        .parse_query(text)
        .map_err(|error| syntax_error(text, &error.to_string(), name))
}

/// A parser that knows the prefixes.
pub fn parser(prefixes: &Prefixes) -> SparqlParser {
    let mut parser = SparqlParser::new();
    for (prefix, namespace) in prefixes.iter() {
        if let Ok(with) = parser.clone().with_prefix(prefix, namespace) {
            parser = with;
        }
    }
    parser
}

/// The parser says where it stopped in its message only: "error at L:C: expected …".
fn syntax_error(text: &str, message: &str, name: Option<&str>) -> Error {
    let place = message
        .strip_prefix("error at ")
        .and_then(|rest| rest.split_once(": "))
        .and_then(|(place, cause)| {
            let (line, column) = place.split_once(':')?;
            Some((line.parse().ok()?, column.parse().ok()?, cause))
        });
    let (line, column, cause) = place.unwrap_or((1, 1, message));
    let diagnostic = Diagnostic::at(text, line, column, cause);
    Error::Syntax(Box::new(match name {
        Some(name) => diagnostic.in_file(name),
        None => diagnostic,
    }))
}
