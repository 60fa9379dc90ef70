//! Any syntax but lines: Turtle in pieces where it is long, all else as a stream of quads.

use std::io::Read;
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;

use oxigraph::io::{RdfFormat, RdfParser};
use oxrdf::Quad;

use super::statements::Statements;
use super::{Gathered, Meter, Names, PIECE, locked, side_by_side, size_of};
use crate::cancel;
use crate::error::{Error, Result};
use crate::graph::load;
use crate::graph::source::Source;
use crate::index::{self, Builder};

/// How many quads travel together from the parser to the builder, and from how many on they do.
const TOGETHER: usize = 1024;
const MANY: usize = 8 * TOGETHER;

/// Reads a text.
///
/// # Errors
/// A file that cannot be read; a syntax error with its place.
pub(super) fn gather(
    input: Box<dyn Read + Send>,
    prefix: String,
    source: &Source,
    gathered: &mut Gathered,
    meter: &Meter,
) -> Result<()> {
    let is_long = size_of(source).is_some_and(|size| size >= 4 * PIECE as u64);
    match source.format {
        RdfFormat::Turtle if is_long => in_pieces(input, &prefix, source, gathered, meter),
        _ => streamed(input, prefix, source, gathered, meter),
    }
}

/// What came of the pieces.
#[derive(Default)]
struct Outcome {
    /// The last piece, with all prefixes that are declared by its end.
    last: (usize, Vec<(String, String)>),
    /// The first piece known to be wrong, and why.
    failed: Option<(usize, Error)>,
}

/// Parses pieces of Turtle on several threads.
fn in_pieces(
    input: Box<dyn Read + Send>,
    prefix: &str,
    source: &Source,
    gathered: &mut Gathered,
    meter: &Meter,
) -> Result<()> {
    let statements = Mutex::new(Statements::new(input, PIECE));
    let outcome = Mutex::new(Outcome::default());
    let work = |builder: &mut Builder, meter: Option<&Meter>| -> Result<()> {
        loop {
            if locked(&outcome).failed.is_some() {
                return Ok(());
            }
            let next = locked(&statements).next().map_err(Error::Output)?;
            let Some(piece) = next else { return Ok(()) };
            let mut names = Names::of_piece(prefix, &piece);
            let parser = RdfParser::from_format(RdfFormat::Turtle);
            let read = load::read_with(parser, &piece.text[..], &source.name(), |quad| {
                builder.push(&names.quad(quad))
            });
            let mut outcome = locked(&outcome);
            match read {
                Ok(prefixes) if piece.number >= outcome.last.0 => {
                    outcome.last = (piece.number, prefixes);
                }
                Ok(_) => {}
                Err(Error::Syntax(mut diagnostic)) => {
                    let line = diagnostic.line + piece.lines_before;
                    diagnostic.line = line.saturating_sub(piece.lines_declared);
                    let failed = outcome.failed.as_ref();
                    if failed.is_none_or(|(other, _)| piece.number < *other) {
                        outcome.failed = Some((piece.number, Error::Syntax(diagnostic)));
                    }
                }
                Err(other) => return Err(other),
            }
            drop(outcome);
            if let Some(meter) = meter {
                meter.tell();
            }
        }
    };
    side_by_side(&mut gathered.parts, index::threads(), meter, work)?;
    let outcome = outcome.into_inner().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, error)) = outcome.failed {
        return Err(error);
    }
    gathered.prefixes.extend(outcome.last.1);
    Ok(())
}

/// Parses a text here; a long one's quads are taken by a thread of its own.
fn streamed(
    input: Box<dyn Read + Send>,
    prefix: String,
    source: &Source,
    gathered: &mut Gathered,
    meter: &Meter,
) -> Result<()> {
    let builder = &mut gathered.parts[0];
    let mut names = Names::new(&prefix);
    let mut take = move |batch: Vec<Quad>| -> Result<()> {
        for quad in batch {
            builder.push(&names.quad(quad))?;
        }
        Ok(())
    };
    let parser = RdfParser::from_format(source.format);
    let token = cancel::current();
    let prefixes = thread::scope(|scope| {
        let (sender, batches) = sync_channel::<Vec<Quad>>(16);
        let mut first = Vec::new();
        let mut batch = Vec::new();
        let mut helper = None;
        let mut waiting = Some((batches, &mut take));
        let prefixes = load::read_with(parser, input, &source.name(), |quad| {
            if helper.is_none() && first.len() < MANY {
                first.push(quad);
                return Ok(());
            }
            if let Some((batches, take)) = waiting.take() {
                let token = &token;
                let first = std::mem::take(&mut first);
                helper = Some(scope.spawn(move || {
                    cancel::under(token, || {
                        take(first).and_then(|()| take_all(&batches, take))
                    })
                }));
            }
            batch.push(quad);
            if batch.len() == TOGETHER {
                meter.tell();
                // A refusal means that the helper has failed, which is told when it is joined.
                if sender.send(std::mem::take(&mut batch)).is_err() {
                    return Err(Error::Interrupted);
                }
            }
            Ok(())
        });
        let _ = sender.send(batch);
        drop(sender);
        match helper {
            Some(helper) => {
                let taken = helper.join();
                taken.unwrap_or_else(|stop| std::panic::resume_unwind(stop))?;
            }
            None => {
                if let (Some((_, take)), Ok(_)) = (waiting, &prefixes) {
                    take(first)?;
                }
            }
        }
        prefixes
    })?;
    gathered.prefixes.extend(prefixes);
    Ok(())
}

fn take_all(
    batches: &Receiver<Vec<Quad>>,
    take: &mut impl FnMut(Vec<Quad>) -> Result<()>,
) -> Result<()> {
    for batch in batches {
        take(batch)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::graph::gather::gather;
    use crate::graph::source::sources;
    use crate::index::Index;

    const LINES: usize = 4500;

    /// Reads a file of so many lines of a kilobyte each, of which one may be another.
    fn read(name: &str, other: Option<(usize, &str)>) -> Result<Index> {
        let path = std::env::temp_dir().join(format!("kgq-{name}-{}.ttl", std::process::id()));
        let long = "x".repeat(1000);
        let mut text = "@prefix : <http://e/> .\n".to_owned();
        for line in 2..=LINES {
            match other {
                Some((at, other)) if at == line => text += &format!("{other}\n"),
                _ => text += &format!(":s{line} :p \"{long}{line}\" ; :q [ :r _:all ] .\n"),
            }
        }
        std::fs::write(&path, text).expect("the temporary folder can be written to");
        let sources = sources(&[PathBuf::from(&path)], None).expect("it is there");
        let read = gather(&sources).and_then(Gathered::index);
        let _ = std::fs::remove_file(&path);
        read
    }

    #[test]
    fn long_turtle_means_what_it_means_as_a_whole() {
        let index = read("long", None).expect("it parses");
        assert_eq!(index.len(), 3 * (LINES as u64 - 1));
        let labelled = index.predicates().nth(2).expect("there are three");
        assert_eq!((labelled.subjects, labelled.objects), (LINES as u64 - 1, 1));
        assert_eq!(index.prefixes(), [(String::new(), "http://e/".to_owned())]);
        let again = read("again", None).expect("it parses");
        assert!(
            index.quads().eq(again.quads()),
            "names depend on the text alone"
        );
    }

    #[test]
    fn the_first_error_of_long_turtle_is_told_with_its_line() {
        let error = read("wrong", Some((4000, ":a :b oops ."))).expect_err("it is wrong");
        assert!(error.to_string().contains(".ttl:4000:7:"), "{error}");
    }
}
