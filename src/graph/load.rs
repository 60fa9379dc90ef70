//! Reading RDF of any syntax.
//!
//! A text that does not parse is named with line and column, and nothing of it is used.

use std::fs;
use std::io::{BufReader, Read};
use std::path::PathBuf;

use oxigraph::io::{RdfFormat, RdfParseError, RdfParser, RdfSyntaxError};
use oxrdf::Quad;

use super::source::sources;
use crate::cancel;
use crate::diagnostic::Diagnostic;
use crate::error::{Error, Result};

use guard::{Guard, Refusal, Syntax};

pub(super) mod guard;

/// What was read of some files.
#[derive(Debug, Default)]
pub struct Loaded {
    /// The quads in the files' order; blank nodes of different files never meet.
    pub quads: Vec<Quad>,
    /// The prefixes that the files declare, file by file, sorted in each.
    pub prefixes: Vec<(String, String)>,
}

/// Reads RDF files, and folders with all RDF files below them.
///
/// `-` is standard input, whose `format` must then be given; for files it overrides the extension.
///
/// # Errors
/// A path that does not exist or cannot be read, an extension that names no RDF syntax, a syntax error.
pub fn load(paths: &[PathBuf], format: Option<RdfFormat>) -> Result<Loaded> {
    let mut loaded = Loaded::default();
    for source in sources(paths, format)? {
        let (input, _) = source.open()?;
        let read = read(input, &source.name(), source.format, &mut loaded);
        read.map_err(|error| source.error(error))?;
    }
    Ok(loaded)
}

/// The `file:` IRI of a file that exists, from which its relative IRIs are meant.
pub fn file_iri(name: &str) -> Option<String> {
    let path = fs::canonicalize(name).ok()?;
    let mut iri = String::from("file://");
    for byte in path.to_str()?.replace('\\', "/").bytes() {
        match byte {
            b'/' | b'-' | b'.' | b'_' | b'~' | b':' => iri.push(char::from(byte)),
            _ if byte.is_ascii_alphanumeric() => iri.push(char::from(byte)),
            _ => iri.push_str(&format!("%{byte:02X}")),
        }
    }
    Some(iri)
}

/// Reads one text of RDF.
///
/// # Errors
/// Where the text goes wrong, as a [`Diagnostic`] without the line's text.
pub fn read(input: impl Read, name: &str, format: RdfFormat, loaded: &mut Loaded) -> Result<()> {
    let parser = RdfParser::from_format(format).rename_blank_nodes();
    let quads = &mut loaded.quads;
    let prefixes = read_with(parser, input, name, |quad| {
        quads.push(quad);
        Ok(())
    })?;
    loaded.prefixes.extend(prefixes);
    Ok(())
}

/// Reads one text of RDF quad by quad; gives the prefixes that it declares, sorted.
///
/// # Errors
/// As [`read`], and what `take` says.
pub fn read_with(
    mut parser: RdfParser,
    input: impl Read,
    name: &str,
    mut take: impl FnMut(Quad) -> Result<()>,
) -> Result<Vec<(String, String)>> {
    if let Some(base) = file_iri(name)
        && let Ok(with) = parser.clone().with_base_iri(base)
    {
        parser = with;
    }
    let syntax = Syntax::of(parser.format());
    let input = BufReader::with_capacity(1 << 16, input);
    let parser = parser.for_reader(Guard::new(input, syntax));
    let mut parser = parser.with_document_loader(|context| {
        Err(format!(
            "the context {context} is somewhere else and not fetched: put it into the file"
        )
        .into())
    });
    for quad in parser.by_ref() {
        cancel::poll();
        take(quad.map_err(|e| parse_error(e, name))?)?;
    }
    let prefixes = parser.prefixes();
    let mut prefixes: Vec<(String, String)> = prefixes
        .map(|(prefix, namespace)| (prefix.to_owned(), namespace.to_owned()))
        .collect();
    // The parser has them in another order each time.
    prefixes.sort_unstable();
    Ok(prefixes)
}

fn parse_error(error: RdfParseError, name: &str) -> Error {
    match error {
        RdfParseError::Io(source) => {
            let inner = source.get_ref();
            if let Some(refusal) = inner.and_then(|e| e.downcast_ref::<Refusal>()) {
                let mut diagnostic = Diagnostic::at("", 1, 1, refusal.to_string()).in_file(name);
                diagnostic.line = refusal.line;
                return Error::Syntax(Box::new(diagnostic.with_cure(refusal.cure())));
            }
            Error::Output(source)
        }
        RdfParseError::Syntax(syntax) => Error::Syntax(Box::new(syntax_error(&syntax, name))),
    }
}

/// Where a text goes wrong, and why.
pub fn syntax_error(syntax: &RdfSyntaxError, name: &str) -> Diagnostic {
    let (line, column) = syntax.location().map_or((1, 1), |range| {
        (
            usize::try_from(range.start.line).unwrap_or(0) + 1,
            usize::try_from(range.start.column).unwrap_or(0) + 1,
        )
    });
    let message = syntax.to_string();
    let cause = match message.split_once(": ") {
        Some((place, cause)) if place.starts_with("Parser error") => cause.to_owned(),
        _ => message,
    };
    let mut diagnostic = Diagnostic::at("", 1, 1, cause).in_file(name);
    diagnostic.line = line;
    diagnostic.column = column;
    diagnostic.with_cure("nothing of this file was used: mend it there and try again")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_turtle(text: &str) -> Result<Loaded> {
        let mut loaded = Loaded::default();
        read(text.as_bytes(), "a.ttl", RdfFormat::Turtle, &mut loaded)?;
        Ok(loaded)
    }

    #[test]
    fn a_syntax_error_names_file_line_and_column() {
        let error = read_turtle("<a:b> <a:c> <a:d> .\n<a:b> <a:c> oops .").expect_err("broken");
        assert!(error.to_string().starts_with("a.ttl:2:13:"), "{error}");
    }

    #[test]
    fn triple_terms_nested_past_the_limit_are_refused() {
        let text = format!("<a:b> <a:c> {}", "<<( <a:b> <a:c> ".repeat(50_000));
        let error = read_turtle(&text).expect_err("too deep");
        assert!(
            error.to_string().contains("nested more than 500 deep"),
            "{error}"
        );
    }

    #[test]
    fn prefixes_come_in_the_same_order_each_time() {
        let text: String = (0..20)
            .map(|n| format!("@prefix p{n:02}: <x:{n}/> .\n"))
            .collect();
        let prefixes = read_turtle(&text).expect("it parses").prefixes;
        assert_eq!(prefixes.len(), 20);
        assert!(prefixes.is_sorted());
    }

    #[test]
    fn a_context_elsewhere_is_named_and_not_fetched() {
        let text = r#"{"@context": "https://example.org/c", "@id": "x:a"}"#;
        let format = RdfFormat::from_extension("jsonld").expect("JSON-LD");
        let mut loaded = Loaded::default();
        let error = read(text.as_bytes(), "a", format, &mut loaded).expect_err("no network");
        assert!(
            error
                .to_string()
                .contains("https://example.org/c is somewhere else"),
            "{error}"
        );
    }

    #[test]
    fn brackets_in_strings_do_not_nest() {
        let text = format!("<a:b> <a:c> \"{}\" .", "(".repeat(1000));
        assert_eq!(read_turtle(&text).expect("harmless").quads.len(), 1);
    }

    #[test]
    fn blank_nodes_of_two_files_stay_apart() {
        let mut loaded = Loaded::default();
        for _ in 0..2 {
            read(
                "_:x <a:b> 1 .".as_bytes(),
                "x",
                RdfFormat::Turtle,
                &mut loaded,
            )
            .expect("reads");
        }
        assert_ne!(loaded.quads[0].subject, loaded.quads[1].subject);
    }
}
