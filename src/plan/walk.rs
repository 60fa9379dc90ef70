//! Counts of joined patterns, made by walking through the index on numbers alone.
//!
//! Patterns are taken in the order that was chosen for joining them. One that binds nothing that is needed later is not
//! walked through: its matches are counted, and what comes behind it counts so many times.

use std::collections::HashMap;

use foldhash::fast::FixedState;
use spargebra::algebra::GraphPattern;
use spargebra::term::{NamedNodePattern, TermPattern, TriplePattern, Variable};

use super::order::{self, Item};
use super::{Closure, Planner, Relation, variable_of};
use crate::cancel;
use crate::index::{Id, Index};

/// How often each combination of keys occurs.
pub(super) type Counts = HashMap<Vec<Id>, u64, FixedState>;

/// How many solutions a pattern of the default graph has for each combination of `keys`, and the patterns in the order in
/// which they were walked through.
///
/// `None` where it is not understood, or the combinations are more than `most`.
pub(super) fn counts(
    planner: &mut Planner<'_>,
    pattern: &GraphPattern,
    keys: &[Variable],
    most: usize,
) -> Option<(Vec<String>, Counts)> {
    let before = planner.steps.len();
    let items = order::patterns(planner, pattern);
    let steps = planner.steps.split_off(before);
    let mut walk = Walk::new(planner, items?, keys, most)?;
    if planner.counts && !walk.empty {
        walk.go(0, 1)?;
    }
    let patterns = steps.into_iter().map(|step| step.pattern);
    Some((patterns.collect(), walk.counts))
}

/// A place of a pattern.
#[derive(Clone, Copy)]
enum Place {
    Known(Id),
    Variable(usize),
}

/// What leads from subject to object.
enum Link {
    Predicate(Place),
    Closure(Closure),
}

struct Hop {
    subject: Place,
    link: Link,
    object: Place,
    /// Whether something that this hop binds first is needed behind it.
    needed: bool,
}

impl Hop {
    fn variables(&self) -> impl Iterator<Item = usize> {
        let predicate = match self.link {
            Link::Predicate(place) => Some(place),
            Link::Closure(_) => None,
        };
        let places = [Some(self.subject), predicate, Some(self.object)];
        places
            .into_iter()
            .flatten()
            .filter_map(|place| match place {
                Place::Known(_) => None,
                Place::Variable(variable) => Some(variable),
            })
    }
}

struct Walk<'a> {
    index: &'a Index,
    hops: Vec<Hop>,
    /// The value of each variable, as far as it has one.
    values: Vec<Option<Id>>,
    keys: Vec<usize>,
    most: usize,
    /// Whether a term that is asked for does not occur.
    empty: bool,
    counts: Counts,
}

impl<'a> Walk<'a> {
    fn new(
        planner: &Planner<'a>,
        items: Vec<Item>,
        keys: &[Variable],
        most: usize,
    ) -> Option<Self> {
        let mut names: Vec<String> = Vec::new();
        let mut walk = Self {
            index: planner.index,
            hops: Vec::new(),
            values: Vec::new(),
            keys: Vec::new(),
            most,
            empty: false,
            counts: Counts::default(),
        };
        for item in items {
            let (triple, closure) = match item {
                Item::Triple(triple) => (triple, None),
                Item::Relation(number, triple) => match &planner.relations[number] {
                    Relation::Closure(closure) => (triple, Some(closure.clone())),
                    Relation::Part(_) => return None,
                },
                Item::Other(_) => return None,
            };
            walk.add(triple, closure, &mut names);
        }
        for key in keys {
            walk.keys
                .push(names.iter().position(|name| name == key.as_str())?);
        }
        walk.values = vec![None; names.len()];
        let mut needed = walk.keys.clone();
        for at in (0..walk.hops.len()).rev() {
            let (before, rest) = walk.hops.split_at_mut(at);
            let hop = &mut rest[0];
            let own: Vec<usize> = hop.variables().collect();
            let is_new = |variable: &usize| {
                !before
                    .iter()
                    .any(|hop| hop.variables().any(|v| v == *variable))
            };
            let new: Vec<usize> = own.iter().copied().filter(is_new).collect();
            let repeated = (1..new.len()).any(|i| new[..i].contains(&new[i]));
            hop.needed = repeated || new.iter().any(|variable| needed.contains(variable));
            needed.extend(own);
        }
        Some(walk)
    }

    fn add(&mut self, triple: TriplePattern, closure: Option<Closure>, names: &mut Vec<String>) {
        let mut variable = |name: String| {
            let known = names.iter().position(|other| *other == name);
            Place::Variable(known.unwrap_or_else(|| {
                names.push(name);
                names.len() - 1
            }))
        };
        let index = self.index;
        let mut empty = false;
        let mut known = |id: Option<Id>| {
            empty |= id.is_none();
            Place::Known(id.unwrap_or(Id(0)))
        };
        let mut place = |term: &TermPattern| match term {
            TermPattern::NamedNode(node) => known(index.id(node.as_ref().into())),
            TermPattern::Literal(literal) => known(index.id(literal.as_ref().into())),
            term => variable(variable_of(term).unwrap_or_default()),
        };
        let (subject, object) = (place(&triple.subject), place(&triple.object));
        let link = match (closure, triple.predicate) {
            (Some(closure), _) => Link::Closure(closure),
            (None, NamedNodePattern::NamedNode(node)) => {
                Link::Predicate(place(&TermPattern::NamedNode(node)))
            }
            (None, NamedNodePattern::Variable(node)) => {
                Link::Predicate(place(&TermPattern::Variable(node)))
            }
        };
        self.empty |= empty;
        self.hops.push(Hop {
            subject,
            link,
            object,
            needed: false,
        });
    }

    fn value(&self, place: Place) -> Option<Id> {
        match place {
            Place::Known(id) => Some(id),
            Place::Variable(variable) => self.values[variable],
        }
    }

    /// Walks through the hops from one on, each solution of which counts so many times; `None` if there are too many keys.
    fn go(&mut self, at: usize, times: u64) -> Option<()> {
        cancel::poll();
        let Some(hop) = self.hops.get(at) else {
            return self.count(times);
        };
        let index = self.index;
        let (s, o) = (self.value(hop.subject), self.value(hop.object));
        let (subject, object, needed) = (hop.subject, hop.object, hop.needed);
        match &hop.link {
            Link::Predicate(predicate) => {
                let (place, p) = (*predicate, self.value(*predicate));
                if !needed {
                    return match index.count(s, p, o) {
                        0 => Some(()),
                        matches => self.go(at + 1, times.saturating_mul(matches)),
                    };
                }
                for found in index.matches(s, p, o) {
                    let bindings = [(subject, found.s), (place, found.p), (object, found.o)];
                    self.with(&bindings, at + 1, times)?;
                }
            }
            Link::Closure(closure) => {
                let closure = closure.clone();
                let mut pairs = closure.pairs(index, 0, s, o);
                if !needed {
                    return match pairs.count() as u64 {
                        0 => Some(()),
                        matches => self.go(at + 1, times.saturating_mul(matches)),
                    };
                }
                pairs.try_for_each(|(s, o)| {
                    self.with(&[(subject, s), (object, o)], at + 1, times)
                })?;
            }
        }
        Some(())
    }

    /// Goes on with some values, which are taken back then.
    fn with(&mut self, bindings: &[(Place, Id)], next: usize, times: u64) -> Option<()> {
        let (mut bound, mut agrees) = ([0; 3], true);
        let mut count = 0;
        for &(place, id) in bindings {
            if let Place::Variable(variable) = place {
                match self.values[variable] {
                    Some(value) => agrees &= value == id,
                    None => {
                        self.values[variable] = Some(id);
                        bound[count] = variable;
                        count += 1;
                    }
                }
            }
        }
        let gone = match agrees {
            true => self.go(next, times),
            false => Some(()),
        };
        for &variable in &bound[..count] {
            self.values[variable] = None;
        }
        gone
    }

    fn count(&mut self, times: u64) -> Option<()> {
        let keys = self.keys.iter().map(|&key| self.values[key]);
        let keys = keys.collect::<Option<Vec<Id>>>()?;
        if self.counts.len() >= self.most && !self.counts.contains_key(&keys) {
            return None;
        }
        let count = self.counts.entry(keys).or_default();
        *count = count.saturating_add(times);
        Some(())
    }
}
