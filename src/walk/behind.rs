//! Exact distances to the goal, the nearest first (Dijkstra 1959, <https://doi.org/10.1007/BF01386390>).

use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;
use std::ops::Range;

use super::Ways;
use super::search::{COMMON, LEAST_NODE, Search, Waiting};
use crate::error::Result;
use crate::graph::{Link, Node};

/// How many facts a goal has at most whose links are followed back, where each is fetched.
const HUB: u64 = 20_000;

/// Nodes whose distance to the goal is known.
pub(super) struct Behind {
    /// The nearest first; the first is the goal.
    pub(super) settled: Vec<Settled>,
    /// How many of them have been entered in `unsettled`, from where on the others wait in their order.
    pub(super) entered: usize,
    /// Those whose links may lead back to more, with how far that is from the goal at least.
    pub(super) unsettled: BinaryHeap<Waiting>,
    /// Whether there may be more to settle.
    pub(super) grows: bool,
    /// How many links were looked at.
    pub(super) links: usize,
    /// Where the links of the run that is followed lead.
    ends: Vec<Node>,
}

/// A node whose distance to the goal is known.
pub(super) struct Settled {
    pub(super) node: Node,
    /// What the way from there to the goal costs.
    pub(super) rest: f64,
    /// What going through the node costs, once that was asked.
    through: Option<f64>,
    /// The runs of its links, once they were read.
    runs: Option<Range<u32>>,
    /// Those that have not been followed back, once that has begun.
    pub(super) waiting: Option<Range<u32>>,
}

impl Behind {
    pub(super) fn from(goal: Node, ways: &Ways<'_>) -> Result<Self> {
        let at_goal = Settled {
            node: goal,
            rest: 0.0,
            through: Some(0.0),
            runs: None,
            waiting: None,
        };
        let mut settled = Vec::with_capacity(COMMON);
        settled.push(at_goal);
        Ok(Self {
            settled,
            entered: 1,
            unsettled: BinaryHeap::from([Waiting {
                cost: ways.least_step,
                number: 0,
            }]),
            grows: !ways.graph.is_remote() || ways.graph.degree(goal)? <= HUB,
            links: 0,
            ends: Vec::new(),
        })
    }
}

impl Search<'_, '_> {
    /// How far all that is not settled is from the goal, at least.
    pub(super) fn radius(&self) -> f64 {
        let nearest = self.behind.unsettled.peek();
        nearest
            .map_or(f64::INFINITY, |nearest| nearest.cost)
            .min(self.entry())
    }

    /// How far what comes behind the next settled node that has not been entered is from the goal, at least.
    fn entry(&self) -> f64 {
        let next = self.behind.settled.get(self.behind.entered);
        next.map_or(f64::INFINITY, |next| {
            next.rest + LEAST_NODE + self.ways.least_step
        })
    }

    /// How many links [`Search::go_back`] would look at.
    pub(super) fn links_of_next(&self) -> usize {
        let nearest = self.behind.unsettled.peek();
        let waiting = nearest.and_then(|w| self.behind.settled[w.number as usize].waiting.as_ref());
        waiting.map_or(0, |runs| self.runs[runs.start as usize].len())
    }

    /// What going through a settled node costs.
    pub(super) fn through(&mut self, place: u32) -> Result<f64> {
        let Settled { node, through, .. } = self.behind.settled[place as usize];
        match through {
            Some(known) => Ok(known),
            None if node == self.start => Ok(0.0),
            None => {
                let cost = self.node_cost(node)?;
                self.behind.settled[place as usize].through = Some(cost);
                Ok(cost)
            }
        }
    }

    /// The runs of links of a settled node.
    pub(super) fn runs_of(&mut self, place: u32) -> Result<Range<u32>> {
        let settled = &self.behind.settled[place as usize];
        if let Some(known) = &settled.runs {
            return Ok(known.clone());
        }
        let runs = self.read(settled.node)?;
        self.behind.settled[place as usize].runs = Some(runs.clone());
        Ok(runs)
    }

    /// Goes on from the nearest to the goal: enters a settled node, reads its links or settles what some of them lead back
    /// to.
    pub(super) fn go_back(&mut self) -> Result<()> {
        let entry = self.entry();
        let Some(nearest) = self.behind.unsettled.peek().filter(|w| w.cost < entry) else {
            return self.enter();
        };
        let (place, cost) = (nearest.number, nearest.cost);
        let settled = &self.behind.settled[place as usize];
        let runs = match settled.waiting.clone() {
            None => {
                let runs = self.runs_of(place)?;
                self.behind.links += runs.len();
                runs
            }
            Some(Range { start, end }) => {
                let run = self.runs[start as usize];
                let mut ends = std::mem::take(&mut self.behind.ends);
                self.read_ends(&run, &mut ends);
                self.behind.links += ends.len();
                for &to in &ends {
                    self.settle(run.link(to), cost)?;
                }
                self.behind.ends = ends;
                start + 1..end
            }
        };
        let settled = &mut self.behind.settled[place as usize];
        let from = settled.rest + settled.through.unwrap_or_default();
        let Some(mut nearest) = self.behind.unsettled.peek_mut() else {
            return Ok(());
        };
        if runs.is_empty() {
            PeekMut::pop(nearest);
        } else {
            nearest.cost = from + self.runs[runs.start as usize].step;
        }
        settled.waiting = Some(runs);
        Ok(())
    }

    /// Enters the next of the settled nodes among those whose links may lead back to more, unless paths end there.
    fn enter(&mut self) -> Result<()> {
        let place = self.behind.entered as u32;
        if self.behind.entered == self.behind.settled.len() {
            // All that reaches the goal is settled.
            self.behind.grows = false;
            return Ok(());
        }
        self.behind.entered += 1;
        self.behind.links += 1;
        let through = self.through(place)?;
        let Settled { node, rest, .. } = self.behind.settled[place as usize];
        if through.is_finite() && node != self.start {
            self.behind.unsettled.push(Waiting {
                cost: rest + through + self.ways.least_step,
                number: place,
            });
        }
        Ok(())
    }

    /// Settles the node that a link taken backwards leads to, unless it is.
    fn settle(&mut self, link: Link, rest: f64) -> Result<()> {
        let seen = self.seen.entry(link.to).or_default();
        if seen.settled.is_some() || !self.ways.admits_end(link.to) || self.ways.annotates(link)? {
            return Ok(());
        }
        let place = self.behind.settled.len() as u32;
        seen.settled = Some(place);
        let seen = *seen;
        self.behind.settled.push(Settled {
            node: link.to,
            rest,
            through: None,
            runs: None,
            waiting: None,
        });
        self.arrive(seen, place)
    }
}
