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

    /// Visits the first `limit` triples of a node, or with `forward` false those that point to it, a predicate at a time: its
    /// place among [`Index::predicates`], and the places at which [`Index::ends`] finds what it leads to. Whether there are
    /// more than `limit`.
    #[inline]
    pub fn runs(
        &self,
        node: Id,
        forward: bool,
        limit: usize,
        mut visit: impl FnMut(usize, Range<usize>),
    ) -> bool {
        let (mut row, predicates) = match forward {
            true => (self.subject_row(node), Section::SpoPredicates),
            false => (self.object_row(node), Section::OpsPredicates),
        };
        let more = row.len() > limit;
        row.end = row.end.min(row.start + limit);
        let predicates = self.image.values(self.column(predicates), row.clone());
        let mut start = 0;
        while start < row.len() {
            let end = predicates.run_end(start);
            let places = row.start + start..row.start + end;
            visit(predicates.get(start) as usize, places);
            start = end;
        }
        more
    }

    /// Adds to `ends` what the triples at the places of a run lead to, or with `forward` false what they come from, ascending.
    #[inline]
    pub fn ends(&self, forward: bool, places: Range<usize>, ends: &mut Vec<Id>) {
        let column = match forward {
            true => self.column(Section::SpoObjects),
            false => self.column(Section::OpsSubjects),
        };
        if places.len() == 1 {
            ends.push(Id(self.image.get_u32(column, places.start)));
        } else {
            let values = self.image.values(column, places);
            ends.extend(values.iter().map(|end| Id(end as u32)));
        }
    }
}
