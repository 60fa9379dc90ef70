//! Which concepts stand on a map.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap, HashMap, HashSet};

use super::links::Links;
use crate::answer::Direction;
use crate::commands::path;
use crate::error::Result;
use crate::facts::Scope;
use crate::graph::{Node, Pattern};
use crate::hierarchy;
use crate::rank;
use crate::session::Session;
use crate::walk::Ways;

/// How many seeds are joined by paths: each two are asked for.
const JOINED: usize = 8;

/// How far apart seeds may be to be joined, and through how many facts of a concept.
const HOPS: usize = 4;
const DEGREE: u64 = 300;

/// How many concepts of a kind are known.
const MEMBERS: usize = 3_000_000;

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
    /// Whether only a part of the graph decided which these are.
    pub partial: bool,
}

impl Selection {
    /// The first `most` of these concepts.
    pub fn first(mut nodes: Vec<Node>, most: usize) -> Self {
        let left_out = nodes.len().saturating_sub(most);
        nodes.truncate(most);
        Self {
            nodes,
            left_out,
            partial: false,
        }
    }
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
        .reaching(seeds)
        .avoiding(&scope.hidden)
        .only(&scope.only);
    let legs = path::joining(&ways, seeds)?;
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
    let mut partial = false;
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
        let near = links.of(node)?;
        partial |= near.unread > 0;
        let neighbours: Vec<Node> = near.links.iter().map(|link| link.to).collect();
        let degrees = session.graph.degrees(&neighbours)?;
        for (place, (to, degree)) in neighbours.into_iter().zip(degrees).enumerate() {
            if !wanted(to) {
                continue;
            }
            reached.insert(to);
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
        partial,
    })
}

/// The concepts of a kind, or of a kind below it.
///
/// # Errors
/// An endpoint that fails.
pub fn of_kinds(session: &Session, kinds: &[Node]) -> Result<HashSet<Node>> {
    let mut found = HashSet::new();
    let mut level: Vec<Node> = kinds.to_vec();
    while !level.is_empty() {
        let steps = hierarchy::steps(session, &level, Direction::In, true, MEMBERS)?;
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
