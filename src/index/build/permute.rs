//! The three orders of triples, and which graphs each triple is in.

use std::collections::HashMap;

use super::super::layout::{Packed, Section};
use super::merge::{Numbers, Part};
use super::{DEFAULT_GRAPH, Sink, both, each, threads, too_much};
use crate::cancel;
use crate::error::Result;

/// Writes the triples of all parts, each once, by subject and by predicate. The order by object is left for later.
pub(super) fn permutations(
    parts: Vec<Part>,
    numbers: Numbers,
    many: bool,
    sink: &mut Sink<'_>,
) -> Result<Rest> {
    let named = parts.iter().any(|part| !part.graphs.is_empty());
    let mut parts = each(many, parts, Renumbered::new);
    let predicates = Predicates::new(&parts, &numbers);
    sink(Section::Predicates, Packed::column(&predicates.ids))?;

    let mut spo = by_subject(&parts, &numbers, &predicates)?;
    if !named {
        parts = Vec::new();
    }
    sort_groups(&mut spo, many);
    drop_repetitions(&mut spo);
    let graphs = Graphs::new(&parts, &spo, &numbers, &predicates);
    drop(parts);
    let sets = graphs.write(sink)?;
    let predicates = predicates.ids.len();

    let (columns, by_predicate) = both(many, || spo.pack(), || ByPredicate::new(&spo, predicates));
    columns.write(
        [
            Section::SpoStarts,
            Section::SpoPredicates,
            Section::SpoObjects,
        ],
        sink,
    )?;
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
    fn new(sizes: Vec<u64>) -> Self {
        let mut starts = sizes;
        sums(&mut starts);
        Self {
            pairs: vec![0; starts[starts.len() - 1] as usize],
            starts,
        }
    }

    /// Where a pair stands that is in a sorted group.
    fn position(&self, group: u32, pair: u64) -> usize {
        let group = group as usize;
        let (start, end) = (self.starts[group] as usize, self.starts[group + 1] as usize);
        start + self.pairs[start..end].partition_point(|&other| other < pair)
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

/// Turns sizes into starts, and the end of all behind them.
fn sums(sizes: &mut Vec<u64>) {
    let mut sum = 0;
    for size in sizes.iter_mut() {
        sum += std::mem::replace(size, sum);
    }
    sizes.push(sum);
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
    let triples = quads().map(|&[s, p, o]| (s - numbers.nodes.start, pair(predicates.rank(p), o)));
    Ok(scatter(sizes, triples))
}

/// Sorts each group.
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
}

/// Takes repetitions out of sorted groups.
fn drop_repetitions(spo: &mut Grouped) {
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

/// Groups pairs by a key each, keeping their order in each group.
fn scatter(sizes: Vec<u64>, pairs: impl Iterator<Item = (u32, u64)>) -> Grouped {
    let mut grouped = Grouped::new(sizes);
    let mut next = grouped.starts.clone();
    for (key, pair) in pairs {
        cancel::poll();
        let at = &mut next[key as usize];
        grouped.pairs[*at as usize] = pair;
        *at += 1;
    }
    grouped
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
                let po = pair(predicates.rank(p), o);
                let at = spo.position(s - numbers.nodes.start, po);
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
            let graphs = scatter(sizes, members);
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
