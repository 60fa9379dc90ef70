//! Hangul as it is typed and read: syllables, keystrokes, particles.
//!
//! A syllable is arithmetic (The Unicode Standard, 3.12 "Conjoining Jamo Behavior"):
//! `U+AC00 + (initial × 21 + vowel) × 28 + final`. A *stroke* is one key of the Dubeolsik
//! keyboard (KS X 5002), written as its compatibility jamo: 33 of them spell all of modern Hangul.

pub mod keyboard;
pub mod particle;
pub mod phrase;

/// The 19 initial consonants in Unicode's order; each is one stroke.
const INITIALS: [&str; 19] = [
    "ㄱ", "ㄲ", "ㄴ", "ㄷ", "ㄸ", "ㄹ", "ㅁ", "ㅂ", "ㅃ", "ㅅ", "ㅆ", "ㅇ", "ㅈ", "ㅉ", "ㅊ", "ㅋ",
    "ㅌ", "ㅍ", "ㅎ",
];

/// The strokes of the 21 vowels in Unicode's order.
const VOWELS: [&str; 21] = [
    "ㅏ", "ㅐ", "ㅑ", "ㅒ", "ㅓ", "ㅔ", "ㅕ", "ㅖ", "ㅗ", "ㅗㅏ", "ㅗㅐ", "ㅗㅣ", "ㅛ", "ㅜ",
    "ㅜㅓ", "ㅜㅔ", "ㅜㅣ", "ㅠ", "ㅡ", "ㅡㅣ", "ㅣ",
];

/// The strokes of the 27 final consonants in Unicode's order, after the empty one.
const FINALS: [&str; 28] = [
    "", "ㄱ", "ㄲ", "ㄱㅅ", "ㄴ", "ㄴㅈ", "ㄴㅎ", "ㄷ", "ㄹ", "ㄹㄱ", "ㄹㅁ", "ㄹㅂ", "ㄹㅅ",
    "ㄹㅌ", "ㄹㅍ", "ㄹㅎ", "ㅁ", "ㅂ", "ㅂㅅ", "ㅅ", "ㅆ", "ㅇ", "ㅈ", "ㅊ", "ㅋ", "ㅌ", "ㅍ",
    "ㅎ",
];

/// The strokes of the compatibility jamo U+3131 ㄱ to U+3163 ㅣ, in their order.
const COMPATIBILITY: [&str; 51] = [
    "ㄱ", "ㄲ", "ㄱㅅ", "ㄴ", "ㄴㅈ", "ㄴㅎ", "ㄷ", "ㄸ", "ㄹ", "ㄹㄱ", "ㄹㅁ", "ㄹㅂ", "ㄹㅅ",
    "ㄹㅌ", "ㄹㅍ", "ㄹㅎ", "ㅁ", "ㅂ", "ㅃ", "ㅂㅅ", "ㅅ", "ㅆ", "ㅇ", "ㅈ", "ㅉ", "ㅊ", "ㅋ",
    "ㅌ", "ㅍ", "ㅎ", "ㅏ", "ㅐ", "ㅑ", "ㅒ", "ㅓ", "ㅔ", "ㅕ", "ㅖ", "ㅗ", "ㅗㅏ", "ㅗㅐ", "ㅗㅣ",
    "ㅛ", "ㅜ", "ㅜㅓ", "ㅜㅔ", "ㅜㅣ", "ㅠ", "ㅡ", "ㅡㅣ", "ㅣ",
];

/// Initial, vowel and final of a precomposed syllable, as indices of Unicode's tables.
fn syllable(character: char) -> Option<(usize, usize, usize)> {
    let index = u32::from(character).checked_sub(0xAC00)? as usize;
    (index < 19 * 21 * 28).then_some((index / (21 * 28), index / 28 % 21, index % 28))
}

/// The strokes that type one Hangul character: those of its initial, vowel and final.
///
/// Takes a syllable (`닭` gives `["ㄷ", "ㅏ", "ㄹㄱ"]`), a compatibility jamo or a conjoining
/// one (its strokes first, then two empty parts). `None` for all else, obsolete letters included.
pub fn strokes(character: char) -> Option<[&'static str; 3]> {
    if let Some((initial, vowel, last)) = syllable(character) {
        return Some([INITIALS[initial], VOWELS[vowel], FINALS[last]]);
    }
    let code = u32::from(character) as usize;
    let part = match code {
        0x3131..=0x3163 => COMPATIBILITY[code - 0x3131],
        0x1100..=0x1112 => INITIALS[code - 0x1100],
        0x1161..=0x1175 => VOWELS[code - 0x1161],
        0x11A8..=0x11C2 => FINALS[code - 0x11A7],
        _ => return None,
    };
    Some([part, "", ""])
}

/// Whether a stroke (a compatibility jamo of one key) is a vowel.
pub fn is_vowel(stroke: char) -> bool {
    ('ㅏ'..='ㅣ').contains(&stroke)
}

/// The initial consonant of a syllable, as a compatibility jamo: `쿠` gives `ㅋ`.
pub fn initial(character: char) -> Option<char> {
    syllable(character).and_then(|(initial, _, _)| INITIALS[initial].chars().next())
}

/// The strokes that type a text; characters that are not Hangul stay as they are.
pub fn spell(text: &str) -> String {
    let mut spelt = String::with_capacity(text.len() * 2);
    for character in text.chars() {
        match strokes(character) {
            Some(parts) => spelt.extend(parts),
            None => spelt.push(character),
        }
    }
    spelt
}

/// What a Korean input method shows for strokes: `ㅍㅏㄷㅡ` gives `파드`.
///
/// A consonant joins the syllable before it unless a vowel follows, which claims it
/// as its initial. Strokes that form no syllable stay as they are. `spell` undoes it.
pub fn compose(strokes: &str) -> String {
    let keys: Vec<char> = strokes.chars().collect();
    let is_vowel_at = |at: usize| keys.get(at).copied().is_some_and(is_vowel);
    let consonant_at = |at: usize| keys.get(at).filter(|_| !is_vowel_at(at + 1));
    let mut text = String::with_capacity(strokes.len());
    let mut at = 0;
    while at < keys.len() {
        let initial = position(&INITIALS, &keys[at..at + 1]).filter(|_| is_vowel_at(at + 1));
        let start = at + usize::from(initial.is_some());
        if !is_vowel_at(start) {
            text.push(keys[at]);
            at += 1;
            continue;
        }
        let pair = keys
            .get(start..start + 2)
            .and_then(|pair| position(&VOWELS, pair));
        let vowel = pair.or_else(|| position(&VOWELS, &keys[start..start + 1]));
        at = start + 1 + usize::from(pair.is_some());
        let (Some(initial), Some(vowel)) = (initial, vowel) else {
            // A vowel alone, of one stroke or two: U+314F ㅏ to U+3163 ㅣ stand in Unicode's order.
            text.extend(vowel.and_then(|vowel| char::from_u32(0x314F + vowel as u32)));
            continue;
        };
        let mut last = 0;
        if consonant_at(at).is_some() {
            let cluster = consonant_at(at + 1).and_then(|_| position(&FINALS, &keys[at..at + 2]));
            let single = || position(&FINALS, &keys[at..at + 1]);
            if let Some(found) = cluster.or_else(single) {
                last = found;
                at += 1 + usize::from(cluster.is_some());
            }
        }
        text.extend(char::from_u32(
            (0xAC00 + (initial * 21 + vowel) * 28 + last) as u32,
        ));
    }
    text
}

/// Where a table spells exactly these strokes.
fn position(table: &[&str], keys: &[char]) -> Option<usize> {
    table
        .iter()
        .position(|strokes| strokes.chars().eq(keys.iter().copied()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_syllable_is_spelt_by_the_keys_that_type_it() {
        assert_eq!(strokes('닭'), Some(["ㄷ", "ㅏ", "ㄹㄱ"]));
        assert_eq!(spell("쿠버네티스"), "ㅋㅜㅂㅓㄴㅔㅌㅣㅅㅡ");
        assert_eq!(spell("꽃과 값"), "ㄲㅗㅊㄱㅗㅏ ㄱㅏㅂㅅ");
    }

    #[test]
    fn decomposed_and_compatibility_letters_spell_alike() {
        assert_eq!(spell("\u{1111}\u{1161}\u{1103}\u{1173}"), spell("파드"));
        assert_eq!(spell("ㄳㅘ"), "ㄱㅅㅗㅏ");
        assert_eq!(strokes('\u{119E}'), None); // arae-a, obsolete
    }

    #[test]
    fn initials_are_those_of_the_syllables() {
        let initials: String = "쿠버네티스".chars().filter_map(initial).collect();
        assert_eq!(initials, "ㅋㅂㄴㅌㅅ");
        assert_eq!(initial('k'), None);
    }

    #[test]
    fn a_vowel_claims_the_consonant_before_it() {
        assert_eq!(compose("ㄷㅏㄹㄱㅇㅣ"), "닭이");
        assert_eq!(compose("ㄷㅏㄹㄱㅣ"), "달기");
        assert_eq!(compose("ㅋㅜㅂㅓㄹ"), "쿠벌");
    }

    #[test]
    fn strokes_that_form_no_syllable_stay() {
        assert_eq!(compose("ㅋㅋㅋ ㅠㅠ ㅗㅏ k8s"), "ㅋㅋㅋ ㅠㅠ ㅘ k8s");
        assert_eq!(compose("ㅏㄸ"), "ㅏㄸ");
    }

    proptest! {
        #[test]
        fn composing_undoes_spelling(text in "[가-힣 a-z]{0,12}") {
            prop_assert_eq!(compose(&spell(&text)), text);
        }

        #[test]
        fn spelling_undoes_composing(strokes in "[ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎㅏㅐㅑㅒㅓㅔㅕㅖㅗㅛㅜㅠㅡㅣ]{0,16}") {
            prop_assert_eq!(spell(&compose(&strokes)), strokes);
        }
    }
}
