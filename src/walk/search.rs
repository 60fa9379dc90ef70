//! The search itself: partial paths from one end, exact distances from the other.
//!
//! Most links lead to where no cheap path goes. So links wait in runs, those of one node by one property, which cost the
//! same up to their ends; where the ends are is only read when it is the run's turn.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use super::links::HUB;
use super::{NodeMap, Walk, Ways};
use crate::cancel;
use crate::error::Result;
use crate::graph::{Link, Node, Run};

/// How many links are looked at before a search that found nothing gives up.
const LINKS: usize = 5_000_000;

/// How many links are looked at for further paths, besides as many as the first one took.
const FURTHER_LINKS: usize = 1_000;

/// How many questions the search leaves to be asked before it waits for the answers, where each is part of a request: what
/// comes after them may turn out to be of no use.
const AWAITED: usize = 256;

/// How many paths are looked at for each that is wanted: the others fold into those of the same shape.
const FOLDED: usize = 16;

/// What a node on the way costs at least: it has the fact that leads to it and the one that leads on.
const LEAST_NODE: f64 = 1.584_962_500_721_156;

/// How much sums of the same costs in another order may differ.
pub(super) const ROUNDING: f64 = 1e-9;

/// A partial path: its last step, and the partial path before that.
#[derive(Clone, Copy)]
pub(super) struct Partial {
    pub(super) link: Link,
    pub(super) before: u32,
    pub(super) cost: f64,
    pub(super) hops: u32,
}

/// Steps from the end of a partial path, of which those are still to be taken whose ends were not settled.
#[derive(Clone, Copy)]
pub(super) struct Steps {
    before: u32,
    pub(super) run: u32,
    /// How many nodes were settled when the run was last looked at.
    settled: u32,
}

/// What may come next on the way from the start.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Ahead {
    /// A partial path.
    Path(u32),
    /// Steps that lead on from one.
    Steps(u32),
}

/// What may come next on the way back from the goal.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Behind {
    /// A node that is settled, with its links.
    Node(Node),
    /// Links of one.
    Run(u32),
}

/// A node whose distance to the goal is known.
#[derive(Clone, Copy)]
pub(super) struct Settled {
    /// What the way from there to the goal costs.
    rest: f64,
    /// What going through the node costs.
    through: f64,
    /// How many nodes were settled before.
    order: u32,
}

pub(super) struct Search<'w, 'a> {
    pub(super) ways: &'w Ways<'a>,
    pub(super) start: Node,
    pub(super) goal: Node,
    /// Partial paths; the first is empty and leads to the start.
    pub(super) grown: Vec<Partial>,
    pub(super) steps: Vec<Steps>,
    pub(super) open: BinaryHeap<Waiting<Ahead>>,
    pub(super) settled: NodeMap<Settled>,
    pub(super) unsettled: BinaryHeap<Waiting<Behind>>,
    /// Whether there may be more to settle.
    pub(super) goal_grows: bool,
    /// Links of nodes, from either side; those of the node that is being read.
    pub(super) runs: Vec<Priced>,
    pub(super) unpriced: Vec<Run>,
    /// What a step by each property costs up to its end, if it may be taken.
    pub(super) step_cost: NodeMap<Option<f64>>,
    /// What nodes cost, and the links of nodes whose turn will come, where each question is a request.
    pub(super) node_cost: NodeMap<f64>,
    pub(super) fetched: NodeMap<Vec<Priced>>,
    /// Links looked at from either side.
    ahead: usize,
    behind: usize,
    /// How many links both sides may look at until it is the other's turn again.
    turn: usize,
    pub(super) partial: bool,
}

/// What waits for its turn: the cheapest is the greatest.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct Waiting<T> {
    pub(super) cost: f64,
    pub(super) next: T,
}

impl<T: Ord> Eq for Waiting<T> {}
impl<T: Ord> PartialOrd for Waiting<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl<T: Ord> Ord for Waiting<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        // No cost is ever not a number.
        let by_cost = other.cost.total_cmp(&self.cost);
        by_cost.then_with(|| other.next.cmp(&self.next))
    }
}

/// A run of links from a node, with what each costs up to its end.
#[derive(Clone)]
pub(super) struct Priced {
    pub(super) run: Run,
    pub(super) step: f64,
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
        let at_goal = Settled {
            rest: 0.0,
            through: 0.0,
            order: 0,
        };
        Ok(Self {
            ways,
            start,
            goal,
            grown: vec![root],
            steps: Vec::new(),
            open: BinaryHeap::from([Waiting {
                cost: 0.0,
                next: Ahead::Path(0),
            }]),
            settled: NodeMap::from_iter([(goal, at_goal)]),
            unsettled: BinaryHeap::from([Waiting {
                cost: ways.least_step,
                next: Behind::Node(goal),
            }]),
            goal_grows: ways.graph.degree(goal)? <= HUB as u64,
            runs: Vec::new(),
            unpriced: Vec::new(),
            step_cost: NodeMap::default(),
            node_cost: NodeMap::default(),
            fetched: NodeMap::default(),
            ahead: 0,
            behind: 0,
            turn: 0,
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
            if self.ahead + self.behind > budget || self.ways.graph.noted() > most_noted {
                self.partial = true;
                break;
            }
            if self.goal_grows && self.behind <= self.turn {
                self.go_back()?;
                continue;
            }
            if self.ahead > self.turn {
                self.turn = self.ahead.max(self.behind) * 3 / 2;
            }
            let Some(Waiting {
                cost: bound,
                next: ahead,
            }) = self.open.pop()
            else {
                break;
            };
            match ahead {
                Ahead::Path(at) => {
                    // What is known of the way that is left may have grown since.
                    let better = self.bound(at);
                    if better > bound + ROUNDING {
                        self.wait(better, ahead);
                    } else if self.grown[at as usize].link.to != self.goal {
                        self.grow(at)?;
                    } else {
                        if found == 0 {
                            budget = (self.ahead + self.behind) * 2 + FURTHER_LINKS;
                        }
                        found += 1;
                        if !self.fold(&mut walks, at, top) {
                            break;
                        }
                    }
                }
                Ahead::Steps(steps) => self.take(steps, bound)?,
            }
        }
        Ok(walks)
    }

    /// Adds a path to those of its shape, or as a new one; `false` when there are enough shapes already, none of which costs
    /// as much as this.
    fn fold(&self, walks: &mut Vec<Walk>, at: u32, top: usize) -> bool {
        let mut steps: Vec<Link> = self.back_from(at).map(|partial| partial.link).collect();
        steps.reverse();
        let cost = self.grown[at as usize].cost;
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

    /// A partial path from its last step to its first.
    fn back_from(&self, at: u32) -> impl Iterator<Item = &Partial> {
        let step = |at: u32| (at != 0).then(|| &self.grown[at as usize]);
        std::iter::successors(step(at), move |partial| step(partial.before))
    }

    /// Whether a partial path has been at a node.
    fn is_on(&self, at: u32, node: Node) -> bool {
        node == self.start || self.back_from(at).any(|partial| partial.link.to == node)
    }

    /// How far all that is not settled is from the goal, at least.
    fn radius(&self) -> f64 {
        match self.unsettled.peek() {
            Some(nearest) => nearest.cost,
            None => f64::INFINITY,
        }
    }

    /// The least that a path costs which goes on from a partial one.
    fn bound(&self, at: u32) -> f64 {
        let Partial { link, cost, .. } = self.grown[at as usize];
        match self.settled.get(&link.to) {
            Some(settled) => cost + settled.rest,
            None => cost + self.radius(),
        }
    }

    /// The least that a path costs which goes on by one of these steps to what is not settled.
    fn bound_of_steps(&self, steps: Steps) -> f64 {
        let step = self.runs[steps.run as usize].step;
        self.grown[steps.before as usize].cost + step + LEAST_NODE + self.radius()
    }

    /// Leaves something for when it is the cheapest; what leads nowhere is let go.
    fn wait(&mut self, cost: f64, next: Ahead) {
        if cost.is_finite() {
            self.open.push(Waiting { cost, next });
        }
    }

    /// Grows a partial path by each step that leads to where the rest is known; the others wait together.
    fn grow(&mut self, at: u32) -> Result<()> {
        let partial = self.grown[at as usize];
        if partial.hops as usize >= self.ways.max_hops {
            self.partial = true;
            return Ok(());
        }
        let first = self.runs.len();
        let is_cut = self.read(partial.link.to)? && partial.link.to == self.start;
        if is_cut {
            // Not all links of this hub were read: those that lead straight to the goal are asked for.
            for link in self.direct()? {
                if let Some(step) = self.step_cost(link.property)? {
                    self.step(at, link, step)?;
                }
            }
        }
        for run in first..self.runs.len() {
            let steps = Steps {
                before: at,
                run: run as u32,
                settled: self.settled.len() as u32,
            };
            let (links, step) = (self.runs[run].run.len(), self.runs[run].step);
            self.ahead += links;
            let mut others = false;
            for place in 0..links {
                let link = self.link(run, place);
                match self.settled.get(&link.to) {
                    Some(_) if is_cut && link.to == self.goal => {}
                    Some(settled) => self.step(at, link, step + settled.through)?,
                    None => others = true,
                }
            }
            if others {
                self.steps.push(steps);
                let ahead = Ahead::Steps(self.steps.len() as u32 - 1);
                self.wait(self.bound_of_steps(steps), ahead);
            }
        }
        Ok(())
    }

    /// Takes those of the steps that waited which lead to what has been settled since; all if it is their turn now.
    fn take(&mut self, number: u32, bound: f64) -> Result<()> {
        let steps = self.steps[number as usize];
        let better = self.bound_of_steps(steps);
        let is_turn = better <= bound + ROUNDING;
        let run = steps.run as usize;
        let (links, step) = (self.runs[run].run.len(), self.runs[run].step);
        self.ahead += links;
        let mut others = false;
        for place in 0..links {
            let link = self.link(run, place);
            match self.settled.get(&link.to) {
                Some(settled) if settled.order < steps.settled => {}
                Some(settled) => self.step(steps.before, link, step + settled.through)?,
                None if !is_turn => others = true,
                None if self.ways.admits_end(link.to) => {
                    let through = self.node_cost(link.to)?;
                    self.step(steps.before, link, step + through)?;
                }
                None => {}
            }
        }
        if others {
            self.steps[number as usize].settled = self.settled.len() as u32;
            self.wait(better, Ahead::Steps(number));
        }
        Ok(())
    }

    /// Grows a partial path by one step, which costs so much with the node that it leads to.
    fn step(&mut self, before: u32, link: Link, cost: f64) -> Result<()> {
        if cost.is_infinite() || self.is_on(before, link.to) || self.annotates(link)? {
            return Ok(());
        }
        let partial = self.grown[before as usize];
        let next = self.grown.len() as u32;
        self.grown.push(Partial {
            link,
            before,
            cost: partial.cost + cost,
            hops: partial.hops + 1,
        });
        self.wait(self.bound(next), Ahead::Path(next));
        Ok(())
    }

    /// Goes on from the nearest to the goal: settles what some links lead back to, or reads the links of a node.
    fn go_back(&mut self) -> Result<()> {
        let Some(Waiting { cost, next }) = self.unsettled.pop() else {
            // All that reaches the goal is settled.
            self.goal_grows = false;
            return Ok(());
        };
        match next {
            Behind::Node(node) => {
                let first = self.runs.len();
                self.read(node)?;
                let Settled { rest, through, .. } = self.settled[&node];
                for (run, priced) in (first..).zip(&self.runs[first..]) {
                    self.unsettled.push(Waiting {
                        cost: rest + through + priced.step,
                        next: Behind::Run(run as u32),
                    });
                }
                self.behind += self.runs.len() - first;
            }
            Behind::Run(run) => {
                let run = run as usize;
                let links = self.runs[run].run.len();
                for place in 0..links {
                    self.settle(self.link(run, place), cost)?;
                }
                self.behind += links;
            }
        }
        Ok(())
    }

    /// Settles the node that a link taken backwards leads to, unless it is.
    fn settle(&mut self, link: Link, rest: f64) -> Result<()> {
        if self.settled.contains_key(&link.to)
            || !self.ways.admits_end(link.to)
            || self.annotates(link)?
        {
            return Ok(());
        }
        let is_start = link.to == self.start;
        let through = match is_start {
            true => 0.0,
            false => self.node_cost(link.to)?,
        };
        let order = self.settled.len() as u32;
        self.settled.insert(
            link.to,
            Settled {
                rest,
                through,
                order,
            },
        );
        if through.is_finite() && !is_start {
            self.unsettled.push(Waiting {
                cost: rest + through + self.ways.least_step,
                next: Behind::Node(link.to),
            });
        }
        Ok(())
    }
}
