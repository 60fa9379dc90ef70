//! From quads in any order to the sections of an index.

use std::collections::HashMap;
use std::ops::Range;

use oxrdf::{GraphNameRef, NamedNodeRef, NamedOrBlankNodeRef, QuadRef, TermRef, TripleRef};

use super::Index;
use super::dictionary::{BLANKS, BLOCK, IRIS, MAX_DEPTH, literal_class, push_front_coded};
use super::image::Image;
use super::intern::Interner;
use super::layout::{Packed, SECTIONS, Section, assemble};
use crate::cancel;
use crate::error::{Error, Result};

/// Classes by their number while building; literals follow in the order in which they are met.
const IRI_CLASS: u32 = 0;
const BLANK_CLASS: u32 = 1;

/// Marks the number of a triple term, as opposed to a text.
const TRIPLE: u32 = 1 << 31;

/// The graph of a quad that is in none.
const DEFAULT_GRAPH: u32 = u32::MAX;

/// Gathers quads, in any order and as often as they come, for an [`Index`].
pub struct Builder {
    texts: Interner,
    /// Names of the classes of literals, from number 2 on.
    classes: Vec<String>,
    class_numbers: HashMap<String, u32, foldhash::fast::RandomState>,
    class: String,
    triples: Vec<TripleTerm>,
    triple_numbers: HashMap<[u32; 3], u32, foldhash::fast::RandomState>,
    quads: Vec<[u32; 4]>,
    prefixes: Vec<(String, String)>,
    search: Vec<u8>,
}

struct TripleTerm {
    components: [u32; 3],
    depth: usize,
}

impl Default for Builder {
    fn default() -> Self {
        Self::new()
    }
}

impl Builder {
    /// A builder without quads.
    pub fn new() -> Self {
        Self {
            texts: Interner::default(),
            classes: Vec::new(),
            class_numbers: HashMap::default(),
            class: String::new(),
            triples: Vec::new(),
            triple_numbers: HashMap::default(),
            quads: Vec::new(),
            prefixes: Vec::new(),
            search: Vec::new(),
        }
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
        let [s, p, o] = self.triple(TripleRef::from(quad), 0)?;
        self.quads.push([s, p, o, graph]);
        Ok(())
    }

    /// Short names to keep with the quads, in the order in which they are to be listed.
    pub fn set_prefixes(&mut self, prefixes: Vec<(String, String)>) {
        self.prefixes = prefixes;
    }

    /// What finds labels, to be kept with the quads as it is.
    pub fn set_search(&mut self, search: Vec<u8>) {
        self.search = search;
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
        let number = u32::try_from(self.triples.len())
            .ok()
            .filter(|n| n & TRIPLE == 0);
        let number = number.ok_or_else(too_many_terms)? | TRIPLE;
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

    fn literal_class(&mut self, name: &str) -> u32 {
        if let Some(&number) = self.class_numbers.get(name) {
            return number;
        }
        self.classes.push(name.to_owned());
        let number = self.classes.len() as u32 + BLANK_CLASS;
        self.class_numbers.insert(name.to_owned(), number);
        number
    }

    /// The index of all quads that were pushed.
    ///
    /// # Errors
    /// More terms than there are numbers for.
    pub fn finish(self) -> Result<Index> {
        let (image, columns) = assemble(self.sections()?);
        Ok(Index::of_image(Image::Owned(image.into()), columns))
    }

    fn sections(mut self) -> Result<[Packed; SECTIONS]> {
        let mut sections: [Packed; SECTIONS] = std::array::from_fn(|_| Packed::default());
        let (texts, literals) = self.sort_texts(&mut sections);
        let triples = self.sort_triple_terms(&texts, &mut sections)?;
        let number = |term: u32| match term & TRIPLE {
            0 => texts[term as usize],
            _ => triples[(term ^ TRIPLE) as usize],
        };
        let mut graphs: Vec<u32> = self.quads.iter().map(|quad| quad[3]).collect();
        graphs.sort_unstable();
        graphs.dedup();
        let mut graphs: Vec<u32> = graphs
            .into_iter()
            .filter(|&graph| graph != DEFAULT_GRAPH)
            .map(number)
            .collect();
        graphs.sort_unstable();
        let graph_number = |graph| match graph {
            DEFAULT_GRAPH => 0,
            graph => graphs.partition_point(|&g| g < number(graph)) as u32 + 1,
        };
        for [s, p, o, graph] in &mut self.quads {
            *graph = graph_number(*graph);
            [*s, *p, *o] = [*s, *p, *o].map(number);
        }
        self.quads.sort_unstable();
        self.quads.dedup();
        let nodes = literals..texts.len() as u32;
        let terms = texts.len() + triples.len();
        permutations(&self.quads, nodes, terms, graphs.len(), &mut sections);
        sections[Section::Graphs as usize] = Packed::column(&graphs);
        let mut prefixes = Vec::new();
        for text in self.prefixes.iter().flat_map(|(name, iri)| [name, iri]) {
            push_front_coded(text.as_bytes(), None, &mut prefixes);
        }
        sections[Section::Prefixes as usize] = Packed::bytes(prefixes);
        sections[Section::Search as usize] = Packed::bytes(self.search);
        Ok(sections)
    }

    /// Writes the dictionary of texts; gives the id of each text by its number here, and how many are literals.
    fn sort_texts(&self, sections: &mut [Packed; SECTIONS]) -> (Vec<u32>, u32) {
        let mut by_name: Vec<u32> = (0..self.classes.len() as u32).collect();
        by_name.sort_unstable_by_key(|&class| &self.classes[class as usize]);
        // Literals by the name of their class, then IRIs, then blank nodes.
        let mut rank = vec![0; self.classes.len() + 2];
        for (at, &class) in by_name.iter().enumerate() {
            rank[class as usize + 2] = at as u32;
        }
        rank[IRI_CLASS as usize] = self.classes.len() as u32;
        rank[BLANK_CLASS as usize] = self.classes.len() as u32 + 1;
        let mut order: Vec<(u32, u32)> = (0..self.texts.len() as u32)
            .map(|number| (rank[self.texts.class(number) as usize], number))
            .collect();
        order
            .sort_unstable_by(|a, b| (a.0, self.texts.text(a.1)).cmp(&(b.0, self.texts.text(b.1))));

        let mut ids = vec![0; order.len()];
        let mut class_starts = vec![0_u32; rank.len() + 1];
        let (mut blocks, mut text) = (vec![0], Vec::new());
        let mut before = None;
        for (id, &(class, number)) in order.iter().enumerate() {
            ids[number as usize] = id as u32;
            class_starts[class as usize + 1] = id as u32 + 1;
            if id > 0 && id.is_multiple_of(BLOCK) {
                blocks.push(text.len() as u64);
                before = None;
            }
            let this = self.texts.text(number);
            push_front_coded(this, before, &mut text);
            before = Some(this);
        }
        blocks.push(text.len() as u64);
        // A class that nothing is in starts where the one before ends.
        for class in 1..class_starts.len() {
            class_starts[class] = class_starts[class].max(class_starts[class - 1]);
        }
        let names = by_name
            .iter()
            .map(|&class| self.classes[class as usize].as_str());
        let (mut name_ends, mut class_names) = (Vec::new(), Vec::new());
        for name in names.chain([IRIS, BLANKS]) {
            class_names.extend_from_slice(name.as_bytes());
            name_ends.push(class_names.len() as u64);
        }
        sections[Section::ClassStarts as usize] = Packed::column(&class_starts);
        sections[Section::ClassNameEnds as usize] = Packed::column(&name_ends);
        sections[Section::ClassNames as usize] = Packed::bytes(class_names);
        sections[Section::BlockStarts as usize] = Packed::column(&blocks);
        sections[Section::Text as usize] = Packed::bytes(text);
        (ids, class_starts[self.classes.len()])
    }

    /// Writes the triple terms; gives the id of each by its number here.
    fn sort_triple_terms(
        &self,
        texts: &[u32],
        sections: &mut [Packed; SECTIONS],
    ) -> Result<Vec<u32>> {
        let terms = texts.len() + self.triples.len();
        if u32::try_from(terms).is_err() {
            return Err(too_many_terms());
        }
        let mut ids = vec![0; self.triples.len()];
        let mut columns: [Vec<u32>; 3] = Default::default();
        let mut depths = vec![0];
        let deepest = self
            .triples
            .iter()
            .map(|term| term.depth + 1)
            .max()
            .unwrap_or(0);
        // The shallow first, so that what a term contains is numbered before it.
        for depth in 0..deepest {
            let numbers = 0..self.triples.len();
            let mut level: Vec<([u32; 3], usize)> = numbers
                .filter(|&number| self.triples[number].depth == depth)
                .map(|number| {
                    let components =
                        self.triples[number]
                            .components
                            .map(|term| match term & TRIPLE {
                                0 => texts[term as usize],
                                _ => ids[(term ^ TRIPLE) as usize],
                            });
                    (components, number)
                })
                .collect();
            level.sort_unstable();
            for (components, number) in level {
                ids[number] = (texts.len() + columns[0].len()) as u32;
                for (column, component) in columns.iter_mut().zip(components) {
                    column.push(component);
                }
            }
            depths.push(columns[0].len() as u64);
        }
        for (column, section) in columns.iter().zip([
            Section::TermSubjects,
            Section::TermPredicates,
            Section::TermObjects,
        ]) {
            sections[section as usize] = Packed::column(column);
        }
        sections[Section::TermDepths as usize] = Packed::column(&depths);
        Ok(ids)
    }
}

/// Writes the triples in their three orders, from sorted distinct quads of ids and graph numbers.
///
/// `nodes` are the ids that can be subjects, of `terms` in all; `named` counts the named graphs.
fn permutations(
    quads: &[[u32; 4]],
    nodes: Range<u32>,
    terms: usize,
    named: usize,
    sections: &mut [Packed; SECTIONS],
) {
    let mut put = |section: Section, packed| sections[section as usize] = packed;
    let mut predicates: Vec<u32> = quads.iter().map(|quad| quad[1]).collect();
    predicates.sort_unstable();
    predicates.dedup();
    let rank = |p: u32| predicates.partition_point(|&other| other < p) as u32;

    let mut sets = GraphSets::new(named);
    let mut spo = Triples::default();
    for triple in quads.chunk_by(|a, b| a[..3] == b[..3]) {
        let [s, p, o, _] = triple[0];
        let set = sets.number(triple.iter().map(|quad| quad[3]), spo.len());
        spo.push([s, rank(p), o], set);
    }
    put(Section::Predicates, Packed::column(&predicates));
    sets.write(&mut put, spo.len());

    put(Section::SpoPredicates, Packed::column(&spo.p));
    put(Section::SpoObjects, Packed::column(&spo.o));
    put(Section::SpoGraphs, Packed::column(&spo.sets));
    let subjects = spo.s.iter().map(|s| s - nodes.start);
    put(
        Section::SpoStarts,
        Packed::column(&starts(subjects, nodes.len())),
    );

    // Each order is a stable sort of the one before.
    let pso_starts = starts(spo.p.iter().copied(), predicates.len());
    let pso = spo.scatter(&spo.p, &pso_starts);
    put(Section::PsoStarts, Packed::column(&pso_starts));
    put(Section::PsoSubjects, Packed::column(&pso.s));
    put(Section::PsoObjects, Packed::column(&pso.o));
    put(Section::PsoGraphs, Packed::column(&pso.sets));
    let mut distinct = vec![0_u32; predicates.len()];
    for i in 0..pso.len() {
        let repeats = i > 0 && (pso.p[i - 1], pso.s[i - 1]) == (pso.p[i], pso.s[i]);
        distinct[pso.p[i] as usize] += u32::from(!repeats);
    }
    put(Section::DistinctSubjects, Packed::column(&distinct));

    let ops_starts = starts(pso.o.iter().copied(), terms);
    let ops = pso.scatter(&pso.o, &ops_starts);
    put(Section::OpsStarts, Packed::column(&ops_starts));
    put(Section::OpsPredicates, Packed::column(&ops.p));
    put(Section::OpsSubjects, Packed::column(&ops.s));
    put(Section::OpsGraphs, Packed::column(&ops.sets));
    distinct.fill(0);
    for i in 0..ops.len() {
        let repeats = i > 0 && (ops.p[i - 1], ops.o[i - 1]) == (ops.p[i], ops.o[i]);
        distinct[ops.p[i] as usize] += u32::from(!repeats);
    }
    put(Section::DistinctObjects, Packed::column(&distinct));
}

/// Distinct triples in some order, as columns, and the number of the set of graphs that each is in.
#[derive(Default)]
struct Triples {
    s: Vec<u32>,
    p: Vec<u32>,
    o: Vec<u32>,
    sets: Vec<u32>,
}

impl Triples {
    fn len(&self) -> usize {
        self.s.len()
    }

    fn push(&mut self, [s, p, o]: [u32; 3], set: u32) {
        self.s.push(s);
        self.p.push(p);
        self.o.push(o);
        self.sets.push(set);
    }

    /// The same triples sorted by `key`, equal keys in the order of now.
    fn scatter(&self, key: &[u32], starts: &[u64]) -> Self {
        let mut next = starts.to_vec();
        let target: Vec<usize> = key
            .iter()
            .map(|&key| {
                let at = &mut next[key as usize];
                *at += 1;
                *at as usize - 1
            })
            .collect();
        let move_to = |column: &[u32]| {
            let mut moved = vec![0; column.len()];
            for (&to, &value) in target.iter().zip(column) {
                moved[to] = value;
            }
            moved
        };
        Self {
            s: move_to(&self.s),
            p: move_to(&self.p),
            o: move_to(&self.o),
            sets: move_to(&self.sets),
        }
    }
}

/// Where each of `keys` keys starts when `column` is sorted, and the length of the column.
fn starts(column: impl Iterator<Item = u32>, keys: usize) -> Vec<u64> {
    let mut starts = vec![0; keys + 1];
    for key in column {
        starts[key as usize + 1] += 1;
    }
    for key in 0..keys {
        starts[key + 1] += starts[key];
    }
    starts
}

/// The sets of graphs that triples are in, and the triples of each graph.
struct GraphSets {
    numbers: HashMap<Vec<u32>, u32, foldhash::fast::RandomState>,
    sets: Vec<Vec<u32>>,
    /// Positions by graph; nothing while all triples are in the default graph alone.
    positions: Vec<Vec<u64>>,
}

impl GraphSets {
    fn new(named: usize) -> Self {
        let mut sets = Self {
            numbers: HashMap::default(),
            sets: Vec::new(),
            positions: match named {
                0 => Vec::new(),
                named => vec![Vec::new(); named + 1],
            },
        };
        sets.number_of(vec![0]);
        sets
    }

    /// The number of the set of these graphs, ascending, of the triple at that position.
    fn number(&mut self, graphs: impl Iterator<Item = u32>, position: usize) -> u32 {
        if self.positions.is_empty() {
            return 0;
        }
        let graphs: Vec<u32> = graphs.collect();
        for &graph in &graphs {
            self.positions[graph as usize].push(position as u64);
        }
        self.number_of(graphs)
    }

    fn number_of(&mut self, graphs: Vec<u32>) -> u32 {
        let next = self.sets.len() as u32;
        *self.numbers.entry(graphs).or_insert_with_key(|graphs| {
            self.sets.push(graphs.clone());
            next
        })
    }

    fn write(self, put: &mut impl FnMut(Section, Packed), triples: usize) {
        put(Section::SetStarts, Packed::column(&list_starts(&self.sets)));
        put(Section::SetGraphs, Packed::column(&self.sets.concat()));
        if !self.positions.is_empty() {
            put(
                Section::GraphStarts,
                Packed::column(&list_starts(&self.positions)),
            );
            let positions = self.positions.concat().into_iter();
            put(
                Section::GraphPositions,
                Packed::iter(positions, triples as u64),
            );
        }
    }
}

/// Where each list starts when they stand one after the other, and where the last ends.
fn list_starts<T>(lists: &[Vec<T>]) -> Vec<u64> {
    let mut starts = vec![0];
    let mut end = 0;
    for list in lists {
        end += list.len() as u64;
        starts.push(end);
    }
    starts
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
