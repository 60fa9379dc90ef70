//! Names by the initial consonants of their syllables, as Koreans abbreviate: `ㅋㅂㄴㅌㅅ`, `쿠ㅂㄴ`.

use super::blocks::blocks;
use super::hits::{Best, Way};
use super::key::{begins_character, begins_syllable, is_consonant, is_vowel, signature};
use super::layout::Key;
use super::literal::Place;
use crate::korean;
use memchr::memchr_iter;
use std::ops::Range;
use unicode_normalization::UnicodeNormalization;

/// The longest abbreviation in strokes.
const LONGEST: usize = 63;

/// The most strokes of a syllable: an initial, two vowels, two finals.
const SYLLABLE: usize = 5;

/// Whether a text has a consonant that is in no syllable.
pub fn are_in(text: &str) -> bool {
    let is_bare = |character: char| {
        let strokes = korean::strokes(character).and_then(|parts| parts[0].chars().next());
        korean::initial(character).is_none()
            && strokes.is_some_and(|stroke| !korean::is_vowel(stroke))
    };
    text.chars().take(LONGEST).nfkc().any(is_bare)
}

/// A key that may abbreviate names.
pub struct Abbreviation {
    length: usize,
    first: u8,
    second: Option<u8>,
    signature: u32,
    /// Of each stroke or letter its places in the key, a bit each.
    places: [u64; 256],
}

impl Abbreviation {
    /// Reads a key; `None` if it is empty or too long.
    pub fn new(key: &[u8]) -> Option<Self> {
        let mut places = [0; 256];
        for (at, byte) in key.iter().enumerate() {
            places[usize::from(*byte)] |= 1_u64.checked_shl(at as u32)?;
        }
        (key.len() <= LONGEST).then_some(Self {
            length: key.len(),
            first: *key.first()?,
            second: key.get(1).copied(),
            signature: signature(key),
            places,
        })
    }

    /// Takes the names of a range that are abbreviated from their beginning on, found in this way.
    pub fn beginnings(&self, range: Range<usize>, best: &mut Best, way: Way) {
        for (name, bytes) in best.names().keys_by_name(range) {
            if best.has_room(name, bytes, way, self.length) && self.is_of(bytes) {
                let own = Key::read(bytes).bytes;
                best.take(name, way, own.len().saturating_sub(self.length));
            }
        }
    }

    /// Takes the names of a range that are abbreviated from another place on: of each the best place, in the way that `way`
    /// says.
    pub fn infixes(&self, range: Range<usize>, best: &mut Best, way: impl Fn(Place) -> Way) {
        let names = best.names();
        let may = |own: u32| own & self.signature == self.signature;
        for block in blocks(&names, range, may) {
            if self.places_in(block.keys()).next().is_none() {
                continue;
            }
            for (name, bytes) in block.names() {
                if best.has_room(name, bytes, way(Place::Word), self.length)
                    && let own = Key::read(bytes)
                    && let places = self.places_in(own.bytes).filter(|at| *at > 0)
                    && let Some(place) = places.map(|at| Place::of(own, at)).min()
                {
                    best.take(
                        name,
                        way(place),
                        own.bytes.len().saturating_sub(self.length),
                    );
                }
            }
        }
    }

    /// The places in some keys from which on they are abbreviated.
    fn places_in(&self, keys: &[u8]) -> impl Iterator<Item = usize> {
        let may_begin = |at: &usize| self.may_be_of(&keys[*at..]) && begins_character(keys, *at);
        let starts = memchr_iter(self.first, keys).filter(may_begin);
        starts.filter(|at| self.is_of(&keys[*at..]))
    }

    /// Whether the second stroke is not too far behind the first, a quick test.
    fn may_be_of(&self, name: &[u8]) -> bool {
        let (Some(second), Some(near)) = (self.second, name.first_chunk::<{ SYLLABLE + 1 }>())
        else {
            return true;
        };
        // Looking at all of them is quicker than stopping at the first.
        let is_near = |is_near, stroke: &u8| is_near | (*stroke == second);
        near[1..].iter().fold(false, is_near)
    }

    /// Whether the key types, of each syllable or letter of a name from its beginning on, at least the first stroke.
    ///
    /// What lies behind the name does not matter: its words' lengths are in no key.
    fn is_of(&self, name: &[u8]) -> bool {
        // How much of the key the characters so far may have typed, each length a bit: strokes are ambiguous, since a
        // consonant may be a final or the next initial.
        let (mut lengths, mut rest) = (1_u64, name);
        while lengths != 0 && lengths >> self.length & 1 == 0 && !rest.is_empty() {
            let (character, after) = rest.split_at(character_length(rest));
            let mut typed = std::mem::take(&mut lengths);
            for stroke in character {
                typed = (typed & self.places[usize::from(*stroke)]) << 1;
                lengths |= typed;
            }
            rest = after;
        }
        lengths >> self.length & 1 == 1
    }
}

/// The strokes of the syllable that a key begins with: the initial, one or two vowels, and up to two finals, which begin
/// no other. One for all else.
fn character_length(key: &[u8]) -> usize {
    if !begins_syllable(key) {
        return key.len().min(1);
    }
    let vowels = 1 + usize::from(key.get(2).is_some_and(|byte| is_vowel(*byte)));
    let rest = &key[1 + vowels..];
    let is_final = |at: &usize| is_consonant(rest[*at]) && !begins_syllable(&rest[*at..]);
    1 + vowels + (0..rest.len().min(2)).take_while(is_final).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::key::encode;

    fn key(text: &str) -> Vec<u8> {
        let mut key = Vec::new();
        encode(text, &mut key, &mut Vec::new());
        key
    }

    #[track_caller]
    fn abbreviates_it(key: &str, name: &str) -> bool {
        let key = Abbreviation::new(&self::key(key)).unwrap();
        key.is_of(&self::key(name))
    }

    #[test]
    fn each_syllable_gives_at_least_its_first_stroke() {
        assert!(abbreviates_it("ㄷㅋㅎㅂ", "도커 허브"));
        assert!(abbreviates_it("닼헙", "다커 허브"));
        assert!(!abbreviates_it("ㄱㅅ", "값"));
        assert!(abbreviates_it("ㄷ가", "닭가"));
        assert!(!abbreviates_it("ㅋㅎ", "도커 허브"));
        assert!(!abbreviates_it("ㄷㅎ", "도커 허브"));
    }

    #[test]
    fn letters_stand_for_themselves() {
        assert!(abbreviates_it("aws ㄹㄷ", "AWS 람다"));
        assert!(!abbreviates_it("as ㄹㄷ", "AWS 람다"));
    }

    #[test]
    fn what_can_be_read_in_many_ways_is_read_at_once() {
        let key = "각".repeat(20) + "ㅋ";
        assert!(!abbreviates_it(&key, &"각".repeat(300)));
    }

    #[test]
    fn only_consonants_outside_syllables_are_initials() {
        assert!(are_in("ㅋㅂ") && are_in("쿠ㅂ") && are_in("ﾻ"));
        assert!(!are_in("쿱") && !are_in("ㅠㅠ") && !are_in("kb"));
    }
}
