//! The three orders of triples, and which graphs each triple is in.

use std::collections::HashMap;

use super::super::layout::{Packed, Section};
use super::merge::{Numbers, Part};
use super::{DEFAULT_GRAPH, Sink, both, each, threads, too_much};
use crate::cancel;
use crate::error::Result;

/// Writes the triples of all parts, each once, in three orders.
pub(super) fn permutations(
    parts: Vec<Part>,
    numbers: &Numbers,
    many: bool,
    sink: &mut Sink<'_>,
) -> Result<()> {
    let named = parts.iter().any(|part| !part.graphs.is_empty());
    let mut parts = each(many, parts, Renumbered::new);
    let predicates = Predicates::new(&parts, numbers);
    sink(Section::Predicates, Packed::column(&predicates.ids))?;

    let mut spo = by_subject(&parts, numbers, &predicates)?;
    if !named {
        parts = Vec::new();
    }
    sort_groups(&mut spo, many);
    let graphs = Graphs::new(&parts, &spo, numbers, &predicates);
    drop(parts);
    let sets = graphs.write(sink)?;
    let triples = spo.pairs.len();

    let (columns, (pso, pso_sets)) = both(
        many,
        || spo.pack(),
        || by_predicate(&spo, &sets, numbers, predicates.ids.len()),
    );
    columns.write(
        [
            Section::SpoStarts,
            Section::SpoPredicates,
            Section::SpoObjects,
        ],
        sink,
    )?;
    sink(Section::SpoGraphs, sets_column(&sets, triples))?;
    drop((spo, sets));

    let ((columns, subjects), (ops, ops_sets)) = both(
        many,
        || {
            (
                pso.pack(),
                pso.groups()
                    .map(|(_, pairs)| distinct(pairs))
                    .collect::<Vec<_>>(),
            )
        },
        || by_object(&pso, &pso_sets, numbers.terms),
    );
    columns.write(
        [
            Section::PsoStarts,
            Section::PsoSubjects,
            Section::PsoObjects,
        ],
        sink,
    )?;
    sink(Section::PsoGraphs, sets_column(&pso_sets, triples))?;
    sink(Section::DistinctSubjects, Packed::column(&subjects))?;
    drop((pso, pso_sets));

    let (columns, objects) = both(
        many,
        || ops.pack(),
        || distinct_objects(&ops, predicates.ids.len()),
    );
    columns.write(
        [
            Section::OpsStarts,
            Section::OpsPredicates,
            Section::OpsSubjects,
        ],
        sink,
    )?;
    sink(Section::OpsGraphs, sets_column(&ops_sets, triples))?;
    sink(Section::DistinctObjects, Packed::column(&objects))
}

/// Quads of ids.
struct Renumbered {
    quads: Vec<[u32; 3]>,
    /// The name of the graph of each quad, as far as any is in a named graph.
    graphs: Vec<u32>,
}

impl Renumbered {
    fn new(mut part: Part) -> Self {
        let mut quads = std::mem::take(&mut part.quads);
        for quad in &mut quads {
            cancel::poll();
            *quad = quad.map(|number| part.id(number));
        }
        let mut graphs = std::mem::take(&mut part.graphs);
        for graph in &mut graphs {
            if *graph != DEFAULT_GRAPH {
                *graph = part.id(*graph);
            }
        }
        Self { quads, graphs }
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
        let first_node = numbers.nodes.start;
        let mut ranks = vec![u32::MAX; numbers.nodes.len()];
        for [_, p, _] in parts.iter().flat_map(|part| &part.quads) {
            ranks[(p - first_node) as usize] = 0;
        }
        let mut ids = Vec::new();
        for (id, rank) in numbers.nodes.clone().zip(&mut ranks) {
            if *rank == 0 {
                *rank = ids.len() as u32;
                ids.push(id);
            }
        }
        Self {
            ids,
            ranks,
            first_node,
        }
    }

    #[inline]
    fn rank(&self, p: u32) -> u32 {
        self.ranks[(p - self.first_node) as usize]
    }
}

/// Two numbers in one, ordered by the first.
#[inline]
fn pair(first: u32, second: u32) -> u64 {
    u64::from(first) << 32 | u64::from(second)
}

#[inline]
fn first(pair: u64) -> u32 {
    (pair >> 32) as u32
}

#[inline]
fn second(pair: u64) -> u32 {
    pair as u32
}

/// Triples grouped by one of their parts: where each group starts, and the other two parts of each triple.
struct Grouped {
    starts: Vec<u64>,
    pairs: Vec<u64>,
}

/// A [`Grouped`] as columns.
struct Columns {
    starts: Packed,
    firsts: Packed,
    seconds: Packed,
}

impl Grouped {
    /// Empty places for groups of these sizes.
    fn new(mut sizes: Vec<u64>) -> Self {
        let mut sum = 0;
        for size in &mut sizes {
            sum += std::mem::replace(size, sum);
        }
        sizes.push(sum);
        Self {
            pairs: vec![0; sum as usize],
            starts: sizes,
        }
    }

    fn groups(&self) -> impl Iterator<Item = (u32, &[u64])> {
        let groups = (0..).zip(self.starts.windows(2));
        groups.map(|(group, ends)| (group, &self.pairs[ends[0] as usize..ends[1] as usize]))
    }

    fn pack(&self) -> Columns {
        let (mut firsts, mut seconds) = (0, 0);
        for &pair in &self.pairs {
            firsts |= first(pair);
            seconds |= second(pair);
        }
        // Of the greatest value only the width matters.
        Columns {
            starts: Packed::column(&self.starts),
            firsts: Packed::iter(self.pairs.iter().map(|&p| first(p).into()), firsts.into()),
            seconds: Packed::iter(self.pairs.iter().map(|&p| second(p).into()), seconds.into()),
        }
    }
}

impl Columns {
    fn write(self, [starts, firsts, seconds]: [Section; 3], sink: &mut Sink<'_>) -> Result<()> {
        sink(starts, self.starts)?;
        sink(firsts, self.firsts)?;
        sink(seconds, self.seconds)
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
    for [s, _, _] in quads() {
        sizes[(s - numbers.nodes.start) as usize] += 1;
    }
    let mut spo = Grouped::new(sizes);
    let mut next = spo.starts.clone();
    for &[s, p, o] in quads() {
        cancel::poll();
        let at = &mut next[(s - numbers.nodes.start) as usize];
        spo.pairs[*at as usize] = pair(predicates.rank(p), o);
        *at += 1;
    }
    Ok(spo)
}

/// Sorts each group and takes repetitions out.
fn sort_groups(spo: &mut Grouped, many: bool) {
    let shares = if many { threads() } else { 1 };
    let share = spo.pairs.len().div_ceil(shares).max(1) as u64;
    let (mut pairs, mut pieces) = (&mut spo.pairs[..], Vec::new());
    let (mut from, mut begin) = (0, 0);
    for group in 1..spo.starts.len() {
        let end = spo.starts[group];
        if end - begin >= share || group + 1 == spo.starts.len() {
            let (piece, rest) = pairs.split_at_mut((end - begin) as usize);
            pieces.push((&spo.starts[from..=group], piece));
            (pairs, from, begin) = (rest, group, end);
        }
    }
    each(many, pieces, |(starts, pairs)| {
        for ends in starts.windows(2) {
            cancel::poll();
            pairs[(ends[0] - starts[0]) as usize..(ends[1] - starts[0]) as usize].sort_unstable();
        }
    });
    let (mut kept, mut begin) = (0, 0);
    for group in 1..spo.starts.len() {
        let group_start = kept;
        for at in begin..spo.starts[group] as usize {
            let pair = spo.pairs[at];
            if kept == group_start || spo.pairs[kept - 1] != pair {
                spo.pairs[kept] = pair;
                kept += 1;
            }
        }
        begin = spo.starts[group] as usize;
        spo.starts[group] = kept as u64;
    }
    spo.pairs.truncate(kept);
}

/// Subjects and objects by rank, in the order of subjects.
fn by_predicate(
    spo: &Grouped,
    sets: &[u32],
    numbers: &Numbers,
    predicates: usize,
) -> (Grouped, Vec<u32>) {
    let mut sizes = vec![0; predicates];
    for &pair in &spo.pairs {
        sizes[first(pair) as usize] += 1;
    }
    let triples = spo.groups().flat_map(|(group, pairs)| {
        let s = group + numbers.nodes.start;
        pairs
            .iter()
            .map(move |&po| (first(po), pair(s, second(po))))
    });
    scatter(sizes, triples, sets)
}

/// Ranks and subjects by object, in the order of predicates.
fn by_object(pso: &Grouped, sets: &[u32], terms: usize) -> (Grouped, Vec<u32>) {
    let mut sizes = vec![0; terms];
    for &pair in &pso.pairs {
        sizes[second(pair) as usize] += 1;
    }
    let triples = pso.groups().flat_map(|(rank, pairs)| {
        pairs
            .iter()
            .map(move |&so| (second(so), pair(rank, first(so))))
    });
    scatter(sizes, triples, sets)
}

/// Groups triples of a key and the rest, keeping their order in each group; their sets of graphs move along.
fn scatter(
    sizes: Vec<u64>,
    triples: impl Iterator<Item = (u32, u64)>,
    sets: &[u32],
) -> (Grouped, Vec<u32>) {
    let mut grouped = Grouped::new(sizes);
    let mut next = grouped.starts.clone();
    let mut moved = vec![0; sets.len()];
    for (i, (key, rest)) in triples.enumerate() {
        cancel::poll();
        let at = &mut next[key as usize];
        grouped.pairs[*at as usize] = rest;
        if let Some(&set) = sets.get(i) {
            moved[*at as usize] = set;
        }
        *at += 1;
    }
    (grouped, moved)
}

/// How many values the first halves of sorted pairs have.
fn distinct(pairs: &[u64]) -> u64 {
    pairs.chunk_by(|&a, &b| first(a) == first(b)).count() as u64
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

/// The numbers of sets, of which there are none where every triple is in set 0.
fn sets_column(sets: &[u32], triples: usize) -> Packed {
    match sets {
        [] => Packed {
            len: triples,
            ..Packed::default()
        },
        sets => Packed::column(sets),
    }
}

/// The named graphs, and for each triple by position each graph that it is in.
struct Graphs {
    names: Vec<u32>,
    memberships: Vec<u64>,
}

impl Graphs {
    fn new(
        parts: &[Renumbered],
        spo: &Grouped,
        numbers: &Numbers,
        predicates: &Predicates,
    ) -> Self {
        let names = parts.iter().flat_map(|part| &part.graphs).copied();
        let mut names: Vec<u32> = names.filter(|&graph| graph != DEFAULT_GRAPH).collect();
        names.sort_unstable();
        names.dedup();
        let quads = parts.iter().flat_map(Renumbered::with_graphs);
        let mut memberships: Vec<u64> = quads
            .map(|([s, p, o], graph)| {
                cancel::poll();
                let group = (s - numbers.nodes.start) as usize;
                let (start, end) = (spo.starts[group] as usize, spo.starts[group + 1] as usize);
                let wanted = pair(predicates.rank(p), o);
                let at = start + spo.pairs[start..end].partition_point(|&other| other < wanted);
                let number = match graph {
                    DEFAULT_GRAPH => 0,
                    name => names.partition_point(|&other| other < name) as u32 + 1,
                };
                pair(at as u32, number)
            })
            .collect();
        memberships.sort_unstable();
        memberships.dedup();
        Self { names, memberships }
    }

    /// Writes graphs and sets; gives the set of each triple, or nothing where all are in the default graph alone.
    fn write(&self, sink: &mut Sink<'_>) -> Result<Vec<u32>> {
        sink(Section::Graphs, Packed::column(&self.names))?;
        let mut sets = vec![vec![0]];
        let mut known: HashMap<Vec<u32>, u32> = HashMap::from([(vec![0], 0)]);
        let mut set_of = Vec::new();
        let (mut graph_starts, mut positions) = (Packed::default(), Packed::default());
        if !self.names.is_empty() {
            for triple in self.memberships.chunk_by(|&a, &b| first(a) == first(b)) {
                let graphs: Vec<u32> = triple.iter().map(|&pair| second(pair)).collect();
                let set = *known.entry(graphs).or_insert_with_key(|graphs| {
                    sets.push(graphs.clone());
                    sets.len() as u32 - 1
                });
                set_of.push(set);
            }
            let mut sizes = vec![0; self.names.len() + 1];
            for &pair in &self.memberships {
                sizes[second(pair) as usize] += 1;
            }
            let members = self.memberships.iter();
            let members = members.map(|&pair| (second(pair), first(pair).into()));
            let (graphs, _) = scatter(sizes, members, &[]);
            graph_starts = Packed::column(&graphs.starts);
            positions = Packed::column(&graphs.pairs);
        }
        sink(Section::GraphStarts, graph_starts)?;
        sink(Section::GraphPositions, positions)?;
        let mut starts = vec![0];
        for set in &sets {
            starts.push(starts[starts.len() - 1] + set.len() as u64);
        }
        sink(Section::SetStarts, Packed::column(&starts))?;
        sink(Section::SetGraphs, Packed::column(&sets.concat()))?;
        Ok(set_of)
    }
}
