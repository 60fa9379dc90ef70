//! Numbers of as many bytes as they need: [LEB128](https://dwarfstd.org/doc/DWARF5.pdf#page=179), seven bits a byte, least
//! significant first.

/// Appends a number.
pub fn push(mut number: u64, out: &mut Vec<u8>) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// Takes a number off the front of `bytes`; `None` where they begin with none.
#[inline]
pub fn take(bytes: &mut &[u8]) -> Option<usize> {
    let mut number = 0_u64;
    for shift in (0..64).step_by(7) {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u64::from(byte & 0x7F) << shift;
        if byte < 0x80 {
            return usize::try_from(number).ok();
        }
    }
    None
}
