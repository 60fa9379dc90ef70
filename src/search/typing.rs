//! Names that a text nearly is: typing errors as Damerau and Levenshtein count them.
//!
//! One error is a character too many, too few, another one, or two neighbours exchanged (optimal string alignment);
//! a character is a letter or, of Hangul, a stroke. The text is compared with each run of whole words of a name.

use super::How;
use super::blocks::blocks;
use super::errors::{Pattern, characters};
use super::hits::{Best, Way};
use super::key::{is_part, signature};
use super::layout::{Key, Names};
use std::ops::Range;

/// The most errors that are ever taken.
const MOST: usize = 3;

/// A text that may have typing errors.
pub struct Typed<'a> {
    key: &'a [u8],
    pattern: Pattern<'a>,
    /// The longest of its words, by which names are found of which only some words are meant.
    word: &'a [u8],
    most: usize,
}

impl<'a> Typed<'a> {
    /// A text by its key and its words; `enough` are the lengths in characters from which on one error is taken, two,
    /// and so on. `None` if it is too short for an error, or too long.
    pub fn new(key: Key<'a>, enough: &[usize]) -> Option<Self> {
        let pattern = Pattern::new(key.bytes)?;
        let is_enough = |enough: &&usize| pattern.length() >= **enough;
        let most = enough.iter().filter(is_enough).count().min(MOST);
        let word = key.words().max_by_key(|word| word.len())?;
        (most > 0).then_some(Self {
            key: key.bytes,
            pattern,
            word,
            most,
        })
    }

    /// Takes the names of a range that the text may mean as a whole.
    pub fn scan(&self, range: Range<usize>, best: &mut Best) {
        let (names, own) = (best.names(), signature(self.key));
        for block in blocks(&names, range, |other| is_near(own, other, self.most)) {
            for (name, bytes) in block.names() {
                if let Some(errors) = self.pattern.errors(Key::read(bytes).bytes, self.most) {
                    best.take(name, way(errors, false), 0);
                }
            }
        }
    }

    /// The names with a word that the longest word of the text may mean.
    pub fn candidates(&self, names: &Names) -> Vec<usize> {
        let Some(pattern) = Pattern::new(self.word) else {
            return Vec::new();
        };
        let own = signature(self.word);
        let slack = slack(self.word, self.most);
        let lengths = self.word.len().saturating_sub(slack)..self.word.len() + slack + 1;
        let mut candidates = Vec::new();
        names.words().of_lengths(lengths, |number, word| {
            if is_near(own, signature(word), self.most) && pattern.errors(word, self.most).is_some()
            {
                candidates.extend(names.words().names(number));
            }
        });
        // Those of each word are in order, which a stable sort makes use of.
        candidates.sort();
        candidates.dedup();
        candidates
    }

    /// Takes those of some names of which the text may mean some words, but not all.
    pub fn scan_words(&self, candidates: &[usize], best: &mut Best) {
        let names = best.names();
        for name in candidates {
            let bytes = names.key_bytes(*name);
            // With no error the words would have been found as they stand, and none would be looked for.
            if best.has_room(*name, bytes, way(1, true), 0)
                && let own = Key::read(bytes)
                && let Some(errors) = self.errors_in_part(own)
            {
                best.take(*name, way(errors, true), own.bytes.len());
            }
        }
    }

    /// The fewest errors to some words of a name that follow each other.
    fn errors_in_part(&self, name: Key) -> Option<usize> {
        let longest = self.key.len() + slack(self.key, self.most);
        let (mut next, mut ends) = (Some(0), name.word_ends());
        let mut fewest = None;
        while let Some(start) = next {
            let (mut column, mut at) = (self.pattern.column(), start);
            for end in ends.clone().take_while(|end| end - start <= longest) {
                let word = name.bytes.get(at..end).unwrap_or_default();
                characters(word).for_each(|character| column.advance(&self.pattern, character));
                let is_part = end - start < name.bytes.len();
                if is_part && column.errors() <= fewest.unwrap_or(self.most) {
                    fewest = Some(column.errors());
                }
                at = end;
            }
            next = ends.next();
        }
        fewest
    }
}

/// By errors, whole names first.
fn way(errors: usize, in_part: bool) -> Way {
    (How::Typo, (errors * 2 + usize::from(in_part)) as u32)
}

/// By how many bytes a key may be longer or shorter: a character of another script has up to four.
fn slack(key: &[u8], most: usize) -> usize {
    if key.iter().any(|byte| is_part(*byte)) {
        most * 4
    } else {
        most
    }
}

/// Whether two keys with these signatures can be `most` errors apart: each takes at most one kind of character out, and brings one.
fn is_near(left: u32, right: u32, most: usize) -> bool {
    !has_more(left & !right, most) && !has_more(right & !left, most)
}

/// Whether more than `most` bits are set.
fn has_more(bits: u32, most: usize) -> bool {
    // Quicker than counting where the processor's instruction for that cannot be presumed; of many at once without a branch.
    let without_lowest = |bits: u32, at: usize| {
        let kept = if at < most { 0 } else { !0 };
        bits & (bits.wrapping_sub(1) | kept)
    };
    (0..MOST).fold(bits, without_lowest) != 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_near_key_is_ruled_out_by_its_signature(left in "[a-z0-9]{1,12}", right in "[a-z0-9]{1,12}") {
            let pattern = Pattern::new(left.as_bytes()).unwrap();
            if let Some(errors) = pattern.errors(right.as_bytes(), MOST) {
                prop_assert!(is_near(signature(left.as_bytes()), signature(right.as_bytes()), errors));
            }
        }
    }
}
