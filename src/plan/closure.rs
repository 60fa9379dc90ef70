//! What can be reached by some predicates, in the default graph.

use crate::cancel;
use crate::index::{Id, Index};

/// All nodes that can be reached by one of some predicates, again and again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closure {
    /// The predicates that occur, and whether each is followed from object to subject.
    pub steps: Vec<(Id, bool)>,
    /// Whether a node reaches itself without a step.
    pub reflexive: bool,
}

/// Terms, by one bit each; pages of memory that no bit is set in cost nothing.
struct Seen(Vec<u64>);

impl Seen {
    fn new(index: &Index) -> Self {
        Self(vec![0; index.terms() as usize / 64 + 1])
    }

    /// Whether a term is new; from now on it is not.
    #[inline]
    fn insert(&mut self, id: Id) -> bool {
        let (word, bit) = (id.0 as usize / 64, 1 << (id.0 % 64));
        let new = self.0[word] & bit == 0;
        self.0[word] |= bit;
        new
    }

    #[inline]
    fn contains(&self, id: Id) -> bool {
        self.0[id.0 as usize / 64] & 1 << (id.0 % 64) != 0
    }
}

impl Closure {
    /// The path that it is, in SPARQL.
    pub fn text(&self, index: &Index) -> String {
        let step = |&(p, inverse): &(Id, bool)| {
            let sign = if inverse { "^" } else { "" };
            format!("{sign}{}", index.term(p))
        };
        let steps: Vec<String> = self.steps.iter().map(step).collect();
        let sign = if self.reflexive { '*' } else { '+' };
        match steps.as_slice() {
            [one] if !one.starts_with('^') => format!("{one}{sign}"),
            several => format!("({}){sign}", several.join("|")),
        }
    }

    /// What `start` reaches, or with `forward` false what reaches it; after `limit` nodes the search may stop.
    ///
    /// A reflexive closure reaches only nodes that occur as subject or object, as evaluation has it.
    pub fn reach(&self, index: &Index, start: Id, forward: bool, limit: usize) -> Vec<Id> {
        let mut seen = Seen::new(index);
        let mut reached = Vec::new();
        if self.reflexive {
            if !occurs(index, start) {
                return reached;
            }
            seen.insert(start);
            reached.push(start);
        } else {
            self.neighbours(index, start, forward, |node| {
                if seen.insert(node) {
                    reached.push(node);
                }
            });
        }
        let mut next = 0;
        while next < reached.len() && reached.len() < limit {
            let node = reached[next];
            next += 1;
            self.neighbours(index, node, forward, |node| {
                if seen.insert(node) {
                    reached.push(node);
                }
            });
        }
        reached
    }

    /// Whether `from` reaches `to`. Both ends are searched from, so that the smaller side decides how long it takes.
    pub fn connects(&self, index: &Index, from: Id, to: Id) -> bool {
        if self.reflexive && from == to {
            return occurs(index, from);
        }
        let (mut ahead, mut behind) = (Seen::new(index), Seen::new(index));
        let (mut fore, mut back) = (vec![from], vec![to]);
        behind.insert(to);
        // `from` itself counts as reached only when a step leads back to it.
        while !fore.is_empty() && !back.is_empty() {
            let mut next = Vec::new();
            let mut met = false;
            if fore.len() <= back.len() {
                for node in fore.drain(..) {
                    self.neighbours(index, node, true, |node| {
                        met |= behind.contains(node);
                        if ahead.insert(node) {
                            next.push(node);
                        }
                    });
                    if met {
                        return true;
                    }
                }
                fore = next;
            } else {
                for node in back.drain(..) {
                    self.neighbours(index, node, false, |node| {
                        met |= node == from || ahead.contains(node);
                        if behind.insert(node) {
                            next.push(node);
                        }
                    });
                    if met {
                        return true;
                    }
                }
                back = next;
            }
        }
        false
    }

    /// The nodes that a path can start from, or end at: subjects or objects of its predicates, or all nodes.
    pub fn starts(&self, index: &Index) -> Vec<Id> {
        let mut seen = Seen::new(index);
        let mut starts = Vec::new();
        let mut add = |id: Id| {
            if seen.insert(id) {
                starts.push(id);
            }
        };
        if self.reflexive {
            for found in index.graph_triples(0) {
                cancel::poll();
                add(found.s);
                add(found.o);
            }
        } else {
            for &(p, inverse) in &self.steps {
                for found in index.matches(None, Some(p), None) {
                    cancel::poll();
                    if index.set_has(found.set, 0) {
                        add(if inverse { found.o } else { found.s });
                    }
                }
            }
        }
        starts
    }

    #[inline]
    fn neighbours(&self, index: &Index, node: Id, forward: bool, mut visit: impl FnMut(Id)) {
        for &(p, inverse) in &self.steps {
            cancel::poll();
            if forward != inverse {
                for found in index.matches(Some(node), Some(p), None) {
                    if index.set_has(found.set, 0) {
                        visit(found.o);
                    }
                }
            } else {
                for found in index.matches(None, Some(p), Some(node)) {
                    cancel::poll();
                    if index.set_has(found.set, 0) {
                        visit(found.s);
                    }
                }
            }
        }
    }
}

/// Whether a term is a subject or an object in the default graph.
fn occurs(index: &Index, id: Id) -> bool {
    let mut with = index
        .matches(Some(id), None, None)
        .chain(index.matches(None, None, Some(id)));
    with.any(|found| index.set_has(found.set, 0))
}
