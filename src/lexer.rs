//! SPARQL and Turtle text → tokens.
//!
//! One lexer for all that looks at text before or beside the parser: completeness, nesting, highlighting, completion,
//! diagnostics. It never fails: what it does not know is a token of its own, and an unclosed string ends with its line or
//! with the text.

use std::ops::Range;

/// What a piece of text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A bare word: a keyword, `a`, a function, `true`.
    Word,
    /// `?x` or `$x`.
    Variable,
    /// `<…>`.
    Iri,
    /// `k:isA`, `:EKS`, `k:`.
    PrefixedName,
    /// `_:b`.
    BlankNode,
    /// A string in any of the four quotes.
    String,
    /// `12`, `1.5e3`.
    Number,
    /// `@ko`, `@prefix`.
    At,
    /// `#` to the line's end.
    Comment,
    /// An opening bracket: `{`, `(`, `[`, `<<`, `<<(`, `{|`.
    Open,
    /// A closing bracket.
    Close,
    /// `.`, `;` or `,`, which end something.
    Separator,
    /// Any other sign: operators, `^^`, `|`.
    Operator,
}

/// A piece of text with its place in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token<'a> {
    /// What it is.
    pub kind: Kind,
    /// The piece itself.
    pub text: &'a str,
    /// Where it begins.
    pub start: usize,
    /// Whether it is a string or a bracket that should have been closed.
    pub unclosed: bool,
}

impl Token<'_> {
    /// Its place in bytes.
    pub fn span(&self) -> Range<usize> {
        self.start..self.start + self.text.len()
    }

    /// Whether it is this word, in capitals or not.
    pub fn is_word(&self, word: &str) -> bool {
        self.kind == Kind::Word && self.text.eq_ignore_ascii_case(word)
    }
}

/// The tokens of a text in order, white space left out.
pub fn tokens(text: &str) -> impl Iterator<Item = Token<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        at += text[at..].len() - text[at..].trim_start().len();
        let rest = &text[at..];
        let first = rest.chars().next()?;
        let (kind, length, unclosed) = token(rest, first);
        let start = at;
        at += length;
        Some(Token {
            kind,
            text: &rest[..length],
            start,
            unclosed,
        })
    })
}

/// Kind and length of the token that a text begins with, and whether it lacks its end.
fn token(rest: &str, first: char) -> (Kind, usize, bool) {
    let signs: &[(&str, Kind)] = &[
        ("<<(", Kind::Open),
        (")>>", Kind::Close),
        ("{|", Kind::Open),
        ("|}", Kind::Close),
        ("||", Kind::Operator),
        ("&&", Kind::Operator),
        ("^^", Kind::Operator),
        ("<=", Kind::Operator),
        (">=", Kind::Operator),
        ("!=", Kind::Operator),
    ];
    match first {
        '#' => {
            let length = rest.find(['\n', '\r']).unwrap_or(rest.len());
            return (Kind::Comment, length, false);
        }
        '"' | '\'' => return string(rest, first),
        '<' => {
            if let Some(length) = iri(rest) {
                return (Kind::Iri, length, false);
            }
        }
        '?' | '$' => {
            let length = 1 + span(&rest[1..], is_variable_char);
            if length > 1 {
                return (Kind::Variable, length, false);
            }
        }
        '@' => {
            let length = 1 + span(&rest[1..], |c| c.is_ascii_alphanumeric() || c == '-');
            return (Kind::At, length, false);
        }
        '0'..='9' => return (Kind::Number, number(rest), false),
        '.' if rest[1..].starts_with(|c: char| c.is_ascii_digit()) => {
            return (Kind::Number, 1 + number(&rest[1..]), false);
        }
        _ => {}
    }
    for &(sign, kind) in signs {
        if rest.starts_with(sign) {
            return (kind, sign.len(), false);
        }
    }
    match first {
        '<' if rest.starts_with("<<") => (Kind::Open, 2, false),
        '>' if rest.starts_with(">>") => (Kind::Close, 2, false),
        '{' | '(' | '[' => (Kind::Open, 1, false),
        '}' | ')' | ']' => (Kind::Close, 1, false),
        '.' | ';' | ',' => (Kind::Separator, 1, false),
        c if c == ':' || is_name_char(c) => name(rest),
        c => (Kind::Operator, c.len_utf8(), false),
    }
}

/// A word, or a prefixed name.
fn name(rest: &str) -> (Kind, usize, bool) {
    let prefix = dotted(rest, is_name_char);
    if !rest[prefix..].starts_with(':') {
        return (Kind::Word, prefix.max(1), false);
    }
    let kind = if &rest[..prefix] == "_" {
        Kind::BlankNode
    } else {
        Kind::PrefixedName
    };
    let mut length = prefix + 1;
    loop {
        length += dotted(&rest[length..], |c| {
            is_name_char(c) || matches!(c, ':' | '%')
        });
        // A backslash takes the sign after it into the name.
        let mut next = rest[length..].chars();
        match (next.next(), next.next()) {
            (Some('\\'), Some(c)) if c.is_ascii_punctuation() => length += 2,
            _ => return (kind, length, false),
        }
    }
}

/// The length of a run of characters in which dots may stand but not at the end.
fn dotted(text: &str, is_char: impl Fn(char) -> bool) -> usize {
    let length = span(text, |c| is_char(c) || c == '.');
    text[..length].trim_end_matches('.').len()
}

fn span(text: &str, is_char: impl Fn(char) -> bool) -> usize {
    text.find(|c| !is_char(c)).unwrap_or(text.len())
}

/// Generous: whatever may stand in a name, and marks that a stranger's text combines with letters.
fn is_name_char(c: char) -> bool {
    c.is_alphanumeric()
        || matches!(c, '_' | '-' | '\u{B7}')
        || (!c.is_ascii() && !c.is_whitespace() && !c.is_control())
}

fn is_variable_char(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '\u{B7}') || ('\u{300}'..='\u{36F}').contains(&c)
}

/// The length of an [IRIREF](https://www.w3.org/TR/sparql12-query/#rIRIREF); `None` when `<` is a sign.
fn iri(rest: &str) -> Option<usize> {
    let mut chars = rest.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '>' => return Some(at + 1),
            '\\' if chars.peek().is_some_and(|next| matches!(next.1, 'u' | 'U')) => {}
            c if c <= ' ' || "<\"{}|^`\\".contains(c) => return None,
            _ => {}
        }
    }
    None
}

fn number(rest: &str) -> usize {
    let digits = |text: &str| span(text, |c| c.is_ascii_digit());
    let mut length = digits(rest);
    if rest[length..].starts_with('.') {
        let fraction = digits(&rest[length + 1..]);
        if fraction > 0 {
            length += 1 + fraction;
        }
    }
    if rest[length..].starts_with(['e', 'E']) {
        let sign = usize::from(rest[length + 1..].starts_with(['+', '-']));
        let exponent = digits(&rest[length + 1 + sign..]);
        if exponent > 0 {
            length += 1 + sign + exponent;
        }
    }
    length
}

/// A string; a short one that is not closed ends with its line, a long one with the text.
fn string(rest: &str, quote: char) -> (Kind, usize, bool) {
    let long = rest[1..].starts_with(quote) && rest[2..].starts_with(quote);
    let (open, close) = if long {
        (3, if quote == '"' { "\"\"\"" } else { "'''" })
    } else {
        (1, if quote == '"' { "\"" } else { "'" })
    };
    let mut escaped = false;
    for (i, c) in rest[open..].char_indices() {
        if escaped {
            escaped = false;
        } else if c == '\\' {
            escaped = true;
        } else if rest[open + i..].starts_with(close) {
            return (Kind::String, open + i + close.len(), false);
        } else if c == '\n' && !long {
            return (Kind::String, open + i, true);
        }
    }
    (Kind::String, rest.len(), true)
}

/// What begins and ends a string of several lines.
pub const LONG_QUOTES: [&str; 2] = ["\"\"\"", "'''"];

/// How the brackets of a text stand.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Brackets {
    /// The deepest nesting.
    pub deepest: usize,
    /// Where the innermost bracket that is not closed stands, and the bracket.
    pub open: Option<(usize, String)>,
    /// Where the first closing bracket without an opening one stands, and the bracket.
    pub stray: Option<(usize, String)>,
    /// Where a string begins that is not closed.
    pub string: Option<usize>,
    /// Whether that string may go on in the next line.
    pub long_string: bool,
}

impl Brackets {
    /// Whether nothing waits to be closed.
    pub fn closed(&self) -> bool {
        self.open.is_none() && !self.long_string
    }
}

/// Looks at the brackets and strings of a text.
pub fn brackets(text: &str) -> Brackets {
    let mut found = Brackets::default();
    let mut open: Vec<Token<'_>> = Vec::new();
    for token in tokens(text) {
        match token.kind {
            Kind::String if token.unclosed => {
                found.string.get_or_insert(token.start);
                found.long_string |= LONG_QUOTES.iter().any(|q| token.text.starts_with(q));
            }
            Kind::Open => {
                open.push(token);
                found.deepest = found.deepest.max(open.len());
            }
            Kind::Close => match open.last() {
                Some(last) if closes(last.text, token.text) => {
                    open.pop();
                }
                _ => {
                    found
                        .stray
                        .get_or_insert((token.start, token.text.to_owned()));
                }
            },
            _ => {}
        }
    }
    found.open = open.pop().map(|token| (token.start, token.text.to_owned()));
    found
}

fn closes(open: &str, close: &str) -> bool {
    matches!(
        (open, close),
        ("{", "}") | ("(", ")") | ("[", "]") | ("<<", ">>") | ("<<(", ")>>") | ("{|", "|}")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        tokens(text)
            .map(|t| format!("{:?} {}\n", t.kind, t.text))
            .collect()
    }

    #[test]
    fn a_query_is_cut_into_its_tokens() {
        insta::assert_snapshot!(shown("SELECT ?x { <a:b#c> k:isA/k:b* \"a } #\"@ko ; a 1.5e3 . _:b :p.q. }"), @r#"
        Word SELECT
        Variable ?x
        Open {
        Iri <a:b#c>
        PrefixedName k:isA
        Operator /
        PrefixedName k:b
        Operator *
        String "a } #"
        At @ko
        Separator ;
        Word a
        Number 1.5e3
        Separator .
        BlankNode _:b
        PrefixedName :p.q
        Separator .
        Close }
        "#);
    }

    #[test]
    fn a_smaller_sign_is_no_iri() {
        insta::assert_snapshot!(shown("?a < ?b && ?c <= <x>"), @"
        Variable ?a
        Operator <
        Variable ?b
        Operator &&
        Variable ?c
        Operator <=
        Iri <x>
        ");
    }

    #[test]
    fn an_iri_may_have_escapes() {
        insta::assert_snapshot!(shown(r"<x:\u00e9#a> k:b <x:\n> "), @r"
        Iri <x:\u00e9#a>
        PrefixedName k:b
        Operator <
        PrefixedName x:
        Operator \
        Word n
        Operator >
        ");
    }

    #[test]
    fn a_comment_ends_with_its_line_however_lines_end() {
        insta::assert_snapshot!(shown("#a\r?b #c\r\n?d #e\n?f"), @"
        Comment #a
        Variable ?b
        Comment #c
        Variable ?d
        Comment #e
        Variable ?f
        ");
    }

    #[test]
    fn triple_terms_and_annotations_are_brackets() {
        insta::assert_snapshot!(shown("<<( :a :b :c )>> {| :d :e |} << :a :b :c >>"), @"
        Open <<(
        PrefixedName :a
        PrefixedName :b
        PrefixedName :c
        Close )>>
        Open {|
        PrefixedName :d
        PrefixedName :e
        Close |}
        Open <<
        PrefixedName :a
        PrefixedName :b
        PrefixedName :c
        Close >>
        ");
    }

    #[test]
    fn brackets_in_strings_iris_and_comments_do_not_count() {
        let found = brackets("{ \"}\" <a)b> # }\n '''}'''");
        assert_eq!(found.open, Some((0, "{".to_owned())));
        assert_eq!(found.stray, None);
    }

    #[test]
    fn a_stray_bracket_is_found_and_the_rest_still_pairs() {
        let found = brackets("{ ) }");
        assert_eq!((found.open, found.stray), (None, Some((2, ")".to_owned()))));
    }

    #[test]
    fn a_short_string_ends_with_its_line_and_a_long_one_goes_on() {
        assert_eq!(brackets("\"abc\n{ }").string, Some(0));
        assert!(brackets("\"abc\n{ }").closed());
        assert!(!brackets("\"\"\"abc\n}").closed());
    }

    #[test]
    fn nesting_is_counted() {
        assert_eq!(brackets("{ ( [ ] ) } { }").deepest, 3);
    }

    #[test]
    fn korean_names_are_names() {
        insta::assert_snapshot!(shown(":쿠버네티스 ?이름 'ㅋ'@ko"), @"
        PrefixedName :쿠버네티스
        Variable ?이름
        String 'ㅋ'
        At @ko
        ");
    }

    proptest::proptest! {
        #[test]
        fn every_text_is_cut_without_loss(text in "\\PC*") {
            let mut end = 0;
            for token in tokens(&text) {
                assert!(text[end..token.start].trim().is_empty());
                assert!(!token.text.is_empty());
                end = token.span().end;
            }
            assert!(text[end..].trim().is_empty());
        }
    }
}
