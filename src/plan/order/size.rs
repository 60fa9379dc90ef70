//! How many rows the parts of a query are expected to have, from the index's own counts.

use spargebra::algebra::{GraphPattern, PropertyPathExpression};
use spargebra::term::{GroundTerm, NamedNodePattern, TermPattern, TriplePattern, Variable};

use super::super::{Bound, Closure, Planner, Relation, certain, relation_number, variable_of};
use super::{Item, variables};
use crate::algebra::{self, Met};
use crate::index::Id;

/// How far a closure of a known node is followed to see how large it is.
const FOLLOWED: usize = 1 << 12;

/// How many rows of a table are looked up to see how many join nothing: an estimate must not cost what it saves.
const LOOKED_UP: usize = 256;

/// How many rows a pattern is expected to have for one row where `bound` have values; nothing where that is anybody's guess.
pub(super) fn rows(planner: &Planner<'_>, pattern: &GraphPattern, bound: &Bound) -> Option<f64> {
    rows_in(planner, planner.graph, pattern, bound)
}

/// The same of a graph, by its number, if it is one.
fn rows_in(
    planner: &Planner<'_>,
    graph: Option<u32>,
    pattern: &GraphPattern,
    bound: &Bound,
) -> Option<f64> {
    let rows = |pattern, bound: &Bound| rows_in(planner, graph, pattern, bound);
    match pattern {
        GraphPattern::Bgp { patterns } => {
            let mut known = bound.clone();
            let mut rows = 1.0;
            for triple in patterns {
                rows *= of_triple(planner, graph, triple, &known);
                known.extend(variables(triple));
            }
            Some(rows)
        }
        GraphPattern::Lateral { left, right } | GraphPattern::Join { left, right } => {
            let mut known = bound.clone();
            certain(left, &mut known);
            Some(rows(left, bound)? * rows(right, &known)?)
        }
        GraphPattern::Union { left, right } => Some(rows(left, bound)? + rows(right, bound)?),
        GraphPattern::Path {
            subject,
            path,
            object,
        } => {
            let given = [subject, object].map(|end| is_given(end, bound));
            let given = given.into_iter().filter(|given| *given).count();
            Some(path_rows(planner, path, given))
        }
        GraphPattern::LeftJoin { left, right, .. } => {
            let mut known = bound.clone();
            certain(left, &mut known);
            Some(rows(left, bound)? * rows(right, &known)?.max(1.0))
        }
        GraphPattern::Graph { name, inner } => {
            let rows = rows_in(planner, planner.number_of(name), inner, bound)?;
            Some(match name {
                NamedNodePattern::Variable(name) if bound.contains(name.as_str()) => {
                    rows / (planner.index.named_graphs().len() as f64).max(1.0)
                }
                _ => rows,
            })
        }
        GraphPattern::Filter { inner, .. }
        | GraphPattern::Extend { inner, .. }
        | GraphPattern::Distinct { inner }
        | GraphPattern::Reduced { inner }
        | GraphPattern::OrderBy { inner, .. } => rows(inner, bound),
        GraphPattern::Project { inner, .. } => rows(inner, &Bound::new()),
        GraphPattern::Group {
            inner, variables, ..
        } => {
            let keys = variables.iter().map(|key| values(planner, inner, key));
            Some(rows(inner, &Bound::new())?.min(keys.product()).max(1.0))
        }
        GraphPattern::Slice { inner, length, .. } => {
            let most = length.map_or(f64::INFINITY, |length| length as f64);
            Some(rows(inner, &Bound::new())?.min(most))
        }
        GraphPattern::Minus { left, .. } => rows(left, bound),
        // What has an IRI that the index has not joins nothing of it; a literal may be computed or compared.
        GraphPattern::Values { bindings, .. } => {
            let occurs = |term: &GroundTerm| match term {
                GroundTerm::NamedNode(node) => planner.index.id(node.as_ref().into()).is_some(),
                GroundTerm::Literal(_) | GroundTerm::Triple(_) => true,
            };
            let step = bindings.len().div_ceil(LOOKED_UP).max(1);
            let rows = bindings.iter().step_by(step);
            let rows = rows.filter(|row| row.iter().flatten().all(occurs));
            let found = rows.count() as f64;
            // What a sample does not hold may still be there.
            Some(if step == 1 {
                found
            } else {
                (found * step as f64).max(1.0)
            })
        }
        _ => None,
    }
}

/// How many values a variable has at most, from the predicates that it is a subject or an object of.
fn values(planner: &Planner<'_>, pattern: &GraphPattern, variable: &Variable) -> f64 {
    let mut least = f64::INFINITY;
    algebra::walk(pattern, &mut |met| {
        let Met::Pattern(GraphPattern::Bgp { patterns }) = met else {
            return;
        };
        for triple in patterns {
            let NamedNodePattern::NamedNode(predicate) = &triple.predicate else {
                continue;
            };
            let predicate = planner.index.id(predicate.as_ref().into());
            let Some(used) = predicate.and_then(|p| planner.index.predicate_use(p)) else {
                continue;
            };
            let is_variable = |term: &TermPattern| matches!(term, TermPattern::Variable(other) if other == variable);
            if is_variable(&triple.subject) {
                least = least.min(used.subjects as f64);
            }
            if is_variable(&triple.object) {
                least = least.min(used.objects as f64);
            }
        }
    });
    least
}

fn of_triple(
    planner: &Planner<'_>,
    graph: Option<u32>,
    triple: &TriplePattern,
    bound: &Bound,
) -> f64 {
    let number = match &triple.predicate {
        NamedNodePattern::NamedNode(node) => relation_number(node.as_str()),
        NamedNodePattern::Variable(_) => None,
    };
    match number.and_then(|number| planner.relations.get(number)) {
        Some(Relation::Closure(closure)) => closure_rows(planner, closure, triple, bound),
        Some(Relation::Part(_)) => part_rows(planner, triple, bound),
        None => triple_rows(planner, graph, triple, bound),
    }
}

/// How many matches an item is expected to have for one row where `bound` have values.
pub(super) fn rows_of(
    planner: &Planner<'_>,
    items: &[Option<Item>],
    item: usize,
    bound: &Bound,
) -> f64 {
    match &items[item] {
        Some(Item::Triple(triple)) => triple_rows(planner, planner.graph, triple, bound),
        Some(Item::Relation(number, triple)) => match &planner.relations[*number] {
            Relation::Closure(closure) => closure_rows(planner, closure, triple, bound),
            Relation::Part(_) => part_rows(planner, triple, bound),
        },
        Some(Item::Other(GraphPattern::Values {
            bindings,
            variables,
        })) => {
            let looked_up = variables
                .iter()
                .any(|variable| bound.contains(variable.as_str()));
            if looked_up {
                1.0
            } else {
                bindings.len() as f64
            }
        }
        Some(Item::Other(pattern)) => rows(planner, pattern, bound).unwrap_or(1.0),
        None => 1.0,
    }
}

fn is_given(term: &TermPattern, bound: &Bound) -> bool {
    match term {
        TermPattern::Triple(inner) => variables(inner).iter().all(|name| bound.contains(name)),
        term => variable_of(term).is_none_or(|name| bound.contains(&name)),
    }
}

/// A place of a triple pattern.
enum Place {
    /// A term of the index.
    Known(Id),
    /// A term that the index has not.
    Absent,
    /// A variable that has a value, another one in each row.
    Given,
    /// Anything.
    Free,
}

fn place(planner: &Planner<'_>, term: &TermPattern, bound: &Bound) -> Place {
    let known = |id: Option<Id>| id.map_or(Place::Absent, Place::Known);
    match term {
        TermPattern::NamedNode(node) => known(planner.index.id(node.as_ref().into())),
        TermPattern::Literal(literal) => known(planner.index.id(literal.as_ref().into())),
        term if is_given(term, bound) => Place::Given,
        _ => Place::Free,
    }
}

fn triple_rows(
    planner: &Planner<'_>,
    graph: Option<u32>,
    triple: &TriplePattern,
    bound: &Bound,
) -> f64 {
    let index = planner.index;
    let s = place(planner, &triple.subject, bound);
    let o = place(planner, &triple.object, bound);
    let p = match &triple.predicate {
        NamedNodePattern::NamedNode(node) => match index.id(node.as_ref().into()) {
            Some(id) => Place::Known(id),
            None => Place::Absent,
        },
        NamedNodePattern::Variable(variable) if bound.contains(variable.as_str()) => Place::Given,
        NamedNodePattern::Variable(_) => Place::Free,
    };
    let known = |place: &Place| match place {
        Place::Known(id) => Some(*id),
        _ => None,
    };
    if [&s, &p, &o]
        .into_iter()
        .any(|place| matches!(place, Place::Absent))
    {
        return 0.0;
    }
    // Counts are over all graphs.
    let most = graph.map_or(u64::MAX, |graph| index.graph_len(graph));
    let mut rows = index.count(known(&s), known(&p), known(&o)).min(most) as f64;
    let predicate = known(&p).and_then(|p| index.predicate_use(p));
    let (subjects, objects) = match predicate {
        Some(predicate) => (predicate.subjects as f64, predicate.objects as f64),
        None => (index.nodes() as f64, f64::from(index.terms())),
    };
    let same = variable_of(&triple.subject).is_some_and(|s| variable_of(&triple.object) == Some(s));
    if matches!(s, Place::Given) || same {
        rows /= subjects.max(1.0);
    }
    if matches!(o, Place::Given) {
        rows /= objects.max(1.0);
    }
    if matches!(p, Place::Given) {
        rows /= (index.predicates().len() as f64).max(1.0);
    }
    rows
}

/// Rows of a closure: counted where it starts from a known node, else guessed from its predicates.
fn closure_rows(
    planner: &Planner<'_>,
    closure: &Closure,
    triple: &TriplePattern,
    bound: &Bound,
) -> f64 {
    let ends = (
        place(planner, &triple.subject, bound),
        place(planner, &triple.object, bound),
    );
    let followed = |id, forward| match closure.graph {
        Some(graph) => {
            let reached = closure.reach(planner.index, graph, id, forward, FOLLOWED);
            reached.len() as f64
        }
        None => 8.0,
    };
    match ends {
        (Place::Absent, _) | (_, Place::Absent) => 0.0,
        (Place::Known(s), Place::Free) => followed(s, true),
        (Place::Free, Place::Known(o)) => followed(o, false),
        (Place::Free, Place::Free) => {
            let uses = closure
                .steps
                .iter()
                .filter_map(|&(p, _)| planner.index.predicate_use(p));
            uses.map(|p| p.count as f64).sum::<f64>() * 8.0
        }
        (Place::Given, Place::Free) | (Place::Free, Place::Given) => 8.0,
        _ => 0.5,
    }
}

/// Rows of the parts of triple terms.
fn part_rows(planner: &Planner<'_>, triple: &TriplePattern, bound: &Bound) -> f64 {
    let whole = is_given(&triple.subject, bound);
    match (whole, place(planner, &triple.object, bound)) {
        (_, Place::Absent) => 0.0,
        (true, Place::Free) => 1.0,
        (true, _) => 0.1,
        (false, Place::Free) => f64::from(planner.index.triple_terms()),
        (false, _) => f64::from(planner.index.triple_terms()) / 4.0,
    }
}

/// A guess at a path that only evaluation understands, from how many of its ends are given.
fn path_rows(planner: &Planner<'_>, path: &PropertyPathExpression, given: usize) -> f64 {
    let simple = matches!(
        path,
        PropertyPathExpression::Alternative(..) | PropertyPathExpression::NegatedPropertySet(_)
    );
    let all = planner.index.len() as f64;
    match (given, simple) {
        (2, _) => 0.5,
        (1, true) => 8.0,
        (1, false) => 64.0,
        (_, true) => all,
        (_, false) => all * 8.0,
    }
}
