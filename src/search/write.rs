//! Writes the bytes that [`super::layout`] describes.

use super::Tier;
use super::key::{encode, signature};
use super::layout::{BLOCK, HEADER, Key, MAGIC, WIDTHS, push_lengths, push_shared, width_of};
use super::words::Gathered;
use std::collections::HashMap;
use std::thread;

/// The most kinds of names that are told apart; of further ones only the tier is kept.
const MOST_KINDS: usize = 1 << 16;

/// From how many names on a thread of its own gathers their words.
const MANY: usize = 1 << 14;

/// Names, in the order of their keys once they are sorted.
struct Names {
    all: Vec<Name>,
    /// Of each name its key, its words' lengths and its text.
    bytes: Vec<u8>,
    /// Tier and language of each kind.
    kinds: Vec<(Tier, String)>,
}

struct Name {
    /// The key's first bytes as a number, which settles most comparisons.
    head: u64,
    start: u64,
    term: u32,
    text: u32,
    key: u16,
    kind: u16,
}

impl Names {
    fn gather<T, L>(names: impl Iterator<Item = (u32, Tier, T, L)>) -> Self
    where
        T: AsRef<str>,
        L: AsRef<str>,
    {
        let (mut all, mut bytes) = (Vec::new(), Vec::new());
        let (mut kinds, mut words) = (Kinds::default(), Vec::new());
        for (term, tier, text, language) in names {
            let (start, text) = (bytes.len(), text.as_ref());
            words.clear();
            encode(text, &mut bytes, &mut words);
            if bytes.len() == start {
                continue; // White space names nothing.
            }
            push_lengths(&mut bytes, &words);
            let key = bytes.len() - start;
            bytes.extend_from_slice(text.as_bytes());
            // Where a key or a text is longer than can be said, it is no name.
            let (Ok(key), Ok(text)) = (u16::try_from(key), u32::try_from(text.len())) else {
                bytes.truncate(start);
                continue;
            };
            all.push(Name {
                head: head(&bytes[start..start + usize::from(key)]),
                start: start as u64,
                term,
                text,
                key,
                kind: kinds.number(tier, language.as_ref()),
            });
        }
        Self {
            all,
            bytes,
            kinds: kinds.all,
        }
    }

    fn key(&self, name: &Name) -> &[u8] {
        let start = name.start as usize;
        &self.bytes[start..start + usize::from(name.key)]
    }

    fn text(&self, name: &Name) -> &[u8] {
        let start = name.start as usize + usize::from(name.key);
        &self.bytes[start..start + name.text as usize]
    }

    /// What a name is compared by.
    fn order<'n>(&'n self, name: &'n Name) -> impl Ord + use<'n> {
        let (tier, language) = &self.kinds[usize::from(name.kind)];
        (
            name.head,
            self.key(name),
            *tier,
            name.term,
            self.text(name),
            language,
        )
    }

    fn sort(&mut self) {
        let mut all = std::mem::take(&mut self.all);
        // Names mostly come in long stretches that are in order already, which a stable sort makes use of.
        all.sort_by(|left, right| self.order(left).cmp(&self.order(right)));
        self.all = all;
    }
}

/// Kinds of names, numbered as they come.
#[derive(Default)]
struct Kinds {
    all: Vec<(Tier, String)>,
    /// By tier.
    numbers: [HashMap<String, u16>; 4],
}

impl Kinds {
    fn number(&mut self, tier: Tier, language: &str) -> u16 {
        let numbers = &mut self.numbers[tier as usize];
        if let Some(number) = numbers.get(language) {
            return *number;
        }
        if self.all.len() >= MOST_KINDS - 4 && !language.is_empty() {
            return self.number(tier, "");
        }
        let number = self.all.len() as u16;
        self.all.push((tier, language.to_owned()));
        numbers.insert(language.to_owned(), number);
        number
    }
}

/// Writes the index of some names, see [`super::build`].
pub fn write<T, L, I>(parts: Vec<I>) -> Vec<u8>
where
    T: AsRef<str>,
    L: AsRef<str>,
    I: Iterator<Item = (u32, Tier, T, L)> + Send,
{
    let sorted = |names: I| {
        let mut names = Names::gather(names);
        names.sort();
        names
    };
    serialise(side_by_side(parts, sorted))
}

/// Does something with each item, on a thread each where there are several.
fn side_by_side<A: Send, B: Send>(items: Vec<A>, work: impl Fn(A) -> B + Sync) -> Vec<B> {
    let work = &work;
    let token = crate::cancel::current();
    thread::scope(|scope| {
        let mut items = items.into_iter();
        let last = items.next_back();
        let threads: Vec<_> = items
            .map(|item| {
                let token = token.clone();
                scope.spawn(move || crate::cancel::under(&token, || work(item)))
            })
            .collect();
        let last = last.map(work);
        let joined = threads.into_iter().map(|thread| {
            let done = thread.join();
            done.unwrap_or_else(|payload| std::panic::resume_unwind(payload))
        });
        joined.collect::<Vec<_>>().into_iter().chain(last).collect()
    })
}

/// The first eight bytes as a number that orders as they do.
fn head(key: &[u8]) -> u64 {
    let mut bytes = [0; 8];
    for (place, byte) in bytes.iter_mut().zip(key) {
        *place = *byte;
    }
    u64::from_be_bytes(bytes)
}

/// The names of several parts in the order of all.
struct Merged {
    parts: Vec<Names>,
    /// The part that each name is of, and which of it.
    order: Vec<(u32, u32)>,
}

impl Merged {
    /// Of names that are equal one stays.
    fn new(parts: Vec<Names>) -> Self {
        let mut order: Vec<(u32, u32)> = Vec::new();
        let mut next = vec![0; parts.len()];
        loop {
            let heads = parts
                .iter()
                .zip(&next)
                .zip(0..)
                .filter_map(|((part, &at), number)| Some((part.order(part.all.get(at)?), number)));
            let Some((least, number)) = heads.min() else {
                break;
            };
            let is_new = order.last().is_none_or(|&(part, at)| {
                let part = &parts[part as usize];
                part.order(&part.all[at as usize]) != least
            });
            let at = &mut next[number as usize];
            if is_new {
                order.push((number, *at as u32));
            }
            *at += 1;
        }
        Self { parts, order }
    }

    /// The names in order, each with its part and the number of that.
    fn names(&self) -> impl ExactSizeIterator<Item = (usize, &Names, &Name)> {
        self.order.iter().map(|&(part, at)| {
            let names = &self.parts[part as usize];
            (part as usize, names, &names.all[at as usize])
        })
    }
}

fn serialise(parts: Vec<Names>) -> Vec<u8> {
    let names = Merged::new(parts);
    let count = names.order.len();
    let (words, (rows, widths, sized)) = match count > MANY {
        true => thread::scope(|scope| {
            let words = scope.spawn(|| words(&names));
            let rest = sections(&names);
            let words = words.join();
            (
                words.unwrap_or_else(|payload| std::panic::resume_unwind(payload)),
                rest,
            )
        }),
        false => (words(&names), sections(&names)),
    };
    drop(names);
    let [table, keys, texts] = sized;
    let sized = [table, words, keys, texts];
    let mut bytes =
        Vec::with_capacity(HEADER + rows.len() + sized.iter().map(Vec::len).sum::<usize>());
    bytes.extend(MAGIC);
    bytes.extend((count as u64).to_le_bytes());
    bytes.extend(widths);
    for section in &sized {
        bytes.extend((section.len() as u64).to_le_bytes());
    }
    bytes.extend(rows);
    for section in sized {
        bytes.extend(section);
    }
    bytes
}

fn words(names: &Merged) -> Vec<u8> {
    let mut words = Gathered::default();
    for (at, (_, part, name)) in names.names().enumerate() {
        let key = Key::read(part.key(name));
        if key.word_ends().nth(1).is_some() {
            key.words().for_each(|word| words.push(word, at as u32));
        }
    }
    words.into_bytes()
}

/// The rows of numbers and how wide they are, then the kinds' table, keys and texts.
fn sections(names: &Merged) -> (Vec<u8>, [u8; WIDTHS], [Vec<u8>; 3]) {
    let parts = &names.parts;
    let mut kinds: Vec<&(Tier, String)> = parts.iter().flat_map(|part| &part.kinds).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let (mut table, mut tags) = ((kinds.len() as u32).to_le_bytes().to_vec(), Vec::new());
    for (tier, language) in &kinds {
        tags.extend_from_slice(language.as_bytes());
        table.push(*tier as u8);
        table.extend((tags.len() as u32).to_le_bytes());
    }
    table.extend(tags);
    let places = |part: &Names| -> Vec<u64> {
        let kinds = part
            .kinds
            .iter()
            .map(|kind| kinds.partition_point(|other| *other < kind));
        kinds.map(|place| place as u64).collect()
    };
    let places: Vec<Vec<u64>> = parts.iter().map(places).collect();

    let (mut keys, mut texts) = (Vec::new(), Vec::new());
    let (mut key_starts, mut text_starts) = (Vec::new(), Vec::new());
    let mut last: &[u8] = &[];
    for (at, (_, part, name)) in names.names().enumerate() {
        let text = part.text(name);
        if at.is_multiple_of(BLOCK) {
            key_starts.push(keys.len() as u64);
            text_starts.push(texts.len() as u64);
            last = &[];
        }
        let same = last
            .iter()
            .zip(text)
            .take_while(|(left, right)| left == right);
        let shared = same.count();
        push_shared(&mut texts, shared, text.len() - shared);
        texts.extend_from_slice(&text[shared..]);
        last = text;
        keys.extend_from_slice(part.key(name));
    }

    let (mut rows, mut widths) = (Vec::new(), [0; WIDTHS]);
    let mut row = |which: usize, numbers: &mut dyn Iterator<Item = u64>, most: u64| {
        let width = width_of(most);
        widths[which] = width as u8;
        numbers.for_each(|number| rows.extend_from_slice(&number.to_le_bytes()[..width]));
    };
    let all = || names.names().map(|(_, _, name)| name);
    let most = |number: fn(&Name) -> u64| all().map(number).max().unwrap_or(0);
    let (length, term) = (
        |name: &Name| u64::from(name.key),
        |name: &Name| u64::from(name.term),
    );
    let mut kinds_of = names
        .names()
        .map(|(part, _, name)| places[part][usize::from(name.kind)]);
    row(0, &mut all().map(length), most(length));
    row(1, &mut all().map(term), most(term));
    row(2, &mut kinds_of, kinds.len() as u64);
    row(3, &mut key_starts.into_iter(), keys.len() as u64);
    row(4, &mut text_starts.into_iter(), texts.len() as u64);
    for (_, part, name) in names.names() {
        rows.extend(signature(Key::read(part.key(name)).bytes).to_le_bytes());
    }
    (rows, widths, [table, keys, texts])
}
