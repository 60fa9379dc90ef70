//! From quads in any order to an index.
//!
//! Quads are gathered by one [`Builder`], or by several at once on threads of their own. Then their dictionaries are
//! sorted and merged, their quads renumbered, and the three orders of triples made, each from the one before. What
//! comes out depends on the quads alone.

use std::collections::HashMap;
use std::fmt;
use std::path::Path;
use std::thread;

use oxrdf::{GraphNameRef, NamedNodeRef, NamedOrBlankNodeRef, QuadRef, TermRef, TripleRef};

use super::Index;
use super::dictionary::{MAX_DEPTH, literal_class, push_front_coded};
use super::file::Writer;
use super::image::Image;
use super::intern::Interner;
use super::layout::{Packed, SECTIONS, Section, assemble};
use crate::cancel;
use crate::error::{Error, Result};

mod merge;
mod permute;
mod sort;

/// Classes by their number while building; literals follow in the order in which they are met.
pub(super) const IRI_CLASS: u32 = 0;
pub(super) const BLANK_CLASS: u32 = 1;

/// Marks the number of a triple term, as opposed to a text.
const TRIPLE: u32 = 1 << 31;

/// The graph of a quad that is in none.
pub(super) const DEFAULT_GRAPH: u32 = u32::MAX;

/// From how many quads on it pays to build with several threads.
const MANY: usize = 1 << 16;

/// Gathers quads, in any order and as often as they come, for an [`Index`].
#[derive(Default)]
pub struct Builder {
    pub(super) texts: Interner,
    /// Names of the classes of literals, from number 2 on.
    classes: Vec<String>,
    class_numbers: HashMap<String, u32, foldhash::fast::RandomState>,
    class: String,
    triples: Vec<TripleTerm>,
    triple_numbers: HashMap<[u32; 3], u32, foldhash::fast::RandomState>,
    pub(super) quads: Vec<[u32; 3]>,
    /// The graph of each quad; none while all are in the default graph.
    graphs: Vec<u32>,
}

struct TripleTerm {
    components: [u32; 3],
    depth: usize,
}

impl Builder {
    /// A builder without quads.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a quad. Blank nodes with one label are one node.
    ///
    /// # Errors
    /// Triple terms deeper than [`MAX_DEPTH`], or more than 2³¹ terms.
    pub fn push<'q>(&mut self, quad: impl Into<QuadRef<'q>>) -> Result<()> {
        cancel::poll();
        let quad = quad.into();
        let graph = match quad.graph_name {
            GraphNameRef::DefaultGraph => DEFAULT_GRAPH,
            GraphNameRef::NamedNode(node) => self.iri(node)?,
            GraphNameRef::BlankNode(node) => self.intern(BLANK_CLASS, node.as_str())?,
        };
        let triple = self.triple(TripleRef::from(quad), 0)?;
        self.push_numbers(triple, graph);
        Ok(())
    }

    /// Adds a quad whose terms are interned already.
    #[inline]
    pub(super) fn push_numbers(&mut self, triple: [u32; 3], graph: u32) {
        if graph != DEFAULT_GRAPH || !self.graphs.is_empty() {
            self.graphs.resize(self.quads.len(), DEFAULT_GRAPH);
            self.graphs.push(graph);
        }
        self.quads.push(triple);
    }

    fn triple(&mut self, triple: TripleRef<'_>, depth: usize) -> Result<[u32; 3]> {
        let subject = match triple.subject {
            NamedOrBlankNodeRef::NamedNode(node) => self.iri(node)?,
            NamedOrBlankNodeRef::BlankNode(node) => self.intern(BLANK_CLASS, node.as_str())?,
        };
        let predicate = self.iri(triple.predicate)?;
        let object = match triple.object {
            TermRef::NamedNode(node) => self.iri(node)?,
            TermRef::BlankNode(node) => self.intern(BLANK_CLASS, node.as_str())?,
            TermRef::Literal(literal) => {
                let mut class = std::mem::take(&mut self.class);
                literal_class(literal, &mut class);
                let number = self.literal_class(&class);
                self.class = class;
                self.intern(number, literal.value())?
            }
            TermRef::Triple(term) => self.triple_term(term.as_ref(), depth + 1)?,
        };
        Ok([subject, predicate, object])
    }

    fn triple_term(&mut self, triple: TripleRef<'_>, depth: usize) -> Result<u32> {
        if depth > MAX_DEPTH {
            return Err(too_much(format!(
                "triple terms lie more than {MAX_DEPTH} deep in each other"
            )));
        }
        let components = self.triple(triple, depth)?;
        if let Some(&number) = self.triple_numbers.get(&components) {
            return Ok(number);
        }
        let inner = components[2];
        let depth = match inner & TRIPLE {
            0 => 0,
            _ => self.triples[(inner ^ TRIPLE) as usize].depth + 1,
        };
        let number = u32::try_from(self.triples.len()).ok();
        let number = number
            .filter(|n| n & TRIPLE == 0)
            .ok_or_else(too_many_terms)?
            | TRIPLE;
        self.triples.push(TripleTerm { components, depth });
        self.triple_numbers.insert(components, number);
        Ok(number)
    }

    fn iri(&mut self, node: NamedNodeRef<'_>) -> Result<u32> {
        self.intern(IRI_CLASS, node.as_str())
    }

    fn intern(&mut self, class: u32, text: &str) -> Result<u32> {
        let number = self.texts.intern(class, text.as_bytes());
        number.ok_or_else(too_many_terms)
    }

    pub(super) fn literal_class(&mut self, name: &str) -> u32 {
        if let Some(&number) = self.class_numbers.get(name) {
            return number;
        }
        self.classes.push(name.to_owned());
        let number = self.classes.len() as u32 + BLANK_CLASS;
        self.class_numbers.insert(name.to_owned(), number);
        number
    }

    /// The index of all quads that were pushed, in memory.
    ///
    /// # Errors
    /// More terms than there are numbers for.
    pub fn finish(self) -> Result<Index> {
        Index::build(vec![self], &[])
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Builder of {} quads", self.quads.len())
    }
}

impl Index {
    /// An index in memory of all quads that several builders gathered, with short names to keep.
    ///
    /// Blank nodes of one label are one node, in whichever builder.
    ///
    /// # Errors
    /// More terms than there are numbers for.
    pub fn build(parts: Vec<Builder>, prefixes: &[(String, String)]) -> Result<Self> {
        let mut sections: [Packed; SECTIONS] = std::array::from_fn(|_| Packed::default());
        let mut sink = |section: Section, packed| {
            sections[section as usize] = packed;
            Ok(())
        };
        build(parts, prefixes, &mut sink)?
            .by_object()
            .write(&mut sink)?;
        let (image, columns) = assemble(sections);
        Ok(Self::of_image(Image::Owned(image.into()), columns))
    }

    /// [`Index::build`] into a file, which appears whole or not at all.
    ///
    /// `search` makes from the index what finds its labels, to be kept in the file as well. What it gets does not know yet
    /// which triples have an object.
    ///
    /// # Errors
    /// As [`Index::build`]; a folder that cannot be written to, a full disk; what `search` says.
    pub fn pack(
        parts: Vec<Builder>,
        prefixes: &[(String, String)],
        path: &Path,
        search: impl FnOnce(Self) -> Result<Vec<u8>>,
    ) -> Result<()> {
        let mut writer = Writer::create(path)?;
        let rest = build(parts, prefixes, &mut |section, packed| {
            writer.section(section, &packed)
        })?;
        let half = writer.peek()?;
        let mut sink = |section, packed| writer.section(section, &packed);
        let (written, search) = both(
            rest.is_large(),
            || rest.by_object().write(&mut sink),
            || search(half),
        );
        written?;
        writer.section(Section::Search, &Packed::bytes(search?))?;
        writer.finish()
    }
}

/// Where finished sections go.
type Sink<'s> = dyn FnMut(Section, Packed) -> Result<()> + Send + 's;

/// Puts everything that was gathered into sections, but for the order of triples by object.
fn build(
    parts: Vec<Builder>,
    prefixes: &[(String, String)],
    sink: &mut Sink<'_>,
) -> Result<permute::Rest> {
    let many = parts.iter().map(|part| part.quads.len()).sum::<usize>() > MANY;
    let mut texts = Vec::new();
    for text in prefixes.iter().flat_map(|(name, iri)| [name, iri]) {
        push_front_coded(text.as_bytes(), None, &mut texts);
    }
    sink(Section::Prefixes, Packed::bytes(texts))?;
    let (numbers, parts, text) = merge::dictionaries(parts, many, sink)?;
    permute::permutations(parts, numbers, text, many, sink)
}

/// How many threads work where there is much to do.
pub(crate) fn threads() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

/// Does two things, at the same time where there is much to do; the second on this thread.
fn both<A: Send, B>(many: bool, a: impl FnOnce() -> A + Send, b: impl FnOnce() -> B) -> (A, B) {
    if !many {
        return (a(), b());
    }
    let token = cancel::current();
    thread::scope(|scope| {
        let other = scope.spawn(move || cancel::under(&token, a));
        let b = b();
        (joined(other), b)
    })
}

/// Does one thing with each item, at the same time where there is much to do.
fn each<T: Send, R: Send>(many: bool, items: Vec<T>, work: impl Fn(T) -> R + Sync) -> Vec<R> {
    if !many || items.len() < 2 {
        return items.into_iter().map(work).collect();
    }
    let token = cancel::current();
    thread::scope(|scope| {
        let work = &work;
        let threads: Vec<_> = items
            .into_iter()
            .map(|item| {
                let token = token.clone();
                scope.spawn(move || cancel::under(&token, || work(item)))
            })
            .collect();
        threads.into_iter().map(joined).collect()
    })
}

/// What a thread came to; an orderly stop or a panic of its goes on here.
fn joined<T>(thread: thread::ScopedJoinHandle<'_, T>) -> T {
    thread
        .join()
        .unwrap_or_else(|payload| std::panic::resume_unwind(payload))
}

fn too_many_terms() -> Error {
    too_much("more than two thousand million terms in one index".to_owned())
}

fn too_much(message: String) -> Error {
    Error::Evaluation {
        message,
        hint: None,
    }
}
