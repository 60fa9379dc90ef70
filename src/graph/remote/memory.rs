//! What an endpoint has said while one command runs, so that nothing is asked twice.
//!
//! A command runs on one thread, and so the memory is that thread's. The next command asks afresh: the graph may have changed.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use super::Remote;
use super::question::{Question, Shape};
use crate::answer::Direction;
use crate::cancel::{self, Token};
use crate::graph::{Fact, Facts, Node, Pattern, PredicateUse, Reach, RemoteNames, Totals};

thread_local! {
    static MEMORY: RefCell<Memory> = RefCell::default();
}

/// Looks into what `remote` has said to the command that runs on this thread.
pub fn of<T>(remote: &Remote, look: impl FnOnce(&mut Memory) -> T) -> T {
    MEMORY.with_borrow_mut(|memory| {
        memory.keep_for(remote.id, cancel::work());
        look(memory)
    })
}

/// Subjects and objects.
type Pairs = Vec<(Node, Node)>;

/// Answers by question.
#[derive(Debug, Default)]
pub struct Memory {
    remote: u64,
    work: Option<Token>,
    /// What the running round is to ask at its end; nothing where there are no rounds.
    pub noted: Option<Vec<Question>>,
    /// The number of the running round, from 0.
    pub round: usize,
    /// All that is said of a node in one direction. Of a blank node, whose name is good for one response only, it is what
    /// that response said.
    facts: HashMap<(Node, Direction), Vec<Fact>>,
    /// All that is said of a node in one direction by one property.
    values: HashMap<(Node, Direction, Node), Vec<Fact>>,
    /// Some of what is said of a node, as it was asked for.
    some: HashMap<(Node, Arc<Shape>), Facts>,
    /// Numbers of triples.
    pub counts: HashMap<Pattern, u64>,
    /// How predicates are used; `None` for what is no predicate.
    pub uses: HashMap<Node, Option<PredicateUse>>,
    /// Properties of a node in one direction with the number of their values.
    pub properties: HashMap<(Direction, Node), Vec<(Node, u64)>>,
    /// Properties from one node to another.
    pub between: HashMap<(Node, Node), Vec<Node>>,
    /// Who speaks by a property of statements about nodes, and the statement.
    pub mentioning: HashMap<(Node, Vec<Node>), Pairs>,
    /// Subject and object of triples, at most so many.
    pub pairs: HashMap<(Node, usize), Pairs>,
    /// Objects of predicates.
    pub objects: HashMap<Node, Vec<Node>>,
    /// Whether nodes occur.
    pub occurs: HashMap<Node, bool>,
    /// Whether nodes are predicates.
    pub is_predicate: HashMap<Node, bool>,
    /// Names that a text may mean.
    pub names: HashMap<(String, Reach), RemoteNames>,
    /// All predicates.
    pub predicates: Option<Vec<PredicateUse>>,
    /// The graph's size.
    pub totals: Option<Totals>,
    /// The named graphs.
    pub named_graphs: Option<Vec<(Node, u64)>>,
}

impl Memory {
    /// Forgets all, unless endpoint and work are still the same.
    fn keep_for(&mut self, remote: u64, work: Option<Token>) {
        let same = match (&self.work, &work) {
            (Some(before), Some(now)) => before.is_of(now),
            (None, None) => true,
            _ => false,
        };
        if !same || self.remote != remote {
            *self = Self {
                remote,
                work,
                ..Self::default()
            };
        }
    }

    /// Remembers what was asked for of a node; `facts` are all, or those of some languages, or as many as were wanted.
    pub fn learn_facts(&mut self, node: Node, shape: &Arc<Shape>, facts: Facts) {
        if shape.languages.is_empty() && !facts.more {
            self.learn(
                node,
                shape.direction,
                shape.properties.as_deref(),
                &facts.facts,
            );
        } else {
            self.some.insert((node, Arc::clone(shape)), facts);
        }
    }

    /// Remembers all that is said of a node in one direction, or all that is said by these properties.
    pub fn learn(
        &mut self,
        node: Node,
        direction: Direction,
        properties: Option<&[Node]>,
        facts: &[Fact],
    ) {
        let Some(properties) = properties else {
            self.facts.insert((node, direction), facts.to_vec());
            return;
        };
        for &property in properties {
            let of_property = facts.iter().filter(|fact| fact.property == property);
            self.values
                .insert((node, direction, property), of_property.copied().collect());
        }
    }

    /// The properties of a shape, less those that are known to be no predicates here.
    pub fn properties_of(&self, shape: &Shape) -> Option<Vec<Node>> {
        let may_be = |property: &&Node| self.is_predicate.get(property) != Some(&false);
        let properties = shape.properties.as_ref()?;
        Some(properties.iter().filter(may_be).copied().collect())
    }

    /// The facts of a node, where they are known.
    pub fn facts(&self, node: Node, shape: &Arc<Shape>) -> Option<Facts> {
        let all = self.all_facts(
            node,
            shape.direction,
            shape.properties.as_deref(),
            shape.limit,
        );
        all.or_else(|| self.some.get(&(node, Arc::clone(shape))).cloned())
    }

    fn all_facts(
        &self,
        node: Node,
        direction: Direction,
        properties: Option<&[Node]>,
        limit: usize,
    ) -> Option<Facts> {
        let all = self.facts.get(&(node, direction));
        let mut facts: Vec<Fact> = match properties {
            None => all?.clone(),
            Some(properties) => {
                let mut facts = Vec::new();
                for &property in properties {
                    match (all, self.values.get(&(node, direction, property))) {
                        (Some(all), _) => {
                            facts.extend(all.iter().filter(|fact| fact.property == property));
                        }
                        (None, Some(values)) => facts.extend(values),
                        (None, None) if self.is_predicate.get(&property) == Some(&false) => {}
                        (None, None) => return None,
                    }
                }
                facts
            }
        };
        let more = facts.len() > limit;
        facts.truncate(limit);
        Some(Facts { facts, more })
    }

    /// How many triples match a pattern, where that is known.
    pub fn count(&self, pattern: &Pattern) -> Option<u64> {
        let of = |node: Option<Node>, direction, other: Option<Node>| {
            let known = self.facts.get(&(node?, direction))?;
            let matching = known.iter().filter(|fact| {
                pattern.property.is_none_or(|p| p == fact.property)
                    && other.is_none_or(|o| o == fact.value)
            });
            Some(matching.count() as u64)
        };
        of(pattern.subject, Direction::Out, pattern.object)
            .or_else(|| of(pattern.object, Direction::In, pattern.subject))
            .or_else(|| self.counts.get(pattern).copied())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: Node = Node(1);
    const P: Node = Node(2);
    const Q: Node = Node(3);
    const B: Node = Node(4);

    fn memory() -> Memory {
        let fact = |property, value| Fact { property, value };
        let mut memory = Memory::default();
        let facts = [fact(P, B), fact(Q, A), fact(Q, B)];
        memory.learn(A, Direction::Out, None, &facts);
        memory.learn(B, Direction::In, Some(&[P, Q]), &[fact(Q, A)]);
        memory
    }

    #[test]
    fn facts_come_in_the_order_of_the_properties_asked_for() {
        let found = memory()
            .all_facts(A, Direction::Out, Some(&[Q, P]), 2)
            .unwrap();
        let values: Vec<_> = found.facts.iter().map(|f| (f.property, f.value)).collect();
        assert_eq!(values, [(Q, A), (Q, B)]);
        assert!(found.more);
        assert!(memory().all_facts(A, Direction::In, None, 9).is_none());
    }

    #[test]
    fn what_some_properties_say_is_known_of_those_alone() {
        let known = |properties: Option<&[Node]>| {
            let found = memory().all_facts(B, Direction::In, properties, 9)?;
            Some(found.facts.len())
        };
        assert_eq!(known(Some(&[P])), Some(0));
        assert_eq!(known(Some(&[Q, P])), Some(1));
        assert_eq!(known(Some(&[A])), None);
        assert_eq!(known(None), None);
    }

    #[test]
    fn nothing_is_said_by_what_is_no_predicate() {
        let mut memory = memory();
        memory.is_predicate.insert(A, false);
        let found = memory.all_facts(B, Direction::In, Some(&[A, Q]), 9);
        assert_eq!(found.map(|found| found.facts.len()), Some(1));
    }

    #[test]
    fn what_is_known_can_be_counted() {
        let pattern = |subject, property, object| Pattern {
            subject,
            property,
            object,
        };
        assert_eq!(memory().count(&pattern(Some(A), None, None)), Some(3));
        assert_eq!(memory().count(&pattern(Some(A), Some(Q), Some(B))), Some(1));
        assert_eq!(memory().count(&pattern(None, Some(Q), Some(B))), None);
    }

    #[test]
    fn another_command_starts_with_an_empty_memory() {
        let mut memory = memory();
        let work = Token::default();
        memory.keep_for(0, None);
        assert!(memory.all_facts(A, Direction::Out, None, 9).is_some());
        memory.keep_for(0, Some(work.clone()));
        assert!(memory.all_facts(A, Direction::Out, None, 9).is_none());
        memory.learn(A, Direction::Out, None, &[]);
        memory.keep_for(0, Some(work.part()));
        assert!(memory.all_facts(A, Direction::Out, None, 9).is_some());
    }
}
