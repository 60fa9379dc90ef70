//! What a check asks of the vocabulary, answered before its query is asked of the data.
//!
//! The vocabulary is small and the data may be large: so they need not be copied to stand beside it, and what it answers is
//! a table in the query, whose size is known when the rest is planned.

use spargebra::Query;
use spargebra::algebra::{Expression, GraphPattern, PropertyPathExpression};
use spargebra::term::{NamedNodePattern, TermPattern, Variable};

use crate::algebra::{self, Met};
use crate::answer::Answer;
use crate::error::Result;
use crate::meta;
use crate::session::Session;

/// A query with the solutions that the vocabulary has in place of what is asked of its graph.
///
/// `None` where something is asked that a table does not answer.
///
/// # Errors
/// An evaluation that is stopped.
pub(super) fn answered(query: &Query, vocabulary: &Session) -> Result<Option<Query>> {
    if query.dataset().is_some() {
        return Ok(None);
    }
    let mut query = query.clone();
    let (mut all, mut failed) = (true, Ok(()));
    algebra::visit_mut(algebra::pattern_mut(&mut query), &mut |pattern| {
        let GraphPattern::Graph { name, inner } = pattern else {
            return;
        };
        let table = match name {
            NamedNodePattern::NamedNode(name) if *name != meta::VOCABULARY_GRAPH => return,
            NamedNodePattern::NamedNode(_) if means_the_same_anywhere(inner) => {
                solutions(inner, vocabulary)
            }
            _ => Ok(None),
        };
        match table {
            Ok(Some(table)) => *pattern = table,
            Ok(None) => all = false,
            Err(error) => failed = Err(error),
        }
    });
    failed?;
    Ok(all.then_some(query))
}

/// Whether a pattern has the same solutions by itself as for rows of a query in which it stands.
///
/// In EXISTS the values of a row are put into expressions, and a path without steps leads from each of them to itself. A filter
/// of the whole is understood whose variables all have values in it.
fn means_the_same_anywhere(pattern: &GraphPattern) -> bool {
    let variables = variables(pattern);
    let (mut all, mut united) = (true, false);
    let inner = match pattern {
        GraphPattern::Filter { inner, .. } => inner,
        plain => plain,
    };
    algebra::walk(inner, &mut |met| {
        all &= match met {
            Met::Pattern(GraphPattern::Path {
                subject,
                path,
                object,
            }) => {
                let inside = [subject, object]
                    .iter()
                    .all(|end| matches!(end, TermPattern::BlankNode(_)));
                inside || !may_be_empty(path)
            }
            Met::Pattern(GraphPattern::Bgp { .. } | GraphPattern::Join { .. }) => true,
            Met::Pattern(GraphPattern::Union { .. }) => {
                united = true;
                true
            }
            Met::Pattern(_) | Met::Expression(_) => false,
        };
    });
    let GraphPattern::Filter { .. } = pattern else {
        return all;
    };
    algebra::walk(pattern, &mut |met| {
        all &= match met {
            Met::Expression(Expression::Variable(variable) | Expression::Bound(variable)) => {
                variables.contains(variable)
            }
            Met::Expression(Expression::Exists(_)) => false,
            Met::Pattern(_) | Met::Expression(_) => true,
        };
    });
    all && !united
}

/// The variables that a pattern may give a value.
fn variables(pattern: &GraphPattern) -> Vec<Variable> {
    let mut variables = Vec::new();
    pattern.on_in_scope_variable(|variable| {
        if !variables.contains(variable) {
            variables.push(variable.clone());
        }
    });
    variables
}

/// Whether a path leads from a node to itself without a step.
fn may_be_empty(path: &PropertyPathExpression) -> bool {
    match path {
        PropertyPathExpression::ZeroOrMore(_) | PropertyPathExpression::ZeroOrOne(_) => true,
        PropertyPathExpression::NamedNode(_) | PropertyPathExpression::NegatedPropertySet(_) => {
            false
        }
        PropertyPathExpression::Reverse(inner) | PropertyPathExpression::OneOrMore(inner) => {
            may_be_empty(inner)
        }
        PropertyPathExpression::Sequence(a, b) => may_be_empty(a) && may_be_empty(b),
        PropertyPathExpression::Alternative(a, b) => may_be_empty(a) || may_be_empty(b),
    }
}

/// A table of the solutions of a pattern; `None` where a blank node is in one, which no table can hold.
fn solutions(pattern: &GraphPattern, vocabulary: &Session) -> Result<Option<GraphPattern>> {
    let variables = variables(pattern);
    let query = Query::Select {
        dataset: None,
        pattern: GraphPattern::Project {
            inner: Box::new(pattern.clone()),
            variables: variables.clone(),
        },
        base_iri: None,
    };
    let Answer::Rows(rows) = vocabulary.graph.query(query.into(), &vocabulary.token())? else {
        return Ok(None);
    };
    let mut bindings = Vec::new();
    for row in rows.solutions {
        let cells = row?.into_iter().map(|cell| match cell {
            Some(term) => algebra::ground(term).map(Some),
            None => Some(None),
        });
        match cells.collect::<Option<_>>() {
            Some(row) => bindings.push(row),
            None => return Ok(None),
        }
    }
    Ok(Some(GraphPattern::Values {
        variables,
        bindings,
    }))
}
