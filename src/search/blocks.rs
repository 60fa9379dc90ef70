//! Which names are worth a look: a quick pass over their signatures.

use super::layout::{BLOCK, Names};
use std::ops::Range;

/// Names that follow each other, of which some are worth a look.
pub struct Block<'a> {
    names: Names<'a>,
    range: Range<usize>,
    /// Which ones, a bit each.
    worth: u32,
}

/// Those blocks of a range of names in which one has characters (see [`super::key::signature`]) that `may` be meant.
pub fn blocks<'a>(
    names: &Names<'a>,
    range: Range<usize>,
    may: impl Fn(u32) -> bool,
) -> impl Iterator<Item = Block<'a>> {
    let names = *names;
    let starts = range.start / BLOCK..range.end.div_ceil(BLOCK);
    starts.filter_map(move |block| {
        let range = range.start.max(block * BLOCK)..range.end.min((block + 1) * BLOCK);
        let signatures = names.signatures(range.clone());
        // As many as a block has are looked at at once.
        let worth = match signatures.first_chunk::<BLOCK>() {
            Some(whole) => bits(whole, &may),
            None => bits(signatures, &may),
        };
        (worth != 0).then_some(Block {
            names,
            range,
            worth,
        })
    })
}

/// Of which of these signatures something is true, a bit each.
#[inline]
fn bits(signatures: &[[u8; 4]], may: impl Fn(u32) -> bool) -> u32 {
    const BITS: [u32; BLOCK] = {
        let (mut bits, mut at) = ([0; BLOCK], 0);
        while at < BLOCK {
            bits[at] = 1 << at;
            at += 1;
        }
        bits
    };
    let each = signatures.iter().zip(&BITS);
    each.fold(0, |bits, (signature, bit)| {
        let is_worth = may(u32::from_le_bytes(*signature));
        bits | if is_worth { *bit } else { 0 }
    })
}

impl<'a> Block<'a> {
    /// The keys of all its names, one after the other, each followed by its words' lengths.
    #[inline]
    pub fn keys(&self) -> &'a [u8] {
        self.names.keys_of(self.range.clone())
    }

    /// The names that are worth a look, each with its key and its words' lengths as they lie.
    #[inline]
    pub fn names(&self) -> impl Iterator<Item = (usize, &'a [u8])> + use<'a> {
        let (mut worth, names) = (self.worth, self.names.keys_by_name(self.range.clone()));
        names.filter(move |_| {
            let is_worth = worth & 1 == 1;
            worth >>= 1;
            is_worth
        })
    }
}
