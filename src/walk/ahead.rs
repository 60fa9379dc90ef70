//! Partial paths from the start, the one that promises the cheapest path first.
//!
//! Most links lead to where no cheap path goes. So the links of a partial path are only followed to ends whose distance to
//! the goal is known, at once or as soon as it is; to other ends when it is their turn.

use std::collections::BinaryHeap;
use std::ops::Range;

use super::links::Run;
use super::search::{COMMON, LEAST_NODE, Search, Seen, Waiting};
use crate::error::Result;
use crate::graph::{Link, Node};

/// Partial paths from the start.
pub(super) struct Ahead {
    /// All of them; the first is empty and leads to the start.
    pub(super) grown: Vec<Partial>,
    /// Those whose ends are settled, with the least that a path costs which goes on from them.
    pub(super) sure: BinaryHeap<Waiting>,
    /// Others, with the least that the way costs up to the next node that is not settled.
    pub(super) blind: BinaryHeap<Waiting>,
    /// What is to be done when nodes are settled.
    awaiting: Vec<Awaiting>,
    /// How many links were looked at.
    pub(super) links: usize,
    /// Where the links of the run that is looked at lead.
    ends: Vec<Node>,
}

/// A partial path: its last step, and the partial path before that.
#[derive(Clone)]
pub(super) struct Partial {
    pub(super) link: Link,
    before: u32,
    pub(super) cost: f64,
    hops: usize,
    /// Once the links that lead on from it were looked at, the runs of those whose turn has not come.
    pub(super) waiting: Option<Range<u32>>,
    /// What it has among the blind ones, if its turn is to come there.
    due: f64,
}

/// A partial path that goes on when a node is settled.
#[derive(Clone, Copy)]
struct Awaiting {
    partial: u32,
    /// The run of links by one of which it leads there; `None` where it has been led there.
    run: Option<u32>,
    /// What else awaits the node.
    next: Option<u32>,
}

impl Ahead {
    pub(super) fn new() -> Self {
        Self {
            grown: Vec::with_capacity(COMMON),
            sure: BinaryHeap::new(),
            blind: BinaryHeap::new(),
            awaiting: Vec::with_capacity(COMMON),
            links: 0,
            ends: Vec::new(),
        }
    }

    /// A partial path from its last step to its first.
    pub(super) fn back_from(&self, at: u32) -> impl Iterator<Item = &Partial> {
        let step = |at: u32| (at != 0).then(|| &self.grown[at as usize]);
        std::iter::successors(step(at), move |partial| step(partial.before))
    }
}

impl Search<'_, '_> {
    /// The empty path, from which all grow.
    pub(super) fn set_out(&mut self) {
        self.add(Partial {
            link: Link {
                property: self.start,
                to: self.start,
                forward: true,
            },
            before: 0,
            cost: 0.0,
            hops: 0,
            waiting: None,
            due: 0.0,
        });
    }

    /// The next partial path to go on from, the one that promises the cheapest path; `None` when no path is left.
    pub(super) fn next(&mut self) -> Option<u32> {
        let radius = self.radius();
        loop {
            let sure = self.ahead.sure.peek().map_or(f64::INFINITY, |w| w.cost);
            let blind = self.ahead.blind.peek().map_or(f64::INFINITY, |w| w.cost);
            if sure <= blind + radius {
                return self.ahead.sure.pop().map(|w| w.number);
            }
            let Waiting { cost, number } = self.ahead.blind.pop()?;
            // What has been settled has its turn among the sure ones.
            if cost == self.ahead.grown[number as usize].due {
                return Some(number);
            }
        }
    }

    /// Goes on from a partial path whose turn it is.
    pub(super) fn go_on(&mut self, at: u32) -> Result<()> {
        let partial = &self.ahead.grown[at as usize];
        let (node, hops) = (partial.link.to, partial.hops);
        match partial.waiting.clone() {
            _ if !self.may_reach_goal(node, hops) => self.run_out(),
            Some(runs) => self.follow(at, runs),
            None => self.look(at),
        }
    }

    /// Looks at the links that lead on from a partial path, and grows it by those to where the rest is known.
    fn look(&mut self, at: u32) -> Result<()> {
        let node = self.ahead.grown[at as usize].link.to;
        let runs = match self.seen.get(&node).and_then(|seen| seen.settled) {
            Some(place) => self.runs_of(place)?,
            None => self.read(node)?,
        };
        self.ahead.grown[at as usize].waiting = Some(runs.clone());
        let mut ends = std::mem::take(&mut self.ahead.ends);
        for number in runs {
            let run = self.runs[number as usize];
            self.read_ends(&run, &mut ends);
            self.ahead.links += ends.len();
            for &to in &ends {
                let seen = self.seen.entry(to).or_default();
                if let Some(place) = seen.settled {
                    let through = self.through(place)?;
                    self.step(at, &run, to, through)?;
                } else {
                    let next = seen.awaiting.replace(self.ahead.awaiting.len() as u32);
                    self.ahead.awaiting.push(Awaiting {
                        partial: at,
                        run: Some(number),
                        next,
                    });
                }
            }
        }
        self.ahead.ends = ends;
        self.wait(at);
        Ok(())
    }

    /// Grows a partial path by the cheapest links that wait, to nodes that are not settled.
    fn follow(&mut self, at: u32, mut runs: Range<u32>) -> Result<()> {
        let Some(run) = runs.next() else {
            return Ok(());
        };
        self.ahead.grown[at as usize].waiting = Some(runs);
        let run = self.runs[run as usize];
        let mut ends = std::mem::take(&mut self.ahead.ends);
        self.read_ends(&run, &mut ends);
        self.ahead.links += ends.len();
        for &to in &ends {
            let settled = self
                .seen
                .get(&to)
                .is_some_and(|seen| seen.settled.is_some());
            if !settled && self.ways.admits_end(to) {
                let through = self.node_cost(to)?;
                self.step(at, &run, to, through)?;
            }
        }
        self.ahead.ends = ends;
        self.wait(at);
        Ok(())
    }

    /// Leaves the links from a partial path for when they are the cheapest.
    fn wait(&mut self, at: u32) {
        let partial = &mut self.ahead.grown[at as usize];
        if let Some(run) = partial.waiting.clone().and_then(|mut runs| runs.next()) {
            partial.due = partial.cost + self.runs[run as usize].step + LEAST_NODE;
            self.ahead.blind.push(Waiting {
                cost: partial.due,
                number: at,
            });
        }
    }

    /// Grows a partial path by one step of a run, to a node that costs so much.
    fn step(&mut self, before: u32, run: &Run, to: Node, through: f64) -> Result<()> {
        let link = run.link(to);
        let is_on = to == self.start || self.ahead.back_from(before).any(|p| p.link.to == to);
        if through.is_infinite() || is_on || self.ways.annotates(link)? {
            return Ok(());
        }
        let partial = &self.ahead.grown[before as usize];
        let cost = partial.cost + (run.step + through);
        let hops = partial.hops + 1;
        if self.reach.is_some() && !self.may_reach_goal(to, hops) {
            return Ok(());
        }
        self.add(Partial {
            link,
            before,
            cost,
            hops,
            waiting: None,
            due: cost,
        });
        Ok(())
    }

    /// Adds a partial path to those that go on.
    fn add(&mut self, partial: Partial) {
        let number = self.ahead.grown.len() as u32;
        let cost = partial.cost;
        let seen = self.seen.entry(partial.link.to).or_default();
        self.ahead.grown.push(partial);
        if let Some(place) = seen.settled {
            let cost = cost + self.behind.settled[place as usize].rest;
            self.ahead.sure.push(Waiting { cost, number });
        } else {
            let next = seen.awaiting.replace(self.ahead.awaiting.len() as u32);
            self.ahead.awaiting.push(Awaiting {
                partial: number,
                run: None,
                next,
            });
            self.ahead.blind.push(Waiting { cost, number });
        }
    }

    /// Goes on with all that awaited a node, now that it is settled.
    pub(super) fn arrive(&mut self, seen: Seen, place: u32) -> Result<()> {
        let mut next = seen.awaiting;
        while let Some(number) = next {
            let awaiting = self.ahead.awaiting[number as usize];
            next = awaiting.next;
            let partial = &mut self.ahead.grown[awaiting.partial as usize];
            match (awaiting.run, &partial.waiting) {
                // Where it has been followed by its turn, the path has a longer one for it.
                (Some(run), Some(waiting)) if waiting.contains(&run) => {
                    let node = self.behind.settled[place as usize].node;
                    let through = self.through(place)?;
                    let run = self.runs[run as usize];
                    self.step(awaiting.partial, &run, node, through)?;
                }
                (None, None) => {
                    partial.due = f64::INFINITY;
                    self.ahead.sure.push(Waiting {
                        cost: partial.cost + self.behind.settled[place as usize].rest,
                        number: awaiting.partial,
                    });
                }
                _ => {}
            }
        }
        Ok(())
    }
}
