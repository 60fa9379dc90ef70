//! The most central concepts of a whole graph.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashSet};

use super::links::Links;
use super::select::Selection;
use crate::cancel;
use crate::error::{Error, Result};
use crate::facts;
use crate::graph::{Node, PredicateUse};
use crate::rank;
use crate::session::Session;

/// How many links are read.
const LINKS: u64 = 30_000_000;

/// How many links decide; of more a sample does.
const SAMPLE: u64 = 400_000;

/// How often importance is passed on between concepts.
const ROUNDS: usize = 20;

/// The share of importance that is passed on (Page and Brin 1998).
const DAMPING: f64 = 0.85;

/// A link between two concepts.
type Pair = (Node, Node);

/// The most central concepts of a whole graph that hang together: by PageRank over the links in both directions.
///
/// # Errors
/// A graph with too many links to read; an endpoint that fails.
pub fn central(
    session: &Session,
    links: &Links<'_>,
    most: usize,
    wanted: impl Fn(Node) -> bool,
) -> Result<Selection> {
    let uses = session.graph.predicates()?;
    let pairs = pairs(session, links, &uses)?;
    // What is used as a predicate belongs to the vocabulary, not to what it speaks of.
    let predicates: HashSet<Node> = uses.iter().map(|used| used.property).collect();
    let is_held = |node| links.holds(node) && !predicates.contains(&node) && wanted(node);
    let mut concepts = ends(&pairs);
    concepts.retain(|node| is_held(*node));
    let partial = pairs.len() as u64 > SAMPLE;
    let mut sample = sampled(pairs);
    let is_concept = |node: &Node| concepts.binary_search(node).is_ok();
    sample.retain(|(a, b)| is_concept(a) && is_concept(b));
    let provenance = facts::provenance_among(session, &ends(&sample))?;
    sample.retain(|(a, b)| !provenance.contains(a) && !provenance.contains(b));
    let around = Neighbours::of(&sample);
    let chosen = hanging_together(session, &around, most);
    let reached = match partial {
        true => concepts.len(),
        false => around.nodes.len(),
    };
    Ok(Selection {
        left_out: reached.saturating_sub(chosen.len()),
        nodes: chosen,
        partial,
    })
}

/// The ends of links, sorted, each once.
fn ends(pairs: &[Pair]) -> Vec<Node> {
    let mut ends: Vec<Node> = pairs.iter().flat_map(|(a, b)| [*a, *b]).collect();
    ends.sort_unstable();
    ends.dedup();
    ends
}

/// The links that may be drawn, but for those from a concept to itself.
fn pairs(session: &Session, links: &Links<'_>, uses: &[PredicateUse]) -> Result<Vec<Pair>> {
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
    let mut pairs = Vec::new();
    for used in drawn {
        cancel::poll();
        pairs.extend(session.graph.pairs(used.property, None)?);
    }
    pairs.retain(|(subject, object)| subject != object);
    Ok(pairs)
}

/// As many links as decide, chosen by numbers that have nothing to do with their order: the same ones in every run.
fn sampled(mut pairs: Vec<Pair>) -> Vec<Pair> {
    let total = pairs.len() as u64;
    if total > SAMPLE {
        let number = |(a, b): &Pair| rank::scattered(u64::from(a.0) << 32 | u64::from(b.0));
        pairs.retain(|pair| number(pair) % total < SAMPLE);
    }
    pairs
}

/// Concepts by place, and the places of each one's neighbours.
struct Neighbours {
    nodes: Vec<Node>,
    /// Where the neighbours of each concept begin, and where those of the last end.
    starts: Vec<usize>,
    places: Vec<usize>,
}

impl Neighbours {
    fn of(pairs: &[Pair]) -> Self {
        let nodes = ends(pairs);
        let place = |node: &Node| nodes.binary_search(node).unwrap_or_default();
        let both = pairs.iter().flat_map(|(a, b)| {
            let (a, b) = (place(a), place(b));
            [(a, b), (b, a)]
        });
        let mut both: Vec<(usize, usize)> = both.collect();
        both.sort_unstable();
        both.dedup();
        let mut starts = vec![0; nodes.len() + 1];
        for (from, _) in &both {
            starts[from + 1] += 1;
        }
        for place in 0..nodes.len() {
            starts[place + 1] += starts[place];
        }
        Self {
            starts,
            places: both.into_iter().map(|(_, to)| to).collect(),
            nodes,
        }
    }

    fn around(&self, place: usize) -> &[usize] {
        &self.places[self.starts[place]..self.starts[place + 1]]
    }

    fn importance(&self) -> Vec<f64> {
        let count = self.nodes.len().max(1) as f64;
        let mut importance = vec![1.0 / count; self.nodes.len()];
        for _ in 0..ROUNDS {
            cancel::poll();
            let mut next = vec![(1.0 - DAMPING) / count; self.nodes.len()];
            for (place, own) in importance.iter().enumerate() {
                let around = self.around(place);
                let share = DAMPING * own / around.len().max(1) as f64;
                for neighbour in around {
                    next[*neighbour] += share;
                }
            }
            importance = next;
        }
        importance
    }
}

/// The most important concepts, what hangs on those before first; where nothing does, the most important of the rest begins a
/// new part.
fn hanging_together(session: &Session, around: &Neighbours, most: usize) -> Vec<Node> {
    let importance = around.importance();
    let hash = |place: usize| rank::hash(&session.graph.term(around.nodes[place]));
    let mut order: Vec<usize> = (0..around.nodes.len()).collect();
    // Shares of importance are positive: their bits sort as they do.
    order.sort_by_cached_key(|&place| (Reverse(importance[place].to_bits()), hash(place)));
    let mut turn = vec![0; order.len()];
    for (at, place) in order.iter().enumerate() {
        turn[*place] = at;
    }
    let mut known = vec![false; order.len()];
    let mut hanging: BTreeSet<(usize, usize)> = BTreeSet::new();
    let mut rest = order.into_iter();
    let mut chosen = Vec::new();
    while chosen.len() < most {
        let next = hanging.pop_first().map(|(_, place)| place);
        let Some(next) = next.or_else(|| rest.find(|place| !known[*place])) else {
            break;
        };
        known[next] = true;
        chosen.push(around.nodes[next]);
        for neighbour in around.around(next) {
            if !known[*neighbour] {
                known[*neighbour] = true;
                hanging.insert((turn[*neighbour], *neighbour));
            }
        }
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_has_about_as_many_links_as_decide_and_those_of_hubs_among_them() {
        let link = |n: u32| (Node(n), Node(if n.is_multiple_of(4) { 7 } else { n / 2 }));
        let sample = sampled((0..2_000_000).map(link).collect());
        let to_hub = sample.iter().filter(|(_, to)| *to == Node(7)).count();
        assert!(
            (380_000..420_000).contains(&sample.len()),
            "{}",
            sample.len()
        );
        assert!((90_000..110_000).contains(&to_hub), "{to_hub}");
    }

    #[test]
    fn few_links_decide_all() {
        let pairs = vec![(Node(1), Node(2)), (Node(2), Node(3))];
        assert_eq!(sampled(pairs.clone()), pairs);
    }

    #[test]
    fn of_concepts_in_a_row_the_middle_one_is_most_important() {
        let around = Neighbours::of(&[(Node(4), Node(9)), (Node(9), Node(5)), (Node(5), Node(9))]);
        let importance = around.importance();
        assert_eq!(around.nodes, [Node(4), Node(5), Node(9)]);
        assert!(importance[2] > importance[0] && importance[0] == importance[1]);
    }
}
