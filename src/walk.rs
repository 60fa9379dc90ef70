//! How two nodes are connected: the cheapest paths between them.
//!
//! A path costs 1 + ½·ln(frequency of the property) a step and log₂(1 + degree) a node on the way, so that telling links
//! between little connected nodes go before common links through hubs (after WiSP, Tartari and Hogan 2018,
//! <https://doi.org/10.1007/978-3-030-01379-0_15>). From one end grow partial paths, cheapest first; from the other
//! grow exact distances, which tell each partial path at least how far it still has to go. Whichever side has looked at
//! fewer links grows. Ids only: no term is decoded here.

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

use crate::error::Result;
use crate::graph::{Graph, Link, Node, Pattern, PredicateUse};
use crate::session::Session;
use search::{ROUNDING, Search};

mod ahead;
mod behind;
mod links;
mod reach;
mod search;

/// What paths may go through.
#[derive(Debug, Clone)]
pub struct Ways<'a> {
    graph: &'a Graph,
    reifies: Option<Node>,
    skipped: NodeSet,
    only: NodeSet,
    avoided: NodeSet,
    max_degree: u64,
    max_hops: usize,
    /// What the steps by each of the graph's predicates cost, where the graph is at hand.
    steps: Vec<Step>,
    /// What no step costs less than.
    least_step: f64,
}

/// What the steps by a property cost up to their ends; without end where none may be taken.
#[derive(Debug, Clone, Copy)]
struct Step {
    property: Node,
    cost: f64,
}

/// A path: its cost, and its steps in order.
#[derive(Debug, Clone, PartialEq)]
pub struct Walk {
    /// The cost as the module describes it.
    pub cost: f64,
    /// The steps, each leading on from where the one before led to.
    pub steps: Vec<Link>,
    /// How many further paths have the same properties in the same directions.
    pub folded: usize,
}

/// What a search found.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// The paths, cheapest first.
    pub walks: Vec<Walk>,
    /// Whether a cap may have hidden others.
    pub partial: bool,
}

impl<'a> Ways<'a> {
    /// All facts between concepts: no names, descriptions, kinds, provenance, exam remarks or other noise, and no more
    /// than so many steps and facts of a node on the way.
    pub fn new(session: &'a Session, max_hops: usize, max_degree: u64) -> Self {
        let roles = session.role_nodes();
        let skipped = [
            &roles.label,
            &roles.alias,
            &roles.hidden,
            &roles.description,
            &roles.noise,
            &roles.source,
            &roles.claim,
            &roles.scope,
            &roles.first_step_only,
        ];
        let ways = Self {
            graph: &session.graph,
            reifies: session.reifies_node(),
            skipped: skipped
                .into_iter()
                .flatten()
                .copied()
                .chain(session.type_node())
                .chain(session.reifies_node())
                .collect(),
            only: NodeSet::default(),
            avoided: roles.bookkeeping.iter().copied().collect(),
            max_degree,
            max_hops,
            steps: Vec::new(),
            least_step: 1.0,
        };
        ways.priced()
    }

    /// The same with what the steps that are allowed cost, as far as that can be told without asking.
    fn priced(mut self) -> Self {
        if !self.graph.is_remote() {
            let uses = self.graph.predicates().unwrap_or_default();
            let step = |used: &PredicateUse| Step {
                property: used.property,
                cost: match self.admits_property(used.property) {
                    true => links::cost_of_use(used.triples),
                    false => f64::INFINITY,
                },
            };
            self.steps = uses.iter().map(step).collect();
            let costs = self.steps.iter().map(|step| step.cost);
            self.least_step = costs.fold(f64::INFINITY, f64::min);
        }
        self
    }

    /// The same to and through these nodes, be they classes that tell nothing of a thing's kind.
    pub fn reaching(mut self, nodes: &[Node]) -> Self {
        for node in nodes {
            self.avoided.remove(node);
        }
        self
    }

    /// The same without these nodes and these properties.
    pub fn avoiding(mut self, nodes: &[Node]) -> Self {
        self.avoided.extend(nodes);
        self.skipped.extend(nodes);
        self.priced()
    }

    /// The same over these properties only, whatever they are; over all when there are none.
    pub fn only(mut self, properties: &[Node]) -> Self {
        self.only.extend(properties);
        self.priced()
    }

    /// Whether steps may be taken by a property.
    fn admits_property(&self, property: Node) -> bool {
        match self.only.is_empty() {
            true => !self.skipped.contains(&property),
            false => self.only.contains(&property),
        }
    }

    /// Whether steps may lead to a node, as far as can be told without asking the graph.
    fn admits_end(&self, node: Node) -> bool {
        !self.graph.is_literal(node) && !self.avoided.contains(&node)
    }

    /// Whether the graph says that a node stands for a statement: it annotates rather than connects.
    fn is_reifier(&self, node: Node) -> Result<bool> {
        let Some(reifies) = self.reifies else {
            return Ok(false);
        };
        let pattern = Pattern {
            subject: Some(node),
            property: Some(reifies),
            object: None,
        };
        Ok(self.graph.counts(&[pattern])?.iter().any(|n| *n > 0))
    }

    /// Whether a link comes from a node that annotates: only such a node points at what it says something about.
    fn annotates(&self, link: Link) -> Result<bool> {
        // What was fetched has none of them left.
        let known = link.forward || self.graph.is_remote();
        Ok(!known && self.is_reifier(link.to)?)
    }

    /// The cheapest paths between two nodes, at most `top` of different shapes.
    ///
    /// # Errors
    /// An endpoint that fails.
    pub fn between(&self, from: Node, to: Node, top: usize) -> Result<Found> {
        if from == to || top == 0 {
            return Ok(Found::default());
        }
        // Partial paths grow from the end with fewer facts.
        let degrees = self.graph.degrees(&[from, to])?;
        let swapped = degrees.first() > degrees.last();
        let (start, goal) = if swapped { (to, from) } else { (from, to) };
        if !self.admits_end(goal) {
            return Ok(Found::default());
        }
        let mut search = Search::new(self, start, goal)?;
        let mut walks = search.run(top)?;
        if swapped {
            for walk in &mut walks {
                walk.turn(start);
            }
        }
        walks.sort_by(Walk::order);
        walks.truncate(top);
        Ok(Found {
            walks,
            partial: search.partial,
        })
    }
}

/// A cost without its last digits, in which sums of the same costs in another order differ.
pub fn rounded(cost: f64) -> f64 {
    (cost / ROUNDING).round()
}

impl Walk {
    /// The cheaper first, of equally cheap ones the shorter, then by properties and nodes.
    pub fn order(&self, other: &Self) -> Ordering {
        let step = |step: &Link| (step.property, !step.forward, step.to);
        let by_length = self.steps.len().cmp(&other.steps.len());
        let by_steps = || {
            self.steps
                .iter()
                .map(step)
                .cmp(other.steps.iter().map(step))
        };
        let by_cost = rounded(self.cost).total_cmp(&rounded(other.cost));
        by_cost.then(by_length).then_with(by_steps)
    }

    /// Whether another path has the same properties in the same directions.
    fn is_like(&self, other: &Self) -> bool {
        let shape = |step: &Link| (step.property, step.forward);
        let (own, others) = (self.steps.iter().map(shape), other.steps.iter().map(shape));
        own.eq(others)
    }

    /// Turns the path from `start` round.
    fn turn(&mut self, start: Node) {
        let mut before = start;
        for link in &mut self.steps {
            std::mem::swap(&mut before, &mut link.to);
            link.forward = !link.forward;
        }
        self.steps.reverse();
    }
}

type NodeMap<V> = HashMap<Node, V, BuildHasherDefault<NodeHasher>>;
type NodeSet = HashSet<Node, BuildHasherDefault<NodeHasher>>;

/// Scatters numbers of nodes by Fibonacci hashing (Knuth, TAOCP 3, 6.4): they come from the graph, not from a stranger.
#[derive(Debug, Clone, Copy, Default)]
struct NodeHasher(u64);

impl Hasher for NodeHasher {
    #[inline]
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u64(u64::from(byte));
        }
    }
    #[inline]
    fn write_u32(&mut self, n: u32) {
        self.write_u64(u64::from(n));
    }
    #[inline]
    fn write_u64(&mut self, n: u64) {
        let mixed = (self.0 ^ n).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        self.0 = mixed ^ (mixed >> 32);
    }
}

#[cfg(test)]
mod tests;
