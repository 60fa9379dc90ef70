//! What is said of nodes, asked of an endpoint for many nodes at once.

use std::collections::{BTreeMap, HashMap, HashSet};

use oxrdf::vocab::rdf;
use oxrdf::{NamedOrBlankNode, Term, Triple};

use super::queries::{self, Numbered, Wanted};
use super::{Remote, order};
use crate::answer::Direction;
use crate::error::Result;
use crate::graph::{Fact, Facts, Grouped, Node};

/// So many nodes or fewer are asked about one by one, within one query, so that a hub cannot crowd the others out.
const FEW: usize = 8;

/// So many lines of a `VALUES` table go into one query.
const TABLE: usize = 500;

/// So many rows of a table's facts are read at once; past them each node's facts are asked for apart.
const ROWS: usize = 5000;

/// So many facts of one node are read, whatever was asked for.
const MOST: usize = 500_000;

/// Property and value of what is said, by the number of the node.
type Found = BTreeMap<usize, Vec<(Term, Term)>>;

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
        self.facts_where(nodes, direction, properties, limit, &[])
    }

    /// [`Self::facts`] with texts in these languages only, where there are any.
    fn facts_where(
        &self,
        nodes: &[Node],
        direction: Direction,
        properties: Option<&[Node]>,
        limit: usize,
        languages: &[String],
    ) -> Result<Vec<Facts>> {
        let mut asked: Vec<Numbered> = Vec::new();
        let mut seen = HashSet::new();
        let known: Vec<Option<Facts>> = {
            let memory = self.memory();
            let known = nodes.iter();
            known
                .map(|&node| memory.facts(node, direction, properties, limit))
                .collect()
        };
        for (i, &node) in nodes.iter().enumerate() {
            if known[i].is_none()
                && seen.insert(node)
                && let Some(text) = self.written(node, direction)?
            {
                asked.push((i, text));
            }
        }
        let written: Option<Vec<String>> =
            properties.map(|nodes| nodes.iter().map(|&p| self.term(p).to_string()).collect());
        let wanted = Wanted {
            direction,
            properties: written.as_deref(),
            languages,
            anonymous: false,
        };
        let mut found: HashMap<Node, Facts> = HashMap::new();
        for (i, facts) in self.ask_facts(&asked, wanted, limit)? {
            let Some(&node) = nodes.get(i) else {
                return Err(self.strange("a row that answers nothing asked"));
            };
            found.insert(node, self.in_order(facts, properties, limit));
        }
        if languages.is_empty() {
            let mut memory = self.memory();
            for (i, _) in &asked {
                let facts = found.get(&nodes[*i]).cloned().unwrap_or_default();
                if !facts.more {
                    memory.learn(nodes[*i], direction, properties, &facts.facts);
                }
            }
        }
        let facts = nodes.iter().zip(known).map(|(node, known)| {
            let found = found.get(node).cloned();
            known.or(found).unwrap_or_default()
        });
        Ok(facts.collect())
    }

    /// The facts of these nodes as the endpoint tells them; of each at least one more than `limit`, where there are.
    fn ask_facts(&self, nodes: &[Numbered], wanted: Wanted<'_>, limit: usize) -> Result<Found> {
        let mut found = Found::new();
        let width = wanted.properties.map_or(1, <[String]>::len);
        if nodes.is_empty() || width == 0 {
            return Ok(found);
        }
        let cap = limit.saturating_add(1).min(MOST);
        let reifies = rdf::REIFIES.to_string();
        if wanted.direction == Direction::In
            && wanted.properties.is_some_and(|p| *p == [reifies.as_str()])
        {
            // Who annotates a statement is asked in order to hear what it says, and has seldom a name.
            self.ask_nested(nodes, wanted, cap, &mut found)?;
            return Ok(found);
        }
        let few = (FEW * 4 / width).clamp(1, FEW);
        if nodes.len() <= few {
            self.ask_each(nodes, wanted, cap, &mut found)?;
        } else {
            for table in nodes.chunks((TABLE / width).max(1)) {
                if !self.ask_table(table, wanted, &mut found)? {
                    self.ask_by_weight(table, wanted, cap, &mut found)?;
                }
            }
        }
        let affected: Vec<Numbered> = nodes
            .iter()
            .filter(|(i, _)| {
                let mut values = found.get(i).into_iter().flatten();
                values.any(|(_, value)| value.is_blank_node())
            })
            .cloned()
            .collect();
        let anonymous = Wanted {
            anonymous: true,
            ..wanted
        };
        self.ask_nested(&affected, anonymous, cap, &mut found)?;
        Ok(found)
    }

    /// Asks for the facts of each node apart, within one query, so that none can crowd out another.
    fn ask_each(
        &self,
        nodes: &[Numbered],
        wanted: Wanted<'_>,
        cap: usize,
        found: &mut Found,
    ) -> Result<()> {
        let query = queries::facts_of_each(self.scope()?, nodes, wanted, cap);
        self.gather(self.rows(&query)?, found)
    }

    /// Asks for the facts of all nodes together; whether there were few enough.
    fn ask_table(&self, nodes: &[Numbered], wanted: Wanted<'_>, found: &mut Found) -> Result<bool> {
        let rows = self.rows(&queries::facts(self.scope()?, nodes, wanted, ROWS))?;
        let whole = rows.len() < ROWS;
        if whole {
            self.gather(rows, found)?;
        }
        Ok(whole)
    }

    /// Asks for the facts of nodes among which there are hubs: those apart, the others in tables that are small enough.
    fn ask_by_weight(
        &self,
        nodes: &[Numbered],
        wanted: Wanted<'_>,
        cap: usize,
        found: &mut Found,
    ) -> Result<()> {
        let anything = [String::new()];
        let properties = wanted.properties.unwrap_or(&anything);
        let pattern = |node: &String, property: &String| {
            let node = Some(node.clone());
            let property = Some(property.clone()).filter(|p| !p.is_empty());
            match wanted.direction {
                Direction::Out => [node, property, None],
                Direction::In => [None, property, node],
            }
        };
        let patterns: Vec<_> = nodes
            .iter()
            .enumerate()
            .flat_map(|(k, (_, node))| properties.iter().map(move |p| (k, pattern(node, p))))
            .collect();
        let mut weights = vec![0; nodes.len()];
        for row in self.rows(&queries::counts(self.scope()?, &patterns))? {
            let [k, n] = self.integers(&row)?;
            if let Some(weight) = usize::try_from(k).ok().and_then(|k| weights.get_mut(k)) {
                *weight += usize::try_from(n).unwrap_or(usize::MAX).min(MOST);
            }
        }
        let (mut table, mut rows, mut hubs) = (Vec::new(), 0, Vec::new());
        for (node, weight) in nodes.iter().zip(weights) {
            if weight >= ROWS / 4 {
                hubs.push(node.clone());
                continue;
            }
            if rows + weight >= ROWS {
                self.ask_table(&std::mem::take(&mut table), wanted, found)?;
                rows = 0;
            }
            rows += weight;
            table.push(node.clone());
        }
        self.ask_table(&table, wanted, found)?;
        for part in hubs.chunks(FEW) {
            self.ask_each(part, wanted, cap, found)?;
        }
        Ok(())
    }

    /// Sorts rows of `?i ?p ?v` by `?i`.
    fn gather(&self, rows: Vec<Vec<Option<Term>>>, found: &mut Found) -> Result<()> {
        for row in rows {
            let Ok([Some(i), Some(property), Some(value)]) = <[Option<Term>; 3]>::try_from(row)
            else {
                return Err(self.strange("rows of another shape"));
            };
            let i = self.integer(&i)? as usize;
            found.entry(i).or_default().push((property, value));
        }
        Ok(())
    }

    /// Asks for facts together with what is said of their values. Values that are blank nodes replace those that an earlier
    /// response brought, for they are the same nodes under other names.
    fn ask_nested(
        &self,
        nodes: &[Numbered],
        wanted: Wanted<'_>,
        cap: usize,
        found: &mut Found,
    ) -> Result<()> {
        let width = wanted.properties.map_or(1, <[String]>::len).max(1);
        for part in nodes.chunks((64 / width).max(1)) {
            let query = queries::nested(self.scope()?, part, wanted, cap, MOST);
            let rows = self.rows(&query)?;
            let mut again: HashMap<(usize, Term), Vec<Term>> = HashMap::new();
            let mut said: HashMap<Term, Vec<(Term, Term)>> = HashMap::new();
            for row in rows {
                let Ok(
                    [
                        Some(i),
                        Some(property),
                        Some(node),
                        Some(inner),
                        Some(value),
                    ],
                ) = <[Option<Term>; 5]>::try_from(row)
                else {
                    return Err(self.strange("rows of another shape"));
                };
                let i = self.integer(&i)? as usize;
                let values = again.entry((i, property)).or_default();
                if !values.contains(&node) {
                    values.push(node.clone());
                }
                said.entry(node).or_default().push((inner, value));
            }
            for ((i, property), values) in again {
                let facts = found.entry(i).or_default();
                facts.retain(|(p, value)| *p != property || !value.is_blank_node());
                facts.extend(values.into_iter().map(|value| (property.clone(), value)));
            }
            self.learn(said);
        }
        Ok(())
    }

    /// Facts as an index would give them: by property and value, each once, at most `limit`.
    fn in_order(
        &self,
        facts: Vec<(Term, Term)>,
        properties: Option<&[Node]>,
        limit: usize,
    ) -> Facts {
        let place = |property: &Term| {
            let node = self.terms.known(property)?;
            properties?.iter().position(|&p| p == node)
        };
        let mut sorted: Vec<_> = facts
            .into_iter()
            .map(|(property, value)| {
                let key = (place(&property), property.to_string(), order(&value));
                (key, property, value)
            })
            .collect();
        sorted.sort_by(|a, b| a.0.cmp(&b.0));
        sorted.dedup_by(|a, b| a.1 == b.1 && a.2 == b.2);
        let more = sorted.len() > limit;
        sorted.truncate(limit);
        let facts = sorted
            .into_iter()
            .map(|(_, property, value)| Fact {
                property: self.terms.number(property),
                value: self.terms.number(value),
            })
            .collect();
        Facts { facts, more }
    }

    /// Remembers all that is said of nodes.
    fn learn(&self, said: HashMap<Term, Vec<(Term, Term)>>) {
        for (node, facts) in said {
            let facts = self.in_order(facts, None, usize::MAX);
            let node = self.terms.number(node);
            self.memory()
                .learn(node, Direction::Out, None, &facts.facts);
        }
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
        let Some(text) = self.written(node, direction)? else {
            return Ok(Vec::new());
        };
        let scope = self.scope()?;
        let mut groups = Vec::new();
        for row in self.rows(&queries::properties(scope, &text, direction))? {
            // A node without facts is one group without a property in some engines.
            let Some(Some(property)) = row.first() else {
                continue;
            };
            let [total] = self.integers(row.get(1..).unwrap_or_default())?;
            groups.push((property.to_string(), total));
        }
        groups.sort();
        let mut found = Vec::new();
        for part in groups.chunks(FEW * 4) {
            let properties: Vec<String> = part.iter().map(|(p, _)| p.clone()).collect();
            let wanted = Wanted {
                direction,
                properties: Some(&properties),
                languages: &[],
                anonymous: false,
            };
            let asked = [(0, text.clone())];
            let facts = self.ask_facts(&asked, wanted, cap)?.remove(&0);
            let facts = self.in_order(facts.unwrap_or_default(), None, usize::MAX);
            for same in facts.facts.chunk_by(|a, b| a.property == b.property) {
                let property = same[0].property;
                let name = self.term(property).to_string();
                let total = part.iter().find(|(p, _)| *p == name).map_or(0, |(_, n)| *n);
                found.push(Grouped {
                    property,
                    total: total.max(same.len() as u64),
                    values: same.iter().map(|fact| fact.value).take(cap).collect(),
                });
            }
        }
        Ok(found)
    }

    /// See [`Graph::between`](crate::graph::Graph::between).
    ///
    /// # Errors
    /// An endpoint that fails.
    pub fn between(&self, subject: Node, object: Node) -> Result<Vec<Node>> {
        let places = (
            self.written(subject, Direction::Out)?,
            self.written(object, Direction::In)?,
        );
        let (Some(subject), Some(object)) = places else {
            return Ok(Vec::new());
        };
        let rows = self.rows(&queries::between(self.scope()?, &subject, &object))?;
        let mut properties: Vec<Term> = rows.into_iter().flatten().flatten().collect();
        properties.sort_by_cached_key(order);
        Ok(properties
            .into_iter()
            .map(|p| self.terms.number(p))
            .collect())
    }

    /// See [`Graph::mentioning`](crate::graph::Graph::mentioning).
    ///
    /// # Errors
    /// An endpoint that fails.
    pub fn mentioning(&self, property: Node, nodes: &[Node]) -> Result<Vec<(Node, Node)>> {
        let about: Vec<String> = nodes
            .iter()
            .map(|&node| self.term(node))
            .filter(Term::is_named_node)
            .map(|term| term.to_string())
            .collect();
        if about.is_empty() || !self.features()?.annotated {
            return Ok(Vec::new());
        }
        let property = self.term(property).to_string();
        let query = queries::mentioning(self.scope()?, &property, &about, ROWS * 4);
        let mut found = Vec::new();
        let mut said: HashMap<Term, Vec<(Term, Term)>> = HashMap::new();
        for row in self.rows(&query)? {
            let Ok(
                [
                    Some(speaker),
                    Some(s),
                    Some(Term::NamedNode(p)),
                    Some(o),
                    Some(inner),
                    Some(value),
                ],
            ) = <[Option<Term>; 6]>::try_from(row)
            else {
                return Err(self.strange("rows of another shape"));
            };
            let subject = match s {
                Term::NamedNode(node) => NamedOrBlankNode::from(node),
                Term::BlankNode(node) => node.into(),
                _ => return Err(self.strange("what is no triple")),
            };
            let triple = Term::from(Triple::new(subject, p, o));
            found.push((order(&speaker), order(&triple), speaker.clone(), triple));
            said.entry(speaker).or_default().push((inner, value));
        }
        self.learn(said);
        found.sort_by(|a, b| (&a.0, &a.1).cmp(&(&b.0, &b.1)));
        found.dedup_by(|a, b| a.0 == b.0 && a.1 == b.1);
        Ok(found
            .into_iter()
            .map(|(_, _, speaker, triple)| (self.terms.number(speaker), self.terms.number(triple)))
            .collect())
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
        let known = self.memory().labels(nodes, &wanted);
        let unknown: Vec<Node> = nodes
            .iter()
            .zip(&known)
            .filter(|(_, known)| known.is_none())
            .map(|(node, _)| *node)
            .collect();
        let asked = self.facts_where(&unknown, Direction::Out, Some(properties), limit, &wanted)?;
        let mut memory = self.memory();
        for (node, labels) in unknown.into_iter().zip(asked) {
            memory.learn_labels(node, labels);
        }
        let labels = memory.labels(nodes, &wanted);
        Ok(labels.into_iter().map(Option::unwrap_or_default).collect())
    }
}
