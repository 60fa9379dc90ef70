//! The best hits so far, one a term.

use super::layout::{FIRST_KEY_BYTE, Names};
use super::{How, Tier};
use std::collections::HashSet;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

const EXTRA_BITS: u32 = 10;
const TIER_BITS: u32 = 2;
const DETAIL_BITS: u32 = 4;
const HOW_BITS: u32 = 3;
const MOST_EXTRA: u32 = (1 << EXTRA_BITS) - 1;
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

/// From how many names on another thread is worth starting.
const NAMES_A_THREAD: usize = 50_000;

/// So many names a thread looks through before it takes the next ones: some are slower than others.
const NAMES_A_PART: usize = 1 << 15;

/// So many hits, besides those that are asked for, are kept before all but the best are left out.
const MANY: usize = 256;

/// How a name was found, and a number (0 to 15) that tells better and worse of the same how.
pub type Way = (How, u32);

/// A name that was found: how well, then which, so that hits sort best first and ties as names do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hit {
    rank: u32,
    name: u32,
}

impl Hit {
    fn new((how, detail): Way, tier: Tier, name: usize, extra: usize) -> Self {
        let extra = u32::try_from(extra).map_or(MOST_EXTRA, |extra| extra.min(MOST_EXTRA));
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

    fn is_keyboard_beginning(self) -> bool {
        let detail = self.rank >> (EXTRA_BITS + TIER_BITS) & ((1 << DETAIL_BITS) - 1);
        self.how() == How::Keyboard && detail <= 1
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

    /// Adds the hits of some names, looked through in several threads where they are many.
    ///
    /// `look` gets a range of names and takes those that it finds there.
    pub fn scan(&mut self, names: Range<usize>, look: impl Fn(Range<usize>, &mut Best<'a>) + Sync) {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let threads = (names.len() / NAMES_A_THREAD).clamp(1, cores);
        let part = |at: usize| {
            names.start + at * NAMES_A_PART..names.end.min(names.start + (at + 1) * NAMES_A_PART)
        };
        let (parts, next) = (names.len().div_ceil(NAMES_A_PART), AtomicUsize::new(0));
        let best_of = || {
            let mut best = Best::new(&self.names, self.limit);
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                if at >= parts {
                    return best.of_terms();
                }
                look(part(at), &mut best);
            }
        };
        let found = thread::scope(|scope| {
            let best_of = &best_of;
            let others = (1..threads).map(|_| scope.spawn(best_of));
            let others: Vec<_> = others.collect();
            let first = [Ok(best_of())].into_iter();
            first
                .chain(others.into_iter().map(|other| other.join()))
                .collect::<Vec<_>>()
        });
        for hits in found {
            self.hits
                .extend(hits.unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
    }

    /// Keeps the best hit of each of the best terms, in order; whether they are as many as may be.
    pub fn settle(&mut self) -> bool {
        self.hits = best(std::mem::take(&mut self.hits), &self.names, self.limit);
        self.hits.len() == self.limit
    }

    /// How the best of the settled hits was found.
    pub fn best(&self) -> Option<How> {
        self.hits.first().map(|hit| hit.how())
    }

    /// Whether a name begins with the text typed with the other keyboard layout.
    pub fn has_keyboard_beginning(&self) -> bool {
        self.hits.iter().any(|hit| hit.is_keyboard_beginning())
    }

    /// The settled hits, best first.
    pub fn into_ranked(self) -> Vec<Hit> {
        self.hits
    }
}

/// Hits of one thread, of which those are let go that cannot be among the best.
pub struct Best<'a> {
    names: Names<'a>,
    limit: usize,
    hits: Vec<Hit>,
    /// The worst of the best terms, once there are enough of them.
    worst: Option<Hit>,
}

impl<'a> Best<'a> {
    fn new(names: &Names<'a>, limit: usize) -> Self {
        Self {
            names: *names,
            limit,
            hits: Vec::new(),
            worst: None,
        }
    }

    /// The names among which is looked.
    pub fn names(&self) -> Names<'a> {
        self.names
    }

    /// Whether a name whose key, with its words' lengths, is `bytes` could be among the best if it is found at best in
    /// this way, by a key of so many bytes.
    #[inline]
    pub fn has_room(&self, name: usize, bytes: &[u8], way: Way, typed: usize) -> bool {
        let Some(worst) = self.worst else {
            return true;
        };
        // Of most names it need not be known what kind they are.
        if worst.rank >= Hit::new(way, Tier::Hidden, 0, usize::MAX).rank {
            return true;
        }
        let least = Hit::new(way, self.names.tier(name), 0, 0);
        match worst.rank.checked_sub(least.rank) {
            None => false,
            // Greater numbers are not told apart.
            Some(MOST_EXTRA..) => true,
            // One byte tells whether the key goes on there: no more is read of most names.
            Some(room) => bytes
                .get(typed + room as usize)
                .is_none_or(|byte| *byte < FIRST_KEY_BYTE),
        }
    }

    /// Adds a name that was found in this way, with so many bytes of its key left over.
    #[inline]
    pub fn take(&mut self, name: usize, way: Way, extra: usize) {
        let hit = Hit::new(way, self.names.tier(name), name, extra);
        if self.worst.is_some_and(|worst| hit > worst) {
            return;
        }
        self.hits.push(hit);
        if self.hits.len() >= self.limit.saturating_mul(2).saturating_add(MANY) {
            self.hits = best(std::mem::take(&mut self.hits), &self.names, self.limit);
            let last = self.limit.checked_sub(1);
            self.worst = last.and_then(|last| self.hits.get(last)).copied();
        }
    }

    fn of_terms(self) -> Vec<Hit> {
        best(self.hits, &self.names, self.limit)
    }
}

/// The best hit of each of the best terms, in order.
fn best(mut hits: Vec<Hit>, names: &Names, limit: usize) -> Vec<Hit> {
    let mut sorted = limit.saturating_mul(4).saturating_add(64);
    loop {
        if sorted < hits.len() {
            hits.select_nth_unstable(sorted);
        }
        sorted = sorted.min(hits.len());
        hits[..sorted].sort_unstable();
        let mut terms = HashSet::new();
        let firsts = hits[..sorted]
            .iter()
            .filter(|hit| terms.insert(names.term(hit.name())));
        let best: Vec<Hit> = firsts.take(limit).copied().collect();
        if best.len() == limit || sorted == hits.len() {
            return best;
        }
        sorted *= 8;
    }
}
