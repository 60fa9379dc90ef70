//! N-Triples and N-Quads straight into a [`Builder`].
//!
//! Lines in the layout that programs write (one space between terms, no escapes) are read here: their terms are looked up
//! as bytes, and checked once, when they are new. Every other line goes to the full parser, so that its errors and its
//! edge cases are the parser's.

use std::collections::HashMap;

use memchr::{memchr, memchr_iter, memchr3};
use oxrdf::{BlankNode, GraphName, NamedNodeRef, Quad, Term};
use oxttl::{NQuadsParser, NTriplesParser};

use super::blank::rename_in_quad;
use super::build::{BLANK_CLASS, Builder, DEFAULT_GRAPH, IRI_CLASS};
use super::dictionary::{MAX_DEPTH, literal_class};
use super::intern::{self, Interner};
use crate::cancel;
use crate::error::{Error, Result};

/// How many lines are looked up side by side.
const LINES: usize = 32;

/// A syntax of one statement a line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lines {
    /// Triples.
    NTriples,
    /// Triples that may name a graph.
    NQuads,
}

/// Why a text of lines was not taken.
#[derive(Debug)]
pub enum LineError {
    /// A line, counted from 0, is not in the syntax.
    Syntax {
        /// Which line of the text.
        line: usize,
        /// The line itself.
        text: Vec<u8>,
    },
    /// Anything else.
    Other(Error),
}

impl From<Error> for LineError {
    fn from(error: Error) -> Self {
        Self::Other(error)
    }
}

/// Reads lines into a builder; keeps what helps from one text to the next.
pub struct LineReader {
    syntax: Lines,
    /// Stands before the labels of blank nodes, to keep those of several files apart.
    prefix: String,
    /// Classes of literals by what follows the closing quote.
    classes: HashMap<Vec<u8>, u32, foldhash::fast::RandomState>,
    terms: Vec<Lookup>,
    numbers: Vec<Option<u32>>,
    label: Vec<u8>,
    /// The subject of the line before, where that is one of `terms`: lines about one subject mostly follow each other.
    subject: Option<usize>,
}

/// A term of a line, to be looked up.
struct Lookup {
    class: u32,
    start: usize,
    end: usize,
    /// Of blank nodes 0: their labels are not what is looked up.
    hash: u64,
}

/// A line whose terms are `terms[..]` at these places.
struct Line {
    number: usize,
    start: usize,
    end: usize,
    triple: [usize; 3],
    graph: Option<usize>,
}

impl LineReader {
    /// `prefix` stands before the labels of blank nodes; labels of the same text with different prefixes are different nodes.
    pub fn new(syntax: Lines, prefix: &str) -> Self {
        Self {
            syntax,
            prefix: prefix.to_owned(),
            classes: HashMap::default(),
            terms: Vec::new(),
            numbers: Vec::new(),
            label: Vec::new(),
            subject: None,
        }
    }

    /// Adds whole lines to `builder`, always the same builder; gives how many ended.
    ///
    /// # Errors
    /// The first line that is not in the syntax; lines before it have been added.
    pub fn read(
        &mut self,
        text: &[u8],
        builder: &mut Builder,
    ) -> std::result::Result<usize, LineError> {
        let mut lines = Vec::with_capacity(LINES);
        let (mut start, mut ended) = (0, 0);
        for (number, end) in memchr_iter(b'\n', text).chain([text.len()]).enumerate() {
            cancel::poll();
            let stop = if end > start && text[end - 1] == b'\r' {
                end - 1
            } else {
                end
            };
            if stop > start {
                let before = self.terms.len();
                let line = self.line(text, number, start, stop, &builder.texts);
                self.subject = line.as_ref().map(|line| line.triple[0]);
                if let Some(line) = line {
                    lines.push(line);
                } else {
                    self.terms.truncate(before);
                    self.parse(text, number, start, stop, builder)?;
                }
            }
            if lines.len() == LINES {
                self.resolve(text, &mut lines, builder)?;
            }
            (start, ended) = (end + 1, number);
        }
        self.resolve(text, &mut lines, builder)?;
        Ok(ended)
    }

    /// Notes the terms of a line, if it is in the usual layout.
    #[inline]
    fn line(
        &mut self,
        text: &[u8],
        number: usize,
        start: usize,
        end: usize,
        known: &Interner,
    ) -> Option<Line> {
        let line = &text[..end];
        let mut at = start;
        let subject = match self.same_subject(line, at) {
            Some((subject, end)) => {
                at = end;
                subject
            }
            None => self.node(line, &mut at, known)?,
        };
        let predicate = self.iri(line, &mut at, known)?;
        let object = match line.get(at)? {
            b'"' => self.literal(line, &mut at, known)?,
            _ => self.node(line, &mut at, known)?,
        };
        let graph = match line.get(at)? {
            b'.' => None,
            _ if self.syntax == Lines::NQuads => Some(self.node(line, &mut at, known)?),
            _ => return None,
        };
        (line.get(at..) == Some(b".")).then_some(Line {
            number,
            start,
            end,
            triple: [subject, predicate, object],
            graph,
        })
    }

    /// The subject of the line before, if this line begins with it too, and where it ends.
    #[inline]
    fn same_subject(&self, line: &[u8], at: usize) -> Option<(usize, usize)> {
        let subject = self.subject?;
        let term = &self.terms[subject];
        if term.class != IRI_CLASS {
            return None;
        }
        let known = &line[term.start - 1..term.end + 2];
        let same = line.get(at..)?.starts_with(known);
        same.then_some((subject, at + known.len()))
    }

    #[inline]
    fn node(&mut self, line: &[u8], at: &mut usize, known: &Interner) -> Option<usize> {
        match line.get(*at)? {
            b'<' => self.iri(line, at, known),
            b'_' => self.blank(line, at),
            _ => None,
        }
    }

    #[inline]
    fn iri(&mut self, line: &[u8], at: &mut usize, known: &Interner) -> Option<usize> {
        if line.get(*at) != Some(&b'<') {
            return None;
        }
        let start = *at + 1;
        let end = start + memchr(b'>', &line[start..])?;
        *at = end + 2;
        let hash = known.prefetch(IRI_CLASS, &line[start..end]);
        (line.get(end + 1) == Some(&b' ')).then(|| self.term(IRI_CLASS, start, end, hash))
    }

    fn blank(&mut self, line: &[u8], at: &mut usize) -> Option<usize> {
        if line.get(*at + 1) != Some(&b':') {
            return None;
        }
        let start = *at + 2;
        let end = start + memchr(b' ', &line[start..])?;
        let label = &line[start..end];
        let plain = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
        *at = end + 1;
        (!label.is_empty() && label.iter().all(plain))
            .then(|| self.term(BLANK_CLASS, start, end, 0))
    }

    #[inline]
    fn literal(&mut self, line: &[u8], at: &mut usize, known: &Interner) -> Option<usize> {
        let start = *at + 1;
        let end = start + memchr3(b'"', b'\\', b'\r', &line[start..])?;
        if line[end] != b'"' {
            return None;
        }
        // What follows the quote has no space in it where it is in the syntax.
        let stop = end + 1 + memchr(b' ', &line[end + 1..])?;
        let class = *self.classes.get(&line[end + 1..stop])?;
        *at = stop + 1;
        let hash = known.prefetch(class, &line[start..end]);
        Some(self.term(class, start, end, hash))
    }

    #[inline]
    fn term(&mut self, class: u32, start: usize, end: usize, hash: u64) -> usize {
        self.terms.push(Lookup {
            class,
            start,
            end,
            hash,
        });
        self.terms.len() - 1
    }

    /// Adds the lines whose terms were noted.
    fn resolve(
        &mut self,
        text: &[u8],
        lines: &mut Vec<Line>,
        builder: &mut Builder,
    ) -> std::result::Result<(), LineError> {
        let mut touched = 0;
        for terms in self.terms.chunks(intern::BATCH) {
            touched ^= builder.texts.prepare(terms.iter().map(|term| term.hash));
        }
        std::hint::black_box(touched);
        self.numbers.clear();
        for term in &self.terms {
            let text = &text[term.start..term.end];
            let number = match term.class {
                BLANK_CLASS => {
                    self.label.clear();
                    self.label.extend_from_slice(self.prefix.as_bytes());
                    self.label.extend_from_slice(text);
                    builder.texts.intern(BLANK_CLASS, &self.label)
                }
                class => match builder.texts.find(term.hash, class, text) {
                    Some(number) => Some(number),
                    None if is_valid(class, text) => builder.texts.insert(term.hash, class, text),
                    None => None,
                },
            };
            self.numbers.push(number);
        }
        self.terms.clear();
        self.subject = None;
        let numbers = std::mem::take(&mut self.numbers);
        for line in lines.drain(..) {
            let [s, p, o] = line.triple.map(|term| numbers[term]);
            let graph = match line.graph {
                None => Some(DEFAULT_GRAPH),
                Some(term) => numbers[term],
            };
            match (s, p, o, graph) {
                (Some(s), Some(p), Some(o), Some(graph)) => builder.push_numbers([s, p, o], graph),
                _ => self.parse(text, line.number, line.start, line.end, builder)?,
            }
        }
        self.numbers = numbers;
        Ok(())
    }

    /// Adds a line by means of the full parser.
    #[cold]
    fn parse(
        &mut self,
        text: &[u8],
        number: usize,
        start: usize,
        end: usize,
        builder: &mut Builder,
    ) -> std::result::Result<(), LineError> {
        let line = &text[start..end];
        if memchr::memmem::find_iter(line, b"<<(").count() > MAX_DEPTH {
            return Err(LineError::Other(Error::Evaluation {
                message: format!(
                    "line {}: triple terms lie more than {MAX_DEPTH} deep in each other",
                    number + 1
                ),
                hint: Some("flatten the data: name the inner triples".to_owned()),
            }));
        }
        let syntax = |_| LineError::Syntax {
            line: number,
            text: line.to_vec(),
        };
        match self.syntax {
            Lines::NTriples => {
                for triple in NTriplesParser::new().for_slice(line) {
                    self.add(
                        triple.map_err(syntax)?.in_graph(GraphName::DefaultGraph),
                        builder,
                    )?;
                }
            }
            Lines::NQuads => {
                for quad in NQuadsParser::new().for_slice(line) {
                    self.add(quad.map_err(syntax)?, builder)?;
                }
            }
        }
        self.learn(line, builder);
        Ok(())
    }

    fn add(&self, mut quad: Quad, builder: &mut Builder) -> Result<()> {
        if !self.prefix.is_empty() {
            rename_in_quad(&mut quad, &mut |node| {
                *node = BlankNode::new_unchecked(format!("{}{}", self.prefix, node.as_str()));
            });
        }
        builder.push(&quad)
    }

    /// Learns the class of a line's literal, if it has one in the usual place.
    fn learn(&mut self, line: &[u8], builder: &mut Builder) {
        let Some(quote) = memchr(b'"', line) else {
            return;
        };
        let Some(end) = memchr3(b'"', b'\\', b'\r', &line[quote + 1..]) else {
            return;
        };
        let end = quote + 1 + end;
        let Some(stop) = memchr(b' ', &line[end..]).map(|space| end + space) else {
            return;
        };
        // Asked of the parser, on a line that has nothing else to go wrong.
        let sample = [b"<a:> <a:> \"\"", &line[end + 1..stop], b" ."].concat();
        let Some(Ok(triple)) = NTriplesParser::new().for_slice(&sample).next() else {
            return;
        };
        if let Term::Literal(literal) = &triple.object {
            let mut name = String::new();
            literal_class(literal.as_ref(), &mut name);
            let class = builder.literal_class(&name);
            self.classes.insert(line[end + 1..stop].to_vec(), class);
        }
    }
}

/// Whether a new text may be in its class as it stands.
fn is_valid(class: u32, text: &[u8]) -> bool {
    if class == IRI_CLASS && is_plain(text) {
        return true;
    }
    match std::str::from_utf8(text) {
        Ok(text) if class == IRI_CLASS => NamedNodeRef::new(text).is_ok(),
        Ok(_) => true,
        Err(_) => false,
    }
}

/// Whether an IRI is of the plain kind that most are, which is valid whatever it says
/// ([RFC 3987](https://www.rfc-editor.org/rfc/rfc3987#section-2.2)): checking all of its grammar takes longer than the rest
/// of what is done with a new term.
fn is_plain(iri: &[u8]) -> bool {
    let Some(rest) = iri.strip_prefix(b"http") else {
        return false;
    };
    let rest = rest.strip_prefix(b"s").unwrap_or(rest);
    let Some(rest) = rest.strip_prefix(b"://") else {
        return false;
    };
    let plain = |&byte: &u8| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'_' | b'.' | b'~')
    };
    let (path, fragment) = match memchr(b'#', rest) {
        Some(sign) => (&rest[..sign], &rest[sign + 1..]),
        None => (rest, &[][..]),
    };
    path.iter().all(plain) && fragment.iter().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use oxttl::TurtleSyntaxError;
    use proptest::prelude::*;

    /// What the fast way makes of a text, or the line that it refuses.
    fn fast(text: &str, syntax: Lines) -> std::result::Result<Vec<String>, usize> {
        let mut builder = Builder::new();
        match LineReader::new(syntax, "").read(text.as_bytes(), &mut builder) {
            Ok(_) => {}
            Err(LineError::Syntax { line, .. }) => return Err(line),
            Err(LineError::Other(error)) => panic!("{error}"),
        }
        let index = builder.finish().unwrap();
        let mut quads: Vec<String> = index.quads().map(|quad| quad.to_string()).collect();
        quads.sort();
        Ok(quads)
    }

    /// What the full parser makes of it.
    fn full(text: &str) -> std::result::Result<Vec<String>, TurtleSyntaxError> {
        let quads = NQuadsParser::new().for_slice(text);
        let quads = quads.collect::<std::result::Result<std::collections::HashSet<Quad>, _>>()?;
        let mut quads: Vec<String> = quads.iter().map(Quad::to_string).collect();
        quads.sort();
        Ok(quads)
    }

    #[test]
    fn usual_and_unusual_lines_mean_what_the_parser_says() {
        for text in [
            "<http://e/a> <http://e/p> <http://e/b> .\n<http://e/a> <http://e/p> _:x <http://e/g> .",
            "<http://e/a> <http://e/p> \"x\"@EN-us .\r\n<http://e/a> <http://e/p> \"y\"@en-US .\n\n# a comment\n",
            "_:a <http://e/p> \"tab\\t\\u00E9\" .\n_:a <http://e/p> \"é\" . # said\n_:a <http://e/p> \"é\" .",
            "<http://e/a>  <http://e/p>\t\"1\"^^<http://e/d> .\n<http://e/a> <http://e/p> \"2\"^^<http://e/d> .",
            "<http://e/\\u00E9> <http://e/p> <<( <http://e/a> <http://e/p> \"x\"@ar--rtl )>> _:g .",
            "<http://e/a> <http://e/p> \"x\"^^<http://www.w3.org/2001/XMLSchema#string> .\n<http://e/a> <http://e/p> \"x\" .",
        ] {
            assert_eq!(fast(text, Lines::NQuads), Ok(full(text).unwrap()), "{text}");
        }
    }

    #[test]
    fn wrong_lines_are_refused_where_the_parser_refuses_them() {
        let right = "<http://e/a> <http://e/p> \"x\"@en .\n".repeat(40);
        for wrong in [
            "<http://e/a> <http://e/p> <no iri> .",
            "<http://e/a> <http://e/p> <relative> .",
            "<http://e/a> <http://e/p> \"x\"@ .",
            "<http://e/a> <http://e/p> \"x\"@e@n .",
            "<http://e/a> <http://e/p> \"x\"^^<> .",
            "<http://e/a> <http://e/p> \"x\\q\" .",
            "<http://e/a> <http://e/p> \"x .",
            "<http://e/a> \"p\" <http://e/b> .",
            "<http://e/a> <http://e/p> <http://e/b>",
            "<http://e/a> <http://e/p> _: .",
        ] {
            let text = format!("{right}{wrong}\n{right}");
            assert_eq!(fast(&text, Lines::NQuads), Err(40), "{wrong}");
            assert!(full(&text).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_needs_a_closer_look_is_not_plain() {
        for text in [
            "http:/e",
            "ftp://e",
            "http://e/ x",
            "http://e/é",
            "http://e#a#b",
            "http://e/%4",
            "http://[e",
        ] {
            assert!(!is_plain(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn a_graph_is_no_part_of_a_triple() {
        let text = "<http://e/a> <http://e/p> <http://e/b> <http://e/g> .";
        assert_eq!(fast(text, Lines::NTriples), Err(0));
    }

    #[test]
    fn blank_nodes_of_two_files_stay_apart() {
        let mut builder = Builder::new();
        for prefix in ["", "f1_"] {
            let text = b"_:x <http://e/p> _:x .\n_:x <http://e/p> <<( _:x <http://e/p> 'no' )>> .";
            let good = &text[..22];
            LineReader::new(Lines::NTriples, prefix)
                .read(good, &mut builder)
                .unwrap();
        }
        let index = builder.finish().unwrap();
        let quads: Vec<String> = index.quads().map(|quad| quad.to_string()).collect();
        assert_eq!(
            quads,
            ["_:f1_x <http://e/p> _:f1_x", "_:x <http://e/p> _:x"]
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn what_is_plain_is_an_iri(
            text in "https?://[a-zA-Z0-9/._~-]{0,12}(#[a-zA-Z0-9/._~-]{0,8})?"
        ) {
            prop_assert!(is_plain(text.as_bytes()));
            prop_assert!(NamedNodeRef::new(&text).is_ok());
        }

        #[test]
        fn any_text_is_read_as_the_parser_reads_it(
            lines in prop::collection::vec(
                "(<http://e/[ab]>|_:[xy]|\"[a\\\\\"]?\") (<http://e/p>|<p>) ?(<http://e/[ab]>|_:[xy].?|\"[a-c\\\\n\"é]{0,3}\"(@en|@EN|\\^\\^<http://e/d>)?) ?(<http://e/g>)? ?\\.?\r?",
                0..40,
            )
        ) {
            let text = lines.join("\n");
            // Which line a missing end belongs to is a matter of taste.
            prop_assert_eq!(fast(&text, Lines::NQuads).ok(), full(&text).ok());
        }
    }
}
