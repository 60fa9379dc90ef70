//! A graph behind a SPARQL endpoint.
//!
//! What commands ask of nodes becomes queries about many nodes at once. Terms get numbers as they come. Two things cannot be
//! asked over a network as they are asked of an index: a blank node, whose name is good for one response only (what is said
//! of it comes in the response that brings it), and everything (there are bounds, and an error past them).

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

use oxrdf::{Literal, Term};

use crate::answer::Direction;
use crate::cancel;
use crate::error::{Error, Result};
use crate::graph::{Fact, Facts, Node, Pattern, PredicateUse, Totals};

mod address;
mod client;
mod credentials;
mod depth;
mod names;
mod page;
mod queries;
mod query;
mod results;
mod terms;
mod transfer;

use address::Address;
use client::{Client, Operation, SOLUTIONS};
use credentials::Authorization;
use queries::{Numbered, Scope, Wanted};
use results::Results;
use terms::Terms;

/// So many nodes or fewer are asked about one by one, within one query, so that a hub cannot crowd the others out.
const FEW: usize = 8;

/// So many lines of a `VALUES` table go into one query.
const TABLE: usize = 500;

/// So many rows of a table's facts are read at once; past them each node's facts are asked for apart.
const ROWS: usize = 5000;

/// So many pairs of one predicate are read.
const PAIRS: usize = 500_000;

/// An endpoint with the terms that it has sent.
#[derive(Debug)]
pub struct Remote {
    client: Client,
    terms: Terms,
    features: OnceLock<Features>,
    few_labels: OnceLock<bool>,
    responses: AtomicU64,
    /// What was said of blank nodes in the responses that brought them.
    anonymous: Mutex<HashMap<Node, Vec<Fact>>>,
    labels: Mutex<Labels>,
}

/// Labels that came for one choice of languages.
#[derive(Debug, Default)]
struct Labels {
    filter: String,
    known: HashMap<Node, Facts>,
}

/// What is true of the endpoint, asked once.
#[derive(Debug, Clone, Copy)]
struct Features {
    scope: Scope,
    /// It takes RDF 1.2 triple terms and holds annotated statements.
    annotated: bool,
}

impl Remote {
    /// An endpoint by its URL; `longest` bounds an answer, in bytes. Nothing is sent yet.
    ///
    /// # Errors
    /// A URL that is none; credentials that cannot be sent.
    pub fn open(url: &str, longest: Option<u64>) -> Result<Self> {
        let address = Address::parse(url)?;
        let authorization = Authorization::of_session(&address)?;
        Ok(Self {
            client: Client::new(address, authorization, longest)?,
            terms: Terms::default(),
            features: OnceLock::new(),
            few_labels: OnceLock::new(),
            responses: AtomicU64::new(0),
            anonymous: Mutex::default(),
            labels: Mutex::default(),
        })
    }

    /// Its address, without credentials.
    pub fn name(&self) -> String {
        self.client.address().shown()
    }

    /// What a user should know before using it.
    pub fn warning(&self) -> Option<String> {
        let address = self.client.address();
        (address.scheme() == "http" && !address.is_loopback()).then(|| {
            format!(
                "{}: queries, answers and any password travel unencrypted over http",
                address.shown()
            )
        })
    }

    /// The number of a term; `None` for a blank node that it has not sent.
    pub fn node(&self, term: Term) -> Option<Node> {
        if terms::is_anonymous(&term) {
            return self.terms.known(&term);
        }
        Some(self.terms.number(term))
    }

    /// The term of a number.
    pub fn term(&self, node: Node) -> Term {
        self.terms.term(node).as_ref().clone()
    }

    /// Whether a number is that of a literal.
    pub fn is_literal(&self, node: Node) -> bool {
        self.terms.term(node).is_literal()
    }

    /// The rows of a query's answer, their blank nodes told apart from those of other answers.
    fn rows(&self, query: &str) -> Result<Vec<Vec<Option<Term>>>> {
        let token = cancel::current();
        let response = self
            .client
            .send(Operation::Query(query), SOLUTIONS, &token)?;
        let number = self.responses.fetch_add(1, Ordering::Relaxed);
        match results::solutions(&self.client, response)? {
            Results::Boolean(_) => Err(self.strange("a truth instead of rows")),
            Results::Solutions(solutions) => solutions
                .map(|row| {
                    let apart = |cell: Option<Term>| Some(terms::apart(cell?, number));
                    Ok(row?.into_iter().map(apart).collect())
                })
                .collect(),
        }
    }

    fn strange(&self, what: &str) -> Error {
        self.client.error(format!("its answer holds {what}"), None)
    }

    fn features(&self) -> Result<Features> {
        if let Some(features) = self.features.get() {
            return Ok(*features);
        }
        let (rows, triple_terms) = match self.rows(&queries::probe(true)) {
            Ok(rows) => (rows, true),
            Err(Error::Endpoint { .. }) => (self.rows(&queries::probe(false))?, false),
            Err(stopped) => return Err(stopped),
        };
        let some = |column: usize| {
            rows.iter()
                .any(|row| row.get(column).is_some_and(Option::is_some))
        };
        let features = Features {
            scope: if some(0) {
                Scope::AllGraphs
            } else {
                Scope::Default
            },
            annotated: triple_terms && some(1),
        };
        Ok(*self.features.get_or_init(|| features))
    }

    fn scope(&self) -> Result<Scope> {
        Ok(self.features()?.scope)
    }

    /// How a node is written in a query in this place; `None` where it cannot stand there or be named.
    fn written(&self, node: Node, direction: Direction) -> Result<Option<String>> {
        let term = self.terms.term(node);
        Ok(match (&*term, direction) {
            (Term::NamedNode(_), _) | (Term::Literal(_), Direction::In) => Some(term.to_string()),
            (Term::Triple(_), Direction::In)
                if !terms::is_anonymous(&term) && self.features()?.annotated =>
            {
                Some(term.to_string())
            }
            _ => None,
        })
    }

    /// See [`Graph::facts`](super::Graph::facts).
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
        self.facts_where(nodes, direction, properties, limit, "")
    }

    /// [`Self::facts`] whose values (`?v`) meet a condition.
    fn facts_where(
        &self,
        nodes: &[Node],
        direction: Direction,
        properties: Option<&[Node]>,
        limit: usize,
        filter: &str,
    ) -> Result<Vec<Facts>> {
        let mut asked: Vec<Numbered> = Vec::new();
        let mut seen = HashSet::new();
        for (i, &node) in nodes.iter().enumerate() {
            if seen.insert(node)
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
            filter,
        };
        let mut found: HashMap<Node, Facts> = HashMap::new();
        for (i, facts) in self.ask_facts(&asked, wanted, limit)? {
            let Some(&node) = nodes.get(i) else {
                return Err(self.strange("a row that answers nothing asked"));
            };
            found.insert(node, self.in_order(facts, properties, limit));
        }
        Ok(nodes
            .iter()
            .map(|node| match found.get(node) {
                Some(facts) => facts.clone(),
                None => self.facts_of_anonymous(*node, direction, properties, limit),
            })
            .collect())
    }

    /// The facts of these nodes as the endpoint tells them; of each at least one more than `limit`, where there are.
    fn ask_facts(
        &self,
        nodes: &[Numbered],
        wanted: Wanted<'_>,
        limit: usize,
    ) -> Result<BTreeMap<usize, Vec<(Term, Term)>>> {
        let mut found = BTreeMap::new();
        let width = wanted.properties.map_or(1, <[String]>::len);
        if nodes.is_empty() || width == 0 {
            return Ok(found);
        }
        let scope = self.scope()?;
        let cap = limit.saturating_add(1).min(PAIRS);
        let few = (FEW * 4 / width).clamp(1, FEW);
        if nodes.len() <= few {
            let rows = self.rows(&queries::facts_of_each(scope, nodes, wanted, cap))?;
            self.gather(rows, &mut found)?;
        } else {
            for table in nodes.chunks((TABLE / width).max(1)) {
                let rows = self.rows(&queries::facts(scope, table, wanted, ROWS))?;
                if rows.len() < ROWS {
                    self.gather(rows, &mut found)?;
                    continue;
                }
                // There is a hub among them.
                for part in table.chunks(few) {
                    let rows = self.rows(&queries::facts_of_each(scope, part, wanted, cap))?;
                    self.gather(rows, &mut found)?;
                }
            }
        }
        self.ask_anonymous(scope, nodes, wanted, cap, &mut found)?;
        Ok(found)
    }

    /// Sorts rows of `?i ?p ?v` by `?i`.
    fn gather(
        &self,
        rows: Vec<Vec<Option<Term>>>,
        found: &mut BTreeMap<usize, Vec<(Term, Term)>>,
    ) -> Result<()> {
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

    /// Replaces values that are blank nodes by the same ones of a response that also tells what is said of them.
    fn ask_anonymous(
        &self,
        scope: Scope,
        nodes: &[Numbered],
        wanted: Wanted<'_>,
        cap: usize,
        found: &mut BTreeMap<usize, Vec<(Term, Term)>>,
    ) -> Result<()> {
        let affected: Vec<Numbered> = nodes
            .iter()
            .filter(|(i, _)| {
                let mut values = found.get(i).into_iter().flatten();
                values.any(|(_, value)| value.is_blank_node())
            })
            .cloned()
            .collect();
        let width = wanted.properties.map_or(1, <[String]>::len).max(1);
        for part in affected.chunks((64 / width).max(1)) {
            let rows = self.rows(&queries::anonymous(scope, part, wanted, cap))?;
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
            let mut known = self
                .anonymous
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            for (node, facts) in said {
                let facts = self.in_order(facts, None, usize::MAX);
                known.insert(self.terms.number(node), facts.facts);
            }
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

    /// What is known of a node that cannot be asked about.
    fn facts_of_anonymous(
        &self,
        node: Node,
        direction: Direction,
        properties: Option<&[Node]>,
        limit: usize,
    ) -> Facts {
        let known = self
            .anonymous
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let said = match direction {
            Direction::Out => known.get(&node),
            Direction::In => None,
        };
        let mut facts: Vec<Fact> = said
            .into_iter()
            .flatten()
            .filter(|fact| properties.is_none_or(|ps| ps.contains(&fact.property)))
            .copied()
            .collect();
        if let Some(properties) = properties {
            facts.sort_by_key(|fact| properties.iter().position(|&p| p == fact.property));
        }
        let more = facts.len() > limit;
        facts.truncate(limit);
        Facts { facts, more }
    }

    /// The labels of nodes by these properties, in these languages, in English and without a language.
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
        let mut conditions = vec![
            "lang(?v) = \"\"".to_owned(),
            "langMatches(lang(?v), \"en\")".to_owned(),
        ];
        for language in languages.iter().filter(|l| *l != "en") {
            let primary = language.split('-').next().unwrap_or_default();
            let tag = Literal::new_simple_literal(primary);
            conditions.push(format!("langMatches(lang(?v), {tag})"));
        }
        let filter = format!("FILTER({})", conditions.join(" || "));
        let unknown: Vec<Node> = {
            let mut labels = self.labels.lock().unwrap_or_else(PoisonError::into_inner);
            if labels.filter != filter {
                *labels = Labels {
                    filter: filter.clone(),
                    ..Labels::default()
                };
            }
            let unknown = nodes.iter().filter(|node| !labels.known.contains_key(node));
            unknown.copied().collect()
        };
        let asked = self.facts_where(&unknown, Direction::Out, Some(properties), limit, &filter)?;
        let mut labels = self.labels.lock().unwrap_or_else(PoisonError::into_inner);
        labels.known.extend(unknown.into_iter().zip(asked));
        Ok(nodes
            .iter()
            .map(|node| labels.known.get(node).cloned().unwrap_or_default())
            .collect())
    }

    /// See [`Graph::counts`](super::Graph::counts).
    ///
    /// # Errors
    /// An endpoint that fails.
    pub fn counts(&self, patterns: &[Pattern]) -> Result<Vec<u64>> {
        let mut counts = vec![0; patterns.len()];
        let mut asked: HashMap<[Option<String>; 3], Vec<usize>> = HashMap::new();
        for (i, pattern) in patterns.iter().enumerate() {
            match self.written_pattern(pattern)? {
                Some(text) => asked.entry(text).or_default().push(i),
                None => counts[i] = self.count_of_anonymous(pattern),
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

    /// How many triples that came with blank nodes match a pattern with one.
    fn count_of_anonymous(&self, pattern: &Pattern) -> u64 {
        let matches = |fact: &&Fact| {
            pattern.property.is_none_or(|p| p == fact.property)
                && pattern.object.is_none_or(|o| o == fact.value)
        };
        let known = self
            .anonymous
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        match pattern.subject {
            Some(subject) => known
                .get(&subject)
                .map_or(0, |facts| facts.iter().filter(matches).count() as u64),
            // It came as a value of something: once is what is known.
            None => 1,
        }
    }

    /// See [`Graph::predicates`](super::Graph::predicates).
    ///
    /// # Errors
    /// An endpoint that fails.
    pub fn predicates(&self) -> Result<Vec<PredicateUse>> {
        let rows = self.rows(&queries::predicates(self.scope()?))?;
        let mut uses = Vec::new();
        for row in rows {
            let (Some(Some(property)), Ok([triples, subjects, objects])) =
                (row.first(), self.integers(row.get(1..).unwrap_or_default()))
            else {
                return Err(self.strange("rows of another shape"));
            };
            let property = self.terms.number(property.clone());
            uses.push((
                order(&self.terms.term(property)),
                PredicateUse {
                    property,
                    triples,
                    subjects,
                    objects,
                },
            ));
        }
        uses.sort_by(|a, b| a.0.cmp(&b.0));
        Ok(uses.into_iter().map(|(_, predicate)| predicate).collect())
    }

    /// See [`Graph::pairs`](super::Graph::pairs).
    ///
    /// # Errors
    /// An endpoint that fails, or has more pairs than can be fetched.
    pub fn pairs(&self, property: Node) -> Result<Vec<(Node, Node)>> {
        let text = self.term(property).to_string();
        let rows = self.rows(&queries::pairs(self.scope()?, &text, PAIRS))?;
        self.all_of(rows.len(), &text)?;
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

    /// See [`Graph::objects`](super::Graph::objects).
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

    /// See [`Graph::named_graphs`](super::Graph::named_graphs).
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

    /// See [`Graph::totals`](super::Graph::totals).
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

    fn integers<const N: usize>(&self, row: &[Option<Term>]) -> Result<[u64; N]> {
        let mut numbers = [0; N];
        if row.len() != N {
            return Err(self.strange("rows of another shape"));
        }
        for (number, cell) in numbers.iter_mut().zip(row) {
            *number = match cell {
                Some(term) => self.integer(term)?,
                None => 0,
            };
        }
        Ok(numbers)
    }

    fn integer(&self, term: &Term) -> Result<u64> {
        let Term::Literal(literal) = term else {
            return Err(self.strange("no number where one was asked for"));
        };
        // Some engines count in decimals.
        let digits = literal.value().trim_end_matches('0').trim_end_matches('.');
        let digits = if literal.value().contains('.') {
            digits
        } else {
            literal.value()
        };
        digits
            .parse()
            .map_err(|_| self.strange("no number where one was asked for"))
    }
}

/// Terms in the order of an index: literals, IRIs, blank nodes, triple terms, each by their text.
fn order(term: &Term) -> (u8, String) {
    let kind = match term {
        Term::Literal(_) => 0,
        Term::NamedNode(_) => 1,
        Term::BlankNode(_) => 2,
        Term::Triple(_) => 3,
    };
    (kind, term.to_string())
}
