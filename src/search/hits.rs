//! The best hits so far, one a term.

use super::layout::{Key, Names};
use super::{How, Tier};
use std::collections::HashSet;
use std::ops::Range;
use std::thread;

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

/// So many names are looked through in one piece before another thread is worth starting.
const NAMES_A_THREAD: usize = 50_000;

/// So many hits, besides those that are asked for, are kept before all but the best are left out.
const MANY: usize = 4096;

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
    /// `scan` gets a range of names and says of each that it finds there: the name, how it was found, a number (0 to 15)
    /// that tells better and worse of the same how, and how many bytes of its key are left over.
    pub fn scan<S>(&mut self, names: Range<usize>, scan: S)
    where
        S: Fn(Range<usize>, &mut dyn FnMut(usize, How, u32, usize)) + Sync,
    {
        let index = self.names;
        self.in_parts(names, |part, best| {
            scan(part, &mut |name, how, detail, extra| {
                best.take(Hit::new(how, detail, index.tier(name), name, extra));
            });
        });
    }

    /// Adds names that all begin with a key of so many bytes and are longer.
    pub fn add_beginnings(&mut self, names: Range<usize>, typed: usize) {
        let index = self.names;
        self.in_parts(names, |part, best| {
            for (name, bytes) in index.keys_by_name(part) {
                let hit = |length: usize| {
                    let extra = length.saturating_sub(typed);
                    Hit::new(How::Prefix, 0, index.tier(name), name, extra)
                };
                // A word is at least as long as the byte that tells its length.
                if best.may_take(hit(bytes.len().div_ceil(2))) {
                    best.take(hit(Key::read(bytes).bytes.len()));
                }
            }
        });
    }

    /// Looks through names, in several threads where they are many.
    fn in_parts(&mut self, names: Range<usize>, look: impl Fn(Range<usize>, &mut Best) + Sync) {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let threads = (names.len() / NAMES_A_THREAD).clamp(1, cores);
        let part = |at: usize| names.start + names.len() * at / threads;
        let best_of = |at: usize| {
            let mut best = Best::new(&self.names, self.limit);
            look(part(at)..part(at + 1), &mut best);
            best.of_terms()
        };
        let found = thread::scope(|scope| {
            let best_of = &best_of;
            let others = (1..threads).map(|at| scope.spawn(move || best_of(at)));
            let others: Vec<_> = others.collect();
            let first = [Ok(best_of(0))].into_iter();
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
struct Best<'a> {
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

    /// Whether a hit could still be among the best.
    #[inline]
    fn may_take(&self, hit: Hit) -> bool {
        self.worst.is_none_or(|worst| hit <= worst)
    }

    #[inline]
    fn take(&mut self, hit: Hit) {
        if !self.may_take(hit) {
            return;
        }
        self.hits.push(hit);
        if self.hits.len() >= MANY + self.limit {
            self.hits = best(std::mem::take(&mut self.hits), &self.names, self.limit);
            let enough = self.hits.len() == self.limit;
            self.worst = self.hits.last().copied().filter(|_| enough);
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
