//! How many rows a part of a query is expected to have.

use spargebra::algebra::GraphPattern;
use spargebra::term::{NamedNodePattern, TriplePattern};

use super::super::{Bound, Planner, Relation, certain, relation_number};
use super::{closure_rows, part_rows, triple_rows, variables};

/// How many rows a planned pattern is expected to have for one row where `bound` have values; nothing where that is
/// anybody's guess.
pub(super) fn rows(planner: &Planner<'_>, pattern: &GraphPattern, bound: &Bound) -> Option<f64> {
    match pattern {
        GraphPattern::Bgp { patterns } => {
            let mut known = bound.clone();
            let mut rows = 1.0;
            for triple in patterns {
                rows *= of_triple(planner, triple, &known);
                known.extend(variables(triple));
            }
            Some(rows)
        }
        GraphPattern::Lateral { left, right } | GraphPattern::Join { left, right } => {
            let mut known = bound.clone();
            certain(left, &mut known);
            Some(rows(planner, left, bound)? * rows(planner, right, &known)?)
        }
        GraphPattern::Union { left, right } => {
            Some(rows(planner, left, bound)? + rows(planner, right, bound)?)
        }
        GraphPattern::Graph { inner, .. }
        | GraphPattern::Filter { inner, .. }
        | GraphPattern::Extend { inner, .. }
        | GraphPattern::Distinct { inner }
        | GraphPattern::Reduced { inner }
        | GraphPattern::OrderBy { inner, .. } => rows(planner, inner, bound),
        GraphPattern::Project { inner, .. } => rows(planner, inner, &Bound::new()),
        GraphPattern::Minus { left, .. } => rows(planner, left, bound),
        GraphPattern::Values { bindings, .. } => Some(bindings.len() as f64),
        _ => None,
    }
}

fn of_triple(planner: &Planner<'_>, triple: &TriplePattern, bound: &Bound) -> f64 {
    let number = match &triple.predicate {
        NamedNodePattern::NamedNode(node) => relation_number(node.as_str()),
        NamedNodePattern::Variable(_) => None,
    };
    match number.and_then(|number| planner.relations.get(number)) {
        Some(Relation::Closure(closure)) => closure_rows(planner, closure, triple, bound),
        Some(Relation::Part(_)) => part_rows(planner, triple, bound),
        None => triple_rows(planner, triple, bound),
    }
}
