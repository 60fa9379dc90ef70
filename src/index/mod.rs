//! The packed index: one immutable structure for every read, built in memory or mapped from a `.kgq` file.
//!
//! Terms are numbers ([`Id`]), ordered literals first. Triples stand in three orders, each a handful of columns of
//! integers: by subject, by object, by predicate. Every question is a binary search or a scan of a stretch of those.
//! A triple that several graphs hold is one triple, with the number of the set of graphs that it is in.
//!
//! The build script packs the embedded files with this very module, which is why it stands in a `mod.rs` (a file included by
//! its path looks for its parts beside itself) and uses nothing of the crate but `cancel`, `error`, `progress` and `varint`.

use std::collections::HashMap;
use std::fmt;

use foldhash::fast::FixedState;
use oxrdf::{GraphName, NamedNode, NamedNodeRef, NamedOrBlankNode, Quad, Term, Triple};

pub use blank::{rename_in_quad, rename_in_term};
pub use build::Builder;
pub(crate) use build::threads;
pub(crate) use dictionary::literal_class;
pub use dictionary::{Kind, MAX_DEPTH};
pub use lines::{LineError, LineReader, Lines};
pub(crate) use triples::{Found, GraphTriples, Matches};

mod blank;
mod build;
mod dictionary;
mod file;
mod image;
mod intern;
mod layout;
mod lines;
mod runs;
mod triples;

use image::{Column, Image};
use layout::{Columns, Section};

/// A term of one index by its number; literals first. Meaningful only within that index.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Id(pub u32);

/// Triples in default and named graphs, immutable, searchable by every part of them.
pub struct Index {
    image: Image,
    columns: Columns,
    /// How many terms are literals; the number of the first IRI.
    literals: u32,
    iris_end: u32,
    blanks_end: u32,
    terms: u32,
}

impl fmt::Debug for Index {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Index of {} triples", self.len())
    }
}

/// What is known of a predicate's use, over all graphs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Predicate {
    /// The predicate.
    pub id: Id,
    /// How many triples have it.
    pub count: u64,
    /// How many subjects those triples have.
    pub subjects: u64,
    /// How many objects those triples have.
    pub objects: u64,
}

impl Index {
    fn of_image(image: Image, columns: Columns) -> Self {
        let starts = &columns[Section::ClassStarts as usize];
        let from_end = |n: usize| image.get_u32(starts, starts.len - n);
        let (literals, iris_end, blanks_end) = (from_end(3), from_end(2), from_end(1));
        let triple_terms = columns[Section::TermSubjects as usize].len as u32;
        Self {
            literals,
            iris_end,
            blanks_end,
            terms: blanks_end.saturating_add(triple_terms),
            image,
            columns,
        }
    }

    #[inline]
    fn column(&self, section: Section) -> &Column {
        &self.columns[section as usize]
    }

    /// How many triples there are, over all graphs, each once.
    pub fn len(&self) -> u64 {
        self.column(Section::SpoObjects).len as u64
    }

    /// Whether there are no triples at all.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many terms there are; their numbers are those below.
    pub fn terms(&self) -> u32 {
        self.terms
    }

    /// What the index consists of and the bytes that each takes.
    pub fn parts(&self) -> Vec<(&'static str, u64)> {
        use Section::*;
        let parts: [(&'static str, &[Section]); 6] = [
            (
                "terms",
                &[
                    ClassStarts,
                    ClassNameEnds,
                    ClassNames,
                    BlockStarts,
                    Text,
                    TermSubjects,
                    TermPredicates,
                    TermObjects,
                    TermDepths,
                ],
            ),
            (
                "triples by subject",
                &[SpoStarts, SpoPredicates, SpoObjects, SpoGraphs],
            ),
            (
                "triples by object",
                &[OpsStarts, OpsPredicates, OpsSubjects, OpsGraphs],
            ),
            (
                "triples by predicate",
                &[
                    PsoStarts,
                    PsoPositions,
                    Predicates,
                    DistinctSubjects,
                    DistinctObjects,
                    ObjectStarts,
                    FewObjects,
                ],
            ),
            (
                "named graphs",
                &[Graphs, SetStarts, SetGraphs, GraphStarts, GraphPositions],
            ),
            ("names", &[Prefixes, Search]),
        ];
        let bytes = |sections: &[Section]| {
            let columns = sections.iter().map(|&section| self.column(section));
            columns
                .map(|column| (column.width * column.len) as u64)
                .sum()
        };
        parts
            .map(|(name, sections)| (name, bytes(sections)))
            .to_vec()
    }

    /// The bytes that the index takes, in memory or on disk.
    pub fn size(&self) -> usize {
        self.image.len()
    }

    /// The IRIs that are predicates, in the order of their numbers.
    pub fn predicates(&self) -> impl ExactSizeIterator<Item = Predicate> + use<'_> {
        (0..self.column(Section::Predicates).len).map(|rank| self.use_of(rank))
    }

    /// How one predicate is used; `None` where it is not.
    pub fn predicate_use(&self, p: Id) -> Option<Predicate> {
        self.rank(p).map(|rank| self.use_of(rank))
    }

    fn use_of(&self, rank: usize) -> Predicate {
        let get = |section| self.image.get(self.column(section), rank);
        Predicate {
            id: self.predicate(rank),
            count: self.image.row(self.column(Section::PsoStarts), rank).len() as u64,
            subjects: get(Section::DistinctSubjects),
            objects: get(Section::DistinctObjects),
        }
    }

    /// The distinct objects of a predicate, ascending, with how many triples have them.
    pub fn object_counts(&self, p: Id) -> Vec<(Id, u64)> {
        let count = |o| (o, self.count(None, Some(p), Some(o)));
        let Some(rank) = self.rank(p) else {
            return Vec::new();
        };
        // Listed where they are few.
        let listed = self.image.row(self.column(Section::ObjectStarts), rank);
        if !listed.is_empty() {
            let objects = self.image.values(self.column(Section::FewObjects), listed);
            return objects.iter().map(|o| count(Id(o as u32))).collect();
        }
        let mut objects: Vec<Id> = self.pairs(p).map(|(_, o)| o).collect();
        objects.sort_unstable();
        let runs = objects.chunk_by(|a, b| a == b);
        runs.map(|run| (run[0], run.len() as u64)).collect()
    }

    /// The triples with a predicate.
    pub fn triples_with(&self, predicate: NamedNodeRef<'_>) -> Vec<Triple> {
        let Some(p) = self.id(predicate.into()) else {
            return Vec::new();
        };
        let triple = |(s, o)| Triple::new(self.node(s), predicate, self.term(o));
        self.pairs(p).map(triple).collect()
    }

    /// How many triple terms there are.
    pub fn triple_terms(&self) -> u32 {
        self.terms - self.blanks_end
    }

    /// The numbers of all triple terms.
    pub fn triple_term_ids(&self) -> impl Iterator<Item = Id> + use<> {
        (self.blanks_end..self.terms).map(Id)
    }

    /// How many IRIs and blank nodes there are.
    pub fn nodes(&self) -> u32 {
        self.blanks_end - self.literals
    }

    /// The named graphs that hold anything, in the order of their numbers, with how many triples each has.
    pub fn named_graphs(&self) -> impl ExactSizeIterator<Item = (Id, u64)> + use<'_> {
        (1..self.column(Section::Graphs).len as u32 + 1).map(|graph| {
            let triples = self.graph_triples(graph as usize).bound();
            (self.graph_name(graph), triples as u64)
        })
    }

    /// Every IRI with its number, in order.
    pub fn named_nodes(&self) -> impl Iterator<Item = (Id, String)> + use<'_> {
        self.texts_of(self.literals..self.iris_end)
    }

    /// How many distinct terms are subjects, over all graphs.
    pub fn subjects(&self) -> u64 {
        self.used_rows(Section::SpoStarts)
    }

    /// How many distinct terms are objects, over all graphs.
    pub fn objects(&self) -> u64 {
        self.used_rows(Section::OpsStarts)
    }

    fn used_rows(&self, starts: Section) -> u64 {
        let column = self.column(starts);
        let rows = 0..column.len.saturating_sub(1);
        rows.filter(|&row| !self.image.row(column, row).is_empty())
            .count() as u64
    }

    fn node(&self, id: Id) -> NamedOrBlankNode {
        match self.term(id) {
            Term::NamedNode(node) => node.into(),
            Term::BlankNode(node) => node.into(),
            _ => self.image.damaged("a node is neither IRI nor blank node"),
        }
    }

    fn iri(&self, id: Id) -> NamedNode {
        match self.term(id) {
            Term::NamedNode(node) => node,
            _ => self.image.damaged("a predicate is not an IRI"),
        }
    }

    /// All quads: the default graph's, then each named graph's, in the order of the numbers of their terms.
    pub fn quads(&self) -> impl Iterator<Item = Quad> + use<'_> {
        let graphs = self.column(Section::Graphs).len;
        let mut subject: Option<(Id, NamedOrBlankNode)> = None;
        let mut predicates: HashMap<Id, NamedNode, FixedState> = HashMap::default();
        (0..=graphs)
            .flat_map(move |graph| {
                let name = match graph {
                    0 => GraphName::DefaultGraph,
                    named => self.node(self.graph_name(named as u32)).into(),
                };
                self.graph_triples(graph)
                    .map(move |triple| (triple, name.clone()))
            })
            .map(move |(triple, name)| {
                // Subjects follow each other, and predicates are few: each is read once.
                let s = match &subject {
                    Some((id, node)) if *id == triple.s => node.clone(),
                    _ => {
                        let node = self.node(triple.s);
                        subject = Some((triple.s, node.clone()));
                        node
                    }
                };
                let p = predicates
                    .entry(triple.p)
                    .or_insert_with(|| self.iri(triple.p));
                Quad::new(s, p.clone(), self.term(triple.o), name)
            })
    }

    /// The short names that came with the data and the IRIs they stand for.
    pub fn prefixes(&self) -> Vec<(String, String)> {
        let column = self.column(Section::Prefixes);
        let mut bytes = self.image.slice(column, 0..column.len);
        let mut next = || {
            let text = dictionary::take_text(&mut bytes)?;
            std::str::from_utf8(text).ok().map(str::to_owned)
        };
        let mut prefixes = Vec::new();
        while let Some(name) = next() {
            match next() {
                Some(iri) => prefixes.push((name, iri)),
                None => self.image.damaged("the short names cannot be read"),
            }
        }
        prefixes
    }

    /// What finds labels, as it was given to the builder.
    pub fn search(&self) -> &[u8] {
        let column = self.column(Section::Search);
        self.image.slice(column, 0..column.len)
    }
}

#[cfg(test)]
mod tests;
