//! Reading RDF files: any syntax, compressed or not, one or a folder of them.
//!
//! A file that does not parse is named with line and column, and nothing of it is used.

use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::read::MultiGzDecoder;
use oxigraph::io::{RdfFormat, RdfParseError, RdfParser, RdfSyntaxError};
use oxrdf::Quad;

use crate::cancel;
use crate::diagnostic::Diagnostic;
use crate::error::{Error, Result};
use crate::folder;
use crate::index::Index;
use crate::input::{StandardInput, Waited};

use guard::{Guard, Refusal, Syntax};

pub(super) mod guard;

/// What a folder lacks that has no RDF file, and which files would be.
const NO_RDF: [&str; 2] = [
    "RDF file",
    "RDF files end in .ttl, .nt, .nq, .trig, .rdf, .owl, .jsonld or .n3, with or without .gz",
];

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

/// A text of RDF: a file, or standard input.
#[derive(Debug)]
pub struct Source {
    /// The file; nothing for standard input.
    pub path: Option<PathBuf>,
    /// Its syntax.
    pub format: RdfFormat,
}

/// How many bytes were read of a source so far.
pub type BytesRead = Arc<AtomicU64>;

impl Source {
    /// What errors call it.
    pub fn name(&self) -> String {
        match &self.path {
            Some(path) => path.display().to_string(),
            None => "standard input".to_owned(),
        }
    }

    /// Its bytes, unpacked where the name ends in `.gz`, and how many were read of those that are stored.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn open(&self) -> Result<(Box<dyn Read + Send>, BytesRead)> {
        let read = BytesRead::default();
        let input: Box<dyn Read + Send> = match &self.path {
            None => Box::new(Counted(Waited(StandardInput), Arc::clone(&read))),
            Some(path) => {
                let file = File::open(path).map_err(|e| Error::file(path, e))?;
                let input = Counted(Waited(file), Arc::clone(&read));
                match is_compressed(path) {
                    true => Box::new(MultiGzDecoder::new(BufReader::with_capacity(
                        1 << 16,
                        input,
                    ))),
                    false => Box::new(input),
                }
            }
        };
        let input = without_mark(input).map_err(|e| self.error(Error::Output(e)))?;
        Ok((Box::new(input), read))
    }

    /// An error met while reading it, with the line where it happened.
    pub fn error(&self, error: Error) -> Error {
        match (error, &self.path) {
            (Error::Output(source), Some(path)) => Error::file(path, source),
            (Error::Output(source), None) => Error::file("standard input", source),
            (Error::Syntax(mut diagnostic), Some(path)) if diagnostic.text.is_empty() => {
                diagnostic.text = line_of(path, diagnostic.line).unwrap_or_default();
                Error::Syntax(diagnostic)
            }
            (other, _) => other,
        }
    }
}

/// Counts what is read.
struct Counted<R>(R, BytesRead);

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.0.read(buffer)?;
        self.1.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

/// What [`without_mark`] reads: the bytes that were looked at, then the others.
pub type Unmarked<R> = io::Chain<io::Cursor<Vec<u8>>, R>;

/// A text without the mark that some editors put before UTF-8.
///
/// # Errors
/// What reading says; the mark of UTF-16.
pub fn without_mark<R: Read>(mut input: R) -> io::Result<Unmarked<R>> {
    let mut start = Vec::with_capacity(3);
    input.by_ref().take(3).read_to_end(&mut start)?;
    match start.as_slice() {
        [0xEF, 0xBB, 0xBF] => start.clear(),
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "this is UTF-16, and RDF is read as UTF-8: convert it first, as `iconv -f UTF-16 -t UTF-8` does",
            ));
        }
        _ => {}
    }
    Ok(io::Cursor::new(start).chain(input))
}

fn is_compressed(path: &Path) -> bool {
    path.extension()
        .is_some_and(|e| e.eq_ignore_ascii_case("gz"))
}

/// All texts that some paths mean: files, those below folders, standard input for `-`.
///
/// # Errors
/// A path that does not exist, a name that tells no RDF syntax.
pub fn sources(paths: &[PathBuf], format: Option<RdfFormat>) -> Result<Vec<Source>> {
    let mut sources = Vec::new();
    for path in paths {
        if path.as_os_str() == "-" {
            let format = format.ok_or_else(|| {
                Error::usage(
                    "the syntax of standard input is not known",
                    "say it with --data-format, as in `--data-format turtle`",
                )
            })?;
            sources.push(Source { path: None, format });
            continue;
        }
        for file in folder::files(path, |path| format_of(path).is_some(), NO_RDF)? {
            // Says itself what it is; the syntax is not looked at.
            let format = format.or_else(|| Index::is_packed(&file).then_some(RdfFormat::NQuads));
            let Some(format) = format.or_else(|| format_of(&file)) else {
                // One that cannot be read could not say.
                if file.is_file() {
                    File::open(&file).map_err(|e| Error::file(&file, e))?;
                }
                return Err(Error::usage(
                    format!("{}: the name does not tell the RDF syntax", file.display()),
                    "say it with --data-format (turtle, ntriples, nquads, trig, rdfxml, jsonld, n3)",
                ));
            };
            let path = Some(file);
            sources.push(Source { path, format });
        }
    }
    Ok(sources)
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

/// A line of a file, from 1, to be shown with an error; at most 4 KiB of it.
fn line_of(path: &Path, number: usize) -> Option<String> {
    use std::io::BufRead;
    let file = File::open(path).ok()?;
    let input: Box<dyn Read> = if is_compressed(path) {
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
    fn the_mark_before_utf_8_is_no_part_of_the_text() {
        let unmarked = |bytes: &[u8]| {
            let mut text = String::new();
            without_mark(bytes)?.read_to_string(&mut text)?;
            io::Result::Ok(text)
        };
        assert_eq!(unmarked(b"\xEF\xBB\xBFab").expect("UTF-8"), "ab");
        assert_eq!(unmarked(b"ab").expect("UTF-8"), "ab");
        assert_eq!(unmarked(b"").expect("UTF-8"), "");
        let error = unmarked(b"\xFF\xFEa\0").expect_err("UTF-16");
        assert!(error.to_string().contains("UTF-16"), "{error}");
    }

    #[test]
    fn a_context_elsewhere_is_named_and_not_fetched() {
        let text = r#"{"@context": "https://example.org/c", "@id": "x:a"}"#;
        let format = format_of(Path::new("a.jsonld")).expect("JSON-LD");
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
