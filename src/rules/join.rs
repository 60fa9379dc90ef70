//! Solutions of a rule's body: index nested loops, the most selective pattern first.

use std::ops::ControlFlow;

use oxrdf::Term;
use spareval::QueryEvaluator;

use super::rule::{Filter, Kinds, Rule, Slot};
use super::store::{Numbers, Part, Store, Wanted};
use crate::cancel;
use crate::graph::{Kind, Node};

/// A rule whose constants are numbers of a store.
pub(super) struct Compiled {
    pub head: Vec<[Place; 3]>,
    pub body: Vec<[Place; 3]>,
    pub filters: Vec<Filter>,
    pub variables: Vec<oxrdf::Variable>,
}

/// A place of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Variable(usize),
    Constant(Node),
}

/// What the variables stand for.
pub(super) type Bindings = Vec<Option<Node>>;

impl Compiled {
    pub fn new(rule: &Rule, store: &mut Store<'_>) -> Self {
        let mut places = |patterns: &[[Slot; 3]]| -> Vec<[Place; 3]> {
            let mut place = |slot: &Slot| match slot {
                Slot::Variable(number) => Place::Variable(*number),
                Slot::Constant(term) => Place::Constant(store.number(term)),
            };
            let patterns = patterns.iter();
            patterns
                .map(|[s, p, o]| [place(s), place(p), place(o)])
                .collect()
        };
        Self {
            head: places(&rule.head),
            body: places(&rule.body),
            filters: rule.filters.clone(),
            variables: rule.variables.clone(),
        }
    }

    /// Whether the conditions hold of a solution of the body.
    pub fn passes(&self, store: &Store<'_>, bindings: &Bindings) -> bool {
        self.filters.iter().all(|filter| match filter {
            Filter::Kind(kinds) => is_of(kinds, store, bindings),
            Filter::Other(expression, variables) => {
                let values = variables.iter().filter_map(|&number| {
                    let term: Term = store.term(bindings[number]?);
                    Some((&self.variables[number], term))
                });
                QueryEvaluator::new()
                    .evaluate_effective_boolean_value_expression(expression, values)
                    .unwrap_or(false)
            }
        })
    }

    /// No variable bound.
    pub fn unbound(&self) -> Bindings {
        vec![None; self.variables.len()]
    }
}

/// A pattern as far as its variables are bound.
pub(super) fn wanted(pattern: &[Place; 3], bindings: &Bindings) -> Wanted {
    pattern.map(|place| match place {
        Place::Variable(number) => bindings[number],
        Place::Constant(node) => Some(node),
    })
}

/// Binds the variables of a pattern to a triple's terms; `false` where they are bound otherwise.
///
/// `bound` receives the variables that were free.
pub(super) fn unify(
    pattern: &[Place; 3],
    triple: Numbers,
    bindings: &mut Bindings,
    bound: &mut Vec<usize>,
) -> bool {
    for (place, node) in pattern.iter().zip(triple) {
        match *place {
            Place::Constant(constant) if constant != node => return false,
            Place::Constant(_) => {}
            Place::Variable(number) => match bindings[number] {
                Some(known) if known != node => return false,
                Some(_) => {}
                None => {
                    bindings[number] = Some(node);
                    bound.push(number);
                }
            },
        }
    }
    true
}

/// Finds the solutions of a rule's body under bindings; `parts` says where each pattern is looked up. `found` gets the triple
/// that each pattern matched.
pub(super) fn solve(
    rule: &Compiled,
    store: &Store<'_>,
    parts: &[Part],
    bindings: &mut Bindings,
    found: &mut impl FnMut(&Bindings, &[Numbers]) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let order = plan(rule, store, parts, bindings);
    let mut matched = vec![[Node(0); 3]; rule.body.len()];
    let search = Search {
        rule,
        store,
        parts,
        order: &order,
    };
    search.step(0, bindings, &mut matched, found)
}

struct Search<'a, 'g> {
    rule: &'a Compiled,
    store: &'a Store<'g>,
    parts: &'a [Part],
    order: &'a [usize],
}

impl Search<'_, '_> {
    fn step(
        &self,
        depth: usize,
        bindings: &mut Bindings,
        matched: &mut [Numbers],
        found: &mut impl FnMut(&Bindings, &[Numbers]) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let Some(&at) = self.order.get(depth) else {
            if self.rule.passes(self.store, bindings) {
                return found(bindings, matched);
            }
            return ControlFlow::Continue(());
        };
        let pattern = &self.rule.body[at];
        let mut bound = Vec::with_capacity(3);
        for triple in self
            .store
            .matches(wanted(pattern, bindings), self.parts[at])
        {
            cancel::poll();
            if unify(pattern, triple, bindings, &mut bound) {
                matched[at] = triple;
                self.step(depth + 1, bindings, matched, found)?;
            }
            for number in bound.drain(..) {
                bindings[number] = None;
            }
        }
        ControlFlow::Continue(())
    }
}

fn is_of(kinds: &Kinds, store: &Store<'_>, bindings: &Bindings) -> bool {
    let kind = |number: usize| bindings[number].map(|node| store.kind(node));
    match kinds {
        Kinds::IsIri(number) => kind(*number) == Some(Kind::Iri),
        Kinds::IsBlank(number) => kind(*number) == Some(Kind::Blank),
        Kinds::IsLiteral(number) => kind(*number) == Some(Kind::Literal),
        Kinds::Not(inner) => !is_of(inner, store, bindings),
        Kinds::And(a, b) => is_of(a, store, bindings) && is_of(b, store, bindings),
        Kinds::Or(a, b) => is_of(a, store, bindings) || is_of(b, store, bindings),
    }
}

/// The order in which the patterns are matched: always the one that promises the fewest triples.
fn plan(rule: &Compiled, store: &Store<'_>, parts: &[Part], bindings: &Bindings) -> Vec<usize> {
    let mut known: Vec<bool> = bindings.iter().map(Option::is_some).collect();
    let sizes: Vec<usize> = rule
        .body
        .iter()
        .zip(parts)
        .map(|(pattern, &part)| store.bound(wanted(pattern, bindings), part))
        .collect();
    let mut left: Vec<usize> = (0..rule.body.len()).collect();
    let mut order = Vec::with_capacity(left.len());
    while !left.is_empty() {
        let cost = |at: usize| {
            let joined = |place: Place| matches!(place, Place::Variable(v) if known[v] && bindings[v].is_none());
            let [s, p, o] = rule.body[at];
            // How many triples share a predicate, a subject or an object is not known here: a guess that keeps their order.
            match (joined(s) || joined(o), joined(p)) {
                (true, _) => sizes[at].min(8),
                (false, true) => sizes[at] / 16,
                (false, false) => sizes[at],
            }
        };
        let Some(next) = (0..left.len()).min_by_key(|&i| cost(left[i])) else {
            break;
        };
        let at = left.remove(next);
        for place in rule.body[at] {
            if let Place::Variable(number) = place {
                known[number] = true;
            }
        }
        order.push(at);
    }
    order
}
