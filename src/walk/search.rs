//! The search itself: partial paths grow from one end, exact distances from the other, in turns.

use std::cmp::Ordering;
use std::hash::BuildHasherDefault;

use super::ahead::Ahead;
use super::behind::Behind;
use super::links::{Known, Run};
use super::reach::Reach;
use super::{NodeMap, Walk, Ways};
use crate::cancel;
use crate::error::Result;
use crate::graph::{Link, Node};

/// How many links are looked at before a search that found nothing gives up.
pub(super) const LINKS: usize = 5_000_000;

/// How many links are looked at for further paths, besides twice as many as the first one took.
const FURTHER_LINKS: usize = 1_000;

/// How many nodes and links of each kind a common search comes by: there is room for them from the start.
pub(super) const COMMON: usize = 1 << 12;

/// How many questions the search leaves to be asked before it waits for the answers, where each is part of a request: what
/// comes after them may turn out to be of no use.
const AWAITED: usize = 256;

/// How many paths are looked at for each that is wanted: the others fold into those of the same shape.
const FOLDED: usize = 16;

/// What a node on the way costs at least: it has the fact that leads to it and the one that leads on.
pub(super) const LEAST_NODE: f64 = 1.584_962_500_721_156;

/// How much sums of the same costs in another order may differ.
pub(super) const ROUNDING: f64 = 1e-9;

pub(super) struct Search<'w, 'a> {
    pub(super) ways: &'w Ways<'a>,
    pub(super) start: Node,
    pub(super) goal: Node,
    pub(super) ahead: Ahead,
    pub(super) behind: Behind,
    /// What is known of the nodes that either side came by.
    pub(super) seen: NodeMap<Seen>,
    /// Links of nodes, from either side: those of one node together, the cheapest property first.
    pub(super) runs: Vec<Run>,
    pub(super) known: Known,
    /// How many partial paths have run out of steps.
    pub(super) vain: usize,
    /// How many steps are left at least, once that was worth knowing.
    pub(super) reach: Option<Reach>,
    pub(super) partial: bool,
}

/// A node that either side came by.
#[derive(Clone, Copy, Default)]
pub(super) struct Seen {
    /// Where it stands among the settled ones.
    pub(super) settled: Option<u32>,
    /// The last of what awaits that it is settled.
    pub(super) awaiting: Option<u32>,
}

/// What waits for its turn: the cheapest is the greatest.
#[derive(Clone, Copy)]
pub(super) struct Waiting {
    pub(super) cost: f64,
    /// The number of the partial path or of the node.
    pub(super) number: u32,
}

impl PartialEq for Waiting {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}
impl Eq for Waiting {}
impl PartialOrd for Waiting {
    #[inline]
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Waiting {
    #[inline]
    fn cmp(&self, other: &Self) -> Ordering {
        // Of numbers that are not negative the bits are in their order, and no cost is ever not a number.
        other.cost.to_bits().cmp(&self.cost.to_bits())
    }
}

impl<'w, 'a> Search<'w, 'a> {
    pub(super) fn new(ways: &'w Ways<'a>, start: Node, goal: Node) -> Result<Self> {
        let mut seen = NodeMap::with_capacity_and_hasher(COMMON, BuildHasherDefault::default());
        let at_goal = Seen {
            settled: Some(0),
            awaiting: None,
        };
        seen.insert(goal, at_goal);
        let mut search = Self {
            ways,
            start,
            goal,
            ahead: Ahead::new(),
            behind: Behind::from(goal, ways)?,
            seen,
            runs: Vec::with_capacity(COMMON),
            known: Known::default(),
            vain: 0,
            reach: None,
            partial: false,
        };
        search.set_out();
        Ok(search)
    }

    /// Grows until enough paths are found, none is left or the effort is spent.
    pub(super) fn run(&mut self, top: usize) -> Result<Vec<Walk>> {
        let mut walks: Vec<Walk> = Vec::new();
        let mut found = 0;
        let mut budget = LINKS;
        let most_noted = self.ways.graph.noted() + AWAITED;
        while found < top * FOLDED {
            cancel::poll();
            let links = self.ahead.links + self.behind.links;
            if links > budget || self.ways.graph.noted() > most_noted {
                self.partial = true;
                break;
            }
            while self.behind.grows && self.behind.links + self.links_of_next() <= self.ahead.links
            {
                self.go_back()?;
            }
            let Some(at) = self.next() else { break };
            if self.ahead.grown[at as usize].link.to != self.goal {
                self.go_on(at)?;
            } else {
                if found == 0 {
                    budget = links * 2 + FURTHER_LINKS;
                }
                found += 1;
                if !self.fold(&mut walks, at, top) {
                    break;
                }
            }
        }
        Ok(walks)
    }

    /// Adds a path to those of its shape, or as a new one; `false` when there are enough shapes already, none of which costs
    /// as much as this.
    fn fold(&self, walks: &mut Vec<Walk>, at: u32, top: usize) -> bool {
        let mut steps: Vec<Link> = self.ahead.back_from(at).map(|p| p.link).collect();
        steps.reverse();
        let cost = self.ahead.grown[at as usize].cost;
        let found = Walk {
            cost,
            steps,
            folded: 0,
        };
        if let Some(same) = walks.iter_mut().find(|walk| walk.is_like(&found)) {
            same.folded += 1;
            if found.order(same).is_lt() {
                same.steps = found.steps;
            }
            return true;
        }
        if walks.len() >= top && cost > walks[top - 1].cost + ROUNDING {
            return false;
        }
        walks.push(found);
        true
    }
}
