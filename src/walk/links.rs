//! Links and their costs, read one node at a time from a graph at hand, many at once from an endpoint.

use std::ops::Range;
use std::sync::LazyLock;

use super::search::{LEAST_NODE, LINKS, Search};
use super::{NodeMap, NodeSet, Step};
use crate::answer::Direction;
use crate::error::Result;
use crate::graph::{Link, Node, Pattern};

/// How many nodes are asked about in one request.
const BATCH: usize = 100;

/// How many facts of a node in one direction a request brings.
const FETCHED: usize = 1_000;

/// Links from one node by one property in one direction.
#[derive(Clone, Copy)]
pub(super) struct Run {
    /// What each costs up to its end.
    pub(super) step: f64,
    property: Node,
    forward: bool,
    /// The places that tell where they lead: of a graph at hand, or of what was fetched.
    start: u32,
    end: u32,
}

impl Run {
    /// How many links there are.
    pub(super) fn len(&self) -> usize {
        (self.end - self.start) as usize
    }

    fn places(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The one that leads to a node.
    pub(super) fn link(&self, to: Node) -> Link {
        Link {
            property: self.property,
            to,
            forward: self.forward,
        }
    }
}

/// What was learnt from a graph where each question is a request.
#[derive(Default)]
pub(super) struct Known {
    /// What a step by each property costs up to its end.
    steps: NodeMap<f64>,
    /// What going through nodes costs.
    nodes: NodeMap<f64>,
    /// The runs of links of nodes, and where they lead.
    runs: NodeMap<Range<u32>>,
    ends: Vec<Node>,
}

impl Search<'_, '_> {
    /// Reads the links of a node that may be followed as far as their properties tell, and tells where their runs stand.
    pub(super) fn read(&mut self, node: Node) -> Result<Range<u32>> {
        let graph = self.ways.graph;
        if graph.is_remote() {
            self.fetch(node)?;
            return Ok(self.known.runs.get(&node).cloned().unwrap_or_default());
        }
        let first = self.runs.len();
        self.partial |= graph.runs(node, LINKS, |place, forward, places| {
            if let Some(&Step { property, cost }) = self.ways.steps.get(place)
                && cost.is_finite()
            {
                self.runs.push(Run {
                    step: cost,
                    property,
                    forward,
                    start: places.start as u32,
                    end: places.end as u32,
                });
            }
        });
        Ok(self.sorted(first))
    }

    /// Sorts the runs from `first` on by what a step costs, and tells where they stand.
    fn sorted(&mut self, first: usize) -> Range<u32> {
        // Of numbers that are not negative the bits are in their order.
        self.runs[first..].sort_unstable_by_key(|run| run.step.to_bits());
        first as u32..self.runs.len() as u32
    }

    /// Where the links of a run lead.
    pub(super) fn read_ends(&self, run: &Run, ends: &mut Vec<Node>) {
        ends.clear();
        if self.ways.graph.is_remote() {
            ends.extend_from_slice(&self.known.ends[run.places()]);
        } else {
            self.ways.graph.ends(run.forward, run.places(), ends);
        }
    }

    /// Fetches the links of a node, with those of the nodes that come after it on either side, and what they cost.
    fn fetch(&mut self, node: Node) -> Result<()> {
        if self.known.runs.contains_key(&node) {
            return Ok(());
        }
        let graph = self.ways.graph;
        let tired = graph.is_tired();
        if tired && !graph.has_at_hand(node, FETCHED) {
            self.partial = true;
            return Ok(());
        }
        let mut nodes = vec![node];
        for node in self.waiting() {
            if nodes.len() < BATCH
                && !nodes.contains(&node)
                && !self.known.runs.contains_key(&node)
                && (!tired || graph.has_at_hand(node, FETCHED))
            {
                nodes.push(node);
            }
        }
        let mut found: Vec<Vec<Link>> = vec![Vec::new(); nodes.len()];
        for direction in [Direction::Out, Direction::In] {
            let said = graph.facts(&nodes, direction, None, FETCHED)?;
            for (links, said) in found.iter_mut().zip(said) {
                self.partial |= said.more;
                links.extend(said.facts.into_iter().map(|fact| Link {
                    property: fact.property,
                    to: fact.value,
                    forward: direction == Direction::Out,
                }));
            }
        }
        for links in &mut found {
            links.retain(|link| {
                self.ways.admits_property(link.property) && self.ways.admits_end(link.to)
            });
        }
        self.drop_reifiers(&mut found)?;
        self.weigh(found.iter().flatten())?;
        for (node, links) in nodes.into_iter().zip(found) {
            let first = self.runs.len();
            for links in links.chunk_by(|a, b| (a.property, a.forward) == (b.property, b.forward)) {
                let Link {
                    property, forward, ..
                } = links[0];
                let start = self.known.ends.len() as u32;
                self.known.ends.extend(links.iter().map(|link| link.to));
                self.runs.push(Run {
                    step: self.known.steps.get(&property).copied().unwrap_or_default(),
                    property,
                    forward,
                    start,
                    end: self.known.ends.len() as u32,
                });
            }
            let runs = self.sorted(first);
            self.known.runs.insert(node, runs);
        }
        Ok(())
    }

    /// The nodes whose links are likely to be read next, the nearest first.
    fn waiting(&self) -> Vec<Node> {
        let mut next: Vec<(f64, Node)> = Vec::new();
        let mut wait = |cost: f64, node: Node, runs: &Option<Range<u32>>| match runs {
            None => next.push((cost, node)),
            Some(runs) => {
                let runs = runs.clone().map(|run| &self.runs[run as usize]);
                let ends = runs.flat_map(|run| &self.known.ends[run.places()]);
                next.extend(ends.map(|&end| (cost, end)));
            }
        };
        let radius = self.radius();
        let sure = self.ahead.sure.iter().map(|w| (w.cost, w.number));
        let blind = self.ahead.blind.iter().map(|w| (w.cost + radius, w.number));
        for (cost, number) in sure.chain(blind) {
            let partial = &self.ahead.grown[number as usize];
            wait(cost, partial.link.to, &partial.waiting);
        }
        for waiting in &self.behind.unsettled {
            let settled = &self.behind.settled[waiting.number as usize];
            wait(waiting.cost, settled.node, &settled.waiting);
        }
        for settled in &self.behind.settled[self.behind.entered..] {
            let cost = settled.rest + LEAST_NODE + self.ways.least_step;
            wait(cost, settled.node, &None);
        }
        next.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        next.into_iter().map(|(_, node)| node).collect()
    }

    fn drop_reifiers(&self, found: &mut [Vec<Link>]) -> Result<()> {
        let Some(reifies) = self.ways.reifies else {
            return Ok(());
        };
        let against = found.iter().flatten().filter(|link| !link.forward);
        let mut nodes: Vec<Node> = against.map(|link| link.to).collect();
        nodes.sort_unstable();
        nodes.dedup();
        let said = self
            .ways
            .graph
            .facts(&nodes, Direction::Out, Some(&[reifies]), 1)?;
        let reifiers: NodeSet = nodes
            .into_iter()
            .zip(said)
            .filter(|(_, said)| !said.facts.is_empty())
            .map(|(node, _)| node)
            .collect();
        for links in found {
            links.retain(|link| !reifiers.contains(&link.to));
        }
        Ok(())
    }

    /// Learns the costs of steps in two requests.
    fn weigh<'l>(&mut self, links: impl Iterator<Item = &'l Link> + Clone) -> Result<()> {
        let mut nodes: Vec<Node> = links.clone().map(|link| link.to).collect();
        nodes.sort_unstable();
        nodes.dedup();
        nodes.retain(|node| !self.known.nodes.contains_key(node));
        for (node, degree) in nodes.iter().zip(self.ways.graph.degrees(&nodes)?) {
            let cost = self.cost_of_degree(degree);
            self.known.nodes.insert(*node, cost);
        }
        let mut properties: Vec<Node> = links.map(|link| link.property).collect();
        properties.sort_unstable();
        properties.dedup();
        properties.retain(|property| !self.known.steps.contains_key(property));
        let uses = |property: &Node| Pattern {
            property: Some(*property),
            ..Pattern::default()
        };
        let patterns: Vec<Pattern> = properties.iter().map(uses).collect();
        for (property, count) in properties.iter().zip(self.ways.graph.counts(&patterns)?) {
            self.known.steps.insert(*property, cost_of_use(count));
        }
        Ok(())
    }

    /// What going through a node costs: log₂(1 + degree), without end where paths may not go through that many facts.
    pub(super) fn node_cost(&mut self, node: Node) -> Result<f64> {
        if let Some(known) = self.known.nodes.get(&node) {
            return Ok(*known);
        }
        let degree = self.ways.graph.degree(node)?;
        let cost = self.cost_of_degree(degree);
        if self.ways.graph.is_remote() {
            self.known.nodes.insert(node, cost);
        }
        Ok(cost)
    }

    fn cost_of_degree(&mut self, degree: u64) -> f64 {
        if degree > self.ways.max_degree {
            self.partial = true;
            return f64::INFINITY;
        }
        match NODE_COSTS.get(degree as usize) {
            Some(cost) => *cost,
            None => cost_of_node(degree),
        }
    }
}

/// What going through a node costs that so few triples have: most nodes, and logarithms take their time.
static NODE_COSTS: LazyLock<Vec<f64>> = LazyLock::new(|| (0..1024).map(cost_of_node).collect());

/// What going through a node costs that so many triples have: log₂ of one more.
fn cost_of_node(degree: u64) -> f64 {
    #[allow(clippy::cast_precision_loss)]
    let cost = (1.0 + degree as f64).log2();
    cost
}

/// What a step costs by a property that so many triples have: 1 + ½·ln of how many.
pub(super) fn cost_of_use(count: u64) -> f64 {
    #[allow(clippy::cast_precision_loss)]
    let cost = 1.0 + 0.5 * (count.max(1) as f64).ln();
    cost
}
