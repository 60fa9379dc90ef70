//! How much there is of something, and the lists that are short enough to be fetched whole.

use oxrdf::Term;

use super::queries::{self, MOST};
use super::question::Question;
use super::{Remote, memory, terms};
use crate::answer::Direction;
use crate::error::Result;
use crate::graph::{Node, Pattern, PredicateUse, Totals};

impl Remote {
    /// See [`Graph::counts`](crate::graph::Graph::counts).
    ///
    /// # Errors
    /// An endpoint that fails.
    pub fn counts(&self, patterns: &[Pattern]) -> Result<Vec<u64>> {
        let known = |pattern| memory::of(self, |memory| memory.count(pattern));
        let mut unknown = Vec::new();
        for pattern in patterns {
            if known(pattern).is_none() && self.can_match(pattern)? {
                unknown.push(Question::Count(*pattern));
            }
        }
        self.want(unknown)?;
        let mut counts = Vec::with_capacity(patterns.len());
        for pattern in patterns {
            counts.push(match known(pattern) {
                Some(count) => count,
                None if self.can_match(pattern)? => 0,
                // What cannot be asked about came with a response, as a value of something: once is what is known.
                None => u64::from(pattern.subject.is_none()),
            });
        }
        Ok(counts)
    }

    /// Whether a pattern can be written in a query.
    fn can_match(&self, pattern: &Pattern) -> Result<bool> {
        let places = [
            (pattern.subject, Direction::Out),
            (pattern.property, Direction::Out),
            (pattern.object, Direction::In),
        ];
        for (node, direction) in places {
            if let Some(node) = node
                && !self.can_stand(node, direction)?
            {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// See [`Graph::predicates`](crate::graph::Graph::predicates).
    ///
    /// # Errors
    /// An endpoint that fails.
    pub fn predicates(&self) -> Result<Vec<PredicateUse>> {
        if let Some(known) = memory::of(self, |memory| memory.predicates.clone()) {
            return Ok(known);
        }
        self.alone()?;
        let found = self.uses_of(self.rows(&queries::predicates(self.scope()?))?)?;
        memory::of(self, |memory| memory.predicates = Some(found.clone()));
        Ok(found)
    }

    /// See [`Graph::uses`](crate::graph::Graph::uses).
    ///
    /// # Errors
    /// An endpoint that fails.
    pub fn uses(&self, properties: &[Node]) -> Result<Vec<PredicateUse>> {
        let known = |property: &Node| memory::of(self, |memory| memory.uses.get(property).copied());
        let unknown = properties.iter().filter(|p| known(p).is_none());
        self.want(unknown.map(|&property| Question::Use(property)))?;
        Ok(properties.iter().filter_map(known).flatten().collect())
    }

    /// See [`Graph::pairs`](crate::graph::Graph::pairs).
    ///
    /// # Errors
    /// An endpoint that fails, or has more pairs than can be fetched.
    pub fn pairs(&self, property: Node, limit: Option<usize>) -> Result<Vec<(Node, Node)>> {
        let key = (property, limit.unwrap_or(MOST));
        let known = || memory::of(self, |memory| memory.pairs.get(&key).cloned());
        if known().is_none() {
            self.want([Question::Pairs(key.0, key.1)])?;
        }
        let pairs = known().unwrap_or_default();
        if limit.is_none() {
            self.all_of(pairs.len(), property)?;
        }
        Ok(pairs)
    }

    /// The distinct objects of a predicate.
    ///
    /// # Errors
    /// An endpoint that fails, or has more objects than can be fetched.
    pub fn objects(&self, property: Node) -> Result<Vec<Node>> {
        let known = || memory::of(self, |memory| memory.objects.get(&property).cloned());
        if known().is_none() {
            self.want([Question::Objects(property)])?;
        }
        let objects = known().unwrap_or_default();
        self.all_of(objects.len(), property)?;
        Ok(objects)
    }

    fn all_of(&self, rows: usize, property: Node) -> Result<()> {
        if rows < MOST {
            return Ok(());
        }
        let what = self.term(property);
        Err(self.client.error(
            format!("it has more triples with {what} than can be fetched ({MOST})"),
            Some("ask with `query`, which lets the endpoint do the work".to_owned()),
        ))
    }

    /// See [`Graph::named_graphs`](crate::graph::Graph::named_graphs).
    ///
    /// # Errors
    /// An endpoint that fails.
    pub fn named_graphs(&self) -> Result<Vec<(Node, u64)>> {
        if let Some(known) = memory::of(self, |memory| memory.named_graphs.clone()) {
            return Ok(known);
        }
        self.alone()?;
        let rows = self.rows(queries::NAMED_GRAPHS)?.into_iter();
        // No graphs at all are one group without a name in some engines.
        let graphs: Vec<(Node, u64)> = rows
            .filter_map(|row| Some((self.terms.number(row.graph?), row.count)))
            .collect();
        memory::of(self, |memory| memory.named_graphs = Some(graphs.clone()));
        Ok(graphs)
    }

    /// See [`Graph::totals`](crate::graph::Graph::totals).
    ///
    /// # Errors
    /// An endpoint that fails.
    pub fn totals(&self) -> Result<Totals> {
        if let Some(known) = memory::of(self, |memory| memory.totals) {
            return Ok(known);
        }
        self.alone()?;
        let rows = self.rows(&queries::totals(self.scope()?))?;
        let row = rows.first().ok_or_else(|| self.misshapen())?;
        let totals = Totals {
            triples: row.count,
            subjects: row.distinct[0],
            objects: row.distinct[1],
        };
        memory::of(self, |memory| memory.totals = Some(totals));
        Ok(totals)
    }

    /// Which of these terms occur, in their order.
    ///
    /// # Errors
    /// An endpoint that fails.
    pub fn occurring(&self, mut terms: Vec<Term>) -> Result<Vec<Node>> {
        terms.retain(|term| !terms::is_anonymous(term));
        let mut nodes: Vec<Node> = terms.into_iter().map(|t| self.terms.number(t)).collect();
        let known = |node: &Node| memory::of(self, |memory| memory.occurs.get(node).copied());
        let unknown = nodes.iter().filter(|node| known(node).is_none());
        self.want(unknown.map(|&node| Question::Occurs(node)))?;
        nodes.retain(|node| known(node) == Some(true));
        Ok(nodes)
    }
}
