//! Texts in byte order.

use super::super::intern::Texts;

/// Runs shorter than this are compared whole.
const SHORT: usize = 24;

/// The texts of one gatherer in the order of their ids: class by class, byte by byte.
pub(super) struct Sorted {
    /// The texts, one after the other, and where each ends.
    bytes: Vec<u8>,
    ends: Vec<u64>,
    /// The number that each had when it was gathered.
    pub numbers: Vec<u32>,
    /// How many texts are in the classes before each class, by rank, and how many in all.
    pub class_starts: Vec<usize>,
}

impl Sorted {
    /// `rank` gives the place of each class among the classes, of which there are `classes`.
    pub fn new(texts: Texts, rank: &[u32], classes: usize) -> Self {
        let mut class_starts = vec![0; classes + 1];
        for number in 0..texts.len() as u32 {
            class_starts[rank[texts.class(number) as usize] as usize + 1] += 1;
        }
        for class in 0..classes {
            class_starts[class + 1] += class_starts[class];
        }
        let mut next = class_starts.clone();
        let mut keyed = vec![(0_u64, 0_u32); texts.len()];
        for number in 0..texts.len() as u32 {
            let at = &mut next[rank[texts.class(number) as usize] as usize];
            keyed[*at].1 = number;
            *at += 1;
        }
        for class in class_starts.windows(2) {
            sort_from(&mut keyed[class[0]..class[1]], 0, &texts);
        }
        let mut bytes = Vec::with_capacity(texts.size());
        let mut ends = Vec::with_capacity(texts.len());
        for &(_, number) in &keyed {
            bytes.extend_from_slice(texts.text(number));
            ends.push(bytes.len() as u64);
        }
        Self {
            bytes,
            ends,
            numbers: keyed.into_iter().map(|(_, number)| number).collect(),
            class_starts,
        }
    }

    /// The text at a place in the order.
    #[inline]
    pub fn text(&self, at: usize) -> &[u8] {
        let start = match at {
            0 => 0,
            _ => self.ends[at - 1] as usize,
        };
        &self.bytes[start..self.ends[at] as usize]
    }
}

/// Sorts texts that agree in their first `depth` bytes, by the eight bytes that follow what all of them share.
fn sort_from(run: &mut [(u64, u32)], depth: usize, texts: &Texts) {
    if run.len() < SHORT {
        run.sort_unstable_by(|a, b| texts.text(a.1).cmp(texts.text(b.1)));
        return;
    }
    let depth = depth + shared(run, depth, texts);
    for (key, number) in run.iter_mut() {
        *key = eight_bytes(texts.text(*number), depth);
    }
    run.sort_unstable_by_key(|&(key, _)| key);
    let mut rest = run;
    while let Some(&(key, _)) = rest.first() {
        let same = rest.iter().take_while(|other| other.0 == key).count();
        let (run, after) = rest.split_at_mut(same);
        if run.len() > 1 {
            // Texts that end within the eight bytes are as if filled up with zeros: the shorter is the smaller, and all of
            // them stand before those that go on.
            run.sort_unstable_by_key(|&(_, number)| texts.text(number).len().min(depth + 9));
            let ended = run.partition_point(|&(_, number)| texts.text(number).len() <= depth + 8);
            sort_from(&mut run[ended..], depth + 8, texts);
        }
        rest = after;
    }
}

/// How many bytes from `depth` on all of a run have in common.
fn shared(run: &[(u64, u32)], depth: usize, texts: &Texts) -> usize {
    let first = &texts.text(run[0].1)[depth..];
    let mut shared = first.len();
    for &(_, number) in &run[1..] {
        let other = &texts.text(number)[depth..];
        let same = first[..shared].iter().zip(other);
        shared = same.take_while(|(a, b)| a == b).count();
        if shared == 0 {
            break;
        }
    }
    shared
}

#[inline]
fn eight_bytes(text: &[u8], from: usize) -> u64 {
    let rest = &text[from.min(text.len())..];
    match rest.first_chunk::<8>() {
        Some(eight) => u64::from_be_bytes(*eight),
        None => {
            let mut eight = [0; 8];
            eight[..rest.len()].copy_from_slice(rest);
            u64::from_be_bytes(eight)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::intern::Interner;
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn texts_are_sorted_as_a_plain_sort_sorts_them(
            given in prop::collection::btree_set("(http://e/|http://e/x#)?[ab\u{0}]{0,20}", 0..200)
        ) {
            let mut interner = Interner::default();
            for text in given.iter().rev() {
                interner.intern(0, text.as_bytes());
            }
            let sorted = Sorted::new(interner.into_texts(), &[0], 1);
            let read: Vec<&[u8]> = (0..given.len()).map(|at| sorted.text(at)).collect();
            let wanted: Vec<&[u8]> = given.iter().map(|text| text.as_bytes()).collect();
            prop_assert_eq!(read, wanted);
        }
    }
}
