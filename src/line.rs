//! A line of the shell, or of a script → what it says.
//!
//! SPARQL leaves before any splitting; what is split into words goes to the same grammar as the program's arguments.

use std::collections::VecDeque;
use std::mem;

use crate::cli::{self, Said};
use crate::lexer::{self, Kind};
use crate::prefixes::Prefixes;
use crate::sparql;

/// What one statement of a shell says.
#[derive(Debug)]
pub enum Line {
    /// A command, with options that hold for this line.
    Command(Box<Said>),
    /// A SPARQL query or update.
    Sparql(String),
    /// A setting of the shell: its name without the dot, and what follows.
    Setting(String, String),
    /// Nothing: white space or a comment.
    Blank,
}

/// Why a line cannot be read.
#[derive(Debug)]
pub enum Misread {
    /// A double quote that is not closed.
    OpenQuote,
    /// What clap finds wrong, or help that was asked for.
    Grammar(clap::Error),
}

/// Words that begin a SPARQL statement, in lower case.
pub const SPARQL_WORDS: [&str; 20] = [
    "select",
    "ask",
    "construct",
    "describe",
    "prefix",
    "base",
    "version",
    "insert",
    "delete",
    "load",
    "clear",
    "drop",
    "create",
    "copy",
    "move",
    "add",
    "with",
    "@prefix",
    "@base",
    "@version",
];

/// The setting that SPARQL follows.
const EXPLAIN: &str = ".explain";

/// Settings that may be said without their dot.
const BARE_SETTINGS: [&str; 3] = ["help", "quit", "exit"];

impl Line {
    /// Reads one statement.
    ///
    /// # Errors
    /// A quote that is not closed, or words that are no command.
    pub fn read(text: &str) -> Result<Self, Misread> {
        let text = text.trim();
        let first = first_word(text);
        if text.is_empty() || text.starts_with('#') {
            return Ok(Self::Blank);
        }
        if is_sparql(text) {
            return Ok(Self::Sparql(text.to_owned()));
        }
        let setting = first
            .strip_prefix('.')
            .or_else(|| BARE_SETTINGS.contains(&first).then_some(first))
            .or_else(|| (first == "?").then_some("help"));
        if let Some(name) = setting {
            let rest = text[first.len()..].trim().to_owned();
            return Ok(Self::Setting(name.to_owned(), rest));
        }
        let command = text.strip_suffix(';').unwrap_or(text);
        let words = words(command).ok_or(Misread::OpenQuote)?;
        let said = cli::parse_line(words).map_err(Misread::Grammar)?;
        Ok(Self::Command(Box::new(said)))
    }
}

/// The text up to the first white space or bracket.
pub fn first_word(text: &str) -> &str {
    let end = text
        .find(|c: char| c.is_whitespace() || "{(<*;".contains(c))
        .unwrap_or(text.len());
    &text[..end]
}

/// Whether a statement is SPARQL, told by its first word.
pub fn is_sparql(text: &str) -> bool {
    let first = first_word(text.trim_start());
    SPARQL_WORDS
        .iter()
        .any(|word| word.eq_ignore_ascii_case(first))
}

/// Where the SPARQL of a statement begins: at its own begin, or behind the setting that explains it.
pub fn sparql_start(text: &str) -> Option<usize> {
    if is_sparql(text) {
        return Some(0);
    }
    let rest = text.trim_start().strip_prefix(EXPLAIN)?;
    let apart = rest.starts_with(char::is_whitespace);
    (apart && is_sparql(rest)).then_some(text.len() - rest.len())
}

/// Cuts a line into words: at white space, but not inside double quotes, nor inside single quotes that begin a word.
///
/// A single quote inside a word is an apostrophe, and one that begins a word closes at one that ends a word. Nothing is a
/// comment. `None` when a double quote is not closed.
pub fn words(line: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut rest = line.trim_start();
    while !rest.is_empty() {
        let (word, length) = word(rest)?;
        words.push(word);
        rest = rest[length..].trim_start();
    }
    Some(words)
}

/// The word that a text begins with, and how many bytes it takes.
fn word(text: &str) -> Option<(String, usize)> {
    if let Some(quoted) = text.strip_prefix('\'')
        && let Some(end) = quoted.match_indices('\'').map(|(at, _)| at).find(|at| {
            quoted[at + 1..]
                .chars()
                .next()
                .is_none_or(char::is_whitespace)
        })
    {
        return Some((quoted[..end].to_owned(), end + 2));
    }
    let mut word = String::new();
    let mut quoted = false;
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => quoted = !quoted,
            '\\' if quoted && chars.as_str().starts_with(['"', '\\']) => {
                word.extend(chars.next().map(|(_, c)| c));
            }
            c if c.is_whitespace() && !quoted => return Some((word, at)),
            c => word.push(c),
        }
    }
    (!quoted).then_some((word, text.len()))
}

/// A name as one word of a line.
pub fn quoted(name: &str) -> String {
    let breaks = |c: char| c.is_whitespace() || c == '"';
    if name.is_empty() || name.contains(breaks) || name.starts_with(['-', '\'']) {
        format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""))
    } else {
        name.to_owned()
    }
}

/// A whole statement with the number of its first line, from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Its text.
    pub text: String,
    /// Where it begins.
    pub line: usize,
}

/// Puts lines together to statements as they come.
///
/// A command or a setting is a line. A SPARQL statement ends with `;`, with a blank line once it is whole, or before a line
/// that begins another statement; brackets and long strings hold it together.
#[derive(Debug, Default)]
pub struct Statements {
    ready: VecDeque<Statement>,
    pending: Statement,
    scanner: Scanner,
    lines: usize,
}

impl Default for Statement {
    fn default() -> Self {
        Self {
            text: String::new(),
            line: 1,
        }
    }
}

impl Statements {
    /// The statements of a whole text.
    pub fn of(text: &str, prefixes: &Prefixes) -> Vec<Statement> {
        let mut statements = Self::default();
        for line in text.lines() {
            statements.push(line, prefixes);
        }
        statements.finish();
        statements.ready.into()
    }

    /// Takes the next line, without its end.
    pub fn push(&mut self, line: &str, prefixes: &Prefixes) {
        self.lines += 1;
        if !self.pending.text.is_empty() && self.scanner.closed() {
            let ends = if line.trim().is_empty() || is_sparql(line) {
                self.is_whole(prefixes)
            } else {
                begins_command(line)
            };
            if ends {
                self.finish();
            }
        }
        self.take(line);
    }

    fn take(&mut self, line: &str) {
        if self.pending.text.is_empty() {
            let trimmed = line.trim();
            if trimmed.is_empty() || trimmed.starts_with('#') {
                return;
            }
            if sparql_start(trimmed).is_none() {
                self.ready.push_back(Statement {
                    text: trimmed.to_owned(),
                    line: self.lines,
                });
                return;
            }
            self.pending.line = self.lines;
        } else {
            self.pending.text.push('\n');
        }
        match self.scanner.feed(line) {
            None => self.pending.text.push_str(line),
            Some(end) => {
                self.pending.text.push_str(&line[..end]);
                self.finish();
                self.take(&line[end..]);
            }
        }
    }

    /// Ends what is pending, for nothing follows.
    pub fn finish(&mut self) {
        let statement = mem::take(&mut self.pending);
        self.scanner = Scanner::default();
        if !statement.text.is_empty() {
            self.ready.push_back(statement);
        }
    }

    /// The next whole statement, if there is one.
    pub fn next_ready(&mut self) -> Option<Statement> {
        self.ready.pop_front()
    }

    /// Whether what is pending is a whole statement.
    fn is_whole(&self, prefixes: &Prefixes) -> bool {
        let text = &self.pending.text;
        sparql::is_whole(&text[sparql_start(text).unwrap_or(0)..], prefixes)
    }

    /// Whether a statement has begun that waits for its end.
    pub fn is_pending(&self) -> bool {
        !self.pending.text.is_empty()
    }
}

/// Whether what was typed is to be run now rather than continued on the next line.
///
/// A blank last line or `;` says so, and so does a last statement that parses as a whole, or that no further text can mend.
pub fn is_complete(text: &str, prefixes: &Prefixes) -> bool {
    let last = text.rsplit('\n').next().unwrap_or("");
    if last.trim().is_empty() {
        return true;
    }
    let mut statements = Statements::default();
    for line in text.split('\n') {
        statements.push(line, prefixes);
    }
    !statements.is_pending() || statements.is_whole(prefixes)
}

/// Whether a line begins with a setting or the name of a command.
fn begins_command(line: &str) -> bool {
    let first = first_word(line.trim_start());
    let is_setting = first
        .strip_prefix('.')
        .is_some_and(|name| name.starts_with(|c: char| c.is_ascii_alphabetic()));
    is_setting || BARE_SETTINGS.contains(&first) || cli::verbs().any(|verb| verb == first)
}

/// Follows brackets and long strings from line to line.
#[derive(Debug, Default)]
struct Scanner {
    depth: usize,
    /// The quotes that close the long string in which the last line ended.
    string: Option<&'static str>,
}

impl Scanner {
    /// Whether the text so far could end here.
    fn closed(&self) -> bool {
        self.depth == 0 && self.string.is_none()
    }

    /// Takes a line; the place behind a `;` outside all brackets, which ends the statement.
    fn feed(&mut self, line: &str) -> Option<usize> {
        let mut start = 0;
        if let Some(quotes) = self.string {
            start = end_of_string(line, quotes)?;
            self.string = None;
        }
        for token in lexer::tokens(&line[start..]) {
            match token.kind {
                Kind::Open => self.depth += 1,
                Kind::Close => self.depth = self.depth.saturating_sub(1),
                Kind::Separator if token.text == ";" && self.depth == 0 => {
                    return Some(start + token.span().end);
                }
                Kind::String if token.unclosed => {
                    self.string = lexer::LONG_QUOTES
                        .into_iter()
                        .find(|quotes| token.text.starts_with(quotes));
                }
                _ => {}
            }
        }
        None
    }
}

/// The place behind the quotes that close a long string, if they stand in this line.
fn end_of_string(line: &str, quotes: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in line.char_indices() {
        if escaped {
            escaped = false;
        } else if c == '\\' {
            escaped = true;
        } else if line[at..].starts_with(quotes) {
            return Some(at + quotes.len());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(line: &str) -> String {
        words(line).map_or("open quote".to_owned(), |words| words.join("|"))
    }

    #[track_caller]
    fn case(text: &str, statements: &[(usize, &str)]) {
        let found = Statements::of(text, &Prefixes::default());
        let found: Vec<_> = found.iter().map(|s| (s.line, s.text.as_str())).collect();
        assert_eq!(found, statements);
    }

    #[test]
    fn an_apostrophe_is_part_of_its_word() {
        assert_eq!(split("show Let's Encrypt"), "show|Let's|Encrypt");
        assert_eq!(split("show 'tis the season"), "show|'tis|the|season");
    }

    #[test]
    fn quotes_hold_words_together() {
        assert_eq!(
            split(r#"compare "Container Image" 'Docker Hub'"#),
            "compare|Container Image|Docker Hub"
        );
        assert_eq!(split(r#"show "a \"b\" c" x"y z""#), r#"show|a "b" c|xy z"#);
        assert_eq!(split("show 'Let's Encrypt' x"), "show|Let's Encrypt|x");
        assert_eq!(split("show \"\" ''"), "show||");
    }

    #[test]
    fn a_double_quote_that_is_not_closed_is_said() {
        assert_eq!(split("show \"EKS"), "open quote");
    }

    #[test]
    fn a_quoted_name_is_one_word_again() {
        for name in [
            "EKS",
            "Docker Hub",
            "a \"b\" c",
            "-x",
            "Let's",
            "'tis",
            "\\ x",
            "",
        ] {
            assert_eq!(words(&quoted(name)), Some(vec![name.to_owned()]), "{name}");
        }
    }

    #[test]
    fn nothing_is_a_comment() {
        assert_eq!(split("find C# x"), "find|C#|x");
    }

    #[test]
    fn turtle_terms_survive_in_single_quotes() {
        assert_eq!(
            split(r#"query --bind 'x="a b"@ko'"#),
            r#"query|--bind|x="a b"@ko"#
        );
    }

    #[test]
    fn the_first_word_tells_sparql_from_commands() {
        for sparql in [
            "SELECT * {}",
            "select(1 as ?x){}",
            "ASK{}",
            "PREFIX : <x>",
            "Describe<x>",
        ] {
            assert!(is_sparql(sparql), "{sparql}");
        }
        for other in ["show select", "selection", ".mode", ""] {
            assert!(!is_sparql(other), "{other}");
        }
    }

    #[test]
    fn a_dot_begins_a_setting_and_three_words_need_none() {
        let setting = |text| match Line::read(text) {
            Ok(Line::Setting(name, rest)) => format!("{name}|{rest}"),
            other => format!("{other:?}"),
        };
        assert_eq!(setting(".mode csv"), "mode|csv");
        assert_eq!(setting("help compare"), "help|compare");
        assert_eq!(setting("exit"), "exit|");
        assert_eq!(setting(" .once | sort -u "), "once|| sort -u");
    }

    #[test]
    fn brackets_hold_a_statement_together_over_blank_lines() {
        case(
            "SELECT * {\n\n ?s ?p ?o\n}\n\n\nASK {}",
            &[(1, "SELECT * {\n\n ?s ?p ?o\n}"), (7, "ASK {}")],
        );
    }

    #[test]
    fn a_query_goes_on_with_its_modifiers_on_the_next_line() {
        case(
            "SELECT * { ?s ?p ?o }\nORDER BY ?s\nLIMIT 2\nASK {}\nfind x\n",
            &[
                (1, "SELECT * { ?s ?p ?o }\nORDER BY ?s\nLIMIT 2"),
                (4, "ASK {}"),
                (5, "find x"),
            ],
        );
    }

    #[test]
    fn declarations_wait_for_their_query() {
        case(
            "PREFIX a: <x:>\n\nSELECT * { a:b ?p ?o }",
            &[(1, "PREFIX a: <x:>\n\nSELECT * { a:b ?p ?o }")],
        );
    }

    #[test]
    fn a_semicolon_ends_a_statement_but_not_inside_brackets() {
        case(
            "ASK { :a :b 1 ; :c 2 }; find x\nASK {} ;",
            &[
                (1, "ASK { :a :b 1 ; :c 2 };"),
                (1, "find x"),
                (2, "ASK {} ;"),
            ],
        );
    }

    #[test]
    fn what_is_to_be_explained_may_take_several_lines() {
        case(
            ".explain SELECT * {\n ?s ?p ?o }\n.explain\n.explained x\n",
            &[
                (1, ".explain SELECT * {\n ?s ?p ?o }"),
                (3, ".explain"),
                (4, ".explained x"),
            ],
        );
        let complete = |text| is_complete(text, &Prefixes::default());
        assert!(complete(".explain") && complete(".explain ASK {}"));
        assert!(!complete(".explain ASK {"));
    }

    #[test]
    fn delete_insert_where_is_one_statement() {
        let text = "DELETE { ?s ?p 1 }\nINSERT { ?s ?p 2 }\nWHERE { ?s ?p 1 }";
        case(text, &[(1, text)]);
    }

    #[test]
    fn comments_between_statements_are_passed_over() {
        case("#!/usr/bin/env kgq\n# one\nfind x\n", &[(3, "find x")]);
    }

    #[test]
    fn long_strings_keep_their_lines() {
        let text = "ASK { ?s ?p '''a\n; find x\n\n''' }";
        case(text, &[(1, text)]);
    }

    #[test]
    fn enter_runs_what_is_whole_and_continues_what_is_not() {
        let complete = |text| is_complete(text, &Prefixes::default());
        assert!(complete("show EKS") && complete(".mode csv") && complete(""));
        assert!(complete("ASK { ?s ?p ?o }"));
        assert!(!complete("ASK {"));
        assert!(!complete("SELECT * WHERE"));
        assert!(!complete("SELECT ?s"));
        assert!(complete("SELECT * WHERE\n"));
        assert!(complete("ASK { ?s ?p };"));
        assert!(!complete("show EKS\nSELECT * {"));
        // No further text mends it: the error is better shown now.
        assert!(complete("SELECT * { ?s ?p ?o } FROM <x>"));
        assert!(!complete("SELECT * { ?s ?p ?o } LIMIT"));
        // An unknown prefix is told when it runs.
        assert!(complete("ASK { ?s nope:p ?o }"));
    }
}
