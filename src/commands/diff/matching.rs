//! Which terms of two graphs are the same.
//!
//! IRIs and literals are what they are. Blank nodes are paired by hashes of their neighbourhoods, the widest first, then by how
//! they hang on what is paired already, so that one changed value leaves the rest of a structure paired. Blank nodes that
//! nothing tells apart are paired as they come.

use std::collections::HashMap;
use std::hash::BuildHasher;

use oxrdf::{BlankNode, NamedOrBlankNode, Term, Triple};

use crate::cancel;
use crate::graph::{Kind, Node, Stated};

/// How many steps away a neighbourhood reaches at most.
const REACH: usize = 8;

/// How often pairs may lead to other pairs.
const PASSES: usize = 1000;

/// The nodes of one graph as nodes of the other, by number; `None` for those that only the one has.
pub struct Matching {
    /// From the first graph to the second.
    pub forwards: Vec<Option<Node>>,
    /// From the second graph to the first.
    pub backwards: Vec<Option<Node>>,
}

/// The triples of blank nodes in one graph.
struct Side<'g> {
    stated: Stated<'g>,
    blanks: Vec<Node>,
    /// Whether a blank node only carries annotations, which are compared by what they annotate.
    reifiers: Vec<bool>,
}

impl Matching {
    /// Pairs the terms of two graphs; `reifiers` tells the blank nodes that only carry annotations, by number.
    pub fn new(a: Stated<'_>, b: Stated<'_>, reifiers: [Vec<bool>; 2]) -> Self {
        let mut matching = Self {
            forwards: vec![None; a.terms() as usize],
            backwards: vec![None; b.terms() as usize],
        };
        for number in 0..a.terms() {
            cancel::poll();
            let node = Node(number);
            if matches!(a.kind(node), Kind::Iri | Kind::Literal)
                && let Some(same) = b.node(&a.term(node))
            {
                matching.pair(node, same);
            }
        }
        let [of_a, of_b] = reifiers;
        let (a, b) = (Side::new(a, of_a), Side::new(b, of_b));
        matching.pair_by_neighbourhoods(&a, &b);
        matching.pair_by_pairs(&a, &b);
        matching.pair_triple_terms(&a, &b);
        matching
    }

    fn pair(&mut self, a: Node, b: Node) {
        self.forwards[a.0 as usize] = Some(b);
        self.backwards[b.0 as usize] = Some(a);
    }

    fn pair_by_neighbourhoods(&mut self, a: &Side<'_>, b: &Side<'_>) {
        let state = foldhash::fast::RandomState::default();
        // What only one graph has gets a number that the other cannot have.
        let forwards = self.forwards.clone();
        let known = |node: Node| match forwards[node.0 as usize] {
            Some(same) => u64::from(same.0),
            None => 1 << 40 | u64::from(node.0),
        };
        let of_a = a.hashes(&state, known);
        let of_b = b.hashes(&state, |node| u64::from(node.0));
        for reach in (1..=REACH).rev() {
            let mut groups: HashMap<u64, Vec<Node>> = HashMap::new();
            for &node in b.blanks.iter().rev() {
                if self.backwards[node.0 as usize].is_none() {
                    groups.entry(of_b[&node][reach]).or_default().push(node);
                }
            }
            for &node in &a.blanks {
                cancel::poll();
                if self.forwards[node.0 as usize].is_some() {
                    continue;
                }
                let Some(group) = groups.get_mut(&of_a[&node][reach]) else {
                    continue;
                };
                while let Some(same) = group.pop() {
                    if self.backwards[same.0 as usize].is_none() {
                        self.pair(node, same);
                        let alike = |a: Node, b: Node| of_a[&a][reach] == of_b[&b][reach];
                        self.spread(a, b, node, same, &alike);
                        break;
                    }
                }
            }
        }
    }

    /// Pairs what hangs on a new pair, so that of several structures that are alike each is paired with one.
    fn spread(
        &mut self,
        a: &Side<'_>,
        b: &Side<'_>,
        node: Node,
        same: Node,
        alike: &impl Fn(Node, Node) -> bool,
    ) {
        let mut open = vec![(node, same)];
        while let Some((node, same)) = open.pop() {
            cancel::poll();
            let there: Vec<(bool, Node, Node)> = b
                .around(same)
                .filter(|(_, _, other)| b.is_blank(*other))
                .collect();
            for (out, p, other) in a.around(node) {
                if !a.is_blank(other) || self.forwards[other.0 as usize].is_some() {
                    continue;
                }
                let p = self.forwards[p.0 as usize];
                let counterpart = there.iter().find(|(o, q, candidate)| {
                    *o == out
                        && Some(*q) == p
                        && self.backwards[candidate.0 as usize].is_none()
                        && alike(other, *candidate)
                });
                if let Some(&(_, _, counterpart)) = counterpart {
                    self.pair(other, counterpart);
                    open.push((other, counterpart));
                }
            }
        }
    }

    /// Pairs blank nodes that are the only ones left to hang on a paired node by a predicate.
    fn pair_by_pairs(&mut self, a: &Side<'_>, b: &Side<'_>) {
        for _ in 0..PASSES {
            let of_a = a.hooks(&self.forwards, |node| self.forwards[node.0 as usize]);
            let of_b = b.hooks(&self.backwards, Some);
            let mut paired = false;
            for (hook, node) in of_a {
                if let (Some(node), Some(Some(same))) = (node, of_b.get(&hook))
                    && self.forwards[node.0 as usize].is_none()
                    && self.backwards[same.0 as usize].is_none()
                {
                    self.pair(node, *same);
                    paired = true;
                }
            }
            if !paired {
                return;
            }
        }
    }

    fn pair_triple_terms(&mut self, a: &Side<'_>, b: &Side<'_>) {
        for number in 0..a.stated.terms() {
            let node = Node(number);
            if a.stated.kind(node) != Kind::Triple {
                continue;
            }
            if let Some(same) = self
                .renamed(a.stated.term(node), a, b)
                .and_then(|term| b.stated.node(&term))
            {
                self.pair(node, same);
            }
        }
    }

    /// A term with the blank nodes of the other graph in it.
    fn renamed(&self, term: Term, a: &Side<'_>, b: &Side<'_>) -> Option<Term> {
        let blank = |node: BlankNode| -> Option<Term> {
            let node = a.stated.node(&node)?;
            Some(b.stated.term(self.forwards[node.0 as usize]?))
        };
        match term {
            Term::BlankNode(node) => blank(node),
            Term::Triple(triple) => {
                let subject = match triple.subject {
                    NamedOrBlankNode::NamedNode(node) => NamedOrBlankNode::from(node),
                    NamedOrBlankNode::BlankNode(node) => match blank(node)? {
                        Term::BlankNode(node) => node.into(),
                        _ => return None,
                    },
                };
                let object = self.renamed(triple.object, a, b)?;
                Some(Term::from(Triple::new(subject, triple.predicate, object)))
            }
            other => Some(other),
        }
    }
}

impl<'g> Side<'g> {
    fn new(stated: Stated<'g>, reifiers: Vec<bool>) -> Self {
        let blanks = (0..stated.terms())
            .map(Node)
            .filter(|node| stated.kind(*node) == Kind::Blank && !reifiers[node.0 as usize])
            .collect();
        Self {
            stated,
            blanks,
            reifiers,
        }
    }

    /// The triples of a blank node: whether it is the subject, the predicate, and the other end.
    fn around(&self, node: Node) -> impl Iterator<Item = (bool, Node, Node)> + '_ {
        let out = self.stated.matches([Some(node), None, None]);
        let into = self.stated.matches([None, None, Some(node)]);
        out.map(|[_, p, o]| (true, p, o))
            .chain(into.map(|[s, p, _]| (false, p, s)))
            .filter(|(_, _, other)| !self.reifiers[other.0 as usize])
    }

    fn is_blank(&self, node: Node) -> bool {
        self.stated.kind(node) == Kind::Blank && !self.reifiers[node.0 as usize]
    }

    /// For each blank node the hashes of its neighbourhoods, by how far they reach.
    fn hashes(
        &self,
        state: &impl BuildHasher,
        known: impl Fn(Node) -> u64,
    ) -> HashMap<Node, [u64; REACH + 1]> {
        let mut all: HashMap<Node, [u64; REACH + 1]> = self
            .blanks
            .iter()
            .map(|&node| (node, [0; REACH + 1]))
            .collect();
        for reach in 1..=REACH {
            for &node in &self.blanks {
                cancel::poll();
                let mut around: Vec<(bool, u64, u64, bool)> = self
                    .around(node)
                    .map(|(out, p, other)| match all.get(&other) {
                        Some(hashes) => (out, known(p), hashes[reach - 1], true),
                        None => (out, known(p), known(other), false),
                    })
                    .collect();
                around.sort_unstable();
                let hash = state.hash_one((reach, around));
                if let Some(hashes) = all.get_mut(&node) {
                    hashes[reach] = hash;
                }
            }
        }
        all
    }

    /// The unpaired blank nodes by how they hang on paired nodes: the one node, or `None` where there are several.
    fn hooks(
        &self,
        pairs: &[Option<Node>],
        common: impl Fn(Node) -> Option<Node>,
    ) -> HashMap<(Node, Node, bool), Option<Node>> {
        let mut hooks: HashMap<(Node, Node, bool), Option<Node>> = HashMap::new();
        for &node in &self.blanks {
            cancel::poll();
            if pairs[node.0 as usize].is_some() {
                continue;
            }
            for (out, p, other) in self.around(node) {
                if pairs[other.0 as usize].is_some()
                    && let (Some(p), Some(other)) = (common(p), common(other))
                {
                    let only = hooks.entry((p, other, out)).or_insert(Some(node));
                    if *only != Some(node) {
                        *only = None;
                    }
                }
            }
        }
        hooks
    }
}
