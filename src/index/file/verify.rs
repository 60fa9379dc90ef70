//! A look at every byte and every number.

use super::super::image::Image;
use super::super::layout::Section;
use super::super::{Id, Index};
use crate::cancel;
use crate::error::Result;

impl Index {
    /// Checks every byte and every number of the index. One in memory is sound.
    ///
    /// # Errors
    /// What is wrong first.
    pub fn verify(&self) -> Result<()> {
        cancel::catch(|| {
            if let Image::Mapped(file) = &self.image {
                for block in 0..file.sound.len() {
                    // A block takes longer than a step elsewhere: very many of them go by between two polls.
                    cancel::look();
                    file.check(block);
                }
            }
            self.check_structure();
        })
    }

    /// Ends the work where there are more or fewer terms than rows for them: how many terms there are is a number in the
    /// file, and what is done with each of them is not to take longer than the file is long.
    pub(super) fn check_terms(&self) {
        let rows = |section| self.column(section).len as u64;
        let is_sound = self.literals <= self.iris_end
            && self.iris_end <= self.blanks_end
            && rows(Section::SpoStarts) == u64::from(self.nodes()) + 1
            && rows(Section::OpsStarts) == u64::from(self.terms) + 1;
        if !is_sound {
            self.image
                .damaged("it has not as many rows as there are terms");
        }
    }

    /// Ends the work where the numbers contradict each other, which checksums made by a stranger would not show.
    fn check_structure(&self) {
        let bad = |what: &str| self.image.damaged(what);
        let ascends = |section: Section, to: u64| {
            let column = self.column(section);
            let mut before = 0;
            for i in 0..column.len {
                cancel::poll();
                let value = self.image.get(column, i);
                if value < before {
                    bad("numbers that should ascend do not");
                }
                before = value;
            }
            if before != to {
                bad("a column does not end where it should");
            }
        };
        let below = |section: Section, bound: u64| {
            let column = self.column(section);
            for i in 0..column.len {
                cancel::poll();
                if self.image.get(column, i) >= bound {
                    bad("a number is greater than there are things");
                }
            }
        };
        let terms = u64::from(self.terms);
        let predicates = self.column(Section::Predicates).len as u64;
        for starts in [Section::SpoStarts, Section::OpsStarts, Section::PsoStarts] {
            ascends(starts, self.len());
        }
        ascends(Section::ClassStarts, self.texts().into());
        ascends(
            Section::ObjectStarts,
            self.column(Section::FewObjects).len as u64,
        );
        ascends(Section::BlockStarts, self.column(Section::Text).len as u64);
        for ids in [Section::SpoObjects, Section::OpsSubjects] {
            below(ids, terms);
        }
        for ranks in [Section::SpoPredicates, Section::OpsPredicates] {
            below(ranks, predicates);
        }
        let sets = self.column(Section::SetStarts).len as u64 - 1;
        for graphs in [Section::SpoGraphs, Section::OpsGraphs] {
            below(graphs, sets);
        }
        for positions in [Section::PsoPositions, Section::GraphPositions] {
            below(positions, self.len());
        }
        for _ in self.texts_of(0..self.texts()) {
            cancel::poll();
        }
        for id in self.texts()..self.terms {
            if self.components(Id(id)).is_none() {
                bad("a triple term has no components");
            }
        }
    }
}
