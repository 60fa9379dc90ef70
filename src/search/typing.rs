//! Names that a text nearly is: typing errors as Damerau and Levenshtein count them.
//!
//! One error is a character too many, too few, another one, or two neighbours exchanged (optimal string alignment);
//! a character is a letter or, of Hangul, a stroke. The text is compared with each run of whole words of a name.

use super::key::{character_length, is_part, signature};
use super::layout::{Key, Names};

/// The longest text in characters that is searched with errors.
const LONGEST: usize = 64;
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

/// Calls `found` with each name that is near a key: how near, and how many bytes are left over.
///
/// `lengths` are the lengths in characters from which on one error is taken, two, and so on.
pub fn scan(
    names: &Names,
    key: &[u8],
    lengths: &[usize],
    mut found: impl FnMut(usize, Distance, usize),
) {
    let length = characters(key).len();
    let most = lengths
        .iter()
        .filter(|enough| length >= **enough)
        .count()
        .min(MOST);
    if most == 0 || length > LONGEST {
        return;
    }
    let typed = Typed {
        key,
        most,
        signature: signature(key),
    };
    let mut ends = Vec::new();
    for (name, signature) in names.signatures().enumerate() {
        // Each error takes at most one kind of character out.
        if (typed.signature & !signature).count_ones() as usize > most {
            continue;
        }
        let candidate = names.key(name);
        if let Some(distance) = typed.distance(candidate, &mut ends) {
            found(
                name,
                distance,
                candidate.bytes.len().saturating_sub(key.len()),
            );
        }
    }
}

struct Typed<'a> {
    key: &'a [u8],
    most: usize,
    signature: u32,
}

impl Typed<'_> {
    /// The least distance to the name or to some of its words that follow each other.
    fn distance(&self, name: Key, ends: &mut Vec<usize>) -> Option<Distance> {
        ends.clear();
        ends.push(0);
        ends.extend(name.word_ends());
        let whole = ends.len() - 1;
        // A character of another script takes up to four bytes.
        let slack = if self.key.iter().any(|byte| is_part(*byte)) {
            self.most * 4
        } else {
            self.most
        };
        let mut best = None::<Distance>;
        for (first, start) in ends.iter().enumerate() {
            for (last, end) in ends.iter().enumerate().skip(first + 1) {
                let length = end - start;
                if length > self.key.len() + slack {
                    break;
                }
                let words = name
                    .bytes
                    .get(*start..*end)
                    .filter(|_| length + slack >= self.key.len());
                let distance = words
                    .and_then(|words| self.errors(words))
                    .map(|errors| Distance {
                        errors,
                        in_part: first > 0 || last < whole,
                    });
                best = [best, distance].into_iter().flatten().min();
            }
        }
        best
    }

    fn errors(&self, words: &[u8]) -> Option<usize> {
        let other = signature(words);
        let [missing, added] = [self.signature & !other, other & !self.signature];
        if missing.count_ones().max(added.count_ones()) as usize > self.most {
            return None;
        }
        if self.key.iter().chain(words).any(|byte| is_part(*byte)) {
            return errors(&characters(self.key), &characters(words), self.most);
        }
        errors(self.key, words, self.most)
    }
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

/// The number of errors between two texts if it is at most `most`.
fn errors<T: PartialEq>(left: &[T], right: &[T], most: usize) -> Option<usize> {
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
        rows[now] = [far as u8; LONGEST * 2];
        let band = row.saturating_sub(most)..width.min(row + most + 1);
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
