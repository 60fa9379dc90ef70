//! How many steps the goal is away at least. Costs do not tell: what is cheap may take more steps than a path may have, and
//! there are a great many ways to go on from there in vain.

use std::collections::hash_map::Entry;

use super::NodeMap;
use super::search::Search;
use crate::cancel;
use crate::error::Result;
use crate::graph::Node;

/// How many partial paths need too many steps before it is worth knowing.
const VAIN: usize = 500;

/// How many links are looked at to learn it.
const LINKS: usize = 100_000;

/// The nodes around the goal.
pub(super) struct Reach {
    /// How many steps the goal is away from each.
    steps: NodeMap<usize>,
    /// How many steps it is away from all others, at least.
    beyond: usize,
}

impl Search<'_, '_> {
    /// Whether a path that leads to a node in so many steps may reach the goal in as many as it may have.
    pub(super) fn may_reach_goal(&self, node: Node, hops: usize) -> bool {
        let known = self.reach.as_ref();
        let beyond = known.map_or(1, |reach| reach.beyond);
        let least = match known.and_then(|reach| reach.steps.get(&node)) {
            Some(&least) => least,
            None if node == self.goal => 0,
            None => beyond,
        };
        hops + least <= self.ways.max_hops
    }

    /// Notes that the turn of a partial path came that needs too many steps.
    pub(super) fn run_out(&mut self) -> Result<()> {
        self.partial = true;
        self.vain += 1;
        // Over an endpoint each level would be many requests.
        if self.vain == VAIN && !self.ways.graph.is_remote() {
            self.reach = Some(self.around_goal()?);
        }
        Ok(())
    }

    /// Counts the steps to the goal level by level, as many levels as can be completed.
    fn around_goal(&mut self) -> Result<Reach> {
        let mut steps = NodeMap::default();
        steps.insert(self.goal, 0);
        let mut level = vec![self.goal];
        let (mut beyond, mut links) = (1, 0);
        while beyond < self.ways.max_hops && !level.is_empty() {
            let mut next = Vec::new();
            for node in level {
                cancel::poll();
                let ends = self.ends_beyond(node)?;
                links += ends.len();
                for to in ends {
                    if let Entry::Vacant(place) = steps.entry(to) {
                        place.insert(beyond);
                        next.push(to);
                    }
                }
                if links > LINKS {
                    return Ok(Reach { steps, beyond });
                }
            }
            level = next;
            beyond += 1;
        }
        Ok(Reach { steps, beyond })
    }

    /// Where links lead from the goal, or from a node that paths to it may go through.
    fn ends_beyond(&mut self, node: Node) -> Result<Vec<Node>> {
        let mut all = Vec::new();
        if node != self.goal && self.node_cost(node)?.is_infinite() {
            return Ok(all);
        }
        let first = self.runs.len();
        let mut ends = Vec::new();
        for run in self.read(node)? {
            let run = self.runs[run as usize];
            self.read_ends(&run, &mut ends);
            all.extend(ends.iter().filter(|&&to| self.ways.admits_end(to)));
        }
        self.runs.truncate(first);
        Ok(all)
    }
}
