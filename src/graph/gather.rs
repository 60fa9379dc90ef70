//! Reading RDF files into an index: as many at work as there are processors, no quad kept twice.
//!
//! Blank nodes are named by their file and their place in it, so that the same files always make the same index.

use std::collections::HashMap;
use std::io::Read;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use oxigraph::io::{RdfFormat, RdfParser};
use oxrdf::{BlankNode, GraphName, NamedOrBlankNode, Quad, Term, Triple};

use super::load::{self, BytesRead, Source};
use crate::cancel;
use crate::error::{Error, Result};
use crate::index::{Builder, Index, LineError, LineReader, Lines};

/// How many bytes of lines one thread takes at a time.
const CHUNK: usize = 1 << 20;

/// How many quads travel together from the parser to the builder, and from how many on they do.
const TOGETHER: usize = 1024;
const MANY: usize = 8 * TOGETHER;

/// Hears how many bytes of how many have been read; of nothing where that is not known.
pub type Progress = fn(u64, Option<u64>);

/// Files read and not yet made an index.
#[derive(Debug)]
pub struct Gathered {
    /// Builders, whose quads belong together.
    pub parts: Vec<Builder>,
    /// The prefixes that the files declare, in order.
    pub prefixes: Vec<(String, String)>,
}

/// Reads texts of RDF.
///
/// # Errors
/// A file that cannot be read, a syntax error with its place.
pub fn gather(sources: &[Source], progress: Option<Progress>) -> Result<Gathered> {
    let mut gathered = Gathered::default();
    let mut meter = Meter::new(sources, progress);
    for (number, source) in sources.iter().enumerate() {
        let prefix = file_prefix(number, sources.len());
        let (input, read) = source.open()?;
        meter.next(read);
        if source.path.as_deref().is_some_and(Index::is_packed) {
            gather_packed(source, prefix, &mut gathered)?;
            continue;
        }
        let result = match lines_of(source.format) {
            Some(lines) => gather_lines(input, lines, &prefix, source, &mut gathered.parts, &meter),
            None => gather_text(input, prefix, source, &mut gathered, &meter),
        };
        result.map_err(|error| source.error(error))?;
    }
    Ok(gathered)
}

impl Default for Gathered {
    fn default() -> Self {
        Self {
            parts: vec![Builder::new()],
            prefixes: Vec::new(),
        }
    }
}

impl Gathered {
    /// The index of all that was read, in memory.
    ///
    /// # Errors
    /// More terms than an index can number.
    pub fn index(self) -> Result<Index> {
        Index::build(self.parts, &self.prefixes)
    }
}

fn lines_of(format: RdfFormat) -> Option<Lines> {
    match format {
        RdfFormat::NTriples => Some(Lines::NTriples),
        RdfFormat::NQuads => Some(Lines::NQuads),
        _ => None,
    }
}

/// Tells how far the reading has come.
struct Meter {
    progress: Option<Progress>,
    total: Option<u64>,
    before: u64,
    read: BytesRead,
}

impl Meter {
    fn new(sources: &[Source], progress: Option<Progress>) -> Self {
        let size = |source: &Source| Some(std::fs::metadata(source.path.as_ref()?).ok()?.len());
        Self {
            progress,
            total: sources.iter().map(size).sum(),
            before: 0,
            read: BytesRead::default(),
        }
    }

    fn next(&mut self, read: BytesRead) {
        self.before += self.read.load(Ordering::Relaxed);
        self.read = read;
    }

    fn tell(&self) {
        if let Some(progress) = self.progress {
            progress(self.before + self.read.load(Ordering::Relaxed), self.total);
        }
    }
}

/// What stands before the names of a file's blank nodes, if there are several files.
fn file_prefix(file: usize, files: usize) -> String {
    match files {
        1 => String::new(),
        _ => format!("f{}_", file + 1),
    }
}

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
            let room = CHUNK.saturating_sub(before).max(CHUNK / 4) as u64;
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

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A thread that stopped half-way leaves nothing behind that is wrong.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn gather_lines(
    input: Box<dyn Read + Send>,
    syntax: Lines,
    prefix: &str,
    source: &Source,
    parts: &mut Vec<Builder>,
    meter: &Meter,
) -> Result<()> {
    let size = source
        .path
        .as_ref()
        .and_then(|path| Some(std::fs::metadata(path).ok()?.len()));
    let workers = match size {
        Some(size) if size < 4 * CHUNK as u64 => 1,
        _ => thread::available_parallelism().map_or(1, usize::from),
    };
    parts.resize_with(workers.max(parts.len()), Builder::new);
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
    let token = cancel::current();
    let (first, others) = parts.split_at_mut(1);
    thread::scope(|scope| {
        let threads: Vec<_> = others[..workers - 1]
            .iter_mut()
            .map(|builder| {
                let (token, work) = (&token, &work);
                scope.spawn(move || cancel::under(token, || work(builder, None)))
            })
            .collect();
        let mut result = work(&mut first[0], Some(meter));
        for thread in threads {
            let other = thread.join();
            result = result.and(other.unwrap_or_else(|stop| std::panic::resume_unwind(stop)));
        }
        result
    })?;
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

/// Takes over the quads of a packed graph.
fn gather_packed(source: &Source, prefix: String, gathered: &mut Gathered) -> Result<()> {
    let Some(path) = &source.path else {
        return Ok(());
    };
    let index = Index::open(path)?;
    let mut names = Names::new(prefix);
    for quad in index.quads() {
        gathered.parts[0].push(&names.quad(quad))?;
    }
    gathered.prefixes.extend(index.prefixes());
    Ok(())
}

/// New names for the blank nodes of one file, in the order in which they are met.
struct Names {
    prefix: String,
    known: HashMap<BlankNode, BlankNode>,
}

impl Names {
    fn new(prefix: String) -> Self {
        Self {
            prefix,
            known: HashMap::new(),
        }
    }

    fn name(&mut self, node: BlankNode) -> BlankNode {
        let next = self.known.len();
        let name = || BlankNode::new_unchecked(format!("{}b{next}", self.prefix));
        self.known.entry(node).or_insert_with(name).clone()
    }

    fn quad(&mut self, quad: Quad) -> Quad {
        let graph = match quad.graph_name {
            GraphName::BlankNode(node) => self.name(node).into(),
            other => other,
        };
        let triple = Triple::new(quad.subject, quad.predicate, quad.object);
        self.triple(triple).in_graph(graph)
    }

    fn triple(&mut self, triple: Triple) -> Triple {
        let subject = match triple.subject {
            NamedOrBlankNode::BlankNode(node) => self.name(node).into(),
            other => other,
        };
        let object = match triple.object {
            Term::BlankNode(node) => self.name(node).into(),
            Term::Triple(inner) => self.triple(*inner).into(),
            other => other,
        };
        Triple::new(subject, triple.predicate, object)
    }
}

/// Reads a text in any syntax; a long one is parsed here while a thread of its own takes the quads.
fn gather_text(
    input: Box<dyn Read + Send>,
    prefix: String,
    source: &Source,
    gathered: &mut Gathered,
    meter: &Meter,
) -> Result<()> {
    let builder = &mut gathered.parts[0];
    let mut names = Names::new(prefix);
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
