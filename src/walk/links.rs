//! Links and their costs, read one node at a time from a graph at hand, many at once from an endpoint.

use std::cmp::Reverse;

use super::NodeSet;
use super::search::{Cost, Search};
use crate::answer::Direction;
use crate::error::Result;
use crate::graph::{Graph, Link, Node, Pattern};

/// How many facts of a hub are read where it is one of the two ends.
pub(super) const HUB: usize = 20_000;

/// How many nodes are asked about in one request.
const BATCH: usize = 100;

/// How many facts of a node in one direction a request brings.
const FETCHED: usize = 1_000;

impl Search<'_, '_> {
    /// Reads the links of a node that may be followed into `links`.
    pub(super) fn read(&mut self, node: Node) -> Result<()> {
        let graph = self.ways.graph;
        if graph.is_remote() {
            self.fetch(node)?;
            self.links
                .extend(self.fetched.get(&node).into_iter().flatten());
            return Ok(());
        }
        let more = graph.links(node, HUB, &mut self.links)?;
        self.looked_at += self.links.len();
        self.complete(node, more)?;
        let mut kept = 0;
        for i in 0..self.links.len() {
            let link = self.links[i];
            // Only a reifier points at what it annotates.
            if self.ways.admits(link) && (link.forward || !self.ways.is_reifier(link.to)?) {
                self.links[kept] = link;
                kept += 1;
            }
        }
        self.links.truncate(kept);
        Ok(())
    }

    /// Of a hub at the start not all links were read: those that lead straight to the goal are asked for.
    fn complete(&mut self, node: Node, more: bool) -> Result<()> {
        self.partial |= more;
        if more && node == self.start {
            direct(self.ways.graph, node, self.goal, &mut self.links)?;
        }
        Ok(())
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
        let mut next: Vec<(Reverse<Cost>, Node)> = Vec::new();
        next.extend(
            self.open
                .iter()
                .map(|(cost, Reverse(at))| (*cost, self.grown[*at as usize].link.to)),
        );
        next.extend(
            self.unsettled
                .iter()
                .map(|(cost, Reverse(node))| (*cost, *node)),
        );
        next.sort_by_key(|(Reverse(cost), node)| (*cost, *node));
        let mut nodes = vec![node];
        for (_, node) in next {
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
            links.retain(|link| self.ways.admits(*link));
            self.looked_at += links.len();
        }
        self.drop_reifiers(&mut found)?;
        self.weigh(found.iter().flatten())?;
        self.fetched.extend(nodes.into_iter().zip(found));
        Ok(())
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
        properties.retain(|property| !self.frequency.contains_key(property));
        let patterns: Vec<Pattern> = properties.iter().map(|&p| uses(p)).collect();
        for (property, count) in properties.iter().zip(self.ways.graph.counts(&patterns)?) {
            self.learn_frequency(*property, count);
        }
        Ok(())
    }

    /// What a step costs, with the node that it leads to unless that is the end; `None` when that is a hub.
    pub(super) fn step_cost(&mut self, link: Link, end: Node) -> Result<Option<f64>> {
        let node = if link.to == end {
            Some(0.0)
        } else {
            self.node_cost(link.to)?
        };
        let property = self.frequency(link.property)?;
        Ok(node.map(|node| 1.0 + property + node))
    }

    /// log₂(1 + degree), or `None` for a node with more facts than paths may go through.
    pub(super) fn node_cost(&mut self, node: Node) -> Result<Option<f64>> {
        if let Some(known) = self.node_cost.get(&node) {
            return Ok(*known);
        }
        let degree = self.ways.graph.degrees(&[node])?.iter().sum();
        Ok(self.learn_degree(node, degree))
    }

    fn learn_degree(&mut self, node: Node, degree: u64) -> Option<f64> {
        let allowed = degree <= self.ways.max_degree;
        self.partial |= !allowed;
        #[allow(clippy::cast_precision_loss)]
        let cost = allowed.then(|| (1.0 + degree as f64).log2());
        self.node_cost.insert(node, cost);
        cost
    }

    /// ½·ln of how many triples have a property.
    pub(super) fn frequency(&mut self, property: Node) -> Result<f64> {
        if let Some(known) = self.frequency.get(&property) {
            return Ok(*known);
        }
        let count = self.ways.graph.counts(&[uses(property)])?.iter().sum();
        Ok(self.learn_frequency(property, count))
    }

    fn learn_frequency(&mut self, property: Node, count: u64) -> f64 {
        #[allow(clippy::cast_precision_loss)]
        let cost = 0.5 * (count.max(1) as f64).ln();
        self.frequency.insert(property, cost);
        cost
    }
}

/// All triples with a property.
fn uses(property: Node) -> Pattern {
    Pattern {
        property: Some(property),
        ..Pattern::default()
    }
}

/// Adds the links from one node to another, found by asking for each property: for hubs, whose links are not all read.
fn direct(graph: &Graph, from: Node, to: Node, links: &mut Vec<Link>) -> Result<()> {
    links.retain(|link| link.to != to);
    for (forward, subject, object) in [(true, from, to), (false, to, from)] {
        let properties = graph.between(subject, object)?;
        links.extend(properties.into_iter().map(|property| Link {
            property,
            to,
            forward,
        }));
    }
    Ok(())
}
