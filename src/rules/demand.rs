//! The part of a closure that a question rests on.
//!
//! Evaluation from the goal with a table of what was asked for (query-subquery: Vieille 1986; Abiteboul, Hull and Vianu,
//! *Foundations of Databases*, 13.2): a rule is applied where its head matches a pattern that was asked for, and each pattern of
//! its body is asked for in turn, as far as its variables are bound by then. What is asked for grows until nothing is new; then
//! the rounds are counted afresh, so that a triple has the round that it has in the whole closure.

use std::collections::HashSet;

use super::closure::{Closure, Found, instantiate, too_many};
use super::join::{Bindings, Compiled, Place, wanted};
use super::store::{Part, Wanted};
use crate::cancel;
use crate::error::Result;
use crate::graph::Node;

/// The patterns that were asked for, in the order of asking.
#[derive(Debug, Default)]
pub(super) struct Asked {
    order: Vec<Wanted>,
    known: HashSet<Wanted, foldhash::fast::RandomState>,
}

impl Asked {
    /// Adds a pattern, unless it or a more general one was asked for already.
    fn add(&mut self, pattern: Wanted) {
        let covered = (0..8_u8).any(|mask| {
            let mut general = pattern;
            for (place, node) in general.iter_mut().enumerate() {
                if mask & (1 << place) != 0 {
                    *node = None;
                }
            }
            self.known.contains(&general)
        });
        if !covered {
            self.known.insert(pattern);
            self.order.push(pattern);
        }
    }
}

impl Closure<'_> {
    /// Infers everything that matches the patterns, and of the rest only what that needs. [`Self::matches`], [`Self::fact`] and
    /// [`Self::proof`] are complete for the patterns asked for.
    ///
    /// # Errors
    /// More inferred triples than allowed.
    pub fn ask(&mut self, patterns: &[[Option<Node>; 3]]) -> Result<()> {
        loop {
            let before = self.asked.order.len();
            for pattern in patterns {
                self.asked.add(*pattern);
            }
            if self.asked.order.len() == before {
                return Ok(());
            }
            // Once more from the start where the rounds brought new questions: their answers may be of an earlier round.
            loop {
                let before = self.asked.order.len();
                self.store.take_inferred();
                self.rounds.truncate(self.axiom_rounds as usize);
                self.run_asked()?;
                if self.asked.order.len() == before {
                    break;
                }
            }
        }
    }

    /// Applies the rules to what is asked for until a round finds nothing.
    fn run_asked(&mut self) -> Result<()> {
        let mut inferred = 0;
        for round in 1.. {
            let mut asked = std::mem::take(&mut self.asked);
            let mut turn = Turn {
                closure: self,
                asked: &mut asked,
                found: Found::default(),
                room: self.max_inferred - inferred,
            };
            let done = turn.round();
            let found = turn.found;
            self.asked = asked;
            done.map_err(|()| too_many(self.max_inferred, round))?;
            if found.is_empty() {
                break;
            }
            inferred += found.len() as u64;
            self.add_round(found);
        }
        Ok(())
    }

    /// Whether something could be inferred with this predicate, as far as what is stated and the axioms tell: it is in the place of
    /// a variable that some rule uses as a predicate.
    pub fn is_predicate(&self, property: Node) -> bool {
        let held = |pattern: Wanted| self.store.bound(pattern, Part::All) > 0;
        held([None, Some(property), None])
            || self.compiled.iter().any(|rule| {
                rule.head.iter().any(|[_, predicate, _]| {
                    let Place::Variable(variable) = *predicate else {
                        return *predicate == Place::Constant(property);
                    };
                    let mut bindings = rule.unbound();
                    bindings[variable] = Some(property);
                    let predicates = rule.body.iter().filter(|[_, p, _]| *p == *predicate);
                    predicates.count() == 0 && rule.body.iter().all(|p| held(wanted(p, &bindings)))
                })
            })
    }
}

/// A round of evaluation.
struct Turn<'a, 'g> {
    closure: &'a Closure<'g>,
    asked: &'a mut Asked,
    found: Found,
    room: u64,
}

impl Turn<'_, '_> {
    /// Applies every rule to everything that is asked for; an error where more is found than there is room for.
    fn round(&mut self) -> std::result::Result<(), ()> {
        let mut at = 0;
        while let Some(&pattern) = self.asked.order.get(at) {
            at += 1;
            for rule in &self.closure.compiled {
                for head in &rule.head {
                    if let Some(mut bindings) = bound_by(rule, head, pattern) {
                        let mut left: Vec<usize> = (0..rule.body.len()).collect();
                        self.pursue(rule, head, &mut left, &mut bindings)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Matches what is left of a rule's body, the pattern with the fewest matches first.
    fn pursue(
        &mut self,
        rule: &Compiled,
        head: &[Place; 3],
        left: &mut Vec<usize>,
        bindings: &mut Bindings,
    ) -> std::result::Result<(), ()> {
        let store = &self.closure.store;
        let matches = |at: usize| store.bound(wanted(&rule.body[at], bindings), Part::All);
        let Some(next) = (0..left.len()).min_by_key(|&i| matches(left[i])) else {
            if let Some(triple) = instantiate(head, bindings)
                && rule.passes(store, bindings)
                && self.closure.is_news(triple)
                && self.found.insert(triple)
                && self.found.len() as u64 > self.room
            {
                return Err(());
            }
            return Ok(());
        };
        let at = left.remove(next);
        let pattern = wanted(&rule.body[at], bindings);
        self.asked.add(pattern);
        let mut bound = Vec::with_capacity(3);
        for triple in store.matches(pattern, Part::All) {
            cancel::poll();
            if super::join::unify(&rule.body[at], triple, bindings, &mut bound) {
                self.pursue(rule, head, left, bindings)?;
            }
            for number in bound.drain(..) {
                bindings[number] = None;
            }
        }
        left.insert(next, at);
        Ok(())
    }
}

/// What a pattern that is asked for binds in a rule's head; `None` where they have nothing in common.
fn bound_by(rule: &Compiled, head: &[Place; 3], pattern: Wanted) -> Option<Bindings> {
    let mut bindings = rule.unbound();
    for (place, node) in head.iter().zip(pattern) {
        let Some(node) = node else { continue };
        match *place {
            Place::Constant(constant) if constant != node => return None,
            Place::Constant(_) => {}
            Place::Variable(number) if bindings[number].is_some_and(|known| known != node) => {
                return None;
            }
            Place::Variable(number) => bindings[number] = Some(node),
        }
    }
    Some(bindings)
}
