//! Steps from the particular to the general and back, over whatever predicates the roles call a hierarchy.

use std::collections::{BTreeMap, HashSet};

use petgraph::algo::tarjan_scc;
use petgraph::graphmap::DiGraphMap;

use crate::answer::Direction;
use crate::error::Result;
use crate::facts;
use crate::graph::{Facts, Kind, Node, Pattern};
use crate::session::Session;

/// The steps that lead from each of these nodes one level up (`Out`) or down (`In`), at most `cap` a node.
///
/// `from_itself` tells that these are the concepts in question: only from them does an instance lead to its class.
/// Steps to classes that tell nothing of a thing's kind, to blank nodes and from a node to itself are left out, and of
/// several between the same two nodes all but the one of the first rank.
///
/// # Errors
/// An endpoint that fails.
pub fn steps(
    session: &Session,
    nodes: &[Node],
    direction: Direction,
    from_itself: bool,
    cap: usize,
) -> Result<Vec<Facts>> {
    let properties = properties(session, direction, from_itself);
    along(session, nodes, direction, &properties, cap)
}

/// How many triples such [`steps`] from a node rest on.
///
/// # Errors
/// An endpoint that fails.
pub fn count(
    session: &Session,
    node: Node,
    direction: Direction,
    from_itself: bool,
) -> Result<u64> {
    let patterns: Vec<Pattern> = properties(session, direction, from_itself)
        .into_iter()
        .map(|property| facts::pattern(node, property, direction))
        .collect();
    Ok(session.graph.counts(&patterns)?.iter().sum())
}

fn properties(session: &Session, direction: Direction, from_itself: bool) -> Vec<Node> {
    let roles = session.role_nodes();
    let climbs =
        |p: &Node| from_itself || direction == Direction::In || !roles.first_step_only.contains(p);
    roles.hierarchy.iter().copied().filter(climbs).collect()
}

/// The steps along these properties; see [`steps`].
fn along(
    session: &Session,
    nodes: &[Node],
    direction: Direction,
    properties: &[Node],
    cap: usize,
) -> Result<Vec<Facts>> {
    let graph = &session.graph;
    let mut steps = graph.facts(nodes, direction, Some(properties), cap)?;
    for (&node, steps) in nodes.iter().zip(&mut steps) {
        let mut seen = HashSet::new();
        steps.facts.retain(|step| {
            seen.insert(step.value)
                && step.value != node
                && !session.role_nodes().bookkeeping.contains(&step.value)
                && graph.kind(step.value) == Kind::Iri
        });
    }
    Ok(steps)
}

/// How many ancestors of one concept are looked at.
const ANCESTORS: usize = 10_000;

/// How many concepts below one are looked at.
const DESCENDANTS: usize = 10_000;

/// How many steps from one concept in one direction are looked at.
const STEPS: usize = 1_000;

/// What stands above a concept.
#[derive(Debug, Clone, Default)]
pub struct Ancestry {
    /// The concept itself and its ancestors, with the steps up to each.
    pub distances: BTreeMap<Node, usize>,
    /// The steps: from, property, to.
    pub steps: Vec<(Node, Node, Node)>,
}

impl Ancestry {
    /// The steps of a shortest way up to an ancestor.
    pub fn way_to(&self, ancestor: Node) -> Vec<(Node, Node, Node)> {
        let mut way = Vec::new();
        let mut at = ancestor;
        while let Some(distance) = self.distances.get(&at).copied().filter(|d| *d > 0) {
            let below = |step: &&(Node, Node, Node)| {
                step.2 == at && self.distances.get(&step.0) == Some(&(distance - 1))
            };
            let Some(step) = self.steps.iter().find(below) else {
                break;
            };
            way.push(*step);
            at = step.0;
        }
        way
    }
}

/// The ancestors of each of these concepts, level by level.
///
/// # Errors
/// An endpoint that fails.
pub fn ancestries(session: &Session, nodes: &[Node]) -> Result<Vec<Ancestry>> {
    let mut found: Vec<Ancestry> = Vec::with_capacity(nodes.len());
    let mut levels: Vec<Vec<Node>> = Vec::with_capacity(nodes.len());
    for &node in nodes {
        found.push(Ancestry {
            distances: BTreeMap::from([(node, 0)]),
            steps: Vec::new(),
        });
        levels.push(vec![node]);
    }
    for depth in 0.. {
        let mut asked: Vec<Node> = levels.iter().flatten().copied().collect();
        asked.sort_unstable();
        asked.dedup();
        if asked.is_empty() {
            break;
        }
        let steps = steps(session, &asked, Direction::Out, depth == 0, STEPS)?;
        for (ancestry, level) in found.iter_mut().zip(&mut levels) {
            let mut next = Vec::new();
            for node in level.iter() {
                let Ok(at) = asked.binary_search(node) else {
                    continue;
                };
                for step in &steps[at].facts {
                    ancestry.steps.push((*node, step.property, step.value));
                    if ancestry.distances.len() < ANCESTORS
                        && !ancestry.distances.contains_key(&step.value)
                    {
                        ancestry.distances.insert(step.value, depth + 1);
                        next.push(step.value);
                    }
                }
            }
            *level = next;
        }
    }
    Ok(found)
}

/// The ancestors that all concepts share and that are above no other such ancestor; a concept counts as its own ancestor.
///
/// What lies on a cycle is one thing: of such ancestors the one that its concepts reach first stands for all.
pub fn least_common(ancestries: &[&Ancestry]) -> Vec<Node> {
    let Some((first, others)) = ancestries.split_first() else {
        return Vec::new();
    };
    let common: Vec<Node> = first
        .distances
        .keys()
        .copied()
        .filter(|node| {
            others
                .iter()
                .all(|other| other.distances.contains_key(node))
        })
        .collect();
    let mut graph: DiGraphMap<Node, ()> = DiGraphMap::new();
    for &node in &common {
        graph.add_node(node);
    }
    for &(from, _, to) in ancestries.iter().flat_map(|a| &a.steps) {
        if graph.contains_node(from) && graph.contains_node(to) {
            graph.add_edge(from, to, ());
        }
    }
    let components = tarjan_scc(&graph);
    let component: BTreeMap<Node, usize> = components
        .iter()
        .enumerate()
        .flat_map(|(i, nodes)| nodes.iter().map(move |node| (*node, i)))
        .collect();
    // A step from one common ancestor to another shows the upper one not to be a least one.
    let mut is_least = vec![true; components.len()];
    for (from, to, ()) in graph.all_edges() {
        if component[&from] != component[&to] {
            is_least[component[&to]] = false;
        }
    }
    let distance = |node: &Node| -> usize {
        let distances = ancestries.iter().filter_map(|a| a.distances.get(node));
        distances.sum()
    };
    let least = components.iter().zip(is_least).filter(|(_, least)| *least);
    least
        .filter_map(|(nodes, _)| nodes.iter().copied().min_by_key(|n| (distance(n), *n)))
        .collect()
}

/// How much it tells to be below each of these: 1 − ln(descendants + 1) / ln(concepts), from 0 for a root over everything to
/// 1 (Seco, Veale and Hayes 2004: intrinsic information content).
///
/// Instances are counted without reading them, so that one under two classes counts twice.
///
/// # Errors
/// An endpoint that fails.
pub fn information(session: &Session, nodes: &[Node]) -> Result<Vec<f64>> {
    let graph = &session.graph;
    let roles = session.role_nodes();
    let uses = graph.uses(&roles.hierarchy)?;
    let concepts: u64 = uses.iter().map(|used| used.subjects).sum();
    let (instances, kinds): (Vec<Node>, Vec<Node>) = roles
        .hierarchy
        .iter()
        .partition(|p| roles.first_step_only.contains(p));
    let mut below: Vec<Below> = nodes.iter().map(|&node| Below::new(node)).collect();
    loop {
        let mut asked: Vec<Node> = below.iter().flat_map(|b| &b.level).copied().collect();
        asked.sort_unstable();
        asked.dedup();
        if asked.is_empty() {
            break;
        }
        let steps = along(session, &asked, Direction::In, &kinds, DESCENDANTS)?;
        let patterns: Vec<Pattern> = asked
            .iter()
            .flat_map(|&class| instances.iter().map(move |&p| (p, class)))
            .map(|(property, class)| Pattern {
                subject: None,
                property: Some(property),
                object: Some(class),
            })
            .collect();
        let counts = graph.counts(&patterns)?;
        let width = instances.len();
        for below in &mut below {
            for node in std::mem::take(&mut below.level) {
                let Ok(at) = asked.binary_search(&node) else {
                    continue;
                };
                let counts = counts.get(at * width..(at + 1) * width);
                below.instances += counts.unwrap_or_default().iter().sum::<u64>();
                let further = steps[at].facts.iter().map(|step| step.value);
                below
                    .level
                    .extend(further.filter(|&node| below.seen.insert(node)));
            }
            if below.seen.len() > DESCENDANTS {
                below.level.clear();
            }
        }
    }
    let information = |below: &Below| {
        let descendants = below.instances + below.seen.len() as u64 - 1;
        let share = ((descendants + 1) as f64).ln() / (concepts.max(2) as f64).ln();
        (1.0 - share).clamp(0.0, 1.0)
    };
    Ok(below.iter().map(information).collect())
}

/// What was found below a concept so far.
struct Below {
    /// The concept itself and the concepts below it.
    seen: HashSet<Node>,
    /// Those of them whose turn is next.
    level: Vec<Node>,
    instances: u64,
}

impl Below {
    fn new(node: Node) -> Self {
        Self {
            seen: HashSet::from([node]),
            level: vec![node],
            instances: 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    #[test]
    fn what_is_below_is_counted_once_however_many_ways_lead_to_it() {
        let turtle = ":b rdfs:subClassOf :a . :c rdfs:subClassOf :a . :d rdfs:subClassOf :b , :c . :i a :d .";
        let session = Session::sample(turtle);
        let nodes = [":a", ":d", ":i"].map(|name| session.named(name));
        let found = information(&session, &nodes).expect("local");
        // Three steps up start at concepts, and one at an instance.
        let of = |descendants: f64| 1.0 - (descendants + 1.0).ln() / 4_f64.ln();
        assert_eq!(found, [of(4.0).max(0.0), of(1.0), 1.0]);
    }

    #[test]
    fn instances_are_not_read_to_be_counted() {
        let instances: String = (0..20_000).map(|i| format!(":i{i} a :full . ")).collect();
        let turtle = format!("{instances} :j a :empty . :empty rdfs:subClassOf :root .");
        let session = Session::sample(&turtle);
        let takes = |name: &str| {
            let start = Instant::now();
            for _ in 0..100 {
                information(&session, &[session.named(name)]).expect("local");
            }
            start.elapsed()
        };
        // Again where it seems to depend on them: the machine may be busy with something else.
        assert!((0..5).any(|_| takes(":full") < takes(":empty") * 20));
    }
}
