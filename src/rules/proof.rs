//! Why a triple holds: the rule and the triples that it was inferred from, down to what is stated.

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;

use super::closure::Closure;
use super::join::{solve, unify};
use super::rule::Rule;
use super::store::{Numbers, Part};
use crate::graph::Node;

/// How many matches are looked at in order to find the shortest proof; past that the rounds are taken for a measure.
const LOOKS: usize = 100_000;

/// How many ways to infer one triple are weighed.
const WAYS: usize = 1000;

/// How deep a proof is written out.
const DEPTH: usize = 500;

/// How a triple is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fact {
    /// The data state it.
    Stated,
    /// The vocabulary or the roles state it.
    Axiom,
    /// Rules infer it, of the data or of the axioms.
    Inferred,
}

/// A triple with what it was inferred from.
#[derive(Debug, Clone)]
pub struct Step<'c> {
    /// The triple.
    pub triple: [Node; 3],
    /// How it is known.
    pub fact: Fact,
    /// The rule that infers it.
    pub rule: Option<&'c Rule>,
    /// What the rule infers it from, in the order of its patterns.
    pub premises: Vec<Step<'c>>,
    /// Whether its own proof stands elsewhere in the whole.
    pub repeated: bool,
}

/// A rule by its number, and the triples that its patterns match.
type Way = (usize, Vec<Numbers>);

impl Closure<'_> {
    /// How a triple is known; `None` for one that does not hold.
    pub fn fact(&self, triple: [Node; 3]) -> Option<Fact> {
        if self.store.is_stated(triple) {
            Some(Fact::Stated)
        } else if self.round(triple).is_some() {
            Some(Fact::Inferred)
        } else {
            self.store.contains(triple).then_some(Fact::Axiom)
        }
    }

    /// The shortest proof of a triple, and how many other ways there are to its last step; `None` for one that does not hold.
    pub fn proof(&self, triple: [Node; 3]) -> Option<(Step<'_>, usize)> {
        let mut search = Search {
            closure: self,
            best: HashMap::new(),
            looks: LOOKS,
        };
        search.closure.fact(triple)?;
        let others = search.ways(triple).len().saturating_sub(1);
        Some((search.step(triple, DEPTH, &mut HashSet::new()), others))
    }
}

struct Search<'c, 'g> {
    closure: &'c Closure<'g>,
    /// The size of the shortest proof of each triple, and its last step.
    best: HashMap<Numbers, (usize, Option<Way>)>,
    looks: usize,
}

impl<'c> Search<'c, '_> {
    /// Every way to infer a triple by triples of earlier rounds, each once.
    fn ways(&mut self, triple: Numbers) -> Vec<Way> {
        let Some(round) = self.closure.round(triple) else {
            return Vec::new();
        };
        let mut ways: Vec<Way> = Vec::new();
        let mut seen = HashSet::new();
        let closure = self.closure;
        let earlier = |premise: &Numbers| closure.round(*premise).is_none_or(|r| r < round);
        for (number, rule) in closure.compiled.iter().enumerate() {
            for head in &rule.head {
                let mut bindings = rule.unbound();
                if !unify(head, triple, &mut bindings, &mut Vec::new()) {
                    continue;
                }
                let parts = vec![Part::All; rule.body.len()];
                let _ = solve(
                    rule,
                    &closure.store,
                    &parts,
                    &mut bindings,
                    &mut |_, premises| {
                        self.looks = self.looks.saturating_sub(1);
                        if premises.iter().all(earlier) && seen.insert((number, premises.to_vec()))
                        {
                            ways.push((number, premises.to_vec()));
                        }
                        match ways.len() < WAYS {
                            true => ControlFlow::Continue(()),
                            false => ControlFlow::Break(()),
                        }
                    },
                );
            }
        }
        ways
    }

    /// How many steps the shortest proof has.
    fn size(&mut self, triple: Numbers, depth: usize) -> usize {
        if let Some((size, _)) = self.best.get(&triple) {
            return *size;
        }
        let Some(round) = self.closure.round(triple) else {
            return 1;
        };
        if self.looks == 0 || depth == 0 {
            return 2 * round as usize + 1;
        }
        let mut best: (usize, Option<Way>) = (usize::MAX, None);
        for way in self.ways(triple) {
            let sizes = way.1.iter().map(|premise| self.size(*premise, depth - 1));
            let size = sizes.fold(1, usize::saturating_add);
            // Of equally short proofs always the same one.
            if (size, Some(&way)) < (best.0, best.1.as_ref()) || best.1.is_none() {
                best = (size, Some(way));
            }
        }
        let size = best.0;
        self.best.insert(triple, best);
        size
    }

    fn step(&mut self, triple: Numbers, depth: usize, shown: &mut HashSet<Numbers>) -> Step<'c> {
        let fact = self.closure.fact(triple).unwrap_or(Fact::Stated);
        let mut step = Step {
            triple,
            fact,
            rule: None,
            premises: Vec::new(),
            repeated: false,
        };
        if fact != Fact::Inferred {
            return step;
        }
        if depth == 0 || !shown.insert(triple) {
            step.repeated = true;
            return step;
        }
        self.size(triple, DEPTH);
        let best = self.best.get(&triple).and_then(|(_, way)| way.clone());
        let way = best.or_else(|| {
            // Nobody looked here for want of time: any proof will do.
            self.ways(triple).into_iter().min()
        });
        if let Some((rule, premises)) = way {
            step.rule = Some(&self.closure.rules[rule]);
            step.premises = premises
                .into_iter()
                .map(|premise| self.step(premise, depth - 1, shown))
                .collect();
        }
        step
    }
}
