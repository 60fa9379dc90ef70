//! Questions to the triples: which match, how many.

use std::ops::Range;

use super::layout::Section;
use super::{Id, Index};

/// Rows up to this length are read rather than searched.
const SHORT: usize = 32;

/// A triple that was found and the number of the set of graphs that it is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    pub s: Id,
    pub p: Id,
    pub o: Id,
    pub set: u32,
}

/// The matches of a pattern, found as they are asked for.
#[derive(Clone)]
pub(crate) struct Matches<'a> {
    index: &'a Index,
    order: Order,
    range: Range<usize>,
}

#[derive(Clone)]
enum Order {
    /// A stretch of one subject's triples.
    Spo(Id),
    /// A stretch of one object's triples.
    Ops(Id),
    /// The triples of a predicate by subject; the subject that was reached.
    Pso(Id, u32),
    /// All triples by subject; the subject that was reached.
    All(u32),
    /// One subject's triples, of which those with this object are wanted.
    SubjectTo(Id, Id),
    /// One object's triples, of which those with this subject are wanted.
    ObjectFrom(Id, Id),
}

impl Index {
    /// What is said of `s`: predicates and objects in the order of their numbers, over all graphs, each triple once.
    pub fn outgoing(&self, s: Id) -> impl Iterator<Item = (Id, Id)> + use<'_> {
        self.matches(Some(s), None, None)
            .map(|found| (found.p, found.o))
    }

    /// What points to `o`: predicates and subjects in the order of their numbers, over all graphs, each triple once.
    pub fn incoming(&self, o: Id) -> impl Iterator<Item = (Id, Id)> + use<'_> {
        self.matches(None, None, Some(o))
            .map(|found| (found.p, found.s))
    }

    /// The objects of `s` and `p`, ascending.
    pub fn outgoing_with(&self, s: Id, p: Id) -> impl Iterator<Item = Id> + use<'_> {
        self.matches(Some(s), Some(p), None).map(|found| found.o)
    }

    /// The subjects of `p` and `o`, ascending.
    pub fn incoming_with(&self, o: Id, p: Id) -> impl Iterator<Item = Id> + use<'_> {
        self.matches(None, Some(p), Some(o)).map(|found| found.s)
    }

    /// The subjects and objects of a predicate, ascending by subject, then object.
    pub fn pairs(&self, p: Id) -> impl Iterator<Item = (Id, Id)> + use<'_> {
        self.matches(None, Some(p), None)
            .map(|found| (found.s, found.o))
    }

    /// Whether some graph holds this triple.
    pub fn contains(&self, s: Id, p: Id, o: Id) -> bool {
        !self.triple_range(s, p, o).is_empty()
    }

    /// How many triples match, over all graphs, each once; `None` matches everything. Takes logarithmic time.
    pub fn count(&self, s: Option<Id>, p: Option<Id>, o: Option<Id>) -> u64 {
        let matches = self.matches(s, p, o);
        match matches.order {
            Order::SubjectTo(..) | Order::ObjectFrom(..) => matches.count() as u64,
            _ => matches.range.len() as u64,
        }
    }

    /// The triples that match; `None` matches everything.
    pub(crate) fn matches(&self, s: Option<Id>, p: Option<Id>, o: Option<Id>) -> Matches<'_> {
        let (order, range) = match (s, p, o) {
            (Some(s), Some(p), Some(o)) => (Order::Spo(s), self.triple_range(s, p, o)),
            (Some(s), Some(p), None) => (Order::Spo(s), self.subject_predicate(s, p)),
            (Some(s), None, None) => (Order::Spo(s), self.subject_row(s)),
            (None, Some(p), Some(o)) => (Order::Ops(o), self.object_predicate(o, p)),
            (None, None, Some(o)) => (Order::Ops(o), self.object_row(o)),
            (None, Some(p), None) => (Order::Pso(p, self.literals), self.predicate_row(p)),
            (None, None, None) => (Order::All(self.literals), 0..self.len() as usize),
            (Some(s), None, Some(o)) => {
                let (from, to) = (self.subject_row(s), self.object_row(o));
                if from.len() <= to.len() {
                    (Order::SubjectTo(s, o), from)
                } else {
                    (Order::ObjectFrom(o, s), to)
                }
            }
        };
        Matches {
            index: self,
            order,
            range,
        }
    }

    /// Visits what some predicates, given by their ranks, lead to from a node, or with `forward` false what they lead from;
    /// with the number of the set of graphs of each triple.
    #[inline]
    pub(crate) fn follow(
        &self,
        node: Id,
        ranks: &[usize],
        forward: bool,
        mut visit: impl FnMut(Id, u32),
    ) {
        use Section::{
            OpsGraphs, OpsPredicates, OpsSubjects, SpoGraphs, SpoObjects, SpoPredicates,
        };
        let (row, [predicates, ends, sets]) = match forward {
            true => (
                self.subject_row(node),
                [SpoPredicates, SpoObjects, SpoGraphs],
            ),
            false => (
                self.object_row(node),
                [OpsPredicates, OpsSubjects, OpsGraphs],
            ),
        };
        let predicates = self.column(predicates);
        let mut visit = |at| {
            let end = self.image.get_u32(self.column(ends), at);
            visit(Id(end), self.image.get_u32(self.column(sets), at));
        };
        if row.len() <= SHORT {
            for at in row {
                if ranks.contains(&self.image.get_usize(predicates, at)) {
                    visit(at);
                }
            }
        } else {
            for &rank in ranks {
                let run = self.image.equal_range(predicates, row.clone(), rank as u64);
                run.for_each(&mut visit);
            }
        }
    }

    /// The predicate of that rank.
    #[inline]
    pub(crate) fn predicate(&self, rank: usize) -> Id {
        Id(self.image.get_u32(self.column(Section::Predicates), rank))
    }

    pub(crate) fn rank(&self, p: Id) -> Option<usize> {
        let column = self.column(Section::Predicates);
        let rank = self
            .image
            .first(0..column.len, |rank| self.predicate(rank) >= p);
        (rank < column.len && self.predicate(rank) == p).then_some(rank)
    }

    /// The positions of a subject's triples.
    pub(crate) fn subject_row(&self, s: Id) -> Range<usize> {
        if s.0 < self.literals || s.0 >= self.blanks_end {
            return 0..0;
        }
        let row = (s.0 - self.literals) as usize;
        self.image.row(self.column(Section::SpoStarts), row)
    }

    pub(crate) fn object_row(&self, o: Id) -> Range<usize> {
        if o.0 >= self.terms {
            return 0..0;
        }
        self.image
            .row(self.column(Section::OpsStarts), o.0 as usize)
    }

    fn predicate_row(&self, p: Id) -> Range<usize> {
        match self.rank(p) {
            Some(rank) => self.image.row(self.column(Section::PsoStarts), rank),
            None => 0..0,
        }
    }

    fn subject_predicate(&self, s: Id, p: Id) -> Range<usize> {
        let Some(rank) = self.rank(p) else {
            return 0..0;
        };
        let column = self.column(Section::SpoPredicates);
        self.image
            .equal_range(column, self.subject_row(s), rank as u64)
    }

    fn object_predicate(&self, o: Id, p: Id) -> Range<usize> {
        let Some(rank) = self.rank(p) else {
            return 0..0;
        };
        let column = self.column(Section::OpsPredicates);
        self.image
            .equal_range(column, self.object_row(o), rank as u64)
    }

    /// The position of a triple, if it is there.
    fn triple_range(&self, s: Id, p: Id, o: Id) -> Range<usize> {
        let range = self.subject_predicate(s, p);
        let column = self.column(Section::SpoObjects);
        self.image.equal_range(column, range, o.0.into())
    }

    /// The triples of a graph by its number, in the order of their positions.
    pub(crate) fn graph_triples(&self, graph: usize) -> GraphTriples<'_> {
        let positions = if self.only_default_graph() {
            0..if graph == 0 { self.len() as usize } else { 0 }
        } else {
            self.image.row(self.column(Section::GraphStarts), graph)
        };
        GraphTriples {
            index: self,
            subject: self.literals,
            positions,
        }
    }

    /// How many triples a graph has, by its number.
    pub(crate) fn graph_len(&self, graph: u32) -> u64 {
        self.graph_triples(graph as usize).positions.len() as u64
    }

    /// Whether no triple is in any named graph.
    pub(crate) fn only_default_graph(&self) -> bool {
        self.column(Section::GraphStarts).len == 0
    }

    /// The number of a named graph; they start at 1.
    pub(crate) fn graph_number(&self, name: Id) -> Option<u32> {
        let column = self.column(Section::Graphs);
        let range = self.image.equal_range(column, 0..column.len, name.0.into());
        (!range.is_empty()).then_some(range.start as u32 + 1)
    }

    /// The name of a graph by its number, which is not 0.
    pub(crate) fn graph_name(&self, number: u32) -> Id {
        Id(self
            .image
            .get_u32(self.column(Section::Graphs), number as usize - 1))
    }

    /// Where the graphs of a set stand among all sets' graphs.
    pub(crate) fn set(&self, set: u32) -> Range<usize> {
        self.image
            .row(self.column(Section::SetStarts), set as usize)
    }

    /// The graph at a place that [`Index::set`] gave.
    pub(crate) fn set_graph(&self, at: usize) -> u32 {
        self.image.get_u32(self.column(Section::SetGraphs), at)
    }

    /// Whether a graph belongs to a set of graphs.
    pub(crate) fn set_has(&self, set: u32, graph: u32) -> bool {
        if set == 0 {
            return graph == 0;
        }
        let column = self.column(Section::SetGraphs);
        !self
            .image
            .equal_range(column, self.set(set), graph.into())
            .is_empty()
    }

    /// The triple at a position, given a subject not after its own.
    fn at(&self, position: usize, subject: &mut u32) -> Found {
        self.reach(position, subject);
        self.spo(Id(*subject), position)
    }

    /// The triple of a predicate at one of the predicate's places, given a subject not after its own.
    fn pso(&self, p: Id, place: usize, subject: &mut u32) -> Found {
        let positions = self.column(Section::PsoPositions);
        let position = self.image.get_usize(positions, place);
        self.reach(position, subject);
        let at = |section| self.image.get_u32(self.column(section), position);
        Found {
            s: Id(*subject),
            p,
            o: Id(at(Section::SpoObjects)),
            set: at(Section::SpoGraphs),
        }
    }

    /// Goes on from a subject to the one whose triples are at a position.
    #[inline]
    fn reach(&self, position: usize, subject: &mut u32) {
        let starts = self.column(Section::SpoStarts);
        let mut row = (*subject - self.literals) as usize;
        // Gallop: the next triple's subject is mostly near.
        let mut step = 1;
        while row + step < starts.len && self.image.get_usize(starts, row + step) <= position {
            row += step;
            step *= 2;
        }
        let end = (row + step).min(starts.len);
        row = self.image.first(row + 1..end, |next| {
            self.image.get_usize(starts, next) > position
        }) - 1;
        *subject = row as u32 + self.literals;
    }

    #[inline]
    fn spo(&self, s: Id, position: usize) -> Found {
        let rank = self
            .image
            .get_usize(self.column(Section::SpoPredicates), position);
        Found {
            s,
            p: self.predicate(rank),
            o: Id(self
                .image
                .get_u32(self.column(Section::SpoObjects), position)),
            set: self
                .image
                .get_u32(self.column(Section::SpoGraphs), position),
        }
    }

    #[inline]
    fn ops(&self, o: Id, position: usize) -> Found {
        let rank = self
            .image
            .get_usize(self.column(Section::OpsPredicates), position);
        Found {
            s: Id(self
                .image
                .get_u32(self.column(Section::OpsSubjects), position)),
            p: self.predicate(rank),
            o,
            set: self
                .image
                .get_u32(self.column(Section::OpsGraphs), position),
        }
    }
}

impl Matches<'_> {
    /// At most how many matches are still to come.
    pub fn bound(&self) -> usize {
        self.range.len()
    }

    /// The next run of one predicate in a row of which only triples with one other end are wanted.
    fn next_run(&mut self, predicates: Section, ends: Section, end: Id) -> Option<usize> {
        let image = &self.index.image;
        if self.range.len() <= SHORT {
            let column = self.index.column(ends);
            return self.range.find(|&at| image.get_u32(column, at) == end.0);
        }
        while !self.range.is_empty() {
            let column = self.index.column(predicates);
            let rank = image.get(column, self.range.start);
            let run = image.equal_range(column, self.range.clone(), rank);
            // At least one step, whatever a damaged file says.
            self.range.start = run.end.max(self.range.start + 1);
            let hit = image.equal_range(self.index.column(ends), run, end.0.into());
            if !hit.is_empty() {
                return Some(hit.start);
            }
        }
        None
    }
}

impl Iterator for Matches<'_> {
    type Item = Found;

    #[inline]
    fn next(&mut self) -> Option<Found> {
        let index = self.index;
        match self.order {
            Order::Spo(s) => self.range.next().map(|i| index.spo(s, i)),
            Order::Ops(o) => self.range.next().map(|i| index.ops(o, i)),
            Order::Pso(p, ref mut subject) => self.range.next().map(|i| index.pso(p, i, subject)),
            Order::All(ref mut subject) => self.range.next().map(|i| index.at(i, subject)),
            Order::SubjectTo(s, o) => self
                .next_run(Section::SpoPredicates, Section::SpoObjects, o)
                .map(|i| index.spo(s, i)),
            Order::ObjectFrom(o, s) => self
                .next_run(Section::OpsPredicates, Section::OpsSubjects, s)
                .map(|i| index.ops(o, i)),
        }
    }
}

/// The triples of one graph, by position.
#[derive(Clone)]
pub(crate) struct GraphTriples<'a> {
    index: &'a Index,
    subject: u32,
    /// Of `GraphPositions`, or the positions themselves where all triples are in the default graph.
    positions: Range<usize>,
}

impl GraphTriples<'_> {
    /// Exactly how many triples are still to come.
    pub fn bound(&self) -> usize {
        self.positions.len()
    }

    /// Leaves out what lies before or behind the stretch of positions given.
    pub fn within(mut self, range: Range<usize>) -> Self {
        let first = |positions: &Range<usize>, from: usize| {
            let first = |at| self.index.graph_position(at) >= from;
            self.index.image.first(positions.clone(), first)
        };
        let start = first(&self.positions, range.start);
        let end = first(&self.positions, range.end);
        self.positions = start..end;
        self
    }
}

impl Iterator for GraphTriples<'_> {
    type Item = Found;

    #[inline]
    fn next(&mut self) -> Option<Found> {
        let position = self.index.graph_position(self.positions.next()?);
        Some(self.index.at(position, &mut self.subject))
    }
}

impl Index {
    fn graph_position(&self, at: usize) -> usize {
        if self.only_default_graph() {
            return at;
        }
        self.image
            .get_usize(self.column(Section::GraphPositions), at)
    }
}
