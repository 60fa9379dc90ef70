//! How two nodes are connected: the cheapest paths between them.
//!
//! A path costs 1 + ½·ln(frequency of the property) a step and log₂(1 + degree) a node on the way, so that telling links
//! between little connected nodes go before common links through hubs (after WiSP, Tartari and Hogan 2018,
//! <https://doi.org/10.1007/978-3-030-01379-0_15>). From one end grow partial paths, cheapest first; from the other
//! grow exact distances, which tell each partial path at least how far it still has to go. Whichever side has fewer
//! open ends grows. Ids only: no term is decoded here.

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

use crate::error::Result;
use crate::graph::{Graph, Link, Node, Pattern};
use crate::session::Session;
use search::{ROUNDING, Search};

mod links;
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
    /// What no step costs less than.
    least_step: f64,
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
            least_step: 1.0,
        };
        ways.knowing_the_least_step()
    }

    /// The same with what the steps that are allowed cost at least, as far as that can be told without asking.
    fn knowing_the_least_step(mut self) -> Self {
        if !self.graph.is_remote() {
            let uses = self.graph.predicates().unwrap_or_default();
            let allowed = uses.iter().filter(|p| self.admits_property(p.property));
            let rarest = allowed.map(|p| p.triples).min();
            self.least_step = links::cost_of_use(rarest.unwrap_or(1));
        }
        self
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
        self.knowing_the_least_step()
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
        let type_node = session.type_node().expect("it occurs");
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
            // Sums of the same costs in another order differ in the last digit.
            let rounded = |cost: f64| (cost * 1e6).round();
            let mine: Vec<f64> = found.walks.iter().map(|w| rounded(w.cost)).collect();
            prop_assert!(mine.is_sorted());
            prop_assert_eq!(mine.first().copied(), costs.first().map(|&cost| rounded(cost)));
            let all: usize = found.walks.iter().map(|w| 1 + w.folded).sum();
            if costs.len() < 20 {
                prop_assert_eq!(all, costs.len());
            }
        }
    }
}
