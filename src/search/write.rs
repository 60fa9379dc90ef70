//! Writes the bytes that [`super::layout`] describes.

use super::Tier;
use super::key::{encode, signature};
use super::layout::{BLOCK, HEADER, Key, MAGIC, push_lengths};
use super::words::Gathered;
use std::collections::HashMap;
use std::ops::Range;

/// The most languages that are told apart; names in further ones are kept without a tag.
const MOST_LANGUAGES: usize = 1 << 14;

struct Name {
    /// The key's first bytes as a number, which settles most comparisons.
    head: u64,
    term: u32,
    kind: u16,
    signature: u32,
    key: Range<usize>,
    text: Range<usize>,
}

/// Writes the index of some names, see [`super::build`].
pub fn write<T, L>(names: impl Iterator<Item = (u32, Tier, T, L)>) -> Vec<u8>
where
    T: AsRef<str>,
    L: AsRef<str>,
{
    let (mut keys, mut texts, mut all) = (Vec::new(), Vec::new(), Vec::<Name>::new());
    let (mut words, mut languages) = (Vec::new(), Languages(HashMap::from([(String::new(), 0)])));
    for (term, tier, text, language) in names {
        let (start, text) = (keys.len(), text.as_ref());
        words.clear();
        encode(text, &mut keys, &mut words);
        if keys.len() == start {
            continue; // White space names nothing.
        }
        let signature = signature(&keys[start..]);
        push_lengths(&mut keys, &words);
        let kind = languages.number(language.as_ref()) << 2 | tier as u16;
        let text_start = texts.len();
        texts.extend_from_slice(text.as_bytes());
        all.push(Name {
            head: head(&keys[start..]),
            term,
            kind,
            signature,
            key: start..keys.len(),
            text: text_start..texts.len(),
        });
    }
    let (languages, places) = languages.sorted();
    for name in &mut all {
        name.kind = places[usize::from(name.kind >> 2)] << 2 | name.kind & 3;
    }
    let order = |name: &Name| {
        let (key, text) = (&keys[name.key.clone()], &texts[name.text.clone()]);
        (name.head, key, name.kind & 3, name.term, text, name.kind)
    };
    all.sort_unstable_by(|left, right| order(left).cmp(&order(right)));
    all.dedup_by(|left, right| order(left) == order(right));
    serialise(&all, &keys, &texts, &languages)
}

/// The first eight bytes as a number that orders as they do.
fn head(key: &[u8]) -> u64 {
    let mut bytes = [0; 8];
    for (place, byte) in bytes.iter_mut().zip(key) {
        *place = *byte;
    }
    u64::from_be_bytes(bytes)
}

fn serialise(names: &[Name], keys: &[u8], texts: &[u8], languages: &[u8]) -> Vec<u8> {
    let (mut blocks, mut told, mut last) =
        (Vec::new(), Vec::with_capacity(texts.len() / 2), &[][..]);
    for (at, name) in names.iter().enumerate() {
        let text = &texts[name.text.clone()];
        if at % BLOCK == 0 {
            blocks.extend((told.len() as u64).to_le_bytes());
            last = &[];
        }
        let shared = last
            .iter()
            .zip(text)
            .take_while(|(left, right)| left == right)
            .count();
        push_number(&mut told, shared);
        push_number(&mut told, text.len() - shared);
        told.extend_from_slice(&text[shared..]);
        last = text;
    }
    let mut words = Gathered::default();
    for (at, name) in names.iter().enumerate() {
        for word in Key::read(&keys[name.key.clone()]).words() {
            words.push(word, at as u32);
        }
    }
    let words = words.into_bytes();
    let key_bytes = names.iter().map(|name| name.key.len()).sum::<usize>();
    let wide = key_bytes > u32::MAX as usize;
    let per_name = if wide { 8 } else { 4 } + 4 + 2 + 4;
    let sections = [
        blocks.len(),
        languages.len(),
        words.len(),
        key_bytes,
        told.len(),
    ];
    let capacity = HEADER + names.len() * per_name + sections.iter().sum::<usize>();
    let mut bytes = Vec::with_capacity(capacity);
    bytes.extend(MAGIC);
    bytes.extend((names.len() as u32).to_le_bytes());
    bytes.extend(u32::from(wide).to_le_bytes());
    for length in sections {
        bytes.extend((length as u64).to_le_bytes());
    }
    let mut end = 0;
    for name in names {
        end += name.key.len();
        match wide {
            true => bytes.extend((end as u64).to_le_bytes()),
            false => bytes.extend((end as u32).to_le_bytes()),
        }
    }
    names
        .iter()
        .for_each(|name| bytes.extend(name.term.to_le_bytes()));
    names
        .iter()
        .for_each(|name| bytes.extend(name.kind.to_le_bytes()));
    names
        .iter()
        .for_each(|name| bytes.extend(name.signature.to_le_bytes()));
    bytes.extend(blocks);
    bytes.extend_from_slice(languages);
    bytes.extend(words);
    names
        .iter()
        .for_each(|name| bytes.extend_from_slice(&keys[name.key.clone()]));
    bytes.extend(told);
    bytes
}

/// Numbers of one byte below 255, else nine.
fn push_number(bytes: &mut Vec<u8>, number: usize) {
    match u8::try_from(number) {
        Ok(small) if small < u8::MAX => bytes.push(small),
        _ => {
            bytes.push(u8::MAX);
            bytes.extend((number as u64).to_le_bytes());
        }
    }
}

/// The language tags of an index, numbered as they come.
struct Languages(HashMap<String, u16>);

impl Languages {
    fn number(&mut self, tag: &str) -> u16 {
        if let Some(number) = self.0.get(tag) {
            return *number;
        }
        let number = self.0.len();
        if number == MOST_LANGUAGES {
            return 0;
        }
        self.0.insert(tag.to_owned(), number as u16);
        number as u16
    }

    /// The tags in order as bytes, and of each tag the place there that its number becomes.
    fn sorted(self) -> (Vec<u8>, Vec<u16>) {
        let mut tags: Vec<_> = self.0.into_iter().collect();
        tags.sort_unstable();
        let (mut table, mut places) = (Vec::new(), vec![0; tags.len()]);
        for (place, (tag, number)) in tags.iter().enumerate() {
            table.extend((tag.len() as u32).to_le_bytes());
            table.extend_from_slice(tag.as_bytes());
            places[usize::from(*number)] = place as u16;
        }
        (table, places)
    }
}
