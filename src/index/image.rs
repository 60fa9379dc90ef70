//! The bytes of an index, in memory or mapped, and the columns of integers in them.

use std::borrow::Cow;
use std::ops::Range;
use std::path::PathBuf;

use super::file::Mapped;
use crate::cancel;

/// How many bytes a section has behind its last value, so that eight bytes can be read from any of them.
pub(super) const PADDING: usize = 8;

/// All the bytes of an index.
pub(super) enum Image {
    /// Made by this process, or part of the program; needs no checks.
    Owned(Cow<'static, [u8]>),
    /// A file, whose blocks are checked when first touched.
    Mapped(Mapped),
}

/// A sequence of equally wide little-endian integers, zero to eight bytes each.
///
/// Zero bytes wide, all its values are 0 and take no room.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Column {
    pub start: usize,
    pub width: usize,
    pub len: usize,
}

/// Consecutive values of a column.
#[derive(Clone, Copy)]
pub(super) struct Values<'a> {
    bytes: &'a [u8],
    width: usize,
    mask: u64,
    len: usize,
}

impl<'a> Values<'a> {
    /// The value at `i`, 0 behind the last.
    #[inline]
    pub fn get(&self, i: usize) -> u64 {
        let at = i * self.width;
        let eight = self.bytes.get(at..at + 8).and_then(|b| b.try_into().ok());
        u64::from_le_bytes(eight.unwrap_or_default()) & self.mask
    }

    /// All of them, in their order.
    #[inline]
    pub fn iter(self) -> impl ExactSizeIterator<Item = u64> + use<'a> {
        (0..self.len).map(move |i| self.get(i))
    }

    /// Where the values from `start` on, which are sorted, begin to differ from the one there.
    #[inline]
    pub fn run_end(&self, start: usize) -> usize {
        let value = self.get(start);
        // Runs are mostly short: gallop from their start.
        let mut step = 1;
        while start + step < self.len && self.get(start + step) <= value {
            step *= 2;
        }
        let (mut low, mut high) = (start + step / 2 + 1, self.len.min(start + step));
        while low < high {
            let middle = low + (high - low) / 2;
            if self.get(middle) > value {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        low
    }
}

impl Image {
    /// The bytes of `range`, checked; `None` where they lie outside.
    #[inline]
    fn read(&self, range: Range<usize>) -> Option<&[u8]> {
        match self {
            Self::Owned(bytes) => bytes.get(range),
            Self::Mapped(file) => file.read(range),
        }
    }

    /// How many bytes there are.
    pub fn len(&self) -> usize {
        match self {
            Self::Owned(bytes) => bytes.len(),
            Self::Mapped(file) => file.len(),
        }
    }

    /// Ends the work: what was read contradicts the layout.
    #[cold]
    pub fn damaged(&self, what: &str) -> ! {
        let path = match self {
            Self::Owned(_) => PathBuf::new(),
            Self::Mapped(file) => file.path().to_owned(),
        };
        cancel::damaged(path, format!("damaged: {what}"))
    }

    /// The value at `i`.
    #[inline]
    pub fn get(&self, column: &Column, i: usize) -> u64 {
        if i >= column.len {
            self.damaged("a position lies outside its column");
        }
        self.word(column.start + i * column.width) & mask(column.width)
    }

    /// [`Image::get`] for values that are numbers of terms, predicates or graphs.
    #[inline]
    pub fn get_u32(&self, column: &Column, i: usize) -> u32 {
        self.get(column, i) as u32
    }

    /// [`Image::get`] for values that are positions.
    #[inline]
    pub fn get_usize(&self, column: &Column, i: usize) -> usize {
        self.get(column, i) as usize
    }

    /// The values at `range`, checked once for all of them.
    #[inline]
    pub fn values(&self, column: &Column, range: Range<usize>) -> Values<'_> {
        if range.start > range.end || range.end > column.len {
            self.damaged("a position lies outside its column");
        }
        let (width, len) = (column.width, range.len());
        let start = column.start + range.start * width;
        match self.read(start..start + len * width + PADDING) {
            Some(bytes) => Values {
                bytes,
                width,
                mask: mask(width),
                len,
            },
            None => self.damaged("a column lies outside the file"),
        }
    }

    /// The positions between the `i`th and the next start.
    #[inline]
    pub fn row(&self, starts: &Column, i: usize) -> Range<usize> {
        let Column { start, width, len } = *starts;
        if width > 4 || i + 1 >= len {
            return self.get_usize(starts, i)..self.get_usize(starts, i + 1);
        }
        // Both lie in one word.
        let word = self.word(start + i * width);
        (word & mask(width)) as usize..((word >> (8 * width)) & mask(width)) as usize
    }

    /// Eight bytes of a column.
    #[inline]
    fn word(&self, at: usize) -> u64 {
        match self.read(at..at + 8).and_then(|b| b.try_into().ok()) {
            Some(eight) => u64::from_le_bytes(eight),
            None => self.damaged("a column lies outside the file"),
        }
    }

    /// The bytes at `range` of a column of bytes.
    #[inline]
    pub fn slice(&self, column: &Column, range: Range<usize>) -> &[u8] {
        let inside = range.start <= range.end && range.end <= column.len;
        match inside.then(|| self.read(column.start + range.start..column.start + range.end)) {
            Some(Some(bytes)) => bytes,
            _ => self.damaged("a text lies outside its section"),
        }
    }

    /// Where `value` stands in `range` of a column that is sorted there.
    pub fn equal_range(&self, column: &Column, range: Range<usize>, value: u64) -> Range<usize> {
        let start = self.first(range.clone(), |i| self.get(column, i) >= value);
        start..self.run_end(column, start..range.end, value).max(start)
    }

    /// Where the values at the start of `range`, none of them less than `value`, begin to be greater.
    #[inline]
    pub fn run_end(&self, column: &Column, range: Range<usize>, value: u64) -> usize {
        // Runs are mostly short: gallop from their start.
        let Range { start, end } = range;
        let mut step = 1;
        while start + step < end && self.get(column, start + step) <= value {
            step *= 2;
        }
        self.first(start + step / 2..end.min(start + step), |i| {
            self.get(column, i) > value
        })
    }

    /// The first position of `range` where `holds` is true, given that it stays true from there on; else its end.
    #[inline]
    pub fn first(&self, range: Range<usize>, holds: impl Fn(usize) -> bool) -> usize {
        let (mut low, mut high) = (range.start, range.end);
        while low < high {
            let middle = low + (high - low) / 2;
            if holds(middle) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        low
    }
}

#[inline]
fn mask(width: usize) -> u64 {
    match width {
        8.. => u64::MAX,
        width => (1 << (8 * width)) - 1,
    }
}

/// How many bytes values up to `max` need.
pub(super) fn width_of(max: u64) -> usize {
    (64 - max.leading_zeros() as usize).div_ceil(8)
}

/// Values as the bytes of a column of that width, without padding.
pub(super) fn pack(values: impl ExactSizeIterator<Item = u64>, width: usize) -> Vec<u8> {
    let end = values.len() * width;
    let mut bytes = vec![0; end + PADDING];
    for (i, value) in values.enumerate() {
        // Eight bytes at once; what is too much of them the next value overwrites.
        let at = i * width;
        bytes[at..at + 8].copy_from_slice(&value.to_le_bytes());
    }
    bytes.truncate(end);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column_of(values: &[u64]) -> (Image, Column) {
        let width = width_of(values.iter().copied().max().unwrap_or(0));
        let mut bytes = pack(values.iter().copied(), width);
        bytes.extend([0; PADDING]);
        let column = Column {
            start: 0,
            width,
            len: values.len(),
        };
        (Image::Owned(bytes.into()), column)
    }

    #[test]
    fn a_width_is_no_wider_than_its_greatest_value() {
        let widths = [0, 1, 255, 256, 0xFF_FFFF, 0x100_0000, u64::MAX].map(width_of);
        assert_eq!(widths, [0, 1, 1, 2, 3, 4, 8]);
    }

    #[test]
    fn columns_give_back_their_values() {
        for values in [
            vec![0, 0],
            vec![1, 2, 255],
            vec![70_000, 3],
            vec![u64::MAX, 0, 1 << 33],
        ] {
            let (image, column) = column_of(&values);
            let read: Vec<u64> = (0..values.len()).map(|i| image.get(&column, i)).collect();
            assert_eq!(read, values);
        }
    }

    #[test]
    fn equal_ranges_hold_exactly_the_value() {
        let (image, column) = column_of(&[1, 3, 3, 3, 3, 3, 7, 9, 9]);
        let find = |value| image.equal_range(&column, 0..9, value);
        assert_eq!(
            [0, 1, 3, 4, 9, 10].map(find),
            [0..0, 0..1, 1..6, 6..6, 7..9, 9..9]
        );
    }
}
