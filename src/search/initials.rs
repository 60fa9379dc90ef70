//! Names by the initial consonants of their syllables, as Koreans abbreviate: `ㅋㅂㄴㅌㅅ`, `쿠ㅂㄴ`.

use super::hits::{Best, Way};
use super::key::{begins_character, begins_syllable, is_consonant, is_vowel, signature};
use super::layout::Key;
use super::literal::Place;
use crate::korean;
use memchr::{memchr, memchr_iter};
use std::ops::Range;
use unicode_normalization::UnicodeNormalization;

/// The longest abbreviation in strokes.
const LONGEST: usize = 64;

/// Whether a text has a consonant that is in no syllable.
pub fn are_in(text: &str) -> bool {
    let is_bare = |character: char| {
        let strokes = korean::strokes(character).and_then(|parts| parts[0].chars().next());
        korean::initial(character).is_none()
            && strokes.is_some_and(|stroke| !korean::is_vowel(stroke))
    };
    text.chars().take(LONGEST).nfkc().any(is_bare)
}

/// Takes the names of a range that a key abbreviates from their beginning on, found in this way.
pub fn beginnings(range: Range<usize>, key: &[u8], best: &mut Best, way: Way) {
    let names = best.names();
    for (name, bytes) in names.keys_by_name(range) {
        if key.len() <= LONGEST
            && best.has_room(name, bytes, way, key.len())
            && let own = Key::read(bytes).bytes
            && abbreviates(key, own)
        {
            best.take(name, way, own.len().saturating_sub(key.len()));
        }
    }
}

/// Takes the names of a range that a key abbreviates from another place on: of each the best place, in the way that `way`
/// says.
pub fn infixes(range: Range<usize>, key: &[u8], best: &mut Best, way: impl Fn(Place) -> Way) {
    let (Some(first), true) = (key.first(), key.len() <= LONGEST) else {
        return;
    };
    let (names, wanted) = (best.names(), signature(key));
    for block in names.blocks(range, |own| own & wanted == wanted) {
        if memchr(*first, names.keys_of(block.clone())).is_none() {
            continue;
        }
        for (name, bytes) in names.keys_by_name(block) {
            if names.signature(name) & wanted == wanted
                && best.has_room(name, bytes, way(Place::Word), key.len())
                && let own = Key::read(bytes)
                && let Some(place) = place(own, key)
            {
                best.take(name, way(place), own.bytes.len().saturating_sub(key.len()));
            }
        }
    }
}

/// The best place, behind the beginning, from which on a key abbreviates a name.
fn place(name: Key, key: &[u8]) -> Option<Place> {
    let bytes = name.bytes;
    let starts = memchr_iter(*key.first()?, bytes).filter(|at| *at > 0);
    let starts = starts.filter(|at| begins_character(bytes, *at));
    let places = starts.filter(|at| abbreviates(key, &bytes[*at..]));
    places.map(|at| Place::of(name, at)).min()
}

/// Whether the key types, of each syllable or letter of the name from its beginning on, at least the first stroke.
fn abbreviates(key: &[u8], name: &[u8]) -> bool {
    // How much of the key the characters so far may have typed, each length a bit: strokes are ambiguous, since a
    // consonant may be a final or the next initial.
    let (mut lengths, mut rest) = (1_u128, name);
    while lengths != 0 && !rest.is_empty() {
        let (character, after) = rest.split_at(character_length(rest));
        let mut longer = 0;
        for length in (0..key.len()).filter(|length| lengths >> length & 1 == 1) {
            let strokes = key[length..].iter().zip(character);
            let typed = strokes.take_while(|(left, right)| left == right).count();
            longer |= (1..=typed).fold(0, |bits, more| bits | 1 << (length + more));
        }
        if longer >> key.len() & 1 == 1 {
            return true;
        }
        (lengths, rest) = (longer, after);
    }
    false
}

/// The strokes of the syllable that a key begins with: initial, vowels, and the finals that begin no other. One for all else.
fn character_length(key: &[u8]) -> usize {
    if !begins_syllable(key) {
        return key.len().min(1);
    }
    let vowels = key[1..].iter().take_while(|byte| is_vowel(**byte)).count();
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
        abbreviates(&self::key(key), &self::key(name))
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
        let key = "각".repeat(21) + "ㅋ";
        assert!(!abbreviates_it(&key, &"각".repeat(300)));
    }

    #[test]
    fn only_consonants_outside_syllables_are_initials() {
        assert!(are_in("ㅋㅂ") && are_in("쿠ㅂ") && are_in("ﾻ"));
        assert!(!are_in("쿱") && !are_in("ㅠㅠ") && !are_in("kb"));
    }
}
