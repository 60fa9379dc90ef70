//! Text typed with the wrong keyboard layout: Dubeolsik (KS X 5002) against QWERTY.

use super::{compose, spell};

/// Each stroke with the key that types it; upper case is the key with shift.
const KEYS: [(char, char); 33] = [
    ('ㅂ', 'q'),
    ('ㅈ', 'w'),
    ('ㄷ', 'e'),
    ('ㄱ', 'r'),
    ('ㅅ', 't'),
    ('ㅛ', 'y'),
    ('ㅕ', 'u'),
    ('ㅑ', 'i'),
    ('ㅐ', 'o'),
    ('ㅔ', 'p'),
    ('ㅁ', 'a'),
    ('ㄴ', 's'),
    ('ㅇ', 'd'),
    ('ㄹ', 'f'),
    ('ㅎ', 'g'),
    ('ㅗ', 'h'),
    ('ㅓ', 'j'),
    ('ㅏ', 'k'),
    ('ㅣ', 'l'),
    ('ㅋ', 'z'),
    ('ㅌ', 'x'),
    ('ㅊ', 'c'),
    ('ㅍ', 'v'),
    ('ㅠ', 'b'),
    ('ㅜ', 'n'),
    ('ㅡ', 'm'),
    ('ㅃ', 'Q'),
    ('ㅉ', 'W'),
    ('ㄸ', 'E'),
    ('ㄲ', 'R'),
    ('ㅆ', 'T'),
    ('ㅒ', 'O'),
    ('ㅖ', 'P'),
];

/// What the keys of a Latin text type in Korean: `vkem` gives `파드`. All but letters stays.
pub fn to_hangul(latin: &str) -> String {
    let stroke = |key: char| {
        let find = |key| KEYS.iter().find(|pair| pair.1 == key).map(|pair| pair.0);
        find(key)
            .or_else(|| find(key.to_ascii_lowercase()))
            .unwrap_or(key)
    };
    compose(&latin.chars().map(stroke).collect::<String>())
}

/// What the keys of a Korean text type in English: `ㅏㅕㅠㄷ` gives `kube`. All but Hangul stays.
pub fn to_latin(hangul: &str) -> String {
    let key = |stroke| {
        KEYS.iter()
            .find(|pair| pair.0 == stroke)
            .map_or(stroke, |pair| pair.1)
    };
    spell(hangul).chars().map(key).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn korean_typed_on_english_keys_is_read_back() {
        assert_eq!(to_hangul("vkem"), "파드");
        assert_eq!(to_hangul("znqjspxltm"), "쿠버네티스");
        assert_eq!(to_hangul("Rhc"), "꽃");
        assert_eq!(to_hangul("Vkem 2"), "파드 2");
    }

    #[test]
    fn english_typed_on_korean_keys_is_read_back() {
        assert_eq!(to_latin("ㅏㅕㅠㄷ구ㄷㅅㄷㄴ"), "kubernetes");
        assert_eq!(to_latin("다ㅏㄴ"), "ekks");
        assert_eq!(to_latin("단"), "eks");
        assert_eq!(to_latin("답"), "ekq");
        assert_eq!(to_latin("ㄷㄱ"), "er");
    }

    proptest! {
        #[test]
        fn english_survives_both_conversions(text in "[a-z0-9 -]{0,16}") {
            prop_assert_eq!(to_latin(&to_hangul(&text)), text);
        }

        #[test]
        fn korean_survives_both_conversions(text in "[가-힣0-9 ]{0,12}") {
            prop_assert_eq!(to_hangul(&to_latin(&text)), text);
        }
    }
}
