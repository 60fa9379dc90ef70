//! Names that contain a text as it was typed.

use super::key::{begins_character, fold};
use super::layout::{Key, Names};
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
    let base = names.start(range.start);
    let (mut name, mut start, mut end) = (range.start, base, base);
    let (mut own, mut best) = (names.key(name), None);
    let mut report = |name: usize, own: Key, best: Option<Place>| {
        if let Some(place) = best {
            found(name, place, own.bytes.len().saturating_sub(key.len()));
        }
    };
    for hit in Finder::new(key).find_iter(names.keys_of(range.clone())) {
        if base + hit >= end {
            report(name, own, best.take());
            end = start + names.length(name);
            while base + hit >= end && name + 1 < range.end {
                name += 1;
                (start, end) = (end, end + names.length(name));
            }
            own = names.key(name);
        }
        let at = (base + hit).saturating_sub(start);
        if at > 0 && best != Some(Place::Word) && begins_character(own.bytes, at) {
            let is_word = own.is_word_start(at);
            best = Some(if is_word { Place::Word } else { Place::Inside });
        }
    }
    report(name, own, best);
}
