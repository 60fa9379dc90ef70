//! The links of a node, a property at a time: what searches follow without reading more of them than they need.

use std::ops::Range;

use super::layout::Section;
use super::{Id, Index};

impl Index {
    /// In how many triples a node is the subject or the object, over all graphs.
    #[inline]
    pub fn degree(&self, node: Id) -> u64 {
        (self.subject_row(node).len() + self.object_row(node).len()) as u64
    }

    /// The first `limit` triples of a node, or with `forward` false those that point to it: each predicate with the places
    /// at which [`Index::end`] finds what it leads to. Whether there are more than `limit`.
    pub fn runs(
        &self,
        node: Id,
        forward: bool,
        limit: usize,
        mut visit: impl FnMut(Id, Range<usize>),
    ) -> bool {
        let (mut row, predicates) = match forward {
            true => (self.subject_row(node), Section::SpoPredicates),
            false => (self.object_row(node), Section::OpsPredicates),
        };
        let column = self.column(predicates);
        let more = row.len() > limit;
        row.end = row.end.min(row.start + limit);
        while !row.is_empty() {
            let rank = self.image.get(column, row.start);
            let end = self.image.run_end(column, row.clone(), rank);
            visit(self.predicate(rank as usize), row.start..end);
            row.start = end;
        }
        more
    }

    /// What the triple at one of the places of a run leads to, or with `forward` false what it comes from.
    #[inline]
    pub fn end(&self, forward: bool, place: usize) -> Id {
        let ends = match forward {
            true => Section::SpoObjects,
            false => Section::OpsSubjects,
        };
        Id(self.image.get_u32(self.column(ends), place))
    }
}
