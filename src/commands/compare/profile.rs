//! What is known of one item of a comparison: stated, inherited, denied.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use oxrdf::vocab::rdfs;

use crate::answer::{Direction, Status};
use crate::error::Result;
use crate::facts::{self, Scope};
use crate::graph::Node;
use crate::hierarchy::Ancestry;
use crate::rank;
use crate::session::Session;

/// A property in a direction.
pub type Key = (Direction, Node);

/// A value with how it is known and the statement that says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// The value.
    pub value: Node,
    /// How it is known.
    pub status: Status,
    /// What an inherited one is inherited from.
    pub via: Option<Node>,
    /// Subject, property, object.
    pub statement: (Node, Node, Node),
}

/// The values of a property.
#[derive(Debug, Clone, Default)]
pub struct Values {
    /// Those that were read.
    pub known: Vec<Known>,
    /// How many there are besides.
    pub unread: u64,
}

/// What is known of an item.
#[derive(Debug, Clone, Default)]
pub struct Profile {
    /// Values by property.
    pub values: BTreeMap<Key, Values>,
    /// What is stated not to be: the property, the value, and the statement.
    pub denied: Vec<(Node, Known)>,
    /// What the roles call scope: exam remarks.
    pub scope: Vec<(Node, Direction, Node)>,
}

impl Profile {
    /// The value of a property, if it has it.
    pub fn find(&self, key: Key, value: Node) -> Option<&Known> {
        self.values
            .get(&key)?
            .known
            .iter()
            .find(|known| known.value == value)
    }
}

/// Reads what is known of an item; with `cap` values a property.
///
/// # Errors
/// An endpoint that fails.
pub fn read(
    session: &Session,
    item: Node,
    ancestry: &Ancestry,
    scope: &Scope,
    cap: usize,
) -> Result<Profile> {
    let roles = session.role_nodes();
    let mut profile = Profile::default();
    for group in facts::read(session, item, scope, cap)? {
        let (property, direction) = (group.property, group.direction);
        if roles.scope.contains(&property) {
            let facts = group.values.iter().map(|&v| (property, direction, v));
            profile.scope.extend(facts);
            continue;
        }
        if rank::is_noise(session, property) || roles.claim.contains(&property) {
            continue;
        }
        let unread = group.total.saturating_sub(group.values.len() as u64);
        let known = group.values.iter().map(|&value| {
            let statement = facts::statement(item, property, direction, value);
            Known {
                value,
                status: facts::status(session, statement),
                via: None,
                statement,
            }
        });
        let denies: Vec<Node> = match direction {
            Direction::Out => denied_with(session, property),
            Direction::In => Vec::new(),
        };
        if denies.is_empty() {
            let known = known.collect();
            profile
                .values
                .insert((direction, property), Values { known, unread });
        } else {
            for known in known {
                let denied = Known {
                    status: Status::Denied,
                    ..known
                };
                profile.denied.extend(denies.iter().map(|&p| (p, denied)));
            }
        }
    }
    inherit(session, &mut profile, ancestry, scope, cap)?;
    Ok(profile)
}

/// The properties that a property denies.
fn denied_with(session: &Session, denial: Node) -> Vec<Node> {
    let pairs = session.role_nodes().denied_by.iter();
    pairs
        .filter(|(_, d)| *d == denial)
        .map(|(p, _)| *p)
        .collect()
}

/// A property with those that it is a case of: who denies one of these denies it.
pub fn with_broader(session: &Session, property: Node) -> Result<BTreeSet<Node>> {
    let mut all = BTreeSet::from([property]);
    let Some(case_of) = session.graph.node(rdfs::SUB_PROPERTY_OF) else {
        return Ok(all);
    };
    let mut level = vec![property];
    while !level.is_empty() {
        let said = session
            .graph
            .facts(&level, Direction::Out, Some(&[case_of]), facts::CAP)?;
        let broader = said.iter().flat_map(|s| &s.facts).map(|f| f.value);
        level = broader.filter(|p| all.insert(*p)).collect();
    }
    Ok(all)
}

/// Adds what ancestors pass down, the nearest first, unless the item or a nearer ancestor is said not to have it.
fn inherit(
    session: &Session,
    profile: &mut Profile,
    ancestry: &Ancestry,
    scope: &Scope,
    cap: usize,
) -> Result<()> {
    let roles = session.role_nodes();
    let mut passed: Vec<Node> = roles.inheritable.clone();
    passed.extend(roles.denied_by.iter().map(|(_, denial)| *denial));
    passed.retain(|p| scope.admits(*p));
    if passed.is_empty() {
        return Ok(());
    }
    let mut above: Vec<(usize, Node)> = ancestry.distances.iter().map(|(n, d)| (*d, *n)).collect();
    above.retain(|(distance, _)| *distance > 0);
    above.sort_unstable();
    let nodes: Vec<Node> = above.iter().map(|(_, node)| *node).collect();
    let said = session
        .graph
        .facts(&nodes, Direction::Out, Some(&passed), cap)?;
    let mut denied: HashSet<(Node, Node)> =
        profile.denied.iter().map(|(p, k)| (*p, k.value)).collect();
    for (&ancestor, said) in nodes.iter().zip(&said) {
        for fact in &said.facts {
            let is_denied = with_broader(session, fact.property)?
                .iter()
                .any(|p| denied.contains(&(*p, fact.value)));
            let key = (Direction::Out, fact.property);
            if is_denied
                || !roles.inheritable.contains(&fact.property)
                || profile.find(key, fact.value).is_some()
            {
                continue;
            }
            profile.values.entry(key).or_default().known.push(Known {
                value: fact.value,
                status: Status::Inherited,
                via: Some(ancestor),
                statement: (ancestor, fact.property, fact.value),
            });
        }
        for fact in &said.facts {
            let denies = denied_with(session, fact.property);
            denied.extend(denies.into_iter().map(|p| (p, fact.value)));
        }
    }
    Ok(())
}
