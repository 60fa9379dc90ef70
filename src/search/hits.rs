//! The best hits so far, one a term.

use super::layout::Names;
use super::{How, Tier};
use std::collections::HashSet;

const EXTRA_BITS: u32 = 10;
const TIER_BITS: u32 = 2;
const DETAIL_BITS: u32 = 4;
const HOW_BITS: u32 = 3;
const HOW_SHIFT: u32 = EXTRA_BITS + TIER_BITS + DETAIL_BITS;

/// The ways of finding in their order.
const HOWS: [How; 1 << HOW_BITS] = [
    How::Exact,
    How::Spacing,
    How::Prefix,
    How::WordPrefix,
    How::Infix,
    How::Initials,
    How::Keyboard,
    How::Typo,
];

/// A name that was found: how well, then which, so that hits sort best first and ties as names do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hit {
    rank: u32,
    name: u32,
}

impl Hit {
    fn new(how: How, detail: u32, tier: Tier, name: usize, extra: usize) -> Self {
        let most = (1 << EXTRA_BITS) - 1;
        let extra = u32::try_from(extra).map_or(most, |extra| extra.min(most));
        let detail = detail.min((1 << DETAIL_BITS) - 1);
        let rank = how as u32;
        let rank = rank << DETAIL_BITS | detail;
        let rank = rank << TIER_BITS | tier as u32;
        Self {
            rank: rank << EXTRA_BITS | extra,
            name: name as u32,
        }
    }

    /// The name's number in the index.
    pub fn name(self) -> usize {
        self.name as usize
    }

    /// How the name was found.
    pub fn how(self) -> How {
        HOWS[(self.rank >> HOW_SHIFT) as usize % HOWS.len()]
    }

    /// From 1 down to 0, in the order of the hits.
    pub fn score(self) -> f64 {
        1.0 - f64::from(self.rank) / f64::from(1u32 << (HOW_SHIFT + HOW_BITS))
    }

    fn is_whole_keyboard(self) -> bool {
        let detail = self.rank >> (EXTRA_BITS + TIER_BITS) & ((1 << DETAIL_BITS) - 1);
        self.how() == How::Keyboard && detail == 0
    }
}

/// Hits as they come, of which the best terms are kept.
pub struct Hits<'a> {
    names: Names<'a>,
    limit: usize,
    hits: Vec<Hit>,
}

impl<'a> Hits<'a> {
    /// None yet, of at most `limit` terms.
    pub fn new(names: &Names<'a>, limit: usize) -> Self {
        Self {
            names: *names,
            limit,
            hits: Vec::new(),
        }
    }

    /// Adds a name: how it was found, `detail` (0 to 15) telling better and worse of the same how, and how
    /// many bytes of its key are left over.
    pub fn push(&mut self, how: How, detail: u32, name: usize, extra: usize) {
        self.hits
            .push(Hit::new(how, detail, self.names.tier(name), name, extra));
    }

    /// Keeps the best hit of each of the best terms, in order; whether they are as many as may be.
    pub fn settle(&mut self) -> bool {
        let mut sorted = self.limit.saturating_mul(4).saturating_add(64);
        loop {
            if sorted < self.hits.len() {
                self.hits.select_nth_unstable(sorted);
            }
            sorted = sorted.min(self.hits.len());
            self.hits[..sorted].sort_unstable();
            let mut terms = HashSet::new();
            let best = self.hits[..sorted]
                .iter()
                .filter(|hit| terms.insert(self.names.term(hit.name())));
            let best: Vec<Hit> = best.take(self.limit).copied().collect();
            if best.len() == self.limit || sorted == self.hits.len() {
                self.hits = best;
                return self.hits.len() == self.limit;
            }
            sorted *= 8;
        }
    }

    /// How the best of the settled hits was found.
    pub fn best(&self) -> Option<How> {
        self.hits.first().map(|hit| hit.how())
    }

    /// Whether a whole name was typed with the other keyboard layout.
    pub fn has_whole_keyboard(&self) -> bool {
        self.hits.iter().any(|hit| hit.is_whole_keyboard())
    }

    /// The settled hits, best first.
    pub fn into_ranked(self) -> Vec<Hit> {
        self.hits
    }
}
