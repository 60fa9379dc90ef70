//! Refuses text that would take all of a parser's stack or of the memory, before the parser sees it.

use std::collections::HashMap;
use std::fmt;
use std::io::{self, Read};

use oxigraph::io::RdfFormat;

/// The deepest nesting of brackets that is read.
pub const DEEPEST: usize = 500;

/// How much text one entity of XML may stand for, in bytes. Each mention of it costs as much.
const LONGEST_ENTITY: usize = 4096;

/// How long the declaration of an entity may be, in bytes.
const LONGEST_DECLARATION: usize = 1 << 16;

/// Why a text is not read.
#[derive(Debug)]
pub struct Refusal {
    /// The line where it happened, from 1.
    pub line: usize,
    /// What it is.
    pub cause: Cause,
}

/// What is too much.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// Brackets or elements in each other.
    Depth,
    /// What an entity stands for.
    Entity,
}

impl Refusal {
    /// What to do about it.
    pub fn cure(&self) -> &'static str {
        match self.cause {
            Cause::Depth => "flatten the data: name the inner nodes",
            Cause::Entity => "write the text out where it is used",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.cause {
            Cause::Depth => write!(f, "brackets are nested more than {DEEPEST} deep"),
            Cause::Entity => write!(f, "an entity stands for more than {LONGEST_ENTITY} bytes"),
        }
    }
}

impl std::error::Error for Refusal {}

/// How strings and comments are told from the rest of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Syntax {
    /// JSON, and SPARQL results in lines: strings in double quotes.
    Json,
    /// The Turtle family: strings in four kinds of quotes, IRIs, comments.
    Turtle,
    /// The same with arrows.
    N3,
    /// XML: its parser keeps the depth on the heap, and entities are what grows.
    Xml,
}

impl Syntax {
    /// The syntax that a format is written in.
    pub fn of(format: RdfFormat) -> Self {
        match format {
            RdfFormat::RdfXml => Self::Xml,
            RdfFormat::JsonLd { .. } => Self::Json,
            RdfFormat::N3 => Self::N3,
            _ => Self::Turtle,
        }
    }
}

/// Passes bytes on and errs with a [`Refusal`].
pub struct Guard<R> {
    input: R,
    line: usize,
    watch: Watch,
}

enum Watch {
    Brackets(Brackets),
    Entities(Entities),
}

impl<R: Read> Guard<R> {
    /// Watches over a text from its beginning.
    pub fn new(input: R, syntax: Syntax) -> Self {
        let watch = match syntax {
            Syntax::Xml => Watch::Entities(Entities::default()),
            Syntax::Json | Syntax::Turtle | Syntax::N3 => Watch::Brackets(Brackets::new(syntax)),
        };
        Self {
            input,
            line: 1,
            watch,
        }
    }
}

impl<R: Read> Read for Guard<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(buffer)?;
        for &byte in &buffer[..read] {
            self.line += usize::from(byte == b'\n');
            let seen = match &mut self.watch {
                Watch::Brackets(brackets) => brackets.see(byte),
                Watch::Entities(entities) => entities.see(byte),
            };
            if let Err(cause) = seen {
                let line = self.line;
                return Err(io::Error::other(Refusal { line, cause }));
            }
        }
        Ok(read)
    }
}

/// Counts the brackets that are open outside of strings, IRIs and comments.
struct Brackets {
    syntax: Syntax,
    depth: usize,
    place: Place,
}

/// Where in a text the count is.
#[derive(Clone, Copy)]
enum Place {
    Outside,
    /// Behind a backslash, as names may have it.
    Escape,
    Comment,
    /// Behind `<`, which may begin an IRI.
    Less,
    Iri,
    /// Behind this many quotes, which may begin a long string.
    Quotes(u8, u8),
    Short(u8),
    ShortEscape(u8),
    /// In a long string, behind this many quotes.
    Long(u8, u8),
    LongEscape(u8),
}

impl Brackets {
    fn new(syntax: Syntax) -> Self {
        Self {
            syntax,
            depth: 0,
            place: Place::Outside,
        }
    }

    #[inline]
    fn see(&mut self, byte: u8) -> Result<(), Cause> {
        // Most bytes are letters, which change nothing where something has begun.
        let begun = matches!(
            self.place,
            Place::Outside | Place::Iri | Place::Short(_) | Place::Long(_, 0) | Place::Comment
        );
        if begun && byte.is_ascii_alphanumeric() {
            return Ok(());
        }
        self.place = match (self.place, byte) {
            (Place::Outside, _) => self.outside(byte)?,
            (Place::Escape, _) => Place::Outside,
            (Place::Comment, b'\n' | b'\r') => Place::Outside,
            (Place::Comment, _) => Place::Comment,
            // `<<` opens a triple term or a reified triple; N3 has arrows.
            (Place::Less, b'<') => Place::Outside,
            (Place::Less, b'=' | b'-') if self.syntax == Syntax::N3 => Place::Outside,
            (Place::Less | Place::Iri, b'>') => Place::Outside,
            // No IRI holds these.
            (Place::Less | Place::Iri, ..=b' ' | b'"' | b'<' | b'{' | b'}') => {
                self.outside(byte)?
            }
            (Place::Less | Place::Iri, _) => Place::Iri,
            (Place::Quotes(quote, 1), _) if byte == quote => Place::Quotes(quote, 2),
            (Place::Quotes(quote, _), _) if byte == quote => Place::Long(quote, 0),
            // Two quotes with nothing in between are a string already.
            (Place::Quotes(_, 2), _) => self.outside(byte)?,
            (Place::Quotes(quote, _) | Place::Short(quote), b'\\') => Place::ShortEscape(quote),
            (Place::Short(quote), _) if byte == quote => Place::Outside,
            // Strings end with their line, whether they are sound or not.
            (Place::Quotes(..) | Place::Short(_), b'\n') => Place::Outside,
            (Place::Quotes(quote, _) | Place::Short(quote) | Place::ShortEscape(quote), _) => {
                Place::Short(quote)
            }
            (Place::Long(quote, 2), _) if byte == quote => Place::Outside,
            (Place::Long(quote, quotes), _) if byte == quote => Place::Long(quote, quotes + 1),
            (Place::Long(quote, _), b'\\') => Place::LongEscape(quote),
            (Place::Long(quote, _) | Place::LongEscape(quote), _) => Place::Long(quote, 0),
        };
        Ok(())
    }

    fn outside(&mut self, byte: u8) -> Result<Place, Cause> {
        match byte {
            b'(' | b'[' | b'{' => self.depth += 1,
            b')' | b']' | b'}' => self.depth = self.depth.saturating_sub(1),
            b'"' if self.syntax == Syntax::Json => return Ok(Place::Short(byte)),
            _ if self.syntax == Syntax::Json => {}
            b'"' | b'\'' => return Ok(Place::Quotes(byte, 1)),
            b'#' => return Ok(Place::Comment),
            b'<' => return Ok(Place::Less),
            b'\\' => return Ok(Place::Escape),
            _ => {}
        }
        if self.depth > DEEPEST {
            return Err(Cause::Depth);
        }
        Ok(Place::Outside)
    }
}

/// What begins the declaration of an entity.
const ENTITY: &[u8] = b"<!ENTITY";

/// Adds up what entities stand for: a few that mention each other often enough stand for more than any memory holds.
#[derive(Default)]
struct Entities {
    /// How many bytes of [`ENTITY`] have just been seen.
    begun: usize,
    /// The declaration so far, behind those.
    declaration: Vec<u8>,
    /// What each entity stands for, in bytes.
    lengths: HashMap<Vec<u8>, usize>,
}

impl Entities {
    fn see(&mut self, byte: u8) -> Result<(), Cause> {
        if self.begun < ENTITY.len() {
            self.begun = match byte {
                _ if byte == ENTITY[self.begun] => self.begun + 1,
                b'<' => 1,
                _ => 0,
            };
            return Ok(());
        }
        let in_value = self.declaration.contains(&b'"');
        match byte {
            b'"' if in_value => {
                let declaration = std::mem::take(&mut self.declaration);
                self.begun = 0;
                self.declare(&declaration)
            }
            // It stands for nothing.
            b'>' if !in_value => {
                self.declaration.clear();
                self.begun = 0;
                Ok(())
            }
            _ if self.declaration.len() == LONGEST_DECLARATION => Err(Cause::Entity),
            _ => {
                self.declaration.push(byte);
                Ok(())
            }
        }
    }

    /// Takes in a name and, behind a quote, a value.
    fn declare(&mut self, declaration: &[u8]) -> Result<(), Cause> {
        let mut parts = declaration.splitn(2, |&byte| byte == b'"');
        let (name, value) = (parts.next(), parts.next());
        let mut words = name.unwrap_or_default().split(u8::is_ascii_whitespace);
        let name = words.find(|word| !word.is_empty() && *word != b"%");
        let mut length = 0_usize;
        let mut pieces = value.unwrap_or_default().split(|&byte| byte == b'&');
        length += pieces.next().unwrap_or_default().len();
        for piece in pieces {
            let end = piece.iter().position(|&byte| byte == b';').unwrap_or(0);
            let known = self.lengths.get(&piece[..end]).copied();
            // What is not declared here is one character.
            length = length.saturating_add(known.unwrap_or(1) + piece.len() - end);
        }
        if length > LONGEST_ENTITY {
            return Err(Cause::Entity);
        }
        self.lengths
            .insert(name.unwrap_or_default().to_vec(), length);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is refused of a text, also when it is read byte by byte.
    fn refused(text: &str, syntax: Syntax) -> Option<Cause> {
        let read = |input: &mut dyn Read| {
            let mut all = Vec::new();
            let error = Guard::new(input, syntax).read_to_end(&mut all).err()?;
            Some(error.get_ref()?.downcast_ref::<Refusal>()?.cause)
        };
        struct Bytes<'a>(&'a [u8]);
        impl Read for Bytes<'_> {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                let length = self.0.len().min(1).min(buffer.len());
                self.0.read(&mut buffer[..length])
            }
        }
        let whole = read(&mut text.as_bytes());
        assert_eq!(read(&mut Bytes(text.as_bytes())), whole);
        whole
    }

    #[test]
    fn brackets_count_only_where_they_nest() {
        for harmless in [
            "# :(\n",
            "x:a x:b \":( \\\" (\" .\n",
            "x:a x:b ':( \\' (' .\n",
            "x:a x:b \"\"\"a\n\"(\" \"\"( \\\"\"\"\" .\n",
            "x:a x:b '''it's\n(''' .\n",
            "x:a x:b \"\", '' .\n",
            "<x:a#(> x:b <x:c'(> .\n",
            "<< x:a x:b x:c >> x:d <<( x:a x:b x:c )>> .\n",
            "x:a x:b (1 2), [ x:c 3 ] .\n",
        ] {
            assert_eq!(
                refused(&harmless.repeat(600), Syntax::Turtle),
                None,
                "{harmless}"
            );
        }
        for deep in [
            "(",
            "[ x:p ",
            "<<( x:a x:b ",
            "{",
            "\"\"(",
            "<x:a>(",
            "# \n(",
            "# \r(",
            "x:\\'(",
            "<='>(",
            "<x:a'>(",
            "''(",
            "'\\''[",
        ] {
            let cause = refused(&deep.repeat(600), Syntax::Turtle);
            assert_eq!(cause, Some(Cause::Depth), "{deep}");
        }
    }

    #[test]
    fn quotes_of_other_syntaxes_are_none_in_json() {
        let text = "{\"it's\": \"# [\", \"<\": [1]}\n";
        assert_eq!(refused(&text.repeat(600), Syntax::Json), None);
        assert_eq!(
            refused(&"{\"a'\":[".repeat(300), Syntax::Json),
            Some(Cause::Depth)
        );
    }

    #[test]
    fn entities_that_multiply_are_refused() {
        let mut text = "<!DOCTYPE r [<!ENTITY l0 \"haha\">".to_owned();
        for n in 1..12 {
            let before = format!("&l{};", n - 1).repeat(10);
            text.push_str(&format!("\n<!ENTITY  l{n}\n\"{before}\">"));
        }
        assert_eq!(refused(&text, Syntax::Xml), Some(Cause::Entity));
    }

    #[test]
    fn entities_for_namespaces_are_read() {
        let text = "<!DOCTYPE rdf:RDF [
            <!ENTITY w3 \"http://www.w3.org/\">
            <!ENTITY rdf \"&w3;1999/02/22-rdf-syntax-ns#\">
            <!ENTITY % other SYSTEM 'x'>
            <!ENTITY ga \"it's &#44032;&amp;\">
        ]><rdf:RDF xmlns:rdf=\"&rdf;\">:( :( [[[</rdf:RDF>";
        assert_eq!(refused(&text.repeat(600), Syntax::Xml), None);
    }
}
