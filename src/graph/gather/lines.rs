//! N-Triples and N-Quads, any line of which can be read by itself.

use std::io::Read;
use std::sync::{Mutex, PoisonError};

use oxigraph::io::RdfParser;

use super::{Meter, PIECE, locked, side_by_side, size_of};
use crate::error::{Error, Result};
use crate::graph::load;
use crate::graph::source::Source;
use crate::index::{Builder, LineError, LineReader, Lines};

/// Lines, handed out in chunks.
struct Chunks<R> {
    input: R,
    /// What was read behind the last line's end.
    rest: Vec<u8>,
    /// How many lines each chunk has, where its reader has finished it.
    lines: Vec<usize>,
    /// The first chunk known to be wrong, and why.
    failed: Option<(usize, LineError)>,
    ended: bool,
}

impl<R: Read> Chunks<R> {
    /// Fills `chunk` with whole lines; gives its number, or nothing at the end.
    fn next(&mut self, chunk: &mut Vec<u8>) -> std::io::Result<Option<usize>> {
        chunk.clear();
        if self.ended || self.failed.is_some() {
            return Ok(None);
        }
        chunk.append(&mut self.rest);
        loop {
            let before = chunk.len();
            let room = PIECE.saturating_sub(before).max(PIECE / 4) as u64;
            let read = (&mut self.input).take(room).read_to_end(chunk)?;
            if (read as u64) < room {
                self.ended = true;
                break;
            }
            if let Some(end) = memchr::memrchr(b'\n', &chunk[before..]) {
                self.rest = chunk.split_off(before + end + 1);
                break;
            }
        }
        self.lines.push(0);
        Ok(Some(self.lines.len() - 1))
    }
}

/// Reads lines, in pieces of many, on several threads where they are long.
///
/// # Errors
/// A file that cannot be read; the first line that is not in the syntax, with its number.
pub(super) fn gather(
    input: Box<dyn Read + Send>,
    syntax: Lines,
    prefix: &str,
    source: &Source,
    parts: &mut Vec<Builder>,
    meter: &Meter,
) -> Result<()> {
    let workers = match size_of(source) {
        Some(size) if size < 4 * PIECE as u64 => 1,
        _ => crate::index::threads(),
    };
    let chunks = Mutex::new(Chunks {
        input,
        rest: Vec::new(),
        lines: Vec::new(),
        failed: None,
        ended: false,
    });
    let work = |builder: &mut Builder, meter: Option<&Meter>| -> Result<()> {
        let mut reader = LineReader::new(syntax, prefix);
        let mut chunk = Vec::new();
        loop {
            let next = locked(&chunks).next(&mut chunk).map_err(Error::Output)?;
            let Some(number) = next else { return Ok(()) };
            let read = reader.read(&chunk, builder);
            let mut chunks = locked(&chunks);
            match read {
                Ok(lines) => chunks.lines[number] = lines,
                Err(LineError::Other(error)) => return Err(error),
                Err(error) => {
                    if chunks
                        .failed
                        .as_ref()
                        .is_none_or(|(other, _)| number < *other)
                    {
                        chunks.failed = Some((number, error));
                    }
                }
            }
            drop(chunks);
            if let Some(meter) = meter {
                meter.tell();
            }
        }
    };
    side_by_side(parts, workers, meter, work)?;
    let chunks = chunks.into_inner().unwrap_or_else(PoisonError::into_inner);
    match chunks.failed {
        Some((number, LineError::Syntax { line, text })) => {
            let line = chunks.lines[..number].iter().sum::<usize>() + line + 1;
            Err(line_error(&text, line, source))
        }
        Some((_, LineError::Other(error))) => Err(error),
        None => Ok(()),
    }
}

/// What the full parser says of a line by itself.
fn line_error(text: &[u8], line: usize, source: &Source) -> Error {
    let parser = RdfParser::from_format(source.format);
    match load::read_with(parser, text, &source.name(), |_| Ok(())) {
        Err(Error::Syntax(mut diagnostic)) => {
            diagnostic.line = line;
            let shown = &text[..text.len().min(4096)];
            diagnostic.text = String::from_utf8_lossy(shown).trim_end().to_owned();
            Error::Syntax(diagnostic)
        }
        Err(other) => other,
        Ok(_) => Error::Evaluation {
            message: format!("{}:{line}: this line cannot be read", source.name()),
            hint: None,
        },
    }
}
