//! How many typing errors lie between a text and others, as Damerau and Levenshtein count them.
//!
//! One error is a character too many, too few, another one, or two neighbours exchanged (optimal string alignment);
//! a character is a letter or, of Hangul, a stroke. A column of the usual table is kept as the differences of its
//! neighbours, a bit each (Hyyrö, A bit-vector algorithm for computing Levenshtein and Damerau edit distances, 2003).

use super::key::{character_length, count_characters};

/// A text from which errors are counted.
pub struct Pattern<'a> {
    length: usize,
    /// Of each character of one byte its places in the text, a bit each.
    single: [u64; 256],
    /// The same of characters of several bytes.
    several: Vec<(&'a [u8], u64)>,
}

impl<'a> Pattern<'a> {
    /// A pattern of a key; `None` if that is empty or too long.
    pub fn new(key: &'a [u8]) -> Option<Self> {
        let mut pattern = Self {
            length: 0,
            single: [0; 256],
            several: Vec::new(),
        };
        for character in characters(key) {
            let place = 1_u64.checked_shl(pattern.length as u32)?;
            pattern.length += 1;
            let known = |(other, _): &(&[u8], u64)| *other == character;
            match (character, pattern.several.iter().position(known)) {
                ([byte], _) => pattern.single[usize::from(*byte)] |= place,
                (_, Some(at)) => pattern.several[at].1 |= place,
                (_, None) => pattern.several.push((character, place)),
            }
        }
        (pattern.length > 0).then_some(pattern)
    }

    /// How many characters it has.
    pub fn length(&self) -> usize {
        self.length
    }

    /// The number of errors to a key if it is at most `most`.
    pub fn errors(&self, key: &[u8], most: usize) -> Option<usize> {
        let mut left = count_characters(key);
        if left.abs_diff(self.length) > most {
            return None;
        }
        let mut column = self.column();
        for character in characters(key) {
            // Each further character may take one error off.
            if column.errors > most + left {
                return None;
            }
            column.advance(self, character);
            left = left.saturating_sub(1);
        }
        (column.errors <= most).then_some(column.errors)
    }

    /// The errors to a key of no character yet.
    pub fn column(&self) -> Column {
        Column {
            greater: !0,
            less: 0,
            same: 0,
            last: 0,
            errors: self.length,
        }
    }

    #[inline]
    fn places(&self, character: &[u8]) -> u64 {
        match character {
            [byte] => self.single[usize::from(*byte)],
            _ => {
                let own = self.several.iter().find(|(own, _)| *own == character);
                own.map_or(0, |(_, places)| *places)
            }
        }
    }
}

/// The errors between each beginning of a pattern and a key so far, as differences of neighbours.
#[derive(Clone, Copy)]
pub struct Column {
    /// Where a beginning has one error more than the one before it.
    greater: u64,
    /// Where it has one less.
    less: u64,
    /// Where it has as many as the one before it had to the key before its last character.
    same: u64,
    /// The places of the last character.
    last: u64,
    /// Between the whole pattern and the key.
    errors: usize,
}

impl Column {
    /// The errors between the whole pattern and the key so far.
    pub fn errors(&self) -> usize {
        self.errors
    }

    /// Lengthens the key by a character.
    #[inline]
    pub fn advance(&mut self, pattern: &Pattern, character: &[u8]) {
        let (places, greater, less) = (pattern.places(character), self.greater, self.less);
        let exchanged = (!self.same & places) << 1 & self.last;
        let carried = (places & greater).wrapping_add(greater) ^ greater;
        let same = carried | places | less | exchanged;
        let (more, fewer) = (less | !(same | greater), same & greater);
        let end = pattern.length as u32 - 1;
        self.errors += (more >> end & 1) as usize;
        self.errors -= (fewer >> end & 1) as usize;
        // The empty beginning has one error more with each character.
        let (more, fewer) = (more << 1 | 1, fewer << 1);
        *self = Self {
            greater: fewer | !(same | more),
            less: more & same,
            same,
            last: places,
            errors: self.errors,
        };
    }
}

/// The characters of a key.
pub fn characters(key: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = key;
    std::iter::from_fn(move || {
        let length = character_length(*rest.first()?).min(rest.len());
        let (character, after) = rest.split_at(length);
        rest = after;
        Some(character)
    })
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

    fn errors(left: &[u8], right: &[u8], most: usize) -> Option<usize> {
        Pattern::new(left).unwrap().errors(right, most)
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
            crate::search::key::encode(text, &mut key, &mut Vec::new());
            key
        };
        assert_eq!(errors(&key("サーバレス"), &key("サーバーレス"), 2), Some(1));
        assert_eq!(errors(&key("헬름"), &key("핼름"), 2), Some(1));
        assert_eq!(errors(&key("파드"), &key("패트"), 1), None);
    }

    #[test]
    fn a_pattern_has_one_character_to_64() {
        let key = [b'x'; 65];
        assert!(Pattern::new(b"").is_none() && Pattern::new(&key).is_none());
        assert_eq!(errors(&key[..64], &key, 1), Some(1));
        assert_eq!(errors(&key[..64], &key[..62], 2), Some(2));
    }

    proptest! {
        #[test]
        fn errors_are_counted_as_defined(left in "[abc]{1,6}", right in "[abc]{0,6}", most in 0usize..4) {
            let defined = by_definition(left.as_bytes(), right.as_bytes());
            let counted = errors(left.as_bytes(), right.as_bytes(), most);
            prop_assert_eq!(counted, (defined <= most).then_some(defined));
        }
    }
}
