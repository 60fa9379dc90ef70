//! A growing set of texts, each numbered when it is first met.

use std::hash::BuildHasher;

use foldhash::fast::RandomState;

/// How many texts are looked up side by side, so that their cache misses overlap.
pub(super) const BATCH: usize = 32;

/// Bits of an entry that say where its text ends; the rest is its class.
const END_BITS: u32 = 40;

/// Texts of classes, numbered from 0 in the order in which they came.
#[derive(Default)]
pub(super) struct Interner {
    bytes: Vec<u8>,
    /// Class and end of each text.
    entries: Vec<u64>,
    /// At the place that a text's hash leads to: half of the hash, and the text's number plus one; 0 where there is none.
    slots: Vec<u64>,
    /// Differs from process to process, so that no input can be made to collide.
    hasher: RandomState,
}

/// The texts of an [`Interner`] without what finds them.
pub(super) struct Texts {
    bytes: Vec<u8>,
    entries: Vec<u64>,
}

impl Interner {
    /// What leads to a text of a class; what stands there is on its way into the cache then.
    #[inline]
    pub fn prefetch(&self, class: u32, text: &[u8]) -> u64 {
        let hash = self.hash(class, text);
        #[cfg(target_arch = "x86_64")]
        if let Some(mask) = self.slots.len().checked_sub(1) {
            use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
            let slot = &raw const self.slots[hash as usize & mask];
            // SAFETY: nothing is read; the hint may be about any address.
            unsafe { _mm_prefetch::<_MM_HINT_T0>(slot.cast()) };
        }
        hash
    }

    /// What leads to a text of a class.
    #[inline]
    fn hash(&self, class: u32, text: &[u8]) -> u64 {
        self.hasher.hash_one((class, text))
    }

    /// The number of a text in a class; a new one if it is new, which `is_new` hears of before.
    ///
    /// Numbers stay below 2³¹ and classes below 2²⁴; `None` when they are used up.
    pub fn intern(&mut self, class: u32, text: &[u8]) -> Option<u32> {
        let hash = self.hash(class, text);
        match self.find(hash, class, text) {
            Some(number) => Some(number),
            None => self.insert(hash, class, text),
        }
    }

    /// The number of a text that was met before.
    #[inline]
    pub fn find(&self, hash: u64, class: u32, text: &[u8]) -> Option<u32> {
        let mask = self.slots.len().checked_sub(1)?;
        let mut at = hash as usize & mask;
        loop {
            let slot = self.slots[at];
            if slot == 0 {
                return None;
            }
            if slot >> 32 == hash >> 32 {
                let number = slot as u32 - 1;
                if self.class(number) == class && self.text(number) == text {
                    return Some(number);
                }
            }
            at = (at + 1) & mask;
        }
    }

    /// Reads what [`Interner::find`] will need of several texts, all at once.
    #[inline]
    pub fn prepare(&self, hashes: impl Iterator<Item = u64>) -> u64 {
        let Some(mask) = self.slots.len().checked_sub(1) else {
            return 0;
        };
        let mut numbers = [0_u32; BATCH];
        for (number, hash) in numbers.iter_mut().zip(hashes) {
            *number = self.slots[hash as usize & mask] as u32;
        }
        let mut ends = [0_usize; BATCH];
        for (end, &number) in ends.iter_mut().zip(&numbers) {
            if number > 1 {
                *end = end_of(self.entries[number as usize - 2]);
            }
        }
        // The sum keeps the reads from being optimised away.
        let last = self.bytes.len().saturating_sub(1);
        ends.iter()
            .map(|&end| u64::from(self.bytes.get(end.min(last)).copied().unwrap_or(0)))
            .sum()
    }

    /// The number of a text that is new.
    #[cold]
    pub fn insert(&mut self, hash: u64, class: u32, text: &[u8]) -> Option<u32> {
        if (self.entries.len() + 1) * 8 > self.slots.len() * 5 {
            self.grow();
        }
        let number = u32::try_from(self.entries.len()).ok()?;
        if number >> 31 != 0 || class >> (64 - END_BITS) != 0 {
            return None;
        }
        let end = (self.bytes.len() + text.len()) as u64;
        if end >> END_BITS != 0 {
            return None;
        }
        self.put(hash, number);
        self.bytes.extend_from_slice(text);
        self.entries.push(u64::from(class) << END_BITS | end);
        Some(number)
    }

    fn class(&self, number: u32) -> u32 {
        class_of(self.entries[number as usize])
    }

    fn text(&self, number: u32) -> &[u8] {
        text_of(&self.bytes, &self.entries, number)
    }

    /// The texts; what finds them is let go.
    pub fn into_texts(self) -> Texts {
        Texts {
            bytes: self.bytes,
            entries: self.entries,
        }
    }

    fn grow(&mut self) {
        let slots = (self.slots.len() * 2).max(256);
        self.slots = Vec::new();
        self.slots.resize(slots, 0);
        let mut hashes = [0; BATCH];
        let count = self.entries.len() as u32;
        for first in (0..count).step_by(BATCH) {
            let numbers = first..count.min(first + BATCH as u32);
            for (hash, number) in hashes.iter_mut().zip(numbers.clone()) {
                *hash = self.prefetch(self.class(number), self.text(number));
            }
            for (&hash, number) in hashes.iter().zip(numbers) {
                self.put(hash, number);
            }
        }
    }

    /// Lets a hash lead to a number.
    fn put(&mut self, hash: u64, number: u32) {
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        while self.slots[at] != 0 {
            at = (at + 1) & mask;
        }
        self.slots[at] = hash >> 32 << 32 | u64::from(number + 1);
    }
}

impl Texts {
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    #[inline]
    pub fn class(&self, number: u32) -> u32 {
        class_of(self.entries[number as usize])
    }

    #[inline]
    pub fn text(&self, number: u32) -> &[u8] {
        text_of(&self.bytes, &self.entries, number)
    }

    /// How long all texts are together.
    pub fn size(&self) -> usize {
        self.bytes.len()
    }
}

#[inline]
fn class_of(entry: u64) -> u32 {
    (entry >> END_BITS) as u32
}

#[inline]
fn end_of(entry: u64) -> usize {
    (entry & ((1 << END_BITS) - 1)) as usize
}

#[inline]
fn text_of<'t>(bytes: &'t [u8], entries: &[u64], number: u32) -> &'t [u8] {
    let number = number as usize;
    let start = match number {
        0 => 0,
        _ => end_of(entries[number - 1]),
    };
    &bytes[start..end_of(entries[number])]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_keeps_its_number_while_the_set_grows() {
        let mut interner = Interner::default();
        for round in 0..2 {
            for n in 0..5000_u32 {
                let number = interner.intern(n % 3, format!("text {}", n / 3).as_bytes());
                assert_eq!(number, Some(n), "in round {round}");
            }
        }
        let texts = interner.into_texts();
        assert_eq!(texts.len(), 5000);
        assert_eq!((texts.class(4), texts.text(4)), (1, "text 1".as_bytes()));
    }

    #[test]
    fn classes_past_their_room_are_refused() {
        assert_eq!(Interner::default().intern(1 << 24, b"x"), None);
    }
}
