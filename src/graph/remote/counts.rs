//! How much there is of something, and the lists that are short enough to be fetched whole.

use std::collections::HashMap;

use oxrdf::Term;

use super::queries::{self, Numbered};
use super::{Remote, order, terms};
use crate::answer::Direction;
use crate::error::Result;
use crate::graph::{Node, Pattern, PredicateUse, Totals};

/// So many lines of a `VALUES` table go into one query.
const TABLE: usize = 500;

/// So many pairs of one predicate are read.
const PAIRS: usize = 500_000;

impl Remote {
    /// See [`Graph::counts`](crate::graph::Graph::counts).
    ///
    /// # Errors
    /// An endpoint that fails.
    pub fn counts(&self, patterns: &[Pattern]) -> Result<Vec<u64>> {
        let mut counts = vec![0; patterns.len()];
        let mut asked: HashMap<[Option<String>; 3], Vec<usize>> = HashMap::new();
        for (i, pattern) in patterns.iter().enumerate() {
            let known = self.memory().count(pattern);
            match (known, self.written_pattern(pattern)?) {
                (Some(known), _) => counts[i] = known,
                (None, Some(text)) => asked.entry(text).or_default().push(i),
                // What cannot be asked about came with a response, as a value of something: once is what is known.
                (None, None) => counts[i] = u64::from(pattern.subject.is_none()),
            }
        }
        let mut groups: Vec<_> = asked.into_iter().collect();
        groups.sort();
        let asked: Vec<(usize, [Option<String>; 3])> = groups
            .iter()
            .enumerate()
            .map(|(i, (text, _))| (i, text.clone()))
            .collect();
        for table in asked.chunks(TABLE) {
            for row in self.rows(&queries::counts(self.scope()?, table))? {
                let [i, n] = self.integers(&row)?;
                let group = usize::try_from(i).ok().and_then(|i| groups.get(i));
                for &pattern in group.map(|(_, owners)| owners).into_iter().flatten() {
                    counts[pattern] = n;
                }
            }
        }
        Ok(counts)
    }

    /// How a pattern is written; `None` where it cannot be asked, or nothing can match.
    fn written_pattern(&self, pattern: &Pattern) -> Result<Option<[Option<String>; 3]>> {
        let mut written = [None, None, None];
        let places = [
            (pattern.subject, Direction::Out),
            (pattern.property, Direction::Out),
            (pattern.object, Direction::In),
        ];
        for (place, (node, direction)) in written.iter_mut().zip(places) {
            if let Some(node) = node {
                match self.written(node, direction)? {
                    Some(text) => *place = Some(text),
                    None => return Ok(None),
                }
            }
        }
        Ok(Some(written))
    }

    /// See [`Graph::predicates`](crate::graph::Graph::predicates).
    ///
    /// # Errors
    /// An endpoint that fails.
    pub fn predicates(&self) -> Result<Vec<PredicateUse>> {
        self.read_uses(&queries::predicates(self.scope()?))
    }

    /// See [`Graph::uses`](crate::graph::Graph::uses).
    ///
    /// # Errors
    /// An endpoint that fails.
    pub fn uses(&self, properties: &[Node]) -> Result<Vec<PredicateUse>> {
        let unknown = self.memory().unknown_uses(properties);
        // Whether it is a predicate at all is cheap to find out, and mostly it is not.
        let patterns: Vec<Pattern> = unknown
            .iter()
            .map(|&property| Pattern {
                property: Some(property),
                ..Pattern::default()
            })
            .collect();
        let counts = self.counts(&patterns)?;
        let used: Vec<String> = unknown
            .iter()
            .zip(counts)
            .filter(|(_, n)| *n > 0)
            .map(|(&property, _)| self.term(property).to_string())
            .collect();
        let found = match used.as_slice() {
            [] => Vec::new(),
            used => self.read_uses(&queries::uses(self.scope()?, used))?,
        };
        let mut memory = self.memory();
        memory.learn_uses(&unknown, &found);
        Ok(memory.uses(properties))
    }

    fn read_uses(&self, query: &str) -> Result<Vec<PredicateUse>> {
        let mut uses = Vec::new();
        for row in self.rows(query)? {
            let (Some(Some(property)), Ok([triples, subjects, objects])) =
                (row.first(), self.integers(row.get(1..).unwrap_or_default()))
            else {
                return Err(self.strange("rows of another shape"));
            };
            let used = PredicateUse {
                property: self.terms.number(property.clone()),
                triples,
                subjects,
                objects,
            };
            uses.push((order(property), used));
        }
        uses.sort_by(|a, b| a.0.cmp(&b.0));
        Ok(uses.into_iter().map(|(_, used)| used).collect())
    }

    /// See [`Graph::pairs`](crate::graph::Graph::pairs).
    ///
    /// # Errors
    /// An endpoint that fails, or has more pairs than can be fetched.
    pub fn pairs(&self, property: Node, limit: Option<usize>) -> Result<Vec<(Node, Node)>> {
        let text = self.term(property).to_string();
        let most = limit.unwrap_or(PAIRS);
        let rows = self.rows(&queries::pairs(self.scope()?, &text, most))?;
        if limit.is_none() {
            self.all_of(rows.len(), &text)?;
        }
        let mut pairs = Vec::new();
        for row in rows {
            let Ok([Some(subject), Some(object)]) = <[Option<Term>; 2]>::try_from(row) else {
                return Err(self.strange("rows of another shape"));
            };
            pairs.push((order(&subject), order(&object), subject, object));
        }
        pairs.sort_by(|a, b| (&a.0, &a.1).cmp(&(&b.0, &b.1)));
        Ok(pairs
            .into_iter()
            .map(|(_, _, s, o)| (self.terms.number(s), self.terms.number(o)))
            .collect())
    }

    /// See [`Graph::objects`](crate::graph::Graph::objects).
    ///
    /// # Errors
    /// An endpoint that fails, or has more objects than can be fetched.
    pub fn objects(&self, property: Node) -> Result<Vec<Node>> {
        let text = self.term(property).to_string();
        let rows = self.rows(&queries::objects(self.scope()?, &text, PAIRS))?;
        self.all_of(rows.len(), &text)?;
        let mut objects: Vec<Term> = rows.into_iter().flatten().flatten().collect();
        objects.sort_by_cached_key(order);
        Ok(objects.into_iter().map(|o| self.terms.number(o)).collect())
    }

    fn all_of(&self, rows: usize, what: &str) -> Result<()> {
        if rows < PAIRS {
            return Ok(());
        }
        Err(self.client.error(
            format!("it has more triples with {what} than can be fetched ({PAIRS})"),
            Some("ask with `query`, which lets the endpoint do the work".to_owned()),
        ))
    }

    /// See [`Graph::named_graphs`](crate::graph::Graph::named_graphs).
    ///
    /// # Errors
    /// An endpoint that fails.
    pub fn named_graphs(&self) -> Result<Vec<(Node, u64)>> {
        let mut graphs = Vec::new();
        for row in self.rows(queries::NAMED_GRAPHS)? {
            // No graphs at all are one group without a name in some engines.
            let Some(Some(graph)) = row.first() else {
                continue;
            };
            let [triples] = self.integers(row.get(1..).unwrap_or_default())?;
            graphs.push((self.terms.number(graph.clone()), triples));
        }
        Ok(graphs)
    }

    /// See [`Graph::totals`](crate::graph::Graph::totals).
    ///
    /// # Errors
    /// An endpoint that fails.
    pub fn totals(&self) -> Result<Totals> {
        let rows = self.rows(&queries::totals(self.scope()?))?;
        let [triples, subjects, objects] =
            self.integers(rows.first().map(Vec::as_slice).unwrap_or_default())?;
        Ok(Totals {
            triples,
            subjects,
            objects,
        })
    }

    /// Which of these terms occur, in their order.
    ///
    /// # Errors
    /// An endpoint that fails.
    pub fn occurring(&self, terms: Vec<Term>) -> Result<Vec<Node>> {
        let asked: Vec<Numbered> = terms
            .iter()
            .enumerate()
            .filter(|(_, term)| !terms::is_anonymous(term))
            .map(|(i, term)| (i, term.to_string()))
            .collect();
        let mut occurs = vec![false; terms.len()];
        for table in asked.chunks(TABLE) {
            for row in self.rows(&queries::occurring(self.scope()?, table))? {
                let [i] = self.integers(&row)?;
                if let Some(found) = usize::try_from(i).ok().and_then(|i| occurs.get_mut(i)) {
                    *found = true;
                }
            }
        }
        let numbers = terms.into_iter().zip(occurs).filter(|(_, occurs)| *occurs);
        Ok(numbers.map(|(term, _)| self.terms.number(term)).collect())
    }
}
