//! What an endpoint sends back → solutions, a boolean, triples; read as they arrive.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

use oxigraph::io::{RdfFormat, RdfParseError, RdfParser, ReaderQuadParser};
use oxrdf::{Quad, Term};
use sparesults::{
    QueryResultsFormat, QueryResultsParseError, QueryResultsParser, ReaderQueryResultsParserOutput,
    ReaderSolutionsParser,
};

use super::client::{Client, Response};
use super::depth::Depth;
use super::page;
use super::transfer::Body;
use crate::error::{Error, Result};
use crate::graph::load::guard::{Guard, Refusal, Syntax};
use crate::graph::source::{Unmarked, format_of, without_mark};

/// The longest single result, in bytes: no parser has to hold more at once.
const LONGEST_RESULT: u64 = 64 << 20;

/// How much of an answer that is none is read, in bytes.
const EXCERPT: u64 = 64 * 1024;

/// The answer to a SELECT or an ASK.
pub enum Results<'a> {
    /// The truth of an ASK.
    Boolean(bool),
    /// The solutions of a SELECT.
    Solutions(Box<Solutions<'a>>),
}

/// Solutions as they arrive.
pub struct Solutions<'a> {
    parser: ReaderSolutionsParser<Depth<Metered>>,
    since: Rc<Cell<u64>>,
    open: Rc<Cell<usize>>,
    client: &'a Client,
}

/// Reads the answer to a SELECT or an ASK.
///
/// # Errors
/// An answer in another format or of none, or broken.
pub fn solutions(client: &Client, response: Response) -> Result<Results<'_>> {
    let media_type = response.media_type.as_deref().unwrap_or_default();
    let format = match QueryResultsFormat::from_media_type(media_type) {
        // CSV does not tell an IRI from a text, and `text/plain` promises nothing.
        None | Some(QueryResultsFormat::Csv) => {
            return Err(not_results(client, response, "query results"));
        }
        Some(format) => format,
    };
    let (body, since) = Metered::new(response.body);
    let (body, open) = Depth::of(format, body);
    let parsed = QueryResultsParser::from_format(format)
        .for_reader(body)
        .map_err(|e| unreadable(client, e, format.name()))?;
    Ok(match parsed {
        ReaderQueryResultsParserOutput::Boolean(truth) => Results::Boolean(truth),
        ReaderQueryResultsParserOutput::Solutions(parser) => {
            Results::Solutions(Box::new(Solutions {
                parser,
                since,
                open,
                client,
            }))
        }
    })
}

impl Solutions<'_> {
    /// The projected variables, without `?`.
    pub fn variables(&self) -> Vec<String> {
        let variables = self.parser.variables().iter();
        variables.map(|v| v.as_str().to_owned()).collect()
    }
}

impl Iterator for Solutions<'_> {
    type Item = Result<Vec<Option<Term>>>;

    fn next(&mut self) -> Option<Self::Item> {
        self.since.set(0);
        let Some(solution) = self.parser.next() else {
            // The XML parser takes the end of the text for the end of the results; all but the root is closed by then.
            return (self.open.replace(0) > 1).then(|| Err(cut_off(self.client)));
        };
        Some(match solution {
            Ok(solution) => Ok(solution.values().to_vec()),
            Err(error) => Err(unreadable(self.client, error, "query results")),
        })
    }
}

/// Quads as they arrive.
pub struct Quads<'a> {
    parser: ReaderQuadParser<Guard<Unmarked<Metered>>>,
    since: Rc<Cell<u64>>,
    client: &'a Client,
}

/// Reads the answer to a CONSTRUCT or DESCRIBE, or an RDF document.
///
/// # Errors
/// An answer that is no RDF.
pub fn quads(client: &Client, response: Response) -> Result<Quads<'_>> {
    let media_type = response.media_type.as_deref().unwrap_or_default();
    let format = match media_type {
        // What serves files often knows no better; then the name tells.
        "" | "text/plain" | "application/octet-stream" => format_of(client.address().path()),
        media_type => RdfFormat::from_media_type(media_type),
    };
    let Some(format) = format else {
        return Err(not_results(client, response, "RDF"));
    };
    let mut parser = RdfParser::from_format(format);
    if let Ok(with) = parser.clone().with_base_iri(client.address().request()) {
        parser = with;
    }
    let (body, since) = Metered::new(response.body);
    let body = without_mark(body).map_err(|e| unread(client, e))?;
    Ok(Quads {
        parser: parser.for_reader(Guard::new(body, Syntax::of(format))),
        since,
        client,
    })
}

impl Iterator for Quads<'_> {
    type Item = Result<Quad>;

    fn next(&mut self) -> Option<Self::Item> {
        self.since.set(0);
        Some(self.parser.next()?.map_err(|error| match error {
            RdfParseError::Io(error) => unread(self.client, error),
            RdfParseError::Syntax(error) => malformed(self.client, "RDF", &error.to_string()),
        }))
    }
}

fn not_results(client: &Client, response: Response, wanted: &str) -> Error {
    let media_type = response.media_type.unwrap_or_default();
    let excerpt = response.body.excerpt(EXCERPT);
    let kind = if page::is_page(&String::from_utf8_lossy(&excerpt)) {
        "a web page".to_owned()
    } else {
        match page::gist(media_type.as_bytes()) {
            Some(media_type) => format!("something of type {media_type}"),
            None => "something of no type".to_owned(),
        }
    };
    let message = format!("it answers with {kind}, not with {wanted}");
    client.error(
        match page::gist(&excerpt) {
            Some(gist) => format!("{message}: {gist}"),
            None => message,
        },
        Some(
            "is it the address of the SPARQL service? It often ends in /sparql or /query"
                .to_owned(),
        ),
    )
}

fn unreadable(client: &Client, error: QueryResultsParseError, format: &str) -> Error {
    match error {
        QueryResultsParseError::Io(error) => unread(client, error),
        QueryResultsParseError::Syntax(error) => malformed(client, format, &error.to_string()),
    }
}

fn unread(client: &Client, error: io::Error) -> Error {
    let inner = error.get_ref();
    if let Some(refusal) = inner.and_then(|e| e.downcast_ref::<Refusal>()) {
        return malformed(client, "result", &refusal.to_string());
    }
    // The JSON parser has a bound of its own for one value.
    if inner.is_some_and(|e| e.is::<TooMuch>()) || error.kind() == io::ErrorKind::OutOfMemory {
        return client.error(
            "one of its results is too long to be read".to_owned(),
            Some("leave the long value out, or shorten it in the query".to_owned()),
        );
    }
    client.broken(error)
}

fn malformed(client: &Client, format: &str, why: &str) -> Error {
    let why = page::gist(why.as_bytes()).unwrap_or_default();
    if why.contains("end of file") {
        return cut_off(client);
    }
    client.error(format!("its answer is no sound {format}: {why}"), None)
}

fn cut_off(client: &Client) -> Error {
    client.broken(io::ErrorKind::UnexpectedEof.into())
}

/// Counts the bytes that are read for one result.
struct Metered {
    body: Body,
    since: Rc<Cell<u64>>,
}

/// One result is longer than any parser should hold.
#[derive(Debug)]
struct TooMuch;

impl std::fmt::Display for TooMuch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("one result is too long")
    }
}

impl std::error::Error for TooMuch {}

impl Metered {
    fn new(body: Body) -> (Self, Rc<Cell<u64>>) {
        let since = Rc::new(Cell::new(0));
        let metered = Self {
            body,
            since: Rc::clone(&since),
        };
        (metered, since)
    }
}

impl Read for Metered {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.body.read(buffer)?;
        let since = self.since.get() + read as u64;
        self.since.set(since);
        if since > LONGEST_RESULT {
            return Err(io::Error::other(TooMuch));
        }
        Ok(read)
    }
}
