//! The three orders of triples.

use super::super::layout::{Packed, Section};
use super::merge::{Numbers, Part};
use super::{DEFAULT_GRAPH, Sink, both, each, too_much};
use crate::cancel;
use crate::error::Result;
use graphs::{Graphs, sets_column};
use grouped::{
    Columns, Grouped, drop_repetitions, first, pair, scatter, second, sort_groups, sums,
};

mod graphs;
mod grouped;

/// Writes the triples of all parts, each once, by subject and by predicate, and the dictionary's `text` meanwhile.
/// The order by object is left for later.
pub(super) fn permutations(
    parts: Vec<Part>,
    numbers: Numbers,
    text: Packed,
    many: bool,
    sink: &mut Sink<'_>,
) -> Result<Rest> {
    let named = parts.iter().any(|part| !part.graphs.is_empty());
    let mut parts = each(many, parts, |part| Renumbered::new(part, &numbers));
    let predicates = Predicates::new(&parts, &numbers);
    sink(Section::Predicates, Packed::column(&predicates.ids))?;

    let (written, spo) = both(
        many,
        || sink(Section::Text, text),
        || by_subject(&parts, &numbers, &predicates),
    );
    written?;
    let mut spo = spo?;
    if !named {
        parts = Vec::new();
    }
    if sort_groups(&mut spo, many) {
        drop_repetitions(&mut spo);
    }
    let graphs = Graphs::new(&parts, &spo, &numbers, &predicates);
    drop(parts);
    let sets = graphs.write(sink)?;
    let predicates = predicates.ids.len();

    let columns = [
        Section::SpoStarts,
        Section::SpoPredicates,
        Section::SpoObjects,
    ];
    let (written, by_predicate) = both(
        many,
        || spo.pack().write(columns, sink),
        || ByPredicate::new(&spo, predicates),
    );
    written?;
    sink(Section::SpoGraphs, sets_column(&sets, spo.pairs.len()))?;
    by_predicate.write(sink)?;
    Ok(Rest {
        spo,
        sets,
        numbers,
        predicates,
        many,
    })
}

/// What is left to be done: the order by object.
pub(super) struct Rest {
    spo: Grouped,
    sets: Vec<u32>,
    numbers: Numbers,
    predicates: usize,
    many: bool,
}

/// The order by object, made and not yet written.
pub(super) struct ByObject {
    columns: Columns,
    sets: Packed,
    distinct: Vec<u64>,
    objects: FewObjects,
}

impl Rest {
    /// Whether it is worth a thread.
    pub fn is_large(&self) -> bool {
        self.many
    }

    /// Orders the triples by object.
    pub fn by_object(self) -> ByObject {
        let mut sizes = vec![0; self.numbers.terms];
        for &pair in &self.spo.pairs {
            sizes[second(pair) as usize] += 1;
        }
        let triples = self.spo.groups().flat_map(|(group, pairs)| {
            let s = group + self.numbers.nodes.start;
            let place = move |&po| (second(po), pair(first(po), s));
            pairs.iter().map(place)
        });
        let mut ops = scatter(sizes, triples);
        let sets = self.sets_by_object(&mut ops);
        drop(self.spo);
        let distinct = distinct_objects(&ops, self.predicates);
        ByObject {
            sets: sets_column(&sets, ops.pairs.len()),
            objects: FewObjects::new(&ops, &distinct),
            distinct,
            columns: ops.pack(),
        }
    }

    /// Sorts each object's triples; gives the set of each.
    fn sets_by_object(&self, ops: &mut Grouped) -> Vec<u32> {
        sort_groups(ops, self.many);
        if self.sets.is_empty() {
            return Vec::new();
        }
        let triples = ops.groups().flat_map(|(o, pairs)| {
            let place = move |&ps| (second(ps), pair(first(ps), o));
            pairs.iter().map(place)
        });
        let set = |(s, po)| {
            cancel::poll();
            self.sets[self.spo.position(s - self.numbers.nodes.start, po)]
        };
        triples.map(set).collect()
    }
}

impl ByObject {
    pub fn write(self, sink: &mut Sink<'_>) -> Result<()> {
        self.columns.write(
            [
                Section::OpsStarts,
                Section::OpsPredicates,
                Section::OpsSubjects,
            ],
            sink,
        )?;
        sink(Section::OpsGraphs, self.sets)?;
        sink(Section::DistinctObjects, Packed::column(&self.distinct))?;
        sink(Section::ObjectStarts, Packed::column(&self.objects.starts))?;
        sink(Section::FewObjects, Packed::column(&self.objects.ids))
    }
}

/// The positions of each predicate's triples, ascending.
struct ByPredicate {
    starts: Vec<u64>,
    positions: Packed,
    /// How many subjects each predicate has.
    subjects: Vec<u64>,
}

impl ByPredicate {
    fn new(spo: &Grouped, predicates: usize) -> Self {
        let (mut starts, mut subjects) = (vec![0; predicates], vec![0; predicates]);
        for (_, pairs) in spo.groups() {
            for run in pairs.chunk_by(|&a, &b| first(a) == first(b)) {
                starts[first(run[0]) as usize] += run.len() as u64;
                subjects[first(run[0]) as usize] += 1;
            }
        }
        sums(&mut starts);
        let mut next = starts.clone();
        let mut positions = vec![0_u32; spo.pairs.len()];
        for (position, &pair) in (0..).zip(&spo.pairs) {
            cancel::poll();
            let at = &mut next[first(pair) as usize];
            positions[*at as usize] = position;
            *at += 1;
        }
        Self {
            starts,
            positions: Packed::column(&positions),
            subjects,
        }
    }

    fn write(self, sink: &mut Sink<'_>) -> Result<()> {
        sink(Section::PsoStarts, Packed::column(&self.starts))?;
        sink(Section::PsoPositions, self.positions)?;
        sink(Section::DistinctSubjects, Packed::column(&self.subjects))
    }
}

/// Quads of ids.
struct Renumbered {
    quads: Vec<[u32; 3]>,
    /// The name of the graph of each quad, as far as any is in a named graph.
    graphs: Vec<u32>,
    /// How many quads each node is the subject of, and whether it is a predicate of any.
    sizes: Vec<u32>,
    is_predicate: Vec<bool>,
}

impl Renumbered {
    fn new(mut part: Part, numbers: &Numbers) -> Self {
        let mut quads = std::mem::take(&mut part.quads);
        let mut sizes = vec![0; numbers.nodes.len()];
        let mut is_predicate = vec![false; numbers.nodes.len()];
        for quad in &mut quads {
            cancel::poll();
            *quad = quad.map(|number| part.id(number));
            sizes[(quad[0] - numbers.nodes.start) as usize] += 1;
            is_predicate[(quad[1] - numbers.nodes.start) as usize] = true;
        }
        let mut graphs = std::mem::take(&mut part.graphs);
        for graph in &mut graphs {
            if *graph != DEFAULT_GRAPH {
                *graph = part.id(*graph);
            }
        }
        Self {
            quads,
            graphs,
            sizes,
            is_predicate,
        }
    }

    /// The quads with the names of their graphs; nothing where all quads of all parts are in the default graph.
    fn with_graphs(&self) -> impl Iterator<Item = ([u32; 3], u32)> {
        let graphs = self.graphs.iter().copied();
        let graphs = graphs.chain(std::iter::repeat(DEFAULT_GRAPH));
        self.quads.iter().copied().zip(graphs)
    }
}

/// The predicates and their ranks.
struct Predicates {
    ids: Vec<u32>,
    /// By node; the greatest number for what is no predicate.
    ranks: Vec<u32>,
    first_node: u32,
}

impl Predicates {
    fn new(parts: &[Renumbered], numbers: &Numbers) -> Self {
        let mut ranks = vec![u32::MAX; numbers.nodes.len()];
        let mut ids = Vec::new();
        for (node, (id, rank)) in numbers.nodes.clone().zip(&mut ranks).enumerate() {
            if parts.iter().any(|part| part.is_predicate[node]) {
                *rank = ids.len() as u32;
                ids.push(id);
            }
        }
        Self {
            ids,
            ranks,
            first_node: numbers.nodes.start,
        }
    }

    #[inline]
    fn rank(&self, p: u32) -> u32 {
        self.ranks[(p - self.first_node) as usize]
    }
}

/// Ranks and objects by subject, unsorted and with repetitions.
fn by_subject(parts: &[Renumbered], numbers: &Numbers, predicates: &Predicates) -> Result<Grouped> {
    let quads = || parts.iter().flat_map(|part| &part.quads);
    if u32::try_from(parts.iter().map(|part| part.quads.len()).sum::<usize>()).is_err() {
        return Err(too_much(
            "more than four thousand million triples in one index".to_owned(),
        ));
    }
    let mut sizes = vec![0; numbers.nodes.len()];
    for part in parts {
        for (size, &more) in sizes.iter_mut().zip(&part.sizes) {
            *size += u64::from(more);
        }
    }
    let triples = quads().map(|&[s, p, o]| (s - numbers.nodes.start, pair(predicates.rank(p), o)));
    Ok(scatter(sizes, triples))
}

/// The objects of those predicates that have few, by rank.
struct FewObjects {
    starts: Vec<u64>,
    ids: Vec<u32>,
}

/// So many times a predicate's triples are more than its objects where these are listed.
const FEW: u64 = 16;

impl FewObjects {
    fn new(ops: &Grouped, distinct: &[u64]) -> Self {
        let mut counts = vec![0_u64; distinct.len()];
        for &pair in &ops.pairs {
            counts[first(pair) as usize] += 1;
        }
        let few = distinct.iter().zip(&counts);
        let few: Vec<bool> = few
            .map(|(distinct, count)| distinct * FEW <= *count)
            .collect();
        let mut starts: Vec<u64> = distinct.to_vec();
        for (size, &few) in starts.iter_mut().zip(&few) {
            *size *= u64::from(few);
        }
        sums(&mut starts);
        let mut next = starts.clone();
        let mut ids = vec![0; starts[starts.len() - 1] as usize];
        for (o, pairs) in ops.groups() {
            for run in pairs.chunk_by(|&a, &b| first(a) == first(b)) {
                let rank = first(run[0]) as usize;
                if few[rank] {
                    ids[next[rank] as usize] = o;
                    next[rank] += 1;
                }
            }
        }
        Self { starts, ids }
    }
}

fn distinct_objects(ops: &Grouped, predicates: usize) -> Vec<u64> {
    let mut distinct = vec![0; predicates];
    for (_, pairs) in ops.groups() {
        for run in pairs.chunk_by(|&a, &b| first(a) == first(b)) {
            distinct[first(run[0]) as usize] += 1;
        }
    }
    distinct
}
