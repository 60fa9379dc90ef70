//! The best hits so far, one a term.

use super::layout::{FIRST_KEY_BYTE, Key, Names};
use super::{How, Tier};
use std::collections::HashSet;
use std::ops::Range;
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

/// The tiers in their order.
const TIERS: [Tier; 1 << TIER_BITS] = [
    Tier::LocalName,
    Tier::Preferred,
    Tier::Alternative,
    Tier::Hidden,
];

/// So many names are looked through in one piece before another thread is worth starting.
const NAMES_A_THREAD: usize = 50_000;

/// So many hits, besides those that are asked for, are kept before all but the best are left out.
const MANY: usize = 256;

/// A name that was found: how well, then which, so that hits sort best first and ties as names do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hit {
    rank: u32,
    name: u32,
}

impl Hit {
    fn new(how: How, detail: u32, tier: Tier, name: usize, extra: usize) -> Self {
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
                let tier = index.tier(name);
                let Some(most) = best.most_extra[tier as usize] else {
                    continue;
                };
                // One byte tells whether the key goes on there: no more is read of most names.
                let at = typed.saturating_add(most);
                if bytes.get(at).is_some_and(|byte| *byte >= FIRST_KEY_BYTE) {
                    continue;
                }
                let extra = Key::read(bytes).bytes.len().saturating_sub(typed);
                best.take(Hit::new(How::Prefix, 0, tier, name, extra));
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
    /// How much of its key a name of each tier may have left over to be among the best beginnings; `None` where nothing is
    /// little enough.
    most_extra: [Option<usize>; 1 << TIER_BITS],
}

impl<'a> Best<'a> {
    fn new(names: &Names<'a>, limit: usize) -> Self {
        Self {
            names: *names,
            limit,
            hits: Vec::new(),
            worst: None,
            most_extra: [Some(usize::MAX); 1 << TIER_BITS],
        }
    }

    #[inline]
    fn take(&mut self, hit: Hit) {
        if self.worst.is_some_and(|worst| hit > worst) {
            return;
        }
        self.hits.push(hit);
        if self.hits.len() >= self.limit.saturating_mul(2).saturating_add(MANY) {
            self.shrink();
        }
    }

    /// Lets go of all hits but the best.
    fn shrink(&mut self) {
        self.hits = best(std::mem::take(&mut self.hits), &self.names, self.limit);
        let Some(worst) = self.hits.last().filter(|_| self.hits.len() == self.limit) else {
            return;
        };
        self.worst = Some(*worst);
        for (tier, most) in TIERS.into_iter().zip(&mut self.most_extra) {
            let least = Hit::new(How::Prefix, 0, tier, 0, 0);
            let room = worst.rank.checked_sub(least.rank);
            *most = room.map(|room| match room {
                // Greater numbers are not told apart.
                MOST_EXTRA.. => usize::MAX,
                room => room as usize,
            });
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
