//! Many questions → few requests → answers that the running command remembers.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use oxrdf::vocab::rdf;
use oxrdf::{NamedOrBlankNode, Term, Triple};

use super::order::Place;
use super::queries::{self, Inner, MOST, Numbered, Wanted};
use super::question::{self, Part, Question, Shape};
use super::row::Row;
use super::{Remote, memory};
use crate::answer::Direction;
use crate::error::Result;
use crate::graph::{Fact, Facts, Node, PredicateUse};

/// A request is no longer than this, in bytes, unless one part alone is: encoded it takes up to twice as many, and many
/// servers refuse a megabyte.
const LONGEST: usize = 400_000;

/// So many rows of a table's facts are read at once; past them each node's facts are asked for apart.
const ROWS: usize = 5000;

/// What is said of terms: property and value.
type Said = HashMap<Term, Vec<(Term, Term)>>;

impl Remote {
    /// Asks questions, in as few requests as there is room for, and remembers the answers.
    ///
    /// # Errors
    /// An endpoint that fails.
    pub(super) fn put(&self, mut questions: Vec<Question>) -> Result<()> {
        questions.sort_unstable();
        questions.dedup();
        let annotated = self.features()?.annotated;
        let blank = annotated || self.blank.load(Ordering::Relaxed);
        let reifies = self.terms.known(&rdf::REIFIES.into_owned().into());
        let width = |shape: &Shape| {
            memory::of(self, |memory| memory.properties_of(shape)).map_or(1, |p| p.len())
        };
        let mut parts = question::parts(questions, width, |shape| match &shape.properties {
            // Who annotates a statement is asked in order to hear what it says.
            Some(only) if shape.direction == Direction::In && reifies == Some(only[0]) => {
                Inner::All
            }
            _ if blank => Inner::Blank,
            _ => Inner::Nothing,
        });
        while !parts.is_empty() {
            let mut again = Vec::new();
            let mut together = Vec::new();
            let mut length = 0;
            for part in parts {
                let text = self.text(&part)?;
                if !together.is_empty() && length + text.len() > LONGEST {
                    again.extend(self.request(std::mem::take(&mut together))?);
                    length = 0;
                }
                length += text.len();
                together.push((part, text));
            }
            again.extend(self.request(together)?);
            parts = again;
        }
        Ok(())
    }

    /// Sends one request; gives the parts that have to be asked in another way.
    fn request(&self, parts: Vec<(Part, String)>) -> Result<Vec<Part>> {
        let (parts, texts): (Vec<Part>, Vec<String>) = parts.into_iter().unzip();
        let mut rows: Vec<Vec<Row>> = parts.iter().map(|_| Vec::new()).collect();
        for row in self.rows(&queries::together(&texts))? {
            match row.part.and_then(|part| rows.get_mut(part)) {
                Some(of_part) => of_part.push(row),
                None => return Err(self.unasked()),
            }
        }
        let mut again = Vec::new();
        for (part, rows) in parts.into_iter().zip(rows) {
            again.extend(self.learn(part, rows)?);
        }
        Ok(again)
    }

    /// The query of a part.
    fn text(&self, part: &Part) -> Result<String> {
        let scope = self.scope()?;
        let text = |node: &Node| self.term(*node).to_string();
        let numbered =
            |nodes: &[Node]| -> Vec<Numbered> { nodes.iter().map(text).enumerate().collect() };
        let texts = |nodes: &[Node]| -> Vec<String> { nodes.iter().map(text).collect() };
        Ok(match part {
            Part::FactsOfEach(shape, nodes, inner) | Part::FactsOfAll(shape, nodes, inner) => {
                let properties = memory::of(self, |memory| memory.properties_of(shape));
                let properties = properties.as_deref().map(texts);
                let wanted = Wanted {
                    direction: shape.direction,
                    properties: properties.as_deref(),
                    languages: &shape.languages,
                    inner: *inner,
                };
                match part {
                    Part::FactsOfAll(..) => queries::facts(scope, &numbered(nodes), wanted, ROWS),
                    _ => {
                        let most = shape.limit.saturating_add(1).min(MOST);
                        queries::facts_of_each(scope, &numbered(nodes), wanted, most)
                    }
                }
            }
            Part::Counts(patterns) => {
                let place = |node: Option<Node>| node.as_ref().map(text);
                let patterns = patterns
                    .iter()
                    .map(|p| [p.subject, p.property, p.object].map(place));
                queries::counts(scope, &patterns.enumerate().collect::<Vec<_>>())
            }
            Part::Uses(properties) => queries::uses(scope, &texts(properties)),
            Part::Properties(direction, nodes) => {
                queries::properties(scope, &numbered(nodes), *direction)
            }
            Part::Between(ends) => {
                let ends = ends.iter().map(|(s, o)| [text(s), text(o)]);
                queries::between(scope, &ends.enumerate().collect::<Vec<_>>())
            }
            Part::Mentioning(property, nodes) => {
                queries::mentioning(scope, &text(property), &texts(nodes), ROWS * 4)
            }
            Part::Pairs(property, most) => queries::pairs(scope, &text(property), *most),
            Part::Objects(property) => queries::objects(scope, &text(property), MOST),
            Part::Occurring(nodes) => queries::occurring(scope, &numbered(nodes)),
            Part::Predicates(nodes) => queries::are_predicates(scope, &numbered(nodes)),
        })
    }

    /// Remembers what the rows of a part say; gives the part that is to be asked in its stead, if these are not enough.
    fn learn(&self, part: Part, rows: Vec<Row>) -> Result<Option<Part>> {
        match part {
            Part::FactsOfEach(shape, nodes, inner) => {
                let found = self.facts_by_node(nodes.len(), rows)?;
                if inner == Inner::Nothing && found.has_blank() {
                    self.blank.store(true, Ordering::Relaxed);
                    return Ok(Some(Part::FactsOfEach(shape, nodes, Inner::Blank)));
                }
                self.learn_facts(&shape, &nodes, found);
            }
            Part::FactsOfAll(shape, nodes, inner) => {
                let found = self.facts_by_node(nodes.len(), rows)?;
                if found.len() >= ROWS {
                    return Ok(Some(Part::FactsOfEach(shape, nodes, inner)));
                }
                if inner == Inner::Nothing && found.has_blank() {
                    self.blank.store(true, Ordering::Relaxed);
                    return Ok(Some(Part::FactsOfAll(shape, nodes, Inner::Blank)));
                }
                self.learn_facts(&shape, &nodes, found);
            }
            Part::Counts(patterns) => {
                let counts = self.by_question(patterns.len(), rows, |row| Ok(row.count))?;
                memory::of(self, |memory| {
                    let counts = counts.into_iter().map(|counts| counts.into_iter().sum());
                    memory.counts.extend(patterns.into_iter().zip(counts));
                });
            }
            Part::Uses(properties) => {
                let found = self.uses_of(rows)?;
                memory::of(self, |memory| {
                    for property in properties {
                        let used = found.iter().find(|used| used.property == property);
                        memory.uses.insert(property, used.copied());
                    }
                });
            }
            Part::Properties(direction, nodes) => {
                let found = self.by_question(nodes.len(), rows, |row| {
                    let [_, property, _] = row.triple;
                    Ok(property.map(|property| (Place::of(&property), property, row.count)))
                })?;
                memory::of(self, |memory| {
                    for (node, found) in nodes.into_iter().zip(found) {
                        let mut found: Vec<_> = found.into_iter().flatten().collect();
                        found.sort_by(|a, b| a.0.cmp(&b.0));
                        let found = found.into_iter();
                        let found = found.map(|(_, p, n)| (self.terms.number(p), n)).collect();
                        memory.properties.insert((direction, node), found);
                    }
                });
            }
            Part::Between(ends) => {
                let found = self.by_question(ends.len(), rows, |row| {
                    let [_, property, _] = row.triple;
                    property.ok_or_else(|| self.misshapen())
                })?;
                memory::of(self, |memory| {
                    let found = found.into_iter().map(|terms| self.in_term_order(terms));
                    memory.between.extend(ends.into_iter().zip(found));
                });
            }
            Part::Mentioning(property, nodes) => {
                let found = self.speakers(rows)?;
                memory::of(self, |memory| {
                    memory.mentioning.insert((property, nodes), found)
                });
            }
            Part::Pairs(property, most) => {
                let mut pairs = Vec::new();
                for row in rows {
                    let [Some(subject), _, Some(object)] = row.triple else {
                        return Err(self.misshapen());
                    };
                    pairs.push((Place::of(&subject), Place::of(&object), subject, object));
                }
                pairs.sort_by(|a, b| (&a.0, &a.1).cmp(&(&b.0, &b.1)));
                let pairs = pairs.into_iter();
                let pairs = pairs.map(|(_, _, s, o)| (self.terms.number(s), self.terms.number(o)));
                let pairs = pairs.collect();
                memory::of(self, |memory| memory.pairs.insert((property, most), pairs));
            }
            Part::Objects(property) => {
                let objects = rows.into_iter().filter_map(|row| {
                    let [_, _, object] = row.triple;
                    object
                });
                let objects = self.in_term_order(objects.collect());
                memory::of(self, |memory| memory.objects.insert(property, objects));
            }
            Part::Occurring(nodes) => {
                let found = self.by_question(nodes.len(), rows, |_| Ok(()))?;
                memory::of(self, |memory| {
                    let occurs = found.iter().map(|found| !found.is_empty());
                    memory.occurs.extend(nodes.into_iter().zip(occurs));
                });
            }
            Part::Predicates(nodes) => {
                let found = self.by_question(nodes.len(), rows, |_| Ok(()))?;
                memory::of(self, |memory| {
                    let are = found.iter().map(|found| !found.is_empty());
                    memory.is_predicate.extend(nodes.into_iter().zip(are));
                });
            }
        }
        Ok(None)
    }

    /// What rows say, by the question that they answer.
    fn by_question<T>(
        &self,
        questions: usize,
        rows: Vec<Row>,
        read: impl Fn(Row) -> Result<T>,
    ) -> Result<Vec<Vec<T>>> {
        let mut found: Vec<Vec<T>> = (0..questions).map(|_| Vec::new()).collect();
        for row in rows {
            // No rows at all are one group without a number in some engines.
            let Some(question) = row.question else {
                continue;
            };
            let of_question = found.get_mut(question).ok_or_else(|| self.unasked())?;
            of_question.push(read(row)?);
        }
        Ok(found)
    }

    /// Rows of predicates with their use.
    pub(super) fn uses_of(&self, rows: Vec<Row>) -> Result<Vec<PredicateUse>> {
        let mut uses = Vec::new();
        for row in rows {
            // As above.
            let [_, Some(property), _] = row.triple else {
                continue;
            };
            let used = PredicateUse {
                property: self.terms.number(property.clone()),
                triples: row.count,
                subjects: row.distinct[0],
                objects: row.distinct[1],
            };
            uses.push((Place::of(&property), used));
        }
        uses.sort_by(|a, b| a.0.cmp(&b.0));
        Ok(uses.into_iter().map(|(_, used)| used).collect())
    }

    fn facts_by_node(&self, nodes: usize, rows: Vec<Row>) -> Result<FactsByNode> {
        let mut found = FactsByNode {
            facts: vec![Vec::new(); nodes],
            said: HashMap::new(),
        };
        let mut seen: HashSet<(usize, Term, Term)> = HashSet::new();
        for row in rows {
            let (Some(i), [_, Some(property), _], Some(value)) =
                (row.question, row.triple, row.value)
            else {
                return Err(self.misshapen());
            };
            let facts = found.facts.get_mut(i).ok_or_else(|| self.unasked())?;
            if let Some(inner) = row.inner {
                found.said.entry(value.clone()).or_default().push(inner);
                if !seen.insert((i, property.clone(), value.clone())) {
                    continue;
                }
            }
            facts.push((property, value));
        }
        Ok(found)
    }

    fn learn_facts(&self, shape: &Arc<Shape>, nodes: &[Node], found: FactsByNode) {
        for (&node, facts) in nodes.iter().zip(found.facts) {
            let facts = self.in_order(facts, shape.properties.as_deref(), shape.limit);
            memory::of(self, |memory| memory.learn_facts(node, shape, facts));
        }
        self.learn_said(found.said);
    }

    /// Remembers all that is said of nodes.
    fn learn_said(&self, said: Said) {
        for (node, facts) in said {
            let facts = self.in_order(facts, None, usize::MAX);
            let node = self.terms.number(node);
            memory::of(self, |memory| {
                memory.learn(node, Direction::Out, None, &facts.facts);
            });
        }
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
                let key = (place(&property), Place::of(&property), Place::of(&value));
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

    fn in_term_order(&self, mut terms: Vec<Term>) -> Vec<Node> {
        terms.sort_by_cached_key(Place::of);
        terms.into_iter().map(|t| self.terms.number(t)).collect()
    }

    /// Who speaks of which triple, with what else is said by the speaker.
    fn speakers(&self, rows: Vec<Row>) -> Result<Vec<(Node, Node)>> {
        let mut found = Vec::new();
        let mut said = Said::new();
        for row in rows {
            let (Some(speaker), [Some(s), Some(Term::NamedNode(p)), Some(o)], Some(inner)) =
                (row.speaker, row.triple, row.inner)
            else {
                return Err(self.misshapen());
            };
            let Ok(subject) = NamedOrBlankNode::try_from(s) else {
                return Err(self.strange("what is no triple"));
            };
            let triple = Term::from(Triple::new(subject, p, o));
            found.push((
                Place::of(&speaker),
                Place::of(&triple),
                speaker.clone(),
                triple,
            ));
            said.entry(speaker).or_default().push(inner);
        }
        self.learn_said(said);
        found.sort_by(|a, b| (&a.0, &a.1).cmp(&(&b.0, &b.1)));
        found.dedup_by(|a, b| a.0 == b.0 && a.1 == b.1);
        Ok(found
            .into_iter()
            .map(|(_, _, speaker, triple)| (self.terms.number(speaker), self.terms.number(triple)))
            .collect())
    }
}

/// Facts as an endpoint tells them.
struct FactsByNode {
    /// Property and value, by the place of the node.
    facts: Vec<Vec<(Term, Term)>>,
    /// What is said of values, as far as it was told along.
    said: Said,
}

impl FactsByNode {
    fn len(&self) -> usize {
        self.facts.iter().map(Vec::len).sum()
    }

    fn has_blank(&self) -> bool {
        let mut facts = self.facts.iter().flatten();
        facts.any(|(_, value)| value.is_blank_node())
    }
}
