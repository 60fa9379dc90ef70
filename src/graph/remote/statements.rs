//! What links nodes, and who speaks of statements.

use super::question::Question;
use super::{Remote, memory};
use crate::answer::Direction;
use crate::error::Result;
use crate::graph::Node;

impl Remote {
    /// See [`Graph::between`](crate::graph::Graph::between).
    ///
    /// # Errors
    /// An endpoint that fails.
    pub fn between(&self, subject: Node, object: Node) -> Result<Vec<Node>> {
        if !self.can_stand(subject, Direction::Out)? || !self.can_stand(object, Direction::In)? {
            return Ok(Vec::new());
        }
        let known = || {
            memory::of(self, |memory| {
                memory.between.get(&(subject, object)).cloned()
            })
        };
        if known().is_none() {
            self.want([Question::Between(subject, object)])?;
        }
        Ok(known().unwrap_or_default())
    }

    /// See [`Graph::mentioning`](crate::graph::Graph::mentioning).
    ///
    /// # Errors
    /// An endpoint that fails.
    pub fn mentioning(&self, property: Node, nodes: &[Node]) -> Result<Vec<(Node, Node)>> {
        let mut about: Vec<Node> = nodes.to_vec();
        about.retain(|&node| self.term(node).is_named_node());
        if about.is_empty() || !self.features()?.annotated {
            return Ok(Vec::new());
        }
        let key = (property, about);
        let known = || memory::of(self, |memory| memory.mentioning.get(&key).cloned());
        if known().is_none() {
            self.want([Question::Mentioning(key.0, key.1.clone())])?;
        }
        Ok(known().unwrap_or_default())
    }
}
