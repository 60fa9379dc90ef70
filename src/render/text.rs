//! Text for reading: terms as they are shown, and the answers about concepts.

use std::io::Write;

use oxrdf::vocab::xsd;
use oxrdf::{Literal, Term};

use super::{Format, View};
use crate::answer::Answer;
use crate::error::Result;
use crate::prefixes::Prefixes;
use crate::printable::visible;
use page::Page;

mod check;
mod compare;
mod csv;
mod diff;
mod find;
mod inline;
mod map;
mod page;
mod path;
mod queries;
mod show;
mod stats;
mod tree;
pub mod values;
mod why;

/// Writes an answer about concepts.
///
/// # Errors
/// Output that fails.
pub fn write(answer: &Answer, format: Format, view: &View<'_>, out: &mut dyn Write) -> Result<()> {
    let page = &mut Page { format, view, out };
    match answer {
        Answer::Find(found) => find::write(found, page),
        Answer::Stats(stats) => stats::write(stats, page),
        Answer::Comparison(comparison) => compare::write(comparison, page),
        Answer::Map(map) => map::write(map, page),
        Answer::Paths(paths) => path::write(paths, page),
        Answer::Why(why) => why::write(why, page),
        Answer::Diff(diff) => diff::write(diff, page),
        Answer::Checks(checks) => check::write(checks, page),
        Answer::Show(show) => show::write(show, page),
        Answer::Tree(tree) => tree::write(tree, page),
        Answer::Queries(queries) => queries::write(queries, page),
        _ => Ok(()),
    }
}

/// A term for the eye: short IRIs, plain strings, numbers as numbers; control characters made visible.
pub fn term(term: &Term, prefixes: &Prefixes) -> String {
    match term {
        Term::NamedNode(node) => visible(&prefixes.display(node.as_str())),
        Term::BlankNode(node) => node.to_string(),
        Term::Literal(literal) => shown_literal(literal, prefixes),
        Term::Triple(triple) => format!(
            "<<( {} {} {} )>>",
            self::term(&Term::from(triple.subject.clone()), prefixes),
            self::term(&Term::from(triple.predicate.clone()), prefixes),
            self::term(&triple.object, prefixes),
        ),
    }
}

fn shown_literal(literal: &Literal, prefixes: &Prefixes) -> String {
    let value = visible(literal.value());
    if let Some(language) = literal.language() {
        return format!("{value} @{language}");
    }
    let plain = [
        xsd::STRING,
        xsd::INTEGER,
        xsd::DECIMAL,
        xsd::DOUBLE,
        xsd::BOOLEAN,
    ];
    if plain.contains(&literal.datatype()) {
        return value;
    }
    format!(
        "{value} ^^{}",
        visible(&prefixes.display(literal.datatype().as_str()))
    )
}

/// A text that Markdown and HTML take literally inside a table's cell.
pub fn markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in visible(text).chars() {
        match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '#' | '$' => {
                out.push('\\');
                out.push(c);
            }
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            c => out.push(c),
        }
    }
    out
}
