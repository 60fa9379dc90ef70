//! Which facts a map may draw, and what a concept's neighbours are.

use std::collections::{HashMap, HashSet};

use crate::answer::Direction;
use crate::error::Result;
use crate::facts::{self, Group, Scope};
use crate::graph::{Kind, Link, Node};
use crate::rank;
use crate::session::Session;

/// How many values of a property are read of a concept.
const VALUES: usize = 200;

/// Facts between concepts that a map may draw.
pub struct Links<'a> {
    session: &'a Session,
    scope: &'a Scope,
    skipped: HashSet<Node>,
    classes: HashSet<Node>,
    read: HashMap<Node, Neighbours>,
}

/// A concept's neighbours, most telling first.
#[derive(Debug, Clone, Default)]
pub struct Neighbours {
    /// The links to them.
    pub links: Vec<Link>,
    /// How many links there are besides.
    pub unread: u64,
}

impl<'a> Links<'a> {
    /// All facts but names, descriptions, kinds, exam remarks and other noise; those of the scope's properties only, if it
    /// names any.
    pub fn new(session: &'a Session, scope: &'a Scope) -> Self {
        let roles = session.role_nodes();
        let skipped = [&roles.scope, &roles.claim, &roles.first_step_only];
        Self {
            session,
            scope,
            skipped: skipped
                .into_iter()
                .flatten()
                .copied()
                .chain(session.type_node())
                .collect(),
            classes: roles.bookkeeping.iter().copied().collect(),
            read: HashMap::new(),
        }
    }

    /// Whether a property is drawn.
    pub fn draws(&self, property: Node) -> bool {
        if !self.scope.only.is_empty() {
            return self.scope.admits(property);
        }
        self.scope.admits(property)
            && !self.skipped.contains(&property)
            && !rank::is_noise(self.session, property)
    }

    /// Whether a node may stand on a map.
    pub fn holds(&self, node: Node) -> bool {
        self.session.graph.kind(node) == Kind::Iri && !self.classes.contains(&node)
    }

    /// The neighbours of a concept by the ranking of its facts.
    ///
    /// # Errors
    /// An endpoint that fails.
    pub fn of(&mut self, node: Node) -> Result<&Neighbours> {
        if !self.read.contains_key(&node) {
            let found = self.find(node)?;
            self.read.insert(node, found);
        }
        Ok(&self.read[&node])
    }

    fn find(&self, node: Node) -> Result<Neighbours> {
        let mut groups: Vec<Group> = facts::read(self.session, node, self.scope, VALUES)?;
        groups.retain(|group| self.draws(group.property));
        let mut unread = 0;
        for group in &mut groups {
            unread += group.total.saturating_sub(group.values.len() as u64);
            group
                .values
                .retain(|value| *value != node && self.holds(*value));
        }
        groups.retain(|group| !group.values.is_empty());
        let links = rank::rank(self.session, &groups)?
            .into_iter()
            .map(|(property, direction, to)| Link {
                property,
                to,
                forward: direction == Direction::Out,
            })
            .collect();
        Ok(Neighbours { links, unread })
    }
}
