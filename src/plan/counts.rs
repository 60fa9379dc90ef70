//! Counts that the index knows.

use std::time::Instant;

use oxrdf::vocab::xsd;
use oxrdf::{Literal, NamedNode};
use spargebra::algebra::{
    AggregateExpression, AggregateFunction, Expression, GraphPattern, OrderExpression,
};
use spargebra::term::{GroundTerm, NamedNodePattern, TermPattern, TriplePattern, Variable};

use super::{Bound, Planner, Step, certain, walk};
use crate::algebra::ground;
use crate::index::{Id, Index};

/// How many groups a table of counts may have.
const GROUPS: usize = 1 << 16;

/// How many distinct rows a table may have: the first of more than these are soon found otherwise, and may be all that is
/// wanted.
const ROWS: usize = 1 << 10;

/// A table in place of groups whose counts the index knows, or of distinct rows, which are groups without counts.
pub(super) fn answered(planner: &mut Planner<'_>, pattern: &GraphPattern) -> Option<GraphPattern> {
    let (inner, variables, aggregates) = match pattern {
        GraphPattern::Group {
            inner,
            variables,
            aggregates,
        } => (inner, variables, aggregates.as_slice()),
        GraphPattern::Distinct { inner } => match &**inner {
            GraphPattern::Project { inner, variables } => (inner, variables, [].as_slice()),
            _ => return None,
        },
        _ => return None,
    };
    // Of a triple in several graphs the index counts one; and what stands in EXISTS may depend on the row.
    let countable = planner.graph == Some(0) && planner.index.only_default_graph();
    if !countable || planner.repeated {
        return None;
    }
    let (variables, bindings) = match &**inner {
        GraphPattern::Bgp { patterns } if patterns.len() == 1 => {
            of_one(planner, &patterns[0], variables, aggregates)
        }
        _ => None,
    }
    .or_else(|| of_join(planner, inner, variables, aggregates))?;
    Some(GraphPattern::Values {
        variables,
        bindings,
    })
}

/// Takes out of a table what an order by one of its numbers, greatest first, would leave behind the first so many rows:
/// each row costs evaluation far more than counting it did.
pub(super) fn keep_greatest(pattern: &mut GraphPattern, wanted: usize) {
    let GraphPattern::Project { inner, .. } = pattern else {
        return;
    };
    let GraphPattern::OrderBy { inner, expression } = &mut **inner else {
        return;
    };
    let [OrderExpression::Desc(Expression::Variable(by))] = expression.as_slice() else {
        return;
    };
    let (mut by, mut inner) = (by.clone(), &mut **inner);
    while let GraphPattern::Extend {
        inner: extended,
        variable,
        expression,
    } = inner
    {
        if *variable == by {
            let Expression::Variable(same) = expression else {
                return;
            };
            by = same.clone();
        }
        inner = extended;
    }
    let GraphPattern::Values {
        variables,
        bindings,
    } = inner
    else {
        return;
    };
    let Some(column) = variables.iter().position(|variable| *variable == by) else {
        return;
    };
    let count = |row: &Vec<Option<GroundTerm>>| match &row[column] {
        Some(GroundTerm::Literal(count)) if count.datatype() == xsd::INTEGER => {
            count.value().parse::<u64>().ok()
        }
        _ => None,
    };
    let Some(counts) = bindings.iter().map(count).collect::<Option<Vec<u64>>>() else {
        return;
    };
    let mut sorted = counts.clone();
    sorted.sort_unstable_by(|a, b| b.cmp(a));
    let Some(&least) = wanted.checked_sub(1).and_then(|last| sorted.get(last)) else {
        return;
    };
    // Rows with the same count may be told in any order, and stay.
    let mut counts = counts.into_iter();
    bindings.retain(|_| counts.next().is_some_and(|count| count >= least));
}

/// Counts that the index has.
fn of_one(
    planner: &mut Planner<'_>,
    triple: &TriplePattern,
    keys: &[Variable],
    aggregates: &[(Variable, AggregateExpression)],
) -> Option<Table> {
    let begun = Instant::now();
    let shape = Shape::of(planner.index, triple)?;
    let table = match keys {
        [] if !aggregates.is_empty() => totals(planner.index, &shape, aggregates)?,
        [key] => by_object(planner.index, &shape, key, aggregates)?,
        _ => return None,
    };
    planner.steps.push(Step {
        pattern: format!("counts of {triple}"),
        rows: table.1.len() as f64,
        seconds: begun.elapsed().as_secs_f64(),
    });
    Some(table)
}

/// Counts that are made by walking through the index.
fn of_join(
    planner: &mut Planner<'_>,
    pattern: &GraphPattern,
    keys: &[Variable],
    aggregates: &[(Variable, AggregateExpression)],
) -> Option<Table> {
    let mut bound = Bound::new();
    certain(pattern, &mut bound);
    let all_count = aggregates.iter().all(|(_, aggregate)| match aggregate {
        AggregateExpression::CountSolutions { distinct } => !distinct,
        AggregateExpression::FunctionCall {
            name: AggregateFunction::Count,
            expr: Expression::Variable(counted),
            distinct: false,
        } => bound.contains(counted.as_str()),
        AggregateExpression::FunctionCall { .. } => false,
    });
    let has_keys = keys.iter().all(|key| bound.contains(key.as_str()));
    if aggregates.is_empty() || !all_count || !has_keys {
        return None;
    }
    let begun = Instant::now();
    let (patterns, mut counts) = walk::counts(planner, pattern, keys, GROUPS)?;
    if keys.is_empty() {
        counts.entry(Vec::new()).or_default();
    }
    let mut counts: Vec<(Vec<Id>, u64)> = counts.into_iter().collect();
    counts.sort_unstable();
    let mut bindings = Vec::with_capacity(counts.len());
    for (ids, count) in counts {
        let ids = ids.into_iter().map(|id| ground(planner.index.term(id)));
        let mut row: Vec<_> = ids.map(|term| term.map(Some)).collect::<Option<_>>()?;
        row.extend(aggregates.iter().map(|_| Some(number(count))));
        bindings.push(row);
    }
    planner.steps.push(Step {
        pattern: format!("counts of {}", patterns.join(" . ")),
        rows: bindings.len() as f64,
        seconds: begun.elapsed().as_secs_f64(),
    });
    let mut variables = keys.to_vec();
    variables.extend(aggregates.iter().map(|(variable, _)| variable.clone()));
    Some((variables, bindings))
}

/// The variables of a table and its rows.
type Table = (Vec<Variable>, Vec<Vec<Option<GroundTerm>>>);

/// A triple pattern whose variables all differ.
struct Shape {
    /// The known terms; `None` for a variable.
    ids: [Option<Id>; 3],
    variables: [Option<Variable>; 3],
    /// Whether a known term does not occur, so that nothing matches.
    empty: bool,
}

impl Shape {
    fn of(index: &Index, triple: &TriplePattern) -> Option<Self> {
        let mut shape = Self {
            ids: [None; 3],
            variables: [None, None, None],
            empty: false,
        };
        for (i, term) in [(0, &triple.subject), (2, &triple.object)] {
            let id = match term {
                TermPattern::Variable(variable) => {
                    shape.variables[i] = Some(variable.clone());
                    continue;
                }
                TermPattern::NamedNode(node) => index.id(node.as_ref().into()),
                TermPattern::Literal(literal) => index.id(literal.as_ref().into()),
                TermPattern::BlankNode(_) | TermPattern::Triple(_) => return None,
            };
            shape.ids[i] = id;
            shape.empty |= id.is_none();
        }
        match &triple.predicate {
            NamedNodePattern::Variable(variable) => shape.variables[1] = Some(variable.clone()),
            NamedNodePattern::NamedNode(node) => {
                shape.ids[1] = index.id(node.as_ref().into());
                shape.empty |= shape.ids[1].is_none();
            }
        }
        let [s, p, o] = &shape.variables;
        let differ = |a: &Option<Variable>, b: &Option<Variable>| a.is_none() || a != b;
        (differ(s, p) && differ(s, o) && differ(p, o)).then_some(shape)
    }

    fn count(&self, index: &Index) -> u64 {
        match self.empty {
            true => 0,
            false => index.count(self.ids[0], self.ids[1], self.ids[2]),
        }
    }

    /// How many values a variable has, where the index knows it.
    fn distinct(&self, index: &Index, variable: &Variable) -> Option<u64> {
        if self.empty {
            return self.has(variable).then_some(0);
        }
        let at = self
            .variables
            .iter()
            .position(|own| own.as_ref() == Some(variable))?;
        match (at, self.ids) {
            (0, [None, Some(p), None]) => Some(index.predicate_use(p)?.subjects),
            (2, [None, Some(p), None]) => Some(index.predicate_use(p)?.objects),
            // With the other two known each match has another value.
            (0, [None, Some(_), Some(_)]) | (2, [Some(_), Some(_), None]) => {
                Some(self.count(index))
            }
            (1, [Some(_), None, Some(_)]) => Some(self.count(index)),
            (1, [None, None, None]) => Some(index.predicates().len() as u64),
            _ => None,
        }
    }

    fn has(&self, variable: &Variable) -> bool {
        self.variables
            .iter()
            .any(|own| own.as_ref() == Some(variable))
    }
}

/// Whether an aggregate counts the matches; that of a variable counts them all, since it has a value in each.
fn counts_matches(shape: &Shape, aggregate: &AggregateExpression) -> bool {
    match aggregate {
        AggregateExpression::CountSolutions { distinct: false } => true,
        // Matches of a pattern without blank nodes all differ.
        AggregateExpression::CountSolutions { distinct: true } => true,
        AggregateExpression::FunctionCall {
            name: AggregateFunction::Count,
            expr: Expression::Variable(variable),
            distinct: false,
        } => shape.has(variable),
        AggregateExpression::FunctionCall { .. } => false,
    }
}

fn totals(
    index: &Index,
    shape: &Shape,
    aggregates: &[(Variable, AggregateExpression)],
) -> Option<Table> {
    let mut variables = Vec::new();
    let mut row = Vec::new();
    for (variable, aggregate) in aggregates {
        let count = match aggregate {
            aggregate if counts_matches(shape, aggregate) => shape.count(index),
            AggregateExpression::FunctionCall {
                name: AggregateFunction::Count,
                expr: Expression::Variable(counted),
                distinct: true,
            } => shape.distinct(index, counted)?,
            _ => return None,
        };
        variables.push(variable.clone());
        row.push(Some(number(count)));
    }
    Some((variables, vec![row]))
}

/// Counts for each object of a predicate, or for each predicate.
fn by_object(
    index: &Index,
    shape: &Shape,
    key: &Variable,
    aggregates: &[(Variable, AggregateExpression)],
) -> Option<Table> {
    let all_count = aggregates
        .iter()
        .all(|(_, aggregate)| counts_matches(shape, aggregate));
    if !all_count {
        return None;
    }
    let at = shape
        .variables
        .iter()
        .position(|own| own.as_ref() == Some(key))?;
    let counts: Vec<(Id, u64)> = match (at, shape.ids) {
        _ if shape.empty => Vec::new(),
        (1, [None, None, None]) => index.predicates().map(|p| (p.id, p.count)).collect(),
        (2, [None, Some(p), None]) => {
            let most = match aggregates {
                [] => ROWS,
                _ => GROUPS,
            };
            if index.predicate_use(p)?.objects > most as u64 {
                return None;
            }
            index.object_counts(p)
        }
        _ => return None,
    };
    let mut bindings = Vec::with_capacity(counts.len());
    for (id, count) in counts {
        let mut row = vec![Some(ground(index.term(id))?)];
        row.extend(aggregates.iter().map(|_| Some(number(count))));
        bindings.push(row);
    }
    let mut variables = vec![key.clone()];
    variables.extend(aggregates.iter().map(|(variable, _)| variable.clone()));
    Some((variables, bindings))
}

fn number(count: u64) -> GroundTerm {
    let integer: NamedNode = oxrdf::vocab::xsd::INTEGER.into_owned();
    Literal::new_typed_literal(count.to_string(), integer).into()
}
