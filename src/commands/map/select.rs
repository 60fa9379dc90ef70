//! Which concepts stand on a map.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet};

use super::links::Links;
use crate::error::{Error, Result};
use crate::facts::Scope;
use crate::graph::{Node, Pattern};
use crate::rank;
use crate::session::Session;
use crate::walk::Ways;

/// How many seeds are joined by paths: each two are asked for.
const JOINED: usize = 8;

/// How far apart seeds may be to be joined, and through how many facts of a concept.
const HOPS: usize = 4;
const DEGREE: u64 = 300;

/// How many links of a whole graph are looked at for its most central concepts.
const LINKS: u64 = 3_000_000;

/// How often importance is passed on between concepts.
const ROUNDS: usize = 20;

/// The share of importance that is passed on (Page and Brin 1998).
const DAMPING: f64 = 0.85;

/// A distance that sorts.
#[derive(Clone, Copy, PartialEq)]
struct Distance(f64);

impl Eq for Distance {}
impl PartialOrd for Distance {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Distance {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

/// The concepts of a map and how many near ones did not fit.
pub struct Selection {
    /// The concepts, those asked for first.
    pub nodes: Vec<Node>,
    /// How many more were reached.
    pub left_out: usize,
}

/// The concepts on the paths that join these.
///
/// # Errors
/// An endpoint that fails.
pub fn joined(session: &Session, seeds: &[Node], scope: &Scope) -> Result<Vec<Node>> {
    if seeds.len() < 2 || seeds.len() > JOINED {
        return Ok(Vec::new());
    }
    let ways = Ways::new(session, HOPS, DEGREE)
        .avoiding(&scope.hidden)
        .only(&scope.only);
    let legs = super::super::path::joining(&ways, seeds)?;
    let mut on_the_way: Vec<Node> = legs.nodes().collect();
    on_the_way.retain(|node| !seeds.contains(node));
    on_the_way.dedup();
    Ok(on_the_way)
}

/// Grows from seeds, most telling links first and hubs last, at most `depth` steps and `most` concepts.
///
/// # Errors
/// An endpoint that fails.
pub fn grow(
    session: &Session,
    links: &mut Links<'_>,
    seeds: &[Node],
    depth: usize,
    most: usize,
    wanted: impl Fn(Node) -> bool,
) -> Result<Selection> {
    let mut chosen: Vec<Node> = Vec::new();
    let mut distances: HashMap<Node, f64> = HashMap::new();
    let mut heap = BinaryHeap::new();
    let mut reached: BTreeSet<Node> = seeds.iter().copied().collect();
    for (i, &seed) in seeds.iter().enumerate() {
        distances.insert(seed, 0.0);
        heap.push((Reverse(Distance(0.0)), Reverse(i as u64), Reverse(seed), 0));
    }
    let mut done = HashSet::new();
    while let Some((Reverse(Distance(distance)), _, Reverse(node), hops)) = heap.pop() {
        if chosen.len() >= most {
            break;
        }
        if !done.insert(node) {
            continue;
        }
        chosen.push(node);
        if hops >= depth {
            continue;
        }
        let neighbours: Vec<Node> = links.of(node)?.links.iter().map(|link| link.to).collect();
        let degrees = session.graph.degrees(&neighbours)?;
        for (place, (to, degree)) in neighbours.into_iter().zip(degrees).enumerate() {
            if !wanted(to) {
                continue;
            }
            reached.insert(to);
            #[allow(clippy::cast_precision_loss)]
            let step = 1.0 + (1.0 + place as f64).ln() + 0.5 * (1.0 + degree as f64).log2();
            let far = distance + step;
            if distances.get(&to).is_none_or(|known| far < *known) {
                distances.insert(to, far);
                let hash = rank::hash(&session.graph.term(to));
                heap.push((Reverse(Distance(far)), Reverse(hash), Reverse(to), hops + 1));
            }
        }
    }
    Ok(Selection {
        left_out: reached.len().saturating_sub(chosen.len()),
        nodes: chosen,
    })
}

/// The most central concepts of a whole graph that hang together: by PageRank over the links in both directions.
///
/// # Errors
/// A graph with too many links to look at; an endpoint that fails.
pub fn central(
    session: &Session,
    links: &Links<'_>,
    most: usize,
    wanted: impl Fn(Node) -> bool,
) -> Result<Selection> {
    let edges = edges(session, links, wanted)?;
    let mut neighbours: BTreeMap<Node, BTreeSet<Node>> = BTreeMap::new();
    for (a, b) in edges {
        neighbours.entry(a).or_default().insert(b);
        neighbours.entry(b).or_default().insert(a);
    }
    let nodes: Vec<Node> = neighbours.keys().copied().collect();
    let importance = importance(&nodes, &neighbours);
    let hash = |node: Node| rank::hash(&session.graph.term(node));
    let mut order: Vec<usize> = (0..nodes.len()).collect();
    order.sort_by_cached_key(|&i| (Reverse(Distance(importance[i])), hash(nodes[i])));
    let place: HashMap<Node, usize> = order
        .iter()
        .enumerate()
        .map(|(at, &i)| (nodes[i], at))
        .collect();
    let mut chosen: Vec<Node> = Vec::new();
    let mut known: HashSet<Node> = HashSet::new();
    // What hangs on the map already goes first; where nothing does, the most important of the rest begins a new part.
    let mut hanging: BTreeSet<(usize, Node)> = BTreeSet::new();
    let mut rest = order.iter().map(|&i| nodes[i]);
    while chosen.len() < most.min(nodes.len()) {
        let next = match hanging.pop_first() {
            Some((_, node)) => node,
            None => match rest.find(|node| !known.contains(node)) {
                Some(node) => node,
                None => break,
            },
        };
        known.insert(next);
        chosen.push(next);
        for neighbour in &neighbours[&next] {
            if known.insert(*neighbour) {
                hanging.insert((place[neighbour], *neighbour));
            }
        }
    }
    Ok(Selection {
        left_out: nodes.len().saturating_sub(chosen.len()),
        nodes: chosen,
    })
}

fn edges(
    session: &Session,
    links: &Links<'_>,
    wanted: impl Fn(Node) -> bool,
) -> Result<Vec<(Node, Node)>> {
    let uses = session.graph.predicates()?;
    // What is used as a predicate belongs to the vocabulary, not to what it speaks of.
    let predicates: HashSet<Node> = uses.iter().map(|used| used.property).collect();
    let drawn: Vec<_> = uses
        .iter()
        .filter(|used| links.draws(used.property))
        .collect();
    if drawn.iter().map(|used| used.triples).sum::<u64>() > LINKS {
        return Err(Error::usage(
            "the graph is too large to find its most central concepts",
            "name the concepts that the map is to be about",
        ));
    }
    let mut edges = Vec::new();
    let mut holds: HashMap<Node, bool> = HashMap::new();
    let mut is_held = |node: Node| {
        *holds
            .entry(node)
            .or_insert_with(|| links.holds(node) && !predicates.contains(&node) && wanted(node))
    };
    for used in drawn {
        for (subject, object) in session.graph.pairs(used.property, None)? {
            if subject != object && is_held(subject) && is_held(object) {
                edges.push((subject, object));
            }
        }
    }
    let mut ends: Vec<Node> = edges.iter().flat_map(|(a, b)| [*a, *b]).collect();
    ends.sort_unstable();
    ends.dedup();
    let provenance = crate::facts::provenance_among(session, &ends)?;
    edges.retain(|(a, b)| !provenance.contains(a) && !provenance.contains(b));
    Ok(edges)
}

#[allow(clippy::cast_precision_loss)]
fn importance(nodes: &[Node], neighbours: &BTreeMap<Node, BTreeSet<Node>>) -> Vec<f64> {
    let place: HashMap<Node, usize> = nodes.iter().enumerate().map(|(i, n)| (*n, i)).collect();
    let count = nodes.len().max(1) as f64;
    let mut importance = vec![1.0 / count; nodes.len()];
    for _ in 0..ROUNDS {
        crate::cancel::poll();
        let mut next = vec![(1.0 - DAMPING) / count; nodes.len()];
        for (i, node) in nodes.iter().enumerate() {
            let around = &neighbours[node];
            let share = DAMPING * importance[i] / around.len().max(1) as f64;
            for neighbour in around {
                next[place[neighbour]] += share;
            }
        }
        importance = next;
    }
    importance
}

/// The concepts of a kind, or of a kind below it.
///
/// # Errors
/// An endpoint that fails.
pub fn of_kinds(session: &Session, kinds: &[Node]) -> Result<HashSet<Node>> {
    let mut found = HashSet::new();
    let mut level: Vec<Node> = kinds.to_vec();
    while !level.is_empty() {
        let steps = crate::hierarchy::steps(
            session,
            &level,
            crate::answer::Direction::In,
            true,
            LINKS as usize,
        )?;
        let below = steps.iter().flat_map(|s| &s.facts).map(|f| f.value);
        level = below.filter(|node| found.insert(*node)).collect();
    }
    Ok(found)
}

/// In how many triples a property and an object stand together, by object: how special a kind is.
///
/// # Errors
/// An endpoint that fails.
pub fn sizes(session: &Session, property: Node, objects: &[Node]) -> Result<Vec<u64>> {
    let patterns: Vec<Pattern> = objects
        .iter()
        .map(|&object| Pattern {
            subject: None,
            property: Some(property),
            object: Some(object),
        })
        .collect();
    session.graph.counts(&patterns)
}
