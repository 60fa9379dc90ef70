//! Where RDF is read from: files of any syntax, compressed or not, folders of them, standard input.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::read::MultiGzDecoder;
use oxigraph::io::RdfFormat;

use crate::error::{Error, Result};
use crate::folder;
use crate::index::Index;
use crate::input::{StandardInput, Waited};

/// What a folder lacks that has no RDF file, and which files would be.
const NO_RDF: [&str; 2] = [
    "RDF file",
    "RDF files end in .ttl, .nt, .nq, .trig, .rdf, .owl, .jsonld or .n3, with or without .gz",
];

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
                if file.extension().is_some_and(|end| end == "kgq") {
                    Index::open(&file)?;
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

fn is_compressed(path: &Path) -> bool {
    path.extension()
        .is_some_and(|e| e.eq_ignore_ascii_case("gz"))
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

/// A line of a file, from 1, to be shown with an error; at most 4 KiB of it.
fn line_of(path: &Path, number: usize) -> Option<String> {
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
