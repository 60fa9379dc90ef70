//! Names that a text nearly is: typing errors as Damerau and Levenshtein count them.
//!
//! One error is a character too many, too few, another one, or two neighbours exchanged (optimal string alignment);
//! a character is a letter or, of Hangul, a stroke. The text is compared with each run of whole words of a name.

use super::key::{character_length, is_part, signature};
use super::layout::{Key, Names};
use std::ops::Range;

/// The longest text in characters that is searched with errors.
const LONGEST: usize = 64;
/// So many words of a name are looked at.
const WORDS: usize = 63;
/// The most errors that are ever taken.
const MOST: usize = 3;

/// How far a name is from a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Distance {
    errors: usize,
    /// Whether only some words of the name are meant.
    in_part: bool,
}

impl Distance {
    /// A number that orders distances, from 0: by errors, whole names first.
    pub fn rank(self) -> u32 {
        (self.errors * 2 + usize::from(self.in_part)) as u32
    }
}

/// A text that may have typing errors.
pub struct Typed<'a> {
    key: &'a [u8],
    /// The longest of its words, by which names are found of which only some words are meant.
    word: &'a [u8],
    most: usize,
}

impl<'a> Typed<'a> {
    /// A text by its key and its words; `enough` are the lengths in characters from which on one error is taken, two,
    /// and so on. `None` if it is too short for an error, or too long.
    pub fn new(key: Key<'a>, enough: &[usize]) -> Option<Self> {
        let length = characters(key.bytes).len();
        let most = enough
            .iter()
            .filter(|enough| length >= **enough)
            .count()
            .min(MOST);
        let word = key.words().max_by_key(|word| word.len())?;
        (most > 0 && length <= LONGEST).then_some(Self {
            key: key.bytes,
            word,
            most,
        })
    }

    /// Calls `found` with each name of a range that the text may mean as a whole: how near.
    pub fn scan(&self, names: &Names, range: Range<usize>, mut found: impl FnMut(usize, Distance)) {
        let own = signature(self.key);
        for (name, signature) in names.signatures(range) {
            if is_near(own, signature, self.most)
                && let Some(errors) = errors(self.key, names.key(name).bytes, self.most)
            {
                let in_part = false;
                found(name, Distance { errors, in_part });
            }
        }
    }

    /// The names with a word that the longest word of the text may mean.
    pub fn candidates(&self, names: &Names) -> Vec<usize> {
        let own = signature(self.word);
        let slack = slack(self.word, self.most);
        let lengths = self.word.len().saturating_sub(slack)..self.word.len() + slack + 1;
        let mut words = Vec::new();
        names.words().of_lengths(lengths, |number, word| {
            let is_near = is_near(own, signature(word), self.most);
            words.extend(
                (is_near && errors(self.word, word, self.most).is_some()).then_some(number),
            );
        });
        let mut candidates: Vec<usize> = words
            .iter()
            .flat_map(|word| names.words().names(*word))
            .collect();
        candidates.sort_unstable();
        candidates.dedup();
        candidates
    }

    /// The least distance to the name or to some of its words that follow each other.
    pub fn distance(&self, name: Key) -> Option<Distance> {
        let (mut ends, mut count) = ([0_u16; WORDS + 1], 1);
        for (place, end) in ends[1..].iter_mut().zip(name.word_ends()) {
            *place = end as u16;
            count += 1;
        }
        let slack = slack(self.key, self.most);
        let mut best = None::<Distance>;
        for (first, start) in ends[..count - 1].iter().enumerate() {
            for end in &ends[first + 1..count] {
                let run = name
                    .bytes
                    .get(usize::from(*start)..usize::from(*end))
                    .unwrap_or_default();
                if run.len() > self.key.len() + slack {
                    break;
                }
                if let Some(errors) = errors(self.key, run, self.most) {
                    let distance = Distance {
                        errors,
                        in_part: run.len() < name.bytes.len(),
                    };
                    best = Some(best.map_or(distance, |best| best.min(distance)));
                }
            }
        }
        best
    }
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
    // Quicker than counting where the processor's instruction for that cannot be presumed.
    (0..most).fold(bits, |bits, _| bits & bits.wrapping_sub(1)) != 0
}

/// The characters of a key, each with its bytes as a number.
fn characters(key: &[u8]) -> Vec<u32> {
    let mut characters = Vec::with_capacity(key.len());
    let mut rest = key;
    while let Some(first) = rest.first() {
        let length = character_length(*first).min(rest.len());
        let (character, after) = rest.split_at(length);
        characters.push(
            character
                .iter()
                .fold(0, |number, byte| number << 8 | u32::from(*byte)),
        );
        rest = after;
    }
    characters
}

/// The number of errors between two keys if it is at most `most`.
fn errors(left: &[u8], right: &[u8], most: usize) -> Option<usize> {
    if left.iter().chain(right).any(|byte| is_part(*byte)) {
        return edits(&characters(left), &characters(right), most);
    }
    edits(left, right, most)
}

fn edits<T: PartialEq>(left: &[T], right: &[T], most: usize) -> Option<usize> {
    let same = left
        .iter()
        .zip(right)
        .take_while(|(left, right)| left == right)
        .count();
    let (left, right) = (&left[same..], &right[same..]);
    let same = left
        .iter()
        .rev()
        .zip(right.iter().rev())
        .take_while(|(left, right)| left == right)
        .count();
    let (left, right) = (&left[..left.len() - same], &right[..right.len() - same]);
    let (width, far) = (right.len() + 1, most + 1);
    if left.len().abs_diff(right.len()) > most || width > LONGEST * 2 {
        return None;
    }
    // Rows of the usual table, of which only a band of `most` beside the diagonal counts.
    let mut rows = [[far as u8; LONGEST * 2]; 3];
    for (column, cell) in rows[0].iter_mut().enumerate().take(far.min(width)) {
        *cell = column as u8;
    }
    for row in 1..=left.len() {
        let [now, before, above] = [row % 3, (row + 1) % 3, (row + 2) % 3];
        let band = row.saturating_sub(most)..width.min(row + most + 1);
        // What lies beside the band is looked at, no further.
        rows[now][band.start.saturating_sub(1)] = far as u8;
        rows[now][band.end.min(width - 1)] = far as u8;
        let mut least = far as u8;
        for column in band {
            let mut cell = rows[above][column] + 1;
            if column > 0 {
                let is_other = u8::from(left[row - 1] != right[column - 1]);
                cell = cell
                    .min(rows[now][column - 1] + 1)
                    .min(rows[above][column - 1] + is_other);
            }
            if row > 1
                && column > 1
                && left[row - 1] == right[column - 2]
                && left[row - 2] == right[column - 1]
            {
                cell = cell.min(rows[before][column - 2] + 1);
            }
            rows[now][column] = cell.min(far as u8);
            least = least.min(cell);
        }
        if usize::from(least) > most {
            return None;
        }
    }
    let errors = usize::from(rows[left.len() % 3][width - 1]);
    (errors <= most).then_some(errors)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Optimal string alignment by its recursive definition (Boytsov, Indexing methods for approximate dictionary
    /// searching, 2011, 2.2), without a table.
    fn by_definition(left: &[u8], right: &[u8]) -> usize {
        let ([before_left @ .., last_left], [before_right @ .., last_right]) = (left, right) else {
            return left.len() + right.len();
        };
        let replaced =
            by_definition(before_left, before_right) + usize::from(last_left != last_right);
        let removed = by_definition(before_left, right) + 1;
        let added = by_definition(left, before_right) + 1;
        let best = replaced.min(removed).min(added);
        match (before_left, before_right) {
            ([left @ .., a], [right @ .., b]) if a == last_right && b == last_left => {
                best.min(by_definition(left, right) + 1)
            }
            _ => best,
        }
    }

    #[test]
    fn exchanged_neighbours_are_one_error() {
        assert_eq!(errors(b"kubrenetes", b"kubernetes", 2), Some(1));
        assert_eq!(errors(b"anisble", b"ansible", 2), Some(1));
        assert_eq!(errors(b"initaitive", b"initiative", 2), Some(1));
    }

    #[test]
    fn a_letter_of_another_script_is_one_error() {
        let key = |text: &str| {
            let mut key = Vec::new();
            super::super::key::encode(text, &mut key, &mut Vec::new());
            key
        };
        assert_eq!(errors(&key("サーバレス"), &key("サーバーレス"), 2), Some(1));
        assert_eq!(errors(&key("헬름"), &key("핼름"), 2), Some(1));
        assert_eq!(errors(&key("파드"), &key("패트"), 1), None);
    }

    proptest! {
        #[test]
        fn errors_are_counted_as_defined(left in "[abc]{0,6}", right in "[abc]{0,6}", most in 0usize..4) {
            let defined = by_definition(left.as_bytes(), right.as_bytes());
            let counted = errors(left.as_bytes(), right.as_bytes(), most);
            prop_assert_eq!(counted, (defined <= most).then_some(defined));
        }

        #[test]
        fn no_near_key_is_ruled_out_by_its_signature(left in "[a-z0-9]{1,12}", right in "[a-z0-9]{1,12}") {
            if let Some(errors) = errors(left.as_bytes(), right.as_bytes(), MOST) {
                prop_assert!(is_near(signature(left.as_bytes()), signature(right.as_bytes()), errors));
            }
        }
    }
}
