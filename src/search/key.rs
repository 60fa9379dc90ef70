//! The form in which names are compared: what is left of a text when writing habits are taken off.

use crate::korean;
use std::borrow::Cow;
use unicode_normalization::char::{decompose_compatible, is_combining_mark};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// The longest key in bytes; what a name has beyond it is not searched, only compared as a whole.
pub const LONGEST: usize = 1024;

/// The first code of the 33 Hangul strokes: 19 consonants, then 14 vowels.
const STROKES: u8 = 0x80;
const VOWELS: u8 = STROKES + 19;
/// The first of 64 codes that carry 6 bits each of any other character, and of its leading codes.
const TRAILING: u8 = VOWELS + 14;
const LEADING: u8 = TRAILING + 64;

/// Whether a byte of a key is a Hangul consonant.
pub fn is_consonant(byte: u8) -> bool {
    (STROKES..VOWELS).contains(&byte)
}

/// Whether a byte of a key is a Hangul vowel.
pub fn is_vowel(byte: u8) -> bool {
    (VOWELS..TRAILING).contains(&byte)
}

/// Whether a byte of a key is a Hangul stroke.
pub fn is_stroke(byte: u8) -> bool {
    is_consonant(byte) || is_vowel(byte)
}

/// Whether a key begins with a syllable: a consonant before a vowel.
pub fn begins_syllable(key: &[u8]) -> bool {
    matches!(key, [first, second, ..] if is_consonant(*first) && is_vowel(*second))
}

/// Whether a letter or syllable begins at this byte of a key. A stroke inside a syllable is no place to begin.
pub fn begins_character(key: &[u8], at: usize) -> bool {
    let (before, after) = key.split_at(at.min(key.len()));
    let is_stroke_at = |byte: Option<&u8>| byte.is_some_and(|byte| is_stroke(*byte));
    !is_stroke_at(before.last()) || !is_stroke_at(after.first()) || begins_syllable(after)
}

/// Whether a byte of a key belongs to a character that takes several.
pub fn is_part(byte: u8) -> bool {
    byte >= TRAILING
}

/// How many bytes the character has that begins with this one.
pub fn character_length(first: u8) -> usize {
    match first {
        0..LEADING => 1,
        _ if first < LEADING + 16 => 3,
        _ => 4,
    }
}

/// How many characters a key has.
pub fn count_characters(key: &[u8]) -> usize {
    let begins = |byte: &&u8| !(TRAILING..LEADING).contains(*byte);
    key.iter().filter(begins).count()
}

/// How names are told apart when they are resolved: NFC, case-folded, white space as single blanks.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for word in nfc(text).split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        for character in word.chars() {
            fold_character(character, |c| folded.push(c));
        }
    }
    match nfc(&folded) {
        Cow::Borrowed(_) => folded,
        Cow::Owned(composed) => composed,
    }
}

/// Appends a text's key and the lengths of its words in bytes.
///
/// The key has the letters, digits, `+` and `#` of the text (of one that has none, all but white space),
/// compatibility-decomposed and case-folded, without Latin accents. Bytes: ASCII as it is, a Hangul stroke
/// one byte from 0x80, any other character three or four; none is below 0x20, and no character's bytes occur
/// inside another's. Equal folds have equal keys. A word begins after white space or punctuation (not an
/// apostrophe), at a capital after a small letter or digit, at the last capital before one, and between Hangul and
/// other letters.
pub fn encode(text: &str, key: &mut Vec<u8>, words: &mut Vec<usize>) {
    let mut encoder = Encoder {
        base: key.len(),
        key,
        words,
        last: Kind::Gap,
        letter: 0,
    };
    if is_nfc_quick(text.chars()) == IsNormalized::Yes {
        encoder.take_all(text.chars());
    } else {
        encoder.take_all(text.nfc());
    }
    if encoder.length() == 0 {
        for character in fold(text).chars().filter(|c| !c.is_whitespace()) {
            encoder.push_other(character);
            if encoder.is_full() {
                break;
            }
        }
        encoder.words.push(0);
    }
    encoder.finish();
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Gap,
    Small,
    Capital,
    Digit,
    Hangul,
    Other,
}

struct Encoder<'a> {
    base: usize,
    key: &'a mut Vec<u8>,
    words: &'a mut Vec<usize>,
    last: Kind,
    /// Where the key of the last character begins.
    letter: usize,
}

impl Encoder<'_> {
    fn length(&self) -> usize {
        self.key.len() - self.base
    }

    fn is_full(&self) -> bool {
        self.length() >= LONGEST
    }

    fn take_all(&mut self, characters: impl Iterator<Item = char>) {
        for character in characters {
            self.take(character);
            if self.is_full() {
                break;
            }
        }
    }

    fn take(&mut self, character: char) {
        let start = self.length();
        let kind = match character {
            'a'..='z' => {
                self.key.push(character as u8);
                Kind::Small
            }
            '0'..='9' | '+' | '#' => {
                self.key.push(character as u8);
                Kind::Digit
            }
            'A'..='Z' => {
                self.key.push(character.to_ascii_lowercase() as u8);
                Kind::Capital
            }
            _ => self.take_other(character),
        };
        if self.length() == start {
            // An accent or an apostrophe does not part a word.
            if !matches!(character, '\'' | '’') && !is_combining_mark(character) {
                self.last = Kind::Gap;
            }
            return;
        }
        match (self.last, kind) {
            (Kind::Gap, _) | (Kind::Small | Kind::Digit, Kind::Capital) => self.words.push(start),
            (Kind::Capital, Kind::Small) if self.words.last() != Some(&self.letter) => {
                self.words.push(self.letter);
            }
            (Kind::Hangul, other) | (other, Kind::Hangul) if other != Kind::Hangul => {
                self.words.push(start);
            }
            _ => {}
        }
        self.last = kind;
        self.letter = start;
    }

    fn take_other(&mut self, character: char) -> Kind {
        if character.is_ascii() {
            return Kind::Gap;
        }
        if self.push_strokes(character) {
            return Kind::Hangul;
        }
        let mut hangul = false;
        decompose_compatible(character, |part| {
            fold_character(part, |c| hangul |= self.push_part(c));
        });
        match character {
            _ if hangul => Kind::Hangul,
            c if c.is_uppercase() => Kind::Capital,
            c if c.is_lowercase() => Kind::Small,
            _ => Kind::Other,
        }
    }

    /// Appends a decomposed, folded character if it counts; whether it was Hangul.
    fn push_part(&mut self, part: char) -> bool {
        match part {
            'a'..='z' | '0'..='9' | '+' | '#' => self.key.push(part as u8),
            '\u{300}'..='\u{36F}' => {}
            _ if self.push_strokes(part) => return true,
            _ if part.is_alphanumeric() || is_combining_mark(part) => self.push_other(part),
            _ => {}
        }
        false
    }

    fn push_strokes(&mut self, character: char) -> bool {
        let Some(parts) = korean::strokes(character) else {
            return false;
        };
        self.key.extend(
            parts
                .iter()
                .flat_map(|strokes| strokes.chars())
                .map(stroke_code),
        );
        true
    }

    fn push_other(&mut self, character: char) {
        let code = u32::from(character);
        let bits = |shift: u32| TRAILING + (code >> shift & 0x3F) as u8;
        if code < 0x1_0000 {
            self.key
                .extend([LEADING + (code >> 12) as u8, bits(6), bits(0)]);
        } else {
            self.key.extend([
                LEADING + 16 + (code >> 18) as u8,
                bits(12),
                bits(6),
                bits(0),
            ]);
        }
    }

    /// Cuts what is too long and turns the words' starts into lengths.
    fn finish(self) {
        let length = self.length().min(LONGEST);
        self.key.truncate(self.base + length);
        self.words.retain(|start| *start < length);
        for at in 0..self.words.len() {
            let end = self.words.get(at + 1).copied().unwrap_or(length);
            self.words[at] = end - self.words[at];
        }
    }
}

/// The code of a stroke: consonants and vowels in Unicode's order, without the clusters.
fn stroke_code(stroke: char) -> u8 {
    const ORDER: &str = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎㅏㅐㅑㅒㅓㅔㅕㅖㅗㅛㅜㅠㅡㅣ";
    const CODES: [u8; 51] = {
        let (order, mut codes, mut at) = (ORDER.as_bytes(), [0; 51], 0);
        while at < order.len() {
            // Three bytes of UTF-8: U+31xx is E3 84 xx or E3 85 xx.
            let low = (order[at + 1] as usize - 0x84) * 64 + (order[at + 2] as usize - 0x80);
            codes[low - 0x31] = STROKES + (at / 3) as u8;
            at += 3;
        }
        codes
    };
    CODES[(u32::from(stroke) - 0x3131) as usize]
}

/// Case folding, character by character: small letters, with ß as ss and the final ς as σ.
fn fold_character(character: char, mut push: impl FnMut(char)) {
    match character {
        'ß' | 'ẞ' => {
            push('s');
            push('s');
        }
        'ς' => push('σ'),
        _ => character.to_lowercase().for_each(push),
    }
}

fn nfc(text: &str) -> Cow<'_, str> {
    match is_nfc_quick(text.chars()) {
        IsNormalized::Yes => Cow::Borrowed(text),
        _ => Cow::Owned(text.nfc().collect()),
    }
}

/// The characters that occur in a key, 32 kinds of them as bits.
///
/// A typing error takes at most one character out, which makes this a quick test whether two keys can be alike.
pub fn signature(key: &[u8]) -> u32 {
    key.iter()
        .fold(0, |bits, byte| bits | KINDS[usize::from(*byte)])
}

const KINDS: [u32; 256] = {
    let (mut kinds, mut byte) = ([0; 256], 0);
    while byte < 256 {
        kinds[byte] = 1 << kind(byte as u8);
        byte += 1;
    }
    kinds
};

const fn kind(byte: u8) -> u8 {
    match byte {
        b'a'..=b'z' => byte - b'a',
        b'0'..=b'9' => 26 + byte % 3,
        STROKES..TRAILING => (byte - STROKES) % 29,
        // All characters that take several bytes are one kind, so that an error in one costs one kind.
        TRAILING.. => 29,
        _ => 30,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn key(text: &str) -> Vec<u8> {
        let mut key = Vec::new();
        encode(text, &mut key, &mut Vec::new());
        key
    }

    fn words(text: &str) -> Vec<usize> {
        let mut lengths = Vec::new();
        encode(text, &mut Vec::new(), &mut lengths);
        lengths
    }

    #[test]
    fn writing_habits_are_taken_off() {
        assert_eq!(key("CRI-O"), b"crio");
        assert_eq!(key(" Docker\tHub "), b"dockerhub");
        assert_eq!(key("Ｋｕｂｅ８"), b"kube8");
        assert_eq!(key("Müller"), b"muller");
        assert_eq!(key("STRASSE"), key("Straße"));
        assert_eq!(key("ΟΔΟΣ"), key("οδος"));
        assert_eq!(key("C++"), b"c++");
        assert_eq!(key("Let's Encrypt"), b"letsencrypt");
    }

    #[test]
    fn hangul_is_compared_by_its_strokes() {
        assert_eq!(key("쿠벌"), key("쿠버ㄹ"));
        assert_eq!(key("파드"), key("\u{1111}\u{1161}\u{1103}\u{1173}"));
        assert_eq!(key("ﾣ"), key("ㄳ"), "half-width");
        assert_eq!(key("파드").len(), 4);
        assert!(key("가").iter().all(|byte| is_stroke(*byte)));
    }

    #[test]
    fn a_text_of_signs_keeps_them() {
        assert_ne!(key("→"), key("←"));
        assert_eq!(key("→ →").len(), 6);
        assert!(key(" \t\u{3000}").is_empty());
        assert_eq!(key("\u{1b}").len(), 3);
    }

    #[test]
    fn words_begin_at_gaps_capitals_and_scripts() {
        assert_eq!(words("Docker Hub"), [6, 3]);
        assert_eq!(words("DaemonSet"), [6, 3]);
        assert_eq!(words("AWSLambda"), [3, 6]);
        assert_eq!(words("AWS CLI"), [3, 3]);
        assert_eq!(words("EKS클러스터"), [3, 9]);
        assert_eq!(words("Let's Encrypt"), [4, 7]);
        assert_eq!(words("EC2"), [3]);
        assert_eq!(words("EC2Worker"), [3, 6]);
        assert_eq!(words("CRI-O"), [3, 1]);
        assert_eq!(words("→"), [3]);
    }

    #[test]
    fn folding_keeps_what_a_name_says() {
        assert_eq!(fold("  Amazon\n EKS "), "amazon eks");
        assert_eq!(fold("CRI-O"), "cri-o");
        assert_eq!(fold("\u{1111}\u{1161}\u{1103}\u{1173}"), "파드");
        assert_ne!(fold("résumé"), fold("resume"));
    }

    #[test]
    fn a_key_has_a_longest_length() {
        assert_eq!(key(&"한".repeat(10_000)).len(), LONGEST);
        assert_eq!(words(&"ab ".repeat(10_000)).iter().sum::<usize>(), LONGEST);
    }

    proptest! {
        #[test]
        fn equal_folds_have_equal_keys(text in any::<String>()) {
            prop_assert_eq!(key(&text), key(&fold(&text)));
        }

        #[test]
        fn words_cover_the_key_and_its_bytes_are_no_lengths(text in any::<String>()) {
            prop_assert_eq!(words(&text).iter().sum::<usize>(), key(&text).len());
            prop_assert!(key(&text).iter().all(|byte| *byte >= 0x20));
            prop_assert!(words(&text).iter().all(|length| *length > 0), "no word is empty");
        }

        #[test]
        fn composed_and_decomposed_are_one(text in any::<String>()) {
            prop_assert_eq!(key(&text), key(&text.nfd().collect::<String>()));
            prop_assert_eq!(fold(&text), fold(&text.nfd().collect::<String>()));
        }
    }
}
