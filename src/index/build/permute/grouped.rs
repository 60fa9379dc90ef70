//! Triples grouped by one of their parts.

use super::super::super::layout::{Packed, Section};
use super::super::{Sink, each, threads};
use crate::cancel;
use crate::error::Result;

/// Two numbers in one, ordered by the first.
#[inline]
pub(super) fn pair(first: u32, second: u32) -> u64 {
    u64::from(first) << 32 | u64::from(second)
}

#[inline]
pub(super) fn first(pair: u64) -> u32 {
    (pair >> 32) as u32
}

#[inline]
pub(super) fn second(pair: u64) -> u32 {
    pair as u32
}

/// Triples grouped by one of their parts: where each group starts, and the other two parts of each triple.
pub(super) struct Grouped {
    pub(super) starts: Vec<u64>,
    pub(super) pairs: Vec<u64>,
}

/// A [`Grouped`] as columns.
pub(super) struct Columns {
    starts: Packed,
    firsts: Packed,
    seconds: Packed,
}

impl Grouped {
    /// Empty places for groups of these sizes.
    fn new(sizes: Vec<u64>) -> Self {
        let mut starts = sizes;
        sums(&mut starts);
        Self {
            pairs: vec![0; starts[starts.len() - 1] as usize],
            starts,
        }
    }

    /// Where a pair stands that is in a sorted group.
    pub(super) fn position(&self, group: u32, pair: u64) -> usize {
        let group = group as usize;
        let (start, end) = (self.starts[group] as usize, self.starts[group + 1] as usize);
        start + self.pairs[start..end].partition_point(|&other| other < pair)
    }

    pub(super) fn groups(&self) -> impl Iterator<Item = (u32, &[u64])> {
        let groups = (0..).zip(self.starts.windows(2));
        groups.map(|(group, ends)| (group, &self.pairs[ends[0] as usize..ends[1] as usize]))
    }

    pub(super) fn pack(&self) -> Columns {
        let (mut firsts, mut seconds) = (0, 0);
        for &pair in &self.pairs {
            firsts |= first(pair);
            seconds |= second(pair);
        }
        // Of the greatest value only the width matters.
        Columns {
            starts: Packed::column(&self.starts),
            firsts: Packed::iter(self.pairs.iter().map(|&p| first(p).into()), firsts.into()),
            seconds: Packed::iter(self.pairs.iter().map(|&p| second(p).into()), seconds.into()),
        }
    }
}

/// Turns sizes into starts, and the end of all behind them.
pub(super) fn sums(sizes: &mut Vec<u64>) {
    let mut sum = 0;
    for size in sizes.iter_mut() {
        sum += std::mem::replace(size, sum);
    }
    sizes.push(sum);
}

impl Columns {
    pub(super) fn write(
        self,
        [starts, firsts, seconds]: [Section; 3],
        sink: &mut Sink<'_>,
    ) -> Result<()> {
        sink(starts, self.starts)?;
        sink(firsts, self.firsts)?;
        sink(seconds, self.seconds)
    }
}

/// Sorts each group; says whether a group has anything twice.
pub(super) fn sort_groups(spo: &mut Grouped, many: bool) -> bool {
    let shares = if many { threads() } else { 1 };
    let share = spo.pairs.len().div_ceil(shares).max(1) as u64;
    let (mut pairs, mut pieces) = (&mut spo.pairs[..], Vec::new());
    let (mut from, mut begin) = (0, 0);
    for group in 1..spo.starts.len() {
        let end = spo.starts[group];
        if end - begin >= share || group + 1 == spo.starts.len() {
            let (piece, rest) = pairs.split_at_mut((end - begin) as usize);
            pieces.push((&spo.starts[from..=group], piece));
            (pairs, from, begin) = (rest, group, end);
        }
    }
    let repeated = each(many, pieces, |(starts, pairs)| {
        let mut repeated = false;
        for ends in starts.windows(2) {
            cancel::poll();
            let group = &mut pairs[(ends[0] - starts[0]) as usize..(ends[1] - starts[0]) as usize];
            group.sort_unstable();
            repeated |= group.windows(2).any(|two| two[0] == two[1]);
        }
        repeated
    });
    repeated.contains(&true)
}

/// Takes repetitions out of sorted groups.
pub(super) fn drop_repetitions(spo: &mut Grouped) {
    let (mut kept, mut begin) = (0, 0);
    for group in 1..spo.starts.len() {
        let group_start = kept;
        for at in begin..spo.starts[group] as usize {
            let pair = spo.pairs[at];
            if kept == group_start || spo.pairs[kept - 1] != pair {
                spo.pairs[kept] = pair;
                kept += 1;
            }
        }
        begin = spo.starts[group] as usize;
        spo.starts[group] = kept as u64;
    }
    spo.pairs.truncate(kept);
}

/// Groups pairs by a key each, keeping their order in each group.
pub(super) fn scatter(sizes: Vec<u64>, pairs: impl Iterator<Item = (u32, u64)>) -> Grouped {
    let mut grouped = Grouped::new(sizes);
    // There are no more pairs than 32 bits count, and what is read at random should be small.
    let mut next: Vec<u32> = grouped.starts.iter().map(|&start| start as u32).collect();
    for (key, pair) in pairs {
        cancel::poll();
        let at = &mut next[key as usize];
        grouped.pairs[*at as usize] = pair;
        *at += 1;
    }
    grouped
}
