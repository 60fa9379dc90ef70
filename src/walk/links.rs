//! Links and their costs, read one node at a time from a graph at hand, many at once from an endpoint.

use super::NodeSet;
use super::search::{Ahead, Behind, Priced, Search};
use crate::answer::Direction;
use crate::error::Result;
use crate::graph::{Link, Node, Pattern, Run};

/// How many facts of a hub are read where it is one of the two ends.
pub(super) const HUB: usize = 20_000;

/// How many nodes are asked about in one request.
const BATCH: usize = 100;

/// How many facts of a node in one direction a request brings.
const FETCHED: usize = 1_000;

impl Search<'_, '_> {
    /// Adds the links of a node that may be followed as far as their properties tell; whether there are more.
    pub(super) fn read(&mut self, node: Node) -> Result<bool> {
        let graph = self.ways.graph;
        if graph.is_remote() {
            self.fetch(node)?;
            self.runs
                .extend(self.fetched.get(&node).into_iter().flatten().cloned());
            return Ok(false);
        }
        let mut runs = std::mem::take(&mut self.unpriced);
        let more = graph.runs(node, HUB, &mut runs)?;
        self.partial |= more;
        for run in runs.drain(..) {
            if let Some(step) = self.step_cost(run.property)? {
                self.runs.push(Priced { run, step });
            }
        }
        self.unpriced = runs;
        Ok(more)
    }

    /// A step of a run.
    pub(super) fn link(&self, run: usize, place: usize) -> Link {
        let run = &self.runs[run].run;
        Link {
            property: run.property,
            to: self.ways.graph.end(run, place),
            forward: run.forward,
        }
    }

    /// Whether a link comes from a node that annotates: only such a node points at what it says something about.
    pub(super) fn annotates(&self, link: Link) -> Result<bool> {
        // What was fetched has none of them left.
        let known = link.forward || self.ways.graph.is_remote();
        Ok(!known && self.ways.is_reifier(link.to)?)
    }

    /// The links from the start to the goal, found by asking for each property: for hubs, whose links are not all read.
    pub(super) fn direct(&self) -> Result<Vec<Link>> {
        let mut links = Vec::new();
        for forward in [true, false] {
            let (subject, object) = match forward {
                true => (self.start, self.goal),
                false => (self.goal, self.start),
            };
            let properties = self.ways.graph.between(subject, object)?;
            links.extend(properties.into_iter().map(|property| Link {
                property,
                to: self.goal,
                forward,
            }));
        }
        Ok(links)
    }

    /// Fetches the links of a node, with those of the nodes that come after it on either side, and what they cost.
    fn fetch(&mut self, node: Node) -> Result<()> {
        if self.fetched.contains_key(&node) {
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
                && !self.fetched.contains_key(&node)
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
            let mut runs = Vec::new();
            for run in Run::of(&links) {
                if let Some(step) = self.step_cost(run.property)? {
                    runs.push(Priced { run, step });
                }
            }
            self.fetched.insert(node, runs);
        }
        Ok(())
    }

    /// The nodes whose links are likely to be read next, the nearest first.
    fn waiting(&self) -> Vec<Node> {
        let ends = |run: u32| {
            let run = &self.runs[run as usize].run;
            (0..run.len()).map(|place| self.ways.graph.end(run, place))
        };
        let mut next: Vec<(f64, Node)> = Vec::new();
        for waiting in &self.open {
            match waiting.next {
                Ahead::Path(at) => next.push((waiting.cost, self.grown[at as usize].link.to)),
                Ahead::Steps(steps) => {
                    let ends = ends(self.steps[steps as usize].run);
                    next.extend(ends.map(|node| (waiting.cost, node)));
                }
            }
        }
        for waiting in &self.unsettled {
            match waiting.next {
                Behind::Node(node) => next.push((waiting.cost, node)),
                Behind::Run(run) => next.extend(ends(run).map(|node| (waiting.cost, node))),
            }
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
        nodes.retain(|node| !self.node_cost.contains_key(node));
        for (node, degree) in nodes.iter().zip(self.ways.graph.degrees(&nodes)?) {
            self.learn_degree(*node, degree);
        }
        let mut properties: Vec<Node> = links.map(|link| link.property).collect();
        properties.sort_unstable();
        properties.dedup();
        properties.retain(|property| !self.step_cost.contains_key(property));
        let patterns: Vec<Pattern> = properties.iter().map(|&p| uses(p)).collect();
        for (property, count) in properties.iter().zip(self.ways.graph.counts(&patterns)?) {
            self.learn_use(*property, count);
        }
        Ok(())
    }

    /// What going through a node costs: log₂(1 + degree), without end where paths may not go through that many facts.
    pub(super) fn node_cost(&mut self, node: Node) -> Result<f64> {
        if !self.ways.graph.is_remote() {
            let degree = self.ways.graph.degree(node)?;
            return Ok(self.cost_of_degree(degree));
        }
        if let Some(known) = self.node_cost.get(&node) {
            return Ok(*known);
        }
        let degree = self.ways.graph.degree(node)?;
        Ok(self.learn_degree(node, degree))
    }

    fn learn_degree(&mut self, node: Node, degree: u64) -> f64 {
        let cost = self.cost_of_degree(degree);
        self.node_cost.insert(node, cost);
        cost
    }

    fn cost_of_degree(&mut self, degree: u64) -> f64 {
        if degree > self.ways.max_degree {
            self.partial = true;
            return f64::INFINITY;
        }
        #[allow(clippy::cast_precision_loss)]
        let cost = (1.0 + degree as f64).log2();
        cost
    }

    /// What a step by a property costs up to its end; `None` where none may be taken.
    pub(super) fn step_cost(&mut self, property: Node) -> Result<Option<f64>> {
        if let Some(known) = self.step_cost.get(&property) {
            return Ok(*known);
        }
        if !self.ways.admits_property(property) {
            self.step_cost.insert(property, None);
            return Ok(None);
        }
        let count = self.ways.graph.counts(&[uses(property)])?.iter().sum();
        Ok(Some(self.learn_use(property, count)))
    }

    fn learn_use(&mut self, property: Node, count: u64) -> f64 {
        let cost = cost_of_use(count);
        self.step_cost.insert(property, Some(cost));
        cost
    }
}

/// What a step costs by a property that so many triples have: 1 + ½·ln of how many.
pub(super) fn cost_of_use(count: u64) -> f64 {
    #[allow(clippy::cast_precision_loss)]
    let cost = 1.0 + 0.5 * (count.max(1) as f64).ln();
    cost
}

/// All triples with a property.
fn uses(property: Node) -> Pattern {
    Pattern {
        property: Some(property),
        ..Pattern::default()
    }
}
