//! The bytes of the index, read without trusting them.
//!
//! All numbers are little endian and as wide as the header says, nothing is aligned. A header, then these sections:
//!
//! | section | what |
//! | --- | --- |
//! | lengths | of each name: how long its key is, words' lengths included |
//! | terms | of each name: the term |
//! | kinds | of each name: the number of its kind |
//! | signatures | of each name: which characters occur in the key, 4 bytes |
//! | keys' starts | where the key of each [`BLOCK`]th name begins |
//! | texts' starts | where the text of each [`BLOCK`]th name begins |
//! | kinds' table | how many kinds there are, 4 bytes; of each the tier, a byte, and where its tag ends, 4; the language tags |
//! | words | see [`super::words`] |
//! | keys | the key, then its words' lengths as bytes below 32, of which 31 means "and more" |
//! | texts | the name as written: what it shares with the one before, the rest's length, the rest |
//!
//! Names stand in the order of their keys, so that a name and all that begins with it are a range. The lengths
//! end each key: no search runs from one key into the next.

use super::words::Words;
use super::{Damaged, Tier};
use crate::varint;
use std::ops::Range;

/// What the bytes begin with: this format, this version.
pub const MAGIC: [u8; 8] = *b"kgqfind3";
/// The magic number, the number of names, how wide the numbers of [`WIDTHS`] sections are, the lengths of the last
/// [`SIZES`] sections.
pub const HEADER: usize = 8 + 8 + WIDTHS + SIZES * 8;
/// The sections that are rows of numbers, but for the signatures: lengths, terms, kinds, keys' starts, texts' starts.
pub const WIDTHS: usize = 5;
/// The sections of any length: kinds' table, words, keys, texts.
pub const SIZES: usize = 4;
/// Names in a block: the text of the first is whole, each other is told from the one before it.
pub const BLOCK: usize = 16;
/// The length of a part of a word after which the word goes on.
const MORE: usize = 31;
/// Bytes of a key from here on are no words' lengths.
pub const FIRST_KEY_BYTE: u8 = 0x20;
/// How many bytes the tier and the end of the tag of a kind take.
const KIND: usize = 5;
/// From here on a number of four bits goes on in the bytes that follow.
const NIBBLE: usize = 15;

/// Numbers of the same width in bytes.
#[derive(Clone, Copy, Debug)]
struct Row<'a> {
    bytes: &'a [u8],
    width: usize,
}

impl Row<'_> {
    /// The number at this place; 0 beyond the end.
    #[inline]
    fn get(&self, at: usize) -> u64 {
        let start = at.saturating_mul(self.width);
        let bytes = self.bytes.get(start..).unwrap_or_default();
        match bytes.first_chunk() {
            Some(eight) => u64::from_le_bytes(*eight) & (!0 >> (64 - 8 * self.width as u32)),
            None => {
                let bytes = &bytes[..self.width.min(bytes.len())];
                let fold = |number: u64, byte: &u8| number << 8 | u64::from(*byte);
                bytes.iter().rev().fold(0, fold)
            }
        }
    }

    /// The sum of the numbers of a range.
    #[inline]
    fn sum(&self, range: Range<usize>) -> usize {
        match self.width {
            1 => {
                let bytes = self.bytes.get(range).unwrap_or_default();
                bytes.iter().map(|byte| usize::from(*byte)).sum()
            }
            _ => range.map(|at| self.get(at) as usize).sum(),
        }
    }
}

/// How many bytes numbers up to `most` need; at least one.
pub fn width_of(most: u64) -> usize {
    (64 - most.leading_zeros() as usize).div_ceil(8).max(1)
}

/// An index in bytes, in which names are numbered from zero in the order of their keys.
///
/// Damaged bytes give wrong or empty answers, never a panic and never an endless loop.
#[derive(Clone, Copy, Debug)]
pub struct Names<'a> {
    count: usize,
    lengths: Row<'a>,
    terms: Row<'a>,
    kinds: Row<'a>,
    signatures: &'a [u8],
    key_starts: Row<'a>,
    text_starts: Row<'a>,
    table: &'a [u8],
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
        let count = read_u64(&header[8..]);
        let widths = &header[16..16 + WIDTHS];
        let size = |at: usize| read_u64(&header[16 + WIDTHS + 8 * at..]);
        let mut rest = &bytes[HEADER..];
        let blocks = count.div_ceil(BLOCK as u64);
        let names = (|| {
            let mut row = |at: usize, count: u64| {
                let width = usize::from(widths[at]);
                let bytes = take_section(&mut rest, count.checked_mul(width as u64)?)?;
                (1..=8).contains(&width).then_some(Row { bytes, width })
            };
            Some(Self {
                count: usize::try_from(count).ok()?,
                lengths: row(0, count)?,
                terms: row(1, count)?,
                kinds: row(2, count)?,
                key_starts: row(3, blocks)?,
                text_starts: row(4, blocks)?,
                signatures: take_section(&mut rest, count.checked_mul(4)?)?,
                table: take_section(&mut rest, size(0))?,
                words: Words::read(take_section(&mut rest, size(1))?),
                keys: take_section(&mut rest, size(2))?,
                texts: take_section(&mut rest, size(3))?,
            })
        })();
        let whole = names.filter(|_| rest.is_empty());
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
        self.terms.get(name) as u32
    }

    /// What kind of name it is.
    #[inline]
    pub fn tier(&self, name: usize) -> Tier {
        let entry = 4 + KIND * self.kinds.get(name) as usize;
        match self.table.get(entry) {
            Some(0) | None => Tier::LocalName,
            Some(1) => Tier::Preferred,
            Some(2) => Tier::Alternative,
            Some(_) => Tier::Hidden,
        }
    }

    /// The language tag of a name, or "".
    pub fn language(&self, name: usize) -> String {
        let kind = self.kinds.get(name) as usize;
        let end =
            |kind: usize| read_u32(self.table.get(4 + KIND * kind + 1..).unwrap_or_default(), 0);
        let start = kind.checked_sub(1).map_or(0, end) as usize;
        let tags = 4 + KIND * read_u32(self.table, 0) as usize;
        let tags = self.table.get(tags..).unwrap_or_default();
        let tag = tags.get(start..end(kind) as usize).unwrap_or_default();
        String::from_utf8_lossy(tag).into_owned()
    }

    /// The characters of the keys of a range of names, see [`super::key::signature`]: little endian, as they lie.
    #[inline]
    pub fn signatures(&self, names: Range<usize>) -> &'a [[u8; 4]] {
        let (signatures, _) = self.signatures.as_chunks();
        signatures.get(names).unwrap_or_default()
    }

    /// The keys of a range of names one after the other, each followed by its words' lengths.
    pub fn keys_of(&self, names: Range<usize>) -> &'a [u8] {
        self.keys
            .get(self.start(names.start)..self.start(names.end))
            .unwrap_or_default()
    }

    /// The names of a range, each with its key and its words' lengths as they lie.
    pub fn keys_by_name(
        &self,
        names: Range<usize>,
    ) -> impl Iterator<Item = (usize, &'a [u8])> + use<'a> {
        let mut rest = self.keys_of(names.clone());
        let lengths = self.lengths;
        names.map(move |name| {
            let length = (lengths.get(name) as usize).min(rest.len());
            let (key, behind) = rest.split_at(length);
            rest = behind;
            (name, key)
        })
    }

    /// How many bytes a name's key and its words' lengths take.
    #[inline]
    pub fn length(&self, name: usize) -> usize {
        self.lengths.get(name) as usize
    }

    /// Where a name's key begins among all keys; behind the last name, where all end.
    #[inline]
    pub fn start(&self, name: usize) -> usize {
        if name >= self.count {
            return self.keys.len();
        }
        let block = name / BLOCK;
        let start = usize::try_from(self.key_starts.get(block)).unwrap_or(usize::MAX);
        start.saturating_add(self.lengths.sum(block * BLOCK..name))
    }

    /// A name's key and the lengths of its words.
    #[inline]
    pub fn key(&self, name: usize) -> Key<'a> {
        Key::read(self.key_bytes(name))
    }

    /// A name's key and the lengths of its words, as they lie.
    #[inline]
    pub fn key_bytes(&self, name: usize) -> &'a [u8] {
        let start = self.start(name);
        self.keys
            .get(start..start.saturating_add(self.length(name)))
            .unwrap_or_default()
    }

    /// The names whose keys begin with `prefix`; those that equal it come first.
    pub fn with_prefix(&self, prefix: &[u8]) -> Range<usize> {
        let key = |name: usize| self.key_bytes(name);
        let first = partition(0..self.count, |name| key(name) < prefix);
        let end = partition(first..self.count, |name| key(name).starts_with(prefix));
        first..end
    }

    /// The names of a range as written, in order.
    pub fn texts(&self, names: Range<usize>) -> Texts<'a> {
        let block = names.start / BLOCK;
        let start = usize::try_from(self.text_starts.get(block)).unwrap_or(usize::MAX);
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

fn take_section<'a>(rest: &mut &'a [u8], length: u64) -> Option<&'a [u8]> {
    let (section, after) = rest.split_at_checked(usize::try_from(length).ok()?)?;
    *rest = after;
    Some(section)
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

/// The number that bytes begin with; 0 if they are too few.
fn read_u64(bytes: &[u8]) -> u64 {
    bytes
        .first_chunk()
        .map_or(0, |number| u64::from_le_bytes(*number))
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
    pub fn word_ends(&self) -> impl Iterator<Item = usize> + Clone {
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
        let (&numbers, rest) = self.rest.split_first()?;
        self.rest = rest;
        let shared = take_excess(usize::from(numbers >> 4), &mut self.rest)?;
        let length = take_excess(usize::from(numbers) & NIBBLE, &mut self.rest)?;
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

/// Appends what a text shares with the one before it and how long the rest is: a byte for both, and what is more.
pub fn push_shared(texts: &mut Vec<u8>, shared: usize, rest: usize) {
    texts.push((shared.min(NIBBLE) << 4 | rest.min(NIBBLE)) as u8);
    for number in [shared, rest] {
        if number >= NIBBLE {
            varint::push((number - NIBBLE) as u64, texts);
        }
    }
}

fn take_excess(number: usize, bytes: &mut &[u8]) -> Option<usize> {
    match number {
        NIBBLE => varint::take(bytes)?.checked_add(NIBBLE),
        _ => Some(number),
    }
}
