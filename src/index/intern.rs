//! A growing set of texts, each numbered when it is first met.

use std::hash::BuildHasher;

use foldhash::fast::RandomState;

/// Texts of classes, numbered from 0 in the order in which they came.
#[derive(Default)]
pub(super) struct Interner {
    bytes: Vec<u8>,
    entries: Vec<Entry>,
    /// Number plus one of the entry at a place that its hash leads to, 0 where there is none; a power of two of them.
    slots: Vec<u32>,
    /// Differs from process to process, so that no input can be made to collide.
    hasher: RandomState,
}

#[derive(Clone, Copy)]
struct Entry {
    end: usize,
    class: u32,
    hash: u32,
}

impl Interner {
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// The number of a text in a class; a new one if it is new.
    ///
    /// Numbers stay below 2³¹; `None` when they are used up.
    pub fn intern(&mut self, class: u32, text: &[u8]) -> Option<u32> {
        if self.entries.len() * 4 >= self.slots.len() * 3 {
            self.grow();
        }
        let hash = self.hasher.hash_one((class, text)) as u32;
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        loop {
            let slot = self.slots[at];
            if slot == 0 {
                break;
            }
            let number = slot - 1;
            let entry = self.entries[number as usize];
            if entry.hash == hash && entry.class == class && self.text(number) == text {
                return Some(number);
            }
            at = (at + 1) & mask;
        }
        let number = u32::try_from(self.entries.len())
            .ok()
            .filter(|n| n >> 31 == 0)?;
        self.slots[at] = number + 1;
        self.bytes.extend_from_slice(text);
        self.entries.push(Entry {
            end: self.bytes.len(),
            class,
            hash,
        });
        Some(number)
    }

    pub fn class(&self, number: u32) -> u32 {
        self.entries[number as usize].class
    }

    pub fn text(&self, number: u32) -> &[u8] {
        let number = number as usize;
        let start = match number {
            0 => 0,
            _ => self.entries[number - 1].end,
        };
        &self.bytes[start..self.entries[number].end]
    }

    #[cold]
    fn grow(&mut self) {
        let slots = (self.slots.len() * 2).max(256);
        self.slots.clear();
        self.slots.resize(slots, 0);
        for (number, entry) in self.entries.iter().enumerate() {
            let mut at = entry.hash as usize & (slots - 1);
            while self.slots[at] != 0 {
                at = (at + 1) & (slots - 1);
            }
            self.slots[at] = number as u32 + 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_keeps_its_number_while_the_set_grows() {
        let mut texts = Interner::default();
        for round in 0..2 {
            for n in 0..5000_u32 {
                let number = texts.intern(n % 3, format!("text {}", n / 3).as_bytes());
                assert_eq!(number, Some(n), "in round {round}");
            }
        }
        assert_eq!(texts.len(), 5000);
        assert_eq!((texts.class(4), texts.text(4)), (1, "text 1".as_bytes()));
    }
}
