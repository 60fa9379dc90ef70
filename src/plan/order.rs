//! The order in which patterns are joined.

use spargebra::algebra::GraphPattern;
use spargebra::term::{NamedNodePattern, TermPattern, TriplePattern, Variable};

use super::{Bound, Part, Planner, Relation, Step, certain, described, relation_iri, variable_of};

mod lookup;
mod size;

/// From how many patterns on only the most selective is tried as the first.
const MANY: usize = 10;

/// Something to join.
pub(super) enum Item {
    /// A pattern.
    Triple(TriplePattern),
    /// A pattern whose predicate is a relation, by its number.
    Relation(usize, TriplePattern),
    /// A path, a table, a group of patterns: something that binds variables and can be looked up for given ones. A group is
    /// planned when it is known which are given.
    Other(GraphPattern),
}

/// Joins the patterns of a basic graph pattern, a path, or a join of those, in a good order.
pub(super) fn ordered(
    planner: &mut Planner<'_>,
    pattern: GraphPattern,
    bound: &Bound,
) -> GraphPattern {
    let (mut items, mut groups, mut rest) = (Vec::new(), Vec::new(), Vec::new());
    flatten(planner, pattern, &mut items, &mut groups);
    for (mut group, shared) in lookup::with_shared(groups, &items, bound) {
        // Alternatives can be many: where they may be gone through once, it is seen what takes less (`first`).
        let once = matches!(group, GraphPattern::Union { .. }) && stands_alone(planner, bound);
        if !once && lookup::finds_what_a_join_would(&group, &shared) {
            items.push(Item::Other(group));
        } else {
            planner.rewrite(&mut group, bound);
            rest.push(group);
        }
    }
    let items: Vec<Option<Item>> = items.into_iter().map(Some).collect();
    let mut known = bound.clone();
    let (mut joined, apart) = match first(planner, &items, &mut rest, bound) {
        Some(First::Looking(first)) => {
            certain(&first, &mut known);
            (Some(first), false)
        }
        Some(First::Apart(first)) => (Some(first), true),
        None => (None, false),
    };
    let new: Bound = known.difference(bound).cloned().collect();
    for chain in chains(planner, items, &known) {
        let follows = chain.iter().any(|item| touches(item, &new));
        let mut patterns = chain.into_iter().map(into_pattern);
        if follows {
            joined = patterns.fold(joined, row_by_row);
        } else {
            // Patterns that share no variable with others stay apart: evaluation multiplies them in memory.
            let chain = patterns.next();
            let chain = patterns.fold(chain, row_by_row).map(|chain| match apart {
                true => once(chain),
                false => chain,
            });
            joined = chain.map(|chain| multiplied(joined, chain));
        }
    }
    for pattern in rest {
        joined = Some(multiplied(joined, pattern));
    }
    joined.unwrap_or_default()
}

/// What a join begins with, besides triples and paths.
enum First {
    /// Triples are looked up for each of its rows.
    Looking(GraphPattern),
    /// Triples are gone through once, by themselves.
    Apart(GraphPattern),
}

/// A pattern that is not looked up for each row of another: evaluation would do so with any pattern of triples.
fn once(pattern: GraphPattern) -> GraphPattern {
    let mut variables = Vec::new();
    pattern.on_in_scope_variable(|variable| {
        if !variables.contains(variable) {
            variables.push(variable.clone());
        }
    });
    GraphPattern::Project {
        inner: Box::new(pattern),
        variables,
    }
}

fn multiplied(before: Option<GraphPattern>, next: GraphPattern) -> GraphPattern {
    match before {
        None => next,
        Some(before) => GraphPattern::Join {
            left: Box::new(before),
            right: Box::new(next),
        },
    }
}

/// Looks the next pattern up for each row of those before.
fn row_by_row(before: Option<GraphPattern>, next: GraphPattern) -> Option<GraphPattern> {
    Some(match before {
        None => next,
        Some(before) => GraphPattern::Lateral {
            left: Box::new(before),
            right: Box::new(next),
        },
    })
}

/// Takes the smallest part out of what is neither triple nor path, where it is known how small it is.
fn first(
    planner: &Planner<'_>,
    items: &[Option<Item>],
    rest: &mut Vec<GraphPattern>,
    bound: &Bound,
) -> Option<First> {
    let sizes = rest.iter().enumerate();
    let sizes = sizes.filter_map(|(at, part)| Some((at, size::rows(planner, part, bound)?)));
    let (at, rows) = sizes.min_by(|a, b| a.1.total_cmp(&b.1))?;
    let mut known = bound.clone();
    certain(&rest[at], &mut known);
    let new: Bound = known.difference(bound).cloned().collect();
    if !items.iter().flatten().any(|item| touches(item, &new)) {
        return None;
    }
    let looked_up = rows * (1.0 + all_rows(planner, items, &known));
    // What is gone through by itself is put away in memory and found again.
    if looked_up <= 2.0 * all_rows(planner, items, bound) {
        return Some(First::Looking(rest.remove(at)));
    }
    // A blank node joins what stands in one scope only.
    let by_itself = stands_alone(planner, bound) && !items.iter().flatten().any(has_blank_node);
    by_itself.then(|| First::Apart(rest.remove(at)))
}

/// Whether a part of a join may be gone through by itself: what is asked again for each row of something else has to see that
/// row, and what is asked of each graph the graph.
fn stands_alone(planner: &Planner<'_>, bound: &Bound) -> bool {
    bound.is_empty() && !planner.repeated && planner.graph.is_some()
}

/// How many rows all steps of the chains are expected to have together.
fn all_rows(planner: &Planner<'_>, items: &[Option<Item>], bound: &Bound) -> f64 {
    let mut left: Vec<usize> = (0..items.len()).collect();
    let mut rows = 0.0;
    while !left.is_empty() {
        let chain = best_chain(planner, items, &left, bound);
        rows += chain.iter().map(|(_, rows)| rows).sum::<f64>();
        left.retain(|item| !chain.iter().any(|(chosen, _)| chosen == item));
    }
    rows
}

fn has_blank_node(item: &Item) -> bool {
    let mut variables = Bound::new();
    item_variables(item, &mut variables);
    variables.iter().any(|name| name.starts_with("_:"))
}

fn touches(item: &Item, bound: &Bound) -> bool {
    let mut variables = Bound::new();
    item_variables(item, &mut variables);
    !variables.is_disjoint(bound)
}

/// The patterns of a join in the order chosen, if nothing else is to be joined.
pub(super) fn patterns(planner: &mut Planner<'_>, pattern: &GraphPattern) -> Option<Vec<Item>> {
    if !is_plain(pattern) {
        return None;
    }
    let (mut items, mut groups) = (Vec::new(), Vec::new());
    flatten(planner, pattern.clone(), &mut items, &mut groups);
    let plain = items.iter().all(|item| match item {
        Item::Triple(_) => true,
        Item::Relation(number, _) => {
            matches!(planner.relations[*number], Relation::Closure(_))
        }
        Item::Other(_) => false,
    });
    (plain && groups.is_empty()).then(|| {
        let items = items.into_iter().map(Some).collect();
        let chains = chains(planner, items, &Bound::new());
        chains.into_iter().flatten().collect()
    })
}

/// Whether a pattern has nothing but triple patterns and paths in it.
fn is_plain(pattern: &GraphPattern) -> bool {
    match pattern {
        GraphPattern::Bgp { .. } | GraphPattern::Path { .. } => true,
        GraphPattern::Join { left, right } => is_plain(left) && is_plain(right),
        _ => false,
    }
}

/// Items in the order in which they are to be joined; those of different chains share no variable.
fn chains(
    planner: &mut Planner<'_>,
    mut items: Vec<Option<Item>>,
    bound: &Bound,
) -> Vec<Vec<Item>> {
    let mut left: Vec<usize> = (0..items.len()).collect();
    let mut known = bound.clone();
    let mut chains = Vec::new();
    while !left.is_empty() {
        let chain = best_chain(planner, &items, &left, &known);
        left.retain(|item| !chain.iter().any(|(chosen, _)| chosen == item));
        let mut taken = Vec::new();
        for (item, rows) in chain {
            let Some(item) = items[item].take() else {
                continue;
            };
            let item = planned(planner, item, rows, &known);
            item_variables(&item, &mut known);
            taken.push(item);
        }
        chains.push(taken);
    }
    chains
}

/// An item for rows where `bound` have values, noted as a step that many rows are expected after.
fn planned(planner: &mut Planner<'_>, item: Item, rows: f64, bound: &Bound) -> Item {
    match item {
        Item::Other(mut pattern) if is_group(&pattern) => {
            planner.rewrite(&mut pattern, bound);
            Item::Other(pattern)
        }
        item => {
            planner.steps.push(Step {
                pattern: describe(planner, &item),
                rows,
                seconds: 0.0,
            });
            item
        }
    }
}

/// Whether a pattern is made of others.
fn is_group(pattern: &GraphPattern) -> bool {
    !matches!(
        pattern,
        GraphPattern::Path { .. } | GraphPattern::Values { .. }
    )
}

/// Takes a join apart into items, and groups of patterns that are not planned yet.
fn flatten(
    planner: &mut Planner<'_>,
    pattern: GraphPattern,
    items: &mut Vec<Item>,
    groups: &mut Vec<GraphPattern>,
) {
    match pattern {
        GraphPattern::Join { left, right } => {
            flatten(planner, *left, items, groups);
            flatten(planner, *right, items, groups);
        }
        GraphPattern::Bgp { patterns } => {
            for triple in patterns {
                take_apart(planner, triple, items);
            }
        }
        GraphPattern::Path {
            subject,
            path,
            object,
        } => match planner.closure(&path) {
            Some(closure) => {
                let number = planner.relation(Relation::Closure(closure));
                relate(planner, number, subject, object, items);
            }
            None => items.push(Item::Other(GraphPattern::Path {
                subject,
                path,
                object,
            })),
        },
        GraphPattern::Values { ref bindings, .. }
            if bindings.iter().all(|row| row.iter().all(Option::is_some)) =>
        {
            items.push(Item::Other(pattern));
        }
        other => groups.push(other),
    }
}

/// Adds a triple pattern; triple terms in it become variables of which the parts are asked.
fn take_apart(planner: &mut Planner<'_>, mut triple: TriplePattern, items: &mut Vec<Item>) {
    let subject = variable_for(planner, &mut triple.subject);
    let object = variable_for(planner, &mut triple.object);
    items.push(Item::Triple(triple));
    for (variable, inner) in [subject, object].into_iter().flatten() {
        let predicate = match inner.predicate {
            NamedNodePattern::NamedNode(node) => node.into(),
            NamedNodePattern::Variable(variable) => variable.into(),
        };
        for (part, term) in [
            (Part::Subject, inner.subject),
            (Part::Predicate, predicate),
            (Part::Object, inner.object),
        ] {
            let number = planner.relation(Relation::Part(part));
            relate(planner, number, variable.clone().into(), term, items);
        }
    }
}

/// Adds a pattern of a relation.
fn relate(
    planner: &mut Planner<'_>,
    number: usize,
    subject: TermPattern,
    object: TermPattern,
    items: &mut Vec<Item>,
) {
    let triple = TriplePattern {
        subject,
        predicate: relation_iri(number).into(),
        object,
    };
    let mut inner = Vec::new();
    take_apart(planner, triple, &mut inner);
    items.extend(inner.into_iter().map(|item| match item {
        Item::Triple(triple) => Item::Relation(number, triple),
        other => other,
    }));
}

/// A variable in place of a triple term, and the triple term.
fn variable_for(
    planner: &mut Planner<'_>,
    term: &mut TermPattern,
) -> Option<(Variable, TriplePattern)> {
    if !matches!(term, TermPattern::Triple(_)) {
        return None;
    }
    // A space keeps it apart from the variables of all queries.
    let variable = Variable::new_unchecked(format!("triple {}", planner.triple_terms));
    planner.triple_terms += 1;
    match std::mem::replace(term, variable.clone().into()) {
        TermPattern::Triple(inner) => Some((variable, *inner)),
        _ => None,
    }
}

fn into_pattern(item: Item) -> GraphPattern {
    match item {
        Item::Triple(triple) | Item::Relation(_, triple) => GraphPattern::Bgp {
            patterns: vec![triple],
        },
        Item::Other(pattern) => pattern,
    }
}

fn item_variables(item: &Item, bound: &mut Bound) {
    match item {
        Item::Triple(triple) | Item::Relation(_, triple) => bound.extend(variables(triple)),
        Item::Other(pattern) => certain(pattern, bound),
    }
}

/// The variables of a triple pattern, those of blank nodes and inside triple terms among them.
pub(super) fn variables(triple: &TriplePattern) -> Vec<String> {
    let mut found = Vec::new();
    for term in [&triple.subject, &triple.object] {
        match term {
            TermPattern::Triple(inner) => found.extend(variables(inner)),
            term => found.extend(variable_of(term)),
        }
    }
    if let NamedNodePattern::Variable(variable) = &triple.predicate {
        found.push(variable.as_str().to_owned());
    }
    found
}

/// Connected items in the order that is expected to cost least, with the rows expected after each.
fn best_chain(
    planner: &Planner<'_>,
    items: &[Option<Item>],
    left: &[usize],
    bound: &Bound,
) -> Vec<(usize, f64)> {
    let first_rows = |&item: &usize| size::rows_of(planner, items, item, bound);
    let mut starts: Vec<usize> = left.to_vec();
    starts.sort_by(|a, b| first_rows(a).total_cmp(&first_rows(b)));
    if starts.len() > MANY {
        starts.truncate(1);
    }
    let chains = starts
        .into_iter()
        .map(|start| chain_from(planner, items, left, start, bound));
    let best = chains.min_by(|a, b| b.0.len().cmp(&a.0.len()).then(a.1.total_cmp(&b.1)));
    best.map(|(chain, _)| chain).unwrap_or_default()
}

/// The chain that begins with `start` and goes on with what multiplies the rows least; its cost.
fn chain_from(
    planner: &Planner<'_>,
    items: &[Option<Item>],
    left: &[usize],
    start: usize,
    bound: &Bound,
) -> (Vec<(usize, f64)>, f64) {
    let mut known = bound.clone();
    let mut rows = size::rows_of(planner, items, start, &known);
    let mut cost = rows;
    let mut chain = vec![(start, rows)];
    add_variables(items, start, &mut known);
    let mut waiting: Vec<usize> = left.iter().copied().filter(|&item| item != start).collect();
    loop {
        let connected = waiting.iter().enumerate().filter(|(_, item)| {
            let mut variables = Bound::new();
            add_variables(items, **item, &mut variables);
            variables.is_empty() || !variables.is_disjoint(&known)
        });
        let fans = connected.map(|(at, &item)| (at, size::rows_of(planner, items, item, &known)));
        let Some((at, fan)) = fans.min_by(|a, b| a.1.total_cmp(&b.1)) else {
            return (chain, cost);
        };
        let item = waiting.remove(at);
        // Each row costs a look-up, whether something is found or not.
        cost += rows;
        rows *= fan;
        cost += rows;
        chain.push((item, rows));
        add_variables(items, item, &mut known);
    }
}

fn add_variables(items: &[Option<Item>], item: usize, known: &mut Bound) {
    if let Some(item) = &items[item] {
        item_variables(item, known);
    }
}

fn describe(planner: &Planner<'_>, item: &Item) -> String {
    match item {
        Item::Triple(triple) => format!("{triple}{}", planner.graph_name),
        Item::Relation(number, triple) => {
            let relation = described(planner.index, &planner.relations[*number]);
            let (subject, object) = (&triple.subject, &triple.object);
            format!("{subject} {relation} {object}{}", planner.graph_name)
        }
        Item::Other(pattern) => pattern.to_string(),
    }
}
