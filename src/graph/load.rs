//! Reading RDF files: any syntax, compressed or not, one or a folder of them.
//!
//! A file that does not parse is named with line and column, and nothing of it is used.

use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;
use oxigraph::io::{RdfFormat, RdfParseError, RdfParser};
use oxrdf::Quad;

use crate::cancel;
use crate::diagnostic::Diagnostic;
use crate::error::{Error, Result};

/// What was read of some files.
#[derive(Debug, Default)]
pub struct Loaded {
    /// The quads in the files' order; blank nodes of different files never meet.
    pub quads: Vec<Quad>,
    /// The prefixes that the files declare, in order.
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
    for path in paths {
        if path.as_os_str() == "-" {
            let format = format.ok_or_else(|| {
                Error::usage(
                    "the syntax of standard input is not known",
                    "say it with --data-format, as in `--data-format turtle`",
                )
            })?;
            read(io::stdin().lock(), "standard input", format, &mut loaded)?;
        } else {
            for file in files(path)? {
                load_file(&file, format, &mut loaded)?;
            }
        }
    }
    Ok(loaded)
}

/// The file itself, or all RDF files below a folder, sorted by path.
fn files(path: &Path) -> Result<Vec<PathBuf>> {
    let metadata = fs::metadata(path).map_err(|e| Error::file(path, e))?;
    if !metadata.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut found = Vec::new();
    gather(path, &mut found)?;
    if found.is_empty() {
        return Err(Error::usage(
            format!("{}: no RDF file in this folder", path.display()),
            "RDF files end in .ttl, .nt, .nq, .trig, .rdf, .owl, .jsonld or .n3, with or without .gz",
        ));
    }
    found.sort();
    Ok(found)
}

fn gather(folder: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder).map_err(|e| Error::file(folder, e))? {
        let entry = entry.map_err(|e| Error::file(folder, e))?;
        let path = entry.path();
        // Links to folders are not followed, so that a circle of links ends.
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            gather(&path, found)?;
        } else if format_of(&path).is_some() {
            found.push(path);
        }
    }
    Ok(())
}

/// The RDF syntax that a file's name tells, `.gz` set aside.
pub fn format_of(path: &Path) -> Option<RdfFormat> {
    let name = path.file_name()?.to_str()?.to_ascii_lowercase();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    let (_, extension) = name.rsplit_once('.')?;
    match extension {
        "owl" => Some(RdfFormat::RdfXml),
        // What RdfFormat also takes for RDF/XML and N3 are endings of other things.
        "xml" | "txt" => None,
        _ => RdfFormat::from_extension(extension),
    }
}

fn load_file(path: &Path, format: Option<RdfFormat>, loaded: &mut Loaded) -> Result<()> {
    let format = format.or_else(|| format_of(path)).ok_or_else(|| {
        Error::usage(
            format!("{}: the name does not tell the RDF syntax", path.display()),
            "say it with --data-format (turtle, ntriples, nquads, trig, rdfxml, jsonld, n3)",
        )
    })?;
    let file = File::open(path).map_err(|e| Error::file(path, e))?;
    let name = path.display().to_string();
    let before = loaded.quads.len();
    let read = if path
        .extension()
        .is_some_and(|e| e.eq_ignore_ascii_case("gz"))
    {
        read(
            MultiGzDecoder::new(BufReader::new(file)),
            &name,
            format,
            loaded,
        )
    } else {
        read(BufReader::new(file), &name, format, loaded)
    };
    read.map_err(|error| {
        loaded.quads.truncate(before);
        match error {
            Error::Output(source) => Error::file(path, source),
            Error::Syntax(mut diagnostic) => {
                diagnostic.text = line_of(path, diagnostic.line).unwrap_or_default();
                Error::Syntax(diagnostic)
            }
            other => other,
        }
    })
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
    let mut parser = RdfParser::from_format(format).rename_blank_nodes();
    if let Some(base) = file_iri(name)
        && let Ok(with) = parser.clone().with_base_iri(base)
    {
        parser = with;
    }
    let mut parser = parser.for_reader(nesting::Guard::new(input));
    for quad in parser.by_ref() {
        cancel::poll();
        loaded.quads.push(quad.map_err(|e| parse_error(e, name))?);
    }
    loaded.prefixes.extend(
        parser
            .prefixes()
            .map(|(prefix, namespace)| (prefix.to_owned(), namespace.to_owned())),
    );
    Ok(())
}

fn parse_error(error: RdfParseError, name: &str) -> Error {
    match error {
        RdfParseError::Io(source) => {
            if let Some(limit) = source
                .get_ref()
                .and_then(|e| e.downcast_ref::<nesting::TooDeep>())
            {
                let mut diagnostic = Diagnostic::at("", 1, 1, limit.to_string()).in_file(name);
                diagnostic.line = limit.line;
                return Error::Syntax(Box::new(
                    diagnostic.with_cure("flatten the data: name the inner nodes"),
                ));
            }
            Error::Output(source)
        }
        RdfParseError::Syntax(syntax) => {
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
            Error::Syntax(Box::new(diagnostic.with_cure(
                "nothing of this file was used: mend it there and try again",
            )))
        }
    }
}

/// A line of a file, from 1, to be shown with an error; at most 4 KiB of it.
fn line_of(path: &Path, number: usize) -> Option<String> {
    use std::io::BufRead;
    let file = File::open(path).ok()?;
    let input: Box<dyn Read> = if path.extension().is_some_and(|e| e == "gz") {
        Box::new(MultiGzDecoder::new(file))
    } else {
        Box::new(file)
    };
    let mut input = BufReader::new(input);
    for _ in 1..number {
        input.skip_until(b'\n').ok()?;
    }
    let mut line = Vec::new();
    input.take(4096).read_until(b'\n', &mut line).ok()?;
    Some(String::from_utf8_lossy(&line).trim_end().to_owned())
}

/// Refuses text that nests so deeply that a parser would run out of stack.
pub(super) mod nesting {
    use std::fmt;
    use std::io::{self, Read};

    /// The deepest nesting of brackets that is read.
    const LIMIT: usize = 500;

    /// A text whose brackets nest past the limit.
    #[derive(Debug)]
    pub struct TooDeep {
        /// The line where it happened, from 1.
        pub line: usize,
    }

    impl fmt::Display for TooDeep {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "brackets are nested more than {LIMIT} deep")
        }
    }

    impl std::error::Error for TooDeep {}

    /// Counts brackets outside of strings and IRIs while passing bytes on.
    pub struct Guard<R> {
        input: R,
        depth: usize,
        line: usize,
        quote: Option<u8>,
        escaped: bool,
    }

    impl<R: Read> Guard<R> {
        pub fn new(input: R) -> Self {
            Self {
                input,
                depth: 0,
                line: 1,
                quote: None,
                escaped: false,
            }
        }

        fn count(&mut self, byte: u8) -> bool {
            if byte == b'\n' {
                self.line += 1;
                // A single-quoted string ends with its line; a long one may hold unbalanced quotes, and forgetting it
                // here only makes the count of brackets coarser.
                self.quote = None;
                self.escaped = false;
                return true;
            }
            if self.escaped {
                self.escaped = false;
                return true;
            }
            match (self.quote, byte) {
                (Some(_), b'\\') => self.escaped = true,
                (Some(quote), _) if quote == byte => self.quote = None,
                (Some(_), _) => {}
                (None, b'"') => self.quote = Some(byte),
                (None, b'(' | b'[' | b'{') => self.depth += 1,
                (None, b')' | b']' | b'}') => self.depth = self.depth.saturating_sub(1),
                (None, _) => {}
            }
            self.depth <= LIMIT
        }
    }

    impl<R: Read> Read for Guard<R> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let read = self.input.read(buffer)?;
            for &byte in &buffer[..read] {
                if !self.count(byte) {
                    return Err(io::Error::other(TooDeep { line: self.line }));
                }
            }
            Ok(read)
        }
    }
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

    #[test]
    fn the_syntax_is_told_by_the_name_with_or_without_gz() {
        for (name, format) in [
            ("a.ttl", Some(RdfFormat::Turtle)),
            ("a.NT.gz", Some(RdfFormat::NTriples)),
            ("a.owl", Some(RdfFormat::RdfXml)),
            ("a.n3", Some(RdfFormat::N3)),
            ("a.md", None),
            ("ttl", None),
        ] {
            assert_eq!(format_of(Path::new(name)), format, "{name}");
        }
    }
}
