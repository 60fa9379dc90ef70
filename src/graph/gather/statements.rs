//! Turtle cut into pieces between statements, so that several threads can parse one text.
//!
//! A look at each byte tells strings, IRIs, names and comments apart, no more. A piece ends behind a full stop at the end of a
//! line, outside of all brackets. What was declared before a piece, prefixes and base, is put before it. Of a text that is
//! no Turtle the pieces are no Turtle either.

use std::collections::HashSet;
use std::io::Read;

use memchr::{memchr, memchr_iter, memchr2, memchr3, memrchr};

/// A part of a text that can be parsed by itself.
pub(super) struct Piece {
    /// Which part it is, from 0.
    pub number: usize,
    /// What was declared before it, and its own statements.
    pub text: Vec<u8>,
    /// How many lines there are before it.
    pub lines_before: usize,
    /// How many of its lines are what was declared before.
    pub lines_declared: usize,
    /// The labels of its blank nodes; all others are brackets.
    pub labels: HashSet<String>,
}

/// A text that is being cut.
pub(super) struct Statements<R> {
    input: R,
    /// How many bytes a piece has at least, and are read at a time.
    least: usize,
    ended: bool,
    /// What was read and is in no piece yet.
    text: Vec<u8>,
    look: Look,
    /// What the pieces so far declared.
    declared: Vec<u8>,
    pieces: usize,
    lines: usize,
}

impl<R: Read> Statements<R> {
    pub fn new(input: R, least: usize) -> Self {
        Self {
            input,
            least,
            ended: false,
            text: Vec::new(),
            look: Look::default(),
            declared: Vec::new(),
            pieces: 0,
            lines: 0,
        }
    }

    /// The next piece; nothing at the end.
    pub fn next(&mut self) -> std::io::Result<Option<Piece>> {
        // What is declared is never more than a part of a long piece.
        let least = self.least * (1 + 4 * self.declared.len() / super::PIECE);
        while !self.ended && self.look.cut < least {
            let before = self.text.len();
            let room = self.least as u64;
            let read = (&mut self.input).take(room).read_to_end(&mut self.text)?;
            self.ended = read < self.least;
            let lines = match self.ended {
                true => self.text.len(),
                false => memrchr(b'\n', &self.text[before..]).map_or(0, |at| before + at + 1),
            };
            self.look.through(&self.text[..lines]);
        }
        let end = match self.ended {
            true => self.text.len(),
            false => self.look.cut,
        };
        Ok((end > 0).then(|| self.take(end)))
    }

    fn take(&mut self, end: usize) -> Piece {
        let rest = self.text.split_off(end);
        let own = std::mem::replace(&mut self.text, rest);
        let (declarations, labels) = self.look.cut_off(end);
        let piece = Piece {
            number: self.pieces,
            lines_before: self.lines,
            lines_declared: memchr_iter(b'\n', &self.declared).count(),
            text: [&self.declared[..], &own].concat(),
            labels: labels.collect(),
        };
        self.pieces += 1;
        self.lines += memchr_iter(b'\n', &own).count();
        for declaration in declarations {
            // Files that were put together declare the same again.
            if !self.declared.ends_with(&declaration) {
                self.declared.extend(declaration);
            }
        }
        piece
    }
}

/// What a look through a text finds.
#[derive(Default)]
struct Look {
    /// How far it was looked through.
    seen: usize,
    /// The quotation mark of the long string that goes on there.
    long: Option<u8>,
    depth: usize,
    /// Where the declaration begins that goes on there.
    declaration: Option<usize>,
    /// The end of the last statement that ends a line.
    cut: usize,
    /// The declarations and the labels of blank nodes, each with its end.
    declarations: Vec<(usize, Vec<u8>)>,
    labels: Vec<(usize, String)>,
}

impl Look {
    /// Looks through what is new of a text that ends with a line.
    fn through(&mut self, text: &[u8]) {
        let mut at = self.seen;
        while at < text.len() {
            at = match self.long {
                Some(quote) => self.long_string(text, at, quote),
                None => self.token(text, at),
            };
        }
        self.seen = at.max(self.seen);
    }

    /// Forgets what ends up to `end`, which is cut off; gives its declarations and labels.
    fn cut_off(&mut self, end: usize) -> (Vec<Vec<u8>>, impl Iterator<Item = String> + use<>) {
        let (declarations, labels) = (
            before(&mut self.declarations, end),
            before(&mut self.labels, end),
        );
        self.declaration = self.declaration.map(|start| start.saturating_sub(end));
        self.seen = self.seen.saturating_sub(end);
        self.cut = 0;
        (declarations, labels.into_iter())
    }

    /// Goes on behind the token at a place.
    fn token(&mut self, text: &[u8], at: usize) -> usize {
        let byte = text[at];
        let double = text.get(at + 1) == Some(&byte);
        match byte {
            b'#' => memchr(b'\n', &text[at..]).map_or(text.len(), |end| at + end),
            b'"' | b'\'' if double && text.get(at + 2) == Some(&byte) => {
                self.long = Some(byte);
                at + 3
            }
            b'"' | b'\'' => {
                let end = end_of_string(text, at + 1, byte);
                self.end_declaration(text, end);
                match text.get(end) {
                    Some(b'@') => {
                        end + 1 + span(&text[end + 1..], |b| b.is_ascii_alphanumeric() || b == b'-')
                    }
                    _ => end,
                }
            }
            b'<' | b'>' if double => {
                self.depth = match byte {
                    b'<' => self.depth + 1,
                    _ => self.depth.saturating_sub(1),
                };
                at + 2
            }
            b'<' => {
                let end = memchr2(b'>', b'\n', &text[at..]).map_or(text.len(), |end| at + end + 1);
                self.end_declaration(text, end);
                end
            }
            b'[' | b'(' | b'{' => {
                self.depth += 1;
                at + 1
            }
            b']' | b')' | b'}' => {
                self.depth = self.depth.saturating_sub(1);
                at + 1
            }
            // Languages are behind strings.
            b'@' => {
                self.declaration.get_or_insert(at);
                at + 1
            }
            byte if is_of_name(byte) => self.name(text, at),
            _ => at + 1,
        }
    }

    /// Goes on behind a name, a word, a number or a full stop.
    fn name(&mut self, text: &[u8], start: usize) -> usize {
        let (mut at, mut stop) = (start, false);
        while let Some(&byte) = text.get(at).filter(|byte| is_of_name(**byte)) {
            stop = byte == b'.';
            at += if byte == b'\\' { 2 } else { 1 };
        }
        let end = at.min(text.len());
        let dots = text[start..end]
            .iter()
            .rev()
            .take_while(|byte| **byte == b'.')
            .count();
        let name = match stop {
            true => &text[start..end - dots],
            false => &text[start..end],
        };
        let is_word = |word: &str| name.eq_ignore_ascii_case(word.as_bytes());
        if self.depth == 0 && ["prefix", "base", "version"].into_iter().any(is_word) {
            self.declaration.get_or_insert(start);
        } else if let Some(label) = name.strip_prefix(b"_:") {
            let label = String::from_utf8_lossy(label).into_owned();
            self.labels.push((end, label));
        }
        let rest = &text[end..];
        let line = if rest.starts_with(b"\r\n") { 2 } else { 1 };
        if stop && self.depth == 0 && (rest.starts_with(b"\n") || line == 2) {
            self.cut = end + line;
            return self.cut;
        }
        end
    }

    fn long_string(&mut self, text: &[u8], mut at: usize, quote: u8) -> usize {
        while let Some(next) = memchr2(quote, b'\\', &text[at.min(text.len())..]) {
            at += next;
            if text[at..].starts_with(&[quote; 3]) {
                self.long = None;
                return at + 3;
            }
            at += if text[at] == quote { 1 } else { 2 };
        }
        text.len()
    }

    fn end_declaration(&mut self, text: &[u8], end: usize) {
        if let Some(start) = self.declaration.take() {
            let stop: &[u8] = if text[start] == b'@' { b" .\n" } else { b"\n" };
            let declaration = [&text[start..end], stop].concat();
            self.declarations.push((end, declaration));
        }
    }
}

/// Takes out what ends up to `end`, and counts the ends of the rest from there.
fn before<T>(found: &mut Vec<(usize, T)>, end: usize) -> Vec<T> {
    let past = found.partition_point(|(at, _)| *at <= end);
    let rest = found.split_off(past);
    let past = std::mem::replace(found, rest);
    for (at, _) in found {
        *at -= end;
    }
    past.into_iter().map(|(_, what)| what).collect()
}

/// Where a string ends that has no line ends in it.
fn end_of_string(text: &[u8], mut at: usize, quote: u8) -> usize {
    while let Some(next) = memchr3(quote, b'\\', b'\n', &text[at.min(text.len())..]) {
        at += next;
        match text[at] {
            b'\\' => at += 2,
            b'\n' => return at,
            _ => return at + 1,
        }
    }
    text.len()
}

fn span(text: &[u8], belongs: impl Fn(u8) -> bool) -> usize {
    text.iter().take_while(|byte| belongs(**byte)).count()
}

/// Whether a byte may stand in a name, a word or a number, or before an escaped one.
fn is_of_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte >= 0x80 || b"_:-.%\\".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;
    use oxttl::TurtleParser;
    use proptest::prelude::*;

    fn triples(text: &[u8]) -> Vec<String> {
        let triples = TurtleParser::new().for_slice(text);
        triples.map(|triple| triple.unwrap().to_string()).collect()
    }

    fn pieces(text: &str, least: usize) -> Vec<Piece> {
        let mut statements = Statements::new(text.as_bytes(), least);
        std::iter::from_fn(|| statements.next().unwrap()).collect()
    }

    /// Statements that are hard to tell apart.
    const STATEMENTS: &[&str] = &[
        "@prefix e: <http://[ab]/> .",
        "@prefix e: <http://a/> .",
        "PREFIX e: <http://c/>",
        "@base <http://f/> .",
        "base <http://g/>",
        "e:a.b e:p.q e:c .",
        r#"e:a e:p "a .\\\" ." ."#,
        "e:a e:p \"\"\"x\" .\n@prefix e: <no> .\n\\\"\"\"\" .",
        r"e:a e:p 'it\' .' , '' , 1.5 , 2 .",
        "e:a e:p \"x\"@en.",
        "e:a e:p \"x\"@prefix , \"1\"^^e:d.",
        "<a#b> e:p <c.d> . # it 's .",
        "# a \" comment <",
        "e:a e:p '''y '' .\n''' ; e:q true.",
        "_:x.y e:p _:x .",
        "e:a e:p <<( e:b e:q e:c )>> .",
        r"e:x\.\# e:prefix e:base .",
        "e:a e:p\n(1\n2 .5) .",
        "_:y e:p 1 .",
        "e:a e:p [ e:q\n e:b ] .",
    ];

    proptest! {
        #[test]
        fn pieces_together_say_what_the_text_says(
            statements in prop::collection::vec((prop::sample::select(STATEMENTS), "\n|\r\n| "), 0..30),
            least in 1_usize..200,
        ) {
            let mut text = "@prefix e: <http://e/> .\n@base <http://b/> .\n".to_owned();
            for (statement, end) in &statements {
                let end = if statement.starts_with('#') { "\n" } else { end };
                text += &format!("{statement}{end}");
            }
            prop_assume!(TurtleParser::new().for_slice(&text).all(|triple| triple.is_ok()));
            let pieces = pieces(&text, least);
            let mut own: Vec<String> = pieces.iter().flat_map(|piece| triples(&piece.text)).collect();
            let mut whole = triples(text.as_bytes());
            // Brackets make blank nodes that are named at random.
            let labelled = |triple: &String| !triple.contains("_:") || triple.contains("_:x") || triple.contains("_:y");
            for all in [&mut own, &mut whole] {
                all.retain(labelled);
            }
            prop_assert_eq!(own, whole);
            let lines: usize = pieces.last().map_or(0, |last| last.lines_before);
            prop_assert!(lines <= text.lines().count());
        }

        #[test]
        fn any_bytes_are_cut_without_loss(text in "[ -~\n]{0,300}", least in 1_usize..99) {
            let pieces = pieces(&text, least);
            let mut joined = Vec::new();
            for piece in &pieces {
                let mut own = &piece.text[..];
                for _ in 0..piece.lines_declared {
                    own = &own[memchr(b'\n', own).unwrap() + 1..];
                }
                prop_assert_eq!(piece.lines_before, memchr_iter(b'\n', &joined).count());
                joined.extend_from_slice(own);
            }
            prop_assert_eq!(joined, text.as_bytes());
        }
    }

    #[test]
    fn a_piece_brings_what_was_declared_before_it() {
        let text =
            "@prefix a: <x:> .\na:b a:c a:d .\nPREFIX a: <y:>\na:e a:f _:g .\na:h a:i a:j .\n";
        let shown: Vec<String> = pieces(text, 1)
            .iter()
            .map(|piece| String::from_utf8_lossy(&piece.text).into_owned())
            .collect();
        assert_eq!(
            shown,
            [
                "@prefix a: <x:> .\n",
                "@prefix a: <x:> .\na:b a:c a:d .\n",
                "@prefix a: <x:> .\nPREFIX a: <y:>\na:e a:f _:g .\n",
                "@prefix a: <x:> .\nPREFIX a: <y:>\na:h a:i a:j .\n",
            ]
        );
        assert_eq!(pieces(text, 1)[2].labels, HashSet::from(["g".to_owned()]));
    }
}
