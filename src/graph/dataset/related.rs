//! The pairs of the relations that a plan put into a query: what closures reach, and the parts of triple terms.

use spareval::InternalQuad;

use super::{QueryTerm, known};
use crate::cancel;
use crate::index::{Id, Index};
use crate::plan::{Closure, Part, Reached};

/// The pairs of a relation, in each of some graphs.
pub(super) struct Related<'a> {
    pub number: usize,
    pub graphs: Vec<Option<QueryTerm>>,
    /// The graph that is next for the pair at hand.
    pub next: usize,
    pub pair: Option<(Id, Id)>,
    pub pairs: Pairs<'a>,
}

/// Where the pairs of a relation come from.
pub(super) enum Pairs<'a> {
    Reached(Reached<'a>),
    Parts(std::vec::IntoIter<(Id, Id)>),
}

impl Iterator for Related<'_> {
    type Item = InternalQuad<QueryTerm>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            cancel::poll();
            if let (Some((s, o)), Some(graph)) = (self.pair, self.graphs.get(self.next)) {
                self.next += 1;
                return Some(InternalQuad {
                    subject: QueryTerm::Known(s),
                    predicate: QueryTerm::Relation(self.number),
                    object: QueryTerm::Known(o),
                    graph_name: graph.clone(),
                });
            }
            self.next = 0;
            self.pair = Some(match &mut self.pairs {
                Pairs::Reached(reached) => reached.next()?,
                Pairs::Parts(parts) => parts.next()?,
            });
        }
    }
}

/// The pairs of a closure in each of some graphs.
pub(super) struct InEach<'a> {
    pub index: &'a Index,
    pub number: usize,
    pub closure: &'a Closure,
    pub ends: (Option<Id>, Option<Id>),
    pub graphs: std::vec::IntoIter<Option<QueryTerm>>,
    /// The graph that is being searched, and what was found there.
    pub graph: Option<QueryTerm>,
    pub reached: Option<Reached<'a>>,
}

impl Iterator for InEach<'_> {
    type Item = InternalQuad<QueryTerm>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            cancel::poll();
            if let Some((s, o)) = self.reached.as_mut().and_then(Iterator::next) {
                return Some(InternalQuad {
                    subject: QueryTerm::Known(s),
                    predicate: QueryTerm::Relation(self.number),
                    object: QueryTerm::Known(o),
                    graph_name: self.graph.clone(),
                });
            }
            self.graph = self.graphs.next()?;
            let number = match &self.graph {
                Some(name) => known(name).and_then(|name| self.index.graph_number(name)),
                None => Some(0),
            };
            let (s, o) = self.ends;
            self.reached = number.map(|graph| self.closure.pairs(self.index, graph, s, o));
        }
    }
}

/// Triple terms with one of their parts.
pub(super) fn parts(
    index: &Index,
    part: Part,
    whole: Option<&QueryTerm>,
    wanted: Option<&QueryTerm>,
) -> std::vec::IntoIter<(Id, Id)> {
    let with_part = |id: Id| {
        cancel::poll();
        let (s, p, o) = index.components(id)?;
        Some((
            id,
            match part {
                Part::Subject => s,
                Part::Predicate => p,
                Part::Object => o,
            },
        ))
    };
    let mut pairs: Vec<(Id, Id)> = match whole.map(known) {
        Some(None) => Vec::new(),
        Some(Some(id)) => with_part(id).into_iter().collect(),
        None => index.triple_term_ids().filter_map(with_part).collect(),
    };
    match wanted.map(known) {
        None => {}
        Some(None) => pairs.clear(),
        Some(Some(wanted)) => pairs.retain(|&(_, part)| part == wanted),
    }
    pairs.into_iter()
}
