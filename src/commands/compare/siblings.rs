//! What is usual among the siblings of the compared items: what others of their kind have.

use std::collections::{HashMap, HashSet};

use super::profile::Key;
use crate::answer::Direction;
use crate::error::Result;
use crate::graph::{Node, Pattern};
use crate::hierarchy::{self, Ancestry};
use crate::session::Session;

/// How many siblings are looked at.
const SIBLINGS: usize = 200;

/// How many facts of a sibling are looked at in each direction.
const FACTS: usize = 300;

/// How few siblings tell nothing.
const FEW: usize = 4;

/// How often siblings have properties and values.
#[derive(Debug, Default)]
pub struct Siblings {
    count: usize,
    having: HashMap<Key, usize>,
    values: HashMap<(Key, Node), usize>,
}

impl Siblings {
    /// Looks at the other concepts directly below what is directly above all items, or else above any.
    ///
    /// # Errors
    /// An endpoint that fails.
    pub fn of(session: &Session, items: &[Node], ancestries: &[Ancestry]) -> Result<Self> {
        let parents = |ancestry: &Ancestry| -> HashSet<Node> {
            let direct = ancestry.distances.iter().filter(|(_, d)| **d == 1);
            direct.map(|(node, _)| *node).collect()
        };
        let mut all: Vec<HashSet<Node>> = ancestries.iter().map(parents).collect();
        let shared: HashSet<Node> = all
            .first()
            .into_iter()
            .flatten()
            .copied()
            .filter(|parent| all.iter().all(|parents| parents.contains(parent)))
            .collect();
        if !shared.is_empty() {
            all = vec![shared];
        }
        let mut parents: Vec<Node> = all.into_iter().flatten().collect();
        parents.sort_unstable();
        parents.dedup();
        let below = hierarchy::steps(session, &parents, Direction::In, true, SIBLINGS)?;
        let mut nodes: Vec<Node> = below
            .iter()
            .flat_map(|s| &s.facts)
            .map(|f| f.value)
            .collect();
        nodes.sort_unstable();
        nodes.dedup();
        nodes.retain(|node| !items.contains(node));
        nodes.truncate(SIBLINGS);
        let mut found = Self {
            count: nodes.len(),
            ..Self::default()
        };
        for direction in [Direction::Out, Direction::In] {
            for said in session.graph.facts(&nodes, direction, None, FACTS)? {
                let keys: HashSet<Key> =
                    said.facts.iter().map(|f| (direction, f.property)).collect();
                for key in keys {
                    *found.having.entry(key).or_default() += 1;
                }
                for fact in said.facts {
                    let value = ((direction, fact.property), fact.value);
                    *found.values.entry(value).or_default() += 1;
                }
            }
        }
        Ok(found)
    }

    /// The share of siblings that have a property; `None` where there are too few to tell.
    pub fn coverage(&self, key: Key) -> Option<f64> {
        let having = self.having.get(&key).copied().unwrap_or(0);
        (self.count >= FEW).then(|| having as f64 / self.count as f64)
    }

    /// How surprising a value is: −ln P(value | property), among siblings where there are enough, else in the whole graph.
    ///
    /// # Errors
    /// An endpoint that fails.
    pub fn surprise(&self, session: &Session, key: Key, value: Node) -> Result<f64> {
        let (with_value, with_property) = if self.count >= FEW {
            let with_value = self.values.get(&(key, value)).copied().unwrap_or(0);
            let having = self.having.get(&key).copied().unwrap_or(0);
            (with_value as f64, having as f64)
        } else {
            let any = Pattern {
                property: Some(key.1),
                ..Pattern::default()
            };
            let with = match key.0 {
                Direction::Out => Pattern {
                    object: Some(value),
                    ..any
                },
                Direction::In => Pattern {
                    subject: Some(value),
                    ..any
                },
            };
            match session.graph.counts(&[with, any])?.as_slice() {
                [with, any] => (*with as f64, *any as f64),
                _ => (0.0, 0.0),
            }
        };
        // One is added to both, so that what no sibling has is finite and more surprising the more of them have another.
        Ok(((with_property + 2.0) / (with_value + 1.0)).ln())
    }
}
