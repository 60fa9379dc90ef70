//! What is said of nodes.

use std::sync::Arc;

use super::question::{Question, Shape};
use super::{Remote, memory};
use crate::answer::Direction;
use crate::error::Result;
use crate::graph::{Facts, Grouped, Node};

impl Remote {
    /// See [`Graph::facts`](crate::graph::Graph::facts).
    ///
    /// # Errors
    /// An endpoint that fails.
    pub fn facts(
        &self,
        nodes: &[Node],
        direction: Direction,
        properties: Option<&[Node]>,
        limit: usize,
    ) -> Result<Vec<Facts>> {
        self.facts_of_shape(
            nodes,
            Shape {
                direction,
                properties: properties.map(<[Node]>::to_vec),
                limit,
                languages: Vec::new(),
            },
        )
    }

    fn facts_of_shape(&self, nodes: &[Node], shape: Shape) -> Result<Vec<Facts>> {
        if shape.properties.as_ref().is_some_and(Vec::is_empty) {
            return Ok(vec![Facts::default(); nodes.len()]);
        }
        let shape = Arc::new(shape);
        let mut unknown = Vec::new();
        // Most of many that may say it are never used; what they cost each node is saved from the next request on.
        if let Some(several) = shape.properties.as_ref().filter(|p| p.len() > 1) {
            let known =
                |property| memory::of(self, |memory| memory.is_predicate.contains_key(property));
            let properties = several.iter().filter(|property| !known(property));
            unknown.extend(properties.map(|&property| Question::IsPredicate(property)));
        }
        for &node in nodes {
            let is_known = memory::of(self, |memory| memory.facts(node, &shape).is_some());
            if !is_known && self.can_stand(node, shape.direction)? {
                unknown.push(Question::Facts(Arc::clone(&shape), node));
            }
        }
        // Nothing else being unknown, this is not either.
        if unknown
            .iter()
            .any(|asked| matches!(asked, Question::Facts(..)))
        {
            self.want(unknown)?;
        }
        let facts = |&node: &Node| memory::of(self, |memory| memory.facts(node, &shape));
        Ok(nodes.iter().map(|n| facts(n).unwrap_or_default()).collect())
    }

    /// See [`Graph::has_at_hand`](crate::graph::Graph::has_at_hand).
    pub fn has_at_hand(&self, node: Node, limit: usize) -> bool {
        [Direction::Out, Direction::In]
            .into_iter()
            .all(|direction| {
                let shape = Arc::new(Shape {
                    direction,
                    properties: None,
                    limit,
                    languages: Vec::new(),
                });
                memory::of(self, |memory| memory.facts(node, &shape).is_some())
            })
    }

    /// See [`Graph::by_property`](crate::graph::Graph::by_property).
    ///
    /// # Errors
    /// An endpoint that fails.
    pub fn by_property(
        &self,
        node: Node,
        direction: Direction,
        cap: usize,
    ) -> Result<Vec<Grouped>> {
        if !self.can_stand(node, direction)? {
            return Ok(Vec::new());
        }
        let key = (direction, node);
        let known = || memory::of(self, |memory| memory.properties.get(&key).cloned());
        if known().is_none() {
            self.want([Question::Properties(direction, node)])?;
        }
        let properties = known().unwrap_or_default();
        let mut found = Vec::new();
        for &(property, total) in &properties {
            let shape = Arc::new(Shape {
                direction,
                properties: Some(vec![property]),
                limit: cap,
                languages: Vec::new(),
            });
            found.push((property, total, shape));
        }
        let is_known =
            |shape: &Arc<Shape>| memory::of(self, |memory| memory.facts(node, shape).is_some());
        let unknown = found.iter().filter(|(_, _, shape)| !is_known(shape));
        self.want(unknown.map(|(_, _, shape)| Question::Facts(Arc::clone(shape), node)))?;
        let grouped = |(property, total, shape): (Node, u64, Arc<Shape>)| {
            let facts = memory::of(self, |memory| memory.facts(node, &shape))?.facts;
            Some(Grouped {
                property,
                total: total.max(facts.len() as u64),
                values: facts.iter().map(|fact| fact.value).collect(),
            })
        };
        Ok(found.into_iter().filter_map(grouped).collect())
    }

    /// The labels of nodes by these properties, in these languages, in English and without a language; without any of those in
    /// whatever language there is.
    ///
    /// # Errors
    /// An endpoint that fails.
    pub fn labels(
        &self,
        nodes: &[Node],
        properties: &[Node],
        languages: &[String],
        limit: usize,
    ) -> Result<Vec<Facts>> {
        let primary = |tag: &String| {
            let primary = tag.split('-').next().unwrap_or_default();
            // A tag stands in the query between quotes.
            let is_tag = primary.bytes().all(|b| b.is_ascii_alphanumeric());
            (is_tag && !primary.is_empty()).then(|| primary.to_ascii_lowercase())
        };
        let mut wanted: Vec<String> = languages.iter().filter_map(primary).collect();
        wanted.extend(["en".to_owned(), String::new()]);
        wanted.sort();
        wanted.dedup();
        self.facts_of_shape(
            nodes,
            Shape {
                direction: Direction::Out,
                properties: Some(properties.to_vec()),
                limit,
                languages: wanted,
            },
        )
    }
}
