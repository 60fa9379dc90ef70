//! What an endpoint has said while one command runs, so that nothing is asked twice.
//!
//! The next command asks afresh: the graph may have changed.

use std::collections::HashMap;

use crate::answer::Direction;
use crate::cancel::Token;
use crate::graph::{Fact, Facts, Node, Pattern, PredicateUse};

/// Facts and labels by node.
#[derive(Debug, Default)]
pub struct Memory {
    work: Option<Token>,
    /// All that is said of a node in one direction. Of a blank node, whose name is good for one response only, it is what
    /// that response said.
    facts: HashMap<(Node, Direction), Vec<Fact>>,
    /// All that is said of a node in one direction by one property.
    values: HashMap<(Node, Direction, Node), Vec<Fact>>,
    /// Labels under one choice of languages.
    labels: HashMap<Node, Facts>,
    languages: Vec<String>,
    /// How predicates are used; `None` for what is no predicate.
    uses: HashMap<Node, Option<PredicateUse>>,
}

impl Memory {
    /// Forgets all, unless the work is still the same.
    pub fn keep_for(&mut self, work: Option<Token>) {
        let same = match (&self.work, &work) {
            (Some(before), Some(now)) => before.is_of(now),
            (None, None) => true,
            _ => false,
        };
        if !same {
            *self = Self {
                work,
                ..Self::default()
            };
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

    /// The facts of a node, where all of them are known.
    pub fn facts(
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
    }

    /// The labels of nodes under a choice of languages, `None` for those that were not asked for.
    pub fn labels(&mut self, nodes: &[Node], languages: &[String]) -> Vec<Option<Facts>> {
        if self.languages != languages {
            self.labels.clear();
            self.languages = languages.to_owned();
        }
        nodes.iter().map(|n| self.labels.get(n).cloned()).collect()
    }

    /// Those of these properties whose use is not known.
    pub fn unknown_uses(&self, properties: &[Node]) -> Vec<Node> {
        let unknown = properties.iter().filter(|p| !self.uses.contains_key(p));
        unknown.copied().collect()
    }

    /// How these properties are used, as far as they are.
    pub fn uses(&self, properties: &[Node]) -> Vec<PredicateUse> {
        let known = properties.iter().filter_map(|p| self.uses.get(p));
        known.copied().flatten().collect()
    }

    /// Remembers how these properties are used: as `found` says, or not at all.
    pub fn learn_uses(&mut self, properties: &[Node], found: &[PredicateUse]) {
        for &property in properties {
            let used = found.iter().find(|used| used.property == property);
            self.uses.insert(property, used.copied());
        }
    }

    /// Remembers labels of the last choice of languages.
    pub fn learn_labels(&mut self, node: Node, labels: Facts) {
        self.labels.insert(node, labels);
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
        let found = memory().facts(A, Direction::Out, Some(&[Q, P]), 2).unwrap();
        let values: Vec<_> = found.facts.iter().map(|f| (f.property, f.value)).collect();
        assert_eq!(values, [(Q, A), (Q, B)]);
        assert!(found.more);
        assert!(memory().facts(A, Direction::In, None, 9).is_none());
    }

    #[test]
    fn what_some_properties_say_is_known_of_those_alone() {
        let known = |properties: Option<&[Node]>| {
            let found = memory().facts(B, Direction::In, properties, 9)?;
            Some(found.facts.len())
        };
        assert_eq!(known(Some(&[P])), Some(0));
        assert_eq!(known(Some(&[Q, P])), Some(1));
        assert_eq!(known(Some(&[A])), None);
        assert_eq!(known(None), None);
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
        memory.keep_for(None);
        assert!(memory.facts(A, Direction::Out, None, 9).is_some());
        memory.keep_for(Some(work.clone()));
        assert!(memory.facts(A, Direction::Out, None, 9).is_none());
        memory.learn(A, Direction::Out, None, &[]);
        memory.keep_for(Some(work.part()));
        assert!(memory.facts(A, Direction::Out, None, 9).is_some());
    }
}
