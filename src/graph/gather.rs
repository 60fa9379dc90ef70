//! Reading RDF files into an index: as many at work as there are processors, no quad kept twice.
//!
//! Blank nodes are named by their file and their place in it, so that the same files always make the same index.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::Ordering;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use oxigraph::io::RdfFormat;
use oxrdf::{BlankNode, Quad};

use super::source::{BytesRead, Source};
use crate::cancel;
use crate::error::Result;
use crate::index::{Builder, Index, Lines, rename_in_quad};
use crate::progress::Stage;
use statements::Piece;

mod lines;
mod statements;
mod text;

/// How many bytes one thread takes at a time.
const PIECE: usize = 1 << 20;

/// Files read and not yet made an index.
#[derive(Debug)]
pub struct Gathered {
    /// Builders, whose quads belong together.
    pub parts: Vec<Builder>,
    /// The prefixes that the files declare, file by file, sorted in each.
    pub prefixes: Vec<(String, String)>,
}

/// Reads texts of RDF.
///
/// # Errors
/// A file that cannot be read, a syntax error with its place.
pub fn gather(sources: &[Source]) -> Result<Gathered> {
    let mut gathered = Gathered::default();
    let mut meter = Meter::new(sources);
    for (number, source) in sources.iter().enumerate() {
        let prefix = file_prefix(number, sources.len());
        let (input, read) = source.open()?;
        meter.next(read);
        if source.path.as_deref().is_some_and(Index::is_packed) {
            gather_packed(source, prefix, &mut gathered)?;
            continue;
        }
        let result = match lines_of(source.format) {
            Some(lines) => {
                lines::gather(input, lines, &prefix, source, &mut gathered.parts, &meter)
            }
            None => text::gather(input, prefix, source, &mut gathered, &meter),
        };
        result.map_err(|error| source.error(error))?;
    }
    cancel::tell(Stage::Indexing);
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
    total: Option<u64>,
    before: u64,
    read: BytesRead,
}

impl Meter {
    fn new(sources: &[Source]) -> Self {
        Self {
            total: sources.iter().map(size_of).sum(),
            before: 0,
            read: BytesRead::default(),
        }
    }

    fn next(&mut self, read: BytesRead) {
        self.before += self.read.load(Ordering::Relaxed);
        self.read = read;
    }

    fn tell(&self) {
        let read = self.before + self.read.load(Ordering::Relaxed);
        cancel::tell(Stage::Reading(read, self.total));
    }
}

/// What stands before the names of a file's blank nodes, if there are several files.
fn file_prefix(file: usize, files: usize) -> String {
    match files {
        1 => String::new(),
        _ => format!("f{}_", file + 1),
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A thread that stopped half-way leaves nothing behind that is wrong.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How long a text is, where it is a file.
fn size_of(source: &Source) -> Option<u64> {
    let path = source.path.as_ref()?;
    Some(std::fs::metadata(path).ok()?.len())
}

/// Does the same work with several builders, each on a thread of its own; the first, on this thread, tells how far it came.
fn side_by_side(
    parts: &mut Vec<Builder>,
    workers: usize,
    meter: &Meter,
    work: impl Fn(&mut Builder, Option<&Meter>) -> Result<()> + Sync,
) -> Result<()> {
    parts.resize_with(workers.max(parts.len()), Builder::new);
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
    })
}

/// Takes over the quads of a packed graph.
fn gather_packed(source: &Source, prefix: String, gathered: &mut Gathered) -> Result<()> {
    let Some(path) = &source.path else {
        return Ok(());
    };
    let index = Index::open(path)?;
    let mut names = Names::new(&prefix);
    for quad in index.quads() {
        gathered.parts[0].push(&names.quad(quad))?;
    }
    gathered.prefixes.extend(index.prefixes());
    Ok(())
}

/// New names for the blank nodes of one file, in the order in which they are met.
struct Names {
    /// What stands before the number of a node.
    numbered: String,
    /// The labels that keep their names, and what stands before those.
    labels: HashSet<String>,
    labelled: String,
    known: HashMap<BlankNode, BlankNode>,
}

impl Names {
    fn new(prefix: &str) -> Self {
        Self {
            numbered: format!("{prefix}b"),
            labels: HashSet::new(),
            labelled: String::new(),
            known: HashMap::new(),
        }
    }

    /// Names for a piece of a text: labels mean the same in all pieces, brackets are numbered in each.
    fn of_piece(prefix: &str, piece: &Piece) -> Self {
        Self {
            numbered: format!("{prefix}b{}_", piece.number),
            labels: piece.labels.clone(),
            labelled: format!("{prefix}l"),
            known: HashMap::new(),
        }
    }

    fn name(&mut self, node: &BlankNode) -> BlankNode {
        if let Some(known) = self.known.get(node) {
            return known.clone();
        }
        let next = self.known.len();
        let name = match self.labels.contains(node.as_str()) {
            true => format!("{}{}", self.labelled, node.as_str()),
            false => format!("{}{next}", self.numbered),
        };
        let name = BlankNode::new_unchecked(name);
        self.known.insert(node.clone(), name.clone());
        name
    }

    fn quad(&mut self, mut quad: Quad) -> Quad {
        rename_in_quad(&mut quad, &mut |node| *node = self.name(node));
        quad
    }
}
