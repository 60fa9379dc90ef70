//! How two nodes are connected: the cheapest paths between them.
//!
//! A path costs 1 + ½·ln(frequency of the property) a step and log₂(1 + degree) a node on the way, so that telling links
//! between little connected nodes go before common links through hubs (after WiSP, Tartari and Hogan 2018,
//! <https://doi.org/10.1007/978-3-030-01379-0_15>). From one end grow partial paths, cheapest first; from the other
//! grow exact distances, which tell each partial path at least how far it still has to go. Whichever side has fewer
//! open ends grows. Ids only: no term is decoded here.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

use crate::cancel;
use crate::error::Result;
use crate::graph::{Graph, Link, Node, Pattern};
use crate::session::Session;

/// How many facts of a hub are read where it is one of the two ends.
const HUB: usize = 20_000;

/// How many links are looked at before a search that found nothing gives up.
const LINKS: usize = 5_000_000;

/// How many links are looked at for further paths, besides as many as the first one took.
const FURTHER_LINKS: usize = 1_000;

/// How many paths are looked at for each that is wanted: the others fold into those of the same shape.
const FOLDED: usize = 16;

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
        let roles = &session.role_nodes;
        let skipped = [
            &roles.label,
            &roles.alias,
            &roles.description,
            &roles.noise,
            &roles.source,
            &roles.claim,
            &roles.scope,
            &roles.first_step_only,
        ];
        Self {
            graph: &session.graph,
            reifies: session.reifies_node,
            skipped: skipped
                .into_iter()
                .flatten()
                .copied()
                .chain(session.type_node)
                .chain(session.reifies_node)
                .collect(),
            only: NodeSet::default(),
            avoided: roles.bookkeeping.iter().copied().collect(),
            max_degree,
            max_hops,
        }
    }

    /// The same without these nodes and these properties.
    pub fn avoiding(mut self, nodes: &[Node]) -> Self {
        self.avoided.extend(nodes);
        self.skipped.extend(nodes);
        self
    }

    /// The same over these properties only, whatever they are; over all when there are none.
    pub fn only(mut self, properties: &[Node]) -> Self {
        self.only.extend(properties);
        self
    }

    /// Whether a step may be taken, its degree aside.
    fn admits(&self, link: Link) -> Result<bool> {
        let property = if self.only.is_empty() {
            !self.skipped.contains(&link.property)
        } else {
            self.only.contains(&link.property)
        };
        if !property || self.graph.is_literal(link.to) || self.avoided.contains(&link.to) {
            return Ok(false);
        }
        match self.reifies {
            Some(reifies) if !link.forward => {
                let pattern = Pattern {
                    subject: Some(link.to),
                    property: Some(reifies),
                    object: None,
                };
                Ok(self.graph.counts(&[pattern])?.iter().all(|n| *n == 0))
            }
            _ => Ok(true),
        }
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
        let swapped = self.graph.degree(from)? > self.graph.degree(to)?;
        let (start, goal) = if swapped { (to, from) } else { (from, to) };
        let mut search = Search::new(self, start, goal)?;
        let mut walks = search.run(top)?;
        if swapped {
            for walk in &mut walks {
                turn(walk, start);
            }
        }
        Ok(Found {
            walks,
            partial: search.partial,
        })
    }
}

/// Turns a path from `start` round.
fn turn(walk: &mut Walk, start: Node) {
    let mut before = start;
    for link in &mut walk.steps {
        std::mem::swap(&mut before, &mut link.to);
        link.forward = !link.forward;
    }
    walk.steps.reverse();
}

/// A partial path: its last step, and the partial path before that.
#[derive(Clone, Copy)]
struct Partial {
    link: Link,
    before: u32,
    cost: f64,
    hops: u32,
}

struct Search<'w, 'a> {
    ways: &'w Ways<'a>,
    start: Node,
    goal: Node,
    /// Partial paths; the first is empty and leads to the start.
    grown: Vec<Partial>,
    open: BinaryHeap<(Reverse<Cost>, Reverse<u32>)>,
    /// Exact costs to the goal, and what is still to be settled.
    settled: NodeMap<f64>,
    seen: NodeMap<f64>,
    unsettled: BinaryHeap<(Reverse<Cost>, Reverse<Node>)>,
    goal_grows: bool,
    frequency: NodeMap<f64>,
    node_cost: NodeMap<Option<f64>>,
    links: Vec<Link>,
    looked_at: usize,
    partial: bool,
}

/// A cost that sorts; none is ever not a number.
#[derive(Clone, Copy, PartialEq)]
struct Cost(f64);

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
    fn new(ways: &'w Ways<'a>, start: Node, goal: Node) -> Result<Self> {
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
            goal_grows: ways.graph.degree(goal)? <= HUB as u64,
            frequency: NodeMap::default(),
            node_cost: NodeMap::default(),
            links: Vec::new(),
            looked_at: 0,
            partial: false,
        })
    }

    /// Grows until enough paths are found, none is left or the effort is spent.
    fn run(&mut self, top: usize) -> Result<Vec<Walk>> {
        let mut walks: Vec<Walk> = Vec::new();
        let mut found = 0;
        let mut budget = LINKS;
        while found < top * FOLDED {
            cancel::poll();
            if self.looked_at > budget {
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
            if self.is_on(at, link.to) || !self.ways.admits(link)? {
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
            if self.settled.contains_key(&link.to) || !self.ways.admits(link)? {
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

    /// Reads the links of a node into `links`.
    fn read(&mut self, node: Node) -> Result<()> {
        let graph = self.ways.graph;
        if graph.links(node, HUB, &mut self.links)? {
            self.partial = true;
            if node == self.start {
                direct(graph, node, self.goal, &mut self.links)?;
            }
        }
        self.looked_at += self.links.len();
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

    /// What a step costs, with the node that it leads to unless that is the end; `None` when that is a hub.
    fn step_cost(&mut self, link: Link, end: Node) -> Result<Option<f64>> {
        let node = if link.to == end {
            Some(0.0)
        } else {
            self.node_cost(link.to)?
        };
        let property = self.frequency(link.property)?;
        Ok(node.map(|node| 1.0 + property + node))
    }

    /// log₂(1 + degree), or `None` for a node with more facts than paths may go through.
    fn node_cost(&mut self, node: Node) -> Result<Option<f64>> {
        if let Some(known) = self.node_cost.get(&node) {
            return Ok(*known);
        }
        let degree = self.ways.graph.degree(node)?;
        let allowed = degree <= self.ways.max_degree;
        self.partial |= !allowed;
        #[allow(clippy::cast_precision_loss)]
        let cost = allowed.then(|| (1.0 + degree as f64).log2());
        self.node_cost.insert(node, cost);
        Ok(cost)
    }

    /// ½·ln of how many triples have a property.
    fn frequency(&mut self, property: Node) -> Result<f64> {
        if let Some(known) = self.frequency.get(&property) {
            return Ok(*known);
        }
        let pattern = Pattern {
            property: Some(property),
            ..Pattern::default()
        };
        let count: u64 = self.ways.graph.counts(&[pattern])?.iter().sum();
        #[allow(clippy::cast_precision_loss)]
        let cost = 0.5 * (count.max(1) as f64).ln();
        self.frequency.insert(property, cost);
        Ok(cost)
    }
}

/// Adds the links from one node to another, found by asking for each property: for hubs, whose links are not all read.
fn direct(graph: &Graph, from: Node, to: Node, links: &mut Vec<Link>) -> Result<()> {
    links.retain(|link| link.to != to);
    for used in graph.predicates()? {
        for (forward, subject, object) in [(true, from, to), (false, to, from)] {
            if graph.contains(subject, used.property, object)? {
                links.push(Link {
                    property: used.property,
                    to,
                    forward,
                });
            }
        }
    }
    Ok(())
}

type NodeMap<V> = HashMap<Node, V, BuildHasherDefault<NodeHasher>>;
type NodeSet = HashSet<Node, BuildHasherDefault<NodeHasher>>;

/// Scatters numbers of nodes by Fibonacci hashing (Knuth, TAOCP 3, 6.4): they come from the graph, not from a stranger.
#[derive(Debug, Clone, Copy, Default)]
struct NodeHasher(u64);

impl Hasher for NodeHasher {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u64(u64::from(byte));
        }
    }
    fn write_u32(&mut self, n: u32) {
        self.write_u64(u64::from(n));
    }
    fn write_u64(&mut self, n: u64) {
        let mixed = (self.0 ^ n).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        self.0 = mixed ^ (mixed >> 32);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn found(session: &Session, from: &str, to: &str, top: usize) -> Found {
        Ways::new(session, 6, 1000)
            .between(session.named(from), session.named(to), top)
            .expect("local")
    }

    /// Paths as their nodes and properties: `:a p :b`, with `^` on a step against its direction.
    fn told(session: &Session, from: &str, found: &Found) -> Vec<String> {
        let short = |node: Node| {
            session.prefixes.display(
                session
                    .graph
                    .term(node)
                    .to_string()
                    .trim_matches(['<', '>']),
            )
        };
        let step = |step: &Link| {
            let against = if step.forward { "" } else { "^" };
            format!(" {against}{} {}", short(step.property), short(step.to))
        };
        let walk = |walk: &Walk| walk.steps.iter().map(step).collect::<String>();
        found
            .walks
            .iter()
            .map(|w| format!("{from}{}", walk(w)))
            .collect()
    }

    #[test]
    fn a_path_may_follow_facts_against_their_direction() {
        let session = Session::sample(":a :p :b . :c :p :b . :c :q :d .");
        assert_eq!(
            told(&session, ":a", &found(&session, ":a", ":d", 1)),
            [":a :p :b ^:p :c :q :d"]
        );
        assert_eq!(
            told(&session, ":d", &found(&session, ":d", ":a", 1)),
            [":d ^:q :c :p :b ^:p :a"]
        );
    }

    #[test]
    fn a_longer_path_through_little_known_nodes_beats_a_shorter_one_through_a_hub() {
        let mut turtle = ":a :p :hub . :b :p :hub . :a :q :x . :x :q :y . :y :q :b .".to_owned();
        for i in 0..500 {
            turtle += &format!(":s{i} :p :hub .");
        }
        let session = Session::sample(&turtle);
        let told = told(&session, ":a", &found(&session, ":a", ":b", 2));
        assert_eq!(told, [":a :q :x :q :y :q :b", ":a :p :hub ^:p :b"]);
    }

    #[test]
    fn kinds_names_and_reifiers_connect_nothing() {
        let session = Session::sample(
            ":a a :T ; rdfs:label 'x' . :b a :T ; rdfs:label 'x' . :a :p :c {| :comparedTo :b |} . :c :size 1 . :b :size 1 .",
        );
        assert_eq!(found(&session, ":a", ":b", 3).walks, []);
        let type_node = session.type_node.expect("it occurs");
        let ways = Ways::new(&session, 6, 1000).only(&[type_node]);
        let found = ways
            .between(session.named(":a"), session.named(":b"), 3)
            .expect("local");
        assert_eq!(found.walks.len(), 1);
    }

    #[test]
    fn paths_of_one_shape_are_folded() {
        let session =
            Session::sample(":a :p :x , :y , :z . :x :q :b . :y :q :b . :z :q :b . :a :r :b .");
        let found = found(&session, ":a", ":b", 5);
        let folded: Vec<usize> = found.walks.iter().map(|w| w.folded).collect();
        assert_eq!(folded, [0, 2]);
    }

    #[test]
    fn caps_are_told() {
        let session = Session::sample(":a :p :b . :b :p :c . :c :p :d .");
        let ends = (session.named(":a"), session.named(":d"));
        let short = Ways::new(&session, 2, 1000)
            .between(ends.0, ends.1, 1)
            .expect("local");
        assert!(short.walks.is_empty() && short.partial);
        let narrow = Ways::new(&session, 6, 1)
            .between(ends.0, ends.1, 1)
            .expect("local");
        assert!(narrow.walks.is_empty() && narrow.partial);
    }

    /// All simple paths with at most six steps, each step as (from, property, to, cost of the step).
    fn all_paths(
        edges: &[(u8, u8, u8)],
        at: u8,
        goal: u8,
        path: &mut Vec<(u8, u8, bool, u8)>,
        all: &mut Vec<Vec<(u8, u8, bool, u8)>>,
    ) {
        if at == goal {
            all.push(path.clone());
            return;
        }
        if path.len() == 6 {
            return;
        }
        for &(s, p, o) in edges {
            for (from, to, forward) in [(s, o, true), (o, s, false)] {
                let visited = path.iter().any(|step| step.0 == to) || to == at;
                if from == at && !visited {
                    path.push((from, p, forward, to));
                    all_paths(edges, to, goal, path, all);
                    path.pop();
                }
            }
        }
    }

    fn brute_force(edges: &[(u8, u8, u8)]) -> Vec<f64> {
        let mut all = Vec::new();
        all_paths(edges, 0, 1, &mut Vec::new(), &mut all);
        let count =
            |is: &dyn Fn(&(u8, u8, u8)) -> bool| edges.iter().filter(|e| is(e)).count() as f64;
        let mut costs: Vec<f64> = all
            .iter()
            .map(|path| {
                let steps = path.iter().map(|&(_, p, _, to)| {
                    let degree = count(&|e| e.0 == to) + count(&|e| e.2 == to);
                    let node = if to == 1 { 0.0 } else { (1.0 + degree).log2() };
                    1.0 + 0.5 * count(&|e| e.1 == p).ln() + node
                });
                steps.sum()
            })
            .collect();
        costs.sort_by(f64::total_cmp);
        costs
    }

    proptest! {
        #[test]
        fn the_cheapest_paths_are_those_that_trying_all_finds(edges in prop::collection::btree_set((0_u8..7, 0_u8..3, 0_u8..7), 1..14)) {
            let edges: Vec<(u8, u8, u8)> = edges.into_iter().collect();
            let mut turtle = ":n0 :known :n0 . :n1 :known :n1 .".to_owned();
            for (s, p, o) in &edges {
                turtle += &format!(":n{s} :p{p} :n{o} .\n");
            }
            let session = Session::sample(&turtle);
            let found = found(&session, ":n0", ":n1", 20);
            let costs = brute_force(&edges);
            let mine: Vec<f64> = found.walks.iter().map(|w| w.cost).collect();
            prop_assert!(mine.is_sorted());
            prop_assert_eq!(mine.first().map(|c| (c * 1e6).round()), costs.first().map(|c| (c * 1e6).round()));
            let all: usize = found.walks.iter().map(|w| 1 + w.folded).sum();
            if costs.len() < 20 {
                prop_assert_eq!(all, costs.len());
            }
        }
    }
}
