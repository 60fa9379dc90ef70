//! What keeps data from acting on a terminal, in formats that must not change it elsewhere.

use std::io::{self, Write};

use crate::printable;

/// Hands on what is written, with what would act on a terminal as `\u001B`; lines and tabs stay.
pub struct Guard<'w> {
    out: &'w mut dyn Write,
    /// The begin of a character whose end has not come yet.
    begun: Vec<u8>,
}

impl<'w> Guard<'w> {
    pub fn new(out: &'w mut dyn Write) -> Self {
        Self {
            out,
            begun: Vec::new(),
        }
    }
}

impl Write for Guard<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut all = std::mem::take(&mut self.begun);
        all.extend_from_slice(bytes);
        let mut guarded = String::with_capacity(all.len());
        let mut chunks = all.utf8_chunks().peekable();
        while let Some(chunk) = chunks.next() {
            for c in chunk.valid().chars() {
                match c {
                    '\n' | '\r' | '\t' => guarded.push(c),
                    c if printable::is_hidden(c) => {
                        guarded.push_str(&printable::visible(c.encode_utf8(&mut [0; 4])))
                    }
                    c => guarded.push(c),
                }
            }
            if chunks.peek().is_none()
                && std::str::from_utf8(chunk.invalid()).is_err_and(|e| e.error_len().is_none())
            {
                self.begun = chunk.invalid().to_vec();
            } else if !chunk.invalid().is_empty() {
                guarded.push(char::REPLACEMENT_CHARACTER);
            }
        }
        self.out.write_all(guarded.as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_acts_on_a_terminal_is_seen_instead_wherever_the_writes_part_it() {
        let text = "a\u{1B}[31m 한글\u{85}\u{202E}\r\n\tb";
        for length in 1..text.len() {
            let mut out = Vec::new();
            let mut guard = Guard::new(&mut out);
            for piece in text.as_bytes().chunks(length) {
                guard.write_all(piece).expect("memory takes it");
            }
            let out = String::from_utf8(out).expect("text");
            assert_eq!(out, "a\\u001B[31m 한글\\u0085\\u202E\r\n\tb");
        }
    }
}
