//! Refuses results whose terms nest so deeply that a parser would run out of stack.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

use sparesults::QueryResultsFormat;

use super::surplus::WithoutSurplus;
use crate::graph::load::guard::{Cause, DEEPEST, Guard, Refusal, Syntax};

/// A reader that errs with a [`Refusal`].
pub enum Depth<R> {
    /// Counts brackets.
    Brackets(Guard<R>),
    /// Counts brackets, and takes out what is none of the results.
    Json(Guard<WithoutSurplus<R>>),
    /// Counts elements.
    Elements(Elements<R>),
}

impl<R: Read> Depth<R> {
    /// The guard for a format, and how many elements are open in what was read so far.
    pub fn of(format: QueryResultsFormat, input: R) -> (Self, Rc<Cell<usize>>) {
        let open = Rc::new(Cell::new(0));
        let guard = match format {
            QueryResultsFormat::Xml => Self::Elements(Elements::new(input, Rc::clone(&open))),
            QueryResultsFormat::Json => {
                Self::Json(Guard::new(WithoutSurplus::new(input), Syntax::Json))
            }
            _ => Self::Brackets(Guard::new(input, Syntax::Json)),
        };
        (guard, open)
    }
}

impl<R: Read> Read for Depth<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Brackets(guard) => guard.read(buffer),
            Self::Json(guard) => guard.read(buffer),
            Self::Elements(elements) => elements.read(buffer),
        }
    }
}

/// Where in XML the count is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Text,
    /// In a tag, with the byte before.
    Tag(u8),
    /// In a quoted value of a tag.
    Quoted(u8),
}

/// Counts the elements of XML that are open. What is no sound XML may be counted wrongly, but never as less deep.
pub struct Elements<R> {
    input: R,
    place: Place,
    depth: usize,
    line: usize,
    open: Rc<Cell<usize>>,
}

impl<R: Read> Elements<R> {
    fn new(input: R, open: Rc<Cell<usize>>) -> Self {
        Self {
            input,
            open,
            place: Place::Text,
            depth: 0,
            line: 1,
        }
    }

    fn count(&mut self, byte: u8) -> bool {
        self.line += usize::from(byte == b'\n');
        self.place = match (self.place, byte) {
            (Place::Text, b'<') => {
                self.depth += 1;
                Place::Tag(b'<')
            }
            (Place::Text, _) => Place::Text,
            (Place::Quoted(quote), _) if byte != quote => Place::Quoted(quote),
            (Place::Quoted(_), _) => Place::Tag(b'"'),
            (Place::Tag(before), b'>') => {
                self.depth -= usize::from(matches!(before, b'/' | b'?'));
                Place::Text
            }
            (Place::Tag(b'<'), b'/') => {
                // Neither this tag nor the one that it ends is open.
                self.depth = self.depth.saturating_sub(2);
                Place::Tag(b'e')
            }
            // Comments, document types and CDATA have rules of their own and no use in results.
            (Place::Tag(b'<'), b'!') => return false,
            (Place::Tag(_), b'"' | b'\'') => Place::Quoted(byte),
            (Place::Tag(_), _) => Place::Tag(byte),
        };
        self.depth <= DEEPEST
    }
}

impl<R: Read> Read for Elements<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(buffer)?;
        for &byte in &buffer[..read] {
            if !self.count(byte) {
                return Err(io::Error::other(Refusal {
                    line: self.line,
                    cause: Cause::Depth,
                }));
            }
        }
        self.open.set(self.depth);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reads(xml: &str) -> bool {
        let mut all = String::new();
        Elements::new(xml.as_bytes(), Rc::default())
            .read_to_string(&mut all)
            .is_ok()
    }

    #[test]
    fn elements_beside_each_other_do_not_nest() {
        let row = "<a x='>/' y=\"<\"><b/>text /> &lt;</a>";
        assert!(reads(&format!(
            "<?xml version='1.0'?><r>{}</r>",
            row.repeat(2000)
        )));
    }

    #[test]
    fn elements_in_each_other_are_counted_whatever_is_around_them() {
        for open in ["<a>", "<a x='/'>", "<a>/>", "<a x=\"/>\">"] {
            assert!(!reads(&open.repeat(600)), "{open}");
        }
    }
}
