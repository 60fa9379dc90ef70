//! The quads that match a pattern, read from the triples' orders or from one graph's triples, whichever is shorter.

use std::convert::Infallible;
use std::ops::Range;

use spareval::InternalQuad;

use super::QueryTerm;
use crate::cancel;
use crate::index::{Found, GraphTriples, Id, Index, Matches};

/// The quads that match a pattern.
pub(super) struct Quads<'a> {
    index: &'a Index,
    source: Source<'a>,
    wanted: [Option<Id>; 3],
    graph: Wanted,
}

enum Source<'a> {
    Pattern(Matches<'a>),
    Graph(GraphTriples<'a>),
    Nothing,
}

/// Which graphs quads are wanted of.
enum Wanted {
    /// This graph by its number.
    One(u32),
    /// All graphs with a name; the triple at hand and where its other graphs stand.
    Named(Option<(Found, Range<usize>)>),
}

impl<'a> Quads<'a> {
    pub fn new(
        index: &'a Index,
        subject: Option<&QueryTerm>,
        predicate: Option<&QueryTerm>,
        object: Option<&QueryTerm>,
        graph_name: Option<Option<&QueryTerm>>,
    ) -> Self {
        let nothing = Self {
            index,
            source: Source::Nothing,
            wanted: [None; 3],
            graph: Wanted::One(0),
        };
        let mut wanted = [None; 3];
        for (wanted, term) in wanted.iter_mut().zip([subject, predicate, object]) {
            *wanted = match term {
                None => None,
                Some(QueryTerm::Known(id)) => Some(*id),
                Some(QueryTerm::Made(_) | QueryTerm::Relation(_)) => return nothing,
            };
        }
        let [s, p, o] = wanted;
        let graph = match graph_name {
            Some(None) => Wanted::One(0),
            Some(Some(QueryTerm::Known(name))) => match index.graph_number(*name) {
                Some(number) => Wanted::One(number),
                None => return nothing,
            },
            Some(Some(QueryTerm::Made(_) | QueryTerm::Relation(_))) => return nothing,
            None if index.only_default_graph() => return nothing,
            None => Wanted::Named(None),
        };
        let matches = index.matches(s, p, o);
        let source = match graph {
            Wanted::One(number) if !index.only_default_graph() => {
                let mut triples = index.graph_triples(number as usize);
                if let Some(s) = s {
                    triples = triples.within(index.subject_row(s));
                }
                // A small graph is read whole rather than looked for in a large stretch.
                if triples.bound() < matches.bound() {
                    Source::Graph(triples)
                } else {
                    Source::Pattern(matches)
                }
            }
            _ => Source::Pattern(matches),
        };
        Self {
            index,
            source,
            wanted,
            graph,
        }
    }

    fn next_found(&mut self) -> Option<Found> {
        match &mut self.source {
            Source::Pattern(matches) => matches.next(),
            Source::Graph(triples) => {
                let [s, p, o] = self.wanted;
                triples.find(|found| {
                    cancel::poll();
                    s.is_none_or(|s| s == found.s)
                        && p.is_none_or(|p| p == found.p)
                        && o.is_none_or(|o| o == found.o)
                })
            }
            Source::Nothing => None,
        }
    }

    fn quad(&self, found: Found, graph: u32) -> InternalQuad<QueryTerm> {
        InternalQuad {
            subject: QueryTerm::Known(found.s),
            predicate: QueryTerm::Known(found.p),
            object: QueryTerm::Known(found.o),
            graph_name: match graph {
                0 => None,
                named => Some(QueryTerm::Known(self.index.graph_name(named))),
            },
        }
    }
}

impl Iterator for Quads<'_> {
    type Item = Result<InternalQuad<QueryTerm>, Infallible>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        loop {
            cancel::poll();
            if let Wanted::Named(Some((found, rest))) = &mut self.graph {
                if let Some(at) = rest.next() {
                    let (found, graph) = (*found, self.index.set_graph(at));
                    if graph == 0 {
                        continue;
                    }
                    return Some(Ok(self.quad(found, graph)));
                }
                self.graph = Wanted::Named(None);
            }
            let found = self.next_found()?;
            match self.graph {
                Wanted::One(graph) if self.index.set_has(found.set, graph) => {
                    return Some(Ok(self.quad(found, graph)));
                }
                Wanted::One(_) => {}
                Wanted::Named(_) => {
                    self.graph = Wanted::Named(Some((found, self.index.set(found.set))));
                }
            }
        }
    }

    // No size hint: evaluation takes the lower bound for the size of a hash set that it allocates at once.
}
