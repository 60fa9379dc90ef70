//! Which graphs each triple is in.

use std::collections::HashMap;

use super::super::super::layout::{Packed, Section};
use super::super::merge::Numbers;
use super::super::{DEFAULT_GRAPH, Sink};
use super::grouped::{Grouped, first, pair, scatter, second};
use super::{Predicates, Renumbered};
use crate::cancel;
use crate::error::Result;

/// The numbers of sets, of which there are none where every triple is in set 0.
pub(super) fn sets_column(sets: &[u32], triples: usize) -> Packed {
    match sets {
        [] => Packed {
            len: triples,
            ..Packed::default()
        },
        sets => Packed::column(sets),
    }
}

/// The named graphs, and for each triple by position each graph that it is in.
pub(super) struct Graphs {
    names: Vec<u32>,
    memberships: Vec<u64>,
}

impl Graphs {
    pub(super) fn new(
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
    pub(super) fn write(&self, sink: &mut Sink<'_>) -> Result<Vec<u32>> {
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
