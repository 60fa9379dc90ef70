//! Which groups of patterns may be looked up for each row of others: those where that finds what a join would.
//!
//! A join sees each side by itself (SPARQL 1.1, 18.2.1), a look-up sees the row. The same is found where a group only adds
//! conditions on what has a value in all of its own rows.

use std::collections::HashMap;

use spargebra::algebra::{Expression, GraphPattern, PropertyPathExpression};
use spargebra::term::NamedNodePattern;

use super::super::{Bound, certain, variable_of};
use super::{Item, item_variables, variables};
use crate::algebra::{self, Met};

/// Groups of a join, each with those of its variables that may have values from elsewhere in the join or before it.
pub(super) fn with_shared(
    groups: Vec<GraphPattern>,
    items: &[Item],
    bound: &Bound,
) -> Vec<(GraphPattern, Bound)> {
    let mut outside = bound.clone();
    for item in items {
        item_variables(item, &mut outside);
    }
    let own: Vec<Bound> = groups.iter().map(mentioned).collect();
    let mut mentions: HashMap<String, usize> = HashMap::new();
    for name in own.iter().flatten() {
        *mentions.entry(name.clone()).or_default() += 1;
    }
    let shared = own.into_iter().map(|mut names| {
        names.retain(|name| outside.contains(name) || mentions[name] > 1);
        names
    });
    groups.into_iter().zip(shared).collect()
}

/// Whether looking a group up finds what a join would, where those `shared` with others may have values.
pub(super) fn finds_what_a_join_would(group: &GraphPattern, shared: &Bound) -> bool {
    let same = |inner| finds_what_a_join_would(inner, shared);
    // What a part sees has a value in all rows of what is before it, or none from elsewhere.
    let sees_only = |mut seen: Bound, before: &GraphPattern| {
        let mut known = Bound::new();
        certain(before, &mut known);
        seen.retain(|name| shared.contains(name));
        seen.is_subset(&known)
    };
    match group {
        GraphPattern::Bgp { patterns } => !patterns.is_empty(),
        // What is no node of the graph is on a path of no steps to itself all the same, once it is given.
        GraphPattern::Path { path, .. } => !may_be_empty(path),
        GraphPattern::Join { left, right } | GraphPattern::Union { left, right } => {
            same(left) && same(right)
        }
        GraphPattern::Graph { inner, .. } => same(inner),
        GraphPattern::Filter { expr, inner } => same(inner) && sees_only(mentioned_in(expr), inner),
        GraphPattern::LeftJoin {
            left,
            right,
            expression,
        } => {
            let seen = expression.as_ref().map(mentioned_in);
            same(left)
                && same(right)
                && sees_only(mentioned(right), left)
                && seen.is_none_or(|seen| sees_only(seen, left))
        }
        GraphPattern::Extend {
            inner,
            variable,
            expression,
        } => {
            same(inner)
                && !shared.contains(variable.as_str())
                && sees_only(mentioned_in(expression), inner)
        }
        _ => false,
    }
}

/// Whether a path may have no steps.
fn may_be_empty(path: &PropertyPathExpression) -> bool {
    match path {
        PropertyPathExpression::ZeroOrMore(_) | PropertyPathExpression::ZeroOrOne(_) => true,
        PropertyPathExpression::OneOrMore(path) | PropertyPathExpression::Reverse(path) => {
            may_be_empty(path)
        }
        PropertyPathExpression::Sequence(a, b) => may_be_empty(a) && may_be_empty(b),
        PropertyPathExpression::Alternative(a, b) => may_be_empty(a) || may_be_empty(b),
        PropertyPathExpression::NamedNode(_) | PropertyPathExpression::NegatedPropertySet(_) => {
            false
        }
    }
}

/// The variables that occur anywhere in a pattern.
fn mentioned(pattern: &GraphPattern) -> Bound {
    let mut names = Bound::new();
    algebra::walk(pattern, &mut |met| note(met, &mut names));
    names
}

/// The variables that occur anywhere in an expression.
fn mentioned_in(expression: &Expression) -> Bound {
    let mut names = Bound::new();
    algebra::walk_expression(expression, &mut |met| note(met, &mut names));
    names
}

/// Adds the variables that a pattern or an expression itself has.
fn note(met: Met<'_>, names: &mut Bound) {
    match met {
        Met::Pattern(GraphPattern::Bgp { patterns }) => {
            names.extend(patterns.iter().flat_map(variables));
        }
        Met::Pattern(GraphPattern::Path {
            subject, object, ..
        }) => names.extend([subject, object].into_iter().filter_map(variable_of)),
        Met::Pattern(
            GraphPattern::Graph {
                name: NamedNodePattern::Variable(name),
                ..
            }
            | GraphPattern::Service {
                name: NamedNodePattern::Variable(name),
                ..
            }
            | GraphPattern::Extend { variable: name, .. },
        )
        | Met::Expression(Expression::Variable(name) | Expression::Bound(name)) => {
            names.insert(name.as_str().to_owned());
        }
        Met::Pattern(
            GraphPattern::Values { variables, .. }
            | GraphPattern::Project { variables, .. }
            | GraphPattern::Group { variables, .. },
        ) => names.extend(variables.iter().map(|name| name.as_str().to_owned())),
        Met::Pattern(_) | Met::Expression(_) => {}
    }
    if let Met::Pattern(GraphPattern::Group { aggregates, .. }) = met {
        names.extend(aggregates.iter().map(|(name, _)| name.as_str().to_owned()));
    }
}

#[cfg(test)]
mod tests {
    use spargebra::SparqlParser;

    use super::*;

    /// Whether a group may be looked up where `?x` and `?z` may have values.
    fn finds_the_same(group: &str) -> bool {
        let query = format!("PREFIX : <http://e/> SELECT * {{ {group} }}");
        let query = SparqlParser::new().parse_query(&query).unwrap();
        let GraphPattern::Project { inner, .. } = algebra::pattern(&query) else {
            panic!("{query}")
        };
        let shared = ["x", "z"].map(str::to_owned).into();
        finds_what_a_join_would(inner, &shared)
    }

    #[test]
    fn groups_that_only_add_conditions_are_looked_up() {
        for group in [
            "?x :p ?y . ?y :q+ ?z",
            "GRAPH ?g { ?x :p ?y }",
            "{ ?x :p ?y } UNION { ?z :p ?y }",
            "?x :p ?y FILTER(?x != ?y && ?w)",
            "?x :p ?z OPTIONAL { ?z :p ?y FILTER(?z != ?y) }",
            "?x :p ?y BIND(str(?x) AS ?w)",
            "?x :p ?y FILTER EXISTS { ?x :q ?w }",
        ] {
            assert!(finds_the_same(group), "{group}");
        }
    }

    #[test]
    fn groups_that_mean_something_else_with_values_from_outside_are_not() {
        for group in [
            "?x :p ?y FILTER(?y = ?z)",
            "{ ?x :p ?y } UNION { ?z :p ?y } FILTER(bound(?z))",
            "?x :p ?y OPTIONAL { ?y :p ?z }",
            "?x :p ?y OPTIONAL { ?y :p ?w FILTER(?w = ?z) }",
            "?x :p ?y BIND(str(?y) AS ?z)",
            "?x :p ?y BIND(str(?z) AS ?w)",
            "?x :p ?y FILTER EXISTS { ?y :p ?z }",
            "?x :p ?y MINUS { ?z :p ?y }",
            "?x :p? ?y",
            "GRAPH ?g { ?x :p* ?y }",
            "{ SELECT ?x { ?x :p ?z } }",
        ] {
            assert!(!finds_the_same(group), "{group}");
        }
    }
}
