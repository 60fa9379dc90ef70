//! The words that occur in names, each with the names it occurs in: what a misspelt word is compared with.
//!
//! | part | per word | what |
//! | --- | --- | --- |
//! | counts | | how many words have one byte, two, … [`LONGEST`]; 4 bytes each |
//! | ends | 4 | where the word's names end |
//! | texts | | the words, short ones first, then in order of their bytes |
//! | names | | of each word its names: the first number, then the steps to the next, 7 bits a byte, the lowest first |
//!
//! Left out are numbers, of which one that is nearly another is another; words in so many names that they tell nothing;
//! and names of one word, which are compared as a whole.

use super::layout::read_u32;
use crate::varint;
use std::collections::HashMap;
use std::ops::Range;

/// The longest word in bytes.
const LONGEST: usize = 64;
const COUNTS: usize = LONGEST * 4;
/// A word whose names take more bytes than these is no way to find one.
const MOST_NAMES: usize = 1 << 16;

/// Gathers the words of names.
#[derive(Default)]
pub struct Gathered<'a> {
    numbers: HashMap<&'a [u8], u32, foldhash::fast::FixedState>,
    /// Each word's number with a name's, in the order of names.
    occurrences: Vec<(u32, u32)>,
}

impl<'a> Gathered<'a> {
    /// Adds a word of a name. Names come in order.
    pub fn push(&mut self, word: &'a [u8], name: u32) {
        if word.len() > LONGEST || word.iter().all(u8::is_ascii_digit) {
            return;
        }
        let next = self.numbers.len() as u32;
        let number = *self.numbers.entry(word).or_insert(next);
        self.occurrences.push((number, name));
    }

    /// The bytes that [`Words`] reads.
    pub fn into_bytes(self) -> Vec<u8> {
        let mut words: Vec<(&[u8], u32)> = self.numbers.into_iter().collect();
        words.sort_unstable_by_key(|(word, _)| (word.len(), *word));
        let mut places = vec![0; words.len()];
        for (place, (_, number)) in words.iter().enumerate() {
            places[*number as usize] = place as u32;
        }
        let mut occurrences = self.occurrences;
        for (word, _) in &mut occurrences {
            *word = places[*word as usize];
        }
        occurrences.sort_unstable();
        occurrences.dedup();
        let (mut counts, mut ends) = ([0_u32; LONGEST], Vec::new());
        let (mut texts, mut names) = (Vec::new(), Vec::new());
        for own in occurrences.chunk_by(|(word, _), (other, _)| word == other) {
            let (start, mut last) = (names.len(), 0);
            for &(_, name) in own.iter().take(MOST_NAMES + 1) {
                varint::push((name - last).into(), &mut names);
                last = name;
            }
            // Ends have four bytes: what would lie beyond is left out.
            if names.len() - start > MOST_NAMES || names.len() > u32::MAX as usize {
                names.truncate(start);
                continue;
            }
            let (text, _) = words[own[0].0 as usize];
            counts[text.len() - 1] += 1;
            texts.extend_from_slice(text);
            ends.extend((names.len() as u32).to_le_bytes());
        }
        let counts = counts.into_iter().flat_map(u32::to_le_bytes);
        counts.chain(ends).chain(texts).chain(names).collect()
    }
}

/// The words of an index, numbered from the shortest on.
#[derive(Clone, Copy, Debug)]
pub struct Words<'a> {
    bytes: &'a [u8],
    count: usize,
}

impl<'a> Words<'a> {
    /// Reads the counts. Bytes that are none are an index without words.
    pub fn read(bytes: &'a [u8]) -> Self {
        let counts = (0..LONGEST).map(|at| read_u32(bytes, at) as usize);
        let count = if bytes.len() < COUNTS {
            0
        } else {
            counts.sum::<usize>()
        };
        Self {
            bytes,
            count: count.min(bytes.len() / 4),
        }
    }

    /// Calls `found` with the number and the text of each word of these lengths.
    pub fn of_lengths(&self, lengths: Range<usize>, mut found: impl FnMut(usize, &'a [u8])) {
        let (mut number, mut start) = (0, COUNTS + 4 * self.count);
        for length in 1..lengths.end.min(LONGEST + 1) {
            let count = (read_u32(self.bytes, length - 1) as usize).min(self.count);
            let end = start + count * length;
            if lengths.contains(&length) {
                let texts = self.bytes.get(start..end).unwrap_or_default();
                for (at, text) in texts.chunks_exact(length).enumerate() {
                    found(number + at, text);
                }
            }
            (number, start) = (number + count, end);
        }
    }

    /// The names in which a word occurs.
    pub fn names(&self, word: usize) -> impl Iterator<Item = usize> + use<'a> {
        let end = |word: usize| read_u32(self.bytes, LONGEST + word) as usize;
        let lengths = 1..=LONGEST;
        let texts: usize = lengths
            .map(|length| read_u32(self.bytes, length - 1) as usize * length)
            .sum();
        let names = self
            .bytes
            .get(COUNTS + 4 * self.count + texts..)
            .unwrap_or_default();
        let own = word.checked_sub(1).map_or(0, end)..end(word);
        let own = names.get(own).unwrap_or_default();
        let (mut number, mut step, mut shift) = (0_usize, 0_usize, 0_u32);
        let names = own.iter().filter_map(move |byte| {
            step |= usize::from(byte & 0x7F)
                .checked_shl(shift)
                .unwrap_or_default();
            if *byte >= 0x80 {
                shift += 7;
                return None;
            }
            number = number.saturating_add(step);
            (step, shift) = (0, 0);
            Some(number)
        });
        names.take(if own.len() > MOST_NAMES {
            0
        } else {
            MOST_NAMES
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gathered(words: &[(&'static str, u32)]) -> Vec<u8> {
        let mut all = Gathered::default();
        words
            .iter()
            .for_each(|(word, name)| all.push(word.as_bytes(), *name));
        all.into_bytes()
    }

    #[test]
    fn words_are_found_by_length_with_their_names() {
        let bytes = gathered(&[
            ("hub", 0),
            ("docker", 0),
            ("docker", 1),
            ("hub", 300),
            ("hub", 300),
            ("set", 70_000),
        ]);
        let words = Words::read(&bytes);
        let mut found = Vec::new();
        words.of_lengths(3..4, |number, word| {
            found.push((word, words.names(number).collect::<Vec<_>>()))
        });
        assert_eq!(found, [(&b"hub"[..], vec![0, 300]), (b"set", vec![70_000])]);
        words.of_lengths(4..99, |number, _| {
            assert_eq!(words.names(number).collect::<Vec<_>>(), [0, 1])
        });
    }

    #[test]
    fn numbers_and_overlong_words_are_left_out() {
        let long = "x".repeat(LONGEST + 1);
        let mut all = Gathered::default();
        all.push(b"2024", 0);
        all.push(long.as_bytes(), 0);
        let bytes = all.into_bytes();
        Words::read(&bytes).of_lengths(0..999, |_, word| panic!("{word:?}"));
    }

    #[test]
    fn bytes_that_are_no_words_have_none() {
        for bytes in [vec![], vec![255; 100], vec![255; 1000]] {
            let words = Words::read(&bytes);
            words.of_lengths(0..999, |number, _| {
                assert!(words.names(number).count() <= bytes.len())
            });
        }
    }
}
