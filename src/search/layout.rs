//! The bytes of the index, read without trusting them.
//!
//! All numbers are little endian, nothing is aligned. A header, then these sections:
//!
//! | section | per name | what |
//! | --- | --- | --- |
//! | ends | 4 or 8 | where the name's key ends |
//! | terms | 4 | the term |
//! | kinds | 2 | the tier and the language |
//! | signatures | 4 | which characters occur in the key |
//! | blocks | ½ | where each block of 16 texts begins, 8 bytes |
//! | languages | | every tag once: length, 4 bytes, and text |
//! | words | | see [`super::words`] |
//! | keys | | the key, then its words' lengths as bytes below 32, of which 31 means "and more" |
//! | texts | | the name as written: what it shares with the one before, the rest's length, the rest |
//!
//! Names stand in the order of their keys, so that a name and all that begins with it are a range. The lengths
//! end each key: no search runs from one key into the next.

use super::words::Words;
use super::{Damaged, Tier};
use std::ops::Range;

/// What the bytes begin with: this format, this version.
pub const MAGIC: [u8; 8] = *b"kgqfind1";
/// The magic number, the number of names, whether ends are wide, the lengths of the last five sections.
pub const HEADER: usize = 8 + 4 + 4 + 5 * 8;
/// Texts in a block: the first is whole, each other is told from the one before it.
pub const BLOCK: usize = 16;
/// The length of a part of a word after which the word goes on.
const MORE: usize = 31;
/// Bytes of a key from here on are no words' lengths.
const FIRST_KEY_BYTE: u8 = 0x20;

/// An index in bytes, in which names are numbered from zero in the order of their keys.
///
/// Damaged bytes give wrong or empty answers, never a panic and never an endless loop.
#[derive(Clone, Copy, Debug)]
pub struct Names<'a> {
    count: usize,
    wide: bool,
    ends: &'a [u8],
    terms: &'a [u8],
    kinds: &'a [u8],
    signatures: &'a [u8],
    blocks: &'a [u8],
    languages: &'a [u8],
    words: Words<'a>,
    keys: &'a [u8],
    texts: &'a [u8],
}

impl<'a> Names<'a> {
    /// Reads the header and finds the sections: takes the same time however large the index is.
    pub fn read(bytes: &'a [u8]) -> Result<Self, Damaged> {
        let header = bytes
            .first_chunk::<HEADER>()
            .ok_or(Damaged("it is too short"))?;
        if header[..8] != MAGIC {
            return Err(Damaged("it is no search index, or one of another version"));
        }
        let number = |at: usize| read_u32(header, at / 4) as usize;
        let (count, wide) = (number(8), number(12) == 1);
        let mut rest = &bytes[HEADER..];
        let mut section = |length: u64| {
            let length = usize::try_from(length).ok()?;
            let (section, after) = rest.split_at_checked(length)?;
            rest = after;
            Some(section)
        };
        let length = |at: usize| read_u64(header, 2 + at);
        let each = |size: u64| count as u64 * size;
        let names = (|| {
            Some(Self {
                count,
                wide,
                ends: section(each(if wide { 8 } else { 4 }))?,
                terms: section(each(4))?,
                kinds: section(each(2))?,
                signatures: section(each(4))?,
                blocks: section(length(0))?,
                languages: section(length(1))?,
                words: Words::read(section(length(2))?),
                keys: section(length(3))?,
                texts: section(length(4))?,
            })
        })();
        let whole = names
            .filter(|names| rest.is_empty() && names.blocks.len() == count.div_ceil(BLOCK) * 8);
        whole.ok_or(Damaged("its sections do not fit its length"))
    }

    /// How many names there are.
    pub fn count(&self) -> usize {
        self.count
    }

    /// The words of all names.
    pub fn words(&self) -> Words<'a> {
        self.words
    }

    /// The term that a name is of.
    pub fn term(&self, name: usize) -> u32 {
        read_u32(self.terms, name)
    }

    /// What kind of name it is.
    pub fn tier(&self, name: usize) -> Tier {
        match self.kind(name) & 3 {
            0 => Tier::LocalName,
            1 => Tier::Preferred,
            2 => Tier::Alternative,
            _ => Tier::Hidden,
        }
    }

    fn kind(&self, name: usize) -> u16 {
        let at = name.saturating_mul(2);
        let bytes = self.kinds.get(at..at.saturating_add(2));
        bytes
            .and_then(|bytes| bytes.first_chunk())
            .map_or(0, |bytes| u16::from_le_bytes(*bytes))
    }

    /// The language tag of a name, or "".
    pub fn language(&self, name: usize) -> String {
        let mut rest = self.languages;
        for _ in 0..self.kind(name) >> 2 {
            rest = rest
                .get(4 + read_u32(rest, 0) as usize..)
                .unwrap_or_default();
        }
        let tag = rest
            .get(4..4 + read_u32(rest, 0) as usize)
            .unwrap_or_default();
        String::from_utf8_lossy(tag).into_owned()
    }

    /// The names of a range, each with the characters of its key, see [`super::key::signature`].
    pub fn signatures(&self, names: Range<usize>) -> impl Iterator<Item = (usize, u32)> + use<'a> {
        let (chunks, _) = self.signatures.as_chunks();
        let chunks = chunks.get(names.clone()).unwrap_or_default();
        names.zip(chunks.iter().map(|bytes| u32::from_le_bytes(*bytes)))
    }

    /// The keys of a range of names one after the other, each followed by its words' lengths.
    pub fn keys_of(&self, names: Range<usize>) -> &'a [u8] {
        let end = names.end.checked_sub(1).map_or(0, |last| self.end(last));
        self.keys
            .get(self.start(names.start)..end)
            .unwrap_or_default()
    }

    /// Where a name's key and its words' lengths end among all keys.
    pub fn end(&self, name: usize) -> usize {
        match self.wide {
            true => usize::try_from(read_u64(self.ends, name)).unwrap_or(usize::MAX),
            false => read_u32(self.ends, name) as usize,
        }
    }

    /// Where a name's key begins among all keys.
    pub fn start(&self, name: usize) -> usize {
        name.checked_sub(1).map_or(0, |before| self.end(before))
    }

    /// A name's key and the lengths of its words.
    #[inline]
    pub fn key(&self, name: usize) -> Key<'a> {
        let bytes = self
            .keys
            .get(self.start(name)..self.end(name))
            .unwrap_or_default();
        Key::read(bytes)
    }

    /// The names whose keys begin with `prefix`; those that equal it come first.
    pub fn with_prefix(&self, prefix: &[u8]) -> Range<usize> {
        let key = |name: usize| {
            self.keys
                .get(self.start(name)..self.end(name))
                .unwrap_or_default()
        };
        let first = partition(0..self.count, |name| key(name) < prefix);
        let end = partition(first..self.count, |name| key(name).starts_with(prefix));
        first..end
    }

    /// The names of a range as written, in order.
    pub fn texts(&self, names: Range<usize>) -> Texts<'a> {
        let block = names.start / BLOCK;
        let start = usize::try_from(read_u64(self.blocks, block)).unwrap_or(usize::MAX);
        let mut texts = Texts {
            rest: self.texts.get(start..).unwrap_or_default(),
            at: block * BLOCK,
            end: names.end,
            text: Vec::new(),
        };
        while texts.at < names.start && texts.advance().is_some() {}
        texts
    }

    /// A name as written.
    pub fn text(&self, name: usize) -> String {
        self.texts(name..name + 1).next().unwrap_or_default()
    }
}

/// The first of a range of which `before` is false; it is true of all up to there.
fn partition(range: Range<usize>, before: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (range.start, range.end);
    while low < high {
        let middle = low + (high - low) / 2;
        if before(middle) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}

/// The number at this place of a row of them; 0 beyond its end.
pub fn read_u32(bytes: &[u8], at: usize) -> u32 {
    let start = at.saturating_mul(4);
    let number = bytes.get(start..).and_then(|bytes| bytes.first_chunk());
    number.map_or(0, |number| u32::from_le_bytes(*number))
}

fn read_u64(bytes: &[u8], at: usize) -> u64 {
    let start = at.saturating_mul(8);
    let number = bytes.get(start..).and_then(|bytes| bytes.first_chunk());
    number.map_or(0, |number| u64::from_le_bytes(*number))
}

/// Appends the lengths of a key's words, as they follow it.
pub fn push_lengths(keys: &mut Vec<u8>, words: &[usize]) {
    for length in words {
        keys.extend(std::iter::repeat_n(MORE as u8, length / MORE));
        keys.push((length % MORE) as u8);
    }
}

/// A name's key, and the lengths of its words as written.
#[derive(Clone, Copy, Debug)]
pub struct Key<'a> {
    /// The key's bytes.
    pub bytes: &'a [u8],
    lengths: &'a [u8],
}

impl<'a> Key<'a> {
    /// A key that its words' lengths follow.
    pub fn read(bytes: &'a [u8]) -> Self {
        let is_length = |byte: &&u8| **byte < FIRST_KEY_BYTE;
        let lengths = bytes.iter().rev().take_while(is_length).count();
        let (bytes, lengths) = bytes.split_at(bytes.len() - lengths);
        Self { bytes, lengths }
    }

    /// The words.
    pub fn words(&self) -> impl Iterator<Item = &'a [u8]> {
        let (bytes, mut start) = (self.bytes, 0);
        self.word_ends()
            .map_while(move |end| bytes.get(std::mem::replace(&mut start, end)..end))
    }

    /// Where the words end in the key, the last one included.
    pub fn word_ends(&self) -> impl Iterator<Item = usize> {
        let mut end = 0;
        self.lengths.iter().filter_map(move |length| {
            end += usize::from(*length);
            (usize::from(*length) < MORE).then_some(end)
        })
    }

    /// Whether a word begins at this byte of the key.
    pub fn is_word_start(&self, at: usize) -> bool {
        at == 0 || self.word_ends().any(|end| end == at)
    }
}

/// Names as written, in order: each equals a part of the one before it and a rest.
pub struct Texts<'a> {
    rest: &'a [u8],
    at: usize,
    end: usize,
    text: Vec<u8>,
}

impl Texts<'_> {
    fn advance(&mut self) -> Option<()> {
        if self.at.is_multiple_of(BLOCK) {
            self.text.clear();
        }
        let shared = take_number(&mut self.rest)?;
        let length = take_number(&mut self.rest)?;
        let (more, rest) = self.rest.split_at_checked(length)?;
        self.text.truncate(shared);
        self.text.extend_from_slice(more);
        self.rest = rest;
        self.at += 1;
        Some(())
    }
}

impl Iterator for Texts<'_> {
    type Item = String;

    fn next(&mut self) -> Option<String> {
        if self.at >= self.end {
            return None;
        }
        self.advance()?;
        Some(String::from_utf8_lossy(&self.text).into_owned())
    }
}

fn take_number(bytes: &mut &[u8]) -> Option<usize> {
    let (first, rest) = bytes.split_first()?;
    *bytes = rest;
    if *first < u8::MAX {
        return Some(usize::from(*first));
    }
    let (number, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    usize::try_from(u64::from_le_bytes(*number)).ok()
}
