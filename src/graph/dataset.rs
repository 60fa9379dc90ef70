//! An index as the dataset of a SPARQL evaluation.

use std::convert::Infallible;
use std::hash::{Hash, Hasher};
use std::ops::Range;
use std::rc::Rc;

use oxrdf::Term;
use spareval::{ExpressionTerm, InternalQuad, QueryableDataset};

use crate::cancel;
use crate::index::{Found, GraphTriples, Id, Index, Matches};
use crate::plan::{self, Closure, Part, Reached, Relation};

/// A term while a query runs: of the index, or one that the query made and the index has not.
pub(super) enum QueryTerm {
    Known(Id),
    Made(Rc<Term>),
    /// The predicate that stands for a relation of the plan.
    Relation(usize),
}

impl Clone for QueryTerm {
    #[inline]
    fn clone(&self) -> Self {
        // Joins of what is in memory already copy terms and do nothing else that could notice a stop.
        cancel::poll();
        match self {
            Self::Known(id) => Self::Known(*id),
            Self::Made(term) => Self::Made(term.clone()),
            Self::Relation(number) => Self::Relation(*number),
        }
    }
}

impl PartialEq for QueryTerm {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Known(a), Self::Known(b)) => a == b,
            (Self::Made(a), Self::Made(b)) => a == b,
            (Self::Relation(a), Self::Relation(b)) => a == b,
            _ => false,
        }
    }
}

impl Eq for QueryTerm {}

impl Hash for QueryTerm {
    #[inline]
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self {
            Self::Known(id) => state.write_u32(id.0),
            Self::Made(term) => term.hash(state),
            Self::Relation(number) => state.write_usize(*number),
        }
    }
}

/// The default graph and the named graphs of an index.
pub(super) struct Dataset<'a> {
    pub index: &'a Index,
    /// What the predicates stand for that the plan put into the query.
    pub relations: &'a [Relation],
}

impl<'a> QueryableDataset<'a> for Dataset<'a> {
    type InternalTerm = QueryTerm;
    /// What goes wrong unwinds, because evaluation takes some errors for answers.
    type Error = Infallible;

    fn internal_quads_for_pattern(
        &self,
        subject: Option<&QueryTerm>,
        predicate: Option<&QueryTerm>,
        object: Option<&QueryTerm>,
        graph_name: Option<Option<&QueryTerm>>,
    ) -> impl Iterator<Item = Result<InternalQuad<QueryTerm>, Infallible>> + use<'a> {
        cancel::poll();
        if let Some(QueryTerm::Relation(number)) = predicate {
            let ends = (subject.map(known), object.map(known));
            return match (&self.relations[*number], ends) {
                (Relation::Closure(_), (Some(None), _) | (_, Some(None))) => Either::Nothing,
                (Relation::Closure(closure), (s, o)) => {
                    let (s, o) = (s.flatten(), o.flatten());
                    match closure.graph {
                        Some(graph) => Either::Related(Related {
                            number: *number,
                            graphs: self.names(graph_name),
                            next: 0,
                            pair: None,
                            pairs: Pairs::Reached(closure.pairs(self.index, graph, s, o)),
                        }),
                        None => Either::InEach(InEach {
                            index: self.index,
                            number: *number,
                            closure,
                            ends: (s, o),
                            graphs: self.names(graph_name).into_iter(),
                            graph: None,
                            reached: None,
                        }),
                    }
                }
                (Relation::Part(part), _) => Either::Related(Related {
                    number: *number,
                    graphs: self.names(graph_name),
                    next: 0,
                    pair: None,
                    pairs: Pairs::Parts(parts(self.index, *part, subject, object)),
                }),
            };
        }
        Either::Quads(Quads::new(
            self.index, subject, predicate, object, graph_name,
        ))
    }

    fn internal_named_graphs(
        &self,
    ) -> impl Iterator<Item = Result<QueryTerm, Infallible>> + use<'a> {
        self.index.named_graphs().map(|(graph, _)| {
            cancel::poll();
            Ok(QueryTerm::Known(graph))
        })
    }

    fn contains_internal_graph_name(&self, graph_name: &QueryTerm) -> Result<bool, Infallible> {
        Ok(match graph_name {
            QueryTerm::Known(id) => self.index.graph_number(*id).is_some(),
            QueryTerm::Made(_) | QueryTerm::Relation(_) => false,
        })
    }

    fn internalize_term(&self, term: Term) -> Result<QueryTerm, Infallible> {
        cancel::poll();
        if let Some(id) = self.index.id(term.as_ref()) {
            return Ok(QueryTerm::Known(id));
        }
        let relation = match &term {
            Term::NamedNode(node) => plan::relation_number(node.as_str()),
            _ => None,
        };
        Ok(
            match relation.filter(|&number| number < self.relations.len()) {
                Some(number) => QueryTerm::Relation(number),
                None => QueryTerm::Made(Rc::new(term)),
            },
        )
    }

    fn externalize_term(&self, term: QueryTerm) -> Result<Term, Infallible> {
        cancel::poll();
        Ok(match term {
            QueryTerm::Known(id) => self.index.term(id),
            QueryTerm::Made(term) => Rc::unwrap_or_clone(term),
            QueryTerm::Relation(number) => plan::relation_iri(number).into(),
        })
    }

    fn externalize_expression_term(&self, term: QueryTerm) -> Result<ExpressionTerm, Infallible> {
        cancel::poll();
        Ok(match term {
            QueryTerm::Known(id) => expression_term(self.index, id),
            QueryTerm::Made(term) => Rc::unwrap_or_clone(term).into(),
            QueryTerm::Relation(number) => plan::relation_iri(number).into(),
        })
    }
}

impl Dataset<'_> {
    /// The names of the graphs that a pattern is asked of.
    fn names(&self, graph_name: Option<Option<&QueryTerm>>) -> Vec<Option<QueryTerm>> {
        match graph_name {
            Some(name) => vec![name.cloned()],
            None => {
                let graphs = self.index.named_graphs();
                graphs
                    .map(|(graph, _)| Some(QueryTerm::Known(graph)))
                    .collect()
            }
        }
    }
}

/// What expressions compute with: numbers and times by value, everything else as it is written.
fn expression_term(index: &Index, id: Id) -> ExpressionTerm {
    if index.is_simple_literal(id) {
        return ExpressionTerm::StringLiteral(index.text(id));
    }
    index.term(id).into()
}

/// The quads that match a pattern.
struct Quads<'a> {
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
    fn new(
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

/// What a pattern matches.
enum Either<'a> {
    Quads(Quads<'a>),
    Related(Related<'a>),
    InEach(InEach<'a>),
    Nothing,
}

impl Iterator for Either<'_> {
    type Item = Result<InternalQuad<QueryTerm>, Infallible>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Self::Quads(quads) => quads.next(),
            Self::Related(related) => related.next().map(Ok),
            Self::InEach(pairs) => pairs.next().map(Ok),
            Self::Nothing => None,
        }
    }
}

/// The pairs of a relation, in each of some graphs.
struct Related<'a> {
    number: usize,
    graphs: Vec<Option<QueryTerm>>,
    /// The graph that is next for the pair at hand.
    next: usize,
    pair: Option<(Id, Id)>,
    pairs: Pairs<'a>,
}

enum Pairs<'a> {
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
struct InEach<'a> {
    index: &'a Index,
    number: usize,
    closure: &'a Closure,
    ends: (Option<Id>, Option<Id>),
    graphs: std::vec::IntoIter<Option<QueryTerm>>,
    /// The graph that is being searched, and what was found there.
    graph: Option<QueryTerm>,
    reached: Option<Reached<'a>>,
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

/// The number of a term, if the index has it; what it has not is in no relation.
fn known(term: &QueryTerm) -> Option<Id> {
    match term {
        QueryTerm::Known(id) => Some(*id),
        QueryTerm::Made(_) | QueryTerm::Relation(_) => None,
    }
}

/// Triple terms with one of their parts.
fn parts(
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
