//! Lines of nodes → rows that a reader sees: labels, sources and qualifiers, looked up all at once.

use std::collections::HashMap;

use oxrdf::Term;

use super::align::{Aligned, Line};
use super::alike::Common;
use super::profile::Known;
use crate::answer::{Alike, Direction, Entry, Row, Statement, Status, Value};
use crate::error::Result;
use crate::facts;
use crate::graph::{Facts, Node};
use crate::names;
use crate::provenance::{self, Annotation};
use crate::session::Session;

/// The labels and annotations of everything in a comparison.
pub struct Told {
    values: HashMap<Node, Value>,
    annotations: HashMap<(Node, Node, Node), Annotation>,
}

impl Told {
    /// Looks up what the cells name.
    ///
    /// # Errors
    /// An endpoint that fails.
    pub fn read(session: &Session, aligned: &Aligned, alike: &[Common]) -> Result<Self> {
        let lines = || aligned.lines();
        let shown = || lines().flat_map(|line| &line.cells).flatten();
        let mut statements: Vec<_> = shown().map(|known| known.statement).collect();
        statements.extend(&aligned.relations);
        let annotations = provenance::annotations(session, &statements)?;
        let mut nodes: Vec<Node> = statements
            .iter()
            .flat_map(|(s, p, o)| [*s, *p, *o])
            .collect();
        nodes.extend(lines().map(|line| line.key.1));
        nodes.extend(alike.iter().map(|common| common.ancestor));
        nodes.extend(shown().filter_map(|known| known.via));
        nodes.sort_unstable();
        nodes.dedup();
        let values = names::values(session, &nodes)?;
        Ok(Self {
            values: nodes.into_iter().zip(values).collect(),
            annotations: statements.into_iter().zip(annotations).collect(),
        })
    }

    fn value(&self, node: Node) -> Option<Value> {
        self.values.get(&node).cloned()
    }

    fn entry(&self, known: &Known) -> Entry {
        let annotation = self.annotations.get(&known.statement);
        Entry {
            value: self.value(known.value),
            status: known.status,
            via: known.via.and_then(|via| self.value(via)),
            qualifiers: annotation.map(|a| a.qualifiers.clone()).unwrap_or_default(),
            sources: annotation.map(|a| a.sources.clone()).unwrap_or_default(),
        }
    }

    fn cell(&self, cell: &[Known]) -> Vec<Entry> {
        match cell {
            [] => vec![Entry::not_stated()],
            known => known.iter().map(|k| self.entry(k)).collect(),
        }
    }

    /// Rows for a reader.
    pub fn rows(&self, lines: &[Line]) -> Vec<Row> {
        lines.iter().filter_map(|line| self.row(line)).collect()
    }

    fn row(&self, line: &Line) -> Option<Row> {
        let denial = line
            .cells
            .iter()
            .flatten()
            .find(|k| k.status == Status::Denied);
        Some(Row {
            property: self.value(line.key.1)?,
            denied_property: denial.and_then(|known| self.value(known.statement.1)),
            direction: line.key.0,
            cells: line.cells.iter().map(|cell| self.cell(cell)).collect(),
            more: match line.more.iter().all(|n| *n == 0) {
                true => Vec::new(),
                false => line.more.clone(),
            },
            exclusive: line.exclusive,
            notable_absence: line.notable_absence,
            score: line.score,
        })
    }

    /// What values that differ have in common.
    pub fn alike(&self, lines: &[Line], found: &[Common]) -> Vec<Alike> {
        let alike = found.iter().filter_map(|common| {
            let line = lines.get(common.line)?;
            Some(Alike {
                property: self.value(line.key.1)?,
                direction: line.key.0,
                ancestor: self.value(common.ancestor)?,
                cells: common.cells.iter().map(|cell| self.cell(cell)).collect(),
            })
        });
        alike.collect()
    }

    /// Facts as statements.
    pub fn statements(&self, session: &Session, facts: &[(Node, Node, Node)]) -> Vec<Statement> {
        let statement = |fact: &(Node, Node, Node)| {
            let annotation = self.annotations.get(fact).cloned().unwrap_or_default();
            Some(Statement {
                subject: self.value(fact.0)?,
                property: self.value(fact.1)?,
                object: self.value(fact.2)?,
                qualifiers: annotation.qualifiers,
                inferred: session.graph.is_inferred(fact.0, fact.1, fact.2),
                sources: annotation.sources,
            })
        };
        facts.iter().filter_map(statement).collect()
    }
}

/// Rows of the doubtful statements about items.
///
/// # Errors
/// An endpoint that fails.
pub fn uncertain(session: &Session, items: &[Node]) -> Result<Vec<Row>> {
    let terms: Vec<Term> = items.iter().map(|&item| session.graph.term(item)).collect();
    let mut rows: Vec<Row> = Vec::new();
    for said in provenance::unasserted(session, items)? {
        let ends = [
            (Direction::Out, &said.subject, &said.object),
            (Direction::In, &said.object, &said.subject),
        ];
        for (direction, end, value) in ends {
            let Some(item) = terms.iter().position(|term| *term == end.term) else {
                continue;
            };
            let entry = Entry {
                value: Some(value.clone()),
                status: Status::Uncertain,
                via: None,
                qualifiers: said.qualifiers.clone(),
                sources: said.sources.clone(),
            };
            let same = |row: &&mut Row| row.property == said.property && row.direction == direction;
            match rows.iter_mut().find(same) {
                Some(row) => row.cells[item].push(entry),
                None => {
                    let mut cells = vec![Vec::new(); items.len()];
                    cells[item].push(entry);
                    rows.push(Row {
                        property: said.property.clone(),
                        denied_property: None,
                        direction,
                        cells,
                        more: Vec::new(),
                        exclusive: false,
                        notable_absence: None,
                        score: 0.0,
                    });
                }
            }
        }
    }
    for cell in rows.iter_mut().flat_map(|row| &mut row.cells) {
        if cell.is_empty() {
            cell.push(Entry::not_stated());
        }
    }
    Ok(rows)
}

/// The description of each item in the reader's language.
///
/// # Errors
/// An endpoint that fails.
pub fn descriptions(session: &Session, items: &[Node]) -> Result<Vec<Option<Value>>> {
    let properties = &session.role_nodes().description;
    let said = session
        .graph
        .facts(items, Direction::Out, Some(properties), facts::CAP)?;
    let best = |said: &Facts| {
        let terms = said.facts.iter().map(|f| session.graph.term(f.value));
        let term = terms
            .filter(Term::is_literal)
            .min_by_key(|term| names::text_rank(session, term))?;
        Some(Value { term, label: None })
    };
    Ok(said.iter().map(best).collect())
}
