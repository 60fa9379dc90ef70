//! Queries rewritten with what the index knows, before they are evaluated.
//!
//! - Triple patterns are ordered by exact counts and joined one by one, each for the rows so far (`order`); so are groups of
//!   patterns where a look-up finds what a join would.
//! - Transitive paths become patterns whose predicate is a [`Closure`], which the dataset answers by a search.
//! - Triple terms with variables in them become patterns that ask for their parts by number.
//! - Counts are read off the index, or made by walking through it on numbers alone (`counts`, `walk`).
//!
//! What a query means stays the same. What is not understood here is left as it is.

use std::collections::HashSet;

use oxrdf::NamedNode;
use serde::Serialize;
use spargebra::Query;
use spargebra::algebra::{Expression, GraphPattern, PropertyPathExpression};
use spargebra::term::{NamedNodePattern, TermPattern, Variable};

use crate::algebra;
use crate::index::{Id, Index};

pub use crate::plan::closure::{Closure, Reached};

mod closure;
mod counts;
mod order;
mod walk;

/// What the IRIs begin with that stand for relations; no graph has them but by design.
const RELATION: &str = "kgq-relation:";

/// A query made ready for an index.
#[derive(Debug)]
pub struct Plan {
    /// The query to evaluate.
    pub query: Query,
    /// What the predicates stand for that were put into it.
    pub relations: Vec<Relation>,
    /// The order chosen and what was expected of it.
    pub steps: Vec<Step>,
}

/// One step of a plan, as `--explain` shows it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Step {
    /// The pattern that is matched, in SPARQL.
    pub pattern: String,
    /// How many rows there are expected to be after it.
    pub rows: f64,
    /// The seconds that planning took for it already, where it was counted then.
    pub seconds: f64,
}

/// A predicate that no triple has and the dataset answers all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Relation {
    /// From a node to all that it reaches.
    Closure(Closure),
    /// From a triple term to its subject, predicate or object.
    Part(Part),
}

/// A part of a triple term.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Its subject.
    Subject,
    /// Its predicate.
    Predicate,
    /// Its object.
    Object,
}

/// A relation in words, to stand for a predicate.
pub fn described(index: &Index, relation: &Relation) -> String {
    match relation {
        Relation::Closure(closure) => closure.text(index),
        Relation::Part(part) => part.text().to_owned(),
    }
}

impl Part {
    /// What it is, in words.
    fn text(self) -> &'static str {
        match self {
            Self::Subject => "has the subject",
            Self::Predicate => "has the predicate",
            Self::Object => "has the object",
        }
    }
}

/// The number of the relation that an IRI stands for.
pub fn relation_number(iri: &str) -> Option<usize> {
    iri.strip_prefix(RELATION)?.parse().ok()
}

/// The IRI that stands for a relation by its number.
pub fn relation_iri(number: usize) -> NamedNode {
    NamedNode::new_unchecked(format!("{RELATION}{number}"))
}

/// Makes a query ready for an index. What the index can count is counted already.
pub fn plan(index: &Index, query: &Query) -> Plan {
    planned(index, query, true)
}

/// What [`plan`] chooses, without counting anything.
pub fn outline(index: &Index, query: &Query) -> Vec<Step> {
    planned(index, query, false).steps
}

fn planned(index: &Index, query: &Query, counts: bool) -> Plan {
    let mut planner = Planner {
        index,
        relations: Vec::new(),
        triple_terms: 0,
        steps: Vec::new(),
        counts,
        // With FROM the default graph is not the index's own.
        graph: query.dataset().is_none().then_some(0),
        each_graph: false,
        graph_name: String::new(),
        repeated: false,
    };
    let mut query = query.clone();
    planner.rewrite(algebra::pattern_mut(&mut query), &Bound::new());
    Plan {
        query,
        relations: planner.relations,
        steps: planner.steps,
    }
}

/// The variables that have a value in every row, by name; those of blank nodes begin with `_:`.
type Bound = HashSet<String>;

struct Planner<'a> {
    index: &'a Index,
    relations: Vec<Relation>,
    /// How many variables were made for triple terms.
    triple_terms: usize,
    steps: Vec<Step>,
    /// Whether what the index knows is counted, rather than said to be.
    counts: bool,
    /// The number of the graph of the index of which is asked what is being rewritten, where it is one.
    graph: Option<u32>,
    /// Whether it is asked of each named graph of the index.
    each_graph: bool,
    /// What names the graph that is asked, as SPARQL has it; nothing for the default graph.
    graph_name: String,
    /// Whether what is being rewritten is asked again for each of some rows, as in EXISTS.
    repeated: bool,
}

impl Planner<'_> {
    /// Rewrites a pattern that is evaluated for rows where `bound` have values.
    fn rewrite(&mut self, pattern: &mut GraphPattern, bound: &Bound) {
        if let Some(answered) = counts::answered(self, pattern) {
            *pattern = answered;
            return;
        }
        match pattern {
            GraphPattern::Bgp { .. } | GraphPattern::Path { .. } | GraphPattern::Join { .. } => {
                *pattern = order::ordered(self, std::mem::take(pattern), bound);
                return;
            }
            GraphPattern::LeftJoin { left, right, .. } | GraphPattern::Lateral { left, right } => {
                self.rewrite(left, bound);
                let mut inner = bound.clone();
                certain(left, &mut inner);
                self.rewrite(right, &inner);
            }
            GraphPattern::Union { left, right } => {
                self.rewrite(left, bound);
                self.rewrite(right, bound);
            }
            GraphPattern::Minus { left, right } => {
                self.rewrite(left, bound);
                self.rewrite(right, &Bound::new());
            }
            GraphPattern::Graph { name, inner } => self.rewrite_in_graph(name, inner, bound),
            GraphPattern::Slice {
                inner,
                start,
                length,
            } => {
                self.rewrite(inner, bound);
                if let Some(length) = length {
                    counts::keep_greatest(inner, start.saturating_add(*length));
                }
            }
            // Only what is projected, or a key of groups, is the same inside and outside.
            GraphPattern::Project { inner, .. } | GraphPattern::Group { inner, .. } => {
                self.rewrite(inner, &Bound::new());
            }
            GraphPattern::Filter { inner, .. }
            | GraphPattern::Extend { inner, .. }
            | GraphPattern::OrderBy { inner, .. }
            | GraphPattern::Distinct { inner }
            | GraphPattern::Reduced { inner } => self.rewrite(inner, bound),
            GraphPattern::Values { .. } | GraphPattern::Service { .. } => {}
        }
        let mut given = bound.clone();
        certain(pattern, &mut given);
        for expression in algebra::expressions_mut(pattern) {
            self.rewrite_exists(expression, &given);
        }
    }

    /// Rewrites what is asked of a graph, or of each named one.
    fn rewrite_in_graph(
        &mut self,
        name: &NamedNodePattern,
        inner: &mut GraphPattern,
        bound: &Bound,
    ) {
        let number = self.number_of(name);
        // With FROM NAMED there may be fewer graphs than the index has.
        let outer = (self.graph, self.each_graph);
        let is_whole = self.graph.is_some() || self.each_graph;
        self.graph = number.filter(|_| is_whole);
        self.each_graph = is_whole && matches!(name, NamedNodePattern::Variable(_));
        let outer_name = std::mem::replace(&mut self.graph_name, format!(" {name}"));
        self.rewrite(inner, bound);
        self.graph_name = outer_name;
        (self.graph, self.each_graph) = outer;
    }

    /// The number of the graph of this name, if the index has it.
    fn number_of(&self, name: &NamedNodePattern) -> Option<u32> {
        let NamedNodePattern::NamedNode(name) = name else {
            return None;
        };
        let name = self.index.id(name.as_ref().into())?;
        self.index.graph_number(name)
    }

    /// Rewrites the patterns of EXISTS in an expression.
    fn rewrite_exists(&mut self, expression: &mut Expression, given: &Bound) {
        if let Expression::Exists(pattern) = expression {
            let outer = std::mem::replace(&mut self.repeated, true);
            self.rewrite(pattern, given);
            self.repeated = outer;
        }
        for operand in algebra::operands_mut(expression) {
            self.rewrite_exists(operand, given);
        }
    }

    /// The number of a relation, a new one if it is new.
    fn relation(&mut self, relation: Relation) -> usize {
        let known = self.relations.iter().position(|other| *other == relation);
        known.unwrap_or_else(|| {
            self.relations.push(relation);
            self.relations.len() - 1
        })
    }

    /// The closure that a path is, if it is one of plain predicates.
    fn closure(&self, path: &PropertyPathExpression) -> Option<Closure> {
        if self.graph.is_none() && !self.each_graph {
            return None;
        }
        let (inner, reflexive) = match path {
            PropertyPathExpression::ZeroOrMore(inner) => (inner, true),
            PropertyPathExpression::OneOrMore(inner) => (inner, false),
            _ => return None,
        };
        let mut steps = Vec::new();
        self.closure_steps(inner, false, &mut steps)?;
        steps.sort_unstable();
        steps.dedup();
        Some(Closure {
            steps,
            reflexive,
            graph: self.graph,
        })
    }

    fn closure_steps(
        &self,
        path: &PropertyPathExpression,
        inverse: bool,
        steps: &mut Vec<(Id, bool)>,
    ) -> Option<()> {
        match path {
            PropertyPathExpression::NamedNode(node) => {
                // A predicate that does not occur leads nowhere.
                steps.extend(self.index.id(node.as_ref().into()).map(|p| (p, inverse)));
                Some(())
            }
            PropertyPathExpression::Reverse(path) => self.closure_steps(path, !inverse, steps),
            PropertyPathExpression::Alternative(a, b) => {
                self.closure_steps(a, inverse, steps)?;
                self.closure_steps(b, inverse, steps)
            }
            _ => None,
        }
    }
}

/// The name of what a term of a pattern stands for, if it is not the same in every row.
fn variable_of(term: &TermPattern) -> Option<String> {
    match term {
        TermPattern::Variable(variable) => Some(variable.as_str().to_owned()),
        TermPattern::BlankNode(node) => Some(node.to_string()),
        _ => None,
    }
}

/// Adds the variables that a pattern gives a value in every row.
fn certain(pattern: &GraphPattern, bound: &mut Bound) {
    match pattern {
        GraphPattern::Bgp { patterns } => {
            for triple in patterns {
                bound.extend(order::variables(triple));
            }
        }
        GraphPattern::Path {
            subject, object, ..
        } => bound.extend([subject, object].into_iter().filter_map(variable_of)),
        GraphPattern::Join { left, right } | GraphPattern::Lateral { left, right } => {
            certain(left, bound);
            certain(right, bound);
        }
        GraphPattern::LeftJoin { left, .. } | GraphPattern::Minus { left, .. } => {
            certain(left, bound);
        }
        GraphPattern::Graph { name, inner } => {
            certain(inner, bound);
            if let NamedNodePattern::Variable(name) = name {
                bound.insert(name.as_str().to_owned());
            }
        }
        GraphPattern::Filter { inner, .. }
        | GraphPattern::OrderBy { inner, .. }
        | GraphPattern::Distinct { inner }
        | GraphPattern::Reduced { inner }
        | GraphPattern::Slice { inner, .. } => certain(inner, bound),
        GraphPattern::Extend {
            inner,
            variable,
            expression,
        } => {
            certain(inner, bound);
            if matches!(
                expression,
                Expression::NamedNode(_) | Expression::Literal(_)
            ) {
                bound.insert(variable.as_str().to_owned());
            }
        }
        GraphPattern::Project { inner, variables }
        | GraphPattern::Group {
            inner, variables, ..
        } => {
            let mut all = Bound::new();
            certain(inner, &mut all);
            let names = variables.iter().map(Variable::as_str);
            bound.extend(names.filter(|name| all.contains(*name)).map(str::to_owned));
        }
        GraphPattern::Values {
            variables,
            bindings,
        } => {
            for (i, variable) in variables.iter().enumerate() {
                if bindings.iter().all(|row| row[i].is_some()) {
                    bound.insert(variable.as_str().to_owned());
                }
            }
        }
        GraphPattern::Union { left, right } => {
            let [left, right] = [left, right].map(|part| {
                let mut all = Bound::new();
                certain(part, &mut all);
                all
            });
            bound.extend(left.into_iter().filter(|name| right.contains(name)));
        }
        GraphPattern::Service { .. } => {}
    }
}

#[cfg(test)]
mod tests;
