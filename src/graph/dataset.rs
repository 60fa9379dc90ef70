//! An index as the dataset of a SPARQL evaluation.

use std::convert::Infallible;
use std::hash::{Hash, Hasher};
use std::rc::Rc;

use oxrdf::Term;
use spareval::{ExpressionTerm, InternalQuad, QueryableDataset};

use crate::cancel;
use crate::index::{Id, Index};
use crate::plan::{self, Relation};
use quads::Quads;
use related::{InEach, Pairs, Related, parts};

mod quads;
mod related;

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

/// The number of a term, if the index has it; what it has not is in no relation.
fn known(term: &QueryTerm) -> Option<Id> {
    match term {
        QueryTerm::Known(id) => Some(*id),
        QueryTerm::Made(_) | QueryTerm::Relation(_) => None,
    }
}
