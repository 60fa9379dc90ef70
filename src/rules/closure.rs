//! Rules run to their fixpoint.

use std::collections::HashMap;
use std::ops::ControlFlow;

use oxrdf::vocab::rdfs;
use oxrdf::{NamedNodeRef, Term, TermRef, Triple};

use super::demand::Asked;
use super::join::{Bindings, Compiled, Place, solve};
use super::rule::Rule;
use super::store::{Numbers, Part, Run, Store};
use crate::cancel;
use crate::error::{Error, Result};
use crate::graph::{Kind, Node, Stated};
use crate::meta;
use crate::progress::Stage;

/// After so many new triples of a round it is told how many there are.
const TOLD: usize = 1 << 12;

/// New triples of a round.
pub(super) type Found = std::collections::HashSet<Numbers, foldhash::fast::RandomState>;

/// Everything that follows from a graph by rules, and when it was found.
pub struct Closure<'g> {
    pub(super) store: Store<'g>,
    pub(super) rules: Vec<Rule>,
    pub(super) compiled: Vec<Compiled>,
    /// What each round inferred, sorted; the axioms' own consequences come first.
    pub(super) rounds: Vec<Vec<Numbers>>,
    /// How many rounds the axioms' own consequences took.
    pub(super) axiom_rounds: u32,
    /// The properties that deny each property.
    denials: HashMap<Node, Vec<Node>>,
    /// How many triples may be inferred.
    pub(super) max_inferred: u64,
    /// The patterns that were asked for, where not everything was inferred.
    pub(super) asked: Asked,
    summary: Summary,
}

/// How inference went.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// How many rounds found something.
    pub rounds: u32,
    /// How many triples were inferred.
    pub inferred: u64,
    /// How many of them each rule found first, most first.
    pub by_rule: Vec<(String, u64)>,
}

impl<'g> Closure<'g> {
    /// The consequences of the axioms alone, before anything is inferred of the data.
    pub(super) fn of_axioms(
        stated: Stated<'g>,
        axioms: &[Triple],
        rules: &[Rule],
        max_inferred: u64,
    ) -> Result<Self> {
        let mut store = Store::new(stated);
        let compiled: Vec<Compiled> = rules
            .iter()
            .map(|rule| Compiled::new(rule, &mut store))
            .collect();
        let axioms = axioms
            .iter()
            .map(|triple| {
                let subject = Term::from(triple.subject.clone());
                let predicate = Term::from(triple.predicate.clone());
                [subject, predicate, triple.object.clone()].map(|term| store.number(&term))
            })
            .collect();
        store.axioms = Run::new(deduplicated(axioms));
        let mut closure = Self {
            store,
            rules: rules.to_vec(),
            compiled,
            rounds: Vec::new(),
            axiom_rounds: 0,
            denials: HashMap::new(),
            max_inferred,
            asked: Asked::default(),
            summary: Summary::default(),
        };
        closure.axiom_rounds = closure.run(0, u64::MAX)?;
        closure.store.with_data = true;
        let mut known = closure.store.take_inferred();
        known.extend_from_slice(closure.store.axioms.triples());
        known.retain(|triple| !closure.store.is_stated(*triple));
        closure.store.axioms = Run::new(known);
        closure.denials = closure.denials();
        Ok(closure)
    }

    /// Infers everything.
    pub(super) fn complete(&mut self) -> Result<()> {
        let rounds = self.run(self.axiom_rounds, self.max_inferred)?;
        self.summary.rounds = rounds - self.axiom_rounds;
        self.summary.by_rule.retain(|(_, found)| *found > 0);
        self.summary
            .by_rule
            .sort_by(|a, b| (b.1, &a.0).cmp(&(a.1, &b.0)));
        Ok(())
    }

    /// Runs all rules until a round finds nothing; returns the number of the last round that did.
    fn run(&mut self, start: u32, max_inferred: u64) -> Result<u32> {
        let mut round = start;
        let mut inferred = 0_u64;
        let mut by_rule = vec![0_u64; self.compiled.len()];
        let mut first = true;
        loop {
            let mut found = Found::default();
            self.tell(0);
            for (rule, count) in self.compiled.iter().zip(&mut by_rule) {
                let before = found.len();
                for parts in self.turns(rule, first) {
                    let room = max_inferred.saturating_sub(inferred);
                    self.apply(rule, &parts, room, &mut found)
                        .map_err(|()| too_many(max_inferred, round - start + 1))?;
                }
                *count += (found.len() - before) as u64;
            }
            if found.is_empty() {
                break;
            }
            round += 1;
            first = false;
            inferred += found.len() as u64;
            self.add_round(found);
        }
        self.summary.inferred = inferred;
        let names = self.rules.iter().map(|rule| rule.file.name.clone());
        self.summary.by_rule = names.zip(by_rule).collect();
        Ok(round)
    }

    /// Adds what a round found.
    pub(super) fn add_round(&mut self, found: Found) {
        let mut found: Vec<Numbers> = found.into_iter().collect();
        found.sort_unstable();
        self.rounds.push(found.clone());
        self.store.push(found);
    }

    /// For each pattern in turn, the parts to look each pattern up in so that this one matches the last round; at first
    /// everything at once.
    fn turns(&self, rule: &Compiled, first: bool) -> Vec<Vec<Part>> {
        let patterns = rule.body.len();
        if first {
            return vec![vec![Part::All; patterns]];
        }
        (0..patterns)
            .map(|turn| {
                let part = |at: usize| match at.cmp(&turn) {
                    std::cmp::Ordering::Less => Part::Old,
                    std::cmp::Ordering::Equal => Part::Last,
                    std::cmp::Ordering::Greater => Part::All,
                };
                (0..patterns).map(part).collect()
            })
            .filter(|parts: &Vec<Part>| {
                let patterns = rule.body.iter().zip(parts);
                patterns.clone().all(|(pattern, &part)| {
                    let wanted = super::join::wanted(pattern, &rule.unbound());
                    self.store.bound(wanted, part) > 0
                })
            })
            .collect()
    }

    /// Adds what a rule finds; an error where that is more than there is room for.
    fn apply(
        &self,
        rule: &Compiled,
        parts: &[Part],
        room: u64,
        found: &mut Found,
    ) -> std::result::Result<(), ()> {
        let mut full = false;
        let mut latest = [Node(u32::MAX); 3];
        let mut bindings = rule.unbound();
        let _ = solve(
            rule,
            &self.store,
            parts,
            &mut bindings,
            &mut |bindings, _| {
                for head in &rule.head {
                    let Some(triple) = instantiate(head, bindings) else {
                        continue;
                    };
                    // Variables that the head has not give the same triple many times in a row.
                    if triple == latest || found.contains(&triple) {
                        continue;
                    }
                    latest = triple;
                    if !self.is_news(triple) {
                        continue;
                    }
                    if found.len() as u64 >= room {
                        full = true;
                        return ControlFlow::Break(());
                    }
                    found.insert(triple);
                    if found.len().is_multiple_of(TOLD) {
                        self.tell(found.len());
                    }
                }
                ControlFlow::Continue(())
            },
        );
        if full { Err(()) } else { Ok(()) }
    }

    /// Tells how far it has come in a round that has found so many triples.
    fn tell(&self, found: usize) {
        let rounds = self.rounds.get(self.axiom_rounds as usize..);
        let rounds = rounds.unwrap_or_default();
        let before: usize = rounds.iter().map(Vec::len).sum();
        cancel::tell(Stage::Inferring(
            rounds.len() as u64,
            (before + found) as u64,
        ));
    }

    /// Whether a triple may be inferred and is not known yet.
    pub(super) fn is_news(&self, triple: Numbers) -> bool {
        !self.store.contains(triple) && self.is_triple(triple) && !self.is_denied(triple)
    }

    /// Whether subject and predicate may stand where they do.
    fn is_triple(&self, [s, p, _]: Numbers) -> bool {
        matches!(self.store.kind(s), Kind::Iri | Kind::Blank) && self.store.kind(p) == Kind::Iri
    }

    /// Whether what denies a triple is stated: that something lacks what it would otherwise be inferred to have.
    fn is_denied(&self, [s, p, o]: Numbers) -> bool {
        self.denials
            .get(&p)
            .is_some_and(|denials| denials.iter().any(|&d| self.store.is_stated([s, d, o])))
    }

    /// The properties that deny each property: as the roles say, and what denies a property denies those below it.
    fn denials(&self) -> HashMap<Node, Vec<Node>> {
        let mut denials: HashMap<Node, Vec<Node>> = HashMap::new();
        let node = |iri: NamedNodeRef<'_>| self.store.node(iri.into());
        let Some(denied_by) = node(meta::DENIED_BY) else {
            return denials;
        };
        let sub_property = node(rdfs::SUB_PROPERTY_OF);
        for [property, _, denial] in self.store.matches([None, Some(denied_by), None], Part::All) {
            let mut denied = vec![property];
            let mut next = 0;
            while let Some(&above) = denied.get(next) {
                next += 1;
                let below = sub_property
                    .into_iter()
                    .flat_map(|p| self.store.matches([None, Some(p), Some(above)], Part::All));
                for [below, _, _] in below {
                    cancel::poll();
                    if !denied.contains(&below) {
                        denied.push(below);
                    }
                }
            }
            for property in denied {
                denials.entry(property).or_default().push(denial);
            }
        }
        denials
    }

    /// The round in which a triple was inferred, from 1; `None` for what is stated, an axiom, or not known at all.
    pub(super) fn round(&self, triple: Numbers) -> Option<u32> {
        if self.store.is_stated(triple) {
            return None;
        }
        let found = self
            .rounds
            .iter()
            .position(|round| round.binary_search(&triple).is_ok());
        found.and_then(|at| u32::try_from(at + 1).ok())
    }

    /// How inference went.
    pub fn summary(&self) -> &Summary {
        &self.summary
    }

    /// What was inferred of the data.
    pub fn inferred(&self) -> impl Iterator<Item = [Node; 3]> + '_ {
        self.store.inferred()
    }

    /// The term of a node.
    pub fn term(&self, node: Node) -> Term {
        self.store.term(node)
    }

    /// The node of a term, where it occurs in the graph, an axiom or a rule.
    pub fn node<'t>(&self, term: impl Into<TermRef<'t>>) -> Option<Node> {
        self.store.node(term.into())
    }

    /// The triples that match, stated and inferred.
    pub fn matches(&self, pattern: [Option<Node>; 3]) -> impl Iterator<Item = [Node; 3]> + '_ {
        self.store.matches(pattern, Part::All)
    }
}

pub(super) fn instantiate(head: &[Place; 3], bindings: &Bindings) -> Option<Numbers> {
    let term = |place: Place| match place {
        Place::Variable(number) => bindings[number],
        Place::Constant(node) => Some(node),
    };
    let [s, p, o] = *head;
    Some([term(s)?, term(p)?, term(o)?])
}

fn deduplicated(mut triples: Vec<Numbers>) -> Vec<Numbers> {
    triples.sort_unstable();
    triples.dedup();
    triples
}

pub(super) fn too_many(max_inferred: u64, round: u32) -> Error {
    Error::Evaluation {
        message: format!(
            "the rules infer more than {max_inferred} facts (stopped in round {round})"
        ),
        hint: Some(
            "allow more with --max-inferred, or see with `why` which rule goes too far".to_owned(),
        ),
    }
}
