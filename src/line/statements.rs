//! Lines → whole statements.

use std::collections::VecDeque;
use std::mem;

use super::settings::BARE_SETTINGS;
use super::{first_word, is_sparql, sparql_start};
use crate::cli;
use crate::lexer::{self, Kind};
use crate::prefixes::Prefixes;
use crate::sparql;

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

    #[track_caller]
    fn case(text: &str, statements: &[(usize, &str)]) {
        let found = Statements::of(text, &Prefixes::default());
        let found: Vec<_> = found.iter().map(|s| (s.line, s.text.as_str())).collect();
        assert_eq!(found, statements);
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
