//! Names that contain a text as it was typed.

use super::key::{fold, is_consonant, is_stroke, is_vowel};
use super::layout::Names;
use memchr::memmem::Finder;
use std::ops::Range;

/// Where in a name something was found, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// At its beginning.
    Start,
    /// At the beginning of another word.
    Word,
    /// Elsewhere.
    Inside,
}

/// Of each name with exactly this key whether it folds as `text` does too. They are the first of [`Names::with_prefix`].
pub fn equal(names: &Names, key: &[u8], text: &str) -> Vec<bool> {
    if key.is_empty() {
        return Vec::new();
    }
    let range = names.with_prefix(key);
    let is_longer = |name: &usize| names.key(*name).bytes.len() > key.len();
    let end = range.clone().find(is_longer).unwrap_or(range.end);
    if range.start == end {
        return Vec::new();
    }
    let folded = fold(text);
    let (mut last, mut is_same) = (None, false);
    let is_same = names.texts(range.start..end).map(|name| {
        if last.as_ref() != Some(&name) {
            is_same = fold(&name) == folded;
            last = Some(name);
        }
        is_same
    });
    is_same.collect()
}

/// Calls `found` with each name of a range whose key has this one inside, not at its beginning: the best place, and how
/// many bytes are left over.
pub fn infixes(
    names: &Names,
    range: Range<usize>,
    key: &[u8],
    mut found: impl FnMut(usize, Place, usize),
) {
    let (mut name, mut best) = (range.start, None::<Place>);
    let (mut start, mut end) = (names.start(name), names.end(name));
    let keys = names.keys_of(range.clone());
    let first = start;
    let mut report = |name: usize, best: &mut Option<Place>| {
        if let Some(place) = best.take() {
            found(
                name,
                place,
                names.key(name).bytes.len().saturating_sub(key.len()),
            );
        }
    };
    for position in Finder::new(key).find_iter(keys) {
        let position_in_all = first + position;
        if position_in_all >= end {
            report(name, &mut best);
            while position_in_all >= end && name + 1 < range.end {
                name += 1;
                (start, end) = (end, names.end(name));
            }
        }
        let at = position_in_all.saturating_sub(start);
        if at == 0 || best == Some(Place::Word) || !begins_character(keys, position, key) {
            continue;
        }
        let is_word = names.key(name).is_word_start(at);
        best = Some(if is_word { Place::Word } else { Place::Inside });
    }
    report(name, &mut best);
}

/// Whether a syllable or letter begins here: strokes inside a syllable are no place for a text to begin.
fn begins_character(keys: &[u8], at: usize, key: &[u8]) -> bool {
    let after_stroke = at
        .checked_sub(1)
        .and_then(|before| keys.get(before))
        .is_some_and(|byte| is_stroke(*byte));
    let vowel_follows = keys.get(at + 1).is_some_and(|byte| is_vowel(*byte));
    match key.first() {
        Some(first) if is_vowel(*first) => !after_stroke,
        Some(first) if is_consonant(*first) => !after_stroke || vowel_follows,
        _ => true,
    }
}
