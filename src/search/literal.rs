//! Names that contain a text as it was typed.

use super::blocks::blocks;
use super::hits::{Best, Way};
use super::key::{begins_character, fold, signature};
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

impl Place {
    /// The place of a byte of a name's key.
    pub fn of(name: Key, at: usize) -> Self {
        match at {
            0 => Self::Start,
            _ if name.is_word_start(at) => Self::Word,
            _ => Self::Inside,
        }
    }
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

/// Takes names whose keys begin with this one and are longer, found in this way.
pub fn beginnings(range: Range<usize>, key: &[u8], best: &mut Best, way: Way) {
    for (name, bytes) in best.names().keys_by_name(range) {
        if best.has_room(name, bytes, way, key.len()) {
            let own = Key::read(bytes).bytes;
            best.take(name, way, own.len().saturating_sub(key.len()));
        }
    }
}

/// Takes the names of a range whose keys have this one inside, not at their beginning: of each the best place, in the way
/// that `way` says, if any.
pub fn infixes(
    range: Range<usize>,
    key: &[u8],
    best: &mut Best,
    way: impl Fn(Place) -> Option<Way>,
) {
    let (names, finder, wanted) = (best.names(), Finder::new(key), signature(key));
    for block in blocks(&names, range, |own| own & wanted == wanted) {
        let keys = block.keys();
        if !finder.find_iter(keys).any(|at| begins_character(keys, at)) {
            continue;
        }
        for (name, bytes) in block.names() {
            let has_room = |way: &Way| best.has_room(name, bytes, *way, key.len());
            let own = Key::read(bytes);
            let at_word = way(Place::Word).filter(has_room);
            let way = at_word.filter(|_| is_word_prefix(key, own)).or_else(|| {
                let inside = way(Place::Inside).filter(has_room);
                inside.filter(|_| is_inside(&finder, own))
            });
            if let Some(way) = way {
                best.take(name, way, own.bytes.len().saturating_sub(key.len()));
            }
        }
    }
}

fn is_word_prefix(key: &[u8], name: Key) -> bool {
    let rest = |start| name.bytes.get(start..).unwrap_or_default();
    let is_here = |rest: &[u8]| rest.first() == key.first() && rest.starts_with(key);
    name.word_ends().any(|start| is_here(rest(start)))
}

fn is_inside(key: &Finder, name: Key) -> bool {
    let mut places = key.find_iter(name.bytes).filter(|at| *at > 0);
    places.any(|at| begins_character(name.bytes, at))
}
