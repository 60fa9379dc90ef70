//! What can be reached by some predicates, each time within one graph.

use std::collections::HashSet;

use foldhash::fast::FixedState;

use crate::cancel;
use crate::index::{Id, Index};

/// All nodes that can be reached by one of some predicates, again and again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closure {
    /// The predicates that occur, and whether each is followed from object to subject.
    pub steps: Vec<(Id, bool)>,
    /// Whether a node reaches itself without a step.
    pub reflexive: bool,
    /// The number of the graph in which the steps are, 0 for the default graph; none where it is asked of each named graph.
    pub graph: Option<u32>,
}

/// From how many terms on a bit for each term there is takes less than a table.
const MANY: usize = 1 << 10;

/// Terms that were met.
struct Seen {
    few: HashSet<Id, FixedState>,
    /// A bit for each term of the index, once they are many; pages of memory that no bit is set in cost nothing.
    many: Vec<u64>,
    terms: usize,
}

impl Seen {
    fn new(index: &Index) -> Self {
        Self {
            few: HashSet::default(),
            many: Vec::new(),
            terms: index.terms() as usize,
        }
    }

    /// Whether a term is new; from now on it is not.
    #[inline]
    fn insert(&mut self, id: Id) -> bool {
        if self.many.is_empty() {
            if self.few.len() < MANY {
                return self.few.insert(id);
            }
            self.many = vec![0; self.terms / 64 + 1];
            for id in std::mem::take(&mut self.few) {
                self.insert(id);
            }
        }
        let (word, bit) = (id.0 as usize / 64, 1 << (id.0 % 64));
        let new = self.many[word] & bit == 0;
        self.many[word] |= bit;
        new
    }

    #[inline]
    fn contains(&self, id: Id) -> bool {
        match self.many.get(id.0 as usize / 64) {
            Some(word) => word & 1 << (id.0 % 64) != 0,
            None => self.few.contains(&id),
        }
    }
}

/// A closure's steps as one index knows them.
struct Steps<'a> {
    index: &'a Index,
    graph: u32,
    /// Ranks of the predicates that are followed from subject to object, and of the others.
    ranks: [Vec<usize>; 2],
}

impl Steps<'_> {
    #[inline]
    fn neighbours(&self, node: Id, forward: bool, mut visit: impl FnMut(Id)) {
        cancel::poll();
        for (ranks, along) in self.ranks.iter().zip([true, false]) {
            if !ranks.is_empty() {
                self.index
                    .follow(node, ranks, forward == along, |node, set| {
                        cancel::poll();
                        if self.index.set_has(set, self.graph) {
                            visit(node);
                        }
                    });
            }
        }
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

    /// What `start` reaches in a graph, or with `forward` false what reaches it; after `limit` nodes the search may stop.
    ///
    /// A reflexive closure reaches only nodes that occur as subject or object, as evaluation has it.
    pub fn reach(
        &self,
        index: &Index,
        graph: u32,
        start: Id,
        forward: bool,
        limit: usize,
    ) -> Vec<Id> {
        let (mut seen, steps) = (Seen::new(index), self.steps_in(index, graph));
        let mut reached = Vec::new();
        if self.reflexive {
            if !occurs(index, graph, start) {
                return reached;
            }
            seen.insert(start);
            reached.push(start);
        } else {
            steps.neighbours(start, forward, |node| {
                if seen.insert(node) {
                    reached.push(node);
                }
            });
        }
        let mut level = 0..reached.len();
        while !level.is_empty() {
            // In the order in which the index holds them, so that memory is read forwards.
            reached[level.clone()].sort_unstable();
            let end = level.end;
            for next in level {
                if reached.len() >= limit {
                    return reached;
                }
                steps.neighbours(reached[next], forward, |node| {
                    if seen.insert(node) {
                        reached.push(node);
                    }
                });
            }
            level = end..reached.len();
        }
        reached
    }

    /// Whether `from` reaches `to` in a graph. Both ends are searched from, so that the smaller side decides how long it takes.
    pub fn connects(&self, index: &Index, graph: u32, from: Id, to: Id) -> bool {
        if self.reflexive && from == to {
            return occurs(index, graph, from);
        }
        let (mut ahead, mut behind) = (Seen::new(index), Seen::new(index));
        let steps = self.steps_in(index, graph);
        let (mut fore, mut back) = (vec![from], vec![to]);
        behind.insert(to);
        // `from` itself counts as reached only when a step leads back to it.
        while !fore.is_empty() && !back.is_empty() {
            let mut next = Vec::new();
            let mut met = false;
            if fore.len() <= back.len() {
                for node in fore.drain(..) {
                    steps.neighbours(node, true, |node| {
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
                    steps.neighbours(node, false, |node| {
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

    /// The nodes of a graph that a path can start from, or end at: subjects or objects of its predicates, or all nodes.
    pub fn starts(&self, index: &Index, graph: u32) -> Vec<Id> {
        let mut seen = Seen::new(index);
        let mut starts = Vec::new();
        let mut add = |id: Id| {
            if seen.insert(id) {
                starts.push(id);
            }
        };
        if self.reflexive {
            for found in index.graph_triples(graph as usize) {
                cancel::poll();
                add(found.s);
                add(found.o);
            }
        } else {
            for &(p, inverse) in &self.steps {
                for found in index.matches(None, Some(p), None) {
                    cancel::poll();
                    if index.set_has(found.set, graph) {
                        add(if inverse { found.o } else { found.s });
                    }
                }
            }
        }
        starts
    }

    /// The pairs of a start and an end in a graph, of which either may be given.
    pub fn pairs<'a>(
        &'a self,
        index: &'a Index,
        graph: u32,
        start: Option<Id>,
        end: Option<Id>,
    ) -> Reached<'a> {
        let (starts, forward) = match (start, end) {
            (Some(start), Some(end)) => {
                let connected = self.connects(index, graph, start, end);
                return Reached {
                    index,
                    graph,
                    closure: self,
                    starts: Vec::new().into_iter(),
                    forward: true,
                    start,
                    ends: Vec::from_iter(connected.then_some(end)).into_iter(),
                };
            }
            (Some(start), None) => (vec![start], true),
            (None, Some(end)) => (vec![end], false),
            (None, None) => (self.starts(index, graph), true),
        };
        Reached {
            index,
            graph,
            closure: self,
            starts: starts.into_iter(),
            forward,
            start: Id(0),
            ends: Vec::new().into_iter(),
        }
    }

    fn steps_in<'a>(&self, index: &'a Index, graph: u32) -> Steps<'a> {
        let ranks = |inverse| {
            let steps = self.steps.iter().filter(move |step| step.1 == inverse);
            steps.filter_map(|&(p, _)| index.rank(p)).collect()
        };
        Steps {
            index,
            graph,
            ranks: [ranks(false), ranks(true)],
        }
    }
}

/// Whether a term is a subject or an object in a graph.
fn occurs(index: &Index, graph: u32, id: Id) -> bool {
    let mut with = index
        .matches(Some(id), None, None)
        .chain(index.matches(None, None, Some(id)));
    with.any(|found| index.set_has(found.set, graph))
}

/// The pairs of a closure.
pub struct Reached<'a> {
    index: &'a Index,
    graph: u32,
    closure: &'a Closure,
    /// Where paths start that were not followed yet.
    starts: std::vec::IntoIter<Id>,
    /// Whether paths are followed from subject to object.
    forward: bool,
    /// The start that is being followed and what is left of its ends.
    start: Id,
    ends: std::vec::IntoIter<Id>,
}

impl Iterator for Reached<'_> {
    type Item = (Id, Id);

    fn next(&mut self) -> Option<(Id, Id)> {
        loop {
            if let Some(end) = self.ends.next() {
                return Some(match self.forward {
                    true => (self.start, end),
                    false => (end, self.start),
                });
            }
            self.start = self.starts.next()?;
            let reached =
                self.closure
                    .reach(self.index, self.graph, self.start, self.forward, usize::MAX);
            self.ends = reached.into_iter();
        }
    }
}
