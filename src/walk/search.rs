//! The search itself: partial paths from one end, exact distances from the other.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::links::HUB;
use super::{NodeMap, Walk, Ways};
use crate::cancel;
use crate::error::Result;
use crate::graph::{Link, Node};

/// How many links are looked at before a search that found nothing gives up.
const LINKS: usize = 5_000_000;

/// How many links are looked at for further paths, besides as many as the first one took.
const FURTHER_LINKS: usize = 1_000;

/// How many questions the search leaves to be asked before it waits for the answers, where each is part of a request: what
/// comes after them may turn out to be of no use.
const AWAITED: usize = 256;

/// How many paths are looked at for each that is wanted: the others fold into those of the same shape.
const FOLDED: usize = 16;

/// A partial path: its last step, and the partial path before that.
#[derive(Clone, Copy)]
pub(super) struct Partial {
    pub(super) link: Link,
    pub(super) before: u32,
    pub(super) cost: f64,
    pub(super) hops: u32,
}

pub(super) struct Search<'w, 'a> {
    pub(super) ways: &'w Ways<'a>,
    pub(super) start: Node,
    pub(super) goal: Node,
    /// Partial paths; the first is empty and leads to the start.
    pub(super) grown: Vec<Partial>,
    pub(super) open: BinaryHeap<(Reverse<Cost>, Reverse<u32>)>,
    /// Exact costs to the goal, and what is still to be settled.
    pub(super) settled: NodeMap<f64>,
    pub(super) seen: NodeMap<f64>,
    pub(super) unsettled: BinaryHeap<(Reverse<Cost>, Reverse<Node>)>,
    pub(super) goal_grows: bool,
    pub(super) frequency: NodeMap<f64>,
    pub(super) node_cost: NodeMap<Option<f64>>,
    /// Links of nodes whose turn will come, where each question is a request.
    pub(super) fetched: NodeMap<Vec<Link>>,
    pub(super) links: Vec<Link>,
    pub(super) looked_at: usize,
    pub(super) partial: bool,
}

/// A cost that sorts; none is ever not a number.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct Cost(f64);

impl Eq for Cost {}
impl PartialOrd for Cost {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Cost {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl<'w, 'a> Search<'w, 'a> {
    pub(super) fn new(ways: &'w Ways<'a>, start: Node, goal: Node) -> Result<Self> {
        let root = Partial {
            link: Link {
                property: start,
                to: start,
                forward: true,
            },
            before: 0,
            cost: 0.0,
            hops: 0,
        };
        Ok(Self {
            ways,
            start,
            goal,
            grown: vec![root],
            open: BinaryHeap::from([(Reverse(Cost(0.0)), Reverse(0))]),
            settled: NodeMap::default(),
            seen: NodeMap::from_iter([(goal, 0.0)]),
            unsettled: BinaryHeap::from([(Reverse(Cost(0.0)), Reverse(goal))]),
            goal_grows: ways
                .graph
                .degrees(&[goal])?
                .iter()
                .all(|n| *n <= HUB as u64),
            fetched: NodeMap::default(),
            frequency: NodeMap::default(),
            node_cost: NodeMap::default(),
            links: Vec::new(),
            looked_at: 0,
            partial: false,
        })
    }

    /// Grows until enough paths are found, none is left or the effort is spent.
    pub(super) fn run(&mut self, top: usize) -> Result<Vec<Walk>> {
        let mut walks: Vec<Walk> = Vec::new();
        let mut found = 0;
        let mut budget = LINKS;
        let most_noted = self.ways.graph.noted() + AWAITED;
        while found < top * FOLDED {
            cancel::poll();
            if self.looked_at > budget || self.ways.graph.noted() > most_noted {
                self.partial = true;
                break;
            }
            if self.goal_grows && self.unsettled.len() <= self.open.len() {
                self.settle()?;
                continue;
            }
            let Some((Reverse(Cost(bound)), Reverse(at))) = self.open.pop() else {
                break;
            };
            let partial = self.grown[at as usize];
            // What is known of the way that is left may have grown since.
            let better = partial.cost + self.rest(partial.link.to);
            if better > bound + 1e-9 {
                self.open.push((Reverse(Cost(better)), Reverse(at)));
                continue;
            }
            if partial.link.to == self.goal {
                if found == 0 {
                    budget = self.looked_at * 2 + FURTHER_LINKS;
                    self.goal_grows = false;
                }
                found += 1;
                if !self.fold(&mut walks, at, top) {
                    break;
                }
            } else {
                self.grow(at)?;
            }
        }
        // Sums of the same costs in another order differ in the last digit.
        walks.sort_by(|a, b| a.cost.total_cmp(&b.cost));
        Ok(walks)
    }

    /// Adds a path to those of its shape, or as a new one; `false` when there are enough shapes already.
    fn fold(&self, walks: &mut Vec<Walk>, at: u32, top: usize) -> bool {
        let mut steps = Vec::new();
        let mut next = at;
        while next != 0 {
            let partial = &self.grown[next as usize];
            steps.push(partial.link);
            next = partial.before;
        }
        steps.reverse();
        let shape = |a: &Link, b: &Link| a.property == b.property && a.forward == b.forward;
        let same = walks.iter().position(|walk| {
            walk.steps.len() == steps.len()
                && walk.steps.iter().zip(&steps).all(|(a, b)| shape(a, b))
        });
        match same {
            Some(same) => walks[same].folded += 1,
            None if walks.len() == top => return false,
            None => walks.push(Walk {
                cost: self.grown[at as usize].cost,
                steps,
                folded: 0,
            }),
        }
        true
    }

    /// The least that it costs to go on from a node to the goal.
    fn rest(&self, node: Node) -> f64 {
        if node == self.goal {
            return 0.0;
        }
        match self.settled.get(&node) {
            Some(exact) => *exact,
            // Further than all that is settled, and at least one step of a property with one triple.
            None => match self.unsettled.peek() {
                Some((Reverse(Cost(radius)), _)) => radius.max(1.0),
                None => f64::INFINITY,
            },
        }
    }

    /// Grows a partial path by each step that leads on from its end.
    fn grow(&mut self, at: u32) -> Result<()> {
        let partial = self.grown[at as usize];
        if partial.hops as usize >= self.ways.max_hops {
            self.partial = true;
            return Ok(());
        }
        self.read(partial.link.to)?;
        let mut links = std::mem::take(&mut self.links);
        for link in links.drain(..) {
            if self.is_on(at, link.to) {
                continue;
            }
            let Some(cost) = self.step_cost(link, self.goal)? else {
                continue;
            };
            let cost = partial.cost + cost;
            let bound = cost + self.rest(link.to);
            if bound.is_finite() {
                let next = u32::try_from(self.grown.len()).unwrap_or(u32::MAX);
                self.grown.push(Partial {
                    link,
                    before: at,
                    cost,
                    hops: partial.hops + 1,
                });
                self.open.push((Reverse(Cost(bound)), Reverse(next)));
            }
        }
        self.links = links;
        Ok(())
    }

    /// Settles the node nearest to the goal that is not settled yet.
    fn settle(&mut self) -> Result<()> {
        let Some((Reverse(Cost(cost)), Reverse(node))) = self.unsettled.pop() else {
            // All that reaches the goal is settled.
            self.goal_grows = false;
            return Ok(());
        };
        if self.settled.insert(node, cost).is_some() || node == self.start {
            return Ok(());
        }
        let through = match node == self.goal {
            true => 0.0,
            false => self.node_cost(node)?.unwrap_or(0.0),
        };
        self.read(node)?;
        let mut links = std::mem::take(&mut self.links);
        for link in links.drain(..) {
            // The step is taken the other way round, to `node`.
            if self.settled.contains_key(&link.to) {
                continue;
            }
            let is_end = link.to == self.start;
            if !is_end && self.node_cost(link.to)?.is_none() {
                continue;
            }
            let cost = cost + through + 1.0 + self.frequency(link.property)?;
            let seen = self.seen.entry(link.to).or_insert(f64::INFINITY);
            if cost < *seen {
                *seen = cost;
                self.unsettled.push((Reverse(Cost(cost)), Reverse(link.to)));
            }
        }
        self.links = links;
        Ok(())
    }

    /// Whether a partial path has been at a node.
    fn is_on(&self, at: u32, node: Node) -> bool {
        let mut next = at;
        loop {
            let partial = &self.grown[next as usize];
            if partial.link.to == node {
                return true;
            }
            if next == 0 {
                return false;
            }
            next = partial.before;
        }
    }
}
